//! `puricell completions` and `puricell man`: what shells and manuals want, from the command line itself.

use std::path::Path;

use clap_complete::Shell;

use crate::cli::program;
use crate::error::AppError;
use crate::exit::Exit;

pub(super) fn completions(shell: Shell) -> Result<Exit, AppError> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut program(), "puricell", &mut text);
    super::print(&String::from_utf8_lossy(&text))
}

pub(super) fn man(out: Option<&Path>) -> Result<Exit, AppError> {
    let Some(out) = out else {
        let mut text = Vec::new();
        let page = clap_mangen::Man::new(program());
        page.render(&mut text).map_err(|e| AppError::Encode { file: "the manual page", message: e.to_string() })?;
        return super::print(&String::from_utf8_lossy(&text));
    };
    std::fs::create_dir_all(out).map_err(|source| AppError::CannotCreate { path: out.to_owned(), source })?;
    clap_mangen::generate_to(program(), out).map_err(|source| AppError::Write { path: out.to_owned(), source })?;
    Ok(Exit::Done)
}
