//! What the scripts of one step have in common: whom they are for, what they are called, what stands at their beginning.
//!
//! Refuses to know any shell.

use crate::plan::command::act::{Act, Session, Task};
use crate::plan::command::argument::{is_safe, remark};
use crate::plan::{Remedy, Shell};

/// The account that a session is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Identity {
    Sid(String),
    Upn(String),
    /// `DOMAIN\sam`.
    Name(String),
    /// The case knows no name that `whoami` would print in ASCII.
    Unknown,
}

impl Identity {
    /// The surest name that may stand in a script.
    pub(super) fn of(account: crate::plan::command::Account<'_>) -> Self {
        let fit = |name: Option<&str>| name.filter(|name| name.is_ascii() && is_safe(name)).map(str::to_owned);
        let upn = || fit(account.upn).filter(|upn| upn.contains('@'));
        let name = || fit(account.name).filter(|name| name.split('\\').filter(|part| !part.is_empty()).count() == 2);
        fit(account.sid.filter(|sid| sid.starts_with("S-1-")))
            .map(Self::Sid)
            .or_else(|| upn().map(Self::Upn))
            .or_else(|| name().map(Self::Name))
            .unwrap_or(Self::Unknown)
    }

    pub(super) fn shown(&self) -> &str {
        match self {
            Self::Sid(name) | Self::Upn(name) | Self::Name(name) => name,
            Self::Unknown => "not known",
        }
    }
}

/// The scripts of one step.
#[derive(Debug, Clone)]
pub(super) struct Script<'a> {
    /// `02-clear-credentials`.
    pub(super) stem: String,
    /// Lines of the comment, without line breaks; anything may stand in them.
    pub(super) about: Vec<String>,
    pub(super) identity: &'a Identity,
    /// The first digits of the case's fingerprint: its folder of backups.
    pub(super) case: String,
    pub(super) remedy: &'a Remedy,
    /// It stops while Outlook runs.
    pub(super) closes_outlook: bool,
}

impl<'a> Script<'a> {
    /// The comment, harmless in every shell.
    pub(super) fn remarks(&self, purpose: &[&str]) -> Vec<String> {
        self.about.iter().map(|line| remark(line)).chain(purpose.iter().map(|line| (*line).to_owned())).collect()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &'a Act> {
        self.remedy.backup.iter().chain(&self.remedy.acts)
    }

    /// What a reader has to do by hand.
    pub(super) fn manual(&self) -> usize {
        self.all().filter(|act| act.is_manual()).count()
    }

    /// Values of the registry that it sets or removes.
    pub(super) fn values(&self) -> Vec<&'a Act> {
        self.all().filter(|act| matches!(act.task, Task::Value { .. })).collect()
    }

    /// Keys that hold those values, each once: they are saved before.
    pub(super) fn keys(&self) -> Vec<&'a str> {
        let mut keys: Vec<&str> = Vec::new();
        for act in self.values() {
            if let Task::Value { key, .. } = &act.task
                && !keys.contains(&key.as_str())
            {
                keys.push(key);
            }
        }
        keys
    }

    /// What is saved first, without the keys that are saved for the rollback anyhow.
    pub(super) fn backup(&self) -> impl Iterator<Item = &'a Act> {
        let keys = self.keys();
        let is_twice = move |act: &&Act| match &act.task {
            Task::SaveKey { key, export: true, .. } => keys.iter().any(|saved| saved.eq_ignore_ascii_case(key)),
            _ => false,
        };
        self.remedy.backup.iter().filter(move |act| !is_twice(act))
    }

    /// A text in which the backups that are not made twice have the names under which they are made.
    pub(super) fn renamed(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for act in &self.remedy.backup {
            if let Task::SaveKey { key, file, export: true } = &act.task
                && let Some(at) = self.keys().iter().position(|saved| saved.eq_ignore_ascii_case(key))
            {
                let saved = format!("%LOCALAPPDATA%\\outlook-triage\\{}\\{}", self.case, self.undo(at));
                text = text.replace(&format!("%TEMP%\\{file}"), &saved).replace(file.as_str(), &saved);
            }
        }
        text
    }

    /// Name of the backup of the key at this place.
    pub(super) fn undo(&self, at: usize) -> String {
        format!("{}-undo-{}.reg", self.stem, at + 1)
    }

    /// Whether anything in it is for cmd.
    pub(super) fn needs_cmd(&self) -> bool {
        let is_cmd = |act: &&Act| !act.is_manual() && !is_line_of(act, Shell::Powershell);
        // Backups alone are worth a script only where something follows that a script does.
        self.all().any(|act| is_cmd(&act)) && self.remedy.acts.iter().any(|act| !act.is_manual())
    }

    pub(super) fn needs_powershell(&self) -> bool {
        self.all().any(|act| is_line_of(act, Shell::Powershell))
    }

    /// Who has to run the tasks of one shell.
    pub(super) fn sessions(&self, of_powershell: bool) -> Vec<&'a Session> {
        let mut sessions: Vec<&Session> = self
            .all()
            .filter(|act| !act.is_manual() && is_line_of(act, Shell::Powershell) == of_powershell)
            .map(|act| &act.session)
            .collect();
        sessions.sort();
        sessions.dedup();
        sessions
    }
}

pub(super) fn is_line_of(act: &Act, wanted: Shell) -> bool {
    matches!(&act.task, Task::Line { shell, .. } if *shell == wanted)
}
