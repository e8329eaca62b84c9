//! What the first bytes of a fuzz input choose.

use crate::{
    Action, CheckDigit, Format, Grammar, Kernels, Key, Level, Limits, OnBadRecord, OnDeepNesting, Plan,
    Ruleset, Ruling,
};
use core::fmt;
use std::sync::OnceLock;

/// How many bytes at the start of an input are dials; the rest is the stream.
const DIALS: usize = 8;

/// A site's rules: what the built-in sets have not.
const SITE: &str = r#"
extends = ["builtin:default"]
disable = ["phone-national"]
[[detector]]
id = "acme-employee"
entity = "EMPLOYEE_ID"
class = "confidential"
pattern = 'EMP-[0-9]{6}'
context = ["staff"]
context_after = 8
[[detector]]
id = "acme-ticket"
entity = "TICKET"
class = "internal"
pattern = '[A-Z]{2,4}-[0-9]{1,8}(?:/[0-9]{1,4})?'
explains = ["email"]
[[detector]]
id = "acme-run"
entity = "RUN"
class = "confidential"
pattern = 'tok_'
run = { alphabet = '[a-z0-9 ]', end = 'def' }
[[detector]]
id = "acme-token"
entity = "TOKEN"
class = "confidential"
pattern = '\bk[a-z]_[A-Za-z0-9]{1,40}'
shape = "mixed"
[[detector]]
id = "acme-key"
entity = "KEY"
class = "restricted"
pattern = '\b[A-Za-z0-9][A-Za-z0-9_-]{11,59}'
shape = "mixed"
context = ["acme"]
confidence = 0.1
[[detector]]
id = "other-key"
like = "acme-key"
context = ["staff", "card"]
[[field]]
path = "$..patient.diagnosis"
class = "restricted"
[[field]]
path = "$.a[*].id"
class = "confidential"
as = "null"
[[field]]
path = "$.s~$..pin"
case = "ignore"
class = "restricted"
[[allow]]
value = "support@example.com"
[[pause]]
class = "restricted"
findings = 2
[[pause]]
class = "confidential"
distinct = 3
[[pause]]
records = "$.a[*]"
count = 1
[[pause]]
bytes = 700
[limits]
depth = 24
key = 96
number = 48
"#;

/// What is fixed for one run of a body.
pub(super) struct Dials {
    /// The rules, on the kernel in use.
    pub rules: Ruleset,
    /// The same on the scalar kernel.
    pub scalar: Ruleset,
    /// What happens to findings.
    pub plan: Plan,
    /// The framing.
    pub format: Format,
    /// The answer to every pause.
    pub ruling: Ruling,
    /// Where the stream is cut.
    pub cuts: Cuts,
    /// Which rules.
    pub name: &'static str,
}

impl Dials {
    /// Reads the dials; the rest is the stream.
    pub(super) fn read(data: &[u8]) -> (Self, &[u8]) {
        let (head, stream) = data.split_at_checked(DIALS).unwrap_or((data, &[]));
        let dial = |at: usize| usize::from(head.get(at).copied().unwrap_or_default());
        let sets = sets();
        let (name, rules, scalar) = &sets[dial(0) % sets.len()];
        let formats = [
            Format::Auto,
            Format::Json,
            Format::Sequence,
            Format::Ndjson,
            Format::Sse,
            Format::Text,
            Format::Array,
            Format::Aws,
        ];
        let mut plan = Plan::new(rules)
            .with_bad_record([OnBadRecord::Stop, OnBadRecord::Mask, OnBadRecord::Text][dial(2) % 3])
            .with_deep_nesting([OnDeepNesting::Refuse, OnDeepNesting::Text][dial(2) / 3 % 2]);
        if let Some(key) = Key::new(b"an invented key of enough bytes") {
            plan = plan.with_key(key);
        }
        if dial(7) / 5 % 4 == 3 {
            plan = plan.with_limits(Limits {
                held: 300,
                ..rules.rules().source.limits
            });
        }
        if dial(2) / 6 % 2 == 1 {
            plan = plan.with_grammar([Grammar::Full, Grammar::Structural][dial(2) / 12 % 2]);
        }
        let actions = [
            Action::Placeholder,
            Action::Mask,
            Action::Hash,
            Action::KeepLast(4),
            Action::KeepFirst(2),
            Action::Drop,
            Action::Null,
            Action::Token,
            Action::Fpe(CheckDigit::Luhn),
            Action::Keep,
        ];
        for (class, name) in ["internal", "confidential", "restricted"].iter().enumerate() {
            if let Some(class) = rules.class(name)
                && dial(3) & (1 << (dial(4) % 3)) != 0
            {
                plan = plan.treat(
                    class,
                    actions[dial(3 + usize::from(class.0) % 2) / 3 % actions.len()],
                );
            }
            if class == 0 && dial(4) % 5 == 0 {
                plan = plan.with_record(vec![
                    Action::Keep,
                    Action::Mask,
                    Action::Hash,
                    Action::Placeholder,
                ]);
            }
        }
        let dials = Self {
            rules: rules.clone(),
            scalar: scalar.clone(),
            plan,
            format: formats[dial(1) % formats.len()],
            ruling: [Ruling::Mask, Ruling::Release, Ruling::Refuse][dial(1) / formats.len() % 3],
            cuts: Cuts::new((dial(5) | dial(6) << 8) as u16, dial(7) as u8),
            name,
        };
        (dials, stream)
    }
}

impl fmt::Debug for Dials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dials")
            .field("rules", &self.name)
            .field("format", &self.format)
            .field("ruling", &self.ruling)
            .field("plan", &self.plan)
            .finish_non_exhaustive()
    }
}

/// Sizes of chunks, 0 among them: always the same for the same dials.
#[derive(Clone, Debug)]
pub(super) struct Cuts {
    state: u64,
    /// The largest.
    most: usize,
}

impl Cuts {
    /// Sizes that one dial chooses; how large they are, the other does.
    pub(super) fn new(state: u16, most: u8) -> Self {
        Self {
            state: u64::from(state),
            most: [3, 17, 70, 600, 9000][usize::from(most % 5)],
        }
    }

    /// The next size.
    pub(super) fn next(&mut self) -> usize {
        // SplitMix64.
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % (self.most as u64 + 1)).unwrap_or_default()
    }
}

/// Every rule set, on the best kernel and on the scalar one: compiled once.
pub(super) fn sets() -> &'static [(&'static str, Ruleset, Ruleset)] {
    static SETS: OnceLock<Vec<(&str, Ruleset, Ruleset)>> = OnceLock::new();
    SETS.get_or_init(|| {
        let builtin =
            ["default", "secrets", "pii", "strict", "empty"].map(|name| (name, Ruleset::builtin(name)));
        let site = Ruleset::compile(SITE, "site.toml", &mut |path, _| Err(format!("no {path}")));
        let all = builtin.into_iter().chain([("site", site)]);
        all.map(|(name, rules)| {
            let rules = rules.unwrap_or_else(|faults| panic!("{name}: {faults}"));
            let scalar = rules.with_kernels(Kernels::capped(Level::Scalar));
            (name, rules, scalar)
        })
        .collect()
    })
}
