//! What became of each step that the first plan asked for: what the step itself says how to see that it worked, asked of the
//! second upload.

use std::collections::BTreeSet;

use super::evidence::{Now, now, only_records};
use super::finding::shown;
use super::{Pair, words};
use crate::fact::CredentialFact;
use crate::fact::evidence::{Cite, Locator};
use crate::fact::identity::Subject;
use crate::finding::Reason;
use crate::lang::{Lang, Text};
use crate::plan::step_file::StepFile;
use crate::plan::{self, Label, to_delete};
use crate::report::model::{Basis, FindingOutcome, Outcome, StepOutcome};
use crate::rule::condition::Condition;
use crate::rule::eval::{Scope, Tri, Truth, counts};

/// What the second upload shows of a step.
struct Shown {
    outcome: Outcome,
    basis: Option<Basis>,
    text: Text,
    cites: Vec<Cite>,
    need: Vec<String>,
}

impl Shown {
    fn new(outcome: Outcome, text: Text, cites: Vec<Cite>) -> Self {
        Self { outcome, basis: Some(Basis::Shown), text, cites, need: Vec::new() }
    }

    fn on(self, basis: Basis) -> Self {
        Self { basis: Some(basis), ..self }
    }

    /// What no upload can show or does not show.
    fn not_shown(text: Text, need: Vec<String>) -> Self {
        Self { outcome: Outcome::NotComparable, basis: None, text, cites: Vec::new(), need }
    }

    fn open(pair: &Pair<'_>, reason: Reason, need: Vec<String>) -> Self {
        Self::not_shown(words::open(pair, reason, &need), need)
    }
}

/// The steps of the first plan that asked for something, in its order, and those that were in place and are not any more.
pub(super) fn outcomes(pair: &Pair<'_>, findings: &[FindingOutcome]) -> Vec<StepOutcome> {
    let plan = &pair.before.case.plan.steps;
    plan.iter()
        .filter_map(|before| {
            let file = pair.knowledge.playbook.step(&before.id)?;
            let asked = matches!(before.label, Label::Do | Label::WaitFor | Label::Check | Label::Blocked);
            let shown_now = if asked { of_asked(pair, before, file, findings) } else { of_done(pair, file)? };
            let after = pair.after.case.plan.steps.iter().find(|step| step.id == before.id);
            let shown_now = match after {
                Some(after) if asked && pair.same_computer => beside_new_label(shown_now, after, file),
                _ => shown_now,
            };
            Some(StepOutcome {
                step: before.id.clone(),
                number: before.number.clone(),
                title: before.title.get(pair.lang).to_owned(),
                before: before.label,
                after: after.map(|step| step.label),
                outcome: shown_now.outcome,
                basis: shown_now.basis,
                counts: (before.label == Label::Do && shown_now.outcome != Outcome::NoLongerApplies)
                    || shown_now.outcome == Outcome::Worse,
                text: shown_now.text.get(pair.lang).to_owned(),
                cites: shown(pair, &shown_now.cites),
                need: shown_now.need,
                verify: Some(file.verify.say.get(pair.lang).to_owned()),
                readers: before.readers.clone(),
                plain: before.plain.as_ref().map(|plain| plain.title.get(pair.lang).to_owned()),
            })
        })
        .collect()
}

/// The outcome beside what the new plan says of the step: what is asked for again is not verified, and what the files show
/// to be needless is neither undone nor unknown.
fn beside_new_label(shown: Shown, after: &plan::Step, file: &StepFile) -> Shown {
    match (after.label, shown.outcome) {
        (Label::Do, Outcome::Verified) => {
            let text = if file.rows.is_empty() {
                Text::new(
                    format!("{} The new plan asks for it again.", shown.text.en),
                    format!("{} 新しい手順では、再度の実施が必要です。", shown.text.ja),
                )
            } else {
                Text::new(
                    "The entries named before are gone, others are there: the new plan asks for this step again.",
                    "以前に示した項目は残っていませんが、別の項目があります。新しい手順では、再度の実施が必要です。",
                )
            };
            Shown { outcome: Outcome::Improved, text, ..shown }
        }
        (Label::Skip, Outcome::Unchanged | Outcome::NotComparable) => {
            let (en, ja) = (&after.reason.en, &after.reason.ja);
            let text = Text::new(format!("Not needed any more: {en}"), format!("現在は不要です: {ja}"));
            Shown {
                outcome: Outcome::NoLongerApplies,
                basis: Some(Basis::Shown),
                text,
                cites: after.cites.clone(),
                need: Vec::new(),
            }
        }
        _ => shown,
    }
}

/// A step that was in place: only its loss is worth a line.
fn of_done(pair: &Pair<'_>, file: &StepFile) -> Option<Shown> {
    let expect = file.verify.expect.as_ref().filter(|_| file.rows.is_empty())?;
    let scope = Scope::new();
    let (before, after) = (pair.before.evaluator.eval(expect, &scope), pair.after.evaluator.eval(expect, &scope));
    let is_lost =
        before.value == Tri::True && after.value == Tri::False && after.reservations.is_empty() && pair.same_computer;
    is_lost.then(|| Shown::new(Outcome::Worse, lost(&after), after.cites))
}

fn lost(truth: &Truth) -> Text {
    Text::new(
        format!("It was in place before and is not any more: {}", truth.text.en),
        format!("以前は実施済みでしたが、現在は実施されていない状態です: {}", truth.text.ja),
    )
}

fn of_asked(pair: &Pair<'_>, before: &plan::Step, file: &StepFile, findings: &[FindingOutcome]) -> Shown {
    if !file.rows.is_empty() {
        if !before.targets.is_empty() {
            return rows(pair, &before.targets, file);
        }
        // No row was named, so that none is listed would be true of any upload.
        return match &file.done_when {
            Some(condition) => expected(pair, condition, file),
            None => Shown::open(pair, Reason::NotCollected, vec![file.verify.need.clone()]),
        };
    }
    match &file.verify.expect {
        Some(condition) => expected(pair, condition, file),
        None => by_causes(before, findings),
    }
}

/// What the step says how to see that it worked.
fn expected(pair: &Pair<'_>, condition: &Condition, file: &StepFile) -> Shown {
    let scope = Scope::new();
    let was = pair.before.evaluator.eval(condition, &scope);
    let truth = pair.after.evaluator.eval(condition, &scope);
    let of_records = only_records(&pair.after.evaluator, condition, &scope);
    if !pair.same_computer && !of_records {
        return Shown::open(pair, Reason::WrongSubject, Vec::new());
    }
    match truth.value {
        Tri::Unknown => {
            let need = if truth.needs().is_empty() { vec![file.verify.need.clone()] } else { truth.needs() };
            Shown::open(pair, truth.reason(), need)
        }
        Tri::False if was.value == Tri::True && truth.reservations.is_empty() => {
            Shown::new(Outcome::Worse, lost(&truth), truth.cites)
        }
        Tri::False => {
            let text =
                Text::new(format!("Not so yet: {}", truth.text.en), format!("まだ確認できません: {}", truth.text.ja));
            Shown::new(Outcome::Unchanged, text, truth.cites)
        }
        Tri::True if of_records && !is_new(pair, condition, &truth) => {
            Shown::open(pair, Reason::NotCovered, vec![file.verify.need.clone()])
        }
        Tri::True if truth.cites.is_empty() => Shown::open(pair, Reason::NotCollected, vec![file.verify.need.clone()]),
        Tri::True if !truth.reservations.is_empty() => {
            let why: Vec<_> = truth.reservations.iter().map(|reservation| reservation.msg()).collect();
            let words = |lang| why.iter().map(|msg| msg.text(lang)).collect::<Vec<_>>().join(", ");
            let text = Text::new(
                format!("It looks so, under an assumption ({}): {}", words(Lang::En), truth.text.en),
                format!("次の前提のもとで確認できます ({}): {}", words(Lang::Ja), truth.text.ja),
            );
            Shown::new(Outcome::Improved, text, truth.cites).on(Basis::Assumed)
        }
        Tri::True => {
            let text = if was.value == Tri::True {
                Text::new(
                    format!("In place, as before: {}", truth.text.en),
                    format!("以前と同じく実施済みです: {}", truth.text.ja),
                )
            } else {
                Text::new(format!("Verified: {}", truth.text.en), format!("確認できました: {}", truth.text.ja))
            };
            Shown::new(Outcome::Verified, text, truth.cites)
        }
    }
}

/// Whether records show it of the time after the first upload: the newest of them, or the end of the window that was
/// searched for them.
fn is_new(pair: &Pair<'_>, condition: &Condition, truth: &Truth) -> bool {
    let Some(since) = pair.since else { return false };
    if truth.times.is_empty() {
        // The same question of absence that a cause asks, turned round.
        return !matches!(now(pair, &Condition::Not(Box::new(condition.clone())), &Scope::new()), Now::Open(_))
            && truth.cites.iter().any(|cite| matches!(cite.at, Locator::Window(window) if window.to > since));
    }
    truth.times.iter().any(|at| *at > since)
}

/// Rows that were to be removed.
fn rows(pair: &Pair<'_>, targets: &[String], file: &StepFile) -> Shown {
    let facts = &pair.after.case.facts;
    let lists = &facts.coverage.credentials;
    let complete = |subject: &Subject| lists.iter().find(|list| list.complete && list.subject == *subject);
    let is_new = |row: &CredentialFact| row.written.zip(pair.since).is_some_and(|(at, since)| at > since);
    let left: Vec<&CredentialFact> = facts
        .credentials
        .iter()
        .filter(|row| counts(&row.subject) && targets.contains(&to_delete(row)) && !is_new(row))
        .collect();
    let names: BTreeSet<String> = left.iter().map(|row| to_delete(row)).collect();
    let list =
        complete(&Subject::Target).map(|list| (list, false)).or(complete(&Subject::Assumed).map(|list| (list, true)));
    let need = vec![file.verify.need.clone()];
    if !pair.same_computer {
        return Shown::open(pair, Reason::WrongSubject, need);
    }
    let (all, still) = (targets.len(), names.len());
    let gone = all.saturating_sub(still);
    let Some((list, is_assumed)) = list else {
        if gone > 0 {
            let reason = if lists.is_empty() {
                Reason::NotCollected
            } else if lists.iter().any(|list| counts(&list.subject)) {
                Reason::Unreadable
            } else {
                Reason::WrongSubject
            };
            return Shown::open(pair, reason, need);
        }
        return listed(&left, all, gone);
    };
    if still > 0 {
        return listed(&left, all, gone);
    }
    let cites = vec![Cite { absent: true, ..list.cite.clone() }];
    if is_assumed {
        let text = Text::new(
            format!("None of the {all} entries is listed, if the list is this user's."),
            format!("一覧がこのユーザーのものであれば、{all} 件の項目はいずれも残っていません。"),
        );
        return Shown::new(Outcome::Improved, text, cites).on(Basis::Assumed);
    }
    let text = Text::new(
        format!("Verified: none of the {all} entries to remove is listed any more."),
        format!("確認できました: 削除対象の {all} 件の項目は、いずれも一覧に残っていません。"),
    );
    Shown::new(Outcome::Verified, text, cites)
}

fn listed(left: &[&CredentialFact], all: usize, gone: usize) -> Shown {
    let names: Vec<&str> = left.iter().map(|row| row.bare_target.as_str()).collect();
    let cites = left.iter().map(|row| row.source.cite()).collect();
    let (en, ja) = (names.join(", "), names.join("、"));
    if gone > 0 {
        let text = Text::new(
            format!("{gone} of {all} entries are gone; still listed: {en}"),
            format!("{all} 件のうち {gone} 件は削除されています。残っている項目: {ja}"),
        );
        return Shown::new(Outcome::Improved, text, cites);
    }
    let text = Text::new(
        format!("None of the {all} entries is gone; still listed: {en}"),
        if all == 1 {
            format!("まだ残っています: {ja}")
        } else {
            format!("{all} 件とも残っています: {ja}")
        },
    );
    Shown::new(Outcome::Unchanged, text, cites)
}

/// A step that nothing in a bundle shows: its causes may be gone all the same.
fn by_causes(before: &plan::Step, findings: &[FindingOutcome]) -> Shown {
    let causes: Vec<&FindingOutcome> =
        findings.iter().filter(|finding| before.findings.contains(&finding.id)).collect();
    if !causes.is_empty() && causes.iter().all(|cause| cause.outcome == Outcome::Verified) {
        let text = Text::new(
            "Its causes are gone; whether the step was carried out, no upload shows.",
            "この手順の原因は解消しています。手順を実施したかどうかは、資料からは確認できません。",
        );
        return Shown::new(Outcome::Improved, text, Vec::new()).on(Basis::CausesGone);
    }
    Shown::not_shown(
        Text::new(
            "No upload shows whether this step was carried out; ask the user.",
            "この手順を実施したかどうかは、資料からは確認できません。利用者にご確認ください。",
        ),
        Vec::new(),
    )
}
