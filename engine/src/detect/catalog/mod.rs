//! The catalogue: detectors as data, in the format of a site's own rules file.
//!
//! A detector is one entry in one of the files beside this one; its examples are its test.

use crate::rules::{Draft, Reading};
use crate::{Class, Confidence, Fault, Faults};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// The built-in rule sets.
pub(crate) const NAMES: [&str; 5] = ["default", "secrets", "pii", "strict", "empty"];

/// What identifies or concerns a person.
const PERSONAL: [(&str, &str); 2] = [
    ("catalog/pii.toml", include_str!("pii.toml")),
    ("catalog/network.toml", include_str!("network.toml")),
];
/// What opens doors.
const SECRETS: [(&str, &str); 1] = [("catalog/secrets.toml", include_str!("secrets.toml"))];

/// The least confidence of `strict`: recall first, so that a bare number that passes its check is enough.
const STRICT: Confidence = Confidence::percent(20);

/// The rule sets, one a name; or what is wrong in the catalogue, which its test keeps from happening.
struct Catalog {
    ids: BTreeSet<String>,
    empty: Draft,
    sets: Result<[Draft; 4], Faults>,
}

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    let sets = read();
    Catalog {
        ids: sets
            .as_ref()
            .map_or_else(|_| BTreeSet::new(), |sets| sets[0].ids.clone()),
        empty: Draft::default(),
        sets,
    }
});

/// A built-in rule set by name.
///
/// # Errors
/// A name that is none.
pub(crate) fn draft(name: &str) -> Result<&'static Draft, Faults> {
    let catalog = &*CATALOG;
    let place = NAMES.iter().position(|known| *known == name);
    match (place, &catalog.sets) {
        (Some(4), _) => Ok(&catalog.empty),
        (Some(_), Err(faults)) => Err(faults.clone()),
        (Some(place), Ok(sets)) => sets.get(place).ok_or_else(|| unknown(name)),
        (None, _) => Err(unknown(name)),
    }
}

/// The id of every detector in the catalogue.
pub(crate) fn ids() -> &'static BTreeSet<String> {
    &CATALOG.ids
}

/// Reads the files, in the order of [`NAMES`] without `empty`.
fn read() -> Result<[Draft; 4], Faults> {
    let none = BTreeSet::new();
    let mut load = |path: &str, _: &str| Err(format!("the catalogue names no files, and `{path}` is one"));
    let mut layers = |files: &[&[(&str, &str)]]| {
        let mut reading = Reading::new(&mut load, &none);
        for (file, text) in files.iter().copied().flatten() {
            reading.file(text, file);
        }
        reading.finish().map_err(Faults)
    };
    let pii = layers(&[&PERSONAL])?;
    let default = layers(&[&PERSONAL, &SECRETS])?;
    let mut secrets = default.clone();
    secrets
        .detectors
        .retain(|detector| !pii.ids.contains(&detector.rule.id));
    let mut strict = default.clone();
    for class in Class::DEFAULT_NAMES {
        strict.thresholds.insert(class.to_owned(), STRICT);
    }
    Ok([default, secrets, pii, strict])
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
