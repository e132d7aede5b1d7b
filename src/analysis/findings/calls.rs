//! The calls of a trace: which spans ask another service or a database, what they ask, and which of them are alike.
//!
//! ```text
//! parent                  ├──────────────┤   anchor of the three calls
//!   SELECT … id = 5        ├─┤               Client: a call
//!   UserRepository.find       ├──┤           not a call, has one child only: what is below it has its anchor
//!     SELECT … id = 6          ├┤            a call, alike the first
//!   GET /users/7                   ├─┤       a call, of another kind
//! ```

use crate::analysis::clock::Clock;
use crate::analysis::shapes::{Shape, first_word, message_shape, statement_shape, url_shape};
use crate::analysis::waiting::waits_for;
use crate::model::index::{Index, Numbers, hash_of};
use crate::model::{Cell, SpanKind, SpanRow, SpanTree, Store, StringId, order};

use super::TextNumber;

/// What is known of what a call does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It only reads: asking twice gives the same.
    Reads,
    Writes,
    /// A transaction's begin and end, a ping: never one too many.
    Controls,
    Unknown,
}

/// A span that asks somebody.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    pub position: u32,
    /// The span that makes the call: the parent, or the first above it that has other children, too.
    pub anchor: u32,
    /// Equal numbers: the same service asks the same of the same, but for values.
    pub alike: u32,
    /// Equal numbers: the very same call, values included. 0: the trace does not tell the values.
    pub exact: u32,
    pub text: TextNumber,
    pub effect: Effect,
    /// It carries a statement of a database.
    pub is_statement: bool,
}

/// The calls of one trace.
#[derive(Default)]
pub struct Calls {
    /// By position.
    pub list: Vec<Call>,
    /// Numbers of calls, those of an anchor together, of these those that are alike, of these by position.
    ordered: Vec<u32>,
    /// Failed calls that were tried again: by position, the position of the next attempt. Set by the rule of retries.
    pub next_attempt: Numbers,
}

impl Calls {
    /// Tells each group of alike calls of one anchor: at least two, by position.
    pub fn each_group(&self, tell: &mut dyn FnMut(&[Call])) {
        let key = |number: u32| {
            let call = &self.list[number as usize];
            (call.anchor, call.alike)
        };
        self.each_stretch(&self.ordered, &key, tell);
    }

    /// Tells stretches of a list of numbers of calls that have the same key: at least two.
    pub fn each_stretch(&self, numbers: &[u32], key: &dyn Fn(u32) -> (u32, u32), tell: &mut dyn FnMut(&[Call])) {
        let mut group: Vec<Call> = Vec::new();
        let mut from = 0;
        while let Some(first) = numbers.get(from) {
            let same = numbers[from..].iter().take_while(|number| key(**number) == key(*first)).count();
            if same > 1 {
                group.clear();
                group.extend(numbers[from..from + same].iter().map(|number| self.list[*number as usize]));
                tell(&group);
            }
            from += same;
        }
    }

    /// The call that a span is.
    pub fn at(&self, position: u32) -> Option<&Call> {
        let place = self.list.binary_search_by(|call| call.position.cmp(&position)).ok()?;
        self.list.get(place)
    }
}

/// What an attribute's key stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Unknown,
    None,
    Statement,
    Url,
    /// A part of an address, where the whole is not told.
    Path,
    Method,
    Database,
    Peer,
    /// A value of a parameter.
    Parameter,
}

/// Keys by their roles: OpenTelemetry's present and older names, OpenTracing's, and those of Jaeger's examples.
fn role_of(key: &str) -> Role {
    match key {
        "db.statement" | "db.query.text" | "sql.query" => Role::Statement,
        "url.full" | "http.url" => Role::Url,
        "http.target" | "url.path" | "http.path" => Role::Path,
        "http.request.method" | "http.method" => Role::Method,
        "db.system" | "db.system.name" | "db.type" => Role::Database,
        "peer.service" | "server.address" | "net.peer.name" => Role::Peer,
        _ if [
            "db.query.parameter",
            "db.statement.parameter",
            "db.sql.parameter",
            "param.",
            "sql.param",
            "url.query",
        ]
        .iter()
        .any(|start| key.starts_with(start)) =>
        {
            Role::Parameter
        }
        _ => Role::None,
    }
}

/// What a span's attributes tell of a call.
#[derive(Default)]
struct Facts {
    statement: Option<StringId>,
    url: Option<StringId>,
    method: Option<StringId>,
    peer: Option<StringId>,
    is_database: bool,
    /// A hash of parameters; 0: there are none.
    parameters: u32,
}

/// What is known of a text that was read.
struct Known {
    number: TextNumber,
    is_open: bool,
    effect: Effect,
}

/// Reads the calls of traces; keeps texts and what is known of keys for the next one.
pub struct CallReader {
    /// By the key's text: its [`Role`].
    roles: Vec<Role>,
    texts: Vec<String>,
    by_text: Index,
    /// The place in `known` of a text of the store, by its id and its form.
    places: [Numbers; 3],
    known: Vec<Known>,
}

/// How a text is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Statement,
    Url,
    Name,
}

impl CallReader {
    pub fn new(store: &Store) -> CallReader {
        let mut reader = CallReader {
            roles: vec![Role::Unknown; store.strings().len()],
            texts: Vec::new(),
            by_text: Index::default(),
            places: Default::default(),
            known: Vec::new(),
        };
        reader.number("");
        reader
    }

    pub fn text(&self, number: TextNumber) -> &str {
        &self.texts[number as usize]
    }

    pub fn into_texts(self) -> Vec<String> {
        self.texts
    }

    /// The number of a text.
    pub fn number(&mut self, text: &str) -> TextNumber {
        let hash = hash_of(text);
        self.by_text.find(hash, |number| self.texts[number as usize] == text).unwrap_or_else(|| {
            let number = self.texts.len() as u32;
            self.by_text.insert(hash, number);
            self.texts.push(text.to_owned());
            number
        })
    }

    #[cfg_attr(speed, optimize(speed))]
    fn facts(&mut self, store: &Store, row: SpanRow) -> Facts {
        let mut facts = Facts::default();
        for at in store.attribute_range(row).rows() {
            let key = store.attributes.key(at);
            let role = &mut self.roles[key.0 as usize];
            if *role == Role::Unknown {
                *role = role_of(store.text(key));
            }
            if *role != Role::None {
                facts.take(store, *role, (key, store.attributes.cell(at)));
            }
        }
        facts
    }

    /// What is known of a text.
    fn known(&mut self, store: &Store, text: StringId, form: Form) -> usize {
        let next = self.known.len() as u32;
        let place = self.places[form as usize].get_or_set(text.0, next) as usize;
        if place == self.known.len() {
            let text = store.text(text);
            let (shape, effect) = match form {
                Form::Statement => (statement_shape(text), effect(text)),
                Form::Url => (url_shape(text), Effect::Unknown),
                Form::Name => (Shape { text: message_shape(text), is_open: true }, Effect::Unknown),
            };
            let number = self.number(&shape.text);
            self.known.push(Known { number, is_open: shape.is_open, effect });
        }
        place
    }

    /// The calls of a trace.
    #[cfg_attr(speed, optimize(speed))]
    pub fn read(&mut self, clock: &Clock) -> Calls {
        let (store, tree) = (clock.store, &clock.trace.tree);
        let are_calls = self.are_calls(store, tree);
        let anchors = anchors(store, tree);
        let mut calls = Calls::default();
        let (mut alike, mut exact) = (Numbering::default(), Numbering::default());
        exact.number([0; 5]);
        for position in 0..tree.len() as u32 {
            let anchor = anchors[position as usize];
            if !are_calls[position as usize] || anchor == SpanTree::NO_PARENT {
                continue;
            }
            let row = tree.order[position as usize];
            let facts = self.facts(store, row);
            let (text, form) = facts.text().unwrap_or((store.spans.name(row), Form::Name));
            let place = self.known(store, text, form);
            let Known { number, is_open, effect } = self.known[place];
            let service = store.service(row).0;
            let peer = facts.peer.unwrap_or_default().0;
            let effect = if form == Form::Url { facts.effect_of_method(store) } else { effect };
            let method = facts.method.unwrap_or_default().0;
            let tells_values = form != Form::Name && (!is_open || facts.parameters > 0);
            let key = [service, text.0, form as u32 | method << 2, peer, facts.parameters];
            calls.list.push(Call {
                position,
                anchor,
                alike: alike.number([service, number, form as u32, peer, method]),
                exact: if tells_values { exact.number(key) } else { 0 },
                text: number,
                effect,
                is_statement: form == Form::Statement,
            });
        }
        let keys: Vec<i64> =
            calls.list.iter().map(|call| i64::from(call.anchor) << 32 | i64::from(call.alike)).collect();
        calls.ordered = order::by_number(&keys);
        calls
    }

    /// By position, whether a span is a call: a CLIENT; something with a database's attributes that is no CLIENT (as some libraries have
    /// it); of services without kinds the span of the callee, or the one above it if that is there for this call alone. Of a library's call
    /// within a library's call the one that tells what is asked counts.
    #[cfg_attr(speed, optimize(speed))]
    fn are_calls(&mut self, store: &Store, tree: &SpanTree) -> Vec<bool> {
        let mut are = vec![false; tree.len()];
        let mut tell = vec![false; tree.len()];
        for (position, row) in tree.order.iter().enumerate() {
            let kind = store.spans.kind(*row);
            let parent = tree.parent_of(position);
            if matches!(kind, SpanKind::Client | SpanKind::Internal | SpanKind::Unspecified) {
                let facts = self.facts(store, *row);
                tell[position] = facts.text().is_some();
                are[position] = kind == SpanKind::Client || facts.is_database || facts.statement.is_some();
            }
            let Some(parent) = parent else { continue };
            let above = tree.order[parent];
            let is_only = tree.children[parent] == 1;
            if store.service(above) == store.service(*row) {
                if are[position] && are[parent] && is_only {
                    let outer = tell[parent] || !tell[position];
                    are[if outer { position } else { parent }] = false;
                }
            } else if !are[parent] && !are[position] && kind != SpanKind::Consumer && waits_for(store, above, *row) {
                let is_wrapper = is_only && store.spans.kind(above) == SpanKind::Unspecified && tree.depth[parent] > 0;
                are[if is_wrapper { parent } else { position }] = true;
            }
        }
        are
    }
}

impl Facts {
    fn take(&mut self, store: &Store, role: Role, (key, cell): (StringId, Cell)) {
        match role {
            Role::Database => self.is_database = true,
            Role::Parameter => self.parameters = hash_of((self.parameters, key, store.content.hash(cell))).max(1),
            _ => {
                let Some(text) = cell.as_text().filter(|text| *text != StringId::EMPTY) else { return };
                match role {
                    Role::Statement => self.statement = Some(text),
                    Role::Url => self.url = Some(text),
                    Role::Path => self.url = self.url.or(Some(text)),
                    Role::Method => self.method = Some(text),
                    _ => self.peer = self.peer.or(Some(text)),
                }
            }
        }
    }

    fn text(&self) -> Option<(StringId, Form)> {
        let statement = self.statement.map(|text| (text, Form::Statement));
        statement.or(self.url.map(|text| (text, Form::Url)))
    }

    fn effect_of_method(&self, store: &Store) -> Effect {
        match self.method.map(|method| store.text(method)) {
            Some("GET" | "HEAD" | "get") => Effect::Reads,
            Some("POST" | "PUT" | "PATCH" | "DELETE") => Effect::Writes,
            _ => Effect::Unknown,
        }
    }
}

/// Commands that only read: of SQL, of Redis and Memcached, of MongoDB.
const READING: &str = " select show with describe explain get mget gets hget hgetall hmget exists lrange llen smembers sismember scard zrange \
    zrevrange zrangebyscore zscore zrank zcard ttl strlen type geosearch geopos geodist georadius keys find findone aggregate count distinct match ";
/// Those that change something.
const WRITING: &str = " insert update delete merge replace create drop alter truncate call exec set mset setex setnx hset hmset hdel del unlink \
    incr incrby decr decrby hincrby hincrbyfloat lpush rpush lpop rpop sadd srem zadd zrem expire publish xadd eval evalsha geoadd add append \
    findandmodify ";
/// Those that begin and end what others do.
const CONTROLLING: &str = " begin start commit rollback savepoint release ping hello auth use multi exec discard watch ismaster close prepare \
    deallocate connect ";

fn effect(statement: &str) -> Effect {
    let mut word = String::from(" ");
    word.push_str(first_word(statement));
    word.make_ascii_lowercase();
    word.push(' ');
    match word.as_str() {
        word if word.len() < 3 => Effect::Unknown,
        // "exec" is both: of Redis it ends a transaction.
        word if CONTROLLING.contains(word) => Effect::Controls,
        word if READING.contains(word) => Effect::Reads,
        word if WRITING.contains(word) => Effect::Writes,
        _ => Effect::Unknown,
    }
}

/// By position: who makes a span's call. See the module.
fn anchors(store: &Store, tree: &SpanTree) -> Vec<u32> {
    let mut anchors = vec![SpanTree::NO_PARENT; tree.len()];
    for position in 0..tree.len() {
        let Some(parent) = tree.parent_of(position) else { continue };
        let above = tree.order[parent];
        let is_wrapper = tree.children[parent] == 1
            && !matches!(store.spans.kind(above), SpanKind::Server | SpanKind::Consumer)
            && tree.parent_of(parent).is_some_and(|next| store.service(tree.order[next]) == store.service(above));
        anchors[position] = if is_wrapper { anchors[parent] } else { parent as u32 };
    }
    anchors
}

/// Numbers for what is described by five others.
#[derive(Default)]
struct Numbering {
    index: Index,
    keys: Vec<[u32; 5]>,
}

impl Numbering {
    #[cfg_attr(speed, optimize(speed))]
    fn number(&mut self, key: [u32; 5]) -> u32 {
        let hash = hash_of(key);
        self.index.find(hash, |number| self.keys[number as usize] == key).unwrap_or_else(|| {
            let number = self.keys.len() as u32;
            self.index.insert(hash, number);
            self.keys.push(key);
            number
        })
    }
}
