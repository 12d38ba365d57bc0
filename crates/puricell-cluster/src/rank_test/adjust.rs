//! p-values of many tests.

/// p-values adjusted for the false discovery rate (Benjamini and Hochberg 1995,
/// doi:10.1111/j.2517-6161.1995.tb02031.x), in the order given.
///
/// NaN stays NaN and does not count as a test.
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).filter(|&i| !p[i].is_nan()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]).then(a.cmp(&b)));
    let n = order.len() as f64;
    let mut adjusted = vec![f64::NAN; p.len()];
    let mut least = 1.0_f64;
    for (rank, &i) in order.iter().enumerate().rev() {
        least = least.min(p[i] * n / (rank + 1) as f64);
        adjusted[i] = least;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_r() {
        // R: p.adjust(c(0.01, 0.04, 0.03, 0.005, 0.8), "BH") = 0.025 0.050 0.050 0.025 0.800, by hand from the definition:
        // sorted 0.005*5/1, 0.01*5/2, 0.03*5/3, 0.04*5/4, 0.8, then running minimum from the end.
        let got = benjamini_hochberg(&[0.01, 0.04, 0.03, 0.005, f64::NAN, 0.8]);
        for (got, want) in got.iter().zip([0.025, 0.05, 0.05, 0.025, f64::NAN, 0.8]) {
            assert!((got - want).abs() < 1e-15 || (got.is_nan() && want.is_nan()), "{got} {want}");
        }
        assert!(benjamini_hochberg(&[]).is_empty());
    }
}
