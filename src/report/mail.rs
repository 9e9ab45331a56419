//! Turns the model of one case into drafts of mails to the customer: what to do, one step at a time, and what to send.
//!
//! Renders only: which steps are one reader's is the model's ([`Report::steps_for`]). A mail says *show* only of what is
//! confirmed and *may* of everything else, leaves out what is done, useless or still to be checked, and speaks of no file that
//! the customer did not send, except where it asks for it. Nothing is ever sent.
//!
//! One mail is a message of RFC 5322; two mails are one `multipart/mixed` message whose parts are the two
//! (`message/rfc822`), in this order: the steps, the files to send.
//!
//! ```text
//! Subject: Outlook sign-in: the next steps (case 1f3c9a0d5b7e)
//!
//! Dear customer,
//! thank you for the files that you sent. It may be that this PC keeps sending an old password that was saved on it.
//! ```

mod comparison;
mod message;

use super::model::{CollectNext, Command, Finding, Report, Step, Verdict};
use super::terminal::steps::effort;
use super::terminal::when::{local, minute};
use super::words;
use crate::lang::Lang;
use crate::lang::messages::Msg;
use crate::plan::{Label, Reader, Who};
use message::Mail;

pub use comparison::comparison;

/// Causes that a mail names, and things that it asks for.
const CAUSES: usize = 2;
const NEEDS: usize = 3;
/// Error codes that a mail to an administrator explains.
const CODES: usize = 8;

/// Which mails are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drafts {
    /// Both; where there is nothing to do, or nothing to send, only the other one.
    Both,
    /// What to do.
    Steps,
    /// What to send.
    Evidence,
}

/// The drafts of one case for one reader, from a report that was made for that reader.
#[must_use]
pub fn case(report: &Report, reader: Reader, drafts: Drafts, lang: Lang) -> String {
    let steps = report.steps_for(reader);
    let needs = needs(&report.collect_next, reader);
    let id = &report.case.id;
    let mut mails = Vec::new();
    let both = drafts == Drafts::Both;
    if drafts == Drafts::Steps || (both && (!steps.is_empty() || needs.is_empty())) {
        mails.push(steps_mail(report, reader, &steps, lang));
    }
    if drafts == Drafts::Evidence || (both && !needs.is_empty()) {
        let mut mail = new(reader, address(report, reader), Msg::MailSubjectEvidence.fill(lang, &[id]), lang);
        ask_for(&mut mail, &needs, reader, lang);
        // Where there are steps, their mail has them.
        if steps.is_empty() && reader == Reader::Admin {
            codes(&mut mail, report, lang);
        }
        end(&mut mail, lang);
        mails.push(mail);
    }
    message::write(&mails, &Msg::MailSubjectBoth.fill(lang, &[id]), &report.case.sha256)
}

fn steps_mail(report: &Report, reader: Reader, steps: &[&Step], lang: Lang) -> Mail {
    let subject = Msg::MailSubjectSteps.fill(lang, &[&report.case.id]);
    let mut mail = new(reader, address(report, reader), subject, lang);
    let causes = report.causes_of(steps);
    mail.paragraph(&opening(&causes, lang));
    if reader == Reader::Admin {
        seen(&mut mail, &causes, lang);
        codes(&mut mail, report, lang);
    }
    if steps.is_empty() {
        mail.paragraph(Msg::MailNothing.text(lang));
    } else {
        if report.headline.account_locked {
            mail.paragraph(words::locked(Some(reader)).text(lang));
        }
        let order = match (report.headline.account_locked, steps.len()) {
            (true, _) => Msg::MailOrderLocked,
            (false, 1) => Msg::MailOneStep,
            (false, _) => Msg::MailOrder,
        };
        mail.paragraph(order.text(lang));
        // Their numbers in the plan, for the engineer: in the mail they are counted from 1.
        mail.note = steps.iter().map(|step| format!("{} ({})", step.number, step.step)).collect::<Vec<_>>().join(", ");
        for (position, step) in steps.iter().enumerate() {
            let heading = Msg::MailStep.fill(lang, &[&position.saturating_add(1).to_string(), title(step, reader)]);
            mail.paragraph(&heading);
            of_step(&mut mail, report, step, steps, reader, lang);
            if position.saturating_add(1) < steps.len() {
                mail.paragraph(Msg::MailTellUs.text(lang));
            }
        }
        mail.paragraph(Msg::MailClosing.text(lang));
    }
    end(&mut mail, lang);
    mail
}

/// The beginning of every mail.
fn new(reader: Reader, to: Option<&str>, subject: String, lang: Lang) -> Mail {
    let group = if reader == Reader::User { "user" } else { "administrator" };
    let mut mail = Mail::new(to, group, subject, lang);
    let dear = if reader == Reader::User { Msg::MailDear } else { Msg::MailDearAdmin };
    dear.text(lang).lines().for_each(|line| mail.line(line));
    mail.gap();
    mail
}

fn end(mail: &mut Mail, lang: Lang) {
    mail.paragraph(Msg::MailRegards.text(lang));
}

/// Only the user's address stands in a bundle.
fn address(report: &Report, reader: Reader) -> Option<&str> {
    let addresses = report.case.user.iter().flat_map(|user| &user.smtp);
    addresses.map(String::as_str).find(|_| reader == Reader::User)
}

/// Thanks, and what the files say of the causes that the steps are there for.
fn opening(causes: &[&Finding], lang: Lang) -> String {
    let mut sentences = vec![Msg::MailThanks.text(lang).to_owned()];
    let with_words = causes.iter().filter_map(|cause| Some((cause.status, cause.plain.as_deref()?)));
    let mut said: Vec<&str> = Vec::new();
    for (status, plain) in with_words {
        if said.len() == CAUSES || said.contains(&plain) {
            continue;
        }
        let is_first = said.is_empty();
        let msg = match (status == Verdict::Confirmed, is_first) {
            (true, true) => Msg::MailShows,
            (true, false) => Msg::MailShowsToo,
            (false, true) => Msg::MailMay,
            (false, false) => Msg::MailMayToo,
        };
        sentences.push(msg.fill(lang, &[plain]));
        said.push(plain);
    }
    sentences.join(lang.pick(" ", ""))
}

/// What stands in the files for the causes.
fn seen(mail: &mut Mail, causes: &[&Finding], lang: Lang) {
    for cause in causes.iter().take(CAUSES).filter(|cause| !cause.summary.is_empty()) {
        mail.line(&Msg::MailSeen.fill(lang, &[&cause.summary]));
    }
    mail.gap();
}

/// What the error codes mean, without those of ordinary exchanges: an administrator meets them in the own logs.
fn codes(mail: &mut Mail, report: &Report, lang: Lang) {
    let failures: Vec<String> =
        report.codes.iter().filter(|one| !one.what.noise).take(CODES).map(|one| words::code(&one.what, lang)).collect();
    if !failures.is_empty() {
        mail.line(Msg::MailCodes.text(lang));
        failures.iter().for_each(|line| mail.line(&format!("  - {line}")));
        mail.gap();
    }
}

fn title(step: &Step, reader: Reader) -> &str {
    match &step.plain {
        Some(plain) if reader == Reader::User => &plain.title,
        _ => &step.title,
    }
}

fn of_step(mail: &mut Mail, report: &Report, step: &Step, steps: &[&Step], reader: Reader, lang: Lang) {
    let is_user = reader == Reader::User;
    if step.label == Label::WaitFor {
        let numbers: Vec<String> = steps
            .iter()
            .enumerate()
            .filter(|(_, other)| step.waits_for.contains(&other.step))
            .map(|(position, _)| position.saturating_add(1).to_string())
            .collect();
        let after = if report.headline.account_locked { Msg::MailAfterLocked } else { Msg::MailAfter };
        mail.line(&after.fill(lang, &[&numbers.join(lang.pick(" and step ", "、"))]));
    }
    if let Some(at) = &step.wait_until {
        // A user reads the clock of the PC, or none.
        let at = local(at, report.case.utc_offset.as_deref()).or_else(|| (!is_user).then(|| minute(at)));
        if let Some(at) = at {
            mail.line(&Msg::MailNotBefore.fill(lang, &[&at]));
        }
    }
    if !is_user {
        mail.line(&Msg::MailBy.fill(lang, &[words::who(step.who).text(lang)]));
    }
    if let Some(minutes) = step.minutes.filter(|_| !is_user || step.who == Who::User) {
        mail.line(&Msg::MailTakes.fill(lang, &[&minutes.to_string()]));
    }
    match &step.plain {
        Some(plain) if is_user => {
            if let Some(before) = &plain.before {
                mail.line(&Msg::MailBefore.fill(lang, &[before]));
            }
        }
        _ => {
            if let Some(loses) = &step.loses {
                mail.line(&Msg::Loses.fill(lang, &[loses]));
            }
        }
    }
    mail.numbered(&step.instructions);
    commands(mail, &step.commands, lang);
    if !is_user {
        if !step.rollback.is_empty() {
            mail.line(&Msg::Undo.fill(lang, &[&step.rollback.join(" ")]));
        }
        if let Some(verify) = &step.verify {
            mail.line(&Msg::Verify.fill(lang, &[verify]));
        }
    }
    mail.gap();
}

fn commands(mail: &mut Mail, commands: &[Command], lang: Lang) {
    let by_shell = words::by_shell(commands);
    if by_shell.first().is_some_and(|(shell, _)| shell.is_none()) {
        mail.line(if commands.len() == 1 { Msg::MailCommand } else { Msg::MailCommands }.text(lang));
    }
    for (shell, command) in by_shell {
        if let Some(shell) = shell {
            mail.line(shell.text(lang));
        }
        mail.line(&format!("    {}", command.text));
        if !command.runnable {
            mail.line(Msg::MailFillIn.text(lang));
        }
    }
}

/// What the reader can collect, best first.
fn needs(items: &[CollectNext], reader: Reader) -> Vec<&CollectNext> {
    items.iter().filter(|item| reader == Reader::Admin || item.who == Who::User).take(NEEDS).collect()
}

fn ask_for(mail: &mut Mail, needs: &[&CollectNext], reader: Reader, lang: Lang) {
    let ask = if needs.is_empty() { Msg::MailNoNeed } else { Msg::MailNeed };
    mail.paragraph(&[Msg::MailThanks, ask].map(|msg| msg.text(lang)).join(lang.pick(" ", "")));
    list(mail, needs, lang);
    if reader == Reader::User && !needs.is_empty() {
        mail.paragraph(Msg::MailClosing.text(lang));
    }
}

/// Each with what to do for it.
fn list(mail: &mut Mail, needs: &[&CollectNext], lang: Lang) {
    for (position, item) in needs.iter().enumerate() {
        let cost = effort(item.minutes, item.who, lang);
        let cost = if cost.is_empty() { cost } else { format!(" ({cost})") };
        mail.line(&format!("{}. {}{cost}", position.saturating_add(1), item.title));
        for line in &item.instructions {
            mail.line(&format!("   - {line}"));
        }
        commands(mail, &item.commands, lang);
        mail.gap();
    }
}
