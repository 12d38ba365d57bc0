//! The model as JSON, and the JSON Schema of it.

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::ReportError;
use crate::model::Model;

/// The model as JSON: two-space indent, fields in the order of the structs, lists of plain values on one line, numbers
/// in the shortest form that reads back to the same bits. Ends with a newline.
///
/// # Errors
/// [`ReportError::Model`] when the model contradicts itself; [`ReportError::Json`] when a number that must be there is
/// not finite (JSON has no NaN: such a document would not satisfy its own schema).
pub fn json(model: &Model) -> Result<String, ReportError> {
    model.check()?;
    laid_out(model)
}

/// A model as JSON that reads back.
pub(crate) fn laid_out<T: Serialize + DeserializeOwned>(model: &T) -> Result<String, ReportError> {
    let pretty = serde_json::to_string_pretty(model)?;
    let text = inline_plain_lists(&pretty);
    serde_json::from_str::<T>(&text)?;
    Ok(text)
}

/// The JSON Schema (draft 2020-12) of [`json`]'s output, with the fields' documentation as descriptions. Ends with a newline.
///
/// # Errors
/// [`ReportError::Json`] when the schema cannot be written, which no input causes.
pub fn json_schema() -> Result<String, ReportError> {
    schema_of::<Model>()
}

pub(crate) fn schema_of<T: JsonSchema>() -> Result<String, ReportError> {
    let schema = schemars::schema_for!(T);
    let mut text = serde_json::to_string_pretty(&schema)?;
    text.push('\n');
    Ok(text)
}

/// Joins lists that hold only plain values, so that 20,000 points are one line and not 20,000. Works line by line: in
/// pretty JSON a line that ends with `[` opens a list, since line breaks inside strings are escaped and a string's line
/// ends with a quote or a comma.
fn inline_plain_lists(pretty: &str) -> String {
    let mut text = String::with_capacity(pretty.len());
    let lines: Vec<&str> = pretty.lines().collect();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        text.push_str(line);
        if line.ends_with('[') {
            let length = lines[at + 1..].iter().take_while(|l| is_plain(l.trim_start())).count();
            let close = at + 1 + length;
            if length > 0 && lines.get(close).is_some_and(|l| l.trim_start().starts_with(']')) {
                for value in &lines[at + 1..close] {
                    text.push_str(value.trim_start());
                    if value.ends_with(',') {
                        text.push(' ');
                    }
                }
                text.push_str(lines[close].trim_start());
                at = close;
            }
        }
        text.push('\n');
        at += 1;
    }
    text
}

/// A value that opens or closes nothing and is no object member.
fn is_plain(line: &str) -> bool {
    !line.is_empty() && !line.starts_with(['[', ']', '{', '}']) && !line.ends_with(['[', '{'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_plain_values_take_one_line_and_nothing_else_changes() {
        let value = serde_json::json!({
            "points": [1.5, -2.0, 3e-9],
            "words": ["a [", "b ]", "{", "\n"],
            "empty": [],
            "rows": [{"x": [1, 2]}, {"x": []}],
            "nested": [[1, 2], [3]],
        });
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        let text = inline_plain_lists(&pretty);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
        assert!(text.contains("\"points\": [1.5, -2.0, 3e-9]"), "{text}");
    }
}
