//! Secret keys: of hash bodies and tokens, several by their ids, and what a token is good for.

mod ring;
mod scope;

pub use ring::{KeyFault, Keys};
pub use scope::Scope;

use core::fmt;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What AES-SIV-CMAC-512 takes: one half authenticates, the other encrypts (RFC 5297, section 6).
pub(crate) type SivKey = [u8; 64];

/// A secret key, with its id. It has no `Debug` of its content.
///
/// ```
/// let key = lacuna::Key::new(b"sixteen bytes or more").ok_or("too short")?;
/// assert_eq!(format!("{key:?}"), "Key(..)");
/// assert_eq!(key.clone().mark("EMAIL", b"bob"), key.mark("EMAIL", b"bob"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Key {
    id: Kid,
    state: Hmac<Sha256>,
    siv: SivKey,
    digits: [u8; 32],
}

/// The id of a key, which stands in tokens: 1 to 16 lower case letters and digits. It is no secret.
///
/// ```
/// use lacuna::Kid;
///
/// assert_eq!(Kid::new("k7").ok_or("no id")?.as_str(), "k7");
/// assert!(Kid::new("K7").is_none() && Kid::new("").is_none() && Kid::new("2026-11").is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Kid(Box<str>);

impl Kid {
    /// The most letters and digits.
    pub(crate) const LONGEST: usize = 16;

    /// An id, if it has its form.
    ///
    /// ```
    /// assert!(lacuna::Kid::new("november2026").is_some());
    /// assert!(lacuna::Kid::new("seventeenletters0").is_none());
    /// ```
    pub fn new(text: &str) -> Option<Self> {
        let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let right = (1..=Self::LONGEST).contains(&text.len()) && text.bytes().all(is_part);
        right.then(|| Self(text.into()))
    }

    /// Its letters and digits.
    ///
    /// ```
    /// assert_eq!(lacuna::Kid::new("k0").ok_or("no id")?.as_str(), "k0");
    /// # Ok::<(), &str>(())
    /// ```
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Key {
    /// Any number of bytes; fewer than 16 are refused. Its id is `k0`.
    ///
    /// ```
    /// assert!(lacuna::Key::new(b"sixteen bytes or more").is_some());
    /// assert!(lacuna::Key::new(b"short").is_none());
    /// ```
    pub fn new(secret: &[u8]) -> Option<Self> {
        Self::with_id(Kid("k0".into()), secret)
    }

    /// The same with an id of its own.
    ///
    /// ```
    /// use lacuna::{Key, Kid};
    ///
    /// let id = Kid::new("k7").ok_or("no id")?;
    /// assert_eq!(Key::with_id(id, b"sixteen bytes or more").ok_or("too short")?.id().as_str(), "k7");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_id(id: Kid, secret: &[u8]) -> Option<Self> {
        if secret.len() < 16 {
            return None;
        }
        let state = Hmac::new_from_slice(secret).ok()?;
        let mut siv = [0; 64];
        for (half, number) in siv.chunks_mut(32).zip(1..) {
            half.copy_from_slice(&derive(&state, b"lacuna token", number));
        }
        let digits = derive(&state, b"lacuna fpe", 1);
        Some(Self {
            id,
            state,
            siv,
            digits,
        })
    }

    /// Its id.
    ///
    /// ```
    /// assert_eq!(lacuna::Key::new(b"sixteen bytes or more").ok_or("too short")?.id().as_str(), "k0");
    /// # Ok::<(), &str>(())
    /// ```
    pub fn id(&self) -> &Kid {
        &self.id
    }

    /// The first 8 bytes of HMAC-SHA-256 over `domain`, a zero byte and `value` (RFC 2104), the first of them the
    /// highest in the number. One value has another mark in another domain.
    ///
    /// ```
    /// let key = lacuna::Key::new(b"sixteen bytes or more").ok_or("too short")?;
    /// assert_eq!(key.mark("EMAIL", b"bob@example.com"), 0xd448_2992_b236_6856);
    /// assert_ne!(key.mark("EMAIL", b"1"), key.mark("PHONE", b"1"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn mark(&self, domain: &str, value: &[u8]) -> u64 {
        let mut mac = self.state.clone();
        mac.update(domain.as_bytes());
        mac.update(&[0]);
        mac.update(value);
        let digest = mac.finalize().into_bytes();
        digest
            .iter()
            .take(8)
            .fold(0, |mark, byte| mark << 8 | u64::from(*byte))
    }

    /// What tokens are sealed with.
    pub(crate) fn siv(&self) -> &SivKey {
        &self.siv
    }

    /// What digits are encrypted with.
    pub(crate) fn digits(&self) -> &[u8; 32] {
        &self.digits
    }
}

/// A key for one purpose: HMAC-SHA-256 over a label, a zero byte and a number. No entity, which is a mark's domain, has
/// lower case letters, so no mark is a part of a key.
fn derive(state: &Hmac<Sha256>, label: &[u8], number: u8) -> [u8; 32] {
    let mut mac = state.clone();
    mac.update(label);
    mac.update(&[0, number]);
    mac.finalize().into_bytes().into()
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}
