//! DATA to values, in parallel by blocks of events.

mod delimited;

use std::io;

use rayon::prelude::*;

use crate::byte_order::ByteOrder;
use crate::data_segment::{DataPlan, Packing};
use crate::events::EventValues;
use crate::findings::{Findings, quote_bytes};
use crate::parameter::{DataType, Parameter, Width};
use crate::problem::Place;
use crate::read::Precision;
use crate::source::Source;

/// Bytes of DATA in one block, about: large enough for few reads, small enough for the cache.
const BLOCK_BYTES: u64 = 1 << 18;

/// Integers up to this are whole in single precision.
const LARGEST_WHOLE_F32: u64 = 1 << 24;

/// A number type that values are kept in.
pub(crate) trait Value: Copy + Send {
    fn of_f32(value: f32) -> Self;
    fn of_f64(value: f64) -> Self;
    fn of_u64(value: u64) -> Self;
    /// The values themselves, where they are in single precision.
    fn singles(values: &mut [Self]) -> Option<&mut [f32]>;
}

impl Value for f32 {
    fn of_f32(value: f32) -> Self {
        value
    }
    fn of_f64(value: f64) -> Self {
        value as f32
    }
    fn of_u64(value: u64) -> Self {
        value as f32
    }
    fn singles(values: &mut [Self]) -> Option<&mut [f32]> {
        Some(values)
    }
}

impl Value for f64 {
    fn of_f32(value: f32) -> Self {
        Self::from(value)
    }
    fn of_f64(value: f64) -> Self {
        value
    }
    fn of_u64(value: u64) -> Self {
        value as Self
    }
    fn singles(_: &mut [Self]) -> Option<&mut [f32]> {
        None
    }
}

/// Why DATA was not decoded.
#[derive(Debug)]
pub(crate) enum Fault {
    Io(io::Error),
    /// A number in ASCII that is none, with its byte from the start of the file.
    NotANumber {
        byte: u64,
        found: String,
    },
}

impl From<io::Error> for Fault {
    fn from(source: io::Error) -> Self {
        Self::Io(source)
    }
}

/// What is done to each block of values in single precision as soon as it is read: it gets the first event and whole rows.
pub(crate) type EachBlock<'a> = dyn Fn(usize, &mut [f32]) + Sync + 'a;

/// The events of a data set, in whatever keeps their values.
#[derive(Debug)]
pub(crate) struct Decoded<B> {
    pub(crate) n_events: usize,
    pub(crate) values: B,
    pub(crate) n_masked: u64,
}

impl<B> Decoded<B> {
    fn map<C>(self, of: impl FnOnce(B) -> C) -> Decoded<C> {
        Decoded { n_events: self.n_events, values: of(self.values), n_masked: self.n_masked }
    }
}

/// Reads the events in the precision asked for. Problems of DATA itself go to `findings`, and then there are none.
pub(crate) fn decode(
    source: &impl Source,
    plan: &DataPlan,
    parameters: &[Parameter],
    precision: Precision,
    findings: &mut Findings<'_>,
) -> io::Result<Option<Decoded<EventValues>>> {
    if precision == Precision::Exact && parameters.iter().any(needs_double) {
        let decoded = decode_into(source, plan, parameters, |n| vec![0.0_f64; n], &|_, _| (), findings)?;
        Ok(decoded.map(|decoded| decoded.map(EventValues::F64)))
    } else {
        let decoded = decode_into(source, plan, parameters, |n| vec![0.0_f32; n], &|_, _| (), findings)?;
        Ok(decoded.map(|decoded| decoded.map(EventValues::F32)))
    }
}

/// As [`decode`], into what `make` makes for a number of values.
pub(crate) fn decode_into<V: Value, B: AsMut<[V]>>(
    source: &impl Source,
    plan: &DataPlan,
    parameters: &[Parameter],
    make: impl FnOnce(usize) -> B,
    each: &EachBlock<'_>,
    findings: &mut Findings<'_>,
) -> io::Result<Option<Decoded<B>>> {
    let n_parameters = parameters.len();
    if plan.packing == Packing::Delimited {
        let Some(numbers) = delimited::decode(source, plan, n_parameters, findings)? else { return Ok(None) };
        let mut values = make(numbers.len());
        let out = room(&mut values, numbers.len())?;
        for (value, &number) in out.iter_mut().zip(&numbers) {
            *value = V::of_f64(number);
        }
        if let Some(values) = V::singles(out) {
            each(0, values);
        }
        let n_events = numbers.len().checked_div(n_parameters).unwrap_or(0);
        return Ok(Some(Decoded { n_events, values, n_masked: 0 }));
    }
    let mut values = make(plan.n_events * n_parameters);
    match blocks(source, plan, parameters, room(&mut values, plan.n_events * n_parameters)?, each) {
        Ok(n_masked) => Ok(Some(Decoded { n_events: plan.n_events, values, n_masked })),
        Err(Fault::Io(source)) => Err(source),
        Err(Fault::NotANumber { byte, found }) => {
            findings.refuse(Place::Segment { name: "DATA", byte }, found, "a whole number in ASCII digits");
            Ok(None)
        }
    }
}

/// A caller's buffer, if it is for `wanted` values.
fn room<V, B: AsMut<[V]>>(buffer: &mut B, wanted: usize) -> io::Result<&mut [V]> {
    let buffer = buffer.as_mut();
    if buffer.len() == wanted {
        Ok(buffer)
    } else {
        let what = format!("a buffer for {} values, expected {wanted}", buffer.len());
        Err(io::Error::new(io::ErrorKind::InvalidInput, what))
    }
}

fn needs_double(parameter: &Parameter) -> bool {
    match parameter.data_type {
        DataType::Float => false,
        DataType::Integer => parameter.mask.is_none_or(|mask| mask > LARGEST_WHOLE_F32),
        DataType::Double | DataType::Ascii => true,
    }
}

/// A value within an event.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Float,
    Double,
    Integer { mask: u64 },
    Ascii,
}

#[derive(Debug, Clone, Copy)]
struct Column {
    /// From the start of the event, in bits.
    start: usize,
    bits: usize,
    kind: Kind,
}

fn columns(parameters: &[Parameter]) -> Vec<Column> {
    let mut start = 0;
    parameters
        .iter()
        .map(|parameter| {
            let bits = match parameter.width {
                Width::Bits(bits) => usize::from(bits),
                Width::Characters(characters) => 8 * usize::from(characters),
                Width::Delimited => 0,
            };
            let kind = match parameter.data_type {
                DataType::Float => Kind::Float,
                DataType::Double => Kind::Double,
                DataType::Integer => Kind::Integer { mask: parameter.mask.unwrap_or(u64::MAX) },
                DataType::Ascii => Kind::Ascii,
            };
            let column = Column { start, bits, kind };
            start += bits;
            column
        })
        .collect()
}

/// Reads all values into `values`; the number of those that a mask changed.
fn blocks<V: Value>(
    source: &impl Source,
    plan: &DataPlan,
    parameters: &[Parameter],
    values: &mut [V],
    each: &EachBlock<'_>,
) -> Result<u64, Fault> {
    let n_parameters = parameters.len();
    if values.is_empty() {
        return Ok(0);
    }
    // Eight events always end on a whole byte.
    let events_per_block = (BLOCK_BYTES / plan.event_bits.max(1)).max(1) * 8;
    let columns = columns(parameters);
    let is_plain_float = columns.iter().all(|column| matches!(column.kind, Kind::Float));
    // Floats alone need no decoding; their bytes may stand in the other order than this machine's.
    let is_turned = match plan.order {
        ByteOrder::Little if is_plain_float => Some(cfg!(target_endian = "big")),
        ByteOrder::Big if is_plain_float => Some(cfg!(target_endian = "little")),
        _ => None,
    };
    let masked: Result<Vec<u64>, Fault> = values
        .par_chunks_mut(events_per_block as usize * n_parameters)
        .enumerate()
        .map(|(block, out)| {
            let n_events = (out.len() / n_parameters) as u64;
            let begin = plan.begin + block as u64 * (events_per_block / 8) * plan.event_bits;
            let masked = if let (Some(is_turned), Some(values)) = (is_turned, V::singles(out)) {
                source.read(begin, bytemuck::cast_slice_mut(values))?;
                if is_turned {
                    for value in values {
                        *value = f32::from_bits(value.to_bits().swap_bytes());
                    }
                }
                0
            } else {
                let bytes = source.bytes(begin, (n_events * plan.event_bits).div_ceil(8) as usize)?;
                match plan.packing {
                    Packing::PackedBig => packed(&bytes, &columns, out, bits_from_top),
                    Packing::PackedLittle => packed(&bytes, &columns, out, bits_from_bottom),
                    _ => aligned(&bytes, begin, plan.event_bits as usize / 8, &columns, &plan.order, out)?,
                }
            };
            if let Some(values) = V::singles(out) {
                each(block * events_per_block as usize, values);
            }
            Ok(masked)
        })
        .collect();
    Ok(masked?.iter().sum())
}

fn aligned<V: Value>(
    bytes: &[u8],
    begin: u64,
    event_bytes: usize,
    columns: &[Column],
    order: &ByteOrder,
    out: &mut [V],
) -> Result<u64, Fault> {
    let mut masked = 0;
    for (i, (event, row)) in bytes.chunks_exact(event_bytes).zip(out.chunks_exact_mut(columns.len())).enumerate() {
        for (column, value) in columns.iter().zip(row) {
            let start = column.start / 8;
            let field = event.get(start..start + column.bits / 8).unwrap_or_default();
            *value = match column.kind {
                Kind::Float => V::of_f32(f32::from_bits(order.number(field) as u32)),
                Kind::Double => V::of_f64(f64::from_bits(order.number(field))),
                Kind::Integer { mask } => {
                    let number = order.number(field);
                    masked += u64::from(number & !mask != 0);
                    V::of_u64(number & mask)
                }
                Kind::Ascii => {
                    V::of_u64(std::str::from_utf8(field).ok().and_then(crate::number::whole).ok_or_else(|| {
                        Fault::NotANumber { byte: begin + (i * event_bytes + start) as u64, found: quote_bytes(field) }
                    })?)
                }
            };
        }
    }
    Ok(masked)
}

/// Integers on bits without gaps; `bits` takes so many bits from a bit of the block.
fn packed<V: Value>(bytes: &[u8], columns: &[Column], out: &mut [V], bits: impl Fn(&[u8], usize, usize) -> u64) -> u64 {
    let mut masked = 0;
    let mut at = 0;
    for row in out.chunks_exact_mut(columns.len()) {
        for (column, value) in columns.iter().zip(row) {
            let number = bits(bytes, at, column.bits);
            at += column.bits;
            let mask = if let Kind::Integer { mask } = column.kind { mask } else { u64::MAX };
            masked += u64::from(number & !mask != 0);
            *value = V::of_u64(number & mask);
        }
    }
    masked
}

/// `width` bits from bit `at`, counted from the most significant bit of the first byte; at most 64.
fn bits_from_top(bytes: &[u8], at: usize, width: usize) -> u64 {
    let (first, end) = (at / 8, (at + width).div_ceil(8));
    let field = bytes.get(first..end).unwrap_or_default();
    let number = field.iter().fold(0_u128, |number, &byte| number << 8 | u128::from(byte));
    (number >> (8 * end - at - width)) as u64 & (u64::MAX >> (64 - width))
}

/// `width` bits from bit `at`, counted from the least significant bit of the first byte; at most 64.
fn bits_from_bottom(bytes: &[u8], at: usize, width: usize) -> u64 {
    let (first, end) = (at / 8, (at + width).div_ceil(8));
    let field = bytes.get(first..end).unwrap_or_default();
    let number = field.iter().rev().fold(0_u128, |number, &byte| number << 8 | u128::from(byte));
    (number >> (at % 8)) as u64 & (u64::MAX >> (64 - width))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every width at every position, against the bits written out one by one.
    #[test]
    fn bits_of_every_width_and_position() {
        let bytes: Vec<u8> = (0..24_u32).map(|i| (i * 97 + 41) as u8).collect();
        for width in 1..=64 {
            for at in 0..64 {
                let top =
                    (at..at + width).fold(0_u64, |n, bit| n << 1 | u64::from(bytes[bit / 8] >> (7 - bit % 8) & 1));
                let bottom =
                    (at..at + width).rev().fold(0_u64, |n, bit| n << 1 | u64::from(bytes[bit / 8] >> (bit % 8) & 1));
                assert_eq!(bits_from_top(&bytes, at, width), top, "{width} bits from {at}");
                assert_eq!(bits_from_bottom(&bytes, at, width), bottom, "{width} bits from {at}");
            }
        }
    }
}
