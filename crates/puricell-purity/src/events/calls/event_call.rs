//! The call of one event, held small: a lot may have ten million.

use crate::call::CallKind;
use crate::{Called, Outcome};

/// Classes that a call can tell apart, sub-classes among them: one byte holds the index.
pub(in crate::events) const MAX_CLASSES: usize = 254;

/// Subsets that a call can hold: a bit each.
pub(in crate::events) const MAX_SUBSETS: usize = 32;

/// The call of one event. An `Option` of it takes 12 bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EventCall {
    kind: SmallKind,
    /// [`NO_SUBCLASS`], or an index of `Resolved::classes`.
    subclass: u8,
    subsets: u32,
    confidence: f32,
}

/// [`CallKind`] with an index of one byte.
#[derive(Debug, Clone, Copy, PartialEq)]
enum SmallKind {
    Target,
    Class(u8),
    Suspect(u8),
    Unassigned,
}

/// Above every index below [`MAX_CLASSES`].
const NO_SUBCLASS: u8 = u8::MAX;

impl EventCall {
    /// Packs a call. Indices are below [`MAX_CLASSES`], which is checked before events are called; `subsets` has bit i
    /// set where the event belongs to entry i of `Resolved::subsets`.
    pub(super) fn new(kind: CallKind, subclass: Option<usize>, subsets: u32, confidence: f64) -> Self {
        let small = |index: usize| u8::try_from(index).unwrap_or(NO_SUBCLASS);
        let kind = match kind {
            CallKind::Target => SmallKind::Target,
            CallKind::Class(class) => SmallKind::Class(small(class)),
            CallKind::Suspect(class) => SmallKind::Suspect(small(class)),
            CallKind::Unassigned => SmallKind::Unassigned,
        };
        Self { kind, subclass: subclass.map_or(NO_SUBCLASS, small), subsets, confidence: confidence as f32 }
    }

    /// What it is. Classes are indices of [`Resolved::classes`](crate::Resolved::classes) without parent.
    pub fn kind(&self) -> CallKind {
        match self.kind {
            SmallKind::Target => CallKind::Target,
            SmallKind::Class(class) => CallKind::Class(usize::from(class)),
            SmallKind::Suspect(class) => CallKind::Suspect(usize::from(class)),
            SmallKind::Unassigned => CallKind::Unassigned,
        }
    }

    /// Sub-class of a class call, an index of the same list.
    pub fn subclass(&self) -> Option<usize> {
        (self.subclass != NO_SUBCLASS).then(|| usize::from(self.subclass))
    }

    /// True for a target event that belongs to this entry of [`Resolved::subsets`](crate::Resolved::subsets).
    pub fn is_in(&self, subset: usize) -> bool {
        subset < MAX_SUBSETS && self.subsets & (1 << subset) != 0
    }

    /// Indices of the subsets that the event belongs to, increasing; only a target event has any.
    pub fn subsets(&self) -> impl Iterator<Item = usize> + '_ {
        (0..MAX_SUBSETS).filter(|&subset| self.is_in(subset))
    }

    /// Posterior probability of the call, 0 to 1; for an unassigned event, of the likeliest hypothesis that it did not
    /// meet.
    pub fn confidence(&self) -> f64 {
        f64::from(self.confidence)
    }
}

impl From<&EventCall> for Outcome {
    fn from(call: &EventCall) -> Self {
        Self::Called(Called {
            kind: call.kind(),
            subclass: call.subclass(),
            subsets: call.subsets().collect(),
            confidence: call.confidence(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_takes_twelve_bytes_and_comes_out_as_it_went_in() {
        assert_eq!(size_of::<Option<EventCall>>(), 12);
        let last = MAX_CLASSES - 1;
        for kind in [CallKind::Target, CallKind::Unassigned, CallKind::Class(0), CallKind::Class(last)] {
            for subclass in [None, Some(0), Some(last)] {
                let call = EventCall::new(kind, subclass, 0, 0.25);
                assert_eq!((call.kind(), call.subclass(), call.confidence()), (kind, subclass, 0.25));
            }
        }
        let call = EventCall::new(CallKind::Suspect(7), None, 1 | 1 << 31, 1.0);
        assert_eq!((call.kind(), call.subsets().collect::<Vec<_>>()), (CallKind::Suspect(7), vec![0, 31]));
        assert!(call.is_in(31) && !call.is_in(30) && !call.is_in(32));
    }
}
