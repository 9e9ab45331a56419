//! From times to places on the drawing, in percent of its width.
//!
//! The drawing spans what the trouble is about: from the first change of a password, refusal or lockout to the moment that
//! waits count from; without any of them, all that is known. Refuses to know what is drawn.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use crate::report::model::{Report, Span};

/// Events that the drawing must hold.
const FOCUS: [&str; 4] = ["password-change", "rejected", "lockout", "unlock"];
/// No narrower than this, so that a minute is not a day.
const LEAST: SignedDuration = SignedDuration::from_mins(10);
/// Empty room on each side, as a part of the whole.
const MARGIN: i32 = 25;

/// The span of the drawing.
#[derive(Debug)]
pub(super) struct Scale {
    from: Timestamp,
    to: Timestamp,
}

/// Hundredths of a percent of the width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct Percent(i128);

impl Percent {
    /// Whether two marks cannot be told apart: a tenth of a percent is a pixel.
    pub(super) fn is_beside(self, other: Self) -> bool {
        self.0.abs_diff(other.0) < 10
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}%", self.0 / 100, self.0 % 100)
    }
}

/// Digits, a stop and a percent sign.
impl askama::filters::HtmlSafe for Percent {}

/// Part of a span on the drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Bar {
    /// Left edge.
    pub(in super::super) x: Percent,
    /// Width.
    pub(in super::super) width: Percent,
}

impl Scale {
    /// Nothing where no time is known.
    pub(super) fn of(report: &Report) -> Option<Self> {
        let focus = report.timeline.iter().filter(|item| FOCUS.contains(&&*item.kind)).map(|item| item.at.as_str());
        let mut times: Vec<Timestamp> = focus.filter_map(time).collect();
        if times.is_empty() {
            let known = report.timeline.iter().map(|item| item.at.as_str());
            let windows = report.coverage.artifacts.iter().filter_map(|artifact| artifact.window.as_ref());
            times.extend(known.chain(windows.flat_map(|window| [&*window.from, &*window.to])).filter_map(time));
        }
        times.extend(report.case.as_of.as_deref().and_then(time));
        times.extend(report.plan.iter().filter_map(|step| step.wait_until.as_deref()).filter_map(time));
        let (from, to) = (*times.iter().min()?, *times.iter().max()?);
        let margin = (to.duration_since(from) / MARGIN).max(LEAST / 2);
        let wider = |at: Timestamp, by: SignedDuration| at.checked_add(by).unwrap_or(at);
        Some(Self { from: wider(from, -margin), to: wider(to, margin) }).filter(|scale| scale.from < scale.to)
    }

    /// Where a time lies; nothing outside the drawing.
    pub(super) fn at(&self, at: &str) -> Option<Percent> {
        let at = time(at)?;
        (self.from..=self.to).contains(&at).then(|| self.place(at))
    }

    /// The part of a span that lies on the drawing, wide enough to be seen.
    pub(super) fn bar(&self, span: &Span) -> Option<Bar> {
        const SEEN: i128 = 40;
        let (from, to) = (time(&span.from)?.max(self.from), time(&span.to)?.min(self.to));
        (from <= to).then(|| {
            let (left, right) = (self.place(from).0, self.place(to).0);
            let width = (right - left).max(SEEN);
            Bar { x: Percent(left.min(10_000 - width)), width: Percent(width) }
        })
    }

    /// Begin, middle and end.
    pub(super) fn axis(&self) -> [String; 3] {
        let middle = self.from.checked_add(self.to.duration_since(self.from) / 2).unwrap_or(self.from);
        [self.from, middle, self.to].map(|at| at.to_string())
    }

    fn place(&self, at: Timestamp) -> Percent {
        let (all, part) = (self.to.duration_since(self.from), at.duration_since(self.from));
        Percent((part.as_nanos().saturating_mul(10_000) / all.as_nanos().max(1)).clamp(0, 10_000))
    }
}

fn time(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_parts_of_the_width_and_what_lies_outside_is_not_drawn() {
        let scale =
            Scale { from: "2014-06-02T00:00:00Z".parse().unwrap(), to: "2014-06-03T00:00:00Z".parse().unwrap() };
        let at = |text: &str| scale.at(text).map(|place| place.to_string());
        assert_eq!(at("2014-06-02T00:00:00Z").as_deref(), Some("0.00%"));
        assert_eq!(at("2014-06-02T08:00:00Z").as_deref(), Some("33.33%"));
        assert_eq!(at("2014-06-03T00:00:00Z").as_deref(), Some("100.00%"));
        assert_eq!((at("2014-06-03T00:00:01Z"), at("no time")), (None, None));
        let bar = |from: &str, to: &str| {
            let span = Span { from: from.to_owned(), to: to.to_owned() };
            scale.bar(&span).map(|bar| format!("{} {}", bar.x, bar.width))
        };
        assert_eq!(bar("2014-05-01T00:00:00Z", "2014-06-02T12:00:00Z").as_deref(), Some("0.00% 50.00%"));
        assert_eq!(bar("2014-06-03T00:00:00Z", "2014-06-09T00:00:00Z").as_deref(), Some("99.60% 0.40%"));
        assert_eq!(bar("2014-05-01T00:00:00Z", "2014-05-02T00:00:00Z"), None);
        assert_eq!(bar("2014-06-02T12:00:00Z", "2014-06-02T06:00:00Z"), None);
    }
}
