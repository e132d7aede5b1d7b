//! Which host, and so which clock, a span's times come from.

use crate::model::attribute_names::{HOST_IP, HOST_IPV6};
use crate::model::index::{Index, Numbers, hash_of};
use crate::model::{ResourceRow, SpanRow, Store, StringId, ValueRef};

/// Attributes of a resource that name its host, the best first: OpenTelemetry's in the order of Jaeger's backend, then the process
/// tags of Jaeger's clients.
const NAMES: [&str; 5] = ["host.id", "host.ip", "host.name", "ip", "hostname"];
/// Zipkin's local endpoint has up to two addresses: one that is equal is enough (Zipkin's `ipsMatch`).
const ADDRESSES: [&str; 2] = [HOST_IP, HOST_IPV6];

/// The hosts of spans, read once for each resource.
pub struct Hosts<'a> {
    store: &'a Store,
    keys: Vec<Option<StringId>>,
    texts: Vec<String>,
    index: Index,
    /// The place of a resource in `of_resource`.
    places: Numbers,
    of_resource: Vec<Host>,
}

/// Numbers of the names of a host: none, one, or two addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Host {
    names: [Option<u32>; 2],
}

impl Host {
    pub fn is_known(self) -> bool {
        self.names[0].is_some()
    }

    /// Whether they have a name in common. Two unknown ones are not the same.
    pub fn is_same(self, other: Host) -> bool {
        self.names.iter().flatten().any(|name| other.names.contains(&Some(*name)))
    }
}

impl<'a> Hosts<'a> {
    pub fn new(store: &'a Store) -> Hosts<'a> {
        let keys = NAMES.iter().chain(&ADDRESSES).map(|name| store.strings().find(name)).collect();
        Hosts {
            store,
            keys,
            texts: Vec::new(),
            index: Index::default(),
            places: Numbers::default(),
            of_resource: Vec::new(),
        }
    }

    pub fn of(&mut self, span: SpanRow) -> Host {
        let resource = self.store.spans.resource(span);
        let place = self.places.get_or_set(resource.0, self.of_resource.len() as u32) as usize;
        if place == self.of_resource.len() {
            let host = self.read(resource);
            self.of_resource.push(host);
        }
        self.of_resource[place]
    }

    fn read(&mut self, resource: ResourceRow) -> Host {
        let texts: Vec<Option<String>> = self.keys.iter().map(|key| self.text(resource, (*key)?)).collect();
        let (named, addresses) = texts.split_at(NAMES.len());
        let names = match named.iter().flatten().next() {
            Some(name) => [Some(self.number(name)), None],
            None => {
                let mut numbers = addresses.iter().flatten().map(|text| self.number(text));
                [numbers.next(), numbers.next()]
            }
        };
        Host { names }
    }

    /// The value of an attribute as a name; of a list the first one.
    fn text(&self, resource: ResourceRow, key: StringId) -> Option<String> {
        let table = self.store.resources.attributes();
        let row = self.store.resources.range(resource).rows().find(|row| table.key(*row) == key)?;
        let value = match self.store.content.value(table.cell(row)) {
            ValueRef::Array(mut items) => items.next()?.1,
            value => value,
        };
        match value {
            ValueRef::Str("") => None,
            ValueRef::Str(text) | ValueRef::BigInt(text) => Some(text.to_owned()),
            // Jaeger's Go client wrote its address of version 4 as a number.
            ValueRef::Int(number) => Some(number.to_string()),
            _ => None,
        }
    }

    fn number(&mut self, text: &str) -> u32 {
        let hash = hash_of(text);
        let known = self.index.find(hash, |number| self.texts[number as usize] == text);
        known.unwrap_or_else(|| {
            let number = self.texts.len() as u32;
            self.index.insert(hash, number);
            self.texts.push(text.to_owned());
            number
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Given, span, store_of};
    use super::*;

    fn same(a: &'static [(&'static str, &'static str)], b: &'static [(&'static str, &'static str)]) -> bool {
        let store = store_of(&[Given { host: a, ..span(None, 0, 1) }, Given { host: b, ..span(None, 0, 1) }]);
        let mut hosts = Hosts::new(&store);
        let [a, b] = [0, 1].map(|row| hosts.of(SpanRow(row)));
        assert_eq!(a.is_same(b), b.is_same(a));
        a.is_same(b)
    }

    #[test]
    fn the_best_name_counts() {
        assert!(same(&[("host.name", "x"), ("host.id", "1")], &[("host.id", "1"), ("host.name", "y")]));
        assert!(!same(&[("host.id", "1"), ("host.name", "x")], &[("host.id", "2"), ("host.name", "x")]));
        assert!(same(&[("ip", "10.0.0.1"), ("hostname", "x")], &[("ip", "10.0.0.1")]));
        assert!(same(&[("hostname", "x")], &[("host.name", "x")]));
    }

    #[test]
    fn unknown_hosts_are_not_the_same() {
        assert!(!same(&[], &[]));
        assert!(!same(&[("host.name", "")], &[("host.name", "")]));
        assert!(!same(&[("host.name", "x")], &[("region", "x")]));
    }

    #[test]
    fn one_equal_address_is_enough() {
        let both = &[("net.host.ip", "10.0.0.1"), ("net.host.ipv6", "2001:db8::1")];
        assert!(same(both, &[("net.host.ip", "10.0.0.1")]));
        assert!(same(both, &[("net.host.ip", "2001:db8::1")]));
        assert!(!same(both, &[("net.host.ip", "10.0.0.2"), ("net.host.ipv6", "2001:db8::2")]));
    }
}
