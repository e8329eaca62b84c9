//! That a rules file is refused with a reason, whatever is in it.

use crate::Source;

/// Any text as a rules file. What follows a NUL is what a file that it extends says.
///
/// # Panics
/// Reading it does, or a fault has no place or no words.
pub fn fuzz_rules(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (text, other) = text.split_once('\0').unwrap_or((&text, ""));
    let mut reads = 0;
    let read = Source::parse(text, "rules.toml", &mut |_, _| {
        reads += 1;
        assert!(reads < 1000, "files that extend each other are read for ever");
        Ok(other.to_owned())
    });
    match read {
        Ok(source) => assert_eq!(source.classes.len(), source.treatments.len()),
        Err(faults) => {
            assert!(!faults.0.is_empty(), "refused without a reason");
            for fault in &faults.0 {
                assert!(
                    fault.line > 0 && fault.column > 0 && !fault.message.is_empty(),
                    "{fault:?}"
                );
            }
        }
    }
}
