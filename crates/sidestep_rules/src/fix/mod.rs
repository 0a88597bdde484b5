//! Fixes: a finding and its place to edits of the source.
//!
//! [`fix`] is asked after the rules have run, about findings that are shown. A fix is made of the source's text at ranges
//! that the facts know; nothing is parsed here. Whoever applies fixes checks what comes of them.
//!
//! *Safe* means that nothing changes but that the fault is gone. When in doubt a fix needs review, or there is none, and
//! the reason is said.

mod ahead;
mod awaits;
mod batches;
mod directly;
mod edits;
mod enclose;
mod ends;
mod gathers;
mod imports;
mod leftovers;
mod library_retries;
mod limits;
mod locks;
mod managers;
mod propagate;
mod rechecks;
mod retries;
mod source;
mod tasks;
mod threads;
mod together;

pub use edits::{Applicability, Edit, Fix, Verdict};
pub use leftovers::unused_imports;

use crate::finding::{Confidence, Finding};
use sidestep_facts::TextRange;
use sidestep_program::{FileId, Program};
use source::Source;
use std::borrow::Cow;

/// What fixes are made with, where nothing in the program says it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Options {
    /// Seconds that a call to the outside may take.
    pub timeout: f64,
    /// How many calls may run at the same time.
    pub concurrency: u32,
    /// The library that the project depends on for retries.
    pub retries: Retries,
}

/// What retries are made with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Retries {
    /// A loop of one's own.
    Loop,
    /// tenacity
    Tenacity,
    /// stamina
    Stamina,
}

impl Retries {
    /// The word users see.
    pub fn as_str(self) -> &'static str {
        match self {
            Retries::Loop => "a loop",
            Retries::Tenacity => "tenacity",
            Retries::Stamina => "stamina",
        }
    }
}

impl Default for Options {
    fn default() -> Options {
        Options { timeout: 30.0, concurrency: 10, retries: Retries::Loop }
    }
}

/// A file of the program as it is now.
pub struct Text<'a> {
    /// Its text.
    pub text: Cow<'a, str>,
    /// The part of it in which edits may stand.
    pub own: TextRange,
}

/// The fix of a finding. `own` is its file; `others` has those of the program that may be changed with it.
///
/// # Errors
/// Why there is none.
pub fn fix(
    program: &Program,
    finding: &Finding,
    own: &Text<'_>,
    others: &dyn Fn(FileId) -> Option<Text<'static>>,
    options: &Options,
) -> Verdict {
    let facts = program.facts(finding.file);
    let source = Source { program, file: finding.file, facts, text: &own.text, own: own.own, others };
    if source.is_meant_to_fail(finding.range) {
        return Err("a test expects it to fail".into());
    }
    let fix = match finding.rule.code {
        "SS101" | "SS102" | "SS103" | "SS507" => awaits::add_await(&source, finding),
        "SS201" => awaits::async_sleep(&source, finding),
        "SS104" => managers::other_for(&source, finding),
        "SS202" | "SS206" => threads::twin_or_thread(&source, finding),
        "SS203" | "SS204" | "SS205" | "SS207" | "SS208" | "SS209" | "SS210" | "SS401" => {
            threads::to_thread(&source, finding)
        }
        "SS301" | "SS302" => propagate::await_instead_of_run(&source, finding),
        "SS307" => tasks::thread_safe(&source, finding),
        "SS501" => enclose::enclose(&source, finding),
        "SS502" | "SS503" => managers::other_with(&source, finding),
        "SS105" => directly::call_it(&source, finding),
        "SS306" => directly::await_it(&source, finding),
        "SS505" => ends::close_generator(&source, finding),
        "SS604" => managers::over_a_copy(&source, finding),
        "SS704" => tasks::log_swallowed(&source, finding),
        "SS705" => ends::read_results(&source, finding),
        "SS805" => ends::cancel_pending(&source, finding),
        "SS902" => limits::bound_again(&source, finding, options),
        "SS602" if let Some(fix) = rechecks::check_again(&source, finding) => Ok(fix),
        "SS601" | "SS602" | "SS603" => locks::hold_lock(&source, finding),
        "SS701" => gathers::lose_nothing(&source, finding),
        "SS702" => tasks::log_failures(&source, finding),
        "SS801" => tasks::keep(&source, finding),
        "SS802" => tasks::finish(&source, finding),
        "SS803" => tasks::re_raise(&source, finding),
        "SS807" => tasks::await_cancelled(&source, finding),
        "SS808" => tasks::undo_always(&source, finding),
        "SS809" => tasks::ask_done(&source, finding),
        "SS810" => tasks::gather_cancelled(&source, finding),
        "SS901" => limits::set_timeout(&source, finding, options),
        "SS1001" | "SS1201" => together::share_semaphore(&source, finding, options),
        "SS1101" => batches::one_request(&source, finding, options),
        "SS1102" => together::at_once(&source, finding, options),
        "SS1202" => retries::back_off(&source, finding, options),
        _ => Err("there is no fix for this rule".into()),
    }?;
    let is_own = |file: FileId, edits: &[Edit]| {
        let part = if file == finding.file { Some(own.own) } else { others(file).map(|text| text.own) };
        part.is_some_and(|part| edits.iter().all(|edit| part.contains_range(edit.range)))
    };
    if !fix.files(finding.file).all(|(file, edits)| is_own(file, edits)) {
        return Err("it would change code of another fence".into());
    }
    // What was not resolved all the way may be something else.
    Ok(if finding.confidence == Confidence::Certain { fix } else { fix.at_most(Applicability::Unsafe) })
}
