//! What Python sees: the module `sidestep._native`. Everything of any size crosses over as JSON.

use crate::store::{self, current};
use crate::watchdog::{Beat, disarm as make_harmless};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use serde::Deserialize;
use sidestep::live::{self, Judge, Observation, Options};
use sidestep_report::Format;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What is configured at the start.
#[derive(Deserialize)]
struct Settings {
    #[serde(flatten)]
    options: Options,
    #[serde(default)]
    live: bool,
    #[serde(default)]
    output_format: Option<String>,
    #[serde(default)]
    colour: bool,
    #[serde(default)]
    report: Option<PathBuf>,
}

fn wrong(error: impl std::fmt::Display) -> PyErr {
    PyValueError::new_err(format!("{error:#}"))
}

/// Runs the command `sidestep` and says its exit status.
#[pyfunction]
fn main(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    py.detach(|| sidestep::command(arguments))
}

/// The options of `sidestep run` as JSON, or the exit status.
#[pyfunction]
fn run_options(arguments: Vec<OsString>) -> (Option<String>, u8) {
    match live::run_options(&arguments) {
        Ok(options) => (Some(options), 0),
        Err(status) => (None, status),
    }
}

/// Says what is wanted, and returns the codes of the rules that may be reported.
#[pyfunction]
fn configure(py: Python<'_>, settings: &str) -> PyResult<Vec<&'static str>> {
    let settings: Settings = serde_json::from_str(settings).map_err(wrong)?;
    py.detach(|| {
        let judge = Judge::new(&settings.options).map_err(wrong)?;
        let format = settings.output_format.as_deref().map(live::format).transpose().map_err(wrong)?;
        let live =
            settings.live.then(|| (format.filter(|format| format.is_text()).unwrap_or(Format::Full), settings.colour));
        let file = settings.report.map(|path| (path.clone(), format_of(&path)));
        current().configure(judge, live, file);
        Ok(current().wanted())
    })
}

/// The format that a file's name says.
fn format_of(path: &Path) -> Format {
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("sarif") => Format::Sarif,
        Some("html") => Format::Html,
        Some("xml") => Format::Junit,
        Some("txt") => Format::Full,
        _ => Format::Json,
    }
}

/// Prepares the watchdog: how long a loop may stand still, the signal that `faulthandler` will have, and the pipe it writes to.
#[pyfunction]
fn watchdog(threshold: f64, signal: i32, pipe: i32) -> PyResult<()> {
    let threshold = Duration::try_from_secs_f64(threshold).map_err(wrong)?;
    current().watchdog.configure(threshold, signal, pipe);
    Ok(())
}

/// Makes a signal that nothing uses harmless.
#[pyfunction]
fn disarm(signal: i32) {
    make_harmless(signal);
}

/// Watches a loop on the calling thread: its number, and its beat as a writable view of one byte.
#[pyfunction]
fn watch_loop(py: Python<'_>, slack: f64) -> PyResult<(u64, Py<PyAny>)> {
    let slack = Duration::try_from_secs_f64(slack).map_err(wrong)?;
    let (id, beat) = py.detach(|| current().watchdog.watch(slack));
    Ok((id, view(py, beat)?))
}

/// `PyBUF_WRITE`
const WRITABLE: std::ffi::c_int = 0x200;

/// A view of a beat.
#[allow(unsafe_code)]
fn view(py: Python<'_>, beat: Beat) -> PyResult<Py<PyAny>> {
    // SAFETY: a beat is one byte that lives as long as the process. Python stores whole bytes into it and the watchdog uses atomic
    // operations on it: on the machines that CPython runs on, a store of one byte is whole.
    unsafe {
        let view = pyo3::ffi::PyMemoryView_FromMemory(beat.as_ptr().cast(), 1, WRITABLE);
        Ok(Bound::from_owned_ptr_or_err(py, view)?.unbind())
    }
}

/// Watches a loop no more.
#[pyfunction]
fn unwatch_loop(py: Python<'_>, id: u64) {
    py.detach(|| current().watchdog.unwatch(id));
}

/// Watches no loop any more.
#[pyfunction]
fn stop(py: Python<'_>) {
    py.detach(|| current().watchdog.stop());
}

/// Ends stalls that last, for the report.
#[pyfunction]
fn flush(py: Python<'_>) {
    py.detach(|| current().watchdog.flush());
}

/// The garbage collector took so many seconds.
#[pyfunction]
fn collected(seconds: f64) {
    current().watchdog.collected(Duration::try_from_secs_f64(seconds).unwrap_or_default());
}

/// Keeps an observation, given as JSON.
#[pyfunction]
fn observe(py: Python<'_>, observation: &str) -> PyResult<()> {
    let observation: Observation = serde_json::from_str(observation).map_err(wrong)?;
    py.detach(|| current().add(observation));
    Ok(())
}

/// What is seen from now on belongs to another part of the run; says which it belonged to.
#[pyfunction]
fn scope(scope: u32) -> u32 {
    current().scope(scope)
}

/// How much was seen.
#[pyfunction]
#[pyo3(signature = (scope=None))]
fn count(scope: Option<u32>) -> usize {
    current().count(scope)
}

/// Forgets what was seen.
#[pyfunction]
#[pyo3(signature = (scope=None))]
fn forget(scope: Option<u32>) {
    current().forget(scope);
}

/// The report in a format, and how many findings it has.
#[pyfunction]
#[pyo3(signature = (format, colour=false, scope=None, ignore=Vec::new()))]
fn render(
    py: Python<'_>,
    format: &str,
    colour: bool,
    scope: Option<u32>,
    ignore: Vec<String>,
) -> PyResult<(String, usize)> {
    let written = py.detach(|| -> anyhow::Result<(Vec<u8>, usize)> {
        let format = live::format(format)?;
        let mut report = current().report(scope)?;
        let ignored = live::Ignored::new(&ignore)?;
        report.findings.retain(|entry| !ignored.covers(entry.code));
        let mut text = Vec::new();
        sidestep_report::write(format, &report, colour, &mut text)?;
        Ok((text, report.findings.len()))
    });
    let (text, many) = written.map_err(wrong)?;
    Ok((String::from_utf8_lossy(&text).into_owned(), many))
}

/// Writes the report into a file, in the format that its name says.
#[pyfunction]
fn save(py: Python<'_>, path: PathBuf) -> PyResult<()> {
    py.detach(|| -> anyhow::Result<()> { Ok(store::keep(&current().report(None)?, &path, format_of(&path))?) })
        .map_err(|failure| PyRuntimeError::new_err(format!("{}: {failure:#}", path.display())))
}

/// Ends the telling while the program runs.
#[pyfunction]
fn close(py: Python<'_>) {
    py.detach(|| current().close());
}

/// The classes that the knowledge calls async resources: module, class, and what closes it.
#[pyfunction]
fn resources() -> Vec<(&'static str, &'static str, &'static str)> {
    live::RESOURCES.to_vec()
}

/// What was seen that nobody is to blame for.
#[pyfunction]
fn notes() -> Vec<String> {
    current().notes()
}

/// Adds what forked processes wrote into their journal.
#[pyfunction]
fn adopt(py: Python<'_>, journal: &str) {
    py.detach(|| current().adopt(journal));
}

/// This process is a fork: begins anew, with a journal to write to.
#[pyfunction]
#[pyo3(signature = (journal=None))]
fn forked(journal: Option<PathBuf>) {
    store::forked(journal);
}

/// The extension behind the package.
#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("VERSION", env!("CARGO_PKG_VERSION"))?;
    module.add_function(wrap_pyfunction!(main, module)?)?;
    module.add_function(wrap_pyfunction!(run_options, module)?)?;
    module.add_function(wrap_pyfunction!(configure, module)?)?;
    module.add_function(wrap_pyfunction!(watchdog, module)?)?;
    module.add_function(wrap_pyfunction!(disarm, module)?)?;
    module.add_function(wrap_pyfunction!(watch_loop, module)?)?;
    module.add_function(wrap_pyfunction!(unwatch_loop, module)?)?;
    module.add_function(wrap_pyfunction!(stop, module)?)?;
    module.add_function(wrap_pyfunction!(flush, module)?)?;
    module.add_function(wrap_pyfunction!(collected, module)?)?;
    module.add_function(wrap_pyfunction!(observe, module)?)?;
    module.add_function(wrap_pyfunction!(scope, module)?)?;
    module.add_function(wrap_pyfunction!(count, module)?)?;
    module.add_function(wrap_pyfunction!(forget, module)?)?;
    module.add_function(wrap_pyfunction!(render, module)?)?;
    module.add_function(wrap_pyfunction!(save, module)?)?;
    module.add_function(wrap_pyfunction!(close, module)?)?;
    module.add_function(wrap_pyfunction!(resources, module)?)?;
    module.add_function(wrap_pyfunction!(notes, module)?)?;
    module.add_function(wrap_pyfunction!(adopt, module)?)?;
    module.add_function(wrap_pyfunction!(forked, module)?)?;
    Ok(())
}
