//! Types and small datasets of `hdf5-reader`, in our terms.

use hdf5_reader::messages::datatype::Datatype;
use hdf5_reader::{ByteOrder, CompoundField, Dataset, StringPadding, StringSize, VarLenKind};

use crate::hdf5::{Element, Field, Numbers, Table, TableColumn};

/// Translates a type.
pub(super) fn element(datatype: &Datatype) -> Element {
    match datatype {
        &Datatype::FixedPoint { size: size @ (1 | 2 | 4 | 8), signed, byte_order } => {
            Element::Integer { size: size.into(), signed, big_endian: byte_order == ByteOrder::BigEndian }
        }
        &Datatype::FloatingPoint { size: size @ (4 | 8), byte_order } => {
            Element::Float { size: size.into(), big_endian: byte_order == ByteOrder::BigEndian }
        }
        Datatype::FixedPoint { size, .. } => Element::Other(format!("integers of {size} bytes")),
        Datatype::FloatingPoint { size, .. } => Element::Other(format!("floating-point numbers of {size} bytes")),
        Datatype::String { .. } | Datatype::VarLen { kind: VarLenKind::String, .. } => Element::Text,
        Datatype::Enum { base, members } => {
            let names: Vec<&str> = members.iter().map(|m| m.name.as_str()).collect();
            if matches!(**base, Datatype::FixedPoint { size: 1, .. }) && names == ["FALSE", "TRUE"] {
                Element::Bool
            } else {
                element(base)
            }
        }
        Datatype::Compound { fields, .. } => Element::Compound(
            fields.iter().map(|f| Field { name: f.name.clone(), element: element(&f.datatype) }).collect(),
        ),
        Datatype::VarLen { .. } => Element::Other("sequences of varying length".to_owned()),
        Datatype::Array { .. } => Element::Other("arrays".to_owned()),
        Datatype::Opaque { .. } => Element::Other("opaque bytes".to_owned()),
        Datatype::Reference { .. } => Element::Other("references".to_owned()),
        Datatype::Bitfield { .. } => Element::Other("bit fields".to_owned()),
    }
}

/// Decodes numbers of one type; `None` where the type is none of numbers.
pub(super) fn numbers(bytes: &[u8], element: &Element) -> Option<Numbers> {
    fn each<const N: usize, T>(bytes: &[u8], big_endian: bool, value: impl Fn([u8; N]) -> T) -> Vec<T> {
        let turn = |mut b: [u8; N]| {
            if big_endian {
                b.reverse();
            }
            value(b)
        };
        bytes.as_chunks::<N>().0.iter().map(|&b| turn(b)).collect()
    }
    Some(match *element {
        Element::Bool => Numbers::Bools(bytes.iter().map(|&b| b != 0).collect()),
        Element::Integer { size, signed, big_endian } => Numbers::Integers(match (size, signed) {
            (1, true) => each(bytes, false, |b| i8::from_le_bytes(b).into()),
            (1, false) => each(bytes, false, |[b]: [u8; 1]| b.into()),
            (2, true) => each(bytes, big_endian, |b| i16::from_le_bytes(b).into()),
            (2, false) => each(bytes, big_endian, |b| u16::from_le_bytes(b).into()),
            (4, true) => each(bytes, big_endian, |b| i32::from_le_bytes(b).into()),
            (4, false) => each(bytes, big_endian, |b| u32::from_le_bytes(b).into()),
            (_, true) => each(bytes, big_endian, i64::from_le_bytes),
            (_, false) => {
                let wide: Vec<u64> = each(bytes, big_endian, u64::from_le_bytes);
                match wide.iter().map(|&v| i64::try_from(v)).collect() {
                    Ok(integers) => integers,
                    Err(_) => return Some(Numbers::Floats(wide.into_iter().map(|v| v as f64).collect())),
                }
            }
        }),
        Element::Float { size: 4, big_endian } => {
            Numbers::Floats(each(bytes, big_endian, |b| f64::from(f32::from_le_bytes(b))))
        }
        Element::Float { big_endian, .. } => Numbers::Floats(each(bytes, big_endian, f64::from_le_bytes)),
        _ => return None,
    })
}

/// Decodes a dataset of records.
pub(super) fn table(dataset: &Dataset, fields: &[CompoundField]) -> Result<Table, hdf5_reader::error::Error> {
    let bytes = dataset.read_raw_bytes()?;
    let record = dataset.raw_element_size()?.max(1);
    let mut columns = Vec::with_capacity(fields.len());
    for field in fields {
        let from = field.byte_offset as usize;
        let gather = |size: usize| -> Vec<u8> {
            bytes.chunks_exact(record).filter_map(|r| r.get(from..from + size)).flatten().copied().collect()
        };
        let element = element(&field.datatype);
        let column = match (&field.datatype, element.number_size()) {
            (_, Some(size)) => match numbers(&gather(size), &element) {
                Some(values) => TableColumn::Numbers(values),
                None => TableColumn::Other(element.to_string()),
            },
            (Datatype::String { size: StringSize::Fixed(size), padding, .. }, _) => {
                let size = *size as usize;
                TableColumn::Text(gather(size).chunks_exact(size.max(1)).map(|t| trim(t, *padding)).collect())
            }
            (Datatype::String { padding, .. } | Datatype::VarLen { kind: VarLenKind::String, padding, .. }, _) => {
                let size = dataset.vlen_reference_size();
                let texts: Result<Vec<String>, hdf5_reader::error::Error> = gather(size)
                    .chunks_exact(size)
                    .map(|reference| Ok(trim(&dataset.resolve_vlen_reference_bytes(reference, 1)?, *padding)))
                    .collect();
                TableColumn::Text(texts?)
            }
            _ => TableColumn::Other(element.to_string()),
        };
        columns.push((field.name.clone(), column));
    }
    Ok(Table { columns })
}

fn trim(bytes: &[u8], padding: StringPadding) -> String {
    let end = match padding {
        StringPadding::SpacePad => bytes.iter().rposition(|&b| b != b' ').map_or(0, |i| i + 1),
        StringPadding::NullPad | StringPadding::NullTerminate => {
            bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len())
        }
    };
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}
