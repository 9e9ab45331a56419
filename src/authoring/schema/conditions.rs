//! Conditions: the combinators, every leaf with its keys, and names with what may stand beside them.

use serde_json::{Map, Value, json};

use super::parts::test;
use super::{list_of, map_of, number, object, one_or_more, reference, text, texts, words};
use crate::fact::identity::Role;
use crate::fact::{Install, Mailbox};
use crate::finding::Status;
use crate::rule::condition::Era;
use crate::rule::name::{BESIDE as BESIDE_NAME, GUARDED};
use crate::rule::read::{AT_LEAST, BESIDE, ERA, FINDING, WORDS};
use crate::rule::read_fact::{CODE, COMPARE, CREDENTIAL, FAMILIES, HIVES, KINDS, PRODUCT, PROFILE, PROPERTY, REGISTRY};
use crate::rule::read_time::{CADENCE, DURING, EVENT, INTERVALS, ITEM, JOINED, OUTCOMES, SAME};

pub(super) fn add(defs: &mut Map<String, Value>) {
    let mut add = |name: &str, schema: Value| defs.insert(name.to_owned(), schema);
    let all: Vec<&str> = WORDS.iter().chain(BESIDE).copied().collect();
    add("condition", one_word(object(&all, &[], word)));
    let all: Vec<&str> = all.iter().chain(BESIDE_NAME).copied().collect();
    add("name", one_word(object(&all, &[], word)));
    add("names", map_of(&reference("name")));
    let guarded = object(GUARDED, &["when"], super::parts::head);
    add(
        "guarded",
        json!({"if": {"type": "object", "required": ["when"]}, "then": guarded, "else": reference("condition")}),
    );
    for leaf in WORDS {
        if let Some(schema) = self::leaf(leaf) {
            add(&format!("leaf-{leaf}"), schema);
        }
    }
    add(
        "during",
        json!({"anyOf": [{"const": "failure-window"}, object(DURING, &[], |key| {
            Some(if key == "last" { reference("extent") } else { text() })
        })]}),
    );
    add("selector", object(EVENT, &["provider", "id"], event));
    add(
        "item",
        object(ITEM, &["of"], |key| {
            Some(match key {
                "after" | "within" => reference("extent"),
                "count" => reference("test"),
                "during" => reference("during"),
                "pick" => json!({"enum": ["first", "latest"]}),
                _ => text(),
            })
        }),
    );
}

/// A condition names one thing.
fn one_word(mut schema: Value) -> Value {
    let one: Vec<Value> = WORDS.iter().map(|word| json!({"required": [word]})).collect();
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("oneOf".to_owned(), Value::Array(one));
    }
    schema
}

fn word(key: &str) -> Option<Value> {
    let conditions = json!({"type": "array", "items": reference("condition"), "minItems": 1});
    Some(match key {
        "all" | "any" => conditions,
        "not" => reference("condition"),
        "at-least" => object(AT_LEAST, AT_LEAST, |key| {
            Some(if key == "n" { json!({"type": "integer", "minimum": 1}) } else { conditions.clone() })
        }),
        "sequence" => json!({"type": "array", "items": reference("item"), "minItems": 1}),
        "without" => reference("item"),
        "need" | "collected" => texts(),
        "date" => reference("test"),
        "use" => text(),
        "seen-on" => one_or_more(&words(&Role::ALL)),
        "merge" => reference("span"),
        leaf => reference(&format!("leaf-{leaf}")),
    })
}

/// The value of a leaf that is a mapping.
fn leaf(word: &str) -> Option<Value> {
    Some(match word {
        "registry" => object(REGISTRY, &["key"], |key| {
            Some(match key {
                "hive" => words(&HIVES),
                // The root of a key is said by `hive`.
                "key" => json!({"type": "string", "pattern": "^(?![Hh][Kk]|\\\\)"}),
                "value" => text(),
                "type" => words(&KINDS),
                _ => return test(key),
            })
        }),
        "credential" => object(CREDENTIAL, &[], |key| {
            Some(match key {
                "of" => text(),
                "class" | "secret" => texts(),
                "target" | "user" | "written" => reference("test"),
                _ => return test(key),
            })
        }),
        "profile" => object(PROFILE, &["property"], |key| {
            Some(match key {
                "property" => text(),
                "mailbox" => one_or_more(&words(&Mailbox::ALL)),
                _ => return test(key),
            })
        }),
        "product" => object(PRODUCT, &["name"], |key| {
            let installs = one_or_more(&words(&Install::ALL));
            Some(match key {
                "name" => text(),
                "version" | "major" | "patches" => reference("test"),
                "install" | "channel" => {
                    json!({"anyOf": [installs, {"type": "object", "additionalProperties": installs}]})
                }
                _ => return test(key),
            })
        }),
        "property" => object(PROPERTY, &["source", "name"], |key| {
            Some(match key {
                "source" | "object" | "name" => text(),
                "user" => subject(),
                _ => return test(key),
            })
        }),
        "code" => object(CODE, &["family"], |key| {
            let numbers = one_or_more(&json!({"anyOf": [number(), {"type": "string", "pattern": "^0x[0-9A-Fa-f]+$"}]}));
            Some(match key {
                "family" => json!({"enum": FAMILIES}),
                "number" | "in" => numbers,
                "during" => reference("during"),
                _ => return test(key),
            })
        }),
        "event" => one_or_more(&reference("selector")),
        "cadence" => object(CADENCE, &["of", "every"], |key| {
            Some(match key {
                "every" => one_or_more(&reference("extent")),
                "tolerance" => json!({"type": "string", "pattern": "^\\d{1,2} ?%$"}),
                "intervals" => {
                    object(INTERVALS, INTERVALS, |_| Some(json!({"anyOf": [number(), reference("number-param")]})))
                }
                _ => text(),
            })
        }),
        "joined" => object(JOINED, JOINED, |key| {
            let same = object(SAME, SAME, |key| {
                let tie = json!({"enum": ["computer", "user"]});
                Some(if key == "same" { one_or_more(&tie) } else { reference("extent") })
            });
            Some(if key == "by" { json!({"anyOf": [{"enum": ["activity-id", "instance-id"]}, same]}) } else { text() })
        }),
        "compare" => object(COMPARE, &["left"], |_| Some(text())),
        "finding" => object(FINDING, FINDING, |key| {
            Some(if key == "id" { reference("id") } else { one_or_more(&words(&Status::ALL)) })
        }),
        "era" => {
            let eras = one_or_more(&words(&Era::ALL));
            json!({"anyOf": [eras, object(ERA, ERA, |_| Some(eras.clone()))]})
        }
        _ => return None,
    })
}

fn event(key: &str) -> Option<Value> {
    let id = json!({"type": "integer", "minimum": 0, "maximum": 65_535});
    Some(match key {
        "provider" | "channel" => text(),
        "id" => one_or_more(&id),
        "user" => subject(),
        "outcome" => words(&OUTCOMES),
        "where" | "distinct" => reference("tests-of-names"),
        "count" => reference("test"),
        "within" => reference("extent"),
        "during" => reference("during"),
        _ => return test(key),
    })
}

fn subject() -> Value {
    json!({"enum": ["$subject", "$user"]})
}

/// Conditions, each alone or with its sentence.
pub(super) fn guards() -> Value {
    list_of(&reference("guarded"))
}

/// `done-when`.
pub(super) fn condition_or_none() -> Value {
    json!({"anyOf": [{"const": "none"}, reference("condition")]})
}
