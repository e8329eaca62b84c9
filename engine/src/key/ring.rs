//! Several keys: the newest masks, all of them restore.

use super::{Key, Kid};
use core::fmt;
use std::collections::BTreeSet;
use std::sync::Arc;
use toml::Value;

/// One or more keys, each with its own id, the newest last.
///
/// ```
/// use lacuna::{Key, Keys, Kid};
///
/// let old = Key::new(b"sixteen bytes or more").ok_or("too short")?;
/// let new = Key::with_id(Kid::new("k1").ok_or("no id")?, b"another secret key").ok_or("too short")?;
/// let keys = Keys::new(vec![old, new]).ok_or("not two ids")?;
/// assert_eq!(keys.newest().id().as_str(), "k1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Keys {
    newest: Key,
    /// The others. Invariant: no two ids are the same.
    older: Arc<[Key]>,
}

impl Keys {
    /// Keys in the order of their age; none if there is no key, or an id comes twice.
    ///
    /// ```
    /// use lacuna::{Key, Keys};
    ///
    /// let key = Key::new(b"sixteen bytes or more").ok_or("too short")?;
    /// assert!(Keys::new(vec![key.clone(), key]).is_none());
    /// assert!(Keys::new(Vec::new()).is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(mut keys: Vec<Key>) -> Option<Self> {
        let ids: BTreeSet<&str> = keys.iter().map(|key| key.id.as_str()).collect();
        if ids.len() < keys.len() {
            return None;
        }
        let newest = keys.pop()?;
        let older = keys.into();
        Some(Self { newest, older })
    }

    /// Reads a key file: either one secret, which is all of its bytes but one line end, or a list of keys, the newest
    /// last:
    ///
    /// ```toml
    /// [[key]]
    /// id = "k0"                          # 1 to 16 lower case letters and digits
    /// secret = "at least sixteen bytes"  # as they are, or hex = "00ff…"
    ///
    /// [[key]]
    /// id = "k1"
    /// hex = "8f2d0c1b7e6a4f538f2d0c1b7e6a4f53"
    /// ```
    ///
    /// A single secret has the id `k0`. It is a list if its first line that is neither empty nor a comment is `[[key]]`.
    ///
    /// ```
    /// use lacuna::{KeyFault, Keys};
    ///
    /// assert_eq!(Keys::read(b"sixteen bytes or more\n")?.newest().id().as_str(), "k0");
    /// let two = "[[key]]\nid = 'k0'\nsecret = 'sixteen bytes or more'\n\
    ///            [[key]]\nid = 'k1'\nhex = '000102030405060708090a0b0c0d0e0f'\n";
    /// assert_eq!(Keys::read(two.as_bytes())?.newest().id().as_str(), "k1");
    /// let fault = Keys::read(b"[[key]]\nid = 'k0'\nsecret = 'short'\n").unwrap_err();
    /// assert_eq!(fault, KeyFault::Short { key: 1, bytes: 5 });
    /// # Ok::<(), KeyFault>(())
    /// ```
    ///
    /// # Errors
    /// The first thing that is wrong, without anything of what the file says.
    pub fn read(file: &[u8]) -> Result<Self, KeyFault> {
        if !is_list(file) {
            let secret = file.strip_suffix(b"\n").unwrap_or(file);
            let secret = secret.strip_suffix(b"\r").unwrap_or(secret);
            let short = KeyFault::Short {
                key: 1,
                bytes: secret.len(),
            };
            return Key::new(secret).map(Self::from).ok_or(short);
        }
        let text = core::str::from_utf8(file).map_err(|_| KeyFault::NoToml)?;
        let table: toml::Table = text.parse().map_err(|_| KeyFault::NoToml)?;
        let known =
            |table: &toml::Table, names: &[&str]| table.keys().all(|key| names.contains(&key.as_str()));
        let list = table.get("key").and_then(Value::as_array);
        let Some(list) = list.filter(|_| known(&table, &["key"])) else {
            return Err(KeyFault::UnknownKey { key: 0 });
        };
        let mut keys = Vec::new();
        for (entry, key) in list.iter().zip(1..) {
            let table = entry
                .as_table()
                .filter(|table| known(table, &["id", "secret", "hex"]));
            let table = table.ok_or(KeyFault::UnknownKey { key })?;
            let id = table.get("id").and_then(Value::as_str).and_then(Kid::new);
            let id = id.ok_or(KeyFault::NoId { key })?;
            let secret = match (table.get("secret"), table.get("hex")) {
                (Some(Value::String(secret)), None) => secret.as_bytes().to_vec(),
                (None, Some(Value::String(hex))) => unhex(hex).ok_or(KeyFault::NoSecret { key })?,
                _ => return Err(KeyFault::NoSecret { key }),
            };
            let bytes = secret.len();
            keys.push(Key::with_id(id, &secret).ok_or(KeyFault::Short { key, bytes })?);
        }
        Self::new(keys).ok_or(KeyFault::SameId)
    }

    /// The key that masks.
    ///
    /// ```
    /// use lacuna::{Key, Keys};
    ///
    /// let keys = Keys::from(Key::new(b"sixteen bytes or more").ok_or("too short")?);
    /// assert_eq!(keys.newest().id().as_str(), "k0");
    /// # Ok::<(), &str>(())
    /// ```
    pub fn newest(&self) -> &Key {
        &self.newest
    }

    /// The key of an id, whatever its case.
    pub(crate) fn of(&self, id: &[u8]) -> Option<&Key> {
        self.all()
            .find(|key| key.id.as_str().as_bytes().eq_ignore_ascii_case(id))
    }

    /// All of them, the newest first.
    fn all(&self) -> impl Iterator<Item = &Key> {
        core::iter::once(&self.newest).chain(&*self.older)
    }
}

impl From<Key> for Keys {
    fn from(newest: Key) -> Self {
        let older = Arc::new([]);
        Self { newest, older }
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.all().map(Key::id)).finish()
    }
}

/// Why a key file cannot be used: which of its keys, counted from 1, and nothing of what it says.
///
/// ```
/// use lacuna::{KeyFault, Keys};
///
/// let fault = |text: &str| Keys::read(text.as_bytes()).unwrap_err();
/// let key = "[[key]]\nid = 'k0'\nsecret = 'sixteen bytes or more'\n";
/// assert_eq!(fault("short"), KeyFault::Short { key: 1, bytes: 5 });
/// assert_eq!(fault("[[key]]\nid = "), KeyFault::NoToml);
/// assert_eq!(fault("[[key]]\nname = 'k0'\n"), KeyFault::UnknownKey { key: 1 });
/// assert_eq!(fault(&key.replace("k0", "K0")), KeyFault::NoId { key: 1 });
/// assert_eq!(fault(&key.replace("secret", "hex")), KeyFault::NoSecret { key: 1 });
/// assert_eq!(fault(&format!("{key}{key}")), KeyFault::SameId);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyFault {
    /// A secret of fewer than 16 bytes.
    Short {
        /// Which.
        key: usize,
        /// How many it has.
        bytes: usize,
    },
    /// A list that is no TOML.
    NoToml,
    /// A name that a key does not have; or, of key 0, that the file does not.
    UnknownKey {
        /// Which.
        key: usize,
    },
    /// No id, or one that is not made of 1 to 16 lower case letters and digits.
    NoId {
        /// Which.
        key: usize,
    },
    /// Neither `secret` nor `hex`, or both, or no pairs of hexadecimal digits.
    NoSecret {
        /// Which.
        key: usize,
    },
    /// Two keys have the same id.
    SameId,
}

impl fmt::Display for KeyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short { bytes, .. } => write!(f, "{bytes} bytes are too short for a key"),
            Self::NoToml => f.write_str("the list of keys is no TOML"),
            Self::UnknownKey { key: 0 } => f.write_str("the file has something else than [[key]]"),
            Self::UnknownKey { key } => write!(f, "key {key} has something else than id, secret and hex"),
            Self::NoId { key } => write!(f, "key {key} has no id of 1 to 16 lower case letters and digits"),
            Self::NoSecret { key } => write!(f, "key {key} has not exactly one of secret and hex"),
            Self::SameId => f.write_str("two keys have the same id"),
        }
    }
}

impl core::error::Error for KeyFault {}

/// Whether a key file is a list of keys.
fn is_list(file: &[u8]) -> bool {
    let mut lines = file.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with(b"#"));
    first.is_some_and(|line| {
        let rest = line.strip_prefix(b"[[key]]").map(<[u8]>::trim_ascii_start);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"#"))
    })
}

/// The bytes that pairs of hexadecimal digits stand for.
fn unhex(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let bytes = pairs
        .iter()
        .map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?));
    rest.is_empty().then(|| bytes.collect()).flatten()
}
