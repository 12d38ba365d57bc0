use super::*;

fn file(body: &str) -> String {
    format!(
        "schema = \"puricell-panels/1\"\nversion = \"1\"\nannotation = \"test\"\n[sources]\ns = \"a source\"\n{body}"
    )
}

fn panel(id: &str, markers: &str) -> String {
    format!(
        "[[panel]]\nid = \"{id}\"\nname_en = \"e\"\nname_zh = \"z\"\ngroup = \"g\"\nrole = \"r\"\ntissue = \"any\"\n\
         source = \"s\"\nmarkers = [{markers}]\n"
    )
}

fn message(text: &str) -> String {
    Panels::parse(text, "mine.toml").unwrap_err().to_string()
}

#[test]
fn the_built_in_panels_hold_what_they_promise() {
    let panels = Panels::builtin().unwrap();
    assert_eq!(panels.panels.len(), 54);
    assert_eq!(panels.panels.iter().map(|p| p.markers.len()).sum::<usize>(), 732);
    let count = |id: &str| panels.get(id).unwrap().markers.len();
    // Tirosh 2016, doi:10.1126/science.aad0501: 43 S and 54 G2/M genes.
    assert_eq!((count("cycle_s"), count("cycle_g2m"), count("mito")), (43, 54, 13));
    assert!(panels.panels.iter().all(|p| p.markers.iter().all(|m| !m.ensembl.is_empty())));
    // The alias mix-ups of Seurat's cc.genes.updated.2019 are other genes and must stay apart.
    for (old, wrong) in [("MCM2", "MCM7"), ("RPA2", "POLR1B"), ("BRIP1", "MRPL36")] {
        assert_ne!(panels.aliases.get(old).map(String::as_str), Some(wrong));
        assert!(panels.get("cycle_s").unwrap().markers.iter().any(|m| m.symbol == old));
    }
}

#[test]
fn no_gene_seen_in_a_tenth_of_real_stroma_speaks_for_a_contaminant() {
    let shares = include_str!("../../../../test-data/panel_shares/shares.tsv");
    let share_of = |gene: &str| {
        let row = shares.lines().find(|l| l.split('\t').next() == Some(gene))?;
        let fields: Vec<&str> = row.split('\t').collect();
        [fields[1], fields[5]].iter().filter_map(|f| f.parse::<f64>().ok()).reduce(f64::max)
    };
    // The table itself is the measured one: haemoglobin is ambient in marrow, PTPRC is not seen in stroma.
    assert!(share_of("HBB").unwrap() > 0.9);
    assert!(share_of("PTPRC").unwrap() < 0.05);
    let panels = Panels::builtin().unwrap();
    let mut measured = 0;
    for panel in panels.panels.iter().filter(|p| p.group == "contaminant") {
        for marker in panel.markers_of(Direction::Pos) {
            if let Some(share) = share_of(&marker.symbol) {
                measured += 1;
                assert!(share < 0.1, "{} of {}: {share}", marker.symbol, panel.id);
            }
        }
    }
    assert!(measured > 120, "{measured}");
}

#[test]
fn genes_that_stroma_shares_never_decide() {
    let panels = Panels::builtin().unwrap();
    let shared = ["ENG", "MCAM", "CD34", "NCAM1", "PDPN", "KRT8", "KRT18", "HLA-DRA", "CD74", "VCAM1", "THY1", "CD68"];
    for panel in panels.panels.iter().filter(|p| p.group == "contaminant" || p.id == "msc_support") {
        for marker in panel.markers_of(Direction::Pos) {
            assert!(!shared.contains(&marker.symbol.as_str()), "{} of {}", marker.symbol, panel.id);
        }
    }
}

// Verifies R-13.
#[test]
fn every_problem_is_named_with_its_line() {
    let text = file(
        &(panel(
            "a",
            "{symbol=\"X\",ensembl=\"ENSG00000000001\",direction=\"pos\"},\n{symbol=\"X\",direction=\"ctx\"}",
        ) + &panel("a", "{symbol=\"X\",ensembl=\"ENSG1\",direction=\"pos\"}")
            + &panel("empty", "").replace("source = \"s\"\n", "")),
    );
    assert_eq!(
        message(&text),
        "panels 'mine.toml' has 6 problems\n  \
         line 15: panel 'a' lists gene X twice, as 'pos' and as 'ctx'\n  \
         line 17: panel 'a' is defined twice\n  \
         line 24: gene X of panel 'a' has Ensembl id 'ENSG1', expected ENSG and 11 digits\n  \
         line 24: gene X of panel 'a' has Ensembl id ENSG1, but ENSG00000000001 in an earlier panel\n  \
         line 26: panel 'empty' has no marker\n  \
         line 26: 'source' of panel 'empty' is empty"
    );
}

#[test]
fn unknown_keys_sources_and_aliases_are_refused() {
    let text = file(&panel("a", "{symbol=\"X\",direction=\"pos\",weight=2}"));
    let found = message(&text);
    assert!(found.starts_with("panels 'mine.toml', line 14: unknown field `weight`"), "{found}");
    let text = file(&panel("a", "{symbol=\"X\",direction=\"pos\"}").replace("source = \"s\"", "source = \"t\""));
    assert_eq!(
        message(&text),
        "panels 'mine.toml' has 1 problem\n  line 13: panel 'a' names source 't', which is not defined"
    );
    let text = file(&("[aliases]\nX = \"Y\"\n".to_owned() + &panel("a", "{symbol=\"X\",direction=\"pos\"}")));
    assert_eq!(
        message(&text),
        "panels 'mine.toml' has 2 problems\n  line 7: alias 'X' is itself the symbol of a panel gene\n  \
         line 7: alias 'X' names gene 'Y', which is not defined"
    );
}
