//! Business identifier codes: ISO 9362, four letters, a country, two signs, and three for a branch.

use super::{Candidate, Verdict};

/// ISO 3166-1, two letters each, and Kosovo's.
const COUNTRIES: &[u8] = b"ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSXKYEYTZAZMZW";

/// Holds for eight or eleven signs with a country at the fifth.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    let value = candidate.value;
    let country = value.get(4..6).unwrap_or_default();
    let (pairs, _) = COUNTRIES.as_chunks::<2>();
    let known = pairs.iter().any(|pair| pair.eq_ignore_ascii_case(country));
    if matches!(value.len(), 8 | 11) && known {
        Verdict::Holds
    } else {
        Verdict::Fails
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::alone;
    use super::*;

    #[test]
    fn every_country_holds_and_no_other() {
        let (pairs, rest) = COUNTRIES.as_chunks::<2>();
        assert!(rest.is_empty() && pairs.is_sorted() && pairs.len() == 250);
        for one in b'A'..=b'Z' {
            for two in b'A'..=b'Z' {
                let code = format!("QWER{}{}2L", char::from(one), char::from(two));
                let known = pairs.contains(&[one, two]);
                assert_eq!(alone(check, &code) == Verdict::Holds, known, "{code}");
            }
        }
        assert_eq!(alone(check, "QWERDE2LXXX"), Verdict::Holds);
        for none in ["QWERDE2", "QWERDE2LX", ""] {
            assert_eq!(alone(check, none), Verdict::Fails, "{none}");
        }
    }
}
