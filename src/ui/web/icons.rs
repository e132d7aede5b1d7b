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
    Clock,
    Measure,
}

impl Icon {
    /// For the gallery.
    #[cfg(debug_assertions)]
    pub const ALL: [Icon; 15] = [
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
        Icon::Clock,
        Icon::Measure,
    ];

    fn path(self) -> &'static str {
        match self {
            Icon::Caret => "M6 4l4 4-4 4",
            Icon::Close => "M4 4l8 8M12 4l-8 8",
            Icon::Copy => "M6 6h7v7H6zM10 6V3H3v7h3",
            Icon::ExpandAll => "M4 3l4 4 4-4M4 9l4 4 4-4",
            Icon::CollapseAll => "M3 4l4 4-4 4M9 4l4 4-4 4",
            Icon::Link => "M7 9l4-4M6 5l1-1a3 3 0 0 1 5 5l-1 1M10 11l-1 1a3 3 0 0 1-5-5l1-1",
            Icon::Moon => "M13 9.5A5.5 5.5 0 1 1 6.5 3 4.5 4.5 0 0 0 13 9.5z",
            Icon::Sun => {
                "M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1"
            }
            Icon::Warning => "M8 2.5l6 11H2zM8 6.5v3.5M8 11.8v.2",
            Icon::Error | Icon::ErrorBelow => "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM8 5v3.7M8 10.8v.3",
            Icon::Drop => "M8 2v8M5 7l3 3 3-3M2.5 10.5v3h11v-3",
            Icon::Search => "M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM10.3 10.3L14 14",
            Icon::Clock => "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM8 4.7V8l2.4 1.6",
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
