//! From the words of the command line to what is to be done.

use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, CommandFactory, FromArgMatches};

use super::{Cli, Command, Common, EventArgs};
use crate::arguments::{self, Argument};
use crate::record::Attribution;

/// What the command line asks for.
#[derive(Debug)]
pub enum Asked {
    /// A command.
    Command(Command),
    /// A run again.
    Repeat(RepeatArgs),
}

/// Reads the command line; the first word is the program.
///
/// # Errors
/// What clap says: an option that is wrong, or the help that was asked for.
pub fn parse(
    words: impl IntoIterator<Item = impl Into<std::ffi::OsString> + Clone>,
) -> Result<(Asked, Common), clap::Error> {
    let mut program = program();
    let matches = program.try_get_matches_from_mut(words)?;
    let of = |name: &str| program.find_subcommand(name).zip(matches.subcommand_matches(name));
    let run = of("run");
    if let Some((command, given)) = run
        && let Some(from) = given.get_one::<PathBuf>("from")
    {
        let common = Common::from_arg_matches(&matches)?;
        return Ok((Asked::Repeat(repeat(from, command, given)?), common));
    }
    let mut cli = Cli::from_arg_matches(&matches)?;
    if let (Command::Run(args) | Command::Join(args), Some((command, given))) = (&mut cli.command, run.or(of("join"))) {
        args.given = arguments::given(command, given);
        args.date = source_date_epoch()
            .map_err(|message| command.clone().error(clap::error::ErrorKind::ValueValidation, message))?;
    }
    if let Command::Cohort(args) = &mut cli.command {
        args.date =
            source_date_epoch().map_err(|message| program.error(clap::error::ErrorKind::ValueValidation, message))?;
    }
    Ok((Asked::Command(cli.command), cli.common))
}

/// The command line: `join` shows what of the options of `run` it takes.
pub fn program() -> clap::Command {
    Cli::command().mut_subcommand("join", |join| {
        let join = join.mut_arg("input", |input| {
            input
                .value_name("CAPTURE")
                .help("The captures of the lot as `puricell prepare` wrote them, in the order of the lot")
        });
        let of_events = EventArgs::augment_args(clap::Command::new("events"));
        let of_events = of_events.get_arguments().map(|option| option.get_id().to_string());
        let not_of_join = NOT_OF_JOIN.map(str::to_owned).into_iter().chain(of_events);
        not_of_join.fold(join, |join, option| join.mut_arg(option, |option| option.hide(true)))
    })
}

/// Options of `run` that were given when captures were prepared, or that repeat a run.
const NOT_OF_JOIN: [&str; 5] = ["layer", "genome", "raw", "from", "files"];

/// Puts arguments of a run in the order of its help, which is that of [`arguments::given`].
pub fn in_order_of_run(given: &mut [Argument]) {
    let program = Cli::command();
    let options: Vec<Option<String>> = program
        .find_subcommand("run")
        .into_iter()
        .flat_map(clap::Command::get_arguments)
        .map(|argument| argument.get_long().map(|long| format!("--{long}")))
        .collect();
    given.sort_by_key(|argument| options.iter().position(|option| *option == argument.option));
}

fn repeat(from: &Path, command: &clap::Command, given: &ArgMatches) -> Result<RepeatArgs, clap::Error> {
    let refuse = |message| Err(command.clone().error(clap::error::ErrorKind::ArgumentConflict, message));
    if let Some(decides) = arguments::given(command, given).first() {
        let name = decides.option.as_deref().unwrap_or("INPUT");
        return refuse(format!("--from repeats a run as it was, so {name} cannot be given with it"));
    }
    let Some(out) = given.get_one::<PathBuf>("out") else { return refuse("--out is missing".to_owned()) };
    Ok(RepeatArgs {
        from: from.to_owned(),
        files: given.get_many::<PathBuf>("files").into_iter().flatten().cloned().collect(),
        out: out.clone(),
        force: given.get_flag("force"),
        memory_limit: given.get_one::<u64>("memory_limit").copied(),
        attribution: Attribution::from_arg_matches(given)?,
    })
}

/// The date that documents are to have, by the convention of reproducible builds.
#[allow(clippy::disallowed_methods)] // the binary may read the environment
fn source_date_epoch() -> Result<Option<i64>, String> {
    let Some(given) = std::env::var_os("SOURCE_DATE_EPOCH").filter(|given| !given.is_empty()) else { return Ok(None) };
    let seconds = given.to_str().and_then(|text| text.trim().parse().ok());
    seconds.filter(|s| DATES.contains(s)).map(Some).ok_or_else(|| {
        format!(
            "the environment's SOURCE_DATE_EPOCH is {}, and it is to be whole seconds since 1970-01-01 (UTC), before the year \
             10000, such as 1795392000; set it so, or unset it",
            given.display()
        )
    })
}

/// Seconds since 1970 that are a date of four digits' years.
const DATES: std::ops::Range<i64> = 0..253_402_300_800;

/// `puricell run --from`.
#[derive(Debug)]
pub struct RepeatArgs {
    /// The manifest.
    pub from: PathBuf,
    /// Folders that its files may be in.
    pub files: Vec<PathBuf>,
    /// The new folder.
    pub out: PathBuf,
    /// Replace it.
    pub force: bool,
    /// Memory to keep to.
    pub memory_limit: Option<u64>,
    /// Who answers for the run.
    pub attribution: Attribution,
}
