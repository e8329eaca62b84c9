//! Exit codes and what is said with them.

use std::fmt;
use std::io::{self, Write};

/// The work was done.
pub const DONE: u8 = 0;
/// There are findings, and the caller asked for this code.
pub const FINDINGS: u8 = 1;
/// Usage, rules, key or configuration.
pub const USAGE: u8 = 2;
/// The engine refused the stream.
pub const REFUSED: u8 = 3;
/// A file or a socket failed.
pub const IO: u8 = 4;

/// How a command ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing to report.
    Done,
    /// Findings, where `--fail-on-findings` was given.
    Findings,
    /// Faults in what was checked; they are said already.
    Faults,
}

/// Why a command failed.
#[derive(Debug)]
pub enum Failure {
    /// The caller's mistakes, all of them, one a line, ready to print.
    Usage(Vec<String>),
    /// The engine, or a pause nobody may answer, refused the stream.
    Refused(String),
    /// A file or a socket: which one, and what the system said.
    Io(String, io::Error),
    /// The reader of our output has gone: it has what it wanted.
    BrokenPipe,
}

impl Failure {
    /// One mistake of the caller's.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::Usage(vec![format!("lacuna: {}", message.into())])
    }

    /// A failure to write to `name`.
    pub fn writing(name: &str, error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::BrokenPipe
        } else {
            Self::Io(name.to_owned(), error)
        }
    }

    /// The exit code.
    pub fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => USAGE,
            Self::Refused(_) => REFUSED,
            Self::Io(..) => IO,
            Self::BrokenPipe => DONE,
        }
    }

    /// Says it on stderr. A closed stderr changes nothing.
    pub fn tell(&self) {
        if !matches!(self, Self::BrokenPipe) {
            let _ = writeln!(io::stderr(), "{self}");
        }
    }
}

impl From<lacuna::Error> for Failure {
    fn from(error: lacuna::Error) -> Self {
        Self::Refused(format!(
            "{} at {}, record {} (hint: {})",
            error.kind,
            error.at,
            error.record,
            error.hint()
        ))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(lines) => f.write_str(&lines.join("\n")),
            Self::Refused(why) => write!(f, "lacuna: refused: {why}"),
            Self::Io(name, error) => write!(f, "lacuna: {name}: {error}"),
            Self::BrokenPipe => f.write_str("lacuna: broken pipe"),
        }
    }
}
