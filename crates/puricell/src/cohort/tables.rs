//! The tables of a cohort: tab-separated, with a header; what was not estimated is `NA`.

use std::fmt::Write as _;

use puricell_report::cohort::{Cohort, CohortClass, MethodPair};

const NA: &str = "NA";

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| NA.to_owned(), significant)
}

/// Ten significant digits at most, as in `composition.tsv`.
fn significant(value: f64) -> String {
    let text = format!("{value:.9e}");
    text.parse::<f64>().map_or(text, |rounded| rounded.to_string())
}

fn row(text: &mut String, cells: &[String]) {
    let plain: Vec<String> = cells.iter().map(|c| c.replace(['\t', '\n', '\r'], " ")).collect();
    let _ = writeln!(text, "{}", plain.join("\t"));
}

/// `lots.tsv`: a row per lot and class.
pub fn lots_tsv(cohort: &Cohort) -> String {
    let mut facts: Vec<&String> = cohort.lots.iter().flat_map(|l| l.facts.keys()).collect();
    facts.sort_unstable();
    facts.dedup();
    let mut text = String::new();
    let head = ["lot", "folder", "verdict", "class", "parent", "role", "k", "n", "fraction", "ci_low", "ci_high"];
    row(&mut text, &head.iter().map(|h| (*h).to_owned()).chain(facts.iter().map(|f| (*f).clone())).collect::<Vec<_>>());
    for (i, lot) in cohort.lots.iter().enumerate() {
        for class in &cohort.classes {
            let count = class.counts[i];
            let mut cells = vec![
                lot.id.clone(),
                lot.folder.clone(),
                word(&lot.verdict),
                class.id.clone(),
                class.parent.clone().unwrap_or_default(),
                word(&class.role),
                count.map_or_else(|| NA.to_owned(), |c| c.k.to_string()),
                count.map_or_else(|| lot.n.to_string(), |c| c.n.to_string()),
                number(count.and_then(|c| c.fraction)),
                number(count.and_then(|c| c.ci_low)),
                number(count.and_then(|c| c.ci_high)),
            ];
            cells.extend(facts.iter().map(|f| lot.facts.get(*f).cloned().unwrap_or_else(|| NA.to_owned())));
            row(&mut text, &cells);
        }
    }
    text
}

/// The word that stands for a value in JSON.
fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// `classes.tsv`: a row per class, with what lots vary by, where limits may lie, and capability.
pub fn classes_tsv(cohort: &Cohort) -> String {
    let mut text = String::new();
    let head = "class parent role n_lots is_rare least median most mean mean_low mean_high rho inflation tolerance_low tolerance_high \
                tolerance_factor nonparametric_low nonparametric_high next_lot_low next_lot_high limit_min limit_max ppk ppk_low ppk_high \
                n_beyond signals";
    row(&mut text, &head.split(' ').map(str::to_owned).collect::<Vec<_>>());
    for class in &cohort.classes {
        let spread = class.dispersion;
        let index = class.capability;
        let mut cells = vec![
            class.id.clone(),
            class.parent.clone().unwrap_or_default(),
            word(&class.role),
            class.n_lots.to_string(),
            class.is_rare.to_string(),
        ];
        let values = [
            class.least,
            class.median,
            class.most,
            spread.map(|d| d.mean),
            spread.and_then(|d| d.low),
            spread.and_then(|d| d.high),
            spread.and_then(|d| d.rho),
            spread.map(|d| d.inflation),
        ];
        cells.extend(values.map(number));
        for bound in &class.tolerance {
            cells.extend([number(bound.low), number(bound.high)]);
            if bound.method == puricell_report::cohort::ToleranceMethod::LogitNormal {
                cells.push(number(bound.factor));
            }
        }
        let values = [
            index.and_then(|i| i.min),
            index.and_then(|i| i.max),
            index.and_then(|i| i.ppk),
            index.and_then(|i| i.low),
            index.and_then(|i| i.high),
        ];
        cells.extend(values.map(number));
        cells.push(index.map_or_else(|| NA.to_owned(), |i| i.n_beyond.to_string()));
        cells.push(signals(cohort, class));
        row(&mut text, &cells);
    }
    text
}

fn signals(cohort: &Cohort, class: &CohortClass) -> String {
    let Some(chart) = &class.chart else { return NA.to_owned() };
    let named = chart.points.iter().filter_map(|p| Some(format!("{} ({})", cohort.lots[p.lot].id, word(&p.signal?))));
    named.collect::<Vec<_>>().join(", ")
}

/// `variance.tsv`: a row per class and part.
pub fn variance_tsv(cohort: &Cohort) -> String {
    let mut text = String::new();
    let head = ["class", "part", "n_levels", "variance", "share", "share_low", "share_high", "why_not"];
    row(&mut text, &head.map(str::to_owned));
    for class in &cohort.classes {
        for part in &class.variance {
            let cells = [
                class.id.clone(),
                part.name.clone(),
                part.n_levels.to_string(),
                number(part.variance),
                number(part.share),
                number(part.low),
                number(part.high),
                part.why_not.clone().unwrap_or_default(),
            ];
            row(&mut text, &cells);
        }
        if let Some(why) = &class.variance_why_not {
            let blank = || NA.to_owned();
            row(&mut text, &[class.id.clone(), blank(), blank(), blank(), blank(), blank(), blank(), why.clone()]);
        }
    }
    text
}

/// `distances.tsv`: a row per pair of lots and measure of composition and expression, with what halves of a lot differ by; the header
/// alone where none was computed.
pub fn distances_tsv(cohort: &Cohort) -> String {
    let mut text = String::new();
    let head = ["measure", "lot_a", "lot_b", "distance", "within", "beyond_within", "of_control", "why_not"];
    row(&mut text, &head.map(str::to_owned));
    for measure in cohort.composition_distance.iter().flat_map(|d| &d.measures) {
        for (i, distances) in measure.between.iter().enumerate() {
            for (j, &distance) in distances.iter().enumerate() {
                let cells = [
                    measure.name.clone(),
                    cohort.lots[j].id.clone(),
                    cohort.lots[i + 1].id.clone(),
                    significant(distance),
                    significant(measure.null_median),
                    (distance > measure.null_p95).to_string(),
                    NA.to_owned(),
                    String::new(),
                ];
                row(&mut text, &cells);
            }
        }
    }
    for measure in &cohort.expression_distances {
        for pair in &measure.pairs {
            let cells = [
                measure.measure.clone(),
                cohort.lots[pair.lots[0]].id.clone(),
                cohort.lots[pair.lots[1]].id.clone(),
                number(pair.between),
                number(pair.within),
                pair.is_further.map_or_else(|| NA.to_owned(), |further| further.to_string()),
                number(pair.of_control),
                pair.why_not.clone().unwrap_or_default(),
            ];
            row(&mut text, &cells);
        }
    }
    text
}

/// `methods.tsv`: a row per lot measured by expression and cytometry and class, and per such lot and marker; the header alone where
/// there is none. `expected` is the fraction in which RNA would be seen by dropout alone.
pub fn methods_tsv(cohort: &Cohort) -> String {
    let mut text = String::new();
    let head = "of id gene lot k_expression n_expression k_cytometry n_cytometry difference difference_low difference_high molecules \
                expected expected_low expected_high finding";
    row(&mut text, &head.split(' ').map(str::to_owned).collect::<Vec<_>>());
    let mut add = |of: &str, id: &str, gene: &str, pair: &MethodPair, of_marker: [String; 5]| {
        let mut cells = vec![of.to_owned(), id.to_owned(), gene.to_owned(), pair.lot.clone()];
        cells.extend([pair.k[0], pair.n[0], pair.k[1], pair.n[1]].map(|n| n.to_string()));
        cells.extend([pair.difference, pair.low, pair.high].map(significant));
        cells.extend(of_marker);
        row(&mut text, &cells);
    };
    for class in &cohort.methods {
        for pair in &class.pairs {
            add("class", &class.class, NA, pair, [NA; 5].map(str::to_owned));
        }
    }
    for marker in &cohort.markers {
        for pair in &marker.pairs {
            let [expected, low, high] = [pair.expected, pair.expected_low, pair.expected_high].map(significant);
            let of_marker = [pair.molecules.to_string(), expected, low, high, word(&pair.finding)];
            add("marker", &marker.marker, &marker.gene, &pair.counted, of_marker);
        }
    }
    text
}
