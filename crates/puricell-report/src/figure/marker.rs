//! Marker shapes for points.

use plotters::prelude::{Circle, Polygon, RGBColor};

use super::canvas::{Area, Drawn, fill, line, rectangle, stroke};

/// Shape of a marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A filled circle.
    Disc,
    /// A triangle pointing up.
    Up,
    /// A triangle pointing down.
    Down,
    /// A filled square.
    Square,
    /// A square on its corner.
    Diamond,
    /// An open circle.
    Ring,
    /// An open square.
    Box,
    /// A diagonal cross.
    Cross,
    /// An upright cross.
    Plus,
}

/// Draws a marker whose circle of the same visual weight has radius `r`.
pub(crate) fn marker(area: &Area<'_>, (x, y): (i32, i32), r: i32, shape: Shape, colour: RGBColor) -> Drawn {
    let wide = r * 5 / 4;
    let polygon = |points: Vec<(i32, i32)>| area.draw(&Polygon::new(points, fill(colour)));
    let thin = stroke(colour, (r / 3).max(2) as u32);
    match shape {
        Shape::Disc => area.draw(&Circle::new((x, y), r, fill(colour))),
        Shape::Ring => area.draw(&Circle::new((x, y), r, thin)),
        Shape::Up => polygon(vec![(x, y - wide), (x + wide, y + r), (x - wide, y + r)]),
        Shape::Down => polygon(vec![(x, y + wide), (x + wide, y - r), (x - wide, y - r)]),
        Shape::Square => rectangle(area, (x - r, y - r), (x + r, y + r), fill(colour)),
        Shape::Box => {
            let corners = [(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)];
            (0..4).try_for_each(|i| line(area, corners[i], corners[(i + 1) % 4], thin))
        }
        Shape::Diamond => polygon(vec![(x, y - wide), (x + wide, y), (x, y + wide), (x - wide, y)]),
        Shape::Cross => {
            line(area, (x - r, y - r), (x + r, y + r), thin)?;
            line(area, (x - r, y + r), (x + r, y - r), thin)
        }
        Shape::Plus => {
            line(area, (x - wide, y), (x + wide, y), thin)?;
            line(area, (x, y - wide), (x, y + wide), thin)
        }
    }
}
