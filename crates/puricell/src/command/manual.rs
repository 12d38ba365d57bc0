//! `puricell completions` and `puricell man`: what shells and manuals want, from the command line itself.

use std::fs::File;
use std::path::Path;

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::cli::program;
use crate::error::AppError;
use crate::exit::Exit;
use crate::output::{Existing, write_whole};

pub(super) fn completions(shell: Shell) -> Result<Exit, AppError> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut program(), "puricell", &mut text);
    super::print(&String::from_utf8_lossy(&text))
}

pub(super) fn man(out: Option<&Path>) -> Result<Exit, AppError> {
    let Some(out) = out else {
        let mut text = Vec::new();
        let page = Man::new(program());
        page.render(&mut text).map_err(|e| AppError::Encode { file: "the manual page", message: e.to_string() })?;
        return super::print(&String::from_utf8_lossy(&text));
    };
    let mut program = program().disable_help_subcommand(true);
    program.build();
    pages(&program, out)
}

/// A page for a command and one for each of its sub-commands, each of them whole or not at all.
fn pages(command: &Command, out: &Path) -> Result<Exit, AppError> {
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
        pages(inner, out)?;
    }
    let page = Man::new(command.clone());
    let file = out.join(page.get_filename());
    let fail = |source| AppError::Write { path: file.clone(), source };
    write_whole(&file, Existing::Replace, |path| page.render(&mut File::create(path).map_err(fail)?).map_err(fail))?;
    Ok(Exit::Done)
}
