//! Elements of the page: what `view!` would make, but every element has the same type, and so costs no code of its own.
//! (Leptos makes a type, and with it code, of every tag with its attributes and children: the page was twice as large.)
//! What changes is still Leptos' signals, read in closures, and an owner that cleans up what is taken off the page.
//!
//! ```text
//! el("p", "quiet")                      <p class="quiet">
//!     .attr("role", "status")             role="status"
//!     .text(words().loading)              text, always a text node
//!     .child(icon(Icon::Close))           a child
//!     .children(list.iter().map(line))    any number of children, also an `Option`
//!     .on("click", |event: MouseEvent| …)
//!     .attr_of("title", move || name.get())     an attribute that follows signals
//!     .child(dynamic(move || …))                children that follow signals
//! ```

use std::any::Any;

use crate::ui::web::signal::Memo;
use js_sys::Function;
use leptos::prelude::{RenderEffect, StoredValue, document, request_animation_frame, untrack};
use leptos::tachys::view::Render;
use wasm_bindgen::convert::FromWasmAbi;
use wasm_bindgen::prelude::*;
use web_sys::{Element, EventTarget, HtmlElement, Node, Text};

/// An element, a text, or a group of both without an element around.
pub struct View(Node);

/// An HTML element with its classes (`""`: none).
pub fn el(tag: &str, class: &str) -> View {
    let element = document().create_element(tag).expect("a plain tag");
    View(element.into()).class(class)
}

/// An element of SVG with its classes.
pub fn svg(tag: &str, class: &str) -> View {
    let space = Some("http://www.w3.org/2000/svg");
    let element = document().create_element_ns(space, tag).expect("a plain tag");
    View(element.into()).class(class)
}

/// Several views that stand beside each other.
pub fn group<const N: usize>(views: [View; N]) -> View {
    empty().children(views)
}

/// Nothing.
pub fn empty() -> View {
    View(document().create_document_fragment().into())
}

/// A view that is made anew whenever the signals change that were read in making it.
pub fn dynamic(make: impl FnMut() -> View + 'static) -> View {
    dynamic_by(Box::new(make))
}

// What is handed in is boxed as it is, here and below: then its code keeps the name of who wrote it, by which it can be split off
// (scripts/hooks/rest.txt), and what is around it is there once.
#[inline(never)]
fn dynamic_by(mut make: Box<dyn FnMut() -> View>) -> View {
    // Two empty texts mark the place; what stands between them is replaced.
    let (start, end) = (document().create_text_node(""), document().create_text_node(""));
    let place = empty();
    add(&place.0, &start);
    add(&place.0, &end);
    effect(move || {
        let view = make();
        let Some(parent) = end.parent_node() else {
            return;
        };
        while let Some(old) = start.next_sibling().filter(|old| *old != **end) {
            remove(&parent, &old);
        }
        insert(&parent, &view.0, Some(&end));
    });
    place
}

/// [`dynamic`] for what is not always there.
pub fn optional(make: impl FnMut() -> Option<View> + 'static) -> View {
    optional_by(Box::new(make))
}

#[inline(never)]
fn optional_by(mut make: Box<dyn FnMut() -> Option<View>>) -> View {
    dynamic(move || make().unwrap_or_else(empty))
}

/// A view that is there while a condition holds.
pub fn when(holds: impl Fn() -> bool + 'static, make: impl Fn() -> View + 'static) -> View {
    when_by(Box::new(holds), Box::new(make))
}

#[inline(never)]
fn when_by(holds: Box<dyn Fn() -> bool>, make: Box<dyn Fn() -> View>) -> View {
    let holds = Memo::new(move |_| holds());
    optional(move || holds.get().then(|| untrack(&*make)))
}

impl View {
    /// An element that is there already.
    pub fn of(element: Element) -> View {
        View(element.into())
    }

    /// A text that somebody changes.
    pub fn of_text(text: &Text) -> View {
        View(text.clone().into())
    }

    fn class(self, class: &str) -> View {
        if class.is_empty() { self } else { self.attr("class", class) }
    }

    pub fn attr(self, name: &str, value: &str) -> View {
        set_attribute(self.0.unchecked_ref(), name, value);
        self
    }

    pub fn attrs(self, attributes: &[(&str, &str)]) -> View {
        for (name, value) in attributes {
            set_attribute(self.0.unchecked_ref(), name, value);
        }
        self
    }

    /// The name by which tests find it.
    pub fn test_id(self, id: &str) -> View {
        self.attr("data-testid", id)
    }

    /// A custom property or any other style, set through the style object, as the content security policy wants it.
    pub fn style(self, name: &str, value: &str) -> View {
        set_style(self.0.unchecked_ref(), name, value);
        self
    }

    /// A text node at the end.
    pub fn text(self, text: &str) -> View {
        add(&self.0, &document().create_text_node(text));
        self
    }

    pub fn child(self, child: View) -> View {
        add(&self.0, &child.0);
        self
    }

    pub fn children(self, children: impl IntoIterator<Item = View>) -> View {
        for child in children {
            add(&self.0, &child.0);
        }
        self
    }

    /// The same once more, without what listens to it: one step for the browser instead of many.
    pub fn again(&self) -> View {
        // Only a document could not be copied.
        self.0.clone_node_with_deep(true).map_or_else(|_| empty(), View)
    }

    /// Puts it at the end of an element that is on the page already.
    pub fn put_into(self, parent: &Element) {
        add(parent, &self.0);
    }

    /// The element itself, for what an attribute cannot say.
    pub fn element<T: JsCast>(&self) -> T {
        self.0.clone().unchecked_into()
    }

    /// Listens for as long as the owner of the view lives.
    pub fn on<E: FromWasmAbi + 'static>(self, name: &'static str, act: impl FnMut(E) + 'static) -> View {
        self.listen(name, act);
        self
    }

    /// [`View::on`] for a view that somebody else builds.
    pub fn listen<E: FromWasmAbi + 'static>(&self, name: &'static str, act: impl FnMut(E) + 'static) {
        listen(&self.0, name, Box::new(act));
    }

    /// An attribute that follows signals; it is absent while there is no value.
    pub fn attr_of<T: Into<Option<String>>>(self, name: &'static str, value: impl Fn() -> T + 'static) -> View {
        attribute_by(self.element(), name, Box::new(move || value().into()));
        self
    }

    /// A style that follows signals.
    pub fn style_of(self, name: &'static str, value: impl Fn() -> String + 'static) -> View {
        style_by(self.element(), name, Box::new(value));
        self
    }

    /// A class that is there while a condition holds.
    pub fn class_if(self, name: &'static str, holds: impl Fn() -> bool + 'static) -> View {
        class_by(&self.element(), name, Box::new(holds));
        self
    }

    /// A text that follows signals.
    pub fn text_of(self, text: impl Fn() -> String + 'static) -> View {
        text_by(&self.0, Box::new(text));
        self
    }
}

#[inline(never)]
fn attribute_by(element: Element, name: &'static str, value: Box<dyn Fn() -> Option<String>>) {
    effect(move || match value() {
        Some(value) => set_attribute(&element, name, &value),
        None => {
            // Only a malformed name could be refused.
            let _ = element.remove_attribute(name);
        }
    });
}

#[inline(never)]
fn style_by(element: HtmlElement, name: &'static str, value: Box<dyn Fn() -> String>) {
    effect(move || set_style(&element, name, &value()));
}

#[inline(never)]
fn class_by(element: &Element, name: &'static str, holds: Box<dyn Fn() -> bool>) {
    let classes = element.class_list();
    effect(move || {
        // Only a name with a blank in it could be refused.
        let _ = classes.toggle_with_force(name, holds());
    });
}

#[inline(never)]
fn text_by(parent: &Node, text: Box<dyn Fn() -> String>) {
    let node = document().create_text_node("");
    add(parent, &node);
    effect(move || node.set_data(&text()));
}

/// The root view is mounted by Leptos, once, and never built anew.
impl Render for View {
    type State = Node;

    fn build(self) -> Node {
        self.0
    }

    fn rebuild(self, state: &mut Node) {
        if let Some(parent) = state.parent_node() {
            insert(&parent, &self.0, Some(state));
            remove(&parent, state);
        }
        *state = self.0;
    }
}

/// Runs at once, and again whenever the signals change that were read; ends with the owner.
pub fn effect(act: impl FnMut() + 'static) {
    run(Box::new(act));
}

fn run(mut act: Box<dyn FnMut()>) {
    keep(Box::new(RenderEffect::new(move |_| act())));
}

/// Keeps something until the owner is cleaned up.
pub fn keep(value: Box<dyn Any>) {
    StoredValue::new_local(value);
}

/// Listens to an event of the window for as long as the owner lives.
pub fn on_window<E: FromWasmAbi + 'static>(name: &'static str, act: impl FnMut(E) + 'static) {
    listen(&leptos::prelude::window(), name, Box::new(act));
}

/// There is one for every kind of event, and not for everyone who listens.
#[inline(never)]
fn listen<E: FromWasmAbi + 'static>(target: &EventTarget, name: &'static str, act: Box<dyn FnMut(E)>) {
    let closure = Closure::wrap(act);
    let callback: &Function = closure.as_ref().unchecked_ref();
    listen_by(target, name, callback.clone(), Box::new(closure));
}

#[inline(never)]
fn listen_by(target: &EventTarget, name: &'static str, callback: Function, closure: Box<dyn Any>) {
    // Only a callback that is none could be refused.
    let _ = match name {
        // Browsers may take these for passive unless told otherwise.
        "wheel" | "touchstart" | "touchmove" => {
            let options = web_sys::AddEventListenerOptions::new();
            options.set_passive(false);
            target.add_event_listener_with_callback_and_add_event_listener_options(name, &callback, &options)
        }
        _ => target.add_event_listener_with_callback(name, &callback),
    };
    keep(Box::new(Listener { target: target.clone(), name, callback, _closure: closure }));
}

struct Listener {
    target: EventTarget,
    name: &'static str,
    callback: Function,
    /// It is freed when it does not listen any more.
    _closure: Box<dyn Any>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.target.remove_event_listener_with_callback(self.name, &self.callback);
    }
}

// A node that is in nobody's tree twice, and names that are well-formed: none of these can be refused.

fn set_attribute(element: &Element, name: &str, value: &str) {
    let _ = element.set_attribute(name, value);
}

fn set_style(element: &HtmlElement, name: &str, value: &str) {
    let _ = element.style().set_property(name, value);
}

fn add(parent: &Node, child: &Node) {
    let _ = parent.append_child(child);
}

pub(super) fn insert(parent: &Node, child: &Node, before: Option<&Node>) {
    let _ = parent.insert_before(child, before);
}

pub(super) fn remove(parent: &Node, child: &Node) {
    let _ = parent.remove_child(child);
}

impl View {
    pub(super) fn node(&self) -> &Node {
        &self.0
    }
}

/// Acts when a frame has passed: until then there are better things to do.
pub fn after_frame(act: impl FnOnce() + 'static) {
    // What is asked for while a frame begins comes with that frame.
    request_animation_frame(move || request_animation_frame(act));
}
