//! Recovers the data of an event from its rendered message, for the events that rules ask for, in the languages known.
//!
//! Text exports keep the message only. A message is a list of labels and values, in sections; the table says which label is
//! which item. What is not recognised is not there, and the event says so (`partial`): nobody may take it for absent.
//! English labels of Security events are those of Microsoft's documentation of the events; the Japanese ones and the texts of
//! other providers are [U]: written from memory of such messages.
//!
//! ```text
//! Account For Which Logon Failed:            ─▶  TargetUserName = a.tanaka
//!     Account Name:    a.tanaka
//! ```

use std::borrow::Cow;

use super::plain::Item;
use crate::value::fold;

/// Name of the item that holds the whole message: codes are read out of it as out of any text.
pub(in crate::parse) const MESSAGE: &str = "rendered-message";

/// Lines of a message that are looked at; the longest known one has sixty.
const MOST_LINES: usize = 400;

/// One item and where it stands: sections (none: any) and labels, folded.
struct Place {
    item: &'static str,
    sections: &'static [&'static str],
    labels: &'static [&'static str],
}

const fn place(item: &'static str, sections: &'static [&'static str], labels: &'static [&'static str]) -> Place {
    Place { item, sections, labels }
}

const NAME: &[&str] = &["account name", "アカウント名"];
const DOMAIN: &[&str] = &["account domain", "アカウント ドメイン"];
const SECURITY_ID: &[&str] = &["security id", "セキュリティ id"];
const SUBJECT: &[&str] = &["subject", "サブジェクト"];
const TARGET: &[&str] = &[
    "target account",
    "ターゲット アカウント",
    "対象のアカウント",
    "account that was locked out",
    "ロックアウトされたアカウント",
];
const FAILED: &[&str] = &["account for which logon failed", "ログオンを失敗したアカウント"];
const NEW: &[&str] = &["new logon", "新しいログオン"];
const ACCOUNT: &[&str] = &["account information", "アカウント情報"];

const SUBJECT_NAME: Place = place("SubjectUserName", SUBJECT, NAME);
const SUBJECT_DOMAIN: Place = place("SubjectDomainName", SUBJECT, DOMAIN);
const LOGON_TYPE: Place = place("LogonType", &[], &["logon type", "ログオン タイプ"]);
const WORKSTATION: Place = place("WorkstationName", &[], &["workstation name", "ワークステーション名"]);
const ADDRESS: Place = place(
    "IpAddress",
    &[],
    &["source network address", "client address", "ソース ネットワーク アドレス", "クライアント アドレス"],
);

const LOGON_FAILED: &[Place] = &[
    SUBJECT_NAME,
    SUBJECT_DOMAIN,
    place("TargetUserSid", FAILED, SECURITY_ID),
    place("TargetUserName", FAILED, NAME),
    place("TargetDomainName", FAILED, DOMAIN),
    place("Status", &[], &["status", "状態"]),
    place("SubStatus", &[], &["sub status", "サブ ステータス"]),
    LOGON_TYPE,
    WORKSTATION,
    place("ProcessName", &[], &["caller process name", "呼び出し側プロセス名"]),
    ADDRESS,
];
const LOGGED_ON: &[Place] = &[
    SUBJECT_NAME,
    SUBJECT_DOMAIN,
    place("TargetUserSid", NEW, SECURITY_ID),
    place("TargetUserName", NEW, NAME),
    place("TargetDomainName", NEW, DOMAIN),
    LOGON_TYPE,
    place("AuthenticationPackageName", &[], &["authentication package", "認証パッケージ"]),
    WORKSTATION,
    place("ProcessName", &[], &["process name", "プロセス名"]),
    ADDRESS,
];
const ACCOUNT_CHANGED: &[Place] = &[
    place("TargetUserName", TARGET, NAME),
    place("TargetDomainName", TARGET, DOMAIN),
    place("TargetSid", TARGET, SECURITY_ID),
    SUBJECT_NAME,
    SUBJECT_DOMAIN,
    place("PasswordLastSet", &[], &["password last set", "パスワード最終設定日時"]),
];
const LOCKED: &[Place] = &[
    place("TargetUserName", TARGET, NAME),
    place("TargetDomainName", &[], &["caller computer name", "呼び出し元コンピューター名"]),
    place("TargetSid", TARGET, SECURITY_ID),
    SUBJECT_NAME,
    SUBJECT_DOMAIN,
];
const TICKET: &[Place] = &[
    place("TargetUserName", ACCOUNT, NAME),
    place("TargetDomainName", ACCOUNT, &["supplied realm name", "指定された領域名"]),
    place("TargetSid", ACCOUNT, &["user id", "security id", "ユーザー id", "セキュリティ id"]),
    place("Status", &[], &["result code", "failure code", "結果コード", "エラー コード", "失敗コード"]),
    ADDRESS,
];
const VALIDATION: &[Place] = &[
    place("TargetUserName", &[], &["logon account", "ログオン アカウント"]),
    place("Workstation", &[], &["source workstation", "ソース ワークステーション"]),
    place("Status", &[], &["error code", "エラー コード"]),
];
const ADFS: &[Place] = &[
    place("activity-id", &[], &["activity id", "アクティビティ id"]),
    place("token-type", &[], &["token type", "トークンの種類"]),
    place("client-ip", &[], &["client ip", "クライアント ip"]),
    place("error-message", &[], &["error message", "エラー メッセージ"]),
    place("audit", &[], &["xml"]),
];

/// The items of an event by its message, by name, the message itself last.
pub(super) fn recover(provider: &str, id: u16, message: &str) -> Vec<Item> {
    let mut items = match (fold(provider).as_str(), id) {
        (security, id) if is_security(security) => match id {
            4624 => by_labels(LOGGED_ON, message),
            4625 => by_labels(LOGON_FAILED, message),
            4722..=4725 | 4738 | 4767 => by_labels(ACCOUNT_CHANGED, message),
            4740 => by_labels(LOCKED, message),
            4768 | 4771 => by_labels(TICKET, message),
            4776 => by_labels(VALIDATION, message),
            _ => Vec::new(),
        },
        ("ad fs auditing" | "ad fs 2.0 auditing", 403 | 410) => request(message),
        ("ad fs auditing" | "ad fs 2.0 auditing", _) => by_labels(ADFS, message),
        (alerts, 300) if alerts.starts_with("microsoft office") && alerts.ends_with("alerts") => alert(message),
        ("application error", 1000) => crash(message),
        ("application hang", 1002) => hang(message),
        ("lsasrv" | "lsa (lsasrv)", 40960 | 40961) => parenthesised(message, "Error"),
        _ => Vec::new(),
    };
    if !message.is_empty() {
        items.push((Some(MESSAGE.into()), message.to_owned()));
    }
    items
}

fn is_security(provider: &str) -> bool {
    provider.trim_end_matches('.') == "microsoft windows security auditing"
        || provider == "microsoft-windows-security-auditing"
}

fn item(name: &str, value: &str) -> Item {
    (Some(name.into()), value.to_owned())
}

/// Every place once, the first that fits.
fn by_labels(places: &[Place], message: &str) -> Vec<Item> {
    let lines = labelled(message);
    let mut items = Vec::new();
    for place in places {
        let fits = |line: &&Labelled<'_>| {
            place.labels.contains(&line.label.as_str())
                && (place.sections.is_empty() || place.sections.contains(&line.section.as_str()))
        };
        let Some(value) = lines.iter().find(fits).map(|line| line.value.as_ref()) else { continue };
        if let Some(value) = usable(place.item, value) {
            items.push(item(place.item, value));
        }
    }
    items
}

/// A value as the data has it. A message shows the name of an account in place of its SID, and words in place of constants.
fn usable<'v>(name: &str, value: &'v str) -> Option<&'v str> {
    match name {
        "TargetUserSid" | "TargetSid" => value.starts_with("S-1-").then_some(value),
        "PasswordLastSet" => Some(match value {
            "<value not set>" => "%%1793",
            "<never>" => "%%1794",
            other => other,
        }),
        _ => Some(value),
    }
}

/// A label with its value and the section in which it stands; folded.
struct Labelled<'m> {
    section: String,
    label: String,
    value: Cow<'m, str>,
}

impl Labelled<'_> {
    fn starts(line: &str) -> Option<(&str, &str)> {
        let (label, value) = line.split_once([':', '：'])?;
        let label = label.trim();
        // A label is a few words; an address or a path is none.
        let is_label = !label.is_empty() && label.chars().count() <= 48 && !label.contains(['\\', '/', '<', '"']);
        is_label.then_some((label, value.trim()))
    }
}

/// All labels of a message. A label without a value begins a section, and its value may stand on the next lines.
fn labelled(message: &str) -> Vec<Labelled<'_>> {
    let mut found: Vec<Labelled<'_>> = Vec::new();
    let mut section = String::new();
    // The last label waits for a value on the lines after it.
    let mut waits = false;
    for line in message.lines().take(MOST_LINES) {
        let indented = line.starts_with(['\t', ' ']);
        match Labelled::starts(line) {
            Some((label, value)) if !waits || !value.starts_with("//") => {
                if value.is_empty() && !indented {
                    section = fold(label);
                } else if !indented {
                    section.clear();
                }
                waits = value.is_empty();
                found.push(Labelled { section: section.clone(), label: fold(label), value: value.into() });
            }
            _ if waits && !line.trim().is_empty() => {
                if let Some(last) = found.last_mut() {
                    if !last.value.is_empty() {
                        last.value.to_mut().push('\n');
                    }
                    last.value.to_mut().push_str(line.trim());
                }
            }
            _ if line.trim().is_empty() && found.last().is_some_and(|last| !last.value.is_empty()) => waits = false,
            _ => {}
        }
    }
    found
}

/// AD FS 403 and 410: the header's name in lower case is the item.
fn request(message: &str) -> Vec<Item> {
    let mut items = by_labels(ADFS, message);
    for line in labelled(message) {
        if line.label.starts_with("x-ms-") && !line.value.is_empty() && line.value != "-" {
            items.push(item(&line.label, &line.value));
        }
    }
    items
}

/// OAlerts: program, text of any length, then `P1: …` to `P4: …`.
fn alert(message: &str) -> Vec<Item> {
    let mut lines = message.lines().map(str::trim);
    let Some(program) = lines.next().filter(|program| !program.is_empty()) else { return Vec::new() };
    let mut text: Vec<&str> = Vec::new();
    let mut items = Vec::new();
    for line in lines.take(MOST_LINES) {
        let parameter = line
            .split_once(':')
            .and_then(|(name, value)| Some((["P1", "P2", "P3", "P4"].iter().position(|known| *known == name)?, value)));
        match parameter {
            Some((index, value)) => {
                let names = ["alert", "version", "error-code", "document"];
                items.extend(names.get(index).map(|name| item(name, value.trim())));
            }
            None => text.push(line),
        }
    }
    if items.is_empty() {
        return Vec::new();
    }
    items.insert(0, item("text", text.join("\n").trim()));
    items.insert(0, item("program", program));
    items
}

/// `Faulting application name: OUTLOOK.EXE, version: 15.0…, time stamp: …`: the same in every language but for the words.
fn crash(message: &str) -> Vec<Item> {
    const NAMES: [[&str; 2]; 2] = [["AppName", "AppVersion"], ["ModuleName", "ModuleVersion"]];
    let mut items = Vec::new();
    for (line, names) in message.lines().zip(NAMES) {
        let values: Vec<&str> = line
            .split([',', '、', '，'])
            .filter_map(|part| part.split_once([':', '：']).map(|(_, value)| value.trim()))
            .collect();
        let [file, version, ..] = values.as_slice() else { return Vec::new() };
        if !file.contains('.') || !is_version(version) {
            return items;
        }
        items.extend(names.iter().zip([file, version]).map(|(name, value)| item(name, value)));
    }
    items
}

/// `The program OUTLOOK.EXE version 15.0.4605.1000 stopped interacting …`.
fn hang(message: &str) -> Vec<Item> {
    let line = message.lines().next().unwrap_or_default();
    let mut words = line
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '、' | '"' | '「' | '」'))
        .map(|word| word.trim_end_matches('.'));
    let is_program = |word: &str| fold(word).ends_with(".exe");
    let Some(program) = words.by_ref().find(|word| is_program(word)) else { return Vec::new() };
    let mut items = vec![item("program", program)];
    items.extend(words.find(|word| is_version(word)).map(|version| item("version", version)));
    items
}

fn is_version(text: &str) -> bool {
    text.split('.').count() == 4 && text.split('.').all(|part| part.parse::<u32>().is_ok())
}

/// `… was "… (0xc0000234)"`: the last code in parentheses.
fn parenthesised(message: &str, name: &str) -> Vec<Item> {
    let code = message.rfind("(0x").and_then(|at| message.get(at..)).and_then(|rest| rest.split_inclusive(')').next());
    code.filter(|code| code.ends_with(')')).map(|code| item(name, code)).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(provider: &str, id: u16, message: &str) -> String {
        let items = recover(provider, id, message);
        let pairs = items.iter().filter_map(|(name, value)| Some((name.as_deref()?, value)));
        pairs.filter(|(name, _)| *name != MESSAGE).map(|(name, value)| format!("{name}={value};")).collect()
    }

    const SECURITY: &str = "Microsoft-Windows-Security-Auditing";

    #[test]
    fn a_refused_logon_in_two_languages() {
        let en = "An account failed to log on.\r\n\r\nSubject:\r\n\tSecurity ID:\t\tSYSTEM\r\n\tAccount Name:\t\tSTS1$\r\n\tAccount Domain:\t\tCONTOSO\r\n\tLogon ID:\t\t0x3E7\r\n\r\nLogon Type:\t\t\t3\r\n\r\nAccount For Which Logon Failed:\r\n\tSecurity ID:\t\tNULL SID\r\n\tAccount Name:\t\ta.tanaka\r\n\tAccount Domain:\t\tCONTOSO\r\n\r\nFailure Information:\r\n\tFailure Reason:\t\tUnknown user name or bad password.\r\n\tStatus:\t\t\t0xC000006D\r\n\tSub Status:\t\t0xC000006A\r\n\r\nProcess Information:\r\n\tCaller Process ID:\t0x4d0\r\n\tCaller Process Name:\tC:\\Windows\\ADFS\\Microsoft.IdentityServer.ServiceHost.exe\r\n\r\nNetwork Information:\r\n\tWorkstation Name:\tSTS1\r\n\tSource Network Address:\t-\r\n";
        let expected = "SubjectUserName=STS1$;SubjectDomainName=CONTOSO;TargetUserName=a.tanaka;TargetDomainName=CONTOSO;Status=0xC000006D;SubStatus=0xC000006A;LogonType=3;WorkstationName=STS1;ProcessName=C:\\Windows\\ADFS\\Microsoft.IdentityServer.ServiceHost.exe;IpAddress=-;";
        assert_eq!(shown(SECURITY, 4625, en), expected);
        assert_eq!(shown("Microsoft Windows security auditing.", 4625, en), expected);
        let ja = "アカウントがログオンに失敗しました。\n\nサブジェクト:\n\tセキュリティ ID:\t\tSYSTEM\n\tアカウント名:\t\tSTS1$\n\nログオン タイプ:\t\t\t3\n\nログオンを失敗したアカウント:\n\tセキュリティ ID:\t\tNULL SID\n\tアカウント名:\t\ta.tanaka\n\tアカウント ドメイン:\t\tCONTOSO\n\nエラー情報:\n\t失敗の原因:\t\tユーザー名を認識できないか、またはパスワードが間違っています。\n\t状態:\t\t\t0xC000006D\n\tサブ ステータス:\t\t0xC000006A\n";
        assert_eq!(
            shown(SECURITY, 4625, ja),
            "SubjectUserName=STS1$;TargetUserName=a.tanaka;TargetDomainName=CONTOSO;Status=0xC000006D;SubStatus=0xC000006A;LogonType=3;"
        );
        assert_eq!(shown(SECURITY, 4625, "Ein Konto konnte nicht angemeldet werden.\n\tKontoname:\ta.tanaka"), "");
    }

    #[test]
    fn account_events_and_tickets() {
        let locked = "A user account was locked out.\n\nSubject:\n\tSecurity ID:\t\tSYSTEM\n\tAccount Name:\t\tDC01$\n\nAccount That Was Locked Out:\n\tSecurity ID:\t\tS-1-5-21-1-2-3-1104\n\tAccount Name:\t\ta.tanaka\n\nAdditional Information:\n\tCaller Computer Name:\tPC0123";
        assert_eq!(
            shown(SECURITY, 4740, locked),
            "TargetUserName=a.tanaka;TargetDomainName=PC0123;TargetSid=S-1-5-21-1-2-3-1104;SubjectUserName=DC01$;"
        );
        let ticket = "Kerberos pre-authentication failed.\n\nAccount Information:\n\tSecurity ID:\t\tCONTOSO\\a.tanaka\n\tAccount Name:\t\ta.tanaka\n\nNetwork Information:\n\tClient Address:\t\t::ffff:10.1.2.3\n\nAdditional Information:\n\tTicket Options:\t\t0x40810010\n\tFailure Code:\t\t0x18\n\tPre-Authentication Type:\t2";
        assert_eq!(shown(SECURITY, 4771, ticket), "TargetUserName=a.tanaka;Status=0x18;IpAddress=::ffff:10.1.2.3;");
        let validation = "The computer attempted to validate the credentials for an account.\n\nAuthentication Package:\tMICROSOFT_AUTHENTICATION_PACKAGE_V1_0\nLogon Account:\ta.tanaka\nSource Workstation:\tPC0123\nError Code:\t0xC000006A";
        assert_eq!(shown(SECURITY, 4776, validation), "TargetUserName=a.tanaka;Workstation=PC0123;Status=0xC000006A;");
    }

    #[test]
    fn values_of_ad_fs_stand_below_their_labels() {
        let refused = "Token validation failed. See inner exception for more details. \r\n\r\nAdditional Data \r\n\r\nActivity ID: 0a000000-0000-0000-0000-000000000001 \r\n\r\nToken Type: \r\nhttp://schemas.microsoft.com/ws/2006/05/identitymodel/tokens/UserName \r\n\r\nClient IP: \r\n203.0.113.7 \r\n\r\nError message: \r\na.tanaka@contoso.example-The user name or password is incorrect \r\n\r\nException details: \r\nSystem.IdentityModel.X: y\r\n";
        assert_eq!(
            shown("AD FS Auditing", 411, refused),
            "activity-id=0a000000-0000-0000-0000-000000000001;token-type=http://schemas.microsoft.com/ws/2006/05/identitymodel/tokens/UserName;client-ip=203.0.113.7;error-message=a.tanaka@contoso.example-The user name or password is incorrect;"
        );
        let request = "The following request context headers present :\nActivity ID: 0a \nX-MS-Client-Application: \nMicrosoft.Exchange.Autodiscover \nX-MS-Proxy: - \n";
        assert_eq!(
            shown("AD FS Auditing", 410, request),
            "activity-id=0a;x-ms-client-application=Microsoft.Exchange.Autodiscover;"
        );
    }

    #[test]
    fn programs_are_found_in_any_language() {
        let check = |message: &str| {
            assert_eq!(
                shown("Application Error", 1000, message),
                "AppName=OUTLOOK.EXE;AppVersion=15.0.4605.1000;ModuleName=x.dll;ModuleVersion=1.2.3.4;",
                "{message}"
            );
        };
        check(
            "Faulting application name: OUTLOOK.EXE, version: 15.0.4605.1000, time stamp: 0x5\nFaulting module name: x.dll, version: 1.2.3.4, time stamp: 0x5\nException code: 0xc0000005",
        );
        check(
            "障害が発生しているアプリケーション名: OUTLOOK.EXE、バージョン: 15.0.4605.1000、タイム スタンプ: 0x5\n障害が発生しているモジュール名: x.dll、バージョン: 1.2.3.4、タイム スタンプ: 0x5",
        );
        let hang = "The program OUTLOOK.EXE version 15.0.4605.1000 stopped interacting with Windows and was closed.";
        assert_eq!(shown("Application Hang", 1002, hang), "program=OUTLOOK.EXE;version=15.0.4605.1000;");
        let alert = "Microsoft Outlook\nCannot start Microsoft Outlook.\nP1: 300\nP2: 16.0.4266.1003\nP3: abc\nP4: ";
        assert_eq!(
            shown("Microsoft Office 16 Alerts", 300, alert),
            "program=Microsoft Outlook;text=Cannot start Microsoft Outlook.;alert=300;version=16.0.4266.1003;error-code=abc;document=;"
        );
        let refused = "The failure code was \"The user account has been automatically locked (x). (0xc0000234)\".";
        assert_eq!(shown("LsaSrv", 40960, refused), "Error=(0xc0000234);");
        assert_eq!(recover("Outlook", 45, "x"), [(Some(MESSAGE.into()), "x".to_owned())]);
    }
}
