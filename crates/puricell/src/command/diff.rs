//! `puricell diff`: what differs between two results.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use super::definitions::read_text;
use crate::cli::DiffArgs;
use crate::error::AppError;
use crate::exit::Exit;

/// What differs between two results.
#[derive(Debug, Default, Serialize)]
struct Diff {
    /// Version, seed, inputs, profile and whatever else defines a run.
    definitions: Vec<Change>,
    parameters: Vec<Change>,
    classes: Vec<ClassChange>,
    verdicts: Vec<Change>,
    warnings: Vec<Change>,
    /// Files whose bytes differ.
    files: Vec<Change>,
}

/// A value on either side; `None` where there is none.
#[derive(Debug, Serialize)]
struct Change {
    what: String,
    a: Option<String>,
    b: Option<String>,
}

/// A class of viable singlets.
#[derive(Debug, Serialize)]
struct ClassChange {
    class: String,
    denominator: String,
    a: Option<Count>,
    b: Option<Count>,
    /// Fraction in B less that in A.
    difference: Option<f64>,
    /// True where the 95 % intervals have no value in common.
    intervals_apart: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Count {
    k: String,
    n: String,
    fraction: String,
    ci_low: String,
    ci_high: String,
    status: String,
}

type Pairs = BTreeMap<String, String>;

/// Denominator and class, and what was counted.
type Row = ((String, String), Count);

pub(super) fn diff(args: &DiffArgs) -> Result<Exit, AppError> {
    let (a, b) = (&args.a, &args.b);
    let (manifest_a, manifest_b) = (manifest(a)?, manifest(b)?);
    let found = Diff {
        definitions: changes(&definitions(&manifest_a), &definitions(&manifest_b)),
        parameters: changes(&parameters(&manifest_a), &parameters(&manifest_b)),
        classes: classes(&composition(a)?, &composition(b)?),
        verdicts: changes(&verdicts(a)?, &verdicts(b)?),
        warnings: changes(&warnings(&manifest_a), &warnings(&manifest_b)),
        files: changes(&object(&manifest_a["outputs"]), &object(&manifest_b["outputs"])),
    };
    if args.json {
        let json = serde_json::to_string_pretty(&found)
            .map_err(|e| AppError::Encode { file: "standard output", message: e.to_string() })?;
        return super::print(&json);
    }
    super::print(&text(&found, a, b))
}

fn json(folder: &Path, name: &str) -> Result<Value, AppError> {
    let path = folder.join(name);
    serde_json::from_str(&read_text(&path)?).map_err(|e| {
        AppError::usage(format!("{} is no JSON: {e}", path.display()), "look at the folder with `puricell verify`")
    })
}

fn manifest(folder: &Path) -> Result<Value, AppError> {
    if folder.join("manifest.json").is_file() && folder.join("composition.tsv").is_file() {
        return json(folder, "manifest.json");
    }
    Err(AppError::usage(
        format!("{} is no result of `puricell run`", folder.display()),
        "give two folders that --out of `puricell run` named",
    ))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn object(value: &Value) -> Pairs {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), plain(value))).collect()
}

fn definitions(manifest: &Value) -> Pairs {
    let mut found = Pairs::from([
        ("puricell".to_owned(), plain(&manifest["tool"]["version"])),
        ("seed".to_owned(), plain(&manifest["seed"])),
    ]);
    for input in list(&manifest["inputs"]) {
        found.insert(format!("input {}", plain(&input["name"])), plain(&input["sha256"]));
    }
    for definition in list(&manifest["definitions"]) {
        let version = definition["version"].as_str().map(|v| format!(" {v}")).unwrap_or_default();
        let text = format!("{}{version}, {}", plain(&definition["id"]), plain(&definition["sha256"]));
        found.insert(plain(&definition["kind"]), text);
    }
    found
}

fn parameters(manifest: &Value) -> Pairs {
    let mut found = Pairs::new();
    for parameter in list(&manifest["parameters"]) {
        let value = plain(&parameter["value"]);
        // A parameter that may be given often has one line here.
        found
            .entry(plain(&parameter["name"]))
            .and_modify(|all| {
                all.push_str("; ");
                all.push_str(&value);
            })
            .or_insert(value);
    }
    found
}

fn warnings(manifest: &Value) -> Pairs {
    let mut found = Pairs::new();
    for warning in list(&manifest["warnings"]) {
        let message = plain(&warning["message"]);
        found.entry(plain(&warning["code"])).and_modify(|all| *all = format!("{all}; {message}")).or_insert(message);
    }
    found
}

fn verdicts(folder: &Path) -> Result<Pairs, AppError> {
    let report = json(folder, "report.json")?;
    let verdict = &report["verdict"];
    let mut found = Pairs::from([("overall".to_owned(), plain(&verdict["overall"]))]);
    for item in list(&verdict["items"]) {
        found.insert(plain(&item["id"]), plain(&item["status"]));
    }
    Ok(found)
}

fn changes(a: &Pairs, b: &Pairs) -> Vec<Change> {
    let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    names
        .into_iter()
        .filter(|name| a.get(*name) != b.get(*name))
        .map(|name| Change { what: name.clone(), a: a.get(name).cloned(), b: b.get(name).cloned() })
        .collect()
}

/// Rows of `composition.tsv` by denominator and class, with their places.
fn composition(folder: &Path) -> Result<Vec<Row>, AppError> {
    let text = read_text(&folder.join("composition.tsv"))?;
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let rows = lines.map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let of = |name: &str| {
            let at = header.iter().position(|h| *h == name);
            at.and_then(|i| cells.get(i)).map_or_else(String::new, |c| (*c).to_owned())
        };
        let count = Count {
            k: of("k"),
            n: of("n"),
            fraction: of("fraction"),
            ci_low: of("ci_low"),
            ci_high: of("ci_high"),
            status: of("status"),
        };
        ((of("denominator"), of("class")), count)
    });
    Ok(rows.collect())
}

fn classes(a: &[Row], b: &[Row]) -> Vec<ClassChange> {
    let find =
        |rows: &[Row], key: &(String, String)| rows.iter().find(|(k, _)| k == key).map(|(_, count)| count.clone());
    let only_b = b.iter().filter(|(key, _)| !a.iter().any(|(k, _)| k == key));
    a.iter()
        .chain(only_b)
        .filter_map(|(key, _)| {
            let (in_a, in_b) = (find(a, key), find(b, key));
            if in_a == in_b {
                return None;
            }
            let number = |count: &Option<Count>, of: fn(&Count) -> &String| {
                count.as_ref().and_then(|c| of(c).parse::<f64>().ok())
            };
            let pair = |of: fn(&Count) -> &String| Some((number(&in_a, of)?, number(&in_b, of)?));
            let (low, high) = (pair(|c| &c.ci_low), pair(|c| &c.ci_high));
            Some(ClassChange {
                class: key.1.clone(),
                denominator: key.0.clone(),
                difference: pair(|c| &c.fraction).map(|(a, b)| b - a),
                intervals_apart: low.zip(high).map(|(low, high)| low.0.max(low.1) > high.0.min(high.1)),
                a: in_a,
                b: in_b,
            })
        })
        .collect()
}

fn text(found: &Diff, a: &Path, b: &Path) -> String {
    let mut text = format!("A {}\nB {}\n", a.display(), b.display());
    let sections = [
        ("definitions", &found.definitions),
        ("parameters", &found.parameters),
        ("verdicts", &found.verdicts),
        ("warnings", &found.warnings),
    ];
    for (title, changes) in sections {
        let _ = writeln!(text, "\n{title}: {}", how_many(changes.len()));
        for Change { what, a, b } in changes {
            let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
            let _ = writeln!(text, "  {what}\n    A {}\n    B {}", side(a), side(b));
        }
    }
    let _ = writeln!(text, "\nclasses: {}", how_many(found.classes.len()));
    for change in &found.classes {
        let side = |count: &Option<Count>| match count {
            None => "none".to_owned(),
            Some(c) if c.k == "NA" => format!("not estimated {}", c.status),
            Some(c) => format!("{} of {}, {} [{}, {}] {}", c.k, c.n, c.fraction, c.ci_low, c.ci_high, c.status),
        };
        let apart = match change.intervals_apart {
            Some(true) => "; the intervals are apart",
            Some(false) => "; the intervals overlap",
            None => "",
        };
        let difference = change.difference.map(|d| format!(" ({d:+.3e}{apart})")).unwrap_or_default();
        let (a, b) = (side(&change.a), side(&change.b));
        let _ = writeln!(
            text,
            "  {} of {}{difference}\n    A {}\n    B {}",
            change.class,
            change.denominator.replace('_', " "),
            a.trim_end(),
            b.trim_end()
        );
    }
    let names: Vec<&str> = found.files.iter().map(|f| f.what.as_str()).collect();
    let _ = writeln!(text, "\nfiles: {}", how_many(names.len()));
    for name in names {
        let _ = writeln!(text, "  {name}");
    }
    text
}

fn how_many(n: usize) -> String {
    match n {
        0 => "the same".to_owned(),
        1 => "1 difference".to_owned(),
        n => format!("{n} differences"),
    }
}
