//! Every error code of the case with its meaning, whether a rule uses it or not. Folded.

use askama::Template;
use askama::filters::HtmlSafe;

use super::room::fitting;
use super::value::{Words, value};
use crate::lang::messages::Msg;
use crate::report::model::{CodeSeen, Report};
use crate::report::sanitize::Sanitized;
use crate::report::words::{code, code_seen, more_codes};

/// Bytes of the list.
const ROOM: usize = 128 << 10;

/// The list.
#[derive(Template)]
#[template(path = "codes.html")]
pub(super) struct Codes {
    title: Sanitized,
    list: Vec<(Sanitized, Sanitized)>,
    more: Option<Sanitized>,
}

impl HtmlSafe for Codes {}

impl Codes {
    pub(super) fn new(report: &Report, words: Words) -> Self {
        let shown = fitting(&report.codes, ROOM);
        let all = shown.saturating_add(more_codes(report, report.codes.len(), shown));
        let line = |one: &CodeSeen| (value(&code(&one.what, words.0)), value(&code_seen(one, words.0)));
        Self {
            title: words.fill(Msg::PageCodes, &[&all.to_string()]),
            list: report.codes.iter().take(shown).map(line).collect(),
            more: words.more(all, shown),
        }
    }
}
