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
    /// What it says of the page of a trace; `None`: there is no file that says anything.
    pub page: Option<PageConfig>,
}

/// Jaeger UI's keys of the page of a trace, under their names and with its defaults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageConfig {
    /// `traceIdDisplayLength`: letters of the trace's id in the head.
    pub id_length: usize,
    /// `criticalPathEnabled`: the critical path is shown unless a user has switched it off.
    pub critical_path: bool,
    /// `disableJsonView`: there is no button that shows the trace as JSON.
    pub hides_json: bool,
    /// `traceTimeline.spanPillsEnabled`: rows have short facts.
    pub pills: bool,
    /// `traceTimeline.enableSidePanel`: details can stand beside the timeline.
    pub has_side_panel: bool,
    /// `traceTimeline.defaultDetailPanelMode` is `sidepanel`: they do unless a user has chosen otherwise.
    pub side_panel: bool,
}

/// Reads the file's text. What is not JSON, or of another type, says nothing.
pub fn read_config(text: &str) -> Config {
    let Some(config) = super::json_text::parse_container(text) else { return Config::default() };
    Config { patterns: patterns_of(&config), top_prefixes: top_prefixes(&config), page: Some(page_config(&config)) }
}

fn page_config(config: &Value) -> PageConfig {
    fn is(config: Option<&Value>, key: &str, usual: bool) -> bool {
        match config.and_then(|config| config.entry(key)) {
            Some(Value::Bool(told)) => *told,
            _ => usual,
        }
    }
    let (all, timeline) = (Some(config), config.entry("traceTimeline"));
    let mode = timeline.and_then(|timeline| timeline.entry("defaultDetailPanelMode"));
    PageConfig {
        id_length: match config.entry("traceIdDisplayLength") {
            Some(Value::Int(length @ 1..=64)) => *length as usize,
            _ => 7,
        },
        critical_path: is(all, "criticalPathEnabled", true),
        hides_json: is(all, "disableJsonView", false),
        pills: is(timeline, "spanPillsEnabled", true),
        has_side_panel: is(timeline, "enableSidePanel", true),
        side_panel: matches!(mode, Some(Value::Str(mode)) if mode == "sidepanel"),
    }
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
    fn the_page_of_a_trace_is_as_in_jaeger_ui_where_nothing_is_said() {
        let usual = PageConfig {
            id_length: 7,
            critical_path: true,
            hides_json: false,
            pills: true,
            has_side_panel: true,
            side_panel: false,
        };
        let page = |text: &str| read_config(text).page;
        for text in [
            "{}",
            r#"{"traceIdDisplayLength":0,"criticalPathEnabled":"no","traceTimeline":[]}"#,
            r#"{"traceIdDisplayLength":"9","traceTimeline":{"spanPillsEnabled":0,"defaultDetailPanelMode":"inline"}}"#,
        ] {
            assert_eq!(page(text), Some(usual.clone()), "{text}");
        }
        assert_eq!(page("<html>"), None);
        let all = r#"{"traceIdDisplayLength":16,"criticalPathEnabled":false,"disableJsonView":true,
            "traceTimeline":{"spanPillsEnabled":false,"enableSidePanel":false,"defaultDetailPanelMode":"sidepanel"}}"#;
        let other = PageConfig {
            id_length: 16,
            critical_path: false,
            hides_json: true,
            pills: false,
            has_side_panel: false,
            side_panel: true,
        };
        assert_eq!(page(all), Some(other));
    }

    #[test]
    fn patterns_stand_beside_them() {
        let config = read_config(r#"{"topTagPrefixes":["a"],"linkPatterns":[{"url":"/x","text":"X"}]}"#);
        assert_eq!((config.patterns.len(), config.top_prefixes), (1, Some(vec!["a".to_owned()])));
    }
}
