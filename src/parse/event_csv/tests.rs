use super::*;
use crate::bundle::{ArtifactKind, sniff};
use crate::parse::event::tests::{self as exports, events};
use crate::parse::record::{EventRecord, Zone};

fn read(text: &str) -> Parsed {
    exports::read(parse, text)
}

/// Provider, id, level, audit bits and time of every event.
fn shown(parsed: &Parsed) -> Vec<String> {
    let one = |event: &&EventRecord| {
        format!("{} {} {} {:x} {}", event.provider, event.id, event.level, event.keywords >> 52, event.at)
    };
    events(parsed).iter().map(one).collect()
}

#[test]
fn event_viewer_writes_one_field_more_than_headings_in_every_language() {
    let check = |header: &str, row: &str, expected: &str| {
        for separator in [",", "\t"] {
            let text = format!("{header}\r\n{row}\r\n").replace(',', separator);
            assert_eq!(sniff(text.as_bytes(), true).kind, ArtifactKind::EventCsv, "{text}");
            let parsed = read(&text);
            assert_eq!(
                (shown(&parsed), parsed.complete),
                (vec![expected.to_owned()], true),
                "{text} {:?}",
                parsed.issues
            );
            let event = events(&parsed)[0];
            assert_eq!(event.data.named("rendered-message"), Some("one\ntwo \"x\""), "{text}");
            assert_eq!((event.export.zone, event.export.partial, event.export.line), (Zone::Local, true, 2));
        }
    };
    let message = "\"one\r\ntwo \"\"x\"\"\"";
    check(
        "Level,Date and Time,Source,Event ID,Task Category",
        &format!("Information,3/28/2026 2:15:30 AM,Outlook,45,None,{message}"),
        "Outlook 45 4 0 2026-03-28T02:15:30Z",
    );
    check(
        "Keywords,Date and Time,Source,Event ID,Task Category",
        &format!("Audit Failure,3/28/2026 12:15:30\u{202f}PM,Microsoft-Windows-Security-Auditing,4625,Logon,{message}"),
        "Microsoft-Windows-Security-Auditing 4625 0 1 2026-03-28T12:15:30Z",
    );
    check(
        "\u{feff}レベル,日付と時刻,ソース,イベント ID,タスクのカテゴリ",
        &format!("情報,2026/03/05 11:15:30,Outlook,45,なし,{message}"),
        "Outlook 45 4 0 2026-03-05T11:15:30Z",
    );
    check(
        "キーワード,日付と時刻,ソース,イベント ID,タスクのカテゴリ",
        &format!("成功の監査,2026/03/05 11:15:30,AD FS Auditing,1202,(3),{message}"),
        "AD FS Auditing 1202 0 2 2026-03-05T11:15:30Z",
    );
    check(
        "Ebene,Datum und Uhrzeit,Quelle,Ereignis-ID,Aufgabenkategorie",
        &format!("Informationen,05.03.2026 11:15:30,Outlook,45,Keine,{message}"),
        "Outlook 45 4 0 2026-03-05T11:15:30Z",
    );
    check(
        "Niveau,Date et heure,Source,ID de l’événement,Catégorie de la tâche",
        &format!("Informations,05/03/2026 11:15:30,Outlook,45,Aucun,{message}"),
        "Outlook 45 4 0 2026-03-05T11:15:30Z",
    );
    check(
        "Taso,Aika,Lähde,Tunnus,Luokka",
        &format!("Tietoja,28.3.2026 11.15:30:00,Outlook,45,Ei mitään,{message}").replace("11.15:30:00", "11:15:30"),
        "Outlook 45 0 0 2026-03-28T11:15:30Z",
    );
    check(
        "Nível,Palavras-chave,Data e Hora,Fonte,Identificação do Evento,Categoria da Tarefa,Computador,Log",
        &format!("Aviso,,6/28/2020 10:57:55 PM,Outlook,45,x,PC0123,Application,{message}"),
        "Outlook 45 3 0 2020-06-28T22:57:55Z",
    );
}

#[test]
fn day_and_month_are_told_apart_or_not_at_all() {
    let of = |header: &str, dates: &[&str]| {
        let rows: String = dates.iter().map(|date| format!("Error,{date},Outlook,45,None,x\n")).collect();
        let parsed = read(&format!("{header}\n{rows}"));
        let codes: Vec<_> = parsed.issues.iter().map(|issue| issue.code).collect();
        (events(&parsed).iter().map(|event| event.at.to_string()).collect::<Vec<_>>(), codes)
    };
    let header = "Level,Date and Time,Source,Event ID,Task Category";
    let times = |texts: &[&str]| texts.iter().map(|text| format!("{text}T01:00:00Z")).collect::<Vec<_>>();
    assert_eq!(of(header, &["5/3/2026 01:00:00", "28/2/2026 01:00:00"]).0, times(&["2026-03-05", "2026-02-28"]));
    assert_eq!(of(header, &["5/3/2026 01:00:00", "2/28/2026 01:00:00"]).0, times(&["2026-05-03", "2026-02-28"]));
    assert_eq!(
        of(header, &["5/4/2026 01:00:00", "1/5/2026 01:00:00", "2/5/2026 01:00:00"]).0,
        times(&["2026-04-05", "2026-05-01", "2026-05-02"])
    );
    // Australia and Singapore write AM and PM behind the day and the month, the United States behind the month and the day.
    for date in ["5/4/2026 01:00:00", "5/4/2026 1:00:00 AM"] {
        let (found, codes) = of(header, &[date]);
        assert_eq!(found, [] as [String; 0]);
        assert!(codes.contains(&IssueCode::AmbiguousDate) && codes.contains(&IssueCode::BadRecord), "{codes:?}");
    }
}

#[test]
fn tables_of_powershell_are_told_by_their_names() {
    let text = concat!(
        "#TYPE Selected.System.Diagnostics.Eventing.Reader.EventLogRecord\r\n",
        "\"TimeCreated\",\"Id\",\"ProviderName\",\"RecordId\",\"LogName\",\"MachineName\",\"Keywords\",\"Properties\",\"Message\"\r\n",
        "\"2026/03/05 11:15:30\",\"4776\",\"Microsoft-Windows-Security-Auditing\",\"7\",\"Security\",\"DC01\",\"-9218868437227405312\",\"System.Collections.Generic.List`1[x]\",\"a\r\nError Code:\t0xC000006A\"\r\n",
    );
    assert_eq!(sniff(text.as_bytes(), true).kind, ArtifactKind::EventCsv);
    let parsed = read(text);
    assert_eq!(shown(&parsed), ["Microsoft-Windows-Security-Auditing 4776 0 801 2026-03-05T11:15:30Z"]);
    let event = events(&parsed)[0];
    assert_eq!((event.record, event.export.partial, event.data.named("Status")), (7, true, Some("0xC000006A")));
    assert_eq!(parsed.logs[0].gaps, [], "it has numbers");
    let older = concat!(
        "#TYPE System.Diagnostics.EventLogEntry#Application/Outlook/1073741869\r\n",
        "\"EventID\",\"MachineName\",\"Index\",\"EntryType\",\"Message\",\"Source\",\"ReplacementStrings\",\"InstanceId\",\"TimeGenerated\"\r\n",
        "\"45\",\"PC0123\",\"9\",\"Information\",\"???\",\"Outlook\",\"System.String[]\",\"1073741869\",\"2017/11/18 15:35:24\"\r\n",
    );
    let parsed = read(older);
    assert_eq!(shown(&parsed), ["Outlook 45 0 0 2017-11-18T15:35:24Z"]);
    assert_eq!((&*events(&parsed)[0].channel, events(&parsed)[0].export.partial), ("Application", true));
    assert_eq!(shown(&read(&older.replace("\",\"", "\";\""))), shown(&parsed), "another separator");
}

#[test]
fn a_missing_quote_costs_one_row_and_a_cut_is_seen() {
    let header = "Level,Date and Time,Source,Event ID,Task Category";
    let row = |id: u16, message: &str| format!("Warning,2026/03/05 11:15:30,Outlook,{id},None,{message}\n");
    let parsed = read(&format!("{header}\n{}{}{}", row(1, "x"), row(2, "\"never closed"), row(3, "y")));
    assert_eq!(events(&parsed).iter().map(|event| event.id).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(!parsed.complete);
    let parsed = read(&format!("{header}\n{}{}", row(1, "x"), row(2, "\"cut")));
    assert!(parsed.issues.iter().any(|issue| issue.code == IssueCode::Truncated), "{:?}", parsed.issues);
    let parsed = read(&format!("{header}\n{}no row\n{}", row(1, "x"), row(2, "y")));
    assert_eq!((parsed.seen, parsed.complete), (2, false));
    let parsed = read(row(1, "x").as_str());
    assert!(parsed.seen == 1 && parsed.issues.iter().any(|issue| issue.code == IssueCode::UnknownHeader));
    assert_eq!(parsed.logs[0].gaps, [parsed.logs[0].window], "without numbers nothing is unbroken");
    assert_eq!(row::fields("a,\"b,\"\"c\",d\"e", ','), ["a", "b,\"c", "d\"e"]);
}
