//! Pages: the same elements and attributes whatever a bundle holds, nothing that runs or loads, and a size that opens.

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use outlook_triage::fact::evidence::{ArtifactId, Cite as FactCite, Locator};
use outlook_triage::finding::Status;
use outlook_triage::lang::messages::Msg;
use outlook_triage::lang::{Lang, Text};
use outlook_triage::plan::{CommandText, Label};
use outlook_triage::report::assemble::TimelineGap;
use outlook_triage::report::html::{self, Page};
use outlook_triage::report::model::{
    Basis, Cite, Comparison, EvidenceOutcome, EvidenceState, FindingOutcome, Outcome, Report, Side, Sign, StepOutcome,
};
use outlook_triage::report::sanitize::Sanitized;
use outlook_triage::value::Window;
use sha2::{Digest, Sha256};

use super::sample::Sample;
use super::{LANGS, hostile, samples};

const MOST: usize = 5 << 20;

fn page(report: &Report, lang: Lang) -> String {
    html::case(report, &Page { lang, exit_code: 1 })
}

/// The sample with the value also where only a rule or a step of a pack can put one, and with everything that a page can show.
fn full(value: &str) -> Sample {
    let mut sample = Sample::new(value);
    let at = |text: &str| text.parse().unwrap();
    sample.omitted = vec![TimelineGap {
        kind: "rejected",
        count: 12,
        window: Window { from: at("2014-06-03T05:06:00Z"), to: at("2014-06-03T05:20:00Z") },
    }];
    for step in [1, 5] {
        sample.plan.steps[step].commands.push(CommandText {
            shell: outlook_triage::plan::Shell::Cmd,
            text: format!("echo {value}"),
            runnable: false,
        });
        sample.plan.steps[step].title = Text::same(format!("title {value}"));
        sample.plan.steps[step].number = format!("{step}{value}");
    }
    sample.findings[0].title = Text::same(format!("cause {value}"));
    sample.limits_hit = vec![format!("limit {value}")];
    sample
}

fn cite(value: &str) -> Cite {
    Cite {
        artifact: format!("file {value}"),
        line: None,
        record: None,
        key: Some(format!("HKCU\\{value}")),
        value: Some(value.to_owned()),
        profile: None,
        property: None,
        window: None,
        absent: true,
    }
}

/// A comparison with every outcome, and the value wherever a bundle can put one.
pub(super) fn compared(value: &str, lang: Lang) -> Comparison {
    let report = Sample::new(value).report(lang);
    let text = format!("文 {value}");
    let side = |name: &str| Side {
        id: report.case.id.clone(),
        source: format!("{name}/x {value}"),
        sha256: report.case.sha256.clone(),
        as_of: report.case.as_of.clone(),
        computer: Some(value.to_owned()),
        user: Some(value.to_owned()),
        smtp: vec![value.to_owned()],
        era: report.case.era.value,
    };
    let outcomes = [
        Outcome::Worse,
        Outcome::Unchanged,
        Outcome::NotComparable,
        Outcome::Improved,
        Outcome::Verified,
        Outcome::NoLongerApplies,
    ];
    let states =
        [EvidenceState::Gone, EvidenceState::There, EvidenceState::Open, EvidenceState::New, EvidenceState::Found];
    Comparison {
        schema_version: report.schema_version.clone(),
        tool: report.tool.clone(),
        before: side("before"),
        after: side("after"),
        since: report.case.as_of.clone(),
        outcome: Some(Outcome::Worse),
        outcome_without_signs: Some(Outcome::Worse),
        text: text.clone(),
        reservations: vec![text.clone()],
        notes: vec![text.clone()],
        steps: outcomes
            .iter()
            .map(|outcome| StepOutcome {
                step: "clear-credentials".to_owned(),
                number: "2".to_owned(),
                title: text.clone(),
                before: Label::Do,
                after: (*outcome != Outcome::Worse).then_some(Label::Done),
                outcome: *outcome,
                basis: Some(Basis::Shown),
                counts: true,
                text: text.clone(),
                cites: vec![cite(value)],
                need: vec![],
                readers: Vec::new(),
                plain: Some(value.to_owned()),
                verify: Some(text.clone()),
            })
            .collect(),
        findings: outcomes
            .iter()
            .map(|outcome| FindingOutcome {
                id: "stale-stored-password-office".to_owned(),
                title: text.clone(),
                before: Status::Likely,
                after: Status::RuledOut,
                outcome: *outcome,
                counts: true,
                text: text.clone(),
                evidence: states
                    .iter()
                    .map(|state| EvidenceOutcome {
                        name: "stored".to_owned(),
                        state: *state,
                        text: text.clone(),
                        cites: vec![cite(value)],
                    })
                    .collect(),
                need: vec![],
                plain: Some(value.to_owned()),
            })
            .collect(),
        collect_next: report.collect_next,
        signs: vec![Sign {
            kind: "rejected".to_owned(),
            count: 2,
            last: report.case.as_of,
            quiet_minutes: Some(3),
            goes_on: false,
            shown: true,
            need: vec![],
            text,
            cites: vec![cite(value)],
        }],
    }
}

fn comparison_page(value: &str, lang: Lang) -> String {
    html::comparison(&compared(value, lang), &Page { lang, exit_code: 1 })
}

fn dom(page: &str) -> RcDom {
    let dom = parse_document(RcDom::default(), ParseOpts::default()).one(page);
    assert!(dom.errors.borrow().is_empty(), "{:?}", dom.errors.borrow());
    dom
}

/// Each node in the document's order, with its depth.
fn walk(node: &Handle, depth: usize, visit: &mut dyn FnMut(&Handle, usize)) {
    visit(node, depth);
    for child in node.children.borrow().iter() {
        walk(child, depth + 1, visit);
    }
}

fn element(node: &Handle) -> Option<(String, Vec<(String, String)>)> {
    let NodeData::Element { name, attrs, .. } = &node.data else { return None };
    let attrs = attrs.borrow().iter().map(|attr| (attr.name.local.to_string(), attr.value.to_string())).collect();
    Some((name.local.to_string(), attrs))
}

/// Every element with every attribute and its value; texts are left out, comments are not.
fn skeleton(page: &str) -> Vec<String> {
    let mut lines = Vec::new();
    walk(&dom(page).document, 0, &mut |node, depth| match (&node.data, element(node)) {
        (NodeData::Comment { contents }, _) => lines.push(format!("{depth} comment {contents}")),
        (_, Some((name, attrs))) => lines.push(format!("{depth} {name} {attrs:?}")),
        _ => {}
    });
    lines
}

/// Texts with the names of the elements around them, innermost last.
fn texts(page: &str) -> Vec<(Vec<String>, String)> {
    fn collect(node: &Handle, around: &mut Vec<String>, found: &mut Vec<(Vec<String>, String)>) {
        if let NodeData::Text { contents } = &node.data {
            let text = contents.borrow().to_string();
            if !text.trim().is_empty() {
                found.push((around.clone(), text));
            }
        }
        let name = element(node).map(|(name, attrs)| {
            let class = attrs.iter().find(|(name, _)| name == "class").map_or("", |(_, class)| class);
            if class == "ref" { "ref".to_owned() } else { name }
        });
        around.extend(name.clone());
        for child in node.children.borrow().iter() {
            collect(child, around, found);
        }
        if name.is_some() {
            around.pop();
        }
    }
    let mut found = Vec::new();
    collect(&dom(page).document, &mut Vec::new(), &mut found);
    found
}

/// Ways out of where a value stands, and what would then be there.
fn payloads() -> Vec<String> {
    let out =
        ["", "\"", "'", ">", "\">", "'>", "</bdi>", "</pre>", "</style>", "</title>", "</main></body>", "-->", "]]>"];
    let what = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<a href=javascript:alert(1)>x</a>",
        "<iframe src=//evil.example>",
        "<style>*{display:none}</style>",
        "<meta http-equiv=refresh content=0>",
        "<base href=//evil.example>",
        "<form action=//evil.example><button>x",
        "<link rel=stylesheet href=//evil.example>",
        " onmouseover=alert(1) x=",
        " style=background:url(//evil.example)",
        "<!--",
        "<plaintext>",
        "&lt;script&gt;",
        "&#60;script&#62;",
        "{{ 7 * 7 }}{% raw %}",
        "javascript:alert(1)",
    ];
    out.iter().flat_map(|out| what.iter().map(move |what| format!("{out}{what}"))).collect()
}

fn differences(found: &[String], expected: &[String], value: &str) {
    let first = found.iter().zip(expected).find(|(a, b)| a != b);
    assert!(found == expected, "{value:?} changes the page: {first:?}, {} nodes of {}", found.len(), expected.len());
}

#[test]
fn a_hostile_value_changes_no_structure_of_a_page() {
    let values: Vec<String> = hostile().into_iter().chain(payloads()).collect();
    assert!(values.len() > 400, "{}", values.len());
    for lang in LANGS {
        let expected = skeleton(&page(&full("HARMLESS").report(lang), lang));
        let expected_comparison = skeleton(&comparison_page("HARMLESS", lang));
        assert!(expected.len() > 300 && expected_comparison.len() > 200);
        for value in &values {
            let text = page(&full(value).report(lang), lang);
            differences(&skeleton(&text), &expected, value);
            assert_clean(&text, value);
            let text = comparison_page(value, lang);
            differences(&skeleton(&text), &expected_comparison, value);
            assert_clean(&text, value);
        }
    }
}

/// Nothing invisible, nothing that turns text around, no control character but line breaks.
fn assert_clean(page: &str, value: &str) {
    let clean: Vec<String> = page.lines().map(|line| Sanitized::line(line).to_string()).collect();
    assert_eq!(clean.join("\n") + "\n", format!("{page}\n"), "a character of {value:?} came through");
}

#[test]
fn values_stand_isolated_from_the_words_around_them() {
    const VALUE: &str = "VALUE-FROM-A-BUNDLE";
    for page in [page(&full(VALUE).report(Lang::En), Lang::En), comparison_page(VALUE, Lang::En)] {
        let mut seen = 0;
        for (around, text) in texts(&page) {
            if text.contains(VALUE) {
                seen += 1;
                let inner = around.last().unwrap();
                assert!(["bdi", "code", "title"].contains(&inner.as_str()), "{around:?}: {text}");
            }
        }
        assert!(seen > 20, "{seen}");
    }
}

/// As written in RFC 4648, bit by bit.
fn base64(bytes: &[u8]) -> String {
    let digits: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    let mut text: String = bits
        .chunks(6)
        .map(|six| digits[(0..6).fold(0, |sum, bit| sum * 2 + usize::from(*six.get(bit).unwrap_or(&0)))])
        .collect();
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

#[test]
fn a_page_holds_nothing_that_runs_or_loads() {
    const KNOWN: [&str; 36] = [
        "html", "head", "meta", "title", "style", "body", "header", "main", "footer", "section", "article", "div",
        "h1", "h2", "h3", "h4", "p", "ul", "ol", "li", "dl", "dt", "dd", "bdi", "span", "strong", "small", "a", "pre",
        "code", "details", "summary", "svg", "path", "rect", "line",
    ];
    let pages = LANGS.iter().flat_map(|&lang| {
        let reports = samples().into_iter().chain([full("x")]).map(move |sample| page(&sample.report(lang), lang));
        reports.chain([comparison_page("x", lang)])
    });
    for page in pages {
        let mut ids = std::collections::BTreeSet::new();
        let (mut targets, mut policy, mut style, mut metas) = (Vec::new(), None, String::new(), 0);
        walk(&dom(&page).document, 0, &mut |node, _| {
            assert!(!matches!(node.data, NodeData::Comment { .. }));
            let Some((name, attrs)) = element(node) else { return };
            assert!(KNOWN.contains(&name.as_str()), "{name}");
            let of = |wanted: &str| attrs.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone());
            for (attr, value) in &attrs {
                assert!(!attr.starts_with("on") && attr != "style" && attr != "src", "{name} {attr}");
                assert!(!value.contains("//") || attr == "href", "{name} {attr} {value}");
            }
            if name == "meta" {
                metas += 1;
                if metas == 1 {
                    assert_eq!(of("http-equiv").as_deref(), Some("Content-Security-Policy"), "the first element");
                    policy = of("content");
                }
            }
            if name == "style" {
                let children = node.children.borrow();
                if let NodeData::Text { contents } = &children[0].data {
                    style = contents.borrow().to_string();
                }
            }
            if let Some(id) = of("id") {
                assert!(ids.insert(id.clone()), "{id} twice");
            }
            match of("href") {
                Some(href) if href.starts_with("https://") => {
                    assert_eq!(of("rel").as_deref(), Some("noopener noreferrer"));
                }
                Some(href) => targets.push(href.strip_prefix('#').unwrap().to_owned()),
                None => {}
            }
        });
        for target in targets {
            assert!(ids.contains(&target), "nothing has the id {target}");
        }
        let expected = format!(
            "default-src 'none'; style-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'",
            base64(&Sha256::digest(style.as_bytes()))
        );
        assert_eq!(policy, Some(expected));
        assert!(!style.contains("url(") && !style.contains("@import"));
        assert!(page.contains("<meta name=\"referrer\" content=\"no-referrer\">"));
    }
}

#[test]
fn only_plain_addresses_of_rules_become_links() {
    let mut sample = Sample::new("");
    sample.findings[0].links = [
        "https://learn.microsoft.com/a?b=c#d",
        "https://evil.example/\" onclick=\"x",
        "https://",
        "https://evil.example/<x>",
        "https://evil.example/a b",
        "https://evil.example/\u{202e}",
        "javascript:alert(1)",
    ]
    .map(str::to_owned)
    .to_vec();
    let page = page(&sample.report(Lang::En), Lang::En);
    let links: Vec<String> = skeleton(&page).into_iter().filter(|line| line.contains("noreferrer\")")).collect();
    assert_eq!(links.len(), 1, "{links:?}");
    assert!(links[0].contains("https://learn.microsoft.com/a?b=c#d"));
}

#[test]
fn headings_descend_one_by_one_and_every_page_has_its_landmarks() {
    for lang in LANGS {
        for page in
            [page(&full("x").report(lang), lang), page(&samples()[1].report(lang), lang), comparison_page("x", lang)]
        {
            let (mut last, mut h1, mut landmarks) = (0, 0, Vec::new());
            walk(&dom(&page).document, 0, &mut |node, _| {
                let Some((name, attrs)) = element(node) else { return };
                if let Some(level) = name.strip_prefix('h').and_then(|level| level.parse::<usize>().ok()) {
                    assert!(level <= last + 1, "h{level} below h{last}");
                    last = level;
                    h1 += usize::from(level == 1);
                }
                if ["header", "main", "footer"].contains(&name.as_str()) {
                    landmarks.push(name.clone());
                }
                if name == "html" {
                    assert_eq!(attrs, [("lang".to_owned(), lang.pick("en", "ja").to_owned())]);
                }
            });
            assert_eq!((h1, landmarks.join(" ").as_str()), (1, "header main footer"));
        }
    }
}

fn is_japanese(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{3001}'..='\u{30FF}' | '\u{4E00}'..='\u{9FFF}'))
}

#[test]
fn a_japanese_page_has_no_english_label() {
    let english: Vec<&str> = Msg::ALL.iter().map(|msg| msg.text(Lang::En)).filter(|text| text.contains(' ')).collect();
    let mut labels = 0;
    for page in [
        page(&full("値").report(Lang::Ja), Lang::Ja),
        page(&samples()[1].report(Lang::Ja), Lang::Ja),
        comparison_page("値", Lang::Ja),
    ] {
        for (around, text) in texts(&page) {
            assert!(!english.contains(&text.trim()), "{text}");
            // Values, commands and addresses are as the bundle and the rules have them.
            if !around.iter().any(|name| ["bdi", "code", "a", "ref", "style"].contains(&name.as_str())) {
                labels += 1;
                let is_word = text.chars().any(|c| c.is_ascii_alphabetic());
                assert!(!is_word || is_japanese(&text), "{around:?}: {text}");
            }
        }
    }
    assert!(labels > 100, "{labels}");
}

/// Ten thousand findings of each kind of verdict that a list has.
fn many(value: &str) -> Sample {
    let mut sample = full(value);
    for number in 0..10_000 {
        let mut finding = sample.findings[[0, 2, 3, 5][number % 4]].clone();
        finding.id = format!("rule-{number}");
        sample.plan.suspected.push(finding.id.clone());
        sample.findings.push(finding);
    }
    sample
}

#[test]
fn ten_thousand_findings_make_a_page_that_opens_and_says_what_it_leaves_out() {
    for value in ["", &"値".repeat(10_000), &"&<\u{202e}".repeat(10_000)] {
        for lang in LANGS {
            let text = page(&many(value).report(lang), lang);
            println!("{} bytes", text.len());
            assert!(text.len() <= MOST, "{} bytes", text.len());
            assert!(text.contains(lang.pick("more (-f json lists them)", "-f json で全件を表示")));
        }
    }
    let mut comparison = compared("", Lang::En);
    comparison.findings = (0..10_000).map(|_| comparison.findings[0].clone()).collect();
    comparison.steps = (0..10_000).map(|_| comparison.steps[0].clone()).collect();
    let text = html::comparison(&comparison, &Page { lang: Lang::En, exit_code: 1 });
    assert!(text.len() <= MOST, "{} bytes", text.len());
}

#[test]
fn a_storm_of_events_and_files_is_counted_and_not_drawn() {
    let mut sample = full("x");
    let entry = sample.timeline[0].clone();
    sample.timeline.extend((0..20_000).map(|number| {
        let mut entry = entry.clone();
        entry.cite = FactCite { artifact: ArtifactId(0), at: Locator::Record(number), absent: false };
        entry
    }));
    let text = page(&sample.report(Lang::En), Lang::En);
    assert!(text.len() <= MOST, "{} bytes", text.len());
    assert!(text.contains("20013 ×") && text.contains("12 of them drawn as one bar"), "the count is that of the model");
    assert!(text.matches("class=\"mark\"").count() < 2_000, "{}", text.matches("class=\"mark\"").count());
}

#[test]
fn the_page_says_first_what_to_do_and_draws_what_the_model_holds() {
    let text = page(&full("x").report(Lang::En), Lang::En);
    let order =
        ["START AT STEP 1x", "Steps in order", "Why we think so", "Timeline", "What is not known", "Collect next"];
    let places: Vec<usize> = order.iter().map(|part| text.find(part).unwrap_or_else(|| panic!("{part}"))).collect();
    assert!(places.is_sorted(), "{places:?}");
    for part in
        ["exit 1", "time to wait", "12 of them drawn as one bar", "Security x.evtx", "[E1]", "Against", "not before"]
    {
        assert!(text.contains(part), "{part}");
    }
    let empty = page(&samples()[1].report(Lang::En), Lang::En);
    assert!(empty.contains("NO STEP TO START AT") && empty.contains("user not known"));
    assert!(page(&samples()[2].report(Lang::En), Lang::En).contains("--user: CONTOSO\\a, CONTOSO\\b"));
}

/// What the templates of the page may not contain, and which types may stand in them unescaped.
#[test]
fn no_template_trusts_a_value() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report");
    let mut templates = 0;
    let mut open = vec![folder.join("html"), folder.join("html.rs")];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.display();
        for line in text.lines() {
            assert!(!line.contains("|safe") && !line.contains("| safe") && !line.contains("escape("), "{name}: {line}");
            assert!(
                !line.contains("escape =") && !line.contains(", ext =") && !line.contains("(ext ="),
                "{name}: {line}"
            );
        }
        if path.extension().is_some_and(|extension| extension == "html") {
            templates += 1;
            assert!(!text.contains("<script") && !text.contains(" style=") && !text.contains("<!--"), "{name}");
        }
        // Only a template has escaped what it holds; a place on the drawing is digits.
        for line in text.lines().filter(|line| line.starts_with("impl") && line.contains("HtmlSafe for ")) {
            let type_name = line.split("HtmlSafe for ").nth(1).unwrap().trim_end_matches(" {}");
            let derived = text.split(&format!("struct {type_name} {{")).next().unwrap();
            let derived = derived.rsplit("\n\n").next().unwrap();
            assert!(derived.contains("#[derive(Template)]") || type_name == "Percent", "{name}: {type_name}");
        }
    }
    assert!(templates >= 12, "{templates}");
}

/// Pages for the browser, below the folder that it names: `OUTLOOK_TRIAGE_PAGES=target/pages cargo test --test it -- report::page::write`.
#[test]
fn write_pages() {
    let Some(folder) = std::env::var_os("OUTLOOK_TRIAGE_PAGES") else { return };
    let folder = std::path::PathBuf::from(folder);
    std::fs::create_dir_all(&folder).unwrap();
    let value = [payloads().join(" "), hostile().join(" "), "長い値".repeat(200), "w".repeat(900)].join(" ");
    for lang in LANGS {
        let name = lang.pick("en", "ja");
        let write =
            |kind: &str, text: String| std::fs::write(folder.join(format!("{kind}-{name}.html")), text).unwrap();
        write("hostile", page(&full(&value).report(lang), lang));
        write("hostile-comparison", comparison_page(&value, lang));
        write("long-word", page(&full(&"w".repeat(900)).report(lang), lang));
    }
}
