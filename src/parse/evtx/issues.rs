//! Collects the issues of one artifact so that a hostile file cannot flood the report: the first of each code are kept
//! with their places, the rest is counted.

use std::collections::BTreeMap;

use crate::issue::{At, Issue, IssueCode};

/// Issues of one code that are kept with their places.
const KEPT: u64 = 20;

/// The issues so far.
#[derive(Debug, Default)]
pub(super) struct Issues {
    kept: Vec<Issue>,
    counts: BTreeMap<IssueCode, u64>,
}

impl Issues {
    pub(super) fn add(&mut self, code: IssueCode, at: Option<At>, detail: impl Into<String>) {
        let count = self.counts.entry(code).or_default();
        *count = count.saturating_add(1);
        if *count <= KEPT {
            self.kept.push(Issue { code, at, detail: detail.into() });
        }
    }

    pub(super) fn offset(&mut self, code: IssueCode, offset: u64, detail: impl Into<String>) {
        self.add(code, Some(At::Offset(offset)), detail);
    }

    pub(super) fn record(&mut self, code: IssueCode, record: u64, detail: impl Into<String>) {
        self.add(code, Some(At::Record(record)), detail);
    }

    /// Whether nothing was lost.
    pub(super) fn complete(&self) -> bool {
        !self.counts.keys().any(|code| code.is_loss())
    }

    /// The kept ones in the order in which they were found, then one line a code for the others.
    pub(super) fn finish(mut self) -> Vec<Issue> {
        for (code, count) in &self.counts {
            if let Some(more @ 1..) = count.checked_sub(KEPT) {
                self.kept.push(Issue::new(*code, format!("and {more} more")));
            }
        }
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_counted() {
        let mut issues = Issues::default();
        for record in 0..1_000 {
            issues.record(IssueCode::BadRecord, record, "no");
        }
        issues.offset(IssueCode::ChecksumMismatch, 4096, "records");
        assert!(!issues.complete());
        let list = issues.finish();
        assert_eq!(list.len(), 22);
        assert_eq!(list[21], Issue::new(IssueCode::BadRecord, "and 980 more"));
    }

    #[test]
    fn a_checksum_alone_is_no_loss() {
        let mut issues = Issues::default();
        issues.offset(IssueCode::ChecksumMismatch, 4096, "records");
        assert!(issues.complete());
    }
}
