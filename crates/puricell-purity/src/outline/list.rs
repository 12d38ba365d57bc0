//! The classes of a profile of either kind.

use crate::events::CytoProfile;
use crate::{ClassRole, Profile};

/// A class by id, place and role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedClass {
    /// Id.
    pub id: String,
    /// Id of the top class that it is part of.
    pub parent: Option<String>,
    /// What it is to the product.
    pub role: ClassRole,
}

/// What the rows of a composition are about, whichever kind of profile defines them: what a [`Spec`](crate::Spec) may
/// name, beside `target`, `suspect`, `unassigned` and `non_viable`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassList {
    /// Classes, in the order of the profile.
    pub classes: Vec<ListedClass>,
    /// Ids of the sums over classes and of the groups of target cells.
    pub informative: Vec<String>,
}

impl ClassList {
    /// The class of this id.
    pub fn class(&self, id: &str) -> Option<&ListedClass> {
        self.classes.iter().find(|c| c.id == id)
    }
}

impl From<&Profile> for ClassList {
    fn from(profile: &Profile) -> Self {
        let class = |c: &crate::Class| ListedClass { id: c.id.clone(), parent: c.parent.clone(), role: c.role };
        let rollups = profile.rollups.iter().map(|r| &r.id);
        Self {
            classes: profile.classes.iter().map(class).collect(),
            informative: rollups.chain(profile.subsets.iter().map(|s| &s.id)).cloned().collect(),
        }
    }
}

impl From<&CytoProfile> for ClassList {
    fn from(profile: &CytoProfile) -> Self {
        let class =
            |c: &crate::events::EventClass| ListedClass { id: c.id.clone(), parent: c.parent.clone(), role: c.role };
        let rollups = profile.rollups.iter().map(|r| &r.id);
        Self {
            classes: profile.classes.iter().map(class).collect(),
            informative: rollups.chain(profile.subsets.iter().map(|s| &s.id)).cloned().collect(),
        }
    }
}
