//! The catalogue of fixed sentences: one message, two languages, slots by position.
//!
//! Refuses to know the values that fill a slot and the types whose words these are. `{0}` is the first slot; both
//! languages have the same ones.

use super::Lang;

/// Defines the messages with both languages side by side, so that none can be forgotten.
macro_rules! catalogue {
    ($($variant:ident: $en:literal, $ja:literal;)*) => {
        /// A fixed sentence or word.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Msg {
            $(#[doc = $en] $variant,)*
        }

        impl Msg {
            /// Every message.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The text, with its slots unfilled.
            #[must_use]
            pub fn text(self, lang: Lang) -> &'static str {
                match (lang, self) {
                    $((Lang::En, Self::$variant) => $en, (Lang::Ja, Self::$variant) => $ja,)*
                }
            }
        }
    };
}

impl Msg {
    /// The text with its slots filled. A value is taken as it is: braces in it fill nothing.
    #[must_use]
    pub fn fill(self, lang: Lang, values: &[&str]) -> String {
        let mut filled = String::new();
        let mut rest = self.text(lang);
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let Some((slot, after)) = after.split_once('}') else { break };
            filled.push_str(slot.parse().ok().and_then(|slot: usize| values.get(slot)).copied().unwrap_or_default());
            rest = after;
        }
        filled.push_str(rest);
        filled
    }
}

catalogue! {
    // Verdicts.
    Confirmed: "confirmed", "確定";
    Likely: "likely", "可能性大";
    Possible: "possible", "可能性あり";
    Contradicted: "contradicted", "矛盾";
    StatusUnknown: "unknown", "未判定";
    RuledOut: "ruled out", "除外";
    NotApplicable: "not applicable", "対象外";

    // Classes of evidence.
    Conclusive: "conclusive", "決定的";
    Strong: "strong", "有力";
    Weak: "weak", "補助的";

    Nothing: "nothing", "なし";

    // Outcomes of a comparison.
    OutcomeVerified: "VERIFIED", "確認済み";
    OutcomeImproved: "IMPROVED", "改善";
    OutcomeUnchanged: "UNCHANGED", "変化なし";
    OutcomeWorse: "WORSE", "悪化";
    OutcomeNotComparable: "NOT COMPARABLE", "比較不可";
    OutcomeNoLongerApplies: "NO LONGER APPLIES", "現在は対象外";
    // Beside a step or a cause, "verified" alone could be read as "this cause is confirmed".
    OutcomeStepVerified: "VERIFIED", "実施を確認";
    OutcomeCauseGone: "GONE", "解消";
    StateGone: "gone", "解消";
    StateThere: "still there", "継続";
    StateOpen: "not shown", "確認不可";
    StateNew: "new", "新規";
    StateFound: "seen only now", "今回のみ確認";
    ComparisonBefore: "BEFORE", "実施前";
    ComparisonAfter: "AFTER", "実施後";
    ComparisonSteps: "STEPS", "手順";
    ComparisonCauses: "CAUSES", "原因";
    ComparisonSigns: "SINCE THEN", "その後";
    ComparisonNote: "NOTE", "注意";
    ComparisonSince: "records count as new from {0}", "{0} 以降の記録を新しい記録とみなします";
    ComparisonByHand: "Step {0} can also be seen by hand: {1}", "手順 {0} は目視でも確認できます: {1}";
    ComparisonIfSameUser: "Only if both uploads are of one user: {0}", "2 つの資料が同一ユーザーのものである場合に限ります: {0}";
    ColumnBefore: "before", "前";
    ColumnAfter: "after", "後";
    ColumnOutcome: "outcome", "結果";
    ColumnShown: "what the second upload shows", "2 つ目の資料からわかること";
    NoStepAsked: "none was asked for", "実施が必要な手順はありません";
    NoCauseShown: "neither upload shows one", "どちらの資料にも該当する原因はありません";
    ComparisonFooter: "current plan: outlook-triage analyze {0}  ·  rules {1}  ·  exit {2}", "現在の手順: outlook-triage analyze {0}  ·  ルール {1}  ·  終了コード {2}";

    // Severity.
    Critical: "critical", "緊急";
    High: "high", "高";
    Medium: "medium", "中";
    Low: "low", "低";
    Info: "info", "情報";

    // What decided the label of a step.
    RowSkipWhen: "the step cannot help here", "この環境では効果がありません";
    RowCauseNamed: "a cause is confirmed or likely", "原因が特定されたか、可能性が高い状態です";
    RowInserted: "another step brings it along", "他の手順に伴って実施します";
    RowDoneWhen: "done-when holds", "実施済みとする条件を満たしています";
    RowCausesOut: "every cause is ruled out", "すべての原因が除外されました";
    RowUndecided: "nothing decides", "判断できる情報がありません";
    RowBlockedWhen: "cannot be shown safely", "安全に案内できません";
    RowComesLater: "another step comes first", "先に実施する手順があります";
    StepNotInPlan: "not in the plan of this case: none of its causes is reported", "この事象の手順には含まれません。該当する原因が報告されていません";
    SuspectedPlace: "suspected cause, place {0} of {1}", "疑われる原因 (順位 {0} / {1})";
    CollectRank: "{0}. {1}: points {2} ÷ effort {3}; settles {4}", "{0}. {1}: {2} 点 ÷ 作業量 {3}。判定できる原因: {4}";

    // What the timeline shows.
    EventPasswordChange: "password changed", "パスワードの変更";
    EventRejected: "wrong password refused", "パスワード誤りによる認証の失敗";
    EventLockout: "account locked", "アカウントのロックアウト";
    EventUnlock: "account unlocked", "アカウントのロック解除";
    EventOutlookStart: "Outlook started", "Outlook の起動";
    EventOutlookEnd: "Outlook ended", "Outlook の終了";
    EventUpdate: "update", "更新プログラム";

    // Labels of steps.
    LabelDo: "DO", "実施";
    LabelCheck: "CHECK", "要確認";
    LabelDone: "DONE", "実施済み";
    LabelSkip: "SKIP", "不要";
    LabelWaitFor: "WAIT-FOR", "待機";
    LabelBlocked: "BLOCKED", "保留";

    // Why something is open.
    NotCollected: "not collected", "採取されていません";
    Unreadable: "could not be read", "読み取れませんでした";
    NotCovered: "not covered by the files or their time span", "ファイルの内容または期間に含まれていません";
    WrongSubject: "collected for another user", "別のユーザーの情報です";
    Ambiguous: "the evidence is ambiguous", "情報が一意に定まりません";
    DecoderUnsure: "depends on a guessed text encoding", "推定した文字コードに左右されます";
    Overridden: "set aside by an override of a pack", "パックの上書き設定により判定の対象外です";
    LimitHit: "a limit stopped the reading", "上限に達したため読み取りを中断しました";

    // What evidence rests on.
    AssumedSubject: "assumes that this file is the user's", "このファイルが対象ユーザーのものであると仮定しています";
    PolicyNotCovered: "a policy that could override it was not collected", "この設定を上書きし得るポリシーが採取されていません";
    OneOfSeveralServers: "one of several servers was seen", "複数のサーバーのうち 1 台だけを確認しています";
    LocalTime: "local time without a time zone", "タイム ゾーンのない現地時刻です";
    GuessedEncoding: "the text encoding was guessed", "文字コードは推定です";
    UnverifiedFact: "rests on a fact that no public source confirms", "公開情報で確認されていない知見に基づいています";

    // What error codes mean.
    CodeAlert: "TLS alert {0}", "TLS アラート {0}";
    CodeNoise: "no failure by itself", "それ自体は失敗ではありません";
    CodeUnverified: "not confirmed by a public source", "公開情報では未確認です";
    CodeSpan: "{0} ×, {1}", "{0} 回、{1}";
    CodesHeading: "CODES", "コード";
    MailCodes: "Error codes in the files:", "資料内のエラー コード:";

    // Assumptions.
    LooseFilesAreTheUsers:
        "Files that name nobody are taken to be the target user's; what they do not show proves nothing.",
        "ユーザー名の記載がないファイルは対象ユーザーのものとみなしています。記載がないことは、存在しないことの証明にはなりません。";
    MailboxInExchangeOnline:
        "The mailbox is taken to be in Exchange Online; nothing in the files says otherwise.",
        "メールボックスは Exchange Online にあるものとみなしています (これに反する情報は見つかっていません)。";
    DomainFederated:
        "The mail domain is taken to be federated with AD FS; nothing in the files says otherwise.",
        "メール ドメインは AD FS とフェデレーションされているものとみなしています (これに反する情報は見つかっていません)。";
    OutlookVersionFromProfile:
        "The Outlook version is deduced from where the profile is stored; its build is not known.",
        "Outlook のバージョンはプロファイルの保存場所から推定しており、ビルド番号は不明です。";
    AsOfNewestEvidence:
        "The time of collection is not known; waits are counted from the newest time in the files.",
        "採取日時が不明なため、待ち時間はファイル内の最新の時刻から計算しています。";

    // What packs change of rules.
    OverrideDisable: "disabled", "無効化";
    OverrideSeverity: "severity {0}", "重大度を「{0}」に変更";
    OverrideAtMost: "{0} at most", "判定の上限を「{0}」に変更";
    OverrideActive:
        "{0}: {1} by the pack {2} until {3}: {4}",
        "{0}: パック {2} の設定により、{3} まで{1}しています。理由: {4}";
    OverrideExpired:
        "{0}: the override of the pack {2} ({1}) ended on {3} and is not applied; renew it or take it out. Its reason was: {4}",
        "{0}: パック {2} の設定 ({1}) は {3} で期限が切れたため、適用していません。延長または削除してください。設定時の理由: {4}";
    OverrideUndated:
        "{0}: the override of the pack {2} ({1}, until {3}) is not applied: the case has no date to compare with; --now sets one. Its reason: {4}",
        "{0}: パック {2} の設定 ({1}、{3} まで) は、本ケースの基準時刻が不明なため適用していません。--now で指定できます。理由: {4}";
    OverrideCases: "cases: {0}", "対象 {0} ケース";
    NotJudged: "Not judged: {0}", "判定していません ({0})";
    NotJudgedMore: "Not judged: {0} (and {1} more)", "判定していません ({0}、ほか {1} 件)";

    // Eras.
    EraLegacy: "LEGACY", "従来型";
    EraModern: "MODERN", "先進認証";
    EraRetired: "RETIRED", "廃止済み";
    EraOnPremises: "ON-PREMISES", "オンプレミス";
    EraUnknown: "UNKNOWN", "不明";

    // Who carries something out.
    WhoUser: "user", "利用者";
    WhoAdmin: "PC admin", "PC 管理者";
    WhoDomainAdmin: "domain admin", "ドメイン管理者";
    WhoAdfsAdmin: "AD FS admin", "AD FS 管理者";
    WhoTenantAdmin: "tenant admin", "テナント管理者";
    WhoNetworkAdmin: "network admin", "ネットワーク管理者";

    // How Outlook was installed.
    InstallMsi: "MSI", "MSI 版";
    InstallC2r: "Click-to-Run", "クイック実行版";
    InstallStore: "Store", "ストア版";
    InstallUnknown: "install type not known", "インストール形式は不明";

    // How far a file was read.
    FileRead: "read", "読み取り済み";
    FilePartial: "partly read", "一部のみ";
    FileSkipped: "skipped", "対象外";
    FileFailed: "could not be read", "読み取り不可";

    // Mails.
    MailSubjectSteps: "Outlook sign-in: the next steps (case {0})", "Outlook のサインイン: 次の手順のご案内 (ケース {0})";
    MailSubjectEvidence: "Outlook sign-in: files that we need (case {0})", "Outlook のサインイン: 追加資料のお願い (ケース {0})";
    MailSubjectBoth: "Two drafts: the next steps, and files that we need (case {0})", "下書き 2 通: 次の手順のご案内、追加資料のお願い (ケース {0})";
    MailDear: "Dear customer,", "お世話になっております。";
    MailDearAdmin: "Dear administrator,", "管理者様\nお世話になっております。";
    MailThanks: "thank you for the files that you sent.", "資料をお送りいただき、ありがとうございました。";
    MailShows: "They show that {0}.", "資料を確認したところ、{0}ことがわかりました。";
    MailShowsToo: "They also show that {0}.", "また、{0}こともわかりました。";
    MailMay: "It may be that {0}.", "資料を確認したところ、{0}可能性がございます。";
    MailMayToo: "It may also be that {0}.", "また、{0}可能性もございます。";
    MailSeen: "Seen in the files: {0}", "資料内の記録: {0}";
    MailOneStep:
        "Please do the step below and tell us afterwards whether Outlook connects.",
        "お手数ですが、以下の手順を実施いただき、完了後に Outlook が接続できたかどうかをお知らせください。";
    MailOrder:
        "Please do these steps in the order given, one at a time, and tell us after each one whether Outlook connects. If it does, stop there: the steps after it are not needed then.",
        "お手数ですが、以下の手順を 1 つずつ順番に実施いただき、各手順の完了後に Outlook が接続できたかどうかをお知らせください。接続できた場合は、以降の手順は不要です。";
    MailOrderLocked:
        "Please do what follows in the order given, one step at a time, and tell us when each step is done. Please do not try Outlook before the account is unlocked.",
        "お手数ですが、以下の手順を 1 つずつ順番に実施いただき、完了するたびにお知らせください。ロックが解除されるまでは、Outlook での接続の確認はお控えください。";
    MailLocked:
        "While your account is locked, please do not enter your password anywhere until we tell you that the account is unlocked.",
        "アカウントがロックされている間は、ロック解除をご連絡するまで、パスワードを入力しないでください。";
    MailLockedAdmin:
        "While the account is locked: remove the source of the old password first, and unlock the account only after that; otherwise it locks again. Nobody should enter the password before.",
        "アカウントがロックされている間は、古いパスワードの送信元の停止を先に実施し、ロック解除はその後に行ってください。先に解除すると、再度ロックアウトされます。ロック解除までは、パスワードを入力しないでください。";
    MailStep: "Step {0}: {1}", "手順 {0}: {1}";
    MailAfter:
        "Only after step {0}, and only if Outlook still does not connect.",
        "手順 {0} の完了後も Outlook が接続できない場合に実施してください。";
    MailAfterLocked: "Only after step {0}.", "手順 {0} の完了後に実施してください。";
    MailBy: "Carried out by: {0}", "実施者: {0}";
    MailNotBefore: "Not before {0}.", "{0} 以降に実施してください。";
    MailTakes: "Time needed: about {0} minutes.", "所要時間: 約 {0} 分";
    MailBefore: "Before you start: {0}", "開始前のご確認: {0}";
    MailTellUs:
        "Please tell us how it went before you go on with the next step.",
        "次の手順に進む前に、結果をお知らせください。";
    MailClosing:
        "If anything looks different from what is described here, please stop and ask us.",
        "画面や動作が記載と異なる場合は、操作を中断してご連絡ください。";
    MailRegards: "Kind regards", "どうぞよろしくお願いいたします。";
    MailNothing:
        "At the moment there is nothing for you to do: please leave Outlook and its settings as they are until you hear from us.",
        "現時点で実施いただく手順はございません。ご連絡するまで、Outlook とその設定は変更せずにお待ちください。";
    MailNeed:
        "To find out more we need the following. Please send us the files in the same way as the first ones.",
        "状況をさらに確認するため、以下の資料を前回と同じ方法でお送りいただけますでしょうか。";
    MailNoNeed:
        "At the moment we need no further files from you.",
        "現時点で、追加でお送りいただく資料はございません。";
    MailCommand: "Command:", "コマンド:";
    MailCommands: "Commands, one line each:", "コマンド (1 行ずつ実行してください):";
    MailFillIn: "(Please replace what is marked or only an example, contoso.com for instance, by your own before you run it.)", "(実行する前に、印の付いた部分や contoso.com などの例を実際の値に置き換えてください。)";
    MailSubjectComparison: "Outlook sign-in: what the new files show (case {0})", "Outlook のサインイン: 新しい資料の確認結果 (ケース {0})";
    MailThanksAgain: "thank you for sending us files again.", "再度資料をお送りいただき、ありがとうございました。";
    MailAllVerified:
        "They show that what you were asked to do is done, and that what we suspected is gone. Please tell us whether Outlook connects now.",
        "お願いした手順の完了と、疑われた原因の解消を確認できました。現在 Outlook が接続できるかどうかをお知らせください。";
    MailAllDoneTroubleOpen:
        "They show that what you were asked to do is done; they do not show whether passwords are still refused. Please tell us whether Outlook connects now.",
        "お願いした手順の完了を確認できました。その後もパスワードの拒否が続いているかどうかは、資料からは確認できません。現在 Outlook が接続できるかどうかをお知らせください。";
    MailAllImproved:
        "They show that part of it is better; they do not show that all of it is solved.",
        "一部の改善を確認できましたが、すべての解消は確認できておりません。";
    MailAllUnchanged:
        "As far as they show, something is still as it was, so the problem is probably not solved yet.",
        "確認できた範囲では変化のない項目があり、事象は解消していない可能性がございます。";
    MailAllWorse:
        "They show something that was not there before. Please change nothing more until you hear from us.",
        "以前は見られなかった状態が確認されました。ご連絡するまで、これ以上の変更はお控えください。";
    MailAllOpen:
        "They do not show whether the problem is solved. It may or may not be: something that would show it is missing.",
        "お送りいただいた資料からは、事象が解消したかどうかを確認できません。確認に必要な情報が不足しております。";
    MailNothingToCompare:
        "In the files that you sent first there was nothing that certainly had to be done and still does, so there is nothing to compare.",
        "最初にお送りいただいた資料では、現在も実施が必要と判断できる項目がなかったため、比較する対象がございません。";
    MailGoesOn:
        "They still show refused passwords or a locked account after the steps.",
        "手順の実施後も、パスワードの拒否またはアカウントのロックの記録が続いております。";
    MailStepVerified: "{0}: the files show that this is done.", "{0}: 完了を確認できました。";
    MailStepImproved: "{0}: the files show that part of this is done.", "{0}: 一部の完了を確認できました。";
    MailStepCausesGone:
        "{0}: the files do not show whether this was done; what asked for it is gone.",
        "{0}: 実施されたかどうかは確認できませんが、実施をお願いした原因の解消は確認できました。";
    MailStepAssumed:
        "{0}: this looks done, but the files do not show for certain that they speak of your account and PC.",
        "{0}: 完了しているようですが、資料が対象のアカウントと PC のものであることを確認できておりません。";
    MailStepUnchanged: "{0}: as far as the files show, this is not done yet.", "{0}: 確認できた範囲では、まだ完了していないようです。";
    MailStepWorse: "{0}: this was in place before and is not any more.", "{0}: 以前は完了していましたが、現在は完了していない状態です。";
    MailStepNoLongerApplies: "{0}: as far as the files show, this is not needed any more.", "{0}: 確認できた範囲では、実施は不要になりました。";
    MailStepOpen: "{0}: the files do not show whether this was done.", "{0}: 完了したかどうかを確認できません。";
    MailNextFromUs: "You will hear from us about the next step.", "次の手順は、改めてご連絡いたします。";
    MailNeedNext:
        "To see more we need the following. Please send us the files in the same way as before.",
        "確認のため、以下の資料をこれまでと同じ方法でお送りいただけますでしょうか。";

    // Tickets.
    TicketTitle: "Case {0}: {1}", "ケース {0}: {1}";
    TicketComparison: "Before and after: {0} → {1}", "実施前後の比較: {0} → {1}";
    TicketNeeds: "{0}: {1}; needs {2}", "{0}: {1}。必要な情報: {2}";

    // Headings and pieces of the screen.
    Case: "CASE", "ケース";
    UserNotKnown: "user not known (see --user)", "ユーザー不明 (--user を参照)";
    SeveralUsers: "several users, choose with --user: {0}", "対象ユーザーを特定できません。--user で指定: {0}";
    OutlookNotKnown: "Outlook version not known", "Outlook のバージョン不明";
    Era: "era {0}", "認証方式 {0}";
    EvidenceWindow: "evidence {0} … {1}", "資料の期間 {0} ～ {1}";
    StartAt: "START AT STEP {0}", "手順 {0} から開始してください";
    StartNowhere: "NO STEP TO START AT", "開始する手順はありません";
    ThenSteps: "then {0}", "続いて手順 {0}";
    Suspected: "Suspected: {0}", "疑われる原因: {0}";
    NothingSuspected: "No cause is suspected on this evidence.", "この資料からは疑われる原因が見つかっていません。";
    AlsoSuspected: "also: {0}", "他の候補: {0}";
    TieBreak: "First because: {0}", "優先した理由: {0}";
    MoreCauses: "more causes: {0} (-f json lists them)", "ほか {0} 件の原因 (-f json で一覧を表示)";
    ColumnStep: "step", "手順";
    ColumnLabel: "label", "判定";
    ColumnWhy: "why", "理由";
    ColumnCost: "cost", "所要";
    Effort: "{0}, {1}", "{0}、{1}";
    NotBeforeToo: "{0}; not before {1}", "{0}。{1} 以降に実施";
    Minutes: "{0} min", "{0} 分";
    NotBefore: "not before {0}", "{0} 以降に実施";
    NextAction: "NEXT", "次の操作";
    NextHeader: "step {0}: {1}", "手順 {0}: {1}";
    DoneBy: "by {0}", "担当: {0}";
    ClosesOutlook: "Outlook must be closed", "Outlook を終了してから実施";
    Loses: "Lost: {0}", "失われるもの: {0}";
    Undo: "Undo: {0}", "元に戻す方法: {0}";
    Verify: "Check: {0}", "確認方法: {0}";
    MoreLines: "… and {0} more (-f json lists them)", "… ほか {0} 件 (-f json で全件を表示)";
    InCmd: "In Command Prompt:", "コマンド プロンプトで実行:";
    InPowershell: "In Windows PowerShell:", "Windows PowerShell で実行:";
    InReg: "In a .reg file:", ".reg ファイルの内容:";
    FillIn: "fill in or adapt before running it", "実行前に空欄と値をご確認ください";
    UnknownHeading: "UNKNOWN", "未判定";
    CollectHeading: "COLLECT NEXT", "次に採取";
    CollectMore: "and {0} more (-f json lists them)", "ほか {0} 件 (-f json で一覧を表示)";
    SettlesSteps: "settles step {0}", "手順 {0} の判定に必要";
    SettlesCauses: "settles {0}", "{0} の判定に必要";
    ContradictionHeading: "CONTRADICTIONS", "矛盾";
    UnreadableHeading: "NOT FULLY READ", "読み取り不足";
    FilesUsed: "read completely: {0} of {1} files", "{1} ファイル中 {0} ファイルを最後まで読み取りました";
    SkippedFiles: "of no use here and skipped: {0}", "対象外のため読み取っていないファイル: {0}";
    LimitsHit: "limits reached: {0}", "到達した上限: {0}";
    AssumptionHeading: "ASSUMED", "前提";
    OverrideHeading: "OVERRIDDEN", "上書き設定";
    EvidenceHeading: "EVIDENCE", "根拠";
    Against: "against: {0}", "反証: {0}";
    Absent: "not there", "該当なし";
    Records: "rec {0}", "レコード {0}";
    Searched: "searched {0} … {1}", "検索範囲 {0} ～ {1}";
    Occurrences: "({0} in all)", "(全 {0} 件)";
    ProfileProperty: "profile {0}, property {1}", "プロファイル {0}、プロパティ {1}";
    NoneFound: "none", "なし";
    Explain: "explain: {0}", "詳しい根拠: {0}";
    RulesRevision: "rules {0} (sha256 {1}…)", "ルール {0} (sha256 {1}…)";
    AsOf: "as of {0}", "基準時刻 {0}";
    AsOfUnknown: "no time in the evidence", "資料に時刻がありません";
    Exit: "exit {0}", "終了コード {0}";
    ColumnCase: "case", "ケース";
    ColumnUser: "user", "ユーザー";
    ColumnOutlook: "Outlook", "Outlook (版)";
    ColumnEra: "era", "認証";
    ColumnStart: "start", "開始";
    ColumnSuspected: "suspected", "疑われる原因";
    ColumnProblem: "unread / problem", "未読 / 問題";
    CasesInAll: "cases: {0}, of which could not be analysed: {1}", "{0} ケース中 {1} ケースを分析できませんでした";
    UnreadFiles: "{0} of {1} files not fully read", "{1} ファイル中 {0} ファイルは読み取り不足";
    Contradicts: "{0}: evidence for and against is conclusive", "{0}: 決定的な根拠と決定的な反証の両方があります";
    VersionsDisagree: "{0}: equally good sources state {1}", "{0}: 同程度に信頼できる情報源が {1} と異なる値を示しています";
    // The page.
    PageTitle: "Outlook sign-in case", "Outlook サインイン ケース";
    PageCase: "Case", "ケース";
    PageUser: "User", "ユーザー";
    PageComputer: "PC", "対象の PC";
    PageOutlook: "Outlook", "Outlook の版";
    PageEra: "Era", "認証方式";
    PageWindow: "Evidence", "資料の期間";
    PageCollected: "Collected", "採取日時";
    PageRunAs: "Collected by", "採取したアカウント";
    PageAsOf: "As of", "基準時刻";
    PageCaseId: "Case id", "ケース ID";
    PageCaseSum: "case sha256 {0}", "ケースの sha256 {0}";
    PageNext: "Next action", "次の操作";
    PageSteps: "Steps in order", "手順の一覧";
    PageHow: "How to do it", "実施方法";
    PageWhy: "Why we think so", "そのように判断した理由";
    PageMoreCauses: "more causes: {0}, with the reported ones below", "ほか {0} 件の原因は、下の「報告した原因」にあります";
    PageSeverity: "severity:", "重大度:";
    PageFor: "For", "根拠";
    PageAgainst: "Against", "反証";
    PageOpen: "Open", "未確認";
    PageSources: "Public sources", "公開情報";
    PageTimeline: "Timeline", "タイムライン";
    PageTimelineList: "Events as a list ({0})", "イベントの一覧 ({0} 件)";
    PageTimes: "{0} ×", "{0} 回";
    PageSummed: "{0} of them drawn as one bar", "うち {0} 回は 1 本の帯で表示";
    PageOutside: "{0} outside the drawing", "{0} 回は図の範囲外";
    PageWait: "time to wait", "待機時間";
    PageNotThen: "covers nothing of this time", "この期間の記録はありません";
    PageMoreLogs: "logs without a lane: {0}, see the files", "ほか {0} 件のログはファイル一覧を参照してください";
    PageGaps: "Where the lane of a log has no bar, that log shows nothing.", "ログの行で帯のない期間については、そのログからは何もわかりません。";
    PageUnknown: "What is not known", "判明していないこと";
    PageContradictions: "The evidence disagrees", "資料の矛盾";
    PageUnread: "Not fully read", "最後まで読み取れなかったファイル";
    PageAssumed: "Taken for granted", "前提としたこと";
    PageOverrides: "Set aside by packs of rules", "パックの上書き設定";
    PageCollect: "Collect next", "次に採取する資料";
    PageSelect: "One click selects a whole command.", "コマンドは 1 回のクリックで全体を選択できます。";
    PageMoreToCollect: "Also useful ({0})", "そのほかに役立つ資料 ({0} 件)";
    PageBehind: "Everything behind it", "判断のもとになった情報";
    PageReported: "Reported causes ({0})", "報告した原因 ({0} 件)";
    PageNotJudged: "Not judged ({0})", "判定できなかった原因 ({0} 件)";
    PageRuledOut: "Ruled out ({0})", "除外した原因 ({0} 件)";
    PageNotApplicable: "Not applicable ({0})", "対象外の原因 ({0} 件)";
    PageEvidence: "Evidence by number ({0})", "根拠の一覧 ({0} 件)";
    PageCodes: "Error codes in the files ({0})", "ファイル内のエラー コード ({0} 件)";
    PageFiles: "Files ({0})", "ファイル ({0} 件)";
    PageBytes: "{0} bytes", "{0} バイト";
    PageRecords: "{0} records", "{0} レコード";
    PageOffset: "offset {0}", "オフセット {0}";
    PageLine: "line {0}", "{0} 行目";
    PageComparison: "Before and after", "実施前後の比較";
    PageAnswer: "Result", "結果";
    PageBefore: "Before", "実施前";
    PageAfter: "After", "実施後";
    PageStepsBetween: "Steps", "手順";
    PageCauses: "Causes", "原因";
    PageSince: "Since then", "その後の状況";
    PageCurrentPlan: "current plan: {0}", "現在の手順: {0}";

    DoesNotApply: "This cause does not concern this case.", "この原因は本ケースには該当しません。";

    // The folder of scripts.
    RemedyTitle: "Scripts of outlook-triage for case {0} ({1})", "outlook-triage の修復スクリプト: ケース {0} ({1})";
    RemedyUser: "User: {0} ({1})", "対象ユーザー: {0} ({1})";
    RemedyNoIdentity: "no account name that a script can compare", "スクリプトで照合できるアカウント名なし";
    RemedyForEngineer: "For support: the steps of all readers.", "サポート担当者向け: 全員分の手順";
    RemedyForUser: "For the user whose sign-in fails.", "サインインできない利用者向け";
    RemedyForAdmin: "For the administrators.", "管理者向け";
    RemedyNothing: "There is nothing to do for this reader: no step of the plan is labelled DO for them. Next:", "今回の対象者が実施する手順はありません ([実施] と判定された手順がありません)。次の操作:";
    RemedyBefore: "BEFORE YOU START", "はじめに";
    RemedyDryRun: "* A script that is started without a switch changes nothing: it shows what it would do. Read that first.", "* スイッチを付けずに起動したスクリプトは何も変更せず、実行する内容を表示するだけです。まず内容をご確認ください。";
    RemedyWholeFolder: "* Copy the whole folder; the scripts need one another.", "* スクリプトは互いに必要なため、フォルダーごとコピーしてください。";
    RemedyRunCmd: "* To really run a .cmd: open Command Prompt in this folder and type its name followed by /run. It asks before each change; answer y or n.", "* .cmd を実際に実行するには、このフォルダーでコマンド プロンプトを開き、ファイル名に続けて /run を入力します。変更のたびに確認を求められますので、y または n で答えてください。";
    RemedyBackups: "* What is saved before a change lies in {0}. Keep it until the case is closed.", "* 変更前の状態は {0} に保存されます。解決が確認されるまで削除しないでください。";
    RemedyEnglish: "* The .cmd files speak English: they hold ASCII only, so that every Windows reads them alike.", "* .cmd ファイルの表示は英語です (どの言語の Windows でも同じように読み取れるよう、ASCII 文字だけを使用しています)。";
    RemedyRunPowershell: "* A .ps1 is started in a PowerShell window of this folder as follows; with -Run at the end it really runs, and asks before each change. A script that only shows something has no such switch.", "* .ps1 は、このフォルダーの PowerShell ウィンドウで次のように起動します。末尾に -Run を付けると実際に実行され、変更のたびに確認を求められます。表示だけを行うスクリプトに、このスイッチはありません。";
    RemedyNoReg: "* Do not open a .reg file yourself: the .cmd of the same name saves the former state, asks and imports it.", "* .reg ファイルは直接開かないでください。同じ名前の .cmd が、元の状態を保存し、確認のうえでインポートします。";
    RemedyOneByOne: "* One step at a time, in this order. {0}", "* 手順は、この順序で 1 つずつ実施してください。{0}";
    RemedyOrder: "ORDER", "順序";
    RemedyNoCommands: "No script: this step is done by hand, see its instructions.", "スクリプトはありません。説明に従って手作業で実施してください。";
    RemedyOtherReader: "Not for this reader: somebody else carries it out.", "今回の対象者が行う手順ではありません。別の担当者が実施します。";
    RemedyGate: "No script: first the step that opens the way (the account), then ask for a new plan.", "スクリプトはありません。先にアカウントの問題を解消し、その後に手順を再作成してください。";
    RemedySeveralUsers: "No script: the case names several users; name the one with --user.", "スクリプトはありません。ユーザーが複数存在するため、--user で対象ユーザーを指定してください。";
    RemedyWaits: "No script yet: it comes after the steps that it waits for.", "スクリプトはまだありません。先に実施する手順の後に行います。";
    RemedyOthers: "DO STEPS WITHOUT A SCRIPT HERE", "このフォルダーに含まれない [実施] の手順";
    RemedyAfter: "Only after step {0}; if Outlook connects by then, it is not needed.", "手順 {0} の完了後に実施します。その時点で接続できた場合は不要です。";
    RemedyAskedBy: "Asked for by: {0} [{1}] ({2})", "根拠となる原因: {0} [{1}] ({2})";
    RemedyFiles: "Files: {0}", "ファイル: {0}";
    RemedyDoes: "What the script does, in this order:", "スクリプトが行うこと (この順序):";
    RemedySaves: "saves {0}", "{0} を保存します";
    RemedySavesKey: "saves the registry key {0}, if it is there ({1})", "レジストリ キー {0} が存在する場合は保存します ({1})";
    RemedyForUndo: "for the rollback", "元に戻すため";
    RemedyShows: "shows, without changing anything: {0}", "変更せずに表示します: {0}";
    RemedyChanges: "after a question: {0}", "確認のうえで実行します: {0}";
    RemedyRemoves: "after a question, removes the saved password {0}", "確認のうえで、保存されたパスワード {0} を削除します";
    RemedySets: "after a question, sets the value {0} to {1} ({2}) in {3}", "確認のうえで、{3} の値 {0} を {1} ({2}) に設定します";
    RemedyUnsets: "after a question, removes the value {0} from {1}", "確認のうえで、{1} の値 {0} を削除します";
    RemedyNoRollback: "There is no rollback script: what this step does cannot be taken back by a command.", "元に戻すスクリプトはありません。この手順の結果は、コマンドでは元に戻せません。";
    RemedyByHand: "By hand, because no script may do it safely:", "安全にスクリプト化できないため、手作業で行うこと:";
    RemedyUnsafeName: "Remove this entry in Credential Manager; its name contains characters that are unsafe in a command: {0}", "資格情報マネージャーで次の項目を削除します (名前にコマンドでは危険な文字が含まれています): {0}";
    RemedyUnfinished: "Fill in and check before running: {0}", "< > の部分を置き換え、内容を確認してから実行します: {0}";
    RemedyInstructions: "Instructions, before and after:", "前後の操作を含む手順:";
    RemedyCommands: "Commands:", "コマンド:";
    RemedyUndoScript: "Taken back by: {0}", "元に戻すスクリプト: {0}";
    RemedyUndo: "How to take it back:", "元に戻す方法:";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn slots(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(slot, _)| slot).collect()
    }

    fn is_japanese(text: &str) -> bool {
        text.chars().any(|c| matches!(c, '\u{3001}'..='\u{30FF}' | '\u{4E00}'..='\u{9FFF}'))
    }

    #[test]
    fn both_languages_are_complete() {
        for msg in Msg::ALL {
            let (en, ja) = (msg.text(Lang::En), msg.text(Lang::Ja));
            assert!(!en.trim().is_empty() && !ja.trim().is_empty(), "{msg:?}");
            assert_ne!(en, ja, "{msg:?}");
            assert!(!is_japanese(en), "{msg:?}: English holds Japanese: {en}");
            assert!(is_japanese(ja), "{msg:?}: Japanese is Latin only: {ja}");
            assert_eq!(slots(en), slots(ja), "{msg:?}");
        }
    }

    #[test]
    fn slots_are_filled_by_position_and_values_are_not_templates() {
        assert_eq!(Msg::FilesUsed.fill(Lang::En, &["7", "9"]), "read completely: 7 of 9 files");
        assert_eq!(Msg::FilesUsed.fill(Lang::Ja, &["7", "9"]), "9 ファイル中 7 ファイルを最後まで読み取りました");
        assert_eq!(Msg::Suspected.fill(Lang::En, &["{0} {1} {"]), "Suspected: {0} {1} {");
        assert_eq!(Msg::Suspected.fill(Lang::En, &[]), "Suspected: ");
    }
}
