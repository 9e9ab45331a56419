//! What every parser of the dispatch table has to stand, also those that come later.

use proptest::collection::vec;
use proptest::prelude::*;

use super::interest::Interest;
use super::{Context, Input, PARSERS};
use crate::bundle::{ArtifactKind, Certainty, TextEncoding};
use crate::limits::Limits;

/// Bytes with some meaning in one format or another, and others.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let known: Vec<&[u8]> = vec![
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\0",
        b"\x82\xa0",
        b"\xed\xa0\x80",
        b"ElfFile\0",
        b"ElfChnk\0",
        b"regf",
        b"\r\n",
        b"\n",
        b"\t",
        b"  ",
        b": ",
        b"=",
        b",",
        b";",
        b"\"",
        b"'",
        b"[",
        b"]",
        b"{",
        b"}",
        b"(",
        b")",
        b"\\",
        b"/",
        b"<",
        b"</",
        b"/>",
        b">",
        b"<!DOCTYPE x [",
        b"<![CDATA[",
        b"]]>",
        b"<!--",
        b"&amp;",
        b"&#x10FFFF;",
        b"<Objs ",
        b"<Obj>",
        b"<Event>",
        b"<html>",
        b"<Protocol>",
        b"HKEY_CURRENT_USER\\",
        b"hex(7):",
        b"dword:",
        b"REG_SZ",
        b"Event[0]:",
        b"#0>",
        b"0x",
        b"-1",
        b"99999999999999999999",
        b"2026-03-05T10:00:00Z",
        b"S-1-5-21-1-2-3-4",
        b"CN=a,DC=b",
        b"| ",
        b"+---",
    ];
    let some = prop_oneof![
        4 => proptest::sample::select(known).prop_map(<[u8]>::to_vec),
        1 => vec(any::<u8>(), 0..6),
        1 => "[ -~]{0,8}".prop_map(String::into_bytes),
    ];
    vec(some, 0..80).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn no_bytes_make_a_parser_fail(bytes in bytes(), guessed in any::<bool>()) {
        let (interest, limits) = (Interest::everything(), Limits::default());
        for (kind, parser) in PARSERS {
            let encoding = TextEncoding { name: "utf-8".to_owned(), certainty: Certainty::Guessed };
            let encoding = (guessed && *kind != ArtifactKind::Evtx).then_some(encoding);
            let mut reader = bytes.as_slice();
            let input = Input { reader: &mut reader, encoding, bytes: bytes.len() as u64 };
            let parsed = parser(input, Context { interest: &interest, limits: &limits });
            prop_assert!(parsed.issues.len() < 1_000, "{}: {} issues", kind.id(), parsed.issues.len());
        }
    }
}
