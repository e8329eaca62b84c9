//! A made input and what was planted in it.

use crate::{Rng, value};
use core::ops::Range;

/// What kind of value was planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// An e-mail address at a reserved domain.
    Email,
    /// A US social security number, with dashes.
    Ssn,
    /// A card number of a test range that passes Luhn, bare or 4-4-4-4.
    Card,
    /// A telephone number kept free for fiction, in US or E.164 form.
    Phone,
    /// An IBAN that passes mod 97, without spaces.
    Iban,
    /// An address of a documentation range.
    Ipv4,
    /// A JSON web token with a header that names its algorithm.
    Jwt,
    /// `ghp_` and 36 letters and digits.
    GithubToken,
    /// `AKIA` and 16 of the base-32 alphabet.
    AwsKeyId,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Email,
        Self::Ssn,
        Self::Card,
        Self::Phone,
        Self::Iban,
        Self::Ipv4,
        Self::Jwt,
        Self::GithubToken,
        Self::AwsKeyId,
    ];

    /// How many of a hundred planted values are of this kind.
    const fn weight(self) -> usize {
        match self {
            Self::Email => 26,
            Self::Phone => 18,
            Self::Card | Self::Ssn => 13,
            Self::Ipv4 => 10,
            Self::Iban => 8,
            Self::GithubToken | Self::AwsKeyId => 5,
            Self::Jwt => 2,
        }
    }

    /// A kind, by weight.
    pub(crate) fn any(rng: &mut Rng) -> Self {
        let mut left = rng.under(Self::ALL.iter().map(|kind| kind.weight()).sum());
        for kind in Self::ALL {
            match left.checked_sub(kind.weight()) {
                Some(rest) => left = rest,
                None => return kind,
            }
        }
        Self::Email
    }
}

/// A value in an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planted {
    /// What it is.
    pub kind: Kind,
    /// Its bytes in the input.
    pub at: Range<usize>,
}

/// How much of an input is sensitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Density {
    /// Nothing, and nothing that looks like it.
    Clean,
    /// About 2 % of the bytes.
    Light,
    /// About 30 % of the bytes.
    Heavy,
}

impl Density {
    /// Bytes of planted values in a hundred.
    const fn percent(self) -> usize {
        match self {
            Self::Clean => 0,
            Self::Light => 2,
            Self::Heavy => 30,
        }
    }
}

/// A made input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    /// The input.
    pub bytes: Vec<u8>,
    /// What was planted, in order; no two overlap.
    pub planted: Vec<Planted>,
    /// Its lines or events.
    pub records: usize,
}

/// An input in the making: it plants values wherever there are too few so far.
pub(crate) struct Maker {
    /// Where everything random comes from.
    pub(crate) rng: Rng,
    sample: Sample,
    density: Density,
    /// Bytes of all values planted.
    planted: usize,
}

impl Maker {
    /// Nothing yet.
    pub(crate) fn new(seed: u64, density: Density) -> Self {
        Self {
            rng: Rng::new(seed),
            sample: Sample::default(),
            density,
            planted: 0,
        }
    }

    /// Bytes so far.
    pub(crate) fn len(&self) -> usize {
        self.sample.bytes.len()
    }

    /// Appends text as it is.
    pub(crate) fn push(&mut self, text: &str) {
        self.sample.bytes.extend_from_slice(text.as_bytes());
    }

    /// Whether it is time for a value.
    ///
    /// Where there is a choice, half of the chances are left out, so that values do not always fall on the same
    /// place of a record.
    pub(crate) fn due(&mut self) -> bool {
        self.planted * 100 < self.len() * self.density.percent() && (self.is_heavy() || self.rng.chance(50))
    }

    /// Whether values must stand close to each other.
    pub(crate) fn is_heavy(&self) -> bool {
        self.density == Density::Heavy
    }

    /// Appends a value of a kind.
    pub(crate) fn plant(&mut self, kind: Kind) {
        let value = value::make(kind, &mut self.rng);
        let start = self.len();
        self.push(&value);
        self.planted += value.len();
        self.sample.planted.push(Planted {
            kind,
            at: start..self.len(),
        });
    }

    /// Ends a record.
    pub(crate) fn end_record(&mut self) {
        self.sample.records += 1;
    }

    /// What was made.
    pub(crate) fn finish(self) -> Sample {
        self.sample
    }
}
