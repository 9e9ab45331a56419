//! The two languages: a typed pair for texts of rules, and the catalogue of fixed sentences.

pub mod issues;
pub mod messages;

use serde::Deserialize;

/// A report language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Japanese.
    Ja,
}

impl Lang {
    /// All, with the words of packs and options: every text exists in each.
    pub const ALL: [(&'static str, Self); 2] = [("en", Self::En), ("ja", Self::Ja)];

    /// The words in this language.
    #[must_use]
    pub fn pick<'t>(self, en: &'t str, ja: &'t str) -> &'t str {
        match self {
            Self::En => en,
            Self::Ja => ja,
        }
    }
}

/// A text that exists in both languages; a rule that lacks one does not load.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// English.
    pub en: String,
    /// Japanese, です・ます style, Microsoft's own UI terms.
    pub ja: String,
}

impl Text {
    /// The same words in both languages (a name, a number, a value).
    pub fn same(text: impl Into<String>) -> Self {
        let en = text.into();
        Self { ja: en.clone(), en }
    }

    /// Both languages at once.
    pub fn new(en: impl Into<String>, ja: impl Into<String>) -> Self {
        Self { en: en.into(), ja: ja.into() }
    }

    /// The text in one language.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Ja => &self.ja,
        }
    }
}

/// Lines that exist in both languages (instructions of a step).
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lines {
    /// English.
    pub en: Vec<String>,
    /// Japanese.
    pub ja: Vec<String>,
}

impl Lines {
    /// The lines but those at these places, which count from 0.
    #[must_use]
    pub fn without(&self, places: &[usize]) -> Self {
        let kept = |lines: &[String]| -> Vec<String> {
            let all = lines.iter().enumerate().filter(|(place, _)| !places.contains(place));
            all.map(|(_, line)| line.clone()).collect()
        };
        Self { en: kept(&self.en), ja: kept(&self.ja) }
    }

    /// The lines in one language.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &[String] {
        match lang {
            Lang::En => &self.en,
            Lang::Ja => &self.ja,
        }
    }
}
