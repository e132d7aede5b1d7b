//! Case files: each case is a peer's passing test with the calls that it makes, their input and output, and its checks.

// Each test uses its part.
#![allow(dead_code)]

use super::files::fixtures;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// The reason to leave a case out of which only the checks were kept: there is nothing to read.
pub const NO_INPUT: &str = "no call is recorded";

/// A peer's test.
pub struct Case {
    /// Its own name, without those of the groups around it.
    pub name: String,
    pub json: Json,
}

impl Case {
    fn new(json: &Json) -> Case {
        let name = json["test"].as_str().or(json["name"].as_str()).expect("a name");
        Case { name: name.rsplit(" > ").next().unwrap_or(name).to_owned(), json: json.clone() }
    }

    /// `{fn, input: [argument, …], output or throws}`.
    pub fn calls(&self) -> &[Json] {
        self.json["calls"].as_array().map_or(&[], Vec::as_slice)
    }

    /// The first argument of the first call.
    pub fn input(&self) -> &Json {
        &self.calls()[0]["input"][0]
    }

    /// What the checks expect, in their order; null where a check names no value.
    pub fn expected<const COUNT: usize>(&self) -> [&Json; COUNT] {
        let checks = self.json["checks"].as_array().expect("checks").iter().map(|check| &check["expected"]);
        let checks: Vec<&Json> = checks.collect();
        checks.try_into().unwrap_or_else(|checks: Vec<&Json>| panic!("{}: {} checks", self.name, checks.len()))
    }
}

/// Runs all cases of a file. `run` says whether it knows the case; those that it does not know must be in `left_out`, each
/// with a reason, and no others may.
pub fn run(file: &str, left_out: &[(&str, &str)], run: impl Fn(&Case) -> bool) {
    let Some(folder) = fixtures() else { return };
    let text = std::fs::read_to_string(folder.join(format!("expected/{file}.json"))).expect("the file");
    let all: Json = serde_json::from_str(&text).expect("JSON");
    let cases: Vec<Case> = all["cases"].as_array().expect("cases").iter().map(Case::new).collect();
    let names: BTreeSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names.len(), cases.len(), "{file}: cases have names of their own");
    let (mut covered, mut unknown) = (0, Vec::new());
    for case in &cases {
        match left_out.iter().find(|(name, _)| *name == case.name) {
            Some((name, reason)) => assert!(*reason != NO_INPUT || case.calls().is_empty(), "{file}: {name} has calls"),
            None if run(case) => covered += 1,
            None => unknown.push(&case.name),
        }
    }
    println!("{file}: {covered} of {} cases run", cases.len());
    left_out.iter().for_each(|(name, reason)| println!("  not run: {name}: {reason}"));
    assert!(unknown.is_empty(), "{file}: neither run nor left out for a reason: {unknown:?}");
    assert!(left_out.iter().all(|(name, _)| names.contains(name)), "{file}: a reason for a case that is not there");
}
