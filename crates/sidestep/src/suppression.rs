//! Applies suppression comments, and finds those that suppress nothing.

use crate::load::UnitInfo;
use crate::selection::{SS001, Selector};
use sidestep_program::FileId;
use sidestep_rules::{Confidence, Finding};
use sidestep_source::{Directive, DirectiveKind, LineIndex, Unit};

/// Drops the findings of one unit that comments suppress, and adds those about the comments themselves. All findings
/// count, whether the user wants to see them or not, so that what is unused does not depend on the selection.
pub fn apply(info: &UnitInfo, file: FileId, unit: &Unit, findings: &mut Vec<Finding>) {
    if info.directives.is_empty() {
        return;
    }
    let index = unit.index();
    let mut directives: Vec<Applied> = info.directives.iter().map(|directive| Applied::new(directive, index)).collect();
    findings.retain(|finding| {
        let lines = [index.line(finding.range.start()), index.line(finding.range.end())];
        let mut kept = true;
        for directive in &mut directives {
            let here = directive.directive.kind == DirectiveKind::File || lines.contains(&directive.line);
            if here && directive.directive.kind != DirectiveKind::Unknown {
                kept &= !directive.suppresses(finding);
            }
        }
        kept
    });
    for directive in &directives {
        directive.complaints(&mut |range, message, help| {
            findings.push(Finding {
                rule: &SS001,
                level: SS001.level,
                confidence: Confidence::Certain,
                message,
                help: Some(help),
                file,
                range,
                labels: Vec::new(),
                chain: Vec::new(),
            });
        });
    }
}

struct Applied<'a> {
    directive: &'a Directive,
    line: usize,
    /// What each code means, and whether it suppressed anything.
    codes: Vec<(Result<Selector, String>, bool)>,
    used: bool,
}

impl Applied<'_> {
    fn new<'a>(directive: &'a Directive, index: &LineIndex) -> Applied<'a> {
        let codes = directive.codes.iter().flatten().map(|code| (Selector::parse(&code.text), false)).collect();
        Applied { directive, line: index.line(directive.range.start()), codes, used: false }
    }

    fn suppresses(&mut self, finding: &Finding) -> bool {
        if self.directive.codes.is_none() {
            self.used = true;
            return true;
        }
        let mut any = false;
        for (selector, used) in &mut self.codes {
            if selector.as_ref().is_ok_and(|selector| selector.matches(finding.rule)) {
                *used = true;
                any = true;
            }
        }
        any
    }

    fn complaints(&self, complain: &mut dyn FnMut(sidestep_facts::TextRange, String, String)) {
        let directive = self.directive;
        // What other tools are told is theirs to judge.
        if directive.kind == DirectiveKind::Noqa {
            return;
        }
        if directive.kind == DirectiveKind::Unknown {
            let message = "this suppression comment is not understood".to_owned();
            let help = "write `# sidestep: ignore[SS201]` on the line, or `# sidestep: ignore-file` before all code";
            return complain(directive.range, message, help.to_owned());
        }
        let Some(codes) = &directive.codes else {
            if !self.used && directive.kind == DirectiveKind::Line {
                let message = "this comment suppresses nothing".to_owned();
                complain(directive.range, message, "remove it".to_owned());
            }
            return;
        };
        for (code, (selector, used)) in codes.iter().zip(&self.codes) {
            match selector {
                Err(unknown) => {
                    let help = "`sidestep rule --all` lists the rules".to_owned();
                    complain(code.range, format!("in a suppression comment: {unknown}"), help);
                }
                Ok(_) if !used && directive.kind == DirectiveKind::Line => {
                    complain(
                        code.range,
                        format!("nothing to suppress here for `{}`", code.text),
                        "remove it".to_owned(),
                    );
                }
                Ok(_) => {}
            }
        }
        if codes.is_empty() {
            complain(
                directive.range,
                "a suppression comment with no rule in its brackets".to_owned(),
                "name a rule, or drop the brackets to suppress all".to_owned(),
            );
        }
    }
}
