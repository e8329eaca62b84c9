//! Memory and time of a stream that is far larger than either may be.
//!
//! The input is made as it is written, and what comes out is compared as it is read: nothing of it is ever whole.
//! `LACUNA_MEMORY_MIB` sets the size of the inputs: 64, and 2048 in `.ci/full`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what is wrong by panicking"
)]

mod common;
use common::spawn;
use std::io::{Read, Write};
use std::thread;
use std::time::{Duration, Instant};

/// The most memory the program may ever have, in KiB.
const MOST: usize = 64 << 10;

/// How much longer four times the input may take.
const RATIO: f64 = 6.0;

/// One MiB at a time.
const BLOCK: usize = 1 << 20;

/// The size of the inputs.
fn mib() -> usize {
    match std::env::var("LACUNA_MEMORY_MIB") {
        Ok(text) => text.parse().expect("LACUNA_MEMORY_MIB is a number"),
        Err(_) => 64,
    }
}

/// The most memory a process has had, in KiB.
fn peak(id: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// What a run needed.
struct Cost {
    peak: usize,
    time: Duration,
}

/// Runs `redact` on `head`, `count` times `block`, and `tail`, and compares what comes out with what should.
fn redact(args: &[&str], block: (&[u8], &[u8]), count: usize, ends: (&[u8], &[u8])) -> Cost {
    let begun = Instant::now();
    let mut child = spawn(&[&["redact"], args].concat());
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let (input, expected) = (block.0.to_vec(), block.1.to_vec());
    let (head, tail) = (ends.0.to_vec(), ends.1.to_vec());
    let id = child.id();
    let peak = thread::scope(|scope| {
        let writer = scope.spawn({
            let (head, tail) = (&head, &tail);
            move || {
                stdin.write_all(head).unwrap();
                for _ in 0..count {
                    stdin.write_all(&input).unwrap();
                }
                stdin.write_all(tail).unwrap();
                // It lives as long as its input is open.
                peak(id)
            }
        });
        let mut got = vec![0; expected.len().max(head.len()).max(tail.len())];
        let mut must_be = |what: &[u8], part: &str| {
            let got = &mut got[..what.len()];
            stdout
                .read_exact(got)
                .unwrap_or_else(|error| panic!("{part}: {error}"));
            assert!(got == what, "{part} is not what it should be");
        };
        must_be(&head, "the start");
        for number in 0..count {
            must_be(&expected, &format!("block {number}"));
        }
        must_be(&tail, "the end");
        let mut rest = Vec::new();
        stdout.read_to_end(&mut rest).unwrap();
        assert!(rest.is_empty(), "{} bytes too many", rest.len());
        writer.join().unwrap()
    });
    let time = begun.elapsed();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    Cost { peak, time }
}

/// Lines of about a MiB: as they come, and as they should leave.
fn lines() -> (Vec<u8>, Vec<u8>) {
    let line = |mail: &str, card: &str, number: usize| {
        format!(
            "{{\"id\":{number},\"name\":\"A. Person\",\"mail\":\"{mail}\",\"note\":\"card {card}, and caf\\u00e9\",\
             \"tags\":[true,null,1e3]}}\n"
        )
    };
    let (mut input, mut expected) = (Vec::new(), Vec::new());
    for number in 10_000.. {
        input.extend(line("ada@example.com", "4111 1111 1111 1111", number).bytes());
        expected.extend(line("[EMAIL]", "[CREDIT_CARD]", number).bytes());
        if input.len() >= BLOCK {
            break;
        }
    }
    (input, expected)
}

#[test]
fn lines_without_end_need_little_memory() {
    let (input, expected) = lines();
    let count = (mib() << 20) / input.len();
    let cost = redact(&["--format", "ndjson"], (&input, &expected), count, (b"", b""));
    println!("{} MiB of NDJSON: {} KiB, {:?}", mib(), cost.peak, cost.time);
    assert!(cost.peak < MOST, "{} KiB", cost.peak);
}

#[test]
fn one_string_without_end_needs_little_memory() {
    // A value in every block, so that there is something to hold, and a word that never ends between them.
    let (mut input, mut expected) = (b" ada@example.com ".to_vec(), b" [EMAIL] ".to_vec());
    for filler in [&b"lorem ipsum \\u00e9 "[..], b"a"] {
        for _ in 0..BLOCK / 2 / filler.len() {
            input.extend(filler);
            expected.extend(filler);
        }
    }
    let count = ((mib() / 2) << 20) / input.len();
    let ends: (&[u8], &[u8]) = (b"{\"text\":\"", b"\"}");
    let cost = redact(&["--format", "json"], (&input, &expected), count, ends);
    println!(
        "one string of {} MiB: {} KiB, {:?}",
        mib() / 2,
        cost.peak,
        cost.time
    );
    assert!(cost.peak < MOST, "{} KiB", cost.peak);
}

#[test]
fn one_letter_over_and_over_takes_linear_time() {
    let block = vec![b'a'; BLOCK];
    let timed = |mib: usize| {
        let cost = redact(&["--format", "text"], (&block, &block), mib, (b"", b""));
        println!("{mib} MiB of a letter: {} KiB, {:?}", cost.peak, cost.time);
        assert!(cost.peak < MOST, "{} KiB", cost.peak);
        cost.time.as_secs_f64()
    };
    let size = (mib() / 2).max(8);
    let (quarter, whole) = (timed(size / 4), timed(size));
    // A short run is mostly the start of the program.
    assert!(
        whole / quarter < RATIO || whole < 2.0,
        "{whole:.1} s for {size} MiB, {quarter:.1} s for a quarter"
    );
}
