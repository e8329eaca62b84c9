//! One stream: the order of the rooms and nothing else.

use crate::{Error, Format, Plan, Receipt, Ruleset, Ruling, Sink, State, Step, View};

/// One stream. See the crate's example.
pub struct Redactor {}

impl Redactor {
    /// A stream in a framing.
    pub fn new(rules: &Ruleset, plan: &Plan, format: Format) -> Self {
        let _ = (rules, plan, format);
        Self {}
    }

    /// Takes the next chunk; what may leave goes to the sink before it returns.
    ///
    /// # Errors
    /// The stream is refused: what is held is destroyed, and every later call fails.
    pub fn push(&mut self, chunk: &[u8], sink: &mut dyn Sink) -> Result<Step, Error> {
        sink.pass(View::Caller, chunk);
        Ok(Step {
            consumed: chunk.len(),
            state: State::Ready,
        })
    }

    /// Ends the stream. Answers like [`Self::push`] until it is [`State::Ready`].
    ///
    /// # Errors
    /// As [`Self::push`]; also a stream cut short.
    pub fn finish(&mut self, sink: &mut dyn Sink) -> Result<Step, Error> {
        let _ = sink;
        Ok(Step {
            consumed: 0,
            state: State::Ready,
        })
    }

    /// Answers a pause. Then offer the rest of the chunk, or finish again.
    ///
    /// # Errors
    /// No pause waits, or the ruling is [`Ruling::Refuse`].
    pub fn rule(&mut self, ruling: Ruling) -> Result<(), Error> {
        let _ = ruling;
        Ok(())
    }

    /// Answers a call with the plan for its function. Then offer the rest of the chunk.
    ///
    /// # Errors
    /// No call waits.
    pub fn answer(&mut self, plan: &Plan) -> Result<(), Error> {
        let _ = plan;
        Ok(())
    }

    /// What happened to every byte so far; `complete` once [`Self::finish`] was ready.
    pub fn receipt(&self) -> Receipt {
        Receipt::default()
    }
}
