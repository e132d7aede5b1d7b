//! The services of a trace: which are shown, here and by default, and their colours.

use std::rc::Rc;

use leptos::prelude::set_timeout;
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, KeyboardEvent};

use super::format::{lower, number};
use super::icons::Icon;
use super::navigation::{parameter, place};
use super::row::{display_name, yes_no};
use super::service_colours::{choose, slots_of};
use super::signal::RwSignal;
use super::state::app;
use super::timeline_state::Timeline;
use super::timeline_tools::popover;
use super::view::{View, effect, el, optional};
use super::words::{fill, words};
use crate::engine::questions::TraceHead;
use crate::model::order;
use crate::ui::colour::SLOTS;

/// Which services are shown; nothing for a trace of one.
pub fn service_menu(state: &Timeline) -> Option<View> {
    if state.head.services.len() < 2 {
        return None;
    }
    let (shown, state) = (state.hidden, state.clone());
    let view = popover("service-filter", Icon::Filter, words().service_filter, move || service_panel(&state));
    Some(view.class_if("is-on", move || !shown.read().is_empty()))
}

// A function of its own, so that it can be in the rest.
#[inline(never)]
fn service_panel(state: &Timeline) -> View {
    let words = words();
    let head = state.head.clone();
    let chosen = RwSignal::new(state.hidden.get_untracked());
    let slots = slots_of(&head.services);
    let picked = RwSignal::new(usize::MAX);
    let roots = head.root_services.clone();
    let kept_roots = roots.clone();
    let only_root = (roots.len() == 1).then(|| roots[0]);
    let lines = head.services.iter().zip(0_u32..).map(|(service, at)| {
        let input = el("input", "").attrs(&[("type", "checkbox"), ("data-service", &service.name)]);
        let field: HtmlInputElement = input.element();
        let is_locked = only_root == Some(at);
        field.set_disabled(is_locked);
        effect(move || field.set_checked(!chosen.read().contains(&at)));
        let root = roots.contains(&at).then(|| el("span", "badge").text(words.root_badge));
        let swatch = el("button", "swatch-button")
            .attrs(&[("type", "button"), ("aria-label", &fill(words.colour_of, &[display_name(&service.name)]))])
            .child(el("span", "swatch"));
        let check = el("label", "check")
            .child(input.on("change", move |_: Event| {
                chosen.update(|hidden| match hidden.iter().position(|known| *known == at) {
                    Some(place) => _ = hidden.remove(place),
                    None => hidden.push(at),
                })
            }))
            .child(el("bdi", "").text(display_name(&service.name)))
            .children(root)
            .child(el("span", "count quiet").text(&number(service.spans.into())));
        el("div", &line_class(slots[at as usize])).child(swatch).child(check)
    });
    let list = el("div", "panel-list").children(lines).on("click", move |event: Event| {
        let line = element_at(&event, ".swatch-button").and_then(|button| button.parent_element());
        if let Some(line) = line {
            let before = std::iter::successors(line.previous_element_sibling(), Element::previous_element_sibling);
            picked.set(before.count());
        }
    });
    let search = (head.services.len() > MANY).then(|| name_search(&head, list.element()));
    let picker = colour_picker(&head, picked, list.element());
    let all = head.services.len() as u32;
    let keeps_root = move |hidden: &[u32]| kept_roots.iter().any(|root| !hidden.contains(root));
    let (none_roots, apply_state) = (head.root_services.clone(), state.clone());
    let (can_apply, can_keep, keep_state) = (keeps_root.clone(), keeps_root.clone(), state.clone());
    let button = |name: &str, id: &str, class: &str| el("button", class).test_id(id).attr("type", "button").text(name);
    let apply = button(words.service_apply, "service-apply", "button small primary");
    let apply_element: web_sys::HtmlButtonElement = apply.element();
    effect(move || apply_element.set_disabled(!can_apply(&chosen.read())));
    let keep = button(words.service_keep, "service-keep", "button small").attr("title", words.service_keep_title);
    let keep_element: web_sys::HtmlButtonElement = keep.element();
    effect(move || keep_element.set_disabled(!can_keep(&chosen.read())));
    el("div", "service-panel")
        .child(
            el("div", "line")
                .child(
                    button(words.service_all, "service-all", "button small")
                        .on("click", move |_: Event| chosen.set(Vec::new())),
                )
                .child(button(words.service_none, "service-none", "button small").on("click", move |_: Event| {
                    // One root stays: a trace without any shows nothing.
                    let first = none_roots.first().copied();
                    chosen.set((0..all).filter(|at| Some(*at) != first).collect());
                })),
        )
        .children(search)
        .child(list)
        .child(picker)
        .child(optional(move || (!keeps_root(&chosen.read())).then(|| el("p", "quiet").text(words.service_needs_root))))
        .child(
            el("div", "line")
                .child(apply.on("click", move |_: Event| {
                    let hidden = order::arrange(chosen.get_untracked(), &mut |a, b| a.cmp(b));
                    apply_state.hide_services(hidden);
                }))
                .child(keep.on("click", move |_: Event| keep_state.hide_by_default(&chosen.read_untracked()))),
        )
        .child(default_line(state))
}

/// More services than are found at a glance.
const MANY: usize = 20;

/// Leaves the services in `list` whose names hold what is typed.
fn name_search(head: &Rc<TraceHead>, list: Element) -> View {
    let head = head.clone();
    let input = el("input", "").test_id("service-search").attrs(&[
        ("type", "search"),
        ("spellcheck", "false"),
        ("autocomplete", "off"),
        ("aria-label", words().service_search),
        ("placeholder", words().service_search),
    ]);
    let field: HtmlInputElement = input.element();
    input.on("input", move |_: Event| {
        let wanted = lower(field.value().trim());
        let lines = std::iter::successors(list.first_element_child(), Element::next_element_sibling);
        for (line, service) in lines.zip(&head.services) {
            let _ = line.toggle_attribute_with_force("hidden", !lower(&service.name).contains(&wanted));
        }
    })
}

fn line_class(slot: usize) -> String {
    format!("check-line service-{slot}")
}

/// What was hit: the element of a selector that the event's target is or stands in.
fn element_at(event: &Event, selector: &str) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok().flatten()
}

fn focus(element: Option<Element>) {
    if let Some(element) = element {
        let _ = element.unchecked_into::<HtmlElement>().focus();
    }
}

/// The palette, to choose the colour of the service that was picked in the list; `usize::MAX`: none was.
fn colour_picker(head: &Rc<TraceHead>, picked: RwSignal<usize>, list: Element) -> View {
    let head = head.clone();
    optional(move || hues(&head, picked, &list))
}

// A function of its own, so that it can be in the rest.
#[inline(never)]
fn hues(head: &Rc<TraceHead>, picked: RwSignal<usize>, list: &Element) -> Option<View> {
    let at = picked.get();
    let name = head.services.get(at)?.name.clone();
    let (line, services) = (list.children().item(at as u32)?, head.clone());
    let back = line.clone();
    // The colour that the service has; its line in the list shows it, too.
    let now = RwSignal::new(0_usize);
    effect(move || {
        app().colours.track();
        let slot = slots_of(&services.services).get(at).copied().unwrap_or_default();
        line.set_class_name(&line_class(slot));
        now.set(slot);
    });
    let title = fill(words().colour_of, &[display_name(&name)]);
    let hues = (0..SLOTS).map(|slot| {
        el("button", &format!("swatch-button service-{slot}"))
            .attrs(&[
                ("type", "button"),
                ("data-slot", &slot.to_string()),
                ("aria-label", &fill(words().colour_number, &[&(slot + 1).to_string()])),
            ])
            .attr_of("aria-pressed", move || yes_no(now.get() == slot).to_owned())
            .child(el("span", "swatch"))
    });
    let reset = el("button", "button small")
        .test_id("colour-reset")
        .attrs(&[("type", "button"), ("data-slot", "")])
        .text(words().colour_reset);
    let view = el("div", "colour-picker")
        .test_id("colour-picker")
        .attrs(&[("role", "group"), ("aria-label", &title)])
        .on("click", move |event: Event| {
            let hit = element_at(&event, "[data-slot]").and_then(|button| button.get_attribute("data-slot"));
            hit.into_iter().for_each(|slot| choose(&name, slot.parse().ok()));
        })
        .on("keydown", move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                // The panel around stays open.
                event.stop_propagation();
                picked.set(usize::MAX);
                focus(back.first_element_child());
            }
        })
        .child(el("span", "quiet").text(&title))
        .child(el("div", "hues").children(hues))
        .child(reset);
    let element: Element = view.element();
    // It is on the page by then.
    set_timeout(move || focus(element.query_selector("[aria-pressed=true]").ok().flatten()), std::time::Duration::ZERO);
    Some(view)
}

/// What is left out by default, and the way to forget it.
fn default_line(state: &Timeline) -> View {
    let state = state.clone();
    optional(move || {
        let names = state.hidden_default.read();
        let forget = state.clone();
        (!names.is_empty()).then(|| {
            let text = fill(words().service_default, &[&first_names(&names)]);
            el("div", "line")
                .test_id("service-default-line")
                .child(el("span", "quiet").text(&text))
                .child(forget_button(&forget))
        })
    })
}

fn forget_button(state: &Timeline) -> View {
    let state = state.clone();
    el("button", "button small")
        .test_id("service-forget")
        .attr("type", "button")
        .on("click", move |_: Event| state.set_default(Vec::new()))
        .text(words().service_forget)
}

/// The first names of a list, and how many more there are.
fn first_names(names: &[String]) -> String {
    const FIRST: usize = 5;
    let shown: Vec<&str> = names.iter().take(FIRST).map(|name| display_name(name)).collect();
    let rest = names.len().saturating_sub(FIRST);
    let more = (rest > 0).then(|| fill(words().and_more, &[&number(rest as u64)]));
    [shown.join(", ").as_str(), more.as_deref().unwrap_or_default()].join(" ")
}

/// Says which services the default leaves out, while it does, with the ways to see them.
pub fn default_notice(state: &Timeline) -> View {
    let (state, search) = (state.clone(), place().search);
    optional(move || {
        let is_default = parameter(&search.read(), "svcFilter").is_none();
        let hidden = state.hidden.get();
        (is_default && !hidden.is_empty()).then(|| {
            let services = &state.head.services;
            let names: Vec<String> =
                hidden.iter().filter_map(|at| services.get(*at as usize)).map(|known| known.name.clone()).collect();
            let shown = state.clone();
            let show = el("button", "button small")
                .test_id("service-show")
                .attr("type", "button")
                .on("click", move |_: Event| shown.hide_services(Vec::new()))
                .text(words().service_show);
            el("div", "notice")
                .test_id("service-notice")
                .attr("role", "status")
                .child(el("span", "").text(&fill(words().service_default, &[&first_names(&names)])))
                .child(show)
                .child(forget_button(&state))
        })
    })
}
