//! What is read: a file or standard input, without a buffer of its own.

use super::exit::Failure;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::os::fd::AsFd;
use std::path::Path;

/// Files at least this large show a progress bar on a terminal: a smaller one is done before it is read.
const PROGRESS_FROM: u64 = 64 << 20;

/// An open input.
pub struct Input {
    file: File,
    /// What to call it in messages.
    name: String,
    /// Whether more may come later: output must not wait for a full buffer then.
    live: Liveness,
    progress: Option<ProgressBar>,
    /// What was read to be looked at, and not taken yet.
    peeked: Vec<u8>,
}

/// The most bytes that are looked at before they are read.
const PEEK: usize = 4096;

/// Whether a reader may have to wait for its next bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Liveness {
    /// All bytes are there: a regular file.
    Stored,
    /// A pipe, a socket or a terminal.
    Live,
}

impl Input {
    /// Opens a file, or standard input for `-`.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let stdin = path == Path::new("-");
        let name = if stdin {
            "standard input".to_owned()
        } else {
            path.display().to_string()
        };
        // Standard input is read through a handle of its own: `Stdin` would put a buffer and a lock between.
        let file = if stdin {
            io::stdin().as_fd().try_clone_to_owned().map(File::from)
        } else {
            File::open(path)
        }
        .map_err(|error| Failure::Io(name.clone(), error))?;
        let metadata = file
            .metadata()
            .map_err(|error| Failure::Io(name.clone(), error))?;
        let live = if metadata.is_file() {
            Liveness::Stored
        } else {
            Liveness::Live
        };
        let shows =
            !stdin && metadata.is_file() && metadata.len() >= PROGRESS_FROM && io::stderr().is_terminal();
        Ok(Self {
            file,
            name,
            live,
            progress: shows.then(|| bar(metadata.len())),
            peeked: Vec::new(),
        })
    }

    /// Whether more may come later.
    pub fn liveness(&self) -> Liveness {
        self.live
    }

    /// The first bytes, as many as are wanted before somebody has seen enough of them, at most 4 KiB; they are read again
    /// afterwards. What is enough must follow from the bytes alone: how they come says nothing.
    ///
    /// # Errors
    /// The system's, with the input's name.
    pub fn peek(&mut self, is_enough: impl Fn(&[u8]) -> bool) -> Result<&[u8], Failure> {
        // The least that is enough, whatever came with it.
        let least = |bytes: &[u8], from: usize| {
            (from..=bytes.len()).find(|end| bytes.get(..*end).is_some_and(&is_enough))
        };
        let mut seen = 0;
        let mut end = least(&self.peeked, seen);
        while end.is_none() && self.peeked.len() < PEEK {
            seen = self.peeked.len() + 1;
            let mut buffer = [0; PEEK];
            let room = PEEK - self.peeked.len();
            let count = self.read_file(buffer.get_mut(..room).unwrap_or_default())?;
            if count == 0 {
                break;
            }
            self.peeked
                .extend_from_slice(buffer.get(..count).unwrap_or_default());
            end = least(&self.peeked, seen);
        }
        let end = end.unwrap_or(self.peeked.len());
        Ok(self.peeked.get(..end).unwrap_or_default())
    }

    /// Reads once, at most the buffer's length; 0 is the end.
    ///
    /// # Errors
    /// The system's, with the input's name.
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Failure> {
        if self.peeked.is_empty() {
            return self.read_file(buffer);
        }
        let count = self.peeked.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(self.peeked.drain(..count)) {
            *to = from;
        }
        Ok(count)
    }

    fn read_file(&mut self, buffer: &mut [u8]) -> Result<usize, Failure> {
        loop {
            match self.file.read(buffer) {
                Ok(count) => {
                    if let Some(progress) = &self.progress {
                        progress.inc(count as u64);
                    }
                    return Ok(count);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Failure::Io(self.name.clone(), error)),
            }
        }
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        if let Some(progress) = &self.progress {
            progress.finish_and_clear();
        }
    }
}

/// A bar on stderr that leaves nothing behind.
fn bar(bytes: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr_with_hz(5));
    if let Ok(style) = ProgressStyle::with_template("{bytes}/{total_bytes} {wide_bar} {bytes_per_sec} {eta}")
    {
        bar.set_style(style);
    }
    bar
}
