//! What moving the bytes of an FCS file costs by itself, the floor of reading, compensating and scaling it: `moving LOT.fcs`.
//!
//! The file is read in blocks into one buffer, used again for the next, and its bytes become as many 32-bit numbers in memory that is
//! new to the process, in one thread. No number is looked at. The caller takes the time.

use std::error::Error;
use std::fs::File;
use std::io::Read;

/// As the blocks that `puricell_fcs` reads.
const BLOCK: usize = 1 << 18;

fn main() -> Result<(), Box<dyn Error>> {
    let mut file = File::open(std::env::args().nth(1).ok_or("usage: moving LOT.fcs")?)?;
    let length = usize::try_from(file.metadata()?.len())?;
    let (mut values, mut block) = (Vec::with_capacity(length / 4), vec![0; BLOCK]);
    for start in (0..length - length % 4).step_by(BLOCK) {
        let block = &mut block[..BLOCK.min(length - length % 4 - start)];
        file.read_exact(block)?;
        values.extend(block.as_chunks::<4>().0.iter().map(|&quad| f32::from_le_bytes(quad)));
    }
    std::hint::black_box(&values);
    Ok(())
}
