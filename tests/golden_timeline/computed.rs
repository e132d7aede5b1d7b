//! What Jaeger UI and CRISP made of the real exports of ../shared/fixtures/jaeger.

use super::{Section, files, in_order, path, read};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use trackway::analysis::clock::Clock;
use trackway::analysis::self_time::self_times;
use trackway::model::{Store, TraceRow};

fn load(name: &str) -> Store {
    let path = files::fixtures().expect("the folder").join(format!("jaeger/{name}.json"));
    files::load(name, &std::fs::read(path).expect("the export"), 1 << 20).0
}

/// Each computed file of Jaeger UI with its export's name, and the traces of it.
fn each_trace(run: &mut dyn FnMut(&str, &Store, TraceRow, &Json)) {
    let Some(folder) = files::fixtures() else { return };
    let entries = std::fs::read_dir(folder.join("expected/computed")).expect("the folder");
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    for name in names.iter().filter(|name| name.starts_with("jaeger-ui-")) {
        let file = read(&format!("computed/{name}")).expect("the folder");
        let Some(traces) = file["traces"].as_array() else { continue };
        let export = name.trim_start_matches("jaeger-ui-").trim_end_matches(".json");
        let store = load(export);
        for trace in traces {
            let id = trace["traceID"].as_str().expect("an id");
            let row = store.trace_by_id(id).unwrap_or_else(|| panic!("{name}: {id}"));
            run(export, &store, row, trace);
        }
    }
}

#[test]
fn dump_paths() {
    each_trace(&mut |name, store, row, trace| {
        if trace["criticalPath"]["failed"] == true {
            println!("FAILED {name} {:?}", path(store, row));
            return;
        }
        let expected: Vec<Section> = trace["criticalPath"]["sections"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| {
                (
                    s[0].as_str().unwrap().to_lowercase(),
                    s[1].as_f64().unwrap().round() as i64,
                    s[2].as_f64().unwrap().round() as i64,
                )
            })
            .collect();
        let expected = in_order(expected);
        let ours = path(store, row);
        if ours != expected {
            println!("DIFF {name} {}\n  ours {ours:?}\n  them {expected:?}", trace["traceID"]);
        } else {
            println!("same {name}");
        }
        let clock = Clock::new(store, row);
        let times: Vec<i64> = self_times(&clock).iter().map(|t| t / 1000).collect();
        let theirs: Vec<i64> =
            trace["spans"].as_array().unwrap().iter().map(|s| s[4].as_f64().unwrap().round() as i64).collect();
        if times != theirs {
            println!("SELF {name} {}\n {times:?}\n {theirs:?}", trace["traceID"]);
        }
    });
    let Some(file) = read("computed/crisp-critical-path.json") else { return };
    for case in file["cases"].as_array().unwrap() {
        let name = case["file"].as_str().unwrap().trim_start_matches("jaeger/").trim_end_matches(".json");
        let store = load(name);
        let mut by: BTreeMap<String, i64> = BTreeMap::new();
        for (id, from, to) in path(&store, TraceRow(0)) {
            *by.entry(id).or_default() += to - from;
        }
        println!("CRISP {case}\n  ours {by:?}");
    }
}
