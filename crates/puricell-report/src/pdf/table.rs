//! Tables: columns as wide as their content asks, the header again on every page.

use super::flow::Flow;
use super::font::Fonts;
use super::page::{LEFT, Mark, TOP};
use super::text::{Colour, Line, MUTED, Rich, Span, Style, height, plain, widths, wrap};
use crate::text::Sayable;
use crate::view::say::Say;

const PAD_X: f32 = 3.0;
const PAD_Y: f32 = 1.5;
const RULE: Colour = (0xC9, 0xCE, 0xD4);
const HEAD: Colour = (0xEE, 0xF0, 0xF3);
const SHADE: Colour = (0xF6, 0xF7, 0xF9);
/// Characters up to which a text on the right is one piece.
const WHOLE: usize = 24;
/// Size of the text in tables.
pub(super) const SIZE: f32 = 7.4;

/// On which side the text of a column stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

/// A row.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) cells: Vec<Rich>,
    /// Set off by its ground.
    pub(super) shaded: bool,
}

/// A table.
#[derive(Debug, Clone)]
pub(super) struct Table {
    head: Vec<(String, Side)>,
    rows: Vec<Row>,
    even: bool,
}

/// The style of cells.
pub(super) fn cell() -> Style {
    Style::new(SIZE)
}

impl Say {
    /// A table with these columns.
    pub(super) fn table<T: Sayable>(self, columns: impl IntoIterator<Item = (T, Side)>) -> Table {
        let head = columns.into_iter().map(|(title, side)| (self.plain(title), side)).collect();
        Table { head, rows: Vec::new(), even: false }
    }

    /// Text of a cell.
    pub(super) fn cell(self, what: impl Sayable) -> Rich {
        plain(self.plain(what), cell())
    }

    /// Bold text of a cell.
    pub(super) fn strong(self, what: impl Sayable) -> Rich {
        plain(self.plain(what), cell().bold())
    }

    /// Text, and a note below it.
    pub(super) fn noted(self, mut text: Rich, note: impl Sayable) -> Rich {
        let note = self.plain(note);
        if !note.is_empty() {
            text.push(Span { text: format!("\n{note}"), style: Style::new(6.4).colour(MUTED) });
        }
        text
    }
}

impl Table {
    /// Columns of one width, whatever they hold.
    pub(super) fn even(mut self) -> Self {
        self.even = true;
        self
    }

    pub(super) fn row(&mut self, cells: Vec<Rich>) {
        self.push(cells, false);
    }

    /// A row on a ground that sets it off.
    pub(super) fn shaded(&mut self, cells: Vec<Rich>) {
        self.push(cells, true);
    }

    fn push(&mut self, mut cells: Vec<Rich>, shaded: bool) {
        // Numbers are not broken: what stands on the right is one piece where it is short.
        for (text, (_, side)) in cells.iter_mut().zip(&self.head) {
            for span in text.iter_mut().filter(|s| *side == Side::Right && s.text.chars().count() <= WHOLE) {
                span.text = span.text.replace(' ', "\u{a0}");
            }
        }
        self.rows.push(Row { cells, shaded });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// What the header and the first row need, so that a heading can take them along.
    pub(super) fn first_height(&self, flow: &Flow<'_>) -> f32 {
        let fonts = flow.fonts;
        let columns = self.columns(flow);
        let head = height_of(&self.head_lines(fonts, &columns));
        let first = self.rows.first().map_or(0.0, |row| height_of(&lines_of(fonts, &row.cells, &columns)));
        head + first
    }

    /// Puts the table into the flow.
    pub(super) fn put(&self, flow: &mut Flow<'_>) {
        if self.rows.is_empty() {
            return;
        }
        let columns = self.columns(flow);
        let head = self.head_lines(flow.fonts, &columns);
        flow.reserve(self.first_height(flow));
        self.put_head(flow, &head, &columns);
        for row in &self.rows {
            let mut lines = lines_of(flow.fonts, &row.cells, &columns);
            let tall = height_of(&lines);
            if flow.y + tall > flow.bottom {
                flow.new_page();
                self.put_head(flow, &head, &columns);
            }
            // A row taller than a page goes on over the next ones.
            while height_of(&lines) > flow.bottom - TOP - height_of(&head) {
                let room = flow.bottom - flow.y - 2.0 * PAD_Y;
                let part: Vec<Vec<Line>> = lines.iter_mut().map(|cell| taken(cell, room)).collect();
                self.put_row(flow, &part, &columns, row.shaded);
                flow.new_page();
                self.put_head(flow, &head, &columns);
            }
            self.put_row(flow, &lines, &columns, row.shaded);
        }
        flow.y += 3.0;
    }

    fn put_head(&self, flow: &mut Flow<'_>, lines: &[Vec<Line>], columns: &[f32]) {
        if self.head.iter().all(|(text, _)| text.is_empty()) {
            return;
        }
        let tall = height_of(lines);
        flow.mark(Mark::Fill { x: LEFT, y: flow.y, width: flow.measure, height: tall, colour: HEAD });
        self.put_row(flow, lines, columns, false);
    }

    fn put_row(&self, flow: &mut Flow<'_>, lines: &[Vec<Line>], columns: &[f32], shaded: bool) {
        let tall = height_of(lines);
        let top = flow.y;
        if shaded {
            flow.mark(Mark::Fill { x: LEFT, y: top, width: flow.measure, height: tall, colour: SHADE });
        }
        let mut x = LEFT;
        for ((cell, width), (_, side)) in lines.iter().zip(columns).zip(&self.head) {
            let mut y = top + PAD_Y;
            for line in cell {
                let start = match side {
                    Side::Left => x + PAD_X,
                    Side::Right => x + width - PAD_X - line.width,
                };
                flow.mark(Mark::Text { x: start, y: y + line.base, line: line.clone() });
                y += line.height;
            }
            x += width;
        }
        flow.y = top + tall;
        flow.mark(Mark::Rule { x: LEFT, y: flow.y, width: flow.measure, weight: 0.4, colour: RULE });
    }

    fn head_lines(&self, fonts: &Fonts, columns: &[f32]) -> Vec<Vec<Line>> {
        let cells: Vec<Rich> = self.head.iter().map(|(text, _)| head_cell(text)).collect();
        lines_of(fonts, &cells, columns)
    }

    /// Widths of the columns: the natural ones where they fit; else each its narrowest and a part of what is left.
    fn columns(&self, flow: &Flow<'_>) -> Vec<f32> {
        let (fonts, measure) = (flow.fonts, flow.measure);
        if self.even {
            return vec![measure / self.head.len().max(1) as f32; self.head.len()];
        }
        let mut least = vec![0.0_f32; self.head.len()];
        let mut natural = least.clone();
        let heads = self.head.iter().map(|(text, _)| head_cell(text));
        for (column, text) in heads.enumerate() {
            // A header may be broken between any words, but should not make a column of numbers wide.
            let (narrow, _) = widths(fonts, &text);
            least[column] = narrow;
            natural[column] = narrow;
        }
        for row in &self.rows {
            for ((narrowest, wish), text) in least.iter_mut().zip(&mut natural).zip(&row.cells) {
                let (narrow, wide) = widths(fonts, text);
                // A hash or a path need not be kept whole at any price.
                *narrowest = narrowest.max(narrow.min(measure / 3.0));
                *wish = wish.max(wide);
            }
        }
        let padding = 2.0 * PAD_X + 0.5;
        let room = measure - padding * self.head.len() as f32;
        let (sum_least, sum_natural) = (least.iter().sum::<f32>(), natural.iter().sum::<f32>());
        let columns: Vec<f32> = if sum_natural <= room {
            let extra = (room - sum_natural) / sum_natural.max(1.0);
            natural.iter().map(|w| w + w * extra).collect()
        } else if sum_least <= room {
            let wanted: Vec<f32> = least.iter().zip(&natural).map(|(l, n)| n - l).collect();
            least.iter().zip(shared(&wanted, room - sum_least)).map(|(l, more)| l + more).collect()
        } else {
            least.iter().map(|l| l * room / sum_least.max(1.0)).collect()
        };
        columns.into_iter().map(|w| w + padding).collect()
    }
}

/// What each gets of `room`: who wants little gets it whole, the rest get alike, so that one column of long notes does not
/// break the lines of all others.
fn shared(wanted: &[f32], room: f32) -> Vec<f32> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]));
    let mut left = room;
    let mut given = vec![0.0; wanted.len()];
    for (done, &column) in order.iter().enumerate() {
        given[column] = wanted[column].min(left / (wanted.len() - done) as f32);
        left -= given[column];
    }
    given
}

fn head_cell(text: &str) -> Rich {
    plain(text, Style::new(6.8).bold().colour(MUTED))
}

fn lines_of(fonts: &Fonts, cells: &[Rich], columns: &[f32]) -> Vec<Vec<Line>> {
    cells.iter().zip(columns).map(|(text, width)| wrap(fonts, text, width - 2.0 * PAD_X)).collect()
}

fn height_of(cells: &[Vec<Line>]) -> f32 {
    cells.iter().map(|l| height(l)).fold(0.0, f32::max) + 2.0 * PAD_Y
}

/// The first lines of a cell that fit into `room`; at least one, so that there is an end.
fn taken(cell: &mut Vec<Line>, room: f32) -> Vec<Line> {
    let mut used = 0.0;
    let fitting = cell
        .iter()
        .take_while(|line| {
            used += line.height;
            used <= room
        })
        .count();
    cell.drain(..fitting.max(1).min(cell.len())).collect()
}
