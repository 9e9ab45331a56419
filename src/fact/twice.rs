//! Finds events that two exports of one log show twice, and keeps the fuller one.
//!
//! Exports round times to the millisecond or the second, and the tables of Event Viewer keep neither the number nor the computer.
//! What has equal numbers is one event. What lacks them is matched one to one with the events of another file that were
//! written in the same second: never within one file, where two alike are two.
//!
//! ```text
//! Security.evtx 4771 #812 02:15:30.123Z, Security.csv 4771 02:15:30  ─▶  the first
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use super::event::Draft;
use super::evidence::ArtifactId;

/// Events of one kind and second that are compared with each other; a flood beyond is left as it is.
const ALIKE: usize = 100;

/// Leaves each event once. Times without a zone match nothing.
pub(super) fn drop(drafts: &mut Vec<Draft<'_>>) {
    // Logs round nothing: only what stands beside an event of an export is compared.
    let is_exported = |draft: &&Draft<'_>| draft.record.export.line > 0;
    if !drafts.iter().any(|draft| is_exported(&draft)) {
        return;
    }
    let key = |draft: &Draft<'_>| (draft.fact.at.at.as_second(), draft.fact.provider.clone(), draft.fact.id);
    let placed = || drafts.iter().enumerate().filter(|(_, draft)| draft.fact.at.is_exact());
    let exported = placed().filter(|(_, draft)| is_exported(draft));
    let mut groups: BTreeMap<(i64, Arc<str>, u16), Vec<usize>> =
        exported.map(|(_, draft)| (key(draft), Vec::new())).collect();
    for (index, draft) in placed() {
        if let Some(group) = groups.get_mut(&key(draft)) {
            group.push(index);
        }
    }
    let mut dropped = vec![false; drafts.len()];
    for mut group in groups.into_values().filter(|group| (2..=ALIKE).contains(&group.len())) {
        // The fuller first: with its data, with its number.
        group.sort_by_key(|index| drafts.get(*index).map(|draft| (draft.fact.partial, draft.fact.record == 0, *index)));
        let mut kept: Vec<(usize, Vec<ArtifactId>)> = Vec::new();
        for index in group {
            let Some(draft) = drafts.get(index) else { continue };
            let artifact = draft.fact.source.artifact;
            let same = kept.iter_mut().find(|(other, from)| {
                !from.contains(&artifact) && drafts.get(*other).is_some_and(|other| is_same(other, draft))
            });
            match same {
                Some((_, from)) => {
                    from.push(artifact);
                    if let Some(mark) = dropped.get_mut(index) {
                        *mark = true;
                    }
                }
                None => kept.push((index, vec![artifact])),
            }
        }
    }
    let mut marks = dropped.into_iter();
    drafts.retain(|_| !marks.next().unwrap_or(false));
}

/// Whether two events of one kind and second, from two files, can be one.
fn is_same(one: &Draft<'_>, other: &Draft<'_>) -> bool {
    let agree = |a: &str, b: &str| a.is_empty() || b.is_empty() || a.eq_ignore_ascii_case(b);
    let (one, other) = (&one.fact, &other.fact);
    (one.record == 0 || other.record == 0 || one.record == other.record)
        && agree(&one.channel, &other.channel)
        && agree(&one.computer, &other.computer)
        && agree(one.user.name.as_deref().unwrap_or_default(), other.user.name.as_deref().unwrap_or_default())
}
