//! The compiled rule set.

use super::{Load, Rules};
use crate::detect::Detector;
use crate::simd::Kernels;
use crate::{Class, Cost, Faults, Source};
use std::sync::Arc;

/// What to find, compiled once and shared: cloning is cheap.
#[derive(Clone)]
pub struct Ruleset {
    rules: Arc<Rules>,
}

impl Ruleset {
    /// One of `default`, `secrets`, `pii`, `strict`, `empty`.
    ///
    /// # Errors
    /// A name that is none of them.
    pub fn builtin(name: &str) -> Result<Self, Faults> {
        Source::builtin(name).and_then(Self::from_source)
    }

    /// A rules file's text. `file` names it in faults; `load` reads the files it names.
    ///
    /// # Errors
    /// Every mistake in it at once.
    pub fn compile(text: &str, file: &str, load: &mut Load<'_>) -> Result<Self, Faults> {
        Source::parse(text, file, load).and_then(Self::from_source)
    }

    /// A parsed rules file.
    ///
    /// # Errors
    /// A pattern that cannot be compiled within its limits.
    pub fn from_source(source: Source) -> Result<Self, Faults> {
        Rules::new(source).map(|rules| Self {
            rules: Arc::new(rules),
        })
    }

    /// The same rules on kernels no better than these: for tests and benches, and where a machine misbehaves.
    #[must_use]
    pub fn with_kernels(&self, kernels: Kernels) -> Self {
        Self {
            rules: Arc::new(self.rules.with_kernels(kernels)),
        }
    }

    /// The kernels it runs on.
    pub fn kernels(&self) -> Kernels {
        self.rules.kernels
    }

    /// The compiled rules.
    pub(crate) fn rules(&self) -> &Arc<Rules> {
        &self.rules
    }

    /// What it was compiled from.
    pub fn source(&self) -> &Source {
        &self.rules.source
    }

    /// What each detector costs, in the order of [`Source::detectors`].
    pub fn costs(&self) -> impl Iterator<Item = Cost> {
        self.rules.detectors.all.iter().map(Detector::cost)
    }

    /// The class of a name.
    pub fn class(&self, name: &str) -> Option<Class> {
        let rank = self.rules.source.classes.iter().position(|class| class == name)?;
        u8::try_from(rank).ok().map(Class)
    }

    /// The name of a class; `?` for a class of another rule set.
    pub fn class_name(&self, class: Class) -> &str {
        self.rules
            .source
            .classes
            .get(usize::from(class.0))
            .map_or("?", String::as_str)
    }
}
