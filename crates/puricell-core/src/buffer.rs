//! Numbers in a row, in huge pages where there are many.

use std::fmt;
use std::ops::{Deref, DerefMut};

use bytemuck::Pod;
use memmap2::MmapMut;

/// Bytes from which on huge pages are asked for: some of 2 MB. The system needs as long to give a page of 4 kB as to copy
/// its bytes.
const MANY_BYTES: usize = 1 << 23;

/// A slice of numbers of fixed length. Those made by [`Buffer::zeroed`] are in huge pages from 8 MB on, where the system has them;
/// a `Vec` stays where it is. Compares and prints as the slice.
pub struct Buffer<T: Pod>(Place<T>);

enum Place<T> {
    Heap(Vec<T>),
    /// As many bytes as the numbers take. Pages start at a multiple of any number's alignment.
    Pages(MmapMut),
}

impl<T: Pod> Buffer<T> {
    /// `length` zeros. The memory is given when it is first written to.
    pub fn zeroed(length: usize) -> Self {
        let many = length.checked_mul(size_of::<T>()).filter(|&bytes| bytes >= MANY_BYTES);
        Self(many.and_then(huge_pages).map_or_else(|| Place::Heap(vec![T::zeroed(); length]), Place::Pages))
    }
}

/// So many bytes, zero; `None` from a system without huge pages, or without as much memory, which the heap then tells.
#[cfg(target_os = "linux")]
fn huge_pages(bytes: usize) -> Option<MmapMut> {
    let pages = memmap2::MmapOptions::new().len(bytes).map_anon().ok()?;
    pages.advise(memmap2::Advice::HugePage).ok()?;
    Some(pages)
}

#[cfg(not(target_os = "linux"))]
fn huge_pages(_: usize) -> Option<MmapMut> {
    None
}

impl<T: Pod> From<Vec<T>> for Buffer<T> {
    fn from(values: Vec<T>) -> Self {
        Self(Place::Heap(values))
    }
}

impl<T: Pod> Deref for Buffer<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        match &self.0 {
            Place::Heap(values) => values,
            Place::Pages(pages) => bytemuck::cast_slice(pages),
        }
    }
}

impl<T: Pod> DerefMut for Buffer<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        match &mut self.0 {
            Place::Heap(values) => values,
            Place::Pages(pages) => bytemuck::cast_slice_mut(pages),
        }
    }
}

impl<T: Pod> AsMut<[T]> for Buffer<T> {
    fn as_mut(&mut self) -> &mut [T] {
        self
    }
}

impl<T: Pod> Clone for Buffer<T> {
    fn clone(&self) -> Self {
        match &self.0 {
            Place::Heap(values) => values.clone().into(),
            Place::Pages(_) => {
                let mut copy = Self::zeroed(self.len());
                copy.copy_from_slice(self);
                copy
            }
        }
    }
}

impl<T: Pod + fmt::Debug> fmt::Debug for Buffer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: Pod + PartialEq> PartialEq for Buffer<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half of them below the size from which on pages are huge, half above.
    const LENGTHS: [usize; 6] = [0, 5, MANY_BYTES / 4 - 1, MANY_BYTES / 4, MANY_BYTES / 4 + 1, MANY_BYTES + 12_345];

    #[test]
    fn zeros_are_written_and_read_back_in_any_length() {
        for length in LENGTHS {
            let mut buffer = Buffer::<f32>::zeroed(length);
            assert_eq!(buffer.len(), length);
            assert!(buffer.iter().all(|value| value.to_bits() == 0));
            let wanted: Vec<f32> = (0..length).map(|i| i as f32 - 7.0).collect();
            buffer.as_mut().copy_from_slice(&wanted);
            assert!(*buffer == *wanted && buffer == Buffer::from(wanted), "{length}");
        }
    }

    #[test]
    fn a_copy_is_equal_and_apart() {
        for length in LENGTHS.into_iter().filter(|&length| length > 0) {
            let mut buffer = Buffer::<f64>::zeroed(length);
            buffer[length - 1] = 2.5;
            let copy = buffer.clone();
            assert!(copy == buffer, "{length}");
            buffer[length - 1] = 3.5;
            assert!(copy != buffer && copy[length - 1].to_bits() == 2.5_f64.to_bits(), "{length}");
        }
    }

    #[test]
    fn prints_as_its_numbers() {
        assert_eq!(format!("{:?}", Buffer::from(vec![1.5_f32, -2.0])), "[1.5, -2.0]");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn many_numbers_are_in_pages_and_few_on_the_heap() {
        let is_in_pages = |length| matches!(Buffer::<f32>::zeroed(length).0, Place::Pages(_));
        let has = huge_pages(MANY_BYTES).is_some(); // not in every kernel
        assert_eq!(LENGTHS.map(is_in_pages), [false, false, false, has, has, has]);
    }
}
