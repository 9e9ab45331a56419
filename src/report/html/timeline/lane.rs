//! The lanes of the drawing: what stands in each, and the same in words.

use super::super::value::{Words, value};
use super::scale::{Bar, Percent, Scale};
use crate::lang::messages::Msg;
use crate::report::model::{Artifact, Report, Span, TimelineItem};
use crate::report::sanitize::Sanitized;
use crate::report::terminal::names::short_name;
use crate::report::terminal::when::minute;
use crate::report::words;

/// Lanes of logs; the others stand in the inventory.
const LOGS: usize = 16;
/// Columns of the name of a log; the whole path stands in the inventory.
const NAME: usize = 60;
/// Lanes of events: one a kind, and the kinds are few.
const KINDS: usize = 12;

/// One line of the drawing.
pub(in super::super) struct Lane {
    /// Of the style sheet.
    pub(in super::super) class: &'static str,
    pub(in super::super) name: Sanitized,
    pub(in super::super) text: Vec<Sanitized>,
    pub(in super::super) marks: Vec<Percent>,
    pub(in super::super) bars: Vec<Bar>,
}

/// A lane a kind, in the order in which the kinds first happen.
pub(super) fn events(report: &Report, scale: &Scale, words: Words) -> Vec<Lane> {
    let mut kinds: Vec<&str> = Vec::new();
    for item in &report.timeline {
        if !kinds.contains(&item.kind.as_str()) {
            kinds.push(&item.kind);
        }
    }
    kinds.into_iter().take(KINDS).map(|kind| of_kind(report, kind, scale, words)).collect()
}

fn of_kind(report: &Report, kind: &str, scale: &Scale, words: Words) -> Lane {
    let items: Vec<&TimelineItem> = report.timeline.iter().filter(|item| item.kind == kind).collect();
    let omitted = report.timeline_omitted.iter().filter(|omission| omission.kind == kind);
    let mut marks: Vec<Percent> = items.iter().filter_map(|item| scale.at(&item.at)).collect();
    let left_out: u64 = omitted.clone().map(|omission| omission.count).sum();
    let all = u64::try_from(items.len()).unwrap_or(u64::MAX).saturating_add(left_out);
    let mut text = vec![words.fill(Msg::PageTimes, &[&all.to_string()])];
    text.extend(span_of(items.iter().map(|item| item.at.as_str())));
    if left_out > 0 {
        text.push(words.fill(Msg::PageSummed, &[&left_out.to_string()]));
    }
    let outside = items.len() - marks.len();
    // Two marks on one place are one mark; the count above is that of the events.
    marks.dedup_by(|later, kept| later.is_beside(*kept));
    if outside > 0 {
        text.push(words.fill(Msg::PageOutside, &[&outside.to_string()]));
    }
    Lane {
        class: class(kind),
        name: words::event(kind).map_or_else(|| value(kind), |msg| words.fill(msg, &[])),
        text,
        marks,
        bars: omitted
            .filter_map(|omission| scale.bar(&Span { from: omission.from.clone(), to: omission.to.clone() }))
            .collect(),
    }
}

fn class(kind: &str) -> &'static str {
    match kind {
        "password-change" => "password",
        "rejected" | "lockout" => "bad",
        "unlock" => "good",
        _ => "plain",
    }
}

/// The time before which the steps that wait are of no use.
pub(super) fn wait(report: &Report, scale: &Scale, words: Words) -> Option<Lane> {
    let from = report.case.as_of.clone()?;
    let until = report.plan.iter().filter_map(|step| step.wait_until.as_ref()).max()?.clone();
    Some(Lane {
        class: "wait",
        name: words.fill(Msg::PageWait, &[]),
        text: vec![words.fill(Msg::NotBefore, &[&minute(&until)])],
        marks: Vec::new(),
        bars: scale.bar(&Span { from, to: until }).into_iter().collect(),
    })
}

/// A lane a log with what it covers, and how many logs have no lane.
pub(super) fn logs(report: &Report, scale: &Scale, words: Words) -> (Vec<Lane>, Option<Sanitized>) {
    let with_time: Vec<(&Artifact, &Span)> =
        report.coverage.artifacts.iter().filter_map(|artifact| Some((artifact, artifact.window.as_ref()?))).collect();
    let lane = |(artifact, window): &(&Artifact, &Span)| {
        let bar = scale.bar(window);
        let mut text: Vec<Sanitized> =
            span_of([window.from.as_str(), window.to.as_str()].into_iter()).into_iter().collect();
        if bar.is_none() {
            text.push(words.fill(Msg::PageNotThen, &[]));
        }
        Lane {
            class: "log",
            name: value(short_name(&artifact.path)).cut(NAME),
            text,
            marks: Vec::new(),
            bars: bar.into_iter().collect(),
        }
    };
    let more = with_time.len().saturating_sub(LOGS);
    let more = (more > 0).then(|| words.fill(Msg::PageMoreLogs, &[&more.to_string()]));
    (with_time.iter().take(LOGS).map(lane).collect(), more)
}

/// First and last of some times, one where they are the same.
fn span_of<'a>(times: impl Iterator<Item = &'a str> + Clone) -> Option<Sanitized> {
    let (first, last) = (minute(times.clone().min()?), minute(times.max()?));
    // The day once, where it is the same.
    let same_day = last.split_once(' ').filter(|(day, _)| first.starts_with(day));
    let short = same_day.map_or(last.as_str(), |(_, time)| time);
    Some(value(&if first == last { first } else { format!("{first} … {short}") }))
}
