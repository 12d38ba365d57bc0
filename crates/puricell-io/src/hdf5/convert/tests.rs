use proptest::prelude::*;
use puricell_core::CountValues;

use super::*;

const I16: Element = Element::Integer { size: 2, signed: true, big_endian: false };
const I32: Element = Element::Integer { size: 4, signed: true, big_endian: false };
const U32: Element = Element::Integer { size: 4, signed: false, big_endian: false };
const I64: Element = Element::Integer { size: 8, signed: true, big_endian: false };
const U64_BIG: Element = Element::Integer { size: 8, signed: false, big_endian: true };
const F32: Element = Element::Float { size: 4, big_endian: false };
const F64: Element = Element::Float { size: 8, big_endian: false };

fn shuffle(bytes: &[u8], size: usize) -> Vec<u8> {
    let n = bytes.len() / size;
    (0..size).flat_map(|k| (0..n).map(move |i| bytes[i * size + k])).collect()
}

fn both_ways(bytes: &[u8], element: &Element) -> Result<(u64, Vec<u32>), Refused> {
    let size = element.number_size().unwrap();
    let n = bytes.len() / size;
    let (mut plain, mut planes) = (vec![7; n], vec![7; n]);
    let a = to_counts(bytes, element, Order::Elements, Kept::Counts(&mut plain));
    let b = to_counts(&shuffle(bytes, size), element, Order::Planes { n }, Kept::Counts(&mut planes));
    for (bytes, order) in [(bytes, Order::Elements), (&shuffle(bytes, size), Order::Planes { n })] {
        let (mut small, mut large) = (vec![7; n], Vec::new());
        let c = to_counts(bytes, element, order, Kept::Values { small: &mut small, large: &mut large });
        let (mut narrow, mut fit) = (vec![7; n], true);
        let d = to_counts(bytes, element, order, Kept::Columns { narrow: &mut narrow, fit: &mut fit });
        match a {
            Ok(_) => {
                assert_eq!((c, d), (a, Ok(0)));
                assert_eq!(CountValues::from_parts(small, large).unwrap(), plain.iter().copied().collect());
                assert_eq!(fit, plain.iter().all(|&v| u16::try_from(v).is_ok()));
                assert!(!fit || narrow.iter().zip(&plain).all(|(&a, &b)| u32::from(a) == b));
            }
            Err(a) => {
                for other in [c.unwrap_err(), d.unwrap_err()] {
                    assert_eq!((a.position, a.value.to_bits()), (other.position, other.value.to_bits()));
                }
            }
        }
    }
    match (a, b) {
        (Ok(a), Ok(b)) => {
            assert_eq!((a, &plain), (b, &planes));
            Ok((a, plain))
        }
        (Err(a), Err(b)) => {
            assert_eq!(a.position, b.position);
            assert_eq!(a.value.to_bits(), b.value.to_bits());
            Err(a)
        }
        (a, b) => panic!("plain {a:?}, shuffled {b:?}"),
    }
}

#[test]
fn the_first_value_that_is_no_count_is_named() {
    let floats = |v: &[f32]| v.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>();
    assert_eq!(both_ways(&floats(&[0.0, -0.0, 3.0, 16_777_216.0]), &F32), Ok((2, vec![0, 0, 3, 16_777_216])));
    for (bad, position) in [(-1.0, 1), (0.5, 1), (4_294_967_296.0, 1), (f32::INFINITY, 1), (1e-40, 1)] {
        assert_eq!(both_ways(&floats(&[1.0, bad, 0.25]), &F32), Err(Refused { position, value: bad.into() }));
    }
    assert!(both_ways(&floats(&[f32::NAN]), &F32).unwrap_err().value.is_nan());

    let longs = |v: &[i64]| v.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>();
    assert_eq!(both_ways(&longs(&[0, 4_294_967_295]), &I64), Ok((1, vec![0, u32::MAX])));
    assert_eq!(both_ways(&longs(&[5, -2]), &I64), Err(Refused { position: 1, value: -2.0 }));
    assert_eq!(both_ways(&longs(&[4_294_967_296]), &I64), Err(Refused { position: 0, value: 4_294_967_296.0 }));

    let big: Vec<u8> = [9_u64, 1 << 33].iter().flat_map(|x| x.to_be_bytes()).collect();
    assert_eq!(both_ways(&big, &U64_BIG), Err(Refused { position: 1, value: 8_589_934_592.0 }));
}

proptest! {
    #[test]
    fn counts_survive_every_type(values in prop::collection::vec(0_u32..1 << 24, 0..200)) {
        let zeros = values.iter().filter(|&&v| v == 0).count() as u64;
        let want = Ok((zeros, values.clone()));
        let bytes = |f: &dyn Fn(u32) -> Vec<u8>| values.iter().flat_map(|&v| f(v)).collect::<Vec<u8>>();
        prop_assert_eq!(both_ways(&bytes(&|v| v.cast_signed().to_le_bytes().to_vec()), &I32), want.clone());
        prop_assert_eq!(both_ways(&bytes(&|v| i64::from(v).to_le_bytes().to_vec()), &I64), want.clone());
        prop_assert_eq!(both_ways(&bytes(&|v| u64::from(v).to_be_bytes().to_vec()), &U64_BIG), want.clone());
        prop_assert_eq!(both_ways(&bytes(&|v| (v as f32).to_le_bytes().to_vec()), &F32), want.clone());
        prop_assert_eq!(both_ways(&bytes(&|v| f64::from(v).to_le_bytes().to_vec()), &F64), want);
    }

    /// Counts on both sides of what a byte, two, and a binary32 hold, over more than one block.
    #[test]
    fn every_form_of_every_type_agrees(
        few in prop::collection::vec(prop_oneof![0_u32..4, 250_u32..260, 65_530_u32..65_540, 8_388_600_u32..8_388_616, any::<u32>()], 0..9),
        bad in (0_usize..9, prop_oneof![Just(0.0), Just(-1.0), Just(0.5), Just(f64::NAN), Just(4_294_967_296.0)]),
        n in 0_usize..5000,
    ) {
        let mut values = vec![1.0; n];
        for (i, &count) in few.iter().enumerate() {
            if let Some(value) = values.get_mut(i * 700) {
                *value = if i == bad.0 { bad.1 } else { f64::from(count) };
            }
        }
        let bytes = |f: &dyn Fn(f64) -> Vec<u8>| values.iter().flat_map(|&v| f(v)).collect::<Vec<u8>>();
        let _ = both_ways(&bytes(&|v| (v as i32).to_le_bytes().to_vec()), &I32);
        let _ = both_ways(&bytes(&|v| (v as u32).to_le_bytes().to_vec()), &U32);
        let _ = both_ways(&bytes(&|v| (v as i64).to_le_bytes().to_vec()), &I64);
        let _ = both_ways(&bytes(&|v| (v as i64).to_be_bytes().to_vec()), &U64_BIG);
        let _ = both_ways(&bytes(&|v| (v as f32).to_le_bytes().to_vec()), &F32);
        let counts: Vec<u32> = values.iter().map(|&v| v as u32).collect();
        match (both_ways(&bytes(&|v| v.to_le_bytes().to_vec()), &F64), values.iter().position(|&v| real(v).is_err())) {
            (Ok((_, found)), None) => prop_assert_eq!(found, counts),
            (Err(refused), Some(at)) => prop_assert_eq!(refused.position, at as u64),
            (found, at) => prop_assert!(false, "{found:?} {at:?}"),
        }
    }

    #[test]
    fn any_bytes_agree_plain_and_shuffled(bytes in prop::collection::vec(any::<u8>(), 0..32)) {
        for element in [I16, I32, U32, I64, U64_BIG, F32, F64] {
            let size = element.number_size().unwrap();
            let _ = both_ways(&bytes[..bytes.len() / size * size], &element);
        }
    }
}
