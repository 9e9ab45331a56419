//! Turns `tables/codes-<family>.yaml` into what error codes mean, in both languages.
//!
//! A row speaks for one code, or with `like` for all codes of a form; `otherwise` for the rest of its family. What no row speaks
//! for has no meaning here: none is made up. Refuses to know where a code stands.
//!
//! ```text
//! ntstatus 0xC000006A  ─▶  STATUS_WRONG_PASSWORD "right user name, wrong password"     hresult 0x80070003  ─▶  nothing
//! ```

use std::collections::BTreeMap;

use super::fields::{Fields, Problems, items};
use super::node::{Node, Span};
use super::read_fact::{FAMILIES, code_number};
use crate::fact::code_family;
use crate::lang::Text;

/// The beginning of the names of the tables.
const TABLE: &str = "codes-";

/// Keys of a table and of a row.
pub(crate) const KEYS: &[&str] = &["sources", "otherwise", "rows"];
pub(crate) const ROW: &[&str] = &["code", "like", "name", "en", "ja", "unverified", "noise"];
pub(crate) const OTHERWISE: &[&str] = &["en", "ja"];

/// What a code means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meaning {
    /// Its name in the field: `STATUS_WRONG_PASSWORD`.
    pub name: Option<String>,
    /// A clause.
    pub says: Text,
    /// No public source confirms it.
    pub unverified: bool,
    /// It belongs to an ordinary exchange and is no failure by itself.
    pub noise: bool,
}

/// The codes of one family.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Family {
    /// By number.
    pub rows: BTreeMap<u64, Meaning>,
    /// Forms, the first match counts.
    pub forms: Vec<Form>,
    /// For every other code.
    pub otherwise: Option<Text>,
    /// Public sources.
    pub sources: Vec<String>,
}

/// All codes of a form: `0xCAA2xxxx`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// As written.
    pub like: String,
    mask: u64,
    value: u64,
    /// What they mean.
    pub meaning: Meaning,
}

/// What codes mean, by family.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Codes {
    /// By the word of the family in rules.
    pub families: BTreeMap<&'static str, Family>,
}

impl Codes {
    /// What a code means.
    #[must_use]
    pub fn meaning(&self, family: &str, number: u64) -> Option<Meaning> {
        let family = self.families.get(family)?;
        let row = family.rows.get(&number);
        let form = || family.forms.iter().find(|form| number & form.mask == form.value).map(|form| &form.meaning);
        let otherwise = || {
            let says = family.otherwise.clone()?;
            Some(Meaning { name: None, says, unverified: false, noise: false })
        };
        row.or_else(form).cloned().or_else(otherwise)
    }

    /// Reads the table of the family that its name says.
    pub(super) fn read_table(&mut self, stem: &str, node: &Node, problems: &mut Problems<'_>) {
        match FAMILIES.iter().find(|family| stem.strip_prefix(TABLE) == Some(**family)) {
            Some(family) => self.read(family, node, problems),
            None => {
                let message = format!("a table of codes is named {TABLE} and one of {}", FAMILIES.join(", "));
                problems.add(Span::default(), message);
            }
        }
    }

    /// Reads one table; a row of a later pack stands in place of an earlier one of the same code.
    pub fn read(&mut self, word: &'static str, node: &Node, problems: &mut Problems<'_>) {
        let Some(fields) = Fields::read(node, "a table of codes", KEYS, problems) else { return };
        let mut own = Family { sources: fields.texts("sources", problems), ..Family::default() };
        if let Some(node) = fields.need("sources", problems)
            && own.sources.is_empty()
        {
            problems.add(node.span, "a table of codes names at least one public source");
        }
        for source in &own.sources {
            if !source.starts_with("https://") {
                problems.add(fields.span, format!("{source:?} is no address of a public source (https://…)"));
            }
        }
        own.otherwise = fields.get("otherwise").and_then(|node| {
            let fields = Fields::read(node, "otherwise", OTHERWISE, problems)?;
            says(&fields, problems)
        });
        for item in fields.need("rows", problems).map(items).unwrap_or_default() {
            own.row(word, item, problems);
        }
        let family = self.families.entry(word).or_default();
        family.rows.append(&mut own.rows);
        own.forms.append(&mut family.forms);
        family.forms = own.forms;
        family.otherwise = own.otherwise.or(family.otherwise.take());
        family.sources.extend(own.sources);
        family.sources.dedup();
    }
}

impl Family {
    fn row(&mut self, word: &str, node: &Node, problems: &mut Problems<'_>) {
        let Some(fields) = Fields::read(node, "a code", ROW, problems) else { return };
        let meaning = Meaning {
            name: fields.text("name", problems),
            says: says(&fields, problems).unwrap_or_default(),
            unverified: fields.flag("unverified", problems).unwrap_or_default(),
            noise: fields.flag("noise", problems).unwrap_or_default(),
        };
        match (fields.get("code"), fields.get("like")) {
            (Some(node), None) => {
                let Some(number) = code_number(node, problems) else { return };
                if !fits(word, number) {
                    problems.add(node.span, format!("{} is no code of the family {word}", spelled(word, number)));
                } else if self.rows.insert(number, meaning).is_some() {
                    problems.add(node.span, format!("{} stands in this table twice", spelled(word, number)));
                }
            }
            (None, Some(node)) => {
                let Some(like) = super::fields::text(node, problems) else { return };
                let Some((mask, value)) = form(&like) else {
                    let message = format!(
                        "{like:?} is no form of a code; write \"0x\" and eight digits, x for any: \"0xCAA2xxxx\""
                    );
                    return problems.add(node.span, message);
                };
                if !matches!(word, "hresult" | "ntstatus") {
                    problems.add(node.span, format!("codes of the family {word} have no forms"));
                } else if self.forms.iter().any(|other| (other.mask, other.value) == (mask, value)) {
                    problems.add(node.span, format!("{like} stands in this table twice"));
                } else {
                    self.forms.push(Form { like, mask, value, meaning });
                }
            }
            _ => problems.add(fields.span, "a row has either `code` or `like`"),
        }
    }
}

/// The files of the tables, each with its family.
pub(super) fn tables() -> impl Iterator<Item = (String, &'static str)> {
    FAMILIES.iter().map(|family| (format!("tables/{TABLE}{family}.yaml"), *family))
}

/// Whether a table is one of codes, by the id of its file.
pub(super) fn is_table(stem: &str) -> bool {
    stem.starts_with(TABLE)
}

/// `AADSTS50126`, `0xC000006A`, `0x18`, `48`: as people look it up.
#[must_use]
pub fn spelled(family: &str, number: u64) -> String {
    match family {
        "aadsts" => format!("AADSTS{number}"),
        "hresult" | "ntstatus" => format!("0x{number:08X}"),
        "kerberos" => format!("0x{number:X}"),
        _ => number.to_string(),
    }
}

fn fits(word: &str, number: u64) -> bool {
    match word {
        "aadsts" => (10_000..100_000_000).contains(&number),
        "kerberos" => (1..=0xFF).contains(&number),
        "schannel" => number <= 0xFF,
        _ => i64::try_from(number).ok().and_then(code_family).is_some_and(|(family, _)| family == word),
    }
}

/// Text in both languages, each there and not empty.
fn says(fields: &Fields<'_>, problems: &mut Problems<'_>) -> Option<Text> {
    let mut one = |key: &str| {
        let text = fields.need_text(key, problems)?;
        if text.trim().is_empty() {
            problems.add(fields.span, format!("the {key} text is empty; every text exists in English and Japanese"));
        }
        Some(text)
    };
    let (en, ja) = (one("en"), one("ja"));
    Some(Text { en: en?, ja: ja? })
}

/// The digits that are fixed, as mask and value.
fn form(like: &str) -> Option<(u64, u64)> {
    let digits = like.strip_prefix("0x").filter(|digits| digits.len() == 8)?;
    let mut found = (0, 0);
    for digit in digits.chars() {
        let (mask, value) = if digit == 'x' { (0, 0) } else { (0xF, u64::from(digit.to_digit(16)?)) };
        found = (found.0 << 4 | mask, found.1 << 4 | value);
    }
    (found.0 != 0).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::node::{parse, with_room};

    fn read(family: &'static str, yaml: &str) -> (Codes, Vec<String>) {
        let node = with_room(|| parse("t", yaml)).unwrap();
        let (mut codes, mut problems) = (Codes::default(), Problems::new("t"));
        codes.read(family, &node, &mut problems);
        (codes, problems.list.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_row_goes_before_a_form_and_a_form_before_the_rest() {
        let (codes, problems) = read(
            "hresult",
            "sources: ['https://x.example']\notherwise: {en: rest, ja: 他}\nrows:\n  - {like: '0xCAA2xxxx', en: form, ja: 形}\n  - {code: '0xCAA20003', name: N, en: row, ja: 行, unverified: true, noise: true}\n",
        );
        assert_eq!(problems, Vec::<String>::new());
        let says = |number| codes.meaning("hresult", number).map(|meaning| meaning.says.en);
        assert_eq!(says(0xCAA2_0003).as_deref(), Some("row"));
        assert_eq!(says(0xCAA2_0004).as_deref(), Some("form"));
        assert_eq!(says(0x8007_0003).as_deref(), Some("rest"));
        assert_eq!(codes.meaning("ntstatus", 0xC000_006A), None);
        let row = codes.meaning("hresult", 0xCAA2_0003).unwrap();
        assert!(row.unverified && row.noise && row.name.as_deref() == Some("N"));
    }

    #[test]
    fn every_fault_of_a_table_is_named() {
        let check = |family: &'static str, row: &str, expected: &str| {
            let (_, problems) = read(family, &format!("sources: ['https://x.example']\nrows:\n  - {row}\n"));
            assert!(problems.iter().any(|problem| problem.contains(expected)), "{row}: {problems:?}");
        };
        check("aadsts", "{code: 5012, en: a, ja: b}", "is no code of the family aadsts");
        check("ntstatus", "{code: '0x80070005', en: a, ja: b}", "is no code of the family ntstatus");
        check("hresult", "{code: '0xC000006A', en: a, ja: b}", "is no code of the family hresult");
        check("kerberos", "{code: '0x100', en: a, ja: b}", "is no code of the family kerberos");
        check("schannel", "{code: 256, en: a, ja: b}", "is no code of the family schannel");
        check("schannel", "{code: 40, en: a}", "lacks the key \"ja\"");
        check("schannel", "{code: 40, en: a, ja: ' '}", "the ja text is empty");
        check("schannel", "{code: 40, en: a, ja: b, mean: c}", "no key \"mean\"");
        check("schannel", "{code: 40, en: a, ja: b, noise: 'yes'}", "true or false");
        check("schannel", "{code: 40, en: a, ja: b}\n  - {code: '0x28', en: a, ja: b}", "stands in this table twice");
        check("schannel", "{like: '0x800xxxxx', en: a, ja: b}", "have no forms");
        check("hresult", "{like: '0xCAA2xxx', en: a, ja: b}", "is no form of a code");
        check("hresult", "{like: '0xxxxxxxxx', en: a, ja: b}", "is no form of a code");
        check("hresult", "{en: a, ja: b}", "either `code` or `like`");
        check("hresult", "{code: -1, en: a, ja: b}", "a code is a number");
        let (_, problems) = read("hresult", "rows: []\n");
        assert!(problems.iter().any(|problem| problem.contains("lacks the key \"sources\"")), "{problems:?}");
        let (_, problems) = read("hresult", "sources: [http://x]\nrows: []\n");
        assert!(problems.iter().any(|problem| problem.contains("no address of a public source")), "{problems:?}");
    }

    #[test]
    fn codes_are_spelled_as_people_look_them_up() {
        for (family, number, expected) in [
            ("aadsts", 50_126, "AADSTS50126"),
            ("hresult", 0x8007_2EE7, "0x80072EE7"),
            ("ntstatus", 0xC000_006A, "0xC000006A"),
            ("kerberos", 0x18, "0x18"),
            ("schannel", 48, "48"),
        ] {
            assert_eq!(spelled(family, number), expected);
        }
    }
}
