//! From marks to the bytes of a PDF/A-2b file.

use krilla::color::rgb;
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::text::{GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};

use super::figure::Drawing;
use super::font::{Face, Fonts, RAISED_BY, RAISED_SIZE};
use super::page::{Bookmark, HEIGHT, LEFT, Mark, Sheet, WIDTH};
use super::text::{Colour, Line, Set};
use crate::error::ReportError;

/// What the file says of itself.
pub(super) struct About {
    pub(super) title: String,
    pub(super) subject: String,
    pub(super) language: &'static str,
    pub(super) creator: String,
    /// Seconds since 1970.
    pub(super) date: Option<i64>,
}

/// Writes the file.
///
/// # Errors
/// [`ReportError::Pdf`] when the writer or its validator refuses; [`ReportError::Svg`] and [`ReportError::PictureSize`]
/// for a figure.
pub(super) fn paint(
    fonts: &Fonts,
    sheets: &[Sheet],
    bookmarks: &[Bookmark],
    drawings: &[Drawing],
    about: About,
) -> Result<Vec<u8>, ReportError> {
    let refused = |reason: String| ReportError::Pdf { reason };
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_B)
        .finish()
        .map_err(|e| refused(format!("{e:?}")))?;
    let settings = SerializeSettings { configuration, enable_tagging: false, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    for sheet in sheets {
        let size = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| refused("page size".to_owned()))?;
        let mut page = document.start_page_with(size);
        let mut surface = page.surface();
        for mark in &sheet.marks {
            put(&mut surface, fonts, mark, drawings)?;
        }
        surface.finish();
        page.finish();
    }
    document.set_outline(outline(bookmarks));
    document.set_metadata(
        Metadata::new()
            .title(about.title)
            .description(about.subject)
            .language(about.language.to_owned())
            .creator(about.creator)
            // The validator asks for a date. Without one given, the year 1970 says that there is none.
            .creation_date(moment(about.date.unwrap_or(0))),
    );
    document.finish().map_err(|e| refused(format!("{e:?}")))
}

fn put(surface: &mut Surface<'_>, fonts: &Fonts, mark: &Mark, drawings: &[Drawing]) -> Result<(), ReportError> {
    match mark {
        Mark::Text { x, y, line } => text(surface, fonts, *x, *y, line),
        Mark::Fill { x, y, width, height, colour } => {
            surface.set_stroke(None);
            surface.set_fill(Some(filled(*colour)));
            rectangle(surface, *x, *y, *width, *height);
        }
        Mark::Frame { x, y, width, height, colour } => {
            surface.set_fill(None);
            surface.set_stroke(Some(stroked(*colour, 0.6)));
            rectangle(surface, *x, *y, *width, *height);
        }
        Mark::Rule { x, y, width, weight, colour } => {
            surface.set_fill(None);
            surface.set_stroke(Some(stroked(*colour, *weight)));
            let mut path = PathBuilder::new();
            path.move_to(*x, *y);
            path.line_to(x + width, *y);
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
        Mark::Figure { index, x, y, width } => {
            if let Some(drawing) = drawings.get(*index) {
                drawing.draw(surface, fonts, (*x, *y), *width)?;
            }
        }
    }
    Ok(())
}

fn rectangle(surface: &mut Surface<'_>, x: f32, y: f32, width: f32, height: f32) {
    let mut path = PathBuilder::new();
    if let Some(rect) = Rect::from_xywh(x, y, width, height) {
        path.push_rect(rect);
    }
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

/// Runs of one face, style and height, each drawn at once, so that words stay together in the text of the file.
fn text(surface: &mut Surface<'_>, fonts: &Fonts, x: f32, y: f32, line: &Line) {
    let mut x = x;
    let same =
        |a: &Set, b: &Set| a.glyph.face == b.glyph.face && a.glyph.raised == b.glyph.raised && a.style == b.style;
    for run in line.glyphs.chunk_by(same) {
        let Some(first) = run.first() else { continue };
        let style = first.style;
        let (size, rise) =
            if first.glyph.raised { (style.size * RAISED_SIZE, style.size * RAISED_BY) } else { (style.size, 0.0) };
        let mut written = String::with_capacity(run.len());
        let mut width = 0.0;
        let mut glyphs = Vec::with_capacity(run.len());
        for set in run {
            let start = written.len();
            written.push(set.glyph.text);
            let advance = set.glyph.advance * style.size;
            width += advance;
            let id = GlyphId::new(set.glyph.id);
            glyphs.push(KrillaGlyph::new(id, advance / size, 0.0, 0.0, 0.0, start..written.len(), None));
        }
        surface.set_fill(Some(filled(style.colour)));
        // The Han face has no bold: a thin outline stands for it.
        let is_thickened = first.glyph.face == Face::Han && style.bold;
        surface.set_stroke(is_thickened.then(|| stroked(style.colour, style.size * 0.03)));
        let font = fonts.font(first.glyph.face).clone();
        surface.draw_glyphs(Point::from_xy(x, y - rise), &glyphs, font, &written, size, false);
        x += width;
    }
}

pub(super) fn filled((red, green, blue): Colour) -> Fill {
    Fill { paint: rgb::Color::new(red, green, blue).into(), opacity: NormalizedF32::ONE, ..Fill::default() }
}

pub(super) fn stroked((red, green, blue): Colour, width: f32) -> Stroke {
    Stroke { paint: rgb::Color::new(red, green, blue).into(), width, ..Stroke::default() }
}

/// Entries of level 2 below the one of level 1 before them.
fn outline(bookmarks: &[Bookmark]) -> Outline {
    let node = |b: &Bookmark| {
        let place = Point::from_xy(LEFT, (b.y - 6.0).max(0.0));
        OutlineNode::new(b.text.clone(), XyzDestination::new(b.page, place))
    };
    let mut outline = Outline::new();
    for chapter in bookmarks.chunk_by(|_, next| next.level > 1) {
        let Some((first, rest)) = chapter.split_first() else { continue };
        let mut parent = node(first);
        for child in rest {
            parent.push_child(node(child));
        }
        outline.push_child(parent);
    }
    outline
}

/// Date and time of a number of seconds since 1970, UTC (days to civil date after Howard Hinnant, "chrono-compatible
/// low-level date algorithms").
pub(super) fn civil(seconds: i64) -> (i64, u8, u8, u8, u8, u8) {
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let small = |value: i64| u8::try_from(value).unwrap_or(0);
    (year, small(month), small(day), small(rest / 3600), small(rest / 60 % 60), small(rest % 60))
}

fn moment(seconds: i64) -> DateTime {
    let (year, month, day, hour, minute, second) = civil(seconds);
    DateTime::new(u16::try_from(year).unwrap_or(1970).min(9999))
        .month(month)
        .day(day)
        .hour(hour)
        .minute(minute)
        .second(second)
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_dates() {
        // `date -u -d @N`.
        assert_eq!(civil(0), (1970, 1, 1, 0, 0, 0));
        assert_eq!(civil(951_782_400), (2000, 2, 29, 0, 0, 0));
        assert_eq!(civil(1_700_000_000), (2023, 11, 14, 22, 13, 20));
    }
}
