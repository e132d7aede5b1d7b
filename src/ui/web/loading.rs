//! Loads: how far they are, what they came to, and what went wrong.

use leptos::prelude::*;
use web_sys::Event;

use super::clipboard::{copy_button, icon_button};
use super::faults::fault_body;
use super::format::{bytes, counted, duration, number, percent};
use super::icons::{Icon, icon};
use super::keyed::Entry;
use super::navigation::{link, trace_address};
use super::notes::note_line;
use super::signal::Memo;
use super::state::{LoadView, app, now_ms};
use super::view::{View, el, empty, optional, when};
use super::words::{fill, words};
use crate::engine::messages::{LoadId, What};
use crate::ingest::report::{Calls, Fault, Grade, LoadReport};

/// Loads shown at once; thousands of dropped files must not become thousands of cards.
const SHOWN: usize = 40;

/// What the progress bar says of one load.
#[derive(Default)]
struct Reading {
    name: String,
    read: u64,
    /// 0 while unknown.
    total: u64,
    spans: u32,
    seconds: f64,
    /// Loads that wait for their turn.
    waiting: u64,
}

impl Reading {
    fn of(id: LoadId) -> Reading {
        let loads = app().loads.read();
        let Some(load) = loads.iter().find(|load| load.id == id) else {
            return Reading::default();
        };
        let is_kept = matches!(load.what, What::Kept { .. });
        let loading = if is_kept { words().loading_kept } else { words().loading };
        let waiting = loads.iter().filter(|load| !load.is_over()).count() as u64;
        let progress = load.progress.as_ref();
        let told = progress.map_or(0, |progress| progress.total_bytes);
        Reading {
            name: fill(loading, &[&load.name()]),
            read: progress.map_or(0, |progress| progress.read_bytes),
            total: match load.what {
                What::File { bytes, .. } | What::Kept { bytes, .. } => bytes,
                _ => told,
            },
            spans: progress.map_or(0, |progress| progress.spans),
            seconds: load.began_ms.map_or(0.0, |began| (now_ms() - began) / 1000.0),
            waiting: waiting.saturating_sub(1),
        }
    }

    fn facts(&self) -> String {
        let read = bytes(self.read);
        let mut facts = vec![if self.total > 0 { fill(words().of_bytes, &[&read, &bytes(self.total)]) } else { read }];
        facts.push(counted(self.spans.into(), words().span_one, words().span_many));
        if self.seconds > 0.3 {
            let speed = bytes((self.read as f64 / self.seconds) as u64);
            facts.push(fill(words().per_second, &[&speed]));
        }
        if self.waiting > 0 {
            let files = counted(self.waiting, words().file_one, words().file_many);
            facts.push(fill(words().queued, &[&files]));
        }
        facts.join(" · ")
    }

    fn share(&self) -> f64 {
        self.read as f64 / self.total.max(1) as f64
    }
}

/// The load that is being read, with its progress and a way to stop it.
pub fn progress_bar() -> View {
    let running = Memo::new(move |_| {
        let loads = app().loads.read();
        // What is read from the workspace waits for what was opened meanwhile.
        let is_read = |load: &&LoadView| !load.is_over() && load.began_ms.is_some();
        loads.iter().find(is_read).or_else(|| loads.iter().find(|load| !load.is_over())).map(|load| load.id)
    });
    optional(move || running.get().map(progress_of))
}

fn progress_of(id: LoadId) -> View {
    let name = move || Reading::of(id).name;
    let cancel = el("button", "button small")
        .attr("type", "button")
        .test_id("load-cancel")
        .on("click", |_: Event| cancel_all())
        .text(words().cancel);
    let line = el("div", "progress-line")
        .child(el("span", "progress-name").attr_of("title", name).text_of(name))
        .child(el("span", "progress-facts").text_of(move || Reading::of(id).facts()))
        .child(cancel);
    let done = el("div", "bar-done").style_of("width", move || percent(Reading::of(id).share()));
    let bar = el("div", "bar")
        .class_if("bar-unknown", move || Reading::of(id).total == 0)
        .test_id("load-progress")
        .attrs(&[("role", "progressbar"), ("aria-valuemin", "0")])
        .attr_of("aria-label", name)
        .attr_of("aria-valuenow", move || Reading::of(id).read.to_string())
        .attr_of("aria-valuemax", move || {
            let reading = Reading::of(id);
            reading.total.max(reading.read).to_string()
        })
        .child(done);
    el("div", "progress").child(line).child(bar)
}

fn cancel_all() {
    let loads = app().loads.get_untracked();
    let open = loads.iter().filter(|load| !load.is_over());
    open.rev().for_each(|load| app().cancel(load.id));
}

/// What the loads of this session came to: the last first.
pub fn load_reports() -> View {
    let cards = || {
        let loads = app().loads.read();
        let over = loads.iter().rev().filter(|load| load.is_over()).take(SHOWN).cloned();
        over.map(|load| Entry::new(load.id.to_string(), move || load_card(&load))).collect()
    };
    let rest = || {
        let loads = app().loads.read();
        let over = loads.iter().filter(|load| load.is_over()).count();
        over.saturating_sub(SHOWN) as u64
    };
    let more = move || {
        let files = counted(rest(), words().file_one, words().file_many);
        fill(words().more_services, &[&files])
    };
    el("div", "load-reports")
        .child(el("div", "load-cards").keyed(cards))
        .child(when(move || rest() > 0, move || el("p", "quiet").text_of(more)))
}

/// What one load came to: an error, a report, or both.
pub fn load_card(load: &LoadView) -> View {
    let Some(report) = &load.report else {
        return el("div", "");
    };
    match &report.fault {
        None => report_card(load, report),
        Some(fault) => {
            let has_more = !report.is_empty();
            el("div", "load-cards")
                .child(fault_card(load, report, fault))
                .children(has_more.then(|| report_card(load, report)))
        }
    }
}

fn fault_card(load: &LoadView, report: &LoadReport, fault: &Fault) -> View {
    let words = words();
    let is_partial = !report.is_empty();
    let title = match (&load.what, is_partial) {
        (What::Trace { .. }, _) => words.fault_title_api,
        (_, true) => words.fault_title_partly,
        (_, false) => words.fault_title,
    };
    let kept = is_partial.then(|| el("p", "").text(&fill(words.kept_before_fault, &[&counts(report)])));
    let head = el("header", "card-head")
        .child(icon(Icon::Error))
        .child(el("h3", "").text(&fill(title, &[&load.name()])))
        .child(dismiss(load.id));
    let named = (!is_partial && !report.trace_ids.is_empty()).then(|| named_traces(&report.trace_ids));
    // What is kept and cannot be read can at least be removed.
    let is_kept = matches!(load.what, What::Kept { .. });
    let forgettable = (!is_partial && is_kept).then(|| remove(load.id, &load.name()));
    error_card("card card-error")
        .child(head)
        .child(fault_body(fault, &load.what))
        .children(kept)
        .children(named)
        .children(forgettable)
}

/// Traces that a file names without holding them, to be asked of the query service.
fn named_traces(ids: &[String]) -> View {
    let lines = ids.iter().map(|id| el("li", "").child(link("mono", trace_address(id)).text(id)));
    el("details", "")
        .child(el("summary", "").text(&counted(ids.len() as u64, words().named_one, words().named_many)))
        .child(el("ul", "").children(lines))
}

/// A card that assistive technology reads at once.
pub fn error_card(class: &str) -> View {
    el("section", class).attr("role", "alert").test_id("error")
}

fn report_card(load: &LoadView, report: &LoadReport) -> View {
    let format = report.format.map_or("", |format| format.name());
    let has_fault = report.fault.is_some();
    let is_incomplete = has_fault || is_incomplete(report) || report.parts.iter().any(is_incomplete);
    let name = load.name();
    let head = el("header", "card-head")
        .child(el("h3", "").attr("title", &name).text(&name))
        .children(is_incomplete.then(|| icon(Icon::Warning)))
        .children((!has_fault).then(|| dismiss(load.id)));
    let cut = || el("p", "note note-lost").text(words().report_cut);
    let notes = || el("ul", "notes").children(report.notes.iter().map(note_line));
    let body = el("div", "")
        .test_id("load-report")
        .child(report_facts(load, report))
        .children(has_fault.then(cut))
        .children((!report.notes.is_empty()).then(notes))
        .children((report.dependencies > 0 && report.same_as.is_none()).then(|| most_calls(report)))
        .children((!report.parts.is_empty()).then(|| parts(load, report)));
    el("section", "card")
        .test_id("loaded-file")
        .attrs(&[
            ("data-file", &name),
            ("data-format", format),
            ("data-traces", &report.traces.to_string()),
            ("data-spans", &report.spans.to_string()),
            ("data-dependencies", &report.dependencies.to_string()),
        ])
        .child(head)
        .child(body)
        .children((!report.sources.is_empty()).then(|| remove(load.id, &name)))
}

/// Whether something was left out.
fn is_incomplete(report: &LoadReport) -> bool {
    report.fault.is_some() || report.notes.iter().any(|note| note.kind.grade() == Grade::Lost)
}

/// The files of an archive: those with a fault first, for they want to be seen.
fn parts(load: &LoadView, report: &LoadReport) -> View {
    let (bad, good): (Vec<_>, Vec<_>) = report.parts.iter().partition(|part| part.fault.is_some());
    let (files, faults) = (report.parts.len() as u64, bad.len());
    let lines = bad.into_iter().chain(good).take(SHOWN).map(|part| part_line(load, part));
    let list = el("ul", "notes").children(lines);
    let summary = counted(files, words().file_one, words().file_many);
    fold_out(&summary, faults > 0, list, files.saturating_sub(SHOWN as u64))
}

/// A list that is folded away; `rest`: so many more are not in it.
fn fold_out(summary: &str, is_open: bool, list: View, rest: u64) -> View {
    let more = (rest > 0).then(|| el("p", "quiet").text(&fill(words().more_services, &[&number(rest)])));
    let details = el("details", "");
    let details = if is_open { details.attr("open", "") } else { details };
    details.child(el("summary", "").text(summary)).child(list).children(more)
}

/// The calls between services, most first: to be seen at once where there is nothing else.
fn most_calls(report: &LoadReport) -> View {
    let list = el("ul", "notes").test_id("most-calls").children(report.most_calls.iter().map(calls_line));
    let rest = u64::from(report.dependencies).saturating_sub(report.most_calls.len() as u64);
    fold_out(words().most_calls, report.spans == 0, list, rest)
}

fn calls_line(calls: &Calls) -> View {
    let words = words();
    let Calls { parent, child, calls, errors } = calls;
    let count = calls.map_or(words.calls_unknown.to_owned(), |count| counted(count, words.call_one, words.call_many));
    let errors =
        errors.map_or(String::new(), |count| format!(" · {}", counted(count, words.error_one, words.error_many)));
    el("li", "note").text(&format!("{parent} → {child} · {count}{errors}"))
}

fn part_line(load: &LoadView, part: &LoadReport) -> View {
    let format = part.format.map_or(String::new(), |format| format!("{} · ", format.name()));
    let facts = format + &counts(part);
    let fault = part.fault.as_ref().map(|fault| el("div", "").child(fault_body(fault, &load.what)));
    el("li", if part.fault.is_some() { "note note-lost" } else { "note" })
        .attrs(&[("data-file", &part.name), ("data-spans", &part.spans.to_string())])
        .child(el("div", "mono").text(&part.name))
        .children((part.fault.is_none() || !part.is_empty()).then(|| el("div", "quiet").text(&facts)))
        .children(fault)
        .children((!part.notes.is_empty()).then(|| el("ul", "notes").children(part.notes.iter().map(note_line))))
}

fn remove(load: LoadId, name: &str) -> View {
    let title = fill(words().remove_title, &[name]);
    let button = el("button", "button small")
        .attrs(&[("type", "button"), ("title", &title), ("aria-label", &title)])
        .test_id("load-remove")
        .on("click", move |_: Event| app().remove(load))
        .text(words().remove);
    el("div", "card-foot").child(button)
}

fn report_facts(load: &LoadView, report: &LoadReport) -> View {
    let words = words();
    if let Some(known) = &report.same_as {
        return el("p", "").text(&fill(words.report_same, &[known]));
    }
    let took = duration((load.seconds().unwrap_or_default() * 1e9) as i64);
    let containers = report.containers.iter().map(|container| container.name());
    let format: Vec<&str> = containers.chain(report.format.map(|format| format.name())).collect();
    let rate = load
        .seconds()
        .filter(|seconds| *seconds > 0.0 && report.bytes > 1_000_000)
        .map(|seconds| bytes((report.bytes as f64 / seconds) as u64));
    let mut speed = vec![format.join(", "), bytes(report.bytes), took];
    speed.extend(rate.map(|rate| fill(words.per_second, &[&rate])));
    speed.retain(|fact| !fact.is_empty());
    let speed = speed.join(" · ");
    empty().child(el("p", "card-counts").text(&counts(report))).child(el("p", "quiet").text(&speed))
}

/// What a load brought; without spans only if it brought something else.
fn counts(report: &LoadReport) -> String {
    let words = words();
    let (has_dependencies, has_spans) = (report.dependencies > 0, report.spans > 0);
    let all = [
        (has_spans || !has_dependencies, report.traces, words.trace_one, words.trace_many),
        (has_spans || !has_dependencies, report.spans, words.span_one, words.span_many),
        (has_dependencies, report.dependencies, words.dependency_one, words.dependency_many),
        (true, report.services, words.service_one, words.service_many),
    ];
    let told = all.into_iter().filter(|(is_told, ..)| *is_told);
    told.map(|(_, count, one, many)| counted(count.into(), one, many)).collect::<Vec<_>>().join(" · ")
}

fn dismiss(load: LoadId) -> View {
    icon_button("icon-button quiet card-dismiss", words().dismiss, Icon::Close)
        .on("click", move |_: Event| app().dismiss(load))
}

/// Said when the worker is gone: nothing works any more.
pub fn broken_notice(detail: &str) -> View {
    let head = el("header", "card-head").child(icon(Icon::Error)).child(el("h3", "").text(words().worker_title));
    let details = el("details", "")
        .child(el("summary", "").text(words().details))
        .child(el("pre", "").text(detail))
        .child(copy_button(detail.to_owned(), words().copy, Icon::Copy));
    let reload = el("button", "button primary")
        .attr("type", "button")
        .on("click", |_: Event| {
            // A page that cannot be reloaded is being closed.
            let _ = window().location().reload();
        })
        .text(words().reload);
    let card = error_card("card card-error dialog")
        .child(head)
        .child(el("p", "").text(words().worker_text))
        .child(details)
        .child(reload);
    el("div", "overlay").child(card)
}
