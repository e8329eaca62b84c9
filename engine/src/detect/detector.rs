//! A detector, compiled.

use super::anchor::{self, Trigger};
use super::automaton::{self, Automaton, Progress};
use super::check::{self, Check};
use super::context::Words;
use super::determinise::{Oversize, Work};
use crate::rules::{DetectorRule, MatchShape};
use crate::simd::{ByteSet, ends_uuid};
use crate::{Class, Confidence};
use core::fmt;
use regex_syntax::hir::{Hir, HirKind, Look};
use std::collections::HashMap;
use std::sync::Arc;

/// The most bytes of a pattern's match.
pub(crate) const LONGEST: usize = 2048;

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
    pub lead: Option<Arc<Automaton>>,
    /// The pattern, or what follows `run_before`.
    pub automaton: Arc<Automaton>,
    /// What follows the match where it is only the prefix of a run.
    pub run: Option<Run>,
    /// What makes it worth running: of the lead, where there is one.
    pub trigger: Trigger,
    /// Where lead or pattern may begin.
    pub begins: Begins,
    /// Whether a match may hold a `[`, with which envelopes begin.
    pub brackets: bool,
    /// The steps that compiling it took.
    pub steps: u64,
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

/// Where a match may begin. By byte: whether a match may begin with it, and whether it is one of a word.
#[derive(Clone)]
pub(crate) struct Begins(Box<[u8; 256]>);

impl Begins {
    /// A match may begin with it after a byte that is none of a word, or after nothing.
    const AFTER_OTHER: u8 = 1;
    /// It may after one that is.
    const AFTER_WORD: u8 = 2;
    /// It is one itself.
    const WORD: u8 = 4;

    /// Where an automaton lives longer than a byte.
    fn new(automaton: &Automaton) -> Self {
        let mut bytes = Box::new([0; 256]);
        // One byte before for each way in which automata look behind.
        let before = [None, Some(b' '), Some(b'\n'), Some(b'\r'), Some(0xFF), Some(b'a')];
        let mut asked = Vec::new();
        for state in before.map(|before| (before, automaton.start(before))) {
            let (before, Some(state)) = state else { continue };
            let bit = if before == Some(b'a') {
                Self::AFTER_WORD
            } else {
                Self::AFTER_OTHER
            };
            // Most patterns begin alike after most bytes.
            if asked.contains(&(state, bit)) {
                continue;
            }
            asked.push((state, bit));
            for (byte, slot) in (0..=u8::MAX).zip(bytes.iter_mut()) {
                if automaton.step(&mut { state }, byte) != Progress::Dead {
                    *slot |= bit;
                }
            }
        }
        for (byte, slot) in (0..=u8::MAX).zip(bytes.iter_mut()) {
            if byte.is_ascii_alphanumeric() || byte == b'_' {
                *slot |= Self::WORD;
            }
        }
        Self(bytes)
    }

    /// Whether a match may begin with a byte, after another or after nothing.
    pub(crate) fn with(&self, before: Option<u8>, byte: u8) -> bool {
        self.of(byte) & self.after(before) != 0
    }

    /// Calls back with the indices of those bytes that a match may begin with, the first of them after another byte
    /// or after nothing.
    #[inline]
    pub(crate) fn each(&self, before: Option<u8>, bytes: &[u8], mut then: impl FnMut(usize)) {
        let mut after = self.after(before);
        for (index, byte) in bytes.iter().enumerate() {
            let is = self.of(*byte);
            if is & after != 0 {
                then(index);
            }
            // `AFTER_WORD` for `WORD`, else `AFTER_OTHER`.
            after = 1 + is / Self::WORD;
        }
    }

    fn of(&self, byte: u8) -> u8 {
        self.0.get(usize::from(byte)).copied().unwrap_or_default()
    }

    fn after(&self, before: Option<u8>) -> u8 {
        1 + before.map_or(0, |before| self.of(before) / Self::WORD)
    }
}

impl fmt::Debug for Begins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Begins")
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
    pub(crate) fn new(
        rule: &DetectorRule,
        scope: &Scope<'_>,
        lead: Option<&Arc<Automaton>>,
    ) -> Result<Self, &'static str> {
        let hir = parse(&rule.pattern)?;
        let (run_before, rest) = match &rule.lead {
            None => split_run(&hir),
            Some(_) => (None, None),
        };
        let rest = rest.as_ref().unwrap_or(&hir);
        let mut work = Work::new();
        let automaton =
            Automaton::new(rest, &mut work).map_err(|Oversize| "the pattern needs too much memory")?;
        let lead_hir = rule.lead.as_deref().map(parse).transpose()?;
        let lead = match (&lead_hir, lead) {
            (None, _) => None,
            (Some(_), Some(known)) => Some(Arc::clone(known)),
            (Some(lead), None) => {
                let lead = Automaton::new(lead, &mut work);
                Some(Arc::new(
                    lead.map_err(|Oversize| "the lead needs too much memory")?,
                ))
            }
        };
        let head = lead_hir.as_ref().unwrap_or(rest);
        let first = anchor::first(head);
        let words = (b'0'..=b'z')
            .filter(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            .fold(ByteSet::EMPTY, ByteSet::with);
        let boundary = begins_at_boundary(head) && first.union(words) == words;
        let longest = head.properties().maximum_len().unwrap_or(LONGEST);
        let mixed = rule.shape == Some(MatchShape::Mixed);
        if mixed && !(boundary && rule.lead.is_none() && rule.run.is_none() && run_before.is_none()) {
            return Err(
                "a pattern with `shape` begins with `\\b` and a letter or digit, and has no lead or run",
            );
        }
        let trigger = if mixed {
            Trigger::Mixed(anchor::prefixes(head))
        } else if run_before.is_some() && first == ByteSet::of(b"@") {
            Trigger::Shapes(crate::simd::Shapes::NONE.with(crate::simd::Shape::At), 1)
        } else {
            anchor::derive(
                head,
                lead.as_deref().unwrap_or(&automaton),
                boundary,
                first,
                (longest, lead.is_some()),
                &mut work,
            )
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
            begins: Begins::new(lead.as_deref().unwrap_or(&automaton)),
            lead,
            automaton: Arc::new(automaton),
            run,
            trigger,
            brackets: may_hold(&hir, b'['),
            steps: work.done(),
        };
        one.judge_as(rule, scope);
        Ok(one)
    }

    /// What it costs: nothing, where another's automata run for it.
    pub(crate) fn cost(&self) -> Cost {
        if self.leader.is_some() {
            return Cost::default();
        }
        let end = self.run.as_ref().and_then(|run| run.end.as_ref());
        let automata = [Some(&*self.automaton), self.lead.as_deref(), end];
        Cost {
            bytes: automata.into_iter().flatten().map(Automaton::size).sum(),
            steps: self.steps,
        }
    }
}

fn parse(pattern: &str) -> Result<Hir, &'static str> {
    automaton::parse(pattern).ok_or("the pattern is malformed")
}

/// A leading class repeated, and the rest, where the rest begins with no byte of the class.
fn split_run(hir: &Hir) -> (Option<ClassRun>, Option<Hir>) {
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

fn begins_at_boundary(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Look(look) => matches!(look, Look::WordAscii | Look::WordStartAscii),
        HirKind::Capture(capture) => begins_at_boundary(&capture.sub),
        HirKind::Concat(parts) => parts.first().is_some_and(begins_at_boundary),
        HirKind::Alternation(parts) => parts.iter().all(begins_at_boundary),
        _ => false,
    }
}
