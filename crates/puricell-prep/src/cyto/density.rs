//! The density of one channel on a fixed grid, its peaks and the valleys between them.

use puricell_core::math;

/// Grid points.
const N_POINTS: usize = 512;
/// The kernel is cut at this many bandwidths: what lies beyond is below 0.04 % of its height.
const KERNEL_REACH: f64 = 4.0;
/// Integral of the squared Gaussian kernel, `1 / (2 sqrt(pi))`: the variance of a density estimate is
/// `f R / (n h)` (Wand and Jones 1995, Kernel Smoothing, section 2.5).
const KERNEL_ROUGHNESS: f64 = 0.282_094_791_773_878_1;

/// A Gaussian kernel density estimate.
#[derive(Debug, Clone, PartialEq)]
pub struct Density {
    /// Position of the first grid point, in the unit of the values.
    pub from: f64,
    /// Distance of two grid points.
    pub step: f64,
    /// Density at the grid points, per unit of the values.
    pub heights: Vec<f64>,
    /// Standard deviation of the kernel.
    pub bandwidth: f64,
    /// Finite values it was made from.
    pub n_values: usize,
}

/// A local maximum of a [`Density`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Peak {
    /// Grid point.
    pub index: usize,
    /// Where it is, in the unit of the values.
    pub position: f64,
    /// Density there.
    pub height: f64,
    /// Height above the higher of the two lowest points that part it from higher ground on either side, or from the
    /// grid's end (as `scipy.signal.peak_prominences`).
    pub prominence: f64,
}

/// Which peaks count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PeakParams {
    /// Least prominence, as a fraction of the highest peak. Default 0.002: a population of 0.2 % as narrow as the main
    /// one. Raise for rough channels.
    pub min_prominence: f64,
    /// Least prominence, in standard errors of the density at the peak. Default 5, so that noise makes no peak.
    pub min_standard_errors: f64,
}

impl Default for PeakParams {
    fn default() -> Self {
        Self { min_prominence: 0.002, min_standard_errors: 5.0 }
    }
}

impl Density {
    /// Position of a grid point.
    pub fn position(&self, index: usize) -> f64 {
        self.from + self.step * index as f64
    }

    /// Peaks that count, from left to right. A flat top counts at its left end.
    pub fn peaks(&self, params: &PeakParams) -> Vec<Peak> {
        let h = &self.heights;
        let highest = h.iter().copied().fold(0.0, f64::max);
        let mut peaks = Vec::new();
        for index in 1..h.len().saturating_sub(1) {
            let height = h[index];
            let after = h[index..].iter().find(|v| v.total_cmp(&height).is_ne());
            if height <= h[index - 1] || after.is_none_or(|&v| v > height) {
                continue;
            }
            let base = |side: &mut dyn Iterator<Item = &f64>| {
                side.take_while(|&&v| v <= height).copied().fold(height, f64::min)
            };
            let prominence = height - base(&mut h[..index].iter().rev()).max(base(&mut h[index..].iter()));
            let error = (height * KERNEL_ROUGHNESS / (self.n_values as f64 * self.bandwidth)).sqrt();
            if prominence >= params.min_prominence * highest && prominence >= params.min_standard_errors * error {
                peaks.push(Peak { index, position: self.position(index), height, prominence });
            }
        }
        peaks
    }

    /// The lowest grid point between two, the leftmost of equals.
    pub fn valley(&self, from: usize, to: usize) -> usize {
        (from..=to).min_by(|&a, &b| self.heights[a].total_cmp(&self.heights[b])).unwrap_or(from)
    }
}

/// Density of the finite values: 512 points over their 0.05 to 99.95 % quantiles and three bandwidths beyond, with
/// Silverman's rule of thumb for the bandwidth (R's `bw.nrd0`), linear binning. `None` for fewer than two values or
/// values without spread. Linear in the values but for one sort.
pub fn density(values: &[f64]) -> Option<Density> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len();
    if n < 2 {
        return None;
    }
    let at = |q: f64| sorted[(q * (n - 1) as f64).round() as usize];
    let mean = sorted.iter().sum::<f64>() / n as f64;
    let sd = (sorted.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1) as f64).sqrt();
    let iqr = at(0.75) - at(0.25);
    let spread = if iqr > 0.0 { sd.min(iqr / 1.34) } else { sd };
    let bandwidth = 0.9 * spread * math::pow(n as f64, -0.2);
    if !(bandwidth > 0.0 && bandwidth.is_finite()) {
        return None;
    }
    let (from, to) = (at(0.0005) - 3.0 * bandwidth, at(0.9995) + 3.0 * bandwidth);
    let step = (to - from) / (N_POINTS - 1) as f64;
    let mut bins = vec![0.0; N_POINTS];
    for &value in &sorted {
        let place = (value - from) / step;
        let left = place.floor();
        if left >= 0.0 && left < (N_POINTS - 1) as f64 {
            let (i, part) = (left as usize, place - left);
            bins[i] += 1.0 - part;
            bins[i + 1] += part;
        }
    }
    // A bandwidth below the grid's step would leave the bins as they are.
    let bandwidth = bandwidth.max(step);
    let reach = ((KERNEL_REACH * bandwidth / step).ceil() as usize).min(N_POINTS);
    let kernel: Vec<f64> = (0..=reach)
        .map(|i| {
            let z = step * i as f64 / bandwidth;
            math::exp(-0.5 * z * z)
        })
        .collect();
    let total: f64 = kernel[0] + 2.0 * kernel[1..].iter().sum::<f64>();
    let scale = 1.0 / (total * n as f64 * step);
    let heights = (0..N_POINTS)
        .map(|i| {
            let near = i.saturating_sub(reach)..=(i + reach).min(N_POINTS - 1);
            near.map(|j| bins[j] * kernel[i.abs_diff(j)]).sum::<f64>() * scale
        })
        .collect();
    Some(Density { from, step, heights, bandwidth, n_values: n })
}

#[cfg(test)]
mod tests {
    use puricell_core::Seed;

    use super::*;

    #[test]
    fn the_density_of_a_normal_sample_is_the_normal_density() {
        let mut stream = Seed(3).stream("density", 0);
        let values: Vec<f64> = (0..200_000).map(|_| stream.normal()).collect();
        let found = density(&values).unwrap();
        let area: f64 = found.heights.iter().sum::<f64>() * found.step;
        // The grid leaves out 0.1 % of the values, of which the kernel brings none back.
        assert!((area - 1.0).abs() < 2e-3, "{area}");
        for (i, &height) in found.heights.iter().enumerate() {
            let x = found.position(i);
            let want = math::exp(-0.5 * x * x) / (2.0 * std::f64::consts::PI).sqrt();
            // Bias h^2 f''/2 <= 0.0014 with h = 0.078, and five standard errors of at most 0.0027.
            assert!((height - want).abs() < 0.02, "{x}: {height} {want}");
        }
        assert_eq!(found.peaks(&PeakParams::default()).len(), 1);
    }

    #[test]
    fn a_small_population_is_a_peak_and_noise_is_none() {
        let mut stream = Seed(4).stream("density", 0);
        let values: Vec<f64> = (0..100_000).map(|i| stream.normal() + if i % 100 == 0 { 8.0 } else { 0.0 }).collect();
        let found = density(&values).unwrap();
        let peaks = found.peaks(&PeakParams::default());
        assert_eq!(peaks.len(), 2, "{peaks:?}");
        // Of 1,000 values with a kernel of 0.045: the mode of a density scatters by a good part of the spread.
        assert!((peaks[1].position - 8.0).abs() < 0.6);
        let valley = found.position(found.valley(peaks[0].index, peaks[1].index));
        assert!((3.5..6.5).contains(&valley), "{valley}");
    }

    #[test]
    fn prominences_agree_with_scipy() {
        // scipy 1.17.1: x = [0, 1, 3, 2, 4, 1, 1, 2, 2, 0]; find_peaks(x) = 2, 4, 7 (left end of the flat top);
        // peak_prominences(x, [2, 4, 7]) = 1, 4, 1.
        let heights = vec![0.0, 1.0, 3.0, 2.0, 4.0, 1.0, 1.0, 2.0, 2.0, 0.0];
        let found = Density { from: 0.0, step: 1.0, heights, bandwidth: 1.0, n_values: 1_000_000 };
        let peaks: Vec<(usize, f64)> =
            found.peaks(&PeakParams::default()).iter().map(|p| (p.index, p.prominence)).collect();
        assert_eq!(peaks, vec![(2, 1.0), (4, 4.0), (7, 1.0)]);
        assert_eq!(found.valley(4, 7), 5);
    }

    #[test]
    fn without_spread_there_is_no_density() {
        assert_eq!(density(&[]), None);
        assert_eq!(density(&[1.0, f64::NAN]), None);
        assert_eq!(density(&[2.0; 50]), None);
    }
}
