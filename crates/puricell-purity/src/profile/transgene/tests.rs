use super::*;

const METHOD: IntervalMethod = IntervalMethod::ClopperPearson;

fn profile(features: &str) -> Profile {
    let text = Profile::builtin_text("gene-modified").unwrap().replacen("features = []", features, 1);
    Profile::parse(&text, "mine.toml").unwrap()
}

fn features() -> FeatureTable {
    let rows = [
        ("ENSG00000108821", "COL1A1", FeatureKind::GeneExpression),
        ("GFP", "GFP", FeatureKind::GeneExpression),
        ("CAR_v2", "anti-CD19-CAR", FeatureKind::CrisprGuideCapture),
        ("GFP", "GFP", FeatureKind::AntibodyCapture),
        ("GFP_2", "GFP", FeatureKind::GeneExpression),
    ];
    FeatureTable {
        ids: rows.iter().map(|r| r.0.to_owned()).collect(),
        names: rows.iter().map(|r| r.1.to_owned()).collect(),
        kinds: rows.iter().map(|r| r.2.clone()).collect(),
        genomes: vec![String::new(); rows.len()],
    }
}

#[test]
fn transgenes_are_found_as_named_and_a_missing_one_is_said() {
    let noted = profile("features = [\"GFP\", \"anti-CD19-CAR\", \"TRAIL-x\"]").find_transgenes(&features());
    let columns: Vec<_> = noted.value.iter().map(|f| f.columns.clone()).collect();
    // Both copies of GFP, and not the antibody of the same name.
    assert_eq!(columns, [vec![1, 4], vec![2], vec![]]);
    assert_eq!(noted.warnings.iter().map(|w| w.code).collect::<Vec<_>>(), ["transgene_not_in_file"]);
    assert!(noted.warnings[0].message.contains("'TRAIL-x'"));
    let noted = profile("features = []").find_transgenes(&features());
    assert_eq!(noted.warnings.iter().map(|w| w.code).collect::<Vec<_>>(), ["no_transgene_named"]);
    assert_eq!(Profile::builtin("bone-marrow").unwrap().find_transgenes(&features()), Noted::quiet(Vec::new()));
}

/// Five cells: (GFP, CAR, second GFP) molecules.
fn counts() -> CountMatrix {
    let cells: [&[(u32, u32)]; 5] =
        [&[(0, 9), (1, 1)], &[(0, 9), (1, 1), (4, 1)], &[(0, 9), (2, 3)], &[(0, 9)], &[(1, 5), (2, 1)]];
    let mut indptr = vec![0];
    for cell in cells {
        indptr.push(indptr[indptr.len() - 1] + cell.len() as u64);
    }
    let entries = || cells.iter().copied().flatten();
    CountMatrix::new(5, 5, indptr, entries().map(|e| e.0).collect(), entries().map(|e| e.1).collect()).unwrap()
}

#[test]
fn the_share_is_of_target_cells_and_copies_are_added() {
    let of = |features: &str, targets: &[usize]| -> Vec<(String, Option<(u64, u64)>)> {
        let profile = profile(features);
        let found = profile.find_transgenes(&self::features()).value;
        let shares = profile.transgene_shares(&found, &counts(), targets, METHOD).unwrap();
        shares.into_iter().map(|s| (s.feature, s.counted.map(|p| (p.k(), p.n())))).collect()
    };
    let named = |rows: &[(&str, Option<(u64, u64)>)]| -> Vec<(String, Option<(u64, u64)>)> {
        rows.iter().map(|r| (r.0.to_owned(), r.1)).collect()
    };
    // The last cell carries both and is no target cell.
    let both = "features = [\"GFP\", \"CAR_v2\"]";
    let want = [("GFP", Some((2, 4))), ("CAR_v2", Some((1, 4))), ("any", Some((3, 4)))];
    assert_eq!(of(both, &[0, 1, 2, 3]), named(&want));
    // Two molecules: only the cell in which both copies show one.
    let text = "features = [\"GFP\"]\nmin_molecules = 2 #";
    let profile_text = Profile::builtin_text("gene-modified").unwrap();
    assert!(profile_text.contains("features = []\nmin_molecules = 1\n"));
    let two = Profile::parse(&profile_text.replacen("features = []\nmin_molecules = 1", text, 1), "x").unwrap();
    let found = two.find_transgenes(&features()).value;
    let shares = two.transgene_shares(&found, &counts(), &[0, 1, 2, 3], METHOD).unwrap();
    assert_eq!(shares[0].counted.map(|p| (p.k(), p.n())), Some((1, 4)));
    let said = "GFP: of the target cells, those that show 2 molecules or more of it are 1 of 4; 25.0 % (95 % interval";
    assert!(shares[0].sentence.starts_with(said), "{}", shares[0].sentence);
    let wilson = two.transgene_shares(&found, &counts(), &[0, 1, 2, 3], IntervalMethod::Wilson).unwrap();
    assert_ne!(shares[0].interval, wilson[0].interval);
    // A feature that was not measured is not zero, and spoils "any".
    let missing = [("GFP", Some((2, 4))), ("x", None), ("any", None)];
    assert_eq!(of("features = [\"GFP\", \"x\"]", &[0, 1, 2, 3]), named(&missing));
    let nobody = [("GFP", Some((0, 0)))];
    assert_eq!(of("features = [\"GFP\"]", &[]), named(&nobody));
}
