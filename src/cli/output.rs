//! The only place that writes: standard output, standard error, and output files (whole or not at all).

use std::io::{self, ErrorKind as IoKind, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::Colour;
use crate::error::{Error, ErrorKind};
use crate::remedy;
use crate::report::redact::Redactor;
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

/// Prints to standard output.
///
/// # Errors
/// It cannot be written, or whoever reads it has closed it ([`ErrorKind::ClosedPipe`]).
pub(super) fn print(text: &str) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    printed(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// What writing to standard output came to.
pub(super) fn printed(result: io::Result<()>) -> Result<(), Error> {
    result.and_then(|()| io::stdout().flush()).map_err(|error| failed(Path::new("standard output"), &error, ""))
}

/// What is hidden in messages, once `--redact` was seen.
static HIDDEN: Mutex<Option<Redactor>> = Mutex::new(None);

/// From here on, names are hidden in every message.
pub(super) fn hide(names: Redactor) {
    *HIDDEN.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(names);
}

/// A message as it may be seen.
fn shown(message: &str) -> String {
    match HIDDEN.lock().unwrap_or_else(std::sync::PoisonError::into_inner).as_mut() {
        Some(names) => {
            let lines: Vec<String> = message.split('\n').map(|line| names.message(line)).collect();
            lines.join("\n")
        }
        None => message.to_owned(),
    }
}

/// Prints a message of one line, with everything untrusted in it made harmless.
pub(super) fn complain(message: &str) {
    complain_as_is(&format!("outlook-triage: {}\n", Sanitized::line(&shown(message)).as_str()));
}

/// Prints an error. Only problems of rules and cases are several lines; a line break in the name of a file is shown as what it is.
pub(super) fn complain_of(error: &Error) {
    match error.kind() {
        ErrorKind::Rules(_) | ErrorKind::Cases(_) => complain_as_is(&format!("outlook-triage: {error}\n")),
        _ => complain(&error.to_string()),
    }
}

/// Prints lines, with everything untrusted in them but the line breaks made harmless.
pub(super) fn complain_as_is(message: &str) {
    // Where even standard error is closed, nobody is there to be told.
    let _ = io::stderr().lock().write_all(Sanitized::block(&shown(message)).as_str().as_bytes());
}

/// One line on a terminal that counts what is done and replaces itself.
#[derive(Debug)]
pub(super) struct Progress {
    shown: bool,
    all: usize,
    done: AtomicUsize,
}

impl Progress {
    /// Nothing done; shows itself at once.
    pub(super) fn new(style: &Style, all: usize) -> Self {
        let progress = Self { shown: style.progress, all, done: AtomicUsize::new(0) };
        progress.show(0);
        progress
    }

    /// One more is done.
    pub(super) fn advance(&self) {
        self.show(self.done.fetch_add(1, Ordering::Relaxed).saturating_add(1));
    }

    /// Takes the line away, so that something else can be printed.
    pub(super) fn clear(&self) {
        self.write("");
    }

    fn show(&self, done: usize) {
        self.write(&format!("{done} / {}", self.all));
    }

    fn write(&self, text: &str) {
        if self.shown {
            // One write: several threads advance.
            let _ = io::stderr().lock().write_all(format!("\r\x1b[2K{text}").as_bytes());
        }
    }
}

/// Checks before the work begins that a file can be the output: it has a folder, is none, and neither is nor lies in the evidence.
pub(super) fn check<'a>(file: Option<&Path>, evidence: impl Iterator<Item = &'a Path>) -> Result<(), Error> {
    let Some(path) = file.filter(|path| *path != Path::new("-")) else { return Ok(()) };
    let refuse = |reason: &str| Err(ErrorKind::Output { path: path.to_owned(), reason: reason.to_owned() }.into());
    if path.is_dir() {
        return refuse("it is a folder; name a file in it");
    }
    if !folder_of(path).is_dir() {
        return refuse("its folder does not exist; create the folder first");
    }
    let (target, folder) = (path.canonicalize().ok(), folder_of(path).canonicalize().ok());
    for evidence in evidence.filter_map(|path| path.canonicalize().ok()) {
        if target.as_ref() == Some(&evidence) {
            return refuse("it is the case itself, and evidence is never overwritten; name another file");
        }
        if evidence.is_dir() && folder.as_ref().is_some_and(|folder| folder.starts_with(&evidence)) {
            return refuse("it lies inside the case, where it would be taken for evidence; name a file elsewhere");
        }
    }
    Ok(())
}

/// Writes to a file beside the target and renames it, so that the target is complete or untouched; without a file, prints.
pub(super) fn deliver(text: &str, file: Option<&Path>) -> Result<(), Error> {
    let Some(path) = file.filter(|path| *path != Path::new("-")) else { return print(text) };
    // Behind a link stands the file that is meant.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let before = std::fs::metadata(&target).ok();
    if before.as_ref().is_some_and(|metadata| !metadata.is_file()) {
        // A device such as a printer or /dev/null cannot be renamed onto.
        let written =
            std::fs::OpenOptions::new().write(true).open(&target).and_then(|mut file| file.write_all(text.as_bytes()));
        return written.map_err(|error| failed(path, &error, ""));
    }
    let consequence = if before.is_some() { "; the file that was there is unchanged" } else { "" };
    temporary(&target)
        .and_then(|mut temporary| {
            temporary.write_all(text.as_bytes())?;
            if let Some(before) = &before {
                temporary.as_file().set_permissions(before.permissions())?;
            }
            temporary.as_file().sync_all()?;
            temporary.persist(&target).map(|_| ()).map_err(|error| error.error)
        })
        .map_err(|error| failed(path, &error, consequence))
}

/// Checks before the work begins that a folder can be written: it is new or empty, and lies neither in a case nor beside it,
/// where the next look at the evidence would take it for some. Gives its place with links followed.
pub(super) fn check_folder<'a>(folder: &Path, evidence: impl Iterator<Item = &'a Path>) -> Result<PathBuf, Error> {
    let refuse = |reason: &str| Err(ErrorKind::Output { path: folder.to_owned(), reason: reason.to_owned() }.into());
    let place = match std::fs::symlink_metadata(folder) {
        Err(_) => match (folder_of(folder).canonicalize(), folder.file_name()) {
            (Ok(above), Some(name)) if above.is_dir() => above.join(name),
            _ => return refuse("the folder above it does not exist; create that first"),
        },
        Ok(_) => match (folder.canonicalize(), std::fs::read_dir(folder).map(|mut entries| entries.next().is_none())) {
            (Ok(place), Ok(true)) => place,
            (_, Ok(false)) => {
                return refuse("the folder is not empty; name a new one, so that no old script is run by mistake");
            }
            _ => return refuse("it is no folder; name one that does not exist yet"),
        },
    };
    let above = place.parent().map(Path::to_owned);
    for path in evidence.filter_map(|path| path.canonicalize().ok()) {
        if place.starts_with(&path) {
            return refuse("it lies inside the case, and nothing is written there; name a folder elsewhere");
        }
        if path.parent() == above.as_deref() {
            return refuse("it lies beside the case, where it would be taken for evidence; name a folder elsewhere");
        }
    }
    Ok(place)
}

/// Writes files to a folder beside the target and renames it, so that the target holds all of them or is untouched.
pub(super) fn deliver_folder(files: &[remedy::File], named: &Path, target: &Path) -> Result<(), Error> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".outlook-triage-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
    let write = || -> io::Result<()> {
        let temporary = builder.tempdir_in(folder_of(target))?;
        for file in files {
            let mut written = std::fs::File::create_new(temporary.path().join(&file.name))?;
            written.write_all(&file.bytes)?;
            written.sync_all()?;
        }
        // An empty folder gives way; Windows renames onto nothing that is there.
        if target.exists() {
            std::fs::remove_dir(target)?;
        }
        std::fs::rename(temporary.path(), target)?;
        // The folder has gone from there.
        let _ = temporary.keep();
        Ok(())
    };
    write().map_err(|error| failed(named, &error, "; nothing was written"))
}

/// Writes a file that only its owner may read, where the system knows such; as a whole or not at all.
pub(super) fn deliver_private(text: &str, path: &Path) -> Result<(), Error> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".outlook-triage-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600));
    builder
        .tempfile_in(folder_of(path))
        .and_then(|mut temporary| {
            temporary.write_all(text.as_bytes())?;
            temporary.as_file().sync_all()?;
            // A link in its place is replaced, not followed: what it points to may be readable for everybody.
            temporary.persist(path).map(|_| ()).map_err(|error| error.error)
        })
        .map_err(|error| failed(path, &error, ""))
}

pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A file beside the target, readable by whom any new file is.
fn temporary(target: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".outlook-triage-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder_of(target))
}

fn failed(path: &Path, error: &io::Error, consequence: &str) -> Error {
    match error.kind() {
        IoKind::BrokenPipe => ErrorKind::ClosedPipe.into(),
        kind => ErrorKind::Output { path: path.to_owned(), reason: format!("{kind}{consequence}") }.into(),
    }
}
