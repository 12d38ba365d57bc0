//! HDF5 by the C library: the oracle that the reader in Rust is checked against.

use std::path::{Path, PathBuf};

use hdf5_metno::types::{FixedAscii, FixedUnicode, FloatSize, IntSize, TypeDescriptor, VarLenAscii, VarLenUnicode};
use hdf5_metno::{Container as H5Container, Dataset, File, H5Type};

use super::convert::to_counts;
use super::element::Order;
use super::pure::PureFile;
use super::{Attribute, Container, Description, Element, Field, Kept, Member, Numbers, Table, Tally, Tile, Tiles};
use crate::error::IoError;

/// Elements per piece of a dataset that is not chunked.
const PIECE: usize = 1 << 16;

/// Room for a fixed-length text; the library pads shorter ones.
const SHORT: usize = 256;
/// As above, for the rare longer one.
const LONG: usize = 8192;

/// A file opened by the C library.
pub(crate) struct LibraryFile {
    path: PathBuf,
    file: File,
}

impl LibraryFile {
    /// Opens a file.
    pub(crate) fn open(path: &Path) -> Result<Self, IoError> {
        let file = File::open(path).map_err(|e| problem(path, "", &e))?;
        Ok(Self { path: path.to_owned(), file })
    }

    fn dataset(&self, name: &str) -> Result<Dataset, IoError> {
        self.file.dataset(name).map_err(|e| problem(&self.path, name, &e))
    }

    fn wrong(&self, object: &str, found: String, expected: &'static str) -> IoError {
        IoError::Encoding { path: self.path.clone(), object: object.to_owned(), found, expected }
    }
}

impl Container for LibraryFile {
    fn children(&self, group: &str) -> Result<Vec<Member>, IoError> {
        let wrong = |e| problem(&self.path, group, &e);
        let group = self.file.group(if group.is_empty() { "/" } else { group }).map_err(wrong)?;
        let mut members = Vec::new();
        for name in group.member_names().map_err(wrong)? {
            if group.group(&name).is_ok() {
                members.push(Member { name, is_group: true });
            } else if group.dataset(&name).is_ok() {
                members.push(Member { name, is_group: false });
            }
        }
        members.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(members)
    }

    fn attribute(&self, object: &str, name: &str) -> Result<Option<Attribute>, IoError> {
        let group = self.file.group(if object.is_empty() { "/" } else { object });
        let found = match &group {
            Ok(group) => group.attr(name),
            Err(_) => self.dataset(object)?.attr(name),
        };
        let Ok(attribute) = found else {
            return Ok(None);
        };
        if let Ok(texts) = texts(&attribute) {
            return Ok(Some(Attribute::Text(texts)));
        }
        Ok(Some(match numbers(&attribute) {
            Ok(Some(Numbers::Integers(values))) => Attribute::Numbers(values.into_iter().map(|v| v as f64).collect()),
            Ok(Some(Numbers::Floats(values))) => Attribute::Numbers(values),
            Ok(Some(Numbers::Bools(values))) => Attribute::Numbers(values.into_iter().map(f64::from).collect()),
            Ok(None) | Err(_) => Attribute::Other,
        }))
    }

    fn describe(&self, dataset: &str) -> Result<Description, IoError> {
        let opened = self.dataset(dataset)?;
        let shape = opened.shape().into_iter().map(|n| n as u64).collect();
        Ok(Description { shape, element: element(&opened) })
    }

    fn text(&self, dataset: &str) -> Result<Vec<String>, IoError> {
        let opened = self.dataset(dataset)?;
        let element = element(&opened);
        if element != Element::Text {
            return Err(self.wrong(dataset, element.to_string(), "text"));
        }
        texts(&opened).map_err(|e| problem(&self.path, dataset, &e))
    }

    fn numbers(&self, dataset: &str) -> Result<Numbers, IoError> {
        let opened = self.dataset(dataset)?;
        match numbers(&opened).map_err(|e| problem(&self.path, dataset, &e))? {
            Some(numbers) => Ok(numbers),
            None => Err(self.wrong(dataset, element(&opened).to_string(), "numbers")),
        }
    }

    /// Records of a type known only at run time need calls of the C library that are not safe in Rust, so the old
    /// tables are read by the other reader here too.
    fn table(&self, dataset: &str) -> Result<Table, IoError> {
        PureFile::open(&self.path)?.table(dataset)
    }

    fn tiles(&self, dataset: &str) -> Result<Box<dyn Tiles + '_>, IoError> {
        let opened = self.dataset(dataset)?;
        let element = element(&opened);
        if element.number_size().is_none() {
            return Err(self.wrong(dataset, element.to_string(), "numbers"));
        }
        let (shape, flat) = match opened.shape()[..] {
            [n] => ((n, 1), true),
            [rows, columns] => ((rows, columns), false),
            ref other => {
                let found = format!("an array of {} dimensions", other.len());
                return Err(self.wrong(dataset, found, "an array of one or two dimensions"));
            }
        };
        let (height, width) = match opened.chunk().as_deref() {
            Some(&[n]) => (n, 1),
            Some(&[rows, columns]) => (rows, columns),
            _ => (PIECE.div_ceil(shape.1.max(1)), shape.1),
        };
        let tiles = Tile::cover(shape.0, shape.1, height, width);
        let (path, name) = (self.path.clone(), dataset.to_owned());
        Ok(Box::new(LibraryTiles { path, name, dataset: opened, element, shape, flat, tiles }))
    }
}

struct LibraryTiles {
    path: PathBuf,
    name: String,
    dataset: Dataset,
    element: Element,
    shape: (usize, usize),
    flat: bool,
    tiles: Vec<Tile>,
}

impl Tiles for LibraryTiles {
    fn shape(&self) -> (usize, usize) {
        self.shape
    }

    fn tiles(&self) -> &[Tile] {
        &self.tiles
    }

    fn keep(&self, tile: usize, kept: Kept<'_>) -> Result<Tally, IoError> {
        let tile = self.tiles[tile];
        let bytes = match self.element {
            Element::Integer { size: 1, signed: true, .. } => self.bytes(tile, i8::to_le_bytes),
            Element::Integer { size: 2, signed: true, .. } => self.bytes(tile, i16::to_le_bytes),
            Element::Integer { size: 4, signed: true, .. } => self.bytes(tile, i32::to_le_bytes),
            Element::Integer { size: 8, signed: true, .. } => self.bytes(tile, i64::to_le_bytes),
            Element::Integer { size: 1, .. } => self.bytes(tile, u8::to_le_bytes),
            Element::Integer { size: 2, .. } => self.bytes(tile, u16::to_le_bytes),
            Element::Integer { size: 4, .. } => self.bytes(tile, u32::to_le_bytes),
            Element::Integer { .. } => self.bytes(tile, u64::to_le_bytes),
            Element::Float { size: 4, .. } => self.bytes(tile, f32::to_le_bytes),
            Element::Float { .. } => self.bytes(tile, f64::to_le_bytes),
            _ => self.bytes(tile, |v: bool| [u8::from(v)]),
        };
        let bytes = bytes.map_err(|e| problem(&self.path, &self.name, &e))?;
        Ok(to_counts(&bytes, &self.element, Order::Elements, kept))
    }
}

impl LibraryTiles {
    fn bytes<T: H5Type + Copy, const N: usize>(
        &self,
        tile: Tile,
        to_bytes: impl Fn(T) -> [u8; N],
    ) -> hdf5_metno::Result<Vec<u8>> {
        let rows = tile.row..tile.row + tile.n_rows;
        Ok(if self.flat {
            self.dataset.read_slice_1d::<T, _>(rows)?.iter().flat_map(|&v| to_bytes(v)).collect()
        } else {
            let columns = tile.column..tile.column + tile.n_columns;
            self.dataset.read_slice_2d::<T, _>((rows, columns))?.iter().flat_map(|&v| to_bytes(v)).collect()
        })
    }
}

fn descriptor(object: &H5Container) -> hdf5_metno::Result<TypeDescriptor> {
    object.dtype()?.to_descriptor()
}

fn element(object: &H5Container) -> Element {
    match descriptor(object) {
        Ok(descriptor) => of_descriptor(&descriptor),
        Err(error) => Element::Other(error.to_string()),
    }
}

fn of_descriptor(descriptor: &TypeDescriptor) -> Element {
    let bytes = |size: &IntSize| match size {
        IntSize::U1 => 1,
        IntSize::U2 => 2,
        IntSize::U4 => 4,
        IntSize::U8 => 8,
    };
    match descriptor {
        TypeDescriptor::Integer(size) => Element::Integer { size: bytes(size), signed: true, big_endian: false },
        TypeDescriptor::Unsigned(size) => Element::Integer { size: bytes(size), signed: false, big_endian: false },
        TypeDescriptor::Float(FloatSize::U4) => Element::Float { size: 4, big_endian: false },
        TypeDescriptor::Float(FloatSize::U8) => Element::Float { size: 8, big_endian: false },
        TypeDescriptor::Boolean => Element::Bool,
        TypeDescriptor::FixedAscii(_)
        | TypeDescriptor::FixedUnicode(_)
        | TypeDescriptor::VarLenAscii
        | TypeDescriptor::VarLenUnicode => Element::Text,
        TypeDescriptor::Compound(record) => Element::Compound(
            record.fields.iter().map(|f| Field { name: f.name.clone(), element: of_descriptor(&f.ty) }).collect(),
        ),
        other => Element::Other(other.to_string()),
    }
}

fn texts(object: &H5Container) -> hdf5_metno::Result<Vec<String>> {
    fn read<T: H5Type>(object: &H5Container, text: impl Fn(&T) -> &str) -> hdf5_metno::Result<Vec<String>> {
        Ok(object.read_raw::<T>()?.iter().map(|v| text(v).to_owned()).collect())
    }
    match descriptor(object)? {
        TypeDescriptor::VarLenUnicode => read::<VarLenUnicode>(object, VarLenUnicode::as_str),
        TypeDescriptor::VarLenAscii => read::<VarLenAscii>(object, VarLenAscii::as_str),
        TypeDescriptor::FixedAscii(n) if n <= SHORT => read::<FixedAscii<SHORT>>(object, FixedAscii::as_str),
        TypeDescriptor::FixedAscii(n) if n <= LONG => read::<FixedAscii<LONG>>(object, FixedAscii::as_str),
        TypeDescriptor::FixedUnicode(n) if n <= SHORT => read::<FixedUnicode<SHORT>>(object, FixedUnicode::as_str),
        TypeDescriptor::FixedUnicode(n) if n <= LONG => read::<FixedUnicode<LONG>>(object, FixedUnicode::as_str),
        other => Err(hdf5_metno::Error::from(format!("{other} is no text"))),
    }
}

fn numbers(object: &H5Container) -> hdf5_metno::Result<Option<Numbers>> {
    Ok(Some(match element(object) {
        Element::Integer { size: 8, signed: false, .. } => {
            let values = object.read_raw::<u64>()?;
            match values.iter().map(|&v| i64::try_from(v)).collect() {
                Ok(integers) => Numbers::Integers(integers),
                Err(_) => Numbers::Floats(values.into_iter().map(|v| v as f64).collect()),
            }
        }
        Element::Integer { .. } => Numbers::Integers(object.read_raw::<i64>()?),
        Element::Float { .. } => Numbers::Floats(object.read_raw::<f64>()?),
        Element::Bool => Numbers::Bools(object.read_raw::<bool>()?),
        _ => return Ok(None),
    }))
}

fn problem(path: &Path, object: &str, error: &hdf5_metno::Error) -> IoError {
    IoError::Hdf5 { path: path.to_owned(), object: format!("/{object}"), problem: error.to_string() }
}
