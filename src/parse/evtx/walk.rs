//! Reads of a record only what is counted, without decoding it, where its template has a [`Plan`].
//! A record that it does not understand is not an error: the full decoder gets it.
//!
//! ```text
//! 0F 01 01 00  0C 01 id u32 definition u32 [definition]  count u32  count × (size u16, type u8, 0)  values …
//! ```

use super::bytes::{CHUNK, offset_at, u16_at, u64_at};
use super::frame::{Frame, HEAD};
use super::plan::{MOST_SLOTS, Plan, Source};

/// What is counted, as it stands in the record. Texts are UTF-16 up to their first zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Glance<'a> {
    pub provider: &'a [u8],
    pub id: u16,
    /// FILETIME.
    pub time: u64,
    pub record: u64,
    pub channel: &'a [u8],
    pub computer: &'a [u8],
}

mod kind {
    pub(super) const NULL: u8 = 0x00;
    pub(super) const TEXT: u8 = 0x01;
    pub(super) const U16: u8 = 0x06;
    pub(super) const U32: u8 = 0x08;
    pub(super) const U64: u8 = 0x0A;
    pub(super) const FILETIME: u8 = 0x11;
}

/// The plans of one chunk's templates, by their position.
#[derive(Debug, Default)]
pub(super) struct Walker {
    plans: Vec<(usize, Option<(Plan, usize)>)>,
}

/// One value of a record.
#[derive(Clone, Copy, Default)]
struct Value {
    at: usize,
    size: usize,
    kind: u8,
}

/// Templates of one chunk that are remembered; more would make the search long.
const MOST_PLANS: usize = 256;

impl Walker {
    /// Forgets the templates: positions mean something else in the next chunk.
    pub(super) fn reset(&mut self) {
        self.plans.clear();
    }

    /// Looks at one record.
    pub(super) fn glance<'a>(&mut self, chunk: &'a [u8], frame: &Frame) -> Option<Glance<'a>> {
        let data = chunk.get(..frame.end().checked_sub(4)?.min(CHUNK))?;
        let content = frame.start.checked_add(HEAD)?;
        let (instance, table) = match data.get(content..)? {
            [0x0F, _, _, _, 0x0C, ..] => (content.checked_add(6)?, content.checked_add(14)?),
            [0x0C, ..] => (content.checked_add(2)?, content.checked_add(10)?),
            _ => return None,
        };
        let definition = offset_at(data, instance.checked_add(4)?)?;
        let table = if definition == table {
            table.checked_add(24)?.checked_add(offset_at(data, table.checked_add(20)?)?)?
        } else {
            table
        };
        let count = offset_at(data, table)?;
        let (plan, highest) = self.plan(chunk, definition)?;
        if count <= highest {
            return None;
        }
        let descriptors = table.checked_add(4)?;
        let mut at = descriptors.checked_add(count.checked_mul(4)?)?;
        let mut values = [Value::default(); MOST_SLOTS];
        let rows = data.get(descriptors..at)?.as_chunks::<4>().0;
        for (value, [low, high, kind, _]) in values.iter_mut().zip(rows).take(highest.checked_add(1)?) {
            let size = usize::from(u16::from_le_bytes([*low, *high]));
            *value = Value { at, size, kind: *kind };
            at = at.checked_add(size)?;
        }
        if at > data.len() {
            return None;
        }
        let reading = Reading { chunk, data, values: &values };
        let mut provider = reading.text(plan.provider)?;
        if provider.is_empty() {
            provider = reading.text(plan.event_source)?;
        }
        Some(Glance {
            provider,
            id: reading.id(plan.id)?,
            time: reading.number(plan.time, kind::FILETIME)?,
            record: reading.number(plan.record, kind::U64)?,
            channel: reading.text(plan.channel)?,
            computer: reading.text(plan.computer)?,
        })
    }

    fn plan(&mut self, chunk: &[u8], definition: usize) -> Option<(Plan, usize)> {
        if let Some((_, plan)) = self.plans.iter().find(|(position, _)| *position == definition) {
            return *plan;
        }
        let plan = Plan::learn(chunk, definition).and_then(|plan| Some((plan, plan.highest_slot()?)));
        if self.plans.len() < MOST_PLANS {
            self.plans.push((definition, plan));
        }
        plan
    }
}

struct Reading<'a, 'v> {
    chunk: &'a [u8],
    data: &'a [u8],
    values: &'v [Value; MOST_SLOTS],
}

impl<'a> Reading<'a, '_> {
    fn value(&self, slot: usize) -> Option<Value> {
        self.values.get(slot).copied()
    }

    fn bytes(&self, at: usize, size: usize) -> Option<&'a [u8]> {
        self.data.get(at..at.checked_add(size)?)
    }

    fn text(&self, source: Source) -> Option<&'a [u8]> {
        let bytes = match source {
            Source::Missing => return Some(&[]),
            Source::Constant(at, size) => return self.chunk.get(at..at.checked_add(size)?),
            Source::Slot(slot) => match self.value(slot)? {
                Value { kind: kind::NULL, .. } => return Some(&[]),
                Value { at, size, kind: kind::TEXT } => self.bytes(at, size)?,
                _ => return None,
            },
        };
        let (units, []) = bytes.as_chunks::<2>() else { return None };
        let end = units.iter().position(|unit| *unit == [0, 0]).unwrap_or(units.len());
        bytes.get(..end.checked_mul(2)?)
    }

    fn number(&self, source: Source, expected: u8) -> Option<u64> {
        let Source::Slot(slot) = source else { return None };
        let value = self.value(slot)?;
        (value.kind == expected && value.size == 8).then(|| u64_at(self.data, value.at)).flatten()
    }

    fn id(&self, source: Source) -> Option<u16> {
        if let Source::Slot(slot) = source {
            match self.value(slot)? {
                Value { at, kind: kind::U16, size: 2 } | Value { at, kind: kind::U32, size: 4 } => {
                    return u16_at(self.data, at);
                }
                Value { kind: kind::TEXT, .. } => {}
                _ => return None,
            }
        }
        let digits = self.text(source)?.as_chunks::<2>().0;
        if digits.is_empty() || digits.len() > 9 {
            return None;
        }
        let number = digits.iter().try_fold(0_u32, |number, unit| match unit {
            [digit @ b'0'..=b'9', 0] => number.checked_mul(10)?.checked_add(u32::from(digit - b'0')),
            _ => None,
        })?;
        let [low, high, ..] = number.to_le_bytes().map(u16::from);
        Some(low | high << 8)
    }
}

/// UTF-16 as text, if the decoder would give the same: no control characters and no halves of characters.
pub(super) fn plain(bytes: &[u8]) -> Option<String> {
    let units = bytes.as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit));
    char::decode_utf16(units)
        .map(|character| {
            character.ok().filter(|character| *character >= ' ' && !matches!(character, '\u{FFFE}' | '\u{FFFF}'))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use forge::evtx::{Element, Event, Guid, Options, write};

    use super::super::chunk::ChunkHeader;
    use super::super::frame::Frames;
    use super::*;

    fn log(events: &[Event]) -> (Vec<u8>, Vec<Frame>) {
        let chunk = write(events, &Options::default()).unwrap().split_off(4_096);
        let mut frames = Frames::default();
        frames.find(&chunk, &ChunkHeader::read(&chunk).unwrap());
        (chunk, frames.records)
    }

    fn events() -> Vec<Event> {
        let at = "2026-03-05T02:15:30.1234567Z".parse().unwrap();
        let guid = Guid::from_seed(b"provider");
        let mut classic = Event::new("MsiInstaller", 1036, at).on("Application", "PC-日本").text(["one"]);
        classic.qualifiers = Some(16_384);
        classic.record = 88_123;
        let named = Event::new("Microsoft-Windows-Security-Auditing", 4625, at).manifest(guid).on("Security", "DC01");
        let user = Event::new("AD FS", 364, at).manifest(guid).user_data(Element::new("Event").value("x"));
        vec![classic.clone(), named.field("Status", "0xc000006a"), user, classic]
    }

    #[test]
    fn a_glance_tells_what_the_event_says() {
        let events = events();
        let (chunk, frames) = log(&events);
        let mut walker = Walker::default();
        assert_eq!(frames.len(), events.len());
        for (event, frame) in events.iter().zip(&frames) {
            let glance = walker.glance(&chunk, frame).unwrap();
            let texts = [glance.provider, glance.channel, glance.computer].map(|text| plain(text).unwrap());
            assert_eq!(texts, [event.provider.name.as_str(), &event.channel, &event.computer]);
            assert_eq!((glance.id, glance.time), (event.id, forge::evtx::filetime(event.at)));
            assert!(event.record == 0 || glance.record == event.record);
        }
    }

    #[test]
    fn no_byte_and_no_cut_makes_a_glance_panic() {
        let (chunk, frames) = log(&events());
        let last = frames[3];
        let mut walker = Walker::default();
        let mut altered = chunk.clone();
        for at in 512..last.end() {
            for value in [0x00, 0x01, 0x0D, 0x7F, 0xFF] {
                altered[at] = value;
                walker.reset();
                for frame in &frames {
                    walker.glance(&altered, frame);
                }
            }
            altered[at] = chunk[at];
            walker.reset();
            assert!(at + 4 >= last.end() || walker.glance(&chunk[..at], &last).is_none(), "{at}");
        }
    }

    #[test]
    fn only_text_that_the_decoder_would_give_unchanged_is_plain() {
        let read = |text: &str| plain(&text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>());
        assert_eq!(read("AD FS \u{1F600}").as_deref(), Some("AD FS \u{1F600}"));
        for text in ["a\nb", "\u{1}", "\u{FFFE}", "\u{FFFF}"] {
            assert_eq!(read(text), None, "{text:?}");
        }
        assert_eq!(plain(&[0x00, 0xD8]), None, "half a character");
    }
}
