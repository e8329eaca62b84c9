//! Every kernel against the scalar one, and that against the obvious truth.

use super::{block::WIDTH, *};
use lacuna_corpus::Rng;
use proptest::prelude::*;

/// Alphabets in which shapes are frequent.
const ALPHABETS: [&[u8]; 9] = [
    b"0123456789",
    b"0123456789-. ",
    b"01.2.3+(:",
    b"0a:F:9::",
    b"ABZ09 a_-",
    b"abcdefABCDEF0123456789",
    b"\"\\{}[]:, \t\n\r\x00\x1f\x20\x7f\x80\xff@",
    b"key_ghp-AKIAxoxb:sk_",
    b"AB1 2/3.-C4",
];

/// Bytes of one alphabet for a while, then of another.
fn random_bytes(rng: &mut Rng, len: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(len);
    while bytes.len() < len {
        let alphabet = rng.pick(&ALPHABETS);
        for _ in 0..rng.between(1, 70) {
            let any = rng.chance(2);
            bytes.push(if any {
                rng.next_u64() as u8
            } else {
                alphabet[rng.under(alphabet.len())]
            });
        }
    }
    bytes.truncate(len);
    bytes
}

/// A literal of one to four places, padded in front.
fn literal(text: &[u8]) -> [ByteSet; 4] {
    let mut sets = [ByteSet::FULL; 4];
    for (set, byte) in sets.iter_mut().rev().zip(text.iter().rev()) {
        *set = ByteSet::of(&[byte.to_ascii_lowercase(), byte.to_ascii_uppercase()]);
    }
    sets
}

/// Some literals, many of them in the text.
fn random_literals(rng: &mut Rng, text: &[u8]) -> Vec<[ByteSet; 4]> {
    // Now and then more than are told apart.
    let most = if rng.chance(20) { 200 } else { 60 };
    (0..rng.under(most))
        .map(|_| {
            let len = rng.between(1, 4).min(text.len());
            let at = rng.under(text.len() - len + 1);
            literal(&text[at..at + len])
        })
        .collect()
}

fn random_anchors(rng: &mut Rng, text: &[u8]) -> Anchors {
    let shapes = match rng.under(3) {
        0 => Shapes::ALL,
        1 => Shapes::NONE,
        _ => Shape::ALL
            .into_iter()
            .filter(|_| rng.chance(50))
            .fold(Shapes::NONE, Shapes::with),
    };
    let listed = match rng.under(4) {
        0 => ByteSet::of(b"@=~\x80"),
        1 => ByteSet::of(b"%"),
        2 => ByteSet::of(b"abc_-#/{0"),
        _ => ByteSet::EMPTY,
    };
    let literals = if text.is_empty() {
        Vec::new()
    } else {
        random_literals(rng, text)
    };
    Anchors::new(shapes, &literals, listed)
}

fn scan(kernels: Kernels, input: &[u8], anchors: &Anchors) -> Vec<Block> {
    scan_after(kernels, input, anchors, Before::Nothing)
}

fn scan_after(kernels: Kernels, input: &[u8], anchors: &Anchors, before: Before) -> Vec<Block> {
    let mut planes = Planes::new();
    let scan = planes.scan(kernels, input, anchors, before, Start::Outside);
    assert!(input.starts_with(scan.bytes) && scan.bytes.len() <= WINDOW);
    // It ends early only where more follows, a little, and behind what no string has.
    assert!(scan.bytes.len() + 256 > input.len().min(WINDOW));
    assert!(scan.bytes.len() == input.len().min(WINDOW) || input.len() > WINDOW);
    assert_eq!(scan.blocks.len(), scan.bytes.len().div_ceil(WIDTH));
    scan.blocks.to_vec()
}

/// The offsets of the bits of a plane.
fn offsets(blocks: &[Block], plane: impl Fn(&Block) -> u64) -> Vec<usize> {
    (0..blocks.len() * WIDTH)
        .filter(|&at| plane(&blocks[at / WIDTH]) >> (at % WIDTH) & 1 != 0)
        .collect()
}

#[test]
fn the_lowest_bit_is_the_first_byte() {
    let mut input = [b'x'; 70];
    for (at, byte) in [(0, b'"'), (63, b'\\'), (64, b'{'), (69, b']')] {
        input[at] = byte;
    }
    for kernels in Kernels::all() {
        let blocks = scan(
            kernels,
            &input,
            &Anchors::new(Shapes::NONE, &[], ByteSet::of(b"{")),
        );
        let (first, second) = (blocks[0], blocks[1]);
        assert_eq!(
            first,
            Block {
                quote: 1,
                parity: u64::MAX,
                backslash: 1 << 63,
                rare: 1 << 63,
                ..Block::default()
            },
            "{kernels:?}"
        );
        assert_eq!(
            second,
            Block {
                parity: 0b11_1111,
                operator: 1 | 1 << 5,
                bracket: 1 | 1 << 5,
                hot: 1,
                ..Block::default()
            },
            "{kernels:?}"
        );
    }
}

/// One field of a block.
type Plane = fn(&Block) -> u64;

#[test]
fn every_byte_is_in_its_planes() {
    let input: Vec<u8> = (0..=255).collect();
    let anchors = Anchors::new(Shapes::NONE, &[], ByteSet::of(b"@~\x00\x7f"));
    for kernels in Kernels::all() {
        let blocks = scan(kernels, &input, &anchors);
        let planes: [(Plane, Vec<u8>); 6] = [
            (|block| block.quote, b"\"".to_vec()),
            (|block| block.backslash, b"\\".to_vec()),
            (|block| block.control, (0..0x20).collect()),
            (|block| block.operator, b",:[]{}".to_vec()),
            (|block| block.bracket, b"[]{}".to_vec()),
            (|block| block.hot, b"\x00@~\x7f".to_vec()),
        ];
        for (plane, bytes) in planes {
            let found: Vec<u8> = offsets(&blocks, plane).into_iter().map(|at| at as u8).collect();
            assert_eq!(found, bytes, "{kernels:?}");
        }
    }
}

#[test]
fn kernels_agree_at_every_length_and_alignment() {
    let mut rng = Rng::new(1);
    let text = random_bytes(&mut rng, 264);
    let many = random_anchors(&mut rng, &text);
    let all = Anchors::new(
        Shapes::ALL,
        &random_literals(&mut rng, &text),
        ByteSet::of(b"~\xc3"),
    );
    for anchors in [many, all] {
        for start in 0..64 {
            for len in 0..=200 {
                let input = &text[start..start + len];
                let expected = scan(Kernels::capped(Level::Scalar), input, &anchors);
                for kernels in Kernels::all() {
                    assert_eq!(
                        scan(kernels, input, &anchors),
                        expected,
                        "{kernels:?} {start} {len}"
                    );
                }
            }
        }
    }
}

#[test]
fn kernels_agree_on_many_anchors() {
    for seed in 0..400 {
        let mut rng = Rng::new(seed);
        let len = if seed % 20 == 0 {
            rng.under(9000)
        } else {
            rng.under(700)
        };
        let text = random_bytes(&mut rng, len);
        let anchors = random_anchors(&mut rng, &text);
        let expected = scan(Kernels::capped(Level::Scalar), &text, &anchors);
        for kernels in Kernels::all() {
            assert_eq!(
                scan(kernels, &text, &anchors),
                expected,
                "{kernels:?} seed {seed}"
            );
        }
    }
}

#[test]
fn a_window_takes_what_it_holds() {
    let text = random_bytes(&mut Rng::new(3), WINDOW + 200);
    let anchors = Anchors::new(Shapes::ALL, &[], ByteSet::EMPTY);
    for kernels in Kernels::all() {
        assert_eq!(
            scan(kernels, &text, &anchors),
            scan(kernels, &text[..WINDOW], &anchors)
        );
        assert!(scan(kernels, &[], &anchors).is_empty());
    }
}

#[test]
fn escapes_and_strings_are_followed_from_block_to_block() {
    let anchors = Anchors::new(Shapes::NONE, &[], ByteSet::EMPTY);
    for seed in 0..300 {
        let mut rng = Rng::new(seed);
        let len = rng.under(300);
        let text: Vec<u8> = (0..len).map(|_| b"\\\\\\\"a ["[rng.under(7)]).collect();
        for before in [Before::Nothing, Before::Backslash] {
            for kernels in Kernels::all() {
                let blocks = scan_after(kernels, &text, &anchors, before);
                let (mut inside, mut escaped) = (false, before == Before::Backslash);
                let mut quote_before = false;
                for (at, byte) in text.iter().enumerate() {
                    let bit = |plane: fn(&Block) -> u64| plane(&blocks[at / WIDTH]) >> (at % WIDTH) & 1 != 0;
                    let quote = *byte == b'"' && !escaped;
                    escaped = *byte == b'\\' && !escaped;
                    inside ^= quote;
                    assert_eq!(
                        (bit(|block| block.quote), bit(|block| block.parity)),
                        (quote, inside),
                        "{kernels:?} seed {seed} at {at}"
                    );
                    assert_eq!(bit(|block| block.lead), quote_before && b" [".contains(byte));
                    quote_before = quote;
                }
                assert_eq!(before.after(&text) == Before::Backslash, escaped);
            }
        }
    }
}

#[test]
fn every_high_byte_is_named() {
    let anchors = Anchors::new(Shapes::NONE, &[], ByteSet::EMPTY);
    for seed in 0..300 {
        let mut rng = Rng::new(seed);
        let len = rng.between(1, 2000);
        let share = rng.under(3);
        let text: Vec<u8> = (0..len)
            .map(|_| if rng.chance(share) { 0xC3 } else { b'a' })
            .collect();
        let (from, to) = (rng.under(len), rng.under(len + 1));
        let truth: Vec<usize> = (from..to).filter(|at| text[*at] == 0xC3).collect();
        for kernels in Kernels::all() {
            let mut planes = Planes::new();
            let scan = planes.scan(kernels, &text, &anchors, Before::Nothing, Start::Outside);
            let named = scan
                .high(from, to)
                .iter()
                .zip(from / WIDTH..)
                .flat_map(|(high, index)| {
                    let bits = (0..WIDTH).filter(move |bit| high >> bit & 1 == 1);
                    bits.map(move |bit| index * WIDTH + bit)
                });
            let named: Vec<_> = named.filter(|at| (from..to).contains(at)).collect();
            assert_eq!(named, truth, "{kernels:?} seed {seed}");
        }
    }
}

/// Whether `text` ends in what the tests say, the last test being of the last byte.
fn ends(text: &[u8], tests: &[&dyn Fn(u8) -> bool]) -> bool {
    text.len() >= tests.len()
        && (text[text.len() - tests.len()..].iter().zip(tests)).all(|(&byte, test)| test(byte))
}

/// How many bytes at the end pass.
fn tail(text: &[u8], test: impl Fn(u8) -> bool) -> usize {
    text.iter().rev().take_while(|&&byte| test(byte)).count()
}

/// What is before the last `most` or fewer bytes that pass, for each count of them from one on.
fn without_run(text: &[u8], most: usize, test: impl Fn(u8) -> bool) -> impl Iterator<Item = &[u8]> {
    (1..=tail(text, test).min(most)).map(|len| &text[..text.len() - len])
}

/// Whether a shape ends with the text: what [`Shape`] says, read backwards.
fn shape_ends(shape: Shape, text: &[u8]) -> bool {
    let digit = |byte: u8| byte.is_ascii_digit();
    let hex = |byte: u8| byte.is_ascii_hexdigit();
    let upper = |byte: u8| byte.is_ascii_uppercase();
    let is = |wanted: u8| move |byte: u8| byte == wanted;
    let mark = |byte: u8| b"-. ".contains(&byte);
    let d: &dyn Fn(u8) -> bool = &digit;
    match shape {
        Shape::At => text.ends_with(b"@"),
        Shape::Digits13 => tail(text, digit) == 13,
        Shape::Digits9 => tail(text, digit) == 9,
        Shape::Digits6 => tail(text, digit) == 6,
        Shape::Group33 => {
            let close = |byte: u8| b"- /".contains(&byte);
            let dot = is(b'.');
            ends(text, &[d, d, d, &close, d, d, d]) || ends(text, &[&dot, d, d, d, &dot, d, d, d])
        }
        Shape::Coded => {
            let gap = |byte: u8| b"-./ ".contains(&byte);
            let last = |byte: u8| upper(byte) || mark(byte);
            let touch = |text: &[u8]| ends(text, &[&upper, d]) || ends(text, &[d, &upper]);
            let before = tail(text, |byte| byte.is_ascii_alphanumeric()).min(26);
            touch(text)
                && !(1..before.max(1)).any(|back| touch(&text[..text.len() - back]) && back + 1 < before)
                || ends(text, &[&last, &upper, &gap, d])
                || ends(text, &[d, &gap, &upper, &last])
        }
        Shape::Pairs => {
            ends(text, &[d, d, &is(b' '), d, d, &is(b' '), d, d])
                || ends(text, &[d, d, &is(b'-'), d, d, &is(b'-'), d, d])
                    && tail(&text[..text.len() - 8], digit) < 2
        }
        Shape::Uuid => {
            let rest = text.strip_suffix(b"-").unwrap_or_default();
            tail(rest, hex) >= 4
                && ends(
                    &rest[..rest.len() - 4],
                    &[&hex, &hex, &hex, &hex, &hex, &hex, &hex, &hex, &is(b'-')],
                )
        }
        Shape::Mixed12 => {
            let mixed = |text: &[u8]| {
                text.last_chunk::<12>().is_some_and(|last| {
                    last.iter().all(u8::is_ascii_alphanumeric)
                        && last.iter().any(u8::is_ascii_digit)
                        && last.iter().any(u8::is_ascii_alphabetic)
                })
            };
            mixed(text) && !mixed(&text[..text.len() - 1])
        }
        Shape::Group44 => {
            let close = |byte: u8| b"- :".contains(&byte);
            ends(text, &[d, d, d, d, &close, d, d, d, d])
        }
        Shape::Ssn324 => ends(text, &[d, d, d, &mark, d, d, &mark, d, d, d, d]),
        Shape::Phone34 => ends(text, &[d, d, d, &mark, d, d, d, d]),
        Shape::PlusDigit => ends(text, &[&is(b'+'), d]) || ends(text, &[&is(b'+'), &is(b'('), d]),
        Shape::Quad => {
            ends(text, &[&is(b'.'), d])
                && without_run(&text[..text.len() - 2], 3, digit)
                    .filter_map(|rest| rest.strip_suffix(b"."))
                    .flat_map(|rest| without_run(rest, 3, digit))
                    .any(|rest| ends(rest, &[d, &is(b'.')]))
        }
        Shape::Colons => {
            text.ends_with(b"::")
                || text.ends_with(b":")
                    && without_run(&text[..text.len() - 1], 4, hex)
                        .filter_map(|rest| rest.strip_suffix(b":"))
                        .flat_map(|rest| without_run(rest, 4, hex))
                        .any(|rest| ends(rest, &[&hex, &is(b':')]))
        }
        Shape::Dated => {
            let mark = |byte: u8| b"-/.".contains(&byte);
            let gap = |byte: u8| b"- ".contains(&byte);
            let lower = |byte: u8| byte.is_ascii_lowercase();
            ends(text, &[d, &mark, d, d])
                || ends(text, &[d, &mark, d, &mark])
                || ends(text, &[d, &gap, &upper, &lower])
        }
        Shape::Iban => {
            ends(text, &[&upper, &upper, d, d])
                && !text[..text.len() - 4]
                    .last()
                    .is_some_and(u8::is_ascii_alphanumeric)
        }
    }
}

/// Whether a literal ends with the text; a missing byte is only in the full set.
fn literal_ends(literal: &[ByteSet; 4], text: &[u8]) -> bool {
    literal.iter().rev().enumerate().all(|(back, set)| {
        let byte = text.len().checked_sub(back + 1).map(|at| text[at]);
        byte.map_or(*set == ByteSet::FULL, |byte| set.contains(byte))
    })
}

/// Checks a scan for shapes alone, one by one, against [`shape_ends`].
fn check_shapes(text: &[u8]) {
    for kernels in Kernels::all() {
        for shape in Shape::ALL {
            let anchors = Anchors::new(Shapes::NONE.with(shape), &[], ByteSet::EMPTY);
            let found = offsets(&scan(kernels, text, &anchors), |block| block.hot);
            let expected: Vec<_> = (0..text.len())
                .filter(|&at| shape_ends(shape, &text[..=at]))
                .collect();
            assert_eq!(
                found,
                expected,
                "{kernels:?} {shape:?} in {:?}",
                text.escape_ascii().to_string()
            );
        }
    }
}

#[test]
fn shapes_are_where_they_end() {
    let cases: [(Shape, &str, &[usize]); 38] = [
        (Shape::At, "a@b", &[1]),
        (Shape::Digits9, "12345678901234", &[8]),
        (Shape::Digits13, "12345678901234", &[12]),
        (Shape::Digits13, "x1234567890123", &[13]),
        (Shape::Group44, "94111 1111-1111", &[9, 14]),
        (Shape::Group44, "4111.1111 4111:1111", &[13, 18]),
        (Shape::Ssn324, "078-05-1120", &[10]),
        (Shape::Ssn324, "078 05.11201", &[10]),
        (Shape::Ssn324, "078-5-1120", &[]),
        (Shape::Phone34, "(555) 555-01000", &[13]),
        (Shape::PlusDigit, "+1 +(2 ++3 + 4", &[1, 5, 9]),
        (Shape::PlusDigit, "+1", &[1]),
        (Shape::PlusDigit, "+(1", &[2]),
        (Shape::Quad, "192.0.2.17", &[8]),
        (Shape::Quad, "1.2.3.4.5", &[6, 8]),
        (Shape::Quad, "1.2345.6.7", &[]),
        (Shape::Colons, "2001:db8::1", &[9]),
        (Shape::Colons, "2001:db8:0:12", &[10]),
        (Shape::Colons, "12:30:45", &[]),
        (Shape::Iban, "DE89 xGB29 -FR14", &[3, 15]),
        (Shape::Iban, "\"GB29", &[4]),
        (Shape::Dated, "2021-05-21 3/4/21 1.2.30", &[6, 9, 14, 16, 21, 23]),
        (Shape::Dated, "5-May-21 5 May 5MAY", &[3, 12]),
        (Shape::Coded, "A1b2C3 4dE B22", &[1, 12]),
        (Shape::Coded, "34 A 5, WA-1, a-1, 7.BC", &[4, 5, 11, 22]),
        (Shape::Digits6, "x12345 1234567", &[12]),
        (Shape::Group33, "0123-4567 x123.456 12 345", &[7]),
        (Shape::Group33, "123 456 789", &[6, 10]),
        (Shape::Group33, "12.345.678/901 x.12.345.67", &[9, 13]),
        (
            Shape::Pairs,
            "06 12 34 56 78 2024-01-15 12-34-567",
            &[7, 10, 13, 16, 33],
        ),
        (Shape::Pairs, "106 12 34 12-34 56", &[8, 11]),
        (Shape::Uuid, "0123abcd-0123-4567-89ab-0123456789ab", &[13]),
        (Shape::Uuid, "f0123ABCD-0123-", &[14]),
        (Shape::Uuid, "0123abcg-0123-0123-", &[]),
        (Shape::Mixed12, "abcdefghijkl0", &[12]),
        (Shape::Mixed12, "0123456789a 0123456789ab", &[23]),
        (Shape::Mixed12, "a1abcdefghijklmnop2", &[11, 18]),
        (Shape::Mixed12, "abcdefghijklmnopqrst 01234567890123", &[]),
    ];
    for (shape, text, expected) in cases {
        for padding in [
            0, 1, 7, 50, 55, 60, 63, 64, 120, 2030, 2036, 2040, 2045, 2047, 2048,
        ] {
            let padded = [" ".repeat(padding).as_bytes(), text.as_bytes()].concat();
            let anchors = Anchors::new(Shapes::NONE.with(shape), &[], ByteSet::EMPTY);
            for kernels in Kernels::all() {
                let found = offsets(&scan(kernels, &padded, &anchors), |block| block.hot);
                let expected: Vec<_> = expected.iter().map(|at| at + padding).collect();
                assert_eq!(found, expected, "{kernels:?} {shape:?} {text} after {padding}");
            }
            check_shapes(&padded);
        }
    }
}

#[test]
fn shapes_agree_with_the_obvious_truth() {
    for seed in 0..300 {
        let mut rng = Rng::new(seed);
        // Now and then more than a batch of blocks.
        let len = if seed % 50 == 0 { 2500 } else { rng.between(1, 300) };
        check_shapes(&random_bytes(&mut rng, len));
    }
}

#[test]
fn no_literal_and_no_byte_is_missed() {
    for seed in 0..400 {
        let mut rng = Rng::new(seed);
        let len = rng.between(1, 200);
        let text = random_bytes(&mut rng, len);
        let literals = random_literals(&mut rng, &text);
        let listed = ByteSet::of(b"z%\x90");
        let anchors = Anchors::new(Shapes::NONE, &literals, listed);
        for kernels in Kernels::all() {
            let blocks = scan(kernels, &text, &anchors);
            for at in 0..text.len() {
                let wanted = listed.contains(text[at])
                    || literals.iter().any(|literal| literal_ends(literal, &text[..=at]));
                let hot = blocks[at / WIDTH].hot >> (at % WIDTH) & 1 != 0;
                assert!(hot || !wanted, "{kernels:?} seed {seed} at {at}");
            }
        }
    }
}

#[test]
fn a_literal_alone_fires_nowhere_else() {
    let anchors = Anchors::new(Shapes::NONE, &[literal(b"ghp_")], ByteSet::EMPTY);
    let text = b"ghp_ and GHP_, not ghp or hp_ or xhp_x";
    for kernels in Kernels::all() {
        assert_eq!(
            offsets(&scan(kernels, text, &anchors), |block| block.hot),
            [3, 12]
        );
    }
}

#[test]
fn short_literals_match_at_the_start() {
    for word in [&b"x"[..], b"sk", b"key"] {
        let anchors = Anchors::new(Shapes::NONE, &[literal(word)], ByteSet::EMPTY);
        for kernels in Kernels::all() {
            assert_eq!(
                offsets(&scan(kernels, word, &anchors), |block| block.hot),
                [word.len() - 1]
            );
            assert_eq!(
                offsets(&scan(kernels, &word[1..], &anchors), |block| block.hot),
                [0usize; 0]
            );
        }
    }
}

#[test]
fn many_literals_share_eight_buckets() {
    let words = [
        "AKIA", "ASIA", "ghp_", "gho_", "ghs_", "xoxb", "xoxp", "glpa", "npm_", "eyJh", "key",
    ];
    let literals: Vec<_> = words.iter().map(|word| literal(word.as_bytes())).collect();
    let anchors = Anchors::new(Shapes::NONE, &literals, ByteSet::EMPTY);
    let text =
        "the quick brown fox jumps over the lazy dog, twice; 2024-01-15 12:30:45 \"name\": 17".repeat(10);
    for kernels in Kernels::all() {
        assert_eq!(
            offsets(&scan(kernels, text.as_bytes(), &anchors), |block| block.hot),
            [0usize; 0],
            "{kernels:?}"
        );
    }
}

/// A run that is meant for one kernel says which: without it these tests would pass on a machine that lacks it.
#[test]
fn the_kernel_that_is_asked_for_is_the_best() {
    if let Ok(word) = std::env::var("LACUNA_TEST_KERNEL") {
        assert_eq!(Kernels::best().name(), word);
    }
}

#[test]
fn a_cap_only_lowers() {
    assert_eq!(Kernels::capped(Level::Scalar).level(), Level::Scalar);
    assert!(Kernels::all().any(|kernels| kernels.level() == Level::Scalar));
    for kernels in Kernels::all() {
        assert_eq!(Kernels::capped(kernels.level()).level(), kernels.level());
        assert!(kernels.level() <= Kernels::best().level());
        assert_eq!(kernels.name().parse(), Ok(kernels.level()));
    }
    assert_eq!("avx9".parse::<Level>(), Err(UnknownLevel));
}

proptest! {
    #[test]
    fn shapes_and_kernels_agree(text in "[0-9A-Fa-z+(@:. _\"-]{0,150}", cut in 0_usize..70) {
        let text = text.as_bytes();
        check_shapes(&text[cut.min(text.len())..]);
        let anchors = Anchors::new(Shapes::ALL, &[literal(b"0a"), literal(b"-:")], ByteSet::of(b"+"));
        let expected = scan(Kernels::capped(Level::Scalar), text, &anchors);
        for kernels in Kernels::all() {
            prop_assert_eq!(&scan(kernels, text, &anchors), &expected);
        }
    }
}
