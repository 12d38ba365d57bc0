//! Lists the problems of FCS files and whether every switch together reads them.
#![allow(clippy::print_stdout)] // this is what the example is for

use puricell_fcs::{Leniencies, ReadOptions, read_file};

fn main() {
    for path in std::env::args().skip(1) {
        let path = std::path::Path::new(&path);
        println!("== {}", path.display());
        if let Err(error) = read_file(path, &ReadOptions::default()) {
            println!("{error}\nswitches: {:?}", error.remedy());
        }
        let options = ReadOptions { lenient: Leniencies::all(), ..ReadOptions::default() };
        match read_file(path, &options) {
            Err(error) => println!("still refused: {error}"),
            Ok(sets) => {
                for set in sets {
                    let (n, masked) = (set.events.n_events, set.events.n_masked);
                    let spillover = set.info.spillover.map(|spillover| (spillover.source, spillover.channels.len()));
                    println!("{n} x {} masked {masked} {spillover:?}", set.events.n_parameters);
                }
            }
        }
    }
}
