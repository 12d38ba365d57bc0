//! Parameters: `$PnN`, `$PnS`, `$PnB`, `$PnR`, `$PnE`, `$PnG`, `$PnDATATYPE`.

use crate::findings::{Findings, quote};
use crate::keywords::Keywords;
use crate::leniency::Leniency;
use crate::number;
use crate::problem::Place;
use crate::version::Version;

/// How the values of a parameter are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataType {
    /// `I`: unsigned integer.
    Integer,
    /// `F`: IEEE 754 single precision.
    Float,
    /// `D`: IEEE 754 double precision.
    Double,
    /// `A`: decimal digits.
    Ascii,
}

impl DataType {
    pub(crate) fn parse(value: &str) -> Option<Self> {
        match value.trim_matches(' ') {
            "I" | "i" => Some(Self::Integer),
            "F" | "f" => Some(Self::Float),
            "D" | "d" => Some(Self::Double),
            "A" | "a" => Some(Self::Ascii),
            _ => None,
        }
    }
}

/// `$PnB`: the room a value takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// Bits, 1 to 64.
    Bits(u8),
    /// Characters of ASCII, 1 to 20.
    Characters(u8),
    /// ASCII up to the next delimiter.
    Delimited,
}

/// `$PnE` of a logarithmic amplifier: `offset * 10^(decades * channel / range)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogAmplification {
    /// Decades over the range; above 0.
    pub decades: f64,
    /// The scale value of channel 0; above 0. An offset of 0, which older files have, is 1, as FCS 3.1 tells.
    pub offset: f64,
}

/// A column of the events.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// `$PnN`, or `Pn` when the file has none (FCS 2.0 and 3.0 do not require it).
    pub name: String,
    /// `$PnS`, for people; `None` when it is missing.
    pub label: Option<String>,
    /// How its values are stored.
    pub data_type: DataType,
    /// `$PnB`.
    pub width: Width,
    /// `$PnR`: one above the largest channel value, nominally; infinite when it is unknown.
    pub range: f64,
    /// Bits an integer may have: the smallest power of 2 that is not below `$PnR`, less 1. `None` for other types.
    pub mask: Option<u64>,
    /// `$PnE`; `None` for a linear amplifier (`0,0`).
    pub amplification: Option<LogAmplification>,
    /// `$PnG`: the gain of a linear amplifier; above 0; 1 when it is missing.
    pub gain: f64,
}

impl Parameter {
    /// A channel value on its scale: `offset * 10^(decades * channel / range)` behind a logarithmic amplifier,
    /// `channel / gain` behind a linear one (FCS 3.1, 3.2.20 and 3.2.21).
    pub fn to_scale(&self, channel: f64) -> f64 {
        match self.amplification {
            Some(log) => log.offset * libm::exp10(log.decades * channel / self.range),
            None => channel / self.gain,
        }
    }

    /// The channel value of a scale value, the inverse of [`Parameter::to_scale`]; NaN for a logarithm of a negative.
    pub fn to_channel(&self, scale: f64) -> f64 {
        match self.amplification {
            Some(log) => libm::log10(scale / log.offset) / log.decades * self.range,
            None => scale * self.gain,
        }
    }

    /// Whether this is the time parameter, by its name.
    pub fn is_time(&self) -> bool {
        self.name.eq_ignore_ascii_case("time")
    }
}

/// The `n` parameters; `None` for those whose values cannot be decoded.
pub(crate) fn parse(
    n: usize,
    version: Version,
    default_type: Option<DataType>,
    text: &Keywords,
    findings: &mut Findings<'_>,
) -> Vec<Option<Parameter>> {
    let parameters: Vec<Option<Parameter>> =
        (1..=n).map(|i| Reader { i, text, findings }.parameter(version, default_type)).collect();
    let mut names = std::collections::BTreeMap::new();
    for (i, parameter) in parameters.iter().enumerate() {
        let Some(parameter) = parameter else { continue };
        if let Some(first) = names.insert(parameter.name.as_str(), i) {
            let keyword = format!("$P{}N", i + 1);
            let byte = text.find(&keyword).map(|keyword| keyword.byte);
            let found = format!("{}, the name of parameter {} too", quote(&parameter.name), first + 1);
            findings.report(
                Leniency::DuplicateNames,
                Place::Keyword { name: keyword, byte },
                found,
                "a name of its own",
            );
        }
    }
    parameters
}

/// Reads the keywords of one parameter.
struct Reader<'a, 'b, 'c> {
    /// From 1.
    i: usize,
    text: &'a Keywords,
    findings: &'b mut Findings<'c>,
}

impl<'a> Reader<'a, '_, '_> {
    fn get(&self, suffix: &str) -> (Place, Option<&'a str>) {
        let name = format!("$P{}{suffix}", self.i);
        let keyword = self.text.find(&name);
        (Place::Keyword { name, byte: keyword.map(|k| k.byte) }, keyword.map(|k| k.value.as_str()))
    }

    fn parameter(&mut self, version: Version, default_type: Option<DataType>) -> Option<Parameter> {
        let data_type = self.data_type(version, default_type);
        let name = self.name(version);
        let label = self.get("S").1.map(str::to_owned);
        let width = data_type.and_then(|data_type| self.width(data_type));
        let (range, mask) = self.range(data_type, width)?;
        let amplification = self.amplification(version, data_type, range);
        let gain = self.gain();
        Some(Parameter { name, label, data_type: data_type?, width: width?, range, mask, amplification, gain })
    }

    fn data_type(&mut self, version: Version, default_type: Option<DataType>) -> Option<DataType> {
        match self.get("DATATYPE") {
            (place, Some(value)) if version >= Version::Fcs32 => {
                let data_type = DataType::parse(value);
                if data_type.is_none() {
                    self.findings.refuse(place, quote(value), "I, F or D");
                }
                data_type
            }
            _ => default_type,
        }
    }

    fn name(&mut self, version: Version) -> String {
        let (place, name) = self.get("N");
        name.filter(|name| !name.is_empty()).map_or_else(
            || {
                if version >= Version::Fcs31 {
                    self.findings.report(Leniency::MissingKeywords, place, "nothing", "the name of the parameter");
                }
                format!("P{}", self.i)
            },
            str::to_owned,
        )
    }

    fn width(&mut self, data_type: DataType) -> Option<Width> {
        let (place, value) = self.get("B");
        let Some(value) = value else {
            self.findings.refuse(place, "nothing", "the width of the parameter");
            return None;
        };
        let bits = number::whole(value);
        let (width, expected) = match data_type {
            DataType::Float => (bits.filter(|&bits| bits == 32).map(|_| Width::Bits(32)), "32, for a float"),
            DataType::Double => (bits.filter(|&bits| bits == 64).map(|_| Width::Bits(64)), "64, for a double"),
            DataType::Integer => (
                bits.filter(|bits| (1..=64).contains(bits)).map(|bits| Width::Bits(bits as u8)),
                "1 to 64 bits, for an integer",
            ),
            DataType::Ascii if value.trim_matches(' ') == "*" => (Some(Width::Delimited), ""),
            DataType::Ascii => (
                bits.filter(|chars| (1..=20).contains(chars)).map(|chars| Width::Characters(chars as u8)),
                "1 to 20 characters or *, for ASCII",
            ),
        };
        if width.is_none() {
            self.findings.refuse(place, quote(value), expected);
        }
        width
    }

    /// `None` when an integer has no usable range: bits that are not part of it could not be told.
    fn range(&mut self, data_type: Option<DataType>, width: Option<Width>) -> Option<(f64, Option<u64>)> {
        let (place, value) = self.get("R");
        if let (Some(DataType::Integer), Some(Width::Bits(bits))) = (data_type, width) {
            let range = value.and_then(|value| value.trim_matches(' ').parse::<u128>().ok()).filter(|&range| range > 0);
            let Some(range) = range else {
                self.findings.refuse(place, value.map_or_else(|| "nothing".into(), quote), "a whole number above 0");
                return None;
            };
            let all = u64::MAX >> (64 - u32::from(bits));
            let mask = range
                .checked_next_power_of_two()
                .map_or(all, |power| u64::try_from(power - 1).unwrap_or(u64::MAX) & all);
            return Some((range as f64, Some(mask)));
        }
        let Some(value) = value else {
            self.findings.report(Leniency::MissingKeywords, place, "nothing", "the range of the parameter");
            return Some((f64::INFINITY, None));
        };
        let range = number::decimal(value).filter(|&range| range >= 0.0);
        if range.is_none() {
            self.findings.report(Leniency::KeywordValues, place, quote(value), "a number from 0");
        }
        Some((range.unwrap_or(f64::INFINITY), None))
    }

    fn amplification(&mut self, version: Version, data_type: Option<DataType>, range: f64) -> Option<LogAmplification> {
        let (place, value) = self.get("E");
        let Some(value) = value else {
            if version >= Version::Fcs30 {
                self.findings.report(Leniency::MissingKeywords, place, "nothing", "the amplification, as 0,0");
            }
            return None;
        };
        let numbers: Option<Vec<f64>> = value.split(',').map(number::decimal).collect();
        match numbers.as_deref() {
            Some(&[decades, _]) if decades.abs() < f64::MIN_POSITIVE => None,
            Some(&[decades, offset]) if decades > 0.0 && offset >= 0.0 => {
                if matches!(data_type, Some(DataType::Float | DataType::Double)) || range.is_infinite() {
                    let expected = "0,0: floating point values are linear";
                    self.findings.report(Leniency::KeywordValues, place, quote(value), expected);
                    return None;
                }
                Some(LogAmplification { decades, offset: if offset > 0.0 { offset } else { 1.0 } })
            }
            _ => {
                let expected = "two numbers from 0: decades, offset";
                self.findings.report(Leniency::KeywordValues, place, quote(value), expected);
                None
            }
        }
    }

    fn gain(&mut self) -> f64 {
        let (place, value) = self.get("G");
        let Some(value) = value else { return 1.0 };
        let gain = number::decimal(value).filter(|&gain| gain > 0.0);
        if gain.is_none() {
            self.findings.report(Leniency::KeywordValues, place, quote(value), "a number above 0");
        }
        gain.unwrap_or(1.0)
    }
}
