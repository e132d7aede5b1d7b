//! The page of who calls whom: the graph, its tools, what is chosen, and the links as a table.

use std::cell::Cell;
use std::rc::Rc;

use super::format::{fixed, lower, number};
use super::graph_canvas::{EdgeLook, GraphCanvas, Make, NodeLook, Picture, Shape, stage, zoom_buttons};
use super::row::display_name;
use super::services_card::card;
use super::services_choice::{Choice, Chosen, ColourBy, choose};
use super::services_table::links_table;
use super::services_tools::{empty_note, tools};
use super::signal::{Memo, RwSignal};
use super::state::{app, client};
use super::view::{View, dynamic, effect, el, optional, when};
use super::words::{fill, words};
use crate::engine::client::Slot;
use crate::engine::messages::decode;
use crate::engine::questions::{MapLink, MapNode, NodeKind, ServiceMap, ServiceMapAnswer};
use crate::ui::graph_view::{Drawing, Hit, Line, Place};

/// Colours of lines and boxes: the first is what says nothing, then some and many errors, then ever slower, and what fills boxes.
const INKS: [&str; 9] = [
    "--line-strong",
    "--warning",
    "--error",
    "--slow-1",
    "--slow-2",
    "--slow-3",
    "--slow-4",
    "--raised",
    "--error-faint",
];
const SLOW: u8 = 3;
const FILL: u8 = 7;
const FILL_FAILED: u8 = 8;
/// From this share of failed calls on there are many.
const MANY: f64 = 0.05;
/// Widths of lines: of one call, and of the most.
const WIDTHS: [f32; 2] = [1.0, 6.0];

/// What the page knows.
#[derive(Clone, Copy)]
pub struct Services {
    pub choice: Memo<Choice>,
    pub answer: RwSignal<Rc<ServiceMapAnswer>>,
    /// The question that it answers.
    pub asked: RwSignal<Option<ServiceMap>>,
    /// The question as it is now.
    pub question: Memo<ServiceMap>,
    pub graph: GraphCanvas,
}

impl Services {
    fn new() -> Services {
        let choice = Choice::of_address();
        let answer = RwSignal::new(Rc::new(ServiceMapAnswer::default()));
        // Where there are no spans, what a backend counted is shown unless the address says otherwise.
        let other = Memo::new(move |_| {
            let answer = answer.get();
            let is_without_spans = answer.loaded == [0; 2];
            answer.counted_by.first().filter(|_| is_without_spans).cloned()
        });
        let services = Services {
            choice,
            answer,
            asked: RwSignal::new(None),
            question: Memo::new(move |_| choice.with(|choice| choice.question(other.get()))),
            graph: GraphCanvas::new(&INKS),
        };
        services.ask();
        services.draw();
        services.follow_choice();
        services
    }

    fn ask(self) {
        let Some(client) = client() else { return };
        let (asked, waiting) = (self.asked, Rc::new(Cell::new(0_u32)));
        let latest = RwSignal::new(None);
        let told = waiting.clone();
        let slot = Slot::<ServiceMap>::hearing(client, move |bytes| {
            if !self.answer.is_disposed() {
                told.set(0);
                self.answer.set(Rc::new(decode(bytes).unwrap_or_default()));
                asked.set(latest.get_untracked());
            }
        });
        effect(move || {
            app().version.track();
            let question = self.question.get();
            latest.set(Some(question.clone()));
            waiting.set(waiting.get() + 1);
            slot.ask(question);
        });
    }

    /// Draws what came, whenever that is something else or has other colours.
    fn draw(self) {
        let colour = Memo::new(move |_| self.choice.with(|choice| choice.colour));
        let drawn = Rc::new(Cell::new(0_u32));
        effect(move || {
            let (answer, colour) = (self.answer.get(), colour.get());
            drawn.set(drawn.get() + 1);
            self.graph.show(picture(&answer, colour, drawn.get()));
        });
        let find = Memo::new(move |_| self.choice.with(|choice| lower(choice.find.trim())));
        effect(move || {
            let (answer, find) = (self.answer.get(), find.get());
            let is_found = |node: &MapNode| !find.is_empty() && lower(name_of(&answer, node)).contains(&find);
            let found = (0..).zip(&answer.nodes).filter(|(_, node)| is_found(node)).map(|(at, _)| at).collect();
            self.graph.marked.set(Rc::new(found));
        });
    }

    /// What the address says is chosen is chosen in the graph, and the other way round.
    fn follow_choice(self) {
        let chosen = Memo::new(move |_| self.choice.with(|choice| choice.chosen.clone()));
        effect(move || {
            let answer = self.answer.get();
            let hit = chosen.with(|chosen| hit_of(&answer, chosen));
            if self.graph.chosen.get_untracked() != hit {
                self.graph.chosen.set(hit);
            }
        });
        effect(move || {
            let hit = self.graph.chosen.get();
            let answer = self.answer.get_untracked();
            let (now, known) = (chosen_of(&answer, hit), chosen.get_untracked());
            // What is not here (yet) stays in the address.
            if now != known && (hit.is_some() || hit_of(&answer, &known).is_some()) {
                choose(&now);
            }
        });
    }

    /// The node of this name, if it is shown.
    pub fn node(answer: &ServiceMapAnswer, name: &str) -> Option<u32> {
        (0..).zip(&answer.nodes).find(|(_, node)| name_of(answer, node) == name).map(|(at, _)| at)
    }
}

pub fn name_of<'a>(answer: &'a ServiceMapAnswer, node: &MapNode) -> &'a str {
    answer.names.get(node.name as usize).map_or("", String::as_str)
}

/// The names of both ends.
pub fn ends_of<'a>(answer: &'a ServiceMapAnswer, link: &MapLink) -> [&'a str; 2] {
    [link.parent, link.child].map(|end| answer.nodes.get(end as usize).map_or("", |node| name_of(answer, node)))
}

fn hit_of(answer: &ServiceMapAnswer, chosen: &Chosen) -> Option<Hit> {
    match chosen {
        Chosen::Nothing => None,
        Chosen::Node(name) => Services::node(answer, name).map(Hit::Box),
        Chosen::Link(caller, called) => {
            let is_it = |link: &MapLink| ends_of(answer, link) == [caller, called];
            (0..).zip(&answer.links).find(|(_, link)| is_it(link)).map(|(at, _)| Hit::Line(at))
        }
    }
}

fn chosen_of(answer: &ServiceMapAnswer, hit: Option<Hit>) -> Chosen {
    match hit {
        Some(Hit::Box(node)) => answer
            .nodes
            .get(node as usize)
            .map(|node| Chosen::Node(name_of(answer, node).to_owned()))
            .unwrap_or_default(),
        Some(Hit::Line(line)) => {
            let ends = answer.links.get(line as usize).map(|link| ends_of(answer, link).map(str::to_owned));
            ends.map(|[caller, called]| Chosen::Link(caller, called)).unwrap_or_default()
        }
        None => Chosen::Nothing,
    }
}

/// How many of so many calls failed; `None`: nobody knows.
pub fn share_of(errors: Option<u64>, calls: Option<u64>) -> Option<f64> {
    match (errors, calls) {
        (Some(errors), Some(calls)) if calls > 0 => Some(errors as f64 / calls as f64),
        _ => None,
    }
}

#[inline(never)]
fn picture(answer: &ServiceMapAnswer, colour: ColourBy, number: u32) -> Picture {
    let boxes: Vec<Place> = answer.nodes.iter().map(|node| Place { middle: node.middle, size: node.size }).collect();
    let line = |link: &MapLink| Line::of(&boxes, [link.parent, link.child], &link.bends);
    let lines = answer.links.iter().map(line).collect();
    let most = answer.links.iter().filter_map(|link| link.calls).max().unwrap_or_default();
    let slowest = answer.links.iter().map(|link| wait(link)).max().unwrap_or_default();
    let slowest_node = answer.nodes.iter().map(|node| node.times.p95).max().unwrap_or_default();
    let ink = |errors: Option<u64>, calls: Option<u64>, nanos: i64, slowest: i64| match colour {
        ColourBy::Nothing => 0,
        ColourBy::Latency => slowness(nanos, slowest),
        ColourBy::Errors => match share_of(errors, calls) {
            Some(share) if share >= MANY => 2,
            Some(share) if share > 0.0 => 1,
            _ => 0,
        },
    };
    let node = |node: &MapNode| {
        let ink = ink(node.failed, node.calls, node.times.p95, slowest_node);
        NodeLook {
            text: name_of(answer, node).to_owned(),
            shape: shape(node.kind),
            inks: [ink, if ink == 2 { FILL_FAILED } else { FILL }],
            weight: node.calls.unwrap_or_default() + u64::from(node.spans),
        }
    };
    let edge = |link: &MapLink| EdgeLook {
        width: width(link.calls, most),
        ink: ink(link.errors, link.calls, wait(link), slowest),
    };
    Picture {
        nodes: answer.nodes.iter().map(node).collect(),
        edges: answer.links.iter().map(edge).collect(),
        drawing: Drawing { boxes, lines, size: answer.size },
        number,
    }
}

/// What a link's callers waited mostly at most; of what only the called tell, what these took.
pub fn wait(link: &MapLink) -> i64 {
    if link.call.count > 0 { link.call.p95 } else { link.callee.p95 }
}

/// By powers of four below the slowest.
fn slowness(nanos: i64, slowest: i64) -> u8 {
    if nanos <= 0 {
        return 0;
    }
    let behind = (0..3).take_while(|step| nanos < slowest >> (2 * (step + 1))).count() as u8;
    SLOW + 3 - behind
}

/// By the logarithm of calls, in quarters of a pixel: lines of one width are drawn together.
fn width(calls: Option<u64>, most: u64) -> f32 {
    let log = |calls: u64| (u64::BITS - (calls + 1).leading_zeros()) as f32;
    let share = calls.map_or(0.0, |calls| (log(calls) - 1.0) / (log(most) - 1.0).max(1.0));
    ((WIDTHS[0] + (WIDTHS[1] - WIDTHS[0]) * share) * 4.0).round() / 4.0
}

fn shape(kind: NodeKind) -> Shape {
    match kind {
        NodeKind::Service => Shape::Rounded,
        NodeKind::Database => Shape::Cylinder,
        NodeKind::Queue => Shape::Slanted,
        NodeKind::External => Shape::Dashed,
    }
}

pub fn kind_name(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Service => words().search_service,
        NodeKind::Database => words().services_database,
        NodeKind::Queue => words().services_queue,
        NodeKind::External => words().services_external,
    }
}

/// A count in three digits: `980`, `12.3k`, `4.56M`.
pub fn short(count: u64) -> String {
    let (mut value, mut unit) = (count as f64, "");
    for next in ["k", "M", "G", "T"] {
        if value >= 999.5 {
            (value, unit) = (value / 1_000.0, next);
        }
    }
    let digits = if unit.is_empty() || value >= 99.95 {
        0
    } else if value >= 9.995 {
        1
    } else {
        2
    };
    [&fixed(value, digits), unit].concat()
}

/// A count, or that nobody told it.
pub fn count_text(count: Option<u64>) -> String {
    count.map_or_else(|| "–".to_owned(), number)
}

/// A share of failed calls.
pub fn share_text(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| [&fixed(share * 100.0, if share > 0.0 { 1 } else { 0 }), "%"].concat())
}

/// The page.
#[inline(never)]
pub fn service_graph() -> View {
    let services = Services::new();
    let is_table = Memo::new(move |_| services.choice.with(|choice| choice.is_table));
    let is_empty =
        Memo::new(move |_| services.asked.with(Option::is_some) && services.answer.with(|it| it.nodes.is_empty()));
    let body = el("div", "graph-place")
        .child(when(move || !is_table.get(), move || graph_place(services)))
        .child(when(move || is_table.get(), move || links_table(services)))
        .child(when(move || is_empty.get(), move || empty_note(services)))
        .child(optional(move || card(services)));
    el("div", "services-graph")
        .attr_of("aria-busy", move || {
            services.asked.with(|asked| asked.as_ref() != Some(&services.question.get())).to_string()
        })
        .child(tools(services))
        .child(body)
}

fn graph_place(services: Services) -> View {
    let node: Make = Rc::new(move |at| node_view(services, at));
    let edge: Make = Rc::new(move |at| edge_view(services, at));
    let graph = services.graph;
    let name = words().services_graph;
    let stage = stage(graph, "service-graph", name, node, edge)
        .attr_of("data-nodes", move || services.answer.with(|answer| answer.nodes.len().to_string()))
        .attr_of("data-edges", move || services.answer.with(|answer| answer.links.len().to_string()));
    el("div", "graph-frame").child(stage).child(zoom_buttons(graph)).child(dynamic(move || legend(services)))
}

/// What colours mean.
fn legend(services: Services) -> View {
    let words = words();
    let lines: &[(&str, &str)] = match services.choice.with(|choice| choice.colour) {
        ColourBy::Errors => {
            &[("0", words.services_no_errors), ("1", words.services_some_errors), ("2", words.services_many_errors)]
        }
        ColourBy::Latency => &[("3", words.services_quick), ("4", ""), ("5", ""), ("6", words.services_slow)],
        ColourBy::Nothing => &[],
    };
    let line = |(ink, text): &(&str, &str)| {
        let swatch = el("span", "graph-swatch").attrs(&[("data-ink", ink), ("aria-hidden", "true")]);
        el("span", "legend-line").attr("role", "listitem").child(swatch).text(text)
    };
    el("div", "graph-legend").attrs(&[("role", "list")]).children(lines.iter().map(line))
}

#[inline(never)]
fn node_view(services: Services, at: u32) -> View {
    let answer = services.answer.get_untracked();
    let view = el("button", "graph-node").test_id("service-node").attrs(&[("type", "button"), ("tabindex", "-1")]);
    let Some(node) = answer.nodes.get(at as usize) else { return view };
    let name = name_of(&answer, node);
    let calls =
        fill(words().services_node_calls, &[&count_text(node.calls), &share_text(share_of(node.failed, node.calls))]);
    let title = [display_name(name), " (", kind_name(node.kind), "): ", &calls].concat();
    let note = if node.calls.is_some() {
        [&short(node.calls.unwrap_or_default()), " · ", &share_text(share_of(node.failed, node.calls))].concat()
    } else {
        String::new()
    };
    view.attrs(&[
        ("data-service", name),
        ("data-kind", kind_word(node.kind)),
        ("title", &title),
        ("aria-label", &title),
    ])
    .child(el("bdi", "").text(display_name(name)))
    .child(el("small", "").text(&note))
}

fn kind_word(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Service => "service",
        NodeKind::Database => "database",
        NodeKind::Queue => "queue",
        NodeKind::External => "external",
    }
}

#[inline(never)]
fn edge_view(services: Services, at: u32) -> View {
    let answer = services.answer.get_untracked();
    let view = el("button", "graph-edge").test_id("service-edge").attrs(&[("type", "button"), ("tabindex", "-1")]);
    let Some(link) = answer.links.get(at as usize) else { return view };
    let [caller, called] = ends_of(&answer, link);
    let calls =
        fill(words().services_node_calls, &[&count_text(link.calls), &share_text(share_of(link.errors, link.calls))]);
    let title = [display_name(caller), " → ", display_name(called), ": ", &calls].concat();
    let plain = |count: Option<u64>| count.map(|count| count.to_string()).unwrap_or_default();
    view.attrs(&[
        ("data-parent", caller),
        ("data-child", called),
        ("data-calls", &plain(link.calls)),
        ("data-errors", &plain(link.errors)),
        ("title", &title),
        ("aria-label", &title),
    ])
    .text(&link.calls.map(short).unwrap_or_default())
}
