//! FCS files as events on a linear scale.

#![allow(clippy::unwrap_used)] // a test may

use std::path::PathBuf;

use puricell_core::ChannelKind;
use puricell_fcs::{NewDataSet, NewParameter, Spillover, SpilloverSource, write};
use puricell_io::{EventOptions, IoError, inspect_events, is_fcs, open_events};

fn parameter(name: &str, label: Option<&str>, gain: f64) -> NewParameter {
    NewParameter { name: name.to_owned(), label: label.map(str::to_owned), range: 262_144, gain }
}

fn lot(values: &[f32]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lot.fcs");
    let parameters = [
        parameter("FSC-A", None, 1.0),
        parameter("APC-A", Some("CD45"), 2.0),
        parameter("PE-A", Some("CD90"), 1.0),
        parameter("Time", None, 1.0),
    ];
    let spillover = Spillover {
        source: SpilloverSource::DollarSpillover,
        channels: vec!["APC-A".to_owned(), "PE-A".to_owned()],
        matrix: vec![1.0, 0.1, 0.02, 1.0],
    };
    let keywords = [("$CYT".to_owned(), "Simulator".to_owned()), ("$TIMESTEP".to_owned(), "0.5".to_owned())];
    let set = NewDataSet {
        parameters: &parameters,
        values,
        keywords: &keywords,
        spillover: Some(&spillover),
        delimiter: None,
    };
    write(&mut std::fs::File::create(&path).unwrap(), &set).unwrap();
    (folder, path)
}

#[test]
fn gain_and_time_step_are_taken_back_and_channels_are_told() {
    let (_folder, path) = lot(&[1000.0, 50.0, 7.5, 10.0, 2000.0, -4.0, 0.0, 12.0]);
    assert!(is_fcs(&path));
    let loaded = open_events(&path, &EventOptions::default()).unwrap();
    assert!(loaded.warnings.is_empty());
    let loaded = loaded.value;
    assert_eq!(loaded.events.n_events(), 2);
    // Linear values are channel values over the gain; time is in seconds.
    assert_eq!(loaded.events.values().row(0), &[1000.0, 25.0, 7.5, 5.0]);
    assert_eq!(loaded.events.values().row(1), &[2000.0, -2.0, 0.0, 6.0]);
    let kinds: Vec<ChannelKind> = loaded.events.channels().iter().map(|c| c.kind).collect();
    assert_eq!(
        kinds,
        [ChannelKind::ForwardScatter, ChannelKind::Fluorescence, ChannelKind::Fluorescence, ChannelKind::Time]
    );
    assert_eq!(loaded.events.channels()[1].label.as_deref(), Some("CD45"));
    let spillover = loaded.spillover.unwrap();
    assert_eq!((spillover.keyword, spillover.channels.len()), ("$SPILLOVER", 2));
    assert_eq!(spillover.matrix.values(), &[1.0, 0.1, 0.02, 1.0]);
    assert_eq!((loaded.version.as_str(), loaded.cytometer.as_deref()), ("FCS3.1", Some("Simulator")));

    let found = inspect_events(&path).unwrap();
    assert_eq!(found.data_sets.len(), 1);
    assert_eq!((found.data_sets[0].n_events, found.data_sets[0].channels.len()), (2, 4));
    assert!(found.data_sets[0].departures.is_empty());
}

#[test]
fn what_cannot_be_counted_is_refused() {
    let (_folder, empty) = lot(&[]);
    assert!(matches!(
        open_events(&empty, &EventOptions::default()),
        Err(IoError::NoEvents { events: 0, channels: 4, .. })
    ));
    let (_folder, nan) = lot(&[1.0, 2.0, 3.0, 4.0, 1.0, f32::NAN, 3.0, 5.0]);
    let error = open_events(&nan, &EventOptions::default()).unwrap_err();
    assert!(matches!(&error, IoError::NotANumber { event: 1, channel, .. } if channel == "APC-A"), "{error}");
    let (_folder, one) = lot(&[1.0; 4]);
    let second = EventOptions { data_set: 1, ..EventOptions::default() };
    assert!(matches!(open_events(&one, &second), Err(IoError::NoDataSet { wanted: 1, found: 1, .. })));
}

#[test]
fn a_file_that_is_cut_off_names_the_switch_that_reads_what_is_there() {
    let (folder, path) = lot(&[1.0; 400]);
    let whole = std::fs::read(&path).unwrap();
    let cut = folder.path().join("cut.fcs");
    std::fs::write(&cut, &whole[..whole.len() - 100]).unwrap();
    let error = open_events(&cut, &EventOptions::default()).unwrap_err();
    let hint = error.hint().unwrap();
    assert!(hint.contains("--lenient") && hint.contains("truncated-data"), "{error}\n{hint}");
    let lenient = EventOptions { lenient: puricell_io::Leniencies::all(), ..EventOptions::default() };
    let read = open_events(&cut, &lenient).unwrap();
    assert!(read.value.leniencies.contains(&"truncated-data"));
    // 100 events of 16 bytes; DATA is followed by 8 bytes of checksum.
    assert_eq!(read.value.events.n_events(), (1600 - (100 - 8)) / 16);
}
