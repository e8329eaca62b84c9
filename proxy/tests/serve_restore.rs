//! A round trip through the gateway: real values stay with the caller, the upstream sees tokens, and what it answers comes
//! back with real values where the plan shows them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what is wrong by panicking"
)]

mod common;
use common::Dir;
use common::http::{Gateway, full, text, upstream};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::{Request, Response};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

const RULES: &[u8] = br#"
extends = ["builtin:default"]
[treatment]
confidential = "token"
restricted = "token"
[[field]]
function = "lookup"
path = "$.code"
class = "restricted"
# The caller may see who was written to; a card, only the function that charges it.
[[plan]]
direction = "response"
treatment = { confidential = "keep" }
[[plan]]
direction = "response"
function = "lookup"
treatment = { confidential = "token" }
[[plan]]
direction = "response"
function = "charge"
treatment = { restricted = "keep" }
"#;
const SECRET: &[u8] = b"an invented key of enough bytes\n";
const MAIL: &str = "ada@example.com";
const CARD: &str = "4111 1111 1111 1111";

/// The first token of an entity in a text.
fn token(text: &str, entity: &str) -> String {
    let from = text
        .find(&format!("[{entity}:"))
        .unwrap_or_else(|| panic!("no {entity} in {text}"));
    let to = from + text[from..].find(']').unwrap() + 1;
    text[from..to].to_owned()
}

/// A token of the same form that nobody made.
fn forged(token: &str) -> String {
    let last = token.len() - 2;
    let other = if token.as_bytes()[last] == b'b' { 'c' } else { 'b' };
    format!("{}{other}]", &token[..last])
}

/// What the model says, and what it has functions do, with the tokens that it was told.
fn said(request: &str) -> (String, Vec<(&'static str, String)>) {
    let (mail, card) = (token(request, "EMAIL"), token(request, "CREDIT_CARD"));
    let text = format!(
        "Wrote to {mail}, charged {card}, and not {}.",
        forged(&token(request, "EMAIL"))
    );
    let calls = vec![
        ("send", json!({ "to": mail, "note": "\"hi\"" }).to_string()),
        ("lookup", json!({ "mail": mail, "code": "x9" }).to_string()),
        ("charge", json!({ "card": card, "mail": mail }).to_string()),
    ];
    (text, calls)
}

/// The answer in events, so that every token is in many of them.
fn events(request: &str) -> String {
    let (text, calls) = said(request);
    let mut events = String::new();
    let mut event = |delta: Value| {
        let chunk = json!({ "id": "c", "choices": [{ "index": 0, "delta": delta }] });
        events.push_str(&format!("data: {chunk}\n\n"));
    };
    for piece in pieces(&text) {
        event(json!({ "content": piece }));
    }
    for (index, (name, arguments)) in calls.iter().enumerate() {
        event(
            json!({ "tool_calls": [{ "index": index, "id": "t", "type": "function",
            "function": { "name": name, "arguments": "" } }] }),
        );
        for piece in pieces(arguments) {
            event(json!({ "tool_calls": [{ "index": index, "function": { "arguments": piece } }] }));
        }
    }
    events.push_str("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n");
    events.push_str("data: [DONE]\n\n");
    events
}

fn pieces(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    chars.chunks(7).map(|piece| piece.iter().collect()).collect()
}

/// The same answer whole; in one of the calls the name comes last.
fn whole(request: &str) -> String {
    let (text, calls) = said(request);
    let calls: Vec<String> = calls
        .iter()
        .map(|(name, arguments)| {
            let arguments = Value::from(arguments.as_str());
            match *name {
                "lookup" => format!(r#"{{"function":{{"arguments":{arguments},"name":"lookup"}}}}"#),
                _ => format!(r#"{{"function":{{"name":"{name}","arguments":{arguments}}}}}"#),
            }
        })
        .collect();
    format!(
        r#"{{"choices":[{{"message":{{"content":{},"tool_calls":[{}]}}}}]}}"#,
        Value::from(text),
        calls.join(",")
    )
}

/// What the caller reads: the text, and the arguments of each call.
fn joined(events: &str) -> (String, Vec<String>) {
    let (mut text, mut calls) = (String::new(), vec![String::new(); 3]);
    for line in events.lines().filter_map(|line| line.strip_prefix("data: {")) {
        let event: Value = serde_json::from_str(&format!("{{{line}")).unwrap();
        let delta = &event["choices"][0]["delta"];
        text.push_str(delta["content"].as_str().unwrap_or_default());
        for call in delta["tool_calls"].as_array().into_iter().flatten() {
            let index = usize::try_from(call["index"].as_u64().unwrap()).unwrap();
            calls[index].push_str(call["function"]["arguments"].as_str().unwrap());
        }
    }
    (text, calls)
}

/// A gateway before an upstream that answers as a model does, and what that upstream was sent.
async fn model() -> (Dir, Gateway, Arc<Mutex<Vec<String>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let keep = Arc::clone(&seen);
    let address = upstream(move |request: Request<Incoming>| {
        let keep = Arc::clone(&keep);
        async move {
            let body = request.into_body().collect().await.unwrap().to_bytes();
            let body = String::from_utf8(body.to_vec()).unwrap();
            let (kind, answer) = match body.contains(r#""stream":true"#) {
                true => ("text/event-stream", events(&body)),
                false => ("application/json", whole(&body)),
            };
            keep.lock().unwrap().push(body);
            Response::builder()
                .header("content-type", kind)
                .body(full(answer))
                .unwrap()
        }
    })
    .await;
    let dir = Dir::new();
    let (rules, key) = (dir.write("rules.toml", RULES), dir.write("key", SECRET));
    let options = ["--rules", &rules, "--key-file", &key, "--scope", "acme/ada/7"];
    let gateway = Gateway::start(format!("http://{address}"), &options);
    (dir, gateway, seen)
}

async fn ask(gateway: &Gateway, body: &Value) -> String {
    let request = Request::post("/v1/chat/completions").header("content-type", "application/json");
    text(gateway.send(request.body(full(body.to_string())).unwrap()).await).await
}

/// What must hold of an answer, whose text and calls these are.
fn check(request: &str, content: &str, calls: &[String]) {
    let (mail, card) = (token(request, "EMAIL"), token(request, "CREDIT_CARD"));
    assert_eq!(
        content,
        format!("Wrote to {MAIL}, charged {card}, and not {}.", forged(&mail))
    );
    let given: Vec<Value> = calls
        .iter()
        .map(|call| serde_json::from_str(call).unwrap())
        .collect();
    assert_eq!(given[0], json!({ "to": MAIL, "note": "\"hi\"" }));
    assert_eq!(given[1]["mail"], Value::from(mail));
    let code = given[1]["code"].as_str().unwrap();
    assert!(
        code.starts_with("[CODE:k0:"),
        "a field of this function alone: {code}"
    );
    assert_eq!(given[2], json!({ "card": CARD, "mail": MAIL }));
}

#[tokio::test]
async fn real_values_stay_with_the_caller() {
    let (_dir, mut gateway, seen) = model().await;
    let question = json!({ "role": "user", "content": format!("mail {MAIL}, card {CARD}") });
    let body = json!({ "stream": true, "messages": [question] });
    let answer = ask(&gateway, &body).await;
    let first = seen.lock().unwrap().last().cloned().unwrap();
    assert!(!first.contains(MAIL) && !first.contains("4111"), "{first}");
    let (content, calls) = joined(&answer);
    check(&first, &content, &calls);
    let line = gateway.line().await;
    assert!(
        line.contains(" response_restored=4 response_kept=2 response_forged=1"),
        "{line}"
    );
    assert!(!line.contains("ada@"), "{line}");

    // The same again, with what was answered: the upstream reads the same tokens.
    let called = json!({ "role": "assistant", "content": content, "tool_calls": [
        { "function": { "name": "send", "arguments": calls[0] } },
        { "function": { "arguments": calls[2], "name": "charge" } },
    ]});
    let body = json!({ "stream": false, "messages": [question, called] });
    let answer = ask(&gateway, &body).await;
    let second = seen.lock().unwrap().last().cloned().unwrap();
    assert!(!second.contains(MAIL) && !second.contains("4111"), "{second}");
    let (mail, card) = (token(&first, "EMAIL"), token(&first, "CREDIT_CARD"));
    let count = |text: &str, token: &str| text.matches(token).count();
    assert_eq!((count(&second, &mail), count(&second, &card)), (4, 3), "{second}");
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let message = &answer["choices"][0]["message"];
    let calls: Vec<String> = (0..3)
        .map(|index| {
            let arguments = &message["tool_calls"][index]["function"]["arguments"];
            arguments.as_str().unwrap().to_owned()
        })
        .collect();
    check(&second, message["content"].as_str().unwrap(), &calls);
    assert!(gateway.line().await.contains(" response_forged=1"));
}
