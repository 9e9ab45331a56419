//! The steps of the plan as a table, or as a list where the terminal is too narrow for one.
//!
//! Refuses to order or to label: both are the plan's.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::super::model::{Report, Step};
use super::super::words;
use super::evidence::Numbered;
use super::screen::{Screen, cell};
use super::table::{Row, table};
use super::when::minute_here;
use crate::lang::Lang;
use crate::lang::messages::Msg;
use crate::plan::{Label, Who};

/// Steps shown; a rule pack can bring any number.
const MOST: usize = 60;

pub(super) fn steps(screen: &mut Screen, report: &Report, numbered: &Numbered<'_>, lang: Lang) {
    let shown = report.plan.iter().take(MOST);
    if screen.is_narrow() {
        for step in shown {
            let label = words::label(step.label).text(lang);
            screen.paragraph(style(step.label), &format!("{} {label}  {}", cell(&step.number), cell(&step.title)));
            let why = why(report, step, numbered, lang);
            if !why.is_empty() {
                screen.entry("", &why);
            }
        }
    } else {
        let header = [Msg::ColumnStep, Msg::ColumnLabel, Msg::ColumnWhy, Msg::ColumnCost].map(|msg| msg.text(lang));
        let [step, label, reason, cost_title] = header;
        let rows: Vec<Row> = shown
            .map(|step| Row {
                cells: vec![
                    step.number.clone(),
                    step.title.clone(),
                    words::label(step.label).text(lang).to_owned(),
                    why(report, step, numbered, lang),
                    cost(step, lang),
                ],
                painted: Some((2, style(step.label))),
            })
            .collect();
        // The value names of Windows are long words, and a reader looks for them whole.
        let longest = report.plan.iter().flat_map(|step| step.title.split(' ')).map(UnicodeWidthStr::width).max();
        let title = longest.unwrap_or(0).clamp(16, if screen.width() < 80 { 16 } else { 28 });
        table(screen, &["", step, label, reason, cost_title], &rows, &[2, title, 8, 16, 10]);
    }
    if report.plan.len() > MOST {
        screen.paragraph(Style::new(), &Msg::MoreLines.fill(lang, &[&(report.plan.len() - MOST).to_string()]));
    }
}

/// The reason with its evidence, and the time before which the step is useless.
fn why(report: &Report, step: &Step, numbered: &Numbered<'_>, lang: Lang) -> String {
    let reason = cell(&step.reason);
    let reason = match &step.wait_until {
        None => reason,
        Some(at) => {
            let at = minute_here(at, report.case.utc_offset.as_deref());
            if reason.is_empty() {
                Msg::NotBefore.fill(lang, &[&at])
            } else {
                Msg::NotBeforeToo.fill(lang, &[&reason, &at])
            }
        }
    };
    format!("{reason} {}", numbered.of_step(&step.cites)).trim().to_owned()
}

/// Minutes and who else than the user is needed; nothing for what need not be done.
pub(super) fn cost(step: &Step, lang: Lang) -> String {
    if matches!(step.label, Label::Done | Label::Skip) {
        return "-".to_owned();
    }
    effort(step.minutes, step.who, lang)
}

/// `5 min, AD FS admin`.
pub(in crate::report) fn effort(minutes: Option<u32>, who: Who, lang: Lang) -> String {
    let minutes = minutes.map(|minutes| Msg::Minutes.fill(lang, &[&minutes.to_string()]));
    let who = (who != Who::User).then(|| words::who(who).text(lang).to_owned());
    match (minutes, who) {
        (Some(minutes), Some(who)) => Msg::Effort.fill(lang, &[&minutes, &who]),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => String::new(),
    }
}

/// What is to be done stands out, what need not be done recedes.
pub(super) fn style(label: Label) -> Style {
    match label {
        Label::Do => AnsiColor::Yellow.on_default().bold(),
        Label::Check => AnsiColor::Cyan.on_default(),
        Label::Done => AnsiColor::Green.on_default(),
        Label::Skip => Style::new().dimmed(),
        Label::WaitFor => AnsiColor::Magenta.on_default(),
        Label::Blocked => AnsiColor::Red.on_default().bold(),
    }
}
