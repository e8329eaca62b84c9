//! Brazil: Receita Federal, "Cálculo do dígito verificador".

use super::super::{Candidate, Verdict};
use super::shared::{digits, signs, sum};

/// What is missing to the next multiple of 11, and nothing for 10.
fn check_of(total: u32) -> u32 {
    total * 10 % 11 % 10
}

/// Natural persons (CPF): two check digits.
pub(super) fn br_cpf(candidate: &Candidate<'_>) -> Verdict {
    digits::<11>(candidate, |of| {
        let [.., first, second] = *of;
        check_of(sum(of, &[10, 9, 8, 7, 6, 5, 4, 3, 2])) == first
            && check_of(sum(of, &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2])) == second
    })
}

/// Companies (CNPJ): letters count too, since 2026: by their distance from `0` in ASCII; two check digits.
pub(super) fn br_cnpj(candidate: &Candidate<'_>) -> Verdict {
    signs::<14>(candidate, |text| {
        let of = text.map(|byte| u32::from(byte.saturating_sub(b'0')));
        let [.., first, second] = of;
        text.iter().any(|byte| *byte != b'0')
            && first < 10
            && second < 10
            && check_of(sum(&of, &[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])) == first
            && check_of(sum(&of, &[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])) == second
    })
}
