//! A rules file, parsed and checked but not yet compiled: one struct a table.

use super::{Draft, Reading};
use crate::detect::catalog;
use crate::{Action, Class, Confidence, Faults, Limits};

/// Reads what a rules file names (`extends`, `schema`): the engine itself has no files.
///
/// Given a path as written in the file and the name of the file that names it; the text, or why not.
pub type Load<'a> = dyn FnMut(&str, &str) -> Result<String, String> + 'a;

/// Everything a rules file and what it extends say, merged: later tables win by id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Source {
    /// Class names, least sensitive first.
    pub classes: Vec<String>,
    /// One action for each class, in the same order.
    pub treatments: Vec<Action>,
    /// The least confidence at which a finding of each class is reported, in the same order.
    pub thresholds: Vec<Confidence>,
    /// Detectors in rule order.
    pub detectors: Vec<DetectorRule>,
    /// Field rules in rule order.
    pub fields: Vec<FieldRule>,
    /// Exceptions.
    pub allow: Vec<AllowRule>,
    /// Pauses.
    pub pauses: Vec<PauseRule>,
    /// Limits.
    pub limits: Limits,
    /// `[keys] file`, as written.
    pub key_file: Option<String>,
}

/// One `[[detector]]`.
#[derive(Clone, Debug, PartialEq)]
pub struct DetectorRule {
    /// Unique name: lower case, digits and hyphens.
    pub id: String,
    /// What the value is: upper case, digits and underscores.
    pub entity: String,
    /// How sensitive.
    pub class: Class,
    /// A pattern that has to match directly before the value, and is not part of the finding: a label such as
    /// `password:`, which stays readable. An automaton cannot look behind, so what stands before is matched with
    /// the value and then left out; the two together are at most 2,048 bytes.
    pub lead: Option<String>,
    /// The value's pattern: bytes, ASCII classes and boundaries.
    pub pattern: String,
    /// Words that raise the confidence when one of them is near: lower case.
    pub context: Vec<String>,
    /// How many characters after the match may hold a context word (at most 32).
    pub context_after: u8,
    /// Ids of detectors whose overlapping findings this one explains away.
    pub explains: Vec<String>,
    /// The name of a check in `detect/check`.
    pub check: Option<String>,
    /// For a value without a longest form: what follows the pattern, which is then only its prefix.
    pub run: Option<RunRule>,
    /// Confidence without a context word.
    pub confidence: Confidence,
    /// Confidence with one.
    pub context_confidence: Confidence,
    /// Texts in which it must find something.
    pub examples: Vec<String>,
    /// Texts in which it must find nothing.
    pub counter_examples: Vec<String>,
    /// Where it stands, for faults: file, line, column.
    pub at: (String, u32, u32),
}

/// What follows a run's prefix.
#[derive(Clone, Debug, PartialEq)]
pub struct RunRule {
    /// One character class, as `[A-Za-z0-9_-]`: the run ends before the first character outside it.
    pub alphabet: String,
    /// A pattern the run ends with, mark included.
    pub end: Option<String>,
}

/// How names compare.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Case {
    /// Byte for byte, decoded.
    #[default]
    Exact,
    /// ASCII letters alike.
    Ignore,
}

/// What a masked field of another type than string becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldAs {
    /// A string.
    String,
    /// `null`.
    Null,
}

/// One `[[field]]`.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldRule {
    /// The path as written.
    pub path: String,
    /// How its names compare.
    pub case: Case,
    /// How sensitive.
    pub class: Class,
    /// What the value is; by default the last name of the path in upper case, or `FIELD`.
    pub entity: String,
    /// What a value that is no string becomes.
    pub as_type: Option<FieldAs>,
    /// Where it stands, for faults: file, line, column.
    pub at: (String, u32, u32),
}

/// One `[[allow]]`: a finding that meets all of its conditions is none. Invariant: at least one condition.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AllowRule {
    /// The whole decoded value.
    pub value: Option<String>,
    /// A pattern that matches the whole decoded value.
    pub pattern: Option<String>,
    /// A path, as in a field rule.
    pub path: Option<String>,
    /// A detector's id.
    pub detector: Option<String>,
}

/// One `[[pause]]`.
#[derive(Clone, Debug, PartialEq)]
pub struct PauseRule {
    /// Findings of this class or above count; every finding where none is named.
    pub class: Class,
    /// What is counted, and how much may pass.
    pub trigger: PauseTrigger,
}

/// What is counted, and how much may pass: the next one pauses.
#[derive(Clone, Debug, PartialEq)]
pub enum PauseTrigger {
    /// Findings.
    Findings(u64),
    /// Distinct values.
    Distinct(u64),
    /// Elements at a path.
    Records(u64, String),
    /// Bytes of input.
    Bytes(u64),
}

impl Source {
    /// One of the built-in rule sets: `default`, `secrets`, `pii`, `strict`, `empty`.
    ///
    /// # Errors
    /// A name that is none of them.
    ///
    /// ```
    /// let secrets = lacuna::Source::builtin("secrets")?;
    /// assert!(secrets.detectors.iter().any(|detector| detector.id == "github-token"));
    /// # Ok::<(), lacuna::Faults>(())
    /// ```
    pub fn builtin(name: &str) -> Result<Self, Faults> {
        match catalog::draft(name) {
            Ok(draft) => Ok(draft.clone().finish()),
            Err(faults) => Err(faults),
        }
    }

    /// Parses and checks a rules file's text. `file` names it in faults; `load` reads the files it names. A file
    /// without `extends` extends nothing.
    ///
    /// # Errors
    /// Every mistake in it, and in the files it extends, at once. A text that is no TOML has one.
    ///
    /// ```
    /// use lacuna::{Action, Source};
    /// let text = r#"
    /// extends = ["builtin:secrets"]
    /// [[detector]]
    /// id = "acme-employee"
    /// entity = "EMPLOYEE_ID"
    /// class = "confidential"
    /// pattern = 'EMP-[0-9]{6}'
    /// [treatment]
    /// confidential = { keep_last = 4 }
    /// "#;
    /// let source = Source::parse(text, "rules.toml", &mut |path, _from| Err(format!("no {path}")))?;
    /// assert_eq!(source.detectors.last().map(|detector| detector.id.as_str()), Some("acme-employee"));
    /// assert_eq!(source.treatments[2], Action::KeepLast(4));
    ///
    /// let faults = Source::parse("[[feild]]", "rules.toml", &mut |_, _| Err(String::new())).unwrap_err();
    /// assert_eq!(
    ///     faults.to_string(),
    ///     "rules.toml:1:3: unknown key `feild` in a rules file (hint: did you mean `field`?)",
    /// );
    /// # Ok::<(), lacuna::Faults>(())
    /// ```
    pub fn parse(text: &str, file: &str, load: &mut Load<'_>) -> Result<Self, Faults> {
        let mut reading = Reading::new(load, catalog::ids());
        reading.file(text, file);
        reading.finish().map(Draft::finish).map_err(Faults)
    }
}
