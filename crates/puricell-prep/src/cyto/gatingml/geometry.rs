//! Points in polygons and ellipsoids.

use puricell_core::Dense;

/// Whether a point lies in a polygon or on its outline. Where the outline crosses itself, the even-odd rule holds. NaN
/// lies nowhere.
pub(super) fn in_polygon(vertices: &[[f64; 2]], x: f64, y: f64) -> bool {
    if x.is_nan() || y.is_nan() {
        return false;
    }
    let mut inside = false;
    for (i, &[x1, y1]) in vertices.iter().enumerate() {
        let [x0, y0] = vertices[(i + vertices.len() - 1) % vertices.len()];
        // Which side of the edge, as seen along it: 0 is on its line.
        let side = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0);
        let between = |v: f64, a: f64, b: f64| a.min(b) <= v && v <= a.max(b);
        if side == 0.0 && between(x, x0, x1) && between(y, y0, y1) {
            return true;
        }
        // An edge crosses the ray to the right when it spans the point's height and the point is left of it.
        if (y0 <= y) != (y1 <= y) && ((side > 0.0) == (y1 > y0)) {
            inside = !inside;
        }
    }
    inside
}

/// Whether a point is within the distance; `precision` is the inverse of the covariance. NaN lies nowhere.
pub(super) fn in_ellipsoid(mean: &[f64], precision: &Dense<f64>, distance_square: f64, point: &[f64]) -> bool {
    let mut sum = 0.0;
    for row in 0..mean.len() {
        let weights = precision.row(row);
        let inner: f64 = (0..mean.len()).map(|k| weights[k] * (point[k] - mean[k])).sum();
        sum += (point[row] - mean[row]) * inner;
    }
    sum <= distance_square
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_polygon_holds_its_outline() {
        let triangle = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0]];
        for (x, y, want) in [
            (3.0, 1.0, true),
            (1.0, 3.0, false),
            (0.0, 0.0, true),
            (4.0, 4.0, true),
            (2.0, 0.0, true),
            (4.0, 2.0, true),
            (2.0, 2.0, true),
            (5.0, 0.0, false),
            (-1.0, 0.0, false),
            (5.0, 5.0, false),
            (f64::NAN, 1.0, false),
            (f64::INFINITY, 1.0, false),
        ] {
            assert_eq!(in_polygon(&triangle, x, y), want, "{x} {y}");
        }
    }

    #[test]
    fn crossing_outlines_follow_the_even_odd_rule() {
        // A pentagram: its middle is wound around twice.
        let star = [[0.0, 10.0], [6.0, -8.0], [-9.5, 3.0], [9.5, 3.0], [-6.0, -8.0]];
        assert!(!in_polygon(&star, 0.0, 0.0));
        assert!(in_polygon(&star, 0.0, 6.0));
        assert!(in_polygon(&star, 5.5, 2.5));
        assert!(!in_polygon(&star, 0.0, -7.0));
    }

    #[test]
    fn an_ellipsoid_holds_its_surface() {
        // Half axes 2 and 1.
        let precision = Dense::new(2, 2, vec![0.25, 0.0, 0.0, 1.0]).unwrap();
        let at = |x, y| in_ellipsoid(&[1.0, 1.0], &precision, 1.0, &[x, y]);
        assert!(at(3.0, 1.0) && at(1.0, 2.0) && at(1.0, 1.0));
        assert!(!at(3.001, 1.0) && !at(2.8, 1.8) && !at(f64::NAN, 1.0));
    }
}
