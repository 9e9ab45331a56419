//! Collects what folders and containers list into one flat list, opening containers inside containers up to a depth.

use std::collections::BTreeSet;

use super::found::{Found, Listing};
use crate::issue::{Issue, IssueCode};
use crate::limits::Limits;
use crate::value::fold;

/// The list in the making.
#[derive(Debug)]
pub(super) struct Gather<'a> {
    limits: &'a Limits,
    found: Vec<Found>,
    issues: Vec<Issue>,
    prefixes: BTreeSet<String>,
    left_out: u64,
}

impl<'a> Gather<'a> {
    pub(super) fn new(limits: &'a Limits) -> Self {
        Self { limits, found: Vec::new(), issues: Vec::new(), prefixes: BTreeSet::new(), left_out: 0 }
    }

    /// `name/`, numbered if another input of the same name was there before.
    pub(super) fn unique_prefix(&mut self, name: &str) -> String {
        let mut candidate = name.to_owned();
        let mut number: u64 = 2;
        while !self.prefixes.insert(fold(&candidate)) {
            candidate = format!("{name} ({number})");
            number = number.saturating_add(1);
        }
        format!("{candidate}/")
    }

    /// Takes what a folder lists.
    pub(super) fn folder(&mut self, listing: Listing, prefix: &str) {
        self.issues.extend(listing.issues);
        for mut found in listing.found {
            found.name.insert_str(0, prefix);
            self.list(found);
        }
    }

    /// Takes a file named on the command line.
    pub(super) fn named_file(&mut self, found: Found, _alone: bool) {
        self.list(found);
    }

    /// Takes one file as it is.
    pub(super) fn list(&mut self, found: Found) {
        let room = usize::try_from(self.limits.entries_per_bundle).unwrap_or(usize::MAX);
        if self.found.len() < room {
            self.found.push(found);
        } else {
            self.left_out = self.left_out.saturating_add(1);
        }
    }

    pub(super) fn finish(mut self) -> (Vec<Found>, Vec<Issue>) {
        if self.left_out > 0 {
            self.issues.push(Issue::new(IssueCode::TooManyEntries, format!("{} more", self.left_out)));
        }
        (self.found, self.issues)
    }
}
