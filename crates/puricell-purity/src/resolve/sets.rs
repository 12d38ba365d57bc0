//! Genes known by name or prefix.

use puricell_core::{FeatureKind, FeatureTable};

use super::GeneSets;
use super::index::GeneIndex;
use crate::Panels;
use crate::species::bare_name;

/// Human globin genes; the mouse ones are named `Hba-` and `Hbb-`.
const GLOBINS: [&str; 10] = ["HBA1", "HBA2", "HBB", "HBD", "HBE1", "HBG1", "HBG2", "HBM", "HBQ1", "HBZ"];

pub(super) fn gene_sets(features: &FeatureTable, panels: &Panels, index: &GeneIndex<'_>) -> GeneSets {
    let mut sets = GeneSets::default();
    for feature in (0..features.len()).filter(|&i| features.kinds[i] == FeatureKind::GeneExpression) {
        let name = bare_name(features, feature);
        if name.get(..3).is_some_and(|p| p.eq_ignore_ascii_case("MT-")) {
            sets.mito.push(feature);
        }
        if is_ribosomal(name) {
            sets.ribo.push(feature);
        }
        if GLOBINS.contains(&name) || name.starts_with("Hba-") || name.starts_with("Hbb-") {
            sets.haemoglobin.push(feature);
        }
    }
    // Files that name mitochondrial genes otherwise (ND1, MTND1) are known by their ids.
    if let Some(panel) = panels.get("mito") {
        sets.mito
            .extend(panel.markers.iter().filter_map(|m| index.find(&m.symbol, &m.ensembl)).flat_map(|g| g.columns));
        sets.mito.sort_unstable();
        sets.mito.dedup();
    }
    sets
}

/// `RPL` or `RPS`, a number and at most a letter or two (`RPL36AL`, `RPS4Y1`), besides `RPSA` and `RPLP0` to `RPLP2`;
/// the kinases `RPS6K...`, pseudogenes (`RPL21P16`) and read-throughs (`RPS10-NUDT3`) are not ribosomal proteins.
fn is_ribosomal(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let Some(rest) = upper.strip_prefix("RPL").or_else(|| upper.strip_prefix("RPS")) else { return false };
    if rest == "A" || ["P0", "P1", "P2"].contains(&rest) {
        return true;
    }
    let tail = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    tail.len() < rest.len() && ["", "A", "L", "X", "Y", "Y1", "Y2", "AL", "L1", "L3", "AX"].contains(&tail)
}

#[cfg(test)]
mod tests {
    use super::is_ribosomal;

    #[test]
    fn ribosomal_proteins_are_told_from_their_namesakes() {
        for name in ["RPL3", "RPS27A", "RPLP0", "RPSA", "RPL36AL", "RPS4X", "RPS4Y1", "RPL26L1", "Rpl13a", "Rps4x"] {
            assert!(is_ribosomal(name), "{name}");
        }
        for name in ["RPS6KA1", "RPL21P16", "RPS10-NUDT3", "RPS19BP1", "RPRD1A", "RPS6KL1", "MRPL3", "RPSAP58"] {
            assert!(!is_ribosomal(name), "{name}");
        }
    }
}
