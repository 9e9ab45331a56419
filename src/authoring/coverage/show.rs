//! The leaves and mutants as lines for people and as JSON lines.

use std::fmt::Write as _;

use serde_json::json;

use super::explained::FILE;
use super::{Leaf, Report};
use crate::report::sanitize::{Sanitized, inert_json};
use crate::rule::node::Span;

fn place(file: &str, span: Span, path: &dyn Fn(&str) -> String) -> String {
    format!("{}:{}:{}", path(file), span.line, span.column)
}

fn line(out: &mut String, text: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{}", Sanitized::line(text).as_str());
}

/// Leaves that lack a value first.
#[must_use]
pub fn leaves(leaves: &[Leaf], path: &dyn Fn(&str) -> String) -> String {
    let mut out = String::new();
    let (whole, open): (Vec<&Leaf>, Vec<&Leaf>) = leaves.iter().partition(|leaf| leaf.never.is_empty());
    for leaf in open.iter().chain(&whole) {
        let [yes, no, unknown] = leaf.values;
        let never = if leaf.never.is_empty() { String::new() } else { format!("; never {}", leaf.never.join(", ")) };
        let text = format!(
            "{}: {}: {}: true {yes}, false {no}, unknown {unknown}{never}",
            place(&leaf.file, leaf.span, path),
            leaf.part,
            leaf.asks
        );
        line(&mut out, &text);
    }
    line(&mut out, &format!("{} leaves; {} never had a value that they could have", leaves.len(), open.len()));
    out
}

/// One object a leaf.
#[must_use]
pub fn leaves_jsonl(leaves: &[Leaf], path: &dyn Fn(&str) -> String) -> String {
    let mut out = String::new();
    for leaf in leaves {
        let [yes, no, unknown] = leaf.values;
        let object = json!({
            "rule": leaf.rule, "file": path(&leaf.file), "line": leaf.span.line, "column": leaf.span.column,
            "part": leaf.part, "asks": leaf.asks, "true": yes, "false": no, "unknown": unknown, "never": leaf.never,
        });
        let _ = writeln!(out, "{}", inert_json(&object.to_string()));
    }
    out
}

/// Survivors that nobody explained, explanations without a survivor, and the sums.
#[must_use]
pub fn mutants(report: &Report, path: &dyn Fn(&str) -> String) -> String {
    let mut out = String::new();
    for tried in report.unexplained() {
        let text = format!(
            "{}: {}: {}: no case notices; add {}",
            place(&tried.file, tried.span, path),
            tried.part,
            tried.change,
            tried.operator.hint()
        );
        line(&mut out, &text);
    }
    for stale in &report.stale {
        for change in &stale.changes {
            let text = format!(
                "{}: {}: {}: {change}: explained, but no such mutant survives; remove the entry",
                place(FILE, stale.span, path),
                stale.rule,
                stale.part
            );
            line(&mut out, &text);
        }
    }
    let killed = report.tried.iter().filter(|tried| tried.killed_by.is_some()).count();
    let explained = report.tried.iter().filter(|tried| tried.why.is_some()).count();
    let text = format!(
        "{} mutants: {killed} killed, {explained} explained, {} survived",
        report.tried.len(),
        report.unexplained().count()
    );
    line(&mut out, &text);
    out
}

/// One object a mutant; those whose `killed-by` and `why` are null survived.
#[must_use]
pub fn mutants_jsonl(report: &Report, path: &dyn Fn(&str) -> String) -> String {
    let mut out = String::new();
    for tried in &report.tried {
        let survived = tried.killed_by.is_none();
        let object = json!({
            "rule": tried.rule, "file": path(&tried.file), "line": tried.span.line, "column": tried.span.column,
            "part": tried.part, "operator": tried.operator.word(), "change": tried.change,
            "result": if !survived { "killed" } else if tried.why.is_some() { "explained" } else { "survived" },
            "killed_by": tried.killed_by.as_ref().map(|(rule, case)| json!({"rule": rule, "case": case})),
            "why": tried.why, "hint": survived.then(|| tried.operator.hint()),
        });
        let _ = writeln!(out, "{}", inert_json(&object.to_string()));
    }
    for stale in &report.stale {
        let object = json!({
            "rule": stale.rule, "file": path(FILE), "line": stale.span.line, "column": stale.span.column,
            "part": stale.part, "change": stale.changes, "result": "stale",
        });
        let _ = writeln!(out, "{}", inert_json(&object.to_string()));
    }
    out
}
