//! The first page: all rules by rank, the steps in their order, all needs, and the way to the error codes.

use super::markdown::{Page, link, text};
use super::{Book, PAGE, codes};
use crate::report::words;

impl Book<'_> {
    pub(super) fn index(&self) -> String {
        let mut page = Page::default();
        page.heading(1, self.pick("Rules, steps and needs", "ルール、手順、資料の一覧"));
        page.paragraph(self.pick(
            "Written by `outlook-triage rules docs` from the files of the pack. Words in braces stand for values of a case.",
            "`outlook-triage rules docs` がパックのファイルから生成した文書です。波かっこ内の語は、事象ごとの値に置き換わります。",
        ));
        page.heading(2, self.pick("Causes", "原因"));
        page.head(&[
            self.pick("Band", "帯域"),
            self.pick("Cause", "原因"),
            self.pick("Severity", "重大度"),
            self.pick("Steps", "手順"),
        ]);
        let mut rules: Vec<_> = self.teller.rules.rules.values().collect();
        rules.sort_by_key(|rule| (rule.band, &rule.id));
        for rule in rules {
            let mut numbers: Vec<&str> = rule
                .steps
                .iter()
                .filter_map(|(id, _)| self.playbook.step(id))
                .map(|step| step.number.as_str())
                .collect();
            numbers.dedup();
            page.row(&[
                format!("{:03}", rule.band),
                link(rule.title.get(self.lang()), &format!("rules/{}{PAGE}", rule.id)),
                rule.severity.msg().text(self.lang()).to_owned(),
                text(&numbers.join(", ")),
            ]);
        }
        page.heading(2, self.pick("Steps", "手順"));
        page.head(&[self.pick("Number", "番号"), self.pick("Step", "手順"), self.pick("Done by", "担当")]);
        for step in &self.playbook.steps {
            page.row(&[
                text(&step.number),
                link(step.title.get(self.lang()), &format!("steps/{}{PAGE}", step.id)),
                words::who(step.who).text(self.lang()).to_owned(),
            ]);
        }
        page.heading(2, self.pick("Needs", "資料"));
        for need in self.teller.rules.needs.values() {
            page.bullet(0, &link(need.title.get(self.lang()), &format!("needs/{}{PAGE}", need.id)));
        }
        page.heading(2, self.pick("Error codes", "エラー コード"));
        page.bullet(
            0,
            &link(self.pick("What error codes mean", "エラー コードの意味"), &format!("{}{PAGE}", codes::FILE)),
        );
        page.finish()
    }
}
