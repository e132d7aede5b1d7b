//! The ways to look at one trace, and the switch between them. Which one it is stands in the address (`view`).

use std::rc::Rc;

use super::app::with_the_rest;
use super::format::number;
use super::navigation::{link, parameter, place, with_parameters};
use super::service_colours::Slots;
use super::signal::{Memo, RwSignal};
use super::timeline_state::Timeline;
use super::view::{View, el};
use super::words::words;
use crate::engine::questions::TraceHead;

/// What a trace is shown as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TraceView {
    /// Its spans as bars, row by row.
    #[default]
    Timeline,
    /// Its spans in groups, with figures.
    Statistics,
    /// Its spans as a table.
    Spans,
    /// The events of all its spans.
    Events,
    /// What is wrong with it, or worth a look.
    Findings,
    /// Its call paths as an outline.
    Graph,
    /// Its call paths as boxes, one above the other, or its spans at their times.
    Flame,
}

/// What every view of a trace knows of it.
#[derive(Clone)]
pub struct Viewed {
    pub head: Rc<TraceHead>,
    pub slots: Rc<Slots>,
    /// The timeline, for what all views share: root, find, services that are left out.
    pub timeline: Timeline,
    /// Findings that are no mere hints: known once the view of findings was shown.
    pub serious: RwSignal<u32>,
}

/// The parameter of the address that names the view.
const VIEW: &str = "view";

impl TraceView {
    pub const ALL: [TraceView; 7] = [
        TraceView::Timeline,
        TraceView::Graph,
        TraceView::Statistics,
        TraceView::Spans,
        TraceView::Flame,
        TraceView::Events,
        TraceView::Findings,
    ];

    /// The word for it in the address and in test ids.
    pub fn word(self) -> &'static str {
        match self {
            TraceView::Timeline => "timeline",
            TraceView::Statistics => "statistics",
            TraceView::Spans => "spans",
            TraceView::Events => "events",
            TraceView::Findings => "findings",
            TraceView::Graph => "graph",
            TraceView::Flame => "flamegraph",
        }
    }

    fn name(self) -> &'static str {
        match self {
            TraceView::Timeline => words().view_timeline,
            TraceView::Statistics => words().view_statistics,
            TraceView::Spans => words().view_spans,
            TraceView::Events => words().view_events,
            TraceView::Findings => words().findings,
            TraceView::Graph => words().diff_look_graph,
            TraceView::Flame => words().diff_look_flame,
        }
    }

    fn named(search: &str) -> TraceView {
        let word = parameter(search, VIEW).unwrap_or_default();
        TraceView::ALL.into_iter().find(|view| view.word() == word).unwrap_or_default()
    }

    /// The view that the address names.
    pub fn of_address() -> Memo<TraceView> {
        Memo::new(|_| TraceView::named(&place().search.read()))
    }

    /// The view that the address names now.
    pub fn present() -> TraceView {
        TraceView::named(&place().search.get_untracked())
    }
}

/// The switch: links, so that a view can be opened beside the present one.
pub fn view_menu(present: Memo<TraceView>, serious: RwSignal<u32>) -> View {
    let entry = move |view: TraceView| {
        // What else is in the address may change while the link stands.
        let address = move || {
            place().search.track();
            with_parameters(&[(VIEW, (view != TraceView::Timeline).then(|| view.word().to_owned()))])
        };
        link("view-link", String::new())
            .test_id(&["view-", view.word()].concat())
            .attr_of("href", address)
            .attr_of("aria-current", move || (present.get() == view).then(|| "page".to_owned()))
            .text(view.name())
            .children((view == TraceView::Findings).then(|| badge(serious)))
    };
    el("nav", "view-menu")
        .test_id("view-menu")
        .attr("aria-label", words().views)
        .children(TraceView::ALL.into_iter().map(entry))
}

/// How many findings there are, where that is known.
fn badge(serious: RwSignal<u32>) -> View {
    let count = move || match serious.get() {
        0 => String::new(),
        count => number(count.into()),
    };
    el("span", "view-badge").test_id("findings-badge").attr("title", words().findings_serious).text_of(count)
}

/// A view other than the timeline, as soon as the code for it is here.
pub fn other_view(view: TraceView, viewed: Viewed) -> View {
    with_the_rest(move || view_of(view, &viewed))
}

#[inline(never)]
fn view_of(view: TraceView, viewed: &Viewed) -> View {
    match view {
        TraceView::Timeline => super::view::empty(),
        TraceView::Statistics => super::view_statistics::statistics(viewed),
        TraceView::Spans => super::view_spans::spans(viewed),
        TraceView::Events => super::view_events::events(viewed),
        TraceView::Findings => super::findings_list::findings_of_trace(viewed),
        TraceView::Graph => super::view_graph::graph_view(viewed),
        TraceView::Flame => super::view_flame::flame_view(viewed),
    }
}
