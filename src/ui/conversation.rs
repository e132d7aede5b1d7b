//! What a span of generative AI says: its facts, the messages that went to and fro, and a tool's call.
//!
//! Messages are read in three shapes: OpenTelemetry's `parts` (`gen_ai.input.messages`, as JSON text or nested values), the older
//! flat one (`role` and `content`, `tool_calls`), and numbered keys (`gen_ai.prompt.0.role`). What has none of them is left
//! where it is, among the attributes.

use super::json_text::parse_container;
use crate::engine::questions::Attribute;
use crate::engine::value_text::plain;
use crate::model::Value;

/// What a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    Agent,
    Provider,
    Model,
    Tool,
    InputTokens,
    OutputTokens,
    CacheReadTokens,
    CacheCreationTokens,
    ReasoningTokens,
}

/// See the module.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conversation {
    pub facts: Vec<(Fact, String)>,
    pub messages: Vec<Message>,
    /// Arguments of a tool's call, and its result.
    pub arguments: Option<Value>,
    pub result: Option<Value>,
    /// Indexes (of [`Attribute`]) of what is told above.
    pub told: Vec<u32>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// `system`, `user`, `assistant`, `tool`, …
    pub role: String,
    pub parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    Text(String),
    Reasoning(String),
    Call {
        name: String,
        arguments: Value,
    },
    Result(Value),
    /// Of a kind that is not known: an image, for one.
    Other(Value),
}

/// Facts and their keys, the present one first.
const FACTS: [(Fact, &[&str]); 9] = [
    (Fact::Agent, &["agent.name", "agent.id"]),
    (Fact::Provider, &["provider.name", "system"]),
    (Fact::Model, &["response.model", "request.model"]),
    (Fact::Tool, &["tool.name"]),
    (Fact::InputTokens, &["usage.input_tokens", "usage.prompt_tokens"]),
    (Fact::OutputTokens, &["usage.output_tokens", "usage.completion_tokens"]),
    (Fact::CacheReadTokens, &["usage.cache_read.input_tokens", "usage.cache_read_input_tokens"]),
    (Fact::CacheCreationTokens, &["usage.cache_creation.input_tokens", "usage.cache_creation_input_tokens"]),
    (Fact::ReasoningTokens, &["usage.reasoning.output_tokens", "usage.reasoning_tokens"]),
];

/// Keys of messages in the order of a conversation, with the role of those that do not say it.
const MESSAGES: [(&str, &str); 5] = [
    ("gen_ai.system_instructions", "system"),
    ("gen_ai.input.messages", "user"),
    ("gen_ai.prompt", "user"),
    ("gen_ai.output.messages", "assistant"),
    ("gen_ai.completion", "assistant"),
];

impl Conversation {
    pub fn of(attributes: &[Attribute]) -> Conversation {
        let mut conversation = Conversation::default();
        for (fact, keys) in FACTS {
            let mut known = keys.iter().filter_map(|key| find(attributes, &["gen_ai.", key].concat()));
            if let Some(attribute) = known.next() {
                conversation.facts.push((fact, plain(&attribute.value)));
                conversation.told.push(attribute.index);
            }
        }
        for (key, role) in MESSAGES {
            match find(attributes, key) {
                Some(attribute) => conversation.add(attribute, role),
                None => conversation.add_numbered(attributes, key, role),
            }
        }
        conversation.arguments = conversation.tool_value(attributes, "gen_ai.tool.call.arguments");
        conversation.result = conversation.tool_value(attributes, "gen_ai.tool.call.result");
        conversation
    }

    fn add(&mut self, attribute: &Attribute, role: &str) {
        if is_cut(&attribute.value) {
            return;
        }
        let value = as_json(&attribute.value);
        let items: &[Value] = match &value {
            Value::Array(items) => items,
            one => std::slice::from_ref(one),
        };
        for item in items {
            // Instructions are a list of parts, or of texts.
            let has = |key: &str| item.entry(key).is_some();
            let is_message = has("role") || has("parts") || has("content") && !has("type");
            let message = match is_message {
                true => message(item, role),
                false => Message { role: role.to_owned(), parts: vec![part(item)] },
            };
            match self.messages.last_mut() {
                Some(last) if !is_message && last.role == role => last.parts.extend(message.parts),
                _ => self.messages.push(message),
            }
        }
        self.told.push(attribute.index);
    }

    /// `KEY.0.role`, `KEY.0.content`, `KEY.1.role`, …
    fn add_numbered(&mut self, attributes: &[Attribute], key: &str, role: &str) {
        for number in 0.. {
            let field =
                |name: &str| find(attributes, &format!("{key}.{number}.{name}")).filter(|it| !is_cut(&it.value));
            let Some(content) = field("content") else { return };
            let named = field("role");
            let role = named.map_or_else(|| role.to_owned(), |role| plain(&role.value));
            self.messages.push(Message { role, parts: parts_of(&as_json(&content.value)) });
            self.told.extend(named.into_iter().chain([content]).map(|attribute| attribute.index));
        }
    }

    fn tool_value(&mut self, attributes: &[Attribute], key: &str) -> Option<Value> {
        let attribute = find(attributes, key).filter(|attribute| !is_cut(&attribute.value))?;
        self.told.push(attribute.index);
        Some(as_json(&attribute.value))
    }
}

fn find<'a>(attributes: &'a [Attribute], key: &str) -> Option<&'a Attribute> {
    attributes.iter().find(|attribute| attribute.key == key)
}

fn is_cut(value: &Value) -> bool {
    matches!(value, Value::CutStr { .. } | Value::CutBytes { .. })
}

/// A JSON text as what it holds; anything else as it is.
fn as_json(value: &Value) -> Value {
    let Value::Str(text) = value else { return value.clone() };
    parse_container(text).unwrap_or_else(|| value.clone())
}

fn text_of(value: &Value, key: &str) -> Option<String> {
    value.entry(key).map(plain)
}

fn message(value: &Value, role: &str) -> Message {
    let mut parts = match (value.entry("parts"), value.entry("content")) {
        (Some(Value::Array(items)), _) => items.iter().map(part).collect(),
        (_, Some(content)) if *content != Value::Null => parts_of(content),
        _ => Vec::new(),
    };
    if let Some(Value::Array(calls)) = value.entry("tool_calls") {
        parts.extend(calls.iter().map(|call| self::call(call.entry("function").unwrap_or(call))));
    }
    let role = text_of(value, "role").unwrap_or_else(|| role.to_owned());
    if role == "tool" {
        parts = parts.into_iter().map(Part::into_result).collect();
    }
    Message { role, parts }
}

/// The flat shape's content: a text, or a list of parts.
fn parts_of(content: &Value) -> Vec<Part> {
    match content {
        Value::Array(items) => items.iter().map(part).collect(),
        one => vec![part(one)],
    }
}

fn part(value: &Value) -> Part {
    let content = || text_of(value, "content").or_else(|| text_of(value, "text"));
    match (value, text_of(value, "type").as_deref()) {
        (Value::Str(text), _) => Part::Text(text.clone()),
        (_, Some("tool_call" | "tool_use" | "function_call")) => call(value),
        (_, Some("tool_call_response" | "tool_result" | "function_call_output")) => {
            let result = ["response", "result", "content", "output"].iter().find_map(|key| value.entry(key));
            Part::Result(as_json(result.unwrap_or(value)))
        }
        (_, Some("reasoning" | "thinking")) => {
            content().or_else(|| text_of(value, "thinking")).map_or_else(|| Part::Other(value.clone()), Part::Reasoning)
        }
        (_, Some("text" | "input_text" | "output_text") | None) => {
            content().map_or_else(|| Part::Other(value.clone()), Part::Text)
        }
        _ => Part::Other(value.clone()),
    }
}

fn call(value: &Value) -> Part {
    let arguments = value.entry("arguments").or_else(|| value.entry("input")).unwrap_or(&Value::Null);
    Part::Call { name: text_of(value, "name").unwrap_or_default(), arguments: as_json(arguments) }
}

impl Part {
    /// What a tool says is its result, also where it is written as a text.
    fn into_result(self) -> Part {
        match self {
            Part::Text(text) => Part::Result(as_json(&Value::Str(text))),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::value_text::json;

    fn of(list: &[(&str, &str)]) -> Conversation {
        let attributes = list.iter().zip(0..).map(|((key, value), index)| Attribute {
            key: (*key).to_owned(),
            value: Value::Str((*value).to_owned()),
            index,
        });
        Conversation::of(&attributes.collect::<Vec<_>>())
    }

    /// `role: text | >tool(arguments) | <result | ~reasoning | ?other`
    fn drawn(conversation: &Conversation) -> Vec<String> {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Reasoning(text) => format!("~{text}"),
            Part::Call { name, arguments } => format!(">{name}({})", json(arguments)),
            Part::Result(value) => format!("<{}", plain(value)),
            Part::Other(value) => format!("?{}", json(value)),
        };
        let line = |message: &Message| {
            let parts: Vec<String> = message.parts.iter().map(part).collect();
            format!("{}: {}", message.role, parts.join(" | "))
        };
        conversation.messages.iter().map(line).collect()
    }

    #[test]
    fn messages_with_parts() {
        let said = of(&[
            (
                "gen_ai.output.messages",
                r#"[{"role":"assistant","parts":[{"type":"reasoning","content":"hm"},{"type":"tool_call","id":"1","name":"find","arguments":{"q":1}}],"finish_reason":"tool_call"}]"#,
            ),
            (
                "gen_ai.input.messages",
                r#"[{"role":"user","parts":[{"type":"text","content":"why?"},{"type":"blob","mime":"x"}]},{"role":"tool","parts":[{"type":"tool_call_response","id":"1","response":"{\"n\":2}"}]}]"#,
            ),
            (
                "gen_ai.system_instructions",
                r#"[{"type":"text","content":"be kind"},{"type":"text","content":"be short"}]"#,
            ),
        ]);
        let expected = [
            "system: be kind | be short",
            r#"user: why? | ?{"type":"blob","mime":"x"}"#,
            r#"tool: <{"n":2}"#,
            r#"assistant: ~hm | >find({"q":1})"#,
        ];
        assert_eq!(drawn(&said), expected);
        assert_eq!(said.told, [2, 1, 0]);
    }

    #[test]
    fn the_flat_shape() {
        let said = of(&[
            (
                "gen_ai.prompt",
                r#"[{"role":"system","content":"be kind"},{"role":"user","content":[{"type":"text","text":"why?"}]}]"#,
            ),
            (
                "gen_ai.completion",
                r#"{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"find","arguments":"{\"q\":1}"}}]}"#,
            ),
        ]);
        assert_eq!(drawn(&said), ["system: be kind", "user: why?", r#"assistant: >find({"q":1})"#]);
        let said = of(&[("gen_ai.system_instructions", "be kind"), ("gen_ai.completion", "because")]);
        assert_eq!(drawn(&said), ["system: be kind", "assistant: because"]);
    }

    #[test]
    fn numbered_keys() {
        let said = of(&[
            ("gen_ai.prompt.0.role", "user"),
            ("gen_ai.prompt.0.content", "why?"),
            ("gen_ai.prompt.1.content", "really?"),
            ("gen_ai.completion.0.role", "assistant"),
            ("gen_ai.completion.0.content", "because"),
            ("gen_ai.completion.2.content", "not reached"),
        ]);
        assert_eq!(drawn(&said), ["user: why?", "user: really?", "assistant: because"]);
        assert_eq!(said.told, [0, 1, 2, 3, 4]);
    }

    #[test]
    fn facts_and_tools() {
        let said = of(&[
            ("gen_ai.system", "openai"),
            ("gen_ai.request.model", "m"),
            ("gen_ai.response.model", "m-1"),
            ("gen_ai.usage.prompt_tokens", "5"),
            ("gen_ai.tool.call.arguments", r#"{"a":1}"#),
            ("gen_ai.tool.call.result", "done"),
        ]);
        let facts = [(Fact::Provider, "openai"), (Fact::Model, "m-1"), (Fact::InputTokens, "5")];
        assert_eq!(said.facts, facts.map(|(fact, text)| (fact, text.to_owned())));
        assert_eq!(said.arguments.map(|value| json(&value)).as_deref(), Some(r#"{"a":1}"#));
        assert_eq!(said.result, Some(Value::Str("done".into())));
        // The requested model is another one than that which answered: it stays among the attributes.
        assert!(!said.told.contains(&1));
    }

    #[test]
    fn what_was_cut_stays_an_attribute() {
        let value = Value::CutStr { start: "[{".into(), bytes: 9_000_000 };
        let said = Conversation::of(&[Attribute { key: "gen_ai.input.messages".into(), value, index: 0 }]);
        assert_eq!(said, Conversation::default());
    }
}
