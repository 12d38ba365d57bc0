//! `$BYTEORD`: which byte of a number comes first.

/// The order of the bytes of a number in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ByteOrder {
    /// Least significant first (`1,2,3,4`), for any width.
    Little,
    /// Most significant first (`4,3,2,1`), for any width.
    Big,
    /// The significance of each byte in file order, 0 the least; for numbers of as many bytes only.
    Mixed(Vec<u8>),
}

impl ByteOrder {
    /// Reads a value like `3,4,1,2`: for each byte in file order its significance, 1 the least.
    pub(crate) fn parse(value: &str) -> Option<Self> {
        let ranks: Option<Vec<u64>> = value.split(',').map(crate::number::whole).collect();
        let ranks = ranks?;
        let n = ranks.len() as u64;
        if n > 8 || !(1..=n).all(|rank| ranks.contains(&rank)) {
            return None;
        }
        Some(if ranks.is_sorted() {
            Self::Little
        } else if ranks.iter().rev().is_sorted() {
            Self::Big
        } else {
            Self::Mixed(ranks.iter().map(|&rank| (rank - 1) as u8).collect())
        })
    }

    /// Whether numbers of `bytes` bytes can be read in this order.
    pub(crate) fn fits(&self, bytes: usize) -> bool {
        match self {
            Self::Little | Self::Big => true,
            Self::Mixed(ranks) => bytes == 1 || ranks.len() == bytes,
        }
    }

    /// The number in `bytes`, at most eight.
    pub(crate) fn number(&self, bytes: &[u8]) -> u64 {
        match self {
            Self::Little => bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)),
            Self::Big => bytes.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)),
            Self::Mixed(_) if bytes.len() == 1 => bytes.iter().fold(0, |_, &byte| u64::from(byte)),
            Self::Mixed(ranks) => {
                bytes.iter().zip(ranks).fold(0, |number, (&byte, &rank)| number | u64::from(byte) << (8 * rank))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_number_in_every_order() {
        for (order, bytes) in
            [("1,2,3,4", [4, 3, 2, 1]), ("4,3,2,1", [1, 2, 3, 4]), ("3,4,1,2", [2, 1, 4, 3]), ("2,1,4,3", [3, 4, 1, 2])]
        {
            assert_eq!(ByteOrder::parse(order).unwrap().number(&bytes), 0x0102_0304, "{order}");
        }
    }

    #[test]
    fn what_is_no_order() {
        for value in ["", "1,1", "0,1", "1,3", "1;2", "9,8,7,6,5,4,3,2,1", "1,2,3,4,"] {
            assert_eq!(ByteOrder::parse(value), None, "{value}");
        }
        assert!(!ByteOrder::parse("3,4,1,2").unwrap().fits(2));
    }
}
