//! The texts of a page: those of the model, made harmless, and the fixed words of its language.
//!
//! Templates escape both. Refuses to know where they stand.

use crate::lang::Lang;
use crate::lang::messages::Msg;
use crate::limits::Limits;
use crate::report::model::{Cite, Code};
use crate::report::sanitize::Sanitized;
use crate::report::terminal::evidence::cited;
use crate::report::words;

/// A text of the model: nothing in it hides or reorders another, and it is no longer than a cell of the report.
pub(super) fn value(text: &str) -> Sanitized {
    Sanitized::line(text).cut(Limits::default().cell)
}

/// Every text of a list.
pub(super) fn values<T: AsRef<str>>(texts: &[T]) -> Vec<Sanitized> {
    texts.iter().map(|text| value(text.as_ref())).collect()
}

/// Where it stands, artifact by artifact; nothing where nothing is cited.
pub(super) fn places<'a>(
    cites: impl IntoIterator<Item = &'a Cite>,
    count: Option<u64>,
    words: Words,
) -> Option<Sanitized> {
    let text = cited(cites, count, words.0);
    Some(value(&text)).filter(|text| !text.as_str().is_empty())
}

/// The fixed words of a page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words(pub(super) Lang);

impl Words {
    /// A word.
    pub(super) fn text(self, msg: Msg) -> &'static str {
        msg.text(self.0)
    }

    /// A sentence with values of the model in it.
    pub(super) fn fill(self, msg: Msg, values: &[&str]) -> Sanitized {
        value(&msg.fill(self.0, values))
    }

    /// What error codes mean.
    pub(super) fn codes(self, codes: &[Code]) -> Vec<Sanitized> {
        codes.iter().map(|code| value(&words::code(code, self.0))).collect()
    }

    /// How many are not shown; nothing where all are.
    pub(super) fn more(self, all: usize, shown: usize) -> Option<Sanitized> {
        let left = all.saturating_sub(shown);
        (left > 0).then(|| self.fill(Msg::MoreLines, &[&left.to_string()]))
    }
}
