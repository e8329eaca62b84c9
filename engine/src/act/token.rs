//! `token`: a value sealed under the newest key, for who has the key and asks in the same scope.
//!
//! `[ENTITY:kid:body]`: AES-SIV (RFC 5297, AES-SIV-CMAC-512) over the decoded value, with the scope's parts and the entity
//! as associated data, in letters. It is deterministic: equal values have equal tokens in one scope, in every process that
//! has the key, and there is nothing to look up. A body is what [`body`] says: 16 bytes more than the value, seven bytes in
//! twelve letters.

use super::{Replacement, Secrets, letters, placeholder};
use crate::Key;
use crate::hold::{Bytes, Text};
use aes_siv::KeyInit;
use aes_siv::siv::Aes256Siv;

/// The most bytes of a value that has a token; a longer one has a placeholder.
pub(crate) const MOST: u64 = 256;

/// The bytes that authenticate.
const TAG: usize = aes_siv::siv::IV_SIZE;

/// What else tokens may be made of, later: it has another word here.
const VERSION: &[u8] = b"lacuna token 1";

/// How many letters a body has for a value of so many bytes.
pub(crate) const fn body(value: usize) -> usize {
    letters::len(TAG + value)
}

/// What a token stands for.
#[derive(Debug)]
pub(crate) struct Opened {
    /// What the value is; as rules write it.
    pub entity: String,
    /// The value, decoded.
    pub value: Vec<u8>,
}

/// What replaces a value. A token of this key and scope stays as it is.
pub(super) fn replacement(entity: &str, value: &[u8], secrets: Secrets<'_>) -> Replacement {
    if open(value, secrets).is_some() {
        return Replacement {
            keep_start: value.len(),
            keep_end: 0,
            text: Text::Nothing,
        };
    }
    let sealed = seal(entity, value, secrets);
    Replacement::whole(sealed.unwrap_or_else(|| placeholder(entity)))
}

/// The token of a value, if it is not too long and there is a key.
fn seal(entity: &str, value: &[u8], secrets: Secrets<'_>) -> Option<Text> {
    if value.len() as u64 > MOST {
        return None;
    }
    let key = secrets.keys?.newest();
    let mut sealed = value.to_vec();
    let tag = with(key, |siv| {
        let said = associated(entity.as_bytes(), secrets);
        siv.encrypt_inout_detached(said, sealed.as_mut_slice().into())
            .ok()
    })?;
    let mut text = Vec::with_capacity(body(value.len()));
    letters::write(&[tag.as_slice(), &sealed].concat(), &mut text);
    let kid = key.id().as_str().as_bytes();
    Some(Text::Bytes(Bytes::of(&[
        b"[",
        entity.as_bytes(),
        b":",
        kid,
        b":",
        &text,
        b"]",
    ])))
}

/// What a text stands for, if it is a token that was made with one of the keys, for this scope. Its case does not count.
pub(crate) fn open(text: &[u8], secrets: Secrets<'_>) -> Option<Opened> {
    let keys = secrets.keys?;
    let inside = text.strip_prefix(b"[")?.strip_suffix(b"]")?;
    let mut parts = inside.splitn(3, |byte| *byte == b':');
    let (entity, kid, body) = (parts.next()?, parts.next()?, parts.next()?);
    let key = keys.of(kid)?;
    let sealed = letters::read(body)?;
    let (tag, sealed) = sealed.split_first_chunk::<TAG>()?;
    let entity = entity.to_ascii_uppercase();
    let mut value = sealed.to_vec();
    with(key, |siv| {
        let said = associated(&entity, secrets);
        siv.decrypt_inout_detached(said, value.as_mut_slice().into(), &(*tag).into())
            .ok()
    })?;
    let entity = String::from_utf8(entity).ok()?;
    Some(Opened { entity, value })
}

/// What a token says beside its value, which must be as it was.
fn associated<'a>(entity: &'a [u8], secrets: Secrets<'a>) -> [&'a [u8]; 5] {
    let [tenant, subject, conversation] = secrets.scope.parts();
    [VERSION, tenant, subject, conversation, entity]
}

/// The cipher has state of its own while it works.
fn with<T>(key: &Key, then: impl FnOnce(&mut Aes256Siv) -> T) -> T {
    then(&mut Aes256Siv::new(key.siv().into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Keys, Kid, Scope};

    fn key(id: &str, secret: &[u8]) -> Key {
        Key::with_id(Kid::new(id).unwrap(), secret).unwrap()
    }

    fn token(keys: &Keys, scope: &Scope, value: &[u8]) -> Vec<u8> {
        let secrets = Secrets {
            keys: Some(keys),
            scope,
        };
        match seal("EMAIL", value, secrets) {
            Some(Text::Bytes(bytes)) => bytes.to_vec(),
            other => panic!("{other:?}"),
        }
    }

    fn opened(keys: &Keys, scope: &Scope, text: &[u8]) -> Option<Vec<u8>> {
        let secrets = Secrets {
            keys: Some(keys),
            scope,
        };
        open(text, secrets).map(|opened| opened.value)
    }

    #[test]
    fn a_token_is_letters_of_an_exact_length_and_comes_back() {
        let keys = Keys::from(key("k1", b"0123456789abcdef"));
        let scope = Scope::parse("acme/ada/7");
        for count in (0..=MOST as usize).filter(|count| count % 9 < 3) {
            let value = vec![b'v'; count];
            let text = token(&keys, &scope, &value);
            assert_eq!(text.len(), "[EMAIL:k1:]".len() + body(count));
            assert_eq!(text, token(&keys.clone(), &scope, &value), "deterministic");
            assert_eq!(opened(&keys, &scope, &text), Some(value.clone()));
            for cased in [text.to_ascii_lowercase(), text.to_ascii_uppercase()] {
                assert_eq!(opened(&keys, &scope, &cased), Some(value.clone()));
            }
        }
        assert!(
            seal(
                "X",
                &[0; 257],
                Secrets {
                    keys: Some(&keys),
                    scope: &scope
                }
            )
            .is_none()
        );
        assert_eq!((body(15), body(256)), (54, 467));
    }

    #[test]
    fn no_other_scope_entity_key_or_letter_opens_it() {
        let keys = Keys::from(key("k1", b"0123456789abcdef"));
        let scope = Scope::parse("acme/ada/7");
        let text = token(&keys, &scope, b"bob@example.com");
        for other in ["acme/ada/8", "acme/ada", "acme/bob/7", "other/ada/7", ""] {
            assert_eq!(opened(&keys, &Scope::parse(other), &text), None, "{other}");
        }
        let other = Keys::from(key("k1", b"another secret key"));
        assert_eq!(opened(&other, &scope, &text), None);
        let as_phone = String::from_utf8(text.clone()).unwrap().replace("EMAIL", "PHONE");
        assert_eq!(opened(&keys, &scope, as_phone.as_bytes()), None);
        for at in 10..text.len() - 1 {
            let mut forged = text.clone();
            forged[at] = if forged[at] == b'a' { b'b' } else { b'a' };
            assert_eq!(opened(&keys, &scope, &forged), None, "{at}");
        }
        for cut in 0..text.len() {
            assert_eq!(opened(&keys, &scope, &text[..cut]), None, "{cut}");
        }
    }

    #[test]
    fn the_newest_key_masks_and_all_restore() {
        let (old, new) = (key("k1", b"0123456789abcdef"), key("k2", b"another secret key"));
        let before = Keys::from(old.clone());
        let after = Keys::new(vec![old, new.clone()]).unwrap();
        let scope = Scope::default();
        let text = token(&before, &scope, b"bob@example.com");
        assert_eq!(
            opened(&after, &scope, &text).as_deref(),
            Some(b"bob@example.com".as_slice())
        );
        assert!(token(&after, &scope, b"x").starts_with(b"[EMAIL:k2:"));
        assert_eq!(opened(&Keys::from(new), &scope, &text), None);
    }

    /// RFC 5297, appendix A.1, through the same calls but for the key's length.
    #[test]
    fn the_cipher_is_that_of_the_standard() {
        let hex = |text: &str| -> Vec<u8> {
            let pairs = text.as_bytes().chunks(2);
            pairs
                .map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap())
                .collect()
        };
        let key: [u8; 32] = hex("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff")
            .try_into()
            .unwrap();
        let said = hex("101112131415161718191a1b1c1d1e1f2021222324252627");
        let mut text = hex("112233445566778899aabbccddee");
        let mut siv = aes_siv::siv::Aes128Siv::new(&key.into());
        let tag = siv
            .encrypt_inout_detached([&said], text.as_mut_slice().into())
            .unwrap();
        assert_eq!(
            [tag.as_slice(), &text].concat(),
            hex("85632d07c6e8f37f950acd320a2ecc9340c02b9690c4dc04daef7f6afe5c")
        );
    }
}
