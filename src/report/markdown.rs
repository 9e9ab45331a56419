//! Turns the model of one case into a ticket in Markdown: what to do first, then why, what is open and what to ask for.
//!
//! Renders only; refuses to decide. Every text goes through [`md`], so that a bundle cannot write into the ticket: what holds
//! names and values of the case is code.
//!
//! ```text
//! # Case `1f3c9a0d5b7e`: `PC0123.zip`
//! - **START AT STEP 2** then 3 …
//! | step | label | why | evidence | cost |
//! ```

mod comparison;

use super::md;
use super::model::{ArtifactStatus, CollectNext, Command, Finding, Report, Step};
use super::terminal::evidence::{Numbered, Shown};
use super::terminal::names::{argument, first_sentence, short_name, user};
use super::terminal::steps::{cost, effort, reason};
use super::terminal::when::{day, minute_here};
use super::words;
use crate::lang::Lang;
use crate::lang::messages::Msg;
use crate::plan::Label;

pub use comparison::comparison;

/// Causes in the summary, and things to collect that are told in full.
const CAUSES: usize = 4;
const COLLECT: usize = 3;
/// Lines of one list or table; a rule pack can bring any number.
const MOST: usize = 60;

/// The ticket of one case.
#[must_use]
pub fn case(report: &Report, lang: Lang) -> String {
    let suspected = report.headline.suspected.iter();
    let causes: Vec<&Finding> =
        suspected.filter_map(|id| report.findings.iter().find(|finding| finding.id == *id)).take(CAUSES).collect();
    let numbered = Numbered::new(report, &causes);
    let mut page = Page::new(lang);
    let title = Msg::TicketTitle.fill(lang, &[&md::code(&report.case.id), &md::code(short_name(&report.case.source))]);
    page.line(&format!("# {title}"));
    summary(&mut page, report, &causes, &numbered);
    steps(&mut page, report, &numbered);
    next_action(&mut page, report);
    evidence(&mut page, &numbered);
    codes(&mut page, report, &numbered);
    unknown(&mut page, report);
    collect(&mut page, &report.collect_next);
    doubts(&mut page, report);
    footer(&mut page, report, &causes);
    page.out
}

/// Markdown under construction.
pub(super) struct Page {
    out: String,
    lang: Lang,
}

impl Page {
    pub(super) fn new(lang: Lang) -> Self {
        Self { out: String::new(), lang }
    }

    pub(super) fn line(&mut self, line: &str) {
        self.out.push_str(line.trim_end());
        self.out.push('\n');
    }

    pub(super) fn heading(&mut self, msg: Msg) {
        self.line("");
        self.line(&format!("## {}", self.word(msg)));
        self.line("");
    }

    pub(super) fn word(&self, msg: Msg) -> String {
        md::text(msg.text(self.lang))
    }

    /// A bullet of what is Markdown already.
    pub(super) fn bullet(&mut self, line: &str) {
        self.line(&format!("- {line}"));
    }

    pub(super) fn row(&mut self, cells: &[String]) {
        self.line(&format!("| {} |", cells.join(" | ")));
    }

    pub(super) fn more(&mut self, left: usize) {
        if left > 0 {
            let line = md::text(&Msg::MoreLines.fill(self.lang, &[&left.to_string()]));
            self.line("");
            self.line(&line);
        }
    }

    pub(super) fn commands(&mut self, indent: &str, commands: &[Command]) {
        for command in commands.iter().take(MOST) {
            self.out.push_str(&md::fence(indent, command.shell.word(), std::slice::from_ref(&command.text)));
            if !command.runnable {
                let note = self.word(Msg::FillIn);
                self.line(&format!("{indent}{note}"));
            }
        }
    }
}

/// Three lines: whose case it is, where to start, what is suspected.
fn summary(page: &mut Page, report: &Report, causes: &[&Finding], numbered: &Numbered<'_>) {
    let (lang, case, headline) = (page.lang, &report.case, &report.headline);
    let who = user(report).unwrap_or_else(|| match &*case.user_candidates {
        [] => Msg::UserNotKnown.text(lang).to_owned(),
        several => Msg::SeveralUsers.fill(lang, &[&several.join(", ")]),
    });
    let outlook = match &case.outlook {
        None => Msg::OutlookNotKnown.text(lang).to_owned(),
        Some(outlook) => [
            &outlook.product,
            outlook.version.as_deref().unwrap_or_default(),
            words::install(outlook.install).text(lang),
        ]
        .join(" "),
    };
    let mut about = vec![md::code(&who), md::code(&outlook)];
    about.push(md::text(&Msg::Era.fill(lang, &[words::era(case.era.value).text(lang)])));
    about.extend(
        case.evidence_window
            .as_ref()
            .map(|window| md::text(&Msg::EvidenceWindow.fill(lang, &[&day(&window.from), &day(&window.to)]))),
    );
    page.line("");
    page.bullet(&about.join(" · "));
    let start = report.plan.iter().find(|step| Some(&step.step) == headline.start_at.as_ref());
    let first = match start {
        None => Msg::StartNowhere.text(lang).to_owned(),
        Some(step) => Msg::StartAt.fill(lang, &[&step.number]),
    };
    page.bullet(&format!("**{}** {}", md::text(&first), md::text(&headline.text)));
    let cause = |finding: &&Finding| format!("{} [{}]", finding.title, numbered.sum(finding, lang));
    let suspected: Vec<String> = causes.iter().map(cause).collect();
    let line = match &*suspected {
        [] => Msg::NothingSuspected.text(lang).to_owned(),
        [first, others @ ..] => {
            let others = others.iter().map(|cause| Msg::AlsoSuspected.fill(lang, &[cause]));
            std::iter::once(Msg::Suspected.fill(lang, &[first])).chain(others).collect::<Vec<_>>().join("; ")
        }
    };
    page.bullet(&md::text(&line));
}

fn steps(page: &mut Page, report: &Report, numbered: &Numbered<'_>) {
    let lang = page.lang;
    page.heading(Msg::ComparisonSteps);
    let heads = [Msg::ColumnStep, Msg::ColumnLabel, Msg::ColumnWhy, Msg::EvidenceHeading, Msg::ColumnCost];
    page.row(&heads.map(|msg| page.word(msg)));
    page.row(&heads.map(|_| "---".to_owned()));
    for step in report.plan.iter().take(MOST) {
        let label = md::text(words::label(step.label).text(lang));
        let stands_out = matches!(step.label, Label::Do | Label::WaitFor);
        let why = reason(report, step, lang);
        page.row(&[
            md::text(&format!("{} {}", step.number, step.title)),
            if stands_out { format!("**{label}**") } else { label },
            if why.is_empty() { String::new() } else { md::cell_code(&why) },
            md::text(&numbered.of_step(&step.cites)),
            md::text(&cost(step, lang)),
        ]);
    }
    page.more(report.plan.len().saturating_sub(MOST));
}

/// The first step in full, for the reader that the report is made for.
fn next_action(page: &mut Page, report: &Report) {
    let lang = page.lang;
    let Some(step) = report.plan.iter().find(|step| Some(&step.step) == report.headline.start_at.as_ref()) else {
        return;
    };
    page.heading(Msg::NextAction);
    let about = [
        Some(Msg::NextHeader.fill(lang, &[&step.number, &step.title])),
        Some(Msg::DoneBy.fill(lang, &[words::who(step.who).text(lang)])),
        step.minutes.map(|minutes| Msg::Minutes.fill(lang, &[&minutes.to_string()])),
        step.closes_outlook.then(|| Msg::ClosesOutlook.text(lang).to_owned()),
    ];
    let about: Vec<String> = about.into_iter().flatten().collect();
    page.line(&md::text(&about.join(" · ")));
    page.line("");
    instructions(page, step);
    page.line("");
    page.commands("", &step.commands);
    page.line("");
    let notes = [
        step.loses.as_ref().map(|text| md::text(&Msg::Loses.fill(lang, &[text]))),
        // The commands in it name things of the case.
        Some(&step.rollback)
            .filter(|lines| !lines.is_empty())
            .map(|lines| md::code(&Msg::Undo.fill(lang, &[&lines.join(" ")]))),
        step.verify.as_ref().map(|text| md::text(&Msg::Verify.fill(lang, &[text]))),
        Some(&report.headline.stop_rule).filter(|text| !text.is_empty()).map(|text| md::text(text)),
    ];
    for note in notes.into_iter().flatten() {
        page.bullet(&note);
    }
}

fn instructions(page: &mut Page, step: &Step) {
    for (position, line) in step.instructions.iter().take(MOST).enumerate() {
        let line = if position < step.case_lines { md::code(line) } else { md::text(line) };
        page.line(&format!("{}. {line}", position.saturating_add(1)));
    }
    page.more(step.instructions.len().saturating_sub(MOST));
}

fn evidence(page: &mut Page, numbered: &Numbered<'_>) {
    if numbered.len() == 0 {
        return;
    }
    page.heading(Msg::EvidenceHeading);
    for (mark, Shown { place, shows, codes }) in numbered.entries(page.lang, MOST) {
        let shows = shows.map(|shows| format!(" {}", md::code(&shows))).unwrap_or_default();
        page.bullet(&format!("{} {}{shows}", md::text(&mark), md::code(&place)));
        codes.iter().for_each(|code| page.line(&format!("  - {}", md::text(code))));
    }
    page.more(numbered.len().saturating_sub(MOST));
}

/// What the codes mean that no evidence above explains.
fn codes(page: &mut Page, report: &Report, numbered: &Numbered<'_>) {
    let others = words::other_codes(&report.codes, &numbered.codes(MOST));
    if others.is_empty() {
        return;
    }
    let lang = page.lang;
    page.heading(Msg::CodesHeading);
    for one in others.iter().take(MOST) {
        page.bullet(&format!("{} {}", md::text(&words::code(&one.what, lang)), md::code(&words::code_seen(one, lang))));
    }
    page.more(words::more_codes(report, others.len(), MOST));
}

fn unknown(page: &mut Page, report: &Report) {
    if report.unknown.is_empty() {
        return;
    }
    let lang = page.lang;
    page.heading(Msg::UnknownHeading);
    for one in report.unknown.iter().take(MOST) {
        let needs = if one.need.is_empty() { "-".to_owned() } else { one.need.join(" ") };
        let line = Msg::TicketNeeds.fill(lang, &[&one.title, one.reason.msg().text(lang), &needs]);
        page.bullet(&md::text(&line));
    }
    page.more(report.unknown.len().saturating_sub(MOST));
}

/// A checklist: the first in full, the others by name.
pub(super) fn collect(page: &mut Page, items: &[CollectNext]) {
    if items.is_empty() {
        return;
    }
    let lang = page.lang;
    page.heading(Msg::CollectHeading);
    for (position, item) in items.iter().take(MOST).enumerate() {
        let settles = if item.settles_steps.is_empty() {
            Msg::SettlesCauses.fill(lang, &[&item.settles.join(" · ")])
        } else {
            Msg::SettlesSteps.fill(lang, &[&item.settles_steps.join(", ")])
        };
        let line = format!("{} ({settles}) {}", item.title, effort(item.minutes, item.who, lang));
        page.line(&format!("- [ ] {}", md::text(&line)));
        if position < COLLECT {
            for (number, line) in item.instructions.iter().enumerate() {
                page.line(&format!("  {}. {}", number.saturating_add(1), md::text(line)));
            }
            page.commands("  ", &item.commands);
        }
    }
    page.more(items.len().saturating_sub(MOST));
}

/// What the result rests on: contradictions, files that were not read, what was taken for granted, what a pack sets aside.
fn doubts(page: &mut Page, report: &Report) {
    let lang = page.lang;
    if !report.contradictions.is_empty() {
        page.heading(Msg::ContradictionHeading);
        for one in report.contradictions.iter().take(MOST) {
            page.bullet(&md::code(&one.text));
        }
    }
    let unread = |status| report.coverage.artifacts.iter().filter(move |one| one.status == status);
    let unread: Vec<_> = unread(ArtifactStatus::Failed).chain(unread(ArtifactStatus::Partial)).collect();
    if !unread.is_empty() {
        page.heading(Msg::UnreadableHeading);
        for one in unread.iter().take(MOST) {
            let reason = one.issues.first().map(|issue| format!(" {}", md::code(first_sentence(&issue.text))));
            let status = md::text(words::artifact_status(one.status).text(lang));
            page.bullet(&format!("{} ({status}){}", md::code(&one.path), reason.unwrap_or_default()));
        }
        page.more(unread.len().saturating_sub(MOST));
    }
    if !report.case.assumptions.is_empty() {
        page.heading(Msg::AssumptionHeading);
        for text in &report.case.assumptions {
            page.bullet(&md::text(text));
        }
    }
    let overrides = &report.tool.rules.overrides;
    if !overrides.is_empty() {
        page.heading(Msg::OverrideHeading);
        for one in overrides.iter().take(MOST) {
            page.bullet(&md::text(&one.text));
        }
    }
}

/// What makes the result repeatable, and where to read more.
fn footer(page: &mut Page, report: &Report, causes: &[&Finding]) {
    let lang = page.lang;
    page.line("");
    page.line("---");
    page.line("");
    let as_of = match &report.case.as_of {
        Some(at) => Msg::AsOf.fill(lang, &[&minute_here(at, report.case.utc_offset.as_deref())]),
        None => Msg::AsOfUnknown.text(lang).to_owned(),
    };
    let mut parts = versions(&report.tool, lang);
    parts.push(md::text(&as_of));
    let explained = causes.first().map(|finding| &*finding.id).or(report.unknown.first().map(|one| &*one.id));
    parts.extend(explained.map(|id| {
        let hint = format!("outlook-triage explain {id} {}", argument(&report.case.source));
        format!("{} {}", md::text(&Msg::Explain.fill(lang, &[""])), md::code(&hint))
    }));
    page.line(&parts.join(" · "));
}

/// The program and its rules.
pub(super) fn versions(tool: &super::model::Tool, lang: Lang) -> Vec<String> {
    let fingerprint: String = tool.rules.sha256.chars().take(8).collect();
    let rules = Msg::RulesRevision.fill(lang, &[&tool.rules.revision, &fingerprint]);
    vec![md::text(&format!("{} {}", tool.name, tool.version)), md::text(&rules)]
}
