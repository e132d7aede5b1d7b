//! Finding and ordering: spans of a trace ([`find`], [`pruned`]) and the traces of the result list ([`sort`]). Uses `model`, and
//! `export`'s base64.

pub mod find;
pub mod pruned;
pub mod sort;
