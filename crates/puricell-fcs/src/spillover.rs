//! Spillover and compensation matrices of a file.

use crate::findings::{Findings, quote};
use crate::keywords::Keywords;
use crate::leniency::Leniency;
use crate::number;
use crate::parameter::Parameter;
use crate::problem::Place;

/// Most channels of a matrix given by `$DFCnTOm`, whose size the length of the file does not bound.
const MOST_CHANNELS: usize = 256;

/// The keyword a matrix comes from, in order of preference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SpilloverSource {
    /// `$SPILLOVER` (FCS 3.1).
    DollarSpillover,
    /// `$SPILL`, `SPILL` or `SPILLOVER`, as several vendors wrote it before.
    Spill,
    /// `$COMP` (FCS 3.0), a compensation matrix over all parameters.
    Comp,
    /// `$DFCnTOm` (FCS 2.0): per cent of parameter n to be subtracted from parameter m, here as a fraction. Vendors count
    /// n and m over the parameters or over the fluorescences alone; here they are numbers of parameters.
    Dfc,
}

/// A matrix of channels by channels.
#[derive(Debug, Clone, PartialEq)]
pub struct Spillover {
    /// Where it comes from, which says what it means.
    pub source: SpilloverSource,
    /// `$PnN` of the rows and columns; no two alike.
    pub channels: Vec<String>,
    /// `channels.len()` squared values, row-major: the share of the row's dye seen in the column's detector, 1 on the
    /// diagonal as a rule.
    pub matrix: Vec<f64>,
}

/// The first matrix in order of preference that can be understood.
pub(crate) fn parse(text: &Keywords, parameters: &[Parameter], findings: &mut Findings<'_>) -> Option<Spillover> {
    for (name, source) in [
        ("$SPILLOVER", SpilloverSource::DollarSpillover),
        ("$SPILL", SpilloverSource::Spill),
        ("SPILL", SpilloverSource::Spill),
        ("SPILLOVER", SpilloverSource::Spill),
        ("$COMP", SpilloverSource::Comp),
    ] {
        let Some(keyword) = text.find(name) else { continue };
        let read = if source == SpilloverSource::Comp {
            comp(&keyword.value, parameters)
        } else {
            named(source, &keyword.value, parameters)
        };
        match read {
            Ok(spillover) => return Some(spillover),
            Err(expected) => {
                let place = Place::Keyword { name: name.into(), byte: Some(keyword.byte) };
                findings.report(Leniency::KeywordValues, place, quote(&keyword.value), expected);
            }
        }
    }
    dfc(text, parameters, findings)
}

/// `n,name1,..,name n,value11,value12,..`.
fn named(source: SpilloverSource, value: &str, parameters: &[Parameter]) -> Result<Spillover, String> {
    let fields: Vec<&str> = value.split(',').collect();
    let n = size(&fields)?;
    let expected = n.checked_mul(n).and_then(|square| square.checked_add(n)?.checked_add(1));
    if expected != Some(fields.len()) {
        return Err(format!("{n} names and the square of {n} numbers, not {} fields", fields.len() - 1));
    }
    let (names, values) = fields.split_at(1 + n);
    let mut channels: Vec<String> = Vec::with_capacity(n);
    for name in names.iter().skip(1).map(|name| name.trim_matches(' ')) {
        let Some(parameter) = parameters.iter().find(|parameter| parameter.name.eq_ignore_ascii_case(name)) else {
            return Err(format!("names of parameters ($PnN); {} is none", quote(name)));
        };
        channels.push(parameter.name.clone());
    }
    let mut sorted: Vec<&String> = channels.iter().collect();
    sorted.sort();
    if let Some([twice, _]) = sorted.array_windows().find(|[a, b]| a == b) {
        return Err(format!("each name once, not {} twice", quote(twice)));
    }
    Ok(Spillover { source, channels, matrix: decimals(values)? })
}

/// `n,value11,value12,..`, over all parameters.
fn comp(value: &str, parameters: &[Parameter]) -> Result<Spillover, String> {
    let fields: Vec<&str> = value.split(',').collect();
    let n = size(&fields)?;
    if n != parameters.len() || n.checked_mul(n) != Some(fields.len() - 1) {
        let n = parameters.len();
        return Err(format!("$PAR, which is {n}, and its square of numbers"));
    }
    let channels = parameters.iter().map(|parameter| parameter.name.clone()).collect();
    Ok(Spillover { source: SpilloverSource::Comp, channels, matrix: decimals(fields.get(1..).unwrap_or_default())? })
}

fn size(fields: &[&str]) -> Result<usize, String> {
    fields
        .first()
        .and_then(|n| usize::try_from(number::whole(n)?).ok())
        .filter(|&n| n > 0)
        .ok_or_else(|| "the number of channels first".into())
}

fn decimals(fields: &[&str]) -> Result<Vec<f64>, String> {
    fields
        .iter()
        .map(|field| number::decimal(field).ok_or_else(|| format!("numbers; {} is none", quote(field))))
        .collect()
}

fn dfc(text: &Keywords, parameters: &[Parameter], findings: &mut Findings<'_>) -> Option<Spillover> {
    let mut entries = Vec::new();
    for keyword in text.iter() {
        let name = keyword.name.to_ascii_uppercase();
        let Some((from, to)) = name.strip_prefix("$DFC").and_then(|numbers| numbers.split_once("TO")) else { continue };
        let index = |number: &str| {
            let i = usize::try_from(number::whole(number)?).ok()?;
            (1..=parameters.len()).contains(&i).then(|| i - 1)
        };
        if let (Some(from), Some(to), Some(percent)) = (index(from), index(to), number::decimal(&keyword.value)) {
            entries.push((from, to, percent / 100.0));
        } else if number::decimal(&keyword.value) != Some(0.0) {
            let place = Place::Keyword { name: keyword.name.clone(), byte: Some(keyword.byte) };
            let expected = format!("a per cent, from and to parameters 1 to {}", parameters.len());
            findings.report(Leniency::KeywordValues, place, quote(&keyword.value), expected);
        }
    }
    let mut involved: Vec<usize> = entries.iter().flat_map(|&(from, to, _)| [from, to]).collect();
    involved.sort_unstable();
    involved.dedup();
    let n = involved.len();
    if n == 0 {
        return None;
    }
    if n > MOST_CHANNELS {
        let place = Place::Keyword { name: "$DFCnTOm".into(), byte: None };
        let expected = format!("at most {MOST_CHANNELS}");
        findings.report(Leniency::KeywordValues, place, format!("{n} channels"), expected);
        return None;
    }
    let mut matrix = vec![0.0; n * n];
    for i in 0..n {
        matrix[i * n + i] = 1.0;
    }
    for (from, to, share) in entries {
        if let (Ok(from), Ok(to)) = (involved.binary_search(&from), involved.binary_search(&to))
            && from != to
        {
            matrix[from * n + to] = share;
        }
    }
    let channels = involved.iter().filter_map(|&i| parameters.get(i)).map(|parameter| parameter.name.clone()).collect();
    Some(Spillover { source: SpilloverSource::Dfc, channels, matrix })
}
