//! The pages about services: who calls whom, on which paths, how often and how quickly. Each has an address of its own.

use web_sys::{Event, KeyboardEvent};

use super::clipboard::icon_button;
use super::icons::Icon;
use super::navigation::{address, link, parameter, place};
use super::services_choice::{TABLE, VIEW};
use super::services_graph::service_graph;
use super::signal::Memo;
use super::timeline_keys::asks_for_help;
use super::view::{View, dynamic, el, on_window};
use super::view_keys::show_keys_of_page;
use super::words::words;

/// One of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServicesPage {
    /// Who calls whom.
    Graph,
    /// The paths through one service, hop by hop.
    Paths,
    /// How often, how well and how quickly.
    Monitor,
    /// The call paths of many traces as a flame graph.
    Flame,
    /// What is wrong with the loaded traces, or worth a look.
    Findings,
}

impl ServicesPage {
    pub const ALL: [ServicesPage; 5] =
        [ServicesPage::Graph, ServicesPage::Paths, ServicesPage::Monitor, ServicesPage::Flame, ServicesPage::Findings];

    /// Its address below the app's, as Jaeger UI has it where that has such a page.
    pub fn path(self) -> &'static str {
        match self {
            ServicesPage::Graph => "/dependencies",
            ServicesPage::Paths => "/deep-dependencies",
            ServicesPage::Monitor => "/monitor",
            ServicesPage::Findings => "/findings",
            ServicesPage::Flame => "/flamegraph",
        }
    }

    fn name(self) -> &'static str {
        match self {
            ServicesPage::Graph => words().services_graph,
            ServicesPage::Paths => words().services_paths,
            ServicesPage::Monitor => words().services_monitor,
            ServicesPage::Findings => words().findings,
            ServicesPage::Flame => words().diff_look_flame,
        }
    }

    /// The page that an address below the app's names.
    pub fn at(path: &str) -> Option<ServicesPage> {
        ServicesPage::ALL.into_iter().find(|page| page.path() == path)
    }
}

/// The page that the address names, below links to all of them.
#[inline(never)]
pub fn services_page() -> View {
    let here = place().path;
    let present = Memo::new(move |_| {
        let here = here.read();
        ServicesPage::ALL.into_iter().find(|page| address(page.path()) == *here).unwrap_or(ServicesPage::Graph)
    });
    let tab = move |page: ServicesPage| {
        link("view-link", address(page.path()))
            .test_id(&["services", &page.path().replace('/', "-")].concat())
            .attr_of("aria-current", move || (present.get() == page).then(|| "page".to_owned()))
            .text(page.name())
    };
    let tabs = el("nav", "view-menu").attr("aria-label", words().nav_services);
    let tabs = tabs.children(ServicesPage::ALL.into_iter().map(tab));
    el("div", "services-page")
        .child(el("h1", "visually-hidden").text(words().nav_services))
        .child(el("div", "services-head").child(tabs).child(help(present)))
        .child(dynamic(move || page_of(present.get())))
}

/// Shows the keys of the present page, as `?` does.
#[inline(never)]
fn help(present: Memo<ServicesPage>) -> View {
    let show = move || {
        let is_table = place().search.with_untracked(|search| parameter(search, VIEW).as_deref() == Some(TABLE));
        show_keys_of_page(present.get_untracked(), is_table);
    };
    on_window("keydown", move |event: KeyboardEvent| {
        if !event.default_prevented() && asks_for_help(&event) {
            event.prevent_default();
            show();
        }
    });
    let name = [words().help_title, " (?)"].concat();
    icon_button("icon-button", &name, Icon::Keyboard).test_id("help-button").on("click", move |_: Event| show())
}

#[inline(never)]
fn page_of(page: ServicesPage) -> View {
    match page {
        ServicesPage::Graph => service_graph(),
        ServicesPage::Paths => super::services_paths::paths_page(),
        ServicesPage::Monitor => super::services_monitor::monitor(),
        ServicesPage::Findings => super::findings_list::findings_page(),
        ServicesPage::Flame => super::view_flame::flame_of_many(),
    }
}
