//! The page of the error codes: every family with its codes, what they mean, and where that is confirmed.

use super::Book;
use super::markdown::{Page, source, text};
use crate::lang::messages::Msg;
use crate::rule::codes::{Meaning, spelled};

/// The name of the page.
pub(super) const FILE: &str = "codes";

impl Book<'_> {
    pub(super) fn codes(&self) -> String {
        let mut page = Page::default();
        page.heading(1, self.pick("Error codes", "エラー コード"));
        page.paragraph(self.pick(
            "What a report says beside a code in the evidence, whether a rule uses it or not. An x stands for any hexadecimal digit.",
            "資料に現れたコードの横に表示する説明です (ルールで使用するかどうかは問いません)。x は任意の 16 進数字を表します。",
        ));
        for (family, table) in &self.teller.rules.codes.families {
            page.heading(2, self.family(family));
            page.head(&[self.pick("Code", "コード"), self.pick("Name", "名前"), self.pick("Meaning", "意味")]);
            for (number, meaning) in &table.rows {
                page.row(&self.code_row(&spelled(family, *number), meaning));
            }
            for form in &table.forms {
                page.row(&self.code_row(&form.like, &form.meaning));
            }
            if let Some(otherwise) = &table.otherwise {
                page.row(&[
                    self.pick("any other", "その他").to_owned(),
                    String::new(),
                    text(otherwise.get(self.lang())),
                ]);
            }
            page.paragraph(self.pick("Public sources:", "公開情報:"));
            table.sources.iter().for_each(|address| page.bullet(0, &source(address)));
        }
        page.finish()
    }

    fn code_row(&self, code: &str, meaning: &Meaning) -> [String; 3] {
        let limits = [(meaning.unverified, Msg::CodeUnverified), (meaning.noise, Msg::CodeNoise)];
        let limits: String =
            limits.iter().filter(|(is, _)| *is).map(|(_, msg)| format!(" ({})", text(msg.text(self.lang())))).collect();
        let says = text(meaning.says.get(self.lang()));
        [text(code), text(meaning.name.as_deref().unwrap_or_default()), format!("{says}{limits}")]
    }

    fn family(&self, family: &str) -> &'static str {
        match family {
            "aadsts" => "Entra ID (AADSTS)",
            "hresult" => "HRESULT",
            "ntstatus" => "NTSTATUS",
            "kerberos" => "Kerberos",
            _ => self.pick("TLS alerts (Schannel)", "TLS アラート (Schannel)"),
        }
    }
}
