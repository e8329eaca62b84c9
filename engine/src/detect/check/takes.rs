//! What values a check is for: a rule that gives it others can never be right, and is told so.
//!
//! A check that has no line here takes anything.

use crate::simd::ByteSet;
use regex_syntax::hir::{Class, Hir, HirKind};

/// What a check counts in a value: so many of some bytes, whatever stands between them. At least what it asks for: a
/// value with so many may still be none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Takes {
    /// What is counted, in words.
    pub(crate) what: &'static str,
    of: Of,
    /// From and to.
    pub(crate) count: (usize, usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Digits,
    HexDigits,
    LettersAndDigits,
    Byte(u8),
}

/// By the check's name. Those of passwords, tokens, phones and dates have none: they take values of many forms.
const TAKES: &[(&str, Takes)] = &[
    ("ar_cbu", digits((22, 22))),
    ("ar_cuit", digits((11, 11))),
    ("at_ssn", digits((10, 10))),
    ("at_tin", digits((9, 9))),
    ("at_vat", digits((8, 8))),
    ("au_abn", digits((11, 11))),
    ("au_acn", digits((9, 9))),
    ("au_medicare", signs((10, 11))),
    ("au_tfn", digits((8, 9))),
    ("aws_key_id", signs((16, 20))),
    ("az_voen", digits((10, 10))),
    ("baltic", digits((11, 11))),
    ("be_id_card", digits((12, 12))),
    ("be_nrn", digits((11, 11))),
    ("be_vat", digits((9, 10))),
    ("bg_egn", digits((10, 10))),
    ("bg_pnf", digits((10, 10))),
    ("bg_vat", digits((9, 10))),
    ("bic", signs((2, 11))),
    ("br_cnpj", signs((14, 14))),
    ("br_cpf", digits((11, 11))),
    ("by_unp", signs((9, 9))),
    ("ca_bc_phn", digits((10, 10))),
    ("ca_bn", signs((9, 24))),
    ("ca_sin", digits((9, 9))),
    ("card", digits((12, 19))),
    ("card_any", digits((12, 19))),
    ("ch_ssn", digits((13, 13))),
    ("ch_uid", digits((9, 9))),
    ("cl_rut", signs((8, 9))),
    ("cn_id", signs((18, 18))),
    ("cn_uscc", signs((18, 18))),
    ("co_nit", signs((9, 11))),
    ("crypto_base58", signs((25, usize::MAX))),
    ("crypto_bech32", signs((15, usize::MAX))),
    ("crypto_cash", signs((42, usize::MAX))),
    ("crypto_ethereum", signs((40, 42))),
    ("crypto_monero", signs((95, 106))),
    ("crypto_solana", signs((32, 44))),
    ("cu_ni", digits((11, 11))),
    ("cy_tic", signs((9, 9))),
    ("cz_birth", digits((9, 10))),
    ("cz_tin", digits((8, 10))),
    ("de_bsnr", digits((9, 9))),
    ("de_document", signs((9, 11))),
    ("de_health", signs((10, 10))),
    ("de_lanr", digits((9, 9))),
    ("de_passport", signs((9, 11))),
    ("de_social_security", signs((12, 12))),
    ("de_tax_id", digits((11, 11))),
    ("de_vat", digits((9, 9))),
    ("dk_cpr", digits((10, 10))),
    ("dk_cvr", digits((8, 8))),
    ("do_cedula", digits((11, 11))),
    ("do_rnc", digits((9, 9))),
    ("ec_ci", digits((10, 10))),
    ("ec_ruc", digits((13, 13))),
    ("ee_company", digits((8, 8))),
    ("ee_vat", digits((9, 9))),
    ("eg_id", digits((14, 14))),
    ("email", marks(b'@', "`@`", (1, 1))),
    ("email_unusual", marks(b'@', "`@`", (1, 1))),
    ("es_ccc", digits((20, 20))),
    ("es_cif", signs((9, 9))),
    ("es_nie", signs((9, 9))),
    ("es_nif", signs((9, 9))),
    ("es_nuss", digits((12, 12))),
    ("fi_business", digits((8, 8))),
    ("fi_veronumero", digits((12, 12))),
    ("fr_nif", digits((13, 13))),
    ("fr_nir", signs((15, 15))),
    ("fr_siren", digits((9, 9))),
    ("fr_siret", digits((14, 14))),
    ("fr_vat", signs((11, 13))),
    ("gh_tin", signs((11, 11))),
    ("gn_nifp", digits((9, 9))),
    ("gr_amka", digits((11, 11))),
    ("gr_tin", digits((9, 9))),
    ("gt_nit", signs((6, 9))),
    ("hk_id", signs((8, 9))),
    ("hr_oib", digits((11, 11))),
    ("hu_company", signs((8, 13))),
    ("hu_taj", digits((9, 9))),
    ("hu_tin", digits((10, 10))),
    ("iban", signs((15, 34))),
    ("iban_form", signs((15, 34))),
    ("id_nik", digits((16, 16))),
    ("id_npwp", digits((15, 15))),
    ("ie_pps", signs((8, 9))),
    ("ie_vat", signs((7, 11))),
    ("il_id", digits((9, 9))),
    ("imei", digits((15, 15))),
    ("in_aadhaar", digits((12, 12))),
    ("in_epic", signs((10, 10))),
    ("in_gstin", signs((15, 15))),
    ("in_pan", signs((10, 10))),
    ("in_vehicle", signs((2, 24))),
    ("in_vid", digits((16, 16))),
    ("ipv4", marks(b'.', "`.`", (3, 3))),
    ("ipv6", marks(b':', "`:`", (2, 7))),
    ("is_kennitala", digits((10, 10))),
    ("it_fiscal_code", signs((16, 16))),
    ("it_vat", digits((11, 11))),
    ("jp_corporate", digits((13, 13))),
    ("jp_my_number", digits((12, 12))),
    ("kr_brn", digits((10, 10))),
    ("kr_driver", digits((12, 12))),
    ("kr_frn", digits((13, 13))),
    ("kr_frn_any", digits((13, 13))),
    ("kr_frn_new", digits((13, 13))),
    ("kr_rrn", digits((13, 13))),
    ("kr_rrn_any", digits((13, 13))),
    ("kr_rrn_new", digits((13, 13))),
    ("kz_iin", digits((12, 12))),
    ("lt_vat", digits((9, 12))),
    ("lu_nin", digits((13, 13))),
    ("lu_vat", digits((8, 8))),
    ("lv_company", digits((11, 11))),
    ("lv_personal", digits((11, 11))),
    ("ma_ice", digits((15, 15))),
    ("mac", of(Of::HexDigits, "hexadecimal digits", (12, 12))),
    ("md_idno", digits((13, 13))),
    ("me_pib", digits((8, 8))),
    ("mk_edb", digits((13, 13))),
    ("mt_vat", digits((8, 8))),
    ("mu_nid", signs((14, 14))),
    ("mx_curp", signs((18, 18))),
    ("mx_rfc", signs((9, 24))),
    ("my_nric", digits((12, 12))),
    ("mz_nuit", digits((9, 9))),
    ("ng_nin", digits((11, 11))),
    ("nl_bsn", signs((7, 9))),
    ("nl_vat", signs((12, 14))),
    ("no_account", digits((11, 11))),
    ("no_fodselsnummer", digits((11, 11))),
    ("no_orgnr", digits((9, 9))),
    ("nz_ird", digits((8, 9))),
    ("nz_nhi", signs((7, 7))),
    ("passport", signs((7, 9))),
    ("pe_dni", signs((9, 9))),
    ("pe_ruc", digits((11, 11))),
    ("ph_tin", signs((9, 14))),
    ("pk_cnic", digits((13, 13))),
    ("pl_id_card", signs((9, 9))),
    ("pl_nip", digits((10, 10))),
    ("pl_passport", signs((9, 9))),
    ("pl_pesel", digits((11, 11))),
    ("pl_regon", digits((9, 14))),
    ("plate", digits((1, 9))),
    ("plate_named", digits((2, 9))),
    ("pt_cc", signs((12, 12))),
    ("pt_nif", digits((9, 9))),
    ("pt_niss", digits((11, 11))),
    ("py_ruc", signs((6, 9))),
    ("ro_cnp", digits((13, 13))),
    ("ro_cui", signs((2, 12))),
    ("rs_pib", digits((9, 9))),
    ("ru_inn", digits((10, 12))),
    ("ru_ogrn", digits((13, 15))),
    ("ru_snils", digits((11, 11))),
    ("se_orgnr", digits((10, 10))),
    ("se_personnummer", signs((10, 12))),
    ("se_vat", digits((12, 12))),
    ("sg_nric", signs((9, 9))),
    ("sg_uen", signs((9, 10))),
    ("si_tin", digits((8, 8))),
    ("sk_vat", digits((9, 10))),
    ("sv_nit", digits((14, 14))),
    ("th_pin", digits((13, 13))),
    ("tn_mf", signs((8, 24))),
    ("tr_tckn", digits((11, 11))),
    ("tr_vkn", digits((10, 10))),
    ("tw_id", signs((10, 10))),
    ("tw_ubn", digits((8, 8))),
    ("ua_edrpou", digits((8, 8))),
    ("ua_rntrc", digits((10, 10))),
    ("uk_driving", signs((16, 18))),
    ("uk_nhs", digits((10, 10))),
    ("uk_nino", signs((9, 9))),
    ("uk_plate", signs((7, 7))),
    ("uk_postcode", signs((5, 7))),
    ("uk_upn", signs((13, 13))),
    ("uk_utr", signs((10, 15))),
    ("uk_vat", signs((9, 14))),
    ("us_aba", digits((9, 9))),
    ("us_atin", digits((9, 9))),
    ("us_dea", signs((9, 9))),
    ("us_ein", digits((9, 9))),
    ("us_itin", digits((9, 9))),
    ("us_npi", digits((10, 10))),
    ("us_npi_other", digits((10, 10))),
    ("us_ssn", digits((9, 9))),
    ("uy_ci", digits((8, 8))),
    ("uy_rut", digits((12, 12))),
    ("ve_rif", signs((10, 10))),
    ("vin", signs((17, 17))),
    ("vn_mst", signs((10, 13))),
    ("yu_emso", digits((13, 13))),
    ("za_id", digits((13, 13))),
    ("za_tin", digits((10, 10))),
];

const fn of(of: Of, what: &'static str, count: (usize, usize)) -> Takes {
    Takes { what, of, count }
}

const fn digits(count: (usize, usize)) -> Takes {
    of(Of::Digits, "digits", count)
}

const fn signs(count: (usize, usize)) -> Takes {
    of(Of::LettersAndDigits, "letters and digits", count)
}

const fn marks(byte: u8, what: &'static str, count: (usize, usize)) -> Takes {
    of(Of::Byte(byte), what, count)
}

/// What the check of a name takes, where that is known.
pub(crate) fn takes(name: &str) -> Option<&'static Takes> {
    let at = TAKES.binary_search_by_key(&name, |(known, _)| *known).ok()?;
    TAKES.get(at).map(|(_, takes)| takes)
}

impl Takes {
    /// How many a match of a pattern may have, from and to, if none of that is what the check takes.
    pub(crate) fn misses(&self, pattern: &Hir) -> Option<(usize, usize)> {
        let (least, most) = self.counted(pattern);
        (most < self.count.0 || least > self.count.1).then_some((least, most))
    }

    fn holds(&self, byte: u8) -> bool {
        match self.of {
            Of::Digits => byte.is_ascii_digit(),
            Of::HexDigits => byte.is_ascii_hexdigit(),
            Of::LettersAndDigits => byte.is_ascii_alphanumeric(),
            Of::Byte(this) => byte == this,
        }
    }

    /// How many of its bytes a match has, from and to.
    fn counted(&self, hir: &Hir) -> (usize, usize) {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => (0, 0),
            HirKind::Literal(literal) => {
                let count = literal.0.iter().filter(|byte| self.holds(**byte)).count();
                (count, count)
            }
            HirKind::Class(class) => {
                let set = class_set(class);
                let all = set.iter().all(|byte| self.holds(byte));
                let any = set.iter().any(|byte| self.holds(byte));
                (usize::from(all), usize::from(any))
            }
            HirKind::Repetition(repetition) => {
                let (least, most) = self.counted(&repetition.sub);
                let times = repetition.max.map_or(usize::MAX, |max| max as usize);
                (
                    least.saturating_mul(repetition.min as usize),
                    most.saturating_mul(times),
                )
            }
            HirKind::Capture(capture) => self.counted(&capture.sub),
            HirKind::Concat(parts) => parts.iter().fold((0, 0), |sum: (usize, usize), part| {
                let (least, most) = self.counted(part);
                (sum.0.saturating_add(least), sum.1.saturating_add(most))
            }),
            HirKind::Alternation(parts) => {
                let counts = parts.iter().map(|part| self.counted(part));
                counts
                    .reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))
                    .unwrap_or((0, 0))
            }
        }
    }
}

fn class_set(class: &Class) -> ByteSet {
    crate::detect::anchor::class_set(class)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::catalog;
    use crate::detect::check;
    use crate::rules::lint;

    #[test]
    fn every_line_is_of_a_check_and_fits_the_catalogue() {
        assert!(TAKES.is_sorted_by_key(|(name, _)| *name));
        for (name, _) in TAKES {
            assert!(check::by_name(name).is_some(), "{name}");
        }
        for named in &catalog::draft("default").unwrap().detectors {
            let rule = &named.rule;
            let Some(takes) = rule.check.as_deref().and_then(takes) else {
                continue;
            };
            let pattern = lint::pattern(&rule.pattern).unwrap();
            assert_eq!(takes.misses(&pattern), None, "{}", rule.id);
        }
    }

    /// How many a value has of what is counted.
    fn count(takes: &Takes, value: &[u8]) -> usize {
        value.iter().filter(|byte| takes.holds(**byte)).count()
    }

    proptest::proptest! {
        #[test]
        fn no_check_holds_for_what_it_does_not_take(
            value in "[0-9]{1,24}|[A-Z]{0,3}[0-9]{1,15}[A-Z0-9]{0,3}|[0-9A-Za-z@.: -]{0,46}",
        ) {
            for (name, takes) in TAKES {
                let value = value.as_bytes();
                let count = count(takes, value);
                let check = check::by_name(name).unwrap();
                let candidate = check::Candidate { value, before: b"", after: b"" };
                let holds = check(&candidate) != check::Verdict::Fails;
                let taken = (takes.count.0..=takes.count.1).contains(&count);
                proptest::prop_assert!(taken || !holds, "{name} holds for {count} {}", takes.what);
            }
        }
    }

    /// No part of an example is one for which its check holds but that it does not take.
    #[test]
    fn no_check_holds_for_a_part_of_an_example_that_it_does_not_take() {
        for named in &catalog::draft("default").unwrap().detectors {
            let rule = &named.rule;
            let Some((name, takes)) = rule.check.as_deref().and_then(|name| Some((name, takes(name)?)))
            else {
                continue;
            };
            let check = check::by_name(name).unwrap();
            let holds = |value: &[u8]| {
                check(&check::Candidate {
                    value,
                    before: b"",
                    after: b"",
                }) != check::Verdict::Fails
            };
            for example in &rule.examples {
                let bytes = example.as_bytes();
                let values = (0..bytes.len()).flat_map(|from| {
                    (from + 1..=bytes.len().min(from + 110)).filter_map(move |to| bytes.get(from..to))
                });
                for value in values.filter(|value| holds(value)) {
                    let count = count(takes, value);
                    let (least, most) = takes.count;
                    assert!(
                        (least..=most).contains(&count),
                        "{name} holds for {count} {}: {example}",
                        takes.what
                    );
                }
            }
        }
    }

    #[test]
    fn what_a_pattern_cannot_have_is_missed() {
        let misses =
            |name: &str, pattern: &str| takes(name).unwrap().misses(&lint::pattern(pattern).unwrap());
        assert_eq!(misses("card", "[0-9]{6}"), Some((6, 6)));
        assert_eq!(misses("card", "[a-f]{16}"), Some((0, 0)));
        assert_eq!(misses("card", "[0-9a-f]{16}"), None);
        assert_eq!(misses("card", "(?:[0-9]{4} ?){4}"), None);
        assert_eq!(
            misses("us_ssn", "[0-9]{3}-?(?:[0-9]{2}|[0-9]{7})-[0-9]{5}"),
            Some((10, 15))
        );
        assert_eq!(misses("email", "[a-z]{1,9}@[a-z]{1,9}"), None);
    }
}
