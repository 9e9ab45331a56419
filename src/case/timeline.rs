//! What happened when: the anchors' occurrences and the dated updates, for people to read.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::lang::messages::Msg;
use crate::lang::{Lang, Text};
use crate::report::assemble::{TimelineEntry, TimelineGap};
use crate::report::words;
use crate::rule::eval::{Evaluator, Occurrence, Scope};
use crate::value::Window;

/// Anchors that are shown, with the kind of the report; its words come before the details.
const SHOWN: &[(&str, &str)] = &[
    ("password-changed", "password-change"),
    ("rejected", "rejected"),
    ("locked", "lockout"),
    ("unlocked", "unlock"),
    ("outlook-started", "outlook-start"),
    ("outlook-ended", "outlook-end"),
];

/// Entries of one kind: the first and the last ones, so that a storm of refusals does not bury the rest.
const EACH_END: usize = 20;

/// What happened, and how much of a storm is left out.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    pub(super) entries: Vec<TimelineEntry>,
    pub(super) omitted: Vec<TimelineGap>,
}

/// The timeline; the report puts it in order.
pub(super) fn timeline(evaluator: &Evaluator<'_>) -> Timeline {
    let scope = Scope::new();
    let (mut entries, mut omitted) = (Vec::new(), Vec::new());
    for (name, kind) in SHOWN {
        let words = |lang| words::event(kind).map_or(*kind, |msg: Msg| msg.text(lang));
        let all = evaluator.occurrences(name, &scope);
        let skipped = EACH_END..all.items.len().saturating_sub(EACH_END);
        let left: Vec<Timestamp> =
            all.items.get(skipped.clone()).unwrap_or_default().iter().map(|item| item.at).collect();
        if let (Some(from), Some(to)) = (left.iter().min(), left.iter().max()) {
            let count = u64::try_from(left.len()).unwrap_or(u64::MAX);
            omitted.push(TimelineGap { kind, count, window: Window { from: *from, to: *to } });
        }
        for (index, item) in all.items.iter().enumerate() {
            if skipped.contains(&index) {
                continue;
            }
            let detail = detail(evaluator, item);
            if let Some(cite) = item.cites.first() {
                let text = Text::new(format!("{}{detail}", words(Lang::En)), format!("{}{detail}", words(Lang::Ja)));
                entries.push(TimelineEntry { at: item.at, kind, text, cite: cite.clone() });
            }
        }
    }
    for patch in evaluator.facts.patches.iter().filter(|patch| patch.product == "outlook" || patch.product == "office")
    {
        if let Some(at) = patch.at {
            let (en, ja) = if patch.installed { ("installed", "適用") } else { ("not installed", "未適用") };
            let text = Text::new(format!("update {} {en}", patch.kb), format!("更新プログラム {} の{ja}", patch.kb));
            entries.push(TimelineEntry { at, kind: "update", text, cite: patch.source.cite() });
        }
    }
    Timeline { entries, omitted }
}

/// ` (4771 × 2, DC01)`: what was written where.
fn detail(evaluator: &Evaluator<'_>, item: &Occurrence) -> String {
    let mut kinds: BTreeMap<(u16, &str), usize> = BTreeMap::new();
    for event in item.events.iter().filter_map(|index| evaluator.facts.events.get(*index)) {
        *kinds.entry((event.id, &*event.computer)).or_default() += 1;
    }
    let parts: Vec<String> = kinds
        .iter()
        .map(
            |((id, computer), count)| {
                if *count > 1 { format!("{id} × {count}, {computer}") } else { format!("{id}, {computer}") }
            },
        )
        .collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join("; ")) }
}
