//! Writes the README of the folder: the order, what each script does, which finding asked for it, how to check it.
//!
//! Plain text for Notepad: UTF-8 with mark, CRLF. Everything is made harmless and stands on a line of its own, so that no
//! name of the evidence can look like a heading. Refuses to decide anything.

use super::script::{Identity, Script};
use crate::lang::Lang;
use crate::lang::messages::Msg;
use crate::plan::command::act::{Act, Effect, Task};
use crate::plan::command::argument::shown;
use crate::plan::{Audience, Shell};
use crate::report::model::{Finding, Report, Step};
use crate::report::sanitize::Sanitized;
use crate::report::terminal::{cited, user};
use crate::report::words;

/// Why a step has no script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    NoCommands,
    OtherReader,
    Gate,
    SeveralUsers,
    Waits,
}

impl Why {
    fn msg(self) -> Msg {
        match self {
            Self::NoCommands => Msg::RemedyNoCommands,
            Self::OtherReader => Msg::RemedyOtherReader,
            Self::Gate => Msg::RemedyGate,
            Self::SeveralUsers => Msg::RemedySeveralUsers,
            Self::Waits => Msg::RemedyWaits,
        }
    }
}

/// What the README says of one step.
#[derive(Debug)]
pub(super) struct Chapter<'a> {
    pub(super) model: &'a Step,
    pub(super) why: Why,
    pub(super) files: Vec<String>,
    pub(super) script: Option<Script<'a>>,
    /// It waits for steps of this folder.
    pub(super) is_later: bool,
    /// Lines that only show something, where there is no script.
    pub(super) commands: Vec<(Shell, String)>,
}

impl<'a> Chapter<'a> {
    pub(super) fn without(model: &'a Step, why: Why) -> Self {
        Self { model, why, files: Vec::new(), script: None, is_later: false, commands: Vec::new() }
    }

    /// Whether the reader does it.
    fn is_told(&self) -> bool {
        self.script.is_some() || self.is_later
    }
}

/// What the README is made of.
#[derive(Debug)]
pub(super) struct Readme<'a> {
    pub(super) report: &'a Report,
    pub(super) lang: Lang,
    pub(super) audience: Audience,
    pub(super) identity: &'a Identity,
    pub(super) chapters: Vec<Chapter<'a>>,
}

/// Lines of the file.
struct Page {
    lang: Lang,
    lines: Vec<String>,
}

impl Page {
    fn raw(&mut self, line: &str) {
        self.lines.push(Sanitized::line(line).as_str().trim_end().to_owned());
    }

    fn blank(&mut self) {
        self.lines.push(String::new());
    }

    fn say(&mut self, indent: usize, msg: Msg, values: &[&str]) {
        self.raw(&format!("{}{}", " ".repeat(indent), msg.fill(self.lang, values)));
    }

    fn heading(&mut self, text: &str) {
        self.blank();
        self.raw(&"-".repeat(72));
        self.raw(text);
        self.raw(&"-".repeat(72));
    }

    fn list(&mut self, heading: Msg, lines: &[String]) {
        if lines.is_empty() {
            return;
        }
        self.say(2, heading, &[]);
        for (at, line) in lines.iter().enumerate() {
            self.raw(&format!("    {}. {line}", at + 1));
        }
    }
}

impl Readme<'_> {
    pub(super) fn text(&self) -> String {
        let mut page = Page { lang: self.lang, lines: Vec::new() };
        self.top(&mut page);
        let told = || self.chapters.iter().filter(|chapter| chapter.is_told());
        if !told().any(|chapter| chapter.script.is_some()) {
            page.blank();
            page.say(0, Msg::RemedyNothing, &[]);
            page.raw(&self.report.headline.text);
        } else {
            if self.chapters.iter().any(|chapter| !chapter.files.is_empty()) {
                self.before(&mut page);
            }
            self.order(&mut page);
        }
        for chapter in told() {
            self.chapter(chapter, &mut page);
        }
        let others: Vec<&Chapter<'_>> = self.chapters.iter().filter(|chapter| !chapter.is_told()).collect();
        if !others.is_empty() {
            page.heading(Msg::RemedyOthers.text(self.lang));
            for chapter in others {
                page.raw(&format!("  {}  ({})", self.title(chapter.model), self.who(chapter.model)));
                page.say(4, chapter.why.msg(), &[]);
            }
        }
        page.lines.iter().map(|line| format!("{line}\r\n")).collect()
    }

    fn top(&self, page: &mut Page) {
        let case = &self.report.case;
        page.say(0, Msg::RemedyTitle, &[&case.id, &case.source]);
        if let Some(user) = user(self.report) {
            page.say(0, Msg::RemedyUser, &[&user, self.identity_shown()]);
        } else {
            page.raw(Msg::UserNotKnown.text(self.lang));
        }
        let reader = match self.audience {
            Audience::Engineer => Msg::RemedyForEngineer,
            Audience::User => Msg::RemedyForUser,
            Audience::Admin => Msg::RemedyForAdmin,
        };
        page.raw(reader.text(self.lang));
        if self.report.headline.account_locked {
            page.blank();
            page.say(0, words::locked(self.audience.reader()), &[]);
        }
    }

    fn identity_shown(&self) -> &str {
        match self.identity {
            Identity::Unknown => Msg::RemedyNoIdentity.text(self.lang),
            known => known.shown(),
        }
    }

    fn before(&self, page: &mut Page) {
        let has =
            |ending: &str| self.chapters.iter().flat_map(|chapter| &chapter.files).any(|file| file.ends_with(ending));
        page.heading(Msg::RemedyBefore.text(self.lang));
        page.say(2, Msg::RemedyDryRun, &[]);
        page.say(2, Msg::RemedyWholeFolder, &[]);
        if has(".cmd") {
            page.say(2, Msg::RemedyRunCmd, &[]);
            page.say(2, Msg::RemedyBackups, &[&format!("%LOCALAPPDATA%\\outlook-triage\\{}", self.report.case.id)]);
            page.say(2, Msg::RemedyEnglish, &[]);
        }
        if has(".ps1") {
            page.say(2, Msg::RemedyRunPowershell, &[]);
            page.raw("    powershell -NoProfile -ExecutionPolicy Bypass -File NAME.ps1");
        }
        if has(".reg") {
            page.say(2, Msg::RemedyNoReg, &[]);
        }
        page.say(2, Msg::RemedyOneByOne, &[&self.report.headline.stop_rule]);
    }

    fn order(&self, page: &mut Page) {
        page.heading(Msg::RemedyOrder.text(self.lang));
        for (at, chapter) in self.chapters.iter().filter(|chapter| chapter.is_told()).enumerate() {
            let first = chapter.files.iter().filter(|file| !file.contains("-rollback") && !file.ends_with(".reg"));
            let files: Vec<&str> = first.map(String::as_str).collect();
            let what = if files.is_empty() { chapter.why.msg().text(self.lang).to_owned() } else { files.join(", ") };
            page.raw(&format!("  {}. {}", at + 1, self.title(chapter.model)));
            page.raw(&format!("       {what}"));
        }
    }

    fn title(&self, step: &Step) -> String {
        Msg::NextHeader.fill(self.lang, &[&step.number, &step.title])
    }

    fn who(&self, step: &Step) -> String {
        Msg::DoneBy.fill(self.lang, &[words::who(step.who).text(self.lang)])
    }

    fn chapter(&self, chapter: &Chapter<'_>, page: &mut Page) {
        let step = chapter.model;
        page.heading(&format!("{}  [{}]", self.title(step), words::label(step.label).text(self.lang)));
        let mut facts = vec![self.who(step)];
        facts.extend(step.minutes.map(|minutes| Msg::Minutes.fill(self.lang, &[&minutes.to_string()])));
        facts.extend(step.closes_outlook.then(|| Msg::ClosesOutlook.text(self.lang).to_owned()));
        facts.extend(step.wait_until.as_ref().map(|until| Msg::NotBefore.fill(self.lang, &[until])));
        page.raw(&format!("  {}", facts.join("  ")));
        page.raw(&format!("  {}", step.reason));
        // While the account is locked nobody tries; the reason says what comes first.
        if chapter.is_later && !self.report.headline.account_locked {
            page.say(2, Msg::RemedyAfter, &[&self.numbers(&step.waits_for)]);
        }
        for finding in self.report.findings.iter().filter(|finding| step.findings.contains(&finding.id)) {
            self.finding(finding, page);
        }
        if let Some(loses) = &step.loses {
            page.say(2, Msg::Loses, &[loses]);
        }
        if let Some(script) = &chapter.script {
            self.scripts(chapter, script, page);
        }
        page.list(Msg::RemedyInstructions, &step.instructions);
        for shell in Shell::ALL {
            let of_shell = chapter.commands.iter().filter(|(of, _)| *of == shell);
            page.list(words::shell(shell), &of_shell.map(|(_, text)| text.clone()).collect::<Vec<_>>());
        }
        if let Some(file) = chapter.files.iter().find(|file| file.ends_with("-rollback.cmd")) {
            page.say(2, Msg::RemedyUndoScript, &[file]);
        }
        let has_files = chapter.script.as_ref().filter(|_| !chapter.files.is_empty());
        let undo =
            step.rollback.iter().map(|line| has_files.map_or_else(|| line.clone(), |script| script.renamed(line)));
        page.list(Msg::RemedyUndo, &undo.collect::<Vec<_>>());
        if let Some(verify) = &step.verify {
            page.say(2, Msg::Verify, &[verify]);
        }
    }

    fn numbers(&self, steps: &[String]) -> String {
        let number = |id: &String| {
            self.report.plan.iter().find(|step| step.step == *id).map_or_else(|| id.clone(), |step| step.number.clone())
        };
        steps.iter().map(number).collect::<Vec<_>>().join(", ")
    }

    fn finding(&self, finding: &Finding, page: &mut Page) {
        page.say(2, Msg::RemedyAskedBy, &[&finding.title, words::verdict(finding.status).text(self.lang), &finding.id]);
        for evidence in &finding.evidence {
            let place = cited(&evidence.cites, evidence.count, self.lang);
            let text =
                if evidence.supports { evidence.text.clone() } else { Msg::Against.fill(self.lang, &[&evidence.text]) };
            page.raw(&format!("    - {text}  [{place}]"));
        }
    }

    fn scripts(&self, chapter: &Chapter<'_>, script: &Script<'_>, page: &mut Page) {
        let mut manual: Vec<String> = script.all().filter_map(|act| self.by_hand(act)).collect();
        if chapter.files.is_empty() {
            page.say(2, chapter.why.msg(), &[]);
            manual.extend(script.remedy.acts.iter().filter(|act| act.changes()).filter_map(|act| self.act(act)));
        } else {
            page.say(2, Msg::RemedyFiles, &[&chapter.files.join(", ")]);
            let mut does: Vec<String> = script.backup().filter_map(|act| self.act(act)).collect();
            let saved = |key: &&str| Msg::RemedySavesKey.fill(self.lang, &[key, Msg::RemedyForUndo.text(self.lang)]);
            does.extend(script.keys().iter().map(saved));
            does.extend(script.remedy.acts.iter().filter_map(|act| self.act(act)));
            does.dedup();
            page.list(Msg::RemedyDoes, &does);
            if !chapter.files.iter().any(|file| file.contains("-rollback")) && script.all().any(Act::changes) {
                page.say(2, Msg::RemedyNoRollback, &[]);
            }
        }
        page.list(Msg::RemedyByHand, &manual);
    }

    /// What the script does for an act; by hand it does nothing.
    fn act(&self, act: &Act) -> Option<String> {
        let say = |msg: Msg, values: &[&str]| Some(msg.fill(self.lang, values));
        match &act.task {
            Task::Line { effect: Effect::Save(file), .. } => say(Msg::RemedySaves, &[file]),
            Task::Line { effect: Effect::Read, text, .. } => say(Msg::RemedyShows, &[text]),
            Task::Line { effect: Effect::Change, text, .. } => say(Msg::RemedyChanges, &[text]),
            Task::Line { effect: Effect::Remove(name), .. } => say(Msg::RemedyRemoves, &[name]),
            Task::SaveKey { key, file, .. } => say(Msg::RemedySavesKey, &[key, file]),
            Task::Value { key, name, data: Some(data) } => say(Msg::RemedySets, &[name, &data.text, &data.kind, key]),
            Task::Value { key, name, data: None } => say(Msg::RemedyUnsets, &[name, key]),
            Task::Manual { .. } => None,
        }
    }

    fn by_hand(&self, act: &Act) -> Option<String> {
        match &act.task {
            Task::Manual { text, is_name: true } => Some(Msg::RemedyUnsafeName.fill(self.lang, &[&shown(text)])),
            Task::Manual { text, is_name: false } => Some(Msg::RemedyUnfinished.fill(self.lang, &[text])),
            _ => None,
        }
    }
}
