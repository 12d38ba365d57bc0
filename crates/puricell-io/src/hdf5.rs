//! HDF5 files, behind one small interface with two implementations.

mod chunks;
mod convert;
mod element;
mod kept;
#[cfg(feature = "libhdf5")]
mod library;
mod lzf;
mod planes;
mod pure;
mod scratch;
mod table;
mod tiles;

use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

pub(crate) use element::{Element, Field, Refused};
pub(crate) use kept::Kept;
pub(crate) use table::{Table, TableColumn};
pub(crate) use tiles::{Tally, Tile, Tiles};

use crate::error::IoError;
use crate::open::Backend;

/// A link within a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    /// Name of the link.
    pub(crate) name: String,
    /// A group, not a dataset.
    pub(crate) is_group: bool,
}

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Attribute {
    /// One text or several.
    Text(Vec<String>),
    /// One number or several.
    Numbers(Vec<f64>),
    /// Of another type.
    Other,
}

/// Shape and element of a dataset.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Description {
    /// Extent per dimension; empty for a scalar.
    pub(crate) shape: Vec<u64>,
    /// What it holds.
    pub(crate) element: Element,
}

/// The numbers of a small dataset. Whole arrays of counts go through [`Tiles`] instead.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Numbers {
    /// Integers.
    Integers(Vec<i64>),
    /// Floating-point numbers.
    Floats(Vec<f64>),
    /// Truth values.
    Bools(Vec<bool>),
}

/// What the readers ask of an HDF5 implementation. Paths have no leading slash; `""` is the root.
pub(crate) trait Container: Send + Sync {
    /// The members of a group, by name.
    fn children(&self, group: &str) -> Result<Vec<Member>, IoError>;
    /// An attribute of a group or dataset.
    fn attribute(&self, object: &str, name: &str) -> Result<Option<Attribute>, IoError>;
    /// Shape and element of a dataset.
    fn describe(&self, dataset: &str) -> Result<Description, IoError>;
    /// All texts of a dataset, whatever its shape.
    fn text(&self, dataset: &str) -> Result<Vec<String>, IoError>;
    /// All numbers of a dataset, whatever its shape.
    fn numbers(&self, dataset: &str) -> Result<Numbers, IoError>;
    /// A dataset of compound elements, column by column; members that are arrays are left out.
    fn table(&self, dataset: &str) -> Result<Table, IoError>;
    /// A dataset of one or two dimensions, to be read piece by piece.
    fn tiles(&self, dataset: &str) -> Result<Box<dyn Tiles + '_>, IoError>;
}

/// An open HDF5 file.
pub(crate) struct Hdf5 {
    path: PathBuf,
    container: Box<dyn Container>,
    /// Members of the groups that were looked into: a frame of many columns asks again for each.
    listings: Mutex<BTreeMap<String, Arc<[Member]>>>,
}

/// True when the file starts, perhaps behind a user block of 512 bytes or a doubling of it, with HDF5's signature.
pub(crate) fn has_signature(path: &Path, head: &[u8]) -> std::io::Result<bool> {
    const SIGNATURE: [u8; 8] = *b"\x89HDF\r\n\x1a\n";
    if head.starts_with(&SIGNATURE) {
        return Ok(true);
    }
    let mut file = std::fs::File::open(path)?;
    let length = file.metadata()?.len();
    let mut at = 512_u64;
    while at + 8 <= length && at <= 1 << 20 {
        let mut found = [0; 8];
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut found)?;
        if found == SIGNATURE {
            return Ok(true);
        }
        at *= 2;
    }
    Ok(false)
}

/// Opens an HDF5 file.
pub(crate) fn open(path: &Path, backend: Backend) -> Result<Hdf5, IoError> {
    let container: Box<dyn Container> = match backend {
        Backend::Pure => Box::new(pure::PureFile::open(path)?),
        #[cfg(feature = "libhdf5")]
        Backend::LibHdf5 => Box::new(library::LibraryFile::open(path)?),
    };
    Ok(Hdf5 { path: path.to_owned(), container, listings: Mutex::default() })
}

impl std::ops::Deref for Hdf5 {
    type Target = dyn Container;

    fn deref(&self) -> &Self::Target {
        self.container.as_ref()
    }
}

impl Hdf5 {
    /// Where the file is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// True when a group or dataset of this path exists.
    pub(crate) fn exists(&self, object: &str) -> Result<bool, IoError> {
        Ok(self.find(object)?.is_some())
    }

    /// The member of this path, looked up from the root so that a missing group on the way is no error.
    pub(crate) fn find(&self, object: &str) -> Result<Option<Member>, IoError> {
        let mut group = String::new();
        let mut last = Some(Member { name: String::new(), is_group: true });
        for part in object.split('/').filter(|p| !p.is_empty()) {
            if !last.as_ref().is_some_and(|m| m.is_group) {
                return Ok(None);
            }
            last = self.listing(&group)?.iter().find(|m| m.name == part).cloned();
            if !group.is_empty() {
                group.push('/');
            }
            group.push_str(part);
        }
        Ok(last)
    }

    fn listing(&self, group: &str) -> Result<Arc<[Member]>, IoError> {
        let known = || self.listings.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(members) = known().get(group) {
            return Ok(Arc::clone(members));
        }
        let members: Arc<[Member]> = self.children(group)?.into();
        known().insert(group.to_owned(), Arc::clone(&members));
        Ok(members)
    }

    /// A text attribute; the first entry where there are several.
    pub(crate) fn text_attribute(&self, object: &str, name: &str) -> Result<Option<String>, IoError> {
        Ok(match self.attribute(object, name)? {
            Some(Attribute::Text(texts)) => texts.into_iter().next(),
            _ => None,
        })
    }

    /// Whole numbers, such as a shape.
    pub(crate) fn integers(&self, dataset: &str) -> Result<Vec<u64>, IoError> {
        let bad = |found: String| IoError::Encoding {
            path: self.path.clone(),
            object: dataset.to_owned(),
            found,
            expected: "whole numbers from 0",
        };
        match self.numbers(dataset)? {
            Numbers::Integers(values) => {
                values.into_iter().map(|v| u64::try_from(v).map_err(|_| bad(v.to_string()))).collect()
            }
            Numbers::Floats(_) => Err(bad("floating-point numbers".to_owned())),
            Numbers::Bools(_) => Err(bad("truth values".to_owned())),
        }
    }

    /// An encoding that is not understood.
    pub(crate) fn encoding(&self, object: &str, found: impl Into<String>, expected: &'static str) -> IoError {
        IoError::Encoding { path: self.path.clone(), object: object.to_owned(), found: found.into(), expected }
    }

    /// Sizes that contradict each other.
    pub(crate) fn shape_error(&self, object: &str, found: impl Into<String>, expected: impl Into<String>) -> IoError {
        IoError::Shape {
            path: self.path.clone(),
            object: object.to_owned(),
            found: found.into(),
            expected: expected.into(),
        }
    }
}
