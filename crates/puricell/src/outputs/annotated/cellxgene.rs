//! The columns of CELLxGENE's schema 7.1.0 (<https://github.com/chanzuckerberg/single-cell-curation>, `schema/7.1.0/schema.md`).
//!
//! What is not declared is `unknown` or `na`, also where the schema asks for a term: a curator sees what is to be declared, in
//! the metadata's table `[cellxgene]`, and nothing is guessed. `docs/other-programs.md` lists what that leaves open.

use puricell_io::write::{Column, Uns};
use puricell_purity::{CallKind, Ontology, Profile, Resolved, Species};
use puricell_report::model::Lot;

use crate::error::AppError;
use crate::metadata::{DeclaredTerms, Metadata};

const UNKNOWN: &str = "unknown";
/// What the schema has for a question that does not arise.
const NOT_APPLICABLE: &str = "na";

/// What is the same for every cell of a lot.
#[derive(Debug)]
pub struct LotTerms {
    ontology: &'static Ontology,
    /// Column and value, in the order of the file.
    columns: Vec<(&'static str, String)>,
    is_primary_data: bool,
    title: String,
    organism: Option<String>,
}

/// Refuses declared terms that the schema has no place for, so that none is dropped unsaid.
///
/// # Errors
/// [`AppError::Usage`], with the key.
pub fn check_declared(profile: &Profile, metadata: &Metadata, species: Species) -> Result<(), AppError> {
    let declared = &metadata.cellxgene;
    let of_donor = [
        ("development_stage_ontology_term_id", &declared.development_stage_ontology_term_id),
        ("self_reported_ethnicity_ontology_term_id", &declared.self_reported_ethnicity_ontology_term_id),
        ("sex_ontology_term_id", &declared.sex_ontology_term_id),
    ];
    let is_line = tissue_type(Ontology::builtin()?, profile, declared) == "cell line";
    let refused = |key: &str| is_line || (species == Species::Mouse && key.starts_with("self_reported"));
    match of_donor.iter().find(|(key, value)| value.is_some() && refused(key)) {
        None => Ok(()),
        Some((key, _)) => Err(AppError::usage(
            format!(
                "metadata: [cellxgene] {key} is declared, and CELLxGENE's schema has `{NOT_APPLICABLE}` there for {}",
                if is_line { "a cell line" } else { "a mouse" }
            ),
            "leave it out",
        )),
    }
}

fn tissue_type<'a>(ontology: &'a Ontology, profile: &Profile, declared: &'a DeclaredTerms) -> &'a str {
    declared.tissue_type.as_deref().or(ontology.tissue_type(&profile.id)).unwrap_or(UNKNOWN)
}

impl LotTerms {
    /// What the profile and the metadata say of a lot, which goes by the product and number of `lot`.
    ///
    /// # Errors
    /// None in a released build: a test parses the terms.
    pub fn new(profile: &Profile, metadata: &Metadata, species: Species, lot: &Lot) -> Result<Self, AppError> {
        let ontology = Ontology::builtin()?;
        let declared = &metadata.cellxgene;
        let or_unknown =
            |given: &Option<String>, found: Option<&str>| given.as_deref().or(found).unwrap_or(UNKNOWN).to_owned();
        let named = |text: &Option<String>, find: &dyn Fn(&str) -> Option<&'static str>| text.as_deref().and_then(find);

        let tissue_type = tissue_type(ontology, profile, declared);
        let cell_type = ontology.known_cell_type(&profile.cell_ontology);
        // A tissue that is declared is narrower than the profile's, so that the profile's is true of it as well.
        let source = named(&metadata.tissue, &|t| ontology.tissue(t)).or(ontology.known_tissue(&profile.uberon));
        let tissue = match tissue_type {
            "tissue" | "organoid" => source,
            "primary cell culture" => cell_type,
            _ => None,
        };
        // The schema: of a cell line there is no donor to tell of.
        let of_donor = |value: String| if tissue_type == "cell line" { NOT_APPLICABLE.to_owned() } else { value };
        let ethnicity = match species {
            Species::Human => or_unknown(&declared.self_reported_ethnicity_ontology_term_id, None),
            Species::Mouse => NOT_APPLICABLE.to_owned(),
        };
        let DeclaredTerms { assay_ontology_term_id, sex_ontology_term_id, tissue_ontology_term_id, .. } = declared;
        let columns = vec![
            (
                "assay_ontology_term_id",
                or_unknown(assay_ontology_term_id, named(&metadata.assay, &|a| ontology.assay(a))),
            ),
            (
                "development_stage_ontology_term_id",
                of_donor(or_unknown(&declared.development_stage_ontology_term_id, None)),
            ),
            ("disease_ontology_term_id", or_unknown(&declared.disease_ontology_term_id, None)),
            ("donor_id", of_donor(or_unknown(&metadata.donor, None))),
            ("self_reported_ethnicity_ontology_term_id", of_donor(ethnicity)),
            (
                "sex_ontology_term_id",
                of_donor(or_unknown(sex_ontology_term_id, named(&metadata.donor_sex, &|s| ontology.sex(s)))),
            ),
            ("suspension_type", declared.suspension_type.clone().unwrap_or_else(|| NOT_APPLICABLE.to_owned())),
            ("tissue_ontology_term_id", or_unknown(tissue_ontology_term_id, tissue)),
            ("tissue_type", tissue_type.to_owned()),
            // Not of the schema, which has no place for the tissue that cultured cells came from.
            ("tissue_source_ontology_term_id", source.unwrap_or(UNKNOWN).to_owned()),
        ];
        let product = lot.product.as_deref().unwrap_or("cells");
        Ok(Self {
            ontology,
            columns,
            is_primary_data: declared.is_primary_data.unwrap_or(false),
            title: declared.title.clone().unwrap_or_else(|| format!("{product}, lot {}", lot.lot_id)),
            organism: ontology.organism(species).map(str::to_owned),
        })
    }

    /// The columns of the cells, `calls` being what each was called and its sub-class.
    pub(super) fn obs(
        &self,
        resolved: &Resolved,
        calls: &[(Option<CallKind>, Option<usize>)],
    ) -> Vec<(String, Column)> {
        let cell_types = calls.iter().map(|&(kind, subclass)| Some(self.cell_type(resolved, kind, subclass)));
        let mut found = vec![("cell_type_ontology_term_id".to_owned(), Column::categorical(cell_types))];
        for (name, value) in &self.columns {
            found.push(((*name).to_owned(), Column::categorical(calls.iter().map(|_| Some(value.as_str())))));
        }
        found.push(("is_primary_data".to_owned(), Column::Bool(vec![self.is_primary_data; calls.len()])));
        found
    }

    fn cell_type<'a>(&'a self, resolved: &'a Resolved, kind: Option<CallKind>, subclass: Option<usize>) -> &'a str {
        let found = match kind {
            Some(CallKind::Target) => {
                resolved.target.cell_ontology.as_deref().and_then(|id| self.ontology.known_cell_type(id))
            }
            Some(CallKind::Class(class)) => self.ontology.cell_type(&resolved.classes, subclass.unwrap_or(class)),
            Some(CallKind::Suspect(_) | CallKind::Unassigned) | None => None,
        };
        found.unwrap_or(UNKNOWN)
    }

    /// The members of `uns`; `embedding` is the one to be shown first, where there is one.
    pub(super) fn uns(&self, embedding: Option<&str>) -> Vec<(String, Uns<'static>)> {
        let text = |name: &str, value: &str| (name.to_owned(), Uns::Text(value.to_owned()));
        let mut found = vec![text("title", &self.title), text("X_approximate_distribution", "count")];
        found.extend(self.organism.iter().map(|id| text("organism_ontology_term_id", id)));
        found.extend(embedding.map(|name| text("default_embedding", name)));
        found
    }
}
