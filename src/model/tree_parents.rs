//! Who is whose parent: the first half of building a tree.
//!
//! The parent is what the file names first, if that span is there; else the first further reference to a span that is.

use super::copies;
use super::ids::SpanId;
use super::index::{Index, Numbers, hash_of};
use super::order;
use super::resources::ResourceRow;
use super::spans::{LinkKind, SpanFlags, SpanKind, SpanRow};
use super::store::Store;
use super::strings::StringId;
use super::trace::{Findings, TraceRow};

/// No parent: a root.
pub(super) const NONE: u32 = u32::MAX;

/// The spans of a tree in order of arrival, copies left out, and who is whose parent (an index into `rows`).
pub(super) struct Parents {
    pub rows: Vec<SpanRow>,
    pub parent: Vec<u32>,
    pub findings: Findings,
}

/// Finds all parents of a trace's spans, cuts circles, and flags what is odd.
#[inline(never)]
pub(super) fn find(store: &mut Store, trace: TraceRow) -> Parents {
    let all: Vec<SpanRow> = store.trace(trace).rows().collect();
    forget_former_tree(store, &all);
    let mut findings = Findings::default();
    let all = leave_out_superseded(store, all, &mut findings);
    let ids = Ids::index(store, &all, &mut findings);
    let mut parent: Vec<u32> = (0..ids.rows.len()).map(|index| parent_of(store, &ids, index, &mut findings)).collect();
    cut_cycles(store, &ids.rows, &mut parent, &mut findings);
    Parents { rows: ids.rows, parent, findings }
}

fn forget_former_tree(store: &mut Store, rows: &[SpanRow]) {
    for row in rows {
        let flags = store.spans.flags(*row);
        if flags.has(SpanFlags::OF_TREE) {
            store.spans.set_flags(*row, flags.without(SpanFlags::OF_TREE));
            store.ordinals.remove(row.0);
        }
    }
    if !store.chosen_links.is_empty() {
        rows.iter().for_each(|row| store.chosen_links.remove(row.0));
    }
}

/// Leaves out spans that were written before they ended, where a final version of them (the same id, name and start) is
/// there, too.
fn leave_out_superseded(store: &mut Store, all: Vec<SpanRow>, findings: &mut Findings) -> Vec<SpanRow> {
    let is_unfinished = |store: &Store, row: SpanRow| store.spans.flags(row).has(SpanFlags::UNFINISHED);
    if !all.iter().any(|row| is_unfinished(store, *row)) {
        return all;
    }
    let identity = |store: &Store, row: SpanRow| (store.spans.id(row), store.spans.start(row), store.spans.name(row).0);
    let mut finished = Index::default();
    for row in all.iter().filter(|row| !is_unfinished(store, **row)) {
        finished.insert(hash_of(identity(store, *row)), row.0);
    }
    let mut kept = Vec::with_capacity(all.len());
    for row in all {
        let own = identity(store, row);
        let is_superseded = is_unfinished(store, row)
            && finished.find(hash_of(own), |other| identity(store, SpanRow(other)) == own).is_some();
        if is_superseded {
            store.spans.add_flags(row, SpanFlags::COPY);
            findings.superseded.add(row);
        } else {
            kept.push(row);
        }
    }
    kept
}

/// Spans by id.
struct Ids {
    rows: Vec<SpanRow>,
    /// The first span of each id.
    first: Index,
    /// Of those whose id is a call's: the first server half, where children hang.
    server_of: Numbers,
    /// Of calls with several server halves (a client that asked twice, or several servers): the first half on each
    /// [`Side`]. By the id's first span and the side, so that nobody goes through all halves.
    servers: Index,
    /// Of server halves: their client half.
    client_of: Numbers,
}

impl Ids {
    fn index(store: &mut Store, all: &[SpanRow], findings: &mut Findings) -> Ids {
        let mut ids = Ids {
            rows: Vec::with_capacity(all.len()),
            first: Index::default(),
            server_of: Numbers::default(),
            servers: Index::default(),
            client_of: Numbers::default(),
        };
        ids.first.reserve(all.len());
        let mut repeated = Repeated::default();
        for row in all {
            let index = ids.rows.len() as u32;
            if let Some(id) = store.spans.id(*row) {
                let hash = hash_of(id);
                match ids.first.find(hash, |other| store.spans.id(ids.rows[other as usize]) == Some(id)) {
                    None => ids.first.insert(hash, index),
                    Some(first) => {
                        if repeated.is_copy(store, first, ids.rows[first as usize], *row) {
                            store.spans.add_flags(*row, SpanFlags::COPY);
                            findings.copies.add(*row);
                            continue;
                        }
                        repeated.members.push((first, index));
                    }
                }
            }
            ids.rows.push(*row);
        }
        repeated.groups(&mut |members| ids.tell_apart(store, members, findings));
        ids
    }

    /// Where a child of an id hangs. Of a call's halves below the one of its own resource, or else of its own service;
    /// below the first server's if it is of no half's, as proxies are.
    fn anchor(&self, store: &Store, id: SpanId, child: SpanRow) -> Option<u32> {
        let first = self.first.find(hash_of(id), |index| store.spans.id(self.rows[index as usize]) == Some(id))?;
        if self.server_of.is_empty() {
            return Some(first);
        }
        let Some(server) = self.server_of.get(first) else {
            return Some(first);
        };
        let halves = [Some(server), self.client_of.get(server)];
        let is_on = |half: &u32, side: Side| Side::both(store, self.rows[*half as usize]).contains(&side);
        let own = Side::both(store, child).into_iter().find_map(|side| {
            let server = self.server_on(store, first, side);
            server.or_else(|| halves.into_iter().flatten().find(|half| is_on(half, side)))
        });
        Some(own.unwrap_or(server))
    }

    fn server_on(&self, store: &Store, first: u32, side: Side) -> Option<u32> {
        let id = store.spans.id(self.rows[first as usize]);
        self.servers.find(hash_of((first, side)), |server| {
            let row = self.rows[server as usize];
            store.spans.id(row) == id && Side::both(store, row).contains(&side)
        })
    }

    /// Numbers the spans of one id, and joins the halves of a call: a client's, and each server's.
    fn tell_apart(&mut self, store: &mut Store, members: &[u32], findings: &mut Findings) {
        let (spans, rows) = (&store.spans, &self.rows);
        let of_kind =
            |wanted| members.iter().copied().filter(move |member| spans.kind(rows[*member as usize]) == wanted);
        let servers: Vec<u32> = of_kind(SpanKind::Server).collect();
        // Without servers the client is a span like others, and the other way round.
        let client = of_kind(SpanKind::Client).next().filter(|_| !servers.is_empty());
        let is_half =
            |member: u32| client.is_some_and(|client| member == client || servers.binary_search(&member).is_ok());
        for (ordinal, member) in members.iter().enumerate().skip(1) {
            let row = self.rows[*member as usize];
            store.ordinals.set(row.0, ordinal as u32);
            store.spans.add_flags(row, SpanFlags::DUPLICATE_ID);
            if !is_half(*member) {
                findings.duplicate_ids.add(row);
            }
        }
        let Some(client) = client else { return };
        for server in &servers {
            self.join(store, members[0], client, *server, findings);
            if servers.len() > 1 {
                self.add_sides(store, members[0], *server);
            }
        }
    }

    /// Hangs a server half below its client.
    fn join(&mut self, store: &mut Store, first: u32, client: u32, server: u32, findings: &mut Findings) {
        self.server_of.get_or_set(first, server);
        self.client_of.set(server, client);
        let row = self.rows[server as usize];
        store.spans.add_flags(row, SpanFlags::SERVER_HALF);
        findings.shared_ids.add(row);
    }

    fn add_sides(&mut self, store: &Store, first: u32, server: u32) {
        for side in Side::both(store, self.rows[server as usize]) {
            if self.server_on(store, first, side).is_none() {
                self.servers.insert(hash_of((first, side)), server);
            }
        }
    }
}

/// Where a span was made: which half of a call its children belong to.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Side {
    Resource(ResourceRow),
    Service(StringId),
}

impl Side {
    /// The narrower one first.
    fn both(store: &Store, row: SpanRow) -> [Side; 2] {
        [Side::Resource(store.spans.resource(row)), Side::Service(store.service(row))]
    }
}

/// What is needed only where ids repeat.
#[derive(Default)]
struct Repeated {
    /// Further spans of an id: the id's first span, and the span.
    members: Vec<(u32, u32)>,
    /// Spans of repeated ids by fingerprint, so that a thousand spans of one id are not compared with each other.
    known: Index,
    /// The first spans that are among them.
    begun: Numbers,
}

impl Repeated {
    fn is_copy(&mut self, store: &Store, first: u32, first_row: SpanRow, row: SpanRow) -> bool {
        if self.begun.add(first) {
            self.known.insert(copies::fingerprint(store, first_row), first_row.0);
        }
        let fingerprint = copies::fingerprint(store, row);
        let is_copy = self.known.find(fingerprint, |other| copies::same(store, SpanRow(other), row)).is_some();
        if !is_copy {
            self.known.insert(fingerprint, row.0);
        }
        is_copy
    }

    /// Hands over the spans of every repeated id, in order of arrival.
    fn groups(&self, take: &mut dyn FnMut(&[u32])) {
        let member = |place: u32| self.members[place as usize];
        let sorted = order::sorted(self.members.len(), &mut |a, b| member(a).cmp(&member(b)));
        for group in sorted.chunk_by(|a, b| member(*a).0 == member(*b).0) {
            let first = member(group[0]).0;
            let members: Vec<u32> = std::iter::once(first).chain(group.iter().map(|place| member(*place).1)).collect();
            take(&members);
        }
    }
}

fn parent_of(store: &mut Store, ids: &Ids, index: usize, findings: &mut Findings) -> u32 {
    if !ids.client_of.is_empty()
        && let Some(client) = ids.client_of.get(index as u32)
    {
        return client;
    }
    let row = ids.rows[index];
    let mut refusals = Refusals::default();
    if let Some(parent) = store.spans.written_parent(row)
        && let Some(found) = refusals.consider(store, ids, row, parent, findings)
    {
        return found;
    }
    for link in store.link_range(row).rows() {
        if let Some(parent) = candidate(store, row, link)
            && let Some(found) = refusals.consider(store, ids, row, parent, findings)
        {
            store.chosen_links.set(row.0, link as u32);
            return found;
        }
    }
    refusals.flag(store, row, findings);
    NONE
}

/// The span of the same trace that a link names as a parent.
fn candidate(store: &Store, row: SpanRow, link: usize) -> Option<SpanId> {
    let own = store.trace(store.spans.trace(row)).id;
    let is_parent =
        store.links.kind(link) != LinkKind::Link && store.links.trace(link).is_none_or(|trace| trace == own);
    store.links.span(link).filter(|_| is_parent)
}

/// Why the named parents of a span did not do.
#[derive(Default)]
struct Refusals {
    own: bool,
    absent: bool,
}

impl Refusals {
    fn consider(
        &mut self,
        store: &Store,
        ids: &Ids,
        row: SpanRow,
        parent: SpanId,
        findings: &mut Findings,
    ) -> Option<u32> {
        let own = store.spans.id(row);
        if own == Some(parent) {
            self.own = true;
            return None;
        }
        let found = ids.anchor(store, parent, row);
        self.absent |= found.is_none();
        if let (Some(SpanId::Hex { width: written, .. }), SpanId::Hex { width: named, .. }) =
            (found.and_then(|found| store.spans.id(ids.rows[found as usize])), parent)
            && written != named
        {
            findings.id_lengths.add(row);
        }
        found
    }

    fn flag(self, store: &mut Store, row: SpanRow, findings: &mut Findings) {
        if self.own {
            store.spans.add_flags(row, SpanFlags::OWN_PARENT);
            findings.own_parents.add(row);
        }
        if self.absent {
            store.spans.add_flags(row, SpanFlags::ORPHAN);
            findings.orphans.add(row);
        }
    }
}

/// Makes a root of the earliest span of every circle.
fn cut_cycles(store: &mut Store, rows: &[SpanRow], parent: &mut [u32], findings: &mut Findings) {
    const NEW: u32 = 0;
    // The walk (numbered from 1) that saw a span first: meeting one's own walk again is a circle.
    let mut seen = vec![NEW; rows.len()];
    for start in 0..rows.len() {
        let walk = start as u32 + 1;
        let mut at = start as u32;
        while at != NONE && seen[at as usize] == NEW {
            seen[at as usize] = walk;
            at = parent[at as usize];
        }
        if at != NONE && seen[at as usize] == walk {
            let earliest = earliest_of_circle(store, rows, parent, at);
            parent[earliest as usize] = NONE;
            let row = rows[earliest as usize];
            store.chosen_links.remove(row.0);
            store.spans.add_flags(row, SpanFlags::CYCLE_CUT);
            findings.cycles.add(row);
        }
    }
}

/// A circle's member that starts first; of those, the one that arrived first.
fn earliest_of_circle(store: &Store, rows: &[SpanRow], parent: &[u32], member: u32) -> u32 {
    let key = |index: u32| (store.spans.start(rows[index as usize]), index);
    let (mut earliest, mut at) = (member, parent[member as usize]);
    while at != member {
        if key(at) < key(earliest) {
            earliest = at;
        }
        at = parent[at as usize];
    }
    earliest
}
