//! Unpacks one folder of a cabinet, front to back, and holds the files that are of use.
//!
//! Blocks, checksums and both compressions are the `cab` crate's. It reads each file from the beginning of its folder again, so it is
//! given the folder as a cabinet of one file. Real output is counted; nothing is believed about sizes.

use std::cell::Cell;
use std::io::{self, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use super::super::artifact::Intake;
use super::super::found::Found;
use super::super::sniff::{self, PREFIX, sniff};
use super::super::source::{Source, Store, StoreReader};
use super::Member;
use super::directory::Folder;
use crate::issue::{Issue, IssueCode};
use crate::limits::Limits;

/// Content that is not read (a trace, a dump) is held up to this size, so that it enters the fingerprint as in any other container.
const UNREAD: u64 = 1 << 20;

/// What the cabinets of a case may still cost.
pub(super) struct Memory<'a> {
    /// Bytes that may still be held.
    hold: &'a mut u64,
    /// Bytes of this cabinet that may still be unpacked.
    unpack: u64,
}

impl<'a> Memory<'a> {
    pub(super) fn new(hold: &'a mut u64, limits: &Limits) -> Self {
        Self { hold, unpack: limits.total_expanded }
    }
}

/// Unpacks a folder; `members` in the order of their places.
pub(super) fn unpack(
    store: &Store,
    folder: &Folder,
    members: Vec<Member>,
    memory: &mut Memory<'_>,
    limits: &Limits,
) -> Vec<Found> {
    let barred = |members: Vec<Member>, intake: Intake, issue: &Issue| {
        members.into_iter().map(|member| member.barred(intake, issue.clone())).collect()
    };
    if folder.headless {
        let issue = Issue::new(IssueCode::Truncated, "begins in another cabinet of its set");
        return barred(members, Intake::Failed, &issue);
    }
    match folder.method & 0xF {
        0 | 1 | 3 => {}
        2 => return barred(members, Intake::Skipped, &Issue::new(IssueCode::UnsupportedMethod, "Quantum")),
        other => {
            let issue = Issue::new(IssueCode::UnsupportedMethod, format!("method {other}"));
            return barred(members, Intake::Skipped, &issue);
        }
    }
    let read = Rc::new(Cell::new(0));
    let packed = OneFile::of(folder, store, Rc::clone(&read));
    let mut cabinet = match cab::Cabinet::new(packed) {
        Ok(cabinet) => cabinet,
        Err(error) => return barred(members, Intake::Failed, &Issue::new(IssueCode::Damaged, error.to_string())),
    };
    let content = cabinet.read_file(OneFile::NAME);
    let mut stream = match content {
        Ok(stream) => Stream { inner: stream, given: 0, read, unpack: &mut memory.unpack, limits, stopped: None },
        Err(error) => return barred(members, Intake::Failed, &damage(&error)),
    };
    members.into_iter().map(|member| hold(member, &mut stream, memory.hold)).collect()
}

/// Passes over what lies before a file, and holds the file if it is of use.
fn hold(member: Member, stream: &mut Stream<'_, impl Read>, memory: &mut u64) -> Found {
    stream.pass(member.start.saturating_sub(stream.given));
    if let Some(issue) = &stream.stopped
        && member.size > 0
    {
        let intake = if issue.code.is_limit() { Intake::Skipped } else { Intake::Failed };
        let issue = issue.clone();
        return member.barred(intake, issue);
    }
    let mut bytes = Vec::new();
    stream.take(member.size.min(PREFIX), &mut bytes);
    let left = member.size.saturating_sub(length(&bytes));
    if let Some(unread) = sniff(&bytes, left == 0).unread
        && member.size > UNREAD
    {
        stream.pass(left);
        let reason = sniff::customary(&member.name, unread);
        return member.barred(Intake::Skipped, reason);
    }
    if member.size > *memory {
        stream.pass(left);
        let detail = format!("{} bytes in a cabinet, which is held in memory", member.size);
        return member.barred(Intake::Skipped, Issue::new(IssueCode::EntryTooLarge, detail));
    }
    stream.take(left, &mut bytes);
    *memory = memory.saturating_sub(length(&bytes));
    let mut found = Found::new(member.name, Source::Held(Store::Memory(bytes.into())), member.size);
    found.issues = member.issues;
    // Where it ends early is found when it is read; why, only the stream knows.
    found.issues.extend(stream.stopped.clone().filter(|issue| issue.code != IssueCode::Truncated));
    found
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

fn damage(error: &io::Error) -> Issue {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Issue::new(IssueCode::Truncated, "the cabinet ends before it"),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => Issue::new(IssueCode::Damaged, error.to_string()),
        _ => Issue::new(IssueCode::ReadFailed, error.to_string()),
    }
}

/// The unpacked folder, up to where a limit or damage ends it.
struct Stream<'a, R> {
    inner: R,
    given: u64,
    /// Bytes of the cabinet that were read so far.
    read: Rc<Cell<u64>>,
    unpack: &'a mut u64,
    limits: &'a Limits,
    stopped: Option<Issue>,
}

impl<R: Read> Stream<'_, R> {
    /// Appends up to `count` bytes.
    fn take(&mut self, count: u64, bytes: &mut Vec<u8>) {
        self.each(count, |chunk| bytes.extend_from_slice(chunk));
    }

    /// Reads up to `count` bytes and drops them.
    fn pass(&mut self, count: u64) {
        self.each(count, |_| {});
    }

    fn each(&mut self, mut count: u64, mut take: impl FnMut(&[u8])) {
        // A block unpacks to 32 KiB.
        let mut buffer = vec![0; 32 << 10];
        while count > 0 && self.stopped.is_none() {
            let room = usize::try_from(count).unwrap_or(usize::MAX).min(buffer.len());
            let window = buffer.get_mut(..room).unwrap_or_default();
            // The unpacker indexes its own tables; a panic there is damage here.
            let result = catch_unwind(AssertUnwindSafe(|| self.inner.read(window)));
            match result {
                Ok(Ok(0)) => self.stopped = Some(Issue::new(IssueCode::Truncated, "the cabinet ends before it")),
                Ok(Ok(got)) => {
                    take(window.get(..got).unwrap_or_default());
                    let got = u64::try_from(got).unwrap_or(0);
                    count = count.saturating_sub(got);
                    self.given = self.given.saturating_add(got);
                    self.stopped = self.limit(got);
                }
                Ok(Err(error)) => self.stopped = Some(damage(&error)),
                Err(_) => self.stopped = Some(Issue::new(IssueCode::Damaged, "a block cannot be unpacked")),
            }
        }
    }

    /// The limit that is hit once `got` more bytes were unpacked.
    fn limit(&mut self, got: u64) -> Option<Issue> {
        let allowed = self.limits.ratio_after.saturating_add(self.limits.ratio.saturating_mul(self.read.get()));
        if self.given > allowed {
            let detail = format!("{} bytes out of {} compressed bytes", self.given, self.read.get());
            return Some(Issue::new(IssueCode::SuspiciousRatio, detail));
        }
        if got > *self.unpack {
            let detail = format!("the cabinet unpacks to more than {} bytes", self.limits.total_expanded);
            return Some(Issue::new(IssueCode::BundleTooLarge, detail));
        }
        *self.unpack = self.unpack.saturating_sub(got);
        None
    }
}

/// A cabinet of one file, which is the whole of a folder: a new directory before the old blocks.
struct OneFile {
    directory: Vec<u8>,
    blocks: StoreReader,
    /// Where the blocks begin in the old cabinet.
    start: u64,
    position: u64,
    read: Rc<Cell<u64>>,
}

impl OneFile {
    const NAME: &'static str = "folder";

    fn of(folder: &Folder, store: &Store, read: Rc<Cell<u64>>) -> Self {
        // CFHEADER with its reserve fields, CFFOLDER, CFFILE; each size as the format fixes it.
        let (header, entry) = (40_u32, 8_u32);
        let mut directory = b"MSCF\0\0\0\0\0\0\0\0\0\0\0\0".to_vec();
        let end = header + entry + 16 + 7;
        directory.extend((header + entry).to_le_bytes());
        directory.extend([0; 4]);
        // Version 1.3; one folder; one file; reserve fields; set and number; no reserve but that of the blocks.
        directory.extend([3, 1, 1, 0, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, folder.reserve]);
        directory.extend(end.to_le_bytes());
        directory.extend(folder.blocks.to_le_bytes());
        directory.extend(folder.method.to_le_bytes());
        // As long as a file can be, from the beginning of folder 0.
        directory.extend(u32::MAX.to_le_bytes());
        directory.extend([0; 12]);
        directory.extend(Self::NAME.as_bytes());
        directory.push(0);
        Self { directory, blocks: store.reader(), start: u64::from(folder.start), position: 0, read }
    }
}

impl Read for OneFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let ahead = usize::try_from(self.position).ok().and_then(|at| self.directory.get(at..)).unwrap_or_default();
        let count = if ahead.is_empty() {
            let before = u64::try_from(self.directory.len()).unwrap_or(u64::MAX);
            let at = self.start.saturating_add(self.position.saturating_sub(before));
            self.blocks.seek(SeekFrom::Start(at))?;
            let count = self.blocks.read(buffer)?;
            self.read.set(self.read.get().saturating_add(u64::try_from(count).unwrap_or(0)));
            count
        } else {
            (&*ahead).read(buffer)?
        };
        self.position = self.position.saturating_add(u64::try_from(count).unwrap_or(0));
        Ok(count)
    }
}

impl Seek for OneFile {
    fn seek(&mut self, target: SeekFrom) -> io::Result<u64> {
        let position = match target {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(delta) => self.position.checked_add_signed(delta),
            // Nothing asks for its end, which is that of the old cabinet.
            SeekFrom::End(_) => None,
        };
        self.position = position.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}
