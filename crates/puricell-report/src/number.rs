//! How numbers are printed: never 0 % for a zero count, never more digits than the count supports.

/// No-break space before the per cent sign and inside intervals.
pub(crate) const NBSP: char = '\u{a0}';

/// What is printed where nothing was estimated.
pub(crate) const NOT_ESTIMATED: &str = "NA";

/// A whole number with thousands separators.
pub(crate) fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Decimals of a per cent value that one cell in `n` can move: 0 up to 100 cells, 1 up to 1,000, and so on.
fn decimals_of_count(n: u64) -> usize {
    let mut decimals = 0;
    let mut step = 100_u64;
    while step < n && decimals < 6 {
        step = step.saturating_mul(10);
        decimals += 1;
    }
    decimals
}

/// Decimals (of per cent) that the interval's half width supports, by the rounding rule of the Particle Data Group: two
/// significant digits of an uncertainty that begins below 3.55, one of a larger (Review of Particle Physics,
/// Introduction, section 5.3).
fn decimals_of_interval(low: f64, high: f64) -> usize {
    let half_width = (high - low).abs() * 50.0;
    if half_width <= 0.0 || half_width.is_nan() {
        return 6;
    }
    let magnitude = libm::floor(libm::log10(half_width));
    let leading = half_width / libm::exp10(magnitude);
    let digits = if leading < 3.55 { 1.0 } else { 0.0 };
    (digits - magnitude).clamp(0.0, 6.0) as usize
}

/// The per cent value alone, with enough decimals that what is not 0 or 100 does not look so.
fn percent_digits(fraction: f64, decimals: usize) -> String {
    let value = fraction * 100.0;
    let text = format!("{value:.decimals$}");
    if !hides_remainder(fraction, &text) {
        return text;
    }
    // One significant digit of what is left to 0 or 100.
    let remainder = value.min(100.0 - value);
    let decimals = (-libm::floor(libm::log10(remainder))).clamp(0.0, 15.0) as usize;
    format!("{value:.decimals$}")
}

fn hides_remainder(fraction: f64, text: &str) -> bool {
    let shown = text.parse::<f64>().unwrap_or(f64::NAN);
    (fraction > 0.0 && shown <= 0.0) || (fraction < 1.0 && shown >= 100.0)
}

/// An estimated fraction as per cent: no digit beyond what one of `n` cells moves, none beyond what the interval
/// supports, but enough to tell it from `limit` where it differs.
pub(crate) fn percent(fraction: f64, n: u64, interval: Option<(f64, f64)>, limit: Option<f64>) -> String {
    let by_count = decimals_of_count(n);
    let mut decimals = interval.map_or(by_count, |(low, high)| by_count.min(decimals_of_interval(low, high)));
    let mut text = percent_digits(fraction, decimals);
    if let Some(limit) = limit {
        while decimals < 12 && fraction.total_cmp(&limit).is_ne() && equals_limit(&text, limit) {
            decimals += 1;
            text = percent_digits(fraction, decimals);
        }
    }
    format!("{text}{NBSP}%")
}

fn equals_limit(text: &str, limit: f64) -> bool {
    text.parse::<f64>().is_ok_and(|shown| (shown - limit * 100.0).abs() < 1e-9)
}

/// A value in per cent, rounded away from the middle: an end of an interval is printed so that it still holds.
fn outwards(fraction: f64, decimals: usize, up: bool) -> String {
    let value = fraction * 100.0;
    let round = |decimals: usize| {
        let scale = (0..decimals).fold(1.0, |s: f64, _| s * 10.0);
        // The slack keeps 0.060 from becoming 0.061 for a last bit.
        let rounded = if up {
            libm::ceil(value * scale * (1.0 - 1e-12)) / scale
        } else {
            libm::floor(value * scale * (1.0 + 1e-12)) / scale
        };
        format!("{rounded:.decimals$}")
    };
    let text = round(decimals);
    if !hides_remainder(fraction, &text) {
        return text;
    }
    // One significant digit of what is left to 0 or 100.
    let remainder = value.min(100.0 - value);
    round((-libm::floor(libm::log10(remainder))).clamp(0.0, 15.0) as usize)
}

/// A 95 % interval as per cent, such as `91.8 – 94.1 %`, both ends rounded outwards.
pub(crate) fn interval(low: f64, high: f64) -> String {
    let decimals = decimals_of_interval(low, high);
    let low = if low <= 0.0 { "0".to_owned() } else { outwards(low, decimals, false) };
    let high = match high {
        high if high >= 1.0 => "100".to_owned(),
        high if high <= 0.0 => "0".to_owned(),
        high => outwards(high, decimals, true),
    };
    format!("{low}{NBSP}–{NBSP}{high}{NBSP}%")
}

/// Decimals of a one-sided bound: two significant digits of its distance to 0 or 100 %, and no fewer than the two-sided
/// interval beside it has.
fn decimals_of_bound(value: f64, beside: Option<(f64, f64)>) -> usize {
    let magnitude = libm::floor(libm::log10(value.min(100.0 - value)));
    let own = (1.0 - magnitude).clamp(0.0, 12.0) as usize;
    own.max(beside.map_or(0, |(low, high)| decimals_of_interval(low, high)).min(6))
}

/// An upper bound as per cent, rounded up, so that the printed bound still holds.
pub(crate) fn upper_bound(bound: f64) -> String {
    upper_bound_beside(bound, None)
}

/// As [`upper_bound`], beside a two-sided interval: with its digits.
pub(crate) fn upper_bound_beside(bound: f64, interval: Option<(f64, f64)>) -> String {
    bound_text(bound, interval, true)
}

/// A lower bound as per cent, rounded down; beside a two-sided interval with its digits.
pub(crate) fn lower_bound_beside(bound: f64, interval: Option<(f64, f64)>) -> String {
    bound_text(bound, interval, false)
}

fn bound_text(bound: f64, interval: Option<(f64, f64)>, up: bool) -> String {
    let value = bound * 100.0;
    if value <= 0.0 || value >= 100.0 || value.is_nan() {
        return format!("{value:.0}{NBSP}%");
    }
    format!("{}{NBSP}%", outwards(bound, decimals_of_bound(value, interval), up))
}

/// A given fraction (a limit, a setting) as per cent, as short as it was written.
pub(crate) fn given_percent(fraction: f64) -> String {
    // Twelve decimals drop the binary remainder of a decimal fraction times 100.
    let text = format!("{:.12}", fraction * 100.0);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text}{NBSP}%")
}

/// A cut-off as per cent: a derived value to a tenth, a round one without decimals.
pub(crate) fn cut_off_percent(fraction: f64) -> String {
    let text = format!("{:.1}", fraction * 100.0);
    let text = if fraction > 0.0 && text == "0.0" { format!("{:.4}", fraction * 100.0) } else { text };
    format!("{}{NBSP}%", text.strip_suffix(".0").unwrap_or(&text))
}

/// A share for people: `1,861 of 2,000 (93.1 %)`, `0 of 2,000 (< 0.15 %)`, or that it is not estimated.
pub(crate) fn share(k: u64, n: u64, fraction: Option<f64>, ci: Option<(f64, f64)>, upper: Option<f64>) -> String {
    let counts = format!("{} of {}", count(k), count(n));
    match (fraction, k, upper) {
        (_, 0, Some(upper)) if n > 0 => format!("{counts} (<{NBSP}{})", upper_bound(upper)),
        (_, 0, None) | (None, _, _) => counts,
        (Some(fraction), _, _) => format!("{counts} ({})", percent(fraction, n, ci, None)),
    }
}

/// A fixed number of decimals, without a minus before zero.
pub(crate) fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(rest) if rest.chars().all(|c| c == '0' || c == '.') => rest.to_owned(),
        _ => text,
    }
}

/// A number with at least `digits` significant digits; whole numbers with thousands separators.
pub(crate) fn significant(value: f64, digits: i32) -> String {
    if !value.is_finite() {
        return NOT_ESTIMATED.to_owned();
    }
    if value.abs() < f64::MIN_POSITIVE {
        return "0".to_owned();
    }
    let magnitude = libm::floor(libm::log10(value.abs())) as i32;
    let decimals = (digits - 1 - magnitude).clamp(0, 12) as usize;
    let text = fixed(value, decimals);
    if decimals > 0 || value < 0.0 {
        return text;
    }
    text.parse::<u64>().map_or(text, count)
}

/// A p-value: `0.032`, `2.1 × 10⁻⁷`, or below the smallest number that can be held.
pub(crate) fn p_value(p: f64) -> String {
    if p >= 0.001 {
        return fixed(p, 3);
    }
    if p < 1e-300 {
        return format!("<{NBSP}10{}", superscript("-300"));
    }
    let text = format!("{p:.1e}");
    match text.split_once('e') {
        Some((mantissa, exponent)) => format!("{mantissa}{NBSP}×{NBSP}10{}", superscript(exponent)),
        None => text,
    }
}

/// Digits as superscripts.
pub(crate) fn superscript(digits: &str) -> String {
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    digits.chars().map(|c| c.to_digit(10).and_then(|d| RAISED.get(d as usize).copied()).unwrap_or('⁻')).collect()
}

/// A size in bytes.
pub(crate) fn bytes(value: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if value < 1000 {
        return format!("{value}{NBSP}bytes");
    }
    let mut scaled = value as f64 / 1000.0;
    let mut unit = UNITS[0];
    for next in &UNITS[1..] {
        if scaled < 1000.0 {
            break;
        }
        scaled /= 1000.0;
        unit = next;
    }
    format!("{scaled:.1}{NBSP}{unit}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a printed number that is none must fail")]

    use super::*;

    fn plain(text: &str) -> String {
        text.replace(NBSP, " ")
    }

    #[test]
    fn digits_follow_the_count_and_the_interval() {
        // Clopper-Pearson intervals of the fact sheet's oracle table.
        assert_eq!(plain(&percent(0.9521, 10_000, Some((0.947_731, 0.956_203)), None)), "95.2 %");
        assert_eq!(plain(&percent(0.0006, 5000, Some((0.000_124, 0.001_752)), None)), "0.06 %");
        assert_eq!(plain(&percent(0.02, 50, Some((0.0005, 0.106)), None)), "2 %");
        assert_eq!(plain(&percent(1.0 / 3.0, 3, None, None)), "33 %");
    }

    #[test]
    fn what_is_not_zero_or_all_does_not_look_so() {
        assert_eq!(plain(&percent(0.000_04, 100, None, None)), "0.004 %");
        assert_eq!(plain(&percent(0.9996, 100, None, None)), "99.96 %");
        assert_eq!(plain(&interval(0.000_005, 0.001_114)), "0.0005 – 0.12 %");
        assert_eq!(plain(&interval(0.0, 0.000_738)), "0 – 0.08 %");
    }

    #[test]
    fn a_result_beside_its_limit_is_told_from_it() {
        assert_eq!(plain(&percent(0.949_6, 5000, Some((0.943, 0.955)), Some(0.95))), "94.96 %");
        assert_eq!(plain(&percent(0.95, 5000, Some((0.943, 0.955)), Some(0.95))), "95.0 %");
    }

    // Verifies R-10.
    #[test]
    fn zero_counts_show_their_bound() {
        // 1 - 0.05^(1/5000) = 0.0599 %.
        assert_eq!(
            plain(&share(0, 5000, Some(0.0), Some((0.0, 0.000_738)), Some(0.000_598_967))),
            "0 of 5,000 (< 0.060 %)"
        );
        assert_eq!(plain(&share(0, 0, None, None, None)), "0 of 0");
        assert_eq!(plain(&upper_bound(0.000_600_01)), "0.061 %");
        assert_eq!(plain(&upper_bound(0.940_31)), "94.1 %");
        assert_eq!(plain(&lower_bound_beside(0.9205, None)), "92.0 %");
        assert_eq!(plain(&lower_bound_beside(0.999_41, None)), "99.941 %");
    }

    #[test]
    fn a_bound_has_the_digits_of_the_interval_beside_it_and_both_hold_as_printed() {
        // 7,601 of 18,566 by scipy.stats.beta: two-sided 0.40233 to 0.41652, upper 0.41536.
        let ci = (0.402_33, 0.416_52);
        assert_eq!(plain(&interval(ci.0, ci.1)), "40.2 – 41.7 %");
        assert_eq!(plain(&upper_bound_beside(0.415_36, Some(ci))), "41.6 %");
        assert_eq!(plain(&lower_bound_beside(0.403_45, Some(ci))), "40.3 %");
        assert_eq!(plain(&upper_bound(0.415_36)), "42 %");
        for (k, n) in [(3_u32, 10_u32), (17, 1000), (999, 1000), (5000, 5001)] {
            let x = f64::from(k) / f64::from(n);
            let half = 1.96 * libm::sqrt(x * (1.0 - x) / f64::from(n));
            let (low, high) = ((x - half).max(0.0), (x + half).min(1.0));
            let text = plain(&interval(low, high));
            let (a, b) = text.trim_end_matches(" %").split_once(" – ").unwrap();
            let (a, b) = (a.parse::<f64>().unwrap(), b.parse::<f64>().unwrap());
            assert!(a <= low * 100.0 + 1e-9 && b >= high * 100.0 - 1e-9, "{text}");
        }
    }

    #[test]
    fn numbers_of_other_kinds() {
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(plain(&given_percent(0.07)), "7 %");
        assert_eq!(plain(&given_percent(0.0005)), "0.05 %");
        assert_eq!(plain(&cut_off_percent(0.184_32)), "18.4 %");
        assert_eq!(plain(&cut_off_percent(0.05)), "5 %");
        assert_eq!(plain(&p_value(2.13e-7)), "2.1 × 10⁻⁷");
        assert_eq!(plain(&p_value(0.0)), "< 10⁻³⁰⁰");
        assert_eq!(fixed(-0.000_1, 2), "0.00");
        assert_eq!(significant(12_345.6, 3), "12,346");
        assert_eq!(significant(0.012_34, 3), "0.0123");
        assert_eq!(plain(&bytes(48_213_004)), "48.2 MB");
    }
}
