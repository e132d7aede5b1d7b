//! Attribute lists: key and value, each value in the shape that it has (`ui::value_shape`): a text with its addresses as links,
//! SQL, a stack trace, or a tree. What is long is folded; what was cut is fetched when it is asked for.

mod folded;
mod text;
mod tree;

use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event};

use super::clipboard::{copy, icon_button};
use super::format::bytes;
use super::icons::Icon;
use super::link_source::LinkSource;
use super::signal::RwSignal;
use super::state::client;
use super::view::{View, dynamic, el, empty};
use super::words::{fill, words};
use crate::engine::questions::{Attribute, AttributePlace, FullPart, FullText};
use crate::engine::value_text::plain;
use crate::model::Value;
use crate::ui::link_patterns::Link;
use crate::ui::value_shape::{Shape, is_synthetic, shape_of};

pub use text::{long_text, pattern_links, short};
pub use tree::tree;

/// Where the attributes stand, to fetch a long one in full and to make links.
#[derive(Clone)]
pub struct Place {
    pub trace: String,
    pub position: u32,
    pub place: AttributePlace,
    pub links: LinkSource,
}

impl Place {
    pub fn at(&self, place: AttributePlace) -> Place {
        Place { place, ..self.clone() }
    }

    /// Fetches a text in full.
    fn fetch(&self, part: FullPart, then: impl FnOnce(String) + 'static) {
        let question = FullText { trace: self.trace.clone(), position: self.position, place: self.place, part };
        // Boxed: one piece of code for all of them.
        let then: Box<dyn FnOnce(String)> = Box::new(then);
        fetch(question, then);
    }

    /// Copies the attributes here, or the whole span, as JSON.
    pub fn copy(&self, part: FullPart) {
        self.fetch(part, copy);
    }
}

fn fetch(question: FullText, then: Box<dyn FnOnce(String)>) {
    spawn_local(async move {
        if let Some(client) = client()
            && let Some(Some(full)) = client.ask(question).await
        {
            then(full);
        }
    });
}

/// Attributes that are there at once. The others follow in pieces of so many, so that no list keeps the page from answering.
const AT_ONCE: usize = 50;

pub fn attribute_list(attributes: &[Attribute], place: &Place) -> View {
    let list = Rc::new(List { attributes: attributes.into(), place: Rc::new(place.clone()), copiers: Copiers::new() });
    let of = list.clone();
    let view = el("dl", "attributes").on("click", move |event: Event| of.click(&event));
    let view = list.add(view, 0);
    if attributes.len() > AT_ONCE {
        list.add_later(view.element());
    }
    view
}

/// A list of attributes on the page.
struct List {
    attributes: Rc<[Attribute]>,
    place: Rc<Place>,
    copiers: Copiers,
}

/// Buttons that are copied into every line; the list listens for all of them.
struct Copiers {
    pair: View,
    value: View,
}

impl Copiers {
    fn new() -> Copiers {
        let button = |name| icon_button("icon-button quiet copy", name, Icon::Copy);
        Copiers { pair: button(words().copy_pair), value: button(words().copy) }
    }
}

impl List {
    fn add(&self, view: View, from: usize) -> View {
        let lines = self.attributes.iter().skip(from).take(AT_ONCE);
        lines.fold(view, |view, attribute| {
            let links = self.place.links.links(self.place.place, &self.attributes, attribute);
            attribute_line(view, attribute, &self.place, links, &self.copiers)
        })
    }

    fn add_later(self: Rc<List>, element: Element) {
        let owner = Owner::current();
        spawn_local(async move {
            for from in (AT_ONCE..self.attributes.len()).step_by(AT_ONCE) {
                TimeoutFuture::new(0).await;
                // The detail may have been closed meanwhile.
                let Some(owner) = owner.as_ref().filter(|_| element.is_connected()) else { return };
                owner.with(|| {
                    let lines = self.add(empty(), from);
                    lines.put_into(&element);
                });
            }
        });
    }

    /// A click into the list: on a button that copies, or on something that listens itself.
    fn click(&self, event: &Event) {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let button = target.and_then(|target| target.closest("button.copy").ok().flatten());
        let Some(cell) = button.and_then(|button| button.parent_element()) else { return };
        let before = std::iter::successors(cell.previous_element_sibling(), Element::previous_element_sibling).count();
        let Some(attribute) = self.attributes.get(before / 2) else { return };
        let start = if before % 2 == 0 { [attribute.key.as_str(), "="].concat() } else { String::new() };
        match is_cut(&attribute.value) {
            false => copy(start + &plain(&attribute.value)),
            true => self.place.fetch(FullPart::Value(attribute.index), move |full| copy(start + &full)),
        }
    }
}

/// One line that says what is in a folded list.
pub fn summary(attributes: &[Attribute]) -> View {
    let pairs = attributes.iter().take(12).map(|attribute| {
        el("span", "pair")
            .child(el("bdi", "key").text(&attribute.key))
            .child(el("bdi", "value mono").text(&short(&plain(&attribute.value), 80)))
    });
    el("span", "summary-pairs").children(pairs)
}

/// Something of it was left out.
fn is_cut(value: &Value) -> bool {
    match value {
        Value::CutStr { .. } | Value::CutBytes { .. } | Value::More(_) => true,
        Value::Array(items) => items.iter().any(is_cut),
        Value::Map(entries) => entries.iter().any(|(_, value)| is_cut(value)),
        _ => false,
    }
}

fn attribute_line(list: View, attribute: &Attribute, place: &Rc<Place>, links: Vec<Link>, copiers: &Copiers) -> View {
    let shape = shape_of(&attribute.key, &attribute.value);
    // What has lines of its own has a row of its own.
    let class = if matches!(shape, Shape::Text(_)) { "" } else { "wide" };
    let synthetic = is_synthetic(&attribute.key)
        .then(|| el("span", "tag").attr("title", words().synthetic_title).text(words().synthetic));
    let key = el("dt", class).child(el("bdi", "").text(&attribute.key)).children(synthetic).child(copiers.pair.again());
    let value = match is_cut(&attribute.value) {
        false => value_view(&attribute.value, shape, links),
        true => cut_view(attribute, place),
    };
    list.child(key).child(el("dd", class).child(value).child(copiers.value.again()))
}

/// A value that is all here.
fn value_view(value: &Value, shape: Shape, links: Vec<Link>) -> View {
    match shape {
        Shape::Text(text) => text::text_view(&text, text::type_class(value), links),
        Shape::Sql(text) => text::with_links(text::sql(&text), links),
        Shape::StackTrace(text) => text::with_links(text::stack_trace(&text), links),
        Shape::Tree(tree) => text::with_links(self::tree(&tree), links),
    }
}

/// The beginning of a value, with a button that fetches all of it.
fn cut_view(attribute: &Attribute, place: &Rc<Place>) -> View {
    let whole = RwSignal::new(None::<String>);
    let (attribute, place) = (attribute.clone(), place.clone());
    dynamic(move || {
        if let Some(text) = whole.get() {
            let value = Value::Str(text);
            return value_view(&value, shape_of(&attribute.key, &value), Vec::new());
        }
        let (place, index) = (place.clone(), attribute.index);
        let name = match &attribute.value {
            Value::CutStr { bytes: length, .. } | Value::CutBytes { bytes: length, .. } => {
                fill(words().show_all, &[&bytes(*length)])
            }
            _ => words().show_whole.to_owned(),
        };
        let start = match shape_of(&attribute.key, &attribute.value) {
            Shape::Tree(value) => self::tree(&value),
            Shape::Text(text) | Shape::Sql(text) | Shape::StackTrace(text) => {
                el("bdi", "value mono is-folded").text(&text)
            }
        };
        let button = el("button", "button small")
            .attr("type", "button")
            .on("click", move |_: Event| {
                place.fetch(FullPart::Value(index), move |full| {
                    // The detail may have been closed meanwhile.
                    whole.set(Some(full));
                });
            })
            .text(&name);
        el("div", "value-block").child(start).child(button)
    })
}
