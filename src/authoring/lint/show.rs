//! Writes remarks: the line of the file with a mark under the place, or one JSON object a line.
//!
//! ```text
//! error[missing-case]: the rule has no negative case
//!   --> causes/profile/profile-corrupt.yaml:41:1
//!    |
//! 41 | tests:
//!    | ^^^^^
//!    = help: add a case in which the cause is not there, with `expect: {status: ruled-out}`
//! ```

use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

use super::{Remark, Report};
use crate::report::sanitize::{Sanitized, inert_json};
use crate::rule::pack::{MANIFEST, Pack};

/// How remarks are printed.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Colour codes.
    pub colour: bool,
    /// Columns.
    pub width: usize,
}

/// For people. Everything from a file is made harmless first; `path` turns a file of a pack into what an editor can open.
#[must_use]
pub fn terminal(report: &Report, packs: &[Pack], style: Style, path: &dyn Fn(&str) -> String) -> String {
    let renderer = if style.colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(style.width);
    let mut out = String::new();
    for remark in &report.remarks {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{}\n", one(remark, packs, &renderer, path));
    }
    out
}

fn one(remark: &Remark, packs: &[Pack], renderer: &Renderer, path: &dyn Fn(&str) -> String) -> String {
    let message = Sanitized::line(&remark.problem.message);
    let file = Sanitized::line(&path(&remark.problem.file));
    let advice = Sanitized::line(&remark.advice);
    let title = Level::ERROR.primary_title(message.as_str()).id(remark.lint);
    let place = Place::find(remark, packs);
    let group = match &place {
        Some(place) => title.element(
            Snippet::source(place.line.as_str())
                .line_start(place.number)
                .path(file.as_str())
                .annotation(AnnotationKind::Primary.span(place.from..place.to)),
        ),
        None => title.element(Origin::path(file.as_str())),
    };
    let group = if advice.as_str().is_empty() { group } else { group.element(Level::HELP.message(advice.as_str())) };
    renderer.render(&[group])
}

/// The line of a remark, made harmless, and the bytes of it that are marked.
struct Place {
    line: String,
    number: usize,
    from: usize,
    to: usize,
}

impl Place {
    fn find(remark: &Remark, packs: &[Pack]) -> Option<Self> {
        let file = &remark.problem.file;
        let of = |pack: &Pack| pack.files.get(if pack.manifest_file() == *file { MANIFEST } else { file }).cloned();
        let text = packs.iter().rev().find_map(of)?;
        let number = usize::try_from(remark.problem.span.line).ok()?;
        let line = text.lines().nth(number.checked_sub(1)?)?;
        let column = usize::try_from(remark.problem.span.column).ok()?.saturating_sub(1);
        let before: String = line.chars().take(column).collect();
        let rest: String = line.chars().skip(column).collect();
        let token = rest.get(..token(&rest)).unwrap_or(&rest).to_owned();
        let clean = |text: &str| Sanitized::line(text).as_str().to_owned();
        let (before, token, after) =
            (clean(&before), clean(&token), clean(rest.get(token.len()..).unwrap_or_default()));
        let (from, to) = (before.len(), before.len() + token.len());
        Some(Self { line: format!("{before}{token}{after}"), number, from, to })
    }
}

/// Length of the word at the start of a text: a quoted scalar, or up to the next mark of YAML.
fn token(rest: &str) -> usize {
    let quoted = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
    let end = match quoted {
        Some(quote) => rest.char_indices().skip(1).find(|(_, c)| *c == quote).map(|(at, c)| at + c.len_utf8()),
        None => rest.char_indices().skip(1).find(|(_, c)| matches!(c, ':' | ',' | ']' | '}' | ' ')).map(|(at, _)| at),
    };
    end.unwrap_or(rest.len())
}

/// One object a line: the remarks, then the patterns with their cost.
#[must_use]
pub fn jsonl(report: &Report, path: &dyn Fn(&str) -> String) -> String {
    let mut out = String::new();
    for remark in &report.remarks {
        let problem = &remark.problem;
        let line = serde_json::json!({
            "lint": remark.lint, "file": path(&problem.file), "line": problem.span.line, "column": problem.span.column,
            "message": problem.message, "advice": remark.advice,
        });
        let _ = writeln!(out, "{}", inert_json(&line.to_string()));
    }
    for cost in &report.patterns {
        let line = serde_json::json!({
            "pattern": cost.pattern, "file": path(&cost.file), "line": cost.span.line, "column": cost.span.column,
            "compiled_bytes": cost.bytes,
        });
        let _ = writeln!(out, "{}", inert_json(&line.to_string()));
    }
    out
}

/// The dearest patterns, for people.
#[must_use]
pub fn costs(report: &Report, most: usize) -> String {
    let mut out = String::new();
    if report.patterns.is_empty() {
        return out;
    }
    let _ = writeln!(out, "{} patterns; the dearest by the size of their compiled form:", report.patterns.len());
    for cost in report.patterns.iter().take(most) {
        let place = format!("{}:{}:{}", cost.file, cost.span.line, cost.span.column);
        let (place, pattern) = (Sanitized::line(&place), Sanitized::line(&cost.pattern).cut(60));
        let _ = writeln!(out, "  {:>5} KiB  {}  {}", cost.bytes.div_ceil(1024), place.as_str(), pattern.as_str());
    }
    out
}
