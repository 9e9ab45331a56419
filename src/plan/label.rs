//! Decides the label of one step, first row that fits, with the evidence and a sentence for it.
//!
//! | row | when | label |
//! |---|---|---|
//! | 1 | `skip-when` true without reservation | SKIP |
//! | 2 | a cause is confirmed or likely, or another step inserts this one | DO, unless row 6 or 7 |
//! | 3 | `done-when` true without reservation | DONE |
//! | 4 | every cause ruled out or not applicable, cited and without reservation | SKIP |
//! | 5 | anything else | CHECK, unless row 6 or 7 |
//! | 6 | would be DO or CHECK, but `blocked-when` is true | BLOCKED |
//! | 7 | would be DO or CHECK, but an earlier step or an open gate comes first | WAIT-FOR |
//!
//! A label without a citation would be an assertion: it falls back to CHECK.

use jiff::Timestamp;

use super::Label;
use super::cause::Cause;
use super::make::Case;
use super::step_file::{Guard, InsertedBy, StepFile};
use super::wait::{self, WaitState};
use crate::fact::evidence::Cite;
use crate::finding::{Reservation, Status};
use crate::lang::messages::Msg;
use crate::lang::{Lang, Text};
use crate::rule::eval::{Scope, Tri, Truth};
use crate::rule::need::Need;

/// The label of a step with everything that explains it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decision {
    pub(super) label: Label,
    pub(super) reason: Text,
    pub(super) cites: Vec<Cite>,
    /// Reported causes; for an inserted step also those of the step that inserts it.
    pub(super) findings: Vec<String>,
    pub(super) waits_for: Vec<String>,
    pub(super) wait_until: Option<Timestamp>,
}

/// An earlier step of the plan.
#[derive(Debug)]
pub(super) struct Earlier<'a> {
    pub(super) step: &'a StepFile,
    pub(super) decision: Decision,
}

/// Decides the label of a step after those of all earlier ones.
pub(super) fn decide(case: &Case<'_>, step: &StepFile, causes: &[Cause<'_>], earlier: &[Earlier<'_>]) -> Decision {
    let wait = step.wait.as_ref().map(|wait| wait::state(case, wait));
    let mut decision = Decision {
        label: Label::Check,
        reason: Text::default(),
        cites: Vec::new(),
        findings: causes
            .iter()
            .filter(|cause| cause.finding.is_reported())
            .map(|cause| cause.finding.id.clone())
            .collect(),
        waits_for: Vec::new(),
        wait_until: None,
    };
    base(case, step, causes, earlier, wait.as_ref(), &mut decision);
    if matches!(decision.label, Label::Do | Label::Check) {
        hold(case, step, earlier, &mut decision);
    }
    if let Some(WaitState::Until(until)) = wait
        && matches!(decision.label, Label::Do | Label::Check | Label::WaitFor)
    {
        decision.wait_until = Some(until);
    }
    decision.cites = first_of(decision.cites, case.playbook.cites);
    decision.reason = Text { en: clip(&decision.reason.en), ja: clip(&decision.reason.ja) };
    decision
}

/// Rows 1 to 5.
fn base(
    case: &Case<'_>,
    step: &StepFile,
    causes: &[Cause<'_>],
    earlier: &[Earlier<'_>],
    wait: Option<&WaitState>,
    decision: &mut Decision,
) {
    if let Some((truth, say)) = skips(case, &step.skip_when) {
        return conclude(decision, Label::Skip, say, truth.cites);
    }
    let named: Vec<&Cause<'_>> = causes.iter().filter(|cause| cause.finding.is_named() && cause.is_firm).collect();
    if let Some(reason) = named_reason(case, &named) {
        let cites = named.iter().flat_map(|cause| cause.supporting().cloned()).collect();
        return conclude(decision, Label::Do, reason, cites);
    }
    if let Some((by, truth)) = step.inserted_by.as_ref().and_then(|inserted| inserts(case, inserted, earlier)) {
        let cites = truth.cites.iter().chain(&by.decision.cites).cloned().collect();
        decision.findings.extend(by.decision.findings.iter().cloned());
        decision.findings.sort();
        decision.findings.dedup();
        return conclude(decision, Label::Do, inserted_reason(by, &truth.text), cites);
    }
    let done = step.done_when.as_ref().map(|when| case.evaluator.eval(when, &Scope::new()));
    if let Some(truth) = done.as_ref().filter(|truth| truth.value == Tri::True && truth.reservations.is_empty()) {
        return conclude(decision, Label::Done, done_reason(&truth.text), truth.cites.clone());
    }
    if let Some(WaitState::Over(at, cites)) = wait {
        let (en, ja) = (
            format!("The wait was over at {at}, and nothing was refused since."),
            format!("待機は {at} に終わっており、その後に認証の失敗は記録されていません。"),
        );
        return conclude(decision, Label::Done, Text::new(en, ja), cites.clone());
    }
    let outs: Vec<_> = causes.iter().map_while(|cause| cause.is_out(case)).collect();
    if !causes.is_empty() && outs.len() == causes.len() {
        let texts: Vec<&Text> = outs.iter().map(|out| &out.text).collect();
        let cites = outs.iter().flat_map(|out| out.cites.iter().cloned()).collect();
        return conclude(decision, Label::Skip, out_reason(&texts), cites);
    }
    let cites = causes
        .iter()
        .filter(|cause| cause.finding.is_reported())
        .flat_map(|cause| cause.supporting().cloned())
        .collect();
    conclude(decision, Label::Check, check_reason(case, causes, done.as_ref()), cites);
}

fn conclude(decision: &mut Decision, label: Label, reason: Text, cites: Vec<Cite>) {
    let is_shown = !cites.is_empty() && (label != Label::Do || !decision.findings.is_empty());
    decision.label = if is_shown { label } else { Label::Check };
    decision.reason = reason;
    decision.cites = cites;
}

/// Rows 6 and 7.
fn hold(case: &Case<'_>, step: &StepFile, earlier: &[Earlier<'_>], decision: &mut Decision) {
    for (when, say) in &step.blocked_when {
        let truth = case.evaluator.eval(when, &Scope::new());
        if truth.value == Tri::True {
            decision.label = Label::Blocked;
            decision.reason = say.clone().unwrap_or(truth.text);
            decision.cites = truth.cites;
            return;
        }
    }
    let before: Vec<&Earlier<'_>> = earlier
        .iter()
        .filter(|other| {
            step.waits_for.contains(&other.step.id)
                && matches!(other.decision.label, Label::Do | Label::WaitFor | Label::Blocked)
        })
        .collect();
    let mut waits_for: Vec<&StepFile> = before.iter().map(|other| other.step).collect();
    let mut because = Vec::new();
    for gate in case.open_gates.iter().filter(|gate| !step.open_gate_allowed && !gate.steps.contains(&step.id.as_str()))
    {
        let steps: Vec<&StepFile> = gate.steps.iter().filter_map(|id| case.playbook.step(id)).collect();
        if !steps.is_empty() {
            because.push(&gate.finding.title);
        }
        waits_for.extend(steps);
    }
    if waits_for.is_empty() {
        return;
    }
    let place = |wanted: &StepFile| case.playbook.steps.iter().position(|step| step.id == wanted.id);
    waits_for.sort_by_key(|step| place(step));
    waits_for.dedup_by_key(|step| &step.id);
    decision.label = Label::WaitFor;
    decision.waits_for = waits_for.iter().map(|step| step.id.clone()).collect();
    decision.reason = waiting_reason(&waits_for, because.first().copied());
}

/// The guard that licenses SKIP: true without reservation, one with citations before one without.
fn skips(case: &Case<'_>, guards: &[Guard]) -> Option<(Truth, Text)> {
    let mut bare = None;
    for (when, say) in guards {
        let truth = case.evaluator.eval(when, &Scope::new());
        if truth.value != Tri::True || !truth.reservations.is_empty() {
            continue;
        }
        let text = say.clone().unwrap_or_else(|| truth.text.clone());
        if !truth.cites.is_empty() {
            return Some((truth, text));
        }
        bare = bare.or(Some((truth, text)));
    }
    bare
}

fn inserts<'e, 'a>(
    case: &Case<'_>,
    inserted: &InsertedBy,
    earlier: &'e [Earlier<'a>],
) -> Option<(&'e Earlier<'a>, Truth)> {
    let by = earlier.iter().find(|other| other.step.id == inserted.step && other.decision.label == inserted.label)?;
    let truth = match &inserted.when {
        Some(when) => case.evaluator.eval(when, &Scope::new()),
        None => Truth::new(Tri::True, "inserted"),
    };
    (truth.value == Tri::True).then_some((by, truth))
}

fn named_reason(case: &Case<'_>, named: &[&Cause<'_>]) -> Option<Text> {
    let first = named.iter().min_by_key(|cause| (cause.finding.status, cause.finding.band))?;
    let finding = first.finding;
    // The rule's own sentence holds the values; its notes would make the line too long.
    let own = case.evaluator.rules.rules.get(&finding.id).map(|rule| case.evaluator.fill(&rule.say, &rule.scope()));
    let sentence = own.unwrap_or_else(|| finding.title.clone());
    let more = named.len() - 1;
    let one = |lang: Lang| {
        let mut line = format!("{}: {}", capital(status(finding.status).text(lang)), sentence.get(lang));
        if more > 0 {
            line.push_str(&match lang {
                Lang::En => format!(" (and {more} more)"),
                Lang::Ja => format!(" (ほか {more} 件)"),
            });
        }
        line
    };
    Some(Text { en: one(Lang::En), ja: one(Lang::Ja) })
}

fn inserted_reason(by: &Earlier<'_>, because: &Text) -> Text {
    let number = &by.step.number;
    let tail = |text: &str, colon: &str| if text.is_empty() { String::new() } else { format!("{colon}{text}") };
    Text {
        en: format!("Follows step {number}{}", tail(&because.en, ": ")),
        ja: format!("手順 {number} に続けて実施します{}", tail(&because.ja, ": ")),
    }
}

fn done_reason(text: &Text) -> Text {
    if text.en.is_empty() {
        return Text::new("Already in place.", "実施済みの状態です。");
    }
    Text { en: format!("Already in place: {}", text.en), ja: format!("実施済みの状態です: {}", text.ja) }
}

fn out_reason(texts: &[&Text]) -> Text {
    let mut distinct: Vec<&Text> = Vec::new();
    for text in texts {
        if !distinct.contains(text) {
            distinct.push(text);
        }
    }
    let join = |get: fn(&Text) -> &str, glue: &str| {
        distinct.iter().map(|text| get(text).trim_end_matches(['.', '。'])).collect::<Vec<_>>().join(glue)
    };
    Text {
        en: format!("Cannot help: {}", join(|text| &text.en, "; ")),
        ja: format!("実施しても解消しません: {}", join(|text| &text.ja, "、")),
    }
}

/// Why it is not known: the cause that is in doubt, and what would settle it.
fn check_reason(case: &Case<'_>, causes: &[Cause<'_>], done: Option<&Truth>) -> Text {
    let doubted = causes
        .iter()
        .filter(|cause| cause.finding.is_reported())
        .min_by_key(|cause| (cause.finding.status, cause.finding.band));
    let mut needs: Vec<&String> = causes
        .iter()
        .filter(|cause| !matches!(cause.finding.status, Status::RuledOut | Status::NotApplicable))
        .flat_map(|cause| &cause.finding.need)
        .collect();
    let own = done.filter(|truth| truth.value == Tri::Unknown).map(Truth::needs).unwrap_or_default();
    if doubted.is_none() {
        needs.extend(&own);
    }
    let titles = need_titles(case, &needs);
    if doubted.is_none()
        && let Some(truth) = done.filter(|truth| truth.value == Tri::True)
        && let Some(assumption) = truth.reservations.iter().next()
    {
        let words = reservation(*assumption);
        return Text {
            en: format!("Seems to be in place, but this rests on an assumption: {}", words.text(Lang::En)),
            ja: format!("実施済みと思われますが、前提があります: {}", words.text(Lang::Ja)),
        };
    }
    if let Some(cause) = doubted {
        let one = |lang: Lang| {
            let line =
                format!("{}: {}", capital(status(cause.finding.status).text(lang)), cause.finding.title.get(lang));
            match (&titles, lang) {
                (None, _) => line,
                (Some(titles), Lang::En) => format!("{line}; to be settled by: {}", titles.en),
                (Some(titles), Lang::Ja) => format!("{line} (判定に必要: {})", titles.ja),
            }
        };
        return Text { en: one(Lang::En), ja: one(Lang::Ja) };
    }
    if let Some(titles) = titles {
        return Text {
            en: format!("Not enough evidence; needs: {}", titles.en),
            ja: format!("判断するための情報が不足しています (必要: {})", titles.ja),
        };
    }
    if let Some(assumption) = causes.iter().filter_map(Cause::reservation).min() {
        let words = reservation(assumption);
        return Text {
            en: format!("Nothing points to it, but this rests on an assumption: {}", words.text(Lang::En)),
            ja: format!("該当する問題は見つかっていませんが、前提があります: {}", words.text(Lang::Ja)),
        };
    }
    Text::new(
        "Nothing points to it; only if the steps before it do not help.",
        "該当する問題は見つかっていません。前の手順で解消しない場合に実施してください。",
    )
}

fn need_titles(case: &Case<'_>, needs: &[&String]) -> Option<Text> {
    const SHOWN: usize = 2;
    let mut ids: Vec<&String> = needs.to_vec();
    ids.sort();
    ids.dedup();
    let titles: Vec<&Text> =
        ids.iter().filter_map(|id| case.evaluator.rules.needs.get(*id)).map(|need| &need.title).collect();
    let more = titles.len().saturating_sub(SHOWN);
    let some = |get: fn(&Text) -> &str, glue: &str| {
        titles.iter().take(SHOWN).map(|text| get(text)).collect::<Vec<_>>().join(glue)
    };
    let (mut en, mut ja) = (some(|text| &text.en, ", "), some(|text| &text.ja, "、"));
    if more > 0 {
        en.push_str(&format!(" and {more} more"));
        ja.push_str(&format!("、ほか {more} 件"));
    }
    (!titles.is_empty()).then_some(Text { en, ja })
}

fn waiting_reason(steps: &[&StepFile], gate: Option<&Text>) -> Text {
    let one = |lang: Lang| {
        let names: Vec<String> =
            steps.iter().map(|step| format!("{} ({})", step.number, step.title.get(lang))).collect();
        let line = match lang {
            Lang::En => format!("After step {}", names.join(", ")),
            Lang::Ja => format!("手順 {} の後に実施します", names.join("、")),
        };
        match (gate, lang) {
            (None, _) => line,
            (Some(gate), Lang::En) => format!("{line}: {}", gate.en),
            (Some(gate), Lang::Ja) => format!("{line}: {}", gate.ja),
        }
    };
    Text { en: one(Lang::En), ja: one(Lang::Ja) }
}

/// The word of a status.
pub(super) fn status(status: Status) -> Msg {
    match status {
        Status::Confirmed => Msg::Confirmed,
        Status::Contradicted => Msg::Contradicted,
        Status::Likely => Msg::Likely,
        Status::Possible => Msg::Possible,
        Status::Unknown => Msg::StatusUnknown,
        Status::RuledOut => Msg::RuledOut,
        Status::NotApplicable => Msg::NotApplicable,
    }
}

fn reservation(reservation: Reservation) -> Msg {
    match reservation {
        Reservation::AssumedSubject => Msg::AssumedSubject,
        Reservation::PolicyNotCovered => Msg::PolicyNotCovered,
        Reservation::OneOfSeveralServers => Msg::OneOfSeveralServers,
        Reservation::LocalTime => Msg::LocalTime,
        Reservation::GuessedEncoding => Msg::GuessedEncoding,
        Reservation::UnverifiedFact => Msg::UnverifiedFact,
    }
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn first_of(cites: Vec<Cite>, limit: usize) -> Vec<Cite> {
    let mut seen = std::collections::BTreeSet::new();
    cites.into_iter().filter(|cite| seen.insert(cite.clone())).take(limit).collect()
}

/// One line of a table.
fn clip(text: &str) -> String {
    const LONGEST: usize = 240;
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.split_at(end).0),
    }
}
