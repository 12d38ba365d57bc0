//! The last line of a prepared capture: the version of its form and the SHA-256 of all before it. A file that was cut off has none,
//! and one that was changed has another.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::error::AppError;
use crate::output::{hash_file, hash_of};

/// The version of the form.
const VERSION: &str = "1";
/// What the line begins with; the version follows, a space and the hash.
const MARK: &str = "\npuricell-capture/";
/// Bytes of the end of a file that the line is looked for in.
const END: u64 = 256;

/// Adds the line to a file that is complete.
///
/// # Errors
/// What the system said.
pub fn put(path: &Path) -> std::io::Result<()> {
    let (_, hash) = hash_file(path)?;
    let mut file = OpenOptions::new().append(true).open(path)?;
    file.write_all(format!("{MARK}{VERSION} {hash}\n").as_bytes())?;
    file.sync_data()
}

/// Whether a file ends with such a line, whatever it says.
pub fn is_there(path: &Path) -> bool {
    File::open(path).and_then(|mut file| last_line(&mut file)).is_ok_and(|found| found.is_some())
}

/// Checks that a file is as it was written, in the form that is read.
///
/// # Errors
/// [`AppError::Input`] where it is missing or cannot be read; [`AppError::Channels`] where the line is missing or says otherwise.
pub fn check(path: &Path) -> Result<(), AppError> {
    let unreadable = |source: std::io::Error| {
        let path = path.to_owned();
        AppError::Input(if source.kind() == std::io::ErrorKind::NotFound {
            puricell_io::IoError::Missing { path }
        } else {
            puricell_io::IoError::Unreadable { path, source }
        })
    };
    let refused = |found: String| AppError::Channels {
        message: format!("{}: {found}", path.display()),
        hint: "prepare the capture with `puricell prepare CAPTURE --out FILE.capture.h5`, or copy the file anew".into(),
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let Some((length, version, hash)) = last_line(&mut file).map_err(unreadable)? else {
        return Err(refused(
            "this is no prepared capture, or the file is cut off: its last line is missing".to_owned(),
        ));
    };
    if version != VERSION {
        return Err(refused(format!(
            "the capture was prepared in form {version} by another version of puricell, and this one reads form {VERSION}"
        )));
    }
    file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let (_, found) = hash_of(file.take(length)).map_err(unreadable)?;
    if found != hash {
        return Err(refused(format!("the content has SHA-256 {found}, and had {hash} when it was written")));
    }
    Ok(())
}

/// Bytes before the line, and the version and the hash in it; `None` where the file does not end with one.
fn last_line(file: &mut File) -> std::io::Result<Option<(u64, String, String)>> {
    let length = file.metadata()?.len();
    let start = length.saturating_sub(END);
    let mut end = Vec::new();
    file.seek(SeekFrom::Start(start))?;
    file.read_to_end(&mut end)?;
    let Some(at) = end.windows(MARK.len()).rposition(|window| window == MARK.as_bytes()) else { return Ok(None) };
    let line = String::from_utf8_lossy(&end[at + MARK.len()..]);
    let words = line.strip_suffix('\n').and_then(|line| line.split_once(' '));
    Ok(words.map(|(version, hash)| (start + at as u64, version.to_owned(), hash.to_owned())))
}
