//! Every check digit of every identifier: of all that may stand there, over many bodies, the right one and no other.

use super::super::tests::alone;
use super::super::{Check, Verdict, by_name};

/// A check, a number that passes it, and its pattern: `#` varies, `?` is a check digit, `%` a check letter, `&` either;
/// everything else stays. At most so many of all check signs pass for one body.
type Row = (&'static str, &'static str, &'static str, usize);

/// Bodies tried for each row.
const BODIES: usize = 200;

#[rustfmt::skip]
const ROWS: &[Row] = &[
@@ROWS@@
];

fn check(name: &str) -> Check {
    by_name(name).unwrap_or_else(|| panic!("no check {name}"))
}

/// The signs that may stand for a sign of a pattern.
fn alphabet(sign: u8) -> &'static [u8] {
    match sign {
        b'?' => b"0123456789",
        b'%' => b"ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        b'&' => b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        _ => b"",
    }
}

/// A row of numbers that looks like chance and is the same each time.
fn chance(state: &mut u64) -> u8 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as u8
}

/// How many of all check signs pass, in the places that the pattern says.
fn passing(check: Check, pattern: &[u8], value: &mut [u8], from: usize) -> usize {
    let place = (from..pattern.len()).find(|place| !alphabet(pattern[*place]).is_empty());
    let Some(place) = place else {
        let text = str::from_utf8(value).unwrap();
        return usize::from(alone(check, text) != Verdict::Fails);
    };
    let mut passed = 0;
    for sign in alphabet(pattern[place]) {
        value[place] = *sign;
        passed += passing(check, pattern, value, place + 1);
    }
    passed
}

#[test]
fn the_right_check_sign_passes_and_no_other() {
    for (name, sample, pattern, most) in ROWS {
        let check = check(name);
        assert_ne!(alone(check, sample), Verdict::Fails, "{name}: {sample}");
        assert_eq!(sample.len(), pattern.len(), "{name}");
        let (mut state, mut passed) = (7, 0);
        for _ in 0..BODIES {
            let mut value = sample.as_bytes().to_vec();
            for (slot, sign) in value.iter_mut().zip(pattern.bytes()) {
                if sign == b'#' {
                    *slot = b'0' + chance(&mut state) % 10;
                }
            }
            let body = String::from_utf8(value.clone()).unwrap();
            let some = passing(check, pattern.as_bytes(), &mut value, 0);
            assert!(some <= *most, "{name}: {some} of {pattern} pass for {body}");
            passed += some;
        }
        // Some systems leave out bodies whose check would be 10, some ranges and days; most bodies have one.
        assert!(passed * 8 >= BODIES, "{name}: {passed} of {BODIES} pass");
    }
}

#[test]
fn a_wrong_check_sign_fails() {
    for (name, sample, pattern, most) in ROWS {
        let check = check(name);
        let mut value = sample.as_bytes().to_vec();
        let passed = passing(check, pattern.as_bytes(), &mut value, 0);
        assert!((1..=*most).contains(&passed), "{name}: {passed} pass for {sample}");
    }
}

#[test]
fn no_check_takes_one_digit_repeated_or_nothing() {
    for (name, check) in super::CHECKS {
        for value in ["", "-", "0"] {
            if !name.ends_with("_other") && !name.ends_with("_front") {
                assert_eq!(alone(*check, value), Verdict::Fails, "{name}: {value}");
            }
        }
    }
    for name in ["br_cpf", "fr_siren", "il_id", "us_aba", "pl_nip", "tr_tckn", "hr_oib", "ru_inn"] {
        for digit in 0..10 {
            for length in [9, 10, 11, 12] {
                let value = digit.to_string().repeat(length);
                assert_eq!(alone(check(name), &value), Verdict::Fails, "{name}: {value}");
            }
        }
    }
}

#[test]
fn a_number_that_goes_on_before_is_none() {
    let candidate = |before: &'static str, value: &'static str| super::Candidate {
        value: value.as_bytes(),
        before: before.as_bytes(),
        after: b"",
    };
    assert_eq!(check("fr_siren")(&candidate("x = ", "443061841")), Verdict::Holds);
    assert_eq!(check("fr_siren")(&candidate("x = 0.", "443061841")), Verdict::Fails);
    assert_eq!(check("in_aadhaar")(&candidate("4716 ", "3123 4567 8909")), Verdict::Fails);
}

#[test]
fn days_that_are_none_fail() {
    for (name, right, wrong) in [
        ("pl_pesel", "44051401359", &["44051432359", "44053101359"][..]),
        ("fi_hetu", "131052-308T", &["311190-1111", "320152-308T"]),
        ("kr_rrn_any", "960121-1234567", &["961321-1234567", "960132-1234567", "960121-9234567"]),
        ("dk_cpr", "211062-5629", &["311162-5629", "001062-5629"]),
        ("my_nric", "770305-02-1234", &["770231-02-1234", "770305-17-1234", "771305-02-1234"]),
        ("uk_driving", "MORGA607054SM9IJ", &["MORGA600054SM9IJ", "MORGA613054SM9IJ", "MORGA650054SM9IJ", "MORGA601004SM9IJ"]),
        ("cu_ni", "91021527775", &["91023127775", "91130127775"]),
        ("mx_rfc", "GOMA850412K47", &["GOMA851312K47", "GOMA850432K47"]),
        ("id_nik", "3275011503850001", &["3275013213850001", "0075011503850001", "3275011503850000"]),
        ("eg_id", "29001150112345", &["29013150112345", "49001150112345", "29001150512345"]),
    ] {
        assert_ne!(alone(check(name), right), Verdict::Fails, "{name}: {right}");
        for wrong in wrong {
            assert_eq!(alone(check(name), wrong), Verdict::Fails, "{name}: {wrong}");
        }
    }
}

#[test]
fn national_insurance_prefixes_are_those_given_out() {
    let letters = || (b'A'..=b'Z').map(char::from);
    let mut passed = 0;
    for one in letters() {
        for other in letters() {
            let void = ["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"].contains(&format!("{one}{other}").as_str());
            let right = !"DFIQUV".contains(one) && !"DFIOQUV".contains(other) && !void;
            for (last, fits) in [('A', true), ('D', true), ('E', false), ('1', false)] {
                let value = format!("{one}{other} 12 34 56 {last}");
                assert_eq!(alone(check("uk_nino"), &value) != Verdict::Fails, right && fits, "{value}");
            }
            passed += u32::from(right);
        }
    }
    assert_eq!(passed, 20 * 19 - 7);
}

#[test]
fn ranges_that_are_given_out_are_those_of_the_authority() {
    let count = |name: &str, value: fn(u32) -> String, upto: u32| {
        let passes = |number: &u32| alone(check(name), &value(*number)) != Verdict::Fails;
        (0..upto).filter(passes).count()
    };
    assert_eq!(count("us_itin", |group| format!("912-{group:02}-1234"), 100), 16 + 19 + 3 + 6);
    assert_eq!(count("us_atin", |group| format!("912-{group:02}-1234"), 100), 1);
    assert_eq!(count("us_ein", |prefix| format!("{prefix:02}-1234567"), 100), 83);
    assert_eq!(count("kr_driver", |region| format!("{region:02}-22-123456-12"), 100), 17);
    assert_eq!(count("de_zip", |code| format!("{code:05}"), 100_000), 98_998);
    assert_eq!(count("uk_plate", |age| format!("KD{age:02} TRE"), 100), 28 + 29);
}

#[test]
fn postcodes_have_the_letters_of_the_guide() {
    for right in ["M1 1AE", "B33 8TH", "CR2 6XH", "DN55 1PT", "W1A 1HQ", "EC1A 1BB", "GIR 0AA", "SW1A2AA"] {
        assert_eq!(alone(check("uk_postcode"), right), Verdict::Holds, "{right}");
    }
    for wrong in ["X1 1AA", "QA1 1AA", "M1 1AI", "M1 1CA", "EC1Q 1BB", "W1I 1HQ", "GIX 0AA", "M111 1AA", "1AA"] {
        assert_eq!(alone(check("uk_postcode"), wrong), Verdict::Fails, "{wrong}");
    }
}
