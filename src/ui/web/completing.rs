//! Completion in the boxes of the search form: below a box, what may stand where the caret is. In the rest: it comes with the form.
//!
//! The engine says what may stand there. Keys and values are those of the loaded traces or, where a query API is chosen that tells
//! its own, that one's: the engine says what they are of, the page asks for them, and asks the engine again.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, KeyboardEvent};

use super::format::number;
use super::signal::RwSignal;
use super::state::{app, client};
use super::view::{View, el};
use super::words::words;
use crate::engine::messages::encode;
use crate::engine::questions::{Complete, Completion, Language, Suggestion, SuggestionKind, ToldWords, WordsOf};
use crate::source::api::{Ask, Told};
use crate::source::list::SourceId;

struct Completing {
    /// (Or a text area, which has all properties that are used here by the same names.)
    field: HtmlInputElement,
    list: HtmlElement,
    language: Language,
    /// The name of the query API that is chosen; empty: the loaded traces.
    source: RwSignal<String>,
    shown: RefCell<Completion>,
    /// So many letters stood behind what is replaced when this was asked; what is typed since then stands before them.
    behind: Cell<usize>,
    /// Which suggestion the arrow keys have come to.
    at: Cell<Option<usize>>,
    is_open: Cell<bool>,
    /// Grows with every change of what is typed: an answer to what was typed before is dropped.
    newest: Cell<u32>,
    is_asking: Cell<bool>,
    /// Whether a list is wanted: from a change of what is typed until it is closed.
    is_wanted: Cell<bool>,
    /// What query APIs have told, and will: what was wanted last is the last one.
    told: RefCell<Vec<(SourceId, ToldWords)>>,
}

/// A box, which has an id, with its list. Of a text area Enter sends the form, and Shift+Enter begins a line.
#[inline(never)]
pub fn completing(field: View, language: Language, source: RwSignal<String>) -> View {
    let input: HtmlInputElement = field.element();
    let list_id = [&input.id(), "-list"].concat();
    let list = el("ul", "suggestions").test_id("suggestions").attrs(&[
        ("id", &list_id),
        ("role", "listbox"),
        ("aria-label", words().suggestions),
    ]);
    // A text area is a text box and nothing else; what it has in addition is told all the same.
    let field =
        field.attrs(&[("aria-autocomplete", "list"), ("aria-haspopup", "listbox"), ("aria-controls", &list_id)]);
    let field = if is_area(&input) { field } else { field.attrs(&[("role", "combobox"), ("aria-expanded", "false")]) };
    let this = Rc::new(Completing {
        field: input,
        list: list.element(),
        language,
        source,
        shown: RefCell::default(),
        behind: Cell::new(0),
        at: Cell::new(None),
        is_open: Cell::new(false),
        newest: Cell::new(0),
        is_asking: Cell::new(false),
        is_wanted: Cell::new(false),
        told: RefCell::default(),
    });
    let (typed, pressed, left, chosen) = (this.clone(), this.clone(), this.clone(), this);
    let field = field
        .on("input", move |_: Event| {
            typed.go_to(None);
            typed.ask();
        })
        .on("keydown", move |event: KeyboardEvent| pressed.press(&event))
        .on("blur", move |_: Event| left.close());
    // The box keeps the focus.
    let list = list.on("mousedown", move |event: Event| {
        event.prevent_default();
        chosen.click(&event);
    });
    el("div", "completing").child(field).child(list)
}

fn is_area(field: &HtmlInputElement) -> bool {
    field.tag_name() == "TEXTAREA"
}

// Not inlined, so that the listeners, which stay where they are, are small.
impl Completing {
    /// Asks what may stand at the caret. One question is under way at a time; then what is there by then is asked for.
    #[inline(never)]
    fn ask(self: &Rc<Completing>) {
        self.is_wanted.set(true);
        self.newest.set(self.newest.get() + 1);
        if !self.is_asking.replace(true) {
            let this = self.clone();
            spawn_local(async move { this.work().await });
        }
    }

    async fn work(self: Rc<Completing>) {
        loop {
            let number = self.newest.get();
            let text = self.field.value();
            let length = text.chars().count();
            let answer = self.suggestions(text).await;
            if !self.is_wanted.get() {
                return self.is_asking.set(false);
            }
            if self.newest.get() == number {
                self.is_asking.set(false);
                let completion = answer.unwrap_or_default();
                self.behind.set(length.saturating_sub(completion.to as usize));
                return self.take(completion);
            }
        }
    }

    async fn suggestions(&self, text: String) -> Option<Completion> {
        let caret = self.field.selection_start().ok().flatten().unwrap_or(u32::MAX);
        let told = self.telling().map(|id| match self.told.borrow().last() {
            Some((known, told)) if *known == id => told.clone(),
            _ => ToldWords::default(),
        });
        let told = told.map(|told| encode(&told));
        let question = Complete { language: self.language, cursor: letters(&text, caret), text, told };
        client()?.ask(question).await
    }

    /// The query API that is chosen, if it tells keys and values.
    fn telling(&self) -> Option<SourceId> {
        let sources = app().sources.read_untracked();
        let source = sources.iter().flatten().find(|source| source.name == *self.source.read_untracked());
        source.filter(|source| source.abilities.tags).map(|source| source.id)
    }

    fn take(self: &Rc<Completing>, completion: Completion) {
        let is_here = document().active_element().as_ref() == Some(self.field.as_ref());
        if let Some(id) = self.telling().filter(|_| is_here) {
            self.learn(id, completion.of.clone());
        }
        // What was chosen of the list that was there until now stays chosen.
        let old = self.shown.replace(completion);
        let chosen = self.at.get().and_then(|at| old.suggestions.get(at));
        self.show(is_here, chosen);
    }

    /// Asks a query API for what it may know, unless it has told that already.
    fn learn(self: &Rc<Completing>, id: SourceId, of: WordsOf) {
        let ask = match &of {
            WordsOf::Nothing => return,
            WordsOf::Keys => Ask::TagKeys,
            WordsOf::Values(key) => Ask::TagValues { key: key.clone() },
            WordsOf::SpanNames => Ask::Operations { service: String::new() },
        };
        let mut told = self.told.borrow_mut();
        if let Some(at) = place_of(&told, id, &of) {
            if at + 1 < told.len() {
                let known = told.remove(at);
                told.push(known);
                self.ask();
            }
            return;
        }
        // While it is asked nothing is known, and one that cannot tell is not asked again.
        told.push((id, ToldWords { of: of.clone(), words: Vec::new() }));
        let this = self.clone();
        spawn_local(async move {
            let Some(client) = client() else { return };
            let Some(Ok(Told::Names(words))) = client.ask_one(id, ask).await else { return };
            let mut told = this.told.borrow_mut();
            let Some(at) = place_of(&told, id, &of) else { return };
            told[at].1.words = words;
            // Something else may be wanted by now.
            if at + 1 == told.len() && this.is_wanted.get() {
                this.ask();
            }
        });
    }

    fn show(&self, is_here: bool, chosen: Option<&Suggestion>) {
        self.list.set_text_content(None);
        let shown = self.shown.borrow();
        let id = self.list.id();
        for (at, suggestion) in shown.suggestions.iter().enumerate() {
            option(suggestion).attr("id", &format!("{id}-{at}")).put_into(&self.list);
        }
        self.open(is_here && !shown.suggestions.is_empty());
        self.go_to(chosen.and_then(|chosen| shown.suggestions.iter().position(|one| one.text == chosen.text)));
    }

    fn open(&self, is_open: bool) {
        self.is_open.set(is_open);
        set(&self.list, "class", if is_open { "suggestions open" } else { "suggestions" });
        if !is_area(&self.field) {
            set(&self.field, "aria-expanded", if is_open { "true" } else { "false" });
        }
    }

    #[inline(never)]
    fn close(&self) {
        self.is_wanted.set(false);
        self.open(false);
        self.go_to(None);
    }

    fn go_to(&self, at: Option<usize>) {
        let options = self.list.children();
        for (place, is_chosen) in [(self.at.get(), "false"), (at, "true")] {
            let option = place.and_then(|place| options.item(place as u32));
            option.iter().for_each(|option| set(option, "aria-selected", is_chosen));
        }
        self.at.set(at);
        let Some(option) = at.and_then(|at| options.item(at as u32)) else {
            // Only a malformed name could be refused.
            let _ = self.field.remove_attribute("aria-activedescendant");
            return;
        };
        set(&self.field, "aria-activedescendant", &option.id());
        let (option, list): (&HtmlElement, &HtmlElement) = (option.unchecked_ref(), &self.list);
        let (top, bottom) = (option.offset_top(), option.offset_top() + option.offset_height());
        list.set_scroll_top(list.scroll_top().min(top).max(bottom - list.client_height()));
    }

    #[inline(never)]
    fn press(self: &Rc<Completing>, event: &KeyboardEvent) {
        let is_open = self.is_open.get();
        let count = self.shown.borrow().suggestions.len();
        match (event.key().as_str(), self.at.get()) {
            ("ArrowDown", at) if is_open => self.go_to(Some(at.map_or(0, |at| (at + 1) % count))),
            ("ArrowUp", at) if is_open => self.go_to(Some((at.unwrap_or(0) + count - 1) % count)),
            ("Enter" | "Tab", Some(at)) if is_open => self.choose(at),
            ("Escape", _) if is_open => self.close(),
            // In a text of several lines the arrow alone leads to the next one.
            ("ArrowDown", _) if event.alt_key() || !is_area(&self.field) || self.field.value().is_empty() => self.ask(),
            ("Enter", _) if is_area(&self.field) && !event.shift_key() => {
                self.close();
                self.send();
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }

    /// By the form's button.
    fn send(&self) {
        let form = self.field.closest("form").ok().flatten();
        let button = form.and_then(|form| form.query_selector("[type=submit]").ok().flatten());
        button.iter().for_each(|button| button.unchecked_ref::<HtmlElement>().click());
    }

    #[inline(never)]
    fn click(self: &Rc<Completing>, event: &Event) {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let option = target.and_then(|target| target.closest("[role=option]").ok().flatten());
        let options = self.list.children();
        let at = (0..options.length()).find(|at| options.item(*at) == option);
        if let Some(at) = at.filter(|_| option.is_some()) {
            self.choose(at as usize);
        }
    }

    /// Puts a suggestion in, and asks what may follow.
    #[inline(never)]
    fn choose(self: &Rc<Completing>, at: usize) {
        let Some((from, suggestion)) = ({
            let shown = self.shown.borrow();
            shown.suggestions.get(at).map(|one| (shown.from as usize, one.clone()))
        }) else {
            return;
        };
        let value = self.field.value();
        let byte = |letters: usize| value.char_indices().nth(letters).map_or(value.len(), |(at, _)| at);
        // What is typed since then is of the same word: it is replaced too.
        let to = value.chars().count().saturating_sub(self.behind.get());
        let (before, after) = (&value[..byte(from)], &value[byte(to.max(from))..]);
        let is_query = self.language == Language::TraceQl;
        let wants_space = is_query && !suggestion.text.ends_with(['(', ' ']) && !after.starts_with(' ');
        let put = [before, &suggestion.text, if wants_space { " " } else { "" }].concat();
        self.field.set_value(&[&put, after].concat());
        let caret = put.encode_utf16().count() as u32;
        // Both boxes are of text, so they have a caret.
        let _ = self.field.set_selection_range(caret, caret);
        self.go_to(None);
        if is_query || suggestion.kind == SuggestionKind::Key {
            self.ask();
        } else {
            self.close();
        }
    }
}

fn place_of(told: &[(SourceId, ToldWords)], id: SourceId, of: &WordsOf) -> Option<usize> {
    told.iter().position(|(known, told)| *known == id && told.of == *of)
}

/// How many letters stand before a place that is told in units of UTF-16.
fn letters(text: &str, units: u32) -> u32 {
    let mut before = 0;
    text.chars()
        .take_while(|letter| {
            before += letter.len_utf16() as u32;
            before <= units
        })
        .count() as u32
}

fn option(suggestion: &Suggestion) -> View {
    let count = (suggestion.count > 0).then(|| el("span", "number quiet").text(&number(suggestion.count.into())));
    el("li", "")
        .attrs(&[("role", "option"), ("aria-selected", "false"), ("title", &suggestion.text)])
        .child(el("span", "mono").text(&suggestion.text))
        .children(count)
}

fn set(element: &Element, name: &str, value: &str) {
    // Only a malformed name could be refused.
    let _ = element.set_attribute(name, value);
}
