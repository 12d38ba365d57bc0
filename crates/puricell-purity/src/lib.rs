//! Panels, profiles, calls, composition, intervals, verdicts.
