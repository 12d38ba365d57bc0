//! Does what is said of the product agree with itself.

use super::super::Product;
use super::Problems;

pub(super) fn check(product: &Product, found: &mut Problems) {
    if let Some(majority) = &product.majority {
        found.part("product.majority", majority.k, majority.n);
    }
    for component in product.mixture.iter().flat_map(|m| &m.components) {
        let what = format!("product.mixture.{}", component.class);
        found.part(&what, component.k.unwrap_or(0), component.n);
        let ends = [component.range_min, component.range_max];
        found.fractions(&what, &ends);
        found.fractions(&what, &[component.fraction, component.ci_low, component.ci_high, component.upper_one_sided]);
    }
    for screen in &product.screens {
        let what = format!("product.screens.{}", screen.class);
        found.part(&what, screen.k.unwrap_or(0), screen.n.unwrap_or(0));
        found.fractions(&what, &[screen.upper_one_sided, screen.smallest_seen, screen.lod]);
    }
    for share in product.transgenes.iter().flat_map(|t| &t.shares) {
        let what = format!("product.transgenes.{}", share.feature);
        found.part(&what, share.k.unwrap_or(0), share.n.unwrap_or(0));
        found.fractions(&what, &[share.fraction, share.ci_low, share.ci_high, share.upper_one_sided]);
    }
}
