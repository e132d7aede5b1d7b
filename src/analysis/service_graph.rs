//! Which services call which, counted from spans: links with their calls, errors and times, and what is at their ends.
//!
//! **What is a call.** Zipkin's rules (its `DependencyLinker`), and what they leave out but traces of other makers say:
//!
//! ```text
//! web  |CLIENT ────────────|     a server's span is a call from the service of the span above it to its own: web → shop;
//! shop    |SERVER ───────|       so is any span whose parent is another service's, whatever their kinds
//! shop      |INTERNAL ─|
//! shop       |CLIENT ─|          a client below which no call is found leads to the peer that it names: shop → mysql
//!
//! web  |PRODUCER ─|              messages go by way of their broker: web → kafka/orders, kafka/orders → mail
//! mail       |CONSUMER ──|
//! ```
//!
//! A service is named by its own span first, then by the nearest span above it that names one. A call has failed if its span or, of a server's, the
//! client's right above it has status Error. A span makes at most one call; only a client of another service than its parent's both is called and calls.
//!
//! **Where that differs from Zipkin, and why**
//! * A span without a kind is a call if its parent is another service's: half of all Jaeger traces have no kinds.
//! * A consumer whose broker nobody names is linked to the service above it. Zipkin leaves it out, and the service stands alone.
//! * A client is passed over only if there is a call below it, not if there is any span: many have one for name resolution or the like.
//! * Peers are named by attributes, too ([`super::service_peers`]); Zipkin knows remote endpoints only.
//! * A span without a parent is not taken for a child of the only other root.
//! * A client of another service than its parent's is a call to that service even if there are spans below it.
//! * Spans below a shared span are below its server half, whatever their addresses.
//! * A shared span's server half has failed if its client half has, even though it names another parent.
//!
//! Jaeger counts every span below another of its own service as a call of the service to itself; here that takes a server's span.

mod naming;
mod samples;

use super::clock::Clock;
use super::self_time::self_times;
pub use super::service_peers::NodeKind;
use super::service_peers::Peers;
use crate::model::index::{Index, hash_of};
use crate::model::{SpanFlags, SpanKind, SpanRow, StatusCode, Store, StringId, Trace, TraceRow, order};
use naming::Naming;
use samples::Samples;
use serde::{Deserialize, Serialize};

/// Nanoseconds: ranks of durations, and of how many. See [`super::operations::nearest_rank`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    pub count: u32,
    pub p50: i64,
    pub p95: i64,
    pub p99: i64,
}

/// A service, or what is called without having spans.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceNode {
    pub name: String,
    pub kind: NodeKind,
    pub spans: u32,
    /// Spans with status Error.
    pub errors: u32,
    /// Self times of its spans together, in nanoseconds.
    pub own_nanos: i64,
    /// Calls that it got: spans by which a trace enters the service, from another or from outside, and those that only callers tell of. `None`:
    /// nobody counted them.
    pub calls: Option<u64>,
    pub failed: Option<u64>,
    /// How long it took to answer them; of what has no spans how long its callers waited.
    pub times: Times,
}

/// Calls from a node to another, or to itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServiceLink {
    pub parent: u32,
    pub child: u32,
    /// `None`: a backend did not tell.
    pub calls: Option<u64>,
    pub errors: Option<u64>,
    /// How long callers waited: durations of clients' and producers' spans.
    pub call: Times,
    /// How long the called took.
    pub callee: Times,
}

/// A call as a span: trace and position.
pub type Example = (TraceRow, u32);

/// So many of the slowest calls of a link are remembered, and of the failed ones.
pub const EXAMPLES: usize = 5;

/// Who calls whom.
#[derive(Clone, Debug, Default)]
pub struct ServiceGraph {
    pub nodes: Vec<ServiceNode>,
    pub links: Vec<ServiceLink>,
    /// By link: its slowest calls, and its slowest failed ones, each with how long was waited for it (in nanoseconds; what only the called
    /// tells: how long that took); empty if there are none to look at.
    pub slowest: Vec<Vec<(Example, i64)>>,
    pub failed: Vec<Vec<(Example, i64)>>,
}

impl ServiceGraph {
    /// Counts what the spans that start in a stretch of time (nanoseconds since 1970, its end excluded) tell. In linear time.
    pub fn of(store: &Store, window: [i64; 2]) -> ServiceGraph {
        let mut counting = Counting::new(store, window);
        for (row, trace) in store.traces() {
            // A trace may reach into the window from before it.
            if trace.start.0 < window[1] && trace.end.0 >= window[0] {
                counting.add(row, trace);
            }
        }
        counting.finish()
    }

    /// What backends counted, or what was counted under one name: a file's or a query API's.
    pub fn of_dependencies(store: &Store, source: Option<StringId>) -> ServiceGraph {
        let mut naming = Naming::default();
        let rows = source.map_or_else(|| store.dependencies(), |name| store.dependencies_of(name));
        let links = rows.into_iter().map(|dependency| ServiceLink {
            parent: naming.service(store, dependency.parent),
            child: naming.service(store, dependency.child),
            calls: dependency.calls,
            errors: dependency.errors,
            ..ServiceLink::default()
        });
        let links: Vec<ServiceLink> = links.collect();
        let mut nodes = naming.nodes;
        for link in &links {
            let node = &mut nodes[link.child as usize];
            node.calls = sum(node.calls, link.calls);
            node.failed = sum(node.failed, link.errors);
        }
        let none = vec![Vec::new(); links.len()];
        ServiceGraph { nodes, links, slowest: none.clone(), failed: none }
    }
}

fn sum(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.saturating_add(b)),
        _ => a.or(b),
    }
}

/// A call that was found.
struct Call {
    link: u32,
    at: Example,
    /// Of the caller's span if it is there, else of the called.
    nanos: i64,
    is_error: bool,
}

struct Counting<'a> {
    store: &'a Store,
    window: [i64; 2],
    peers: Peers,
    /// Names that name nobody.
    nameless: [Option<StringId>; 2],
    naming: Naming,
    links: Vec<ServiceLink>,
    by_ends: Index,
    calls: Vec<Call>,
    /// Durations by link, and by node.
    waited: Samples,
    worked: Samples,
    entered: Samples,
    /// Of the present trace, by position: the service that a span is of, or else the one above it; and whether there is a call below.
    services: Vec<StringId>,
    is_answered: Vec<bool>,
    /// Room for a peer's name.
    name: String,
}

/// No service is known.
const NOBODY: StringId = StringId::EMPTY;

impl<'a> Counting<'a> {
    fn new(store: &'a Store, window: [i64; 2]) -> Counting<'a> {
        Counting {
            store,
            window,
            peers: Peers::new(store),
            nameless: [store.strings().find("unknown_service"), Some(NOBODY)],
            naming: Naming::default(),
            links: Vec::new(),
            by_ends: Index::default(),
            calls: Vec::new(),
            waited: Samples::default(),
            worked: Samples::default(),
            entered: Samples::default(),
            services: Vec::new(),
            is_answered: Vec::new(),
            name: String::new(),
        }
    }

    fn add(&mut self, row: TraceRow, trace: &Trace) {
        let clock = Clock::new(self.store, row);
        let own = self_times(&clock);
        self.services.clear();
        // Parents come before their children.
        for (position, span) in trace.tree.order.iter().enumerate() {
            let service = self.store.service(*span);
            let above = trace.tree.parent_of(position).map_or(NOBODY, |parent| self.services[parent]);
            self.services.push(if self.nameless.contains(&Some(service)) { above } else { service });
        }
        self.is_answered.clear();
        self.is_answered.resize(trace.tree.len(), false);
        // What is below a span is told before it.
        for (position, span) in trace.tree.order.iter().enumerate().rev() {
            let parent = trace.tree.parent_of(position);
            let start = self.store.spans.start(*span).0;
            let is_call = match start >= self.window[0] && start < self.window[1] {
                true => self.span(trace, (row, position as u32), *span, own[position]),
                // Whatever it is, the client above it was answered.
                false => self.is_entry(*span, position, parent),
            };
            if let Some(parent) = parent.filter(|_| is_call || self.is_answered[position]) {
                self.is_answered[parent] = true;
            }
        }
    }

    /// Counts a span. True: it is a call, or makes one.
    fn span(&mut self, trace: &Trace, at: Example, span: SpanRow, own: i64) -> bool {
        let position = at.1 as usize;
        let parent = trace.tree.parent_of(position);
        let is_error = self.store.spans.status(span) == StatusCode::Error;
        let node = self.naming.service(self.store, self.store.service(span));
        let it = &mut self.naming.nodes[node as usize];
        it.spans += 1;
        it.errors += u32::from(is_error);
        it.own_nanos = it.own_nanos.saturating_add(own);
        let is_entry = self.is_entry(span, position, parent);
        if is_entry {
            let it = &mut self.naming.nodes[node as usize];
            it.calls = sum(it.calls, Some(1));
            it.failed = sum(it.failed, Some(u64::from(is_error)));
            self.entered.push(node, self.store.spans.duration(span).0);
        }
        let is_called = is_entry && self.called(trace, at, span, parent);
        // A message is sent whatever becomes of it.
        let defers = self.is_answered[position] && self.store.spans.kind(span) != SpanKind::Producer;
        let is_calling = !defers && self.calling(at, span, is_called);
        is_called || is_calling
    }

    /// Whether the trace enters the span's service by it.
    fn is_entry(&self, span: SpanRow, position: usize, parent: Option<usize>) -> bool {
        let kind = self.store.spans.kind(span);
        // Zipkin's reporters also tell parts of a span, with neither a kind nor times, beside the span that has them.
        let has_no_times =
            self.store.spans.flags(span).has(SpanFlags::TIME_MISSING) && self.store.spans.duration(span).0 == 0;
        if kind == SpanKind::Unspecified && has_no_times {
            return false;
        }
        let is_by_kind = matches!(kind, SpanKind::Server | SpanKind::Consumer);
        is_by_kind || parent.is_none_or(|parent| self.services[parent] != self.services[position])
    }

    /// The call by which a service is entered, if its caller is known.
    fn called(&mut self, trace: &Trace, at: Example, span: SpanRow, parent: Option<usize>) -> bool {
        let store = self.store;
        let (kind, service) = (store.spans.kind(span), self.services[at.1 as usize]);
        let above = parent.map(|parent| trace.tree.order[parent]);
        let kind_above = above.map(|above| store.spans.kind(above));
        let names_itself = !self.nameless.contains(&Some(store.service(span)));
        if service == NOBODY || !names_itself {
            return false;
        }
        let caller = parent.map_or(NOBODY, |parent| self.services[parent]);
        let producer = above.filter(|_| kind_above == Some(SpanKind::Producer));
        let broker = match kind {
            SpanKind::Consumer => self.peer(span).or_else(|| self.peer(producer?)),
            SpanKind::Server if caller == NOBODY => self.peer(span),
            _ => None,
        };
        let from = match broker {
            Some(peer) => peer,
            None if caller == NOBODY || kind == SpanKind::Consumer && caller == service => return false,
            None => self.naming.service(store, caller),
        };
        let to = self.naming.service(store, service);
        let client = above.filter(|_| kind_above == Some(SpanKind::Client) && broker.is_none());
        let is_error = |span: SpanRow| store.spans.status(span) == StatusCode::Error;
        // A client's span tells how long was waited, whoever's it is.
        let is_client = kind == SpanKind::Client;
        let waited = client.or(is_client.then_some(span)).map(|client| store.spans.duration(client).0);
        let worked = (!is_client).then(|| store.spans.duration(span).0);
        self.call(from, to, at, is_error(span) || client.is_some_and(is_error), [waited, worked]);
        true
    }

    /// The call to what a span names as its peer. If the span was called itself, and its peer is its own service, that call is told already:
    /// some name the service of a client's span by the database that it asks.
    fn calling(&mut self, at: Example, span: SpanRow, is_called: bool) -> bool {
        let store = self.store;
        let service = self.services[at.1 as usize];
        if service == NOBODY || matches!(store.spans.kind(span), SpanKind::Server | SpanKind::Consumer) {
            return false;
        }
        let Some(to) = self.peer(span) else { return false };
        let from = self.naming.service(store, service);
        if is_called && from == to {
            return false;
        }
        let is_error = store.spans.status(span) == StatusCode::Error;
        let node = &mut self.naming.nodes[to as usize];
        node.calls = sum(node.calls, Some(1));
        node.failed = sum(node.failed, Some(u64::from(is_error)));
        self.call(from, to, at, is_error, [Some(store.spans.duration(span).0), None]);
        true
    }

    fn peer(&mut self, span: SpanRow) -> Option<u32> {
        let kind = self.peers.of(self.store, span, &mut self.name)?;
        Some(self.naming.named(&self.name, kind))
    }

    fn call(&mut self, parent: u32, child: u32, at: Example, is_error: bool, [waited, worked]: [Option<i64>; 2]) {
        let hash = hash_of((parent, child));
        let links = &mut self.links;
        let ends = |at: u32| (links[at as usize].parent, links[at as usize].child);
        let known = self.by_ends.find(hash, |at| ends(at) == (parent, child));
        let link = known.unwrap_or_else(|| {
            self.by_ends.insert(hash, links.len() as u32);
            let none = Some(0);
            links.push(ServiceLink { parent, child, calls: none, errors: none, ..ServiceLink::default() });
            links.len() as u32 - 1
        });
        let it = &mut links[link as usize];
        it.calls = sum(it.calls, Some(1));
        it.errors = sum(it.errors, Some(u64::from(is_error)));
        if let Some(nanos) = waited {
            self.waited.push(link, nanos);
        }
        if let Some(nanos) = worked {
            self.worked.push(link, nanos);
        }
        let nanos = waited.or(worked).unwrap_or_default();
        self.calls.push(Call { link, at, nanos, is_error });
    }

    fn finish(mut self) -> ServiceGraph {
        let (mut nodes, mut links) = (self.naming.nodes, self.links);
        let (call, callee) = (self.waited.times(links.len()), self.worked.times(links.len()));
        for (at, link) in links.iter_mut().enumerate() {
            (link.call, link.callee) = (call[at], callee[at]);
        }
        // What has no spans of its own took as long as its callers waited.
        for (link, nanos) in self.waited.groups.iter().zip(&self.waited.nanos) {
            let child = links[*link as usize].child;
            if nodes[child as usize].spans == 0 {
                self.entered.push(child, *nanos);
            }
        }
        let entered = self.entered.times(nodes.len());
        for (node, times) in nodes.iter_mut().zip(entered) {
            node.times = times;
            node.calls.get_or_insert(0);
            node.failed.get_or_insert(0);
        }
        let none = vec![Vec::new(); links.len()];
        let mut graph = ServiceGraph { nodes, links, slowest: none.clone(), failed: none };
        let nanos: Vec<i64> = self.calls.iter().map(|call| call.nanos).collect();
        for at in order::by_number(&nanos).into_iter().rev() {
            let Call { link, at, nanos, is_error } = self.calls[at as usize];
            for (list, takes) in [(&mut graph.slowest, true), (&mut graph.failed, is_error)] {
                let list = &mut list[link as usize];
                if takes && list.len() < EXAMPLES {
                    list.push((at, nanos));
                }
            }
        }
        graph
    }
}

#[cfg(test)]
#[path = "service_graph_tests.rs"]
mod tests;
