//! One row of the timeline: the tree's guides, service and operation, chosen attributes, and the bar.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::format::{counted, duration, fixed};
use super::icons::{Icon, icon};
use super::service_colours::Slots;
use super::signal::Signal;
use super::view::{View, el};
use super::words::{fill, words};
use crate::engine::questions::{Colour, LineKey, Namespace, Pruned, Row, RowContent, Siblings, SpanRow, TraceHead};
use crate::model::SpanKind;
use crate::ui::guide_lines;
use crate::ui::window::Window;

/// What a row needs to know of its trace and its timeline.
#[derive(Clone)]
pub struct RowContext {
    pub head: Rc<TraceHead>,
    pub slots: Rc<Slots>,
    pub colour: Colour,
    /// What places of bars are shares of.
    pub frame: Window,
    /// The visible part of the trace.
    pub time_window: Signal<Window>,
    /// Opens the span of an id and brings it into view.
    pub reveal_span: Rc<dyn Fn(String)>,
}

impl RowContext {
    pub fn slot(&self, service: u32) -> usize {
        self.slots.slot(service)
    }

    fn service_name(&self, service: u32) -> &str {
        let service = self.head.services.get(service as usize);
        service.map_or("", |service| &service.name)
    }

    /// A time as a share of the frame, as the style sheet takes it.
    fn share(&self, nanos: i64) -> String {
        fixed(self.frame.share(nanos), 12)
    }

    /// Places a bar: where it begins and how long it is.
    fn placed(&self, view: View, start: i64, length: i64) -> View {
        let share = self.frame.share(start.saturating_add(length)) - self.frame.share(start);
        view.style("--s", &self.share(start)).style("--d", &fixed(share, 12))
    }
}

/// The element id of a row.
pub fn row_element_id(key: LineKey) -> String {
    match key {
        LineKey::Span(position) => format!("row-{position}"),
        LineKey::Siblings(first) => format!("siblings-{first}"),
        LineKey::Pruned(parent) => format!("pruned-{}", parent.map_or("roots".to_owned(), |parent| parent.to_string())),
    }
}

/// Levels that are indented; deeper rows show their depth instead of leaving the column.
const LEVELS: u32 = 20;

/// A row; `is_open`: its detail is open. A row in flight has a name and a bar only, until [`complete`] gives it the rest.
pub fn row_view(row: &Row, index: u32, is_open: bool, is_in_flight: bool, context: &RowContext) -> View {
    match &row.content {
        RowContent::Span(span) if is_in_flight => row_in_flight(row, span, index, is_open, context),
        RowContent::Span(span) => {
            let view = el("div", &span_class(span, is_open, context));
            with_cells(framed_span(view, row, span, index, is_open, context), row, span, context)
        }
        RowContent::Pruned(pruned) => pruned_row(row, *pruned, index, context),
        RowContent::Siblings(siblings) => siblings_row(row, siblings, index, context),
    }
}

/// What every row is: a row of the tree grid that tells its place. What a click does: `row_pointer.rs`.
fn framed(view: View, row: &Row, index: u32) -> View {
    view.attrs(&[
        ("id", &row_element_id(row.key)),
        ("role", "row"),
        ("tabindex", "-1"),
        ("aria-rowindex", &(index + 1).to_string()),
        ("aria-level", &(row.depth + 1).to_string()),
        ("data-row", &index.to_string()),
        ("data-depth", &row.depth.to_string()),
    ])
}

fn span_class(span: &SpanRow, is_open: bool, context: &RowContext) -> String {
    let mut class = format!("span-row service-{}", context.slot(span.service));
    for (name, holds) in [(" selected", is_open), (" has-error", span.is_error), (" found", span.is_found)] {
        class.push_str(if holds { name } else { "" });
    }
    class
}

/// As little as can be seen of a row that flies past, at the same places.
fn row_in_flight(row: &Row, span: &SpanRow, index: u32, is_open: bool, context: &RowContext) -> View {
    let class = span_class(span, is_open, context) + " in-flight";
    let name = [display_name(context.service_name(span.service)), display_name(&span.operation)].join("  ");
    let indent = format!("{}px", row.guides.len() as u32 * guide_lines::LEVEL);
    let name = el("div", "name-cell").attr("role", "gridcell").style("--indent", &indent).text(&name);
    let bar = context.placed(el("div", "bar-cell"), span.start_nanos, span.duration_nanos).attr("role", "gridcell");
    let view = framed_span(el("div", &class), row, span, index, is_open, context);
    view.child(name).child(bar.child(bar_of(span, context)))
}

/// Gives a row that was in flight what it lacks. It stays the same element: the pointer may be on it.
pub fn complete(element: Element, row: &Row, is_open: bool, context: &RowContext) {
    if let RowContent::Span(span) = &row.content {
        element.set_text_content(None);
        let view = View::of(element).attr("class", &span_class(span, is_open, context));
        with_cells(view, row, span, context);
    }
}

/// What a row of a span tells of it, whatever is in the row.
fn framed_span(view: View, row: &Row, span: &SpanRow, index: u32, is_open: bool, context: &RowContext) -> View {
    let service = context.service_name(span.service);
    let mut label = [&title_of(service, &span.operation), duration(span.duration_nanos).as_str()].join(", ");
    if span.is_error {
        label.push_str(", ");
        label.push_str(words().span_error);
    }
    let view = framed(view, row, index).test_id("span-row").attrs(&[
        ("aria-label", label.as_str()),
        ("aria-selected", yes_no(is_open)),
        ("data-span-id", &span.span_id),
        ("data-service", service),
        ("data-error", yes_no(span.is_error)),
    ]);
    if span.children > 0 { view.attr("aria-expanded", yes_no(!span.is_collapsed)) } else { view }
}

fn with_cells(view: View, row: &Row, span: &SpanRow, context: &RowContext) -> View {
    let title = title_of(context.service_name(span.service), &span.operation);
    let columns = span.columns.iter().map(|value| {
        el("div", "column-cell mono").attrs(&[("role", "gridcell"), ("title", value)]).child(el("bdi", "").text(value))
    });
    view.child(name_cell(row, span, &title, context)).children(columns).child(bar_cell(span, context))
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

fn name_cell(row: &Row, span: &SpanRow, title: &str, context: &RowContext) -> View {
    let cell = guide_lines(el("div", "name-cell").attr("role", "gridcell"), row, context);
    let cell = cell.child(if span.children > 0 { fold_toggle(span) } else { el("span", "leaf") });
    let service = context.service_name(span.service);
    let mut names = el("span", "names").child(el("bdi", "service-name").text(display_name(service)));
    let mut title = title.to_owned();
    let arrow = |names: View| names.child(el("span", "arrow").text("→"));
    if let Some(called) = &span.called {
        let other = context.service_name(called.service);
        names = arrow(names).child(el("bdi", "service-name").text(display_name(other)));
        title = format!("{title} → {}", title_of(other, &called.operation));
    } else if !span.peer.is_empty() {
        names = arrow(names).child(el("bdi", "service-name peer").attr("title", words().peer_title).text(&span.peer));
    }
    let names = names.child(el("bdi", "operation").text(display_name(&span.operation))).attr("title", &title);
    let pills = span.pills.iter().map(|pill| {
        let class = if pill.is_error { "row-pill mono error-text" } else { "row-pill mono" };
        el("span", class).attr("title", &format!("{}={}", pill.key, pill.value)).text(&pill.value)
    });
    marks(cell, span).child(names).children(pills)
}

fn fold_toggle(span: &SpanRow) -> View {
    let words = words();
    let (class, name) = match span.is_collapsed {
        true => ("toggle collapsed", words.expand),
        false => ("toggle", words.collapse),
    };
    let hidden = counted(span.descendants.into(), words.span_one, words.span_many);
    toggle(class, name, &hidden, &span.children.to_string()).test_id("span-toggle")
}

fn toggle(class: &str, name: &str, about: &str, text: &str) -> View {
    // Who sees the number may say it: the spoken name has it, too (WCAG 2.5.3).
    let (label, title) = (format!("{name} {text} ({about})"), format!("{name} ({about})"));
    el("button", class)
        .attrs(&[("type", "button"), ("tabindex", "-1"), ("aria-label", &label), ("title", &title)])
        .text(text)
}

fn guide_lines(cell: View, row: &Row, context: &RowContext) -> View {
    let depth = (row.depth > LEVELS).then(|| el("span", "depth-chip").text(&row.depth.to_string()));
    let guides = (!row.guides.is_empty()).then(|| {
        let lines = guide_lines::lines(&row.guides, None, |service| context.slot(service));
        let width = format!("{}px", row.guides.len() as u32 * guide_lines::LEVEL);
        el("span", "guides")
            .style("width", &width)
            .child(el("span", "guide-lines").style("box-shadow", &lines.whole))
            .child(el("span", "elbow").style("color", &lines.elbow))
    });
    cell.children(depth).children(guides)
}

/// Marks before the name: own error solid, a hidden one hollow, warnings, kind and kind of work, links.
fn marks(cell: View, span: &SpanRow) -> View {
    let words = words();
    fn mark(class: &str, name: &str) -> View {
        el("span", class).attrs(&[("title", name), ("aria-label", name), ("role", "img")])
    }
    let error = match (span.is_error, span.hides_error) {
        (true, _) => Some((Icon::Error, words.span_error)),
        (false, true) => Some((Icon::ErrorBelow, words.hidden_error)),
        (false, false) => None,
    };
    let kind = match span.kind {
        SpanKind::Client => "→",
        SpanKind::Server => "←",
        SpanKind::Producer => "⇢",
        SpanKind::Consumer => "⇠",
        SpanKind::Internal | SpanKind::Unspecified => "",
    };
    let work = span.namespace.map(|namespace| match namespace {
        Namespace::Database => ("mark work work-database", words.work_database),
        Namespace::Http => ("mark work work-http", words.work_http),
        Namespace::Messaging => ("mark work work-messaging", words.work_messaging),
        Namespace::Rpc => ("mark work work-rpc", words.work_rpc),
        Namespace::GenAi => ("mark work work-gen-ai", words.work_gen_ai),
    });
    let warning = span.has_warning.then(|| mark("mark mark-warning", words.span_warning).child(icon(Icon::Warning)));
    let shift = (span.shift_nanos != 0).then(|| {
        let about = fill(words.shifted_by, &[&signed(span.shift_nanos)]);
        mark("mark", &about).child(icon(Icon::Clock))
    });
    cell.children(error.map(|(shape, name)| mark("mark mark-error", name).child(icon(shape))))
        .children(warning)
        .children(shift)
        .children((!kind.is_empty()).then(|| mark("mark kind", span.kind.name()).text(kind)))
        .children(work.map(|(class, name)| mark(class, name)))
        .children(link_mark(span))
}

/// Says that a span links to others, or others to it, and names them when it is pressed: see `link_list.rs`.
fn link_mark(span: &SpanRow) -> Option<View> {
    let words = words();
    let (class, name) = match (span.links > 0, span.is_referred) {
        (false, false) => return None,
        (true, false) => ("mark link-mark", words.span_links.to_owned()),
        (false, true) => ("mark link-mark referred", words.span_referred.to_owned()),
        (true, true) => ("mark link-mark both", [words.span_links, "; ", words.span_referred].concat()),
    };
    let mark = el("button", class).test_id("link-mark").attrs(&[
        ("type", "button"),
        ("tabindex", "-1"),
        ("aria-haspopup", "dialog"),
        ("title", &name),
        ("aria-label", &name),
    ]);
    Some(mark.child(icon(Icon::Link)))
}

/// A length of time with its sign.
pub fn signed(nanos: i64) -> String {
    let sign = if nanos < 0 { "−" } else { "+" };
    format!("{sign}{}", duration(nanos.saturating_abs()))
}

/// The bar. Its place is given as shares of a frame, mostly the whole trace; the visible window is a pair of custom properties of the
/// timeline, so that zooming moves all bars without touching one.
fn bar_cell(span: &SpanRow, context: &RowContext) -> View {
    let at = |view: View, start: i64, length: i64| context.placed(view, start, length);
    let (start, length) = (span.start_nanos, span.duration_nanos);
    let label = duration(length);
    let about = title_of(context.service_name(span.service), &span.operation);
    let bar = bar_of(span, context).test_id("span-bar").attr("title", &format!("{label} | {about}"));
    let called = span.called.as_ref().map(|called| {
        let class = format!("called-bar service-{}", context.slot(called.service));
        at(el("div", &class), called.start_nanos, called.duration_nanos)
    });
    let critical = span.critical.iter().map(|(from, to)| {
        at(el("div", "critical-path"), *from, to - from)
            .test_id("critical-path")
            .attr("title", &format!("{}: {}", words().critical_path, duration(to - from)))
    });
    let ticks = span.event_nanos.iter().map(|time| el("span", "event-tick").style("--s", &context.share(*time)));
    at(el("div", "bar-cell"), start, length)
        .attr("role", "gridcell")
        .child(bar)
        .children(called)
        .children(critical)
        .child(el("span", "bar-label").text(&label))
        .children(ticks)
}

fn bar_of(span: &SpanRow, context: &RowContext) -> View {
    let bar = el("div", &bar_class(span, context.colour));
    match span.shade {
        Some(shade) => bar.style("--shade", &format!("{shade}%")),
        None => bar,
    }
}

fn bar_class(span: &SpanRow, colour: Colour) -> String {
    let by = match colour {
        Colour::Service => return "span-bar".to_owned(),
        Colour::Status if span.is_error => "by-error",
        Colour::Status => "by-unset",
        Colour::Kind => span.kind.name(),
        Colour::SelfTime | Colour::Percentile => "by-shade",
    };
    format!("span-bar {by}")
}

/// What was pruned, in words.
pub fn pruned_text(pruned: Pruned) -> String {
    let words = words();
    let spans = counted(pruned.spans.into(), words.span_one, words.span_many);
    match pruned.errors {
        0 => fill(words.pruned, &[&spans]),
        errors => {
            let errors = counted(errors.into(), words.error_one, words.error_many);
            fill(words.pruned_errors, &[&spans, &errors])
        }
    }
}

/// What stands for pruned spans.
fn pruned_row(row: &Row, pruned: Pruned, index: u32, context: &RowContext) -> View {
    let words = words();
    let text = pruned_text(pruned);
    let cell = guide_lines(el("div", "name-cell").attr("role", "gridcell"), row, context);
    let class = if pruned.errors > 0 { "pruned-text error-text" } else { "pruned-text quiet" };
    let cell = cell.child(el("span", class).attr("title", words.pruned_title).text(&text));
    framed(el("div", "span-row pruned-row"), row, index)
        .attr("aria-label", &text)
        .test_id("pruned-row")
        .child(cell)
        .child(el("div", "bar-cell").attr("role", "gridcell"))
}

/// Sum and spread of siblings that repeat, in words.
pub fn siblings_facts(siblings: &Siblings) -> String {
    let facts = [siblings.sum_nanos, siblings.least_nanos, siblings.median_nanos, siblings.most_nanos].map(duration);
    fill(words().siblings_facts, &facts.each_ref().map(String::as_str))
}

/// What stands for siblings that repeat: their number, sum and spread, and a bar from the first to the last.
fn siblings_row(row: &Row, siblings: &Siblings, index: u32, context: &RowContext) -> View {
    let words = words();
    let service = context.service_name(siblings.service);
    let count = format!("{} ×", siblings.count);
    let facts = siblings_facts(siblings);
    let label = format!("{count} {}, {facts}", title_of(service, &siblings.operation));
    let (class, name) = match siblings.is_open {
        true => ("toggle", words.siblings_fold),
        false => ("toggle collapsed", words.siblings_open),
    };
    let error = (siblings.errors > 0).then(|| {
        let errors = counted(siblings.errors.into(), words.error_one, words.error_many);
        el("span", "row-pill error-text").text(&errors)
    });
    let names = names_of(el("span", "names").attr("title", &label), service, &siblings.operation);
    let cell = guide_lines(el("div", "name-cell").attr("role", "gridcell"), row, context)
        .child(toggle(class, name, &facts, &siblings.count.to_string()).test_id("siblings-toggle"))
        .child(el("span", "mono quiet").text("×"))
        .child(names)
        .children(error);
    let class = format!("span-row siblings-row service-{}", context.slot(siblings.service));
    framed(el("div", &class), row, index)
        .attr("aria-label", &label)
        .test_id("siblings-row")
        .attrs(&[("aria-expanded", yes_no(siblings.is_open)), ("data-count", &siblings.count.to_string())])
        .child(cell)
        .child(siblings_bar(siblings, context))
}

fn siblings_bar(siblings: &Siblings, context: &RowContext) -> View {
    let length = siblings.to_nanos.saturating_sub(siblings.from_nanos);
    context
        .placed(el("div", "bar-cell"), siblings.from_nanos, length)
        .attr("role", "gridcell")
        .child(el("div", "siblings-bar"))
        .child(el("span", "bar-label").text(&siblings_facts(siblings)))
}

/// Puts what stands in the bar's cell of a row where another frame has it. All of it stays the same elements: the pointer may
/// be on one.
pub fn place_again(row_element: &Element, row: &Row, context: &RowContext) {
    let cell = match &row.content {
        RowContent::Span(span) => bar_cell(span, context),
        RowContent::Siblings(siblings) => siblings_bar(siblings, context),
        RowContent::Pruned(_) => return,
    };
    let mut old = row_element.query_selector(".bar-cell").ok().flatten();
    let mut new = Some(cell.element::<Element>());
    let children = |cell: &Option<Element>| cell.as_ref().and_then(Element::first_element_child);
    let (first_old, first_new) = (children(&old), children(&new));
    let mut next = (first_old, first_new);
    while let (Some(one), Some(other)) = (&old, &new) {
        let (one, other): (&HtmlElement, &HtmlElement) = (one.unchecked_ref(), other.unchecked_ref());
        one.style().set_css_text(&other.style().css_text());
        let after = |element: &Option<Element>| element.as_ref().and_then(Element::next_element_sibling);
        let following = (after(&next.0), after(&next.1));
        (old, new) = std::mem::replace(&mut next, following);
    }
}
