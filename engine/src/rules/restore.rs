//! Rule sets that look for tokens.

use super::{DetectorRule, Rules, Ruleset};
use crate::detect::TOKENS;
use crate::{Class, Confidence, Source};
use std::sync::Arc;

/// The form of a token, in any case: at least as many letters as for no bytes, at most as many as for 256.
const FORM: &str = r"\[[A-Za-z][A-Za-z0-9_]{0,63}:[A-Za-z0-9]{1,16}:[A-Za-z]{28,467}\]";

impl Ruleset {
    /// These rules for the way back: what tokens stand for comes back, and nothing is masked but fields.
    ///
    /// A token is restored where the plan keeps the class of its entity, the highest that some rule gives it, and where no
    /// field is masked; elsewhere it stays. It must have been made with a key of the plan, for its scope. Its case does
    /// not matter, nor where it is cut. What comes back is not searched. Tokens stay in keys, in what stands bare between
    /// brackets, and in lines of events if they stand for more than one line.
    ///
    /// ```
    /// use lacuna::{Action, Class, Format, Key, Plan, Redactor, Ruleset, Scope};
    ///
    /// let rules = Ruleset::builtin("default")?;
    /// let key = Key::new(b"sixteen bytes or more").ok_or("too short")?;
    /// let plan = Plan::new(&rules).with_key(key).with_scope(Scope::parse("acme/ada"));
    /// let masking = plan.clone().treat(Class(2), Action::Token);
    /// let record = br#"{"arguments":"{\"to\":\"bob@example.com\"}"}"#;
    /// let masked = Redactor::new(&rules, &masking, Format::Json).redact(record)?;
    /// assert!(masked.starts_with(br#"{"arguments":"{\"to\":\"[EMAIL:k0:"#));
    ///
    /// let showing = plan.clone().treat(Class(2), Action::Keep);
    /// let back = Redactor::new(&rules.restoring(), &showing, Format::Json).redact(&masked)?;
    /// assert_eq!(back, record);
    /// let hidden = Redactor::new(&rules.restoring(), &plan, Format::Json).redact(&masked)?;
    /// assert_eq!(hidden, masked, "the plan does not show the class");
    /// let elsewhere = showing.with_scope(Scope::parse("acme/eve"));
    /// let elsewhere = Redactor::new(&rules.restoring(), &elsewhere, Format::Json).redact(&masked)?;
    /// assert_eq!(elsewhere, masked);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn restoring(&self) -> Self {
        let source = self.source();
        self.looking(Source {
            detectors: vec![tokens()],
            allow: Vec::new(),
            pauses: Vec::new(),
            ..source.clone()
        })
    }

    /// These rules, which also put back what tokens stand for, as [`Self::restoring`] does, in the same pass: what comes
    /// back is not masked again.
    ///
    /// ```
    /// use lacuna::{Action, Class, Format, Key, Plan, Redactor, Ruleset};
    ///
    /// let rules = Ruleset::builtin("default")?;
    /// let key = Key::new(b"sixteen bytes or more").ok_or("too short")?;
    /// let plan = Plan::new(&rules).with_key(key).treat(Class(2), Action::Keep);
    /// let text = b"[EMAIL:k0:hctlmdbjsibckvqyhkcjoagqonzcgkishbpufgnhbtcxtksjbczbvb] 4111 1111 1111 1111";
    /// let back = Redactor::new(&rules.also_restoring(), &plan, Format::Text).redact(text)?;
    /// assert_eq!(back, b"bob@example.com [CREDIT_CARD]");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn also_restoring(&self) -> Self {
        let mut source = self.source().clone();
        source.detectors.retain(|rule| rule.id != TOKENS);
        source.detectors.push(tokens());
        self.looking(source)
    }

    /// Other rules that call values as these do.
    fn looking(&self, source: Source) -> Self {
        let Ok(rules) = Rules::new(source) else {
            // All of it compiled before, but for a pattern that always does.
            return self.clone();
        };
        Self::of(Rules {
            entities: Arc::clone(&self.rules().entities),
            kernels: self.rules().kernels,
            ..rules
        })
    }
}

/// What looks for tokens.
fn tokens() -> DetectorRule {
    DetectorRule {
        id: TOKENS.to_owned(),
        entity: "TOKEN".to_owned(),
        class: Class(0),
        source: None,
        lead: None,
        pattern: FORM.to_owned(),
        shape: None,
        context: Vec::new(),
        context_after: 0,
        explains: Vec::new(),
        check: None,
        run: None,
        confidence: Confidence::percent(100),
        context_confidence: Confidence::percent(100),
        alone_confidence: Confidence::percent(100),
        examples: Vec::new(),
        counter_examples: Vec::new(),
        at: (String::new(), 1, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_set_can_restore() {
        for name in ["default", "secrets", "pii", "strict", "empty"] {
            let rules = Ruleset::builtin(name).unwrap();
            assert_eq!(rules.restoring().source().detectors.len(), 1);
            let both = rules.also_restoring();
            assert_eq!(both.source().detectors.len(), rules.source().detectors.len() + 1);
            assert_eq!(
                both.also_restoring().source().detectors.len(),
                both.source().detectors.len()
            );
        }
    }
}
