//! Numbers and words, byte by byte (RFC 8259, sections 3 and 6).

/// How far a bare value came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scalar {
    /// After `-`.
    Minus,
    /// After a leading `0`.
    Zero,
    /// In the integer digits.
    Integer,
    /// After the point.
    Point,
    /// In the fraction digits.
    Fraction,
    /// After `e`.
    Exponent,
    /// After the exponent's sign.
    Sign,
    /// In the exponent's digits.
    Power,
    /// In a word: what of it is still to come.
    Word(&'static [u8]),
}

impl Scalar {
    /// The state after a first byte, if a number or word can begin with it.
    pub(crate) fn start(byte: u8) -> Option<Self> {
        Some(match byte {
            b'-' => Self::Minus,
            b'0' => Self::Zero,
            b'1'..=b'9' => Self::Integer,
            b't' => Self::Word(b"rue"),
            b'f' => Self::Word(b"alse"),
            b'n' => Self::Word(b"ull"),
            _ => return None,
        })
    }

    /// The state after one byte more, if it can follow.
    pub(crate) fn step(self, byte: u8) -> Option<Self> {
        Some(match (self, byte) {
            (Self::Minus, b'0') => Self::Zero,
            (Self::Minus, b'1'..=b'9') | (Self::Integer, b'0'..=b'9') => Self::Integer,
            (Self::Zero | Self::Integer, b'.') => Self::Point,
            (Self::Point | Self::Fraction, b'0'..=b'9') => Self::Fraction,
            (Self::Zero | Self::Integer | Self::Fraction, b'e' | b'E') => Self::Exponent,
            (Self::Exponent, b'+' | b'-') => Self::Sign,
            (Self::Exponent | Self::Sign | Self::Power, b'0'..=b'9') => Self::Power,
            (Self::Word(rest), byte) => match rest.split_first() {
                Some((next, rest)) if *next == byte => Self::Word(rest),
                _ => return None,
            },
            _ => return None,
        })
    }

    /// Whether it may end here.
    pub(crate) fn is_complete(self) -> bool {
        match self {
            Self::Zero | Self::Integer | Self::Fraction | Self::Power => true,
            Self::Word(rest) => rest.is_empty(),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_scalar(text: &str) -> bool {
        let mut bytes = text.bytes();
        let first = bytes.next().and_then(Scalar::start);
        first
            .and_then(|first| bytes.try_fold(first, Scalar::step))
            .is_some_and(Scalar::is_complete)
    }

    #[test]
    fn agrees_with_serde_json() {
        for text in [
            "0", "-0", "-", "01", "1", "10.5", "1.", ".5", "1e5", "1E+5", "1e-05", "1e", "1e+", "-1.25e2",
            "true", "tru", "truee", "false", "null", "nul", "NaN", "+1", "--1", "1.2.3", "1e5.5", "0x1",
            "00", "-01", "1_0",
        ] {
            assert_eq!(
                is_scalar(text),
                serde_json::from_str::<serde_json::Value>(text).is_ok(),
                "{text}"
            );
        }
    }
}
