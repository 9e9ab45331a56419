//! Turns evaluated conditions into lines for people: the value, what was seen, why it is unknown, and where it stands.
//!
//! One wording for `explain` and for the cases of rules. Refuses to know how lines are laid out.
//!
//! ```text
//! false   registry …\RPC!DisableRetryGoodCredentials is 1: the value is 0
//! ```

use std::fmt::Write as _;

use crate::fact::evidence::{Cite, Locator};
use crate::lang::Lang;
use crate::lang::messages::Msg;
use crate::rule::eval::{Tri, Truth};

/// The word for a value, of one width in each language, so that a tree stands in a column.
#[must_use]
pub fn mark(value: Tri, lang: Lang) -> &'static str {
    let (en, ja) = match value {
        Tri::True => ("true   ", "真  "),
        Tri::False => ("false  ", "偽  "),
        Tri::Unknown => ("unknown", "不明"),
    };
    lang.pick(en, ja)
}

/// The condition, what was seen, the reason and the needs of what is unknown, and what the value assumes.
#[must_use]
pub fn told(truth: &Truth, lang: Lang) -> String {
    let mut line = truth.label.clone();
    let text = truth.text.get(lang);
    // Writing to a String cannot fail.
    if truth.children.is_empty() && !text.is_empty() {
        let _ = write!(line, ": {text}");
    }
    if truth.value == Tri::Unknown && truth.children.is_empty() {
        let _ = write!(line, " — {}", truth.reason().msg().text(lang));
        if !truth.needs().is_empty() {
            let _ = write!(line, "{}{}", lang.pick("; needs ", "。必要な資料: "), truth.needs().join(", "));
        }
    }
    for reservation in &truth.reservations {
        let _ = write!(line, " ({})", reservation.msg().text(lang));
    }
    line
}

/// Where a citation stands, in an artifact of this path.
#[must_use]
pub fn place(cite: &Cite, path: &str, lang: Lang) -> String {
    let absent = if cite.absent { lang.pick(" (searched, not there)", " (検索済み、該当なし)") } else { "" };
    let at = match &cite.at {
        Locator::Line(line) => format!(":{line}"),
        Locator::Record(record) => format!(" {}", Msg::Records.fill(lang, &[&record.to_string()])),
        Locator::Registry { line, key, value } => {
            let line = line.map(|line| format!(":{line}")).unwrap_or_default();
            let value = value.as_ref().map(|value| format!("!{value}")).unwrap_or_default();
            format!("{line} {key}{value}")
        }
        Locator::Profile { line, profile, property } => {
            let line = line.map(|line| format!(":{line}")).unwrap_or_default();
            format!("{line} {}", Msg::ProfileProperty.fill(lang, &[profile, property]))
        }
        Locator::Window(window) => format!(" {} – {}", window.from, window.to),
    };
    format!("{path}{at}{absent}")
}
