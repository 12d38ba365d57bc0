//! `puricell cohort`: many lots, what moves them, and where limits may lie.

mod record;

use puricell_core::{Seed, Warning};
use puricell_purity::cohort::margins::Margins;
use puricell_purity::cohort::markers::MarkerGenes;
use puricell_report::cohort::{Cohort, Readout, cohort_figures, cohort_html, cohort_json, cohort_multiqc, cohort_pdf};
use puricell_report::model::Definition;
use puricell_report::{PdfOptions, png};

use super::definitions::{base_name, read_text};
use super::written;
use crate::cli::CohortArgs;
use crate::cohort::{
    Asked, Facts, Groups, Lot, Lots, Missing, by_marker, classes_tsv, distances_tsv, expression, in_order, lots_tsv,
    methods_tsv, study, variance_tsv,
};
use crate::error::AppError;
use crate::exit::Exit;
use crate::log::Log;
use crate::output::{Existing, OutputFolder, hash_text};
use crate::outputs::PNG_DPI;
use crate::record::{Made, Origin, Record};
use crate::ro_crate::{self, Described};
use crate::timing::Clock;

pub(super) fn cohort(args: &CohortArgs, log: &Log, n_threads: usize) -> Result<Exit, AppError> {
    let clock = Clock::start(n_threads, log);
    let record = Record::start(&args.out, Origin::here(&args.attribution, n_threads));
    let ended = put_together(args, &record, log, clock);
    record.end(&ended, log);
    ended
}

fn put_together(args: &CohortArgs, record: &Record, log: &Log, mut clock: Clock) -> Result<Exit, AppError> {
    let margins = args.margins.as_deref().map(|path| Ok::<_, AppError>((path, read_text(path)?))).transpose()?;
    let margins =
        margins.map(|(path, text)| Ok::<_, AppError>((Margins::parse(&text, &base_name(path))?, text))).transpose()?;
    let facts = args.metadata.as_deref().map(Facts::read).transpose()?;
    let missing = args.missing.as_deref().map(Missing::read).transpose()?;
    let folder = OutputFolder::start(&args.out, Existing::forced(args.force))?;

    log.stage("read");
    let Lots { mut lots, mut left_out } = clock.part("read", || Lots::read(&args.results, args.keep_going))?;
    let mut warnings = facts.as_ref().map(|facts| facts.give(&mut lots)).unwrap_or_default();
    let missing = missing.map(|missing| {
        left_out.extend(missing.lots);
        missing.input
    });
    for left in &left_out {
        warnings.push(Warning::new("result_left_out", format!("{} takes no part: {}", left.folder, left.reason)));
    }
    warnings.extend(in_order(&mut lots));
    // Genes where there are both: the other readout is compared with them, lot by lot.
    let main =
        if lots.iter().any(|l| l.readout == Readout::Expression) { Readout::Expression } else { Readout::Cytometry };
    let (lots, others): (Vec<Lot>, Vec<Lot>) = lots.into_iter().partition(|lot| lot.readout == main);
    warnings.extend(record::unlike(&lots));

    let compare = args.compare.as_deref().map(|asked| Groups::find("--compare", asked, 2, &lots)).transpose()?;
    let bridge = args.bridge.as_deref().map(|asked| Groups::find("--bridge", asked, 1, &lots)).transpose()?;
    let control = args.control.as_deref().map(|name| control(name, &lots)).transpose()?;
    log.stage("statistics");
    let asked = Asked {
        factors: &args.factors,
        n_bootstrap: args.bootstrap.get(),
        compare: compare.as_ref(),
        margins: margins.as_ref().map(|(margins, _)| margins),
        bridge: bridge.as_ref(),
        control,
        seed: Seed(args.seed),
    };
    let mut found = clock.part("statistics", || study(&lots, &others, &asked));
    let (distances, remarks) = clock.part("expression", || expression(&lots, control))?;
    found.expression_distances = distances;
    warnings.extend(remarks);
    let (markers, remarks) = clock.part("expression", || by_marker(&lots, &others))?;
    found.markers = markers;
    warnings.extend(remarks);
    found.tool = record::tool();
    found.left_out = left_out;
    found.inputs =
        lots.iter().chain(&others).map(|l| l.input.clone()).chain(facts.map(|f| f.input)).chain(missing).collect();
    found.definitions = record::definitions(&lots);
    found.definitions.extend(margins.map(|(margins, text)| Definition {
        kind: "margins".to_owned(),
        id: margins.id,
        version: Some(margins.version),
        built_in: false,
        sha256: hash_text(&text),
    }));
    if !found.markers.is_empty() {
        found.definitions.push(Definition {
            kind: "orthogonal-markers".to_owned(),
            id: "built-in".to_owned(),
            version: Some(MarkerGenes::builtin()?.version.clone()),
            built_in: true,
            sha256: hash_text(MarkerGenes::builtin_text()),
        });
    }
    found.parameters = record::parameters(args);
    found.warnings = written::warnings(&warnings);
    for warning in &found.warnings {
        log.warn(&warning.code, &warning.message);
    }
    write(&found, args, folder, record, log, &mut clock)
}

fn control(name: &str, lots: &[Lot]) -> Result<usize, AppError> {
    lots.iter().position(|l| l.id == name || l.folder == name).ok_or_else(|| {
        AppError::usage(
            format!("--control {name}: no lot has this number or folder"),
            "name one of the results that are given",
        )
    })
}

fn write(
    found: &Cohort,
    args: &CohortArgs,
    folder: OutputFolder,
    record: &Record,
    log: &Log,
    clock: &mut Clock,
) -> Result<Exit, AppError> {
    log.stage("report");
    let fail = |e: puricell_report::ReportError| AppError::Internal { place: "report", message: e.to_string() };
    folder.write("cohort.json", cohort_json(found).map_err(fail)?.as_bytes())?;
    folder.write("lots.tsv", lots_tsv(found).as_bytes())?;
    folder.write("classes.tsv", classes_tsv(found).as_bytes())?;
    folder.write("variance.tsv", variance_tsv(found).as_bytes())?;
    folder.write("distances.tsv", distances_tsv(found).as_bytes())?;
    folder.write("methods.tsv", methods_tsv(found).as_bytes())?;
    folder.write("cohort.html", cohort_html(found, args.lang.lang()).map_err(fail)?.as_bytes())?;
    for (name, figure) in cohort_figures(found).map_err(fail)? {
        folder.write(&format!("figures/{name}.svg"), figure.svg.as_bytes())?;
        folder.write(&format!("figures/{name}.png"), &png(&figure.svg, PNG_DPI).map_err(fail)?)?;
    }
    let options = PdfOptions { lang: args.lang.lang(), date: args.date };
    folder.write("cohort.pdf", &cohort_pdf(found, &options).map_err(fail)?)?;
    cohort_multiqc(found).map_err(fail)?.iter().try_for_each(|file| folder.write(file.name, file.text.as_bytes()))?;
    let described = Described {
        name: format!("puricell: cohort of {} lots", found.lots.len()),
        description: "What many lots range over, what moves them, and where limits may lie.",
        command: "puricell cohort".to_owned(),
        tool: &found.tool,
        inputs: &found.inputs,
        definitions: &found.definitions,
        date: args.date,
    };
    ro_crate::write(&folder, &described)?;
    folder.write("manifest.json", record::manifest(found, &folder.hashes())?.as_bytes())?;
    folder.write_unhashed("timing.json", written::json(&clock.timing(), "timing.json")?.as_bytes())?;
    let made = Made {
        result: "cohort",
        inputs: &found.inputs,
        prepared: &[],
        definitions: &found.definitions,
        parameters: &found.parameters,
    };
    let head = record.finish(&folder, Exit::Done, &made)?;
    folder.publish()?;
    log.finish();
    log.info(&format!("record closed with SHA-256 {head}"));
    log.info(&format!("open {}", args.out.join("cohort.html").display()));
    Ok(Exit::Done)
}
