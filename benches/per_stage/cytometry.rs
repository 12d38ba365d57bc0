//! From an FCS file to its map, on 50,000 simulated events of a release panel of 10 dyes.

use std::error::Error;
use std::hint::black_box;

use criterion::{BatchSize, Criterion};
use puricell_cluster::{SomParams, map_to_nodes, train_som};
use puricell_core::{Dense, Embedding, Events, Seed};
use puricell_io::{EventOptions, open_events};
use puricell_prep::cyto::{CompensationParams, Scale, Spillover, Transform, compensate, transform_channels};
use puricell_testkit::{FlowCell, FlowLot, FlowPlan};

pub(crate) fn bench(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    let cells =
        [(FlowCell::Stromal, 44_000), (FlowCell::Monocyte, 1000), (FlowCell::Dead, 3000), (FlowCell::Debris, 2000)];
    let plan = FlowPlan { cells: cells.to_vec(), unstained: Vec::new(), seed: 1 };
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("lot.fcs");
    std::fs::write(&file, FlowLot::simulate(&plan).to_fcs(true)?)?;
    let options = EventOptions::default();
    criterion.bench_function("cytometry/read_fcs", |b| b.iter(|| open_events(black_box(&file), &options)));

    let loaded = open_events(&file, &options)?.value;
    let found = loaded.spillover.ok_or("the simulated file has no spillover")?;
    let spillover = Spillover::new(found.channels, found.matrix)?;
    let params = CompensationParams::default();
    let mut events: Events = loaded.events;
    criterion.bench_function("cytometry/compensate", |b| {
        let run = |mut events: Events| compensate(&mut events, &spillover, &params).map(|_| events);
        b.iter_batched(|| events.clone(), run, BatchSize::LargeInput);
    });

    compensate(&mut events, &spillover, &params)?;
    let logicle = Transform::new(Scale::Logicle { t: 262_144.0, w: 0.5, m: 4.5, a: 0.0 })?;
    let dyes: Vec<usize> =
        (0..events.n_channels()).filter(|&c| spillover.channels().contains(&events.channels()[c].name)).collect();
    let scales: Vec<(usize, Transform)> = dyes.iter().map(|&c| (c, logicle.clone())).collect();
    criterion.bench_function("cytometry/logicle", |b| {
        let run = |mut events: Events| transform_channels(&mut events, &scales).map(|()| events);
        b.iter_batched(|| events.clone(), run, BatchSize::LargeInput);
    });

    transform_channels(&mut events, &scales)?;
    let rows: Vec<usize> = (0..events.n_events()).collect();
    let values = rows.iter().flat_map(|&event| dyes.iter().map(move |&c| (event, c)));
    let values = values.map(|(event, c)| events.values().row(event)[c]).collect();
    let dims = dyes.iter().map(|&c| events.channels()[c].name.clone()).collect();
    let training = Embedding { points: Dense::new(rows.len(), dyes.len(), values)?, dims };
    criterion.bench_function("cytometry/som_train", |b| {
        b.iter(|| train_som(black_box(&training), &SomParams::default(), Seed(1)));
    });
    let map = train_som(&training, &SomParams::default(), Seed(1))?.value;
    criterion.bench_function("cytometry/som_map", |b| {
        b.iter(|| map_to_nodes(black_box(&map), events.values(), &dyes, rows.iter().copied()));
    });
    Ok(())
}
