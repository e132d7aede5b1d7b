//! The service graph as a picture: shapes, colours, widths, and how its numbers are written.

use super::format::{fixed, number};
use super::graph_canvas::{EdgeLook, NodeLook, Picture, Shape};
use super::services_choice::ColourBy;
use super::words::words;
use crate::engine::questions::{MapLink, MapNode, NodeKind, ServiceMapAnswer};
use crate::ui::graph_view::{Drawing, Line, Place};

/// Colours of lines and boxes: the first is what says nothing, then some and many errors, then ever slower, and what fills boxes.
pub const INKS: [&str; 9] = [
    "--line-strong",
    "--warning",
    "--error",
    "--slow-1",
    "--slow-2",
    "--slow-3",
    "--slow-4",
    "--raised",
    "--error-faint",
];
const SLOW: u8 = 3;
const FILL: u8 = 7;
const FILL_FAILED: u8 = 8;
/// From this share of failed calls on there are many.
const MANY: f64 = 0.05;
/// Widths of lines: of one call, and of the most.
const WIDTHS: [f32; 2] = [1.0, 6.0];

pub fn name_of<'a>(answer: &'a ServiceMapAnswer, node: &MapNode) -> &'a str {
    answer.names.get(node.name as usize).map_or("", String::as_str)
}

/// The names of both ends.
pub fn ends_of<'a>(answer: &'a ServiceMapAnswer, link: &MapLink) -> [&'a str; 2] {
    [link.parent, link.child].map(|end| answer.nodes.get(end as usize).map_or("", |node| name_of(answer, node)))
}

/// How many of so many calls failed; `None`: nobody knows.
pub fn share_of(errors: Option<u64>, calls: Option<u64>) -> Option<f64> {
    match (errors, calls) {
        (Some(errors), Some(calls)) if calls > 0 => Some(errors as f64 / calls as f64),
        _ => None,
    }
}

#[inline(never)]
pub fn picture(answer: &ServiceMapAnswer, colour: ColourBy, number: u32) -> Picture {
    let boxes: Vec<Place> = answer.nodes.iter().map(|node| Place { middle: node.middle, size: node.size }).collect();
    let line = |link: &MapLink| Line::of(&boxes, [link.parent, link.child], &link.bends);
    let lines = answer.links.iter().map(line).collect();
    let most = answer.links.iter().filter_map(|link| link.calls).max().unwrap_or_default();
    let slowest = answer.links.iter().map(wait).max().unwrap_or_default();
    let slowest_node = answer.nodes.iter().map(|node| node.times.p95).max().unwrap_or_default();
    let ink = |errors: Option<u64>, calls: Option<u64>, nanos: i64, slowest: i64| match colour {
        ColourBy::Nothing => 0,
        ColourBy::Latency => slowness(nanos, slowest),
        ColourBy::Errors => match share_of(errors, calls) {
            Some(share) if share >= MANY => 2,
            Some(share) if share > 0.0 => 1,
            _ => 0,
        },
    };
    let node = |node: &MapNode| {
        let ink = ink(node.failed, node.calls, node.times.p95, slowest_node);
        NodeLook {
            text: name_of(answer, node).to_owned(),
            shape: shape(node.kind),
            inks: [ink, if ink == 2 { FILL_FAILED } else { FILL }],
            weight: node.calls.unwrap_or_default() + u64::from(node.spans),
        }
    };
    let edge = |link: &MapLink| EdgeLook {
        width: width(link.calls, most),
        ink: ink(link.errors, link.calls, wait(link), slowest),
    };
    Picture {
        nodes: answer.nodes.iter().map(node).collect(),
        edges: answer.links.iter().map(edge).collect(),
        drawing: Drawing::new(boxes, lines, answer.size),
        number,
    }
}

/// What a link's callers waited mostly at most; of what only the called tell, what these took.
pub fn wait(link: &MapLink) -> i64 {
    if link.call.count > 0 { link.call.p95 } else { link.callee.p95 }
}

/// By powers of four below the slowest.
fn slowness(nanos: i64, slowest: i64) -> u8 {
    if nanos <= 0 {
        return 0;
    }
    let behind = (0..3).take_while(|step| nanos < slowest >> (2 * (step + 1))).count() as u8;
    SLOW + 3 - behind
}

/// By the logarithm of calls, in quarters of a pixel: lines of one width are drawn together.
fn width(calls: Option<u64>, most: u64) -> f32 {
    let log = |calls: u64| (u64::BITS - (calls + 1).leading_zeros()) as f32;
    let share = calls.map_or(0.0, |calls| (log(calls) - 1.0) / (log(most) - 1.0).max(1.0));
    ((WIDTHS[0] + (WIDTHS[1] - WIDTHS[0]) * share) * 4.0).round() / 4.0
}

fn shape(kind: NodeKind) -> Shape {
    match kind {
        NodeKind::Service => Shape::Rounded,
        NodeKind::Database => Shape::Cylinder,
        NodeKind::Queue => Shape::Slanted,
        NodeKind::External => Shape::Dashed,
    }
}

pub fn kind_name(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Service => words().search_service,
        NodeKind::Database => words().services_database,
        NodeKind::Queue => words().services_queue,
        NodeKind::External => words().services_external,
    }
}

/// A count in three digits: `980`, `12.3k`, `4.56M`.
pub fn short(count: u64) -> String {
    let (mut value, mut unit) = (count as f64, "");
    for next in ["k", "M", "G", "T"] {
        if value >= 999.5 {
            (value, unit) = (value / 1_000.0, next);
        }
    }
    let digits = if unit.is_empty() || value >= 99.95 {
        0
    } else if value >= 9.995 {
        1
    } else {
        2
    };
    [&fixed(value, digits), unit].concat()
}

/// A count, or that nobody told it.
pub fn count_text(count: Option<u64>) -> String {
    count.map_or_else(|| "–".to_owned(), number)
}

/// A share of failed calls.
pub fn share_text(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| [&fixed(share * 100.0, if share > 0.0 { 1 } else { 0 }), "%"].concat())
}

pub fn kind_word(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Service => "service",
        NodeKind::Database => "database",
        NodeKind::Queue => "queue",
        NodeKind::External => "external",
    }
}
