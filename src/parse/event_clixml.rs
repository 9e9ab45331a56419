//! Turns `Get-WinEvent` or `Get-EventLog` through `Export-Clixml` into events.
//!
//! The objects are those of any CLIXML file, given on one by one; which of their properties is what, every PowerShell export
//! shares. Refuses objects that are no events.
//!
//! ```text
//! <Obj RefId="0"><TN RefId="0"><T>System.Diagnostics.Eventing.Reader.EventLogRecord</T>…</TN>
//!   <Props><I32 N="Id">411</I32>…<DT N="TimeCreated">2026-03-05T11:15:30.1234567+09:00</DT>…<Obj N="Properties"><LST>…
//! ```

use super::event::export::Events;
use super::event::powershell;
use super::record::Parsed;
use super::{Context, Input, clixml};
use crate::issue::IssueCode;

/// Reads a whole file.
#[must_use]
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    let mut events = Events::new(context);
    let objects = clixml::each(input, context, &mut |object| match powershell::event(&object) {
        Some(plain) => events.plain(plain, object.line).is_ok(),
        None => {
            events.lost(IssueCode::BadRecord, object.line, object.types.first().map_or("no event", String::as_str));
            true
        }
    });
    let encoding = objects.encoding.clone();
    let parsed = events.finish(encoding);
    let mut issues = objects.issues;
    issues.extend(parsed.issues);
    Parsed { complete: parsed.complete && objects.complete, issues, ..parsed }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::parse::interest::Interest;
    use crate::parse::record::{EventRecord, Record};

    fn read(inner: &str) -> Parsed {
        let text = format!(
            "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">{inner}</Objs>"
        );
        assert_eq!(crate::bundle::sniff(text.as_bytes(), true).kind, crate::bundle::ArtifactKind::EventClixml);
        let (interest, limits) = (Interest::everything(), Limits::default());
        let mut reader = text.as_bytes();
        parse(Input { reader: &mut reader, encoding: None, bytes: 0 }, Context { interest: &interest, limits: &limits })
    }

    fn only(parsed: &Parsed) -> &EventRecord {
        let [Record::Event(event)] = parsed.records.as_slice() else { panic!("{parsed:?}") };
        event
    }

    const TYPES: &str =
        "<TN RefId=\"0\"><T>System.Diagnostics.Eventing.Reader.EventLogRecord</T><T>System.Object</T></TN>";
    const PROPERTIES: &str = "<I32 N=\"Id\">411</I32><By N=\"Level\">0</By><I64 N=\"Keywords\">-9218868437227405312</I64>\
        <I64 N=\"RecordId\">88</I64><S N=\"ProviderName\">AD FS Auditing</S><S N=\"LogName\">Security</S>\
        <S N=\"MachineName\">STS1</S><Obj N=\"UserId\" RefId=\"1\"><TN RefId=\"1\"><T>System.Security.Principal.SecurityIdentifier</T></TN>\
        <ToString>S-1-5-21-1-2-3-9</ToString><Props><S N=\"Value\">S-1-5-21-1-2-3-9</S></Props></Obj>\
        <DT N=\"TimeCreated\">2019-11-07T09:59:56.5265735-08:00</DT><G N=\"ActivityId\">0A000000-0000-0000-0000-000000000001</G>";
    const VALUES: &str = "<Obj N=\"Properties\" RefId=\"2\"><TN RefId=\"2\"><T>System.Collections.Generic.List`1</T></TN><LST>\
        <Obj RefId=\"3\"><TN RefId=\"3\"><T>System.Diagnostics.Eventing.Reader.EventProperty</T></TN><Props><S N=\"Value\">one</S></Props></Obj>\
        <Obj RefId=\"4\"><TNRef RefId=\"3\"/><Props><I32 N=\"Value\">-1073741718</I32></Props></Obj></LST></Obj>";

    #[test]
    fn a_whole_object_gives_the_event_with_its_values_by_place() {
        for form in [
            format!(
                "<Obj RefId=\"0\">{TYPES}<ToString>x</ToString><Props>{PROPERTIES}{VALUES}</Props><MS><S N=\"Message\">m</S></MS></Obj>"
            ),
            format!(
                "<Obj RefId=\"0\">{}<MS>{PROPERTIES}{VALUES}</MS></Obj>",
                TYPES.replace("<T>System.D", "<T>Selected.System.D")
            ),
        ] {
            let parsed = read(&form);
            assert_eq!((parsed.seen, parsed.complete, parsed.issues.len()), (1, true, 0), "{:?}", parsed.issues);
            let event = only(&parsed);
            assert_eq!(
                (&*event.provider, event.id, event.record, &*event.channel),
                ("AD FS Auditing", 411, 88, "Security")
            );
            assert_eq!(event.at.to_string(), "2019-11-07T17:59:56.5265735Z");
            assert_eq!((event.keywords, event.user_sid.as_deref()), (0x8010_0000_0000_0000, Some("S-1-5-21-1-2-3-9")));
            assert_eq!(event.activity.as_deref(), Some("0a000000-0000-0000-0000-000000000001"));
            assert_eq!(event.data.iter().collect::<Vec<_>>(), [(None, "one"), (None, "0xc000006a")]);
            assert!(!event.export.partial);
        }
    }

    #[test]
    fn without_its_values_an_event_says_so() {
        let parsed = read(&format!(
            "<Obj RefId=\"0\">{TYPES}<MS>{PROPERTIES}<S N=\"Message\">Token:_x000D__x000A_Client IP: 192.0.2.1</S></MS></Obj>"
        ));
        let event = only(&parsed);
        assert!(event.export.partial);
        assert_eq!(event.data.named("client-ip"), Some("192.0.2.1"));
    }

    #[test]
    fn an_entry_of_the_older_command_is_an_event_too() {
        let parsed = read(
            "<Obj RefId=\"0\"><TN RefId=\"0\"><T>System.Diagnostics.EventLogEntry#Security/Microsoft-Windows-Security-Auditing/4625</T>\
             <T>System.Diagnostics.EventLogEntry</T></TN><Props><S N=\"MachineName\">DC01</S><I32 N=\"Index\">7</I32>\
             <Obj N=\"EntryType\" RefId=\"1\"><TN RefId=\"1\"><T>System.Diagnostics.EventLogEntryType</T><T>System.Enum</T></TN>\
             <ToString>FailureAudit</ToString><I32>16</I32></Obj><S N=\"Source\">Microsoft-Windows-Security-Auditing</S>\
             <Obj N=\"ReplacementStrings\" RefId=\"2\"><LST><S>S-1-5-18</S></LST></Obj><I64 N=\"InstanceId\">4625</I64>\
             <DT N=\"TimeGenerated\">2026-03-05T11:15:30</DT></Props><MS><I32 N=\"EventID\">4625</I32></MS></Obj>",
        );
        let event = only(&parsed);
        assert_eq!((event.id, event.record, &*event.channel, event.keywords), (4625, 7, "Security", 1 << 52));
        assert_eq!((event.export.zone, event.data.at(0)), (crate::parse::record::Zone::Local, Some("S-1-5-18")));
        assert_eq!(parsed.logs.first().map(|log| log.zone), Some(crate::parse::record::Zone::Local));
    }

    #[test]
    fn what_is_no_event_is_a_lost_record() {
        let parsed = read(&format!("<Obj RefId=\"0\">{TYPES}<MS><S N=\"Id\">x</S></MS></Obj><S>text</S>"));
        assert_eq!((parsed.seen, parsed.complete), (0, false));
    }
}
