//! What every page has around its content: the head with its policy, the style sheet, the footer.
//!
//! The policy allows the page's own style sheet and nothing else, by its fingerprint, so a page that somebody managed to put
//! something into would still load and run nothing. Refuses to know the content.
//!
//! ```text
//! <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-…'; …">
//! ```

use std::sync::LazyLock;

use askama::Template;
use sha2::{Digest, Sha256};

use super::Page;
use super::value::{Words, value};
use crate::lang::Lang;
use crate::lang::messages::Msg;
use crate::report::model::{Report, Tool};
use crate::report::sanitize::Sanitized;
use crate::report::terminal::names::{argument, short_name};
use crate::report::terminal::when::minute_here;
use crate::value::base64;

/// `sha256-…` of the style sheet, once: it is the same on every page.
static STYLE: LazyLock<String> = LazyLock::new(|| {
    // A template ends before its last line break.
    let style = include_str!("style.css");
    let style = style.strip_suffix('\n').unwrap_or(style);
    format!("sha256-{}", base64(&Sha256::digest(style.as_bytes())))
});

/// Head and footer of a page.
pub(super) struct Shell {
    /// Of the document.
    pub(super) lang: &'static str,
    pub(super) title: Sanitized,
    pub(super) footer: Vec<Sanitized>,
}

impl Shell {
    pub(super) fn new(title: &str, footer: Vec<Sanitized>, lang: Lang) -> Self {
        Self { lang: lang.pick("en", "ja"), title: value(title), footer }
    }

    /// What the terminal prints below a case.
    pub(super) fn of_case(report: &Report, page: &Page) -> Self {
        let words = Words(page.lang);
        let case = &report.case;
        let suspected = report.headline.suspected.first().or(report.unknown.first().map(|one| &one.id));
        let explain = suspected.map(|id| format!("outlook-triage explain {id} {}", argument(&case.source)));
        let as_of = match &case.as_of {
            Some(at) => words.fill(Msg::AsOf, &[&minute_here(at, case.utc_offset.as_deref())]),
            None => words.fill(Msg::AsOfUnknown, &[]),
        };
        let mut footer = vec![as_of];
        footer.extend(of_tool(&report.tool, words));
        footer.push(words.fill(Msg::PageCaseSum, &[&case.sha256]));
        footer.push(words.fill(Msg::Exit, &[&page.exit_code.to_string()]));
        footer.extend(explain.map(|command| words.fill(Msg::Explain, &[&command])));
        Self::new(&format!("{} {}", words.text(Msg::PageTitle), short_name(&case.source)), footer, page.lang)
    }

    pub(super) fn style(&self) -> &'static str {
        &STYLE
    }
}

/// What made the page: enough to make it again.
pub(super) fn of_tool(tool: &Tool, words: Words) -> Vec<Sanitized> {
    let rules = &tool.rules;
    let fingerprint: String = rules.sha256.chars().take(8).collect();
    vec![
        value(&format!("{} {}", tool.name, tool.version)),
        words.fill(Msg::RulesRevision, &[&rules.revision, &fingerprint]),
        value(&rules.packs.join(", ")),
    ]
}

/// The page as text. Writing to a string cannot fail, and templates call nothing that can.
pub(super) fn rendered(page: &impl Template) -> String {
    page.render().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        for (text, expected) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
            ("\u{7fb}\u{7ff}", "37vfvw=="),
        ] {
            assert_eq!(base64(text.as_bytes()), expected, "{text:?}");
        }
    }
}
