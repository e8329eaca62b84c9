//! Rules and key, as the options name them: what every command starts with.

use super::exit::Failure;
use super::options::RuleOptions;
use lacuna::{
    Action, Direction, Fault, Faults, Kernels, KeyFault, Keys, Level, OnDeepNesting, Plan, Ruleset, Scope,
};
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// The environment variable that lowers the instructions in use: a [`Level`] by its word. The engine itself reads no
/// environment.
const SIMD: &str = "LACUNA_SIMD";

/// The rules of a run and the plan of its streams.
pub struct Setup {
    /// What to find.
    pub rules: Ruleset,
    /// What happens to it; it has every key it needs.
    pub plan: Plan,
}

impl Setup {
    /// Reads the rules and the key.
    ///
    /// # Errors
    /// Every mistake in either at once: they are the caller's, also a file that cannot be read.
    pub fn load(options: &RuleOptions, deep: OnDeepNesting) -> Result<Self, Failure> {
        let mut faults = Vec::new();
        let rules = rules(&options.rules).map_err(|more| faults.extend(more.0.iter().map(Fault::to_string)));
        let named = rules
            .as_ref()
            .ok()
            .and_then(|rules| rules.source().key_file.clone());
        let key_path = match (&options.key_file, named) {
            (Some(path), _) => Some(path.clone()),
            (None, Some(named)) => Some(beside(&options.rules, &named)),
            (None, None) => None,
        };
        let keys = key_path
            .map(|path| keys(&path))
            .transpose()
            .map_err(|fault| faults.push(fault));
        let level = level(env::var_os(SIMD)).map_err(|fault| faults.push(fault));
        let (Ok(mut rules), Ok(keys), Ok(level)) = (rules, keys, level) else {
            return Err(Failure::Usage(faults));
        };
        if let Some(level) = level {
            rules = rules.with_kernels(Kernels::capped(level));
        }
        let mut plan = Plan::new(&rules)
            .with_deep_nesting(deep)
            .with_scope(Scope::parse(&options.scope));
        if let Some(keys) = keys {
            plan = plan.with_key(keys);
        }
        if plan.lacks_key() {
            return Err(Failure::usage(format!(
                "{}: hash, token and fpe need a secret key (hint: --key-file FILE, or [keys] file in the rules)",
                options.rules
            )));
        }
        Ok(Self { rules, plan })
    }

    /// The same for the way back, showing some classes; all, if none is named.
    ///
    /// # Errors
    /// There is no key, or no class of a name.
    pub fn restoring(self, show: &[String]) -> Result<Self, Failure> {
        if !self.plan.has_key() {
            let hint = "--key-file FILE, or [keys] file in the rules";
            return Err(Failure::usage(format!(
                "nothing can be restored without a secret key (hint: {hint})"
            )));
        }
        let names = &self.rules.source().classes;
        let shown = if show.is_empty() { names.as_slice() } else { show };
        let mut plan = self.plan.for_direction(Direction::Response);
        for name in shown {
            let Some(class) = self.rules.class(name) else {
                return Err(Failure::usage(format!(
                    "--show {name}: there is no such class (hint: {})",
                    names.join(", ")
                )));
            };
            plan = plan.treat(class, Action::Keep);
        }
        let rules = self.rules.restoring();
        Ok(Self { rules, plan })
    }
}

/// The rule set of `builtin:NAME` or a file.
pub fn rules(name: &str) -> Result<Ruleset, Faults> {
    if let Some(builtin) = name.strip_prefix("builtin:") {
        return Ruleset::builtin(builtin);
    }
    let text = fs::read_to_string(name).map_err(|error| {
        Faults(vec![Fault {
            file: name.to_owned(),
            line: 1,
            column: 1,
            message: format!("cannot be read: {error}"),
            hint: "name a rules file, or builtin:default".to_owned(),
        }])
    })?;
    Ruleset::compile(&text, name, &mut load)
}

/// Reads a file that a rules file names.
///
/// # Errors
/// What the system says.
pub fn load(path: &str, from: &str) -> Result<String, String> {
    fs::read_to_string(beside(from, path)).map_err(|error| error.to_string())
}

/// The level that `LACUNA_SIMD` names, if it is set and not empty.
fn level(word: Option<OsString>) -> Result<Option<Level>, String> {
    let Some(word) = word.filter(|word| !word.is_empty()) else {
        return Ok(None);
    };
    let word = word.to_string_lossy();
    word.parse().map(Some).map_err(|_| {
        format!(
            "lacuna: {SIMD}={word:?}: no such level (hint: scalar, neon, avx2 or avx512, or leave it unset)"
        )
    })
}

/// A path as a file names it: relative to that file.
fn beside(file: &str, path: &str) -> PathBuf {
    Path::new(file).parent().unwrap_or(Path::new("")).join(path)
}

/// Reads a key file. The fault never shows what is in it.
fn keys(path: &Path) -> Result<Keys, String> {
    let name = path.display();
    let file = fs::read(path).map_err(|error| format!("lacuna: key file {name}: {error}"))?;
    Keys::read(&file).map_err(|fault| {
        let hint = match fault {
            KeyFault::Short { .. } => "at least 16, as from `head -c 32 /dev/urandom`",
            KeyFault::SameId => "a token names its key by its id: number them",
            _ => "each [[key]] has an id and either secret or hex, as in id = \"k1\"",
        };
        format!("lacuna: key file {name}: {fault} (hint: {hint})")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_file_that_names_them() {
        assert_eq!(
            beside("conf/rules.toml", "lacuna.key"),
            Path::new("conf/lacuna.key")
        );
        assert_eq!(beside("rules.toml", "lacuna.key"), Path::new("lacuna.key"));
        assert_eq!(
            beside("conf/rules.toml", "/etc/lacuna.key"),
            Path::new("/etc/lacuna.key")
        );
        assert_eq!(beside("builtin:default", "base.toml"), Path::new("base.toml"));
    }
}
