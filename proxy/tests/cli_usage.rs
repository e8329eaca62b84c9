//! Usage: what is accepted, what is a mistake, and that a mistake exits with 2 and says what to do.

mod common;
use common::{Dir, code, lacuna, run, said};
use std::process::Stdio;

#[test]
fn mistakes_exit_with_2() {
    let mistakes: &[&[&str]] = &[
        &[],
        &["reduct"],
        &["redact", "--chunk", "0"],
        &["redact", "--chunk", "many"],
        &["redact", "--threads", "0"],
        &["redact", "--format", "yaml"],
        &["redact", "--grammar", "loose"],
        &["redact", "--on-pause", "release"],
        &["redact", "a", "b"],
        &["redact", "--fail-on-findings"],
        &["rules"],
        &["serve"],
    ];
    for args in mistakes {
        let output = run(args, b"");
        assert_eq!(code(&output), 2, "{args:?} said {}", said(&output));
        assert!(!said(&output).is_empty(), "{args:?} said nothing");
    }
}

#[test]
fn an_unknown_profile_names_what_exists() {
    let output = run(&["redact", "--profile", "openai-chatt"], b"{}");
    assert_eq!(code(&output), 2);
    assert!(
        said(&output).contains("auto, openai-chat, openai-responses"),
        "{}",
        said(&output)
    );
    assert_eq!(code(&run(&["redact", "--profile", "plain"], b"{}")), 0);
}

#[test]
fn help_is_no_mistake_and_has_examples() {
    for args in [
        &["--help"][..],
        &["redact", "--help"],
        &["scan", "--help"],
        &["rules", "--help"],
        &["rules", "list", "--help"],
        &["rules", "explain", "--help"],
        &["rules", "bench", "--help"],
    ] {
        let output = run(args, b"");
        assert_eq!(code(&output), 0, "{args:?}");
        let help = String::from_utf8(output.stdout).unwrap();
        let examples = help.split("Examples:").nth(1).unwrap_or_default();
        let count = examples.lines().filter(|line| line.contains("lacuna ")).count();
        assert!(count >= 3, "{args:?} has no examples:\n{help}");
    }
}

#[test]
fn every_option_of_the_fixed_command_line_is_accepted() {
    let dir = Dir::new();
    let key = dir.write("key", b"an invented key of enough bytes\n");
    let (findings, receipt, out) = (dir.path("f.jsonl"), dir.path("r.json"), dir.path("o.json"));
    for command in ["redact", "scan"] {
        let mut args = vec![command, "-"];
        args.extend([
            "--rules",
            "builtin:default",
            "--format",
            "json",
            "--profile",
            "auto",
            "--grammar",
            "full",
        ]);
        args.extend([
            "--on-bad-record",
            "mask",
            "--on-pause",
            "mask",
            "--chunk",
            "64K",
            "--threads",
            "2",
        ]);
        args.extend([
            "--key-file",
            &key,
            "--findings",
            &findings,
            "--receipt",
            &receipt,
            "-o",
            &out,
        ]);
        let output = run(&args, b"{}");
        assert_eq!(code(&output), 0, "{}", said(&output));
        assert!(output.stdout.is_empty(), "-o leaves nothing for standard output");
    }
    assert_eq!(dir.names(), ["f.jsonl", "key", "o.json", "r.json"]);
}

#[test]
fn keys_that_cannot_be_used_exit_with_2() {
    let dir = Dir::new();
    let short = dir.write("short", b"fifteen bytes..\n");
    let enough = dir.write("enough", b"sixteen bytes...\n");
    let output = run(&["redact", "--key-file", &short], b"{}");
    assert_eq!(code(&output), 2);
    assert!(
        said(&output).contains("15 bytes are too short"),
        "{}",
        said(&output)
    );
    assert!(
        !said(&output).contains("fifteen"),
        "the key itself must not be shown"
    );
    assert_eq!(code(&run(&["redact", "--key-file", &enough], b"{}")), 0);
    let output = run(&["redact", "--key-file", &dir.path("none")], b"{}");
    assert_eq!(code(&output), 2);
    assert!(said(&output).contains("none"), "{}", said(&output));
}

#[test]
fn instructions_can_be_lowered_and_not_misspelt() {
    let with = |level: &str| {
        let mut child = lacuna();
        child.args(["redact", "-"]).env("LACUNA_SIMD", level);
        child.stdin(Stdio::null()).output().unwrap()
    };
    for level in ["scalar", "neon", "avx2", "avx512", ""] {
        let output = with(level);
        assert_eq!(code(&output), 0, "{level:?}: {}", said(&output));
    }
    let output = with("sse9");
    assert_eq!(code(&output), 2);
    let said = said(&output);
    assert!(
        said.contains("LACUNA_SIMD")
            && said.contains("sse9")
            && said.contains("(hint: scalar, neon, avx2 or avx512"),
        "{said}"
    );
}

#[test]
fn all_mistakes_are_told_at_once() {
    let dir = Dir::new();
    let (rules, key) = (dir.path("no-rules.toml"), dir.path("no-key"));
    let output = run(&["redact", "--rules", &rules, "--key-file", &key], b"{}");
    assert_eq!(code(&output), 2);
    let said = said(&output);
    assert!(
        said.contains("no-rules.toml:1:1") && said.contains("no-key"),
        "{said}"
    );
}

#[test]
fn rules_list_is_a_table_or_json() {
    let output = run(&["rules", "list"], b"");
    assert_eq!(code(&output), 0);
    assert!(String::from_utf8(output.stdout).unwrap().starts_with("DETECTOR"));
    let output = run(&["rules", "list", "--json"], b"");
    assert_eq!(code(&output), 0);
    let list: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(list.is_array());
}
