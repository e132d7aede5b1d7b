//! The list of traces: all that are loaded, or those that a search finds.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::untrack;
use rustc_hash::FxHashMap;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, HtmlElement, HtmlSelectElement};

use super::format::{counted, number};
use super::header::{chosen_value, option};
use super::keyed::Entry;
use super::navigation::{go, parameter, place, with_parameters};
use super::rest::with_rest;
use super::result_row::{Shown, result_line};
use super::result_tools::{column_heads, nothing_notice, result_tools};
use super::saving::save_button;
use super::scatter::scatter;
use super::signal::{Memo, RwSignal};
use super::state::{app, client};
use super::storage;
use super::view::{View, after_frame, effect, el, when};
use super::virtual_rows::{Scrolling, built_rows, observe, virtual_rows};
use super::words::{fill, words};
use crate::engine::client::Slot;
use crate::engine::messages::Chosen;
use crate::engine::questions::{
    Bars, Chosen as Narrowed, Results, ResultsAnswer, Search, SearchAnswer, SearchFault, SearchFound, SearchRow,
    SelectedTraces, Sort, Sought,
};
use crate::ui::row_layout::RowLayout;

/// Heights of a row in CSS pixels, one line and two; style/search.css has the same.
const ROW: f64 = 36.0;
const TALL_ROW: f64 = 64.0;
/// Milliseconds from the first row until what draws the plot is fetched: the frame that shows a file's traces comes first, and the
/// compiler would take a core from who reads.
const PLOT_WAITS: u32 = 120;
/// Narrower lists (CSS pixels) have rows of two lines.
const NARROW: i32 = 900;

fn sort_name(sort: Sort) -> &'static str {
    let words = words();
    match sort {
        Sort::MostRecent => words.sort_recent,
        Sort::OldestFirst => words.sort_oldest,
        Sort::LongestFirst => words.sort_longest,
        Sort::ShortestFirst => words.sort_shortest,
        Sort::MostSpans => words.sort_most_spans,
        Sort::FewestSpans => words.sort_fewest_spans,
        Sort::MostErrors => words.sort_most_errors,
        Sort::FewestErrors => words.sort_fewest_errors,
        Sort::NameUp => words.sort_name,
        Sort::NameDown => words.sort_name_down,
    }
}

/// What is listed: shared by the list, the form with its facets, and the plot.
#[derive(Clone, Copy)]
pub struct Listed {
    /// The address or the user asks for a search; otherwise all loaded traces are listed.
    pub wants: Memo<bool>,
    /// What is searched for, told by the form, which comes with the page's rest.
    pub asked: RwSignal<Option<(Sought, Narrowed)>>,
    /// What will be chosen next, most likely: the pointer or the focus is there.
    pub foreseen: RwSignal<Option<Foreseen>>,
    pub found: RwSignal<Option<SearchFound>>,
    /// Grows when another list is found: other traces, or another order.
    pub number: RwSignal<u32>,
    /// Why the form or the query cannot be understood.
    pub fault: RwSignal<Option<SearchFault>>,
    /// What is shown is what a query API told, while its traces are on their way.
    pub is_told: RwSignal<bool>,
    /// Keys of attributes that rows show.
    pub columns: RwSignal<Vec<String>>,
    /// It is a list, not a table.
    pub is_list: RwSignal<bool>,
    /// The page's rest is here, and with it all but the rows.
    pub has_rest: RwSignal<bool>,
}

/// What may be chosen next.
#[derive(Clone)]
pub enum Foreseen {
    Facets(Narrowed),
    /// Orders: those beside the present one in the list, or all.
    Beside,
    Any,
}

/// What is there to be asked for.
#[derive(Clone, PartialEq)]
pub enum Wish {
    /// The form is on its way.
    Unknown,
    All,
    Search(Box<(Sought, Narrowed)>),
}

impl Listed {
    pub fn new(wants: Memo<bool>) -> Listed {
        Listed {
            wants,
            asked: RwSignal::new(None),
            foreseen: RwSignal::new(None),
            found: RwSignal::new(None),
            number: RwSignal::new(0),
            fault: RwSignal::new(None),
            is_told: RwSignal::new(false),
            columns: RwSignal::default(),
            is_list: RwSignal::new(storage::preference("results").as_deref() == Some("list")),
            has_rest: RwSignal::new(false),
        }
    }

    /// Tracks.
    pub fn wish(self) -> Wish {
        match (self.wants.get(), self.asked.get()) {
            (false, _) => Wish::All,
            (true, None) => Wish::Unknown,
            (true, Some(asked)) => Wish::Search(Box::new(asked)),
        }
    }

    // The page may have been left when an answer comes, or something else be asked for.

    fn take(self, answer: SearchAnswer) {
        if self.found.is_disposed() || !self.wants.get_untracked() {
            return;
        }
        match answer {
            SearchAnswer::Found(_) if self.is_told.get_untracked() => {}
            SearchAnswer::Found(found) => {
                self.fault.set(None);
                self.show(*found);
            }
            SearchAnswer::Fault(fault) => self.fault.set(Some(fault)),
        }
    }

    fn take_all(self, answer: ResultsAnswer) {
        if self.found.is_disposed() || self.wants.get_untracked() {
            return;
        }
        let rows = answer.rows.into_iter().map(|row| SearchRow {
            row,
            source: String::new(),
            matched: 0,
            first: Vec::new(),
            columns: Vec::new(),
        });
        self.fault.set(None);
        self.show(SearchFound {
            loaded: answer.total,
            found: answer.total,
            total: answer.total,
            from: answer.from,
            rows: rows.collect(),
            longest_nanos: answer.longest_nanos,
            ..SearchFound::default()
        });
    }

    /// Lists what was found.
    pub fn show(self, found: SearchFound) {
        let id_at = |found: &SearchFound, index: u32| {
            Some(found.rows.get(index.checked_sub(found.from)? as usize)?.row.id.clone())
        };
        let is_same = self.found.with_untracked(|last| {
            let Some(last) = last else { return true };
            let common = last.from.max(found.from);
            let (one, other) = (id_at(last, common), id_at(&found, common));
            one == other || one.is_none() || other.is_none()
        });
        if !is_same {
            self.number.update(|number| *number += 1);
        }
        self.found.set(Some(found));
    }

    /// What is saved: the traces that are listed.
    fn selected(self, sort: Sort) -> Chosen {
        match untrack(|| self.wish()) {
            Wish::Search(asked) => {
                let (sought, chosen) = *asked;
                Chosen::Sought(Box::new(SelectedTraces { sought, chosen, sort, most: u32::MAX }))
            }
            _ => Chosen::All(sort),
        }
    }
}

/// The results and what orders them; nothing while there are none.
pub fn result_list(listed: Listed) -> View {
    let search = place().search;
    let answer = listed.found;
    let sort = Memo::new(move |_| {
        parameter(&search.get(), "sort").and_then(|word| Sort::from_word(&word)).unwrap_or_default()
    });
    let is_list = listed.is_list;
    // Whether the list is narrow, and how wide it is.
    let shape = RwSignal::new((false, 1000.0));
    let total = move || answer.with(|answer| answer.as_ref().map_or(0, |answer| answer.total));
    let layout = Memo::new(move |_| RowLayout {
        rows: total(),
        row_height: if shape.get().0 || is_list.get() { TALL_ROW } else { ROW },
        open: Vec::new(),
    });
    let scroller = el("div", "result-list").attrs(&[("role", "list"), ("aria-label", words().results_title)]);
    let scrolling = Scrolling::of(&scroller);
    ask_results(listed, sort, scrolling.wanted(layout));
    let have = move || {
        answer.with(|answer| {
            let answer = answer.as_ref();
            answer.map_or((0, 0), |answer| (answer.from, answer.rows.len() as u32))
        })
    };
    let built = built_rows(scrolling, layout, have);
    let on_page = Memo::new(move |_| built.get().rows);
    let (lines, painted) = (Rc::new(RefCell::new(Lines::default())), RwSignal::new(0));
    let rows = move || {
        let (is_narrow, width) = shape.get();
        let is_list = is_list.get() && !is_narrow;
        let on_page = on_page.get();
        let number = listed.number.get();
        // Of another list the rows in view come first.
        let visible = (painted.get() != number).then(|| scrolling.visible(layout));
        if visible.is_some() {
            after_frame(move || {
                if !painted.is_disposed() {
                    painted.set(number);
                }
            });
        }
        let list =
            answer.with(|answer| answer.as_ref().map(|answer| shown(answer, on_page, is_narrow, width, is_list)));
        entries(&list.unwrap_or_default(), visible, &lines)
    };
    let list = el("div", "").child(virtual_rows(scrolling, layout, built, |view| view.keyed(rows)));
    watch_shape(list.element(), shape);
    let count = move || {
        let (total, loaded) =
            answer.with(|answer| answer.as_ref().map_or((0, 0), |answer| (answer.total, answer.loaded)));
        let count = counted(total.into(), words().trace_one, words().trace_many);
        if total == loaded { count } else { fill(words().of_loaded, &[&count, &number(loaded.into())]) }
    };
    let save = move || {
        save_button("download-results", words().save_all_title, None, None, move || {
            listed.selected(sort.get_untracked())
        })
    };
    let head = el("div", "results-head")
        .child(el("h2", "").test_id("result-count").attr("aria-live", "polite").text_of(count))
        .child(when(move || listed.has_rest.get(), move || result_tools(listed)))
        .child(sort_choice(listed, sort))
        .child(when(move || !listed.is_told.get(), save));
    let is_empty = move || answer.with(|answer| answer.as_ref().is_none_or(|answer| answer.loaded == 0));
    el("div", "results")
        .class_if("narrow", move || shape.get().0)
        .class_if("empty", is_empty)
        .child(plot(listed, is_empty))
        .child(head)
        .child(columns().child(when(move || listed.has_rest.get(), move || column_heads(listed))))
        .child(when(move || listed.has_rest.get(), move || nothing_notice(listed)))
        .child(scroller.child(list))
}

/// The plot's place. What draws it is in the rest: the list does not wait for it, and links to traces do without.
fn plot(listed: Listed, is_empty: impl Fn() -> bool + 'static) -> View {
    let (has_rest, is_asked) = (listed.has_rest, Cell::new(false));
    effect(move || {
        if is_empty() || is_asked.replace(true) {
            return;
        }
        spawn_local(async move {
            TimeoutFuture::new(PLOT_WAITS).await;
            with_rest(Box::new(move || {
                if !has_rest.is_disposed() {
                    has_rest.set(true);
                }
            }));
        });
    });
    el("div", "scatter").child(when(move || has_rest.get(), move || scatter(listed)))
}

/// Asks for the rows that are wanted, whenever there are others.
fn ask_results(listed: Listed, sort: Memo<Sort>, wanted: Memo<(u32, u32)>) {
    let Some(client) = client() else { return };
    let all = Rc::new(Slot::<Results>::new(client.clone(), move |answer| listed.take_all(answer)));
    let some = Rc::new(Slot::<Search>::new(client, move |answer| listed.take(answer)));
    let (all_ahead, some_ahead) = (all.clone(), some.clone());
    let search = move |(sought, chosen): (Sought, Narrowed)| {
        let (from, count) = wanted.get();
        Search { sought, chosen, sort: sort.get(), from, count, columns: listed.columns.get(), bars: Bars::None }
    };
    let told_of = Cell::new(app().version.get_untracked());
    effect(move || {
        let version = app().version.get();
        if told_of.replace(version) != version {
            all.forget();
            some.forget();
        }
        match listed.wish() {
            Wish::Unknown => {}
            Wish::All => {
                let (from, count) = wanted.get();
                all.ask(Results { sort: sort.get(), from, count });
            }
            Wish::Search(_) if listed.is_told.get() => {}
            Wish::Search(asked) => some.ask(search(*asked)),
        }
    });
    effect(move || {
        let orders = match listed.foreseen.get() {
            None => return,
            Some(Foreseen::Facets(chosen)) => {
                if let Some((sought, _)) = listed.asked.get_untracked() {
                    some_ahead.foresee(untrack(|| search((sought, chosen))));
                }
                return;
            }
            Some(Foreseen::Beside) => beside(sort.get()),
            Some(Foreseen::Any) => Sort::ALL.to_vec(),
        };
        let (from, count) = wanted.get_untracked();
        let wish = untrack(|| listed.wish());
        for sort in orders {
            match &wish {
                Wish::Unknown => {}
                Wish::All => all_ahead.foresee(Results { sort, from, count }),
                Wish::Search(asked) => some_ahead.foresee(Search { sort, ..untrack(|| search((**asked).clone())) }),
            }
        }
    });
}

/// The orders that one key leads to.
fn beside(sort: Sort) -> Vec<Sort> {
    let at = Sort::ALL.iter().position(|it| *it == sort).unwrap_or_default();
    [at.checked_sub(1), Some(at + 1)].into_iter().flatten().filter_map(|at| Sort::ALL.get(at).copied()).collect()
}

fn watch_shape(list: HtmlElement, shape: RwSignal<(bool, f64)>) {
    let watched = list.clone();
    observe(&list, move || {
        let width = watched.client_width();
        // In steps, so that resizing does not make the rows anew all the time.
        let now = (width < NARROW, (f64::from(width) / 48.0).floor() * 48.0);
        if now != shape.get_untracked() {
            shape.set(now);
        }
    });
}

/// What the rows `built` show, each with its place in the list.
fn shown(answer: &SearchFound, built: (u32, u32), is_narrow: bool, width: f64, is_list: bool) -> Vec<(u32, Shown)> {
    let more = answer.columns.len() as f64;
    // Shares of the columns as in style/search.css.
    let room = match is_narrow || is_list {
        true => width - 330.0 - if is_list { 190.0 * more } else { 0.0 },
        false => (width - 432.0 - 12.0 * more) * 3.0 / (10.0 + more),
    };
    let rows = (answer.from..).zip(&answer.rows).filter(|(index, _)| (built.0..built.1).contains(index));
    let names = if is_list { answer.columns.as_slice() } else { &[] };
    let longest_nanos = answer.longest_nanos;
    rows.map(|(index, found)| {
        (index, Shown { found: found.clone(), longest_nanos, room, is_list, names: names.to_vec() })
    })
    .collect()
}

/// Rows that are on the page, by their places in the list, each with what it shows.
type Lines = FxHashMap<u32, RwSignal<Rc<Shown>>>;

/// Rows for `built`. Those that are on the page stay there and show what is at their place now; `visible`: only these as yet.
fn entries(list: &[(u32, Shown)], visible: Option<(u32, u32)>, lines: &Rc<RefCell<Lines>>) -> Vec<Entry> {
    lines.borrow_mut().retain(|_, line| !line.is_disposed());
    let entry = |(index, shown): &(u32, Shown)| {
        let line = lines.borrow().get(index).copied();
        let is_now = visible.is_none_or(|(from, to)| (from..to).contains(index));
        if let Some(line) = line.filter(|line| is_now && line.with_untracked(|known| **known != *shown)) {
            line.set(Rc::new(shown.clone()));
        }
        let (lines, index, shown) = (lines.clone(), *index, shown.clone());
        Entry::new(index.to_string(), move || {
            let line = RwSignal::new(Rc::new(shown));
            lines.borrow_mut().insert(index, line);
            result_line(line)
        })
    };
    list.iter().map(entry).collect()
}

fn sort_choice(listed: Listed, sort: Memo<Sort>) -> View {
    let present = sort.get_untracked();
    let select = el("select", "")
        .test_id("sort-select")
        .on("change", |event: Event| {
            let word = Sort::from_word(&chosen_value(&event))
                .filter(|sort| *sort != Sort::default())
                .map(|sort| sort.word().to_owned());
            go(&with_parameters(&[("sort", word)]), true);
        })
        .on("focus", move |_: Event| listed.foreseen.set(Some(Foreseen::Beside)))
        .on("pointerenter", move |_: Event| listed.foreseen.set(Some(Foreseen::Any)))
        .children(Sort::ALL.into_iter().map(|sort| option(sort.word(), sort_name(sort), sort == present)));
    // The address may change by other means, too.
    let chosen: HtmlSelectElement = select.element();
    effect(move || chosen.set_value(sort.get().word()));
    el("label", "field-inline").child(el("span", "").text(words().sort)).child(select)
}

fn columns() -> View {
    let words = words();
    let column = |class, name| el("span", class).text(name);
    el("div", "result-columns").attr("aria-hidden", "true").children([
        column("", ""),
        column("", words.column_trace),
        column("", words.column_services),
        column("right", words.column_spans),
        column("right", words.column_errors),
        column("", words.column_duration),
        column("", words.column_start),
    ])
}
