//! The order of attributes in a span's detail.

use crate::engine::questions::{Attribute, TOP_PREFIXES};
use crate::model::{Value, order};

/// How attributes begin that come first, in their order.
pub type Prefixes<'a> = Vec<&'a str>;

/// The prefixes that a question wants; those of [`TOP_PREFIXES`] if it does not say.
pub fn prefixes(wanted: Option<&[String]>) -> Prefixes<'_> {
    match wanted {
        Some(wanted) => wanted.iter().map(String::as_str).collect(),
        None => TOP_PREFIXES.to_vec(),
    }
}

/// Attributes that begin like one of `top` first, then all others; each group by key. Case does not count, as in Jaeger UI.
/// What repeats key and value is left out.
pub fn in_order(list: Vec<Attribute>, top: &Prefixes) -> Vec<Attribute> {
    let sorted = order::arrange(list, &mut |a, b| {
        group(top, &a.key).cmp(&group(top, &b.key)).then_with(|| letters(&a.key).cmp(letters(&b.key)))
    });
    let mut kept = Vec::<Attribute>::with_capacity(sorted.len());
    for attribute in sorted {
        let same_letters = kept.iter().rev().take_while(|known| letters(&known.key).eq(letters(&attribute.key)));
        let is_repeated = !is_cut(&attribute.value) && { same_letters }
            .any(|known| known.key == attribute.key && known.value == attribute.value);
        if !is_repeated {
            kept.push(attribute);
        }
    }
    kept
}

fn group(top: &Prefixes, key: &str) -> usize {
    let begins = |prefix: &&str| letters(prefix).eq(letters(key).take(prefix.len()));
    top.iter().position(begins).unwrap_or(top.len())
}

fn letters(key: &str) -> impl Iterator<Item = u8> {
    key.bytes().map(|letter| letter.to_ascii_lowercase())
}

/// Two values that begin alike need not be the same.
fn is_cut(value: &Value) -> bool {
    matches!(value, Value::CutStr { .. } | Value::CutBytes { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(list: &[(&str, i64)], top: Option<&[String]>) -> Vec<(String, i64, u32)> {
        let list = list.iter().zip(0..).map(|((key, value), index)| Attribute {
            key: (*key).to_owned(),
            value: Value::Int(*value),
            index,
        });
        let number = |value: &Value| if let Value::Int(number) = value { *number } else { 0 };
        in_order(list.collect(), &prefixes(top)).into_iter().map(|it| (it.key, number(&it.value), it.index)).collect()
    }

    #[test]
    fn top_prefixes_come_first_then_letters_count() {
        let list =
            [("zone", 0), ("http.url", 0), ("Alpha", 0), ("beta", 0), ("error", 0), ("db.name", 0), ("HTTP.x", 0)];
        let keys = |top: Option<&[String]>| shown(&list, top).into_iter().map(|(key, ..)| key).collect::<Vec<_>>();
        assert_eq!(keys(None), ["error", "http.url", "HTTP.x", "db.name", "Alpha", "beta", "zone"]);
        // Those that a configuration names instead.
        let named = ["Zone", "b", ""].map(String::from);
        assert_eq!(keys(Some(&named[..2])), ["zone", "beta", "Alpha", "db.name", "error", "http.url", "HTTP.x"]);
        assert_eq!(keys(Some(&[])), ["Alpha", "beta", "db.name", "error", "http.url", "HTTP.x", "zone"]);
        assert_eq!(keys(Some(&named[2..])), keys(Some(&[])), "an empty prefix is that of all");
    }

    #[test]
    fn what_repeats_key_and_value_stands_once() {
        let list = [("k", 1), ("K", 1), ("k", 2), ("k", 1), ("a", 1)];
        let expected = [("a", 1, 4), ("k", 1, 0), ("K", 1, 1), ("k", 2, 2)];
        assert_eq!(shown(&list, None), expected.map(|(key, value, index)| (key.to_owned(), value, index)));
    }

    #[test]
    fn values_that_were_cut_may_differ() {
        let value = || Value::CutStr { start: "x".into(), bytes: 9_000 };
        let list = [0, 1].map(|index| Attribute { key: "k".into(), value: value(), index });
        assert_eq!(in_order(list.into(), &prefixes(None)).len(), 2);
    }
}
