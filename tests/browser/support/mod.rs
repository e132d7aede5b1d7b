//! What the browser's tests stand on. Start at [`browser::in_browser`]: it gives a test a host of its own, a fresh browser
//! and a [`page::Page`], and in the end looks for what no test may leave behind: console errors and violations of the
//! content security policy.

pub mod acting;
pub mod browser;
pub mod files;
pub mod headers;
pub mod host;
pub mod keys;
pub mod oracle;
pub mod page;
pub mod query_service;
pub mod traces;
pub mod waiting;
