//! Options that several subcommands share, and how their words are read.

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use lacuna::{Format, Grammar, OnBadRecord, Profile};
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Where the rules and the key are.
#[derive(Args, Clone, Debug)]
pub struct RuleOptions {
    /// Rules file, or builtin:default, builtin:secrets, builtin:pii, builtin:strict, builtin:empty
    #[arg(long, value_name = "FILE|builtin:NAME", default_value = "builtin:default")]
    pub rules: String,

    /// Secret key of hash bodies and tokens: at least 16 bytes, of which one newline at the end is not part; or a list of
    /// [[key]] with id and secret or hex, the newest last: it masks, all of them restore
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,

    /// Where tokens are good: the same value has another token elsewhere, and nobody else puts it back
    #[arg(
        long,
        value_name = "TENANT[/SUBJECT[/CONVERSATION]]",
        default_value = "",
        hide_default_value = true
    )]
    pub scope: String,
}

/// How one stream is read.
#[derive(Args, Clone, Debug)]
pub struct StreamOptions {
    /// What to read; - is standard input
    #[arg(value_name = "FILE", default_value = "-")]
    pub input: PathBuf,

    #[command(flatten)]
    pub rules: RuleOptions,

    /// How the input is divided into records
    #[arg(long, value_enum, default_value_t = FormatWord::Auto)]
    pub format: FormatWord,

    /// Which protocol the stream speaks: where its texts come in fragments. auto knows it by the records; plain searches
    /// every string by itself
    #[arg(long, value_name = "auto|NAME", default_value = AUTO, value_parser = profiles())]
    pub profile: String,

    /// How much of JSON's grammar is checked [default: full for json and seq, structural otherwise]
    #[arg(long, value_enum)]
    pub grammar: Option<GrammarWord>,

    /// What happens to an NDJSON line that is no JSON
    #[arg(long, value_enum, default_value_t = BadRecordWord::Stop)]
    pub on_bad_record: BadRecordWord,

    /// What happens where a pause rule asks for a person's ruling
    #[arg(long, value_enum, default_value_t = PauseWord::Refuse)]
    pub on_pause: PauseWord,

    /// Bytes read at a time; K and M count in 1024
    #[arg(long, value_name = "BYTES", default_value = "64K", value_parser = bytes)]
    pub chunk: usize,

    /// Threads that share the lines of NDJSON; everything else, and rules that pause, use one. Several wait for blocks
    /// of megabytes: for files, not for a live pipe
    #[arg(long, value_name = "N", default_value = "1")]
    pub threads: NonZeroUsize,

    /// Also write the findings here, as JSON Lines
    #[arg(long, value_name = "FILE.jsonl")]
    pub findings: Option<PathBuf>,

    /// Write the receipt here: what happened to every byte
    #[arg(long, value_name = "FILE.json")]
    pub receipt: Option<PathBuf>,

    /// Write here instead of standard output; the file appears when all went well
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// The profile that is known by the records.
pub const AUTO: &str = "auto";

/// The words of `--profile`: another is a usage error that lists these.
pub fn profiles() -> PossibleValuesParser {
    PossibleValuesParser::new([AUTO].into_iter().chain(Profile::names()))
}

/// `--format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormatWord {
    /// By the first bytes
    Auto,
    /// Exactly one JSON document
    Json,
    /// Concatenated JSON documents
    Seq,
    /// One JSON document a line
    Ndjson,
    /// Server-sent events
    Sse,
    /// Text
    Text,
}

impl From<FormatWord> for Format {
    fn from(word: FormatWord) -> Self {
        match word {
            FormatWord::Auto => Self::Auto,
            FormatWord::Json => Self::Json,
            FormatWord::Seq => Self::Sequence,
            FormatWord::Ndjson => Self::Ndjson,
            FormatWord::Sse => Self::Sse,
            FormatWord::Text => Self::Text,
        }
    }
}

/// `--grammar`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum GrammarWord {
    /// RFC 8259
    Full,
    /// UTF-8, strings, escapes, brackets, limits: what safety rests on
    Structural,
}

impl From<GrammarWord> for Grammar {
    fn from(word: GrammarWord) -> Self {
        match word {
            GrammarWord::Full => Self::Full,
            GrammarWord::Structural => Self::Structural,
        }
    }
}

/// `--on-bad-record`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BadRecordWord {
    /// Refuse the stream
    Stop,
    /// Destroy the rest of the line and put a marker there
    Mask,
    /// Read the rest of the line as text
    Text,
}

impl From<BadRecordWord> for OnBadRecord {
    fn from(word: BadRecordWord) -> Self {
        match word {
            BadRecordWord::Stop => Self::Stop,
            BadRecordWord::Mask => Self::Mask,
            BadRecordWord::Text => Self::Text,
        }
    }
}

/// `--on-pause`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PauseWord {
    /// Refuse the stream
    Refuse,
    /// Mask the finding and go on
    Mask,
}

/// The most one read may ask for: it is allocated.
const MOST_CHUNK: usize = 1 << 30;

/// Reads `4096`, `64K` or `2M`: at least 1 byte, at most 1024M.
fn bytes(text: &str) -> Result<usize, String> {
    let (digits, unit) = match text.as_bytes().last() {
        Some(b'k' | b'K') => (&text[..text.len() - 1], 1 << 10),
        Some(b'm' | b'M') => (&text[..text.len() - 1], 1 << 20),
        _ => (text, 1),
    };
    let number: usize = if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        digits.parse().map_err(|_| "not a number of bytes".to_owned())?
    } else {
        return Err("not a number of bytes: try 65536, 64K or 1M".to_owned());
    };
    match number.checked_mul(unit) {
        Some(0) => Err("at least 1 byte".to_owned()),
        Some(size) if size <= MOST_CHUNK => Ok(size),
        _ => Err("at most 1024M".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units_and_bounds() {
        assert_eq!(bytes("1"), Ok(1));
        assert_eq!(bytes("64K"), Ok(65_536));
        assert_eq!(bytes("2m"), Ok(2 << 20));
        assert_eq!(bytes("1024M"), Ok(MOST_CHUNK));
        for wrong in [
            "",
            "K",
            "0",
            "0K",
            "-1",
            "+1",
            "1.5K",
            "1G",
            "1025M",
            "99999999999999999999",
            "64 K",
        ] {
            assert!(bytes(wrong).is_err(), "{wrong:?} was read as a size");
        }
    }
}
