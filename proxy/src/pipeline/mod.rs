//! The order of service of the gateway, and the only caller of the engine on the network path.

mod content;
mod exchange;
mod headers;
mod masked;
mod path;
mod problem;
mod spliced;
mod ways;

pub use exchange::{Report, Side, Tell};

use crate::transport::{Body, Upstream};
use bytes::Bytes;
use content::{Content, Presence};
use exchange::{Direction, Exchange};
use http_body_util::{BodyExt, Empty};
use hyper::body::{Body as _, Incoming};
use hyper::header::{HeaderMap, TRANSFER_ENCODING, UPGRADE};
use hyper::{Method, Request, Response, StatusCode, Version};
use lacuna::{Format, Plan, Profile, Redactor, Ruleset};
use masked::Masked;
use problem::Problem;
use std::sync::Arc;
use ways::Ways;

/// One upstream, and what is searched for on the way to it and back.
pub struct Gateway {
    rules: Ruleset,
    plan: Plan,
    ways: Ways,
    upstream: Upstream,
    tell: Tell,
}

impl Gateway {
    /// A gateway before an upstream. Every exchange is told when it is over.
    pub fn new(rules: Ruleset, plan: Plan, profile: Option<Profile>, upstream: Upstream, tell: Tell) -> Self {
        Self {
            ways: Ways::new(&rules, &plan, profile),
            rules,
            plan,
            upstream,
            tell,
        }
    }

    /// Serves one request.
    pub async fn serve(&self, request: Request<Incoming>) -> Response<Body> {
        let path = path::shown(request.uri().path(), &self.rules, &self.plan);
        let exchange = Exchange::begin(request.method().clone(), path, Arc::clone(&self.tell));
        let response = match self.order(request, &exchange).await {
            Ok(response) => response,
            Err(problem) => problem.response(),
        };
        exchange.answer(response.status());
        response
    }

    /// The order of service.
    async fn order(
        &self,
        request: Request<Incoming>,
        exchange: &Arc<Exchange>,
    ) -> Result<Response<Body>, Problem> {
        // 1. Accept: only what HTTP/1.1 can carry to its end or visibly not.
        accept(&request)?;
        let (mut head, body) = request.into_parts();
        let path = head.uri.path().to_owned();
        let target = head.uri.path_and_query().ok_or(Problem::Target)?;
        head.uri = self.upstream.base().join(target).ok_or(Problem::Target)?;
        head.version = Version::HTTP_11;
        headers::request(&mut head.headers, self.upstream.base());
        let asked = head.uri.path().to_owned();

        // 2. Decide on the head: is there a body, and can it be searched?
        let content = content::decide(&head.headers, presence(&body)).map_err(Problem::Request)?;

        // 3. Send, masking the body as it leaves. A refused body aborts the request: the upstream never sees
        //    its end.
        let body = match content {
            Content::None => empty(),
            Content::Scan(format) => {
                headers::scanned_request(&mut head.headers);
                self.masked(body, (&asked, format), Direction::Request, exchange)
            }
        };
        let method = head.method.clone();
        let sent = self.upstream.send(Request::from_parts(head, body)).await;
        let response = sent.map_err(|error| match exchange.refusal() {
            Some(refusal) => Problem::Refused(refusal),
            None => Problem::unanswered(&error),
        })?;

        // 4. Decide on the response's head.
        let (mut head, body) = response.into_parts();
        headers::response(&mut head.headers);
        if matches!(
            head.status,
            StatusCode::PARTIAL_CONTENT | StatusCode::SWITCHING_PROTOCOLS
        ) {
            return Err(Problem::Status(head.status));
        }
        let content = if bodiless(&method, head.status) {
            // Its headers describe a body that was not sent, and would be masked if it were.
            headers::scanned_response(&mut head.headers);
            Content::None
        } else {
            content::decide(&head.headers, presence(&body)).map_err(Problem::Response)?
        };

        // 5. Answer, masking the body as it arrives. A refused body, or an upstream that dies, aborts the
        //    caller's connection.
        head.version = Version::HTTP_11;
        let body = match content {
            Content::None => empty(),
            Content::Scan(format) => {
                let format = content::streamed(format, &path);
                headers::scanned_response(&mut head.headers);
                self.masked(body, (&asked, format), Direction::Response, exchange)
            }
        };
        // 6. Receipt: told when the last of both bodies is dropped, see `Exchange`.
        Ok(Response::from_parts(head, body))
    }

    /// A body that is asked for at a path, searched in a framing.
    fn masked(
        &self,
        body: Incoming,
        (path, format): (&str, Format),
        direction: Direction,
        exchange: &Arc<Exchange>,
    ) -> Body {
        let (rules, plan) = self.ways.of(direction, path, format);
        let redactor = Redactor::new(rules, &plan, format);
        Masked::new(body, (rules, &plan), redactor, direction, Arc::clone(exchange)).boxed_unsync()
    }
}

/// Refuses what this gateway cannot carry.
fn accept(request: &Request<Incoming>) -> Result<(), Problem> {
    if request.version() != Version::HTTP_11 {
        return Err(Problem::Version);
    }
    if request.method() == Method::CONNECT || request.headers().contains_key(UPGRADE) {
        return Err(Problem::Upgrade);
    }
    if codings(request.headers()).any(|coding| coding != "chunked") {
        return Err(Problem::TransferCoding);
    }
    Ok(())
}

/// The transfer codings of a message, in lower case.
fn codings(headers: &HeaderMap) -> impl Iterator<Item = String> {
    headers
        .get_all(TRANSFER_ENCODING)
        .iter()
        .flat_map(|value| value.to_str().unwrap_or("?").split(','))
        .map(|coding| coding.trim().to_ascii_lowercase())
}

/// Whether a response has no body whatever its headers say (RFC 9112, 6.3).
fn bodiless(method: &Method, status: StatusCode) -> bool {
    method == Method::HEAD || status == StatusCode::NO_CONTENT || status == StatusCode::NOT_MODIFIED
}

fn presence(body: &Incoming) -> Presence {
    if body.is_end_stream() {
        Presence::Absent
    } else {
        Presence::Present
    }
}

fn empty() -> Body {
    Empty::<Bytes>::new()
        .map_err(|never| match never {})
        .boxed_unsync()
}
