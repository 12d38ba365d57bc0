//! Does a model agree with itself.

mod cytometry;
mod product;

use super::{Distribution, Model, Scale};
use crate::error::{ModelProblem, ReportError};

impl Model {
    /// Checks what the renderings rely on: accounting adds up, lists that go together are equally long, classes exist,
    /// parts do not exceed wholes, fractions lie in 0 to 1.
    ///
    /// # Errors
    /// [`ReportError::Model`] with every problem found.
    pub fn check(&self) -> Result<(), ReportError> {
        let mut found = Problems { list: Vec::new(), n_classes: self.classes.len() };
        let accounting = &self.qc.accounting;
        let dropped = accounting.dropped.iter().fold(0_u64, |sum, d| sum.saturating_add(d.n));
        if accounting.kept.checked_add(dropped) != Some(accounting.loaded) {
            found.list.push(ModelProblem::Accounting { loaded: accounting.loaded, kept: accounting.kept, dropped });
        }
        for statement in &self.purity {
            found.part("purity", statement.k, statement.n);
            found.fractions("purity", &[statement.fraction, statement.ci_low, statement.ci_high]);
        }
        for row in &self.composition {
            let what = format!("composition.{}", row.class);
            found.part(&what, row.k.unwrap_or(0), row.n);
            found.fractions(
                &what,
                &[row.fraction, row.ci_low, row.ci_high, row.upper_one_sided, row.lob, row.lod, row.loq, row.limit],
            );
            if !self.classes.iter().any(|c| c.id == row.class) {
                found.unknown_class("composition", &row.class);
            }
        }
        product::check(&self.product, &mut found);
        for item in &self.verdict.items {
            let what = format!("verdict.{}", item.id);
            found.part(&what, item.k.unwrap_or(0), item.n);
            found.fractions(
                &what,
                &[item.fraction, item.ci_low, item.ci_high, item.bound_one_sided, item.limit_fraction],
            );
        }
        for panel in &self.panels {
            found.part(&format!("panels.{}", panel.class), panel.present, panel.total);
        }
        for distribution in &self.qc.distributions {
            found.distribution(distribution);
        }
        if let Some(scatter) = &self.calls.scatter {
            found.classes("calls.scatter.class", &scatter.class);
            found.length("calls.scatter.target.score", scatter.target.score.len(), scatter.class.len());
            for axis in &scatter.contaminants {
                found.length(&format!("calls.scatter.{}.score", axis.class), axis.score.len(), scatter.class.len());
            }
        }
        if let Some(clusters) = &self.clusters {
            for cluster in &clusters.clusters {
                let what = format!("clusters.{}.class_counts", cluster.id);
                found.length(&what, cluster.class_counts.len(), self.classes.len());
            }
        }
        if let Some(umap) = &self.umap {
            found.classes("umap.class", &umap.class);
            found.length("umap.x", umap.x.len(), umap.class.len());
            found.length("umap.y", umap.y.len(), umap.class.len());
            if !umap.cluster.is_empty() {
                found.length("umap.cluster", umap.cluster.len(), umap.class.len());
            }
        }
        if let Some(heterogeneity) = &self.heterogeneity {
            for sub in &heterogeneity.subpopulations {
                let what = format!("heterogeneity.{}", sub.id);
                found.part(&what, sub.k, sub.n);
                found.fractions(&what, &[Some(sub.fraction), Some(sub.ci_low), Some(sub.ci_high)]);
            }
        }
        if let Some(cytometry) = &self.cytometry {
            cytometry::check(cytometry, &mut found);
        }
        if found.list.is_empty() { Ok(()) } else { Err(ReportError::Model(found.list)) }
    }
}

struct Problems {
    list: Vec<ModelProblem>,
    n_classes: usize,
}

impl Problems {
    fn length(&mut self, what: &str, found: usize, expected: usize) {
        if found != expected {
            self.list.push(ModelProblem::Length { what: what.to_owned(), found, expected });
        }
    }

    fn unknown_class(&mut self, what: &str, found: &str) {
        self.list.push(ModelProblem::UnknownClass {
            what: what.to_owned(),
            found: found.to_owned(),
            n_classes: self.n_classes,
        });
    }

    fn unknown_reference(&mut self, what: &str, found: &str) {
        self.list.push(ModelProblem::UnknownReference { what: what.to_owned(), found: found.to_owned() });
    }

    fn classes(&mut self, what: &str, indices: &[u32]) {
        if let Some(wrong) = indices.iter().find(|&&i| i as usize >= self.n_classes) {
            self.unknown_class(what, &wrong.to_string());
        }
    }

    fn part(&mut self, what: &str, k: u64, n: u64) {
        if k > n {
            self.list.push(ModelProblem::PartExceedsWhole { what: what.to_owned(), k, n });
        }
    }

    fn fractions(&mut self, what: &str, values: &[Option<f64>]) {
        for value in values.iter().flatten() {
            if !(0.0..=1.0).contains(value) {
                self.list.push(ModelProblem::NotAFraction { what: what.to_owned(), value: value.to_string() });
            }
        }
    }

    fn distribution(&mut self, distribution: &Distribution) {
        let Distribution { metric, edges, kept, dropped, scale, .. } = distribution;
        let n_bins = edges.len().saturating_sub(1);
        self.length(&format!("qc.distributions.{metric}.kept"), kept.len(), n_bins);
        self.length(&format!("qc.distributions.{metric}.dropped"), dropped.len(), n_bins);
        self.edges(metric, edges, if *scale == Scale::Log10 { f64::MIN_POSITIVE } else { f64::MIN });
    }

    /// Finite, increasing, none below `smallest`.
    fn edges(&mut self, what: &str, edges: &[f64], smallest: f64) {
        let mut before = None;
        for (position, &edge) in edges.iter().enumerate() {
            let above = before.is_none_or(|b| edge > b);
            if !(above && edge >= smallest && edge.is_finite()) {
                self.list.push(ModelProblem::Edges { what: what.to_owned(), position });
                return;
            }
            before = Some(edge);
        }
    }
}
