//! Where a fact stands, so that every claim can be looked up again.

use jiff::{SignedDuration, Timestamp};

use crate::value::Window;

/// Position of an artifact in the case's list, which is sorted by path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArtifactId(pub u32);

/// A place in an artifact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Locator {
    /// A line, from 1.
    Line(u64),
    /// `EventRecordID`.
    Record(u64),
    /// A registry key or value (an empty value name is the default value).
    Registry {
        /// Line in the export; absent for what was looked for and is not there.
        line: Option<u64>,
        /// Key, with its hive (`HKCU\…`, `HKLM\…`).
        key: String,
        /// Value name, if a value is meant.
        value: Option<String>,
    },
    /// A property of a profile.
    Profile {
        /// Line in the export; absent for what was looked for and is not there.
        line: Option<u64>,
        /// Profile name.
        profile: String,
        /// Eight hex digits.
        property: String,
    },
    /// The searched part of a log.
    Window(Window),
}

/// A reference to evidence: an artifact and a place in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cite {
    /// Which artifact.
    pub artifact: ArtifactId,
    /// Where in it.
    pub at: Locator,
    /// Whether the place was searched and the thing is not there.
    pub absent: bool,
}

/// Where a fact comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Which artifact.
    pub artifact: ArtifactId,
    /// Where in it.
    pub at: Locator,
    /// The text that carries the fact was decoded with a guessed code page and is not plain ASCII.
    pub guessed: bool,
}

impl Source {
    /// The citation of this place.
    #[must_use]
    pub fn cite(&self) -> Cite {
        Cite { artifact: self.artifact, at: self.at.clone(), absent: false }
    }
}

/// An instant and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant {
    /// UTC.
    pub at: Timestamp,
    /// Written as local time without a zone: true within ±14 h only.
    pub zone_unknown: bool,
    /// Whether summer time was in force is unknown: true within an hour.
    pub hour_unknown: bool,
}

impl Instant {
    /// A time that is exactly known.
    #[must_use]
    pub fn exact(at: Timestamp) -> Self {
        Self { at, zone_unknown: false, hour_unknown: false }
    }

    /// Whether it is exactly known.
    #[must_use]
    pub fn is_exact(self) -> bool {
        !self.zone_unknown && !self.hour_unknown
    }

    /// When it may have been. The zones of the world lie within fourteen hours of UTC.
    #[must_use]
    pub fn span(self) -> Window {
        let hours = if self.zone_unknown { 14 } else { i64::from(self.hour_unknown) };
        let doubt = SignedDuration::from_hours(hours);
        Window {
            from: self.at.checked_sub(doubt).unwrap_or(Timestamp::MIN),
            to: self.at.checked_add(doubt).unwrap_or(Timestamp::MAX),
        }
    }
}
