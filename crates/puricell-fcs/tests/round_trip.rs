//! What is written reads back, and damaged bytes neither panic nor take memory that the file does not account for.
#![allow(clippy::unwrap_used, clippy::panic)] // tests

use proptest::prelude::*;
use puricell_fcs::{
    EventValues, Leniencies, NewDataSet, NewParameter, ReadOptions, Spillover, SpilloverSource, WriteError, read,
    read_file_in_blocks, write,
};

fn parameter(name: &str) -> NewParameter {
    NewParameter { name: name.into(), label: None, range: 262_144, gain: 1.0 }
}

fn written(data_set: &NewDataSet<'_>) -> Result<Vec<u8>, WriteError> {
    let mut bytes = Vec::new();
    write(&mut bytes, data_set).map(|()| bytes)
}

prop_compose! {
    /// Parameters, values, more keywords and a delimiter; values of keywords hold any character.
    fn any_data_set()(n in 1..6_usize, n_events in 0..40_usize)(
        labels in prop::collection::vec(prop::option::of("[^\u{0}]{1,12}"), n),
        gains in prop::collection::vec(0.001..1000.0_f64, n),
        ranges in prop::collection::vec(0..=u64::MAX, n),
        bits in prop::collection::vec(any::<u32>(), n * n_events),
        extra in prop::collection::btree_map("[A-Za-z][A-Za-z0-9 _$#@]{0,10}", ".{1,30}", 0..5),
        matrix in prop::collection::vec(-2.0..2.0_f64, n * n),
        delimiter in prop::option::of(prop::sample::select(b"/|\\\x0c!*".to_vec())),
    ) -> (Vec<NewParameter>, Vec<f32>, Vec<(String, String)>, Spillover, Option<u8>) {
        let parameters: Vec<NewParameter> = labels.into_iter().zip(gains).zip(ranges).enumerate()
            .map(|(i, ((label, gain), range))| NewParameter { name: format!("F/{i} |A\\"), label, range, gain })
            .collect();
        let channels = parameters.iter().map(|parameter| parameter.name.clone()).collect();
        let spillover = Spillover { source: SpilloverSource::DollarSpillover, channels, matrix };
        let mut names = std::collections::BTreeSet::new();
        let extra = extra.into_iter().filter(|(name, _)| names.insert(name.to_ascii_uppercase())).collect();
        (parameters, bits.into_iter().map(f32::from_bits).collect(), extra, spillover, delimiter)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn what_is_written_reads_back_strictly((parameters, values, keywords, spillover, delimiter) in any_data_set()) {
        let data_set = NewDataSet {
            parameters: &parameters, values: &values, keywords: &keywords, spillover: Some(&spillover), delimiter,
        };
        let bytes = match written(&data_set) {
            // The delimiter asked for may start a value, or every candidate may.
            Err(WriteError::Delimiter { .. }) => return Ok(()),
            other => other.unwrap(),
        };
        let sets = read(&bytes, &ReadOptions::default()).unwrap();
        prop_assert_eq!(sets.len(), 1);
        let set = &sets[0];
        prop_assert_eq!(set.events.n_events, values.len() / parameters.len());
        let EventValues::F32(back) = &set.events.values else { panic!("not single precision") };
        let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect::<Vec<u32>>();
        prop_assert_eq!(bits(back), bits(&values));
        for (back, parameter) in set.info.parameters.iter().zip(&parameters) {
            prop_assert_eq!(&back.name, &parameter.name);
            prop_assert_eq!(&back.label, &parameter.label);
            prop_assert_eq!(back.gain.to_bits(), parameter.gain.to_bits());
            prop_assert_eq!(back.range.to_bits(), (parameter.range as f64).to_bits());
        }
        for (name, value) in &keywords {
            prop_assert_eq!(set.info.text.get(name), Some(value.as_str()));
        }
        prop_assert_eq!(set.info.spillover.as_ref(), Some(&spillover));
    }

    // Verifies R-02.
    #[test]
    fn damage_neither_panics_nor_grows(
        (parameters, values, keywords, spillover, _) in any_data_set(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        keep in any::<prop::sample::Index>(),
    ) {
        let data_set = NewDataSet {
            parameters: &parameters, values: &values, keywords: &keywords, spillover: Some(&spillover), delimiter: None,
        };
        let Ok(mut bytes) = written(&data_set) else { return Ok(()) };
        for (at, byte) in &damage {
            let at = at.index(bytes.len());
            // Digits now and then, so that offsets and sizes change and stay numbers.
            bytes[at] = if byte % 2 == 0 { b'0' + byte % 10 } else { *byte };
        }
        bytes.truncate(keep.index(2 * bytes.len()));
        let all = ReadOptions { lenient: Leniencies::all(), ..ReadOptions::default() };
        let strict = read(&bytes, &ReadOptions::default());
        let lenient = read(&bytes, &all);
        prop_assert!(strict.is_err() || lenient.is_ok());
        for set in lenient.into_iter().flatten() {
            prop_assert!(set.events.n_events * set.events.n_parameters <= 8 * bytes.len());
        }
    }

    // Verifies R-02.
    #[test]
    fn any_bytes_after_a_magic(version in 0..3_u8, rest in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut bytes = format!("FCS3.{version}    ").into_bytes();
        bytes.extend(rest);
        // A HEADER of random bytes states no offsets.
        let options = ReadOptions { lenient: Leniencies::all(), ..ReadOptions::default() };
        let is_refused = read(&bytes, &options).is_err();
        prop_assert!(is_refused);
    }
}

#[test]
fn what_cannot_be_stated_is_refused() {
    let parameters = [parameter("A"), parameter("B")];
    let data_set = NewDataSet { parameters: &parameters, values: &[], keywords: &[], spillover: None, delimiter: None };
    assert!(written(&data_set).is_ok());
    assert!(matches!(written(&NewDataSet { values: &[1.0], ..data_set }), Err(WriteError::Shape { .. })));
    for (name, value) in [("$PAR", "3"), ("$p1n", "x"), ("$BEGINDATA", "1"), ("KEY", ""), ("", "x"), ("k\u{e9}y", "x")]
    {
        let keywords = [(name.to_owned(), value.to_owned())];
        let result = written(&NewDataSet { keywords: &keywords, ..data_set });
        assert!(matches!(result, Err(WriteError::Keyword { .. })), "{name}");
    }
    for names in [["A", "a"], ["A", "B,C"], ["A", ""]] {
        let parameters = names.map(parameter);
        let result = written(&NewDataSet { parameters: &parameters, ..data_set });
        assert!(matches!(result, Err(WriteError::Keyword { .. })), "{names:?}");
    }
    let spillover = Spillover { source: SpilloverSource::Spill, channels: vec!["X".into()], matrix: vec![1.0] };
    let result = written(&NewDataSet { spillover: Some(&spillover), ..data_set });
    assert!(matches!(result, Err(WriteError::Spillover { .. })));
    let keywords = [("K".to_owned(), "/x".to_owned())];
    let result = written(&NewDataSet { keywords: &keywords, delimiter: Some(b'/'), ..data_set });
    assert!(matches!(result, Err(WriteError::Delimiter { .. })));
}

#[test]
fn blocks_are_all_rows_once_and_what_is_done_to_them_stays() {
    let parameters = [parameter("A"), parameter("B"), parameter("C")];
    // More than one block of some 260 kB, the last not full.
    let values: Vec<f32> = (0..3 * 50_001_u32).map(|i| i as f32).collect();
    let data_set =
        NewDataSet { parameters: &parameters, values: &values, keywords: &[], spillover: None, delimiter: None };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lot.fcs");
    std::fs::write(&path, written(&data_set).unwrap()).unwrap();
    let seen = std::sync::Mutex::new(Vec::new());
    let sets = read_file_in_blocks(&path, &Leniencies::default(), |n| vec![f32::NAN; n], &|info, first, block| {
        assert_eq!((info.index, block.len() % 3), (0, 0));
        assert_eq!(block, &values[3 * first..3 * first + block.len()]);
        seen.lock().unwrap().push((first, block.len() / 3));
        for value in block {
            *value = -*value;
        }
    })
    .unwrap();
    let mut seen = seen.into_inner().unwrap();
    seen.sort_unstable();
    assert!(seen.len() > 1);
    assert_eq!(seen.iter().fold(0, |next, &(first, n)| if first == next { next + n } else { 0 }), 50_001);
    let back = &sets[0].1;
    assert_eq!(back.len(), values.len());
    assert!(back.iter().zip(&values).all(|(back, value)| back.to_bits() == (-value).to_bits()));
}
