//! The file `trackway.json` that whoever serves the app may put beside it: docs/configuration.md.

use super::link_patterns::{Pattern, patterns_of};
use crate::model::Value;

/// What the file says. The default: there is none.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// `linkPatterns`, as Jaeger UI has them.
    pub patterns: Vec<Pattern>,
    /// `topTagPrefixes`, as Jaeger UI has them: attributes that begin like these come first, in this order. `None`: the
    /// usual ones do.
    pub top_prefixes: Option<Vec<String>>,
}

/// Reads the file's text. What is not JSON, or of another type, says nothing.
pub fn read_config(text: &str) -> Config {
    let Some(config) = super::json_text::parse_container(text) else { return Config::default() };
    Config { patterns: patterns_of(&config), top_prefixes: top_prefixes(&config) }
}

fn top_prefixes(config: &Value) -> Option<Vec<String>> {
    let Value::Array(items) = config.entry("topTagPrefixes")? else { return None };
    let texts = items.iter().filter_map(|item| if let Value::Str(text) = item { Some(text.clone()) } else { None });
    Some(texts.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_a_list_of_texts() {
        let prefixes = |text: &str| read_config(text).top_prefixes;
        assert_eq!(prefixes(r#"{"topTagPrefixes":["http.","db."]}"#), Some(vec!["http.".into(), "db.".into()]));
        assert_eq!(prefixes(r#"{"topTagPrefixes":[7,"db."]}"#), Some(vec!["db.".into()]));
        assert_eq!(prefixes(r#"{"topTagPrefixes":[]}"#), Some(vec![]), "none, as Jaeger UI has it without the setting");
        for none in ["", "<html>", "{}", r#"{"topTagPrefixes":"http."}"#, r#"{"topTagPrefixes":null}"#] {
            assert_eq!(prefixes(none), None, "{none}");
        }
    }

    #[test]
    fn patterns_stand_beside_them() {
        let config = read_config(r#"{"topTagPrefixes":["a"],"linkPatterns":[{"url":"/x","text":"X"}]}"#);
        assert_eq!((config.patterns.len(), config.top_prefixes), (1, Some(vec!["a".to_owned()])));
    }
}
