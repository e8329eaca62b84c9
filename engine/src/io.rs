//! Streams as the standard library has them: what is read or written is masked on the way.
//!
//! The engine itself does no I/O; these two wrap somebody's.

use crate::whole::{finish, push_all};
use crate::{Error, Finding, Receipt, Redactor, Sink, View};
use std::io::{self, ErrorKind, Read, Write};

/// Bytes that are read at once.
const CHUNK: usize = 64 << 10;

/// Reads from another reader, masked.
///
/// ```
/// use lacuna::{Format, Plan, Reader, Redactor, Ruleset};
/// use std::io::Read;
///
/// let rules = Ruleset::builtin("default")?;
/// let file = &br#"{"mail":"bob@example.com"}"#[..];
/// let mut masked = String::new();
/// Reader::new(Redactor::new(&rules, &Plan::new(&rules), Format::Auto), file).read_to_string(&mut masked)?;
/// assert_eq!(masked, r#"{"mail":"[EMAIL]"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Those of the other reader; one of kind [`ErrorKind::InvalidData`] that holds an [`Error`] where the stream is refused,
/// each time it is read from then on: what had left before stays. Where the rules would pause, that refuses.
pub struct Reader<'f, R> {
    inner: R,
    masked: Masked<'f>,
    chunk: Vec<u8>,
    /// How much of the masked bytes was read.
    read: usize,
}

/// Writes to another writer, masked.
///
/// What is held is written when it is decided, at the latest by [`Writer::finish`]; without that it is destroyed.
///
/// ```
/// use lacuna::{Format, Plan, Redactor, Ruleset, Writer};
/// use std::io::Write;
///
/// let rules = Ruleset::builtin("default")?;
/// let mut findings = 0;
/// let mut file = Writer::new(Redactor::new(&rules, &Plan::new(&rules), Format::Text), Vec::new())
///     .on_finding(|_| findings += 1);
/// file.write_all(b"write to bob@exam")?;
/// file.write_all(b"ple.com")?;
/// let (file, receipt) = file.finish()?;
/// assert_eq!(file, b"write to [EMAIL]");
/// assert_eq!((findings, receipt.masked), (1, 15));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`Reader`] has them; and those of the other writer, after which what it did not take is lost: every later call fails
/// too, so that there is no gap in what it has.
pub struct Writer<'f, W> {
    inner: W,
    masked: Masked<'f>,
}

/// What is called with each finding.
type OnFinding<'f> = Box<dyn FnMut(&Finding<'_>) + Send + 'f>;

/// A stream with what has left it and is not taken yet.
struct Masked<'f> {
    stream: Redactor,
    out: Out<'f>,
    state: State,
}

/// Where a stream is.
#[derive(Clone, Copy, Debug)]
enum State {
    /// More may come.
    Open,
    /// It ended.
    Ended,
    /// It was refused.
    Refused(Error),
    /// What had left it could not be written.
    Lost,
}

/// Takes the caller's view and the findings.
struct Out<'f> {
    bytes: Vec<u8>,
    on_finding: Option<OnFinding<'f>>,
}

impl<'f> Masked<'f> {
    fn new(stream: Redactor) -> Self {
        Self {
            stream,
            out: Out {
                bytes: Vec::new(),
                on_finding: None,
            },
            state: State::Open,
        }
    }

    /// Does something with the open stream; what it refuses once it refuses always.
    fn go_on(
        &mut self,
        with: impl FnOnce(&mut Redactor, &mut Out<'f>) -> Result<(), Error>,
    ) -> io::Result<()> {
        if let State::Open = self.state
            && let Err(error) = with(&mut self.stream, &mut self.out)
        {
            self.state = State::Refused(error);
        }
        self.must_be_whole()
    }

    /// That nothing is missing of what has left.
    fn must_be_whole(&self) -> io::Result<()> {
        match self.state {
            State::Refused(error) => Err(io::Error::new(ErrorKind::InvalidData, error)),
            State::Lost => Err(io::Error::other("an earlier write failed")),
            State::Open | State::Ended => Ok(()),
        }
    }

    fn push(&mut self, chunk: &[u8]) -> io::Result<()> {
        self.go_on(|stream, out| push_all(stream, chunk, out))
    }

    fn finish(&mut self) -> io::Result<()> {
        self.go_on(|stream, out| finish(stream, out))?;
        self.state = State::Ended;
        Ok(())
    }
}

impl<'f, R: Read> Reader<'f, R> {
    /// Of a stream at its beginning.
    ///
    /// ```
    /// use lacuna::{Error, Format, Plan, Reader, Redactor, Ruleset};
    /// use std::io::Read;
    ///
    /// # let rules = Ruleset::builtin("default")?;
    /// let stream = Redactor::new(&rules, &Plan::new(&rules), Format::Json);
    /// let mut reader = Reader::new(stream, &b"[1,]"[..]);
    /// let mut masked = Vec::new();
    /// let error = reader.read_to_end(&mut masked).unwrap_err();
    /// let error = error.downcast::<Error>()?;
    /// assert_eq!((&masked[..], error.at.0), (&b"[1,"[..], 3));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(stream: Redactor, inner: R) -> Self {
        Self {
            inner,
            masked: Masked::new(stream),
            chunk: vec![0; CHUNK],
            read: 0,
        }
    }

    /// Calls back with each finding, before what follows it is read.
    ///
    /// ```
    /// use lacuna::{Format, Plan, Reader, Redactor, Ruleset};
    /// use std::io::Read;
    ///
    /// # let rules = Ruleset::builtin("default")?;
    /// let stream = Redactor::new(&rules, &Plan::new(&rules), Format::Text);
    /// let mut entities = Vec::new();
    /// let mut reader = Reader::new(stream, &b"bob@example.com has 123-45-6789"[..])
    ///     .on_finding(|finding| entities.push(finding.entity.to_owned()));
    /// assert_eq!(std::io::read_to_string(&mut reader)?, "[EMAIL] has [US_SSN]");
    /// drop(reader);
    /// assert_eq!(entities, ["EMAIL", "US_SSN"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn on_finding(mut self, then: impl FnMut(&Finding<'_>) + Send + 'f) -> Self {
        self.masked.out.on_finding = Some(Box::new(then));
        self
    }

    /// What happened to every byte so far.
    ///
    /// ```
    /// use lacuna::{Format, Plan, Reader, Redactor, Ruleset};
    /// use std::io::Read;
    ///
    /// # let rules = Ruleset::builtin("default")?;
    /// let stream = Redactor::new(&rules, &Plan::new(&rules), Format::Text);
    /// let mut reader = Reader::new(stream, &b"to bob@example.com"[..]);
    /// reader.read_exact(&mut [0; 3])?;
    /// assert!(!reader.receipt().complete);
    /// std::io::copy(&mut reader, &mut std::io::sink())?;
    /// assert_eq!((reader.receipt().scanned, reader.receipt().masked), (3, 15));
    /// assert!(reader.receipt().complete);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn receipt(&self) -> Receipt {
        self.masked.stream.receipt()
    }
}

impl<R: Read> Read for Reader<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            let ready = self.masked.out.bytes.get(self.read..).unwrap_or_default();
            if !ready.is_empty() {
                let mut ready = ready;
                let count = ready.read(buffer)?;
                self.read += count;
                return Ok(count);
            }
            self.masked.out.bytes.clear();
            self.read = 0;
            self.masked.must_be_whole()?;
            if let State::Ended = self.masked.state {
                return Ok(0);
            }
            let count = self.inner.read(&mut self.chunk)?;
            // What had left before an error is handed out first.
            let _ = match self.chunk.get(..count) {
                Some(chunk @ [_, ..]) => self.masked.push(chunk),
                _ => self.masked.finish(),
            };
        }
    }
}

impl<'f, W: Write> Writer<'f, W> {
    /// Of a stream at its beginning.
    ///
    /// ```
    /// use lacuna::{Format, Plan, Redactor, Ruleset, Writer};
    /// use std::io::Write;
    ///
    /// # let rules = Ruleset::builtin("default")?;
    /// let mut sent = Vec::new();
    /// let mut writer = Writer::new(Redactor::new(&rules, &Plan::new(&rules), Format::Text), &mut sent);
    /// writer.write_all(b"write to bob@example.co")?;
    /// drop(writer);
    /// assert_eq!(sent, b"write to ", "what was held is destroyed");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(stream: Redactor, inner: W) -> Self {
        Self {
            inner,
            masked: Masked::new(stream),
        }
    }

    /// Calls back with each finding, when it is final.
    ///
    /// ```
    /// use lacuna::{Format, Plan, Redactor, Ruleset, Writer};
    /// use std::io::Write;
    ///
    /// # let rules = Ruleset::builtin("default")?;
    /// let mut places = Vec::new();
    /// let mut writer = Writer::new(Redactor::new(&rules, &Plan::new(&rules), Format::Json), Vec::new())
    ///     .on_finding(|finding| places.push((finding.path.to_owned(), finding.raw_start)));
    /// writer.write_all(br#"["bob@example.com",{"to":"eve@example.com"}]"#)?;
    /// writer.finish()?;
    /// assert_eq!(places, [("$[0]".to_owned(), 2), ("$[1].to".to_owned(), 26)]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn on_finding(mut self, then: impl FnMut(&Finding<'_>) + Send + 'f) -> Self {
        self.masked.out.on_finding = Some(Box::new(then));
        self
    }

    /// Ends the stream, writes what was held and flushes; the other writer and what happened to every byte.
    ///
    /// ```
    /// use lacuna::{Error, ErrorKind, Format, Plan, Redactor, Ruleset, SenderError, Writer};
    /// use std::io::Write;
    ///
    /// # let rules = Ruleset::builtin("default")?;
    /// let stream = || Redactor::new(&rules, &Plan::new(&rules), Format::Json);
    /// let mut writer = Writer::new(stream(), Vec::new());
    /// writer.write_all(br#"["bob@example.com"]"#)?;
    /// let (sent, receipt) = writer.finish()?;
    /// assert_eq!((sent.as_slice(), receipt.complete), (&br#"["[EMAIL]"]"#[..], true));
    ///
    /// let mut writer = Writer::new(stream(), Vec::new());
    /// writer.write_all(b"[1")?;
    /// let error = writer.finish().unwrap_err().downcast::<Error>()?;
    /// assert_eq!(error.kind, ErrorKind::Sender(SenderError::Truncated));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Writer`].
    pub fn finish(mut self) -> io::Result<(W, Receipt)> {
        let ended = self.masked.finish();
        self.drain()?;
        ended?;
        self.inner.flush()?;
        Ok((self.inner, self.masked.stream.receipt()))
    }

    /// Writes what has left the stream.
    fn drain(&mut self) -> io::Result<()> {
        let written = self.inner.write_all(&self.masked.out.bytes);
        self.masked.out.bytes.clear();
        if written.is_err() {
            self.masked.state = State::Lost;
        }
        written
    }
}

impl<W: Write> Write for Writer<'_, W> {
    fn write(&mut self, chunk: &[u8]) -> io::Result<usize> {
        let pushed = self.masked.push(chunk);
        self.drain()?;
        pushed.map(|()| chunk.len())
    }

    /// Flushes what is decided; what is held stays held.
    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl Sink for Out<'_> {
    fn pass(&mut self, view: View, bytes: &[u8]) {
        self.put(view, bytes);
    }

    fn put(&mut self, view: View, bytes: &[u8]) {
        if view == View::Caller {
            self.bytes.extend_from_slice(bytes);
        }
    }

    fn finding(&mut self, finding: &Finding<'_>) {
        if let Some(then) = &mut self.on_finding {
            then(finding);
        }
    }

    fn wants_details(&self) -> bool {
        self.on_finding.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ErrorKind as Kind, Format, Plan, Ruleset, SenderError};

    fn stream(format: Format) -> Redactor {
        let rules = Ruleset::builtin("default").unwrap();
        Redactor::new(&rules, &Plan::new(&rules), format)
    }

    /// A reader of so many bytes at a time.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let most = self.1.min(buffer.len());
            self.0.read(&mut buffer[..most])
        }
    }

    /// What an error of these says.
    fn refused(error: &io::Error) -> Error {
        assert_eq!(error.kind(), ErrorKind::InvalidData);
        *error.get_ref().unwrap().downcast_ref::<Error>().unwrap()
    }

    #[test]
    fn readers_of_any_pace_read_the_same() {
        let text = br#"{"mail":"bob@example.com","tel":"+1 415 555 0132"} "#.repeat(40);
        let truth = stream(Format::Sequence).redact(&text).unwrap();
        for pace in [1, 7, 4096] {
            let mut findings = 0;
            let mut masked = Vec::new();
            let mut reader =
                Reader::new(stream(Format::Sequence), Slow(&text, pace)).on_finding(|_| findings += 1);
            let mut few = [0; 3];
            while let count @ 1.. = reader.read(&mut few).unwrap() {
                masked.extend_from_slice(&few[..count]);
            }
            assert!(reader.receipt().complete);
            drop(reader);
            assert_eq!((masked, findings), (truth.clone(), 80));
        }
    }

    #[test]
    fn what_had_left_comes_before_the_error_and_the_error_stays() {
        let mut reader = Reader::new(stream(Format::Json), &b"[\"bob@example.com\"}"[..]);
        let mut masked = Vec::new();
        let kind = Kind::Sender(SenderError::MismatchedBracket);
        for _ in 0..2 {
            let error = reader.read_to_end(&mut masked).unwrap_err();
            assert_eq!(refused(&error).kind, kind);
        }
        assert_eq!(masked, b"[\"[EMAIL]\"");
        let mut writer = Writer::new(stream(Format::Json), Vec::new());
        for _ in 0..2 {
            let error = writer.write_all(b"[\"bob@example.com\"}").unwrap_err();
            assert_eq!(refused(&error).kind, kind);
        }
        assert_eq!(refused(&writer.finish().unwrap_err()).kind, kind);
    }

    /// A writer that fails once.
    struct Hiccup(Vec<u8>, usize);

    impl Write for Hiccup {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.1 += 1;
            match self.1 {
                2 => Err(io::Error::other("no room")),
                _ => self.0.write(bytes),
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn there_is_no_gap_behind_a_failed_write() {
        let mut file = Hiccup(Vec::new(), 0);
        let mut writer = Writer::new(stream(Format::Text), &mut file);
        writer.write_all(b"one. ").unwrap();
        assert_eq!(writer.write_all(b"two. ").unwrap_err().to_string(), "no room");
        writer.write_all(b"three. ").unwrap_err();
        writer.finish().map(drop).unwrap_err();
        assert_eq!(file.0, b"one. ");
    }

    #[test]
    fn what_is_held_is_written_by_finish_alone() {
        let mut file = Vec::new();
        let mut writer = Writer::new(stream(Format::Text), &mut file);
        writer.write_all(b"to bob@example").unwrap();
        writer.flush().unwrap();
        drop(writer);
        assert_eq!(file, b"to ");
        let mut writer = Writer::new(stream(Format::Text), Vec::new());
        writer.write_all(b"to bob@example").unwrap();
        assert_eq!(writer.finish().unwrap().0, b"to bob@example");
    }
}
