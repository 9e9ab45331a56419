//! Reads what a cabinet says about itself: its folders and the names, sizes and places of its files.
//!
//! Every number is a claim: nothing is allocated for it beyond the bytes that are there. Refuses to unpack.

use std::io::Read;

use nom::bytes::complete::{tag, take, take_until};
use nom::multi::count;
use nom::number::complete::{le_u8, le_u16, le_u32};
use nom::{IResult, Parser};

use super::super::source::Store;
use crate::bundle::budget::issue_of;
use crate::issue::{At, Issue, IssueCode};
use crate::limits::Limits;

/// The longest header: 36 bytes, 64 KiB of reserved data and four names.
const HEADER: u64 = 80 << 10;
/// The longest entry of a file: 16 bytes and a name of 256 with its end.
const ENTRY: u64 = 16 + 257;

const PREVIOUS: u16 = 1;
const NEXT: u16 = 2;
const RESERVE: u16 = 4;

/// Attribute of a file: its name is UTF-8.
const UTF8: u16 = 0x80;

/// What a cabinet says about itself.
pub(super) struct Directory {
    pub(super) folders: Vec<Folder>,
    pub(super) files: Vec<File>,
    pub(super) issues: Vec<Issue>,
}

/// One compressed stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Folder {
    /// First byte of its first block in the cabinet.
    pub(super) start: u32,
    /// How many blocks it has in this cabinet.
    pub(super) blocks: u16,
    /// `typeCompress`: the method in the low four bits, the window above.
    pub(super) method: u16,
    /// Bytes of reserved data before each block.
    pub(super) reserve: u8,
    /// Its first block is in another cabinet, so nothing of it can be unpacked.
    pub(super) headless: bool,
}

/// One file.
pub(super) struct File {
    pub(super) raw_name: Vec<u8>,
    pub(super) utf8: bool,
    pub(super) size: u64,
    /// Where it begins in its unpacked folder.
    pub(super) start: u64,
    pub(super) part: Part,
}

/// How much of a file is in this cabinet, and in which folder.
pub(super) enum Part {
    /// All of it.
    Whole(usize),
    /// Its end is in the next cabinet of the set.
    Beginning(usize),
    /// Its beginning is in another one.
    Rest,
}

struct Header {
    files_at: u32,
    folders: u16,
    files: u16,
    folder_reserve: u8,
    data_reserve: u8,
}

impl Directory {
    /// Reads the directory of a cabinet, as far as it is there.
    ///
    /// # Errors
    /// The header or the list of folders is damaged.
    pub(super) fn read(store: &Store, limits: &Limits) -> Result<Self, Issue> {
        let beginning = bytes(store, 0, HEADER)?;
        let damaged = |_| Issue::at(IssueCode::Damaged, At::Offset(0), "the header of the cabinet");
        let (rest, header) = header(&beginning).map_err(damaged)?;
        let (_, mut folders) = count(|input| folder(input, &header), usize::from(header.folders))
            .parse(rest)
            .map_err(|_| Issue::at(IssueCode::Damaged, At::Offset(36), "the folders of the cabinet"))?;
        let entries = bytes(store, u64::from(header.files_at), u64::from(header.files).saturating_mul(ENTRY))?;

        let mut issues = Vec::new();
        let (mut files, mut rest) = (Vec::new(), entries.as_slice());
        for number in 0..header.files {
            if u64::from(number) >= limits.entries_per_container {
                issues.push(Issue::new(IssueCode::TooManyEntries, format!("{} more", header.files - number)));
                break;
            }
            let Ok((next, file)) = file(rest, folders.len()) else {
                let at = u64::from(header.files_at).saturating_add(offset(&entries, rest));
                let detail = format!("{number} of the {} files that it declares are listed", header.files);
                issues.push(Issue::at(IssueCode::Damaged, At::Offset(at), detail));
                break;
            };
            files.push(file);
            rest = next;
        }
        // What continues an earlier cabinet makes this one's first folder a stream without its beginning.
        if files.iter().any(|file| matches!(file.part, Part::Rest))
            && let Some(first) = folders.first_mut()
        {
            first.headless = true;
        }
        Ok(Self { folders, files, issues })
    }
}

fn bytes(store: &Store, start: u64, length: u64) -> Result<Vec<u8>, Issue> {
    let mut bytes = Vec::new();
    store.range(start, length).read_to_end(&mut bytes).map_err(|error| issue_of(&error))?;
    Ok(bytes)
}

fn offset(all: &[u8], rest: &[u8]) -> u64 {
    u64::try_from(all.len().saturating_sub(rest.len())).unwrap_or(u64::MAX)
}

fn header(input: &[u8]) -> IResult<&[u8], Header> {
    let (input, _) = (tag(&b"MSCF"[..]), take(12_usize)).parse(input)?;
    let (input, (files_at, _, folders, files, flags, _)) =
        (le_u32, take(6_usize), le_u16, le_u16, le_u16, take(4_usize)).parse(input)?;
    let (input, (folder_reserve, data_reserve)) = if flags & RESERVE == 0 {
        (input, (0, 0))
    } else {
        let (input, (length, folder, data)) = (le_u16, le_u8, le_u8).parse(input)?;
        let (input, _) = take(length).parse(input)?;
        (input, (folder, data))
    };
    // Each neighbour is named by its file and its disk.
    let names = [PREVIOUS, NEXT].iter().filter(|flag| flags & **flag != 0).count().saturating_mul(2);
    let (input, _) = count(text, names).parse(input)?;
    Ok((input, Header { files_at, folders, files, folder_reserve, data_reserve }))
}

fn text(input: &[u8]) -> IResult<&[u8], &[u8]> {
    let (input, text) = take_until(&b"\0"[..]).parse(input)?;
    let (input, _) = take(1_usize).parse(input)?;
    Ok((input, text))
}

fn folder<'a>(input: &'a [u8], header: &Header) -> IResult<&'a [u8], Folder> {
    let (input, (start, blocks, method, _)) = (le_u32, le_u16, le_u16, take(header.folder_reserve)).parse(input)?;
    Ok((input, Folder { start, blocks, method, reserve: header.data_reserve, headless: false }))
}

fn file(input: &[u8], folders: usize) -> IResult<&[u8], File> {
    let (input, (size, start, folder, _, attributes, raw_name)) =
        (le_u32, le_u32, le_u16, take(4_usize), le_u16, text).parse(input)?;
    let part = match folder {
        0xFFFD | 0xFFFF => Part::Rest,
        0xFFFE => Part::Beginning(folders.saturating_sub(1)),
        folder => Part::Whole(usize::from(folder)),
    };
    let file = File {
        raw_name: raw_name.to_vec(),
        utf8: attributes & UTF8 != 0,
        size: u64::from(size),
        start: u64::from(start),
        part,
    };
    Ok((input, file))
}
