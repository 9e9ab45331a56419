//! `rules show` and `lint`; the other commands about rules have files of their own.

use std::fmt::Write as _;

use super::output::{Style, complain, print};
use super::request::{knowledge, load, openable, packs, usage};
use super::{Exit, PackArgs, RulesCommand, TestFormat};
use crate::authoring::lint::{lint as check, revisions as written, show};
use crate::error::Error;
use crate::limits::Limits;
use crate::report::sanitize::Sanitized;
use crate::rule::fields::nearest;
use crate::rule::pack::stem;

pub(super) fn run(command: &RulesCommand, style: &Style) -> Result<Exit, Error> {
    let limits = Limits::default();
    match command {
        RulesCommand::List(args) => super::list::list(args, &limits),
        RulesCommand::Show { id, packs } => show(id, packs, &limits),
        RulesCommand::Docs { output, packs } => super::pages::docs(output.as_deref(), packs, &limits),
        RulesCommand::Schema => super::pages::schema(),
        RulesCommand::Lint { packs, revisions: true, .. } => revisions(packs, &limits),
        RulesCommand::Lint { packs, format, .. } => lint(packs, *format, style, &limits),
        RulesCommand::Test(args) => super::test::test(args, &limits),
        RulesCommand::Diff(args) => super::diff::diff(args, &limits),
    }
}

fn show(id: &str, args: &PackArgs, limits: &Limits) -> Result<Exit, Error> {
    let packs = packs(&args.rules, limits)?;
    // A pack with problems is not shown as if it were in force.
    load(&packs, &args.rules, limits)?;
    let files = || packs.iter().rev().flat_map(|pack| &pack.files);
    let (name, text) = files().find(|(name, _)| stem(name) == id).ok_or_else(|| {
        let names: Vec<&str> = files().map(|(name, _)| stem(name)).collect();
        let advice = nearest(id, &names).map_or_else(
            || "`outlook-triage rules list` names the rules".to_owned(),
            |near| format!("did you mean {near}?"),
        );
        usage(&format!("there is no rule, step or need {id:?}; {advice}"))
    })?;
    print(Sanitized::block(&format!("# {name}\n{text}")).as_str())?;
    Ok(Exit::Clean)
}

fn lint(args: &PackArgs, format: TestFormat, style: &Style, limits: &Limits) -> Result<Exit, Error> {
    let packs = packs(&args.rules, limits)?;
    let report = check(&packs, limits);
    let path = |file: &str| openable(file, &args.rules);
    let mut out = match format {
        TestFormat::Jsonl => show::jsonl(&report, &path),
        TestFormat::Terminal => {
            let style = show::Style { colour: style.colour, width: style.width };
            show::terminal(&report, &packs, style, &path)
        }
    };
    if format == TestFormat::Terminal {
        const DEAREST: usize = 5;
        out.push_str(&show::costs(&report, DEAREST));
        let [rules, needs, steps] = report.counts;
        if report.remarks.is_empty() {
            let _ = writeln!(out, "{rules} rules, {needs} needs, {steps} steps: no problems");
        }
    }
    print(&out)?;
    if report.remarks.is_empty() {
        return Ok(Exit::Clean);
    }
    complain(&format!("{} problems in the rules", report.remarks.len()));
    Ok(Exit::Unusable)
}

fn revisions(args: &PackArgs, limits: &Limits) -> Result<Exit, Error> {
    let packs = packs(&args.rules, limits)?;
    print(&packs.last().map(written).unwrap_or_default())?;
    Ok(Exit::Clean)
}
