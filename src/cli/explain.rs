//! `explain`: the evaluated tree of one rule or step, each part true, false or unknown, with values, sources and reasons.

mod plan;

use std::fmt::Write as _;

use super::output::print;
use super::redact::Redaction;
use super::request::{RULE_NAMES, Request, no_such, usage};
use super::{Exit, ExplainArgs};
use crate::authoring::docs::asked_plainly;
use crate::authoring::missing::missing;
use crate::authoring::trace::{mark, place, told};
use crate::case::{Case, Knowledge};
use crate::error::Error;
use crate::fact::evidence::Cite;
use crate::finding::Status;
use crate::lang::Lang;
use crate::report::sanitize::Sanitized;
use crate::rule::condition::{Ask, Condition};
use crate::rule::eval::{Evaluator, Truth};
use crate::rule::rule::{Item, Rule};
use crate::rule::set::RuleSet;

pub(super) fn run(args: &ExplainArgs) -> Result<Exit, Error> {
    let request = Request::checked(&args.case, |knowledge| known(args, knowledge))?;
    let redaction = Redaction::new(&args.redact, &request)?;
    let case = redaction.case(request.only()?);
    let evaluator = case.evaluator(&request.knowledge);
    let mut tree = Tree { case: &case, lang: request.lang, out: String::new() };
    if let Some(rule) = request.knowledge.rules.rules.get(&args.rule) {
        tree.rule(rule, &evaluator);
    } else if let Some(step) = request.knowledge.playbook.step(&args.rule) {
        tree.step(step, &request.knowledge, &evaluator);
    }
    let out = redaction.lines(&case, tree.out);
    redaction.write_map()?;
    print(&out)?;
    Ok(Exit::Clean)
}

impl Tree<'_> {
    fn rule(&mut self, rule: &Rule, evaluator: &Evaluator<'_>) {
        let scope = rule.scope();
        self.heading(&format!("{} (rev {})", rule.id, rule.rev), rule.title.get(self.lang));
        let finding = self.case.findings().iter().find(|finding| finding.id == rule.id);
        if let Some(finding) = finding {
            let sum = if finding.sum.is_empty() { finding.status.word().to_owned() } else { finding.sum.clone() };
            self.line(0, &sum);
        }
        for applied in self.case.verdicts.overrides.iter().filter(|applied| applied.setting.rule == rule.id) {
            self.line(0, &applied.setting.sentence(applied.state, self.lang));
        }
        let era = &self.case.verdicts.era;
        let head = self.pick("era", "認証方式");
        self.line(0, &format!("{head}: {} — {}", era.era.word(), era.text.get(self.lang)));
        if let Some(condition) = &rule.applies {
            self.line(0, self.pick("applies", "適用条件"));
            self.truth(1, &evaluator.eval(condition, &scope), condition, evaluator.rules);
        }
        let sides = [(self.pick("for", "根拠"), &rule.evidence), (self.pick("against", "反証"), &rule.refutes)];
        for (heading, items) in sides {
            if !items.is_empty() {
                self.line(0, heading);
                for item in items {
                    self.item(evaluator, item, &scope);
                }
            }
        }
        self.plan_of(rule);
        if matches!(finding.map(|finding| finding.status), Some(Status::Unknown | Status::Possible)) {
            self.missing(evaluator, rule);
        }
        self.sources(&rule.unverified, &rule.links);
    }
}

/// Says what the rule or step is called, before any bundle is opened.
fn known(args: &ExplainArgs, knowledge: &Knowledge) -> Result<(), Error> {
    let id = args.rule.as_str();
    let steps: Vec<&str> = knowledge.playbook.steps.iter().map(|step| step.id.as_str()).collect();
    let rules = knowledge.rules.rules.keys().map(String::as_str);
    let names: Vec<&str> = rules.chain(steps.iter().copied()).collect();
    if names.contains(&id) {
        return Ok(());
    }
    if let Some(name) = args.case.bundles.iter().filter_map(|path| path.to_str()).find(|name| names.contains(name)) {
        return Err(usage(&format!("the rule comes first: outlook-triage explain {name} {id}")));
    }
    // What exists but has no tree of its own.
    let (is_need, is_anchor) = (knowledge.rules.needs.contains_key(id), knowledge.rules.anchors.contains_key(id));
    if is_need || is_anchor {
        let (what, file) = if is_need { ("a need", id) } else { ("a name of anchors.yaml", "anchors") };
        return Err(usage(&format!(
            "{id} is {what}, and only rules and steps are explained; `outlook-triage rules show {file}` prints it"
        )));
    }
    Err(no_such("rule or step", id, &names, &format!("{RULE_NAMES}, and the steps are {}", steps.join(", "))))
}

struct Tree<'a> {
    case: &'a Case,
    lang: Lang,
    out: String,
}

impl Tree<'_> {
    fn pick(&self, en: &'static str, ja: &'static str) -> &'static str {
        self.lang.pick(en, ja)
    }

    /// What to collect so that the rule is decided: each line is one set, all of which is needed.
    fn missing(&mut self, evaluator: &Evaluator<'_>, rule: &Rule) {
        let missing = missing(evaluator, rule);
        if missing.sets.is_empty() {
            self.line(
                0,
                self.pick(
                    "no set of at most three needs would decide it",
                    "判定できる資料の組み合わせ (3 種類以内) はありません",
                ),
            );
            return;
        }
        self.line(
            0,
            if missing.certain {
                self.pick("would be decided by any of these lines", "次のいずれかの行の資料で判定できます")
            } else {
                self.pick("may be decided by any of these lines", "次のいずれかの行の資料で判定できる可能性があります")
            },
        );
        for set in &missing.sets {
            let titles: Vec<String> = set
                .iter()
                .map(|id| match evaluator.rules.needs.get(id) {
                    Some(need) => format!("{id} ({})", need.title.get(self.lang)),
                    None => id.clone(),
                })
                .collect();
            self.line(1, &titles.join(" + "));
        }
    }

    fn heading(&mut self, id: &str, title: &str) {
        self.line(0, &format!("{id}: {title}"));
    }

    fn line(&mut self, depth: usize, text: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.out, "{}{}", "  ".repeat(depth), Sanitized::line(text).as_str());
    }

    fn item(&mut self, evaluator: &Evaluator<'_>, item: &Item, scope: &crate::rule::eval::Scope) {
        let truth = evaluator.eval(&item.when, scope);
        let class = item.class.msg().text(self.lang);
        self.line(1, &format!("{} {} [{class}]", mark(truth.value, self.lang), item.name));
        self.truth(2, &truth, &item.when, evaluator.rules);
    }

    /// A condition with its value. A leaf is told by what it asks: two that differ in their test only must not read the same.
    fn truth(&mut self, depth: usize, truth: &Truth, condition: &Condition, rules: &RuleSet) {
        let asks = match condition {
            Condition::Leaf(leaf) if !matches!(leaf.ask, Ask::Use(_)) => asked_plainly(condition, rules, self.lang),
            _ => truth.label.clone(),
        };
        self.told(depth, &Truth { label: asks, ..truth.clone() });
        let parts: Vec<&Condition> = match condition {
            Condition::All(parts) | Condition::Any(parts) | Condition::AtLeast(_, parts) => parts.iter().collect(),
            Condition::Not(part) => vec![part.as_ref()],
            Condition::Leaf(_) => Vec::new(),
        };
        for (index, child) in truth.children.iter().enumerate() {
            match parts.get(index) {
                Some(part) => self.truth(depth + 1, child, part, rules),
                // The parts of a sequence and the keys of several versions are not conditions of their own.
                None => self.part(depth + 1, child),
            }
        }
    }

    fn part(&mut self, depth: usize, truth: &Truth) {
        self.told(depth, truth);
        for child in &truth.children {
            self.part(depth + 1, child);
        }
    }

    /// One line, with the citations of a value that has no parts.
    fn told(&mut self, depth: usize, truth: &Truth) {
        self.line(depth, &format!("{} {}", mark(truth.value, self.lang), told(truth, self.lang)));
        if truth.children.is_empty() {
            self.cites(depth + 1, &truth.cites);
        }
    }

    /// What no source confirms, and the sources.
    fn sources(&mut self, unverified: &[String], links: &[String]) {
        for text in unverified {
            self.line(0, &format!("{}: {text}", self.pick("not verified", "未確認")));
        }
        for link in links {
            self.line(0, &format!("{}: {link}", self.pick("source", "公開情報")));
        }
    }

    fn cites(&mut self, depth: usize, cites: &[Cite]) {
        const SHOWN: usize = 5;
        for cite in cites.iter().take(SHOWN) {
            let index = usize::try_from(cite.artifact.0).unwrap_or(usize::MAX);
            let path = self.case.bundle.artifacts.get(index).map(|artifact| artifact.path.to_string());
            self.line(depth, &place(cite, &path.unwrap_or_default(), self.lang));
        }
        if cites.len() > SHOWN {
            self.line(depth, &format!("… (+{})", cites.len() - SHOWN));
        }
    }
}
