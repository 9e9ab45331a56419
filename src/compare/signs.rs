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
use crate::report::terminal::when::minute;
use crate::rule::eval::Scope;

/// Anchors of the trouble, with the kind of the report's timeline.
const SIGNS: [(&str, &str); 2] = [(REFUSED, "rejected"), ("locked", "lockout")];
const REFUSED: &str = "rejected";

/// What the later upload shows of the trouble after `since`, or that it shows nothing of it: silence is no sign of a cure.
pub(super) fn signs(pair: &Pair<'_>) -> Vec<Sign> {
    SIGNS.iter().filter_map(|(anchor, kind)| sign(pair, anchor, kind)).collect()
}

fn sign(pair: &Pair<'_>, anchor: &str, kind: &str) -> Option<Sign> {
    let all = pair.after.evaluator.occurrences(anchor, &Scope::new());
    let label = pair.knowledge.rules.label(anchor);
    let new: Vec<_> =
        pair.since.into_iter().flat_map(|since| all.items.iter().filter(move |item| item.at > since)).collect();
    let last = new.last().map(|item| item.at);
    let from = last.or(pair.since);
    let quiet = from.and_then(|from| Some(all.covered_until(from)?.duration_since(from)));
    // A log that ends soon after the first upload does not reach beyond the step.
    if last.is_none() && quiet.is_none_or(|quiet| quiet < QUIET) {
        // Passwords are refused in every case of this kind; accounts are locked in some, and their log is the same.
        let was_there = !pair.before.evaluator.occurrences(anchor, &Scope::new()).items.is_empty();
        return (anchor == REFUSED || was_there).then(|| Sign {
            kind: kind.to_owned(),
            count: 0,
            last: None,
            quiet_minutes: None,
            goes_on: false,
            shown: false,
            need: all.gap().need,
            text: not_shown(&label).get(pair.lang).to_owned(),
            cites: Vec::new(),
        });
    }
    let goes_on = last.is_some() && quiet.is_none_or(|quiet| quiet < QUIET);
    Some(Sign {
        kind: kind.to_owned(),
        count: u64::try_from(new.len()).unwrap_or(u64::MAX),
        last: last.map(time),
        quiet_minutes: quiet.map(|quiet| u64::try_from(quiet.as_mins()).unwrap_or(0)),
        goes_on,
        shown: true,
        need: Vec::new(),
        text: text(&label, new.len(), last, quiet).get(pair.lang).to_owned(),
        cites: last
            .and_then(|last| new.iter().find(|item| item.at == last))
            .map(|item| pair.after.places.cites(&item.cites))
            .unwrap_or_default(),
    })
}

fn not_shown(label: &Text) -> Text {
    Text::new(
        format!("{}: not shown; no log covers the time since the steps", label.en),
        format!("{}: 確認不可 (手順の実施後の期間を含むログがありません)", label.ja),
    )
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
                    minute(&time(last)),
                    quiet.en
                ),
                format!(
                    "{}: {count} 件、最後は {}。その後 {} は記録なし (ログの範囲内で確認済み)",
                    label.ja,
                    minute(&time(last)),
                    quiet.ja
                ),
            )
        }
        (Some(last), None) => Text::new(
            format!("{count} × {}, the last at {}; no log shows what came then", label.en, minute(&time(last))),
            format!("{}: {count} 件、最後は {}。その後の記録はログからは確認できません", label.ja, minute(&time(last))),
        ),
    }
}
