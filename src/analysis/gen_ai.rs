//! Spans of generative AI: what they are, by OpenTelemetry's attributes `gen_ai.*`. The rules are Jaeger UI's.

use serde::{Deserialize, Serialize};

/// What a span of generative AI does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GenAi {
    /// A call of a model.
    Model,
    Tool,
    Agent,
    Retrieval,
    /// It has attributes `gen_ai.*`, but does not say what it does.
    Unknown,
}

/// What a span is, by keys and (where they are texts) values of its attributes. `None`: it has nothing to do with AI.
pub fn classify<'a>(attributes: impl Iterator<Item = (&'a str, Option<&'a str>)>) -> Option<GenAi> {
    let (mut operation, mut has_tool, mut has_any) = (None, false, false);
    for (key, value) in attributes {
        let Some(key) = key.strip_prefix("gen_ai.") else { continue };
        match key {
            "operation.name" => operation = operation.or(value),
            "tool.name" => has_tool = true,
            // Also on the spans of what a tool does, which are not AI's.
            "tool.call.id" => continue,
            _ => {}
        }
        has_any = true;
    }
    Some(match operation {
        Some("chat" | "text_completion" | "generate_content" | "embeddings") => GenAi::Model,
        Some("execute_tool") => GenAi::Tool,
        Some("invoke_agent" | "create_agent" | "invoke_workflow") => GenAi::Agent,
        Some("retrieval") => GenAi::Retrieval,
        _ if has_tool => GenAi::Tool,
        _ if has_any => GenAi::Unknown,
        _ => return None,
    })
}

/// Whether attributes of this key hold messages or the call of a tool: these can only be read whole, however long they are.
pub fn is_conversation(key: &str) -> bool {
    let Some(key) = key.strip_prefix("gen_ai.") else { return false };
    let starts = ["system_instructions", "input.messages", "output.messages", "prompt", "completion", "tool.call."];
    starts.iter().any(|start| key.starts_with(start))
}
