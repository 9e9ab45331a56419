//! `analyze`: one screen or document a case; several cases in parallel, in their order.

use rayon::prelude::*;

use super::output::{Progress, Style, check, complain_of, deliver, print};
use super::request::{Request, usage};
use super::{AnalyzeArgs, Exit, Format};
use crate::bundle::CaseInput;
use crate::error::Error;
use crate::report::html::{self, Page};
use crate::report::json::{json, jsonl};
use crate::report::model::Report;
use crate::report::terminal::{self, SummaryRow, Terminal};

/// Cases that are in memory at once; their order is kept.
const AT_ONCE: usize = 16;

pub(super) fn run(args: &AnalyzeArgs, style: &Style) -> Result<Exit, Error> {
    let request = Request::new(&args.case)?;
    check(args.output.as_deref(), request.evidence())?;
    if request.count() == 1 { one(args, &request, style) } else { several(args, &request, style) }
}

fn one(args: &AnalyzeArgs, request: &Request, style: &Style) -> Result<Exit, Error> {
    let case = request.only()?;
    let report = case.report(&request.knowledge, &request.options.limits, request.lang);
    let exit = Exit::of_case(case.findings(), case.is_incomplete(), args.fail_on.status());
    let text = match args.format {
        Format::Terminal => terminal::case(&report, &terminal_options(args, request, style, exit)),
        Format::Json => json(&report),
        Format::Jsonl => jsonl(&report),
        Format::Html => html::case(&report, &Page { lang: request.lang, exit_code: exit.code() }),
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
    let instead = match args.format {
        Format::Json => Some(("json", "use -f jsonl, one line a case")),
        Format::Html => Some(("html", "run it once a case with -o")),
        Format::Terminal | Format::Jsonl => None,
    };
    if let Some((format, advice)) = instead {
        request.all_there()?;
        return Err(usage(&format!(
            "-f {format} holds one case, and these are {}; {advice}, or --join to make them one",
            request.inputs.len()
        )));
    }
    let progress = Progress::new(style, request.inputs.len());
    let streams = args.format == Format::Jsonl && args.output.is_none();
    let (mut lines, mut rows, mut exits) = (String::new(), Vec::new(), Vec::new());
    for chunk in request.inputs.chunks(AT_ONCE) {
        let results: Vec<(Exit, Result<Report, Error>)> = chunk
            .par_iter()
            .map(|input| {
                let result = isolated(input, args, request);
                progress.advance();
                result
            })
            .collect();
        progress.clear();
        for (input, (exit, result)) in chunk.iter().zip(results) {
            exits.push(exit);
            match result {
                Ok(report) if args.format == Format::Jsonl => lines.push_str(&jsonl(&report)),
                Ok(report) => rows.push(SummaryRow::of(&input.name, &report)),
                Err(error) if args.format == Format::Jsonl => complain_of(&error),
                Err(error) => rows.push(SummaryRow::bad(&input.name, &error.reason(request.lang))),
            }
            if streams {
                // Whoever closed the pipe has seen enough: the cases that are left need not be read.
                print(&lines)?;
                lines.clear();
            }
        }
    }
    let exit = Exit::of_several(&exits);
    if args.format == Format::Terminal {
        lines = terminal::summary(&rows, &terminal_options(args, request, style, exit));
    }
    if !streams {
        deliver(&lines, args.output.as_deref())?;
    }
    Ok(exit)
}

/// A case that fails is a row with its reason; it never stops the others.
fn isolated(input: &CaseInput, args: &AnalyzeArgs, request: &Request) -> (Exit, Result<Report, Error>) {
    match request.analyze(input) {
        Ok(case) => {
            let exit = Exit::of_case(case.findings(), case.is_incomplete(), args.fail_on.status());
            (exit, Ok(case.report(&request.knowledge, &request.options.limits, request.lang)))
        }
        Err(error) => (Exit::Unusable, Err(error)),
    }
}
