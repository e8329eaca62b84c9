//! What happens to findings on one stream.

use super::{Direction, PlanRule};
use crate::act::{Secrets, fpe};
use crate::profile::{Program, Records};
use crate::{Action, CheckDigit, Class, Format, Key, Keys, Limits, Profile, Ruleset, Scope, Slot, Source};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How much of JSON's grammar is checked. Safety rests on the structural level alone.
///
/// ```
/// use lacuna::{Format, Grammar, Plan, Redactor, Ruleset};
///
/// let rules = Ruleset::builtin("default")?;
/// let redact = |grammar, bytes: &[u8]| {
///     let plan = Plan::new(&rules).with_grammar(grammar);
///     Redactor::new(&rules, &plan, Format::Json).redact(bytes)
/// };
/// assert_eq!(redact(Grammar::Structural, b"[1,]")?, b"[1,]");
/// assert_eq!(redact(Grammar::Full, b"[1,]").unwrap_err().at.0, 3);
/// assert_eq!(redact(Grammar::Structural, b"[1}").unwrap_err().at.0, 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Grammar {
    /// UTF-8, control characters, string and escape state, bracket kind and depth, limits.
    Structural,
    /// RFC 8259.
    Full,
}

/// What happens to an NDJSON line that is refused.
///
/// ```
/// use lacuna::{Format, OnBadRecord, Plan, Redactor, Ruleset};
///
/// let rules = Ruleset::builtin("default")?;
/// let redact = |then| {
///     let plan = Plan::new(&rules).with_bad_record(then);
///     Redactor::new(&rules, &plan, Format::Ndjson).redact(b"[1}, bob@example.com\n[2]\n")
/// };
/// assert_eq!(redact(OnBadRecord::Stop).unwrap_err().at.0, 2);
/// assert_eq!(redact(OnBadRecord::Mask)?, b"[1[BAD_RECORD]\n[2]\n");
/// assert_eq!(redact(OnBadRecord::Text)?, b"[1}, [EMAIL]\n[2]\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
///
/// ```
/// use lacuna::{ErrorKind, Format, Limit, Limits, OnDeepNesting, Plan, Redactor, Ruleset};
///
/// let rules = Ruleset::builtin("default")?;
/// let redact = |then| {
///     let plan = Plan::new(&rules).with_limits(Limits { nesting: 0, ..Limits::default() }).with_deep_nesting(then);
///     Redactor::new(&rules, &plan, Format::Json).redact(br#"["[\"bob@example.com\"]"]"#)
/// };
/// assert_eq!(redact(OnDeepNesting::Refuse).unwrap_err().kind, ErrorKind::Limit(Limit::Nesting));
/// assert_eq!(redact(OnDeepNesting::Text)?, br#"["[\"[EMAIL]\"]"]"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
    /// The rule set's own for a direction, a function, or both, and the names of its classes.
    rules: Arc<Source>,
    direction: Option<Direction>,
    keys: Option<Keys>,
    scope: Arc<Scope>,
    marks: Option<Key>,
    pub(crate) limits: Limits,
    pub(crate) grammar: Option<Grammar>,
    pub(crate) on_bad_record: OnBadRecord,
    pub(crate) on_deep_nesting: OnDeepNesting,
    pub(crate) profile: Option<Profile>,
}

impl Plan {
    /// The rule set's own treatments and limits, for the caller's view alone.
    ///
    /// ```
    /// use lacuna::{Action, Plan, Ruleset};
    ///
    /// let file = "extends = ['builtin:default']\n[treatment]\nrestricted = 'drop'\n";
    /// let rules = Ruleset::compile(file, "acme.toml", &mut |_, _| Err("it names no other file".into()))?;
    /// let restricted = rules.class("restricted").ok_or("no such class")?;
    /// assert_eq!(Plan::new(&rules).treatment(restricted), Action::Drop);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(rules: &Ruleset) -> Self {
        Self {
            treatments: rules.source().treatments.clone(),
            record: None,
            functions: Arc::default(),
            rules: Arc::clone(&rules.rules().source),
            direction: None,
            keys: None,
            scope: Arc::default(),
            marks: Key::new(b"marks live and die with the stream"),
            limits: rules.source().limits,
            grammar: None,
            on_bad_record: OnBadRecord::Stop,
            on_deep_nesting: OnDeepNesting::Refuse,
            profile: None,
        }
    }

    /// What is done to findings of a class in the caller's view: [`Action::Placeholder`] for a class unknown.
    ///
    /// ```
    /// use lacuna::{Action, Class, Plan, Ruleset};
    ///
    /// let rules = Ruleset::builtin("default")?;
    /// let plan = Plan::new(&rules);
    /// assert_eq!([0, 1, 2].map(|rank| plan.treatment(Class(rank)).name()), ["keep", "keep", "placeholder"]);
    /// assert_eq!(plan.treatment(Class(9)), Action::Placeholder);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn treatment(&self, class: Class) -> Action {
        self.treatments
            .get(usize::from(class.0))
            .copied()
            .unwrap_or(Action::Placeholder)
    }

    /// Sets what is done to findings of a class in the caller's view. A class unknown changes nothing.
    ///
    /// ```
    /// use lacuna::{Action, Class, Plan, Ruleset};
    ///
    /// let rules = Ruleset::builtin("default")?;
    /// let plan = Plan::new(&rules).treat(Class(2), Action::Mask).treat(Class(9), Action::Keep);
    /// assert_eq!((plan.treatment(Class(2)), plan.treatment(Class(9))), (Action::Mask, Action::Placeholder));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn treat(mut self, class: Class, action: Action) -> Self {
        if let Some(slot) = self.treatments.get_mut(usize::from(class.0)) {
            *slot = action;
        }
        self
    }

    /// Makes a second view in the same pass, [`crate::View::Record`]: one action for each class in their order. A class
    /// that has none there is treated as [`Action::Placeholder`] says.
    ///
    /// ```
    /// use lacuna::{Action, Collect, Format, Plan, Redactor, Ruleset};
    ///
    /// let rules = Ruleset::builtin("default")?;
    /// let plan = Plan::new(&rules).with_record(vec![Action::Keep; 3]);
    /// let mut stream = Redactor::new(&rules, &plan, Format::Json);
    /// let mut out = Collect::default();
    /// stream.push(br#"["bob@example.com",4111111111111111]"#, &mut out)?;
    /// assert_eq!(out.caller, br#"["[EMAIL]",0]"#);
    /// assert_eq!(out.record, br#"["bob@example.com",0]"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_record(mut self, treatments: Vec<Action>) -> Self {
        self.record = Some(treatments);
        self
    }

    /// Other treatments, for the caller's view, while a function's arguments or results pass.
    ///
    /// ```
    /// use lacuna::{Action, Class, Plan, Ruleset};
    ///
    /// let rules = Ruleset::builtin("default")?;
    /// let plan = Plan::new(&rules).with_function("lookup", vec![Action::Mask; 4]);
    /// assert_eq!(plan.treatment(Class(3)), Action::Placeholder);
    /// assert_eq!(plan.for_function("lookup").treatment(Class(3)), Action::Mask);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_function(mut self, name: &str, treatments: Vec<Action>) -> Self {
        Arc::make_mut(&mut self.functions).insert(name.to_owned(), treatments);
        self
    }

    /// This plan for one direction: other treatments, for the caller's view, where the rule set has some for it.
    ///
    /// ```
    /// use lacuna::{Action, Class, Direction, Plan, Ruleset};
    ///
    /// let file = "[[plan]]\ndirection = 'response'\ntreatment = { restricted = 'keep' }\n";
    /// let rules = Ruleset::compile(file, "acme.toml", &mut |_, _| Err("it names no other file".into()))?;
    /// let plan = Plan::new(&rules).for_direction(Direction::Response);
    /// assert_eq!(plan.treatment(Class(3)), Action::Keep);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn for_direction(&self, direction: Direction) -> Self {
        let mut plan = self.clone();
        plan.direction = Some(direction);
        plan.overlay(|rule| rule.function.is_none() && rule.direction == Some(direction));
        plan
    }

    /// This plan for what a function is given: its own treatments where it has some, else unchanged.
    ///
    /// ```
    /// use lacuna::{Action, Class, Plan, Ruleset};
    ///
    /// let file = "[[plan]]\nfunction = 'send'\ntreatment = { confidential = 'mask' }\n";
    /// let rules = Ruleset::compile(file, "acme.toml", &mut |_, _| Err("it names no other file".into()))?;
    /// let plan = Plan::new(&rules).with_function("lookup", vec![Action::Keep; 4]);
    /// assert_eq!(plan.for_function("send").treatment(Class(2)), Action::Mask);
    /// assert_eq!(plan.for_function("lookup").treatment(Class(2)), Action::Keep);
    /// assert_eq!(plan.for_function("other").treatment(Class(2)), Action::Placeholder);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn for_function(&self, name: &str) -> Self {
        let mut plan = self.clone();
        let is_its = |rule: &PlanRule| rule.function.as_deref() == Some(name);
        plan.overlay(|rule| is_its(rule) && rule.direction.is_none());
        plan.overlay(|rule| is_its(rule) && rule.direction.is_some() && rule.direction == self.direction);
        if let Some(treatments) = self.functions.get(name) {
            plan.treatments.clone_from(treatments);
        }
        plan
    }

    /// Takes the treatments of some of the rule set's plans.
    fn overlay(&mut self, which: impl Fn(&PlanRule) -> bool) {
        let source = Arc::clone(&self.rules);
        for rule in source.plans.iter().filter(|rule| which(rule)) {
            for (class, treatment) in source.classes.iter().zip(&mut self.treatments) {
                if let Some(action) = rule.treatments.get(class) {
                    *treatment = *action;
                }
            }
        }
    }

    /// This plan with the treatments, for the caller's view, that another has: what a function is given is read with it.
    /// Keys, scope, limits and the record's view are the stream's.
    pub(crate) fn treating_as(&self, other: &Self) -> Self {
        let mut plan = self.clone();
        plan.treatments.clone_from(&other.treatments);
        plan
    }

    /// The keys of hash bodies and tokens, or one key: the newest masks, all of them restore. Without one a masked key's
    /// body is its ordinal in the record.
    ///
    /// ```
    /// use lacuna::{Action, Class, Format, Key, Plan, Redactor, Ruleset};
    ///
    /// let rules = Ruleset::builtin("default")?;
    /// let key = Key::new(b"sixteen bytes or more").ok_or("too short")?;
    /// let plan = Plan::new(&rules).treat(Class(2), Action::Hash).with_key(key);
    /// let masked = Redactor::new(&rules, &plan, Format::Json).redact(br#"["bob@example.com"]"#)?;
    /// assert_eq!(masked, br#"["[EMAIL#hponqodwefri]"]"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_key(mut self, keys: impl Into<Keys>) -> Self {
        self.keys = Some(keys.into());
        self
    }

    /// Where tokens are good: in nobody's name, if nothing is said.
    ///
    /// ```
    /// use lacuna::{Action, Class, Format, Key, Plan, Redactor, Ruleset, Scope};
    ///
    /// let rules = Ruleset::builtin("default")?;
    /// let key = Key::new(b"sixteen bytes or more").ok_or("too short")?;
    /// let plan = Plan::new(&rules).treat(Class(2), Action::Token).with_key(key);
    /// let token = |scope: &str| {
    ///     let plan = plan.clone().with_scope(Scope::parse(scope));
    ///     Redactor::new(&rules, &plan, Format::Text).redact(b"bob@example.com")
    /// };
    /// let ada = token("acme/ada")?;
    /// // A value of 15 bytes has a body of 54 letters.
    /// assert!(ada.starts_with(b"[EMAIL:k0:") && ada.len() == 10 + 54 + 1);
    /// assert_eq!(ada, token("acme/ada")?);
    /// assert_ne!(ada, token("acme/eve")?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_scope(mut self, scope: Scope) -> Self {
        self.scope = Arc::new(scope);
        self
    }

    /// The grammar level; by default full for one document or a sequence, structural otherwise.
    ///
    /// ```
    /// use lacuna::{Format, Grammar, Plan, Redactor, Ruleset};
    ///
    /// let rules = Ruleset::builtin("default")?;
    /// let plan = Plan::new(&rules);
    /// assert_eq!(Redactor::new(&rules, &plan, Format::Ndjson).receipt().grammar, "structural");
    /// let plan = plan.with_grammar(Grammar::Full);
    /// assert_eq!(Redactor::new(&rules, &plan, Format::Ndjson).receipt().grammar, "full");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_grammar(mut self, grammar: Grammar) -> Self {
        self.grammar = Some(grammar);
        self
    }

    /// What happens to an NDJSON line that is refused.
    ///
    /// ```
    /// use lacuna::{Collect, Format, OnBadRecord, Plan, Redactor, Ruleset};
    ///
    /// let rules = Ruleset::builtin("default")?;
    /// let plan = Plan::new(&rules).with_bad_record(OnBadRecord::Mask);
    /// let mut stream = Redactor::new(&rules, &plan, Format::Ndjson);
    /// let mut out = Collect::default();
    /// stream.push(b"{\"a\":]}\n{\"b\":2}\n", &mut out)?;
    /// assert_eq!(out.caller, b"{\"a\":[BAD_RECORD]\n{\"b\":2}\n");
    /// assert_eq!(stream.receipt().bad_records, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_bad_record(mut self, then: OnBadRecord) -> Self {
        self.on_bad_record = then;
        self
    }

    /// What happens to JSON in strings nested deeper than the limit.
    ///
    /// ```
    /// use lacuna::{Format, OnDeepNesting, Plan, Redactor, Ruleset};
    ///
    /// let rules = Ruleset::builtin("default")?;
    /// // Strings in strings, one more than the four levels that are read as JSON.
    /// let mut deep = String::from(r#""bob@example.com""#);
    /// for _ in 0..5 {
    ///     deep = format!("[{}]", serde_json::to_string(&format!("[{deep}]"))?);
    /// }
    /// let plan = Plan::new(&rules);
    /// assert!(Redactor::new(&rules, &plan, Format::Json).redact(deep.as_bytes()).is_err());
    /// let plan = plan.with_deep_nesting(OnDeepNesting::Text);
    /// let masked = Redactor::new(&rules, &plan, Format::Json).redact(deep.as_bytes())?;
    /// assert_eq!(String::from_utf8(masked)?, deep.replace("bob@example.com", "[EMAIL]"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_deep_nesting(mut self, then: OnDeepNesting) -> Self {
        self.on_deep_nesting = then;
        self
    }

    /// What is known of the protocol of a stream of events or lines. Without it there are no lanes: every string stands
    /// for itself.
    ///
    /// ```
    /// use lacuna::{Format, Plan, Profile, Redactor, Ruleset};
    ///
    /// let rules = Ruleset::builtin("default")?;
    /// let plan = Plan::new(&rules);
    /// let lines = b"{\"response\":\"bob@\",\"done\":false}\n{\"response\":\"example.com\",\"done\":true}\n";
    /// let redact = |plan: &Plan| Redactor::new(&rules, plan, Format::Ndjson).redact(lines);
    /// assert_eq!(redact(&plan)?, lines);
    /// let plan = plan.with_profile(Profile::builtin("ollama").ok_or("no such profile")?);
    /// let masked = b"{\"response\":\"[EMAIL]\",\"done\":false}\n{\"response\":\"\",\"done\":true}\n";
    /// assert_eq!(redact(&plan)?, masked);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_profile(mut self, profile: Profile) -> Self {
        self.profile = Some(profile);
        self
    }

    /// What a profile says of a stream in a framing: where lanes are, in events, and which functions are called, there and,
    /// where the profile is that of one protocol, in what is whole.
    pub(crate) fn watched(&self, format: Format) -> Option<(&Arc<Program>, Records)> {
        let profile = self.profile.as_ref()?;
        let records = match format {
            Format::Ndjson if self.on_bad_record == OnBadRecord::Mask => Records::Lines,
            format if format.has_events() => Records::Events,
            Format::Json | Format::Sequence if profile.is_one() => Records::Alone,
            _ => return None,
        };
        // Without lanes or calls only what is never altered is looked for.
        profile
            .program_of(format)
            .filter(|program| !program.lanes.is_empty() || program.spares())
            .map(|program| (program, records))
    }

    /// Other limits than the rule set's.
    ///
    /// ```
    /// use lacuna::{ErrorKind, Format, Limit, Limits, Plan, Redactor, Ruleset};
    ///
    /// let rules = Ruleset::builtin("default")?;
    /// let plan = Plan::new(&rules).with_limits(Limits { key: 4, ..Limits::default() });
    /// let stream = || Redactor::new(&rules, &plan, Format::Json);
    /// assert!(stream().redact(br#"{"four":1}"#).is_ok());
    /// let error = stream().redact(br#"{"fifth":1}"#).unwrap_err();
    /// assert_eq!((error.kind, error.at.0), (ErrorKind::Limit(Limit::Key), 6));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// What is done to findings of a class in a view: 0 is the caller's.
    pub(crate) fn action(&self, view: usize, class: Class) -> Action {
        let action = match (view, &self.record) {
            (0, _) | (_, None) => self.treatment(class),
            (_, Some(record)) => record
                .get(usize::from(class.0))
                .copied()
                .unwrap_or(Action::Placeholder),
        };
        match action {
            // It is said of tokens alone.
            Action::Restore => Action::Placeholder,
            action => action,
        }
    }

    /// Whether findings of a class stay as they are, in each view.
    pub(crate) fn keeps(&self, class: Class) -> [bool; 2] {
        [0, 1].map(|view| self.action(view, class) == Action::Keep)
    }

    /// The digits for which those of a value stand, if [`Action::Fpe`] put them there under the plan's newest key, for its
    /// scope: whoever reads a field knows that it did, the digits do not say so. `slot` is where they stood:
    /// [`Slot::Number`], or a string. `None` for what it never puts there, and without a key.
    ///
    /// ```
    /// use lacuna::{Action, CheckDigit, Class, Format, Key, Plan, Redactor, Ruleset, Slot};
    ///
    /// let rules = Ruleset::builtin("default")?;
    /// let plan = Plan::new(&rules).with_key(Key::new(b"sixteen bytes or more").ok_or("too short")?);
    /// let masking = plan.clone().treat(Class(3), Action::Fpe(CheckDigit::Any));
    /// let masked = Redactor::new(&rules, &masking, Format::Text).redact(b"4111 1111 1111 1111")?;
    /// let digits = core::str::from_utf8(&masked)?;
    /// assert_eq!(plan.digits_back(digits, CheckDigit::Any, Slot::Value).as_deref(), Some("4111 1111 1111 1111"));
    /// assert_eq!(plan.digits_back("[CREDIT_CARD]", CheckDigit::Any, Slot::Value), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn digits_back(&self, value: &str, check: CheckDigit, slot: Slot) -> Option<String> {
        let place = match slot {
            Slot::Number => fpe::Place::Number,
            _ => fpe::Place::String,
        };
        let digits = fpe::back(value.as_bytes(), check, place, self.secrets())?;
        String::from_utf8(digits).ok()
    }

    /// The plan for what is never altered for the caller: everything is told and stays. What may be kept is as ever.
    pub(crate) fn sparing(&self) -> Self {
        Self {
            treatments: vec![Action::Keep; usize::from(u8::MAX) + 1],
            ..self.clone()
        }
    }

    /// How many views there are.
    pub(crate) fn views(&self) -> usize {
        1 + usize::from(self.record.is_some())
    }

    /// The key of hash bodies.
    pub(crate) fn key(&self) -> Option<&Key> {
        self.keys.as_ref().map(Keys::newest)
    }

    /// What replacements are made with that nobody may see.
    pub(crate) fn secrets(&self) -> Secrets<'_> {
        Secrets {
            keys: self.keys.as_ref(),
            scope: &self.scope,
        }
    }

    /// The key of marks that tell values apart within a stream: they never leave it.
    pub(crate) fn mark_key(&self) -> Option<&Key> {
        self.key().or(self.marks.as_ref())
    }

    /// Whether there is a key.
    ///
    /// ```
    /// use lacuna::{Key, Plan, Ruleset};
    ///
    /// let plan = Plan::new(&Ruleset::builtin("default")?);
    /// let key = Key::new(b"sixteen bytes or more").ok_or("too short")?;
    /// assert!(!plan.has_key() && plan.with_key(key).has_key());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn has_key(&self) -> bool {
        self.keys.is_some()
    }

    /// Whether some treatment needs a key and there is none: such a plan must not be used. Those for one direction or one
    /// function count too.
    ///
    /// ```
    /// use lacuna::{Action, Class, Key, Plan, Ruleset};
    ///
    /// let rules = Ruleset::builtin("default")?;
    /// let plan = Plan::new(&rules).treat(Class(2), Action::Hash);
    /// assert!(plan.lacks_key());
    /// let key = Key::new(b"sixteen bytes or more").ok_or("too short")?;
    /// assert!(!plan.with_key(key).lacks_key());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn lacks_key(&self) -> bool {
        self.keys.is_none()
            && self
                .treatments
                .iter()
                .chain(self.record.iter().flatten())
                .chain(self.functions.values().flatten())
                .chain(self.rules.plans.iter().flat_map(|rule| rule.treatments.values()))
                .any(|action| action.needs_key())
    }
}
