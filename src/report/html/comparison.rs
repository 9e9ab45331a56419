//! The page of two uploads: the answer first, then each step and each cause with what the second upload shows.
//!
//! Refuses to compare; "not comparable" never looks like "fixed".

use askama::Template;

use super::Page;
use super::card::Card;
use super::collect::Collect;
use super::ladder::mark;
use super::room::fitting;
use super::shell::{Shell, of_tool};
use super::value::{Words, places, value, values};
use crate::lang::messages::Msg;
use crate::plan::Label;
use crate::report::model::{Comparison, EvidenceState, FindingOutcome, Outcome, StepOutcome};
use crate::report::sanitize::Sanitized;
use crate::report::terminal::names::{argument, short_name};
use crate::report::words;

/// Bytes of each of the two lists.
const ROOM: usize = 1 << 20;

/// The whole page.
#[derive(Template)]
#[template(path = "comparison.html")]
pub(super) struct ComparisonPage {
    words: Words,
    shell: Shell,
    sides: [Card; 2],
    outcome: Option<Answer>,
    text: Sanitized,
    steps: Vec<Step>,
    more_steps: Option<Sanitized>,
    causes: Vec<Cause>,
    more_causes: Option<Sanitized>,
    signs: Vec<(Sanitized, Option<Sanitized>)>,
    notes: Vec<Sanitized>,
    collect: Collect,
}

/// An outcome as class, icon and word.
struct Answer {
    class: &'static str,
    icon: &'static str,
    word: &'static str,
}

struct Step {
    answer: Answer,
    number: Sanitized,
    title: Sanitized,
    labels: [Option<Answer>; 2],
    text: Sanitized,
    places: Option<Sanitized>,
}

struct Cause {
    answer: Answer,
    title: Sanitized,
    statuses: [&'static str; 2],
    text: Sanitized,
    pieces: Vec<(&'static str, &'static str, Sanitized, Option<Sanitized>)>,
}

impl ComparisonPage {
    pub(super) fn new(comparison: &Comparison, page: &Page) -> Self {
        let words = Words(page.lang);
        let (steps, causes) = (fitting(&comparison.steps, ROOM), fitting(&comparison.findings, ROOM));
        let mut notes = values(&comparison.reservations);
        let fits = fitting(&comparison.notes, ROOM);
        notes.extend(comparison.notes.iter().take(fits).map(|note| value(note)));
        let after = &comparison.after;
        let mut footer = of_tool(&comparison.tool, words);
        footer.push(words.fill(Msg::Exit, &[&page.exit_code.to_string()]));
        footer
            .push(words.fill(Msg::PageCurrentPlan, &[&format!("outlook-triage analyze {}", argument(&after.source))]));
        let title = format!("{} {}", words.text(Msg::PageComparison), short_name(&after.source));
        Self {
            words,
            shell: Shell::new(&title, footer, page.lang),
            sides: [
                Card::of_side(&comparison.before, Msg::PageBefore, words),
                Card::of_side(after, Msg::PageAfter, words),
            ],
            outcome: comparison.outcome.map(|outcome| Answer::of(outcome, words::outcome, words)),
            text: value(&comparison.text),
            steps: comparison.steps.iter().take(steps).map(|step| Step::new(step, words)).collect(),
            more_steps: words.more(comparison.steps.len(), steps),
            causes: comparison.findings.iter().take(causes).map(|cause| Cause::new(cause, words)).collect(),
            more_causes: words.more(comparison.findings.len(), causes),
            signs: comparison.signs.iter().map(|sign| (value(&sign.text), places(&sign.cites, None, words))).collect(),
            notes,
            collect: Collect::new(&comparison.collect_next, true, words),
        }
    }
}

impl Answer {
    fn of(outcome: Outcome, word: fn(Outcome) -> Msg, words: Words) -> Self {
        // The icons of labels that a reader knows from the plan; the word says which outcome it is.
        let (class, label) = match outcome {
            Outcome::Verified => ("done", Label::Done),
            Outcome::Improved => ("check", Label::Do),
            Outcome::Unchanged => ("do", Label::Skip),
            Outcome::Worse => ("blocked", Label::Blocked),
            Outcome::NotComparable => ("wait", Label::Check),
            Outcome::NoLongerApplies => ("skip", Label::Skip),
        };
        Self { class, icon: mark(label).1, word: words.text(word(outcome)) }
    }

    fn of_label(label: Label, words: Words) -> Self {
        let (class, icon) = mark(label);
        Self { class, icon, word: words.text(words::label(label)) }
    }
}

impl Step {
    fn new(step: &StepOutcome, words: Words) -> Self {
        Self {
            answer: Answer::of(step.outcome, words::step_outcome, words),
            number: value(&step.number),
            title: value(&step.title),
            labels: [Some(step.before), step.after].map(|label| label.map(|label| Answer::of_label(label, words))),
            text: value(&step.text),
            places: places(&step.cites, None, words),
        }
    }
}

impl Cause {
    fn new(finding: &FindingOutcome, words: Words) -> Self {
        let pieces = finding.evidence.iter().map(|piece| {
            let class = match piece.state {
                EvidenceState::Gone => "good",
                EvidenceState::There | EvidenceState::New => "bad",
                EvidenceState::Open | EvidenceState::Found => "open",
            };
            let text = if piece.text.is_empty() { &piece.name } else { &piece.text };
            (class, words.text(words::state(piece.state)), value(text), places(&piece.cites, None, words))
        });
        Self {
            answer: Answer::of(finding.outcome, words::cause_outcome, words),
            title: value(&finding.title),
            statuses: [finding.before, finding.after].map(|status| words.text(status.msg())),
            text: value(&finding.text),
            pieces: pieces.collect(),
        }
    }
}
