//! Many cases as a table, one row a case; a bundle that could not be analysed is a row with its reason.
//!
//! A row keeps a few texts only, so that thousands of reports need not stay in memory.

use anstyle::{AnsiColor, Style};

use super::super::model::{ArtifactStatus, Era, Report, Verdict};
use super::super::words;
use super::Terminal;
use super::names::user;
use super::screen::{Screen, cell};
use super::table::{Row, table};
use crate::lang::messages::Msg;

/// One case of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SummaryRow {
    name: String,
    outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    Analysed(Box<Analysed>),
    Bad(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Analysed {
    user: Option<String>,
    outlook: Option<String>,
    era: Era,
    start: Option<String>,
    suspected: Option<(String, Verdict)>,
    unread: usize,
    files: usize,
    overrides: Vec<String>,
}

impl SummaryRow {
    /// The row of an analysed case.
    #[must_use]
    pub fn of(name: &str, report: &Report) -> Self {
        let start = report.headline.start_at.as_deref();
        let suspected = report.headline.suspected.first();
        let artifacts = &report.coverage.artifacts;
        Self {
            name: name.to_owned(),
            outcome: Outcome::Analysed(Box::new(Analysed {
                user: user(report),
                outlook: report.case.outlook.as_ref().map(|outlook| match &outlook.version {
                    Some(version) => format!("{} {version}", outlook.product),
                    None => outlook.product.clone(),
                }),
                era: report.case.era.value,
                start: report.plan.iter().find(|step| Some(&*step.step) == start).map(|step| step.number.clone()),
                suspected: suspected
                    .and_then(|id| report.findings.iter().find(|finding| finding.id == *id))
                    .map(|finding| (finding.title.clone(), finding.status)),
                unread: artifacts
                    .iter()
                    .filter(|one| matches!(one.status, ArtifactStatus::Partial | ArtifactStatus::Failed))
                    .count(),
                files: artifacts.len(),
                overrides: report.tool.rules.overrides.iter().map(|one| one.text.clone()).collect(),
            })),
        }
    }

    /// The row of a bundle that could not be analysed.
    #[must_use]
    pub fn bad(name: &str, reason: &str) -> Self {
        Self { name: name.to_owned(), outcome: Outcome::Bad(reason.to_owned()) }
    }

    fn cells(&self, options: &Terminal) -> Vec<String> {
        let lang = options.lang;
        let dash = || "-".to_owned();
        match &self.outcome {
            Outcome::Bad(reason) => {
                vec![self.name.clone(), dash(), dash(), dash(), dash(), dash(), reason.clone()]
            }
            Outcome::Analysed(case) => vec![
                self.name.clone(),
                case.user.clone().unwrap_or_else(dash),
                case.outlook.clone().unwrap_or_else(dash),
                words::era(case.era).text(lang).to_owned(),
                case.start.clone().unwrap_or_else(dash),
                case.suspected.as_ref().map_or_else(dash, |(title, verdict)| {
                    format!("{} [{}]", cell(title), words::verdict(*verdict).text(lang))
                }),
                if case.unread == 0 {
                    dash()
                } else {
                    Msg::UnreadFiles.fill(lang, &[&case.unread.to_string(), &case.files.to_string()])
                },
            ],
        }
    }
}

/// The table of several cases.
#[must_use]
pub fn summary(rows: &[SummaryRow], options: &Terminal) -> String {
    let lang = options.lang;
    let mut screen = Screen::new(options.width, options.colour, 2);
    let header = [
        Msg::ColumnCase,
        Msg::ColumnUser,
        Msg::ColumnOutlook,
        Msg::ColumnEra,
        Msg::ColumnStart,
        Msg::ColumnSuspected,
        Msg::ColumnProblem,
    ]
    .map(|msg| msg.text(lang));
    let is_bad = |row: &SummaryRow| matches!(row.outcome, Outcome::Bad(_));
    if screen.is_narrow() {
        for row in rows {
            for (position, (title, text)) in header.iter().zip(row.cells(options)).enumerate() {
                if position == 0 {
                    screen.paragraph(Style::new().bold(), &text);
                } else if text != "-" {
                    screen.entry(&format!("{title}:"), &text);
                }
            }
        }
    } else {
        let red = AnsiColor::Red.on_default();
        let rows: Vec<Row> = rows
            .iter()
            .map(|row| Row { cells: row.cells(options), painted: is_bad(row).then_some((6, red)) })
            .collect();
        table(&mut screen, &header, &rows, &[10, 9, 8, 6, 5, 12, 12]);
    }
    let bad = rows.iter().filter(|row| is_bad(row)).count();
    screen.blank();
    screen.paragraph(Style::new(), &Msg::CasesInAll.fill(lang, &[&rows.len().to_string(), &bad.to_string()]));
    for (position, (text, cases)) in overrides(rows).iter().enumerate() {
        if position == 0 {
            screen.blank();
        }
        let line = format!("{text} [{}]", Msg::OverrideCases.fill(lang, &[&cases.to_string()]));
        screen.paragraph(Style::new(), &line);
    }
    screen.finish()
}

/// What packs change of rules, each sentence once with the number of cases that it is about: an override may be in force
/// for one case and expired for the next.
fn overrides(rows: &[SummaryRow]) -> Vec<(&str, usize)> {
    let mut found: Vec<(&str, usize)> = Vec::new();
    for row in rows {
        let Outcome::Analysed(case) = &row.outcome else { continue };
        for text in &case.overrides {
            match found.iter_mut().find(|(known, _)| known == text) {
                Some((_, cases)) => *cases += 1,
                None => found.push((text, 1)),
            }
        }
    }
    found
}
