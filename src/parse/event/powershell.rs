//! Turns what `Get-WinEvent` and `Get-EventLog` give, whichever way it was exported, into events.
//!
//! The property names are PowerShell's own, in every language. Values of `Properties` and `ReplacementStrings` have no names:
//! their places say what they are.
//!
//! ```text
//! { Id: 411, ProviderName: AD FS Auditing, TimeCreated: …+09:00, RecordId: 88, Properties: [{Value: 0000…}, …] } ─▶ Plain
//! { EventID: 45, Source: Outlook, TimeGenerated: …, Index: 88, ReplacementStrings: […] }                        ─▶ Plain
//! ```

use jiff::Timestamp;

use super::plain::{AUDIT_FAILURE, AUDIT_SUCCESS, Item, Plain, When};
use crate::parse::record::{PsObject, PsValue};

/// The event of an object; nothing where it is none.
pub(in crate::parse) fn event(object: &PsObject) -> Option<Plain> {
    let has = |name: &str| object.get(name).is_some();
    if has("TimeCreated") && has("Id") {
        win_event(object)
    } else if has("TimeGenerated") || has("EntryType") && (has("InstanceId") || has("EventID")) {
        event_log(object)
    } else {
        None
    }
}

fn win_event(object: &PsObject) -> Option<Plain> {
    let text = |name: &str| object.get(name).and_then(PsValue::text).unwrap_or_default();
    let audit = keywords_of_words(object);
    Some(Plain {
        provider: text("ProviderName"),
        id: number(object.get("Id")?).and_then(|id| u32::try_from(id).ok())?,
        level: byte(object.get("Level")),
        keywords: object.get("Keywords").and_then(number).map(i64::cast_unsigned).or(audit),
        channel: text("LogName"),
        computer: text("MachineName"),
        user_sid: object.get("UserId").and_then(sid),
        activity: object.get("ActivityId").and_then(PsValue::text),
        record: object.get("RecordId").and_then(number).and_then(|number| u64::try_from(number).ok()),
        at: object.get("TimeCreated").and_then(when),
        data: object.get("Properties").and_then(values),
        message: text("Message"),
    })
}

fn event_log(object: &PsObject) -> Option<Plain> {
    let text = |name: &str| object.get(name).and_then(PsValue::text).unwrap_or_default();
    let id = |name: &str| object.get(name).and_then(number).and_then(|id| u32::try_from(id & 0xffff_ffff).ok());
    let keywords = match object.get("EntryType") {
        Some(PsValue::Enum(_, 8)) => Some(AUDIT_SUCCESS),
        Some(PsValue::Enum(_, 16)) => Some(AUDIT_FAILURE),
        Some(value) => match value.text().as_deref() {
            // EventLogEntryType; JSON writes its number.
            Some("SuccessAudit" | "8") => Some(AUDIT_SUCCESS),
            Some("FailureAudit" | "16") => Some(AUDIT_FAILURE),
            Some(_) => Some(0),
            None => None,
        },
        None => None,
    };
    // `System.Diagnostics.EventLogEntry#Security/Microsoft-Windows-Security-Auditing/4625`
    let log = object.types.iter().find_map(|name| name.split_once("EventLogEntry#")?.1.split('/').next());
    Some(Plain {
        provider: text("Source"),
        id: id("InstanceId").or_else(|| id("EventID"))?,
        level: 0,
        keywords,
        channel: log.unwrap_or_default().to_owned(),
        computer: text("MachineName"),
        user_sid: None,
        activity: None,
        record: id("Index").map(u64::from).filter(|index| *index > 0),
        at: object.get("TimeGenerated").or_else(|| object.get("TimeWritten")).and_then(when),
        data: object.get("ReplacementStrings").and_then(values),
        message: text("Message"),
    })
}

/// Audit words stand where `Keywords` was not selected.
fn keywords_of_words(object: &PsObject) -> Option<u64> {
    let words = match object.get("KeywordsDisplayNames") {
        Some(PsValue::List(items)) => items.iter().filter_map(PsValue::text).collect::<Vec<_>>(),
        Some(other) => other.text().into_iter().collect(),
        None => Vec::new(),
    };
    words.iter().find_map(|word| super::words::audit(word))
}

fn number(value: &PsValue) -> Option<i64> {
    match value {
        PsValue::Number(number) | PsValue::Enum(_, number) => Some(*number),
        PsValue::Object(object) => object.get("Value").or_else(|| object.get("value")).and_then(number),
        other => {
            let text = other.text()?;
            let text = text.trim();
            text.parse().ok().or_else(|| text.parse().ok().map(u64::cast_signed))
        }
    }
}

fn byte(value: Option<&PsValue>) -> u8 {
    value.and_then(number).and_then(|level| u8::try_from(level).ok()).unwrap_or(0)
}

/// JSON writes a SID as an object with `Value`.
fn sid(value: &PsValue) -> Option<String> {
    value.text().filter(|text| text.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("S-1-")))
}

/// A time with its zone, or a local one.
pub(in crate::parse) fn when(value: &PsValue) -> Option<When> {
    match value {
        PsValue::Time(at) => Some(When::stated(*at)),
        PsValue::LocalTime(text) | PsValue::Text(text) => when_text(text),
        // `DateTime` with notes of its own.
        PsValue::Object(object) => ["value", "DateTime"]
            .iter()
            .find_map(|name| object.get(name).and_then(when))
            .or_else(|| when_text(object.to_string.as_deref()?)),
        _ => None,
    }
}

/// `/Date(1772676930123)/` (UTC), or ISO with or without a zone.
fn when_text(text: &str) -> Option<When> {
    let text = text.trim();
    if let Some(inner) = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/")) {
        // A zone after the number only says how to show it.
        let end = inner.char_indices().skip(1).find(|(_, c)| matches!(c, '+' | '-')).map_or(inner.len(), |(at, _)| at);
        let milliseconds: i64 = inner.get(..end)?.parse().ok()?;
        return Timestamp::from_millisecond(milliseconds).ok().map(When::stated);
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(When::stated(at));
    }
    let local: jiff::civil::DateTime = text.parse().ok()?;
    local.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| When::local(zoned.timestamp()))
}

/// Values of a list; nothing where a text stands for the list (`System.Collections.Generic.List…`).
fn values(value: &PsValue) -> Option<Vec<Item>> {
    let items = match value {
        PsValue::List(items) => items.as_slice(),
        PsValue::Nil => &[],
        // A list of one is its item.
        PsValue::Object(_) => std::slice::from_ref(value),
        _ => return None,
    };
    items.iter().map(|item| Some((None, shown(item)?))).collect()
}

/// A value as the log writes it. What only names its type was lost.
fn shown(value: &PsValue) -> Option<String> {
    match value {
        PsValue::Object(object) if object.get("Value").is_some() => shown(object.get("Value")?),
        PsValue::Nil => Some(String::new()),
        // Windows hands codes (NTSTATUS, HRESULT) out as signed numbers and writes them in hexadecimal.
        PsValue::Number(number @ -0x8000_0000..=-0x1000_0000) => {
            i32::try_from(*number).ok().map(|code| format!("{:#x}", code.cast_unsigned()))
        }
        PsValue::List(items) => Some(items.iter().filter_map(PsValue::text).collect::<Vec<_>>().join(" ")),
        other => other.text().filter(|text| !text.starts_with("System.Diagnostics.Eventing.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::record::Zone;

    #[test]
    fn times_keep_what_is_known_of_their_zone() {
        let check = |text: &str, expected: &str, zone: Zone| {
            let found = when(&PsValue::Text(text.into())).unwrap();
            assert_eq!((found.at.to_string().as_str(), found.zone), (expected, zone), "{text}");
        };
        check("/Date(1772676930123)/", "2026-03-05T02:15:30.123Z", Zone::Stated);
        check("/Date(1772676930123+0900)/", "2026-03-05T02:15:30.123Z", Zone::Stated);
        check("/Date(-1000)/", "1969-12-31T23:59:59Z", Zone::Stated);
        check("2026-03-05T11:15:30.1234567+09:00", "2026-03-05T02:15:30.1234567Z", Zone::Stated);
        check("2026-03-05T11:15:30", "2026-03-05T11:15:30Z", Zone::Local);
        for text in ["", "yesterday", "/Date(x)/", "/Date(99999999999999999)/"] {
            assert_eq!(when(&PsValue::Text(text.into())), None, "{text}");
        }
    }

    #[test]
    fn codes_are_written_as_the_log_writes_them() {
        let check =
            |value: PsValue, expected: Option<&str>| assert_eq!(shown(&value).as_deref(), expected, "{value:?}");
        check(PsValue::Number(-1_073_741_718), Some("0xc000006a"));
        check(PsValue::Number(-2_147_024_891), Some("0x80070005"));
        check(PsValue::Number(-5), Some("-5"));
        check(PsValue::Number(3), Some("3"));
        check(PsValue::Nil, Some(""));
        check(PsValue::Text("System.Diagnostics.Eventing.Reader.EventProperty".into()), None);
    }
}
