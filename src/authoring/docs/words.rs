//! Turns a condition into words: a tree of lines in one language, for people who do not read YAML.
//!
//! Refuses to evaluate. `{registry: {key: 'Software\X', value: Y, is: 1}}` becomes
//! ``the value `Y` of `HKCU\Software\X` is `1` ``.

use jiff::SignedDuration;

use super::markdown::{code, link, text};
use super::value::{check, length, tests};
use super::{PAGE, either};
use crate::lang::Lang;
use crate::rule::condition::{Ask, Comparison, Condition, Credential, DOMAIN, Leaf, Product, Registry};
use crate::rule::set::RuleSet;

/// A line of Markdown and the lines below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clause {
    pub(super) line: String,
    pub(super) parts: Vec<Self>,
}

impl Clause {
    pub(super) fn leaf(line: String) -> Self {
        Self { line, parts: Vec::new() }
    }
}

/// In which language, and with which labels and titles.
#[derive(Debug, Clone, Copy)]
pub(super) struct Teller<'a> {
    pub(super) lang: Lang,
    pub(super) rules: &'a RuleSet,
}

impl Teller<'_> {
    pub(super) fn pick<'t>(&self, en: &'t str, ja: &'t str) -> &'t str {
        self.lang.pick(en, ja)
    }

    /// A condition.
    pub(super) fn clause(&self, condition: &Condition) -> Clause {
        let parts = |parts: &[Condition]| parts.iter().map(|part| self.clause(part)).collect();
        match condition {
            Condition::All(list) => {
                Clause { line: self.pick("all of these:", "次のすべて:").to_owned(), parts: parts(list) }
            }
            Condition::Any(list) => {
                Clause { line: self.pick("any of these:", "次のいずれか:").to_owned(), parts: parts(list) }
            }
            Condition::Not(part) => Clause {
                line: self.pick("this is not so:", "次の条件に該当しない:").to_owned(),
                parts: vec![self.clause(part)],
            },
            Condition::AtLeast(n, list) => Clause {
                line: match self.lang {
                    Lang::En => format!("at least {n} of these:"),
                    Lang::Ja => format!("次のうち {n} つ以上:"),
                },
                parts: parts(list),
            },
            Condition::Leaf(leaf) => self.leaf(leaf),
        }
    }

    fn leaf(&self, leaf: &Leaf) -> Clause {
        let line = match &leaf.ask {
            Ask::Sequence(ask) => return self.sequence(ask),
            Ask::Event(ask) => return self.event(ask),
            Ask::Registry(ask) => self.registry(ask),
            Ask::Credential(ask) => self.credential(ask),
            Ask::Product(ask) => self.product(ask),
            Ask::Profile(ask) => {
                let what = match self.lang {
                    Lang::En => format!("{} of an Exchange account of the default profile", self.name(&ask.property)),
                    Lang::Ja => format!("既定のプロファイルの Exchange アカウントの{}", self.name(&ask.property)),
                };
                let places: Vec<&str> = ask.mailbox.iter().map(|place| place.word()).collect();
                let line = self.about(&what, &check(self, &ask.check));
                let places = self.codes(&places);
                match self.lang {
                    Lang::En => format!("{line} (mailbox: {places})"),
                    Lang::Ja => format!("{line} (メールボックスの場所: {places})"),
                }
            }
            Ask::Property(ask) => {
                let of = match (&ask.object, ask.of_subject) {
                    (Some(object), _) if object == DOMAIN => self
                        .pick(" (of the domain in the user's sign-in name)", " (利用者のサインイン名のドメイン)")
                        .to_owned(),
                    (Some(object), _) => format!(" ({})", code(object)),
                    (None, true) => self.pick(" (of the user)", " (対象の利用者)").to_owned(),
                    (None, false) => String::new(),
                };
                let what = match self.lang {
                    Lang::En => format!("{} in {}{of}", code(&ask.name), code(&ask.source)),
                    Lang::Ja => format!("{} の {}{of} ", code(&ask.source), code(&ask.name)),
                };
                format!("{}{}", what.trim_end(), check(self, &ask.check))
            }
            Ask::Code(ask) => {
                let numbers: Vec<String> = ask.numbers.iter().map(|number| number_of(&ask.family, *number)).collect();
                let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
                let (family, numbers, during) =
                    (code(&ask.family), self.codes(&numbers), self.during(ask.during.as_ref()));
                match self.lang {
                    Lang::En => format!("an error code {family} {numbers} is recorded{during}"),
                    Lang::Ja => format!("エラー コード {family} {numbers} が記録されている{during}"),
                }
            }
            Ask::Cadence(ask) => self.cadence(ask),
            Ask::Joined(ask) => self.joined(ask),
            Ask::Compare(ask) => {
                let (left, right) = (self.name(&ask.left), self.name(&ask.right));
                match (self.lang, ask.is) {
                    (Lang::En, Comparison::Is) => format!("{left} equals {right}"),
                    (Lang::En, Comparison::IsNot) => format!("{left} differs from {right}"),
                    (Lang::En, Comparison::Lt) => format!("{left} is below {right}"),
                    (Lang::En, Comparison::Le) => format!("{left} is at most {right}"),
                    (Lang::En, Comparison::Gt) => format!("{left} is above {right}"),
                    (Lang::En, Comparison::Ge) => format!("{left} is at least {right}"),
                    (Lang::Ja, Comparison::Is) => format!("{left}と{right}が一致する"),
                    (Lang::Ja, Comparison::IsNot) => format!("{left}と{right}が一致しない"),
                    (Lang::Ja, Comparison::Lt) => format!("{left}が{right}より小さい"),
                    (Lang::Ja, Comparison::Le) => format!("{left}が{right}以下である"),
                    (Lang::Ja, Comparison::Gt) => format!("{left}が{right}より大きい"),
                    (Lang::Ja, Comparison::Ge) => format!("{left}が{right}以上である"),
                }
            }
            Ask::Finding { id, status } => {
                let title = self.rules.rules.get(id).map_or(id.as_str(), |rule| rule.title.get(self.lang));
                let cause = link(title, &format!("../rules/{id}{PAGE}"));
                let words: Vec<&str> = status.iter().map(|status| status.word()).collect();
                let words = self.codes(&words);
                match self.lang {
                    Lang::En => format!("the cause {cause} is {words}"),
                    Lang::Ja => format!("原因「{cause}」の判定が {words} である"),
                }
            }
            Ask::Era(eras) => {
                let words: Vec<&str> = eras.iter().map(|era| era.word()).collect();
                let words = self.codes(&words);
                match self.lang {
                    Lang::En => format!("the era of the sign-in is {words}"),
                    Lang::Ja => format!("認証方式の区分が {words} である"),
                }
            }
            Ask::Date(list) => self.about(self.pick("the date of the case", "事象の日付"), &tests(self, list)),
            Ask::Collected(needs) => {
                let names: Vec<&str> = needs.iter().map(String::as_str).collect();
                let names = self.codes(&names);
                match self.lang {
                    Lang::En => format!("collected: {names}"),
                    Lang::Ja => format!("収集済みである: {names}"),
                }
            }
            Ask::Use(name) => self.name(name),
        };
        Clause::leaf(line)
    }

    /// A name: the words of the labels, and the name itself.
    pub(super) fn name(&self, name: &str) -> String {
        match self.rules.labels.get(name) {
            Some(label) => format!("{} ({})", text(label.get(self.lang)), code(name)),
            None => code(name),
        }
    }

    /// A word and what is said of it: Japanese puts a space between them only where the word is a value.
    pub(super) fn about(self, word: &str, said: &str) -> String {
        let said = if self.lang == Lang::Ja && !word.ends_with('`') { said.trim_start() } else { said };
        format!("{word}{said}")
    }

    /// Values, one of which is meant.
    pub(super) fn codes(&self, list: &[&str]) -> String {
        let list: Vec<String> = list.iter().map(|value| code(value)).collect();
        either(self.lang, &list)
    }

    fn registry(&self, ask: &Registry) -> String {
        let path = code(&format!("{}\\{}", if ask.machine { "HKLM" } else { "HKCU" }, ask.key));
        let what = match (&ask.value, self.lang) {
            (Some(value), Lang::En) => format!("the value {} of {path}", code(value)),
            (Some(value), Lang::Ja) => format!("{path} の値 {}", code(value)),
            (None, Lang::En) => format!("the key {path}"),
            (None, Lang::Ja) => format!("キー {path}"),
        };
        format!("{what}{}", check(self, &ask.check))
    }

    fn credential(&self, ask: &Credential) -> String {
        let mut about = Vec::new();
        if let Some(name) = &ask.of {
            about.push(self.name(name));
        }
        let mut list = |head: (&str, &str), words: &[String]| {
            if !words.is_empty() {
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                about.push(format!("{} {}", self.pick(head.0, head.1), self.codes(&words)));
            }
        };
        list(("class", "分類"), &ask.class);
        list(("secret", "種類"), &ask.secret);
        for (en, ja, tested) in [
            ("its target", "ターゲット名", &ask.target),
            ("its user name", "ユーザー名", &ask.user),
            ("its time of writing", "保存日時", &ask.written),
        ] {
            if !tested.is_empty() {
                about.push(self.about(self.pick(en, ja), &tests(self, tested)));
            }
        }
        let about = about.join(self.pick("; ", "、"));
        let about = if about.is_empty() { about } else { format!(" ({about})") };
        match (self.lang, ask.check.absent, ask.check.every) {
            (Lang::En, true, _) => format!("no stored credential of the user is like this{about}"),
            (Lang::En, false, true) => format!("the user has such stored credentials, and all of them pass{about}"),
            (Lang::En, false, false) => format!("the user has a stored credential{about}"),
            (Lang::Ja, true, _) => format!("該当する保存済み資格情報がない{about}"),
            (Lang::Ja, false, true) => format!("保存済み資格情報があり、そのすべてが該当する{about}"),
            (Lang::Ja, false, false) => format!("保存済み資格情報がある{about}"),
        }
    }

    fn product(&self, ask: &Product) -> String {
        let mut about = Vec::new();
        for (en, ja, tested) in [
            ("version", "バージョン", &ask.version),
            ("major version", "メジャー バージョン", &ask.major),
            ("one of its updates", "更新プログラムの 1 つ", &ask.patches),
        ] {
            if !tested.is_empty() {
                about.push(self.about(self.pick(en, ja), &tests(self, tested)));
            }
        }
        if !ask.install.is_empty() {
            let words: Vec<&str> = ask.install.iter().map(|install| install.word()).collect();
            about.push(format!("{} {}", self.pick("installation", "インストールの種類"), self.codes(&words)));
        }
        let name = self.name(&ask.name);
        let about = about.join(self.pick(", and ", "、かつ"));
        match (self.lang, about.is_empty()) {
            (Lang::En, true) => format!("{name} is installed"),
            (Lang::En, false) => format!("installed {name}: {about}"),
            (Lang::Ja, true) => format!("{name}がインストールされている"),
            (Lang::Ja, false) => format!("インストールされている{name}: {about}"),
        }
    }

    /// A span of time in words.
    pub(super) fn length(&self, span: SignedDuration) -> String {
        length(self.lang, span)
    }
}

/// AADSTS codes are written in decimal, all others in hexadecimal.
fn number_of(family: &str, number: u64) -> String {
    if family == "aadsts" { number.to_string() } else { format!("0x{number:08X}") }
}
