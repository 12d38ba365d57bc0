//! The program as a user runs it: results, messages, exit codes, signals.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may

#[path = "cli/labelled_lot.rs"]
mod labelled_lot;
#[path = "cli/program.rs"]
mod program;

#[path = "cli/agreement.rs"]
mod agreement;
#[path = "cli/ambient.rs"]
mod ambient;
#[path = "cli/annotated.rs"]
mod annotated;
#[path = "cli/cohort.rs"]
mod cohort;
#[path = "cli/configurations.rs"]
mod configurations;
#[path = "cli/cytometry.rs"]
mod cytometry;
#[path = "cli/cytometry_messages.rs"]
mod cytometry_messages;
#[path = "cli/demo.rs"]
mod demo;
#[path = "cli/flow_gates.rs"]
mod flow_gates;
#[path = "cli/known_lots.rs"]
mod known_lots;
#[path = "cli/manners.rs"]
mod manners;
#[path = "cli/messages.rs"]
mod messages;
#[path = "cli/methods.rs"]
mod methods;
#[path = "cli/profile.rs"]
mod profile;
#[path = "cli/profiles_in_use.rs"]
mod profiles_in_use;
#[path = "cli/record.rs"]
mod record;
#[path = "cli/reproducibility.rs"]
mod reproducibility;
#[path = "cli/ro_crate.rs"]
mod ro_crate;
#[path = "cli/states.rs"]
mod states;
#[path = "cli/statistics.rs"]
mod statistics;
#[path = "cli/validate.rs"]
mod validate;
#[path = "cli/validate_events.rs"]
mod validate_events;
