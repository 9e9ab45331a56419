//! `compare`: what two uploads of one user show of the steps between them.

use std::path::Path;

use super::analyze::mail_reader;
use super::output::{Style, check, deliver};
use super::redact::Redaction;
use super::request::{Request, time, usage};
use super::{CaseArgs, CompareArgs, ComparisonFormat, Exit};
use crate::compare::compare;
use crate::error::Error;
use crate::report::html::{self, Page};
use crate::report::json::comparison_json;
use crate::report::model::{Comparison, Outcome};
use crate::report::terminal::{self, Terminal};
use crate::report::{mail, markdown};

pub(super) fn run(args: &CompareArgs, style: &Style) -> Result<Exit, Error> {
    let bundles = vec![args.before.clone(), args.after.clone()];
    if bundles.iter().any(|path| path == Path::new("-")) {
        return Err(usage("compare reads two uploads, so neither can be standard input; name two files or folders"));
    }
    let done_at = args.done_at.as_deref().map(|text| time("--done-at", text)).transpose()?;
    let reader = match args.format {
        ComparisonFormat::Mail => Some(mail_reader(args.view.audience)?),
        ComparisonFormat::Terminal | ComparisonFormat::Json | ComparisonFormat::Html | ComparisonFormat::Markdown => {
            None
        }
    };
    let request =
        Request::new(&CaseArgs { bundles, join: false, failed_at: None, now: None, view: args.view.clone() })?;
    check(args.output.as_deref(), request.evidence())?;
    let redaction = Redaction::new(&args.redact, &request)?;
    let [before, after] = request.inputs.as_slice() else {
        request.all_there()?;
        return Err(usage(&format!(
            "compare reads one case before and one after, and these are {} cases; name the folder or .zip of each",
            request.inputs.len()
        )));
    };
    let (before, after) = rayon::join(|| request.analyze(before), || request.analyze(after));
    let (before, after) = (redaction.case(before?), redaction.case(after?));
    let limits = &request.options.limits;
    let comparison = compare(&before, &after, &request.knowledge, limits, done_at, request.lang)
        .map_err(|mismatch| usage(&mismatch.to_string()))?;
    let exit = exit(&comparison);
    let comparison = redaction.comparison(&[&before, &after], comparison);
    redaction.write_map()?;
    let text = match (args.format, reader) {
        (ComparisonFormat::Json, _) => comparison_json(&comparison),
        (ComparisonFormat::Html, _) => {
            html::comparison(&comparison, &Page { lang: request.lang, exit_code: exit.code() })
        }
        (ComparisonFormat::Markdown, _) => markdown::comparison(&comparison, request.lang),
        (ComparisonFormat::Mail, Some(reader)) => mail::comparison(&comparison, reader, request.lang),
        (ComparisonFormat::Terminal | ComparisonFormat::Mail, _) => {
            let colour = style.colour && args.output.is_none();
            let options = Terminal { width: style.width, colour, lang: request.lang, exit_code: exit.code() };
            terminal::comparison(&comparison, &options)
        }
    };
    deliver(&text, args.output.as_deref())?;
    Ok(exit)
}

/// 0: everything that was to be done is verified; 1: something is as it was, or worse; 3: the second upload does not show it.
fn exit(comparison: &Comparison) -> Exit {
    // A cause that only the second upload shows may be old, but it is there.
    let is_suspected = comparison.findings.iter().any(|finding| finding.counts && finding.is_suspected_after());
    match comparison.outcome {
        Some(Outcome::Worse | Outcome::Unchanged | Outcome::Improved) => Exit::Found,
        _ if is_suspected => Exit::Found,
        Some(Outcome::Verified) => Exit::Clean,
        Some(Outcome::NotComparable | Outcome::NoLongerApplies) | None => Exit::Incomplete,
    }
}
