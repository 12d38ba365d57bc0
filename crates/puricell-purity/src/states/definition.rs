//! The states there are.

/// A state and the panels whose genes it raises or lowers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StateDefinition {
    /// Id, written to files.
    pub id: &'static str,
    /// English name.
    pub name_en: &'static str,
    /// Ids of panels. The state is looked for where the profile names all of them.
    pub panels: &'static [&'static str],
    /// The most that the genes which rise make of the molecules of a cell at rest; `None` where this differs too much from
    /// product to product, so that the lot's own cells alone say it.
    pub at_rest_most: Option<f64>,
    /// What they make at least of the molecules of a cell in the state; `None` where nothing is known but the fold.
    pub shown: Option<f64>,
}

/// The states, in the order of the report.
///
/// Molecules per 10,000 of the panels' genes that rise, by which the numbers were set. Cycle: 9 to 12 in cells hardly one
/// of which divides (human breast stroma, mouse marrow stroma, macrophages of a lavage), 129, 148 and 150 in three growing
/// cell lines (sc_mixology, Tian 2019), of which half is asked of a cell in the state that must be told less a quarter. Interferon: 1
/// to 6 in stroma and two of these lines; that licensed cells make 100 is general knowledge, as is 50 of NF-kB's genes.
///
/// The set SenMayo is no state of single cells: 125 genes, most of them secreted factors that stromal cells make anyway and
/// that never rise together, tell a population's age and no cell's.
pub const STATES: [StateDefinition; 5] = [
    StateDefinition {
        id: "cycling",
        name_en: "Cycling (S or G2/M)",
        panels: &["cycle_s", "cycle_g2m"],
        at_rest_most: Some(20e-4),
        shown: Some(50e-4),
    },
    StateDefinition {
        id: "senescent",
        name_en: "Senescence, core genes",
        panels: &["senescence_core"],
        at_rest_most: None,
        shown: None,
    },
    StateDefinition {
        id: "licensed",
        name_en: "Licensed (interferon response)",
        panels: &["state_ifn"],
        at_rest_most: Some(20e-4),
        shown: Some(100e-4),
    },
    StateDefinition {
        id: "inflammatory",
        name_en: "Inflammatory (NF-κB)",
        panels: &["state_nfkb"],
        at_rest_most: None,
        shown: Some(50e-4),
    },
    StateDefinition {
        id: "stressed",
        name_en: "Dissociation or heat-shock stress",
        panels: &["state_stress"],
        at_rest_most: None,
        shown: None,
    },
];
