//! The paper of the terminal report: sanitizes, wraps, indents and paints. Refuses to know what a report is.
//!
//! Every text goes through [`Sanitized`] here, so that no caller can forget it; colours are added afterwards.

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use super::super::sanitize::Sanitized;
use super::wrap::wrap;
use crate::limits::Limits;

/// Below this width a heading stands on a line of its own and tables become lists.
pub(super) const NARROW: usize = 64;

/// Lines under construction.
#[derive(Debug)]
pub(super) struct Screen {
    width: usize,
    colour: bool,
    margin: usize,
    lines: Vec<String>,
}

impl Screen {
    /// `margin` is the column where the text beside a heading begins.
    pub(super) fn new(width: usize, colour: bool, margin: usize) -> Self {
        let width = width.max(20);
        Self { width, colour, margin: if width < NARROW { 2 } else { margin }, lines: Vec::new() }
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn is_narrow(&self) -> bool {
        self.width < NARROW
    }

    /// The text in the colour, if colours are wanted.
    pub(super) fn paint(&self, style: Style, text: &str) -> String {
        if self.colour && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    pub(super) fn blank(&mut self) {
        self.lines.push(String::new());
    }

    /// A line from edge to edge.
    pub(super) fn rule(&mut self, character: char) {
        self.lines.push(std::iter::repeat_n(character, self.width).collect());
    }

    /// A paragraph from the left edge.
    pub(super) fn paragraph(&mut self, style: Style, text: &str) {
        for line in wrap(sentence(text).as_str(), self.width) {
            let line = self.paint(style, &line);
            self.lines.push(line);
        }
    }

    /// Segments that stand apart and never break inside unless one alone is too wide.
    pub(super) fn segments(&mut self, style: Style, segments: &[String]) {
        let mut line = String::new();
        for segment in segments.iter().filter(|segment| !segment.is_empty()) {
            let segment = sentence(segment).as_str().to_owned();
            if !line.is_empty() && line.width() + 3 + segment.width() <= self.width {
                line.push_str("   ");
                line.push_str(&segment);
                continue;
            }
            self.paragraph(style, &std::mem::take(&mut line));
            line = segment;
        }
        self.paragraph(style, &line);
    }

    /// A heading with its first text beside it, further texts below that one.
    pub(super) fn block<T: AsRef<str>>(&mut self, style: Style, heading: &str, texts: &[T]) {
        let heading = Sanitized::line(heading).cut(self.width).as_str().to_owned();
        let mut lead = Some(heading);
        if self.is_narrow() {
            let heading = self.paint(style, &lead.take().unwrap_or_default());
            self.lines.push(heading);
        }
        for text in texts {
            for line in wrap(sentence(text.as_ref()).as_str(), self.width.saturating_sub(self.margin)) {
                let lead = lead.take().unwrap_or_default();
                let gap = self.margin.saturating_sub(lead.width());
                let lead = self.paint(style, &lead);
                self.lines.push(format!("{lead}{}{line}", " ".repeat(gap)));
            }
        }
    }

    /// A text behind a number or mark, inside the margin; its further lines align with its first.
    pub(super) fn entry(&mut self, mark: &str, text: &str) {
        let mark = Sanitized::line(mark).as_str().to_owned();
        let left = self.margin + mark.width() + 1;
        let mut lead = format!("{}{mark} ", " ".repeat(self.margin));
        for line in wrap(sentence(text).as_str(), self.width.saturating_sub(left)) {
            self.lines.push(format!("{lead}{line}"));
            lead = " ".repeat(left);
        }
    }

    /// A command: alone on its lines and never broken, whatever the width, so that it can be copied and run.
    pub(super) fn command(&mut self, style: Style, text: &str) {
        let indent = " ".repeat(self.margin + 3);
        for line in Sanitized::block(text).as_str().lines() {
            let line = self.paint(style, line);
            self.lines.push(format!("{indent}{line}"));
        }
    }

    /// A line that is already clean and fits.
    pub(super) fn ready(&mut self, line: String) {
        self.lines.push(line);
    }

    pub(super) fn finish(self) -> String {
        let mut text = String::new();
        for line in self.lines {
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// A sentence: clean, and no longer than two cells of the terminal.
fn sentence(text: &str) -> Sanitized {
    Sanitized::line(text).cut(Limits::default().terminal_cell.saturating_mul(2))
}

/// A name, a place, a cell: clean, and no longer than one cell of the terminal.
pub(super) fn cell(text: &str) -> String {
    Sanitized::line(text).cut(Limits::default().terminal_cell).as_str().to_owned()
}
