//! LZF, h5py's own compression filter (number 32000).

/// The number under which the filter is registered.
pub(crate) const LZF: u16 = 32000;

/// Undoes LZF (the format of LibLZF 3.6 by Marc Lehmann): a control byte below 32 says how many literal bytes follow;
/// else its upper three bits are the length of a repeat (7: another byte adds to it) and the lower five with the next
/// byte its distance. Appends to `out`, which is empty. `None` where the input ends early, reaches back too far, or would
/// exceed `limit` bytes.
pub(crate) fn decompress(input: &[u8], limit: usize, out: &mut Vec<u8>) -> Option<()> {
    out.reserve(limit.min(input.len().saturating_mul(8)));
    let mut rest = input;
    let mut take = |n: usize| -> Option<&[u8]> {
        let (taken, left) = rest.split_at_checked(n)?;
        rest = left;
        Some(taken)
    };
    while let Some(&[control]) = take(1) {
        let control = usize::from(control);
        if control < 32 {
            out.extend_from_slice(take(control + 1)?);
        } else {
            let mut length = control >> 5;
            if length == 7 {
                length += usize::from(take(1)?[0]);
            }
            let distance = ((control & 31) << 8) + usize::from(take(1)?[0]) + 1;
            let from = out.len().checked_sub(distance)?;
            if out.len() + length + 2 > limit {
                return None;
            }
            if distance >= length + 2 {
                out.extend_from_within(from..from + length + 2);
            } else {
                // The repeat overlaps what it writes, so it goes byte by byte.
                for i in from..from + length + 2 {
                    out.push(out[i]);
                }
            }
        }
        if out.len() > limit {
            return None;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpacked(input: &[u8], limit: usize) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        decompress(input, limit, &mut out).map(|()| out)
    }

    #[test]
    fn literals_and_repeats() {
        // "ab", then 6 bytes from 2 back.
        assert_eq!(unpacked(&[1, b'a', b'b', 4 << 5, 1], 8).unwrap(), b"abababab");
        // A long repeat: 7 + 3 + 2 bytes from 1 back.
        assert_eq!(unpacked(&[0, b'x', 7 << 5, 3, 0], 13).unwrap(), b"xxxxxxxxxxxxx");
    }

    #[test]
    fn damage_is_noticed() {
        assert_eq!(unpacked(&[5, b'a'], 100), None);
        assert_eq!(unpacked(&[0, b'a', 1 << 5, 9], 100), None);
        assert_eq!(unpacked(&[0, b'a', 7 << 5, 200, 0], 100), None);
        assert_eq!(unpacked(&[0, b'a', 7 << 5], 100), None);
    }
}
