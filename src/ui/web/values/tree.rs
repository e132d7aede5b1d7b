//! Nested values as a tree that opens and closes, by the browser's own `details`: keys and screen readers know it.

use std::rc::Rc;

use web_sys::{Element, Event};

use super::text::{short, text_view, type_class};
use crate::engine::value_text::{json, plain};
use crate::model::Value;
use crate::ui::value_shape::{OPEN_KEYS, count_keys};
use crate::ui::web::format::number;
use crate::ui::web::signal::RwSignal;
use crate::ui::web::view::{View, el, empty, when};
use crate::ui::web::words::{fill, words};

/// Entries of one level that are shown at first.
const FIRST: usize = 100;

/// The tree of an array or a map.
pub fn tree(value: &Value) -> View {
    el("div", "value mono tree").child(node(None, value))
}

/// An entry with its key, if it is one of a map. Nesting is bounded by ingest, so recursion is.
fn node(key: Option<&str>, value: &Value) -> View {
    let key = || empty().children(key.map(|key| el("bdi", "key").text(key)));
    let (open, close, count) = match value {
        Value::Array(items) if !items.is_empty() => ("[", "]", items.len()),
        Value::Map(entries) if !entries.is_empty() => ("{", "}", entries.len()),
        Value::Str(text) => {
            return el("div", "leaf-value").child(key()).child(text_view(text, "text", Vec::new()));
        }
        Value::More(count) => return el("div", "leaf-value quiet").text(&format!("… {}", number(*count))),
        other => {
            let text = if matches!(other, Value::Array(_) | Value::Map(_)) { json(other) } else { plain(other) };
            return el("div", "leaf-value").child(key()).child(el("bdi", type_class(other)).text(&text));
        }
    };
    let is_open = RwSignal::new(count_keys(value, OPEN_KEYS + 1) <= OPEN_KEYS);
    let line = el("summary", "")
        .child(key())
        .child(el("span", "quiet").text(&[open, &number(count as u64), close].concat()))
        .child(el("bdi", "preview quiet").text(&short(&json(value), 100)));
    let view = el("details", "");
    let details: Element = view.element();
    let view = if is_open.get_untracked() { view.attr("open", "") } else { view };
    let value = Rc::new(value.clone());
    view.on("toggle", move |_: Event| is_open.set(details.has_attribute("open")))
        .child(line)
        .child(when(move || is_open.get(), move || entries(&value)))
}

fn entries(value: &Rc<Value>) -> View {
    let count = match &**value {
        Value::Array(items) => items.len(),
        Value::Map(entries) => entries.len(),
        _ => 0,
    };
    let shows_all = RwSignal::new(count <= FIRST);
    let rest = value.clone();
    let more = move || {
        el("button", "button small")
            .attr("type", "button")
            .on("click", move |_: Event| shows_all.set(true))
            .text(&fill(words().show_more, &[&number((count - FIRST) as u64)]))
    };
    el("div", "branches")
        .child(nodes(value, 0, FIRST))
        .child(when(move || !shows_all.get(), more))
        .child(when(move || shows_all.get(), move || nodes(&rest, FIRST, usize::MAX)))
}

fn nodes(value: &Value, from: usize, count: usize) -> View {
    match value {
        Value::Array(items) => empty().children(items.iter().skip(from).take(count).map(|item| node(None, item))),
        Value::Map(entries) => {
            let entries = entries.iter().skip(from).take(count);
            // The mark of what was left out has no key.
            empty().children(entries.map(|(key, value)| match value {
                Value::More(_) => node(None, value),
                _ => node(Some(key), value),
            }))
        }
        _ => empty(),
    }
}
