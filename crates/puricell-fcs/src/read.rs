//! Reading: all data sets of a file, all problems at once.

use std::fs::File;
use std::io;
use std::path::Path;

use crate::data_segment::{self, DataPlan};
use crate::data_set::{DataSet, DataSetInfo};
use crate::decode::{self, Decoded};
use crate::error::FcsError;
use crate::events::EventMatrix;
use crate::findings::{Findings, quote, quote_bytes};
use crate::header::{HEADER_LENGTH, Header, Span};
use crate::keywords::{Keywords, Segment};
use crate::leniency::{Leniencies, Leniency};
use crate::number;
use crate::parameter::{self, DataType, Parameter};
use crate::problem::{Place, Problem};
use crate::source::{FileSource, Source};
use crate::spillover;
use crate::text;
use crate::version::Version;

/// In what precision values are kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Precision {
    /// Single when it holds every possible value of the data set, double otherwise.
    #[default]
    Exact,
    /// Single always: doubles and integers of more than 24 bits are rounded to the nearest.
    Single,
}

/// How to read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Departures from the standard that are allowed. Default: none. Give those that [`FcsError::remedy`] names after
    /// looking at the problems, or all to read whatever can be read; what was needed is recorded.
    pub lenient: Leniencies,
    /// Precision of the values. Default: [`Precision::Exact`]. Single halves the memory of doubles and wide integers.
    pub precision: Precision,
}

/// Reads every data set of the file in `bytes`.
///
/// # Errors
///
/// [`FcsError::NotFcs`] and [`FcsError::UnknownVersion`] by the first bytes; [`FcsError::Refused`] with every departure
/// from the standard that `options` does not allow.
pub fn read(bytes: &[u8], options: &ReadOptions) -> Result<Vec<DataSet>, FcsError> {
    data_sets(&bytes, options)
}

/// Reads every data set of the file at `path`. DATA is read by position, block by block, so that memory is about that of
/// the values.
///
/// # Errors
///
/// As [`read`], and [`FcsError::Io`] when the file cannot be read.
pub fn read_file(path: &Path, options: &ReadOptions) -> Result<Vec<DataSet>, FcsError> {
    data_sets(&FileSource::new(File::open(path)?)?, options)
}

/// As [`read_file`] in single precision, into what `make` makes for the number of values of a data set: `|n| vec![0.0; n]`, or memory
/// of another kind. All of it is overwritten.
///
/// `each` gets each block of values as soon as it is read, while it is in the cache: the data set, the first event of the block and
/// its rows, to be looked at or changed. Blocks come from several threads, in any order.
///
/// # Errors
///
/// As [`read_file`]; [`FcsError::Io`], invalid input, where `make` makes another number of values than asked for.
pub fn read_file_in_blocks<B: AsMut<[f32]>>(
    path: &Path,
    lenient: &Leniencies,
    make: impl Fn(usize) -> B,
    each: &(dyn Fn(&DataSetInfo, usize, &mut [f32]) + Sync),
) -> Result<Vec<(DataSetInfo, B)>, FcsError> {
    let options = ReadOptions { lenient: lenient.clone(), precision: Precision::Single };
    let source = FileSource::new(File::open(path)?)?;
    let sets = read_source(&source, &options, |info, plan, findings| {
        let of_set = |first: usize, values: &mut [f32]| each(info, first, values);
        decode::decode_into(&source, plan, &info.parameters, &make, &of_set, findings)
    })?;
    Ok(sets.into_iter().map(|(info, decoded)| (info, decoded.values)).collect())
}

/// As [`read`], without the events: what DATA holds is not looked at, where it lies is.
///
/// # Errors
///
/// As [`read`].
pub fn inspect(bytes: &[u8], options: &ReadOptions) -> Result<Vec<DataSetInfo>, FcsError> {
    Ok(infos(&bytes, options)?.into_iter().map(|(info, _)| info).collect())
}

/// As [`read_file`], without the events.
///
/// # Errors
///
/// As [`read_file`].
pub fn inspect_file(path: &Path, options: &ReadOptions) -> Result<Vec<DataSetInfo>, FcsError> {
    let source = FileSource::new(File::open(path)?)?;
    Ok(infos(&source, options)?.into_iter().map(|(info, _)| info).collect())
}

fn data_sets(source: &impl Source, options: &ReadOptions) -> Result<Vec<DataSet>, FcsError> {
    let sets = read_source(source, options, |info, plan, findings| {
        decode::decode(source, plan, &info.parameters, options.precision, findings)
    })?;
    let joined = sets.into_iter().map(|(info, Decoded { n_events, values, n_masked })| {
        let events = EventMatrix { n_events, n_parameters: info.parameters.len(), values, n_masked };
        DataSet { info, events }
    });
    Ok(joined.collect())
}

/// Every data set with what `decode` makes of its DATA.
fn read_source<B>(
    source: &impl Source,
    options: &ReadOptions,
    decode: impl Fn(&DataSetInfo, &DataPlan, &mut Findings<'_>) -> io::Result<Option<Decoded<B>>>,
) -> Result<Vec<(DataSetInfo, Decoded<B>)>, FcsError> {
    let mut data_sets = Vec::new();
    let mut problems = Vec::new();
    for (mut info, plan) in infos(source, options)? {
        let mut findings = Findings::new(&options.lenient, info.index);
        let decoded = decode(&info, &plan, &mut findings)?;
        problems.append(&mut findings.refused);
        info.leniencies.append(&mut findings.granted);
        if let Some(decoded) = decoded {
            info.n_events = decoded.n_events;
            data_sets.push((info, decoded));
        }
    }
    if problems.is_empty() { Ok(data_sets) } else { Err(FcsError::Refused { problems }) }
}

/// What is to be read, data set by data set.
fn infos(source: &impl Source, options: &ReadOptions) -> Result<Vec<(DataSetInfo, DataPlan)>, FcsError> {
    let magic = source.bytes(0, source.length().min(6) as usize)?;
    if !magic.starts_with(b"FCS") {
        let found = magic.escape_ascii().to_string();
        return Err(FcsError::NotFcs { found });
    }
    if Version::of(&magic).is_none() {
        return Err(FcsError::UnknownVersion { found: magic.escape_ascii().to_string() });
    }
    let mut infos = Vec::new();
    let mut problems: Vec<Problem> = Vec::new();
    let mut base = Some(0);
    let mut index = 0;
    while let Some(start) = base {
        let mut findings = Findings::new(&options.lenient, index);
        let found = data_set(source, start, index, &mut findings)?;
        problems.append(&mut findings.refused);
        base = found.as_ref().and_then(|found| found.next);
        index += 1;
        if let Some(Found { info: Some((mut info, plan)), .. }) = found {
            info.leniencies = findings.granted;
            infos.push((info, plan));
        }
    }
    if problems.is_empty() { Ok(infos) } else { Err(FcsError::Refused { problems }) }
}

/// A data set and where the next one starts.
struct Found {
    /// `None` after a problem.
    info: Option<(DataSetInfo, DataPlan)>,
    next: Option<u64>,
}

/// Reads the data set at `base`; `None` when not even TEXT is found.
fn data_set(
    source: &impl Source,
    base: u64,
    index: usize,
    findings: &mut Findings<'_>,
) -> Result<Option<Found>, FcsError> {
    let available = source.length().saturating_sub(base).min(HEADER_LENGTH);
    let place = Place::Segment { name: "HEADER", byte: base };
    if available < HEADER_LENGTH {
        findings.refuse(place, format!("{available} bytes before the end of the file"), "58 bytes");
        return Ok(None);
    }
    let bytes = source.bytes(base, HEADER_LENGTH as usize)?;
    let magic = bytes.get(..6).unwrap_or_default();
    let Some(version) = Version::of(magic) else {
        findings.refuse(place, quote_bytes(magic), "FCS2.0, FCS3.0, FCS3.1 or FCS3.2");
        return Ok(None);
    };
    let header = Header::parse(&bytes, version, base, findings);
    let mut keywords = Keywords::default();
    let place = Place::Segment { name: "TEXT", byte: base };
    let Some(span) = header.text else {
        findings.refuse(place, "no offsets", "its first and last byte in HEADER");
        return Ok(None);
    };
    let Some((byte, length)) = within(span, base, source.length()) else {
        let found = format!("bytes {} to {} of a file that ends at {}", span.0, span.1, source.length() - base);
        findings.refuse(place, found, "offsets after HEADER and within the file");
        return Ok(None);
    };
    text::parse(&source.bytes(byte, length)?, Segment::Primary, byte, &mut keywords, findings);
    required(version, &keywords, findings);
    let supplemental = supplemental(source, version, base, &mut keywords, findings)?;
    let (analysis, analysis_span) = analysis(source, &header, base, &keywords, findings)?;

    let mut end = [Some(span), supplemental, analysis_span].into_iter().flatten().map(|span| span.1).max().unwrap_or(0);
    let parts = parameters(version, &keywords, findings).and_then(|parameters| {
        let spillover = spillover::parse(&keywords, &parameters, findings);
        let time_step = time_step(&keywords, findings);
        let plan = data_segment::plan(&header, &keywords, &parameters, base, source.length(), findings)?;
        Some((parameters, spillover, time_step, plan))
    });
    if let Some((.., plan)) = &parts {
        end = end.max((plan.begin - base).saturating_add(plan.length).saturating_sub(1));
    }
    let next = next(source, &keywords, base, end, findings)?;
    let info = parts.map(|(parameters, spillover, time_step, plan)| {
        let info = DataSetInfo {
            index,
            byte: base,
            version,
            text: keywords,
            parameters,
            n_events: plan.n_events,
            time_step,
            spillover,
            analysis,
            leniencies: Vec::new(),
        };
        (info, plan)
    });
    Ok(Some(Found { info, next }))
}

/// A span as position in the file and length; `None` when it is not after HEADER and within the file.
fn within((first, last): Span, base: u64, file_length: u64) -> Option<(u64, usize)> {
    let length = last.checked_add(1)?.checked_sub(first)?;
    let byte = base.checked_add(first)?;
    let is_inside = first >= HEADER_LENGTH && length > 0 && byte.checked_add(length)? <= file_length;
    is_inside.then_some(())?;
    Some((byte, usize::try_from(length).ok()?))
}

/// Reports keywords that the version requires and that nothing else looks at.
fn required(version: Version, text: &Keywords, findings: &mut Findings<'_>) {
    let mut require = |name: &str, expected: &str| {
        if text.find(name).is_none() {
            let place = Place::Keyword { name: name.into(), byte: None };
            findings.report(Leniency::MissingKeywords, place, "nothing", expected);
        }
    };
    require("$NEXTDATA", "0 or the offset of the next data set");
    if version < Version::Fcs32 {
        require("$MODE", "L");
    }
    if matches!(version, Version::Fcs30 | Version::Fcs31) {
        for name in ["$BEGINSTEXT", "$ENDSTEXT", "$BEGINANALYSIS", "$ENDANALYSIS"] {
            require(name, "0 or an offset");
        }
    }
    if let Some(mode) = text.find("$MODE")
        && !mode.value.trim_matches(' ').eq_ignore_ascii_case("L")
    {
        let place = Place::Keyword { name: "$MODE".into(), byte: Some(mode.byte) };
        findings.refuse(place, quote(&mode.value), "L, a list of events (histograms are not read)");
    }
}

fn supplemental(
    source: &impl Source,
    version: Version,
    base: u64,
    keywords: &mut Keywords,
    findings: &mut Findings<'_>,
) -> Result<Option<Span>, FcsError> {
    if version < Version::Fcs30 {
        return Ok(None);
    }
    let span = data_segment::text_span(keywords, "$BEGINSTEXT", "$ENDSTEXT", findings);
    let Some(span) = span.filter(|span| span.0 != span.1) else { return Ok(None) };
    let Some((byte, length)) = within(span, base, source.length()) else {
        let place = Place::Segment { name: "supplemental TEXT", byte: base.saturating_add(span.0) };
        let found = format!("bytes {} to {}", span.0, span.1);
        findings.report(Leniency::SupplementalText, place, found, "offsets within the file");
        return Ok(None);
    };
    let segment = source.bytes(byte, length)?;
    if text::is_text(&segment) {
        text::parse(&segment, Segment::Supplemental, byte, keywords, findings);
    } else {
        let place = Place::Segment { name: "supplemental TEXT", byte };
        let found = quote_bytes(segment.get(..16).unwrap_or(&segment));
        findings.report(Leniency::SupplementalText, place, found, "keywords and values between delimiters");
    }
    Ok(Some(span))
}

fn analysis(
    source: &impl Source,
    header: &Header,
    base: u64,
    text: &Keywords,
    findings: &mut Findings<'_>,
) -> Result<(Keywords, Option<Span>), FcsError> {
    let mut keywords = Keywords::default();
    let in_text = data_segment::text_span(text, "$BEGINANALYSIS", "$ENDANALYSIS", findings);
    if let (Some(in_header), Some(in_text)) = (header.analysis, in_text)
        && in_header != in_text
        && header.version > Version::Fcs20
    {
        let byte = text.find("$BEGINANALYSIS").map(|keyword| keyword.byte);
        let place = Place::Keyword { name: "$BEGINANALYSIS".into(), byte };
        let found = format!("{} to {}", in_text.0, in_text.1);
        let expected = format!("{} to {}, as in HEADER", in_header.0, in_header.1);
        findings.report(Leniency::HeaderTextOffsets, place, found, expected);
    }
    let span = if header.version == Version::Fcs20 { header.analysis } else { in_text.or(header.analysis) };
    let Some(span) = span.filter(|span| span.0 != span.1) else { return Ok((keywords, None)) };
    let Some((byte, length)) = within(span, base, source.length()) else {
        let place = Place::Segment { name: "ANALYSIS", byte: base.saturating_add(span.0) };
        let found = format!("bytes {} to {}", span.0, span.1);
        findings.report(Leniency::Analysis, place, found, "offsets within the file");
        return Ok((keywords, None));
    };
    let segment = source.bytes(byte, length)?;
    if text::is_text(&segment) {
        text::parse(&segment, Segment::Analysis, byte, &mut keywords, findings);
    } else {
        let place = Place::Segment { name: "ANALYSIS", byte };
        let found = quote_bytes(segment.get(..16).unwrap_or(&segment));
        findings.report(Leniency::Analysis, place, found, "keywords and values between delimiters");
    }
    Ok((keywords, Some(span)))
}

/// The parameters; `None` after a problem with one of them.
fn parameters(version: Version, text: &Keywords, findings: &mut Findings<'_>) -> Option<Vec<Parameter>> {
    let get = |name: &str| {
        let keyword = text.find(name);
        let place = Place::Keyword { name: name.into(), byte: keyword.map(|keyword| keyword.byte) };
        (place, keyword.map_or_else(|| "nothing".into(), |k| quote(&k.value)), keyword.map(|k| k.value.as_str()))
    };
    let (place, found, value) = get("$DATATYPE");
    let default_type = value.and_then(DataType::parse);
    if default_type.is_none() {
        findings.refuse(place, found, "I, F, D or A");
    }
    let (place, found, value) = get("$PAR");
    // Each parameter has keywords of its own, which bounds the work by the length of the file.
    let n = value.and_then(number::whole).filter(|&n| n <= text.len() as u64);
    let Some(n) = n else {
        findings.refuse(place, found, format!("the number of parameters, at most {}", text.len()));
        return None;
    };
    let parameters: Option<Vec<Parameter>> =
        parameter::parse(n as usize, version, default_type, text, findings).into_iter().collect();
    parameters.filter(|_| default_type.is_some())
}

fn time_step(text: &Keywords, findings: &mut Findings<'_>) -> Option<f64> {
    let keyword = text.find("$TIMESTEP")?;
    let time_step = number::decimal(&keyword.value).filter(|&seconds| seconds > 0.0);
    if time_step.is_none() {
        let place = Place::Keyword { name: "$TIMESTEP".into(), byte: Some(keyword.byte) };
        findings.report(Leniency::KeywordValues, place, quote(&keyword.value), "seconds, above 0");
    }
    time_step
}

/// Where the next data set starts. It must lie behind everything of this one (`end` is its last byte), so that reading
/// always comes to an end.
fn next(
    source: &impl Source,
    text: &Keywords,
    base: u64,
    end: u64,
    findings: &mut Findings<'_>,
) -> Result<Option<u64>, FcsError> {
    let Some(keyword) = text.find("$NEXTDATA") else { return Ok(None) };
    let place = Place::Keyword { name: "$NEXTDATA".into(), byte: Some(keyword.byte) };
    match number::whole(&keyword.value) {
        Some(0) => return Ok(None),
        Some(offset) if offset > end => {
            let start = base.saturating_add(offset);
            if start.saturating_add(HEADER_LENGTH) <= source.length() && *source.bytes(start, 3)? == *b"FCS" {
                return Ok(Some(start));
            }
        }
        _ => {}
    }
    let expected = "0, or the offset of the HEADER of another data set behind this one";
    findings.report(Leniency::NextData, place, quote(&keyword.value), expected);
    Ok(None)
}
