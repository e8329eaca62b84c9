//! What the heads of requests and responses say after the gateway.
#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod common;
use bytes::Bytes;
use common::http::{AnyBody, Gateway, answering, controlled, empty, full, next, read, soon, text, upstream};
use http_body_util::BodyExt;
use hyper::{Request, Response};
use std::process::Command;
use std::sync::{Arc, Mutex};

fn described() -> Response<AnyBody> {
    Response::builder()
        .header("content-type", "application/json")
        .header("content-length", "7")
        .header("etag", "\"abc\"")
        .header("digest", "sha-256=x")
        .header("accept-ranges", "bytes")
        .header("cache-control", "public, max-age=60")
        .header("x-request-id", "7")
        .header("keep-alive", "timeout=5")
        .body(full("{\"a\":1}"))
        .unwrap()
}

#[tokio::test]
async fn a_masked_response_says_nothing_of_the_old_bytes() {
    let (address, _requests) = answering(described).await;
    let gateway = Gateway::start(format!("http://{address}"), &[]);
    let response = gateway.get("/").await;
    let headers = response.headers();
    for name in ["content-length", "etag", "digest", "accept-ranges", "keep-alive"] {
        assert!(!headers.contains_key(name), "{name} is still there");
    }
    assert_eq!(headers["cache-control"], "private, no-store");
    assert_eq!(headers["x-request-id"], "7");
    assert_eq!(headers["content-type"], "application/json");
    assert_eq!(text(response).await, "{\"a\":1}");
}

#[tokio::test]
async fn the_request_is_the_callers_but_for_what_masking_needs() {
    let (address, mut requests) = answering(|| Response::new(empty())).await;
    let gateway = Gateway::start(format!("http://{address}/base/"), &[]);
    let request = Request::patch("/a%20b/c?q=%C3%A9&r")
        .header("content-type", "application/json")
        .header("content-length", "2")
        .header("accept-encoding", "gzip, br")
        .header("range", "bytes=0-1")
        .header("te", "trailers")
        .header("connection", "x-mine")
        .header("x-mine", "1")
        .header("authorization", "Bearer invented")
        .body(full("{}"))
        .unwrap();
    assert_eq!(gateway.send(request).await.status(), 200);
    let (head, body) = requests.recv().await.unwrap();
    assert_eq!(
        (head.method.as_str(), head.uri.to_string().as_str()),
        ("PATCH", "/base/a%20b/c?q=%C3%A9&r")
    );
    assert_eq!(body, "{}");
    assert_eq!(head.headers["host"], address.to_string());
    assert_eq!(head.headers["accept-encoding"], "identity");
    assert_eq!(head.headers["authorization"], "Bearer invented");
    for name in ["content-length", "range", "te", "connection", "x-mine"] {
        assert!(!head.headers.contains_key(name), "{name} went on");
    }
}

#[tokio::test]
async fn responses_without_a_body_pass() {
    for status in [204, 304] {
        let make = move || {
            Response::builder()
                .status(status)
                .header("x-id", "1")
                .body(empty())
                .unwrap()
        };
        let (address, _requests) = answering(make).await;
        let gateway = Gateway::start(format!("http://{address}"), &[]);
        let response = gateway.get("/").await;
        assert_eq!(
            (response.status().as_u16(), &response.headers()["x-id"]),
            (status, &"1".parse().unwrap())
        );
        assert_eq!(text(response).await, "");
    }
    let (address, _requests) = answering(described).await;
    let gateway = Gateway::start(format!("http://{address}"), &[]);
    let response = gateway.send(Request::head("/").body(empty()).unwrap()).await;
    assert_eq!(response.status(), 200);
    assert!(!response.headers().contains_key("content-length"));
    assert_eq!(text(response).await, "");
}

#[tokio::test]
async fn a_connection_serves_several_requests() {
    let (address, _requests) = answering(described).await;
    let gateway = Gateway::start(format!("http://{address}"), &[]);
    let mut connection = gateway.connect().await;
    for _ in 0..3 {
        soon("readiness", connection.ready()).await.unwrap();
        let request = Request::get("/").header("host", "gateway").body(empty()).unwrap();
        let response = soon("an answer", connection.send_request(request)).await.unwrap();
        assert_eq!(text(response).await, "{\"a\":1}");
    }
}

#[tokio::test]
async fn the_log_has_a_line_for_every_exchange_and_no_query() {
    let (address, _requests) = answering(described).await;
    let mut gateway = Gateway::start(format!("http://{address}"), &[]);
    let request = Request::post("/orders/7?token=invented").header("content-type", "application/json");
    let response = gateway.send(request.body(full("[1]")).unwrap()).await;
    text(response).await;
    let line = gateway.line().await;
    for part in [
        "method=POST",
        "path=\"/orders/7\"",
        "status=200",
        "request_in=3",
        "response_in=7",
        "ms=",
    ] {
        assert!(line.contains(part), "no {part} in {line}");
    }
    assert!(
        line.contains("request_receipt=complete") && line.contains("response_receipt=complete"),
        "{line}"
    );
    assert!(!line.contains("invented"), "{line}");
}

#[tokio::test]
async fn a_signal_stops_it_after_what_is_under_way() {
    let (bytes, body) = controlled();
    let body = Arc::new(Mutex::new(Some(body)));
    let address = upstream(move |_| {
        let body = body.lock().unwrap().take().unwrap();
        async {
            Response::builder()
                .header("content-type", "text/plain")
                .body(body)
                .unwrap()
        }
    })
    .await;
    let gateway = Gateway::start(format!("http://{address}"), &[]);
    let mut body = gateway.get("/").await.into_body();
    bytes.send(Ok(Bytes::from_static(b"before\n"))).await.unwrap();
    read(&mut body, 7).await;
    let status = Command::new("kill")
        .args(["-TERM", &gateway.id().to_string()])
        .status()
        .unwrap();
    assert!(status.success());
    // It no longer listens, but the exchange goes on.
    let refused = async {
        while tokio::net::TcpStream::connect(gateway.address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    soon("the end of listening", refused).await;
    bytes.send(Ok(Bytes::from_static(b"after\n"))).await.unwrap();
    read(&mut body, 6).await;
    drop(bytes);
    assert!(next(&mut body).await.is_none());
    drop(body);
    assert_eq!(gateway.code().await, Some(0));
}

#[tokio::test]
async fn early_answers_reach_the_caller() {
    // The upstream answers without reading the body.
    let address = upstream(|_| async {
        Response::builder()
            .status(413)
            .header("content-type", "text/plain")
            .body(full("too much"))
            .unwrap()
    })
    .await;
    let gateway = Gateway::start(format!("http://{address}"), &[]);
    let (bytes, body) = controlled();
    let request = Request::post("/")
        .header("content-type", "text/plain")
        .body(body)
        .unwrap();
    let sending = gateway.send(request);
    let response = sending.await;
    assert_eq!(response.status(), 413);
    assert_eq!(
        soon("the body", response.into_body().collect())
            .await
            .unwrap()
            .to_bytes(),
        "too much"
    );
    drop(bytes);
}
