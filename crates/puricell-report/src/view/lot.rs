//! The header of the document.

use crate::lang::Term;
use crate::model::{Lot, Model};
use crate::terms::{self, known, words};
use crate::text::{Sayable, Text, join};

/// Name and value.
pub(crate) struct Fact {
    pub(crate) name: Term,
    pub(crate) value: Text,
    /// False where the value was not given.
    pub(crate) stated: bool,
}

impl Fact {
    /// As the file or the metadata states it, or that it does not.
    pub(crate) fn new(name: Term, value: Option<&String>) -> Self {
        Self { name, value: value.map_or_else(|| words::NOT_STATED.said(), |v| as_stated(v)), stated: value.is_some() }
    }
}

/// What a person or a profile wrote: words that the catalogue has, else in the language it was written in.
pub(crate) fn as_stated(text: &str) -> Text {
    match known(text) {
        Text::English(text) => Text::Same(text),
        found => found,
    }
}

/// The header.
pub(crate) struct Header {
    pub(crate) product: Text,
    pub(crate) purpose: Term,
    pub(crate) facts: Vec<Fact>,
}

pub(crate) fn header(model: &Model) -> Header {
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
    let donor_parts: Vec<Text> = [donor, donor_age, donor_sex].into_iter().flatten().map(|p| as_stated(p)).collect();
    let donor = if donor_parts.is_empty() {
        Fact::new(terms::DONOR, None)
    } else {
        Fact { name: terms::DONOR, value: join(&donor_parts, ", ", "，"), stated: true }
    };
    Header {
        product: product.as_ref().map_or_else(|| terms::PRODUCT_NOT_STATED.said(), |p| as_stated(p)),
        purpose: words::purpose(*r#use),
        facts: vec![
            Fact::new(terms::TISSUE_SOURCE, tissue_source.as_ref()),
            Fact::new(terms::PASSAGE, passage.as_ref()),
            Fact::new(terms::SAMPLE_STATE, sample_state.as_ref()),
            donor,
            Fact::new(terms::PROCESS_VERSION, process_version.as_ref()),
            Fact::new(terms::ASSAY, assay.as_ref()),
            Fact::new(terms::SPECIES, species.as_ref()),
            Fact { name: terms::INPUT, value: Text::Same(input_name.clone()), stated: true },
        ],
    }
}
