//! Scales of Gating-ML 2.0 against FlowKit 1.3.2.

use puricell_core::{Channel, ChannelKind, Dense, Events, math};
use puricell_prep::cyto::{CytoError, Scale, Transform, transform_channels};

use crate::test_data;

/// Linear and scaled values per transform.
fn golden() -> Vec<(Transform, Vec<(f64, f64)>)> {
    let text = std::fs::read_to_string(test_data("cyto-transforms").join("scales.tsv")).unwrap();
    let mut all: Vec<(Transform, Vec<(f64, f64)>)> = Vec::new();
    for line in text.lines().skip(1) {
        let (name, numbers) = line.split_once('\t').unwrap();
        let numbers: Vec<f64> = numbers.split('\t').map(|v| v.parse().unwrap()).collect();
        let [t, w, m, a, linear, scaled] = numbers.try_into().unwrap();
        let scale = match name {
            "flin" => Scale::Linear { t, a },
            "flog" => Scale::Log { t, m },
            "fasinh" => Scale::Asinh { t, m, a },
            "logicle" => Scale::Logicle { t, w, m, a },
            "hyperlog" => Scale::Hyperlog { t, w, m, a },
            other => panic!("{other}"),
        };
        if all.last().is_none_or(|(known, _)| known.scale() != scale) {
            all.push((Transform::new(scale).unwrap(), Vec::new()));
        }
        all.last_mut().unwrap().1.push((linear, scaled));
    }
    assert_eq!(all.len(), 17);
    all
}

#[test]
fn scaled_values_are_flowkits() {
    for (transform, values) in golden() {
        assert!(values.len() > 100);
        for (linear, scaled) in values {
            let found = transform.forward(linear);
            // The aim is 1e-7 on [0, 1]; both sides solve to a few roundings of f64, so that 1e-12 holds.
            assert!(
                (found - scaled).abs() <= 1e-12 * scaled.abs().max(1.0),
                "{transform:?} {linear}: {found} {scaled}"
            );
        }
    }
}

// Verifies R-24.
#[test]
fn the_standards_landmarks_hold() {
    // Gating-ML 2.0, section 6: T is sent to 1, and 0 to (W + A) / (M + A) (fasinh: A / (M + A), flin: A / (T + A)).
    for (transform, _) in golden() {
        let (t, zero) = match transform.scale() {
            Scale::Linear { t, a } => (t, a / (t + a)),
            Scale::Log { t, .. } => (t, f64::NEG_INFINITY),
            Scale::Asinh { t, m, a } => (t, a / (m + a)),
            Scale::Logicle { t, w, m, a } | Scale::Hyperlog { t, w, m, a } => (t, (w + a) / (m + a)),
            Scale::Arcsinh { .. } => unreachable!(),
        };
        assert!((transform.forward(t) - 1.0).abs() < 1e-12, "{transform:?}");
        let found = transform.forward(0.0);
        assert!((found - zero).abs() < 1e-12 || (zero.is_infinite() && found < f64::MIN), "{transform:?} {found}");
    }
}

#[test]
fn scales_come_back_to_the_linear_value() {
    for (transform, values) in golden() {
        for (linear, scaled) in values {
            let back = transform.inverse(transform.forward(linear));
            // Relative to the value, or to 1 where that is smaller: a unit is the least a cytometer tells apart.
            assert!((back - linear).abs() <= 1e-9 * linear.abs().max(1.0), "{transform:?} {linear}: {back}");
            let there = transform.forward(transform.inverse(scaled));
            assert!((there - scaled).abs() <= 1e-9, "{transform:?} {scaled}: {there}");
        }
    }
}

#[test]
fn arcsinh_is_its_formula() {
    let transform = Transform::new(Scale::Arcsinh { cofactor: 5.0 }).unwrap();
    for x in [-1e4, -3.0, 0.0, 0.7, 5.0, 12_345.0_f64] {
        let u = x / 5.0;
        let want = u.signum() * math::ln(u.abs() + (u * u + 1.0).sqrt());
        assert!((transform.forward(x) - want).abs() < 1e-14 * want.abs().max(1.0));
        assert!((transform.inverse(transform.forward(x)) - x).abs() <= 1e-9 * x.abs().max(1.0));
    }
}

#[test]
fn tables_keep_to_the_curve() {
    let mut transforms: Vec<Transform> = golden().into_iter().map(|(t, _)| t).collect();
    transforms.push(Transform::new(Scale::Arcsinh { cofactor: 5.0 }).unwrap());
    transforms.push(Transform::new(Scale::Arcsinh { cofactor: 150.0 }).unwrap());
    for transform in transforms {
        // Both signs, 1e-9 to 1e9, at steps that miss the grid of the table; zero.
        let mut values: Vec<f64> = (0..60_000).map(|i| 1e-9 * 1.000_691_f64.powi(i)).collect();
        let negative: Vec<f64> = values.iter().map(|v| -v).collect();
        values.extend(negative);
        if !matches!(transform.scale(), Scale::Log { .. }) {
            values.push(0.0);
        }
        let mut found = values.clone();
        transform.apply(&mut found);
        for (x, y) in values.iter().zip(found) {
            let want = transform.forward(*x);
            // A hundredth of the 1e-7 that the scales are to hold.
            assert!((want.is_nan() && y.is_nan()) || (y - want).abs() <= 1e-9, "{transform:?} {x}: {y} {want}");
        }
    }
}

#[test]
fn values_that_are_no_numbers_stay_none() {
    for (transform, _) in golden() {
        assert!(transform.forward(f64::NAN).is_nan() && transform.inverse(f64::NAN).is_nan(), "{transform:?}");
        assert!(transform.forward(f64::INFINITY) > f64::MAX, "{transform:?}");
        assert!(transform.forward(1e300).is_finite() && transform.forward(f64::MIN_POSITIVE).is_finite());
        let mut values = [f64::NAN, f64::INFINITY, 1e300];
        transform.apply(&mut values);
        assert!(values[0].is_nan() && values[1] > f64::MAX && values[2].is_finite());
    }
}

#[test]
fn channels_are_transformed_in_place() {
    let channel =
        |name: &str| Channel { name: name.into(), label: None, kind: ChannelKind::Fluorescence, range: 262_144.0 };
    let values: Vec<f32> = (0..30_000).map(|i| (i as f32 - 9000.0) * 8.7).collect();
    let make = || Events::new(Dense::new(10_000, 3, values.clone()).unwrap(), ["A", "B", "C"].map(channel).to_vec());
    let transform = Transform::new(Scale::Logicle { t: 262_144.0, w: 0.5, m: 4.5, a: 0.0 }).unwrap();
    let run = |threads: usize| {
        let mut events = make().unwrap();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| transform_channels(&mut events, &[(1, transform.clone())])).unwrap();
        events
    };
    let events = run(1);
    assert_eq!(events, run(3));
    for (before, after) in values.chunks(3).zip(events.values().values().chunks(3)) {
        assert_eq!([before[0].to_bits(), before[2].to_bits()], [after[0].to_bits(), after[2].to_bits()]);
        // Rounding of f32 below 2.
        assert!((f64::from(after[1]) - transform.forward(f64::from(before[1]))).abs() < 1.2e-7);
    }
    let mut events = make().unwrap();
    let error = transform_channels(&mut events, &[(3, transform)]);
    assert_eq!(error, Err(CytoError::Column { column: 3, n_channels: 3 }));
}

#[test]
fn parameters_outside_the_standard_are_refused() {
    let (t, m) = (1000.0, 4.0);
    for (scale, message) in [
        (Scale::Linear { t: 0.0, a: 0.0 }, "parameter T of `flin` is 0, expected a finite number above 0"),
        (Scale::Linear { t, a: 1001.0 }, "parameter A of `flin` is 1001, expected a number from 0 to T"),
        (Scale::Log { t, m: -1.0 }, "parameter M of `flog` is -1, expected a finite number above 0"),
        (Scale::Asinh { t, m, a: 5.0 }, "parameter A of `fasinh` is 5, expected a number from 0 to M"),
        (Scale::Asinh { t, m: 400.0, a: 0.0 }, "parameter M of `fasinh` is 400, expected fewer decades than f64 has"),
        (
            Scale::Logicle { t: f64::INFINITY, w: 0.0, m, a: 0.0 },
            "parameter T of `logicle` is inf, expected a finite number above 0",
        ),
        (Scale::Logicle { t, w: 2.1, m, a: 0.0 }, "parameter W of `logicle` is 2.1, expected a number from 0 to M / 2"),
        (
            Scale::Logicle { t, w: 1.0, m, a: 2.5 },
            "parameter A of `logicle` is 2.5, expected a number from -W to M - 2 W",
        ),
        (
            Scale::Logicle { t, w: 0.0, m: 101.0, a: 0.0 },
            "parameter M of `logicle` is 101, expected together with A at most 100 decades",
        ),
        (
            Scale::Hyperlog { t, w: 0.0, m, a: 0.0 },
            "parameter W of `hyperlog` is 0, expected a number above 0 to M / 2",
        ),
        (Scale::Arcsinh { cofactor: 0.0 }, "parameter cofactor of `arcsinh` is 0, expected a finite number above 0"),
    ] {
        assert_eq!(Transform::new(scale).unwrap_err().to_string(), message);
    }
    assert!(Transform::new(Scale::Hyperlog { t, w: f64::NAN, m, a: 0.0 }).is_err());
}
