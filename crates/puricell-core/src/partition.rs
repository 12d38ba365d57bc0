//! Cells in groups.

use thiserror::Error;

/// Why labels do not form a [`Partition`].
#[derive(Debug, Error, PartialEq, Eq)]
pub enum PartitionError {
    /// More groups than a `u32` can name.
    #[error("{0} groups are more than a 32-bit label can name")]
    TooMany(usize),
}

/// A group label per cell: 0 is the largest group; equal sizes are ordered by their first cell. No label is unused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition {
    labels: Vec<u32>,
    sizes: Vec<usize>,
}

impl Partition {
    /// From any labels; they are renumbered by size, then by first cell, so that equal groupings have equal labels.
    ///
    /// # Errors
    /// [`PartitionError::TooMany`] beyond 2^32 groups.
    pub fn from_labels(labels: &[usize]) -> Result<Self, PartitionError> {
        let mut first_and_size: std::collections::BTreeMap<usize, (usize, usize)> = std::collections::BTreeMap::new();
        for (cell, &label) in labels.iter().enumerate() {
            first_and_size.entry(label).or_insert((cell, 0)).1 += 1;
        }
        if u32::try_from(first_and_size.len()).is_err() {
            return Err(PartitionError::TooMany(first_and_size.len()));
        }
        let mut order: Vec<(usize, (usize, usize))> = first_and_size.into_iter().collect();
        order.sort_by(|a, b| b.1.1.cmp(&a.1.1).then(a.1.0.cmp(&b.1.0)));
        let sizes = order.iter().map(|o| o.1.1).collect();
        let new_label: std::collections::BTreeMap<usize, u32> =
            order.iter().enumerate().map(|(new, o)| (o.0, new as u32)).collect();
        Ok(Self { labels: labels.iter().map(|l| new_label[l]).collect(), sizes })
    }

    /// Label of each cell.
    pub fn labels(&self) -> &[u32] {
        &self.labels
    }

    /// Number of groups.
    pub fn n_groups(&self) -> usize {
        self.sizes.len()
    }

    /// Cells per group, largest first.
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// Number of cells.
    pub fn n_cells(&self) -> usize {
        self.labels.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_go_by_size_then_first_cell() {
        let p = Partition::from_labels(&[9, 4, 4, 7, 7, 1]).unwrap();
        assert_eq!(p.labels(), &[2, 0, 0, 1, 1, 3]);
        assert_eq!(p.sizes(), &[2, 2, 1, 1]);
        assert_eq!(p, Partition::from_labels(&[0, 5, 5, 2, 2, 3]).unwrap());
    }
}
