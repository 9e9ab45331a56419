//! Folders, archives and loose files become the same artifacts; hostile ones become issues.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::cast_possible_truncation,
    clippy::print_stdout
)]

pub(crate) mod writer;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use outlook_triage::bundle::{self, Artifact, ArtifactKind, Bundle, CaseInput, Intake, cases, issue_of};
use outlook_triage::error::ErrorKind;
use outlook_triage::issue::IssueCode;
use outlook_triage::limits::Limits;
use proptest::prelude::*;
use writer::Item;

const REG: &[u8] = b"REGEDIT4\r\n\r\n[HKEY_CURRENT_USER\\Software\\X]\r\n\"a\"=\"b\"\r\n";
const CMDKEY: &[u8] =
    b"\r\nCurrently stored credentials:\r\n\r\n    Target: LegacyGeneric:target=MicrosoftOffice15\r\n";
const LOG: &[u8] = b"\xef\xbb\xbfdatetime,thread_relative_delta,thread,function,category,message\r\n";

/// The layout of the collector, small.
fn layout() -> BTreeMap<String, Vec<u8>> {
    let mut evtx = b"ElfFile\0".to_vec();
    evtx.resize(70_000, 7);
    BTreeMap::from([
        ("Log.csv".to_owned(), LOG.to_vec()),
        ("Configuration/OS/cmdkey.txt".to_owned(), CMDKEY.to_vec()),
        ("Configuration/Registry/HKEY_USERS_S-1-5-21_X.reg".to_owned(), REG.to_vec()),
        ("Configuration/EventLog/Application.evtx".to_owned(), evtx),
        ("Configuration/EventLog/LocaleMetaData/Application_1041.MTA".to_owned(), vec![0, 1, 2, 3, 255, 0, 0, 9]),
        ("Outlook/Outlook_1.etl".to_owned(), vec![0; 4096]),
    ])
}

fn open_path(path: &Path) -> Bundle {
    let input = CaseInput { name: "case".to_owned(), paths: vec![path.to_owned()] };
    bundle::open(&input, &Limits::default(), false).unwrap()
}

fn open_zip(bytes: Vec<u8>) -> Bundle {
    bundle::open_bytes("case.zip", bytes, &Limits::default(), false)
}

fn find<'a>(bundle: &'a Bundle, path: &str) -> &'a Artifact {
    bundle
        .artifacts
        .iter()
        .find(|artifact| artifact.path.as_str() == path)
        .unwrap_or_else(|| panic!("{path} in {:?}", paths(bundle)))
}

fn paths(bundle: &Bundle) -> Vec<&str> {
    bundle.artifacts.iter().map(|artifact| artifact.path.as_str()).collect()
}

fn codes(artifact: &Artifact) -> Vec<IssueCode> {
    artifact.issues.iter().map(|issue| issue.code).collect()
}

fn content(artifact: &Artifact) -> (Vec<u8>, Option<IssueCode>) {
    let mut bytes = Vec::new();
    let result = artifact.open(&Limits::default()).and_then(|mut reader| reader.read_to_end(&mut bytes));
    (bytes, result.err().map(|error| issue_of(&error).code))
}

fn write_folder(root: &Path, files: &BTreeMap<String, Vec<u8>>) {
    for (path, bytes) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

fn zip_of(files: &BTreeMap<String, Vec<u8>>, name: impl Fn(&str) -> String) -> Vec<u8> {
    writer::zip(&files.iter().map(|(path, bytes)| Item::deflated(name(path), bytes)).collect::<Vec<_>>())
}

#[test]
fn the_same_content_is_the_same_case_in_any_container() {
    let files = layout();
    let folder = tempfile::tempdir().unwrap();
    write_folder(&folder.path().join("wrapper/Outlook_PC0123_2026-03-05T021530Z"), &files);
    let expected = open_path(&folder.path().join("wrapper/Outlook_PC0123_2026-03-05T021530Z"));
    assert_eq!(expected.artifacts.len(), files.len());
    assert_eq!(expected.readable(), 4);
    assert_eq!(expected.id().len(), 12);

    let slash = |path: &str| path.to_owned();
    let backslash = |path: &str| path.replace('/', "\\");
    let wrapped = |path: &str| format!("a/b c/{path}");
    let mut python = vec![Item::stored("Outlook_PC/", b""), Item::stored("Outlook_PC/Configuration/", b"")];
    python.extend(files.iter().map(|(path, bytes)| Item::deflated(format!("Outlook_PC/{path}"), bytes)));
    let mut mac = vec![
        Item::stored("__MACOSX/Outlook_PC/._Log.csv", b"\0\x05\x16\x07"),
        Item::stored("Outlook_PC/.DS_Store", b"\0Bud1"),
    ];
    mac.extend(python.clone());
    let stored: Vec<Item> = files.iter().map(|(path, bytes)| Item::stored(path, bytes)).collect();
    let descriptors: Vec<Item> =
        files.iter().map(|(path, bytes)| Item { descriptor: true, ..Item::deflated(path, bytes) }).collect();
    let inside: Vec<(String, Vec<u8>)> = files.iter().map(|(path, bytes)| (backslash(path), bytes.clone())).collect();
    let cabinet = writer::cabinet(&inside);
    let nested = writer::cabinet(&[("Outlook_PC.cab".to_owned(), cabinet.clone())]);
    for (what, bundle) in [
        ("cabinet", open_zip(cabinet.clone())),
        ("cabinet in zip", open_zip(writer::zip(&[Item::deflated("Outlook_PC.cab", &cabinet)]))),
        ("cabinet in cabinet in zip", open_zip(writer::zip(&[Item::deflated("upload\\all.cab", &nested)]))),
        ("wrapper folder", open_path(folder.path())),
        ("slashes", open_zip(zip_of(&files, slash))),
        (".NET", open_zip(zip_of(&files, backslash))),
        ("wrapper in zip", open_zip(zip_of(&files, wrapped))),
        ("python", open_zip(writer::zip(&python))),
        ("mac", open_zip(writer::zip(&mac))),
        ("stored", open_zip(writer::zip(&stored))),
        ("descriptors", open_zip(writer::zip(&descriptors))),
        ("zip in zip", open_zip(writer::zip(&[Item::deflated("Outlook_PC.zip", &zip_of(&files, backslash))]))),
    ] {
        assert_eq!(bundle.fingerprint, expected.fingerprint, "{what}: {:?}", paths(&bundle));
        for artifact in &expected.artifacts {
            let other = find(&bundle, artifact.path.as_str());
            assert_eq!(
                (other.kind, other.bytes, &other.sha256),
                (artifact.kind, artifact.bytes, &artifact.sha256),
                "{what}"
            );
            assert_eq!((other.intake, codes(other)), (artifact.intake, codes(artifact)), "{what} {}", artifact.path);
            assert_eq!(content(other), (files[artifact.path.as_str()].clone(), None), "{what} {}", artifact.path);
        }
    }
    assert_eq!(find(&expected, "Configuration/OS/cmdkey.txt").kind, ArtifactKind::CmdkeyList);
    let mut changed = files;
    changed.get_mut("Log.csv").unwrap().push(b' ');
    assert_ne!(open_zip(zip_of(&changed, slash)).fingerprint, expected.fingerprint);
}

#[test]
fn what_is_not_read_is_listed_with_its_reason() {
    let bundle = open_zip(zip_of(&layout(), str::to_owned));
    let mta = find(&bundle, "Configuration/EventLog/LocaleMetaData/Application_1041.MTA");
    assert_eq!((mta.intake, codes(mta)), (Intake::Skipped, vec![IssueCode::NotSupported]));
    assert!(mta.issues[0].detail.contains("LocaleMetaData"));
    assert!(find(&bundle, "Outlook/Outlook_1.etl").issues[0].detail.contains("trace"));

    let items = [
        Item::stored("shot.png", b"\x89PNG\r\n\x1a\n\0\0\0\0"),
        Item::stored("mail.ost", b"!BDN\0\0\0\0"),
        Item::stored("NTUSER.DAT", b"regf\0\0\0\0"),
        Item::stored("old.evt", b"\x30\0\0\0LfLe"),
        Item::stored("a.cab", b"MSCF\0\0\0\0"),
        Item::stored("empty.evtx", b""),
        Item::stored("garbage.evtx", &[1, 0, 2, 0xff, 0, 3, 0, 0, 9, 9, 0xfe]),
        Item::stored("page.evtx", b"<html><body>Sign in</body></html>"),
        Item::stored("rules/causes/x.yaml", b"id: x\n"),
        Item::stored("x/__MACOSX/a.reg", REG),
        Item::stored("Thumbs.db", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"),
    ];
    let bundle = open_zip(writer::zip(&items));
    assert_eq!((bundle.artifacts.len(), bundle.readable()), (items.len(), 0));
    let cabinet = find(&bundle, "a.cab");
    assert_eq!((cabinet.intake, codes(cabinet)), (Intake::Failed, vec![IssueCode::Damaged]));
    assert!(bundle.artifacts.iter().all(|artifact| artifact.intake != Intake::Readable && !artifact.issues.is_empty()));
    assert_eq!(codes(find(&bundle, "mail.ost")), [IssueCode::MailData]);
    assert_eq!(codes(find(&bundle, "rules/causes/x.yaml")), [IssueCode::RulesIgnored]);
    assert_eq!(codes(find(&bundle, "empty.evtx")), [IssueCode::Empty]);
    assert_eq!(codes(find(&bundle, "garbage.evtx")), [IssueCode::NameDisagrees, IssueCode::NotSupported]);
    assert_eq!(codes(find(&bundle, "page.evtx")), [IssueCode::NameDisagrees, IssueCode::NotSupported]);
    assert_eq!(find(&bundle, "a.cab").kind, ArtifactKind::Archive);
}

#[test]
fn the_name_never_changes_the_kind() {
    let utf16: Vec<u8> = String::from_utf8_lossy(REG).encode_utf16().flat_map(u16::to_le_bytes).collect();
    let contents: [(&[u8], ArtifactKind); 12] = [
        (b"ElfFile\0\0\0\0\0", ArtifactKind::Evtx),
        (REG, ArtifactKind::RegExport),
        (&utf16, ArtifactKind::RegExport),
        (CMDKEY, ArtifactKind::CmdkeyList),
        (LOG, ArtifactKind::CollectorLog),
        (b"<Events><Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>", ArtifactKind::EventXml),
        (b"Level,Date and Time,Source,Event ID,Task Category\r\n", ArtifactKind::EventCsv),
        (b"Event[0]:\r\n  Log Name: System\r\n", ArtifactKind::EventText),
        (b"[{\"TimeCreated\":1,\"Id\":2,\"ProviderName\":3}]", ArtifactKind::EventJson),
        (b"<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">", ArtifactKind::Clixml),
        (b"<html>", ArtifactKind::Other),
        (b"\x89PNG\r\n\x1a\n", ArtifactKind::Other),
    ];
    let names = [
        "a",
        "a.evtx",
        "a.reg",
        "a.txt",
        "a.csv",
        "a.xml",
        "a.json",
        "a.zip",
        "a.png",
        "cmdkey.txt",
        "Log.csv",
        "ScriptInfo.xml",
    ];
    for (bytes, kind) in contents {
        for name in names {
            let bundle = open_zip(writer::zip(&[Item::deflated(name, bytes), Item::stored("other/x", b"x")]));
            let artifact = find(&bundle, name);
            assert_eq!(artifact.kind, kind, "{name}");
            assert_eq!(artifact.intake == Intake::Readable, kind != ArtifactKind::Other, "{name} {kind:?}");
            if name == "a.evtx" {
                assert_eq!(codes(artifact).contains(&IssueCode::NameDisagrees), kind != ArtifactKind::Evtx, "{kind:?}");
            }
        }
    }
}

#[test]
fn an_entry_that_cannot_be_read_costs_only_itself() {
    let mut items = vec![
        Item::stored("good.reg", REG),
        Item { flags: 1, ..Item::deflated("secret.txt", CMDKEY) },
        Item { method: 98, ..Item::stored("ppmd.txt", CMDKEY) },
        Item { mode: 0o120_777, ..Item::stored("link", b"/etc/shadow") },
        Item { crc: 1, ..Item::deflated("crc.reg", REG) },
        Item { size: 10, ..Item::deflated("larger.reg", REG) },
        Item { size: 1 << 20, ..Item::deflated("smaller.reg", REG) },
        Item { local_name: Some(b"other.reg".to_vec()), ..Item::deflated("named.reg", REG) },
    ];
    let mut broken = Item::deflated("broken.reg", REG);
    broken.data = vec![0xff; 40];
    items.push(broken);
    let bundle = open_zip(writer::zip(&items));
    let check = |path: &str, intake: Intake, expected: &[IssueCode]| {
        let artifact = find(&bundle, path);
        assert_eq!((artifact.intake, codes(artifact).as_slice()), (intake, expected), "{path}");
    };
    check("good.reg", Intake::Readable, &[]);
    check("secret.txt", Intake::Skipped, &[IssueCode::Encrypted]);
    check("ppmd.txt", Intake::Skipped, &[IssueCode::UnsupportedMethod]);
    check("link", Intake::Skipped, &[IssueCode::LinkNotFollowed]);
    check("crc.reg", Intake::Readable, &[IssueCode::ChecksumMismatch]);
    // What is left of it is a registry export with nothing in it.
    check("larger.reg", Intake::Readable, &[IssueCode::Damaged]);
    check("smaller.reg", Intake::Readable, &[IssueCode::Truncated]);
    check("named.reg", Intake::Readable, &[IssueCode::AmbiguousArchive]);
    check("broken.reg", Intake::Failed, &[IssueCode::NameDisagrees, IssueCode::Damaged]);
    assert_eq!(content(find(&bundle, "crc.reg")), (REG.to_vec(), Some(IssueCode::ChecksumMismatch)));
    assert_eq!(content(find(&bundle, "smaller.reg")), (REG.to_vec(), Some(IssueCode::Truncated)));
    assert_eq!(content(find(&bundle, "secret.txt")).0, b"");
}

#[test]
fn two_entries_of_one_name_are_noted() {
    let bundle = open_zip(writer::zip(&[Item::stored("a.reg", REG), Item::stored("a.reg", CMDKEY)]));
    assert_eq!(bundle.issues.iter().map(|issue| issue.code).collect::<Vec<_>>(), [IssueCode::AmbiguousArchive]);
    // Names that only Windows thinks equal are kept apart.
    let bundle = open_zip(writer::zip(&[Item::stored("A.reg", REG), Item::stored("a.reg", CMDKEY)]));
    assert_eq!(paths(&bundle), ["A.reg", "a.reg (2)"]);
}

#[test]
fn an_overlap_bomb_is_refused_at_once() {
    let kernel = Item::deflated("0", &vec![0; 1 << 20]);
    let mut bytes = writer::local(&kernel);
    let mut directory = Vec::new();
    for number in 0..500 {
        directory.extend(writer::central(&Item { name: format!("{number}").into_bytes(), ..kernel.clone() }, 0));
    }
    let start = bytes.len();
    bytes.extend(&directory);
    bytes.extend(writer::end(500, directory.len(), start));
    assert!(bytes.len() < 50_000);
    let begin = Instant::now();
    let bundle = open_zip(bytes);
    assert!(begin.elapsed() < Duration::from_millis(100), "{:?}", begin.elapsed());
    assert_eq!(paths(&bundle), ["case.zip"]);
    assert_eq!(
        (bundle.artifacts[0].intake, codes(&bundle.artifacts[0])),
        (Intake::Failed, vec![IssueCode::OverlappingEntries])
    );
}

#[test]
fn a_ratio_bomb_stops_early_and_the_rest_is_read() {
    let zeros = vec![0; 96 << 20];
    let mut fresh = b"ElfFile\0".to_vec();
    fresh.resize(17 << 20, 0);
    let bytes = writer::zip(&[
        Item::deflated_well("bomb.evtx", &zeros),
        Item::deflated_well("fresh.evtx", &fresh),
        Item::stored("good.reg", REG),
    ]);
    let begin = Instant::now();
    let bundle = open_zip(bytes);
    assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
    let bomb = find(&bundle, "bomb.evtx");
    assert_eq!(bomb.intake, Intake::Skipped);
    assert!(codes(bomb).contains(&IssueCode::SuspiciousRatio));
    let (given, issue) = content(bomb);
    assert_eq!(issue, Some(IssueCode::SuspiciousRatio));
    assert!(given.len() < 24 << 20, "{}", given.len());
    assert_eq!(find(&bundle, "fresh.evtx").intake, Intake::Readable);
    assert_eq!(content(find(&bundle, "fresh.evtx")).0.len(), fresh.len());
    assert_eq!(find(&bundle, "good.reg").intake, Intake::Readable);
}

#[test]
fn limits_of_size_and_number_end_in_issues() {
    let files: BTreeMap<String, Vec<u8>> = (0..20).map(|number| (format!("{number:02}.reg"), REG.to_vec())).collect();
    let bytes = zip_of(&files, str::to_owned);
    let size = u64::try_from(REG.len()).unwrap();
    let open = |limits: &Limits| bundle::open_bytes("case.zip", bytes.clone(), limits, false);

    let bundle = open(&Limits { entries_per_container: 7, ..Limits::default() });
    assert_eq!(bundle.artifacts.len(), 7);
    assert_eq!((bundle.issues[0].code, bundle.issues[0].detail.as_str()), (IssueCode::TooManyEntries, "13 more"));

    let bundle = open(&Limits { total_expanded: size * 3 + 1, ..Limits::default() });
    assert_eq!((bundle.artifacts.len(), bundle.readable()), (20, 3));
    assert_eq!(codes(find(&bundle, "03.reg")), [IssueCode::BundleTooLarge]);

    let limits = Limits { entry: 40, ..Limits::default() };
    let bundle = open(&limits);
    assert_eq!((bundle.readable(), codes(find(&bundle, "00.reg"))), (20, vec![IssueCode::EntryTooLarge]));
    let mut given = Vec::new();
    let error = find(&bundle, "00.reg").open(&limits).unwrap().read_to_end(&mut given).unwrap_err();
    assert_eq!((given.len(), issue_of(&error).code), (40, IssueCode::EntryTooLarge));
}

#[test]
fn containers_inside_containers_are_opened_to_a_depth() {
    let mut bytes = writer::zip(&[Item::deflated("x.reg", REG), Item::deflated("y/z.reg", REG)]);
    for level in 0..5 {
        bytes =
            writer::zip(&[Item::deflated(format!("{level}.zip"), &bytes), Item::stored(format!("{level}.reg"), REG)]);
    }
    let bundle = open_zip(bytes);
    assert_eq!(
        paths(&bundle),
        ["4.reg", "4.zip", "4.zip/3.reg", "4.zip/3.zip", "4.zip/3.zip/2.reg", "4.zip/3.zip/2.zip"]
    );
    let opened = find(&bundle, "4.zip/3.zip");
    assert_eq!((opened.kind, opened.intake, codes(opened)), (ArtifactKind::Archive, Intake::Opened, vec![]));
    let closed = find(&bundle, "4.zip/3.zip/2.zip");
    assert_eq!(
        (closed.kind, closed.intake, codes(closed)),
        (ArtifactKind::Archive, Intake::Skipped, vec![IssueCode::TooDeep])
    );
}

#[test]
fn documents_are_no_containers() {
    let document = writer::zip(&[
        Item::deflated("word/document.xml", b"<w/>"),
        Item::deflated("[Content_Types].xml", b"<Types/>"),
    ]);
    let bundle = open_zip(writer::zip(&[Item::deflated("screens.docx", &document), Item::stored("a.reg", REG)]));
    let artifact = find(&bundle, "screens.docx");
    assert_eq!(
        (artifact.kind, artifact.intake, codes(artifact)),
        (ArtifactKind::Other, Intake::Skipped, vec![IssueCode::NotSupported])
    );
}

#[test]
fn zip64_and_the_zip_crates_own_archives_are_read() {
    use std::io::Write;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().large_file(true);
    archive.start_file("日本語\\a.reg", options).unwrap();
    archive.write_all(REG).unwrap();
    let bundle = open_zip(archive.finish().unwrap().into_inner());
    assert_eq!(content(find(&bundle, "a.reg")), (REG.to_vec(), None));
}

#[test]
fn names_in_an_oem_page_are_read_and_marked() {
    let name = b"\x83C\x83x\x83\x93\x83g\x83\x8d\x83O\\cmdkey\x8fo\x97\xcd.txt";
    let bundle = open_zip(writer::zip(&[Item::stored(name, CMDKEY), Item::stored("a.reg", REG)]));
    assert_eq!(codes(find(&bundle, "イベントログ/cmdkey出力.txt")), [IssueCode::GuessedEncoding]);
}

#[test]
fn no_name_leaves_the_bundle() {
    let long = "x".repeat(2000);
    let deep = "d/".repeat(40) + "x";
    let nasty = [
        "../evil",
        "..\\evil",
        "a/../../evil",
        "/etc/passwd",
        "\\Windows\\win.ini",
        "C:\\Windows\\win.ini",
        "c:evil",
        "\\\\server\\share\\x",
        "//server/share/x",
        "..",
        "../",
        "a\0b",
        "\u{202e}gpj.exe",
        "CON",
        "NUL.txt",
        "aux.",
        "trailing. ",
        "a:b",
        "stream.txt:ads",
        "./a/./b",
        "a//b",
        "\r\nline",
        "\x1b[31mred",
        " ",
        "%PATH%",
        "~",
        "$HOME",
        "`id`",
        "|x",
        "<x>",
        "a\tb",
        long.as_str(),
        deep.as_str(),
        "\\\\?\\C:\\x",
        "\\\\.\\pipe\\x",
        "....//x",
        "..;/x",
        "．．/x",
        "..%2fx",
        "file:///etc/passwd",
    ];
    let mut items: Vec<Item> = nasty.iter().map(|name| Item::stored(name, REG)).collect();
    items.push(Item::stored("", REG));
    let bundle = open_zip(writer::zip(&items));
    assert_eq!(bundle.artifacts.len(), items.len());
    let mut seen = std::collections::BTreeSet::new();
    for artifact in &bundle.artifacts {
        let path = artifact.path.as_str();
        assert!(!path.starts_with('/') && !path.contains(['\\', '\0']) && path.len() <= 1024, "{path:?}");
        assert!(artifact.path.components().all(|part| !part.is_empty() && part != ".." && part != "."), "{path:?}");
        assert!(seen.insert(path.to_lowercase()), "{path:?}");
        assert_eq!(content(artifact).0, REG);
    }
    let unsafe_names =
        bundle.artifacts.iter().filter(|artifact| codes(artifact).contains(&IssueCode::UnsafeName)).count();
    assert!(unsafe_names >= 15, "{unsafe_names}");
}

/// Noise that does not compress.
fn noise(length: usize, mut seed: u64) -> Vec<u8> {
    (0..length)
        .map(|_| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 56) as u8
        })
        .collect()
}

#[test]
fn every_beginning_of_an_archive_gives_what_is_whole_in_it() {
    let files: Vec<(String, Vec<u8>)> = (0..8u64)
        .map(|number| {
            let mut bytes = b"ElfFile\0".to_vec();
            bytes.extend(noise(25_000, number));
            (format!("{number}.evtx"), bytes)
        })
        .collect();
    for descriptor in [false, true] {
        let items: Vec<Item> =
            files.iter().map(|(name, bytes)| Item { descriptor, ..Item::deflated(name, bytes) }).collect();
        let whole = writer::zip(&items);
        let mut best = 0;
        for length in (0..whole.len() - 200).step_by(1409).chain(whole.len() - 200..whole.len()) {
            let bundle = open_zip(whole[..length].to_vec());
            let read = bundle
                .artifacts
                .iter()
                .filter(|artifact| {
                    files.iter().any(|(name, bytes)| {
                        name == artifact.path.as_str() && content(artifact) == (bytes.clone(), None)
                    })
                })
                .count();
            assert!(
                read >= best,
                "{length} of {}: {read} after {best}: {:?} {:?}",
                whole.len(),
                bundle.issues,
                bundle.artifacts
            );
            best = read;
            for artifact in bundle.artifacts.iter().filter(|artifact| artifact.path.extension() == "evtx") {
                let whole =
                    files.iter().any(|(name, bytes)| name == artifact.path.as_str() && content(artifact).0 == *bytes);
                assert!(
                    whole || content(artifact).1.is_some(),
                    "{length}: a part of {} passes for all of it",
                    artifact.path
                );
            }
            if length > 40 {
                let named = bundle.artifacts.iter().flat_map(codes).chain(bundle.issues.iter().map(|issue| issue.code));
                assert!(named.into_iter().any(|code| code.is_loss()), "{length}");
            }
        }
        assert_eq!(best, files.len());
        assert_eq!(open_zip(whole).readable(), files.len());
    }
}

#[test]
fn headers_that_lie_cost_nothing() {
    let good = writer::zip(&[Item::deflated("a.reg", REG), Item::deflated("b.reg", REG)]);
    let length = good.len();
    let patch = |at: usize, bytes: &[u8]| {
        let mut lying = good.clone();
        lying[at..at + bytes.len()].copy_from_slice(bytes);
        lying
    };
    let end = length - 22;
    let directory = usize::try_from(u32::from_le_bytes(good[end + 16..end + 20].try_into().unwrap())).unwrap();
    let huge = [0xff; 4];
    let mut lies = vec![
        patch(end + 8, &huge),             // entries
        patch(end + 12, &huge),            // size of the directory
        patch(end + 16, &huge),            // start of the directory
        patch(end + 4, &huge),             // disks
        patch(end + 20, &[0xff, 0xff]),    // comment
        patch(directory + 20, &huge),      // compressed size
        patch(directory + 24, &huge),      // size
        patch(directory + 28, &[0xff; 2]), // name length
        patch(directory + 30, &[0xff; 2]), // extra length
        patch(directory + 42, &huge),      // offset of the header
        patch(directory + 10, &[99, 0]),   // method
        patch(18, &huge),                  // compressed size in the local header
        patch(26, &[0xff; 2]),             // name length in the local header
        patch(28, &[0xff; 2]),             // extra length in the local header
        patch(0, b"XXXX"),                 // no local header
        patch(directory, b"XXXX"),         // no directory
    ];
    lies.push(vec![b'P', b'K', 3, 4]);
    lies.push(writer::end(0xffff, 0, 0));
    for (number, bytes) in lies.into_iter().enumerate() {
        let begin = Instant::now();
        let bundle = bundle::open_bytes("case.zip", bytes, &Limits::default(), true);
        for artifact in &bundle.artifacts {
            assert!(content(artifact).0.len() <= length, "{number}");
        }
        let issues = bundle.issues.iter().chain(bundle.artifacts.iter().flat_map(|artifact| &artifact.issues)).count();
        let all = bundle.artifacts.iter().filter(|artifact| content(artifact) == (REG.to_vec(), None)).count() == 2;
        assert!(issues > 0 || all, "lie {number} went unnoticed: {bundle:?}");
        assert!(begin.elapsed() < Duration::from_secs(1), "{number}");
    }
}

#[test]
fn a_directory_that_claims_millions_of_entries_reserves_nothing() {
    use std::io::{Seek, SeekFrom, Write};
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("claims.zip");
    let mut file = fs::File::create(&path).unwrap();
    file.write_all(&writer::local(&Item::stored("a.reg", REG))).unwrap();
    // A hole in the file, so it takes no room on the disk.
    let length: u64 = 256 << 20;
    file.seek(SeekFrom::Start(length)).unwrap();
    let entries = length / 46 - 1;
    let mut record = b"PK\x06\x06".to_vec();
    record.extend(44u64.to_le_bytes());
    record.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    record.extend(entries.to_le_bytes());
    record.extend(entries.to_le_bytes());
    record.extend((length - 1000).to_le_bytes());
    record.extend(0u64.to_le_bytes());
    record.extend(b"PK\x06\x07\0\0\0\0");
    record.extend(length.to_le_bytes());
    record.extend(1u32.to_le_bytes());
    record.extend(b"PK\x05\x06\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0");
    file.write_all(&record).unwrap();
    drop(file);
    let bundle = open_path(&path);
    assert_eq!(content(find(&bundle, "a.reg")), (REG.to_vec(), None));
    assert_eq!(bundle.issues.iter().map(|issue| issue.code).collect::<Vec<_>>(), [IssueCode::Damaged]);
}

#[test]
fn thousands_of_equal_names_take_no_longer_than_different_ones() {
    let items: Vec<Item> = (0..16_384u32)
        .map(|number| {
            let name: String =
                (0..14).map(|bit| if number >> bit & 1 == 1 { 'A' } else { 'a' }).chain(".reg".chars()).collect();
            Item::stored(name, REG)
        })
        .collect();
    let begin = Instant::now();
    let bundle = open_zip(writer::zip(&items));
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    assert_eq!(bundle.readable(), items.len());
}

#[test]
fn arguments_become_cases() {
    let root = tempfile::tempdir().unwrap();
    let at = |path: &str| root.path().join(path);
    let zip = writer::zip(&[Item::stored("a.reg", REG)]);
    write_folder(
        root.path(),
        &BTreeMap::from([
            ("one/Log.csv".to_owned(), LOG.to_vec()),
            ("many/1.zip".to_owned(), zip.clone()),
            ("many/2/a.reg".to_owned(), REG.to_vec()),
            ("many/notes.txt".to_owned(), b"two tickets".to_vec()),
            ("many/empty/deeper/x".to_owned(), b"".to_vec()),
            ("mixed/1.zip".to_owned(), zip.clone()),
            ("mixed/a.reg".to_owned(), REG.to_vec()),
            ("layout/Configuration/OS/cmdkey.txt".to_owned(), CMDKEY.to_vec()),
            ("layout/Outlook/x.etl".to_owned(), vec![0; 9]),
            ("wrapper/Outlook_PC/Log.csv".to_owned(), LOG.to_vec()),
            ("a.evtx".to_owned(), b"ElfFile\0".to_vec()),
            ("b.reg".to_owned(), REG.to_vec()),
            ("c.zip".to_owned(), zip),
        ]),
    );
    fs::create_dir(at("nothing")).unwrap();
    let check = |arguments: &[&str], join: bool, expected: &[&[&str]]| {
        let arguments: Vec<PathBuf> = arguments.iter().map(|path| at(path)).collect();
        let cases: Vec<Vec<PathBuf>> = cases(&arguments, join).unwrap().into_iter().map(|case| case.paths).collect();
        let expected: Vec<Vec<PathBuf>> =
            expected.iter().map(|case| case.iter().map(|path| at(path)).collect()).collect();
        assert_eq!(cases, expected);
    };
    check(&["one"], false, &[&["one"]]);
    check(&["many"], false, &[&["many/1.zip"], &["many/2"], &["many/empty"]]);
    check(&["mixed"], false, &[&["mixed"]]);
    check(&["layout"], false, &[&["layout"]]);
    check(&["layout/Configuration"], false, &[&["layout/Configuration"]]);
    check(&["wrapper"], false, &[&["wrapper"]]);
    check(&["nothing"], false, &[&["nothing"]]);
    check(&["c.zip", "a.evtx", "one", "b.reg"], false, &[&["c.zip"], &["a.evtx", "b.reg"], &["one"]]);
    check(&["c.zip", "a.evtx", "many"], true, &[&["c.zip", "a.evtx", "many"]]);
    let missing = cases(&[at("a.evtx"), at("nowhere.zip")], true).unwrap_err();
    assert!(matches!(missing.kind(), ErrorKind::NotFound(path) if *path == at("nowhere.zip")));
    assert!(missing.to_string().contains("no such file or folder"));

    let joined = cases(&[at("c.zip"), at("one"), at("b.reg")], true).unwrap();
    assert_eq!(joined[0].name, "c.zip, one, b.reg");
    let bundle = bundle::open(&joined[0], &Limits::default(), false).unwrap();
    assert_eq!(paths(&bundle), ["Log.csv", "b.reg", "c.zip", "c.zip/a.reg"]);
    assert!(open_path(&at("nothing")).artifacts.is_empty());
}

#[cfg(unix)]
#[test]
fn a_folder_is_walked_without_following_or_opening_anything_odd() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let root = tempfile::tempdir().unwrap();
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret.reg"), REG).unwrap();
    let at = |path: &str| root.path().join(path);
    fs::write(at("a.reg"), REG).unwrap();
    symlink(root.path(), at("loop")).unwrap();
    symlink(outside.path(), at("out")).unwrap();
    symlink(outside.path().join("secret.reg"), at("secret.reg")).unwrap();
    fs::write(at("Configuration\\OS\\cmdkey.txt"), CMDKEY).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
    let fifo = std::process::Command::new("mkfifo").arg(at("fifo")).status().is_ok_and(|status| status.success());
    if !fifo {
        println!("SKIPPED: no mkfifo here, so no pipe in the folder");
    }
    let mut deep = at("deep");
    for _ in 0..100 {
        fs::create_dir(&deep).unwrap();
        deep.push("d");
    }
    fs::write(at("closed.reg"), REG).unwrap();
    fs::set_permissions(at("closed.reg"), fs::Permissions::from_mode(0o000)).unwrap();

    let begin = Instant::now();
    let bundle = open_path(root.path());
    assert!(begin.elapsed() < Duration::from_secs(1));
    let check = |path: &str, intake: Intake, code: Option<IssueCode>| {
        let artifact = find(&bundle, path);
        assert_eq!((artifact.intake, codes(artifact).first().copied()), (intake, code), "{path}");
    };
    check("a.reg", Intake::Readable, None);
    check("Configuration/OS/cmdkey.txt", Intake::Readable, None);
    check("loop", Intake::Skipped, Some(IssueCode::LinkNotFollowed));
    check("out", Intake::Skipped, Some(IssueCode::LinkNotFollowed));
    check("secret.reg", Intake::Skipped, Some(IssueCode::LinkNotFollowed));
    check("socket", Intake::Skipped, Some(IssueCode::NotRegularFile));
    if fifo {
        check("fifo", Intake::Skipped, Some(IssueCode::NotRegularFile));
    }
    assert!(bundle.artifacts.iter().any(|artifact| codes(artifact).contains(&IssueCode::TooDeep)));
    if fs::read(at("closed.reg")).is_ok() {
        println!("SKIPPED: this user may read files without permission");
    } else {
        check("closed.reg", Intake::Failed, Some(IssueCode::PermissionDenied));
    }
}

#[test]
fn a_file_that_shrank_since_it_was_listed_is_cut_with_an_issue() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("a.reg");
    fs::write(&path, REG).unwrap();
    let bundle = open_path(root.path());
    fs::write(&path, &REG[..20]).unwrap();
    assert_eq!(content(&bundle.artifacts[0]), (REG[..20].to_vec(), Some(IssueCode::Truncated)));
    fs::write(&path, [REG, REG].concat()).unwrap();
    assert_eq!(content(&bundle.artifacts[0]), (REG.to_vec(), None));
    fs::remove_file(&path).unwrap();
    assert_eq!(content(&bundle.artifacts[0]), (Vec::new(), Some(IssueCode::ReadFailed)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_change_to_an_archive_stops_the_intake(at in 0usize..4000, bytes in proptest::collection::vec(any::<u8>(), 1..8), cut in 0usize..4000) {
        let inner = writer::zip(&[Item::deflated("in.reg", REG), Item::deflated("in.txt", CMDKEY)]);
        let mut archive = writer::zip(&[Item::stored("in.zip", &inner), Item { descriptor: true, ..Item::deflated("Log.csv", LOG) }, Item::deflated("a.reg", REG)]);
        let at = at % archive.len();
        for (offset, byte) in bytes.iter().enumerate() {
            if let Some(slot) = archive.get_mut(at + offset) {
                *slot = *byte;
            }
        }
        archive.truncate(archive.len() - cut % archive.len() / 8);
        let bundle = open_zip(archive);
        for artifact in &bundle.artifacts {
            let _ = content(artifact);
        }
        prop_assert_eq!(bundle.fingerprint.len(), 64);
    }

    #[test]
    fn any_bytes_have_a_kind(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let sniffed = bundle::sniff(&bytes, true);
        prop_assert!(sniffed.kind != ArtifactKind::Other || sniffed.unread.is_some());
    }
}
