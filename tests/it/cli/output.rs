//! Where results go: the two streams, files that are whole or untouched, closed pipes, colours.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::Value;

use super::{Desk, PNG, REG, Run};

/// Names in a folder; a temporary file that was left behind would be one.
fn names(desk: &Desk, folder: &str) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(desk.at(folder))
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into())
        .collect();
    names.sort();
    names
}

#[test]
fn a_file_is_what_standard_output_would_have_been() {
    let desk = Desk::new();
    desk.case("case.zip", "adal-off-2021").folder("out");
    for format in ["terminal", "json", "jsonl", "html"] {
        let printed = desk.run(&["analyze", "case.zip", "-f", format]);
        let written = desk.run(&["analyze", "case.zip", "-f", format, "-o", "out/report"]);
        assert_eq!((written.code, &*written.out, &*written.err), (Some(1), "", ""));
        assert_eq!(fs::read_to_string(desk.at("out/report")).unwrap(), printed.answers(1), "{format}");
        let dash = desk.run(&["analyze", "case.zip", "-f", format, "-o", "-"]);
        assert_eq!(dash.out, printed.out);
    }
    let several = desk.run(&["analyze", "case.zip", "case.zip", "-f", "jsonl", "-o", "out/report"]);
    assert_eq!((several.code, &*several.out), (Some(1), ""));
    let text = fs::read_to_string(desk.at("out/report")).unwrap();
    assert!(text.lines().count() == 2 && text.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()));
    // Even where colours are forced, a file gets none.
    desk.run(&["analyze", "case.zip", "-o", "out/report", "--color", "always"]);
    assert!(!fs::read_to_string(desk.at("out/report")).unwrap().contains('\u{1b}'));
    assert_eq!(names(&desk, "out"), ["report"]);
}

#[test]
fn a_file_that_cannot_be_written_leaves_everything_as_it_was() {
    let desk = Desk::new();
    desk.case("case.zip", "adal-off-2021").put("case/a.reg", REG).put("out/report.json", b"the old one");
    let before = fs::read(desk.at("case.zip")).unwrap();
    let check = |path: &str, words: &[&str]| {
        let run = desk.run(&["analyze", "case.zip", "-f", "json", "-o", path]);
        run.refuses(&[&[path, "cannot be written"], words].concat());
    };
    check("nowhere/report.json", &["its folder does not exist"]);
    check("out", &["it is a folder"]);
    check("case.zip", &["evidence is never overwritten"]);
    check("./out/../case.zip", &["evidence is never overwritten"]);
    assert_eq!(fs::read(desk.at("case.zip")).unwrap(), before);
    // Nothing to analyse is no reason to empty a file either.
    desk.put("shots/a.png", PNG);
    desk.run(&["analyze", "shots", "-o", "out/report.json"]).refuses(&["picture"]);
    assert_eq!(fs::read(desk.at("out/report.json")).unwrap(), b"the old one");
    assert_eq!(names(&desk, "out"), ["report.json"]);
}

#[test]
fn runs_that_write_the_same_file_leave_one_whole_report() {
    let desk = Desk::new();
    desk.case("1.zip", "nothing-wrong").case("2.zip", "adal-off-2021").folder("out");
    let expected = ["1.zip", "2.zip"].map(|case| desk.run(&["analyze", case, "-f", "json"]).out);
    std::thread::scope(|scope| {
        for number in 0..8 {
            let desk = &desk;
            scope.spawn(move || {
                let case = ["1.zip", "2.zip"][number % 2];
                desk.run(&["analyze", case, "-f", "json", "-o", "out/report.json"]);
            });
        }
    });
    assert!(expected.contains(&fs::read_to_string(desk.at("out/report.json")).unwrap()));
    assert_eq!(names(&desk, "out"), ["report.json"]);
}

#[cfg(unix)]
#[test]
fn a_new_file_can_be_read_by_colleagues_and_an_old_one_keeps_its_rights() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let desk = Desk::new();
    desk.case("case.zip", "nothing-wrong").put("plain", b"").put("old", b"").folder("elsewhere");
    let mode = |name: &str| fs::metadata(desk.at(name)).unwrap().permissions().mode() & 0o777;
    fs::set_permissions(desk.at("old"), fs::Permissions::from_mode(0o640)).unwrap();
    for name in ["new", "old"] {
        desk.run(&["analyze", "case.zip", "-o", name]);
    }
    assert_eq!(mode("new"), mode("plain"));
    assert_eq!(mode("old"), 0o640);
    // A link stays one; the report is where it points.
    desk.put("elsewhere/real", b"");
    symlink(desk.at("elsewhere/real"), desk.at("link")).unwrap();
    desk.run(&["analyze", "case.zip", "-o", "link"]);
    assert!(fs::symlink_metadata(desk.at("link")).unwrap().is_symlink());
    assert!(fs::read_to_string(desk.at("elsewhere/real")).unwrap().contains("exit 0"));
    assert_eq!(names(&desk, "elsewhere"), ["real"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_exit_code_2() {
    let desk = Desk::new();
    desk.case("case.zip", "adal-off-2021");
    desk.run(&["analyze", "case.zip", "-o", "/dev/full"]).refuses(&["/dev/full: cannot be written: no storage space"]);
    let full = || fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    for arguments in [
        &["analyze", "case.zip"][..],
        &["analyze", "case.zip", "case.zip", "-f", "jsonl"],
        &["facts", "case.zip"],
        &["explain", "account-locked-ad", "case.zip"],
        &["rules", "list"],
        &["--help"],
    ] {
        let run = Run::of(desk.command(arguments).stdout(full()));
        run.refuses(&["standard output: cannot be written: no storage space"]);
    }
    desk.run(&["analyze", "case.zip", "-o", "/dev/null"])
        .code
        .filter(|code| *code == 1)
        .expect("a device is no failure");
}

#[cfg(unix)]
#[test]
fn whoever_closes_the_pipe_has_seen_enough() {
    let desk = Desk::new();
    desk.case("case.zip", "everything-wrong");
    for number in 0..40 {
        desk.case(&format!("many/{number}.zip"), "nothing-wrong");
    }
    let first_line = |arguments: &[&str]| {
        let mut child =
            desk.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command starts");
        let mut line = String::new();
        // The reader goes away after one line, as `head -1` does.
        BufReader::with_capacity(64, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), line, err)
    };
    // More than a pipe holds: the writer is stopped in the middle.
    for arguments in
        [&["analyze", "case.zip", "-f", "json"][..], &["facts", "case.zip"], &["analyze", "many", "-f", "jsonl"]]
    {
        let (code, line, err) = first_line(arguments);
        assert_eq!((code, &*err), (Some(0), ""), "{arguments:?}");
        assert!(line.ends_with('\n'), "{arguments:?}: {line}");
    }
    // Less than a pipe holds: the run may be over before anybody looks, and ends as it would have.
    for arguments in [&["--help"][..], &["rules", "list"], &["schema"]] {
        assert!(
            matches!(first_line(arguments), (Some(0), line, err) if !line.is_empty() && err.is_empty()),
            "{arguments:?}"
        );
    }
}

#[test]
fn colours_are_for_those_who_want_them() {
    let desk = Desk::new();
    desk.case("case.zip", "adal-off-2021");
    let coloured = |arguments: &[&str], variables: &[(&str, &str)]| {
        let run =
            Run::of(desk.command(&[&["analyze", "case.zip"], arguments].concat()).envs(variables.iter().copied()));
        run.answers(1).contains('\u{1b}')
    };
    assert!(!coloured(&[], &[]), "a pipe is no terminal");
    assert!(coloured(&["--color", "always"], &[]));
    assert!(coloured(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!coloured(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&["--color", "always", "-f", "json"], &[]), "JSON has no colours");
}

/// Runs the command on a terminal of its own; nothing where this machine has no `script` to make one.
#[cfg(target_os = "linux")]
fn on_a_terminal(desk: &Desk, arguments: &[&str], variables: &[(&str, &str)]) -> Option<String> {
    let words: Vec<String> = [env!("CARGO_BIN_EXE_outlook-triage")]
        .iter()
        .chain(arguments)
        .map(|word| format!("'{}'", word.replace('\'', "'\\''")))
        .collect();
    let mut command = std::process::Command::new("script");
    command.args(["-qec", &words.join(" "), "/dev/null"]).current_dir(desk.0.path()).stdin(Stdio::null());
    command.env_remove("NO_COLOR").env("TERM", "xterm").env("LANG", "C").env("COLUMNS", "120");
    let output = command.envs(variables.iter().copied()).output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(target_os = "linux")]
#[test]
fn a_progress_line_is_for_terminals() {
    let desk = Desk::new();
    desk.case("1.zip", "nothing-wrong").case("2.zip", "nothing-wrong");
    let piped = desk.run(&["analyze", "1.zip", "2.zip"]);
    assert!(!piped.answers(0).contains("/ 2") && !piped.out.contains('\r'));
    let Some(screen) = on_a_terminal(&desk, &["analyze", "1.zip", "2.zip"], &[]) else {
        println!("SKIPPED: no `script` command to make a terminal with");
        return;
    };
    for text in ["\r\u{1b}[2K0 / 2", "\r\u{1b}[2K1 / 2", "\r\u{1b}[2K2 / 2\r\u{1b}[2K"] {
        assert!(screen.contains(text), "{text:?} is not in {screen:?}");
    }
    let quiet = on_a_terminal(&desk, &["analyze", "1.zip", "2.zip", "--quiet"], &[]).unwrap();
    assert!(!quiet.contains("/ 2"), "{quiet:?}");
    let plain = on_a_terminal(&desk, &["analyze", "1.zip"], &[("NO_COLOR", "1")]).unwrap();
    let coloured = on_a_terminal(&desk, &["analyze", "1.zip"], &[]).unwrap();
    assert!(!plain.contains('\u{1b}') && coloured.contains('\u{1b}'), "{plain:?}");
}
