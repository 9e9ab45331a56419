//! Rows of separated fields out of lines: quotes as Windows writes them, and a way back where one is missing.

/// One row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Row {
    pub fields: Vec<String>,
    /// Its first line, from 1.
    pub line: u64,
    /// Longer than allowed: its end is missing.
    pub too_long: bool,
}

/// A row while it is read.
#[derive(Debug)]
pub(super) struct Rows {
    pub separator: char,
    /// The order of the dates is known.
    pub decided: bool,
    longest: usize,
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    row: Row,
    /// Inside of quotes.
    quoted: bool,
    bytes: usize,
}

impl Rows {
    pub(super) fn new(longest: usize) -> Self {
        Self { separator: ',', decided: false, longest, open: None }
    }

    /// Adds a line: a row that lost its closing quote, if `fresh` says that this line begins another; and the row that the
    /// line completes.
    pub(super) fn push(&mut self, text: &str, number: u64, fresh: bool) -> (Option<Row>, Option<Row>) {
        let broken = if fresh { self.open.take().map(|open| open.row) } else { None };
        let mut open = match self.open.take() {
            Some(mut open) => {
                open.add('\n', self.longest);
                open
            }
            None => Open {
                row: Row { fields: vec![String::new()], line: number, too_long: false },
                quoted: false,
                bytes: 0,
            },
        };
        // A quote opens a field only at its beginning.
        let mut at_start = !open.quoted;
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            if open.quoted {
                if character != '"' {
                    open.add(character, self.longest);
                } else if characters.peek() == Some(&'"') {
                    characters.next();
                    open.add('"', self.longest);
                } else {
                    open.quoted = false;
                }
            } else if character == '"' && at_start {
                open.quoted = true;
                at_start = false;
            } else if character == self.separator {
                open.row.fields.push(String::new());
                open.bytes += 24;
                at_start = true;
            } else {
                open.add(character, self.longest);
                at_start = false;
            }
        }
        if open.quoted {
            self.open = Some(open);
            (broken, None)
        } else {
            (broken, Some(open.row))
        }
    }

    /// What is left at the end, and whether its quotes are open.
    pub(super) fn finish(&mut self) -> (Option<Row>, bool) {
        self.open.take().map_or((None, false), |open| (Some(open.row), open.quoted))
    }
}

impl Open {
    fn add(&mut self, character: char, longest: usize) {
        if self.bytes >= longest {
            self.row.too_long = true;
        } else if let Some(field) = self.row.fields.last_mut() {
            field.push(character);
            self.bytes += character.len_utf8();
        }
    }
}

/// The fields of one line.
pub(super) fn fields(text: &str, separator: char) -> Vec<String> {
    let mut rows = Rows { separator, ..Rows::new(text.len().saturating_mul(32)) };
    let (_, whole) = rows.push(text, 1, false);
    whole.or_else(|| rows.finish().0).map(|row| row.fields).unwrap_or_default()
}

/// The separator that gives most fields.
pub(super) fn separator(text: &str) -> char {
    let count = |separator: &char| fields(text, *separator).len();
    // The first of equals: a comma.
    [';', '\t', ','].into_iter().max_by_key(count).unwrap_or(',')
}
