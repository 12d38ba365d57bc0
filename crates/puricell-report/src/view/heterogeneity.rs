//! Sub-populations and homogeneity as text.

use std::collections::BTreeSet;

use super::{count, message, number_or_dash, or_dash};
use crate::lang::Term;
use crate::model::{Marker, Model, Quantiles};
use crate::number;
use crate::terms::{self, known, words};
use crate::text::{Sayable, Text};

/// One marker gene.
pub(crate) struct MarkerView {
    pub(crate) gene: Text,
    pub(crate) auc: Text,
    pub(crate) fold: Text,
    pub(crate) inside: Text,
    pub(crate) outside: Text,
    pub(crate) p: Text,
}

/// One sub-population.
pub(crate) struct SubView {
    pub(crate) id: Text,
    pub(crate) note: Text,
    pub(crate) counts: Text,
    pub(crate) interval: Text,
    pub(crate) jaccard: Text,
    pub(crate) stable: Term,
    pub(crate) markers: Vec<MarkerView>,
}

/// Heterogeneity of the target.
pub(crate) struct HeterogeneityView {
    pub(crate) sentence: Text,
    pub(crate) subs: Vec<SubView>,
    pub(crate) stability: Vec<Text>,
    /// Any marker in any sub-population.
    pub(crate) has_markers: bool,
}

pub(crate) fn heterogeneity(model: &Model) -> Option<HeterogeneityView> {
    let data = model.heterogeneity.as_ref()?;
    let subs: Vec<SubView> = data
        .subpopulations
        .iter()
        .map(|s| {
            let ci = (s.ci_low, s.ci_high);
            SubView {
                id: Text::Same(s.id.clone()),
                note: message(s.note.as_deref().unwrap_or_default()),
                counts: Text::Number(number::share(s.k, s.n, Some(s.fraction), Some(ci), None)),
                interval: super::interval(Some(ci)),
                jaccard: or_dash(s.jaccard.map(|q| spread(q, 2))),
                stable: match s.stable {
                    Some(true) => terms::STABLE,
                    Some(false) => terms::NOT_STABLE,
                    None => terms::NOT_ASSESSED,
                },
                markers: s.markers.iter().map(marker).collect(),
            }
        })
        .collect();
    Some(HeterogeneityView {
        sentence: terms::HETEROGENEITY_SENTENCE.with(&[
            &match subs.len() {
                1 => terms::ONE_SUB_POPULATION.said(),
                n => terms::SUB_POPULATIONS_N.with(&[&n]),
            },
            &number::count(data.n),
            &words::of(model.cytometry.is_some()).many,
            &known(&data.scope),
            &known(&data.method),
            &number::significant(data.resolution, 2),
            &number_or_dash(data.modularity.map(|m| number::fixed(m, 3))),
        ]),
        has_markers: data.subpopulations.iter().any(|s| !s.markers.is_empty()),
        subs,
        stability: stability(model),
    })
}

fn marker(m: &Marker) -> MarkerView {
    let share = |f: Option<f64>| {
        or_dash(f.map(|f| if f > 0.0 { Text::Number(number::percent(f, 100, None, None)) } else { words::NONE.said() }))
    };
    MarkerView {
        gene: Text::Same(m.gene.clone()),
        auc: Text::Number(number::fixed(m.auc, 2)),
        fold: number_or_dash(m.log2_fold_change.map(|f| number::fixed(f, 1))),
        inside: share(m.fraction_in),
        outside: share(m.fraction_out),
        p: Text::Number(number::p_value(m.p_adjusted)),
    }
}

/// `0.88 (0.79 – 0.92)`.
fn spread(q: Quantiles, decimals: usize) -> Text {
    Text::Number(format!(
        "{} ({}{}–{}{})",
        number::fixed(q.median, decimals),
        number::fixed(q.q05, decimals),
        number::NBSP,
        number::NBSP,
        number::fixed(q.q95, decimals)
    ))
}

/// The stability in sentences.
fn stability(model: &Model) -> Vec<Text> {
    let Some(data) = model.heterogeneity.as_ref().and_then(|h| h.stability.as_ref()) else { return Vec::new() };
    let mut sentences = Vec::new();
    if let Some(b) = data.bootstrap {
        let ari = b.ari.map_or_else(|| Text::Same(String::new()), |q| terms::BOOTSTRAP_ARI.with(&[&spread(q, 2)]));
        sentences.push(terms::BOOTSTRAP.with(&[
            &number::count(b.n_replicates),
            &Text::Number(number::given_percent(b.fraction_drawn)),
            &words::of(model.cytometry.is_some()).many,
            &ari,
        ]));
    }
    if let Some(limit) = data.stable_from {
        sentences.push(terms::STABLE_FROM.with(&[&number::fixed(limit, 2)]));
    }
    if let (Some(low), Some(high)) =
        (data.seeds.iter().map(|s| s.ari).reduce(f64::min), data.seeds.iter().map(|s| s.ari).reduce(f64::max))
    {
        sentences.push(terms::OTHER_SEEDS.with(&[&data.seeds.len(), &number::fixed(low, 2), &number::fixed(high, 2)]));
    }
    if let Some(ari) = data.kmeans_ari {
        sentences.push(terms::SECOND_METHOD.with(&[&number::fixed(ari, 2)]));
    }
    sentences
}

/// The Hill numbers of one grouping.
pub(crate) struct HillView {
    pub(crate) over: Text,
    pub(crate) n: Text,
    /// Aligned with the orders.
    pub(crate) values: Vec<Text>,
}

/// Homogeneity of the target.
pub(crate) struct HomogeneityView {
    pub(crate) index: Option<IndexView>,
    pub(crate) separation: Option<(String, String, String)>,
    pub(crate) orders: Vec<u32>,
    pub(crate) hill: Vec<HillView>,
    pub(crate) note: Option<Text>,
}

/// The homogeneity index.
pub(crate) struct IndexView {
    pub(crate) value: Text,
    pub(crate) n: Text,
    pub(crate) halves: Text,
    pub(crate) difference: Text,
    pub(crate) n_splits: Text,
    pub(crate) genes: Text,
}

pub(crate) fn homogeneity(model: &Model) -> Option<HomogeneityView> {
    let data = model.homogeneity.as_ref()?;
    let orders: BTreeSet<u32> = data.hill.iter().map(|h| h.order).collect();
    let orders: Vec<u32> = orders.into_iter().collect();
    let mut hill: Vec<HillView> = Vec::new();
    for h in &data.hill {
        let ends = h.ci_low.zip(h.ci_high).map_or_else(String::new, |(low, high)| {
            format!(" ({}{}–{}{})", number::fixed(low, 2), number::NBSP, number::NBSP, number::fixed(high, 2))
        });
        let place = hill.iter().position(|v| v.over.en() == h.over).unwrap_or_else(|| {
            let values = vec![or_dash(None); orders.len()];
            hill.push(HillView { over: known(&h.over), n: count(h.n), values });
            hill.len() - 1
        });
        if let Some(column) = orders.iter().position(|&o| o == h.order) {
            hill[place].values[column] = Text::Number(format!("{}{ends}", number::fixed(h.value, 2)));
        }
    }
    Some(HomogeneityView {
        index: data.index.as_ref().map(|i| IndexView {
            value: Text::Number(number::fixed(i.value, 3)),
            n: count(i.n),
            halves: or_dash(i.half_index.map(|q| spread(q, 3))),
            difference: or_dash(i.split_half_difference.map(|q| spread(q, 4))),
            n_splits: count(i.n_splits),
            genes: number_or_dash(i.n_deviating_genes.map(number::count)),
        }),
        separation: data
            .separation
            .as_ref()
            .map(|s| (number::fixed(s.value, 2), number::fixed(s.null_q95, 2), number::count(s.n_groups))),
        orders,
        hill,
        note: data.note.as_deref().map(message),
    })
}
