//! Chooses the instructions and commands of a step for one reader, one product and one installation.

use super::command::act::{Act, Remedy, Session};
use super::command::{Command, Folder, Values};
use super::label::Decision;
use super::make::Case;
use super::rows::Rows;
use super::step_file::{Block, StepFile};
use super::{Audience, CommandText, Label, Reader, Who, locked};
use crate::fact::Install;
use crate::lang::Lines;

/// What a reader is told about a step.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) instructions: Lines,
    /// How many of the first lines name things of the case.
    pub(super) case_lines: usize,
    pub(super) commands: Vec<CommandText>,
    pub(super) rollback: Lines,
    pub(super) remedy: Remedy,
}

/// What the reader is told. A step that is not to be done has no instructions, but still says how it could be undone.
pub(super) fn tell(case: &Case<'_>, step: &StepFile, decision: &Decision, rows: Option<&Rows>) -> Told {
    let targets = rows.map(|rows| rows.targets.as_slice()).unwrap_or_default();
    let values = Values { rows: targets, ..case.values(Folder::Temp) };
    let mut told = Told { rollback: rollback(case, step, &values), ..Told::default() };
    if !matches!(decision.label, Label::Do | Label::Check | Label::WaitFor) {
        return told;
    }
    let blocks = chosen(case, step);
    told.remedy = remedy(case, step, &values);
    if let Some(rows) = rows {
        told.instructions.en.extend(rows.lines.en.iter().cloned());
        told.instructions.ja.extend(rows.lines.ja.iter().cloned());
        told.case_lines = rows.lines.en.len();
    }
    let holds = locked::holds(case, step, decision);
    for block in &blocks {
        let ui = if holds { block.ui.without(&block.needs_password) } else { block.ui.clone() };
        told.instructions.en.extend(ui.en);
        told.instructions.ja.extend(ui.ja);
    }
    let stop = if holds { locked::stop() } else { step.stop.clone() };
    told.instructions.en.push(stop.en);
    told.instructions.ja.push(stop.ja);
    if case.audience != Audience::User {
        let all = step.backup.iter().chain(blocks.iter().flat_map(|block| &block.commands));
        told.commands = lines(all, &values);
    }
    told
}

/// What scripts do for the reader: a user runs what works in the user's own session, also where the playbook has an
/// administrator type it.
fn remedy(case: &Case<'_>, step: &StepFile, values: &Values<'_>) -> Remedy {
    let admin = fitting(case, step, true);
    let acts = |commands: &mut dyn Iterator<Item = &Command>| -> Vec<Act> {
        let mut found: Vec<Act> = Vec::new();
        for act in commands.flat_map(|command| command.acts(values)) {
            if !found.contains(&act) {
                found.push(act);
            }
        }
        found
    };
    let blocks = fitting(case, step, false).into_iter().chain(admin);
    let mut remedy =
        Remedy { backup: acts(&mut step.backup.iter()), acts: acts(&mut blocks.flat_map(|block| &block.commands)) };
    let is_users = |act: &Act| act.session == Session::User || act.is_manual();
    if case.audience == Audience::User && (step.who != Who::User || !remedy.acts.iter().all(is_users)) {
        (remedy.backup, remedy.acts) = (Vec::new(), Vec::new());
    }
    remedy
}

fn rollback(case: &Case<'_>, step: &StepFile, values: &Values<'_>) -> Lines {
    let Some(mut lines_of) = step.rollback.lines.clone() else {
        return Lines {
            en: vec!["This step cannot be undone.".to_owned()],
            ja: vec!["この手順は元に戻せません。".to_owned()],
        };
    };
    if case.audience != Audience::User {
        for command in lines(step.rollback.commands.iter(), values) {
            lines_of.en.push(command.text.clone());
            lines_of.ja.push(command.text);
        }
    }
    lines_of
}

/// The lines of commands, each once: two blocks may ask for the same.
pub(super) fn lines<'c>(commands: impl Iterator<Item = &'c Command>, values: &Values<'_>) -> Vec<CommandText> {
    let mut found: Vec<CommandText> = Vec::new();
    for line in commands.flat_map(|command| command.lines(values)) {
        if !found.contains(&line) {
            found.push(line);
        }
    }
    found
}

/// Who has something to do in a step: who carries it out, and who is told something of their own.
pub(super) fn readers(case: &Case<'_>, step: &StepFile) -> Vec<Reader> {
    let is_users = step.who == Who::User;
    let mut readers = Vec::new();
    if is_users || !fitting(case, step, false).is_empty() {
        readers.push(Reader::User);
    }
    if !is_users || !fitting(case, step, true).is_empty() {
        readers.push(Reader::Admin);
    }
    readers
}

/// The blocks for the audience: the user's before the administrator's.
fn chosen<'s>(case: &Case<'_>, step: &'s StepFile) -> Vec<&'s Block> {
    let user = fitting(case, step, false);
    let admin = fitting(case, step, true);
    match case.audience {
        Audience::Engineer => user.into_iter().chain(admin).collect(),
        Audience::User => user,
        Audience::Admin if admin.is_empty() => user,
        Audience::Admin => admin,
    }
}

/// Blocks that fit the product. While it is not known, those of all versions and installations; while only the
/// installation is not known, those that say so themselves, else those of all installations.
fn fitting<'s>(case: &Case<'_>, step: &'s StepFile, admin: bool) -> Vec<&'s Block> {
    let product = case.evaluator.facts.product("outlook");
    let major = product.as_ref().and_then(|product| product.major);
    let install = product.map_or(Install::Unknown, |product| product.install);
    let of_version: Vec<&Block> = step
        .blocks
        .iter()
        .filter(|block| block.admin == admin)
        .filter(|block| block.majors.is_empty() || major.is_none_or(|major| block.majors.contains(&major)))
        .collect();
    let is_listed = |install: Install| of_version.iter().any(|block| block.installs.contains(&install));
    let wanted = match install {
        // The Store edition is updated and repaired like Click-to-Run where a step does not tell them apart.
        Install::Store if !is_listed(Install::Store) => Install::C2r,
        other => other,
    };
    if wanted == Install::Unknown && (major.is_none() || !is_listed(Install::Unknown)) {
        return of_version;
    }
    of_version.into_iter().filter(|block| block.installs.is_empty() || block.installs.contains(&wanted)).collect()
}
