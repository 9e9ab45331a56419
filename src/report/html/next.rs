//! The box with the next action: where to start, what comes then, and how the first step is done.

use askama::Template;
use askama::filters::HtmlSafe;

use super::how::How;
use super::value::{Words, value};
use crate::lang::messages::Msg;
use crate::plan::Label;
use crate::report::model::{Report, Step};
use crate::report::sanitize::Sanitized;
use crate::report::terminal::when::minute_here;
use crate::report::words;

/// The next action.
#[derive(Template)]
#[template(path = "next.html")]
pub(super) struct Next {
    words: Words,
    start: Sanitized,
    then: Option<Sanitized>,
    headline: Sanitized,
    step: Option<First>,
    stop_rule: Sanitized,
}

impl HtmlSafe for Next {}

struct First {
    title: Sanitized,
    about: Vec<Sanitized>,
    how: How,
}

impl Next {
    pub(super) fn new(report: &Report, words: Words) -> Self {
        let headline = &report.headline;
        let step = report.plan.iter().find(|step| Some(&step.step) == headline.start_at.as_ref());
        let then: Vec<&str> = report
            .plan
            .iter()
            .skip_while(|step| Some(&step.step) != headline.start_at.as_ref())
            .skip(1)
            .filter(|step| matches!(step.label, Label::Do | Label::WaitFor))
            .map(|step| &*step.number)
            .collect();
        Self {
            words,
            start: match step {
                Some(step) => words.fill(Msg::StartAt, &[&step.number]),
                None => words.fill(Msg::StartNowhere, &[]),
            },
            then: (!then.is_empty()).then(|| words.fill(Msg::ThenSteps, &[&then.join(", ")])),
            headline: value(&headline.text),
            step: step.map(|step| First::new(step, report, words)),
            stop_rule: value(&headline.stop_rule),
        }
    }
}

impl First {
    fn new(step: &Step, report: &Report, words: Words) -> Self {
        Self {
            title: words.fill(Msg::NextHeader, &[&step.number, &step.title]),
            about: about(step, report, words),
            how: How::of_step(step, words),
        }
    }
}

/// Who does it, how long it takes, what to mind.
pub(super) fn about(step: &Step, report: &Report, words: Words) -> Vec<Sanitized> {
    let mut about = vec![words.fill(Msg::DoneBy, &[words.text(words::who(step.who))])];
    about.extend(step.minutes.map(|minutes| words.fill(Msg::Minutes, &[&minutes.to_string()])));
    if step.closes_outlook {
        about.push(words.fill(Msg::ClosesOutlook, &[]));
    }
    let here = |at: &String| words.fill(Msg::NotBefore, &[&minute_here(at, report.case.utc_offset.as_deref())]);
    about.extend(step.wait_until.as_ref().map(here));
    about
}
