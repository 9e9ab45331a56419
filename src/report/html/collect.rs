//! What to collect next, best first, each with the commands to copy folded below it; where no step comes first, the best is open.

use askama::Template;
use askama::filters::HtmlSafe;

use super::how::How;
use super::room::fitting;
use super::value::{Words, value};
use crate::lang::messages::Msg;
use crate::report::model::CollectNext;
use crate::report::sanitize::Sanitized;
use crate::report::terminal::names::some_names;
use crate::report::terminal::steps::effort;

/// Things that stand in the list; the others are folded.
const FIRST: usize = 3;
/// Bytes of all.
const ROOM: usize = 256 << 10;

/// What to collect.
#[derive(Template)]
#[template(path = "collect.html")]
pub(super) struct Collect {
    words: Words,
    first: Vec<Item>,
    folded: Vec<Item>,
    fold: Sanitized,
    more: Option<Sanitized>,
}

impl HtmlSafe for Collect {}

struct Item {
    is_open: bool,
    title: Sanitized,
    about: Vec<Sanitized>,
    how: How,
}

impl Collect {
    pub(super) fn new(items: &[CollectNext], is_first: bool, words: Words) -> Self {
        let shown = fitting(items, ROOM);
        let item = |(position, item): (usize, &CollectNext)| {
            let settles = if !item.settles_steps.is_empty() {
                words.fill(Msg::SettlesSteps, &[&item.settles_steps.join(", ")])
            } else if item.settles.is_empty() {
                value("")
            } else {
                words.fill(Msg::SettlesCauses, &[&some_names(item.settles.iter().cloned())])
            };
            let about = [settles, value(&effort(item.minutes, item.who, words.0))];
            Item {
                is_open: is_first && position == 0,
                title: value(&item.title),
                about: about.into_iter().filter(|text| !text.as_str().is_empty()).collect(),
                how: How::new(&item.instructions, &item.commands, words),
            }
        };
        let mut first: Vec<Item> = items.iter().take(shown).enumerate().map(item).collect();
        let folded = first.split_off(first.len().min(FIRST));
        Self {
            words,
            fold: words.fill(Msg::PageMoreToCollect, &[&folded.len().to_string()]),
            first,
            folded,
            more: words.more(items.len(), shown),
        }
    }
}
