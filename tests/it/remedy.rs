//! The folders of scripts: what stands in them for shipped cases, what they do on a small model of Windows, and where they
//! may not be written.

mod machine;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use machine::Machine;

use crate::trust::unpack;

const SID: &str = "S-1-5-21-1111111111-2222222222-3333333333-1104";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

struct Run {
    code: Option<i32>,
    err: String,
}

fn remedy(arguments: &[&str], folder: &Path) -> Run {
    let assert = Command::new(env!("CARGO_BIN_EXE_outlook-triage"))
        .arg("remedy")
        .args(arguments)
        .arg("-o")
        .arg(folder)
        .current_dir(root())
        .env("LC_ALL", "C")
        .assert();
    let output = assert.get_output();
    assert!(output.stdout.is_empty());
    Run { code: output.status.code(), err: String::from_utf8_lossy(&output.stderr).into_owned() }
}

fn upload(case: &str) -> String {
    let names = ["bundle.zip", "bundle"].map(|name| format!("fixtures/cases/{case}/{name}"));
    names.into_iter().find(|path| root().join(path).exists()).unwrap()
}

/// Every file as text, after a look at its encoding.
fn texts(folder: &Path) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let bytes = fs::read(&path).unwrap();
        let text = match name.rsplit('.').next().unwrap() {
            "cmd" => {
                assert!(bytes.is_ascii(), "{name}");
                String::from_utf8(bytes).unwrap()
            }
            "reg" => {
                let units: Vec<u16> = bytes.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
                let text = String::from_utf16(&units).unwrap();
                text.strip_prefix('\u{FEFF}').unwrap_or_else(|| panic!("{name} has no mark")).to_owned()
            }
            _ => {
                let text = String::from_utf8(bytes).unwrap();
                text.strip_prefix('\u{FEFF}').unwrap_or_else(|| panic!("{name} has no mark")).to_owned()
            }
        };
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{name}");
        assert!(text.ends_with("\r\n"), "{name}");
        texts.insert(name, text.replace("\r\n", "\n"));
    }
    texts
}

fn folder_of(case: &str, options: &[&str], exit: i32) -> BTreeMap<String, String> {
    let desk = tempfile::tempdir().unwrap();
    let folder = desk.path().join("fix");
    let upload = upload(case);
    let run = remedy(&[&[upload.as_str()], options].concat(), &folder);
    assert_eq!(run.code, Some(exit), "{case}: {}", run.err);
    assert_eq!(fs::read_dir(desk.path()).unwrap().count(), 1, "something is left behind");
    texts(&folder)
}

/// Folders that were read line by line; UPDATE_GOLDEN=1 writes them anew.
const GOLDEN: &[(&str, &str, &[&str], i32)] = &[
    ("stale-password-user-ja", "stale-password-ja-2013", &["--lang", "ja", "--audience", "user"], 1),
    ("everything-wrong-admin", "everything-wrong", &["--audience", "admin"], 1),
    ("account-locked", "account-locked", &[], 1),
    ("account-locked-user", "account-locked", &["--audience", "user"], 1),
    ("account-locked-admin-ja", "account-locked", &["--lang", "ja", "--audience", "admin"], 1),
    ("adal-off-2021-user", "adal-off-2021", &["--audience", "user"], 1),
    ("profile-ntlm-2010", "profile-ntlm-2010", &[], 1),
    ("nothing-wrong-ja", "nothing-wrong", &["--lang", "ja"], 0),
];

#[test]
fn folders_are_what_was_read() {
    for (name, case, options, exit) in GOLDEN {
        let texts = folder_of(case, options, *exit);
        let text: String = texts.iter().map(|(name, text)| format!("=== {name}\n{text}")).collect();
        let path: PathBuf = root().join(format!("tests/it/remedy/golden/{name}.txt"));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &text).unwrap();
        }
        let expected = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
        assert_eq!(expected, text, "{name}");
    }
}

#[test]
fn a_folder_is_the_same_every_time() {
    let once = folder_of("everything-wrong", &["--lang", "ja"], 1);
    assert_eq!(once, folder_of("everything-wrong", &["--lang", "ja"], 1));
}

/// A machine on which every script of the folder has something to do.
fn machine(files: &BTreeMap<String, String>, passwords: &[&str]) -> Machine {
    let mut machine = Machine {
        sid: SID.to_owned(),
        passwords: passwords.iter().map(|name| (*name).to_owned()).collect(),
        ..Machine::default()
    };
    machine.copy(files);
    machine
}

fn scripts(files: &BTreeMap<String, String>, ending: &str) -> Vec<String> {
    let is_step = |name: &&String| name.ends_with(ending) && !name.contains("-rollback");
    files.keys().filter(is_step).cloned().collect()
}

const OTHERS: [&str; 2] = ["Domain:target=fileserver", "MicrosoftAccount:user=x"];

#[test]
fn nothing_changes_without_the_switch_a_yes_or_the_right_user() {
    for (case, options) in
        [("stale-password-ja-2013", &[][..]), ("everything-wrong", &[]), ("adal-off-2021", &["--audience", "user"])]
    {
        let files = folder_of(case, options, 1);
        for name in files.keys().filter(|name| name.ends_with(".cmd")) {
            let mut before = machine(&files, &OTHERS);
            before
                .passwords
                .insert("LegacyGeneric:target=MicrosoftOffice15_Data:SSPI:b.sato@contoso.example".to_owned());
            let mut dry = before.clone();
            let (code, out) = dry.run(name, "", true);
            assert_eq!((code, &dry), (0, &before), "{name}");
            assert!(out.contains("DRY RUN") && out.contains("/run"), "{out}");

            let mut other = Machine { sid: format!("{SID}5"), ..before.clone() };
            let (code, out) = other.run(name, "/run", true);
            assert_eq!((code, &other.registry, &other.passwords), (1, &before.registry, &before.passwords), "{name}");
            assert!(out.contains("not the session"), "{out}");

            let mut unwilling = before.clone();
            unwilling.run(name, "/run", false);
            assert_eq!((&unwilling.registry, &unwilling.passwords), (&before.registry, &before.passwords), "{name}");
        }
    }
}

#[test]
fn only_the_named_passwords_are_removed_after_a_list_was_saved() {
    let files = folder_of("stale-password-ja-2013", &[], 1);
    let [name] = &scripts(&files, ".cmd")[..] else { panic!("{:?}", files.keys()) };
    let named: Vec<String> = files[name]
        .lines()
        .filter_map(|line| line.strip_prefix("cmdkey /delete:\"")?.strip_suffix('"'))
        .map(str::to_owned)
        .collect();
    assert_eq!(named.len(), 2, "{named:?}");
    assert!(named.iter().all(|name| name.contains("a.tanaka@contoso.example")), "{named:?}");
    let mut machine = machine(&files, &OTHERS);
    machine.passwords.extend(named.iter().cloned());
    let before = machine.passwords.iter().cloned().collect::<Vec<_>>().join("\n");
    assert_eq!(machine.run(name, "/run", true).0, 0);
    assert_eq!(machine.passwords, OTHERS.map(str::to_owned).into());
    assert_eq!(machine.asked.len(), 2, "one question each");
    let list = |machine: &Machine, name: &str| {
        machine.files.iter().find(|(file, _)| file.ends_with(name)).map(|(_, text)| text.clone()).unwrap()
    };
    assert_eq!(list(&machine, "cmdkey-before.txt"), before);
    // A second run must not take the state after the first one for the state before.
    machine.run(name, "/run", true);
    assert_eq!(list(&machine, "cmdkey-before.txt"), before);
}

#[test]
fn a_rollback_takes_back_what_its_script_did() {
    let rpc = r"HKCU\Software\Microsoft\Office\15.0\Outlook\RPC";
    let identity = r"HKCU\Software\Microsoft\Office\16.0\Common\Identity";
    for (case, key, states) in [
        // The value was not there, was another one, was a text.
        (
            "everything-wrong",
            rpc,
            &[
                None,
                Some(("DisableRetryGoodCredentials", "dword:00000000")),
                Some(("DisableRetryGoodCredentials", "\"1\"")),
                Some(("Else", "dword:00000005")),
            ][..],
        ),
        ("adal-off-2021", identity, &[Some(("EnableADAL", "dword:00000000")), None]),
        ("basic-retired-2024", identity, &[Some(("EnableADAL", "dword:00000000"))]),
    ] {
        let files = folder_of(case, &[], 1);
        let name =
            scripts(&files, ".cmd").into_iter().find(|name| files.contains_key(&name.replace(".cmd", ".reg"))).unwrap();
        let rollback = name.replace(".cmd", "-rollback.cmd");
        for state in states {
            let mut machine = machine(&files, &[]);
            machine
                .registry
                .insert(r"HKCU\Software\Other".into(), BTreeMap::from([("a".into(), "dword:00000001".into())]));
            if let Some((name, data)) = state {
                machine.registry.insert(key.to_owned(), BTreeMap::from([((*name).to_owned(), (*data).to_owned())]));
            }
            let before = machine.registry.clone();
            // Without a backup there is nothing to go back to.
            assert_eq!(machine.run(&rollback, "/run", true).0, 1);
            assert_eq!(machine.registry, before);
            for _ in 0..2 {
                assert_eq!(machine.run(&name, "/run", true).0, 0, "{case}");
                assert_ne!(machine.registry, before, "{case}: {state:?}");
            }
            assert_eq!(machine.run(&rollback, "/run", true).0, 0, "{case}");
            machine.registry.retain(|key, values| !values.is_empty() || before.contains_key(key));
            assert_eq!(machine.registry, before, "{case}: {state:?}");
            // What is saved next is the state that is there then.
            assert_eq!(machine.run(&rollback, "/run", true).0, 1);
        }
    }
}

#[test]
fn while_an_account_is_locked_only_the_steps_that_open_it_have_scripts() {
    let files = folder_of("account-locked", &[], 1);
    assert_eq!(files.keys().collect::<Vec<_>>(), ["01-clear-credentials.cmd", "README.txt"]);
}

#[test]
fn a_folder_in_or_beside_the_case_or_in_use_is_refused() {
    let desk = tempfile::tempdir().unwrap();
    let at = |path: &str| desk.path().join(path);
    let upload = root().join(upload("adal-off-2021"));
    let zip = |path: &str| {
        fs::create_dir_all(at(path).parent().unwrap()).unwrap();
        if upload.is_dir() {
            let status = std::process::Command::new("cp").arg("-r").arg(&upload).arg(at(path)).status().unwrap();
            assert!(status.success());
        } else {
            fs::copy(&upload, at(path)).unwrap();
        }
        at(path).to_str().unwrap().to_owned()
    };
    let case = zip("cases/one");
    fs::create_dir_all(at("used")).unwrap();
    fs::write(at("used/old.cmd"), "old").unwrap();
    fs::create_dir_all(at("empty")).unwrap();
    fs::write(at("file"), "x").unwrap();
    let check = |folder: &str, words: &str| {
        let run = remedy(&[&case], &at(folder));
        assert_eq!(run.code, Some(2), "{folder}");
        assert!(run.err.contains(words) && run.err.lines().count() == 1, "{folder}: {}", run.err);
    };
    check("used", "not empty");
    check("file", "it is no folder");
    check("nowhere/deep", "create that first");
    check("cases/fix", "beside the case");
    if upload.is_dir() {
        check("cases/one/fix", "inside the case");
    }
    assert_eq!(fs::read_to_string(at("used/old.cmd")).unwrap(), "old");
    assert_eq!(remedy(&[&case], &at("empty")).code, Some(1));
    assert!(at("empty/README.txt").is_file());
    assert_eq!(remedy(&[&case], &at("new")).code, Some(1));
    let two = zip("cases/two");
    let run = remedy(&[&case, &two], &at("several"));
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("one case") && !at("several").exists(), "{}", run.err);
    assert!(
        fs::read_dir(desk.path()).unwrap().all(|entry| !entry.unwrap().file_name().to_string_lossy().starts_with('.'))
    );
}

/// The upload of a case, one name in its list of saved passwords replaced.
fn with_name(name: &[u8], desk: &Path) -> BTreeMap<String, String> {
    const OLD: &[u8] = b"MS.Outlook.15:a.tanaka@contoso.example:PUT";
    let to = desk.join("cases/bundle");
    let files = unpack("stale-password-ja-2013", &to);
    let list = files.iter().find(|file| file.ends_with("cmdkey.txt")).unwrap();
    let bytes = fs::read(list).unwrap();
    let at = bytes.windows(OLD.len()).position(|window| window == OLD).unwrap();
    fs::write(list, [&bytes[..at], name, &bytes[at + OLD.len()..]].concat()).unwrap();
    let run = remedy(&[to.to_str().unwrap()], &desk.join("fix"));
    assert_eq!(run.code, Some(1), "{}", run.err);
    texts(&desk.join("fix"))
}

#[test]
fn a_hostile_name_in_the_evidence_is_work_by_hand() {
    let shape =
        |readme: &str| readme.lines().map(|line| line.chars().take_while(|c| *c == ' ').count()).collect::<Vec<_>>();
    let mut shapes = Vec::new();
    for name in [
        &b"MS.Outlook.15:x\" & calc & rem :PUT"[..],
        b"MS.Outlook.15:%PATH%:PUT",
        b"MS.Outlook.15:!x!^&calc:PUT",
        b"MS.Outlook.15:$(calc)`;':PUT",
        b"MS.Outlook.15:\x1b]0;x\x07:PUT",
    ] {
        let desk = tempfile::tempdir().unwrap();
        let files = with_name(name, desk.path());
        let script = &files["01-clear-credentials.cmd"];
        assert_eq!(script.matches("\ncmdkey /delete:").count(), 1, "{script}");
        for trap in ["calc", "PATH%:", "!x!", "\u{1b}", "\u{7}"] {
            assert!(
                !script.lines().filter(|line| !line.starts_with("rem ")).any(|line| line.contains(trap)),
                "{script}"
            );
        }
        assert!(script.contains("Left to do by hand, see README.txt: 1"), "{script}");
        let readme = &files["README.txt"];
        assert!(readme.contains("Remove this entry in Credential Manager"), "{readme}");
        assert!(!readme.chars().any(|c| c.is_control() && c != '\n'), "{readme}");
        shapes.push(shape(readme));
    }
    assert!(shapes.windows(2).all(|pair| pair[0] == pair[1]), "a name changes the shape of the README");
}

#[test]
fn scripts_name_nobody_else_and_remove_only_what_the_plan_names() {
    let mut removed = 0;
    for entry in fs::read_dir(root().join("fixtures/cases")).unwrap() {
        let case = entry.unwrap().file_name().into_string().unwrap();
        let printed = Command::new(env!("CARGO_BIN_EXE_outlook-triage"))
            .args(["analyze", &upload(&case), "-f", "json"])
            .current_dir(root())
            .output()
            .unwrap();
        let report: serde_json::Value = serde_json::from_slice(&printed.stdout).unwrap();
        let plan = report["plan"].to_string();
        let sid = report["case"]["user"]["sid"].as_str().unwrap_or("none");
        for audience in ["engineer", "user", "admin"] {
            let files = folder_of(&case, &["--audience", audience], printed.status.code().unwrap());
            for (name, text) in files.iter().filter(|(name, _)| !name.ends_with(".txt")) {
                let lines = text.lines().filter(|line| !line.starts_with(['#', ';']) && !line.starts_with("rem"));
                for line in lines {
                    if let Some(at) = line.find("S-1-5-21-") {
                        assert_eq!(line[at..].split(['"', '\'']).next(), Some(sid), "{case} {name}");
                    }
                    if let Some(target) = line.strip_prefix("cmdkey /delete:") {
                        let text = serde_json::to_string(&format!("cmdkey /delete:{target}")).unwrap();
                        assert!(plan.contains(&text), "{case} {name}: {target}");
                        removed += 1;
                    }
                }
                assert!(!text.contains("[-") && !text.contains("del "), "{case} {name}");
            }
        }
    }
    assert!(removed >= 9, "{removed}");
}

#[test]
fn what_is_declined_is_not_called_finished() {
    let files = folder_of("stale-password-ja-2013", &[], 1);
    let [name] = &scripts(&files, ".cmd")[..] else { panic!("{:?}", files.keys()) };
    let targets: Vec<&str> = files[name].lines().filter_map(|line| line.strip_prefix("cmdkey /delete:\"")).collect();
    let names = targets.iter().map(|target| target.trim_end_matches('"'));
    let mut machine = machine(&files, &names.collect::<Vec<_>>());
    let (code, out) = machine.run(name, "/run", false);
    assert_eq!(code, 2, "{out}");
    assert!(out.contains("declined: 2") && out.contains("Nothing was changed."), "{out}");
    assert!(!out.contains("Finished"), "{out}");
    machine.declines = vec!["MS.Outlook"];
    let before = machine.passwords.len();
    let (code, out) = machine.run(name, "/run", true);
    let left = machine.passwords.len();
    assert!(left > 0 && left < before, "{:?}", machine.passwords);
    assert_eq!(code, 2, "{out}");
    assert!(out.contains("declined: 1") && out.contains("Not finished") && !out.contains("Nothing"), "{out}");
}

#[test]
fn a_rollback_that_is_declined_half_way_says_so() {
    let files = folder_of("everything-wrong", &[], 1);
    let name = scripts(&files, ".cmd").into_iter().find(|name| name.contains("set-disable-retry")).unwrap();
    let rollback = name.replace(".cmd", "-rollback.cmd");
    let mut machine = machine(&files, &[]);
    assert_eq!(machine.run(&name, "/run", true).0, 0);
    let (code, out) = machine.run(&rollback, "/run", false);
    assert!(code == 2 && out.contains("nothing was changed"), "{out}");
    machine.declines = vec!["Restore"];
    let (code, out) = machine.run(&rollback, "/run", true);
    assert!(code == 2 && out.contains("half-way") && out.contains("NOT restored"), "{out}");
    machine.declines.clear();
    assert_eq!(machine.run(&rollback, "/run", true).0, 0);
}

#[test]
fn a_step_that_needs_outlook_closed_changes_nothing_while_it_runs() {
    let files = folder_of("everything-wrong", &[], 1);
    for name in files.keys().filter(|name| name.contains("set-disable-retry") && name.ends_with(".cmd")) {
        let mut machine = machine(&files, &[]);
        machine.outlook_runs = true;
        let before = machine.clone();
        let (code, out) = machine.run(name, "/run", true);
        assert_eq!((code, &machine), (1, &before), "{name}");
        assert!(out.contains("Outlook is running"), "{out}");
    }
}

#[test]
fn a_key_is_exported_once() {
    let files = folder_of("adal-off-2021", &[], 1);
    let script = files.iter().find(|(name, _)| name.ends_with("enable-modern-auth.cmd")).unwrap().1;
    let exports = script.lines().filter(|line| line.starts_with("reg export")).count();
    assert_eq!(exports, 1, "{script}");
    let readme = &files["README.txt"];
    assert!(!readme.contains("identity-before.reg"), "a file that no script writes: {readme}");
}

#[test]
fn a_step_whose_turn_has_not_come_shows_no_command_that_changes_something() {
    for (case, audience) in [("account-locked", "admin"), ("account-locked", "engineer"), ("everything-wrong", "admin")]
    {
        let readme = &folder_of(case, &["--audience", audience], 1)["README.txt"];
        assert!(!readme.contains("| Unlock-ADAccount"), "{readme}");
    }
}
