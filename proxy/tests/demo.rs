//! The demo shows both sides and ends. (Whether all is masked is for the engine: see `demo_masking.rs`.)

mod common;
use common::{code, run, said, spawn};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Command;

#[test]
fn the_show_has_both_sides_and_a_summary() {
    let output = run(&["demo", "--once"], b"");
    assert!(code(&output) == 0 || code(&output) == 1, "{}", said(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    for part in [
        "without Lacuna",
        "through Lacuna",
        "ada@example.com",
        "send_invoice",
        "the upstream received",
        "\"name\": \"Carol Example\"",
        "complete   3 of 3 bodies",
    ] {
        assert!(text.contains(part), "no {part:?} in:\n{text}");
    }
    assert!(!text.contains('\u{1b}'), "colours where there is no terminal");
}

#[test]
fn it_stays_up_until_it_is_told_to_stop() {
    let mut child = spawn(&["demo"]);
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let mut address = String::new();
    for line in stdout.lines() {
        let line = line.unwrap();
        if let Some((_, rest)) = line.split_once("http://") {
            address = rest.split('/').next().unwrap().to_owned();
        }
        if line.starts_with("Until Ctrl-C") {
            break;
        }
    }
    // The last address is the one through the gateway; it answers as the curl lines say.
    let mut socket = TcpStream::connect(&address).unwrap();
    socket
        .write_all(b"GET /customers/2 HTTP/1.1\r\nhost: demo\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200 ") && answer.contains("private, no-store"),
        "{answer}"
    );
    assert!(
        Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
