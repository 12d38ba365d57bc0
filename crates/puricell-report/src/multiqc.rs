//! MultiQC custom content: general statistics, a table and a bar graph of the composition, a table of markers, and the
//! program's version; of one lot, and of many.
//!
//! Format: MultiQC's custom content as JSON (`*_mqc.json`) and its list of software (`*_mqc_versions.yml`), tried with
//! MultiQC 1.35. Files of several lots with the same section id are merged by MultiQC into one section, a row per lot.

mod cohort;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Value, json};

use crate::error::ReportError;
use crate::figure::class_colours;
use crate::model::{Class, CompositionRow, DenominatorId, MarkerPositivity, Model, Role, Status, Tool};
use crate::number;
use crate::words;

pub use cohort::cohort_multiqc;

/// One file for MultiQC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MultiqcFile {
    /// File name, ending in `_mqc.json` or `_mqc_versions.yml`.
    pub name: &'static str,
    /// Its content.
    pub text: String,
}

/// The files for MultiQC. The sample's name is the lot id, with `_` for path separators, at which MultiQC would cut it. A class of which no cell was found is given as text with its
/// upper bound, never as 0 %; what is not reportable is left out.
///
/// # Errors
/// [`ReportError::Model`] when the model contradicts itself; [`ReportError::Json`] when a file cannot be written as JSON.
pub fn multiqc(model: &Model) -> Result<Vec<MultiqcFile>, ReportError> {
    model.check()?;
    let rows: Vec<(&Class, &CompositionRow)> = model
        .composition
        .iter()
        .filter(|r| r.denominator == DenominatorId::ViableSinglets)
        .filter_map(|r| Some((model.classes.iter().find(|c| c.id == r.class)?, r)))
        .collect();
    let mut files = vec![
        MultiqcFile { name: "puricell_general_stats_mqc.json", text: general_stats(model, &rows)? },
        MultiqcFile { name: "puricell_composition_mqc.json", text: table(model, &rows)? },
        MultiqcFile { name: "puricell_classes_mqc.json", text: bar_graph(model, &rows)? },
    ];
    let markers = model.cytometry.as_ref().map_or(&[][..], |c| &c.positivity);
    if !markers.is_empty() {
        files.push(MultiqcFile { name: "puricell_markers_mqc.json", text: marker_table(model, markers)? });
    }
    files.push(versions(&model.tool)?);
    Ok(files)
}

/// The program and its version, for the section of software that MultiQC makes of all tools. JSON is YAML, and quotes keep a
/// version from being read as a number.
fn versions(tool: &Tool) -> Result<MultiqcFile, ReportError> {
    let text = format!("{}: {}\n", serde_json::to_string(&tool.name)?, serde_json::to_string(&tool.version)?);
    Ok(MultiqcFile { name: "puricell_mqc_versions.yml", text })
}

/// A JSON object that keeps its order: MultiQC shows columns and categories in the order of the file.
#[derive(Default)]
struct Ordered(Vec<(String, Value)>);

impl Serialize for Ordered {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// A whole file; the parts that must keep their order are [`Ordered`].
#[derive(Default, serde::Serialize)]
struct Section<'t> {
    id: &'t str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_id: Option<&'t str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_name: Option<&'t str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_description: Option<&'t str>,
    #[serde(rename = "section_name", skip_serializing_if = "Option::is_none")]
    title: Option<&'t str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'t str>,
    plot_type: &'t str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pconfig: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<Ordered>,
    #[serde(skip_serializing_if = "Option::is_none")]
    categories: Option<Ordered>,
    data: Ordered,
}

impl Section<'_> {
    /// A section below the heading that all of them share.
    fn below_heading() -> Self {
        Self {
            parent_id: Some("puricell"),
            parent_name: Some("puricell"),
            parent_description: Some("Which cells are in the lots and in what proportion."),
            ..Self::default()
        }
    }

    fn written(&self) -> Result<String, ReportError> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }
}

/// The per cent value, or text for a zero count; nothing for what is not reportable.
fn share(row: &CompositionRow) -> Option<Value> {
    // The target of a lot of which no purity is claimed was counted all the same.
    if row.status == Some(Status::NotReportable) {
        return None;
    }
    Some(share_of(row.k?, row.n, row.fraction?, row.upper_one_sided))
}

fn share_of(k: u64, n: u64, fraction: f64, upper_one_sided: Option<f64>) -> Value {
    if k > 0 {
        return json!(fraction * 100.0);
    }
    let text = upper_one_sided.map_or_else(
        || "none found".to_owned(),
        |upper| format!("0 of {} (< {})", number::count(n), number::upper_bound(upper)),
    );
    json!(text.replace(number::NBSP, " "))
}

fn sample_name(lot_id: &str) -> String {
    lot_id.replace(['/', '\\'], "_")
}

fn object(entries: Vec<(String, Value)>) -> Value {
    Value::Object(entries.into_iter().collect())
}

/// A column of per cent. Without a suffix: MultiQC would add it to the text of a zero count as well.
fn per_cent_column(title: &str, description: &str) -> Value {
    json!({"title": title, "description": description, "format": "{:,.2f}", "min": 0, "max": 100})
}

fn general_stats(model: &Model, rows: &[(&Class, &CompositionRow)]) -> Result<String, ReportError> {
    let mut headers = vec![];
    let mut values = vec![];
    for (class, row) in rows.iter().filter(|(class, _)| class.parent.is_none()) {
        if matches!(class.role, Role::Target | Role::Contaminant) {
            let id = format!("puricell_{}", class.id);
            let text = format!("{}: share of viable singlets", class.label);
            headers.push((id.clone(), per_cent_column(&format!("% {}", class.label), &text)));
            values.extend(share(row).map(|v| (id, v)));
        }
    }
    // The purity of a mixture is that of no class.
    let headline = model.purity.iter().find(|p| p.headline && model.product.mixture.is_some());
    if let Some((statement, fraction)) = headline.and_then(|p| Some((p, p.fraction?))) {
        let id = "puricell_purity".to_owned();
        let text = "Declared components of the mixture together: share of viable singlets";
        headers.push((id.clone(), per_cent_column("% Purity", text)));
        values.push((id, share_of(statement.k, statement.n, fraction, None)));
    }
    headers.push((
        "puricell_kept".to_owned(),
        json!({"title": "Kept", "description": format!("{} kept (viable singlets)", words::of_what(model).title), "format": "{:,.0f}"}),
    ));
    values.push(("puricell_kept".to_owned(), json!(model.qc.accounting.kept)));
    headers.push((
        "puricell_verdict".to_owned(),
        json!({"title": "Verdict", "description": "Verdict against the specification"}),
    ));
    values.push(("puricell_verdict".to_owned(), json!(words::status(model.verdict.overall))));
    Section {
        id: "puricell_general_stats",
        plot_type: "generalstats",
        headers: Some(Ordered(headers)),
        data: Ordered(vec![(sample_name(&model.lot.lot_id), object(values))]),
        ..Section::default()
    }
    .written()
}

fn table(model: &Model, rows: &[(&Class, &CompositionRow)]) -> Result<String, ReportError> {
    let mut headers = vec![(
        "n".to_owned(),
        json!({"title": "Viable singlets", "description": "Denominator of the shares", "format": "{:,.0f}"}),
    )];
    let mut values = vec![("n".to_owned(), json!(model.qc.accounting.kept))];
    for (class, row) in rows {
        headers.push((
            class.id.clone(),
            per_cent_column(&format!("{}, %", class.label), &format!("{} ({})", class.label, words::role(class.role))),
        ));
        values.extend(share(row).map(|v| (class.id.clone(), v)));
    }
    Section {
        id: "puricell_composition",
        title: Some("Composition"),
        description: Some(&format!(
            "Share of viable singlets per class. Where no {} was found, the one-sided 95 % upper bound; informative classes overlap others.",
            words::of_what(model).one
        )),
        plot_type: "table",
        pconfig: Some(
            json!({"id": "puricell_composition_table", "title": "puricell: composition", "namespace": "puricell"}),
        ),
        headers: Some(Ordered(headers)),
        data: Ordered(vec![(sample_name(&model.lot.lot_id), object(values))]),
        ..Section::below_heading()
    }
    .written()
}

fn bar_graph(model: &Model, rows: &[(&Class, &CompositionRow)]) -> Result<String, ReportError> {
    let units = words::of_what(model);
    let colours = class_colours(&model.classes);
    let counts = rows.iter().map(|(class, row)| (*class, row.k.unwrap_or(0)));
    let mut categories = vec![];
    let mut values = vec![];
    for (class, k) in disjoint(counts, model.qc.accounting.kept) {
        let colour = model.classes.iter().position(|c| c.id == class.id).and_then(|i| colours.get(i));
        categories.push(category(class, colour));
        values.push((class.id.clone(), json!(k)));
    }
    Section {
        id: "puricell_classes",
        title: Some(&format!("{} per class", units.title)),
        description: Some("Viable singlets per class."),
        plot_type: "bargraph",
        pconfig: Some(
            json!({"id": "puricell_classes_plot", "title": format!("puricell: {} per class", units.many), "ylab": units.title}),
        ),
        categories: Some(Ordered(categories)),
        data: Ordered(vec![(sample_name(&model.lot.lot_id), object(values))]),
        ..Section::below_heading()
    }
    .written()
}

/// The top classes with cells that add up to a denominator of `n`: roll-ups over sub-classes would be counted twice.
fn disjoint<'c>(counts: impl Iterator<Item = (&'c Class, u64)>, n: u64) -> Vec<(&'c Class, u64)> {
    let mut left = n;
    let mut found = vec![];
    for (class, k) in counts.filter(|(class, _)| class.parent.is_none()) {
        let overlaps = class.role == Role::Informative && !matches!(class.id.as_str(), "suspect" | "unassigned");
        if !overlaps && k > 0 && k <= left {
            left -= k;
            found.push((class, k));
        }
    }
    found
}

/// A part of the bars.
fn category(class: &Class, colour: Option<&String>) -> (String, Value) {
    (class.id.clone(), json!({"name": class.label, "color": colour}))
}

/// Per cent positive per marker; a marker without a share is left out.
fn marker_table(model: &Model, markers: &[MarkerPositivity]) -> Result<String, ReportError> {
    let mut headers = vec![];
    let mut values = vec![];
    for p in markers {
        let text = format!("{} ({}); threshold: {}", p.marker, p.channel, words::threshold_source(p.source));
        headers.push((p.marker.clone(), per_cent_column(&format!("{}+, %", p.marker), &text)));
        if let (Some(k), Some(fraction), true) = (p.k, p.fraction, p.separable) {
            values.push((p.marker.clone(), share_of(k, p.n, fraction, p.upper_one_sided)));
        }
    }
    Section {
        id: "puricell_markers",
        title: Some("Markers"),
        description: Some(
            "Positive share of the gated events per marker. Where no event is positive, the one-sided 95 % upper bound; a marker that cannot be separated has no share.",
        ),
        plot_type: "table",
        pconfig: Some(json!({"id": "puricell_markers_table", "title": "puricell: markers", "namespace": "puricell"})),
        headers: Some(Ordered(headers)),
        data: Ordered(vec![(sample_name(&model.lot.lot_id), object(values))]),
        ..Section::below_heading()
    }
    .written()
}
