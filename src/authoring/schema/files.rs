//! Whole files: rules with their own cases, steps, needs, the playbook, anchors, the era table, tables and the manifest.

use serde_json::{Map, Value, json};

use super::conditions::{condition_or_none, guards};
use super::parts::head;
use super::{flag, list_of, map_of, number, object, one_or_more, reference, text, texts, words};
use crate::authoring::cases::{CASE, EXPECT};
use crate::authoring::coverage::SURVIVOR;
use crate::authoring::given::{EVENT as GIVEN_EVENT, GIVEN};
use crate::authoring::shared;
use crate::bundle::ArtifactKind;
use crate::fact::Install;
use crate::fact::identity::Role;
use crate::finding::{Reason, Status};
use crate::lang::Lang;
use crate::parse::record::CredentialKind;
use crate::plan::playbook::{ORDER, PLAYBOOK};
use crate::plan::step_file::{
    AUDIENCES, BLOCK, COST, FOR, GATES, INSERTED_BY, PARAMS, PLAIN, ROLLBACK, ROWS, STEP, VERIFY, WAIT,
};
use crate::plan::{Label, Who};
use crate::rule::condition::Era;
use crate::rule::era::{ERA_ROW, ERA_TABLE, OTHERWISE};
use crate::rule::manifest::KEYS as MANIFEST;
use crate::rule::need::{EFFORTS, KEYS as NEED, SETTLED_EVENT, SETTLES};
use crate::rule::overrides::{CAPS, OVERRIDE};
use crate::rule::rule::{CAUSE, CAUSE_STEP, CLASSES, EVIDENCE, NEEDS_NO, RULE, SEVERITIES, SUBJECTS};
use crate::rule::{codes, tables};

pub(super) fn add(defs: &mut Map<String, Value>) {
    let mut add = |name: &str, schema: Value| defs.insert(name.to_owned(), schema);
    add("rule", rule());
    add("test-case", case());
    add("given", given());
    add("step", step());
    add("need", need());
    add("playbook", playbook());
    add("anchors", reference("names"));
    add("era", era());
    add("pack", pack());
    add("override", setting_aside());
    add("table", table());
    add("tests", tests());
    add("survivors", survivors());
}

fn pack() -> Value {
    let known = Lang::ALL.map(|(word, _)| word);
    let setting = json!({"anyOf": [reference("span"), {"type": "integer"}]});
    object(MANIFEST, &["name", "revision"], |key| {
        Some(match key {
            "name" => json!({"type": "string", "pattern": "\\S"}),
            "minimum-version" => json!({"type": "string", "pattern": "^\\d{1,9}(\\.\\d{1,9}){1,3}$"}),
            "languages" => json!({"type": "array", "items": {"enum": known}, "minItems": known.len()}),
            "params" => map_of(&setting),
            "overrides" => one_or_more(&reference("override")),
            _ => text(),
        })
    })
}

/// An override changes one thing.
fn setting_aside() -> Value {
    let mut schema = object(OVERRIDE, &["rule", "reason", "until"], |key| {
        Some(match key {
            "rule" => reference("id"),
            "disable" => json!({"const": true}),
            "severity" => words(&SEVERITIES),
            "at-most" => words(&CAPS),
            "reason" => reference("text"),
            _ => json!({"type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}$", "description": "its last day, in UTC"}),
        })
    });
    if let Some(schema) = schema.as_object_mut() {
        let one: Vec<Value> = ["disable", "severity", "at-most"].iter().map(|key| json!({"required": [key]})).collect();
        schema.insert("oneOf".to_owned(), Value::Array(one));
    }
    schema
}

fn rule() -> Value {
    let cause_step = object(CAUSE_STEP, CAUSE_STEP, |key| {
        Some(if key == "step" { reference("id") } else { reference("condition") })
    });
    let cause = object(CAUSE, &["band", "severity"], |key| {
        Some(match key {
            "band" => number(),
            "severity" => words(&SEVERITIES),
            _ => one_or_more(&json!({"anyOf": [reference("id"), cause_step]})),
        })
    });
    let item = object(EVIDENCE, &["name", "class", "when"], |key| match key {
        "name" => Some(text()),
        "class" => Some(words(&CLASSES)),
        "unverified" => Some(flag()),
        "needs-no" => Some(object(NEEDS_NO, &[], |_| Some(text()))),
        _ => head(key),
    });
    object(RULE, &["id", "rev", "title", "cause", "evidence", "say", "tests"], |key| match key {
        "cause" => Some(cause.clone()),
        "subject" => Some(words(&SUBJECTS)),
        "let" => Some(reference("names")),
        "evidence" => Some(json!({"type": "array", "items": item, "minItems": 1})),
        "refutes" => Some(list_of(&item)),
        "notes" => Some(guards()),
        "supersedes" => Some(one_or_more(&reference("id"))),
        "tests" => Some(json!({"type": "array", "items": reference("test-case"), "minItems": 1})),
        _ => head(key),
    })
}

/// Cases of the anchors and the era table.
fn tests() -> Value {
    let expect =
        object(shared::EXPECT, &[], |key| Some(if key == "era" { words(&Era::ALL) } else { map_of(&number()) }));
    list_of(&object(CASE, CASE, |key| {
        Some(match key {
            "given" => reference("given"),
            "expect" => expect.clone(),
            _ => text(),
        })
    }))
}

/// Changes that no case can notice.
fn survivors() -> Value {
    list_of(&object(SURVIVOR, SURVIVOR, |key| Some(if key == "change" { texts() } else { text() })))
}

/// A case of a rule. The facts of `given` are open below their kind: `rules test` reads them.
fn case() -> Value {
    let expect = object(EXPECT, &["status"], |key| {
        Some(match key {
            "status" => words(&Status::ALL),
            "reason" => words(&Reason::ALL),
            "evidence" | "refutes" | "undecided" | "need" | "steps" => texts(),
            "cites" | "notes" => number(),
            "plan" => map_of(&words(&Label::ALL)),
            _ => text(),
        })
    });
    object(CASE, CASE, |key| {
        Some(match key {
            "given" => reference("given"),
            "expect" => expect.clone(),
            _ => text(),
        })
    })
}

fn given() -> Value {
    let event = object(GIVEN_EVENT, &["at", "provider", "id"], |_| None);
    object(GIVEN, &[], |key| match key {
        "era" => Some(words(&Era::ALL)),
        "as-of" | "computer" => Some(text()),
        "event" => Some(list_of(&event)),
        _ => None,
    })
}

fn commands() -> Value {
    one_or_more(&reference("command"))
}

fn step() -> Value {
    let cost = object(COST, &[], |key| match key {
        "minutes" => Some(number()),
        "closes-outlook" => Some(flag()),
        _ => head(key),
    });
    let rows = object(ROWS, ROWS, |_| Some(texts()));
    let inserted = object(INSERTED_BY, &["step", "label"], |key| match key {
        "step" => Some(reference("id")),
        "label" => Some(words(&Label::ALL)),
        _ => head(key),
    });
    let wait = object(WAIT, WAIT, |key| Some(if key == "for" { reference("extent") } else { texts() }));
    let scope =
        object(FOR, &[], |key| Some(one_or_more(&if key == "outlook" { number() } else { words(&Install::ALL) })));
    let block = object(BLOCK, &["audience", "ui"], |key| {
        Some(match key {
            "for" => scope.clone(),
            "audience" => words(&AUDIENCES),
            "needs-password" => places(),
            "ui" => reference("lines"),
            _ => commands(),
        })
    });
    let rollback = object(ROLLBACK, &["en", "ja"], |key| Some(if key == "commands" { commands() } else { texts() }));
    let verify = object(VERIFY, &["need", "say"], |key| if key == "need" { Some(reference("id")) } else { head(key) });
    let required = ["id", "rev", "title", "who", "cost", "open-gate", "done-when", "do", "rollback", "verify", "stop"];
    let plain = object(PLAIN, &["title"], |_| Some(reference("text")));
    object(STEP, &required, |key| match key {
        "plain" => Some(plain.clone()),
        "who" => Some(words(&Who::ALL)),
        "cost" => Some(cost.clone()),
        "open-gate" => Some(words(&GATES)),
        "after" => Some(reference("id")),
        "waits-for" => Some(one_or_more(&reference("id"))),
        "inserted-by" => Some(inserted.clone()),
        "wait" => Some(wait.clone()),
        "skip-when" | "blocked-when" => Some(guards()),
        "done-when" => Some(condition_or_none()),
        "params" => Some(object(PARAMS, PARAMS, |_| Some(rows.clone()))),
        "do" => Some(json!({"type": "array", "items": block, "minItems": 1})),
        "backup" => Some(commands()),
        "rollback" => Some(json!({"anyOf": [{"const": "none-possible"}, rollback]})),
        "verify" => Some(verify.clone()),
        _ => head(key),
    })
}

fn ids() -> Value {
    one_or_more(&json!({"type": "integer", "minimum": 0, "maximum": 65_535}))
}

fn need() -> Value {
    let kinds: Vec<&str> = ArtifactKind::ALL.iter().map(|kind| kind.id()).collect();
    let event = object(SETTLED_EVENT, &["provider"], |key| Some(if key == "id" { ids() } else { text() }));
    let settles = object(SETTLES, &[], |key| {
        Some(match key {
            "events" => one_or_more(&event),
            "profiles" => flag(),
            "kinds" => one_or_more(&json!({"enum": kinds})),
            _ => texts(),
        })
    });
    object(NEED, &["id", "title", "who", "settles", "instructions"], |key| match key {
        "who" => Some(words(&Who::ALL)),
        "minutes" => Some(number()),
        "effort" => Some(words(&EFFORTS)),
        "settles" => Some(settles.clone()),
        "instructions" => Some(reference("lines")),
        "needs-password" => Some(places()),
        "commands" => Some(commands()),
        "roles" => Some(one_or_more(&words(&Role::ALL))),
        _ => head(key),
    })
}

fn playbook() -> Value {
    let row = object(ORDER, ORDER, |key| Some(if key == "number" { text() } else { one_or_more(&reference("id")) }));
    object(PLAYBOOK, &["id", "title", "stop-rule", "order"], |key| match key {
        "order" => Some(list_of(&row)),
        _ => head(key),
    })
}

fn era() -> Value {
    let row = object(ERA_ROW, ERA_ROW, |key| if key == "era" { Some(words(&Era::ALL)) } else { head(key) });
    let otherwise = object(OTHERWISE, &["say"], |key| match key {
        "era" => Some(words(&Era::ALL)),
        "need" => Some(texts()),
        _ => head(key),
    });
    object(ERA_TABLE, &["otherwise"], |key| match key {
        "let" => Some(reference("names")),
        "rows" => Some(list_of(&row)),
        "otherwise" => Some(otherwise.clone()),
        _ => head(key),
    })
}

/// What the codes of one family mean.
fn codes_table() -> Value {
    let digits = json!({"type": "string", "pattern": "^0x[0-9A-Fa-f]+$"});
    let mut row = object(codes::ROW, &["en", "ja"], |key| {
        Some(match key {
            "code" => json!({"anyOf": [number(), digits]}),
            "like" => json!({"type": "string", "pattern": "^0x[0-9A-Fa-fx]{8}$"}),
            "unverified" | "noise" => flag(),
            _ => text(),
        })
    });
    if let Some(row) = row.as_object_mut() {
        row.insert("oneOf".to_owned(), json!([{"required": ["code"]}, {"required": ["like"]}]));
    }
    let otherwise = object(codes::OTHERWISE, codes::OTHERWISE, |_| Some(text()));
    object(codes::KEYS, &["sources", "rows"], |key| {
        Some(match key {
            "sources" => one_or_more(&json!({"type": "string", "pattern": "^https://"})),
            "otherwise" => otherwise.clone(),
            _ => list_of(&row),
        })
    })
}

/// Any of the tables: the name of the file, which a schema does not see, says which.
fn table() -> Value {
    let roles = one_or_more(&words(&Role::ALL));
    let contains = list_of(&object(tables::CONTAINS, tables::CONTAINS, |_| Some(text())));
    let derived =
        object(tables::DERIVED, &["from"], |key| Some(if key == "contains" { contains.clone() } else { text() }));
    let event = object(tables::EVENT, &["provider", "id"], |key| {
        Some(match key {
            "id" => ids(),
            "positions" | "shorter" => texts(),
            "types" => map_of(&json!({"enum": ["hex", "int", "text", "time", "sid"]})),
            "user" => object(tables::USER, &[], |_| Some(text())),
            "alias" => map_of(&text()),
            "derive" => map_of(&derived),
            "pairs-from" => number(),
            _ => text(),
        })
    });
    let audit = object(tables::AUDIT, &["name", "provider", "id"], |key| {
        Some(match key {
            "id" | "proof" => ids(),
            "seen-on" => roles.clone(),
            "proof-where" => reference("tests-of-names"),
            _ => text(),
        })
    });
    let class = object(tables::CLASS, &["class", "secret"], |key| {
        Some(if key == "kind" { words(&CredentialKind::ALL) } else { text() })
    });
    let classes = object(tables::CLASSES, &["rows"], |key| {
        Some(match key {
            "rows" => list_of(&class),
            "otherwise" => object(tables::UNCLASSED, tables::UNCLASSED, |_| Some(text())),
            _ => texts(),
        })
    });
    let host = object(tables::HOST, &["pattern"], |_| Some(text()));
    let hosts = object(tables::HOSTS, &["hosts"], |key| Some(if key == "hosts" { list_of(&host) } else { text() }));
    let build = object(tables::BUILD, &["product", "version"], |_| Some(text()));
    json!({"anyOf": [
        codes_table(),
        list_of(&event),
        list_of(&audit),
        classes,
        hosts,
        map_of(&build),
        map_of(&reference("text")),
        map_of(&text()),
    ]})
}

/// Numbers of lines, from 1.
fn places() -> Value {
    json!({"type": "array", "items": {"type": "integer", "minimum": 1}})
}
