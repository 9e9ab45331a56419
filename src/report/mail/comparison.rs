//! Turns a comparison into the draft of a mail: thanks, what the second upload shows, and what to send next.
//!
//! What could not be compared is said to be open and never to be solved. Refuses to decide: the outcomes are the model's.
//!
//! ```text
//! thank you for sending us files again. They do not show whether the problem is solved.
//! - Remove the old passwords that are saved on this PC: the files do not show whether this was done.
//! ```

use super::super::model::{Basis, Comparison, Outcome, StepOutcome};
use super::{Reader, list, message, needs, new};
use crate::lang::Lang;
use crate::lang::messages::Msg;

/// The draft of a mail to one reader about two uploads.
#[must_use]
pub fn comparison(comparison: &Comparison, reader: Reader, lang: Lang) -> String {
    let subject = Msg::MailSubjectComparison.fill(lang, &[&comparison.after.id]);
    // The later upload's only: that the first one is of the same user may be an assumption.
    let to = comparison.after.smtp.first().map(String::as_str).filter(|_| reader == Reader::User);
    let mut mail = new(reader, to, subject.clone(), lang);
    let goes_on = comparison.signs.iter().any(|sign| sign.goes_on).then_some(Msg::MailGoesOn);
    let sentences = [Some(Msg::MailThanksAgain), Some(answer(comparison)), goes_on];
    let sentences: Vec<&str> = sentences.into_iter().flatten().map(|msg| msg.text(lang)).collect();
    mail.paragraph(&sentences.join(lang.pick(" ", "")));
    for step in comparison.steps.iter().filter(|step| step.counts && step.readers.contains(&reader)) {
        let title = step.plain.as_ref().filter(|_| reader == Reader::User).unwrap_or(&step.title);
        mail.line(&format!("- {}", of_step(step).fill(lang, &[title])));
    }
    mail.gap();
    let needs = needs(&comparison.collect_next, reader);
    if !needs.is_empty() {
        mail.paragraph(Msg::MailNeedNext.text(lang));
        list(&mut mail, &needs, lang);
    } else if comparison.outcome != Some(Outcome::Verified) {
        mail.paragraph(Msg::MailNextFromUs.text(lang));
    }
    mail.paragraph(Msg::MailRegards.text(lang));
    message::write(&[mail], &subject, &comparison.after.sha256)
}

fn answer(comparison: &Comparison) -> Msg {
    match comparison.outcome {
        Some(Outcome::NotComparable) if comparison.outcome_without_signs == Some(Outcome::Verified) => {
            Msg::MailAllDoneTroubleOpen
        }
        None | Some(Outcome::NoLongerApplies) => Msg::MailNothingToCompare,
        Some(Outcome::Verified) => Msg::MailAllVerified,
        Some(Outcome::Improved) => Msg::MailAllImproved,
        Some(Outcome::Unchanged) => Msg::MailAllUnchanged,
        Some(Outcome::Worse) => Msg::MailAllWorse,
        Some(Outcome::NotComparable) => Msg::MailAllOpen,
    }
}

fn of_step(step: &StepOutcome) -> Msg {
    match step.outcome {
        Outcome::Verified => Msg::MailStepVerified,
        // Only what shows a part of the step itself is said to do so.
        Outcome::Improved => match step.basis {
            Some(Basis::Shown) => Msg::MailStepImproved,
            Some(Basis::CausesGone) => Msg::MailStepCausesGone,
            Some(Basis::Assumed) => Msg::MailStepAssumed,
            None => Msg::MailStepOpen,
        },
        Outcome::Unchanged => Msg::MailStepUnchanged,
        Outcome::Worse => Msg::MailStepWorse,
        Outcome::NotComparable => Msg::MailStepOpen,
        Outcome::NoLongerApplies => Msg::MailStepNoLongerApplies,
    }
}
