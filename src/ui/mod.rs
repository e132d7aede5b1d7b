//! What is on screen. It asks the engine (`state::ask`) and holds only what it shows.
//!
//! Start at `app`: the shell and its routes. `search_page` and `trace_page` are the two pages; `virtual_rows` is the
//! list that both are made of. The modules before the line are plain computations, tested natively; those after it are
//! Leptos components and touch the web.

pub mod colour;
pub mod file_name;
pub mod row_layout;
pub mod service_filter;
pub mod ticks;
pub mod window;

#[cfg(all(target_arch = "wasm32", feature = "page"))]
mod web {
    pub mod app;
    pub mod canvas;
    pub mod clipboard;
    pub mod detail;
    pub mod drop;
    pub mod faults;
    pub mod format;
    #[cfg(debug_assertions)]
    pub mod gallery;
    pub mod header;
    pub mod icons;
    pub mod keyed;
    pub mod loading;
    pub mod minimap;
    pub mod navigation;
    pub mod notes;
    pub mod results;
    pub mod row;
    pub mod ruler;
    pub mod saving;
    pub mod scatter;
    pub mod search_page;
    pub mod splitter;
    pub mod state;
    pub mod storage;
    pub mod timeline;
    pub mod trace_page;
    pub mod values;
    pub mod view;
    pub mod virtual_rows;
    pub mod words;
}

#[cfg(all(target_arch = "wasm32", feature = "page"))]
pub use web::app::start;
