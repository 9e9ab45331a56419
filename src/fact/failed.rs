//! Turns the collector's lines about commands that failed or gave nothing into named values: why a file is missing.
//!
//! Refuses to conclude anything from a failure: a command that failed says nothing about what it would have shown.
//!
//! ```text
//! Get-NetAdapterBinding took 31 ms. It returned nothing  ─▶  collector-log Get-NetAdapterBinding: result = nothing
//! ```

use super::build::ArtifactInput;
use crate::bundle::ArtifactKind;
use crate::parse::record::{CollectorLine, NamedValue, Names, Owner, PropertySource, Record};
use crate::value::Value;

/// What stands behind a command, and the word for it.
const RESULTS: [(&str, &str); 5] = [
    ("returned nothing", "nothing"),
    ("threw a terminating error", "failed"),
    ("had a terminating error", "failed"),
    ("had a non-terminating error", "partly-failed"),
    ("had non-terminating errors", "partly-failed"),
];
/// Lines that are kept: a collection runs a few hundred commands.
const MOST: usize = 2_000;
/// Characters of a command.
const LONGEST: usize = 200;

/// The failures of a log, and that it was read.
pub(super) fn named(input: &ArtifactInput<'_>) -> Vec<Record> {
    if input.kind != ArtifactKind::CollectorLog {
        return Vec::new();
    }
    let lines = input.parsed.records.iter().filter_map(|record| match record {
        Record::CollectorLine(line) => Some(line),
        _ => None,
    });
    let mut records: Vec<Record> = lines.filter_map(failure).take(MOST).map(Record::Property).collect();
    let source = "collector-log";
    let (owner, complete, names) = (Owner::Nobody, input.parsed.complete, Names::Chosen);
    records.push(Record::PropertySource(PropertySource { source, owner, complete, names, line: 1 }));
    records
}

fn failure(line: &CollectorLine) -> Option<NamedValue> {
    let message = line.message.lines().next()?.trim();
    let (at, word) = RESULTS.iter().find_map(|(part, word)| Some((message.find(part)?, *word)))?;
    let command = message.get(..at)?.trim_end();
    let command = command.split(" took ").next().unwrap_or(command);
    let command: String = command.chars().take(LONGEST).collect();
    (!command.is_empty()).then(|| NamedValue {
        source: "collector-log",
        object: Some(command.into()),
        name: "result".to_owned(),
        value: Value::Text(word.to_owned()),
        owner: Owner::Nobody,
        line: line.line,
    })
}
