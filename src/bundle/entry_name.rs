//! Turns the entry names of a container into text: UTF-8 where a flag or the bytes say so, otherwise the code page that fits all names of the archive best.

use std::borrow::Cow;

use super::{TextEncoding, decode};
use crate::issue::{Issue, IssueCode};

/// Reads the names of one archive.
pub(super) struct NameReader {
    /// For names without the flag that are no UTF-8. One program wrote them all, so one page serves them all.
    page: Option<TextEncoding>,
}

impl NameReader {
    /// Looks at all names, each with whether its container declares it as UTF-8.
    pub(super) fn new<'a>(names: impl Iterator<Item = (&'a [u8], bool)>) -> Self {
        let odd: Vec<&[u8]> = names.filter(|(name, utf8)| is_paged(name, *utf8)).map(|(name, _)| name).collect();
        if odd.is_empty() {
            return Self { page: None };
        }
        Self { page: Some(decode::detect(&odd.join(&b'\n'), true)) }
    }

    /// A name, and an issue if its page was guessed.
    pub(super) fn read(&self, name: &[u8], utf8: bool) -> (String, Option<Issue>) {
        match &self.page {
            Some(page) if is_paged(name, utf8) => {
                let issue = Issue::new(IssueCode::GuessedEncoding, format!("its name, as {}", page.name));
                (decode::decode_prefix(name, page), Some(issue))
            }
            _ => match String::from_utf8_lossy(name) {
                Cow::Borrowed(name) => (name.to_owned(), None),
                Cow::Owned(name) => (name, Some(Issue::new(IssueCode::GuessedEncoding, "its name, declared as utf-8"))),
            },
        }
    }
}

fn is_paged(name: &[u8], utf8: bool) -> bool {
    !utf8 && std::str::from_utf8(name).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_archive_share_one_page() {
        let names: [&[u8]; 3] =
            [b"cmdkey\x8fo\x97\xcd.txt", b"\x83C\x83x\x83\x93\x83g\\System.evtx", "é.txt".as_bytes()];
        let reader = NameReader::new(names.iter().map(|name| (*name, false)));
        let read = |name: &[u8]| reader.read(name, false);
        assert_eq!(read(names[0]).0, "cmdkey出力.txt");
        assert_eq!(read(names[1]).0, "イベント\\System.evtx");
        assert!(read(names[1]).1.is_some());
        assert_eq!(read(names[2]), ("é.txt".to_owned(), None));
        assert_eq!(reader.read("é".as_bytes(), true), ("é".to_owned(), None));
    }

    #[test]
    fn a_western_name_is_not_read_as_kanji() {
        let name: &[u8] = b"Ger\x84te und Pr\x81fung.txt";
        let reader = NameReader::new([(name, false)].into_iter());
        assert_eq!(reader.read(name, false).0, "Geräte und Prüfung.txt");
    }
}
