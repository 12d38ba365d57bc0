//! `puricell demo`: the whole way on real cells inside the program.

use super::bundled::CELLS;
use super::run;
use crate::cli::DemoArgs;
use crate::error::AppError;
use crate::exit::Exit;
use crate::log::Log;

pub(super) fn demo(args: &DemoArgs, log: &Log, n_threads: usize) -> Result<Exit, AppError> {
    let (_inputs, mut run_args) = CELLS.laid_out(&args.out)?;
    run_args.force = args.force;
    run_args.attribution = args.attribution.clone();
    run_args.lang = args.lang;
    log.info("A mixture of real stromal, blood and endothelial cells, 2,000 barcodes, with known truth.");
    let exit = run::run(&run_args, log, n_threads)?;
    let open = args.out.join("report.html");
    super::print(&format!(
        "The truth of this mixture: 39 live hematopoietic and 37 live endothelial cells among 2,000 barcodes,\n\
         80 made dead, 55 made doublets. Its stromal cells were drawn from 40 source cells, thinned at random, which\n\
         is what the sub-populations under Heterogeneity find again.\n\
         Compare with {composition}; then open {open} in a browser.\n\
         The same on your lot: puricell run filtered_feature_bc_matrix.h5 --profile umbilical-cord --out lot1\n",
        composition = args.out.join("composition.tsv").display(),
        open = open.display(),
    ))?;
    Ok(exit)
}
