//! The demo's upstream: a model and a service with customers, on loopback, paced.

use super::sample;
use crate::transport::{self, Body, BodyError};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Frame, Incoming};
use hyper::header::{self, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use serde_json::json;
use std::collections::{BTreeMap, VecDeque};
use std::future::pending;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::{Sleep, sleep};

/// By which way a request of the show came: the header names it, so that what arrived can be shown.
pub const WAY: &str = "x-demo-way";

/// The upstream.
#[derive(Clone)]
pub struct Service {
    pace: Duration,
    received: Received,
}

/// The last body that arrived each way.
#[derive(Clone, Default)]
pub struct Received(Arc<Mutex<BTreeMap<String, String>>>);

impl Received {
    /// The plain one and the masked one.
    pub fn bodies(&self) -> (String, String) {
        let bodies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |way: &str| bodies.get(way).cloned().unwrap_or_default();
        (of("plain"), of("masked"))
    }
}

impl Service {
    /// An upstream that waits between two pieces of a body.
    pub fn new(pace: Duration) -> (Self, Received) {
        let received = Received::default();
        let service = Self {
            pace,
            received: received.clone(),
        };
        (service, received)
    }

    /// Serves as long as the process lives.
    pub async fn serve(self, listener: TcpListener) {
        let answer = move |request| {
            let service = self.clone();
            async move { service.answer(request).await }
        };
        transport::serve(listener, answer, pending()).await;
    }

    async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        let (head, body) = request.into_parts();
        let Ok(body) = body.collect().await else {
            // The caller broke its body off: nobody waits for an answer.
            return self.document(StatusCode::BAD_REQUEST, "{\"error\":\"the body was cut short\"}");
        };
        if let Some(way) = head.headers.get(WAY).and_then(|way| way.to_str().ok()) {
            let text = String::from_utf8_lossy(&body.to_bytes()).into_owned();
            let mut bodies = self.received.0.lock().unwrap_or_else(PoisonError::into_inner);
            bodies.insert(way.to_owned(), text);
        }
        match (&head.method, head.uri.path()) {
            (&Method::POST, "/v1/chat/completions") => {
                self.respond(StatusCode::OK, "text/event-stream", chat())
            }
            (&Method::GET, "/customers") => {
                let customers = format!("[\n  {}\n]\n", sample::CUSTOMERS.join(",\n  "));
                self.document(StatusCode::OK, &customers)
            }
            (&Method::GET, path) => match customer(path) {
                Some(customer) => self.document(StatusCode::OK, &format!("{customer}\n")),
                None => self.lost(),
            },
            _ => self.lost(),
        }
    }

    fn lost(&self) -> Response<Body> {
        let paths = ["GET /customers", "GET /customers/1", "POST /v1/chat/completions"];
        let text = json!({"error": "there is nothing here", "paths": paths}).to_string();
        self.document(StatusCode::NOT_FOUND, &text)
    }

    /// A JSON document in the pieces its cuts make.
    fn document(&self, status: StatusCode, text: &str) -> Response<Body> {
        let pieces = text
            .split(sample::CUT)
            .map(|piece| Bytes::from(piece.to_owned()))
            .collect();
        self.respond(status, "application/json", pieces)
    }

    fn respond(&self, status: StatusCode, kind: &'static str, pieces: VecDeque<Bytes>) -> Response<Body> {
        let body = Paced {
            pieces,
            pace: self.pace,
            wait: Box::pin(sleep(self.pace)),
        };
        let mut response = Response::new(body.boxed_unsync());
        *response.status_mut() = status;
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        response
    }
}

fn customer(path: &str) -> Option<&'static str> {
    let number: usize = path.strip_prefix("/customers/")?.parse().ok()?;
    sample::CUSTOMERS.get(number.checked_sub(1)?).copied()
}

/// A completion as server-sent events: a text, then a call.
fn chat() -> VecDeque<Bytes> {
    let event = |delta: serde_json::Value, finish: Option<&str>| {
        let chunk = json!({
            "id": "chatcmpl-demo",
            "object": "chat.completion.chunk",
            "created": 1_795_000_000,
            "model": "demo-1",
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
        });
        Bytes::from(format!("data: {chunk}\n\n"))
    };
    let call = |function: serde_json::Value| json!({"tool_calls": [{"index": 0, "function": function}]});
    let begin = json!({"tool_calls": [{
        "index": 0, "id": "call_demo", "type": "function",
        "function": {"name": sample::FUNCTION, "arguments": ""},
    }]});
    let mut events = VecDeque::from([event(json!({"role": "assistant", "content": ""}), None)]);
    events.extend(
        sample::TEXT
            .iter()
            .map(|text| event(json!({"content": text}), None)),
    );
    events.push_back(event(begin, None));
    events.extend(
        sample::ARGUMENTS
            .iter()
            .map(|text| event(call(json!({"arguments": text})), None)),
    );
    events.push_back(event(json!({}), Some("tool_calls")));
    events.push_back(Bytes::from_static(b"data: [DONE]\n\n"));
    events
}

/// A body that yields a piece, waits, and yields the next.
struct Paced {
    pieces: VecDeque<Bytes>,
    pace: Duration,
    wait: Pin<Box<Sleep>>,
}

impl hyper::body::Body for Paced {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        ready!(self.wait.as_mut().poll(cx));
        let next = tokio::time::Instant::now() + self.pace;
        self.wait.as_mut().reset(next);
        Poll::Ready(self.pieces.pop_front().map(|piece| Ok(Frame::data(piece))))
    }
}
