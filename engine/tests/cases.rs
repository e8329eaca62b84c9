//! Cases as data: `corpus/cases/*.toml`, each run whole, at every cut, on every kernel, and against the truth.
//! `LACUNA_CASES=lanes` runs those of one file.
//!
//! ```toml
//! [[case]]
//! name = "what it shows"
//! format = "json"             # json seq ndjson sse text auto array aws
//! rules = "builtin:default"   # or a rules file's text
//! input = '...'               # or hex = "7b7d"
//!                             # or frames = [["contentBlockDelta", '{…}']], binary: of each its event, and its payload
//! output = '...'              # where it is refused: what has left; or output_frames
//! findings = ["email"]        # detectors, in the order in which they are told; not looked at if absent
//! actions = ["placeholder"]   # likewise
//! unscanned = { media = 9 }   # bytes by reason; not looked at if absent
//! refused = "Truncated@5"     # the last word of the error's kind, and its position
//! profile = "auto"            # or a built-in profile's name, or a profile's text: where lanes are; none if absent
//! calls = ["get_customer"]    # the functions that are called, in order; not looked at if absent
//! functions = { send = "keep" }  # what is done to all findings in what a function is given: keep or mask
//! plan: grammar = "full", bad_record = "mask", deep = "text", key = "..." (a key file's text), scope = "a/b/c",
//! restore = "only" or "also" (tokens come back), show = ["confidential"] (classes that are kept),
//! limits = { key = 14 } (depth nesting key number held frame_line frame lanes),
//! record = "keep" or "placeholder" (a second view, which treats every class so), record_output = '...'
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what is wrong by panicking"
)]

#[path = "common/aws.rs"]
mod aws;
mod common;

use common::{check, run};
use lacuna::{
    Action, Format, Grammar, Keys, Limits, OnBadRecord, OnDeepNesting, Plan, Profile, Ruleset, Scope,
};
use std::path::Path;
use toml::Value;

fn text<'a>(case: &'a Value, name: &str) -> Option<&'a str> {
    case.get(name).and_then(Value::as_str)
}

fn words(case: &Value, name: &str) -> Option<Vec<String>> {
    let list = case.get(name)?.as_array()?;
    Some(list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

/// A stream of binary frames.
fn frames(case: &Value, name: &str) -> Option<Vec<u8>> {
    let list = case.get(name)?.as_array()?;
    let frame = |pair: &Value| aws::event(pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
    Some(list.iter().flat_map(frame).collect())
}

fn input(case: &Value) -> Vec<u8> {
    if let Some(frames) = frames(case, "frames") {
        return frames;
    }
    match text(case, "hex") {
        Some(hex) => {
            let hex: String = hex.split_whitespace().collect();
            (0..hex.len() / 2)
                .map(|at| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap())
                .collect()
        }
        None => text(case, "input").unwrap().as_bytes().to_vec(),
    }
}

fn format(case: &Value) -> Format {
    match text(case, "format").unwrap_or("json") {
        "json" => Format::Json,
        "seq" => Format::Sequence,
        "ndjson" => Format::Ndjson,
        "sse" => Format::Sse,
        "text" => Format::Text,
        "auto" => Format::Auto,
        "array" => Format::Array,
        "aws" => Format::Aws,
        other => panic!("no format {other}"),
    }
}

fn rules(case: &Value) -> Ruleset {
    let text = text(case, "rules").unwrap_or("builtin:default");
    let rules = match text.strip_prefix("builtin:") {
        Some(name) => Ruleset::builtin(name).unwrap(),
        None => Ruleset::compile(text, "case.toml", &mut |path, _| Err(format!("no {path}")))
            .unwrap_or_else(|faults| panic!("{faults}")),
    };
    match case.get("restore").and_then(Value::as_str) {
        Some("only") => rules.restoring(),
        Some("also") => rules.also_restoring(),
        _ => rules,
    }
}

fn plan(case: &Value, rules: &Ruleset) -> Plan {
    let mut plan = Plan::new(rules);
    match text(case, "grammar") {
        Some("full") => plan = plan.with_grammar(Grammar::Full),
        Some("structural") => plan = plan.with_grammar(Grammar::Structural),
        _ => {}
    }
    match text(case, "bad_record") {
        Some("mask") => plan = plan.with_bad_record(OnBadRecord::Mask),
        Some("text") => plan = plan.with_bad_record(OnBadRecord::Text),
        _ => {}
    }
    if text(case, "deep") == Some("text") {
        plan = plan.with_deep_nesting(OnDeepNesting::Text);
    }
    if let Some(table) = case.get("limits").and_then(Value::as_table) {
        plan = plan.with_limits(limits(table));
    }
    let record = match text(case, "record") {
        Some("keep") => Some(Action::Keep),
        Some("placeholder") => Some(Action::Placeholder),
        _ => None,
    };
    if let Some(action) = record {
        plan = plan.with_record(vec![action; 4]);
    }
    if let Some(profile) = text(case, "profile") {
        plan = plan.with_profile(match profile {
            "auto" => Profile::auto(),
            name if Profile::names().any(|known| known == name) => Profile::builtin(name).unwrap(),
            text => Profile::parse(text, "case.toml").unwrap_or_else(|faults| panic!("{faults}")),
        });
    }
    for (name, word) in case
        .get("functions")
        .and_then(Value::as_table)
        .into_iter()
        .flatten()
    {
        let action = match word.as_str() {
            Some("keep") => Action::Keep,
            Some("mask") => Action::Mask,
            other => panic!("no action {other:?}"),
        };
        plan = plan.with_function(name, vec![action; 4]);
    }
    for class in words(case, "show").unwrap_or_default() {
        plan = plan.treat(rules.class(&class).unwrap(), Action::Keep);
    }
    if let Some(scope) = text(case, "scope") {
        plan = plan.with_scope(Scope::parse(scope));
    }
    if let Some(key) = text(case, "key") {
        plan = plan.with_key(Keys::read(key.as_bytes()).unwrap());
    }
    plan
}

fn limits(table: &toml::Table) -> Limits {
    let mut limits = Limits::default();
    for (name, value) in table {
        let limit = match name.as_str() {
            "depth" => &mut limits.depth,
            "nesting" => &mut limits.nesting,
            "key" => &mut limits.key,
            "number" => &mut limits.number,
            "held" => &mut limits.held,
            "frame_line" => &mut limits.frame_line,
            "frame" => &mut limits.frame,
            "lanes" => &mut limits.lanes,
            other => panic!("no limit {other}"),
        };
        *limit = value.as_integer().unwrap().try_into().unwrap();
    }
    limits
}

/// What is wrong with a case.
fn wrong(case: &Value) -> Option<String> {
    let (rules, input) = (rules(case), input(case));
    let plan = plan(case, &rules);
    let thirds: Vec<Vec<usize>> = (1..input.len())
        .step_by(1 + input.len() / 40)
        .map(|at| vec![at, at + (input.len() - at) / 2])
        .collect();
    // Every cut, but of a long input: what is long about it has limits that no single cut decides.
    let singles = (1..input.len())
        .step_by(1 + input.len() / 1000)
        .map(|at| vec![at]);
    let cuts: Vec<Vec<usize>> = singles.chain(thirds).collect();
    let got = match check(&rules, &plan, format(case), &input, &cuts) {
        Ok(got) => got,
        Err(what) => return Some(what),
    };
    let refused = got.refused.map(|error| {
        let kind = format!("{:?}", error.kind);
        let word = kind.split(['(', ')']).rfind(|word| !word.is_empty());
        format!("{}@{}", word.unwrap_or_default(), error.at.0)
    });
    let show = |bytes: &[u8]| match format(case) {
        Format::Aws => format!("{:?}", aws::frames(bytes)),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    };
    let expected = text(case, "output").map(str::to_owned);
    let expected = frames(case, "output_frames")
        .map(|bytes| show(&bytes))
        .or(expected);
    let output = show(&got.caller);
    let findings: Vec<String> = got.findings.iter().map(|one| one.detector.clone()).collect();
    let actions: Vec<String> = got.findings.iter().map(|one| one.action.clone()).collect();
    let paths: Vec<String> = got.findings.iter().map(|one| one.path.clone()).collect();
    let calls: Vec<String> = got.calls.iter().map(|one| one.name.clone()).collect();
    let mut wrong = Vec::new();
    let mut expect = |what: &str, expected: Option<String>, got: String| {
        if let Some(expected) = expected
            && expected != got
        {
            wrong.push(format!("{what}: expected {expected}\n{what}:      got {got}"));
        }
    };
    expect("output", expected, output);
    expect(
        "record",
        text(case, "record_output").map(str::to_owned),
        String::from_utf8_lossy(&got.record).into_owned(),
    );
    expect(
        "refused",
        Some(text(case, "refused").unwrap_or_default().to_owned()),
        refused.unwrap_or_default(),
    );
    for (name, got) in [
        ("findings", findings),
        ("actions", actions),
        ("paths", paths),
        ("calls", calls),
    ] {
        expect(
            name,
            words(case, name).map(|list| format!("{list:?}")),
            format!("{got:?}"),
        );
    }
    let receipt = || run(&rules, &plan, format(case), &input, &[]).1;
    let unscanned = case.get("unscanned").and_then(Value::as_table);
    if let Some(expected) = unscanned.map(|table| serde_json::to_value(table).unwrap()) {
        let got = serde_json::to_value(receipt().unscanned).unwrap();
        if got != expected {
            wrong.push(format!(
                "unscanned: expected {expected}\nunscanned:      got {got}"
            ));
        }
    }
    (!wrong.is_empty()).then(|| wrong.join("\n"))
}

#[test]
fn every_case_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus/cases");
    let only = std::env::var_os("LACUNA_CASES");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .filter(|path| only.as_ref().is_none_or(|name| path.file_stem() == Some(name)))
        .collect();
    files.sort();
    let mut failed = Vec::new();
    let mut count = 0;
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let table: toml::Table = text
            .parse()
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        for case in table.get("case").and_then(Value::as_array).unwrap() {
            count += 1;
            if let Some(what) = wrong(case) {
                let name = case.get("name").and_then(Value::as_str).unwrap_or("?");
                let file = file
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                failed.push(format!("{file}: {name}\n{what}"));
            }
        }
    }
    assert!(count >= 60 || only.is_some(), "only {count} cases were found");
    assert!(
        failed.is_empty(),
        "{} of {count}:\n\n{}",
        failed.len(),
        failed.join("\n\n")
    );
}
