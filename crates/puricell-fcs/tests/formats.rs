//! What the standard allows, from files put together by hand: every type, width and order of values, every segment.
#![allow(clippy::unwrap_used, clippy::panic, clippy::float_cmp)] // tests; values are compared as stored

#[path = "support/file.rs"]
mod file;

use std::io::{Seek, SeekFrom, Write};

use file::File;
use puricell_fcs::{
    DataSet, DataType, EventValues, FcsError, Leniencies, Precision, ReadOptions, SpilloverSource, Version, Width,
    inspect, read, read_file, read_file_in_blocks,
};

const VERSIONS: [&str; 4] = ["FCS2.0", "FCS3.0", "FCS3.1", "FCS3.2"];

fn one(bytes: &[u8]) -> DataSet {
    let mut sets = read(bytes, &ReadOptions::default()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(sets.len(), 1);
    sets.remove(0)
}

fn values(set: &DataSet) -> Vec<f64> {
    let n = set.events.n_parameters;
    (0..set.events.n_events * n).map(|i| set.events.value(i / n, i % n).unwrap()).collect()
}

#[test]
fn floats_and_doubles_in_both_orders_and_all_versions() {
    let numbers = [1.5_f32, -2.25, 1e-30, 3e30, 0.0, -0.5];
    for version in VERSIONS {
        let columns = [("A", "32", "1024"), ("B", "32", "1024")];
        let little: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        let big: Vec<u8> = numbers.iter().flat_map(|number| number.to_be_bytes()).collect();
        for (order, data) in [("1,2,3,4", little), ("4,3,2,1", big)] {
            let set = one(&File::new(version, "F", order, &columns, 3, &data).bytes());
            assert_eq!(set.info.version.to_string(), version);
            assert_eq!(set.events.values, EventValues::F32(numbers.to_vec()), "{version} {order}");
        }
        let doubles = [std::f64::consts::PI, -1e300];
        let data: Vec<u8> = doubles.iter().flat_map(|number| number.to_be_bytes()).collect();
        let columns = [("A", "64", "1024")];
        let set = one(&File::new(version, "D", "4,3,2,1", &columns, 2, &data).bytes());
        assert_eq!(set.events.values, EventValues::F64(doubles.to_vec()));
    }
}

#[test]
fn nan_and_infinity_are_kept() {
    let data: Vec<u8> = [f32::NAN, f32::INFINITY].iter().flat_map(|number| number.to_le_bytes()).collect();
    let set = one(&File::new("FCS3.1", "F", "1,2,3,4", &[("A", "32", "9")], 2, &data).bytes());
    assert!(set.events.value(0, 0).unwrap().is_nan());
    assert_eq!(set.events.value(1, 0), Some(f64::INFINITY));
}

#[test]
fn mixed_orders_of_integers_and_floats() {
    // The number 0x01020304 with its bytes in the order that the keyword states.
    for (order, data) in [("3,4,1,2", [2, 1, 4, 3]), ("2,1,4,3", [3, 4, 1, 2])] {
        let set = one(&File::new("FCS3.0", "I", order, &[("A", "32", "4294967296")], 1, &data).bytes());
        assert_eq!(values(&set), [f64::from(0x0102_0304)], "{order}");
    }
    let [a, b, c, d] = 1.5_f32.to_be_bytes(); // significance 4, 3, 2, 1
    let set = one(&File::new("FCS3.0", "F", "3,4,1,2", &[("A", "32", "9")], 1, &[b, a, d, c]).bytes());
    assert_eq!(values(&set), [1.5]);
}

#[test]
fn integers_of_one_to_eight_bytes() {
    for bytes in 1..=8_usize {
        // The top byte is below 16, so that doubles hold the number: 60 bits with the low ones of eight bytes zero.
        let number: u64 =
            ((1..=bytes as u64).fold(0, |number, i| (number << 8) | (i % 5)) & !0xFF_u64) | (7 * u64::from(bytes < 7));
        let (width, range) = ((8 * bytes).to_string(), (1_u128 << (8 * bytes)).to_string());
        let columns = [("A", width.as_str(), range.as_str())];
        for (order, data) in
            [("1,2,3,4", &number.to_le_bytes()[..bytes]), ("4,3,2,1", &number.to_be_bytes()[8 - bytes..])]
        {
            let set = one(&File::new("FCS3.1", "I", order, &columns, 1, data).bytes());
            assert_eq!(values(&set), [number as f64], "{bytes} bytes, {order}");
            assert_eq!(matches!(set.events.values, EventValues::F64(_)), bytes > 3);
        }
    }
}

#[test]
fn widths_differ_within_an_event() {
    let columns = [("A", "8", "256"), ("B", "16", "65536"), ("C", "24", "16777216"), ("D", "32", "1024")];
    let data = [9, 1, 2, 3, 4, 5, 0, 0, 3, 255, 1, 0, 2, 0, 0, 3, 0, 0, 0, 4];
    let set = one(&File::new("FCS3.0", "I", "4,3,2,1", &columns, 2, &data).bytes());
    assert_eq!(values(&set), [9.0, 258.0, 197_637.0, 1023.0, 1.0, 2.0, 3.0, 4.0]);
}

#[test]
fn widths_that_are_no_whole_bytes() {
    // 10 and 6 bits: 0b1100000011 = 771 and 0b100001 = 33; then 1 and 2.
    let columns = [("A", "10", "1024"), ("B", "6", "64")];
    let big = [0b1100_0000, 0b1110_0001, 0b0000_0000, 0b0100_0010];
    let little = [0b0000_0011, 0b1000_0111, 0b0000_0001, 0b0000_1000];
    for (order, data) in [("4,3,2,1", big), ("1,2,3,4", little)] {
        let set = one(&File::new("FCS2.0", "I", order, &columns, 2, &data).bytes());
        assert_eq!(values(&set), [771.0, 33.0, 1.0, 2.0], "{order}");
        assert_eq!(set.info.parameters[0].width, Width::Bits(10));
    }
}

#[test]
fn bits_without_gaps_over_many_blocks() {
    // 11 bits: 0, 1, 2 .. 2047 and again, in more events than a block has.
    let n = 300_001_usize;
    let mut data = vec![0_u8; (11 * n).div_ceil(8)];
    for i in 0..n {
        for bit in 0..11 {
            let at = 11 * i + bit;
            data[at / 8] |= ((i >> (10 - bit) & 1) as u8) << (7 - at % 8);
        }
    }
    let set = one(&File::new("FCS2.0", "I", "4,3,2,1", &[("A", "11", "2048")], n, &data).bytes());
    assert!(set.events.column(0).iter().enumerate().all(|(i, &value)| value == (i % 2048) as f64));
}

#[test]
fn bits_above_the_range_are_cleared_and_counted() {
    let data = [0xFF, 0xFF, 0x03, 0xFF, 0x02, 0x58];
    // 600 needs ten bits too: the mask is that of 1024.
    for range in ["1024", "600"] {
        let set = one(&File::new("FCS2.0", "I", "4,3,2,1", &[("A", "16", range)], 3, &data).bytes());
        assert_eq!(values(&set), [1023.0, 1023.0, 600.0]);
        assert_eq!(set.events.n_masked, 1);
        assert_eq!(set.info.parameters[0].mask, Some(1023));
    }
}

#[test]
fn ascii_of_fixed_width_and_with_delimiters() {
    for version in VERSIONS {
        let fixed = File::new(version, "A", "1,2,3,4", &[("A", "2", "99"), ("B", "3", "999")], 2, b"01 23 4005");
        assert_eq!(values(&one(&fixed.bytes())), [1.0, 23.0, 4.0, 5.0]);
        let columns = [("A", "*", "99"), ("B", "*", "999")];
        let delimited = File::new(version, "A", "1,2,3,4", &columns, 3, b"1 2,,3\t4\r\n5 \n 18446744073709551615");
        assert_eq!(values(&one(&delimited.bytes())), [1.0, 2.0, 3.0, 4.0, 5.0, 18_446_744_073_709_551_615.0]);
    }
}

#[test]
fn types_mix_in_version_3_2_only() {
    let mut data = 2.5_f32.to_le_bytes().to_vec();
    data.extend(1e-9_f64.to_le_bytes());
    data.extend(513_u16.to_le_bytes());
    let columns = [("A", "32", "9"), ("B", "64", "9"), ("C", "16", "65536")];
    let file =
        File::new("FCS3.2", "F", "1,2,3,4", &columns, 1, &data).with("$P2DATATYPE", "D").with("$P3DATATYPE", "I");
    let set = one(&file.bytes());
    assert_eq!(values(&set), [2.5, 1e-9, 513.0]);
    let types: Vec<DataType> = set.info.parameters.iter().map(|parameter| parameter.data_type).collect();
    assert_eq!(types, [DataType::Float, DataType::Double, DataType::Integer]);
    assert!(read(&File { version: "FCS3.1", ..file }.bytes(), &ReadOptions::default()).is_err());
}

#[test]
fn single_precision_on_request() {
    let data = 16_777_217_u32.to_le_bytes();
    let bytes = File::new("FCS3.1", "I", "1,2,3,4", &[("A", "32", "4294967296")], 1, &data).bytes();
    assert_eq!(one(&bytes).events.values, EventValues::F64(vec![16_777_217.0]));
    let options = ReadOptions { precision: Precision::Single, ..ReadOptions::default() };
    let sets = read(&bytes, &options).unwrap();
    // The nearest float, ties to even.
    assert_eq!(sets[0].events.values, EventValues::F32(vec![16_777_216.0]));
    assert_eq!(one(&bytes).into_f32().1, [16_777_216.0]);
}

#[test]
fn a_buffer_of_the_caller_gets_values_of_any_type_or_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lot.fcs");
    let integers: Vec<u8> = [7_u16, 8, 9, 10].iter().flat_map(|n| n.to_le_bytes()).collect();
    for (data_type, width, data) in [("I", "16", &integers[..]), ("A", "*", b"7 8 9 10")] {
        let file = File::new("FCS3.1", data_type, "1,2,3,4", &[("A", width, "99"), ("B", width, "99")], 2, data);
        std::fs::write(&path, file.bytes()).unwrap();
        let into = |spare: usize| {
            let make = move |n: usize| vec![f32::NAN; n + spare];
            read_file_in_blocks(&path, &Leniencies::default(), make, &|_, _, block| block[0] += 0.5)
        };
        let sets = into(0).unwrap();
        assert_eq!((sets.len(), sets[0].0.n_events, &sets[0].1[..]), (1, 2, &[7.5, 8.0, 9.0, 10.0][..]));
        let Err(FcsError::Io { source: error }) = into(1) else { panic!("a buffer of another length") };
        assert_eq!(error.to_string(), "a buffer for 5 values, expected 4");
    }
}

#[test]
fn several_data_sets() {
    let first = File::new("FCS3.1", "F", "1,2,3,4", &[("A", "32", "9")], 1, &1_f32.to_le_bytes());
    let second = File::new("FCS2.0", "I", "4,3,2,1", &[("B", "8", "256")], 2, &[7, 8]).bytes();
    let length = first.clone().with("$NEXTDATA", "00000").bytes().len();
    let mut bytes = first.with("$NEXTDATA", &format!("{length:05}")).bytes();
    assert_eq!(bytes.len(), length);
    bytes.extend(&second);
    let sets = read(&bytes, &ReadOptions::default()).unwrap();
    assert_eq!(sets.len(), 2);
    assert_eq!((values(&sets[0]), values(&sets[1])), (vec![1.0], vec![7.0, 8.0]));
    assert_eq!((sets[1].info.byte, sets[1].info.version), (length as u64, Version::Fcs20));
}

#[test]
fn supplemental_text_and_analysis() {
    let mut file = File::new("FCS3.1", "I", "1,2,3,4", &[("A", "8", "256")], 1, &[5]);
    file.supplemental = "!extra!one!two!2!".into();
    file.analysis = "|gate|CD45|".into();
    let info = one(&file.bytes()).info;
    assert_eq!((info.text.get("EXTRA"), info.text.get("two")), (Some("one"), Some("2")));
    assert_eq!((info.analysis.get("gate"), info.analysis.len()), (Some("CD45"), 1));
}

#[test]
fn doubled_delimiters_are_one() {
    let file = File::new("FCS3.1", "I", "1,2,3,4", &[("A", "8", "256")], 1, &[5])
        .with("$FIL", "a//b////c//")
        .with("$CYT", "x y");
    let info = one(&file.bytes()).info;
    assert_eq!((info.text.get("$FIL"), info.text.get("$cyt")), (Some("a/b//c/"), Some("x y")));
    let names: Vec<&str> = info.text.iter().map(|keyword| keyword.name.as_str()).collect();
    assert_eq!(names[..3], ["$MODE", "$NEXTDATA", "$DATATYPE"]);
    let fil = info.text.find("$FIL").unwrap();
    assert_eq!(file.bytes()[fil.byte as usize..][..4], *b"$FIL");
}

#[test]
fn zero_events() {
    for version in VERSIONS {
        let bytes = File::new(version, "F", "1,2,3,4", &[("A", "32", "9")], 0, &[]).bytes();
        let set = one(&bytes);
        assert_eq!((set.events.n_events, set.events.n_parameters), (0, 1));
        assert!(set.events.column(0).is_empty());
        assert_eq!(inspect(&bytes, &ReadOptions::default()).unwrap(), [set.info]);
    }
}

#[test]
fn scale_values_by_definition() {
    let columns = [("A", "16", "1024"), ("B", "16", "1024"), ("Time", "16", "65536"), ("C", "16", "256")];
    let data = [0, 2, 100, 0, 50, 0, 64, 0];
    let file = File::new("FCS3.1", "I", "1,2,3,4", &columns, 1, &data)
        .with("$P1E", "4,0")
        .with("$P2G", "4")
        .with("$P3G", "8")
        .with("$TIMESTEP", "0.01")
        .with("$P4E", "4.0,0.1");
    let set = one(&file.bytes());
    let scaled: Vec<f64> = set
        .info
        .parameters
        .iter()
        .zip(values(&set))
        .map(|(parameter, value)| set.info.scale_value(parameter, value))
        .collect();
    // 10^(4 * 512 / 1024); 100 / 4; 50 * 0.01, no gain for time; 0.1 * 10^(4 * 64 / 256).
    for (value, expected) in scaled.iter().zip([100.0, 25.0, 0.5, 1.0]) {
        assert!((value - expected).abs() <= 4.0 * f64::EPSILON * expected, "{value} {expected}"); // a few roundings
    }
}

#[test]
fn spillover_from_every_keyword() {
    let columns = [("A", "8", "256"), ("B", "8", "256"), ("C", "8", "256")];
    let file = File::new("FCS3.1", "I", "1,2,3,4", &columns, 1, &[1, 2, 3]);
    for (name, source) in [
        ("$SPILLOVER", SpilloverSource::DollarSpillover),
        ("$SPILL", SpilloverSource::Spill),
        ("SPILL", SpilloverSource::Spill),
    ] {
        let info = one(&file.clone().with(name, "2,C,A,1,0.25,-0.5,1").bytes()).info;
        let spillover = info.spillover.unwrap();
        assert_eq!((spillover.source, spillover.matrix), (source, vec![1.0, 0.25, -0.5, 1.0]), "{name}");
        assert_eq!(spillover.channels, ["C", "A"]);
    }
    let spillover = one(&file.clone().with("$COMP", "3,1,0,0.1,0,1,0,0,0.2,1").bytes()).info.spillover.unwrap();
    assert_eq!(spillover.source, SpilloverSource::Comp);
    assert_eq!(spillover.matrix, [1.0, 0.0, 0.1, 0.0, 1.0, 0.0, 0.0, 0.2, 1.0]);
    let spillover = one(&file.clone().with("$DFC1TO3", "12.5").bytes()).info.spillover.unwrap();
    assert_eq!((spillover.source, spillover.matrix), (SpilloverSource::Dfc, vec![1.0, 0.125, 0.0, 1.0]));
    assert_eq!(spillover.channels, ["A", "C"]);
    let both = file.with("SPILL", "1,B,1").with("$SPILLOVER", "1,A,1");
    assert_eq!(one(&both.bytes()).info.spillover.unwrap().channels, ["A"]);
}

#[test]
fn offsets_beyond_what_header_can_state() {
    // DATA ends at byte 100,000,999: HEADER has zeros, TEXT the offsets. The middle of the file is a hole.
    let n = 25_000_000_usize;
    let begin = 1000;
    let end = begin + 4 * n - 1;
    let text = File::new("FCS3.1", "F", "1,2,3,4", &[("A", "32", "9")], n, &[])
        .with("$BEGINDATA", &begin.to_string())
        .with("$ENDDATA", &end.to_string())
        .bytes();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&text).unwrap();
    file.seek(SeekFrom::Start((begin + 4 * (n - 1)) as u64)).unwrap();
    file.write_all(&7.5_f32.to_le_bytes()).unwrap();
    let sets = read_file(file.path(), &ReadOptions::default()).unwrap();
    assert_eq!((sets[0].events.value(0, 0), sets[0].events.value(n - 1, 0)), (Some(0.0), Some(7.5)));
}
