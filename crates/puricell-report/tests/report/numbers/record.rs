//! A `report.json` taken apart into what a document prints in one place, and the search for it there.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::left_out::{Document, LEFT_OUT, LeftOut};
use super::page::Block;
use super::printed::{Part, Rounded, numbers};
use super::words;

/// A number, a status or a text with digits.
#[derive(Debug, Clone)]
pub(super) struct Leaf {
    /// Keys and places, such as `composition.3.k`.
    pub(super) path: String,
    /// The same with `*` for a place.
    pub(super) keys: String,
    pub(super) value: Value,
}

/// Where a record may stand that is not found by a name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Scope {
    /// Nowhere.
    #[default]
    Named,
    /// In any one piece.
    Piece,
    /// In any one chapter.
    Chapter,
    /// In the sentences of any one chapter.
    Sentences,
}

/// What stands in one row: a member of the innermost list, or of a list that has rows of its own in no document.
#[derive(Debug, Clone, Default)]
pub(super) struct Record {
    /// What its row may be named by, best first.
    names: Vec<String>,
    scope: Scope,
    /// Its count of cells.
    pub(super) k: Option<u64>,
    pub(super) leaves: Vec<Leaf>,
}

/// Lists whose members stand in the row of what they belong to.
const IN_THE_ROW: [&str; 3] =
    ["qc.sweeps.*.rows.*.counts.*", "doublets.kinds.*.called.*", "cytometry.gates.*.geometry.removed.*"];

/// What has a row for each of its numbers, in one chapter.
const SPREAD: [&str; 6] = ["", "lot", "qc.accounting", "product.majority", "product.screens.*", "cytometry.instrument"];
/// What has sentences for its numbers, in one chapter.
const IN_SENTENCES: [&str; 3] = ["heterogeneity.stability", "doublets", "clusters.neighbour_search"];

/// The title of the box of the verdict.
const VERDICT: [&str; 2] = ["Verdictagainstthespecification", "与质量标准的比较结论"];

/// What names a row of a list in every language, and no other piece can stand for it.
const NAMED: [(&str, &str); 13] = [
    ("verdict.items.*", "id"),
    ("composition.*", "class"),
    ("qc.accounting.dropped.*", "reason"),
    ("panels.*", "class"),
    ("calls.thresholds.*", "class"),
    ("cytometry.positivity.*", "marker"),
    ("cytometry.gates.*", "id"),
    ("doublets.hidden.*", "class"),
    ("product.rules.*", "id"),
    ("heterogeneity.subpopulations.*.markers.*", "gene"),
    ("parameters.*", "name"),
    ("inputs.*", "sha256"),
    ("definitions.*", "sha256"),
];

/// The fields that name any other row, if it has a name.
const NAMES: [&str; 12] =
    ["class", "label", "over", "id", "marker", "gene", "feature", "name", "item", "reason", "metric", "denominator"];

/// The records of a report, in its order; the first holds what is in no list.
pub(super) fn records(report: &Value, is_chinese: bool) -> Vec<Record> {
    let mut classes = BTreeMap::new();
    for class in report["classes"].as_array().unwrap() {
        let zh = class["label_zh"].as_str().filter(|_| is_chinese);
        classes.insert(class["id"].as_str().unwrap(), zh.or(class["label"].as_str()).unwrap());
    }
    let mut walk = Walk { classes, is_chinese, records: Vec::new() };
    walk.object(report.as_object().unwrap(), "", "", None);
    walk.records.retain(|r| !r.leaves.is_empty());
    walk.records
}

struct Walk<'r> {
    classes: BTreeMap<&'r str, &'r str>,
    is_chinese: bool,
    records: Vec<Record>,
}

impl Walk<'_> {
    /// Objects that are no members of a list are records too: what belongs together stands together.
    fn object(&mut self, object: &Map<String, Value>, path: &str, keys: &str, within: Option<usize>) {
        let record = within.unwrap_or_else(|| {
            self.records.push(Record {
                names: self.names(object, keys),
                scope: match keys {
                    "verdict" => Scope::Named,
                    _ if NAMED.iter().any(|(list, _)| *list == keys) => Scope::Named,
                    _ if SPREAD.contains(&keys) => Scope::Chapter,
                    _ if IN_SENTENCES.contains(&keys) => Scope::Sentences,
                    _ => Scope::Piece,
                },
                k: object.get("k").and_then(Value::as_u64),
                leaves: Vec::new(),
            });
            self.records.len() - 1
        });
        for (key, value) in object {
            let join = |to: &str| if to.is_empty() { key.clone() } else { format!("{to}.{key}") };
            self.value(value, &join(path), &join(keys), record);
        }
    }

    fn value(&mut self, value: &Value, path: &str, keys: &str, record: usize) {
        match value {
            Value::Null => {}
            Value::Object(object) => {
                let is_in_list = path.ends_with(|c: char| c.is_ascii_digit());
                let stays = if is_in_list { IN_THE_ROW.contains(&keys) } else { keys.contains('*') };
                self.object(object, path, keys, stays.then_some(record));
            }
            Value::Array(values) => {
                for (i, value) in values.iter().enumerate() {
                    self.value(value, &format!("{path}.{i}"), &format!("{keys}.*"), record);
                }
            }
            Value::String(text) => {
                let key = keys.rsplit('.').next().unwrap();
                let is_number = |word: &str| {
                    word.starts_with(|c: char| c.is_ascii_digit()) && !word.contains(|c: char| c.is_ascii_alphabetic())
                };
                let has_number = text.split_whitespace().any(is_number);
                if words::of(key, text).is_some()
                    || has_number
                    || (text.contains(|c: char| c.is_ascii_digit()) && (key == "sha256" || keys.starts_with("lot.")))
                {
                    self.leaf(value, path, keys, record);
                }
            }
            Value::Bool(_) | Value::Number(_) => self.leaf(value, path, keys, record),
        }
    }

    fn leaf(&mut self, value: &Value, path: &str, keys: &str, record: usize) {
        self.records[record].leaves.push(Leaf { path: path.to_owned(), keys: keys.to_owned(), value: value.clone() });
    }

    fn names(&self, object: &Map<String, Value>, keys: &str) -> Vec<String> {
        if keys == "verdict" {
            return vec![VERDICT[usize::from(self.is_chinese)].to_owned()];
        }
        let own = NAMED.iter().filter(|(list, _)| *list == keys).map(|(_, name)| *name);
        let any = NAMES.into_iter().filter(|_| own.clone().next().is_none() && !SPREAD.contains(&keys));
        let fields = own.clone().chain(any).filter_map(|name| object.get(name)?.as_str());
        let mut names = Vec::new();
        for field in fields {
            names.push(self.classes.get(field).map_or(field, |label| *label).to_owned());
            names.extend(
                words::of(words::NAMED_BY, field).map(|words| words[usize::from(self.is_chinese)][0].to_owned()),
            );
        }
        names.iter().map(|n| n.split_whitespace().collect()).collect()
    }
}

impl Record {
    /// Whether the list leaves a leaf out of a document.
    pub(super) fn leaves_out(&self, leaf: &Leaf, document: Document) -> bool {
        LEFT_OUT.iter().any(|entry| entry.names(leaf, self, document))
    }
}

impl Leaf {
    /// The last key.
    pub(super) fn key(&self) -> &str {
        self.keys.trim_end_matches(".*").rsplit('.').next().unwrap()
    }

    /// Whether a piece of a document prints it.
    pub(super) fn is_in(&self, block: &Block, is_chinese: bool) -> bool {
        let key = self.key();
        match &self.value {
            Value::Bool(_) | Value::String(_) if words::of(key, &self.text()).is_some() => {
                let words = words::of(key, &self.text()).unwrap()[usize::from(is_chinese)];
                words.iter().any(|word| block.says(word))
            }
            Value::String(text) => block.says(text),
            Value::Number(number) => {
                let may_be: &[Part] = match key {
                    "ci_low" | "corrected_low" | "q05" => &[Part::LowEnd],
                    "ci_high" | "corrected_high" | "q95" => &[Part::HighEnd],
                    "range_min" => &[Part::LowEnd, Part::Limit],
                    "range_max" => &[Part::HighEnd, Part::Limit],
                    "limit" | "limit_fraction" | "min_distinct" | "value" => &[Part::Limit, Part::Alone],
                    "upper_one_sided" | "bound_one_sided" | "expected" => &[Part::Bound, Part::Alone],
                    // Ends of a range that is no interval, such as those of a gate.
                    _ if self.keys.contains("geometry") => {
                        &[Part::Alone, Part::LowEnd, Part::HighEnd, Part::Limit, Part::Bound]
                    }
                    _ => &[Part::Alone],
                };
                let mut printed = block.numbers.iter().chain(&block.head);
                if let Some(whole) = number.as_u64() {
                    return printed.any(|n| n.is_whole(whole));
                }
                let mut printed =
                    printed.filter(|n| may_be.contains(&n.part) && (key != "upper_one_sided" || n.has_two_digits()));
                // The least number that a detector can hold stands for zero.
                let value = number.as_f64().filter(|x| x.abs() > 1e-30 || key == "p_adjusted").unwrap_or(0.0);
                if key == "p_adjusted" && value < 1e-300 {
                    return block.says("< 10⁻³⁰⁰");
                }
                let rounded = match key {
                    // Rounded as the number they belong to.
                    _ if self.keys.starts_with("homogeneity.hill") => &[Rounded::Nearest][..],
                    "ci_low" | "corrected_low" => &[Rounded::Down],
                    "ci_high" | "corrected_high" | "upper_one_sided" | "lob" | "lod" | "loq" | "smallest_seen" => {
                        &[Rounded::Up]
                    }
                    "expected" => &[Rounded::Nearest, Rounded::Up],
                    "bound_one_sided" => &[Rounded::Down, Rounded::Up],
                    _ => &[Rounded::Nearest],
                };
                printed.any(|n| rounded.iter().any(|r| n.is_of(value, *r)))
            }
            _ => false,
        }
    }

    /// Which of the rows of a record it stands in.
    fn row(&self) -> usize {
        ROWS.iter().position(|keys| keys.contains(&self.key())).unwrap_or(ROWS.len())
    }

    fn text(&self) -> String {
        self.value.as_str().map_or_else(|| self.value.to_string(), str::to_owned)
    }
}

/// What of a report was not found in a document, and how often each entry of the list was needed.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// Paths and values.
    pub(super) missing: Vec<String>,
    /// Leaves per entry of the list: all, and those that the document does print.
    pub(super) left_out: Vec<(usize, usize)>,
}

/// Looks for every leaf of every record.
pub(super) fn look(records: &[Record], blocks: &[Block], document: Document, is_chinese: bool) -> Outcome {
    let mut outcome = Outcome { left_out: vec![(0, 0); LEFT_OUT.len()], ..Outcome::default() };
    for record in records {
        let entry = |leaf: &Leaf| LEFT_OUT.iter().position(|entry| entry.names(leaf, record, document));
        let (wanted, left): (Vec<&Leaf>, Vec<&Leaf>) = record.leaves.iter().partition(|leaf| entry(leaf).is_none());
        let place = Place::of(record, &wanted, blocks, is_chinese);
        let is_found = |leaf: &Leaf| place.has(leaf, is_chinese);
        for leaf in wanted {
            if !is_found(leaf) {
                outcome.missing.push(format!("{} = {}", leaf.path, leaf.value));
            }
        }
        for leaf in left {
            let (all, found) = &mut outcome.left_out[entry(leaf).unwrap()];
            // One that is not found is enough to need the entry.
            *found += usize::from(*all == *found && is_found(leaf));
            *all += 1;
        }
    }
    outcome
}

/// What of a record stands in a row of its own, in another table; all else stands in its first row.
const ROWS: [&[&str]; 2] = [
    &["lob", "lod", "loq", "corrected_fraction", "corrected_low", "corrected_high", "result"],
    &["decision", "sentence", "justification"],
];

/// Where a record stands.
#[derive(Default)]
struct Place<'b> {
    /// By [`ROWS`]; of a chapter none.
    rows: Vec<Option<&'b Block>>,
    all: Vec<&'b Block>,
    document: &'b [Block],
}

impl<'b> Place<'b> {
    fn chapter(all: Vec<&'b Block>, document: &'b [Block]) -> Self {
        Self { rows: Vec::new(), all, document }
    }

    fn rows(all: Vec<&'b Block>, document: &'b [Block], wanted: &[&Leaf], is_chinese: bool) -> Self {
        let row = |row: usize| {
            let hits = |b: &Block| wanted.iter().filter(|leaf| leaf.row() == row && leaf.is_in(b, is_chinese)).count();
            // The first of the best.
            all.iter().rev().max_by_key(|b| hits(b)).copied()
        };
        Self { rows: (0..=ROWS.len()).map(row).collect(), all, document }
    }

    fn has(&self, leaf: &Leaf, is_chinese: bool) -> bool {
        if let Some(text) = leaf.value.as_str() {
            // A sentence may stand anywhere; what a Chinese document says in its own words holds the same numbers.
            let is_anywhere = text.len() > 32 && self.document.iter().any(|b| b.says(text));
            if is_anywhere || (is_chinese && self.has_all_of(text)) {
                return true;
            }
        }
        match self.rows.get(leaf.row()) {
            Some(row) => row.is_some_and(|row| leaf.is_in(row, is_chinese)),
            None => self.all.iter().any(|block| leaf.is_in(block, is_chinese)),
        }
    }

    fn has_all_of(&self, text: &str) -> bool {
        let numbers = numbers(text);
        !numbers.is_empty() && numbers.iter().all(|n| self.all.iter().any(|b| b.numbers.iter().any(|m| m.is_as(n))))
    }

    /// The place of a record: the rows that bear its name; without a name, or where it has another one there, the one piece
    /// that holds most of it; of what is spread, the chapter that does.
    fn of(record: &Record, wanted: &[&Leaf], blocks: &'b [Block], is_chinese: bool) -> Self {
        let named = record.names.iter().map(|name| {
            let all = blocks.iter().filter(|b| b.dense.contains(name)).collect();
            Self::rows(all, blocks, wanted, is_chinese)
        });
        let others: Box<dyn Iterator<Item = Self>> = match record.scope {
            Scope::Named => Box::new(std::iter::empty()),
            Scope::Piece => Box::new(blocks.iter().map(|b| Self::chapter(vec![b], blocks))),
            Scope::Chapter | Scope::Sentences => {
                let chapters = blocks.chunk_by(|a, b| a.section == b.section);
                let is_row = |b: &Block| record.scope == Scope::Sentences && b.is_row;
                Box::new(
                    chapters.map(move |chapter| Self::chapter(chapter.iter().filter(|b| !is_row(b)).collect(), blocks)),
                )
            }
        };
        let (mut best, mut most) = (Self::default(), 0);
        for place in named.chain(others) {
            let found = wanted.iter().filter(|leaf| place.has(leaf, is_chinese)).count();
            if found > most {
                (best, most) = (place, found);
            }
            if most == wanted.len() {
                break;
            }
        }
        best
    }
}

impl LeftOut {
    /// Whether the list leaves a leaf out of a document.
    fn names(&self, leaf: &Leaf, record: &Record, document: Document) -> bool {
        let is_named = match self.keys.strip_suffix("**") {
            Some(above) => leaf.keys.starts_with(above),
            None => self.keys == leaf.keys,
        };
        is_named && self.of.is_none_or(|of| of == document) && self.when.holds(leaf, record)
    }
}
