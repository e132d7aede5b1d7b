//! Call paths one above the other: of a comparison as wide as the time or the spans in B (or in A), coloured by what changed from A to B; of
//! one group (`view_flame`) by its own weights, coloured by services.
//!
//! The worker lays it out and tells what is in view (`analysis::flame`); the canvas draws that and nothing else.

use std::cell::RefCell;
use std::rc::Rc;

use web_sys::{Element, Event, HtmlCanvasElement, HtmlElement, KeyboardEvent, PointerEvent};

use super::compare_graph::Graph;
use super::compare_sides::Sides;
use super::compare_tools::kind_name;
use super::format::{duration, fixed, number, numbered};
use super::navigation::{go, parameter, place, with_parameters};
use super::row::{display_name, title_of};
use super::signal::{Memo, RwSignal};
use super::state::{app, client};
use super::view::{View, dynamic, effect, el, group, optional};
use super::view_service_colours::Named;
use super::virtual_rows::{observe, px};
use super::words::{fill, words};
use crate::analysis::difference::{change, mark, rounded_share};
use crate::engine::client::Slot;
use crate::engine::messages::decode;
use crate::engine::questions::{CompareFlame, Compared, FlameAnswer, FlameBox, Kind, Weight};
use crate::ui::flame_boxes::{self, ROW, Scale, box_at, row_height, step};

mod picture;

use picture::{Look, draw};

/// Levels are asked for in steps of so many, and one step more above and below.
const STEP: u32 = 16;
/// Boxes narrower than this (CSS pixels) are drawn together.
const LEAST: f64 = 1.5;

/// The parameter of the address that says what fills the width, of one group: the first and the last node, and their level.
pub const ZOOM: &str = "zoom";
/// Parameters of the address: whose weights give the widths, and which.
const BY_A: (&str, &str) = ("flame", "a");
const BY_SPANS: (&str, &str) = ("weight", "spans");

/// Whether the address says so.
fn is_chosen((key, value): (&'static str, &'static str)) -> Memo<bool> {
    Memo::new(move |_| parameter(&place().search.get(), key).is_some_and(|it| it == value))
}

fn weight_of(is_by_spans: bool) -> Weight {
    if is_by_spans { Weight::Spans } else { Weight::Time }
}

/// What is drawn, and of whom.
#[derive(Clone, PartialEq)]
pub struct Drawn {
    pub what: Compared,
    pub is_by_a: bool,
    pub weight: Weight,
    /// Spans at their times instead of paths.
    pub is_chart: bool,
}

/// A box by where it begins, so that it can be found in another answer, too.
#[derive(Clone, Copy, PartialEq)]
pub struct Spot {
    pub depth: u32,
    pub start: u64,
    /// Where it was pointed at, in CSS pixels; by a key nowhere.
    x: Option<f64>,
    /// There is a tip for it.
    is_told: bool,
}

/// What is shown.
#[derive(Clone, Copy)]
pub struct Flame {
    pub drawn: Memo<Drawn>,
    /// Of one group: the colours of its services.
    pub colours: Option<Named>,
    /// What is to be marked.
    pub find: Memo<String>,
    pub answer: RwSignal<Option<FlameAnswer>>,
    /// The height of a level, in CSS pixels.
    row: Memo<f64>,
    /// What fills the width: the first and the last node, and their level. (A signal's type that there is already.)
    pub zoom: RwSignal<Option<[u32; 3]>>,
    /// Levels above it are not shown.
    pub hides_above: RwSignal<bool>,
    /// Its name.
    zoomed: RwSignal<String>,
    /// Of what is in view: left (nothing scrolls that way), top, width and height, in CSS pixels.
    view: RwSignal<[f64; 4]>,
    /// What the pointer is on.
    pub pointed: RwSignal<Option<Spot>>,
    /// Where the keyboard is.
    pub chosen: RwSignal<Option<Spot>>,
    /// Where to scroll to.
    target: RwSignal<f64>,
}

impl Flame {
    pub fn new(drawn: Memo<Drawn>, colours: Option<Named>, find: Memo<String>) -> Flame {
        let (answer, view) = (RwSignal::new(None::<FlameAnswer>), RwSignal::new([0.0; 4]));
        let zoom = RwSignal::new(None::<[u32; 3]>);
        let hides_above = RwSignal::new(false);
        let levels = move || answer.with(|answer| answer.as_ref().map_or(0, |answer| answer.levels));
        let hidden = move || zoom.get().filter(|_| hides_above.get()).map_or(0, |[.., depth]| depth);
        let flame = Flame {
            drawn,
            colours,
            find,
            answer,
            row: Memo::new(move |_| row_height(levels().saturating_sub(hidden()), view.get()[3])),
            zoom,
            hides_above,
            zoomed: RwSignal::default(),
            view,
            pointed: RwSignal::new(None),
            chosen: RwSignal::new(None),
            target: RwSignal::new(0.0),
        };
        let last = RefCell::new(None::<Drawn>);
        effect(move || {
            let now = drawn.get();
            let Some(before) = last.replace(Some(now.clone())) else { return };
            // Nodes have other numbers.
            if before.what != now.what || before.is_chart != now.is_chart {
                flame.zoom.set(None);
            }
            // Weights are others.
            flame.pointed.set(None);
            flame.chosen.set(None);
        });
        flame.ask();
        flame
    }

    /// CSS pixels of the levels that are not shown.
    fn hidden(self) -> f64 {
        let levels = self.zoom.get().filter(|_| self.hides_above.get()).map_or(0, |[.., depth]| depth);
        f64::from(levels) * self.row.get()
    }

    /// Asks for what is in view, whenever that is something else.
    fn ask(self) {
        let Some(client) = client() else { return };
        let slot = Slot::<CompareFlame>::hearing(client, move |bytes| {
            if !self.answer.is_disposed() {
                self.answer.set(decode(bytes));
            }
        });
        let last = RefCell::new(None);
        effect(move || self.ask_again(&slot, &last));
    }

    #[inline(never)]
    fn ask_again(self, slot: &Slot<CompareFlame>, last: &RefCell<Option<(u32, CompareFlame)>>) {
        let (version, question) = (app().version.get(), self.question());
        // Scrolling changes it in steps only.
        let before = last.replace(Some((version, question.clone())));
        match before {
            Some((of, before)) if of == version && before == question => {}
            _ if question.columns > 0 => slot.ask(question),
            // How wide it is, is known a frame later: all else can be worked out meanwhile.
            None => slot.foresee(question),
            // While the table alone is shown, nobody needs it.
            Some(_) => {}
        }
    }

    #[inline(never)]
    fn question(self) -> CompareFlame {
        let [_, top, width, height] = self.view.get();
        let Drawn { what, is_by_a, weight, is_chart } = self.drawn.get();
        let top = top + self.hidden();
        // Where rows are taller, nothing scrolls.
        let first = (top / ROW) as u32 / STEP * STEP;
        CompareFlame {
            what,
            is_by_a,
            weight,
            is_chart,
            find: self.find.get(),
            zoom: self.zoom.get().map(|[first, last, _]| [first, last]),
            from_depth: first.saturating_sub(STEP),
            depths: (height / ROW) as u32 + 3 * STEP,
            columns: (width / LEAST) as u32,
        }
    }

    /// The box that is told.
    pub fn told(self) -> Option<(FlameBox, Spot)> {
        let spot = self.pointed.get().or_else(|| self.chosen.get().filter(|spot| spot.is_told))?;
        self.answer.with(|answer| {
            let boxes = &answer.as_ref()?.boxes;
            Some((boxes[box_at(boxes, spot.depth, spot.start, 0)?].clone(), spot))
        })
    }

    /// The box that is at a place now.
    pub fn box_of(self, spot: Spot) -> Option<FlameBox> {
        self.answer.with_untracked(|answer| {
            let boxes = &answer.as_ref()?.boxes;
            Some(boxes[box_at(boxes, spot.depth, spot.start, 0)?].clone())
        })
    }

    /// The box under the pointer.
    #[inline(never)]
    fn pointed_at(self, event: &PointerEvent) -> Option<Spot> {
        let (x, y) = (f64::from(event.offset_x()), f64::from(event.offset_y()));
        let [_, top, width, _] = self.view.get_untracked();
        self.answer.with_untracked(|answer| {
            let answer = answer.as_ref()?;
            let scale = Scale::of(answer, width);
            let depth = ((y + top + self.hidden_now()) / self.row.get_untracked()) as u32;
            let slack = scale.weight(LEAST) - scale.from;
            let it = &answer.boxes[box_at(&answer.boxes, depth, scale.weight(x), slack)?];
            Some(Spot { depth, start: it.start, x: Some(x), is_told: false })
        })
    }

    #[inline(never)]
    fn point(self, event: &PointerEvent) {
        let now = self.pointed_at(event);
        let key = |spot: Option<Spot>| spot.map(|spot| (spot.depth, spot.start));
        // The tip stays where it is while the pointer is on the same box.
        if key(now) != key(self.pointed.get_untracked()) {
            self.pointed.set(now);
        }
    }

    /// Fills the width with a box.
    #[inline(never)]
    pub fn zoom_to(self, spot: Spot) {
        let zoom = self.answer.with_untracked(|answer| {
            let answer = answer.as_ref()?;
            let it = &answer.boxes[box_at(&answer.boxes, spot.depth, spot.start, 0)?];
            self.zoomed.set(name_of(answer, it));
            Some([it.nodes[0], it.nodes[1], it.depth])
        });
        self.chosen.set(Some(spot));
        self.set_zoom(zoom);
    }

    /// Of one group it stands in the address.
    pub fn set_zoom(self, zoom: Option<[u32; 3]>) {
        self.zoom.set(zoom);
        if self.colours.is_some() {
            let word = zoom.map(|zoom| zoom.map(|number| number.to_string()).join("."));
            go(&with_parameters(&[(ZOOM, word)]), true);
        }
    }

    pub fn choose(self, depth: u32, start: u64) {
        self.pointed.set(None);
        self.chosen.set(Some(Spot { depth, start, x: None, is_told: true }));
        let [_, top, _, height] = self.view.get_untracked();
        let row = self.row.get_untracked();
        let y = f64::from(depth) * row - self.hidden_now();
        if y < top || y + row > top + height {
            self.target.set((y - height / 2.0).max(0.0));
        }
    }

    fn hidden_now(self) -> f64 {
        let levels =
            self.zoom.get_untracked().filter(|_| self.hides_above.get_untracked()).map_or(0, |[.., depth]| depth);
        f64::from(levels) * self.row.get_untracked()
    }

    pub fn press_key(self, key: &str) {
        self.press(key);
    }

    #[inline(never)]
    fn press(self, key: &str) -> bool {
        let chosen = self.chosen.get_untracked();
        match (key, chosen) {
            ("Escape", _) => {
                let was_zoomed = self.zoom.get_untracked().is_some();
                self.hides_above.set(false);
                self.set_zoom(None);
                if !was_zoomed {
                    self.chosen.set(None);
                }
            }
            ("Home", _) | ("ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight", None) => {
                let first = self.answer.with_untracked(|answer| {
                    let first = answer.as_ref().map_or(0, |answer| answer.from);
                    answer.iter().flat_map(|it| &it.boxes).find(|it| it.depth == 0).map_or(first, |it| it.start)
                });
                self.choose(0, first);
            }
            ("Enter" | " ", Some(spot)) => self.zoom_to(spot),
            ("ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight", Some(spot)) => {
                let next = self.answer.with_untracked(|answer| {
                    let boxes = &answer.as_ref()?.boxes;
                    let next = &boxes[step(boxes, box_at(boxes, spot.depth, spot.start, 0)?, key)?];
                    Some((next.depth, next.start))
                });
                // Where it ends, what is told stays told.
                let (depth, start) = next.unwrap_or((spot.depth, spot.start));
                self.choose(depth, start);
            }
            _ => return false,
        }
        true
    }
}

pub fn name_of(answer: &FlameAnswer, it: &FlameBox) -> String {
    let name = |place: u32| answer.names.get(place as usize).map_or("", String::as_str);
    match it.count {
        1 => title_of(name(it.service), name(it.operation)),
        count => fill(words().diff_flame_run, &[&number(count.into())]),
    }
}

/// The flame graph of a comparison.
#[inline(never)]
pub fn flame(shown: Graph) -> View {
    let (is_by_a, is_by_spans) = (is_chosen(BY_A), is_chosen(BY_SPANS));
    let drawn = Memo::new(move |_| {
        let what = shown.sides.with(Sides::compared);
        Drawn { what, is_by_a: is_by_a.get(), weight: weight_of(is_by_spans.get()), is_chart: false }
    });
    let flame = Flame::new(drawn, None, Memo::new(|_| String::new()));
    let canvas = canvas(flame, "diff-flame", words().diff_flame);
    el("div", "diff-flame-view").child(stage(flame, canvas, tip)).child(foot(flame))
}

/// What scrolls, with what is told of a box above it.
pub fn stage(flame: Flame, canvas: View, tip: fn(Flame) -> Option<View>) -> View {
    let scroller = el("div", "diff-flame-scroll");
    let element: HtmlElement = scroller.element();
    let watched = element.clone();
    let look = Rc::new(move || {
        let now = [0, watched.scroll_top(), watched.client_width(), watched.client_height()].map(f64::from);
        if flame.view.get_untracked() != now {
            flame.view.set(now);
        }
    });
    let scrolled = look.clone();
    observe(&element, move || look());
    effect(move || element.set_scroll_top(flame.target.get() as i32));
    let levels = move || flame.answer.with(|answer| answer.as_ref().map_or(0, |answer| answer.levels));
    let height = move || f64::from(levels()) * flame.row.get() - flame.hidden();
    let sizer = el("div", "diff-flame-sizer").style_of("height", move || px(height())).child(canvas);
    let scroller = scroller.on("scroll", move |_: Event| scrolled()).child(sizer);
    let said = el("div", "").attrs(&[("role", "status")]).child(optional(move || tip(flame)));
    el("div", "diff-flame-stage").child(scroller).child(said)
}

pub fn canvas(flame: Flame, test_id: &str, name: &str) -> View {
    let view = el("canvas", "")
        .test_id(test_id)
        .attrs(&[("role", "application"), ("tabindex", "0"), ("aria-label", name)])
        .attr("aria-describedby", SUMMARY)
        .style_of("height", move || px(flame.view.get()[3]))
        .class_if("pointing", move || flame.pointed.get().is_some());
    keep_drawn(flame, view.element());
    view.on("pointermove", move |event: PointerEvent| flame.point(&event))
        .on("pointerleave", move |_: Event| flame.pointed.set(None))
        .on("blur", move |_: Event| {
            // It goes on from there when it comes back.
            let chosen = flame.chosen.get_untracked();
            flame.chosen.set(chosen.map(|spot| Spot { is_told: false, ..spot }));
        })
        .on("click", move |event: PointerEvent| {
            if let Some(spot) = flame.pointed_at(&event) {
                flame.zoom_to(spot);
            }
        })
        .on("keydown", move |event: KeyboardEvent| {
            let has_modifier = event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key();
            if !has_modifier && flame.press(&event.key()) {
                event.prevent_default();
            }
        })
}

/// Draws whenever something is drawn otherwise. The pointer changes nothing of it.
fn keep_drawn(flame: Flame, canvas: HtmlCanvasElement) {
    effect(move || {
        app().theme.track();
        let ([_, top, ..], row) = (flame.view.get(), flame.row.get());
        let look = Look {
            top: top + flame.hidden(),
            row,
            services: flame.colours.map(|colours| colours.get()),
            finds: flame.find.with(|text| !text.trim().is_empty()),
        };
        let drawn = flame.answer.with(|answer| {
            let answer = answer.as_ref()?;
            Some((draw(&canvas, answer, &look), answer.levels))
        });
        let element: &Element = &canvas;
        for (name, count) in
            drawn.into_iter().flat_map(|(boxes, levels)| [("data-boxes", boxes), ("data-depth", levels as usize)])
        {
            // A plain name is always taken.
            let _ = element.set_attribute(name, &count.to_string());
        }
    });
}

pub const SUMMARY: &str = "diff-flame-summary";

/// What is zoomed to and the way back, and what the whole is.
pub fn foot(flame: Flame) -> View {
    let back = el("button", "button small")
        .attr("type", "button")
        .test_id("diff-flame-whole")
        .attr_of("disabled", move || flame.zoom.get().is_none().then(String::new))
        .on("click", move |_: Event| flame.press_key("Escape"))
        .text(words().diff_flame_whole);
    let name = el("bdi", "diff-flame-name")
        .test_id("diff-flame-zoomed")
        .text_of(move || flame.zoom.get().map(|_| flame.zoomed.get()).unwrap_or_default());
    let sum = el("span", "quiet").attr("id", SUMMARY).test_id(SUMMARY).text_of(move || {
        flame.answer.with(|answer| answer.as_ref().map(|answer| summary(flame, answer))).unwrap_or_default()
    });
    el("div", "diff-flame-foot").child(back).child(name).child(sum)
}

#[inline(never)]
fn summary(flame: Flame, answer: &FlameAnswer) -> String {
    let words = words();
    let [a, b] = answer.totals;
    if answer.levels == 0 {
        let is_by_errors = answer.weight == Weight::Errors;
        return if is_by_errors { words.flame_no_errors } else { words.diff_flame_empty }.to_owned();
    }
    let is_time = matches!(answer.weight, Weight::Time | Weight::Total);
    let sum = match flame.colours {
        Some(_) => fill(words.flame_sum, &[&amount(b.min(i64::MAX as u64) as i64, answer.weight)]),
        None if is_time => fill(words.diff_flame_sum, &[&time(a), &time(b)]),
        None => fill(words.diff_flame_spans, &[&number(a), &number(b)]),
    };
    [&sum, " · ", &numbered(answer.levels.into(), words.diff_flame_levels)].concat()
}

fn time(nanos: u64) -> String {
    duration(nanos.min(i64::MAX as u64) as i64)
}

/// A weight as text.
pub fn amount(weight: i64, of: Weight) -> String {
    match of {
        Weight::Time | Weight::Total => duration(weight),
        Weight::Spans | Weight::Errors => number(weight.unsigned_abs()),
    }
}

/// A part of the whole: `12.3%`.
pub fn share_text(part: u64, whole: u64) -> String {
    let tenths = rounded_share(part, whole, 1000);
    [&number(tenths / 10), ".", &number(tenths % 10), "%"].concat()
}

/// How what changed is called.
fn change_name(kind: Kind, weight: Weight) -> &'static str {
    match (kind, weight) {
        (Kind::More, Weight::Time) => words().diff_slower,
        (Kind::Less, Weight::Time) => words().diff_faster,
        _ => kind_name(kind),
    }
}

/// What is said of the box that is pointed at or chosen, beside it; and a frame around the box.
#[inline(never)]
fn tip(flame: Flame) -> Option<View> {
    let (it, _) = flame.told()?;
    let answer = flame.answer.read();
    let answer = (*answer).as_ref()?;
    let (kind, _) = flame_boxes::change(&it, answer.traces);
    let said = el("span", "quiet").text(&[mark(kind), " ", change_name(kind, answer.weight)].concat());
    let figures = figures(&it, answer);
    placed_tip(flame, "diff-flame-tip", move |tip| tip.attr("data-kind", kind.word()).child(said).child(figures))
}

/// A tip with the names of the box that is told, and a frame around the box.
pub fn placed_tip(flame: Flame, test_id: &str, more: impl FnOnce(View) -> View) -> Option<View> {
    let (it, spot) = flame.told()?;
    let [_, top, width, height] = flame.view.get();
    let answer = flame.answer.read();
    let answer = (*answer).as_ref()?;
    let scale = Scale::of(answer, width);
    let (from, to) = (scale.x(it.start), scale.x(it.start + it.width));
    let row = flame.row.get();
    let y = f64::from(spot.depth) * row - top - flame.hidden();
    let frame = el("div", "diff-flame-mark")
        .style("left", &px(from))
        .style("top", &px(y))
        .style("width", &px((to - from).max(4.0)))
        .style("height", &px(row - 1.0));
    let x = spot.x.unwrap_or((from + 24.0).min(to));
    let (is_right, is_low) = (x > width * 0.6, y > height * 0.5);
    let sides = [" tip-left", " tip-up"].into_iter().zip([is_right, is_low]);
    let class: String = sides.filter(|(_, is)| *is).map(|(class, _)| class).collect();
    let tip = el("div", &["tip diff-flame-tip", &class].concat())
        .test_id(test_id)
        .style("left", &px(x))
        .style("top", &px(if is_low { y } else { y + row }));
    let name = |place: u32| answer.names.get(place as usize).map_or("", String::as_str);
    let names = match it.count {
        1 => group([
            el("bdi", "service-name").text(display_name(name(it.service))),
            el("bdi", "").text(display_name(name(it.operation))),
        ]),
        _ => group([el("bdi", "").text(&name_of(answer, &it))]),
    };
    Some(group([frame, more(tip.child(names))]))
}

/// A, B, and the difference: for one trace each, where groups are compared.
fn figures(it: &FlameBox, answer: &FlameAnswer) -> View {
    let words = words();
    let traces = answer.traces.map(|traces| i64::from(traces.max(1)));
    let are_groups = traces != [1, 1];
    let row = |name: &str, values: [i64; 2], text: &dyn Fn(i64) -> String| {
        let [a, b] = [values[0] / traces[0], values[1] / traces[1]];
        let cells = [text(a), text(b), change(a, b, text)].map(|text| el("td", "right").text(&text));
        el("tr", "").child(el("th", "").attr("scope", "row").text(name)).children(cells)
    };
    // Counts a trace have a digit more.
    let digits = if are_groups { 10 } else { 1 };
    let count = move |value: i64| match digits {
        1 => number(value.unsigned_abs()),
        _ => fixed(value.unsigned_abs() as f64 / 10.0, 1),
    };
    let spans = it.spans.map(|spans| i64::from(spans) * digits);
    let wholes = it.wholes.map(|whole| whole.min(i64::MAX as u64) as i64);
    let (own, spans) = (row(words.diff_self, it.own, &duration), row(words.diff_spans, spans, &count));
    let rows = match answer.weight {
        Weight::Time | Weight::Total => [row(words.diff_flame_below, wholes, &duration), own, spans],
        Weight::Spans | Weight::Errors => {
            [row(words.diff_flame_below, wholes.map(|whole| whole.saturating_mul(digits)), &count), spans, own]
        }
    };
    let corner = if are_groups { words.diff_flame_per_trace } else { "" };
    let heads = [corner, "A", "B", words.diff_change].map(|text| el("th", "right").attr("scope", "col").text(text));
    let head = el("thead", "").child(el("tr", "").children(heads));
    el("table", "").child(head).child(el("tbody", "").children(rows))
}

/// How the graph is looked at, and what its colours mean: for the bar above it.
#[inline(never)]
pub fn flame_tools() -> View {
    let words = words();
    let by = switch(BY_A.0, "diff-flame-by", words.diff_flame_by, &[("", "-b", "B"), (BY_A.1, "-a", "A")]);
    let weights = [("", "-time", words.diff_flame_time), (BY_SPANS.1, "-spans", words.diff_spans)];
    let weight = switch(BY_SPANS.0, "diff-flame-weight", words.diff_flame_weight, &weights);
    let label = el("span", "field-inline").text(words.diff_flame_by);
    let (is_by_a, is_by_spans) = (is_chosen(BY_A), is_chosen(BY_SPANS));
    group([label, by, weight, dynamic(move || legend(is_by_a.get(), is_by_spans.get()))])
}

/// Buttons of which one is pressed: the one whose word a parameter of the address has. Their words (none: the usual one), the ends of their test
/// ids, and their names.
#[inline(never)]
pub fn switch(key: &'static str, id: &str, name: &str, buttons: &[(&'static str, &str, &str)]) -> View {
    let present = Memo::new(move |_| parameter(&place().search.get(), key).unwrap_or_default());
    let button = |(word, end, text): &(&'static str, &str, &str)| {
        let word = *word;
        el("button", "button small")
            .attr("type", "button")
            .test_id(&[id, end].concat())
            .attr_of("aria-pressed", move || present.with(|present| present == word).to_string())
            .on("click", move |_: Event| {
                go(&with_parameters(&[(key, (!word.is_empty()).then(|| word.to_owned()))]), true);
            })
            .text(text)
    };
    let buttons = buttons.iter().map(button);
    el("div", "diff-looks").test_id(id).attrs(&[("role", "group"), ("aria-label", name)]).children(buttons)
}

#[inline(never)]
fn legend(is_by_a: bool, is_by_spans: bool) -> View {
    let weight = weight_of(is_by_spans);
    let only = if is_by_a { Kind::Removed } else { Kind::Added };
    let line = |kind: Kind| {
        let swatch = el("span", "legend-mark").attr("aria-hidden", "true").text(mark(kind));
        let swatch = match (kind, weight) {
            (Kind::More, Weight::Time) => swatch.attr("data-change", "slower"),
            (Kind::Less, Weight::Time) => swatch.attr("data-change", "faster"),
            _ => swatch.attr("data-kind", kind.word()),
        };
        el("span", "legend-line").attr("role", "listitem").child(swatch).text(change_name(kind, weight))
    };
    el("div", "legend")
        .attrs(&[("role", "list"), ("title", words().diff_flame_full)])
        .test_id("diff-flame-legend")
        .children([Kind::More, Kind::Less, only].map(line))
}
