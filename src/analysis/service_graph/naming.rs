//! The nodes of a service graph by their names.

use super::ServiceNode;
use crate::analysis::service_peers::NodeKind;
use crate::model::index::{Index, Numbers, hash_bytes};
use crate::model::{Store, StringId};

/// Nodes by their names.
#[derive(Default)]
pub struct Naming {
    pub nodes: Vec<ServiceNode>,
    by_name: Index,
    /// Nodes of services, by the ids of their names.
    services: Numbers,
}

impl Naming {
    pub fn service(&mut self, store: &Store, service: StringId) -> u32 {
        if let Some(known) = self.services.get(service.0) {
            return known;
        }
        let node = self.named(store.text(service), NodeKind::Service);
        self.services.set(service.0, node);
        node
    }

    /// What has spans is a service, whatever its callers take it for.
    pub fn named(&mut self, name: &str, kind: NodeKind) -> u32 {
        let hash = hash_bytes(name.as_bytes());
        let known = self.by_name.find(hash, |at| self.nodes[at as usize].name == name);
        let at = known.unwrap_or_else(|| {
            let at = self.nodes.len() as u32;
            self.by_name.insert(hash, at);
            self.nodes.push(ServiceNode { name: name.to_owned(), kind, ..ServiceNode::default() });
            at
        });
        if kind == NodeKind::Service {
            self.nodes[at as usize].kind = kind;
        }
        at
    }
}
