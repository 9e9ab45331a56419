//! `rules show` and `lint`; the other commands about rules have files of their own.

use std::fmt::Write as _;

use super::output::{Style, complain, print};
use super::request::{RULE_NAMES, load, no_such, openable, packs};
use super::{Exit, PackArgs, RulesCommand, TestFormat};
use crate::authoring::lint::{lint as check, revisions as written, show};
use crate::error::Error;
use crate::lang::Lang;
use crate::limits::Limits;
use crate::report::sanitize::Sanitized;
use crate::rule::overrides::State;
use crate::rule::pack::{fingerprint, in_force, stem};

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
        RulesCommand::Coverage(args) => super::coverage::run(args, &limits),
        RulesCommand::Diff(args) => super::diff::diff(args, &limits),
    }
}

fn show(id: &str, args: &PackArgs, limits: &Limits) -> Result<Exit, Error> {
    let packs = packs(args, limits)?;
    // A pack with problems is not shown as if it were in force.
    let knowledge = load(&packs, &args.rules, limits)?;
    let files = in_force(&packs);
    let found = files.iter().filter(|(name, _)| stem(name) == id).max_by_key(|(_, (position, _))| *position);
    let (name, (_, text)) = found.ok_or_else(|| {
        let names: Vec<&str> = files.keys().map(|name| stem(name)).collect();
        no_such("rule, step or need", id, &names, RULE_NAMES)
    })?;
    let mut out = format!("# {name}\n");
    for setting in knowledge.rules.overrides.iter().filter(|setting| setting.rule == id && name.starts_with("causes/"))
    {
        // Without a case there is no date: the sentence names its last day.
        let sentence = setting.sentence(State::Active, Lang::En);
        let _ = writeln!(out, "# {}", Sanitized::line(&sentence).as_str());
    }
    print(&format!("{out}{}", Sanitized::block(text).as_str()))?;
    Ok(Exit::Clean)
}

fn lint(args: &PackArgs, format: TestFormat, style: &Style, limits: &Limits) -> Result<Exit, Error> {
    let packs = packs(args, limits)?;
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
            let _ = writeln!(out, "sha256 of the rules in force: {}", fingerprint(&packs));
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
    let packs = packs(args, limits)?;
    print(&packs.last().map(written).unwrap_or_default())?;
    Ok(Exit::Clean)
}
