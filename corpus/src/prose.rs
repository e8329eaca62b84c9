//! Free text, with values in it.

use crate::{Density, Kind, Sample, sample::Maker, value};

/// Words no detector knows.
pub(crate) const WORDS: [&str; 64] = [
    "the",
    "account",
    "manager",
    "called",
    "about",
    "a",
    "late",
    "delivery",
    "and",
    "asked",
    "for",
    "another",
    "date",
    "because",
    "warehouse",
    "had",
    "sent",
    "only",
    "half",
    "of",
    "it",
    "customer",
    "was",
    "friendly",
    "will",
    "wait",
    "until",
    "next",
    "week",
    "we",
    "offered",
    "small",
    "refund",
    "which",
    "they",
    "accepted",
    "please",
    "follow",
    "up",
    "on",
    "open",
    "invoice",
    "before",
    "renewal",
    "team",
    "in",
    "Zürich",
    "prefers",
    "short",
    "messages",
    "über",
    "naïve",
    "piñata",
    "order",
    "with",
    "many",
    "items",
    "returned",
    "unused",
    "their",
    "feedback",
    "helps",
    "us",
    "improve",
];

/// How a value is led in.
const fn lead(kind: Kind) -> &'static str {
    match kind {
        Kind::Email => "write to ",
        Kind::Ssn => "the SSN is ",
        Kind::Card => "paid with card ",
        Kind::Phone => "call ",
        Kind::Iban => "transfer to ",
        Kind::Ipv4 => "seen from ",
        Kind::Jwt => "sent the header ",
        Kind::GithubToken => "pushed with ",
        Kind::AwsKeyId => "signed by ",
    }
}

/// What stands between sentences.
#[derive(Clone, Copy)]
pub(crate) enum Break {
    /// A line feed as JSON spells it, now and then.
    Escaped,
    /// A line feed, now and then.
    Raw,
}

/// Sentences of about `bytes`.
pub(crate) fn sentences(maker: &mut Maker, bytes: usize, line: Break) {
    let end = maker.len() + bytes;
    while maker.len() < end {
        let words = maker.rng.between(5, 14);
        let value = maker.rng.under(words);
        for at in 0..words {
            if at > 0 {
                maker.push(" ");
            }
            let word = maker.rng.pick(&WORDS);
            maker.push(word);
            if at == value || maker.is_heavy() {
                let kind = Kind::any(&mut maker.rng);
                led_in(maker, kind);
            }
        }
        match (line, maker.rng.under(8)) {
            (Break::Escaped, 0) => maker.push(r".\n"),
            (Break::Escaped, 1) => maker.push(r#", \"as agreed\". "#),
            (Break::Raw, 0) => maker.push(".\n"),
            _ => maker.push(". "),
        }
    }
}

/// Plants a value after its lead-in, if it is time for one.
fn led_in(maker: &mut Maker, kind: Kind) {
    if maker.due() {
        maker.push(", ");
        maker.push(lead(kind));
        maker.plant(kind);
        maker.push(",");
    }
}

/// Prose of at least `bytes`, in lines: letters, reports, log lines.
///
/// ```
/// use lacuna_corpus::{Density, text};
/// let sample = text(1, 10_000, Density::Light);
/// assert!(sample.bytes.len() >= 10_000 && !sample.planted.is_empty());
/// ```
pub fn text(seed: u64, bytes: usize, density: Density) -> Sample {
    let mut maker = Maker::new(seed, density);
    while maker.len() < bytes {
        let (first, last) = (maker.rng.pick(&value::FIRST), maker.rng.pick(&value::LAST));
        maker.push("From ");
        maker.push(first);
        maker.push(" ");
        maker.push(last);
        maker.push(": ");
        let length = maker.rng.between(100, 900);
        sentences(&mut maker, length, Break::Raw);
        maker.push("\n");
        maker.end_record();
    }
    maker.finish()
}
