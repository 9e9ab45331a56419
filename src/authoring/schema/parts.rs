//! The small parts of every file: texts in two languages, spans of time, operands and tests of values, commands.

use serde_json::{Map, Value, json};

use super::{flag, list_of, number, object, one_or_more, reference, text, texts};
use crate::plan::Shell;
use crate::plan::command::{CONSTANT, FORMS};
use crate::rule::read_test::{PARAM, TABLE, TESTS};

pub(super) fn add(defs: &mut Map<String, Value>) {
    let mut add = |name: &str, schema: Value| defs.insert(name.to_owned(), schema);
    let filled = json!({"type": "string", "pattern": "\\S"});
    add("text", object(&["en", "ja"], &["en", "ja"], |_| Some(filled.clone())));
    let lines = json!({"anyOf": [text(), {"type": "array", "items": text(), "minItems": 1}]});
    add("lines", object(&["en", "ja"], &["en", "ja"], |_| Some(lines.clone())));
    add("id", json!({"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}));
    add("https", json!({"type": "string", "pattern": "^https://"}));
    add("span", json!({"type": "string", "pattern": "^\\d+[smhd]$", "description": "5s, 60m, 24h, 30d"}));
    let param = object(PARAM, PARAM, |key| Some(if key == "default" { reference("span") } else { text() }));
    add("extent", json!({"anyOf": [reference("span"), param]}));
    add("table-row", object(TABLE, &["table"], |_| Some(text())));
    let scalar = json!({"type": ["string", "integer", "boolean"]});
    let param = object(PARAM, PARAM, |key| Some(if key == "default" { json!({"type": "integer"}) } else { text() }));
    add("number-param", param);
    add("operand", json!({"anyOf": [scalar, reference("table-row"), reference("number-param")]}));
    // A bare scalar is `is`, a bare list is `in`.
    let tests = object(TESTS, &[], test);
    add("test", json!({"anyOf": [reference("operand"), list_of(&reference("operand")), tests]}));
    add("tests-of-names", super::map_of(&reference("test")));
    add("command", command());
}

/// The operand of a test, or the value of one of the words that stand beside tests.
pub(super) fn test(key: &str) -> Option<Value> {
    let two = json!({"type": "array", "items": reference("operand"), "minItems": 2, "maxItems": 2});
    Some(match key {
        "is" | "is-not" | "lt" | "le" | "gt" | "ge" => reference("operand"),
        "in" | "not-in" => one_or_more(&reference("operand")),
        "between" => two,
        "matches" => json!({"type": "string", "format": "regex", "minLength": 1}),
        "starts-with" | "contains" | "before" | "after" => text(),
        "bits-set" => json!({"type": "integer", "minimum": 1}),
        "every" | "absent" | "exists" => flag(),
        "need" => texts(),
        _ => return None,
    })
}

/// A constant line, or one of the closed list of programs and verbs with its keys.
fn command() -> Value {
    let shells: Vec<&str> = Shell::ALL.iter().map(|shell| shell.word()).collect();
    let mut forms = vec![object(CONSTANT, CONSTANT, |key| {
        Some(if key == "shell" { json!({"enum": shells}) } else { json!({"type": "string", "pattern": "\\S"}) })
    })];
    for (program, verb, shell, keys) in FORMS {
        let required: Vec<&str> = keys.iter().copied().filter(|key| *key != "shell").collect();
        forms.push(object(keys, &required, |key| {
            Some(match key {
                "program" => json!({"const": program}),
                "verb" => json!({"const": verb}),
                "shell" => json!({"const": shell.word()}),
                _ => json!({"type": "string", "minLength": 1}),
            })
        }));
    }
    json!({"anyOf": forms})
}

/// The keys that every file of a kind begins with.
pub(super) fn head(key: &str) -> Option<Value> {
    Some(match key {
        "id" => reference("id"),
        "rev" => number(),
        "title" | "say" | "plain" | "stop" | "stop-rule" | "loses" => reference("text"),
        "unverified" => texts(),
        "links" => one_or_more(&reference("https")),
        "when" | "applies" | "expect" => reference("condition"),
        _ => return None,
    })
}
