//! The sentence for a case in which nothing can be read: what was found, what was expected, what to do.
//!
//! ```text
//! 3 pictures       ─▶  none of its 3 files can be read: a.png (picture), b.jpg (picture), c.gif (picture). Expected are …
//! a protected zip  ─▶  none of its 16 files can be read. The file is protected by a password and was not read. Ask for …
//! ```

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::bundle::{Artifact, Bundle, Intake};
use crate::error::{Error, ErrorKind};
use crate::issue::{Issue, IssueCode};
use crate::lang::issues::sentence;
use crate::lang::{Lang, Text};

/// Files named in the sentence.
const NAMED: usize = 3;

/// The error. `issues` are those of each artifact after reading, where reading was tried.
pub(super) fn to_read(bundle: &Bundle, issues: Option<&[Vec<Issue>]>) -> Error {
    let files: Vec<File<'_>> = bundle
        .artifacts
        .iter()
        .enumerate()
        .map(|(index, artifact)| {
            let found = issues.and_then(|issues| issues.get(index)).unwrap_or(&artifact.issues);
            File { artifact, issues: found }
        })
        .filter(|file| file.artifact.intake != Intake::Opened)
        .collect();
    ErrorKind::NothingToRead { path: bundle.source.clone().into(), reason: reason(bundle, &files) }.into()
}

struct File<'a> {
    artifact: &'a Artifact,
    issues: &'a [Issue],
}

impl<'a> File<'a> {
    /// Why it was not read.
    fn why(&self) -> Option<&'a Issue> {
        let remarks = [
            IssueCode::NameDisagrees,
            IssueCode::GuessedEncoding,
            IssueCode::ReplacedCharacters,
            IssueCode::UnsafeName,
            IssueCode::ChecksumMismatch,
        ];
        let loss = self.issues.iter().find(|issue| issue.code.is_loss());
        loss.or_else(|| self.issues.iter().find(|issue| !remarks.contains(&issue.code)))
    }

    /// What it is instead of what its name says.
    fn is(&self) -> String {
        let what = match self.why() {
            Some(Issue { code: IssueCode::NotSupported, detail, .. }) => detail.clone(),
            Some(issue) => first_part(sentence(issue.code, Lang::En)).to_owned(),
            None => "nothing in it could be used".to_owned(),
        };
        match self.issues.iter().find(|issue| issue.code == IssueCode::NameDisagrees) {
            Some(issue) => format!("{what}, not what the name {} promises", issue.detail),
            None => what,
        }
    }
}

fn reason(bundle: &Bundle, files: &[File<'_>]) -> Text {
    // What is odd about the archive itself counts where it left no file to look at.
    let own = bundle.issues.iter().chain(bundle.artifacts.iter().flat_map(|artifact| &artifact.issues));
    let main = if files.is_empty() { main(own) } else { main(files.iter().filter_map(File::why)) };
    let Some(main) = main else {
        return Text::new(
            "it is empty; give the folder or the .zip that the customer uploaded",
            "空です。お客様から提出されたフォルダーまたは .zip を指定してください。",
        );
    };
    let (en, ja) = match main {
        IssueCode::Truncated if files.is_empty() => (
            "The archive is cut off before its first file. Download it again, or ask for it again.",
            "最初のファイルより前で圧縮ファイルが途切れています。ダウンロードし直すか、再提出を依頼してください。",
        ),
        IssueCode::Truncated | IssueCode::Damaged | IssueCode::ChecksumMismatch => (
            "It is cut off or damaged, and nothing whole is left. Ask for it again.",
            "途中で切れているか破損しており、読み取れる部分が残っていません。再提出を依頼してください。",
        ),
        IssueCode::NotSupported => (
            "Expected are event logs (.evtx), registry exports (.reg), the output of cmdkey /list, or the .zip of the collector; `outlook-triage --help` lists what is read.",
            "イベント ログ (.evtx)、レジストリのエクスポート (.reg)、cmdkey /list の出力、または採取ツールの .zip が必要です。読み取れる資料の一覧は outlook-triage --help で表示できます。",
        ),
        code => (sentence(code, Lang::En), sentence(code, Lang::Ja)),
    };
    // Where all files say the same, the sentence says it once.
    let same =
        main != IssueCode::NotSupported && files.iter().all(|file| file.why().is_some_and(|why| why.code == main));
    let names: Vec<&str> = files.iter().take(NAMED).map(|file| file.artifact.path.as_str()).collect();
    let more = files.len().saturating_sub(NAMED);
    let (opening_en, opening_ja) = match files {
        [] => ("nothing in it can be read".to_owned(), "読み取れるファイルがありません".to_owned()),
        [only] if bundle.source.ends_with(only.artifact.path.as_str()) => {
            let what = if same { String::new() } else { format!(" ({})", only.is()) };
            (format!("it cannot be read{what}"), "読み取れません".to_owned())
        }
        [only] => (
            format!(
                "its only file cannot be read: {}{}",
                only.artifact.path,
                if same { String::new() } else { format!(" ({})", only.is()) }
            ),
            format!("唯一のファイルを読み取れません: {}", only.artifact.path),
        ),
        all if same => (
            format!("none of its {} files can be read", all.len()),
            format!("{} 個のファイルをいずれも読み取れません", all.len()),
        ),
        all => {
            let listed: Vec<String> =
                all.iter().take(NAMED).map(|file| format!("{} ({})", file.artifact.path, file.is())).collect();
            let (more_en, more_ja) = if more > 0 {
                (format!(" and {more} more"), format!(" ほか {more} 個"))
            } else {
                (String::new(), String::new())
            };
            (
                format!("none of its {} files can be read: {}{more_en}", all.len(), listed.join(", ")),
                format!("{} 個のファイルをいずれも読み取れません: {}{more_ja}", all.len(), names.join("、")),
            )
        }
    };
    Text::new(format!("{opening_en}. {en}"), format!("{opening_ja}。{ja}"))
}

/// The most frequent code; of equally frequent ones the first of the list of codes.
fn main<'a>(issues: impl Iterator<Item = &'a Issue>) -> Option<IssueCode> {
    let mut codes: BTreeMap<IssueCode, usize> = BTreeMap::new();
    for issue in issues {
        *codes.entry(issue.code).or_default() += 1;
    }
    codes.into_iter().max_by_key(|(code, count)| (*count, Reverse(*code))).map(|(code, _)| code)
}

/// `The file has zero bytes; content was expected. Ask …` ─▶ `The file has zero bytes`
fn first_part(sentence: &str) -> &str {
    sentence.split([';', '.', ':']).next().unwrap_or(sentence)
}
