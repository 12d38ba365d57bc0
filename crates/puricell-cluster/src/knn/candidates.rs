//! The best few of what has been seen.

/// Up to a fixed number of candidates, best first, ties in the order they came.
#[derive(Debug, Clone)]
pub(super) struct Candidates {
    most: usize,
    scores: Vec<f32>,
    indices: Vec<u32>,
}

impl Candidates {
    pub(super) fn new(most: usize) -> Self {
        Self { most, scores: Vec::with_capacity(most + 1), indices: Vec::with_capacity(most + 1) }
    }

    /// Score that must be beaten: infinite until the list is full.
    pub(super) fn threshold(&self) -> f32 {
        self.bound().unwrap_or(f32::INFINITY)
    }

    /// Score of the last candidate once the list is full: none that was left out scores lower.
    pub(super) fn bound(&self) -> Option<f32> {
        if self.scores.len() < self.most { None } else { self.scores.last().copied() }
    }

    pub(super) fn indices(&self) -> &[u32] {
        &self.indices
    }

    /// Takes a candidate that beats the threshold.
    pub(super) fn insert(&mut self, score: f32, index: u32) {
        let at = self.scores.partition_point(|&s| s <= score);
        self.scores.insert(at, score);
        self.indices.insert(at, index);
        self.scores.truncate(self.most);
        self.indices.truncate(self.most);
    }
}
