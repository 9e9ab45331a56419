//! Turns typed commands of steps and needs into the lines that people paste: the only place that writes command text.
//!
//! Programs and verbs are a closed list; evidence only fills arguments, and what is not plainly harmless is refused
//! (see [`argument`]). Refuses to run anything.
//!
//! ```text
//! {program: cmdkey, verb: delete, each: rows}  ─▶  cmdkey /delete:"MicrosoftOffice15_Data:SSPI:u@contoso.com"
//! ```

pub mod act;
pub mod argument;
mod read;

use super::{CommandText, Shell};
use crate::fact::identity::Person;
use argument::{cmd_quoted, powershell_literal, shown};

pub use read::read;
pub(crate) use read::{CONSTANT, FORMS};

/// Who a command is about; the user of the case is the only one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TargetUser;

/// A key below HKCU or HKLM; `$ver` stands for the version of the installed Outlook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPath(pub(super) String);

/// A plain file name without a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName(pub(super) String);

/// A command as a value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)] // program and verb of the YAML
pub enum Command {
    CmdkeyList {
        to: FileName,
    },
    CmdkeyDeleteRows,
    RegAdd {
        key: KeyPath,
        value: String,
        kind: String,
        data: String,
    },
    RegDelete {
        key: KeyPath,
        value: String,
    },
    RegQuery {
        key: KeyPath,
        to: FileName,
    },
    RegExport {
        key: KeyPath,
        to: FileName,
    },
    RegImport {
        from: FileName,
    },
    UpdateClickToRun,
    FileVersion {
        file: FileName,
    },
    AdAccountState {
        user: TargetUser,
    },
    AdUnlock {
        user: TargetUser,
    },
    AdLockoutEvents {
        user: TargetUser,
    },
    AdAccountDump {
        user: TargetUser,
        to: FileName,
    },
    AdfsTokenLifetime,
    AdfsAccountActivity {
        user: TargetUser,
        to: FileName,
    },
    CasMailbox {
        user: TargetUser,
        to: FileName,
    },
    /// A line of the rule set that takes nothing from the case.
    Constant {
        shell: Shell,
        text: String,
    },
}

/// Where files of commands go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folder {
    /// The user's folder for temporary files: backups of steps.
    Temp,
    /// `C:\Triage`: what is sent to support.
    Triage,
    /// The folder that a script keeps its backups in, under the names that scripts have for it.
    Backup,
}

/// What the case fills into commands.
#[derive(Debug, Clone, Copy)]
pub struct Values<'a> {
    /// Major version of Outlook.
    pub major: Option<u32>,
    /// The target user.
    pub user: Account<'a>,
    /// Targets to delete, as `cmdkey` wants them.
    pub rows: &'a [String],
    /// Where files go.
    pub folder: Folder,
}

/// The names of the target user that a command may use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Account<'a> {
    /// SID.
    pub sid: Option<&'a str>,
    /// User principal name.
    pub upn: Option<&'a str>,
    /// `DOMAIN\sam`, or a bare name.
    pub name: Option<&'a str>,
}

impl<'a> Account<'a> {
    /// The names of a person. Of several user principal names none is the person's for certain.
    #[must_use]
    pub fn of(person: &'a Person) -> Self {
        let is_upn = |name: &&str| name.contains('@');
        let is_down_level = |name: &&str| name.contains('\\');
        let display = person.display.as_deref().filter(|name| person.sid.as_deref() != Some(*name));
        let names = || person.names.iter().map(String::as_str);
        let only = |wanted: fn(&&str) -> bool| {
            let mut found = names().filter(wanted);
            found.next().filter(|_| found.next().is_none())
        };
        Self {
            sid: person.sid.as_deref(),
            upn: display.filter(is_upn).or_else(|| only(|name| name.contains('@'))),
            name: display.filter(is_down_level).or_else(|| only(|name| name.contains('\\'))).or(display),
        }
    }
}

const AD_STATE: &str = "Enabled,LockedOut,lockoutTime,badPwdCount,LastBadPasswordAttempt,pwdLastSet,PasswordExpired,accountExpires,logonHours,userWorkstations";
const AD_DUMP: &str = "pwdLastSet,LockedOut,lockoutTime,badPwdCount,badPasswordTime,userPrincipalName,mail,proxyAddresses,accountExpires,Enabled,PasswordExpired,logonHours,userWorkstations,userAccountControl,legacyExchangeDN,mS-DS-ConsistencyGuid";
/// What scripts call their folder of backups.
pub const BACKUP: &str = "OT_BACKUP";

const PLACEHOLDER_USER: &str = "<user>";
const PLACEHOLDER_DOMAIN: &str = "<DNS name of the domain>";
const PLACEHOLDER_VERSION: &str = "<version>";

impl Command {
    /// The lines of this command for one case, in order.
    #[must_use]
    pub fn lines(&self, values: &Values<'_>) -> Vec<CommandText> {
        match self {
            Self::CmdkeyDeleteRows => values.rows.iter().map(|target| delete_row(target)).collect(),
            Self::Constant { shell, text } => {
                vec![CommandText { shell: *shell, text: text.clone(), runnable: !has_placeholder(text) }]
            }
            _ => vec![self.line(values)],
        }
    }

    fn line(&self, values: &Values<'_>) -> CommandText {
        let user = || User::of(values.user);
        let file = |name: &FileName| match values.folder {
            Folder::Temp => format!("\"%TEMP%\\{}\"", name.0),
            Folder::Triage => format!("C:\\Triage\\{}", name.0),
            Folder::Backup => format!("\"%{BACKUP}%\\{}\"", name.0),
        };
        let powershell_file = |name: &FileName| match values.folder {
            Folder::Temp => format!("\"$env:TEMP\\{}\"", name.0),
            Folder::Triage => format!("C:\\Triage\\{}", name.0),
            Folder::Backup => format!("(Join-Path ${BACKUP} '{}')", name.0),
        };
        let key = |key: &KeyPath| match values.major {
            Some(major) => (format!("\"{}\"", key.0.replace("$ver", &format!("{major}.0"))), true),
            None => (format!("\"{}\"", key.0.replace("$ver", PLACEHOLDER_VERSION)), !key.0.contains("$ver")),
        };
        let ad = |tail: &str| {
            let (lookup, known) = user().lookup;
            (format!("{lookup} {tail}"), known)
        };
        let (shell, (text, runnable)) = match self {
            Self::CmdkeyList { to } => (Shell::Cmd, (format!("cmdkey /list > {}", file(to)), true)),
            Self::RegAdd { key: path, value, kind, data } => {
                let (path, known) = key(path);
                (Shell::Cmd, (format!("reg add {path} /v {value} /t {kind} /d {data} /f"), known))
            }
            Self::RegDelete { key: path, value } => {
                let (path, known) = key(path);
                (Shell::Cmd, (format!("reg delete {path} /v {value} /f"), known))
            }
            Self::RegQuery { key: path, to } => {
                let (path, known) = key(path);
                (Shell::Cmd, (format!("reg query {path} > {}", file(to)), known))
            }
            Self::RegExport { key: path, to } => {
                let (path, known) = key(path);
                (Shell::Cmd, (format!("reg export {path} {} /y", file(to)), known))
            }
            Self::RegImport { from } => (Shell::Cmd, (format!("reg import {}", file(from)), true)),
            Self::UpdateClickToRun => {
                (Shell::Cmd, (update(values.major), values.major.is_some_and(|major| major > 14)))
            }
            Self::FileVersion { file } => (Shell::Powershell, (file_version(file), true)),
            Self::AdAccountState { .. } => {
                (Shell::Powershell, ad(&format!("-Properties {AD_STATE} | Format-List {AD_STATE}")))
            }
            Self::AdUnlock { .. } => (Shell::Powershell, ad("| Unlock-ADAccount")),
            Self::AdLockoutEvents { .. } => {
                let (lookup, known) = user().lookup;
                // 4740: the first field is the account, the second the computer that the attempts came from.
                let text = format!(
                    "$a = ({lookup}).SamAccountName; Get-WinEvent -FilterHashtable @{{LogName='Security'; Id=4740}} | Where-Object {{ $_.Properties[0].Value -eq $a }} | Select-Object TimeCreated, @{{n='CallerComputer'; e={{$_.Properties[1].Value}}}}"
                );
                (Shell::Powershell, (text, known))
            }
            Self::AdAccountDump { to, .. } => {
                (Shell::Powershell, ad(&format!("-Properties {AD_DUMP} | Format-List * > {}", powershell_file(to))))
            }
            Self::AdfsTokenLifetime => {
                let text = "(Get-AdfsRelyingPartyTrust -Identifier urn:federation:MicrosoftOnline).TokenLifetime";
                (Shell::Powershell, (text.to_owned(), true))
            }
            Self::AdfsAccountActivity { to, .. } => {
                let user = user();
                let (name, known) = user.full();
                let text = format!("Get-AdfsAccountActivity {name} | Format-List * > {}", powershell_file(to));
                (Shell::Powershell, (text, known))
            }
            Self::CasMailbox { to, .. } => {
                let user = user();
                let (name, known) = user.full();
                let text = format!("Get-CASMailbox -Identity {name} | Format-List * > {}", powershell_file(to));
                (Shell::Powershell, (text, known))
            }
            Self::CmdkeyDeleteRows | Self::Constant { .. } => (Shell::Cmd, (String::new(), false)),
        };
        CommandText { shell, text, runnable }
    }
}

/// The user in PowerShell lines, or placeholders where no name is known or the name is refused.
struct User {
    /// `Get-ADUser …`, and whether it can only find this user.
    lookup: (String, bool),
    /// A name that stands for one user in the whole forest, for services that know no SIDs.
    full: Option<String>,
}

impl User {
    fn of(account: Account<'_>) -> Self {
        // A SID of Entra ID (S-1-12-1-…) is none of the directory's.
        let sid = account.sid.filter(|sid| sid.starts_with("S-1-5-21-")).and_then(powershell_literal);
        let upn = account.upn.and_then(powershell_literal);
        let down_level = account
            .name
            .filter(|name| argument::is_safe(name))
            .and_then(|name| name.split_once('\\'))
            .and_then(|(domain, sam)| Some((domain, powershell_literal(domain)?, powershell_literal(sam)?)));
        let lookup = match (sid, &upn, &down_level) {
            (Some(sid), _, _) => (format!("Get-ADUser -Identity {sid}"), true),
            (None, Some(upn), _) => (format!("Get-ADUser -Filter {{UserPrincipalName -eq {upn}}}"), true),
            // `DOMAIN\sam` is no identity for the module, and a bare `sam` is looked up in the domain of whoever asks.
            (None, None, Some((domain, server, sam))) if domain.contains('.') => {
                (format!("Get-ADUser -Identity {sam} -Server {server}"), true)
            }
            (None, None, Some((_, _, sam))) => {
                (format!("Get-ADUser -Identity {sam} -Server {PLACEHOLDER_DOMAIN}"), false)
            }
            (None, None, None) => (format!("Get-ADUser -Identity {PLACEHOLDER_USER}"), false),
        };
        let full = upn.or_else(|| down_level.and(account.name).and_then(powershell_literal));
        Self { lookup, full }
    }

    fn full(&self) -> (&str, bool) {
        (self.full.as_deref().unwrap_or(PLACEHOLDER_USER), self.full.is_some())
    }
}

/// Deletes one credential, or says that it has to be done by hand.
fn delete_row(target: &str) -> CommandText {
    match cmd_quoted(target) {
        Some(quoted) => CommandText { shell: Shell::Cmd, text: format!("cmdkey /delete:{quoted}"), runnable: true },
        None => CommandText {
            shell: Shell::Cmd,
            text: format!(
                "<the name contains characters that are unsafe to paste; remove the entry in Credential Manager / 名前に貼り付けると危険な文字が含まれているため、資格情報マネージャーで削除してください: {}>",
                shown(target)
            ),
            runnable: false,
        },
    }
}

/// Click-to-Run of Office 2013 lives in a folder of its own.
fn update(major: Option<u32>) -> String {
    let program = match major {
        Some(15) => r#""%ProgramFiles%\Microsoft Office 15\ClientX64\OfficeC2RClient.exe""#,
        _ => r#""%CommonProgramFiles%\Microsoft Shared\ClickToRun\OfficeC2RClient.exe""#,
    };
    format!("{program} /update user displaylevel=false forceappshutdown=true")
}

fn file_version(file: &FileName) -> String {
    let name = &file.0;
    format!(
        r"Get-Item 'C:\Program Files*\Microsoft Office*\Office1*\{name}', 'C:\Program Files*\Microsoft Office*\root\Office1*\{name}' -ErrorAction SilentlyContinue | Select-Object FullName, @{{n='FileVersion'; e={{$_.VersionInfo.FileVersion}}}}"
    )
}

/// `<thumbprint>`, or the example domain that the reader has to replace.
fn has_placeholder(text: &str) -> bool {
    let angle = text.split('<').skip(1).any(|rest| {
        rest.starts_with(|c: char| c.is_ascii_alphabetic())
            && rest.split_once('>').is_some_and(|(inside, _)| inside.len() < 40)
    });
    angle || text.contains("contoso.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values<'a>(rows: &'a [String], user: Option<&'a str>, major: Option<u32>) -> Values<'a> {
        let (upn, name) = (user.filter(|user| user.contains('@')), user.filter(|user| !user.contains('@')));
        Values { major, user: Account { sid: None, upn, name }, rows, folder: Folder::Temp }
    }

    fn check(command: &Command, user: Option<&str>, major: Option<u32>, expected: &str, runnable: bool) {
        let line = command.lines(&values(&[], user, major)).pop().unwrap();
        assert_eq!((line.text.as_str(), line.runnable), (expected, runnable));
    }

    #[test]
    fn rows_become_one_line_each_and_hostile_rows_a_manual_step() {
        let rows = ["LegacyGeneric:target=MicrosoftOffice16_Data:SSPI:u@contoso.com".to_owned(), "a\"&calc".to_owned()];
        let lines = Command::CmdkeyDeleteRows.lines(&values(&rows, None, None));
        assert_eq!(lines[0].text, "cmdkey /delete:\"LegacyGeneric:target=MicrosoftOffice16_Data:SSPI:u@contoso.com\"");
        assert!(lines[0].runnable);
        assert!(!lines[1].runnable);
        assert!(!lines[1].text.contains("cmdkey") && !lines[1].text.contains(['"', '&']), "{}", lines[1].text);
        assert!(lines[1].text.ends_with("a··calc>"), "{}", lines[1].text);
    }

    #[test]
    fn the_version_and_the_user_are_filled_or_left_as_placeholders() {
        let rpc = KeyPath(r"HKCU\Software\Microsoft\Office\$ver\Outlook\RPC".to_owned());
        let add = Command::RegAdd { key: rpc, value: "X".into(), kind: "REG_DWORD".into(), data: "1".into() };
        check(
            &add,
            None,
            Some(15),
            r#"reg add "HKCU\Software\Microsoft\Office\15.0\Outlook\RPC" /v X /t REG_DWORD /d 1 /f"#,
            true,
        );
        check(
            &add,
            None,
            None,
            r#"reg add "HKCU\Software\Microsoft\Office\<version>\Outlook\RPC" /v X /t REG_DWORD /d 1 /f"#,
            false,
        );
        let unlock = Command::AdUnlock { user: TargetUser };
        check(&unlock, None, None, "Get-ADUser -Identity <user> | Unlock-ADAccount", false);
        check(&unlock, Some("u'; calc"), None, "Get-ADUser -Identity <user> | Unlock-ADAccount", false);
        check(&unlock, Some("X\\\u{202E}u"), None, "Get-ADUser -Identity <user> | Unlock-ADAccount", false);
    }

    fn check_user(command: &Command, account: (Option<&str>, &str), expected: &str, runnable: bool) {
        let (sid, name) = account;
        let person = Person {
            sid: sid.map(str::to_owned),
            display: Some(name.to_owned()),
            names: std::collections::BTreeSet::from([crate::value::fold(name)]),
            ..Person::default()
        };
        let values = Values { user: Account::of(&person), folder: Folder::Triage, ..values(&[], None, None) };
        let line = command.lines(&values).pop().unwrap();
        assert_eq!((line.text.as_str(), line.runnable), (expected, runnable));
    }

    #[test]
    fn the_directory_is_asked_for_nobody_else() {
        let unlock = Command::AdUnlock { user: TargetUser };
        let sid = "S-1-5-21-1-2-3-1104";
        let by_sid = "Get-ADUser -Identity 'S-1-5-21-1-2-3-1104' | Unlock-ADAccount";
        check_user(&unlock, (Some(sid), r"CONTOSO\taro"), by_sid, true);
        check_user(&unlock, (Some(sid), "u@contoso.com"), by_sid, true);
        check_user(&unlock, (Some(sid), sid), by_sid, true);
        let by_upn = "Get-ADUser -Filter {UserPrincipalName -eq 'u@contoso.com'} | Unlock-ADAccount";
        check_user(&unlock, (None, "u@contoso.com"), by_upn, true);
        check_user(&unlock, (Some("S-1-12-1-1-2-3-4"), "u@contoso.com"), by_upn, true);
        let elsewhere = "Get-ADUser -Identity 'taro' -Server <DNS name of the domain> | Unlock-ADAccount";
        check_user(&unlock, (None, r"CONTOSO\taro"), elsewhere, false);
        let server = "Get-ADUser -Identity 'taro' -Server 'ad.contoso.com' | Unlock-ADAccount";
        check_user(&unlock, (None, r"ad.contoso.com\taro"), server, true);
        check_user(&unlock, (None, "taro"), "Get-ADUser -Identity <user> | Unlock-ADAccount", false);
    }

    #[test]
    fn services_are_asked_by_the_full_name() {
        let activity = Command::AdfsAccountActivity { user: TargetUser, to: FileName("a.txt".into()) };
        let line = |name: &str| format!(r"Get-AdfsAccountActivity {name} | Format-List * > C:\Triage\a.txt");
        let sid = Some("S-1-5-21-1-2-3-1104");
        check_user(&activity, (sid, "u@contoso.com"), &line("'u@contoso.com'"), true);
        check_user(&activity, (sid, r"CONTOSO\taro"), &line(r"'CONTOSO\taro'"), true);
        check_user(&activity, (sid, "taro"), &line("<user>"), false);
        check_user(&activity, (sid, "S-1-5-21-1-2-3-1104"), &line("<user>"), false);
        let linked = Person {
            display: Some(r"CONTOSO\taro".into()),
            names: [r"contoso\taro", "taro", "taro@contoso.com"].map(str::to_owned).into(),
            ..Person::default()
        };
        assert_eq!(Account::of(&linked).upn, Some("taro@contoso.com"));
    }

    #[test]
    fn files_go_where_the_reader_is_told() {
        let list = Command::CmdkeyList { to: FileName("cmdkey-before.txt".into()) };
        check(&list, None, None, r#"cmdkey /list > "%TEMP%\cmdkey-before.txt""#, true);
        let triage = Values { folder: Folder::Triage, ..values(&[], None, None) };
        assert_eq!(list.lines(&triage)[0].text, r"cmdkey /list > C:\Triage\cmdkey-before.txt");
    }

    #[test]
    fn constants_with_something_to_fill_in_do_not_run() {
        for (text, runnable) in [
            ("cmdkey /list > C:\\Triage\\cmdkey.txt", true),
            ("wevtutil epl Security x \"/q:*[System[TimeCreated[timediff(@SystemTime) <= 604800000]]]\"", true),
            ("certutil -store Root <thumbprint>", false),
            ("nslookup autodiscover.contoso.com > C:\\Triage\\n.txt", false),
        ] {
            let constant = Command::Constant { shell: Shell::Cmd, text: text.to_owned() };
            assert_eq!(constant.lines(&values(&[], None, None))[0].runnable, runnable, "{text}");
        }
    }
}
