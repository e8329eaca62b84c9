//! `[[plan]]`: other treatments for one direction, for what one function is given, or both.

use super::keys::{DIRECTIONS, PLAN};
use super::parse::{read_action, unknown_class};
use super::reader::{Page, Table, list, nearest};
use crate::Action;
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::DeValue;

/// Which way a stream goes.
///
/// ```
/// use lacuna::{Action, Class, Direction, Plan, Ruleset};
///
/// let file = r#"
///     extends = ["builtin:default"]
///     [[plan]]
///     direction = "response"
///     treatment = { confidential = "keep" }
/// "#;
/// let rules = Ruleset::compile(file, "acme.toml", &mut |_, _| Err("it names no other file".into()))?;
/// let treatment = |plan: Plan| plan.treatment(Class(2));
/// assert_eq!(treatment(Plan::new(&rules)), Action::Placeholder);
/// assert_eq!(treatment(Plan::new(&rules).for_direction(Direction::Request)), Action::Placeholder);
/// assert_eq!(treatment(Plan::new(&rules).for_direction(Direction::Response)), Action::Keep);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the caller to the upstream.
    Request,
    /// From the upstream to the caller.
    Response,
}

/// One `[[plan]]`. Invariant: it names a direction, a function, or both.
///
/// Of several that speak of a class, one for a function and a direction counts before one for the function alone, and that
/// before one for the direction alone; of two alike the later.
///
/// ```
/// use lacuna::{Action, Class, Direction, Plan, Ruleset};
///
/// let file = r#"
///     [[plan]]
///     function = "send"
///     treatment = { confidential = "mask", restricted = "mask" }
///     [[plan]]
///     function = "send"
///     direction = "response"
///     treatment = { confidential = "keep" }
/// "#;
/// let rules = Ruleset::compile(file, "acme.toml", &mut |_, _| Err("it names no other file".into()))?;
/// let plan = Plan::new(&rules).for_direction(Direction::Response).for_function("send");
/// assert_eq!([2, 3].map(|rank| plan.treatment(Class(rank))), [Action::Keep, Action::Mask]);
/// assert_eq!(rules.source().plans[1].direction, Some(Direction::Response));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PlanRule {
    /// Which way; both, if none is named.
    pub direction: Option<Direction>,
    /// What this function is given; everything, if none is named.
    pub function: Option<String>,
    /// What is done, by the name of the class.
    pub treatments: BTreeMap<String, Action>,
    /// Where it stands, for faults: file, line, column.
    pub at: (String, u32, u32),
}

/// Reads one `[[plan]]`, in which classes are those of an order.
pub(super) fn read_plan(
    page: &mut Page<'_>,
    value: &Spanned<DeValue<'_>>,
    order: &[&str],
) -> Option<PlanRule> {
    let table = Table::open(page, value, &PLAN)?;
    let direction = table.text(page, "direction").map(|word| {
        let found = DIRECTIONS.iter().find(|(name, _)| *name == word.value);
        if found.is_none() {
            let names = DIRECTIONS.map(|(name, _)| name);
            let hint = match nearest(&word.value, names.into_iter()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("one of {}", list(&names)),
            };
            page.fault(
                word.span.start,
                format!("unknown direction `{}`", word.value),
                hint,
            );
        }
        found.map(|(_, direction)| *direction)
    });
    let function = table.text(page, "function").map(|name| {
        if name.value.is_empty() {
            let hint = "name one, as its calls do";
            page.fault(name.span.start, "no function has an empty name", hint);
        }
        name.value
    });
    if direction.is_none() && function.is_none() {
        let hint = "add `direction` or `function`; what holds everywhere stands in [treatment]";
        page.fault(table.at, "a plan for neither a direction nor a function", hint);
    }
    let Some(treatment) = table.get("treatment") else {
        let hint = "add `treatment = { confidential = \"keep\" }`";
        page.fault(table.at, "[[plan]] lacks `treatment`", hint);
        return None;
    };
    let by_class = Table::open_any(page, treatment, "treatment")?;
    let mut treatments = BTreeMap::new();
    for (class, at, value) in by_class.entries() {
        if !order.contains(&class) {
            unknown_class(page, at, class, order);
        } else if let Some(action) = read_action(page, value) {
            treatments.insert(class.to_owned(), action);
        }
    }
    let (line, column) = page.place(table.at);
    let direction = match direction {
        Some(word) => Some(word?),
        None => None,
    };
    Some(PlanRule {
        direction,
        function,
        treatments,
        at: (page.file.to_owned(), line, column),
    })
}
