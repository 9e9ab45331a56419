//! Turns `reg query` output into the keys and values that a registry export gives.
//!
//! Each line is rewritten as the line of an export and read by the parser of exports, so that secrets, wanted keys and types are
//! those of `reg`. The output does not tell whether `/s` was given: what it does not show is never proven absent, so it has no
//! root and no profiles. Lines stay where they are.
//!
//! ```text
//! HKEY_CURRENT_USER\Software\Microsoft\Office\16.0\Common\Identity
//!     EnableADAL    REG_DWORD    0x0                  ─▶  [HKEY_CURRENT_USER\…]  "EnableADAL"=dword:00000000
//! ```

use std::fmt::Write as _;
use std::io::{Cursor, Read};

use super::record::{Parsed, Record};
use super::{Context, Input, reg, text};
use crate::bundle::decode::TextReader;
use crate::bundle::{Certainty, TextEncoding};
use crate::issue::{Issue, IssueCode};

/// A longer output was made with `/s` on a root and is asked for as an export.
const LARGEST: usize = 64 << 20;

/// Reads a whole output.
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    let (reader, encoding) = text::open(input);
    let mut reader = TextReader::new(reader, &encoding, context.limits);
    let mut export = String::from("Windows Registry Editor Version 5.00");
    let mut lost = Vec::new();
    let mut shift = 0;
    loop {
        match reader.next_line() {
            Ok(Some(line)) => {
                if export.len() > LARGEST {
                    lost.push(Issue::new(IssueCode::EntryTooLarge, format!("> {LARGEST}")));
                    break;
                }
                // The first line of the output is empty; where it was cut off, its key moves down by one.
                if line.number == 1 && !line.text.trim().is_empty() {
                    shift = 1;
                }
                if line.number > 1 || shift == 1 {
                    export.push_str("\r\n");
                }
                rewrite(line.text, &mut export);
            }
            Ok(None) => break,
            Err(error) => {
                lost.push(Issue::new(IssueCode::ReadFailed, error.to_string()));
                break;
            }
        }
    }
    export.push_str("\r\n");
    let encoding_used = reader.encoding().clone();
    let mut issues = reader.issues();
    let mut bytes = Cursor::new(export.into_bytes());
    let utf8 = TextEncoding { name: "utf-8".to_owned(), certainty: Certainty::Declared };
    let size = u64::try_from(bytes.get_ref().len()).unwrap_or(u64::MAX);
    let inner = Input { reader: &mut bytes as &mut dyn Read, encoding: Some(utf8), bytes: size };
    let mut parsed = reg::parse(inner, context);
    parsed.records.retain(|record| matches!(record, Record::RegistryKey(_) | Record::RegistryValue(_)));
    for record in &mut parsed.records {
        match record {
            Record::RegistryKey(key) => key.line = key.line.saturating_sub(shift),
            Record::RegistryValue(value) => value.line = value.line.saturating_sub(shift),
            _ => {}
        }
    }
    parsed.complete &= lost.is_empty();
    issues.append(&mut parsed.issues);
    issues.append(&mut lost);
    Parsed { issues, encoding: Some(encoding_used), ..parsed }
}

/// One line as a line of an export; what is neither a key nor a value becomes empty.
fn rewrite(line: &str, export: &mut String) {
    let line = line.trim_end();
    if line.starts_with("HKEY_") {
        let _ = write!(export, "[{line}]");
        return;
    }
    let Some(body) = line.strip_prefix("    ").filter(|body| !body.starts_with(' ')) else { return };
    // The name may hold anything; the type is the last one that stands between four blanks.
    let Some(at) = body.rfind("    REG_") else { return };
    let (name, rest) = body.split_at_checked(at).unwrap_or((body, ""));
    let mut parts = rest.trim_start().splitn(2, "    ");
    let (Some(kind), data) = (parts.next(), parts.next().unwrap_or_default()) else { return };
    let escaped = |text: &str| text.replace('\\', r"\\").replace('"', "\\\"");
    // `(Default)` is translated; a name in brackets that is not English stays a name.
    let name = if matches!(name, "(Default)" | "(既定)") { "@".to_owned() } else { format!("\"{}\"", escaped(name)) };
    let number = || u64::from_str_radix(data.trim().trim_start_matches("0x"), 16).ok();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(",");
    let wide = |text: &str| -> Vec<u8> { text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect() };
    let value = match kind.trim() {
        "REG_SZ" => Some(format!("\"{}\"", escaped(data))),
        "REG_DWORD" => {
            number().and_then(|number| u32::try_from(number).ok()).map(|number| format!("dword:{number:08x}"))
        }
        "REG_QWORD" => number().map(|number| format!("hex(b):{}", hex(&number.to_le_bytes()))),
        "REG_EXPAND_SZ" => Some(format!("hex(2):{}", hex(&wide(data)))),
        // `reg` writes a line feed between texts as `\0`.
        "REG_MULTI_SZ" => {
            let mut bytes: Vec<u8> = data.split("\\0").filter(|item| !item.is_empty()).flat_map(wide).collect();
            bytes.extend([0, 0]);
            Some(format!("hex(7):{}", hex(&bytes)))
        }
        "REG_BINARY" => bytes(data.trim()).map(|bytes| format!("hex:{}", hex(&bytes))),
        _ => None,
    };
    if let Some(value) = value {
        let _ = write!(export, "{name}={value}");
    }
}

fn bytes(digits: &str) -> Option<Vec<u8>> {
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::collection::{btree_map, vec};
    use proptest::prelude::*;

    use super::*;
    use crate::parse::event::tests::read;
    use crate::parse::record::RegistryData;

    #[test]
    fn a_line_becomes_the_line_of_an_export() {
        for (line, expected) in [
            (r"HKEY_CURRENT_USER\Software\A", r"[HKEY_CURRENT_USER\Software\A]"),
            ("    EnableADAL    REG_DWORD    0x0", "\"EnableADAL\"=dword:00000000"),
            (r"    a b    REG_SZ    C:\x", r#""a b"="C:\\x""#),
            ("    (Default)    REG_SZ    ", "@=\"\""),
            ("    b    REG_BINARY    01F00080", "\"b\"=hex:01,f0,00,80"),
            (r"    m    REG_MULTI_SZ    a\0b", "\"m\"=hex(7):61,00,00,00,62,00,00,00,00,00"),
            ("    q    REG_QWORD    0x100", "\"q\"=hex(b):00,01,00,00,00,00,00,00"),
            ("    d    REG_DWORD    0x1ffffffff", ""),
            ("    b    REG_BINARY    0", ""),
            ("End of search: 3 match(es) found.", ""),
        ] {
            let mut export = String::new();
            rewrite(line, &mut export);
            assert_eq!(export, expected, "{line}");
        }
    }

    fn data() -> impl Strategy<Value = RegistryData> {
        let text = "([a-z0-9\\\\%\"あ😀=;@\\[\\]]{1,5}( [a-z0-9:]{1,5})?)?";
        prop_oneof![
            text.prop_map(RegistryData::Sz),
            text.prop_map(RegistryData::ExpandSz),
            vec("[a-z あ]{1,6}[a-z]", 0..4).prop_map(RegistryData::MultiSz),
            any::<u32>().prop_map(RegistryData::Dword),
            any::<u64>().prop_map(RegistryData::Qword),
            vec(any::<u8>(), 1..20).prop_map(RegistryData::Binary),
        ]
    }

    /// As `reg query` prints it.
    fn printed(data: &RegistryData) -> String {
        match data {
            RegistryData::Sz(text) => format!("REG_SZ    {text}"),
            RegistryData::ExpandSz(text) => format!("REG_EXPAND_SZ    {text}"),
            RegistryData::MultiSz(items) => format!("REG_MULTI_SZ    {}", items.join("\\0")),
            RegistryData::Dword(number) => format!("REG_DWORD    {number:#x}"),
            RegistryData::Qword(number) => format!("REG_QWORD    {number:#x}"),
            RegistryData::Binary(bytes) => {
                format!("REG_BINARY    {}", bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>())
            }
            other => panic!("{other:?}"),
        }
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_back(
            keys in vec(("[A-Z][a-z]{1,6}( [A-Z][a-z]{1,4})?", btree_map("Zq[a-z0-9 ]{0,6}[a-z]", data(), 0..6)), 0..5),
        ) {
            let (mut text, mut expected) = (String::from("\r\n"), Vec::new());
            for (key, values) in keys {
                let key = format!("Software\\Contoso\\{key}");
                text += &format!("HKEY_CURRENT_USER\\{key}\r\n");
                for (name, data) in values {
                    text += &format!("    {name}    {}\r\n", printed(&data));
                    expected.push((key.clone(), name, data));
                }
                text += "\r\n";
            }
            let values = read(parse, &text).records.into_iter().filter_map(|record| match record {
                Record::RegistryValue(value) => Some((value.key, value.name, value.data)),
                _ => None,
            });
            prop_assert_eq!(values.collect::<Vec<_>>(), expected);
        }

        #[test]
        fn no_text_makes_it_fail(
            text in "(HKEY_CURRENT_USER|\\\\|    |REG_SZ|REG_DWORD|REG_BINARY|REG_MULTI_SZ|\\\\0|0x|[0-9a-f]|\\(Default\\)|é|\n){0,60}",
        ) {
            prop_assert!(read(parse, &text).issues.len() < 1_000);
        }
    }
}
