//! The card at the top: which case, whose, which Outlook, which era, which time.
//!
//! Refuses to know what follows from it.

use askama::Template;
use askama::filters::HtmlSafe;

use super::value::{Words, value, values};
use crate::lang::messages::Msg;
use crate::report::model::{Report, Side};
use crate::report::sanitize::Sanitized;
use crate::report::terminal::names::short_name;
use crate::report::terminal::when::{day, minute, minute_here};
use crate::report::words;

/// A heading and named values.
#[derive(Template)]
#[template(path = "card.html")]
pub(super) struct Card {
    /// Whether the card is what the whole page is about.
    is_main: bool,
    kind: &'static str,
    name: Sanitized,
    rows: Vec<(&'static str, Vec<Sanitized>)>,
    notes: Vec<Sanitized>,
}

impl HtmlSafe for Card {}

impl Card {
    pub(super) fn of_case(report: &Report, words: Words) -> Self {
        let case = &report.case;
        let mut rows = Rows { words, rows: Vec::new() };
        let user: Vec<String> =
            case.user.iter().flat_map(|user| user.name.iter().chain(&user.smtp).chain(&user.sid)).cloned().collect();
        rows.add(Msg::PageUser, if user.is_empty() { values(&[words.text(Msg::UserNotKnown)]) } else { values(&user) });
        rows.add(Msg::PageComputer, values(case.computer.as_slice()));
        rows.add(
            Msg::PageOutlook,
            match &case.outlook {
                None => values(&[words.text(Msg::OutlookNotKnown)]),
                Some(outlook) => {
                    let version = outlook.version.as_deref().unwrap_or_default();
                    values(&[outlook.product.as_str(), version, words.text(words::install(outlook.install))])
                }
            },
        );
        rows.add(Msg::PageEra, values(&[words.text(words::era(case.era.value))]));
        let window = case.evidence_window.as_ref();
        rows.add(
            Msg::PageWindow,
            values(window.map(|span| format!("{} … {}", day(&span.from), day(&span.to))).as_slice()),
        );
        let here =
            |at: &Option<String>| values(at.as_ref().map(|at| minute_here(at, case.utc_offset.as_deref())).as_slice());
        rows.add(Msg::PageCollected, here(&case.collected_at));
        let run_as = case.collector.as_ref().and_then(|collector| collector.run_as.clone());
        rows.add(Msg::PageRunAs, values(run_as.as_slice()));
        rows.add(Msg::PageCaseId, values(&[&case.id]));
        let several = Some(case.user_candidates.join(", ")).filter(|several| !several.is_empty());
        Self {
            is_main: true,
            kind: words.text(Msg::PageCase),
            name: value(short_name(&case.source)),
            rows: rows.rows,
            notes: several.iter().map(|several| words.fill(Msg::SeveralUsers, &[several])).collect(),
        }
    }

    pub(super) fn of_side(side: &Side, kind: Msg, words: Words) -> Self {
        let mut rows = Rows { words, rows: Vec::new() };
        rows.add(Msg::PageUser, values(&[side.user.as_deref().unwrap_or(words.text(Msg::UserNotKnown))]));
        rows.add(Msg::PageComputer, values(side.computer.as_slice()));
        rows.add(Msg::PageEra, values(&[words.text(words::era(side.era))]));
        rows.add(Msg::PageAsOf, values(side.as_of.as_ref().map(|at| minute(at)).as_slice()));
        rows.add(Msg::PageCaseId, values(&[&side.id]));
        Self {
            is_main: false,
            kind: words.text(kind),
            name: value(short_name(&side.source)),
            rows: rows.rows,
            notes: Vec::new(),
        }
    }
}

struct Rows {
    words: Words,
    rows: Vec<(&'static str, Vec<Sanitized>)>,
}

impl Rows {
    /// A row, where there is something to say.
    fn add(&mut self, name: Msg, values: Vec<Sanitized>) {
        let values: Vec<Sanitized> = values.into_iter().filter(|text| !text.as_str().is_empty()).collect();
        if !values.is_empty() {
            self.rows.push((self.words.text(name), values));
        }
    }
}
