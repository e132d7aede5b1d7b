//! How the page tells times: from the trace's start or by the clock, and in which zone. The zone is remembered, and in the
//! address as `tz`, so that two people who talk about a trace read the same times.

use web_sys::{Event, HtmlSelectElement};

use super::clipboard::icon_button;
use super::format::{is_zone, zone_offset_nanos, zones};
use super::icons::Icon;
use super::navigation::{go, parameter, place, with_parameters};
use super::row::yes_no;
use super::signal::RwSignal;
use super::state::app;
use super::storage;
use super::view::{View, effect, el};
use super::words::words;
use crate::ui::ticks::{Ticks, clock_label, relative_label, ticks};
use crate::ui::window::Window;

/// The zone of the browser, as the address and the storage have it.
pub const LOCAL: &str = "local";

/// The zone that absolute times are told in: [`LOCAL`], `UTC` or a name of the IANA's.
pub fn zone() -> RwSignal<String> {
    app().zone
}

/// The zone that was chosen last.
pub fn remembered_zone() -> String {
    storage::preference("zone").filter(|name| is_zone(name)).unwrap_or_else(|| LOCAL.to_owned())
}

/// How times of one trace are written on rulers.
#[derive(Clone, Copy)]
pub struct TimeScale {
    start_unix_nanos: i64,
    window: RwSignal<Window>,
    is_clock: RwSignal<bool>,
}

impl TimeScale {
    /// Of a trace; follows the address' zone.
    pub fn new(start_unix_nanos: i64, window: RwSignal<Window>) -> TimeScale {
        let search = place().search;
        effect(move || {
            let linked = parameter(&search.read(), "tz").filter(|name| is_zone(name));
            if let Some(name) = linked.filter(|name| zone().with_untracked(|zone| zone != name)) {
                zone().set(name);
            }
        });
        let is_clock = RwSignal::new(storage::preference("clock").is_some_and(|kept| kept == "true"));
        TimeScale { start_unix_nanos, window, is_clock }
    }

    /// The trace's start as the clock on the wall had it (nanoseconds from 1970 in the zone), by the zone's offset at the left
    /// edge of the visible window: a change of the clocks within the window is not told. Tracked.
    fn start_on_wall(self) -> i64 {
        zone().track();
        let edge = self.start_unix_nanos.saturating_add(self.window.read().from);
        self.start_unix_nanos.saturating_add(zone_offset_nanos(edge))
    }

    /// Labels are of the clock, and so wider. Tracked.
    pub fn is_clock(self) -> bool {
        self.is_clock.get()
    }

    /// Round times of a window. Tracked.
    pub fn ticks(self, window: Window, most: usize) -> Ticks {
        let shift = if self.is_clock.get() { self.start_on_wall() } else { 0 };
        ticks(window.from, window.to, most, shift)
    }

    /// A time (nanoseconds from the trace's start) that is to be told from one a `step` away. Tracked.
    pub fn label(self, time: i64, step: i64) -> String {
        if self.is_clock.get() {
            clock_label(self.start_on_wall().saturating_add(time), step)
        } else {
            relative_label(time, step)
        }
    }

    /// Switches between the trace's time and the clock's.
    pub fn clock_button(self) -> View {
        let is_clock = self.is_clock;
        icon_button("icon-button", words().clock_times, Icon::Clock)
            .test_id("clock-toggle")
            .attr_of("aria-pressed", move || yes_no(is_clock.get()).to_owned())
            .on("click", move |_: Event| {
                is_clock.update(|is_clock| *is_clock = !*is_clock);
                storage::set_preference("clock", yes_no(is_clock.get_untracked()));
            })
    }
}

/// Chooses the zone.
pub fn zone_select() -> View {
    let view = el("select", "zone-select")
        .test_id("time-zone")
        .attrs(&[("aria-label", words().time_zone), ("title", words().time_zone)]);
    let select: HtmlSelectElement = view.element();
    let option = |value: &str, name: &str| el("option", "").attr("value", value).text(name);
    let now = zone().get_untracked();
    let is_other = now != LOCAL && now != "UTC";
    let view = view
        .child(option(LOCAL, words().local_zone))
        .child(option("UTC", "UTC"))
        .children(is_other.then(|| option(&now, &now)));
    let (filled, chosen) = (select.clone(), select.clone());
    effect(move || {
        // A zone that came with the address may have no option yet.
        zone().with(|zone| select.set_value(zone));
        if select.selected_index() < 0 {
            zone().with(|zone| add(&select, [zone.clone()]));
        }
    });
    let fill = move |_: Event| {
        // Hundreds of them: only for who wants to choose.
        if filled.length() <= 3 {
            add(&filled, zones());
        }
    };
    view.on("focus", fill).on("change", move |_: Event| {
        let name = chosen.value();
        storage::set_preference("zone", &name);
        zone().set(name.clone());
        go(&with_parameters(&[("tz", (name != LOCAL).then_some(name))]), true);
    })
}

/// Adds options at the end, and keeps the zone chosen.
fn add(select: &HtmlSelectElement, names: impl IntoIterator<Item = String>) {
    for name in names.into_iter().filter(|name| name != "UTC") {
        let option = el("option", "").attr("value", &name).text(&name);
        super::view::insert(select, option.node(), None);
    }
    zone().with_untracked(|zone| select.set_value(zone));
}
