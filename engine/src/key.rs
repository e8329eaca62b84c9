//! Secret keys for hash bodies.

use core::fmt;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// A secret key. It has no `Debug` of its content.
///
/// ```
/// let key = lacuna::Key::new(b"sixteen bytes or more").ok_or("too short")?;
/// assert_eq!(format!("{key:?}"), "Key(..)");
/// assert_eq!(key.clone().mark("EMAIL", b"bob"), key.mark("EMAIL", b"bob"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Key {
    state: Hmac<Sha256>,
}

impl Key {
    /// Any number of bytes; fewer than 16 are refused.
    ///
    /// ```
    /// assert!(lacuna::Key::new(b"sixteen bytes or more").is_some());
    /// assert!(lacuna::Key::new(b"short").is_none());
    /// ```
    pub fn new(secret: &[u8]) -> Option<Self> {
        if secret.len() < 16 {
            return None;
        }
        Hmac::new_from_slice(secret).ok().map(|state| Self { state })
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
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}
