//! One stream from an input to a sink: read a chunk, push it, answer what the engine asks.

use super::exit::Failure;
use super::input::{Input, Liveness};
use super::options::PauseWord;
use super::output::Output;
use lacuna::{Finding, Hold, PauseTrigger, Plan, Redactor, Ruleset, Ruling, Sink, State, Step, View};
use std::io::{self, Write};

/// Where the body and the findings of a stream go. A sink cannot fail, so the first error waits here.
pub struct Outputs {
    body: Option<Output>,
    findings: Vec<Output>,
    count: u64,
    line: Vec<u8>,
    error: Option<Failure>,
}

impl Outputs {
    /// A body, which a scan has not, and every place where findings are listed.
    pub fn new(body: Option<Output>, findings: Vec<Output>) -> Self {
        Self {
            body,
            findings,
            count: 0,
            line: Vec::new(),
            error: None,
        }
    }

    /// How many findings there were.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Writes to the body; after an error nothing more is written.
    fn write(&mut self, view: View, bytes: &[u8]) {
        if let (View::Caller, Some(body), None) = (view, &mut self.body, &self.error)
            && let Err(error) = body.write_all(bytes)
        {
            self.error = Some(body.failure(error));
        }
    }

    /// The first error since the last call.
    ///
    /// # Errors
    /// That one.
    pub fn check(&mut self) -> Result<(), Failure> {
        self.error.take().map_or(Ok(()), Err)
    }

    /// Writes everything collected.
    pub fn flush(&mut self) -> Result<(), Failure> {
        self.check()?;
        self.body
            .iter_mut()
            .chain(&mut self.findings)
            .try_for_each(Output::flush)
    }

    /// Flushes, and gives every file its name.
    pub fn commit(mut self) -> Result<(), Failure> {
        self.flush()?;
        self.body
            .into_iter()
            .chain(self.findings)
            .try_for_each(Output::commit)
    }
}

impl Sink for Outputs {
    fn pass(&mut self, view: View, bytes: &[u8]) {
        self.write(view, bytes);
    }

    fn put(&mut self, view: View, bytes: &[u8]) {
        self.write(view, bytes);
    }

    fn finding(&mut self, finding: &Finding<'_>) {
        self.count += 1;
        if self.error.is_some() || self.findings.is_empty() {
            return;
        }
        self.line.clear();
        let made = serde_json::to_writer(&mut self.line, finding).map_err(io::Error::from);
        self.line.push(b'\n');
        for output in &mut self.findings {
            let written = match &made {
                Ok(()) => output.write_all(&self.line),
                Err(error) => Err(io::Error::new(
                    error.kind(),
                    "a finding could not be written as JSON",
                )),
            };
            if let Err(error) = written {
                self.error = Some(output.failure(error));
                return;
            }
        }
    }

    fn wants_details(&self) -> bool {
        !self.findings.is_empty()
    }
}

/// One stream and what answers for it.
pub struct Stream<'a> {
    /// The engine's side.
    pub redactor: Redactor,
    /// Its rules: a pause is named by them.
    pub rules: &'a Ruleset,
    /// Its plan: functions have their own in it.
    pub plan: &'a Plan,
    /// What answers a pause.
    pub on_pause: PauseWord,
}

impl Stream<'_> {
    /// Runs the stream to its end.
    ///
    /// # Errors
    /// Refused by the engine or by a pause; or a file failed. What had left is flushed either way.
    pub fn run(&mut self, input: &mut Input, chunk: usize, to: &mut Outputs) -> Result<(), Failure> {
        let ran = self.pump(input, chunk, to);
        let flushed = to.flush();
        ran.and(flushed)
    }

    fn pump(&mut self, input: &mut Input, chunk: usize, to: &mut Outputs) -> Result<(), Failure> {
        let mut buffer = vec![0; chunk];
        loop {
            let count = input.read(&mut buffer)?;
            if count == 0 {
                return self.finish(to);
            }
            self.push(buffer.get(..count).unwrap_or_default(), to)?;
            if input.liveness() == Liveness::Live {
                to.flush()?;
            }
        }
    }

    fn push(&mut self, mut chunk: &[u8], to: &mut Outputs) -> Result<(), Failure> {
        loop {
            let Step { consumed, state } = self.redactor.push(chunk, to)?;
            to.check()?;
            chunk = chunk.get(consumed..).unwrap_or_default();
            if self.answer(state)? == Answered::Ready {
                return Ok(());
            }
        }
    }

    fn finish(&mut self, to: &mut Outputs) -> Result<(), Failure> {
        loop {
            let Step { state, .. } = self.redactor.finish(to)?;
            to.check()?;
            if self.answer(state)? == Answered::Ready {
                return Ok(());
            }
        }
    }

    fn answer(&mut self, state: State) -> Result<Answered, Failure> {
        match state {
            State::Ready => return Ok(Answered::Ready),
            State::Call(function) => self.redactor.answer(&self.plan.for_function(&function.name))?,
            State::Paused(hold) => match self.on_pause {
                PauseWord::Mask => self.redactor.rule(Ruling::Mask)?,
                PauseWord::Refuse => {
                    // The engine destroys what is held and answers with its own refusal; the rule says more.
                    let _ = self.redactor.rule(Ruling::Refuse);
                    return Err(Failure::Refused(self.refusal(&hold)));
                }
            },
        }
        Ok(Answered::Again)
    }

    /// Names the rule and the path of a pause, never the value.
    fn refusal(&self, hold: &Hold) -> String {
        let trigger = match self
            .rules
            .source()
            .pauses
            .get(hold.rule)
            .map(|rule| &rule.trigger)
        {
            Some(PauseTrigger::Findings(most)) => format!("more than {most} findings"),
            Some(PauseTrigger::Distinct(most)) => format!("more than {most} distinct values"),
            Some(PauseTrigger::Records(most, path)) => format!("more than {most} records at {path}"),
            Some(PauseTrigger::Bytes(most)) => format!("more than {most} bytes"),
            None => "an allowance ran out".to_owned(),
        };
        format!(
            "pause rule {} ({trigger}) met by {} at {} ({}), {}, record {} (hint: --on-pause mask masks it and goes on)",
            hold.rule,
            hold.detector,
            hold.path,
            self.rules.class_name(hold.class),
            hold.at,
            hold.record
        )
    }
}

/// Whether a stream needs the rest of its chunk again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answered {
    /// It waits for the next chunk.
    Ready,
    /// It was answered: offer the rest, or finish again.
    Again,
}
