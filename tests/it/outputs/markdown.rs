//! Tickets, parsed by a CommonMark parser.

use outlook_triage::report::markdown::case;
use outlook_triage::report::md;
use outlook_triage::report::sanitize::Sanitized;
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};

use super::{LANGS, report, values};

fn events(text: &str) -> Vec<Event<'_>> {
    Parser::new_ext(text, Options::all()).collect()
}

/// The events without their texts, neighbouring texts as one.
fn skeleton(text: &str) -> Vec<String> {
    let mut kinds: Vec<String> = Vec::new();
    for event in events(text) {
        let kind = match event {
            Event::Text(_) => "text".to_owned(),
            Event::Code(_) => "code".to_owned(),
            other => format!("{other:?}"),
        };
        if kind != "text" || kinds.last().map(String::as_str) != Some("text") {
            kinds.push(kind);
        }
    }
    kinds
}

#[track_caller]
fn assert_inert(text: &str, value: &str) {
    let mut in_code = false;
    for event in events(text) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => in_code = false,
            Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::Link { .. } | Tag::Image { .. }) => {
                panic!("{event:?} from {value:?}")
            }
            // What a tracker would make of a text by itself.
            Event::Text(text) if !in_code => {
                for sign in ["@", "://", "www."] {
                    assert!(!text.contains(sign), "{sign:?} from {value:?}: {text}");
                }
                let number = |part: &str| part.starts_with(|c: char| c.is_ascii_digit());
                assert!(!text.split('#').skip(1).any(number), "a number of an issue from {value:?}: {text}");
            }
            _ => {}
        }
    }
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{value:?}");
    let clean: String = text.lines().map(|line| Sanitized::line(line).to_string() + "\n").collect();
    assert_eq!(clean, text, "{value:?}");
}

#[test]
fn a_hostile_value_changes_no_structure_of_a_ticket() {
    for lang in LANGS {
        let harmless = case(&report("HARMLESS", lang), lang);
        assert_inert(&harmless, "HARMLESS");
        let expected = skeleton(&harmless);
        for value in values() {
            let ticket = case(&report(&value, lang), lang);
            assert_inert(&ticket, &value);
            assert_eq!(skeleton(&ticket), expected, "{lang:?} {value:?}\n{ticket}");
        }
    }
}

#[test]
fn a_ticket_has_all_its_parts() {
    for lang in LANGS {
        let ticket = case(&report("HARMLESS", lang), lang);
        let events = events(&ticket);
        let count = |wanted: fn(&Event<'_>) -> bool| events.iter().filter(|event| wanted(event)).count();
        assert_eq!(count(|event| matches!(event, Event::Start(Tag::Heading { .. }))), 9, "{ticket}");
        assert_eq!(count(|event| matches!(event, Event::Start(Tag::Table(_)))), 1);
        assert_eq!(count(|event| matches!(event, Event::Start(Tag::TableRow))), 7);
        assert_eq!(count(|event| matches!(event, Event::TaskListMarker(false))), 2);
        assert_eq!(count(|event| matches!(event, Event::Start(Tag::CodeBlock(_)))), 7);
        assert!(ticket.starts_with(if lang == outlook_triage::lang::Lang::En {
            "# Case `1f3c9a0d5b7e`: `"
        } else {
            "# ケース `1f3c9a0d5b7e`: `"
        }));
        assert!(ticket.contains("outlook-triage 0.") && ticket.contains("2026.11"), "{ticket}");
    }
}

fn shown(text: &str) -> String {
    let texts = events(text).into_iter().filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) => Some(text.into_string()),
        _ => None,
    });
    texts.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn code_shows_exactly_the_text(value in ".{0,40}") {
        let expected = Sanitized::line(&value).to_string();
        prop_assert_eq!(shown(&format!("a {} b", md::code(&value))), format!("a {} b", if expected.is_empty() { " " } else { &expected }));
        let fence = md::fence("", "cmd", std::slice::from_ref(&value));
        prop_assert_eq!(shown(&fence), format!("{expected}\n"));
    }

    #[test]
    fn text_and_cells_keep_their_place(value in "[-a-z0-9 `|*_\\\\<>#@:/.!~&$^=+()\\[\\]{}]{0,40}") {
        let line = format!("- {}x", md::text(&format!("y{value}")));
        let kinds = skeleton(&line);
        prop_assert_eq!(kinds.iter().filter(|kind| *kind == "text").count(), 1, "{}", line);
        prop_assert_eq!(kinds.len(), 5, "{}", line);
        let table = format!("| a | b |\n| --- | --- |\n| {} | end |\n", md::cell_code(&value));
        let cells: Vec<Event<'_>> = events(&table).into_iter().filter(|event| matches!(event, Event::Start(Tag::TableCell))).collect();
        prop_assert_eq!(cells.len(), 4, "{}", table);
        let expected = Sanitized::line(&value).to_string().replace('|', "｜");
        prop_assert_eq!(shown(&table), format!("ab{}end", if expected.is_empty() { " " } else { &expected }));
    }
}

#[test]
fn a_hostile_value_changes_no_structure_of_a_comparison() {
    use outlook_triage::compare::compare;
    use outlook_triage::lang::Lang;
    use outlook_triage::limits::Limits;
    use outlook_triage::plan::Reader;
    use outlook_triage::report::{mail, markdown};

    use crate::cases::{KNOWLEDGE, open, options, upload};

    let case = |name: &str| open(&upload(name), &options(None));
    let (before, after) = (case("stale-password-ja-2013"), case("already-remediated"));
    let clean = compare(&before, &after, &KNOWLEDGE, &Limits::default(), None, Lang::En).unwrap();
    let soaked = |value: &str| {
        let mut soaked = clean.clone();
        soaked.text = format!("all {value}");
        soaked.reservations = vec![format!("note {value}")];
        for side in [&mut soaked.before, &mut soaked.after] {
            side.source = format!("case {}", value.replace(['/', '\\'], ""));
            side.user = Some(format!("user {value}"));
            side.computer = Some(format!("pc {value}"));
        }
        for step in &mut soaked.steps {
            (step.title, step.text) = (format!("title {value}"), format!("text {value}"));
            step.plain = Some(format!("plain {value}"));
            step.cites.iter_mut().for_each(|cite| cite.artifact = format!("file {value}"));
        }
        for finding in &mut soaked.findings {
            (finding.title, finding.text) = (format!("title {value}"), format!("text {value}"));
            finding.evidence.iter_mut().for_each(|piece| piece.text = format!("piece {value}"));
        }
        soaked
    };
    let mail_lines = |value: &str| mail::comparison(&soaked(value), Reader::User, Lang::En).matches("\r\n").count();
    let expected = skeleton(&markdown::comparison(&soaked("HARMLESS"), Lang::En));
    for value in values() {
        let ticket = markdown::comparison(&soaked(&value), Lang::En);
        assert_inert(&ticket, &value);
        assert_eq!(skeleton(&ticket), expected, "{value:?}\n{ticket}");
        assert_eq!(mail_lines(&value), mail_lines("HARMLESS"), "{value:?}");
    }
}
