//! What stands on a page, before it is painted: the number of pages is known only when all are full.

use super::text::{Colour, Line, resized};

/// Points per millimetre.
const MM: f32 = 72.0 / 25.4;
/// Width of A4.
pub(super) const WIDTH: f32 = 210.0 * MM;
/// Height of A4.
pub(super) const HEIGHT: f32 = 297.0 * MM;
/// Left and right margin: what lies between is as wide as a figure.
pub(super) const LEFT: f32 = 15.0 * MM;
/// Width of the text.
pub(super) const MEASURE: f32 = 180.0 * MM;
/// Top of the text.
pub(super) const TOP: f32 = 13.0 * MM;
/// Bottom of the text.
pub(super) const BOTTOM: f32 = 281.0 * MM;

/// Something on a page; lengths in points, from the page's upper left corner.
#[derive(Debug, Clone)]
pub(super) enum Mark {
    /// A line of text; `y` is its base line.
    Text { x: f32, y: f32, line: Line },
    /// A filled rectangle.
    Fill { x: f32, y: f32, width: f32, height: f32, colour: Colour },
    /// The outline of a rectangle.
    Frame { x: f32, y: f32, width: f32, height: f32, colour: Colour },
    /// A horizontal rule.
    Rule { x: f32, y: f32, width: f32, weight: f32, colour: Colour },
    /// A figure by its place in the list.
    Figure { index: usize, x: f32, y: f32, width: f32 },
}

impl Mark {
    /// The mark in another size, away from the upper left corner of the text by as much less or more.
    pub(super) fn scaled(self, scale: f32) -> Self {
        let across = |x: f32| LEFT + (x - LEFT) * scale;
        let down = |y: f32| TOP + (y - TOP) * scale;
        match self {
            Self::Text { x, y, line } => Self::Text { x: across(x), y: down(y), line: resized(&line, scale) },
            Self::Fill { x, y, width, height, colour } => {
                Self::Fill { x: across(x), y: down(y), width: width * scale, height: height * scale, colour }
            }
            Self::Frame { x, y, width, height, colour } => {
                Self::Frame { x: across(x), y: down(y), width: width * scale, height: height * scale, colour }
            }
            Self::Rule { x, y, width, weight, colour } => {
                Self::Rule { x: across(x), y: down(y), width: width * scale, weight: weight * scale, colour }
            }
            Self::Figure { index, x, y, width } => {
                Self::Figure { index, x: across(x), y: down(y), width: width * scale }
            }
        }
    }
}

/// The marks of a page, in the order of painting.
#[derive(Debug, Clone, Default)]
pub(super) struct Sheet {
    pub(super) marks: Vec<Mark>,
}

/// An entry of the document's outline.
#[derive(Debug, Clone)]
pub(super) struct Bookmark {
    /// 1 or 2.
    pub(super) level: u8,
    pub(super) text: String,
    pub(super) page: usize,
    pub(super) y: f32,
}
