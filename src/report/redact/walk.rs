//! Visits every text of the model that can hold a name. Each type is taken apart field by field and without a rest, so that a
//! new field does not compile until it is said whether it is a text or an id that the tool itself gives.

use super::super::model::{
    Artifact, ArtifactIssue, Case, Cite, Code, CodeSeen, CollectNext, Collector, Command, Comparison, Contradiction,
    Coverage, EraOfCase, Evidence, EvidenceOutcome, Finding, FindingOutcome, Headline, NotApplicable, Outlook,
    Override, Plain, Report, RuledOut, Rules, Side, Sign, Step, StepOutcome, TimelineItem, Tool, Undecided, Unknown,
    User,
};

type Visit<'a> = &'a mut dyn FnMut(&mut String);

pub(super) fn report(report: &mut Report, visit: Visit<'_>) {
    report.walk(visit);
}

pub(super) fn comparison(comparison: &mut Comparison, visit: Visit<'_>) {
    comparison.walk(visit);
}

trait Walk {
    fn walk(&mut self, visit: Visit<'_>);
}

impl Walk for String {
    fn walk(&mut self, visit: Visit<'_>) {
        visit(self);
    }
}

impl<T: Walk> Walk for Option<T> {
    fn walk(&mut self, visit: Visit<'_>) {
        if let Some(inner) = self {
            inner.walk(visit);
        }
    }
}

impl<T: Walk> Walk for Vec<T> {
    fn walk(&mut self, visit: Visit<'_>) {
        for inner in self {
            inner.walk(visit);
        }
    }
}

/// A command with a placeholder in it does nothing any more.
impl Walk for Command {
    fn walk(&mut self, visit: Visit<'_>) {
        let Self { shell: _, text, runnable } = self;
        let before = text.clone();
        text.walk(visit);
        *runnable &= *text == before;
    }
}

/// `texts` are visited; `ids` are the tool's own words, numbers, times and fingerprints.
macro_rules! walks {
    ($($of:ident { texts: $($text:ident)*; ids: $($id:ident)*; })*) => {
        $(impl Walk for $of {
            fn walk(&mut self, visit: Visit<'_>) {
                let Self { $($text,)* $($id: _,)* } = self;
                $($text.walk(visit);)*
                let _ = visit;
            }
        })*
    };
}

walks! {
    Report {
        texts: tool case headline findings ruled_out unknown not_applicable plan collect_next timeline coverage contradictions codes;
        ids: schema_version timeline_omitted codes_omitted;
    }
    Tool { texts: rules; ids: name version; }
    Rules { texts: packs overrides; ids: revision sha256; }
    Override { texts: reason pack text; ids: rule change to until state; }
    Case {
        texts: source assumptions computer user collector outlook era user_candidates;
        ids: id sha256 collected_at as_of utc_offset evidence_window;
    }
    User { texts: name sid smtp; ids: ; }
    Collector { texts: name run_as target_user; ids: version; }
    Outlook { texts: product; ids: version install; }
    EraOfCase { texts: cites; ids: value; }
    Headline { texts: text tie_break stop_rule; ids: start_at suspected account_locked; }
    Finding {
        texts: title summary subject evidence undecided plain;
        ids: id rev status severity band need steps links sum;
    }
    Evidence { texts: text cites codes; ids: name class supports count reservation; }
    Undecided { texts: text; ids: name class supports reason need; }
    RuledOut { texts: title evidence; ids: id sum; }
    Unknown { texts: title undecided; ids: id reason need; }
    NotApplicable { texts: title reason cites; ids: id; }
    Step {
        texts: title reason cites loses instructions commands rollback verify plain;
        ids: step number label findings waits_for who minutes closes_outlook wait_until decided_by case_lines readers;
    }
    Plain { texts: title before; ids: ; }
    CollectNext {
        texts: instructions commands title;
        ids: need settles who minutes settles_steps points effort;
    }
    TimelineItem { texts: text cite codes; ids: at kind; }
    Code { texts: name meaning; ids: family code unverified noise; }
    CodeSeen { texts: what cites; ids: count first last; }
    Coverage { texts: artifacts; ids: limits_hit; }
    Artifact { texts: path subject issues; ids: kind status bytes sha256 records encoding window; }
    ArtifactIssue { texts: text; ids: code at; }
    Contradiction { texts: text cites; ids: ; }
    Cite { texts: artifact key value profile; ids: line record property window absent; }
    Comparison {
        texts: tool before after text reservations notes steps findings collect_next signs;
        ids: schema_version since outcome outcome_without_signs;
    }
    Side { texts: source computer user smtp; ids: id sha256 as_of era; }
    Sign { texts: text cites; ids: kind count last quiet_minutes goes_on shown need; }
    StepOutcome { texts: title text cites verify plain; ids: step number before after outcome basis counts need readers; }
    FindingOutcome { texts: title text evidence plain; ids: id before after outcome counts need; }
    EvidenceOutcome { texts: text cites; ids: name state; }
}
