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
            self.segment(style, &line);
            line = segment;
        }
        self.segment(style, &line);
    }

    fn segment(&mut self, style: Style, line: &str) {
        if !line.is_empty() {
            self.paragraph(style, line);
        }
    }

    /// A heading with its first text beside it, further texts below that one.
    pub(super) fn block<T: AsRef<str>>(&mut self, style: Style, heading: &str, texts: &[T]) {
        let entries: Vec<(&str, &str)> = texts.iter().map(|text| ("", text.as_ref())).collect();
        self.entries(style, heading, &entries);
    }

    /// The same with a mark before each text (a number, `[E1]`); further lines of a text align with its first.
    pub(super) fn entries<M: AsRef<str>, T: AsRef<str>>(&mut self, style: Style, heading: &str, entries: &[(M, T)]) {
        let heading = Sanitized::line(heading).cut(self.width).as_str().to_owned();
        let mut heading = Some(heading).filter(|heading| !heading.is_empty());
        if self.is_narrow()
            && let Some(heading) = heading.take()
        {
            let heading = self.paint(style, &heading);
            self.lines.push(heading);
        }
        for (mark, text) in entries {
            let mut mark = Sanitized::line(mark.as_ref()).as_str().to_owned();
            if !mark.is_empty() {
                mark.push(' ');
            }
            let mut text = sentence(text.as_ref()).as_str().to_owned();
            // A mark of half the width would leave a ladder of letters beside it.
            if (self.margin + mark.width()).saturating_mul(2) > self.width && self.is_narrow() {
                text.insert_str(0, &std::mem::take(&mut mark));
            }
            let indent = mark.width();
            let room = self.width.saturating_sub(self.margin + indent);
            for line in wrap(&text, room) {
                let heading = heading.take().unwrap_or_default();
                let gap = " ".repeat(self.margin.saturating_sub(heading.width()));
                let heading = self.paint(style, &heading);
                self.lines.push(format!("{heading}{gap}{mark}{line}"));
                mark = " ".repeat(indent);
            }
        }
    }

    /// One marked text inside the margin.
    pub(super) fn entry(&mut self, mark: &str, text: &str) {
        self.entries(Style::new(), "", &[(mark, text)]);
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
            // Not every white space: an ideographic space can be the end of a name.
            text.push_str(line.trim_end_matches(' '));
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
