//! Runs all rules over one case: the era first, then every rule after those whose verdicts it asks for.

use std::collections::{BTreeMap, BTreeSet};

use super::check::{dependencies, findings_of};
use super::condition::Condition;
use super::eval::{EraVerdict, Evaluator, Gap, Scope, Tri, Truth, Verdict};
use super::judge::{Judged, judge};
use super::overrides::{Applied, Override, grade};
use super::param::Params;
use super::rule::{Item, Rule, SubjectKind};
use super::set::RuleSet;
use crate::bundle::ArtifactKind;
use crate::fact::FactStore;
use crate::fact::evidence::{ArtifactId, Cite};
use crate::finding::{Evidence, Finding, Status, Undecided};
use crate::lang::Text;
use crate::limits::Limits;

/// All verdicts of one case.
#[derive(Debug, Clone)]
pub struct Verdicts {
    /// The era.
    pub era: EraVerdict,
    /// One finding a rule that no pack disables, in the order of ids.
    pub findings: Vec<Finding>,
    /// What packs change of rules, with its state in this case.
    pub overrides: Vec<Applied>,
}

/// What the engine is given beside facts and rules.
#[derive(Debug)]
pub struct Settings<'a> {
    /// Parameters that a pack or the user set; the cases of rules know the defaults only.
    pub params: &'a Params,
    /// Kinds of the case's artifacts.
    pub kinds: &'a BTreeMap<ArtifactId, ArtifactKind>,
    /// What packs change of rules; the cases of rules and their pages know none of it.
    pub overrides: &'a [Override],
    /// Caps.
    pub limits: &'a Limits,
    /// The era, where a case of a rule fixes it.
    pub era: Option<super::condition::Era>,
}

/// Evaluates every rule. The evaluator is returned too: the plan asks it for the conditions of steps.
#[must_use]
pub fn run<'a>(facts: &'a FactStore, rules: &'a RuleSet, settings: &'a Settings<'a>) -> (Verdicts, Evaluator<'a>) {
    let (mut evaluator, era) = begin(facts, rules, settings);
    let overrides = Applied::all(settings.overrides, facts.case.as_of);
    let mut findings = decide(&mut evaluator, rules.rules.values().collect(), &overrides, settings.limits);
    for rule in rules.rules.values() {
        if let Some(finding) = findings.get_mut(&rule.id) {
            settle_steps(&evaluator, rule, finding);
            notes(&evaluator, rule, finding);
        }
    }
    (Verdicts { era, findings: findings.into_values().collect(), overrides }, evaluator)
}

/// Whether a pack disables a rule in this case.
#[must_use]
pub fn is_disabled(overrides: &[Applied], id: &str) -> bool {
    overrides.iter().any(|one| one.disables() && one.setting.rule == id)
}

/// The verdict on a rule that was not evaluated: any.
#[must_use]
pub fn open_verdict(rule: &Rule) -> Verdict {
    let statuses = Status::ALL.map(|(_, status)| status).to_vec();
    Verdict { statuses, cites: Vec::new(), gaps: Vec::new(), title: rule.title.clone() }
}

/// Evaluates one rule after those that it asks for. Status, evidence, steps and what is undecided are those that [`run`]
/// finds; the notes are left out.
#[must_use]
pub fn run_one<'a>(
    id: &str,
    facts: &'a FactStore,
    rules: &'a RuleSet,
    settings: &'a Settings<'a>,
) -> (Option<Finding>, Evaluator<'a>) {
    let (mut evaluator, _) = begin(facts, rules, settings);
    let mut wanted: BTreeMap<&str, &Rule> = BTreeMap::new();
    let mut asked: Vec<&str> = vec![id];
    let own = rules.rules.get(id);
    for when in own.into_iter().flat_map(|rule| &rule.steps).filter_map(|(_, when)| when.as_ref()) {
        findings_of(when, &mut asked);
    }
    for named in rules.anchors.values() {
        findings_of(&named.condition, &mut asked);
    }
    while let Some(id) = asked.pop() {
        let Some(rule) = rules.rules.get(id) else { continue };
        if wanted.insert(&rule.id, rule).is_none() {
            asked.extend(dependencies(rule));
        }
    }
    let overrides = Applied::all(settings.overrides, facts.case.as_of);
    let mut findings = decide(&mut evaluator, wanted.into_values().collect(), &overrides, settings.limits);
    let mut finding = findings.remove(id);
    if let Some((rule, finding)) = own.zip(finding.as_mut()) {
        settle_steps(&evaluator, rule, finding);
    }
    (finding, evaluator)
}

/// An evaluator that knows the era.
fn begin<'a>(facts: &'a FactStore, rules: &'a RuleSet, settings: &'a Settings<'a>) -> (Evaluator<'a>, EraVerdict) {
    let mut evaluator = Evaluator::new(facts, rules, settings.params, settings.kinds);
    let era = era(&evaluator, settings.era);
    evaluator.era = Some(era.clone());
    (evaluator, era)
}

/// The era of the case, or the one that a case of a rule fixes.
pub(crate) fn era(evaluator: &Evaluator<'_>, fixed: Option<super::condition::Era>) -> EraVerdict {
    let mut era = evaluator.decide_era();
    if let Some(fixed) = fixed {
        era = EraVerdict { era: fixed, cites: Vec::new(), text: Text::same(fixed.word()), ..era };
        era.reservations.clear();
    }
    era
}

/// The findings of these rules by id, those apart that a pack disables.
fn decide(
    evaluator: &mut Evaluator<'_>,
    rules: Vec<&Rule>,
    overrides: &[Applied],
    limits: &Limits,
) -> BTreeMap<String, Finding> {
    let mut findings = BTreeMap::new();
    for rule in order(rules) {
        if is_disabled(overrides, &rule.id) {
            evaluator.verdicts.insert(rule.id.clone(), open_verdict(rule));
            continue;
        }
        let mut finding = evaluate_one(evaluator, rule, limits);
        grade(&mut finding, overrides);
        evaluator.verdicts.insert(rule.id.clone(), verdict(&finding));
        findings.insert(rule.id.clone(), finding);
    }
    findings
}

/// Rules after those that they ask for; otherwise as given. Loading has refused cycles.
pub(crate) fn order(rules: Vec<&Rule>) -> Vec<&Rule> {
    let mut open: BTreeSet<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
    let mut done: Vec<&Rule> = Vec::new();
    let mut waiting = rules;
    while !waiting.is_empty() {
        let (now, later): (Vec<&Rule>, Vec<&Rule>) =
            waiting.iter().partition(|rule| dependencies(rule).iter().all(|id| !open.contains(id)));
        if now.is_empty() {
            done.extend(later);
            break;
        }
        now.iter().for_each(|rule| _ = open.remove(rule.id.as_str()));
        done.extend(now);
        waiting = later;
    }
    done
}

/// What other rules may ask of a finding.
#[must_use]
pub fn verdict(finding: &Finding) -> Verdict {
    let cites = finding.evidence.iter().flat_map(|evidence| evidence.cites.iter().cloned()).collect();
    let gaps = finding.undecided.iter().map(|open| Gap { reason: open.reason, need: open.need.clone() }).collect();
    let mut statuses = vec![finding.status, finding.judged];
    statuses.dedup();
    Verdict { statuses, cites, gaps, title: finding.title.clone() }
}

/// One rule, after those that it asks for; without its notes, and whatever a pack says about it.
pub(crate) fn evaluate_one(evaluator: &Evaluator<'_>, rule: &Rule, limits: &Limits) -> Finding {
    let finding = evaluate(evaluator, rule, limits);
    Finding { judged: finding.status, ..finding }
}

fn evaluate(evaluator: &Evaluator<'_>, rule: &Rule, limits: &Limits) -> Finding {
    let scope = rule.scope();
    let applies = rule.applies.as_ref().map(|condition| evaluator.eval(condition, &scope));
    let mut finding = empty(evaluator, rule);
    // What is false only under an assumption does not put the rule aside: the case is judged, at most as possible.
    if let Some(truth) = applies.as_ref().filter(|truth| truth.value == Tri::False && truth.reservations.is_empty()) {
        finding.status = Status::NotApplicable;
        let text = if truth.text.en.is_empty() {
            Text::new("This rule does not concern this case.", "この規則は、この事例には該当しません。")
        } else {
            truth.text.clone()
        };
        finding.not_applicable = Some((text, cut(&truth.cites, limits)));
        return finding;
    }
    let judged: Vec<Judged<'_>> = rule
        .evidence
        .iter()
        .map(|item| (item, true))
        .chain(rule.refutes.iter().map(|item| (item, false)))
        .map(|(item, supports)| Judged { item, supports, truth: evaluator.eval(&item.when, &scope) })
        .collect();
    let (status, sum) = judge(evaluator, &judged);
    finding.status = status;
    finding.sum = sum;
    for entry in &judged {
        match entry.truth.value {
            Tri::True => finding.evidence.push(evidence(evaluator, rule, &scope, entry, limits)),
            Tri::Unknown => finding.undecided.push(undecided(entry)),
            Tri::False => {}
        }
    }
    if status == Status::RuledOut && finding.evidence.iter().all(|evidence| evidence.supports) {
        finding.evidence = judged.iter().filter(|entry| entry.supports).map(|entry| denied(entry, limits)).collect();
    }
    if let Some(truth) = applies.as_ref().filter(|truth| truth.value != Tri::True) {
        // Judged all the same, but never above possible: whether the rule concerns the case at all is not known.
        if matches!(status, Status::Confirmed | Status::Likely | Status::Contradicted) {
            finding.status = Status::Possible;
            finding.sum = format!("{} (at most possible: it is not known whether the rule applies)", finding.sum);
        }
        if status == Status::RuledOut
            && !finding.evidence.iter().any(|evidence| !evidence.supports && evidence.reservation.is_none())
        {
            finding.status = Status::Unknown;
        }
        finding.undecided.push(Undecided {
            name: "applies".to_owned(),
            class: crate::finding::EvidenceClass::Conclusive,
            supports: true,
            reason: truth.reason(),
            need: truth.needs(),
            text: Text::new("whether the rule concerns this case", "この規則が該当するかどうか"),
        });
    }
    let mut needs: Vec<String> = finding.undecided.iter().flat_map(|open| open.need.iter().cloned()).collect();
    needs.sort();
    needs.dedup();
    finding.need = needs;
    finding.in_failure_window = in_failure_window(evaluator, &judged);
    finding.steps = steps_of(evaluator, rule);
    if finding.is_reported() {
        finding.summary = evaluator.fill(&rule.say, &scope, Some(rule));
    }
    finding
}

fn empty(evaluator: &Evaluator<'_>, rule: &Rule) -> Finding {
    let subject = match rule.subject {
        SubjectKind::TargetUser => {
            evaluator.facts.target.person().and_then(|person| person.sid.clone().or_else(|| person.display.clone()))
        }
        SubjectKind::Machine => Some("machine".to_owned()),
        SubjectKind::Tenant => Some("tenant".to_owned()),
    };
    Finding {
        id: rule.id.clone(),
        rev: rule.rev,
        title: rule.title.clone(),
        status: Status::Unknown,
        judged: Status::Unknown,
        severity: rule.severity,
        band: rule.band,
        summary: Text::default(),
        plain: rule.plain.clone(),
        sum: String::new(),
        subject,
        evidence: Vec::new(),
        undecided: Vec::new(),
        need: Vec::new(),
        steps: Vec::new(),
        links: rule.links.clone(),
        not_applicable: None,
        supersedes: rule.supersedes.clone(),
        in_failure_window: false,
    }
}

fn evidence(evaluator: &Evaluator<'_>, rule: &Rule, scope: &Scope, entry: &Judged<'_>, limits: &Limits) -> Evidence {
    let text = match &entry.item.say {
        Some(say) => evaluator.fill(say, scope, Some(rule)),
        None => entry.truth.text.clone(),
    };
    Evidence {
        name: entry.item.name.clone(),
        class: entry.item.class,
        supports: entry.supports,
        text: or_name(text, entry.item),
        cites: cut(&entry.truth.cites, limits),
        count: entry.truth.count,
        reservation: entry.reservation(),
    }
}

/// What was looked for and shown not to be so.
fn denied(entry: &Judged<'_>, limits: &Limits) -> Evidence {
    let text = if entry.truth.text.en.is_empty() {
        Text::new(format!("not so: {}", entry.item.name), format!("該当しません: {}", entry.item.name))
    } else {
        entry.truth.text.clone()
    };
    Evidence {
        name: entry.item.name.clone(),
        class: entry.item.class,
        supports: false,
        text,
        cites: cut(&entry.truth.cites, limits),
        count: entry.truth.count,
        reservation: entry.reservation(),
    }
}

fn undecided(entry: &Judged<'_>) -> Undecided {
    Undecided {
        name: entry.item.name.clone(),
        class: entry.item.class,
        supports: entry.supports,
        reason: entry.truth.reason(),
        need: entry.truth.needs(),
        text: or_name(entry.truth.text.clone(), entry.item),
    }
}

fn or_name(text: Text, item: &Item) -> Text {
    if text.en.is_empty() { Text::same(item.name.clone()) } else { text }
}

fn cut(cites: &[Cite], limits: &Limits) -> Vec<Cite> {
    cites.iter().take(limits.cites).cloned().collect()
}

fn in_failure_window(evaluator: &Evaluator<'_>, judged: &[Judged<'_>]) -> bool {
    let Some(window) = evaluator.failure_window() else { return false };
    let times = |truth: &Truth| truth.times.iter().any(|at| window.from <= *at && *at <= window.to);
    judged.iter().any(|entry| entry.supports && entry.truth.value == Tri::True && times(&entry.truth))
}

/// The steps of a finding that are not shown to be the wrong ones. Their conditions may ask for any verdict, so they are
/// settled when all are there: the alphabet has no say in them.
fn settle_steps(evaluator: &Evaluator<'_>, rule: &Rule, finding: &mut Finding) {
    if finding.status != Status::NotApplicable {
        finding.steps = steps_of(evaluator, rule);
    }
}

fn steps_of(evaluator: &Evaluator<'_>, rule: &Rule) -> Vec<String> {
    let scope = rule.scope();
    let may_fit = |when: &Condition| evaluator.eval(when, &scope).value != Tri::False;
    let fit = rule.steps.iter().filter(|(_, when)| when.as_ref().is_none_or(may_fit));
    fit.map(|(id, _)| id.clone()).collect()
}

/// The notes that stand behind the sentence of a finding. They may ask for any verdict, so all must be there.
pub(crate) fn notes_of<'r>(evaluator: &Evaluator<'_>, rule: &'r Rule, finding: &Finding) -> Vec<&'r Text> {
    if !finding.is_reported() {
        return Vec::new();
    }
    let scope = rule.scope();
    let holds = |when| evaluator.eval(when, &scope).value == Tri::True;
    rule.notes.iter().filter_map(|(when, say)| say.as_ref().filter(|_| holds(when))).collect()
}

fn notes(evaluator: &Evaluator<'_>, rule: &Rule, finding: &mut Finding) {
    let scope = rule.scope();
    for say in notes_of(evaluator, rule, finding) {
        let note = evaluator.fill(say, &scope, Some(rule));
        finding.summary.en = format!("{} {}", finding.summary.en, note.en);
        finding.summary.ja = format!("{}{}", finding.summary.ja, note.ja);
    }
}
