//! Turns an event's payload into named, typed fields as the catalogue describes its kind.
//!
//! Refuses to know providers and ids; it is given the schema.
//!
//! ```text
//! positional [OUTLOOK.EXE, 15.0.4605.1000] + names [AppName, AppVersion]  ─▶  AppName = OUTLOOK.EXE, AppVersion = …
//! ```

use super::catalogue::{Derivation, EventSchema, FieldType};
use crate::parse::payload::Payload;
use crate::value::{Value, fold};

/// Fields in payload order, then pairs, then derived ones. Positional items without a name are `param1`, `param2`, …
pub(super) fn read(data: &Payload, schema: Option<&EventSchema>) -> Vec<(String, Value)> {
    let empty = EventSchema::default();
    let schema = schema.unwrap_or(&empty);
    let mut fields = Vec::new();
    let unnamed = data.iter().filter(|(name, _)| own_name(*name).is_none()).count();
    let positional = if unnamed > 0 && unnamed == schema.shorter.len() { &schema.shorter } else { &schema.positional };
    let mut pairs: Vec<&str> = Vec::new();
    let mut positions = 0_usize..;
    for (name, text) in data.iter() {
        let Some(name) = own_name(name) else {
            let position = positions.next().unwrap_or_default();
            if schema.pairs_from.is_some_and(|from| position >= from) {
                pairs.push(text.trim());
            } else {
                match positional.get(position) {
                    Some(name) => push(&mut fields, name, text, schema),
                    None => push(&mut fields, &format!("param{}", position + 1), text, schema),
                }
            }
            continue;
        };
        let right = schema.aliases.iter().find(|(_, written)| written.eq_ignore_ascii_case(name));
        push(&mut fields, right.map_or(name, |(right, _)| right.as_str()), text, schema);
    }
    add_pairs(&mut fields, &pairs, schema);
    for derived in &schema.derived {
        let Some(text) = find(&fields, &derived.from) else { continue };
        if let Some(value) = derive(&text, &derived.how) {
            push(&mut fields, &derived.name, &value, schema);
        }
    }
    fields
}

/// The name that the event itself gives; in `UserData` a positional item carries its element's name.
fn own_name(name: Option<&str>) -> Option<&str> {
    name.filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case("Data"))
}

fn find(fields: &[(String, Value)], name: &str) -> Option<String> {
    fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_string())
}

fn push(fields: &mut Vec<(String, Value)>, name: &str, text: &str, schema: &EventSchema) {
    let kind = schema.types.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, kind)| *kind);
    fields.push((name.to_owned(), typed(text, kind.unwrap_or(FieldType::Text))));
}

/// Name and value in one string each (`Name: value`, several lines possible), or alternating strings; names in lower case.
fn add_pairs(fields: &mut Vec<(String, Value)>, items: &[&str], schema: &EventSchema) {
    let mut items = items.iter().copied();
    while let Some(item) = items.next() {
        let mut joined = false;
        for line in item.lines() {
            // A claim type is a URI: its colon is not followed by a blank.
            if let Some((name, value)) = line.split_once(": ").or_else(|| line.split_once(":\t"))
                && !name.trim().is_empty()
            {
                joined = true;
                push(fields, &fold(name.trim()), value, schema);
            }
        }
        if !joined
            && let Some(value) = items.next()
            && !matches!(item, "" | "-")
        {
            push(fields, &fold(item), value, schema);
        }
    }
}

/// A text in its declared type; what does not fit stays text, so that nothing is lost.
fn typed(text: &str, kind: FieldType) -> Value {
    let text = text.trim();
    let value = match kind {
        FieldType::Int => integer(text).map(Value::Number),
        FieldType::Time => time(text).map(Value::Time),
        FieldType::Sid => Some(Value::Text(text.to_ascii_uppercase())),
        FieldType::Text => None,
    };
    // A client that speaks IPv4 through an IPv6 socket is logged as `::ffff:192.0.2.1`.
    value.unwrap_or_else(|| Value::Text(text.strip_prefix("::ffff:").unwrap_or(text).to_owned()))
}

/// A decimal or `0x` number.
pub(super) fn integer(text: &str) -> Option<i64> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => i64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

/// An ISO time with a zone, or a FILETIME number (100 ns since 1601).
fn time(text: &str) -> Option<jiff::Timestamp> {
    /// Seconds from 1601-01-01 to 1970-01-01.
    const EPOCH_1601: i64 = 11_644_473_600;
    if let Ok(at) = text.parse() {
        return Some(at);
    }
    let ticks: i64 = integer(text)?;
    let seconds = (ticks / 10_000_000).checked_sub(EPOCH_1601)?;
    let nanoseconds = i32::try_from(ticks % 10_000_000 * 100).ok()?;
    // Small numbers are counters, not times.
    (ticks > EPOCH_1601).then(|| jiff::Timestamp::new(seconds, nanoseconds).ok()).flatten()
}

fn derive(text: &str, how: &Derivation) -> Option<String> {
    match how {
        Derivation::Contains(table) => {
            let folded = fold(text);
            table.iter().find(|(part, _)| folded.contains(part.as_str())).map(|(_, value)| value.clone())
        }
        Derivation::XmlElement(name) => xml_element(text, name),
        Derivation::Capture(pattern) => Some(pattern.captures(text)?.get(1)?.as_str().to_owned()),
    }
}

/// Text of the first element with this local name. The fragment inside an event is small and often not well formed.
fn xml_element(text: &str, name: &str) -> Option<String> {
    text.split('<').skip(1).find_map(|piece| {
        let (tag, value) = piece.split_once('>')?;
        let qualified = tag.split([' ', '\t', '\r', '\n']).next()?;
        let local = qualified.rsplit(':').next()?;
        (local == name && !tag.ends_with('/')).then(|| unescape(value.trim()))
    })
}

fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::catalogue::DerivedField;
    use crate::fact::pattern::Pattern;

    fn data(items: &[(&str, &str)]) -> Payload {
        items.iter().map(|(name, text)| ((!name.is_empty()).then_some(*name), text)).collect()
    }

    fn shown(fields: &[(String, Value)]) -> String {
        fields.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn positions_get_names_and_the_rest_numbers() {
        let schema = EventSchema { positional: vec!["AppName".into()], ..EventSchema::default() };
        let fields = read(&data(&[("", "OUTLOOK.EXE"), ("Data", "15.0"), ("Own", "x\r\n")]), Some(&schema));
        assert_eq!(shown(&fields), "AppName=OUTLOOK.EXE param2=15.0 Own=x");
    }

    #[test]
    fn a_shorter_form_and_a_misnamed_field_get_their_right_names() {
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        let schema = EventSchema {
            positional: names(&["id", "ip", "why"]),
            shorter: names(&["id", "why"]),
            aliases: vec![("caller".into(), "TargetDomainName".into())],
            ..EventSchema::default()
        };
        let check = |items: &[(&str, &str)], expected: &str| {
            assert_eq!(shown(&read(&data(items), Some(&schema))), expected);
        };
        check(&[("", "0"), ("", "192.0.2.1"), ("", "x")], "id=0 ip=192.0.2.1 why=x");
        check(&[("", "0"), ("", "x")], "id=0 why=x");
        check(&[("targetdomainname", "PC1")], "caller=PC1");
    }

    #[test]
    fn pairs_come_alternating_or_in_one_string() {
        let schema = EventSchema { positional: vec!["Id".into()], pairs_from: Some(1), ..EventSchema::default() };
        let check =
            |items: &[(&str, &str)], expected: &str| assert_eq!(shown(&read(&data(items), Some(&schema))), expected);
        check(
            &[("", "0"), ("", "X-MS-Proxy"), ("", "wap1"), ("", "-"), ("", "-"), ("", "A"), ("", "b: c")],
            "Id=0 x-ms-proxy=wap1 a=b: c",
        );
        check(
            &[("", "0"), ("", "X-A: b\nX-C: d"), ("", "http://schemas/upn"), ("", "u@x")],
            "Id=0 x-a=b x-c=d http://schemas/upn=u@x",
        );
        check(&[("", "0"), ("", "alone")], "Id=0");
    }

    #[test]
    fn types_are_applied_and_what_does_not_fit_stays_text() {
        let types = [("N", FieldType::Int), ("T", FieldType::Time), ("S", FieldType::Sid)];
        let schema = EventSchema {
            types: types.into_iter().map(|(name, kind)| (name.to_owned(), kind)).collect(),
            ..EventSchema::default()
        };
        let check = |name: &str, text: &str, expected: Value| {
            assert_eq!(read(&data(&[(name, text)]), Some(&schema)), vec![(name.to_owned(), expected)]);
        };
        check("n", "0x18", Value::Number(24));
        check("N", "%%1793", Value::Text("%%1793".into()));
        check("T", "116444736000000000", Value::Time(jiff::Timestamp::UNIX_EPOCH));
        check("T", "12", Value::Text("12".into()));
        check("S", "s-1-5-18", Value::Text("S-1-5-18".into()));
        check("Ip", "::ffff:192.0.2.1", Value::Text("192.0.2.1".into()));
    }

    #[test]
    fn derived_fields_may_build_on_each_other() {
        let derived = |name: &str, from: &str, how| DerivedField { name: name.into(), from: from.into(), how };
        let schema = EventSchema {
            derived: vec![
                derived("user", "xml", Derivation::XmlElement("UserId".into())),
                derived(
                    "sam",
                    "user",
                    Derivation::Capture(Pattern::new(r"^(.+)@".into(), false, 1 << 20).expect("valid")),
                ),
                derived("why", "xml", Derivation::Contains(vec![("incorrect".into(), "bad-password".into())])),
                derived("none", "absent", Derivation::XmlElement("X".into())),
            ],
            ..EventSchema::default()
        };
        let xml = "<A><b:UserId/><b:UserId x='1'>u&amp;v@x</b:UserId><E>Password INCORRECT</E>";
        let fields = read(&data(&[("xml", xml)]), Some(&schema));
        assert_eq!(shown(fields.get(1..).unwrap_or_default()), "user=u&v@x sam=u&v why=bad-password");
    }
}
