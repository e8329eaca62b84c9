//! A body that is searched while it passes.
//!
//! It pulls one frame from the inner body only when it is polled and has nothing left to yield, so that
//! backpressure reaches the sender; what it keeps is what the engine holds and the output of one push.

use super::exchange::{Direction, Exchange, Refusal, Side};
use super::spliced::Spliced;
use crate::transport::BodyError;
use bytes::Bytes;
use hyper::body::{Body, Frame};
use lacuna::{Error, Plan, Redactor, Ruleset, Ruling, State};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// A body whose bytes go through the engine as they arrive.
///
/// An error of the engine or of the inner body is yielded as an error, after everything that had left: the
/// connection is then aborted and what is held is destroyed. Trailers are dropped: nothing in them is searched.
pub struct Masked<B> {
    inner: B,
    rules: Ruleset,
    plan: Plan,
    redactor: Redactor,
    out: Spliced,
    phase: Phase,
    input: u64,
    output: u64,
    direction: Direction,
    exchange: Arc<Exchange>,
}

/// What a poll of a body answers.
type Polled = Poll<Option<Result<Frame<Bytes>, BodyError>>>;

/// How far a body has come.
enum Phase {
    /// More may come from the inner body.
    Open,
    /// The stream is over and in order.
    Complete,
    /// It failed; the error comes after the output, at the second poll from here.
    Failing(BodyError),
    /// The output has been handed over; the next poll fails. The poll between lets the connection write what
    /// had left: it drops its buffer as soon as it sees an error.
    Draining(BodyError),
    /// The error was yielded.
    Failed,
}

impl<B> Masked<B> {
    /// A body of an exchange.
    pub fn new(
        inner: B,
        (rules, plan): (&Ruleset, &Plan),
        redactor: Redactor,
        direction: Direction,
        exchange: Arc<Exchange>,
    ) -> Self {
        Self {
            inner,
            rules: rules.clone(),
            plan: plan.clone(),
            redactor,
            out: Spliced::default(),
            phase: Phase::Open,
            input: 0,
            output: 0,
            direction,
            exchange,
        }
    }

    /// Pushes a frame's bytes; what leaves is in `out`.
    fn push(&mut self, chunk: Bytes) -> Result<(), Refusal> {
        self.input += chunk.len() as u64;
        let mut rest = chunk;
        loop {
            self.out.begin(rest.clone());
            let pushed = self.redactor.push(&rest, &mut self.out);
            self.out.end();
            let step = pushed.map_err(Refusal::Engine)?;
            rest = rest.slice(step.consumed.min(rest.len())..);
            if self.answer(step.state)? == Answered::Ready {
                return Ok(());
            }
        }
    }

    /// Ends the stream; what leaves is in `out`.
    fn finish(&mut self) -> Result<(), Refusal> {
        loop {
            self.out.begin(Bytes::new());
            let finished = self.redactor.finish(&mut self.out);
            self.out.end();
            let step = finished.map_err(Refusal::Engine)?;
            if self.answer(step.state)? == Answered::Ready {
                return Ok(());
            }
        }
    }

    /// Answers what the engine asks. Nobody can rule here yet, and silence is a refusal.
    fn answer(&mut self, state: State) -> Result<Answered, Refusal> {
        match state {
            State::Ready => Ok(Answered::Ready),
            State::Call(function) => {
                let answered: Result<(), Error> =
                    self.redactor.answer(&self.plan.for_function(&function.name));
                answered.map(|()| Answered::Again).map_err(Refusal::Engine)
            }
            State::Paused(hold) => {
                let _ = self.redactor.rule(Ruling::Refuse);
                let class = self.rules.class_name(hold.class).to_owned();
                Err(Refusal::Pause { hold, class })
            }
        }
    }

    /// Notes why the body ends early.
    fn refuse(&mut self, refusal: Refusal) {
        self.exchange.refuse(refusal.clone());
        self.phase = Phase::Failing(Box::new(refusal));
    }
}

/// Whether a stream needs the rest of its chunk again.
#[derive(PartialEq, Eq)]
enum Answered {
    /// It waits for the next chunk.
    Ready,
    /// It was answered: offer the rest, or finish again.
    Again,
}

impl<B> Body for Masked<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<BodyError>,
{
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Polled {
        let this = self.get_mut();
        loop {
            if let Some(bytes) = this.out.next() {
                this.output += bytes.len() as u64;
                return Poll::Ready(Some(Ok(Frame::data(bytes))));
            }
            match std::mem::replace(&mut this.phase, Phase::Failed) {
                Phase::Open => this.phase = Phase::Open,
                Phase::Complete => {
                    this.phase = Phase::Complete;
                    return Poll::Ready(None);
                }
                Phase::Failing(error) => {
                    this.phase = Phase::Draining(error);
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Phase::Draining(error) => return Poll::Ready(Some(Err(error))),
                Phase::Failed => return Poll::Ready(None),
            }
            match ready!(Pin::new(&mut this.inner).poll_frame(cx)) {
                Some(Ok(frame)) => {
                    if let Ok(chunk) = frame.into_data()
                        && let Err(refusal) = this.push(chunk)
                    {
                        this.refuse(refusal);
                    }
                }
                Some(Err(error)) => this.phase = Phase::Failing(error.into()),
                None => match this.finish() {
                    Ok(()) => this.phase = Phase::Complete,
                    Err(refusal) => this.refuse(refusal),
                },
            }
        }
    }
}

impl<B> Drop for Masked<B> {
    fn drop(&mut self) {
        let side = Side {
            input: self.input,
            output: self.output,
            findings: self.out.findings(),
            receipt: self.redactor.receipt(),
            complete: matches!(self.phase, Phase::Complete),
        };
        self.exchange.end(self.direction, side);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::{HeaderMap, Method};
    use lacuna::Format;
    use std::collections::VecDeque;
    use std::sync::Mutex;
    use std::task::Waker;

    /// An inner body as a list of what each poll answers.
    struct Script(VecDeque<Polled>);

    impl Body for Script {
        type Data = Bytes;
        type Error = BodyError;

        fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Polled {
            self.0.pop_front().unwrap_or(Poll::Ready(None))
        }
    }

    fn data(text: &'static str) -> Polled {
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(text.as_bytes())))))
    }

    /// Polls a body to its end: its bytes, how it ended, and what was told of it.
    fn run(script: impl IntoIterator<Item = Polled>) -> (String, bool, Side) {
        let told = Arc::new(Mutex::new(None));
        let keep = Arc::clone(&told);
        let tell: crate::pipeline::Tell =
            Arc::new(move |report| *keep.lock().unwrap() = report.request.clone());
        let exchange = Exchange::begin(Method::POST, String::new(), tell);
        let rules = Ruleset::builtin("default").unwrap();
        let plan = Plan::new(&rules);
        let stream = Redactor::new(&rules, &plan, Format::Json);
        let inner = Script(script.into_iter().collect());
        let mut body = Masked::new(inner, (&rules, &plan), stream, Direction::Request, exchange);
        let mut cx = Context::from_waker(Waker::noop());
        let mut text = Vec::new();
        let clean = loop {
            match Pin::new(&mut body).poll_frame(&mut cx) {
                Poll::Pending => {}
                Poll::Ready(None) => break true,
                Poll::Ready(Some(Err(_))) => break false,
                Poll::Ready(Some(Ok(frame))) => {
                    let bytes = frame.into_data().expect("only data is yielded");
                    assert!(!bytes.is_empty(), "an empty frame would end a chunked body");
                    text.extend_from_slice(&bytes);
                }
            }
        };
        drop(body);
        let side = told.lock().unwrap().take().expect("the exchange is told");
        (String::from_utf8(text).unwrap(), clean, side)
    }

    #[test]
    fn frames_become_one_body() {
        let script = [data("{\"a\""), Poll::Pending, data(""), data(":[1"), data(",2]}")];
        let (text, clean, side) = run(script);
        assert_eq!((text.as_str(), clean), ("{\"a\":[1,2]}", true));
        assert_eq!((side.input, side.output, side.complete), (11, 11, true));
    }

    #[test]
    fn trailers_are_dropped() {
        let mut trailers = HeaderMap::new();
        trailers.insert("digest", "sha-256=x".parse().unwrap());
        let (text, clean, _) = run([data("[]"), Poll::Ready(Some(Ok(Frame::trailers(trailers))))]);
        assert_eq!((text.as_str(), clean), ("[]", true));
    }

    #[test]
    fn a_broken_body_stays_broken() {
        let (_, clean, side) = run([data("[1,"), Poll::Ready(Some(Err("broken".into())))]);
        assert!(!clean && !side.complete);
    }
}
