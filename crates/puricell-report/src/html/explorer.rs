//! What the page's script works on.

use serde_json::{Map, Value, json};

use crate::lang::Lang;
use crate::model::Model;
use crate::number;
use crate::terms;
use crate::text::{Sayable, Text};
use crate::view::class_name;

/// Most bytes of the explorer's data: with figures and tables the page of 20,000 cells stays below 5 MB.
const MOST_BYTES: usize = 1_500_000;

/// The explorer of cells.
pub(crate) struct Explorer {
    /// How many cells it has, of how many.
    pub(crate) extent: Text,
    /// The cells as JSON that may stand in a script element.
    pub(crate) json: String,
}

pub(crate) fn explorer(model: &Model) -> Option<Explorer> {
    let explained = model.explained.as_ref().filter(|e| !e.cells.is_empty())?;
    let all: Vec<String> = explained
        .cells
        .iter()
        .map(|cell| {
            let genes = cell.genes.iter().map(|g| json!([g.gene, g.molecules, g.expected_in_target, g.log_ratio]));
            let markers = cell.markers.iter().map(|m| json!([m.marker, m.value, m.threshold, m.log_ratio]));
            let genes: Vec<Value> = genes.chain(markers).collect();
            let cell = json!({
                "cell": cell.cell, "call": cell.call, "class": cell.class, "type": cell.cell_type,
                "confidence": cell.confidence, "genes": genes,
            });
            in_script(&cell)
        })
        .collect();
    // Every so many cells, so that each class keeps its part.
    let bytes: usize = all.iter().map(String::len).sum();
    let step = bytes.div_ceil(MOST_BYTES).max(1);
    let shown: Vec<&str> = all.iter().step_by(step).map(String::as_str).collect();
    let n = shown.len() as u64;
    let is_of_events = model.cytometry.is_some();
    let extent = if is_of_events {
        terms::EXPLORER_EVENTS.with(&[&number::count(n), &number::count(explained.n_total)])
    } else if n >= explained.n_total {
        terms::EXPLORER_ALL.with(&[&number::count(n)])
    } else {
        let rest = explained.n_total - n;
        terms::EXPLORER_SOME.with(&[&number::count(n), &number::count(explained.n_total), &number::count(rest)])
    };
    Some(Explorer { extent, json: format!("{{\"events\":{is_of_events},\"cells\":[{}]}}", shown.join(",")) })
}

/// The words of the script, as JSON that may stand in a script element.
pub(crate) fn words(model: &Model, lang: Lang) -> String {
    let mut classes = Map::new();
    for class in &model.classes {
        classes.insert(class.id.clone(), class_name(model, &class.id).plain(lang).into());
    }
    let target = classes.get("target").cloned().unwrap_or_default();
    in_script(&json!({
        "sort": terms::SORT_BY.said().plain(lang),
        "enlarge": terms::ENLARGE.said().plain(lang),
        "download": terms::DOWNLOAD.said().plain(lang),
        "close": terms::CLOSE.said().plain(lang),
        "not_kept": terms::NOT_KEPT.said().plain(lang),
        "target": target,
        "classes": classes,
    }))
}

/// JSON that cannot end the script element it stands in.
fn in_script(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}
