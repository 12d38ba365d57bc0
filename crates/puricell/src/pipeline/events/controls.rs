//! Controls: stained with less than the lot, measured and gated as the lot.

use puricell_core::{Events, Noted, Warning};
use puricell_prep::cyto::quality::QualityParams;

use super::scales::{self, ChannelScale};
use super::{Control, LotSpillover, Measured, MeasuredControl, UserGates, gates};
use crate::error::AppError;

/// Gates, compensates and scales a control as the lot.
pub(super) fn prepare(
    control: MeasuredControl,
    lot: &Events,
    scales: &[Option<ChannelScale>],
    user: Option<&UserGates>,
    quality: &QualityParams,
) -> Result<Noted<Control>, AppError> {
    let MeasuredControl { kind, markers, name, measured } = control;
    let Measured { events, file_spillover, given_spillover } = measured;
    let spillover = LotSpillover { file: file_spillover.as_ref(), given: given_spillover.as_ref() };
    let mut events = in_order(events, lot, &name)?;
    let gated = gates::gate_events(&mut events, spillover, user, quality)?;
    // What gates say of a control goes by its name; the lot's own remarks are not repeated.
    let warnings: Vec<Warning> =
        gated.warnings.into_iter().map(|w| Warning::new(w.code, format!("control {name}: {}", w.message))).collect();
    scales::apply(&mut events, scales)?;
    let values = events.values().clone();
    Ok(Noted { value: Control { kind, markers, name, values, mask: gated.value.mask }, warnings })
}

/// The control's channels in the lot's order.
fn in_order(control: Events, lot: &Events, name: &str) -> Result<Events, AppError> {
    let names = |events: &Events| -> Vec<String> { events.channels().iter().map(|c| c.name.clone()).collect() };
    if names(&control) == names(lot) {
        return Ok(control);
    }
    let missing: Vec<String> = names(lot).into_iter().filter(|n| control.channel(n).is_none()).collect();
    if !missing.is_empty() {
        return Err(AppError::Channels {
            message: format!(
                "control {name} has other channels than the lot: it lacks {}; its channels are {}",
                missing.join(", "),
                names(&control).join(", ")
            ),
            hint: "give a control measured with the lot's settings".into(),
        });
    }
    let columns: Vec<usize> = lot.channels().iter().filter_map(|c| control.channel(&c.name)).collect();
    let rows: Vec<usize> = (0..control.n_events()).collect();
    let values = super::maps::select(&control, &rows, &columns);
    let channels = columns.iter().map(|&c| control.channels()[c].clone()).collect();
    Events::new(values, channels).map_err(|e| AppError::Internal { place: "controls", message: format!("{name}: {e}") })
}
