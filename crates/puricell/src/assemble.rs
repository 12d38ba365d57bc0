//! From results to the report model: names, units and words, and no statistic that a stage has not given.

mod calls;
mod composition;
mod doublets;
mod events;
mod explained;
mod heterogeneity;
mod product;
mod quality;
mod states;
mod structure;

use puricell_core::{CellTable, Warning};
use puricell_purity::events::EventModel;
use puricell_report::model as report;
use puricell_report::model::{Definition, InputFile, Lot, Model, Parameter, ReportWarning, SCHEMA_VERSION, Tool, Use};

use crate::metadata::Metadata;
use crate::pipeline::{Analysis, Called, CellLot, EventLot};
use calls::ClassIndex;

/// What a report says besides the results.
#[derive(Debug)]
pub struct Context<'a> {
    /// Short name of the target, such as `MSC(UC)`.
    pub target_name: String,
    /// What the product is called where the metadata do not say.
    pub product: String,
    /// Tissue of origin by the profile.
    pub tissue_source: Option<String>,
    /// What is known of the lot.
    pub metadata: &'a Metadata,
    /// Base name of the input.
    pub input_name: String,
    /// Base names of the captures, in their order, where the lot has several.
    pub captures: Vec<String>,
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
    /// The product's profile for this lot; `None` for a profile of cytometry by itself.
    pub profile: Option<&'a puricell_purity::Profile>,
    /// What became of its rules.
    pub rules: &'a [puricell_purity::RuleOutcome],
    /// Seed of the run.
    pub seed: u64,
    /// Warnings of reading, before those of the analysis.
    pub reading: Vec<Warning>,
}

/// How events were measured.
#[derive(Debug)]
pub struct Acquisition {
    /// The cytometer and what the file says of itself.
    pub instrument: report::Instrument,
    /// Where the spillover matrix comes from; `None` without one.
    pub compensation_source: Option<String>,
}

/// What a report says of one kind of data alone.
struct Parts {
    qc: report::Qc,
    calls: report::Calls,
    /// What clusters were made of.
    clusters_of: &'static str,
    n_components: u64,
    index: heterogeneity::Index,
    cytometry: Option<report::Cytometry>,
    doublets: Option<report::Doublets>,
    explained: Option<report::Explained>,
    states: Vec<report::StateShare>,
}

/// Puts the report on a lot's expression together.
pub fn assemble_cells(context: Context<'_>, cells: &CellTable, analysis: &Analysis<CellLot>) -> Model {
    let classes = composition::classes(analysis, &context.target_name);
    let index = ClassIndex::new(&classes, &analysis.resolved);
    let shown = calls::shown_cells(analysis);
    let parts = Parts {
        qc: quality::qc(analysis),
        calls: calls::calls(analysis, &index, &shown, &context.target_name),
        clusters_of: "Leiden on the fuzzy graph of nearest neighbours",
        n_components: analysis.measured.components.as_ref().map_or(0, |c| c.variance.len() as u64),
        index: heterogeneity::index(&analysis.measured.homogeneity),
        cytometry: None,
        doublets: doublets::doublets(analysis, &context.captures),
        explained: explained::explained(cells, analysis, &classes, &index),
        states: states::states(&analysis.measured.states),
    };
    assemble(context, analysis, classes, &index, &shown, parts)
}

/// Puts the report on a lot's events together.
pub fn assemble_events(
    context: Context<'_>,
    analysis: &Analysis<EventLot>,
    model: &EventModel,
    acquisition: Acquisition,
) -> Model {
    let classes = composition::classes(analysis, &context.target_name);
    let index = ClassIndex::new(&classes, &analysis.resolved);
    // The events of the map, which is of a sample.
    let sampled = analysis.structure.as_ref().map_or(&[][..], |s| &s.rows);
    let shown: Vec<usize> = sampled.iter().copied().step_by(sampled.len().div_ceil(calls::MAX_POINTS).max(1)).collect();
    let parts = Parts {
        qc: events::qc(analysis),
        calls: events::calls(analysis, &context.target_name),
        clusters_of: "Leiden on the fuzzy graph of nearest neighbours of a sample of the kept events",
        n_components: analysis.structure.as_ref().map_or(0, |s| s.embedding.dims.len() as u64),
        index: heterogeneity::Index::default(),
        cytometry: Some(events::cytometry(analysis, acquisition, &context.target_name)),
        doublets: None,
        explained: explained::explained_events(analysis, model, &classes, &index),
        states: Vec::new(),
    };
    assemble(context, analysis, classes, &index, &shown, parts)
}

fn assemble<M: Called>(
    context: Context<'_>,
    analysis: &Analysis<M>,
    classes: Vec<report::Class>,
    index: &ClassIndex,
    shown: &[usize],
    parts: Parts,
) -> Model {
    let warnings = context
        .reading
        .iter()
        .chain(&analysis.warnings)
        .map(|w| ReportWarning { code: w.code.to_owned(), message: w.message.clone() })
        .collect();
    Model {
        schema_version: SCHEMA_VERSION.to_owned(),
        tool: Tool { name: "puricell".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        lot: lot(&context, analysis.resolved.species.name()),
        verdict: composition::verdict(&context, analysis),
        denominators: composition::denominators(&analysis.composition, parts.cytometry.is_some()),
        purity: composition::purity(analysis),
        composition: composition::rows(&analysis.composition),
        statistics: composition::statistics(&analysis.composition, &context.definitions),
        product: product::product(&context, analysis),
        qc: parts.qc,
        states: parts.states,
        panels: calls::coverage(&analysis.resolved, &context.target_name),
        cytometry: parts.cytometry,
        calls: parts.calls,
        doublets: parts.doublets,
        explained: parts.explained,
        clusters: structure::clusters(analysis, index, classes.len(), parts.clusters_of, parts.n_components),
        umap: structure::umap(analysis, index, shown),
        heterogeneity: heterogeneity::heterogeneity(analysis),
        homogeneity: heterogeneity::homogeneity(&analysis.homogeneous, parts.index),
        classes,
        warnings,
        parameters: context.parameters,
        inputs: context.inputs,
        definitions: context.definitions,
        seed: context.seed,
    }
}

fn lot(context: &Context<'_>, species: &str) -> Lot {
    let metadata = context.metadata;
    Lot {
        lot_id: metadata.lot.clone().unwrap_or_else(|| context.input_name.clone()),
        input_name: context.input_name.clone(),
        product: Some(metadata.product.clone().unwrap_or_else(|| context.product.clone())),
        tissue_source: metadata.tissue.clone().or_else(|| context.tissue_source.clone()),
        passage: metadata.passage.clone(),
        sample_state: metadata.sample_state.clone(),
        donor: metadata.donor.clone(),
        donor_age: metadata.donor_age.clone(),
        donor_sex: metadata.donor_sex.clone(),
        process_version: metadata.process_version.clone(),
        assay: metadata.assay.clone(),
        species: Some(species.to_owned()),
        r#use: match metadata.intended_use.as_deref() {
            Some("release") => Use::Release,
            Some("in-process") => Use::InProcess,
            _ => Use::Characterisation,
        },
    }
}
