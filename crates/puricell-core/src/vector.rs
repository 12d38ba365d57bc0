//! The widest vector unit of the machine, for loops whose result no width can change.

use pulp::{Arch, Scalar256b, WithSimd};

/// Runs `work` on the widest vector unit that the machine has.
///
/// A wider register only holds more lanes. Where every lane's operations and their order are those that the work states, and
/// products are not fused with sums (`mul` and `add`, never `mul_add`), the bits are the same on every machine.
pub fn widest<W: WithSimd>(work: W) -> W::Output {
    match Arch::new() {
        Arch::Scalar => work.with_simd(Scalar256b),
        arch => arch.dispatch(work),
    }
}
