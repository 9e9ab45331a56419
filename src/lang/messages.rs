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
