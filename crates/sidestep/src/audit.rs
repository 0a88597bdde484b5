//! `sidestep audit`: the AI checklist of a program.

use crate::analysis::{self, configure, settings, with_threads};
use crate::cli::{AuditArgs, AuditFormat};
use crate::load::Source;
use crate::progress::Progress;
use crate::resolve::{Texts, shown};
use crate::{Outcome, check, complain, output};
use anyhow::{bail, ensure};
use sidestep_report::{AuditPage, Spot, audit_html, audit_json, audit_markdown, audit_text};
use sidestep_rules::audit::{Column, Verdict};
use std::path::{Path, PathBuf};

/// Runs the command.
///
/// # Errors
/// Whatever keeps it from doing what was asked.
pub fn run(args: &AuditArgs) -> anyhow::Result<Outcome> {
    let gates = args.fail_on.iter().map(|gate| gate_of(gate)).collect::<anyhow::Result<Vec<_>>>()?;
    analysis::exist(&args.paths)?;
    let config = configure(&args.program, args.paths.first().map(PathBuf::as_path))?;
    let sources: Vec<Source> = check::discover(&args.paths, &config)?.into_iter().map(Source::file).collect();
    let settings = settings(&config, args.program.isolated)?;
    let progress = Progress::new(sources.len(), args.program.quiet);
    let page = with_threads(args.program.threads, || {
        let analysis = analysis::link(&sources, settings, None, &progress);
        let audit = sidestep_rules::audit(&analysis.program);
        let mut texts = Texts::new(&analysis.program, &sources, &analysis.loaded.units, Path::new(""));
        let page = AuditPage::new(&audit, |file, range| {
            let unit = texts.unit(file);
            let path = shown(analysis.program.path(file));
            let mut spot = Spot::new(path, &unit.text, range.start().to_usize());
            // Cells and fences are counted in their document.
            let line = texts.place(file, range).line as usize;
            spot.first = (spot.first + line).saturating_sub(spot.line).max(1);
            spot.line = line;
            spot
        });
        for (index, error) in &analysis.loaded.errors {
            complain(&format!("warning: {}: {}", shown(sources[*index].path()), error.message));
        }
        std::mem::forget(analysis);
        page
    })?;
    drop(progress);
    let text = match args.output_format {
        AuditFormat::Text => audit_text(&page, width(), output::colours(args.program.color), args.details),
        AuditFormat::Json => audit_json(&page),
        AuditFormat::Markdown => audit_markdown(&page),
        AuditFormat::Html => audit_html(&page),
    };
    output::print(|out| out.write_all(text.as_bytes()))?;
    let mut outcome = Outcome::Clean;
    for (column, verdict) in gates {
        let hits: Vec<&sidestep_report::Spot> =
            page.rows.iter().filter(|r| r.cells[column.index()].verdict == verdict).map(|r| &r.spot).collect();
        if let Some(first) = hits.first() {
            outcome = Outcome::Findings;
            let more = if hits.len() > 1 { format!(" and {} more", hits.len() - 1) } else { String::new() };
            complain(&format!("{}={}: {}{more}", column.key(), verdict.as_str(), first.label()));
        }
    }
    Ok(outcome)
}

/// `timeout=no`
fn gate_of(text: &str) -> anyhow::Result<(Column, Verdict)> {
    let keys: Vec<&str> = Column::ALL.iter().map(|c| c.key()).collect();
    let Some((key, verdict)) = text.split_once('=') else {
        bail!("--fail-on: `{text}` is not COLUMN=VERDICT, as in `timeout=no`");
    };
    let column = Column::from_key(key);
    ensure!(column.is_some(), "--fail-on: there is no column `{key}`; the columns are {}", keys.join(", "));
    let verdict = match verdict {
        "yes" => Verdict::Yes,
        "no" => Verdict::No,
        "unknown" => Verdict::Unknown,
        other => bail!("--fail-on: `{other}` is not a verdict; write yes, no or unknown"),
    };
    Ok((column.expect("just checked"), verdict))
}

/// How many columns the terminal has; a pipe has what is usual.
fn width() -> usize {
    std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gates() {
        assert!(matches!(gate_of("timeout=no"), Ok((Column::Timeout, Verdict::No))));
        assert!(gate_of("timeout").is_err());
        assert!(gate_of("speed=no").unwrap_err().to_string().contains("rate-limit"));
        assert!(gate_of("usage=maybe").is_err());
    }
}
