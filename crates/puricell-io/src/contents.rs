//! From a matrix with all its features to a data set of gene expression.

use std::path::{Path, PathBuf};

use puricell_core::{CellTable, DatasetError, FeatureKind, FeatureTable, Noted, Warning};

use crate::counts::{Rows, Sparse, contradiction, into_matrix};
use crate::error::IoError;
use crate::lot::{Counts, Lot, Streamed, Streaming};
use crate::open::{FileKind, LoadedLot, Source};
use crate::text;

/// Counts of every feature, as a reader found them.
pub(crate) enum Found {
    /// Read.
    Read(Sparse),
    /// Still in the file.
    Rows(Rows, Streaming),
}

impl Found {
    /// Rows and columns.
    pub(crate) fn shape(&self) -> (usize, usize) {
        match self {
            Self::Read(sparse) => (sparse.n_rows, sparse.n_columns),
            Self::Rows(rows, _) => (rows.n_rows(), rows.n_columns()),
        }
    }
}

/// What a reader found, before features are chosen.
pub(crate) struct Contents {
    /// Format.
    pub(crate) kind: FileKind,
    /// The format's own version.
    pub(crate) version: Option<String>,
    /// Name of the matrix.
    pub(crate) matrix: String,
    /// Files read.
    pub(crate) files: Vec<PathBuf>,
    /// Counts of every feature.
    pub(crate) counts: Found,
    /// Cells.
    pub(crate) cells: CellTable,
    /// Every feature.
    pub(crate) features: FeatureTable,
    /// What there is to say so far.
    pub(crate) warnings: Vec<Warning>,
}

/// Keeps gene expression (of one genome, if asked for), drops stored zeros, checks, and says what is odd.
pub(crate) fn finish(path: &Path, contents: Contents, genome: Option<&str>) -> Result<Noted<LoadedLot>, IoError> {
    let Contents { kind, version, matrix, files, mut counts, cells, mut features, mut warnings } = contents;
    let (n_cells, n_features) = counts.shape();
    if n_cells == 0 || n_features == 0 {
        return Err(IoError::Empty { path: path.to_owned(), matrix, n_cells, n_features });
    }
    text::require_unique(path, &cells.ids)?;

    let is_gene = |i: usize| features.kinds[i] == FeatureKind::GeneExpression;
    if !(0..n_features).any(is_gene) {
        let found = features.kind_counts().into_iter().map(|(kind, n)| format!("{n} {}", kind.name())).collect();
        return Err(IoError::NoGeneExpression { path: path.to_owned(), found });
    }
    if let Some(asked) = genome
        && !features.genomes.iter().any(|g| g == asked)
    {
        let found = features.genome_counts().into_iter().map(|g| g.0).filter(|g| !g.is_empty()).collect();
        return Err(IoError::UnknownGenome { path: path.to_owned(), asked: asked.to_owned(), found });
    }
    let kept: Vec<usize> =
        (0..n_features).filter(|&i| is_gene(i) && genome.is_none_or(|asked| features.genomes[i] == asked)).collect();
    let n_other_features = (0..n_features).filter(|&i| !is_gene(i)).count();
    if n_other_features > 0 {
        let others: Vec<String> = features
            .kind_counts()
            .into_iter()
            .filter(|(kind, _)| *kind != FeatureKind::GeneExpression)
            .map(|(kind, n)| format!("{n} {}", kind.name()))
            .collect();
        warnings.push(Warning::new(
            "other_features_left_out",
            format!("only gene expression is analysed; left out: {}", others.join(", ")),
        ));
    }
    if kept.len() < n_features {
        let mut new_column = vec![u32::MAX; n_features];
        for (new, &old) in kept.iter().enumerate() {
            new_column[old] = new as u32;
        }
        match &mut counts {
            Found::Read(sparse) => {
                sparse.compact(Some(&new_column)).map_err(|e| contradiction(path, &matrix, e))?;
            }
            Found::Rows(rows, _) => rows.choose_columns(new_column),
        }
        features = features.select(&kept);
        if kept.is_empty() {
            return Err(IoError::Empty { path: path.to_owned(), matrix, n_cells, n_features: 0 });
        }
    } else if let Found::Read(sparse) = &mut counts
        && sparse.has_zero
    {
        sparse.compact(None).map_err(|e| contradiction(path, &matrix, e))?;
    }

    let genomes = features.genome_counts();
    if genomes.len() > 1 {
        let list: Vec<String> = genomes.iter().map(|(genome, n)| format!("{genome} ({n} genes)")).collect();
        warnings.push(Warning::new(
            "several_genomes",
            format!(
                "genes of {} genomes are analysed together: {}; choose one with --genome",
                genomes.len(),
                list.join(", ")
            ),
        ));
    }
    warnings.extend(text::feature_warnings(&features));
    if matches!(&counts, Found::Read(sparse) if sparse.values.is_empty()) {
        warnings.push(Warning::new("all_zero", format!("{matrix} holds no molecule at all")));
    }

    let (rows, columns) = counts.shape();
    if rows != cells.len() {
        return Err(disagreement(path, &matrix, DatasetError::Cells { rows, cells: cells.len() }));
    }
    if columns != features.len() {
        return Err(disagreement(path, &matrix, DatasetError::Features { columns, features: features.len() }));
    }
    let counts = match counts {
        Found::Read(sparse) => Counts::InMemory(into_matrix(path, &matrix, sparse)?),
        Found::Rows(rows, streaming) => Counts::Streamed(Streamed::new(rows, &streaming)),
    };
    let (lot, source) = (Lot { counts, cells, features }, Source { kind, version, matrix, files, n_other_features });
    Ok(Noted { value: LoadedLot { lot, source }, warnings })
}

/// Sizes or ids that contradict each other.
pub(crate) fn disagreement(path: &Path, matrix: &str, error: DatasetError) -> IoError {
    let (path, object) = (path.to_owned(), matrix.to_owned());
    match error {
        DatasetError::Cells { rows, cells } => {
            IoError::Shape { path, object, found: format!("{rows} rows"), expected: format!("{cells} (the cell ids)") }
        }
        DatasetError::Features { columns, features } => IoError::Shape {
            path,
            object,
            found: format!("{columns} columns"),
            expected: format!("{features} (the features)"),
        },
        DatasetError::DuplicateCell { id } => IoError::DuplicateCells { path, first: id, n_repeated: 1 },
    }
}
