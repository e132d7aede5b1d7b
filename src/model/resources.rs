//! Resources and scopes, shared by the spans that name them; equal ones are one row.

use super::attributes::{AttributeTable, Cell, Range};
use super::content::Content;
use super::index::{Index, fold};
use super::strings::StringId;
use rustc_hash::FxHasher;
use serde::{Deserialize, Serialize};
use std::hash::Hasher;

/// A row of [`ResourceTable`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ResourceRow(pub u32);

/// What made spans: a service (by name) and further attributes.
#[derive(Debug, Default)]
pub struct ResourceTable {
    rows: Vec<Resource>,
    attributes: AttributeTable,
    index: Index,
}

#[derive(Debug)]
struct Resource {
    service: StringId,
    attributes: Range,
    hash: u32,
}

impl ResourceTable {
    /// The row of a resource, a new one if there is no equal one yet.
    pub fn intern(&mut self, content: &Content, service: StringId, attributes: &[(StringId, Cell)]) -> ResourceRow {
        let start = self.attributes.end();
        attributes.iter().for_each(|(key, cell)| self.attributes.push(*key, *cell));
        let range = Range { start, end: self.attributes.end() };
        let hash = content_hash([service, StringId::EMPTY], attributes);
        let known = self.index.find(hash, |row| {
            let other = &self.rows[row as usize];
            other.service == service && content.same_rows(&self.attributes, range, other.attributes)
        });
        if let Some(row) = known {
            self.attributes.truncate(start);
            return ResourceRow(row);
        }
        let row = self.rows.len() as u32;
        self.rows.push(Resource { service, attributes: range, hash });
        self.index.insert(hash, row);
        ResourceRow(row)
    }

    /// The service's name.
    #[inline]
    pub fn service(&self, row: ResourceRow) -> StringId {
        self.rows[row.0 as usize].service
    }

    /// Where the attributes (the service's name not among them) lie in [`ResourceTable::attributes`].
    pub fn range(&self, row: ResourceRow) -> Range {
        self.rows[row.0 as usize].attributes
    }

    pub fn attributes(&self) -> &AttributeTable {
        &self.attributes
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Forgets all from the row `len` on.
    pub fn truncate(&mut self, len: usize) {
        while self.rows.len() > len {
            let Some(last) = self.rows.pop() else { return };
            self.index.remove(last.hash, self.rows.len() as u32);
            self.attributes.truncate(last.attributes.start);
        }
    }

    /// Memory in use, in bytes.
    pub fn bytes(&self) -> usize {
        self.rows.capacity() * size_of::<Resource>() + self.attributes.bytes() + self.index.bytes()
    }
}

/// Lists and maps hash by tag only: equal ones lie at different places.
fn content_hash(names: [StringId; 2], attributes: &[(StringId, Cell)]) -> u32 {
    let mut hasher = FxHasher::default();
    names.iter().for_each(|name| hasher.write_u32(name.0));
    for (key, cell) in attributes {
        hasher.write_u32(key.0);
        hasher.write_u8(cell.tag as u8);
        if !cell.is_list() {
            hasher.write_u64(cell.payload);
        }
    }
    fold(hasher.finish())
}

/// A row of [`ScopeTable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ScopeRow(pub u32);

impl ScopeRow {
    /// In a column: the span has no scope.
    pub(super) const NONE: u32 = u32::MAX;
}

/// Instrumentation scopes: name, version and further attributes.
#[derive(Debug, Default)]
pub struct ScopeTable {
    rows: Vec<Scope>,
    attributes: AttributeTable,
    index: Index,
}

#[derive(Debug)]
struct Scope {
    name: StringId,
    version: StringId,
    attributes: Range,
    hash: u32,
}

impl ScopeTable {
    /// The row of a scope, a new one if there is no equal one yet.
    pub fn intern(
        &mut self,
        content: &Content,
        name: StringId,
        version: StringId,
        attributes: &[(StringId, Cell)],
    ) -> ScopeRow {
        let start = self.attributes.end();
        attributes.iter().for_each(|(key, cell)| self.attributes.push(*key, *cell));
        let range = Range { start, end: self.attributes.end() };
        let hash = content_hash([name, version], attributes);
        let known = self.index.find(hash, |row| {
            let other = &self.rows[row as usize];
            (other.name, other.version) == (name, version)
                && content.same_rows(&self.attributes, range, other.attributes)
        });
        if let Some(row) = known {
            self.attributes.truncate(start);
            return ScopeRow(row);
        }
        let row = self.rows.len() as u32;
        self.rows.push(Scope { name, version, attributes: range, hash });
        self.index.insert(hash, row);
        ScopeRow(row)
    }

    /// Name and version.
    pub fn get(&self, row: ScopeRow) -> (StringId, StringId) {
        let scope = &self.rows[row.0 as usize];
        (scope.name, scope.version)
    }

    /// Where the attributes lie in [`ScopeTable::attributes`].
    pub fn range(&self, row: ScopeRow) -> Range {
        self.rows[row.0 as usize].attributes
    }

    pub fn attributes(&self) -> &AttributeTable {
        &self.attributes
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Forgets all from the row `len` on.
    pub fn truncate(&mut self, len: usize) {
        while self.rows.len() > len {
            let Some(last) = self.rows.pop() else { return };
            self.index.remove(last.hash, self.rows.len() as u32);
            self.attributes.truncate(last.attributes.start);
        }
    }

    /// Memory in use, in bytes.
    pub fn bytes(&self) -> usize {
        self.rows.capacity() * size_of::<Scope>() + self.attributes.bytes() + self.index.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_resources_are_one_row() {
        let (mut content, mut table) = (Content::default(), ResourceTable::default());
        let [service, key] = ["shop", "host"].map(|text| content.strings.intern(text));
        let mut items = || {
            let start = content.nested.end();
            content.nested.push(StringId::EMPTY, Cell::int(1));
            Cell::array(Range { start, end: start + 1 })
        };
        let (one, same) = (items(), items());
        let first = table.intern(&content, service, &[(key, one)]);
        assert_eq!(table.intern(&content, service, &[(key, same)]), first);
        let other = table.intern(&content, service, &[(key, Cell::int(2))]);
        assert_eq!((other, table.service(other), table.range(other).len()), (ResourceRow(1), service, 1));
        table.truncate(1);
        assert_eq!(table.intern(&content, service, &[]), other);
    }

    #[test]
    fn equal_scopes_are_one_row() {
        let (mut content, mut table) = (Content::default(), ScopeTable::default());
        let [name, version, key] = ["lib", "2", "k"].map(|text| content.strings.intern(text));
        let plain = table.intern(&content, name, version, &[]);
        let other = table.intern(&content, name, version, &[(key, Cell::int(1))]);
        assert_eq!((plain, other), (ScopeRow(0), ScopeRow(1)));
        assert_eq!(table.intern(&content, name, version, &[(key, Cell::int(1))]), other);
        assert_ne!(table.intern(&content, version, name, &[]), plain);
        assert_eq!((table.get(other), table.range(other).len()), ((name, version), 1));
        assert_eq!(table.attributes().key(table.range(other).start as usize), key);
        table.truncate(1);
        assert_eq!(table.intern(&content, name, version, &[(key, Cell::int(2))]), other);
    }
}
