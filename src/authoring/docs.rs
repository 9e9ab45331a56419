//! Turns a pack into pages for people: one Markdown page a rule, step and need in each language, one of all
//! error codes, and an index of them.
//!
//! Everything on a page comes from the YAML files; the same files give the same bytes. Refuses to know cases.
//!
//! ```text
//! causes/credentials/stale-stored-password-office.yaml  ─▶  en/rules/stale-stored-password-office  ja/rules/…
//! ```

mod codes;
mod index;
mod markdown;
mod moments;
mod needs;
mod rules;
mod steps;
mod value;
mod words;

use std::collections::BTreeMap;

use markdown::{Page, link};
use words::{Clause, Teller};

pub(in crate::authoring) use value::in_whole_units;

use crate::fact::FactStore;
use crate::fact::identity::{Person, Target};
use crate::lang::Lang;
use crate::limits::Limits;
use crate::plan::Playbook;
use crate::rule::condition::Condition;
use crate::rule::engine::{Settings, run};
use crate::rule::eval::Evaluator;
use crate::rule::set::RuleSet;

/// The ending of a page's file.
const PAGE: &str = ".md";

/// What every page is made from.
struct Book<'a> {
    teller: Teller<'a>,
    playbook: &'a Playbook,
    /// Over a case of which nothing was collected: what is unknown there names what would settle it.
    nothing: &'a Evaluator<'a>,
}

/// What a condition asks, in one line without markup.
#[must_use]
pub fn asked_plainly(condition: &Condition, rules: &RuleSet, lang: Lang) -> String {
    let marked = one_line(condition, rules, lang);
    let mut plain = String::new();
    let mut rest = marked.as_str();
    // `[words](page)` → words; the names of pages hold no bracket.
    while let Some((before, (words, after))) =
        rest.split_once('[').and_then(|(before, tail)| Some((before, tail.split_once("](")?)))
    {
        plain.push_str(before);
        plain.push_str(words);
        rest = after.split_once(')').map_or("", |(_, tail)| tail);
    }
    plain.push_str(rest);
    plain.replace('`', "")
}

/// What a condition asks, in one English line.
#[must_use]
pub fn asked(condition: &Condition, rules: &RuleSet) -> String {
    one_line(condition, rules, Lang::En)
}

fn one_line(condition: &Condition, rules: &RuleSet, lang: Lang) -> String {
    fn flat(clause: &Clause) -> String {
        let parts: Vec<String> = clause.parts.iter().map(flat).collect();
        if parts.is_empty() { clause.line.clone() } else { format!("{} {}", clause.line, parts.join("; ")) }
    }
    flat(&Teller { lang, rules }.clause(condition))
}

/// All pages by their path, with `/` and without a leading one.
#[must_use]
pub fn pages(rules: &RuleSet, playbook: &Playbook, limits: &Limits) -> BTreeMap<String, String> {
    let sid = Some("S-1-5-21-1-2-3-1000".to_owned());
    let facts = FactStore { target: Target::Person(Person { sid, ..Person::default() }), ..FactStore::default() };
    let (params, kinds) = (BTreeMap::new(), BTreeMap::new());
    let settings = Settings { params: &params, kinds: &kinds, overrides: &[], limits, era: None };
    let (_, nothing) = run(&facts, rules, &settings);
    let mut pages = BTreeMap::new();
    for (folder, lang) in [("en", Lang::En), ("ja", Lang::Ja)] {
        let book = Book { teller: Teller { lang, rules }, playbook, nothing: &nothing };
        let mut add = |kind: &str, id: &str, text: String| {
            // An id is the name of a file; what could leave the folder has no page.
            if !id.is_empty() && id.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_') {
                pages.insert(format!("{folder}/{kind}/{id}{PAGE}"), text);
            }
        };
        for rule in rules.rules.values() {
            add("rules", &rule.id, book.rule(rule));
        }
        for step in &playbook.steps {
            add("steps", &step.id, book.step(step));
        }
        for need in rules.needs.values() {
            add("needs", &need.id, book.need(need));
        }
        pages.insert(format!("{folder}/{}{PAGE}", codes::FILE), book.codes());
        pages.insert(format!("{folder}/README{PAGE}"), book.index());
    }
    pages
}

impl Book<'_> {
    fn lang(&self) -> Lang {
        self.teller.lang
    }

    fn pick<'t>(&self, en: &'t str, ja: &'t str) -> &'t str {
        self.teller.pick(en, ja)
    }

    fn tree(&self, page: &mut Page, depth: usize, clause: &Clause) {
        page.bullet(depth, &clause.line);
        for part in &clause.parts {
            self.tree(page, depth + 1, part);
        }
    }

    /// A link to a need, from a page of any kind.
    fn need_link(&self, id: &str) -> String {
        let title = self.teller.rules.needs.get(id).map_or(id, |need| need.title.get(self.lang()));
        link(title, &format!("../needs/{id}{PAGE}"))
    }

    fn step_link(&self, id: &str) -> String {
        let step = self.playbook.step(id);
        let title = step.map_or(id, |step| step.title.get(self.lang()));
        let number = step.map(|step| format!("{} ", step.number)).unwrap_or_default();
        format!("{number}{}", link(title, &format!("../steps/{id}{PAGE}")))
    }

    fn rule_link(&self, id: &str) -> String {
        let title = self.teller.rules.rules.get(id).map_or(id, |rule| rule.title.get(self.lang()));
        link(title, &format!("../rules/{id}{PAGE}"))
    }

    /// Public sources and what none of them confirms.
    fn sources(&self, page: &mut Page, links: &[String]) {
        page.heading(2, self.pick("Public sources", "公開情報"));
        if links.is_empty() {
            page.paragraph(self.pick("None is named.", "記載はありません。"));
        }
        for address in links {
            page.bullet(0, &markdown::source(address));
        }
    }

    fn unverified(&self, page: &mut Page, list: &[String]) {
        page.heading(2, self.pick("What it cannot say", "確認できていないこと"));
        if list.is_empty() {
            page.paragraph(self.pick("Nothing is marked as unverified.", "未確認とされている事項はありません。"));
        } else if self.lang() == Lang::Ja {
            page.paragraph("公開情報で確認されていない事項です (原文は英語のみ)。");
        } else {
            page.paragraph("No public source confirms this:");
        }
        for line in list {
            page.bullet(0, &markdown::text(line));
        }
    }

    fn revision(&self, page: &mut Page, rev: u32, file: &str) {
        page.heading(2, self.pick("Revision", "改訂"));
        page.paragraph(&format!("{}{rev}, {}", self.pick("Revision ", "改訂 "), markdown::code(file)));
    }
}

/// `a, b or c`.
fn either(lang: Lang, list: &[String]) -> String {
    let Some((last, head)) = list.split_last() else { return String::new() };
    match (head.is_empty(), lang) {
        (true, _) => last.clone(),
        (false, Lang::En) => format!("{} or {last}", head.join(", ")),
        (false, Lang::Ja) => format!("{} または {last}", head.join("、")),
    }
}
