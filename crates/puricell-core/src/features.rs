//! What is measured: genes, and what else a file may carry.

/// What a feature counts, in Cell Ranger's terms.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum FeatureKind {
    /// RNA of a gene; the kind that puricell analyses.
    GeneExpression,
    /// Antibody-derived tags.
    AntibodyCapture,
    /// Guide RNAs.
    CrisprGuideCapture,
    /// Multiplexing tags.
    MultiplexingCapture,
    /// Open-chromatin peaks.
    Peaks,
    /// Any other kind, by its name in the file.
    Other(String),
}

impl FeatureKind {
    /// From Cell Ranger's `feature_type`; an empty text is gene expression, as in files that carry nothing else.
    pub fn from_name(name: &str) -> Self {
        match name {
            "" | "Gene Expression" => Self::GeneExpression,
            "Antibody Capture" => Self::AntibodyCapture,
            "CRISPR Guide Capture" => Self::CrisprGuideCapture,
            "Multiplexing Capture" => Self::MultiplexingCapture,
            "Peaks" => Self::Peaks,
            other => Self::Other(other.to_owned()),
        }
    }

    /// Cell Ranger's name.
    pub fn name(&self) -> &str {
        match self {
            Self::GeneExpression => "Gene Expression",
            Self::AntibodyCapture => "Antibody Capture",
            Self::CrisprGuideCapture => "CRISPR Guide Capture",
            Self::MultiplexingCapture => "Multiplexing Capture",
            Self::Peaks => "Peaks",
            Self::Other(name) => name,
        }
    }
}

/// The features of a data set; four columns of one length.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeatureTable {
    /// Accession, such as `ENSG00000081237`; equal to `names` where the file has none.
    pub ids: Vec<String>,
    /// Symbol, such as `PTPRC`. May repeat.
    pub names: Vec<String>,
    /// What is counted.
    pub kinds: Vec<FeatureKind>,
    /// Genome or reference, such as `GRCh38`; empty where unknown.
    pub genomes: Vec<String>,
}

impl FeatureTable {
    /// Number of features.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// True when there is no feature.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The features named by index, in the order named.
    #[must_use]
    pub fn select(&self, features: &[usize]) -> Self {
        Self {
            ids: features.iter().map(|&i| self.ids[i].clone()).collect(),
            names: features.iter().map(|&i| self.names[i].clone()).collect(),
            kinds: features.iter().map(|&i| self.kinds[i].clone()).collect(),
            genomes: features.iter().map(|&i| self.genomes[i].clone()).collect(),
        }
    }

    /// Distinct kinds with their counts, most frequent first.
    pub fn kind_counts(&self) -> Vec<(FeatureKind, usize)> {
        count_distinct(&self.kinds)
    }

    /// Distinct genomes with their counts, most frequent first.
    pub fn genome_counts(&self) -> Vec<(String, usize)> {
        count_distinct(&self.genomes)
    }
}

fn count_distinct<T: Clone + Ord>(values: &[T]) -> Vec<(T, usize)> {
    let mut counts: std::collections::BTreeMap<&T, usize> = std::collections::BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    let mut counts: Vec<(T, usize)> = counts.into_iter().map(|(v, n)| (v.clone(), n)).collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}
