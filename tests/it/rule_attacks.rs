//! Rule files made to harm: YAML bombs, patterns that explode, rules and steps that wait for each other.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use outlook_triage::limits::Limits;
use outlook_triage::plan::playbook::Playbook;
use outlook_triage::rule::pack::Pack;
use outlook_triage::rule::set::RuleSet;
use proptest::prelude::*;

use outlook_triage::finding::{Era, Status};
use outlook_triage::rule::engine::{Settings, run};

use crate::lint::{RULE, base, edited, remarks, show};
use crate::semantics::given;
use crate::semantics::reference::cases;

/// What one hostile file may take. The bound of a release build is 100 ms; this build is not optimised and shares its processors.
const PATIENCE: Duration = Duration::from_secs(3);

fn with(text: &str) -> Pack {
    let mut pack = base();
    pack.files.insert("causes/x/attack.yaml".to_owned(), text.to_owned());
    pack
}

#[test]
fn yaml_attacks_are_refused_quickly_with_their_place() {
    let laughs: String = (1..10).map(|n| format!("l{n}: &l{n} [{}]\n", format!("*l{}, ", n - 1).repeat(9))).collect();
    let deep = |open: &str| open.repeat(100_000);
    // (what, text, line of the problem; 0: any)
    let attacks: [(&str, String, u64); 21] = [
        ("alias bomb", format!("l0: &l0 [x]\n{laughs}"), 0),
        ("anchor", "id: &a attack\nrev: 1\n".into(), 1),
        ("alias", "id: attack\nrev: *a\n".into(), 2),
        ("merge key", "id: attack\n<<: {rev: 1}\n".into(), 0),
        ("tag of a language", "id: attack\nrev: !!python/object/apply:os.system [x]\n".into(), 2),
        ("own tag", "id: attack\nrev: !include /etc/passwd\n".into(), 2),
        ("duplicate key", "id: attack\nrev: 1\nid: attack\n".into(), 3),
        ("nested lists", deep("["), 1),
        ("nested mappings", deep("{a: "), 1),
        ("nested items", deep("- "), 1),
        ("huge word", format!("id: {}\n", "a".repeat(200 << 10)), 1),
        ("huge line in quotes", format!("id: \"{}\n", "a".repeat(200 << 10)), 0),
        ("many keys", (0..26_000).map(|n| format!("k{n}: 1\n")).collect(), 1),
        ("two documents", "id: attack\n---\nid: attack\n".into(), 0),
        ("zero byte", "id: att\0ack\nrev: 1\n".into(), 1),
        ("tab as indentation", "id: attack\ncause:\n\tband: 1\n".into(), 3),
        ("not closed", "id: attack\ncause: {band: 1\n".into(), 0),
        ("nothing", String::new(), 0),
        ("null as key", "~: 1\n".into(), 1),
        ("list as key", "[a]: 1\n".into(), 1),
        ("directive", "%YAML 1.1\n---\nid: attack\nrev: yes\n".into(), 0),
    ];
    for (what, text, line) in attacks {
        let pack = with(&text);
        let start = Instant::now();
        let found = remarks(&[pack]);
        let took = start.elapsed();
        let own: Vec<_> = found.iter().filter(|remark| remark.problem.file == "causes/x/attack.yaml").collect();
        assert!(!own.is_empty(), "{what} is accepted");
        assert!(took < PATIENCE, "{what} took {took:?}");
        if line > 0 {
            assert!(
                own.iter().any(|remark| remark.problem.span.line == line && remark.problem.span.column > 0),
                "{what}: {}",
                show(&found)
            );
        }
        assert!(own.iter().all(|remark| remark.problem.message.len() < 500_000), "{what}");
    }
}

/// Authors on Windows: a byte order mark and CRLF change neither the meaning nor the places.
#[test]
fn windows_line_ends_mean_the_same() {
    let mut pack = base();
    for text in pack.files.values_mut() {
        *text = text.replace('\n', "\r\n");
    }
    let found = remarks(std::slice::from_ref(&pack));
    assert!(found.is_empty(), "{}", show(&found));
    let text = pack.files.get_mut(RULE).unwrap();
    *text = format!("\u{feff}{}", text.replace("count: {ge: 2}", "count: {lt: 0}"));
    let found = remarks(&[pack]);
    assert_eq!(found.len(), 1, "{}", show(&found));
    assert_eq!((found[0].lint, found[0].problem.span.line), ("never-true", 16));
}

#[test]
fn the_words_yes_no_on_and_off_are_refused_bare_and_allowed_in_quotes() {
    for word in ["yes", "No", "ON", "off", "y", "n"] {
        let found = remarks(&[edited(RULE, "name: is not", &format!("name: {word}"))]);
        assert_eq!(found.iter().map(|remark| remark.lint).collect::<Vec<_>>(), ["yaml-boolean"], "{word}");
        let found = remarks(&[edited(RULE, "name: is not", &format!("name: \"{word}\""))]);
        assert!(found.is_empty(), "{word}: {}", show(&found));
    }
}

#[test]
fn patterns_that_explode_are_refused_or_compiled_quickly() {
    let alternatives: String = (0..120).map(|n| format!("w{n}|")).collect();
    let patterns: Vec<String> = [
        "(a{1,1000}){1,1000}",
        "((a{1,100}){1,100}){1,100}",
        r"\w{500}",
        r"\w{1,1000}",
        r"(\w{1,50}){1,50}",
        r"[^a]{1000}",
        r"\pL{400}",
        r"(?:\d{1,300}\w){200}",
        "(a+)+",
        "(a*)*b",
        "(a|aa)+",
        "(a|a?)+",
        "(.*)*x",
        "(.*a){20}",
        "(.*a){400}",
        "(x+x+)+y",
        r"(([a-z])+.)+[A-Z]([a-z])+",
        r"^(\w+\s?)*$",
        r"(\d+)*!",
        "a?{50}a{50}",
        "(?i)(straße|ſ){300}",
        ".{1000}",
        ".{0,1000}x",
        r"[\s\S]{999}",
        r"(?x) a b c {500}",
        "((((((((((a)))))))))){1000}",
        r"\x{10FFFF}{999}",
        "[^\\x00]{900}x",
        "(?:a{0,900}b{0,900}){2}",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain([
        alternatives.trim_end_matches('|').to_owned(),
        "(".repeat(500),
        format!("{}a{}", "(".repeat(200), ")".repeat(200)),
        "a|".repeat(10_000),
        "[".repeat(400),
    ])
    // The same families at many sizes: somewhere on the way from harmless to refused lies the dearest that is accepted.
    .chain([2, 10, 40, 90, 160, 250, 400, 600, 999].into_iter().flat_map(|n| {
        [
            format!(r"\w{{{n}}}"),
            format!(r"[^a]{{{n}}}b"),
            format!("(a{{1,{n}}}){{1,{n}}}"),
            format!("(.*a){{{n}}}"),
            format!(r"(\pL{{1,{n}}}\d?)+x"),
            format!("(?i)(straße|ſ){{{n}}}"),
            format!("(w|{})", (0..n).map(|k| format!("v{k}")).collect::<Vec<_>>().join("|")),
            format!("{}a{}", "(".repeat(n), ")".repeat(n)),
        ]
    }))
    .collect();
    assert!(patterns.len() >= 100, "{}", patterns.len());
    // A pattern is compiled when something is searched with it: the setting that the rule tests is there.
    let seen = given(
        "{product: [{name: outlook, major: 15}], profile: [{profile: O, account: a, default: true, properties: {auth-package: aaaaaaaaab}}]}",
    );
    let mut refused = 0;
    for pattern in &patterns {
        let pack = edited(RULE, "in: [ntlm, negotiate]", &format!("matches: '{pattern}'"));
        let start = Instant::now();
        let loaded = RuleSet::load(&[pack], &Limits::default());
        if let Ok(set) = &loaded {
            let (params, limits) = Default::default();
            let settings = Settings { params: &params, kinds: &seen.kinds, overrides: &[], limits: &limits, era: None };
            assert_eq!(run(&seen.facts, set, &settings).0.findings.len(), 1);
        }
        let took = start.elapsed();
        assert!(took < PATIENCE, "{:.40} took {took:?}", pattern);
        if let Err(problems) = loaded {
            refused += 1;
            assert!(problems.iter().all(|problem| problem.span.line == 12), "{pattern:.40}: {problems:?}");
        }
    }
    assert!(refused > 5 && refused < patterns.len(), "{refused}");
}

fn rule(id: &str, uses: &[usize]) -> String {
    let parts: Vec<String> = uses.iter().map(|n| format!("{{finding: {{id: r{n}, status: likely}}}}")).collect();
    let when = if parts.is_empty() { "{era: legacy}".to_owned() } else { format!("{{any: [{}]}}", parts.join(", ")) };
    format!(
        "id: {id}\nrev: 1\ntitle: {{en: T, ja: 題}}\nsay: {{en: S., ja: 文}}\ncause: {{band: 350, severity: low, steps: []}}\n\
         evidence: [{{name: e, class: strong, when: {when}}}]\ntests: [{{name: t}}]\n"
    )
}

/// Status and sum of every rule in a case of the legacy era.
fn verdicts(set: &RuleSet) -> Vec<(String, Status, String)> {
    let (facts, kinds, params, limits) = Default::default();
    let settings = Settings { params: &params, kinds: &kinds, overrides: &[], limits: &limits, era: Some(Era::Legacy) };
    let (verdicts, _) = run(&facts, set, &settings);
    verdicts.findings.into_iter().map(|finding| (finding.id, finding.status, finding.sum)).collect()
}

/// 25 lines that ask for 33 million conditions, and a chain of names that asks for the whole stack.
#[test]
fn names_that_multiply_are_refused_quickly() {
    let part = |text: &str, n: usize| text.replace('N', &(n + 1).to_string());
    for (what, text, length, words) in [
        ("doubling", "{all: [{use: nN}, {use: nN}]}", 24, "more than 20000 conditions"),
        ("chain", "{all: [{use: nN}]}", 300, "32 deep"),
    ] {
        let mut names: String = (0..length).map(|n| format!("  n{n}: {}\n", part(text, n))).collect();
        names.push_str(&format!("  n{length}: {{credential: {{class: office-sspi}}}}\n"));
        let mut pack = base();
        let rule = pack.files.get_mut(RULE).unwrap();
        assert!(rule.contains("\nlet:\n"));
        *rule = rule.replace("\nlet:\n", &format!("\nlet:\n{names}"));
        let start = Instant::now();
        let problems = RuleSet::load(&[pack], &Limits::default()).unwrap_err();
        assert!(start.elapsed() < PATIENCE, "{what} took {:?}", start.elapsed());
        assert!(
            problems.iter().any(|problem| problem.file == RULE && problem.message.contains(words)),
            "{what}: {problems:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases() / 2, ..ProptestConfig::default() })]

    #[test]
    fn rules_that_depend_on_each_other_in_a_circle_are_refused_with_the_circle(
        edges in proptest::collection::vec((0_usize..6, 0_usize..6), 0..9)
    ) {
        let uses = |n: usize| edges.iter().filter(|(from, _)| *from == n).map(|(_, to)| *to).collect::<Vec<_>>();
        let mut files: BTreeMap<String, String> = (0..6)
            .map(|n| (format!("causes/x/r{n}.yaml"), rule(&format!("r{n}"), &uses(n))))
            .collect();
        files.insert("pack.yaml".into(), "name: t\nrevision: \"1\"\n".into());
        // A circle is there if something is left when rules that depend on nothing are taken away again and again.
        let mut left: Vec<usize> = (0..6).collect();
        loop {
            let kept: Vec<usize> = left.iter().copied().filter(|n| uses(*n).iter().any(|to| left.contains(to))).collect();
            if kept.len() == left.len() { break; }
            left = kept;
        }
        // The same rules in files that stand in the opposite order.
        let turned = files.iter().map(|(file, text)| match file.rsplit_once("/r").and_then(|(_, n)| n[..1].parse::<u32>().ok()) {
            Some(n) => (format!("causes/g{}/r{n}.yaml", 9 - n), text.clone()),
            None => (file.clone(), text.clone()),
        });
        let turned = Pack { files: turned.collect(), ..Pack::default() };
        match RuleSet::load(&[Pack { files, ..Pack::default() }], &Limits::default()) {
            Ok(set) => {
                prop_assert!(left.is_empty(), "a circle of {left:?} is accepted");
                let turned = RuleSet::load(&[turned], &Limits::default()).unwrap();
                prop_assert_eq!(verdicts(&set), verdicts(&turned));
            }
            Err(problems) => {
                prop_assert!(!left.is_empty(), "{problems:?}");
                prop_assert_eq!(problems.len(), 1);
                let problem = &problems[0];
                let (_, circle) = problem.message.split_once("circle: ").unwrap();
                let names: Vec<usize> = circle.split(';').next().unwrap().split(" → ").map(|id| id[1..].parse().unwrap()).collect();
                prop_assert!(names.len() > 1 && names.first() == names.last(), "{}", problem.message);
                prop_assert!(names.windows(2).all(|pair| edges.contains(&(pair[0], pair[1]))), "{}", problem.message);
                prop_assert_eq!(&problem.file, &format!("causes/x/r{}.yaml", names[0]));
                prop_assert_eq!((problem.span.line, problem.span.column > 1), (6, true));
            }
        }
    }

    #[test]
    fn steps_wait_for_earlier_steps_only(waits in proptest::collection::vec((0_usize..5, 0_usize..5), 0..6)) {
        let mut pack = base();
        let step = pack.files["steps/x-step.yaml"].clone();
        for n in 0..5 {
            let list: Vec<String> = waits.iter().filter(|(from, _)| *from == n).map(|(_, to)| format!("x-s{to}")).collect();
            let text = step.replace("id: x-step", &format!("id: x-s{n}")).replace("waits-for: []", &format!("waits-for: [{}]", list.join(", ")));
            pack.files.insert(format!("steps/x-s{n}.yaml"), text);
        }
        let playbook = pack.files.get_mut("playbook.yaml").unwrap();
        *playbook = playbook.replace("[x-step]", "[x-step, x-s0, x-s1, x-s2, x-s3, x-s4]");
        let limits = Limits::default();
        let set = RuleSet::load(&[pack], &limits).unwrap();
        let is_good = waits.iter().all(|(from, to)| to < from);
        match Playbook::load(&set, &limits) {
            Ok(_) => prop_assert!(is_good),
            Err(problems) => {
                prop_assert!(!is_good);
                prop_assert!(problems.iter().all(|problem| problem.message.contains("no earlier step")), "{problems:?}");
            }
        }
    }
}
