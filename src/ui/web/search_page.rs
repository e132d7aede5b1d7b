//! The search page: the form and ways to open files at the left, what is found at the right.

use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, Event, File, HtmlInputElement, HtmlTextAreaElement};

use super::drop::{files_in, paste};
use super::icons::{Icon, icon};
use super::loading::{load_reports, progress_bar};
use super::results::{Listed, result_list};
use super::search_facets::facets;
use super::search_form::{search_form, wants_sources};
use super::searching::{chosen, keep_searching, search_address};
use super::signal::{Memo, RwSignal};
use super::state::app;
use super::view::{View, dynamic, effect, el, empty, when};
use super::words::words;

pub fn search_page() -> View {
    let address = search_address();
    keep_searching(address);
    let listed = Listed::new(address);
    // Nothing is there and nobody is asked: ways to begin.
    let is_asking = RwSignal::new(false);
    let is_first = Memo::new(move |_| {
        let is_empty = listed.found.with(|found| found.as_ref().is_none_or(|found| found.loaded == 0));
        is_empty && !address.with(|address| address.asks() || !address.source.is_empty()) && !is_asking.get()
    });
    effect(move || {
        // Who has files may want to search a query API, too.
        if !is_first.get() && address.with(|address| !address.source.is_empty()) {
            wants_sources();
        }
    });
    let lead = || el("h1", "lead").text(words().what_it_does_title);
    let ask = move || {
        el("button", "button")
            .attr("type", "button")
            .test_id("ask-source")
            .on("click", move |_: Event| {
                wants_sources();
                is_asking.set(true);
            })
            .text(words().ask_source)
    };
    let side = el("aside", "side")
        .child(when(move || is_first.get(), lead))
        .child(when(move || !is_first.get(), move || search_form(address, listed.fault)))
        .child(dynamic(move || facet_panel(listed, address.with(chosen))))
        .child(open_files())
        .child(when(move || is_first.get(), ask))
        .child(progress_bar())
        .child(when(|| !app().loads.read().is_empty(), load_reports));
    el("div", "search-page").class_if("first", move || is_first.get()).child(side).child(result_list(address, listed))
}

/// The facets, once their words are here.
fn facet_panel(listed: Listed, chosen: crate::engine::questions::Chosen) -> View {
    listed.found.with(|found| match found {
        Some(found) if found.found > 1 && listed.has_rest.get() => facets(&found.counts, &chosen),
        _ => empty(),
    })
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
