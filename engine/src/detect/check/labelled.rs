//! A random value that a name or a sign before it labels, whatever the name: who it belongs to, the context says.

use super::label::{self, Says, Tie};
use super::random::Looks;
use super::{Candidate, Verdict, placeholder, secret};

/// Holds for a value that looks random and stands as the value of something that is no id, digest, path or version.
pub(super) fn check(candidate: &Candidate<'_>) -> Verdict {
    judge(candidate, Says::Nothing)
}

/// Whether the value is labelled by a name that says at least so much, and looks random.
pub(super) fn judge(candidate: &Candidate<'_>, least: Says) -> Verdict {
    let value = candidate.value;
    let label = label::read(candidate.before);
    let says = label.says();
    let tied = match label.tie {
        Tie::Assigned => says >= least,
        // `service name 8f2d…`: only what is long enough to be nothing else.
        Tie::Beside => says >= least && (says > Says::Nothing || value.len() >= 20),
        Tie::None => false,
    };
    // `h1:8f2d…` names nothing.
    let letters = label.name.iter().filter(|byte| byte.is_ascii_alphabetic());
    let named = letters.take(3).count() == 3 || says > Says::Nothing;
    if !tied || !named || !secret::is_whole(candidate, LONGEST) || placeholder::stands_for_one(value) {
        return Verdict::Fails;
    }
    let looks = Looks::of(value);
    // The word beside it says more than the value: it may be less random than one without.
    let mixed =
        looks.turns >= 2 && looks.len < 32 && looks.digits > 0 && !looks.is_wordy() && !looks.is_filler();
    if mixed || secret::is_drawn(value, &looks) {
        Verdict::Holds
    } else {
        Verdict::Fails
    }
}

/// The longest value of the patterns with this check.
const LONGEST: usize = 160;

#[cfg(test)]
mod tests {
    use super::super::tests::within;
    use super::*;

    #[test]
    fn labelled_values_hold() {
        for before in [
            "acme_key = '",
            "acme: '",
            "acme('",
            "acme KEY ",
            "acme-",
            "<acme>",
        ] {
            let value = "951bc382db9abad29c68634761dd6e19";
            assert_eq!(within(check, before, value, "'"), Verdict::Holds, "{before}");
        }
    }

    #[test]
    fn ids_digests_and_paths_fail() {
        for before in [
            "acme_id = '",
            "acme/",
            "sha256:",
            "commit ",
            "\"integrity\": \"",
            "v=",
            "url: 'acme/",
        ] {
            let value = "951bc382db9abad29c68634761dd6e19";
            let verdict = within(check, before, value, "'");
            assert_eq!(verdict == Verdict::Fails, before != "v=", "{before}");
        }
        for value in [
            "xxxxxxxxxxxxxxxxxxxxxxxx",
            "getServerAddressByClientCIDRs",
            "1.2.3-beta",
        ] {
            assert_eq!(
                within(check, "acme_key = '", value, "'"),
                Verdict::Fails,
                "{value}"
            );
        }
    }
}
