//! The composition as a table: on the first page a row a class, in the annex a row a sub-class too.

use super::first::status;
use super::table::{Side, Table, cell};
use super::text::plain;
use crate::terms::{self, document};
use crate::text::{Text, join};
use crate::view::result;
use crate::view::say::Say;

use Side::{Left, Right};

/// Where a composition says what its sub-classes hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SubClasses {
    /// Those with a cell are named with their counts below their class.
    Named,
    /// Each in a row.
    Rows,
}

/// The composition by one denominator.
pub(super) fn composition_table(table: &result::CompositionView, s: Say, sub_classes: SubClasses) -> Table {
    let has_study = !table.studied.is_empty();
    let mut columns = vec![
        (terms::CLASS, Left),
        (terms::ROLE, Left),
        (terms::K_OF_N, Right),
        (terms::SHARE, Right),
        (terms::INTERVAL, Right),
        (terms::UPPER_BOUND, Right),
    ];
    if has_study {
        columns.push((document::DETECTION, Right));
    }
    if table.has_limit {
        columns.push((terms::LIMIT, Right));
        columns.push((terms::STATUS, Left));
    }
    let mut rows = s.table(columns);
    let are_named = sub_classes == SubClasses::Named;
    for row in table.rows.iter().filter(|row| !(are_named && row.sub_class)) {
        let indent = if row.sub_class { "\u{a0}\u{a0}\u{a0}" } else { "" };
        let style = if row.sub_class { cell() } else { cell().bold() };
        let mut label = plain(format!("{indent}{}", s.plain(&row.label)), style);
        if are_named {
            let found = table.rows.iter().filter(|sub| sub.sub_class && sub.found && sub.parent == row.id);
            let found: Vec<Text> = found.map(|sub| document::SUB_CLASS_COUNT.with(&[&sub.label, &sub.k])).collect();
            label = s.noted(label, join(&found, " · ", " · "));
        }
        let mut cells = vec![
            label,
            s.cell(row.role),
            s.cell(format!("{}\u{a0}/\u{a0}{}", row.k.en(), table.n.en())),
            s.cell(&row.share),
            s.cell(&row.interval),
            s.cell(&row.upper),
        ];
        if has_study {
            let limits = table.studied.iter().find(|l| l.label == row.label);
            cells.push(match limits {
                Some(l) => s.cell(format!("{} / {}", s.plain(&l.lod), s.plain(&l.loq))),
                None => s.cell("–"),
            });
        }
        if table.has_limit {
            cells.push(s.cell(&row.limit));
            cells.push(row.status.as_ref().map_or_else(Vec::new, |view| vec![status(view, 7.4, s)]));
        }
        if row.sub_class || are_named { rows.row(cells) } else { rows.shaded(cells) }
    }
    rows
}
