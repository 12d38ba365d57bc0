//! What inflating the gzip chunks of HDF5 datasets costs by itself, the floor of reading them:
//! `cargo run --release -p puricell-benches --bin inflate -- LOT.h5 matrix/data matrix/indices`.
//!
//! Each chunk is read into one buffer and inflated into another, both used again for the next, in one thread; nothing is
//! done with the bytes. Reading chunks comes on top of inflating, and is told apart.

#![allow(clippy::print_stdout)] // the figures are the result

use std::error::Error;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use hdf5_reader::btree_v1::{BTreeV1Key, collect_btree_v1_leaves_storage};
use hdf5_reader::messages::HdfMessage;
use hdf5_reader::messages::layout::DataLayout;
use libdeflater::Decompressor;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let lot = arguments.next().ok_or("usage: inflate LOT.h5 DATASET...")?;
    let container = hdf5_reader::Hdf5File::open(&lot)?;
    let mut file = File::open(&lot)?;
    let (mut stored, mut bytes, mut decompressor) = (Vec::new(), Vec::new(), Decompressor::new());
    let (mut read_s, mut inflate_s) = (0.0, 0.0);
    println!("| dataset | chunks | stored MB | inflated MB | reading s | inflating s |\n|---|---|---|---|---|---|");
    for name in arguments {
        let dataset = container.dataset(&name)?;
        let header = container.get_or_parse_header(dataset.address())?;
        let layout = header.messages.iter().find_map(|m| match m {
            HdfMessage::DataLayout(layout) => Some(&layout.layout),
            _ => None,
        });
        let Some(DataLayout::Chunked { address, dims, chunk_indexing: None, .. }) = layout else {
            return Err(format!("{name} is not in chunks of a version 1 tree").into());
        };
        let dims = &dims[..dataset.ndim()];
        let block = container.superblock();
        let leaves = collect_btree_v1_leaves_storage(
            container.storage(),
            *address,
            block.offset_size,
            block.length_size,
            Some(dims.len() as u32),
            dims,
            None,
        )?;
        bytes.resize(dims.iter().map(|&d| d as usize).product::<usize>() * dataset.raw_element_size()?, 0);
        let (mut n_stored, mut n_inflated, mut reading, mut inflating) = (0, 0, 0.0, 0.0);
        for (key, address) in &leaves {
            let BTreeV1Key::RawData { chunk_size, .. } = key else { continue };
            let start = cpu_seconds()?;
            stored.resize(*chunk_size as usize, 0);
            file.seek(SeekFrom::Start(address + block.base_address))?;
            file.read_exact(&mut stored)?;
            let read = cpu_seconds()?;
            n_inflated += decompressor.zlib_decompress(&stored, &mut bytes)?;
            n_stored += stored.len();
            reading += read - start;
            inflating += cpu_seconds()? - read;
        }
        let megabytes = |n: usize| n as f64 / 1e6;
        println!(
            "| {name} | {} | {:.0} | {:.0} | {reading:.3} | {inflating:.3} |",
            leaves.len(),
            megabytes(n_stored),
            megabytes(n_inflated)
        );
        read_s += reading;
        inflate_s += inflating;
    }
    println!("| all | | | | {read_s:.3} | {inflate_s:.3} |");
    Ok(())
}

/// Processor seconds of this thread, of which the program has one.
fn cpu_seconds() -> Result<f64, Box<dyn Error>> {
    // Nanoseconds on a processor, nanoseconds waiting for one, and turns.
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds: f64 = statistics.split(' ').next().unwrap_or_default().parse()?;
    Ok(nanoseconds / 1e9)
}
