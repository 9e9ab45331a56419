use super::*;
use crate::limits::Limits;
use crate::parse::interest::Interest;
use crate::parse::record::Record;

fn values(text: &str) -> Vec<(String, String, Value, Owner)> {
    let (limits, interest) = (Limits::default(), Interest::default());
    let mut reader = text.as_bytes();
    let input = Input { reader: &mut reader, encoding: None, bytes: text.len() as u64 };
    let parsed = parse(input, Context { interest: &interest, limits: &limits });
    let values = parsed.records.into_iter().filter_map(|record| match record {
        Record::Property(value) => {
            let object = value.object.as_deref().unwrap_or_default().to_owned();
            Some((object, value.name, value.value, value.owner))
        }
        _ => None,
    });
    values.collect()
}

#[test]
fn rows_inside_a_row_belong_to_its_setting() {
    let found = values(
        "<html><table><tr><th>Policy</th><th>Setting</th><th>Winning GPO</th></tr><tr><td>Auth</td><td>Enabled</td>\
         <td>Mail</td></tr><tr><td colspan=4><table><tr><td>Select</td><td>Kerberos</td></tr></table></td></tr></table>",
    );
    let text = |text: &str| Value::Text(text.to_owned());
    let own = |object: &str, name: &str, value: &str| (object.to_owned(), name.to_owned(), text(value), Owner::Runner);
    assert_eq!(found, [own("Mail", "Auth", "Enabled"), own("Auth", "Select", "Kerberos")]);
}

#[test]
fn a_key_names_the_value_below_it() {
    let found = values(
        "RSOP data for C\\a on PC : Logging Mode\r\n----\r\nUSER SETTINGS\r\n----\r\n  GPO: Mail\r\n    Folder Id: \
         Software\\Policies\\X\\Y\r\n    Value:    9, 0, 0, 0\r\n    State: Enabled\r\n",
    );
    let names: Vec<&str> = found.iter().map(|(_, name, ..)| name.as_str()).collect();
    assert_eq!(names, ["GPO", "Software\\Policies\\X\\Y", "State"]);
    let owner = Owner::Account { sid: None, names: vec!["C\\a".into()] };
    assert!(found.iter().all(|(.., own)| *own == owner), "{found:?}");
}

proptest::proptest! {
    #[test]
    fn any_setting_of_a_page_comes_back(name in "[a-z][a-z &]{0,12}[a-z]", value in "[a-z]{1,9}", winner in "[a-z]{1,9}") {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let page = format!(
            "<html><table><tr><td>{}</td><td>{value}</td><td>{winner}</td></tr></table></html>", name.replace('&', "&amp;")
        );
        proptest::prop_assume!(value != "true" && value != "false");
        proptest::prop_assert_eq!(values(&page), [(winner, name, Value::Text(value), Owner::Runner)]);
    }

    #[test]
    fn no_report_makes_it_fail(text in "(<table>|</table>|<tr>|<td>|</td>|<th>|a|RSOP data for |---|:|\r\n| ){0,60}") {
        let _ = values(&text);
        let _ = values(&format!("<html>{text}"));
    }
}
