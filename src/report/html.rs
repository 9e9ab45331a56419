//! Turns the model of one case, or of two uploads, into one page that needs nothing else: no script, no network, no second file.
//!
//! First what to do, then why, then what is not known; everything behind it is folded. Renders only; refuses to decide.
//! Every text of the model goes through `value` and stands in `<bdi>`; templates escape, and nothing of the
//! model reaches an attribute but the sources of rules.
//!
//! ```text
//! <main><section class="next"><h2>Next action</h2><p class="start">START AT STEP 2 …
//! ```

mod card;
mod causes;
mod codes;
mod collect;
mod comparison;
mod how;
mod inventory;
mod ladder;
mod next;
mod room;
mod shell;
mod timeline;
mod trace;
mod unknown;
mod value;

use askama::Template;

use super::model::{Comparison, Finding, Report};
use super::terminal::evidence::Numbered;
use crate::lang::Lang;
use crate::lang::messages::Msg;
use shell::Shell;
use value::Words;

/// Causes that get a card of their own; the others stand in the folded list of rules.
const CARDS: usize = 4;

/// How a page is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Language of the fixed words; the report's texts are in one already.
    pub lang: Lang,
    /// The exit code that the run will end with.
    pub exit_code: u8,
}

#[derive(Template)]
#[template(path = "case.html")]
struct CasePage {
    words: Words,
    shell: Shell,
    card: card::Card,
    next: next::Next,
    ladder: ladder::Ladder,
    causes: causes::Causes,
    timeline: timeline::Timeline,
    unknown: unknown::Unknown,
    collect: collect::Collect,
    trace: trace::Trace,
    codes: codes::Codes,
    inventory: inventory::Inventory,
}

/// The page of one case.
#[must_use]
pub fn case(report: &Report, page: &Page) -> String {
    let words = Words(page.lang);
    let cards: Vec<&Finding> = report
        .headline
        .suspected
        .iter()
        .filter_map(|id| report.findings.iter().find(|finding| finding.id == *id))
        .take(CARDS)
        .collect();
    let numbered = Numbered::new(report, &cards);
    let page = CasePage {
        words,
        shell: Shell::of_case(report, page),
        card: card::Card::of_case(report, words),
        next: next::Next::new(report, words),
        ladder: ladder::Ladder::new(report, &numbered, words),
        causes: causes::Causes::new(report, &cards, &numbered, words),
        timeline: timeline::Timeline::new(report, words),
        unknown: unknown::Unknown::new(report, words),
        collect: collect::Collect::new(&report.collect_next, report.headline.start_at.is_none(), words),
        trace: trace::Trace::new(report, &numbered, words),
        codes: codes::Codes::new(report, words),
        inventory: inventory::Inventory::new(report, words),
    };
    shell::rendered(&page)
}

/// The page of two uploads, compared.
#[must_use]
pub fn comparison(comparison: &Comparison, page: &Page) -> String {
    shell::rendered(&comparison::ComparisonPage::new(comparison, page))
}
