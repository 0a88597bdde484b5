//! What was found, written for people and for machines.
//!
//! A [`Report`] is complete in itself: plain strings and numbers, paths as users wrote them, the lines to show. A format
//! is a function from a report to text, one file each. Nothing here reads a file or knows of a program.

mod audit_html;
mod audit_json;
mod audit_markdown;
mod audit_page;
mod audit_text;
mod concise;
mod fingerprint;
mod full;
mod github;
mod gitlab;
mod html;
mod json;
mod junit;
mod model;
mod sarif;
mod statistics;
mod store;

pub use audit_html::html as audit_html;
pub use audit_json::json as audit_json;
pub use audit_markdown::markdown as audit_markdown;
pub use audit_page::{AuditPage, Spot};
pub use audit_text::text as audit_text;
pub use fingerprint::{Fingerprint, Fingerprints};
pub use full::picture;
pub use model::{Edit, Entry, FileError, Fix, Hop, Label, Report, Seen, Summary};
pub use statistics::{Calls, Statistics, UnresolvedPackage, statistics, statistics_json};
use std::io::{self, Write};

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Pictures of the source with the chain and what to do.
    Full,
    /// A line per finding.
    Concise,
    /// Sidestep's own JSON (`docs/json-schema.json`).
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// JUnit's XML.
    Junit,
    /// One page that needs nothing else.
    Html,
}

impl Format {
    /// Whether people read it in a terminal: errors about files go to standard error then.
    pub fn is_text(self) -> bool {
        matches!(self, Format::Full | Format::Concise)
    }

    /// Whether it shows lines of source.
    pub fn shows_source(self) -> bool {
        matches!(self, Format::Full | Format::Html)
    }
}

/// Writes a report. `colour` concerns text alone.
///
/// # Errors
/// Those of the writer.
pub fn write(format: Format, report: &Report, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Full => full::write(report, colour, out),
        Format::Concise => concise::write(report, colour, out),
        Format::Json => json::write(report, out),
        Format::Sarif => sarif::write(report, out),
        Format::Github => github::write(report, out),
        Format::Gitlab => gitlab::write(report, out),
        Format::Junit => junit::write(report, out),
        Format::Html => html::write(report, out),
    }
}

#[cfg(test)]
mod tests;
