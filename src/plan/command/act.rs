//! Turns typed commands into what a script does with them: a task, whose session it needs, and what it does to the machine.
//!
//! Refuses to let anything run whose effect is not typed: a constant line of a pack, a line with a placeholder, or a name
//! that cannot be quoted is work by hand.
//!
//! ```text
//! {program: cmdkey, verb: delete, each: rows}   ─▶  Line { cmdkey /delete:"…", Remove }   as the user
//! a"&calc                                       ─▶  Manual                                shown, never run
//! ```

use super::argument::{cmd_quoted, shown};
use super::{Command, Folder, KeyPath, User, Values};
use crate::plan::{CommandText, Shell};

/// Who has to run something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Session {
    /// Anybody.
    Anybody,
    /// The target user, in a session of their own.
    User,
    /// An administrator of the computer, elevated.
    Elevated,
    /// Somebody who may read the security log of the computer.
    LogReader,
    /// Somebody with the directory's module, for the one user that this expression finds.
    Directory {
        /// `Get-ADUser …`.
        lookup: String,
        /// The SID as a literal, where it is known.
        sid: Option<String>,
    },
}

/// What a line does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// It only shows something.
    Read,
    /// It writes a file of this name into the folder of backups.
    Save(String),
    /// It changes something.
    Change,
    /// It removes the thing of this name.
    Remove(String),
}

/// What a value of the registry becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Data {
    /// The type as reg.exe names it.
    pub kind: String,
    /// The data as reg.exe takes them.
    pub text: String,
}

/// One thing that a script does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// A line of a shell.
    Line {
        /// Whose.
        shell: Shell,
        /// The text.
        text: String,
        /// What it does.
        effect: Effect,
    },
    /// Saves a key, if it is there.
    SaveKey {
        /// Below HKCU or HKLM.
        key: String,
        /// Name of the file.
        file: String,
        /// As a `.reg` file; else as text.
        export: bool,
    },
    /// Sets a value of the registry, or removes it.
    Value {
        /// Below HKCU or HKLM.
        key: String,
        /// Name.
        name: String,
        /// `None`: removed.
        data: Option<Data>,
    },
    /// Nothing a script may do.
    Manual {
        /// What the reader does instead, harmless to look at.
        text: String,
        /// It is a name that is refused, not a line to fill in.
        is_name: bool,
    },
}

/// A task and who has to run it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Who.
    pub session: Session,
    /// What.
    pub task: Task,
}

/// What the scripts of a step do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remedy {
    /// What is saved first.
    pub backup: Vec<Act>,
    /// What is done then.
    pub acts: Vec<Act>,
}

impl Act {
    /// Whether it is left to the reader.
    #[must_use]
    pub fn is_manual(&self) -> bool {
        matches!(self.task, Task::Manual { .. })
    }

    /// Whether it changes more than its own folder of backups.
    #[must_use]
    pub fn changes(&self) -> bool {
        match &self.task {
            Task::Line { effect, .. } => matches!(effect, Effect::Change | Effect::Remove(_)),
            Task::Value { .. } => true,
            Task::SaveKey { .. } | Task::Manual { .. } => false,
        }
    }

    fn manual(text: String) -> Self {
        Self { session: Session::Anybody, task: Task::Manual { text, is_name: false } }
    }
}

impl Command {
    /// What a script does with this command, in order.
    #[must_use]
    pub fn acts(&self, values: &Values<'_>) -> Vec<Act> {
        let values = &Values { folder: Folder::Backup, ..*values };
        if let Self::CmdkeyDeleteRows = self {
            return values.rows.iter().map(|target| remove(target)).collect();
        }
        self.lines(values).into_iter().map(|line| self.act(values, line)).collect()
    }

    fn act(&self, values: &Values<'_>, line: CommandText) -> Act {
        if !line.runnable {
            return Act::manual(line.text);
        }
        let registry = |key: &KeyPath, task: &dyn Fn(String) -> Task| {
            let path = match values.major {
                Some(major) => key.0.replace("$ver", &format!("{major}.0")),
                None => key.0.clone(),
            };
            let session = if path.starts_with("HKCU\\") { Session::User } else { Session::Elevated };
            Act { session, task: task(path) }
        };
        let one = |session: Session, effect: Effect| Act {
            session,
            task: Task::Line { shell: line.shell, text: line.text.clone(), effect },
        };
        let directory = || {
            let user = User::of(values.user);
            let sid = values.user.sid.filter(|sid| sid.starts_with("S-1-5-21-"));
            Session::Directory { lookup: user.lookup.0, sid: sid.and_then(super::powershell_literal) }
        };
        match self {
            Self::RegAdd { key, value, kind, data } => registry(key, &|key| Task::Value {
                key,
                name: value.clone(),
                data: Some(Data { kind: kind.clone(), text: data.clone() }),
            }),
            Self::RegDelete { key, value } => {
                registry(key, &|key| Task::Value { key, name: value.clone(), data: None })
            }
            Self::RegQuery { key, to } => {
                registry(key, &|key| Task::SaveKey { key, file: to.0.clone(), export: false })
            }
            Self::RegExport { key, to } => {
                registry(key, &|key| Task::SaveKey { key, file: to.0.clone(), export: true })
            }
            Self::CmdkeyList { to } => one(Session::User, Effect::Save(to.0.clone())),
            Self::UpdateClickToRun => one(Session::Elevated, Effect::Change),
            Self::FileVersion { .. } => one(Session::Anybody, Effect::Read),
            Self::AdAccountState { .. } => one(directory(), Effect::Read),
            Self::AdUnlock { .. } => one(directory(), Effect::Change),
            Self::AdLockoutEvents { .. } => one(Session::LogReader, Effect::Read),
            Self::AdAccountDump { to, .. } => one(directory(), Effect::Save(to.0.clone())),
            Self::AdfsTokenLifetime => one(Session::Elevated, Effect::Read),
            Self::AdfsAccountActivity { to, .. } => one(Session::Elevated, Effect::Save(to.0.clone())),
            Self::CasMailbox { to, .. } => one(Session::Anybody, Effect::Save(to.0.clone())),
            // What a file holds that somebody else wrote, and what a line of a pack does, nobody has typed.
            Self::RegImport { .. } | Self::Constant { .. } | Self::CmdkeyDeleteRows => Act::manual(line.text),
        }
    }
}

/// Removes one credential. The script is ASCII: in another code page another name would arrive.
fn remove(target: &str) -> Act {
    match cmd_quoted(target).filter(|_| target.is_ascii()) {
        Some(quoted) => Act {
            session: Session::User,
            task: Task::Line {
                shell: Shell::Cmd,
                text: format!("cmdkey /delete:{quoted}"),
                effect: Effect::Remove(target.to_owned()),
            },
        },
        None => Act { session: Session::User, task: Task::Manual { text: shown(target), is_name: true } },
    }
}
