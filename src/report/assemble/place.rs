//! Turns places and times of the fact stage into the forms of the contract. Refuses to know what stands there.

use jiff::Timestamp;

use super::super::model::{Cite, Span};
use crate::fact::evidence::{ArtifactId, Cite as FactCite, Locator};
use crate::issue::{At, Issue};
use crate::value::Window;

/// The paths of the artifacts, by their number.
pub(crate) struct Places<'a> {
    paths: Vec<&'a str>,
}

impl<'a> Places<'a> {
    pub(crate) fn new(paths: Vec<&'a str>) -> Self {
        Self { paths }
    }

    fn path(&self, id: ArtifactId) -> String {
        let path = usize::try_from(id.0).ok().and_then(|position| self.paths.get(position));
        path.map_or_else(|| format!("#{}", id.0), |path| (*path).to_owned())
    }

    pub(crate) fn cites(&self, cites: &[FactCite]) -> Vec<Cite> {
        cites.iter().map(|cite| self.cite(cite)).collect()
    }

    pub(super) fn cite(&self, cite: &FactCite) -> Cite {
        let mut found = empty(self.path(cite.artifact));
        found.absent = cite.absent;
        match &cite.at {
            Locator::Line(line) => found.line = Some(*line),
            Locator::Record(record) => found.record = Some(record.to_string()),
            Locator::Registry { line, key, value } => {
                found.line = *line;
                found.key = Some(key.clone());
                found.value.clone_from(value);
            }
            Locator::Profile { line, profile, property } => {
                found.line = *line;
                found.profile = Some(profile.clone());
                found.property = Some(property.to_ascii_lowercase());
            }
            Locator::Window(window) => found.window = Some(span(*window)),
        }
        found
    }

    /// The place of an issue; an offset is no place that a citation can name.
    pub(super) fn of_issue(&self, position: usize, issue: &Issue) -> Vec<Cite> {
        let Some(path) = self.paths.get(position) else { return Vec::new() };
        let mut found = empty((*path).to_owned());
        match issue.at {
            Some(At::Line(line)) => found.line = Some(line),
            Some(At::Record(record)) => found.record = Some(record.to_string()),
            Some(At::Offset(_)) | None => return Vec::new(),
        }
        vec![found]
    }
}

fn empty(artifact: String) -> Cite {
    Cite {
        artifact,
        line: None,
        record: None,
        key: None,
        value: None,
        profile: None,
        property: None,
        window: None,
        absent: false,
    }
}

pub(super) fn span(window: Window) -> Span {
    Span { from: time(window.from), to: time(window.to) }
}

/// RFC 3339, UTC. A hostile log can hold a year before 0 (its FILETIME cannot, other formats' times can); RFC 3339 cannot.
pub(crate) fn time(at: Timestamp) -> String {
    const YEAR_0: i64 = -62_167_219_200;
    Timestamp::from_second(YEAR_0).map_or(at, |first| at.max(first)).to_string()
}

/// `+09:00`. RFC 3339 knows no seconds in an offset.
pub(super) fn offset(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.unsigned_abs() / 60;
    format!("{sign}{:02}:{:02}", (minutes / 60).min(99), minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_offsets_are_rfc_3339() {
        let check = |text: &str, expected: &str| {
            let at: Timestamp = text.parse().unwrap();
            assert_eq!(time(at), expected);
        };
        check("2014-06-03T14:05:00+09:00", "2014-06-03T05:05:00Z");
        check("2014-06-03T05:05:00.1234567Z", "2014-06-03T05:05:00.1234567Z");
        check("-000100-01-01T00:00:00Z", "0000-01-01T00:00:00Z");
        for (seconds, expected) in
            [(32_400, "+09:00"), (-12_600, "-03:30"), (0, "+00:00"), (i32::MAX, "+99:14"), (i32::MIN, "-99:14")]
        {
            assert_eq!(offset(seconds), expected);
        }
    }
}
