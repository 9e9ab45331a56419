#![allow(clippy::string_slice, clippy::needless_pass_by_value)] // tests cut ASCII texts at known places

use proptest::prelude::*;

use super::script::{Identity, Script};
use super::{cmd, made, powershell, reg};
use crate::bundle::decode::detect;
use crate::limits::Limits;
use crate::parse::interest::Interest;
use crate::parse::record::{Record, RegistryData};
use crate::parse::{Context, Input};
use crate::plan::Remedy;
use crate::plan::command::act::{Act, Data, Session, Task};
use crate::plan::command::read as read_command;
use crate::plan::command::{Account, Command, FileName, Folder, TargetUser, Values};
use crate::rule::fields::Problems;
use crate::rule::node::parse;

/// A name of a file can only be read.
fn file(name: &str) -> FileName {
    let node = parse("step.yaml", &format!("{{program: cmdkey, verb: list, to: {name}}}")).unwrap();
    match read_command(&node, &mut Problems::new("step.yaml")) {
        Some(Command::CmdkeyList { to }) => to,
        other => panic!("{other:?}"),
    }
}

/// Names that somebody would like to see run.
fn hostile() -> Vec<String> {
    const SEEDS: &[&str] = &[
        "\"",
        "'",
        "%PATH%",
        "%",
        "!x!",
        "&calc",
        "|calc",
        "\n",
        "\r\n",
        "\u{85}",
        "\u{2028}",
        "\u{2029}",
        "$(calc)",
        "`",
        "^",
        ">x",
        "<x",
        ";calc",
        "$x",
        "\0",
        "\t",
        "\u{1b}[2J",
        "\u{202E}",
        "\u{200F}",
        "\u{200B}",
        "\u{2066}",
        "\u{FEFF}",
        "\u{2018}",
        "\u{2019}",
        "\u{201A}",
        "\u{201B}",
        "\u{201C}",
        "\u{201D}",
        "\u{201E}",
        "\u{2013}",
        "\u{2014}",
        "\u{2015}",
        "\u{02BA}",
        "\u{FF02}",
        "\u{05D0}",
        "*",
        "?",
        "\" & calc & rem ",
        "'; calc; '",
        "x\" /add \"",
        "%~1",
        "%%A",
        "@{x=1}\"",
    ];
    let mut names: Vec<String> =
        ["", "CON", "con.txt", "NUL", "aux:", "COM1", "lpt9.log", "-x", "/delete:x", " x", "x "]
            .map(str::to_owned)
            .into();
    names.extend(["a".repeat(300), "\u{202E}".repeat(300), "%x%".repeat(100)]);
    for seed in SEEDS {
        for (before, after) in [
            ("", ""),
            ("a", "b"),
            ("MicrosoftOffice16_Data:SSPI:", "@contoso.com"),
            ("a\\", ""),
            ("a ", " b"),
            ("", "\\"),
            ("u@", ".example"),
            ("CONTOSO\\", ""),
            ("", "\\u"),
            ("S-1-5-21-", "-1"),
            ("x", "\r\ncalc"),
        ] {
            names.push(format!("{before}{seed}{after}"));
        }
    }
    names.sort();
    names.dedup();
    names
}

/// What a batch file is made of, whatever stands inside quotes and remarks: one entry a line.
fn cmd_skeleton(text: &str) -> Vec<String> {
    text.split("\r\n").map(cmd_line).collect()
}

fn cmd_line(line: &str) -> String {
    let mut skeleton = String::new();
    // Percent signs come first, inside quotes and remarks too.
    let mut rest = line;
    while let Some((_, after)) = rest.split_once('%') {
        let known = [
            "%A",
            "%~A",
            "~dp0",
            "~1",
            "OT_BACKUP%",
            "OT_DECLINED%",
            "OT_HERE%",
            "USERNAME%",
            "SystemRoot%",
            "LOCALAPPDATA%",
        ];
        match known.iter().find(|known| after.starts_with(**known)) {
            Some(known) => {
                skeleton.push_str(&format!("<%{known}>"));
                rest = &after[known.len()..];
            }
            None => return format!("BAD PERCENT in {line:?}"),
        }
    }
    if let Some(remark) = line.strip_prefix("rem") {
        let harmless = |c: char| c.is_ascii_alphanumeric() || " ._-@/\\:=+,#~()[]{}".contains(c);
        return if remark.chars().all(harmless) { "rem".into() } else { format!("BAD REMARK {line:?}") };
    }
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                skeleton.push('"');
            }
            _ if quoted => {}
            '\r' | '\n' | '\0' | '\t' | '!' => return format!("BAD SIGN in {line:?}"),
            c => skeleton.push(c),
        }
    }
    if quoted { format!("OPEN QUOTE in {line:?}") } else { skeleton }
}

/// What a PowerShell script is made of, whatever stands inside single quotes and comments.
fn powershell_skeleton(text: &str) -> String {
    let is_single = |c: char| matches!(c, '\'' | '\u{2018}'..='\u{201B}');
    let is_double = |c: char| matches!(c, '"' | '\u{201C}'..='\u{201E}');
    let mut skeleton = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '#' {
            let comment: String = std::iter::from_fn(|| chars.next_if(|c| !matches!(c, '\r' | '\n'))).collect();
            skeleton.push_str(if comment.is_ascii() { "#" } else { "BAD COMMENT" });
        } else if is_single(c) {
            loop {
                match chars.next() {
                    None => return "OPEN QUOTE".to_owned(),
                    Some(c) if is_single(c) && chars.next_if(|next| is_single(*next)).is_none() => break,
                    Some(_) => {}
                }
            }
            skeleton.push_str("''");
        } else if is_double(c) || c == '`' {
            return format!("BAD {c:?}");
        } else {
            skeleton.push(c);
        }
    }
    skeleton
}

fn values<'a>(rows: &'a [String], user: Account<'a>) -> Values<'a> {
    Values { major: Some(15), user, rows, folder: Folder::Temp }
}

fn account(name: &str) -> Account<'_> {
    Account { sid: Some(name), upn: Some(name), name: Some(name) }
}

fn script_of<'a>(identity: &'a Identity, remedy: &'a Remedy) -> Script<'a> {
    Script { stem: "01-x".into(), about: Vec::new(), identity, case: "0".into(), remedy, closes_outlook: false }
}

/// All files of a step with this name in every place that evidence fills.
fn files(name: &str, commands: &[Command]) -> Vec<(String, Vec<u8>)> {
    let rows = [name.to_owned(), "sts.contoso.com".to_owned()];
    let acts = commands.iter().flat_map(|command| command.acts(&values(&rows, account(name)))).collect();
    let backup = Command::CmdkeyList { to: file("before.txt") }.acts(&values(&[], account(name)));
    let remedy = Remedy { backup, acts };
    let identity = Identity::of(account(name));
    let about = vec![format!("Case: {name}"), format!("Evidence: {name}:14")];
    let script = Script { about, case: "0123456789ab".into(), closes_outlook: true, ..script_of(&identity, &remedy) };
    made(&script).into_iter().map(|file| (file.name, file.bytes)).collect()
}

/// Leaves the PowerShell scripts to a parser that others wrote, where the gate asks for them.
fn keep(set: usize, number: usize, files: &[(String, Vec<u8>)]) {
    let Some(folder) = std::env::var_os("OUTLOOK_TRIAGE_SCRIPTS") else { return };
    for (_, bytes) in files.iter().filter(|(name, _)| name.ends_with(".ps1")) {
        std::fs::write(std::path::Path::new(&folder).join(format!("{set}-{number}.ps1")), bytes).unwrap();
    }
}

fn skeleton(files: &[(String, Vec<u8>)]) -> Vec<(String, Vec<String>)> {
    files
        .iter()
        .map(|(name, bytes)| {
            let skeleton = if name.ends_with(".ps1") {
                vec![powershell_skeleton(std::str::from_utf8(bytes).unwrap().trim_start_matches('\u{FEFF}'))]
            } else {
                assert!(bytes.is_ascii(), "{name}");
                cmd_skeleton(std::str::from_utf8(bytes).unwrap())
            };
            (name.clone(), skeleton)
        })
        .collect()
}

#[test]
fn hostile_names_leave_no_trace_in_what_runs() {
    let user = TargetUser;
    let sets: [&[Command]; 5] = [
        &[Command::CmdkeyDeleteRows],
        &[Command::AdAccountState { user }, Command::AdUnlock { user }, Command::AdfsTokenLifetime],
        &[
            Command::FileVersion { file: file("OUTLOOK.EXE") },
            Command::AdLockoutEvents { user },
            Command::AdfsAccountActivity { user, to: file("a.txt") },
        ],
        &[Command::AdAccountDump { user, to: file("a.txt") }],
        &[Command::CasMailbox { user, to: file("a.txt") }, Command::CmdkeyDeleteRows],
    ];
    let names = hostile();
    assert!(names.len() >= 500, "{}", names.len());
    for (set, commands) in sets.into_iter().enumerate() {
        // What is refused must look like a name that is refused, whoever it is: as if there were none.
        let harmless: Vec<_> = [
            "u@contoso.com",
            r"CONTOSO\u",
            r"ad.contoso.com\u",
            "S-1-5-21-1-2-3-4",
            "sam",
            "a b",
            "\"",
            "\u{7530}",
            "\u{7530}@x.jp",
        ]
        .iter()
        .enumerate()
        .map(|(number, name)| {
            let made = files(name, commands);
            keep(set, 10_000 + number, &made);
            skeleton(&made)
        })
        .collect();
        for (number, name) in names.iter().enumerate() {
            let made = files(name, commands);
            keep(set, number, &made);
            let found = skeleton(&made);
            assert!(harmless.contains(&found), "{name:?}: {found:#?}");
            assert!(!format!("{found:?}").contains("BAD") && !format!("{found:?}").contains("OPEN QUOTE"), "{name:?}");
        }
    }
}

#[test]
fn the_models_know_the_traps() {
    assert_ne!(cmd_line("cmdkey /delete:\"a\" & calc"), cmd_line("cmdkey /delete:\"a\""));
    assert!(cmd_line("rem 100%~x").starts_with("BAD") && cmd_line("rem a & calc").starts_with("BAD"));
    assert!(cmd_line("echo \"%PATH%\"").starts_with("BAD"));
    assert!(cmd_line("echo \"a").starts_with("OPEN"));
    assert_eq!(powershell_skeleton("x 'a''b' y"), "x '' y");
    assert_ne!(powershell_skeleton("x 'a\u{2019}; calc'"), powershell_skeleton("x 'a'"));
    assert!(powershell_skeleton("x \u{201C}a").starts_with("BAD"));
}

#[test]
fn an_account_is_unlocked_only_where_the_directory_shows_it() {
    let user = TargetUser;
    let account = Account { sid: Some("S-1-5-21-1-2-3-1104"), upn: Some("u@contoso.com"), name: None };
    let acts = [Command::AdAccountState { user }, Command::AdUnlock { user }]
        .iter()
        .flat_map(|command| command.acts(&values(&[], account)))
        .collect();
    let remedy = Remedy { backup: Vec::new(), acts };
    let identity = Identity::of(account);
    let script = script_of(&identity, &remedy);
    let text = powershell::script(&script).unwrap();
    let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("no {part} in {text}"));
    let unlock = at("| Unlock-ADAccount -WhatIf:(-not $Run) -Confirm:$Run\r\n");
    assert!(at("$found.Count -ne 1") < unlock && at("$found[0].SID.Value -ne 'S-1-5-21-1-2-3-1104'") < unlock);
    assert!(at("Format-List") < unlock);
    assert_eq!(made(&script).len(), 1, "nothing for cmd");
    // Without a name that stands for one account there is nothing to run.
    let nobody = Command::AdUnlock { user }.acts(&values(&[], Account { name: Some("taro"), ..Account::default() }));
    assert!(nobody.iter().all(Act::is_manual));
}

#[test]
fn sessions_are_checked_by_the_surest_name() {
    let check = |account: Account<'_>, line: &str| {
        let identity = Identity::of(account);
        let remedy = Remedy {
            backup: Vec::new(),
            acts: Command::CmdkeyDeleteRows.acts(&values(&["sts.contoso.com".to_owned()], account)),
        };
        let script = script_of(&identity, &remedy);
        let text = cmd::script(&script).unwrap();
        assert!(text.contains(line), "{line}\n{text}");
        let asks = text.find("Is this the session").is_some();
        assert_eq!(asks, identity == Identity::Unknown, "{text}");
    };
    let (sid, upn, name) = (Some("S-1-5-21-1-2-3-4"), Some("u@contoso.com"), Some(r"CONTOSO\u"));
    check(Account { sid, upn, name }, "('whoami /user /fo csv /nh') do if /i \"%%~A\"==\"S-1-5-21-1-2-3-4\"");
    check(Account { sid: None, upn, name }, "('whoami /upn') do if /i \"%%~A\"==\"u@contoso.com\"");
    check(Account { sid: None, upn: None, name }, "('whoami') do if /i \"%%~A\"==\"CONTOSO\\u\"");
    check(Account { sid: None, upn: None, name: Some("u") }, ":run\r\nchoice ");
    check(Account { sid: None, upn: Some("田@contoso.com"), name: None }, ":run\r\nchoice ");
}

#[test]
fn what_is_not_typed_is_never_scripted() {
    let constant = Command::Constant { shell: crate::plan::Shell::Cmd, text: "del /q x".into() };
    let import = Command::RegImport { from: file("a.reg") };
    for command in [constant, import, Command::UpdateClickToRun] {
        let acts = command.acts(&Values { major: None, ..values(&[], Account::default()) });
        assert!(acts.iter().all(Act::is_manual), "{acts:?}");
    }
}

fn value(kind: &str, text: &str) -> Act {
    let data = Some(Data { kind: kind.into(), text: text.into() });
    Act { session: Session::User, task: Task::Value { key: r"HKCU\Software\Contoso".into(), name: "v".into(), data } }
}

/// What our reader of exports makes of a file.
fn read(text: &str) -> Vec<(String, String, RegistryData)> {
    let bytes = super::utf16(text);
    let mut reader = bytes.as_slice();
    let input = Input { reader: &mut reader, encoding: Some(detect(&bytes, true)), bytes: 0 };
    let parsed =
        crate::parse::reg::parse(input, Context { interest: &Interest::everything(), limits: &Limits::default() });
    assert!(parsed.issues.is_empty(), "{:?}\n{text}", parsed.issues);
    let values = parsed.records.into_iter().filter_map(|record| match record {
        Record::RegistryValue(value) => Some((value.key.to_string(), value.name.to_string(), value.data)),
        _ => None,
    });
    values.collect()
}

#[test]
fn values_come_back_as_they_were_meant() {
    for (kind, text, expected) in [
        ("REG_DWORD", "1", RegistryData::Dword(1)),
        ("REG_DWORD", "0x10", RegistryData::Dword(16)),
        ("REG_QWORD", "5", RegistryData::Qword(5)),
        ("REG_SZ", "a \"b\" \\c", RegistryData::Sz("a \"b\" \\c".into())),
        ("REG_SZ", "田中\r\n[-HKEY_CURRENT_USER]", RegistryData::Sz("田中\r\n[-HKEY_CURRENT_USER]".into())),
        ("REG_EXPAND_SZ", "%TEMP%", RegistryData::ExpandSz("%TEMP%".into())),
        ("REG_MULTI_SZ", "a", RegistryData::MultiSz(vec!["a".into()])),
        ("REG_BINARY", "00ff", RegistryData::Binary(vec![0, 255])),
    ] {
        let act = value(kind, text);
        let found = read(&reg::change(&[], &[&act]).unwrap());
        assert_eq!(found.len(), 1, "{kind} {text}");
        assert_eq!(found[0].2, expected, "{kind} {text}");
    }
    for (kind, text) in [("REG_DWORD", "x"), ("REG_DWORD", "4294967296"), ("REG_BINARY", "0"), ("REG_NONE", "1")] {
        assert_eq!(reg::change(&[], &[&value(kind, text)]), None, "{kind} {text}");
    }
}

#[test]
fn keys_outside_the_two_roots_and_odd_ones_are_refused() {
    for key in [
        r"HKCR\x",
        "HKCU",
        r"HKCU\",
        r"HKCU\a\\b",
        "HKCU\\a]\r\n[-HKEY_LOCAL_MACHINE",
        r"HKCU\a\",
        "HKCU\\a\u{202E}",
        r"-HKCU\a",
    ] {
        assert_eq!(reg::path(key), None, "{key}");
    }
    assert_eq!(reg::path(r"HKCU\Software\A b").as_deref(), Some(r"HKEY_CURRENT_USER\Software\A b"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn any_text_in_a_value_or_a_remark_stays_there(text in any::<String>(), remark in any::<String>()) {
        let act = value("REG_SZ", &text);
        let remarks = [crate::plan::command::argument::remark(&remark)];
        match reg::change(&remarks, &[&act]) {
            Some(file) => prop_assert_eq!(read(&file), vec![(
                r"Software\Contoso".to_owned(), "v".to_owned(), RegistryData::Sz(text)
            )]),
            None => prop_assert!(text.contains('\0')),
        }
    }
}
