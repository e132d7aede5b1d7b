//! The buttons above the rows: fold, what is shown and how, attributes as columns.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, HtmlElement, HtmlInputElement, KeyboardEvent};

use super::clipboard::icon_button;
use super::commands::{Command, colour_name, run};
use super::format::{counted, duration};
use super::header::{chosen_value, option};
use super::icons::{Icon, icon};
use super::measuring::Measuring;
use super::rest::with_rest;
use super::row::{display_name, yes_no};
use super::signal::RwSignal;
use super::state::app;
use super::time_zone::{TimeScale, zone_select};
use super::timeline_state::{Timeline, colour_tag};
use super::view::{View, dynamic, el, empty, on_window, optional, when};
use super::words::{fill, words};
use crate::engine::questions::{Colour, FoldStep, LargestShift, RowsAnswer, Rule};
use crate::model::SpanKind;

/// The head of the name column.
pub fn names_head(state: &Timeline, scale: TimeScale, measuring: Measuring) -> View {
    let button = |id: &str, shape: Icon, command: Command| {
        let state = state.clone();
        let name = format!("{} ({})", command.name(), command.key());
        icon_button("icon-button", &name, shape).test_id(id).on("click", move |_: Event| run(&state, command))
    };
    // Who has just pressed one keeps the focus there: a button that is disabled for the browser would lose it.
    let answer = state.answer;
    let folds = |button: View, collapses: bool| {
        button.attr_of("aria-disabled", move || {
            let answer = answer.read();
            let some = |answer: &RowsAnswer| if collapses { answer.some_expanded } else { answer.some_collapsed };
            yes_no(!answer.as_ref().is_some_and(some)).to_owned()
        })
    };
    el("div", "names-head")
        .child(el("span", "names-title").text(words().name_column))
        .child(zone_select())
        .child(scale.clock_button())
        .child(measuring.button())
        .child(folds(button("expand-one", Icon::ExpandOne, Command::ExpandLevel), false))
        .child(folds(button("collapse-one", Icon::CollapseOne, Command::CollapseLevel), true))
        .child(folds(button("expand-all", Icon::ExpandAll, Command::ExpandAll), false))
        .child(folds(button("collapse-all", Icon::CollapseAll, Command::CollapseAll), true))
}

/// The heads of attribute columns, each with a button that removes it.
pub fn column_heads(state: &Timeline) -> View {
    let state = state.clone();
    dynamic(move || {
        let columns = state.columns.get();
        empty().children(columns.iter().map(|key| {
            let (state, key) = (state.clone(), key.clone());
            let name = fill(words().column_remove, &[&key]);
            let head = el("div", "column-head").child(el("bdi", "").attr("title", &key).text(&key));
            head.child(icon_button("icon-button quiet", &name, Icon::Close).on("click", move |_: Event| {
                let rest = state.columns.get_untracked().into_iter().filter(|known| *known != key).collect();
                state.set_columns(rest);
            }))
        }))
    })
}

/// A button with a panel below it; Escape and a click elsewhere close it.
pub fn popover(id: &str, shape: Icon, name: &'static str, panel: impl Fn() -> View + 'static) -> View {
    popover_of(id, shape, name, Box::new(panel))
}

fn popover_of(id: &str, shape: Icon, name: &'static str, panel: Box<dyn Fn() -> View>) -> View {
    let is_open = RwSignal::new(false);
    let view = el("div", "popover");
    let (outside, keys): (HtmlElement, HtmlElement) = (view.element(), view.element());
    on_window("pointerdown", move |event: Event| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        if is_open.get_untracked() && target.is_none_or(|target| !outside.contains(Some(&target))) {
            is_open.set(false);
        }
    });
    let button = el("button", "button small")
        .test_id(id)
        .attrs(&[("type", "button"), ("aria-haspopup", "dialog"), ("title", name)])
        .attr_of("aria-expanded", move || super::row::yes_no(is_open.get()).to_owned())
        .on("click", move |_: Event| match is_open.get_untracked() {
            true => is_open.set(false),
            // What is in the panels is in the rest of the page's program.
            false => with_rest(Box::new(move || is_open.set(true))),
        })
        .child(icon(shape))
        .child(el("span", "button-name").text(name));
    let panel = move || el("div", "popover-panel").attrs(&[("role", "dialog"), ("aria-label", name)]).child(panel());
    view.on("keydown", move |event: KeyboardEvent| {
        if event.key() == "Escape" && is_open.get_untracked() {
            event.prevent_default();
            event.stop_propagation();
            is_open.set(false);
            if let Ok(Some(button)) = keys.query_selector("button") {
                let _ = button.unchecked_into::<HtmlElement>().focus();
            }
        }
    })
    .child(button)
    .child(when(move || is_open.get(), panel))
}

fn check(name: &str, is_on: impl Fn() -> bool + 'static, act: impl Fn() + 'static) -> View {
    let input = el("input", "").attr("type", "checkbox");
    let field: HtmlInputElement = input.element();
    super::view::effect(move || field.set_checked(is_on()));
    el("label", "check").child(input.on("change", move |_: Event| act())).child(el("span", "").text(name))
}

/// What is shown and how.
pub fn look_menu(state: &Timeline) -> View {
    let state = state.clone();
    popover("look-menu", Icon::Options, words().look_menu, move || look_panel(&state))
}

// A function of its own, so that it can be in the rest.
#[inline(never)]
fn look_panel(state: &Timeline) -> View {
    let words = words();
    let command = |command: Command, is_on: Box<dyn Fn() -> bool>| {
        let state = state.clone();
        check(&command.name(), is_on, move || run(&state, command))
    };
    let (critical, join, only, slim) = (state.critical_path, state.join_siblings, state.only_window, state.is_slim);
    let (skew, bars, panel) = (state.skew, state.hides_bars, state.side_panel);
    let checks = el("div", "panel-part")
        .child(command(Command::CriticalPath, Box::new(move || critical.get())).test_id("critical-path-toggle"))
        .child(command(Command::JoinSiblings, Box::new(move || join.get())).test_id("siblings-join"))
        .child(command(Command::OnlyWindow, Box::new(move || only.get())).test_id("only-window"))
        .child(command(Command::Skew, Box::new(move || skew.get())).test_id("skew-toggle").child(largest_shift(state)))
        .child(command(Command::HideBars, Box::new(move || bars.get())).test_id("hide-bars"))
        .child(command(Command::SidePanel, Box::new(move || panel.get())).test_id("side-panel-toggle"))
        .child(command(Command::Slim, Box::new(move || slim.get())).test_id("slim-toggle"));
    el("div", "look-panel").child(checks).child(look_choices(state)).attr("data-menu", words.look_menu)
}

/// What correcting the clocks would do at most: worked out when somebody looks for the switch.
fn largest_shift(state: &Timeline) -> View {
    let text = RwSignal::new(String::new());
    let question = LargestShift { trace: state.head.id.clone() };
    spawn_local(async move {
        let Some(client) = super::state::client() else { return };
        let Some(largest) = client.ask(question).await else { return };
        if !text.is_disposed() {
            text.set(match largest {
                0 => words().skew_none.to_owned(),
                nanos => fill(words().skew_largest, &[&duration(nanos.saturating_abs())]),
            });
        }
    });
    el("span", "quiet").test_id("skew-largest").text_of(move || text.get())
}

/// What is more than a switch: colours, folding by rule, columns.
#[inline(never)]
pub fn look_choices(state: &Timeline) -> View {
    let colour = state.colour.get_untracked();
    let colours = [Colour::Service, Colour::Status, Colour::Kind, Colour::SelfTime, Colour::Percentile];
    let chooser = state.clone();
    let select = el("select", "")
        .test_id("colour-select")
        .attr("aria-label", words().colour_by)
        .on("change", move |event: Event| {
            let chosen = chosen_value(&event);
            let chosen = colours.into_iter().find(|colour| colour_tag(*colour) == chosen);
            chooser.colour_by(chosen.unwrap_or_default());
        })
        .children(colours.into_iter().map(|known| option(colour_tag(known), colour_name(known), known == colour)));
    let palettes = [("usual", words().palette_usual), ("safe", words().palette_safe)];
    let app = app();
    let is_safe = app.is_safe_palette.get_untracked();
    let palette = el("select", "")
        .test_id("palette-select")
        .attr("aria-label", words().palette)
        .on("change", move |event: Event| app.use_safe_palette(chosen_value(&event) == "safe"))
        .children(palettes.into_iter().map(|(tag, name)| option(tag, name, (tag == "safe") == is_safe)));
    let line = |name: &str, field: View| el("label", "line").child(el("span", "quiet").text(name)).child(field);
    let colours = el("div", "panel-part").child(line(words().colour_by, select)).child(line(words().palette, palette));
    let (known, shown) = (state.columns, state.clone());
    let columns = columns_form(move || known.get_untracked(), move |columns| shown.set_columns(columns));
    el("div", "look-choices").child(colours).child(fold_rules(state)).child(columns)
}

/// Folding by rule.
fn fold_rules(state: &Timeline) -> View {
    let words = words();
    let rule = |name: &str, id: &str, step: FoldStep| {
        let state = state.clone();
        el("button", "button small")
            .attr("type", "button")
            .test_id(id)
            .on("click", move |_: Event| state.fold(step.clone()))
            .text(name)
    };
    let kinds = [SpanKind::Client, SpanKind::Server, SpanKind::Producer, SpanKind::Consumer, SpanKind::Internal];
    let by_kind = state.clone();
    let kind_select = el("select", "")
        .test_id("fold-kind")
        .on("change", move |event: Event| {
            let chosen = chosen_value(&event);
            let kind = kinds.into_iter().find(|kind| kind.name() == chosen);
            kind.into_iter().for_each(|kind| by_kind.fold(FoldStep::Collapse(Rule::Kind(kind))));
        })
        .child(option("", "…", true))
        .children(kinds.into_iter().map(|kind| option(kind.name(), kind.name(), false)));
    let by_service = state.clone();
    let services = state.head.services.clone();
    let service_select = el("select", "")
        .test_id("fold-service")
        .on("change", move |event: Event| {
            if let Ok(service) = chosen_value(&event).parse::<u32>() {
                by_service.fold(FoldStep::Collapse(Rule::Service(service)));
            }
        })
        .child(option("", "…", true))
        .children(
            services
                .iter()
                .zip(0..)
                .map(|(known, at): (_, u32)| option(&at.to_string(), display_name(&known.name), false)),
        );
    let input = el("input", "short").test_id("fold-shorter").attrs(&[
        ("type", "text"),
        ("placeholder", "10ms"),
        ("aria-label", words.fold_shorter),
    ]);
    let field: HtmlInputElement = input.element();
    let by_length = state.clone();
    let shorter = el("form", "line")
        .on("submit", move |event: Event| {
            event.prevent_default();
            match crate::engine::questions::duration_nanos(&field.value()) {
                Some(nanos) => by_length.fold(FoldStep::Collapse(Rule::ShorterThan(nanos))),
                None => app().toast.set(Some(words.fold_shorter_fault.to_owned())),
            }
        })
        .child(el("span", "quiet").text(words.fold_shorter))
        .child(input)
        .child(el("button", "button small").attr("type", "submit").text(words.fold_apply));
    let line = |name: &str, field: View| el("label", "line").child(el("span", "quiet").text(name)).child(field);
    el("div", "panel-part")
        .child(el("h4", "").text(words.fold_by))
        .child(
            el("div", "line")
                .child(rule(words.only_errors, "fold-errors", FoldStep::OpenTo(Rule::Errors)))
                .child(rule(words.only_critical_path, "fold-critical", FoldStep::OpenTo(Rule::CriticalPath))),
        )
        .child(shorter)
        .child(line(words.fold_kind, kind_select))
        .child(line(words.fold_service, service_select))
}

/// Attributes as columns.
pub fn columns_form(columns: impl Fn() -> Vec<String> + 'static, set: impl Fn(Vec<String>) + 'static) -> View {
    let words = words();
    // One code for all.
    let columns: Box<dyn Fn() -> Vec<String>> = Box::new(columns);
    let set: Box<dyn Fn(Vec<String>)> = Box::new(set);
    let input = el("input", "").test_id("column-input").attrs(&[
        ("type", "text"),
        ("placeholder", "http.status_code"),
        ("aria-label", words.column_add),
    ]);
    let field: HtmlInputElement = input.element();
    el("form", "panel-part line")
        .on("submit", move |event: Event| {
            event.prevent_default();
            let key = field.value().trim().to_owned();
            let mut columns = columns();
            if !key.is_empty() && !columns.contains(&key) && columns.len() < MOST_COLUMNS {
                columns.push(key);
                set(columns);
            }
            field.set_value("");
        })
        .child(el("span", "quiet").text(words.column_add))
        .child(input)
        .child(el("button", "button small").attr("type", "submit").text(words.column_add_button))
}

/// More columns leave no room for bars.
const MOST_COLUMNS: usize = 6;

/// Says why there is no row, with the way out.
pub fn empty_notice(state: &Timeline) -> View {
    let state = state.clone();
    optional(move || {
        if state.answer.with(|answer| answer.as_ref().is_none_or(|answer| answer.total > 0)) {
            return None;
        }
        let hides = state.look.with(|look| look.only_found && look.find.is_some());
        let (text, name, command) = match hides {
            true => (words().no_row_found, words().find_clear, Command::ClearFind),
            false => (words().no_row_in_window, words().show_all_rows, Command::OnlyWindow),
        };
        let acting = state.clone();
        let button = el("button", "button small")
            .test_id("empty-leave")
            .attr("type", "button")
            .on("click", move |_: Event| run(&acting, command))
            .text(name);
        let text = el("span", "").text(text);
        Some(el("div", "notice").test_id("empty-notice").attr("role", "status").child(text).child(button))
    })
}

/// Says that only a part of the trace is looked at, with the way back.
pub fn root_notice(state: &Timeline) -> View {
    let state = state.clone();
    optional(move || {
        state.root.get()?;
        let back = state.clone();
        let button = el("button", "button small")
            .test_id("root-leave")
            .attr("type", "button")
            .on("click", move |_: Event| back.look_at(None))
            .text(words().look_at_whole);
        let total = state.answer.with(|answer| answer.as_ref().map_or(0, |answer| answer.total));
        let rows = counted(total.into(), words().row_one, words().row_many);
        let text = fill(words().look_at_part, &[&rows]);
        Some(
            el("div", "notice")
                .test_id("root-notice")
                .attr("role", "status")
                .child(el("span", "").text(&text))
                .child(button),
        )
    })
}
