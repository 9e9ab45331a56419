//! A pattern of a rule or table: refused at once where it cannot be used, compiled when it is first searched with.
//!
//! Compiling costs up to some milliseconds, and most patterns of a rule set are not needed for one case. So a pattern is
//! compiled at once only where its form leaves open whether it fits into the limits; whether it does is seen from an upper
//! bound on its compiled size. Refuses to know what is searched.
//!
//! ```text
//! autodiscover\.[\w.-]+   fits for certain: 1 word class, 14 letters
//! (?i)\p{Greek}{1,900}    cannot be told: compiled, or refused, when it is read
//! ```

use std::sync::OnceLock;

use regex::{Captures, Regex, RegexBuilder};
use regex_syntax::ast::parse::ParserBuilder;
use regex_syntax::ast::{
    Ast, ClassPerlKind, ClassSet, ClassSetItem, GroupKind, LiteralKind, RepetitionKind, RepetitionRange,
};

/// Nested groups of a pattern.
const NEST: u32 = 32;

/// Upper bounds in bytes on what the parts of a pattern add to its compiled form. Measured, with room; a test compares.
const WORD: usize = 50 << 10;
const DIGIT: usize = 16 << 10;
const PLAIN: usize = 4 << 10;
const LETTER: usize = 256;

/// A pattern that compares by its source.
#[derive(Debug, Clone)]
pub struct Pattern {
    source: String,
    /// Whether `.` stands for line ends too.
    lines: bool,
    limit: usize,
    /// The shortest text that it can match, as far as its form tells.
    least: usize,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// A pattern that ignores letter case. `limit` bounds its compiled size.
    ///
    /// # Errors
    /// It is not a pattern, or larger than the limit.
    pub fn new(source: String, lines: bool, limit: usize) -> Result<Self, regex::Error> {
        let form = ParserBuilder::new().nest_limit(NEST).build().parse(&source).ok().and_then(|ast| bound(&ast));
        let mut pattern = Self { source, lines, limit, least: 0, compiled: OnceLock::new() };
        match form.filter(|form| form.most <= limit) {
            Some(form) => pattern.least = form.least,
            None => pattern.compiled = OnceLock::from(Some(pattern.compile()?)),
        }
        Ok(pattern)
    }

    fn compile(&self) -> Result<Regex, regex::Error> {
        RegexBuilder::new(&self.source)
            .case_insensitive(true)
            .dot_matches_new_line(self.lines)
            .size_limit(self.limit)
            .nest_limit(NEST)
            .build()
    }

    fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| self.compile().ok()).as_ref()
    }

    /// As it was written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether it has not been compiled yet.
    #[cfg(test)]
    pub(crate) fn is_waiting(&self) -> bool {
        self.compiled.get().is_none()
    }

    /// Whether the pattern finds something in a text.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        self.regex().is_some_and(|regex| regex.is_match(text))
    }

    /// Whether it is content with the empty text.
    #[must_use]
    pub fn matches_nothing(&self) -> bool {
        self.least == 0 && self.is_match("")
    }

    /// The groups of the first place that it finds.
    #[must_use]
    pub fn captures<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        self.regex()?.captures(text)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for Pattern {}

/// What the form of a pattern tells: how long the text is at least, how large it is compiled at most.
#[derive(Debug, Clone, Copy)]
struct Form {
    least: usize,
    most: usize,
}

/// `None` for forms that are not judged here: flags, properties of characters, classes made from classes.
fn bound(ast: &Ast) -> Option<Form> {
    let one = |most: usize| Some(Form { least: 1, most });
    match ast {
        Ast::Empty(_) | Ast::Assertion(_) => Some(Form { least: 0, most: LETTER }),
        Ast::Literal(literal) => one(letter(literal.c, &literal.kind)?),
        Ast::Dot(_) => one(PLAIN),
        Ast::ClassPerl(class) => one(perl(&class.kind, class.negated)),
        Ast::ClassBracketed(class) => match &class.kind {
            ClassSet::Item(item) => one(item_size(item)?.saturating_add(if class.negated { PLAIN } else { LETTER })),
            ClassSet::BinaryOp(_) => None,
        },
        Ast::Repetition(repetition) => {
            let Form { least, most } = bound(&repetition.ast)?;
            let (from, to) = match &repetition.op.kind {
                RepetitionKind::ZeroOrOne | RepetitionKind::ZeroOrMore => (0, 1),
                RepetitionKind::OneOrMore => (1, 1),
                RepetitionKind::Range(RepetitionRange::Exactly(n)) => (*n, *n),
                RepetitionKind::Range(RepetitionRange::AtLeast(n)) => (*n, n.saturating_add(1)),
                RepetitionKind::Range(RepetitionRange::Bounded(from, to)) => (*from, *to),
            };
            let (from, to) = (usize::try_from(from).ok()?, usize::try_from(to).ok()?);
            let most = most.saturating_add(LETTER).saturating_mul(to.saturating_add(usize::from(to != 1)));
            Some(Form { least: least.saturating_mul(from), most })
        }
        Ast::Group(group) => match &group.kind {
            GroupKind::NonCapturing(flags) if !flags.items.is_empty() => None,
            _ => {
                let form = bound(&group.ast)?;
                Some(Form { most: form.most.saturating_add(LETTER), ..form })
            }
        },
        Ast::Alternation(parts) => {
            let forms = parts.asts.iter().map(bound).collect::<Option<Vec<_>>>()?;
            let least = forms.iter().map(|form| form.least).min()?;
            Some(Form { least, most: sum(&forms).saturating_add(LETTER) })
        }
        Ast::Concat(parts) => {
            let forms = parts.asts.iter().map(bound).collect::<Option<Vec<_>>>()?;
            let least = forms.iter().fold(0, |least: usize, form| least.saturating_add(form.least));
            Some(Form { least, most: sum(&forms) })
        }
        Ast::Flags(_) | Ast::ClassUnicode(_) => None,
    }
}

fn sum(forms: &[Form]) -> usize {
    forms.iter().fold(0, |most: usize, form| most.saturating_add(form.most))
}

/// Only letters that stand for themselves: an escape by number may be a byte.
fn letter(c: char, kind: &LiteralKind) -> Option<usize> {
    let is_itself = matches!(kind, LiteralKind::Verbatim | LiteralKind::Meta | LiteralKind::Superfluous);
    is_itself.then_some(if c.is_ascii() { LETTER } else { 2 * LETTER })
}

fn perl(kind: &ClassPerlKind, negated: bool) -> usize {
    match (kind, negated) {
        (ClassPerlKind::Word, _) => WORD,
        (ClassPerlKind::Digit, _) => DIGIT,
        (ClassPerlKind::Space, _) => PLAIN,
    }
}

fn item_size(item: &ClassSetItem) -> Option<usize> {
    match item {
        ClassSetItem::Empty(_) => Some(0),
        ClassSetItem::Literal(literal) => letter(literal.c, &literal.kind),
        ClassSetItem::Range(range) => {
            let is_ascii = range.start.c.is_ascii() && range.end.c.is_ascii();
            let ends = [&range.start, &range.end];
            let are_letters = ends.iter().all(|end| letter(end.c, &end.kind).is_some());
            (is_ascii && are_letters).then_some(PLAIN)
        }
        ClassSetItem::Perl(class) => Some(perl(&class.kind, class.negated)),
        ClassSetItem::Union(union) => {
            union.items.iter().map(item_size).try_fold(0, |most: usize, item| Some(most.saturating_add(item?)))
        }
        ClassSetItem::Ascii(_) | ClassSetItem::Unicode(_) | ClassSetItem::Bracketed(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMIT: usize = 1 << 20;

    fn is_open(source: &str) -> bool {
        Pattern::new(source.to_owned(), true, LIMIT).unwrap().is_waiting()
    }

    #[test]
    fn only_what_surely_fits_waits_for_its_first_use() {
        for source in [r"autodiscover\.[\w.-]+", "a{1,30}", r"^(?:ms\.outlook\.(1[4-7]:)?.+)$", r"\d{4}-\d\d"] {
            assert!(is_open(source), "{source}");
        }
        for source in ["(?i)a", r"\p{Greek}", r"\w{20}", "[a-z&&[^b]]"] {
            assert!(!is_open(source), "{source}");
        }
        for source in ["(", r"\w{1000}", "(a{1,1000}){1,1000}", r"\p{Nothing}", "(?-u)\\xff", "a(?<x>b)(?<x>c)"] {
            assert!(Pattern::new(source.to_owned(), true, LIMIT).is_err(), "{source}");
        }
    }

    #[test]
    fn a_pattern_that_is_content_with_nothing_is_known_at_once() {
        for (source, expected) in
            [("a*", true), ("a?b*", true), ("a+", false), ("", true), (r"^(?:\b)$", false), ("(a|)", true)]
        {
            assert_eq!(Pattern::new(source.to_owned(), true, LIMIT).unwrap().matches_nothing(), expected, "{source:?}");
        }
    }

    fn source() -> impl Strategy<Value = String> {
        let atom = prop::sample::select(
            &[
                "a",
                "K",
                "ſ",
                "語",
                ".",
                r"\w",
                r"\W",
                r"\d",
                r"\D",
                r"\s",
                r"\S",
                r"\b",
                "[a-z]",
                "[^a-z]",
                r"[\w.-]",
                r"[^\Wl]",
                r"[^\d\s]",
                r"[^語k]",
                r"\.",
                "[0-9A-Fa-fß]",
                "^",
                "$",
            ][..],
        );
        let leaf = atom.prop_map(str::to_owned);
        leaf.prop_recursive(4, 12, 3, |inner| {
            let op = prop::sample::select(&["*", "+", "?", "{3}", "{2,}", "{1,4}", "*?"][..]);
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.concat()),
                prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| format!("({})", parts.join("|"))),
                (inner, op).prop_map(|(inner, op)| format!("(?:{inner}){op}")),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        /// What waits is no less strict: it compiles into its bound, and its least length is right.
        #[test]
        fn the_bound_holds(source in source(), lines in any::<bool>()) {
            let ast = ParserBuilder::new().nest_limit(NEST).build().parse(&source).unwrap();
            let Some(form) = bound(&ast) else { return Ok(()) };
            let waiting = Pattern { source, lines, limit: form.most, least: 0, compiled: OnceLock::new() };
            let regex = waiting.compile();
            prop_assert!(regex.is_ok(), "{waiting:?}: more than {}", form.most);
            prop_assert!(form.least == 0 || !regex.unwrap().is_match(""), "{waiting:?}");
        }
    }
}
