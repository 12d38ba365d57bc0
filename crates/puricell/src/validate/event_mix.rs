//! Making a mixture of events.

use puricell_core::{Events, Seed};

use super::design::{Design, RunPlan};
use super::draw::draw;
use super::event_pool::EventPool;
use super::mix::{MixedCell, State, draw_groups};
use crate::error::AppError;
use crate::pipeline::Measured;

/// A mixture of events.
#[derive(Debug, Clone)]
pub struct EventMixture {
    /// As measured.
    pub measured: Measured,
    /// What each event is.
    pub cells: Vec<MixedCell>,
}

/// Draws the events of a run: viable singlets by the design, and beside them as many of the target's events outside the gates
/// as its files hold per viable singlet. They come in a random order.
///
/// Reproducible: what is drawn depends on the run's seed and number alone.
///
/// # Errors
/// [`AppError::Internal`] only.
pub fn mix_events(pool: &EventPool, design: &Design, plan: &RunPlan) -> Result<EventMixture, AppError> {
    let mut stream = Seed(plan.seed).stream("spike draw", plan.number as u64);
    let mut cells = draw_groups(&pool.groups, design, plan, &mut stream);
    let n_outside = outside_of(pool, design, plan);
    let outside = |source| MixedCell { group: 0, source, state: State::Outside };
    cells.extend(draw(&pool.outside, n_outside, &mut stream).into_iter().map(outside));
    stream.shuffle(&mut cells);
    let rows: Vec<usize> = cells.iter().map(|c| c.source).collect();
    let events = Events::new(pool.events.values().select_rows(&rows), pool.events.channels().to_vec())
        .map_err(|e| AppError::Internal { place: "mixture", message: e.to_string() })?;
    let measured =
        Measured { events, file_spillover: pool.file_spillover.clone(), given_spillover: pool.given_spillover.clone() };
    Ok(EventMixture { measured, cells })
}

/// Events outside the gates that come with the target cells of a mixture.
fn outside_of(pool: &EventPool, design: &Design, plan: &RunPlan) -> usize {
    let n_classes = pool.groups.len().saturating_sub(1);
    let n_target = design.cells - design.planted(plan.fraction) * n_classes;
    let singlets = pool.groups.first().map_or(0, |g| g.rows.len()).max(1);
    (n_target as f64 * pool.outside.len() as f64 / singlets as f64).round() as usize
}
