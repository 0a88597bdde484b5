//! `check --seen`: static findings that a running program was seen to do are marked with how often and how long.

use anyhow::Context;
use serde::Deserialize;
use sidestep_report::{Entry, Seen};
use std::fs;
use std::path::Path;

/// What is read of a report that `sidestep run` wrote.
#[derive(Deserialize)]
struct Live {
    findings: Vec<LiveFinding>,
}

#[derive(Deserialize)]
struct LiveFinding {
    pitfall: u8,
    path: String,
    start: LivePlace,
    end: LivePlace,
    chain: Vec<LiveHop>,
    seen: Option<LiveSeen>,
}

#[derive(Deserialize)]
struct LivePlace {
    line: u32,
}

#[derive(Deserialize)]
struct LiveHop {
    path: String,
    line: u32,
}

#[derive(Deserialize)]
struct LiveSeen {
    times: u32,
    seconds: f64,
    longest: f64,
}

/// Marks the findings that the report of a run has too.
///
/// # Errors
/// A file that cannot be read, or that is no such report.
pub fn mark(file: &Path, entries: &mut [Entry]) -> anyhow::Result<()> {
    let text = fs::read_to_string(file).with_context(|| format!("{}: cannot be read", file.display()))?;
    let live: Live = serde_json::from_str(&text)
        .with_context(|| format!("{}: is no report; write one with `sidestep run --report FILE`", file.display()))?;
    for entry in entries {
        let seen =
            live.findings.iter().filter(|finding| same(entry, finding)).filter_map(|finding| finding.seen.as_ref());
        let all = seen.fold(None, |before: Option<Seen>, seen| {
            let before = before.unwrap_or(Seen { times: 0, seconds: 0.0, longest: 0.0 });
            Some(Seen {
                times: before.times + seen.times,
                seconds: before.seconds + seen.seconds,
                longest: before.longest.max(seen.longest),
            })
        });
        entry.seen = all;
    }
    Ok(())
}

/// Whether both say the same of the same place. What blocks is known by the line that blocks, too: `check` may have seen
/// another way that leads there.
fn same(entry: &Entry, live: &LiveFinding) -> bool {
    let family = |pitfall: u8| match pitfall {
        4 => 2,
        7 => 8,
        other => other,
    };
    if family(entry.pitfall) != family(live.pitfall) {
        return false;
    }
    let here = entry.path == live.path && live.start.line <= entry.end.line && entry.start.line <= live.end.line;
    let cause =
        |path: &str, line: u32| entry.chain.last().is_some_and(|hop| hop.path == path && hop.place.line == line);
    here || live.chain.iter().any(|hop| cause(&hop.path, hop.line))
}
