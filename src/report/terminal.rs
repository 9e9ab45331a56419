//! Turns the model of one case into one screen of text: first what to do, then why, then what is not known.
//!
//! Renders only; refuses to decide. Every text is sanitized and wrapped to the width. Only commands are never broken,
//! because a broken command cannot be copied: a command wider than the terminal is the one line that may exceed it.
//!
//! ```text
//! CASE Outlook_PC0123   CONTOSO\a.tanaka   Outlook 2013 15.0.4693.1000 MSI   era LEGACY
//! START AT STEP 2, then 3
//! ```

mod comparison;
pub(in crate::report) mod evidence;
pub(in crate::report) mod names;
mod screen;
pub(in crate::report) mod steps;
mod summary;
mod table;
pub(crate) mod when;
mod wrap;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::model::{ArtifactStatus, CodeSeen, CollectNext, Command, Finding, Report, Step, Unknown};
use super::words;
use crate::finding::Reason;
use crate::lang::Lang;
use crate::lang::messages::Msg;
use crate::plan::Label;
use evidence::Numbered;
use names::{NAMES, argument, first_sentence, short_name, some_names};
use screen::{Screen, cell};
use steps::effort;
use when::{day, minute_here};

pub use comparison::comparison;
pub(crate) use evidence::cited;
pub(crate) use names::user;
pub use summary::{SummaryRow, summary};

/// Causes on the screen.
const CAUSES: usize = 4;
/// Instructions of the next step on the screen.
const INSTRUCTIONS: usize = 20;
/// Things to collect on the screen.
const COLLECT: usize = 3;
/// Numbered evidence on the screen.
const EVIDENCE: usize = 24;

/// Codes on the screen that stand beside no evidence there.
const CODES: usize = 8;

/// How a terminal wants its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terminal {
    /// Columns; less than 20 counts as 20.
    pub width: usize,
    /// Whether colour codes are wanted.
    pub colour: bool,
    /// Language of the fixed words; the report's texts are in one already.
    pub lang: Lang,
    /// The exit code that the run will end with.
    pub exit_code: u8,
}

/// The screen of one case.
#[must_use]
pub fn case(report: &Report, options: &Terminal) -> String {
    let lang = options.lang;
    let headings = [
        Msg::NextAction,
        Msg::UnknownHeading,
        Msg::CollectHeading,
        Msg::ContradictionHeading,
        Msg::UnreadableHeading,
        Msg::AssumptionHeading,
        Msg::OverrideHeading,
        Msg::EvidenceHeading,
        Msg::CodesHeading,
    ];
    let margin = headings.iter().map(|msg| msg.text(lang).width()).max().unwrap_or(0) + 2;
    let causes: Vec<&Finding> = report
        .headline
        .suspected
        .iter()
        .filter_map(|id| report.findings.iter().find(|finding| finding.id == *id))
        .take(CAUSES)
        .collect();
    let screen = Screen::new(options.width, options.colour, margin);
    let numbered = Numbered::new(report, &causes);
    let mut page = Page { report, options, screen, numbered };
    page.header();
    page.headline(&causes);
    page.screen.blank();
    steps::steps(&mut page.screen, report, &page.numbered, lang);
    page.screen.blank();
    page.next_action();
    page.unknown();
    page.collect_next();
    page.contradictions();
    page.coverage();
    page.assumptions();
    page.overrides();
    page.evidence();
    page.codes();
    page.screen.blank();
    page.footer(&causes);
    page.screen.finish()
}

struct Page<'a> {
    report: &'a Report,
    options: &'a Terminal,
    screen: Screen,
    numbered: Numbered<'a>,
}

impl Page<'_> {
    fn text(&self, msg: Msg) -> &'static str {
        msg.text(self.options.lang)
    }

    fn fill(&self, msg: Msg, values: &[&str]) -> String {
        msg.fill(self.options.lang, values)
    }

    fn heading(&mut self, msg: Msg, texts: &[String]) {
        let heading = self.text(msg);
        self.screen.block(Style::new().bold(), heading, texts);
    }

    /// Which case, whose, which Outlook, which era, which time.
    fn header(&mut self) {
        let case = &self.report.case;
        let user = user(self.report).unwrap_or_else(|| match &*case.user_candidates {
            [] => self.text(Msg::UserNotKnown).to_owned(),
            several => self.fill(Msg::SeveralUsers, &[&several.join(", ")]),
        });
        let outlook = case.outlook.as_ref().map_or_else(
            || self.text(Msg::OutlookNotKnown).to_owned(),
            |outlook| {
                let install = self.text(words::install(outlook.install));
                let version = outlook.version.as_deref().unwrap_or_default();
                [&outlook.product, version, install]
                    .into_iter()
                    .filter(|part| !part.is_empty())
                    .collect::<Vec<_>>()
                    .join(" ")
            },
        );
        let window = case
            .evidence_window
            .as_ref()
            .map(|window| self.fill(Msg::EvidenceWindow, &[&day(&window.from), &day(&window.to)]))
            .unwrap_or_default();
        let segments = [
            format!("{} {}", self.text(Msg::Case), cell(short_name(&case.source))),
            cell(&user),
            cell(&outlook),
            self.fill(Msg::Era, &[self.text(words::era(case.era.value))]),
            window,
        ];
        self.screen.segments(Style::new().bold(), &segments);
        // In a console with a Japanese font a box-drawing character can take two columns.
        self.screen.rule(if self.options.lang == Lang::Ja { '-' } else { '─' });
    }

    /// Where to start, what comes then, and which cause is suspected.
    fn headline(&mut self, causes: &[&Finding]) {
        let headline = &self.report.headline;
        let start = self.step(headline.start_at.as_deref()).map(|step| step.number.clone());
        let first = match &start {
            None => self.text(Msg::StartNowhere).to_owned(),
            Some(number) => {
                let then: Vec<&str> = self
                    .report
                    .plan
                    .iter()
                    .skip_while(|step| Some(&step.step) != headline.start_at.as_ref())
                    .skip(1)
                    .filter(|step| matches!(step.label, Label::Do | Label::WaitFor))
                    .map(|step| &*step.number)
                    .collect();
                let first = self.fill(Msg::StartAt, &[number]);
                if then.is_empty() {
                    first
                } else {
                    format!("{first}   {}", self.fill(Msg::ThenSteps, &[&then.join(", ")]))
                }
            }
        };
        self.screen.paragraph(AnsiColor::Yellow.on_default().bold(), &first);
        if !headline.text.is_empty() {
            self.screen.paragraph(Style::new(), &headline.text);
        }
        let lang = self.options.lang;
        for (position, finding) in causes.iter().enumerate() {
            let cause = format!("{}  [{}]", cell(&finding.title), self.numbered.sum(finding, lang));
            let msg = if position == 0 { Msg::Suspected } else { Msg::AlsoSuspected };
            let line = self.fill(msg, &[&cause]);
            self.screen.paragraph(Style::new(), &line);
        }
        if causes.is_empty() {
            let line = self.text(Msg::NothingSuspected);
            self.screen.paragraph(Style::new(), line);
        }
        let more = headline.suspected.len().saturating_sub(causes.len());
        if more > 0 {
            let line = self.fill(Msg::MoreCauses, &[&more.to_string()]);
            self.screen.paragraph(Style::new(), &line);
        }
        if let Some(line) = headline.tie_break.as_ref().filter(|_| causes.len() > 1) {
            let line = self.fill(Msg::TieBreak, &[line]);
            self.screen.paragraph(Style::new(), &line);
        }
    }

    fn step(&self, id: Option<&str>) -> Option<&Step> {
        self.report.plan.iter().find(|step| Some(&*step.step) == id)
    }

    /// The first step in full.
    fn next_action(&mut self) {
        let Some(step) = self.step(self.report.headline.start_at.as_deref()).cloned() else { return };
        let mut about = vec![self.fill(Msg::NextHeader, &[&step.number, &cell(&step.title)])];
        about.push(self.fill(Msg::DoneBy, &[self.text(words::who(step.who))]));
        about.extend(step.minutes.map(|minutes| self.fill(Msg::Minutes, &[&minutes.to_string()])));
        if step.closes_outlook {
            about.push(self.text(Msg::ClosesOutlook).to_owned());
        }
        self.heading(Msg::NextAction, &[about.join("  ")]);
        for (position, line) in step.instructions.iter().take(INSTRUCTIONS).enumerate() {
            self.screen.entry(&format!("{}.", position + 1), line);
        }
        if step.instructions.len() > INSTRUCTIONS {
            let more = self.fill(Msg::MoreLines, &[&(step.instructions.len() - INSTRUCTIONS).to_string()]);
            self.screen.entry("", &more);
        }
        self.commands(&step.commands);
        let notes = [
            step.loses.as_ref().map(|text| self.fill(Msg::Loses, &[text])),
            Some(&step.rollback)
                .filter(|lines| !lines.is_empty())
                .map(|lines| self.fill(Msg::Undo, &[&lines.join(" ")])),
            step.verify.as_ref().map(|text| self.fill(Msg::Verify, &[text])),
            Some(self.report.headline.stop_rule.clone()).filter(|text| !text.is_empty()),
        ];
        for note in notes.into_iter().flatten() {
            self.screen.entry(">", &note);
        }
    }

    fn commands(&mut self, commands: &[Command]) {
        for (shell, command) in words::by_shell(commands).into_iter().take(INSTRUCTIONS) {
            if let Some(shell) = shell {
                let shell = self.text(shell);
                self.screen.entry("", shell);
            }
            self.screen.command(AnsiColor::Cyan.on_default(), &command.text);
            if !command.runnable {
                let note = self.text(Msg::FillIn);
                self.screen.entry("^", note);
            }
        }
    }

    /// What could not be judged, by reason.
    fn unknown(&mut self) {
        let unknown = &self.report.unknown;
        if unknown.is_empty() {
            return;
        }
        let reasons = [
            Reason::Ambiguous,
            Reason::WrongSubject,
            Reason::Unreadable,
            Reason::DecoderUnsure,
            Reason::LimitHit,
            Reason::NotCovered,
            Reason::NotCollected,
            Reason::Overridden,
        ];
        let mut lines = Vec::new();
        for reason in reasons {
            let group: Vec<&Unknown> = unknown.iter().filter(|one| one.reason == reason).collect();
            if !group.is_empty() {
                let names = some_names(group.iter().map(|one| cell(&one.title)));
                lines.push(format!("{} ({}): {names}", self.text(reason.msg()), group.len()));
            }
        }
        self.heading(Msg::UnknownHeading, &lines);
    }

    fn collect_next(&mut self) {
        let items: Vec<CollectNext> = self.report.collect_next.iter().take(COLLECT).cloned().collect();
        let mut heading = Some(self.text(Msg::CollectHeading));
        for (position, item) in items.iter().enumerate() {
            let settles = if item.settles_steps.is_empty() {
                self.fill(Msg::SettlesCauses, &[&some_names(item.settles.iter().map(|id| cell(id)))])
            } else {
                self.fill(Msg::SettlesSteps, &[&item.settles_steps.join(", ")])
            };
            let cost = effort(item.minutes, item.who, self.options.lang);
            let line = format!("{}  ({settles})  {cost}", cell(&item.title));
            let mark = format!("{}.", position + 1);
            self.screen.entries(Style::new().bold(), heading.take().unwrap_or_default(), &[(mark, line)]);
            for line in item.instructions.iter().take(2) {
                self.screen.entry("  ", line);
            }
            self.commands(&item.commands);
        }
        let more = self.report.collect_next.len().saturating_sub(COLLECT);
        if more > 0 {
            let line = self.fill(Msg::CollectMore, &[&more.to_string()]);
            self.screen.entry("", &line);
        }
    }

    fn contradictions(&mut self) {
        let texts: Vec<String> = self.report.contradictions.iter().take(NAMES).map(|one| one.text.clone()).collect();
        let texts = if texts.is_empty() { vec![self.text(Msg::NoneFound).to_owned()] } else { texts };
        self.heading(Msg::ContradictionHeading, &texts);
    }

    /// Files that were not read to their end, each with its reason, and how many were.
    fn coverage(&mut self) {
        let artifacts = &self.report.coverage.artifacts;
        let with = |status: ArtifactStatus| artifacts.iter().filter(move |one| one.status == status);
        let mut lines = Vec::new();
        for artifact in with(ArtifactStatus::Failed).chain(with(ArtifactStatus::Partial)).take(NAMES) {
            let reason =
                artifact.issues.first().map(|issue| format!(": {}", first_sentence(&issue.text))).unwrap_or_default();
            lines.push(format!(
                "{} ({}){reason}",
                cell(&artifact.path),
                self.text(words::artifact_status(artifact.status))
            ));
        }
        let skipped = with(ArtifactStatus::Skipped).count();
        let read = with(ArtifactStatus::Read).count();
        let mut counts = vec![self.fill(Msg::FilesUsed, &[&read.to_string(), &artifacts.len().to_string()])];
        if skipped > 0 {
            let names = some_names(with(ArtifactStatus::Skipped).map(|one| cell(&one.path)));
            counts.push(format!("{} ({names})", self.fill(Msg::SkippedFiles, &[&skipped.to_string()])));
        }
        if !self.report.coverage.limits_hit.is_empty() {
            counts.push(
                self.fill(Msg::LimitsHit, &[&some_names(self.report.coverage.limits_hit.iter().map(|id| cell(id)))]),
            );
        }
        lines.push(counts.join(" · "));
        self.heading(Msg::UnreadableHeading, &lines);
    }

    fn assumptions(&mut self) {
        let assumptions = self.report.case.assumptions.clone();
        if !assumptions.is_empty() {
            self.heading(Msg::AssumptionHeading, &assumptions);
        }
    }

    /// What a pack sets aside is never silent, in force or not.
    fn overrides(&mut self) {
        let texts: Vec<String> = self.report.tool.rules.overrides.iter().map(|one| one.text.clone()).collect();
        if !texts.is_empty() {
            self.heading(Msg::OverrideHeading, &texts);
        }
    }

    fn evidence(&mut self) {
        let mut lines = self.numbered.lines(self.options.lang, EVIDENCE);
        if lines.is_empty() {
            return;
        }
        let more = self.numbered.len().saturating_sub(EVIDENCE);
        if more > 0 {
            lines.push((String::new(), self.fill(Msg::MoreLines, &[&more.to_string()])));
        }
        let heading = self.text(Msg::EvidenceHeading);
        self.screen.entries(Style::new().bold(), heading, &lines);
    }

    /// What the codes mean that no evidence on the screen explains.
    fn codes(&mut self) {
        let lang = self.options.lang;
        let others = words::other_codes(&self.report.codes, &self.numbered.codes(EVIDENCE));
        if others.is_empty() {
            return;
        }
        let shown = others.iter().take(CODES);
        let line = |one: &&CodeSeen| format!("{}  {}", words::code(&one.what, lang), words::code_seen(one, lang));
        let mut lines: Vec<String> = shown.map(line).collect();
        let more = words::more_codes(self.report, others.len(), CODES);
        if more > 0 {
            lines.push(self.fill(Msg::MoreLines, &[&more.to_string()]));
        }
        self.heading(Msg::CodesHeading, &lines);
    }

    /// How to learn more, and what makes the result repeatable.
    fn footer(&mut self, causes: &[&Finding]) {
        let report = self.report;
        let explained = causes.first().map(|finding| &*finding.id).or(report.unknown.first().map(|one| &*one.id));
        if let Some(id) = explained {
            let hint = format!("outlook-triage explain {} {}", cell(id), argument(&report.case.source));
            let line = self.fill(Msg::Explain, &[&hint]);
            self.screen.paragraph(Style::new().dimmed(), &line);
        }
        let rules = &report.tool.rules;
        let fingerprint: String = rules.sha256.chars().take(8).collect();
        let as_of = match &report.case.as_of {
            Some(at) => self.fill(Msg::AsOf, &[&minute_here(at, report.case.utc_offset.as_deref())]),
            None => self.text(Msg::AsOfUnknown).to_owned(),
        };
        let segments = [
            self.fill(Msg::RulesRevision, &[&cell(&rules.revision), &fingerprint]),
            as_of,
            self.fill(Msg::Exit, &[&self.options.exit_code.to_string()]),
        ];
        self.screen.segments(Style::new().dimmed(), &segments);
    }
}
