//! The data of an event in little room. A log holds a million events that differ in few texts: the texts of one stand in one
//! string, the names of its items are shared with all events of that shape, and so are the names of logs and computers.
//!
//! ```text
//! names [Some("TargetUserName"), Some("Status")] (shared)   text "a.tanaka0xc000006a"   ends [8, 18]
//! ```

use std::collections::HashSet;
use std::sync::Arc;

/// Bytes of shared texts of one log; names of its events and of its computers are a few kilobytes.
const SHARED: usize = 8 << 20;

/// The names of the items of an event; positional items have none.
type Names = Arc<[Option<Box<str>>]>;

/// Named and positional items, in order; `UserData` leaves carry their element name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Payload {
    names: Names,
    /// Where each text ends.
    ends: Box<[u32]>,
    text: Box<str>,
}

impl Payload {
    /// The items: name and text.
    pub fn iter(&self) -> impl Iterator<Item = (Option<&str>, &str)> {
        let mut begin = 0;
        self.names.iter().zip(&self.ends).map(move |(name, end)| {
            let end = usize::try_from(*end).unwrap_or(usize::MAX);
            let text = self.text.get(begin..end).unwrap_or_default();
            begin = end;
            (name.as_deref(), text)
        })
    }

    /// All texts, one behind the other.
    pub(super) fn all_text(&self) -> &str {
        &self.text
    }

    /// The same number for all payloads that share their names, while they live.
    pub(super) fn names_address(&self) -> usize {
        self.names.as_ptr().addr()
    }

    /// The text of an item by its position.
    #[must_use]
    pub fn at(&self, index: usize) -> Option<&str> {
        self.iter().nth(index).map(|(_, text)| text)
    }

    /// The text of the first item with a name, letter case aside.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&str> {
        let is_it = |(own, _): &(Option<&str>, &str)| own.is_some_and(|own| own.eq_ignore_ascii_case(name));
        self.iter().find(is_it).map(|(_, text)| text)
    }
}

impl<N: Into<Box<str>>, T: AsRef<str>> FromIterator<(Option<N>, T)> for Payload {
    fn from_iter<I: IntoIterator<Item = (Option<N>, T)>>(items: I) -> Self {
        let mut draft = Draft::default();
        for (name, text) in items {
            draft.push(name.map(Into::into), text.as_ref());
        }
        draft.finish(&mut Shared::default())
    }
}

/// A payload while its event is read.
#[derive(Debug, Default)]
pub(super) struct Draft {
    names: Vec<Option<Box<str>>>,
    ends: Vec<u32>,
    text: String,
}

impl Draft {
    pub(super) fn push(&mut self, name: Option<Box<str>>, text: &str) {
        self.names.push(name);
        self.text.push_str(text);
        // One event of a log is no longer than a chunk of it.
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    pub(super) fn finish(self, shared: &mut Shared) -> Payload {
        Payload {
            names: shared.names(self.names),
            ends: self.ends.into_boxed_slice(),
            text: self.text.into_boxed_str(),
        }
    }
}

/// What the events of one log have in common, each once.
#[derive(Debug, Default)]
pub struct Shared {
    texts: HashSet<Arc<str>>,
    names: HashSet<Names>,
    bytes: usize,
}

impl Shared {
    /// The shared form of a text; with too many different ones, a form of its own.
    pub fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return Arc::clone(known);
        }
        let own: Arc<str> = text.into();
        if self.room_for(text.len()) {
            self.texts.insert(Arc::clone(&own));
        }
        own
    }

    fn names(&mut self, names: Vec<Option<Box<str>>>) -> Names {
        if let Some(known) = self.names.get(names.as_slice()) {
            return Arc::clone(known);
        }
        let own: Names = names.into();
        if self.room_for(own.iter().flatten().map(|name| name.len()).sum()) {
            self.names.insert(Arc::clone(&own));
        }
        own
    }

    /// Counts what a new entry costs beside its letters, too.
    fn room_for(&mut self, bytes: usize) -> bool {
        self.bytes = self.bytes.saturating_add(bytes).saturating_add(64);
        self.bytes <= SHARED
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_keep_their_names_places_and_texts() {
        let items = [(Some("Name"), "taro"), (None, ""), (Some("name"), "語"), (None, "x")];
        let payload: Payload = items.into_iter().collect();
        assert_eq!(payload.iter().collect::<Vec<_>>(), items);
        assert_eq!((payload.at(2), payload.at(1), payload.at(4)), (Some("語"), Some(""), None));
        assert_eq!((payload.named("NAME"), payload.named("x")), (Some("taro"), None));
        assert_eq!(Payload::default().iter().count(), 0);
    }

    #[test]
    fn equal_names_and_texts_are_kept_once_and_too_many_not_at_all() {
        let mut shared = Shared::default();
        let read = |shared: &mut Shared, text: &str| {
            let mut draft = Draft::default();
            draft.push(Some("Status".into()), text);
            draft.finish(shared)
        };
        let (first, second) = (read(&mut shared, "a"), read(&mut shared, "b"));
        assert!(Arc::ptr_eq(&first.names, &second.names) && first != second);
        assert!(Arc::ptr_eq(&shared.text("DC01"), &shared.text("DC01")));
        let long = "x".repeat(SHARED);
        assert!(!Arc::ptr_eq(&shared.text(&long), &shared.text(&long)));
    }
}
