//! Turns a Windows event log (`.evtx`) into events, counts per log, and issues; refuses to know what an event means.
//!
//! The stream is read once, forward, one 64 KiB chunk at a time. Every record is counted; only those that some rule could
//! ask for become an [`EventRecord`](super::record::EventRecord). Binary XML is decoded by the `evtx` crate; this module decides what the crate
//! gets to see, because logs come dirty, cut, and from strangers.
//!
//! ```text
//! 45 6C 66 46 69 6C 65 00 …  file header, 4,096 bytes      45 6C 66 43 68 6E 6B 00 …  chunk   …   chunk   …
//! ```

mod bytes;
mod chunk;
mod decode;
mod frame;
mod header;
mod issues;
mod log;
mod plan;
mod slot;
mod walk;

use super::record::Parsed;
use super::{Context, Input};
use crate::issue::IssueCode;
use header::{BLOCK, FileHeader};
use log::Log;
use slot::{Slot, Slots};

/// Reads one log. Never fails: what could not be read is in the issues.
#[must_use]
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    let Input { reader, .. } = input;
    let mut slots = Slots::new(reader);
    let block = slots.peek(BLOCK);
    let (found, header) = (block.len(), FileHeader::read(block));
    let mut log = Log::new(context, header);
    if header.is_none() && found > 0 {
        log.issues.add(IssueCode::UnknownHeader, None, "the file header is missing");
    }
    if header.is_some() {
        slots.pass(found);
        if found < BLOCK {
            log.issues.offset(
                IssueCode::Truncated,
                offset(found),
                format!("the file header has {found} of {BLOCK} bytes"),
            );
        }
    }
    let mut chunks = 0_u64;
    let mut end = offset(found);
    loop {
        match slots.next() {
            Slot::Chunk { offset: start, held } => {
                chunks = chunks.saturating_add(1);
                end = start.saturating_add(offset(held));
                if !log.chunk(slots.chunk(), start) {
                    break;
                }
                slots.pass(held);
            }
            Slot::Blank { offset: start, bytes } => end = start.saturating_add(bytes),
            Slot::Foreign { offset: start, bytes } => {
                end = start.saturating_add(bytes);
                log.issues.offset(IssueCode::Damaged, start, format!("{bytes} bytes that are no chunk of a log"));
            }
            Slot::End => {
                log.ends(end, chunks);
                break;
            }
            Slot::Failed { offset: read, reason } => {
                log.issues.offset(IssueCode::ReadFailed, read, format!("{read} bytes were read: {reason}"));
                break;
            }
        }
    }
    log.finish()
}

fn offset(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}
