//! From findings, which know files and bytes, to entries of a report, which know paths, lines and columns.

use crate::load::{Source, UnitInfo};
use sidestep_facts::TextRange;
use sidestep_program::{FileId, Program};
use sidestep_report::{Edit, Entry, Fingerprints, Fix, Hop, Label};
use sidestep_rules::Finding;
use sidestep_rules::fix::{self, Options, Verdict};
use sidestep_source::{Document, FileKind, Place, Unit};
use std::cell::RefCell;
use std::collections::HashMap;
use std::env;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;
use std::sync::LazyLock;

static HERE: LazyLock<PathBuf> = LazyLock::new(|| env::current_dir().unwrap_or_default());

/// Lines shown before and after a finding.
const CONTEXT: usize = 2;

/// A path as users see it: relative to the working directory where it is under it, with `/`.
pub fn shown(path: &Path) -> String {
    let path = path.strip_prefix(&*HERE).unwrap_or(path);
    with_slashes(path)
}

fn with_slashes(path: &Path) -> String {
    if cfg!(windows) {
        let parts: Vec<_> = path.components().filter(|part| *part != Component::RootDir).collect();
        return parts.iter().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
    }
    path.to_string_lossy().into_owned()
}

/// The texts of the program's files, read a second time where a finding stands.
pub struct Texts<'a> {
    program: &'a Program,
    sources: &'a [Source],
    units: &'a [UnitInfo],
    documents: HashMap<usize, Vec<Rc<Unit>>>,
    others: HashMap<FileId, Rc<Unit>>,
    nothing: Rc<Unit>,
    /// What the paths of fingerprints are relative to: the project, wherever the command is run.
    root: &'a Path,
    fingerprints: Fingerprints,
}

impl<'a> Texts<'a> {
    /// Nothing read yet.
    pub fn new(program: &'a Program, sources: &'a [Source], units: &'a [UnitInfo], root: &'a Path) -> Texts<'a> {
        Texts {
            program,
            sources,
            units,
            documents: HashMap::new(),
            others: HashMap::new(),
            nothing: unit_of(Vec::new()),
            root,
            fingerprints: Fingerprints::default(),
        }
    }

    /// The unit that a file of the program is. A file that has gone in the meantime is empty.
    pub fn unit(&mut self, file: FileId) -> Rc<Unit> {
        let Some(info) = self.units.get(file.0 as usize) else {
            let text = self.program.text(file);
            let unit = self.others.entry(file).or_insert_with(|| unit_of(text.unwrap_or_default().into()));
            return Rc::clone(unit);
        };
        let units = self.documents.entry(info.source).or_insert_with(|| {
            let units = self.sources[info.source].read().map(|document| document.units);
            units.unwrap_or_default().into_iter().map(Rc::new).collect()
        });
        Rc::clone(units.get(info.nth).unwrap_or(&self.nothing))
    }

    /// The place in a file of the program.
    pub fn place(&mut self, file: FileId, range: TextRange) -> Place {
        self.unit(file).place(range.start())
    }

    /// The fix of a finding, or why there is none.
    pub fn fix(&mut self, finding: &Finding, options: &Options) -> Verdict {
        let unit = self.unit(finding.file);
        let own = fix::Text { text: unit.text.as_str().into(), own: unit.report };
        let program = self.program;
        let texts = RefCell::new(self);
        let others = |file: FileId| {
            let mut texts = texts.borrow_mut();
            // A document's fences and a notebook's cells are changed for their own findings alone.
            let is_module = |info: &UnitInfo| texts.sources[info.source].found.kind == FileKind::Python;
            if !texts.units.get(file.0 as usize).is_some_and(is_module) {
                return None;
            }
            let unit = texts.unit(file);
            Some(fix::Text { text: unit.text.clone().into(), own: unit.report })
        };
        fix::fix(program, finding, &own, &others, options)
    }

    /// Makes an entry of a finding. Fingerprints depend on the order of the findings. `picture` says whether its lines are to be shown.
    pub fn entry(&mut self, finding: Finding, verdict: &Verdict, picture: bool) -> Entry {
        let unit = self.unit(finding.file);
        let path = self.program.path(finding.file);
        let own = with_slashes(path.strip_prefix(self.root).unwrap_or(path));
        let line = unit.line_text(finding.range.start());
        let fingerprint = self.fingerprints.next(finding.rule.code, &own, line);
        let path = shown(path);
        let ranges: Vec<TextRange> =
            std::iter::once(finding.range).chain(finding.labels.iter().map(|label| label.range)).collect();
        let label = |label: sidestep_rules::Label| Label { place: unit.place(label.range.start()), text: label.text };
        Entry {
            code: finding.rule.code,
            name: finding.rule.name,
            pitfall: finding.rule.pitfall,
            level: finding.level,
            confidence: finding.confidence,
            message: finding.message,
            help: finding.help,
            start: unit.place(finding.range.start()),
            end: unit.place(finding.range.end()),
            labels: finding.labels.into_iter().map(label).collect(),
            chain: finding.chain.into_iter().map(|hop| self.hop(hop)).collect(),
            excerpt: picture.then(|| unit.excerpt(&ranges, CONTEXT)),
            fix: verdict.as_ref().ok().map(|fix| self.shown_fix(fix, finding.file)),
            unfixed: verdict.as_ref().err().map(|reason| reason.clone().into_owned()),
            path,
            fingerprint,
            seen: None,
        }
    }

    fn shown_fix(&mut self, fix: &fix::Fix, own: FileId) -> Fix {
        let mut edits = Vec::new();
        for (file, changes) in fix.files(own) {
            let unit = self.unit(file);
            let path = (file != own).then(|| shown(self.program.path(file)));
            edits.extend(changes.iter().map(|edit| Edit {
                path: path.clone(),
                start: unit.place(edit.range.start()),
                end: unit.place(edit.range.end()),
                content: edit.text.clone(),
            }));
        }
        Fix { title: fix.title.clone(), applicability: fix.applicability, edits }
    }

    fn hop(&mut self, hop: sidestep_rules::Hop) -> Hop {
        Hop {
            path: shown(self.program.path(hop.file)),
            place: self.place(hop.file, hop.range),
            function: hop.function,
            text: hop.text,
        }
    }
}

/// A text as a module of its own.
fn unit_of(text: Vec<u8>) -> Rc<Unit> {
    let document = Document::read(text, FileKind::Python).or_else(|_| Document::read(Vec::new(), FileKind::Python));
    Rc::new(document.expect("nothing is a module").units.remove(0))
}
