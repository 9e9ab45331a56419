//! `rules diff`: which verdicts change on a corpus from one set of rules to another.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};

use super::output::{complain, print};
use super::request::{load, packs, usage};
use super::{DiffArgs, Exit, PackArgs, TestFormat};
use crate::authoring::diff::{CaseDiff, Change, Diff, RuleChange, Said, corpus, diff as compare};
use crate::case::Knowledge;
use crate::error::Error;
use crate::limits::Limits;
use crate::report::sanitize::{Sanitized, inert_json};

/// The word for the built-in pack alone.
const BUILTIN: &str = "builtin";

pub(super) fn diff(args: &DiffArgs, limits: &Limits) -> Result<Exit, Error> {
    let (old, new) = (set(&args.old, limits)?, set(&args.new, limits)?);
    let corpus = corpus(&args.corpus)?;
    if corpus.is_empty() {
        return Err(usage("--corpus: no case with an upload (bundle.zip or bundle/) in it"));
    }
    let diff = compare(&old, &new, &corpus, &Arc::new(limits.clone()));
    print(&match args.format {
        TestFormat::Jsonl => jsonl(&diff),
        TestFormat::Terminal => terminal(&diff),
    })?;
    let unreadable = count(&diff, |case| case.error.is_some());
    if unreadable > 0 {
        complain(&format!("{unreadable} of {} cases could not be read", diff.cases.len()));
    }
    let changed = count(&diff, CaseDiff::is_changed) + diff.added.len() + diff.removed.len() > 0;
    Ok(match (unreadable == diff.cases.len(), changed) {
        (true, _) => Exit::Unusable,
        (false, true) => Exit::Found,
        (false, false) if unreadable > 0 => Exit::Incomplete,
        (false, false) => Exit::Clean,
    })
}

/// A folder that has what no set can be without is a whole set, such as the rules of another release; any other lies on top
/// of the built-in pack.
fn set(path: &Path, limits: &Limits) -> Result<Knowledge, Error> {
    let folders: Vec<PathBuf> = if path == Path::new(BUILTIN) { Vec::new() } else { vec![path.to_owned()] };
    let mut packs = packs(&PackArgs { rules: folders.clone(), rules_sha256: None }, limits)?;
    if packs.len() > 1 && ["playbook.yaml", "era.yaml", "anchors.yaml"].iter().all(|file| path.join(file).is_file()) {
        packs.remove(0);
    }
    load(&packs, &folders, limits)
}

fn count(diff: &Diff, which: impl Fn(&CaseDiff) -> bool) -> usize {
    diff.cases.iter().filter(|case| which(case)).count()
}

/// One object a case, and a last one with the sums.
fn jsonl(diff: &Diff) -> String {
    let mut out = String::new();
    let mut line = |value: &Value| {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{}", inert_json(&value.to_string()));
    };
    for case in &diff.cases {
        let mut value = json!(case);
        if let Value::Object(fields) = &mut value {
            fields.insert("changed".to_owned(), case.is_changed().into());
        }
        line(&value);
    }
    line(&json!({
        "cases": diff.cases.len(), "changed": count(diff, CaseDiff::is_changed),
        "unreadable": count(diff, |case| case.error.is_some()), "rules_added": diff.added, "rules_removed": diff.removed,
    }));
    out
}

fn terminal(diff: &Diff) -> String {
    let mut out = String::new();
    let mut line = |depth: usize, text: &str| {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{}{}", "    ".repeat(depth), Sanitized::line(text).as_str());
    };
    for (what, rules) in [("added", &diff.added), ("removed", &diff.removed)] {
        if !rules.is_empty() {
            line(0, &format!("rules {what}: {}", rules.join(", ")));
        }
    }
    for case in diff.cases.iter().filter(|case| case.error.is_some() || case.is_changed()) {
        line(0, &case.case);
        if let Some(error) = &case.error {
            line(1, &format!("cannot be read: {error}"));
        }
        if let Some(era) = &case.era {
            line(1, &format!("era: {} → {}", era.old, era.new));
        }
        for change in &case.rules {
            line(1, &moved(change, diff));
            for (when, said) in [("old", &change.said.old), ("new", &change.said.new)] {
                if let Some(said) = said.as_ref().filter(|said| !said.sum.is_empty()) {
                    line(2, &format!("{when}: {}", said.sum));
                }
            }
        }
        for change in &case.plan {
            let word = |label: Option<&'static str>| label.unwrap_or("not in the plan");
            line(1, &format!("step {}: {} → {}", change.step, word(change.label.old), word(change.label.new)));
        }
        if let Some(Change { old, new }) = &case.suspected {
            let list = |ids: &[String]| if ids.is_empty() { "none".to_owned() } else { ids.join(", ") };
            line(1, &format!("suspected: {} → {}", list(old), list(new)));
        }
        if let Some(Change { old, new }) = &case.start_at {
            let step = |id: &Option<String>| id.clone().unwrap_or_else(|| "nowhere".to_owned());
            line(1, &format!("start at: {} → {}", step(old), step(new)));
        }
    }
    let mut often: BTreeMap<String, usize> = BTreeMap::new();
    for change in diff.cases.iter().flat_map(|case| &case.rules) {
        *often.entry(moved(change, diff)).or_default() += 1;
    }
    if !often.is_empty() {
        line(0, "verdicts that change, with the number of cases:");
        for (moved, number) in &often {
            line(1, &format!("{number} × {moved}"));
        }
    }
    let changed = count(diff, CaseDiff::is_changed);
    line(0, &format!("{changed} of {} cases change", diff.cases.len()));
    out
}

/// `rule: possible → likely`; where only the sum is another one, the status stands once.
fn moved(change: &RuleChange, diff: &Diff) -> String {
    // A rule that both sets have and that says nothing in one of them is set aside there.
    let is_in_both = !diff.added.contains(&change.rule) && !diff.removed.contains(&change.rule);
    let missing = if is_in_both { "disabled" } else { "no such rule" };
    let status = |said: &Option<Said>| said.as_ref().map_or(missing, |said| said.status);
    let (old, new) = (status(&change.said.old), status(&change.said.new));
    if old == new {
        format!("{}: {old}, with another sum", change.rule)
    } else {
        format!("{}: {old} → {new}", change.rule)
    }
}
