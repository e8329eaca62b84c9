//! What is known of a protocol, as data: one file a protocol, read as a site's rules are.
//!
//! A profile says where a stream's lanes are (a *lane* is one text that comes in fragments, an event at a time), what
//! tells one lane from another, what ends one, and where its whole text comes again. [`Program`] is that, compiled: a
//! tree of names that a [`Walker`] walks beside the tokenizer, one step a member or element.
//!
//! ```toml
//! name = "acme-chat"
//! source = "https://example.com/docs/streaming"
//! framing = "array"                             # or "aws": where the first bytes do not tell it
//! begins = { members = ["choices"], first = ["id"] } # how `auto` knows it where a record tells little else
//! paths = ["/chat/completions"]                 # ... and where it is asked for: the last segments; `*` is any beginning of one
//! [[lane]]
//! text = "$.choices[*].delta.content"           # a string here is a fragment
//! group = ["$.choices[*].index"]                # whose: a lane that goes on ends the others of its group ...
//! key = ["$.choices[*].part"]                   # ... and which of them
//! switch = "waits"                              # ... but not this one: it is complete when it is JSON
//! blank = ["$.choices[*].bytes"]               # arrays that say it again: empty where it is masked
//! says = "all"                                  # each fragment is all of the text so far; without it, what follows
//! [[end]]
//! at = "$.choices[*].finish_reason"             # any value but null; or `is = […]`, `ends_with = […]`
//! same = ["$.choices[*].index"]                 # the lanes that have this too; all, if nothing is said
//! [[end]]
//! at = ":event-type"                            # a header of a binary frame: this one, `:exception-type` or `:error-code`
//! [[end]]
//! payload = "[DONE]"
//! [[repeat]]
//! text = ["$.message.content"]                  # what a lane said, once more
//! [[call]]
//! name = "$.choices[*].tool.name"               # a function is called ...
//! arguments = ["$.choices[*].tool.arguments"]   # ... and given this: an object, a string of its own, or a lane
//! same = ["$.choices[*].index"]                 # for arguments in other events: those that have this too
//! [[keep]]
//! text = ["$.id", "$.model"]                    # ids, names, words: never altered, where they look like that
//! [[signed]]
//! text = ["$.message.thinking"]                 # text under a signature: told, never altered; restricted refuses
//! [[sealed]]
//! text = ["$.message.signature"]                # base64 that is not searched
//! [[media]]
//! text = ["$.image.url"]                        # the same, if it begins so
//! begins = ["data:image/"]
//! ```
//!
//! What is never altered holds where somebody names the profile ([`Profile::builtin`], [`Profile::parse`]). Where a protocol
//! is guessed from what came, or from where it was asked for ([`Profile::auto`], [`Profile::recognise`],
//! [`Profile::for_path`]), everything is searched and masked: else a sender
//! could choose what is not.
//!
//! Paths are members by name and `[*]`. Where a key's path is absent, the place of the element it would be in stands for it.

mod call;
mod parse;
mod program;
mod recognise;
mod route;
mod walk;

#[cfg(test)]
mod tests;

pub(crate) use call::{Due, Given, Named, Records, Shape};
pub(crate) use program::{
    At, CallOf, EndRule, LaneRule, Program, Says, Signed, Sort, Spared, Sparing, Switch, Value, shown,
};
pub(crate) use walk::{Elements, Mirror, Seen, Walker};

use crate::{Faults, Format};
use std::sync::{Arc, LazyLock};

/// The built-in profiles: their names and files.
const FILES: [(&str, &str); 9] = [
    ("openai-chat", include_str!("builtin/openai-chat.toml")),
    ("openai-responses", include_str!("builtin/openai-responses.toml")),
    ("anthropic", include_str!("builtin/anthropic.toml")),
    ("gemini", include_str!("builtin/gemini.toml")),
    (BEDROCK, include_str!("builtin/bedrock.toml")),
    ("ollama", include_str!("builtin/ollama.toml")),
    ("mcp", include_str!("builtin/mcp.toml")),
    ("json-rpc", include_str!("builtin/json-rpc.toml")),
    ("plain", include_str!("builtin/plain.toml")),
];

/// The one that binary frames speak.
const BEDROCK: &str = "bedrock";

/// What is known of the protocol that a stream speaks.
///
/// Cheap to clone. A plan without one has no lanes.
///
/// ```
/// use lacuna::{Format, Plan, Profile, Redactor, Ruleset};
///
/// let rules = Ruleset::builtin("default")?;
/// let plan = Plan::new(&rules).with_profile(Profile::auto());
/// let stream = concat!(
///     "data: {\"choices\":[{\"delta\":{\"content\":\"write to bob@exam\"}}]}\n\n",
///     "data: {\"choices\":[{\"delta\":{\"content\":\"ple.com, please\"}}]}\n\n",
/// );
/// let masked = Redactor::new(&rules, &plan, Format::Sse).redact(stream.as_bytes())?;
/// assert_eq!(
///     String::from_utf8(masked)?,
///     stream.replace("bob@exam", "[EMAIL]").replace("ple.com", ""),
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Profile(Arc<Program>);

/// What `auto` is in binary frames.
static FRAMES: LazyLock<Option<Profile>> = LazyLock::new(|| Profile::of_file(BEDROCK, Sparing::Guessed));

/// All built-in profiles at once.
static AUTO: LazyLock<Profile> = LazyLock::new(|| {
    let mut program = Program::new("auto", Sparing::Guessed);
    // That one has a framing of its own, which tells it from the others: their places may collide.
    for (name, text) in FILES.into_iter().filter(|(name, _)| *name != BEDROCK) {
        // Each is read in a test.
        let _ = parse::read(text, name, &mut program);
    }
    program.framing = None;
    Profile(Arc::new(program))
});

impl Profile {
    /// The names of the built-in profiles.
    ///
    /// ```
    /// assert!(lacuna::Profile::names().any(|name| name == "openai-chat"));
    /// ```
    pub fn names() -> impl Iterator<Item = &'static str> {
        FILES.iter().map(|(name, _)| *name)
    }

    /// What all built-in profiles say of lanes, at once: their places do not collide. Nothing is taken from it that only
    /// a connection known to speak a protocol may have: no place is left unsearched.
    ///
    /// ```
    /// assert_eq!(lacuna::Profile::auto().name(), "auto");
    /// ```
    pub fn auto() -> Self {
        AUTO.clone()
    }

    /// A built-in profile.
    ///
    /// ```
    /// use lacuna::Profile;
    ///
    /// assert_eq!(Profile::builtin("anthropic").map(|profile| profile.name().to_owned()).as_deref(), Some("anthropic"));
    /// assert!(Profile::builtin("antropic").is_none());
    /// ```
    pub fn builtin(name: &str) -> Option<Self> {
        Self::of_file(name, Sparing::Named)
    }

    fn of_file(name: &str, sparing: Sparing) -> Option<Self> {
        let (name, text) = FILES.iter().find(|(known, _)| *known == name)?;
        Self::read(text, name, sparing).ok()
    }

    /// Reads a profile; `file` is its name in faults.
    ///
    /// ```
    /// use lacuna::Profile;
    ///
    /// let file = "name = 'acme'\nsource = 'https://example.com'\n[[lane]]\ntext = '$..delta'\n";
    /// let faults = Profile::parse(file, "acme.toml").unwrap_err();
    /// assert_eq!(
    ///     faults.to_string(),
    ///     "acme.toml:4:8: a profile's path has members by name and [*] alone (hint: write `$.choices[*].delta`)",
    /// );
    /// ```
    ///
    /// # Errors
    /// All mistakes at once.
    pub fn parse(text: &str, file: &str) -> Result<Self, Faults> {
        Self::read(text, file, Sparing::Named)
    }

    fn read(text: &str, file: &str, sparing: Sparing) -> Result<Self, Faults> {
        let mut program = Program::new("", sparing);
        program.name = parse::read(text, file, &mut program)?;
        Ok(Self(Arc::new(program)))
    }

    /// The built-in profile whose streams begin as a JSON record does, of which these are the first bytes: 4 KiB are
    /// enough. Records that only look alike are the reason why there is no guess: its first members decide. What it says of
    /// lanes holds; nothing is left unsearched, since nobody named it.
    ///
    /// ```
    /// use lacuna::Profile;
    ///
    /// let line = br#"{"model":"m","created_at":"2025-01-01T00:00:00Z","message":{"content":"Hi"},"done":false}"#;
    /// assert_eq!(Profile::recognise(line).map(|profile| profile.name().to_owned()).as_deref(), Some("ollama"));
    /// assert!(Profile::recognise(br#"{"message":{"content":"Hi"}}"#).is_none());
    /// ```
    pub fn recognise(first: &[u8]) -> Option<Self> {
        let beginning = recognise::Beginning::read(first)?;
        let rule = AUTO.0.begins.iter().find(|rule| beginning.is(rule))?;
        Self::of_file(&rule.profile, Sparing::Guessed)
    }

    /// The built-in profile of what is asked for at a path of HTTP, without its query: the last of its segments say so.
    ///
    /// ```
    /// use lacuna::Profile;
    ///
    /// let name = |path| Profile::for_path(path).map(|profile| profile.name().to_owned());
    /// assert_eq!(name("/openai/v1/chat/completions").as_deref(), Some("openai-chat"));
    /// assert_eq!(name("/v1beta/models/gemini-2.0:streamGenerateContent").as_deref(), Some("gemini"));
    /// assert_eq!(name("/v1/models"), None);
    /// ```
    pub fn for_path(path: &str) -> Option<Self> {
        let frames = FRAMES.iter().flat_map(|profile| &profile.0.paths);
        let mut paths = AUTO.0.paths.iter().chain(frames);
        let (_, profile) = paths.find(|(known, _)| known.ends(path))?;
        Self::of_file(profile, Sparing::Guessed)
    }

    /// Whether a stream of JSON records that begins so may be one that [`Self::recognise`] knows by more of its first record:
    /// its first member has a name that such records begin with, as far as it is there.
    ///
    /// ```
    /// use lacuna::Profile;
    ///
    /// assert!(Profile::may_begin(b""));
    /// assert!(Profile::may_begin(br#"{"mod"#));
    /// assert!(!Profile::may_begin(br#"{"moderator"#));
    /// assert!(!Profile::may_begin(b"[1"));
    /// ```
    pub fn may_begin(first: &[u8]) -> bool {
        let names = AUTO.0.begins.iter().flat_map(|rule| {
            let value = rule.value.iter().map(|(name, _)| name);
            rule.members.iter().chain(&rule.first).chain(value)
        });
        recognise::may_begin(first, names)
    }

    /// Its name.
    ///
    /// ```
    /// assert_eq!(lacuna::Profile::auto().name(), "auto");
    /// ```
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Whether it says where lanes are: texts that come in fragments.
    ///
    /// ```
    /// use lacuna::Profile;
    ///
    /// let has_lanes = |name| Profile::builtin(name).map(|profile| profile.has_lanes());
    /// assert_eq!((has_lanes("ollama"), has_lanes("mcp")), (Some(true), Some(false)));
    /// ```
    pub fn has_lanes(&self) -> bool {
        self.0.has_lanes()
    }

    /// Whether it says where functions are called.
    pub(crate) fn has_calls(&self) -> bool {
        !self.0.calls.is_empty()
    }

    /// Whether it is one protocol's, and not all of them at once.
    pub(crate) fn is_one(&self) -> bool {
        self.0.profiles <= 1
    }

    /// The framing of its streams, where their first bytes do not say so: binary frames ([`Format::Aws`]), or an array whose
    /// elements are events ([`Format::Array`]), if they begin as one.
    ///
    /// ```
    /// use lacuna::{Format, Profile};
    ///
    /// let framing = |name| Profile::builtin(name).and_then(|profile| profile.framing());
    /// assert_eq!((framing("bedrock"), framing("gemini")), (Some(Format::Aws), Some(Format::Array)));
    /// assert_eq!(framing("anthropic"), None);
    /// ```
    pub fn framing(&self) -> Option<Format> {
        self.0.framing
    }

    /// What it says of streams in a framing, compiled; nothing, if it says nothing of any place.
    pub(crate) fn program_of(&self, format: Format) -> Option<&Arc<Program>> {
        match (format, &*FRAMES) {
            (Format::Aws, Some(frames)) if Arc::ptr_eq(&self.0, &AUTO.0) => frames.program(),
            _ => self.program(),
        }
    }

    /// What it says, compiled; nothing, if it says nothing of any place.
    pub(crate) fn program(&self) -> Option<&Arc<Program>> {
        Some(&self.0).filter(|program| !program.is_empty())
    }
}
