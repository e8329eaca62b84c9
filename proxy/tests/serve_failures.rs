//! What ends badly ends visibly: errors are never a clean end, and what cannot be searched does not pass.
#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod common;
use bytes::Bytes;
use common::http::{
    AnyBody, Broken, Gateway, answering, controlled, empty, full, next, problem, read, soon, text, upstream,
};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::{Request, Response, StatusCode};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

fn typed(kind: &str, body: AnyBody) -> Response<AnyBody> {
    Response::builder()
        .header("content-type", kind)
        .body(body)
        .unwrap()
}

#[tokio::test]
async fn an_upstream_that_dies_is_no_clean_end() {
    let (bytes, body) = controlled();
    let body = Arc::new(Mutex::new(Some(body)));
    let address = upstream(move |_| {
        let body = body.lock().unwrap().take().unwrap();
        async { typed("text/event-stream", body) }
    })
    .await;
    let mut gateway = Gateway::start(format!("http://{address}"), &[]);
    let mut body = gateway.get("/").await.into_body();
    bytes.send(Ok(Bytes::from_static(b"data: {}\n\n"))).await.unwrap();
    read(&mut body, 10).await;
    bytes.send(Err(Broken)).await.unwrap();
    assert!(next(&mut body).await.unwrap().is_err());
    let line = gateway.line().await;
    assert!(line.contains("response_receipt=incomplete"), "{line}");
}

#[tokio::test]
async fn a_body_shorter_than_it_said_is_no_clean_end() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = [0; 1024];
        let _ = socket.read(&mut request).await.unwrap();
        let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 100\r\n\r\nsome";
        socket.write_all(head).await.unwrap();
    });
    let gateway = Gateway::start(format!("http://{address}"), &[]);
    let response = gateway.get("/").await;
    assert_eq!(response.status(), 200);
    let collected = soon("an end", response.into_body().collect()).await;
    assert!(collected.is_err());
}

#[tokio::test]
async fn a_caller_that_leaves_stops_the_upstream() {
    let (bytes, body) = controlled();
    let body = Arc::new(Mutex::new(Some(body)));
    let address = upstream(move |_| {
        let body = body.lock().unwrap().take().unwrap();
        async { typed("text/event-stream", body) }
    })
    .await;
    let mut gateway = Gateway::start(format!("http://{address}"), &[]);
    let mut body = gateway.get("/").await.into_body();
    bytes.send(Ok(Bytes::from_static(b"data: {}\n\n"))).await.unwrap();
    read(&mut body, 10).await;
    drop(body);
    soon("the end of the upstream's body", bytes.closed()).await;
    assert!(gateway.line().await.contains("response_receipt=incomplete"));
}

#[tokio::test]
async fn a_caller_that_breaks_its_body_off_does_not_end_it() {
    let (tell, mut told) = tokio::sync::mpsc::channel(1);
    let address = upstream(move |request: Request<Incoming>| {
        let tell = tell.clone();
        async move {
            tell.send(request.into_body().collect().await.is_err())
                .await
                .unwrap();
            Response::new(empty())
        }
    })
    .await;
    let gateway = Gateway::start(format!("http://{address}"), &[]);
    let (bytes, body) = controlled();
    let request = Request::post("/")
        .header("content-type", "text/plain")
        .body(body)
        .unwrap();
    let mut connection = gateway.connect().await;
    let answer = tokio::spawn(async move { connection.send_request(request).await.map(drop) });
    bytes.send(Ok(Bytes::from_static(b"some"))).await.unwrap();
    bytes.send(Err(Broken)).await.unwrap();
    assert!(
        soon("the upstream's view", told.recv()).await.unwrap(),
        "the upstream saw a clean end"
    );
    let _ = answer.await;
}

#[tokio::test]
async fn an_upstream_that_is_not_there_is_a_problem() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let gateway = Gateway::start(format!("http://{address}"), &[]);
    let document = problem(gateway.get("/").await, StatusCode::BAD_GATEWAY).await;
    assert_eq!(document["type"], "urn:lacuna:problem:upstream-unreachable");
}

#[tokio::test]
async fn an_upstream_that_hangs_up_is_a_problem() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            let _ = socket.read(&mut [0; 1024]).await;
        }
    });
    let gateway = Gateway::start(format!("http://{address}"), &[]);
    let document = problem(gateway.get("/").await, StatusCode::BAD_GATEWAY).await;
    assert_eq!(document["type"], "urn:lacuna:problem:upstream-broken");
}

#[tokio::test]
async fn requests_that_cannot_be_searched_do_not_reach_the_upstream() {
    let (address, mut requests) = answering(|| Response::new(empty())).await;
    let gateway = Gateway::start(format!("http://{address}"), &[]);
    let cases = [
        ("content-type", "image/png", "image/png"),
        ("content-type", "application/x-www-form-urlencoded", "form"),
        ("content-type", "text/plain; charset=utf-16", "utf-16"),
        ("content-encoding", "gzip", "gzip"),
    ];
    for (name, value, named) in cases {
        let request = Request::post("/").header(name, value).body(full("abc")).unwrap();
        let document = problem(gateway.send(request).await, StatusCode::UNSUPPORTED_MEDIA_TYPE).await;
        assert!(document["detail"].as_str().unwrap().contains(named), "{document}");
    }
    // A type without a body says nothing.
    let request = Request::post("/")
        .header("content-type", "image/png")
        .body(empty())
        .unwrap();
    assert_eq!(gateway.send(request).await.status(), 200);
    assert_eq!(requests.recv().await.unwrap().1, "");
    assert!(
        requests.try_recv().is_err(),
        "a refused request reached the upstream"
    );
}

#[tokio::test]
async fn responses_that_cannot_be_searched_do_not_reach_the_caller() {
    let answers: [fn() -> Response<AnyBody>; 4] = [
        || typed("application/octet-stream", full("secret")),
        || typed("text/plain; charset=latin1", full("secret")),
        || {
            let coded = Response::builder()
                .header("content-encoding", "br")
                .header("content-type", "text/plain");
            coded.body(full("secret")).unwrap()
        },
        || {
            Response::builder()
                .status(206)
                .header("content-type", "text/plain")
                .body(full("secret"))
                .unwrap()
        },
    ];
    for answer in answers {
        let (address, _requests) = answering(answer).await;
        let gateway = Gateway::start(format!("http://{address}"), &[]);
        let document = problem(gateway.get("/").await, StatusCode::BAD_GATEWAY).await;
        assert!(!document.to_string().contains("secret"));
    }
}

#[tokio::test]
async fn bodies_without_a_type_pass_if_they_are_text() {
    let (address, mut requests) = answering(|| Response::new(full("{\"a\":1}"))).await;
    let gateway = Gateway::start(format!("http://{address}"), &[]);
    let response = gateway
        .send(Request::put("/").body(full("[1, 2]")).unwrap())
        .await;
    assert_eq!(text(response).await, "{\"a\":1}");
    assert_eq!(requests.recv().await.unwrap().1, "[1, 2]");
}

#[tokio::test]
async fn other_protocols_do_not_pass() {
    let (address, mut requests) = answering(|| Response::new(empty())).await;
    let gateway = Gateway::start(format!("http://{address}"), &[]);
    let cases: [(&[u8], &str); 6] = [
        (b"GET / HTTP/1.0\r\n\r\n", "505"),
        (b"GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade, close\r\nupgrade: websocket\r\n\r\n", "501"),
        (b"CONNECT example.com:443 HTTP/1.1\r\nhost: example.com\r\nconnection: close\r\n\r\n", "501"),
        (b"OPTIONS * HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", "400"),
        (
            b"POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            "501",
        ),
        (
            b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd",
            "400",
        ),
    ];
    for (bytes, status) in cases {
        let answer = gateway.raw(bytes).await;
        let first = answer.lines().next().unwrap_or_default();
        assert_eq!(first.split(' ').nth(1), Some(status), "{answer}");
    }
    assert!(requests.try_recv().is_err());
}

/// The classic of request smuggling: two lengths. The chunks count, and the upstream gets only those.
#[tokio::test]
async fn of_two_lengths_one_is_sent_on() {
    let (address, mut requests) = answering(|| Response::new(empty())).await;
    let gateway = Gateway::start(format!("http://{address}"), &[]);
    let orders = [
        "content-length: 4\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding: chunked\r\ncontent-length: 4\r\n",
    ];
    for lengths in orders {
        let request =
            format!("POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{lengths}\r\n2\r\n{{}}\r\n0\r\n\r\n");
        let answer = gateway.raw(request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        let (head, body) = requests.recv().await.unwrap();
        assert_eq!(body, "{}");
        assert!(!head.headers.contains_key("content-length"), "{:?}", head.headers);
    }
}

#[tokio::test]
async fn a_body_is_asked_for_only_when_it_will_be_read() {
    let (address, mut requests) = answering(|| Response::new(empty())).await;
    let gateway = Gateway::start(format!("http://{address}"), &[]);
    let head = |kind: &str| {
        let lines = format!("host: a\r\nconnection: close\r\ncontent-length: 2\r\ncontent-type: {kind}\r\n");
        format!("POST / HTTP/1.1\r\n{lines}expect: 100-continue\r\n\r\n")
    };
    let refused = gateway.raw(head("image/png").as_bytes()).await;
    assert!(refused.starts_with("HTTP/1.1 415 "), "{refused}");
    let mut socket = tokio::net::TcpStream::connect(gateway.address).await.unwrap();
    socket
        .write_all(head("application/json").as_bytes())
        .await
        .unwrap();
    let mut answer = vec![0; "HTTP/1.1 100 Continue\r\n\r\n".len()];
    soon("100 Continue", socket.read_exact(&mut answer))
        .await
        .unwrap();
    assert!(
        answer.starts_with(b"HTTP/1.1 100 "),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    socket.write_all(b"{}").await.unwrap();
    let (head, body) = soon("the request", requests.recv()).await.unwrap();
    assert_eq!(body, "{}");
    assert!(!head.headers.contains_key("expect"));
}

#[tokio::test]
async fn an_address_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = common::run(
        &["serve", "--upstream", "http://localhost", "--listen", &address],
        b"",
    );
    assert_eq!(common::code(&output), 4);
    assert!(
        common::said(&output).contains(&address),
        "{}",
        common::said(&output)
    );
}
