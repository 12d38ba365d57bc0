//! Exit codes: a promise to workflow engines.
//!
//! None of them lies in 130 to 145, which engines take for "killed, try again".

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Done, and the specification is not met (only with `--fail-on-spec`).
    SpecNotMet = 1,
    /// The command line, a configuration, profile, metadata or specification file is wrong.
    Usage = 2,
    /// The data is bad.
    BadData = 65,
    /// An input is missing or cannot be read.
    NoInput = 66,
    /// Our fault.
    Internal = 70,
    /// The output cannot be created, or exists.
    CannotCreate = 73,
    /// Writing failed.
    WriteFailed = 74,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
