//! A rule set ready to run.

use super::places::{Part, Place};
use super::{Fault, PauseTrigger};
use crate::detect::automaton::{self, Automaton};
use crate::detect::{Detector, Detectors, Lazy, Origin, Oversize, Scope, Work};
use crate::path::{PathState, Paths, Pattern};
use crate::simd::{Before, Kernels, Planes, Scan, Start};
use crate::{Case, Class, Source};
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A rule set ready to run.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    /// What it was compiled from.
    pub source: Arc<Source>,
    /// The detectors.
    pub detectors: Arc<Detectors>,
    /// All paths of the rule set as one automaton: fields, then allow entries, then pauses.
    pub paths: Arc<Paths>,
    /// The exceptions.
    pub allow: Arc<Vec<Allow>>,
    /// For each path of a pause, its number among the paths and the pause it belongs to.
    pub records: Vec<(u16, usize)>,
    /// What values are called, each with the highest class that some rule gives it; by name.
    pub entities: Arc<Vec<(String, Class)>>,
    /// Whether a pause counts distinct values.
    pub counts_distinct: bool,
    /// What turns bytes into planes: see [`Self::scan`].
    pub kernels: Kernels,
}

/// How long the name of an entity is at most that no rule has.
const STRANGER: usize = 16;

/// A compiled exception.
#[derive(Clone, Debug)]
pub(crate) struct Allow {
    value: Option<String>,
    pattern: Option<Automaton>,
    pub path: Option<u16>,
    detector: Option<u16>,
}

impl Rules {
    /// Compiles a parsed rules file.
    ///
    /// # Errors
    /// Every rule that cannot be compiled, with the part of its table that is at fault.
    pub(crate) fn new(source: Source) -> Result<Self, Vec<(Fault, Part)>> {
        let mut faults = Vec::new();
        let index: HashMap<&str, u16> = source
            .detectors
            .iter()
            .zip(0u16..)
            .map(|(rule, index)| (rule.id.as_str(), index))
            .collect();
        let scope = Scope {
            index: &index,
            thresholds: &source.thresholds,
        };
        let mut detectors: Vec<Detector> = Vec::new();
        // One automaton for all that have the same pattern.
        let mut leaders: HashMap<_, u16> = HashMap::new();
        let leader_of: Vec<Option<u16>> = source
            .detectors
            .iter()
            .zip(0u16..)
            .map(|(rule, number)| {
                let alike = (&rule.lead, &rule.pattern, rule.shape);
                let leader = leaders.get(&alike).copied();
                if leader.is_none() && rule.run.is_none() {
                    leaders.insert(alike, number);
                }
                leader.filter(|_| rule.run.is_none())
            })
            .collect();
        let own = source.detectors.par_iter().zip(&leader_of);
        let own: Vec<_> = own
            .map(|(rule, leader)| leader.is_none().then(|| Detector::new(rule, &scope)))
            .collect();
        // And one for all that have the same lead.
        let mut leads: HashMap<&str, Arc<Lazy>> = HashMap::new();
        for ((rule, leader), own) in source.detectors.iter().zip(leader_of).zip(own) {
            let leader = leader.filter(|_| faults.is_empty());
            let leader = leader.and_then(|leader| Some((leader, detectors.get(usize::from(leader))?)));
            if let Some((leader, detector)) = leader {
                detectors.push(detector.like(leader, rule, &scope));
                continue;
            }
            match own.unwrap_or_else(|| Detector::new(rule, &scope)) {
                Ok(mut detector) => {
                    if let Some((lead, automaton)) = rule.lead.as_deref().zip(detector.lead.as_mut()) {
                        let first = leads.entry(lead).or_insert_with(|| Arc::clone(automaton));
                        *automaton = Arc::clone(first);
                    }
                    detectors.push(detector);
                }
                Err(message) => faults.push((fault(&rule.at, message.to_owned()), part_of(message))),
            }
        }
        let mut paths = Vec::new();
        let mut path = |text: &str, case: Case, (at, key): (&Place, &'static str), faults: &mut Vec<_>| {
            match Pattern::parse(text) {
                Ok(pattern) => paths.push((pattern, case)),
                Err(error) => faults.push((fault(at, error.message.to_owned()), Part::Key(key))),
            }
            u16::try_from(paths.len().saturating_sub(1)).unwrap_or(u16::MAX)
        };
        for field in &source.fields {
            path(&field.path, field.case, (&field.at, "path"), &mut faults);
        }
        let mut allow = Vec::new();
        for rule in &source.allow {
            let pattern = rule.pattern.as_deref().map(compile).transpose();
            allow.push(Allow {
                value: rule.value.clone(),
                pattern: pattern.unwrap_or_else(|message| {
                    faults.push((fault(&rule.at, message.to_owned()), Part::Key("pattern")));
                    None
                }),
                path: rule
                    .path
                    .as_deref()
                    .map(|text| path(text, Case::Exact, (&rule.at, "path"), &mut faults)),
                detector: rule.detector.as_deref().and_then(|id| index.get(id).copied()),
            });
        }
        let mut records = Vec::new();
        for (number, pause) in source.pauses.iter().enumerate() {
            if let PauseTrigger::Records(_, text) = &pause.trigger {
                records.push((
                    path(text, Case::Exact, (&pause.at, "records"), &mut faults),
                    number,
                ));
            }
        }
        let functions: Vec<Option<&str>> = source
            .fields
            .iter()
            .map(|field| field.function.as_deref())
            .collect();
        let paths = Paths::compile_from(&paths, &functions).map_err(|_| {
            // No single one is at fault: the last was one too many.
            let of_fields = source.fields.iter().map(|field| (&field.at, "path"));
            let of_allow = source.allow.iter().filter(|allow| allow.path.is_some());
            let last = of_fields
                .chain(of_allow.map(|allow| (&allow.at, "path")))
                .next_back();
            last.map(|(at, key)| {
                let message = "the paths together have too many states".to_owned();
                (fault(at, message), Part::Key(key))
            })
        });
        let paths = match paths {
            Ok(paths) if faults.is_empty() => paths,
            Ok(_) => return Err(faults),
            Err(fault) => {
                faults.extend(fault);
                return Err(faults);
            }
        };
        let counts_distinct = source
            .pauses
            .iter()
            .any(|pause| matches!(pause.trigger, PauseTrigger::Distinct(_)));
        Ok(Self {
            entities: Arc::new(entities(&source)),
            source: Arc::new(source),
            detectors: Arc::new(Detectors::new(detectors, paths.names())),
            paths: Arc::new(paths),
            allow: Arc::new(allow),
            records,
            counts_distinct,
            kernels: Kernels::best(),
        })
    }

    /// The planes of a window, in which the detectors' triggers are hot.
    #[inline]
    pub(crate) fn scan<'a>(
        &self,
        planes: &'a mut Planes,
        bytes: &'a [u8],
        (before, start): (Before, Start),
    ) -> Scan<'a> {
        planes.scan(self.kernels, bytes, &self.detectors.anchors, before, start)
    }

    /// The same on other kernels.
    pub(crate) fn with_kernels(&self, kernels: Kernels) -> Self {
        Self {
            kernels,
            ..self.clone()
        }
    }

    /// What a finding is called.
    pub(crate) fn entity(&self, origin: Origin) -> &str {
        match origin {
            Origin::Detector(index) => self
                .source
                .detectors
                .get(usize::from(index))
                .map_or("", |rule| &rule.entity),
            Origin::Field(index) => self
                .source
                .fields
                .get(usize::from(index))
                .map_or("", |rule| &rule.entity),
            Origin::Token(index) => self
                .entities
                .get(usize::from(index))
                .map_or("TOKEN", |(name, _)| name),
        }
    }

    /// Whether a name in capitals is what values are called: by some rule, or, as far as its form says, by others. Keys and
    /// numbers that are written so are longer, or have digits.
    pub(crate) fn is_entity(&self, name: &[u8]) -> bool {
        let known = |(known, _): &(String, Class)| known.as_bytes().cmp(name);
        let is_word = name.len() <= STRANGER && !name.iter().any(u8::is_ascii_digit);
        is_word || self.entities.binary_search_by(known).is_ok()
    }

    /// A token of what is called so, and how sensitive that is: as the most sensitive of all, if no rule names it.
    pub(crate) fn of_entity(&self, name: &str) -> (Origin, Class) {
        let at = self
            .entities
            .binary_search_by(|(known, _)| known.as_str().cmp(name));
        let known = at
            .ok()
            .and_then(|at| Some((u16::try_from(at).ok()?, self.entities.get(at)?.1)));
        let highest = || u8::try_from(self.source.classes.len().saturating_sub(1)).unwrap_or(u8::MAX);
        known.map_or_else(
            || (Origin::STRANGER, Class(highest())),
            |(at, class)| (Origin::Token(at), class),
        )
    }

    /// Who found it, as findings say it.
    pub(crate) fn detector(&self, origin: Origin) -> Cow<'_, str> {
        match origin {
            Origin::Detector(index) => {
                let rule = self.source.detectors.get(usize::from(index));
                Cow::Borrowed(rule.map_or("", |rule| &rule.id))
            }
            Origin::Field(index) => {
                let rule = self.source.fields.get(usize::from(index));
                rule.map_or(Cow::Borrowed(""), |rule| {
                    Cow::Owned(match &rule.function {
                        Some(function) => format!("field:{function}:{}", rule.path),
                        None => format!("field:{}", rule.path),
                    })
                })
            }
            Origin::FORGED => Cow::Borrowed("forged-token"),
            Origin::Token(_) => Cow::Borrowed("token"),
        }
    }

    /// The field rule of the highest class that matches exactly here; the first of several.
    pub(crate) fn field(&self, at: PathState) -> Option<(u16, Class)> {
        let fields = &self.source.fields;
        let here = self
            .paths
            .matches(at)
            .filter_map(|index| Some((index, fields.get(usize::from(index))?.class)));
        here.reduce(|one, other| if other.1 > one.1 { other } else { one })
    }

    /// Whether some field is dropped under a plan.
    pub(crate) fn paths_drop(&self, plan: &super::Plan) -> bool {
        self.source
            .fields
            .iter()
            .any(|field| plan.action(0, field.class) == crate::Action::Drop)
    }

    /// The pauses that count an element here.
    pub(crate) fn counts_element(&self, at: PathState) -> impl Iterator<Item = usize> {
        self.records
            .iter()
            .filter(move |(path, _)| self.paths.matches(at).any(|here| here == *path))
            .map(|(_, pause)| *pause)
    }
}

impl Allow {
    /// Whether it removes a finding.
    pub(crate) fn covers(&self, paths: &Paths, at: PathState, detector: u16, value: &[u8]) -> bool {
        self.detector.is_none_or(|only| only == detector)
            && self.value.as_ref().is_none_or(|only| only.as_bytes() == value)
            && self
                .path
                .is_none_or(|path| paths.matches(at).any(|here| here == path))
            && self.pattern.as_ref().is_none_or(|pattern| {
                let mut ends = Vec::new();
                pattern.ends_from(value, 0, &mut ends);
                ends.last() == Some(&value.len())
            })
    }
}

/// What rules call values, each with the highest class of those that do.
fn entities(source: &Source) -> Vec<(String, Class)> {
    let of_detectors = source.detectors.iter().map(|rule| (&rule.entity, rule.class));
    let of_fields = source.fields.iter().map(|rule| (&rule.entity, rule.class));
    let mut entities: BTreeMap<&String, Class> = BTreeMap::new();
    for (entity, class) in of_detectors.chain(of_fields) {
        let known = entities.entry(entity).or_insert(class);
        *known = class.max(*known);
    }
    entities
        .into_iter()
        .map(|(entity, class)| (entity.clone(), class))
        .collect()
}

/// The pattern of an exception; why not, if not.
fn compile(pattern: &str) -> Result<Automaton, &'static str> {
    let hir = automaton::parse(pattern).ok_or("an allowed pattern is malformed")?;
    Automaton::new(&hir, &mut Work::new()).map_err(|Oversize| "an allowed pattern needs too much memory")
}

/// The part of a detector's table that a reason not to compile it speaks of.
pub(super) fn part_of(message: &str) -> Part {
    match message {
        _ if message.contains("alphabet") => Part::Inner("run", "alphabet"),
        _ if message.starts_with("the end mark") => Part::Inner("run", "end"),
        _ if message.starts_with("the lead") => Part::Key("lead"),
        _ => Part::Key("pattern"),
    }
}

fn fault(at: &Place, message: String) -> Fault {
    let (file, line, column) = at.clone();
    Fault {
        file,
        line,
        column,
        message,
        hint: "simplify or bound it".to_owned(),
    }
}
