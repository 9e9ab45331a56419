//! Turns the model's types into their JSON Schema (2020-12), with the patterns that plain Rust texts do not show.
//!
//! Refuses to know values. The results are committed as `tests/report.schema.json` and `tests/comparison.schema.json`, and tests compare them.
//!
//! ```json
//! {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "outlook-triage report 1.0"}
//! ```

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::json::pretty;
use super::model::{Comparison, Report};

/// The ids of everything that can be asked for (`rules/needs/`); those of a user's own pack begin with `x-`.
pub const NEEDS: [&str; 26] = [
    "credential-list",
    "credential-dates",
    "office-registry",
    "profile-registry",
    "network-registry",
    "file-versions",
    "installed-updates",
    "client-event-logs",
    "security-log",
    "capi2-log",
    "device-state",
    "network-state",
    "time-state",
    "group-policy",
    "autodiscover-cache",
    "connection-status",
    "outlook-log",
    "outlooktrace-bundle",
    "dc-security-log",
    "ad-user",
    "adfs-logs",
    "adfs-auditing",
    "adfs-configuration",
    "wap-state",
    "tenant-configuration",
    "connectivity-analyzer",
];

/// The JSON Schema of [`Report`], ending with a newline.
#[must_use]
pub fn schema() -> String {
    of::<Report>("outlook-triage report 1.0")
}

/// The JSON Schema of [`Comparison`], ending with a newline.
#[must_use]
pub fn comparison_schema() -> String {
    of::<Comparison>("outlook-triage comparison 1.0")
}

fn of<T: JsonSchema>(title: &str) -> String {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<T>();
    schema.insert("title".to_owned(), json!(title));
    pretty(&schema)
}

/// A text of a fixed form: a type that exists in the schema only.
macro_rules! text_forms {
    ($($(#[$doc:meta])* $name:ident = $pattern:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub(super) struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({"type": "string", "pattern": $pattern})
            }
        }
    )*};
}

text_forms! {
    /// An id: rule, step, condition, kind.
    Id = "^[a-z0-9][a-z0-9-]*$";
    /// The first digits of a fingerprint.
    CaseId = "^[0-9a-f]{12}$";
    /// A whole SHA-256.
    Digest = "^[0-9a-f]{64}$";
    /// RFC 3339, UTC.
    Time = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$";
    /// A day.
    Day = r"^\d{4}-\d{2}-\d{2}$";
    /// Offset from UTC.
    Offset = r"^[+-]\d{2}:\d{2}$";
    /// A public source.
    Link = "^https://";
    /// `EventRecordID`: a text, because not every reader of JSON has 64-bit integers.
    RecordId = r"^\d+$";
    /// A property of a profile.
    Property = "^[0-9a-f]{8}$";
}

/// Something to collect.
#[derive(Debug)]
pub(super) struct Need;

impl JsonSchema for Need {
    fn schema_name() -> Cow<'static, str> {
        "Need".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"anyOf": [{"enum": NEEDS}, {"type": "string", "pattern": "^x-[a-z0-9][a-z0-9-]*$"}]})
    }
}

/// A citation names a place, not only a file.
pub(super) fn cite_forms() -> Value {
    json!([
        {"required": ["line"]},
        {"required": ["record"]},
        {"required": ["key"]},
        {"required": ["property"]},
        {"required": ["window"]}
    ])
}

/// What a label demands of its step: DO names its causes, DO, DONE and SKIP their evidence, WAIT-FOR its steps.
pub(super) fn step_conditions() -> Value {
    let filled = |label: &str, keys: &[&str]| {
        let properties: serde_json::Map<String, Value> =
            keys.iter().map(|key| ((*key).to_owned(), json!({"minItems": 1}))).collect();
        json!({
            "if": {"properties": {"label": {"const": label}}},
            "then": {"required": keys, "properties": properties}
        })
    };
    json!([
        filled("DO", &["findings", "cites"]),
        filled("DONE", &["cites"]),
        filled("SKIP", &["cites"]),
        filled("WAIT-FOR", &["waits_for"])
    ])
}
