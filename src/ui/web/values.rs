//! Attribute lists: key and value, long values folded, nested ones as JSON, everything as text.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event};

use super::clipboard::{copy, icon_button};
use super::format::bytes;
use super::icons::Icon;
use super::state::client;
use super::view::{View, el};
use super::words::{fill, words};
use crate::engine::questions::{Attribute, AttributePlace, FullValue};
use crate::engine::value_text::plain;
use crate::model::Value;

/// Texts of more bytes scroll in a box of their own.
const LONG: usize = 400;

/// Where the attributes stand, to fetch a long one in full.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    pub trace: String,
    pub position: u32,
    pub place: AttributePlace,
}

pub fn attribute_list(attributes: &[Attribute], place: &Place) -> View {
    let place = Rc::new(place.clone());
    attributes.iter().fold(el("dl", "attributes"), |list, attribute| attribute_line(list, attribute, &place))
}

/// One line that says what is in a folded list.
pub fn summary(attributes: &[Attribute]) -> View {
    let pairs = attributes.iter().take(12).map(|attribute| {
        el("span", "pair")
            .child(el("bdi", "key").text(&attribute.key))
            .child(el("bdi", "value mono").text(&short(&attribute.value, 80)))
    });
    el("span", "summary-pairs").children(pairs)
}

fn short(value: &Value, most: usize) -> String {
    let text = plain(value);
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn full_length(value: &Value) -> Option<u64> {
    match value {
        Value::CutStr { bytes, .. } | Value::CutBytes { bytes, .. } => Some(*bytes),
        _ => None,
    }
}

fn type_class(value: &Value) -> &'static str {
    match value {
        Value::Int(_) | Value::BigInt(_) | Value::Double(_) => "value mono number",
        Value::Bool(_) | Value::Null => "value mono literal",
        _ => "value mono",
    }
}

/// Fetches a value that was cut, in full.
fn fetch(place: &Place, index: u32, then: impl FnOnce(String) + 'static) {
    let question = FullValue { trace: place.trace.clone(), position: place.position, place: place.place, index };
    spawn_local(async move {
        if let Some(client) = client()
            && let Some(Some(full)) = client.ask(question).await
        {
            then(full);
        }
    });
}

fn attribute_line(list: View, attribute: &Attribute, place: &Rc<Place>) -> View {
    let class = type_class(&attribute.value);
    let text = plain(&attribute.value);
    let is_long = text.len() > LONG && full_length(&attribute.value).is_none();
    let class = if is_long { format!("{class} long") } else { class.to_owned() };
    let shown = el("bdi", &class).text(&text);
    let value = shown.element::<Element>();
    let line = el("dd", "").child(shown);
    let copy_button = icon_button("icon-button quiet copy", words().copy, Icon::Copy);
    let (place, index) = (place.clone(), attribute.index);
    let line = match full_length(&attribute.value) {
        None => line.child(copy_button.on("click", move |_: Event| copy(text.clone()))),
        Some(length) => {
            let is_whole = Rc::new(Cell::new(false));
            let (whole, shown, from) = (is_whole.clone(), value.clone(), place.clone());
            let show = el("button", "button small").attr("type", "button");
            let button: Element = show.element();
            let show = show
                .on("click", move |_: Event| {
                    let (whole, shown, button) = (whole.clone(), shown.clone(), button.clone());
                    fetch(&from, index, move |full| {
                        if full.len() > LONG {
                            shown.set_class_name(&format!("{} long", shown.class_name()));
                        }
                        shown.set_text_content(Some(&full));
                        whole.set(true);
                        button.remove();
                    });
                })
                .text(&fill(words().show_all, &[&bytes(length)]));
            line.child(show).child(copy_button.on("click", move |_: Event| {
                if is_whole.get() {
                    copy(value.text_content().unwrap_or_default());
                } else {
                    fetch(&place, index, copy);
                }
            }))
        }
    };
    let key = el("dt", "").child(el("bdi", "").text(&attribute.key));
    list.child(key).child(line)
}
