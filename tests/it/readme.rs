//! The two READMEs: same headings and commands, and what they show is what the program prints.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;

const MARK: &str = "<!-- tested: exit ";
const NAMES: [&str; 2] = ["README.md", "README.ja.md"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap().replace("\r\n", "\n")
}

/// A code block: the exit code that stands above it, if it is to be run, and its lines.
#[derive(Debug, PartialEq, Eq)]
struct Block {
    exit: Option<i32>,
    lines: Vec<String>,
}

fn blocks(text: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let (mut exit, mut open) = (None, None);
    for line in text.lines() {
        if line.starts_with("```") {
            open = match open.take() {
                None => Some(Vec::new()),
                Some(lines) => {
                    found.push(Block { exit: exit.take(), lines });
                    None
                }
            };
        } else if let Some(lines) = &mut open {
            lines.push(line.to_owned());
        } else if let Some(rest) = line.strip_prefix(MARK) {
            exit = rest.trim_end_matches(" -->").parse().ok();
            assert!(exit.is_some(), "no exit code in {line:?}");
        }
    }
    assert!(open.is_none() && exit.is_none(), "a block is not closed, or a mark has no block");
    found
}

/// Level of every heading, and the number of rows of every table: what must be equal in all languages.
fn shape(text: &str) -> Vec<String> {
    let mut shape = Vec::new();
    let mut code = false;
    for line in text.lines() {
        if line.starts_with("```") {
            code = !code;
        } else if !code {
            let start = line.split(' ').next().unwrap_or_default();
            if start.starts_with('#') || start == "|" || start == "*" || line.starts_with('|') || line.starts_with(MARK)
            {
                shape.push(if line.starts_with(MARK) { line.to_owned() } else { start.to_owned() });
            }
        }
    }
    shape
}

/// The words of a command; `*` stands for what a shell would put there, in order of names.
fn words(command: &str) -> Vec<String> {
    command
        .split_whitespace()
        .flat_map(|word| if word.contains('*') { expand(word) } else { vec![word.to_owned()] })
        .collect()
}

fn expand(pattern: &str) -> Vec<String> {
    let mut paths = vec![PathBuf::new()];
    for part in pattern.split('/') {
        let mut next = Vec::new();
        for path in paths {
            let Some((before, after)) = part.split_once('*') else {
                next.push(path.join(part));
                continue;
            };
            let entries = fs::read_dir(root().join(&path)).unwrap();
            let mut names: Vec<String> =
                entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            next.extend(names.iter().filter(|n| n.starts_with(before) && n.ends_with(after)).map(|n| path.join(n)));
        }
        paths = next.into_iter().filter(|path| root().join(path).exists()).collect();
    }
    assert!(!paths.is_empty(), "nothing matches {pattern}");
    paths.into_iter().map(|path| path.to_str().unwrap().replace('\\', "/")).collect()
}

/// Whether the lines stand in the output one after the other; `…` stands for any number of lines, or for the rest of one.
fn shows(output: &str, lines: &[String]) -> Result<(), String> {
    let printed: Vec<&str> = output.lines().map(str::trim_end).collect();
    let mut at = 0;
    let mut gap = false;
    for line in lines {
        if line.trim() == "…" {
            gap = true;
            continue;
        }
        let next = printed.iter().skip(at).position(|printed| is_line(printed, line.trim_end()));
        match next {
            Some(skipped) if gap || skipped == 0 => at += skipped + 1,
            _ => return Err(format!("line {at} of the output is not\n{line}\nbut\n{output}")),
        }
        gap = false;
    }
    if gap || at == printed.len() || lines.is_empty() { Ok(()) } else { Err(format!("the output goes on:\n{output}")) }
}

fn is_line(printed: &str, shown: &str) -> bool {
    match shown.strip_suffix('…') {
        Some(start) => printed.starts_with(start),
        None => printed == shown,
    }
}

/// Runs the commands of a block in the project's folder; output files go to a folder of the test.
fn run(block: &Block) {
    let folder = tempfile::tempdir().unwrap();
    let (commands, expected): (Vec<&String>, Vec<&String>) =
        block.lines.iter().partition(|line| line.starts_with("$ "));
    for command in &commands {
        let mut words = words(command.trim_start_matches("$ "));
        assert_eq!(words.remove(0), "outlook-triage", "{command}");
        if let Some(file) = words.iter().position(|word| word == "-o") {
            words[file + 1] = folder.path().join(&words[file + 1]).to_str().unwrap().to_owned();
        }
        let assert = Command::new(env!("CARGO_BIN_EXE_outlook-triage"))
            .args(&words)
            .current_dir(root())
            .env("COLUMNS", "100")
            .env("NO_COLOR", "1")
            .env("LC_ALL", "en_US.UTF-8")
            .assert();
        let output = assert.get_output();
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), block.exit, "{command}\n{stdout}\n{stderr}");
        let expected: Vec<String> = expected.iter().map(|line| (*line).clone()).collect();
        if let Err(difference) = shows(&stdout, &expected) {
            panic!("{command}\n{difference}");
        }
        let written = fs::read_dir(folder.path()).unwrap().count();
        assert!(!stdout.is_empty() || written == 1, "{command} gave nothing\n{stderr}");
    }
}

#[test]
fn both_have_the_same_headings_tables_and_commands() {
    let [en, ja] = NAMES.map(readme);
    assert_eq!(shape(&en), shape(&ja));
    let commands = |text: &str| -> Vec<(Option<i32>, Vec<String>)> {
        blocks(text)
            .into_iter()
            .map(|block| (block.exit, block.lines.into_iter().filter(|line| line.starts_with("$ ")).collect()))
            .collect()
    };
    let english: Vec<_> = commands(&en);
    // The demonstration is shown in the reader's language.
    let japanese: Vec<_> = commands(&ja)
        .into_iter()
        .enumerate()
        .map(|(n, (exit, lines))| {
            (
                exit,
                lines
                    .iter()
                    .map(|line| if n == 0 { line.replace(" --lang ja", "") } else { line.clone() })
                    .collect::<Vec<_>>(),
            )
        })
        .collect();
    assert_eq!(english, japanese);
    assert!(shape(&en).iter().filter(|start| *start == "##").count() >= 8);
}

#[test]
fn what_they_show_is_what_the_program_prints() {
    for name in NAMES {
        let tested: Vec<Block> = blocks(&readme(name)).into_iter().filter(|block| block.exit.is_some()).collect();
        assert!(tested.len() >= 7, "{name}: only {} tested blocks", tested.len());
        assert!(tested[0].lines.len() >= 8, "{name}: no demonstration");
        tested.iter().for_each(run);
    }
}

#[test]
fn links_lead_to_files() {
    for name in NAMES {
        for target in readme(name).split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            assert!(target.starts_with("https://") || root().join(target).is_file(), "{name}: {target}");
        }
    }
}

#[test]
fn limits_are_those_of_the_program() {
    let limits = outlook_triage::limits::Limits::default();
    assert_eq!((limits.input_file >> 30, limits.total_expanded >> 30, limits.entry >> 30), (4, 4, 1));
    assert_eq!(limits.records_per_artifact, 5_000_000);
}

#[test]
fn a_wrong_excerpt_is_seen() {
    let lines = |text: &str| -> Vec<String> { text.lines().map(str::to_owned).collect() };
    let output = "a\nb\nc\nd\n";
    assert!(shows(output, &lines("a\nb\n…")).is_ok());
    assert!(shows(output, &lines("a\n…\nd")).is_ok());
    assert!(shows("abc\nd", &lines("a…\nd")).is_ok());
    assert!(shows("abc\nd", &lines("b…\nd")).is_err());
    assert!(shows(output, &lines("a\nb")).is_err());
    assert!(shows(output, &lines("a\nc\n…")).is_err());
    assert!(shows(output, &lines("…\nd\nb")).is_err());
    assert!(shows(output, &[]).is_ok());
}
