//! Where the bytes of an artifact are: a file, or an entry of a zip that lies in a file or in memory.
//!
//! A zip keeps one open handle that all of its entries share; each reader has its own position.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Where the bytes are.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// A regular file, opened when it is read.
    File(PathBuf),
    /// An entry of a zip.
    Entry(Entry),
    /// A file that is in memory as a whole.
    Held(Store),
    /// Bytes that cannot or must not be read: a link, a pipe, an encrypted entry.
    Nowhere,
}

impl Source {
    /// Length of the compressed data, where the bytes are compressed at all.
    pub(super) fn compressed(&self) -> Option<u64> {
        match self {
            Self::Entry(entry) if entry.method == Method::Deflated => Some(entry.compressed),
            _ => None,
        }
    }
}

/// Where an entry of a zip lies, as its container's directory says.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The container.
    pub(super) store: Store,
    /// First byte of the compressed data.
    pub(super) data_start: u64,
    /// Length of the compressed data.
    pub(super) compressed: u64,
    /// How it is compressed.
    pub(super) method: Method,
    /// CRC-32 of the content, where the container states it.
    pub(super) crc32: Option<u32>,
    /// Whether the container ends inside it: what is there may look complete and is not.
    pub(super) cut: bool,
}

/// The compression methods that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    /// As is.
    Stored,
    /// RFC 1951.
    Deflated,
}

/// The bytes of a container, shared by all who read its entries.
#[derive(Clone)]
pub(super) enum Store {
    /// A file with one open handle.
    File(Arc<Mutex<File>>, u64),
    /// A container that lies compressed inside another one.
    Memory(Arc<[u8]>),
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(_, length) => write!(f, "File({length} bytes)"),
            Self::Memory(bytes) => write!(f, "Memory({} bytes)", bytes.len()),
        }
    }
}

impl Store {
    pub(super) fn file(file: File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        Ok(Self::File(Arc::new(Mutex::new(file)), length))
    }

    /// Length in bytes, as it was when the container was opened.
    pub(super) fn length(&self) -> u64 {
        match self {
            Self::File(_, length) => *length,
            Self::Memory(bytes) => u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        }
    }

    /// A reader of its own over the whole container.
    pub(super) fn reader(&self) -> StoreReader {
        StoreReader { store: self.clone(), position: 0 }
    }

    /// A reader over `length` bytes from `start`, as far as they exist.
    pub(super) fn range(&self, start: u64, length: u64) -> io::Take<StoreReader> {
        StoreReader { store: self.clone(), position: start }.take(length)
    }

    fn read_at(&self, position: u64, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file, length) => {
                if position >= *length {
                    return Ok(0);
                }
                // A panic elsewhere cannot leave a file handle half changed: every reader seeks first.
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                file.seek(SeekFrom::Start(position))?;
                file.read(buffer)
            }
            Self::Memory(bytes) => {
                let start = usize::try_from(position).unwrap_or(usize::MAX);
                bytes.get(start..).unwrap_or_default().read(buffer)
            }
        }
    }
}

/// One reader of a [`Store`].
#[derive(Debug)]
pub(super) struct StoreReader {
    store: Store,
    position: u64,
}

impl Read for StoreReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.store.read_at(self.position, buffer)?;
        self.position = self.position.saturating_add(u64::try_from(count).unwrap_or(0));
        Ok(count)
    }
}

impl Seek for StoreReader {
    fn seek(&mut self, target: SeekFrom) -> io::Result<u64> {
        let position = match target {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(delta) => self.store.length().checked_add_signed(delta),
            SeekFrom::Current(delta) => self.position.checked_add_signed(delta),
        };
        self.position = position.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}
