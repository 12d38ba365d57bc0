//! AnnData's unstructured part.

use hdf5_pure::{GroupBuilder, make_f64_type, make_i64_type};

use super::element::{self, Elements};
use super::{check_names, frame};
use crate::write::{Frame, WriteError};

/// A value in `uns`. What is absent is left out; there is no null, which older readers do not know.
#[derive(Debug, Clone, PartialEq)]
pub enum Uns<'a> {
    /// A text.
    Text(String),
    /// An integer.
    Integer(i64),
    /// A number.
    Real(f64),
    /// A truth value.
    Bool(bool),
    /// Texts.
    Texts(Vec<String>),
    /// Integers.
    Integers(Vec<i64>),
    /// Numbers.
    Reals(Vec<f64>),
    /// A table, which Python gets as a `pandas.DataFrame`.
    Frame(Frame<'a>),
    /// Values by name, which Python gets as a `dict`.
    Group(Vec<(String, Uns<'a>)>),
}

/// Fills `group` with a mapping; `place` names it in an error.
pub(super) fn write_group(
    elements: &Elements,
    group: &mut GroupBuilder,
    place: &str,
    members: &[(String, Uns<'_>)],
) -> Result<(), WriteError> {
    element::encoding(group, "dict", "0.1.0");
    check_names(place, members.iter().map(|m| m.0.as_str()))?;
    for (name, value) in members {
        let what = format!("{place}/{name}");
        match value {
            Uns::Text(value) => element::string(group, name, &what, value)?,
            Uns::Integer(value) => element::integer(group, name, *value),
            Uns::Real(value) => element::real(group, name, *value),
            Uns::Bool(value) => elements.truth(group, name, *value),
            Uns::Texts(values) => element::strings(group, name, &what, values)?,
            Uns::Integers(values) => elements.vector(group, name, make_i64_type(), values, i64::to_le_bytes),
            Uns::Reals(values) => elements.vector(group, name, make_f64_type(), values, f64::to_le_bytes),
            Uns::Frame(table) => {
                let mut child = group.create_group(name);
                frame::write(elements, &mut child, &what, table)?;
                group.add_group(child.finish());
            }
            Uns::Group(members) => {
                let mut child = group.create_group(name);
                write_group(elements, &mut child, &what, members)?;
                group.add_group(child.finish());
            }
        }
    }
    Ok(())
}
