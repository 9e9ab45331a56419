//! Runs whole cases: an upload with real files, and `expect.yaml` beside it that says what the analysis must show.
//!
//! ```text
//! cases/account-locked/expect.yaml     exit: 1, era: legacy, findings: {account-locked-ad: confirmed}, …
//! cases/account-locked/bundle.zip      the upload; bundle/ where it is a folder
//! ```
//!
//! Everything that cannot be read is told before any upload is opened. Refuses to know how an analysis works: what is compared
//! is the report that readers get.

mod confusion;
mod differ;
mod expect;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::bundle::CaseInput;
use crate::case::{Case, Exit, Knowledge, Options, analyze};
use crate::error::Error;
use crate::fact::build::Options as FactOptions;
use crate::finding::Status;
use crate::lang::Lang;
use crate::limits::Limits;
use crate::plan::Audience;
use crate::rule::node::{Problem, Span};

pub use confusion::{Confusion, Row};
pub use differ::Difference;
pub use expect::Expectation;

/// What is expected of a case.
pub const EXPECTATION_FILE: &str = "expect.yaml";
/// The names of an upload.
const UPLOADS: [&str; 2] = ["bundle.zip", "bundle"];

/// A case: an upload and what is expected of it.
#[derive(Debug, Clone)]
pub struct WholeCase {
    /// Name of its folder.
    pub name: String,
    /// Path of its `expect.yaml`.
    pub place: String,
    /// The archive or folder that was sent.
    pub upload: PathBuf,
    /// What must be said of it.
    pub expect: Expectation,
}

/// What a case came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Name of the case.
    pub case: String,
    /// Path of its `expect.yaml`.
    pub place: String,
    /// What differs; empty: passed.
    pub differences: Vec<Difference>,
    /// What every rule came to; empty where the upload could not be read.
    pub said: BTreeMap<String, Status>,
}

/// The whole cases of some folders, each of which is one case or holds cases; in the order of the folders, then of names.
///
/// # Errors
/// Every problem of every case: no case at all, an upload without expectation or the other way round, what cannot be read in
/// an expectation, names of rules, steps and needs that do not exist.
pub fn find(folders: &[PathBuf], knowledge: &Knowledge, limits: &Limits) -> Result<Vec<WholeCase>, Vec<Problem>> {
    let (mut cases, mut problems) = (Vec::new(), Vec::new());
    for folder in folders {
        let found = case_folders(folder);
        if found.is_empty() {
            problems.push(about(
                folder,
                "no case in this folder; a case is a folder with expect.yaml and the upload, bundle.zip or bundle/",
            ));
        }
        for case in found {
            match read(&case, knowledge, limits) {
                Ok(case) => cases.push(case),
                Err(mut list) => problems.append(&mut list),
            }
        }
    }
    if problems.is_empty() { Ok(cases) } else { Err(problems) }
}

/// Runs cases in parallel; the results are in their order.
#[must_use]
pub fn run(cases: &[WholeCase], knowledge: &Knowledge, limits: &Arc<Limits>) -> Vec<Outcome> {
    // One upload a worker is in memory at a time.
    cases.par_iter().with_max_len(1).map(|case| case.run(knowledge, limits).0).collect()
}

/// The upload of a case's folder: what is sent to `analyze`.
#[must_use]
pub fn upload(folder: &Path) -> Option<PathBuf> {
    UPLOADS.iter().map(|name| folder.join(name)).find(|path| path.exists())
}

impl WholeCase {
    /// Analyses the upload as `analyze` does and compares the English report.
    pub fn run(&self, knowledge: &Knowledge, limits: &Arc<Limits>) -> (Outcome, Result<Case, Error>) {
        let analysed = self.analyze(knowledge, limits);
        let differences = match &analysed {
            Ok(case) => {
                let exit = Exit::of_case(case.findings(), case.is_incomplete(), Some(Status::Likely));
                self.expect.differences(&case.report(knowledge, limits, Lang::En), exit)
            }
            Err(error) => vec![Difference {
                what: "exit".to_owned(),
                wanted: self.expect.exit.to_string(),
                got: format!("{} ({})", Exit::Unusable.code(), error.reason(Lang::En)),
            }],
        };
        let said =
            analysed.iter().flat_map(Case::findings).map(|finding| (finding.id.clone(), finding.status)).collect();
        (Outcome { case: self.name.clone(), place: self.place.clone(), differences, said }, analysed)
    }

    fn analyze(&self, knowledge: &Knowledge, limits: &Arc<Limits>) -> Result<Case, Error> {
        let options = Options {
            facts: FactOptions { now: self.expect.as_of, max_facts: limits.facts, ..FactOptions::default() },
            params: BTreeMap::new(),
            audience: Audience::Engineer,
            hash_all: false,
            limits: Arc::clone(limits),
        };
        // The name stands in the report; where the case lies does not matter.
        let input = CaseInput { name: self.name.clone(), paths: vec![self.upload.clone()] };
        analyze(&input, knowledge, &options)
    }
}

/// The folder itself if it is a case, else those of its folders that are one or look like one.
pub(super) fn case_folders(folder: &Path) -> Vec<PathBuf> {
    if is_case(folder) {
        return vec![folder.to_owned()];
    }
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_dir() && is_case(path))
        .collect();
    found.sort();
    found
}

fn is_case(folder: &Path) -> bool {
    let is_there = |name: &&str| folder.join(name).exists();
    folder.join(EXPECTATION_FILE).is_file() || UPLOADS.iter().any(is_there)
}

fn read(folder: &Path, knowledge: &Knowledge, limits: &Limits) -> Result<WholeCase, Vec<Problem>> {
    let place = folder.join(EXPECTATION_FILE);
    let mut problems = Vec::new();
    let uploads: Vec<PathBuf> = UPLOADS.iter().map(|name| folder.join(name)).filter(|path| path.exists()).collect();
    match uploads.len() {
        0 => problems.push(about(folder, "no upload beside expect.yaml; put bundle.zip or the folder bundle/ there")),
        1 => {}
        _ => problems.push(about(folder, "bundle.zip and bundle/ both; a case has one upload, so take one away")),
    }
    let text = match fs::read_to_string(&place) {
        Ok(text) if text.len() > limits.rule_file => {
            problems.push(about(&place, &format!("an expectation may have {} bytes", limits.rule_file)));
            None
        }
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            problems.push(about(folder, "an upload without expect.yaml; write what the analysis must say about it"));
            None
        }
        Err(error) => {
            problems.push(about(&place, &format!("cannot be read: {}", error.kind())));
            None
        }
    };
    let expect = text.and_then(|text| Expectation::read(&place.display().to_string(), &text, knowledge, &mut problems));
    match (expect, uploads.into_iter().next()) {
        (Some(expect), Some(upload)) if problems.is_empty() => {
            let name = folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy().into_owned();
            Ok(WholeCase { name, place: place.display().to_string(), upload, expect })
        }
        _ => Err(problems),
    }
}

fn about(path: &Path, message: &str) -> Problem {
    Problem { file: path.display().to_string(), span: Span::default(), message: message.to_owned() }
}
