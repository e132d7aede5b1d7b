//! What stands on a page about many traces that has none: why, and the ways to get some.

use super::compare_sides::is_of_loaded;
use super::loading::{load_reports, progress_bar};
use super::navigation::{address, link};
use super::search_page::open_files;
use super::signal::Memo;
use super::state::app;
use super::view::{View, dynamic, el};
use super::words::{fill, words};

/// In the place of what is told of traces by these names; without names, of all that are loaded.
#[inline(never)]
pub fn nothing_here(names: Vec<String>) -> View {
    let is_idle = Memo::new(|_| app().loads.with(|loads| loads.iter().all(|load| load.is_over())));
    let note = dynamic(move || match is_idle.get() {
        false => el("div", "page-message").attr("aria-busy", "true").child(progress_bar()),
        true => el("div", "page-message").child(card(&names)).child(open_files()).child(load_reports()),
    });
    el("div", "nothing-here").test_id("nothing-here").child(note)
}

fn card(names: &[String]) -> View {
    let words = words();
    let (all, is_group) = (names.join(", "), names.iter().any(|name| is_of_loaded(name)));
    let text = match is_group {
        _ if names.is_empty() => words.nothing_loaded,
        true => words.nothing_in_group,
        false => words.nothing_of_these,
    };
    let title = if is_group { words.compare_no_group } else { words.missing_title };
    let title = (!names.is_empty()).then(|| el("h2", "").text(&fill(title, &[&all])));
    let search = link("button", address("/search")).test_id("nothing-search").text(words.back_to_search);
    el("section", "card").attr("role", "status").children(title).child(el("p", "").text(text)).child(search)
}
