//! A detector, compiled.

use super::anchor::{self, Role, Trigger};
use super::automaton::{self, Automaton};
use super::check::{self, Check};
use super::context::Words;
use super::determinise::{Oversize, Work};
use super::known::{self, Known};
use super::lazy::{Lazy, Part};
use super::places::{Behind, Places, WORD, begins_at_boundary};
use crate::rules::{DetectorRule, MatchShape};
use crate::simd::{ByteSet, ends_uuid};
use crate::{Class, Confidence};
use regex_syntax::hir::{Hir, HirKind};
use std::collections::HashMap;
use std::sync::Arc;

/// The most bytes of a pattern's match.
pub(crate) const LONGEST: usize = 2048;

/// The id of the detector that finds tokens. No rules file can name it: it has a blank.
pub(crate) const TOKENS: &str = "restored token";

/// What a detector costs, whatever the input: the same on every machine.
///
/// ```
/// use lacuna::Ruleset;
///
/// let cost = |pattern: &str| {
///     let file = format!("[[detector]]\nid = 'x'\nentity = 'X'\nclass = 'restricted'\npattern = '{pattern}'\n");
///     let rules = Ruleset::compile(&file, "acme.toml", &mut |_, _| Err("it names no other file".into())).ok()?;
///     rules.costs().next()
/// };
/// let short = cost("EMP-[0-9]{6}").ok_or("it does not compile")?;
/// let long = cost("EMP-[0-9a-z]{6,200}").ok_or("it does not compile")?;
/// assert!(short.bytes < long.bytes && short.steps < long.steps);
/// assert!(long.bytes <= 2 << 20 && long.steps <= 1 << 26);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// The memory of its automata in bytes, at most 2 MiB for each of lead, pattern and end mark. All streams share it.
    pub bytes: usize,
    /// The steps that compiling it took, some 300 instructions each. At most 67,108,864.
    pub steps: u64,
}

/// A detector, compiled. Its words stay in the rule.
#[derive(Clone, Debug)]
pub(crate) struct Detector {
    /// What its matches are.
    pub finds: Finds,
    /// How sensitive its findings are.
    pub class: Class,
    /// Without and with a context word.
    pub confidence: (Confidence, Confidence),
    /// Without one, where the match is all there is in its text.
    pub alone: Confidence,
    /// The least at which it counts.
    pub threshold: Confidence,
    /// Whether its check may prove a match.
    pub proves: bool,
    /// Whether a match counts only if it holds a mixed run: see [`holds_mixed`].
    pub mixed: bool,
    /// Whether its lead may lie in the name of the member whose value is searched: see [`LABEL`].
    pub takes_labels: bool,
    /// The detector that stands for it where candidates are looked for: itself, or an earlier one with the same pattern.
    pub leader: Option<u16>,
    /// Words that raise the confidence.
    pub context: Words,
    /// How many bytes after the match may hold one.
    pub context_after: usize,
    /// Detectors whose overlapping findings this one explains away: indices.
    pub explains: Vec<u16>,
    /// What else a match must pass.
    pub check: Option<Check>,
    /// A class run before the automaton: it counts from its longest start.
    pub run_before: Option<ClassRun>,
    /// What must stand directly before the match.
    pub lead: Option<Arc<Lazy>>,
    /// The pattern, or what follows `run_before`.
    pub automaton: Arc<Lazy>,
    /// What follows the match where it is only the prefix of a run.
    pub run: Option<Run>,
    /// The most bytes of a match of the pattern.
    pub longest: usize,
    /// What makes it worth running: of the lead, where there is one.
    pub trigger: Trigger,
    /// What either may have at its first places.
    pub places: Places,
    /// With how many bytes every match begins that nothing but a secret begins with; 0 if there are none such.
    pub distinctive: u8,
    /// Whether a match may hold a `[`, with which envelopes begin.
    pub brackets: bool,
    /// The steps that proving it took, and building its end mark.
    pub steps: u64,
}

/// What matches are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Finds {
    /// Values.
    Values,
    /// What values were replaced by.
    Tokens,
}

/// What a detector is compiled among.
pub(crate) struct Scope<'a> {
    /// The number of each detector.
    pub index: &'a HashMap<&'a str, u16>,
    /// The least confidence that counts, by class.
    pub thresholds: &'a [Confidence],
}

impl Scope<'_> {
    fn index_of(&self, id: &str) -> Option<u16> {
        self.index.get(id).copied()
    }

    fn threshold(&self, class: Class) -> Confidence {
        let threshold = self.thresholds.get(usize::from(class.0));
        threshold.copied().unwrap_or(Confidence::percent(0))
    }
}

/// A leading run of one class.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClassRun {
    /// The class.
    pub set: ByteSet,
    /// At least so many bytes.
    pub least: usize,
    /// At most so many.
    pub most: usize,
}

/// What follows a run's prefix.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    /// The run ends before the first byte outside.
    pub alphabet: ByteSet,
    /// Finds the mark that ends it, wherever it stands.
    pub end: Option<Automaton>,
    /// The most bytes of the mark.
    pub longest: usize,
}

/// What is thought between the name of a member and its value, where a lead is looked for in the name: so a rule for
/// `password: "x"` in text finds the same in a member.
pub(crate) const LABEL: &[u8] = b"\": ";

/// How many bytes of a match [`holds_mixed`] looks at.
pub(crate) const MIXED_WITHIN: usize = 48;

/// Whether a value has, in its first [`MIXED_WITHIN`] bytes, twelve ASCII letters and digits in a row that are of both
/// kinds, or what a UUID begins with.
pub(crate) fn holds_mixed(value: &[u8]) -> bool {
    let value = value.get(..MIXED_WITHIN).unwrap_or(value);
    holds_run(value) || (14..=value.len()).any(|end| ends_uuid(value.get(..end).unwrap_or_default()))
}

/// Whether it has such a row.
fn holds_run(value: &[u8]) -> bool {
    // How long the run is up to here, and how long it has been of the last byte's kind.
    let (mut run, mut same, mut digit) = (0, 0, false);
    value.iter().any(|byte| {
        if !byte.is_ascii_alphanumeric() {
            (run, same) = (0, 0);
            return false;
        }
        let is_digit = byte.is_ascii_digit();
        same = if run > 0 && is_digit == digit { same + 1 } else { 1 };
        (run, digit) = (run + 1, is_digit);
        run >= 12 && same < 12
    })
}

impl Detector {
    /// A rule with the pattern of another, and what else decides where it is looked for: only the rest is its own.
    pub(crate) fn like(&self, leader: u16, rule: &DetectorRule, scope: &Scope<'_>) -> Self {
        let mut one = self.clone();
        one.steps = 0;
        one.leader = Some(leader);
        one.judge_as(rule, scope);
        one
    }

    /// What a rule says of a match.
    fn judge_as(&mut self, rule: &DetectorRule, scope: &Scope<'_>) {
        self.class = rule.class;
        self.confidence = (rule.confidence, rule.context_confidence);
        self.alone = rule.alone_confidence;
        self.threshold = scope.threshold(rule.class);
        self.proves = rule.check.as_deref().is_some_and(check::proves);
        self.context = Words::new(&rule.context);
        self.context_after = usize::from(rule.context_after);
        self.explains = rule.explains.iter().filter_map(|id| scope.index_of(id)).collect();
        self.check = rule.check.as_deref().and_then(check::by_name);
    }

    /// Compiles a rule; why not, if not. `lead` is the automaton of its lead, where another rule has the same one.
    pub(crate) fn new(rule: &DetectorRule, scope: &Scope<'_>) -> Result<Self, &'static str> {
        Self::new_with(rule, scope, known::of(rule))
    }

    /// The same with what is known of its pattern.
    pub(super) fn new_with(
        rule: &DetectorRule,
        scope: &Scope<'_>,
        known: Option<Known>,
    ) -> Result<Self, &'static str> {
        let hir = parse(&rule.pattern)?;
        let (run_before, rest) = match &rule.lead {
            None => split_run(&hir),
            Some(_) => (None, None),
        };
        let rest = rest.as_ref().unwrap_or(&hir);
        let mut work = Work::new();
        let part = if run_before.is_some() {
            Part::BehindRun
        } else {
            Part::Whole
        };
        let automaton = match known {
            Some(_) => Lazy::later(&rule.pattern, part),
            None => {
                let built = Automaton::new(rest, &mut Work::new());
                let built = built.map_err(|Oversize| "the pattern needs too much memory")?;
                Lazy::now(&rule.pattern, part, built)
            }
        };
        let lead_hir = rule.lead.as_deref().map(parse).transpose()?;
        let lead = match rule.lead.as_deref().zip(lead_hir.as_ref()) {
            Some((lead, _)) if known.is_some() => Some(Arc::new(Lazy::later(lead, Part::Whole))),
            Some((lead, hir)) => {
                let built = Automaton::new(hir, &mut Work::new());
                let built = built.map_err(|Oversize| "the lead needs too much memory")?;
                Some(Arc::new(Lazy::now(lead, Part::Whole, built)))
            }
            None => None,
        };
        let head = lead_hir.as_ref().unwrap_or(rest);
        let first = anchor::first(head);
        let boundary = begins_at_boundary(head) && first.union(WORD) == WORD;
        let longest = head.properties().maximum_len().unwrap_or(LONGEST);
        let mixed = rule.shape == Some(MatchShape::Mixed);
        if mixed && !(boundary && rule.lead.is_none() && rule.run.is_none() && run_before.is_none()) {
            return Err(
                "a pattern with `shape` begins with `\\b` and a letter or digit, and has no lead or run",
            );
        }
        let trigger = if mixed {
            Trigger::Mixed
        } else if run_before.is_some() && first == ByteSet::of(b"@") {
            Trigger::Shapes(crate::simd::Shapes::NONE.with(crate::simd::Shape::At), 1)
        } else {
            let role = if lead.is_some() { Role::Lead } else { Role::Value };
            anchor::derive(head, first, role, || match known {
                Some(known) => Ok(known.shapes),
                None => anchor::shapes(
                    lead.as_deref().unwrap_or(&automaton),
                    boundary,
                    longest,
                    &mut work,
                ),
            })
            .map_err(|Oversize| "the pattern has too many ways to match")?
        };
        let run = match &rule.run {
            None => None,
            Some(run) => Some(Run {
                alphabet: match parse(&run.alphabet)?.kind() {
                    HirKind::Class(class) => anchor::class_set(class),
                    HirKind::Literal(literal) if literal.0.len() == 1 => ByteSet::of(&literal.0),
                    _ => return Err("a run's alphabet is one character class"),
                },
                longest: match &run.end {
                    Some(end) => parse(end)?.properties().maximum_len().unwrap_or(usize::MAX),
                    None => 0,
                },
                end: match &run.end {
                    Some(end) => Some(
                        Automaton::new(&parse(&format!("(?s-u:.)*(?:{end})"))?, &mut work)
                            .map_err(|Oversize| "the end mark needs too much memory")?,
                    ),
                    None => None,
                },
            }),
        };
        let mut one = Self {
            finds: if rule.id == TOKENS {
                Finds::Tokens
            } else {
                Finds::Values
            },
            class: rule.class,
            confidence: (rule.confidence, rule.context_confidence),
            alone: rule.alone_confidence,
            threshold: Confidence::percent(0),
            proves: false,
            mixed,
            takes_labels: rule.lead.is_some() && trigger.is_word(),
            leader: None,
            context: Words::default(),
            context_after: 0,
            explains: Vec::new(),
            check: None,
            run_before,
            places: Places::new(
                head,
                if lead.is_some() || rule.run.is_some() {
                    Behind::Anything
                } else {
                    Behind::Pattern
                },
            ),
            lead,
            automaton: Arc::new(automaton),
            run,
            longest: rest.properties().maximum_len().unwrap_or(LONGEST),
            trigger,
            distinctive: distinctive(rule, &hir),
            brackets: may_hold(&hir, b'['),
            steps: work.done(),
        };
        one.judge_as(rule, scope);
        Ok(one)
    }

    /// Whether what has begun as a match, and has so many bytes, can only be a secret that is not complete.
    pub(crate) fn is_secret_beyond(&self, len: u64) -> bool {
        let (plain, _) = self.confidence;
        self.distinctive > 0 && len > u64::from(self.distinctive) && plain >= self.threshold
    }

    /// What it costs: nothing, where another's automata run for it.
    pub(crate) fn cost(&self) -> Cost {
        if self.leader.is_some() {
            return Cost::default();
        }
        let end = self.run.as_ref().and_then(|run| run.end.as_ref());
        let lead = self.lead.as_ref().map(|lead| &***lead);
        let automata = [Some(&**self.automaton), lead, end];
        Cost {
            bytes: automata.into_iter().flatten().map(Automaton::size).sum(),
            steps: self.steps + self.automaton.steps() + self.lead.as_ref().map_or(0, |lead| lead.steps()),
        }
    }
}

/// The entity of what opens doors.
const SECRET: &str = "SECRET";

/// The least bytes that say enough: `AKIA`, `ghp_`.
const SAYS_ENOUGH: usize = 4;

/// With how many bytes every match of a secret's rule begins that are one letter, digit or sign each, not all of them
/// letters as in a word.
fn distinctive(rule: &DetectorRule, hir: &Hir) -> u8 {
    if rule.entity != SECRET || rule.lead.is_some() || rule.shape.is_some() {
        return 0;
    }
    let said = |row: &Vec<ByteSet>| {
        let fixed = row.iter().take_while(|set| set.len() == 1);
        let is_word = fixed.clone().all(|set| WORD_LETTERS.union(*set) == WORD_LETTERS);
        if is_word { 0 } else { fixed.count() }
    };
    let least = anchor::heads(hir).iter().map(said).min().unwrap_or(0);
    u8::try_from(least)
        .ok()
        .filter(|least| usize::from(*least) >= SAYS_ENOUGH)
        .unwrap_or(0)
}

/// What words are made of.
const WORD_LETTERS: ByteSet = ByteSet::of(b"abcdefghijklmnopqrstuvwxyz");

fn parse(pattern: &str) -> Result<Hir, &'static str> {
    automaton::parse(pattern).ok_or("the pattern is malformed")
}

/// A leading class repeated, and the rest, where the rest begins with no byte of the class.
pub(super) fn split_run(hir: &Hir) -> (Option<ClassRun>, Option<Hir>) {
    let none = (None, None);
    let HirKind::Concat(parts) = hir.kind() else {
        return none;
    };
    let Some((first, rest)) = parts.split_first() else {
        return none;
    };
    let HirKind::Repetition(repetition) = first.kind() else {
        return none;
    };
    let HirKind::Class(class) = repetition.sub.kind() else {
        return none;
    };
    let (Some(most), true) = (repetition.max, repetition.greedy) else {
        return none;
    };
    if repetition.min == 0 || most == repetition.min {
        return none;
    }
    let set = anchor::class_set(class);
    let rest = Hir::concat(rest.to_vec());
    let apart = anchor::first(&rest).intersection(set).is_empty();
    if !apart {
        return none;
    }
    (
        Some(ClassRun {
            set,
            least: repetition.min as usize,
            most: most as usize,
        }),
        Some(rest),
    )
}

/// Whether a match may hold a byte.
fn may_hold(hir: &Hir, byte: u8) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => false,
        HirKind::Literal(literal) => literal.0.contains(&byte),
        HirKind::Class(class) => anchor::class_set(class).contains(byte),
        HirKind::Repetition(repetition) => may_hold(&repetition.sub, byte),
        HirKind::Capture(capture) => may_hold(&capture.sub, byte),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(|part| may_hold(part, byte)),
    }
}
