//! Documents taken apart into the pieces that a reader sees as one: rows of tables, paragraphs, boxes.

use lopdf::content::{Content, Operation};
use lopdf::{Document, Object};

use super::printed::{Number, numbers};

/// A row, a paragraph or a box.
#[derive(Debug, Clone, Default)]
pub(super) struct Block {
    /// The chapter it stands in, by its place.
    pub(super) section: usize,
    /// Single spaces between words.
    pub(super) text: String,
    /// Without any white space: where a line was broken says nothing.
    pub(super) dense: String,
    pub(super) numbers: Vec<Number>,
    /// A row of a table; in a PDF also what stands behind a table in its chapter.
    pub(super) is_row: bool,
    /// The numbers of the caption and the header of its table, where the document has such.
    pub(super) head: Vec<Number>,
}

impl Block {
    fn new(section: usize, text: &str) -> Option<Self> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let dense = text.split_whitespace().collect();
        let numbers = numbers(&text);
        (!text.is_empty()).then_some(Self { section, text, dense, numbers, ..Self::default() })
    }
}

impl Block {
    /// Whether it holds a text: a short one as whole words, a long one however its lines were broken.
    pub(super) fn says(&self, text: &str) -> bool {
        let dense: String = text.split_whitespace().collect();
        // Chinese words, and what begins with a sign, have no letters beside them to be told from.
        let is_plain = text.starts_with(|c: char| c.is_ascii_alphanumeric());
        if !is_plain || dense.len() >= 12 {
            return self.dense.contains(&dense);
        }
        let joins = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
        self.text.match_indices(text).any(|(at, _)| {
            !joins(self.text[..at].chars().next_back()) && !joins(self.text[at + text.len()..].chars().next())
        })
    }
}

/// Size of the headings of chapters.
const HEADING: f64 = 10.5;
/// Size of the headings of the first page, and of its first line, by which one tells how much smaller it is set.
const SECTION: f64 = 8.8;
const FIRST_LINE: f64 = 8.2;
/// Size of the headers of tables.
const TABLE_HEAD: f64 = 6.8;

/// Text of one style on one line of a page.
struct Run {
    y: f64,
    size: f64,
    is_heading: bool,
    text: String,
}

/// The pieces of a PDF. What is drawn (the rule below a row, the ground of a box) parts them, and each page's foot stands
/// alone.
pub(super) fn of_pdf(bytes: &[u8]) -> Vec<Block> {
    let document = Document::load_mem(bytes).unwrap();
    let mut pieces = Pieces::default();
    // What comes before the first chapter, and at what scale.
    let (mut is_first_page, mut scale) = (true, None);
    for page in document.get_pages().into_values() {
        let fonts = document.get_page_fonts(page).unwrap();
        let content = Content::decode(&document.get_page_content(page)).unwrap();
        let (mut runs, mut encoding): (Vec<Run>, _) = (Vec::new(), None);
        let (mut size, mut y) = (0.0, 0.0);
        for Operation { operator, operands } in &content.operations {
            let number = |i: usize| f64::from(operands[i].as_float().unwrap());
            match operator.as_str() {
                "Tf" => {
                    encoding = Some(fonts[operands[0].as_name().unwrap()].get_font_encoding(&document).unwrap());
                    size = number(1);
                }
                "Tm" => y = number(5),
                "Tj" | "TJ" => {
                    let mut bytes = Vec::new();
                    strings(operands, &mut bytes);
                    let text = Document::decode_text(encoding.as_ref().unwrap(), &bytes).unwrap();
                    let is_chapter = (size - HEADING).abs() < 0.01;
                    is_first_page &= !is_chapter;
                    let size = if is_first_page { size / *scale.get_or_insert(size / FIRST_LINE) } else { size };
                    let is_heading = is_chapter || is_first_page && (size - SECTION).abs() < 0.01;
                    runs.push(Run { y, size, is_heading, text });
                }
                "S" | "f" | "f*" | "B" => pieces.close(&mut runs),
                _ => {}
            }
        }
        pieces.close(&mut runs);
    }
    pieces.blocks
}

fn strings(operands: &[Object], bytes: &mut Vec<u8>) {
    for operand in operands {
        match operand {
            Object::String(text, _) => bytes.extend(text),
            Object::Array(parts) => strings(parts, bytes),
            _ => {}
        }
    }
}

/// The pieces of the pages so far.
#[derive(Default)]
struct Pieces {
    blocks: Vec<Block>,
    section: usize,
    head: Vec<Number>,
    is_in_table: bool,
}

impl Pieces {
    /// Ends a piece; a heading within begins a chapter.
    fn close(&mut self, runs: &mut Vec<Run>) {
        let mut text = String::new();
        let mut before: Option<(f64, f64)> = None;
        let is_head = runs.iter().all(|run| (run.size - TABLE_HEAD).abs() < 0.01);
        for run in runs.drain(..) {
            let is_raised =
                before.is_some_and(|(y, size)| run.size < 0.7 * size && run.y < y && run.y > y - 0.5 * size);
            if run.is_heading {
                self.push(&text);
                text.clear();
                self.section += 1;
                self.head.clear();
                self.is_in_table = false;
            }
            if is_raised {
                // Raised digits are small ones in the file.
                text.extend(run.text.chars().map(raised));
            } else {
                text.push(' ');
                text.push_str(&run.text);
                before = Some((run.y, run.size));
            }
        }
        if is_head && !text.is_empty() {
            self.head = numbers(&text);
            self.is_in_table = true;
        }
        self.push(&text);
    }

    fn push(&mut self, text: &str) {
        let block = Block::new(self.section, text);
        self.blocks.extend(block.map(|block| Block { head: self.head.clone(), is_row: self.is_in_table, ..block }));
    }
}

fn raised(digit: char) -> char {
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    match digit {
        '-' | '−' => '⁻',
        _ => digit.to_digit(10).map_or(digit, |d| RAISED[d as usize]),
    }
}

/// The pieces of an HTML page. What a script would add, and drawings, are none.
pub(super) fn of_html(html: &str) -> Vec<Block> {
    const PARTS: [&str; 22] = [
        "tr",
        "p",
        "div",
        "li",
        "h1",
        "h2",
        "h3",
        "caption",
        "figcaption",
        "section",
        "header",
        "nav",
        "table",
        "ul",
        "ol",
        "dl",
        "footer",
        "title",
        "thead",
        "tbody",
        "main",
        "summary",
    ];
    let (mut blocks, mut section) = (Vec::<Block>::new(), 0);
    let mut text = String::new();
    let (mut is_head, mut head): (bool, Vec<Number>) = (false, Vec::new());
    let (mut boxes, mut is_verdict) = (0_usize, false);
    let mut rest = html;
    while let Some((shown, behind)) = rest.split_once('<') {
        text.push_str(&unescaped(shown));
        let (tag, after) = behind.split_once('>').unwrap();
        rest = after;
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        if ["style", "script", "svg", "noscript", "select"].contains(&name) && !tag.starts_with('/') {
            rest = rest.split_once(&format!("</{name}>")).unwrap().1;
        } else if tag.starts_with("section class=\"verdict") {
            is_verdict = true;
        } else if tag == "/section" && is_verdict {
            is_verdict = false;
            blocks.extend(Block::new(section, &std::mem::take(&mut text)));
        } else if (name == "p" && boxes > 0) || (["p", "h2"].contains(&name) && is_verdict) {
            // A box is one piece.
            text.push(' ');
        } else if PARTS.contains(&name) {
            if let Some(mut block) = Block::new(section, &text) {
                if is_head {
                    head.extend(block.numbers.iter().cloned());
                } else {
                    block.head.clone_from(&head);
                    block.is_row = name == "tr";
                }
                blocks.push(block);
            }
            text.clear();
            match tag {
                "/div" => boxes -= 1,
                _ if name == "div" => boxes += 1,
                "thead" | "caption" => is_head = true,
                "/thead" | "/caption" => is_head = false,
                "table" | "/table" => head.clear(),
                _ if name == "section" || name == "header" => section += 1,
                _ => {}
            }
        } else if ["td", "th", "dt", "dd", "br"].contains(&name) {
            text.push(' ');
        }
    }
    blocks
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"").replace("&#39;", "'");
    text.replace("&nbsp;", " ").replace("&#38;", "&")
}
