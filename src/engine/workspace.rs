//! The stored workspace, as far as it is no matter of a browser: what is kept, under which names, what is swept, and what the
//! page is told. `worker/workspace.rs` keeps the bytes; docs/decisions/0007 says why so.
//!
//! ```text
//! manifest-0, manifest-1   the newer one that is whole counts; they are written in turn, so that a crash leaves the other
//! 1, 2, 3, …               the bytes of a file, a pasted text or an answer, as they came
//! ```

use serde::{Deserialize, Serialize};

use crate::export::json::Json;
use crate::ingest::json::value::Value;
use crate::source::answers::{Unread, items, number, text, with_json};
use crate::source::list::Sources;

/// Names the bytes of one kept thing: its file's name. Never used twice.
pub type KeptId = u32;

/// What was kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    #[default]
    File,
    Text,
    /// The answer of a query API that brought traces.
    Answer,
    /// The demo, which is part of the page: only that it was open.
    Demo,
}

impl Kind {
    const ALL: [(Kind, &str); 4] =
        [(Kind::File, "file"), (Kind::Text, "text"), (Kind::Answer, "answer"), (Kind::Demo, "demo")];

    fn word(self) -> &'static str {
        Kind::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, word)| word)
    }

    fn of_word(word: &str) -> Kind {
        Kind::ALL.iter().find(|(_, known)| *known == word).map_or(Kind::File, |(kind, _)| *kind)
    }
}

/// One kept thing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub id: KeptId,
    /// The file's name, or the source's that answered.
    pub name: String,
    pub bytes: u64,
    pub kind: Kind,
    /// Two things with the same bytes have the same: they are kept once.
    pub key: String,
    /// When it was kept: milliseconds since 1970.
    pub unix_ms: u64,
}

/// A source that the user added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptSource {
    pub name: String,
    pub base: String,
    /// Only if the user wants them kept.
    pub headers: Vec<(String, String)>,
    pub keeps_headers: bool,
}

impl KeptSource {
    /// The sources that are to be kept: those that the user added.
    pub fn all(sources: &Sources) -> Vec<KeptSource> {
        let kept = |source: &crate::source::list::Source| KeptSource {
            name: source.name.clone(),
            base: source.base.clone(),
            headers: if source.keeps_headers { source.headers.clone() } else { Vec::new() },
            keeps_headers: source.keeps_headers,
        };
        sources.added().map(kept).collect()
    }
}

/// The table of what is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// Grows with every writing.
    pub generation: u64,
    last: KeptId,
    /// In the order in which they came.
    pub files: Vec<Kept>,
    pub sources: Vec<KeptSource>,
}

/// There are manifests, and none can be read. Then nothing may be swept or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damaged;

/// The manifests' names.
pub const MANIFESTS: [&str; 2] = ["manifest-0", "manifest-1"];

impl Manifest {
    /// The newer one of those that were found, in the order of [`MANIFESTS`]. One alone that cannot be read is the very first
    /// one, whose writing was cut: there is nothing yet.
    pub fn newest(found: &[Option<Vec<u8>>; 2]) -> Result<Manifest, Damaged> {
        let read = |at: usize| with_json(found[at].as_deref()?, Manifest::read).ok();
        match (read(0), read(1)) {
            (Some(a), Some(b)) if b.generation > a.generation => Ok(b),
            (Some(a), _) => Ok(a),
            (None, Some(b)) => Ok(b),
            (None, None) if found.iter().all(|bytes| bytes.as_ref().is_some_and(|bytes| !bytes.is_empty())) => {
                Err(Damaged)
            }
            (None, None) => Ok(Manifest::default()),
        }
    }

    /// The next generation: the name to write it under, and its bytes.
    pub fn next_writing(&mut self) -> (&'static str, Vec<u8>) {
        self.generation += 1;
        let name = MANIFESTS[(self.generation % 2) as usize];
        (name, self.json())
    }

    // By hand and not by serde_json, which would be twenty kilobytes more.

    fn json(&self) -> Vec<u8> {
        let mut json = Json::default();
        json.open(b'{');
        uint(&mut json, "generation", self.generation);
        uint(&mut json, "last", self.last.into());
        json.key("files");
        json.open(b'[');
        for kept in &self.files {
            json.open(b'{');
            uint(&mut json, "id", kept.id.into());
            json.key("name");
            json.text(&kept.name);
            uint(&mut json, "bytes", kept.bytes);
            json.key("kind");
            json.text(kept.kind.word());
            json.key("key");
            json.text(&kept.key);
            uint(&mut json, "unixMs", kept.unix_ms);
            json.close(b'}');
        }
        json.close(b']');
        json.key("sources");
        json.open(b'[');
        for source in &self.sources {
            json.open(b'{');
            json.key("name");
            json.text(&source.name);
            json.key("base");
            json.text(&source.base);
            json.key("keepsHeaders");
            json.bool(source.keeps_headers);
            json.key("headers");
            json.open(b'[');
            for (name, value) in &source.headers {
                json.open(b'{');
                json.key("name");
                json.text(name);
                json.key("value");
                json.text(value);
                json.close(b'}');
            }
            json.close(b']');
            json.close(b'}');
        }
        json.close(b']');
        json.close(b'}');
        json.take()
    }

    fn read(value: Value) -> Result<Manifest, Unread> {
        let whole = |value: Value, key: &str| number(value, key).ok_or(Unread::Shape);
        let mut manifest = Manifest { generation: whole(value, "generation")?, ..Manifest::default() };
        manifest.last = whole(value, "last")? as KeptId;
        items(value.get("files"), |kept| {
            manifest.files.push(Kept {
                id: number(kept, "id").unwrap_or_default() as KeptId,
                name: text(kept, "name"),
                bytes: number(kept, "bytes").unwrap_or_default(),
                kind: Kind::of_word(&text(kept, "kind")),
                key: text(kept, "key"),
                unix_ms: number(kept, "unixMs").unwrap_or_default(),
            });
        });
        items(value.get("sources"), |source| {
            let mut headers = Vec::new();
            items(source.get("headers"), |header| headers.push((text(header, "name"), text(header, "value"))));
            let keeps_headers = source.get("keepsHeaders").and_then(Value::bool).unwrap_or_default();
            let (name, base) = (text(source, "name"), text(source, "base"));
            manifest.sources.push(KeptSource { name, base, headers, keeps_headers });
        });
        Ok(manifest)
    }

    /// The entry of the same bytes.
    pub fn known(&self, key: &str) -> Option<KeptId> {
        self.files.iter().find(|kept| kept.key == key).map(|kept| kept.id)
    }

    /// Adds an entry under a new id. It is written before its bytes are: if these are cut, the next start says so.
    pub fn add(&mut self, kept: Kept) -> KeptId {
        self.last += 1;
        self.files.push(Kept { id: self.last, ..kept });
        self.last
    }

    pub fn remove(&mut self, id: KeptId) {
        self.files.retain(|kept| kept.id != id);
    }

    /// Of the files that are there, those that belong to nothing: what a crash left behind.
    pub fn to_sweep(&self, names: &[String]) -> Vec<String> {
        let belongs =
            |name: &str| MANIFESTS.contains(&name) || self.files.iter().any(|kept| name.parse() == Ok(kept.id));
        names.iter().filter(|name| !belongs(name)).cloned().collect()
    }

    /// Bytes of all kept things.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|kept| kept.bytes).sum()
    }
}

/// A member that is a number. As a text, for JSON's numbers are not exact beyond 2^53 everywhere.
fn uint(json: &mut Json, key: &'static str, value: u64) {
    json.key(key);
    json.uint_text(value);
}

/// What the page asks of the workspace; see [`super::messages::SourceAsk::Workspace`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Asked {
    /// The user wants things kept: [`Opened`] says what is there.
    Open,
    /// How it stands, as soon as it is other than it was `seen`: [`Told`].
    Next { seen: u32 },
    /// Nothing more is kept here. `clears`: all that is kept goes. Answered by `Ok`, or the browser's words.
    Close { clears: bool },
    /// The user has read what could not be kept. Answered by nothing.
    Read,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// What is to be loaded again.
    pub kept: Vec<Kept>,
    pub told: Told,
}

/// How the workspace stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Grows with every change.
    pub version: u32,
    pub role: Role,
    pub files: u32,
    pub bytes: u64,
    pub sources: u32,
    /// Bytes that the browser would still give us; `None`: it does not say.
    pub left: Option<u64>,
    /// So many are still to be written.
    pub writing: u32,
    pub unkept: Vec<Unkept>,
}

/// Who writes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    #[default]
    Closed,
    /// This tab.
    Owner,
    /// Another tab: here nothing is written.
    Reader,
    /// Nobody, since the manifests are damaged.
    Damaged,
    /// Nobody: the browser does not allow it. Its words.
    Denied(String),
}

/// What could not be kept; it stays loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unkept {
    pub name: String,
    pub bytes: u64,
    /// The browser's words; `None`: there is no room.
    pub fault: Option<String>,
}

/// The key of a content: its length and digest.
pub fn key_of((bytes, digest): (u64, u64)) -> String {
    format!("{bytes:x}-{digest:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(name: &str, bytes: u64) -> Kept {
        Kept { name: name.into(), bytes, key: name.into(), ..Kept::default() }
    }

    /// Writes as the worker does: in turn, one place after the other.
    fn write(manifest: &mut Manifest, places: &mut [Option<Vec<u8>>; 2]) {
        let (name, bytes) = manifest.next_writing();
        places[MANIFESTS.iter().position(|known| *known == name).unwrap()] = Some(bytes);
    }

    #[test]
    fn the_newest_whole_manifest_counts() {
        let mut places = [None, None];
        assert_eq!(Manifest::newest(&places), Ok(Manifest::default()), "a first visit");
        let mut manifest = Manifest::default();
        for name in ["a", "b", "c"] {
            manifest.add(kept(name, 5));
            write(&mut manifest, &mut places);
            assert_eq!(Manifest::newest(&places), Ok(manifest.clone()));
        }
        assert_eq!((manifest.bytes(), manifest.generation), (15, 3));
    }

    #[test]
    fn a_manifest_is_read_as_it_was_written() {
        let mut manifest = Manifest::default();
        for (name, kind) in
            [("a \"quoted\" näme\n", Kind::File), ("", Kind::Text), ("Jaeger", Kind::Answer), ("demo", Kind::Demo)]
        {
            manifest.add(Kept { kind, bytes: u64::MAX, unix_ms: 1 << 60, ..kept(name, 0) });
        }
        let headers = vec![("A".to_owned(), "b \\ \u{1}".to_owned())];
        manifest.sources =
            vec![KeptSource { name: "s".into(), base: "http://s/".into(), headers, keeps_headers: true }];
        let (_, bytes) = manifest.next_writing();
        assert_eq!(Manifest::newest(&[None, Some(bytes)]), Ok(manifest));
    }

    #[test]
    fn a_writing_that_is_cut_leaves_the_one_before() {
        let mut places = [None, None];
        let mut manifest = Manifest::default();
        manifest.add(kept("a", 5));
        write(&mut manifest, &mut places);
        let before = manifest.clone();
        manifest.add(kept("b", 5));
        write(&mut manifest, &mut places);
        let written = (manifest.generation % 2) as usize;
        let whole = places[written].clone().unwrap();
        for end in 0..whole.len() {
            places[written] = Some(whole[..end].to_vec());
            assert_eq!(Manifest::newest(&places), Ok(before.clone()), "cut at {end}");
        }
    }

    #[test]
    fn a_first_writing_that_is_cut_leaves_nothing_and_two_damaged_ones_are_told() {
        let cut = Some(b"{\"gener".to_vec());
        assert_eq!(Manifest::newest(&[None, cut.clone()]), Ok(Manifest::default()));
        assert_eq!(Manifest::newest(&[Some(Vec::new()), cut.clone()]), Ok(Manifest::default()));
        assert_eq!(Manifest::newest(&[cut.clone(), cut]), Err(Damaged));
    }

    #[test]
    fn what_belongs_to_nothing_is_swept() {
        let mut manifest = Manifest::default();
        let first = manifest.add(kept("a", 1));
        let second = manifest.add(kept("b", 2));
        manifest.remove(first);
        assert_eq!(manifest.add(kept("c", 3)), 3, "no id is used twice");
        let names = ["manifest-0", "manifest-1", "1", "2", "3", "4", "2.crswap"].map(str::to_owned);
        assert_eq!(manifest.to_sweep(&names), ["1", "4", "2.crswap"]);
        assert_eq!((manifest.known("b"), manifest.known("a"), manifest.bytes()), (Some(second), None, 5));
    }

    #[test]
    fn headers_are_kept_only_where_the_user_wants_it() {
        let mut sources = Sources::default();
        let secret = vec![("Authorization".to_owned(), "Bearer x".to_owned())];
        sources.add("a", "http://a", secret.clone()).unwrap();
        let b = sources.add("b", "http://b", secret.clone()).unwrap();
        sources.keep_headers(&b);
        sources.own(crate::source::api::Kind::Zipkin, "http://page/");
        let all = KeptSource::all(&sources);
        let of = |name: &str| all.iter().find(|source| source.name == name).unwrap();
        assert_eq!((all.len(), &of("a").headers, &of("b").headers), (2, &Vec::new(), &secret));
        let mut manifest = Manifest { sources: all, ..Manifest::default() };
        let (_, bytes) = manifest.next_writing();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text.matches("Bearer").count(), 1, "{text}");
    }

    #[test]
    fn the_same_bytes_have_the_same_key() {
        use crate::engine::Content;
        let key = |bytes: &[u8]| key_of(Content::of(bytes).digest());
        assert_eq!(key(b"a trace"), key(b"a trace"));
        assert_ne!(key(b"a trace"), key(b"a Trace"));
    }
}
