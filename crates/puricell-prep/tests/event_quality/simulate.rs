//! Events with planted troubles: what each event is, is known.

use puricell_core::{Channel, ChannelKind, Dense, Events, Seed, math};

/// What an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Truth {
    Stromal,
    Lymphocyte,
    Debris,
    Doublet,
    Dead,
    OffScale,
    /// In a stretch where the flow was disturbed, whatever else it is.
    Disturbed,
}

/// Shares of all events; the rest are stromal cells.
#[derive(Debug, Clone)]
pub(crate) struct Lot {
    pub(crate) n: usize,
    pub(crate) lymphocytes: f64,
    pub(crate) debris: f64,
    pub(crate) doublets: f64,
    pub(crate) dead: f64,
    pub(crate) off_scale: f64,
    /// Events during a clog: rate a tenth, light halved.
    pub(crate) clog: std::ops::Range<usize>,
}

impl Lot {
    pub(crate) fn clean(n: usize) -> Self {
        Self { n, lymphocytes: 0.01, debris: 0.0, doublets: 0.0, dead: 0.0, off_scale: 0.0, clog: 0..0 }
    }
}

pub(crate) const CHANNELS: [(&str, ChannelKind); 7] = [
    ("FSC-A", ChannelKind::ForwardScatter),
    ("FSC-H", ChannelKind::ForwardScatter),
    ("FSC-W", ChannelKind::ForwardScatter),
    ("SSC-A", ChannelKind::SideScatter),
    ("FITC-A", ChannelKind::Fluorescence),
    ("BV510-A", ChannelKind::Fluorescence),
    ("Time", ChannelKind::Time),
];

pub(crate) fn channel(name: &str, kind: ChannelKind) -> Channel {
    Channel { name: name.into(), label: None, kind, range: 262_144.0 }
}

/// Stromal cells scatter about 100,000, lymphocytes 36,000; debris 3 to 25 % of its cell; a doublet has both cells' area and the
/// larger one's height, area / height scatters by 3 %. Live cells stain 100 with the viability dye, dead ones 10,000 (and scatter
/// three quarters), each by a factor of e^0.5.
pub(crate) fn events(lot: &Lot, seed: u64) -> (Events, Vec<Truth>) {
    let mut s = Seed(seed).stream("events", 0);
    let mut values = Vec::with_capacity(lot.n * CHANNELS.len());
    let mut truth = Vec::with_capacity(lot.n);
    let mut time = 0.0;
    for i in 0..lot.n {
        let small = s.uniform() < lot.lymphocytes;
        let mut cell = |small: bool| {
            if small { 36_000.0 * math::exp(0.11 * s.normal()) } else { 98_000.0 * math::exp(0.19 * s.normal()) }
        };
        let (mut area, other) = (cell(small), cell(false));
        let mut height = area / 1.05 * math::exp(0.03 * s.normal());
        let mut side = 0.8 * area * math::exp(0.2 * s.normal());
        let mut viability = math::exp(4.6 + 0.5 * s.normal());
        let mut what = if small { Truth::Lymphocyte } else { Truth::Stromal };
        let lottery = s.uniform();
        let (debris, doublets) = (lot.debris, lot.debris + lot.doublets);
        if lottery < debris {
            let part = 0.03 + 0.22 * s.uniform();
            (area, height, side) = (part * area, part * height, part * side);
            what = Truth::Debris;
        } else if lottery < doublets {
            height = height.max(other / 1.05);
            (area, side) = (area + other, side + 0.8 * other);
            what = Truth::Doublet;
        } else if lottery < doublets + lot.dead {
            viability = math::exp(9.2 + 0.5 * s.normal());
            (area, height) = (0.75 * area, 0.75 * height);
            what = Truth::Dead;
        } else if lottery < doublets + lot.dead + lot.off_scale {
            (area, height) = (262_143.0, 249_000.0);
            what = Truth::OffScale;
        }
        let mut dye = math::exp(8.0 + 0.4 * s.normal());
        let disturbed = lot.clog.contains(&i);
        if disturbed {
            (area, height, dye) = (0.5 * area, 0.5 * height, 0.5 * dye);
            what = Truth::Disturbed;
        }
        // Exponential waiting times: a Poisson stream of 1,000 events per unit of time.
        time -= math::ln(1.0 - s.uniform()) * if disturbed { 0.01 } else { 0.001 };
        let row = [area, height, 65_536.0 * area / height, side, dye, viability + 20.0 * s.normal(), time];
        values.extend(row.map(|v| v.min(262_143.0) as f32));
        truth.push(what);
    }
    let channels = CHANNELS.map(|(name, kind)| channel(name, kind)).to_vec();
    (Events::new(Dense::new(lot.n, CHANNELS.len(), values).unwrap(), channels).unwrap(), truth)
}

/// The events with one column changed.
pub(crate) fn changed(events: &Events, column: &str, change: impl Fn(usize, f32) -> f32) -> Events {
    let mut events = events.clone();
    let at = events.channel(column).unwrap();
    for i in 0..events.n_events() {
        let value = &mut events.values_mut().row_mut(i)[at];
        *value = change(i, *value);
    }
    events
}

/// The events with some channels only.
pub(crate) fn only(events: &Events, names: &[&str]) -> Events {
    let columns: Vec<usize> = names.iter().map(|n| events.channel(n).unwrap()).collect();
    let values = (0..events.n_events()).flat_map(|i| columns.iter().map(move |&c| events.values().row(i)[c]));
    let channels = columns.iter().map(|&c| events.channels()[c].clone()).collect();
    Events::new(Dense::new(events.n_events(), columns.len(), values.collect()).unwrap(), channels).unwrap()
}
