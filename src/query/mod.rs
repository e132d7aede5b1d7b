//! Finding and ordering: spans of a trace ([`find`], [`pruned`]), traces ([`search`], by the search form and by [`traceql`]), and the orders
//! of the result list ([`sort`]). Uses `model`, and `export`'s base64.

pub mod find;
pub mod pruned;
pub mod search;
pub mod sort;
pub mod traceql;
