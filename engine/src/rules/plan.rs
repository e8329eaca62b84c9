//! What happens to findings on one stream.

use crate::{Action, Class, Key, Limits, Ruleset};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How much of JSON's grammar is checked. Safety rests on the structural level alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Grammar {
    /// UTF-8, control characters, string and escape state, bracket kind and depth, limits.
    Structural,
    /// RFC 8259.
    Full,
}

/// What happens to an NDJSON line that is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OnBadRecord {
    /// The stream is refused.
    #[default]
    Stop,
    /// The rest of the line is destroyed and a marker put in its place.
    Mask,
    /// The rest of the line is read as text.
    Text,
}

/// What happens to JSON in strings nested deeper than the limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OnDeepNesting {
    /// The stream is refused.
    #[default]
    Refuse,
    /// It is searched as text, and the receipt says so.
    Text,
}

/// What happens to findings on one stream: class × direction × function → treatment, thresholds.
///
/// Cheap to clone; a stream keeps its own.
///
/// ```
/// use lacuna::{Action, Grammar, Plan, Ruleset};
/// let rules = Ruleset::builtin("default")?;
/// let restricted = rules.class("restricted").ok_or("no such class")?;
/// let plan = Plan::new(&rules).treat(restricted, Action::Mask).with_grammar(Grammar::Full);
/// assert_eq!(plan.treatment(restricted), Action::Mask);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Plan {
    pub(crate) treatments: Vec<Action>,
    pub(crate) record: Option<Vec<Action>>,
    pub(crate) functions: Arc<BTreeMap<String, Vec<Action>>>,
    pub(crate) key: Option<Key>,
    marks: Option<Key>,
    pub(crate) limits: Limits,
    pub(crate) grammar: Option<Grammar>,
    pub(crate) on_bad_record: OnBadRecord,
    pub(crate) on_deep_nesting: OnDeepNesting,
}

impl Plan {
    /// The rule set's own treatments and limits, for the caller's view alone.
    pub fn new(rules: &Ruleset) -> Self {
        Self {
            treatments: rules.source().treatments.clone(),
            record: None,
            functions: Arc::default(),
            key: None,
            marks: Key::new(b"marks live and die with the stream"),
            limits: rules.source().limits,
            grammar: None,
            on_bad_record: OnBadRecord::Stop,
            on_deep_nesting: OnDeepNesting::Refuse,
        }
    }

    /// What is done to findings of a class in the caller's view: [`Action::Placeholder`] for a class unknown.
    pub fn treatment(&self, class: Class) -> Action {
        self.treatments
            .get(usize::from(class.0))
            .copied()
            .unwrap_or(Action::Placeholder)
    }

    /// Sets what is done to findings of a class in the caller's view. A class unknown changes nothing.
    #[must_use]
    pub fn treat(mut self, class: Class, action: Action) -> Self {
        if let Some(slot) = self.treatments.get_mut(usize::from(class.0)) {
            *slot = action;
        }
        self
    }

    /// Makes a second view in the same pass, [`crate::View::Record`]: one action for each class in their order.
    #[must_use]
    pub fn with_record(mut self, treatments: Vec<Action>) -> Self {
        self.record = Some(treatments);
        self
    }

    /// Other treatments, for the caller's view, while a function's arguments or results pass.
    #[must_use]
    pub fn with_function(mut self, name: &str, treatments: Vec<Action>) -> Self {
        Arc::make_mut(&mut self.functions).insert(name.to_owned(), treatments);
        self
    }

    /// This plan for a function: its own treatments where it has some, else unchanged.
    #[must_use]
    pub fn for_function(&self, name: &str) -> Self {
        let mut plan = self.clone();
        if let Some(treatments) = self.functions.get(name) {
            plan.treatments.clone_from(treatments);
        }
        plan
    }

    /// The key of hash bodies. Without one a masked key's body is its ordinal in the record.
    #[must_use]
    pub fn with_key(mut self, key: Key) -> Self {
        self.key = Some(key);
        self
    }

    /// The grammar level; by default full for one document or a sequence, structural otherwise.
    #[must_use]
    pub fn with_grammar(mut self, grammar: Grammar) -> Self {
        self.grammar = Some(grammar);
        self
    }

    /// What happens to an NDJSON line that is refused.
    #[must_use]
    pub fn with_bad_record(mut self, then: OnBadRecord) -> Self {
        self.on_bad_record = then;
        self
    }

    /// What happens to JSON in strings nested deeper than the limit.
    #[must_use]
    pub fn with_deep_nesting(mut self, then: OnDeepNesting) -> Self {
        self.on_deep_nesting = then;
        self
    }

    /// Other limits than the rule set's.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// What is done to findings of a class in a view: 0 is the caller's.
    pub(crate) fn action(&self, view: usize, class: Class) -> Action {
        match (view, &self.record) {
            (0, _) | (_, None) => self.treatment(class),
            (_, Some(record)) => record
                .get(usize::from(class.0))
                .copied()
                .unwrap_or(Action::Placeholder),
        }
    }

    /// Whether findings of a class stay as they are, in each view.
    pub(crate) fn keeps(&self, class: Class) -> [bool; 2] {
        [0, 1].map(|view| self.action(view, class) == Action::Keep)
    }

    /// How many views there are.
    pub(crate) fn views(&self) -> usize {
        1 + usize::from(self.record.is_some())
    }

    /// The key of hash bodies.
    pub(crate) fn key(&self) -> Option<&Key> {
        self.key.as_ref()
    }

    /// The key of marks that tell values apart within a stream: they never leave it.
    pub(crate) fn mark_key(&self) -> Option<&Key> {
        self.key.as_ref().or(self.marks.as_ref())
    }

    /// Whether some treatment needs a key and there is none: such a plan must not be used.
    pub fn lacks_key(&self) -> bool {
        self.key.is_none()
            && self
                .treatments
                .iter()
                .chain(self.record.iter().flatten())
                .any(|action| action.needs_key())
    }
}
