//! How far the logs reach: the windows in which every occurrence of some events would have been seen.
//!
//! A log speaks about its own computer, its own time, the kinds of events that it demonstrably records, and, where a
//! user is meant, only about users of a domain that its server serves.

use std::collections::BTreeSet;

use super::{Evaluator, Scope, Tri};
use crate::fact::coverage::LogCoverage;
use crate::fact::evidence::{Cite, Locator};
use crate::fact::identity::Role;
use crate::finding::Reason;
use crate::rule::condition::Selector;
use crate::value::{Window, fold};

impl Evaluator<'_> {
    /// Windows in which an authoritative log records all selected kinds, merged per computer; else why there is none.
    pub(super) fn covered(&self, selectors: &[&Selector], seen_on: &BTreeSet<Role>) -> (Vec<(Window, Cite)>, Reason) {
        let mut reason = Reason::NotCollected;
        let mut per_computer: Vec<(&str, Window, Cite)> = Vec::new();
        for log in &self.facts.coverage.logs {
            if !seen_on.is_empty() && (log.roles.is_disjoint(seen_on) || !self.may_speak(&log.computer, seen_on)) {
                continue;
            }
            let own: Vec<&&Selector> = selectors.iter().filter(|selector| self.belongs(selector, log)).collect();
            if own.is_empty() {
                continue;
            }
            if !log.complete {
                reason = reason.min(Reason::Unreadable);
                continue;
            }
            reason = reason.min(Reason::NotCovered);
            let of_subject = own.iter().any(|selector| selector.of_subject);
            let records_all = own.iter().all(|selector| self.records(selector, log));
            if log.zone_unknown || !records_all || (of_subject && !self.serves_the_user(log)) {
                continue;
            }
            // Events after `as_of` are left out, so a log that goes on says nothing about the time after it.
            let to = self.facts.case.as_of.map_or(log.window.to, |as_of| log.window.to.min(as_of));
            let window = Window { to, ..log.window };
            let cite = Cite { artifact: log.artifact, at: Locator::Window(window), absent: true };
            per_computer.push((&log.computer, window, cite));
        }
        per_computer.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        let mut merged: Vec<(&str, Window, Cite)> = Vec::new();
        for (computer, window, cite) in per_computer {
            match merged.last_mut() {
                Some((last, open, _)) if *last == computer && window.from <= open.to => *open = open.join(window),
                _ => merged.push((computer, window, cite)),
            }
        }
        (merged.into_iter().map(|(_, window, cite)| (window, cite)).collect(), reason)
    }

    /// Whether the evidence names a server of these roles whose log is not here: absence on its brothers proves less.
    pub(super) fn unseen_server(&self, roles: &BTreeSet<Role>, selectors: &[&Selector]) -> bool {
        self.facts.computers.iter().any(|(name, own)| {
            let is_server = own.iter().any(|role| *role != Role::Client && roles.contains(role));
            is_server
                && !self.facts.coverage.logs.iter().any(|log| {
                    fold(&log.computer) == *name && selectors.iter().any(|selector| self.belongs(selector, log))
                })
        })
    }

    /// What the client alone can have seen is said only by the user's own PC, once that is known.
    pub(super) fn may_speak(&self, computer: &str, seen_on: &BTreeSet<Role>) -> bool {
        let only_client = seen_on.iter().all(|role| *role == Role::Client) && !seen_on.is_empty();
        match &self.facts.case.computer {
            Some(own) if only_client => super::test::same_computer(own, computer),
            _ => true,
        }
    }

    /// Whether the selected events could stand in this log at all: its channel, and what its computer does.
    fn belongs(&self, selector: &Selector, log: &LogCoverage) -> bool {
        if let Some(channel) = &selector.channel {
            return channel.eq_ignore_ascii_case(&log.channel);
        }
        let groups: Vec<_> =
            selector.ids.iter().filter_map(|id| self.rules.audit_group(&selector.provider, *id)).collect();
        if groups.is_empty() {
            return has_provider(log, &selector.provider);
        }
        log.channel.eq_ignore_ascii_case("Security")
            && groups.iter().any(|group| {
                let on = self.rules.audits.get(*group).map(|audit| &audit.on);
                on.is_none_or(|on| on.is_empty() || log.roles.is_empty() || !log.roles.is_disjoint(on))
            })
    }

    /// Whether the log demonstrably records every selected kind of event.
    fn records(&self, selector: &Selector, log: &LogCoverage) -> bool {
        selector.ids.iter().all(|id| match self.rules.audit_group(&selector.provider, *id) {
            Some(group) => log.groups.contains(group) || self.is_shown_by_an_event(group, log),
            None => has_provider(log, &selector.provider) || selector.channel.is_some(),
        })
    }

    /// Some kinds are written for success and failure alike: only a failure shows that failures are recorded.
    fn is_shown_by_an_event(&self, group: &str, log: &LogCoverage) -> bool {
        let Some(proof) = self.rules.audits.get(group).and_then(|audit| audit.proof.as_ref()) else { return false };
        let scope = Scope::new();
        self.index.positions(&[proof]).into_iter().filter_map(|index| self.facts.events.get(index)).any(|event| {
            event.computer.eq_ignore_ascii_case(&log.computer)
                && event.channel.eq_ignore_ascii_case(&log.channel)
                && self.selects(proof, event, &scope) == Tri::True
        })
    }

    /// A server of another domain knows nothing of the user. Where no domain is known, the log must name the user.
    fn serves_the_user(&self, log: &LogCoverage) -> bool {
        if log.roles.iter().all(|role| *role == Role::Client) {
            return true;
        }
        let Some((_, suffix)) = log.computer.split_once('.') else { return true };
        let suffix = fold(suffix);
        let label = suffix.split('.').next().unwrap_or_default();
        let of_pc = self.facts.case.computer.as_deref().and_then(|own| own.split_once('.')).map(|(_, own)| fold(own));
        let Some(person) = self.facts.target.person() else { return false };
        let of_person =
            person.names.iter().chain(&person.smtp).any(|name| match (name.split_once('@'), name.split_once('\\')) {
                (Some((_, host)), _) => host == suffix,
                (None, Some((domain, _))) => domain == label || domain == suffix,
                _ => false,
            });
        of_pc.is_some_and(|own| own == suffix) || of_person || self.index.serves(&log.computer)
    }
}

fn has_provider(log: &LogCoverage, provider: &str) -> bool {
    let provider = fold(provider);
    log.counts.range((provider.clone(), 0)..=(provider, u16::MAX)).next().is_some()
}
