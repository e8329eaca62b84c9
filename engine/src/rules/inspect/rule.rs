//! One detector by itself.

use super::examples::{Alone, Form, forms};
use super::words::{self, WORDS};
use super::{Inspected, Note};
use crate::DetectorRule;
use crate::detect::anchor::Trigger;
use crate::detect::check::{Candidate, Verdict};
use crate::detect::{Detector, Scope, price};
use crate::rules::compiled::part_of;
use crate::rules::lint;
use crate::rules::places::Part;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What was seen of a detector.
pub(super) struct Looked {
    pub(super) compiles: bool,
    pub(super) faults: Vec<Note>,
    pub(super) warnings: Vec<Note>,
    pub(super) inspected: Inspected,
}

/// A rule's lead and pattern, and the end mark of its run, if it is one.
type Matched = (Option<String>, String, Option<Option<String>>);

/// What these cost at worst: many rules have the same ones.
#[derive(Default)]
pub(super) struct Prices(Mutex<HashMap<Matched, Arc<OnceLock<usize>>>>);

impl Prices {
    /// What a rule costs: worked out once, by whoever asks first.
    fn of(&self, rule: &DetectorRule, detector: &Detector) -> usize {
        let mark = rule.run.as_ref().map(|run| run.end.clone());
        let matched = (rule.lead.clone(), rule.pattern.clone(), mark);
        let price = {
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(known.entry(matched).or_default())
        };
        *price.get_or_init(|| price::verified(rule, detector))
    }
}

/// Looks at a detector.
pub(super) fn look(rule: &DetectorRule, prices: &Prices) -> Looked {
    let mut looked = Looked {
        compiles: false,
        faults: Vec::new(),
        warnings: Vec::new(),
        inspected: Inspected {
            id: rule.id.clone(),
            examples: rule.examples.len(),
            counter_examples: rule.counter_examples.len(),
            ..Inspected::default()
        },
    };
    let scope = Scope {
        index: &HashMap::new(),
        thresholds: &[],
    };
    let (detector, alone) = match Detector::new(rule, &scope) {
        Ok(detector) => (detector, Alone::new(rule)),
        Err(message) => {
            let note = Note::new(&rule.at, part_of(message), message, "simplify or bound it");
            looked.faults.push(note);
            return looked;
        }
    };
    let Some(alone) = alone else { return looked };
    looked.compiles = true;
    looked.inspected.memory = detector.cost().bytes;
    looked.price(rule, prices.of(rule, &detector));
    looked.triggers(rule, &detector);
    looked.mark(rule);
    looked.envelope(rule, &detector);
    looked.words(rule, &detector);
    looked.examples(rule, &alone);
    looked
}

impl Looked {
    fn fault(&mut self, rule: &DetectorRule, part: Part, message: String, hint: impl Into<String>) {
        self.faults.push(Note::new(&rule.at, part, message, hint));
    }

    fn warn(&mut self, rule: &DetectorRule, part: Part, message: String, hint: impl Into<String>) {
        self.warnings.push(Note::new(&rule.at, part, message, hint));
    }

    fn price(&mut self, rule: &DetectorRule, verified: usize) {
        self.inspected.verified = verified;
        if verified > price::MOST {
            let message = format!(
                "`{}` reads {verified} bytes for each byte of input at worst, over {}",
                rule.id,
                price::MOST
            );
            let hint =
                "let fewer of its starts overlap: begin it with `\\b` and a literal, or bound it shorter";
            self.fault(rule, Part::Key("pattern"), message, hint);
        }
    }

    fn triggers(&mut self, rule: &DetectorRule, detector: &Detector) {
        if let Trigger::First(_) = detector.trigger {
            let key = if rule.lead.is_some() { "lead" } else { "pattern" };
            let message = format!(
                "no trigger serves `{}`: it is run wherever its first byte stands",
                rule.id
            );
            let hint =
                "begin it with some bytes that are rare together; `lacuna rules explain` shows its triggers";
            self.warn(rule, Part::Key(key), message, hint);
        }
    }

    /// A run that never comes to its end mark.
    fn mark(&mut self, rule: &DetectorRule) {
        let Some(run) = &rule.run else { return };
        let Some(end) = &run.end else { return };
        if let Ok(alphabet) = lint::alphabet(&run.alphabet)
            && !price::can_end(end, &alphabet)
        {
            let message = format!(
                "the run of `{}` never comes to its end mark: the alphabet lacks it",
                rule.id
            );
            self.warn(
                rule,
                Part::Inner("run", "end"),
                message,
                "put the characters of `end` into `alphabet`",
            );
        }
    }

    /// A pattern that is a replacement as a whole.
    fn envelope(&mut self, rule: &DetectorRule, detector: &Detector) {
        if rule.lead.is_some() {
            return;
        }
        let entity = &rule.entity;
        let body = "abcdefghijklmnop";
        let envelopes = ["EMAIL", entity].into_iter().flat_map(|entity| {
            [
                format!("[{entity}]"),
                format!("[{entity}#{body}]"),
                format!("[{entity}:k1:{body}]"),
            ]
        });
        let mut ends = Vec::new();
        let matched = envelopes.into_iter().find(|envelope| {
            detector.automaton.ends_from(envelope.as_bytes(), 0, &mut ends);
            ends.contains(&envelope.len())
        });
        if let Some(envelope) = matched.filter(|_| detector.run_before.is_none()) {
            let message = format!(
                "the pattern of `{}` matches a replacement, as `{envelope}`",
                rule.id
            );
            let hint = "nothing is ever found in a replacement: leave out `[` at its beginning";
            self.fault(rule, Part::Key("pattern"), message, hint);
        }
    }

    /// A pattern that is a common word as a whole.
    fn words(&mut self, rule: &DetectorRule, detector: &Detector) {
        // What has to have digits in it is no word.
        if rule.lead.is_some() || detector.run_before.is_some() || detector.mixed {
            return;
        }
        let mut ends = Vec::new();
        let matched: Vec<String> = WORDS
            .split_whitespace()
            .flat_map(words::forms)
            .filter(|word| {
                let value = word.as_bytes();
                let candidate = Candidate {
                    value,
                    before: b"",
                    after: b"",
                };
                detector.automaton.ends_from(value, 0, &mut ends);
                ends.contains(&value.len())
                    && detector
                        .check
                        .is_none_or(|check| check(&candidate) != Verdict::Fails)
            })
            .collect();
        if let Some(first) = matched.first() {
            let others = match matched.len() {
                1 => String::new(),
                count => format!(" and {} more", count - 1),
            };
            let message = format!(
                "the pattern of `{}` matches common words, as `{first}`{others}",
                rule.id
            );
            let hint = "ask for a digit, a prefix or a check";
            self.warn(rule, Part::Key("pattern"), message, hint);
        }
    }

    fn examples(&mut self, rule: &DetectorRule, alone: &Alone) {
        for (number, example) in rule.examples.iter().enumerate() {
            let part = Part::Item("examples", number);
            let name = format!("example {} of `{}`", number + 1, rule.id);
            for form in forms(example) {
                let whole = alone.whole(&form);
                self.inspected.readings += 1;
                if whole.found.is_empty() {
                    let (message, hint) = if form.format == crate::Format::Text {
                        (format!("{name} is not found"), why_not(rule, &form))
                    } else {
                        let hint = "a boundary may not stand there; it is found as text".to_owned();
                        (format!("{name} is not found {}", form.name), hint)
                    };
                    self.fault(rule, part, message, hint);
                    break;
                }
                let again = alone.read(form.format, core::iter::once(whole.out.as_slice()));
                self.inspected.readings += 1;
                if again.out != whole.out {
                    let message = format!("{name} is masked again after it was masked, {}", form.name);
                    let hint = "what stays of it has something that is found: match all of it";
                    self.fault(rule, part, message, hint);
                    break;
                }
                if self.is_cut(rule, (part, &name), (alone, &form, &whole)) {
                    break;
                }
            }
        }
        for (number, example) in rule.counter_examples.iter().enumerate() {
            let part = Part::Item("counter_examples", number);
            let name = format!("counter-example {} of `{}`", number + 1, rule.id);
            for form in forms(example) {
                let whole = alone.whole(&form);
                self.inspected.readings += 1;
                if let Some((start, end)) = whole.found.first() {
                    let found = usize::try_from(*start).ok().zip(usize::try_from(*end).ok());
                    let found = found
                        .and_then(|(start, end)| form.bytes.get(start..end))
                        .unwrap_or_default();
                    let message = match form.format {
                        crate::Format::Text => {
                            format!("{name} is found: `{}`", String::from_utf8_lossy(found))
                        }
                        _ => format!("{name} is found {}", form.name),
                    };
                    let hint = "the pattern and its check find something in it, however sure";
                    self.fault(rule, part, message, hint);
                    break;
                }
                if self.is_cut(rule, (part, &name), (alone, &form, &whole)) {
                    break;
                }
            }
        }
    }

    /// Whether a form is read otherwise if it is cut, which is a mistake of the engine's.
    fn is_cut(
        &mut self,
        rule: &DetectorRule,
        (part, name): (Part, &str),
        (alone, form, whole): (&Alone, &Form, &super::examples::Reading),
    ) -> bool {
        let (cut, readings) = alone.cut(form, whole);
        self.inspected.readings += readings;
        let Some(at) = cut else { return false };
        let message = format!("{name} is read otherwise {} if it is cut at byte {at}", form.name);
        self.fault(rule, part, message, "this is a fault of the engine: report it");
        true
    }
}

/// Why nothing is found in an example.
fn why_not(rule: &DetectorRule, form: &Form) -> String {
    let finds =
        |rule: DetectorRule| Alone::new(&rule).is_some_and(|alone| !alone.whole(form).found.is_empty());
    let unchecked = DetectorRule {
        check: None,
        ..rule.clone()
    };
    let unled = DetectorRule {
        lead: None,
        ..unchecked.clone()
    };
    match (&rule.check, &rule.lead) {
        (Some(check), _) if finds(unchecked) => {
            format!("the pattern matches, but the check `{check}` says no")
        }
        (_, Some(_)) if finds(unled) => "the pattern matches, but not directly behind its lead".to_owned(),
        _ => "the pattern matches nothing in it".to_owned(),
    }
}
