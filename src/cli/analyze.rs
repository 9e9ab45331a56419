//! `analyze`: one screen or document a case; several cases in parallel, in their order.

use rayon::prelude::*;

use super::output::{Style, complain, deliver, progress};
use super::request::{Request, usage};
use super::{AnalyzeArgs, Exit, Format};
use crate::bundle::CaseInput;
use crate::error::Error;
use crate::report::json::{json, jsonl};
use crate::report::model::Report;
use crate::report::terminal::{self, SummaryRow, Terminal};

/// Cases that are in memory at once; their order is kept.
const AT_ONCE: usize = 16;

pub(super) fn run(args: &AnalyzeArgs, style: &Style) -> Result<Exit, Error> {
    let request = Request::new(&args.case)?;
    if request.count() == 1 { one(args, &request, style) } else { several(args, &request, style) }
}

fn one(args: &AnalyzeArgs, request: &Request, style: &Style) -> Result<Exit, Error> {
    let case = request.only()?;
    let report = case.report(&request.knowledge, &request.options.limits, request.lang);
    let exit = Exit::of_case(case.findings(), case.is_incomplete(), args.fail_on);
    let text = match args.format {
        Format::Terminal => terminal::case(&report, &terminal_options(args, request, style, exit)),
        Format::Json => json(&report),
        Format::Jsonl => jsonl(&report),
    };
    deliver(&text, args.output.as_deref())?;
    Ok(exit)
}

fn terminal_options(args: &AnalyzeArgs, request: &Request, style: &Style, exit: Exit) -> Terminal {
    // A file gets no colour codes.
    let colour = style.colour && args.output.is_none();
    Terminal { width: style.width, colour, lang: request.lang, exit_code: exit.code() }
}

fn several(args: &AnalyzeArgs, request: &Request, style: &Style) -> Result<Exit, Error> {
    if args.format == Format::Json {
        return Err(usage(&format!(
            "-f json holds one case, and these are {}; use -f jsonl, one line a case",
            request.inputs.len()
        )));
    }
    let mut lines = String::new();
    let mut rows = Vec::new();
    let mut exits = Vec::new();
    for (index, chunk) in request.inputs.chunks(AT_ONCE).enumerate() {
        if style.progress {
            progress(&format!("{} / {}", index * AT_ONCE, request.inputs.len()));
        }
        let results: Vec<(Exit, Result<Report, Error>)> =
            chunk.par_iter().map(|input| isolated(input, args, request)).collect();
        for (input, (exit, result)) in chunk.iter().zip(results) {
            exits.push(exit);
            match result {
                Ok(report) if args.format == Format::Jsonl => lines.push_str(&jsonl(&report)),
                Ok(report) => rows.push(SummaryRow::of(&input.name, &report)),
                Err(error) if args.format == Format::Jsonl => complain(&error.to_string()),
                Err(error) => rows.push(SummaryRow::bad(&input.name, &error.to_string())),
            }
        }
        if args.format == Format::Jsonl && args.output.is_none() {
            super::output::print(&lines)?;
            lines.clear();
        }
    }
    if style.progress {
        progress("");
    }
    let exit = Exit::of_several(&exits);
    match args.format {
        Format::Terminal => {
            deliver(&terminal::summary(&rows, &terminal_options(args, request, style, exit)), args.output.as_deref())?;
        }
        _ if args.output.is_some() => deliver(&lines, args.output.as_deref())?,
        _ => {}
    }
    Ok(exit)
}

/// A case that fails is a row with its reason; it never stops the others.
fn isolated(input: &CaseInput, args: &AnalyzeArgs, request: &Request) -> (Exit, Result<Report, Error>) {
    match request.analyze(input) {
        Ok(case) => {
            let exit = Exit::of_case(case.findings(), case.is_incomplete(), args.fail_on);
            (exit, Ok(case.report(&request.knowledge, &request.options.limits, request.lang)))
        }
        Err(error) => (Exit::Unusable, Err(error)),
    }
}
