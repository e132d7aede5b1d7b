//! A backend on loopback that answers as a test says, and a transport to it: HTTP/1.0 over std::net, as plain as can be.

// Each test uses its part.
#![allow(dead_code)]

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use trackway::engine::Engine;
use trackway::engine::questions::{Results, Sort};
use trackway::engine::searching::Intake;
use trackway::ingest::LoadReport;
use trackway::model::SourceNumber;
use trackway::source::Reply;
use trackway::source::carry::{Body, Failure, Transport};
use trackway::source::list::{Source, SourceId};
use trackway::source::request::Request;

/// How long the transport waits for a sign of life: the browser's waits 10 or 30 s.
const SILENCE: Duration = Duration::from_millis(400);

#[derive(Clone)]
pub enum Answer {
    Whole(u16, &'static str, Vec<u8>),
    /// So many bytes are announced, and fewer come.
    Broken(&'static str, Vec<u8>),
    Redirect,
    /// Nothing at all, for longer than anybody waits.
    Silence,
    /// The beginning, then nothing.
    Stuck(Vec<u8>),
}

/// JSON with status 200.
pub fn json(body: impl Into<Vec<u8>>) -> Answer {
    Answer::Whole(200, "application/json", body.into())
}

type Routes = Arc<Mutex<HashMap<String, Answer>>>;

pub struct Backend {
    pub base: String,
    routes: Routes,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Backend {
    /// Answers `METHOD /path`, without the query, as the routes say; `*` is any other.
    pub fn start(routes: &[(&str, Answer)]) -> Backend {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}/", listener.local_addr().unwrap());
        let routes: HashMap<_, _> =
            routes.iter().map(|(route, answer)| ((*route).to_owned(), answer.clone())).collect();
        let routes: Routes = Arc::new(Mutex::new(routes));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (routes_too, asked_too) = (routes.clone(), asked.clone());
        // It ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (routes, asked) = (routes_too.clone(), asked_too.clone());
                // Who asks may hang up early: that is part of the tests.
                std::thread::spawn(move || _ = serve(stream, &routes, &asked));
            }
        });
        Backend { base, routes, asked }
    }

    pub fn route(&self, route: &str, answer: Answer) {
        self.routes.lock().unwrap().insert(route.to_owned(), answer);
    }

    /// What was asked since the last call: `GET /path?query`, and behind it the headers that start with `x-` or `auth`.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

fn serve(mut stream: TcpStream, routes: &Routes, asked: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut words = head.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut line = format!("{method} {target}");
    for header in head.lines().filter(|line| line.starts_with("x-") || line.starts_with("auth")) {
        line = format!("{line} [{header}]");
    }
    asked.lock().unwrap().push(line);
    let route = format!("{method} {}", target.split('?').next().unwrap_or_default());
    let answer = {
        let routes = routes.lock().unwrap();
        routes.get(&route).or_else(|| routes.get("*")).cloned()
    };
    let mut reply = |status: u16, content_type: &str, length: usize, body: &[u8]| -> std::io::Result<()> {
        write!(
            stream,
            "HTTP/1.1 {status} X\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\nlocation: /login\r\n\r\n"
        )?;
        stream.write_all(body)?;
        stream.flush()
    };
    match answer.unwrap_or(Answer::Whole(404, "text/plain; charset=utf-8", b"404 page not found".to_vec())) {
        Answer::Whole(status, content_type, body) => reply(status, content_type, body.len(), &body),
        Answer::Broken(content_type, body) => reply(200, content_type, body.len() + 1000, &body),
        Answer::Redirect => reply(302, "text/html", 0, b""),
        Answer::Silence => {
            std::thread::sleep(SILENCE * 5);
            Ok(())
        }
        Answer::Stuck(body) => {
            reply(200, "application/json", body.len() + 1000, &body)?;
            std::thread::sleep(SILENCE * 5);
            Ok(())
        }
    }
}

/// See the module.
#[derive(Default)]
pub struct Loopback {
    /// The page's origin, if it is another than the backend's: then its answers are kept from us, as browsers do.
    pub other_origin: Option<String>,
}

impl Transport for Loopback {
    type Body = Pieces;

    async fn send(&self, source: &Source, request: &Request) -> Result<(Reply, Pieces), Failure> {
        if self.other_origin.is_some() {
            return Err(Failure::Network("Failed to fetch".to_owned()));
        }
        exchange(source, request)
    }

    fn page_origin(&self) -> String {
        self.other_origin.clone().unwrap_or_else(|| "http://127.0.0.1:1".to_owned())
    }
}

fn exchange(source: &Source, request: &Request) -> Result<(Reply, Pieces), Failure> {
    let address = request.address(&source.base);
    let rest = address.strip_prefix("http://").unwrap();
    let (host, target) = rest.split_at(rest.find('/').unwrap());
    let mut stream = TcpStream::connect(host).map_err(|error| Failure::Network(error.to_string()))?;
    stream.set_read_timeout(Some(SILENCE)).unwrap();
    let mut head = format!("{} {target} HTTP/1.0\r\nhost: {host}\r\n", request.method.name());
    request.headers.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
    source.headers.iter().for_each(|(name, value)| head.push_str(&format!("{}: {value}\r\n", name.to_lowercase())));
    write!(stream, "{head}\r\n").map_err(|error| Failure::Network(error.to_string()))?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).map_err(failure)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let header = |name: &str| {
        let lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned()).next()
    };
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let total = header("content-length").and_then(|length| length.parse().ok());
    let content_type = header("content-type").unwrap_or_default();
    Ok((Reply { status, content_type }, Pieces { stream, total: total.unwrap_or(0), left: total }))
}

fn failure(error: std::io::Error) -> Failure {
    match error.kind() {
        std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut => Failure::TimedOut(30),
        _ => Failure::Network(error.to_string()),
    }
}

pub struct Pieces {
    stream: TcpStream,
    total: u64,
    /// `None`: until the connection ends.
    left: Option<u64>,
}

impl Body for Pieces {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        if self.left == Some(0) {
            return Ok(None);
        }
        let mut piece = vec![0; self.left.unwrap_or(u64::MAX).min(1 << 16) as usize];
        match self.stream.read(&mut piece) {
            Ok(0) if self.left.is_none() => Ok(None),
            Ok(0) => Err(Failure::Network("network error".to_owned())),
            Ok(length) => {
                piece.truncate(length);
                self.left = self.left.map(|left| left - length as u64);
                Ok(Some(piece))
            }
            Err(error) => Err(failure(error)),
        }
    }

    fn total_bytes(&self) -> u64 {
        self.total
    }
}

/// An engine that takes what is brought.
#[derive(Default)]
pub struct Loads(RefCell<Engine>, RefCell<HashMap<SourceId, Vec<SourceNumber>>>);

impl Intake for Loads {
    fn begin(&self, name: &str) {
        self.0.borrow_mut().begin(name);
    }
    fn push(&self, bytes: &[u8], _: u64) -> bool {
        self.0.borrow_mut().push(bytes)
    }
    fn finish(&self) -> LoadReport {
        self.0.borrow_mut().finish()
    }
    fn cancel(&self) {
        self.0.borrow_mut().cancel();
    }
    fn undo(&self, added: &[SourceNumber]) {
        self.0.borrow_mut().remove(added);
    }
    fn has_trace(&self, id: &str) -> bool {
        self.0.borrow().has_trace(id)
    }
    fn swap_dependencies(&self, source: SourceId, added: &[SourceNumber]) -> Vec<SourceNumber> {
        self.1.borrow_mut().insert(source, added.to_vec()).unwrap_or_default()
    }
}

impl Loads {
    /// How many are loaded.
    pub fn traces(&self) -> u32 {
        self.0.borrow_mut().ask(&Results { sort: Sort::LongestFirst, from: 0, count: 1 }).total
    }

    /// What a load brought is there.
    pub fn has(&self, report: &LoadReport) -> bool {
        !report.sources.is_empty() && report.sources.iter().all(|source| self.0.borrow().has_source(*source))
    }
}
