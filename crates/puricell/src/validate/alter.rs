//! What happens to cells on the way to a matrix: they die, share a droplet, take up ambient RNA, are sequenced less deeply.

use puricell_core::{CountMatrix, Stream};
use puricell_purity::diversity::binomial_draw;

/// Share of the molecules outside mitochondria that a dead cell keeps: its cytoplasm has leaked out, its mitochondria have
/// not. The figure of the field's usual simulation; dead cells are semi-synthetic and the report says so.
pub(super) const DEAD_KEEPS: f64 = 0.08;

/// Genes (increasing) and molecules of one barcode.
pub(super) type Molecules = Vec<(u32, u32)>;

pub(super) fn of_row(counts: &CountMatrix, row: usize) -> Molecules {
    counts.row(row).iter().collect()
}

/// The cell without most of its cytoplasm.
pub(super) fn dead(cell: &Molecules, is_mito: &[bool], stream: &mut Stream) -> Molecules {
    let keep = |&(gene, count): &(u32, u32)| {
        let kept =
            if is_mito[gene as usize] { count } else { binomial_draw(u64::from(count), DEAD_KEEPS, stream) as u32 };
        (kept > 0).then_some((gene, kept))
    };
    cell.iter().filter_map(keep).collect()
}

/// Two cells in one droplet.
pub(super) fn doublet(a: &Molecules, b: &Molecules) -> Molecules {
    let mut sum: Molecules = a.iter().chain(b).copied().collect();
    merge(&mut sum);
    sum
}

/// The molecules of all barcodes of a mixture together, to draw ambient ones from.
pub(super) struct Soup {
    /// Molecules of the genes up to and with each.
    cumulative: Vec<u64>,
}

impl Soup {
    pub(super) fn of(cells: &[Molecules], n_genes: usize) -> Self {
        let mut cumulative = vec![0_u64; n_genes];
        for &(gene, count) in cells.iter().flatten() {
            cumulative[gene as usize] += u64::from(count);
        }
        for gene in 1..n_genes {
            cumulative[gene] += cumulative[gene - 1];
        }
        Self { cumulative }
    }

    fn draw(&self, stream: &mut Stream) -> u32 {
        let total = self.cumulative.last().copied().unwrap_or(0);
        let at = stream.below(total.max(1) as usize) as u64;
        self.cumulative.partition_point(|&c| c <= at) as u32
    }
}

/// Replaces each molecule with the probability `rho` by one of the soup, so that the depth stays.
pub(super) fn ambient(cell: &Molecules, rho: f64, soup: &Soup, stream: &mut Stream) -> Molecules {
    let mut mixed = Molecules::with_capacity(cell.len());
    let mut replaced = 0;
    for &(gene, count) in cell {
        let kept = binomial_draw(u64::from(count), 1.0 - rho, stream) as u32;
        replaced += count - kept;
        if kept > 0 {
            mixed.push((gene, kept));
        }
    }
    mixed.extend((0..replaced).map(|_| (soup.draw(stream), 1)));
    merge(&mut mixed);
    mixed
}

/// Keeps each molecule with the probability `share`.
pub(super) fn thin(cell: &Molecules, share: f64, stream: &mut Stream) -> Molecules {
    let keep = |&(gene, count): &(u32, u32)| {
        let kept = binomial_draw(u64::from(count), share, stream) as u32;
        (kept > 0).then_some((gene, kept))
    };
    cell.iter().filter_map(keep).collect()
}

/// Sorts by gene and adds up what is of one gene.
fn merge(molecules: &mut Molecules) {
    molecules.sort_unstable();
    molecules.dedup_by(|later, kept| {
        let same = later.0 == kept.0;
        if same {
            kept.1 += later.1;
        }
        same
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use puricell_core::Seed;

    fn total(cell: &Molecules) -> u32 {
        cell.iter().map(|m| m.1).sum()
    }

    #[test]
    fn a_dead_cell_keeps_its_mitochondria() {
        let cell = vec![(0, 5000), (1, 300), (2, 5000)];
        let got = dead(&cell, &[false, true, false], &mut Seed(1).stream("test", 0));
        assert_eq!(got[1], (1, 300));
        // 10,000 molecules at 0.08: 800, standard deviation 27; five of them.
        let rest = got[0].1 + got[2].1;
        assert!((665..=935).contains(&rest), "{rest}");
    }

    #[test]
    fn a_doublet_is_the_sum() {
        assert_eq!(doublet(&vec![(0, 1), (3, 2)], &vec![(1, 5), (3, 4)]), [(0, 1), (1, 5), (3, 6)]);
    }

    #[test]
    fn ambient_keeps_the_depth_and_brings_the_average() {
        let cells = vec![vec![(0, 10_000)], vec![(2, 30_000)]];
        let soup = Soup::of(&cells, 4);
        let got = ambient(&cells[0], 0.2, &soup, &mut Seed(1).stream("test", 0));
        assert_eq!(total(&got), 10_000);
        // Of 10,000 molecules a fifth is replaced, three quarters of these by gene 2: 1,500, standard deviation 36.
        let of = |gene| got.iter().find(|m| m.0 == gene).map_or(0, |m| m.1);
        assert!((1320..=1680).contains(&of(2)), "{got:?}");
        assert_eq!((of(1), of(3)), (0, 0));
        assert_eq!(ambient(&cells[0], 0.0, &soup, &mut Seed(1).stream("test", 0)), cells[0]);
    }

    #[test]
    fn thinning_keeps_the_share() {
        let got = thin(&vec![(0, 4000), (1, 4000), (2, 1)], 0.5, &mut Seed(1).stream("test", 0));
        // 8,001 molecules at one half: 4,000, standard deviation 45; five of them.
        assert!((3776..=4224).contains(&total(&got)), "{got:?}");
        assert!(got.iter().all(|m| m.1 > 0));
    }
}
