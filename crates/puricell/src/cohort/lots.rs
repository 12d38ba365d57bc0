//! Results of `puricell run`, as far as a cohort needs them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use puricell_report::cohort::{LeftOut, Readout};
use puricell_report::model::{
    Class, CompositionRow, Definition, DenominatorId, InputFile, MarkerPositivity, Status, Tool, VerdictItem,
};
use rayon::prelude::*;
use serde::Deserialize;

use crate::error::AppError;
use crate::output::{hash_bytes, hash_file};
use crate::record::last_failure;

/// What is read of `report.json`; the rest of it is passed over.
#[derive(Debug, Deserialize)]
struct Report {
    tool: Tool,
    lot: puricell_report::model::Lot,
    verdict: Verdict,
    classes: Vec<Class>,
    composition: Vec<CompositionRow>,
    cytometry: Option<Cytometry>,
    definitions: Vec<Definition>,
}

#[derive(Debug, Deserialize)]
struct Cytometry {
    positivity: Vec<MarkerPositivity>,
}

#[derive(Debug, Deserialize)]
struct Verdict {
    overall: Status,
    items: Vec<VerdictItem>,
}

#[derive(Debug, Deserialize)]
struct Manifest {
    outputs: BTreeMap<String, String>,
}

/// One lot.
#[derive(Debug)]
pub struct Lot {
    /// Lot number.
    pub id: String,
    /// Base name of the result.
    pub folder: String,
    /// What was measured.
    pub readout: Readout,
    /// The program that made the result.
    pub tool: Tool,
    /// Its verdict.
    pub verdict: Status,
    /// The items of its specification that limit a share of viable singlets.
    pub items: Vec<VerdictItem>,
    /// Its classes.
    pub classes: Vec<Class>,
    /// Rows of viable singlets.
    pub rows: Vec<CompositionRow>,
    /// Positive events by marker; none of a lot of expression.
    pub positivity: Vec<MarkerPositivity>,
    /// What defines the run.
    pub definitions: Vec<Definition>,
    /// What the result says of the lot.
    pub facts: BTreeMap<String, String>,
    /// The file that was read.
    pub input: InputFile,
    /// Where it lies, and the hashes of what lies beside it.
    place: PathBuf,
    outputs: BTreeMap<String, String>,
}

impl Lot {
    /// Viable singlets.
    pub fn n(&self) -> u64 {
        self.rows.iter().map(|r| r.n).max().unwrap_or(0)
    }

    /// A file of the result folder as it was written; `None` where the result has none.
    ///
    /// # Errors
    /// [`AppError::Results`] for a file that is listed and cannot be read, or has other bytes.
    pub(super) fn beside(&self, name: &str) -> Result<Option<String>, AppError> {
        let Some(written) = self.outputs.get(name) else { return Ok(None) };
        let fail =
            |why: String| AppError::Results { n_given: 1, problems: vec![format!("{}: {name} {why}", self.folder)] };
        let text = std::fs::read_to_string(self.place.join(name)).map_err(|e| fail(format!("cannot be read: {e}")))?;
        if hash_bytes(text.as_bytes()) == *written {
            Ok(Some(text))
        } else {
            Err(fail("is not as it was written; see `puricell verify`".to_owned()))
        }
    }

    /// The row of a class.
    pub fn row(&self, class: &str) -> Option<&CompositionRow> {
        self.rows.iter().find(|r| r.class == class)
    }
}

/// The lots that can be used, in the order given, and the results that cannot.
#[derive(Debug)]
pub struct Lots {
    /// Those that can.
    pub lots: Vec<Lot>,
    /// Those that cannot, with the reason.
    pub left_out: Vec<LeftOut>,
}

impl Lots {
    /// Reads results, several at a time. A result that cannot be used ends it unless `keep_going`; all such results are named.
    ///
    /// # Errors
    /// [`AppError::Results`] with every result that cannot be used; without `keep_going`, or where none is left.
    pub fn read(paths: &[PathBuf], keep_going: bool) -> Result<Self, AppError> {
        let read: Vec<Result<Lot, String>> = paths.par_iter().map(|path| read(path)).collect();
        let mut lots: Vec<Lot> = Vec::new();
        let mut left_out = Vec::new();
        for (path, result) in paths.iter().zip(read) {
            let of_same = |lot: &Lot| {
                lots.iter().find(|other| other.id == lot.id && other.readout == lot.readout).map(|o| o.folder.clone())
            };
            let result = result.and_then(|lot| match of_same(&lot) {
                Some(other) => Err(format!("lot '{}' is already that of {other}; a lot takes part once", lot.id)),
                None => Ok(lot),
            });
            match result {
                Ok(lot) => lots.push(lot),
                Err(reason) => left_out.push(LeftOut { folder: name_of(path), reason }),
            }
        }
        if lots.is_empty() || !(left_out.is_empty() || keep_going) {
            let problems = left_out.iter().map(|l| format!("{}: {}", l.folder, l.reason)).collect();
            return Err(AppError::Results { n_given: paths.len(), problems });
        }
        Ok(Self { lots, left_out })
    }
}

/// Base name of a result: of the folder, whether it or its report was given.
fn name_of(path: &Path) -> String {
    let folder = match path.file_name() {
        Some(name) if name == "report.json" => path.parent().unwrap_or(path),
        _ => path,
    };
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    folder.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned())
}

fn read(path: &Path) -> Result<Lot, String> {
    let file = if path.is_dir() { path.join("report.json") } else { path.to_owned() };
    let bytes = std::fs::read(&file).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound if path.is_dir() => {
            "the folder holds no report.json: it is no result of `puricell run`".to_owned()
        }
        std::io::ErrorKind::NotFound => last_failure(path).map_or_else(
            || "there is no such folder or file".to_owned(),
            |ended| format!("there is no result; its last run {ended}"),
        ),
        _ => error.to_string(),
    })?;
    let sha256 = hash_bytes(&bytes);
    let manifest = file.with_file_name("manifest.json");
    let outputs = if path.is_dir() || manifest.is_file() { as_written(&manifest, &sha256)? } else { BTreeMap::new() };
    let report: Report =
        serde_json::from_slice(&bytes).map_err(|e| format!("report.json is no report of `puricell run`: {e}"))?;
    let folder = name_of(path);
    let input = InputFile {
        name: format!("{folder}/report.json"),
        kind: Some("result of puricell run".to_owned()),
        bytes: bytes.len() as u64,
        sha256,
    };
    let place = file.parent().unwrap_or(&file).to_owned();
    Ok(Lot { place, outputs, ..lot(report, folder, input)? })
}

/// What the manifest lists, if the report is what it says.
fn as_written(manifest: &Path, sha256: &str) -> Result<BTreeMap<String, String>, String> {
    let text = std::fs::read_to_string(manifest).map_err(|e| format!("manifest.json cannot be read: {e}"))?;
    let manifest: Manifest = serde_json::from_str(&text).map_err(|e| format!("manifest.json is no manifest: {e}"))?;
    match manifest.outputs.get("report.json") {
        Some(written) if written == sha256 => Ok(manifest.outputs),
        Some(_) => Err("report.json is not as it was written; see `puricell verify`".to_owned()),
        None => Err("manifest.json does not list report.json: it is no result of `puricell run`".to_owned()),
    }
}

fn lot(report: Report, folder: String, input: InputFile) -> Result<Lot, String> {
    let is_of = |d: DenominatorId| d == DenominatorId::ViableSinglets;
    let rows: Vec<CompositionRow> = report.composition.into_iter().filter(|r| is_of(r.denominator)).collect();
    if rows.iter().all(|r| r.n == 0) {
        return Err("no viable singlet was counted".to_owned());
    }
    let items = report.verdict.items.into_iter().filter(|i| is_of(i.denominator)).collect();
    let stated = report.lot;
    let facts = [
        ("donor", stated.donor),
        ("age", stated.donor_age),
        ("sex", stated.donor_sex),
        ("tissue", stated.tissue_source),
        ("passage", stated.passage),
        ("process_version", stated.process_version),
        ("sample_state", stated.sample_state),
        ("assay", stated.assay),
    ];
    Ok(Lot {
        id: stated.lot_id,
        folder,
        readout: if report.cytometry.is_some() { Readout::Cytometry } else { Readout::Expression },
        tool: report.tool,
        verdict: report.verdict.overall,
        items,
        classes: report.classes,
        rows,
        positivity: report.cytometry.map(|c| c.positivity).unwrap_or_default(),
        definitions: report.definitions,
        place: PathBuf::new(),
        outputs: BTreeMap::new(),
        facts: facts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect(),
        input,
    })
}

/// A file beside the results, such as the table of facts.
///
/// # Errors
/// [`AppError::Read`].
pub(super) fn input_of(path: &Path, kind: &str) -> Result<InputFile, AppError> {
    let (bytes, sha256) = hash_file(path).map_err(|source| AppError::Read { path: path.to_owned(), source })?;
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    Ok(InputFile { name, kind: Some(kind.to_owned()), bytes, sha256 })
}
