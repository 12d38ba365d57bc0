//! What to do about an error.

use super::{ErrorKind, ForeignFormat, IoError};

impl IoError {
    /// What a caller does about it.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Missing { .. } | Self::Unreadable { .. } => ErrorKind::Missing,
            _ => ErrorKind::BadData,
        }
    }

    /// The way out, as one sentence, where there is one.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Missing { .. } => "check the spelling and the working folder".to_owned(),
            Self::Unreadable { .. } | Self::Line { .. } => return None,
            Self::NotRecognised { .. } => {
                "give Cell Ranger's filtered_feature_bc_matrix.h5 or folder, or an .h5ad file".to_owned()
            }
            Self::Foreign { format, .. } => match format {
                ForeignFormat::Loom => "in Python: scanpy.read_loom(PATH).write_h5ad('lot.h5ad')",
                ForeignFormat::Zarr => "in Python: anndata.read_zarr(PATH).write_h5ad('lot.h5ad')",
                ForeignFormat::MuData => "in Python: mudata.read(PATH)['rna'].write_h5ad('lot.h5ad')",
                ForeignFormat::MoleculeInfo => "give filtered_feature_bc_matrix.h5 of the same run",
                ForeignFormat::RObject => {
                    "in R: DropletUtils::write10xCounts('lot.h5', counts, version = '3'), then give lot.h5"
                }
                ForeignFormat::PreparedCapture => {
                    "give the prepared captures of a lot to `puricell join`, or the original to this command"
                }
            }
            .to_owned(),
            Self::NoMatrix { below, .. } if !below.is_empty() => {
                let below: Vec<String> = below.iter().map(|p| p.display().to_string()).collect();
                format!("a matrix lies below: {}", below.join(", "))
            }
            Self::NoMatrixInFile { .. } => {
                "give Cell Ranger's filtered_feature_bc_matrix.h5, or an .h5ad file with counts in X".to_owned()
            }
            Self::NoMatrix { .. } => {
                "a folder needs matrix.mtx, barcodes.tsv and features.tsv (or genes.tsv), each plain or .gz".to_owned()
            }
            Self::Truncated { .. } | Self::Gzip { .. } => {
                "copy or download the file again and compare its checksum".to_owned()
            }
            Self::Hdf5 { .. } => "if h5dump or h5py reads the file, please report it; else get a fresh copy".to_owned(),
            Self::Filter { .. } | Self::Encoding { .. } => {
                "write the file again with gzip: in Python, anndata.read_h5ad(PATH).write_h5ad('lot.h5ad', \
                 compression='gzip')"
                    .to_owned()
            }
            Self::Shape { .. } | Self::Matrix { .. } => {
                "the file contradicts itself; write it again with the tool that made it".to_owned()
            }
            Self::NotCounts(found) => match found.alternatives.first() {
                Some(first) => format!("{} holds counts: use --layer {first}", found.alternatives.join(", ")),
                None => "give the matrix from before normalisation, as Cell Ranger wrote it".to_owned(),
            },
            Self::Empty { .. } => "check the cell calling of the run; raw matrices are never empty".to_owned(),
            Self::DuplicateCells { .. } => {
                "libraries that were joined need a suffix per library (in Python: adata.obs_names_make_unique())"
                    .to_owned()
            }
            Self::SeveralGenomes { genomes, .. } => {
                format!("choose one with --genome {}", genomes.first().map_or("NAME", String::as_str))
            }
            Self::UnknownGenome { found, .. } if found.is_empty() => "leave out --genome".to_owned(),
            Self::UnknownGenome { .. } => "give one of the names found".to_owned(),
            Self::UnknownLayer { .. } => "give one of the names found with --layer, or leave it out".to_owned(),
            Self::NoGeneExpression { .. } => "give the gene expression matrix of the run".to_owned(),
            Self::Fcs { source, .. } => match source.remedy() {
                Some(switches) if !switches.is_empty() => {
                    let switches: Vec<&str> = switches.iter().map(|s| s.name()).collect();
                    format!("the file can be read with --lenient {}, which the report will say", switches.join(","))
                }
                _ => "export the file again from the cytometer's software, as FCS 3.1".to_owned(),
            },
            Self::NoDataSet { .. } => "give one that is there".to_owned(),
            Self::NoEvents { .. } => "check the acquisition: the file has nothing to count".to_owned(),
            Self::NotANumber { .. } => {
                "export the file again without transformation; a logarithm of a negative value is no number".to_owned()
            }
            Self::TooLarge { .. } => "the file is damaged, or needs a machine with more memory".to_owned(),
        };
        Some(hint)
    }
}
