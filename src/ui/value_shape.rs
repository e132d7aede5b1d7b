//! How the value of an attribute is shown.

use super::json_text::parse_container;
use super::sql::{is_sql_key, is_statement};
use super::stack_trace::{is_stack_key, looks_like_stack_trace};
use crate::engine::value_text::{json, plain};
use crate::model::Value;

/// Longer texts (bytes) are shown as they are: nobody reads a tree of so many values, and the page should not build it.
const LONGEST_TREE: usize = 256 * 1024;
/// A list of plain values that is no longer than this (letters) stays in one line.
const LONGEST_LINE: usize = 120;
/// Trees of so many keys and items are open at first.
pub const OPEN_KEYS: usize = 10;

/// See the module.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    Text(String),
    Sql(String),
    StackTrace(String),
    Tree(Value),
}

/// What a value is, by its key and itself.
pub fn shape_of(key: &str, value: &Value) -> Shape {
    let text = match value {
        Value::Str(text) | Value::CutStr { start: text, .. } => text,
        Value::Array(items) if is_header(key) => {
            return Shape::Text(items.iter().map(plain).collect::<Vec<_>>().join(", "));
        }
        Value::Array(_) | Value::Map(_) => return list_shape(value),
        other => return Shape::Text(plain(other)),
    };
    let tree = || if text.len() <= LONGEST_TREE { parse_container(text) } else { None };
    if is_sql_key(key) && is_statement(text) {
        return Shape::Sql(text.clone());
    }
    if let Some(tree) = tree() {
        return Shape::Tree(tree);
    }
    if text.contains('\n') && (is_stack_key(key) || looks_like_stack_trace(text)) {
        return Shape::StackTrace(text.clone());
    }
    Shape::Text(text.clone())
}

fn is_header(key: &str) -> bool {
    key.starts_with("http.request.header.") || key.starts_with("http.response.header.")
}

fn list_shape(value: &Value) -> Shape {
    let is_plain = match value {
        Value::Array(items) => !items.iter().any(|item| matches!(item, Value::Array(_) | Value::Map(_))),
        Value::Map(entries) => entries.is_empty(),
        _ => true,
    };
    let line = if is_plain { json(value) } else { String::new() };
    if is_plain && line.len() <= LONGEST_LINE { Shape::Text(line) } else { Shape::Tree(value.clone()) }
}

/// Keys and items of a tree in all, counted up to `most`. Nesting is bounded by ingest, so recursion is.
pub fn count_keys(value: &Value, most: usize) -> usize {
    let mut count = 0;
    let mut add = |value: &Value| {
        if count < most {
            count += 1 + count_keys(value, most - count);
        }
    };
    match value {
        Value::Array(items) => items.iter().for_each(&mut add),
        Value::Map(entries) => entries.iter().for_each(|(_, value)| add(value)),
        _ => {}
    }
    count
}

/// Whether a key was not written by a program but made of a field of OpenTelemetry's, as its mapping to other formats does.
pub fn is_synthetic(key: &str) -> bool {
    key.starts_with("otel.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Str(text.to_owned())
    }

    #[test]
    fn texts_are_what_they_hold() {
        assert!(matches!(shape_of("k", &text(" {\"a\":[1]} ")), Shape::Tree(Value::Map(_))));
        assert_eq!(shape_of("k", &text("{a}")), Shape::Text("{a}".into()));
        assert_eq!(shape_of("db.statement", &text("select 1")), Shape::Sql("select 1".into()));
        assert_eq!(shape_of("db.statement", &text("GET x")), Shape::Text("GET x".into()));
        assert_eq!(shape_of("k", &text("select 1")), Shape::Text("select 1".into()));
        assert_eq!(shape_of("exception.stacktrace", &text("a\nb")), Shape::StackTrace("a\nb".into()));
        assert_eq!(shape_of("exception.stacktrace", &text("a")), Shape::Text("a".into()));
        let long = format!("[{}1]", "1,".repeat(LONGEST_TREE / 2));
        assert_eq!(shape_of("k", &text(&long)), Shape::Text(long.clone()));
    }

    #[test]
    fn lists_are_lines_or_trees() {
        let list = Value::Array(vec![text("a"), Value::Int(1)]);
        assert_eq!(shape_of("http.request.header.accept", &list), Shape::Text("a, 1".into()));
        assert_eq!(shape_of("k", &list), Shape::Text("[\"a\",1]".into()));
        let nested = Value::Array(vec![list.clone()]);
        assert_eq!(shape_of("k", &nested), Shape::Tree(nested.clone()));
        let long = Value::Array(vec![text("a long text"); 20]);
        assert_eq!(shape_of("k", &long), Shape::Tree(long.clone()));
    }

    #[test]
    fn keys_are_counted_below_too() {
        let inner = Value::Map(vec![("a".into(), Value::Null), ("b".into(), Value::Null)]);
        let outer = Value::Array(vec![inner.clone(), inner, Value::Null]);
        assert_eq!(count_keys(&outer, 100), 7);
        assert_eq!(count_keys(&outer, 3), 3);
        assert_eq!(count_keys(&Value::Null, 3), 0);
    }
}
