//! The search page: the form and ways to open files at the left, what is found at the right.

use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, Event, File, HtmlInputElement, HtmlTextAreaElement, UrlSearchParams};

use super::drop::{files_in, paste};
use super::icons::{Icon, icon};
use super::keeping::notice;
use super::loading::{load_reports, progress_bar};
use super::navigation::{address, go, place};
use super::rest::with_rest;
use super::results::{Listed, result_list};
use super::search_form::{form_border, search_panel};
use super::signal::{Memo, RwSignal};
use super::state::app;
use super::storage;
use super::view::{View, effect, el, when};
use super::words::words;

pub fn search_page() -> View {
    let search = place().search;
    let is_open = RwSignal::new(storage::preference("search-form").as_deref() == Some("open"));
    let wants = Memo::new(move |_| is_open.get() || asks(&search.get()));
    let listed = Listed::new(wants);
    let is_empty = move || listed.found.with(|found| found.as_ref().is_none_or(|found| found.loaded == 0));
    // Nothing is there and nobody is asked: ways to begin.
    let is_first = Memo::new(move |_| is_empty() && !wants.get());
    let has_rest = listed.has_rest;
    effect(move || {
        let is_wanted = wants.get() || listed.is_list.get() || app().checked.with(|checked| !checked.is_empty());
        if is_wanted && !has_rest.get_untracked() {
            with_rest(Box::new(move || {
                if !has_rest.is_disposed() {
                    has_rest.set(true);
                }
            }));
        }
    });
    let lead = || el("h1", "lead").text(words().what_it_does_title);
    let toggle = el("button", "button search-toggle")
        .attr("type", "button")
        .test_id("search-toggle")
        .attr_of("aria-expanded", move || wants.get().to_string())
        .on("click", move |_: Event| {
            let opens = !wants.get_untracked();
            storage::set_preference("search-form", if opens { "open" } else { "" });
            is_open.set(opens);
            if !opens && asks(&search.get_untracked()) {
                go(&address("/search"), false);
            }
        })
        .child(icon(Icon::Search))
        .text_of(move || if is_first.get() { words().search_first } else { words().search_title }.to_owned());
    let side = el("aside", "side")
        .child(when(move || is_first.get(), lead))
        .child(el("div", "search-toggle-place").child(toggle))
        .child(when(move || wants.get() && has_rest.get(), move || search_panel(listed)))
        .child(open_files())
        .child(progress_bar())
        .child(notice())
        .child(when(|| !app().loads.read().is_empty(), load_reports));
    el("div", "search-page")
        .class_if("first", move || is_first.get())
        .child(side)
        .child(when(move || wants.get() && has_rest.get(), form_border))
        .child(result_list(listed))
}

/// Whether an address asks for a search: it has one of the form's parameters.
fn asks(search: &str) -> bool {
    const NAMES: [&str; 15] = [
        "service",
        "operation",
        "tags",
        "tag",
        "lookback",
        "start",
        "end",
        "minDuration",
        "maxDuration",
        "minTraceDuration",
        "maxTraceDuration",
        "q",
        "source",
        "facet",
        "column",
    ];
    let parameters = UrlSearchParams::new_with_str(search);
    parameters.is_ok_and(|parameters| NAMES.iter().any(|name| parameters.has(name)))
}

/// Drop zone, file picker, paste and demo.
pub fn open_files() -> View {
    let input = file_input();
    let picker: HtmlInputElement = input.element();
    let choose = el("button", "button primary")
        .attr("type", "button")
        .on("click", move |_: Event| picker.click())
        .text(words().choose_files);
    let demo = el("button", "button")
        .attr("type", "button")
        .test_id("open-demo")
        .on("click", |_: Event| app().open_demo())
        .text(words().open_demo);
    el("section", "drop-zone")
        .test_id("drop-zone")
        .attr("aria-label", words().drop_title)
        .child(el("div", "drop-icon").child(icon(Icon::Drop)))
        .child(el("h2", "").text(words().drop_title))
        .child(el("p", "quiet").text(words().drop_text))
        .child(el("div", "drop-actions").child(choose).child(demo))
        .child(input)
        .child(paste_area())
}

fn file_input() -> View {
    let input = el("input", "visually-hidden").test_id("file-input").attrs(&[
        ("type", "file"),
        ("multiple", ""),
        ("tabindex", "-1"),
        ("aria-label", words().choose_files),
    ]);
    let picker: HtmlInputElement = input.element();
    input.on("change", move |_: Event| {
        let files: Vec<File> = files_in(picker.files());
        app().load_files(&files);
        // The same file can be chosen again.
        picker.set_value("");
    })
}

fn paste_area() -> View {
    let area = el("textarea", "paste").test_id("paste-input").attrs(&[
        ("rows", "1"),
        ("spellcheck", "false"),
        ("aria-label", words().paste),
        ("placeholder", words().paste_hint),
    ]);
    area.on("paste", |event: ClipboardEvent| {
        if let Some(data) = event.clipboard_data() {
            event.prevent_default();
            paste(&data);
        }
    })
    // What was not pasted but dropped or set by other means.
    .on("input", |event: Event| {
        let target = event.target();
        let Some(area) = target.and_then(|target| target.dyn_into::<HtmlTextAreaElement>().ok()) else {
            return;
        };
        let text = area.value();
        let is_json = text.trim_start().starts_with(['{', '[']) && text.trim_end().ends_with(['}', ']']);
        if is_json {
            area.set_value("");
            app().load_text(text);
        }
    })
}
