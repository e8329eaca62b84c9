//! Allowances, and what happens when one runs out.

use crate::rules::{PauseRule, PauseTrigger};
use crate::text::{Note, Purpose};
use crate::{Class, Error, Hold, Pos, Ruling};
use std::collections::HashSet;

/// The most distinct values a rule remembers; any further one counts as new.
const DISTINCT: usize = 65_536;

/// The allowances of one stream.
#[derive(Debug)]
pub(crate) struct Pauses {
    rules: Vec<Allowance>,
}

#[derive(Debug)]
struct Allowance {
    rule: PauseRule,
    count: u64,
    marks: HashSet<u64>,
    /// What a person said, for the rest of the stream.
    ruling: Option<Ruling>,
}

/// An allowance ran out.
#[derive(Debug)]
pub(crate) struct Trip {
    /// Which rule.
    pub rule: usize,
    /// The cluster that waits, if it is one: a release leaves it as it is.
    pub cluster: Option<u64>,
    /// The first byte that waits.
    pub at: u64,
    /// The document, line or event.
    pub record: u64,
    /// The error that comes after, if one is known.
    pub then: Option<Error>,
    /// What was counted.
    pub count: u64,
}

impl Pauses {
    /// The allowances of a rule set.
    pub(crate) fn new(rules: &[PauseRule]) -> Self {
        let allowance = |rule: &PauseRule| Allowance {
            rule: rule.clone(),
            count: 0,
            marks: HashSet::new(),
            ruling: None,
        };
        Self {
            rules: rules.iter().map(allowance).collect(),
        }
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Counts a note, once; the first allowance that has run out and waits for a ruling.
    pub(crate) fn count(&mut self, note: &mut Note) -> Option<Trip> {
        if note.purpose == Purpose::Tell {
            return None;
        }
        let counted = core::mem::replace(&mut note.counted, true);
        let mut trip = None;
        for (index, allowance) in self.rules.iter_mut().enumerate() {
            let over = allowance.count(index, note, counted);
            if over && allowance.ruling.is_none() && trip.is_none() {
                trip = Some(Trip {
                    rule: index,
                    // What an element holds back is no finding; and what is kept is in no cluster.
                    cluster: match note.purpose {
                        Purpose::Element(_) => None,
                        _ => (!note.kept[0]).then_some(note.cluster),
                    },
                    at: note.cluster,
                    record: note.record,
                    then: None,
                    count: allowance.count,
                });
            }
        }
        trip
    }

    /// The allowance of bytes that runs out when the bytes from `left` to `upto` leave.
    pub(crate) fn bytes(&self, left: u64, upto: u64) -> Option<Trip> {
        self.rules.iter().enumerate().find_map(|(rule, allowance)| {
            let PauseTrigger::Bytes(most) = allowance.rule.trigger else {
                return None;
            };
            let due = allowance.ruling.is_none() && upto > most;
            let at = most.max(left);
            due.then_some(Trip {
                rule,
                cluster: None,
                at,
                record: 0,
                then: None,
                count: most,
            })
        })
    }

    /// How many bytes may leave before an allowance of them runs out that nobody has ruled on.
    pub(crate) fn bytes_left(&self) -> Option<u64> {
        let bytes = self.rules.iter().filter(|allowance| allowance.ruling.is_none());
        bytes
            .filter_map(|allowance| match allowance.rule.trigger {
                PauseTrigger::Bytes(most) => Some(most),
                _ => None,
            })
            .min()
    }

    /// A person answered.
    pub(crate) fn ruled(&mut self, rule: usize, ruling: Ruling) {
        if let Some(allowance) = self.rules.get_mut(rule) {
            allowance.ruling = Some(ruling);
        }
    }

    /// Whether a note is of a kept finding, and a ruling says that findings like it are masked. A run is as it began:
    /// it is not asked again where it ends.
    pub(crate) fn masks(&self, note: &Note) -> bool {
        let masked = |allowance: &Allowance| {
            allowance.ruling == Some(Ruling::Mask) && note.class >= allowance.rule.class
        };
        note.kept[0] && note.purpose != Purpose::Tell && self.rules.iter().any(masked)
    }
}

impl Allowance {
    /// Whether the allowance is used up with this note.
    fn count(&mut self, index: usize, note: &Note, counted: bool) -> bool {
        let element = matches!(note.purpose, Purpose::Element(_));
        let (counts, most) = match self.rule.trigger {
            PauseTrigger::Findings(most) => (!element && note.class >= self.rule.class, most),
            PauseTrigger::Distinct(most) => {
                let counts = !element && note.class >= self.rule.class;
                let is_new = note.mark.is_none_or(|mark| !self.marks.contains(&mark));
                if counts && is_new && !counted && self.marks.len() < DISTINCT {
                    self.marks.extend(note.mark);
                }
                (counts && (is_new || counted), most)
            }
            PauseTrigger::Records(most, _) => (note.purpose == Purpose::Element(index), most),
            PauseTrigger::Bytes(_) => (false, u64::MAX),
        };
        if counts && !counted {
            self.count += 1;
        }
        counts && self.count > most
    }
}

impl Trip {
    /// The pause as the caller sees it.
    pub(crate) fn describe(&self, note: &Note, detector: &str, class: Class) -> Hold {
        let (path, inner) = &note.paths;
        let path = inner
            .as_ref()
            .map_or_else(|| path.clone(), |inner| format!("{path}~{inner}"));
        let (detector, at) = (detector.to_owned(), Pos(self.at));
        Hold {
            rule: self.rule,
            record: self.record,
            path,
            detector,
            class,
            at,
            count: self.count,
        }
    }

    /// The pause of an allowance of bytes.
    pub(crate) fn describe_bytes(&self, record: u64) -> Hold {
        let (path, detector) = ("$".to_owned(), String::new());
        Hold {
            rule: self.rule,
            record,
            path,
            detector,
            class: Class(0),
            at: Pos(self.at),
            count: self.count,
        }
    }
}
