use std::collections::BTreeSet;

use super::*;
use crate::{Panels, Profile, resolve};
use puricell_core::{FeatureKind, FeatureTable};

/// A profile's classes, resolved against every gene that the panels name.
fn classes(profile: &Profile) -> Vec<ResolvedClass> {
    let panels = Panels::builtin().unwrap();
    let markers: BTreeSet<(&str, &str)> =
        panels.panels.iter().flat_map(|p| &p.markers).map(|m| (m.symbol.as_str(), m.ensembl.as_str())).collect();
    let n = markers.len();
    let features = FeatureTable {
        ids: markers.iter().map(|m| m.1.to_owned()).collect(),
        names: markers.iter().map(|m| m.0.to_owned()).collect(),
        kinds: vec![FeatureKind::GeneExpression; n],
        genomes: vec![String::new(); n],
    };
    resolve(profile, panels, &features).unwrap().value.classes
}

#[test]
fn every_id_of_the_built_in_profiles_is_known() {
    let ontology = Ontology::builtin().unwrap();
    for id in Profile::list() {
        let profile = Profile::builtin(id).unwrap();
        assert!(ontology.known_cell_type(&profile.cell_ontology).is_some(), "{id}");
        assert!(profile.uberon.is_empty() || ontology.known_tissue(&profile.uberon).is_some(), "{id}");
        for class in &profile.classes {
            let known = class.cell_ontology.as_deref().is_none_or(|c| ontology.known_cell_type(c).is_some());
            assert!(known, "{id}: {} is {:?}", class.id, class.cell_ontology);
        }
    }
    let ids = Profile::list();
    assert!(ontology.tissue_type.keys().all(|id| ids.contains(&id.as_str())), "{:?}", ontology.tissue_type);
}

#[test]
fn a_class_gets_what_is_true_of_all_its_cells() {
    let ontology = Ontology::builtin().unwrap();
    let mut classes = classes(&Profile::builtin("bone-marrow").unwrap());
    let of = |classes: &[ResolvedClass], id: &str| {
        let class = classes.iter().position(|c| c.id == id).unwrap();
        ontology.cell_type(classes, class).map(str::to_owned)
    };
    let expected = [
        ("hematopoietic", Some("CL:0000988")),
        ("t_cell", Some("CL:0000084")),
        // Plasma cells, macrophages and platelets are among these.
        ("b_cell", Some("CL:0000945")),
        ("monocyte", Some("CL:0000113")),
        ("platelet", Some("CL:0000763")),
        ("other_stromal", None),
        // Schwann cells and melanocytes: no id, and the parent has none.
        ("neural_crest", None),
        ("smooth_muscle", Some("CL:0000192")),
    ];
    for (id, term) in expected {
        assert_eq!(of(&classes, id).as_deref(), term, "{id}");
    }
    // An id that nobody looked up is not written: the parent's is.
    let monocyte = classes.iter().position(|c| c.id == "monocyte").unwrap();
    classes[monocyte].cell_ontology = Some("CL:9999999".into());
    assert_eq!(of(&classes, "monocyte").as_deref(), Some("CL:0000988"));
    // A profile that means macrophages alone, and says so, keeps its id.
    classes[monocyte].cell_ontology = Some("CL:0000235".into());
    assert_eq!(of(&classes, "monocyte").as_deref(), Some("CL:0000235"));
}

#[test]
fn what_is_wider_holds_what_the_profiles_name_and_is_known() {
    let ontology = Ontology::builtin().unwrap();
    let named: BTreeSet<(String, Option<String>)> = Profile::list()
        .iter()
        .flat_map(|id| Profile::builtin(id).unwrap().classes)
        .map(|c| (c.id, c.cell_ontology))
        .collect();
    for wider in &ontology.wider {
        // Else the entry is never used.
        assert!(named.contains(&(wider.class.clone(), Some(wider.cell_ontology.clone()))), "{wider:?}");
        assert!(wider.of.contains(&wider.cell_ontology), "{wider:?}");
        assert!(wider.of.iter().chain(&wider.term).all(|id| ontology.known_cell_type(id).is_some()), "{wider:?}");
    }
}

#[test]
fn names_are_found_whatever_their_case_and_apostrophes() {
    let ontology = Ontology::builtin().unwrap();
    assert_eq!(ontology.assay("10x 3′ v3.1"), Some("EFO:0009922"));
    assert_eq!(ontology.assay("10X  3' V2"), Some("EFO:0009899"));
    // Whose kit it is is not said.
    assert_eq!(ontology.assay("3' v3"), None);
    assert_eq!(ontology.tissue("Wharton’s jelly"), Some("UBERON:0003422"));
    assert_eq!(ontology.tissue("somewhere"), None);
    assert_eq!((ontology.sex("女"), ontology.sex("M")), (Some("PATO:0000383"), Some("PATO:0000384")));
    assert_eq!(ontology.sex("not stated"), None);
    assert_eq!(ontology.organism(Species::Mouse), Some("NCBITaxon:10090"));
    assert_eq!(ontology.tissue_type("adipose-svf"), Some("tissue"));
    assert_eq!(ontology.tissue_type("mine"), None);
}

#[test]
fn each_name_means_one_term() {
    let ontology = Ontology::builtin().unwrap();
    for terms in [&ontology.tissues, &ontology.assays, &ontology.sexes, &ontology.organisms] {
        for term in terms {
            assert_eq!(named(terms, &term.label), Some(term.term.as_str()), "{}", term.label);
            for name in &term.names {
                assert_eq!(named(terms, name), Some(term.term.as_str()), "{name}");
            }
        }
    }
    assert!(Ontology::parse("schema = 1", "x").is_err());
}
