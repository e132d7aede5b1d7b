//! Call paths: the spans of traces by the way that leads to them, as (service, operation) for each level from the root. Spans
//! of the same path are one node; nodes make a tree. Several traces go into one tree, so that they can be compared.
//!
//! As Jaeger UI builds it for its trace graph and comparison (FEATURES §3.1; `transformTracesToTraceDag`): first some
//! spans are folded away or renamed, since instrumentation tells one call as two spans ([`simplify`]).

use serde::{Deserialize, Serialize};

use crate::model::index::{Index, hash_of};
use crate::model::{SpanKind, SpanRow, SpanTree, StatusCode, Store, StringId, TraceRow, ValueRef};

/// Room is made for so many nodes of a trace before they are met, if it has as many spans.
const MET_AT_ONCE: usize = 1 << 15;

/// Which spans are of the same node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sameness {
    /// As Jaeger UI: a span with children is never one without.
    #[default]
    Exact,
    /// Children do not count, and numbers and ids in names do not: `GET /user/17` is `GET /user/4`.
    Tolerant,
    /// By names alone, and every span as it is, folded away or renamed by nothing: as Jaeger UI's flame graph.
    Names,
}

/// A text of the store, or one that came of renaming.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Text {
    Of(StringId),
    /// Number in [`Paths::own`].
    Own(u32),
}

/// A node: a call path.
#[derive(Clone, Debug)]
pub struct Node {
    /// The parent's number, which is smaller; [`Paths::NO_PARENT`] for a root.
    pub parent: u32,
    /// Levels below the root.
    pub depth: u32,
    pub service: Text,
    pub operation: Text,
    /// Its spans have no children. Only with [`Sameness::Exact`] ever set.
    pub is_leaf: bool,
}

/// The nodes of all traces that were added, each after its parent, in the order in which they were met.
#[derive(Debug, Default)]
pub struct Paths {
    pub nodes: Vec<Node>,
    index: Index,
    own: Vec<String>,
    sameness: Sameness,
}

impl Paths {
    pub const NO_PARENT: u32 = u32::MAX;
    /// In the place of a node: the span was folded away.
    pub const FOLDED: u32 = u32::MAX;

    pub fn new(sameness: Sameness) -> Paths {
        Paths { sameness, ..Paths::default() }
    }

    pub fn text<'a>(&'a self, store: &'a Store, text: Text) -> &'a str {
        match text {
            Text::Of(id) => store.text(id),
            Text::Own(number) => &self.own[number as usize],
        }
    }

    /// Adds a trace: the number of each span's node by the span's position, or [`Paths::FOLDED`]. In linear time.
    pub fn add(&mut self, store: &Store, trace: TraceRow) -> Vec<u32> {
        let tree = &store.trace(trace).tree;
        let simple = match self.sameness {
            Sameness::Names => Vec::new(),
            _ => simplify(self, store, tree),
        };
        self.index.reserve(tree.len().min(MET_AT_ONCE));
        let mut of_position = vec![Paths::FOLDED; tree.len()];
        // What children hang on: the span's node, or what a folded span hangs on itself.
        let mut hangs_on = vec![Paths::NO_PARENT; tree.len()];
        for (position, row) in tree.order.iter().enumerate() {
            let span = simple.get(position).copied().unwrap_or_else(|| as_it_is(store, *row));
            let parent = tree.parent_of(position).map_or(Paths::NO_PARENT, |parent| hangs_on[parent]);
            if span.is_folded {
                hangs_on[position] = parent;
                continue;
            }
            let is_leaf = self.sameness == Sameness::Exact && tree.children[position] == 0;
            let operation = match self.sameness {
                Sameness::Exact | Sameness::Names => span.operation,
                Sameness::Tolerant => self.without_numbers(store, span.operation),
            };
            let node = self.node(Node { parent, depth: 0, service: span.service, operation, is_leaf });
            (of_position[position], hangs_on[position]) = (node, node);
        }
        of_position
    }

    /// The number of a node, whose depth is found here.
    fn node(&mut self, node: Node) -> u32 {
        let key = |node: &Node| (node.parent, node.service, node.operation, node.is_leaf);
        let wanted = key(&node);
        let hash = hash_of(wanted);
        if let Some(known) = self.index.find(hash, |at| key(&self.nodes[at as usize]) == wanted) {
            return known;
        }
        let number = self.nodes.len() as u32;
        let depth = self.nodes.get(node.parent as usize).map_or(0, |parent| parent.depth + 1);
        self.nodes.push(Node { depth, ..node });
        self.index.insert(hash, number);
        number
    }

    /// A text that may be new: the same one every time.
    fn intern(&mut self, store: &Store, text: String) -> Text {
        if let Some(id) = store.strings().find(&text) {
            return Text::Of(id);
        }
        // Few: only names that were changed.
        let known = self.own.iter().position(|own| *own == text);
        Text::Own(known.unwrap_or_else(|| {
            self.own.push(text);
            self.own.len() - 1
        }) as u32)
    }

    fn without_numbers(&mut self, store: &Store, text: Text) -> Text {
        match unnumbered(self.text(store, text)) {
            Some(name) => self.intern(store, name),
            None => text,
        }
    }
}

/// A name with `#` for every word that is a number or an id: digits, or at least eight characters of which some are digits and all
/// are hexadecimal or dashes. `None` if there is none.
fn unnumbered(name: &str) -> Option<String> {
    let mut text = String::new();
    let mut has_changed = false;
    let is_of_word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let mut rest = name;
    while !rest.is_empty() {
        let is_word = rest.starts_with(is_of_word);
        let end = rest.find(|c| is_of_word(c) != is_word).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let has_digits = word.bytes().any(|c| c.is_ascii_digit());
        let is_id = word.len() >= 8 && word.bytes().all(|c| c.is_ascii_hexdigit() || c == b'-');
        if is_word && has_digits && (is_id || word.bytes().all(|c| c.is_ascii_digit())) {
            text.push('#');
            has_changed = true;
        } else {
            text.push_str(word);
        }
        rest = after;
    }
    has_changed.then_some(text)
}

/// A span as it goes into the tree.
#[derive(Clone, Copy)]
struct Simple {
    service: Text,
    operation: Text,
    is_folded: bool,
}

#[inline]
fn as_it_is(store: &Store, row: SpanRow) -> Simple {
    Simple { service: Text::Of(store.service(row)), operation: Text::Of(store.spans.name(row)), is_folded: false }
}

/// Folds and renames, span after span in display order; what was done to a parent is seen by its children, as in Jaeger UI
/// (`denseTransforms`):
///
/// * a CLIENT without children that names a `peer.service`, below a parent whose operation begins with that and ends with its own,
///   is the peer's;
/// * the CLIENT right above a SERVER, if it has no other child and its operation or `peer.service` begins with the server's service,
///   is folded away;
/// * a SERVER named by its `http.method` alone takes the rest of the name from the parent, if that begins with its service;
/// * a span without anything to say (no attributes, no kind), with one child, below a span of its service, is folded away;
/// * so is a CLIENT whose only child is a CLIENT, below a span of its service.
fn simplify(paths: &mut Paths, store: &Store, tree: &SpanTree) -> Vec<Simple> {
    let mut spans: Vec<Simple> = Vec::with_capacity(tree.len());
    let [peer, method] = ["peer.service", "http.method"].map(|key| store.strings().find(key).is_some());
    for (position, row) in tree.order.iter().enumerate() {
        let span = store.span(*row);
        let mut own = as_it_is(store, *row);
        if let Some(at) = tree.parent_of(position) {
            let attribute = |position: usize, key| match store.span(tree.order[position]).attributes().find(key) {
                Some(ValueRef::Str(text)) => Some(text),
                _ => None,
            };
            let kind = |position: usize| store.spans.kind(tree.order[position]);
            let parent_operation = paths.text(store, spans[at].operation);
            if span.kind() == SpanKind::Client && tree.children[position] == 0 && peer {
                let is_its =
                    |peer: &&str| parent_operation.starts_with(peer) && parent_operation.ends_with(span.name());
                if let Some(peer) = attribute(position, "peer.service").filter(is_its) {
                    own.service = paths.intern(store, peer.to_owned());
                }
            }
            if span.kind() == SpanKind::Server {
                let service = paths.text(store, own.service);
                let parent_operation = paths.text(store, spans[at].operation);
                let begins = |text: &str| text.starts_with(service);
                let is_named = begins(parent_operation);
                let is_call = kind(at) == SpanKind::Client && tree.children[at] == 1;
                let folds = is_call && (is_named || peer && attribute(at, "peer.service").is_some_and(begins));
                let method = attribute(position, "http.method").filter(|it| method && is_named && *it == span.name());
                let name = method.map(|method| format!("{method} {}", parent_operation[service.len()..].trim_start()));
                if folds {
                    spans[at].is_folded = true;
                }
                if let Some(name) = name {
                    own.operation = paths.intern(store, name);
                }
            }
            if tree.children[position] == 1 && spans[at].service == own.service {
                let says_nothing = span.kind() == SpanKind::Unspecified
                    && span.status() == StatusCode::Unset
                    && span.scope().is_none()
                    && span.attributes().len() == 0;
                // The only child is the next position.
                let is_chain = span.kind() == SpanKind::Client && kind(position + 1) == SpanKind::Client;
                own.is_folded = says_nothing || is_chain;
            }
        }
        spans.push(own);
    }
    spans
}
