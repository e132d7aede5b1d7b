//! Saving traces into a file: a button, and below it a panel with the formats, how far the writing is, and what the format
//! cannot say before anything is saved. On a trace's page also which spans, and the timeline as a picture.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, Event, FocusEvent, HtmlElement, KeyboardEvent, Node, PointerEvent, Url};

use super::format::{bytes, counted, number, numbered, percent};
use super::icons::{Icon, icon};
use super::picture::{Seen, first_rows};
use super::rest::with_rest;
use super::row::yes_no;
use super::signal::RwSignal;
use super::state::{app, client};
use super::view::{View, dynamic, el, empty, keep, on_window};
use super::words::{fill, words};
use crate::engine::client::SaveEvent;
use crate::engine::messages::{Chosen, SaveId, Saved, Unsaved};
use crate::engine::questions::{Look, PartSize};
use crate::export::{ExportFormat, Loss, LossKind};
use crate::ui::file_name::file_name;

/// How long the browser may take to fetch what it was told to download.
const FETCHED: Duration = Duration::from_secs(60);

/// What the panel shows.
#[derive(Clone)]
enum Stage {
    Closed,
    Formats,
    Writing(ExportFormat),
    /// The file is written and waits: something is lost in it.
    Asking(ExportFormat, Rc<(Saved, Blob)>),
    Failed(Unsaved),
}

struct Panel {
    root: HtmlElement,
    button: HtmlElement,
    stage: RwSignal<Stage>,
    /// Spans written, of so many.
    progress: RwSignal<(u32, u32)>,
    running: Cell<Option<SaveId>>,
    chosen: Box<dyn Fn() -> Chosen>,
    /// The timeline on the page, if there is one.
    seen: Option<Seen>,
    /// Which of its spans.
    part: RwSignal<Part>,
}

/// Which spans of the trace on the page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    Found,
    /// Those below the span that is looked at.
    Below,
}

/// A button that saves what `chosen` returns when a format is picked, or the timeline on the page. (`name`: other than usual.) The panel
/// goes below the nearest positioned ancestor.
pub fn save_button(
    test_id: &str,
    title: &str,
    name: Option<&str>,
    seen: Option<Seen>,
    chosen: impl Fn() -> Chosen + 'static,
) -> View {
    let button = el("button", "button small")
        .attrs(&[("type", "button"), ("aria-haspopup", "dialog"), ("title", title)])
        .test_id(test_id)
        .text(name.unwrap_or(words().save_as));
    let root = el("div", "save");
    let panel = Rc::new(Panel {
        root: root.element(),
        button: button.element(),
        stage: RwSignal::new(Stage::Closed),
        progress: RwSignal::default(),
        running: Cell::new(None),
        chosen: Box::new(chosen),
        seen,
        part: RwSignal::new(Part::Whole),
    });
    keep(Box::new(StopInTheEnd(panel.clone())));
    let (toggled, typed, left, pointed, shown) =
        (panel.clone(), panel.clone(), panel.clone(), panel.clone(), panel.clone());
    on_window("pointerdown", move |event: PointerEvent| pointed.leave(event.target()));
    let button = button
        .attr_of("aria-expanded", move || panel.is_open().to_string())
        .on("click", move |_: Event| toggled.toggle());
    root.on("keydown", move |event: KeyboardEvent| typed.type_key(&event))
        .on("focusout", move |event: FocusEvent| left.leave(event.related_target()))
        .child(button)
        .child(dynamic(move || Panel::show(&shown)))
}

/// Nobody waits for a file when the button is gone.
struct StopInTheEnd(Rc<Panel>);

impl Drop for StopInTheEnd {
    fn drop(&mut self) {
        self.0.stop();
    }
}

impl Panel {
    fn is_open(&self) -> bool {
        self.stage.with(|stage| !matches!(stage, Stage::Closed))
    }

    fn toggle(&self) {
        let stage = self.stage;
        match stage.get_untracked() {
            Stage::Closed => {
                self.part.set(Part::Whole);
                with_rest(Box::new(move || stage.set(Stage::Formats)));
            }
            _ => self.close(),
        }
    }

    /// Closes the panel; what is being written is not wanted any more.
    fn close(&self) {
        self.stop();
        if self.has_focus() {
            focus(&self.button);
        }
        self.stage.set(Stage::Closed);
    }

    fn stop(&self) {
        if let (Some(id), Some(client)) = (self.running.take(), client()) {
            client.stop_saving(id);
        }
    }

    /// Focus or pointer went elsewhere. Formats to pick from vanish then; what is being written, or asked, stays.
    fn leave(&self, to: Option<web_sys::EventTarget>) {
        let is_elsewhere = to.is_some_and(|to| !self.root.contains(to.dyn_ref::<Node>()));
        if is_elsewhere && matches!(self.stage.get_untracked(), Stage::Formats) {
            self.close();
        }
    }

    fn type_key(&self, event: &KeyboardEvent) {
        if !untrack(|| self.is_open()) {
            return;
        }
        match event.key().as_str() {
            "Escape" => self.close(),
            "ArrowDown" => self.step(1),
            "ArrowUp" => self.step(-1),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }

    /// Moves the focus among the panel's buttons, around the ends.
    fn step(&self, by: i32) {
        let buttons = self.buttons();
        let active = document().active_element();
        let present = buttons.iter().position(|button| active.as_ref() == Some(button.as_ref()));
        let next = present.map_or(0, |at| (at as i32 + by).rem_euclid(buttons.len() as i32) as usize);
        buttons.get(next).into_iter().for_each(focus);
    }

    fn buttons(&self) -> Vec<HtmlElement> {
        let Ok(found) = self.root.query_selector_all(".save-panel button") else {
            return Vec::new();
        };
        (0..found.length()).filter_map(|at| found.get(at)).map(JsCast::unchecked_into).collect()
    }

    fn has_focus(&self) -> bool {
        self.root.contains(document().active_element().as_deref())
    }

    fn write(self: &Rc<Panel>, format: ExportFormat) {
        self.stop();
        let Some(client) = client() else { return };
        let panel = self.clone();
        let id = client.save(format, self.what(), move |event| panel.take(format, event));
        self.running.set(Some(id));
    }

    fn take(&self, format: ExportFormat, event: SaveEvent) {
        match event {
            SaveEvent::Progress { written, spans } => {
                self.progress.set((written, spans));
                // What is written at once shows no progress at all.
                if !matches!(self.stage.get_untracked(), Stage::Writing(_)) {
                    self.stage.set(Stage::Writing(format));
                }
                return;
            }
            SaveEvent::Saved(saved, file) if saved.losses.is_empty() => self.keep(format, &saved, &file),
            SaveEvent::Saved(saved, file) => self.stage.set(Stage::Asking(format, Rc::new((saved, file)))),
            SaveEvent::Unsaved(why) => self.stage.set(Stage::Failed(why)),
        }
        self.running.set(None);
    }

    /// The traces, or the part of one.
    fn what(&self) -> Chosen {
        let part = self.part.get_untracked();
        match &self.seen {
            Some(seen) if part != Part::Whole => {
                Chosen::Part(seen.state.head.id.clone(), Box::new(look_of(seen, part)))
            }
            _ => (self.chosen)(),
        }
    }

    /// Hands the file to the browser.
    fn keep(&self, format: ExportFormat, saved: &Saved, file: &Blob) {
        let id = match self.what() {
            Chosen::Traces(mut ids) if ids.len() == 1 => ids.pop(),
            Chosen::Part(id, _) => Some([&id, "-part"].concat()),
            _ => None,
        };
        self.hand_over(file, &file_name(id.as_deref(), saved.traces, format.ending()), saved.bytes);
    }

    fn hand_over(&self, file: &Blob, name: &str, size: u64) {
        download(file, name);
        app().toast.set(Some(fill(words().saved, &[name, &bytes(size)])));
        self.running.set(None);
        self.close();
    }

    /// Saves the timeline as a picture.
    fn draw(self: &Rc<Panel>, is_png: bool) {
        let (panel, seen) = (self.clone(), self.seen.clone());
        spawn_local(async move {
            let Some(seen) = seen else { return };
            let file = seen.draw(is_png).await;
            if panel.stage.is_disposed() {
                // The page was left meanwhile.
                return;
            }
            match file {
                Some(file) => {
                    let name = file_name(Some(&seen.state.head.id), 1, if is_png { "png" } else { "svg" });
                    panel.hand_over(&file, &name, file.size() as u64);
                }
                None => panel.stage.set(Stage::Failed(Unsaved::NoRoom)),
            }
        });
    }

    fn show(panel: &Rc<Panel>) -> View {
        match panel.stage.get() {
            Stage::Closed => empty(),
            stage => opened(panel, stage),
        }
    }
}

// Of the rest of the page's program, as all that only an open panel needs: scripts/hooks/rest.txt.
#[inline(never)]
fn opened(panel: &Rc<Panel>, stage: Stage) -> View {
    if panel.has_focus() {
        // The button that had the focus goes; the new ones are on the page only after this.
        let panel = panel.clone();
        spawn_local(async move { panel.buttons().first().into_iter().for_each(focus) });
    }
    let content = match stage {
        Stage::Closed => return empty(),
        Stage::Formats => {
            let pictures =
                panel.seen.iter().flat_map(|seen| [false, true].map(|is_png| picture_button(panel, seen, is_png)));
            el("div", "")
                .children(parts(panel))
                .children(ExportFormat::ALL.map(|format| format_button(panel, format)))
                .children(pictures)
        }
        Stage::Writing(format) => writing(panel, format),
        Stage::Asking(format, file) => asking(panel, format, file),
        Stage::Failed(why) => failed(panel, why),
    };
    el("div", "save-panel").attrs(&[("role", "dialog"), ("aria-label", words().save_as)]).child(content)
}

fn focus(element: &HtmlElement) {
    // An element that is no longer on the page takes no focus.
    let _ = element.focus();
}

/// Has the browser save a file.
pub fn download(file: &Blob, name: &str) {
    let Ok(url) = Url::create_object_url_with_blob(file) else { return };
    let link: HtmlElement = el("a", "").attrs(&[("href", &url), ("download", name)]).element();
    link.click();
    set_timeout(
        move || {
            // It was made above.
            let _ = Url::revoke_object_url(&url);
        },
        FETCHED,
    );
}

fn format_button(panel: &Rc<Panel>, format: ExportFormat) -> View {
    let (test_id, text) = match format {
        ExportFormat::OtlpJson => ("save-otlp", words().save_otlp_text),
        ExportFormat::JaegerJson => ("save-jaeger", words().save_jaeger_text),
        ExportFormat::ZipkinJson => ("save-zipkin", words().save_zipkin_text),
        ExportFormat::Csv => ("save-csv", words().save_csv_text),
    };
    let panel = panel.clone();
    choice(test_id, format.name(), text).on("click", move |_: Event| panel.write(format))
}

/// A way to save: its name, and what it is good for.
pub fn choice(test_id: &str, name: &str, text: &str) -> View {
    el("button", "save-format")
        .attr("type", "button")
        .test_id(test_id)
        .child(el("span", "save-name").text(name))
        .child(el("span", "quiet").text(text))
}

/// Saves the timeline as it is looked at; says how much of it a picture holds.
fn picture_button(panel: &Rc<Panel>, seen: &Seen, is_png: bool) -> View {
    let (test_id, name, text) = match is_png {
        false => ("save-svg", "SVG", words().save_svg_text),
        true => ("save-png", "PNG", words().save_png_text),
    };
    let (drawn, all) = seen.rows(is_png);
    let text = if drawn < all { [text, ". ", &first_rows(drawn, all)].concat() } else { text.to_owned() };
    let panel = panel.clone();
    choice(test_id, name, &text).on("click", move |_: Event| panel.draw(is_png))
}

/// What names the spans of a part.
fn look_of(seen: &Seen, part: Part) -> Look {
    let Look { root, find, hidden_services, .. } = seen.state.look.get_untracked();
    match part {
        Part::Whole => Look::default(),
        Part::Found => Look { root, find, hidden_services, ..Look::default() },
        Part::Below => Look { root, ..Look::default() },
    }
}

/// Which spans: the whole trace, what is found, what is below the span that is looked at. Nothing where there is no choice.
fn parts(panel: &Rc<Panel>) -> Option<View> {
    let seen = panel.seen.as_ref()?;
    let look = seen.state.look.get_untracked();
    let words = words();
    let offers = [
        (Part::Whole, true, "save-whole", words.save_whole),
        (Part::Found, look.find.is_some(), "save-found", words.save_found),
        (Part::Below, look.root.is_some(), "save-below", words.save_below),
    ];
    let offered: Vec<_> = offers.into_iter().filter(|(_, is_there, ..)| *is_there).collect();
    let button = |(part, _, test_id, text): (Part, bool, &str, &'static str)| {
        let (chosen, count) = (panel.part, RwSignal::new(None::<u32>));
        let question = PartSize { trace: seen.state.head.id.clone(), look: look_of(seen, part) };
        spawn_local(async move {
            let Some(client) = client() else { return };
            let counted = client.ask(question).await;
            if !count.is_disposed() {
                count.set(counted);
            }
        });
        el("button", "save-which")
            .attr("type", "button")
            .test_id(test_id)
            .attr_of("aria-pressed", move || yes_no(chosen.get() == part).to_owned())
            .on("click", move |_: Event| chosen.set(part))
            .text_of(move || fill(text, &[&count.get().map_or_else(String::new, |count| number(count.into()))]))
    };
    (offered.len() > 1).then(|| {
        el("div", "save-parts")
            .attrs(&[("role", "group"), ("aria-label", words.save_parts)])
            .children(offered.into_iter().map(button))
    })
}

fn writing(panel: &Rc<Panel>, format: ExportFormat) -> View {
    let progress = panel.progress;
    let name = fill(words().saving, &[format.name()]);
    let facts = move || {
        let (written, spans) = progress.get();
        let spans = counted(spans.into(), words().span_one, words().span_many);
        fill(words().of_bytes, &[&number(written.into()), &spans])
    };
    let done = el("div", "bar-done").style_of("width", move || {
        let (written, spans) = progress.get();
        percent(f64::from(written) / f64::from(spans.max(1)))
    });
    let bar = el("div", "bar")
        .test_id("save-progress")
        .attrs(&[("role", "progressbar"), ("aria-valuemin", "0"), ("aria-label", &name)])
        .attr_of("aria-valuenow", move || progress.get().0.to_string())
        .attr_of("aria-valuemax", move || progress.get().1.to_string())
        .child(done);
    el("div", "progress save-part")
        .child(el("div", "progress-name").text(&name))
        .child(el("div", "progress-facts").text_of(facts))
        .child(bar)
        .child(el("div", "save-foot").child(cancel_button(panel, words().cancel)))
}

fn cancel_button(panel: &Rc<Panel>, name: &str) -> View {
    let panel = panel.clone();
    el("button", "button small")
        .attr("type", "button")
        .test_id("save-cancel")
        .on("click", move |_: Event| panel.close())
        .text(name)
}

fn asking(panel: &Rc<Panel>, format: ExportFormat, file: Rc<(Saved, Blob)>) -> View {
    let lines = loss_lines(format, &file.0.losses);
    let keeper = panel.clone();
    let save = el("button", "button small primary")
        .attr("type", "button")
        .test_id("save-anyway")
        .on("click", move |_: Event| keeper.keep(format, &file.0, &file.1))
        .text(words().save_anyway);
    lines.child(el("div", "save-foot").child(save).child(cancel_button(panel, words().cancel)))
}

/// What a format cannot say of what is to be saved, a line for each kind.
pub fn loss_lines(format: ExportFormat, losses: &[Loss]) -> View {
    let head = el("p", "save-head").child(icon(Icon::Warning)).text(&fill(words().save_losses, &[format.name()]));
    let list = el("ul", "notes").test_id("save-losses").children(losses.iter().map(loss_line));
    el("div", "save-part").attr("role", "status").child(head).child(list)
}

fn loss_line(loss: &Loss) -> View {
    let (text, is_gone) = words_of(loss.kind);
    let example = (!loss.example.is_empty())
        .then(|| el("span", "note-example mono").text(&fill(words().report_example, &[&loss.example])));
    el("li", if is_gone { "note note-lost" } else { "note note-repaired" })
        .child(el("span", "").text(&numbered(loss.count, text)))
        .children(example)
}

/// What happens, as it goes after a number, and whether something is gone rather than changed.
fn words_of(kind: LossKind) -> (&'static str, bool) {
    let words = words();
    match kind {
        LossKind::Nanoseconds => (words.loss_nanoseconds, false),
        LossKind::EarlyTime => (words.loss_early_time, true),
        LossKind::ListAsText => (words.loss_list, false),
        LossKind::ValueAsText => (words.loss_value, false),
        LossKind::NullAsText => (words.loss_null, false),
        LossKind::DeepValue => (words.loss_deep, false),
        LossKind::RepeatedKey => (words.loss_repeated_key, true),
        LossKind::ErrorAttribute => (words.loss_error_attribute, true),
        LossKind::ResourceAttribute => (words.loss_resource, false),
        LossKind::ScopeAttributes => (words.loss_scope, true),
        LossKind::EventAttributes => (words.loss_event, false),
        LossKind::Kind => (words.loss_kind, true),
        LossKind::Status => (words.loss_status, false),
        LossKind::Event => (words.loss_events, true),
        LossKind::Formula => (words.loss_formula, false),
        LossKind::Link => (words.loss_link, true),
        LossKind::LinkKind => (words.loss_link_kind, false),
        LossKind::LinkAttributes => (words.loss_link_attributes, true),
        LossKind::ParentKind => (words.loss_parent_kind, false),
        LossKind::TextId => (words.loss_text_id, false),
        LossKind::MissingId => (words.loss_missing_id, true),
        LossKind::Warning => (words.loss_warning, true),
        LossKind::WrittenTime => (words.loss_written_time, true),
    }
}

fn failed(panel: &Rc<Panel>, why: Unsaved) -> View {
    let text = match why {
        Unsaved::Gone => words().save_gone,
        Unsaved::NoRoom => words().save_no_room,
    };
    let head = el("p", "save-head").child(icon(Icon::Error)).text(text);
    el("div", "save-part")
        .attr("role", "alert")
        .test_id("error")
        .child(head)
        .child(el("div", "save-foot").child(cancel_button(panel, words().dismiss)))
}
