//! Every file of the bundle with how far it was read and what was odd. Folded; files that were not read completely first.

use askama::Template;
use askama::filters::HtmlSafe;

use super::room::fitting;
use super::value::{Words, value, values};
use crate::lang::messages::Msg;
use crate::report::model::{Artifact, ArtifactStatus, Report};
use crate::report::sanitize::Sanitized;
use crate::report::terminal::when::minute;
use crate::report::words;

/// Bytes of the list.
const ROOM: usize = 768 << 10;

/// The files.
#[derive(Template)]
#[template(path = "inventory.html")]
pub(super) struct Inventory {
    title: Sanitized,
    summary: Sanitized,
    files: Vec<File>,
    more: Option<Sanitized>,
}

impl HtmlSafe for Inventory {}

struct File {
    path: Sanitized,
    class: &'static str,
    status: &'static str,
    about: Vec<Sanitized>,
    issues: Vec<(Sanitized, Option<Sanitized>)>,
}

impl Inventory {
    pub(super) fn new(report: &Report, words: Words) -> Self {
        let mut all: Vec<&Artifact> = report.coverage.artifacts.iter().collect();
        all.sort_by_key(|artifact| match artifact.status {
            ArtifactStatus::Failed => 0,
            ArtifactStatus::Partial => 1,
            ArtifactStatus::Read => 2,
            ArtifactStatus::Skipped => 3,
        });
        let read = all.iter().filter(|artifact| artifact.status == ArtifactStatus::Read).count();
        let shown = fitting(&all, ROOM);
        let total = all.len().to_string();
        Self {
            title: words.fill(Msg::PageFiles, &[&total]),
            summary: words.fill(Msg::FilesUsed, &[&read.to_string(), &total]),
            files: all.iter().take(shown).map(|artifact| File::new(artifact, words)).collect(),
            more: words.more(all.len(), shown),
        }
    }
}

impl File {
    fn new(artifact: &Artifact, words: Words) -> Self {
        let mut about = vec![artifact.kind.clone()];
        about.push(Msg::PageBytes.fill(words.0, &[&grouped(artifact.bytes)]));
        about.extend(artifact.records.map(|records| Msg::PageRecords.fill(words.0, &[&grouped(records)])));
        about.extend(artifact.encoding.as_ref().map(|encoding| encoding.name.clone()));
        about.extend(artifact.window.as_ref().map(|span| format!("{} … {}", minute(&span.from), minute(&span.to))));
        about.extend(artifact.subject.clone());
        let class = match artifact.status {
            ArtifactStatus::Read => "read",
            ArtifactStatus::Partial => "partial",
            ArtifactStatus::Skipped => "skipped",
            ArtifactStatus::Failed => "failed",
        };
        Self {
            path: value(&artifact.path),
            class,
            status: words.text(words::artifact_status(artifact.status)),
            about: values(&about),
            issues: artifact
                .issues
                .iter()
                .map(|issue| (value(&issue.text), issue.at.as_deref().map(|at| place(at, words))))
                .collect(),
        }
    }
}

/// The contract's `line 12` in the page's language.
fn place(at: &str, words: Words) -> Sanitized {
    match at.split_once(' ') {
        Some(("offset", number)) => words.fill(Msg::PageOffset, &[number]),
        Some(("line", number)) => words.fill(Msg::PageLine, &[number]),
        Some(("record", number)) => words.fill(Msg::Records, &[number]),
        _ => value(at),
    }
}

/// `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_read_in_threes() {
        let check = |number: u64, expected: &str| assert_eq!(super::grouped(number), expected);
        check(0, "0");
        check(999, "999");
        check(1_000, "1,000");
        check(u64::MAX, "18,446,744,073,709,551,615");
    }
}
