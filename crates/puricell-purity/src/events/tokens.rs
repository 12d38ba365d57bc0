//! Names of channels and markers, word by word.

/// Words of a name: runs of letters and digits, lower case, Greek letters as Latin ones.
pub(super) fn tokens(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in text.chars() {
        let plain = match c {
            'α' | 'Α' => 'a',
            'β' | 'Β' => 'b',
            'γ' | 'Γ' => 'g',
            'δ' | 'Δ' => 'd',
            'ε' | 'Ε' => 'e',
            c => c.to_ascii_lowercase(),
        };
        if plain.is_ascii_alphanumeric() {
            if let Some(word) = words.last_mut() {
                word.push(plain);
            }
        } else if words.last().is_some_and(|w| !w.is_empty()) {
            words.push(String::new());
        }
    }
    words.retain(|w| !w.is_empty());
    words
}

/// True where the words of `run` written together are those of `name` written together: `HLA-DR` is `HLADR`.
///
/// Two digits meet only where the name has them meet or breaks at the same place: `CD1 9` is not `CD19`, and `NK1/1` is
/// `NK1.1`.
pub(super) fn is_same(run: &[String], name: &[String]) -> bool {
    if run.concat() != name.concat() {
        return false;
    }
    let breaks = |words: &[String]| -> Vec<usize> {
        words
            .iter()
            .scan(0, |end, w| {
                *end += w.len();
                Some(*end)
            })
            .collect()
    };
    let in_name = breaks(name);
    breaks(run).iter().zip(run.windows(2)).all(|(at, pair)| {
        let digits =
            pair[0].ends_with(|c: char| c.is_ascii_digit()) && pair[1].starts_with(|c: char| c.is_ascii_digit());
        !digits || in_name.contains(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_plain_and_lower_case() {
        assert_eq!(tokens("CD45 (APC-Cy7)"), ["cd45", "apc", "cy7"]);
        assert_eq!(tokens("89Y_CD45"), ["89y", "cd45"]);
        assert_eq!(tokens("TCR-γδ"), ["tcr", "gd"]);
        assert!(tokens(" - ").is_empty());
    }

    #[test]
    fn digits_meet_only_where_the_name_breaks() {
        let same = |a: &str, b: &str| is_same(&tokens(a), &tokens(b));
        assert!(same("HLADR", "HLA-DR") && same("hla dr", "HLA-DR"));
        assert!(same("NK1/1", "NK1.1") && same("NK11", "NK1.1"));
        assert!(!same("CD1 9", "CD19") && !same("CD4-5", "CD45"));
        assert!(!same("CD45", "CD4") && !same("CD3", "CD34"));
    }
}
