//! A small Jaeger query service: `GET traces/{id}` below its base, and other paths that tests name, with answers that they
//! choose.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex};

use axum::body::{Body, Bytes};
use axum::http::Response;
use futures::stream;
use serde_json::json;
use tokio::sync::mpsc;

use super::host::reply;

#[derive(Clone, Default)]
pub struct QueryService(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    answers: HashMap<String, Answer>,
    /// Answers to a path with a piece of its query, which go before those to the path alone: the last one that fits.
    of_queries: Vec<(String, String, u16, Bytes)>,
    asked: Vec<String>,
}

enum Answer {
    Whole {
        status: u16,
        content_type: &'static str,
        body: Bytes,
    },
    /// Given once, to the first who asks.
    Piecewise {
        bytes: Option<usize>,
        pieces: mpsc::Receiver<io::Result<Bytes>>,
    },
}

impl QueryService {
    /// From now on the trace `id` is answered so.
    pub fn answer_with(&self, id: &str, status: u16, content_type: &'static str, body: impl Into<Bytes>) {
        self.set(id, Answer::Whole { status, content_type, body: body.into() });
    }

    /// From now on a path below the API's base is answered so, whatever the query.
    pub fn answer_path_with(&self, path: &str, status: u16, content_type: &'static str, body: impl Into<Bytes>) {
        self.set(path, Answer::Whole { status, content_type, body: body.into() });
    }

    /// From now on a path below the API's base is answered with JSON if the query has this piece in it.
    pub fn answer_query_with(&self, path: &str, piece: &str, status: u16, json: impl Into<Bytes>) {
        let answer = (path.to_owned(), piece.to_owned(), status, json.into());
        self.0.lock().expect("no test panics here").of_queries.push(answer);
    }

    /// The same in pieces, as [`QueryService::answer_piecewise`].
    pub fn answer_path_piecewise(&self, path: &str) -> Tap {
        self.answer_piecewise(path, None)
    }

    /// From now on the trace `id` is there.
    pub fn has_trace(&self, id: &str, json: impl Into<Bytes>) {
        self.answer_with(id, 200, "application/json", json);
    }

    /// The next answer for the trace `id` comes in pieces, as the tap gives them; `bytes` is announced as its length.
    pub fn answer_piecewise(&self, id: &str, bytes: Option<usize>) -> Tap {
        let (sender, pieces) = mpsc::channel(1);
        self.set(id, Answer::Piecewise { bytes, pieces });
        Tap(sender)
    }

    /// The paths and queries that were asked for, below the API's base, as they came.
    pub fn asked(&self) -> Vec<String> {
        self.0.lock().expect("no test panics here").asked.clone()
    }

    fn set(&self, id: &str, answer: Answer) {
        self.0.lock().expect("no test panics here").answers.insert(id.to_owned(), answer);
    }

    /// Some answer is given to it.
    pub fn is_there(&self) -> bool {
        !self.0.lock().expect("no test panics here").answers.is_empty()
    }

    pub fn answer(&self, path: &str, query: &str) -> Response<Body> {
        let mut state = self.0.lock().expect("no test panics here");
        let asked = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
        state.asked.push(asked);
        let fits = |(of, piece, ..): &&(String, String, u16, Bytes)| of == path && query.contains(piece.as_str());
        if let Some((.., status, body)) = state.of_queries.iter().rev().find(fits) {
            return reply(*status, "application/json", body.clone());
        }
        let id = path.strip_prefix("traces/").map(decoded).unwrap_or_else(|| path.to_owned());
        let is_once = matches!(state.answers.get(&id), Some(Answer::Piecewise { .. }));
        if is_once && let Some(Answer::Piecewise { bytes, pieces }) = state.answers.remove(&id) {
            return piecewise(bytes, pieces);
        }
        match state.answers.get(&id) {
            Some(Answer::Whole { status, content_type, body }) => reply(*status, content_type, body.clone()),
            _ => reply(404, "application/json", error_envelope(404, "trace not found")),
        }
    }
}

/// Jaeger's answer when something went wrong.
pub fn error_envelope(code: u16, message: &str) -> String {
    json!({ "data": null, "total": 0, "limit": 0, "offset": 0, "errors": [{ "code": code, "msg": message }] })
        .to_string()
}

fn piecewise(bytes: Option<usize>, pieces: mpsc::Receiver<io::Result<Bytes>>) -> Response<Body> {
    let pieces = stream::unfold(pieces, async |mut pieces| Some((pieces.recv().await?, pieces)));
    let mut response = reply(200, "application/json", Body::from_stream(pieces));
    if let Some(bytes) = bytes {
        response.headers_mut().insert("content-length", bytes.into());
    }
    response
}

/// Lets an answer out, piece by piece. Dropped, it ends the answer.
pub struct Tap(mpsc::Sender<io::Result<Bytes>>);

impl Tap {
    pub async fn give(&self, bytes: impl Into<Bytes>) {
        self.0.send(Ok(bytes.into())).await.expect("somebody reads the answer");
    }

    /// The connection breaks.
    pub async fn break_off(self) {
        let broken = io::Error::other("the query service was stopped");
        self.0.send(Err(broken)).await.expect("somebody reads the answer");
    }

    /// Waits until nobody reads the answer any more.
    pub async fn left_alone(&self) {
        self.0.closed().await;
    }
}

/// Undoes percent-encoding.
fn decoded(segment: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = segment.as_bytes();
    while let [first, others @ ..] = rest {
        rest = others;
        match (first, others) {
            (b'%', [high, low, after @ ..]) => {
                let digits = [*high, *low];
                let digits = std::str::from_utf8(&digits).expect("percent-encoding is ASCII");
                bytes.push(u8::from_str_radix(digits, 16).expect("two hexadecimal digits follow %"));
                rest = after;
            }
            _ => bytes.push(*first),
        }
    }
    String::from_utf8(bytes).expect("ids are UTF-8")
}
