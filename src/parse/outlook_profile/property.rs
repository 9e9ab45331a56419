//! The properties of a profile section that matter: from registry value to named, typed property.
//!
//! A value's name is the property's type and id, four hex digits each: `00036619` is id 6619, type 0003 (a 32-bit number).
//! The same id means other things elsewhere, so a name counts only with its type and only inside a profile.
//! Sources: Microsoft's EdkMdb.h, MAPIAux.h and MFCMAPI's tag tables; those marked [U] stand in one public source only.

use crate::bundle::{Certainty, TextEncoding};
use crate::parse::record::{PropertyRecord, RegistryData};
use crate::parse::reg::{ansi, utf16};
use crate::value::Value;

/// How the bytes of a property become a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Number,
    AuthPackage,
    ProxyAuth,
    /// Connection flags: the number, and two of its bits by name.
    ConfigFlags,
    /// Outlook's own online state: 1 offline, 2 online.
    WorkOffline,
    Bool,
    Unicode,
    Ansi,
    UnicodeList,
    AnsiList,
    /// Points to other sections; the walk follows it.
    Uid,
}

/// Folded value name, name in rules, form.
const KNOWN: [(&str, &str, Form); 60] = [
    ("00030398", "work-offline", Form::WorkOffline),
    ("0003041f", "cache-sync-mode", Form::Number),
    ("00033009", "resource-flags", Form::Number),
    ("00036601", "config-flags", Form::ConfigFlags),
    ("00036604", "connect-flags", Form::Number),
    ("00036606", "ui-state", Form::Number),
    ("0003660a", "profile-type", Form::Number),
    ("00036619", "auth-package", Form::AuthPackage),
    ("00036623", "roh-flags", Form::Number),
    ("00036627", "roh-proxy-auth", Form::ProxyAuth),
    ("00036649", "sync-months", Form::Number),
    ("0003665a", "sync-days", Form::Number),
    ("000b6659", "office365-mailbox", Form::Bool),
    ("000b665e", "consumer-account", Form::Bool),
    ("001e3001", "display-name", Form::Ansi),
    ("001e6602", "home-server", Form::Ansi),
    ("001e6607", "unresolved-name", Form::Ansi),
    ("001e6608", "unresolved-server", Form::Ansi),
    ("001e6610", "ost-path", Form::Ansi),
    ("001e6620", "account-label", Form::Ansi),
    ("001e6622", "roh-proxy-server", Form::Ansi),
    ("001e6625", "roh-proxy-principal", Form::Ansi),
    ("001e662a", "home-server-fqdn", Form::Ansi),
    ("001e662b", "server-fqdn", Form::Ansi),
    ("001e6641", "smtp-address", Form::Ansi),
    ("001e664a", "lkg-autodiscover-url", Form::Ansi),
    ("001e6652", "mapi-http-url", Form::Ansi),
    ("001e6653", "mapi-http-url", Form::Ansi),
    ("001e6654", "mapi-http-url", Form::Ansi),
    ("001e6655", "mapi-http-url", Form::Ansi),
    ("001e6663", "tenant-id", Form::Ansi),
    ("001f3001", "display-name", Form::Unicode),
    ("001f3d16", "user-name", Form::Unicode),   // [U]
    ("001f3d17", "user-domain", Form::Unicode), // [U]
    ("001f3d1d", "identity", Form::Unicode),    // [U]
    ("001f6602", "home-server", Form::Unicode),
    ("001f6607", "unresolved-name", Form::Unicode),
    ("001f6608", "unresolved-server", Form::Unicode),
    ("001f6610", "ost-path", Form::Unicode),
    ("001f6620", "account-label", Form::Unicode),
    ("001f6622", "roh-proxy-server", Form::Unicode),
    ("001f6625", "roh-proxy-principal", Form::Unicode),
    ("001f662a", "home-server-fqdn", Form::Unicode),
    ("001f662b", "server-fqdn", Form::Unicode), // [U]
    ("001f663c", "full-name", Form::Unicode),
    ("001f663d", "user-email", Form::Unicode), // [U]
    ("001f6641", "smtp-address", Form::Unicode),
    ("001f664a", "lkg-autodiscover-url", Form::Unicode), // [U]
    ("001f6652", "mapi-http-url", Form::Unicode),        // [U]
    ("001f6653", "mapi-http-url", Form::Unicode),        // [U]
    ("001f6654", "mapi-http-url", Form::Unicode),        // [U]
    ("001f6655", "mapi-http-url", Form::Unicode),        // [U]
    ("001f6663", "tenant-id", Form::Unicode),
    ("001f66a0", "auth-user", Form::Unicode),
    ("01023d00", "store-providers", Form::Uid),
    ("01023d15", "emsmdb-section", Form::Uid),
    ("101e6637", "addresses", Form::AnsiList),
    ("101f6637", "addresses", Form::UnicodeList),
    ("101e6613", "home-server-addresses", Form::AnsiList),
    ("101f6613", "home-server-addresses", Form::UnicodeList),
];

/// Properties by which a section is known to hold an account's connection settings, where nothing points to it.
pub(super) const CONNECTION: [&str; 6] = ["00036619", "00036623", "001f6622", "001f6610", "001e6622", "001e6610"];

fn known(folded: &str) -> Option<(&'static str, Form)> {
    KNOWN.iter().find(|(tag, ..)| *tag == folded).map(|(_, name, form)| (*name, *form))
}

/// Whether the walk can ask for a property.
pub(super) fn is_known(folded: &str) -> bool {
    known(folded).is_some()
}

/// Whether a profile can have a property of this name in rules.
#[must_use]
pub fn is_name(name: &str) -> bool {
    // Two are bits of another property, two are deduced from the whole profile.
    matches!(name, "always-prompt" | "cached-mode" | "mailbox" | "defect")
        || KNOWN.iter().any(|(_, known, form)| *known == name && *form != Form::Uid)
}

/// Properties of a value: mostly one, none for a reference. Nothing at all if its bytes do not fill its type.
pub(crate) fn decode(tag: &str, data: &RegistryData, line: u64) -> Option<Vec<PropertyRecord>> {
    let (name, form) = known(tag)?;
    let property =
        |name: &str, value: Value| PropertyRecord { tag: tag.to_owned(), name: name.to_owned(), value, line };
    let one = |value: Value| vec![property(name, value)];
    Some(match form {
        Form::Uid => Vec::new(),
        Form::Number => one(Value::Number(number(data)?.into())),
        Form::AuthPackage => one(Value::Text(auth_package(number(data)?))),
        Form::ProxyAuth => one(Value::Text(proxy_auth(number(data)?))),
        Form::WorkOffline => one(Value::Bool(number(data)? & 0b11 == 1)),
        Form::Bool => one(Value::Bool(boolean(data)?)),
        Form::Unicode => one(Value::Text(unicode(data)?)),
        Form::Ansi => one(Value::Text(string8(data)?)),
        Form::UnicodeList => one(Value::List(unicode_list(data)?)),
        Form::AnsiList => one(Value::List(ansi_list(data)?)),
        Form::ConfigFlags => {
            const ALWAYS_PROMPT: u32 = 0x8;
            // Cached mode needs both bits.
            const CACHED: u32 = 0x180;
            let flags = number(data)?;
            vec![
                property(name, Value::Number(flags.into())),
                property("always-prompt", Value::Bool(flags & ALWAYS_PROMPT != 0)),
                property("cached-mode", Value::Bool(flags & CACHED == CACHED)),
            ]
        }
    })
}

/// "Logon network security": the constants of rpcdce.h, and Outlook's own for anonymous.
fn auth_package(number: u32) -> String {
    match number {
        0 => "none".to_owned(),
        9 => "negotiate".to_owned(),
        10 => "ntlm".to_owned(),
        16 => "kerberos".to_owned(),
        0x8000_F001 => "anonymous".to_owned(),
        other => format!("other:{other:#x}"),
    }
}

fn proxy_auth(number: u32) -> String {
    match number {
        1 => "basic".to_owned(),
        2 => "ntlm".to_owned(),
        4 => "passport".to_owned(),
        8 => "digest".to_owned(),
        0x10 => "negotiate".to_owned(),
        0x1_0000 => "certificate".to_owned(),
        other => format!("other:{other:#x}"),
    }
}

fn number(data: &RegistryData) -> Option<u32> {
    match data {
        RegistryData::Binary(bytes) => bytes.first_chunk().copied().map(u32::from_le_bytes),
        // Hand-edited files hold a REG_DWORD where Outlook writes four bytes.
        RegistryData::Dword(number) => Some(*number),
        _ => None,
    }
}

fn boolean(data: &RegistryData) -> Option<bool> {
    match data {
        RegistryData::Binary(bytes) => bytes.first_chunk().copied().map(u16::from_le_bytes).map(|number| number != 0),
        RegistryData::Dword(number) => Some(*number != 0),
        _ => None,
    }
}

fn unicode(data: &RegistryData) -> Option<String> {
    match data {
        RegistryData::Binary(bytes) if bytes.len() >= 2 => Some(up_to_nul(&utf16(bytes))),
        RegistryData::Sz(text) | RegistryData::ExpandSz(text) => Some(text.clone()),
        _ => None,
    }
}

fn string8(data: &RegistryData) -> Option<String> {
    match data {
        RegistryData::Binary(bytes) if !bytes.is_empty() => Some(up_to_nul(&from_ansi(bytes))),
        RegistryData::Sz(text) | RegistryData::ExpandSz(text) => Some(text.clone()),
        _ => None,
    }
}

/// A profile does not say which ANSI page its texts are in.
fn from_ansi(bytes: &[u8]) -> String {
    ansi(bytes, &TextEncoding { name: "utf-8".to_owned(), certainty: Certainty::Certain })
}

fn up_to_nul(text: &str) -> String {
    text.split('\0').next().unwrap_or_default().to_owned()
}

/// PT_MV_UNICODE: a count, then offsets of four bytes (32-bit Outlook) or eight (64-bit) from the start of the value.
fn unicode_list(data: &RegistryData) -> Option<Vec<String>> {
    match data {
        RegistryData::Sz(text) => Some(vec![text.clone()]),
        RegistryData::MultiSz(items) => Some(items.clone()),
        RegistryData::Binary(bytes) => {
            let items = offsets(bytes, offset_width(bytes)?)?;
            Some(items.into_iter().map(|item| up_to_nul(&utf16(item))).collect())
        }
        _ => None,
    }
}

fn ansi_list(data: &RegistryData) -> Option<Vec<String>> {
    match data {
        RegistryData::Sz(text) => Some(vec![text.clone()]),
        RegistryData::MultiSz(items) => Some(items.clone()),
        RegistryData::Binary(bytes) => {
            let items = offsets(bytes, offset_width(bytes)?)?;
            Some(items.into_iter().map(|item| up_to_nul(&from_ansi(item))).collect())
        }
        _ => None,
    }
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().copied().map(u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().copied().map(u64::from_le_bytes)
}

/// The first offset points right behind the offsets, which tells their width.
fn offset_width(bytes: &[u8]) -> Option<usize> {
    let count = u64::from(u32_at(bytes, 0)?);
    if count == 0 || u64::from(u32_at(bytes, 4)?) == 4 + 4 * count {
        return Some(4);
    }
    match u64_at(bytes, 4) {
        Some(first) if first == 4 + 8 * count || first <= u64::from(u32::MAX) => Some(8),
        _ => Some(4),
    }
}

/// The items between the offsets; nothing unless the offsets rise and stay inside the value.
fn offsets(bytes: &[u8], width: usize) -> Option<Vec<&[u8]>> {
    let count = usize::try_from(u32_at(bytes, 0)?).ok()?;
    // Checked before anything is allocated: the offsets themselves must be there.
    let end_of_offsets = count.checked_mul(width)?.checked_add(4)?;
    let table = bytes.get(4..end_of_offsets)?;
    let mut starts = Vec::new();
    for offset in table.chunks_exact(width) {
        let start = if width == 8 {
            usize::try_from(u64_at(offset, 0)?).ok()?
        } else {
            usize::try_from(u32_at(offset, 0)?).ok()?
        };
        starts.push(start);
    }
    let ends = starts.iter().skip(1).copied().chain([bytes.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| if *start < end_of_offsets { None } else { bytes.get(*start..end) })
        .collect()
}

#[cfg(test)]
#[allow(clippy::needless_pass_by_value)] // a table of owned values reads better
mod tests {
    use super::*;

    fn check(tag: &str, data: RegistryData, expected: Option<Value>) {
        let value = decode(tag, &data, 1).map(|properties| properties[0].value.clone());
        assert_eq!(value, expected, "{tag} {data:?}");
    }

    fn binary(bytes: &[u8]) -> RegistryData {
        RegistryData::Binary(bytes.to_vec())
    }

    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn logon_network_security_has_names() {
        for (number, name) in [
            (0, "none"),
            (9, "negotiate"),
            (10, "ntlm"),
            (16, "kerberos"),
            (0x8000_F001, "anonymous"),
            (17, "other:0x11"),
            (u32::MAX, "other:0xffffffff"),
        ] {
            check("00036619", binary(&number.to_le_bytes()), Some(Value::Text(name.into())));
            check("00036619", RegistryData::Dword(number), Some(Value::Text(name.into())));
        }
    }

    #[test]
    fn bytes_that_do_not_fill_the_type_are_no_value() {
        for (tag, data) in [
            ("00036619", binary(&[10, 0, 0])),
            ("00036619", binary(&[])),
            ("000b6659", binary(&[1])),
            ("001f6641", binary(&[65])),
            ("00036619", RegistryData::Sz("10".into())),
            ("101f6637", binary(&[1, 0, 0])),
            ("101f6637", binary(&[255; 12])),
            ("101f6637", binary(&[1, 0, 0, 0, 200, 0, 0, 0])),
            ("00036619", RegistryData::Secret { kind: "password", length: 4 }),
        ] {
            check(tag, data, None);
        }
    }

    #[test]
    fn texts_come_as_bytes_or_as_strings() {
        let expected = Some(Value::Text("a@contoso.example".into()));
        check("001f6641", binary(&wide("a@contoso.example")), expected.clone());
        check("001f6641", RegistryData::Sz("a@contoso.example".into()), expected.clone());
        check("001e6641", RegistryData::Sz("a@contoso.example".into()), expected.clone());
        check("001e6641", binary(b"a@contoso.example\0"), expected);
        check("000b6659", binary(&[1, 0]), Some(Value::Bool(true)));
        check("00030398", binary(&[1, 0, 0, 0]), Some(Value::Bool(true)));
        check("00030398", binary(&[2, 0, 0, 0]), Some(Value::Bool(false)));
        check("00036627", binary(&[16, 0, 0, 0]), Some(Value::Text("negotiate".into())));
    }

    #[test]
    fn lists_have_offsets_of_four_or_of_eight_bytes() {
        let items = ["SMTP:a@contoso.example", "smtp:b@contoso.example"];
        for width in [4_u32, 8] {
            let mut bytes = 2_u32.to_le_bytes().to_vec();
            let first = 4 + 2 * width;
            let second = first + u32::try_from(wide(items[0]).len()).unwrap();
            for offset in [first, second] {
                bytes.extend_from_slice(&u64::from(offset).to_le_bytes()[..width as usize]);
            }
            bytes.extend(wide(items[0]));
            bytes.extend(wide(items[1]));
            check("101f6637", binary(&bytes), Some(Value::List(items.map(str::to_owned).to_vec())));
        }
        check("101f6637", binary(&[0, 0, 0, 0]), Some(Value::List(vec![])));
    }

    #[test]
    fn config_flags_are_also_two_answers() {
        let values = |flags: u32| -> Vec<_> {
            decode("00036601", &binary(&flags.to_le_bytes()), 1)
                .unwrap()
                .into_iter()
                .map(|property| property.value)
                .collect()
        };
        assert_eq!(values(0x184), [Value::Number(0x184), Value::Bool(false), Value::Bool(true)]);
        assert_eq!(values(0x8C), [Value::Number(0x8C), Value::Bool(true), Value::Bool(false)]);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_a_list_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..80)) {
            for tag in ["101f6637", "101e6613", "001e6641", "00036601"] {
                let _ = decode(tag, &RegistryData::Binary(bytes.clone()), 1);
            }
        }
    }
}
