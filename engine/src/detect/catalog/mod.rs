//! The catalogue: detectors as data, in the format of a site's own rules file.
//!
//! A detector is one entry in one of the files beside this one; its examples are its test.

use crate::rules::{Document, Draft, Reading};
use crate::{Class, Confidence, Fault, Faults};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use toml::de::DeTable;

/// The built-in rule sets.
pub(crate) const NAMES: [&str; 5] = ["default", "secrets", "pii", "strict", "empty"];

/// What identifies or concerns a person.
const PERSONAL: &[(&str, &str)] = &[
    ("catalog/contact.toml", include_str!("contact.toml")),
    ("catalog/crypto.toml", include_str!("crypto.toml")),
    ("catalog/finance.toml", include_str!("finance.toml")),
    ("catalog/identity.toml", include_str!("identity.toml")),
    ("catalog/pii.toml", include_str!("pii.toml")),
    ("catalog/network.toml", include_str!("network.toml")),
    (
        "catalog/ids_africa_oceania.toml",
        include_str!("ids_africa_oceania.toml"),
    ),
    ("catalog/ids_america.toml", include_str!("ids_america.toml")),
    ("catalog/ids_asia.toml", include_str!("ids_asia.toml")),
    ("catalog/ids_british.toml", include_str!("ids_british.toml")),
    ("catalog/ids_central.toml", include_str!("ids_central.toml")),
    ("catalog/ids_east.toml", include_str!("ids_east.toml")),
    ("catalog/ids_east_asia.toml", include_str!("ids_east_asia.toml")),
    ("catalog/ids_german.toml", include_str!("ids_german.toml")),
    ("catalog/ids_latin.toml", include_str!("ids_latin.toml")),
    ("catalog/ids_north.toml", include_str!("ids_north.toml")),
    ("catalog/ids_south.toml", include_str!("ids_south.toml")),
    ("catalog/ids_west.toml", include_str!("ids_west.toml")),
];

/// A file of the catalogue with its name.
macro_rules! file {
    ($name:literal) => {
        (concat!("catalog/", $name), include_str!($name))
    };
}

/// What opens doors.
const SECRETS: &[(&str, &str)] = &[
    file!("secrets.toml"),
    file!("secrets/provider.toml"),
    file!("secrets/pairs.toml"),
    file!("secrets/cloud.toml"),
    file!("secrets/code.toml"),
    file!("secrets/ai.toml"),
    file!("secrets/chat.toml"),
    file!("secrets/payment.toml"),
    file!("secrets/monitoring.toml"),
    file!("secrets/security.toml"),
    file!("secrets/services-hosting-1.toml"),
    file!("secrets/services-hosting-2.toml"),
    file!("secrets/services-development-1.toml"),
    file!("secrets/services-development-2.toml"),
    file!("secrets/services-development-3.toml"),
    file!("secrets/services-models-1.toml"),
    file!("secrets/services-models-2.toml"),
    file!("secrets/services-communication-1.toml"),
    file!("secrets/services-communication-2.toml"),
    file!("secrets/services-communication-3.toml"),
    file!("secrets/services-commerce-1.toml"),
    file!("secrets/services-commerce-2.toml"),
    file!("secrets/services-observability-1.toml"),
    file!("secrets/services-observability-2.toml"),
    file!("secrets/services-data-1.toml"),
    file!("secrets/services-data-2.toml"),
    // Last: where another finds the very same, that one knows whose it is.
    file!("secrets/generic.toml"),
];

/// The least confidence of `strict`: recall first, so that a bare number that passes its check is enough.
const STRICT: Confidence = Confidence::percent(20);

/// The rule sets, or what is wrong in the catalogue, which its tests keep from happening: each is read when it is asked
/// for.
type Set = LazyLock<Result<Draft, Faults>>;

static EMPTY: LazyLock<Draft> = LazyLock::new(Draft::default);
static PII: Set = LazyLock::new(|| read(Draft::default(), PERSONAL));
static DEFAULT: Set = LazyLock::new(|| read(PII.clone()?, SECRETS));
static ONLY_SECRETS: Set = LazyLock::new(|| {
    let (mut secrets, pii) = (DEFAULT.clone()?, PII.as_ref().map_err(Faults::clone)?);
    secrets
        .detectors
        .retain(|detector| !pii.ids.contains(&detector.rule.id));
    Ok(secrets)
});
static ALL: Set = LazyLock::new(|| {
    let mut strict = DEFAULT.clone()?;
    for class in Class::DEFAULT_NAMES {
        strict.thresholds.insert(class.to_owned(), STRICT);
    }
    Ok(strict)
});

/// A built-in rule set by name.
///
/// # Errors
/// A name that is none.
pub(crate) fn draft(name: &str) -> Result<&'static Draft, Faults> {
    let set = match name {
        "default" => &DEFAULT,
        "secrets" => &ONLY_SECRETS,
        "pii" => &PII,
        "strict" => &ALL,
        "empty" => return Ok(&EMPTY),
        _ => return Err(unknown(name)),
    };
    set.as_ref().map_err(Faults::clone)
}

/// The id of every detector in the catalogue.
pub(crate) fn ids() -> &'static BTreeSet<String> {
    static NONE: BTreeSet<String> = BTreeSet::new();
    DEFAULT.as_ref().map_or(&NONE, |draft| &draft.ids)
}

/// The catalogue's files: name and text.
pub(crate) fn files() -> impl Iterator<Item = (&'static str, &'static str)> {
    PERSONAL.iter().chain(SECRETS).copied()
}

/// Reads files over what others say.
fn read(draft: Draft, files: &[(&'static str, &'static str)]) -> Result<Draft, Faults> {
    let none = BTreeSet::new();
    let mut load = |path: &str, _: &str| Err(format!("the catalogue names no files, and `{path}` is one"));
    let mut reading = Reading::over(draft, &mut load, &none);
    let documents: Vec<Document<'static>> = files.par_iter().map(|(_, text)| DeTable::parse(text)).collect();
    for ((file, text), document) in files.iter().zip(documents) {
        reading.given(text, file, document);
    }
    reading.finish().map_err(Faults)
}

fn unknown(name: &str) -> Faults {
    Faults(vec![Fault {
        file: format!("builtin:{name}"),
        line: 1,
        column: 1,
        message: format!("there is no built-in rule set `{name}`"),
        hint: crate::rules::builtin_hint(name),
    }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DetectorRule;
    use crate::detect::check::{self, Candidate, Verdict};
    use crate::rules::lint;
    use regex_automata::dfa::{Automaton, dense};
    use regex_automata::nfa::thompson::NFA;
    use regex_automata::util::start;
    use regex_automata::{Anchored, MatchKind};
    use std::cell::RefCell;
    use std::collections::HashMap;
    use std::rc::Rc;

    /// A pattern as an automaton that reports every end.
    struct Ends(dense::DFA<Vec<u32>>);

    impl Ends {
        fn new(pattern: &str) -> Self {
            let hir = lint::pattern(pattern).unwrap();
            let nfa = NFA::compiler().build_from_hir(&hir).unwrap();
            let config = dense::Config::new()
                .match_kind(MatchKind::All)
                .start_kind(regex_automata::dfa::StartKind::Anchored)
                .dfa_size_limit(Some(8 << 20));
            Self(
                dense::Builder::new()
                    .configure(config)
                    .build_from_nfa(&nfa)
                    .unwrap(),
            )
        }

        /// Where matches that start here end, the longest first.
        fn at(&self, text: &[u8], start: usize) -> Vec<usize> {
            let before = start.checked_sub(1).map(|place| text[place]);
            let config = start::Config::new().anchored(Anchored::Yes).look_behind(before);
            let mut state = self.0.start_state(&config).unwrap();
            let mut ends = Vec::new();
            // A match shows one byte late: the state after a byte says whether one ended before it.
            for place in start..=text.len() {
                state = match text.get(place) {
                    Some(byte) => self.0.next_state(state, *byte),
                    None => self.0.next_eoi_state(state),
                };
                if self.0.is_match_state(state) {
                    ends.push(place);
                }
                if self.0.is_dead_state(state) {
                    break;
                }
            }
            ends.reverse();
            ends
        }
    }

    /// The automaton of a pattern: most detectors share theirs with others.
    fn ends(pattern: &str) -> Rc<Ends> {
        thread_local! {
            static KNOWN: RefCell<HashMap<String, Rc<Ends>>> = RefCell::default();
        }
        KNOWN.with_borrow_mut(|known| {
            let ends = known.entry(pattern.to_owned());
            ends.or_insert_with(|| Rc::new(Ends::new(pattern))).clone()
        })
    }

    /// The slow, obvious scanner: every start, every end, the check.
    fn find(detector: &DetectorRule, text: &[u8]) -> Option<(usize, usize)> {
        let pattern = ends(&detector.pattern);
        let lead = detector.lead.as_deref().map(ends);
        let check = detector
            .check
            .as_deref()
            .map(|name| check::by_name(name).unwrap());
        for start in 0..text.len() {
            let leads = lead
                .as_ref()
                .map_or_else(|| vec![start], |lead| lead.at(text, start));
            for start in leads {
                for end in pattern.at(text, start) {
                    let candidate = Candidate {
                        value: &text[start..end],
                        before: &text[start.saturating_sub(64)..start],
                        after: text.get(end..=end).unwrap_or_default(),
                    };
                    if check.is_none_or(|check| check(&candidate) != Verdict::Fails) {
                        return Some((start, end));
                    }
                }
            }
        }
        None
    }

    fn found(id: &str, text: &str) -> Option<String> {
        let default = crate::Source::builtin("default").unwrap();
        let detector = default
            .detectors
            .iter()
            .find(|detector| detector.id == id)
            .unwrap();
        let (start, end) = find(detector, text.as_bytes())?;
        Some(text[start..end].to_owned())
    }

    #[test]
    fn the_catalogue_has_no_faults() {
        for name in NAMES {
            if let Err(faults) = draft(name) {
                panic!("{faults}");
            }
        }
        assert_eq!(ids().len(), draft("default").unwrap().detectors.len());
    }

    #[test]
    fn every_example_is_found_and_no_counter_example() {
        let mut wrong = Vec::new();
        for named in &draft("default").unwrap().detectors {
            let detector = &named.rule;
            if detector.examples.len() < 2 || detector.counter_examples.len() < 2 {
                wrong.push(format!("{}: too few examples", detector.id));
            }
            for example in &detector.examples {
                if find(detector, example.as_bytes()).is_none() {
                    wrong.push(format!("{}: not found in {example}", detector.id));
                }
            }
            for counter in &detector.counter_examples {
                if let Some((start, end)) = find(detector, counter.as_bytes()) {
                    wrong.push(format!(
                        "{}: {} found in {counter}",
                        detector.id,
                        &counter[start..end]
                    ));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn a_finding_is_the_value_and_nothing_else() {
        for (id, text, value) in [
            ("email", "mail=bob@example.com, or", "bob@example.com"),
            ("credit-card", "4111 1111 1111 1111 12", "4111 1111 1111 1111"),
            ("iban", "NO93 8601 1117 947 THEN MORE", "NO93 8601 1117 947"),
            ("phone", "call (415) 555-0132 x12.", "(415) 555-0132 x12"),
            ("ipv6", "[2001:db8::1]:443", "2001:db8::1"),
            ("ipv4", "192.168.1.1.1", "192.168.1.1"),
            ("url-credential", "postgres://app:s3cr3t@db/x", "app:s3cr3t@"),
            ("password-pair", "\"passwd\": \"correct-horse\"", "correct-horse"),
            (
                "secret-pair",
                "client_secret=8f2d0c1b7e6a4f53&x",
                "8f2d0c1b7e6a4f53",
            ),
        ] {
            assert_eq!(found(id, text).as_deref(), Some(value), "{id}");
        }
    }

    #[test]
    fn every_ssn_of_an_assigned_area_is_found() {
        let default = crate::Source::builtin("default").unwrap();
        let detector = default
            .detectors
            .iter()
            .find(|detector| detector.id == "us-ssn")
            .unwrap();
        let pattern = Ends::new(&detector.pattern);
        for serial in 1..10_000 {
            let ssn = format!("{:03}-{:02}-{serial:04}", 1 + serial % 665, 1 + serial % 99);
            assert_eq!(pattern.at(ssn.as_bytes(), 0), [11], "{ssn}");
        }
    }
}
