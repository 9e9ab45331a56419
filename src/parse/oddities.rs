//! Collects the issues of one artifact, a bounded number of each code: a file of a million bad lines is one story, not a million.

use std::collections::BTreeMap;

use crate::issue::{At, Issue, IssueCode};

/// Issues of one code that keep their place; the others become one issue with their number.
const NAMED: u64 = 20;
/// Characters of a detail: enough to find the place.
const DETAIL: usize = 120;

/// The issues so far.
#[derive(Debug, Default)]
pub(crate) struct Oddities {
    issues: Vec<Issue>,
    counts: BTreeMap<IssueCode, u64>,
    losses: u64,
}

impl Oddities {
    /// Notes something at a line.
    pub(crate) fn line(&mut self, code: IssueCode, line: u64, detail: &str) {
        self.note(code, Some(At::Line(line)), detail);
    }

    /// Notes something about the whole artifact.
    pub(crate) fn whole(&mut self, code: IssueCode, detail: &str) {
        self.note(code, None, detail);
    }

    fn note(&mut self, code: IssueCode, at: Option<At>, detail: &str) {
        self.losses += u64::from(code.is_loss());
        let count = self.counts.entry(code).or_default();
        *count += 1;
        if *count <= NAMED {
            self.issues.push(Issue { code, at, detail: detail.chars().take(DETAIL).collect() });
        }
    }

    /// Counts a loss that somebody else reports.
    pub(crate) fn loss(&mut self) {
        self.losses += 1;
    }

    /// How much was lost so far; equal before and after a part means that the part is whole.
    pub(crate) fn losses(&self) -> u64 {
        self.losses
    }

    /// All issues; those beyond the number that keep their place as one with their number.
    pub(crate) fn into_issues(self) -> Vec<Issue> {
        let Self { mut issues, counts, .. } = self;
        for (code, count) in counts {
            if count > NAMED {
                issues.push(Issue::new(code, format!("+{}", count - NAMED)));
            }
        }
        issues
    }
}
