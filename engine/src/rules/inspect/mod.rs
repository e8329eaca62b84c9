//! What is wrong with rules that compile: their examples read in every form and at every cut, their price, and rules
//! that stand in each other's way.

mod examples;
mod rivals;
mod rule;
mod words;

use super::places::{Part, Place, Places};
use super::{Draft, Fault, Load, Reading, Source};
use crate::detect::catalog;
use core::sync::atomic::{AtomicUsize, Ordering};
use rayon::prelude::*;
use rule::{Looked, Prices};

/// A value that looks like one of the sensitive kinds and is none: what rules should leave alone.
///
/// ```
/// use lacuna::Decoy;
///
/// let decoy = Decoy { kind: "version", json: "\"10.4.1.2\"" };
/// assert_eq!(decoy.kind, "version");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decoy<'a> {
    /// What it really is, in a word or two.
    pub kind: &'a str,
    /// The value, as JSON: it is read as the only member of an object.
    pub json: &'a str,
}

/// What there is to say of a rules file: see [`Inspection::file`].
///
/// ```
/// use lacuna::Inspection;
///
/// let file = r#"
///     [[detector]]
///     id = "acme-badge"
///     entity = "BADGE"
///     class = "restricted"
///     pattern = 'B-[0-9]{5}'
///     examples = ["B-20481", "B-2048"]
/// "#;
/// let load = &mut |_: &str, _: &str| Err("it names no other file".into());
/// let seen = Inspection::file(file, "acme.toml", load, &[], &|_, _| {});
/// let fault = &seen.faults[0];
/// assert_eq!((fault.line, fault.column), (7, 28));
/// assert_eq!(fault.message, "example 2 of `acme-badge` is not found");
/// assert_eq!((seen.rules[0].id.as_str(), seen.rules[0].verified), ("acme-badge", 1));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Inspection {
    /// Mistakes: the file should not be used. By file, line and column.
    pub faults: Vec<Fault>,
    /// What may be meant so, but is rarely. By file, line and column.
    pub warnings: Vec<Fault>,
    /// The detectors that were looked at, in rule order.
    pub rules: Vec<Inspected>,
}

/// What is known of one detector.
///
/// ```
/// let seen = lacuna::Inspection::builtin("secrets", &[], &|_, _| {});
/// assert!(seen.rules.iter().all(|rule| rule.memory > 0 && rule.examples >= 2));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Inspected {
    /// Its id.
    pub id: String,
    /// How many bytes its automata read at worst for one byte of input: see `engine/DESIGN.md`. 0 if it does not compile.
    pub verified: usize,
    /// The memory of its automata, in bytes.
    pub memory: usize,
    /// How many examples it has.
    pub examples: usize,
    /// How many counter-examples.
    pub counter_examples: usize,
    /// How many times they were read: in each form, at each cut.
    pub readings: u64,
}

/// Says how much is done, of how much.
type Told<'a> = &'a (dyn Fn(usize, usize) + Sync);

impl Inspection {
    /// Inspects a rules file: everything that [`Source::parse`] and [`crate::Ruleset::compile`] refuse, and
    ///
    /// - examples that are not found and counter-examples that are, as text, and in JSON strings as they are, with every
    ///   character as `\uXXXX`, with `\/`, and one level deeper; each cut at every byte;
    /// - detectors that read more than 16 bytes for one byte of input at worst, or match a replacement;
    /// - as warnings, detectors that no trigger serves, that another makes pointless, whose run never comes to its end
    ///   mark, or that match common words or a `decoy`.
    ///
    /// What the file extends of the catalogue is not looked at again. `told` hears from any thread how many steps are
    /// done, of how many.
    ///
    /// ```
    /// use lacuna::{Decoy, Inspection};
    ///
    /// let file = "[[detector]]\nid = 'x'\nentity = 'X'\nclass = 'restricted'\npattern = '[0-9]{4}'\n";
    /// let load = &mut |_: &str, _: &str| Err("it names no other file".into());
    /// let year = Decoy { kind: "year", json: "1984" };
    /// let seen = Inspection::file(file, "x.toml", load, &[year], &|_, _| {});
    /// assert!(seen.faults.is_empty());
    /// assert!(seen.warnings.iter().any(|warning| warning.message.contains("the year `1984`")));
    /// ```
    pub fn file(
        text: &str,
        file: &str,
        load: &mut Load<'_>,
        decoys: &[Decoy<'_>],
        told: &(dyn Fn(usize, usize) + Sync),
    ) -> Self {
        let mut places = Places::default();
        places.keep(file, text);
        let (draft, faults) = {
            let keeping = &mut places.keeping(load);
            let mut reading = Reading::new(keeping, catalog::ids());
            reading.file(text, file);
            reading.finish_anyway()
        };
        let own = |at: &Place| !catalog::files().any(|(file, _)| file == at.0);
        Self::of(Draft::finish(draft), faults, &places, own, (decoys, told))
    }

    /// The same for a built-in rule set, all of whose detectors are looked at.
    ///
    /// ```
    /// let seen = lacuna::Inspection::builtin("empty", &[], &|_, _| {});
    /// assert!(seen.faults.is_empty() && seen.rules.is_empty());
    /// let seen = lacuna::Inspection::builtin("pij", &[], &|_, _| {});
    /// assert_eq!(seen.faults[0].hint, "did you mean `builtin:pii`?");
    /// ```
    pub fn builtin(name: &str, decoys: &[Decoy<'_>], told: &(dyn Fn(usize, usize) + Sync)) -> Self {
        match Source::builtin(name) {
            Ok(source) => Self::of(source, Vec::new(), &Places::default(), |_| true, (decoys, told)),
            Err(faults) => Self {
                faults: faults.0,
                ..Self::default()
            },
        }
    }

    fn of(
        source: Source,
        faults: Vec<Fault>,
        places: &Places,
        own: impl Fn(&Place) -> bool,
        (decoys, told): (&[Decoy<'_>], Told<'_>),
    ) -> Self {
        let own: Vec<usize> = (0..source.detectors.len())
            .filter(|number| source.detectors.get(*number).is_some_and(|rule| own(&rule.at)))
            .collect();
        // The rules one by one, then all together: their examples, and the decoys.
        let steps = own.len() * 2 + decoys.len();
        let done = AtomicUsize::new(0);
        let step = || told(done.fetch_add(1, Ordering::Relaxed) + 1, steps);
        let prices = Prices::default();
        let looked: Vec<Looked> = own
            .par_iter()
            .filter_map(|number| source.detectors.get(*number))
            .map(|rule| {
                let looked = rule::look(rule, &prices);
                step();
                looked
            })
            .collect();
        let mut seen = Notes {
            places,
            faults,
            warnings: Vec::new(),
        };
        let broken: Vec<usize> = own
            .iter()
            .zip(&looked)
            .filter(|(_, looked)| !looked.compiles)
            .map(|(number, _)| *number)
            .collect();
        let rules = looked.into_iter().map(|looked| {
            looked.faults.into_iter().for_each(|note| seen.fault(note));
            looked.warnings.into_iter().for_each(|note| seen.warning(note));
            looked.inspected
        });
        let rules: Vec<Inspected> = rules.collect();
        rivals::duplicates(&source, &own)
            .into_iter()
            .for_each(|note| seen.warning(note));
        let mut whole = source;
        let mut number = 0;
        whole.detectors.retain(|_| {
            number += 1;
            !broken.contains(&(number - 1))
        });
        match rivals::Together::new(whole) {
            Ok(together) => {
                let ids: Vec<&str> = rules_of(&rules);
                let notes = together.shadowed(&ids, &step);
                notes.into_iter().for_each(|note| seen.warning(note));
                let notes = together.decoyed(&ids, decoys, &step);
                notes.into_iter().for_each(|note| seen.warning(note));
            }
            Err(faults) => {
                let faults = faults.into_iter().map(|(fault, part)| Note {
                    at: (fault.file, fault.line, fault.column),
                    part,
                    message: fault.message,
                    hint: fault.hint,
                });
                faults.for_each(|note| seen.fault(note));
            }
        }
        let Notes {
            mut faults,
            mut warnings,
            ..
        } = seen;
        for notes in [&mut faults, &mut warnings] {
            notes.sort_by(|one, other| {
                let place = |fault: &Fault| (fault.line, fault.column);
                (&one.file, place(one)).cmp(&(&other.file, place(other)))
            });
            notes.dedup();
        }
        Self {
            faults,
            warnings,
            rules,
        }
    }
}

/// The ids of what was looked at.
fn rules_of(rules: &[Inspected]) -> Vec<&str> {
    rules.iter().map(|rule| rule.id.as_str()).collect()
}

/// Something to say of a part of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Note {
    /// Where the rule's table stands.
    at: Place,
    part: Part,
    message: String,
    hint: String,
}

impl Note {
    fn new(at: &Place, part: Part, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            at: at.clone(),
            part,
            message: message.into(),
            hint: hint.into(),
        }
    }
}

/// What is said so far.
struct Notes<'a> {
    places: &'a Places,
    faults: Vec<Fault>,
    warnings: Vec<Fault>,
}

impl Notes<'_> {
    fn fault(&mut self, note: Note) {
        self.faults.push(placed(self.places, note));
    }

    fn warning(&mut self, note: Note) {
        self.warnings.push(placed(self.places, note));
    }
}

fn placed(places: &Places, note: Note) -> Fault {
    let (file, line, column) = places.of(&note.at, note.part);
    Fault {
        file,
        line,
        column,
        message: note.message,
        hint: note.hint,
    }
}

#[cfg(test)]
mod tests;
