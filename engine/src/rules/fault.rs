//! Mistakes in a rules file, all of them at once.

use core::fmt;

/// One mistake: where, what, and what to do.
///
/// ```
/// let faults = lacuna::Source::builtin("defualt").unwrap_err();
/// assert_eq!((faults.0[0].line, faults.0[0].column), (1, 1));
/// assert_eq!(faults.0[0].message, "there is no built-in rule set `defualt`");
/// assert_eq!(faults.0[0].hint, "did you mean `builtin:default`?");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file's name, or `builtin:NAME`.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)?;
        if !self.hint.is_empty() {
            write!(f, " (hint: {})", self.hint)?;
        }
        Ok(())
    }
}

/// Every mistake of a rules file. Never empty.
///
/// ```
/// use lacuna::Source;
///
/// let file = "disable = ['x']\n[treatment]\nrestricted = 'hide'\n";
/// let faults = Source::parse(file, "acme.toml", &mut |_, _| Err("it names no other file".into())).unwrap_err();
/// let places: Vec<_> = faults.0.iter().map(|fault| (fault.line, fault.column)).collect();
/// assert_eq!(places, [(1, 12), (3, 14)]);
/// assert_eq!(faults.to_string().lines().count(), 2);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            fault.fmt(f)?;
        }
        Ok(())
    }
}

impl core::error::Error for Faults {}
