//! The formats for tickets, mails and spreadsheets, as they are asked for.

use super::{Desk, Run};

fn desk() -> Desk {
    let desk = Desk::new();
    desk.case("one.zip", "everything-wrong").case("two.zip", "account-locked");
    desk
}

#[test]
fn a_mail_needs_a_reader_and_a_draft_needs_a_mail() {
    let desk = desk();
    for arguments in [
        &["analyze", "one.zip", "-f", "mail"][..],
        &["analyze", "one.zip", "-f", "mail", "--audience", "engineer"],
        &["compare", "one.zip", "two.zip", "-f", "mail"],
    ] {
        desk.run(arguments).refuses(&["--audience user", "--audience admin"]);
    }
    desk.run(&["analyze", "one.zip", "--draft", "steps"]).refuses(&["--draft", "-f mail"]);
    desk.run(&["analyze", "one.zip", "two.zip", "-f", "mail", "--audience", "user"])
        .refuses(&["holds one case", "--join"]);
}

#[test]
fn a_ticket_and_a_table_hold_several_cases() {
    let desk = desk();
    let tickets = desk.run(&["analyze", "one.zip", "two.zip", "-f", "markdown", "--lang", "en"]);
    let tickets = tickets.answers(1).to_owned();
    assert_eq!(tickets.lines().filter(|line| line.starts_with("# Case `")).count(), 2, "{tickets}");
    let table = desk.run(&["analyze", "one.zip", "two.zip", "-f", "csv", "--lang", "en"]);
    let table = table.answers(1);
    assert_eq!(table.matches("case,source,user,row").count(), 1, "{table}");
    let of = |name: &str| table.lines().filter(|line| line.contains(&format!(",{name},"))).count();
    assert!(of("one.zip") > 5 && of("two.zip") > 5, "{table}");
    let written = desk.run(&["analyze", "one.zip", "two.zip", "-f", "csv", "--lang", "en", "-o", "table.csv"]);
    assert_eq!((written.code, &*written.out), (Some(1), ""));
    assert_eq!(std::fs::read_to_string(desk.at("table.csv")).unwrap(), table);
}

#[test]
fn instructions_follow_the_reader_in_every_format() {
    let desk = desk();
    let run = |format: &str, audience: &str| -> Run {
        desk.run(&["analyze", "two.zip", "-f", format, "--audience", audience, "--lang", "en"])
    };
    for format in ["terminal", "json", "markdown"] {
        let [user, admin, engineer] = ["user", "admin", "engineer"].map(|who| run(format, who).answers(1).to_owned());
        // What to click is the user's, what to type the administrator's, both the engineer's.
        for (text, clicks, types) in [(&user, true, false), (&admin, false, true), (&engineer, true, true)] {
            assert_eq!(
                text.contains("Under Generic Credentials") || text.contains("under Generic Credentials"),
                clicks,
                "{format}\n{text}"
            );
            assert_eq!(text.contains("cmdkey /delete:"), types, "{format}\n{text}");
        }
        // What only an administrator can run is not put before a user.
        assert!(!user.contains("dc_security.evtx"), "{format}\n{user}");
    }
}

#[test]
fn a_comparison_is_a_ticket_and_a_mail() {
    let desk = desk();
    desk.case("before.zip", "account-locked");
    let ticket = desk.run(&["compare", "before.zip", "before.zip", "-f", "markdown", "--lang", "en"]);
    assert!(ticket.answers(1).starts_with("# Before and after: `before.zip` → `before.zip`"), "{ticket:?}");
    let mail = desk.run(&["compare", "before.zip", "before.zip", "-f", "mail", "--audience", "user", "--lang", "ja"]);
    assert!(mail.answers(1).contains("再度資料をお送りいただき"), "{mail:?}");
}
