//! What to collect next, best first, each with the commands to copy. The first ones are open, the others folded.

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

/// Things that are open.
const OPEN: usize = 3;
/// Bytes of all.
const ROOM: usize = 256 << 10;

/// What to collect.
#[derive(Template)]
#[template(path = "collect.html")]
pub(super) struct Collect {
    words: Words,
    open: Vec<Item>,
    folded: Vec<Item>,
    fold: Sanitized,
    more: Option<Sanitized>,
}

impl HtmlSafe for Collect {}

struct Item {
    title: Sanitized,
    about: Vec<Sanitized>,
    how: How,
}

impl Collect {
    pub(super) fn new(items: &[CollectNext], words: Words) -> Self {
        let shown = fitting(items, ROOM);
        let item = |item: &CollectNext| {
            let settles = if !item.settles_steps.is_empty() {
                words.fill(Msg::SettlesSteps, &[&item.settles_steps.join(", ")])
            } else if item.settles.is_empty() {
                value("")
            } else {
                words.fill(Msg::SettlesCauses, &[&some_names(item.settles.iter().cloned())])
            };
            let about = [settles, value(&effort(item.minutes, item.who, words.0))];
            Item {
                title: value(&item.title),
                about: about.into_iter().filter(|text| !text.as_str().is_empty()).collect(),
                how: How::new(&item.instructions, &item.commands, words),
            }
        };
        let mut open: Vec<Item> = items.iter().take(shown).map(item).collect();
        let folded = open.split_off(open.len().min(OPEN));
        Self {
            words,
            fold: words.fill(Msg::PageMoreToCollect, &[&folded.len().to_string()]),
            open,
            folded,
            more: words.more(items.len(), shown),
        }
    }
}
