//! Features by id and by symbol.

use std::collections::BTreeMap;

use puricell_core::{FeatureKind, FeatureTable};

use super::{MatchedBy, ResolvedGene};
use crate::Panels;
use crate::species::{MouseTable, Species, bare_id, bare_name};

/// The gene expression features of a file, to be asked for human genes.
pub(super) struct GeneIndex<'a> {
    by_id: BTreeMap<&'a str, Vec<usize>>,
    by_symbol: BTreeMap<&'a str, Vec<usize>>,
    /// Symbol to its other names.
    aliases: BTreeMap<&'a str, Vec<&'a str>>,
    mouse: Option<MouseTable>,
    names: Vec<&'a str>,
}

impl<'a> GeneIndex<'a> {
    pub(super) fn new(features: &'a FeatureTable, panels: &'a Panels, species: Species) -> Self {
        let (mut by_id, mut by_symbol) = (BTreeMap::<&str, Vec<usize>>::new(), BTreeMap::<&str, Vec<usize>>::new());
        let names: Vec<&str> = (0..features.len()).map(|i| bare_name(features, i)).collect();
        for feature in (0..features.len()).filter(|&i| features.kinds[i] == FeatureKind::GeneExpression) {
            by_id.entry(bare_id(features, feature)).or_default().push(feature);
            by_symbol.entry(names[feature]).or_default().push(feature);
        }
        let mut aliases = BTreeMap::<&str, Vec<&str>>::new();
        for (alias, symbol) in &panels.aliases {
            aliases.entry(symbol).or_default().push(alias);
        }
        let mouse = (species == Species::Mouse).then(MouseTable::builtin);
        Self { by_id, by_symbol, aliases, mouse, names }
    }

    /// The columns of a human gene; `None` where it is not measured.
    pub(super) fn find(&self, symbol: &str, ensembl: &str) -> Option<ResolvedGene> {
        let (ids, symbols) = match &self.mouse {
            None => (vec![ensembl.to_owned()], vec![symbol.to_owned()]),
            Some(table) => {
                let gene = table.get(symbol);
                (gene.ids, gene.symbols)
            }
        };
        let ids: Vec<&str> = ids.iter().map(String::as_str).filter(|id| !id.is_empty()).collect();
        let symbols: Vec<&str> = symbols.iter().map(String::as_str).collect();
        let gene = |mut columns: Vec<usize>, matched_by| {
            columns.sort_unstable();
            columns.dedup();
            Some(ResolvedGene { symbol: symbol.to_owned(), columns, matched_by })
        };
        let by_id = columns(&self.by_id, &ids);
        let by_symbol = columns(&self.by_symbol, &symbols);
        if !by_id.is_empty() {
            // A second column of the same symbol is another copy of the gene (PAR genes have two ids). Where the id
            // goes by another symbol, a column of the panel's symbol is another gene that took the name.
            let same_name = by_id.iter().any(|&c| symbols.contains(&self.names[c]));
            return gene(if same_name { [by_id, by_symbol].concat() } else { by_id }, MatchedBy::Id);
        }
        if !by_symbol.is_empty() {
            return gene(by_symbol, MatchedBy::Symbol);
        }
        if self.mouse.is_none()
            && let Some(aliases) = self.aliases.get(symbol)
        {
            let by_alias = columns(&self.by_symbol, aliases);
            if !by_alias.is_empty() {
                return gene(by_alias, MatchedBy::Alias);
            }
        }
        None
    }
}

fn columns(index: &BTreeMap<&str, Vec<usize>>, keys: &[&str]) -> Vec<usize> {
    keys.iter().filter_map(|key| index.get(key)).flatten().copied().collect()
}
