//! Memory that chunks are decoded in, one after the other: a fresh one for each would cost more than many decodings.

use std::sync::{Mutex, PoisonError};

use libdeflater::Decompressor;

/// What decoding a chunk needs.
pub(crate) struct Scratch {
    /// The chunk as the file has it.
    pub(crate) stored: Vec<u8>,
    /// The decoded chunk at the start, then what is left of others.
    pub(crate) bytes: Vec<u8>,
    /// The state of inflating.
    pub(crate) decompressor: Decompressor,
}

/// As many as chunks are decoded at once.
#[derive(Default)]
pub(crate) struct Pool {
    idle: Mutex<Vec<Scratch>>,
}

impl Pool {
    /// Lends an idle one, or a new one.
    pub(crate) fn lend<T>(&self, work: impl FnOnce(&mut Scratch) -> T) -> T {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let lent = idle().pop();
        let mut scratch = lent.unwrap_or_else(|| Scratch {
            stored: Vec::new(),
            bytes: Vec::new(),
            decompressor: Decompressor::new(),
        });
        let done = work(&mut scratch);
        idle().push(scratch);
        done
    }
}
