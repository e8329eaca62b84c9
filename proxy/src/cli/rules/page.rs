//! An explanation on a page of 80 columns.

use super::probe::{Explained, Explanation, Missed, Raised, Why, Won};
use crate::cli::options::FormatWord;
use lacuna::{Action, DetectorRule, Plan, Ruleset, Slot, Triggers};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Columns of the page.
const WIDTH: usize = 80;

/// Columns of a label, the blanks around it included.
const LABEL: usize = 14;

/// Findings that are written out; how many more there are is said.
const SHOWN: usize = 100;

/// Literals that are written out for a detector; how many more there are is said.
const LITERALS: usize = 12;

/// The same for a finding.
const FEW: usize = 3;

/// What of the input may be shown.
#[derive(Clone, Copy, Debug)]
pub enum Shown<'a> {
    /// All: the caller typed it.
    Text(&'a str),
    /// Positions only.
    Nothing,
}

/// What an explanation is written with.
pub struct Page<'a> {
    /// The rules.
    pub rules: &'a Ruleset,
    /// What is done to findings.
    pub plan: &'a Plan,
    /// The name of the rules.
    pub name: &'a str,
    /// The format that was asked for.
    pub format: FormatWord,
    /// Bytes of the input.
    pub input: usize,
    /// What of it may be shown.
    pub shown: Shown<'a>,
    /// Whether detectors are described that had nothing to do with it.
    pub all: bool,
}

impl Page<'_> {
    /// Writes an explanation: findings, misses, then every detector of the rules.
    ///
    /// # Errors
    /// The output's.
    pub fn write(&self, explanation: &Explanation, to: &mut impl Write) -> io::Result<()> {
        self.summary(explanation, to)?;
        for (number, explained) in explanation.findings.iter().take(SHOWN).enumerate() {
            writeln!(to, "\nFinding {}", number + 1)?;
            self.finding(explained, &explanation.findings, to)?;
        }
        let more = explanation.findings.len().saturating_sub(SHOWN);
        if more > 0 {
            writeln!(to, "\n... and {more} more: `lacuna scan` lists all of them.")?;
        }
        if let (Shown::Text(_), false) = (self.shown, explanation.findings.is_empty()) {
            writeln!(to, "\nWhat leaves")?;
            for line in String::from_utf8_lossy(&explanation.output).lines() {
                indented(line, to)?;
            }
        }
        self.missed(&explanation.missed, to)?;
        self.detectors(explanation, to)
    }

    fn summary(&self, explanation: &Explanation, to: &mut impl Write) -> io::Result<()> {
        let format = explanation.format;
        let count = match explanation.findings.len() {
            0 => "nothing was found".to_owned(),
            count => plural(count, "finding"),
        };
        writeln!(to, "{} read as {format}: {count}.", plural(self.input, "byte"))?;
        // A text that begins with a digit or a quote is taken for JSON, where 4111 1111 is two numbers.
        if let (Shown::Text(_), FormatWord::Auto, false) = (self.shown, self.format, format == "text") {
            writeln!(to, "If it is meant as text: --format text.")?;
        }
        if !self.rules.source().pauses.is_empty() {
            writeln!(
                to,
                "Pause rules are left out: they change what leaves, not what is found."
            )?;
        }
        Ok(())
    }

    fn finding(&self, explained: &Explained, all: &[Explained], to: &mut impl Write) -> io::Result<()> {
        let finding = &explained.finding;
        if let Shown::Text(text) = self.shown {
            underlined(text, finding.raw_start, finding.raw_end, to)?;
        }
        let rule = explained
            .detector
            .and_then(|number| self.rules.source().detectors.get(number));
        item("detector", &finding.detector, to)?;
        if let Some(rule) = explained
            .field
            .and_then(|number| self.rules.source().fields.get(number))
        {
            let (file, line, _) = &rule.at;
            item(
                "rule",
                &format!("the field at {file}:{line}: its place is enough"),
                to,
            )?;
        }
        if let Some(number) = explained.detector
            && let Some(anatomy) = self.rules.anatomy(number)
        {
            item("trigger", &triggers(&anatomy.triggers, FEW), to)?;
        }
        item("entity", &finding.entity, to)?;
        item("class", &finding.class, to)?;
        item("confidence", &confidence(explained, rule), to)?;
        item(
            "action",
            &format!("{}: {}", finding.action, self.replacement(explained)),
            to,
        )?;
        if let Some((number, won)) = explained.winner
            && let Some(other) = all.get(number)
        {
            let why = match won {
                Won::Class => format!("which is {}, more than {}", other.finding.class, finding.class),
                Won::Earliest => "which begins before it".to_owned(),
                Won::Longest => "which is longer".to_owned(),
                Won::Field => "which a field rule names".to_owned(),
                Won::Order => "whose rule comes first".to_owned(),
            };
            let text = format!("by finding {}, {}, {why}", number + 1, other.finding.detector);
            item("covered", &text, to)?;
        }
        let slot = match finding.slot {
            Slot::Value => "a string",
            Slot::Key => "a key",
            Slot::Number => "a number",
            Slot::Lane => "a lane",
            _ => "text",
        };
        item(
            "path",
            &format!("{} ({slot}), record {}", finding.path, finding.record),
            to,
        )?;
        let whole = match finding.slot {
            Slot::Key => "the key",
            Slot::Text => "the text",
            _ => "the value",
        };
        let (start, end) = (finding.start, finding.end);
        let (raw_start, raw_end) = (finding.raw_start, finding.raw_end);
        item(
            "bytes",
            &format!("{start}..{end} of {whole}, {raw_start}..{raw_end} of the input"),
            to,
        )?;
        if let Some((path, start, end)) = &finding.inner {
            item(
                "inside",
                &format!("{path}, bytes {start}..{end} of that value"),
                to,
            )?;
        }
        Ok(())
    }

    /// What stands where the finding was.
    fn replacement(&self, explained: &Explained) -> String {
        let finding = &explained.finding;
        let entity = &finding.entity;
        let action = self
            .rules
            .class(&finding.class)
            .map(|class| self.plan.treatment(class));
        if finding.action == Action::Keep.name() {
            return format!("it stays as it is, as [treatment] says of {}", finding.class);
        }
        match (finding.action.as_str(), finding.slot, explained.detector) {
            ("covered", ..) => return "it lies in what another finding's replacement stands for".to_owned(),
            (_, Slot::Key, _) => return format!("[{entity}#...], so that two keys stay two"),
            (_, Slot::Number, Some(_)) if !matches!(action, Some(Action::Fpe(_))) => {
                return "0, so that the number stays one".to_owned();
            }
            _ => {}
        }
        let stars = "a * for each character";
        let whole = match action {
            Some(Action::Mask) => stars.to_owned(),
            Some(Action::KeepFirst(most)) => {
                format!("the first {most} characters stay, if that is at most a third, {stars} of the rest")
            }
            Some(Action::KeepLast(most)) => {
                format!("the last {most} characters stay, if that is at most a third, {stars} of the rest")
            }
            Some(Action::Hash) => format!("[{entity}#...], the same for the same value and key"),
            Some(Action::Fpe(_)) => "other digits, the same for the same value, key and scope".to_owned(),
            Some(Action::Drop) if explained.detector.is_none() => "nothing, the member goes".to_owned(),
            Some(Action::Drop) => "nothing, the characters go".to_owned(),
            Some(Action::Null) if explained.detector.is_none() => "null".to_owned(),
            _ => format!("[{entity}]"),
        };
        match explained.detector {
            None => format!("{whole}; another type than a string as its field rule says"),
            Some(_) => whole,
        }
    }

    fn missed(&self, missed: &[Missed], to: &mut impl Write) -> io::Result<()> {
        if missed.is_empty() {
            return writeln!(to, "\nNo other detector had a candidate.");
        }
        writeln!(to, "\nCandidates that are no findings: a pattern matched")?;
        for missed in missed {
            let Some(rule) = self.rules.source().detectors.get(missed.detector) else {
                continue;
            };
            let (start, end) = missed.at;
            let places = match missed.places {
                1 => format!("bytes {start}..{end} of the input"),
                places => format!("{places} places, as bytes {start}..{end} of the input"),
            };
            writeln!(to, "  {}", rule.id)?;
            item("", &format!("{places}: {}", self.why(&missed.why, rule)), to)?;
        }
        Ok(())
    }

    fn why(&self, why: &Why, rule: &DetectorRule) -> String {
        match why {
            Why::Check => match &rule.check {
                Some(check) => format!("its check `{check}` says no"),
                None => "it is part of a replacement".to_owned(),
            },
            Why::Unsure => {
                let least = self.rules.source().thresholds.get(usize::from(rule.class.0));
                let least = least.map_or(0.0, |least| least.as_ratio());
                let plain = rule.confidence.as_ratio();
                let near = if rule.context.is_empty() {
                    "it has no context words"
                } else {
                    "no context word is near"
                };
                format!("confidence {plain:.2}, {least:.2} is asked for, and {near}")
            }
            Why::Allowed => "an allow entry removes it".to_owned(),
            Why::Explained(by) => format!("it is part of what {by} found, which explains it"),
        }
    }

    fn detectors(&self, explanation: &Explanation, to: &mut impl Write) -> io::Result<()> {
        let source = self.rules.source();
        let found = explanation
            .findings
            .iter()
            .filter_map(|explained| explained.detector);
        let missed = explanation.missed.iter().map(|missed| missed.detector);
        let concerned: BTreeSet<usize> = found.chain(missed).collect();
        let has = plural(source.detectors.len(), "detector");
        match self.all {
            true => writeln!(to, "\n{} has {has}.", self.name)?,
            false => writeln!(
                to,
                "\n{} has {has}; {} had candidates (--all shows all).",
                self.name,
                concerned.len()
            )?,
        }
        let shown = |number: &usize| self.all || concerned.contains(number);
        for (number, rule) in source
            .detectors
            .iter()
            .enumerate()
            .filter(|(number, _)| shown(number))
        {
            writeln!(to, "\n{}", rule.id)?;
            item("entity", &rule.entity, to)?;
            item("class", self.rules.class_name(rule.class), to)?;
            let (plain, raised) = (rule.confidence.as_ratio(), rule.context_confidence.as_ratio());
            item("confidence", &format!("{plain:.2}, with context {raised:.2}"), to)?;
            if let Some(anatomy) = self.rules.anatomy(number) {
                let of = if rule.lead.is_some() {
                    "what stands before it: "
                } else {
                    ""
                };
                item(
                    "triggers",
                    &format!("{of}{}", triggers(&anatomy.triggers, LITERALS)),
                    to,
                )?;
                let lead = match anatomy.longest_lead {
                    0 => String::new(),
                    lead => format!(", and up to {lead} before it that stay"),
                };
                let run = match &rule.run {
                    None => String::new(),
                    Some(run) => format!(", then without end while {}", run.alphabet),
                };
                item(
                    "longest",
                    &format!("{}{run}{lead}", plural(anatomy.longest, "byte")),
                    to,
                )?;
            }
            if let Some(check) = &rule.check {
                item("check", check, to)?;
            }
            let words = if rule.context.is_empty() {
                "none".to_owned()
            } else {
                rule.context.join(", ")
            };
            item("context", &words, to)?;
        }
        Ok(())
    }
}

/// How sure a finding is, and why.
fn confidence(explained: &Explained, rule: Option<&DetectorRule>) -> String {
    let now = explained.finding.confidence.as_ratio();
    let (Some(rule), Some(raised)) = (rule, &explained.raised) else {
        return format!("{now:.2}");
    };
    let by = match raised {
        Raised::ByCheck => match &rule.check {
            Some(check) => format!("its check `{check}`, which is sure"),
            None => "its check".to_owned(),
        },
        Raised::Alone => "standing alone in its text".to_owned(),
        Raised::ByWords(words) if words.is_empty() => "context".to_owned(),
        Raised::ByWords(words) => {
            let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            format!("the context {}", words.join(", "))
        }
    };
    format!("{now:.2}, raised from {:.2} by {by}", rule.confidence.as_ratio())
}

/// What makes the engine run a detector.
fn triggers(triggers: &Triggers, most: usize) -> String {
    match triggers {
        Triggers::Heads(heads) => {
            let shown: Vec<&str> = heads.iter().take(most).map(String::as_str).collect();
            match heads.len().saturating_sub(most) {
                0 => shown.join("  "),
                more => format!("{}  and {more} more", shown.join("  ")),
            }
        }
        Triggers::Shapes(shapes) => shapes.join("; "),
        Triggers::Mixed(heads) if heads.is_empty() => "12 letters and digits in a row, mixed".to_owned(),
        Triggers::Mixed(heads) => format!(
            "12 letters and digits in a row, mixed, behind {}",
            heads.join("  ")
        ),
        Triggers::First(class) => format!("every byte of {class}: this is dear"),
        _ => "see the engine".to_owned(),
    }
}

/// A count with its noun.
fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// A label and what it says, in as many lines as that needs.
fn item(label: &str, text: &str, to: &mut impl Write) -> io::Result<()> {
    let mut label = label;
    for line in wrapped(text, WIDTH - LABEL - 1) {
        writeln!(to, "  {label:0$}{line}", LABEL - 2)?;
        label = "";
    }
    Ok(())
}

/// A line of any length, indented and cut into several.
fn indented(line: &str, to: &mut impl Write) -> io::Result<()> {
    let chars: Vec<char> = line.chars().map(plain).collect();
    for part in chars.chunks(WIDTH - 3) {
        writeln!(to, "  {}", part.iter().collect::<String>())?;
    }
    Ok(())
}

/// A text in lines of at most `width` characters, parted at blanks where there are some. At least one line.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut room = width;
    for word in text.split(' ') {
        let word: Vec<char> = word.chars().map(plain).collect();
        let blank = usize::from(room < width);
        if blank + word.len() > room && room < width {
            lines.push(String::new());
            room = width;
        } else if blank == 1
            && let Some(line) = lines.last_mut()
        {
            line.push(' ');
            room -= 1;
        }
        for part in word.chunks(width.max(1)) {
            if part.len() > room {
                lines.push(String::new());
                room = width;
            }
            if let Some(line) = lines.last_mut() {
                line.extend(part);
            }
            room -= part.len();
        }
    }
    lines
}

/// A character that a terminal takes for nothing but itself.
fn plain(character: char) -> char {
    if character.is_control() { '·' } else { character }
}

/// The line of a text in which a finding begins, as much of it as there is room for, and carets under the finding.
fn underlined(text: &str, start: u64, end: u64, to: &mut impl Write) -> io::Result<()> {
    let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(text.len());
    let (Some(before), Some(value)) = (text.get(..place(start)), text.get(place(start)..place(end))) else {
        return Ok(());
    };
    let after = text.get(place(end)..).unwrap_or_default();
    let room = WIDTH - 3;
    let value = fitted(value.split('\n').next().unwrap_or_default(), room / 2);
    let before: Vec<char> = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .map(plain)
        .collect();
    let most = room / 4;
    let before: String = match before.len().checked_sub(most) {
        None | Some(0) => before.iter().collect(),
        Some(gone) => core::iter::once('…')
            .chain(before.iter().skip(gone + 1).copied())
            .collect(),
    };
    let used = before.chars().count() + value.chars().count();
    let after = fitted(
        after.split('\n').next().unwrap_or_default(),
        room.saturating_sub(used),
    );
    writeln!(to, "  {before}{value}{after}")?;
    writeln!(
        to,
        "  {:1$}{2}",
        "",
        before.chars().count(),
        "^".repeat(value.chars().count())
    )
}

/// The first characters of a line, with a mark if there are more.
fn fitted(line: &str, most: usize) -> String {
    let chars: Vec<char> = line.chars().map(plain).collect();
    if chars.len() <= most {
        return chars.into_iter().collect();
    }
    chars
        .into_iter()
        .take(most.saturating_sub(1))
        .chain(['…'])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn under(text: &str, start: u64, end: u64) -> String {
        let mut to = Vec::new();
        underlined(text, start, end, &mut to).unwrap();
        String::from_utf8(to).unwrap()
    }

    #[test]
    fn carets_stand_under_the_value() {
        assert_eq!(
            under("to ada@x.org now", 3, 12),
            "  to ada@x.org now\n     ^^^^^^^^^\n"
        );
        assert_eq!(
            under("é\tü x", 5, 6),
            "  é·ü x\n    ^\n".replace("    ^", "     ^")
        );
        assert_eq!(under("first\nlast one", 6, 10), "  last one\n  ^^^^\n");
        let far = format!("{}secret{}", "a".repeat(200), "b".repeat(200));
        let shown = under(&far, 200, 206);
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines.iter().all(|line| line.chars().count() < WIDTH));
        let at = lines[0].find("secret").map(|at| lines[0][..at].chars().count());
        assert_eq!(at, lines[1].find('^'));
        assert_eq!(lines[1].matches('^').count(), 6);
    }

    #[test]
    fn lines_are_short_whatever_the_words() {
        for text in [
            "",
            "one",
            "one two three four",
            "a-very-long-word-that-fits-nowhere b",
            "  two  blanks",
        ] {
            let lines = wrapped(text, 9);
            assert!(lines.iter().all(|line| line.chars().count() <= 9), "{lines:?}");
            let kept = |text: &str| text.replace(' ', "");
            assert_eq!(kept(&lines.concat()), kept(text));
        }
        assert_eq!(wrapped("one two three", 9), ["one two", "three"]);
    }
}
