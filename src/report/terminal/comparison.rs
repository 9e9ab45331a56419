//! Turns a comparison into one screen: the answer first, then each step and each cause with what the second upload shows.
//!
//! ```text
//! VERIFIED   Everything that was to be done is verified, and what was suspected is shown to be gone.
//! ```

use anstyle::{AnsiColor, Style};

use super::super::model::{Cite, CollectNext, Comparison, Outcome, Side, StepOutcome};
use super::super::words;
use super::names::{argument, short_name};
use super::screen::{Screen, cell};
use super::steps::effort;
use super::table::{Row, table};
use super::when::minute;
use super::{COLLECT, Terminal};
use crate::lang::Lang;
use crate::lang::messages::Msg;
use crate::plan::Label;

/// Rows of one table; a rule pack can bring any number.
const MOST: usize = 60;

/// The screen of a comparison.
#[must_use]
pub fn comparison(comparison: &Comparison, options: &Terminal) -> String {
    let lang = options.lang;
    let mut screen = Screen::new(options.width, options.colour, 16);
    for (msg, side) in [(Msg::ComparisonBefore, &comparison.before), (Msg::ComparisonAfter, &comparison.after)] {
        header(&mut screen, msg.text(lang), side, lang);
    }
    screen.rule(if lang == Lang::Ja { '-' } else { '─' });
    let answer = match comparison.outcome {
        Some(outcome) => format!("{}   {}", words::outcome(outcome).text(lang), comparison.text),
        None => comparison.text.clone(),
    };
    screen.paragraph(comparison.outcome.map_or(Style::new().bold(), style).bold(), &answer);
    screen.blank();
    steps(&mut screen, comparison, lang);
    screen.blank();
    causes(&mut screen, comparison, lang);
    screen.blank();
    let signs: Vec<String> =
        comparison.signs.iter().map(|sign| format!("{} {}", cell(&sign.text), places(&sign.cites))).collect();
    screen.block(Style::new().bold(), Msg::ComparisonSigns.text(lang), &signs);
    let notes: Vec<&String> = comparison.reservations.iter().chain(&comparison.notes).collect();
    screen.block(Style::new().bold(), Msg::ComparisonNote.text(lang), &notes);
    collect(&mut screen, &comparison.collect_next, lang);
    let footer = Msg::ComparisonFooter.fill(
        lang,
        &[argument(&comparison.after.source), &comparison.tool.rules.revision, &options.exit_code.to_string()],
    );
    screen.paragraph(Style::new().dimmed(), &footer);
    screen.finish()
}

fn header(screen: &mut Screen, word: &str, side: &Side, lang: Lang) {
    let segments = [
        format!("{word} {}", cell(short_name(&side.source))),
        cell(side.user.as_deref().unwrap_or(Msg::UserNotKnown.text(lang))),
        side.computer.as_deref().map(cell).unwrap_or_default(),
        Msg::Era.fill(lang, &[words::era(side.era).text(lang)]),
        side.as_of.as_deref().map(|at| Msg::AsOf.fill(lang, &[&minute(at)])).unwrap_or_default(),
    ];
    screen.segments(Style::new().bold(), &segments);
}

fn steps(screen: &mut Screen, comparison: &Comparison, lang: Lang) {
    let rows: Vec<Row> = comparison.steps.iter().take(MOST).map(|step| of_step(step, lang)).collect();
    if rows.is_empty() {
        screen.block(Style::new().bold(), Msg::ComparisonSteps.text(lang), &[Msg::NoStepAsked.text(lang)]);
        return;
    }
    let header = [Msg::ColumnStep, Msg::ColumnBefore, Msg::ColumnAfter, Msg::ColumnOutcome, Msg::ColumnShown];
    let header: Vec<&str> = std::iter::once("").chain(header.map(|msg| msg.text(lang))).collect();
    rows_of(screen, &header, &rows, &[2, 20, 8, 8, 14, 24]);
    more(screen, comparison.steps.len(), lang);
}

fn of_step(step: &StepOutcome, lang: Lang) -> Row {
    let label = |label: Label| words::label(label).text(lang).to_owned();
    let text = format!("{} {}", cell(&step.text), places(&step.cites));
    Row {
        cells: vec![
            step.number.clone(),
            step.title.clone(),
            label(step.before),
            step.after.map_or_else(|| "-".to_owned(), label),
            words::step_outcome(step.outcome).text(lang).to_owned(),
            text,
        ],
        painted: Some((4, style(step.outcome))),
    }
}

/// Each cause with its answer, then the pieces of its evidence.
fn causes(screen: &mut Screen, comparison: &Comparison, lang: Lang) {
    let mut heading = Msg::ComparisonCauses.text(lang);
    if comparison.findings.is_empty() {
        screen.block(Style::new().bold(), heading, &[Msg::NoCauseShown.text(lang)]);
    }
    for finding in comparison.findings.iter().take(MOST) {
        let outcome = words::cause_outcome(finding.outcome).text(lang);
        let [before, after] = [finding.before, finding.after].map(|status| status.msg().text(lang));
        let line = format!("{outcome}  {}  [{before} → {after}]", cell(&finding.title));
        screen.block(style(finding.outcome), heading, &[line]);
        heading = "";
        screen.entry("  ", &finding.text);
        for piece in &finding.evidence {
            let state = words::state(piece.state).text(lang);
            let what = if piece.text.is_empty() { &piece.name } else { &piece.text };
            screen.entry("    ", &format!("{state}: {} {}", cell(what), places(&piece.cites)));
        }
    }
    more(screen, comparison.findings.len(), lang);
}

/// Where it stands: the first places.
fn places(cites: &[Cite]) -> String {
    const FIRST: usize = 2;
    let place = |cite: &Cite| {
        let at = match (&cite.record, cite.line) {
            (Some(record), _) => format!(" rec {record}"),
            (None, Some(line)) => format!(":{line}"),
            (None, None) => String::new(),
        };
        format!("{}{at}", cite.artifact)
    };
    let mut shown: Vec<String> = cites.iter().map(place).collect();
    shown.dedup();
    let more = shown.len().saturating_sub(FIRST);
    shown.truncate(FIRST);
    match (shown.is_empty(), more) {
        (true, _) => String::new(),
        (false, 0) => format!("[{}]", shown.join(", ")),
        (false, more) => format!("[{}, +{more}]", shown.join(", ")),
    }
}

/// A table, or where the terminal is too narrow for one, a paragraph a row.
fn rows_of(screen: &mut Screen, header: &[&str], rows: &[Row], least: &[usize]) {
    if !screen.is_narrow() {
        table(screen, header, rows, least);
        return;
    }
    for row in rows {
        let (text, words) = row.cells.split_last().map_or(("", &[][..]), |(text, words)| (text.as_str(), words));
        screen.paragraph(row.painted.map_or(Style::new(), |(_, style)| style), &words.join("  "));
        screen.entry("", text);
    }
}

fn more(screen: &mut Screen, all: usize, lang: Lang) {
    if all > MOST {
        screen.paragraph(Style::new(), &Msg::MoreLines.fill(lang, &[&(all - MOST).to_string()]));
    }
}

fn collect(screen: &mut Screen, items: &[CollectNext], lang: Lang) {
    let mut heading = Msg::CollectHeading.text(lang);
    for (position, item) in items.iter().take(COLLECT).enumerate() {
        let effort = effort(item.minutes, item.who, lang);
        let line = format!("{}  ({effort})", item.title);
        screen.entries(Style::new().bold(), heading, &[(format!("{}.", position + 1), line)]);
        heading = "";
        for instruction in &item.instructions {
            screen.entry("  ", instruction);
        }
        for (shell, command) in words::by_shell(&item.commands) {
            if let Some(shell) = shell {
                screen.entry("", shell.text(lang));
            }
            screen.command(Style::new(), &command.text);
        }
    }
    if items.len() > COLLECT {
        screen.entry("", &Msg::CollectMore.fill(lang, &[&(items.len() - COLLECT).to_string()]));
    }
}

fn style(outcome: Outcome) -> Style {
    match outcome {
        Outcome::Verified => AnsiColor::Green.on_default(),
        Outcome::Improved => AnsiColor::Cyan.on_default(),
        Outcome::Unchanged | Outcome::Worse => AnsiColor::Red.on_default(),
        Outcome::NotComparable => AnsiColor::Yellow.on_default(),
        Outcome::NoLongerApplies => Style::new(),
    }
}
