//! One reproducible random stream per stage and item.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// The seed of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seed(pub u64);

impl Seed {
    /// The stream of one item of one stage. Streams of other stages or items are independent of it, and none depends on
    /// the thread that draws from it.
    pub fn stream(self, stage: &str, item: u64) -> Stream {
        // FNV-1a of the stage's name picks the key, the item the ChaCha stream number.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for byte in stage.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        let mut key = [0_u8; 32];
        key[..8].copy_from_slice(&self.0.to_le_bytes());
        key[8..16].copy_from_slice(&hash.to_le_bytes());
        let mut rng = ChaCha8Rng::from_seed(key);
        rng.set_stream(item);
        Stream { rng, spare: None }
    }
}

/// A stream of random numbers.
#[derive(Debug, Clone)]
pub struct Stream {
    rng: ChaCha8Rng,
    spare: Option<f64>,
}

impl Stream {
    /// 64 uniform bits.
    pub fn bits(&mut self) -> u64 {
        self.rng.next_u64()
    }

    /// Uniform on [0, 1), 53 bits.
    pub fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    /// Uniform on `0..n`, without bias (Lemire 2019, doi:10.1145/3230636). `n` must not be 0.
    pub fn below(&mut self, n: usize) -> usize {
        let n = n as u64;
        let mut product = u128::from(self.bits()) * u128::from(n);
        if (product as u64) < n {
            let threshold = n.wrapping_neg() % n;
            while (product as u64) < threshold {
                product = u128::from(self.bits()) * u128::from(n);
            }
        }
        (product >> 64) as usize
    }

    /// Standard normal, by the polar method.
    pub fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        loop {
            let (u, v) = (2.0 * self.uniform() - 1.0, 2.0 * self.uniform() - 1.0);
            let s = u * u + v * v;
            if s > 0.0 && s < 1.0 {
                let scale = (-2.0 * crate::math::ln(s) / s).sqrt();
                self.spare = Some(v * scale);
                return u * scale;
            }
        }
    }

    /// Shuffles in place (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_repeat_and_differ() {
        let seed = Seed(7);
        let draw = |stage, item| seed.stream(stage, item).bits();
        assert_eq!(draw("umap", 3), draw("umap", 3));
        assert_ne!(draw("umap", 3), draw("umap", 4));
        assert_ne!(draw("umap", 3), draw("leiden", 3));
        assert_ne!(draw("umap", 3), Seed(8).stream("umap", 3).bits());
    }

    #[test]
    fn normal_and_below_have_the_right_moments() {
        let mut s = Seed(1).stream("test", 0);
        let n = 20_000;
        let x: Vec<f64> = (0..n).map(|_| s.normal()).collect();
        let mean = x.iter().sum::<f64>() / f64::from(n);
        let var = x.iter().map(|v| v * v).sum::<f64>() / f64::from(n);
        // Four standard errors: 4/sqrt(n) for the mean, 4*sqrt(2/n) for the variance.
        assert!(mean.abs() < 0.029, "{mean}");
        assert!((var - 1.0).abs() < 0.04, "{var}");
        let mut seen = [0; 7];
        for _ in 0..7000 {
            seen[s.below(7)] += 1;
        }
        assert!(seen.iter().all(|&c| (850..1150).contains(&c)), "{seen:?}");
    }
}
