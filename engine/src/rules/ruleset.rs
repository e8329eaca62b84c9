//! The compiled rule set.

use super::places::{Part, Places};
use super::{Fault, Load, Rules};
use crate::detect::Detector;
use crate::simd::Kernels;
use crate::{Class, Cost, Faults, Source};
use std::sync::Arc;

/// What to find, compiled once and shared: cloning is cheap.
///
/// ```
/// use lacuna::Ruleset;
///
/// let rules = Ruleset::builtin("default")?;
/// let shared = rules.clone();
/// let there = std::thread::spawn(move || shared.redact(b"ask bob@example.com"));
/// assert_eq!(there.join().map_err(|_| "it panicked")??, b"ask [EMAIL]");
/// assert_eq!(rules.redact(b"ssn 123-45-6789")?, b"ssn [US_SSN]");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Ruleset {
    rules: Arc<Rules>,
}

impl Ruleset {
    /// One of `default`, `secrets`, `pii`, `strict`, `empty`.
    ///
    /// ```
    /// use lacuna::Ruleset;
    ///
    /// assert_eq!(Ruleset::builtin("pii")?.redact(b"bob@example.com")?, b"[EMAIL]");
    /// assert_eq!(Ruleset::builtin("secrets")?.redact(b"bob@example.com")?, b"bob@example.com");
    /// let faults = Ruleset::builtin("pij").map(drop).unwrap_err();
    /// assert_eq!(faults.0[0].hint, "did you mean `builtin:pii`?");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A name that is none of them.
    pub fn builtin(name: &str) -> Result<Self, Faults> {
        Source::builtin(name).and_then(Self::from_source)
    }

    /// A rules file's text. `file` names it in faults; `load` reads the files it names.
    ///
    /// ```
    /// use lacuna::Ruleset;
    ///
    /// let file = "extends = ['base.toml']\n[treatment]\nrestricted = 'mask'\n";
    /// let base = "[[field]]\npath = '$.name'\nclass = 'restricted'\n";
    /// let rules = Ruleset::compile(file, "acme.toml", &mut |path, from| {
    ///     assert_eq!((path, from), ("base.toml", "acme.toml"));
    ///     Ok(base.into())
    /// })?;
    /// assert_eq!(rules.redact(br#"{"name":"Bob"}"#)?, br#"{"name":"***"}"#);
    /// let faults = Ruleset::compile("[[field]]\n", "acme.toml", &mut |_, _| Err("it names no other file".into()));
    /// assert_eq!(faults.map(drop).unwrap_err().0[0].line, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Every mistake in it at once.
    pub fn compile(text: &str, file: &str, load: &mut Load<'_>) -> Result<Self, Faults> {
        let mut places = Places::default();
        places.keep(file, text);
        let source = Source::parse(text, file, &mut places.keeping(load))?;
        match Rules::new(source) {
            Ok(rules) => Ok(Self::of(rules)),
            Err(faults) => Err(placed(faults, &places)),
        }
    }

    /// Rules that were compiled.
    pub(super) fn of(rules: Rules) -> Self {
        Self {
            rules: Arc::new(rules),
        }
    }

    /// A parsed rules file.
    ///
    /// ```
    /// use lacuna::{Ruleset, Source};
    ///
    /// let mut source = Source::builtin("default")?;
    /// source.detectors.retain(|detector| detector.id == "email");
    /// let rules = Ruleset::from_source(source.clone())?;
    /// assert_eq!(rules.redact(b"bob@example.com 123-45-6789")?, b"[EMAIL] 123-45-6789");
    /// source.detectors[0].pattern = "(".into();
    /// assert!(Ruleset::from_source(source).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A pattern that cannot be compiled within its limits.
    pub fn from_source(source: Source) -> Result<Self, Faults> {
        match Rules::new(source) {
            Ok(rules) => Ok(Self::of(rules)),
            Err(faults) => Err(placed(faults, &Places::default())),
        }
    }

    /// The same rules on kernels no better than these: for tests and benches, and where a machine misbehaves.
    ///
    /// ```
    /// use lacuna::{Kernels, Level, Ruleset};
    ///
    /// let rules = Ruleset::builtin("default")?.with_kernels(Kernels::capped(Level::Scalar));
    /// assert_eq!(rules.kernels().level(), Level::Scalar);
    /// assert_eq!(rules.redact(b"ask bob@example.com")?, b"ask [EMAIL]");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_kernels(&self, kernels: Kernels) -> Self {
        Self {
            rules: Arc::new(self.rules.with_kernels(kernels)),
        }
    }

    /// The kernels it runs on.
    ///
    /// ```
    /// use lacuna::{Kernels, Ruleset};
    ///
    /// let rules = Ruleset::builtin("default")?;
    /// assert_eq!(rules.kernels().level(), Kernels::best().level());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn kernels(&self) -> Kernels {
        self.rules.kernels
    }

    /// The compiled rules.
    pub(crate) fn rules(&self) -> &Arc<Rules> {
        &self.rules
    }

    /// What it was compiled from.
    ///
    /// ```
    /// let rules = lacuna::Ruleset::builtin("default")?;
    /// assert_eq!(rules.source().classes, lacuna::Class::DEFAULT_NAMES);
    /// assert!(rules.source().detectors.iter().any(|detector| detector.entity == "US_SSN"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn source(&self) -> &Source {
        &self.rules.source
    }

    /// What each detector costs, in the order of [`Source::detectors`].
    ///
    /// ```
    /// let rules = lacuna::Ruleset::builtin("default")?;
    /// let (detectors, costs) = (&rules.source().detectors, rules.costs());
    /// let dear: Vec<_> = detectors.iter().zip(costs).filter(|(_, cost)| cost.bytes > 1 << 20).collect();
    /// assert_eq!(rules.costs().count(), detectors.len());
    /// assert!(dear.is_empty(), "{dear:?}");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn costs(&self) -> impl Iterator<Item = Cost> {
        self.rules.detectors.all.iter().map(Detector::cost)
    }

    /// The class of a name.
    ///
    /// ```
    /// use lacuna::{Class, Ruleset};
    ///
    /// let file = "[classes]\norder = ['open', 'secret']\n";
    /// let rules = Ruleset::compile(file, "acme.toml", &mut |_, _| Err("it names no other file".into()))?;
    /// assert_eq!((rules.class("secret"), rules.class("restricted")), (Some(Class(1)), None));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn class(&self, name: &str) -> Option<Class> {
        let rank = self.rules.source.classes.iter().position(|class| class == name)?;
        u8::try_from(rank).ok().map(Class)
    }

    /// The name of a class; `?` for a class of another rule set.
    ///
    /// ```
    /// use lacuna::{Class, Ruleset};
    ///
    /// let rules = Ruleset::builtin("default")?;
    /// assert_eq!((rules.class_name(Class(3)), rules.class_name(Class(4))), ("restricted", "?"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn class_name(&self, class: Class) -> &str {
        self.rules
            .source
            .classes
            .get(usize::from(class.0))
            .map_or("?", String::as_str)
    }
}

/// Faults where the part stands that they speak of, as far as its file is known.
fn placed(faults: Vec<(Fault, Part)>, places: &Places) -> Faults {
    let placed = faults.into_iter().map(|(fault, part)| {
        let table = (fault.file.clone(), fault.line, fault.column);
        let (file, line, column) = places.of(&table, part);
        Fault {
            file,
            line,
            column,
            ..fault
        }
    });
    Faults(placed.collect())
}
