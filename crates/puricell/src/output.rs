//! A result folder that appears whole or not at all.

mod syncing;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::error::AppError;
use syncing::Syncing;

/// Folders to remove when a signal ends the program.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Attempts to remove such a folder.
const ATTEMPTS: usize = 100;

/// Removes what unfinished commands have written so far. Called by the signal handler.
pub fn remove_unfinished() {
    if let Ok(mut folders) = UNFINISHED.lock() {
        for folder in folders.drain(..) {
            // The other threads go on writing until the signal ends the program: a file that appears meanwhile makes the
            // first attempt fail.
            for _ in 0..ATTEMPTS {
                let _ = fs::remove_dir_all(&folder);
                if !folder.exists() {
                    break;
                }
            }
        }
    }
}

/// Whether an existing result may be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// Refuse.
    Keep,
    /// Replace it, once the new one is complete.
    Replace,
}

impl Existing {
    /// What `--force` says.
    pub fn forced(force: bool) -> Self {
        if force { Self::Replace } else { Self::Keep }
    }
}

/// A file of a folder, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256, hexadecimal, lower case.
    pub sha256: String,
}

/// A folder under construction beside its final place; [`OutputFolder::publish`] renames it there. Dropped before that,
/// it vanishes. Files can be written from several threads at once.
#[derive(Debug)]
pub struct OutputFolder {
    building: PathBuf,
    target: PathBuf,
    existing: Existing,
    written: Mutex<BTreeMap<String, Written>>,
    syncing: Option<Syncing>,
    published: bool,
}

impl OutputFolder {
    /// Starts a folder that will become `target`.
    ///
    /// # Errors
    /// [`AppError::OutputExists`] unless it may be replaced; [`AppError::CannotCreate`] where the place cannot be
    /// written to.
    pub fn start(target: &Path, existing: Existing) -> Result<Self, AppError> {
        if target.exists() {
            if existing == Existing::Keep {
                return Err(AppError::OutputExists { path: target.to_owned() });
            }
            if !is_result(target) {
                return Err(AppError::NotAResult { path: target.to_owned() });
            }
        }
        Self::beside(target, existing)
    }

    /// A folder that is built beside `target`, whatever is there.
    fn beside(target: &Path, existing: Existing) -> Result<Self, AppError> {
        let fail = |source| AppError::CannotCreate { path: target.to_owned(), source };
        let parent = match target.parent() {
            Some(p) if !p.as_os_str().is_empty() => p.to_owned(),
            _ => PathBuf::from("."),
        };
        fs::create_dir_all(&parent).map_err(fail)?;
        let name = target.file_name().map_or_else(|| "result".into(), |n| n.to_string_lossy().into_owned());
        // Held until the folder is listed: a signal that comes in between waits for it.
        let mut unfinished = UNFINISHED.lock().ok();
        let building =
            tempfile::Builder::new().prefix(&format!(".{name}.unfinished-")).tempdir_in(&parent).map_err(fail)?.keep();
        // A temporary folder is private to its owner; a result is as open as the user's umask says.
        let plain = building.with_added_extension("d");
        fs::create_dir(&plain).map_err(fail)?;
        fs::remove_dir(&building).map_err(fail)?;
        if let Some(folders) = &mut unfinished {
            folders.push(plain.clone());
        }
        drop(unfinished);
        let mut folder = Self {
            building: plain,
            target: target.to_owned(),
            existing,
            written: Mutex::default(),
            syncing: None,
            published: false,
        };
        folder.syncing = Some(Syncing::start().map_err(fail)?);
        Ok(folder)
    }

    /// Writes one file, `name` relative to the folder, and remembers its SHA-256.
    ///
    /// # Errors
    /// [`AppError::Write`].
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), AppError> {
        self.write_unhashed(name, bytes)?;
        self.remember(name, bytes.len() as u64, hex(&Sha256::digest(bytes)));
        Ok(())
    }

    /// Lets `make` write one file at the path it is given, and remembers its SHA-256.
    ///
    /// # Errors
    /// What `make` said, or [`AppError::Write`].
    pub fn write_with(&self, name: &str, make: impl FnOnce(&Path) -> Result<(), AppError>) -> Result<(), AppError> {
        let path = self.building.join(name);
        make(&path)?;
        let (bytes, hash) =
            hash_file(&path).map_err(|source| AppError::Write { path: self.target.join(name), source })?;
        self.remember(name, bytes, hash);
        Ok(())
    }

    fn remember(&self, name: &str, bytes: u64, sha256: String) {
        let written = Written { bytes, sha256 };
        self.written.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), written);
    }

    /// Writes one file that is no part of the bit-for-bit promise. It reaches the disk before the folder appears.
    ///
    /// # Errors
    /// [`AppError::Write`].
    pub fn write_unhashed(&self, name: &str, bytes: &[u8]) -> Result<(), AppError> {
        let path = self.building.join(name);
        let fail = |source| AppError::Write { path: self.target.join(name), source };
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(fail)?;
        }
        let mut file = fs::File::create(&path).map_err(fail)?;
        file.write_all(bytes).map_err(fail)?;
        match &self.syncing {
            Some(syncing) => syncing.take(name, file),
            None => file.sync_data().map_err(fail)?,
        }
        Ok(())
    }

    /// Name and SHA-256 of files written so far, hashed or not.
    ///
    /// # Errors
    /// [`AppError::Write`] for one that is not there.
    pub fn digests(&self, names: &[&str]) -> Result<Vec<(String, String)>, AppError> {
        let digest = |name: &&str| {
            let found = hash_file(&self.building.join(name));
            let fail = |source| AppError::Write { path: self.target.join(name), source };
            found.map(|(_, hash)| ((*name).to_owned(), hash)).map_err(fail)
        };
        names.iter().map(digest).collect()
    }

    /// Name and SHA-256 of every file written with [`OutputFolder::write`], by name.
    pub fn hashes(&self) -> BTreeMap<String, String> {
        self.written().into_iter().map(|(name, file)| (name, file.sha256)).collect()
    }

    /// Every file written with [`OutputFolder::write`], by name.
    pub fn written(&self) -> BTreeMap<String, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Moves the folder to its place, its files being on the disk.
    ///
    /// # Errors
    /// [`AppError::Write`] for a file that the disk did not take; [`AppError::OutputExists`] where a folder has appeared
    /// there meanwhile; [`AppError::CannotCreate`].
    pub fn publish(mut self) -> Result<(), AppError> {
        if let Some(syncing) = self.syncing.take() {
            syncing.finish().map_err(|(name, source)| AppError::Write { path: self.target.join(name), source })?;
        }
        let fail = |source| AppError::CannotCreate { path: self.target.clone(), source };
        if self.target.exists() {
            if self.existing == Existing::Keep {
                return Err(AppError::OutputExists { path: self.target.clone() });
            }
            let aside = self.building.with_extension("replaced");
            fs::rename(&self.target, &aside).map_err(fail)?;
            if let Err(source) = fs::rename(&self.building, &self.target) {
                let _ = fs::rename(&aside, &self.target);
                return Err(AppError::CannotCreate { path: self.target.clone(), source });
            }
            let _ = fs::remove_dir_all(&aside);
        } else {
            fs::rename(&self.building, &self.target).map_err(fail)?;
        }
        self.published = true;
        self.forget();
        Ok(())
    }

    fn forget(&self) {
        if let Ok(mut folders) = UNFINISHED.lock() {
            folders.retain(|f| *f != self.building);
        }
    }
}

impl Drop for OutputFolder {
    fn drop(&mut self) {
        if !self.published {
            let _ = fs::remove_dir_all(&self.building);
            self.forget();
        }
    }
}

/// Lets `make` write one file that appears whole, at its place, or not at all.
///
/// # Errors
/// What `make` said; [`AppError::FileExists`] where a file has appeared there and is not to be replaced;
/// [`AppError::CannotCreate`].
pub fn write_whole(
    target: &Path,
    existing: Existing,
    make: impl FnOnce(&Path) -> Result<(), AppError>,
) -> Result<(), AppError> {
    let fail = |source| AppError::CannotCreate { path: target.to_owned(), source };
    // In a folder of its own: once a signal has removed that, nothing can be written there.
    let folder = OutputFolder::beside(target, Existing::Keep)?;
    let building = folder.building.join(target.file_name().unwrap_or_default());
    make(&building)?;
    if existing == Existing::Keep && target.exists() {
        return Err(AppError::FileExists { path: target.to_owned() });
    }
    fs::rename(&building, target).map_err(fail)
}

fn is_result(folder: &Path) -> bool {
    folder.join("manifest.json").is_file()
}

/// Bytes and SHA-256 of a file.
///
/// # Errors
/// What the system said.
pub fn hash_file(path: &Path) -> std::io::Result<(u64, String)> {
    hash_of(fs::File::open(path)?)
}

/// Bytes and SHA-256 of what is read.
///
/// # Errors
/// What the system said.
pub fn hash_of(mut from: impl Read) -> std::io::Result<(u64, String)> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0_u8; 1 << 20];
    let mut bytes = 0;
    loop {
        let n = from.read(&mut buffer)?;
        if n == 0 {
            return Ok((bytes, hex(&hasher.finalize())));
        }
        bytes += n as u64;
        hasher.update(&buffer[..n]);
    }
}

/// SHA-256 of a text.
pub fn hash_text(text: &str) -> String {
    hash_bytes(text.as_bytes())
}

/// SHA-256 of bytes.
pub fn hash_bytes(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let digit = |n: u8| char::from_digit(u32::from(n), 16).unwrap_or('0');
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // Verifies R-17.
    #[test]
    fn a_dropped_folder_leaves_nothing_and_a_published_one_is_whole() {
        let base = tempfile::tempdir().unwrap();
        let target = base.path().join("lot");
        let folder = OutputFolder::start(&target, Existing::Keep).unwrap();
        folder.write("figures/a.svg", b"x").unwrap();
        drop(folder);
        assert_eq!(fs::read_dir(base.path()).unwrap().count(), 0);

        let folder = OutputFolder::start(&target, Existing::Keep).unwrap();
        folder.write("manifest.json", b"{}").unwrap();
        folder.publish().unwrap();
        assert_eq!(fs::read(target.join("manifest.json")).unwrap(), b"{}");
        assert_eq!(fs::read_dir(base.path()).unwrap().count(), 1);
        assert!(matches!(OutputFolder::start(&target, Existing::Keep), Err(AppError::OutputExists { .. })));
    }

    #[test]
    fn what_a_killed_run_left_does_not_stop_the_next() {
        let base = tempfile::tempdir().unwrap();
        let target = base.path().join("lot");
        let names = || fs::read_dir(base.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
        // As after SIGKILL: nobody removes the folder.
        std::mem::forget(OutputFolder::start(&target, Existing::Keep).unwrap());
        assert!(names().all(|name| name.starts_with(".lot.unfinished-")));
        let folder = OutputFolder::start(&target, Existing::Keep).unwrap();
        folder.write("manifest.json", b"{}").unwrap();
        folder.publish().unwrap();
        assert_eq!(names().count(), 2);
    }

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let base = tempfile::tempdir().unwrap();
        let target = base.path().join("a.capture.h5");
        let put = |bytes: &'static [u8]| {
            move |path: &Path| {
                fs::write(path, bytes).map_err(|source| AppError::Write { path: path.to_owned(), source })
            }
        };
        let cut = |path: &Path| {
            fs::write(path, b"half").unwrap();
            Err(AppError::Internal { place: "test", message: "cut".into() })
        };
        assert!(write_whole(&target, Existing::Keep, cut).is_err());
        assert_eq!(fs::read_dir(base.path()).unwrap().count(), 0);
        write_whole(&target, Existing::Keep, put(b"first")).unwrap();
        assert!(matches!(write_whole(&target, Existing::Keep, put(b"second")), Err(AppError::FileExists { .. })));
        assert!(write_whole(&target, Existing::Replace, cut).is_err());
        assert_eq!(fs::read(&target).unwrap(), b"first");
        write_whole(&target, Existing::Replace, put(b"second")).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"second");
        assert_eq!(fs::read_dir(base.path()).unwrap().count(), 1);
    }

    #[test]
    fn force_replaces_a_result_but_no_other_folder() {
        let base = tempfile::tempdir().unwrap();
        let target = base.path().join("thesis");
        fs::create_dir(&target).unwrap();
        fs::write(target.join("chapter1.txt"), "years of work").unwrap();
        assert!(matches!(OutputFolder::start(&target, Existing::Replace), Err(AppError::NotAResult { .. })));
        fs::write(target.join("manifest.json"), "{}").unwrap();
        let folder = OutputFolder::start(&target, Existing::Replace).unwrap();
        folder.write("manifest.json", b"{\"new\": 1}").unwrap();
        folder.publish().unwrap();
        assert!(!target.join("chapter1.txt").exists());
        assert_eq!(fs::read_dir(base.path()).unwrap().count(), 1);
    }

    #[test]
    fn hex_is_lower_case() {
        assert_eq!(hex(&[0, 10, 255]), "000aff");
    }
}
