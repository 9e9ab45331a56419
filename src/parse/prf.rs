//! Turns a `.prf` file, from which Outlook makes profiles, into named values, one object a section.
//!
//! The last sections say which property a name stands for (`Name=PT_<TYPE>,0x<id>`): a value of a service whose property is
//! known from profiles is also given under the word that profiles use. Nobody's: the file does not say for whom it is.
//! Refuses to know whether the file was ever applied.
//!
//! ```text
//! [ServiceEGS]
//! HomeServer=ex01.contoso.example   ─▶  ServiceEGS / HomeServer, and as home-server
//! RPCProxyAuthScheme=0x0002         ─▶  ServiceEGS / RPCProxyAuthScheme = 2, and roh-proxy-auth = ntlm
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use super::named::{End, Found, Lines, read, typed};
use super::outlook_profile::decode_property;
use super::record::{NamedValue, Names, Owner, Parsed, RegistryData};
use super::{Context, Input};
use crate::issue::IssueCode;
use crate::value::{Value, fold};

/// Name in rules.
const SOURCE: &str = "prf";

/// Values of services whose property is looked up, and mapped names; real files have some dozens.
const MAPPED: usize = 2_000;
/// Bytes of a name or of a section's.
const NAME: usize = 256;

const TYPES: [(&str, &str); 4] =
    [("pt_long", "0003"), ("pt_boolean", "000b"), ("pt_string8", "001e"), ("pt_unicode", "001f")];

/// Reads a whole file.
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    read(input, context, &mut Reading::default())
}

#[derive(Debug, Default)]
struct Reading {
    section: Option<Arc<str>>,
    any: bool,
    /// Folded name, tag as the registry writes it.
    mapping: BTreeMap<String, String>,
    services: Vec<(Arc<str>, String, String, u64)>,
}

impl Lines for Reading {
    fn line(&mut self, number: u64, text: &str, found: &mut Found) {
        let text = text.trim();
        if text.is_empty() || text.starts_with(';') {
            return;
        }
        if let Some(section) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            self.section = (section.len() <= NAME).then(|| section.into());
            self.any = true;
            return;
        }
        let (Some(section), Some((name, value))) = (&self.section, text.split_once('=')) else {
            found.oddities.line(IssueCode::BadLine, number, text);
            return;
        };
        let (name, value) = (name.trim(), value.trim());
        if name.is_empty() || name.len() > NAME {
            found.oddities.line(IssueCode::BadLine, number, text);
        } else if let Some(tag) = mapped(value) {
            if self.mapping.len() < MAPPED {
                self.mapping.entry(fold(name)).or_insert(tag);
            }
        } else {
            let object = Some(Arc::clone(section));
            let typed = hexadecimal(value).map_or_else(|| typed(value), Value::Number);
            found.value(named(object, name, typed, number));
            if fold(section).starts_with("service") && self.services.len() < MAPPED {
                self.services.push((Arc::clone(section), name.to_owned(), value.to_owned(), number));
            }
        }
    }

    fn end(&mut self, end: End, found: &mut Found) {
        for (section, name, value, line) in std::mem::take(&mut self.services) {
            let Some(tag) = self.mapping.get(&fold(&name)) else { continue };
            let decoded = data(tag, &value).and_then(|data| decode_property(tag, &data, line));
            for property in decoded.into_iter().flatten() {
                found.value(named(Some(Arc::clone(&section)), &property.name, property.value, line));
            }
        }
        if self.any {
            found.source(SOURCE, Owner::Nobody, end.lossless && end.line_ended, Names::All, 1);
        }
    }
}

fn named(object: Option<Arc<str>>, name: &str, value: Value, line: u64) -> NamedValue {
    NamedValue { source: SOURCE, object, name: name.to_owned(), value, owner: Owner::Nobody, line }
}

/// `PT_LONG,0x6627` as the registry writes the property: type, then id. Nothing for a value.
fn mapped(value: &str) -> Option<String> {
    let (kind, id) = value.split_once(',')?;
    let kind = kind.trim().to_ascii_lowercase();
    let id = hexadecimal(id.trim()).filter(|_| kind.starts_with("pt_"))?;
    let known = TYPES.iter().find(|(name, _)| *name == kind).map_or("0000", |(_, digits)| digits);
    Some(format!("{known}{id:04x}"))
}

fn hexadecimal(text: &str) -> Option<i64> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"))?;
    u32::from_str_radix(digits, 16).ok().map(i64::from)
}

/// The value as the registry would hold it.
fn data(tag: &str, value: &str) -> Option<RegistryData> {
    let number = || hexadecimal(value).or_else(|| value.parse().ok()).and_then(|number| u32::try_from(number).ok());
    Some(match tag.get(..4)? {
        "0003" => RegistryData::Dword(number()?),
        "000b" if value.eq_ignore_ascii_case("true") => RegistryData::Dword(1),
        "000b" if value.eq_ignore_ascii_case("false") => RegistryData::Dword(0),
        "000b" => RegistryData::Dword(number()?),
        "001e" | "001f" if !value.is_empty() => RegistryData::Sz(value.to_owned()),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::parse::interest::Interest;
    use crate::parse::record::Record;

    fn values(text: &str) -> Vec<(String, String, Value)> {
        let (limits, interest) = (Limits::default(), Interest::default());
        let mut reader = text.as_bytes();
        let input = Input { reader: &mut reader, encoding: None, bytes: text.len() as u64 };
        let parsed = parse(input, Context { interest: &interest, limits: &limits });
        let values = parsed.records.into_iter().filter_map(|record| match record {
            Record::Property(value) => Some((value.object.unwrap().to_string(), value.name, value.value)),
            _ => None,
        });
        values.collect()
    }

    #[test]
    fn a_line_that_maps_a_name_is_told_from_a_value() {
        for (value, expected) in [
            ("PT_LONG,0x6619", Some("00036619")),
            ("pt_string8, 0x6608", Some("001e6608")),
            ("PT_MV_BINARY,0x0001", Some("00000001")),
            ("PT_LONG", None),
            ("a,0x6619", None),
            ("PT_LONG,6619", None),
        ] {
            assert_eq!(mapped(value).as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn a_mapping_of_ones_own_can_set_the_logon_network_security() {
        let values =
            values("[Service1]\r\nAuthPackage=10\r\n[Microsoft Exchange Server]\r\nAuthPackage=PT_LONG,0x6619\r\n");
        let own = |name: &str, value: Value| ("Service1".to_owned(), name.to_owned(), value);
        assert_eq!(values, [own("AuthPackage", Value::Number(10)), own("auth-package", Value::Text("ntlm".into()))]);
    }

    proptest::proptest! {
        #[test]
        fn any_value_of_any_section_comes_back(
            section in "[A-Za-z][A-Za-z0-9 ]{0,15}[a-z]", name in "[A-Za-z]{1,10}", value in "[a-z][a-z .\\\\%]{0,20}[.%]",
        ) {
            let found = values(&format!(";c\r\n[General]\r\nx=1\r\n[{section}]\r\n{name} = {value}\r\n"));
            proptest::prop_assert_eq!(found.last(), Some(&(section, name, Value::Text(value))));
        }

        #[test]
        fn no_text_makes_it_fail(text in "(\\[|\\]|=|;|PT_LONG,0x6619|Service1|a|0x|\r\n| ){0,60}") {
            let _ = values(&text);
        }
    }
}
