//! The example of `corpus/example`: every table of a rules file, through `redact`, `scan` and `serve`.

mod common;
use common::http::{Gateway, answering, full, text};
use common::{code, run, said};
use hyper::{Request, Response};
use std::fs;
use std::path::{Path, PathBuf};

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../corpus/example")
        .join(name)
}

fn file(name: &str) -> String {
    path(name).display().to_string()
}

fn read(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap()
}

/// Input, what becomes of it, and how it is read.
const PAIRS: [(&str, &str, &str); 3] = [
    ("order.json", "order.masked.json", "json"),
    ("orders.ndjson", "orders.masked.ndjson", "ndjson"),
    ("events.sse", "events.masked.sse", "sse"),
];

#[test]
fn the_rules_are_right() {
    let output = run(&["rules", "check", &file("rules.toml"), "--deny-warnings"], b"");
    assert_eq!((code(&output), said(&output)), (0, String::new()));
}

#[test]
fn redact_makes_of_each_sample_what_is_said() {
    for (input, masked, format) in PAIRS {
        for chunk in ["64K", "1"] {
            let rules = file("rules.toml");
            let args = [
                "redact",
                &file(input),
                "--rules",
                &rules,
                "--format",
                format,
                "--chunk",
                chunk,
            ];
            let output = run(&args, b"");
            assert_eq!(code(&output), 0, "{input}: {}", said(&output));
            assert_eq!(
                String::from_utf8_lossy(&output.stdout),
                read(masked),
                "{input}, {chunk}"
            );
        }
    }
}

#[test]
fn what_is_masked_stays_as_it_is() {
    for (_, masked, format) in PAIRS {
        let output = run(
            &[
                "redact",
                &file(masked),
                "--rules",
                &file("rules.toml"),
                "--format",
                format,
            ],
            b"",
        );
        assert_eq!(code(&output), 0, "{masked}: {}", said(&output));
        assert_eq!(String::from_utf8_lossy(&output.stdout), read(masked), "{masked}");
    }
}

#[test]
fn scan_says_who_found_what_where() {
    let args = [
        "scan",
        &file("order.json"),
        "--rules",
        &file("rules.toml"),
        "--fail-on-findings",
    ];
    let output = run(&args, b"");
    assert_eq!(code(&output), 1, "{}", said(&output));
    let said = |text: &str| -> Vec<serde_json::Value> {
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    };
    let found = said(&String::from_utf8_lossy(&output.stdout));
    assert_eq!(found, said(&read("order.findings.jsonl")));
}

#[test]
fn a_pause_refuses_what_is_too_much() {
    let line = "{\"patient\":{\"diagnosis\":\"flu\"}}\n".repeat(21);
    let args = [
        "redact",
        "-",
        "--rules",
        &file("rules.toml"),
        "--format",
        "ndjson",
    ];
    assert_eq!(code(&run(&args, line.as_bytes())), 3);
    let output = run(&[&args[..], &["--on-pause", "mask"]].concat(), line.as_bytes());
    assert_eq!(code(&output), 0);
    assert!(!String::from_utf8_lossy(&output.stdout).contains("flu"));
}

#[tokio::test]
async fn serve_masks_both_directions() {
    let (address, mut requests) = answering(|| {
        let answer = Response::builder().header("content-type", "application/json");
        answer.body(full(read("order.json"))).unwrap()
    })
    .await;
    let gateway = Gateway::start(format!("http://{address}"), &["--rules", &file("rules.toml")]);
    let request = Request::post("/orders").header("content-type", "application/json");
    let response = gateway
        .send(request.body(full(read("order.json"))).unwrap())
        .await;
    assert_eq!(text(response).await, read("order.masked.json"));
    assert_eq!(requests.recv().await.unwrap().1, read("order.masked.json"));
}

#[tokio::test]
async fn serve_masks_events() {
    let (address, _requests) = answering(|| {
        let answer = Response::builder().header("content-type", "text/event-stream");
        answer.body(full(read("events.sse"))).unwrap()
    })
    .await;
    let gateway = Gateway::start(format!("http://{address}"), &["--rules", &file("rules.toml")]);
    assert_eq!(text(gateway.get("/chat").await).await, read("events.masked.sse"));
}
