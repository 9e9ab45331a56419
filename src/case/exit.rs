//! The table of exit codes: what a case, or several, come to for a script.

use std::process::ExitCode;

use crate::finding::{Finding, Status};

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: analysed, nothing at or above the threshold.
    Clean,
    /// 1: analysed, a cause at or above the threshold.
    Found,
    /// 2: usage, bad rules, output not writable, or nothing readable.
    Unusable,
    /// 3: analysed but incomplete, no cause at or above the threshold.
    Incomplete,
}

impl Exit {
    /// The number.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Found => 1,
            Self::Unusable => 2,
            Self::Incomplete => 3,
        }
    }

    /// Of one case: `from` is the status from which a cause is found, `None` never finds one. Causes outrank incompleteness.
    #[must_use]
    pub fn of_case(findings: &[Finding], incomplete: bool, from: Option<Status>) -> Self {
        if from.is_some_and(|from| findings.iter().any(|finding| reaches(finding, from))) {
            Self::Found
        } else if incomplete {
            Self::Incomplete
        } else {
            Self::Clean
        }
    }

    /// Of several cases: 1 if any is 1, else 3 if any is 3 or unreadable, 2 only if none could be read.
    #[must_use]
    pub fn of_several(exits: &[Self]) -> Self {
        if exits.iter().all(|exit| *exit == Self::Unusable) {
            Self::Unusable
        } else if exits.contains(&Self::Found) {
            Self::Found
        } else if exits.contains(&Self::Incomplete) || exits.contains(&Self::Unusable) {
            Self::Incomplete
        } else {
            Self::Clean
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Notes (band 900 and above) are no causes.
fn reaches(finding: &Finding, from: Status) -> bool {
    !finding.is_note() && finding.is_reported() && finding.status <= from
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_cases_fold_to_one_code() {
        use Exit::{Clean, Found, Incomplete, Unusable};
        for (exits, expected) in [
            (vec![Clean, Found, Unusable], Found),
            (vec![Clean, Incomplete], Incomplete),
            (vec![Clean, Unusable], Incomplete),
            (vec![Unusable, Unusable], Unusable),
            (vec![Clean, Clean], Clean),
            (vec![Incomplete, Found], Found),
        ] {
            assert_eq!(Exit::of_several(&exits), expected, "{exits:?}");
        }
    }
}
