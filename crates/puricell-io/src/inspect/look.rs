//! A look at each format.

use std::path::Path;

use puricell_core::{FeatureKind, FeatureTable};

use super::{ColumnInfo, Inspection, MatrixInfo, Share};
use crate::error::IoError;
use crate::h5ad::{Frame, Place};
use crate::hdf5::Hdf5;
use crate::open::FileKind;
use crate::{h5ad, mtx, tenx, text};

/// A folder: its matrix is parsed in full.
pub(super) fn mtx(path: &Path) -> Result<Inspection, IoError> {
    let folder = mtx::find(path)?;
    let cells = mtx::read_cells(&folder.cells)?;
    let features = mtx::read_features(&folder.features)?;
    let name = folder.matrix.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let mut info = MatrixInfo {
        name: name.clone(),
        stored_as: "coordinates".to_owned(),
        n_cells: cells.len(),
        n_features: features.len(),
        n_nonzero: None,
        holds_counts: true,
        why_not: None,
    };
    match mtx::read_matrix(&folder, &cells, &features.names) {
        Ok(counts) => {
            info.n_nonzero = Some((counts.values.len() - counts.values.n_zeros()) as u64);
        }
        Err(IoError::NotCounts(found)) => {
            info.holds_counts = false;
            info.why_not = Some(offence(found.value));
        }
        Err(error) => return Err(error),
    }
    let default_matrix = info.holds_counts.then_some(name);
    let mut found = start(path, FileKind::TenxMtx, Some(folder.version().to_owned()), &cells, &features, vec![info]);
    found.default_matrix = default_matrix;
    Ok(found)
}

/// Cell Ranger 2: a matrix per genome.
pub(super) fn tenx_v2(file: &Hdf5) -> Result<Inspection, IoError> {
    let genomes = tenx::version2_genomes(file)?;
    let mut matrices = Vec::new();
    let mut features = FeatureTable::default();
    let mut cells = Vec::new();
    for genome in &genomes {
        let of_genome = tenx::version2_features(file, genome)?;
        cells = file.text(&format!("{genome}/barcodes"))?;
        matrices.push(stored_10x(file, genome, cells.len(), of_genome.len())?);
        features.ids.extend(of_genome.ids);
        features.names.extend(of_genome.names);
        features.kinds.extend(of_genome.kinds);
        features.genomes.extend(of_genome.genomes);
    }
    let version = file.text_attribute("", "chemistry_description")?;
    let mut found = start(file.path(), FileKind::TenxV2, version, &cells, &features, matrices);
    if let [only] = found.matrices.as_slice() {
        found.default_matrix = only.holds_counts.then(|| only.name.clone());
    } else {
        found.oddities.push(format!("a matrix for each of {} genomes: choose one with --genome", genomes.len()));
    }
    Ok(found)
}

/// Cell Ranger 3 and later: one matrix.
pub(super) fn tenx_v3(file: &Hdf5) -> Result<Inspection, IoError> {
    let features = tenx::version3_features(file)?;
    let cells = file.text("matrix/barcodes")?;
    let matrix = stored_10x(file, "matrix", cells.len(), features.len())?;
    let default_matrix = matrix.holds_counts.then(|| matrix.name.clone());
    let version = tenx::version3_version(file)?;
    let mut found = start(file.path(), FileKind::TenxV3, version, &cells, &features, vec![matrix]);
    found.default_matrix = default_matrix;
    let indptr = file.integers("matrix/indptr")?;
    let empty = indptr.windows(2).filter(|w| w[0] == w[1]).count();
    if empty > 0 {
        found.oddities.push(format!("{empty} of {} barcodes have no molecule: is this the raw matrix?", cells.len()));
    }
    Ok(found)
}

/// AnnData: X, raw/X and layers.
pub(super) fn h5ad(file: &Hdf5) -> Result<Inspection, IoError> {
    let places = h5ad::places(file)?;
    let obs = Frame::open(file, "obs")?;
    let cells = obs.index()?;
    let mut matrices = Vec::new();
    for place in &places {
        matrices.push(match h5ad::stored(file, place) {
            Ok(stored) => MatrixInfo {
                name: place.name.clone(),
                stored_as: stored.description,
                n_cells: stored.shape.0,
                n_features: stored.shape.1,
                n_nonzero: stored.offender.is_none().then_some(stored.n_nonzero),
                holds_counts: stored.offender.is_none(),
                why_not: stored.offender.map(offence),
            },
            Err(error @ (IoError::Encoding { .. } | IoError::Filter { .. })) => MatrixInfo {
                name: place.name.clone(),
                stored_as: "unknown".to_owned(),
                n_cells: 0,
                n_features: 0,
                n_nonzero: None,
                holds_counts: false,
                why_not: Some(error.to_string()),
            },
            Err(error) => return Err(error),
        });
    }
    let chosen = places.iter().zip(&matrices).find(|(place, info)| place.is_default_choice() && info.holds_counts);
    let chosen = chosen.map(|(place, _)| place);
    let describes = chosen.or(places.first()).map_or("var", |place: &Place| place.features.as_str());
    let features = h5ad::features(&Frame::open(file, describes)?)?;
    let default_matrix = chosen.map(|place| place.name.clone());
    let version = Some(h5ad::version(file)?);
    let mut found = start(file.path(), FileKind::H5ad, version, &cells, &features, matrices);
    if default_matrix.is_none() {
        found.oddities.push("neither X, raw/X nor a layer named counts holds counts".to_owned());
    } else if default_matrix.as_deref() != Some("X") {
        let name = default_matrix.as_deref().unwrap_or_default();
        found.oddities.push(format!("X does not hold counts; {name} does and would be read"));
    }
    found.default_matrix = default_matrix;
    for name in obs.names() {
        let kind = match obs.column(&name) {
            Ok(column) => column.kind(),
            Err(IoError::Encoding { .. }) => "not read",
            Err(error) => return Err(error),
        };
        found.cell_columns.push(ColumnInfo { name, kind: kind.to_owned() });
    }
    Ok(found)
}

fn stored_10x(file: &Hdf5, group: &str, n_cells: usize, n_features: usize) -> Result<MatrixInfo, IoError> {
    let (stored, zeros, offender) = tenx::count_stored(file, group)?;
    let element = file.describe(&format!("{group}/data"))?.element;
    Ok(MatrixInfo {
        name: group.to_owned(),
        stored_as: format!("csc, {element}"),
        n_cells,
        n_features,
        n_nonzero: offender.is_none().then_some(stored - zeros),
        holds_counts: offender.is_none(),
        why_not: offender.map(offence),
    })
}

/// The parts every format shares, and what is odd about names.
fn start(
    path: &Path,
    kind: FileKind,
    version: Option<String>,
    cells: &[String],
    features: &FeatureTable,
    matrices: Vec<MatrixInfo>,
) -> Inspection {
    let mut oddities = Vec::new();
    if cells.is_empty() || features.is_empty() {
        oddities.push(format!("empty: {} cells x {} features", cells.len(), features.len()));
    }
    if let Some((first, n)) = text::repeats(cells) {
        oddities.push(format!("{n} cell ids appear more than once, the first is '{first}': the file would be refused"));
    }
    oddities.extend(text::feature_warnings(features).into_iter().map(|w| w.message));
    let kinds = features.kind_counts();
    if kinds.iter().any(|(kind, _)| *kind != FeatureKind::GeneExpression) {
        oddities.push("features of other kinds than gene expression would be left out".to_owned());
    }
    for matrix in &matrices {
        if let Some(why) = &matrix.why_not {
            oddities.push(format!("{} does not hold counts: {why}", matrix.name));
        }
    }
    let genomes: Vec<Share> = features
        .genome_counts()
        .into_iter()
        .filter(|(genome, _)| !genome.is_empty())
        .map(|(name, n)| Share { name, n })
        .collect();
    Inspection {
        path: path.to_owned(),
        kind,
        version,
        n_cells: cells.len(),
        n_features: features.len(),
        feature_kinds: kinds.into_iter().map(|(kind, n)| Share { name: kind.name().to_owned(), n }).collect(),
        genomes,
        matrices,
        default_matrix: None,
        cell_columns: Vec::new(),
        oddities,
    }
}

fn offence(value: f64) -> String {
    let reason = crate::error::NotACount::of(value).map(|r| r.to_string()).unwrap_or_default();
    format!("it has {value}, which is {reason}")
}
