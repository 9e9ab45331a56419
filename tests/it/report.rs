//! The report: the contract in both languages, and the same structure whatever a bundle holds.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, clippy::panic, clippy::print_stdout)]

mod page;
pub(crate) mod sample;

use std::path::PathBuf;

use outlook_triage::lang::{Lang, Text};
use outlook_triage::report::json::{json, jsonl};
use outlook_triage::report::model::Report;
use outlook_triage::report::sanitize::Sanitized;
use outlook_triage::report::schema::schema;
use outlook_triage::report::terminal::{SummaryRow, Terminal, case, summary};
use sample::Sample;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

const LANGS: [Lang; 2] = [Lang::En, Lang::Ja];

fn options(width: usize, colour: bool, lang: Lang) -> Terminal {
    Terminal { width, colour, lang, exit_code: 1 }
}

fn committed_schema() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/report.schema.json")
}

fn assert_valid(schema: &Value, report: &str) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let instance: Value = serde_json::from_str(report).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&instance).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

/// Reports that differ in what they hold: everything, nothing, several users.
fn samples() -> Vec<Sample> {
    let mut nothing = Sample::new("");
    nothing.findings.clear();
    nothing.plan.steps.clear();
    nothing.plan.collect_next.clear();
    nothing.plan.start_at = None;
    nothing.plan.suspected.clear();
    nothing.plan.tie_break = None;
    nothing.facts = Default::default();
    nothing.timeline.clear();
    nothing.outlook = false;
    let mut several = Sample::new("田中");
    several.facts.target =
        outlook_triage::fact::identity::Target::Ambiguous(vec!["CONTOSO\\a".to_owned(), "CONTOSO\\b".to_owned()]);
    several.limits_hit = vec!["records_per_artifact".to_owned()];
    vec![Sample::new(""), nothing, several]
}

#[test]
fn the_committed_schema_is_the_one_of_the_types() {
    let generated = schema();
    let path = committed_schema();
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &generated).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap();
    assert!(
        committed.replace("\r\n", "\n") == generated,
        "tests/report.schema.json is not what the types give; run the tests once with UPDATE_SCHEMA=1 and commit it"
    );
}

#[test]
fn reports_follow_the_committed_schema_in_both_languages() {
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(committed_schema()).unwrap()).unwrap();
    for sample in samples() {
        for lang in LANGS {
            assert_valid(&schema, &json(&sample.report(lang)));
        }
    }
}

#[test]
fn reports_follow_the_contract_in_both_languages() {
    let Some(corpus) = std::env::var_os("OUTLOOK_TRIAGE_CORPUS") else {
        println!("SKIPPED: OUTLOOK_TRIAGE_CORPUS is not set, so the contract is not at hand");
        return;
    };
    let path = PathBuf::from(corpus).join("../report.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    for sample in samples() {
        for lang in LANGS {
            assert_valid(&schema, &json(&sample.report(lang)));
        }
    }
}

#[test]
fn the_own_schema_refuses_what_the_contract_refuses() {
    let schema: Value = serde_json::from_str(&schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let good: Value = serde_json::from_str(&json(&Sample::new("").report(Lang::En))).unwrap();
    assert!(validator.is_valid(&good));
    let check = |pointer: &str, value: Value| {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
        assert!(!validator.is_valid(&bad), "{pointer} accepted");
    };
    check("/schema_version", "1.1".into());
    check("/tool/name", "other".into());
    check("/tool/rules/sha256", "1F".into());
    check("/case/collected_at", "2014-06-03T05:40:12+09:00".into());
    check("/case/utc_offset", "9".into());
    check("/case/era/value", "newer".into());
    check("/case/outlook/install", "snap".into());
    check("/headline/start_at", "Clear Credentials".into());
    check("/findings/0/status", "unknown".into());
    check("/findings/0/rev", 0.into());
    check("/findings/0/evidence", Value::Array(vec![]));
    check("/findings/0/links", serde_json::json!(["http://plain.example"]));
    check("/findings/0/evidence/0/cites/0", serde_json::json!({"artifact": "a.txt"}));
    check("/findings/0/evidence/0/cites/0/line", 0.into());
    check("/findings/1/evidence/0/cites/0/record", 88123.into());
    check("/unknown/0/reason", "bad-luck".into());
    check("/unknown/0/need", serde_json::json!(["crystal-ball"]));
    check("/plan/1/findings", Value::Array(vec![]));
    check("/plan/1/cites", Value::Array(vec![]));
    check("/plan/2/waits_for", Value::Array(vec![]));
    check("/plan/4/cites/0/property", "0003661".into());
    check("/collect_next/0/commands/0/shell", "bash".into());
    check("/coverage/artifacts/0/status", "lost".into());
    check("/coverage/artifacts/1/encoding/certainty", "sure".into());
    check("/coverage/artifacts/0/bytes", (-1).into());
}

#[test]
fn keys_stand_in_the_order_of_the_contract() {
    let report: Value = serde_json::from_str(&json(&Sample::new("").report(Lang::En))).unwrap();
    let check = |pointer: &str, keys: &str| {
        let object = report.pointer(pointer).unwrap().as_object().unwrap();
        assert_eq!(object.keys().map(String::as_str).collect::<Vec<_>>().join(" "), keys, "{pointer}");
    };
    check(
        "",
        "schema_version tool case headline findings ruled_out unknown not_applicable plan collect_next timeline coverage contradictions codes",
    );
    check(
        "/case",
        "id source sha256 collected_at as_of utc_offset assumptions computer user collector outlook era evidence_window user_candidates",
    );
    check(
        "/findings/1",
        "id rev title status severity band summary subject evidence undecided need steps links sum plain",
    );
    check("/findings/1/evidence/0", "name class for text cites count codes");
    check("/findings/1/evidence/0/codes/0", "family code name meaning");
    check("/codes/0", "family code meaning count first last cites");
    check("/codes/1", "family code name meaning count first last cites");
    check("/findings/1/evidence/1", "name class for text cites reservation");
    check("/ruled_out/0/evidence/0/cites/0", "artifact line key value");
    check("/plan/4/cites/0", "artifact line profile property");
    check("/not_applicable/0/cites/0", "artifact window absent");
    check(
        "/plan/1",
        "step number title label findings reason cites waits_for who minutes closes_outlook loses wait_until instructions commands rollback verify decided_by case_lines readers plain",
    );
}

#[test]
fn findings_are_sorted_by_band_and_only_public_links_stay() {
    let report = Sample::new("").report(Lang::En);
    let ids: Vec<&str> = report.findings.iter().map(|finding| &*finding.id).collect();
    assert_eq!(ids, ["background-http-auth-retry-stale-password", "stale-stored-password-office"]);
    assert_eq!(report.findings[1].links, ["https://learn.microsoft.com/outlook"]);
    let unknown: Vec<_> = report.unknown.iter().map(|one| (&*one.id, one.reason)).collect();
    use outlook_triage::finding::Reason;
    assert_eq!(
        unknown,
        [("account-locked-ad", Reason::NotCovered), ("exo-federated-logon-cache", Reason::NotCollected)]
    );
    assert_eq!(report.timeline[0].kind, "password-change");
    assert_eq!(report.case.utc_offset.as_deref(), Some("+09:00"));
}

#[test]
fn the_same_case_gives_the_same_bytes_and_one_line_is_one_line() {
    for lang in LANGS {
        let (first, second) = (Sample::new("\n").report(lang), Sample::new("\n").report(lang));
        assert_eq!(json(&first), json(&second));
        let line = jsonl(&first);
        assert_eq!(line.find('\n'), Some(line.len() - 1));
        assert!(json(&first).ends_with("}\n"));
        let (one, many): (Value, Value) =
            (serde_json::from_str(&line).unwrap(), serde_json::from_str(&json(&first)).unwrap());
        assert_eq!(one, many);
    }
}

/// Values that try to act on a terminal, to hide or to break lines.
pub(crate) fn hostile() -> Vec<String> {
    let mut values: Vec<String> = (0..=255).map(|byte| format!("x{}y", char::from(byte))).collect();
    for deceptive in [
        '\u{061C}',
        '\u{200B}',
        '\u{200F}',
        '\u{202A}',
        '\u{202E}',
        '\u{2060}',
        '\u{2064}',
        '\u{2066}',
        '\u{2069}',
        '\u{FEFF}',
        '\u{E0041}',
        '\u{2028}',
    ] {
        values.push(format!("x{deceptive}y"));
    }
    for sequence in [
        "\u{1b}[31mred\u{1b}[0m",
        "\u{1b}]52;c;cm0gLXJm\u{7}",
        "\u{1b}]8;;https://evil.example\u{1b}\\link\u{1b}]8;;\u{1b}\\",
        "\u{9b}2J\u{9d}0;title\u{9c}",
        "\u{1b}[2K\rFINE",
        "\r\nSTART AT STEP 9",
        "{0} {1} {",
        "a\"b' & calc & rem",
        "</script><script>",
        "田中　太郎ｱｲｳ",
        "__proto__",
    ] {
        values.push(sequence.to_owned());
    }
    values
}

/// Removes the colour codes that the tool itself writes: ESC, `[`, digits and semicolons, `m`.
fn without_own_colours(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        let end = after.find(|c: char| !(c.is_ascii_digit() || c == ';')).unwrap();
        assert_eq!(&after[end..=end], "m", "a sequence that is no colour: {after:.20}");
        rest = &after[end + 1..];
    }
    plain + rest
}

/// The skeleton of a screen: its lines with the value taken out and runs of spaces and rules made one.
fn skeleton(screen: &str, value: &str) -> Vec<String> {
    let shown = Sanitized::line(value);
    screen
        .lines()
        .map(|line| {
            let line = if value.is_empty() { line.to_owned() } else { line.replace(shown.as_str(), "VALUE") };
            line.split_whitespace().collect::<Vec<_>>().join(" ")
        })
        .collect()
}

fn assert_clean(screen: &str, value: &str) {
    let plain = without_own_colours(screen);
    assert!(!plain.chars().any(|c| c.is_control() && c != '\n'), "a control character of {value:?} came through");
    let clean = plain.lines().map(Sanitized::line).map(|line| line.to_string() + "\n").collect::<String>();
    assert_eq!(clean, plain, "an invisible character of {value:?} came through");
}

#[test]
fn a_hostile_value_changes_no_structure_of_the_screen() {
    // Wide enough that no value can move a line break.
    const WIDE: usize = 4000;
    for lang in LANGS {
        let harmless = case(&Sample::new("HARMLESS").report(lang), &options(WIDE, true, lang));
        let expected = skeleton(&without_own_colours(&harmless), "HARMLESS");
        for value in hostile() {
            let screen = case(&Sample::new(&value).report(lang), &options(WIDE, true, lang));
            assert_clean(&screen, &value);
            let found = skeleton(&without_own_colours(&screen), &value);
            let strip = |lines: &[String]| {
                lines.iter().map(|line| line.replace("VALUE", "").replace(' ', "")).collect::<Vec<_>>()
            };
            // The header shows the last component of the source only: a separator in the value shortens it.
            let first = usize::from(value.contains(['/', '\\']));
            // A value that is itself white space or a separator cannot be told apart from the skeleton: fewer checks there.
            if Sanitized::line(&value).as_str().chars().count() > 3 {
                assert_eq!(strip(&found)[first..], strip(&expected)[first..], "{value:?}");
            } else {
                assert_eq!(found.len(), expected.len(), "{value:?}");
            }
        }
    }
}

#[test]
fn a_hostile_value_is_clean_at_every_width_and_colour_adds_nothing_but_colours() {
    for value in hostile() {
        let report = Sample::new(&value).report(Lang::En);
        for width in [20, 80] {
            let plain = case(&report, &options(width, false, Lang::En));
            assert!(!plain.contains('\u{1b}'), "{value:?}");
            assert_clean(&plain, &value);
            assert_eq!(without_own_colours(&case(&report, &options(width, true, Lang::En))), plain, "{value:?}");
        }
    }
}

/// The JSON with every text emptied: what is left is its shape.
fn shape(value: &Value) -> Value {
    match value {
        Value::String(_) => Value::String(String::new()),
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::Object(entries) => entries.iter().map(|(key, value)| (key.clone(), shape(value))).collect(),
        other => other.clone(),
    }
}

#[test]
fn a_hostile_value_changes_no_shape_of_the_json() {
    let schema: Value = serde_json::from_str(&schema()).unwrap();
    let parse = |report: &Report| serde_json::from_str::<Value>(&jsonl(report)).unwrap();
    let expected = shape(&parse(&Sample::new("HARMLESS").report(Lang::En)));
    for value in hostile() {
        let report = Sample::new(&value).report(Lang::En);
        assert_eq!(shape(&parse(&report)), expected, "{value:?}");
        assert_valid(&schema, &json(&report));
    }
}

fn is_command(line: &str) -> bool {
    ["cmdkey /", "Get-Stored", "wevtutil "].iter().any(|start| line.trim_start().starts_with(start))
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let long = format!("{}長い名前{}", "n".repeat(300), "e\u{301}".repeat(2000));
    for lang in LANGS {
        for value in ["", "日本語の値", &long] {
            let report = Sample::new(value).report(lang);
            for width in [20, 63, 64, 80, 100, 120, 200] {
                let screen = case(&report, &options(width, false, lang));
                for line in screen.lines().filter(|line| !is_command(line)) {
                    assert!(line.width() <= width, "{lang:?} {width}: {} columns: {line}", line.width());
                }
                // The narrowest terminal has the most lines.
                assert!(screen.lines().count() < 500);
            }
        }
    }
}

#[test]
fn a_japanese_title_is_cut_between_characters() {
    let title = "再試行で送られた古いパスワード ｱｲｳ e\u{301} 𠮷野家";
    let mut sample = Sample::new("");
    sample.findings[0].title = Text::same(title);
    for width in 20..=90 {
        let cut = Sanitized::line(title).cut(width);
        let kept = cut.as_str().split('…').next().unwrap();
        assert!(cut.width() <= width && title.starts_with(kept), "{width}: {cut}");
        let screen = case(&sample.report(Lang::Ja), &options(width, false, Lang::Ja));
        assert!(screen.lines().filter(|line| !is_command(line)).all(|line| line.width() <= width), "{width}\n{screen}");
        assert!(!screen.contains('\u{fffd}'), "{width}");
        assert!(screen.contains("再試行"), "{width}\n{screen}");
    }
}

#[test]
fn a_terminal_of_twenty_columns_gets_all_that_a_wide_one_gets() {
    for lang in LANGS {
        let report = Sample::new("").report(lang);
        let headings = |width: usize| {
            let screen = case(&report, &options(width, false, lang));
            assert!(screen.lines().filter(|line| !is_command(line)).all(|line| line.width() <= width), "{screen}");
            report.plan.iter().filter(|step| screen.contains(&format!("{} ", step.number))).count()
        };
        assert_eq!((headings(20), headings(20)), (headings(200), report.plan.len()));
    }
}

#[test]
fn an_over_long_report_stays_a_screen() {
    let mut sample = Sample::new(&"値".repeat(10_000));
    for number in 0..1000 {
        for (position, id) in [(0, "cause"), (3, "unknown")] {
            let mut finding = sample.findings[position].clone();
            finding.id = format!("{id}-{number}");
            sample.plan.suspected.push(finding.id.clone());
            sample.plan.steps[1].findings.push(finding.id.clone());
            sample.findings.push(finding);
        }
        let item = sample.plan.collect_next[0].clone();
        sample.plan.collect_next.push(item);
        sample.plan.steps[1].instructions.en.push("again ".repeat(5000));
        sample.limits_hit.push(format!("limit-{number}"));
    }
    let step = sample.plan.steps[3].clone();
    sample.plan.steps.extend(std::iter::repeat_n(step, 1000));
    for width in [20, 80] {
        let lines = case(&sample.report(Lang::En), &options(width, false, Lang::En)).lines().count();
        assert!(lines <= 2000, "{lines} lines at {width}");
    }
}

#[test]
fn columns_line_up_with_full_width_characters() {
    for lang in LANGS {
        for width in [80, 120] {
            let screen = case(&Sample::new("").report(lang), &options(width, false, lang));
            let column = |label: &str, step: &str| {
                let line =
                    screen.lines().find(|line| line.trim_start().starts_with(step) && line.contains(label)).unwrap();
                line[..line.find(label).unwrap()].width()
            };
            let (done, check) = if lang == Lang::En { ("DONE", "CHECK") } else { ("実施済み", "要確認") };
            let first = column(done, "1 ");
            assert_eq!(column(done, "4 "), first, "{screen}");
            assert_eq!(column(check, "5B "), first, "{screen}");
            assert_eq!(column(check, "5C "), first, "{screen}");
        }
    }
}

#[test]
fn the_screen_says_what_a_support_engineer_looks_for() {
    let screen = case(&Sample::new("").report(Lang::En), &options(100, false, Lang::En));
    for expected in [
        "START AT STEP 2   then 3",
        "Suspected: An old stored Office password is being replayed",
        "[likely = strong(E2) + weak(E3) − nothing]",
        "also: Outlook retries an old password",
        "2014-06-03 06:05Z (15:05 +09:00)",
        "[E1] Configuration/Office/OfficeModuleInfo .xml:212",
        "[E3] Configuration/OS/cmdkey .txt:14,19",
        "rec 88123…88128 (6 in all)",
        "cmdkey /delete:MicrosoftOffice15_Data:SSPI:a.tanaka@contoso.example",
        "COLLECT NEXT",
        "NOT FULLY READ",
        "rules 2026.11 (sha256 1f3c9a0d…)",
        "exit 1",
    ] {
        let flat = screen.split_whitespace().collect::<Vec<_>>().join(" ");
        let expected = expected.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(&expected), "{expected:?} is missing in\n{screen}");
    }
}

#[test]
fn a_case_without_anything_still_has_a_screen() {
    let empty = &samples()[1];
    let screen = case(&empty.report(Lang::En), &options(80, false, Lang::En));
    assert!(screen.contains("NO STEP TO START AT") && screen.contains("user not known"), "{screen}");
    let screen = case(&samples()[2].report(Lang::En), &options(80, false, Lang::En));
    assert!(screen.contains("--user: CONTOSO\\a, CONTOSO\\b") && screen.contains("records_per_artifact"), "{screen}");
}

#[test]
fn several_cases_are_one_table_and_a_bad_bundle_is_a_row() {
    for lang in LANGS {
        let report = Sample::new("").report(lang);
        let rows = [
            SummaryRow::of("PC0123.zip", &report),
            SummaryRow::bad("broken\u{1b}[2J.zip", "not a zip archive: ask for the file again"),
            SummaryRow::of("営業部の端末.zip", &report),
        ];
        for width in [20, 63, 64, 80, 120, 200] {
            let table = summary(&rows, &options(width, false, lang));
            assert!(table.lines().all(|line| line.width() <= width), "{table}");
            assert_clean(&table, "summary");
            assert!(width < 80 || table.contains("PC0123.zip"), "{table}");
        }
        let wide = summary(&rows, &options(200, false, lang));
        let bad = wide.lines().find(|line| line.contains(r"broken\x1b[2J.zip")).unwrap();
        assert!(bad.contains("not a zip archive"), "{wide}");
        let coloured = summary(&rows, &options(120, true, lang));
        assert_eq!(without_own_colours(&coloured), summary(&rows, &options(120, false, lang)));
    }
}

/// Prints the screens for a human reader: `cargo test --test it report::print -- --ignored --nocapture`.
#[test]
#[ignore = "prints for the eye"]
fn print() {
    for lang in LANGS {
        for width in [80, 120] {
            println!("{}", case(&Sample::new("").report(lang), &options(width, false, lang)));
        }
        let report = Sample::new("").report(lang);
        let rows = [
            SummaryRow::of("PC0123.zip", &report),
            SummaryRow::bad("broken.zip", "not a zip archive: ask for the file again"),
        ];
        println!("{}", summary(&rows, &options(120, false, lang)));
    }
    println!("{}", case(&Sample::new("").report(Lang::Ja), &options(40, false, Lang::Ja)));
}
