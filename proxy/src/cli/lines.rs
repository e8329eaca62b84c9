//! NDJSON on several threads: blocks are read, handed to the engine's batch, and written in order.

use super::exit::Failure;
use super::input::Input;
use super::stream::Outputs;
use core::num::NonZeroUsize;
use lacuna::Batch;
use rayon::ThreadPool;

/// Bytes of a block for each thread: enough that handing out its pieces costs nothing.
const BLOCK: usize = 2 << 20;

/// A batch and the threads that run it.
pub struct Lines {
    /// The engine's side.
    pub batch: Batch,
    pool: ThreadPool,
}

impl Lines {
    /// So many threads for a batch.
    ///
    /// # Errors
    /// The system has no more threads.
    pub fn new(batch: Batch, threads: NonZeroUsize) -> Result<Self, Failure> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.get()).build();
        let pool = pool.map_err(|error| Failure::Io("threads".to_owned(), std::io::Error::other(error)))?;
        Ok(Self { batch, pool })
    }

    /// Runs the stream to its end, `chunk` bytes or more at a time.
    ///
    /// # Errors
    /// Refused by the engine; or a file failed. What had left is flushed either way.
    pub fn run(&mut self, input: &mut Input, chunk: usize, to: &mut Outputs) -> Result<(), Failure> {
        let ran = self.pump(input, chunk, to);
        let flushed = to.flush();
        ran.and(flushed)
    }

    fn pump(&mut self, input: &mut Input, chunk: usize, to: &mut Outputs) -> Result<(), Failure> {
        let block = BLOCK.saturating_mul(self.pool.current_num_threads()).max(chunk);
        let mut full = vec![0; block];
        let mut next = vec![0; block];
        let mut count = fill(input, &mut full)?;
        while count > 0 {
            let (batch, pool) = (&mut self.batch, &self.pool);
            let bytes = full.get(..count).unwrap_or_default();
            // The threads of the pool work on this block while the next one is read here, and what they made of it
            // is told on one of them: in order, and one block after the other.
            let (pushed, filled) = std::thread::scope(|scope| {
                let to = &mut *to;
                let pushing = scope.spawn(move || pool.install(|| batch.push(bytes, to)));
                let filled = fill(input, &mut next);
                let pushed = pushing.join();
                (pushed, filled)
            });
            // A panic is ours: it goes on here.
            pushed.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            to.check()?;
            count = filled?;
            core::mem::swap(&mut full, &mut next);
        }
        let (batch, pool) = (&mut self.batch, &self.pool);
        pool.install(|| batch.finish(to))?;
        to.check()
    }
}

/// Fills a buffer as far as there is input: lines of a pipe wait for one another here, which `--threads` says.
fn fill(input: &mut Input, buffer: &mut [u8]) -> Result<usize, Failure> {
    let mut count = 0;
    while let Some(rest) = buffer.get_mut(count..).filter(|rest| !rest.is_empty()) {
        match input.read(rest)? {
            0 => break,
            more => count += more,
        }
    }
    Ok(count)
}
