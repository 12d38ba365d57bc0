//! The choice of interval.

use super::{Interval, Level, Proportion};

/// How the two-sided interval of a fraction is computed.
///
/// One-sided bounds, on which verdicts rest, are exact whatever is chosen here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IntervalMethod {
    /// Exact: never covers less than its level, mostly more. The default.
    #[default]
    ClopperPearson,
    /// The score interval: covers its level on average.
    Wilson,
    /// Equal tails of Jeffreys' prior: covers its level on average.
    Jeffreys,
}

impl IntervalMethod {
    /// Every method, the default first.
    pub const ALL: [Self; 3] = [Self::ClopperPearson, Self::Wilson, Self::Jeffreys];

    /// The word of the command line and of files.
    pub fn name(self) -> &'static str {
        match self {
            Self::ClopperPearson => "clopper-pearson",
            Self::Wilson => "wilson",
            Self::Jeffreys => "jeffreys",
        }
    }

    /// The method of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.name() == name)
    }
}

impl Proportion {
    /// The two-sided interval of a method.
    pub fn interval(self, method: IntervalMethod, level: Level) -> Interval {
        match method {
            IntervalMethod::ClopperPearson => self.clopper_pearson(level),
            IntervalMethod::Wilson => self.wilson(level),
            IntervalMethod::Jeffreys => self.jeffreys(level),
        }
    }
}
