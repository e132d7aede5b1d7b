//! Traces in memory: columns, ids, time, interned texts and the tree of spans. It knows no file format and no page.
//!
//! Start at [`Store`], which owns everything; [`SpanRef`] reads one span; [`SpanTree`] is a trace's display order.
//! Names are OpenTelemetry's.

pub mod attribute_names;
pub mod attributes;
pub mod blobs;
pub mod column;
pub mod content;
mod copies;
pub mod dependencies;
pub mod events;
pub mod ids;
pub mod index;
mod key_rows;
mod late_events;
pub mod order;
pub mod picture;
pub mod positions;
pub mod resources;
mod short_ids;
pub mod span_ref;
pub mod spans;
pub mod sparse;
pub mod store;
pub mod strings;
pub mod time;
pub mod trace;
pub mod tree;
mod tree_parents;
pub mod value;

pub use attributes::{AttributeTable, Cell, Range, Tag};
pub use blobs::{BlobId, Blobs};
pub use column::Column;
pub use content::Content;
pub use dependencies::Dependency;
pub use events::{EventRef, EventTable, LinkRef, LinkTable};
pub use ids::{SpanId, TraceId};
pub use key_rows::{ABSENT, HIT, Judge, PRESENT, Verdict};
pub use late_events::LateEvent;
pub use picture::{draw, draw_all, show};
pub use positions::Positions;
pub use resources::{ResourceRow, ResourceTable, ScopeRow, ScopeTable};
pub use span_ref::{SpanRef, SpanWarning};
pub use spans::{LinkKind, SpanDraft, SpanFlags, SpanKind, SpanRow, SpanTable, StatusCode};
pub use sparse::Sparse;
pub use store::{Mark, OpenRows, SourceNumber, Store};
pub use strings::{StringId, Strings};
pub use time::{Nanos, UnixNanos};
pub use trace::{Finding, Findings, ServiceCount, Trace, TraceRow};
pub use tree::SpanTree;
pub use value::{Entries, Value, ValueRef};
