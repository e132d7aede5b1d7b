//! What is on screen. It asks the engine (`state::ask`) and holds only what it shows.
//!
//! Start at `app`: the shell and its routes. `search_page` and `trace_page` are the two pages; `virtual_rows` is the
//! list that both are made of. The modules before the line are plain computations, tested natively; those after it are
//! Leptos components and touch the web.

pub mod colour;
pub mod config;
pub mod conversation;
pub mod file_name;
pub mod flame_boxes;
pub mod guide_lines;
pub mod json_text;
pub mod link_patterns;
pub mod outline_view;
pub mod picture;
pub mod row_layout;
pub mod scroll_map;
pub mod search_address;
pub mod service_filter;
pub mod sql;
pub mod stack_trace;
pub mod summary_rows;
pub mod ticks;
pub mod trace_id_text;
pub mod value_shape;
pub mod web_links;
pub mod window;

#[cfg(all(target_arch = "wasm32", feature = "page"))]
mod web {
    pub mod app;
    pub mod canvas;
    pub mod clipboard;
    pub mod commands;
    pub mod compare;
    pub mod compare_attributes;
    pub mod compare_card;
    pub mod compare_cell;
    pub mod compare_chooser;
    pub mod compare_find;
    pub mod compare_flame;
    pub mod compare_graph;
    pub mod compare_groups;
    pub mod compare_hover;
    pub mod compare_minimap;
    pub mod compare_share;
    pub mod compare_sides;
    pub mod compare_sketch;
    pub mod compare_table;
    pub mod compare_timelines;
    pub mod compare_timelines_head;
    pub mod compare_timelines_row;
    pub mod compare_tools;
    pub mod compare_zoom;
    pub mod completing;
    pub mod configured;
    pub mod detail;
    pub mod drop;
    pub mod event_popover;
    pub mod faults;
    pub mod find;
    pub mod format;
    #[cfg(debug_assertions)]
    pub mod gallery;
    pub mod header;
    pub mod icons;
    pub mod keeping;
    pub mod keyed;
    pub mod link_list;
    pub mod link_source;
    pub mod loading;
    pub mod measuring;
    pub mod minimap;
    pub mod navigation;
    pub mod notes;
    pub mod palette;
    pub mod picture;
    pub mod rest;
    pub mod result_row;
    pub mod result_tools;
    pub mod results;
    pub mod row;
    pub mod row_pointer;
    pub mod ruler;
    pub mod saving;
    pub mod scatter;
    pub mod scatter_picture;
    pub mod search_facets;
    pub mod search_form;
    pub mod search_page;
    pub mod searching;
    pub mod service_colours;
    pub mod service_panel;
    pub mod services;
    pub mod side_panel;
    pub mod signal;
    pub mod sources;
    pub mod splitter;
    pub mod state;
    pub mod storage;
    pub mod time_zone;
    pub mod timeline;
    pub mod timeline_keys;
    pub mod timeline_state;
    pub mod timeline_tools;
    pub mod trace_page;
    pub mod trace_views;
    pub mod values;
    pub mod view;
    pub mod view_flame;
    pub mod view_flame_table;
    pub mod view_graph;
    pub mod view_service_colours;
    pub mod virtual_rows;
    pub mod words;
    pub mod workspace;
    pub mod zoom;
}

#[cfg(all(target_arch = "wasm32", feature = "page"))]
pub use web::app::start;
