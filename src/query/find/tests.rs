use super::*;
use crate::model::draw;

const PICTURE: &str = "\
shop GET /cart       |==========|
  cart List<String>  |  ====    |
    db SELECT a>b !  |   ==     |
  shop GET /pay      |       .  |
";

fn query(text: &str, mode: FindMode) -> Result<Query, Fault> {
    parse(&Find { text: text.to_owned(), mode })
}

/// Positions found, of four.
fn found(text: &str, mode: FindMode) -> Vec<u32> {
    let query = query(text, mode).unwrap_or_else(|fault| panic!("{text}: {fault:?}"));
    matches(&draw(PICTURE), TraceRow(0), &query).iter().collect()
}

#[test]
fn modes_put_words_together() {
    assert_eq!(found("cart select", FindMode::Any), [0, 1, 2]);
    assert_eq!(found("cart get", FindMode::All), [0]);
    assert_eq!(found("^get|db$", FindMode::Regex), [0, 2, 3]);
    assert_eq!(found("2", FindMode::Any), [1]);
    assert!(found("02", FindMode::Any).is_empty());
    for mode in [FindMode::Any, FindMode::All, FindMode::Regex] {
        assert!(query("", mode).is_ok_and(|query| query.is_empty()) && found("", mode).is_empty());
    }
    assert!(query("-x \"-y z\"", FindMode::All).is_ok_and(|query| query.is_empty()));
}

#[test]
fn comparisons_are_written_in_several_ways() {
    for text in ["duration>=4ms", "duration >= 4ms", "duration>= 4ms", "Duration >=4MS", "span:duration>=\"4ms\""] {
        assert_eq!(found(text, FindMode::All), [0, 1], "{text}");
    }
    for (text, spans) in [
        ("start>2ms", &[2, 3][..]),
        ("status==error", &[2]),
        ("status!=error", &[0, 1, 3]),
        ("kind==unspecified", &[0, 1, 2, 3]),
        ("service==shop name=~pay", &[3]),
        ("name!~\"^get /\"", &[1, 2]),
        ("events>0", &[]),
        ("no.such.key!=1", &[]),
        (".status==error", &[]),
    ] {
        assert_eq!(found(text, FindMode::All), spans, "{text}");
    }
}

#[test]
fn what_is_no_comparison_is_a_word() {
    for (text, spans) in
        [("List<String>", &[1][..]), ("a>b", &[2]), ("\"a>b\"", &[2]), ("service=shop", &[]), ("> 5x", &[2, 1])]
    {
        let mut spans = spans.to_vec();
        spans.sort_unstable();
        assert_eq!(found(text, FindMode::Any), spans, "{text}");
    }
}

#[test]
fn faults_tell_their_place() {
    let cases = [
        ("duration>5", 10, Expected::Duration),
        ("x duration > abc", 14, Expected::Duration),
        ("é start==\"1\"", 10, Expected::Duration),
        ("events>many", 8, Expected::Number),
        ("http.status_code>5oo", 18, Expected::Number),
        ("status==bad", 9, Expected::Status),
        ("kind != bad", 9, Expected::Kind),
        ("name=~(", 7, Expected::Regex),
        ("name=~\"(\"", 8, Expected::Regex),
        ("duration=~5", 9, Expected::Order),
    ];
    for (text, column, expected) in cases {
        assert_eq!(query(text, FindMode::Any).err(), Some(Fault { column, expected }), "{text}");
    }
    assert_eq!(query("(", FindMode::Regex).err(), Some(Fault { column: 1, expected: Expected::Regex }));
}
