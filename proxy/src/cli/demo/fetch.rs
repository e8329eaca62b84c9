//! The demo's caller: asks, and reads the answer line by line while it arrives.

use super::upstream::WAY;
use crate::cli::exit::Failure;
use crate::transport::{self, Base, Body, Upstream};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::http::uri::PathAndQuery;
use hyper::{Method, Request};
use std::collections::VecDeque;
use std::io;

/// One way to the demo's upstream.
pub struct Caller {
    upstream: Upstream,
    way: &'static str,
}

/// How an answer is made into lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The text and the call that the events of a completion add up to.
    Chat,
    /// As it is.
    Document,
}

impl Caller {
    /// A caller of a server; `way` is told to it.
    pub fn new(base: Base, way: &'static str) -> Result<Self, Failure> {
        let tls = transport::client_config(&base, None).map_err(|error| Failure::usage(error.to_string()))?;
        Ok(Self {
            upstream: Upstream::new(base, tls),
            way,
        })
    }

    /// Asks for a document.
    pub async fn get(&self, path: &'static str) -> Result<Answer, Failure> {
        self.ask(Method::GET, path, "").await
    }

    /// Sends a JSON document.
    pub async fn post(&self, path: &'static str, document: &'static str) -> Result<Answer, Failure> {
        self.ask(Method::POST, path, document).await
    }

    async fn ask(
        &self,
        method: Method,
        path: &'static str,
        document: &'static str,
    ) -> Result<Answer, Failure> {
        let failed =
            |why: &str| Failure::Io(self.upstream.base().to_string(), io::Error::other(why.to_owned()));
        let uri = self.upstream.base().join(&PathAndQuery::from_static(path));
        let body: Body = Full::new(Bytes::from(document))
            .map_err(|never| match never {})
            .boxed_unsync();
        let request = Request::builder()
            .method(method)
            .uri(uri.unwrap_or_default())
            .header("content-type", "application/json")
            .header(WAY, self.way)
            .body(body)
            .map_err(|_| failed("the request cannot be made"))?;
        let response = self
            .upstream
            .send(request)
            .await
            .map_err(|_| failed("no answer"))?;
        if !response.status().is_success() {
            return Err(failed(&format!("status {}", response.status())));
        }
        Ok(Answer {
            name: self.upstream.base().to_string(),
            body: response.into_body(),
        })
    }
}

/// An answer whose body is still to come.
pub struct Answer {
    name: String,
    body: Incoming,
}

impl Answer {
    /// Its lines.
    pub fn lines(self, reading: Reading) -> Lines {
        Lines {
            answer: self,
            reading,
            raw: Vec::new(),
            text: String::new(),
            ready: VecDeque::new(),
            whole: String::new(),
        }
    }
}

/// The lines of an answer.
pub struct Lines {
    answer: Answer,
    reading: Reading,
    /// The bytes of a line that is not whole yet.
    raw: Vec<u8>,
    /// The text of a line that is not whole yet.
    text: String,
    ready: VecDeque<String>,
    whole: String,
}

impl Lines {
    /// The next line; none after the last one.
    pub async fn next(&mut self) -> Result<Option<String>, Failure> {
        loop {
            if let Some(line) = self.ready.pop_front() {
                return Ok(Some(line));
            }
            match self.answer.body.frame().await {
                Some(Ok(frame)) => self.take(&frame.into_data().unwrap_or_default()),
                Some(Err(_)) => {
                    let error = io::Error::new(io::ErrorKind::UnexpectedEof, "the answer was cut short");
                    return Err(Failure::Io(self.answer.name.clone(), error));
                }
                None if self.text.is_empty() => return Ok(None),
                None => return Ok(Some(std::mem::take(&mut self.text))),
            }
        }
    }

    /// Everything that arrived, as the reading makes it.
    pub fn whole(&self) -> &str {
        &self.whole
    }

    fn take(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.raw.push(*byte);
            if *byte == b'\n' {
                let line = String::from_utf8_lossy(&self.raw).into_owned();
                self.raw.clear();
                match self.reading {
                    Reading::Document => self.add(&line),
                    Reading::Chat => self.add(&said(&line)),
                }
            }
        }
    }

    fn add(&mut self, text: &str) {
        self.whole.push_str(text);
        self.text.push_str(text);
        while let Some(end) = self.text.find('\n') {
            let rest = self.text.split_off(end + 1);
            let line = std::mem::replace(&mut self.text, rest);
            self.ready.push_back(line.trim_end().to_owned());
        }
    }
}

/// What one line of a completion's stream adds to the text.
fn said(line: &str) -> String {
    let event = line.strip_prefix("data: ").unwrap_or_default();
    let event: serde_json::Value = serde_json::from_str(event).unwrap_or_default();
    let choice = &event["choices"][0];
    let function = &choice["delta"]["tool_calls"][0]["function"];
    let of = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let mut said = of(&choice["delta"]["content"]);
    if let Some(name) = function["name"].as_str() {
        said.push_str(&format!("\u{2192} {name} "));
    }
    said.push_str(&of(&function["arguments"]));
    if choice["finish_reason"].is_string() {
        said.push('\n');
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_add_up_to_a_text_and_a_call() {
        let lines = [
            r#"data: {"choices":[{"index":0,"delta":{"role":"assistant","content":"a "}}]}"#,
            "",
            ": comment",
            r#"data: {"choices":[{"delta":{"content":"b"}}]}"#,
            r#"data: {"choices":[{"delta":{"tool_calls":[{"function":{"name":"f","arguments":""}}]}}]}"#,
            r#"data: {"choices":[{"delta":{"tool_calls":[{"function":{"arguments":"{}"}}]}}]}"#,
            r#"data: {"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#,
            "data: [DONE]",
        ];
        let text: String = lines.iter().map(|line| said(line)).collect();
        assert_eq!(text, "a b\u{2192} f {}\n");
    }
}
