//! What `write_h5ad` writes, read back with an independent HDF5 reader.

#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_wrap,
    clippy::float_cmp,
    reason = "a test may panic, counts small, and compares to the bit"
)]

use std::path::Path;

use hdf5_reader::group::Group;
use hdf5_reader::{Dataset, Hdf5File};
use puricell_core::{CountMatrix, Csr, Dense};
use puricell_io::write::{Column, Frame, H5ad, H5adParams, Uns, WriteError, write_h5ad};

fn strings(values: &[&str]) -> Vec<String> {
    values.iter().map(|&v| v.to_owned()).collect()
}

/// Owns what an [`H5ad`] borrows: `n` cells of 3 genes.
struct Sample {
    x: CountMatrix,
    cells: Vec<String>,
    genes: Vec<String>,
    points: Dense<f32>,
    loadings: Dense<f32>,
    graph: Csr<f32>,
    obs: Vec<(String, Column)>,
    uns: Vec<(String, Uns<'static>)>,
}

impl Sample {
    fn new(n: usize) -> Self {
        let categories = if n == 0 { vec![] } else { strings(&["0", "间充质"]) };
        let obs = [
            ("leiden", Column::Categorical { codes: (0..n).map(|i| i as i32 % 3 - 1).collect(), categories }),
            ("note", Column::Text((0..n).map(|i| if i == 1 { String::new() } else { format!("注{i}") }).collect())),
            ("score", Column::F64((0..n).map(|i| if i == 2 { f64::NAN } else { i as f64 / 3.0 }).collect())),
            ("pct_counts_mt", Column::F32((0..n).map(|i| i as f32 / 7.0).collect())),
            ("total_counts", Column::I64((0..n).map(|i| i as i64 - 5_000_000_000).collect())),
            ("n_genes_by_counts", Column::I32((0..n).map(|i| -(i as i32)).collect())),
            ("predicted_doublet", Column::Bool((0..n).map(|i| i % 2 == 1).collect())),
        ];
        let params = Uns::Group(vec![
            ("method".to_owned(), Uns::Text("umap".to_owned())),
            ("n_neighbors".to_owned(), Uns::Integer(15)),
        ]);
        Self {
            x: CountMatrix::new(n, 3, (0..=n as u64).collect(), vec![2; n], (1..=n as u32).collect()).unwrap(),
            cells: (0..n).map(|i| format!("AAAC-{i}")).collect(),
            genes: strings(&["PTPRC", "COL1A1", "基因"]),
            points: Dense::new(n, 2, (0..2 * n).map(|i| i as f32).collect()).unwrap(),
            loadings: Dense::new(3, 2, vec![0.5; 6]).unwrap(),
            graph: Csr::new(n, n, (0..=n as u64).collect(), (0..n as u32).rev().collect(), vec![0.25; n]).unwrap(),
            obs: obs.map(|(name, column)| (name.to_owned(), column)).to_vec(),
            uns: vec![
                ("params".to_owned(), params),
                ("light".to_owned(), Uns::Bool(true)),
                ("x".to_owned(), Uns::Real(0.1)),
            ],
        }
    }

    fn h5ad(&self) -> H5ad<'_> {
        H5ad {
            x: &self.x,
            obs: Frame { names: &self.cells, columns: self.obs.clone() },
            var: Frame { names: &self.genes, columns: vec![] },
            obsm: vec![("X_pca".to_owned(), &self.points)],
            varm: vec![("PCs".to_owned(), &self.loadings)],
            obsp: vec![("connectivities".to_owned(), &self.graph)],
            uns: self.uns.clone(),
        }
    }

    fn write(&self, path: &Path) -> Hdf5File {
        write_h5ad(path, &self.h5ad(), &H5adParams::default()).unwrap();
        Hdf5File::open(path).unwrap()
    }
}

fn values<T: hdf5_reader::H5Type>(file: &Hdf5File, path: &str) -> Vec<T> {
    file.dataset(path).unwrap().read_array::<T>().unwrap().into_iter().collect()
}

#[test]
fn an_independent_reader_gets_the_values_back() {
    let folder = tempfile::tempdir().unwrap();
    // 2,000 cells are more than one chunk of no array, but more than fits unchunked.
    let sample = Sample::new(2000);
    let file = sample.write(&folder.path().join("a.h5ad"));

    assert_eq!(file.root_group().unwrap().attribute("encoding-type").unwrap().read_string().unwrap(), "anndata");
    let x = file.group("X").unwrap();
    assert_eq!(x.attribute("encoding-type").unwrap().read_string().unwrap(), "csr_matrix");
    assert_eq!(x.attribute("shape").unwrap().read_1d::<i64>().unwrap(), [2000, 3]);
    let (indptr, indices, counts) = sample.x.to_arrays();
    assert_eq!(values::<f32>(&file, "X/data"), counts.iter().map(|&c| c as f32).collect::<Vec<_>>());
    assert_eq!(values::<i32>(&file, "X/indices"), indices.iter().map(|&i| i as i32).collect::<Vec<_>>());
    assert_eq!(values::<i32>(&file, "X/indptr"), indptr.iter().map(|&p| p as i32).collect::<Vec<_>>());

    let obs = file.group("obs").unwrap();
    let order: Vec<String> = sample.obs.iter().map(|c| c.0.clone()).collect();
    assert_eq!(obs.attribute("column-order").unwrap().read_strings().unwrap(), order);
    assert_eq!(obs.attribute("_index").unwrap().read_string().unwrap(), "_index");
    assert_eq!(file.dataset("obs/_index").unwrap().read_strings().unwrap(), sample.cells);
    assert_eq!(file.dataset("var/_index").unwrap().read_strings().unwrap(), sample.genes);
    for (name, column) in &sample.obs {
        let path = format!("obs/{name}");
        match column {
            Column::Text(v) => assert_eq!(&file.dataset(&path).unwrap().read_strings().unwrap(), v),
            Column::Categorical { codes, categories } => {
                let stored: Vec<i32> =
                    values::<i8>(&file, &format!("{path}/codes")).into_iter().map(i32::from).collect();
                assert_eq!(&stored, codes);
                let stored = file.dataset(&format!("{path}/categories")).unwrap().read_strings().unwrap();
                assert_eq!(&stored, categories);
            }
            Column::F64(v) => {
                let bits = |v: &[f64]| v.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
                assert_eq!(bits(&values::<f64>(&file, &path)), bits(v));
            }
            Column::F32(v) => assert_eq!(&values::<f32>(&file, &path), v),
            Column::I64(v) => assert_eq!(&values::<i64>(&file, &path), v),
            Column::I32(v) => assert_eq!(&values::<i32>(&file, &path), v),
            Column::Bool(v) => {
                let bytes = file.dataset(&path).unwrap().read_raw_bytes().unwrap();
                assert_eq!(&bytes.iter().map(|&b| b == 1).collect::<Vec<_>>(), v);
            }
        }
    }
    assert_eq!(file.dataset("obsm/X_pca").unwrap().shape(), [2000, 2]);
    assert_eq!(values::<f32>(&file, "obsm/X_pca"), sample.points.values());
    assert_eq!(file.dataset("varm/PCs").unwrap().shape(), [3, 2]);
    assert_eq!(values::<i32>(&file, "obsp/connectivities/indices")[..2], [1999, 1998]);
    assert_eq!(file.dataset("uns/params/method").unwrap().read_string().unwrap(), "umap");
    assert_eq!(values::<i64>(&file, "uns/params/n_neighbors"), [15]);
}

/// Path, type, rank, compression and attribute names of everything below a group.
fn outline(group: &Group, path: &str, into: &mut Vec<String>) {
    let attributes = |names: Vec<String>| names.join(",");
    for child in group.groups().unwrap() {
        let path = format!("{path}/{}", child.name().rsplit('/').next().unwrap());
        let names = child.attributes().unwrap().iter().map(|a| a.name.clone()).collect();
        into.push(format!("{path} {}", attributes(names)));
        outline(&child, &path, into);
    }
    for child in group.datasets().unwrap() {
        let name = child.name().rsplit('/').next().unwrap().to_owned();
        let names = child.attributes().iter().map(|a| a.name.clone()).collect();
        into.push(format!("{path}/{name} {:?} {} {}", child.dtype(), child.ndim(), attributes(names)));
    }
}

#[test]
fn an_empty_matrix_has_the_same_tree_and_types() {
    let folder = tempfile::tempdir().unwrap();
    let tree_of = |n: usize, name: &str| {
        let file = Sample::new(n).write(&folder.path().join(name));
        let mut lines = Vec::new();
        outline(&file.root_group().unwrap(), "", &mut lines);
        lines.sort();
        lines
    };
    let full = tree_of(50, "full.h5ad");
    // X 4, obs 11 (a group, an index, six plain columns, three for leiden), var 2, obsm 2, varm 2, obsp 5, varp, layers,
    // uns 6.
    assert_eq!(full.len(), 34, "{full:#?}");
    assert_eq!(tree_of(0, "empty.h5ad"), full);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = |name: &str| {
        let path = folder.path().join(name);
        Sample::new(3000).write(&path);
        std::fs::read(path).unwrap()
    };
    assert!(bytes("a.h5ad") == bytes("b.h5ad"));
}

fn datasets(group: &Group, into: &mut Vec<Dataset>) {
    into.extend(group.datasets().unwrap());
    for child in group.groups().unwrap() {
        datasets(&child, into);
    }
}

/// HDF5 2.0.0 refuses three-byte chunk sides as hdf5-pure 0.47 encodes them.
#[test]
fn no_chunk_side_needs_three_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.h5ad");
    let sample = Sample::new(70_000);
    write_h5ad(&path, &sample.h5ad(), &H5adParams { chunk_len: 1 << 20, ..H5adParams::default() }).unwrap();
    let file = Hdf5File::open(&path).unwrap();
    let mut all = Vec::new();
    datasets(&file.root_group().unwrap(), &mut all);
    let sides: Vec<u32> = all.iter().filter_map(Dataset::chunks).flatten().collect();
    assert!(sides.len() > 10, "nothing was chunked");
    assert!(sides.iter().all(|&side| side <= 65_535), "{sides:?}");
    assert_eq!(values::<f32>(&file, "X/data").len(), 70_000);
    assert_eq!(file.dataset("obs/_index").unwrap().read_strings().unwrap(), sample.cells);
}

#[test]
fn counts_beyond_f32_stay_exact() {
    let folder = tempfile::tempdir().unwrap();
    let mut sample = Sample::new(2);
    sample.x = CountMatrix::new(2, 3, vec![0, 1, 2], vec![0, 1], vec![16_777_217, u32::MAX]).unwrap();
    let file = sample.write(&folder.path().join("a.h5ad"));
    assert_eq!(values::<f64>(&file, "X/data"), [16_777_217.0, 4_294_967_295.0]);
    sample.x = CountMatrix::new(2, 3, vec![0, 1, 2], vec![0, 1], vec![16_777_216, 1]).unwrap();
    let file = sample.write(&folder.path().join("b.h5ad"));
    assert_eq!(values::<f32>(&file, "X/data"), [16_777_216.0, 1.0]);
    assert_eq!(file.dataset("X/data").unwrap().raw_element_size().unwrap(), 4);
}

#[test]
fn codes_widen_with_the_number_of_categories() {
    let folder = tempfile::tempdir().unwrap();
    for (n, size) in [(127, 1), (128, 2), (32_767, 2), (32_768, 4)] {
        let mut sample = Sample::new(2);
        let categories = (0..n).map(|i| i.to_string()).collect();
        sample.obs = vec![("lot".to_owned(), Column::Categorical { codes: vec![-1, n - 1], categories })];
        let file = sample.write(&folder.path().join("a.h5ad"));
        let codes = file.dataset("obs/lot/codes").unwrap();
        assert_eq!(codes.raw_element_size().unwrap(), size);
        let stored: Vec<i32> = match size {
            1 => values::<i8>(&file, "obs/lot/codes").into_iter().map(i32::from).collect(),
            2 => values::<i16>(&file, "obs/lot/codes").into_iter().map(i32::from).collect(),
            _ => values::<i32>(&file, "obs/lot/codes"),
        };
        assert_eq!(stored, [-1, n - 1]);
    }
}

#[test]
fn what_cannot_be_written_is_named_and_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.h5ad");
    let refusal = |change: &dyn Fn(&mut Sample)| {
        let mut sample = Sample::new(2);
        change(&mut sample);
        let error = write_h5ad(&path, &sample.h5ad(), &H5adParams::default()).unwrap_err();
        assert!(!path.exists());
        error.to_string()
    };
    assert_eq!(refusal(&|s| s.genes.truncate(2)), "var has 2 entries, expected 3");
    assert_eq!(refusal(&|s| s.points = Dense::filled(1, 2, 0.0)), "obsm 'X_pca' has 1 entries, expected 2");
    assert_eq!(
        refusal(&|s| s.obs[0].0 = "T/NK".to_owned()),
        "'T/NK' cannot be a name in obs: HDF5 reads '/' as a path"
    );
    assert_eq!(
        refusal(&|s| s.obs[0].0 = "_index".to_owned()),
        "'_index' cannot be a name in obs: AnnData keeps it for the row names"
    );
    assert_eq!(refusal(&|s| s.uns[0].0 = String::new()), "'' cannot be a name in uns: it is empty");
    assert_eq!(refusal(&|s| s.uns[1].0 = "params".to_owned()), "'params' cannot be a name in uns: it is there twice");
    assert_eq!(refusal(&|s| s.cells[1].push('\0')), "obs names: entry 1 holds a NUL byte, at which HDF5 text ends");
    let nowhere = folder.path().join("absent").join("a.h5ad");
    let error = write_h5ad(&nowhere, &Sample::new(1).h5ad(), &H5adParams::default()).unwrap_err();
    assert!(matches!(error, WriteError::Create { .. }), "{error}");
    let full_disk = Path::new("/dev/full");
    if full_disk.exists() {
        let error = write_h5ad(full_disk, &Sample::new(1).h5ad(), &H5adParams::default()).unwrap_err();
        assert!(matches!(error, WriteError::Write { .. }), "{error}");
    }
}

#[test]
fn puricell_reads_its_own_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.h5ad");
    let sample = Sample::new(200);
    sample.write(&path);
    let dataset = puricell_io::open(&path, &puricell_io::ReadOptions::default()).unwrap().value.dataset;
    assert_eq!(dataset.counts(), &sample.x);
    assert_eq!(dataset.cells().ids, sample.cells);
    assert_eq!(dataset.features().names, sample.genes);
    let column = |name: &str| dataset.cells().columns.iter().find(|c| c.0 == name).map(|c| c.1.clone());
    let leiden = (0..200).map(|i| [None, Some("0".to_owned()), Some("间充质".to_owned())][i % 3].clone()).collect();
    assert_eq!(column("leiden"), Some(puricell_core::CellColumn::Text(leiden)));
    let doublet = (0..200).map(|i| Some(i % 2 == 1)).collect();
    assert_eq!(column("predicted_doublet"), Some(puricell_core::CellColumn::Bool(doublet)));
    let total = (0..200).map(|i| f64::from(i) - 5_000_000_000.0).collect();
    assert_eq!(column("total_counts"), Some(puricell_core::CellColumn::Number(total)));
}
