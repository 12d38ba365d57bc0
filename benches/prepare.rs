//! Reads an FCS file, compensates by its matrix and brings its dyes to logicle, and no more: `prepare LOT.fcs [apart]`. For
//! comparison with programs that do just that; the caller takes the time. `apart`: as a run does it, which gates in between.

use std::error::Error;
use std::path::Path;

use puricell_io::{EventOptions, open_events};
use puricell_prep::cyto::{
    CompensationParams, Scale, Spillover, Transform, compensate, compensate_and_transform, transform_channels,
};

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1).ok_or("usage: prepare LOT.fcs")?;
    let loaded = open_events(Path::new(&file), &EventOptions::default())?.value;
    let (mut events, found) = (loaded.events, loaded.spillover.ok_or("the file has no spillover")?);
    let spillover = Spillover::new(found.channels, found.matrix)?;
    let logicle = Transform::new(Scale::Logicle { t: 262_144.0, w: 0.5, m: 4.5, a: 0.0 })?;
    let is_dye = |&c: &usize| spillover.channels().contains(&events.channels()[c].name);
    let dyes: Vec<(usize, Transform)> = (0..events.n_channels()).filter(is_dye).map(|c| (c, logicle.clone())).collect();
    let params = CompensationParams::default();
    if std::env::args().nth(2).is_some_and(|how| how == "apart") {
        compensate(&mut events, &spillover, &params)?;
        transform_channels(&mut events, &dyes)?;
    } else {
        compensate_and_transform(&mut events, &spillover, &params, &dyes)?;
    }
    std::hint::black_box(&events);
    Ok(())
}
