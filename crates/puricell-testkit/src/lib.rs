//! For tests: simulation, comparison, thread sweeps.

mod flow_lot;
mod threads;

pub use flow_lot::{FLOW_PANEL, FlowCell, FlowLot, FlowPlan};
pub use threads::thread_sweep;
