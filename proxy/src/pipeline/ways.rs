//! What a stream is read with, each way: rules and plan by direction, and the profile by what is known of the protocol.

use super::exchange::Direction;
use lacuna::{Format, Plan, Profile, Ruleset};

/// The two directions of an upstream's streams.
pub struct Ways {
    request: Way,
    response: Way,
    /// The protocol, if somebody named it.
    profile: Option<Profile>,
}

/// One direction.
struct Way {
    rules: Ruleset,
    plan: Plan,
}

impl Ways {
    /// The ways of some rules: with a key, what tokens stand for comes back on the way back, where the plan keeps its
    /// class.
    pub fn new(rules: &Ruleset, plan: &Plan, profile: Option<Profile>) -> Self {
        let back = match plan.has_key() {
            true => rules.also_restoring(),
            false => rules.clone(),
        };
        Self {
            request: Way {
                rules: rules.clone(),
                plan: plan.for_direction(lacuna::Direction::Request),
            },
            response: Way {
                rules: back,
                plan: plan.for_direction(lacuna::Direction::Response),
            },
            profile,
        }
    }

    /// What a body is read with that is asked for at a path, in a framing.
    pub fn of(&self, direction: Direction, path: &str, format: Format) -> (&Ruleset, Plan) {
        let way = match direction {
            Direction::Request => &self.request,
            Direction::Response => &self.response,
        };
        let profile = self.profile.clone().or_else(|| Profile::for_path(path));
        let profile = match format {
            // Lines are records far more often than fragments.
            Format::Ndjson => profile,
            // Only events are asked for all protocols.
            _ => Some(profile.unwrap_or_else(Profile::auto)),
        };
        let plan = way.plan.clone();
        let plan = match profile {
            Some(profile) => plan.with_profile(profile),
            None => plan,
        };
        (&way.rules, plan)
    }
}
