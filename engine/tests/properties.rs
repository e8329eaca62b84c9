//! Random documents, rules, plans and cuts against the truth.
//!
//! Every run has a fresh seed, which it prints: set `LACUNA_SEED` to repeat it, `PROPTEST_CASES` for more.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what is wrong by panicking"
)]

mod common;
#[path = "common/make.rs"]
mod make;

use common::{check, run};
use make::{RULES, SEED, cuts, input, knobs};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};

/// A runner of this run's seed, for so many cases unless `PROPTEST_CASES` says otherwise.
fn runner(cases: u32) -> TestRunner {
    let asked = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|text| text.parse().ok());
    TestRunner::new(Config {
        cases: asked.unwrap_or(cases),
        rng_seed: RngSeed::Fixed(*SEED),
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..Config::default()
    })
}

#[test]
fn the_engine_equals_the_truth() {
    let strategy = (input(), knobs(), vec(vec(any::<prop::sample::Index>(), 1..6), 3));
    let result = runner(1000).run(&strategy, |((format, input), knobs, at)| {
        let (rules, plan) = knobs.plan();
        let cuts: Vec<Vec<usize>> = at.iter().map(|at| cuts(input.len(), at)).collect();
        check(rules, &plan, format, &input, &cuts).map_err(|what| {
            TestCaseError::fail(format!(
                "{what}\ninput {:?} as {format:?}\n{knobs:?}\n{}",
                String::from_utf8_lossy(&input),
                RULES[knobs.rules].0
            ))
        })?;
        Ok(())
    });
    finish(result);
}

/// Fails with the seed.
fn finish<T: std::fmt::Debug>(result: Result<(), proptest::test_runner::TestError<T>>) {
    if let Err(error) = result {
        panic!("LACUNA_SEED={}\n{error}", *SEED);
    }
}

/// What serde and simd-json say of a document without what they and the engine see differently.
#[test]
fn the_tokenizer_agrees_with_other_parsers() {
    let (_, empty) = RULES.iter().find(|(name, _)| name == "empty").unwrap();
    // Numbers beyond a float and halves of surrogate pairs are no errors here.
    let plan = lacuna::Plan::new(empty).with_deep_nesting(lacuna::OnDeepNesting::Text);
    let result = runner(20_000).run(&input(), |(_, input)| {
        let text = String::from_utf8_lossy(&input).to_ascii_lowercase();
        if text.contains("\\ud") {
            return Ok(());
        }
        let (got, _) = run(empty, &plan, lacuna::Format::Json, &input, &[]);
        let input = input.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&input);
        let serde = serde_json::from_slice::<serde_json::Value>(input);
        let range = serde
            .as_ref()
            .is_err_and(|error| error.to_string().contains("out of range"));
        prop_assert!(
            range || serde.is_ok() == got.refused.is_none(),
            "{:?} and {:?} on {:?}",
            serde,
            got.refused,
            String::from_utf8_lossy(input)
        );
        if serde.is_ok() {
            prop_assert!(got.caller.ends_with(input));
            // It refuses integers beyond 64 bits.
            let long = input
                .split(|byte| !byte.is_ascii_digit())
                .any(|run| run.len() > 18);
            let simd = simd_json::to_owned_value(&mut input.to_vec());
            prop_assert!(long || simd.is_ok(), "{:?}", String::from_utf8_lossy(input));
        }
        Ok(())
    });
    finish(result);
}

#[test]
fn nothing_to_find_is_nothing_changed() {
    let (_, empty) = RULES.iter().find(|(name, _)| name == "empty").unwrap();
    let result = runner(5000).run(&(input(), knobs()), |((format, input), knobs)| {
        let (_, plan) = knobs.plan();
        let (got, receipt) = run(empty, &plan, format, &input, &[]);
        if receipt.bad_records == 0 {
            prop_assert!(input.starts_with(&got.caller));
            prop_assert!(got.refused.is_some() || got.caller == input);
        }
        Ok(())
    });
    finish(result);
}

/// Redacting once more changes nothing. Values stand alone in their strings: next to one another a mask may make a
/// word boundary that was none, and the second pass then rightly sees what the first had to pass over.
#[test]
fn redacting_twice_is_redacting_once() {
    let value = proptest::sample::select(make::VALUES);
    let actions = proptest::sample::select(
        &[
            lacuna::Action::Placeholder,
            lacuna::Action::Mask,
            lacuna::Action::Keep,
            lacuna::Action::Null,
            lacuna::Action::Token,
        ][..],
    );
    let strategy = (vec(value, 0..6), vec(actions, 4), 0..5_usize);
    let result = runner(1500).run(&strategy, |(values, actions, rules)| {
        let (_, rules) = &RULES[rules];
        let plan = (0..4).zip(&actions).fold(
            lacuna::Plan::new(rules).with_key(make::secret()),
            |plan, (class, action)| plan.treat(lacuna::Class(class), *action),
        );
        let input = serde_json::to_vec(&values).unwrap();
        let (once, _) = run(rules, &plan, lacuna::Format::Json, &input, &[]);
        prop_assert!(once.refused.is_none());
        let (twice, _) = run(rules, &plan, lacuna::Format::Json, &once.caller, &[]);
        prop_assert_eq!(
            String::from_utf8_lossy(&twice.caller),
            String::from_utf8_lossy(&once.caller),
            "{:?}",
            values
        );
        Ok(())
    });
    finish(result);
}

/// What only tokens replaced comes back byte for byte, however either stream is cut; where there were tokens before, what
/// they stand for comes back too.
#[test]
fn what_was_sealed_comes_back() {
    let value =
        proptest::sample::select(make::VALUES).prop_filter("a token", |value| !value.contains(":k0:"));
    let text = vec(
        (
            value,
            proptest::sample::select(&[" ", ", ", " \u{e9}\"", "\n", " 7"][..]),
        ),
        1..4,
    );
    let cuts_at = vec(any::<prop::sample::Index>(), 1..6);
    let strategy = (vec(text, 1..5), 0..45_usize, 0..3_usize, cuts_at);
    let restored = std::sync::atomic::AtomicUsize::new(0);
    let result = runner(1500).run(&strategy, |(texts, rules, nested, at)| {
        let (_, rules) = &RULES[rules];
        let plan = lacuna::Plan::new(rules).with_key(make::secret());
        let treat = |action| {
            (0..4).fold(plan.clone(), |plan, class| {
                plan.treat(lacuna::Class(class), action)
            })
        };
        let texts: Vec<String> = texts
            .iter()
            .map(|pieces| {
                pieces
                    .iter()
                    .map(|(value, glue)| format!("{value}{glue}"))
                    .collect()
            })
            .collect();
        let mut input = serde_json::to_string(&texts).unwrap();
        for _ in 0..nested {
            input = serde_json::to_string(&serde_json::json!({"arguments": input})).unwrap();
        }
        let input = input.into_bytes();
        let (masked, _) = run(
            rules,
            &treat(lacuna::Action::Token),
            lacuna::Format::Json,
            &input,
            &cuts(input.len(), &at),
        );
        prop_assert!(masked.refused.is_none());
        let is_reversible = |finding: &lacuna::FindingOwned| {
            // A field that is no string, or becomes null, keeps its type instead: what is found begins behind a quote.
            let before = finding.raw_start.checked_sub(1).map(|at| input[at as usize]);
            matches!(finding.action.as_str(), "token" | "covered")
                && matches!(finding.slot, lacuna::Slot::Value | lacuna::Slot::Text)
                && (!finding.detector.starts_with("field:") || before == Some(b'"'))
        };
        if !masked.findings.iter().all(is_reversible) {
            return Ok(());
        }
        let (back, receipt) = run(
            &rules.restoring(),
            &treat(lacuna::Action::Keep),
            lacuna::Format::Json,
            &masked.caller,
            &cuts(masked.caller.len(), &at),
        );
        prop_assert_eq!(
            String::from_utf8_lossy(&back.caller),
            String::from_utf8_lossy(&input),
            "by way of {}",
            String::from_utf8_lossy(&masked.caller)
        );
        restored.fetch_add(
            receipt.tokens.restored as usize,
            std::sync::atomic::Ordering::Relaxed,
        );
        Ok(())
    });
    finish(result);
    assert!(restored.into_inner() > 300, "hardly anything was restored");
}

/// The pauses with what had left at each, what left in all, and how it ended.
type Ruled = (Vec<(lacuna::Hold, Vec<u8>)>, Vec<u8>, Option<lacuna::Error>);

/// One run in which each pause is answered in turn: what was told at each, and what had left.
fn ruled(
    rules: &lacuna::Ruleset,
    format: lacuna::Format,
    input: &[u8],
    cuts: &[usize],
    rulings: &[lacuna::Ruling],
) -> Ruled {
    let plan = lacuna::Plan::new(rules);
    let mut stream = lacuna::Redactor::new(rules, &plan, format);
    let mut out = lacuna::Collect::default();
    let mut holds = Vec::new();
    let mut answers = rulings.iter().copied().cycle();
    let mut from = 0;
    let mut steps: Vec<usize> = cuts.to_vec();
    steps.push(input.len());
    for cut in &steps {
        loop {
            let step = match stream.push(&input[from..*cut], &mut out) {
                Ok(step) => step,
                Err(error) => return (holds, out.caller, Some(error)),
            };
            from += step.consumed;
            let lacuna::State::Paused(mut hold) = step.state else {
                break;
            };
            // Bytes are counted where they leave, not in the record they lie in.
            if hold.detector.is_empty() {
                hold.record = 0;
            }
            holds.push((hold, out.caller.clone()));
            if let Err(error) = stream.rule(answers.next().unwrap()) {
                return (holds, out.caller, Some(error));
            }
        }
    }
    loop {
        match stream.finish(&mut out) {
            Ok(step) => match step.state {
                lacuna::State::Paused(mut hold) => {
                    if hold.detector.is_empty() {
                        hold.record = 0;
                    }
                    holds.push((hold, out.caller.clone()));
                    if let Err(error) = stream.rule(answers.next().unwrap()) {
                        return (holds, out.caller, Some(error));
                    }
                }
                _ => return (holds, out.caller, None),
            },
            Err(error) => return (holds, out.caller, Some(error)),
        }
    }
}

#[test]
fn pauses_are_the_same_for_every_cut() {
    let kinds = [
        "findings = 1",
        "findings = 0",
        "distinct = 1",
        "bytes = 20",
        "records = \"$[*]\"\ncount = 1",
    ];
    let sets: Vec<lacuna::Ruleset> = kinds
        .iter()
        .filter_map(|kind| {
            let text = format!("extends = [\"builtin:pii\"]\n[[pause]]\n{kind}\n");
            lacuna::Ruleset::compile(&text, "pause.toml", &mut |_, _| Err(String::new())).ok()
        })
        .collect();
    assert!(sets.len() >= 4);
    let ruling = proptest::sample::select(
        &[
            lacuna::Ruling::Release,
            lacuna::Ruling::Mask,
            lacuna::Ruling::Refuse,
        ][..],
    );
    let at = vec(any::<prop::sample::Index>(), 1..6);
    let strategy = (input(), 0..sets.len(), vec(ruling, 1..3), at);
    let result = runner(1500).run(&strategy, |((format, input), set, rulings, at)| {
        let rules = &sets[set];
        let whole = ruled(rules, format, &input, &[], &rulings);
        let all: Vec<usize> = (1..input.len()).collect();
        for cuts in [cuts(input.len(), &at), all] {
            let got = ruled(rules, format, &input, &cuts, &rulings);
            prop_assert_eq!(
                &got,
                &whole,
                "{:?} {:?} {:?} {:?} {:?}",
                cuts,
                String::from_utf8_lossy(&input),
                format,
                rulings,
                rules.source().pauses
            );
        }
        for (hold, left) in &whole.0 {
            if whole.0.len() == 1 && hold.at.0 <= input.len() as u64 && rulings[0] == lacuna::Ruling::Refuse {
                prop_assert_eq!(left, &whole.1, "nothing leaves after a refusal");
            }
        }
        Ok(())
    });
    finish(result);
}
