//! JSON as readers want it: values of a file that still arrives, each as a flat list of nodes over its text.
//!
//! [`walk`] follows the outer structure (documents, and the lists and objects that may be as large as the file) as the
//! text comes, and hands whole inner values, a span mostly, to a reader. Such a value is first a [`tape`]: its nodes, in
//! memory that the next value uses again. Then a reader takes it apart ([`value`]) and puts it into columns. So one value
//! is looked at twice, but nothing is allocated, numbers keep their digits, and whatever type a value has, the reader
//! sees it and decides. docs/decisions/0005 has the figures.

pub mod broken;
pub mod tape;
pub mod value;
pub mod walk;
