//! The spans of a trace as a table, narrowed to services, names and errors.

use std::rc::Rc;

use web_sys::Event;

use super::data_table::{Spec, data_table};
use super::navigation::{go, with_parameters};
use super::row::yes_no;
use super::signal::{Memo, RwSignal};
use super::state::client;
use super::trace_views::Viewed;
use super::view::{View, effect, el};
use super::view_choices::{choices, names_in};
use super::view_part::{parameter_of, part_notice, part_of, slot_of, timeline_address};
use super::words::words;
use crate::engine::client::Slot;
use crate::engine::messages::decode;
use crate::engine::questions::{Choices, SPANS, SpansListed, TableLine, TableOf, TablePart, TraceChoices, TracePart};

/// Parameters of the address: names of services and of spans, a line each, and whether only errors are shown.
const SERVICES: &str = "services";
const NAMES: &str = "names";
const ERRORS: &str = "errors";

/// Where the span's id and service are among the columns.
const SERVICE: usize = 0;
const ID: usize = 2;

#[inline(never)]
pub fn spans(viewed: &Viewed) -> View {
    let (services, names, errors) = (parameter_of(SERVICES), parameter_of(NAMES), parameter_of(ERRORS));
    let services = Memo::new(move |_| services.with(|text| names_in(text)));
    let names = Memo::new(move |_| names.with(|text| names_in(text)));
    let only_errors = Memo::new(move |_| errors.with(|text| text == "1"));
    let part = part_of(viewed);
    let of = move || SpansListed {
        part: part.get(),
        services: services.get(),
        names: names.get(),
        only_errors: only_errors.get(),
    };
    let (slot, timeline) = (slot_of(viewed), viewed.timeline.clone());
    let spec = Spec {
        ids: ["spans-table", "spans-row"],
        name: words().view_spans,
        none: words().table_none,
        columns: &SPANS,
        widths: "minmax(120px, 1fr) minmax(180px, 2.4fr) minmax(140px, 160px) minmax(110px, 1fr) minmax(84px, 120px) minmax(76px, 110px) minmax(58px, 80px)",
        least_width: "790px",
        heading,
        bars: &[3],
        usual: None,
        of: Memo::new(move |_| TableOf::Spans(of())),
        find: viewed.timeline.find,
        coloured: Memo::new(|_| None),
        link: 1,
        leads_to: Rc::new(|part, line| Some(span_link(part, line, ID))),
        then: Rc::new(move |part, line| timeline.reveal_span(part.text(line.cells[ID]).to_owned())),
        label: Rc::new(|_, _, _| None),
        dress: Rc::new({
            let slot = slot.clone();
            move |view, part, line| {
                let slot = slot(part.text(line.cells[SERVICE]));
                view.attr("data-span-id", part.text(line.cells[ID])).style("--service", &service_colour(slot))
            }
        }),
        detail: None,
        slot,
        file: "trackway-spans",
    };
    let controls = controls(viewed, part, [services, names], only_errors);
    el("div", "view-page").child(part_notice(viewed)).child(data_table(spec, controls))
}

/// The colour of a palette slot, as the style sheet names it.
pub fn service_colour(slot: usize) -> String {
    ["var(--service-", &slot.to_string(), ")"].concat()
}

/// The timeline with a row's span opened.
pub fn span_link(part: &TablePart, line: &TableLine, id: usize) -> String {
    timeline_address(&[("span", Some(part.text(line.cells[id]).to_owned()))])
}

fn heading(column: usize) -> [&'static str; 2] {
    let words = words();
    match column {
        0 => [words.search_service, ""],
        1 => [words.spans_name, ""],
        2 => ["Span ID", ""],
        3 => [words.spans_duration, ""],
        4 => [words.spans_start, words.spans_start_title],
        5 => [words.spans_kind, ""],
        _ => [words.spans_status, ""],
    }
}

fn controls(
    viewed: &Viewed,
    part: Memo<TracePart>,
    [services, names]: [Memo<Vec<String>>; 2],
    only_errors: Memo<bool>,
) -> View {
    let words = words();
    let (all_services, all_names) = (RwSignal::new(viewed.head.services.clone()), RwSignal::new(Choices::new()));
    // Names may be as many as spans: they come when the list of them opens.
    let wants_names = RwSignal::new(false);
    if let Some(client) = client() {
        let slot = Slot::<TraceChoices>::hearing(client, move |bytes| {
            if !all_names.is_disposed() {
                all_names.set(decode(bytes).unwrap_or_default());
            }
        });
        effect(move || {
            if wants_names.get() {
                let mut part = part.get();
                part.look.find = None;
                slot.ask(TraceChoices { part, are_keys: false, services: services.get() });
            }
        });
    }
    let errors = el("button", "button small")
        .test_id("filter-errors")
        .attr("type", "button")
        .attr_of("aria-pressed", move || yes_no(only_errors.get()).to_owned())
        .on("click", move |_: Event| {
            let now = (!only_errors.get_untracked()).then(|| "1".to_owned());
            go(&with_parameters(&[(ERRORS, now)]), true);
        })
        .text(words.spans_only_errors);
    el("div", "data-controls")
        .child(choices(SERVICES, words.spans_services, all_services, services, || {}))
        .child(choices(NAMES, words.spans_names, all_names, names, move || wants_names.set(true)))
        .child(errors)
}
