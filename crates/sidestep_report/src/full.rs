//! Pictures of the source, as rustc and Ruff draw them, with the chain and what to do.

use crate::model::{Entry, Report, location};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level as Heading, Origin, Renderer, Snippet};
use sidestep_rules::Level;
use sidestep_rules::fix::Applicability;
use std::borrow::Cow;
use std::io::{self, Write};

pub(crate) fn write(report: &Report, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    for entry in &report.findings {
        writeln!(out, "{}\n", picture(entry, report.summary.fixing, colour))?;
    }
    closing(report, colour, out)
}

/// Up to this many lines are shown in full; of more, those around the places.
const UNFOLDED: usize = 12;

/// The picture of one finding. `fixing` says whether what has no fix has to say why.
pub fn picture(entry: &Entry, fixing: bool, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let heading = match entry.level {
        Level::Error => Heading::ERROR,
        Level::Warning => Heading::WARNING,
        Level::Advice => Heading::NOTE.with_name("advice"),
    };
    let path = match entry.start.cell {
        Some(cell) => format!("{}:cell {cell}", entry.path),
        None => entry.path.clone(),
    };
    let mut group = Group::with_title(heading.primary_title(marked(entry)).id(entry.code));
    match &entry.excerpt {
        Some(excerpt) => {
            let lines = excerpt.text.lines().count();
            let mut snippet = Snippet::source(&excerpt.text).line_start(excerpt.line as usize).path(path);
            snippet = snippet.fold(lines > UNFOLDED);
            for (nth, span) in excerpt.spans.iter().enumerate() {
                let Some(span) = span.clone() else { continue };
                snippet = snippet.annotation(annotation(entry, nth, span));
            }
            group = group.element(snippet);
        }
        None => {
            let origin = Origin::path(path).line(entry.start.line as usize).char_column(entry.start.column as usize);
            group = group.element(origin);
        }
    }
    for (nth, label) in entry.labels.iter().enumerate() {
        let shown =
            entry.excerpt.as_ref().is_some_and(|excerpt| excerpt.spans.get(nth + 1).is_some_and(Option::is_some));
        if !shown {
            let note = format!("{} ({})", label.text, location(&entry.path, label.place));
            group = group.element(Heading::NOTE.message(note));
        }
    }
    if !entry.chain.is_empty() {
        group = group.element(Heading::NOTE.with_name("chain").message(chain(entry)));
    }
    let seen = entry.seen.map(|seen| seen.to_string());
    if let Some(seen) = &seen {
        group = group.element(Heading::NOTE.with_name("seen").message(seen));
    }
    if let Some(help) = &entry.help {
        group = group.element(Heading::HELP.message(help));
    }
    if let Some(fix) = &entry.fix {
        let flag = match fix.applicability {
            Applicability::Safe => "--fix",
            Applicability::Unsafe => "--unsafe-fixes",
        };
        group = group.element(Heading::INFO.with_name("fix").message(format!("{} (`{flag}`)", fix.title)));
    }
    if let Some(reason) = entry.unfixed.as_ref().filter(|_| fixing) {
        group = group.element(Heading::INFO.with_name("not fixed").message(reason));
    }
    group = group.element(Heading::INFO.with_name("docs").message(entry.url()));
    renderer.render(&[group])
}

/// The message; that of a finding that can be repaired without looking has a mark before it.
pub(crate) fn marked(entry: &Entry) -> Cow<'_, str> {
    match &entry.fix {
        Some(fix) if fix.applicability == Applicability::Safe => format!("[*] {}", entry.message).into(),
        _ => (&entry.message).into(),
    }
}

fn annotation(entry: &Entry, nth: usize, span: std::ops::Range<usize>) -> Annotation<'_> {
    match nth.checked_sub(1) {
        None => AnnotationKind::Primary.span(span),
        Some(label) => {
            AnnotationKind::Context.span(span).label(entry.labels.get(label).map(|label| label.text.as_str()))
        }
    }
}

/// The hops, numbered, a line each.
fn chain(entry: &Entry) -> String {
    let width = entry.chain.len().to_string().len();
    let hops = entry.chain.iter().zip(1..).map(|(hop, number): (_, usize)| {
        let place = match hop.place.cell {
            Some(cell) => format!("{}:cell {cell}:{}", hop.path, hop.place.line),
            None => format!("{}:{}", hop.path, hop.place.line),
        };
        format!("{number:>width$}. {place} {}: {}", hop.function, hop.text)
    });
    hops.collect::<Vec<_>>().join("\n")
}

/// Words in colour, where there is any.
#[derive(Clone, Copy)]
pub(crate) struct Paint(pub(crate) bool);

impl Paint {
    /// A word in the colour of a level.
    pub(crate) fn level(self, level: Level, word: &str) -> String {
        match level {
            Level::Error => self.with("1;91", word),
            Level::Warning => self.with("1;33", word),
            Level::Advice => self.with("1;92", word),
        }
    }

    fn with(self, colour: &str, word: &str) -> String {
        if self.0 { format!("\x1b[{colour}m{word}\x1b[0m") } else { word.to_owned() }
    }
}

/// The last line: how many findings, of what kind, in how many files.
pub(crate) fn closing(report: &Report, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    let count = |level| report.findings.iter().filter(|entry| entry.level == level).count();
    let mut parts = Vec::new();
    for (level, word) in [(Level::Error, "error"), (Level::Warning, "warning"), (Level::Advice, "advice")] {
        let many = count(level);
        if many > 0 {
            let word = if many == 1 || level == Level::Advice { word.to_owned() } else { format!("{word}s") };
            parts.push(Paint(colour).level(level, &format!("{many} {word}")));
        }
    }
    let files = report.summary.files;
    let files = if files == 1 { "1 file".to_owned() } else { format!("{files} files") };
    match parts.as_slice() {
        [] if report.errors.is_empty() && report.summary.fixed == 0 => {
            writeln!(out, "No pitfalls found in {files}.")?;
        }
        [] => {}
        [only] => writeln!(out, "Found {only} in {files}.")?,
        [first @ .., last] => writeln!(out, "Found {} and {last} in {files}.", first.join(", "))?,
    }
    repairs(report, out)
}

/// What has been repaired, and what can be.
fn repairs(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let fixed = report.summary.fixed;
    if fixed > 0 {
        writeln!(out, "Fixed {fixed} {}.", if fixed == 1 { "finding" } else { "findings" })?;
    }
    match (report.fixable(Applicability::Safe), report.fixable(Applicability::Unsafe)) {
        (0, 0) => Ok(()),
        (0, more) => writeln!(out, "{more} fixable with `--fix --unsafe-fixes`."),
        (safe, 0) => writeln!(out, "[*] {safe} fixable with `--fix`."),
        (safe, more) => writeln!(out, "[*] {safe} fixable with `--fix`, {more} more with `--fix --unsafe-fixes`."),
    }
}
