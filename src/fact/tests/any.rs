//! Whatever the parsers give, the facts are built without a panic, twice alike, and within the cap.

use proptest::prelude::*;

use super::*;

/// Texts that the stage looks into, and texts that look almost like them.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(TANAKA.to_owned()),
        Just(format!("Running as X ({ADMIN}); a")),
        Just("Target user:(S-1-".to_owned()),
        Just(r"HKU\S-1-5-21-1\Software does not exist".to_owned()),
        Just("Domain:Domain:target=".to_owned()),
        Just("AADSTS50126 0xC000006A 0x".to_owned()),
        Just("<a:UserId>u</a:UserId".to_owned()),
        Just("16.0.4600.1000".to_owned()),
        Just("Microsoft Outlook 2013 (KB2880470".to_owned()),
        Just(r"SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall\x_Office15".to_owned()),
        Just(r"Software\Microsoft\Office\15.0\Outlook\InstallRoot".to_owned()),
        Just("a@b.example".to_owned()),
        "[\\PC]{0,12}",
    ]
}

fn hive() -> impl Strategy<Value = Hive> {
    prop_oneof![Just(Hive::Machine), prop::option::of(word()).prop_map(Hive::User), word().prop_map(Hive::Other),]
}

fn ps_value() -> impl Strategy<Value = PsValue> {
    prop_oneof![
        Just(PsValue::Nil),
        word().prop_map(PsValue::Text),
        any::<i64>().prop_map(PsValue::Number),
        word().prop_map(PsValue::LocalTime),
        (word(), word()).prop_map(|(name, text)| PsValue::Object(Box::new(PsObject {
            types: vec![],
            properties: vec![(name, PsValue::Text(text))],
            to_string: None,
            line: 0,
            lines: Vec::new(),
        }))),
    ]
}

fn record() -> impl Strategy<Value = Record> {
    let names = ["Name", "Sid", "FileVersion", "VersionToReport", "End", "RunAsUser", "TargetUser", "CurrentTimeZone"];
    prop_oneof![
        (
            word(),
            any::<u16>(),
            -1_000_000_000_000_i64..200_000_000_000,
            prop::collection::vec((prop::option::of(word()), word()), 0..6)
        )
            .prop_map(|(provider, id, second, data)| {
                let mut event = event(&provider, id, "2014-01-01T00:00:00Z", "PC", &[]);
                event.at = jiff::Timestamp::from_second(second.max(-377_705_023_201)).unwrap_or_default();
                event.data = data.into_iter().collect();
                Record::Event(event)
            }),
        (hive(), word(), word(), word()).prop_map(|(hive, key, name, text)| value(
            hive,
            &key,
            &name,
            RegistryData::Sz(text)
        )),
        (hive(), word()).prop_map(|(hive, key)| root(hive, &key)),
        (word(), prop::option::of(word())).prop_map(|(target, user)| credential(&target, user.as_deref())),
        (hive(), word(), "[0-9a-f]{0,9}", word()).prop_map(|(hive, address, tag, text)| Record::Profile(profile(
            hive,
            &address,
            &[(&tag, "x", Value::Text(text))]
        ))),
        prop::collection::vec((prop::sample::select(names.to_vec()), ps_value()), 0..5)
            .prop_map(|properties| object(&["Win32_OperatingSystem"], &properties)),
        (word(), any::<i32>()).prop_map(|(message, offset_seconds)| Record::CollectorLine(CollectorLine {
            at: jiff::Timestamp::MAX,
            offset_seconds,
            function: String::new(),
            message,
            line: u64::MAX,
        })),
    ]
}

fn case() -> impl Strategy<Value = Case> {
    let kinds = vec![
        ArtifactKind::Evtx,
        ArtifactKind::RegExport,
        ArtifactKind::CmdkeyList,
        ArtifactKind::StoredCredentialClixml,
        ArtifactKind::OutlookProfileClixml,
        ArtifactKind::MapiProfileXml,
        ArtifactKind::CollectorLog,
        ArtifactKind::CollectorInfo,
        ArtifactKind::Clixml,
    ];
    let paths = vec!["a", "Configuration/x", "b/Log.csv", "b/Configuration/y", "/", ""];
    let artifact = (prop::sample::select(paths), prop::sample::select(kinds), prop::collection::vec(record(), 0..12));
    (prop::collection::vec(artifact, 0..5), prop::option::of(word()), 0_u64..60).prop_map(
        |(artifacts, user, max_facts)| {
            let mut case = Case::default();
            for (path, kind, records) in artifacts {
                case = case.with(path, kind, records);
            }
            case.options.user = user;
            case.options.max_facts = max_facts;
            case
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_records_give_facts_twice_alike_and_within_the_cap(case in case()) {
        let (store, issues) = case.build();
        let kept = store.events.len()
            + store.registry.len()
            + store.credentials.len()
            + store.profiles.len()
            + store.products.len()
            + store.patches.len()
            + store.properties.len()
            + store.codes.len();
        prop_assert!(kept as u64 <= case.options.max_facts);
        let sorted: Vec<_> = store.events.iter().map(|event| (event.at, event.channel.clone(), event.record)).collect();
        prop_assert!(sorted.is_sorted());
        prop_assert!(store.codes.iter().all(|code| code.event.is_none_or(|index| index < store.events.len())));
        prop_assert_eq!((store, issues), case.build());
    }
}
