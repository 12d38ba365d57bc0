//! Any bytes as an FCS file: HEADER, TEXT and DATA, strictly and with every switch.
//!
//! What must hold: no panic; what is read strictly reads the same with every switch; what is read has as many values as
//! events and parameters say, and no more than eight per byte of the file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use puricell_fcs::{EventValues, Leniencies, ReadOptions, inspect, read};

fuzz_target!(|bytes: &[u8]| {
    let strict = read(bytes, &ReadOptions::default());
    let every_switch = ReadOptions { lenient: Leniencies::all(), ..ReadOptions::default() };
    let lenient = read(bytes, &every_switch);
    if let Ok(sets) = &strict {
        let again = lenient.as_ref().expect("a switch refuses what is allowed without");
        assert_eq!(sets.len(), again.len());
        for (one, other) in sets.iter().zip(again) {
            assert_eq!(one.info, other.info);
            assert_eq!(one.events.n_events, other.events.n_events);
        }
    }
    let Ok(sets) = lenient else { return };
    let infos = inspect(bytes, &every_switch).expect("what reads can be inspected");
    assert_eq!(infos.len(), sets.len());
    let mut n_values = 0;
    for set in &sets {
        let n = match &set.events.values {
            EventValues::F32(values) => values.len(),
            EventValues::F64(values) => values.len(),
        };
        assert_eq!(n, set.events.n_events * set.events.n_parameters);
        assert_eq!(set.info.n_events, set.events.n_events);
        n_values += n;
    }
    assert!(n_values <= 8 * bytes.len());
});
