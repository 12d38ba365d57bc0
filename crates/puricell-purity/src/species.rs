//! Human or mouse, and which mouse gene stands for a human one.

use std::collections::BTreeMap;

use puricell_core::{FeatureKind, FeatureTable};

use crate::PurityError;

/// The species whose genes a file names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Species {
    /// Homo sapiens.
    Human,
    /// Mus musculus.
    Mouse,
}

impl Species {
    /// The word written to files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Mouse => "mouse",
        }
    }

    /// The species of a word written to files.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Human, Self::Mouse].into_iter().find(|species| species.name() == name)
    }

    /// Tells the species from the gene expression features: by the prefix of Ensembl gene ids where there are any, else
    /// by the case of the symbols (`PTPRC` or `Ptprc`). In a file with both, the species with more genes is meant,
    /// human if they are equal.
    ///
    /// # Errors
    /// [`PurityError::UnknownSpecies`] where less than half of the features look like either.
    pub fn detect(features: &FeatureTable) -> Result<Self, PurityError> {
        let genes: Vec<usize> =
            (0..features.len()).filter(|&i| features.kinds[i] == FeatureKind::GeneExpression).collect();
        let share = |holds: &dyn Fn(usize) -> bool| genes.iter().filter(|&&i| holds(i)).count();
        let ensembl = share(&|i| bare_id(features, i).starts_with("ENS"));
        let (human, mouse, of) = if ensembl * 2 > genes.len() {
            (
                share(&|i| is_gene_id(bare_id(features, i), "ENSG")),
                share(&|i| is_gene_id(bare_id(features, i), "ENSMUSG")),
                ensembl,
            )
        } else {
            (
                share(&|i| is_upper_symbol(bare_name(features, i))),
                share(&|i| is_title_symbol(bare_name(features, i))),
                genes.len(),
            )
        };
        if (human + mouse) * 2 > of && human >= mouse {
            Ok(Self::Human)
        } else if (human + mouse) * 2 > of {
            Ok(Self::Mouse)
        } else {
            Err(PurityError::UnknownSpecies { n_features: genes.len(), examples: examples(features, &genes) })
        }
    }
}

/// The first features as `id/symbol`, for messages.
pub(crate) fn examples(features: &FeatureTable, genes: &[usize]) -> String {
    let first: Vec<String> = genes
        .iter()
        .take(3)
        .map(|&i| match (features.ids[i].as_str(), features.names[i].as_str()) {
            (id, name) if id == name => name.to_owned(),
            (id, name) => format!("{id}/{name}"),
        })
        .collect();
    if first.is_empty() { "none".to_owned() } else { first.join(", ") }
}

/// The ids of all features as a reference names them: without the version of an Ensembl id, and without the genome prefix of a
/// file of several genomes.
pub fn bare_ids(features: &FeatureTable) -> Vec<String> {
    (0..features.len()).map(|feature| bare_id(features, feature).to_owned()).collect()
}

/// A feature's id without version and without the genome prefix of a file of several genomes.
pub(crate) fn bare_id(features: &FeatureTable, feature: usize) -> &str {
    let id = without_genome(&features.ids[feature], &features.genomes[feature]);
    if id.starts_with("ENS") { id.split('.').next().unwrap_or(id) } else { id }
}

/// A feature's symbol without the genome prefix of a file of several genomes.
pub(crate) fn bare_name(features: &FeatureTable, feature: usize) -> &str {
    without_genome(&features.names[feature], &features.genomes[feature])
}

fn without_genome<'a>(text: &'a str, genome: &str) -> &'a str {
    if genome.is_empty() {
        return text;
    }
    match text.strip_prefix(genome) {
        Some(rest) if rest.starts_with('_') => rest.trim_start_matches('_'),
        _ => text,
    }
}

fn is_gene_id(id: &str, prefix: &str) -> bool {
    id.strip_prefix(prefix).is_some_and(|rest| rest.bytes().next().is_some_and(|b| b.is_ascii_digit()))
}

fn is_upper_symbol(name: &str) -> bool {
    name.bytes().next().is_some_and(|b| b.is_ascii_uppercase())
        && name.bytes().skip(1).any(|b| b.is_ascii_uppercase())
        && name.bytes().filter(u8::is_ascii_lowercase).count() <= 3
}

fn is_title_symbol(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_uppercase())
        && name.bytes().skip(1).all(|b| !b.is_ascii_uppercase())
        && name.bytes().skip(1).any(|b| b.is_ascii_lowercase())
}

/// What stands for a human gene in mouse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MouseGene {
    /// Mouse symbols; empty where mouse has no such gene.
    pub(crate) symbols: Vec<String>,
    /// Mouse Ensembl ids.
    pub(crate) ids: Vec<String>,
}

/// The mouse genes that stand for human genes: `data/mouse_symbols.tsv`, and the Title-case rule for other genes.
pub(crate) struct MouseTable {
    rows: BTreeMap<&'static str, MouseGene>,
}

impl MouseTable {
    pub(crate) fn builtin() -> Self {
        let rows = include_str!("../data/mouse_symbols.tsv")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .skip(1)
            .filter_map(|line| {
                let mut fields = line.split('\t');
                let human = fields.next()?;
                let list = |field: Option<&str>| -> Vec<String> {
                    field.unwrap_or("").split(',').filter(|s| !s.is_empty()).map(str::to_owned).collect()
                };
                let symbols = list(fields.next());
                let ids = list(fields.next());
                Some((human, MouseGene { symbols, ids }))
            })
            .collect();
        Self { rows }
    }

    pub(crate) fn get(&self, human: &str) -> MouseGene {
        self.rows.get(human).cloned().unwrap_or_else(|| MouseGene { symbols: vec![title_case(human)], ids: Vec::new() })
    }
}

fn title_case(symbol: &str) -> String {
    let mut chars = symbol.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(chars.flat_map(char::to_lowercase)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Panels;

    fn table(ids: &[&str], names: &[&str]) -> FeatureTable {
        FeatureTable {
            ids: ids.iter().map(|&s| s.to_owned()).collect(),
            names: names.iter().map(|&s| s.to_owned()).collect(),
            kinds: vec![FeatureKind::GeneExpression; ids.len()],
            genomes: vec![String::new(); ids.len()],
        }
    }

    #[test]
    fn ids_decide_before_symbols() {
        let human = ["ENSG00000081237.20", "ENSG00000108821", "x"];
        assert_eq!(Species::detect(&table(&human, &["Ptprc", "Col1a1", "x"])).unwrap(), Species::Human);
        let mouse = ["ENSMUSG00000026395", "ENSMUSG00000001506.3"];
        assert_eq!(Species::detect(&table(&mouse, &["PTPRC", "COL1A1"])).unwrap(), Species::Mouse);
        let symbols = ["PTPRC", "C1orf43", "MT-CO1", "AC106864.1"];
        assert_eq!(Species::detect(&table(&symbols, &symbols)).unwrap(), Species::Human);
        let symbols = ["Ptprc", "Rp1", "mt-Co1", "Gm37988", "1700034P13Rik"];
        assert_eq!(Species::detect(&table(&symbols, &symbols)).unwrap(), Species::Mouse);
    }

    #[test]
    fn other_species_and_plain_numbers_are_refused_by_name() {
        let fish = ["ENSDARG00000000001", "ENSDARG00000000002"];
        let error = Species::detect(&table(&fish, &["slc35a5", "ccnd1"])).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the 2 gene features are neither human nor mouse genes by id or symbol (first ones: \
             ENSDARG00000000001/slc35a5, ENSDARG00000000002/ccnd1); human (ENSG..., PTPRC) or mouse (ENSMUSG..., \
             Ptprc) genes are expected"
        );
        let numbers = ["gene_1", "gene_2"];
        assert!(Species::detect(&table(&numbers, &numbers)).is_err());
        assert!(Species::detect(&FeatureTable::default()).is_err());
    }

    #[test]
    fn genome_prefixes_are_taken_off() {
        let mut t = table(&["GRCh38_ENSG00000081237"], &["mm10___Ptprc"]);
        t.genomes[0] = "GRCh38".to_owned();
        assert_eq!(bare_id(&t, 0), "ENSG00000081237");
        t.genomes[0] = "mm10".to_owned();
        assert_eq!(bare_name(&t, 0), "Ptprc");
    }

    #[test]
    fn the_mouse_table_covers_every_panel_gene_and_departs_from_the_rule_only_with_a_reason() {
        let table = MouseTable::builtin();
        let notes: BTreeMap<&str, &str> = include_str!("../data/mouse_symbols.tsv")
            .lines()
            .filter(|l| !l.starts_with('#'))
            .skip(1)
            .map(|l| (l.split('\t').next().unwrap(), l.split('\t').nth(3).unwrap()))
            .collect();
        let mut seen = 0;
        for marker in Panels::builtin().unwrap().panels.iter().flat_map(|p| &p.markers) {
            let row = table.rows.get(marker.symbol.as_str()).unwrap_or_else(|| panic!("{}", marker.symbol));
            seen += 1;
            assert!(row.ids.iter().all(|id| is_gene_id(id, "ENSMUSG") && id.len() == 18), "{row:?}");
            assert_eq!(row.symbols.is_empty(), row.ids.is_empty(), "{row:?}");
            if row.symbols.is_empty() {
                assert!(!notes[marker.symbol.as_str()].is_empty(), "{}", marker.symbol);
            }
        }
        assert_eq!(seen, 732);
        assert_eq!(table.get("COL1A1").symbols, ["Col1a1"]);
        assert_eq!(table.get("TP63").symbols, ["Trp63"]);
        assert_eq!(table.get("LYZ").symbols, ["Lyz1", "Lyz2"]);
        assert!(table.get("CXCL8").symbols.is_empty());
        assert_eq!(table.get("NOTAPANELGENE1").symbols, ["Notapanelgene1"]);
    }
}
