//! The hypotheses of a lot in terms of its genes.

use std::collections::BTreeSet;

use puricell_core::math::ln;

use super::background::LotBackground;
use super::model::{CallModel, Rule};
use super::panel_counts::PanelCounts;
use super::terms::{Depth, Term, TermTable};
use crate::profile::TargetConflict;
use crate::resolve::Resolved;

/// Everything a cell is weighed with.
#[derive(Debug, Clone)]
pub(super) struct Weights {
    /// Sum 0: a cell without the stroma's genes but for ambient RNA; 1 and on: a droplet with each share of a target
    /// cell, of the same genes.
    pub(super) other: TermTable,
    /// The stromal key's decisive genes. Sum 0: heavy ambient RNA. Sum 1: a droplet with a target cell. Sum 2: any cell that
    /// is no target cell. Sum 3: a droplet with a target cell against heavy ambient RNA, gene by gene.
    pub(super) key: TermTable,
    /// Per class of `Resolved::classes`; `None` for a sub-class and for a class that takes no part.
    pub(super) classes: Vec<Option<ClassWeights>>,
    /// One sum per subset of `Resolved::subsets`.
    pub(super) subsets: TermTable,
    /// Shares of a target cell in a droplet.
    pub(super) n_shares: usize,
}

/// The types of one class.
///
/// Each type has 2 (1 + shares) sums: for a cell of it and then for a droplet with each share of a target cell, first its
/// genes that are not stromal, then what its stromal genes add to [`Weights::other`].
#[derive(Debug, Clone)]
pub(super) struct ClassWeights {
    pub(super) types: Vec<TypeOfClass>,
    pub(super) table: TermTable,
    /// False where the target keeps a cell that is of both.
    pub(super) has_doublets: bool,
}

/// A type, and the sub-class it belongs to by index in `Resolved::classes`.
#[derive(Debug, Clone)]
pub(super) struct TypeOfClass {
    pub(super) id: String,
    pub(super) subclass: Option<usize>,
}

/// One gene of a type: its slot, its rate there and the probability that the type makes it.
type TypeGene = (usize, f64, f64);

impl Weights {
    pub(super) fn new(panel: &PanelCounts, resolved: &Resolved, model: &CallModel, background: &LotBackground) -> Self {
        let n_slots = panel.symbols().len();
        let slot_of = |symbol: &str| panel.symbols().iter().position(|s| s == symbol);
        let rate = |slot: usize| background.genes[slot].rate;
        let leak = model.target.leak;
        let shares = &model.doublet.target_shares;
        let in_key: BTreeSet<usize> = panel.target().iter().copied().collect();
        let mut stromal = in_key.clone();
        // Without target cells nothing is known of the genes that do not decide, and they are not weighed.
        if !background.is_frozen {
            let beside = panel.support().iter().filter(|&&s| model.stromal.genes.contains(&panel.symbols()[s]));
            stromal.extend(beside);
        }
        let beside_key: BTreeSet<usize> = stromal.difference(&in_key).copied().collect();
        let decisive: BTreeSet<usize> = panel.classes().iter().flatten().copied().collect();
        let term = |sum, slot, rate_there, on| Term { sum, slot, target: rate(slot), rate: rate_there, on, sign: 1.0 };
        let mixed = |slot: usize, share: f64, there: f64| share * rate(slot) + (1.0 - share) * there;

        let mut other = Vec::new();
        let mut key = Vec::new();
        for &slot in &stromal {
            let there = leak * rate(slot);
            other.push(term(0, slot, there, 1.0));
            other.extend(shares.iter().enumerate().map(|(i, &w)| term(i + 1, slot, mixed(slot, w, there), 1.0)));
        }
        for &slot in &in_key {
            key.push(term(0, slot, model.target.heavy_leak * rate(slot), 1.0));
            key.push(term(1, slot, model.target.doublet_share * rate(slot), 1.0));
            key.push(term(2, slot, leak * rate(slot), 1.0));
            let heavy = model.target.heavy_leak * rate(slot);
            key.push(Term { target: heavy, ..term(3, slot, model.target.doublet_share * rate(slot), 1.0) });
        }

        let per_type = 2 * (1 + shares.len());
        let classes = (0..resolved.classes.len()).map(|class| {
            let top = &resolved.classes[class];
            if top.parent.is_some() || !top.reportable || panel.classes()[class].is_empty() {
                return None;
            }
            let mut types = Vec::new();
            let mut terms = Vec::new();
            // `silent`: genes of which nothing is known in the type, so that what `other` says of them is taken back.
            let mut add = |id: &str, subclass: Option<usize>, genes: Vec<TypeGene>, silent: &BTreeSet<usize>| {
                let first = types.len() * per_type;
                types.push(TypeOfClass { id: id.to_owned(), subclass });
                let mut off = |slot: usize| {
                    let mut back = |sum, there| terms.push(Term { sign: -1.0, ..term(first + sum, slot, there, 1.0) });
                    let there = leak * rate(slot);
                    back(1, there);
                    shares.iter().enumerate().for_each(|(i, &w)| back(2 * (i + 1) + 1, mixed(slot, w, there)));
                };
                for &slot in silent {
                    off(slot);
                }
                genes.iter().filter(|g| stromal.contains(&g.0) && !silent.contains(&g.0)).for_each(|g| off(g.0));
                for (slot, level, on) in genes {
                    let is_stromal = stromal.contains(&slot);
                    let there = if is_stromal {
                        level + leak * rate(slot)
                    } else if decisive.contains(&slot) {
                        level + rate(slot)
                    } else if background.is_frozen || level <= rate(slot) {
                        continue;
                    } else {
                        level
                    };
                    let mut put = |sum, there| terms.push(term(first + sum + usize::from(is_stromal), slot, there, on));
                    put(0, there);
                    shares.iter().enumerate().for_each(|(i, &w)| put(2 * (i + 1), mixed(slot, w, there)));
                }
            };
            let subclass_of = |id: &str| {
                (0..resolved.classes.len())
                    .find(|&c| resolved.classes[c].parent == Some(class) && resolved.classes[c].id == id)
            };
            for known in model.types.iter().filter(|t| t.class == top.id) {
                let named = model.rates(known);
                let genes = named.into_iter().filter_map(|(g, level)| Some((slot_of(g)?, level, model.gene.on)));
                add(&known.id, subclass_of(&known.subclass), genes.collect(), &BTreeSet::new());
            }
            // A class of known types is no looser collection of its genes: its panel is weighed only where no type is known.
            let has_type =
                |c: usize| model.types.iter().any(|t| t.class == top.id && t.subclass == resolved.classes[c].id);
            let knows_types = model.types.iter().any(|t| t.class == top.id);
            let by_panel = (0..resolved.classes.len()).filter(|&c| {
                (c == class && !knows_types) || (resolved.classes[c].parent == Some(class) && !has_type(c))
            });
            for c in by_panel.filter(|&c| !panel.classes()[c].is_empty()) {
                let level = model.gene.panel_rate / 1e4;
                let genes = panel.classes()[c].iter().map(|&slot| (slot, level, model.gene.panel_on)).collect();
                add(&resolved.classes[c].id, (c != class).then_some(c), genes, &beside_key);
            }
            let n_sums = types.len() * per_type;
            let table = TermTable::new(terms, n_sums, n_slots, &model.gene);
            Some(ClassWeights { types, table, has_doublets: top.when_target_high == TargetConflict::Suspect })
        });
        let classes = classes.collect();

        let subsets = panel.subsets().iter().enumerate().flat_map(|(subset, slots)| {
            let level = model.gene.panel_rate / 1e4;
            slots.iter().map(move |&slot| (subset, slot, level))
        });
        let subsets: Vec<Term> =
            subsets.map(|(sum, slot, level)| term(sum, slot, rate(slot) + level, model.gene.panel_on)).collect();
        Self {
            other: TermTable::new(other, 1 + shares.len(), n_slots, &model.gene),
            key: TermTable::new(key, 4, n_slots, &model.gene),
            classes,
            subsets: TermTable::new(subsets, panel.subsets().len(), n_slots, &model.gene),
            n_shares: shares.len(),
        }
    }

    /// Distinct genes of the stromal key that are `key_ratio` times likelier beside a target cell than by heavy ambient
    /// RNA, at the depth [`depth_beside`](super::evidence::depth_beside).
    pub(super) fn stromal_genes(&self, panel: &PanelCounts, cell: usize, at: Depth, rule: &Rule) -> u32 {
        let (slots, counts) = panel.row(cell);
        self.key.count_above(at, slots, counts, ln(rule.key_ratio), |sum| sum == 3)
    }

    /// Distinct genes seen in a cell that are at least twice as likely in some type of the class as in a target cell.
    pub(super) fn genes_for(&self, panel: &PanelCounts, cell: usize, class: usize) -> u32 {
        let (slots, counts) = panel.row(cell);
        let per_type = 2 * (1 + self.n_shares);
        self.classes[class].as_ref().map_or(0, |of_class| {
            let at = Depth::of(panel.total(cell) as f64);
            of_class.table.count_above(at, slots, counts, ln(2.0), |sum| sum % per_type == 0)
        })
    }
}
