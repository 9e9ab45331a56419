//! What became of each cause that one of the two uploads shows, piece of evidence by piece of evidence.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::evidence::{Now, now, only_records};
use super::{Pair, words};
use crate::fact::evidence::Cite;
use crate::finding::{Finding, Status};
use crate::lang::Text;
use crate::report::model::{self, EvidenceOutcome, EvidenceState, FindingOutcome, Outcome};
use crate::rule::condition::Condition;
use crate::rule::eval::{Scope, Tri};
use crate::rule::rule::Rule;

/// The causes that one of the uploads shows, by band, then id.
pub(super) fn outcomes(pair: &Pair<'_>) -> Vec<FindingOutcome> {
    let after: BTreeMap<&str, &Finding> =
        pair.after.case.findings().iter().map(|finding| (finding.id.as_str(), finding)).collect();
    let mut found: Vec<(u32, FindingOutcome)> = pair
        .before
        .case
        .findings()
        .iter()
        .filter_map(|before| Some((before, *after.get(before.id.as_str())?)))
        .filter(|(before, after)| !before.is_note() && (before.is_reported() || after.is_reported()))
        .filter_map(|(before, after)| Some((before.band, outcome(pair, before, after)?)))
        .collect();
    found.sort_by(|a, b| (a.0, &a.1.id).cmp(&(b.0, &b.1.id)));
    found.into_iter().map(|(_, outcome)| outcome).collect()
}

fn outcome(pair: &Pair<'_>, before: &Finding, after: &Finding) -> Option<FindingOutcome> {
    let rule = pair.knowledge.rules.rules.get(&before.id)?;
    let mut need = Vec::new();
    let evidence = pieces(pair, rule, after, &mut need);
    let (outcome, text) = judge(before, after, &evidence);
    if outcome != Outcome::NotComparable {
        need.clear();
    }
    need.sort();
    need.dedup();
    let is_suspected = |finding: &Finding| finding.is_named() || finding.status == Status::Contradicted;
    Some(FindingOutcome {
        id: before.id.clone(),
        title: before.title.get(pair.lang).to_owned(),
        before: before.status,
        after: after.status,
        outcome,
        counts: (is_suspected(before) || is_suspected(after)) && outcome != Outcome::NoLongerApplies,
        text: text.get(pair.lang).to_owned(),
        evidence,
        need,
        plain: before.plain.as_ref().map(|text| text.get(pair.lang).to_owned()),
    })
}

/// What became of each piece of evidence that one of the uploads shows.
fn pieces(pair: &Pair<'_>, rule: &Rule, after: &Finding, need: &mut Vec<String>) -> Vec<EvidenceOutcome> {
    let scope = rule.scope();
    let mut found = Vec::new();
    for item in &rule.evidence {
        let before = pair.before.evaluator.eval(&item.when, &scope);
        let said = after.evidence.iter().find(|evidence| evidence.name == item.name).map(|evidence| &evidence.text);
        let there = |text: &Text| said.filter(|said| !said.en.is_empty()).unwrap_or(text).clone();
        let (state, text, cites) = match before.value {
            Tri::True => match now(pair, &item.when, &scope) {
                Now::There(truth) => (EvidenceState::There, there(&truth.text), truth.cites),
                Now::Gone(_, Some(span)) => (EvidenceState::Gone, words::quiet(span), Vec::new()),
                Now::Gone(truth, None) => (EvidenceState::Gone, truth.text.clone(), truth.cites),
                Now::Open(gap) => {
                    let text = words::open(pair, gap.reason, &gap.need);
                    need.extend(gap.need);
                    (EvidenceState::Open, text, Vec::new())
                }
            },
            value => {
                let truth = pair.after.evaluator.eval(&item.when, &scope);
                if truth.value != Tri::True {
                    continue;
                }
                let is_old = is_old(pair, &item.when, &scope, &truth.times);
                let state = if value == Tri::False && !is_old { EvidenceState::New } else { EvidenceState::Found };
                (state, there(&truth.text), truth.cites)
            }
        };
        found.push(EvidenceOutcome {
            name: item.name.clone(),
            state,
            text: text.get(pair.lang).to_owned(),
            cites: shown(pair, &cites),
        });
    }
    found
}

/// Whether it rests on records that are all older than the first upload, so that it was true then.
fn is_old(pair: &Pair<'_>, condition: &Condition, scope: &Scope, times: &[Timestamp]) -> bool {
    only_records(&pair.after.evaluator, condition, scope)
        && !times.is_empty()
        && pair.since.is_none_or(|since| times.iter().all(|at| *at <= since))
}

/// The first citations, as the report counts them.
pub(super) fn shown(pair: &Pair<'_>, cites: &[Cite]) -> Vec<model::Cite> {
    let first: Vec<Cite> = cites.iter().take(pair.limits.cites).cloned().collect();
    pair.after.places.cites(&first)
}

/// How much a verdict says for a cause; a pack that holds it down takes nothing from what the evidence comes to.
fn rank(finding: &Finding) -> u8 {
    match finding.judged {
        Status::Confirmed => 3,
        Status::Likely | Status::Contradicted => 2,
        Status::Possible => 1,
        Status::Unknown | Status::RuledOut | Status::NotApplicable => 0,
    }
}

fn judge(before: &Finding, after: &Finding, evidence: &[EvidenceOutcome]) -> (Outcome, Text) {
    let count = |state: EvidenceState| evidence.iter().filter(|piece| piece.state == state).count();
    let (gone, there, open) = (count(EvidenceState::Gone), count(EvidenceState::There), count(EvidenceState::Open));
    let (new, found) = (count(EvidenceState::New), count(EvidenceState::Found));
    if !before.is_reported() {
        return if new > 0 && matches!(before.status, Status::RuledOut | Status::NotApplicable) {
            (
                Outcome::Worse,
                Text::new(
                    "It was ruled out before and is there now.",
                    "以前は除外されていましたが、現在は該当します。",
                ),
            )
        } else {
            (
                Outcome::NotComparable,
                Text::new(
                    "Only the second upload shows it; the first one could not.",
                    "2 つ目の資料でのみ確認されました。最初の資料では確認できません。",
                ),
            )
        };
    }
    if after.status == Status::NotApplicable {
        return match &after.not_applicable {
            // Not the evidence of the cause is gone, but what makes it a question at all.
            Some((reason, cites)) if !cites.is_empty() => (
                Outcome::NoLongerApplies,
                Text::new(
                    format!("It does not concern this case any more: {}", reason.en),
                    format!("現在は該当しません: {}", reason.ja),
                ),
            ),
            _ => (
                Outcome::NotComparable,
                Text::new(
                    "The second upload does not show whether it still concerns this case.",
                    "2 つ目の資料からは、現在も該当するかどうかを確認できません。",
                ),
            ),
        };
    }
    let rises = rank(after) > rank(before);
    let falls = rank(after) < rank(before);
    let all = gone + there + open;
    if rises && new > 0 {
        return (Outcome::Worse, Text::new("More speaks for it than before.", "以前より強い根拠が確認されました。"));
    }
    if there > 0 && (open == 0 || !falls) {
        return if gone > 0 && falls {
            (
                Outcome::Improved,
                Text::new(
                    format!("{gone} of {all} pieces of evidence are gone."),
                    format!("根拠 {all} 件のうち {gone} 件は解消しています。"),
                ),
            )
        } else {
            (Outcome::Unchanged, Text::new("It is still there.", "現在も該当します。"))
        };
    }
    if open > 0 || all == 0 {
        return (
            Outcome::NotComparable,
            Text::new(
                "The second upload does not show whether it is gone.",
                "2 つ目の資料からは、解消したかどうかを確認できません。",
            ),
        );
    }
    if new + found > 0 {
        return (
            Outcome::Unchanged,
            Text::new(
                "What showed it before is gone, but something else shows it now.",
                "以前の根拠は解消していますが、別の根拠が確認されました。",
            ),
        );
    }
    (
        Outcome::Verified,
        Text::new("What showed it is shown to be gone.", "以前の根拠がすべて解消したことを確認できました。"),
    )
}
