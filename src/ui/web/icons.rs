//! A small set of icons: 16 × 16, one stroke width, in the colour of the text around.

use super::view::{View, svg};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    Caret,
    Close,
    Copy,
    ExpandAll,
    CollapseAll,
    Link,
    Moon,
    Sun,
    Warning,
    Error,
    ErrorBelow,
    Drop,
    Search,
    ExpandOne,
    CollapseOne,
    Up,
    Down,
    Target,
    Filter,
    Options,
    Clock,
    Keyboard,
    Measure,
    Hide,
    Drawer,
    Swap,
}

impl Icon {
    /// For the gallery.
    #[cfg(debug_assertions)]
    pub const ALL: [Icon; 26] = [
        Icon::Caret,
        Icon::Close,
        Icon::Copy,
        Icon::ExpandAll,
        Icon::CollapseAll,
        Icon::Link,
        Icon::Moon,
        Icon::Sun,
        Icon::Warning,
        Icon::Error,
        Icon::ErrorBelow,
        Icon::Drop,
        Icon::Search,
        Icon::ExpandOne,
        Icon::CollapseOne,
        Icon::Up,
        Icon::Down,
        Icon::Target,
        Icon::Filter,
        Icon::Options,
        Icon::Clock,
        Icon::Keyboard,
        Icon::Measure,
        Icon::Hide,
        Icon::Drawer,
        Icon::Swap,
    ];

    fn path(self) -> &'static str {
        match self {
            Icon::Caret => "M6 4l4 4-4 4",
            Icon::Close => "M4 4l8 8M12 4l-8 8",
            Icon::Copy => "M6 6h7v7H6zM10 6V3H3v7h3",
            Icon::ExpandAll => "M4 3l4 4 4-4M4 9l4 4 4-4",
            Icon::CollapseAll => "M3 4l4 4-4 4M9 4l4 4-4 4",
            Icon::Swap => "M3 5.5h9M9.5 3l2.5 2.5L9.5 8M13 10.5H4M6.5 8L4 10.5 6.5 13",
            Icon::Link => "M7 9l4-4M6 5l1-1a3 3 0 0 1 5 5l-1 1M10 11l-1 1a3 3 0 0 1-5-5l1-1",
            Icon::Moon => "M13 9.5A5.5 5.5 0 1 1 6.5 3 4.5 4.5 0 0 0 13 9.5z",
            Icon::Sun => {
                "M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1"
            }
            Icon::Warning => "M8 2.5l6 11H2zM8 6.5v3.5M8 11.8v.2",
            Icon::Error | Icon::ErrorBelow => "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM8 5v3.7M8 10.8v.3",
            Icon::Drop => "M8 2v8M5 7l3 3 3-3M2.5 10.5v3h11v-3",
            Icon::ExpandOne => "M4 6l4 4 4-4",
            Icon::CollapseOne => "M6 4l4 4-4 4",
            Icon::Up => "M4 10l4-4 4 4",
            Icon::Down => "M4 6l4 4 4-4M8 3v6",
            Icon::Target => "M8 3a5 5 0 1 1 0 10A5 5 0 0 1 8 3zM8 1v4M8 11v4M1 8h4M11 8h4",
            Icon::Filter => "M2.5 3.5h11L9.5 8.5v4l-3 1.5V8.5z",
            Icon::Hide => {
                "M1.5 8C4 3.5 12 3.5 14.5 8C12 12.5 4 12.5 1.5 8zM8 6a2 2 0 1 1 0 4 2 2 0 0 1 0-4zM3 13.5L13 2.5"
            }
            Icon::Drawer => "M2 9l2-5.5h8L14 9v4H2zM2 9h3.5l1 1.5h3l1-1.5H14",
            Icon::Options => "M2 4.5h12M2 8h12M2 11.5h12M5 3v3M10 6.5v3M7 10v3",
            Icon::Clock => "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM8 4.5V8l2.5 1.5",
            Icon::Keyboard => "M1.5 4h13v8h-13zM4 6.5h.5M7 6.5h.5M10 6.5h.5M4.5 9.5h7",
            Icon::Search => "M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM10.3 10.3L14 14",
            Icon::Measure => "M2 3v10M14 3v10M2 8h12M4.5 5.5L2 8l2.5 2.5M11.5 5.5L14 8l-2.5 2.5",
        }
    }
}

/// An icon without a meaning of its own: its button or its neighbour has the words.
pub fn icon(icon: Icon) -> View {
    let class = match icon {
        Icon::Error => "icon icon-filled",
        _ => "icon",
    };
    svg("svg", class)
        .attrs(&[("viewBox", "0 0 16 16"), ("aria-hidden", "true")])
        .child(svg("path", "").attr("d", icon.path()))
}
