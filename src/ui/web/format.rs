//! Durations, counts, sizes and times as text. Three significant digits; one unit style everywhere (LOOK.md, "Words").
//! Counts and dates are the browser's `Intl`, which knows zones and languages.

use js_sys::{Array, Date, Intl, Object, Reflect};
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
    let format = Intl::NumberFormat::new(&Array::of1(&language().tag().into()), &Object::new());
    let text = format.format().call1(&JsValue::UNDEFINED, &JsValue::from_f64(value as f64));
    text.ok().and_then(|text| text.as_string()).unwrap_or_else(|| value.to_string())
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
    let options = Object::new();
    let set = |key: &str, value: JsValue| {
        // Setting a property of a fresh plain object cannot fail.
        let _ = Reflect::set(&options, &key.into(), &value);
    };
    set("hourCycle", "h23".into());
    set("hour", "2-digit".into());
    let date = Date::new(&JsValue::from_f64(unix_nanos as f64 / 1e6));
    let format = |locale: &str| {
        let format = Intl::DateTimeFormat::new(&Array::of1(&locale.into()), &options);
        format.format().call1(&JsValue::UNDEFINED, &date).ok().and_then(|text| text.as_string()).unwrap_or_default()
    };
    let zone = if with_zone {
        set("timeZoneName", "short".into());
        let text = format("en-US");
        set("timeZoneName", JsValue::UNDEFINED);
        // "09 UTC", "11 GMT+2"
        format!(" {}", text.rsplit(' ').next().unwrap_or_default())
    } else {
        String::new()
    };
    for key in ["month", "day", "minute", "second"] {
        set(key, "2-digit".into());
    }
    set("year", "numeric".into());
    set("fractionalSecondDigits", 3.into());
    // The Swedish order of date and time is ISO 8601's; in English it is the one that nobody misreads.
    let text = format(if language == Language::English { "sv-SE" } else { language.tag() });
    format!("{}{zone}", text.replace(',', "."))
}
