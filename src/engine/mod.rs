//! The owner of every trace, and the only door to them.
//!
//! [`questions`] is the table of contents: what can be asked and what is answered. [`Engine`] is the plain synchronous
//! struct that holds the store and loads into it; `answers` answers over the model; `saving` writes traces; `searching` searches query APIs; `workspace` is what is kept in the browser; [`messages`] is what
//! crosses the border between page and worker. `worker` and `client` are the two thread files: they move bytes and are the only ones here
//! that touch the web.

mod answers;
mod content;
pub mod messages;
mod owner;
pub mod questions;
mod rare_answers;
mod saving;
pub mod searching;
pub mod value_text;
#[cfg(any(test, target_arch = "wasm32"))]
mod warm_up;
pub mod workspace;

#[cfg(all(target_arch = "wasm32", feature = "page"))]
pub mod client;
#[cfg(target_arch = "wasm32")]
pub mod worker;

pub use content::Content;
pub use owner::Engine;
pub use saving::Saving;
