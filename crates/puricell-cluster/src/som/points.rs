//! Rows and columns of a table as points.

use puricell_core::{Dense, reduce};

use crate::ClusterError;

/// Points gone through at once: few enough that their coordinates stay in the cache.
pub(super) const AT_ONCE: usize = 256;

/// Some rows and columns of a table.
#[derive(Clone, Copy)]
pub(super) struct Points<'a> {
    values: &'a Dense<f32>,
    columns: &'a [usize],
    /// `None`: all of them.
    rows: Option<&'a [usize]>,
}

impl<'a> Points<'a> {
    /// # Errors
    /// For a column or row beyond the table and for NaN or infinite values.
    pub(super) fn new(
        values: &'a Dense<f32>,
        columns: &'a [usize],
        rows: Option<&'a [usize]>,
        what: &'static str,
    ) -> Result<Self, ClusterError> {
        let (n_rows, n_cols) = (values.n_rows(), values.n_cols());
        if let Some(&index) = columns.iter().find(|&&column| column >= n_cols) {
            return Err(ClusterError::Index { what: "column", index, n: n_cols });
        }
        if let Some(&index) = rows.unwrap_or_default().iter().find(|&&row| row >= n_rows) {
            return Err(ClusterError::Index { what: "row", index, n: n_rows });
        }
        let points = Self { values, columns, rows };
        let checks = reduce::map_chunks(points.n(), reduce::CHUNK, |range| {
            range.map(|point| points.row(point)).try_for_each(|row| {
                let found = columns.iter().find(|&&column| !values.row(row)[column].is_finite());
                found.map_or(Ok(()), |&column| {
                    Err(ClusterError::NonFinite { what, row, column, value: values.row(row)[column] })
                })
            })
        });
        checks.into_iter().collect::<Result<(), _>>()?;
        Ok(points)
    }

    pub(super) fn n(&self) -> usize {
        self.rows.map_or(self.values.n_rows(), <[usize]>::len)
    }

    pub(super) fn dims(&self) -> usize {
        self.columns.len()
    }

    /// The values of a point as the table holds them.
    pub(super) fn of(&self, point: usize) -> impl Iterator<Item = f64> {
        let row = self.values.row(self.row(point));
        self.columns.iter().map(move |&column| f64::from(row[column]))
    }

    /// A point in the units of the distances.
    pub(super) fn scaled(&self, point: usize, scale: &[f64], out: &mut [f64]) {
        for ((out, x), factor) in out.iter_mut().zip(self.of(point)).zip(scale) {
            *out = x * factor;
        }
    }

    /// Reads a value of each point and forgets it, so that the waits for memory overlap before the points are used.
    pub(super) fn touch(&self, points: &[usize]) {
        let Some(&column) = self.columns.first() else { return };
        let sum: f32 = points.iter().map(|&point| self.values.row(self.row(point))[column]).sum();
        std::hint::black_box(sum);
    }

    fn row(&self, point: usize) -> usize {
        self.rows.map_or(point, |rows| rows[point])
    }
}
