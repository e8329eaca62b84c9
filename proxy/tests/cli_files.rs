//! Files and pipes: chunk sizes, atomic output, broken pipes, inputs that cannot be read.

mod common;
use common::{Dir, code, lacuna, run, said, spawn};
use std::fs;
use std::io::{Read, Write};
use std::process::Stdio;

/// Nothing in it is sensitive: it must come out as it went in.
const PLAIN: &[u8] = br#"{"order": [1e3, -0.0, true], "note": "\u00e9t\/e", "order": {}}"#;

#[test]
fn bytes_survive_every_chunk_size() {
    let dir = Dir::new();
    let file = dir.write("in.json", PLAIN);
    for chunk in ["1", "2", "7", "64", "1K", "64K", "1M"] {
        let output = run(&["redact", &file, "--chunk", chunk], b"");
        assert_eq!(
            (code(&output), output.stdout.as_slice()),
            (0, PLAIN),
            "--chunk {chunk}"
        );
        let output = run(&["redact", "--chunk", chunk], PLAIN);
        assert_eq!(
            (code(&output), output.stdout.as_slice()),
            (0, PLAIN),
            "--chunk {chunk} of a pipe"
        );
    }
}

#[test]
fn a_minus_is_standard_input_and_output() {
    let output = run(&["redact", "-", "-o", "-"], PLAIN);
    assert_eq!((code(&output), output.stdout.as_slice()), (0, PLAIN));
}

#[test]
fn a_scan_prints_no_body() {
    let output = run(&["scan"], PLAIN);
    assert_eq!((code(&output), output.stdout.len()), (0, 0));
    assert_eq!(code(&run(&["scan", "--fail-on-findings"], PLAIN)), 0);
}

#[test]
fn a_live_input_is_not_waited_for() {
    let mut child = spawn(&["redact", "--format", "text"]);
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    for line in ["one line\n", "and another\n"] {
        stdin.write_all(line.as_bytes()).unwrap();
        // This blocks for ever if the program waits for more input, or for a full buffer.
        let mut first = [0; 3];
        stdout.read_exact(&mut first).unwrap();
        assert_eq!(first, line.as_bytes()[..3]);
        let mut rest = vec![0; line.len() - 3 - "line\n".len()];
        stdout.read_exact(&mut rest).unwrap();
        let mut end = [0; 5];
        stdout.read_exact(&mut end[..]).unwrap();
    }
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn output_appears_under_its_name_only_when_complete() {
    let dir = Dir::new();
    let out = dir.write("out.json", b"the old content");
    let mut child = spawn(&["redact", "-o", &out]);
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(&PLAIN[..20]).unwrap();
    // The temporary file shows that the run has begun; the target is still the old one.
    while dir.names().len() < 2 {
        std::thread::yield_now();
    }
    assert_eq!(fs::read(&out).unwrap(), b"the old content");
    stdin.write_all(&PLAIN[20..]).unwrap();
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(fs::read(&out).unwrap(), PLAIN);
    assert_eq!(dir.names(), ["out.json"], "no temporary file is left");
}

#[test]
fn a_file_may_be_redacted_onto_itself() {
    let dir = Dir::new();
    let file = dir.write("both.json", PLAIN);
    assert_eq!(
        code(&run(&["redact", &file, "-o", &file, "--chunk", "8"], b"")),
        0
    );
    assert_eq!(fs::read(&file).unwrap(), PLAIN);
}

#[test]
fn a_link_and_a_device_stay_what_they_are() {
    let dir = Dir::new();
    let target = dir.write("target.json", b"old");
    let link = dir.path("link.json");
    std::os::unix::fs::symlink(&target, &link).unwrap();
    assert_eq!(code(&run(&["redact", "-o", &link], PLAIN)), 0);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read(&target).unwrap(), PLAIN);
    assert_eq!(code(&run(&["redact", "-o", "/dev/null"], PLAIN)), 0);
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn inputs_and_outputs_that_fail_exit_with_4_and_are_named() {
    let dir = Dir::new();
    let missing = dir.path("missing.json");
    let cases: &[&[&str]] = &[
        &["redact", &missing],
        &["scan", &missing],
        &["redact", "/proc"],
        &["redact", "-o", "/proc/out.json"],
        &["redact", "--receipt", "/proc/receipt.json"],
        &["redact", "--findings", "/proc/findings.jsonl"],
    ];
    for args in cases {
        let output = run(args, PLAIN);
        assert_eq!(code(&output), 4, "{args:?} said {}", said(&output));
        let name = args.last().unwrap();
        assert!(said(&output).contains(name), "{args:?} said {}", said(&output));
    }
    assert_eq!(
        dir.names(),
        Vec::<String>::new(),
        "nothing is created where there is no input"
    );
}

#[test]
fn a_full_device_is_a_failure() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let file = Dir::new();
    let path = file.write("in.json", PLAIN);
    let status = lacuna()
        .args(["redact", &path])
        .stdout(full)
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(4));
}

#[test]
fn a_broken_pipe_ends_quietly() {
    let dir = Dir::new();
    let large = dir.write("large.txt", &b"a line of no interest\n".repeat(100_000));
    let mut child = spawn(&["redact", "--format", "text", &large]);
    let mut some = [0; 10];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut some).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!((code(&output), said(&output).as_str()), (0, ""));
}

#[test]
fn receipts_and_findings_are_files_of_their_own() {
    let dir = Dir::new();
    let (findings, receipt) = (dir.path("f.jsonl"), dir.path("r.json"));
    let output = run(&["redact", "--findings", &findings, "--receipt", &receipt], PLAIN);
    assert_eq!(code(&output), 0);
    let receipt: serde_json::Value = serde_json::from_slice(&fs::read(receipt).unwrap()).unwrap();
    assert!(receipt.get("complete").is_some(), "{receipt}");
    assert_eq!(fs::read(findings).unwrap(), b"", "nothing was found");
}

/// Lines with values in some of them, more than a block for two threads.
fn many_lines() -> Vec<u8> {
    let mut lines = Vec::new();
    for number in 0..90_000 {
        let mail = if number % 7 == 0 {
            "bob@example.com"
        } else {
            "on file"
        };
        let line = format!(r#"{{"n":{number},"mail":"{mail}","tags":["a","b"],"note":"nothing more"}}"#);
        lines.extend_from_slice(line.as_bytes());
        lines.push(b'\n');
    }
    lines
}

#[test]
fn threads_change_nothing_but_the_time() {
    let dir = Dir::new();
    let good = many_lines();
    let mut bad = good.clone();
    let at = bad.len() - 1000;
    bad.splice(at..at, b"\n{\"bad\":[}\n".iter().copied());
    for (name, lines, expected) in [("good", good, 0), ("bad", bad, 3)] {
        let file = dir.write(&format!("{name}.ndjson"), &lines);
        let ran = |threads: &str| {
            let found = dir.path(&format!("{name}-{threads}.jsonl"));
            let options = [
                "redact",
                &file,
                "--format",
                "ndjson",
                "--threads",
                threads,
                "--findings",
                &found,
            ];
            let output = run(&options, b"");
            assert_eq!(code(&output), expected, "{}", said(&output));
            (output.stdout.clone(), fs::read(&found).unwrap(), said(&output))
        };
        let one = ran("1");
        assert!(one.1.len() > 100_000);
        for threads in ["2", "3"] {
            let more = ran(threads);
            assert!(more.0 == one.0, "{name}: the output of {threads} threads differs");
            assert!(
                more.1 == one.1,
                "{name}: the findings of {threads} threads differ"
            );
            assert_eq!(more.2, one.2, "{name}");
        }
    }
}
