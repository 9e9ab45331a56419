//! `analyze`: one screen or document a case; several cases in parallel, in their order.

use rayon::prelude::*;

use super::output::{Progress, Style, check, complain_of, deliver, print};
use super::redact::Redaction;
use super::request::{Request, usage};
use super::{AnalyzeArgs, Draft, Exit, Format, Reader};
use crate::bundle::CaseInput;
use crate::error::Error;
use crate::lang::Lang;
use crate::plan;
use crate::report::html::{self, Page};
use crate::report::json::{json, jsonl};
use crate::report::mail::{self, Drafts};
use crate::report::model::Report;
use crate::report::terminal::{self, SummaryRow, Terminal};
use crate::report::{csv, markdown};

/// Cases that are in memory at once; their order is kept.
const AT_ONCE: usize = 16;

pub(super) fn run(args: &AnalyzeArgs, style: &Style) -> Result<Exit, Error> {
    let request = Request::checked(&args.case, |_| check_mail(args))?;
    check(args.output.as_deref(), request.evidence())?;
    let redaction = Redaction::new(&args.redact, &request)?;
    if request.count() == 1 {
        one(args, &request, &redaction, style)
    } else {
        several(args, &request, &redaction, style)
    }
}

fn one(args: &AnalyzeArgs, request: &Request, redaction: &Redaction, style: &Style) -> Result<Exit, Error> {
    let case = redaction.case(request.only()?);
    let report = redaction.report(1, &case, case.report(&request.knowledge, &request.options.limits, request.lang));
    redaction.write_map()?;
    let exit = Exit::of_case(case.findings(), case.is_incomplete(), args.fail_on.status());
    let text = match args.format {
        Format::Terminal => terminal::case(&report, &terminal_options(args, request, style, exit)),
        Format::Json => json(&report),
        Format::Jsonl => jsonl(&report),
        Format::Markdown => markdown::case(&report, request.lang),
        Format::Csv => csv::head() + &csv::rows(&report, request.lang),
        Format::Mail => mail::case(&report, mail_reader(args.case.view.audience)?, drafts(args), request.lang),
        Format::Html => html::case(&report, &Page { lang: request.lang, exit_code: exit.code() }),
    };
    deliver(&text, args.output.as_deref())?;
    Ok(exit)
}

fn check_mail(args: &AnalyzeArgs) -> Result<(), Error> {
    if args.format == Format::Mail {
        return mail_reader(args.case.view.audience).map(|_| ());
    }
    match args.draft {
        Some(_) => Err(usage("--draft chooses between mails; use it with -f mail")),
        None => Ok(()),
    }
}

/// Whom a mail is for; the engineer writes it.
pub(super) fn mail_reader(reader: Reader) -> Result<plan::Reader, Error> {
    match reader {
        Reader::User => Ok(plan::Reader::User),
        Reader::Admin => Ok(plan::Reader::Admin),
        Reader::Engineer => Err(usage(
            "-f mail writes to the customer: say to whom with --audience user (the person whose sign-in fails) or --audience admin (their administrators)",
        )),
    }
}

fn drafts(args: &AnalyzeArgs) -> Drafts {
    match args.draft {
        None | Some(Draft::Both) => Drafts::Both,
        Some(Draft::Steps) => Drafts::Steps,
        Some(Draft::Evidence) => Drafts::Evidence,
    }
}

fn terminal_options(args: &AnalyzeArgs, request: &Request, style: &Style, exit: Exit) -> Terminal {
    // A file gets no colour codes.
    let colour = style.colour && args.output.is_none();
    Terminal { width: style.width, colour, lang: request.lang, exit_code: exit.code() }
}

fn several(args: &AnalyzeArgs, request: &Request, redaction: &Redaction, style: &Style) -> Result<Exit, Error> {
    let alone = match args.format {
        Format::Json => Some(("json", "use -f jsonl, one line a case")),
        Format::Html => Some(("html", "run it once a case with -o")),
        Format::Mail => Some(("mail", "name one")),
        Format::Terminal | Format::Jsonl | Format::Markdown | Format::Csv => None,
    };
    if let Some((format, advice)) = alone {
        request.all_there()?;
        return Err(usage(&format!(
            "-f {format} holds one case, and these are {}; {advice}, or --join to make them one",
            request.inputs.len()
        )));
    }
    let progress = Progress::new(style, request.inputs.len());
    let is_table = args.format == Format::Terminal;
    let streams = !is_table && args.output.is_none();
    let (mut lines, mut rows, mut exits) = (String::new(), Vec::new(), Vec::new());
    if args.format == Format::Csv {
        lines.push_str(&csv::head());
    }
    let numbered: Vec<(usize, &CaseInput)> = (1..).zip(&request.inputs).collect();
    for chunk in numbered.chunks(AT_ONCE) {
        let results: Vec<(Exit, Result<Report, Error>)> = chunk
            .par_iter()
            .map(|(number, input)| {
                let result = isolated(input, *number, args, request, redaction);
                progress.advance();
                result
            })
            .collect();
        progress.clear();
        for ((number, input), (exit, result)) in chunk.iter().zip(results) {
            exits.push(exit);
            let name = redaction.name(*number, &input.name);
            match result {
                Ok(report) if is_table => rows.push(SummaryRow::of(&name, &report)),
                Ok(report) => add(&mut lines, &report, args.format, request.lang),
                Err(error) if !is_table => complain_of(&error),
                Err(error) => rows.push(SummaryRow::bad(&name, &error.reason(request.lang))),
            }
            if streams {
                // Whoever closed the pipe has seen enough: the cases that are left need not be read.
                print(&lines)?;
                lines.clear();
            }
        }
    }
    redaction.write_map()?;
    let exit = Exit::of_several(&exits);
    if is_table {
        lines = terminal::summary(&rows, &terminal_options(args, request, style, exit));
    }
    if !streams {
        deliver(&lines, args.output.as_deref())?;
    }
    Ok(exit)
}

/// One of several cases, in a format that holds several.
fn add(lines: &mut String, report: &Report, format: Format, lang: Lang) {
    match format {
        Format::Csv => lines.push_str(&csv::rows(report, lang)),
        Format::Markdown => {
            lines.push_str(&markdown::case(report, lang));
            lines.push('\n');
        }
        Format::Terminal | Format::Json | Format::Jsonl | Format::Html | Format::Mail => lines.push_str(&jsonl(report)),
    }
}

/// A case that fails is a row with its reason; it never stops the others.
fn isolated(
    input: &CaseInput,
    number: usize,
    args: &AnalyzeArgs,
    request: &Request,
    redaction: &Redaction,
) -> (Exit, Result<Report, Error>) {
    match request.analyze(input) {
        Ok(case) => {
            let case = redaction.case(case);
            let exit = Exit::of_case(case.findings(), case.is_incomplete(), args.fail_on.status());
            let report = case.report(&request.knowledge, &request.options.limits, request.lang);
            (exit, Ok(redaction.report(number, &case, report)))
        }
        Err(error) => (Exit::Unusable, Err(error)),
    }
}
