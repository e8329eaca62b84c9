//! Rules together: those that another makes pointless, and what all of them find in decoys.

use super::{Decoy, Note};
use crate::rules::places::Part;
use crate::rules::{Fault, Rules};
use crate::{Collect, FindingOwned, Format, OnDeepNesting, Plan, Redactor, Ruleset, Source};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};

/// Detectors that look for the same as one before them.
pub(super) fn duplicates(source: &Source, own: &[usize]) -> Vec<Note> {
    let mut first = HashMap::new();
    let mut notes = Vec::new();
    for (number, rule) in source.detectors.iter().enumerate() {
        let run = rule.run.as_ref().map(|run| (&run.alphabet, &run.end));
        let mut context: Vec<&String> = rule.context.iter().collect();
        context.sort_unstable();
        let same = (&rule.lead, &rule.pattern, rule.shape, &rule.check, run, context);
        let before = *first.entry(same).or_insert(number);
        let Some(other) = source.detectors.get(before).filter(|_| before != number) else {
            continue;
        };
        if own.contains(&number) || own.contains(&before) {
            let message = format!("`{}` looks for the same as `{}`", rule.id, other.id);
            let hint = "remove one of them, or give them different context words";
            notes.push(Note::new(&rule.at, Part::Key("pattern"), message, hint));
        }
    }
    notes
}

/// All rules of a set, as they would run.
pub(super) struct Together {
    rules: Ruleset,
    plan: Plan,
}

impl Together {
    /// Compiles them, without pauses, which change what leaves and not what is found.
    ///
    /// # Errors
    /// Exceptions and paths that are too much: detectors that do not compile are not among these.
    pub(super) fn new(source: Source) -> Result<Self, Vec<(Fault, Part)>> {
        let source = Source {
            pauses: Vec::new(),
            ..source
        };
        let rules = Ruleset::of(Rules::new(source)?);
        let plan = Plan::new(&rules).with_deep_nesting(OnDeepNesting::Text);
        Ok(Self { rules, plan })
    }

    fn findings(&self, format: Format, text: &[u8]) -> Vec<FindingOwned> {
        let mut sink = Collect::default();
        let mut stream = Redactor::new(&self.rules, &self.plan, format);
        let read = stream
            .push(text, &mut sink)
            .and_then(|_| stream.finish(&mut sink));
        // What is refused has no findings to compare.
        read.map_or_else(|_| Vec::new(), |_| sink.findings)
    }

    /// Of some detectors, those all of whose examples another one covers.
    pub(super) fn shadowed(&self, ids: &[&str], step: &(dyn Fn() + Sync)) -> Vec<Note> {
        let of = |id: &&str| {
            step();
            let rule = self
                .rules
                .source()
                .detectors
                .iter()
                .find(|rule| rule.id == **id)?;
            let mut common: Option<Vec<String>> = None;
            for example in &rule.examples {
                let coverers = self.coverers(&rule.id, example)?;
                common = Some(match common {
                    None => coverers,
                    Some(before) => before.into_iter().filter(|id| coverers.contains(id)).collect(),
                });
            }
            let other = common?.into_iter().next()?;
            let message = format!(
                "`{}` is shadowed: `{other}` covers what it finds in every example",
                rule.id
            );
            let hint = format!("give it a higher class, or name `{other}` in its `explains`");
            Some(Note::new(&rule.at, Part::Key("id"), message, hint))
        };
        ids.par_iter().filter_map(of).collect()
    }

    /// The detectors that cover all findings of one in a text; `None` if one is not covered, or there is none.
    fn coverers(&self, id: &str, text: &str) -> Option<Vec<String>> {
        let findings = self.findings(Format::Text, text.as_bytes());
        let mut coverers: Option<Vec<String>> = None;
        for own in findings.iter().filter(|finding| finding.detector == id) {
            if own.action != "covered" {
                return None;
            }
            let over = |finding: &&FindingOwned| {
                finding.detector != id
                    && finding.action != "covered"
                    && finding.raw_start <= own.raw_start
                    && own.raw_end <= finding.raw_end
            };
            let these = findings
                .iter()
                .filter(over)
                .map(|finding| finding.detector.clone());
            coverers.get_or_insert_default().extend(these);
        }
        coverers
    }

    /// Of some detectors, those that find something in a decoy that would not stay.
    pub(super) fn decoyed(&self, ids: &[&str], decoys: &[Decoy<'_>], step: &(dyn Fn() + Sync)) -> Vec<Note> {
        let hits: Vec<(String, &Decoy<'_>)> = decoys
            .par_iter()
            .flat_map_iter(|decoy| {
                step();
                let document = format!("{{\"value\":{}}}", decoy.json);
                let findings = self.findings(Format::Json, document.as_bytes());
                let hits = findings.into_iter().filter(|finding| finding.action != "keep");
                hits.map(move |finding| (finding.detector, decoy))
            })
            .collect();
        let mut of: BTreeMap<&str, Vec<&Decoy<'_>>> = BTreeMap::new();
        for (id, decoy) in &hits {
            if ids.contains(&id.as_str()) {
                of.entry(id).or_default().push(decoy);
            }
        }
        let rules = self.rules.source().detectors.iter();
        let note = |rule: &crate::DetectorRule| {
            let decoys = of.get(rule.id.as_str())?;
            let first = decoys.first()?;
            let others = match decoys.len() {
                1 => String::new(),
                count => format!(" and {} more decoys", count - 1),
            };
            let (kind, value) = (first.kind, first.json.trim_matches('"'));
            let message = format!("`{}` masks the {kind} `{value}`{others}", rule.id);
            let hint = "ask for context words (a lower `confidence`), a check, or a stricter form";
            Some(Note::new(&rule.at, Part::Key("pattern"), message, hint))
        };
        rules.filter_map(note).collect()
    }
}
