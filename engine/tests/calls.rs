//! Functions that are called, in made records of every shape, against the truth.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what is wrong by panicking"
)]

mod common;
#[path = "common/make.rs"]
#[allow(dead_code, reason = "the seed and the values are all that is taken from it")]
mod make;
#[path = "common/streams.rs"]
mod streams;

use common::check;
use lacuna::{Action, Format, Grammar, OnBadRecord, Plan, Profile, Ruleset};
use make::SEED;
use std::fmt::Write;
use streams::Draw;

const PROFILE: &str = r#"
name = "own"
source = "https://example.com"
[[lane]]
text = "$.d"
key = ["$.i"]
[[end]]
at = "$.e"
same = ["$.i"]
[[repeat]]
text = ["$.r"]
[[call]]
name = "$.f.name"
arguments = ["$.f.args", "$.d", "$.a"]
same = ["$.i"]
[[call]]
name = "$.l[*].name"
arguments = ["$.l[*].args"]
"#;

const RULES: &str = r#"
extends = ["builtin:default"]
[[field]]
function = "send"
path = "$.ssn"
class = "restricted"
[[field]]
function = "read"
path = "$..ssn"
class = "public"
[[field]]
function = "drop"
path = "$.to"
class = "internal"
[[field]]
path = "$..pin"
class = "restricted"
[treatment]
internal = "drop"
[[plan]]
function = "send"
treatment = { confidential = "keep" }
[[plan]]
function = "read"
treatment = { confidential = "mask", public = "null" }
"#;

/// A value that may be what a function is given.
fn given(draw: &mut Draw) -> String {
    let member = |draw: &mut Draw| {
        let name = ["ssn", "to", "pin", "note", "bob@example.com"][draw.below(5)];
        let value = match draw.below(7) {
            0 => "4111111111111111".to_owned(),
            1 => "[1,\"eve@example.com\"]".to_owned(),
            2 => "{\"ssn\":\"x\"}".to_owned(),
            3 => r#""{\"ssn\":\"ada@example.com\",\"pin\":7}""#.to_owned(),
            4 => "\"a \\u0062ob@example.com\"".to_owned(),
            _ => format!("\"{}\"", make::VALUES[draw.below(make::VALUES.len())]),
        };
        format!("\"{name}\":{value}")
    };
    let members: Vec<String> = (0..draw.below(3)).map(|_| member(draw)).collect();
    let object = format!("{{{}}}", members.join(","));
    match draw.below(5) {
        0 => serde_json::to_string(&object).unwrap(),
        1 => format!("[{object}]"),
        2 => "null".to_owned(),
        _ => object,
    }
}

/// A fragment of arguments, as they are written.
fn fragment(draw: &mut Draw) -> String {
    let part = [
        "{\\\"ssn\\\":\\\"",
        "bob@exam",
        "ple.com",
        "\\\",\\\"to\\\":\\\"",
        "12",
        "\\\"}",
        "",
        " ",
    ];
    format!("\"{}\"", part[draw.below(part.len())])
}

fn name(draw: &mut Draw) -> String {
    ["\"send\"", "\"read\"", "\"drop\"", "\"s\\u0065nd\"", "\"\"", "5"][draw.below(6)].to_owned()
}

/// A value with a name and what is given, in any order, or without one of them.
fn called(draw: &mut Draw) -> String {
    let mut members = Vec::new();
    for _ in 0..1 + draw.below(3) {
        let member = match draw.below(5) {
            0 | 1 => format!("\"name\":{}", name(draw)),
            2 => "\"x\":\"eve@example.com\"".to_owned(),
            _ => format!("\"args\":{}", given(draw)),
        };
        members.push(member);
    }
    format!("{{{}}}", members.join(","))
}

fn record(draw: &mut Draw) -> String {
    let mut members = Vec::new();
    for _ in 0..draw.below(4) {
        let member = match draw.below(8) {
            0 => format!("\"i\":{}", draw.below(2)),
            1 => format!("\"l\":[{},{}]", called(draw), called(draw)),
            2 => format!("\"a\":{}", given(draw)),
            3 => "\"e\":true".to_owned(),
            4 => format!("\"r\":{}", fragment(draw)),
            5 => format!("\"d\":{}", fragment(draw)),
            _ => format!("\"f\":{}", called(draw)),
        };
        members.push(member);
    }
    format!("{{{}}}", members.join(","))
}

/// Records in a framing; sometimes a byte of them is another, or is not there.
fn stream(draw: &mut Draw, format: Format) -> Vec<u8> {
    let mut out = String::new();
    let count = if format == Format::Json {
        1
    } else {
        1 + draw.below(4)
    };
    for _ in 0..count {
        let record = record(draw);
        match format {
            Format::Sse if draw.below(3) == 0 => {
                // Not behind a number, whose end may be told as the place where the next line goes on.
                let lines = record.replacen(',', ",\ndata:", 2);
                let _ = write!(out, "data: {lines}\n\n");
            }
            Format::Sse => {
                let _ = write!(out, "data: {record}\n\n");
            }
            Format::Ndjson => {
                let _ = writeln!(out, "{record}");
            }
            _ => out.push_str(&record),
        }
    }
    let mut bytes = out.into_bytes();
    if draw.below(4) == 0 && !bytes.is_empty() {
        let at = draw.below(bytes.len());
        match draw.below(3) {
            0 => bytes.truncate(at),
            1 => drop(bytes.remove(at)),
            _ => bytes[at] = b"{}[]\",:x\\ "[draw.below(10)],
        }
    }
    bytes
}

/// What is called, what is done to what is given, and when it leaves, is what the slow truth says, wherever it is cut.
#[test]
fn calls_equal_the_truth_in_every_cut() {
    let rules = Ruleset::compile(RULES, "calls.toml", &mut |_, _| Err("none".into())).unwrap();
    let profile = Profile::parse(PROFILE, "own.toml").unwrap();
    let asked = std::env::var("PROPTEST_CASES").ok();
    let cases = asked.and_then(|text| text.parse().ok()).unwrap_or(400);
    let mut draw = Draw::new(SEED.wrapping_add(7));
    let mut wrong = Vec::new();
    for _ in 0..cases {
        let format = [Format::Json, Format::Sequence, Format::Ndjson, Format::Sse][draw.below(4)];
        let mut plan = Plan::new(&rules).with_profile(profile.clone());
        let pick = |draw: &mut Draw, of: usize| Some(draw.below(of)).filter(|at| *at < 2);
        let record = pick(&mut draw, 8).map(|at| [Action::Keep, Action::Placeholder][at]);
        let grammar = pick(&mut draw, 8).map(|at| [Grammar::Structural, Grammar::Full][at]);
        let bad = pick(&mut draw, 6).map(|at| [OnBadRecord::Mask, OnBadRecord::Text][at]);
        if let Some(record) = record {
            plan = plan.with_record(vec![record; 4]);
        }
        if let Some(grammar) = grammar {
            plan = plan.with_grammar(grammar);
        }
        if let Some(bad) = bad {
            plan = plan.with_bad_record(bad);
        }
        let input = stream(&mut draw, format);
        if input.len() < 2 {
            continue;
        }
        let cuts: Vec<Vec<usize>> = (0..4)
            .map(|_| {
                let mut cuts: Vec<usize> = (0..3).map(|_| 1 + draw.below(input.len() - 1)).collect();
                cuts.sort_unstable();
                cuts.dedup();
                cuts
            })
            .collect();
        if let Err(what) = check(&rules, &plan, format, &input, &cuts) {
            wrong.push(format!(
                "as {format:?}, {:?}\n{what}\n{}",
                (grammar, bad, record),
                String::from_utf8_lossy(&input)
            ));
        }
    }
    wrong.truncate(8);
    assert!(wrong.is_empty(), "LACUNA_SEED={}\n{}", *SEED, wrong.join("\n\n"));
}
