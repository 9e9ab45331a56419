//! Takes plain values out of PowerShell objects, whichever of the serializer's forms they come in.
//!
//! Refuses to know which file an object stands in.
//!
//! ```text
//! <Obj N="End"><Props><DT N="UtcDateTime">2026-03-05T02:15:30Z</DT><TS N="Offset">PT9H</TS>…  ─▶  instant, +32400 s
//! ```

use jiff::Timestamp;

use super::collector::Account;
use crate::parse::record::{PsObject, PsValue};
use crate::value::FileVersion;

/// The text of a value without what stands around it; nothing where it is empty.
pub(super) fn text(value: &PsValue) -> Option<String> {
    let text = value.text()?;
    let text = text.trim().trim_end_matches('\0').to_owned();
    (!text.is_empty()).then_some(text)
}

/// A text property of an object.
pub(super) fn property(object: &PsObject, name: &str) -> Option<String> {
    object.get(name).and_then(text)
}

/// A file version. A trailing remark (`15.0.4569.1506 (…)`) is cut.
pub(super) fn version(value: &PsValue) -> Option<FileVersion> {
    match value {
        PsValue::Version(version) => Some(*version),
        other => text(other)?.split_whitespace().next()?.parse().ok(),
    }
}

/// An account: `DOMAIN\name (SID)` as text, or an object with `Name` and `Sid`.
pub(super) fn account(value: &PsValue) -> Option<Account> {
    match value {
        PsValue::Object(object) if object.get("Sid").is_some() => account_object(object),
        other => Account::parse(&text(other)?),
    }
}

/// An account out of an object with `Name` and `Sid`.
pub(super) fn account_object(object: &PsObject) -> Option<Account> {
    let sid = property(object, "Sid").filter(|sid| super::collector::is_sid(sid))?;
    Some(Account { sid: Some(sid), name: property(object, "Name") })
}

/// An instant: a time with a zone, or a `DateTimeOffset` object.
pub(super) fn instant(value: &PsValue) -> Option<Timestamp> {
    match value {
        PsValue::Time(at) => Some(*at),
        PsValue::Object(object) => ["UtcDateTime", "LocalDateTime"].iter().find_map(|name| match object.get(name) {
            Some(PsValue::Time(at)) => Some(*at),
            _ => None,
        }),
        PsValue::Text(text) => text.parse().ok(),
        _ => None,
    }
}

/// Seconds of an `xs:duration` of hours, minutes and seconds (`PT9H`, `-PT3H30M`, `PT0S`), or of `09:00:00`.
pub(super) fn duration_seconds(text: &str) -> Option<i32> {
    let (negative, text) = match text.trim().strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.trim()),
    };
    let mut seconds: i32 = 0;
    if let Some(rest) = text.strip_prefix("PT") {
        let mut number = String::new();
        for character in rest.chars() {
            let unit = match character {
                'H' => 3600,
                'M' => 60,
                'S' => 1,
                _ => {
                    number.push(character);
                    continue;
                }
            };
            let count: i32 = number.split('.').next()?.parse().ok()?;
            seconds = seconds.checked_add(count.checked_mul(unit)?)?;
            number.clear();
        }
        if !number.is_empty() {
            return None;
        }
    } else {
        for (part, unit) in text.split(':').zip([3600, 60, 1]) {
            seconds = seconds.checked_add(part.parse::<i32>().ok()?.checked_mul(unit)?)?;
        }
    }
    // No place on earth is further from UTC than 14 hours.
    (seconds <= 14 * 3600).then_some(if negative { -seconds } else { seconds })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_read_in_both_spellings() {
        for (text, expected) in [
            ("PT9H", Some(32_400)),
            ("-PT3H30M", Some(-12_600)),
            ("PT0S", Some(0)),
            ("09:00:00", Some(32_400)),
            ("-05:00:00", Some(-18_000)),
            ("PT99H", None),
            ("PT9", None),
            ("x", None),
            ("PT99999999999H", None),
        ] {
            assert_eq!(duration_seconds(text), expected, "{text}");
        }
    }
}
