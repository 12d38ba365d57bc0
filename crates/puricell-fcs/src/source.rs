//! Bytes by position, from memory or from a file.

use std::borrow::Cow;
use std::fs::File;
use std::io;

/// Something that can be read at any position, from several threads.
pub(crate) trait Source: Sync {
    /// Length, in bytes.
    fn length(&self) -> u64;

    /// `length` bytes from `offset`. The caller has checked that they lie within [`Source::length`], which bounds what is
    /// allocated.
    fn bytes(&self, offset: u64, length: usize) -> io::Result<Cow<'_, [u8]>>;

    /// As many bytes from `offset` as `buffer` has room for.
    fn read(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()>;
}

impl Source for &[u8] {
    fn length(&self) -> u64 {
        self.len() as u64
    }

    fn bytes(&self, offset: u64, length: usize) -> io::Result<Cow<'_, [u8]>> {
        usize::try_from(offset)
            .ok()
            .and_then(|start| self.get(start..start.checked_add(length)?))
            .map(Cow::Borrowed)
            .ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    fn read(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        buffer.copy_from_slice(&self.bytes(offset, buffer.len())?);
        Ok(())
    }
}

/// A file, read by position: the kernel's cache serves several threads without a seek.
#[derive(Debug)]
pub(crate) struct FileSource {
    file: File,
    length: u64,
}

impl FileSource {
    pub(crate) fn new(file: File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        Ok(Self { file, length })
    }
}

impl Source for FileSource {
    fn length(&self) -> u64 {
        self.length
    }

    fn bytes(&self, offset: u64, length: usize) -> io::Result<Cow<'_, [u8]>> {
        let mut buffer = vec![0; length];
        self.read(offset, &mut buffer)?;
        Ok(Cow::Owned(buffer))
    }

    fn read(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        read_exact_at(&self.file, buffer, offset)
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut buffer: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !buffer.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, buffer, offset)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => {
                buffer = &mut buffer[count..];
                offset += count as u64;
            }
        }
    }
    Ok(())
}
