//! The page of who calls whom: the graph, its tools, what is chosen, and the links as a table.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::format::lower;
use super::graph_canvas::{GraphCanvas, Make, around, stage, zoom_buttons};
use super::row::{display_name, yes_no};
use super::searching::look_for_sources;
use super::services_card::card;
use super::services_choice::{Choice, Chosen, ColourBy, choose};
use super::services_picture::{
    INKS, count_text, ends_of, kind_name, kind_word, name_of, picture, share_of, share_text, short,
};
use super::services_sources::Asked;
use super::services_table::links_table;
use super::services_tools::{empty_note, tools};
use super::signal::{Memo, RwSignal};
use super::state::{app, client};
use super::view::{View, dynamic, effect, el, optional, when};
use super::words::{fill, words};
use crate::engine::client::Slot;
use crate::engine::messages::decode;
use crate::engine::questions::{MapLink, MapNode, ServiceMap, ServiceMapAnswer};
use crate::ui::graph_view::Hit;

/// What the page knows.
#[derive(Clone, Copy)]
pub struct Services {
    pub choice: Memo<Choice>,
    pub answer: RwSignal<Rc<ServiceMapAnswer>>,
    /// The number of the last question; the answer has it, too.
    asked: RwSignal<u32>,
    /// The question as it is now.
    pub question: Memo<ServiceMap>,
    pub graph: GraphCanvas,
    pub told: Asked,
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
            asked: RwSignal::new(0),
            question: Memo::new(move |_| choice.with(|choice| choice.question(other.get()))),
            graph: GraphCanvas::new(&INKS),
            told: Asked::new(),
        };
        services.ask();
        services.draw();
        services.follow_choice();
        services.bring_own();
        services
    }

    fn ask(self) {
        let Some(client) = client() else { return };
        let slot = Slot::<ServiceMap>::hearing(client, move |bytes| {
            if !self.answer.is_disposed() {
                self.answer.set(Rc::new(decode(bytes).unwrap_or_default()));
            }
        });
        let last = RefCell::new(None::<(u32, ServiceMap)>);
        effect(move || {
            let (version, question) = (app().version.get(), self.question.get());
            let last = last.replace(Some((version, question.clone())));
            if last.is_some_and(|(known, last)| known == version && self.is_told(&last, &question)) {
                return;
            }
            let number = self.asked.get_untracked() + 1;
            self.asked.set(number);
            slot.ask(ServiceMap { number, ..question });
        });
    }

    /// Where nothing is loaded, it is what those have counted who are at the page's own origin: so a link of Jaeger UI does here what it does
    /// at home.
    fn bring_own(self) {
        let was_asked = Cell::new(false);
        effect(move || {
            if was_asked.get() || !app().loads.with(Vec::is_empty) {
                return;
            }
            let Some(sources) = app().sources.get() else { return look_for_sources() };
            let is_empty = self.answer.with(|it| it.number > 0 && it.loaded == [0; 2] && it.counted_by.is_empty());
            if !is_empty {
                return;
            }
            was_asked.set(true);
            if let Some(own) = sources.into_iter().find(|source| source.is_own && source.kind.is_some()) {
                self.told.get(own, true);
            }
        });
    }

    /// Whether the answer to the last question is that to another one, too: without spans it told what the first source counted.
    #[inline(never)]
    fn is_told(self, last: &ServiceMap, question: &ServiceMap) -> bool {
        let answer = self.answer.get_untracked();
        let is_of_first = answer.loaded == [0; 2] && answer.counted_by.first() == question.what.counted_by.as_ref();
        let is_same = ServiceMap { what: question.what.clone(), ..last.clone() } == *question;
        let was_open = last.what.or_counted && last.what.counted_by.is_none() && question.what.counted_by.is_some();
        was_open && is_same && is_of_first && answer.number == self.asked.get_untracked()
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

    fn is_busy(self) -> bool {
        self.answer.with(|it| it.number) != self.asked.get() || self.told.is_under_way.get()
    }

    /// The node of this name, if it is shown.
    pub fn node(answer: &ServiceMapAnswer, name: &str) -> Option<u32> {
        (0..).zip(&answer.nodes).find(|(_, node)| name_of(answer, node) == name).map(|(at, _)| at)
    }
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

/// The page.
#[inline(never)]
pub fn service_graph() -> View {
    let services = Services::new();
    let is_table = Memo::new(move |_| services.choice.with(|choice| choice.is_table));
    let is_empty = Memo::new(move |_| services.answer.with(|it| it.number > 0 && it.nodes.is_empty()));
    let body = around(services.graph, el("div", "graph-place"))
        .child(when(move || !is_table.get(), move || graph_place(services)))
        .child(when(move || is_table.get(), move || links_table(services)))
        .child(when(move || is_empty.get(), move || empty_note(services)))
        .child(optional(move || card(services)));
    el("div", "services-graph")
        .attr_of("aria-busy", move || yes_no(services.is_busy()).to_owned())
        .child(tools(services))
        .child(optional(move || services.told.card()))
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
    let note = node.calls.map(|calls| note(calls, node.failed)).unwrap_or_default();
    view.attrs(&[("data-service", name), ("data-kind", kind_word(node.kind)), ("title", &title)])
        .child(el("bdi", "").text(display_name(name)))
        .child(el("small", "").text(&note))
}

/// The second line of a node: its calls, and how many of them failed if any did.
fn note(calls: u64, failed: Option<u64>) -> String {
    let word = if calls == 1 { words().services_call } else { words().services_calls_many };
    match failed {
        None | Some(0) => [&short(calls), " ", word].concat(),
        failed => [&short(calls), " · ", &share_text(share_of(failed, Some(calls)))].concat(),
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
    // What is read has what is seen in it.
    let label =
        [display_name(caller), " → ", display_name(called), ": ", &link.calls.map(short).unwrap_or_default()].concat();
    let plain = |count: Option<u64>| count.map(|count| count.to_string()).unwrap_or_default();
    view.attrs(&[
        ("data-parent", caller),
        ("data-child", called),
        ("data-calls", &plain(link.calls)),
        ("data-errors", &plain(link.errors)),
        ("title", &title),
        ("aria-label", &label),
    ])
    .text(&link.calls.map(short).unwrap_or_default())
}
