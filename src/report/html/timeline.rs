//! What happened when, as a drawing: a lane a kind of event, one for the time to wait, and one a log for what it covers, so
//! that gaps are seen. Each lane also says its numbers in words, and the events stand below as a list.
//!
//! Refuses to choose events: it draws those of the model, and says what lies outside the drawing or was left out.
//!
//! ```text
//! wrong password refused   6   |        ▮ ▮▮▮           |
//! Security.evtx                |   ██████████████       |
//! ```

mod lane;
mod scale;

use askama::Template;
use askama::filters::HtmlSafe;

use super::room::fitting;
use super::value::{Words, places, value};
use crate::lang::messages::Msg;
use crate::report::model::Report;
use crate::report::sanitize::Sanitized;
use crate::report::terminal::when::{minute, minute_here};
use lane::{Lane, events, logs, wait};
use scale::Scale;

/// Bytes of the list.
const ROOM: usize = 256 << 10;

/// The drawing and the list.
#[derive(Template)]
#[template(path = "timeline.html")]
pub(super) struct Timeline {
    words: Words,
    drawing: Option<Drawing>,
    list_title: Sanitized,
    list: Vec<(Sanitized, Sanitized, Option<Sanitized>, Vec<Sanitized>)>,
    more: Option<Sanitized>,
}

impl HtmlSafe for Timeline {}

struct Drawing {
    lanes: Vec<Lane>,
    more: Option<Sanitized>,
    /// Begin, middle and end.
    axis: [Sanitized; 3],
    now: Option<(scale::Percent, Sanitized)>,
}

impl Timeline {
    pub(super) fn new(report: &Report, words: Words) -> Self {
        let shown = fitting(&report.timeline, ROOM);
        let offset = report.case.utc_offset.as_deref();
        let item = |item: &crate::report::model::TimelineItem| {
            let place = places([&item.cite], None, words);
            (value(&minute_here(&item.at, offset)), value(&item.text), place, words.codes(&item.codes))
        };
        Self {
            words,
            drawing: Scale::of(report).map(|scale| Drawing::new(report, &scale, words)),
            list_title: words.fill(Msg::PageTimelineList, &[&report.timeline.len().to_string()]),
            list: report.timeline.iter().take(shown).map(item).collect(),
            more: words.more(report.timeline.len(), shown),
        }
    }
}

impl Drawing {
    fn new(report: &Report, scale: &Scale, words: Words) -> Self {
        let mut lanes = events(report, scale, words);
        lanes.extend(wait(report, scale, words));
        let (covered, more) = logs(report, scale, words);
        lanes.extend(covered);
        let now = report.case.as_of.as_deref();
        Self {
            lanes,
            more,
            axis: scale.axis().map(|at| value(&minute(&at))),
            now: now.and_then(|at| Some((scale.at(at)?, words.fill(Msg::AsOf, &[&minute(at)])))),
        }
    }
}
