//! A rules file, parsed and checked but not yet compiled: one struct a table.

use super::{Draft, PlanRule, Reading};
use crate::detect::catalog;
use crate::{Action, Class, Confidence, Faults, Limits};

/// Reads what a rules file names (`extends`, `schema`): the engine itself has no files.
///
/// Given a path as written in the file and the name of the file that names it; the text, or why not.
///
/// ```
/// use lacuna::{Load, Ruleset};
///
/// let load: &mut Load<'_> = &mut |path, from| match path {
///     "base.toml" => Ok("extends = ['builtin:pii']".into()),
///     _ => Err(format!("{from} may not")),
/// };
/// assert!(Ruleset::compile("extends = ['base.toml']", "acme.toml", load).is_ok());
/// let faults = Ruleset::compile("extends = ['x.toml']", "acme.toml", load).map(drop).unwrap_err();
/// assert_eq!(faults.0[0].message, "cannot read `x.toml`: acme.toml may not");
/// ```
pub type Load<'a> = dyn FnMut(&str, &str) -> Result<String, String> + 'a;

/// Everything a rules file and what it extends say, merged: later tables win by id.
///
/// ```
/// use lacuna::{Action, Confidence, Source};
///
/// let file = "[thresholds]\npublic = 0.8\n[limits]\ndepth = 9\n[keys]\nfile = 'acme.key'\n";
/// let source = Source::parse(file, "acme.toml", &mut |_, _| Err("it names no other file".into()))?;
/// assert_eq!(source.classes[0], "public");
/// assert_eq!((source.treatments[0], source.thresholds[0]), (Action::Keep, Confidence::percent(80)));
/// assert_eq!((source.limits.depth, source.key_file.as_deref()), (9, Some("acme.key")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
    /// Other treatments for one direction or function.
    pub plans: Vec<PlanRule>,
    /// Limits.
    pub limits: Limits,
    /// `[keys] file`, as written.
    pub key_file: Option<String>,
}

/// One `[[detector]]`.
///
/// ```
/// use lacuna::Ruleset;
///
/// let file = r#"
///     [[detector]]
///     id = "acme-badge"
///     entity = "BADGE"
///     class = "restricted"
///     lead = 'badge: ?'
///     pattern = '[0-9]{5}'
///     examples = ["badge: 20481"]
///     counter_examples = ["room: 20481"]
/// "#;
/// let rules = Ruleset::compile(file, "acme.toml", &mut |_, _| Err("it names no other file".into()))?;
/// let rule = &rules.source().detectors[0];
/// assert_eq!((rule.lead.as_deref(), rule.at.1), (Some("badge: ?"), 2));
/// assert_eq!(rules.redact(rule.examples[0].as_bytes())?, b"badge: [BADGE]");
/// assert_eq!(rules.redact(rule.counter_examples[0].as_bytes())?, b"room: 20481");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct DetectorRule {
    /// Unique name: lower case, digits and hyphens.
    pub id: String,
    /// What the value is: upper case, digits and underscores.
    pub entity: String,
    /// How sensitive.
    pub class: Class,
    /// Who says what the value looks like: the public document that its pattern and check follow.
    pub source: Option<String>,
    /// A pattern that has to match directly before the value, and is not part of the finding: a label such as
    /// `password:`, which stays readable. An automaton cannot look behind, so what stands before is matched with
    /// the value and then left out; the two together are at most 2,048 bytes.
    pub lead: Option<String>,
    /// The value's pattern: bytes, ASCII classes and boundaries.
    pub pattern: String,
    /// What a match must have in it besides, to count.
    pub shape: Option<MatchShape>,
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
    /// Confidence without one where the value is all there is in its text: a field that
    /// has such a value alone is likelier to mean it than a sentence in which it occurs.
    pub alone_confidence: Confidence,
    /// Texts in which it must find something.
    pub examples: Vec<String>,
    /// Texts in which it must find nothing.
    pub counter_examples: Vec<String>,
    /// Where it stands, for faults: file, line, column.
    pub at: (String, u32, u32),
}

/// What a match must have in it to count. The engine looks for that, and for the pattern only where it is: so hundreds of
/// such detectors cost little more than one.
///
/// ```
/// use lacuna::Ruleset;
///
/// let file = r#"
///     [[detector]]
///     id = "acme-key"
///     entity = "ACME_KEY"
///     class = "restricted"
///     pattern = '\bak_[A-Za-z0-9]{16}\b'
///     shape = "mixed"
/// "#;
/// let rules = Ruleset::compile(file, "acme.toml", &mut |_, _| Err("it names no other file".into()))?;
/// assert_eq!(rules.redact(b"ak_dont4give8away2x and ak_notarandomstring")?, b"[ACME_KEY] and ak_notarandomstring");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MatchShape {
    /// Twelve ASCII letters and digits in a row that are of both kinds, in the first 48 bytes; or what a UUID begins with:
    /// eight hex digits, a dash, four hex digits and a dash. The pattern begins with
    /// `\b` and a letter, a digit or `_`, and the detector has neither a lead nor a run.
    Mixed,
}

/// What follows a run's prefix.
///
/// ```
/// use lacuna::Ruleset;
///
/// let file = r#"
///     [[detector]]
///     id = "acme-blob"
///     entity = "BLOB"
///     class = "restricted"
///     pattern = 'BLOB-[0-9]{4}'
///     run = { alphabet = "[0-9a-f;]", end = ";" }
/// "#;
/// let rules = Ruleset::compile(file, "acme.toml", &mut |_, _| Err("it names no other file".into()))?;
/// assert_eq!(rules.source().detectors[0].run.as_ref().and_then(|run| run.end.as_deref()), Some(";"));
/// let long = format!("BLOB-1234{}; BLOB-1234ff!", "0123456789abcdef".repeat(1000));
/// assert_eq!(rules.redact(long.as_bytes())?, b"[BLOB] [BLOB]!");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RunRule {
    /// One character class, as `[A-Za-z0-9_-]`: the run ends before the first character outside it.
    pub alphabet: String,
    /// A pattern the run ends with, mark included. The alphabet has its characters too.
    pub end: Option<String>,
}

/// How names compare.
///
/// ```
/// use lacuna::{Case, Ruleset};
///
/// let file = r#"
///     [[field]]
///     path = "$.pin"
///     class = "restricted"
///     [[field]]
///     path = "$.name"
///     class = "restricted"
///     case = "ignore"
/// "#;
/// let rules = Ruleset::compile(file, "acme.toml", &mut |_, _| Err("it names no other file".into()))?;
/// assert_eq!([0, 1].map(|number| rules.source().fields[number].case), [Case::Exact, Case::Ignore]);
/// assert_eq!(rules.redact(br#"{"PIN":"1","NAME":"Bob"}"#)?, br#"{"PIN":"1","NAME":"[NAME]"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Case {
    /// Byte for byte, decoded.
    #[default]
    Exact,
    /// ASCII letters alike.
    Ignore,
}

/// What a masked field of another type than string becomes.
///
/// ```
/// use lacuna::{FieldAs, Ruleset};
///
/// let file = r#"
///     [[field]]
///     path = "$.pin"
///     class = "restricted"
///     as = "string"
///     [[field]]
///     path = "$.age"
///     class = "restricted"
///     as = "null"
/// "#;
/// let rules = Ruleset::compile(file, "acme.toml", &mut |_, _| Err("it names no other file".into()))?;
/// assert_eq!(rules.source().fields[1].as_type, Some(FieldAs::Null));
/// assert_eq!(rules.redact(br#"{"pin":1234,"age":33}"#)?, br#"{"pin":"[PIN]","age":null}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldAs {
    /// A string.
    String,
    /// `null`.
    Null,
}

/// One `[[field]]`.
///
/// ```
/// use lacuna::{Case, FieldRule, Ruleset, Source};
///
/// let mut source = Source::builtin("empty")?;
/// source.fields.push(FieldRule {
///     path: "$..pin".into(),
///     function: None,
///     case: Case::Exact,
///     class: lacuna::Class(3),
///     entity: "PIN".into(),
///     as_type: None,
///     at: ("acme".into(), 1, 1),
/// });
/// let rules = Ruleset::from_source(source)?;
/// assert_eq!(rules.redact(br#"[{"pin":"12"},{"pin":34}]"#)?, br#"[{"pin":"[PIN]"},{"pin":0}]"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FieldRule {
    /// The path as written.
    pub path: String,
    /// The function at whose arguments it begins; without one it begins at the record.
    pub function: Option<String>,
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
///
/// ```
/// use lacuna::{AllowRule, Ruleset, Source};
///
/// let mut source = Source::builtin("default")?;
/// source.allow.push(AllowRule {
///     pattern: Some("[a-z]+@example[.]com".into()),
///     path: Some("$.from".into()),
///     ..AllowRule::default()
/// });
/// let rules = Ruleset::from_source(source)?;
/// let record = br#"{"from":"bob@example.com","to":"bob@example.com"}"#;
/// assert_eq!(rules.redact(record)?, br#"{"from":"bob@example.com","to":"[EMAIL]"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
    /// Where it stands, for faults: file, line, column.
    pub at: (String, u32, u32),
}

/// One `[[pause]]`.
///
/// ```
/// use lacuna::{Class, PauseTrigger, Source};
///
/// let file = "[[pause]]\nclass = 'restricted'\nfindings = 100\n[[pause]]\nbytes = 1000\n";
/// let source = Source::parse(file, "acme.toml", &mut |_, _| Err("it names no other file".into()))?;
/// assert_eq!((source.pauses[0].class, source.pauses[0].trigger.clone()), (Class(3), PauseTrigger::Findings(100)));
/// assert_eq!((source.pauses[1].class, source.pauses[1].at.1), (Class(0), 4));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PauseRule {
    /// Findings of this class or above count; every finding where none is named.
    pub class: Class,
    /// What is counted, and how much may pass.
    pub trigger: PauseTrigger,
    /// Where it stands, for faults: file, line, column.
    pub at: (String, u32, u32),
}

/// What is counted, and how much may pass: the next one pauses.
///
/// ```
/// use lacuna::{Class, Collect, Format, PauseRule, PauseTrigger, Plan, Redactor, Ruleset, Source, State};
///
/// let record = br#"["a@example.com","a@example.com","b@example.com"]"#;
/// for (trigger, at) in [
///     (PauseTrigger::Findings(1), 18),
///     (PauseTrigger::Distinct(1), 34),
///     (PauseTrigger::Records(1, "$[*]".into()), 17),
///     (PauseTrigger::Bytes(7), 7),
/// ] {
///     let mut source = Source::builtin("default")?;
///     source.pauses.push(PauseRule { class: Class(0), trigger, at: ("acme".into(), 1, 1) });
///     let rules = Ruleset::from_source(source)?;
///     let mut stream = Redactor::new(&rules, &Plan::new(&rules), Format::Json);
///     let step = stream.push(record, &mut Collect::default())?;
///     assert!(matches!(step.state, State::Paused(hold) if hold.at.0 == at));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
