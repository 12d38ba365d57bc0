//! Colours and marker shapes: the Okabe-Ito palette, told apart without colour by shape.

use plotters::prelude::RGBColor;

use super::marker::Shape;
use crate::model::{Class, Role};

/// Text and axes.
pub(crate) const INK: RGBColor = RGBColor(0x1F, 0x24, 0x2A);
/// Secondary text, axis lines.
pub(crate) const MUTED: RGBColor = RGBColor(0x5E, 0x66, 0x70);
/// Grid lines.
pub(crate) const GRID: RGBColor = RGBColor(0xE3, 0xE6, 0xEA);
/// Bands behind every other row.
pub(crate) const BAND: RGBColor = RGBColor(0xF6, 0xF7, 0xF9);
/// Limits of the specification and thresholds.
pub(crate) const LIMIT: RGBColor = RGBColor(0x8A, 0x1C, 0x1C);

/// Blue: the target, kept cells.
pub(crate) const BLUE: RGBColor = RGBColor(0x00, 0x72, 0xB2);
/// Light blue tint for areas.
pub(crate) const BLUE_TINT: RGBColor = RGBColor(0xB5, 0xD4, 0xE9);
/// Vermillion: dropped cells.
pub(crate) const VERMILLION: RGBColor = RGBColor(0xD5, 0x5E, 0x00);
/// Grey: cells without a class.
const GREY: RGBColor = RGBColor(0x8C, 0x8C, 0x8C);

/// Orange tint: uncertain bands.
pub(crate) const ORANGE_TINT: RGBColor = RGBColor(0xFA, 0xE7, 0xBF);

/// Colours of groups that have no class, with the ink that is read on each.
pub(crate) const GROUPS: [(RGBColor, RGBColor); 8] = [
    (BLUE, RGBColor(0xFF, 0xFF, 0xFF)),
    (RGBColor(0xE6, 0x9F, 0x00), INK),
    (RGBColor(0x00, 0x9E, 0x73), RGBColor(0xFF, 0xFF, 0xFF)),
    (RGBColor(0x56, 0xB4, 0xE9), INK),
    (RGBColor(0xCC, 0x79, 0xA7), INK),
    (RGBColor(0xF0, 0xE4, 0x42), INK),
    (RGBColor(0x6A, 0x3D, 0x9A), RGBColor(0xFF, 0xFF, 0xFF)),
    (VERMILLION, RGBColor(0xFF, 0xFF, 0xFF)),
];

/// From light to dark blue in equal steps; `share` from 0 to 1.
pub(crate) fn ramp(share: f64) -> RGBColor {
    const LIGHT: RGBColor = RGBColor(0xE4, 0xEF, 0xF7);
    const DARK: RGBColor = RGBColor(0x00, 0x2B, 0x4A);
    let share = if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) };
    // Light to the palette's blue in the lower half, on to dark in the upper: the order is also one of lightness.
    let (from, to, part) = if share < 0.5 { (LIGHT, BLUE, share * 2.0) } else { (BLUE, DARK, share * 2.0 - 1.0) };
    let mix = |a: u8, b: u8| libm::round(f64::from(a) + (f64::from(b) - f64::from(a)) * part) as u8;
    RGBColor(mix(from.0, to.0), mix(from.1, to.1), mix(from.2, to.2))
}

const CONTAMINANTS: [(RGBColor, Shape); 6] = [
    (VERMILLION, Shape::Up),
    (RGBColor(0x00, 0x9E, 0x73), Shape::Square),
    (RGBColor(0xCC, 0x79, 0xA7), Shape::Diamond),
    (RGBColor(0xE6, 0x9F, 0x00), Shape::Down),
    (RGBColor(0x56, 0xB4, 0xE9), Shape::Ring),
    (RGBColor(0x6A, 0x3D, 0x9A), Shape::Box),
];

/// How a class is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ClassStyle {
    pub(crate) colour: RGBColor,
    pub(crate) shape: Shape,
}

/// A style per class, aligned with `classes`; a sub-class looks like its top class.
pub(crate) fn class_styles(classes: &[Class]) -> Vec<ClassStyle> {
    let mut next = CONTAMINANTS.iter().cycle();
    let mut styles: Vec<Option<ClassStyle>> = Vec::with_capacity(classes.len());
    for class in classes {
        styles.push(match (class.role, class.id.as_str(), &class.parent) {
            (_, _, Some(_)) => None,
            (Role::Target, _, None) => Some(ClassStyle { colour: BLUE, shape: Shape::Disc }),
            (_, "suspect", None) => Some(ClassStyle { colour: INK, shape: Shape::Cross }),
            (_, "unassigned", None) => Some(ClassStyle { colour: GREY, shape: Shape::Plus }),
            (Role::Excluded | Role::Informative, _, None) => Some(ClassStyle { colour: MUTED, shape: Shape::Ring }),
            (Role::Component | Role::Contaminant, _, None) => {
                next.next().map(|&(colour, shape)| ClassStyle { colour, shape })
            }
        });
    }
    (0..classes.len())
        .map(|i| styles[top(classes, i)].unwrap_or(ClassStyle { colour: MUTED, shape: Shape::Ring }))
        .collect()
}

/// Index of the class at the top of the branch of class `index`.
pub(crate) fn top(classes: &[Class], index: usize) -> usize {
    let mut at = index;
    // A branch is no deeper than there are classes, so a circle of parents ends too.
    for _ in 0..classes.len() {
        let parent = classes.get(at).and_then(|c| c.parent.as_ref());
        match parent.and_then(|p| classes.iter().position(|c| c.id == *p)) {
            Some(up) => at = up,
            None => break,
        }
    }
    at
}
