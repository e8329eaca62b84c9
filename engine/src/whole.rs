//! A whole buffer at once: for those who have one and want no sink.

use crate::{Error, ErrorKind, Finding, FindingOwned, Format, Plan, Redactor, Ruleset, Sink, State, View};
use std::collections::VecDeque;

/// Bytes that are pushed before the findings so far are handed out.
const CHUNK: usize = 64 << 10;

impl Ruleset {
    /// Masks a buffer as the rules say, whatever it is: JSON documents, server-sent events or text, as
    /// [`Format::Auto`] tells them apart.
    ///
    /// ```
    /// let rules = lacuna::Ruleset::builtin("default")?;
    /// assert_eq!(rules.redact(b"write to bob@example.com")?, b"write to [EMAIL]");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Redactor::redact`].
    pub fn redact(&self, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        Redactor::new(self, &Plan::new(self), Format::Auto).redact(bytes)
    }

    /// What the rules find in a buffer, whatever it is.
    ///
    /// ```
    /// let rules = lacuna::Ruleset::builtin("default")?;
    /// for finding in rules.findings(br#"{"mail":"bob@example.com"}"#) {
    ///     let finding = finding?;
    ///     assert_eq!((finding.path.as_str(), finding.raw_start, finding.raw_end), ("$.mail", 9, 24));
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn findings<'a>(&self, bytes: &'a [u8]) -> Findings<'a> {
        Redactor::new(self, &Plan::new(self), Format::Auto).findings(bytes)
    }
}

impl Redactor {
    /// Masks a buffer: the caller's view of it. The stream begins and ends with it.
    ///
    /// ```
    /// use lacuna::{Format, Plan, Redactor, Ruleset};
    ///
    /// let rules = Ruleset::builtin("default")?;
    /// let stream = Redactor::new(&rules, &Plan::new(&rules), Format::Json);
    /// assert_eq!(stream.redact(br#"{"card":4111111111111111}"#)?, br#"{"card":0}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The stream is refused. Where the rules would pause it is too: here is nobody to ask.
    pub fn redact(mut self, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        let mut out = Caller {
            bytes: Vec::with_capacity(bytes.len()),
        };
        push_all(&mut self, bytes, &mut out)?;
        finish(&mut self, &mut out)?;
        Ok(out.bytes)
    }

    /// The findings in a buffer, in the order in which they become final. The stream begins and ends with it; nothing
    /// is read before it is asked for.
    ///
    /// ```
    /// use lacuna::{Format, Plan, Redactor, Ruleset};
    ///
    /// let rules = Ruleset::builtin("default")?;
    /// let stream = Redactor::new(&rules, &Plan::new(&rules), Format::Ndjson);
    /// let found: Vec<_> = stream.findings(b"[\"a@example.com\"]\n[\"b@example.com\"]\n").collect::<Result<_, _>>()?;
    /// assert_eq!((found[0].record, found[1].record), (0, 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn findings(self, bytes: &[u8]) -> Findings<'_> {
        Findings {
            stream: Some(self),
            rest: bytes,
            found: Found::default(),
            error: None,
        }
    }
}

/// The findings in a buffer: an iterator that ends with the first error.
///
/// Made by [`Ruleset::findings`] and [`Redactor::findings`].
///
/// ```
/// let rules = lacuna::Ruleset::builtin("default")?;
/// let mut found = rules.findings(br#"["bob@example.com"}"#);
/// assert_eq!(found.next().ok_or("nothing found")??.path, "$[0]");
/// assert_eq!(found.next().ok_or("no error")?.unwrap_err().at.0, 18);
/// assert!(found.next().is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Findings<'a> {
    /// `None` once it has ended.
    stream: Option<Redactor>,
    rest: &'a [u8],
    found: Found,
    /// Why it has ended, if it was refused: told behind what was found before.
    error: Option<Error>,
}

impl Iterator for Findings<'_> {
    type Item = Result<FindingOwned, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(finding) = self.found.0.pop_front() {
                return Some(Ok(finding));
            }
            let Some(stream) = &mut self.stream else {
                return self.error.take().map(Err);
            };
            let (chunk, rest) = self.rest.split_at(self.rest.len().min(CHUNK));
            self.rest = rest;
            let done = if chunk.is_empty() {
                finish(stream, &mut self.found).map(|()| self.stream = None)
            } else {
                push_all(stream, chunk, &mut self.found)
            };
            if let Err(error) = done {
                self.stream = None;
                self.error = Some(error);
            }
        }
    }
}

/// Pushes all of a chunk; a pause refuses, and a call is answered as the stream's own plan says.
pub(crate) fn push_all(stream: &mut Redactor, mut chunk: &[u8], sink: &mut dyn Sink) -> Result<(), Error> {
    loop {
        let step = stream.push(chunk, sink)?;
        chunk = chunk.get(step.consumed..).unwrap_or_default();
        if go_on(stream, &step.state)? == Answered::Ready {
            return Ok(());
        }
    }
}

/// Ends a stream, likewise.
pub(crate) fn finish(stream: &mut Redactor, sink: &mut dyn Sink) -> Result<(), Error> {
    loop {
        let step = stream.finish(sink)?;
        if go_on(stream, &step.state)? == Answered::Ready {
            return Ok(());
        }
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

fn go_on(stream: &mut Redactor, state: &State) -> Result<Answered, Error> {
    match state {
        State::Ready => Ok(Answered::Ready),
        State::Paused(hold) => {
            let refused = Error {
                kind: ErrorKind::Refused,
                at: hold.at,
                record: hold.record,
            };
            // It ends the stream and says the same.
            Err(stream.rule(crate::Ruling::Refuse).err().unwrap_or(refused))
        }
        State::Call(function) => {
            let plan = stream.plan().for_function(&function.name);
            stream.answer(&plan).map(|()| Answered::Again)
        }
    }
}

/// Keeps the caller's view.
struct Caller {
    bytes: Vec<u8>,
}

impl Sink for Caller {
    fn pass(&mut self, view: View, bytes: &[u8]) {
        self.put(view, bytes);
    }

    fn put(&mut self, view: View, bytes: &[u8]) {
        if view == View::Caller {
            self.bytes.extend_from_slice(bytes);
        }
    }

    fn wants_details(&self) -> bool {
        false
    }
}

/// Keeps the findings.
#[derive(Default)]
struct Found(VecDeque<FindingOwned>);

impl Sink for Found {
    fn pass(&mut self, _: View, _: &[u8]) {}

    fn put(&mut self, _: View, _: &[u8]) {}

    fn finding(&mut self, finding: &Finding<'_>) {
        self.0.push_back(finding.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SenderError;

    #[test]
    fn findings_before_an_error_come_first_and_nothing_after() {
        let rules = Ruleset::builtin("default").unwrap();
        let long = [
            b"[\"bob@example.com\",".to_vec(),
            b" ".repeat(3 * CHUNK),
            b"\"eve@example.com\"}".to_vec(),
        ]
        .concat();
        let stream = Redactor::new(&rules, &Plan::new(&rules), Format::Json);
        let found: Vec<_> = stream.findings(&long).collect();
        let kinds: Vec<_> = found
            .iter()
            .map(|one| one.as_ref().map(|one| one.raw_start))
            .collect();
        let eve = (long.len() - 17) as u64;
        let error = kinds[2].unwrap_err();
        assert_eq!(kinds[..2], [Ok(2), Ok(eve)]);
        assert_eq!(error.kind, ErrorKind::Sender(SenderError::MismatchedBracket));
        assert_eq!((error.at.0, kinds.len()), (long.len() as u64 - 1, 3));
    }

    #[test]
    fn a_pause_refuses_what_is_whole() {
        let text = "extends = ['builtin:default']\n[[pause]]\nfindings = 1\n";
        let rules = Ruleset::compile(text, "pause.toml", &mut |_, _| unreachable!()).unwrap();
        let error = rules
            .redact(br#"["bob@example.com","eve@example.com"]"#)
            .unwrap_err();
        assert_eq!(error.kind, ErrorKind::Refused);
    }
}
