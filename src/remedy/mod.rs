//! Turns the plan of one case into a folder of scripts: one a step to be done, what takes it back, and a README.
//!
//! Scripts do what steps name as typed commands, nothing else; a step without any is work by hand and stands in the README.
//! While an account is locked only the steps that open this gate have scripts, and where it is not clear who the user is,
//! none has. Refuses to run anything and to write anything: the files are values.
//!
//! ```text
//! 2 DO clear-credentials   ─▶  01-clear-credentials.cmd
//! 4 DO set-disable-retry   ─▶  02-set-disable-retry.cmd  .reg   02-set-disable-retry-rollback.cmd  .reg
//!                          ─▶  README.txt
//! ```

mod batch;
mod cmd;
mod powershell;
mod readme;
mod reg;
mod script;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::case::{Case, Knowledge};
use crate::fact::identity::Target;
use crate::lang::Lang;
use crate::limits::Limits;
use crate::plan::command::Account;
use crate::plan::command::act::{Act, Effect, Task};
use crate::plan::{Audience, Label, Remedy, Shell, Step};
use crate::report::model::Report;
use crate::report::terminal::cited;
use readme::{Chapter, Readme, Why};
use script::{Identity, Script};

/// A file of the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name: ASCII letters, digits, `-` and `.`.
    pub name: String,
    /// What stands in it.
    pub bytes: Vec<u8>,
}

/// The folder for one reader, scripts in the order of the plan, the README last.
#[must_use]
pub fn remedy(case: &Case, knowledge: &Knowledge, limits: &Limits, audience: Audience, lang: Lang) -> Vec<File> {
    let report = case.report(knowledge, limits, lang);
    let identity = Identity::of(case.facts.target.person().map(Account::of).unwrap_or_default());
    let is_ambiguous = matches!(case.facts.target, Target::Ambiguous(_));
    let gate = Gate::of(case, knowledge);
    let mut files = Vec::new();
    let mut readme = Readme { report: &report, lang, audience, identity: &identity, chapters: Vec::new() };
    let own: BTreeSet<&str> = report.steps_for(audience.reader()).iter().map(|step| step.step.as_str()).collect();
    let mut done: BTreeSet<&str> = BTreeSet::new();
    for step in &case.plan.steps {
        let Some(model) = report.plan.iter().find(|model| model.step == step.id) else { continue };
        let chapter = match step.label {
            Label::Do if !own.contains(step.id.as_str()) => Chapter::without(model, Why::OtherReader),
            Label::Do if gate.closes(&step.id) => Chapter::without(model, Why::Gate),
            Label::Do => {
                done.insert(&step.id);
                let script = Script {
                    stem: format!("{:02}-{}", done.len(), plain(&step.id)),
                    about: about(&report, step, &identity),
                    identity: &identity,
                    case: plain(&report.case.id),
                    remedy: &step.remedy,
                    closes_outlook: step.closes_outlook,
                };
                let (made, why) = match made(&script) {
                    _ if is_ambiguous => (Vec::new(), Why::SeveralUsers),
                    made => (made, Why::NoCommands),
                };
                let names = made.iter().map(|file| file.name.clone()).collect();
                files.extend(made);
                Chapter { files: names, script: Some(script), ..Chapter::without(model, why) }
            }
            Label::WaitFor
                // A step that waits for one which has no chapter of its own here has none either.
                if own.contains(step.id.as_str())
                    && step.waits_for.iter().all(|first| done.contains(first.as_str())) =>
            {
                Chapter { is_later: true, commands: reading(&step.remedy), ..Chapter::without(model, Why::Waits) }
            }
            _ => continue,
        };
        readme.chapters.push(chapter);
    }
    files.push(File { name: README.to_owned(), bytes: with_mark(&readme.text()) });
    files
}

/// The lines of a step that change nothing: of a step whose turn has not come, the README names no others.
fn reading(remedy: &Remedy) -> Vec<(Shell, String)> {
    let line = |act: &Act| match &act.task {
        Task::Line { shell, text, effect: Effect::Read } => Some((*shell, text.clone())),
        _ => None,
    };
    remedy.acts.iter().filter_map(line).collect()
}

/// The file that explains the others.
const README: &str = "README.txt";

/// Steps that may be done although something closes the way: those of its cause, and those that come before them.
struct Gate(Option<BTreeSet<String>>);

impl Gate {
    fn of(case: &Case, knowledge: &Knowledge) -> Self {
        let open: Vec<_> = case.findings().iter().filter(|finding| finding.is_open_gate()).collect();
        if open.is_empty() {
            return Self(None);
        }
        let mut steps: BTreeSet<String> = open.iter().flat_map(|finding| finding.steps.iter().cloned()).collect();
        for step in knowledge.playbook.steps.iter().rev() {
            if steps.contains(&step.id) {
                steps.extend(step.waits_for.iter().cloned());
            }
        }
        Self(Some(steps))
    }

    fn closes(&self, step: &str) -> bool {
        self.0.as_ref().is_some_and(|allowed| !allowed.contains(step))
    }
}

/// The scripts of one step. A script that cannot be written takes the others of its step with it: none works alone.
fn made(script: &Script<'_>) -> Vec<File> {
    let mut files = Vec::new();
    if script.needs_cmd() {
        let values = script.values();
        let remark = |purpose: &str| script.remarks(&[purpose]);
        let mut add = |suffix: &str, bytes: Option<Vec<u8>>| {
            bytes.map(|bytes| files.push(File { name: format!("{}{suffix}", script.stem), bytes })).is_some()
        };
        let mut whole = add(".cmd", cmd::script(script).map(String::into_bytes));
        if !values.is_empty() {
            let by =
                format!("Not to be opened by itself: {}.cmd saves the former state first and imports it.", script.stem);
            whole &= add(".reg", reg::change(&remark(&by), &values).map(|text| utf16(&text)));
            whole &= add("-rollback.cmd", cmd::rollback(script).map(String::into_bytes));
            let by = format!("Not to be opened by itself: {}-rollback.cmd imports it.", script.stem);
            add("-rollback.reg", reg::removal(&remark(&by), &values).map(|text| utf16(&text)));
        }
        if !whole {
            files.clear();
        }
    }
    if let Some(text) = powershell::script(script) {
        files.push(File { name: format!("{}.ps1", script.stem), bytes: with_mark(&text) });
    }
    files
}

/// What the scripts say about themselves; anything may stand in it.
fn about(report: &Report, step: &Step, identity: &Identity) -> Vec<String> {
    /// Places named for one cause; the README has all.
    const PLACES: usize = 4;
    let mut lines = vec![
        format!("{} {}", report.tool.name, report.tool.version),
        format!("Case: {} {}", report.case.id, report.case.source),
        format!("Step: {} {} - {}", step.number, step.id, step.title.en),
        format!("User: {}", identity.shown()),
    ];
    for finding in report.findings.iter().filter(|finding| step.findings.contains(&finding.id)) {
        lines.push(format!("Asked for by: {} rev {}", finding.id, finding.rev));
        let shown = finding.evidence.iter().filter(|evidence| evidence.supports && !evidence.cites.is_empty());
        for evidence in shown.take(PLACES) {
            lines.push(format!("Evidence: {}", cited(&evidence.cites, None, Lang::En)));
        }
    }
    lines
}

/// An id as part of a file's name; ids of packs are not checked for that.
fn plain(id: &str) -> String {
    id.chars().take(60).map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect()
}

fn with_mark(text: &str) -> Vec<u8> {
    format!("\u{FEFF}{text}").into_bytes()
}

fn utf16(text: &str) -> Vec<u8> {
    "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}
