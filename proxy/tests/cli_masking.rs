//! What the command line makes of the engine's findings, refusals and pauses.
//!
//! These need the engine: with one that passes everything through they fail.

mod common;
use common::{Dir, code, run, said};
use serde_json::Value;
use std::fs;

const CUSTOMER: &[u8] = br#"{"name":"A. Person","mail":"bob@example.com","ssn":"078-05-1120"}"#;

#[test]
fn values_are_masked_at_every_chunk_size() {
    for chunk in ["1", "3", "16", "64K"] {
        let output = run(&["redact", "--chunk", chunk], CUSTOMER);
        assert_eq!(code(&output), 0, "{}", said(&output));
        let body = String::from_utf8(output.stdout).unwrap();
        assert!(body.contains(r#""mail":"[EMAIL]""#), "--chunk {chunk}: {body}");
        assert!(body.contains(r#""name":"A. Person""#), "--chunk {chunk}: {body}");
    }
}

#[test]
fn no_grammar_and_no_cut_changes_the_output() {
    let input = br#"{"mail":"ada@example.com","n":[1,{"a":"bob@example.com, or b"}],"s":"{\"m\":\"c@example.com\"}"}"#;
    let masked = br#"{"mail":"[EMAIL]","n":[1,{"a":"[EMAIL], or b"}],"s":"{\"m\":\"[EMAIL]\"}"}"#;
    for grammar in ["full", "structural"] {
        // The engine's own tests try every cut; these are enough to see that nothing here adds one.
        for chunk in [1, 2, 3, 5, 7, 13, 16, 24, 32, 61, 64, 65] {
            let output = run(
                &["redact", "--grammar", grammar, "--chunk", &chunk.to_string()],
                input,
            );
            let body = String::from_utf8_lossy(&output.stdout);
            assert_eq!(
                code(&output),
                0,
                "{grammar}, --chunk {chunk}: {} after {body}",
                said(&output)
            );
            assert_eq!(output.stdout, masked, "{grammar}, --chunk {chunk}: {body}");
        }
    }
}

#[test]
fn a_scan_lists_findings_and_may_fail() {
    let dir = Dir::new();
    let copy = dir.path("copy.jsonl");
    let output = run(&["scan", "--findings", &copy], CUSTOMER);
    assert_eq!(code(&output), 0);
    assert_eq!(
        fs::read(copy).unwrap(),
        output.stdout,
        "--findings is the same list"
    );
    let lines: Vec<Value> = output
        .stdout
        .split(|b| *b == b'\n')
        .filter(|l| !l.is_empty())
        .map(|l| serde_json::from_slice(l).unwrap())
        .collect();
    let mail = lines.iter().find(|finding| finding["entity"] == "EMAIL").unwrap();
    assert_eq!(mail["path"], "$.mail");
    assert_eq!(
        (mail["raw_start"].as_u64(), mail["raw_end"].as_u64()),
        (Some(28), Some(43))
    );
    assert_eq!(mail["slot"], "value");
    let output = run(&["scan", "--fail-on-findings"], CUSTOMER);
    assert_eq!(code(&output), 1);
    assert!(
        said(&output).is_empty(),
        "findings are no failure: {}",
        said(&output)
    );
}

#[test]
fn a_refusal_exits_with_3_and_leaves_no_file() {
    let dir = Dir::new();
    let (out, findings, receipt) = (dir.path("out.json"), dir.path("f.jsonl"), dir.path("r.json"));
    let broken = br#"{"mail":"bob@example.com","open":[}"#;
    let args = [
        "redact",
        "--format",
        "json",
        "-o",
        &out,
        "--findings",
        &findings,
        "--receipt",
        &receipt,
    ];
    let output = run(&args, broken);
    assert_eq!(code(&output), 3, "{}", said(&output));
    let said = said(&output);
    assert!(
        said.starts_with("lacuna: refused: ") && said.contains("at byte ") && said.contains("(hint: "),
        "{said}"
    );
    assert!(!said.contains("bob"), "a refusal shows no value: {said}");
    assert_eq!(
        dir.names(),
        ["f.jsonl", "r.json"],
        "no output, but findings and receipt"
    );
    let receipt: Value = serde_json::from_slice(&fs::read(receipt).unwrap()).unwrap();
    assert_eq!(receipt["complete"], false);
    assert!(fs::read_to_string(findings).unwrap().contains("EMAIL"));
}

#[test]
fn what_had_left_before_a_refusal_stays() {
    let output = run(&["redact", "--format", "json"], br#"{"a":1,"b":[}"#);
    assert_eq!(code(&output), 3);
    assert!(
        output.stdout.starts_with(br#"{"a":"#),
        "{:?}",
        String::from_utf8_lossy(&output.stdout)
    );
}

#[test]
fn an_empty_input_is_no_json() {
    assert_eq!(code(&run(&["redact", "--format", "json"], b"")), 3);
    assert_eq!(code(&run(&["redact"], b"")), 0);
    assert_eq!(code(&run(&["redact"], b"\x1f\x8b\x08\x00")), 3);
}

#[test]
fn mistakes_in_a_rules_file_have_their_place() {
    let dir = Dir::new();
    let rules = dir.write(
        "rules.toml",
        b"extends = [\"builtin:none\"]\n\n[[detector]]\nid = \"X\"\npattern = '('\n",
    );
    let output = run(&["redact", "--rules", &rules], b"{}");
    assert_eq!(code(&output), 2);
    let said = said(&output);
    assert!(said.contains("rules.toml:1:"), "{said}");
    assert!(said.lines().count() >= 2, "all mistakes at once: {said}");
    assert_eq!(code(&run(&["redact", "--rules", "builtin:none"], b"{}")), 2);
}

#[test]
fn a_hash_needs_its_key() {
    let dir = Dir::new();
    let rules =
        "extends = [\"builtin:default\"]\n[treatment]\nrestricted = \"hash\"\nconfidential = \"hash\"\n";
    let without = dir.write("without.toml", rules.as_bytes());
    let output = run(&["redact", "--rules", &without], CUSTOMER);
    assert_eq!(code(&output), 2);
    assert!(said(&output).contains("--key-file"), "{}", said(&output));
    dir.write("site.key", b"an invented key of enough bytes\n");
    let with = dir.write(
        "with.toml",
        format!("{rules}[keys]\nfile = \"site.key\"\n").as_bytes(),
    );
    let named = run(&["redact", "--rules", &with], CUSTOMER);
    assert_eq!(code(&named), 0, "{}", said(&named));
    let given = run(
        &["redact", "--rules", &without, "--key-file", &dir.path("site.key")],
        CUSTOMER,
    );
    assert_eq!(given.stdout, named.stdout);
    assert!(String::from_utf8(named.stdout).unwrap().contains("[EMAIL#"));
}

#[test]
fn a_pause_is_refused_or_masked() {
    let dir = Dir::new();
    let rules = dir.write(
        "rules.toml",
        b"extends = [\"builtin:default\"]\n[[pause]]\nclass = \"confidential\"\nfindings = 1\n",
    );
    let input = br#"["a@example.com","b@example.com","c@example.com"]"#;
    let output = run(&["redact", "--rules", &rules], input);
    assert_eq!(code(&output), 3);
    let said = said(&output);
    assert!(
        said.contains("pause rule 0") && said.contains("$[1]") && !said.contains("b@"),
        "{said}"
    );
    assert!(output.stdout.starts_with(br#"["[EMAIL]""#));
    let output = run(&["redact", "--rules", &rules, "--on-pause", "mask"], input);
    assert_eq!(code(&output), 0);
    assert_eq!(output.stdout, br#"["[EMAIL]","[EMAIL]","[EMAIL]"]"#);
}

#[test]
fn the_list_of_rules_has_the_detectors() {
    let output = run(&["rules", "list", "--json"], b"");
    let list: Value = serde_json::from_slice(&output.stdout).unwrap();
    let email = list
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["entity"] == "EMAIL")
        .unwrap();
    assert!(email["example"].as_str().unwrap().contains('@'));
    assert!(email["confidence"].as_f64().unwrap() > 0.0);
}

#[test]
fn texts_in_fragments_are_one_text() {
    let events = concat!(
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"to bob@exam\"}}]}\n\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"ple.com.\"}}]}\n\n",
    );
    let masked = events.replace("bob@exam", "[EMAIL]").replace("ple.com", "");
    for profile in ["auto", "openai-chat"] {
        let output = run(
            &["redact", "--profile", profile, "--chunk", "7"],
            events.as_bytes(),
        );
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            masked,
            "{}",
            said(&output)
        );
    }
    let output = run(&["redact", "--profile", "plain"], events.as_bytes());
    assert_eq!(output.stdout, events.as_bytes());
    let found = run(&["scan"], events.as_bytes()).stdout;
    let found: Value = serde_json::from_slice(&found).unwrap();
    let place = [&found["record"], &found["start"], &found["end"]].map(|number| number.as_u64());
    assert_eq!(place, [Some(0), Some(3), Some(18)]);
    assert_eq!(
        (found["slot"].as_str(), found["path"].as_str()),
        (Some("lane"), Some("$.choices[0].delta.content"))
    );
    // Lines of a protocol are known by the first.
    let lines = concat!(
        "{\"model\":\"m\",\"created_at\":\"t\",\"response\":\"bob@exam\",\"done\":false}\n",
        "{\"model\":\"m\",\"created_at\":\"t\",\"response\":\"ple.com\",\"done\":true}\n",
    );
    let masked = lines.replace("bob@exam", "[EMAIL]").replace("ple.com", "");
    for more in [
        &["redact"][..],
        &["redact", "--format", "ndjson", "--threads", "2"],
    ] {
        assert_eq!(
            String::from_utf8_lossy(&run(more, lines.as_bytes()).stdout),
            masked
        );
    }
}
