//! Turns a comparison into a ticket in Markdown: the answer first, then each step and each cause with what the second upload shows.
//!
//! ```text
//! # Before and after `PC0123.zip` → `PC0123-2.zip`
//! **NOT COMPARABLE** The second upload does not show whether it is fixed.
//! ```

use super::super::md;
use super::super::model::{Cite, Comparison, Side, StepOutcome};
use super::super::terminal::evidence::cited;
use super::super::terminal::names::short_name;
use super::super::terminal::when::minute;
use super::super::words;
use super::{MOST, Page, collect, versions};
use crate::lang::Lang;
use crate::lang::messages::Msg;

/// The ticket of a comparison.
#[must_use]
pub fn comparison(comparison: &Comparison, lang: Lang) -> String {
    let mut page = Page::new(lang);
    let [before, after] = [&comparison.before, &comparison.after].map(|side| md::code(short_name(&side.source)));
    page.line(&format!("# {}", Msg::TicketComparison.fill(lang, &[&before, &after])));
    page.line("");
    for (msg, one) in [(Msg::ComparisonBefore, &comparison.before), (Msg::ComparisonAfter, &comparison.after)] {
        page.bullet(&format!("{} {}", page.word(msg), side(one, lang)));
    }
    page.line("");
    let answer = md::text(&comparison.text);
    page.line(&match comparison.outcome {
        Some(outcome) => format!("**{}** {answer}", md::text(words::outcome(outcome).text(lang))),
        None => answer,
    });
    steps(&mut page, comparison);
    causes(&mut page, comparison);
    if !comparison.signs.is_empty() {
        page.heading(Msg::ComparisonSigns);
        for sign in comparison.signs.iter().take(MOST) {
            page.bullet(&format!("{}{}", md::code(&sign.text), places(&sign.cites, lang)));
        }
    }
    notes(&mut page, comparison);
    collect(&mut page, &comparison.collect_next);
    page.line("");
    page.line("---");
    page.line("");
    page.line(&versions(&comparison.tool, lang).join(" · "));
    page.out
}

fn side(side: &Side, lang: Lang) -> String {
    let user = side.user.as_deref().unwrap_or(Msg::UserNotKnown.text(lang));
    let mut parts = vec![md::code(&side.id), md::code(user)];
    parts.extend(side.computer.as_deref().map(md::code));
    parts.push(md::text(&Msg::Era.fill(lang, &[words::era(side.era).text(lang)])));
    parts.extend(side.as_of.as_deref().map(|at| md::text(&Msg::AsOf.fill(lang, &[&minute(at)]))));
    parts.join(" · ")
}

fn steps(page: &mut Page, comparison: &Comparison) {
    let lang = page.lang;
    page.heading(Msg::ComparisonSteps);
    if comparison.steps.is_empty() {
        let line = page.word(Msg::NoStepAsked);
        page.line(&line);
        return;
    }
    let heads = [Msg::ColumnStep, Msg::ColumnBefore, Msg::ColumnAfter, Msg::ColumnOutcome, Msg::ColumnShown];
    page.row(&heads.map(|msg| page.word(msg)));
    page.row(&heads.map(|_| "---".to_owned()));
    for step in comparison.steps.iter().take(MOST) {
        page.row(&row(step, lang));
    }
    page.more(comparison.steps.len().saturating_sub(MOST));
}

fn row(step: &StepOutcome, lang: Lang) -> [String; 5] {
    let label = |label| md::text(words::label(label).text(lang));
    let place = cited(&step.cites, None, lang);
    let shown = if place.is_empty() { step.text.clone() } else { format!("{} [{place}]", step.text) };
    [
        md::text(&format!("{} {}", step.number, step.title)),
        label(step.before),
        step.after.map_or_else(|| "\\-".to_owned(), label),
        format!("**{}**", md::text(words::step_outcome(step.outcome).text(lang))),
        md::cell_code(&shown),
    ]
}

/// Each cause with its answer, and below it the pieces of its evidence.
fn causes(page: &mut Page, comparison: &Comparison) {
    let lang = page.lang;
    page.heading(Msg::ComparisonCauses);
    if comparison.findings.is_empty() {
        let line = page.word(Msg::NoCauseShown);
        page.line(&line);
    }
    for finding in comparison.findings.iter().take(MOST) {
        let [before, after] = [finding.before, finding.after].map(|status| status.msg().text(lang));
        let outcome = md::text(words::cause_outcome(finding.outcome).text(lang));
        let line = md::text(&format!("{} [{before} → {after}]", finding.title));
        page.bullet(&format!("**{outcome}** {line} {}", md::code(&finding.text)));
        for piece in finding.evidence.iter().take(MOST) {
            let state = md::text(words::state(piece.state).text(lang));
            let what = if piece.text.is_empty() { &piece.name } else { &piece.text };
            page.line(&format!("  - {state} {}{}", md::code(what), places(&piece.cites, lang)));
        }
    }
    page.more(comparison.findings.len().saturating_sub(MOST));
}

/// What has to be known to read the rest.
fn notes(page: &mut Page, comparison: &Comparison) {
    let reservations = comparison.reservations.iter().map(|text| md::code(text));
    let lines: Vec<String> = reservations.chain(comparison.notes.iter().map(|text| md::text(text))).collect();
    if !lines.is_empty() {
        page.heading(Msg::ComparisonNote);
    }
    for line in lines {
        page.bullet(&line);
    }
}

fn places(cites: &[Cite], lang: Lang) -> String {
    let place = cited(cites, None, lang);
    if place.is_empty() { String::new() } else { format!(" {}", md::code(&place)) }
}
