//! `rules coverage`: which values the leaves had in the rules' own cases and, with `--mutate`, which mistakes no case notices.

use super::output::{complain, print};
use super::request::{RULE_NAMES, load, no_such, openable, packs};
use super::{CoverageArgs, Exit, TestFormat};
use crate::authoring::cases::run_all;
use crate::authoring::coverage::{explanations, leaves, show, try_all};
use crate::authoring::shared;
use crate::error::{Error, ErrorKind};
use crate::limits::Limits;
use crate::report::sanitize::Sanitized;

pub(super) fn run(args: &CoverageArgs, limits: &Limits) -> Result<Exit, Error> {
    let packs = packs(&args.packs, limits)?;
    let knowledge = load(&packs, &args.packs.rules, limits)?;
    let rules = &knowledge.rules;
    if let Some(id) = args.ids.iter().find(|id| !rules.rules.contains_key(*id)) {
        let names: Vec<&str> = rules.rules.keys().map(String::as_str).collect();
        return Err(no_such("rule", id, &names, RULE_NAMES));
    }
    let path = |file: &str| openable(file, &args.packs.rules);
    if !args.mutate {
        let leaves = leaves(rules, &args.ids, limits);
        print(&match args.format {
            TestFormat::Terminal => show::leaves(&leaves, &path),
            TestFormat::Jsonl => show::leaves_jsonl(&leaves, &path),
        })?;
        return Ok(Exit::Clean);
    }
    let explanations = explanations(&packs).map_err(|problems| {
        let lines: Vec<String> =
            problems.iter().map(|problem| Sanitized::line(&problem.to_string()).as_str().to_owned()).collect();
        ErrorKind::Rules(lines.join("\n"))
    })?;
    let results = run_all(rules, &knowledge.playbook, limits).into_iter().chain(shared::run_all(&packs, rules));
    let is_asked = |rule: &String| args.ids.is_empty() || args.ids.contains(rule);
    let failed = results.filter(|result| !result.failures.is_empty() && is_asked(&result.rule)).count();
    if failed > 0 {
        let cases = if failed == 1 { "1 case does" } else { &format!("{failed} cases do") };
        complain(&format!("{cases} not hold as the rules are; `outlook-triage rules test` shows them"));
        return Ok(Exit::Unusable);
    }
    let report =
        try_all(rules, &knowledge.playbook, &args.ids, &shared::prepare_all(&packs, rules), &explanations, limits);
    print(&match args.format {
        TestFormat::Terminal => show::mutants(&report, &path),
        TestFormat::Jsonl => show::mutants_jsonl(&report, &path),
    })?;
    let survived = report.unexplained().count();
    if survived == 0 && report.stale.is_empty() {
        return Ok(Exit::Clean);
    }
    complain(&format!("{survived} mistakes would go unnoticed, {} explanations are out of date", report.stale.len()));
    Ok(Exit::Found)
}
