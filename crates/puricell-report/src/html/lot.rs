//! The header of the document.

use crate::model::{Lot, Model};
use crate::words;

/// Name and value.
pub(super) struct Fact {
    pub(super) name: &'static str,
    pub(super) value: String,
    /// False where the value was not given.
    pub(super) stated: bool,
}

/// The header.
pub(super) struct Header {
    pub(super) product: String,
    pub(super) purpose: &'static str,
    pub(super) facts: Vec<Fact>,
}

pub(super) fn header(model: &Model) -> Header {
    let Lot {
        lot_id: _,
        input_name,
        product,
        tissue_source,
        passage,
        sample_state,
        donor,
        donor_age,
        donor_sex,
        process_version,
        assay,
        species,
        r#use,
    } = &model.lot;
    let fact = |name, value: &Option<String>| Fact {
        name,
        value: value.clone().unwrap_or_else(|| "not stated".to_owned()),
        stated: value.is_some(),
    };
    let sure = |name, value: String| Fact { name, value, stated: true };
    let donor_parts: Vec<&str> = [donor, donor_age, donor_sex].into_iter().flatten().map(String::as_str).collect();
    let donor = if donor_parts.is_empty() { None } else { Some(donor_parts.join(", ")) };
    Header {
        product: product.clone().unwrap_or_else(|| "Product not stated".to_owned()),
        purpose: words::purpose(*r#use),
        facts: vec![
            fact("Tissue source", tissue_source),
            fact("Passage", passage),
            fact("Sample state", sample_state),
            fact("Donor", &donor),
            fact("Process version", process_version),
            fact("Assay", assay),
            fact("Species", species),
            sure("Input", input_name.clone()),
        ],
    }
}
