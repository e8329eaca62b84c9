//! Streams that want to leak, to crash or to hang, too long to be cases: what leaves of each, and how much waits.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what is wrong by panicking"
)]

mod common;

use common::{Got, run};
use lacuna::{ErrorKind, Format, Limit, Limits, Plan, Profile, Receipt, Ruleset};

/// Half of a MiB, and a bit.
const MUCH: usize = 600_000;

/// The most that a stream with lanes may hold.
fn most_held() -> u64 {
    let limits = Limits::default();
    u64::from(limits.held) + 4096 * u64::from(limits.lanes)
}

/// What a stream becomes under the default rules, whole and in pieces: the same.
fn masked(stream: &str, limits: Limits) -> (Got, Receipt) {
    let rules = Ruleset::builtin("default").unwrap();
    let plan = Plan::new(&rules)
        .with_profile(Profile::auto())
        .with_limits(limits);
    let whole = run(&rules, &plan, Format::Sse, stream.as_bytes(), &[]);
    let cuts: Vec<usize> = (1..stream.len()).step_by(1021).collect();
    let (pieces, receipt) = run(&rules, &plan, Format::Sse, stream.as_bytes(), &cuts);
    assert!(pieces == whole.0, "it depends on the cut");
    assert!(receipt.waits.values().all(|wait| wait.most <= most_held() + 1021));
    whole
}

fn said(content: &str) -> String {
    format!("data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{content}\"}}}}]}}\n\n")
}

fn thought(content: &str) -> String {
    said(content).replace("content", "reasoning")
}

fn argued(arguments: &str) -> String {
    let call = format!("{{\"index\":0,\"function\":{{\"arguments\":\"{arguments}\"}}}}");
    format!("data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"tool_calls\":[{call}]}}}}]}}\n\n")
}

/// What the fragments of a stream say, one behind the other.
fn joined(got: &Got) -> String {
    let all = String::from_utf8(got.caller.clone()).unwrap();
    let fragments = all.split("\"content\":\"").skip(1);
    fragments
        .map(|rest| rest.split('"').next().unwrap_or_default())
        .collect()
}

#[test]
fn an_event_of_a_mebibyte_passes_where_it_is_no_fragment() {
    let text = "word and word. ".repeat(1024 * 1024 / 15);
    let event = format!(
        "data: {{\"type\":\"response.completed\",\"response\":{{\"output\":[{{\"content\":[{{\"text\":\"{text}to bob@example.com\"}}]}}]}}}}\n\n"
    );
    let (got, receipt) = masked(&event, Limits::default());
    assert_eq!(got.refused, None);
    assert!(String::from_utf8(got.caller).unwrap() == event.replace("bob@example.com", "[EMAIL]"));
    assert!(receipt.complete);
}

#[test]
fn a_fragment_longer_than_may_be_held_is_refused() {
    let stream = said("to bob@exam") + &said(&"ple.com and on ".repeat(MUCH / 15)) + &said("x");
    let (got, receipt) = masked(&stream, Limits::default());
    assert_eq!(got.refused.unwrap().kind, ErrorKind::Limit(Limit::Held));
    assert_eq!(got.caller, stream.as_bytes()[..stream.find("to bob").unwrap()]);
    assert!(!receipt.complete);
}

#[test]
fn a_flood_of_fragments_of_one_character_is_read_as_the_text_it_is() {
    let text = "write to bob@example.com or pay 4111 1111 1111 1111, now. ".repeat(120);
    let stream: String = text.chars().map(|char| said(&char.to_string())).collect();
    let (got, _) = masked(&stream, Limits::default());
    assert_eq!(got.refused, None);
    let expected = text
        .replace("bob@example.com", "[EMAIL]")
        .replace("4111 1111 1111 1111", "[CREDIT_CARD]");
    assert_eq!(joined(&got), expected);
    assert_eq!(got.findings.len(), 240);
}

#[test]
fn a_storm_of_comments_does_not_part_a_value_nor_wait_without_end() {
    let few = said("to bob@exam") + &": keep alive\n\n".repeat(1000) + &said("ple.com, ");
    let (got, _) = masked(&few, Limits::default());
    assert_eq!(got.refused, None);
    assert_eq!(joined(&got), "to [EMAIL], ");
    let many = said("to bob@exam") + &": keep alive\n\n".repeat(MUCH / 14) + &said("ple.com, ");
    let (got, _) = masked(&many, Limits::default());
    assert_eq!(got.refused.unwrap().kind, ErrorKind::Limit(Limit::Held));
    assert_eq!(got.caller, many.as_bytes()[..many.find("to bob").unwrap()]);
}

#[test]
fn a_storm_of_phases_leaks_nothing_of_a_value() {
    let mut stream = String::new();
    for _ in 0..200 {
        for (one, other) in [
            ("4111 ", "bob@"),
            ("1111 ", "exam"),
            ("1111 ", "ple.c"),
            ("1111, ", "om, "),
        ] {
            stream += &said(one);
            stream += &thought(other);
        }
    }
    let (got, _) = masked(&stream, Limits::default());
    assert_eq!(got.refused, None);
    let all = String::from_utf8(got.caller.clone()).unwrap();
    assert!(!all.contains("1111") && !all.contains("exam") && !all.contains("bob"));
    assert_eq!(joined(&got), "[CREDIT_CARD], ".repeat(200));
    assert_eq!(got.findings.len(), 400);
}

#[test]
fn an_answer_does_not_queue_behind_a_thought_that_ends_in_a_number() {
    let stream = thought("so it is 1234 5678") + &said("x").repeat(12);
    let (got, receipt) = masked(&stream, Limits::default());
    assert_eq!(got.refused, None);
    assert_eq!(got.caller, stream.as_bytes());
    assert!(
        receipt.waits.values().all(|wait| wait.most < 900),
        "{:?}",
        receipt.waits
    );
}

#[test]
fn more_lanes_than_there_may_be_are_refused() {
    let choice = |index: usize| said("a bob@exam").replace("\"index\":0", &format!("\"index\":{index}"));
    let stream: String = (0..65).map(choice).collect();
    let (got, _) = masked(&stream, Limits::default());
    let refused = got.refused.unwrap();
    assert_eq!(
        (refused.kind, refused.record),
        (ErrorKind::Limit(Limit::Lanes), 64)
    );
    assert_eq!(got.caller, stream.as_bytes()[..stream.find("a bob").unwrap()]);
    // Lanes in which nothing waits make room.
    let stream: String = (0..500)
        .map(|index| choice(index).replace("a bob@exam", "a. "))
        .collect();
    let (got, _) = masked(&stream, Limits::default());
    assert!(got.refused.is_none() && got.caller == stream.as_bytes());
}

#[test]
fn strings_in_strings_in_arguments_are_refused_where_there_are_too_many() {
    let mut arguments = "bob@exam".to_owned();
    for _ in 0..6 {
        arguments = serde_json::json!([arguments]).to_string();
    }
    let arguments = serde_json::json!(arguments).to_string();
    let arguments = arguments.trim_matches('"');
    let (first, second) = arguments.split_at(arguments.find("bob@exam").unwrap() + 4);
    let stream = argued(first) + &argued(second);
    let (got, _) = masked(&stream, Limits::default());
    let refused = got.refused.unwrap();
    assert_eq!(
        (refused.kind, refused.record),
        (ErrorKind::Limit(Limit::Nesting), 0)
    );
    assert!(!String::from_utf8_lossy(&got.caller).contains("bob"));
}

#[test]
fn brackets_without_end_are_text_from_the_limit_on() {
    let deep = argued(&"[".repeat(3000)).repeat(100) + &argued("\\\"bob@exam") + &argued("ple.com\\\"");
    let (got, _) = masked(&deep, Limits::default());
    assert_eq!(got.refused, None);
    assert!(!String::from_utf8_lossy(&got.caller).contains("bob@"));
    let payload = format!("data: {}\"bob@example.com\"\n\n", "{\"a\":[".repeat(MUCH / 6));
    let (got, _) = masked(&payload, Limits::default());
    assert_eq!(got.refused, None);
    assert!(!String::from_utf8_lossy(&got.caller).contains("bob@"));
}

#[test]
fn a_value_that_has_no_end_is_refused_and_none_of_it_leaves() {
    // A key without its end mark swallows what follows, however much; under hash it cannot, and is cut short.
    let secret = "QWxhZGRpbjpvcGVuIHNlc2FtZQ".repeat(3);
    let stream = said("-----BEGIN RSA PRIVATE KEY-----\\n")
        + &said(&format!("{secret}\\n")).repeat(4000)
        + &said("-----END RSA PRIVATE KEY----- and on. ");
    let (got, _) = masked(&stream, Limits::default());
    assert_eq!(got.refused, None);
    let all = String::from_utf8(got.caller).unwrap();
    assert!(!all.contains("QWxhZGRp"));
    assert!(all.contains(" and on. "));
}

#[test]
fn letters_that_may_always_go_on_wait_no_longer_than_a_value_may_be() {
    let stream = said("a").repeat(3000) + &said("@example.com ");
    let (got, receipt) = masked(&stream, Limits::default());
    assert!(got.refused.is_none(), "{:?}", got.refused);
    assert!(receipt.waits.values().all(|wait| wait.most <= most_held()));
    assert!(joined(&got).ends_with("[EMAIL] "), "{}", joined(&got).len());
}

#[test]
fn an_event_with_more_values_than_tell_its_lanes_apart_is_refused() {
    let choice = "{\"index\":0,\"delta\":{\"content\":\"a. \"},\"finish_reason\":null},";
    let event = |choices: usize| {
        format!(
            "data: {{\"choices\":[{}{{\"index\":0,\"delta\":{{\"content\":\"to bob@exam\"}}}}]}}\n\n",
            choice.repeat(choices)
        )
    };
    let (got, _) = masked(&(event(3000) + &said("ple.com, ")), Limits::default());
    assert_eq!(got.refused, None);
    assert!(joined(&got).ends_with("to [EMAIL], "));
    let (got, _) = masked(&(event(4000) + &said("ple.com, ")), Limits::default());
    assert_eq!(got.refused.unwrap().kind, ErrorKind::Limit(Limit::Lanes));
    assert!(!String::from_utf8_lossy(&got.caller).contains("bob"));
}

#[test]
fn a_key_however_long_tells_lanes_apart() {
    let call = |last: char, text: &str| {
        let path = format!("$.{}{last}", "a".repeat(300));
        format!(
            "data: {{\"candidates\":[{{\"content\":{{\"parts\":[{{\"functionCall\":{{\"partialArgs\":[{{\"jsonPath\":\"{path}\",\"stringValue\":\"{text}\"}}]}}}}]}}}}]}}\n\n"
        )
    };
    let stream = call('b', "to bob@exam")
        + &call('c', "4111 1111 ")
        + &call('b', "ple.com, ")
        + &call('c', "1111 1111, ");
    let (got, _) = masked(&stream, Limits::default());
    let expected =
        call('b', "to [EMAIL]") + &call('c', "[CREDIT_CARD]") + &call('b', ", ") + &call('c', ", ");
    assert_eq!(String::from_utf8(got.caller).unwrap(), expected);
}
