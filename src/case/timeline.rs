//! What happened when: the anchors' occurrences and the dated updates, for people to read.

use std::collections::BTreeMap;

use crate::lang::Text;
use crate::report::assemble::TimelineEntry;
use crate::rule::eval::{Evaluator, Occurrence, Scope};

/// Anchors that are shown, with the kind of the report and the words before the details.
const SHOWN: &[(&str, &str, &str, &str)] = &[
    ("password-changed", "password-change", "password changed", "パスワードの変更"),
    ("rejected", "rejected", "wrong password refused", "パスワード誤りによる認証の失敗"),
    ("locked", "lockout", "account locked", "アカウントのロックアウト"),
    ("unlocked", "unlock", "account unlocked", "アカウントのロック解除"),
    ("outlook-started", "outlook-start", "Outlook started", "Outlook の起動"),
    ("outlook-ended", "outlook-end", "Outlook ended", "Outlook の終了"),
];

/// Entries of one kind: the first and the last ones, so that a storm of refusals does not bury the rest.
const EACH_END: usize = 20;

/// The timeline; the report puts it in order.
pub(super) fn timeline(evaluator: &Evaluator<'_>) -> Vec<TimelineEntry> {
    let scope = Scope::new();
    let mut entries = Vec::new();
    for (name, kind, en, ja) in SHOWN {
        let all = evaluator.occurrences(name, &scope);
        let skipped = EACH_END..all.items.len().saturating_sub(EACH_END);
        for (index, item) in all.items.iter().enumerate() {
            if skipped.contains(&index) {
                continue;
            }
            let detail = detail(evaluator, item);
            if let Some(cite) = item.cites.first() {
                let text = Text::new(format!("{en}{detail}"), format!("{ja}{detail}"));
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
    entries
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
