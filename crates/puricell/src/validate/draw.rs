//! Drawing cells of a pool.

use puricell_core::Stream;

/// `n` of the pool's cells. No cell is drawn again before every other was drawn, so that up to the size of the pool the
/// draw is without replacement. `pool` must not be empty where `n` is not 0.
pub(super) fn draw(pool: &[usize], n: usize, stream: &mut Stream) -> Vec<usize> {
    let mut drawn = Vec::with_capacity(n);
    let mut left = Vec::new();
    while drawn.len() < n && !pool.is_empty() {
        if left.is_empty() {
            left.extend_from_slice(pool);
        }
        let next = left.swap_remove(stream.below(left.len()));
        drawn.push(next);
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;
    use puricell_core::Seed;

    #[test]
    fn no_cell_comes_again_before_all_have_come() {
        let pool: Vec<usize> = (100..110).collect();
        let mut stream = Seed(1).stream("test", 0);
        let drawn = draw(&pool, 25, &mut stream);
        for pass in drawn.chunks(10) {
            let mut distinct = pass.to_vec();
            distinct.sort_unstable();
            distinct.dedup();
            assert_eq!(distinct.len(), pass.len());
            assert!(distinct.iter().all(|c| pool.contains(c)));
        }
        let mut first = drawn[..10].to_vec();
        first.sort_unstable();
        assert_eq!(first, pool);
        assert_eq!(drawn.len(), 25);
    }

    #[test]
    fn every_cell_is_equally_likely() {
        let pool: Vec<usize> = (0..8).collect();
        let mut counts = [0_u32; 8];
        for item in 0..4000 {
            for cell in draw(&pool, 2, &mut Seed(2).stream("test", item)) {
                counts[cell] += 1;
            }
        }
        // 4,000 draws of 2 among 8: 1,000 each, standard deviation sqrt(4000 x 1/4 x 3/4) = 27; five of them.
        assert!(counts.iter().all(|&c| (863..=1137).contains(&c)), "{counts:?}");
        assert!(draw(&[], 3, &mut Seed(1).stream("test", 0)).is_empty());
    }
}
