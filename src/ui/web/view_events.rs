//! All events of a trace's spans by their time; attributes fold out.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;

use super::data_table::{Spec, data_table};
use super::link_source::LinkSource;
use super::signal::{Memo, RwSignal};
use super::state::client;
use super::trace_views::Viewed;
use super::values::{Place, attribute_list};
use super::view::{View, el, empty, optional};
use super::view_part::{part_notice, part_of, slot_of};
use super::view_spans::span_link;
use super::words::words;
use crate::engine::questions::{Attribute, AttributePlace, EVENTS, EventAttributes, TableLine, TableOf};

/// Where the span's id is among the columns.
const ID: usize = 5;

#[inline(never)]
pub fn events(viewed: &Viewed) -> View {
    let (part, timeline, trace) = (part_of(viewed), viewed.timeline.clone(), viewed.head.id.clone());
    let spec = Spec {
        ids: ["events-table", "events-row"],
        name: words().view_events,
        none: words().events_none,
        columns: &EVENTS,
        widths: "minmax(92px, 110px) minmax(110px, 0.8fr) minmax(120px, 1fr) minmax(110px, 1fr) minmax(180px, 3fr) minmax(140px, 150px)",
        least_width: "780px",
        heading,
        bars: &[],
        usual: Some((0, false)),
        of: Memo::new(move |_| TableOf::Events(part.get())),
        find: viewed.timeline.find,
        coloured: Memo::new(|_| None),
        link: ID,
        leads_to: Rc::new(|part, line| Some(span_link(part, line, ID))),
        then: Rc::new(move |part, line| timeline.reveal_span(part.text(line.cells[ID]).to_owned())),
        label: Rc::new(|_, _, _| None),
        dress: Rc::new(|view, part, line| view.attr("data-span-id", part.text(line.cells[ID]))),
        detail: Some(Rc::new(move |line| attributes(&trace, line))),
        slot: slot_of(viewed),
        file: "trackway-events",
    };
    el("div", "view-page").child(part_notice(viewed)).child(data_table(spec, empty()))
}

fn heading(column: usize) -> [&'static str; 2] {
    let words = words();
    match column {
        0 => [words.events_time, words.spans_start_title],
        1 => [words.search_service, ""],
        2 => ["Span", ""],
        3 => [words.events_event, ""],
        4 => [words.events_attributes, ""],
        _ => ["Span ID", ""],
    }
}

/// All attributes of an event, as in a span's detail.
fn attributes(trace: &str, line: &TableLine) -> View {
    let answer = RwSignal::new(None::<Vec<Attribute>>);
    let question = EventAttributes { trace: trace.to_owned(), position: line.key, event: line.part };
    let (position, event) = (line.key, line.part);
    let place =
        Place { trace: trace.to_owned(), position, place: AttributePlace::Event(event), links: LinkSource::default() };
    spawn_local(async move {
        let Some(client) = client() else { return };
        let now = client.ask(question).await;
        if !answer.is_disposed() {
            answer.set(Some(now.unwrap_or_default()));
        }
    });
    el("div", "data-attributes").test_id("event-attributes").child(optional(move || {
        answer.with(|answer| {
            let list = answer.as_ref()?;
            Some(match list.is_empty() {
                true => el("p", "quiet").text(words().events_bare),
                false => attribute_list(list, &place),
            })
        })
    }))
}
