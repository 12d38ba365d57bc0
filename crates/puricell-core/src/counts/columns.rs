//! Columns of stored counts.

/// Most columns that two bytes tell apart.
const NARROW: usize = 1 << 16;

/// Column of each stored count, from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CountColumns {
    /// Two bytes each.
    Narrow(Vec<u16>),
    /// Four bytes each.
    Wide(Vec<u32>),
}

impl Default for CountColumns {
    fn default() -> Self {
        Self::Narrow(Vec::new())
    }
}

impl CountColumns {
    /// True where two bytes can name every column of a matrix.
    pub fn fit_narrow(n_cols: usize) -> bool {
        n_cols <= NARROW
    }

    /// No entry yet, as wide as `n_cols` columns need, with room for `capacity` entries.
    pub fn with_capacity(n_cols: usize, capacity: usize) -> Self {
        if Self::fit_narrow(n_cols) {
            Self::Narrow(Vec::with_capacity(capacity))
        } else {
            Self::Wide(Vec::with_capacity(capacity))
        }
    }

    /// `n` entries of column 0, as wide as `n_cols` columns need.
    pub fn zeros(n_cols: usize, n: usize) -> Self {
        if Self::fit_narrow(n_cols) { Self::Narrow(vec![0; n]) } else { Self::Wide(vec![0; n]) }
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        match self {
            Self::Narrow(columns) => columns.len(),
            Self::Wide(columns) => columns.len(),
        }
    }

    /// True without an entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entry at `i`, or `None` beyond the last.
    pub fn get(&self, i: usize) -> Option<u32> {
        match self {
            Self::Narrow(columns) => columns.get(i).map(|&c| c.into()),
            Self::Wide(columns) => columns.get(i).copied(),
        }
    }

    /// Replaces the entry at `i`, which must be there. All entries become wide where this one needs it.
    pub fn set(&mut self, i: usize, column: u32) {
        match (&mut *self, u16::try_from(column)) {
            (Self::Narrow(columns), Ok(column)) => columns[i] = column,
            (Self::Wide(columns), _) => columns[i] = column,
            (Self::Narrow(_), Err(_)) => self.widen(|wide| wide[i] = column),
        }
    }

    /// Adds an entry. All entries become wide where this one needs it.
    pub fn push(&mut self, column: u32) {
        match (&mut *self, u16::try_from(column)) {
            (Self::Narrow(columns), Ok(column)) => columns.push(column),
            (Self::Wide(columns), _) => columns.push(column),
            (Self::Narrow(_), Err(_)) => self.widen(|wide| wide.push(column)),
        }
    }

    /// Adds the entries of another.
    pub fn append(&mut self, other: &Self) {
        match (&mut *self, other) {
            (Self::Narrow(columns), Self::Narrow(more)) => columns.extend_from_slice(more),
            (Self::Wide(columns), Self::Narrow(more)) => columns.extend(more.iter().map(|&c| u32::from(c))),
            (Self::Wide(columns), Self::Wide(more)) => columns.extend_from_slice(more),
            (Self::Narrow(_), Self::Wide(more)) => self.widen(|wide| wide.extend_from_slice(more)),
        }
    }

    fn widen(&mut self, change: impl FnOnce(&mut Vec<u32>)) {
        let mut wide = match std::mem::take(self) {
            Self::Narrow(columns) => columns.into_iter().map(u32::from).collect(),
            Self::Wide(columns) => columns,
        };
        change(&mut wide);
        *self = Self::Wide(wide);
    }

    /// The same entries, all below `n_cols`, as wide as these need.
    pub(super) fn narrowed(self, n_cols: usize) -> Self {
        match self {
            Self::Wide(columns) if Self::fit_narrow(n_cols) => {
                Self::Narrow(columns.into_iter().map(|c| c as u16).collect())
            }
            Self::Narrow(columns) if !Self::fit_narrow(n_cols) => {
                Self::Wide(columns.into_iter().map(u32::from).collect())
            }
            fitting => fitting,
        }
    }
}
