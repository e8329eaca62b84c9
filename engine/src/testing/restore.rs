//! That what was sealed comes back, and nothing else does.

use super::dials::{Cuts, Dials};
use crate::act;
use crate::{Action, Class, Collect, Format, Plan, Receipt, Redactor, Ruleset, Slot, State};
use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Texts longer than this are cut off.
const LONGEST: usize = 4_000;

/// Any bytes as text, there and back: what only tokens replaced comes back as it was; and any stream on the way back, which
/// is the same whatever the cuts.
///
/// # Panics
/// It is not.
pub fn fuzz_restore(data: &[u8]) {
    let (dials, stream) = Dials::read(data);
    let stream = &stream[..stream.len().min(LONGEST)];
    let back = restoring(dials.name, &dials.rules);
    let treat = |action| (0..4).fold(dials.plan.clone(), |plan, class| plan.treat(Class(class), action));
    let (there, shown) = (treat(Action::Token), treat(Action::Keep));
    let texts = String::from_utf8_lossy(stream);
    let texts: Vec<&str> = texts.split('\n').collect();
    let mut document = list(&texts);
    if document.len().is_multiple_of(2) {
        document = format!(
            "[\"{}\"]",
            String::from_utf8_lossy(&act::escape(document.as_bytes()))
        );
    }
    let mut cuts = dials.cuts.clone();
    let is_reversible = |out: &Collect| {
        out.findings.iter().all(|finding| {
            matches!(finding.action.as_str(), "token" | "covered")
                && matches!(finding.slot, Slot::Value | Slot::Text)
                && !finding.detector.starts_with("field:")
        })
    };
    // A token among the texts would come back as what it stands for: with the key of these tests nobody can make one.
    if let Some((masked, _)) = run(&dials.rules, &there, Format::Json, document.as_bytes(), &mut cuts)
        && is_reversible(&masked)
        && let Some((restored, receipt)) = run(&back, &shown, Format::Json, &masked.caller, &mut cuts)
    {
        assert_eq!(
            String::from_utf8_lossy(&restored.caller),
            document,
            "by way of {}, {dials:?}",
            String::from_utf8_lossy(&masked.caller)
        );
        let tokens = masked.findings.iter().filter(|finding| finding.action == "token");
        assert_eq!(receipt.tokens.restored, tokens.count() as u64, "{dials:?}");
    }
    let whole = run(&back, &shown, dials.format, stream, &mut Cuts::new(0, 4));
    let ones = run(&back, &shown, dials.format, stream, &mut Cuts::new(1, 0));
    assert_eq!(
        whole.is_some(),
        ones.is_some(),
        "one is refused and the other is not, {dials:?}"
    );
    if let (Some((whole, _)), Some((ones, _))) = (whole, ones) {
        assert_eq!(whole, ones, "{dials:?}");
    }
}

/// Texts as a JSON list of strings.
fn list(texts: &[&str]) -> String {
    let strings = texts.iter().map(|text| act::escape(text.as_bytes()));
    // None of them begins as JSON: where that breaks behind a bracket, a token would lack its own.
    let strings: Vec<String> = strings
        .map(|text| format!("\": {}\"", String::from_utf8_lossy(&text)))
        .collect();
    format!("[{}]", strings.join(","))
}

/// A stream to its end, if it is not refused.
fn run(
    rules: &Ruleset,
    plan: &Plan,
    format: Format,
    stream: &[u8],
    cuts: &mut Cuts,
) -> Option<(Collect, Receipt)> {
    let mut redactor = Redactor::new(rules, plan, format);
    let mut out = Collect::default();
    let mut at = 0;
    while at < stream.len() {
        let to = at.saturating_add(cuts.next().max(1)).min(stream.len());
        let step = redactor.push(&stream[at..to], &mut out).ok()?;
        // The site's rules pause.
        if step.state != State::Ready {
            return None;
        }
        at = to;
    }
    let step = redactor.finish(&mut out).ok()?;
    (step.state == State::Ready).then(|| (out, redactor.receipt()))
}

/// Rules for the way back: compiled once for each set.
fn restoring(name: &'static str, rules: &Ruleset) -> Ruleset {
    static SETS: OnceLock<Mutex<HashMap<&str, Ruleset>>> = OnceLock::new();
    let sets = SETS.get_or_init(Mutex::default);
    let mut sets = sets.lock().unwrap_or_else(PoisonError::into_inner);
    sets.entry(name).or_insert_with(|| rules.restoring()).clone()
}
