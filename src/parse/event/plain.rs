//! One event as a list of values, from a table or an object, and how it becomes the record that its log would give.
//!
//! Knows what an export leaves out: the zone of its times, and the data where only the rendered message is left.

use std::sync::Arc;

use jiff::Timestamp;

use super::export::Told;
use super::message;
use crate::limits::Limits;
use crate::parse::payload::{Draft, Shared};
use crate::parse::record::{EventRecord, Export, Zone};

/// `Keywords` bits of audited actions (winmeta.h).
pub(in crate::parse) const AUDIT_FAILURE: u64 = 1 << 52;
pub(in crate::parse) const AUDIT_SUCCESS: u64 = 1 << 53;

/// A time as an export writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::parse) struct When {
    /// UTC, or what the clock showed.
    pub at: Timestamp,
    pub zone: Zone,
}

impl When {
    pub(in crate::parse) fn stated(at: Timestamp) -> Self {
        Self { at, zone: Zone::Stated }
    }

    pub(in crate::parse) fn local(at: Timestamp) -> Self {
        Self { at, zone: Zone::Local }
    }
}

/// One item of event data.
pub(in crate::parse) type Item = (Option<Box<str>>, String);

/// One event.
#[derive(Debug, Clone, Default)]
pub(in crate::parse) struct Plain {
    pub provider: String,
    pub id: u32,
    pub level: u8,
    /// Nothing where the export does not tell success from failure.
    pub keywords: Option<u64>,
    pub channel: String,
    pub computer: String,
    pub user_sid: Option<String>,
    pub activity: Option<String>,
    pub record: Option<u64>,
    pub at: Option<When>,
    /// The data, where the export has it.
    pub data: Option<Vec<Item>>,
    /// The rendered message.
    pub message: String,
}

impl Plain {
    /// The record. The message is read only where the data is gone, and only for events that are kept (`wanted`).
    pub(in crate::parse) fn told(self, wanted: bool, limits: &Limits, shared: &mut Shared) -> Told {
        let mut cut = false;
        let mut short = |mut text: String| {
            if text.len() > limits.field {
                text.truncate(text.floor_char_boundary(limits.field));
                cut = true;
            }
            text
        };
        let [low, high, third, fourth] = self.id.to_le_bytes().map(u16::from);
        let id = low | high << 8;
        let provider = short(self.provider);
        let partial = self.data.is_none() || self.keywords.is_none();
        let mut draft = Draft::default();
        if wanted {
            let items = self.data.unwrap_or_else(|| message::recover(&provider, id, &self.message));
            for (name, text) in items {
                draft.push(name, &short(text));
            }
        }
        let channel = short(self.channel);
        let computer = short(self.computer);
        let user_sid = self.user_sid.filter(|sid| !sid.is_empty()).map(|sid| shared.text(&short(sid)));
        let event = EventRecord {
            provider: shared.text(&provider),
            id,
            qualifiers: third | fourth << 8,
            level: self.level,
            keywords: self.keywords.unwrap_or(0),
            channel: shared.text(&channel),
            at: self.at.map_or(Timestamp::UNIX_EPOCH, |when| when.at),
            record: self.record.unwrap_or(0),
            computer: shared.text(&computer),
            user_sid: user_sid.map(|sid: Arc<str>| sid),
            activity: self.activity.as_deref().and_then(activity),
            data: draft.finish(shared),
            export: Export { line: 0, zone: self.at.map_or(Zone::Stated, |when| when.zone), partial },
        };
        Told { event, timed: self.at.is_some(), numbered: self.record.is_some(), cut }
    }
}

/// Lower case, without braces.
pub(in crate::parse) fn activity(value: &str) -> Option<Box<str>> {
    let bare = value.trim().trim_matches(['{', '}']);
    (!bare.is_empty()).then(|| bare.to_ascii_lowercase().into_boxed_str())
}
