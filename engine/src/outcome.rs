//! What a push answers.

use crate::{Class, Pos};

/// How far a push came.
///
/// ```
/// use lacuna::{Collect, Format, Plan, Redactor, Ruleset, Ruling, State};
///
/// let file = "extends = ['builtin:default']\n[[pause]]\nclass = 'confidential'\nfindings = 1\n";
/// let rules = Ruleset::compile(file, "pause.toml", &mut |_, _| Err("it names no other file".into()))?;
/// let mut stream = Redactor::new(&rules, &Plan::new(&rules), Format::Json);
/// let mut out = Collect::default();
/// let chunk = br#"["bob@example.com","eve@example.com"]"#;
/// let step = stream.push(chunk, &mut out)?;
/// assert!(matches!(step.state, State::Paused(_)));
/// stream.rule(Ruling::Mask)?;
/// let step = stream.push(&chunk[step.consumed..], &mut out)?;
/// assert_eq!(step.state, State::Ready);
/// assert_eq!(out.caller, br#"["[EMAIL]","[EMAIL]"]"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a paused stream needs a ruling, and the rest of the chunk must be offered again"]
pub struct Step {
    /// Bytes of the chunk the engine is done with: offer `chunk[consumed..]` again after an answer.
    ///
    /// Invariant: equal to the chunk's length if `state` is [`State::Ready`].
    pub consumed: usize,
    /// What the stream waits for.
    pub state: State,
}

/// What a stream waits for.
///
/// ```
/// use lacuna::{Collect, Format, Plan, Redactor, Ruleset, State};
///
/// # let file = "extends = ['builtin:default']\n[[pause]]\nclass = 'confidential'\nfindings = 1\n";
/// # let rules = Ruleset::compile(file, "pause.toml", &mut |_, _| Err("it names no other file".into()))?;
/// # let mut stream = Redactor::new(&rules, &Plan::new(&rules), Format::Json);
/// # let mut out = Collect::default();
/// let state = stream.push(br#"["bob@example.com""#, &mut out)?.state;
/// assert_eq!(state, State::Ready, "one is allowed");
/// let state = stream.push(br#","eve@example.com""#, &mut out)?.state;
/// assert!(matches!(state, State::Paused(hold) if hold.path == "$[1]"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The next chunk.
    Ready,
    /// A ruling: `Redactor::rule`.
    Paused(Hold),
    /// A plan for the function just read: `Redactor::answer`.
    Call(Function),
}

/// A pause: the finding at which an allowance ran out. Exactly the bytes before the pause unit have left.
///
/// ```
/// use lacuna::{Collect, Format, Hold, Plan, Pos, Redactor, Ruleset, State};
///
/// # let file = "extends = ['builtin:default']\n[[pause]]\nclass = 'confidential'\nfindings = 1\n";
/// # let rules = Ruleset::compile(file, "pause.toml", &mut |_, _| Err("it names no other file".into()))?;
/// # let mut stream = Redactor::new(&rules, &Plan::new(&rules), Format::Json);
/// # let mut out = Collect::default();
/// let step = stream.push(br#"["bob@example.com","eve@example.com"]"#, &mut out)?;
/// let hold = Hold {
///     rule: 0,
///     record: 0,
///     path: "$[1]".into(),
///     detector: "email".into(),
///     class: rules.class("confidential").ok_or("no such class")?,
///     at: Pos(20),
///     count: 2,
/// };
/// assert_eq!(step.state, State::Paused(hold));
/// assert_eq!(out.caller, br#"["[EMAIL]",""#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Which `[[pause]]` of the rule set, from 0.
    pub rule: usize,
    /// The document, line or event.
    pub record: u64,
    /// The path of the finding, with masked keys as their replacements.
    pub path: String,
    /// The detector.
    pub detector: String,
    /// The class of the finding.
    pub class: Class,
    /// The first byte that waits.
    pub at: Pos,
    /// What was counted, this finding included: findings, distinct values, records or bytes.
    pub count: u64,
}

/// A function a stream calls, as its profile names it.
///
/// ```
/// use lacuna::{Action, Class, Function, Plan, Pos, Ruleset};
///
/// let rules = Ruleset::builtin("default")?;
/// let plan = Plan::new(&rules).with_function("lookup", vec![Action::Keep; 4]);
/// let function = Function { name: "lookup".into(), record: 0, at: Pos(16) };
/// assert_eq!(plan.treatment(Class(3)), Action::Placeholder);
/// assert_eq!(plan.for_function(&function.name).treatment(Class(3)), Action::Keep);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// The name, decoded.
    pub name: String,
    /// The document, line or event.
    pub record: u64,
    /// The first byte after the name.
    pub at: Pos,
}
