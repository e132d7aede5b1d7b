//! Searching the traces that are loaded: by the search form ([`Conditions`]), by TraceQL, or by both.
//!
//! Both become trees of `query::traceql`. `plan` makes them ready for a store: keys and texts are looked up once, so that what is nowhere in the
//! store is known at once. `leaf` answers one condition for many spans at a time, as bits; `program` goes through the traces with what was
//! answered, `structure` knows `>>` and the like. [`Searching`] does all that piece by piece. [`facets`] narrows what was found.

mod bits;
mod conditions;
pub mod facets;
mod fields;
mod leaf;
pub mod logfmt;
mod plan;
mod program;
mod run;
mod structure;
mod value;
mod values;

pub use conditions::{Conditions, Fault, Place};
pub use run::{FIRST, Hit, Searching, matches};
pub use values::Values;
