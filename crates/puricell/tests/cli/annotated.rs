//! `result.h5ad` under the names that other programs ask for.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use puricell_core::{CellColumn, Dataset};
use puricell_io::{ReadOptions, open};
use puricell_purity::Panels;

use crate::labelled_lot::LabelledLot;
use crate::program::{run_lot, test_data, transcript};

fn lot(out: &Path, more: &[&str]) -> Dataset {
    run_lot(&test_data("demo/lot.h5"), "adipose", out, &[&["--no-umap"], more].concat());
    open(&out.join("result.h5ad"), &ReadOptions::default()).unwrap().value.dataset
}

fn column(lot: &Dataset, name: &str) -> CellColumn {
    lot.cells().columns.iter().find(|c| c.0 == name).unwrap_or_else(|| panic!("no column {name}")).1.clone()
}

fn text(lot: &Dataset, name: &str) -> Vec<Option<String>> {
    match column(lot, name) {
        CellColumn::Text(values) => values,
        other => panic!("{name} is no text: {other:?}"),
    }
}

/// The one value of a column.
fn value(lot: &Dataset, name: &str) -> String {
    let all: BTreeSet<Option<String>> = text(lot, name).into_iter().collect();
    assert_eq!(all.len(), 1, "{name}: {all:?}");
    all.into_iter().next().unwrap().unwrap_or_else(|| panic!("{name} is missing"))
}

// Verifies R-34.
#[test]
fn each_cell_has_the_term_of_its_call_and_what_is_not_declared_is_unknown() {
    let base = tempfile::tempdir().unwrap();
    let lot = lot(&base.path().join("out"), &["--h5ad", "full"]);
    let (calls, subclasses) = (text(&lot, "puricell_call"), text(&lot, "puricell_subclass"));
    let terms = text(&lot, "cell_type_ontology_term_id");
    let mut found: BTreeMap<(String, Option<String>), BTreeSet<String>> = BTreeMap::new();
    for ((call, subclass), term) in calls.into_iter().zip(subclasses).zip(terms) {
        found.entry((call.unwrap(), subclass)).or_default().insert(term.unwrap());
    }
    let of = |call: &str, subclass: Option<&str>| found.get(&(call.to_owned(), subclass.map(str::to_owned)));
    let one = |term: &str| BTreeSet::from([term.to_owned()]);
    assert_eq!(of("target", None), Some(&one("CL:0002570")));
    assert_eq!(of("hematopoietic", Some("t_cell")), Some(&one("CL:0000084")));
    // Macrophages are among them.
    assert_eq!(of("hematopoietic", Some("monocyte")), Some(&one("CL:0000113")));
    assert_eq!(of("endothelial", Some("vascular")), Some(&one("CL:0002139")));
    for call in ["suspect", "unassigned"] {
        assert_eq!(of(call, None), Some(&one("unknown")), "{call}");
    }

    for (name, expected) in [
        ("tissue_type", "primary cell culture"),
        // Cultured cells go by what they are; where they came from is beside.
        ("tissue_ontology_term_id", "CL:0002570"),
        ("tissue_source_ontology_term_id", "UBERON:0001013"),
        ("suspension_type", "na"),
        ("assay_ontology_term_id", "unknown"),
        ("development_stage_ontology_term_id", "unknown"),
        ("disease_ontology_term_id", "unknown"),
        ("donor_id", "unknown"),
        ("self_reported_ethnicity_ontology_term_id", "unknown"),
        ("sex_ontology_term_id", "unknown"),
    ] {
        assert_eq!(value(&lot, name), expected, "{name}");
    }
    assert_eq!(column(&lot, "is_primary_data"), CellColumn::Bool(vec![Some(false); lot.n_cells()]));
}

// Verifies R-34.
#[test]
fn genes_go_by_their_accessions_without_version() {
    let base = tempfile::tempdir().unwrap();
    let folder = LabelledLot::breast(&["Fibroblast", "Monocytes"]).write(base.path(), "lot");
    // The accessions of the panels, and invented ones for the other genes.
    let panels = Panels::builtin().unwrap();
    let known: BTreeMap<&str, &str> =
        panels.panels.iter().flat_map(|p| &p.markers).map(|m| (m.symbol.as_str(), m.ensembl.as_str())).collect();
    let genes = fs::read_to_string(folder.join("genes.tsv")).unwrap();
    let names: Vec<&str> = genes.lines().map(|line| line.split('\t').nth(1).unwrap()).collect();
    let id = |(i, name): (usize, &&str)| known.get(name).map_or_else(|| format!("ENSG9{i:010}"), |id| (*id).to_owned());
    let ids: Vec<String> = names.iter().enumerate().map(id).collect();
    let lines = ids.iter().zip(&names).fold(String::new(), |text, (id, name)| text + &format!("{id}.7\t{name}\n"));
    fs::write(folder.join("genes.tsv"), lines).unwrap();

    let out = base.path().join("out");
    run_lot(&folder, "adipose", &out, &["--no-umap", "--h5ad", "full"]);
    let found = open(&out.join("result.h5ad"), &ReadOptions::default()).unwrap().value.dataset;
    assert_eq!(found.features().ids, ids);
    assert_eq!(found.features().names, names);
}

// Verifies R-34.
#[test]
fn what_the_metadata_declare_is_written_and_what_no_column_can_hold_is_refused() {
    let base = tempfile::tempdir().unwrap();
    let metadata = base.path().join("lot.toml");
    let path = metadata.to_string_lossy();
    let common = "lot = \"A7\"\ndonor = \"D3\"\ndonor_sex = \"Female\"\nassay = \"10x 3' v3.1\"\ntissue = \"subcutaneous fat\"\n";
    let declared = "[cellxgene]\ndisease_ontology_term_id = \"PATO:0000461\"\nsuspension_type = \"cell\"\nis_primary_data = true\n";
    fs::write(&metadata, format!("{common}{declared}")).unwrap();
    let lot_with = |name: &str| lot(&base.path().join(name), &["--metadata", &path]);
    let found = lot_with("declared");
    for (name, expected) in [
        ("donor_id", "D3"),
        ("sex_ontology_term_id", "PATO:0000383"),
        ("assay_ontology_term_id", "EFO:0009922"),
        ("tissue_source_ontology_term_id", "UBERON:0002190"),
        ("disease_ontology_term_id", "PATO:0000461"),
        ("suspension_type", "cell"),
    ] {
        assert_eq!(value(&found, name), expected, "{name}");
    }
    assert_eq!(column(&found, "is_primary_data"), CellColumn::Bool(vec![Some(true); found.n_cells()]));

    // Of a cell line there is no donor to tell of.
    let line = "[cellxgene]\ntissue_type = \"cell line\"\ntissue_ontology_term_id = \"CVCL_0030\"\n";
    fs::write(&metadata, format!("{common}{line}")).unwrap();
    let found = lot_with("line");
    for name in ["donor_id", "sex_ontology_term_id", "development_stage_ontology_term_id"] {
        assert_eq!(value(&found, name), "na", "{name}");
    }
    assert_eq!(value(&found, "tissue_ontology_term_id"), "CVCL_0030");

    // The calls do not depend on it.
    let calls = |name: &str| fs::read(base.path().join(name).join("composition.tsv")).unwrap();
    assert!(calls("declared") == calls("line"));

    let refused = |text: &str| {
        fs::write(base.path().join("bad.toml"), text).unwrap();
        let data = test_data("demo/lot.h5");
        let args = ["run", &*data.to_string_lossy(), "--profile", "adipose", "--metadata", "bad.toml", "--out", "out"];
        transcript(base.path(), &args)
    };
    insta::assert_snapshot!("no_such_term", refused("[cellxgene]\ndisease_ontology_term_id = \"healthy\"\n"));
    let several = "[cellxgene]\nassay_ontology_term_id = \"EFO:0009922 || EFO:0009899\"\n";
    insta::assert_snapshot!("one_term_only", refused(several));
    let of_donor = "[cellxgene]\ntissue_type = \"cell line\"\nsex_ontology_term_id = \"PATO:0000383\"\n";
    insta::assert_snapshot!("sex_of_a_cell_line", refused(of_donor));
    insta::assert_snapshot!("no_such_tissue_type", refused("[cellxgene]\ntissue_type = \"culture\"\n"));
}
