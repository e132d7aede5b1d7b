//! How often services called each other, as a backend counted it: Jaeger's and Zipkin's "service dependencies". They
//! stand beside the traces; no span belongs to them.

use super::order;
use super::store::{Mark, Store};
use super::strings::StringId;

/// The calls from one service to another, or to itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dependency {
    /// The service that calls.
    pub parent: StringId,
    /// The service that is called.
    pub child: StringId,
    /// `None`: the backend does not tell.
    pub calls: Option<u64>,
    /// Calls that ended in an error. `None`: the backend does not tell. Jaeger never does, Zipkin only if there are some.
    pub errors: Option<u64>,
}

/// Each pair of services once, in the order of their names' ids. Counts of a pair are added up; of unknown ones alone the
/// sum is unknown.
pub fn merged(rows: &[Dependency]) -> Vec<Dependency> {
    let pair = |row: u32| (rows[row as usize].parent, rows[row as usize].child);
    let mut merged: Vec<Dependency> = Vec::new();
    for row in order::sorted(rows.len(), &mut |a, b| pair(a).cmp(&pair(b))) {
        let next = rows[row as usize];
        match merged.last_mut().filter(|last| (last.parent, last.child) == (next.parent, next.child)) {
            Some(last) => {
                last.calls = sum(last.calls, next.calls);
                last.errors = sum(last.errors, next.errors);
            }
            None => merged.push(next),
        }
    }
    merged
}

fn sum(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.saturating_add(b)),
        _ => a.or(b),
    }
}

impl Store {
    /// The dependencies of all sources that are there; see [`merged`].
    pub fn dependencies(&self) -> Vec<Dependency> {
        let sources = self.sources.iter().enumerate().filter(|(_, source)| !source.is_removed);
        let rows: Vec<Dependency> = sources.flat_map(|(at, _)| self.dependency_rows(at)).copied().collect();
        merged(&rows)
    }

    /// The names of the sources that brought dependencies and are there, each once, in the order in which they came.
    pub fn sources_of_dependencies(&self) -> Vec<StringId> {
        let mut names = Vec::new();
        for (at, source) in self.sources.iter().enumerate() {
            if !source.is_removed && !self.dependency_rows(at).is_empty() && !names.contains(&source.name) {
                names.push(source.name);
            }
        }
        names
    }

    /// The dependencies that sources of one name brought: files of that name, or a query API.
    pub fn dependencies_of(&self, name: StringId) -> Vec<Dependency> {
        let sources = self.sources.iter().enumerate();
        let named = sources.filter(|(_, source)| !source.is_removed && source.name == name);
        let rows: Vec<Dependency> = named.flat_map(|(at, _)| self.dependency_rows(at)).copied().collect();
        merged(&rows)
    }

    /// The dependencies that came after the mark, as they came.
    pub fn dependencies_since(&self, mark: &Mark) -> &[Dependency] {
        self.dependencies.get(mark.dependencies..).unwrap_or_default()
    }

    /// The name of a source before the mark that brought the same dependencies as came after it, in any order.
    pub fn source_of_dependencies(&self, since: &Mark) -> Option<&str> {
        let rows = self.dependencies_since(since);
        let mut known = (0..since.sources).filter(|at| !self.sources[*at].is_removed);
        let same = known.find(|at| {
            let others = self.dependency_rows(*at);
            // Comparing lengths first keeps thousands of files cheap.
            !rows.is_empty() && others.len() == rows.len() && merged(others) == merged(rows)
        });
        same.map(|at| self.text(self.sources[at].name))
    }

    /// What a source brought, by its place among the sources: all up to the next one's beginning.
    fn dependency_rows(&self, at: usize) -> &[Dependency] {
        let end = self.sources.get(at + 1).map_or(self.dependencies.len(), |next| next.before.dependencies);
        self.dependencies.get(self.sources[at].before.dependencies..end).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(store: &mut Store, parent: &str, child: &str, calls: Option<u64>, errors: Option<u64>) {
        let [parent, child] = [parent, child].map(|name| store.content.strings.intern(name));
        store.dependencies.push(Dependency { parent, child, calls, errors });
    }

    fn told(store: &Store) -> Vec<String> {
        let line = |edge: &Dependency| {
            format!("{}>{} {:?} {:?}", store.text(edge.parent), store.text(edge.child), edge.calls, edge.errors)
        };
        let mut lines: Vec<String> = store.dependencies().iter().map(line).collect();
        lines.sort();
        lines
    }

    #[test]
    fn counts_of_a_pair_are_added_up() {
        let mut store = Store::new();
        store.begin_source("one");
        push(&mut store, "a", "b", Some(5), None);
        push(&mut store, "b", "c", None, None);
        push(&mut store, "b", "a", Some(1), Some(1));
        push(&mut store, "a", "b", Some(2), Some(3));
        push(&mut store, "b", "c", None, None);
        push(&mut store, "a", "b", None, None);
        push(&mut store, "b", "a", Some(u64::MAX), None);
        assert_eq!(told(&store), ["a>b Some(7) Some(3)", "b>a Some(18446744073709551615) Some(1)", "b>c None None"]);
    }

    #[test]
    fn they_go_with_their_source() {
        let mut store = Store::new();
        let sources = ["one", "two", "three"].map(|name| {
            let number = store.begin_source(name);
            push(&mut store, "a", "b", Some(1), None);
            push(&mut store, "a", name, Some(1), None);
            number
        });
        assert_eq!(told(&store).len(), 4);
        let names: Vec<&str> = store.sources_of_dependencies().into_iter().map(|name| store.text(name)).collect();
        assert_eq!(names, ["one", "two", "three"]);
        let two = store.sources_of_dependencies()[1];
        assert_eq!(store.dependencies_of(two).len(), 2);
        assert!(store.remove_source(sources[1]));
        assert_eq!(told(&store), ["a>b Some(2) None", "a>one Some(1) None", "a>three Some(1) None"]);
        assert_eq!((store.sources_of_dependencies().len(), store.dependencies_of(two)), (2, Vec::new()));
        assert!(store.remove_source(sources[2]));
        assert_eq!((told(&store).len(), store.dependencies.len()), (2, 2), "the rows of the second are gone now, too");
        assert!(store.remove_source(sources[0]));
        assert_eq!((told(&store).len(), store.dependencies.len()), (0, 0));
    }

    #[test]
    fn a_load_is_undone_and_a_repeated_one_known() {
        let mut store = Store::new();
        store.begin_source("first");
        push(&mut store, "a", "b", Some(1), None);
        push(&mut store, "b", "c", Some(2), None);
        let mark = store.mark();
        let again = store.begin_source("again");
        push(&mut store, "b", "c", Some(2), None);
        assert_eq!(store.source_of_dependencies(&mark), None);
        push(&mut store, "a", "b", Some(1), None);
        assert_eq!(store.source_of_dependencies(&mark), Some("first"));
        assert_eq!((store.dependencies_since(&mark).len(), told(&store)[0].as_str()), (2, "a>b Some(2) None"));
        store.truncate(&mark);
        assert_eq!((told(&store)[0].as_str(), store.has_source(again)), ("a>b Some(1) None", false));
        assert_eq!(store.source_of_dependencies(&mark), None);
        assert!(store.bytes() > Store::new().bytes(), "their memory counts");
    }
}
