//! What is found in the demo, and in every file of ../shared/fixtures: known by looking at it, so that a rule that begins to tell
//! too much or too little is noticed.

mod files;

use files::{fixtures, load};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use trackway::analysis::findings::{Finder, Finding, Rule, Severity};
use trackway::analysis::units::duration;
use trackway::model::Store;

/// All findings of a store, and their texts.
fn found(store: &Store) -> (Vec<Finding>, Vec<String>) {
    let mut finder = Finder::new(store);
    let findings = store.traces().flat_map(|(row, _)| finder.look(row)).collect();
    (findings, finder.into_texts())
}

/// How often each rule found something.
fn counts(findings: &[Finding]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    findings.iter().for_each(|finding| *counts.entry(finding.rule.word()).or_default() += 1);
    counts
}

fn line(store: &Store, texts: &[String], finding: &Finding) -> String {
    let text = |number: u32| texts[number as usize].chars().take(90).collect::<String>();
    format!(
        "{:<15} {:<7} {:>3}× at {:>2} {:>8} of {:>8} [{}: {}] {} | {} | value {} trace {}",
        finding.rule.word(),
        finding.severity.word(),
        finding.count,
        finding.places,
        duration(finding.cost),
        duration(finding.of),
        store.text(finding.service),
        store.text(finding.operation),
        text(finding.text),
        text(finding.said),
        finding.value,
        store.trace_id_text(finding.trace),
    )
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for name in ["jaeger", "otlp", "zipkin", "tempo", "stdouttrace"] {
        let entries = std::fs::read_dir(folder.join(name)).expect("a folder");
        files.extend(entries.map(|entry| entry.expect("an entry").path()));
    }
    files.sort();
    files
}

/// `cargo test --test golden_findings -- --ignored --nocapture survey`: all findings, to be read.
#[test]
#[ignore = "to be read by people"]
fn survey() {
    let Some(folder) = fixtures() else { return };
    let mut files = files_below(&folder);
    files.push(PathBuf::from("assets/demo.json.gz"));
    for file in files {
        let bytes = std::fs::read(&file).expect("the file");
        let (store, _) = load("survey", &bytes, 1 << 20);
        let (findings, texts) = found(&store);
        println!(
            "\n## {} ({} traces, {} spans): {:?}",
            file.display(),
            store.traces().count(),
            store.spans.len(),
            counts(&findings)
        );
        let mut shown = BTreeMap::<&str, usize>::new();
        for finding in &findings {
            let number = shown.entry(finding.rule.word()).or_default();
            *number += 1;
            if *number <= 6 {
                println!("  {}", line(&store, &texts, finding));
            }
        }
    }
}

fn demo() -> Store {
    let mut bytes = Vec::new();
    let packed = std::fs::read("assets/demo.json.gz").expect("the demo");
    packed.as_slice().read_to_end(&mut bytes).expect("memory takes all");
    load("demo", &bytes, 1 << 20).0
}

/// `rule count×: service operation`, with how often it was found: what people would see of it.
fn told(store: &Store, findings: &[Finding], texts: &[String]) -> BTreeMap<String, usize> {
    let mut told = BTreeMap::new();
    for it in findings {
        let names = [it.service, it.operation].map(|name| store.text(name));
        let line = format!(
            "{} {} {}: {} | {}",
            it.rule.word(),
            names[0],
            names[1],
            texts[it.text as usize],
            texts[it.said as usize]
        );
        *told.entry(line).or_default() += 1;
    }
    told
}

#[test]
fn the_demo_tells_its_story_and_nothing_absurd() {
    let store = demo();
    let (findings, texts) = found(&store);
    let customer = "SELECT * FROM customer WHERE customer_id = ?";
    let expected = [
        (format!("acquisition mysql SQL SELECT: {customer} | Waiting for lock"), 2),
        // Eleven dispatches ask for ten drivers each, in turn; the twelfth gives up at the fourth.
        ("n-plus-one redis GEOADD: GEOADD drivers:? … ? members | ".to_owned(), 1),
        ("n-plus-one redis GetDriver: HGETALL driver:? | ".to_owned(), 10),
        ("retries redis GetDriver: HGETALL driver:? | redis timeout".to_owned(), 11),
        ("sequential redis GetDriver: HGETALL driver:? | ".to_owned(), 11),
        ("swallowed-error driver process ride.settled:  | unknown currency \"¤\"".to_owned(), 1),
        (
            "swallowed-error frontend HTTP GET /route: route:8083/route?dropoff=?&pickup=? | HTTP status 504"
                .to_owned(),
            1,
        ),
    ];
    assert_eq!(told(&store, &findings, &texts), expected.into());
    let worst = |rule| findings.iter().filter(|it| it.rule == rule).max_by_key(|it| it.cost).expect("one");
    // Four transactions hold the row for more than a second; each dispatch loses a tenth of a second by timeouts, more by taking turns.
    assert!(worst(Rule::Acquisition).cost > 1_300 * MS && worst(Rule::Acquisition).severity == Severity::Warning);
    assert!((90 * MS..120 * MS).contains(&worst(Rule::Retries).cost) || worst(Rule::Retries).value == 1);
    assert!(worst(Rule::Sequential).cost > 130 * MS && worst(Rule::Sequential).count == 10);
    let given_up: Vec<&Finding> = findings.iter().filter(|it| it.severity == Severity::Error).collect();
    assert_eq!(given_up.len(), 1, "redis out: three look-ups in vain");
}

/// A millisecond in nanoseconds.
const MS: i64 = 1_000_000;

#[test]
fn files_show_what_was_seen_in_them() {
    let Some(folder) = fixtures() else { return };
    // Read and found right on 2026-11-22: a line a file in which something is found.
    let expected = include_str!("golden_findings.txt");
    let mut lines = String::new();
    for file in files_below(&folder) {
        let bytes = std::fs::read(&file).expect("the file");
        let (store, _) = load("file", &bytes, 1 << 20);
        let (findings, _) = found(&store);
        if !findings.is_empty() {
            let name = file.strip_prefix(&folder).expect("below the folder").display();
            let counts: Vec<String> = counts(&findings).iter().map(|(rule, count)| format!("{rule} {count}")).collect();
            lines.push_str(&format!("{name}: {}\n", counts.join(", ")));
        }
    }
    assert_eq!(lines, expected);
}
