//! Lines that vouch for one another.

use serde::Serialize;
use serde_json::Value;

use crate::output::hash_text;

/// The hash before the first line.
const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What stands before a line's own hash, the last thing on it.
const OWN: &str = ",\"sha256\":\"";

/// Lines of a record, each with the hash of the one before and its own.
///
/// A line is a JSON object. Its last member, `sha256`, is the SHA-256 of the line without that member, so that a change in
/// any line shows, the last one as well.
#[derive(Debug, Clone)]
pub struct Chain {
    text: String,
    n: usize,
    head: String,
}

/// A line that holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What it says.
    pub value: Value,
    /// Its hash.
    pub sha256: String,
}

/// The first line that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainFault {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: String,
}

#[derive(Serialize)]
struct Body<'a, E> {
    seq: usize,
    previous: &'a str,
    #[serde(flatten)]
    event: &'a E,
}

impl Chain {
    /// A record to which lines are added. What is there already stays as it is, whole or not: a break in it is for
    /// [`Chain::check`] to name, and is not mended by adding.
    pub fn continued(text: &str) -> Self {
        let mut text = text.to_owned();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        let head = text.lines().last().and_then(own_hash).unwrap_or(NOTHING).to_owned();
        Self { n: text.lines().count(), head, text }
    }

    /// Adds a line.
    pub fn push(&mut self, event: &impl Serialize) {
        let body = Body { seq: self.n + 1, previous: &self.head, event };
        // The events of this program are plain data, which JSON holds.
        let mut line = serde_json::to_string(&body).unwrap_or_else(|_| "{}".to_owned());
        let hash = hash_text(&line);
        line.pop();
        line.push_str(OWN);
        line.push_str(&hash);
        line.push_str("\"}\n");
        self.text.push_str(&line);
        self.n += 1;
        self.head = hash;
    }

    /// The text of the file.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The hash of the last line.
    pub fn head(&self) -> &str {
        &self.head
    }

    /// Number of lines.
    pub fn len(&self) -> usize {
        self.n
    }

    /// True where nothing is recorded.
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// The lines of a record, if each holds.
    ///
    /// # Errors
    /// The first that does not: it is no such line, its own hash or the hash before is another, or its number is.
    pub fn check(text: &str) -> Result<Vec<Line>, ChainFault> {
        let mut previous = NOTHING.to_owned();
        let mut lines = Vec::new();
        for (i, line) in text.split_terminator('\n').enumerate() {
            let fault = |what: String| ChainFault { line: i + 1, what };
            let own = own_hash(line).ok_or_else(|| fault("it does not end with its SHA-256".to_owned()))?;
            let body = format!("{}}}", &line[..line.len() - OWN.len() - own.len() - 2]);
            let found = hash_text(&body);
            if found != own {
                return Err(fault(format!("its SHA-256 is {found}, and it says {own}")));
            }
            let value: Value = serde_json::from_str(&body).map_err(|e| fault(format!("it is no JSON: {e}")))?;
            if value["previous"] != previous.as_str() {
                return Err(fault(format!(
                    "the line before has SHA-256 {previous}, and it says {}",
                    value["previous"]
                )));
            }
            if value["seq"] != i + 1 {
                return Err(fault(format!("it says that it is line {}", value["seq"])));
            }
            own.clone_into(&mut previous);
            lines.push(Line { value, sha256: own.to_owned() });
        }
        if !text.is_empty() && !text.ends_with('\n') {
            return Err(ChainFault { line: lines.len(), what: "it has no end of line".to_owned() });
        }
        Ok(lines)
    }
}

/// The hash at the end of a line.
fn own_hash(line: &str) -> Option<&str> {
    let rest = line.strip_suffix("\"}")?;
    let hash = rest.get(rest.len().checked_sub(64)?..)?;
    let is_hash = hash.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    (is_hash && rest[..rest.len() - 64].ends_with(OWN)).then_some(hash)
}
