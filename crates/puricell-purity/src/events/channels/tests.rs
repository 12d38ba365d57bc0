use super::*;

fn channel(name: &str, label: &str, kind: ChannelKind) -> Channel {
    let label = (!label.is_empty()).then(|| label.to_owned());
    Channel { name: name.to_owned(), label, kind, range: 262_144.0 }
}

fn dyes(named: &[(&str, &str)]) -> Vec<Channel> {
    named.iter().map(|(name, label)| channel(name, label, ChannelKind::Fluorescence)).collect()
}

fn map(channels: &[Channel]) -> Noted<ChannelMap> {
    map_channels(channels, &MarkerPanel::builtin().unwrap(), &[]).unwrap()
}

#[test]
fn labels_are_matched_however_they_are_written() {
    let written = [
        ("APC-A", "CD45", "CD45"),
        ("APC-A", "CD45-APC", "CD45"),
        ("APC-A", "cd45 (APC)", "CD45"),
        ("CD45-A", "", "CD45"),
        ("CD45 APC-A", " ", "CD45"),
        ("Y89Di", "89Y_CD45", "CD45"),
        ("Gd156Di", "156Gd_CD14", "CD14"),
        ("CD3(Er170)Di", "", "CD3"),
        ("Comp-APC-A", "HLADR", "HLA-DR"),
        ("Comp-APC-A", "HLA_DR PE-Cy7", "HLA-DR"),
        ("APC-A", "TCRyd", "TCRgd"),
        ("APC-A", "TCR-γδ", "TCRgd"),
        ("APC-Cy7-A", "TCRb", "TCRab"),
        ("PE-A", "NK1/1", "NK1.1"),
        ("AmCyan-A", "l/d", "viability"),
        ("BV510-A", "LIVE/DEAD Fixable Aqua", "viability"),
        ("PerCP-A", "7-AAD", "viability"),
        ("FITC-A", "EpCAM", "CD326"),
        ("PE-A", "CD45-RA", "CD45RA"),
        ("PE-A", "CD45RA", "CD45RA"),
        ("PE-A", "CD16/32", "CD16/CD32"),
    ];
    for (name, label, marker) in written {
        let found = map(&dyes(&[(name, label)])).value;
        assert_eq!(found.markers.keys().collect::<Vec<_>>(), [marker], "{name} '{label}'");
    }
}

#[test]
fn a_part_of_a_word_is_no_match() {
    for (name, label) in [("PE-A", "CD340"), ("PE-A", "CD45RAx"), ("APC-A", ""), ("PE-A", "CD4587"), ("DAPI-A", "")] {
        let found = map(&dyes(&[(name, label)])).value;
        assert!(found.markers.is_empty() && found.unmatched == [0], "{name} '{label}': {found:?}");
    }
    let found = map(&dyes(&[("a", "CD34"), ("b", "CD3"), ("c", "CD4"), ("d", "CD45")])).value;
    let columns: Vec<Option<usize>> = ["CD34", "CD3", "CD4", "CD45"].iter().map(|m| found.column(m)).collect();
    assert_eq!(columns, [Some(0), Some(1), Some(2), Some(3)]);
    assert_eq!(found.missing(&["CD3", "CD19", "CD14"]), ["CD19", "CD14"]);
}

#[test]
fn the_label_decides_where_there_is_one() {
    let found = map(&dyes(&[("CD45-A", "sample 3"), ("DAPI-A", "CD31"), ("PI-A", "CD44")])).value;
    assert_eq!(found.markers.iter().map(|(m, c)| (m.as_str(), *c)).collect::<Vec<_>>(), [("CD31", 1), ("CD44", 2)]);
    assert_eq!(found.unmatched, [0]);
}

#[test]
fn two_channels_of_one_marker_and_two_markers_on_one_channel_are_named() {
    let noted = map(&dyes(&[("APC-A", "CD45"), ("PE-A", "CD45 PE"), ("FITC-A", "CD14/CD19"), ("BV421-A", "CD3")]));
    assert_eq!(noted.value.markers.keys().collect::<Vec<_>>(), ["CD3"]);
    assert_eq!(noted.value.repeated, [RepeatedMarker { marker: "CD45".to_owned(), columns: vec![0, 1] }]);
    let markers = vec!["CD14".to_owned(), "CD19".to_owned()];
    assert_eq!(noted.value.shared, [SharedChannel { column: 2, markers }]);
    let texts: Vec<String> = noted.warnings.iter().map(|w| format!("{w:?}")).collect();
    assert!(texts[0].contains("PE-A (CD45 PE)") && texts[1].contains("CD14, CD19"), "{texts:?}");
}

#[test]
fn of_the_pulses_of_one_detector_the_area_is_taken() {
    let found = map(&dyes(&[("APC-H", "CD45"), ("APC-A", "CD45"), ("APC-W", "CD45")])).value;
    assert_eq!((found.column("CD45"), found.repeated.len()), (Some(1), 0));
    let found = map(&dyes(&[("APC-H", "CD45"), ("PE-A", "CD45")])).value;
    assert_eq!((found.column("CD45"), found.repeated.len()), (None, 1));
}

#[test]
fn scatter_time_and_ignored_channels_are_not_unmatched() {
    let channels = [
        channel("FSC-A", "", ChannelKind::ForwardScatter),
        channel("Time", "CD45", ChannelKind::Time),
        channel("Ir191Di", "191Ir_DNA1", ChannelKind::Mass),
        channel("Event_length", "", ChannelKind::Other),
    ];
    assert_eq!(map(&channels).value, ChannelMap::default());
}

#[test]
fn the_users_word_comes_first() {
    let channels = dyes(&[("APC-A", "CD45"), ("PE-A", "CD45"), ("FITC-A", "CD14/CD19")]);
    let panel = MarkerPanel::builtin().unwrap();
    let assign = |marker: &str, channel: &str| Assignment { marker: marker.to_owned(), channel: channel.to_owned() };
    let found = map_channels(&channels, &panel, &[assign("CD45", "PE-A"), assign("CD14", "FITC-A")]).unwrap().value;
    assert_eq!((found.column("CD45"), found.column("CD14"), found.column("CD19")), (Some(1), Some(2), None));
    assert!(found.repeated.is_empty() && found.shared.is_empty());
    for wrong in [
        vec![assign("CD999", "PE-A")],
        vec![assign("CD45", "PE-H")],
        vec![assign("CD45", "PE-A"), assign("CD45", "APC-A")],
        vec![assign("CD45", "PE-A"), assign("CD14", "PE-A")],
    ] {
        assert!(matches!(map_channels(&channels, &panel, &wrong), Err(PurityError::Assignment { .. })), "{wrong:?}");
    }
}

#[test]
fn a_marker_file_with_a_shared_name_is_refused() {
    let text = "schema = 'puricell-markers/1'\nversion = '1'\nsources = []\n[[marker]]\nid = 'CD3'\n[[marker]]\nid = 'CD4'\nnames = ['cd-3']\n";
    let Err(PurityError::Invalid { problems, .. }) = MarkerPanel::parse(text, "x") else { panic!("accepted") };
    assert_eq!((problems.len(), problems[0].line), (1, Some(8)));
}
