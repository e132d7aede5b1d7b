//! A span of generative AI: who, which model, how many tokens, and what was said.

use std::rc::Rc;

use web_sys::Event;

use super::fact;
use super::sections::section_head;
use crate::engine::questions::{Attribute, GenAi};
use crate::model::Value;
use crate::ui::conversation::{Conversation, Fact, Message, Part};
use crate::ui::web::format::number;
use crate::ui::web::row::yes_no;
use crate::ui::web::signal::RwSignal;
use crate::ui::web::values::{Place, attribute_list, long_text, tree};
use crate::ui::web::view::{View, el, empty, when};
use crate::ui::web::words::words;

pub fn gen_ai(kind: GenAi, conversation: Conversation, attributes: &[Attribute], place: &Place) -> View {
    let is_json = RwSignal::new(false);
    let told: Rc<[Attribute]> =
        attributes.iter().filter(|attribute| conversation.told.contains(&attribute.index)).cloned().collect();
    let facts = conversation
        .facts
        .iter()
        .map(|(of, value)| fact("bdi", fact_name(*of), &grouped(*of, value), "fact-value mono"));
    let facts = el("div", "facts").children(facts);
    let place = place.clone();
    let head = section_head(words().gen_ai, None)
        .child(el("span", "tag").text(kind_text(kind)))
        .child(el("span", "spacer"))
        .children((!told.is_empty()).then(|| view_choice(is_json)));
    el("section", "detail-section gen-ai")
        .test_id("gen-ai")
        .child(head)
        .child(facts)
        .child(when(move || !is_json.get(), move || said(&conversation)))
        .child(when(move || is_json.get(), move || attribute_list(&told, &place)))
}

/// Two buttons of which one is pressed.
fn view_choice(is_json: RwSignal<bool>) -> View {
    let button = |name: &str, json: bool| {
        el("button", "button small")
            .attr("type", "button")
            .attr_of("aria-pressed", move || yes_no(is_json.get() == json).to_owned())
            .on("click", move |_: Event| is_json.set(json))
            .text(name)
    };
    el("span", "choice")
        .attrs(&[("role", "group"), ("aria-label", words().gen_ai_view)])
        .child(button(words().gen_ai_plain, false))
        .child(button(words().gen_ai_json, true))
}

fn kind_text(kind: GenAi) -> &'static str {
    let words = words();
    match kind {
        GenAi::Model => words.gen_ai_model,
        GenAi::Tool => words.gen_ai_tool,
        GenAi::Agent => words.gen_ai_agent,
        GenAi::Retrieval => words.gen_ai_retrieval,
        GenAi::Unknown => words.gen_ai_unknown,
    }
}

fn fact_name(of: Fact) -> &'static str {
    let words = words();
    match of {
        Fact::Agent => words.fact_agent,
        Fact::Provider => words.fact_provider,
        Fact::Model => words.fact_model,
        Fact::Tool => words.fact_tool,
        Fact::InputTokens => words.fact_input_tokens,
        Fact::OutputTokens => words.fact_output_tokens,
        Fact::CacheReadTokens => words.fact_cache_read,
        Fact::CacheCreationTokens => words.fact_cache_creation,
        Fact::ReasoningTokens => words.fact_reasoning,
    }
}

/// Counts with the language's grouping, names as they are.
fn grouped(of: Fact, value: &str) -> String {
    let is_name = matches!(of, Fact::Agent | Fact::Provider | Fact::Model | Fact::Tool);
    value.parse().ok().filter(|_| !is_name).map_or_else(|| value.to_owned(), number)
}

fn said(conversation: &Conversation) -> View {
    let named = [(words().message_arguments, &conversation.arguments), (words().message_result, &conversation.result)];
    let tool =
        named.into_iter().filter_map(|(name, value)| Some(labelled("message", name, value_view(value.as_ref()?))));
    empty().children(conversation.messages.iter().map(message)).children(tool)
}

/// What is said, with who says it, or what it is, before it.
fn labelled(class: &str, name: &str, content: View) -> View {
    el("div", class).child(el("bdi", "message-role").text(name)).child(content)
}

fn message(message: &Message) -> View {
    let parts = el("div", "message-parts").children(message.parts.iter().map(part));
    labelled("message", &message.role, parts)
}

fn part(part: &Part) -> View {
    let words = words();
    match part {
        Part::Text(text) => el("div", "part").child(long_text(text)),
        Part::Reasoning(text) => labelled("part quiet", words.message_reasoning, long_text(text)),
        Part::Call { name, arguments } => {
            let call = el("div", "part-call")
                .child(el("bdi", "mono").text(name))
                .children((*arguments != Value::Null).then(|| value_view(arguments)));
            labelled("part", words.message_call, call)
        }
        Part::Result(value) => labelled("part", words.message_result, value_view(value)),
        Part::Other(value) => el("div", "part").child(value_view(value)),
    }
}

fn value_view(value: &Value) -> View {
    match value {
        Value::Str(text) => long_text(text),
        other => tree(other),
    }
}
