//! The page of a rule: what the cause is, what speaks for and against it, what it cannot say, what settles it and what fixes it.

use std::collections::BTreeSet;

use super::Book;
use super::markdown::{Page, code, text};
use crate::finding::Status;
use crate::rule::node::{Node, Yaml};
use crate::rule::rule::{Item, Rule, SubjectKind};

impl Book<'_> {
    pub(super) fn rule(&self, rule: &Rule) -> String {
        let mut page = Page::default();
        page.heading(1, &text(rule.title.get(self.lang())));
        page.paragraph(&text(rule.say.get(self.lang())));
        if let Some(plain) = &rule.plain {
            let head = self.pick("In a mail to the user", "利用者へのメールでの表現");
            page.bullet(0, &format!("{head}: {}", text(plain.get(self.lang()))));
        }
        self.facts_of_rule(&mut page, rule);
        page.heading(2, self.pick("When it applies", "適用条件"));
        match &rule.applies {
            Some(condition) => self.tree(&mut page, 0, &self.teller.clause(condition)),
            None => page.paragraph(self.pick("To every case.", "すべての事象に適用されます。")),
        }
        if !rule.names.is_empty() {
            page.heading(2, self.pick("Names used below", "この文書で使用する名前"));
            for (name, named) in &rule.names {
                let clause = self.teller.clause(&named.condition);
                page.bullet(0, &format!("{}: {}", code(name), clause.line));
                clause.parts.iter().for_each(|part| self.tree(&mut page, 1, part));
            }
        }
        self.items(&mut page, rule, &rule.evidence, self.pick("Evidence for it", "根拠"));
        self.items(&mut page, rule, &rule.refutes, self.pick("Evidence against it", "反証"));
        self.notes(&mut page, rule);
        self.unverified(&mut page, &rule.unverified);
        self.settled_by(&mut page, rule);
        self.fixed_by(&mut page, rule);
        self.examples(&mut page, rule);
        self.sources(&mut page, &rule.links);
        self.revision(&mut page, rule.rev, &rule.file);
        page.finish()
    }

    fn facts_of_rule(&self, page: &mut Page, rule: &Rule) {
        page.bullet(0, &format!("{}: {}", self.pick("Id", "ID"), code(&rule.id)));
        page.bullet(0, &format!("{}: {}", self.pick("Severity", "重大度"), rule.severity.msg().text(self.lang())));
        page.bullet(0, &format!("{}: {:03}", self.pick("Rank band", "優先順位の帯域"), rule.band));
        let subject = match rule.subject {
            SubjectKind::TargetUser => self.pick("the user", "対象の利用者"),
            SubjectKind::Machine => self.pick("the PC", "対象の PC"),
            SubjectKind::Tenant => self.pick("the organisation's tenant", "組織のテナント"),
        };
        page.bullet(0, &format!("{}: {subject}", self.pick("Cause of", "対象")));
        if !rule.supersedes.is_empty() {
            let links: Vec<String> = rule.supersedes.iter().map(|id| self.rule_link(id)).collect();
            let head = self.pick("Where it is at least likely, it stands before", "可能性大以上の場合に優先する原因");
            page.bullet(0, &format!("{head}: {}", links.join(self.pick(", ", "、"))));
        }
    }

    fn items(&self, page: &mut Page, rule: &Rule, items: &[Item], heading: &str) {
        page.heading(2, heading);
        if items.is_empty() {
            page.paragraph(self.pick("None.", "なし。"));
            return;
        }
        let scope = rule.scope();
        for item in items {
            let mut worth = item.class.msg().text(self.lang()).to_owned();
            if item.unverified {
                worth.push_str(self.pick(", not verified", "、未確認"));
            }
            page.bullet(0, &format!("**{}** ({worth})", text(&item.name)));
            if let Some(say) = &item.say {
                page.bullet(1, &format!("{}: {}", self.pick("Says", "表示文"), text(say.get(self.lang()))));
            }
            let clause = self.teller.clause(&item.when);
            page.bullet(1, &format!("{}: {}", self.pick("Condition", "条件"), clause.line));
            clause.parts.iter().for_each(|part| self.tree(page, 2, part));
            let needs = self.nothing.eval(&item.when, &scope).needs();
            if !needs.is_empty() {
                let links: Vec<String> = needs.iter().map(|id| self.need_link(id)).collect();
                let head = self.pick("Settled by", "判定に必要な資料");
                page.bullet(1, &format!("{head}: {}", links.join(self.pick(", ", "、"))));
            }
        }
    }

    fn notes(&self, page: &mut Page, rule: &Rule) {
        if rule.notes.is_empty() {
            return;
        }
        page.heading(2, self.pick("Added where it is true", "条件に応じた補足"));
        for (when, say) in &rule.notes {
            let say = say.as_ref().map(|say| text(say.get(self.lang()))).unwrap_or_default();
            page.bullet(0, &say);
            let clause = self.teller.clause(when);
            self.tree(page, 1, &clause);
        }
    }

    fn settled_by(&self, page: &mut Page, rule: &Rule) {
        page.heading(2, self.pick("What settles it", "判定に必要な資料"));
        let scope = rule.scope();
        let judged = rule.applies.iter().chain(rule.evidence.iter().chain(&rule.refutes).map(|item| &item.when));
        let needs: BTreeSet<String> =
            judged.flat_map(|condition| self.nothing.eval(condition, &scope).needs()).collect();
        if needs.is_empty() {
            page.paragraph(self.pick("Nothing can be collected for it.", "収集できる資料はありません。"));
        }
        for id in &needs {
            page.bullet(0, &self.need_link(id));
        }
    }

    fn fixed_by(&self, page: &mut Page, rule: &Rule) {
        page.heading(2, self.pick("What fixes it", "対処手順"));
        if rule.steps.is_empty() {
            page.paragraph(self.pick("It is a note: it names no step.", "注記であり、対処手順はありません。"));
        }
        for (id, when) in &rule.steps {
            page.bullet(0, &self.step_link(id));
            if let Some(when) = when {
                let clause = self.teller.clause(when);
                page.bullet(1, &format!("{}: {}", self.pick("Only where", "条件"), clause.line));
                clause.parts.iter().for_each(|part| self.tree(page, 2, part));
            }
            if let Some(step) = self.playbook.step(id) {
                let say = text(step.verify.say.get(self.lang()));
                page.bullet(1, &format!("{}: {say}", self.pick("How to verify", "確認方法")));
            }
        }
    }

    /// The rule's own cases: their names and what is expected of them.
    fn examples(&self, page: &mut Page, rule: &Rule) {
        page.heading(2, self.pick("Examples", "例"));
        let (case, expected, plan) = (
            self.pick("Case of the rule's own tests", "ルール自身のテスト ケース (英語)"),
            self.pick("Status", "判定"),
            self.pick("Steps", "手順"),
        );
        page.head(&[case, expected, plan]);
        for test in &rule.tests {
            let expect = get(test, "expect");
            let word = expect.and_then(|expect| get(expect, "status")).map(scalar).unwrap_or_default();
            let word = Status::ALL
                .iter()
                .find(|(known, _)| *known == word)
                .map_or(word, |(_, status)| status.msg().text(self.lang()).to_owned());
            let labels = match expect.and_then(|expect| get(expect, "plan")).map(|node| &node.value) {
                Some(Yaml::Map(entries)) => {
                    let list = entries.iter().map(|(step, label)| format!("{}: {}", step.text, scalar(label)));
                    list.collect::<Vec<_>>().join(", ")
                }
                _ => String::new(),
            };
            let name = get(test, "name").map(scalar).unwrap_or_default();
            page.row(&[text(&name), text(&word), text(&labels)]);
        }
    }
}

fn get<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    match &node.value {
        Yaml::Map(entries) => entries.iter().find(|(name, _)| name.text == key).map(|(_, node)| node),
        _ => None,
    }
}

fn scalar(node: &Node) -> String {
    match &node.value {
        Yaml::Text(text) => text.clone(),
        Yaml::Int(number) => number.to_string(),
        Yaml::Bool(value) => value.to_string(),
        _ => String::new(),
    }
}
