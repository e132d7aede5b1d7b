//! Twenty minutes of HotROD, the ride-hailing app that Jaeger's tutorials walk through: a customer asks for a car, the
//! frontend looks the customer up, finds ten drivers nearby and then the routes of all ten, three at a time.
//!
//! `programme` says what happens when; `dispatch` (with `drivers`) and `errands` tell each kind of request; `story` builds the spans.

mod cast;
mod dispatch;
mod drivers;
mod errands;
mod programme;
mod story;

use super::jaeger::{Span, Trace};

pub use programme::traces;

/// "trakway\0": the lower half of every demo trace's id, so that a link to one is known for what it is. (The upper half
/// is what viewers show when they shorten an id: it differs.)
pub const TRACE_ID_LOWER_HALF: u64 = 0x7472_616b_7761_7900;

/// 2026-10-01T09:00:00Z in µs
pub const START: i64 = 1_790_845_200_000_000;

pub type DemoTrace = Trace<'static, std::vec::IntoIter<Span>>;
