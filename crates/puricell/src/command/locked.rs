//! `--locked` and `--require-hash`: a run by definitions that were signed off.

use puricell_report::model::Definition;

use crate::cli::{IntervalName, RunArgs};
use crate::error::AppError;

/// Kinds of definitions that decide a result; one given as a file must be named by its hash in a locked run. What is built in is
/// part of the program.
const DECIDING: [&str; 6] = ["profile", "cytometry-profile", "panels", "markers", "spec", "validation"];

/// Refuses definitions of other hashes than those asked for, and in a locked run everything that departs from them.
///
/// # Errors
/// [`AppError::Usage`] for a `--require-hash` that is none, [`AppError::Locked`] with everything that is refused.
pub(super) fn check(args: &RunArgs, listed: &[Definition], deviations: &[String]) -> Result<(), AppError> {
    let required = args.require_hash.iter().map(|text| pair(text)).collect::<Result<Vec<_>, _>>()?;
    let mut refused = Vec::new();
    for (kind, hash) in &required {
        match listed.iter().find(|d| d.kind == *kind) {
            None => {
                let kinds: Vec<&str> = listed.iter().map(|d| d.kind.as_str()).collect();
                refused.push(format!("a {kind} is required, and this run has {}", kinds.join(", ")));
            }
            Some(found) if !found.sha256.eq_ignore_ascii_case(hash) => {
                refused.push(format!("the {kind} {} has SHA-256 {}, and {hash} is required", found.id, found.sha256));
            }
            Some(_) => {}
        }
    }
    if args.locked {
        for found in listed.iter().filter(|d| DECIDING.contains(&d.kind.as_str()) && !d.built_in) {
            if !required.iter().any(|(kind, _)| *kind == found.kind) {
                refused.push(format!(
                    "the {} {} is a file whose hash is not required; if it is the one signed off, say --require-hash {}={}",
                    found.kind, found.id, found.kind, found.sha256
                ));
            }
        }
        refused.extend(deviations.iter().cloned());
        refused.extend(
            args.events.marker.iter().map(|m| format!("--marker {m}, in place of what the channels' labels say")),
        );
        if args.interval != IntervalName::ClopperPearson {
            refused.push(format!("--interval {} is not the exact one", args.interval.method().name()));
        }
        if args.seed != RunArgs::SEED {
            refused.push(format!("--seed {} is not {}", args.seed, RunArgs::SEED));
        }
        if args.exact_neighbours != RunArgs::EXACT_NEIGHBOURS {
            refused.push(format!("--exact-neighbours {} is not {}", args.exact_neighbours, RunArgs::EXACT_NEIGHBOURS));
        }
    }
    if refused.is_empty() { Ok(()) } else { Err(AppError::Locked { refused }) }
}

fn pair(text: &str) -> Result<(&str, &str), AppError> {
    let is_hash = |hash: &str| hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
    match text.split_once('=') {
        Some((kind, hash)) if !kind.is_empty() && is_hash(hash) => Ok((kind, hash)),
        _ => Err(AppError::usage(
            format!("--require-hash {text}: expected what is meant, '=' and a SHA-256 of 64 hexadecimal digits"),
            "for instance --require-hash spec=$(sha256sum < spec.toml | cut -c1-64)",
        )),
    }
}
