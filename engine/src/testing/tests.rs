//! The bodies on the files of `fuzz/corpus` and on changed copies of them: a crash that was found stays found.

use super::{
    fuzz_framing, fuzz_invariance, fuzz_json, fuzz_kernels, fuzz_redactor, fuzz_restore, fuzz_rules,
};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;

/// How many changed inputs a body reads, unless `LACUNA_FUZZ_CASES` says otherwise; `LACUNA_FUZZ_SEED` makes them others.
const CASES: usize = 2_000;

/// What bytes are often changed to.
const WORDS: &[&[u8]] = &[
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\n",
    b"\r",
    b"\n\n",
    b"data: ",
    b"event:",
    b"\\u00",
    b"\\ud83d",
    b"\xF0\x9F\x98",
    b"\xEF\xBB\xBF",
    b"\0",
    b"[EMAIL]",
    b"ada@example.com",
    b"4111 1111 1111 1111",
    b"078-05-1121",
    b"AKIAIOSFODNN7EXAMPLE",
    b"-----BEGIN PRIVATE KEY-----",
    b"password=hunter2",
    b"EMP-204817",
    b"{\\\"a\\\":\\\"",
    b"1e3",
    b"-0",
    b"null",
    b"://a:b@",
    b"eyJhbGciOiJIUzI1NiJ9.",
    b"192.0.2.1",
    b"::1",
    b"tok_a1 b2 def",
    b"[EMAIL:k0:",
];

/// SplitMix64: the same inputs at every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    /// A copy of one seed with a few changes.
    fn changed(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = seeds[self.below(seeds.len())].clone();
        for _ in 0..=self.below(6) {
            let at = self.below(bytes.len() + 1);
            match self.below(7) {
                0 if at < bytes.len() => bytes[at] = self.next() as u8,
                1 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
                2 => drop(bytes.drain(at..(at + self.below(9)).min(bytes.len()))),
                3 => {
                    let other = &seeds[self.below(seeds.len())];
                    let from = self.below(other.len() + 1);
                    let piece = other[from..(from + self.below(120)).min(other.len())].to_vec();
                    bytes.splice(at..at, piece);
                }
                4 => bytes.truncate(at.max(9)),
                // Limits are far from where most inputs end.
                5 => {
                    let piece = bytes[at..(at + 1 + self.below(40)).min(bytes.len())].to_vec();
                    let times = [3, 20, 200][self.below(3)];
                    drop(bytes.splice(at..at, piece.repeat(times)));
                }
                _ => drop(bytes.splice(at..at, WORDS[self.below(WORDS.len())].iter().copied())),
            }
        }
        // The dials at the start are changed more often than chance would.
        let dial = self.below(16);
        if let Some(byte) = bytes.get_mut(dial) {
            *byte = self.next() as u8;
        }
        bytes
    }
}

/// Runs a body over its seeds and their changed copies; a failure names the input so that it can be kept.
fn run(target: &str, body: impl Fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fuzz/corpus")
        .join(target);
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    let seeds: Vec<Vec<u8>> = files.iter().map(|file| std::fs::read(file).unwrap()).collect();
    assert!(seeds.len() >= 4, "{target} has {} seeds", seeds.len());
    let mut random = Random(number("LACUNA_FUZZ_SEED").unwrap_or(1) as u64);
    let changed = (0..number("LACUNA_FUZZ_CASES").unwrap_or(CASES)).map(|_| random.changed(&seeds));
    for input in seeds.clone().into_iter().chain(changed) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| body(&input))) {
            println!("{target} fails on b\"{}\"", input.escape_ascii());
            resume_unwind(panic);
        }
    }
}

/// A number in the environment.
fn number(name: &str) -> Option<usize> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn invariance() {
    run("invariance", fuzz_invariance);
}

#[test]
fn redactor() {
    run("redactor", fuzz_redactor);
}

#[test]
fn json() {
    run("json", |data| {
        fuzz_json(data, |text| {
            serde_json::from_slice::<serde::de::IgnoredAny>(text).is_ok()
        });
    });
}

#[test]
fn framing() {
    run("framing", fuzz_framing);
}

#[test]
fn kernels() {
    run("kernels", fuzz_kernels);
}

#[test]
fn rules() {
    run("rules", fuzz_rules);
}

/// A body that cannot fail proves nothing.
#[test]
fn a_reader_that_differs_is_noticed() {
    assert!(catch_unwind(|| fuzz_json(b"[1]", |_| false)).is_err());
    assert!(catch_unwind(|| fuzz_json(b"[1", |_| true)).is_err());
}

#[test]
fn what_was_sealed_comes_back() {
    run("restore", fuzz_restore);
}
