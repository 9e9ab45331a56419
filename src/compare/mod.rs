//! Turns two uploads of one user into what became of every step and every cause: verified, improved, unchanged, worse, or
//! not comparable.
//!
//! Missing evidence never reads as a repair: what the later upload does not show is *not comparable*, and a log that does
//! not reach beyond the step shows nothing about it. Refuses to know formats, and to judge a case: verdicts and labels are
//! those of [`crate::case`].
//!
//! ```text
//! before: 2 rows of Office, 6 rejections   after: complete list without them   ─▶   step 2 verified, cause gone
//! before: 2 rows of Office                 after: no list                      ─▶   not comparable (credential-list)
//! ```

mod evidence;
mod finding;
mod notes;
mod pair;
mod signs;
mod step;
mod words;

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::case::{Case, Knowledge};
use crate::lang::Lang;
use crate::lang::messages::Msg;
use crate::limits::Limits;
use crate::report::assemble::place::{Places, time};
use crate::report::model::{
    CollectNext, Comparison, FindingOutcome, Outcome, Report, SCHEMA_VERSION, Side, Sign, StepOutcome,
};
use crate::rule::eval::Evaluator;
pub use pair::Mismatch;

/// What both halves of the comparison read.
struct Pair<'a> {
    knowledge: &'a Knowledge,
    limits: &'a Limits,
    lang: Lang,
    before: Half<'a>,
    after: Half<'a>,
    /// From when on records count as new; `None`: nothing tells.
    since: Option<Timestamp>,
    /// Whether the later upload speaks of the same computer; what lies on another one shows nothing.
    same_computer: bool,
}

/// One upload.
struct Half<'a> {
    case: &'a Case,
    evaluator: Evaluator<'a>,
    report: Report,
    places: Places<'a>,
}

impl<'a> Half<'a> {
    fn of(case: &'a Case, knowledge: &'a Knowledge, limits: &Limits, lang: Lang) -> Self {
        Self {
            case,
            evaluator: case.evaluator(knowledge),
            report: case.report(knowledge, limits, lang),
            places: Places::new(case.bundle.artifacts.iter().map(|artifact| artifact.path.as_str()).collect()),
        }
    }

    fn side(&self) -> Side {
        let case = &self.report.case;
        Side {
            id: case.id.clone(),
            source: case.source.clone(),
            sha256: case.sha256.clone(),
            as_of: case.as_of.clone(),
            computer: case.computer.clone(),
            user: case
                .user
                .as_ref()
                .and_then(|user| user.name.clone().or_else(|| user.smtp.first().cloned()).or_else(|| user.sid.clone())),
            smtp: case.user.iter().flat_map(|user| user.smtp.iter().cloned()).collect(),
            era: case.era.value,
        }
    }
}

/// Compares two cases that were analysed with the same rules. `done_at` is when the steps were carried out, where somebody
/// knows it.
///
/// # Errors
/// Two users, or the later upload given first.
pub fn compare(
    before: &Case,
    after: &Case,
    knowledge: &Knowledge,
    limits: &Limits,
    done_at: Option<Timestamp>,
    lang: Lang,
) -> Result<Comparison, Mismatch> {
    let pairing = pair::check(before, after, done_at)?;
    let pair = Pair {
        knowledge,
        limits,
        lang,
        before: Half::of(before, knowledge, limits, lang),
        after: Half::of(after, knowledge, limits, lang),
        since: pairing.since,
        same_computer: pairing.same_computer,
    };
    let mut findings = finding::outcomes(&pair);
    let mut steps = step::outcomes(&pair, &findings);
    if !pairing.same_user {
        assume(&mut steps, &mut findings, lang);
    }
    let signs = signs::signs(&pair);
    let of_parts = worst(&steps, &findings);
    let outcome = of_parts.map(|outcome| with_signs(outcome, &signs));
    Ok(Comparison {
        schema_version: SCHEMA_VERSION.to_owned(),
        tool: pair.after.report.tool.clone(),
        before: pair.before.side(),
        after: pair.after.side(),
        since: pair.since.map(time),
        outcome,
        outcome_without_signs: of_parts,
        text: words::headline(outcome, of_parts, &steps, &findings, &signs).get(lang).to_owned(),
        reservations: pairing.reservations.iter().map(|text| text.get(lang).to_owned()).collect(),
        notes: notes::notes(&pair, &steps, &signs),
        collect_next: collect_next(&pair, &steps, &findings, &signs),
        steps,
        findings,
        signs,
    })
}

/// Nothing shows that both uploads are about one user: what looks cured may be somebody else's.
fn assume(steps: &mut [StepOutcome], findings: &mut [FindingOutcome], lang: Lang) {
    let is_good = |outcome: Outcome| matches!(outcome, Outcome::Verified | Outcome::Improved);
    let under = |text: &str| Msg::ComparisonIfSameUser.fill(lang, &[text]);
    for step in steps.iter_mut().filter(|step| is_good(step.outcome)) {
        (step.outcome, step.basis) = (Outcome::NotComparable, None);
        step.text = under(&step.text);
    }
    for finding in findings.iter_mut().filter(|finding| is_good(finding.outcome)) {
        finding.outcome = Outcome::NotComparable;
        finding.text = under(&finding.text);
    }
}

/// The worst of what counts.
fn worst(steps: &[StepOutcome], findings: &[FindingOutcome]) -> Option<Outcome> {
    let of_steps = steps.iter().filter(|step| step.counts).map(|step| step.outcome);
    let of_findings = findings.iter().filter(|finding| finding.counts).map(|finding| finding.outcome);
    of_steps.chain(of_findings).min()
}

/// While the trouble goes on, nothing is verified; and where no log shows whether it does, neither.
fn with_signs(outcome: Outcome, signs: &[Sign]) -> Outcome {
    let of_sign = |sign: &Sign| match (sign.goes_on, sign.shown) {
        (true, _) => Some(Outcome::Unchanged),
        // That a part of it is left is shown and stays the answer.
        (false, false) if outcome == Outcome::Verified => Some(Outcome::NotComparable),
        (false, _) => None,
    };
    signs.iter().filter_map(of_sign).chain([outcome]).min().unwrap_or(outcome)
}

/// What the later upload would have had to hold for what counts: how it is collected, in the order of the later report.
fn collect_next(
    pair: &Pair<'_>,
    steps: &[StepOutcome],
    findings: &[FindingOutcome],
    signs: &[Sign],
) -> Vec<CollectNext> {
    let of_steps = steps.iter().filter(|step| step.counts).flat_map(|step| &step.need);
    let of_findings = findings.iter().filter(|finding| finding.counts).flat_map(|finding| &finding.need);
    let of_signs = signs.iter().flat_map(|sign| &sign.need);
    let needs: BTreeSet<&String> = of_steps.chain(of_findings).chain(of_signs).collect();
    let asked = &pair.after.report.collect_next;
    let only_before =
        pair.before.report.collect_next.iter().filter(|item| !asked.iter().any(|other| other.need == item.need));
    asked.iter().chain(only_before).filter(|item| needs.contains(&item.need)).cloned().collect()
}
