//! A list of views that keeps, by their keys, those that are there already.

use leptos::prelude::{Owner, untrack};
use rustc_hash::FxHashMap;
use web_sys::Node;

use super::view::{View, effect, insert, remove};

/// One entry: its key, and how its element is made when the key is new.
pub struct Entry {
    pub key: String,
    /// Makes one element, not a group.
    pub make: Box<dyn FnOnce() -> View>,
}

impl Entry {
    pub fn new(key: String, make: impl FnOnce() -> View + 'static) -> Entry {
        Entry { key, make: Box::new(make) }
    }
}

/// An element that is on the page, and what cleans up after it.
struct Kept {
    node: Node,
    owner: Owner,
}

impl View {
    /// Fills the element, which has no other children, with a list that follows signals.
    pub fn keyed(self, entries: impl Fn() -> Vec<Entry> + 'static) -> View {
        self.keyed_then(entries, || ())
    }

    /// [`View::keyed`], with something to do whenever the list is in place.
    pub fn keyed_then(self, entries: impl Fn() -> Vec<Entry> + 'static, then: impl Fn() + 'static) -> View {
        fill(self.node().clone(), Box::new(entries), Box::new(then));
        self
    }
}

fn fill(parent: Node, entries: Box<dyn Fn() -> Vec<Entry>>, then: Box<dyn Fn()>) {
    let list_owner = Owner::current().unwrap_or_default();
    let mut kept: FxHashMap<String, Kept> = FxHashMap::default();
    effect(move || {
        let entries = entries();
        let mut old = std::mem::take(&mut kept);
        let mut wanted = Vec::with_capacity(entries.len());
        for Entry { key, make } in entries {
            let known = old.remove(&key);
            wanted.push((key, known, make));
        }
        // First what is gone: then most of what stays is in order already.
        for gone in old.into_values() {
            remove(&parent, &gone.node);
            gone.owner.cleanup();
        }
        let mut at = parent.first_child();
        for (key, known, make) in wanted {
            let item = known.unwrap_or_else(|| {
                let owner = list_owner.child();
                let view = owner.with(|| untrack(make));
                Kept { node: view.node().clone(), owner }
            });
            if at.as_ref() == Some(&item.node) {
                at = item.node.next_sibling();
            } else {
                insert(&parent, &item.node, at.as_ref());
            }
            kept.insert(key, item);
        }
        untrack(&then);
    });
}
