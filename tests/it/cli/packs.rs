//! Packs of one's own: what they add, replace, set, change and pin, and what no bundle may bring.

use super::Desk;

/// A document that would overflow the stack of a reader that recurses without room is refused with its place.
#[test]
fn a_deep_document_costs_a_sentence_and_never_the_process() {
    let desk = Desk::new();
    desk.case("case.zip", "nothing-wrong");
    let deep = |open: &str| open.repeat(60_000);
    desk.put("manifest/pack.yaml", format!("name: p\nrevision: \"1\"\nparams: {}", deep("{a: ")).as_bytes());
    desk.put("rule/pack.yaml", b"name: p\nrevision: \"1\"\n");
    desk.put("rule/causes/deep.yaml", format!("id: deep\nlet: {}", deep("[")).as_bytes());
    for pack in ["manifest", "rule"] {
        for arguments in [
            &["analyze", "case.zip", "--param", "token-lifetime=90m"][..],
            &["rules", "show", "profile-corrupt"],
            &["rules", "list"],
        ] {
            let run = desk.run(&[arguments, &["--rules", pack]].concat());
            assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{pack} {arguments:?}: {}", run.err);
            assert!(run.err.contains(&format!("{pack}/")), "{pack} {arguments:?}: {}", run.err);
        }
    }
}
