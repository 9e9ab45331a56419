//! The dearest input of every format: what stands once, what is repeated up to a size, and what stands at the end.
//!
//! `growth.rs` reads each of them, and `benches/growth.rs` measures what twice the bytes cost.

use outlook_triage::bundle::ArtifactKind;

/// What reads the bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    Parser(ArtifactKind),
    Archive,
}

/// One shape; `bytes` makes a file of it.
pub(crate) struct Worst {
    pub(crate) reader: Reader,
    pub(crate) name: String,
    head: Vec<u8>,
    unit: Vec<u8>,
    tail: Vec<u8>,
}

impl Worst {
    pub(crate) fn bytes(&self, size: usize) -> Vec<u8> {
        let mut bytes = self.head.clone();
        bytes.extend_from_slice(&self.unit.repeat(size / self.unit.len()));
        bytes.extend_from_slice(&self.tail);
        bytes
    }
}

fn texts(kind: ArtifactKind, shapes: &[(&str, &str, &str)]) -> Vec<Worst> {
    let shape = |(head, unit, tail): &(&str, &str, &str)| Worst {
        reader: Reader::Parser(kind),
        name: unit.chars().take(60).collect::<String>().escape_debug().to_string(),
        head: head.as_bytes().to_vec(),
        unit: unit.as_bytes().to_vec(),
        tail: tail.as_bytes().to_vec(),
    };
    shapes.iter().map(shape).collect()
}

const V5: &str = "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\Software\\Microsoft\\Exchange]\r\n";
const PROFILE: &str = "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\Software\\Microsoft\\Office\\16.0\\Outlook\\Profiles\\P\\9375CFF0413111d3B88A00104B2A6676]\r\n";

fn registry_exports() -> Vec<Worst> {
    texts(
        ArtifactKind::RegExport,
        &[
            (V5, "\"a\"=dword:00000001\r\n", "\r\n"),
            (V5, "[HKEY_CURRENT_USER\\Software\\Microsoft\\Exchange\\a]\r\n\r\n", "\r\n"),
            (&format!("{V5}\"a\"=hex:"), "00,", "00\r\n\r\n"),
            (&format!("{V5}\"a\"=hex:"), "00,\\\r\n  ", "00\r\n\r\n"),
            (&format!("{V5}\"a\"=\""), "x\r\n", "\"\r\n\r\n"),
            (&format!("{V5}\"a\"=\""), "\\\"", "\"\r\n\r\n"),
            (V5, "\"", "\r\n"),
            (V5, "[", "\r\n"),
            (V5, "x", ""),
            (PROFILE, "\"00036619\"=hex:00,00,00,00\r\n", "\r\n"),
            (PROFILE, "\"{ED475418-B0D6-11D2-8C3B-00104B2A6676}\"=hex:01,00,00,00,02,00,00,00\r\n", "\r\n"),
        ],
    )
}

fn credential_lists() -> Vec<Worst> {
    let head = "\r\nCurrently stored credentials:\r\n\r\n";
    texts(
        ArtifactKind::CmdkeyList,
        &[
            (head, "    Target: LegacyGeneric:target=a\r\n    Type: Generic \r\n    User: u\r\n\r\n", ""),
            (head, "    Target: a\r\n", ""),
            (head, "target=", ""),
            (head, "\r\n", ""),
            (head, " ", "\r\n"),
            (head, ":", "\r\n"),
        ],
    )
}

fn objects() -> Vec<Worst> {
    let head = "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">";
    texts(
        ArtifactKind::Clixml,
        &[
            (head, "<Obj RefId=\"0\"><MS><S N=\"a\">x</S></MS></Obj>", "</Objs>"),
            (head, "<Obj RefId=\"0\"><Ref RefId=\"0\"/></Obj>", "</Objs>"),
            (
                head,
                "<Obj RefId=\"0\"><TN RefId=\"0\"><T>a</T></TN></Obj><Obj RefId=\"1\"><TNRef RefId=\"0\"/></Obj>",
                "</Objs>",
            ),
            (&format!("{head}<S>"), "_x0041_", "</S></Objs>"),
            (&format!("{head}<S>"), "&amp;", "</S></Objs>"),
            (&format!("{head}<Obj "), "a=\"\" ", "/></Objs>"),
            (head, "<Obj>", ""),
            (head, "<", ""),
            (head, "</Obj>", ""),
            (head, "<!-- -->", "</Objs>"),
        ],
    )
}

fn states_of_a_device() -> Vec<Worst> {
    let head = "+----------------------------------------------------------------------+\r\n| SSO State   |\r\n";
    texts(
        ArtifactKind::Dsregcmd,
        &[
            (head, "  AzureAdPrt : YES\r\n", ""),
            (head, "  AzureAdPrt : YES\r\n  AzureAdPrt : NO\r\n", ""),
            (head, "| a |\r\n", ""),
            (head, "|", "\r\n"),
            (head, ":", "\r\n"),
            (head, "x", ""),
        ],
    )
}

fn outputs_of_programs() -> Vec<Worst> {
    let status = "Server name\tStatus\tProtocol\tAuthn\r\n";
    let mut shapes =
        texts(ArtifactKind::ConnectionStatus, &[(status, "a\tb\tc\td\r\n", ""), (status, "\t", ""), (status, "x", "")]);
    let answer = "<Autodiscover><Response>";
    shapes.extend(texts(
        ArtifactKind::AutodiscoverXml,
        &[
            (answer, "<Protocol><Type>a</Type><Server>b</Server></Protocol>", "</Response></Autodiscover>"),
            (&format!("{answer}<Protocol>"), "<Server>b</Server>", ""),
            (&format!("{answer}<Server>"), "&amp;", ""),
            (answer, "<", ""),
        ],
    ));
    shapes
}

fn exports_of_a_profile() -> Vec<Worst> {
    let head = "<profile profilename= \"P\">\r\n<properties listtype=\"profilesection\" profilesection=\"0\">\r\n";
    let property = "<property tag = \"0x6641001F\" >\r\n";
    texts(
        ArtifactKind::MapiProfileXml,
        &[
            (head, "<property tag = \"0x66190003\" ><Value>10</Value></property>\r\n", ""),
            (
                head,
                "<service index = \"0\"><properties listtype=\"row\"><property tag = \"0x3D09001F\" ><Value>MSEMS</Value>",
                "",
            ),
            (
                "<profile profilename= \"P\">\r\n",
                "<properties listtype=\"profilesection\"><property tag = \"0x66190003\" ><Value>1</Value>",
                "",
            ),
            (&format!("{head}{property}<Value>"), "<![CDATA[a]]>", ""),
            (&format!("{head}{property}<Value>"), "&amp;", "</Value>"),
            (&format!("{head}{property}<Value><![CDATA["), "a\r\n", ""),
            (head, "<Value", ""),
            (head, "<profile \"", ""),
            (head, "<", ""),
            ("", "<profile profilename= \"P\">\r\n", ""),
        ],
    )
}

fn reports() -> Vec<Worst> {
    let mut shapes = texts(
        ArtifactKind::Gpresult,
        &[
            ("<html><table>", "<tr><td>a</td><td>b</td><td>c</td></tr>", "</table>"),
            ("<html>", "<table><tr><td>a", ""),
            ("<html><table><tr><td>", "a<p>", ""),
            ("<html><p>", "&amp;", "</p>"),
            ("<html>", "<script>", ""),
            ("<html><script>", "</", ""),
            ("<html>", "<!--", ""),
            ("<html>", "<a ", ""),
            ("RSOP\r\n---\r\n", "a: b\r\n", ""),
            ("RSOP\r\n---\r\n", "a\r\n---\r\n", ""),
            ("RSOP\r\n---\r\n", "a: Software\\b\r\n", ""),
        ],
    );
    shapes.extend(texts(
        ArtifactKind::ConnectivityAnalyzer,
        &[
            ("<html>", "<p>Attempting to a</p><p>HTTP 401 failed</p>", ""),
            ("<html><p>", "http ", "</p>"),
            ("<a>", "<b c=\"attempting to for a@b\"/>", "</a>"),
            ("<a ", "\" a\"", ">"),
        ],
    ));
    shapes.extend(texts(
        ArtifactKind::OutlookLog,
        &[("", "a starting\r\nGetLastError=0; httpStatus=401.\r\n", ""), ("", "\t", ""), ("", " FAILED (", "\r\n")],
    ));
    shapes
}

fn profile_files() -> Vec<Worst> {
    texts(
        ArtifactKind::Prf,
        &[
            ("[Service1]\r\n", "a=0x1\r\n", "[x]\r\na=PT_LONG,0x6619\r\n"),
            ("[x]\r\n", "a=PT_LONG,0x6619\r\n", ""),
            ("", "[a]\r\n", ""),
            ("[a]\r\n", "=", "\r\n"),
            ("", "x\r\n", ""),
        ],
    )
}

fn outputs_of_clock_and_hosts() -> Vec<Worst> {
    let mut shapes =
        texts(ArtifactKind::W32tm, &[("", "11:15:30, +00.0123456s\r\n", ""), ("", "Source: a\r\n", ""), ("", ":", "")]);
    shapes.extend(texts(
        ArtifactKind::Hosts,
        &[("", "::1 a\r\n", ""), ("::1 ", "a ", "\r\n"), ("", "x\r\n", ""), ("", "#", "")],
    ));
    shapes
}

fn outputs_of_address_programs() -> Vec<Worst> {
    let listing = "Windows IP Configuration\r\n";
    let mut shapes = texts(
        ArtifactKind::Ipconfig,
        &[(listing, "   a . . : b\r\n", ""), (listing, "   b\r\n", ""), (listing, "a:\r\n", ""), (listing, ".", ":")],
    );
    shapes.extend(texts(
        ArtifactKind::Netsh,
        &[("Current WinHTTP proxy settings:\r\n", "Bypass List: a;b\r\n", ""), ("", "x\r\n", "")],
    ));
    shapes.extend(texts(
        ArtifactKind::Nslookup,
        &[
            ("", "Name: a\r\n", ""),
            ("Name: a\r\nAddress: b\r\n", "   c\r\n", ""),
            ("", "*** a can't find b: c\r\n", ""),
        ],
    ));
    shapes
}

fn answers_of_a_domain() -> Vec<Worst> {
    let mut shapes = texts(
        ArtifactKind::Nltest,
        &[("", "Trust Verification Status = 0 0x0 A\r\n", ""), ("Flags: ", "A ", ""), ("", "DC: \\\\a\r\n", "")],
    );
    let account = "CN=a,DC=b\r\n";
    shapes.extend(texts(
        ArtifactKind::Setspn,
        &[
            (account, "\thost/a\r\n", ""),
            ("", "CN=a,DC=b\r\n\thost/a\r\n", ""),
            ("a/b is registered on these accounts:\r\n", "\tCN=a,DC=b\r\n", ""),
            ("", "CN=", ",dc="),
            ("", "setspn ", ""),
        ],
    ));
    shapes.extend(texts(
        ArtifactKind::Klist,
        &[
            ("", "#0> Client: a @ B\r\n Server: c/d @ B\r\n E: f\r\n", ""),
            ("#0> Client: a\r\n Server: b\r\n", "Kdc Called: c\r\n", ""),
            ("", "Cached Tickets: (1)\r\n", ""),
            ("#", "0", ">"),
        ],
    ));
    shapes.extend(texts(
        ArtifactKind::Sslcert,
        &[
            ("", "IP:port : 0.0.0.0:443\r\nCertificate Hash : 00\r\n", ""),
            ("IP:port : 0.0.0.0:443\r\n", "Ctl Store Name : a\r\n", ""),
            ("", " :", ":1"),
        ],
    ));
    shapes
}

fn queried_keys() -> Vec<Worst> {
    let key = "\r\nHKEY_CURRENT_USER\\Software\\Microsoft\\Exchange\r\n";
    texts(
        ArtifactKind::RegQuery,
        &[(key, "    a    REG_SZ    b\r\n", ""), (key, "    REG_SZ", "\r\n"), (key, "HKEY_CURRENT_USER\\a\r\n", "")],
    )
}

fn exports_of_powershell() -> Vec<Worst> {
    let mut shapes = texts(
        ArtifactKind::PowershellText,
        &[
            ("", "a : b\r\nc : d\r\n\r\n", ""),
            ("a : b\r\nc : {", "x, y,\r\n      ", "}\r\n"),
            ("", "a :", "\r\n"),
            ("", " ", "\r\n"),
        ],
    );
    shapes.extend(texts(
        ArtifactKind::PowershellCsv,
        &[("a,b\r\n", "1,2\r\n", ""), ("a,b\r\n", "\"", ""), ("", "a,", "\r\n"), ("", "sep=,\r\n", "")],
    ));
    shapes.extend(texts(
        ArtifactKind::PowershellJson,
        &[("[", "{\"a\":1},", "{}]"), ("[", "[", ""), ("[", ",", "]"), ("[\"", "\\u0041", "\"]"), ("[", "1 ", "]")],
    ));
    shapes
}

fn logs_of_the_collector() -> Vec<Worst> {
    let head =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/artifacts/collector-log/log.csv"))
            .unwrap();
    texts(
        ArtifactKind::CollectorLog,
        &[
            (&head, "\"", ""),
            (&head, ",", ""),
            (&head, "\"\"\r\n", ""),
            (&head, "2026-03-05T11:15:30,a\r\n", ""),
            (&head, "x", ""),
        ],
    )
}

fn events_as_xml() -> Vec<Worst> {
    let event = "<Event><System><Provider Name='P'/><EventID>1</EventID><TimeCreated SystemTime='2026-03-05T02:15:30Z'/><EventRecordID>1</EventRecordID></System></Event>";
    texts(
        ArtifactKind::EventXml,
        &[
            ("<Events>", event, "</Events>"),
            ("<Events>", "<Event>", ""),
            ("", "<Event><System>", ""),
            ("<Event><System><EventID>1</EventID></System><EventData>", "<Data>x</Data>", "</EventData></Event>"),
            ("<Event>", "<", ""),
            ("<Event>", "<a>", "</Event>"),
            ("<Event>", "&amp;", "</Event>"),
            ("<Event ", "a='' ", "/>"),
            ("", ">", ""),
            ("", "</Event>", ""),
        ],
    )
}

fn events_as_json() -> Vec<Worst> {
    let event = r#"{"Id":1,"ProviderName":"P","RecordId":1,"TimeCreated":"\/Date(1772676930123)\/"},"#;
    texts(
        ArtifactKind::EventJson,
        &[
            ("[", event, "]"),
            ("", "{", ""),
            ("", "[", ""),
            ("", "{},", ""),
            ("{\"a\":\"", "\\\"", "\"}"),
            ("", "x\n", ""),
            ("{\"Event\":{\"System\":{\"EventID\":1},\"EventData\":{", "\"a\":1,", "\"b\":1}}}"),
        ],
    )
}

fn events_as_clixml() -> Vec<Worst> {
    let head = "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">";
    texts(
        ArtifactKind::EventClixml,
        &[
            (
                head,
                "<Obj RefId=\"0\"><MS><I32 N=\"Id\">1</I32><DT N=\"TimeCreated\">2026-03-05T11:15:30Z</DT></MS></Obj>",
                "</Objs>",
            ),
            (
                &format!(
                    "{head}<Obj RefId=\"0\"><MS><I32 N=\"Id\">1</I32><DT N=\"TimeCreated\">2026-03-05T11:15:30Z</DT><Obj N=\"Properties\"><LST>"
                ),
                "<Obj><MS><S N=\"Value\">x</S></MS></Obj>",
                "</LST></Obj></MS></Obj></Objs>",
            ),
        ],
    )
}

fn tables_and_texts_of_events() -> Vec<Worst> {
    let head = "Level,Date and Time,Source,Event ID,Task Category\r\n";
    let mut shapes = texts(
        ArtifactKind::EventCsv,
        &[
            (head, "Error,3/5/2026 2:15:30 AM,Outlook,45,None,x\r\n", ""),
            (head, "Error,3/5/2026 2:15:30 AM,Outlook,45,None,\"x\r\n", ""),
            (&format!("{head}Error,3/5/2026 2:15:30 AM,Outlook,45,None,\""), "x\r\n", ""),
            (head, "\"", ""),
            (head, ",", ""),
            (head, ",,,,\r\n", ""),
            ("", "a,", "\r\n"),
            ("TimeCreated,Id\r\n", "2026/03/05 11:15:30,1\r\n", ""),
        ],
    );
    shapes.extend(texts(
        ArtifactKind::EventText,
        &[
            (
                "",
                "Event[0]:\r\n  Log Name: a\r\n  Source: P\r\n  Date: 2019-05-26T10:21:11.251\r\n  Event ID: 1\r\n  Description:\r\nx: y\r\n",
                "",
            ),
            (
                "Event[0]:\r\n  Log Name: a\r\n  Source: Microsoft-Windows-Security-Auditing\r\n  Date: 2019-05-26T10:21:11.251\r\n  Event ID: 4625\r\n  Description:\r\n",
                "x: y\r\n",
                "",
            ),
            ("", "Event[0]:\r\n", ""),
            ("", "x\r\n", ""),
        ],
    ));
    shapes.extend(texts(
        ArtifactKind::EventList,
        &[
            ("", "TimeCreated : 3/28/2026 11:15:30 AM\r\nId          : 1\r\nMessage     : x\r\n\r\n", ""),
            (
                "TimeCreated : 3/28/2026 11:15:30 AM\r\nId          : 1\r\nMessage     : x\r\n",
                "              y\r\n",
                "",
            ),
            ("", "TimeCreated : 1/2/2026 1:2:3\r\nId          : 1\r\n\r\n", ""),
        ],
    ));
    shapes
}

fn event_logs() -> Vec<Worst> {
    use forge::evtx::{Event, Options, write};
    let at: jiff::Timestamp = "2014-06-02T00:00:00Z".parse().unwrap();
    let events = vec![Event::new("Outlook", 45, at).text(["one", "two"]); 40];
    let bytes = write(&events, &Options::default()).unwrap();
    let (header, chunk) = bytes.split_at(4096);
    let units: [(&str, &[u8]); 3] = [("the same chunk", chunk), ("zeros", &[0; 65_536]), ("magic", b"ElfChnk\0")];
    binary(Reader::Parser(ArtifactKind::Evtx), header, &units)
}

fn archives() -> Vec<Worst> {
    // Local headers, and central headers, of nothing.
    let local = b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0a";
    let units: [(&str, &[u8]); 4] =
        [("local headers", local), ("central signatures", b"PK\x01\x02"), ("ends", b"PK\x05\x06"), ("letters", b"P")];
    binary(Reader::Archive, local, &units)
}

fn binary(reader: Reader, head: &[u8], units: &[(&str, &[u8])]) -> Vec<Worst> {
    let shape = |(name, unit): &(&str, &[u8])| Worst {
        reader,
        name: (*name).to_owned(),
        head: head.to_vec(),
        unit: unit.to_vec(),
        tail: Vec::new(),
    };
    units.iter().map(shape).collect()
}

/// Every shape of every format.
pub(crate) fn all() -> Vec<Worst> {
    let parts: [fn() -> Vec<Worst>; 20] = [
        registry_exports,
        credential_lists,
        objects,
        states_of_a_device,
        outputs_of_programs,
        exports_of_a_profile,
        reports,
        profile_files,
        outputs_of_clock_and_hosts,
        outputs_of_address_programs,
        answers_of_a_domain,
        queried_keys,
        exports_of_powershell,
        logs_of_the_collector,
        events_as_xml,
        events_as_json,
        events_as_clixml,
        tables_and_texts_of_events,
        event_logs,
        archives,
    ];
    parts.iter().flat_map(|part| part()).collect()
}
