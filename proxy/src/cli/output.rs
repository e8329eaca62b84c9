//! What is written: standard output, or a file that appears only when all went well.

use super::exit::Failure;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

/// Bytes collected before a write: larger pieces go through without being copied.
const BUFFER: usize = 64 << 10;

/// An open output. Dropped without [`Output::commit`], a named file never appears.
pub struct Output {
    writer: BufWriter<File>,
    name: String,
    /// Where the bytes are until they are complete. Invariant: the file exists while this is `Some`.
    beside: Option<Beside>,
}

/// A file written beside its target.
struct Beside {
    temporary: PathBuf,
    target: PathBuf,
}

impl Output {
    /// Standard output.
    ///
    /// # Errors
    /// It is closed.
    pub fn stdout() -> Result<Self, Failure> {
        let name = "standard output".to_owned();
        // A handle of its own: `Stdout` would flush at every newline.
        match io::stdout().as_fd().try_clone_to_owned() {
            Ok(handle) => Ok(Self::over(File::from(handle), name)),
            Err(error) => Err(Failure::Io(name, error)),
        }
    }

    /// A file that is overwritten as the run goes, as findings and receipts are: a refusal belongs in them.
    ///
    /// # Errors
    /// It cannot be created.
    pub fn direct(path: &Path) -> Result<Self, Failure> {
        let name = path.display().to_string();
        match File::create(path) {
            Ok(file) => Ok(Self::over(file, name)),
            Err(error) => Err(Failure::Io(name, error)),
        }
    }

    /// A file that appears under its name at [`Output::commit`]; `-` is standard output.
    ///
    /// A target that exists and is no regular file (a device, a pipe) is written directly: renaming over it
    /// would put a file in its place.
    ///
    /// # Errors
    /// No file can be created beside the target.
    pub fn atomic(path: &Path) -> Result<Self, Failure> {
        if path == Path::new("-") {
            return Self::stdout();
        }
        if fs::metadata(path).is_ok_and(|target| !target.is_file()) {
            return Self::direct(path);
        }
        let name = path.display().to_string();
        let failed = |error| Failure::Io(name.clone(), error);
        // A link keeps pointing at what it points at.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let file_name = target
            .file_name()
            .ok_or_else(|| failed(io::ErrorKind::InvalidFilename.into()))?
            .to_owned();
        for attempt in 0..64 {
            let mut hidden = std::ffi::OsString::from(".");
            hidden.push(&file_name);
            hidden.push(format!(".lacuna-{}-{attempt}", std::process::id()));
            let temporary = target.with_file_name(hidden);
            match OpenOptions::new().write(true).create_new(true).open(&temporary) {
                Ok(file) => {
                    let mut output = Self::over(file, name);
                    output.beside = Some(Beside { temporary, target });
                    return Ok(output);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(failed(error)),
            }
        }
        Err(failed(io::ErrorKind::AlreadyExists.into()))
    }

    fn over(file: File, name: String) -> Self {
        Self {
            writer: BufWriter::with_capacity(BUFFER, file),
            name,
            beside: None,
        }
    }

    /// Writes what is collected.
    ///
    /// # Errors
    /// The system's, with the output's name.
    pub fn flush(&mut self) -> Result<(), Failure> {
        self.writer
            .flush()
            .map_err(|error| Failure::writing(&self.name, error))
    }

    /// Turns an error kept by a sink into a failure that names this output.
    pub fn failure(&self, error: io::Error) -> Failure {
        Failure::writing(&self.name, error)
    }

    /// Writes what is collected and gives the file its name.
    ///
    /// # Errors
    /// As [`Output::flush`]; or the rename fails.
    pub fn commit(mut self) -> Result<(), Failure> {
        self.flush()?;
        if let Some(beside) = &self.beside {
            fs::rename(&beside.temporary, &beside.target).map_err(|error| self.failure(error))?;
        }
        self.beside = None;
        Ok(())
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if let Some(beside) = &self.beside {
            let _ = fs::remove_file(&beside.temporary);
        }
    }
}
