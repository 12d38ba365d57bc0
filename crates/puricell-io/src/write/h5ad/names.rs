//! Row names without repeats.

use std::collections::{BTreeMap, BTreeSet};

/// Names without repeats: the first of equal names stays, later ones get `-1`, `-2` ..., past names that are taken.
///
/// The same as `anndata.utils.make_index_unique` of AnnData 0.12 (scanpy's `var_names_make_unique`), so that genes
/// carry the names that a scanpy user's own script gives them.
pub fn unique_names(names: &[String]) -> Vec<String> {
    let mut taken: BTreeSet<String> = names.iter().cloned().collect();
    if taken.len() == names.len() {
        return names.to_vec();
    }
    let mut repeats: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unique = Vec::with_capacity(names.len());
    for name in names {
        let Some(n) = repeats.get_mut(name.as_str()) else {
            repeats.insert(name, 0);
            unique.push(name.clone());
            continue;
        };
        let new = loop {
            *n += 1;
            let tentative = format!("{name}-{n}");
            if taken.insert(tentative.clone()) {
                break tentative;
            }
        };
        unique.push(new);
    }
    unique
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected values printed by `anndata.utils.make_index_unique` of AnnData 0.12 for the same input.
    #[test]
    fn as_anndata_does() {
        let names = |v: &[&str]| v.iter().map(|&s| s.to_owned()).collect::<Vec<_>>();
        assert_eq!(unique_names(&names(&["a", "b", "a", "a-1", "a", "b", "a-1"])), EXPECTED);
        assert_eq!(unique_names(&names(&["x", "y"])), ["x", "y"]);
        assert_eq!(unique_names(&[]), Vec::<String>::new());
    }

    const EXPECTED: [&str; 7] = ["a", "b", "a-2", "a-1", "a-3", "b-1", "a-1-1"];
}
