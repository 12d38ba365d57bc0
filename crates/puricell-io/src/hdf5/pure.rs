//! HDF5 without the C library.

mod decode;
mod read;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hdf5_reader::filters::FilterRegistry;
use hdf5_reader::messages::datatype::Datatype;
use hdf5_reader::storage::FileStorage;
use hdf5_reader::{Dataset, Hdf5File, OpenOptions};

use super::scratch::Pool;
use super::table::Table;
use super::{Attribute, Container, Description, Member, Numbers, Tiles, chunks};
use crate::error::IoError;

/// A file opened by `hdf5-reader`.
pub(crate) struct PureFile {
    path: PathBuf,
    file: Hdf5File,
    registry: FilterRegistry,
    /// The file again, to be read at a position into memory that is there already.
    bytes: File,
    scratch: Pool,
}

impl PureFile {
    /// Opens a file and checks that it is as long as its header says.
    pub(crate) fn open(path: &Path) -> Result<Self, IoError> {
        let options = OpenOptions::default().with_filter_registry(chunks::registry());
        let wrong = |e| problem(path, "/", &e);
        let bytes = File::open(path).map_err(|e| wrong(e.into()))?;
        let storage = bytes.try_clone().map_err(Into::into).and_then(FileStorage::from_file).map_err(wrong)?;
        let file = Hdf5File::from_storage_with_options(Arc::new(storage), options).map_err(wrong)?;
        let (path, scratch) = (path.to_owned(), Pool::default());
        let this = Self { path, file, registry: chunks::registry(), bytes, scratch };
        // Addresses count from the end of a user block, the end of the file from its start.
        let superblock = this.file.superblock();
        let (found, expected) = (this.file.storage().len() + superblock.base_address, superblock.eof_address);
        if expected != u64::MAX && found < expected {
            return Err(IoError::Truncated { path: this.path, found, expected });
        }
        Ok(this)
    }

    /// Reads `length` bytes from an address on.
    fn read_at(&self, address: u64, length: usize, bytes: &mut Vec<u8>) -> Result<(), hdf5_reader::error::Error> {
        use hdf5_reader::error::Error;
        let available = self.file.storage().len().saturating_sub(address);
        if available < length as u64 {
            return Err(Error::UnexpectedEof { offset: address, needed: length as u64, available });
        }
        bytes.resize(length, 0);
        read_exact_at(&self.bytes, bytes, self.file.superblock().base_address + address)?;
        Ok(())
    }

    fn dataset(&self, path: &str) -> Result<Dataset, IoError> {
        self.file.dataset(path).map_err(|e| problem(&self.path, path, &e))
    }

    fn element_error(&self, object: &str, element: &super::Element, expected: &'static str) -> IoError {
        IoError::Encoding { path: self.path.clone(), object: object.to_owned(), found: element.to_string(), expected }
    }
}

impl Container for PureFile {
    fn children(&self, group: &str) -> Result<Vec<Member>, IoError> {
        let (groups, datasets) =
            self.file.group(group).and_then(|g| g.member_names()).map_err(|e| problem(&self.path, group, &e))?;
        let mut members: Vec<Member> = groups
            .into_iter()
            .map(|name| Member { name, is_group: true })
            .chain(datasets.into_iter().map(|name| Member { name, is_group: false }))
            .collect();
        members.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(members)
    }

    fn attribute(&self, object: &str, name: &str) -> Result<Option<Attribute>, IoError> {
        let attributes = match self.file.group(object) {
            Ok(group) => group.attributes().map_err(|e| problem(&self.path, object, &e))?,
            Err(_) => self.dataset(object)?.attributes(),
        };
        let Some(attribute) = attributes.into_iter().find(|a| a.name == name) else {
            return Ok(None);
        };
        if let Ok(texts) = attribute.read_strings() {
            return Ok(Some(Attribute::Text(texts)));
        }
        if let Ok(text) = attribute.read_string() {
            return Ok(Some(Attribute::Text(vec![text])));
        }
        let element = decode::element(&attribute.datatype);
        Ok(Some(match decode::numbers(&attribute.raw_data, &element) {
            Some(Numbers::Integers(values)) => Attribute::Numbers(values.into_iter().map(|v| v as f64).collect()),
            Some(Numbers::Floats(values)) => Attribute::Numbers(values),
            Some(Numbers::Bools(values)) => Attribute::Numbers(values.into_iter().map(f64::from).collect()),
            None => Attribute::Other,
        }))
    }

    fn describe(&self, dataset: &str) -> Result<Description, IoError> {
        let dataset = self.dataset(dataset)?;
        Ok(Description { shape: dataset.shape().to_vec(), element: decode::element(dataset.dtype()) })
    }

    fn text(&self, dataset: &str) -> Result<Vec<String>, IoError> {
        let opened = self.dataset(dataset)?;
        let element = decode::element(opened.dtype());
        if element != super::Element::Text {
            return Err(self.element_error(dataset, &element, "text"));
        }
        opened.read_strings().map_err(|e| problem(&self.path, dataset, &e))
    }

    fn numbers(&self, dataset: &str) -> Result<Numbers, IoError> {
        let opened = self.dataset(dataset)?;
        let element = decode::element(opened.dtype());
        if element.number_size().is_none() {
            return Err(self.element_error(dataset, &element, "numbers"));
        }
        let bytes = opened.read_raw_bytes().map_err(|e| problem(&self.path, dataset, &e))?;
        decode::numbers(&bytes, &element).ok_or_else(|| self.element_error(dataset, &element, "numbers"))
    }

    fn table(&self, dataset: &str) -> Result<Table, IoError> {
        let opened = self.dataset(dataset)?;
        let Datatype::Compound { fields, .. } = opened.dtype() else {
            return Err(self.element_error(dataset, &decode::element(opened.dtype()), "records"));
        };
        decode::table(&opened, fields).map_err(|e| problem(&self.path, dataset, &e))
    }

    fn tiles(&self, dataset: &str) -> Result<Box<dyn Tiles + '_>, IoError> {
        Ok(Box::new(read::PureTiles::new(self, dataset)?))
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, bytes: &mut [u8], at: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut bytes: &mut [u8], mut at: u64) -> std::io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, bytes, at)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            count => {
                bytes = &mut bytes[count..];
                at += count as u64;
            }
        }
    }
    Ok(())
}

/// What `hdf5-reader` found, in our terms.
fn problem(path: &Path, object: &str, error: &hdf5_reader::error::Error) -> IoError {
    use hdf5_reader::error::Error;
    let mut cause = error;
    while let Error::Context { source, .. } = cause {
        cause = source;
    }
    let path = path.to_owned();
    let object = if object.starts_with('/') { object.to_owned() } else { format!("/{object}") };
    match cause {
        Error::UnexpectedEof { offset, needed, available } => IoError::Truncated {
            path,
            found: offset.saturating_add(*available),
            expected: offset.saturating_add(*needed),
        },
        Error::UnsupportedFilter(filter) => IoError::Filter { path, object, filter: filter_name(filter) },
        other => IoError::Hdf5 { path, object, problem: other.to_string() },
    }
}

/// The name of a registered filter, from `hdf5-reader`'s "filter id N" (the HDF Group's list of registered filters).
fn filter_name(found: &str) -> String {
    let name = match found.trim_start_matches("filter id ") {
        "305" => "LZO",
        "307" => "bzip2",
        "32001" => "Blosc",
        "32004" => "LZ4",
        "32008" => "Bitshuffle",
        "32013" => "ZFP",
        "32015" => "Zstandard",
        "32026" => "Blosc2",
        _ => return found.to_owned(),
    };
    name.to_owned()
}
