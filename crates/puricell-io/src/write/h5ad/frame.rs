//! AnnData's `dataframe` 0.2.0 and `categorical` 0.2.0.

use hdf5_pure::{AttrValue, GroupBuilder, make_f32_type, make_f64_type, make_i32_type, make_i64_type};

use super::check_names;
use super::element::{Elements, encoding, strings, text};
use crate::write::column::check_columns;
use crate::write::{Column, Frame, WriteError};

/// The name AnnData gives an index that has none.
const INDEX: &str = "_index";

/// Fills `group` with a table; `place` names it in an error.
pub(super) fn write(
    elements: &Elements,
    group: &mut GroupBuilder,
    place: &str,
    frame: &Frame<'_>,
) -> Result<(), WriteError> {
    check_columns(place, frame.names.len(), &frame.columns)?;
    check_names(place, frame.columns.iter().map(|c| c.0.as_str()))?;
    if frame.columns.iter().any(|c| c.0 == INDEX) {
        let reason = "AnnData keeps it for the row names";
        return Err(WriteError::Name { place: place.to_owned(), name: INDEX.to_owned(), reason });
    }
    encoding(group, "dataframe", "0.2.0");
    group.set_attr("_index", text(INDEX));
    group.set_attr("column-order", AttrValue::VarLenStringArray(frame.columns.iter().map(|c| c.0.clone()).collect()));
    strings(group, INDEX, &format!("{place} names"), frame.names)?;
    for (name, column) in &frame.columns {
        let what = format!("{place} column '{name}'");
        match column {
            Column::Text(values) => strings(group, name, &what, values)?,
            Column::Categorical { codes, categories } => {
                let mut categorical = group.create_group(name);
                encoding(&mut categorical, "categorical", "0.2.0");
                // AnnData reads the attribute as a truth value; the library has no enumerated attribute.
                categorical.set_attr("ordered", AttrValue::I8(0));
                strings(&mut categorical, "categories", &what, categories)?;
                elements.codes(&mut categorical, "codes", codes, categories.len());
                group.add_group(categorical.finish());
            }
            Column::F64(values) => elements.vector(group, name, make_f64_type(), values, f64::to_le_bytes),
            Column::F32(values) => elements.vector(group, name, make_f32_type(), values, f32::to_le_bytes),
            Column::I64(values) => elements.vector(group, name, make_i64_type(), values, i64::to_le_bytes),
            Column::I32(values) => elements.vector(group, name, make_i32_type(), values, i32::to_le_bytes),
            Column::Bool(values) => elements.truths(group, name, values),
        }
    }
    Ok(())
}
