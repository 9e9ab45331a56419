//! One realistic case for the report's tests: a stale password on Outlook 2013, with a value that every untrusted field
//! of the evidence carries (a name, a path, a registry value, an error text).

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jiff::Timestamp;
use outlook_triage::bundle::{ArtifactKind, Certainty, TextEncoding};
use outlook_triage::fact::evidence::{ArtifactId, Cite, Instant, Locator, Source};
use outlook_triage::fact::identity::{Person, Target};
use outlook_triage::fact::{Assumption, CaseFacts, CodeFact, CollectorFact, FactStore, Install};
use outlook_triage::finding::{Evidence, EvidenceClass, Finding, Reason, Reservation, Severity, Status, Undecided};
use outlook_triage::issue::{At, Issue, IssueCode};
use outlook_triage::lang::{Lang, Lines, Text};
use outlook_triage::limits::Limits;
use outlook_triage::plan::{CollectNext, CommandText, Label, Plan, Reader, Remedy, Row, Shell, Step, Who};
use outlook_triage::report::assemble::{
    ArtifactView, CaseView, OutlookView, RulesView, TimelineEntry, TimelineGap, assemble,
};
use outlook_triage::report::model::{ArtifactStatus, Report};
use outlook_triage::rule::codes::Codes;
use outlook_triage::rule::condition::Era;
use outlook_triage::rule::set::RuleSet;
use outlook_triage::value::Window;

const SHA256: &str = "1f3c9a0d5b7e42c8a6f1d0e3b2c4a5968778695a4b3c2d1e0f1a2b3c4d5e6f70";

static CODES: LazyLock<Codes> = LazyLock::new(|| RuleSet::builtin().unwrap().codes);

/// What a test can change about the case.
pub(crate) struct Sample {
    /// Stands in every text that a bundle can bring.
    pub(crate) value: String,
    pub(crate) findings: Vec<Finding>,
    pub(crate) plan: Plan,
    pub(crate) facts: FactStore,
    pub(crate) timeline: Vec<TimelineEntry>,
    pub(crate) omitted: Vec<TimelineGap>,
    pub(crate) outlook: bool,
    pub(crate) limits_hit: Vec<String>,
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn cite(artifact: u32, at: Locator) -> Cite {
    Cite { artifact: ArtifactId(artifact), at, absent: false }
}

fn lines(texts: &[(&str, &str)]) -> Lines {
    Lines {
        en: texts.iter().map(|(en, _)| (*en).to_owned()).collect(),
        ja: texts.iter().map(|(_, ja)| (*ja).to_owned()).collect(),
    }
}

const DC_LOG: u32 = 0;
const CMDKEY: u32 = 1;
const OFFICE: u32 = 2;
const REG: u32 = 3;

fn stored() -> Vec<Cite> {
    vec![cite(CMDKEY, Locator::Line(14)), cite(CMDKEY, Locator::Line(19))]
}

fn rejected() -> Vec<Cite> {
    (88123..88129).map(|record| cite(DC_LOG, Locator::Record(record))).collect()
}

fn registry(value: &str) -> Cite {
    let key = r"HKCU\Software\Microsoft\Office\15.0\Outlook\RPC".to_owned();
    cite(REG, Locator::Registry { line: Some(40211), key, value: Some(value.to_owned()) })
}

fn evidence(name: &str, class: EvidenceClass, supports: bool, text: Text, cites: Vec<Cite>) -> Evidence {
    Evidence { name: name.to_owned(), class, supports, text, cites, count: None, reservation: None }
}

fn finding(id: &str, status: Status, band: u32, title: Text) -> Finding {
    Finding {
        id: id.to_owned(),
        rev: 1,
        summary: title.clone(),
        plain: None,
        title,
        status,
        judged: status,
        severity: Severity::High,
        band,
        sum: String::new(),
        subject: Some("S-1-5-21-1004336348-1177238915-682003330-1104".to_owned()),
        evidence: Vec::new(),
        undecided: Vec::new(),
        need: Vec::new(),
        steps: Vec::new(),
        links: Vec::new(),
        not_applicable: None,
        supersedes: Vec::new(),
        in_failure_window: false,
    }
}

fn step(number: &str, id: &str, title: Text, label: Label, reason: Text, cites: Vec<Cite>) -> Step {
    Step {
        id: id.to_owned(),
        number: number.to_owned(),
        title,
        label,
        findings: Vec::new(),
        reason,
        decided_by: Row::Undecided,
        cites,
        waits_for: Vec::new(),
        who: Who::User,
        minutes: Some(5),
        closes_outlook: false,
        loses: None,
        wait_until: None,
        instructions: Lines::default(),
        commands: Vec::new(),
        rollback: Lines::default(),
        verify: None,
        targets: Vec::new(),
        case_lines: 0,
        readers: vec![Reader::User],
        plain: None,
        remedy: Remedy::default(),
    }
}

impl Sample {
    pub(crate) fn new(value: &str) -> Self {
        Self {
            value: value.to_owned(),
            findings: findings(value),
            plan: plan(value),
            facts: facts(value),
            timeline: vec![
                TimelineEntry {
                    at: at("2014-06-03T05:05:00Z"),
                    kind: "rejected",
                    text: Text::new(format!("refused: {value}"), format!("拒否されました: {value}")),
                    cite: cite(DC_LOG, Locator::Record(88123)),
                },
                TimelineEntry {
                    at: at("2014-06-03T05:00:00Z"),
                    kind: "password-change",
                    text: Text::new(
                        format!("password of {value} changed"),
                        format!("{value} のパスワードが変更されました"),
                    ),
                    cite: cite(DC_LOG, Locator::Record(88100)),
                },
            ],
            omitted: Vec::new(),
            outlook: true,
            limits_hit: vec![],
        }
    }

    pub(crate) fn report(&self, lang: Lang) -> Report {
        let value = &self.value;
        let paths = [
            format!("Configuration/EventLog/Security {value}.evtx"),
            format!("Configuration/OS/cmdkey {value}.txt"),
            format!("Configuration/Office/OfficeModuleInfo {value}.xml"),
            format!("Configuration/Registry/HKCU_Office {value}.reg"),
            format!("mail {value}.etl"),
        ];
        let kinds = [
            ArtifactKind::Evtx,
            ArtifactKind::CmdkeyList,
            ArtifactKind::Clixml,
            ArtifactKind::RegExport,
            ArtifactKind::Other,
        ];
        let statuses = [
            ArtifactStatus::Partial,
            ArtifactStatus::Read,
            ArtifactStatus::Read,
            ArtifactStatus::Read,
            ArtifactStatus::Skipped,
        ];
        let damaged = [
            Issue::at(IssueCode::ChecksumMismatch, At::Offset(4096), format!("chunk 0 {value}")),
            Issue::at(IssueCode::BadRecord, At::Record(88130), value.clone()),
        ];
        let skipped = [Issue::new(IssueCode::NotSupported, value.clone())];
        let encoding = TextEncoding { name: "shift_jis".to_owned(), certainty: Certainty::Guessed };
        let window = Window { from: at("2014-06-02T04:55:00Z"), to: at("2014-06-03T05:30:00Z") };
        let artifacts: Vec<ArtifactView<'_>> = (0..5)
            .map(|position| ArtifactView {
                path: &paths[position],
                kind: kinds[position],
                status: statuses[position],
                bytes: 69_632,
                sha256: (position != 0).then_some(SHA256),
                records: (position != 4).then_some(12),
                encoding: (position == 1).then_some(&encoding),
                subject: (position == 1).then_some(value.as_str()),
                window: (position == 0).then_some(window),
                issues: match position {
                    0 => &damaged,
                    4 => &skipped,
                    _ => &[],
                },
            })
            .collect();
        let source = format!("cases/Outlook_PC0123_2014-06-03 {value}.zip");
        let product = format!("Outlook 2013 {value}");
        let packs = ["builtin".to_owned()];
        let view = CaseView {
            source: source.trim_end(),
            id: &SHA256[..12],
            sha256: SHA256,
            artifacts: &artifacts,
            facts: &self.facts,
            findings: &self.findings,
            plan: &self.plan,
            era: Era::Legacy,
            era_cites: &[registry("EnableADAL")],
            timeline: &self.timeline,
            omitted: &self.omitted,
            rules: RulesView { revision: "2026.11", sha256: SHA256, packs: &packs, overrides: &[] },
            codes: &CODES,
            outlook: self.outlook.then_some(OutlookView {
                product: product.trim_end(),
                version: Some("15.0.4693.1000"),
                install: Install::Msi,
            }),
            limits_hit: &self.limits_hit,
            limits: &Limits::default(),
        };
        assemble(&view, lang)
    }
}

fn facts(value: &str) -> FactStore {
    FactStore {
        target: Target::Person(Person {
            sid: Some("S-1-5-21-1004336348-1177238915-682003330-1104".to_owned()),
            display: Some(format!(r"CONTOSO\a.tanaka{value}")),
            names: BTreeSet::new(),
            smtp: BTreeSet::from([format!("a.tanaka{value}@contoso.example")]),
        }),
        case: CaseFacts {
            computer: Some(format!("PC0123{value}")),
            collected_at: Some(at("2014-06-03T05:40:12Z")),
            as_of: Some(at("2014-06-03T05:40:12Z")),
            utc_offset: Some(32_400),
            evidence_window: Some(Window { from: at("2014-05-20T00:00:00Z"), to: at("2014-06-03T05:40:12Z") }),
            failed_at: None,
            collector: Some(CollectorFact {
                name: "OutlookTrace".to_owned(),
                version: Some(value.to_owned()),
                run_as: Some(format!(r"CONTOSO\admin{value}")),
                target_user: Some(format!(r"CONTOSO\a.tanaka{value}")),
            }),
            assumptions: BTreeSet::from([Assumption::MailboxInExchangeOnline, Assumption::DomainFederated]),
        },
        codes: vec![
            // Beside cited evidence, and where nothing is cited.
            code("kerberos", 0x18, DC_LOG, Locator::Record(88123)),
            code("aadsts", 50_058, OFFICE, Locator::Line(7)),
            code("hresult", 0x8004_789B, OFFICE, Locator::Line(8)),
        ],
        ..FactStore::default()
    }
}

fn code(family: &'static str, number: u64, artifact: u32, locator: Locator) -> CodeFact {
    let source = Source { artifact: ArtifactId(artifact), at: locator, guessed: false };
    CodeFact { family, number, at: Some(Instant::exact(at("2014-06-03T05:05:00Z"))), event: None, source }
}

fn findings(value: &str) -> Vec<Finding> {
    let rejected = Evidence {
        count: Some(6),
        ..evidence(
            "rejected-after-change",
            EvidenceClass::Strong,
            true,
            Text::new(
                format!("6 sign-ins of a.tanaka{value} refused after the password change"),
                format!("パスワード変更後に a.tanaka{value} のサインインが 6 回拒否されています"),
            ),
            rejected(),
        )
    };
    let stored = Evidence {
        reservation: Some(Reservation::AssumedSubject),
        ..evidence(
            "stored",
            EvidenceClass::Weak,
            true,
            Text::new(
                format!("2 stored Office passwords, among them MS.Outlook.15:a.tanaka{value}"),
                format!("Office のパスワードが 2 件保存されています (MS.Outlook.15:a.tanaka{value} など)"),
            ),
            stored(),
        )
    };
    let undecided = Undecided {
        name: "written-before-change".to_owned(),
        class: EvidenceClass::Conclusive,
        supports: true,
        reason: Reason::NotCollected,
        need: vec!["credential-dates".to_owned()],
        text: Text::new("stored before the password change", "パスワード変更より前に保存されたものです"),
    };
    let stale = Finding {
        sum: "likely = strong(rejected-after-change) + weak(stored) − nothing".to_owned(),
        evidence: vec![rejected, stored.clone()],
        undecided: vec![undecided.clone()],
        need: vec!["credential-dates".to_owned()],
        steps: vec!["clear-credentials".to_owned()],
        links: vec!["https://learn.microsoft.com/outlook".to_owned(), "http://not.https.example".to_owned()],
        ..finding(
            "stale-stored-password-office",
            Status::Likely,
            200,
            Text::new(
                "An old stored Office password is being replayed",
                "保存済みの古い Office パスワードが送信され続けています",
            ),
        )
    };
    let retry = Finding {
        sum: "possible = weak(stored)".to_owned(),
        evidence: vec![stored],
        ..finding(
            "background-http-auth-retry-stale-password",
            Status::Possible,
            150,
            Text::new(
                "Outlook retries an old password in the background",
                "Outlook がバックグラウンドで古いパスワードを再試行しています",
            ),
        )
    };
    let done = Finding {
        evidence: vec![evidence(
            "value-is-set",
            EvidenceClass::Conclusive,
            false,
            Text::new(format!("the value is already 1 {value}"), format!("値は既に 1 です {value}")),
            vec![registry(&format!("DisableRetryGoodCredentials{value}"))],
        )],
        ..finding(
            "disableretrygoodcredentials-present",
            Status::RuledOut,
            400,
            Text::new("Retry is off", "再試行は無効です"),
        )
    };
    let locked = Finding {
        undecided: vec![Undecided { reason: Reason::NotCovered, ..undecided.clone() }, undecided.clone()],
        need: vec!["dc-security-log".to_owned()],
        ..finding(
            "account-locked-ad",
            Status::Unknown,
            10,
            Text::new("The account is locked", "アカウントがロックされています"),
        )
    };
    let adfs = Finding {
        undecided: vec![undecided],
        need: vec!["adfs-logs".to_owned()],
        ..finding(
            "exo-federated-logon-cache",
            Status::Unknown,
            300,
            Text::new(
                "The old logon is still cached in Exchange Online",
                "Exchange Online に以前のログオンがキャッシュされています",
            ),
        )
    };
    let retired = Finding {
        not_applicable: Some((
            Text::new(
                format!("the failure is older than 2022-10-01 {value}"),
                format!("発生日が 2022-10-01 より前です {value}"),
            ),
            vec![Cite {
                absent: true,
                ..cite(
                    DC_LOG,
                    Locator::Window(Window { from: at("2014-06-02T00:00:00Z"), to: at("2014-06-03T00:00:00Z") }),
                )
            }],
        )),
        ..finding(
            "exo-basic-auth-retired",
            Status::NotApplicable,
            20,
            Text::new("Basic is retired", "基本認証は廃止されています"),
        )
    };
    vec![stale, retry, done, locked, adfs, retired]
}

fn plan(value: &str) -> Plan {
    let update = step(
        "1",
        "update-outlook",
        Text::new("Update Outlook (KB2880470)", "Outlook を更新する (KB2880470)"),
        Label::Done,
        Text::new(
            "build 15.0.4693.1000 has the required level",
            "ビルド 15.0.4693.1000 は必要なレベルを満たしています",
        ),
        vec![cite(OFFICE, Locator::Line(212))],
    );
    let mut cites = stored();
    cites.extend(rejected());
    let clear = Step {
        findings: vec!["stale-stored-password-office".to_owned()],
        closes_outlook: true,
        loses: Some(Text::new("saved passwords of the entries you remove", "削除した項目に保存されていたパスワード")),
        instructions: lines(&[
            (
                "Close Outlook and all other Office programs.",
                "Outlook とその他の Office アプリケーションをすべて終了します。",
            ),
            (
                "Open Control Panel > User Accounts > Credential Manager > Windows Credentials.",
                "［コントロール パネル］→［ユーザー アカウント］→［資格情報マネージャー］→［Windows 資格情報］を開きます。",
            ),
            (
                "Under Generic Credentials, remove each entry that begins with MicrosoftOffice15_Data or MS.Outlook.",
                "［汎用資格情報］で、MicrosoftOffice15_Data または MS.Outlook で始まる項目をそれぞれ削除します。",
            ),
        ]),
        commands: vec![
            CommandText {
                shell: Shell::Cmd,
                text: "cmdkey /delete:MicrosoftOffice15_Data:SSPI:a.tanaka@contoso.example".to_owned(),
                runnable: true,
            },
            CommandText {
                shell: Shell::Cmd,
                text: "cmdkey /delete:MS.Outlook.15:<name of the entry>".to_owned(),
                runnable: false,
            },
        ],
        verify: Some(Text::new(
            "cmdkey /list shows neither entry.",
            "cmdkey /list の結果に該当する項目がないことを確認します。",
        )),
        ..step(
            "2",
            "clear-credentials",
            Text::new("Clear stored credentials", "保存済みの資格情報を削除する"),
            Label::Do,
            Text::new(
                format!("2 Office entries; 6 refusals after the change {value}").trim_end().to_owned(),
                format!("Office の項目 2 件、変更後の拒否 6 回 {value}").trim_end().to_owned(),
            ),
            cites,
        )
    };
    let wait = Step {
        waits_for: vec!["clear-credentials".to_owned()],
        minutes: Some(60),
        wait_until: Some(at("2014-06-03T06:05:00Z")),
        ..step(
            "3",
            "wait-logon-cache",
            Text::new("Quit Outlook and wait", "Outlook を終了して待つ"),
            Label::WaitFor,
            Text::new(
                "after step 2: the old logon stays cached",
                "手順 2 の後に実施 (以前のログオンがキャッシュされているため)",
            ),
            vec![],
        )
    };
    let retry = step(
        "4",
        "set-disable-retry",
        Text::new("Set DisableRetryGoodCredentials", "DisableRetryGoodCredentials を設定する"),
        Label::Done,
        Text::new("the value is already 1", "値は既に 1 です"),
        vec![registry(&format!("DisableRetryGoodCredentials{value}"))],
    );
    let anonymous = step(
        "5A",
        "profile-anonymous-logon",
        Text::new("Profile: Anonymous logon", "プロファイル: 匿名認証にする"),
        Label::Skip,
        Text::new("already Anonymous Authentication", "既に［匿名認証］です"),
        vec![cite(
            REG,
            Locator::Profile { line: Some(51877), profile: format!("Outlook{value}"), property: "00036619".to_owned() },
        )],
    );
    let repair = Step {
        minutes: Some(10),
        ..step(
            "5B",
            "profile-repair",
            Text::new("Profile: repair", "プロファイル: 修復する"),
            Label::Check,
            Text::new("only if steps 2 and 3 do not help", "手順 2 と 3 で解消しない場合のみ"),
            vec![],
        )
    };
    let recreate = Step {
        minutes: Some(15),
        who: Who::Admin,
        ..step(
            "5C",
            "profile-recreate",
            Text::new("Profile: create anew", "プロファイル: 作り直す"),
            Label::Check,
            Text::new("only if step 5B does not help", "手順 5B で解消しない場合のみ"),
            vec![],
        )
    };
    Plan {
        steps: vec![update, clear, wait, retry, anonymous, repair, recreate],
        start_at: Some("clear-credentials".to_owned()),
        suspected: vec!["stale-stored-password-office".to_owned(), "background-http-auth-retry-stale-password".to_owned()],
        tie_break: Some(Text::new("likely comes before possible", "「可能性大」を「可能性あり」より優先しました")),
        headline: Text::new(
            "Clear the stored Office passwords: this PC probably keeps sending an old one.",
            "保存済みの Office パスワードを削除してください。この PC から古いパスワードが送信され続けている可能性があります。",
        ),
        account_locked: false,
        stop_rule: Text::new("If Outlook connects after a step, stop there.", "手順の後に Outlook が接続できたら、そこで終了してください。"),
        collect_next: vec![
            CollectNext {
                need: "credential-dates".to_owned(),
                title: Text::new("When each stored credential was written", "各資格情報の保存日時"),
                settles: vec!["stale-stored-password-office".to_owned()],
                points: 2,
                effort: 1,
                settles_steps: vec!["2".to_owned()],
                who: Who::User,
                minutes: Some(2),
                instructions: lines(&[("Run this as the user, not as an administrator.", "管理者ではなく、対象ユーザー自身で実行してください。")]),
                commands: vec![CommandText {
                    shell: Shell::Powershell,
                    text: "Get-StoredCredential -AsCredentialObject | Select-Object TargetName, LastWritten | Export-Clixml \"$env:USERPROFILE\\Desktop\\credentials.xml\"".to_owned(),
                    runnable: true,
                }],
            },
            CollectNext {
                need: "adfs-logs".to_owned(),
                title: Text::new("AD FS audit events 411 and 1203 of 2014-06-01 to 2014-06-03", "AD FS 監査イベント 411 と 1203 (2014-06-01 ～ 2014-06-03)"),
                settles: vec!["account-locked-ad".to_owned(), "exo-federated-logon-cache".to_owned()],
                points: 6,
                effort: 4,
                settles_steps: vec![],
                who: Who::AdfsAdmin,
                minutes: Some(5),
                instructions: Lines::default(),
                commands: vec![CommandText { shell: Shell::Cmd, text: "wevtutil epl Security C:\\temp\\adfs-security.evtx".to_owned(), runnable: true }],
            },
        ],
    }
}
