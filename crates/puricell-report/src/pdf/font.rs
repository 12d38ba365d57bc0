//! The shipped fonts: which face draws a character, how wide it is, and what stands for one that none of them has.

use std::cell::RefCell;
use std::collections::BTreeSet;

use krilla::text::Font;
use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider};

use crate::error::ReportError;
use crate::figure::{BOLD, HAN, REGULAR};

/// A face of the shipped fonts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Face {
    /// Liberation Sans.
    Regular,
    /// Liberation Sans, bold.
    Bold,
    /// WenQuanYi Micro Hei.
    Han,
}

/// One character as it is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glyph {
    pub(super) face: Face,
    pub(super) id: u32,
    /// Width in units of the size.
    pub(super) advance: f32,
    /// The character of the text it stands for.
    pub(super) text: char,
    /// Set small and raised.
    pub(super) raised: bool,
}

/// Size of a raised character against its line's.
pub(super) const RAISED_SIZE: f32 = 0.62;
/// How far a raised character stands above the line, in units of the line's size.
pub(super) const RAISED_BY: f32 = 0.34;

struct Loaded {
    font: Font,
    charmap: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
    units: f32,
}

impl Loaded {
    fn new(data: &'static [u8], name: &'static str) -> Result<Self, ReportError> {
        let refused = || ReportError::Font { name };
        let font = Font::new(data.into(), 0).ok_or_else(refused)?;
        let read = FontRef::new(data).map_err(|_| refused())?;
        let units = font.units_per_em();
        let metrics = read.glyph_metrics(Size::unscaled(), LocationRef::default());
        Ok(Self { font, charmap: read.charmap(), metrics, units })
    }

    /// The glyph of a character; `None` also where it draws nothing though the character is no space: the Han face has some such.
    fn glyph(&self, character: char) -> Option<(u32, f32)> {
        let id = self.charmap.map(character).filter(|id| id.to_u32() != 0)?;
        let draws = || self.metrics.bounds(id).is_some_and(|b| b.x_max > b.x_min);
        if !character.is_whitespace() && !draws() {
            return None;
        }
        Some((id.to_u32(), self.metrics.advance_width(id)? / self.units))
    }
}

/// The shipped fonts, and the characters met that they lack.
pub(super) struct Fonts {
    regular: Loaded,
    bold: Loaded,
    han: Loaded,
    lacking: RefCell<BTreeSet<char>>,
}

impl Fonts {
    /// # Errors
    /// [`ReportError::Font`] when a shipped font cannot be read.
    pub(super) fn new() -> Result<Self, ReportError> {
        Ok(Self {
            regular: Loaded::new(REGULAR, "Liberation Sans")?,
            bold: Loaded::new(BOLD, "Liberation Sans Bold")?,
            han: Loaded::new(HAN, "WenQuanYi Micro Hei")?,
            lacking: RefCell::default(),
        })
    }

    /// The font of a face.
    pub(super) fn font(&self, face: Face) -> &Font {
        match face {
            Face::Regular => &self.regular.font,
            Face::Bold => &self.bold.font,
            Face::Han => &self.han.font,
        }
    }

    /// The characters that no font had.
    pub(super) fn lacking(&self) -> Vec<char> {
        self.lacking.borrow().iter().copied().collect()
    }

    /// The glyphs of a text, one per character. A character that no font has becomes its code point in brackets.
    pub(super) fn shape(&self, text: &str, bold: bool, into: &mut Vec<Glyph>) {
        for character in text.chars() {
            let character = match character {
                '\t' | '\r' => ' ',
                other => other,
            };
            if is_invisible(character) {
                continue;
            }
            if let Some(glyph) = self.glyph(character, bold) {
                into.push(glyph);
                continue;
            }
            let spelled = spelled_out(character);
            if !spelled.is_empty() {
                into.extend(spelled.chars().filter_map(|c| self.glyph(c, bold)));
                continue;
            }
            self.lacking.borrow_mut().insert(character);
            into.extend(code_point(character).chars().filter_map(|c| self.glyph(c, bold)));
        }
    }

    fn glyph(&self, character: char, bold: bool) -> Option<Glyph> {
        let (base, raised) = lowered(character).map_or((character, false), |base| (base, true));
        let base = stand_in(base);
        let latin = if bold { (Face::Bold, &self.bold) } else { (Face::Regular, &self.regular) };
        [latin, (Face::Han, &self.han)].into_iter().find_map(|(face, loaded)| {
            let (id, advance) = loaded.glyph(base)?;
            let scale = if raised { RAISED_SIZE } else { 1.0 };
            Some(Glyph { face, id, advance: advance * scale, text: character, raised })
        })
    }
}

/// What is printed for a character that no shipped font has.
pub(super) fn code_point(character: char) -> String {
    format!("[U+{:04X}]", u32::from(character))
}

/// Characters that draw nothing: controls, joiners, marks of direction, selectors of variants.
fn is_invisible(character: char) -> bool {
    (character.is_control() && character != '\n')
        || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// The base of a raised digit or sign. The fonts have some of them only, so all are made alike.
fn lowered(character: char) -> Option<char> {
    Some(match character {
        '⁰' => '0',
        '¹' => '1',
        '²' => '2',
        '³' => '3',
        '⁴'..='⁹' => char::from_digit(u32::from(character) - 0x2070, 10)?,
        '⁻' => '−',
        _ => return None,
    })
}

/// Characters that say the same, for one that the fonts lack; empty where there are none.
fn spelled_out(character: char) -> &'static str {
    match character {
        '℃' => "°C",
        '℉' => "°F",
        'Ⅴ' => "V",
        'Ⅹ' => "X",
        '\u{212b}' => "Å",
        '∼' => "~",
        _ => "",
    }
}

/// Characters that look alike, for those that the fonts lack.
fn stand_in(character: char) -> char {
    match character {
        '▸' => '►',
        '\u{2009}' | '\u{202f}' | '\u{2007}' | '\u{3000}' => '\u{a0}',
        '\u{2011}' => '-',
        other => other,
    }
}
