//! Entry names as text: UTF-8 where the flag or the bytes say so, otherwise the code page that fits all names of the archive best.

use std::borrow::Cow;

use super::local::UTF8;
use crate::bundle::{TextEncoding, decode};
use crate::issue::{Issue, IssueCode};

/// Reads the names of one archive.
pub(super) struct NameReader {
    /// For names without the flag that are no UTF-8. One program wrote them all, so one page serves them all.
    page: Option<TextEncoding>,
}

impl NameReader {
    /// Looks at all names, each with the flags of its entry.
    pub(super) fn new<'a>(names: impl Iterator<Item = (&'a [u8], u16)>) -> Self {
        let odd: Vec<&[u8]> = names.filter(|(name, flags)| is_paged(name, *flags)).map(|(name, _)| name).collect();
        if odd.is_empty() {
            return Self { page: None };
        }
        Self { page: Some(decode::detect(&odd.join(&b'\n'), true)) }
    }

    /// A name, and an issue if its page was guessed.
    pub(super) fn read(&self, name: &[u8], flags: u16) -> (String, Option<Issue>) {
        match &self.page {
            Some(page) if is_paged(name, flags) => {
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

fn is_paged(name: &[u8], flags: u16) -> bool {
    flags & UTF8 == 0 && std::str::from_utf8(name).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_archive_share_one_page() {
        let names: [&[u8]; 3] =
            [b"cmdkey\x8fo\x97\xcd.txt", b"\x83C\x83x\x83\x93\x83g\\System.evtx", "é.txt".as_bytes()];
        let reader = NameReader::new(names.iter().map(|name| (*name, 0)));
        let read = |name: &[u8]| reader.read(name, 0);
        assert_eq!(read(names[0]).0, "cmdkey出力.txt");
        assert_eq!(read(names[1]).0, "イベント\\System.evtx");
        assert!(read(names[1]).1.is_some());
        assert_eq!(read(names[2]), ("é.txt".to_owned(), None));
        assert_eq!(reader.read("é".as_bytes(), UTF8), ("é".to_owned(), None));
    }

    #[test]
    fn a_western_name_is_not_read_as_kanji() {
        let name: &[u8] = b"Ger\x84te und Pr\x81fung.txt";
        let reader = NameReader::new([(name, 0)].into_iter());
        assert_eq!(reader.read(name, 0).0, "Geräte und Prüfung.txt");
    }
}
