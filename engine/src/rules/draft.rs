//! What a rules file and all it extends say so far, by class name: classes get their ranks when all is read.

use super::{AllowRule, DetectorRule, FieldRule, PauseRule, PlanRule, Source};
use crate::{Action, Class, Confidence, Limits};
use std::collections::{BTreeMap, BTreeSet};

/// A rule whose class still goes by name; the rule's own rank means nothing yet.
#[derive(Clone, Debug)]
pub(crate) struct Named<T> {
    /// The class.
    pub(crate) class: String,
    /// The rest.
    pub(crate) rule: T,
}

/// Layers of rules files, merged in order: a later layer wins.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    /// The order of classes, where a file names one.
    pub(crate) classes: Option<Vec<String>>,
    /// By class.
    pub(crate) treatments: BTreeMap<String, Action>,
    /// By class.
    pub(crate) thresholds: BTreeMap<String, Confidence>,
    /// Invariant: ids are unique.
    pub(crate) detectors: Vec<Named<DetectorRule>>,
    /// Invariant: function, path and case together are unique.
    pub(crate) fields: Vec<Named<FieldRule>>,
    /// In order.
    pub(crate) allow: Vec<AllowRule>,
    /// Without a class: every finding.
    pub(crate) pauses: Vec<(Option<String>, PauseRule)>,
    /// In order: a later one counts before those alike.
    pub(crate) plans: Vec<PlanRule>,
    /// Each key on its own: the last file that names it.
    pub(crate) limits: Limits,
    /// The last file's that names one.
    pub(crate) key_file: Option<String>,
    /// Every detector id seen, disabled ones too: what a file may speak of.
    pub(crate) ids: BTreeSet<String>,
}

impl Draft {
    /// The class names in force, least sensitive first.
    pub(crate) fn order(&self) -> Vec<&str> {
        match &self.classes {
            Some(names) => names.iter().map(String::as_str).collect(),
            None => Class::DEFAULT_NAMES.to_vec(),
        }
    }

    /// Class names that rules use and the order lacks.
    pub(crate) fn strangers(&self) -> BTreeSet<&str> {
        let order = self.order();
        self.used().filter(|name| !order.contains(name)).collect()
    }

    /// The classes of all rules.
    fn used(&self) -> impl Iterator<Item = &str> {
        let detectors = self.detectors.iter().map(|named| &named.class);
        let fields = self.fields.iter().map(|named| &named.class);
        let pauses = self.pauses.iter().filter_map(|(class, _)| class.as_ref());
        let plans = self.plans.iter().flat_map(|plan| plan.treatments.keys());
        detectors
            .chain(fields)
            .chain(pauses)
            .chain(plans)
            .map(String::as_str)
    }

    /// Adds a detector, or puts it in the place of the one with its id.
    pub(crate) fn put_detector(&mut self, detector: Named<DetectorRule>) {
        self.ids.insert(detector.rule.id.clone());
        let same = self
            .detectors
            .iter_mut()
            .find(|old| old.rule.id == detector.rule.id);
        match same {
            Some(old) => *old = detector,
            None => self.detectors.push(detector),
        }
    }

    /// Adds a field rule, or puts it in the place of the one with its function, path and case.
    pub(crate) fn put_field(&mut self, field: Named<FieldRule>) {
        let same = self.fields.iter_mut().find(|old| {
            let (old, new) = (&old.rule, &field.rule);
            old.path == new.path && old.case == new.case && old.function == new.function
        });
        match same {
            Some(old) => *old = field,
            None => self.fields.push(field),
        }
    }

    /// Lays another draft, a built-in one, over this one.
    pub(crate) fn put_draft(&mut self, over: &Self) {
        over.detectors
            .iter()
            .for_each(|detector| self.put_detector(detector.clone()));
        over.fields.iter().for_each(|field| self.put_field(field.clone()));
        self.thresholds.extend(over.thresholds.clone());
        self.treatments.extend(over.treatments.clone());
    }

    /// Gives every class its rank. A rule of a class the order lacks has been refused before; should one come
    /// here it gets the highest rank.
    pub(crate) fn finish(self) -> Source {
        let classes: Vec<String> = self.order().into_iter().map(str::to_owned).collect();
        let rank = |name: &str| {
            let found = classes.iter().position(|class| class == name);
            Class(u8::try_from(found.unwrap_or(classes.len().saturating_sub(1))).unwrap_or(u8::MAX))
        };
        let treatment = |name: &String| {
            self.treatments
                .get(name)
                .copied()
                .unwrap_or_else(|| default_treatment(name))
        };
        let threshold = |name: &String| self.thresholds.get(name).copied().unwrap_or(DEFAULT_THRESHOLD);
        Source {
            treatments: classes.iter().map(treatment).collect(),
            thresholds: classes.iter().map(threshold).collect(),
            detectors: self
                .detectors
                .into_iter()
                .map(|Named { class, rule }| DetectorRule {
                    class: rank(&class),
                    ..rule
                })
                .collect(),
            fields: self
                .fields
                .into_iter()
                .map(|Named { class, rule }| FieldRule {
                    class: rank(&class),
                    ..rule
                })
                .collect(),
            allow: self.allow,
            pauses: self
                .pauses
                .into_iter()
                .map(|(class, rule)| PauseRule {
                    class: class.map_or(Class(0), |class| rank(&class)),
                    ..rule
                })
                .collect(),
            plans: self.plans,
            limits: self.limits,
            key_file: self.key_file,
            classes,
        }
    }
}

/// The least confidence reported where no file names one.
const DEFAULT_THRESHOLD: Confidence = Confidence::percent(50);

/// What is done to a class no file treats. A site's own class is masked until it says otherwise.
fn default_treatment(class: &str) -> Action {
    match class {
        "public" | "internal" => Action::Keep,
        _ => Action::Placeholder,
    }
}
