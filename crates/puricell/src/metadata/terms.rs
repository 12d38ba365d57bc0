//! Terms that only a person can declare, under the names of the columns that they go to.

use serde::{Deserialize, Serialize};

/// The table `[cellxgene]` of a metadata file: what result.h5ad is to say, as CELLxGENE's schema 7.1.0 names it. Every key is
/// optional, goes before what puricell would write, and enters no call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredTerms {
    /// An EFO term.
    pub assay_ontology_term_id: Option<String>,
    /// A HsapDv or MmusDv term.
    pub development_stage_ontology_term_id: Option<String>,
    /// `PATO:0000461` for normal, or MONDO terms.
    pub disease_ontology_term_id: Option<String>,
    /// HANCESTRO or AfPO terms.
    pub self_reported_ethnicity_ontology_term_id: Option<String>,
    /// A PATO term.
    pub sex_ontology_term_id: Option<String>,
    /// An Uberon or CL term, or a Cellosaurus id, by the tissue type.
    pub tissue_ontology_term_id: Option<String>,
    /// `tissue`, `primary cell culture`, `organoid` or `cell line`.
    pub tissue_type: Option<String>,
    /// `cell`, `nucleus` or `na`.
    pub suspension_type: Option<String>,
    /// Whether this is the one canonical instance of these cells.
    pub is_primary_data: Option<bool>,
    /// What the data set is called.
    pub title: Option<String>,
}

const TISSUE_TYPES: &[&str] = &["cell line", "organoid", "primary cell culture", "tissue"];
const SUSPENSION_TYPES: &[&str] = &["cell", "nucleus", "na"];

impl DeclaredTerms {
    /// What is wrong with the first value that its column cannot hold; `None` where all are of the right form. Whether a term
    /// exists is not looked up.
    pub(super) fn problem(&self) -> Option<String> {
        let terms: [(&str, &Option<String>, &[&str]); 6] = [
            ("assay_ontology_term_id", &self.assay_ontology_term_id, &["EFO:"]),
            ("development_stage_ontology_term_id", &self.development_stage_ontology_term_id, &["HsapDv:", "MmusDv:"]),
            ("disease_ontology_term_id", &self.disease_ontology_term_id, &["PATO:", "MONDO:"]),
            (
                "self_reported_ethnicity_ontology_term_id",
                &self.self_reported_ethnicity_ontology_term_id,
                &["HANCESTRO:", "AfPO:"],
            ),
            ("sex_ontology_term_id", &self.sex_ontology_term_id, &["PATO:"]),
            ("tissue_ontology_term_id", &self.tissue_ontology_term_id, &["UBERON:", "CL:", "CVCL_"]),
        ];
        for (key, value, prefixes) in terms {
            // The schema has several terms in these two columns only.
            let may_be_several = key.starts_with("disease") || key.starts_with("self_reported");
            let is_right = |value: &str| {
                if may_be_several {
                    value.split(" || ").all(|term| is_term(term, prefixes))
                } else {
                    is_term(value, prefixes)
                }
            };
            if let Some(value) = value.as_deref().filter(|v| !is_right(v)) {
                let known: Vec<String> = prefixes.iter().map(|p| format!("{p}...")).collect();
                return Some(format!("{key} = \"{value}\" is no term of the form {}", known.join(" or ")));
            }
        }
        let words = [
            ("tissue_type", &self.tissue_type, TISSUE_TYPES),
            ("suspension_type", &self.suspension_type, SUSPENSION_TYPES),
        ];
        for (key, value, known) in words {
            if let Some(value) = value.as_deref().filter(|v| !known.contains(v)) {
                return Some(format!("{key} = \"{value}\" is none of {}", known.join(", ")));
            }
        }
        None
    }
}

/// `EFO:0009922`, `CVCL_1P02`: one of the prefixes and an accession.
fn is_term(text: &str, prefixes: &[&str]) -> bool {
    prefixes
        .iter()
        .filter_map(|prefix| text.strip_prefix(prefix))
        .any(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric()))
}
