//! Jaeger UI's tests of its link patterns. What a pattern wants to know of a span goes through the engine, from a document that
//! holds the recorded spans.

use super::cases::{self, Case};
use serde_json::{Value as Json, json};
use trackway::engine::Engine;
use trackway::engine::questions::{Attribute, Parameters};
use trackway::model::Value;
use trackway::ui::link_patterns::{self, Of, Pattern};

/// Cases about JavaScript's objects and functions.
const LEFT_OUT: [(&str, &str); 3] = [
    (
        "correctly returns the same object when passing an already processed template",
        "a configuration of JSON has no objects for templates",
    ),
    (
        "reports an error when passing an object that does not look like an already processed template",
        "a configuration of JSON has no objects for templates; a pattern without texts is passed over",
    ),
    ("accepts a string", "which values it was tried with is not recorded"),
];

fn entries(attributes: &Json) -> &[Json] {
    attributes["_entries"].as_array().map_or(&[], Vec::as_slice)
}

/// An engine with the span and its ancestors, and the names as it knows them at the span.
fn known(span: &Json, trace: &Json, names: &[String]) -> Vec<(String, Option<String>)> {
    let mut chain: Vec<&Json> = std::iter::successors(Some(span), |span| span.get("parentSpan")).collect();
    chain.reverse();
    let id = trace["traceID"].as_str().unwrap_or("aa");
    let tags = |list: &[Json]| -> Vec<Json> {
        let tag = |entry: &Json| json!({ "key": entry["key"], "type": "string", "value": entry["value"] });
        list.iter().map(tag).collect()
    };
    let (start, duration) = (trace["startTime"].as_i64().unwrap_or(1000), trace["duration"].as_i64().unwrap_or(2000));
    let spans: Vec<Json> = chain.iter().enumerate().map(|(at, span)| {
        let parent = at.checked_sub(1).map(|at| json!({ "refType": "CHILD_OF", "traceID": id, "spanID": format!("a{at}") }));
        json!({
            "traceID": id, "spanID": format!("a{at}"), "operationName": "o", "startTime": start, "duration": duration,
            "references": parent.into_iter().collect::<Vec<_>>(), "processID": format!("p{at}"), "logs": [],
            "tags": tags(entries(&span["attributes"])),
        })
    }).collect();
    let processes: serde_json::Map<String, Json> = chain
        .iter()
        .enumerate()
        .map(|(at, span)| {
            (format!("p{at}"), json!({ "serviceName": "s", "tags": tags(entries(&span["resource"]["attributes"])) }))
        })
        .collect();
    let document = json!({ "data": [{ "traceID": id, "spans": spans, "processes": processes }] }).to_string();
    let mut engine = Engine::default();
    engine.begin("case.json");
    engine.push(document.as_bytes());
    assert_eq!(engine.finish().fault, None, "{document}");
    let question = Parameters { trace: id.to_owned(), position: chain.len() as u32 - 1, names: names.to_vec() };
    let values = engine.ask(&question);
    assert_eq!(values.len(), names.len());
    names.iter().cloned().zip(values).collect()
}

fn patterns(processed: &Json) -> Vec<Pattern> {
    let written: Vec<&Json> = processed.as_array().expect("a list").iter().map(|pattern| &pattern["object"]).collect();
    let patterns = link_patterns::read_patterns(&json!({ "linkPatterns": written }).to_string());
    assert_eq!(patterns.len(), written.len());
    patterns
}

fn as_json(links: Vec<link_patterns::Link>) -> Json {
    links.into_iter().map(|link| json!({ "url": link.url, "text": link.text })).collect()
}

fn parameter_in_ancestor(call: &Json) {
    let name = call["input"][0].as_str().expect("a name");
    let found = known(&call["input"][1], &Json::Null, &[name.to_owned()]).remove(0).1;
    assert_eq!(found.as_deref(), call["output"]["value"].as_str(), "{call}");
}

fn parameter_in_trace(call: &Json) {
    let name = format!("trace.{}", call["input"][0].as_str().expect("a name"));
    let found = known(&json!({}), &call["input"][1], &[name]).remove(0).1;
    assert_eq!(found, call["output"].get("value").map(Json::to_string), "{call}");
}

fn trace_links(call: &Json) {
    let trace = &call["input"][1];
    let lookup =
        |name: &str| trace.get(name).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    let links = link_patterns::links(&patterns(&call["input"][0]), Of::Traces, "", "", &lookup);
    assert_eq!(as_json(links), call["output"]);
}

fn links(call: &Json) {
    let [of_patterns, span, items, index] = [0, 1, 2, 3].map(|at| &call["input"][at]);
    let patterns = patterns(of_patterns);
    let same = |list: &Json| entries(list) == entries(items);
    let of = match () {
        () if same(&span["attributes"]) => Of::Attributes,
        () if same(&span["resource"]["attributes"]) => Of::Resource,
        () => Of::Events,
    };
    let text = |json: &Json| json.as_str().expect("a text").to_owned();
    let attribute = |(entry, index): (&Json, u32)| Attribute {
        key: text(&entry["key"]),
        value: Value::Str(text(&entry["value"])),
        index,
    };
    let list: Vec<Attribute> = entries(items).iter().zip(0..).map(attribute).collect();
    let one = &list[index.as_u64().expect("a number") as usize];
    let known = known(span, &call["input"][4], &link_patterns::names(&patterns));
    assert_eq!(as_json(link_patterns::attribute_links(&patterns, of, &list, one, &known)), call["output"], "{call}");
}

fn run(case: &Case) -> bool {
    let mut is_known = false;
    for call in case.calls() {
        match call["fn"].as_str().expect("a name") {
            "getParameterInAncestor" => parameter_in_ancestor(call),
            "getParameterInTrace" => parameter_in_trace(call),
            "computeTraceLink" => trace_links(call),
            "computeLinks" => links(call),
            // What the links are made of: no case has these alone.
            "processLinkPattern" | "makeAttributes" => continue,
            _ => return false,
        }
        is_known = true;
    }
    is_known
}

#[test]
fn link_patterns_of_jaeger_ui() {
    cases::run("jaeger-link-patterns", &LEFT_OUT, run);
}
