//! What the gateway makes of the engine's findings and refusals.
//!
//! These need the engine: with one that passes everything through they fail.

mod common;
use bytes::Bytes;
use common::Dir;
use common::http::{Gateway, answering, controlled, empty, full, next, problem, soon, text, upstream};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::{Request, Response, StatusCode};
use std::sync::{Arc, Mutex};

#[tokio::test]
async fn both_directions_are_masked() {
    let (address, mut requests) =
        answering(|| Response::new(full(r#"{"to":"ann@example.com","ok":true}"#))).await;
    let mut gateway = Gateway::start(format!("http://{address}"), &[]);
    let request = Request::post("/u/eve%40example.com").header("content-type", "application/json");
    let response = gateway
        .send(request.body(full(r#"{"from":"bob@example.com"}"#)).unwrap())
        .await;
    assert_eq!(text(response).await, r#"{"to":"[EMAIL]","ok":true}"#);
    assert_eq!(requests.recv().await.unwrap().1, r#"{"from":"[EMAIL]"}"#);
    let line = gateway.line().await;
    assert!(
        line.contains("request_findings=1") && line.contains("response_findings=1"),
        "{line}"
    );
    assert!(
        !line.contains("eve"),
        "a value in a path is masked in the log: {line}"
    );
}

#[tokio::test]
async fn a_value_is_masked_however_it_is_cut() {
    let (bytes, body) = controlled();
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
    let response = gateway.get("/").await;
    let reader = tokio::spawn(text(response));
    let event = "data: {\"text\":\"write to bob@example.com, please\"}\n\n";
    for byte in event.bytes() {
        bytes.send(Ok(Bytes::copy_from_slice(&[byte]))).await.unwrap();
    }
    drop(bytes);
    let masked = soon("the end", reader).await.unwrap();
    assert_eq!(masked, "data: {\"text\":\"write to [EMAIL], please\"}\n\n");
}

#[tokio::test]
async fn a_refused_request_is_a_problem_and_never_ends_for_the_upstream() {
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
        .header("content-type", "application/json")
        .body(body)
        .unwrap();
    let feed = async {
        bytes
            .send(Ok(Bytes::from_static(b"{\"mail\":\"bob@example.com\",")))
            .await
            .unwrap();
        bytes.send(Ok(Bytes::from_static(b"\"open\":[}"))).await.unwrap();
        drop(bytes);
    };
    let (response, ()) = tokio::join!(gateway.send(request), feed);
    let document = problem(response, StatusCode::BAD_REQUEST).await;
    assert_eq!(document["type"], "urn:lacuna:problem:refused");
    assert_eq!(
        (document["at"].as_u64(), document["record"].as_u64()),
        (Some(34), Some(0))
    );
    assert!(!document.to_string().contains("bob"), "{document}");
    // The upstream may not have seen the head yet; if it did, it did not see an end.
    if let Some(broken) = soon("the upstream's view", told.recv()).await {
        assert!(broken, "the upstream saw a clean end");
    }
}

#[tokio::test]
async fn a_refused_response_is_no_clean_end() {
    let answer = || {
        Response::builder()
            .header("content-type", "application/json")
            .body(full("{\"a\":1,\"b\":[}"))
            .unwrap()
    };
    let (address, _requests) = answering(answer).await;
    let mut gateway = Gateway::start(format!("http://{address}"), &[]);
    let mut body = gateway.get("/").await.into_body();
    let mut left = Vec::new();
    // The loop ends at the error: at a clean end there is no next frame, and the test fails.
    while let Ok(bytes) = next(&mut body).await.unwrap() {
        left.extend_from_slice(&bytes);
    }
    assert!(
        left.starts_with(b"{\"a\":"),
        "what had left stays: {:?}",
        String::from_utf8_lossy(&left)
    );
    assert!(gateway.line().await.contains("response_receipt=incomplete"));
}

#[tokio::test]
async fn nobody_answers_a_pause_here() {
    let (address, _requests) = answering(|| Response::new(empty())).await;
    let dir = Dir::new();
    let rules = "extends = [\"builtin:default\"]\n[[pause]]\nclass = \"confidential\"\nfindings = 1\n";
    let rules = dir.write("rules.toml", rules.as_bytes());
    let gateway = Gateway::start(format!("http://{address}"), &["--rules", &rules]);
    let request = Request::post("/").header("content-type", "application/json");
    let body = full(r#"["ann@example.com","bob@example.com"]"#);
    let document = problem(
        gateway.send(request.body(body).unwrap()).await,
        StatusCode::FORBIDDEN,
    )
    .await;
    let detail = document["detail"].as_str().unwrap();
    assert!(
        detail.contains("pause rule 0") && detail.contains("$[1]"),
        "{detail}"
    );
}
