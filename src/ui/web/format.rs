//! Durations, counts, sizes and times as text. Three significant digits; one unit style everywhere (LOOK.md, "Words").
//! Counts and dates are the browser's `Intl`, which knows zones and languages.

use std::cell::RefCell;

use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use wasm_bindgen::JsValue;

use super::words::{Language, fill, language};
pub use crate::analysis::units::{bytes, duration, fixed};

/// A share as the style sheet takes it: `12.5000%`.
pub fn percent(share: f64) -> String {
    let mut text = fixed(share * 100.0, 4);
    text.push('%');
    text
}

/// A whole number with the language's grouping.
pub fn number(value: u64) -> String {
    let text = formatted(Style::Number, language().tag(), &JsValue::from_f64(value as f64));
    text.unwrap_or_else(|| value.to_string())
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

/// A time of day with milliseconds, with its date and its zone: `2026-10-01 11:02:03.456 GMT+2`.
pub fn date_time(unix_nanos: i64) -> String {
    format_date(unix_nanos, language(), true)
}

/// The same without the zone, for lists.
pub fn short_date_time(unix_nanos: i64) -> String {
    format_date(unix_nanos, language(), false)
}

fn format_date(unix_nanos: i64, language: Language, with_zone: bool) -> String {
    let date: JsValue = Date::new(&JsValue::from_f64(unix_nanos as f64 / 1e6)).into();
    // "09 UTC", "11 GMT+2"
    let zone = if with_zone { formatted(Style::Zone, "en-US", &date).unwrap_or_default() } else { String::new() };
    // The Swedish order of date and time is ISO 8601's; in English it is the one that nobody misreads.
    let locale = if language == Language::English { "sv-SE" } else { language.tag() };
    let text = formatted(Style::DateTime, locale, &date).unwrap_or_default().replace(',', ".");
    match zone.rsplit_once(' ') {
        Some((_, zone)) => format!("{text} {zone}"),
        None => text,
    }
}

/// What a formatter of the browser's writes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Number,
    /// The hour and the zone.
    Zone,
    DateTime,
}

thread_local! {
    /// Formatters by style and language: making one takes the browser up to some milliseconds.
    static FORMATTERS: RefCell<Vec<(Style, &'static str, Function)>> = const { RefCell::new(Vec::new()) };
}

/// Makes the formatters that nearly everything needs before the first file is read.
pub fn warm_up() {
    number(0);
    date_time(0);
}

fn formatted(style: Style, locale: &'static str, value: &JsValue) -> Option<String> {
    let formatter = FORMATTERS.with_borrow_mut(|known| {
        let found = known.iter().find(|(of, language, _)| (*of, *language) == (style, locale));
        found.map(|(_, _, formatter)| formatter.clone()).unwrap_or_else(|| {
            let formatter = formatter(style, locale);
            known.push((style, locale, formatter.clone()));
            formatter
        })
    });
    formatter.call1(&JsValue::UNDEFINED, value).ok()?.as_string()
}

fn formatter(style: Style, locale: &str) -> Function {
    let locales = Array::of1(&locale.into());
    let options = Object::new();
    let set = |key: &str, value: JsValue| {
        // Setting a property of a fresh plain object cannot fail.
        let _ = Reflect::set(&options, &key.into(), &value);
    };
    if style == Style::Number {
        return Intl::NumberFormat::new(&locales, &options).format();
    }
    set("hourCycle", "h23".into());
    set("hour", "2-digit".into());
    if style == Style::Zone {
        set("timeZoneName", "short".into());
    } else {
        for key in ["month", "day", "minute", "second"] {
            set(key, "2-digit".into());
        }
        set("year", "numeric".into());
        set("fractionalSecondDigits", 3.into());
    }
    Intl::DateTimeFormat::new(&locales, &options).format()
}
