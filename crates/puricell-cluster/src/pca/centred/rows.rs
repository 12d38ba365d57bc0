//! Products of sparse rows with a block of vectors, in the widest registers there are. Every lane is a vector of its own
//! and adds up in the order of the row, products apart from sums: the bits are the same on every machine.

#![allow(clippy::inline_always)] // what is not inlined is not compiled for the registers that `widest` picks

use std::ops::Range;

use pulp::{Simd, WithSimd};
use puricell_core::Csr;

use super::{BLOCK, Lanes};

/// Registers of a block's row, were each a single lane; those not used are never made.
const MOST_REGISTERS: usize = BLOCK;

/// Adds to `sums` what some rows contribute to the scatter matrix times `block`, and their scores.
pub(super) struct Products<'a> {
    pub(super) matrix: &'a Csr<f32>,
    pub(super) rows: Range<usize>,
    pub(super) block: &'a [Lanes],
    /// The score of the column means.
    pub(super) offset: &'a Lanes,
    pub(super) sums: (&'a mut [Lanes], &'a mut Lanes),
}

impl WithSimd for Products<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { matrix, rows, block, offset, sums: (product, total) } = self;
        let (offset, total) = (S::as_simd_f64s(&offset.0).0, S::as_mut_simd_f64s(&mut total.0).0);
        for row in rows {
            let (columns, values) = matrix.row(row);
            let mut score = of_row(simd, block, columns, values);
            for r in 0..const { BLOCK / S::F64_LANES } {
                score[r] = simd.sub_f64s(score[r], offset[r]);
                total[r] = simd.add_f64s(total[r], score[r]);
            }
            for (&column, &value) in columns.iter().zip(values) {
                let value = simd.splat_f64s(value.into());
                let target = S::as_mut_simd_f64s(&mut product[column as usize].0).0;
                for r in 0..const { BLOCK / S::F64_LANES } {
                    target[r] = simd.add_f64s(target[r], simd.mul_f64s(value, score[r]));
                }
            }
        }
    }
}

/// Scores of rows from `first` on; `out` holds `width` of each, and `place` are those of this block.
pub(super) struct Scores<'a> {
    pub(super) matrix: &'a Csr<f32>,
    pub(super) first: usize,
    pub(super) block: &'a [Lanes],
    pub(super) offset: &'a Lanes,
    pub(super) width: usize,
    pub(super) place: Range<usize>,
    pub(super) out: &'a mut [f32],
}

impl WithSimd for Scores<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { matrix, first, block, offset, width, place, out } = self;
        for (row, out) in out.chunks_mut(width).enumerate() {
            let (columns, values) = matrix.row(first + row);
            let score = of_row(simd, block, columns, values);
            let mut lanes = [0.0; BLOCK];
            S::as_mut_simd_f64s(&mut lanes).0.iter_mut().zip(score).for_each(|(lanes, score)| *lanes = score);
            for (o, (score, offset)) in out[place.clone()].iter_mut().zip(lanes.iter().zip(&offset.0)) {
                *o = (score - offset) as f32;
            }
        }
    }
}

/// Sum of the rows of a block that a sparse row names, each times its value.
#[inline(always)]
fn of_row<S: Simd>(simd: S, block: &[Lanes], columns: &[u32], values: &[f32]) -> [S::f64s; MOST_REGISTERS] {
    const { assert!(BLOCK.is_multiple_of(S::F64_LANES)) };
    let mut sums = [simd.splat_f64s(0.0); MOST_REGISTERS];
    for (&column, &value) in columns.iter().zip(values) {
        let value = simd.splat_f64s(value.into());
        let row = S::as_simd_f64s(&block[column as usize].0).0;
        for r in 0..const { BLOCK / S::F64_LANES } {
            sums[r] = simd.add_f64s(sums[r], simd.mul_f64s(value, row[r]));
        }
    }
    sums
}

/// Sum of the rows of a block, each with its weight.
pub(super) fn weighted_rows(block: &[Lanes], weights: &[f64]) -> Lanes {
    let mut sum = [0.0; BLOCK];
    for (&w, Lanes(row)) in weights.iter().zip(block) {
        for l in 0..BLOCK {
            sum[l] += w * row[l];
        }
    }
    Lanes(sum)
}

#[cfg(test)]
mod tests {
    use pulp::Scalar;
    use puricell_core::Seed;

    use super::*;
    use puricell_core::widest;

    /// Products, totals and scores of all rows.
    type Found = (Vec<Lanes>, Lanes, Vec<f32>);

    #[derive(Clone, Copy)]
    struct All<'a>(&'a Csr<f32>, &'a [Lanes], &'a Lanes);

    impl WithSimd for All<'_> {
        type Output = Found;

        fn with_simd<S: Simd>(self, simd: S) -> Found {
            let Self(matrix, block, offset) = self;
            let (mut product, mut total) = (vec![Lanes::ZERO; block.len()], Lanes::ZERO);
            let mut scores = vec![0.0; matrix.n_rows() * BLOCK];
            let sums = (&mut product[..], &mut total);
            Products { matrix, rows: 0..matrix.n_rows(), block, offset, sums }.with_simd(simd);
            let (width, place, out) = (BLOCK, 0..BLOCK, &mut scores[..]);
            Scores { matrix, first: 0, block, offset, width, place, out }.with_simd(simd);
            (product, total, scores)
        }
    }

    fn by_definition(All(matrix, block, offset): All<'_>) -> Found {
        let (mut product, mut total, mut scores) = (vec![Lanes::ZERO; block.len()], Lanes::ZERO, Vec::new());
        for row in 0..matrix.n_rows() {
            let (columns, values) = matrix.row(row);
            let entries = || columns.iter().map(|&c| c as usize).zip(values.iter().map(|&v| f64::from(v)));
            for l in 0..BLOCK {
                let score = entries().fold(0.0, |sum, (c, v)| sum + v * block[c].0[l]) - offset.0[l];
                scores.push(score as f32);
                total.0[l] += score;
                entries().for_each(|(c, v)| product[c].0[l] += v * score);
            }
        }
        (product, total, scores)
    }

    #[test]
    fn no_width_of_registers_changes_a_bit() {
        let mut stream = Seed(5).stream("test.rows", 0);
        let mut draw = || stream.normal();
        let mut lanes = || Lanes([0.0; BLOCK].map(|_: f64| draw()));
        let block: Vec<Lanes> = (0..40).map(|_| lanes()).collect();
        let offset = lanes();
        let values: Vec<f32> = (0..90).map(|_| draw() as f32).collect();
        let columns = (0..90).map(|i| i % 30 * 4 / 3).collect();
        let matrix = Csr::new(3, 40, vec![0, 30, 60, 90], columns, values).unwrap();
        let all = All(&matrix, &block, &offset);
        let expected = by_definition(all);
        assert_eq!(widest(all), expected);
        assert_eq!(all.with_simd(Scalar), expected);
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = pulp::x86::V3::try_new() {
            assert_eq!(Simd::vectorize(avx2, all), expected);
        }
    }
}
