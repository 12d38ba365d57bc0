//! Preparation of RNA counts, `n_cells x n_genes`.
//!
//! Quality control has two tiers, because a contaminant beside large stromal cells is often a small cell with little
//! RNA, and a cut made for stromal cells would delete what is looked for:
//!
//! 1. [`floor`] drops only what cannot be any cell.
//! 2. After candidates of contaminants are known, [`lot_thresholds`] derives this lot's bounds from its likely target
//!    cells, and [`apply_lot_thresholds`] drops by them; candidates are exempt but from the mitochondrial hard cap.
//!
//! [`sweep`] shows what other cut-offs would have dropped. [`log_normalise`] and [`variable_features`] follow.

mod feature_metrics;
mod floor;
mod metrics;
mod normalise;
mod sweep;
mod thresholds;
mod variable;

pub use feature_metrics::{FeatureMetrics, feature_metrics};
pub use floor::{FloorParams, floor};
pub use metrics::{CellMetrics, FeatureSets, MetricsPass, cell_metrics};
pub use normalise::{NormaliseParams, log_normalise, size_factors};
pub use sweep::{SweepParams, SweepRow, sweep};
pub use thresholds::{Derivation, LotParams, LotThresholds, MadRule, Threshold, apply_lot_thresholds, lot_thresholds};
pub use variable::{VariableFeatures, VariableParams, VariablePass, variable_features};
