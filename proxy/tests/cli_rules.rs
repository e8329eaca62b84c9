//! `lacuna rules explain` and `lacuna rules bench`: what they say, and what they must never show.

mod common;
use common::{Dir, code, run, said};

/// Runs a command that must succeed: what it said on standard output.
fn page(args: &[&str], input: &[u8]) -> String {
    let output = run(args, input);
    assert_eq!(code(&output), 0, "{args:?} said {}", said(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A text explained with builtin:default.
fn explained(text: &str) -> String {
    page(&["rules", "explain", "--text", text], b"")
}

/// A page with blanks and line ends alike, to look for sentences in.
fn flat(page: &str) -> String {
    page.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The part of a page before the list of detectors.
fn before_detectors(page: &str) -> &str {
    page.split("builtin:default has").next().unwrap_or_default()
}

#[test]
fn a_finding_is_underlined_and_said_in_words() {
    let page = explained("write to ada@example.com now");
    assert!(page.starts_with("28 bytes read as text: 1 finding.\n"), "{page}");
    let lines: Vec<&str> = page.lines().collect();
    let at = lines.iter().position(|line| line.contains("write to")).unwrap();
    assert_eq!(lines[at], "  write to ada@example.com now");
    assert_eq!(lines[at + 1], "           ^^^^^^^^^^^^^^^");
    for said in [
        "  detector    email\n  trigger     `@`\n",
        "  entity      EMAIL\n",
        "  class       confidential\n",
        "  action      placeholder: [EMAIL]\n",
        "  path        $ (text), record 0\n",
        "  bytes       9..24 of the text, 9..24 of the input\n",
        "What leaves\n  write to [EMAIL] now\n",
    ] {
        assert!(page.contains(said), "{said:?} is not in\n{page}");
    }
}

#[test]
fn every_page_has_80_columns() {
    for text in [
        "write to ada@example.com, ssn 123-45-6789, password: hunter2hunter2, card 4111 1111 1111 1111",
        r#"{"a":{"b":"{\"card\":\"4111111111111111\"}"}}"#,
        &"long ".repeat(300),
        &format!("{{\"{}\":\"ada@example.com\"}}", "k".repeat(300)),
    ] {
        for line in explained(text).lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}

#[test]
fn the_word_that_raised_it_is_named() {
    for (text, word) in [
        ("his ssn is 123-45-6789", "by the context `ssn`"),
        (r#"{"userSsn":["123-45-6789"]}"#, "by the context `ssn`"),
        ("visa card 4111 1111 1111 1111", "by the context `card`, `visa`"),
    ] {
        let page = flat(&explained(text));
        assert!(page.contains(word), "{word} is not in\n{page}");
        assert!(page.contains("raised from 0."), "{page}");
    }
    // Nothing near: nothing raised it.
    let page = explained("it is 4111 1111 1111 1111");
    assert!(!before_detectors(&page).contains("by the context"), "{page}");
}

#[test]
fn a_candidate_that_is_none_says_why() {
    let page = flat(&explained("pay 4111 1111 1111 1112 now"));
    assert!(page.contains("nothing was found."), "{page}");
    assert!(
        page.contains("credit-card bytes 4..23 of the input: its check `card` says no"),
        "{page}"
    );
    let page = flat(&explained("a code: 665010001 it is"));
    assert!(
        page.contains("us-ssn-plain bytes 8..17 of the input: confidence 0."),
        "{page}"
    );
    assert!(page.contains("and no context word is near"), "{page}");
    let page = flat(&explained("all is well"));
    assert!(
        page.contains("nothing was found. No other detector had a candidate."),
        "{page}"
    );
}

#[test]
fn an_allowed_value_says_so() {
    let dir = Dir::new();
    let rules = dir.write(
        "rules.toml",
        b"extends = [\"builtin:default\"]\n[[allow]]\nvalue = \"ada@example.com\"\n[[pause]]\nclass = \
          \"confidential\"\nfindings = 1\n",
    );
    let text = "ada@example.com";
    let page = flat(&page(
        &["rules", "explain", "--text", text, "--rules", &rules],
        b"",
    ));
    assert!(
        page.contains("email bytes 0..15 of the input: an allow entry removes it"),
        "{page}"
    );
    assert!(page.contains("Pause rules are left out"), "{page}");
}

#[test]
fn a_field_a_number_and_a_key_say_what_stands_there() {
    let dir = Dir::new();
    let rules = dir.write(
        "rules.toml",
        b"extends = [\"builtin:default\"]\n[[field]]\npath = \"$.name\"\nclass = \"restricted\"\n[treatment]\n\
          confidential = { keep_last = 4 }\n",
    );
    let text = r#"{"name":"Ada","card":4111111111111111,"ada@example.com":1,"to":"ada@example.com"}"#;
    let page = flat(&page(
        &["rules", "explain", "--text", text, "--rules", &rules],
        b"",
    ));
    for said in [
        "detector field:$.name rule the field at",
        "its place is enough entity NAME",
        "$.card (a number)",
        "0, so that the number stays one",
        "[EMAIL#...], so that two keys stay two",
        "keep_last: the last 4 characters stay",
    ] {
        assert!(page.contains(said), "{said:?} is not in\n{page}");
    }
}

#[test]
fn a_file_shows_no_value() {
    let dir = Dir::new();
    let file = dir.write(
        "in.json",
        br#"{"mail":"ada@example.org","card":"4111 1111 1111 1112","ssn":"123-45-6789"}"#,
    );
    for args in [&["rules", "explain", &file][..], &["rules", "explain", "-"]] {
        let page = page(args, &std::fs::read(&file).unwrap());
        assert!(page.contains("2 findings"), "{page}");
        assert!(
            page.contains("bytes       0..15 of the value, 9..24 of the input"),
            "{page}"
        );
        for value in ["ada@", "example.org", "4111", "123-45", "6789"] {
            assert!(!page.contains(value), "{value} is shown:\n{page}");
        }
    }
}

#[test]
fn every_detector_says_how_it_looks() {
    let dir = Dir::new();
    let rules = dir.write(
        "rules.toml",
        b"[[detector]]\nid = \"acme-employee\"\nentity = \"EMPLOYEE_ID\"\nclass = \"confidential\"\n\
          pattern = 'EMP-[0-9]{6}'\ncontext = [\"staff\"]\n",
    );
    let page = page(
        &["rules", "explain", "--text", "x", "--rules", &rules, "--all"],
        b"",
    );
    let list = page.split(" has 1 detector.\n").nth(1).unwrap();
    assert_eq!(
        list,
        "\nacme-employee\n  entity      EMPLOYEE_ID\n  class       confidential\n  confidence  0.80, with context \
         0.95\n  triggers    EMP-[0-9]{6}\n  longest     10 bytes\n  context     staff\n"
    );
}

#[test]
fn mistakes_and_refusals_have_their_codes() {
    let dir = Dir::new();
    for (args, expected) in [
        (&["rules", "explain"][..], 2),
        (&["rules", "explain", "x", "--text", "y"], 2),
        (&["rules", "explain", "--text", "y", "--rules", "builtin:none"], 2),
        (&["rules", "explain", "--text", "{\"a\":", "--format", "json"], 3),
        (&["rules", "explain", &dir.path("none")], 4),
        (&["rules", "bench", "--rounds", "0"], 2),
        (&["rules", "bench", &dir.write("empty", b"")], 2),
        (
            &[
                "rules",
                "bench",
                &dir.write("broken", b"{\"a\":}"),
                "--rounds",
                "1",
            ],
            3,
        ),
        (&["rules", "bench", &dir.path("none")], 4),
    ] {
        let output = run(args, b"");
        assert_eq!(code(&output), expected, "{args:?}: {}", said(&output));
        assert!(output.stdout.is_empty(), "{args:?} has no page");
    }
    // What begins like JSON may be meant as text.
    let output = run(&["rules", "explain", "--text", "123-45-6789"], b"");
    assert_eq!(code(&output), 3);
    assert!(said(&output).contains("--format text"), "{}", said(&output));
    let page = page(
        &["rules", "explain", "--text", "123-45-6789", "--format", "text"],
        b"",
    );
    assert!(page.contains("1 finding"), "{page}");
}

#[test]
fn a_bench_names_every_rule_and_what_it_found() {
    let dir = Dir::new();
    let line = "{\"mail\":\"ada@example.com\",\"note\":\"nothing else at all\"}\n".repeat(200);
    let file = dir.write("in.ndjson", line.as_bytes());
    let args = [
        "rules",
        "bench",
        &file,
        "--format",
        "ndjson",
        "--rules",
        "builtin:pii",
        "--rounds",
        "1",
        "--top",
        "1000",
    ];
    let output = run(&args, b"");
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert!(
        output.stderr.is_empty(),
        "progress is for terminals: {}",
        said(&output)
    );
    let page = String::from_utf8(output.stdout).unwrap();
    assert!(page.contains("read as ndjson, 200 findings"), "{page}");
    assert!(
        page.contains("all rules") && page.contains("no rules") && page.contains("GB/s"),
        "{page}"
    );
    let row = page.lines().find(|line| line.starts_with("email ")).unwrap();
    let figures: Vec<f64> = row
        .split_whitespace()
        .skip(1)
        .map(|figure| figure.trim_end_matches('%').parse().unwrap())
        .collect();
    let kib = line.len() as f64 / 1024.0;
    assert!((figures[3] - 200.0 / kib).abs() < 0.01, "candidates: {row}");
    assert!((figures[5] - 200.0 / kib * 1024.0).abs() < 0.1, "findings: {row}");
    for rule in ["us-ssn", "credit-card", "iban", "phone-plain", "ipv6"] {
        assert!(
            page.lines().any(|line| line.starts_with(&format!("{rule} "))),
            "{rule} is not in\n{page}"
        );
    }
    assert!(page.lines().all(|line| line.chars().count() <= 80), "{page}");
}

#[test]
fn a_covered_finding_says_who_won_and_why() {
    let dir = Dir::new();
    let detector = |id: &str, class: &str, pattern: &str| {
        format!("[[detector]]\nid = '{id}'\nentity = 'X'\nclass = '{class}'\npattern = '{pattern}'\n")
    };
    let rules = [
        detector("low", "confidential", "ab-[0-9]{4}-x"),
        detector("high", "restricted", "b-[0-9]{4}"),
        detector("long", "confidential", "cd-[0-9]{4}-x"),
        detector("short", "confidential", "cd-[0-9]{4}"),
        detector("early", "confidential", "ef-[0-9]{4}"),
        detector("late", "confidential", "f-[0-9]{4}-x"),
    ];
    let rules = dir.write("rules.toml", rules.concat().as_bytes());
    let text = "ab-1234-x, cd-1234-x, ef-1234-x";
    let page = flat(&page(
        &["rules", "explain", "--text", text, "--rules", &rules],
        b"",
    ));
    for said in [
        "covered by finding 2, high, which is restricted, more than confidential",
        "long, which is longer",
        "early, which begins before it",
    ] {
        assert!(page.contains(said), "{said:?} is not in\n{page}");
    }
}

#[test]
fn a_value_that_stands_alone_says_so() {
    let dir = Dir::new();
    let rules = dir.write(
        "rules.toml",
        b"[[detector]]\nid = 'x'\nentity = 'X'\nclass = 'restricted'\npattern = 'ab-[0-9]{4}'\nconfidence = 0.3\n\
          alone_confidence = 0.7\n",
    );
    let args =
        |text: &'static str| ["rules", "explain", "--rules", &rules, "--text", text].map(str::to_owned);
    let of = |text| {
        let args = args(text);
        flat(&page(&args.each_ref().map(String::as_str), b""))
    };
    assert!(of("[\"ab-1234\"]").contains("0.70, raised from 0.30 by standing alone in its text"));
    assert!(of("[\"so ab-1234\"]").contains("confidence 0.30, 0.50 is asked for"));
}

#[test]
fn a_bench_lists_the_dearest_and_says_all_of_it_as_json() {
    let args = [
        "rules",
        "bench",
        "--clean",
        "--rounds",
        "1",
        "--rules",
        "builtin:pii",
        "--top",
        "2",
    ];
    let page = page(&args, b"");
    assert!(page.contains("nothing sensitive"), "{page}");
    let rows = page.lines().skip_while(|line| !line.starts_with("RULE")).skip(1);
    assert_eq!(rows.take_while(|line| !line.is_empty()).count(), 2, "{page}");
    assert!(page.contains("... and "), "{page}");
    let json = self::page(&[&args[..], &["--json"]].concat(), b"");
    let said: serde_json::Value = serde_json::from_str(&json).unwrap();
    let rules = said["rules"].as_array().unwrap();
    assert!(rules.len() > 2 && said["gb_per_second"].as_f64().unwrap() > 0.0);
    assert_eq!(rules.iter().filter(|rule| rule["slows"].is_number()).count(), 2);
    assert!(
        rules
            .iter()
            .all(|rule| rule["share"].is_number() && rule["candidates_per_kib"].is_number())
    );
}
