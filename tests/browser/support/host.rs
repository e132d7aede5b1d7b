//! A host on loopback that serves the release build as README asks hosts to: Trunk.toml's headers on every file, the page for
//! every address of the app, a query service under `api/`, all of it at the root or below a path.
//!
//! Beside the policy it sends the same policy once more as report-only with an address for reports. That changes nothing of
//! what is allowed, and brings every violation here, the worker's too, which no script of a page could see.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{Method, Response, Uri};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::headers;
use super::query_service::QueryService;

const REPORTS: &str = "/policy-reports";

pub struct Host {
    /// `http://127.0.0.1:PORT`
    pub origin: String,
    /// The path that the app lives below, without a slash at its end: `""` or `"/x"`.
    pub below: &'static str,
    pub service: QueryService,
    /// Another one, where a proxy has Tempo: below `tempo/api/`.
    pub tempo: QueryService,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

struct Shared {
    dist: PathBuf,
    below: &'static str,
    headers: Vec<(String, String)>,
    service: QueryService,
    tempo: QueryService,
    /// Files beside the release, by address.
    extra: Mutex<HashMap<String, (&'static str, Bytes)>>,
    violations: Mutex<Vec<String>>,
    /// The addresses asked for, in their order.
    asked: Mutex<Vec<String>>,
    /// Files whose address ends so are not to be had.
    lost: Mutex<Option<&'static str>>,
    /// Beginnings of addresses, and who answers them instead.
    passed_on: Mutex<Vec<(&'static str, String)>>,
}

impl Host {
    /// Serves the release at the root.
    pub async fn start() -> Host {
        Host::start_at(variable("TRACKWAY_DIST"), "").await
    }

    /// Serves the release that was built with `--public-url /below/`.
    pub async fn start_below() -> Host {
        Host::start_at(variable("TRACKWAY_DIST_BELOW"), "/below").await
    }

    async fn start_at(dist: String, below: &'static str) -> Host {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let origin = format!("http://{}", listener.local_addr().expect("it listens"));
        let (service, tempo) = (QueryService::default(), QueryService::default());
        let shared = Arc::new(Shared {
            dist: PathBuf::from(dist),
            below,
            headers: headers::served(),
            service: service.clone(),
            tempo: tempo.clone(),
            extra: Mutex::default(),
            violations: Mutex::default(),
            asked: Mutex::default(),
            lost: Mutex::default(),
            passed_on: Mutex::default(),
        });
        let app = Router::new().fallback(answer).with_state(shared.clone());
        let server =
            tokio::spawn(async move { axum::serve(listener, app).await.expect("it serves until it is stopped") });
        Host { origin, below, service, tempo, shared, server }
    }

    /// The whole URL of an address of the app; `path` begins with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("{}{}{path}", self.origin, self.below)
    }

    /// Serves a further file, with the same headers.
    pub fn serve(&self, path: &str, content_type: &'static str, bytes: impl Into<Bytes>) {
        self.shared.extra.lock().expect("no test panics here").insert(path.to_owned(), (content_type, bytes.into()));
    }

    /// The addresses asked for so far that hold `piece`, in their order.
    pub fn asked(&self, piece: &str) -> Vec<String> {
        let asked = self.shared.asked.lock().expect("no test panics here");
        asked.iter().filter(|path| path.contains(piece)).cloned().collect()
    }

    /// What is asked below `prefix` goes to a real backend at `address` (`host:port`).
    pub fn pass_on(&self, prefix: &'static str, address: &str) {
        self.shared.passed_on.lock().expect("no test panics here").push((prefix, address.to_owned()));
    }

    /// Answers 404 for files whose address ends so; `None`: everything is there again.
    pub fn lose(&self, ending: Option<&'static str>) {
        *self.shared.lost.lock().expect("no test panics here") = ending;
    }

    /// The violations of the policy so far, as the browser reports them; forgets them.
    pub fn take_violations(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.violations.lock().expect("no test panics here"))
    }

    pub fn stop(&self) {
        self.server.abort();
    }
}

/// A variable that scripts/test.sh sets.
pub fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run scripts/test.sh browser, which sets it"))
}

async fn answer(State(shared): State<Arc<Shared>>, method: Method, uri: Uri, body: Bytes) -> Response<Body> {
    if method == Method::POST && uri.path() == REPORTS {
        let report = String::from_utf8_lossy(&body).into_owned();
        shared.violations.lock().expect("no test panics here").push(report);
        return reply(204, "text/plain", Bytes::new());
    }
    let Some(path) = uri.path().strip_prefix(shared.below).filter(|path| path.starts_with('/')) else {
        return reply(404, "text/plain", Bytes::from_static(b"The app lives below another path"));
    };
    let passed_on = shared.passed_on.lock().expect("no test panics here").clone();
    if let Some((_, address)) = passed_on.into_iter().find(|(prefix, _)| path.starts_with(prefix)) {
        let target = uri.path_and_query().map_or(path, |whole| whole.as_str()).to_owned();
        let answer = tokio::task::spawn_blocking(move || ask(&address, &target)).await.expect("no panic");
        return answer.unwrap_or_else(|fault| reply(502, "text/plain", fault.to_string()));
    }
    if let Some(asked) = path.strip_prefix("/api/") {
        return shared.service.answer(asked, uri.query().unwrap_or_default());
    }
    if let Some(asked) = path.strip_prefix("/tempo/api/").filter(|_| shared.tempo.is_there()) {
        return shared.tempo.answer(asked, uri.query().unwrap_or_default());
    }
    shared.asked.lock().expect("no test panics here").push(path.to_owned());
    let is_lost = shared.lost.lock().expect("no test panics here").is_some_and(|ending| path.ends_with(ending));
    let extra = shared.extra.lock().expect("no test panics here").get(path).cloned();
    let found = extra.or_else(|| file(&shared.dist, path)).filter(|_| !is_lost);
    let mut response = match found {
        Some((content_type, bytes)) => reply(200, content_type, bytes),
        None => reply(404, "text/plain", Bytes::from_static(b"no such file")),
    };
    let report_only = format!("{}; report-uri {REPORTS}", headers::policy());
    let reporting = ("content-security-policy-report-only".to_owned(), report_only);
    for (name, value) in shared.headers.iter().chain([&reporting]) {
        let name = axum::http::HeaderName::try_from(name).expect("a header's name");
        response.headers_mut().insert(name, value.parse().expect("a header's value"));
    }
    response
}

/// Asks a backend, by HTTP/1.0: its answer ends with the connection.
fn ask(address: &str, target: &str) -> std::io::Result<Response<Body>> {
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "GET {target} HTTP/1.0\r\nHost: {address}\r\nAccept: application/json\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let cut = std::io::ErrorKind::UnexpectedEof;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").ok_or(cut)?;
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or(cut)?;
    let is_type = |line: &&str| line.to_ascii_lowercase().starts_with("content-type:");
    let content_type = head.lines().find(is_type).map_or("", |line| line["content-type:".len()..].trim());
    Ok(reply(status, content_type, answer.split_off(end + 4)))
}

pub fn reply(status: u16, content_type: &str, body: impl Into<Body>) -> Response<Body> {
    let response = Response::builder().status(status).header("content-type", content_type).body(body.into());
    response.expect("a status and a type make an answer")
}

/// A file of the release; every address without an extension is the page.
fn file(dist: &Path, path: &str) -> Option<(&'static str, Bytes)> {
    let last = path.rsplit('/').next().unwrap_or_default();
    let name =
        if last.contains('.') && !path.starts_with("/trace/") { path.trim_start_matches('/') } else { "index.html" };
    if name.split('/').any(|part| part == "..") {
        return None;
    }
    let bytes = std::fs::read(dist.join(name)).ok()?;
    Some((type_of(name), bytes.into()))
}

fn type_of(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript",
        "css" => "text/css",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "json" => "application/json",
        _ => "application/octet-stream",
    }
}
