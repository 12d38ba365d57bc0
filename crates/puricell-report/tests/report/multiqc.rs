//! The files for MultiQC, in the form that MultiQC 1.35 accepted with `--strict`.

use puricell_report::multiqc;
use serde_json::Value;

use super::{bare_zero_per_cent, empty_lot, lot};

const SAMPLE: &str = "UC-2026_07 <A&B> \"pilot\"";

fn files() -> Vec<(&'static str, Value)> {
    let sections = multiqc(&lot()).unwrap().into_iter().filter(|f| f.name.ends_with("_mqc.json"));
    sections.map(|f| (f.name, serde_json::from_str(&f.text).unwrap())).collect()
}

#[test]
fn there_are_general_statistics_a_table_and_a_bar_graph() {
    let kinds: Vec<(&str, String)> =
        files().into_iter().map(|(name, v)| (name, v["plot_type"].as_str().unwrap().to_owned())).collect();
    assert_eq!(
        kinds,
        [
            ("puricell_general_stats_mqc.json", "generalstats".to_owned()),
            ("puricell_composition_mqc.json", "table".to_owned()),
            ("puricell_classes_mqc.json", "bargraph".to_owned()),
        ]
    );
}

#[test]
fn the_program_and_its_version_are_in_the_list_of_software() {
    let mut model = lot();
    // A version that YAML would take for a number.
    model.tool.version = "1.0".to_owned();
    let files = multiqc(&model).unwrap();
    let versions: Vec<&str> =
        files.iter().filter(|f| f.name.ends_with("_versions.yml")).map(|f| f.text.as_str()).collect();
    assert_eq!(versions, ["\"puricell\": \"1.0\"\n"]);
}

#[test]
fn values_have_headers_and_zeros_their_bound() {
    let files = files();
    for (name, file) in &files[..2] {
        let row = file["data"][SAMPLE].as_object().unwrap();
        for column in row.keys() {
            assert!(file["headers"].get(column).is_some(), "{name}: {column}");
        }
    }
    let table = &files[1].1["data"][SAMPLE];
    assert_eq!(table["epithelial"], "0 of 1,893 (< 0.16 %)");
    // 1762 / 1893, as a float of per cent.
    assert!((table["target"].as_f64().unwrap() - 93.079_767_564).abs() < 1e-8);
    assert!(table.get("residual_pluripotent").is_none(), "not reportable is not zero");
    for file in multiqc(&lot()).unwrap() {
        assert_eq!(bare_zero_per_cent(&file.text), None);
    }
}

#[test]
fn the_bars_add_up_to_the_kept_cells() {
    let bars = &files()[2].1["data"][SAMPLE];
    let sum: u64 = bars.as_object().unwrap().values().map(|v| v.as_u64().unwrap()).sum();
    assert_eq!(sum, 1893);
}

#[test]
fn columns_keep_the_order_of_the_classes() {
    let text = &multiqc(&lot()).unwrap()[1].text;
    let headers = text.split("\"headers\"").nth(1).unwrap();
    let places: Vec<usize> = ["\"target\"", "\"hematopoietic\"", "\"endothelial\"", "\"suspect\""]
        .iter()
        .map(|c| headers.find(c).unwrap())
        .collect();
    assert!(places.is_sorted());
}

#[test]
fn a_lot_without_cells_has_files_too() {
    assert_eq!(multiqc(&empty_lot()).unwrap().len(), 4);
}
