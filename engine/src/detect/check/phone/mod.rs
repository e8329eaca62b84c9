//! Telephone numbers: ITU-T E.164 and E.123, and how people of many countries write theirs.

mod codes;
mod form;
mod international;
mod national;
mod plain;

pub(super) use international::check as international;
pub(super) use national::check as national;
pub(super) use plain::check as plain;

/// Whether what stands before is the beginning of the same number, or of a longer one: `+49 ` before `(30) 90`,
/// `2024-` before `01-15`, `3.` before `14`.
fn goes_on(before: &[u8], bracketed: bool) -> bool {
    let part = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b' ' | b'-' | b'.' | b'/' | b'(' | b')');
    let rest = before.iter().rposition(|byte| !part(byte));
    if rest.is_some_and(|at| before.get(at) == Some(&b'+')) {
        return true;
    }
    match before {
        [.., byte] if byte.is_ascii_alphanumeric() || matches!(byte, b'$' | b'+' | b'_' | b'#') => true,
        // A bracketed area begins a number even behind another one, as behind a ZIP code.
        [.., digit, b' '] => digit.is_ascii_digit() && !bracketed,
        [.., letter, b'-' | b'.' | b'/' | b','] => letter.is_ascii_alphanumeric(),
        // The signs of the euro, the pound and the yen.
        [.., 0xE2, 0x82, 0xAC] | [.., 0xC2, 0xA3 | 0xA5] => true,
        _ => false,
    }
}
