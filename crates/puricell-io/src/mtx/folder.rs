//! Which files of a folder are the matrix and its tables.

use std::path::{Path, PathBuf};

use crate::error::IoError;

/// The three files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Folder {
    /// Counts.
    pub(crate) matrix: PathBuf,
    /// Barcodes.
    pub(crate) cells: PathBuf,
    /// Features, or genes.
    pub(crate) features: PathBuf,
}

impl Folder {
    /// Cell Ranger's layout that the names belong to.
    pub(crate) fn version(&self) -> &'static str {
        let name = self.features.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if name.trim_end_matches(".gz").ends_with("genes.tsv") {
            "Cell Ranger 2 layout"
        } else {
            "Cell Ranger 3+ layout"
        }
    }
}

/// Finds the files in a folder, or beside a matrix. A prefix, as archives put before the names, is allowed when all
/// three share it.
pub(crate) fn find(path: &Path) -> Result<Folder, IoError> {
    let is_folder = path.is_dir();
    let folder = if is_folder { path } else { path.parent().unwrap_or(Path::new(".")) };
    let names = names_in(folder)?;
    let matrices: Vec<&str> = names.iter().filter_map(|n| prefix_of(n, &["matrix.mtx"])).collect();
    let prefix = if is_folder {
        match matrices.as_slice() {
            [] => return Err(no_matrix(folder, &names)),
            [only] => (*only).to_owned(),
            several if several.contains(&"") => String::new(),
            several => {
                let found = format!("{} matrices ({}matrix.mtx ...); give the path of one", several.len(), several[0]);
                return Err(IoError::NoMatrix { path: folder.to_owned(), found, below: Vec::new() });
            }
        }
    } else {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        prefix_of(&name, &["matrix.mtx"]).unwrap_or_default().to_owned()
    };
    let find = |suffixes: &[&str]| -> Option<PathBuf> {
        names.iter().find(|n| prefix_of(n, suffixes) == Some(&prefix)).map(|n| folder.join(n))
    };
    let matrix = if is_folder { find(&["matrix.mtx"]) } else { Some(path.to_owned()) };
    match (matrix, find(&["barcodes.tsv"]), find(&["features.tsv", "genes.tsv"])) {
        (Some(matrix), Some(cells), Some(features)) => Ok(Folder { matrix, cells, features }),
        _ => Err(no_matrix(folder, &names)),
    }
}

/// What stands before one of the suffixes, plain or gzip.
fn prefix_of<'a>(name: &'a str, suffixes: &[&str]) -> Option<&'a str> {
    let plain = name.strip_suffix(".gz").unwrap_or(name);
    suffixes.iter().find_map(|suffix| plain.strip_suffix(suffix))
}

fn names_in(folder: &Path) -> Result<Vec<String>, IoError> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let unreadable = |source| IoError::Unreadable { path: folder.to_owned(), source };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        names.push(entry.map_err(unreadable)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn no_matrix(folder: &Path, names: &[String]) -> IoError {
    let below = names
        .iter()
        .map(|n| folder.join(n))
        .filter(|p| p.is_dir() && names_in(p).is_ok_and(|n| n.iter().any(|n| prefix_of(n, &["matrix.mtx"]).is_some())))
        .collect();
    let found = match names {
        [] => "nothing".to_owned(),
        few if few.len() <= 8 => few.join(", "),
        [first, second, third, ..] => format!("{first}, {second}, {third} and {} more", names.len() - 3),
        _ => format!("{} entries", names.len()),
    };
    IoError::NoMatrix { path: folder.to_owned(), found, below }
}
