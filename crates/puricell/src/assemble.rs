//! From results to the report model: names, units and words, and no statistic that a stage has not given.

mod calls;
mod composition;
mod heterogeneity;
mod quality;
mod structure;

use puricell_core::{Dataset, Warning};
use puricell_purity::Profile;
use puricell_report::model::{Definition, InputFile, Lot, Model, Parameter, ReportWarning, SCHEMA_VERSION, Tool, Use};

use crate::metadata::Metadata;
use crate::pipeline::Analysis;

/// What a report says besides the results.
#[derive(Debug)]
pub struct Context<'a> {
    /// The data set.
    pub dataset: &'a Dataset,
    /// The profile, values replaced.
    pub profile: &'a Profile,
    /// What is known of the lot.
    pub metadata: &'a Metadata,
    /// Base name of the input.
    pub input_name: String,
    /// Input files with their hashes.
    pub inputs: Vec<InputFile>,
    /// Profile, panels, specification.
    pub definitions: Vec<Definition>,
    /// Every effective parameter.
    pub parameters: Vec<Parameter>,
    /// Departures from the profile as it stands.
    pub deviations: Vec<String>,
    /// The specification, if any.
    pub spec: Option<&'a puricell_purity::Spec>,
    /// Seed of the run.
    pub seed: u64,
    /// Warnings of reading, before those of the analysis.
    pub reading: Vec<Warning>,
}

/// Puts the report together.
pub fn assemble(context: Context<'_>, analysis: &Analysis) -> Model {
    let classes = composition::classes(analysis, &context.profile.isct_name);
    let class_index = calls::ClassIndex::new(&classes, analysis);
    let shown = calls::shown_cells(analysis);
    let warnings = context
        .reading
        .iter()
        .chain(&analysis.warnings)
        .map(|w| ReportWarning { code: w.code.to_owned(), message: w.message.clone() })
        .collect();
    Model {
        schema_version: SCHEMA_VERSION.to_owned(),
        tool: Tool { name: "puricell".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        lot: lot(&context, analysis),
        verdict: composition::verdict(&context, analysis),
        denominators: composition::denominators(&analysis.composition),
        purity: composition::purity(&analysis.composition),
        composition: composition::rows(&analysis.composition),
        qc: quality::qc(analysis),
        states: Vec::new(),
        panels: calls::coverage(analysis, &context.profile.isct_name),
        cytometry: None,
        calls: calls::calls(analysis, &class_index, &shown, &context.profile.isct_name),
        clusters: structure::clusters(analysis, &class_index, classes.len()),
        umap: structure::umap(analysis, &class_index, &shown),
        heterogeneity: heterogeneity::heterogeneity(analysis, context.dataset.features()),
        homogeneity: heterogeneity::homogeneity(analysis),
        classes,
        warnings,
        parameters: context.parameters,
        inputs: context.inputs,
        definitions: context.definitions,
        seed: context.seed,
    }
}

fn lot(context: &Context<'_>, analysis: &Analysis) -> Lot {
    let metadata = context.metadata;
    let product =
        metadata.product.clone().unwrap_or_else(|| format!("mesenchymal stromal cells, {}", context.profile.isct_name));
    Lot {
        lot_id: metadata.lot.clone().unwrap_or_else(|| context.input_name.clone()),
        input_name: context.input_name.clone(),
        product: Some(product),
        tissue_source: Some(metadata.tissue.clone().unwrap_or_else(|| context.profile.tissue_source.clone())),
        passage: metadata.passage.clone(),
        sample_state: metadata.sample_state.clone(),
        donor: metadata.donor.clone(),
        donor_age: metadata.donor_age.clone(),
        donor_sex: metadata.donor_sex.clone(),
        process_version: metadata.process_version.clone(),
        assay: metadata.assay.clone(),
        species: Some(analysis.resolved.species.name().to_owned()),
        r#use: match metadata.intended_use.as_deref() {
            Some("release") => Use::Release,
            Some("in-process") => Use::InProcess,
            _ => Use::Characterisation,
        },
    }
}
