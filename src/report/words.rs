//! The catalogue's word for each value of the model's and the plan's enumerations. Refuses to know where a word is printed.

use super::model::{ArtifactStatus, Code, CodeSeen, Command, Era, EvidenceState, Outcome, Report, Verdict};
use super::terminal::evidence::cited;
use super::terminal::when::minute;
use crate::fact::{Assumption, Install};
use crate::lang::Lang;
use crate::lang::messages::Msg;
use crate::plan::{Label, Reader, Shell, Who};

/// The id that an enumeration has in JSON.
pub(crate) fn kind_id<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

pub(crate) fn verdict(verdict: Verdict) -> Msg {
    match verdict {
        Verdict::Confirmed => Msg::Confirmed,
        Verdict::Likely => Msg::Likely,
        Verdict::Possible => Msg::Possible,
        Verdict::Contradicted => Msg::Contradicted,
    }
}

/// `0xC000006A STATUS_WRONG_PASSWORD: right user name, wrong password`, with what limits it.
pub(super) fn code(code: &Code, lang: Lang) -> String {
    // The numbers of these two families are short and say nothing alone.
    let number = match &*code.family {
        "kerberos" => format!("Kerberos {}", code.code),
        "schannel" => Msg::CodeAlert.fill(lang, &[&code.code]),
        _ => code.code.clone(),
    };
    let named = [Some(&number), code.name.as_ref()].into_iter().flatten().map(String::as_str).collect::<Vec<_>>();
    let limits = [(code.unverified, Msg::CodeUnverified), (code.noise, Msg::CodeNoise)];
    let limits: Vec<&str> = limits.iter().filter(|(is, _)| *is).map(|(_, msg)| msg.text(lang)).collect();
    let limits = if limits.is_empty() { String::new() } else { format!(" ({})", limits.join(lang.pick(", ", "、"))) };
    format!("{}: {}{limits}", named.join(" "), code.meaning)
}

/// Where and when a code was seen: `Security.evtx rec 88123 (12 ×, 2014-06-03 05:05 … 07:40)`.
pub(super) fn code_seen(seen: &CodeSeen, lang: Lang) -> String {
    let count = seen.count.to_string();
    let when = match (&seen.first, &seen.last) {
        (Some(first), Some(last)) => {
            let (first, last) = (minute(first), minute(last));
            let span = if first == last { first } else { [&*first, &*last].join(lang.pick(" … ", " ～ ")) };
            Msg::CodeSpan.fill(lang, &[&count, &span])
        }
        _ => Msg::PageTimes.fill(lang, &[&count]),
    };
    format!("{} ({when})", cited(&seen.cites, None, lang))
}

/// The codes of the case that stand beside no evidence that is shown.
pub(super) fn other_codes<'r>(all: &'r [CodeSeen], shown: &[&Code]) -> Vec<&'r CodeSeen> {
    let is_shown =
        |one: &CodeSeen| shown.iter().any(|code| (&code.family, &code.code) == (&one.what.family, &one.what.code));
    all.iter().filter(|one| !is_shown(one)).collect()
}

/// How many codes are not printed of a list of which `most` are.
pub(super) fn more_codes(report: &Report, listed: usize, most: usize) -> usize {
    listed.saturating_sub(most).saturating_add(usize::try_from(report.codes_omitted).unwrap_or(usize::MAX))
}

pub(super) fn assumption(assumption: Assumption) -> Msg {
    match assumption {
        Assumption::LooseFilesAreTheUsers => Msg::LooseFilesAreTheUsers,
        Assumption::MailboxInExchangeOnline => Msg::MailboxInExchangeOnline,
        Assumption::DomainFederated => Msg::DomainFederated,
        Assumption::OutlookVersionFromProfile => Msg::OutlookVersionFromProfile,
        Assumption::AsOfNewestEvidence => Msg::AsOfNewestEvidence,
    }
}

pub(super) fn era(era: Era) -> Msg {
    match era {
        Era::Legacy => Msg::EraLegacy,
        Era::Modern => Msg::EraModern,
        Era::Retired => Msg::EraRetired,
        Era::OnPremises => Msg::EraOnPremises,
        Era::Unknown => Msg::EraUnknown,
    }
}

pub(crate) fn label(label: Label) -> Msg {
    match label {
        Label::Do => Msg::LabelDo,
        Label::Check => Msg::LabelCheck,
        Label::Done => Msg::LabelDone,
        Label::Skip => Msg::LabelSkip,
        Label::WaitFor => Msg::LabelWaitFor,
        Label::Blocked => Msg::LabelBlocked,
    }
}

pub(crate) fn who(who: Who) -> Msg {
    match who {
        Who::User => Msg::WhoUser,
        Who::Admin => Msg::WhoAdmin,
        Who::DomainAdmin => Msg::WhoDomainAdmin,
        Who::AdfsAdmin => Msg::WhoAdfsAdmin,
        Who::TenantAdmin => Msg::WhoTenantAdmin,
        Who::NetworkAdmin => Msg::WhoNetworkAdmin,
    }
}

/// What nobody should do while the account is locked; an engineer reads what administrators read.
pub(crate) fn locked(reader: Option<Reader>) -> Msg {
    if reader == Some(Reader::User) { Msg::MailLocked } else { Msg::MailLockedAdmin }
}

/// Where a command is typed.
pub(crate) fn shell(shell: Shell) -> Msg {
    match shell {
        Shell::Cmd => Msg::InCmd,
        Shell::Powershell => Msg::InPowershell,
        Shell::Reg => Msg::InReg,
    }
}

/// Commands in their order, each with the shell where another one begins. Lines that are all for Command Prompt, where most
/// are typed, have no heading.
pub(super) fn by_shell(commands: &[Command]) -> Vec<(Option<Msg>, &Command)> {
    let is_plain = commands.iter().all(|command| command.shell == Shell::Cmd);
    let mut before = None;
    let heading = |command: &Command| {
        let is_new = before.replace(command.shell) != Some(command.shell);
        (is_new && !is_plain).then(|| shell(command.shell))
    };
    let headings: Vec<Option<Msg>> = commands.iter().map(heading).collect();
    headings.into_iter().zip(commands).collect()
}

pub(super) fn install(install: Install) -> Msg {
    match install {
        Install::Msi => Msg::InstallMsi,
        Install::C2r => Msg::InstallC2r,
        Install::Store => Msg::InstallStore,
        Install::Unknown => Msg::InstallUnknown,
    }
}

/// What happened, by the kind of the timeline.
pub(crate) fn event(kind: &str) -> Option<Msg> {
    Some(match kind {
        "password-change" => Msg::EventPasswordChange,
        "rejected" => Msg::EventRejected,
        "lockout" => Msg::EventLockout,
        "unlock" => Msg::EventUnlock,
        "outlook-start" => Msg::EventOutlookStart,
        "outlook-end" => Msg::EventOutlookEnd,
        "update" => Msg::EventUpdate,
        _ => return None,
    })
}

pub(super) fn artifact_status(status: ArtifactStatus) -> Msg {
    match status {
        ArtifactStatus::Read => Msg::FileRead,
        ArtifactStatus::Partial => Msg::FilePartial,
        ArtifactStatus::Skipped => Msg::FileSkipped,
        ArtifactStatus::Failed => Msg::FileFailed,
    }
}

pub(super) fn outcome(outcome: Outcome) -> Msg {
    match outcome {
        Outcome::Verified => Msg::OutcomeVerified,
        Outcome::Improved => Msg::OutcomeImproved,
        Outcome::Unchanged => Msg::OutcomeUnchanged,
        Outcome::Worse => Msg::OutcomeWorse,
        Outcome::NotComparable => Msg::OutcomeNotComparable,
        Outcome::NoLongerApplies => Msg::OutcomeNoLongerApplies,
    }
}

pub(super) fn step_outcome(of: Outcome) -> Msg {
    if of == Outcome::Verified { Msg::OutcomeStepVerified } else { outcome(of) }
}

pub(super) fn cause_outcome(of: Outcome) -> Msg {
    if of == Outcome::Verified { Msg::OutcomeCauseGone } else { outcome(of) }
}

pub(super) fn state(state: EvidenceState) -> Msg {
    match state {
        EvidenceState::Gone => Msg::StateGone,
        EvidenceState::There => Msg::StateThere,
        EvidenceState::Open => Msg::StateOpen,
        EvidenceState::New => Msg::StateNew,
        EvidenceState::Found => Msg::StateFound,
    }
}
