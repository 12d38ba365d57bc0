//! Trustworthiness of a picture (Venna and Kaski 2001): how few of the neighbours seen there are no neighbours in the
//! space it was made from. 1 is best; as `sklearn.manifold.trustworthiness`.

use puricell_core::Dense;

fn order(points: &Dense<f32>, cell: usize) -> Vec<usize> {
    let distance = |other: usize| -> f64 {
        let d = |(&x, &y): (&f32, &f32)| (f64::from(x) - f64::from(y)) * (f64::from(x) - f64::from(y));
        points.row(cell).iter().zip(points.row(other)).map(d).sum()
    };
    let mut others: Vec<(f64, usize)> = (0..points.n_rows()).filter(|&o| o != cell).map(|o| (distance(o), o)).collect();
    others.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    others.into_iter().map(|o| o.1).collect()
}

/// Trustworthiness of `picture` with `k` neighbours.
pub(crate) fn trustworthiness(space: &Dense<f32>, picture: &Dense<f32>, k: usize) -> f64 {
    let n = space.n_rows();
    let mut penalty = 0;
    for cell in 0..n {
        let mut rank = vec![0; n];
        for (i, &other) in order(space, cell).iter().enumerate() {
            rank[other] = i + 1;
        }
        penalty += order(picture, cell)[..k].iter().map(|&o| rank[o].max(k) - k).sum::<usize>();
    }
    let (n, k) = (n as f64, k as f64);
    1.0 - penalty as f64 * 2.0 / (n * k * (2.0 * n - 3.0 * k - 1.0))
}
