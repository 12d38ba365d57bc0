use puricell_core::{Channel, ChannelKind};

use super::*;

fn events(names: &[&str], values: Vec<f32>) -> Events {
    let channel =
        |name: &&str| Channel { name: (*name).into(), label: None, kind: ChannelKind::Fluorescence, range: 262_144.0 };
    let values = Dense::new(values.len() / names.len(), names.len(), values).unwrap();
    Events::new(values, names.iter().map(channel).collect()).unwrap()
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|&n| n.to_owned()).collect()
}

/// True values, and what the detectors see of them through a matrix with spillover in both directions.
fn measured(n: usize) -> (Vec<[f64; 3]>, Events, Spillover) {
    let matrix = vec![1.0, 0.2, 0.03, 0.15, 1.0, 0.3, 0.0, 0.05, 1.0];
    let truth: Vec<[f64; 3]> =
        (0..n).map(|i| [(i * 37 % 1000) as f64 * 100.0, (i * 91 % 1013) as f64, 5000.0 - (i % 7000) as f64]).collect();
    let mut values = Vec::new();
    for t in &truth {
        let seen = |d: usize| (0..3).map(|k| t[k] * matrix[3 * k + d]).sum::<f64>() as f32;
        // Not in the matrix's order, with a channel between that it does not name.
        values.extend([seen(2), 7.5, seen(0), seen(1)]);
    }
    let spillover = Spillover::new(names(&["A", "B", "C"]), Dense::new(3, 3, matrix).unwrap()).unwrap();
    (truth, events(&["C", "FSC-A", "A", "B"], values), spillover)
}

#[test]
fn planted_spillover_is_taken_out() {
    let (truth, mut events, spillover) = measured(10_000);
    let done = compensate(&mut events, &spillover, &CompensationParams::default()).unwrap();
    assert_eq!(done.value.columns, [2, 3, 0]);
    assert!(done.warnings.is_empty());
    for (i, t) in truth.iter().enumerate() {
        let row = events.values().row(i);
        assert_eq!(row[1].to_bits(), 7.5_f32.to_bits());
        // Values up to 1.3e5 are stored as f32, relative rounding 6e-8; a condition below 3 lets it grow to 0.03.
        for (found, want) in [row[2], row[3], row[0]].into_iter().zip(t) {
            assert!((f64::from(found) - want).abs() < 0.03, "{found} {want}");
        }
    }
}

#[test]
fn the_condition_number_is_numpys() {
    // numpy 2.4: numpy.linalg.cond([[1, .2, .03], [.15, 1, .3], [0, .05, 1]], 1)
    let (_, mut events, spillover) = measured(1);
    let found = compensate(&mut events, &spillover, &CompensationParams::default()).unwrap().value.condition;
    // A few roundings of 1e-16 each.
    assert!((found - 1.803_779_214_321_233_4).abs() < 1e-14, "{found}");
}

#[test]
fn threads_do_not_change_a_bit() {
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let (_, mut events, spillover) = measured(20_000);
        pool.install(|| compensate(&mut events, &spillover, &CompensationParams::default())).unwrap();
        events.values().values().iter().map(|v| v.to_bits()).collect::<Vec<_>>()
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn matrices_without_an_inverse_are_refused_with_the_number() {
    let try_with = |a: f64| {
        let spillover = Spillover::new(names(&["A", "B"]), Dense::new(2, 2, vec![1.0, a, a, 1.0]).unwrap()).unwrap();
        let mut events = events(&["A", "B"], vec![3.0, 4.0]);
        let result = compensate(&mut events, &spillover, &CompensationParams::default());
        (result, events)
    };
    let (singular, events) = try_with(1.0);
    assert_eq!(
        singular,
        Err(CytoError::IllConditioned { matrix: "spillover".into(), condition: f64::INFINITY, limit: 1e3 })
    );
    assert_eq!(events.values().values(), [3.0, 4.0]);
    // The 1-norm condition number of [[1, a], [a, 1]] is (1 + a) / (1 - a).
    let (near, _) = try_with(0.999);
    let Err(CytoError::IllConditioned { condition, .. }) = near else { panic!("{near:?}") };
    assert!((condition - 1999.0).abs() < 1e-6);
    assert!(try_with(0.99).0.is_ok());
}

#[test]
fn every_missing_channel_is_named() {
    let (_, _, spillover) = measured(1);
    let mut events = events(&["B"], vec![1.0]);
    let error = compensate(&mut events, &spillover, &CompensationParams::default()).unwrap_err();
    assert_eq!(error.to_string(), "the spillover matrix wants 'A', 'C', but the events have only 'B'");
}

#[test]
fn odd_coefficients_are_told() {
    let matrix = Dense::new(2, 2, vec![0.5, 0.6, -0.1, 1.0]).unwrap();
    let spillover = Spillover::new(names(&["A", "B"]), matrix).unwrap();
    let mut events = events(&["A", "B"], vec![1.0, 1.0]);
    let done = compensate(&mut events, &spillover, &CompensationParams::default()).unwrap();
    let codes: Vec<&str> = done.warnings.iter().map(|w| w.code).collect();
    assert_eq!(codes, ["spillover_diagonal", "spillover_coefficient", "spillover_coefficient"]);
}

#[test]
fn keyword_and_tables_read_to_the_same_matrix() {
    let want = Spillover::new(names(&["B-A", "C-A"]), Dense::new(2, 2, vec![1.0, 0.25, 0.1, 1.0]).unwrap()).unwrap();
    assert_eq!(Spillover::from_keyword("2,B-A, C-A,1,0.25,0.1,1\n").unwrap(), want);
    for table in [
        "B-A,C-A\n1,0.25\n0.1,1\n",
        "\u{feff},B-A,C-A\r\nB-A,1,0.25\r\nC-A,0.1,1\r\n",
        "detector\tB-A\tC-A\nC-A\t0.1\t1\nB-A\t1\t0.25\n",
        "\"B-A\";\"C-A\"\n\n\"B-A\";1;0.25\n\"C-A\";1e-1;1",
    ] {
        assert_eq!(Spillover::from_csv(table).unwrap(), want, "{table}");
    }
}

#[test]
fn broken_text_is_refused_where_it_breaks() {
    for (text, message) in [
        ("", "line 1 of the spillover matrix: found '', expected the number of channels"),
        (
            "2,A,B,1,0,0",
            "line 1 of the spillover matrix: found '6 fields for 2 channels', expected 1 + n + n x n fields",
        ),
        ("1,A,x", "line 1 of the spillover matrix: found 'x', expected a number"),
        ("2,A,A,1,0,0,1", "matrix 'spillover' names 'A' twice"),
        ("1,A,inf", "matrix 'spillover' holds inf in row 1, column 1 (from 1), expected a finite number"),
        (
            "18446744073709551615,A",
            "line 1 of the spillover matrix: found '2 fields for 18446744073709551615 channels', expected 1 + n + n x n fields",
        ),
    ] {
        assert_eq!(Spillover::from_keyword(text).unwrap_err().to_string(), message);
    }
    for (text, message) in [
        ("", "line 1 of the spillover matrix: found 'nothing', expected a line of channel names"),
        ("A,B\n1,0\n", "line 1 of the spillover matrix: found '2 channels and 1 rows', expected a row per channel"),
        ("A,B\n1,0\n\n0\n", "line 4 of the spillover matrix: found '1 coefficients', expected one per channel"),
        ("x,A,B\nA,1,0\nA,0,1\n", "line 3 of the spillover matrix: found 'A', expected each channel once"),
        (
            "x,A,B\nA,1,0\nD,0,1\n",
            "line 3 of the spillover matrix: found 'D', expected the name of a channel of the head line",
        ),
    ] {
        assert_eq!(Spillover::from_csv(text).unwrap_err().to_string(), message);
    }
}
