//! Counts and fractions as people read them.

use crate::{IntervalMethod, Level, Proportion};

/// A whole number with a comma between thousands: `4,980`.
pub fn group_thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A fraction in per cent: three significant digits from 1 % on, two below, counted from the nearer end of the scale, so
/// that 99.94 % does not become 100 %. An exact 0 or 1 is `0 %` or `100 %`.
pub fn per_cent(fraction: f64) -> String {
    rounded(fraction, |scaled| scaled)
}

/// As [`per_cent`], a bound from above: rounded up, so that it holds as printed.
fn at_most(fraction: f64) -> String {
    // The slack keeps 0.060 from becoming 0.061 for a last bit.
    rounded(fraction, |scaled| (scaled * (1.0 - 1e-12)).ceil())
}

/// As [`per_cent`], a bound from below: rounded down.
fn at_least(fraction: f64) -> String {
    rounded(fraction, |scaled| (scaled * (1.0 + 1e-12)).floor())
}

/// A fraction that somebody gave (a limit) in per cent, as short as it was written: `2 %`, `0.05 %`.
pub fn given_per_cent(fraction: f64) -> String {
    // Twelve decimals drop the binary remainder of a decimal fraction times 100.
    let text = format!("{:.12}", fraction * 100.0);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

/// In per cent, with the value at its last decimal passed through `round`.
fn rounded(fraction: f64, round: impl Fn(f64) -> f64) -> String {
    let x = fraction * 100.0;
    let small = x.min(100.0 - x);
    // 0 and 100, and the dust of 100 - 99.99999999999999.
    if small.abs() < 1e-9 {
        return if x < 50.0 { "0 %".to_owned() } else { "100 %".to_owned() };
    }
    let significant = if small >= 1.0 { 3 } else { 2 };
    let mut decimals = 0;
    let mut scale = 1.0;
    // As many decimals as the significant digits need, at least one, at most eight.
    while decimals < 8 && (decimals == 0 || small * scale < 0.999_999 * power_of_ten(significant - 1)) {
        decimals += 1;
        scale *= 10.0;
    }
    let x = round(x * scale) / scale;
    format!("{x:.decimals$} %")
}

fn power_of_ten(exponent: i32) -> f64 {
    (0..exponent).fold(1.0, |power, _| power * 10.0)
}

/// The result in words, such as `0 of 4,980; below 0.061 % (95 %)`: a zero is never "0 %", no per cent stands
/// without its count, and an interval or a bound holds as printed. With the exact interval.
pub fn sentence(proportion: Proportion, level: Level) -> String {
    sentence_by(proportion, level, IntervalMethod::ClopperPearson)
}

/// [`sentence`] with the interval of a method; the bound of a zero or a full count is exact.
pub fn sentence_by(proportion: Proportion, level: Level, method: IntervalMethod) -> String {
    let (k, n) = (proportion.k(), proportion.n());
    let counted = format!("{} of {}", group_thousands(k), group_thousands(n));
    // A level is a number such as 0.95: whole per cent, or as many digits as it was given.
    let sure = format!("{} %", ((level.get() * 1e6).round() / 1e4));
    let Some(fraction) = proportion.fraction() else { return format!("{counted}; nothing to count") };
    if k == 0 {
        format!("{counted}; below {} ({sure})", at_most(proportion.upper_bound(level)))
    } else if k == n {
        format!("{counted}; above {} ({sure})", at_least(proportion.lower_bound(level)))
    } else {
        let interval = proportion.interval(method, level);
        let (low, high) = (at_least(interval.low), at_most(interval.high));
        format!("{counted}; {} ({sure} interval {low} to {high})", per_cent(fraction))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(k: u64, n: u64) -> String {
        sentence(Proportion::new(k, n).unwrap(), Level::P95)
    }

    #[test]
    fn results_read_as_a_person_would_write_them() {
        assert_eq!(say(0, 4980), "0 of 4,980; below 0.061 % (95 %)");
        assert_eq!(say(100, 5000), "100 of 5,000; 2.00 % (95 % interval 1.63 % to 2.43 %)");
        assert_eq!(say(9521, 10_000), "9,521 of 10,000; 95.21 % (95 % interval 94.77 % to 95.63 %)");
        // 1 - 0.05^(1/4980) = 0.060137 %, outwards.
        assert_eq!(say(4980, 4980), "4,980 of 4,980; above 99.939 % (95 %)");
        assert_eq!(say(0, 0), "0 of 0; nothing to count");
        assert_eq!(say(1, 1), "1 of 1; above 5.00 % (95 %)");
    }

    #[test]
    fn per_cent_keeps_its_digits() {
        for (fraction, want) in [
            (0.0, "0 %"),
            (1.0, "100 %"),
            (0.5, "50.0 %"),
            (0.123_4, "12.3 %"),
            (0.02, "2.00 %"),
            (0.01, "1.00 %"),
            (0.009_99, "1.00 %"),
            (0.000_6, "0.060 %"),
            (0.999_4, "99.940 %"),
            (3e-6, "0.00030 %"),
        ] {
            assert_eq!(per_cent(fraction), want, "{fraction}");
        }
        assert_eq!(group_thousands(1_234_567), "1,234,567");
        assert_eq!(group_thousands(999), "999");
    }
}
