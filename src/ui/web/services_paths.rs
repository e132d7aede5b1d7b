//! The page of the paths through a service or an operation, hop by hop (Jaeger UI's deep dependencies): the drawing, and what is asked for.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use web_sys::Event;

use super::format::{counted, number};
use super::graph_canvas::{EdgeLook, GraphCanvas, Make, NodeLook, Picture, Shape, around, stage, zoom_buttons};
use super::navigation::{go, parameter, place, with_parameters};
use super::row::display_name;
use super::services_empty::nothing_here;
use super::services_paths_card::card;
use super::services_paths_tools::tools;
use super::signal::{Memo, RwSignal};
use super::state::{app, client};
use super::storage::preference;
use super::view::{View, effect, el, optional};
use super::words::{fill, words};
use crate::engine::client::Slot;
use crate::engine::messages::decode;
use crate::engine::questions::{Density, Names, PathFocus, PathNode, Paths, PathsAnswer};
use crate::ui::graph_view::{Drawing, Hit, Line, Place};

/// Parameters of the address: Jaeger UI's, and what is shown.
pub const SERVICE: &str = "service";
pub const OPERATION: &str = "operation";
pub const DENSITY: &str = "density";
pub const BY_OPERATION: &str = "showOp";
pub const HOPS: [&str; 2] = ["up", "down"];
pub const HIDDEN: &str = "hide";
pub const SHOWN: &str = "show";
pub const THROUGH: &str = "through";
/// What the three before are of.
pub const GUARD: &str = "of";
pub const FIND: &str = "uiFind";
/// So many hops are shown unless the address says otherwise.
pub const USUAL_HOPS: u32 = 2;

/// Of boxes: edges and what fills them; of the focus the same.
const INKS: [&str; 4] = ["--line-strong", "--raised", "--accent", "--accent-faint"];

/// Densities and their words in addresses, as Jaeger UI has them.
pub const DENSITIES: [(Density, &str); 5] = [
    (Density::Concise, "mc"),
    (Density::UpAndDown, "up-vs-down"),
    (Density::Level, "per-level"),
    (Density::Path, "ppe"),
    (Density::External, "ext-vs-int"),
];

/// What the page knows.
#[derive(Clone, Copy)]
pub struct PathsPage {
    /// What the address asks for.
    pub asked: Memo<Paths>,
    pub answer: RwSignal<Rc<PathsAnswer>>,
    /// What the answer is of; nothing before the first.
    pub answered: RwSignal<Option<Paths>>,
    pub graph: GraphCanvas,
    pub services: RwSignal<Vec<String>>,
    pub operations: RwSignal<Vec<String>>,
}

fn asked(search: &str) -> Paths {
    let text = |key: &str| parameter(search, key).unwrap_or_default();
    let numbers = |key: &str| text(key).split(',').filter_map(|it| it.parse().ok()).collect::<Vec<u32>>();
    let hops = |key: &str| numbers(key).first().copied().unwrap_or(USUAL_HOPS);
    // What is not said is as it was last.
    let kept = |key: &str| parameter(search, key).or_else(|| preference(key)).unwrap_or_default();
    let word = kept(DENSITY);
    let density = DENSITIES.iter().find(|(_, known)| *known == word);
    Paths {
        focus: PathFocus {
            service: text(SERVICE),
            operation: text(OPERATION),
            density: density.map_or(Density::default(), |(density, _)| *density),
            by_operation: matches!(&*kept(BY_OPERATION), "1" | "true"),
        },
        hops: HOPS.map(hops),
        hidden: numbers(HIDDEN),
        shown: numbers(SHOWN),
        through: numbers(THROUGH).first().copied(),
        guard: numbers(GUARD).first().copied().unwrap_or_default(),
        find: text(FIND),
    }
}

impl PathsPage {
    fn new() -> PathsPage {
        let search = place().search;
        let page = PathsPage {
            asked: Memo::new(move |_| asked(&search.read())),
            answer: RwSignal::default(),
            answered: RwSignal::new(None),
            graph: GraphCanvas::new(&INKS),
            services: RwSignal::default(),
            operations: RwSignal::default(),
        };
        page.ask();
        page.ask_names();
        page.draw();
        page
    }

    fn ask(self) {
        let Some(client) = client() else { return };
        let latest = RwSignal::new(None);
        let slot = Slot::<Paths>::hearing(client, move |bytes| {
            if !self.answer.is_disposed() {
                self.answered.set(latest.get_untracked());
                self.answer.set(Rc::new(decode(bytes).unwrap_or_default()));
            }
        });
        effect(move || {
            app().version.track();
            let asked = self.asked.get();
            latest.set(Some(asked.clone()));
            slot.ask(asked);
        });
    }

    fn ask_names(self) {
        let bring = |into: RwSignal<Vec<String>>, names: Names| {
            spawn_local(async move {
                let Some(client) = client() else { return };
                let names = client.ask(names).await.unwrap_or_default();
                if !into.is_disposed() {
                    into.set(names);
                }
            });
        };
        effect(move || {
            app().version.track();
            bring(self.services, Names::Services);
        });
        let service = Memo::new(move |_| self.asked.with(|asked| asked.focus.service.clone()));
        effect(move || {
            app().version.track();
            match service.get() {
                service if service.is_empty() => self.operations.set(Vec::new()),
                service => bring(self.operations, Names::Operations(service)),
            }
        });
    }

    /// Draws what came. The chosen node stays chosen.
    fn draw(self) {
        let drawn = Cell::new(0_u32);
        let last: RwSignal<Rc<PathsAnswer>> = RwSignal::default();
        effect(move || {
            let (answer, before) = (self.answer.get(), last.get_untracked());
            drawn.set(drawn.get() + 1);
            let chosen = self.chosen(&before).filter(|_| answer.guard == before.guard);
            let number = chosen.map(|node| node.number);
            self.graph.show(picture(&answer, drawn.get()));
            let at = number.and_then(|number| answer.nodes.iter().position(|node| node.number == number));
            self.graph.chosen.set(at.map(|at| Hit::Box(at as u32)));
            let found = (0..).zip(&answer.nodes).filter(|(_, node)| node.is_found).map(|(at, _)| at);
            self.graph.marked.set(Rc::new(found.collect()));
            last.set(answer);
        });
    }

    fn chosen(self, answer: &PathsAnswer) -> Option<PathNode> {
        match self.graph.chosen.get_untracked() {
            Some(Hit::Box(at)) => answer.nodes.get(at as usize).cloned(),
            _ => None,
        }
    }

    /// What is hidden, shown and focused as the answer's numbers have it.
    pub fn exceptions(self) -> Paths {
        let mut asked = self.asked.get_untracked();
        if self.answer.with_untracked(|answer| answer.is_of_others) {
            (asked.hidden, asked.shown, asked.through) = Default::default();
        }
        asked
    }

    /// Puts what is hidden, shown and focused into the address.
    #[inline(never)]
    pub fn put(self, wanted: &Paths) {
        let list = |numbers: &[u32]| {
            let texts: Vec<String> = numbers.iter().map(u32::to_string).collect();
            Some(texts.join(",")).filter(|text| !text.is_empty())
        };
        let through: Vec<u32> = wanted.through.into_iter().collect();
        let lists = [list(&wanted.hidden), list(&wanted.shown), list(&through)];
        let guard = self.answer.with_untracked(|answer| answer.guard.to_string());
        let guard = lists.iter().any(Option::is_some).then_some(guard);
        let [hidden, shown, through] = lists;
        go(&with_parameters(&[(HIDDEN, hidden), (SHOWN, shown), (THROUGH, through), (GUARD, guard)]), false);
    }
}

/// Changes who is in focus, or how hops become nodes: what was hidden is of other nodes then.
pub fn put_focus(changes: &[(&'static str, &str)]) {
    let mut all = vec![(HIDDEN, None), (SHOWN, None), (THROUGH, None), (GUARD, None)];
    all.extend(changes.iter().map(|(key, value)| (*key, Some((*value).to_owned()).filter(|it| !it.is_empty()))));
    go(&with_parameters(&all), false);
}

pub fn name_in(answer: &PathsAnswer, name: u32) -> &str {
    answer.names.get(name as usize).map_or("", String::as_str)
}

#[inline(never)]
fn picture(answer: &PathsAnswer, number: u32) -> Picture {
    let place = |node: &PathNode| Place { middle: node.middle, size: answer.box_size };
    let boxes: Vec<Place> = answer.nodes.iter().map(place).collect();
    let lines = answer.edges.iter().map(|edge| Line::of(&boxes, edge.ends, &edge.bends)).collect();
    let node = |node: &PathNode| NodeLook {
        text: display_name(name_in(answer, node.service)).to_owned(),
        shape: Shape::Rounded,
        inks: if node.number == 0 { [2, 3] } else { [0, 1] },
        weight: u64::from(node.traces) + if node.number == 0 { u64::from(u32::MAX) } else { 0 },
    };
    // Of all traces one pixel, of one a quarter of it and so on.
    let width = |traces: u32| 1.0 + (3.0 * traces as f32 / answer.traces.max(1) as f32 * 4.0).round() / 4.0;
    Picture {
        nodes: answer.nodes.iter().map(node).collect(),
        edges: answer.edges.iter().map(|edge| EdgeLook { width: width(edge.traces), ink: 0 }).collect(),
        drawing: Drawing::new(boxes, lines, answer.size),
        number,
    }
}

/// Where a node is, in words.
pub fn hops_text(distance: i32) -> String {
    let words = words();
    let forms = match distance {
        0 => return words.paths_focus.to_owned(),
        1.. => [words.paths_down_one, words.paths_down_many],
        _ => [words.paths_up_one, words.paths_up_many],
    };
    counted(distance.unsigned_abs().into(), forms[0], forms[1])
}

/// The page.
#[inline(never)]
pub fn paths_page() -> View {
    let page = PathsPage::new();
    let body = around(page.graph, el("div", "graph-place"))
        .child(graph_place(page))
        .child(optional(move || empty_note(page)))
        .child(optional(move || card(page)));
    el("div", "services-graph")
        .attr_of("aria-busy", move || (page.answered.get().as_ref() != Some(&*page.asked.read())).to_string())
        .child(tools(page))
        .child(body)
}

fn graph_place(page: PathsPage) -> View {
    let node: Make = Rc::new(move |at| node_view(page, at));
    let edge: Make = Rc::new(move |at| edge_view(page, at));
    let stage = stage(page.graph, "path-graph", words().services_paths, node, edge)
        .attr_of("data-nodes", move || page.answer.with(|answer| answer.nodes.len().to_string()))
        .attr_of("data-all", move || page.answer.with(|answer| answer.all.to_string()));
    el("div", "graph-frame").child(stage).child(zoom_buttons(page.graph))
}

#[inline(never)]
fn node_view(page: PathsPage, at: u32) -> View {
    let answer = page.answer.get_untracked();
    let view = el("button", "graph-node path-node").test_id("path-node");
    let view = view.attrs(&[("type", "button"), ("tabindex", "-1")]);
    let Some(node) = answer.nodes.get(at as usize) else { return view };
    let words = words();
    let service = name_in(&answer, node.service);
    let operation = operation_text(page, &answer, node);
    let traces = counted(node.traces.into(), words.trace_one, words.trace_many);
    let beyond = match node.beyond.len() {
        0 => String::new(),
        count => fill(words.paths_beyond, &[&number(count as u64)]),
    };
    let title =
        [display_name(service), ": ", &operation, " (", &hops_text(node.distance), "), ", &traces, &beyond].concat();
    let by_operation = page.answered.with_untracked(|asked| asked.as_ref().is_some_and(|it| it.focus.by_operation));
    let operation = by_operation.then(|| el("small", "").text(&operation));
    view.attrs(&[
        ("data-service", service),
        ("data-operation", name_in(&answer, node.operation)),
        ("data-hops", &node.distance.to_string()),
        ("data-traces", &node.traces.to_string()),
        ("data-number", &node.number.to_string()),
        ("title", &title),
    ])
    .child(el("bdi", "").text(display_name(service)))
    .children(operation)
    .child(el("small", "quiet").text(&[&*traces, &*beyond].concat()))
}

/// The operation, or how many.
pub fn operation_text(page: PathsPage, answer: &PathsAnswer, node: &PathNode) -> String {
    let is_one = page.answered.with_untracked(|asked| asked.as_ref().is_some_and(|it| it.focus.by_operation));
    match node.operations {
        ..=1 => display_name(name_in(answer, node.operation)).to_owned(),
        _ if is_one && node.number != 0 => display_name(name_in(answer, node.operation)).to_owned(),
        many => counted(many.into(), words().paths_operation_one, words().paths_operation_many),
    }
}

#[inline(never)]
fn edge_view(page: PathsPage, at: u32) -> View {
    let answer = page.answer.get_untracked();
    let view = el("button", "graph-edge").test_id("path-edge").attrs(&[("type", "button"), ("tabindex", "-1")]);
    let Some(edge) = answer.edges.get(at as usize) else { return view };
    let [from, to] = edge.ends.map(|end| display_name(name_in(&answer, answer.nodes[end as usize].service)));
    let traces = counted(edge.traces.into(), words().trace_one, words().trace_many);
    let title = [from, " → ", to, ": ", &traces].concat();
    view.attrs(&[("title", &title), ("aria-label", &title)]).text(&number(edge.traces.into()))
}

/// What would be here, and the way to get it.
fn empty_note(page: PathsPage) -> Option<View> {
    let asked = page.answered.get()?;
    if page.answer.with(|answer| !answer.nodes.is_empty()) {
        return None;
    }
    let words = words();
    if page.services.with(Vec::is_empty) {
        return Some(nothing_here(Vec::new()).test_id("paths-empty"));
    }
    let is_chosen = !asked.focus.service.is_empty();
    let text = if is_chosen { words.paths_none } else { words.paths_choose };
    let offered = page.services.get().into_iter().take(12).filter(|_| !is_chosen).map(|name| {
        let chosen = name.clone();
        el("button", "button small")
            .attr("type", "button")
            .test_id("path-offer")
            .on("click", move |_: Event| {
                put_focus(&[(SERVICE, &chosen), (OPERATION, "")]);
                page.graph.leave();
            })
            .text(display_name(&name))
    });
    let note = el("div", "graph-empty").attr("role", "status").test_id("paths-empty").child(el("p", "").text(text));
    Some(note.child(el("div", "card-actions").children(offered)))
}
