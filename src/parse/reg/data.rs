//! Turns the bytes of a value into typed data, by the type number and the version of the file.

use crate::bundle::decode::{decode_prefix, detect};
use crate::bundle::{Certainty, TextEncoding};
use crate::parse::record::RegistryData;

/// How strings stand in hex data; the header of the file decides it, not its encoding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum HexText {
    /// Version 5: UTF-16LE.
    Utf16,
    /// `REGEDIT4`: bytes of the ANSI page in which the file is written.
    Ansi,
}

/// Types the bytes of `hex(kind):`. `file` is the encoding of the file itself.
pub(super) fn typed(kind: u32, bytes: Vec<u8>, form: &HexText, file: &TextEncoding) -> RegistryData {
    let text = |bytes: &[u8]| match form {
        HexText::Utf16 => utf16(bytes),
        HexText::Ansi => ansi(bytes, file),
    };
    match kind {
        1 => RegistryData::Sz(first_string(&text(&bytes))),
        2 => RegistryData::ExpandSz(first_string(&text(&bytes))),
        3 => RegistryData::Binary(bytes),
        4 => bytes
            .as_slice()
            .try_into()
            .map_or_else(|_| raw(kind, &bytes), |four| RegistryData::Dword(u32::from_le_bytes(four))),
        7 => RegistryData::MultiSz(
            text(&bytes).split('\0').take_while(|item| !item.is_empty()).map(str::to_owned).collect(),
        ),
        11 => bytes
            .as_slice()
            .try_into()
            .map_or_else(|_| raw(kind, &bytes), |eight| RegistryData::Qword(u64::from_le_bytes(eight))),
        _ => RegistryData::Raw { kind, bytes },
    }
}

/// Types a quoted string; Wine writes `str(2):` for expandable ones.
pub(super) fn quoted(kind: u32, text: String) -> RegistryData {
    if kind == 2 { RegistryData::ExpandSz(text) } else { RegistryData::Sz(text) }
}

fn raw(kind: u32, bytes: &[u8]) -> RegistryData {
    RegistryData::Raw { kind, bytes: bytes.to_vec() }
}

fn first_string(text: &str) -> String {
    text.split('\0').next().unwrap_or_default().to_owned()
}

/// UTF-16LE, an odd last byte dropped.
pub(crate) fn utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).map(u16::from_le_bytes);
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// In the file's page; a file of plain ASCII, or one that was converted to Unicode, no longer says which page that was.
pub(crate) fn ansi(bytes: &[u8], file: &TextEncoding) -> String {
    if !file.name.starts_with("utf-") {
        return decode_prefix(bytes, file);
    }
    let mut page = detect(bytes, true);
    if page.certainty == Certainty::Declared {
        // A byte order mark means nothing inside a value.
        page = TextEncoding { name: "windows-1252".to_owned(), certainty: Certainty::Guessed };
    }
    decode_prefix(bytes, &page)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> TextEncoding {
        TextEncoding { name: name.to_owned(), certainty: Certainty::Declared }
    }

    #[test]
    fn the_header_decides_how_strings_stand_in_hex_data() {
        let check = |kind, bytes: &[u8], form: HexText, encoding: &str, expected: RegistryData| {
            assert_eq!(typed(kind, bytes.to_vec(), &form, &file(encoding)), expected);
        };
        check(2, b"a\0b\0\0\0", HexText::Utf16, "utf-8", RegistryData::ExpandSz("ab".into()));
        check(2, b"ab\0", HexText::Ansi, "utf-16le", RegistryData::ExpandSz("ab".into()));
        check(1, b"\x83^\x81[\0", HexText::Ansi, "shift_jis", RegistryData::Sz("ター".into()));
        check(7, b"a\0\0\0b\0\0\0\0\0", HexText::Utf16, "utf-8", RegistryData::MultiSz(vec!["a".into(), "b".into()]));
        check(7, b"a\0b\0\0", HexText::Ansi, "windows-1252", RegistryData::MultiSz(vec!["a".into(), "b".into()]));
        check(7, b"", HexText::Utf16, "utf-8", RegistryData::MultiSz(vec![]));
        check(1, b"a\0b", HexText::Utf16, "utf-8", RegistryData::Sz("a".into()));
        check(4, &[1, 0, 0, 0], HexText::Utf16, "utf-8", RegistryData::Dword(1));
        check(4, &[], HexText::Utf16, "utf-8", RegistryData::Raw { kind: 4, bytes: vec![] });
        check(11, &[1, 0, 0, 0, 0, 0, 0, 0], HexText::Utf16, "utf-8", RegistryData::Qword(1));
        check(5, &[0, 0, 0, 1], HexText::Utf16, "utf-8", RegistryData::Raw { kind: 5, bytes: vec![0, 0, 0, 1] });
        check(0xFFFF_0008, &[9], HexText::Ansi, "utf-8", RegistryData::Raw { kind: 0xFFFF_0008, bytes: vec![9] });
    }
}
