//! Each departure from the standard: refused with its switch, read with it, recorded; several at once are all reported.
#![allow(clippy::unwrap_used, clippy::panic, clippy::float_cmp)] // tests; values are compared as stored

#[path = "support/file.rs"]
mod file;

use std::collections::BTreeSet;

use file::File;
use puricell_fcs::{DataSet, FcsError, Leniencies, Leniency, Place, ReadOptions, read};

/// Two events of two bytes.
fn plain() -> File {
    File::new("FCS3.1", "I", "1,2,3,4", &[("A", "8", "256"), ("B", "8", "256")], 2, &[1, 2, 3, 4])
}

fn column(set: &DataSet, parameter: usize) -> Vec<f64> {
    set.events.column(parameter)
}

/// Reads with exactly the switches that the refusal names, which must be `expected`.
fn read_with(expected: &[Leniency], bytes: &[u8]) -> Vec<DataSet> {
    let error = read(bytes, &ReadOptions::default()).unwrap_err();
    let remedy = error.remedy().unwrap_or_else(|| panic!("no remedy: {error}"));
    assert_eq!(remedy, expected.iter().copied().collect::<BTreeSet<_>>(), "{error}");
    for switch in expected {
        assert!(error.to_string().contains(&format!("[{switch}]")), "{error}");
    }
    let options = ReadOptions { lenient: expected.iter().copied().collect(), ..ReadOptions::default() };
    let sets = read(bytes, &options).unwrap_or_else(|error| panic!("{error}"));
    let recorded: BTreeSet<Leniency> =
        sets.iter().flat_map(|set| &set.info.leniencies).filter_map(|problem| problem.leniency).collect();
    assert_eq!(recorded, remedy);
    sets
}

fn refused_for_good(bytes: &[u8], message: &str) {
    let options = ReadOptions { lenient: Leniencies::all(), ..ReadOptions::default() };
    let error = read(bytes, &options).unwrap_err();
    assert!(error.remedy().is_none());
    assert!(error.to_string().contains(message), "{error}");
}

#[test]
fn offsets_that_disagree() {
    let bytes = plain().bytes();
    let begin = bytes.len() - 4;
    // TEXT's fit the events, HEADER's do not; then the other way round.
    let mut header_is_wrong = bytes.clone();
    header_is_wrong[26..34].copy_from_slice(format!("{:>8}", begin - 2).as_bytes());
    let sets = read_with(&[Leniency::HeaderTextOffsets], &header_is_wrong);
    assert_eq!(column(&sets[0], 0), [1.0, 3.0]);
    let text_is_wrong = plain().with("$ENDDATA", &format!("{:010}", begin + 99)).bytes();
    let sets = read_with(&[Leniency::HeaderTextOffsets], &text_is_wrong);
    assert_eq!(column(&sets[0], 1), [2.0, 4.0]);
}

#[test]
fn blank_offsets_in_header() {
    let mut bytes = plain().bytes();
    bytes[26..42].fill(b' ');
    assert_eq!(column(&read_with(&[Leniency::BlankHeaderOffsets], &bytes)[0], 0), [1.0, 3.0]);
}

#[test]
fn data_longer_or_shorter_than_its_events() {
    let long = File { data: vec![1, 2, 3, 4, 5], ..plain() };
    assert_eq!(column(&read_with(&[Leniency::DataLength], &long.bytes())[0], 1), [2.0, 4.0]);
    let short = File { data: vec![1, 2, 3], ..plain() };
    let sets = read_with(&[Leniency::TruncatedData], &short.bytes());
    assert_eq!((column(&sets[0], 0), sets[0].info.n_events), (vec![1.0], 1));
    let mut cut = plain().bytes();
    cut.pop();
    assert_eq!(column(&read_with(&[Leniency::TruncatedData], &cut)[0], 0), [1.0]);
    let ascii = File::new("FCS3.0", "A", "1,2,3,4", &[("A", "*", "9")], 3, b"1 2");
    assert_eq!(column(&read_with(&[Leniency::TruncatedData], &ascii.bytes())[0], 0), [1.0, 2.0]);
}

#[test]
fn text_that_does_not_end_at_a_delimiter() {
    let bytes = plain().bytes();
    let end: usize = std::str::from_utf8(&bytes[18..26]).unwrap().trim().parse().unwrap();
    let mut cut = bytes.clone();
    cut[18..26].copy_from_slice(format!("{:>8}", end - 1).as_bytes());
    assert_eq!(column(&read_with(&[Leniency::TextEnd], &cut)[0], 0), [1.0, 3.0]);
}

#[test]
fn bytes_that_are_not_utf8() {
    let mut bytes = plain().with("$CYT", "Pro#").bytes();
    let at = bytes.iter().position(|&byte| byte == b'#').unwrap();
    bytes[at] = 0xE9;
    assert_eq!(read_with(&[Leniency::TextEncoding], &bytes)[0].info.text.get("$CYT"), Some("Proé"));
}

#[test]
fn empty_values() {
    let sets = read_with(&[Leniency::EmptyValues], &plain().with("$CYT", "").with("$OP", "me").bytes());
    assert_eq!((sets[0].info.text.get("$CYT"), sets[0].info.text.get("$OP")), (Some(""), Some("me")));
    // Two empty values leave an even number of words.
    let file = plain().with("$CYT", "").with("$OP", "me").with("$SMNO", "").with("$EXP", "x");
    assert_eq!(read_with(&[Leniency::EmptyValues], &file.bytes())[0].info.text.get("$EXP"), Some("x"));
}

#[test]
fn keywords_and_names_that_occur_twice() {
    let mut file = plain().with("$CYT", "one");
    file.keywords.push(("$cyt".into(), "two".into()));
    assert_eq!(read_with(&[Leniency::DuplicateKeywords], &file.bytes())[0].info.text.get("$CYT"), Some("one"));
    let sets = read_with(&[Leniency::DuplicateNames], &plain().with("$P2N", "A").bytes());
    assert_eq!(sets[0].info.parameters[1].name, "A");
    assert_eq!(sets[0].info.parameter("a").unwrap().0, 0);
}

#[test]
fn missing_keywords() {
    for name in ["$MODE", "$NEXTDATA", "$P1E", "$P2N", "$TOT", "$BYTEORD"] {
        let sets = read_with(&[Leniency::MissingKeywords], &plain().without(name).bytes());
        assert_eq!(column(&sets[0], 1), [2.0, 4.0], "{name}");
    }
    for name in ["$PAR", "$DATATYPE", "$P1B", "$P2R"] {
        refused_for_good(&plain().without(name).bytes(), name);
    }
}

#[test]
fn values_that_cannot_be_understood() {
    for (name, value) in [
        ("$P1G", "-1"),
        ("$P1E", "4"),
        ("$TIMESTEP", "x"),
        ("$SPILLOVER", "2,A,B,1,0,0"),
        ("SPILL", "2,A,X,1,0,0,1"),
        ("SPILL", "2,A,A,1,0,0,1"),
        ("$SPILL", "2,A,B,1,0,nan,1"),
        ("$SPILLOVER", "18446744073709551615,A"),
        ("$COMP", "3,1,0,0,0,1,0,0,0,1"),
        ("$DFC1TO9", "1"),
    ] {
        let sets = read_with(&[Leniency::KeywordValues], &plain().with(name, value).bytes());
        assert_eq!((column(&sets[0], 1), &sets[0].info.spillover), (vec![2.0, 4.0], &None), "{name}");
        let place = &sets[0].info.leniencies[0].place;
        assert!(matches!(place, Place::Keyword { name: found, byte: Some(_) } if found == name), "{place}");
    }
}

#[test]
fn segments_that_are_not_text() {
    let file = File { supplemental: "PK\u{3}\u{4}zip".into(), ..plain() };
    assert_eq!(column(&read_with(&[Leniency::SupplementalText], &file.bytes())[0], 0), [1.0, 3.0]);
    let file = File { analysis: "abc".into(), ..plain() };
    assert!(read_with(&[Leniency::Analysis], &file.bytes())[0].info.analysis.is_empty());
}

#[test]
fn a_next_data_set_that_is_not_there() {
    // Beyond the file, into this data set, no number: each would make a reader fail or run in circles.
    for value in ["99999", "1", "58", "x", "18446744073709551615"] {
        let sets = read_with(&[Leniency::NextData], &plain().with("$NEXTDATA", value).bytes());
        assert_eq!(sets.len(), 1, "{value}");
    }
}

#[test]
fn what_no_switch_reads() {
    refused_for_good(&plain().with("$MODE", "U").bytes(), "$MODE");
    refused_for_good(&plain().with("$PAR", "4000000000").bytes(), "$PAR");
    refused_for_good(&plain().with("$P1B", "65").bytes(), "1 to 64 bits");
    refused_for_good(&plain().with("$P1R", "0").bytes(), "$P1R");
    refused_for_good(&plain().with("$P1B", "16").with("$BYTEORD", "3,4,1,2").bytes(), "$BYTEORD");
    let ascii = File::new("FCS3.0", "A", "1,2,3,4", &[("A", "2", "9")], 1, b"x1");
    refused_for_good(&ascii.bytes(), "'x1'");
    refused_for_good(&plain().bytes()[..40], "HEADER");
}

#[test]
fn all_problems_at_once() {
    let bytes = plain().with("$P1G", "0").with("$P2N", "A").with("$NEXTDATA", "7").with("$TOT", "9").with("$P1B", "0");
    let Err(FcsError::Refused { problems }) = read(&bytes.bytes(), &ReadOptions::default()) else { panic!() };
    let places: Vec<String> = problems.iter().map(|problem| problem.place.to_string()).collect();
    for name in ["$P1B", "$P1G", "$NEXTDATA"] {
        assert!(places.iter().any(|place| place.starts_with(name)), "{name} in {places:?}");
    }
    assert!(problems.iter().all(|problem| !problem.found.is_empty() && !problem.expected.is_empty()));
}

#[test]
fn names_of_switches_read_back() {
    for leniency in Leniency::ALL {
        assert_eq!(leniency.name().parse(), Ok(leniency));
    }
    assert!("nothing".parse::<Leniency>().unwrap_err().contains("header-text-offsets"));
}
