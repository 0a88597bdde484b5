//! Which rules are wanted: selectors, presets, per-file ignores.

use crate::suggest::did_you_mean;
use clap::ValueEnum;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use serde::{Deserialize, Serialize};
use sidestep_rules::{Confidence, Level, RULES, Rule};
use std::path::Path;

/// Findings about suppression comments; no rule of the catalogue, since no program is wrong for it.
pub static SS001: Rule = Rule {
    code: "SS001",
    name: "unused-suppression",
    level: Level::Warning,
    pitfall: 0,
    summary: "a suppression comment that suppresses nothing, or names no rule",
};

/// Every rule that can be selected.
pub fn all_rules() -> impl Iterator<Item = &'static Rule> {
    std::iter::once(&SS001).chain(RULES.iter().copied())
}

/// Which findings of the selected rules are shown.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// Errors and warnings that are at least likely.
    #[default]
    Recommended,
    /// Everything.
    Strict,
}

/// A rule, the rules of a pitfall, or all of them. The more it says the more it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selector {
    /// `ALL`
    All,
    /// `SS2`: the number is the pitfall's, so `SS1` has nothing to do with `SS1001`.
    Pitfall(u8),
    /// `SS201`, `blocking-sleep`
    Rule(&'static str),
}

impl Selector {
    /// Reads a selector.
    ///
    /// # Errors
    /// `unknown rule …`, with what was meant if that can be told.
    pub fn parse(text: &str) -> Result<Selector, String> {
        let upper = text.trim().to_ascii_uppercase();
        if upper == "ALL" || upper == "SS" {
            return Ok(Selector::All);
        }
        if let Some(rule) = all_rules().find(|rule| rule.code == upper || rule.name.eq_ignore_ascii_case(text.trim())) {
            return Ok(Selector::Rule(rule.code));
        }
        let pitfall = upper.strip_prefix("SS").filter(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
        match pitfall.and_then(|number| number.parse().ok()) {
            Some(pitfall @ 0..=12) => Ok(Selector::Pitfall(pitfall)),
            _ => {
                let names = all_rules().flat_map(|rule| [rule.code, rule.name]);
                Err(format!("unknown rule `{}`{}", text.trim(), did_you_mean(text.trim(), names)))
            }
        }
    }

    /// Whether it covers a rule.
    pub fn matches(self, rule: &Rule) -> bool {
        match self {
            Selector::All => true,
            Selector::Pitfall(pitfall) => rule.pitfall == pitfall,
            Selector::Rule(code) => rule.code == code,
        }
    }

    fn weight(self) -> u8 {
        match self {
            Selector::All => 1,
            Selector::Pitfall(_) => 2,
            Selector::Rule(_) => 3,
        }
    }
}

/// What the configuration or the command line says about rules.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// Only these; none says nothing.
    pub select: Option<Vec<Selector>>,
    /// These too.
    pub extend_select: Vec<Selector>,
    /// Not these.
    pub ignore: Vec<Selector>,
}

/// Which findings are wanted.
pub struct Selection {
    preset: Preset,
    enabled: Vec<&'static str>,
    /// Selected by code or name: the preset does not hide them.
    named: Vec<&'static str>,
    per_file: Vec<(Gitignore, Vec<Selector>)>,
}

impl Selection {
    /// From the configuration, and the command line, which has the last word.
    ///
    /// # Errors
    /// A pattern of the per-file ignores that is none.
    pub fn new(
        configured: &Choice,
        given: &Choice,
        preset: Preset,
        per_file: &[(String, Vec<Selector>)],
        root: &Path,
    ) -> anyhow::Result<Selection> {
        let mut selection = Selection { preset, enabled: Vec::new(), named: Vec::new(), per_file: Vec::new() };
        for rule in all_rules() {
            // A `select` on the command line replaces what is configured.
            let (before, weight) = match given.select {
                Some(_) => (true, 1),
                None => decide(configured, rule, (true, 1)),
            };
            let (enabled, given_weight) = decide(given, rule, (before, 1));
            if enabled {
                selection.enabled.push(rule.code);
                if given_weight == 3 || weight == 3 {
                    selection.named.push(rule.code);
                }
            }
        }
        for (pattern, selectors) in per_file {
            let mut builder = GitignoreBuilder::new(root);
            builder.add_line(None, pattern)?;
            selection.per_file.push((builder.build()?, selectors.clone()));
        }
        Ok(selection)
    }

    /// Whether a finding of a rule in a file is wanted.
    pub fn wants(&self, rule: &Rule, level: Level, confidence: Confidence, path: &Path) -> bool {
        let shown = self.preset == Preset::Strict
            || self.named.contains(&rule.code)
            || (level >= Level::Warning && confidence >= Confidence::Likely);
        shown && self.enabled.contains(&rule.code) && !self.ignored_in(rule, path)
    }

    fn ignored_in(&self, rule: &Rule, path: &Path) -> bool {
        self.per_file.iter().any(|(pattern, selectors)| {
            selectors.iter().any(|selector| selector.matches(rule))
                && path.starts_with(pattern.path())
                && pattern.matched_path_or_any_parents(path, false).is_ignore()
        })
    }
}

/// Whether a rule is enabled, and the weight of what says so.
fn decide(choice: &Choice, rule: &Rule, (enabled, weight): (bool, u8)) -> (bool, u8) {
    let heaviest = |selectors: &[Selector]| {
        selectors.iter().filter(|selector| selector.matches(rule)).map(|selector| selector.weight()).max()
    };
    let (mut enabled, mut weight) = (enabled, weight);
    if let Some(select) = &choice.select {
        (enabled, weight) = heaviest(select).map_or((false, 0), |weight| (true, weight));
    }
    if let Some(extended) = heaviest(&choice.extend_select) {
        (enabled, weight) = (true, extended.max(weight));
    }
    match heaviest(&choice.ignore) {
        // What is ignored by the same name as it is selected is ignored.
        Some(ignored) if ignored >= weight => (false, ignored),
        _ => (enabled, weight),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enabled(select: &[&str], ignore: &[&str]) -> Vec<&'static str> {
        let parse = |texts: &[&str]| texts.iter().map(|text| Selector::parse(text).unwrap()).collect::<Vec<_>>();
        let select = (!select.is_empty()).then(|| parse(select));
        let choice = Choice { select, ignore: parse(ignore), ..Choice::default() };
        Selection::new(&Choice::default(), &choice, Preset::Strict, &[], Path::new("/")).unwrap().enabled
    }

    #[test]
    fn the_more_it_says_the_more_it_counts() {
        assert_eq!(enabled(&["SS10"], &[]), ["SS1001", "SS1002", "SS1003"]);
        assert_eq!(enabled(&["SS1"], &["SS103"]), ["SS101", "SS102", "SS104", "SS105"]);
        assert_eq!(enabled(&["blocking-sleep"], &["SS2"]), ["SS201"]);
        assert_eq!(enabled(&["SS4"], &["SS4"]), [""; 0]);
        assert!(!enabled(&[], &["SS0"]).contains(&"SS001"));
    }

    #[test]
    fn unknown_rules_are_refused() {
        assert_eq!(Selector::parse("SS299").unwrap_err(), "unknown rule `SS299`; did you mean `SS209`?");
        assert_eq!(
            Selector::parse("blocking-sleap").unwrap_err(),
            "unknown rule `blocking-sleap`; did you mean `blocking-sleep`?"
        );
        assert_eq!(Selector::parse("E501").unwrap_err().split(';').next(), Some("unknown rule `E501`"));
    }
}
