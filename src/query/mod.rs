//! Finding and ordering traces. Uses `model` only. Today: the orders of the result list; filters come with the Search issue.

pub mod sort;
