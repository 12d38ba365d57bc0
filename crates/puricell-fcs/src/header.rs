//! HEADER: version and the offsets of the first segments.

use crate::findings::{Findings, quote_bytes};
use crate::leniency::Leniency;
use crate::problem::Place;
use crate::version::Version;

/// Length of HEADER up to the first OTHER segment, in bytes.
pub(crate) const HEADER_LENGTH: u64 = 58;

/// First and last byte of a segment, from the start of the data set.
pub(crate) type Span = (u64, u64);

/// The fields of HEADER. A pair of zeros is `None`: no such segment, or offsets that only TEXT can hold.
#[derive(Debug, Clone)]
pub(crate) struct Header {
    pub(crate) version: Version,
    pub(crate) text: Option<Span>,
    pub(crate) data: Option<Span>,
    /// The offsets of DATA are blank, which has been reported.
    pub(crate) data_is_blank: bool,
    pub(crate) analysis: Option<Span>,
}

const FIELDS: [&str; 6] = [
    "first byte of TEXT",
    "last byte of TEXT",
    "first byte of DATA",
    "last byte of DATA",
    "first byte of ANALYSIS",
    "last byte of ANALYSIS",
];

impl Header {
    /// Reads the 58 `bytes` that start at `base` of the file.
    pub(crate) fn parse(bytes: &[u8], version: Version, base: u64, findings: &mut Findings<'_>) -> Self {
        let mut offsets = [0; 6];
        let mut data_is_blank = false;
        for (i, (field, offset)) in FIELDS.into_iter().zip(&mut offsets).enumerate() {
            let start = 10 + 8 * i;
            let place = Place::Header { field, byte: base + start as u64 };
            let digits = bytes.get(start..start + 8).unwrap_or_default().trim_ascii();
            *offset = match digits {
                // The standard lets the offsets of an absent ANALYSIS be blank.
                [] if i >= 4 => 0,
                [] if i >= 2 => {
                    data_is_blank = true;
                    findings.report(Leniency::BlankHeaderOffsets, place, "blanks", "an offset or 0");
                    0
                }
                _ => std::str::from_utf8(digits).ok().and_then(crate::number::whole).unwrap_or_else(|| {
                    let found = quote_bytes(digits);
                    if i >= 4 {
                        findings.report(Leniency::Analysis, place, found, "an offset or 0");
                    } else {
                        findings.refuse(place, found, "an offset of up to eight digits");
                    }
                    0
                }),
            };
        }
        let span = |first: u64, last: u64| (first != 0 || last != 0).then_some((first, last));
        let [text, text_end, data, data_end, analysis, analysis_end] = offsets;
        Self {
            version,
            text: span(text, text_end),
            data: span(data, data_end),
            data_is_blank,
            analysis: span(analysis, analysis_end),
        }
    }
}
