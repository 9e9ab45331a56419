//! Turns tests of one value into the end of a sentence: `{ge: 3}` becomes `` is at least `3` `` and `` が `3` 以上である ``.

use jiff::SignedDuration;

use super::either;
use super::markdown::code;
use super::words::Teller;
use crate::fact::identity::Role;
use crate::lang::Lang;
use crate::rule::condition::{Check, Extent, Operand, Test};
use crate::value::Value;

/// What is asked of a fact, as the end of a sentence that begins with the fact's name.
pub(super) fn check(teller: &Teller<'_>, check: &Check) -> String {
    if check.absent {
        return teller.pick(" is provably absent", " が存在しないことを確認できる").to_owned();
    }
    let tested = tests(teller, &check.tests);
    match (teller.lang, check.every) {
        (Lang::En, true) => format!("{tested} (every one, and there is one)"),
        (Lang::Ja, true) => format!("{tested} (1 つ以上あり、そのすべて)"),
        _ => tested,
    }
}

/// Tests that must all pass; none: being there is enough.
pub(super) fn tests(teller: &Teller<'_>, tests: &[Test]) -> String {
    if tests.is_empty() {
        return teller.pick(" exists", " が存在する").to_owned();
    }
    let list: Vec<String> = tests.iter().map(|test| one(teller, test)).collect();
    list.join(teller.pick(" and", "、かつ"))
}

fn one(teller: &Teller<'_>, test: &Test) -> String {
    let operand = |operand: &Operand| show(teller, operand);
    let list = |operands: &[Operand]| {
        let shown: Vec<String> = operands.iter().map(|operand| show(teller, operand)).collect();
        either(teller.lang, &shown)
    };
    let (en, ja) = match test {
        Test::Is(value) => (format!("is {}", operand(value)), format!("が {} である", operand(value))),
        Test::IsNot(value) => (format!("is not {}", operand(value)), format!("が {} ではない", operand(value))),
        Test::In(values) => (format!("is {}", list(values)), format!("が {} である", list(values))),
        Test::NotIn(values) => {
            let shown: Vec<String> = values.iter().map(operand).collect();
            let ja = match shown.as_slice() {
                [one] => format!("が {one} ではない"),
                several => format!("が {} のいずれでもない", several.join("、")),
            };
            (format!("is not {}", list(values)), ja)
        }
        Test::Lt(value) => match kind(value) {
            Kind::Time => (format!("is before {}", operand(value)), format!("が {} より前である", operand(value))),
            Kind::Version => (format!("is below {}", operand(value)), format!("が {} より古い", operand(value))),
            Kind::Other => (format!("is below {}", operand(value)), format!("が {} 未満である", operand(value))),
        },
        Test::Le(value) => (format!("is at most {}", operand(value)), format!("が {} 以下である", operand(value))),
        Test::Gt(value) => match kind(value) {
            Kind::Time => (format!("is after {}", operand(value)), format!("が {} より後である", operand(value))),
            Kind::Version => (format!("is above {}", operand(value)), format!("が {} より新しい", operand(value))),
            Kind::Other => (format!("is above {}", operand(value)), format!("が {} より大きい", operand(value))),
        },
        Test::Ge(value) => match kind(value) {
            Kind::Time => (format!("is not before {}", operand(value)), format!("が {} 以降である", operand(value))),
            _ => (format!("is at least {}", operand(value)), format!("が {} 以上である", operand(value))),
        },
        Test::Between(low, high) => (
            format!("lies between {} and {}", operand(low), operand(high)),
            format!("が {} から {} の間である", operand(low), operand(high)),
        ),
        Test::Matches(pattern) => {
            let source = pattern.source();
            let source = source.strip_prefix("^(?:").and_then(|rest| rest.strip_suffix(")$")).unwrap_or(source);
            (format!("matches {}", code(source)), format!("がパターン {} に一致する", code(source)))
        }
        Test::StartsWith(start) => (format!("begins with {}", code(start)), format!("が {} で始まる", code(start))),
        Test::Contains(part) => (format!("contains {}", code(part)), format!("に {} が含まれる", code(part))),
        Test::BitsSet(bits) => {
            let bits = code(&format!("{bits:#x}"));
            (format!("has all bits of {bits}"), format!("のビット {bits} がすべて立っている"))
        }
        Test::Before(name) => (
            format!("is before the latest: {}", teller.name(name)),
            format!("が最新の{}より前である", teller.name(name)),
        ),
        Test::After(name) => (
            format!("is after the latest: {}", teller.name(name)),
            format!("が最新の{}より後である", teller.name(name)),
        ),
    };
    match teller.lang {
        Lang::En => format!(" {en}"),
        Lang::Ja => format!(" {ja}"),
    }
}

enum Kind {
    Time,
    Version,
    Other,
}

fn kind(operand: &Operand) -> Kind {
    match operand {
        Operand::Value(Value::Time(_)) => Kind::Time,
        Operand::Value(Value::Version(_)) | Operand::Row(..) => Kind::Version,
        _ => Kind::Other,
    }
}

fn show(teller: &Teller<'_>, operand: &Operand) -> String {
    match operand {
        Operand::Value(value) => code(&value.to_string()),
        Operand::Param(name, default) => parameter(teller, name, &code(&default.to_string())),
        Operand::Row(table, row) => {
            let level = teller.rules.level(table, row).map_or_else(|| row.clone(), |version| version.to_string());
            format!("{} ({})", code(&level), code(row))
        }
        Operand::RowsFrom(_, row) => match teller.lang {
            Lang::En => format!("{} or a later update", code(row)),
            Lang::Ja => format!("{} 以降の更新プログラム", code(row)),
        },
        Operand::Subject => teller.pick("a name of the user", "対象の利用者の名前").to_owned(),
        Operand::Computer => teller.pick("the user's PC", "対象の PC").to_owned(),
        Operand::Computers(role) => match role {
            Role::Adfs => teller.pick("an AD FS server", "AD FS サーバー").to_owned(),
            Role::Dc => teller.pick("a domain controller", "ドメイン コントローラー").to_owned(),
            Role::Wap => teller.pick("a proxy server", "プロキシ サーバー").to_owned(),
            Role::Client => teller.pick("a PC", "PC").to_owned(),
        },
    }
}

/// A span of time, with the parameter that changes it.
pub(super) fn extent(teller: &Teller<'_>, extent: &Extent) -> String {
    match extent {
        Extent::Fixed(span) => teller.length(*span),
        Extent::Param(name, default) => parameter(teller, name, &teller.length(*default)),
    }
}

/// A number of intervals, with the parameter that changes it.
pub(super) fn threshold(teller: &Teller<'_>, operand: &Operand) -> String {
    match operand {
        Operand::Param(name, default) => parameter(teller, name, &default.to_string()),
        Operand::Value(value) => value.to_string(),
        other => show(teller, other),
    }
}

fn parameter(teller: &Teller<'_>, name: &str, default: &str) -> String {
    let name = code(name);
    match teller.lang {
        Lang::En => format!("{default} (parameter {name})"),
        Lang::Ja => format!("{default} (パラメーター {name})"),
    }
}

/// A unit of time: the letter of rules, and the words of pages.
type Unit = (i64, &'static str, &'static str, &'static str);

/// A span in the largest unit that is whole.
pub(in crate::authoring) fn in_whole_units(span: SignedDuration) -> (i64, Unit) {
    const UNITS: [Unit; 3] = [(86_400, "d", "day", "日"), (3_600, "h", "hour", "時間"), (60, "m", "minute", "分")];
    let seconds = span.as_secs();
    let unit = UNITS.into_iter().find(|(size, ..)| seconds >= *size && seconds % size == 0);
    let unit = unit.unwrap_or((1, "s", "second", "秒"));
    (seconds / unit.0, unit)
}

/// `90m` → `90 minutes`.
pub(super) fn length(lang: Lang, span: SignedDuration) -> String {
    let (count, (_, _, en, ja)) = in_whole_units(span);
    match lang {
        Lang::En => format!("{count} {en}{}", if count == 1 { "" } else { "s" }),
        Lang::Ja => format!("{count} {ja}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_told_in_the_largest_whole_unit() {
        let check = |seconds: i64, en: &str, ja: &str| {
            let span = SignedDuration::from_secs(seconds);
            assert_eq!((length(Lang::En, span).as_str(), length(Lang::Ja, span).as_str()), (en, ja));
        };
        check(5, "5 seconds", "5 秒");
        check(60, "1 minute", "1 分");
        check(5_400, "90 minutes", "90 分");
        check(30 * 86_400, "30 days", "30 日");
        check(0, "0 seconds", "0 秒");
    }
}
