//! Texts that come in fragments: streams of every protocol, made and recorded, against what the whole text becomes.

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

use common::{check, left, left_at_once, push, run};
use lacuna::{Collect, Error, ErrorKind, Format, Limit, Plan, Profile, Redactor, Ruleset};
use make::SEED;
use std::path::PathBuf;
use streams::{Draw, PROTOCOLS, joined, mask, recorded, unframe};

fn rules() -> Ruleset {
    Ruleset::builtin("default").unwrap()
}

fn plan(rules: &Ruleset, profile: &str) -> Plan {
    Plan::new(rules).with_profile(match profile {
        "auto" => Profile::auto(),
        name => Profile::builtin(name).unwrap(),
    })
}

/// How many streams are made: `PROPTEST_CASES` says otherwise.
fn many(cases: usize) -> usize {
    let asked = std::env::var("PROPTEST_CASES").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(cases)
}

/// Joined, what left is the mask of what was joined; the events are the same, and nothing else in them changed.
#[test]
fn the_joined_output_is_the_mask_of_the_joined_input() {
    let rules = rules();
    let mut draw = Draw::new(*SEED);
    for _ in 0..many(400) {
        let protocol = &PROTOCOLS[draw.below(PROTOCOLS.len())];
        let texts = draw.texts(protocol, make::VALUES);
        let stream = draw.stream(protocol, &texts);
        let plan = plan(&rules, "auto");
        let (got, _) = run(&rules, &plan, protocol.format, &stream, &[]);
        assert_eq!(
            got.refused,
            None,
            "LACUNA_SEED={}\n{}",
            *SEED,
            String::from_utf8_lossy(&stream)
        );
        let what = || {
            format!(
                "LACUNA_SEED={} {}\n{}\nbecame\n{}",
                *SEED,
                protocol.name,
                String::from_utf8_lossy(&stream),
                String::from_utf8_lossy(&got.caller)
            )
        };
        let (before, after) = (joined(protocol, &stream), joined(protocol, &got.caller));
        assert_eq!(
            before.keys().collect::<Vec<_>>(),
            after.keys().collect::<Vec<_>>(),
            "{}",
            what()
        );
        for (key, text) in &before {
            assert_eq!(
                after[key],
                mask(&rules, text),
                "{key:?} of {text:?} in {}",
                what()
            );
        }
        let events = |bytes: &[u8]| unframe(protocol, bytes).len();
        assert_eq!(events(&stream), events(&got.caller), "{}", what());
    }
}

/// The engine is what the slow truth says, wherever the stream is cut.
#[test]
fn streams_equal_the_truth_in_every_cut() {
    let rules = rules();
    let mut draw = Draw::new(SEED.wrapping_add(1));
    for _ in 0..many(40) {
        let protocol = &PROTOCOLS[draw.below(PROTOCOLS.len())];
        let texts = draw.short_texts(protocol, make::VALUES);
        let stream = draw.stream(protocol, &texts);
        let cuts: Vec<Vec<usize>> = (0..6)
            .map(|_| {
                let mut cuts: Vec<usize> = (0..3).map(|_| 1 + draw.below(stream.len() - 1)).collect();
                cuts.sort_unstable();
                cuts.dedup();
                cuts
            })
            .collect();
        let plan = plan(&rules, "auto");
        if let Err(what) = check(&rules, &plan, protocol.format, &stream, &cuts) {
            panic!(
                "LACUNA_SEED={}\n{what}\n{}",
                *SEED,
                String::from_utf8_lossy(&stream)
            );
        }
    }
}

/// The recorded streams beside this project, if they are there.
fn samples() -> Option<PathBuf> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let folder = here
        .ancestors()
        .map(|above| above.join("shared/wire/samples"))
        .find(|folder| folder.is_dir());
    if folder.is_none() {
        println!("no shared/wire/samples here: nothing to check");
    }
    folder
}

/// Without findings nothing changes, whatever the cut; and what had left after a prefix is the same for all cuts.
#[test]
fn recorded_streams_pass_unchanged_without_findings() {
    let Some(folder) = samples() else { return };
    let empty = Ruleset::builtin("empty").unwrap();
    for sample in recorded(&folder) {
        let plan = plan(&empty, &sample.profile);
        for size in [usize::MAX, 1, 37] {
            let cuts: Vec<usize> = (1..sample.bytes.len()).filter(|at| at % size == 0).collect();
            let (got, receipt) = run(&empty, &plan, sample.format, &sample.bytes, &cuts);
            assert_eq!(got.refused, None, "{}", sample.name);
            assert!(got.caller == sample.bytes, "{} changed", sample.name);
            assert!(receipt.complete);
        }
    }
}

/// Values put into recorded texts, cut anywhere: none is left, the events and what they repeat stay as they are.
#[test]
fn nothing_that_is_put_into_a_recorded_stream_comes_out_again() {
    let Some(folder) = samples() else { return };
    let rules = rules();
    let mut draw = Draw::new(SEED.wrapping_add(2));
    for sample in recorded(&folder) {
        for _ in 0..many(6) {
            let Some((stream, values)) = draw.inject(&sample) else {
                continue;
            };
            let plan = plan(&rules, &sample.profile);
            let cut = 1 + draw.below(stream.len() - 1);
            let (whole, _) = run(&rules, &plan, sample.format, &stream, &[]);
            let (got, _) = run(&rules, &plan, sample.format, &stream, &[cut]);
            assert_eq!(got, whole, "LACUNA_SEED={} {} cut at {cut}", *SEED, sample.name);
            let what = || format!("LACUNA_SEED={} {}", *SEED, sample.name);
            assert_eq!(got.refused, None, "{}", what());
            let (before, after) = (sample.joined(&stream), sample.joined(&got.caller));
            assert_eq!(before.len(), after.len(), "{}", what());
            // What stands around a value may say that it is none.
            let mut masks = String::new();
            for (key, text) in &before {
                let masked = mask(&rules, text);
                assert_eq!(after[key], masked, "{key:?} of {}", what());
                masks.push_str(&masked);
            }
            let all = String::from_utf8_lossy(&got.caller);
            for value in values.iter().filter(|value| !masks.contains(value.as_str())) {
                assert!(!all.contains(value.as_str()), "{value} is left in {}", what());
            }
            let at = draw.below(stream.len());
            let lens = left(&rules, &plan, sample.format, &stream[..=at]);
            assert_eq!(
                lens.last().copied(),
                Some(left_at_once(&rules, &plan, sample.format, &stream[..=at])),
                "after {at} bytes of {}",
                what()
            );
        }
    }
}

/// What clients compare and what is under a signature stays, byte for byte, where the profile is named.
#[test]
fn what_is_never_altered_stays_in_recorded_streams() {
    const NEVER: &[&str] = &[
        "signature",
        "thoughtSignature",
        "encrypted_content",
        "redacted_thinking",
        "thinking",
        "id",
        "item_id",
        "call_id",
        "tool_use_id",
        "model",
        "modelVersion",
        "responseId",
        "type",
        "role",
        "finish_reason",
        "finishReason",
        "obfuscation",
    ];
    fn never<'v>(value: &'v serde_json::Value, found: &mut Vec<&'v str>) {
        match value {
            serde_json::Value::Object(members) => {
                for (name, value) in members {
                    match value.as_str() {
                        Some(text) if NEVER.contains(&name.as_str()) => found.push(text),
                        _ => never(value, found),
                    }
                }
            }
            serde_json::Value::Array(values) => values.iter().for_each(|value| never(value, found)),
            _ => {}
        }
    }
    let Some(folder) = samples() else { return };
    let rules = rules();
    for sample in recorded(&folder) {
        let plan = plan(&rules, &sample.protocol);
        let (got, receipt) = run(&rules, &plan, sample.format, &sample.bytes, &[]);
        assert_eq!(got.refused, None, "{}", sample.name);
        let values = |bytes: &[u8]| -> Vec<serde_json::Value> {
            let text = String::from_utf8_lossy(bytes).into_owned();
            let lines = text
                .lines()
                .map(|line| line.strip_prefix("data:").unwrap_or(line));
            lines.filter_map(|line| serde_json::from_str(line).ok()).collect()
        };
        let (before, after) = (values(&sample.bytes), values(&got.caller));
        let (mut one, mut other) = (Vec::new(), Vec::new());
        before.iter().for_each(|value| never(value, &mut one));
        after.iter().for_each(|value| never(value, &mut other));
        assert_eq!(one, other, "{}", sample.name);
        let unscanned: u64 = receipt.unscanned.values().sum();
        assert_eq!(receipt.scanned + receipt.masked + unscanned, receipt.input);
        println!("{}: {:?}", sample.name, receipt.unscanned);
    }
}

/// How long events wait, in events: no longer than a delay line of eight detectors made them wait.
#[test]
fn events_wait_for_few_others() {
    let Some(folder) = samples() else { return };
    let rules = rules();
    let mut most: std::collections::BTreeMap<String, Vec<usize>> = Default::default();
    for sample in recorded(&folder) {
        let plan = plan(&rules, &sample.profile);
        let mut stream = Redactor::new(&rules, &plan, sample.format);
        let mut out = Collect::default();
        let ends = sample.event_ends();
        let mut gone = 0;
        let mut from = 0;
        let mut waited = vec![0; ends.len()];
        for (at, end) in ends.iter().enumerate() {
            push(
                &mut stream,
                &plan,
                &sample.bytes[from..*end],
                &mut out,
                &mut Vec::new(),
            )
            .unwrap();
            from = *end;
            let left = stream.receipt().input - held(&stream);
            while gone < ends.len() && ends[gone] as u64 <= left {
                waited[gone] = at - gone;
                gone += 1;
            }
        }
        for (at, waited) in waited.iter_mut().enumerate().skip(gone) {
            *waited = ends.len() - 1 - at;
        }
        most.entry(sample.protocol.clone()).or_default().extend(waited);
    }
    for (protocol, mut waited) in most {
        waited.sort_unstable();
        let at = |share: usize| waited[(waited.len() - 1) * share / 100];
        let none = waited.iter().filter(|waited| **waited == 0).count() * 100 / waited.len();
        println!(
            "{protocol}: {} events, at once {none} %, p50 {}, p95 {}, p99 {}, most {}",
            waited.len(),
            at(50),
            at(95),
            at(99),
            at(100)
        );
    }
}

/// How many bytes a stream holds.
fn held(stream: &Redactor) -> u64 {
    let shown = format!("{stream:?}");
    let number = |name: &str| -> u64 {
        let rest = shown.split(name).nth(1).unwrap();
        let digits: String = rest.chars().skip_while(|char| !char.is_ascii_digit()).collect();
        let digits: String = digits.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap()
    };
    number("read:") - number("left:")
}

#[test]
fn more_lanes_than_a_stream_may_have_are_refused_and_what_is_held_is_destroyed() {
    let rules = rules();
    let mut stream = Redactor::new(&rules, &plan(&rules, "auto"), Format::Sse);
    let choice = |index: usize| format!("{{\"index\":{index},\"delta\":{{\"content\":\"to bob@exam\"}}}}");
    let choices: Vec<String> = (0..65).map(choice).collect();
    let event = format!("data: {{\"choices\":[{}]}}\n\n", choices.join(","));
    let mut out = Collect::default();
    let Error { kind, at, .. } = stream.push(event.as_bytes(), &mut out).unwrap_err();
    assert_eq!(kind, ErrorKind::Limit(Limit::Lanes));
    assert_eq!(&event.as_bytes()[at.0 as usize..][..11], b"to bob@exam");
    assert!(!String::from_utf8_lossy(&out.caller).contains("bob"));
    // Lanes in which nothing is undecided make room.
    let mut stream = Redactor::new(&rules, &plan(&rules, "auto"), Format::Sse);
    let event = event.replace("to bob@exam", "done. ");
    assert!(stream.push(event.as_bytes(), &mut out).is_ok());
}
