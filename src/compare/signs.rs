//! Whether the trouble itself went on after `since`: refused passwords and lockouts of the user, and how long the logs are
//! quiet after the last one.
//!
//! A step is carried out some time between the uploads, so refusals after the first upload are no failure by themselves;
//! those that go on until the log ends are.

use jiff::{SignedDuration, Timestamp};

use super::evidence::QUIET;
use super::{Pair, words};
use crate::lang::Text;
use crate::report::assemble::place::time;
use crate::report::model::Sign;
use crate::rule::eval::Scope;

/// Anchors of the trouble, with the kind of the report's timeline.
const SIGNS: [(&str, &str); 2] = [("rejected", "rejected"), ("locked", "lockout")];

/// What the later upload shows of the trouble after `since`; nothing where no record of it stands there and no log covers it.
pub(super) fn signs(pair: &Pair<'_>) -> Vec<Sign> {
    let Some(since) = pair.since else { return Vec::new() };
    SIGNS.iter().filter_map(|(anchor, kind)| sign(pair, anchor, kind, since)).collect()
}

fn sign(pair: &Pair<'_>, anchor: &str, kind: &str, since: Timestamp) -> Option<Sign> {
    let all = pair.after.evaluator.occurrences(anchor, &Scope::new());
    let new: Vec<_> = all.items.iter().filter(|item| item.at > since).collect();
    let last = new.last().map(|item| item.at);
    let from = last.unwrap_or(since);
    let quiet = all.covered_until(from).map(|until| until.duration_since(from));
    if last.is_none() && quiet.is_none() {
        return None;
    }
    let label = pair.knowledge.rules.label(anchor);
    let goes_on = last.is_some() && quiet.is_none_or(|quiet| quiet < QUIET);
    Some(Sign {
        kind: kind.to_owned(),
        count: u64::try_from(new.len()).unwrap_or(u64::MAX),
        last: last.map(time),
        quiet_minutes: quiet.map(|quiet| u64::try_from(quiet.as_mins()).unwrap_or(0)),
        goes_on,
        text: text(&label, new.len(), last, quiet).get(pair.lang).to_owned(),
        cites: last
            .and_then(|last| new.iter().find(|item| item.at == last))
            .map(|item| pair.after.places.cites(&item.cites))
            .unwrap_or_default(),
    })
}

fn text(label: &Text, count: usize, last: Option<Timestamp>, quiet: Option<SignedDuration>) -> Text {
    match (last, quiet) {
        (None, quiet) => {
            let quiet = words::both(quiet.unwrap_or_default());
            Text::new(
                format!("no {} in {} (covered by the logs)", label.en, quiet.en),
                format!("{}: {} にわたり記録なし (ログの範囲内で確認済み)", label.ja, quiet.ja),
            )
        }
        (Some(last), Some(quiet)) => {
            let quiet = words::both(quiet);
            Text::new(
                format!(
                    "{count} × {}, the last at {}; then none in {} (covered by the logs)",
                    label.en,
                    time(last),
                    quiet.en
                ),
                format!(
                    "{}: {count} 件、最後は {}。その後 {} は記録なし (ログの範囲内で確認済み)",
                    label.ja,
                    time(last),
                    quiet.ja
                ),
            )
        }
        (Some(last), None) => Text::new(
            format!("{count} × {}, the last at {}; no log shows what came then", label.en, time(last)),
            format!("{}: {count} 件、最後は {}。その後の記録はログからは確認できません", label.ja, time(last)),
        ),
    }
}
