//! Text with styles, broken into lines.

use super::font::{Fonts, Glyph};

/// A colour: red, green, blue.
pub(super) type Colour = (u8, u8, u8);

/// Text.
pub(super) const INK: Colour = (0x1F, 0x24, 0x2A);
/// Secondary text.
pub(super) const MUTED: Colour = (0x55, 0x5D, 0x67);
/// Deviations and overrides.
pub(super) const RED: Colour = (0xA8, 0x12, 0x12);

/// Height of a line against its size.
const LEADING: f32 = 1.28;
/// From the top of a line to its base line, against its size.
const ASCENT: f32 = 0.98;

/// How text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    /// In points.
    pub(super) size: f32,
    pub(super) bold: bool,
    pub(super) colour: Colour,
}

impl Style {
    pub(super) const fn new(size: f32) -> Self {
        Self { size, bold: false, colour: INK }
    }

    pub(super) const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(super) const fn colour(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }
}

/// Text of one style. A `\n` ends the line.
#[derive(Debug, Clone)]
pub(super) struct Span {
    pub(super) text: String,
    pub(super) style: Style,
}

/// Text of several styles.
pub(super) type Rich = Vec<Span>;

/// Text of one style.
pub(super) fn plain(text: impl Into<String>, style: Style) -> Rich {
    vec![Span { text: text.into(), style }]
}

/// A glyph with its style.
#[derive(Debug, Clone, Copy)]
pub(super) struct Set {
    pub(super) glyph: Glyph,
    pub(super) style: Style,
}

impl Set {
    fn width(&self) -> f32 {
        self.glyph.advance * self.style.size
    }
}

/// One line of text.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    pub(super) glyphs: Vec<Set>,
    pub(super) width: f32,
    pub(super) height: f32,
    /// From its top to its base line.
    pub(super) base: f32,
}

impl Line {
    fn new(mut glyphs: Vec<Set>, fallback: f32) -> Self {
        while glyphs.last().is_some_and(|s| s.glyph.text == ' ') {
            glyphs.pop();
        }
        let size = glyphs.iter().map(|s| s.style.size).fold(0.0, f32::max);
        let size = if size > 0.0 { size } else { fallback };
        let width = glyphs.iter().map(Set::width).sum();
        Self { glyphs, width, height: size * LEADING, base: size * ASCENT }
    }
}

/// A line in another size.
pub(super) fn resized(line: &Line, scale: f32) -> Line {
    let glyphs =
        line.glyphs.iter().map(|set| Set { style: Style { size: set.style.size * scale, ..set.style }, ..*set });
    Line { glyphs: glyphs.collect(), width: line.width * scale, height: line.height * scale, base: line.base * scale }
}

/// The height of lines.
pub(super) fn height(lines: &[Line]) -> f32 {
    lines.iter().map(|l| l.height).sum()
}

/// Narrowest and natural width: that of the longest piece that should not be broken, and that of the longest line unbroken.
/// Chinese can be broken anywhere, and is not read one character a line.
pub(super) fn widths(fonts: &Fonts, text: &[Span]) -> (f32, f32) {
    const LEAST_CHARACTERS: f32 = 4.0;
    let (mut narrowest, mut natural) = (0.0_f32, 0.0_f32);
    for line in hard_lines(fonts, text) {
        natural = natural.max(line.iter().map(Set::width).sum());
        let mut piece = 0.0;
        for (i, set) in line.iter().enumerate() {
            if set.glyph.text != ' ' {
                piece += set.width();
                narrowest = narrowest.max(piece);
            }
            if line.get(i + 1).is_some_and(|next| may_break(set.glyph.text, next.glyph.text)) {
                piece = 0.0;
            }
        }
    }
    let size = text.iter().map(|s| s.style.size).fold(0.0, f32::max);
    let has_chinese = text.iter().any(|s| s.text.chars().any(is_han));
    if has_chinese {
        narrowest = narrowest.max(natural.min(LEAST_CHARACTERS * size));
    }
    (narrowest, natural)
}

/// The lines of a text in a width. A piece wider than that is broken where it must be.
pub(super) fn wrap(fonts: &Fonts, text: &[Span], width: f32) -> Vec<Line> {
    let fallback = text.first().map_or(8.0, |s| s.style.size);
    let mut lines = Vec::new();
    for glyphs in hard_lines(fonts, text) {
        let mut start = 0;
        let mut used = 0.0;
        let mut last_break = None;
        let mut i = 0;
        while let Some(set) = glyphs.get(i) {
            let is_space = set.glyph.text == ' ';
            // A space may hang over the end of a line.
            if !is_space && i > start && used + set.width() > width + 0.01 {
                let end = last_break.unwrap_or(i);
                lines.push(Line::new(glyphs[start..end].to_vec(), fallback));
                start = end;
                while glyphs.get(start).is_some_and(|s| s.glyph.text == ' ') {
                    start += 1;
                }
                used = 0.0;
                last_break = None;
                i = start;
                continue;
            }
            used += set.width();
            if glyphs.get(i + 1).is_some_and(|next| may_break(set.glyph.text, next.glyph.text)) {
                last_break = Some(i + 1);
            }
            i += 1;
        }
        lines.push(Line::new(glyphs.get(start..).unwrap_or_default().to_vec(), fallback));
    }
    lines
}

/// One line, cut with an ellipsis where it is too wide.
pub(super) fn cut(fonts: &Fonts, text: &str, style: Style, width: f32) -> Line {
    let whole = single(fonts, text, style);
    if whole.width <= width {
        return whole;
    }
    let mut glyphs = whole.glyphs;
    let ellipsis = single(fonts, "…", style);
    while !glyphs.is_empty() && glyphs.iter().map(Set::width).sum::<f32>() + ellipsis.width > width {
        glyphs.pop();
    }
    glyphs.extend(ellipsis.glyphs);
    Line::new(glyphs, style.size)
}

/// One line, however long.
pub(super) fn single(fonts: &Fonts, text: &str, style: Style) -> Line {
    let glyphs = hard_lines(fonts, &plain(text.replace('\n', " "), style)).concat();
    Line::new(glyphs, style.size)
}

fn hard_lines(fonts: &Fonts, text: &[Span]) -> Vec<Vec<Set>> {
    let mut lines = vec![Vec::new()];
    let mut shaped = Vec::new();
    for span in text {
        for (i, part) in span.text.split('\n').enumerate() {
            if i > 0 {
                lines.push(Vec::new());
            }
            shaped.clear();
            fonts.shape(part, span.style.bold, &mut shaped);
            if let Some(line) = lines.last_mut() {
                line.extend(shaped.iter().map(|&glyph| Set { glyph, style: span.style }));
            }
        }
    }
    lines
}

/// Whether a line may end between two characters: after a space, a hyphen or a slash inside a word, and beside a Han
/// character, but neither before closing nor after opening punctuation.
fn may_break(before: char, after: char) -> bool {
    if after == ' ' || is_closing(after) || is_opening(before) {
        return false;
    }
    match before {
        ' ' => true,
        '-' | '/' | '_' | '|' => after.is_alphabetic(),
        '–' | '—' | ';' => after != '\u{a0}',
        _ => (is_han(before) && after != '\u{a0}') || (is_han(after) && before != '\u{a0}'),
    }
}

/// Han characters, kana and the punctuation set with them.
fn is_han(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

/// What must not begin a line.
fn is_closing(character: char) -> bool {
    "，。、；：？！）】》〉」』〕〗”’％…·!),.:;?]}%‰℃".contains(character)
}

/// What must not end a line.
fn is_opening(character: char) -> bool {
    "（【《〈「『〔〖“‘([{".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(text: &str, width: f32) -> Vec<String> {
        let fonts = Fonts::new().unwrap();
        let lines = wrap(&fonts, &plain(text, Style::new(10.0)), width);
        lines.iter().map(|l| l.glyphs.iter().map(|s| s.glyph.text).collect()).collect()
    }

    #[test]
    fn english_breaks_at_spaces_and_no_line_is_wider_than_asked() {
        assert_eq!(broken("one two three four", 60.0), ["one two", "three four"]);
        let fonts = Fonts::new().unwrap();
        let hash = "0123456789abcdef".repeat(4);
        for line in wrap(&fonts, &plain(hash, Style::new(10.0)), 100.0) {
            assert!(line.width <= 100.01);
        }
    }

    #[test]
    fn chinese_breaks_between_han_characters_but_not_before_closing_punctuation() {
        // Each character is as wide as the size.
        assert_eq!(broken("间充质基质细胞", 40.5), ["间充质基", "质细胞"]);
        assert_eq!(broken("间充质基，细胞", 40.5), ["间充质", "基，细胞"]);
        assert_eq!(broken("间充质（细胞）", 40.5), ["间充质", "（细胞）"]);
    }

    #[test]
    fn a_character_that_no_font_has_is_named_and_not_left_out() {
        let fonts = Fonts::new().unwrap();
        let line = single(&fonts, "lot \u{1F9EC}", Style::new(10.0));
        let text: String = line.glyphs.iter().map(|s| s.glyph.text).collect();
        assert_eq!(text, "lot [U+1F9EC]");
        assert_eq!(fonts.lacking(), ['\u{1F9EC}']);
    }

    #[test]
    fn every_raised_digit_is_drawn() {
        assert_eq!(broken("10⁻⁷⁰", 1000.0), ["10⁻⁷⁰"]);
    }
}
