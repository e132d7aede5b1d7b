//! The page that compares two traces, or two groups of them: who is compared, what differs in sum, and the graph.
//!
//! `/trace/{a}...{b}?cohort=…` is Jaeger UI's address; `/compare?a=…&b=…` names groups (../shared/UI.md).

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, HtmlInputElement, KeyboardEvent, UrlSearchParams};

use super::clipboard::icon_button;
use super::compare_flame::{flame, flame_tools};
use super::compare_graph::{Graph, graph};
use super::compare_groups::differences;
use super::compare_share::share_button;
use super::compare_table::table;
use super::compare_timelines::{ALIGN, PLACES, timelines};
use super::format::{counted, duration, number, short_date_time};
use super::header::{chosen_value, option};
use super::icons::{Icon, icon};
use super::loading::{load_reports, progress_bar};
use super::navigation::{address, go, link, place, trace_address, with_parameters};
use super::result_row::short_id;
use super::row::display_name;
use super::search_page::open_files;
use super::signal::{Memo, RwSignal};
use super::state::{LoadView, app, client};
use super::trace_page::{bring_trace, is_of_demo};
use super::view::{View, dynamic, effect, el, empty, group, optional, when};
use super::words::{fill, words};
use crate::analysis::difference::mark;
use crate::engine::messages::What;
use crate::engine::questions::{Compared, Head, Kind, Metric, TraceHead};
use crate::source::path_segment;
use crate::ui::trace_id_text::named;

/// Who is compared, as the address says.
#[derive(Clone, Default, PartialEq)]
pub struct Sides {
    /// Ids of the traces of A and B.
    pub groups: [Vec<String>; 2],
    /// Ids to choose from, in Jaeger UI's words.
    cohort: Vec<String>,
    /// The address names groups, not two traces.
    are_groups: bool,
    /// How the address names the groups.
    pub names: [Option<String>; 2],
    is_tolerant: bool,
    hides_same: bool,
    pub metric: Metric,
    pub look: Look,
}

/// What a comparison is shown as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// The call paths as an outline.
    #[default]
    Graph,
    /// All call paths, sorted.
    Table,
    /// Call paths by time, one above the other.
    Flame,
    /// The two timelines side by side.
    Timelines,
    /// What tells groups apart.
    Groups,
}

impl Look {
    const ALL: [Look; 5] = [Look::Graph, Look::Table, Look::Flame, Look::Timelines, Look::Groups];

    /// The word for it in the address.
    fn word(self) -> &'static str {
        match self {
            Look::Graph => "",
            Look::Table => "table",
            Look::Flame => "flame",
            Look::Timelines => "timelines",
            Look::Groups => "groups",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Look::Graph => words().diff_look_graph,
            Look::Table => words().diff_look_table,
            Look::Flame => words().diff_look_flame,
            Look::Timelines => words().diff_look_timelines,
            Look::Groups => words().diff_look_groups,
        }
    }
}

/// The parameter of the address that names the look.
const LOOK: &str = "view";

impl Sides {
    pub fn compared(&self) -> Compared {
        let Sides { groups, is_tolerant, hides_same, metric, .. } = self.clone();
        Compared { groups, is_tolerant, hides_same, metric }
    }

    /// A or B is of several traces.
    pub fn has_many(&self) -> bool {
        self.are_groups || self.groups.iter().any(|group| group.len() > 1)
    }

    fn is_complete(&self) -> bool {
        self.groups.iter().all(|group| !group.is_empty())
    }
}

const TOLERANT: (&str, &str) = ("match", "tolerant");
const HIDDEN: (&str, &str) = ("same", "hide");

/// The word for a metric in the address.
fn word_of(metric: Metric) -> &'static str {
    match metric {
        Metric::Spans => "",
        Metric::Total => "total",
        Metric::Mean => "mean",
        Metric::Own => "self",
        Metric::Critical => "critical",
    }
}

pub fn metric_name(metric: Metric) -> &'static str {
    match metric {
        Metric::Spans => words().diff_spans,
        Metric::Total => words().diff_total,
        Metric::Mean => words().diff_mean,
        Metric::Own => words().diff_self,
        Metric::Critical => words().diff_critical,
    }
}

fn read(path: &str, search: &str) -> Sides {
    let Ok(parameters) = UrlSearchParams::new_with_str(search) else { return Sides::default() };
    let is = |(key, value): (&str, &str)| parameters.get(key).is_some_and(|it| it == value);
    let cohort: Vec<String> = parameters.get_all("cohort").iter().filter_map(|id| id.as_string()).collect();
    let word = parameters.get("metric").unwrap_or_default();
    let metric = Metric::ALL.into_iter().find(|metric| word_of(*metric) == word).unwrap_or_default();
    let word = parameters.get(LOOK).unwrap_or_default();
    let look = Look::ALL.into_iter().find(|look| look.word() == word).unwrap_or_default();
    let sides = Sides { is_tolerant: is(TOLERANT), hides_same: is(HIDDEN), metric, look, ..Sides::default() };
    let ids = match path.strip_prefix(&address("/trace/")) {
        Some(ids) => ids,
        // Nobody is named: two traces are to be chosen.
        None if parameters.get("a").or_else(|| parameters.get("b")).is_none() => "...",
        None => "",
    };
    if ids.is_empty() {
        let names = ["a", "b"].map(|key| parameters.get(key));
        let groups = [0, 1].map(|side| names[side].as_deref().map(members).unwrap_or_default());
        return Sides { groups, names, are_groups: true, ..sides };
    };
    let ids = js_sys::decode_uri_component(ids).map(String::from).unwrap_or_else(|_| ids.to_owned());
    let (a, b) = ids.split_once("...").unwrap_or((&ids, ""));
    // As Jaeger UI: who is not named is the first of the cohort that is not the other.
    let or_other = |id: &str, other: &str| match id {
        "" => cohort.iter().find(|it| *it != other).cloned(),
        id => Some(id.to_owned()),
    };
    let a = or_other(a, b);
    let b = or_other(b, a.as_deref().unwrap_or_default());
    Sides { groups: [a, b].map(|id| id.into_iter().collect()), cohort, ..sides }
}

/// Who is in a group: the ids of a selection on the plot, ids written out, or what the engine knows (a query, a file).
fn members(name: &str) -> Vec<String> {
    let [a, b] = app().groups;
    match name {
        "sel:A" if !a.read().is_empty() => a.get(),
        "sel:B" if !b.read().is_empty() => b.get(),
        _ if is_of_loaded(name) => vec![name.to_owned()],
        ids => ids.split(',').map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect(),
    }
}

/// A query, a file or a selection: it names some of the loaded traces, or none.
fn is_of_loaded(name: &str) -> bool {
    ["q:", "file:", "sel:"].iter().any(|kind| name.starts_with(kind))
}

/// Compares two traces under Jaeger UI's address.
fn compare(a: &str, b: &str, cohort: &[String]) {
    let mut ids: Vec<&str> = cohort.iter().map(String::as_str).collect();
    for id in [a, b] {
        if !id.is_empty() && !ids.contains(&id) {
            ids.push(id);
        }
    }
    let cohort: Vec<String> = ids.iter().map(|id| format!("cohort={}", path_segment(id))).collect();
    let kept = UrlSearchParams::new_with_str(&place().search.get_untracked()).ok();
    let looks = [TOLERANT.0, HIDDEN.0, "metric", LOOK, "flame", "weight", ALIGN.0]
        .into_iter()
        .filter_map(|key| Some(format!("{key}={}", kept.as_ref()?.get(key)?)));
    let query: Vec<String> = cohort.into_iter().chain(looks).collect();
    let path = format!("/trace/{}...{}?{}", path_segment(a), path_segment(b), query.join("&"));
    go(&address(&path), false);
}

/// Facts of the traces that are chosen among, as far as they are loaded.
pub type Heads = RwSignal<BTreeMap<String, TraceHead>>;

/// The page.
#[inline(never)]
pub fn compare_page() -> View {
    let here = place();
    let sides = Memo::new(move |_| read(&here.path.get(), &here.search.get()));
    let heads: Heads = RwSignal::default();
    effect(move || {
        app().version.track();
        let ids = sides.with(|sides| match sides.are_groups {
            true => Vec::new(),
            false => sides.cohort.iter().chain(sides.groups.iter().flatten()).cloned().collect::<Vec<_>>(),
        });
        spawn_local(learn(ids, heads));
    });
    let shown = Graph::new(sides, heads);
    keep_bringing(shown);
    let head = el("header", "compare-head")
        .child(chooser(0, shown))
        .child(swap_button(sides))
        .child(chooser(1, shown))
        .child(when(move || sides.with(Sides::is_complete), move || share_button(shown)));
    let is_complete = move || sides.with(Sides::is_complete);
    let missing = move || shown.answer.with(|answer| answer.as_ref().map_or(0, |answer| answer.missing.len()));
    let is_here = move || is_complete() && missing() == 0;
    el("div", "compare-page")
        .child(el("h1", "visually-hidden").text(words().nav_compare))
        .child(head)
        .child(when(is_here, move || group([tools(shown), look(shown)])))
        .child(when(move || !is_complete(), nobody))
        .child(optional(move || (is_complete() && missing() > 0).then(|| missing_view(shown))))
}

async fn learn(ids: Vec<String>, heads: Heads) {
    let Some(client) = client() else { return };
    for id in ids {
        let Some(Some(head)) = client.ask(Head { trace: id.clone() }).await else { continue };
        if heads.is_disposed() {
            return;
        }
        if heads.with_untracked(|heads| heads.get(&id) != Some(&head)) {
            heads.update(|heads| _ = heads.insert(id, head));
        }
    }
}

/// Gets what is compared and not loaded, all at once and once, when nothing else is being read.
fn keep_bringing(shown: Graph) {
    let asked = RefCell::new(Vec::<String>::new());
    effect(move || {
        let is_idle = app().loads.with(|loads| loads.iter().all(|load| load.is_over()));
        let missing =
            shown.answer.with(|answer| answer.as_ref().map(|answer| answer.missing.clone())).unwrap_or_default();
        if !is_idle {
            return;
        }
        for id in missing {
            // Queries and files are of what is loaded.
            let is_its = |load: &LoadView| matches!(&load.what, What::Trace { id: of, .. } if *of == id);
            let was_asked = asked.borrow().contains(&id) || app().loads.with_untracked(|all| all.iter().any(is_its));
            if was_asked || is_of_loaded(&id) {
                continue;
            }
            asked.borrow_mut().push(id.clone());
            // Not while this effect reads what is loaded. The demo brings all of its traces.
            let is_demo = is_of_demo(&id);
            spawn_local(async move { _ = bring_trace(&id) });
            if is_demo {
                break;
            }
        }
    });
}

fn missing_view(shown: Graph) -> View {
    let is_over = app().loads.with(|loads| loads.iter().all(|load| load.is_over()));
    if !is_over {
        return el("div", "page-message").attr("aria-busy", "true").child(progress_bar());
    }
    let missing = shown.answer.with(|answer| answer.as_ref().map(|answer| answer.missing.clone())).unwrap_or_default();
    let (ids, is_of_loaded) = (missing.join(", "), missing.iter().any(|name| is_of_loaded(name)));
    let (title, text) = match is_of_loaded {
        true => (words().compare_no_group, words().compare_no_group_text),
        false => (words().missing_title, words().compare_missing),
    };
    let card = el("section", "card")
        .attr("role", "alert")
        .test_id("compare-missing")
        .child(el("h2", "").text(&fill(title, &[&ids])))
        .child(el("p", "").text(text));
    el("div", "page-message").child(card).child(open_files()).child(load_reports())
}

/// Nobody is named: how to choose.
fn nobody() -> View {
    let card = el("section", "card")
        .child(el("h2", "").text(words().compare_nobody))
        .child(el("p", "").text(words().compare_how))
        .child(link("button primary", address("/search")).test_id("compare-search").text(words().back_to_search));
    el("div", "page-message").child(card)
}

/// A trace, or a group, and how to take another.
fn chooser(side: usize, shown: Graph) -> View {
    let Graph { sides, heads, .. } = shown;
    let name = ["A", "B"][side];
    let test_id = ["diff-a", "diff-b"][side];
    let body = dynamic(move || {
        let now = sides.get();
        let own = now.groups[side].first().cloned().unwrap_or_default();
        if now.are_groups {
            return group_chooser(side, &now).child(group_size(shown, side));
        }
        let other = now.groups[1 - side].first().cloned().unwrap_or_default();
        let mut ids = now.cohort.clone();
        if !own.is_empty() && !ids.contains(&own) {
            ids.push(own.clone());
        }
        let cohort = now.cohort.clone();
        let choose = move |id: &str| match side {
            0 => compare(id, &other, &cohort),
            _ => compare(&other, id, &cohort),
        };
        let choose = Rc::new(choose);
        let by_name = choose.clone();
        let taken = &now.groups[1 - side];
        let options = ids.iter().map(|id| {
            let text = heads.with(|heads| heads.get(id).map(told)).unwrap_or_else(|| id.clone());
            let option = option(id, &text, *id == own);
            // A trace that is chosen already cannot be, as in Jaeger UI.
            if taken.contains(id) { option.attr("disabled", "") } else { option }
        });
        let select = el("select", "")
            .test_id(test_id)
            .attr("aria-label", &fill(words().compare_choose, &[name]))
            .on("change", move |event: Event| by_name(&chosen_value(&event)))
            .children(own.is_empty().then(|| option("", "", true)))
            .children(options);
        let typed = el("input", "")
            .test_id(&[test_id, "-id"].concat())
            .attrs(&[("type", "text"), ("spellcheck", "false"), ("placeholder", words().compare_other)])
            .attr("aria-label", &fill(words().compare_other_of, &[name]));
        let field: HtmlInputElement = typed.element();
        let typed = typed.on("keydown", move |event: KeyboardEvent| {
            let text = field.value().trim().to_owned();
            if event.key() == "Enter" && !text.is_empty() {
                choose(&named(&text).map_or_else(|| text.clone(), |named| named.trace));
            }
        });
        let open = (!own.is_empty()).then(|| {
            link("icon-button", trace_address(&own))
                .attrs(&[("title", words().compare_open), ("aria-label", words().compare_open)])
                .child(icon(Icon::Link))
        });
        if ids.is_empty() { typed } else { group([select, typed]).children(open) }
    });
    el("div", "compare-side").child(el("span", "side-name").text(name)).child(body)
}

/// How many traces a group has.
fn group_size(shown: Graph, side: usize) -> View {
    let traces = move || {
        let traces = shown.answer.with(|answer| answer.as_ref().map(|answer| answer.traces[side]));
        traces.map(|traces| counted(traces.into(), words().trace_one, words().trace_many)).unwrap_or_default()
    };
    el("span", "quiet diff-group-size").test_id(["diff-a-size", "diff-b-size"][side]).text_of(traces)
}

/// A group, and others to take: selections on the plot, files, the result of a query, ids.
fn group_chooser(side: usize, now: &Sides) -> View {
    let (name, key, test_id) = (["A", "B"][side], ["a", "b"][side], ["diff-a", "diff-b"][side]);
    let own = now.names[side].clone().unwrap_or_default();
    let take = move |name: String| go(&with_parameters(&[(key, Some(name))]), false);
    let of_plot = ["sel:A", "sel:B"].into_iter().zip(app().groups).filter_map(|(name, ids)| {
        let ids = ids.get();
        let title = [&fill(words().compare_plot_group, &[&name[4..]]), ": ", &group_title(&ids, None)].concat();
        (!ids.is_empty()).then(|| (name.to_owned(), title))
    });
    let files = app().loads.with(|loads| loads.iter().map(|load| ["file:", &load.name()].concat()).collect::<Vec<_>>());
    let mut names: Vec<(String, String)> = of_plot.collect();
    names.extend(files.into_iter().map(|name| (name.clone(), name)));
    if names.iter().all(|(name, _)| *name != own) {
        names.insert(0, (own.clone(), group_title(&now.groups[side], Some(&own))));
    }
    names.dedup();
    let select = el("select", "")
        .test_id(test_id)
        .attr("aria-label", &fill(words().compare_choose, &[name]))
        .on("change", move |event: Event| take(chosen_value(&event)))
        .children(names.iter().map(|(name, title)| option(name, title, *name == own)));
    let typed = el("input", "")
        .test_id(&[test_id, "-id"].concat())
        .attrs(&[("type", "text"), ("spellcheck", "false"), ("placeholder", words().compare_group_other)])
        .attr("aria-label", &fill(words().compare_other_of, &[name]));
    let field: HtmlInputElement = typed.element();
    let typed = typed.on("keydown", move |event: KeyboardEvent| {
        let text = field.value().trim().to_owned();
        if event.key() == "Enter" && !text.is_empty() {
            take(if text.starts_with('{') { ["q:", &text].concat() } else { text });
        }
    });
    group([select, typed])
}

/// A trace in a line.
pub fn told(head: &TraceHead) -> String {
    let spans = counted(head.spans.into(), words().span_one, words().span_many);
    let name = [display_name(&head.service), ": ", display_name(&head.operation)].concat();
    let date = short_date_time(head.start_unix_nanos);
    [&name, &duration(head.duration_nanos), &spans, date.as_str(), short_id(&head.id)].join(" · ")
}

/// A group in a line: what names it, or how many traces it has.
pub fn group_title(ids: &[String], name: Option<&str>) -> String {
    match name {
        Some(name) if is_of_loaded(name) => name.to_owned(),
        _ => counted(ids.len() as u64, words().trace_one, words().trace_many),
    }
}

/// Goes to the graph.
pub fn show_graph() {
    go(&with_parameters(&[(LOOK, None)]), true);
}

fn swap_button(sides: Memo<Sides>) -> View {
    icon_button("icon-button", words().compare_swap, Icon::Swap).test_id("diff-swap").on("click", move |_: Event| {
        let now = sides.get_untracked();
        if now.are_groups {
            let search = UrlSearchParams::new_with_str(&place().search.get_untracked()).ok();
            let [a, b, at_a, at_b] =
                ["a", "b", PLACES[0], PLACES[1]].map(|key| search.as_ref().and_then(|search| search.get(key)));
            return go(&with_parameters(&[("a", b), ("b", a), (PLACES[0], at_b), (PLACES[1], at_a)]), false);
        }
        let [a, b] = now.groups.map(|group| group.first().cloned().unwrap_or_default());
        compare(&b, &a, &now.cohort);
    })
}

/// The comparison as it is looked at.
fn look(shown: Graph) -> View {
    let look = Memo::new(move |_| shown.sides.with(|sides| sides.look));
    dynamic(move || match look.get() {
        Look::Graph => graph(shown),
        Look::Table => table(shown),
        Look::Flame => flame(shown),
        Look::Timelines => timelines(shown),
        Look::Groups => differences(shown),
    })
}

/// The ways to look at it.
fn looks(shown: Graph) -> View {
    let tab = move |look: Look| {
        let word = look.word();
        el("button", "button small")
            .attr("type", "button")
            .test_id(&["diff-look-", if word.is_empty() { "graph" } else { word }].concat())
            .attr_of("aria-pressed", move || shown.sides.with(|sides| sides.look == look).to_string())
            .on("click", move |_: Event| {
                go(&with_parameters(&[(LOOK, (!word.is_empty()).then(|| word.to_owned()))]), false);
            })
            .text(look.name())
    };
    let of_groups = when(move || shown.sides.with(Sides::has_many), move || tab(Look::Groups));
    el("div", "diff-looks")
        .attrs(&[("role", "group"), ("aria-label", words().diff_looks)])
        .children(Look::ALL[..4].iter().map(|look| tab(*look)))
        .child(of_groups)
}

/// What differs in sum, and how it is looked at.
fn tools(shown: Graph) -> View {
    let toggle = move |id: &str,
                       (key, value): (&'static str, &'static str),
                       name: &str,
                       title: &str,
                       is_on: fn(&Sides) -> bool| {
        let input = el("input", "").test_id(id).attr("type", "checkbox");
        let field: HtmlInputElement = input.element();
        effect(move || field.set_checked(shown.sides.with(is_on)));
        let input = input.on("change", move |event: Event| {
            let is_on = event.target().is_some_and(|it| it.unchecked_into::<HtmlInputElement>().checked());
            go(&with_parameters(&[(key, is_on.then(|| value.to_owned()))]), true);
        });
        el("label", "check").attr("title", title).child(input).text(name)
    };
    let words = words();
    let step = move |id: &str, name: &str, goes_back: bool| {
        el("button", "button small")
            .attr("type", "button")
            .test_id(id)
            .on("click", move |_: Event| shown.step(goes_back))
            .text(name)
    };
    let select = move || {
        let metrics = Metric::ALL.map(|metric| {
            option(word_of(metric), metric_name(metric), shown.sides.with_untracked(|sides| sides.metric == metric))
        });
        let select = el("select", "").test_id("diff-metric-select").on("change", move |event: Event| {
            let word = chosen_value(&event);
            go(&with_parameters(&[("metric", (!word.is_empty()).then_some(word))]), true);
        });
        select.children(metrics)
    };
    // The flame graph has ways and colours of its own.
    let is_flame = Memo::new(move |_| shown.sides.with(|sides| sides.look == Look::Flame));
    let by = move || match is_flame.get() {
        true => flame_tools(),
        false => group([
            legend(shown),
            el("label", "field-inline").text(words.diff_by).child(select()),
            toggle("diff-hide-same", HIDDEN, words.diff_hide_same, words.diff_hide_same_title, |sides| {
                sides.hides_same
            }),
        ]),
    };
    let steps =
        move || group([step("diff-previous", words.diff_previous, true), step("diff-next", words.diff_next, false)]);
    let tolerant =
        toggle("diff-tolerant", TOLERANT, words.diff_tolerant, words.diff_tolerant_title, |sides| sides.is_tolerant);
    el("div", "compare-tools")
        .child(looks(shown))
        .child(dynamic(by))
        .child(tolerant)
        .child(when(move || !is_flame.get(), steps))
}

/// The kinds with their counts: it explains the colours, and what stands for them where colours cannot be told.
fn legend(shown: Graph) -> View {
    let kinds = [Kind::Same, Kind::Added, Kind::Removed, Kind::More, Kind::Less];
    let lines = move || {
        let is_timelines = shown.sides.with(|sides| sides.look == Look::Timelines);
        if is_timelines || shown.sides.with(|sides| sides.metric != Metric::Spans) {
            let line = |change: &str, kind: Kind, name: &str| {
                let swatch =
                    el("span", "legend-mark diff-node").attrs(&[("data-change", change), ("aria-hidden", "true")]);
                el("span", "legend-line").attr("role", "listitem").child(swatch.text(mark(kind))).text(name)
            };
            let words = words();
            let alone = [Kind::Added, Kind::Removed].into_iter().filter(|_| is_timelines).map(|kind| {
                let swatch = el("span", "legend-mark").attrs(&[("data-kind", kind.word()), ("aria-hidden", "true")]);
                el("span", "legend-line").attr("role", "listitem").child(swatch.text(mark(kind))).text(kind_name(kind))
            });
            let both = [line("slower", Kind::More, words.diff_slower), line("faster", Kind::Less, words.diff_faster)];
            return group(both).children(alone);
        }
        let counts = shown.answer.with(|answer| answer.as_ref().map(|answer| answer.kinds)).unwrap_or_default();
        let line = |kind: Kind| {
            let count = counts[kind as usize];
            el("span", "legend-line")
                .attrs(&[("data-kind", kind.word()), ("role", "listitem")])
                .child(
                    el("span", "legend-mark")
                        .attrs(&[("data-kind", kind.word()), ("aria-hidden", "true")])
                        .text(mark(kind)),
                )
                .text(&format!("{} {}", kind_name(kind), number(count.into())))
        };
        let is_equal = shown.answer.with(Option::is_some) && counts[1..] == [0; 4];
        let note = is_equal
            .then(|| el("span", "quiet").attr("role", "listitem").test_id("diff-equal").text(words().diff_none));
        empty().children(kinds.map(line)).children(note)
    };
    el("div", "legend").attr("role", "list").test_id("diff-legend").child(dynamic(lines))
}

/// Shows what was folded, as it is the same.
pub fn show_same() {
    go(&with_parameters(&[(HIDDEN.0, None)]), true);
}

pub fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Same => words().diff_same,
        Kind::Added => words().diff_added,
        Kind::Removed => words().diff_removed,
        Kind::More => words().diff_more,
        Kind::Less => words().diff_less,
    }
}
