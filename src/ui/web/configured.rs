//! What `trackway.json` says of the page of a trace (`ui::config::PageConfig`), done to it; and the trace as JSON in a tab of its own.

use leptos::prelude::document;
use web_sys::{Element, Url, Window};

use super::state::{app, client};
use super::storage;
use super::timeline_state::Timeline;
use super::words::words;
use crate::engine::client::SaveEvent;
use crate::engine::messages::Chosen;
use crate::export::ExportFormat;
use crate::ui::config::PageConfig;

/// Does to the page what the file says. A user's own choices come first.
#[inline(never)]
pub fn apply(page: &PageConfig, state: &Timeline) {
    let find = |selector: &str| document().query_selector(selector).ok().flatten();
    if let Some(root) = find(".trace-page") {
        let classes = root.class_list();
        let hidden = [("no-pills", !page.pills), ("no-json", page.hides_json), ("no-side-panel", !page.has_side_panel)];
        for (class, is_hidden) in hidden {
            let _ = classes.toggle_with_force(class, is_hidden);
        }
    }
    let id: String = state.head.id.chars().take(page.id_length).collect();
    find(".trace-title .trace-id").iter().for_each(|shown: &Element| shown.set_text_content(Some(&id)));
    if !page.critical_path && storage::preference("critical-path").is_none() {
        state.critical_path.set(false);
    }
    if !page.has_side_panel || page.side_panel && storage::preference("side-panel").is_none() {
        state.side_panel.set(page.has_side_panel);
    }
}

/// Shows a trace as JSON (OTLP, which keeps everything) in a tab that was opened for it: a browser opens none without a click.
#[inline(never)]
pub fn show_json(trace: String, tab: Option<Window>) {
    let (Some(client), Some(tab)) = (client(), tab) else {
        return app().toast.set(Some(words().json_no_tab.to_owned()));
    };
    client.save(ExportFormat::OtlpJson, Chosen::Traces(vec![trace]), move |event| {
        let url = match &event {
            SaveEvent::Progress { .. } => return,
            SaveEvent::Saved(_, file) => Url::create_object_url_with_blob(file).ok(),
            SaveEvent::Unsaved(_) => None,
        };
        // The address stays good as long as this page: the other one may be loaded anew.
        let is_shown = url.is_some_and(|url| tab.location().set_href(&url).is_ok());
        if !is_shown {
            let _ = tab.close();
            app().toast.set(Some(words().save_gone.to_owned()));
        }
    });
}
