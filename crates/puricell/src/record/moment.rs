//! A moment of the system's clock.

use chrono::{DateTime, Local, SecondsFormat, Utc};
use serde::Serialize;

/// A moment, in UTC and as the clocks of the place show it.
#[derive(Debug, Clone, Serialize)]
pub struct Moment {
    /// `2026-11-23T04:30:12.345Z`.
    utc: String,
    /// The same with the offset of the place, `2026-11-23T12:30:12.345+08:00`.
    local: String,
}

impl Moment {
    /// Now.
    pub fn now() -> Self {
        let now = Local::now();
        let utc: DateTime<Utc> = now.into();
        Self {
            utc: utc.to_rfc3339_opts(SecondsFormat::Millis, true),
            local: now.to_rfc3339_opts(SecondsFormat::Millis, false),
        }
    }
}
