use pulp::{Scalar, Scalar256b};
use puricell_core::{Channel, ChannelKind, Events, Seed, math};

use super::*;
use crate::cyto::{Scale, Transform};

/// Values of every size and sign; `with_odd`: and in every column of a tile some that no table holds.
fn values(n: usize, with_odd: bool) -> Vec<f32> {
    let odd = [0.0, -0.0, f32::MIN_POSITIVE, 1e-42, -1e-42, 1e-12, f32::MAX, f32::MIN, f32::INFINITY, f32::NAN];
    let mut stream = Seed(3).stream("test.tile", 0);
    let mut draw = || stream.normal();
    let mut any = || (draw() * math::pow(10.0, 2.0 + draw())) as f32;
    (0..n).map(|i| if with_odd && i % 37 == 5 { odd[i / 37 % odd.len()] } else { any() }).collect()
}

fn scales() -> Vec<Transform> {
    let scales = [
        Scale::Logicle { t: 262_144.0, w: 0.5, m: 4.5, a: 0.0 },
        Scale::Hyperlog { t: 10_000.0, w: 1.0, m: 4.0, a: 0.5 },
        Scale::Arcsinh { cofactor: 5.0 },
        Scale::Linear { t: 1000.0, a: 10.0 },
        // Knees so far out that the table reaches past single precision's numbers.
        Scale::Arcsinh { cofactor: 1e-35 },
        Scale::Arcsinh { cofactor: 1e30 },
    ];
    scales.into_iter().map(|scale| Transform::new(scale).unwrap()).collect()
}

/// The steps as they are defined: one event after the other.
fn one_by_one(
    events: &mut [f32],
    width: usize,
    matrix: &Dense<f64>,
    columns: &[usize],
    channels: &[(usize, Transform)],
) {
    for event in events.chunks_exact_mut(width) {
        let measured: Vec<f64> = columns.iter().map(|&c| f64::from(event[c])).collect();
        for (result, &column) in columns.iter().enumerate() {
            let sum = measured.iter().enumerate().fold(0.0, |sum, (row, v)| sum + v * matrix.row(row)[result]);
            event[column] = sum as f32;
        }
    }
    for (column, transform) in channels {
        let mut values: Vec<f64> = events.iter().skip(*column).step_by(width).map(|&v| f64::from(v)).collect();
        transform.apply(&mut values);
        for (value, scaled) in events.iter_mut().skip(*column).step_by(width).zip(values) {
            *value = scaled as f32;
        }
    }
}

/// NaN has many forms, and which one comes out of a sum is not held.
fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|v| if v.is_nan() { f32::NAN.to_bits() } else { v.to_bits() }).collect()
}

#[test]
fn no_width_of_registers_and_no_shape_changes_a_bit() {
    let transforms = scales();
    let mut stream = Seed(4).stream("test.tile", 1);
    for (width, columns) in
        [(1, vec![0]), (3, vec![2, 0]), (4, vec![]), (7, vec![1, 2, 3, 6, 5]), (24, (4..23).collect::<Vec<usize>>())]
    {
        let n = columns.len();
        let matrix = Dense::new(n, n, (0..n * n).map(|_| stream.normal()).collect()).unwrap();
        let channels: Vec<(usize, Transform)> =
            (0..width + 2).map(|i| (i % width, transforms[i % transforms.len()].clone())).collect();
        for (n_events, with_odd) in [(1, false), (4, true), (126, false), (129, true), (700, false), (700, true)] {
            let measured = values(n_events * width, with_odd);
            let mut want = measured.clone();
            one_by_one(&mut want, width, &matrix, &columns, &channels);
            let channel =
                |i: usize| Channel { name: i.to_string(), label: None, kind: ChannelKind::Fluorescence, range: 1.0 };
            let events = Dense::new(n_events, width, measured.clone()).unwrap();
            let events = Events::new(events, (0..width).map(channel).collect()).unwrap();
            let steps = Steps {
                product: Some((Product::new(&matrix), &columns)),
                scales: Scales::new(&events, &channels).unwrap(),
            };
            let run = |on: &dyn Fn(Block<'_>)| {
                let mut found = measured.clone();
                on(Block { steps: &steps, events: &mut found, width });
                assert_eq!(bits(&found), bits(&want), "{n_events} x {width}");
            };
            run(&|block| widest(block));
            run(&|block| block.with_simd(Scalar));
            run(&|block| block.with_simd(Scalar256b));
            #[cfg(target_arch = "x86_64")]
            if let Some(avx2) = pulp::x86::V3::try_new() {
                run(&|block| Simd::vectorize(avx2, block));
            }
        }
    }
}

#[test]
fn squares_turn_by_registers_as_by_hand() {
    let singles: [[f32; TURNED]; TURNED] = std::array::from_fn(|r| std::array::from_fn(|c| (10 * r + c) as f32));
    let doubles = singles.map(|row| row.map(f64::from));
    for turn in [Turn::new::<Scalar>(), widest(Widest)] {
        for r in 0..TURNED {
            for c in 0..TURNED {
                assert_eq!(turn.singles(singles)[c][r].to_bits(), singles[r][c].to_bits());
                assert_eq!(turn.doubles(doubles)[c][r].to_bits(), doubles[r][c].to_bits());
            }
        }
    }
}

struct Widest;

impl WithSimd for Widest {
    type Output = Turn;

    fn with_simd<S: Simd>(self, _: S) -> Turn {
        Turn::new::<S>()
    }
}

#[test]
fn a_table_takes_a_whole_column_or_says_that_it_does_not() {
    let logicle = Transform::new(Scale::Logicle { t: 262_144.0, w: 0.5, m: 4.5, a: 0.0 }).unwrap();
    let table = logicle.table().unwrap();
    let mut space = [[0.0; EVENTS]; TURNED];
    let mut take = |from: &[f32]| {
        let mut to = [0.0; EVENTS];
        table.values(Turn::new::<Scalar>(), from.try_into().unwrap(), &mut to, &mut space).then_some(to)
    };
    let from = values(EVENTS, false);
    for (value, found) in from.iter().zip(take(&from).unwrap()) {
        assert_eq!(found.to_bits(), (table.value(f64::from(*value)).unwrap() as f32).to_bits());
    }
    for odd in [0.0, 1e-42, f32::MAX, f32::INFINITY, f32::NAN] {
        let mut from = from.clone();
        from[77] = odd;
        assert!(take(&from).is_none(), "{odd}");
    }
}
