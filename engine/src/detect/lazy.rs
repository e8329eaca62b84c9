//! An automaton that is built when it is first run: most of a large catalogue's never are.

use super::automaton::{self, Automaton};
use super::detector::split_run;
use super::determinise::Work;
use core::fmt;
use core::ops::Deref;
use std::sync::OnceLock;

/// A pattern's automaton.
pub(crate) struct Lazy {
    /// What it is of.
    pattern: String,
    part: Part,
    built: OnceLock<Automaton>,
}

/// What of a pattern an automaton is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// All of it.
    Whole,
    /// What follows its leading class run.
    BehindRun,
}

impl Lazy {
    /// One that is built when it is first asked. The pattern is one of the catalogue, where a test builds each of them.
    pub(crate) fn later(pattern: &str, part: Part) -> Self {
        Self {
            pattern: pattern.to_owned(),
            part,
            built: OnceLock::new(),
        }
    }

    /// One that is built.
    pub(crate) fn now(pattern: &str, part: Part, automaton: Automaton) -> Self {
        Self {
            built: OnceLock::from(automaton),
            ..Self::later(pattern, part)
        }
    }

    /// Builds it once more: the steps that it takes, which are the same each time.
    pub(crate) fn steps(&self) -> u64 {
        let mut work = Work::new();
        let _ = self.build(&mut work);
        work.done()
    }

    /// `None` if it cannot be built.
    fn build(&self, work: &mut Work) -> Option<Automaton> {
        let hir = automaton::parse(&self.pattern)?;
        let rest = match self.part {
            Part::Whole => None,
            Part::BehindRun => split_run(&hir).1,
        };
        Automaton::new(rest.as_ref().unwrap_or(&hir), work).ok()
    }
}

impl Deref for Lazy {
    type Target = Automaton;

    #[inline]
    fn deref(&self) -> &Automaton {
        self.built.get_or_init(|| {
            let built = self.build(&mut Work::new());
            // It can be built: see `later`.
            built.unwrap_or_else(Automaton::nothing)
        })
    }
}

impl fmt::Debug for Lazy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Lazy").field(&self.pattern).finish()
    }
}
