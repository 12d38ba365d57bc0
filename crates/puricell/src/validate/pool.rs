//! The cells that a study draws from.

use std::collections::BTreeMap;

use puricell_core::{CountBuilder, CountMatrix, Dataset, FeatureTable};

use super::genes::shared_genes;
use crate::error::AppError;

/// Cells of one file that belong to one group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selected {
    /// Index of the file.
    pub file: usize,
    /// The group: 0 is the target, class `i` of the study is `i + 1`.
    pub group: usize,
    /// Rows of the file.
    pub rows: Vec<usize>,
}

/// The cells of the target or of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// `target` or the class's id.
    pub id: String,
    /// Rows of [`Pool::counts`].
    pub rows: Vec<usize>,
}

/// The cells of all groups over the genes that all files have.
#[derive(Debug, Clone, PartialEq)]
pub struct Pool {
    /// `n_pool_cells x n_shared_genes`.
    pub counts: CountMatrix,
    /// The shared genes.
    pub features: FeatureTable,
    /// The target first, then a group per class.
    pub groups: Vec<Group>,
    /// Genes of the first file that another lacks.
    pub n_left_out: usize,
}

impl Pool {
    /// Brings the selected cells together. `groups` are the ids of the groups, `names` what messages call the files.
    ///
    /// # Errors
    /// [`AppError::Channels`] where files have too few genes in common; [`AppError::Usage`] where one cell is in two groups,
    /// or twice in one; [`AppError::NoData`] for a group without a cell.
    pub fn gather(
        files: &[Dataset],
        names: &[String],
        groups: &[String],
        selected: &[Selected],
    ) -> Result<Self, AppError> {
        let tables: Vec<&FeatureTable> = files.iter().map(Dataset::features).collect();
        let shared = shared_genes(&tables, names)?;
        let features = files.first().map(|f| f.features().select(&shared.columns)).unwrap_or_default();
        let mut pool_groups: Vec<Group> = groups.iter().map(|id| Group { id: id.clone(), rows: Vec::new() }).collect();
        let mut counts = CountBuilder::new(features.len());
        let mut taken: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for part in selected {
            let new_column = &shared.new_column[part.file];
            let file = &files[part.file];
            for &row in &part.rows {
                if let Some(&before) = taken.get(&(part.file, row)) {
                    return Err(AppError::usage(
                        format!(
                            "cell {} of {} is meant as {} and again as {}",
                            file.cells().ids[row],
                            names[part.file],
                            groups[before],
                            groups[part.group]
                        ),
                        "choose disjoint cells with COLUMN=VALUE",
                    ));
                }
                taken.insert((part.file, row), part.group);
                file.counts().row(row).for_each(|column, count| {
                    if let Some(new) = new_column[column as usize] {
                        counts.push(new, count);
                    }
                });
                pool_groups[part.group].rows.push(counts.n_rows());
                counts.end_row();
            }
        }
        if let Some(group) = pool_groups.iter().find(|g| g.rows.is_empty()) {
            return Err(AppError::NoData {
                message: format!("there is not one cell of {} to mix", group.id),
                hint: "check the files and labels with `puricell inspect`",
            });
        }
        let counts = counts.finish().map_err(|e| AppError::Internal { place: "pool", message: e.to_string() })?;
        let n_first = files.first().map_or(0, Dataset::n_features);
        Ok(Self { counts, features, groups: pool_groups, n_left_out: n_first - shared.columns.len() })
    }
}
