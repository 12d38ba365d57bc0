//! AnnData's array-like elements as HDF5 datasets.

use hdf5_pure::{
    AttrValue, DatasetBuilder, Datatype, EnumTypeBuilder, GroupBuilder, make_f32_type, make_f64_type, make_i8_type,
    make_i16_type, make_i32_type, make_i64_type,
};
use puricell_core::{CountMatrix, Csr, Dense};

use super::{BuildError, H5adParams};
use crate::write::WriteError;

/// Above this `f32` skips integers.
const LARGEST_F32_INTEGER: u32 = 1 << 24;

/// hdf5-pure 0.47 encodes a chunk's sides in 1, 2 or 4 bytes, where HDF5 2.0.0 (h5py 3.16) refuses a file that does not
/// use the fewest (<https://github.com/HDFGroup/hdf5/issues/6409>), so that three-byte sides must not occur.
const LARGEST_CHUNK_SIDE: u64 = u16::MAX as u64;

/// An array below this many bytes is stored as it is: chunking it would cost more than it saves.
const SMALLEST_CHUNKED: usize = 2048;

/// Sets the two attributes that tell AnnData what an element is.
pub(super) fn encoding(group: &mut GroupBuilder, kind: &str, version: &str) {
    group.set_attr("encoding-type", text(kind));
    group.set_attr("encoding-version", text(version));
}

/// A string attribute as h5py writes it.
pub(super) fn text(value: &str) -> AttrValue {
    AttrValue::VarLenString(value.to_owned())
}

/// Writes elements with one set of parameters.
pub(super) struct Elements {
    params: H5adParams,
    boolean: Datatype,
}

impl Elements {
    pub(super) fn new(params: H5adParams) -> Result<Self, BuildError> {
        // h5py's bool: an enumeration over int8.
        let boolean = EnumTypeBuilder::with_base(make_i8_type()).value("FALSE", 0).value("TRUE", 1).build()?;
        Ok(Self { params, boolean })
    }

    /// A vector, each value in its own little-endian bytes.
    pub(super) fn vector<T: Copy, const N: usize>(
        &self,
        group: &mut GroupBuilder,
        name: &str,
        datatype: Datatype,
        values: &[T],
        to_bytes: fn(T) -> [u8; N],
    ) {
        self.array(group, name, datatype, bytes_of(values, to_bytes), &[values.len()]);
    }

    /// Truth values.
    pub(super) fn truths(&self, group: &mut GroupBuilder, name: &str, values: &[bool]) {
        self.vector(group, name, self.boolean.clone(), values, |v| [u8::from(v)]);
    }

    /// Category codes in the narrowest type that holds `n_categories`, as pandas chooses it.
    pub(super) fn codes(&self, group: &mut GroupBuilder, name: &str, codes: &[i32], n_categories: usize) {
        // The low bytes of a little-endian two's complement are the narrower number.
        if i8::try_from(n_categories).is_ok() {
            self.vector(group, name, make_i8_type(), codes, |c| [c.to_le_bytes()[0]]);
        } else if i16::try_from(n_categories).is_ok() {
            self.vector(group, name, make_i16_type(), codes, |c| [c.to_le_bytes()[0], c.to_le_bytes()[1]]);
        } else {
            self.vector(group, name, make_i32_type(), codes, i32::to_le_bytes);
        }
    }

    /// One truth value.
    pub(super) fn truth(&self, group: &mut GroupBuilder, name: &str, value: bool) {
        let dataset = group.create_dataset(name).with_shape(&[]);
        tag(dataset.with_enum_u8_data(self.boolean.clone(), &[u8::from(value)]), "numeric-scalar");
    }

    /// A dense matrix.
    pub(super) fn dense(&self, group: &mut GroupBuilder, name: &str, matrix: &Dense<f32>) {
        let bytes = bytes_of(matrix.values(), f32::to_le_bytes);
        self.array(group, name, make_f32_type(), bytes, &[matrix.n_rows(), matrix.n_cols()]);
    }

    /// Counts as a CSR of floats, which is what scanpy computes on.
    pub(super) fn counts(&self, group: &mut GroupBuilder, matrix: &CountMatrix) {
        let (datatype, bytes) = if matrix.largest() <= LARGEST_F32_INTEGER {
            (make_f32_type(), entries(matrix, |_, count| (count as f32).to_le_bytes()))
        } else {
            (make_f64_type(), entries(matrix, |_, count| f64::from(count).to_le_bytes()))
        };
        let shape = (matrix.n_rows(), matrix.n_cols());
        self.csr(group, shape, matrix.indptr(), (datatype, bytes), |narrow| {
            if narrow {
                entries(matrix, |column, _| column.to_le_bytes())
            } else {
                entries(matrix, |column, _| u64::from(column).to_le_bytes())
            }
        });
    }

    /// A CSR of weights or distances.
    pub(super) fn weights(&self, group: &mut GroupBuilder, matrix: &Csr<f32>) {
        let (indptr, indices, values) = matrix.parts();
        let values = (make_f32_type(), bytes_of(values, f32::to_le_bytes));
        self.csr(group, (matrix.n_rows(), matrix.n_cols()), indptr, values, |narrow| {
            if narrow { bytes_of(indices, u32::to_le_bytes) } else { bytes_of(indices, |i| u64::from(i).to_le_bytes()) }
        });
    }

    /// `indices` gives the columns in four bytes each if asked for narrow ones, else in eight.
    fn csr(
        &self,
        group: &mut GroupBuilder,
        (n_rows, n_cols): (usize, usize),
        indptr: &[u64],
        (datatype, values): (Datatype, Vec<u8>),
        indices: impl Fn(bool) -> Vec<u8>,
    ) {
        encoding(group, "csr_matrix", "0.1.0");
        group.set_attr("shape", AttrValue::I64Array(vec![signed(n_rows), signed(n_cols)]));
        let nnz = indptr.last().map_or(0, |&end| end as usize);
        // Untagged, as AnnData leaves them: they are part of the matrix's encoding.
        self.bare(group, "data", datatype, values, &[nnz]);
        // scipy wants both index arrays of one type.
        let narrow = i32::try_from(nnz).is_ok() && i32::try_from(n_cols).is_ok();
        if narrow {
            self.bare(group, "indices", make_i32_type(), indices(true), &[nnz]);
            let bytes = bytes_of(indptr, |p| (p as u32).to_le_bytes());
            self.bare(group, "indptr", make_i32_type(), bytes, &[indptr.len()]);
        } else {
            self.bare(group, "indices", make_i64_type(), indices(false), &[nnz]);
            let bytes = bytes_of(indptr, u64::to_le_bytes);
            self.bare(group, "indptr", make_i64_type(), bytes, &[indptr.len()]);
        }
    }

    fn array(&self, group: &mut GroupBuilder, name: &str, datatype: Datatype, bytes: Vec<u8>, shape: &[usize]) {
        tag(self.bare(group, name, datatype, bytes, shape), "array");
    }

    /// A dataset, chunked by whole rows and compressed where that pays.
    fn bare<'g>(
        &self,
        group: &'g mut GroupBuilder,
        name: &str,
        datatype: Datatype,
        bytes: Vec<u8>,
        shape: &[usize],
    ) -> &'g mut DatasetBuilder {
        let n_bytes = bytes.len();
        let n_elements: usize = shape.iter().product();
        let extent: Vec<u64> = shape.iter().map(|&n| n as u64).collect();
        let dataset = group.create_dataset(name).with_raw_data(datatype, bytes, n_elements as u64);
        dataset.with_shape(&extent);
        if n_bytes >= SMALLEST_CHUNKED && self.params.level > 0 {
            let row_len = (n_elements / shape[0]).max(1);
            let rows = (self.params.chunk_len / row_len).clamp(1, shape[0]);
            let mut chunk = extent;
            chunk[0] = rows as u64;
            for side in &mut chunk {
                *side = (*side).min(LARGEST_CHUNK_SIDE);
            }
            dataset.with_chunks(&chunk);
            if n_bytes > n_elements {
                dataset.with_shuffle();
            }
            dataset.with_deflate(u32::from(self.params.level.min(9)));
        }
        dataset
    }
}

/// Variable-length UTF-8 strings. `what` names them in an error.
pub(super) fn strings(group: &mut GroupBuilder, name: &str, what: &str, values: &[String]) -> Result<(), WriteError> {
    check_nul(what, values)?;
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    let dataset = group.create_dataset(name).with_vlen_strings(&values);
    tag(dataset, "string-array");
    Ok(())
}

/// One string.
pub(super) fn string(group: &mut GroupBuilder, name: &str, what: &str, value: &str) -> Result<(), WriteError> {
    check_nul(what, &[value])?;
    tag(group.create_dataset(name).with_shape(&[]).with_vlen_strings(&[value]), "string");
    Ok(())
}

/// One integer.
pub(super) fn integer(group: &mut GroupBuilder, name: &str, value: i64) {
    tag(group.create_dataset(name).with_shape(&[]).with_i64_data(&[value]), "numeric-scalar");
}

/// One number.
pub(super) fn real(group: &mut GroupBuilder, name: &str, value: f64) {
    tag(group.create_dataset(name).with_shape(&[]).with_f64_data(&[value]), "numeric-scalar");
}

fn tag(dataset: &mut DatasetBuilder, kind: &str) {
    dataset.set_attr("encoding-type", text(kind)).set_attr("encoding-version", text("0.2.0"));
}

fn entries<const N: usize>(matrix: &CountMatrix, to_bytes: fn(u32, u32) -> [u8; N]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(matrix.nnz() * N);
    for row in 0..matrix.n_rows() {
        matrix.row(row).for_each(|column, count| bytes.extend_from_slice(&to_bytes(column, count)));
    }
    bytes
}

fn bytes_of<T: Copy, const N: usize>(values: &[T], to_bytes: fn(T) -> [u8; N]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(values.len() * N);
    for &value in values {
        bytes.extend_from_slice(&to_bytes(value));
    }
    bytes
}

/// A length as HDF5 attributes carry it; no length in memory exceeds `i64::MAX`.
fn signed(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn check_nul<S: AsRef<str>>(what: &str, values: &[S]) -> Result<(), WriteError> {
    match values.iter().position(|v| v.as_ref().contains('\0')) {
        Some(row) => Err(WriteError::Nul { what: what.to_owned(), row }),
        None => Ok(()),
    }
}
