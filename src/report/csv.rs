//! Turns the findings, the steps and the error codes of cases into one table for a spreadsheet: a row each, the column `row` says which.
//!
//! RFC 4180, UTF-8 with a byte order mark, because Excel takes a file without one for the code page of the PC. A cell that a
//! spreadsheet would take for a formula begins with `'`. Programs are better served by JSON. Refuses to know what a cell says.
//!
//! ```csv
//! case,source,user,row,id,number,title,state,severity,text,evidence,related,who,minutes
//! 1f3c9a0d5b7e,PC0123.zip,CONTOSO\a.tanaka,step,clear-credentials,2,Clear stored credentials,DO,,…,cmdkey.txt:14,…,user,5
//! ```

use super::model::{Cite, Code, Report};
use super::sanitize::Sanitized;
use super::terminal::evidence::cited;
use super::terminal::names;
use super::terminal::steps::reason;
use super::words::{self, kind_id};
use crate::lang::Lang;

/// The columns. They are ids and never translated; `state` is a verdict, a label or the family of a code, `related` names steps or findings.
pub const COLUMNS: [&str; 14] = [
    "case", "source", "user", "row", "id", "number", "title", "state", "severity", "text", "evidence", "related",
    "who", "minutes",
];

/// The byte order mark and the line with the names of the columns.
#[must_use]
pub fn head() -> String {
    format!("\u{feff}{}", table(vec![COLUMNS.map(str::to_owned)]))
}

/// The rows of one case: its findings, its steps, then all error codes of the case, whether a finding rests on them or not.
#[must_use]
pub fn rows(report: &Report, lang: Lang) -> String {
    let user = names::user(report).unwrap_or_default();
    let case = |row: &str| [report.case.id.clone(), report.case.source.clone(), user.clone(), row.to_owned()];
    let findings = report.findings.iter().map(|finding| {
        let [id, source, user, row] = case("finding");
        let cites: Vec<&Cite> = finding.evidence.iter().flat_map(|evidence| &evidence.cites).collect();
        [
            id,
            source,
            user,
            row,
            finding.id.clone(),
            String::new(),
            finding.title.clone(),
            kind_id(&finding.status),
            kind_id(&finding.severity),
            finding.summary.clone(),
            cited(cites, None, lang),
            finding.steps.join(" "),
            String::new(),
            String::new(),
        ]
    });
    let steps = report.plan.iter().map(|step| {
        let [id, source, user, row] = case("step");
        [
            id,
            source,
            user,
            row,
            step.step.clone(),
            step.number.clone(),
            step.title.clone(),
            step.label.word().to_owned(),
            String::new(),
            reason(report, step, lang),
            cited(&step.cites, None, lang),
            step.findings.join(" "),
            kind_id(&step.who),
            step.minutes.map(|minutes| minutes.to_string()).unwrap_or_default(),
        ]
    });
    let codes = report.codes.iter().map(|seen| {
        let [id, source, user, row] = case("code");
        let Code { family, code, name, .. } = &seen.what;
        [
            id,
            source,
            user,
            row,
            code.clone(),
            String::new(),
            name.clone().unwrap_or_default(),
            family.clone(),
            String::new(),
            words::code(&seen.what, lang),
            words::code_seen(seen, lang),
            String::new(),
            String::new(),
            String::new(),
        ]
    });
    table(findings.chain(steps).chain(codes).map(|row| row.map(|cell| guarded(&cell))).collect())
}

fn table(rows: Vec<[String; COLUMNS.len()]>) -> String {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        // Writing to memory cannot fail, and every row has the same number of cells.
        let _ = writer.write_record(row);
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// One line without control characters that no spreadsheet takes for a formula.
///
/// The first characters are those of OWASP's list with their full-width forms; white space before them is skipped, because
/// some spreadsheets skip it too.
#[must_use]
pub fn guarded(cell: &str) -> String {
    let clean = Sanitized::line(cell);
    let begins = |text: &str| text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let is_control = cell.starts_with(['\t', '\r', '\n', '\0']);
    if is_control || begins(clean.as_str()) || begins(cell) { format!("'{clean}") } else { clean.as_str().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn what_a_spreadsheet_takes_for_a_formula_is_text() {
        let check = |cell: &str, expected: &str| assert_eq!(guarded(cell), expected, "{cell:?}");
        check("=1+1", "'=1+1");
        check("\t=1", r"'\x09=1");
        check("＠SUM(A1)", "'＠SUM(A1)");
        check("\u{3000}－1", "'\u{3000}－1");
        check("clear-credentials", "clear-credentials");
        check("a=1", "a=1");
        check("", "");
    }
}
