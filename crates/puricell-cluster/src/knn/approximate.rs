//! The search by regions, how many of them it takes, and its recall.

use std::ops::Range;

use puricell_core::{Dense, Knn, Seed};
use rayon::prelude::*;

use super::boxes::Boxes;
use super::nearest::{Nearest, search as search_panels};
use super::packed::{NONE, Packed, mean};
use super::regions::Regions;
use super::tile::{PANEL, Panels};
use super::{Approximate, NeighbourParams, QUERY_BLOCK, write};
use crate::ClusterError;

/// Cells of one region that are searched for together.
const TOGETHER: usize = 512;
/// Tasks whose results are held before they are put in their places.
const BATCH: usize = 256;
/// Of the way from the target to 1, what is aimed at.
const AIM: f64 = 1.0 / 3.0;

pub(super) fn search(
    points: &Dense<f32>,
    k: usize,
    params: &NeighbourParams,
    seed: Seed,
) -> Result<(Knn, Approximate), ClusterError> {
    let n = points.n_rows();
    let file = File::new(points, seed);
    let n_searched = file.searched_for(k, params, seed);
    let (mut indices, mut distances) = (vec![0_u32; n * k], vec![0.0_f32; n * k]);
    let mut compared = 0_u64;
    let tasks = file.tasks();
    for tasks in tasks.chunks(BATCH) {
        let found: Vec<_> = tasks.par_iter().map(|slots| file.nearest(slots, k, n_searched)).collect();
        for (slots, (found, n)) in tasks.iter().zip(found) {
            compared += n;
            for (&slot, found) in slots.iter().zip(&found) {
                let at = file.packed.row(slot) * k;
                write(found, &mut indices[at..at + k], &mut distances[at..at + k]);
            }
        }
    }
    let knn = Knn::new(n, k, indices, distances)?;
    let found = Approximate {
        n_regions: file.slots.len(),
        n_searched,
        share_searched: compared as f64 / (n as f64 * n as f64),
        target: params.recall,
        n_sampled: params.n_sampled,
        n_exact: params.n_sampled * k,
        n_found: file.found(&knn, params.n_sampled, seed),
    };
    Ok((knn, found))
}

/// Points by region: an inverted file.
struct File {
    packed: Packed,
    boxes: Boxes,
    centres: Panels,
    /// Slots of each region, in the order of the regions; each begins with a panel.
    slots: Vec<Range<usize>>,
    /// Slot of each row.
    slot_of: Vec<u32>,
}

impl File {
    fn new(points: &Dense<f32>, seed: Seed) -> Self {
        let mean = mean(points);
        let regions = Regions::new(points, &mean, seed);
        let (mut rows, mut slots, mut slot_of) = (Vec::new(), Vec::new(), vec![NONE; points.n_rows()]);
        for region in &regions.rows {
            let first = rows.len();
            for &row in region {
                slot_of[row as usize] = rows.len() as u32;
                rows.push(row);
            }
            slots.push(first..rows.len());
            rows.resize(rows.len().next_multiple_of(PANEL), NONE);
        }
        let packed = Packed::new(points, &mean, rows);
        Self { boxes: packed.boxes(), packed, centres: regions.centres, slots, slot_of }
    }

    /// Cells of one region each.
    fn tasks(&self) -> Vec<Vec<u32>> {
        let of_region = |slots: &Range<usize>| {
            let slots: Vec<u32> = (slots.start as u32..slots.end as u32).collect();
            slots.chunks(TOGETHER).map(<[u32]>::to_vec).collect::<Vec<_>>()
        };
        self.slots.iter().flat_map(of_region).collect()
    }

    /// The nearest regions of each of some cells, nearest first.
    fn regions(&self, slots: &[u32], most: usize) -> Vec<Vec<u32>> {
        let mut found = vec![Nearest::new(most.max(1)); slots.len()];
        search_panels(&self.centres, &self.packed.rows_of(slots), &[], &mut found);
        found.into_iter().map(Nearest::into_sorted).collect()
    }

    /// The `k` nearest of some cells, and with how many cells they were compared in all.
    fn nearest(&self, slots: &[u32], k: usize, n_searched: usize) -> (Vec<Vec<(f64, u32)>>, u64) {
        let mut regions = self.regions(slots, n_searched);
        let size = |region: &u32| self.slots[*region as usize].len();
        for (query, regions) in regions.iter_mut().enumerate() {
            if regions.iter().map(size).sum::<usize>() <= k {
                // All of them in order, as far as they are needed; by number where distances overflow.
                let mut all = self.regions(&slots[query..=query], self.slots.len()).remove(0);
                if all.len() < self.slots.len() {
                    all = (0..self.slots.len() as u32).collect();
                }
                let mut there = 0;
                let needed = all.iter().take_while(|r| {
                    let before = there;
                    there += size(r);
                    before <= k
                });
                *regions = needed.copied().collect();
            }
        }
        let mut wanted = vec![Vec::new(); self.slots.len()];
        for (query, regions) in regions.iter().enumerate() {
            for &region in regions {
                wanted[region as usize].push(query as u32);
            }
        }
        let mut queries = self.packed.queries(slots, k);
        // Their own region first, then those that most cells want, which are nearest to them: few candidates are replaced.
        let own = slots.first().map(|&slot| slot as usize);
        let is_own = |region: usize| own.is_some_and(|slot| self.slots[region].contains(&slot));
        let mut order: Vec<usize> = (0..wanted.len()).filter(|&r| !wanted[r].is_empty()).collect();
        order.sort_by_key(|&r| (!is_own(r), std::cmp::Reverse(wanted[r].len())));
        for region in order {
            let own = own.filter(|_| is_own(region));
            self.packed.scan(&self.boxes, &mut queries, &wanted[region], self.slots[region].clone(), own);
        }
        let compared = regions.iter().flatten().map(|r| size(r) as u64).sum();
        let found = regions.iter().zip(slots.iter().copied().zip(&queries.found)).map(|(regions, of_query)| {
            self.packed.nearest(of_query, k, || regions.iter().flat_map(|&r| self.slots[r as usize].clone()))
        });
        (found.collect(), compared)
    }

    /// Exact neighbours of cells drawn at random with replacement.
    fn sample(&self, n: usize, k: usize, item: u64, seed: Seed) -> Vec<(u32, Vec<(f64, u32)>)> {
        let mut stream = seed.stream("knn.sample", item);
        let slots: Vec<u32> = (0..n).map(|_| self.slot_of[stream.below(self.slot_of.len())]).collect();
        slots
            .par_chunks(QUERY_BLOCK)
            .flat_map_iter(|slots| slots.iter().copied().zip(self.packed.nearest_of_all(&self.boxes, slots, k)))
            .collect()
    }

    /// The fewest regions that hold enough of the neighbours of a sample of cells.
    fn searched_for(&self, k: usize, params: &NeighbourParams, seed: Seed) -> usize {
        let n_regions = self.slots.len();
        let most = ((params.max_share * n_regions as f64).ceil() as usize).clamp(1, n_regions);
        let sample = self.sample(params.n_sampled.div_ceil(2), k, 0, seed);
        let at: Vec<Vec<u64>> = sample
            .par_chunks(QUERY_BLOCK)
            .map(|sample| {
                let slots: Vec<u32> = sample.iter().map(|s| s.0).collect();
                let mut at = vec![0_u64; n_regions];
                for (regions, (_, exact)) in self.regions(&slots, n_regions).iter().zip(sample) {
                    let mut rank = vec![n_regions - 1; n_regions];
                    for (position, &region) in regions.iter().enumerate() {
                        rank[region as usize] = position;
                    }
                    for &(_, row) in exact {
                        at[rank[self.region_of(row)]] += 1;
                    }
                }
                at
            })
            .collect();
        let enough = (params.recall + AIM * (1.0 - params.recall)) * (sample.len() * k) as f64;
        let mut there = 0;
        for n_searched in 1..most {
            there += at.iter().map(|at| at[n_searched - 1]).sum::<u64>();
            if there as f64 >= enough {
                return n_searched;
            }
        }
        most
    }

    fn region_of(&self, row: u32) -> usize {
        let slot = self.slot_of[row as usize] as usize;
        self.slots.partition_point(|slots| slots.end <= slot)
    }

    /// Neighbours of another sample of cells that are at most as far as the exact k-th.
    fn found(&self, knn: &Knn, n_sampled: usize, seed: Seed) -> usize {
        let k = knn.k();
        self.sample(n_sampled, k, 1, seed).iter().fold(0, |found, (slot, exact)| {
            let farthest = exact.last().map_or(f32::NAN, |e| e.0.sqrt() as f32);
            found + knn.of(self.packed.row(*slot)).1.iter().filter(|&&d| d <= farthest).count()
        })
    }
}
