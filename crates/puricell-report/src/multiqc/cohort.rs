//! The files for MultiQC of many lots: a row per lot.

use serde_json::{Value, json};

use super::{
    MultiqcFile, Ordered, Section, category, disjoint, object, per_cent_column, sample_name, share_of, versions,
};
use crate::cohort::{Cohort, CohortLot, LotCount, Readout, Standing};
use crate::error::ReportError;
use crate::figure::class_colours;
use crate::model::{Class, Role};
use crate::{number, words};

/// The files for MultiQC of a cohort: general statistics, a table and a bar graph of the composition over lots, and the
/// program's version. A sample is a lot, under the name that its own files give it. A class of which a lot has no cell is given
/// as text with the end of its 95 % interval, never as 0 %; what is not reportable is left out.
///
/// # Errors
/// [`ReportError::Json`] when a file cannot be written as JSON.
pub fn cohort_multiqc(cohort: &Cohort) -> Result<Vec<MultiqcFile>, ReportError> {
    let classes: Vec<Class> = cohort
        .classes
        .iter()
        .map(|c| Class {
            id: c.id.clone(),
            label: c.label.clone(),
            label_zh: c.label_zh.clone(),
            parent: c.parent.clone(),
            role: c.role,
        })
        .collect();
    Ok(vec![
        MultiqcFile { name: "puricell_cohort_general_stats_mqc.json", text: general_stats(cohort, &classes)? },
        MultiqcFile { name: "puricell_cohort_composition_mqc.json", text: table(cohort, &classes)? },
        MultiqcFile { name: "puricell_cohort_classes_mqc.json", text: bar_graph(cohort, &classes)? },
        versions(&cohort.tool)?,
    ])
}

/// A row per lot, of what `values` says of it and its index.
fn per_lot(cohort: &Cohort, values: impl Fn(usize, &CohortLot) -> Vec<(String, Value)>) -> Ordered {
    let row = |(index, lot): (usize, &CohortLot)| (sample_name(&lot.id), object(values(index, lot)));
    Ordered(cohort.lots.iter().enumerate().map(row).collect())
}

/// The per cent value of a lot's count, or text for none found.
fn share(count: &LotCount) -> Option<Value> {
    match count.ci_high.filter(|_| count.k == 0) {
        None => Some(share_of(count.k, count.n, count.fraction?, None)),
        Some(high) => {
            let text = format!("0 of {} (95 % interval up to {})", number::count(count.n), number::upper_bound(high));
            Some(json!(text.replace(number::NBSP, " ")))
        }
    }
}

/// The shares of a lot in those of the classes that `wanted` takes, under the names that `column` gives.
fn shares(
    cohort: &Cohort,
    lot: usize,
    wanted: impl Fn(&Class) -> bool,
    classes: &[Class],
    column: impl Fn(&Class) -> String,
) -> Vec<(String, Value)> {
    let of_lot = classes.iter().zip(&cohort.classes).filter(|(class, _)| wanted(class));
    of_lot.filter_map(|(class, counts)| Some((column(class), share(counts.counts[lot].as_ref()?)?))).collect()
}

fn general_stats(cohort: &Cohort, classes: &[Class]) -> Result<String, ReportError> {
    let wanted = |c: &Class| c.parent.is_none() && matches!(c.role, Role::Target | Role::Contaminant);
    let column = |class: &Class| format!("puricell_cohort_{}", class.id);
    let namespaced = |mut header: Value| {
        header["namespace"] = json!("puricell cohort");
        header
    };
    let mut headers: Vec<(String, Value)> = classes
        .iter()
        .filter(|c| wanted(c))
        .map(|class| {
            let text = format!("{}: share of viable singlets", class.label);
            (column(class), namespaced(per_cent_column(&format!("% {}", class.label), &text)))
        })
        .collect();
    let mut add = |id: &str, header: Value| headers.push((id.to_owned(), namespaced(header)));
    add("puricell_cohort_n", json!({"title": "Kept", "description": "Viable singlets", "format": "{:,.0f}"}));
    add("puricell_cohort_verdict", json!({"title": "Verdict", "description": "Verdict against the specification"}));
    // With fewer lots nothing is tested, and a lot that is not named would seem to have passed.
    let is_tested = cohort.standing != Standing::DescribeOnly;
    if is_tested {
        let text = "Classes in which the other lots do not explain this one";
        add("puricell_cohort_stands_out", json!({"title": "Stands out in", "description": text}));
    }
    let data = per_lot(cohort, |index, lot| {
        let mut values = shares(cohort, index, wanted, classes, column);
        values.push(("puricell_cohort_n".to_owned(), json!(lot.n)));
        values.push(("puricell_cohort_verdict".to_owned(), json!(words::status(lot.verdict))));
        if is_tested {
            let found = cohort.outliers.iter().filter(|o| o.lot == index);
            let named: Vec<&str> = found
                .map(|o| classes.iter().find(|c| c.id == o.class).map_or(o.class.as_str(), |c| c.label.as_str()))
                .collect();
            let text = if named.is_empty() { "none".to_owned() } else { named.join(", ") };
            values.push(("puricell_cohort_stands_out".to_owned(), json!(text)));
        }
        values
    });
    Section {
        id: "puricell_cohort_general_stats",
        plot_type: "generalstats",
        headers: Some(Ordered(headers)),
        data,
        ..Section::default()
    }
    .written()
}

fn table(cohort: &Cohort, classes: &[Class]) -> Result<String, ReportError> {
    let mut headers = vec![(
        "n".to_owned(),
        json!({"title": "Viable singlets", "description": "Denominator of the shares", "format": "{:,.0f}"}),
    )];
    headers.extend(classes.iter().map(|class| {
        let text = format!("{} ({})", class.label, words::role(class.role));
        (class.id.clone(), per_cent_column(&format!("{}, %", class.label), &text))
    }));
    let data = per_lot(cohort, |index, lot| {
        let mut values = vec![("n".to_owned(), json!(lot.n))];
        values.extend(shares(cohort, index, |_| true, classes, |class| class.id.clone()));
        values
    });
    let units = words::units(cohort.readout == Readout::Cytometry);
    Section {
        id: "puricell_cohort_composition",
        title: Some("Composition over lots"),
        description: Some(&format!(
            "Share of viable singlets per class and lot. Where no {} was found, the upper end of the 95 % interval; informative classes overlap others.",
            units.one
        )),
        plot_type: "table",
        pconfig: Some(json!({
            "id": "puricell_cohort_composition_table",
            "title": "puricell: composition over lots",
            "namespace": "puricell cohort"
        })),
        headers: Some(Ordered(headers)),
        data,
        ..Section::below_heading()
    }
    .written()
}

fn bar_graph(cohort: &Cohort, classes: &[Class]) -> Result<String, ReportError> {
    let parts = |lot: usize, n: u64| {
        let count = |counts: &[Option<LotCount>]| counts[lot].map_or(0, |c| c.k);
        disjoint(classes.iter().zip(&cohort.classes).map(|(class, c)| (class, count(&c.counts))), n)
    };
    let colours = class_colours(classes);
    let is_shown = |class: &Class| {
        cohort.lots.iter().enumerate().any(|(i, lot)| parts(i, lot.n).iter().any(|(c, _)| c.id == class.id))
    };
    let categories = classes.iter().enumerate().filter(|(_, class)| is_shown(class));
    let categories = categories.map(|(i, class)| category(class, colours.get(i))).collect();
    let data = per_lot(cohort, |index, lot| {
        parts(index, lot.n).into_iter().map(|(class, k)| (class.id.clone(), json!(k))).collect()
    });
    let units = words::units(cohort.readout == Readout::Cytometry);
    Section {
        id: "puricell_cohort_classes",
        title: Some(&format!("{} per class over lots", units.title)),
        description: Some("Viable singlets per class, a bar for each lot in the order of the cohort."),
        plot_type: "bargraph",
        pconfig: Some(json!({
            "id": "puricell_cohort_classes_plot",
            "title": format!("puricell: {} per class over lots", units.many),
            "ylab": units.title,
            "sort_samples": false
        })),
        categories: Some(Ordered(categories)),
        data,
        ..Section::below_heading()
    }
    .written()
}
