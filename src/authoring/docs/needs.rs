//! The page of a need: who collects what, how, and which questions it settles.

use std::fmt::Write as _;

use super::Book;
use super::markdown::{Page, code, text};
use crate::lang::messages::Msg;
use crate::plan::Who;
use crate::plan::command::{self, Folder};
use crate::report::words;
use crate::rule::fields::Problems;
use crate::rule::need::Need;

impl Book<'_> {
    pub(super) fn need(&self, need: &Need) -> String {
        let mut page = Page::default();
        let file = format!("needs/{}.yaml", need.id);
        page.heading(1, &text(need.title.get(self.lang())));
        page.bullet(0, &format!("{}: {}", self.pick("Id", "ID"), code(&need.id)));
        let who = Who::ALL.iter().find(|(word, _)| *word == need.who).map(|(_, who)| words::who(*who));
        if let Some(who) = who {
            page.bullet(0, &format!("{}: {}", self.pick("Collected by", "担当"), who.text(self.lang())));
        }
        if let Some(minutes) = need.minutes {
            let minutes = Msg::Minutes.fill(self.lang(), &[&minutes.to_string()]);
            page.bullet(0, &format!("{}: {minutes}", self.pick("Hands-on time", "所要時間")));
        }
        page.heading(2, self.pick("How to collect it", "採取方法"));
        for (index, line) in need.instructions.get(self.lang()).iter().enumerate() {
            page.numbered(index + 1, &text(line));
        }
        let mut problems = Problems::new(&file);
        let commands: Vec<_> = need.commands.iter().filter_map(|node| command::read(node, &mut problems)).collect();
        page.block(&self.commands(&commands, Folder::Triage));
        self.what_it_brings(&mut page, need);
        self.asked_by(&mut page, need);
        self.revision(&mut page, need.rev, &file);
        page.finish()
    }

    fn what_it_brings(&self, page: &mut Page, need: &Need) {
        page.heading(2, self.pick("What it brings", "採取できる情報"));
        for (provider, ids) in &need.events {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            let ids = if ids.is_empty() { self.pick("all", "すべて").to_owned() } else { ids.join(", ") };
            page.bullet(0, &format!("{} {} ({ids})", self.pick("Events of", "イベント"), code(provider)));
        }
        for (machine, key) in &need.keys {
            let path = format!("{}\\{}", if *machine { "HKLM" } else { "HKCU" }, key.join("\\"));
            page.bullet(0, &format!("{} {}", self.pick("Registry", "レジストリ"), code(&path)));
        }
        for (en, ja, list) in [
            ("Stored credentials", "保存済み資格情報", &need.credentials),
            ("Properties of", "属性", &need.properties),
            ("Products", "製品", &need.products),
            ("Error codes", "エラー コード", &need.codes),
        ] {
            let words: Vec<String> = list.iter().map(|word| code(word)).collect();
            if !words.is_empty() {
                page.bullet(0, &format!("{}: {}", self.pick(en, ja), words.join(", ")));
            }
        }
        if need.profiles {
            page.bullet(0, self.pick("Outlook profiles", "Outlook プロファイル"));
        }
    }

    /// Rules that would ask for it if nothing had been collected, and steps that are verified by it.
    fn asked_by(&self, page: &mut Page, need: &Need) {
        page.heading(2, self.pick("What it settles", "判定に使用する原因と手順"));
        let mut any = false;
        for rule in self.teller.rules.rules.values() {
            let scope = rule.scope();
            let mut items = String::new();
            for item in rule.evidence.iter().chain(&rule.refutes) {
                if self.nothing.eval(&item.when, &scope).needs().contains(&need.id) {
                    let glue = if items.is_empty() { "" } else { ", " };
                    // Writing to a String cannot fail.
                    let _ = write!(items, "{glue}{}", text(&item.name));
                }
            }
            if !items.is_empty() {
                any = true;
                page.bullet(0, &format!("{}: {items}", self.rule_link(&rule.id)));
            }
        }
        for step in self.playbook.steps.iter().filter(|step| step.verify.need == need.id) {
            any = true;
            page.bullet(0, &format!("{} {}", self.pick("Verifies", "確認に使用:"), self.step_link(&step.id)));
        }
        if !any {
            page.paragraph(self.pick(
                "No rule asks for it by itself; it brings more than one question needs.",
                "この資料だけを必要とするルールはありません。",
            ));
        }
    }
}
