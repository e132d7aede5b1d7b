//! Jaeger UI's tests of what a span of generative AI is, and the trace that it shows such spans with.

use super::cases;
use super::files::fixtures;
use serde_json::Value as Json;
use trackway::analysis::gen_ai::{GenAi, classify};
use trackway::engine::Engine;
use trackway::engine::questions::{Detail, SpanDetail};
use trackway::ui::conversation::{Conversation, Fact, Part};

fn class_of(span: &Json) -> Option<GenAi> {
    let entries = span["attributes"]["_entries"].as_array().expect("a list");
    classify(entries.iter().map(|entry| (entry["key"].as_str().expect("a text"), entry["value"].as_str())))
}

fn is_class(class: Option<GenAi>, name: &Json) -> bool {
    match class {
        Some(GenAi::Model) => name == "LLM_CALL",
        Some(GenAi::Tool) => name == "TOOL_CALL",
        Some(GenAi::Agent) => name == "AGENT",
        Some(GenAi::Retrieval) => name == "RETRIEVAL",
        Some(GenAi::Unknown) => name == "UNKNOWN_GENAI",
        None => name["$undefined"] == true,
    }
}

#[test]
fn gen_ai_detect() {
    cases::run("jaeger-genai-detect", &[], |case| {
        let call = case.calls().last().expect("a call");
        let (input, output) = (&call["input"][0], &call["output"]);
        match call["fn"].as_str().expect("a name") {
            "classifySpan" => assert!(is_class(class_of(input), output), "{}: {:?}", case.name, class_of(input)),
            "isGenAISpan" => assert_eq!(Json::from(class_of(input).is_some()), *output, "{}", case.name),
            "isGenAITrace" => {
                let spans = input.as_array().expect("a list");
                assert_eq!(Json::from(spans.iter().any(|span| class_of(span).is_some())), *output, "{}", case.name);
            }
            _ => return false,
        }
        true
    });
}

/// Every span of Jaeger UI's own example, with its class.
fn details() -> Vec<SpanDetail> {
    let Some(folder) = fixtures() else { return Vec::new() };
    let bytes = std::fs::read(folder.join("jaeger/genai-test-trace.json")).expect("the file");
    let mut engine = Engine::default();
    engine.begin("genai-test-trace.json");
    engine.push(&bytes);
    assert_eq!(engine.finish().fault, None);
    let trace = engine.ask(&trackway::engine::questions::Points).points.remove(0).id;
    let detail = |position| engine.ask(&Detail { trace: trace.clone(), position, top_prefixes: None });
    (0..).map_while(detail).collect()
}

#[test]
fn conversations_of_the_example() {
    let details = details();
    if details.is_empty() {
        return;
    }
    assert_eq!(details.len(), 57);
    let count = |kind| details.iter().filter(|detail| detail.gen_ai == Some(kind)).count();
    assert_eq!((count(GenAi::Model), count(GenAi::Tool), count(GenAi::Unknown)), (5, 7, 0));
    assert_eq!(details.iter().filter(|detail| detail.gen_ai.is_some()).count(), 17);
    for detail in details.iter().filter(|detail| detail.gen_ai == Some(GenAi::Model)) {
        let said = Conversation::of(&detail.attributes);
        let roles: Vec<&str> = said.messages.iter().map(|message| message.role.as_str()).collect();
        assert_eq!((roles[0], roles.last()), ("system", Some(&"assistant")), "{said:?}");
        let parts = said.messages.iter().flat_map(|message| &message.parts);
        assert!({ parts }.all(|part| !matches!(part, Part::Other(_))), "{said:?}");
        assert!(said.facts.iter().any(|(fact, _)| *fact == Fact::InputTokens), "{said:?}");
    }
    let tools = details.iter().filter(|detail| detail.gen_ai == Some(GenAi::Tool));
    let calls = tools.map(|detail| Conversation::of(&detail.attributes));
    let with_both = calls.filter(|said| said.arguments.is_some() && said.result.is_some()).count();
    assert_eq!(with_both, 6, "one tool says nothing of its call");
}
