//! Where DATA lies and how many events it holds.

use crate::byte_order::ByteOrder;
use crate::findings::{Findings, quote};
use crate::header::{Header, Span};
use crate::keywords::Keywords;
use crate::leniency::Leniency;
use crate::number;
use crate::parameter::{DataType, Parameter, Width};
use crate::problem::Place;
use crate::version::Version;

/// The last byte that the eight digits of HEADER can name.
const LAST_BYTE_OF_HEADER: u64 = 99_999_999;

/// How the values of an event follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    /// Each value on whole bytes.
    Aligned,
    /// Values on bits without gaps, within each byte and from byte to byte the most significant bit first.
    PackedBig,
    /// Values on bits without gaps, the least significant bit first.
    PackedLittle,
    /// ASCII numbers with delimiters between them.
    Delimited,
}

/// What decoding needs to know.
#[derive(Debug, Clone)]
pub(crate) struct DataPlan {
    /// First byte, from the start of the file.
    pub(crate) begin: u64,
    /// Bytes of the segment that are in the file.
    pub(crate) length: u64,
    /// Events; those of delimited ASCII are an upper bound.
    pub(crate) n_events: usize,
    /// Bits of one event; 0 for delimited ASCII.
    pub(crate) event_bits: u64,
    pub(crate) packing: Packing,
    pub(crate) order: ByteOrder,
}

/// `first` and `last` of a segment as TEXT states them; `None` when it states none, or zeros.
pub(crate) fn text_span(text: &Keywords, first: &str, last: &str, findings: &mut Findings<'_>) -> Option<Span> {
    let mut offset = |name: &str| {
        let keyword = text.find(name)?;
        let value = number::whole(&keyword.value);
        if value.is_none() {
            let place = Place::Keyword { name: name.into(), byte: Some(keyword.byte) };
            findings.report(Leniency::HeaderTextOffsets, place, quote(&keyword.value), "an offset");
        }
        value
    };
    let (first, last) = (offset(first), offset(last));
    first.zip(last).filter(|&span| span != (0, 0))
}

/// The byte order and the packing of the events; `None` after a problem.
fn packing(
    parameters: &[Parameter],
    text: &Keywords,
    findings: &mut Findings<'_>,
) -> Option<(ByteOrder, Packing, u64)> {
    let widths = || parameters.iter().map(|parameter| parameter.width);
    let delimited = widths().filter(|&width| width == Width::Delimited).count();
    let keyword = text.find("$BYTEORD");
    let place = Place::Keyword { name: "$BYTEORD".into(), byte: keyword.map(|keyword| keyword.byte) };
    let needs_order = widths().any(|width| matches!(width, Width::Bits(bits) if bits != 8));
    let order = match keyword {
        Some(keyword) => ByteOrder::parse(&keyword.value).or_else(|| (!needs_order).then_some(ByteOrder::Little)),
        None if !needs_order => {
            findings.report(Leniency::MissingKeywords, place.clone(), "nothing", "the order of bytes");
            Some(ByteOrder::Little)
        }
        None => None,
    };
    let found = keyword.map_or_else(|| "nothing".to_owned(), |keyword| quote(&keyword.value));
    let Some(order) = order else {
        findings.refuse(place, found, "the order of the bytes of a number, like 1,2,3,4");
        return None;
    };
    if delimited > 0 {
        if delimited == parameters.len() {
            return Some((order, Packing::Delimited, 0));
        }
        let place = Place::Keyword { name: "$PnB".into(), byte: None };
        findings.refuse(place, format!("* for {delimited} parameters only"), "* for all parameters or for none");
        return None;
    }
    let bits_of = |width| match width {
        Width::Bits(bits) => u64::from(bits),
        Width::Characters(characters) => 8 * u64::from(characters),
        Width::Delimited => 0,
    };
    let event_bits = widths().map(bits_of).sum();
    if widths().all(|width| bits_of(width) % 8 == 0) {
        let fits = parameters.iter().all(|parameter| {
            parameter.data_type == DataType::Ascii || order.fits((bits_of(parameter.width) / 8) as usize)
        });
        if !fits {
            findings.refuse(place, found, "an order over as many bytes as each parameter has");
            return None;
        }
        return Some((order, Packing::Aligned, event_bits));
    }
    if parameters.iter().any(|parameter| parameter.data_type != DataType::Integer) {
        let place = Place::Keyword { name: "$PnB".into(), byte: None };
        findings.refuse(place, "integers of parts of bytes beside other types", "whole bytes for each value");
        return None;
    }
    let packing = match order {
        ByteOrder::Big => Packing::PackedBig,
        ByteOrder::Little => Packing::PackedLittle,
        ByteOrder::Mixed(_) => {
            findings.refuse(place, found, "an ascending or descending order for values that are no whole bytes");
            return None;
        }
    };
    Some((order, packing, event_bits))
}

/// Finds DATA of the data set at `base` in a file of `file_length` bytes; `None` after a problem.
pub(crate) fn plan(
    header: &Header,
    text: &Keywords,
    parameters: &[Parameter],
    base: u64,
    file_length: u64,
    findings: &mut Findings<'_>,
) -> Option<DataPlan> {
    let packing = packing(parameters, text, findings);
    let tot = text.find("$TOT");
    let tot_place = Place::Keyword { name: "$TOT".into(), byte: tot.map(|keyword| keyword.byte) };
    let total = match tot.map(|keyword| (keyword, number::whole(&keyword.value))) {
        Some((_, Some(total))) => Some(total),
        Some((keyword, None)) => {
            findings.refuse(tot_place, quote(&keyword.value), "the number of events");
            return None;
        }
        None => {
            if header.version >= Version::Fcs30 {
                findings.report(Leniency::MissingKeywords, tot_place.clone(), "nothing", "the number of events");
            }
            None
        }
    };
    let (order, packing, event_bits) = packing?;
    let bytes_of = |events: u64| (u128::from(events) * u128::from(event_bits)).div_ceil(8);
    let needed = total.filter(|_| packing != Packing::Delimited).map(bytes_of);

    let span = span(header, text, needed, findings);
    let Some((first, last)) = span else {
        if total == Some(0) {
            return Some(DataPlan { begin: base, length: 0, n_events: 0, event_bits, packing, order });
        }
        let place = Place::Segment { name: "DATA", byte: base };
        findings.refuse(place, "no offsets", "its first and last byte in HEADER or TEXT");
        return None;
    };
    let begin = base.saturating_add(first);
    let place = Place::Segment { name: "DATA", byte: begin };
    let Some(stated) = last.checked_add(1).and_then(|end| end.checked_sub(first)) else {
        findings.refuse(
            place,
            format!("a last byte {last} before the first, {first}"),
            "the last byte after the first",
        );
        return None;
    };
    let length = stated.min(file_length.saturating_sub(begin));
    let Some(total) = total else {
        // Without $TOT the events are as many as fit.
        if event_bits == 0 {
            findings.refuse(tot_place, "nothing", "the number of events, which DATA does not tell");
            return None;
        }
        let n_events = (u128::from(length) * 8 / u128::from(event_bits)) as usize;
        if bytes_of(n_events as u64) != u128::from(length) {
            let found = format!("{length} bytes");
            findings.report(Leniency::DataLength, place, found, format!("a multiple of {event_bits} bits"));
        }
        return Some(DataPlan { begin, length, n_events, event_bits, packing, order });
    };
    let mut n_events = usize::try_from(total).unwrap_or(usize::MAX);
    if parameters.is_empty() && total > 0 {
        findings.refuse(tot_place, format!("{total} events without parameters"), "0");
        return None;
    }
    if let Some(needed) = needed {
        let expected = format!("{needed} bytes for {total} events");
        if u128::from(length) < needed {
            let found = if length < stated {
                format!("{length} bytes before the end of the file, of {stated} stated")
            } else {
                format!("{length} bytes")
            };
            findings.report(Leniency::TruncatedData, place, found, expected);
            n_events = (u128::from(length) * 8 / u128::from(event_bits).max(1)) as usize;
        } else if u128::from(stated) > needed {
            findings.report(Leniency::DataLength, place, format!("{stated} bytes"), expected);
        }
    } else if length < stated {
        let found = format!("{length} bytes before the end of the file");
        findings.report(Leniency::TruncatedData, place, found, format!("{stated} bytes"));
    }
    Some(DataPlan { begin, length, n_events, event_bits, packing, order })
}

/// The offsets of DATA, by HEADER and TEXT.
fn span(header: &Header, text: &Keywords, needed: Option<u128>, findings: &mut Findings<'_>) -> Option<Span> {
    let in_text = text_span(text, "$BEGINDATA", "$ENDDATA", findings);
    let keyword = text.find("$BEGINDATA");
    let place = Place::Keyword { name: "$BEGINDATA".into(), byte: keyword.map(|keyword| keyword.byte) };
    if header.version == Version::Fcs20 {
        // FCS 2.0 has the offsets in HEADER only; TEXT helps when they are blank.
        return header.data.or(in_text);
    }
    if keyword.is_none() || text.find("$ENDDATA").is_none() {
        findings.report(Leniency::MissingKeywords, place, "nothing", "$BEGINDATA and $ENDDATA");
        return header.data;
    }
    let written = |(first, last): Span| format!("{first} to {last}");
    match (header.data, in_text) {
        (Some(in_header), Some(in_text)) if in_header != in_text => {
            let expected = format!("{}, as in HEADER", written(in_header));
            findings.report(Leniency::HeaderTextOffsets, place, written(in_text), expected);
            let fits = |(first, last): Span| {
                needed.is_some() && last.checked_add(1).and_then(|end| end.checked_sub(first)).map(u128::from) == needed
            };
            Some(if fits(in_header) && !fits(in_text) { in_header } else { in_text })
        }
        (Some(in_header), None) => {
            let expected = format!("{}, as in HEADER", written(in_header));
            findings.report(Leniency::HeaderTextOffsets, place, "no offsets", expected);
            Some(in_header)
        }
        (None, Some(in_text)) if in_text.1 <= LAST_BYTE_OF_HEADER && !header.data_is_blank => {
            let expected = "the same in HEADER, which has 0 (allowed beyond byte 99,999,999 only)";
            findings.report(Leniency::HeaderTextOffsets, place, written(in_text), expected);
            Some(in_text)
        }
        (_, in_text) => in_text,
    }
}
