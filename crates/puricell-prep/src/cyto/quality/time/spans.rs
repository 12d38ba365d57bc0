//! From anomalous bins to stretches of the time channel.

use super::Bin;
use crate::cyto::gates::limit_before_rounding;

/// A stretch of the time channel, `min <= time < max`, in the channel's unit; open where an end is absent. Its ends lie
/// half a step of `f32` below the times they part, so that they part the same events where another program scales the
/// clock in `f64`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimeSpan {
    /// Start, inside.
    pub min: Option<f64>,
    /// End, outside.
    pub max: Option<f64>,
}

impl TimeSpan {
    /// Whether a time lies inside. NaN does not.
    pub fn contains(&self, time: f64) -> bool {
        !time.is_nan() && self.min.is_none_or(|m| time >= m) && self.max.is_none_or(|m| time < m)
    }
}

/// The bins' starts, none before the last: a clock may step back within its rounding. `None` where a whole bin lies
/// before the start of an earlier one.
pub(super) fn edges(bins: &[Bin]) -> Option<Vec<f64>> {
    let mut edges: Vec<f64> = Vec::with_capacity(bins.len());
    for bin in bins {
        let before = edges.last().copied().unwrap_or(f64::NEG_INFINITY);
        if bin.latest < before {
            return None;
        }
        edges.push(bin.start.max(before));
    }
    Some(edges)
}

/// The stretches of consecutive bad bins, and how many cannot be given: all without edges, else those without duration.
pub(super) fn removed(edges: Option<&[f64]>, bad: &[bool]) -> (Vec<TimeSpan>, usize) {
    let Some(edges) = edges else {
        return (Vec::new(), bad.chunk_by(|a, b| a == b).filter(|run| run[0]).count());
    };
    let edge = |bin: usize| edges.get(bin).map(|&start| limit_before_rounding(start));
    let (mut spans, mut n_empty) = (Vec::new(), 0);
    let mut first = 0;
    for run in bad.chunk_by(|a, b| a == b) {
        let next = first + run.len();
        if run[0] {
            let span = TimeSpan { min: if first == 0 { None } else { edge(first) }, max: edge(next) };
            match (span.min, span.max) {
                (Some(min), Some(max)) if min >= max => n_empty += 1,
                _ => spans.push(span),
            }
        }
        first = next;
    }
    (spans, n_empty)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bin(start: f64, latest: f64) -> Bin {
        Bin { first: 0, n_events: 1, start, latest, rate: None, mean_ranks: vec![] }
    }

    #[test]
    fn runs_of_bad_bins_become_spans() {
        let edges = [1.0, 2.0, 3.0, 3.0, 4.0, 5.0];
        let (spans, n_empty) = removed(Some(&edges), &[true, false, true, false, true, true]);
        // The third bin and the fourth begin at the same time.
        assert_eq!(n_empty, 1);
        assert_eq!(spans.len(), 2);
        assert!(spans[0].contains(-9.0) && spans[0].contains(1.0) && !spans[0].contains(2.0));
        assert!(
            spans[1].contains(4.0) && spans[1].contains(99.0) && !spans[1].contains(f64::from(4.0_f32.next_down()))
        );
        assert_eq!((spans[0].min, spans[1].max), (None, None));
        assert!(!TimeSpan { min: None, max: None }.contains(f64::NAN));
        assert_eq!(removed(None, &[true, false, true, true]), (vec![], 2));
    }

    #[test]
    fn a_clock_may_jitter_but_not_begin_again() {
        let steady = [bin(0.0, 5.0), bin(5.0, 9.0), bin(4.0, 12.0), bin(12.0, 15.0)];
        assert_eq!(edges(&steady), Some(vec![0.0, 5.0, 5.0, 12.0]));
        assert_eq!(edges(&[bin(0.0, 5.0), bin(5.0, 9.0), bin(0.0, 3.0)]), None);
    }
}
