//! The steps as a ladder: one rung a step in the plan's order, its label as a word, an icon and a colour.
//!
//! Refuses to order or to label: both are the plan's.

use askama::Template;
use askama::filters::HtmlSafe;

use super::how::How;
use super::next::about;
use super::room::fitting;
use super::value::{Words, value};
use crate::lang::messages::Msg;
use crate::plan::Label;
use crate::report::model::{Report, Step};
use crate::report::sanitize::Sanitized;
use crate::report::terminal::evidence::Numbered;
use crate::report::words;

/// Bytes of all rungs; a rule pack can bring any number of steps.
const ROOM: usize = 512 << 10;

/// The ladder.
#[derive(Template)]
#[template(path = "ladder.html")]
pub(super) struct Ladder {
    words: Words,
    rungs: Vec<Rung>,
    more: Option<Sanitized>,
}

impl HtmlSafe for Ladder {}

struct Rung {
    class: &'static str,
    icon: &'static str,
    label: &'static str,
    number: Sanitized,
    title: Sanitized,
    reason: Sanitized,
    refs: Vec<usize>,
    about: Vec<Sanitized>,
    /// Of the first step it stands in the box above.
    how: Option<How>,
}

impl Ladder {
    pub(super) fn new(report: &Report, numbered: &Numbered<'_>, words: Words) -> Self {
        let shown = fitting(&report.plan, ROOM);
        let rung = |step: &Step| {
            let (class, icon) = mark(step.label);
            // What need not be done costs nothing.
            let costs = !matches!(step.label, Label::Done | Label::Skip);
            let how = costs && Some(&step.step) != report.headline.start_at.as_ref();
            Rung {
                class,
                icon,
                label: words.text(words::label(step.label)),
                number: value(&step.number),
                title: value(&step.title),
                reason: value(&step.reason),
                refs: numbered.numbers(&step.cites),
                about: if costs { about(step, report, words) } else { Vec::new() },
                how: how.then(|| How::of_step(step, words)).filter(|how| !how.is_empty()),
            }
        };
        let rungs: Vec<Rung> = report.plan.iter().take(shown).map(rung).collect();
        Self { words, rungs, more: words.more(report.plan.len(), shown) }
    }
}

/// The class of the style sheet and the outline of the icon, in a square of 16.
pub(super) fn mark(label: Label) -> (&'static str, &'static str) {
    match label {
        Label::Do => ("do", "M4 2l10 6-10 6z"),
        Label::Check => {
            ("check", "M7 2a5 5 0 0 1 4 8l4 4-1.5 1.5-4-4a5 5 0 1 1-2.5-9.5zm0 2a3 3 0 1 0 0 6 3 3 0 0 0 0-6z")
        }
        Label::Done => ("done", "M6.5 13.5l-5-5 2-2 3 3 6-7 2 2z"),
        Label::Skip => ("skip", "M2 7h12v2.5h-12z"),
        Label::WaitFor => ("wait", "M3 1h10v2l-4 5 4 5v2h-10v-2l4-5-4-5z"),
        Label::Blocked => ("blocked", "M5 1h6l4 4v6l-4 4h-6l-4-4v-6zm-.5 6v2h7v-2z"),
    }
}
