//! Which services of a trace are shown, in a URL: `svcFilter={checksum}.{mask}`, as Jaeger UI writes it (FEATURES §1.10).
//!
//! The mask is a hexadecimal number with a bit for each service in alphabetical order (of UTF-16, as JavaScript sorts), the
//! first one lowest; 1 is shown. The checksum is one of their names: a link from another state of the trace is told by it.

use std::cmp::Ordering;

use crate::model::order;

/// What a URL says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServiceFilter {
    /// The names of the services that are not shown: neither none nor all.
    Hidden(Vec<String>),
    /// The trace had other services when the link was made: nothing is hidden, and the URL should forget it.
    Stale,
}

/// Names in the order that the mask has.
pub fn sort(names: &mut Vec<String>) {
    *names = order::arrange(std::mem::take(names), &mut |a, b| compare(a, b));
}

fn compare(a: &str, b: &str) -> Ordering {
    a.encode_utf16().cmp(b.encode_utf16())
}

/// Sixteen bits of the sorted names, in hexadecimal without leading zeros: FNV's way over UTF-16 units, with a zero between
/// names.
pub fn checksum(sorted: &[String]) -> String {
    let units = sorted.iter().enumerate().flat_map(|(at, name)| {
        let zero = (at > 0).then_some(0);
        zero.into_iter().chain(name.encode_utf16())
    });
    let sum = units.fold(0x811c_u32, |sum, unit| (sum ^ u32::from(unit)).wrapping_mul(0x0101) & 0xffff);
    format!("{sum:x}")
}

/// The text for the URL; `None` if all services are shown, so that it should say nothing.
pub fn encode(sorted: &[String], is_shown: impl Fn(&str) -> bool) -> Option<String> {
    let shows_all = sorted.iter().all(|name| is_shown(name));
    (!shows_all).then(|| mask(sorted, is_shown))
}

/// The same also when all services are shown: for a URL that overrules what is hidden by default. [`decode`] says that it
/// hides nothing.
pub fn mask(sorted: &[String], is_shown: impl Fn(&str) -> bool) -> String {
    let shown: Vec<bool> = sorted.iter().map(|name| is_shown(name)).collect();
    let digit = |four: &[bool]| four.iter().rev().fold(0, |digit, is_shown| digit << 1 | u32::from(*is_shown));
    let digits: String = shown.chunks(4).rev().filter_map(|four| char::from_digit(digit(four), 16)).collect();
    let digits = digits.trim_start_matches('0');
    format!("{}.{}", checksum(sorted), if digits.is_empty() { "0" } else { digits })
}

/// Reads what [`encode`] wrote. `None` for what is no such text, and for one that hides no service or all of them.
///
/// The checksum's case does not count: Jaeger UI's test asks for that, though versions of its code compare exactly.
pub fn decode(sorted: &[String], text: &str) -> Option<ServiceFilter> {
    let (sum, mask) = text.split_once('.')?;
    if sorted.is_empty() || sum.is_empty() || mask.is_empty() {
        return None;
    }
    if !sum.eq_ignore_ascii_case(&checksum(sorted)) {
        return Some(ServiceFilter::Stale);
    }
    let digits: Vec<u32> = mask.chars().rev().map(|digit| digit.to_digit(16)).collect::<Option<_>>()?;
    let is_shown = |at: usize| digits.get(at / 4).is_some_and(|digit| digit >> (at % 4) & 1 == 1);
    let hidden: Vec<String> =
        sorted.iter().enumerate().filter(|(at, _)| !is_shown(*at)).map(|(_, name)| name.clone()).collect();
    let hides_some = !hidden.is_empty() && hidden.len() < sorted.len();
    hides_some.then_some(ServiceFilter::Hidden(hidden))
}

/// What a default hides of a trace: indexes into its services `names`. `roots` are indexes of those of its roots: a default
/// that leaves none of them hides nothing, as Jaeger UI has it.
pub fn by_default(names: &[String], roots: &[u32], hidden: &[String]) -> Vec<u32> {
    let places = names.iter().zip(0..).filter(|(name, _)| hidden.contains(name));
    let places: Vec<u32> = places.map(|(_, at)| at).collect();
    let keeps_root = roots.iter().any(|root| !places.contains(root));
    if keeps_root { places } else { Vec::new() }
}

/// The default with a trace's part of it replaced: what other traces' services have there stays.
pub fn new_default(names: &[String], hidden: &[u32], before: &[String]) -> Vec<String> {
    let others = before.iter().filter(|name| !names.contains(name));
    let own = hidden.iter().filter_map(|at| names.get(*at as usize));
    others.chain(own).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value as Json;

    fn names(json: &Json) -> Vec<String> {
        let list = json.as_array().or(json["$set"].as_array()).expect("a list");
        list.iter().map(|name| name.as_str().or(name["name"].as_str()).expect("a name").to_owned()).collect()
    }

    /// What a call of Jaeger UI's functions gives, from ours.
    fn answer(function: &str, input: &Json) -> Json {
        let mut sorted = names(&input[0]);
        match function {
            "svcChecksum" => checksum(&sorted).into(),
            "encodeSvcFilter" => {
                let shown = names(&input[1]);
                encode(&sorted, |name| shown.iter().any(|other| other == name)).into()
            }
            "decodeSvcFilter" => match decode(&sorted, input[1].as_str().expect("a text")) {
                None => Json::Null,
                Some(ServiceFilter::Stale) => {
                    serde_json::json!({"visibleServices": {"$set": sorted}, "stale": true})
                }
                Some(ServiceFilter::Hidden(hidden)) => {
                    sorted.retain(|name| !hidden.contains(name));
                    serde_json::json!({"visibleServices": {"$set": sorted}, "stale": false})
                }
            },
            "getSortedServiceNames" => {
                sort(&mut sorted);
                sorted.into()
            }
            other => panic!("{other}"),
        }
    }

    #[test]
    fn jaegers_cases() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/fixtures/expected/jaeger-service-filter-url.json");
        let Ok(text) = std::fs::read_to_string(path) else {
            println!("ignored: ../shared/fixtures is not here");
            return;
        };
        let all: Json = serde_json::from_str(&text).expect("JSON");
        let cases = all["cases"].as_array().expect("cases");
        let calls: Vec<&Json> = cases.iter().flat_map(|case| case["calls"].as_array().expect("calls")).collect();
        for call in &calls {
            let function = call["fn"].as_str().expect("a name");
            assert_eq!(answer(function, &call["input"]), call["output"], "{function} {}", call["input"]);
        }
        println!("{} cases, {} calls", cases.len(), calls.len());
        assert_eq!(cases.len(), 13);
    }

    #[test]
    fn what_is_wrong_hides_nothing() {
        let sorted: Vec<String> = ["api", "auth", "cache", "db"].map(String::from).into();
        assert_eq!(decode(&sorted, "beef.1"), Some(ServiceFilter::Stale));
        for text in ["", ".", "7d06", "7d06.", "7d06.x", "7d06.0", "7d06.10", "7d06.-1", "7d06.f", "7d06.ff"] {
            assert_eq!(decode(&sorted, text), None, "{text}");
        }
        // Bits beyond the services count for nothing.
        let hidden = ["auth", "cache"].map(String::from).to_vec();
        assert_eq!(decode(&sorted, "7d06.19"), Some(ServiceFilter::Hidden(hidden)));
        assert_eq!(encode(&sorted, |_| false).as_deref(), Some("7d06.0"));
    }

    #[test]
    fn a_default_is_of_names_and_leaves_a_root() {
        let texts = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let names = texts(&["api", "auth", "db"]);
        assert_eq!(by_default(&names, &[0], &texts(&["db", "elsewhere"])), [2]);
        assert_eq!(by_default(&names, &[0], &texts(&["api"])), [0; 0], "nothing would be left");
        assert_eq!(by_default(&names, &[0, 1], &texts(&["api"])), [0]);
        assert_eq!(by_default(&names, &[], &texts(&["api"])), [0; 0]);
        let kept = new_default(&names, &[1], &texts(&["elsewhere", "db"]));
        assert_eq!(kept, ["elsewhere", "auth"], "what this trace does not have is not forgotten");
        // All of them shown, said in a URL.
        assert_eq!(decode(&names, &mask(&names, |_| true)), None);
        assert_eq!(mask(&names, |_| true), format!("{}.7", checksum(&names)));
    }

    #[test]
    fn names_are_sorted_as_in_javascript() {
        let mut names = ["\u{ff5e}", "\u{1f600}", "b", "B", ""].map(String::from).to_vec();
        sort(&mut names);
        assert_eq!(names, ["", "B", "b", "\u{1f600}", "\u{ff5e}"]);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(shown in proptest::collection::vec(any::<bool>(), 1..200)) {
            let mut sorted: Vec<String> = (0..shown.len()).map(|number| format!("service {number}")).collect();
            sort(&mut sorted);
            let is_shown = |name: &str| shown[sorted.iter().position(|other| other == name).expect("a name")];
            let hidden: Vec<String> = sorted.iter().filter(|name| !is_shown(name)).cloned().collect();
            let decoded = encode(&sorted, is_shown).and_then(|text| decode(&sorted, &text));
            let expected = (!hidden.is_empty() && hidden.len() < sorted.len()).then_some(ServiceFilter::Hidden(hidden));
            prop_assert_eq!(decoded, expected);
        }
    }
}
