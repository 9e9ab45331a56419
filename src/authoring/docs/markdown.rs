//! Turns texts and values into Markdown that shows exactly them: nothing that a pack writes becomes markup, HTML or a link.
//!
//! Refuses to know rules. `a|b <c>` becomes `a\|b \<c\>`.

use std::fmt::Write as _;

use crate::report::md;
use crate::report::sanitize::Sanitized;

/// Text of a rule file inside a line.
pub(super) fn text(value: &str) -> String {
    let clean = Sanitized::line(value);
    let mut out = String::with_capacity(clean.as_str().len());
    for c in clean.as_str().chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A value as it is written: a code span whose fence is longer than any run of backticks inside it.
pub(super) fn code(value: &str) -> String {
    if value.trim().is_empty() { format!("\"{value}\"") } else { md::code(value) }
}

/// A public source. What is no plain https address is shown and not linked.
pub(super) fn source(address: &str) -> String {
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '\\' | '`' | '"');
    if address.starts_with("https://") && address.chars().all(plain) { format!("<{address}>") } else { code(address) }
}

/// A link to another page; the label is a text of a rule file.
pub(super) fn link(label: &str, address: &str) -> String {
    format!("[{}]({address})", text(label))
}

/// A page being written.
#[derive(Debug, Default)]
pub(super) struct Page {
    out: String,
}

// Writing to a String cannot fail.
impl Page {
    pub(super) fn heading(&mut self, level: usize, title: &str) {
        self.gap();
        let _ = writeln!(self.out, "{} {title}", "#".repeat(level));
        self.gap();
    }

    /// A paragraph. A beginning that Markdown would take for a list or a rule is escaped.
    pub(super) fn paragraph(&mut self, line: &str) {
        self.gap();
        let _ = writeln!(self.out, "{}", tame(line));
        self.gap();
    }

    pub(super) fn bullet(&mut self, depth: usize, line: &str) {
        let _ = writeln!(self.out, "{}- {}", "  ".repeat(depth), tame(line));
    }

    pub(super) fn numbered(&mut self, number: usize, line: &str) {
        let _ = writeln!(self.out, "{number}. {}", tame(line));
    }

    /// Cells are Markdown without code spans, in which a bar could not be escaped.
    pub(super) fn row(&mut self, cells: &[String]) {
        let _ = writeln!(self.out, "| {} |", cells.join(" | "));
    }

    pub(super) fn head(&mut self, cells: &[&str]) {
        self.gap();
        let _ = writeln!(self.out, "| {} |", cells.join(" | "));
        let _ = writeln!(self.out, "|{}", "---|".repeat(cells.len()));
    }

    /// Lines to type.
    pub(super) fn block(&mut self, lines: &[String]) {
        if lines.is_empty() {
            return;
        }
        self.gap();
        let clean: Vec<Sanitized> = lines.iter().map(|line| Sanitized::line(line)).collect();
        let longest = clean.iter().map(|line| md::longest_run(line.as_str())).max().unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        let _ = writeln!(self.out, "{fence}text");
        for line in clean {
            let _ = writeln!(self.out, "{}", line.as_str());
        }
        let _ = writeln!(self.out, "{fence}");
        self.gap();
    }

    fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    pub(super) fn finish(self) -> String {
        let mut out = self.out.trim_end().to_owned();
        out.push('\n');
        out
    }
}

/// Escapes a beginning that would open a list, a rule or a heading.
fn tame(line: &str) -> String {
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let behind = line.chars().nth(digits);
    if digits > 0 && matches!(behind, Some('.' | ')')) {
        let (number, rest) = line.split_at(digits);
        return format!("{number}\\{rest}");
    }
    if line.starts_with(['-', '+', '=']) { format!("\\{line}") } else { line.to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_markdown_would_take_for_markup_is_escaped() {
        let check = |value: &str, expected: &str| assert_eq!(text(value), expected);
        check("a|b <c>", "a\\|b \\<c\\>");
        check("[x](javascript:alert(1))", "\\[x\\](javascript:alert(1))");
        check("a\nb\u{202e}c", "a\\\\x0ab⟨U+202E⟩c");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code(""), "\"\"");
        assert_eq!(source("https://a.example/x"), "<https://a.example/x>");
        assert_eq!(source("https://a.example/> <script>"), "`https://a.example/> <script>`");
        assert_eq!(tame("1. x"), "1\\. x");
        assert_eq!(tame("- x"), "\\- x");
    }

    #[test]
    fn a_block_cannot_be_closed_from_inside() {
        let mut page = Page::default();
        page.block(&["```".to_owned(), "x".to_owned()]);
        assert_eq!(page.finish(), "````text\n```\nx\n````\n");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn no_text_keeps_an_unescaped_sign(value in any::<String>()) {
            let escaped = text(&value);
            let mut before = false;
            for c in escaped.chars() {
                prop_assert!(before || !matches!(c, '<' | '>' | '`' | '[' | ']' | '|' | '*' | '_'));
                prop_assert!(!c.is_control());
                before = c == '\\' && !before;
            }
        }
    }
}
