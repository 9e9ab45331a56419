//! `rules test`: the rules' own cases, and of one that differs the leaves that made the difference; or whole cases.

use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::json;

use super::output::{complain, print};
use super::request::{RULE_NAMES, load, no_such, openable, packs};
use super::{Exit, TestArgs, TestFormat};
use crate::authoring::cases::{CaseResult, Leaf, run_of};
use crate::authoring::shared;
use crate::authoring::trace::{mark, told};
use crate::authoring::whole::{self, Confusion, Outcome};
use crate::case::Knowledge;
use crate::error::{Error, ErrorKind};
use crate::lang::Lang;
use crate::limits::Limits;
use crate::report::sanitize::{Sanitized, inert_json};
use crate::rule::rule::Rule;
use crate::rule::set::RuleSet;

pub(super) fn test(args: &TestArgs, limits: &Limits) -> Result<Exit, Error> {
    let packs = packs(&args.packs, limits)?;
    let knowledge = load(&packs, &args.packs.rules, limits)?;
    if !args.cases.is_empty() {
        return whole_cases(args, &knowledge, limits);
    }
    let which = chosen(&args.only, &knowledge.rules)?;
    let mut results = run_of(&which, &knowledge.rules, &knowledge.playbook, limits);
    if args.only.is_empty() {
        results.extend(shared::run_all(&packs, &knowledge.rules));
    }
    let failed = results.iter().filter(|result| !result.failures.is_empty()).count();
    let mut out = String::new();
    let path = |place: &str| {
        let (file, rest) = place.split_once(':').unwrap_or((place, ""));
        format!("{}:{rest}", openable(file, &args.packs.rules))
    };
    for result in &results {
        match args.format {
            TestFormat::Jsonl => jsonl(&mut out, result, &path),
            TestFormat::Terminal => terminal(&mut out, result, &path),
        }
    }
    finish(out, results.len(), failed, args.format)
}

fn finish(mut out: String, all: usize, failed: usize, format: TestFormat) -> Result<Exit, Error> {
    if format == TestFormat::Terminal {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{} passed, {failed} failed", all - failed);
    }
    print(&out)?;
    if failed > 0 {
        complain(&format!("{failed} of {all} cases do not hold"));
        return Ok(Exit::Found);
    }
    Ok(Exit::Clean)
}

fn whole_cases(args: &TestArgs, knowledge: &Knowledge, limits: &Limits) -> Result<Exit, Error> {
    if let Some(missing) = args.cases.iter().find(|folder| !folder.exists()) {
        return Err(ErrorKind::NotFound(missing.clone()).into());
    }
    let cases = whole::find(&args.cases, knowledge, limits).map_err(|problems| {
        let lines: Vec<String> =
            problems.iter().map(|problem| Sanitized::line(&problem.to_string()).as_str().to_owned()).collect();
        Error::from(ErrorKind::Cases(lines.join("\n")))
    })?;
    let outcomes = whole::run(&cases, knowledge, &Arc::new(limits.clone()));
    let failed = outcomes.iter().filter(|outcome| !outcome.differences.is_empty()).count();
    let mut out = String::new();
    for outcome in &outcomes {
        show(&mut out, outcome, args.format);
    }
    if args.table {
        table(&mut out, &Confusion::of(&cases, &outcomes, &knowledge.rules), args.format);
    }
    finish(out, outcomes.len(), failed, args.format)
}

fn show(out: &mut String, outcome: &Outcome, format: TestFormat) {
    let passed = outcome.differences.is_empty();
    // Writing to a String cannot fail.
    if format == TestFormat::Jsonl {
        let line = json!({
            "case": outcome.case, "place": outcome.place, "passed": passed, "differences": outcome.differences,
        });
        let _ = writeln!(out, "{}", inert_json(&line.to_string()));
    } else if !passed {
        let _ = writeln!(out, "{}", Sanitized::line(&outcome.place).as_str());
        for difference in &outcome.differences {
            let text = format!("{}: expected {}, got {}", difference.what, difference.wanted, difference.got);
            let _ = writeln!(out, "    {}", Sanitized::line(&text).as_str());
        }
    }
}

/// Ids are names of files, so there is nothing to make inert.
fn table(out: &mut String, table: &Confusion, format: TestFormat) {
    if format == TestFormat::Terminal {
        out.push_str(&table.markdown());
        return;
    }
    for (id, row) in &table.rows {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{}", json!({"rule": id, "row": row, "shown": !table.not_shown.contains(id)}));
    }
}

/// The rules that were named, in the order of ids; all if none was.
fn chosen<'r>(names: &[String], rules: &'r RuleSet) -> Result<Vec<&'r Rule>, Error> {
    let known: Vec<&str> = rules.rules.keys().map(String::as_str).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(no_such("rule", unknown, &known, RULE_NAMES));
    }
    Ok(rules.rules.values().filter(|rule| names.is_empty() || names.contains(&rule.id)).collect())
}

fn jsonl(out: &mut String, result: &CaseResult, path: &dyn Fn(&str) -> String) {
    let leaves: Vec<_> = result
        .leaves
        .iter()
        .map(|leaf| {
            json!({
                "item": leaf.item, "condition": leaf.condition, "truth": leaf.truth.word(), "actual": leaf.actual,
                "expected": leaf.expectation(), "source": leaf.source, "reason": leaf.reason.map(|reason| reason.word()),
                "need": leaf.need, "place": path(&leaf.place),
            })
        })
        .collect();
    let line = json!({
        "rule": result.rule, "case": result.case, "place": path(&result.place),
        "passed": result.failures.is_empty(), "failures": result.failures, "leaves": leaves,
    });
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{}", inert_json(&line.to_string()));
}

fn terminal(out: &mut String, result: &CaseResult, path: &dyn Fn(&str) -> String) {
    if result.failures.is_empty() {
        return;
    }
    let mut line = |depth: usize, text: &str| {
        let _ = writeln!(out, "{}{}", "    ".repeat(depth), Sanitized::line(text).as_str());
    };
    line(0, &format!("{}: {}: {}", path(&result.place), result.rule, result.case));
    for failure in &result.failures {
        line(1, failure);
    }
    let mut before: Option<&Leaf> = None;
    for leaf in &result.leaves {
        if before.is_none_or(|before| before.item != leaf.item || before.expected != leaf.expected) {
            let wanted = leaf.expectation().map(|wanted| format!(", expected {wanted}")).unwrap_or_default();
            line(1, &format!("{}{wanted}:", leaf.item));
        }
        line(2, &format!("{} {}", mark(leaf.truth, Lang::En), leaf.condition));
        line(3, &told(&leaf.trace, Lang::En));
        for source in &leaf.source {
            line(3, source);
        }
        line(3, &format!("at {}", path(&leaf.place)));
        before = Some(leaf);
    }
}
