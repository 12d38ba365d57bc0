//! Which events are in which gate.

/// The events of one gate, a bit per event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    n_events: usize,
    words: Vec<u64>,
}

impl Membership {
    /// From words of 64 events, the first event in the lowest bit; bits beyond the last event are 0.
    pub(super) fn from_words(n_events: usize, words: Vec<u64>) -> Self {
        Self { n_events, words }
    }

    /// Whether this event is in the gate; `false` for an event there is not.
    pub fn contains(&self, event: usize) -> bool {
        event < self.n_events && self.words[event / 64] >> (event % 64) & 1 == 1
    }

    /// Number of events in the gate.
    pub fn count(&self) -> usize {
        self.words.iter().map(|w| w.count_ones() as usize).sum()
    }

    /// Number of events, in the gate or not.
    pub fn n_events(&self) -> usize {
        self.n_events
    }

    /// The events in the gate, in order.
    pub fn events(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.n_events).filter(|&event| self.contains(event))
    }
}

/// The events of all gates of a document: gates and quadrants in the file's order (a quadrant gate itself has none).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memberships {
    /// Name and events.
    pub gates: Vec<(String, Membership)>,
}

impl Memberships {
    /// The events of the gate or quadrant with this name.
    pub fn get(&self, id: &str) -> Option<&Membership> {
        self.gates.iter().find(|(name, _)| name == id).map(|(_, events)| events)
    }
}
