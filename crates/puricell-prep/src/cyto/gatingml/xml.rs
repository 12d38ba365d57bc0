//! Elements of a Gating-ML document, with errors that say where.

use roxmltree::Node;

use crate::cyto::CytoError;

/// Namespace of gates.
pub(super) const GATING: &str = "http://www.isac-net.org/std/Gating-ML/v2.0/gating";
/// Namespace of transformations and matrices.
pub(super) const TRANSFORMS: &str = "http://www.isac-net.org/std/Gating-ML/v2.0/transformations";
/// Namespace of channels, values and remarks.
pub(super) const DATA_TYPE: &str = "http://www.isac-net.org/std/Gating-ML/v2.0/datatypes";

/// An element.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'a>(pub(super) Node<'a, 'a>);

impl<'a> Element<'a> {
    pub(super) fn is(&self, namespace: &str, name: &str) -> bool {
        self.0.has_tag_name((namespace, name))
    }

    pub(super) fn name(&self) -> &'a str {
        self.0.tag_name().name()
    }

    /// The line it begins on, from 1.
    pub(super) fn line(&self) -> u32 {
        self.0.document().text_pos_at(self.0.range().start).row
    }

    pub(super) fn wrong(&self, found: impl Into<String>, expected: &'static str) -> CytoError {
        CytoError::Element { line: self.line(), element: self.name().to_owned(), found: found.into(), expected }
    }

    pub(super) fn elements(&self) -> impl Iterator<Item = Self> + 'a {
        self.0.children().filter(Node::is_element).map(Self)
    }

    /// Children of this name.
    pub(super) fn children(&self, namespace: &'static str, name: &'static str) -> impl Iterator<Item = Self> + 'a {
        self.elements().filter(move |e| e.is(namespace, name))
    }

    /// The one child of this name.
    pub(super) fn child(
        &self,
        namespace: &'static str,
        name: &'static str,
        expected: &'static str,
    ) -> Result<Self, CytoError> {
        let mut children = self.children(namespace, name);
        match (children.next(), children.count()) {
            (Some(child), 0) => Ok(child),
            (None, _) => Err(self.wrong("none", expected)),
            (Some(_), more) => Err(self.wrong(format!("{} of them", more + 1), expected)),
        }
    }

    pub(super) fn attribute(&self, namespace: &str, name: &str) -> Option<&'a str> {
        self.0.attribute((namespace, name))
    }

    /// An attribute that must be there, not empty.
    pub(super) fn text(&self, namespace: &str, name: &str, expected: &'static str) -> Result<String, CytoError> {
        match self.attribute(namespace, name) {
            Some(text) if !text.is_empty() => Ok(text.to_owned()),
            found => Err(self.wrong(if found.is_some() { "an empty one" } else { "none" }, expected)),
        }
    }

    /// A numeric attribute that may be left out.
    pub(super) fn number(&self, namespace: &str, name: &str, expected: &'static str) -> Result<Option<f64>, CytoError> {
        self.attribute(namespace, name).map(|text| self.parse(text, expected)).transpose()
    }

    /// A numeric attribute that must be there.
    pub(super) fn needed_number(&self, namespace: &str, name: &str, expected: &'static str) -> Result<f64, CytoError> {
        self.number(namespace, name, expected)?.ok_or_else(|| self.wrong("none", expected))
    }

    /// An attribute that is true or false; false where it is left out.
    pub(super) fn flag(&self, namespace: &str, name: &str) -> Result<bool, CytoError> {
        match self.attribute(namespace, name).map(str::trim) {
            None | Some("false" | "0") => Ok(false),
            Some("true" | "1") => Ok(true),
            Some(other) => Err(self.wrong(format!("'{other}'"), "true or false")),
        }
    }

    /// The number that is the element's text.
    pub(super) fn content(&self, expected: &'static str) -> Result<f64, CytoError> {
        self.parse(self.0.text().unwrap_or_default(), expected)
    }

    fn parse(&self, text: &str, expected: &'static str) -> Result<f64, CytoError> {
        match text.trim().parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(value),
            _ => Err(self.wrong(format!("'{text}'"), expected)),
        }
    }
}
