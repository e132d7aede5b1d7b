//! What keys do in the views of a trace beside its timeline, and on the pages about services: the help that `?` shows there.

use super::palette::show_sections;
use super::services::ServicesPage;
use super::trace_views::TraceView;
use super::words::{Words, words};

type Keys<'a> = (&'a str, Vec<(&'a str, &'a str)>);

const ARROWS: &str = "↑ ↓ ← →";
const FAR: &str = "Home End PgUp PgDn";

/// Shows the keys of a view of a trace.
#[inline(never)]
pub fn show_keys_of_view(view: TraceView) {
    let words = words();
    show_all(match view {
        TraceView::Timeline | TraceView::Findings => Vec::new(),
        TraceView::Graph => vec![outline(words), find_box(words)],
        TraceView::Statistics | TraceView::Spans | TraceView::Events => vec![table(words), find_box(words)],
        TraceView::Flame => vec![flame(words)],
    });
}

/// Shows the keys of a page about services; the graph may be shown as a table.
#[inline(never)]
pub fn show_keys_of_page(page: ServicesPage, is_table: bool) {
    let words = words();
    show_all(match page {
        ServicesPage::Graph if is_table => vec![table(words), find_box(words)],
        ServicesPage::Graph | ServicesPage::Paths => vec![map(words), find_box(words)],
        ServicesPage::Monitor => vec![charts(words)],
        ServicesPage::Flame => vec![flame(words)],
        ServicesPage::Findings => Vec::new(),
    });
}

/// With those that work everywhere.
fn show_all(mut sections: Vec<Keys>) {
    let words = words();
    sections.push((words.help_page, vec![("Tab", words.key_tab), ("?", words.help_title)]));
    show_sections(&sections);
}

fn table(words: &Words) -> Keys<'_> {
    let keys =
        vec![("↑ ↓", words.key_rows), (FAR, words.key_ends), ("← →", words.key_turn), ("Enter", words.key_open_row)];
    (words.keys_table, keys)
}

fn find_box(words: &Words) -> Keys<'_> {
    (words.keys_find, vec![("Enter", words.find_next), ("Shift+Enter", words.find_previous), ("Esc", words.find_clear)])
}

fn outline(words: &Words) -> Keys<'_> {
    let keys = vec![
        (ARROWS, words.key_boxes),
        ("Home", words.key_root),
        ("n p", words.key_errors),
        ("f /", words.keys_find),
        ("+ − 0 1", words.key_sizes),
        ("Esc", words.key_unchoose),
    ];
    (words.keys_graph, keys)
}

fn map(words: &Words) -> Keys<'_> {
    let keys = vec![
        (ARROWS, words.key_boxes),
        ("Shift+↑ ↓ ← →", words.key_move),
        ("+ − 0 1", words.key_sizes),
        ("Esc", words.key_unchoose),
    ];
    (words.keys_graph, keys)
}

fn flame(words: &Words) -> Keys<'_> {
    let keys = vec![
        (ARROWS, words.key_boxes),
        ("Home", words.key_root),
        ("Enter", words.key_fill),
        ("m", words.key_menu),
        ("Esc", words.flame_reset),
    ];
    (words.keys_flame, keys)
}

fn charts(words: &Words) -> Keys<'_> {
    (words.keys_chart, vec![("← →", words.key_steps), (FAR, words.key_far), ("Esc", words.key_unpoint)])
}
