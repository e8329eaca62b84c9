//! Bodies pass while they arrive, and nothing piles up in between.
#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod common;
use bytes::Bytes;
use common::http::{Broken, Gateway, controlled, next, read, soon, upstream};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::{Request, Response};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc;

/// Kernel buffers of four sockets (this machine lets one grow to about 6 MiB) and the gateway's own: far below
/// what a gateway that buffers would take.
const PILED: usize = 48 << 20;

/// What the sender offers at most.
const ENDLESS: usize = 256 << 20;

/// A sender that is not taken from for so long is stopped.
const STALL: Duration = Duration::from_secs(2);

#[tokio::test]
async fn the_caller_sees_an_event_before_the_next_is_sent() {
    let (events, body) = controlled();
    let body = Arc::new(Mutex::new(Some(body)));
    let address = upstream(move |_| {
        let body = body.lock().unwrap().take().unwrap();
        async {
            Response::builder()
                .header("content-type", "text/event-stream")
                .body(body)
                .unwrap()
        }
    })
    .await;
    let gateway = Gateway::start(format!("http://{address}"), &[]);
    let response = gateway.get("/events").await;
    let mut body = response.into_body();
    for number in 0..5 {
        let event = format!("data: {{\"n\":{number}}}\n\n");
        events.send(Ok(Bytes::from(event.clone()))).await.unwrap();
        assert_eq!(read(&mut body, event.len()).await, event.as_bytes());
    }
    drop(events);
    assert!(next(&mut body).await.is_none(), "a clean end stays one");
}

#[tokio::test]
async fn the_upstream_sees_a_piece_before_the_next_is_sent() {
    let (sent, mut seen) = mpsc::channel(1);
    let address = upstream(move |request: Request<Incoming>| {
        let sent = sent.clone();
        async move {
            let mut body = request.into_body();
            while let Some(frame) = body.frame().await {
                sent.send(frame.unwrap().into_data().unwrap()).await.unwrap();
            }
            Response::new(common::http::full("{}"))
        }
    })
    .await;
    let gateway = Gateway::start(format!("http://{address}"), &[]);
    let (pieces, body) = controlled();
    let request = Request::post("/")
        .header("content-type", "application/json")
        .body(body)
        .unwrap();
    let answer = gateway.send(request);
    let feed = async {
        for piece in ["{\"a\":[", "[1],", "[2],", "[3]]}"] {
            pieces.send(Ok(Bytes::from(piece))).await.unwrap();
            let mut arrived = Vec::new();
            while arrived.len() < piece.len() {
                arrived.extend_from_slice(&soon("the piece", seen.recv()).await.unwrap());
            }
            assert_eq!(arrived, piece.as_bytes());
        }
        drop(pieces);
    };
    let (response, ()) = tokio::join!(answer, feed);
    assert_eq!(response.status(), 200);
}

/// Offers bytes until nobody takes them; how many were taken.
async fn offer(to: &mpsc::Sender<Result<Bytes, Broken>>) -> usize {
    let chunk = Bytes::from("a line of no interest\n".repeat(3000));
    let mut taken = 0;
    while taken < ENDLESS {
        match tokio::time::timeout(STALL, to.send(Ok(chunk.clone()))).await {
            Ok(sent) => sent.unwrap(),
            Err(_) => break,
        }
        taken += chunk.len();
    }
    taken
}

/// The most memory a process has had, in KiB.
fn most_memory(id: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn an_upstream_waits_for_a_caller_that_does_not_read() {
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
    let before = most_memory(gateway.id());
    let response = gateway.get("/endless").await;
    let taken = offer(&bytes).await;
    assert!(taken < PILED, "{taken} bytes were taken though nobody read");
    let grown = most_memory(gateway.id()) - before;
    assert!(grown < 8 << 10, "the gateway grew by {grown} KiB");
    // It goes on where it stopped.
    let mut body = response.into_body();
    let reader = tokio::spawn(async move {
        let mut count = 0;
        while let Some(frame) = next(&mut body).await {
            count += frame.unwrap().len();
        }
        count
    });
    drop(bytes);
    // The last chunk may have been in the channel when the offer timed out: never less than what was taken.
    assert!(soon("the rest", reader).await.unwrap() >= taken);
}

#[tokio::test]
async fn a_caller_waits_for_an_upstream_that_does_not_read() {
    let address = upstream(|request: Request<Incoming>| async {
        let _unread = request;
        std::future::pending().await
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
    let taken = offer(&bytes).await;
    assert!(taken < PILED, "{taken} bytes were taken though nobody read");
    answer.abort();
}
