//! Answers of the gateway itself: RFC 9457 problems. They never show a value.

use super::content::Unsupported;
use super::exchange::Refusal;
use crate::transport::{Body, ConnectError};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::header::{self, HeaderValue};
use hyper::{Response, StatusCode};
use serde::Serialize;

/// Why the gateway answers instead of the upstream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// HTTP/1.0 cannot tell a body that was cut from one that ended.
    Version,
    /// A connection to somewhere, or another protocol on this one.
    Upgrade,
    /// A target that is no path.
    Target,
    /// A transfer coding besides `chunked`: what it hides cannot be searched.
    TransferCoding,
    /// The request's body cannot be searched.
    Request(Unsupported),
    /// The response's body cannot be searched.
    Response(Unsupported),
    /// The response is a part of a body, or another protocol.
    Status(StatusCode),
    /// The engine refused the request's body.
    Refused(Refusal),
    /// There is no connection to the upstream.
    Unreachable,
    /// The connection to the upstream broke before it answered.
    Broken,
}

impl Problem {
    /// What happened to a request that got no answer.
    pub fn unanswered(error: &ConnectError) -> Self {
        if error.is_unreachable() {
            Self::Unreachable
        } else {
            Self::Broken
        }
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Version => StatusCode::HTTP_VERSION_NOT_SUPPORTED,
            Self::Upgrade | Self::TransferCoding => StatusCode::NOT_IMPLEMENTED,
            Self::Target => StatusCode::BAD_REQUEST,
            Self::Request(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Refused(Refusal::Pause { .. }) => StatusCode::FORBIDDEN,
            Self::Refused(Refusal::Engine(_)) => StatusCode::BAD_REQUEST,
            Self::Response(_) | Self::Status(_) | Self::Unreachable | Self::Broken => StatusCode::BAD_GATEWAY,
        }
    }

    fn document(&self) -> Document {
        let (kind, title, detail, hint) = match self {
            Self::Version => (
                "version",
                "HTTP/1.0 is not spoken here",
                "in HTTP/1.0 a body that was cut looks like one that ended".to_owned(),
                "use HTTP/1.1",
            ),
            Self::Upgrade => (
                "upgrade",
                "Only requests and responses pass",
                "CONNECT and Upgrade lead to bytes that are not searched".to_owned(),
                "use plain HTTP requests",
            ),
            Self::Target => (
                "target",
                "The request's target is no path",
                "only targets that begin with a slash can be sent on".to_owned(),
                "send a path",
            ),
            Self::TransferCoding => (
                "transfer-coding",
                "The request's body cannot be searched",
                "it has a transfer coding other than chunked".to_owned(),
                "send it chunked, or with a Content-Length",
            ),
            Self::Request(why) => (
                "request-content",
                "The request's body cannot be searched",
                why.to_string(),
                why.hint(),
            ),
            Self::Response(why) => (
                "response-content",
                "The upstream's response cannot be searched",
                why.to_string(),
                "ask the upstream for JSON, NDJSON, server-sent events or text",
            ),
            Self::Status(status) => (
                "response-status",
                "The upstream's response cannot be searched",
                format!("it has the status {}", status.as_u16()),
                "ask for a whole body",
            ),
            Self::Refused(refusal) => (
                "refused",
                "The request's body was refused",
                refusal.to_string(),
                refusal.hint(),
            ),
            Self::Unreachable => (
                "upstream-unreachable",
                "The upstream cannot be reached",
                "no connection could be made; nothing was sent".to_owned(),
                "try again later",
            ),
            Self::Broken => (
                "upstream-broken",
                "The upstream gave no answer",
                "the connection ended before a response".to_owned(),
                "the request may have been carried out: look before sending it again",
            ),
        };
        let (at, record) = match self {
            Self::Refused(Refusal::Engine(error)) => (Some(error.at.0), Some(error.record)),
            Self::Refused(Refusal::Pause { hold, .. }) => (Some(hold.at.0), Some(hold.record)),
            _ => (None, None),
        };
        Document {
            kind: format!("urn:lacuna:problem:{kind}"),
            title,
            status: self.status().as_u16(),
            detail,
            hint,
            at,
            record,
        }
    }

    /// The answer.
    pub fn response(&self) -> Response<Body> {
        // The document is made of texts and numbers: it always serialises.
        let text = serde_json::to_vec(&self.document()).unwrap_or_default();
        let mut response = Response::new(
            Full::new(Bytes::from(text))
                .map_err(|never| match never {})
                .boxed_unsync(),
        );
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-store"),
        );
        response
    }
}

/// The members of a problem document (RFC 9457), and what to do, and where.
#[derive(Serialize)]
struct Document {
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    status: u16,
    detail: String,
    hint: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<u64>,
}
