//! One row of the timeline: the tree's guides, service and operation, and the bar.

use std::rc::Rc;

use leptos::prelude::{RwSignal, Set, Signal};
use web_sys::Event;

use super::format::{counted, duration, fixed};
use super::icons::{Icon, icon};
use super::view::{View, el};
use super::words::words;
use crate::engine::questions::{Row, TraceHead};
use crate::model::SpanKind;
use crate::ui::window::Window;

/// What a row needs to know of its trace and its timeline.
#[derive(Clone)]
pub struct RowContext {
    pub head: Rc<TraceHead>,
    pub slots: Rc<Vec<usize>>,
    /// The visible part of the trace.
    pub time_window: Signal<Window>,
    /// Index of the row that the keyboard is at.
    pub current: RwSignal<Option<u32>>,
    pub toggle_fold: Rc<dyn Fn(u32)>,
    pub toggle_detail: Rc<dyn Fn(u32)>,
    /// Opens the span of an id and brings it into view.
    pub reveal_span: Rc<dyn Fn(String)>,
}

impl RowContext {
    pub fn slot(&self, service: u32) -> usize {
        self.slots.get(service as usize).copied().unwrap_or_default()
    }

    fn service_name(&self, service: u32) -> &str {
        let service = self.head.services.get(service as usize);
        service.map_or("", |service| &service.name)
    }

    /// A time as a fraction of the whole trace, as the style sheet takes it.
    fn fraction(&self, nanos: i64) -> String {
        fixed(nanos as f64 / self.head.duration_nanos.max(1) as f64, 12)
    }
}

/// The element id of a row, for `aria-activedescendant`.
pub fn row_element_id(index: u32) -> String {
    format!("row-{index}")
}

/// What else a row shows; a row is made anew when it changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct RowState {
    /// Its detail is open.
    pub is_open: bool,
    /// The keyboard is at it.
    pub is_current: bool,
}

/// Levels that are indented; deeper rows show their depth instead of leaving the column.
const LEVELS: u32 = 20;

pub fn row_view(row: &Row, index: u32, state: RowState, context: &RowContext) -> View {
    let service = context.service_name(row.service);
    let mut class = format!("span-row service-{}", context.slot(row.service));
    for (name, holds) in [(" selected", state.is_open), (" current", state.is_current), (" has-error", row.is_error)] {
        class.push_str(if holds { name } else { "" });
    }
    let title = title_of(service, &row.operation);
    let mut label = [&title, duration(row.duration_nanos).as_str()].join(", ");
    if row.is_error {
        label.push_str(", ");
        label.push_str(words().span_error);
    }
    let view = el("div", &class).test_id("span-row").attrs(&[
        ("id", &row_element_id(index)),
        ("role", "treeitem"),
        ("aria-level", &(row.depth + 1).to_string()),
        ("aria-selected", yes_no(state.is_open)),
        ("aria-label", &label),
        ("data-span-id", &row.span_id),
        ("data-depth", &row.depth.to_string()),
        ("data-row", &index.to_string()),
        ("data-service", service),
        ("data-error", yes_no(row.is_error)),
    ]);
    let view = if row.children > 0 { view.attr("aria-expanded", yes_no(!row.is_collapsed)) } else { view };
    let (current, toggle, position) = (context.current, context.toggle_detail.clone(), row.position);
    view.on("click", move |_: Event| {
        current.set(Some(index));
        toggle(position);
    })
    .child(name_cell(row, index, &title, context))
    .child(bar_cell(row, context))
}

/// How attributes say it.
pub fn yes_no(holds: bool) -> &'static str {
    if holds { "true" } else { "false" }
}

/// A name, or what stands for an empty one.
pub fn display_name(name: &str) -> &str {
    if name.trim().is_empty() { words().unnamed } else { name }
}

/// Service and operation in one text.
pub fn title_of(service: &str, operation: &str) -> String {
    [display_name(service), display_name(operation)].join(": ")
}

/// Service and operation as they stand side by side in rows and titles.
pub fn names_of(view: View, service: &str, operation: &str) -> View {
    view.child(el("bdi", "service-name").text(display_name(service)))
        .child(el("bdi", "operation").text(display_name(operation)))
}

fn name_cell(row: &Row, index: u32, title: &str, context: &RowContext) -> View {
    let cell = guide_lines(el("div", "name-cell"), row, context);
    let cell = cell.child(if row.children > 0 { fold_toggle(row, index, context) } else { el("span", "leaf") });
    let names = el("span", "names").attr("title", title);
    marks(cell, row).child(names_of(names, context.service_name(row.service), &row.operation))
}

fn fold_toggle(row: &Row, index: u32, context: &RowContext) -> View {
    let words = words();
    let (class, name) = match row.is_collapsed {
        true => ("toggle collapsed", words.expand),
        false => ("toggle", words.collapse),
    };
    let hidden = counted(row.descendants.into(), words.span_one, words.span_many);
    let (current, toggle, position) = (context.current, context.toggle_fold.clone(), row.position);
    el("button", class)
        .test_id("span-toggle")
        .attrs(&[
            ("type", "button"),
            ("tabindex", "-1"),
            ("aria-label", name),
            ("title", &format!("{name} ({hidden})")),
        ])
        .on("click", move |event: Event| {
            event.stop_propagation();
            current.set(Some(index));
            toggle(position);
        })
        .text(&row.children.to_string())
}

fn guide_lines(cell: View, row: &Row, context: &RowContext) -> View {
    let depth = (row.depth > LEVELS).then(|| el("span", "depth-chip").text(&row.depth.to_string()));
    let lines = row.guides.iter().enumerate().map(|(at, guide)| {
        let is_parent = at + 1 == row.guides.len();
        let shape = match (is_parent, guide.goes_on) {
            (true, true) => "guide guide-branch",
            (true, false) => "guide guide-end",
            (false, true) => "guide guide-line",
            (false, false) => "guide",
        };
        el("span", &format!("{shape} service-{}", context.slot(guide.service)))
    });
    cell.children(depth).children(lines)
}

/// Marks before the name: own error solid, a hidden one hollow, warnings, kind.
fn marks(cell: View, row: &Row) -> View {
    let words = words();
    let mark = |class, name| el("span", class).attrs(&[("title", name), ("aria-label", name), ("role", "img")]);
    let error = match (row.is_error, row.hides_error) {
        (true, _) => Some((Icon::Error, words.span_error)),
        (false, true) => Some((Icon::ErrorBelow, words.hidden_error)),
        (false, false) => None,
    };
    let kind = match row.kind {
        SpanKind::Client => "→",
        SpanKind::Server => "←",
        SpanKind::Producer => "⇢",
        SpanKind::Consumer => "⇠",
        SpanKind::Internal | SpanKind::Unspecified => "",
    };
    let warning = row.has_warning.then(|| mark("mark mark-warning", words.span_warning).child(icon(Icon::Warning)));
    cell.children(error.map(|(shape, name)| mark("mark mark-error", name).child(icon(shape))))
        .children(warning)
        .children((!kind.is_empty()).then(|| mark("mark kind", kind_name(row.kind)).text(kind)))
}

/// OpenTelemetry's name of a kind; not translated.
pub fn kind_name(kind: SpanKind) -> &'static str {
    match kind {
        SpanKind::Unspecified => "unspecified",
        SpanKind::Internal => "internal",
        SpanKind::Server => "server",
        SpanKind::Client => "client",
        SpanKind::Producer => "producer",
        SpanKind::Consumer => "consumer",
    }
}

/// The bar. Its place is given as fractions of the whole trace; the visible window is a pair of custom properties of the
/// timeline, so that zooming moves all bars without touching one.
fn bar_cell(row: &Row, context: &RowContext) -> View {
    let (start, length) = (context.fraction(row.start_nanos), context.fraction(row.duration_nanos));
    let at = |view: View| view.style("--s", &start).style("--d", &length);
    let ticks = row.event_nanos.iter().map(|time| el("span", "event-tick").style("--s", &context.fraction(*time)));
    el("div", "bar-cell")
        .child(at(el("div", "span-bar").test_id("span-bar")))
        .child(at(el("span", "bar-label")).text(&duration(row.duration_nanos)))
        .children(ticks)
}
