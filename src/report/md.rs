//! Turns texts into Markdown that shows exactly them: nothing from a bundle becomes markup, HTML, an image, a link or a mention.
//!
//! What comes from a bundle, alone or inside a sentence, is [`code`], [`cell_code`] or [`fence`]d: trackers look for mentions,
//! numbers of issues and addresses everywhere else, escaped or not. The words of rules and of this program are [`text`].
//! Refuses to know what a text says.
//!
//! ```
//! use outlook_triage::report::md;
//! assert_eq!(md::text("5A: <b> #12 @all"), r"5A: \<b\> ＃12 ＠all");
//! assert_eq!(md::code("a`b"), "``a`b``");
//! assert_eq!(md::cell_code(r"HKCU\a|b"), r"`HKCU\a｜b`");
//! assert_eq!(md::fence("", "cmd", &["echo ```".to_owned()]), "````cmd\necho ```\n````\n");
//! ```

use super::sanitize::Sanitized;

/// Words of a rule or of this program. Every ASCII punctuation is escaped; what a tracker turns into a mention, the number of an
/// issue or a link even when it is escaped gets its full-width twin.
#[must_use]
pub fn text(value: &str) -> String {
    let clean = Sanitized::line(value.trim());
    let mut out = String::with_capacity(clean.as_str().len());
    let mut rest = clean.as_str();
    while let Some(c) = rest.chars().next() {
        let (_, after) = rest.split_at(c.len_utf8());
        match c {
            '@' => out.push('＠'),
            '#' => out.push('＃'),
            ':' if after.starts_with("//") => out.push('：'),
            '.' if out.ends_with("www") || out.ends_with("WWW") => out.push('．'),
            // Neither begins anything inside a line, and escaped they would only be harder to read.
            ',' | '/' | '\'' | '"' | ';' | '?' | '%' => out.push(c),
            '.' | '-' | '+' | '=' | '(' | ')' if !out.is_empty() && !is_number(&out) => out.push(c),
            ':' if !out.is_empty() => out.push(c),
            c if c.is_ascii_punctuation() => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
        rest = after;
    }
    out
}

/// `12` before a full stop or a bracket begins a numbered list.
fn is_number(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit() || c == ' ')
}

/// A value, or a sentence with values in it: a code span whose fence is longer than any run of backticks inside it.
#[must_use]
pub fn code(value: &str) -> String {
    span(Sanitized::line(value).as_str())
}

/// The same in the cell of a table. Parsers disagree about a bar after a backslash, so a bar becomes its full-width twin.
#[must_use]
pub fn cell_code(value: &str) -> String {
    span(&Sanitized::line(value).as_str().replace('|', "｜"))
}

fn span(value: &str) -> String {
    // Code without anything in it cannot be written.
    let value = if value.is_empty() { " " } else { value };
    let fence = "`".repeat(longest_run(value).saturating_add(1));
    // A space on both sides is taken away again, unless there is nothing but spaces.
    let pad = value.starts_with(['`', ' ']) || value.ends_with(['`', ' ']);
    let pad = if pad && !value.trim_matches(' ').is_empty() { " " } else { "" };
    format!("{fence}{pad}{value}{pad}{fence}")
}

/// Lines as they are, for copying: a fence longer than any run of backticks inside it. `indent` stands before each line.
#[must_use]
pub fn fence(indent: &str, info: &str, lines: &[String]) -> String {
    let lines: Vec<Sanitized> = lines.iter().map(|line| Sanitized::line(line)).collect();
    let longest = lines.iter().map(|line| longest_run(line.as_str())).max().unwrap_or(0);
    let fence = "`".repeat(longest.saturating_add(1).max(3));
    let mut out = format!("{indent}{fence}{info}\n");
    for line in lines {
        out.push_str(&format!("{indent}{line}\n"));
    }
    out.push_str(&format!("{indent}{fence}\n"));
    out
}

/// The longest run of backticks.
pub(crate) fn longest_run(value: &str) -> usize {
    let (mut longest, mut run) = (0_usize, 0_usize);
    for c in value.chars() {
        run = if c == '`' { run.saturating_add(1) } else { 0 };
        longest = longest.max(run);
    }
    longest
}
