//! The serializer's primitive elements: their text and their type.

use jiff::Timestamp;

use super::escape;
use crate::parse::record::PsValue;

/// What a primitive element holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scalar {
    /// Escaped text.
    Text,
    /// Text that is never escaped: numbers with fraction, durations, GUIDs, bytes.
    Plain,
    Integer,
    /// A character by its number.
    Character,
    Bool,
    Time,
    Version,
    Nil,
}

impl Scalar {
    /// By element name; nothing for elements that hold no primitive value. A secure string (`SS`) is none.
    pub(super) fn named(tag: &str) -> Option<Self> {
        Some(match tag {
            "S" | "XD" | "SBK" => Self::Text,
            "I16" | "I32" | "I64" | "U16" | "U32" | "U64" | "By" | "SB" => Self::Integer,
            "D" | "Db" | "Sg" | "TS" | "G" | "URI" | "BA" => Self::Plain,
            "C" => Self::Character,
            "B" => Self::Bool,
            "DT" => Self::Time,
            "Version" => Self::Version,
            "Nil" => Self::Nil,
            _ => return None,
        })
    }

    /// The value of a text. What does not fit its type stays text: nothing is invented.
    pub(super) fn value(self, text: &str) -> PsValue {
        let trimmed = text.trim();
        let plain = || PsValue::Text(trimmed.to_owned());
        match self {
            Self::Text => PsValue::Text(escape::decode(text)),
            Self::Plain => plain(),
            Self::Nil => PsValue::Nil,
            Self::Integer => trimmed.parse().map_or_else(|_| plain(), PsValue::Number),
            Self::Character => {
                let character = trimmed.parse().ok().and_then(char::from_u32);
                character.map_or_else(plain, |character| PsValue::Text(character.to_string()))
            }
            Self::Bool => match trimmed {
                "true" | "True" | "1" => PsValue::Bool(true),
                "false" | "False" | "0" => PsValue::Bool(false),
                _ => plain(),
            },
            // Without an offset the time is one of an unknown zone; jiff refuses it as an instant.
            Self::Time => {
                trimmed.parse::<Timestamp>().map_or_else(|_| PsValue::LocalTime(trimmed.to_owned()), PsValue::Time)
            }
            Self::Version => trimmed.parse().map_or_else(|_| plain(), PsValue::Version),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn primitives_have_types() {
        let check = |tag: &str, text: &str, expected: PsValue| {
            assert_eq!(Scalar::named(tag).unwrap().value(text), expected, "{tag} {text}");
        };
        check("S", "a_x000A_b", PsValue::Text("a\nb".into()));
        check("I32", "-5", PsValue::Number(-5));
        check("U64", "18446744073709551615", PsValue::Text("18446744073709551615".into()));
        check("U32", "2147545089", PsValue::Number(2_147_545_089));
        check("B", "true", PsValue::Bool(true));
        check("C", "65", PsValue::Text("A".into()));
        check(
            "DT",
            "2026-03-05T11:15:30.1234567+09:00",
            PsValue::Time("2026-03-05T02:15:30.1234567Z".parse().unwrap()),
        );
        check("DT", "2026-03-05T11:15:30Z", PsValue::Time("2026-03-05T11:15:30Z".parse().unwrap()));
        check("DT", "2026-03-05T11:15:30.1234567", PsValue::LocalTime("2026-03-05T11:15:30.1234567".into()));
        check("TS", "PT9H", PsValue::Text("PT9H".into()));
        check("Version", "16.0.1.2", PsValue::Version("16.0.1.2".parse().unwrap()));
        check("Nil", "", PsValue::Nil);
        assert_eq!(Scalar::named("SS"), None);
    }
}
