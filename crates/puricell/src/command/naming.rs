//! Whether a lot is called stem cells without evidence: ISCT's position of 2019 keeps the word for what was shown to be.

use puricell_core::Warning;
use puricell_purity::Spec;

use crate::metadata::Metadata;

/// What is stem by its definition or is another cell's name: the source of a product, a class of contaminants.
const EXEMPT: [&str; 7] = [
    "pluripotent stem",
    "hematopoietic stem",
    "haematopoietic stem",
    "embryonic stem",
    "多能干细胞",
    "造血干",
    "胚胎干细胞",
];

/// Warns where the texts of product, metadata and specification say "stem" (干细胞) and the metadata declares no evidence.
pub(super) fn check(metadata: &Metadata, product: &[&str], spec: Option<&Spec>) -> Option<Warning> {
    if metadata.stemness_evidence.as_deref().is_some_and(|evidence| !evidence.trim().is_empty()) {
        return None;
    }
    let Metadata { product: named, tissue, sample_state, process_version, .. } = metadata;
    let stated =
        [("product", named), ("tissue", tissue), ("sample_state", sample_state), ("process_version", process_version)];
    let mut texts: Vec<(String, &str)> = stated
        .into_iter()
        .filter_map(|(key, value)| Some((format!("metadata, {key}"), value.as_deref()?)))
        .chain(product.iter().map(|text| ("profile".to_owned(), *text)))
        .collect();
    if let Some(spec) = spec {
        texts.push(("specification, id".to_owned(), &spec.id));
        for item in &spec.items {
            texts.push((format!("specification, {}, method", item.id), &item.method));
            texts.push((format!("specification, {}, justification", item.id), &item.justification));
        }
    }
    let (place, text) = texts.into_iter().find(|(_, text)| says_stem(text))?;
    Some(Warning::new(
        "naming_stem",
        format!(
            "{place}: \"{text}\" says stem, and no evidence of it is declared; by ISCT's naming of 2019 the cells are mesenchymal \
             stromal cells with their tissue, such as MSC(AT), unless self-renewal and differentiation in vivo were shown: then say \
             where, as stemness_evidence = \"...\" in the metadata"
        ),
    ))
}

fn says_stem(text: &str) -> bool {
    let mut text = text.to_lowercase();
    for exempt in EXEMPT {
        text = text.replace(exempt, "");
    }
    let mut words = text.split(|c: char| !c.is_ascii_alphabetic());
    text.contains("干细胞") || words.any(|word| matches!(word, "stem" | "stemness"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(product: &str) -> Metadata {
        Metadata { product: Some(product.to_owned()), ..Metadata::default() }
    }

    #[test]
    fn stem_without_evidence_is_warned_of() {
        for name in ["mesenchymal stem cells", "MSC, Stem-Cell product", "脐带间充质干细胞注射液"] {
            let warning = check(&named(name), &[], None);
            assert!(warning.is_some_and(|w| w.code == "naming_stem" && w.message.contains(name)), "{name}");
        }
        let with_evidence =
            Metadata { stemness_evidence: Some("serial transplantation, report 12".to_owned()), ..named("stem cells") };
        assert!(check(&with_evidence, &[], None).is_none());
        let empty = Metadata { stemness_evidence: Some(" ".to_owned()), ..named("stem cells") };
        assert!(check(&empty, &[], None).is_some());
        assert!(check(&Metadata::default(), &["adult stem cells"], None).is_some());
    }

    #[test]
    fn other_words_and_the_names_of_other_cells_are_not() {
        for name in [
            "mesenchymal stromal cells, MSC(AT)",
            "a system of vessels",
            "stromal cells from induced pluripotent stem cells",
            "CD34+ hematopoietic stem and progenitor cells",
            "诱导多能干细胞来源间充质基质细胞",
        ] {
            assert!(check(&named(name), &[], None).is_none(), "{name}");
        }
    }
}
