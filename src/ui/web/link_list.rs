//! What the mark of a row tells that has links: a list of the spans that it links to and of those that link to it, each of which
//! leads there.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, HtmlDialogElement};

use super::detail::{Around, links};
use super::link_source::LinkSource;
use super::palette::show;
use super::row::{names_of, row_element_id};
use super::state::client;
use super::timeline_state::Timeline;
use super::values::Place;
use super::view::el;
use super::virtual_rows::px;
use super::words::words;
use crate::engine::questions::{AttributePlace, Detail, LineKey, SpanDetail};

/// Shows the list of a span's links below the mark of its row.
#[inline(never)]
pub fn show_links(state: &Timeline, position: u32) {
    let state = state.clone();
    spawn_local(async move {
        let question = Detail { trace: state.head.id.clone(), position, top_prefixes: None };
        let Some(client) = client() else { return };
        let Some(Some(detail)) = client.ask(question).await else { return };
        // The page may have been left meanwhile.
        if !state.answer.is_disposed() {
            state.owner.clone().with(|| list(&state, position, &detail));
        }
    });
}

fn list(state: &Timeline, position: u32, detail: &SpanDetail) {
    let revealing = state.clone();
    let around = Around {
        time_window: state.time_window,
        in_panel: false,
        reveal_span: std::rc::Rc::new(move |span| revealing.reveal_span(span)),
    };
    let (trace, place) = (state.head.id.clone(), AttributePlace::Span);
    let place = Place { trace, position, place, links: LinkSource::default() };
    let view = el("dialog", "dialog links-dialog").test_id("links-dialog").attr("aria-label", words().links_of_span);
    let dialog: HtmlDialogElement = view.element();
    let view = view
        .on("click", move |event: Event| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            // It leads to a span, on this page or on another.
            if target.and_then(|target| target.closest("a").ok().flatten()).is_some() {
                dialog.close();
            }
        })
        .child(names_of(el("h2", ""), &detail.service, &detail.operation))
        .children((!detail.links.is_empty()).then(|| links::links(&detail.links, &place, &around)))
        .children((!detail.referrers.is_empty()).then(|| links::referrers(&detail.referrers, &around)));
    let row = document().get_element_by_id(&row_element_id(LineKey::Span(position)));
    let mark = row.and_then(|row| row.query_selector(".link-mark").ok().flatten());
    show(match mark.map(|mark| mark.get_bounding_client_rect()) {
        Some(mark) => view.style("--left", &px(mark.left())).style("--top", &px(mark.bottom())),
        None => view,
    });
}
