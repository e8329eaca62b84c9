//! What a push answers.

use crate::{Class, Pos};

/// How far a push came.
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// The name, decoded.
    pub name: String,
    /// The document, line or event.
    pub record: u64,
    /// The first byte after the name.
    pub at: Pos,
}
