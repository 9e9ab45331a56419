//! What is promised of every run: the same bytes anywhere, no network, no child process, evidence unchanged, rights respected.

use std::fs;
use std::process::Command;

use super::{Desk, REG, Run};

#[test]
fn the_same_case_gives_the_same_bytes_anywhere() {
    let desk = Desk::new();
    desk.case("one.zip", "everything-wrong").case("two.zip", "account-locked").case("three.zip", "adal-off-2016");
    for arguments in [
        &["analyze", "one.zip", "--lang", "en", "-f", "json"][..],
        &["analyze", "one.zip", "two.zip", "three.zip", "--lang", "en", "-f", "jsonl"],
    ] {
        let mut first: Option<String> = None;
        for threads in ["1", "2", "8"] {
            for zone in ["UTC", "Asia/Tokyo"] {
                for language in ["C", "ja_JP.UTF-8"] {
                    let mut command = desk.command(arguments);
                    command.env("RAYON_NUM_THREADS", threads).env("TZ", zone).env("LANG", language);
                    let run = Run::of(&mut command);
                    assert_eq!((run.code, &*run.err), (Some(1), ""));
                    let first = first.get_or_insert_with(|| run.out.clone());
                    assert!(*first == run.out, "{arguments:?} differs with {threads} threads, {zone}, {language}");
                }
            }
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_is_sent_and_nothing_else_is_started() {
    let desk = Desk::new();
    desk.case("in/1.zip", "adal-off-2021").case("in/2.zip", "nothing-wrong").put("in/3.zip", b"PK\x03\x04");
    if Command::new("strace").arg("-V").output().is_err() {
        println!("SKIPPED: no strace to watch the system calls with");
        return;
    }
    for arguments in [
        &["analyze", "in/1.zip", "-o", "report"][..],
        &["analyze", "in", "-f", "jsonl"],
        &["explain", "account-locked-ad", "in/1.zip"],
        &["rules", "test"],
    ] {
        let output = Command::new("strace")
            .args(["-f", "-o", "trace", "-e", "trace=network,execve", env!("CARGO_BIN_EXE_outlook-triage")])
            .args(arguments)
            .current_dir(desk.0.path())
            .output()
            .unwrap();
        let trace = fs::read_to_string(desk.at("trace")).unwrap_or_default();
        if !trace.contains("execve(") {
            println!("SKIPPED: strace may not trace here: {}", String::from_utf8_lossy(&output.stderr));
            return;
        }
        let calls: Vec<&str> = trace.lines().filter(|line| line.contains('(') && !line.contains("+++")).collect();
        assert_eq!(calls.len(), 1, "only its own start: {calls:#?}");
    }
}

/// Every file below a folder, with its content and the time it was changed.
fn state(desk: &Desk) -> Vec<(std::path::PathBuf, Vec<u8>, std::time::SystemTime)> {
    let mut files = Vec::new();
    let mut pending = vec![desk.0.path().to_owned()];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() {
                pending.push(entry.path());
            } else {
                let changed = entry.metadata().unwrap().modified().unwrap();
                files.push((entry.path(), fs::read(entry.path()).unwrap(), changed));
            }
        }
    }
    files.sort();
    files
}

#[test]
fn evidence_and_the_folder_around_it_stay_as_they_are() {
    let desk = Desk::new();
    desk.case("in/1.zip", "adal-off-2021").put("in/2/a.reg", REG).put("in/3.zip", b"PK\x03\x04");
    let before = state(&desk);
    desk.run(&["analyze", "in"]);
    desk.run(&["facts", "in/1.zip"]);
    desk.run(&["explain", "account-locked-ad", "in/2"]);
    assert!(before == state(&desk));
}

#[cfg(unix)]
mod rights {
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::*;

    /// How a command is run by somebody who may not read everything: as it is, unless this is root.
    fn unprivileged(desk: &Desk) -> Option<Vec<String>> {
        fs::write(desk.at("probe"), b"x").unwrap();
        forbid(&desk.at("probe"));
        if fs::read(desk.at("probe")).is_err() {
            return Some(Vec::new());
        }
        // The program itself must be where anybody can reach it.
        fs::copy(env!("CARGO_BIN_EXE_outlook-triage"), desk.at("outlook-triage")).unwrap();
        fs::set_permissions(desk.0.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let switch: Vec<String> =
            ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"].map(str::to_owned).into();
        let works =
            Command::new(&switch[0]).args(&switch[1..]).arg(desk.at("outlook-triage")).arg("--version").output();
        works.is_ok_and(|output| output.status.success()).then_some(switch)
    }

    fn forbid(path: &Path) {
        fs::set_permissions(path, fs::Permissions::from_mode(0o000)).unwrap();
    }

    #[test]
    fn what_may_not_be_read_is_said_and_the_rest_is_analysed() {
        let desk = Desk::new();
        let Some(switch) = unprivileged(&desk) else {
            println!("SKIPPED: root may read everything, and there is no way to become somebody else");
            return;
        };
        desk.case("open.zip", "nothing-wrong").case("locked.zip", "nothing-wrong");
        desk.put("part/a.reg", REG).put("part/b.reg", REG).put("sealed/a.reg", REG).put("part/deep/c.reg", REG);
        desk.case("in/1.zip", "nothing-wrong")
            .case("in/2.zip", "nothing-wrong")
            .put("in/3/a.reg", REG)
            .put("out/x", b"");
        for path in ["locked.zip", "part/b.reg", "part/deep", "sealed", "in/2.zip", "in/3"] {
            forbid(&desk.at(path));
        }
        let run = |arguments: &[&str]| {
            let mut command = desk.command(arguments);
            if let [program, rest @ ..] = &switch[..] {
                command = Command::new(program);
                command.args(rest).arg(desk.at("outlook-triage")).args(arguments).current_dir(desk.0.path());
                command.env("LANG", "C").env("COLUMNS", "120").env_remove("LC_ALL").env_remove("LC_MESSAGES");
            }
            Run::of(&mut command)
        };
        for path in ["locked.zip", "sealed"] {
            run(&["analyze", path]).refuses(&[path, "cannot be opened", "permission denied", "copy it to a place"]);
        }
        let part = run(&["analyze", "part"]);
        for word in ["b.reg (could not be read)", "deep (could not be read)", "permission", "1 of 3 files"] {
            assert!(part.answers(3).contains(word), "{word}: {}", part.out);
        }
        let several = run(&["analyze", "open.zip", "locked.zip"]);
        assert!(several.answers(3).contains("cannot be opened"), "{}", several.out);
        let folder = run(&["analyze", "in", "-f", "jsonl"]);
        assert_eq!((folder.code, folder.out.lines().count()), (Some(3), 1), "{folder:?}");
        let complaints: Vec<&str> = folder.err.lines().collect();
        assert!(complaints.len() == 2 && complaints[0].contains("in/2.zip: cannot be opened"), "{folder:?}");
        assert!(complaints[1].contains("in/3: cannot be opened"), "{folder:?}");
        fs::set_permissions(desk.at("out"), fs::Permissions::from_mode(0o555)).unwrap();
        run(&["analyze", "open.zip", "-o", "out/report"]).refuses(&[
            "out/report",
            "cannot be written",
            "permission denied",
        ]);
        // So that the folder can be cleaned up.
        for path in ["part/deep", "sealed", "in/3", "out"] {
            fs::set_permissions(desk.at(path), fs::Permissions::from_mode(0o755)).unwrap();
        }
    }
}
