//! Durations, counts, sizes and times as text. Three significant digits; one unit style everywhere (LOOK.md, "Words").
//! Dates are the browser's `Intl`, which knows zones and languages; its counts would be the same as ours, and cost a link's opening 15 ms.

use std::cell::RefCell;

use js_sys::{Array, Date, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use super::time_zone::{LOCAL, zone};
use super::words::{Language, fill, language};
pub use crate::analysis::units::{bytes, duration, fixed, grouped as number};
use crate::ui::ticks::zone_offset;

/// A share as the style sheet takes it: `12.5000%`.
pub fn percent(share: f64) -> String {
    let mut text = fixed(share * 100.0, 4);
    text.push('%');
    text
}

/// "1 span", "3 spans": the number in the form that goes with it.
pub fn counted(value: u64, one: &str, many: &str) -> String {
    fill(if value == 1 { one } else { many }, &[&number(value)])
}

/// A number before words that have a form for one and a form for many, as `span is|spans are`, or the same for both.
pub fn numbered(value: u64, forms: &str) -> String {
    let (one, many) = forms.split_once('|').unwrap_or((forms, forms));
    format!("{} {}", number(value), if value == 1 { one } else { many })
}

/// A time of day with milliseconds, with its date and its zone: `2026-10-01 11:02:03.456 GMT+2`. In the zone that is
/// chosen, untracked: who follows that tracks [`zone`].
pub fn date_time(unix_nanos: i64) -> String {
    format_date(unix_nanos, language(), true)
}

/// The same without the zone, for lists.
pub fn short_date_time(unix_nanos: i64) -> String {
    format_date(unix_nanos, language(), false)
}

fn format_date(unix_nanos: i64, language: Language, with_zone: bool) -> String {
    let date = date(unix_nanos);
    let place = zone().get_untracked();
    // "09 UTC", "11 GMT+2"
    let zone =
        if with_zone { formatted(Style::Zone, "en-US", &place, &date).unwrap_or_default() } else { String::new() };
    // The Swedish order of date and time is ISO 8601's; in English it is the one that nobody misreads.
    let locale = if language == Language::English { "sv-SE" } else { language.tag() };
    let text = formatted(Style::DateTime, locale, &place, &date).unwrap_or_default().replace(',', ".");
    match zone.rsplit_once(' ') {
        Some((_, zone)) => format!("{text} {zone}"),
        None => text,
    }
}

fn date(unix_nanos: i64) -> JsValue {
    Date::new(&JsValue::from_f64(unix_nanos as f64 / 1e6)).into()
}

/// Nanoseconds that the chosen zone is ahead of UTC at a time. Untracked.
pub fn zone_offset_nanos(unix_nanos: i64) -> i64 {
    let text = formatted(Style::Offset, "en-US", &zone().get_untracked(), &date(unix_nanos));
    text.and_then(|text| zone_offset(&text)).unwrap_or_default()
}

/// The browser knows a zone of this name.
pub fn is_zone(name: &str) -> bool {
    name == LOCAL || formatter(Style::Offset, "en-US", name).is_some()
}

/// Names of all zones that the browser knows. None in a browser that does not tell.
pub fn zones() -> Vec<String> {
    let names = intl("supportedValuesOf").and_then(|all| all.call1(&JsValue::UNDEFINED, &"timeZone".into()).ok());
    let names = names.and_then(|names| names.dyn_into::<Array>().ok()).unwrap_or_default();
    names.iter().filter_map(|name| name.as_string()).collect()
}

fn intl(name: &str) -> Option<Function> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    Reflect::get(&intl, &name.into()).ok()?.dyn_into().ok()
}

/// What a formatter of the browser's writes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// The hour and the zone.
    Zone,
    DateTime,
    /// The day and how far the zone is ahead of UTC.
    Offset,
}

/// A formatter with its style, language and zone.
type Formatter = (Style, &'static str, String, Function);

thread_local! {
    /// Making a formatter takes the browser up to some milliseconds.
    static FORMATTERS: RefCell<Vec<Formatter>> = const { RefCell::new(Vec::new()) };
}

/// Makes the formatter that nearly everything needs before the first file is read.
pub fn warm_up() {
    date_time(0);
}

fn formatted(style: Style, locale: &'static str, zone: &str, value: &JsValue) -> Option<String> {
    let formatter = FORMATTERS.with_borrow_mut(|known| {
        let is_it = |(of, language, place, _): &&Formatter| (*of, *language, place.as_str()) == (style, locale, zone);
        if let Some((.., formatter)) = known.iter().find(is_it) {
            return Some(formatter.clone());
        }
        let formatter = formatter(style, locale, zone)?;
        known.push((style, locale, zone.to_owned(), formatter.clone()));
        Some(formatter)
    });
    formatter?.call1(&JsValue::UNDEFINED, value).ok()?.as_string()
}

/// `None` if the browser does not know the zone.
fn formatter(style: Style, locale: &str, zone: &str) -> Option<Function> {
    let options = Object::new();
    let set = |key: &str, value: JsValue| {
        // Setting a property of a fresh plain object cannot fail.
        let _ = Reflect::set(&options, &key.into(), &value);
    };
    if zone != LOCAL {
        set("timeZone", zone.into());
    }
    match style {
        Style::Offset => set("timeZoneName", "longOffset".into()),
        Style::Zone | Style::DateTime => {
            set("hourCycle", "h23".into());
            set("hour", "2-digit".into());
        }
    }
    if style == Style::Zone {
        set("timeZoneName", "short".into());
    }
    if style == Style::DateTime {
        for key in ["month", "day", "minute", "second"] {
            set(key, "2-digit".into());
        }
        set("year", "numeric".into());
        set("fractionalSecondDigits", 3.into());
    }
    let constructor = intl("DateTimeFormat")?;
    let formatter = Reflect::construct(&constructor, &Array::of2(&locale.into(), &options)).ok()?;
    Reflect::get(&formatter, &"format".into()).ok()?.dyn_into().ok()
}

/// A text in lower case, as the browser does it: the standard library's tables of Unicode would be 10 kB.
pub fn lower(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}
