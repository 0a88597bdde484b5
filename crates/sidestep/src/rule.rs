//! `sidestep rule`: what a rule flags, and the section of the guide that explains it.

use crate::cli::{RuleArgs, RuleFormat};
use crate::selection::all_rules;
use crate::suggest::did_you_mean;
use crate::{Outcome, output};
use serde::Serialize;
use sidestep_rules::Rule;

include!(concat!(env!("OUT_DIR"), "/pages.rs"));

#[derive(Serialize)]
struct Explained<'a> {
    code: &'a str,
    name: &'a str,
    pitfall: u8,
    level: &'a str,
    summary: &'a str,
    documentation: Option<&'a str>,
}

impl Explained<'_> {
    fn of(rule: &'static Rule) -> Explained<'static> {
        let documentation = PAGES.iter().find(|(pitfall, _)| *pitfall == rule.pitfall);
        Explained {
            code: rule.code,
            name: rule.name,
            pitfall: rule.pitfall,
            level: rule.level.as_str(),
            summary: rule.summary,
            documentation: documentation.and_then(|(_, page)| section(page, rule.code)),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// A rule that does not exist.
pub fn run(args: &RuleArgs) -> anyhow::Result<Outcome> {
    let json = args.output_format == RuleFormat::Json;
    let Some(wanted) = &args.rule else {
        output::print(|out| {
            if json {
                serde_json::to_writer_pretty(&mut *out, &all_rules().map(Explained::of).collect::<Vec<_>>())?;
                return writeln!(out);
            }
            all_rules().try_for_each(|rule| {
                writeln!(out, "{:<6}  {:<8} {:<32} {}", rule.code, rule.level.as_str(), rule.name, rule.summary)
            })
        })?;
        return Ok(Outcome::Clean);
    };
    let rule = all_rules()
        .find(|rule| rule.code.eq_ignore_ascii_case(wanted) || rule.name.eq_ignore_ascii_case(wanted))
        .ok_or_else(|| {
            let hint = did_you_mean(wanted, all_rules().flat_map(|rule| [rule.code, rule.name]));
            anyhow::anyhow!("unknown rule `{wanted}`{hint} (`sidestep rule --all` lists them)")
        })?;
    let rule = Explained::of(rule);
    output::print(|out| {
        if json {
            serde_json::to_writer_pretty(&mut *out, &rule)?;
            return writeln!(out);
        }
        writeln!(out, "{} {}", rule.code, rule.name)?;
        match rule.pitfall {
            0 => writeln!(out, "{}: {}", rule.level, rule.summary)?,
            pitfall => writeln!(out, "{} of pitfall {pitfall}: {}", rule.level, rule.summary)?,
        }
        rule.documentation.iter().try_for_each(|text| writeln!(out, "\n{text}"))
    })?;
    Ok(Outcome::Clean)
}

/// What stands below the heading that holds a code, up to the next heading of the same or a higher level.
fn section<'p>(page: &'p str, code: &str) -> Option<&'p str> {
    let mut fence: Option<&str> = None;
    let mut found: Option<(usize, usize)> = None;
    let mut offset = 0;
    for line in page.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let mark = &line[..line.len().min(line.bytes().take_while(|&byte| byte == b'`' || byte == b'~').count())];
        if mark.len() >= 3 && fence.is_none_or(|open| mark.starts_with(open)) {
            fence = if fence.is_none() { Some(mark) } else { None };
        }
        let level = line.bytes().take_while(|&byte| byte == b'#').count();
        if fence.is_some() || level == 0 {
            continue;
        }
        match found {
            Some((open, body)) if level <= open => return Some(page[body..start].trim()),
            None if line.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == code) => {
                found = Some((level, offset));
            }
            _ => {}
        }
    }
    found.map(|(_, body)| page[body..].trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_end_with_the_next_rule() {
        let page = "# Page\n\n## SS201 a\none\n```python\n# SS202\n```\n### Deeper\n\n## SS202 b\ntwo\n";
        assert_eq!(section(page, "SS201"), Some("one\n```python\n# SS202\n```\n### Deeper"));
        assert_eq!(section(page, "SS202"), Some("two"));
        assert_eq!(section(page, "SS20"), None);
    }
}
