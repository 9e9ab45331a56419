//! The page of a step: who does what, what it costs, when its label changes, how to undo it and how to see that it worked.

use super::markdown::{Page, code, text};
use super::words::Clause;
use super::{Book, value};
use crate::lang::Lang;
use crate::lang::messages::Msg;
use crate::plan::command::{Account, Command, Folder, Values};
use crate::plan::step_file::{Block, Guard, StepFile};
use crate::report::words;

impl Book<'_> {
    pub(super) fn step(&self, step: &StepFile) -> String {
        let mut page = Page::default();
        page.heading(1, &format!("{} {}", text(&step.number), text(step.title.get(self.lang()))));
        self.facts_of_step(&mut page, step);
        page.heading(2, self.pick("Causes that name it", "この手順で対処する原因"));
        for rule in self.teller.rules.rules.values() {
            if rule.steps.iter().any(|(id, _)| *id == step.id) {
                page.bullet(0, &self.rule_link(&rule.id));
            }
        }
        self.labels(&mut page, step);
        page.heading(2, self.pick("What to do", "実施内容"));
        for block in &step.blocks {
            self.block(&mut page, block);
        }
        if !step.backup.is_empty() {
            page.heading(2, self.pick("Backup before", "事前のバックアップ"));
            page.block(&self.commands(&step.backup, Folder::Temp));
        }
        page.heading(2, self.pick("How to undo it", "元に戻す方法"));
        match &step.rollback.lines {
            None => page.paragraph(self.pick("It cannot be undone.", "元に戻すことはできません。")),
            Some(lines) => {
                for line in lines.get(self.lang()) {
                    page.bullet(0, &text(line));
                }
            }
        }
        page.block(&self.commands(&step.rollback.commands, Folder::Temp));
        page.heading(2, self.pick("How to verify", "確認方法"));
        page.paragraph(&text(step.verify.say.get(self.lang())));
        page.bullet(
            0,
            &format!("{}: {}", self.pick("Shown by", "確認に使用する資料"), self.need_link(&step.verify.need)),
        );
        if let Some(expect) = &step.verify.expect {
            self.labelled(&mut page, self.pick("Then expected", "期待する結果"), &self.teller.clause(expect));
        }
        page.heading(2, self.pick("Then stop and ask", "手順の後の確認"));
        page.paragraph(&text(step.stop.get(self.lang())));
        self.unverified(&mut page, &step.unverified);
        self.sources(&mut page, &step.links);
        self.revision(&mut page, step.rev, &step.file);
        page.finish()
    }

    fn facts_of_step(&self, page: &mut Page, step: &StepFile) {
        page.bullet(0, &format!("{}: {}", self.pick("Id", "ID"), code(&step.id)));
        page.bullet(0, &format!("{}: {}", self.pick("Done by", "担当"), words::who(step.who).text(self.lang())));
        if let Some(minutes) = step.minutes {
            let minutes = Msg::Minutes.fill(self.lang(), &[&minutes.to_string()]);
            page.bullet(0, &format!("{}: {minutes}", self.pick("Hands-on time", "所要時間")));
        }
        if let Some(plain) = &step.plain {
            let head = self.pick("In a mail to the user", "利用者へのメールでの表現");
            page.bullet(0, &format!("{head}: {}", text(plain.title.get(self.lang()))));
            if let Some(before) = &plain.before {
                page.bullet(0, &Msg::MailBefore.fill(self.lang(), &[&text(before.get(self.lang()))]));
            }
        }
        if step.closes_outlook {
            page.bullet(0, Msg::ClosesOutlook.text(self.lang()));
        }
        if let Some(loses) = &step.loses {
            page.bullet(0, &Msg::Loses.fill(self.lang(), &[&text(loses.get(self.lang()))]));
        }
    }

    fn labels(&self, page: &mut Page, step: &StepFile) {
        page.heading(2, self.pick("What decides its label", "判定を左右する条件"));
        let gate = if step.open_gate_allowed {
            self.pick("It goes on while a gate is open.", "前提条件が未解決でも実施できます。")
        } else {
            self.pick("It waits for the steps of an open gate.", "前提条件が解決するまで待機します。")
        };
        page.bullet(0, gate);
        if !step.waits_for.is_empty() {
            let links: Vec<String> = step.waits_for.iter().map(|id| self.step_link(id)).collect();
            let head = self.pick("Useless or harmful before", "先に完了が必要な手順");
            page.bullet(0, &format!("{head}: {}", links.join(self.pick(", ", "、"))));
        }
        if let Some(inserted) = &step.inserted_by {
            let label = inserted.label.word();
            let other = self.step_link(&inserted.step);
            page.bullet(
                0,
                &match self.lang() {
                    Lang::En => format!("DO where {other} is {label}"),
                    Lang::Ja => format!("{other} が {label} の場合は DO"),
                },
            );
            if let Some(when) = &inserted.when {
                self.tree(page, 1, &self.teller.clause(when));
            }
        }
        if let Some(wait) = &step.wait {
            let names: Vec<String> = wait.from.iter().map(|name| self.teller.name(name)).collect();
            let (names, span) = (names.join(self.pick(", ", "、")), value::extent(&self.teller, &wait.length));
            page.bullet(
                0,
                &match self.lang() {
                    Lang::En => format!("Not before {span} after the latest of: {names}"),
                    Lang::Ja => format!("次のうち最新の時刻から {span}経過するまで待機: {names}"),
                },
            );
        }
        match &step.done_when {
            Some(condition) => self.labelled(page, "DONE", &self.teller.clause(condition)),
            None => page.bullet(
                0,
                self.pick("DONE: nothing that can be collected shows it", "DONE: 収集できる資料からは確認できません"),
            ),
        }
        self.guards(page, "SKIP", &step.skip_when);
        self.guards(page, "BLOCKED", &step.blocked_when);
    }

    fn guards(&self, page: &mut Page, label: &str, guards: &[Guard]) {
        for (when, say) in guards {
            self.labelled(page, label, &self.teller.clause(when));
            if let Some(say) = say {
                page.bullet(1, &format!("{}: {}", self.pick("Says", "表示文"), text(say.get(self.lang()))));
            }
        }
    }

    fn labelled(&self, page: &mut Page, label: &str, clause: &Clause) {
        page.bullet(0, &format!("{label}: {}", clause.line));
        clause.parts.iter().for_each(|part| self.tree(page, 1, part));
    }

    fn block(&self, page: &mut Page, block: &Block) {
        let mut scope = vec![if block.admin {
            self.pick("Administrator", "管理者").to_owned()
        } else {
            self.pick("User", "利用者").to_owned()
        }];
        if !block.majors.is_empty() {
            let list: Vec<String> = block.majors.iter().map(ToString::to_string).collect();
            scope.push(format!("Outlook {}", super::either(self.lang(), &list)));
        }
        if !block.installs.is_empty() {
            let list: Vec<String> = block.installs.iter().map(|install| install.word().to_owned()).collect();
            scope.push(super::either(self.lang(), &list));
        }
        page.heading(3, &scope.join(self.pick(", ", "、")));
        for (index, line) in block.ui.get(self.lang()).iter().enumerate() {
            page.numbered(index + 1, &text(line));
        }
        page.block(&self.commands(&block.commands, Folder::Temp));
    }

    /// The lines as they are before a case fills them.
    pub(super) fn commands(&self, commands: &[Command], folder: Folder) -> Vec<String> {
        let rows = [self.pick("<entry named by support>", "<サポートから案内された項目>").to_owned()];
        let mut lines = Vec::new();
        for command in commands {
            if *command == Command::CmdkeyDeleteRows {
                // The writer of commands refuses targets that are no names, and rightly so.
                lines.extend(rows.iter().map(|row| format!("cmdkey /delete:\"{row}\"")));
                continue;
            }
            let values = Values { major: None, user: Account::default(), rows: &[], folder };
            lines.extend(command.lines(&values).into_iter().map(|line| line.text));
        }
        lines
    }
}
