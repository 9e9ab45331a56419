//! The sentence of every [`IssueCode`]: what was found, what was expected, what to do.
//!
//! Refuses to know the details of one issue; they follow the sentence in brackets.

use super::Lang;
use crate::issue::IssueCode;

/// Defines the sentences; the match in [`sentence`] has no catch-all, so a new code without one does not compile.
macro_rules! sentences {
    ($($code:ident: $en:literal, $ja:literal;)*) => {
        /// Every code that has a sentence.
        pub const CODES: &[IssueCode] = &[$(IssueCode::$code,)*];

        /// What the code means for the reader of the report.
        #[must_use]
        pub fn sentence(code: IssueCode, lang: Lang) -> &'static str {
            match (lang, code) {
                $((Lang::En, IssueCode::$code) => $en, (Lang::Ja, IssueCode::$code) => $ja,)*
            }
        }
    };
}

sentences! {
    Truncated:
        "The file ends before its end; what precedes the cut was read. Ask for the file again.",
        "ファイルが途中で終わっています。切れた位置より前は読み取りました。ファイルの再提出を依頼してください。";
    Damaged:
        "A part of the file is damaged and was passed over; the rest was read. Ask for the file again if it matters.",
        "ファイルの一部が破損しているため読み飛ばし、残りを読み取りました。必要に応じて再提出を依頼してください。";
    ChecksumMismatch:
        "A stored checksum does not match the content; the content was read all the same. Treat it with care.",
        "記録されているチェックサムが内容と一致しません。内容は読み取りましたが、慎重に扱ってください。";
    DirtyLog:
        "The log was copied while Windows was writing to it; its newest events may be missing. Export it with wevtutil instead.",
        "Windows が書き込み中のログをコピーしたものです。最新のイベントが欠けている可能性があります。wevtutil でのエクスポートを依頼してください。";
    NotSupported:
        "The tool does not read files of this kind; nothing was taken from it.",
        "この種類のファイルには対応していないため、読み取っていません。";
    MailData:
        "This is a mail data file; it was not opened. It holds private mail and should not be sent: ask the customer to leave it out.",
        "メールのデータ ファイルのため開いていません。個人のメールが含まれるため、今後は送付しないようお客様にお伝えください。";
    Encrypted:
        "The file is protected by a password and was not read. Ask for it without a password.",
        "パスワードで保護されているため読み取れません。パスワードなしでの提出を依頼してください。";
    UnsupportedMethod:
        "The file is compressed by a method that the tool does not read. Pack it again as an ordinary zip.",
        "対応していない圧縮方式です。通常の ZIP 形式で圧縮し直してください。";
    SuspiciousRatio:
        "The entry expands far more than real files do and was not read further. Check where the archive comes from.",
        "展開後のサイズが通常のファイルに比べて極端に大きいため、読み取りを中止しました。圧縮ファイルの入手元を確認してください。";
    EntryTooLarge:
        "The file is larger than the limit; only its beginning was read. Ask for an export of the relevant days.",
        "ファイルが上限より大きいため、先頭部分のみ読み取りました。必要な期間に絞った採取を依頼してください。";
    BundleTooLarge:
        "The bundle is larger than the limit; this file and those after it were not read. Pass the relevant files alone.",
        "資料全体が上限より大きいため、このファイル以降は読み取っていません。必要なファイルだけを指定してください。";
    TooManyEntries:
        "The bundle holds more files than the limit; the rest was counted, not read. Pass the relevant files alone.",
        "ファイル数が上限を超えています。残りは件数のみ数えました。必要なファイルだけを指定してください。";
    TooDeep:
        "Folders or archives are nested deeper than the limit; what lies below was not read. Unpack it by hand and pass the folder.",
        "フォルダーまたは圧縮ファイルの階層が上限より深いため、その下は読み取っていません。手動で展開したフォルダーを指定してください。";
    ContainsItself:
        "The archive contains itself and was opened only once.",
        "圧縮ファイルの中に同じ圧縮ファイルが入っているため、一度だけ開きました。";
    LinkNotFollowed:
        "This is a link, not a file; it was not followed. Pass its target itself if it belongs to the case.",
        "ファイルではなくリンクのため、たどっていません。必要な場合はリンク先を直接指定してください。";
    NotRegularFile:
        "This is a pipe, a socket or a device, not a file; it was not opened.",
        "通常のファイルではない (パイプ、ソケット、デバイス) ため、開いていません。";
    PermissionDenied:
        "The file cannot be opened for lack of permission. Copy it to a place you can read.",
        "アクセス許可がないためファイルを開けません。読み取り可能な場所にコピーしてください。";
    ReadFailed:
        "The operating system failed while reading the file. Copy it to another disk and try again.",
        "読み取り中にオペレーティング システムのエラーが発生しました。別のディスクにコピーして再実行してください。";
    Empty:
        "The file has zero bytes; content was expected. Ask for it again, and how it was collected.",
        "ファイルが 0 バイトで内容がありません。採取方法を確認のうえ、再提出を依頼してください。";
    OverlappingEntries:
        "Entries of the archive overlap, which no ordinary program produces; they were not read. Check where it comes from.",
        "圧縮ファイル内のデータが重なり合っています。通常は起こらないため読み取っていません。入手元を確認してください。";
    AmbiguousArchive:
        "The archive names the same file twice or in two ways; the first one was used. Pack it again.",
        "圧縮ファイル内に同じ名前のファイルが重複しているか、名前の記録が一致しません。最初のものを使用しました。圧縮し直してください。";
    UnsafeName:
        "The name would leave the bundle or is not a legal file name; the file is listed under a safe name.",
        "資料の外を指す名前、または使用できない名前のため、安全な名前に置き換えて表示しています。";
    NameDisagrees:
        "The name promises another format than the content has; the content was believed.",
        "拡張子などの名前と内容の形式が一致しません。内容に基づいて判定しました。";
    GuessedEncoding:
        "The text encoding is not stated and was guessed; names outside ASCII may be wrong. UTF-8 or UTF-16 is expected.",
        "文字コードの指定がないため推定しました。英数字以外の名前が正しくない可能性があります。UTF-8 または UTF-16 での採取を推奨します。";
    ReplacedCharacters:
        "Some bytes are no text in this encoding and were replaced; names there may be incomplete.",
        "この文字コードでは解釈できない文字を置き換えました。該当箇所の名前が不完全な可能性があります。";
    Mojibake:
        "The text was saved with the wrong code page before it was sent; names outside ASCII are lost. Collect it again as UTF-8.",
        "採取時に誤った文字コードで保存されており、文字化けしています。UTF-8 で採取し直してください。";
    LineTooLong:
        "A line is longer than the limit; its end was not read.",
        "1 行の長さが上限を超えたため、行の後半は読み取っていません。";
    FieldTooLong:
        "A field is longer than the limit; its end was not read.",
        "1 項目の長さが上限を超えたため、項目の後半は読み取っていません。";
    TooManyRecords:
        "The file holds more records than the limit; the rest was not read. Ask for an export of the relevant days.",
        "レコード数が上限を超えたため、残りは読み取っていません。必要な期間に絞った採取を依頼してください。";
    TooManyCodes:
        "The file holds more different error codes than are kept; the rest of them is not listed. Other values are not affected.",
        "エラー コードの種類が多すぎるため、一部のみを保持しました。その他の値の読み取りには影響ありません。";
    TooManyFacts:
        "More facts were found than the limit; the rest was only counted.",
        "抽出した情報の数が上限を超えたため、残りは件数のみ数えました。";
    TimedOut:
        "Reading the file made no progress and was given up; the rest of the bundle was analysed. Please report the file.",
        "読み取りが進まなくなったため中断し、残りの資料を分析しました。このファイルについて開発元にお知らせください。";
    ParserFailed:
        "Reading the file failed inside the tool; the rest of the bundle was analysed. Please report the file.",
        "ツール内部のエラーで読み取りに失敗しましたが、残りの資料は分析しました。このファイルについて開発元にお知らせください。";
    BadRecord:
        "A record could not be read; the others were.",
        "読み取れないレコードがありました。ほかのレコードは読み取りました。";
    BadLine:
        "A line does not have the form that its file promises; the others were read.",
        "形式に合わない行がありました。ほかの行は読み取りました。";
    OrphanValue:
        "A value stands before any key and belongs nowhere; it was left out. The export may have been edited.",
        "キーより前に値が書かれており、所属が分からないため除外しました。編集されたファイルの可能性があります。";
    ImportScript:
        "This .reg file deletes something: it is a script to import, not an export, and says nothing about the PC. Ask for an export.",
        "削除を含むインポート用の .reg ファイルです。PC の状態を示すものではないため、エクスポートしたファイルを依頼してください。";
    UnknownHeader:
        "The header is missing or unknown; the file was read as far as it makes sense.",
        "ヘッダーがないか不明な形式です。解釈できる範囲で読み取りました。";
    NoListing:
        "The file holds a program's help or error text instead of its list. Run the command again and check its output.",
        "一覧ではなく、コマンドのヘルプまたはエラー メッセージが保存されています。コマンドを再実行して出力を確認してください。";
    XmlDoctype:
        "The XML declares a document type, which no supported program writes; it was refused.",
        "XML に DOCTYPE 宣言が含まれています。対応するプログラムでは出力されないため、読み取りを拒否しました。";
    XmlLimit:
        "The XML is nested deeper or has larger parts than the limits allow; the rest was not read.",
        "XML の階層や要素の大きさが上限を超えたため、残りは読み取っていません。";
    XmlSyntax:
        "The XML is not well formed; what precedes the mistake was read. Ask for the file again.",
        "XML の構文が正しくありません。誤りより前は読み取りました。再提出を依頼してください。";
    DanglingReference:
        "A key, section or account that another one points to is not there; the profile may be damaged or only partly exported.",
        "参照先のキー、セクション、またはアカウントが見つかりません。プロファイルの破損、または一部のみの採取が考えられます。";
    UnreadableValue:
        "A value does not have the bytes that its type needs; it counts as not readable, not as absent.",
        "値のデータが型に必要な長さや形式を満たしていません。「存在しない」ではなく「読み取れない」として扱います。";
    UnexpectedType:
        "A registry value has another type than the program expects; the program is taken to ignore it.",
        "レジストリ値の種類がプログラムの想定と異なります。プログラムからは無視されるものとして扱います。";
    Contradiction:
        "Two sources state different things; the better source was used and both are named.",
        "2 つの情報源の内容が食い違っています。信頼度の高い方を採用し、両方を示しています。";
    DoubtfulDate:
        "A date cannot be right (before the product existed, or after the collection); check the clock of the PC.",
        "あり得ない日付です (製品の発売前、または採取後)。PC の時計を確認してください。";
    RulesIgnored:
        "The file looks like a rule or a setting of this tool; a bundle cannot change how it is judged, so it was ignored.",
        "本ツールのルールまたは設定に見えるファイルです。資料側から判定を変えることはできないため、無視しました。";
    AmbiguousDate:
        "Day and month of its dates cannot be told apart, so its events are not used. Send the log as .evtx.",
        "日付の日と月を区別できないため、このファイルのイベントは使用していません。.evtx 形式でお送りください。";
    DataNotExported:
        "An export of messages without the events' data: what cannot be read out of the message counts as unknown. Send the log as .evtx.",
        "イベントのデータを含まない、メッセージのみの書き出しです。メッセージから読み取れない項目は不明として扱います。.evtx 形式でお送りください。";
    ZoneUnknown:
        "Times are written without a zone; they may be off by up to 14 hours. Pass --utc-offset if you know it.",
        "時刻にタイム ゾーンの記載がないため、最大 14 時間ずれている可能性があります。分かる場合は --utc-offset で指定してください。";
    LogDiscontinuity:
        "Its times run backwards, it was cleared, or records are missing (a filter?); nothing is concluded from gaps in it.",
        "時刻が逆行しているか、消去されたか、レコードが欠けています (フィルター保存など)。記録のない期間からは何も判断しません。";
    OtherComputer:
        "From another user's PC: what it says of that PC is not used here. Pass --user to look at that user's case.",
        "別の利用者の PC で採取されたファイルです。その PC に関する内容は、この分析では使用していません。該当の利用者を分析する場合は、--user で指定してください。";
    ServerNotNamed:
        "It does not say on which server it was taken: what it states is used as the state of the AD FS side, of no certain server. Ask where it was run if there are several.",
        "どのサーバーで採取されたかが記載されていません。特定のサーバーには結び付けず、AD FS 側の状態として扱っています。サーバーが複数ある場合は、採取したサーバーを確認してください。";
    NothingInside:
        "Nothing that the tool reads was inside. Expected are event logs, .reg exports, credential lists or Office files.",
        "読み取れる資料が含まれていません。イベント ログ、.reg ファイル、資格情報の一覧、Office の情報ファイルなどが必要です。";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_a_sentence_in_both_languages() {
        for &code in CODES {
            let (en, ja) = (sentence(code, Lang::En), sentence(code, Lang::Ja));
            assert!(en.ends_with('.') && en.len() > 30, "{code:?}: {en}");
            assert!(
                ja.ends_with('。')
                    && (ja.contains("ます")
                        || ja.contains("ません")
                        || ja.contains("です")
                        || ja.contains("ました")
                        || ja.contains("ください")),
                "{code:?}: {ja}"
            );
            assert!(ja.chars().any(|c| matches!(c, '\u{3040}'..='\u{309F}')), "{code:?}: {ja}");
        }
    }

    #[test]
    fn no_code_stands_twice() {
        let unique: std::collections::BTreeSet<_> = CODES.iter().collect();
        assert_eq!(unique.len(), CODES.len());
    }
}
