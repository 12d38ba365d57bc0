//! Files written are seen onto the disk while the next are made: waiting for the disk after each is time in which no
//! processor works.

use std::fs::File;
use std::io;
use std::sync::mpsc;
use std::thread::{Builder, JoinHandle};

/// A thread that waits for the disk.
#[derive(Debug)]
pub(super) struct Syncing {
    files: mpsc::Sender<(String, File)>,
    waiting: JoinHandle<Result<(), Failed>>,
}

/// The name of a file that did not reach the disk, and what the system said.
type Failed = (String, io::Error);

impl Syncing {
    /// Starts the thread.
    pub(super) fn start() -> io::Result<Self> {
        let (files, written) = mpsc::channel::<(String, File)>();
        let wait = move || written.into_iter().try_for_each(|(name, file)| file.sync_data().map_err(|e| (name, e)));
        Ok(Self { files, waiting: Builder::new().name("disk".into()).spawn(wait)? })
    }

    /// Takes a file that is written.
    pub(super) fn take(&self, name: &str, file: File) {
        // The thread ends early at a file that failed, and `finish` tells of that one.
        let _ = self.files.send((name.to_owned(), file));
    }

    /// Waits until every file is on the disk.
    pub(super) fn finish(self) -> Result<(), Failed> {
        drop(self.files);
        let ended = self.waiting.join();
        ended.unwrap_or_else(|_| Err((String::new(), io::Error::other("the thread that waits for the disk has ended"))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_the_disk_does_not_take_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let syncing = Syncing::start().unwrap();
        syncing.take("a.txt", File::create(folder.path().join("a.txt")).unwrap());
        assert!(syncing.finish().is_ok());

        // Linux refuses to sync the null device, whose data reach no disk.
        #[cfg(target_os = "linux")]
        {
            let syncing = Syncing::start().unwrap();
            syncing.take("null", File::open("/dev/null").unwrap());
            syncing.take("b.txt", File::create(folder.path().join("b.txt")).unwrap());
            assert_eq!(syncing.finish().unwrap_err().0, "null");
        }
    }
}
