//! Turns the key lists of the strict readers into a JSON Schema (2020-12), so that an editor completes and marks what the
//! program would refuse.
//!
//! Refuses to repeat a list: a key that a reader learns is in the schema at once. What only the whole pack can tell
//! (a dangling id, a circle of names, a type from a table) stays with `rules lint`.

mod conditions;
mod files;
mod parts;

use serde_json::{Map, Value, json};

/// The kinds of files: definition, and the key that tells a file of this kind from all others.
pub const KINDS: [(&str, Option<&str>); 10] = [
    ("rule", Some("cause")),
    ("step", Some("do")),
    ("need", Some("settles")),
    ("playbook", Some("order")),
    ("pack", Some("revision")),
    ("era", Some("otherwise")),
    ("table", None),
    ("anchors", None),
    ("tests", None),
    ("survivors", None),
];

/// The schema of every file of a pack. `#/$defs/<kind>` is that of one kind.
#[must_use]
pub fn schema() -> Value {
    let mut defs = Map::new();
    parts::add(&mut defs);
    conditions::add(&mut defs);
    files::add(&mut defs);
    // A chain of if and else: an editor then shows the problems of one kind, not of all.
    let mut rest =
        json!({"anyOf": [reference("table"), reference("anchors"), reference("tests"), reference("survivors")]});
    for (kind, key) in KINDS.iter().rev() {
        if let Some(key) = key {
            // The credential classes have an `otherwise` too, without a sentence.
            let inner = if *kind == "era" { json!({"otherwise": {"required": ["say"]}}) } else { json!({}) };
            rest = json!({
                "if": {"type": "object", "required": [key], "properties": inner},
                "then": reference(kind),
                "else": rest,
            });
        }
    }
    let mut whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A file of an outlook-triage rule pack",
    });
    if let (Some(whole), Value::Object(rest)) = (whole.as_object_mut(), rest) {
        whole.extend(rest);
        whole.insert("$defs".to_owned(), Value::Object(defs));
    }
    whole
}

/// The schema of one kind of file.
#[must_use]
pub fn schema_of(kind: &str) -> Option<Value> {
    let mut whole = schema();
    let defs = whole.get_mut("$defs")?.take();
    defs.get(kind)?;
    Some(json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": format!("#/$defs/{kind}"),
        "$defs": defs,
    }))
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/$defs/{name}")})
}

/// A mapping with exactly these keys; `of` gives the schema of each, `None` leaves its value open.
fn object(keys: &[&str], required: &[&str], of: impl Fn(&str) -> Option<Value>) -> Value {
    let properties: Map<String, Value> =
        keys.iter().map(|key| ((*key).to_owned(), of(key).unwrap_or(Value::Bool(true)))).collect();
    let mut schema = json!({"type": "object", "properties": properties, "additionalProperties": false});
    if let (false, Some(schema)) = (required.is_empty(), schema.as_object_mut()) {
        schema.insert("required".to_owned(), json!(required));
    }
    schema
}

/// A mapping of any names to one kind of value.
fn map_of(value: &Value) -> Value {
    json!({"type": "object", "additionalProperties": value})
}

fn list_of(item: &Value) -> Value {
    json!({"type": "array", "items": item})
}

/// One, or a list of them.
fn one_or_more(item: &Value) -> Value {
    json!({"anyOf": [item, list_of(item)]})
}

/// Words of a closed list, as a reader has it.
fn words<T>(list: &[(&str, T)]) -> Value {
    let words: Vec<&str> = list.iter().map(|(word, _)| *word).collect();
    json!({"enum": words})
}

fn text() -> Value {
    json!({"type": "string"})
}

fn texts() -> Value {
    one_or_more(&text())
}

fn number() -> Value {
    json!({"type": "integer", "minimum": 0})
}

fn flag() -> Value {
    json!({"type": "boolean"})
}
