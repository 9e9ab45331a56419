//! Hands one checked chunk to the `evtx` crate and gives back the XML of the wanted records.
//!
//! The crate is the only decoder of binary XML here. It gets a prepared copy: the record sizes are those that
//! [`super::frame`] found, ids are replaced by positions so that every answer can be matched, tables that it would
//! follow are emptied (it then reads names where they stand), and unwanted records are reduced to their end mark.
//! Templates and names keep their places, because other records refer to them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use evtx::err::EvtxError;
use evtx::{EvtxChunkData, ParserSettings};

use super::bytes::{CHUNK, RECORDS, put};
use super::chunk::MAGIC;
use super::frame::{Frame, HEAD};

/// The XML of one chunk's records may not take more room than this; real chunks stay below 300 KB.
const MOST_TEXT: usize = 1 << 20;

/// What became of one wanted record.
pub(super) type Answer = Result<String, String>;

/// The decoder with its reused buffer.
pub(super) struct Decoder {
    settings: Arc<ParserSettings>,
    space: Vec<u8>,
}

impl Decoder {
    pub(super) fn new() -> Self {
        Self { settings: Arc::new(ParserSettings::new().indent(false)), space: vec![0; CHUNK] }
    }

    /// Decodes the records for which `wanted` is set; the answers stand in the order of `frames`.
    /// An error is about the whole chunk: the crate gave up or panicked.
    pub(super) fn decode(&mut self, data: &[u8], frames: &[Frame], wanted: &[bool]) -> Result<Answers, String> {
        let mut space = std::mem::take(&mut self.space);
        prepare(&mut space, data, frames, wanted);
        let settings = Arc::clone(&self.settings);
        // A panic inside the crate costs this chunk, not the log. What it can have touched is dropped with the chunk.
        match catch_unwind(AssertUnwindSafe(|| run(space, settings, frames.len(), wanted))) {
            Ok(Ok((space, answers))) => {
                self.space = space;
                Ok(answers)
            }
            Ok(Err(reason)) => Err(reason),
            Err(_) => Err("the decoder panicked".to_owned()),
        }
    }
}

/// One answer a record; none where none was wanted, or where the crate came to no answer.
pub(super) type Answers = Vec<Option<Answer>>;

fn run(
    space: Vec<u8>,
    settings: Arc<ParserSettings>,
    count: usize,
    wanted: &[bool],
) -> Result<(Vec<u8>, Answers), String> {
    let mut answers: Answers = Vec::new();
    answers.resize_with(count, || None);
    let mut chunk = EvtxChunkData::new(space, false).map_err(|error| chain(&error))?;
    {
        let mut parsed = chunk.parse(settings).map_err(|error| chain(&error))?;
        let mut text = 0_usize;
        // One answer a record; the bound only holds off an iterator that would not end.
        for item in parsed.iter().take(count.saturating_mul(2).saturating_add(2)) {
            let id = match &item {
                Ok(record) => record.event_record_id,
                Err(EvtxError::FailedToParseRecord { record_id, .. }) => *record_id,
                Err(_) => continue,
            };
            let Some(at) = usize::try_from(id).ok().filter(|at| wanted.get(*at).copied().unwrap_or(false)) else {
                continue;
            };
            let answer = item.and_then(evtx::EvtxRecord::into_xml).map(|xml| xml.data).map_err(|error| chain(&error));
            text = text.saturating_add(answer.as_ref().map_or(0, String::len));
            if let Some(slot) = answers.get_mut(at) {
                *slot = Some(answer);
            }
            if text > MOST_TEXT {
                return Err(format!("its records expand to more than {MOST_TEXT} bytes"));
            }
        }
    }
    Ok((chunk.data, answers))
}

/// Writes the copy that the crate reads.
fn prepare(space: &mut Vec<u8>, data: &[u8], frames: &[Frame], wanted: &[bool]) {
    space.clear();
    space.extend_from_slice(data.get(..CHUNK.min(data.len())).unwrap_or_default());
    space.resize(CHUNK, 0);
    put(space, 0, MAGIC);
    if let Some(tables) = space.get_mut(128..RECORDS) {
        tables.fill(0);
    }
    let end = frames.last().map_or(RECORDS, Frame::end);
    // Believed by the crate: ids from 0, none of them the last, and the free space behind our last record.
    put(space, 24, &0_u64.to_le_bytes());
    put(space, 32, &u64::MAX.to_le_bytes());
    put(space, 44, &u32::try_from(CHUNK).unwrap_or(0).to_le_bytes());
    put(space, 48, &u32::try_from(end).unwrap_or(0).to_le_bytes());
    let first = frames.first().map_or(end, |frame| frame.start);
    if first > RECORDS {
        head(space, RECORDS, first, u64::MAX - 1);
        put(space, RECORDS.saturating_add(HEAD), &[0]);
    }
    for (index, frame) in frames.iter().enumerate() {
        // A damaged span behind a record belongs to it: the crate ignores what follows the end mark.
        let until = frames.get(index.saturating_add(1)).map_or(end, |next| next.start);
        head(space, frame.start, until, u64::try_from(index).unwrap_or(u64::MAX));
        if !wanted.get(index).copied().unwrap_or(false) {
            put(space, frame.start.saturating_add(HEAD), &[0]);
        }
    }
}

/// A record header: size, id and no time (a time out of range would cost the record).
fn head(space: &mut [u8], start: usize, until: usize, id: u64) {
    put(space, start, &[0x2A, 0x2A, 0, 0]);
    put(space, start.saturating_add(4), &u32::try_from(until.saturating_sub(start)).unwrap_or(0).to_le_bytes());
    put(space, start.saturating_add(8), &id.to_le_bytes());
    put(space, start.saturating_add(16), &0_u64.to_le_bytes());
}

/// An error with its causes, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text.truncate(text.floor_char_boundary(300));
    text
}
