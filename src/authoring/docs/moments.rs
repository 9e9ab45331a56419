//! The words for questions about time: events, their order, their rhythm, and what ties two of them.

use super::either;
use super::markdown::code;
use super::value::{extent, tests, threshold};
use super::words::{Clause, Teller};
use crate::lang::Lang;
use crate::rule::condition::{Cadence, During, Event, Item, Joined, Selector, Sequence, Tie};

impl Teller<'_> {
    pub(super) fn event(&self, ask: &Event) -> Clause {
        let mut about = Vec::new();
        if !ask.count.is_empty() {
            about.push(self.about(self.pick("their number", "件数"), &tests(self, &ask.count)));
        }
        if let Some(span) = &ask.within {
            let span = extent(self, span);
            about.push(match self.lang {
                Lang::En => format!("all within {span}"),
                Lang::Ja => format!("すべて {span}以内"),
            });
        }
        if let Some((field, list)) = &ask.distinct {
            let field = code(field);
            about.push(match self.lang {
                Lang::En => format!("the number of different {field}{}", tests(self, list)),
                Lang::Ja => format!("異なる {field} の数{}", tests(self, list)),
            });
        }
        let mut lines: Vec<String> =
            ask.any.iter().map(|selector| self.selector(selector, &about, ask.during.as_ref())).collect();
        if lines.len() == 1 {
            return Clause::leaf(lines.remove(0));
        }
        Clause {
            line: self.pick("any of these:", "次のいずれか:").to_owned(),
            parts: lines.into_iter().map(Clause::leaf).collect(),
        }
    }

    fn selector(&self, selector: &Selector, more: &[String], during: Option<&During>) -> String {
        let mut about = Vec::new();
        if selector.of_subject {
            about.push(self.pick("about the user", "対象の利用者に関するもの").to_owned());
        }
        if let Some(outcome) = selector.outcome {
            let word = match outcome {
                crate::fact::Outcome::Success => self.pick("audit success", "成功の監査"),
                crate::fact::Outcome::Failure => self.pick("audit failure", "失敗の監査"),
            };
            about.push(word.to_owned());
        }
        if let Some(channel) = &selector.channel {
            about.push(format!("{} {}", self.pick("log", "ログ"), code(channel)));
        }
        for (field, list) in &selector.fields {
            about.push(format!("{}{}", code(field), tests(self, list)));
        }
        about.extend(more.iter().cloned());
        let ids: Vec<String> = selector.ids.iter().map(ToString::to_string).collect();
        let ids = either(self.lang, &ids);
        let about = about.join(self.pick("; ", "、"));
        let about = if about.is_empty() { about } else { format!(" ({about})") };
        let (provider, during) = (code(&selector.provider), self.during(during));
        match self.lang {
            Lang::En => format!("event {ids} of {provider} is recorded{during}{about}"),
            Lang::Ja => format!("{provider} のイベント {ids} が記録されている{during}{about}"),
        }
    }

    pub(super) fn during(&self, during: Option<&During>) -> String {
        match (during, self.lang) {
            (None, _) => String::new(),
            (Some(During::FailureWindow), Lang::En) => " around the failure".to_owned(),
            (Some(During::FailureWindow), Lang::Ja) => " (事象の発生時間帯)".to_owned(),
            (Some(During::After(name)), Lang::En) => format!(" after the latest: {}", self.name(name)),
            (Some(During::After(name)), Lang::Ja) => format!(" (最新の{}より後)", self.name(name)),
            (Some(During::Last(span)), Lang::En) => format!(" in the last {}", extent(self, span)),
            (Some(During::Last(span)), Lang::Ja) => format!(" (直近 {})", extent(self, span)),
        }
    }

    pub(super) fn sequence(&self, ask: &Sequence) -> Clause {
        let mut parts: Vec<Clause> =
            ask.items.iter().enumerate().map(|(index, item)| Clause::leaf(self.item(item, index == 0))).collect();
        if let Some(item) = &ask.without {
            let line = self.item(item, false);
            parts.push(Clause::leaf(match self.lang {
                Lang::En => format!("and not: {line}"),
                Lang::Ja => format!("ただし、次は発生していない: {line}"),
            }));
        }
        Clause { line: self.pick("in this order:", "次の順序で発生:").to_owned(), parts }
    }

    fn item(&self, item: &Item, is_first: bool) -> String {
        let mut about = Vec::new();
        if !item.count.is_empty() {
            about.push(self.about(self.pick("their number", "回数"), &tests(self, &item.count)));
        }
        if let Some(span) = &item.after {
            let span = extent(self, span);
            about.push(match self.lang {
                Lang::En => format!("not before {span} after the first"),
                Lang::Ja => format!("最初の発生から {span}以後"),
            });
        }
        if let Some(span) = &item.within {
            let span = extent(self, span);
            about.push(match self.lang {
                Lang::En => format!("within {span} of the first"),
                Lang::Ja => format!("最初の発生から {span}以内"),
            });
        }
        if is_first && item.first {
            about.push(self.pick("the first occurrence counts", "最初の発生を基準とする").to_owned());
        }
        let about = about.join(self.pick("; ", "、"));
        let about = if about.is_empty() { about } else { format!(" — {about}") };
        format!("{}{}{about}", self.name(&item.of), self.during(item.during.as_ref()))
    }

    pub(super) fn cadence(&self, ask: &Cadence) -> String {
        let periods: Vec<String> = ask.every.iter().map(|period| extent(self, period)).collect();
        let (of, periods) = (self.name(&ask.of), either(self.lang, &periods));
        let (tolerance, intervals) = (ask.tolerance, threshold(self, &ask.intervals));
        match self.lang {
            Lang::En => {
                format!("{of} recurs every {periods} (± {tolerance} %, at least {intervals} intervals in a row)")
            }
            Lang::Ja => format!("{of}が {periods}間隔で繰り返される (許容差 {tolerance} %、連続 {intervals} 間隔以上)"),
        }
    }

    pub(super) fn joined(&self, ask: &Joined) -> String {
        let (of, with) = (self.name(&ask.of), self.name(&ask.with));
        match (&ask.by, self.lang) {
            (Tie::Activity, Lang::En) => format!("{of}, with the same activity id as {with}"),
            (Tie::Activity, Lang::Ja) => format!("{of} (アクティビティ ID が {with} と同じもの)"),
            (Tie::Instance, Lang::En) => format!("{of}, with the same instance id as {with}"),
            (Tie::Instance, Lang::Ja) => format!("{of} (インスタンス ID が {with} と同じもの)"),
            (Tie::Same { user, within }, lang) => {
                let within = extent(self, within);
                match (lang, user) {
                    (Lang::En, false) => format!("{of}, on the same computer within {within} of {with}"),
                    (Lang::En, true) => {
                        format!("{of}, on the same computer and of the same user within {within} of {with}")
                    }
                    (Lang::Ja, false) => format!("{of} (同じコンピューターで{with}と {within}以内のもの)"),
                    (Lang::Ja, true) => format!("{of} (同じコンピューターと利用者で{with}と {within}以内のもの)"),
                }
            }
        }
    }
}
