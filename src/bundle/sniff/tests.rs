use super::*;
use ArtifactKind as K;

fn check(bytes: &[u8], expected: ArtifactKind) {
    let sniffed = sniff(bytes, true);
    assert_eq!(sniffed.kind, expected, "{:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(80)]));
    let read = !matches!(expected, K::Other);
    assert!(read != sniffed.unread.is_some() || expected == K::Archive);
}

fn utf16(text: &str, bom: bool) -> Vec<u8> {
    let mut bytes = if bom { vec![0xff, 0xfe] } else { Vec::new() };
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    bytes
}

#[test]
fn signatures_decide_before_any_text() {
    check(b"ElfFile\0\0\0", K::Evtx);
    check(b"ElfChnk\0\x01", K::Evtx);
    let mut carved = vec![0; 4096];
    carved.extend(b"ElfChnk\0\x01");
    check(&carved, K::Evtx);
    check(b"PK\x05\x06", K::Archive);
    check(b"PK\x03\x04\x14\0\0\0\x08\0.........................[Content_Types].xml", K::Other);
    check(b"MSCF\0\0\0\0", K::Archive);
    check(b"regf\x01\0\0\0", K::Other);
    check(b"\x89PNG\r\n\x1a\n\0\0", K::Other);
    check(&[7, 1, 2, 3, 0, 0, 0, 1, 0xfe, 0x80], K::Other);
    assert_eq!(sniff(b"!BDN....", true).unread.map(|issue| issue.code), Some(IssueCode::MailData));
}

#[test]
fn registry_exports_in_every_encoding_and_without_their_header() {
    let text = "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\Software]\r\n\"a\"=\"b\"\r\n";
    check(&utf16(text, true), K::RegExport);
    check(&utf16(text, false), K::RegExport);
    check(text.as_bytes(), K::RegExport);
    check(b"\xef\xbb\xbfREGEDIT4\n", K::RegExport);
    check(b"\"x\"=dword:1\n[HKEY_USERS\\S-1-5-21]\n", K::RegExport);
    check(b"[-HKLM\\SOFTWARE\\X]\n", K::RegExport);
    check(b"[HKLMX", K::RegExport);
    check(b"[General]\nx=1\n", K::Other);
}

#[test]
fn clixml_is_told_by_its_types_and_properties() {
    let clixml = |inner: &str| {
        format!(r#"<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04"><Obj RefId="0">{inner}</Obj></Objs>"#)
            .into_bytes()
    };
    check(&clixml(r#"<MS><S N="Version">v</S><S N="Invocation">i</S><S N="RunAsUser">u</S></MS>"#), K::CollectorInfo);
    check(
        &clixml(r#"<MS><Obj N="Type"><TN><T>Win32.Advapi32+CredType</T></TN></Obj></MS>"#),
        K::StoredCredentialClixml,
    );
    check(
        &clixml(r#"<MS><Obj N="Accounts"/><Obj N="StoreProviders"/><B N="IsDefault">true</B></MS>"#),
        K::OutlookProfileClixml,
    );
    check(&clixml("<TN><T>System.Diagnostics.Eventing.Reader.EventLogRecord</T></TN>"), K::EventClixml);
    check(&clixml("<TN><T>System.Diagnostics.EventLogEntry#Application</T></TN>"), K::EventClixml);
    check(&clixml(r#"<MS><S N="DisplayName">Office</S></MS>"#), K::Clixml);
}

#[test]
fn the_other_formats_name_themselves() {
    check(
        b"<?xml version=\"1.0\"?><Events><Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>",
        K::EventXml,
    );
    check(b"<?xml version=\"1.0\"?><profile profilename=\"Outlook\">", K::MapiProfileXml);
    check(
        b"<Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006\">",
        K::AutodiscoverXml,
    );
    check(b"<html><title>x</title></html>", K::Other);
    check(b"<html><p>Remote Connectivity Analyzer</p></html>", K::ConnectivityAnalyzer);
    check(
        b"<?xml version=\"1.0\"?><a><b>The Microsoft Connectivity Analyzer is attempting to</b></a>",
        K::ConnectivityAnalyzer,
    );
    check("<html><title>グループ ポリシーの結果</title></html>".as_bytes(), K::Gpresult);
    check(b"RSOP data for CONTOSO\\a on PC : Logging Mode\r\n----------\r\n", K::Gpresult);
    check(b"The rsop tool says:\r\nnothing\r\n", K::Other);
    check(b"Thread\tTick Count\tDate/Time\tDescription\r\n1\t2\t3\tx\r\n", K::OutlookLog);
    check(b"GetLastError=0; httpStatus=401.\r\n", K::OutlookLog);
    check(&utf16("<html dir=\"ltr\"><title>Group Policy Results</title>", true), K::Gpresult);
    check(b"[{\"TimeCreated\": \"\\/Date(1)\\/\", \"Id\": 1, \"ProviderName\": \"x\"}]", K::EventJson);
    check(b"{\"name\": \"OneAuth\"}", K::Other);
    check(b"#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord\r\n\"Message\"", K::EventCsv);
    check(b"\"Message\",\"Id\",\"TimeCreated\"\r\n", K::EventCsv);
    check("レベル,日付と時刻,ソース,イベント ID,タスクのカテゴリ\r\n".as_bytes(), K::EventCsv);
    check(
        b"Niva,Datum och tid,Kalla,Handelse-ID,Aktivitet\r\nInfo,2026-03-05 10:00:00,Outlook,45,Ingen,\"text\"\r\n",
        K::EventCsv,
    );
    check(b"Event[0]:\r\n  Log Name: Application\r\n", K::EventText);
    check(b"[General]\r\n[Service List]\r\n", K::Prf);
    check(b"datetime,thread_relative_delta,thread,function,category,message\r\n1,2,3,4,5,\"\n[HKEY_CURRENT_USER\\X]\n\"\r\n", K::CollectorLog);
    check(b"datetime,thread_relative_delta,thread,function,category,message\r\n", K::CollectorLog);
}

#[test]
fn listings_of_credentials_are_told_in_any_language() {
    check(b"\r\nCurrently stored credentials:\r\n\r\n* NONE *\r\n", K::CmdkeyList);
    check("\r\nTilgjengelig:\r\n\r\n    M\u{e5}l: LegacyGeneric:target=X\r\n".as_bytes(), K::CmdkeyList);
    check("Cible\u{a0}: Domain:interactive=contoso\\a".as_bytes(), K::CmdkeyList);
    check(&utf16("    ターゲット: MicrosoftAccount:target=SSO_POP_Device\r\n", false), K::CmdkeyList);
    // The same in the Japanese OEM code page.
    check(
        b"\x83^\x81[\x83Q\x83b\x83g: LegacyGeneric:target=MS.Outlook.15\r\n\x8e\xed\x97\xde: \x94\xc4\x97p \r\n",
        K::CmdkeyList,
    );
}

#[test]
fn outputs_of_other_programs() {
    check(b"+------+\r\n| Device State |\r\n+------+\r\n AzureAdJoined : YES\r\n", K::Dsregcmd);
    check(b"\r\nWindows IP Configuration\r\n\r\n", K::Ipconfig);
    check(
        b"\r\nIP\r\n\r\n  Navn . . . . . . . . . . :\r\n  Type . . . . . . . :  x\r\n  Rute . . . . . . : y\r\n",
        K::Ipconfig,
    );
    check(b"Tracking dc1 [10.0.0.1:123].\r\n", K::W32tm);
    check(b"Tracking number of your parcel\r\n", K::Other);
    check(b"\r\nCurrent WinHTTP proxy settings:\r\n", K::Netsh);
    check(b"C:\\>nltest /sc_query:x\r\nTrusted DC Connection Status Status = 0 0x0 NERR_Success\r\n", K::Nltest);
    check(b"           DC: \\\\dc1\r\n      Address: \\\\10.0.0.1\r\n", K::Nltest);
    check(b"I_NetLogonControl failed: Status = 5 0x5 ERROR_ACCESS_DENIED\r\n", K::Nltest);
    check(b"No such SPN found.\r\n", K::Setspn);
    check("Domäne wird geprüft\r\nCN=a,DC=b\r\n\thost/fs.contoso.example\r\n".as_bytes(), K::Setspn);
    check(b"Cached Tickets: (0)\r\n", K::Klist);
    check("\r\n#0>     クライアント: a @ B\r\n".as_bytes(), K::Klist);
    check(b"#0>     see above\r\n", K::Other);
    let hash = "0123456789abcdef0123456789abcdef01234567";
    check(format!("  IP:Port : 0.0.0.0:443\r\n  Zertifikathash : {hash}\r\n").as_bytes(), K::Sslcert);
    check(b"  IP:Port : 0.0.0.0:443\r\n  Other : x\r\n", K::Other);
    check(b"Server:  dc1\r\nAddress:  10.0.0.1\r\n", K::Nslookup);
    check(b"Leap Indicator: 0(no warning)\r\nStratum: 4\r\n", K::W32tm);
    check(b"10:15:30, +00.0123456s\r\n", K::W32tm);
    check(b"# comment\r\n10.0.0.1 sts.contoso.example\r\n", K::Hosts);
    check(b"HKEY_CURRENT_USER\\Software\\X\r\n    Name    REG_DWORD    0x1\r\n", K::RegQuery);
    check(b"Name      : a\r\nSid       : b\r\nEnabled   : True\r\nOther     : x\r\n", K::PowershellText);
    check(
        b"PS C:\\> Get-CASMailbox u | Format-List Name, MAPIEnabled\r\n\r\nName        : u\r\nMAPIEnabled : True\r\nOWAEnabled  : True\r\nX           : y\r\n",
        K::PowershellText,
    );
    check(b"\r\nOAuth2ClientProfileEnabled : True\r\n\r\n", K::PowershellText);
    check(
        b"PS C:\\> Get-OrganizationConfig | fl OAuth*\r\n\r\nOAuth2ClientProfileEnabled : False\r\n",
        K::PowershellText,
    );
    check(b"Status : open\r\n", K::Other);
    check(b"Please see below.\r\nOAuth2ClientProfileEnabled : True\r\n", K::Other);
    check(b"Dear support,\r\nplease help: Outlook asks for a password.\r\n", K::Other);
}

#[test]
fn messages_of_events_and_mails_quote_other_programs() {
    let event = |message: &str| {
        format!(
            "\r\nTimeCreated  : 3/28/2026 11:15:30 AM\r\nProviderName : Contoso-App\r\nId           : 5379\r\nMessage      : {message}\r\n\r\n"
        )
    };
    let target = "Target Name:\t\tMicrosoftAccount:target=SSO_POP_Device";
    for quoted in [
        format!("Credential Manager credentials were read.\r\n               {target}\r\n               Type:\t\t\t0"),
        "output:\r\n               Cached Tickets: (0)".to_owned(),
        "AzureAdJoined : NO\r\n               +----------------+".to_owned(),
        "No such SPN found.\r\n               HKEY".to_owned(),
    ] {
        check(event(&quoted).as_bytes(), K::EventList);
        check(format!("Security log\r\n{}", event(&quoted)).as_bytes(), K::EventList);
        // With `*` the message stands first.
        let lines = "x\r\n                       ".repeat(200);
        check(
            format!(
                "Message              : {lines}{quoted}\r\nId                   : 1\r\nTimeCreated          : x\r\n"
            )
            .as_bytes(),
            K::EventList,
        );
    }
    check(format!("a\r\n{target}\r\nType:\t\t\t0\r\n").as_bytes(), K::Other);
    check(b"Target: LegacyGeneric:target=X\r\nis what I see\r\n", K::Other);
    check(b"A          : 1\r\nTargetName : Domain:target=x\r\nUserName   : a\r\nPassword   : b\r\n", K::PowershellText);
    // What stands before a list of events decides, as it did.
    check(format!("Currently stored credentials:\r\n\r\n* NONE *\r\n{}", event("x")).as_bytes(), K::CmdkeyList);
    check(b"Hello,\r\nthe customer says\r\nNo such SPN found.\r\nwhatever\r\n", K::Other);
    check(b"C:\\>setspn -q */fs\r\n\r\nNo such SPN found.\r\n", K::Setspn);
    check(b"CN=Users,DC=contoso,DC=example\r\nn/a\r\n", K::Other);
    check(b"#1> user: foo @ bar\r\n#2> bob: see you @ 5\r\n", K::Other);
    check("#0>\tクライアント: a @ B\r\n\tサーバー: krbtgt/B @ B\r\n".as_bytes(), K::Klist);
}

#[test]
fn a_name_that_promises_another_format_is_noted() {
    let check = |name: &str, kind: ArtifactKind, expected: bool| {
        let path = ArtifactPath::new(name, &crate::limits::Limits::default()).unwrap();
        assert_eq!(name_disagrees(&path, kind).is_some(), expected, "{name} {kind:?}");
    };
    check("a.evtx", K::Evtx, false);
    check("a.evtx", K::Other, true);
    check("a.EVTX", K::Gpresult, true);
    check("a.txt", K::RegExport, false);
    check("a.csv", K::RegExport, true);
    check("a.csv", K::Other, false);
    check("a.xml", K::Clixml, false);
    check("cmdkey", K::CmdkeyList, false);
}
