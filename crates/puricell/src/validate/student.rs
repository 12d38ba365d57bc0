//! Student's and Fisher's distributions, by the incomplete beta function.

use puricell_purity::{Tail, beta_quantile, regularised_beta};

/// The t with P(|T| <= t) = `level` for Student's T of `df` degrees of freedom. NaN for `df` of 0.
///
/// T^2 / (df + T^2) is Beta(1/2, df/2).
pub(super) fn t_two_sided(level: f64, df: usize) -> f64 {
    let half_df = df as f64 / 2.0;
    let x = beta_quantile(Tail::Lower(level), 0.5, half_df);
    (df as f64 * x / (1.0 - x)).sqrt()
}

/// P(F > `f`) for Fisher's F of `df1` and `df2` degrees of freedom. NaN for a degree of 0.
///
/// df2 / (df2 + df1 F) is Beta(df2/2, df1/2).
pub(super) fn f_upper_tail(f: f64, df1: usize, df2: usize) -> f64 {
    let (df1, df2) = (df1 as f64, df2 as f64);
    regularised_beta(df2 / (df2 + df1 * f), df2 / 2.0, df1 / 2.0).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scipy_values() {
        // test-data/statistics/linearity.py: scipy 1.17.1, stats.t.ppf(0.975, df) and stats.f.sf(f, df1, df2).
        for (df, want) in [(1, 12.706_204_736_174_7), (2, 4.302_652_729_749_46), (28, 2.048_407_141_795_24)] {
            let got = t_two_sided(0.95, df);
            assert!((got / want - 1.0).abs() < 1e-12, "{df}: {got}");
        }
        for (f, df1, df2, want) in [
            (3.2, 4, 24, 0.030_632_341_979_586_253),
            (0.4, 2, 9, 0.681_669_639_859_089_3),
            (50.0, 1, 5, 0.000_875_074_920_148_080_7),
        ] {
            let got = f_upper_tail(f, df1, df2);
            assert!((got / want - 1.0).abs() < 1e-11, "{f} {df1} {df2}: {got}");
        }
    }
}
