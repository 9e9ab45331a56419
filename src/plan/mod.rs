//! Turns findings and the playbook into labelled steps in the playbook's order, and into what to collect next.
//!
//! Refuses to know evidence formats. Nothing is sorted by a score; SKIP and DONE need evidence.

mod cause;
mod collect;
pub mod command;
mod headline;
mod instruct;
mod label;
mod locked;
mod make;
pub mod playbook;
mod reason;
mod rows;
pub mod step_file;
mod wait;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::fact::evidence::Cite;
use crate::lang::{Lines, Text};

pub use command::act::Remedy;
pub use make::make;
pub use playbook::Playbook;
pub(crate) use rows::to_delete;
pub use step_file::Plain;

/// What to do with a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING-KEBAB-CASE")]
pub enum Label {
    /// A cause that it fixes is named.
    Do,
    /// Not known to be needed and not known to be done: look first.
    Check,
    /// The evidence shows that it is in place.
    Done,
    /// The evidence shows that it cannot help.
    Skip,
    /// Useless or harmful before another step.
    WaitFor,
    /// It cannot be shown safely.
    Blocked,
}

/// The row of the table of labels that decided: the first that fits, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Row {
    /// `skip-when` is true without reservation.
    SkipWhen,
    /// A cause is confirmed or likely.
    CauseNamed,
    /// Another step inserts this one.
    Inserted,
    /// `done-when` is true without reservation, or the wait is over.
    DoneWhen,
    /// Every cause is ruled out or not applicable, shown and without reservation.
    CausesOut,
    /// None of the others.
    Undecided,
    /// `blocked-when` is true.
    BlockedWhen,
    /// A step that it waits for, or an open gate, comes first.
    ComesLater,
}

/// Who carries out a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)] // the words say it
pub enum Who {
    User,
    Admin,
    DomainAdmin,
    AdfsAdmin,
    TenantAdmin,
    NetworkAdmin,
}

impl Label {
    /// All, with the words of playbooks and reports.
    pub const ALL: [(&'static str, Self); 6] = [
        ("DO", Self::Do),
        ("CHECK", Self::Check),
        ("DONE", Self::Done),
        ("SKIP", Self::Skip),
        ("WAIT-FOR", Self::WaitFor),
        ("BLOCKED", Self::Blocked),
    ];

    /// The word of playbooks and reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, label)| *label == self).map_or("", |(word, _)| word)
    }
}

impl Who {
    /// All, with the words of playbooks and reports.
    pub const ALL: [(&'static str, Self); 6] = [
        ("user", Self::User),
        ("admin", Self::Admin),
        ("domain-admin", Self::DomainAdmin),
        ("adfs-admin", Self::AdfsAdmin),
        ("tenant-admin", Self::TenantAdmin),
        ("network-admin", Self::NetworkAdmin),
    ];
}

/// On whose side something is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reader {
    /// The user whose sign-in fails.
    User,
    /// Any of the administrators.
    Admin,
}

impl Audience {
    /// The one reader that it stands for; an engineer sees both.
    #[must_use]
    pub fn reader(self) -> Option<Reader> {
        match self {
            Self::Engineer => None,
            Self::User => Some(Reader::User),
            Self::Admin => Some(Reader::Admin),
        }
    }
}

/// Whom the plan is printed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Audience {
    /// Sees what the user does, then what the administrator does, and the commands.
    #[default]
    Engineer,
    /// Sees what to click.
    User,
    /// Sees what an administrator does, and the commands.
    Admin,
}

/// The program that reads a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)] // the words say it
pub enum Shell {
    Cmd,
    Powershell,
    Reg,
}

impl Shell {
    /// All, in the order of the report.
    pub const ALL: [Self; 3] = [Self::Cmd, Self::Powershell, Self::Reg];

    /// The word of playbooks and reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Cmd => "cmd",
            Self::Powershell => "powershell",
            Self::Reg => "reg",
        }
    }
}

/// A command as text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CommandText {
    /// Who reads it.
    pub shell: Shell,
    /// The line.
    pub text: String,
    /// False: a placeholder must be filled in, or an unsafe name was left out.
    pub runnable: bool,
}

/// One step of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Step id.
    pub id: String,
    /// `G`, `1`, `1b`, … `5C`.
    pub number: String,
    /// Title.
    pub title: Text,
    /// Label.
    pub label: Label,
    /// Its causes: the reported findings that name it.
    pub findings: Vec<String>,
    /// Why this label.
    pub reason: Text,
    /// What decided it.
    pub decided_by: Row,
    /// Evidence for the label.
    pub cites: Vec<Cite>,
    /// Steps that come first, for WAIT-FOR.
    pub waits_for: Vec<String>,
    /// Who.
    pub who: Who,
    /// Hands-on time.
    pub minutes: Option<u32>,
    /// Outlook must be closed.
    pub closes_outlook: bool,
    /// What is lost.
    pub loses: Option<Text>,
    /// Not before this time.
    pub wait_until: Option<Timestamp>,
    /// What to click, for the audience.
    pub instructions: Lines,
    /// What to type.
    pub commands: Vec<CommandText>,
    /// How to undo it.
    pub rollback: Lines,
    /// How to see that it worked.
    pub verify: Option<Text>,
    /// Targets of saved credentials that it removes, as `cmdkey /delete` wants them.
    pub targets: Vec<String>,
    /// How many of the first instructions name things of this case.
    pub case_lines: usize,
    /// Who has something to do in it.
    pub readers: Vec<Reader>,
    /// The step in the words of somebody who is no technician.
    pub plain: Option<Plain>,
    /// What its scripts do, while it is to be done.
    pub remedy: Remedy,
}

/// Something to collect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectNext {
    /// Need id.
    pub need: String,
    /// Title.
    pub title: Text,
    /// Rules it would settle.
    pub settles: Vec<String>,
    /// Points of those rules: 4 for a gate, 2 for a cause of a step of the plan, 1 for another.
    pub points: u32,
    /// What it costs: 1 for a command, 2 where an administrator is needed, 4 for another team. Points ÷ effort is the rank.
    pub effort: u32,
    /// Step numbers of the plan it would settle.
    pub settles_steps: Vec<String>,
    /// Who.
    pub who: Who,
    /// Hands-on time.
    pub minutes: Option<u32>,
    /// How.
    pub instructions: Lines,
    /// What to type.
    pub commands: Vec<CommandText>,
}

/// The plan of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Steps in the playbook's order.
    pub steps: Vec<Step>,
    /// First step labelled DO or CHECK.
    pub start_at: Option<String>,
    /// Suspected causes, best first.
    pub suspected: Vec<String>,
    /// The line of the tie-breaking that decided between the first two.
    pub tie_break: Option<Text>,
    /// One sentence: what to do next and why.
    pub headline: Text,
    /// A lock is named: what enters passwords or unlocks waits until the source of the old password is gone.
    pub account_locked: bool,
    /// After each step.
    pub stop_rule: Text,
    /// What to collect, best first.
    pub collect_next: Vec<CollectNext>,
}

#[cfg(test)]
mod tests;
