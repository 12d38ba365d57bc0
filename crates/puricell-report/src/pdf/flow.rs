//! Blocks one below the other, over as many pages as they need.

use std::ops::RangeInclusive;

use super::font::Fonts;
use super::page::{BOTTOM, Bookmark, LEFT, MEASURE, Mark, Sheet, TOP};
use super::text::{Colour, Line, MUTED, Rich, Span, Style, height, plain, single, widths, wrap};

/// What a heading takes along to the next page at least.
const COMPANY: f32 = 44.0;

/// Between boxes of a row.
const GAP: f32 = 5.0;
/// Within a box, left and right.
const PAD: f32 = 4.0;
/// Below a row of boxes.
const BETWEEN: f32 = 3.5;
/// The ground of boxes.
pub(super) const STRIP: Colour = (0xF3, 0xF5, 0xF7);

/// Within a box, above and below its text: without a ground there is no edge to keep away from.
fn margins(is_filled: bool) -> (f32, f32) {
    if is_filled { (PAD - 1.0, PAD - 0.5) } else { (0.0, 0.0) }
}

/// Pages being filled.
pub(super) struct Flow<'f> {
    pub(super) fonts: &'f Fonts,
    pub(super) sheets: Vec<Sheet>,
    pub(super) bookmarks: Vec<Bookmark>,
    /// Where the next block begins.
    pub(super) y: f32,
    /// Width of the text, and where it ends below: those of the page, or larger while it is laid out to be set smaller.
    pub(super) measure: f32,
    pub(super) bottom: f32,
}

impl<'f> Flow<'f> {
    pub(super) fn new(fonts: &'f Fonts) -> Self {
        Self::at_scale(fonts, 1.0)
    }

    /// Pages to be laid out as on larger paper, until [`Self::settle`].
    pub(super) fn at_scale(fonts: &'f Fonts, scale: f32) -> Self {
        let (measure, bottom) = (MEASURE / scale, TOP + (BOTTOM - TOP) / scale);
        Self { fonts, sheets: vec![Sheet::default()], bookmarks: Vec::new(), y: TOP, measure, bottom }
    }

    /// Sets what was laid out at this scale to the size of the page; what follows is laid out as usual.
    pub(super) fn settle(&mut self, scale: f32) {
        for sheet in &mut self.sheets {
            sheet.marks = std::mem::take(&mut sheet.marks).into_iter().map(|mark| mark.scaled(scale)).collect();
        }
        let down = |y: f32| TOP + (y - TOP) * scale;
        for bookmark in &mut self.bookmarks {
            bookmark.y = down(bookmark.y);
        }
        self.y = down(self.y);
        (self.measure, self.bottom) = (MEASURE, BOTTOM);
    }

    /// Puts something on the current page.
    pub(super) fn mark(&mut self, mark: Mark) {
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.marks.push(mark);
        }
    }

    /// A new page, unless the current one is empty.
    pub(super) fn new_page(&mut self) {
        if self.sheets.last().is_some_and(|s| !s.marks.is_empty()) {
            self.sheets.push(Sheet::default());
        }
        self.y = TOP;
    }

    /// A new page where less than `needed` is left of this one.
    pub(super) fn reserve(&mut self, needed: f32) {
        if self.y + needed > self.bottom {
            self.new_page();
        }
    }

    /// White space, none at the top of a page.
    pub(super) fn space(&mut self, amount: f32) {
        if self.y > TOP {
            self.y += amount;
        }
    }

    /// A heading with an entry in the outline. It goes to the next page where `company` of what follows would not fit
    /// below it.
    pub(super) fn heading(&mut self, level: u8, text: &str, company: f32) {
        let look = if level == 1 { (10.5, 9.0, 2.5) } else { (8.8, 8.0, 2.0) };
        self.titled(level, look, text, company);
    }

    /// A heading of the first page, where room is scarce.
    pub(super) fn section(&mut self, text: &str, company: f32) {
        self.titled(1, (8.8, 5.0, 1.5), text, company);
    }

    /// A heading of this size, with white space before and after it.
    fn titled(&mut self, level: u8, (size, before, after): (f32, f32, f32), text: &str, company: f32) {
        let lines = wrap(self.fonts, &plain(text, Style::new(size).bold()), self.measure);
        self.reserve(before + height(&lines) + after + company.clamp(COMPANY, self.bottom - TOP - 40.0));
        self.space(before);
        self.bookmarks.push(Bookmark { level, text: text.to_owned(), page: self.sheets.len() - 1, y: self.y });
        self.lines(&lines, LEFT, 0.0);
        self.y += after;
    }

    /// A paragraph over the whole measure.
    pub(super) fn paragraph(&mut self, text: &[Span]) {
        let lines = wrap(self.fonts, text, self.measure);
        self.lines(&lines, LEFT, 0.0);
        self.y += 2.5;
    }

    /// A paragraph of secondary text.
    pub(super) fn note(&mut self, text: &str) {
        self.paragraph(&plain(text, Style::new(7.2).colour(MUTED)));
    }

    /// Lines from `x` on; each goes to the next page where it does not fit.
    pub(super) fn lines(&mut self, lines: &[Line], x: f32, indent: f32) {
        for line in lines {
            self.reserve(line.height);
            self.mark(Mark::Text { x: x + indent, y: self.y + line.base, line: line.clone() });
            self.y += line.height;
        }
    }

    /// A heading and boxes on a ground below it, three to `most` to a row; the heading stays with the first row.
    pub(super) fn strip(&mut self, heading: &str, cells: &[Boxed], most: usize) {
        if cells.is_empty() {
            return;
        }
        let per_row = self.lowest(cells, 3..=most.max(3), true);
        let (_, first) = self.wrapped(&cells[..per_row.min(cells.len())], per_row, true);
        self.section(heading, first + BETWEEN);
        self.boxes(cells, per_row, Some(STRIP));
    }

    /// How many boxes to a row make them lowest without a word that is cut; the fewest of those.
    fn lowest(&self, cells: &[Boxed], per_row: RangeInclusive<usize>, is_filled: bool) -> usize {
        let tall = |per_row: usize| -> f32 {
            cells.chunks(per_row).map(|row| self.wrapped(row, per_row, is_filled).1 + BETWEEN).sum()
        };
        let longest = cells.iter().map(|cell| widths(self.fonts, &cell.text).0).fold(0.0, f32::max);
        let (fewest, fits) = (*per_row.start(), |per_row: &usize| longest <= self.width(*per_row) - 2.0 * PAD);
        let layouts = per_row.filter(fits).map(|per_row| (per_row, tall(per_row)));
        layouts.min_by(|a, b| a.1.total_cmp(&b.1)).map_or(fewest, |(per_row, _)| per_row)
    }

    /// Of a box, as many to a row.
    fn width(&self, per_row: usize) -> f32 {
        (self.measure - GAP * (per_row - 1) as f32) / per_row as f32
    }

    /// Lines of a row's boxes, and the height of the tallest box.
    fn wrapped(&self, row: &[Boxed], per_row: usize, is_filled: bool) -> (Vec<Vec<Line>>, f32) {
        let width = self.width(per_row);
        let wrapped: Vec<Vec<Line>> = row.iter().map(|c| wrap(self.fonts, &c.text, width - 2.0 * PAD)).collect();
        let (above, below) = margins(is_filled);
        let tallest = wrapped.iter().map(|l| height(l)).fold(0.0, f32::max) + above + below;
        (wrapped, tallest)
    }

    /// Boxes of equal width side by side, as many to a row as given; each holds its text, the first with `accent` on its
    /// left edge.
    pub(super) fn boxes(&mut self, cells: &[Boxed], per_row: usize, fill: Option<Colour>) {
        let (above, _) = margins(fill.is_some());
        let per_row = per_row.max(1);
        let width = self.width(per_row);
        for row in cells.chunks(per_row) {
            let (wrapped, tallest) = self.wrapped(row, per_row, fill.is_some());
            self.reserve(tallest);
            let top = self.y;
            for (i, (cell, lines)) in row.iter().zip(&wrapped).enumerate() {
                let x = LEFT + (width + GAP) * i as f32;
                if let Some(colour) = fill {
                    self.mark(Mark::Fill { x, y: top, width, height: tallest, colour });
                }
                if let Some(colour) = cell.accent {
                    self.mark(Mark::Fill { x, y: top, width: 2.0, height: tallest, colour });
                }
                self.y = top + above;
                for line in lines {
                    self.mark(Mark::Text { x: x + PAD, y: self.y + line.base, line: line.clone() });
                    self.y += line.height;
                }
            }
            self.y = top + tallest + BETWEEN;
        }
    }

    /// Names above values, as many to a row, within these, as make them lowest.
    pub(super) fn facts(&mut self, facts: &[(String, String, bool)], per_row: RangeInclusive<usize>) {
        let name = Style::new(6.6).colour(MUTED);
        let cells: Vec<Boxed> = facts
            .iter()
            .map(|(key, value, stated)| {
                let style = if *stated { Style::new(8.0) } else { Style::new(8.0).colour(MUTED) };
                Boxed::new(vec![Span { text: format!("{key}\n"), style: name }, Span { text: value.clone(), style }])
            })
            .collect();
        let per_row = self.lowest(&cells, per_row, false);
        self.boxes(&cells, per_row, None);
    }

    /// A figure at its print size, or as large as a page is.
    /// What stands `below` it stays on the page.
    pub(super) fn figure(&mut self, index: usize, size: (f32, f32), title: &str, below: f32) {
        let room = self.bottom - TOP - 40.0 - below;
        let scale = (self.measure / size.0.max(1.0)).min(room / size.1.max(1.0)).min(1.0);
        let (width, tall) = (size.0 * scale, size.1 * scale);
        self.reserve(tall + below);
        self.bookmarks.push(Bookmark { level: 2, text: title.to_owned(), page: self.sheets.len() - 1, y: self.y });
        self.mark(Mark::Figure { index, x: LEFT + (self.measure - width) / 2.0, y: self.y, width });
        self.y += tall + 2.0;
    }

    /// One line that is no part of the flow.
    pub(super) fn line_at(&mut self, text: &str, style: Style, x: f32, base: f32) {
        let line = single(self.fonts, text, style);
        self.mark(Mark::Text { x, y: base, line });
    }
}

/// Text in a box.
#[derive(Debug, Clone)]
pub(super) struct Boxed {
    pub(super) text: Rich,
    /// A bar on the left edge.
    pub(super) accent: Option<Colour>,
}

impl Boxed {
    pub(super) fn new(text: Rich) -> Self {
        Self { text, accent: None }
    }
}
