//! Objects that small writers of their own print or export in each form are the objects that come back; other texts do no harm.

use std::fmt::Write as _;

use jiff::Timestamp;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;

use super::{csv, json, list};
use crate::parse::Parser;
use crate::parse::event::tests::read;
use crate::parse::record::{PsValue, Record};

type Properties = Vec<(String, PsValue)>;

/// Values whose form shows their type; a text begins with a letter that no number, date or list begins with.
fn plain(text: &'static str) -> impl Strategy<Value = PsValue> {
    prop_oneof![
        text.prop_map(PsValue::Text),
        any::<i64>().prop_map(PsValue::Number),
        any::<bool>().prop_map(PsValue::Bool),
        Just(PsValue::Nil),
    ]
}

fn objects(value: impl Strategy<Value = PsValue>) -> impl Strategy<Value = Vec<Properties>> {
    let object = btree_map("[A-Z][A-Za-z]{1,9}", value, 0..7);
    vec(object.prop_map(|properties| properties.into_iter().collect()), 0..6)
}

/// How PowerShell shows a value in a line.
fn shown(value: &PsValue) -> String {
    match value {
        PsValue::Nil => String::new(),
        PsValue::Text(text) => text.clone(),
        PsValue::Number(number) => number.to_string(),
        PsValue::Bool(true) => "True".to_owned(),
        PsValue::Bool(false) => "False".to_owned(),
        PsValue::List(items) => format!("{{{}}}", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        other => panic!("{other:?}"),
    }
}

/// As JSON; an instant as Windows PowerShell writes it.
fn written(value: &PsValue) -> String {
    match value {
        PsValue::Nil => "null".to_owned(),
        PsValue::Text(text) => serde_json::to_string(text).unwrap(),
        PsValue::Number(number) => number.to_string(),
        PsValue::Bool(value) => value.to_string(),
        PsValue::Time(at) => format!("\"\\/Date({})\\/\"", at.as_millisecond()),
        PsValue::List(items) => format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(",")),
        other => panic!("{other:?}"),
    }
}

fn back(parser: Parser, text: &str) -> Vec<Properties> {
    let parsed = read(parser, text);
    assert!(parsed.issues.is_empty(), "{:?}", parsed.issues);
    let object = |record| match record {
        Record::Object(object) => object.properties,
        other => panic!("{other:?}"),
    };
    parsed.records.into_iter().map(object).collect()
}

const LINE: &str = "x[a-z0-9 <>&\"':;あ😀]{0,9}[a-z]";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_table_of_commas_gives_back_what_was_written(
        names in proptest::collection::btree_set("[A-Z][A-Za-z]{1,9}", 2..6),
        cells in vec(vec(plain("x[a-z \"',;\t\r\nあ]{0,9}"), 6), 0..6),
        separator in select(vec![",", ";", "\t"]),
        typed in any::<bool>(),
    ) {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let mut text = String::from(if typed { "#TYPE Microsoft.ActiveDirectory.Management.ADUser\r\n" } else { "" });
        text += &names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(separator);
        let mut expected = Vec::new();
        for row in cells {
            let row: Properties = names.iter().cloned().zip(row).collect();
            let fields: Vec<String> = row.iter().map(|(_, value)| quoted(&shown(value))).collect();
            write!(text, "\r\n{}", fields.join(separator)).unwrap();
            expected.push(row);
        }
        prop_assert_eq!(back(csv::parse, &(text + "\r\n")), expected);
    }

    #[test]
    fn json_gives_back_what_was_written(
        all in objects(
            prop_oneof![
                plain("x[a-z0-9 <>&\"'\\\\\r\n\u{1}あ😀]{0,9}"),
                vec(plain("x[a-z]{0,4}"), 0..4).prop_map(PsValue::List),
                (0..4_000_000_000_000_i64).prop_map(|at| PsValue::Time(Timestamp::from_millisecond(at).unwrap())),
            ],
        ),
        blank in select(vec!["", "\r\n    "]),
    ) {
        let object = |properties: &Properties| {
            let fields = properties.iter().map(|(name, value)| format!("{blank}\"{name}\":  {}", written(value)));
            format!("{blank}{{{}{blank}}}", fields.collect::<Vec<_>>().join(","))
        };
        let text = format!("[{}{blank}]", all.iter().map(object).collect::<Vec<_>>().join(","));
        prop_assert_eq!(back(json::parse, &text), all);
    }

    #[test]
    fn a_list_gives_back_what_was_written_in_a_window_of_any_width(
        // Objects of one command have the same names: what begins again is the next one.
        names in proptest::collection::btree_set("[A-Z][A-Za-z]{1,9}", 1..7),
        all in vec(
            vec(
                prop_oneof![
                    plain(LINE),
                    // Longer than the window: broken where it ends.
                    "[a-z=]{30,90}".prop_map(PsValue::Text),
                    vec("x[a-z@.:]{0,3}[a-z]".prop_map(PsValue::Text), 0..3).prop_map(PsValue::List),
                ],
                7,
            ),
            0..6,
        ),
        window in 24..40_usize,
    ) {
        let all: Vec<Properties> = all.into_iter().map(|row| names.iter().cloned().zip(row).collect()).collect();
        let widest = names.iter().map(String::len).max().unwrap_or(0);
        let mut text = String::from("\r\n\r\n");
        for (name, value) in all.iter().flatten() {
            let shown: Vec<char> = shown(value).chars().collect();
            let lines: Vec<String> = shown.chunks(window).map(|line| line.iter().collect()).collect();
            let below = format!("\r\n{}", " ".repeat(widest + 3));
            let blank = if Some(name) == names.first() { "\r\n" } else { "" };
            write!(text, "{blank}{name:widest$} : {}\r\n", lines.join(&below)).unwrap();
        }
        prop_assert_eq!(back(list::parse, &text), all);
    }

    #[test]
    fn a_table_of_columns_gives_back_what_was_written(
        names in proptest::collection::btree_set("[A-Z][A-Za-z]{1,9}", 2..6),
        cells in vec((("x[a-z]{0,9}").prop_map(PsValue::Text), vec(plain("x[a-z]{0,9}"), 5)), 1..6),
    ) {
        // Column by column as wide as its widest cell, as `-AutoSize` has them.
        let names: Vec<String> = names.into_iter().collect();
        let rows: Vec<Properties> = cells
            .into_iter()
            .map(|(first, rest)| names.iter().cloned().zip(std::iter::once(first).chain(rest)).collect())
            .collect();
        let (mut heading, mut dashes) = (String::new(), String::new());
        let mut lines = vec![String::new(); rows.len()];
        for (index, name) in names.iter().enumerate() {
            let column: Vec<String> = rows.iter().map(|row| shown(&row[index].1)).collect();
            let width = column.iter().map(String::len).chain([name.len()]).max().unwrap_or(0);
            write!(heading, "{name:width$} ").unwrap();
            write!(dashes, "{:width$} ", "-".repeat(name.len())).unwrap();
            for (line, cell) in lines.iter_mut().zip(&column) {
                write!(line, "{cell:width$} ").unwrap();
            }
        }
        let text = format!("\r\n{heading}\r\n{dashes}\r\n{}\r\n\r\n", lines.join("\r\n"));
        prop_assert_eq!(back(list::parse, &text), rows);
    }

    #[test]
    fn no_text_makes_them_fail(
        text in "(Name|Enabled| : |   |--- -----|\\{|\\}|\\[|\\]|\"|,|;|\t|#TYPE |\\.\\.\\.|/Date\\(1\\)/|\\\\u00|null|:|é|\r\n){0,60}",
    ) {
        for parser in [csv::parse as Parser, json::parse, list::parse] {
            prop_assert!(read(parser, &text).issues.len() < 1_000);
        }
    }
}
