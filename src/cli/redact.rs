//! `--redact` and `--redact-map`: which redactor a case gets, what of the command line it hides, and the private map.
//!
//! Every command that prints a case asks [`Redaction`] for what it prints; without `--redact` it gets it back unchanged.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use clap::CommandFactory;
use serde_json::Value as Json;

use super::output::{deliver_private, hide};
use super::request::{Request, usage};
use super::{Cli, RedactArgs};
use crate::case::Case;
use crate::error::Error;
use crate::report::json::pretty;
use crate::report::model::{Comparison, Report};
use crate::report::redact::Redactor;

/// What is hidden, and what was.
#[derive(Debug)]
pub(super) struct Redaction {
    on: bool,
    map: Option<PathBuf>,
    /// By the place of the case on the command line.
    maps: Mutex<BTreeMap<usize, Json>>,
}

impl Redaction {
    /// Hides the paths that were typed in all messages from here on, and checks the place of the map.
    pub(super) fn new(args: &RedactArgs, request: &Request) -> Result<Self, Error> {
        if args.redact {
            let mut messages = Redactor::default();
            for (number, input) in (1_usize..).zip(&request.inputs) {
                let name = name(number);
                messages.source(&input.name, &name);
                for path in &input.paths {
                    messages.source(&path.display().to_string(), &name);
                }
            }
            if let Some(user) = &request.options.facts.user {
                messages.source(user, "(--user)");
            }
            hide(messages);
        }
        if let Some(map) = &args.redact_map {
            check(map, request)?;
        }
        Ok(Self { on: args.redact, map: args.redact_map.clone(), maps: Mutex::default() })
    }

    /// The redactor of the case at a place of the command line, or of the two that are compared.
    fn redactor(&self, number: usize, cases: &[&Case]) -> Option<Redactor> {
        if !self.on {
            return None;
        }
        let mut redactor = Case::redactor(cases);
        for (number, case) in (number..).zip(cases) {
            redactor.source(&case.bundle.source, &name(number));
        }
        Some(redactor)
    }

    /// A case as it may be seen.
    pub(super) fn case(&self, case: Case) -> Case {
        if self.on { case.without_raw_lines() } else { case }
    }

    /// What a case at a place of the command line is called in a table and in messages.
    pub(super) fn name(&self, number: usize, typed: &str) -> String {
        if self.on { name(number) } else { typed.to_owned() }
    }

    pub(super) fn report(&self, number: usize, case: &Case, report: Report) -> Report {
        let Some(mut redactor) = self.redactor(number, &[case]) else { return report };
        let mut report = report;
        redactor.report(&mut report);
        self.keep(number, &redactor);
        report
    }

    pub(super) fn comparison(&self, cases: &[&Case], comparison: Comparison) -> Comparison {
        let Some(mut redactor) = self.redactor(1, cases) else { return comparison };
        let mut comparison = comparison;
        redactor.comparison(&mut comparison);
        self.keep(1, &redactor);
        comparison
    }

    /// Lines of text about a case.
    pub(super) fn lines(&self, case: &Case, text: String) -> String {
        let Some(mut redactor) = self.redactor(1, &[case]) else { return text };
        let clean = text.lines().map(|line| redactor.text(line) + "\n").collect();
        self.keep(1, &redactor);
        clean
    }

    /// Rows of facts of a case.
    pub(super) fn rows(&self, case: &Case, rows: &mut [(&'static str, Json)]) {
        let Some(mut redactor) = self.redactor(1, &[case]) else { return };
        for (_, row) in rows {
            redactor.json(row);
        }
        self.keep(1, &redactor);
    }

    fn keep(&self, number: usize, redactor: &Redactor) {
        if self.map.is_some() {
            // Nothing that holds the lock can panic.
            let mut maps = self.maps.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let map = redactor.map().into_iter().map(|(name, originals)| (name, Json::from(originals)));
            maps.insert(number, Json::Object(map.collect()));
        }
    }

    /// Writes the map, before anything is printed that needs it.
    pub(super) fn write_map(&self) -> Result<(), Error> {
        let Some(path) = &self.map else { return Ok(()) };
        let maps = self.maps.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let cases: Vec<&Json> = maps.values().collect();
        deliver_private(&pretty(&serde_json::json!({ "redaction_map": 1, "cases": cases })), path)
    }
}

/// What is typed can be wrong, and a message about it comes before it is understood what a path is.
pub(super) fn hide_typed() {
    let typed: Vec<String> =
        std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect();
    if !typed.iter().any(|argument| argument == "--redact") {
        return;
    }
    let mut messages = Redactor::default();
    for (path, shown) in typed_paths(&typed) {
        messages.source(path, &shown);
    }
    hide(messages);
}

/// The paths among the arguments, each with what is shown instead of it.
fn typed_paths(typed: &[String]) -> Vec<(&str, String)> {
    let program = Cli::command();
    let mut arguments = typed.iter().map(String::as_str);
    let Some(command) = arguments.by_ref().find_map(|argument| program.find_subcommand(argument)) else {
        return Vec::new();
    };
    // The first word of `explain` is a rule.
    let mut rules = usize::from(command.get_name() == "explain");
    let mut paths = Vec::new();
    let mut number = 1;
    while let Some(argument) = arguments.next() {
        let (option, value) =
            argument.split_once('=').map_or((argument, None), |(option, value)| (option, Some(value)));
        let Some(known) = option.strip_prefix('-').filter(|rest| !rest.is_empty()) else {
            if rules > 0 {
                rules -= 1;
                continue;
            }
            paths.push((argument, name(number)));
            number += 1;
            continue;
        };
        let is_named = |arg: &&clap::Arg| match known.strip_prefix('-') {
            Some(long) => arg.get_long() == Some(long),
            None => arg.get_short().is_some_and(|short| known.starts_with(short)),
        };
        let Some(arg) = command.get_arguments().chain(program.get_arguments()).find(is_named) else { continue };
        if !arg.get_action().takes_values() {
            continue;
        }
        let shown = match arg.get_id().as_str() {
            "output" => "(output)",
            "redact_map" => "(map)",
            // What is typed is the value of another option, which holds no path of the case.
            _ if value.is_some() || option.len() > 2 && !option.starts_with("--") => continue,
            _ => {
                arguments.next();
                continue;
            }
        };
        let glued = (option.len() > 2 && !option.starts_with("--")).then(|| option.get(2..)).flatten();
        if let Some(path) = value.or(glued).or_else(|| arguments.next()) {
            paths.push((path, shown.to_owned()));
        }
    }
    paths
}

fn name(number: usize) -> String {
    format!("case-{number}")
}

/// The map tells everything that is hidden: it never lies where the evidence is passed on from, nor on standard output.
fn check(map: &Path, request: &Request) -> Result<(), Error> {
    if map == Path::new("-") {
        return Err(usage("--redact-map -: the map is private and goes to a file; name one"));
    }
    super::output::check(Some(map), request.evidence())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str) -> Vec<(String, String)> {
        let typed: Vec<String> = line.split(' ').map(str::to_owned).collect();
        typed_paths(&typed).into_iter().map(|(path, shown)| (path.to_owned(), shown)).collect()
    }

    #[test]
    fn every_path_that_was_typed_is_known_and_no_other_word() {
        let check = |line: &str, expected: &[(&str, &str)]| {
            let expected: Vec<_> = expected.iter().map(|(path, name)| ((*path).into(), (*name).into())).collect();
            assert_eq!(shown(line), expected, "{line}");
        };
        check("analyze --redact tanaka -f json", &[("tanaka", "case-1")]);
        check("analyze -q a b --redact --lang ja --join", &[("a", "case-1"), ("b", "case-2")]);
        check("--color always analyze x -oout/y --redact", &[("x", "case-1"), ("out/y", "(output)")]);
        check(
            "analyze x -o y.html --redact-map=z --redact",
            &[("x", "case-1"), ("y.html", "(output)"), ("z", "(map)")],
        );
        check(
            "compare before after --redact --done-at 2024-01-01T00:00Z",
            &[("before", "case-1"), ("after", "case-2")],
        );
        check("explain some-rule tanaka.zip --redact", &[("tanaka.zip", "case-1")]);
        check("facts --kind event tanaka --redact", &[("tanaka", "case-1")]);
        check("nonsense tanaka --redact", &[]);
    }
}
