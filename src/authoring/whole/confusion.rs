//! Turns whole cases and what the analysis said about them into a table a rule: found, suspected, missed, false, silent.
//!
//! A rule says something *strongly* when it says likely or confirmed. The table decides who may: one false row fails the gate,
//! and rules that no case has shown to be right are listed by name. Refuses to know why a rule spoke; that is `explain`.
//!
//! ```text
//! expected likely, said confirmed  ─▶  found        expected ruled-out, said likely  ─▶  false
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::{Outcome, WholeCase};
use crate::finding::{EvidenceClass, Status};
use crate::rule::rule::Rule;
use crate::rule::set::RuleSet;

/// How often one rule was right and wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Cases that expect it likely or confirmed, and it says so.
    pub found: usize,
    /// Cases that expect it possible or contradicted, and it says so.
    pub suspected: usize,
    /// Cases in which it says less than expected.
    pub missed: usize,
    /// Cases in which it says more than expected: likely or confirmed where that is not the cause, or possible where nothing is.
    #[serde(rename = "false")]
    pub wrong: usize,
    /// Cases that expect it, by name, to be ruled out, unknown or not applicable, and it says nothing more.
    pub silent: usize,
}

/// The rows of all rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    /// How many cases were run.
    pub cases: usize,
    /// By rule.
    pub rows: BTreeMap<String, Row>,
    /// Rules that can say likely, and that no case has shown to be right in it.
    pub not_shown: Vec<String>,
    /// Rules whose evidence makes no more than possible.
    pub at_most_possible: Vec<String>,
}

/// How much a status claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Claim {
    Nothing,
    Suspicion,
    Cause,
}

impl Claim {
    fn of(status: Option<Status>) -> Self {
        match status {
            Some(Status::Confirmed | Status::Likely) => Self::Cause,
            Some(Status::Possible | Status::Contradicted) => Self::Suspicion,
            Some(Status::Unknown | Status::RuledOut | Status::NotApplicable) | None => Self::Nothing,
        }
    }
}

impl Confusion {
    /// Counts. The outcomes are those of the cases, in their order; a case that could not be read has said nothing.
    #[must_use]
    pub fn of(cases: &[WholeCase], outcomes: &[Outcome], rules: &RuleSet) -> Self {
        let mut rows: BTreeMap<String, Row> = rules.rules.keys().map(|id| (id.clone(), Row::default())).collect();
        for (case, outcome) in cases.iter().zip(outcomes) {
            for (id, row) in &mut rows {
                row.count(case, outcome, id);
            }
        }
        let shown = |rule: &&Rule| rows.get(&rule.id).is_some_and(|row| row.found > 0);
        let not_shown = rules.rules.values().filter(|rule| can_be_likely(rule) && !shown(rule));
        let at_most_possible = rules.rules.values().filter(|rule| !can_be_likely(rule));
        Self {
            cases: cases.len(),
            not_shown: not_shown.map(|rule| rule.id.clone()).collect(),
            at_most_possible: at_most_possible.map(|rule| rule.id.clone()).collect(),
            rows,
        }
    }

    /// Rules that were wrong at least once, which none may be.
    #[must_use]
    pub fn wrong(&self) -> Vec<&str> {
        self.rows.iter().filter(|(_, row)| row.wrong + row.missed > 0).map(|(id, _)| id.as_str()).collect()
    }

    /// The table for people, as Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut out =
            String::from("| rule | found | suspected | missed | false | silent |\n|---|--:|--:|--:|--:|--:|\n");
        let mut sum = Row::default();
        for (id, row) in &self.rows {
            sum.add(row);
            if *row != Row::default() {
                row.line(&mut out, id);
            }
        }
        sum.line(&mut out, &format!("{} cases, {} rules", self.cases, self.rows.len()));
        let lists = [
            ("Can say *likely*, and no whole case has shown it right (their inline cases only)", &self.not_shown),
            ("Say *possible* at most", &self.at_most_possible),
        ];
        for (head, ids) in lists {
            let names = if ids.is_empty() { "none".to_owned() } else { ids.join(", ") };
            // Writing to a String cannot fail.
            let _ = writeln!(out, "\n{head}: {}: {names}.", ids.len());
        }
        out
    }
}

impl Row {
    fn count(&mut self, case: &WholeCase, outcome: &Outcome, id: &str) {
        let expect = &case.expect;
        let (wanted, said) = (Claim::of(expect.findings.get(id).copied()), Claim::of(outcome.said.get(id).copied()));
        let named = [&expect.unknown, &expect.ruled_out, &expect.not_applicable];
        if said > wanted {
            self.wrong += 1;
        } else if said < wanted {
            self.missed += 1;
        } else if wanted == Claim::Cause {
            self.found += 1;
        } else if wanted == Claim::Suspicion {
            self.suspected += 1;
        } else if named.iter().any(|list| list.iter().any(|named| named == id)) {
            self.silent += 1;
        }
    }

    fn add(&mut self, other: &Self) {
        self.found += other.found;
        self.suspected += other.suspected;
        self.missed += other.missed;
        self.wrong += other.wrong;
        self.silent += other.silent;
    }

    fn line(&self, out: &mut String, name: &str) {
        let Self { found, suspected, missed, wrong, silent } = self;
        // Writing to a String cannot fail.
        let _ = writeln!(out, "| {name} | {found} | {suspected} | {missed} | {wrong} | {silent} |");
    }
}

/// One strong item makes likely, and two weak ones may.
fn can_be_likely(rule: &Rule) -> bool {
    let weak = rule.evidence.iter().filter(|item| item.class == EvidenceClass::Weak).count();
    weak >= 2 || weak < rule.evidence.len()
}
