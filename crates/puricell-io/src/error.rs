//! What can be wrong with an input.

mod hint;

use std::fmt;
use std::path::PathBuf;

use puricell_core::CsrError;
use thiserror::Error;

/// What a caller does about an error; the binary maps it to an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The input was read and its content is not usable (exit code 65).
    BadData,
    /// The input is missing or cannot be read (exit code 66).
    Missing,
}

/// Why a number is not a count of molecules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotACount {
    /// NaN, or an infinity.
    NotFinite,
    /// Below zero.
    Negative,
    /// With a fractional part.
    Fractional,
    /// Beyond 4,294,967,295.
    TooLarge,
}

impl NotACount {
    /// Why `value` is not a count; `None` when it is one.
    pub fn of(value: f64) -> Option<Self> {
        if !value.is_finite() {
            Some(Self::NotFinite)
        } else if value < 0.0 {
            Some(Self::Negative)
        } else if value.fract() != 0.0 {
            Some(Self::Fractional)
        } else if value > f64::from(u32::MAX) {
            Some(Self::TooLarge)
        } else {
            None
        }
    }
}

impl fmt::Display for NotACount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotFinite => "not a finite number",
            Self::Negative => "negative",
            Self::Fractional => "not a whole number",
            Self::TooLarge => "larger than a 32-bit count",
        })
    }
}

/// A format that is recognised and not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForeignFormat {
    /// loom (loompy).
    Loom,
    /// AnnData as a zarr store, a folder or a zip archive.
    Zarr,
    /// MuData (`.h5mu`), several modalities in one file.
    MuData,
    /// Cell Ranger's `molecule_info.h5`: molecules, not a matrix.
    MoleculeInfo,
    /// An R object (`.rds`, `.rda`), as Seurat or SingleCellExperiment save it.
    RObject,
    /// A capture as `puricell prepare` writes it, which is part of a lot.
    PreparedCapture,
}

impl fmt::Display for ForeignFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Loom => "a loom file",
            Self::Zarr => "a zarr store",
            Self::MuData => "a MuData file with several modalities",
            Self::MoleculeInfo => "Cell Ranger's list of molecules (molecule_info.h5), not a matrix",
            Self::RObject => "an R object",
            Self::PreparedCapture => "a capture prepared to be joined",
        })
    }
}

/// A matrix that holds something else than counts.
#[derive(Debug, Clone, PartialEq, Error)]
#[error(
    "{}: {matrix} does not hold counts: cell '{cell}', gene '{gene}' has {value}, which is {reason}",
    path.display()
)]
pub struct NotCounts {
    /// The file.
    pub path: PathBuf,
    /// The matrix.
    pub matrix: String,
    /// The cell of the first offending value, in stored order.
    pub cell: String,
    /// The gene of that value.
    pub gene: String,
    /// The value.
    pub value: f64,
    /// Why it is no count.
    pub reason: NotACount,
    /// Matrices of the same file that do hold counts, to be named with `--layer`; the best first.
    pub alternatives: Vec<String>,
}

/// Why an input could not be read. [`IoError::hint`] says what to do about it.
#[derive(Debug, Error)]
pub enum IoError {
    /// There is nothing at the path.
    #[error("{}: no such file or folder", path.display())]
    Missing {
        /// The path given.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("{}: cannot be read: {source}", path.display())]
    Unreadable {
        /// The path given.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// Neither HDF5 nor a folder.
    #[error("{}: found {found}, expected a 10x .h5 file, an .h5ad file, or a folder with matrix.mtx", path.display())]
    NotRecognised {
        /// The path given.
        path: PathBuf,
        /// What the first bytes look like.
        found: String,
    },
    /// A known format that is not read.
    #[error("{}: this is {format}, which is not read", path.display())]
    Foreign {
        /// The path given.
        path: PathBuf,
        /// What it is.
        format: ForeignFormat,
    },
    /// An HDF5 file without a matrix.
    #[error("{}: found no count matrix; it holds {found}", path.display())]
    NoMatrixInFile {
        /// The path given.
        path: PathBuf,
        /// What is there instead.
        found: String,
    },
    /// A folder without a matrix.
    #[error("{}: found no count matrix; the folder holds {found}", path.display())]
    NoMatrix {
        /// The path given.
        path: PathBuf,
        /// What is there instead.
        found: String,
        /// Folders below that do hold a matrix.
        below: Vec<PathBuf>,
    },
    /// The file ends before its content does.
    #[error("{}: the file is cut off: it has {found} bytes and speaks of {expected}", path.display())]
    Truncated {
        /// The path given.
        path: PathBuf,
        /// Bytes there are.
        found: u64,
        /// Bytes there should be.
        expected: u64,
    },
    /// A gzip stream breaks off or is damaged.
    #[error("{}: the gzip stream is damaged: {problem}", path.display())]
    Gzip {
        /// The file.
        path: PathBuf,
        /// What the decoder found.
        problem: String,
    },
    /// The HDF5 structure is damaged, or uses something the reader does not know.
    #[error("{}: {object}: {problem}", path.display())]
    Hdf5 {
        /// The path given.
        path: PathBuf,
        /// The HDF5 object.
        object: String,
        /// What the HDF5 reader found.
        problem: String,
    },
    /// A compression that is not decoded.
    #[error("{}: {object} is compressed with {filter}, which is not read", path.display())]
    Filter {
        /// The path given.
        path: PathBuf,
        /// The HDF5 object.
        object: String,
        /// The compression filter.
        filter: String,
    },
    /// An object is stored in a way that is not known.
    #[error("{}: {object} is stored as {found}, expected {expected}", path.display())]
    Encoding {
        /// The path given.
        path: PathBuf,
        /// The object.
        object: String,
        /// How it is stored.
        found: String,
        /// What is understood.
        expected: &'static str,
    },
    /// Parts of a matrix contradict each other in size.
    #[error("{}: {object}: found {found}, expected {expected}", path.display())]
    Shape {
        /// The file.
        path: PathBuf,
        /// The part.
        object: String,
        /// What it has.
        found: String,
        /// What the other parts say.
        expected: String,
    },
    /// The arrays of a sparse matrix contradict each other.
    #[error("{}: {matrix}: {source}", path.display())]
    Matrix {
        /// The file.
        path: PathBuf,
        /// The matrix.
        matrix: String,
        /// The contradiction.
        source: CsrError,
    },
    /// A matrix holds something else than counts.
    #[error("{0}")]
    NotCounts(Box<NotCounts>),
    /// No cell, or no feature.
    #[error("{}: {matrix} is empty: {n_cells} cells x {n_features} features", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
        /// The matrix.
        matrix: String,
        /// Cells.
        n_cells: usize,
        /// Features.
        n_features: usize,
    },
    /// Cell ids repeat.
    #[error("{}: the cell id '{first}' appears more than once ({n_repeated} ids do), but ids must be unique", path.display())]
    DuplicateCells {
        /// The file.
        path: PathBuf,
        /// The first id that appears again.
        first: String,
        /// How many distinct ids appear more than once.
        n_repeated: usize,
    },
    /// A Cell Ranger 2 file with a matrix per genome, and none was chosen.
    #[error("{}: holds a matrix for each of {} genomes ({}), expected one", path.display(), genomes.len(), genomes.join(", "))]
    SeveralGenomes {
        /// The file.
        path: PathBuf,
        /// The genomes.
        genomes: Vec<String>,
    },
    /// The genome asked for is not in the file.
    #[error("{}: no genome '{asked}'; found {}", path.display(), list_or(found, "no genome names"))]
    UnknownGenome {
        /// The file.
        path: PathBuf,
        /// The genome asked for.
        asked: String,
        /// The genomes there are.
        found: Vec<String>,
    },
    /// The matrix asked for is not in the file.
    #[error("{}: no matrix '{asked}'; found {}", path.display(), list_or(found, "none"))]
    UnknownLayer {
        /// The file.
        path: PathBuf,
        /// The name asked for.
        asked: String,
        /// The matrices there are.
        found: Vec<String>,
    },
    /// Features, but none that counts the RNA of a gene.
    #[error("{}: no 'Gene Expression' feature; found {}", path.display(), list_or(found, "none"))]
    NoGeneExpression {
        /// The file.
        path: PathBuf,
        /// The kinds there are.
        found: Vec<String>,
    },
    /// A line of a text file does not parse.
    #[error("{}:{line}: found {found}, expected {expected}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: u64,
        /// What stands there, shortened.
        found: String,
        /// What should.
        expected: &'static str,
    },
    /// An FCS file that departs from the standard.
    #[error("{}: {source}", path.display())]
    Fcs {
        /// The file.
        path: PathBuf,
        /// Every problem found.
        source: Box<puricell_fcs::FcsError>,
    },
    /// The FCS file has fewer data sets than the one asked for.
    #[error("{}: no data set {}; the file holds {found}", path.display(), wanted + 1)]
    NoDataSet {
        /// The file.
        path: PathBuf,
        /// The data set asked for, from 0.
        wanted: usize,
        /// Data sets there are.
        found: usize,
    },
    /// An FCS file without events or channels.
    #[error("{}: {events} events x {channels} channels", path.display())]
    NoEvents {
        /// The file.
        path: PathBuf,
        /// Events.
        events: usize,
        /// Channels.
        channels: usize,
    },
    /// A value that is no number.
    #[error("{}: event {} of the file, the first being 1, has {value} in channel '{channel}', expected a finite number", path.display(), event + 1)]
    NotANumber {
        /// The file.
        path: PathBuf,
        /// The event, from 0.
        event: usize,
        /// The channel.
        channel: String,
        /// The value.
        value: f32,
    },
    /// An array whose declared size does not fit in memory.
    #[error("{}: {object} claims {entries} entries, which do not fit in memory", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The array.
        object: String,
        /// Its declared length.
        entries: u64,
    },
}

fn list_or(names: &[String], none: &str) -> String {
    if names.is_empty() { none.to_owned() } else { names.join(", ") }
}
