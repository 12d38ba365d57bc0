//! Pseudobulk profiles side by side.

use std::collections::BTreeMap;

use puricell_core::math;

use super::WhyNot;
use crate::Species;
use crate::cohort::expression::{Pseudobulk, Reference};

/// Genes added up side by side; a fixed number, so that the order of the sum is.
const LANES: usize = 8;

/// The profiles of lots, genes by number.
#[derive(Debug, Clone, Default)]
pub(super) struct Profiles {
    numbers: BTreeMap<String, usize>,
    lots: Vec<Option<Profile>>,
}

#[derive(Debug, Clone)]
struct Profile {
    species: Species,
    reference: Reference,
    halves: [Half; 2],
}

/// `log2(1 + molecules per million)` of each gene, by its number; 0 beyond the end.
#[derive(Debug, Clone)]
struct Half {
    values: Vec<f64>,
    sum: f64,
    sum_of_squares: f64,
}

/// Sums over the genes seen in either of two halves.
struct Sums {
    n: f64,
    products: f64,
    squared_differences: f64,
}

impl Profiles {
    pub(super) fn add(&mut self, lot: Option<&Pseudobulk>) {
        let profile = lot.map(|lot| {
            let Pseudobulk { species, reference, genes, .. } = lot;
            let numbers: Vec<usize> = genes
                .iter()
                .map(|gene| {
                    let next = self.numbers.len();
                    *self.numbers.entry(gene.id.clone()).or_insert(next)
                })
                .collect();
            let molecules = lot.molecules();
            let halves = [0, 1].map(|half| {
                let mut values = vec![0.0; self.numbers.len()];
                for (gene, &number) in genes.iter().zip(&numbers) {
                    let per_million = gene.counts[half] as f64 * 1e6 / molecules[half].max(1) as f64;
                    values[number] = math::log2(1.0 + per_million);
                }
                Half {
                    sum: values.iter().sum(),
                    sum_of_squares: values.iter().map(|value| value * value).sum(),
                    values,
                }
            });
            Profile { species: *species, reference: reference.clone(), halves }
        });
        self.lots.push(profile);
    }

    pub(super) fn comparable(&self, a: usize, b: usize) -> Result<(), WhyNot> {
        let profile = |lot: usize| self.lots[lot].as_ref().ok_or(WhyNot::Lacks { lot, what: "pseudobulk" });
        let (of_a, of_b) = (profile(a)?, profile(b)?);
        for (lot, of) in [(a, of_a), (b, of_b)] {
            if of.halves.iter().any(|half| half.sum <= 0.0) {
                return Err(WhyNot::Lacks { lot, what: "molecule in a half of its target cells" });
            }
        }
        if of_a.species != of_b.species {
            return Err(WhyNot::OtherSpecies(of_a.species, of_b.species));
        }
        if of_a.reference != of_b.reference {
            return Err(WhyNot::OtherReference(Box::new(of_a.reference.clone()), Box::new(of_b.reference.clone())));
        }
        Ok(())
    }

    /// NaN for lots that are not comparable, and where all genes are expressed alike.
    pub(super) fn correlation_distance(&self, a: (usize, usize), b: (usize, usize)) -> f64 {
        let Some((x, y, sums)) = self.sums(a, b) else { return f64::NAN };
        // Genes seen in neither add nothing to a sum.
        let covariance = sums.products - x.sum * y.sum / sums.n;
        let variance = |half: &Half| {
            let variance = half.sum_of_squares - half.sum * half.sum / sums.n;
            // What rounding leaves of none.
            if variance > 1e-12 * half.sum_of_squares { variance } else { f64::NAN }
        };
        let distance = 1.0 - covariance / (variance(x) * variance(y)).sqrt();
        // Rounding may leave a correlation just above 1; NaN stays.
        if distance < 0.0 { 0.0 } else { distance }
    }

    /// NaN for lots that are not comparable.
    pub(super) fn log_ratio(&self, a: (usize, usize), b: (usize, usize)) -> f64 {
        self.sums(a, b).map_or(f64::NAN, |(_, _, sums)| (sums.squared_differences / sums.n).sqrt())
    }

    fn sums(&self, a: (usize, usize), b: (usize, usize)) -> Option<(&Half, &Half, Sums)> {
        let half = |(lot, half): (usize, usize)| Some(&self.lots.get(lot)?.as_ref()?.halves[half]);
        let (x, y) = (half(a)?, half(b)?);
        let (mut n, mut products, mut squares) = ([0_u32; LANES], [0.0; LANES], [0.0; LANES]);
        let mut add = |lane: usize, x: f64, y: f64| {
            n[lane] += u32::from(x > 0.0 || y > 0.0);
            products[lane] += x * y;
            squares[lane] += (x - y) * (x - y);
        };
        let shared = x.values.len().min(y.values.len());
        let (xs, x_rest) = x.values.split_at(shared);
        let (ys, y_rest) = y.values.split_at(shared);
        for (xs, ys) in xs.chunks(LANES).zip(ys.chunks(LANES)) {
            xs.iter().zip(ys).enumerate().for_each(|(lane, (&x, &y))| add(lane, x, y));
        }
        // At most one is longer: genes that the other has not.
        x_rest.iter().chain(y_rest).for_each(|&value| add(0, value, 0.0));
        let sums = Sums {
            n: f64::from(n.iter().sum::<u32>()),
            products: products.iter().sum(),
            squared_differences: squares.iter().sum(),
        };
        Some((x, y, sums))
    }
}
