//! `puricell demo`: the whole way on real cells inside the program.

use std::path::PathBuf;

use super::run;
use crate::cli::{DemoArgs, H5adContent, RunArgs};
use crate::error::AppError;
use crate::exit::Exit;
use crate::log::Log;

const LOT: &[u8] = include_bytes!("../../../../test-data/demo/lot.h5");
const METADATA: &str = include_str!("../../../../test-data/demo/lot.toml");
const PROFILE: &str = "adipose";

pub(super) fn demo(args: &DemoArgs, log: &Log, n_threads: usize) -> Result<Exit, AppError> {
    let refuse = |source| AppError::CannotCreate { path: std::env::temp_dir(), source };
    let inputs = tempfile::tempdir().map_err(refuse)?;
    let place = |name: &str, bytes: &[u8]| -> Result<PathBuf, AppError> {
        let path = inputs.path().join(name);
        std::fs::write(&path, bytes).map_err(|source| AppError::Write { path: path.clone(), source })?;
        Ok(path)
    };
    let input = place("demo-lot.h5", LOT)?;
    let metadata = place("demo-lot.toml", METADATA.as_bytes())?;
    let spec = place("demo-spec.toml", puricell_purity::Spec::example_text(PROFILE)?.as_bytes())?;
    let run_args = RunArgs {
        explain: Vec::new(),
        input,
        profile: PROFILE.to_owned(),
        out: args.out.clone(),
        spec: Some(spec),
        interval: crate::cli::IntervalName::ClopperPearson,
        validation: None,
        panels: None,
        metadata: Some(metadata),
        config: None,
        set: Vec::new(),
        layer: None,
        genome: None,
        raw: None,
        #[cfg(feature = "libhdf5")]
        hdf5: crate::cli::Hdf5Reader::Rust,
        seed: 1,
        exact_neighbours: puricell_cluster::NeighbourParams::default().exact_up_to,
        no_umap: false,
        h5ad: H5adContent::Light,
        memory_limit: None,
        events: crate::cli::EventArgs::default(),
        fail_on_spec: false,
        force: args.force,
        locked: false,
        require_hash: Vec::new(),
        from: None,
        files: None,
        attribution: args.attribution.clone(),
        given: Vec::new(),
        date: args.date,
    };
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
