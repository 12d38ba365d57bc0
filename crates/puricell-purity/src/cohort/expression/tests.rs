//! What is kept of a lot, and that it is the same however the lot came.

use std::fmt::Write as _;

use proptest::prelude::*;
use puricell_core::{CountMatrix, FeatureKind, FeatureTable, math};
use puricell_testkit::thread_sweep;

use super::simulated::{Lot, features};
use super::*;

#[test]
fn tables_read_back_as_they_were() {
    let lot = Lot::drawn(1, 300, |_| 1.0).kept();
    let pseudobulk = lot.pseudobulk.unwrap();
    assert!(pseudobulk.genes.len() > 300 && pseudobulk.molecules().iter().all(|&n| n > 10_000));
    assert_eq!(parse_pseudobulk(&write_pseudobulk(&pseudobulk), "a").unwrap(), pseudobulk);
    let distributions = lot.distributions;
    assert_eq!(distributions.rows.len(), SketchGenes::find(&features()).unwrap().present.len() + N_DIRECTIONS);
    assert_eq!(parse_distributions(&write_distributions(&distributions), "a").unwrap(), distributions);
    let none = Distributions { species: None, cells: [0, 0], absent: vec!["A".into(), "B".into()], rows: Vec::new() };
    assert_eq!(parse_distributions(&write_distributions(&none), "a").unwrap(), none);
}

#[test]
fn what_is_wrong_with_a_table_is_said_with_its_line() {
    let lot = Lot::drawn(2, 120, |_| 1.0).kept();
    let (sums, quantiles) = (write_pseudobulk(&lot.pseudobulk.unwrap()), write_distributions(&lot.distributions));
    let changed = |text: &str, line: usize, to: &dyn Fn(&str) -> String| {
        text.lines().enumerate().fold(String::new(), |mut all, (i, old)| {
            writeln!(all, "{}", if i + 1 == line { to(old) } else { old.to_owned() }).unwrap();
            all
        })
    };
    let of_sums = |line, to: &dyn Fn(&str) -> String| parse_pseudobulk(&changed(&sums, line, to), "p").unwrap_err();
    let of_quantiles =
        |line, to: &dyn Fn(&str) -> String| parse_distributions(&changed(&quantiles, line, to), "d").unwrap_err();
    for (error, said) in [
        (
            of_sums(1, &|_| "gene\tn".into()),
            "pseudobulk 'p', line 1: found 'gene\tn', expected '# puricell-pseudobulk/1'",
        ),
        (of_sums(2, &|_| "# species\tdog".into()), "line 2: found species 'dog', expected human, mouse or NA"),
        (of_sums(3, &|_| "# cells\t3".into()), "line 3: found '3', expected two whole numbers, cells of each half"),
        (of_sums(4, &|_| "# genes_counted\t3\tabc".into()), "line 4: expected a number of genes and a SHA-256"),
        (of_sums(7, &|l| l.replace('\t', " ")), "line 7: found 1 columns, expected 4"),
        (of_sums(7, &|l| format!("{l}.5")), ".5', expected two whole numbers, molecules of each half"),
        (of_sums(8, &|l| format!("A{l}")), "expected ids that rise"),
        (of_quantiles(1, &|_| "# puricell-distributions/2".into()), "expected '# puricell-distributions/1'"),
        (of_quantiles(4, &|_| "kind".into()), "line 4: found 'kind', expected '# absent' and its values"),
        (of_quantiles(6, &|l| l.replace("gene", "dye")), "line 6: found kind 'dye', expected one of gene, direction, "),
        (of_quantiles(7, &|l| l.replace("first", "all")), "line 7: found 'all', expected 'first' of the row of gene, "),
        (of_quantiles(8, &|l| format!("{l}\t9")), "line 8: found 101 quantiles, expected 100, in the row of gene, "),
        (of_quantiles(8, &|l| l.rsplit_once('\t').unwrap().0.to_owned() + "\t-1"), "line 8: the quantiles of gene, "),
        (
            of_quantiles(8, &|l| l.rsplit_once('\t').unwrap().0.to_owned() + "\tNaN"),
            "line 8: found 'NaN', expected a number",
        ),
    ] {
        assert!(error.to_string().contains(said), "{error}\n{said}");
    }
    let cut = quantiles.lines().take(7).collect::<Vec<_>>().join("\n");
    let error = parse_distributions(&cut, "d").unwrap_err().to_string();
    assert!(error.contains("line 7: the file ends here, expected the row of gene, "), "{error}");
}

proptest! {
    /// Whatever the text: a refusal or a table, never a panic.
    #[test]
    fn any_text_is_read_or_refused(lines in prop::collection::vec("(# )?[a-z/0-9-]{0,12}(\t[a-z0-9.-]{0,5}){0,4}", 0..8)) {
        let text = lines.join("\n");
        let _ = parse_pseudobulk(&text, "p");
        let _ = parse_distributions(&text, "d");
        let headed = format!("# puricell-distributions/1\n# species\tNA\n# cells\t1\t1\n{text}");
        let _ = parse_distributions(&headed, "d");
    }
}

// Verifies R-15.
#[test]
fn the_order_of_cells_and_of_genes_changes_nothing_of_what_is_kept() {
    let lot = Lot::drawn(3, 400, |_| 1.0);
    let kept = lot.kept();
    assert_eq!(lot.with_cells_shuffled(7).kept(), kept);
    assert_eq!(lot.with_genes_reversed().kept(), kept);
}

// Verifies R-14.
#[test]
fn the_threads_change_nothing_of_what_is_kept() {
    // More than one chunk of cells.
    let lot = Lot::drawn(4, 2500, |_| 1.0);
    let text = thread_sweep(|| {
        let kept = lot.kept();
        (write_pseudobulk(&kept.pseudobulk.unwrap()), write_distributions(&kept.distributions))
    })
    .unwrap();
    assert!(text.0.len() > 10_000 && text.1.len() > 100_000);
}

/// The definition, by cells and genes one after the other.
#[test]
fn quantiles_are_those_of_the_definition() {
    let lot = Lot::drawn(5, 151, |_| 1.0);
    let kept = lot.kept().distributions;
    assert_eq!(kept.cells, [76, 75]);
    let genes = SketchGenes::find(&lot.features).unwrap();
    let (gene, of_gene) = (&genes.present[17], &kept.rows[17]);
    assert_eq!((of_gene.kind, &of_gene.name), (DistributionKind::Gene, &gene.symbol));
    let value = |cell: usize, columns: &[usize]| {
        let count: u32 = columns.iter().filter_map(|&c| lot.counts.get(cell, c as u32)).sum();
        math::ln(f64::from(count) * 1e4 / lot.counts.row(cell).total() as f64 + 1.0)
    };
    let second = second_of_target(&lot.ids, &vec![true; lot.ids.len()]);
    for (part, wanted) in [(0, None), (1, Some(false)), (2, Some(true))] {
        let cells = (0..lot.ids.len()).filter(|&cell| wanted.is_none_or(|wanted| second[cell] == wanted));
        let mut values: Vec<f64> = cells.map(|cell| value(cell, &gene.columns)).collect();
        values.sort_by(f64::total_cmp);
        for (i, &quantile) in of_gene.parts[part].iter().enumerate() {
            let level = (i as f64 + 0.5) / 100.0;
            let at_most = |x: f64| values.iter().filter(|&&v| v <= x + 1e-9).count() as f64 / values.len() as f64;
            let expected = values.iter().copied().find(|&v| at_most(v) >= level - 1e-12).unwrap();
            // Rounded to 1e-4, from a number of 24 bits.
            assert!((f64::from(quantile) / 1e4 - expected).abs() < 0.6e-4, "{part} {i}: {quantile} {expected}");
        }
    }
}

/// A projection of independent coordinates has the variance of the weighted sum, and the mean over directions of its square is
/// the sum of variances over the number of genes.
#[test]
fn directions_are_unit_vectors_of_the_genes() {
    let lot = Lot::drawn(6, 2000, |_| 1.0);
    let kept = lot.kept().distributions;
    let variance = |row: &Distribution| {
        let values: Vec<f64> = row.parts[0].iter().map(|&q| f64::from(q) / 1e4).collect();
        let mean = values.iter().sum::<f64>() / 100.0;
        values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / 100.0
    };
    let (genes, directions): (Vec<_>, Vec<_>) = kept.rows.iter().partition(|row| row.kind == DistributionKind::Gene);
    let of_genes = genes.iter().map(|row| variance(row)).sum::<f64>() / genes.len() as f64;
    let of_directions = directions.iter().map(|row| variance(row)).sum::<f64>() / directions.len() as f64;
    // Chi-squared with 64 directions and some hundred genes, and tails beyond 0.5 %: a twentieth either way.
    assert!((of_directions / of_genes - 1.0).abs() < 0.1, "{of_directions} {of_genes}");
}

#[test]
fn a_gene_of_several_columns_is_added_up_and_one_that_lacks_is_named() {
    let mut lot = Lot::drawn(8, 200, |_| 1.0);
    let genes = SketchGenes::find(&lot.features).unwrap();
    let name = lot.features.names[3].clone();
    let before = lot.kept().distributions;
    // The same counts under a second column of the same symbol instead of the first one.
    lot.features.names.push(name.clone());
    lot.features.ids.push(lot.features.ids[3].clone() + "_PAR_Y");
    lot.features.kinds.push(FeatureKind::GeneExpression);
    lot.features.genomes.push(String::new());
    let (n_rows, n_cols) = (lot.counts.n_rows(), lot.counts.n_cols() + 1);
    let (indptr, mut indices, values) = lot.counts.to_arrays();
    for cell in 0..n_rows / 2 {
        let row = indptr[cell] as usize..indptr[cell + 1] as usize;
        indices[row].iter_mut().filter(|i| **i == 3).for_each(|i| *i = n_cols as u32 - 1);
    }
    lot.counts = CountMatrix::new(n_rows, n_cols, indptr, indices, values).unwrap();
    assert_eq!(lot.kept().distributions, before);

    let without: Vec<usize> = (0..n_cols - 1).filter(|&c| lot.features.names[c] != name).collect();
    let lacking = SketchGenes::find(&lot.features.select(&without)).unwrap();
    assert_eq!((lacking.absent, lacking.present.len()), (vec![name], genes.present.len() - 1));
}

#[test]
fn halves_are_equal_and_drawn_by_name() {
    let ids: Vec<String> = (0..1001).map(|i| format!("AAAC{i}-1")).collect();
    let second = second_of_target(&ids, &vec![true; 1001]);
    assert_eq!(second.iter().filter(|&&s| s).count(), 500);
    // Next to each other as often as not: four standard errors of 1000 pairs.
    let alike = second.windows(2).filter(|w| w[0] == w[1]).count();
    assert!((437..563).contains(&alike), "{alike}");
    let few: Vec<bool> = (0..1001).map(|i| i < 3).collect();
    assert_eq!(second_of_target(&ids, &few).iter().filter(|&&s| s).count(), 1);
}

#[test]
fn events_are_on_a_scale_that_is_the_same_for_every_lot() {
    // Two lots of the same light on other logicle-like scales; what is kept is asinh(x / 150) of the quantiles of x.
    let light = |event: usize| 40.0 * (event as f64 * 0.618_034).fract() - 10.0;
    let of = |factor: f64| {
        let marker = TargetEvents {
            marker: "CD45".into(),
            kind: DistributionKind::Fluorescence,
            value: move |event: usize| (light(event) * factor) as f32,
            linear: move |value: f64| value / factor,
        };
        Distributions::of_events(250_000, vec![marker])
    };
    assert_eq!(of(0.25), of(2.0));
    let kept = of(1.0);
    assert_eq!(kept.cells, [50_000, 50_000]);
    // Multiples of the golden ratio are spread evenly, so a quantile of 100,000 is known to far below 0.01.
    for (i, &quantile) in kept.rows[0].parts[0].iter().enumerate() {
        let x = (40.0 * (i as f64 + 0.5) / 100.0 - 10.0) / 150.0;
        let expected = math::ln(x + (x * x + 1.0).sqrt());
        assert!((f64::from(quantile) / 1e4 - expected).abs() < 2e-4, "{i}: {quantile} {expected}");
    }
    assert_eq!(parse_distributions(&write_distributions(&kept), "a").unwrap(), kept);
}

#[test]
fn a_lot_of_no_or_one_target_cell_has_tables_without_rows() {
    for n in [0, 1] {
        let kept = Lot::drawn(9, n, |_| 1.0).kept();
        assert_eq!((kept.distributions.rows.len(), kept.distributions.cells), (0, [n as u64, 0]));
        let text = write_pseudobulk(kept.pseudobulk.as_ref().unwrap());
        assert_eq!(parse_pseudobulk(&text, "p").unwrap(), kept.pseudobulk.unwrap());
    }
}

#[test]
fn names_with_tabs_stay_in_their_column() {
    let mut lot = Lot::drawn(10, 60, |_| 1.0);
    lot.features.names[0] = "A\tB\n".into();
    let pseudobulk = lot.kept().pseudobulk.unwrap();
    assert!(pseudobulk.genes.iter().any(|gene| gene.name == "A B "));
    assert_eq!(parse_pseudobulk(&write_pseudobulk(&pseudobulk), "p").unwrap(), pseudobulk);
}

#[test]
fn only_genes_are_summed() {
    let mut lot = Lot::drawn(11, 60, |_| 1.0);
    let n = lot.kept().pseudobulk.unwrap().reference.n_genes;
    lot.features.kinds[5] = FeatureKind::AntibodyCapture;
    let (id, pseudobulk) = (lot.features.ids[5].clone(), lot.kept().pseudobulk.unwrap());
    assert_eq!(pseudobulk.reference.n_genes, n - 1);
    assert!(pseudobulk.genes.iter().all(|gene| gene.id != id));
}

#[test]
fn the_reference_is_its_ids_in_whatever_order() {
    let table = |ids: &[&str]| FeatureTable {
        ids: ids.iter().map(|&s| s.to_owned()).collect(),
        names: ids.iter().map(|&s| s.to_owned()).collect(),
        kinds: vec![FeatureKind::GeneExpression; ids.len()],
        genomes: vec![String::new(); ids.len()],
    };
    assert_eq!(Reference::text(&table(&["ENSG2.4", "ENSG1"])), "ENSG1\nENSG2\n");
    assert_eq!(Reference::text(&table(&["ENSG1", "ENSG2", "ENSG2.1"])), "ENSG1\nENSG2\n");
}
