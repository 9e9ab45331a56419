//! The reader of event logs against real logs; damaged and hostile ones are in the submodules.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::print_stdout
)]

mod cut;
mod hostile;
mod raw;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use outlook_triage::limits::Limits;
use outlook_triage::parse::interest::Interest;
use outlook_triage::parse::record::{Parsed, Record};
use outlook_triage::parse::{Context, Input, evtx};

type Pairs = BTreeMap<(String, u16), u64>;

/// Where the real logs are; the reason is printed when they are not there.
fn corpus() -> Option<PathBuf> {
    let Some(path) = std::env::var_os("OUTLOOK_TRIAGE_CORPUS") else {
        println!("SKIPPED: OUTLOOK_TRIAGE_CORPUS is not set");
        return None;
    };
    Some(PathBuf::from(path).join("evtx"))
}

fn parse(bytes: &[u8], interest: &Interest) -> Parsed {
    let mut reader = bytes;
    let input = Input { reader: &mut reader, encoding: None, bytes: bytes.len() as u64 };
    evtx::parse(input, Context { interest, limits: &Limits::default() })
}

/// Provider and id of every event, with its number, over all logs of a file.
fn pairs(parsed: &Parsed) -> Pairs {
    let mut pairs = Pairs::new();
    for log in &parsed.logs {
        for (pair, count) in &log.counts {
            *pairs.entry(pair.clone()).or_default() += count.number;
        }
    }
    pairs
}

/// Why this reader and the other one differ on a file.
struct Explained {
    original: &'static str,
    reason: &'static str,
    /// `Provider/@Name` here, `@EventSourceName` there.
    names: &'static [(&'static str, &'static str)],
    /// Records that only this reader reads.
    more: &'static [(&'static str, u16, u64)],
}

const OTHER_NAME: &str = "the other reader prefers EventSourceName, which these providers carry beside Name";
const SEARCH: (&str, &str) = ("Microsoft-Windows-Search", "Windows Search Service");
const LICENSING: (&str, &str) = ("Microsoft-Windows-Security-SPP", "Software Protection Platform Service");

const EXPLAINED: &[Explained] = &[
    Explained {
        original: "Application_no_crc32.evtx",
        reason: OTHER_NAME,
        names: &[SEARCH, LICENSING, ("Microsoft-Windows-Winlogon", "Wlclntfy")],
        more: &[],
    },
    Explained { original: "rogue_msi_url_1040_1042.evtx", reason: OTHER_NAME, names: &[LICENSING], more: &[] },
    Explained {
        original: "many-events-application.evtx",
        reason: OTHER_NAME,
        names: &[
            SEARCH,
            LICENSING,
            ("Microsoft-Windows-Complus", "COM+"),
            ("Microsoft-Windows-EventSystem", "EventSystem"),
            ("Microsoft-Windows-MSDTC", "MSDTC"),
            ("Microsoft-Windows-MSDTC 2", "MSDTC 2"),
            ("Microsoft-Windows-WMI", "WinMgmt"),
            ("Microsoft-Windows-Winlogon", "Winlogon"),
        ],
        more: &[],
    },
    Explained {
        original: "E_ShadowCopy6_windows_system32_winevt_logs_Microsoft-Windows-CAPI2%4Operational.evtx",
        reason: "23 records have an entity reference inside an attribute (token 0x49), which the other reader does not know",
        names: &[],
        more: &[("Microsoft-Windows-CAPI2", 51, 20), ("Microsoft-Windows-CAPI2", 53, 3)],
    },
    Explained {
        original: "sample_with_a_bad_chunk_magic.evtx",
        reason: "the chunk at 462,848 is damaged after record 47639; 47675 to 47705 behind the hole are whole, \
                 and the other reader stops at the first record that is not",
        names: &[],
        more: &[("Microsoft-Windows-AppXDeployment", 325, 31)],
    },
];

#[test]
fn real_logs_agree_with_an_independent_reader() {
    let Some(corpus) = corpus() else { return };
    let table = |name: &str| fs::read_to_string(corpus.join(name)).unwrap();
    let mut expected = BTreeMap::<String, Pairs>::new();
    for row in table("events.tsv").lines().skip(1) {
        let [file, provider, id, count] = row.split('\t').collect::<Vec<_>>()[..] else { panic!("{row}") };
        expected.entry(file.into()).or_default().insert((provider.into(), id.parse().unwrap()), count.parse().unwrap());
    }
    let (mut files, mut used) = (0, 0);
    for row in table("records.tsv").lines().skip(1) {
        let [file, _, _, records, unreadable, original] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{row}")
        };
        let parsed = parse(&fs::read(corpus.join(file)).unwrap(), &Interest::default());
        assert_eq!(parsed.records, [], "{original}: nobody asked for records");
        let mut want = expected.remove(file).unwrap_or_default();
        let mut seen = records.parse::<u64>().unwrap() - unreadable.parse::<u64>().unwrap();
        let explained = EXPLAINED.iter().find(|explained| explained.original == original);
        let mut found = pairs(&parsed);
        if let Some(explained) = explained {
            used += 1;
            assert_ne!(
                (found.clone(), parsed.seen),
                (want.clone(), seen),
                "{original} does not differ: {}",
                explained.reason
            );
            for (provider, id, count) in explained.more {
                *want.entry(((*provider).to_owned(), *id)).or_default() += count;
                seen += count;
            }
            found = renamed(found, explained.names);
            want = renamed(want, explained.names);
        }
        assert_eq!(found, want, "{original}");
        assert_eq!(parsed.seen, seen, "{original}");
        files += 1;
    }
    assert_eq!((files, used), (208, EXPLAINED.len()));
}

/// A glance at a record must tell what decoding it tells: with nothing, something and everything asked for, the counts,
/// times and issues are the same, and the records are those that were asked for.
#[test]
fn asking_for_less_changes_no_count() {
    let Some(corpus) = corpus() else { return };
    let mut files = 0;
    for entry in fs::read_dir(corpus).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "evtx") {
            continue;
        }
        files += 1;
        same_counts(&fs::read(&path).unwrap(), &path.display().to_string());
    }
    assert_eq!(files, 208);
}

/// Parses with nothing, every third pair, and everything asked for.
fn same_counts(bytes: &[u8], name: &str) {
    let all = parse(bytes, &Interest::everything());
    assert_eq!(all.records.len() as u64, all.seen, "{name}");
    let mut some = Interest::default();
    for (provider, id) in pairs(&all).into_keys().step_by(3) {
        some.add_event(&provider, id);
    }
    for interest in [Interest::default(), some] {
        let fewer = parse(bytes, &interest);
        assert_eq!(fewer.logs, all.logs, "{name}");
        assert_eq!((fewer.seen, &fewer.issues), (all.seen, &all.issues), "{name}");
        let wanted: Vec<&Record> = all.records.iter().filter(|record| wants(&interest, record)).collect();
        assert_eq!(fewer.records.iter().collect::<Vec<_>>(), wanted, "{name}");
    }
}

fn wants(interest: &Interest, record: &Record) -> bool {
    matches!(record, Record::Event(event) if interest.wants_event(&event.provider, event.id))
}

/// Counts under the other reader's names. "Wlclntfy" and "Winlogon" are two sources of one provider.
fn renamed(pairs: Pairs, names: &[(&str, &str)]) -> Pairs {
    let mut all = Pairs::new();
    for ((provider, id), count) in pairs {
        let provider = if provider == "Wlclntfy" && names.iter().any(|(_, there)| *there == "Winlogon") {
            "Winlogon".to_owned()
        } else {
            names.iter().find(|(here, _)| *here == provider).map_or(provider, |(_, there)| (*there).to_owned())
        };
        *all.entry((provider, id)).or_default() += count;
    }
    all
}
