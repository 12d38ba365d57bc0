//! The best few of what has been seen.

use super::queries::Kept;
use super::tile::PANEL;

/// Up to a fixed number of candidates, best first, ties in the order they came.
#[derive(Debug, Clone)]
pub(super) struct Candidates {
    most: usize,
    /// Slot of the query, which is left out.
    own: u32,
    scores: Vec<f32>,
    slots: Vec<u32>,
}

impl Candidates {
    pub(super) fn new(most: usize, own: u32) -> Self {
        Self { most, own, scores: Vec::with_capacity(most + 1), slots: Vec::with_capacity(most + 1) }
    }

    /// Score of the last candidate once the list is full: none that was left out scores lower.
    pub(super) fn bound(&self) -> Option<f32> {
        if self.scores.len() < self.most { None } else { self.scores.last().copied() }
    }

    pub(super) fn slots(&self) -> &[u32] {
        &self.slots
    }
}

impl Kept for Candidates {
    /// Infinite until the list is full.
    fn threshold(&self) -> f32 {
        self.bound().unwrap_or(f32::INFINITY)
    }

    #[cold]
    #[inline(never)]
    fn take(&mut self, scores: &[f32; PANEL], first: usize) -> f32 {
        let mut threshold = self.threshold();
        for (slot, &score) in (first as u32..).zip(scores) {
            if score < threshold && slot != self.own {
                let at = self.scores.iter().map(|&s| usize::from(s <= score)).sum();
                self.scores.insert(at, score);
                self.slots.insert(at, slot);
                self.scores.truncate(self.most);
                self.slots.truncate(self.most);
                threshold = self.threshold();
            }
        }
        threshold
    }
}
