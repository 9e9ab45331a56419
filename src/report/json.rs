//! Turns the model into JSON: indented for one case, one line a case for many. Refuses to know what it writes.
//!
//! ```json
//! {"schema_version":"1.0","tool":{"name":"outlook-triage"}}
//! ```

use serde::Serialize;

use super::model::{Comparison, Report};
use super::sanitize::inert_json;

/// The report, indented, ending with a newline.
#[must_use]
pub fn json(report: &Report) -> String {
    pretty(report)
}

/// The comparison, indented, ending with a newline.
#[must_use]
pub fn comparison_json(comparison: &Comparison) -> String {
    pretty(comparison)
}

/// The report on one line, ending with a newline.
#[must_use]
pub fn jsonl(report: &Report) -> String {
    finish(serde_json::to_string(report))
}

/// Anything serializable, indented, ending with a newline.
pub(crate) fn pretty<T: Serialize>(value: &T) -> String {
    finish(serde_json::to_string_pretty(value))
}

fn finish(text: serde_json::Result<String>) -> String {
    // The model holds texts, numbers, lists and structs with fixed keys: none of them can fail to serialize.
    let mut text = inert_json(&text.unwrap_or_default());
    text.push('\n');
    text
}
