//! Turns a source into a stream that costs at most what the limits allow, and says why where it ends early.
//!
//! Counts real output, never what a header promises: the declared size is only a ceiling. Knows the two compression methods
//! that are read; refuses to know names, kinds and formats.
//!
//! ```text
//! 64 KiB of deflate that claims 3 TiB  ─▶  about 20 MiB, then an error: suspicious-ratio
//! ```

use std::fs::File;
use std::io::{self, BufReader, Read};

use flate2::Crc;
use flate2::bufread::DeflateDecoder;

use super::source::{Entry, Method, Source, StoreReader};
use crate::issue::{At, Issue, IssueCode};
use crate::limits::Limits;

/// Compressed bytes fetched at once; also how much of a container is read ahead.
const FETCH: usize = 64 << 10;

/// Why a stream ended before its end.
#[derive(Debug, thiserror::Error)]
#[error("{:?}: {}", .0.code, .0.detail)]
struct Stopped(Issue);

/// The issue behind an error of a stream that [`super::Artifact::open`] gave.
#[must_use]
pub fn issue_of(error: &io::Error) -> Issue {
    if let Some(Stopped(issue)) = error.get_ref().and_then(|inner| inner.downcast_ref()) {
        return issue.clone();
    }
    let code = match error.kind() {
        io::ErrorKind::PermissionDenied => IssueCode::PermissionDenied,
        io::ErrorKind::UnexpectedEof => IssueCode::Truncated,
        _ => IssueCode::ReadFailed,
    };
    Issue::new(code, error.to_string())
}

/// Opens a source whose size is known to be, or declared as, `declared` bytes.
pub(super) fn open(source: &Source, declared: u64, limits: &Limits) -> io::Result<Bounded> {
    let (inner, crc32, cut) = match source {
        Source::File(path) => {
            let file = File::open(path)?;
            // The walk saw a regular file; a pipe that took its place since would block.
            if !file.metadata()?.is_file() {
                return Err(stop(IssueCode::NotRegularFile, None, String::new()));
            }
            (Inner::File(file.take(u64::MAX)), None, false)
        }
        Source::Entry(entry) => (Inner::of(entry), entry.crc32, entry.cut),
        Source::Held(store) => (Inner::Stored(store.range(0, declared)), None, false),
        Source::Nowhere => return Err(io::Error::from(io::ErrorKind::Unsupported)),
    };
    Ok(Bounded {
        inner,
        declared,
        cap: limits.entry,
        ratio: limits.ratio,
        ratio_after: limits.ratio_after,
        given: 0,
        crc: crc32.map(|expected| (Crc::new(), expected)),
        cut,
        ended: false,
    })
}

enum Inner {
    File(io::Take<File>),
    Stored(io::Take<StoreReader>),
    Deflated(Box<DeflateDecoder<BufReader<io::Take<StoreReader>>>>),
}

impl Inner {
    fn of(entry: &Entry) -> Self {
        let range = entry.store.range(entry.data_start, entry.compressed);
        match entry.method {
            Method::Stored => Self::Stored(range),
            Method::Deflated => Self::Deflated(Box::new(DeflateDecoder::new(BufReader::with_capacity(FETCH, range)))),
        }
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.read(buffer),
            Self::Stored(bytes) => bytes.read(buffer),
            Self::Deflated(decoder) => decoder.read(buffer),
        }
    }

    /// Compressed bytes that were really used so far; nothing where nothing is compressed.
    fn consumed(&self) -> Option<u64> {
        match self {
            Self::Deflated(decoder) => Some(decoder.total_in()),
            Self::File(_) | Self::Stored(_) => None,
        }
    }
}

/// A stream that ends in an error where a limit or damage ends it.
#[allow(missing_debug_implementations)] // holds a decoder
pub(super) struct Bounded {
    inner: Inner,
    declared: u64,
    cap: u64,
    ratio: u64,
    ratio_after: u64,
    given: u64,
    crc: Option<(Crc, u32)>,
    cut: bool,
    ended: bool,
}

impl Bounded {
    /// Bytes given so far.
    pub(super) fn given(&self) -> u64 {
        self.given
    }

    fn stop(&mut self, code: IssueCode, detail: String) -> io::Error {
        self.ended = true;
        stop(code, Some(At::Offset(self.given)), detail)
    }

    /// What the end of the inner stream means.
    fn finish(&mut self) -> io::Result<usize> {
        self.ended = true;
        if self.given < self.declared {
            let detail = format!("ends after {} of {} bytes", self.given, self.declared);
            return Err(self.stop(IssueCode::Truncated, detail));
        }
        if self.cut {
            return Err(self.stop(IssueCode::Truncated, format!("the archive ends after {} bytes of it", self.given)));
        }
        if let Some((crc, expected)) = self.crc.take()
            && crc.sum() != expected
        {
            return Err(self.stop(IssueCode::ChecksumMismatch, format!("{:08x}, stated {expected:08x}", crc.sum())));
        }
        Ok(0)
    }
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.ended || buffer.is_empty() {
            return Ok(0);
        }
        let ceiling = self.declared.min(self.cap);
        let left = ceiling.saturating_sub(self.given);
        if left == 0 {
            return self.at_ceiling();
        }
        let room = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let window = buffer.get_mut(..room).unwrap_or_default();
        let count = loop {
            match self.inner.read(window) {
                Ok(count) => break count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.failure(&error)),
            }
        };
        if count == 0 {
            return self.finish();
        }
        if let Some((crc, _)) = &mut self.crc {
            crc.update(window.get(..count).unwrap_or_default());
        }
        self.given = self.given.saturating_add(u64::try_from(count).unwrap_or(0));
        if let Some(consumed) = self.inner.consumed() {
            let allowed = self.ratio_after.saturating_add(self.ratio.saturating_mul(consumed));
            if self.given > allowed {
                let detail = format!("{} bytes out of {consumed} compressed bytes", self.given);
                return Err(self.stop(IssueCode::SuspiciousRatio, detail));
            }
        }
        Ok(count)
    }
}

impl Bounded {
    /// All that may be given was given: is there more?
    fn at_ceiling(&mut self) -> io::Result<usize> {
        if self.declared > self.cap {
            let detail = format!("{} bytes; only the first {} are read", self.declared, self.cap);
            return Err(self.stop(IssueCode::EntryTooLarge, detail));
        }
        // A file that grows while it is read is read as it was when it was listed.
        if matches!(self.inner, Inner::File(_)) {
            self.ended = true;
            return Ok(0);
        }
        match self.inner.read(&mut [0]) {
            Ok(0) => self.finish(),
            Ok(_) => {
                Err(self.stop(IssueCode::Damaged, format!("holds more than the {} bytes it declares", self.declared)))
            }
            Err(error) => Err(self.failure(&error)),
        }
    }

    fn failure(&mut self, error: &io::Error) -> io::Error {
        let code = match (&self.inner, error.kind()) {
            (Inner::Deflated(_), io::ErrorKind::UnexpectedEof) => IssueCode::Truncated,
            (Inner::Deflated(_), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) => IssueCode::Damaged,
            (_, io::ErrorKind::PermissionDenied) => IssueCode::PermissionDenied,
            _ => IssueCode::ReadFailed,
        };
        self.stop(code, error.to_string())
    }
}

fn stop(code: IssueCode, at: Option<At>, detail: String) -> io::Error {
    io::Error::other(Stopped(Issue { code, at, detail }))
}
