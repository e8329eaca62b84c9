use super::*;
use crate::detect::automaton::{self, Automaton};
use crate::detect::determinise::Work;
use crate::detect::ended::ended;
use crate::simd::Shape;
use proptest::prelude::*;

fn trigger(pattern: &str) -> Trigger {
    let hir = automaton::parse(pattern).unwrap();
    let mut work = Work::new();
    let automaton = Automaton::new(&hir, &mut work).unwrap();
    let held = || shapes(&automaton, pattern.starts_with(r"\b"), 64, &mut work);
    derive(&hir, ByteSet::of(b"0"), Role::Value, held).unwrap()
}

#[test]
fn literals_are_heads() {
    let Trigger::Heads(heads) = trigger(r"\b(?:AKIA|ASIA)[A-Z2-7]{16}") else {
        panic!("no heads")
    };
    assert_eq!(heads.len(), 2);
    assert_eq!(heads[0].row[..4], b"AKIA".map(|byte| ByteSet::of(&[byte])));
    let Trigger::Heads(heads) = trigger(r"(?i)pwd[=:]\S{1,9}") else {
        panic!("no heads")
    };
    assert!(heads.iter().all(|head| head.row[0] == ByteSet::of(b"pP")));
}

#[test]
fn shapes_are_proven() {
    let only = |shape| Shapes::NONE.with(shape);
    assert_eq!(
        trigger(r"\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b"),
        Trigger::Shapes(only(Shape::Ssn324), 11)
    );
    assert_eq!(
        trigger(r"\b(?:[0-9]{4}[ -]?){3}[0-9]{4}\b"),
        Trigger::Shapes(only(Shape::Group44).with(Shape::Digits13), 17)
    );
    assert!(
        matches!(trigger(r"\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b"), Trigger::Shapes(shapes, 13) if shapes == only(Shape::Quad))
    );
    // Some match has no shape: the first bytes must do.
    assert!(matches!(
        trigger(r"\b[0-9]{3}x?[0-9]{4}\b"),
        Trigger::Heads(_) | Trigger::First(_)
    ));
    // What may be left out counts in neither way.
    assert_eq!(
        trigger(r"\b[0-9]{9}(?:[0-9]{4})?\b"),
        Trigger::Shapes(only(Shape::Digits9), 9)
    );
    // A match may end where the text does not.
    assert!(matches!(
        trigger(r"\b[0-9]{4}(?:-[0-9]{4})?\B"),
        Trigger::Heads(_) | Trigger::First(_)
    ));
    // In a longer run the ninth digit is not the match's ninth.
    assert!(matches!(
        trigger(r"[0-9]{9}"),
        Trigger::First(_) | Trigger::Heads(_)
    ));
}

/// Patterns that are often proven, each part with texts that it matches.
const PARTS: [(&str, &[&str]); 18] = [
    ("[0-9]{2}", &["12"]),
    ("[0-9]{3}", &["123"]),
    ("[0-9]{4}", &["1234"]),
    ("[0-9]{9}", &["123456789"]),
    ("[0-9]{1,3}", &["1", "12", "123"]),
    ("(?:[0-9]{4})?", &["", "1234"]),
    ("(?:[ -]?[0-9]{4}){2}", &["12341234", " 1234-1234", "-1234 1234"]),
    ("[-. ]", &["-", ".", " "]),
    ("[ -]?", &["", " ", "-"]),
    (r"\.", &["."]),
    (r"\+", &["+"]),
    (r"\(?", &["", "("]),
    ("[A-Z]{2}", &["AB"]),
    ("[A-Z0-9]{2,5}", &["AB", "A1B2", "1AB12", "12345"]),
    ("[0-9A-F]{1,4}", &["A", "12", "AB12"]),
    ("::?", &[":", "::"]),
    (r"\b", &[""]),
    (r"\B", &[""]),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn every_match_has_its_trigger(
        boundary in proptest::sample::select(&["", r"\b"][..]),
        parts in proptest::collection::vec((0..PARTS.len(), 0..6usize), 1..7),
        around in proptest::collection::vec(proptest::sample::select(&b" a1-+:A("[..]), 0..4),
        at in 0..4usize,
    ) {
        let mut pattern = boundary.to_owned();
        let (before, after) = around.split_at(at.min(around.len()));
        let mut text = before.to_vec();
        for (part, sample) in parts {
            let (part, samples) = PARTS[part];
            pattern.push_str(part);
            text.extend_from_slice(samples[sample % samples.len()].as_bytes());
        }
        text.extend_from_slice(after);
        let hir = automaton::parse(&pattern).unwrap();
        let mut work = Work::new();
        let automaton = Automaton::new(&hir, &mut work).unwrap();
        let bytes = first(&hir);
        let held = || shapes(&automaton, !boundary.is_empty(), 200, &mut work);
        let trigger = derive(&hir, bytes, Role::Value, held).unwrap();
        let mut ends = Vec::new();
        for start in 0..text.len() {
            automaton.ends_from(&text, start, &mut ends);
            let Some(end) = ends.iter().copied().find(|end| *end > start) else {
                continue;
            };
            let is_triggered = match &trigger {
                Trigger::Heads(heads) => heads.iter().any(|head| {
                    let row = text[start..end].iter().zip(&head.row);
                    end - start >= head.end && row.clone().all(|(byte, set)| set.contains(*byte))
                }),
                Trigger::Shapes(shapes, reach) => {
                    (start..end.min(start + reach)).any(|at| !ended(*shapes, &text, at).is_empty())
                }
                Trigger::First(bytes) => bytes.contains(text[start]),
                Trigger::Mixed => unreachable!("nothing asked for it"),
            };
            prop_assert!(is_triggered, "{pattern} on {:?} from {start}: {trigger:?}", String::from_utf8_lossy(&text));
        }
    }
}
