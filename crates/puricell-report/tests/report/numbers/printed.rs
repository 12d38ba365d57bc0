//! Numbers as documents print them, read back without the code that printed them.

/// A number of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Number {
    /// As it stands there, without separators.
    digits: String,
    value: f64,
    /// The place of its last digit: 0.01 of `2.35`.
    step: f64,
    is_per_cent: bool,
    pub(super) part: Part,
    /// What a size is counted in: 1,000,000 of `48.2 MB`.
    unit: Option<f64>,
}

/// What a number is beside others, by the signs about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Alone,
    /// Before the dash of a range.
    LowEnd,
    /// Behind it.
    HighEnd,
    /// Behind `≤` or `≥`.
    Limit,
    /// Behind `<` or `>`.
    Bound,
}

/// How the last digit came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rounded {
    Nearest,
    /// Lower ends.
    Down,
    /// Upper ends and limits.
    Up,
}

/// The whole numbers and decimal fractions of a text. What is part of a name (`CD105`), of a version (`1.2.3`) or of an
/// ordinal (`95th`) is none.
pub(super) fn numbers(text: &str) -> Vec<Number> {
    let text: Vec<char> = text.chars().collect();
    let (mut found, mut i): (Vec<Number>, usize) = (Vec::new(), 0);
    let mut is_low_end = false;
    while i < text.len() {
        if !text[i].is_ascii_digit() {
            i += 1;
            continue;
        }
        let start = i;
        let mut end = digits(&text, i);
        while text.get(end) == Some(&',') && digits(&text, end + 1) == end + 4 && end - start < 16 {
            end += 4;
        }
        let whole = end;
        if text.get(end) == Some(&'.') && digits(&text, end + 1) > end + 1 {
            end = digits(&text, end + 1);
        }
        i = end;
        let before = start.checked_sub(1).map(|b| text[b]);
        let is_minus = before == Some('-') || before == Some('−');
        let before_minus = start.checked_sub(2).map(|b| text[b]);
        let joins = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'));
        let after = text.get(end).copied();
        let goes_on = after.is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
            || (after == Some('.') && text.get(end + 1).is_some_and(char::is_ascii_digit));
        if joins(before) || (is_minus && joins(before_minus)) || goes_on {
            // The rest of a version is no number either.
            while text.get(i).is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_')) {
                i += 1;
            }
            is_low_end = false;
            continue;
        }
        let digits: String = text[start..end].iter().filter(|c| **c != ',').collect();
        let mut value: f64 = digits.parse().unwrap();
        let mut step = 10_f64.powi(-i32::try_from((end - whole).saturating_sub(1)).unwrap());
        let rest: String = text[end..].iter().take(12).collect();
        let rest = rest.replace('\u{a0}', " ");
        if let Some(exponent) = rest.strip_prefix(" × 10") {
            let power = 10_f64.powi(lowered(exponent));
            (value, step) = (value * power, step * power);
            i = end + 5;
        }
        let unit = [("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("bytes", 1.0)]
            .iter()
            .find(|(name, _)| rest.trim_start().starts_with(name))
            .map(|(_, unit)| *unit);
        let is_per_cent = rest.trim_start().starts_with('%');
        let value = if is_minus { -value } else { value };
        let sign = text[..start].iter().rev().find(|c| !c.is_whitespace());
        let mut part = match sign {
            Some('≤' | '≥') => Part::Limit,
            Some('<' | '>') => Part::Bound,
            _ => Part::Alone,
        };
        if is_low_end && let Some(low) = found.last_mut() {
            // The sign of a range stands at its upper end alone.
            (low.part, low.is_per_cent) = (Part::LowEnd, is_per_cent);
            part = Part::HighEnd;
        }
        found.push(Number { digits, value, step, is_per_cent, part, unit });
        let behind = rest.trim_start();
        let behind =
            behind.strip_prefix('–').or_else(|| behind.trim_start_matches('%').trim_start().strip_prefix('～'));
        is_low_end = part != Part::HighEnd
            && behind.is_some_and(|b| b.trim_start().starts_with(|c: char| c.is_ascii_digit() || c == '-'));
    }
    found
}

fn digits(text: &[char], from: usize) -> usize {
    let run = text.iter().skip(from).take_while(|c| c.is_ascii_digit()).count();
    from + run
}

fn lowered(raised: &str) -> i32 {
    let plain: String = raised
        .chars()
        .map_while(|c| match c {
            '⁻' => Some('-'),
            _ => {
                "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().position(|r| r == c).and_then(|d| char::from_digit(u32::try_from(d).unwrap(), 10))
            }
        })
        .collect();
    plain.parse().unwrap_or(0)
}

impl Number {
    /// Whether two texts print the same, one perhaps with fewer decimals.
    pub(super) fn is_as(&self, other: &Self) -> bool {
        let step = if self.step.max(other.step) < 1.0 { self.step.max(other.step) } else { 0.0 };
        self.is_per_cent == other.is_per_cent && (self.value - other.value).abs() <= step + 1e-9
    }

    /// Whether it has two significant digits, as bounds have.
    pub(super) fn has_two_digits(&self) -> bool {
        self.value >= 9.5 * self.step
    }

    /// Whether this prints a whole number.
    pub(super) fn is_whole(&self, value: u64) -> bool {
        match self.unit {
            Some(unit) => (self.value * unit - value as f64).abs() <= 0.5 * self.step * unit,
            None => !self.is_per_cent && self.digits == value.to_string(),
        }
    }

    /// Whether this prints a value, or 100 times it as per cent. What is not zero is not printed as zero, and a whole number
    /// stands for a fractional one only where it is large.
    pub(super) fn is_of(&self, value: f64, rounded: Rounded) -> bool {
        let scaled = if self.is_per_cent { value * 100.0 } else { value };
        let slack = 1e-9 * scaled.abs().max(1e-300);
        let off = self.value - scaled;
        if off.abs() <= slack {
            return true;
        }
        let coarsest = if self.step < 1.0 || self.is_per_cent { 1.0 } else { 0.1 };
        if self.value.abs() < self.step || self.step > coarsest * (self.value.abs() + slack) {
            return false;
        }
        match rounded {
            Rounded::Nearest => off.abs() <= 0.5 * self.step + slack,
            Rounded::Down => off <= slack && off > -self.step - slack,
            Rounded::Up => off >= -slack && off < self.step + slack,
        }
    }
}

#[test]
fn numbers_of_a_text_are_read_whole() {
    let read = |text: &str| numbers(text).into_iter().map(|n| (n.value, n.is_per_cent)).collect::<Vec<_>>();
    assert_eq!(
        read("T cell 9 / 1,919 0.47 % 0.21 – 0.89 %"),
        [(9.0, false), (1919.0, false), (0.47, true), (0.21, true), (0.89, true)]
    );
    assert_eq!(read("CD105 of 0.1.0, the 95th of S1, v2, UC-2026/07"), [(7.0, false)]);
    assert_eq!(
        read("p = 2.1 × 10⁻⁷; -1.5; 21,3; 1,234,567"),
        [(2.1e-7, false), (-1.5, false), (21.0, false), (3.0, false), (1_234_567.0, false)]
    );
    assert_eq!(read("40.2%～41.7%，<0.16%"), [(40.2, true), (41.7, true), (0.16, true)]);
}

#[test]
fn a_printed_number_is_told_from_its_neighbours() {
    let is = |text: &str, value: f64, rounded| numbers(text)[0].is_of(value, rounded);
    assert!(is("93.1 %", 0.930_798, Rounded::Nearest) && !is("93.1 %", 0.931_6, Rounded::Nearest));
    assert!(is("91.8 %", 0.918_9, Rounded::Down) && !is("91.9 %", 0.918_9, Rounded::Down));
    assert!(is("94.2 %", 0.941_8, Rounded::Up) && !is("94.1 %", 0.941_8, Rounded::Up));
    assert!(!is("0", 0.004, Rounded::Nearest) && is("0", 0.0, Rounded::Nearest));
    assert!(
        !is("1", 1.4, Rounded::Nearest) && is("1", 1.0, Rounded::Nearest) && is("12,346", 12_345.6, Rounded::Nearest)
    );
    assert!(numbers("48.2 MB")[0].is_whole(48_213_004) && !numbers("48.2 MB")[0].is_whole(48_313_004));
    assert!(!numbers("48 %")[0].is_whole(48));
}
