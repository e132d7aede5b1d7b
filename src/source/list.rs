//! The sources that can be asked: those at the page's own origin, and those that the user added. A link never adds one.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::api::{Abilities, Kind, QueryApi};
use super::request::{AddressFault, base_of, origin_of};
use super::trouble::Trouble;

/// Names a source for as long as the page lives.
pub type SourceId = u32;

/// One source.
#[derive(Clone)]
pub struct Source {
    pub id: SourceId,
    pub name: String,
    /// Where its paths begin; ends in `/`.
    pub base: String,
    /// Sent with every request to it. They may be secrets: they stay with the worker and are shown nowhere.
    pub headers: Vec<(String, String)>,
    /// The user wants the headers kept with the workspace.
    pub keeps_headers: bool,
    /// It lies below the page's own address.
    pub is_own: bool,
    /// Its dialect, if a probe found one.
    pub api: Option<Rc<dyn QueryApi>>,
    /// Why the last probe found none.
    pub trouble: Option<Trouble>,
}

/// What the page knows of a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceInfo {
    pub id: SourceId,
    pub name: String,
    pub base: String,
    pub is_own: bool,
    /// Names of the headers that are sent to it; their values are not told.
    pub headers: Vec<String>,
    /// `None`: nobody answers there that we know; `trouble` says what came.
    pub kind: Option<Kind>,
    pub version: String,
    pub abilities: Abilities,
    pub trouble: Option<Trouble>,
}

impl Source {
    pub fn info(&self) -> SourceInfo {
        let api = self.api.as_deref();
        SourceInfo {
            id: self.id,
            name: self.name.clone(),
            base: self.base.clone(),
            is_own: self.is_own,
            headers: self.headers.iter().map(|(name, _)| name.clone()).collect(),
            kind: api.map(QueryApi::kind),
            version: api.map(|api| api.version().to_owned()).unwrap_or_default(),
            abilities: api.map(QueryApi::abilities).unwrap_or_default(),
            trouble: self.trouble.clone(),
        }
    }
}

/// See the module.
#[derive(Default)]
pub struct Sources {
    list: Vec<Rc<Source>>,
    next: SourceId,
}

impl Sources {
    /// Adds a source at an address that the user typed, or changes the one that is there already. An empty name becomes the
    /// address' host.
    pub fn add(
        &mut self,
        name: &str,
        address: &str,
        headers: Vec<(String, String)>,
    ) -> Result<Rc<Source>, AddressFault> {
        let base = base_of(address)?;
        if !headers.iter().all(is_header) {
            return Err(AddressFault::NoHeader);
        }
        let host = origin_of(&base).rsplit('/').next().unwrap_or_default();
        let name = if name.trim().is_empty() { host } else { name.trim() };
        Ok(self.put(name.to_owned(), base, headers, false))
    }

    /// The user wants the source's headers kept. The source as it is then.
    pub fn keep_headers(&mut self, source: &Rc<Source>) -> Rc<Source> {
        let kept = Rc::new(Source { keeps_headers: true, ..(**source).clone() });
        self.list.iter_mut().filter(|known| Rc::ptr_eq(known, source)).for_each(|known| *known = kept.clone());
        kept
    }

    /// Those that the user added.
    pub fn added(&self) -> impl Iterator<Item = &Source> {
        self.list.iter().map(|source| &**source).filter(|source| !source.is_own)
    }

    /// Added ones that nobody has looked at yet.
    pub fn unknown(&self) -> Vec<Rc<Source>> {
        let is_unknown = |source: &&Rc<Source>| !source.is_own && source.api.is_none() && source.trouble.is_none();
        self.list.iter().filter(is_unknown).cloned().collect()
    }

    /// The source of a kind at the page's own origin, below the app's folder `app`.
    pub fn own(&mut self, kind: Kind, app: &str) -> Rc<Source> {
        let base = format!("{app}{}", kind.folder());
        match self.list.iter().find(|source| source.is_own && source.base == base) {
            Some(source) => source.clone(),
            None => self.put(kind.name().to_owned(), base, Vec::new(), true),
        }
    }

    fn put(&mut self, name: String, base: String, headers: Vec<(String, String)>, is_own: bool) -> Rc<Source> {
        let same = self.list.iter().position(|source| source.base == base && source.is_own == is_own);
        let id = match same {
            Some(at) => self.list.remove(at).id,
            None => {
                self.next += 1;
                self.next
            }
        };
        let source =
            Rc::new(Source { id, name, base, headers, keeps_headers: false, is_own, api: None, trouble: None });
        self.list.push(source.clone());
        source
    }

    /// What a probe found out. Nothing happens if the source was removed or changed meanwhile.
    pub fn probed(&mut self, probed: &Rc<Source>, outcome: Result<Rc<dyn QueryApi>, Trouble>) -> Option<Rc<Source>> {
        let place = self.list.iter_mut().find(|source| Rc::ptr_eq(source, probed))?;
        let (api, trouble) = match outcome {
            Ok(api) => (Some(api), None),
            Err(trouble) => (None, Some(trouble)),
        };
        *place = Rc::new(Source { api, trouble, ..(**probed).clone() });
        Some(place.clone())
    }

    pub fn remove(&mut self, id: SourceId) {
        self.list.retain(|source| source.id != id);
    }

    pub fn get(&self, id: SourceId) -> Option<Rc<Source>> {
        self.list.iter().find(|source| source.id == id).cloned()
    }

    /// Those that can be asked, in the order in which they came.
    pub fn usable(&self) -> Vec<Rc<Source>> {
        self.list.iter().filter(|source| source.api.is_some()).cloned().collect()
    }

    /// What the page lists: added ones always, own ones if somebody is there.
    pub fn infos(&self) -> Vec<SourceInfo> {
        self.list.iter().filter(|source| !source.is_own || source.api.is_some()).map(|source| source.info()).collect()
    }

    /// Whether an address may be fetched: it belongs to one of the sources.
    pub fn allows(&self, address: &str) -> bool {
        self.list.iter().any(|source| address.starts_with(&source.base))
    }
}

/// Whether it can be sent (RFC 9110 §5): a browser would refuse the whole request.
fn is_header((name, value): &(String, String)) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty()
        && name.bytes().all(is_token)
        && !value.contains(['\r', '\n', '\0'])
        && value.chars().all(|sign| u32::from(sign) < 256)
}

#[cfg(test)]
mod tests {
    use super::super::zipkin::Zipkin;
    use super::*;

    fn header(name: &str, value: &str) -> Vec<(String, String)> {
        vec![(name.to_owned(), value.to_owned())]
    }

    #[test]
    fn only_addresses_of_sources_are_allowed() {
        let mut sources = Sources::default();
        let added = sources.add("", "http://host:9411/zipkin/", Vec::new()).unwrap();
        assert_eq!(added.name, "host:9411");
        assert!(sources.allows("http://host:9411/zipkin/api/v2/services"));
        for address in ["http://host:9411/other", "http://host:9411.evil/zipkin/", "https://host:9411/zipkin/"] {
            assert!(!sources.allows(address), "{address}");
        }
        sources.remove(added.id);
        assert!(!sources.allows("http://host:9411/zipkin/api/v2/services") && sources.get(added.id).is_none());
    }

    #[test]
    fn a_source_added_again_changes_and_its_old_probe_counts_no_more() {
        let mut sources = Sources::default();
        let first = sources.add("a", "http://host", Vec::new()).unwrap();
        let second = sources.add("b", "http://host/api", header("X-Scope-OrgID", "one")).unwrap();
        assert_eq!((first.id, sources.infos().len()), (second.id, 1));
        assert!(sources.probed(&first, Ok(Rc::new(Zipkin))).is_none());
        assert_eq!(sources.infos()[0].kind, None);
        sources.probed(&second, Ok(Rc::new(Zipkin))).unwrap();
        let info = &sources.infos()[0];
        assert_eq!((info.name.as_str(), info.kind, info.version.as_str()), ("b", Some(Kind::Zipkin), "v2"));
        assert_eq!(info.headers, ["X-Scope-OrgID"], "names, not values");
    }

    #[test]
    fn own_sources_are_listed_once_somebody_is_there() {
        let mut sources = Sources::default();
        let own = sources.own(Kind::Zipkin, "https://page/x/");
        assert_eq!(
            (own.base.as_str(), sources.own(Kind::Zipkin, "https://page/x/").id),
            ("https://page/x/zipkin/", own.id)
        );
        assert_eq!(sources.infos(), []);
        sources.probed(&own, Ok(Rc::new(Zipkin))).unwrap();
        assert_eq!((sources.infos().len(), sources.usable().len()), (1, 1));
    }

    #[test]
    fn headers_that_cannot_be_sent_are_refused() {
        for (name, value) in [("", "a"), ("a b", "c"), ("A", "b\r\nC: d"), ("A", "→")] {
            assert_eq!(Sources::default().add("", "http://h", header(name, value)).err(), Some(AddressFault::NoHeader));
        }
    }
}
