//! Which mixtures a study makes.

use crate::error::AppError;

/// How the mixtures of a study are made.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// Share of each contaminant class in a mixture, increasing, 0 (the blank) first.
    pub fractions: Vec<f64>,
    /// Mixtures per fraction, depth and seed, each of cells drawn anew. Default 5; fewer than 3 say little of precision.
    pub replicates: usize,
    /// Cells of a mixture.
    pub cells: usize,
    /// Share of each cell's molecules that is replaced by molecules of the mixture's own average, 0 to 1. Default 0.
    pub ambient: f64,
    /// Share of barcodes that hold a second cell of the mixture, 0 to 1. Default 0.
    pub doublets: f64,
    /// Share of barcodes that have lost their cytoplasm, 0 to 1. Default 0.
    pub dead: f64,
    /// Shares of the molecules kept, decreasing; the first is the depth at which accuracy, linearity and limits are stated.
    pub depths: Vec<f64>,
    /// Seeds; each draws every mixture anew and seeds the pipeline.
    pub seeds: Vec<u64>,
}

/// One mixture of a study.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RunPlan {
    /// Number in the study, from 0.
    pub number: usize,
    /// Seed of its draws and of the pipeline.
    pub seed: u64,
    /// Share of molecules kept.
    pub depth: f64,
    /// Index of the fraction.
    pub level: usize,
    /// Share of each contaminant class.
    pub fraction: f64,
    /// Replicate, from 0.
    pub replicate: usize,
}

impl Design {
    /// Checks the numbers against each other and against `n_classes` contaminant classes.
    ///
    /// # Errors
    /// [`AppError::Usage`] with the option, what was found and what was expected.
    pub fn check(&self, n_classes: usize) -> Result<(), AppError> {
        let is_share = |value: f64| (0.0..=1.0).contains(&value);
        for (option, value) in [("--ambient", self.ambient), ("--doublets", self.doublets), ("--dead", self.dead)] {
            if !(is_share(value) && value < 1.0) {
                return Err(AppError::usage(
                    format!("{option} {value}: expected a fraction from 0 to below 1"),
                    "2 % is written 0.02",
                ));
            }
        }
        if self.dead + self.doublets > 1.0 {
            return Err(AppError::usage(
                format!("--dead {} and --doublets {} are more than all cells", self.dead, self.doublets),
                "a cell is altered in one way only, so the two must not exceed 1 together",
            ));
        }
        if let Some(depth) = self.depths.iter().find(|&&d| !(d > 0.0 && is_share(d))) {
            return Err(AppError::usage(
                format!("--depth {depth}: expected a share of the molecules above 0 and up to 1"),
                "half the depth is written 0.5",
            ));
        }
        for &fraction in &self.fractions {
            if !is_share(fraction) {
                return Err(AppError::usage(
                    format!("--fractions {fraction}: expected fractions from 0 to 1"),
                    "0.1 % is written 0.001",
                ));
            }
            if fraction > 0.0 && self.planted(fraction) == 0 {
                return Err(AppError::usage(
                    format!(
                        "fraction {fraction} of {} cells is {} cells, which rounds to none",
                        self.cells,
                        fraction * self.cells as f64
                    ),
                    format!("give --cells {} or more, or leave the fraction out", (1.0 / fraction).ceil()),
                ));
            }
            if self.planted(fraction) * n_classes >= self.cells {
                return Err(AppError::usage(
                    format!(
                        "at fraction {fraction} of each class ({n_classes} in all) there is no room for the target"
                    ),
                    "each class is mixed in at the fraction given; give smaller ones",
                ));
            }
        }
        Ok(())
    }

    /// Cells of each contaminant class at a fraction.
    pub fn planted(&self, fraction: f64) -> usize {
        (self.cells as f64 * fraction).round() as usize
    }

    /// The depth at which accuracy, linearity and limits are stated.
    pub fn full_depth(&self) -> f64 {
        self.depths.first().copied().unwrap_or(1.0)
    }

    /// Every mixture, in the order in which they are made: by seed, depth, fraction, replicate.
    pub fn runs(&self) -> Vec<RunPlan> {
        let mut runs = Vec::new();
        for &seed in &self.seeds {
            for &depth in &self.depths {
                for (level, &fraction) in self.fractions.iter().enumerate() {
                    for replicate in 0..self.replicates {
                        runs.push(RunPlan { number: runs.len(), seed, depth, level, fraction, replicate });
                    }
                }
            }
        }
        runs
    }
}
