use super::*;

fn panels() -> &'static Panels {
    Panels::builtin().unwrap()
}

fn features(rows: &[(&str, &str)]) -> FeatureTable {
    FeatureTable {
        ids: rows.iter().map(|r| r.0.to_owned()).collect(),
        names: rows.iter().map(|r| r.1.to_owned()).collect(),
        kinds: vec![FeatureKind::GeneExpression; rows.len()],
        genomes: vec![String::new(); rows.len()],
    }
}

/// Every gene of the panels, by id and symbol.
fn all_genes() -> Vec<(String, String)> {
    let markers = panels().panels.iter().flat_map(|p| &p.markers);
    let genes: std::collections::BTreeSet<(String, String)> =
        markers.map(|m| (m.ensembl.clone(), m.symbol.clone())).collect();
    genes.into_iter().collect()
}

fn table(rows: &[(String, String)]) -> FeatureTable {
    features(&rows.iter().map(|r| (r.0.as_str(), r.1.as_str())).collect::<Vec<_>>())
}

fn run(profile: &str, features: &FeatureTable) -> Noted<Resolved> {
    resolve(&Profile::builtin(profile).unwrap(), panels(), features).unwrap()
}

#[test]
fn a_whole_transcriptome_covers_every_class() {
    for id in Profile::list() {
        let noted = run(id, &table(&all_genes()));
        assert_eq!(noted.warnings, []);
        let resolved = noted.value;
        assert_eq!(resolved.species, Species::Human);
        assert_eq!((resolved.target.coverage.present, resolved.target.coverage.total), (16, 16));
        assert!(resolved.classes.iter().all(|c| c.reportable && c.coverage.missing.is_empty()));
        assert_eq!((resolved.sets.mito.len(), resolved.sets.haemoglobin.len()), (13, 5));
        let heme = &resolved.classes[resolved.class("hematopoietic").unwrap()];
        let of_parent = |c: &&ResolvedClass| c.parent == resolved.class("hematopoietic");
        let subs: std::collections::BTreeSet<&str> =
            resolved.classes.iter().filter(of_parent).flat_map(|c| &c.genes).map(|g| g.symbol.as_str()).collect();
        // The top class holds its own 15 genes and each gene of its sub-classes once.
        assert_eq!(heme.genes.len(), 15 + subs.len());
        assert!(heme.genes.iter().all(|g| g.symbol != "CD34" && g.symbol != "HBB"));
        let members = &resolved.rollups[0].members;
        assert_eq!(members.len(), 4);
        assert!(members.iter().all(|&m| resolved.classes[m].parent == resolved.class("hematopoietic")));
    }
}

#[test]
fn genes_match_by_id_then_symbol_then_alias() {
    let rows = [
        ("ENSG00000108821.14", "COL1A1"),
        ("ENSG00000164692", "an-other-name"),
        ("ENSG99999999999", "DCN"),
        ("ENSG00000081237", "PTPRC"),
        ("ENSG00000265107", "CD31"),
        // The PAR copies of IL3RA: two ids, one symbol.
        ("ENSG00000185291.12", "IL3RA"),
        ("ENSG00000292332.1", "IL3RA"),
        // The symbol of a panel gene on another gene's id, beside the panel gene under a newer name.
        ("ENSG00000241186", "CRIPTO"),
        ("ENSG00000000000", "TDGF1"),
    ];
    let features = features(&rows);
    let index = GeneIndex::new(&features, panels(), Species::Human);
    let find = |symbol: &str, id: &str| index.find(symbol, id).map(|g| (g.columns, g.matched_by));
    assert_eq!(find("COL1A1", "ENSG00000108821"), Some((vec![0], MatchedBy::Id)));
    assert_eq!(find("COL1A2", "ENSG00000164692"), Some((vec![1], MatchedBy::Id)));
    assert_eq!(find("DCN", "ENSG00000011465"), Some((vec![2], MatchedBy::Symbol)));
    assert_eq!(find("PECAM1", "ENSG00000261371"), Some((vec![4], MatchedBy::Alias)));
    assert_eq!(find("IL3RA", "ENSG00000185291"), Some((vec![5, 6], MatchedBy::Id)));
    assert_eq!(find("TDGF1", "ENSG00000241186"), Some((vec![7], MatchedBy::Id)));
    assert_eq!(find("LUM", "ENSG00000139329"), None);
}

#[test]
fn antibodies_are_no_genes() {
    let mut f = features(&[("ENSG00000108821", "COL1A1"), ("ENSG00000011465", "DCN"), ("CD45", "PTPRC")]);
    f.kinds[2] = FeatureKind::AntibodyCapture;
    let index = GeneIndex::new(&f, panels(), Species::Human);
    assert_eq!(index.find("PTPRC", "ENSG00000081237"), None);
}

#[test]
fn mouse_genes_are_mapped_with_a_warning() {
    let mouse = crate::species::MouseTable::builtin();
    let rows: Vec<(String, String)> = all_genes()
        .iter()
        .flat_map(|(_, symbol)| mouse.get(symbol).symbols)
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .map(|s| (s.clone(), s))
        .collect();
    let noted = run("bone-marrow", &table(&rows));
    assert_eq!(noted.warnings.iter().map(|w| w.code).collect::<Vec<_>>(), ["species_mapped"]);
    let resolved = noted.value;
    assert_eq!(resolved.species, Species::Mouse);
    assert_eq!(resolved.target.coverage.present, 16);
    let granulocyte = &resolved.classes[resolved.class("granulocyte").unwrap()];
    assert_eq!(granulocyte.coverage.missing, ["FCGR3B", "S100A12", "CEACAM8", "CLC"]);
    assert!(granulocyte.reportable);
    assert_eq!(resolved.sets.mito.len(), 13);
}

// Verifies R-11.
#[test]
fn a_class_with_too_few_genes_is_not_reportable_and_says_which_are_missing() {
    let rows: Vec<(String, String)> =
        all_genes().into_iter().filter(|g| !["MYOD1", "MYF5", "PAX7"].contains(&g.1.as_str())).collect();
    let noted = run("bone-marrow", &table(&rows));
    assert_eq!(noted.warnings.len(), 1);
    assert_eq!(
        noted.warnings[0].to_string(),
        "sub-classes of 'other_stromal' are not reportable, for too few of their genes are among the features: myogenic \
         (1 of 4 genes); their cells are counted in 'other_stromal' [low_panel_coverage]"
    );
    let resolved = noted.value;
    assert!(!resolved.classes[resolved.class("myogenic").unwrap()].reportable);
    assert!(resolved.classes[resolved.class("other_stromal").unwrap()].reportable);
}

#[test]
fn waived_genes_do_not_count_and_are_printed() {
    let marrow = run("bone-marrow", &table(&all_genes())).value;
    let cord = run("umbilical-cord", &table(&all_genes())).value;
    let monocyte = |r: &Resolved| r.classes[r.class("monocyte").unwrap()].genes.iter().any(|g| g.symbol == "CD14");
    assert!(monocyte(&marrow) && !monocyte(&cord));
    assert_eq!(cord.waivers[0].classes, ["monocyte"]);
    assert!(cord.waivers[0].reason.contains("Wharton"));
    // CD34 decides nowhere, so the waiver of adipose takes nothing away, and is printed all the same.
    let adipose = run("adipose", &table(&all_genes())).value;
    assert_eq!((adipose.waivers[0].gene.as_str(), adipose.waivers[0].classes.len()), ("CD34", 0));
}

#[test]
fn a_matrix_without_a_stromal_gene_is_refused_with_a_hint() {
    let rows = features(&[("ENSG00000081237", "PTPRC"), ("ENSG00000167286", "CD3D")]);
    let error = resolve(&Profile::builtin("bone-marrow").unwrap(), panels(), &rows).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no stromal marker found among 2 gene features (looked for PDGFRB, PDGFRA, COL1A1, ...; features look like \
         ENSG00000081237/PTPRC, ENSG00000167286/CD3D); is this a whole-transcriptome matrix with gene symbols or \
         Ensembl ids?"
    );
}
