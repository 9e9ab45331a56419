//! Learns from a template where its records keep what is counted: provider, event id, time, record number, channel and
//! computer. Almost all records of a log share a handful of templates, so one look at the template saves decoding them.
//!
//! Only the plain shape is understood; anything else gives no plan, and the records go to the full decoder.
//!
//! ```text
//! 0F 01 01 00  41 <Event>  06 xmlns 05 "…"  02  01 <System>  41 <Provider>  06 Name 05 "Outlook"  03
//!   41 <EventID> 06 Qualifiers 0E slot 4  02  0E slot 3  04  …  04 </System>
//! ```

use super::bytes::{offset_at, u16_at, u32_at};

/// Slots beyond this are not searched for; the fields of `System` come first in real templates.
pub(super) const MOST_SLOTS: usize = 64;
/// `DependencyId` of an element that depends on nothing.
const FREE: u16 = 0xFFFF;

mod token {
    pub(super) const OPEN: u8 = 0x01;
    pub(super) const CLOSE_START: u8 = 0x02;
    pub(super) const CLOSE_EMPTY: u8 = 0x03;
    pub(super) const END: u8 = 0x04;
    pub(super) const VALUE: u8 = 0x05;
    pub(super) const ATTRIBUTE: u8 = 0x06;
    pub(super) const SLOT: u8 = 0x0D;
    pub(super) const OPTIONAL_SLOT: u8 = 0x0E;
    pub(super) const FRAGMENT: u8 = 0x0F;
    /// More of the same kind follows.
    pub(super) const MORE: u8 = 0x40;
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Source {
    /// The template has no such element.
    #[default]
    Missing,
    /// UTF-16 text of the template: position in the chunk and bytes.
    Constant(usize, usize),
    /// A value of the record.
    Slot(usize),
}

/// Where the records of one template keep what is counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Plan {
    pub provider: Source,
    pub event_source: Source,
    pub id: Source,
    pub time: Source,
    pub record: Source,
    pub channel: Source,
    pub computer: Source,
}

impl Plan {
    /// Reads the template at this position of the chunk.
    pub(super) fn learn(chunk: &[u8], definition: usize) -> Option<Self> {
        let size = offset_at(chunk, definition.checked_add(20)?)?;
        let body = definition.checked_add(24)?;
        let mut cursor = Cursor { chunk, data: chunk.get(..body.checked_add(size)?)?, at: body };
        let mut plan = Self::default();
        if cursor.byte()? == token::FRAGMENT {
            cursor.skip(3);
        } else {
            return None;
        }
        // The root is always shown, whatever it depends on (its own payload, mostly).
        cursor.container("Event")?;
        if cursor.container("System")? != FREE {
            return None;
        }
        loop {
            match cursor.byte()? {
                token::END => break,
                open if open & !token::MORE == token::OPEN => plan.element(&mut cursor)?,
                _ => return None,
            }
        }
        plan.highest_slot()?;
        Some(plan)
    }

    /// One child of `System`.
    fn element(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let dependency = cursor.start()?;
        let name = cursor.name(dependency.attributes)?;
        let mut used = Source::Missing;
        let empty = loop {
            match cursor.byte()? {
                token::CLOSE_EMPTY => break true,
                token::CLOSE_START => break false,
                attribute if attribute & !token::MORE == token::ATTRIBUTE => {
                    let key = cursor.name(false)?;
                    let source = cursor.value()?;
                    if let Some(target) = self.attribute(name, key) {
                        *target = source;
                        used = source;
                    }
                }
                _ => return None,
            }
        };
        if !empty {
            let content = cursor.content()?;
            if let Some(target) = self.text(name) {
                *target = content;
                used = content;
            }
        }
        // An element is left out when the value it depends on is empty. That is the same as an empty value only where
        // the element shows this very value.
        let known = matches!(used, Source::Slot(slot) if slot == usize::from(dependency.on));
        (used == Source::Missing || dependency.on == FREE || known).then_some(())
    }

    fn attribute(&mut self, element: Name<'_>, key: Name<'_>) -> Option<&mut Source> {
        if is(element, "Provider") && is(key, "Name") {
            Some(&mut self.provider)
        } else if is(element, "Provider") && is(key, "EventSourceName") {
            Some(&mut self.event_source)
        } else if is(element, "TimeCreated") && is(key, "SystemTime") {
            Some(&mut self.time)
        } else {
            None
        }
    }

    fn text(&mut self, element: Name<'_>) -> Option<&mut Source> {
        let known = [
            ("EventID", &mut self.id),
            ("EventRecordID", &mut self.record),
            ("Channel", &mut self.channel),
            ("Computer", &mut self.computer),
        ];
        known.into_iter().find(|(name, _)| is(element, name)).map(|(_, target)| target)
    }

    /// The last value of a record that has to be located.
    pub(super) fn highest_slot(&self) -> Option<usize> {
        let sources = [self.provider, self.event_source, self.id, self.time, self.record, self.channel, self.computer];
        let slots = sources.iter().filter_map(|source| match source {
            Source::Slot(slot) => Some(*slot),
            Source::Missing | Source::Constant(..) => None,
        });
        let highest = slots.max().unwrap_or(0);
        (highest < MOST_SLOTS).then_some(highest)
    }
}

/// What stands between the open token and the name of an element.
struct Start {
    on: u16,
    attributes: bool,
}

/// A name of the chunk, as UTF-16.
type Name<'a> = &'a [[u8; 2]];

fn is(name: Name<'_>, known: &str) -> bool {
    name.len() == known.len() && name.iter().zip(known.bytes()).all(|(unit, letter)| *unit == [letter, 0])
}

struct Cursor<'a> {
    /// The chunk: names can stand anywhere in it.
    chunk: &'a [u8],
    /// The chunk up to the end of the template.
    data: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn skip(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes);
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = self.data.get(self.at).copied();
        self.skip(1);
        byte
    }

    fn word(&mut self) -> Option<u16> {
        let word = u16_at(self.data, self.at);
        self.skip(2);
        word
    }

    /// After an open token: what the element depends on. The token itself says whether attributes follow.
    fn start(&mut self) -> Option<Start> {
        let attributes =
            self.at.checked_sub(1).and_then(|at| self.data.get(at)).is_some_and(|open| open & token::MORE != 0);
        let on = self.word()?;
        self.skip(4); // size of the element: not needed, and not believed
        Some(Start { on, attributes })
    }

    /// The name that is referred to here, and past the size of the attribute list behind it.
    fn name(&mut self, attributes: bool) -> Option<Name<'a>> {
        let offset = offset_at(self.data, self.at)?;
        self.skip(4);
        // Link to the next name of the chain, hash, length, text, a final zero.
        let length = usize::from(u16_at(self.chunk, offset.checked_add(6)?)?);
        let text = offset.checked_add(8)?;
        let end = text.checked_add(length.checked_mul(2)?)?;
        let name = self.chunk.get(text..end)?.as_chunks::<2>().0;
        if offset == self.at {
            // First use: the name itself stands here.
            self.at = end.checked_add(2)?;
        }
        if attributes {
            u32_at(self.data, self.at)?;
            self.skip(4);
        }
        Some(name)
    }

    /// An element that is entered, with attributes that do not matter; gives what it depends on.
    fn container(&mut self, expected: &str) -> Option<u16> {
        if self.byte()? & !token::MORE != token::OPEN {
            return None;
        }
        let start = self.start()?;
        let name = self.name(start.attributes)?;
        if !is(name, expected) {
            return None;
        }
        loop {
            match self.byte()? {
                token::CLOSE_START => return Some(start.on),
                attribute if attribute & !token::MORE == token::ATTRIBUTE => {
                    self.name(false)?;
                    self.value()?;
                }
                _ => return None,
            }
        }
    }

    /// The one value of an attribute; none or several are no plain shape.
    fn value(&mut self) -> Option<Source> {
        let source = self.single()?;
        let next = self.data.get(self.at)? & !token::MORE;
        matches!(next, token::ATTRIBUTE | token::CLOSE_START | token::CLOSE_EMPTY).then_some(source)
    }

    /// The content of an element with one value or none, and its end.
    fn content(&mut self) -> Option<Source> {
        if *self.data.get(self.at)? == token::END {
            self.skip(1);
            return Some(Source::Missing);
        }
        let source = self.single()?;
        (self.byte()? == token::END).then_some(source)
    }

    fn single(&mut self) -> Option<Source> {
        match self.byte()? & !token::MORE {
            token::VALUE => {
                const TEXT: u8 = 1;
                if self.byte()? != TEXT {
                    return None;
                }
                let bytes = usize::from(self.word()?).checked_mul(2)?;
                let start = self.at;
                self.skip(bytes);
                Some(Source::Constant(start, bytes))
            }
            token::SLOT | token::OPTIONAL_SLOT => {
                let slot = usize::from(self.word()?);
                self.skip(1);
                Some(Source::Slot(slot))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Puts a template together at position 1,000 of a chunk; names stand from 100.
    struct Template {
        chunk: Vec<u8>,
        names: usize,
        body: Vec<u8>,
    }

    impl Template {
        fn new() -> Self {
            Self { chunk: vec![0; 8_000], names: 100, body: vec![token::FRAGMENT, 1, 1, 0] }
        }

        fn name(&mut self, text: &str) -> [u8; 4] {
            let at = self.names;
            self.chunk[at + 6] = u8::try_from(text.len()).unwrap();
            for (index, letter) in text.bytes().enumerate() {
                self.chunk[at + 8 + index * 2] = letter;
            }
            self.names += 10 + text.len() * 2;
            u32::try_from(at).unwrap().to_le_bytes()
        }

        /// An element that depends on a slot; its attributes and content come as tokens.
        fn element(mut self, name: &str, on: u16, attributes: &[(&str, &[u8])], content: Option<&[u8]>) -> Self {
            let open = if attributes.is_empty() { token::OPEN } else { token::OPEN | token::MORE };
            let name = self.name(name);
            self.body.extend([&[open][..], &on.to_le_bytes(), &[0; 4], &name].concat());
            if !attributes.is_empty() {
                self.body.extend([0; 4]);
            }
            for (key, value) in attributes {
                let key = self.name(key);
                self.body.extend([&[token::ATTRIBUTE][..], &key, value].concat());
            }
            match content {
                Some(content) => self.body.extend([&[token::CLOSE_START][..], content].concat()),
                None => self.body.push(token::CLOSE_EMPTY),
            }
            self
        }

        fn learn(mut self) -> Option<Plan> {
            self.body.extend([token::END, token::END, 0]);
            let size = u32::try_from(self.body.len()).unwrap().to_le_bytes();
            self.chunk[1_020..1_024].copy_from_slice(&size);
            self.chunk[1_024..1_024 + self.body.len()].copy_from_slice(&self.body);
            for cut in 0..1_024 + self.body.len() {
                assert_eq!(Plan::learn(&self.chunk[..cut], 1_000), None, "cut at {cut}");
            }
            Plan::learn(&self.chunk, 1_000)
        }
    }

    fn system() -> Template {
        // The root depends on the payload that would follow, as real roots do.
        Template::new().element("Event", 17, &[], Some(&[])).element("System", FREE, &[], Some(&[]))
    }

    const SLOT_3: &[u8] = &[token::OPTIONAL_SLOT, 3, 0, 6];
    const SLOT_3_END: &[u8] = &[token::OPTIONAL_SLOT, 3, 0, 6, token::END];
    const TEXT_A: &[u8] = &[token::VALUE, 1, 1, 0, b'A', 0];

    #[test]
    fn slots_and_constants_are_found() {
        let plan = system()
            .element("Provider", FREE, &[("Name", TEXT_A), ("Guid", SLOT_3)], None)
            .element("EventID", 3, &[("Qualifiers", SLOT_3)], Some(SLOT_3_END))
            .element("TimeCreated", FREE, &[("SystemTime", SLOT_3)], None)
            .element("Version", 9, &[], Some(SLOT_3_END))
            .learn()
            .unwrap();
        let Source::Constant(_, 2) = plan.provider else { panic!("{plan:?}") };
        assert_eq!((plan.id, plan.time, plan.channel), (Source::Slot(3), Source::Slot(3), Source::Missing));
        assert_eq!(plan.highest_slot(), Some(3));
    }

    #[test]
    fn what_is_not_plain_gives_no_plan() {
        let two = [SLOT_3, SLOT_3_END].concat();
        assert_eq!(system().element("Channel", FREE, &[], Some(&two)).learn(), None, "two values");
        assert_eq!(system().element("Channel", 4, &[], Some(SLOT_3_END)).learn(), None, "depends on another value");
        assert_eq!(system().element("Provider", 3, &[("Name", TEXT_A)], None).learn(), None, "a constant that depends");
        let far = [token::SLOT, 64, 0, 1, token::END];
        assert_eq!(system().element("Channel", FREE, &[], Some(&far)).learn(), None, "a slot too far");
        let entity = [0x09, 0, 0, 0, 0, token::END];
        assert_eq!(system().element("Channel", FREE, &[], Some(&entity)).learn(), None, "an entity");
        assert_eq!(Template::new().element("Event", FREE, &[], Some(&[])).learn(), None, "no System");
        let left_out = Template::new().element("Event", FREE, &[], Some(&[])).element("System", 3, &[], Some(&[]));
        assert_eq!(left_out.learn(), None, "a System that can be left out");
    }
}
