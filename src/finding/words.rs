//! The catalogue's word for each value of a finding, and the word of rules and reports for its status.
//!
//! Refuses to know where a word is printed.

use super::{EvidenceClass, Reason, Reservation, Severity, Status};
use crate::lang::messages::Msg;

impl Status {
    /// All, with the words of rules and reports.
    pub const ALL: [(&'static str, Self); 7] = [
        ("confirmed", Self::Confirmed),
        ("likely", Self::Likely),
        ("possible", Self::Possible),
        ("contradicted", Self::Contradicted),
        ("ruled-out", Self::RuledOut),
        ("unknown", Self::Unknown),
        ("not-applicable", Self::NotApplicable),
    ];

    /// The word of rules and reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, status)| *status == self).map_or("unknown", |(word, _)| word)
    }

    /// The word for readers.
    #[must_use]
    pub fn msg(self) -> Msg {
        match self {
            Self::Confirmed => Msg::Confirmed,
            Self::Contradicted => Msg::Contradicted,
            Self::Likely => Msg::Likely,
            Self::Possible => Msg::Possible,
            Self::Unknown => Msg::StatusUnknown,
            Self::RuledOut => Msg::RuledOut,
            Self::NotApplicable => Msg::NotApplicable,
        }
    }
}

impl EvidenceClass {
    /// The word for readers.
    #[must_use]
    pub fn msg(self) -> Msg {
        match self {
            Self::Conclusive => Msg::Conclusive,
            Self::Strong => Msg::Strong,
            Self::Weak => Msg::Weak,
        }
    }
}

impl Severity {
    /// The word for readers.
    #[must_use]
    pub fn msg(self) -> Msg {
        match self {
            Self::Info => Msg::Info,
            Self::Low => Msg::Low,
            Self::Medium => Msg::Medium,
            Self::High => Msg::High,
            Self::Critical => Msg::Critical,
        }
    }
}

impl Reason {
    /// All, with the words of rules and reports.
    pub const ALL: [(&'static str, Self); 8] = [
        ("wrong-subject", Self::WrongSubject),
        ("ambiguous", Self::Ambiguous),
        ("limit-hit", Self::LimitHit),
        ("unreadable", Self::Unreadable),
        ("decoder-unsure", Self::DecoderUnsure),
        ("not-covered", Self::NotCovered),
        ("not-collected", Self::NotCollected),
        ("overridden", Self::Overridden),
    ];

    /// The word of rules and reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, reason)| *reason == self).map_or("", |(word, _)| word)
    }

    /// The words for readers.
    #[must_use]
    pub fn msg(self) -> Msg {
        match self {
            Self::WrongSubject => Msg::WrongSubject,
            Self::Ambiguous => Msg::Ambiguous,
            Self::LimitHit => Msg::LimitHit,
            Self::Unreadable => Msg::Unreadable,
            Self::DecoderUnsure => Msg::DecoderUnsure,
            Self::NotCovered => Msg::NotCovered,
            Self::NotCollected => Msg::NotCollected,
            Self::Overridden => Msg::Overridden,
        }
    }
}

impl Reservation {
    /// The words for readers.
    #[must_use]
    pub fn msg(self) -> Msg {
        match self {
            Self::AssumedSubject => Msg::AssumedSubject,
            Self::PolicyNotCovered => Msg::PolicyNotCovered,
            Self::OneOfSeveralServers => Msg::OneOfSeveralServers,
            Self::LocalTime => Msg::LocalTime,
            Self::GuessedEncoding => Msg::GuessedEncoding,
            Self::UnverifiedFact => Msg::UnverifiedFact,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of two lists of the same words one would be forgotten.
    #[test]
    fn every_reason_has_the_word_of_the_report() {
        for reason in [
            Reason::WrongSubject,
            Reason::Ambiguous,
            Reason::LimitHit,
            Reason::Unreadable,
            Reason::DecoderUnsure,
            Reason::NotCovered,
            Reason::NotCollected,
            Reason::Overridden,
        ] {
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.word());
        }
        let schema = serde_json::to_value(schemars::schema_for!(Reason)).unwrap();
        let listed = schema["oneOf"].as_array().unwrap().len();
        assert_eq!(listed, Reason::ALL.len(), "{schema}");
        assert!(Reason::ALL.is_sorted_by_key(|(_, reason)| *reason), "the first of several is reported");
    }
}
