//! Scatter within and between conditions.

/// Components of the variance of one quantity over conditions (seed and depth) with replicates each.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Components {
    /// Mean over all values.
    pub mean: f64,
    /// Standard deviation of replicates under one condition; `None` without replicates.
    pub repeatability: Option<f64>,
    /// Standard deviation over conditions and replicates together: the root of the variance within and the variance
    /// between conditions; `None` with one condition.
    pub intermediate: Option<f64>,
}

/// One-way analysis of variance with random conditions (ISO 5725-2:2019, section 7.4, where a condition is a laboratory).
/// A negative variance between conditions counts as 0. `None` without any value; empty conditions are left out.
pub fn components(conditions: &[Vec<f64>]) -> Option<Components> {
    let conditions: Vec<&Vec<f64>> = conditions.iter().filter(|c| !c.is_empty()).collect();
    let n: usize = conditions.iter().map(|c| c.len()).sum();
    if n == 0 {
        return None;
    }
    let mean_of = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let mean = conditions.iter().map(|c| c.iter().sum::<f64>()).sum::<f64>() / n as f64;
    let within: f64 = conditions
        .iter()
        .map(|c| {
            let mean = mean_of(c);
            c.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>()
        })
        .sum();
    let p = conditions.len();
    let within = (n > p).then(|| within / (n - p) as f64);
    let intermediate = within.filter(|_| p > 1).map(|within| {
        let size = |c: &&Vec<f64>| c.len() as f64;
        let between = conditions.iter().map(|c| size(c) * (mean_of(c) - mean) * (mean_of(c) - mean)).sum::<f64>();
        let between = between / (p - 1) as f64;
        let squares: f64 = conditions.iter().map(|c| size(c) * size(c)).sum();
        let replicates = (n as f64 - squares / n as f64) / (p - 1) as f64;
        (within + ((between - within) / replicates).max(0.0)).sqrt()
    });
    Some(Components { mean, repeatability: within.map(f64::sqrt), intermediate })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // Means 2 and 5, variance within (2 + 2) / 4 = 1, between 3 x 4.5 = 13.5, so (13.5 - 1) / 3 + 1 = 5.1667.
        let got = components(&[vec![1.0, 2.0, 3.0], vec![4.0, 5.0, 6.0]]).unwrap();
        assert!((got.mean - 3.5).abs() < 1e-12);
        assert!((got.repeatability.unwrap() - 1.0).abs() < 1e-12);
        assert!((got.intermediate.unwrap() - (1.0 + 12.5 / 3.0_f64).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn conditions_that_agree_add_nothing_and_missing_ones_are_not_estimated() {
        let got = components(&[vec![1.0, 2.0, 3.0], vec![1.0, 2.0, 3.0]]).unwrap();
        assert!((got.intermediate.unwrap() - got.repeatability.unwrap()).abs() < 1e-12);
        let one = components(&[vec![1.0, 2.0], Vec::new()]).unwrap();
        assert_eq!(one.intermediate, None);
        assert_eq!(components(&[vec![1.0], vec![2.0]]).unwrap().repeatability, None);
        assert_eq!(components(&[Vec::new()]), None);
    }
}
