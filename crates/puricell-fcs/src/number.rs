//! Numbers as FCS writes them: decimal, with spaces around them allowed.

/// A whole number without sign.
pub(crate) fn whole(text: &str) -> Option<u64> {
    let digits = text.trim_matches(' ');
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

/// A finite decimal number.
pub(crate) fn decimal(text: &str) -> Option<f64> {
    text.trim_matches(' ').parse().ok().filter(|value: &f64| value.is_finite())
}
