//! Why a text has the findings it has.
//!
//! The engine says what it found, not why. So the input is read again by rule sets derived from the one in question,
//! in which a detector appears without its check, without its threshold, or with one context word alone: what such
//! a variant finds at the same place says what the whole rule's answer there rested on. The engine judges every
//! start of a match by itself, so the places can be compared.

use super::{compile, pour};
use crate::cli::exit::Failure;
use lacuna::{
    Action, Class, Collect, Confidence, DetectorRule, FindingOwned, Format, OnDeepNesting, Plan, Ruleset,
    Source,
};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Bytes of a chunk: any number gives the same answer.
const CHUNK: usize = 64 << 10;

/// What an input has, and why.
pub struct Explanation {
    /// How it was divided into records, as `--format` says it.
    pub format: &'static str,
    /// The findings, by their first byte in the input.
    pub findings: Vec<Explained>,
    /// What `redact` would write.
    pub output: Vec<u8>,
    /// Where a pattern matched and there is no finding, in rule order.
    pub missed: Vec<Missed>,
}

/// A finding.
pub struct Explained {
    /// What the engine says.
    pub finding: FindingOwned,
    /// The number of its detector; `None` if a field rule found it.
    pub detector: Option<usize>,
    /// The number of its field rule, if one found it.
    pub field: Option<usize>,
    /// What raised its confidence, if something did.
    pub raised: Option<Raised>,
    /// Where it is covered: the number of the finding that is not, and why that one won.
    pub winner: Option<(usize, Won)>,
}

/// What raised a confidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Raised {
    /// The detector's check is sure.
    ByCheck,
    /// Any one of these context words.
    ByWords(Vec<String>),
    /// The value is all there is in its text.
    Alone,
}

/// Why one finding of several that overlap decides what stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Won {
    /// It is of the highest class.
    Class,
    /// It begins first.
    Earliest,
    /// It is the longest.
    Longest,
    /// A field rule found it.
    Field,
    /// Its rule comes first.
    Order,
}

/// Places at which a detector's pattern matched and that are no findings.
pub struct Missed {
    /// The detector's number.
    pub detector: usize,
    /// How many places; those that overlap count as one.
    pub places: usize,
    /// The first of those that came furthest: bytes of the input.
    pub at: (u64, u64),
    /// Why that is none.
    pub why: Why,
}

/// Why a match is no finding; a later one came further.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The detector's check says no.
    Check,
    /// The confidence is under the threshold of its class.
    Unsure,
    /// An allow entry removes it.
    Allowed,
    /// Another detector, of this id, explains it.
    Explained(String),
}

/// Explains an input.
///
/// # Errors
/// The engine refuses the input.
pub fn explain(rules: &Ruleset, plan: &Plan, format: Format, input: &[u8]) -> Result<Explanation, Failure> {
    let mut source = rules.source().clone();
    // Whether somebody has to be asked changes nothing of what is found.
    source.pauses.clear();
    let bare = derive(
        &source,
        (0..source.detectors.len())
            .map(|number| (number, Variant::Bare))
            .collect(),
    );
    let quiet = compile(source, rules.kernels())?;
    let mut real = Collect::default();
    let receipt = pour((&quiet, plan), format, input, CHUNK, &mut real)?;
    real.findings
        .sort_by_key(|finding| (finding.raw_start, finding.raw_end));
    let numbers: HashMap<&str, usize> = (rules
        .source()
        .detectors
        .iter()
        .enumerate()
        .map(|(number, rule)| (rule.id.as_str(), number)))
    .collect();

    let probe = Probe { rules, format, input };
    let candidates = probe.run(bare)?;
    let missed = missed(&candidates, &real.findings, &numbers);
    let variants = variants(rules.source(), &missed, &real.findings, &numbers);
    let seen = if variants.is_empty() {
        Vec::new()
    } else {
        probe.run(derive(rules.source(), variants))?
    };
    let seen: HashSet<(usize, Variant, u64)> = seen
        .into_iter()
        .filter(Seen::counts)
        .map(|seen| (seen.detector, seen.variant, seen.at.0))
        .collect();

    let missed = group(rules.source(), missed, &real.findings, &seen);
    let winners: Vec<Option<(usize, Won)>> = real
        .findings
        .iter()
        .map(|finding| winner(rules, finding, &real.findings))
        .collect();
    let findings = real.findings.into_iter().zip(winners).map(|(finding, winner)| {
        let detector = numbers.get(finding.detector.as_str()).copied();
        let path = finding.detector.strip_prefix("field:");
        let field = path.and_then(|path| rules.source().fields.iter().position(|field| field.path == path));
        let rule = detector.and_then(|number| Some((number, rules.source().detectors.get(number)?)));
        Explained {
            raised: rule.and_then(|(number, rule)| raised(number, rule, &finding, &seen)),
            detector,
            field,
            winner,
            finding,
        }
    });
    Ok(Explanation {
        format: receipt.format,
        findings: findings.collect(),
        output: real.caller,
        missed,
    })
}

/// A detector, changed so that what it finds says one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Variant {
    /// The pattern alone.
    Bare,
    /// With its check, however sure.
    Checked,
    /// As it is, but that nothing removes it.
    Sure,
    /// With its check; sure if the check is.
    Proof,
    /// The same, and also sure if this context word is there.
    Word(usize),
}

/// What a variant found: the number of its detector, and bytes of the input.
struct Seen {
    detector: usize,
    variant: Variant,
    at: (u64, u64),
    confidence: Confidence,
}

impl Seen {
    /// Whether the variant's question is answered with yes.
    fn counts(&self) -> bool {
        match self.variant {
            Variant::Bare | Variant::Checked | Variant::Sure => true,
            Variant::Proof | Variant::Word(_) => self.confidence == CERTAIN,
        }
    }
}

/// Confidences of variants: those that would be raised, and the others.
const CERTAIN: Confidence = Confidence::percent(100);
const NONE: Confidence = Confidence::percent(0);

/// Variants of a rule set's detectors, and which they are.
struct Derived {
    source: Source,
    variants: Vec<(usize, Variant)>,
}

/// Derives variants. All of their findings are kept, so that none is covered, explained or joined with another.
fn derive(from: &Source, variants: Vec<(usize, Variant)>) -> Derived {
    let mut source = from.clone();
    source.allow.clear();
    source.pauses.clear();
    // One class more, whose findings are reported however sure.
    let free = Class(u8::try_from(source.classes.len()).unwrap_or(u8::MAX));
    source.classes.push("probe".to_owned());
    source.thresholds.push(NONE);
    source.treatments = vec![Action::Keep; source.classes.len()];
    source.detectors = variants
        .iter()
        .enumerate()
        .filter_map(|(id, (number, variant))| {
            let rule = from.detectors.get(*number)?.clone();
            Some(DetectorRule {
                id: id.to_string(),
                explains: Vec::new(),
                ..variant.of(rule, free)
            })
        })
        .collect();
    Derived { source, variants }
}

impl Variant {
    /// This variant of a detector. `free` is a class without a threshold.
    fn of(self, rule: DetectorRule, free: Class) -> DetectorRule {
        let (class, context, plain) = match self {
            Self::Sure => return rule,
            Self::Bare | Self::Checked => (free, Vec::new(), CERTAIN),
            Self::Proof => (free, Vec::new(), NONE),
            Self::Word(word) => (free, rule.context.get(word).cloned().into_iter().collect(), NONE),
        };
        DetectorRule {
            class,
            context,
            check: rule.check.filter(|_| self != Self::Bare),
            confidence: plain,
            alone_confidence: plain,
            context_confidence: CERTAIN,
            ..rule
        }
    }
}

/// The input, to be read by variants.
struct Probe<'a> {
    rules: &'a Ruleset,
    format: Format,
    input: &'a [u8],
}

impl Probe<'_> {
    /// What variants find, in the order of the input.
    fn run(&self, derived: Derived) -> Result<Vec<Seen>, Failure> {
        let rules = compile(derived.source, self.rules.kernels())?;
        let plan = Plan::new(&rules).with_deep_nesting(OnDeepNesting::Text);
        let mut sink = Collect::default();
        pour((&rules, &plan), self.format, self.input, CHUNK, &mut sink)?;
        let mut seen: Vec<Seen> = sink
            .findings
            .iter()
            .filter_map(|finding| {
                let id: usize = finding.detector.parse().ok()?;
                let (detector, variant) = *derived.variants.get(id)?;
                let at = (finding.raw_start, finding.raw_end);
                Some(Seen {
                    detector,
                    variant,
                    at,
                    confidence: finding.confidence,
                })
            })
            .collect();
        seen.sort_by_key(|seen| seen.at);
        Ok(seen)
    }
}

/// Where a pattern matched and its detector has no finding: the detector's number, and bytes of the input.
type Miss = (usize, (u64, u64));

/// The candidates that are no findings. What a field rule takes whole is not searched, and no candidate either.
fn missed(candidates: &[Seen], findings: &[FindingOwned], numbers: &HashMap<&str, usize>) -> Vec<Miss> {
    let mut of: HashMap<usize, Spans> = HashMap::new();
    let mut fields = Spans::default();
    for finding in findings {
        let span = (finding.raw_start, finding.raw_end);
        match numbers.get(finding.detector.as_str()) {
            Some(number) => of.entry(*number).or_default().push(span),
            None => fields.push(span),
        }
    }
    candidates
        .iter()
        .map(|seen| (seen.detector, seen.at))
        .filter(|(number, at)| !fields.touch(*at) && !of.get(number).is_some_and(|spans| spans.touch(*at)))
        .collect()
}

/// Spans by their start, with the furthest end so far.
#[derive(Default)]
struct Spans(Vec<(u64, u64)>);

impl Spans {
    /// Adds one that starts no earlier than those before.
    fn push(&mut self, (start, end): (u64, u64)) {
        let furthest = self.0.last().map_or(0, |last| last.1);
        self.0.push((start, end.max(furthest)));
    }

    /// Whether one of them overlaps a span.
    fn touch(&self, (start, end): (u64, u64)) -> bool {
        let before = self.0.partition_point(|span| span.0 < end);
        before
            .checked_sub(1)
            .and_then(|last| self.0.get(last))
            .is_some_and(|span| span.1 > start)
    }
}

/// The variants that have something to say: of detectors with misses, and of those with raised findings.
fn variants(
    source: &Source,
    missed: &[Miss],
    findings: &[FindingOwned],
    numbers: &HashMap<&str, usize>,
) -> Vec<(usize, Variant)> {
    let mut variants: Vec<(usize, Variant)> = missed
        .iter()
        .flat_map(|(number, _)| [(*number, Variant::Checked), (*number, Variant::Sure)])
        .collect();
    for finding in findings {
        let Some(number) = numbers.get(finding.detector.as_str()) else {
            continue;
        };
        let Some(rule) = source
            .detectors
            .get(*number)
            .filter(|rule| is_raised(rule, finding))
        else {
            continue;
        };
        variants.push((*number, Variant::Proof));
        variants.extend((0..rule.context.len()).map(|word| (*number, Variant::Word(word))));
    }
    variants.sort_unstable();
    variants.dedup();
    variants
}

/// Whether a finding is surer than its detector is without context.
fn is_raised(rule: &DetectorRule, finding: &FindingOwned) -> bool {
    finding.confidence > rule.confidence
}

/// What raised a finding's confidence.
fn raised(
    number: usize,
    rule: &DetectorRule,
    finding: &FindingOwned,
    seen: &HashSet<(usize, Variant, u64)>,
) -> Option<Raised> {
    if !is_raised(rule, finding) {
        return None;
    }
    if seen.contains(&(number, Variant::Proof, finding.raw_start)) {
        return Some(Raised::ByCheck);
    }
    let words = rule
        .context
        .iter()
        .enumerate()
        .filter(|(word, _)| seen.contains(&(number, Variant::Word(*word), finding.raw_start)))
        .map(|(_, word)| word.clone());
    let words: Vec<String> = words.collect();
    if words.is_empty() && rule.alone_confidence > rule.confidence {
        return Some(Raised::Alone);
    }
    Some(Raised::ByWords(words))
}

/// Of a covered finding, the one that decides what stands there, and why: as the engine's design says, the highest class,
/// then the earliest, the longest, a field rule, the order of rules.
fn winner(rules: &Ruleset, covered: &FindingOwned, all: &[FindingOwned]) -> Option<(usize, Won)> {
    if covered.action != "covered" {
        return None;
    }
    let rank = |finding: &FindingOwned| rules.class(&finding.class);
    let is_over =
        |finding: &&FindingOwned| finding.action != "covered" && finding.action != Action::Keep.name();
    let touches =
        |finding: &&FindingOwned| finding.raw_start < covered.raw_end && covered.raw_start < finding.raw_end;
    let over = |finding: &&FindingOwned| is_over(finding) && touches(finding);
    // A cluster may reach further than its winner: then the one before it on its line.
    let direct = all.iter().position(|finding| over(&finding));
    let number = direct.or_else(|| {
        let before = |finding: &FindingOwned| {
            is_over(&finding) && finding.record == covered.record && finding.raw_start <= covered.raw_start
        };
        all.iter().rposition(before)
    })?;
    let other = all.get(number)?;
    let length = |finding: &FindingOwned| finding.raw_end - finding.raw_start;
    let won = if rank(other) > rank(covered) {
        Won::Class
    } else if other.raw_start < covered.raw_start {
        Won::Earliest
    } else if length(other) > length(covered) {
        Won::Longest
    } else if other.detector.starts_with("field:") {
        Won::Field
    } else {
        Won::Order
    };
    Some((number, won))
}

/// The misses, a detector at a time.
fn group(
    source: &Source,
    missed: Vec<Miss>,
    findings: &[FindingOwned],
    seen: &HashSet<(usize, Variant, u64)>,
) -> Vec<Missed> {
    let mut groups: BTreeMap<usize, (u64, Missed)> = BTreeMap::new();
    for (detector, at) in missed {
        let why = if !seen.contains(&(detector, Variant::Checked, at.0)) {
            Why::Check
        } else if !seen.contains(&(detector, Variant::Sure, at.0)) {
            Why::Unsure
        } else {
            explainer(source, detector, at, findings).map_or(Why::Allowed, Why::Explained)
        };
        let (until, group) = groups.entry(detector).or_insert_with(|| {
            (
                0,
                Missed {
                    detector,
                    places: 0,
                    at,
                    why: why.clone(),
                },
            )
        });
        group.places += usize::from(at.0 >= *until || group.places == 0);
        *until = at.1.max(*until);
        if why > group.why {
            (group.at, group.why) = (at, why);
        }
    }
    groups.into_values().map(|(_, group)| group).collect()
}

/// The id of a detector that explains this one, and has a finding where this one matched.
fn explainer(source: &Source, detector: usize, at: (u64, u64), findings: &[FindingOwned]) -> Option<String> {
    let id = &source.detectors.get(detector)?.id;
    let explains = |other: &&DetectorRule| {
        other.explains.contains(id)
            && findings.iter().any(|finding| {
                finding.detector == other.id && finding.raw_start < at.1 && at.0 < finding.raw_end
            })
    };
    source
        .detectors
        .iter()
        .find(explains)
        .map(|other| other.id.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::demo::sample::{ARGUMENTS, CUSTOMERS, CUT, PLANTED_IN_CUSTOMERS, PROMPT, TEXT};

    /// Explains a text with the default rules; every finding has to say what it rests on.
    fn explained(format: Format, text: &str) -> Vec<Explained> {
        let rules = Ruleset::builtin("default").unwrap();
        let plan = Plan::new(&rules);
        let explanation = explain(&rules, &plan, format, text.as_bytes()).unwrap();
        for explained in &explanation.findings {
            let finding = &explained.finding;
            let rule = explained
                .detector
                .and_then(|number| rules.source().detectors.get(number));
            let rule = rule.unwrap_or_else(|| panic!("{finding:?} has no rule"));
            assert!(rules.anatomy(explained.detector.unwrap()).is_some());
            let is_plain = finding.confidence == rule.confidence;
            let is_raised = match &explained.raised {
                Some(Raised::ByWords(words)) => !words.is_empty(),
                Some(_) => true,
                None => false,
            };
            assert!(is_plain || is_raised, "{finding:?} is raised by nothing");
            assert_eq!(
                finding.action == "covered",
                explained.winner.is_some(),
                "{finding:?}"
            );
        }
        explanation.findings
    }

    #[test]
    fn every_finding_of_the_demo_is_explained() {
        let found = explained(Format::Json, PROMPT);
        assert!(found.len() >= 2);
        // A completion is text that comes in pieces: what was said is one text.
        assert!(explained(Format::Text, &TEXT.concat()).len() >= 4);
        assert!(explained(Format::Json, &ARGUMENTS.concat()).len() >= 3);
        let customers: usize = CUSTOMERS
            .iter()
            .map(|customer| explained(Format::Json, &customer.replace(CUT, "")).len())
            .sum();
        assert!(customers >= PLANTED_IN_CUSTOMERS.len());
    }
}
