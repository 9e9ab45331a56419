//! The only place that writes: standard output, standard error, and output files (whole or not at all).

use std::io::{self, ErrorKind as IoKind, IsTerminal, Write};
use std::path::Path;

use super::Colour;
use crate::error::{Error, ErrorKind};
use crate::report::sanitize::Sanitized;

/// How the terminal is used.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// Colour codes on standard output.
    pub(super) colour: bool,
    /// Columns.
    pub(super) width: usize,
    /// A progress line on standard error.
    pub(super) progress: bool,
}

impl Style {
    pub(super) fn new(colour: Colour, quiet: bool) -> Self {
        let terminal = io::stdout().is_terminal();
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let forced = std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| value != "0");
        Self {
            colour: match colour {
                Colour::Always => true,
                Colour::Never => false,
                Colour::Auto => !plain && (terminal || forced),
            },
            width: columns(),
            progress: !quiet && io::stderr().is_terminal(),
        }
    }
}

/// COLUMNS where the shell exports it, else a width that fits a support engineer's screen.
fn columns() -> usize {
    const USUAL: usize = 120;
    std::env::var("COLUMNS")
        .ok()
        .and_then(|text| text.parse().ok())
        .filter(|width| (20..=1_000).contains(width))
        .or_else(|| terminal_width().filter(|width| *width >= 20))
        .unwrap_or(USUAL)
}

fn terminal_width() -> Option<usize> {
    io::stdout().is_terminal().then(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))).flatten()
}

/// Prints to standard output. A closed pipe is success: the reader has seen enough.
pub(super) fn print(text: &str) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != IoKind::BrokenPipe => Err(failed(Path::new("standard output"), &error)),
        _ => Ok(()),
    }
}

/// Prints a message, with everything untrusted in it made harmless.
pub(super) fn complain(message: &str) {
    let clean = Sanitized::block(message);
    // Where even standard error is closed, nobody is there to be told.
    let _ = writeln!(io::stderr().lock(), "outlook-triage: {}", clean.as_str());
}

/// One line that replaces itself; empty text clears it.
pub(super) fn progress(text: &str) {
    let _ = write!(io::stderr().lock(), "\r\x1b[2K{}", Sanitized::line(text).as_str());
}

/// Writes to a file beside the target and renames it, so that the target is complete or untouched; without a file, prints.
pub(super) fn deliver(text: &str, file: Option<&Path>) -> Result<(), Error> {
    let Some(path) = file.filter(|path| *path != Path::new("-")) else { return print(text) };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let special = std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file());
    let written = if special {
        // A device such as a printer or /dev/null cannot be renamed onto.
        std::fs::OpenOptions::new().write(true).open(path).and_then(|mut file| file.write_all(text.as_bytes()))
    } else {
        tempfile::NamedTempFile::new_in(folder).and_then(|mut temporary| {
            temporary.write_all(text.as_bytes())?;
            temporary.as_file().sync_all()?;
            temporary.persist(path).map(|_| ()).map_err(|error| error.error)
        })
    };
    written.map_err(|error| failed(path, &error))
}

fn failed(path: &Path, error: &io::Error) -> Error {
    ErrorKind::Output { path: path.to_owned(), reason: error.to_string() }.into()
}
