//! The called fraction against the planted one.

use super::student::{f_upper_tail, t_two_sided};

/// One mixture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Index of the level it belongs to.
    pub level: usize,
    /// Planted fraction.
    pub planted: f64,
    /// Called fraction.
    pub called: f64,
}

/// A straight line through the points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// Points.
    pub n: usize,
    /// Called per planted: 1 is full recovery.
    pub slope: f64,
    /// Half the width of its interval.
    pub slope_half_width: f64,
    /// Called where nothing was planted.
    pub intercept: f64,
    /// Half the width of its interval.
    pub intercept_half_width: f64,
    /// Weighted coefficient of determination.
    pub r_squared: f64,
    /// P of the F test for lack of fit; `None` without replicates that differ, or with two levels.
    pub lack_of_fit_p: Option<f64>,
}

/// Weighted least squares with intervals of Student's t at `level` and the F test of the deviation of the levels' means from
/// the line against the scatter of replicates (pure error).
///
/// A point of a mixture of `n_cells` weighs 1 / (planted + 1 / n_cells): the scatter of a count grows with the count, and
/// one cell keeps the weight of the blank finite. Without weights the highest fractions alone would place the line and the
/// intercept. `None` with fewer than three points or only one planted fraction.
pub fn fit_line(points: &[Point], n_cells: f64, level: f64) -> Option<Fit> {
    if points.len() < 3 || n_cells <= 0.0 {
        return None;
    }
    let weight = |p: &Point| 1.0 / (p.planted + 1.0 / n_cells);
    let sum = |f: &dyn Fn(&Point) -> f64| points.iter().map(|p| weight(p) * f(p)).sum::<f64>();
    let total = sum(&|_| 1.0);
    let (mean_x, mean_y) = (sum(&|p| p.planted) / total, sum(&|p| p.called) / total);
    let sxx = sum(&|p| (p.planted - mean_x) * (p.planted - mean_x));
    if sxx <= 0.0 {
        return None;
    }
    let slope = sum(&|p| (p.planted - mean_x) * (p.called - mean_y)) / sxx;
    let intercept = mean_y - slope * mean_x;
    let residual = |p: &Point| p.called - intercept - slope * p.planted;
    let ss_residual = sum(&|p| residual(p) * residual(p));
    let ss_total = sum(&|p| (p.called - mean_y) * (p.called - mean_y));
    let df = points.len() - 2;
    let variance = ss_residual / df as f64;
    let t = t_two_sided(level, df);

    let mut levels: Vec<usize> = points.iter().map(|p| p.level).collect();
    levels.sort_unstable();
    levels.dedup();
    let ss_pure: f64 = levels
        .iter()
        .map(|&level| {
            let of = || points.iter().filter(move |p| p.level == level);
            let total: f64 = of().map(&weight).sum();
            // Within a level the residuals, not the values, are compared: dead cells and doublets let the planted fraction
            // of replicates differ a little.
            let mean = of().map(|p| weight(p) * residual(p)).sum::<f64>() / total;
            of().map(|p| weight(p) * (residual(p) - mean) * (residual(p) - mean)).sum::<f64>()
        })
        .sum();
    let (df_lack, df_pure) = (levels.len().saturating_sub(2), points.len() - levels.len());
    // Replicates that agree but for the dust of the arithmetic give no error to compare with.
    let has_error = ss_pure > 1e-20 * ss_total.max(f64::MIN_POSITIVE);
    let lack_of_fit_p = (df_lack > 0 && df_pure > 0 && has_error).then(|| {
        let lack = (ss_residual - ss_pure).max(0.0) / df_lack as f64;
        f_upper_tail(lack / (ss_pure / df_pure as f64), df_lack, df_pure)
    });
    Some(Fit {
        n: points.len(),
        slope,
        slope_half_width: t * (variance / sxx).sqrt(),
        intercept,
        intercept_half_width: t * (variance * (1.0 / total + mean_x * mean_x / sxx)).sqrt(),
        r_squared: if ss_total > 0.0 { 1.0 - ss_residual / ss_total } else { 1.0 },
        lack_of_fit_p,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(values: &[(f64, [f64; 3])]) -> Vec<Point> {
        let of = |(level, &(planted, called)): (usize, &(f64, [f64; 3]))| {
            called.map(|called| Point { level, planted, called })
        };
        values.iter().enumerate().flat_map(of).collect()
    }

    #[test]
    fn numpy_values() {
        // test-data/statistics/linearity.py: numpy 2.4.6 normal equations of the weighted problem, scipy 1.17.1 t and F.
        let points = points(&[
            (0.0, [0.0, 0.0005, 0.0]),
            (0.005, [0.004, 0.005, 0.0045]),
            (0.01, [0.009, 0.008, 0.0085]),
            (0.05, [0.045, 0.047, 0.042]),
        ]);
        let fit = fit_line(&points, 2000.0, 0.95).unwrap();
        for (got, want) in [
            (fit.slope, 0.880_798_441_660_709),
            (fit.slope_half_width, 0.046_937_264_456_606_7),
            (fit.intercept, 0.000_145_358_656_346_813),
            (fit.intercept_half_width, 0.000_246_939_849_489_974),
            (fit.r_squared, 0.994_312_507_015_081),
            (fit.lack_of_fit_p.unwrap(), 0.668_532_683_852_408),
        ] {
            // Twelve digits of either implementation survive the cancellation in the sums of squares.
            assert!((got / want - 1.0).abs() < 1e-9, "{got} {want}");
        }
    }

    #[test]
    fn a_bent_line_is_noticed_and_a_straight_one_is_not() {
        let noise = [-0.0002, 0.0, 0.0002];
        let with = |bend: f64| {
            let of = |x: f64| (x, noise.map(|e| x - bend * x * x + e));
            fit_line(&points(&[of(0.0), of(0.01), of(0.05), of(0.2)]), 5000.0, 0.95).unwrap()
        };
        assert!(with(2.0).lack_of_fit_p.unwrap() < 1e-6);
        let straight = with(0.0);
        assert!(straight.lack_of_fit_p.unwrap() > 0.99);
        assert!((straight.slope - 1.0).abs() < straight.slope_half_width);
    }

    #[test]
    fn nothing_is_fitted_to_one_level_or_two_points() {
        assert_eq!(fit_line(&points(&[(0.01, [0.01; 3])]), 100.0, 0.95), None);
        assert_eq!(fit_line(&points(&[(0.0, [0.0; 3])])[..2], 100.0, 0.95), None);
        // Replicates without scatter give a line but no test of it.
        let exact = fit_line(&points(&[(0.0, [0.0; 3]), (0.1, [0.1; 3]), (0.2, [0.2; 3])]), 100.0, 0.95).unwrap();
        assert!((exact.slope - 1.0).abs() < 1e-12 && exact.lack_of_fit_p.is_none());
    }
}
