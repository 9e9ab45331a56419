//! `explain`: the evaluated tree of one rule or step, each part true, false or unknown, with values, sources and reasons.

mod plan;

use std::fmt::Write as _;

use super::output::print;
use super::request::{Request, usage};
use super::{Exit, ExplainArgs};
use crate::authoring::missing::missing;
use crate::case::{Case, Knowledge};
use crate::error::Error;
use crate::fact::evidence::{Cite, Locator};
use crate::finding::Status;
use crate::lang::Lang;
use crate::lang::messages::Msg;
use crate::report::sanitize::Sanitized;
use crate::rule::eval::{Evaluator, Tri, Truth};
use crate::rule::fields::nearest;
use crate::rule::rule::{Item, Rule};

pub(super) fn run(args: &ExplainArgs) -> Result<Exit, Error> {
    let request = Request::checked(&args.case, |knowledge| known(args, knowledge))?;
    let case = request.only()?;
    let evaluator = case.evaluator(&request.knowledge, &request.options);
    let mut tree = Tree { case: &case, lang: request.lang, out: String::new() };
    if let Some(rule) = request.knowledge.rules.rules.get(&args.rule) {
        tree.rule(rule, &evaluator);
    } else if let Some(step) = request.knowledge.playbook.step(&args.rule) {
        tree.step(step, &request.knowledge, &evaluator);
    }
    print(&tree.out)?;
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
        let era = &self.case.verdicts.era;
        let head = self.pick("era", "認証方式");
        self.line(0, &format!("{head}: {} — {}", era.era.word(), era.text.get(self.lang)));
        if let Some(condition) = &rule.applies {
            self.line(0, self.pick("applies", "適用条件"));
            self.truth(1, &evaluator.eval(condition, &scope));
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
        for text in &rule.unverified {
            self.line(0, &format!("{}: {text}", self.pick("not verified", "未確認")));
        }
        for link in &rule.links {
            self.line(0, &format!("{}: {link}", self.pick("source", "公開情報")));
        }
    }
}

/// Says what the rule or step is called, before any bundle is opened.
fn known(args: &ExplainArgs, knowledge: &Knowledge) -> Result<(), Error> {
    let rules = knowledge.rules.rules.keys().map(String::as_str);
    let names: Vec<&str> = rules.chain(knowledge.playbook.steps.iter().map(|step| step.id.as_str())).collect();
    if names.contains(&args.rule.as_str()) {
        return Ok(());
    }
    if let Some(name) = args.case.bundles.iter().filter_map(|path| path.to_str()).find(|name| names.contains(name)) {
        return Err(usage(&format!("the rule comes first: outlook-triage explain {name} {}", args.rule)));
    }
    let advice = nearest(&args.rule, &names)
        .map_or_else(|| "`outlook-triage rules list` names all".to_owned(), |near| format!("did you mean {near}?"));
    Err(usage(&format!("there is no rule or step {:?}; {advice}", args.rule)))
}

struct Tree<'a> {
    case: &'a Case,
    lang: Lang,
    out: String,
}

impl Tree<'_> {
    fn pick(&self, en: &'static str, ja: &'static str) -> &'static str {
        match self.lang {
            Lang::En => en,
            Lang::Ja => ja,
        }
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
        self.line(1, &format!("{} {} [{class}]", self.mark(truth.value), item.name));
        self.truth(2, &truth);
    }

    fn truth(&mut self, depth: usize, truth: &Truth) {
        let mut line = format!("{} {}", self.mark(truth.value), truth.label);
        let text = truth.text.get(self.lang);
        if truth.children.is_empty() && !text.is_empty() {
            let _ = write!(line, ": {text}");
        }
        if truth.value == Tri::Unknown && truth.children.is_empty() {
            let _ = write!(line, " — {}", truth.reason().msg().text(self.lang));
            if !truth.needs().is_empty() {
                let _ = write!(line, "{}{}", self.pick("; needs ", "。必要な資料: "), truth.needs().join(", "));
            }
        }
        for reservation in &truth.reservations {
            let _ = write!(line, " ({})", reservation.msg().text(self.lang));
        }
        self.line(depth, &line);
        if truth.children.is_empty() {
            self.cites(depth + 1, &truth.cites);
        }
        for child in &truth.children {
            self.truth(depth + 1, child);
        }
    }

    fn cites(&mut self, depth: usize, cites: &[Cite]) {
        const SHOWN: usize = 5;
        for cite in cites.iter().take(SHOWN) {
            let place = self.place(cite);
            self.line(depth, &place);
        }
        if cites.len() > SHOWN {
            self.line(depth, &format!("… (+{})", cites.len() - SHOWN));
        }
    }

    /// Of one width in each language, so that the tree stands in a column.
    fn mark(&self, value: Tri) -> &'static str {
        match value {
            Tri::True => self.pick("true   ", "真  "),
            Tri::False => self.pick("false  ", "偽  "),
            Tri::Unknown => self.pick("unknown", "不明"),
        }
    }

    fn place(&self, cite: &Cite) -> String {
        let index = usize::try_from(cite.artifact.0).unwrap_or(usize::MAX);
        let path = self.case.bundle.artifacts.get(index).map(|artifact| artifact.path.to_string()).unwrap_or_default();
        let absent =
            if cite.absent { self.pick(" (searched, not there)", " (検索済み、該当なし)") } else { "" };
        let at = match &cite.at {
            Locator::Line(line) => format!(":{line}"),
            Locator::Record(record) => format!(" {}", Msg::Records.fill(self.lang, &[&record.to_string()])),
            Locator::Registry { line, key, value } => {
                let line = line.map(|line| format!(":{line}")).unwrap_or_default();
                let value = value.as_ref().map(|value| format!("!{value}")).unwrap_or_default();
                format!("{line} {key}{value}")
            }
            Locator::Profile { line, profile, property } => {
                let line = line.map(|line| format!(":{line}")).unwrap_or_default();
                format!("{line} {}", Msg::ProfileProperty.fill(self.lang, &[profile, property]))
            }
            Locator::Window(window) => format!(" {} – {}", window.from, window.to),
        };
        format!("{path}{at}{absent}")
    }
}
