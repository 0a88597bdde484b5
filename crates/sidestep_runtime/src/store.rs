//! What was seen so far, and who gets to know: the report at the end, a file that is kept up to date, standard error.

use crate::watchdog::Watchdog;
use sidestep::live::{Judge, Observation};
use sidestep_report::{Entry, Format, Report};
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The store of this process, with its watchdog.
pub struct Store {
    pub watchdog: Watchdog,
    seen: Mutex<Seen>,
    changed: Condvar,
    scope: AtomicU32,
    telling: AtomicBool,
}

#[derive(Default)]
struct Seen {
    all: Vec<(u32, Observation)>,
    notes: Vec<Note>,
    /// Seen, and not over: told while it lasts, counted when it is over.
    pending: Vec<Observation>,
    judge: Option<Arc<Judge>>,
    /// Where others of the same family of processes write what they see.
    journal: Option<File>,
    live: Option<(Format, bool)>,
    file: Option<(PathBuf, Format)>,
    version: u64,
    closed: bool,
}

/// A loop stood still, and no line is to blame.
#[derive(Clone, Copy, Debug)]
pub enum Note {
    /// The garbage collector ran.
    Collecting(Duration),
    /// The machine had no processor for the thread.
    Starved(Duration),
}

impl std::fmt::Display for Note {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Note::Collecting(time) => {
                write!(to, "the event loop stood still for {:.2} s while garbage was collected", time.as_secs_f64())
            }
            Note::Starved(time) => write!(
                to,
                "the event loop stood still because no processor was free: its thread was ready for {:.2} s",
                time.as_secs_f64()
            ),
        }
    }
}

static CURRENT: AtomicPtr<Store> = AtomicPtr::new(std::ptr::null_mut());

/// The store of this process; the first call makes it.
#[allow(unsafe_code)]
pub fn current() -> &'static Store {
    let known = CURRENT.load(Ordering::Acquire);
    // SAFETY: whatever is in `CURRENT` came from `Box::leak` and is never freed.
    if let Some(store) = unsafe { known.as_ref() } {
        return store;
    }
    let fresh = Box::leak(Box::new(Store::new()));
    match CURRENT.compare_exchange(known, fresh, Ordering::AcqRel, Ordering::Acquire) {
        Ok(_) => fresh,
        // SAFETY: as above; another thread was faster.
        Err(other) => unsafe { &*other },
    }
}

/// A forked child begins anew: locks may be held by threads that it does not have. What it sees goes to the journal.
pub fn forked(journal: Option<PathBuf>) {
    let fresh = Store::new();
    fresh.seen().journal = journal.and_then(|path| OpenOptions::new().append(true).create(true).open(path).ok());
    CURRENT.store(Box::leak(Box::new(fresh)), Ordering::Release);
}

impl Store {
    fn new() -> Store {
        Store {
            watchdog: Watchdog::new(),
            seen: Mutex::default(),
            changed: Condvar::new(),
            scope: AtomicU32::new(0),
            telling: AtomicBool::new(false),
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is seen from now on belongs to a part of the run (a test). Says what it belonged to before.
    pub fn scope(&self, scope: u32) -> u32 {
        self.scope.swap(scope, Ordering::Relaxed)
    }

    /// How to judge, and where to tell of it while the program runs.
    pub fn configure(&'static self, judge: Judge, live: Option<(Format, bool)>, file: Option<(PathBuf, Format)>) {
        let mut seen = self.seen();
        let tells = live.is_some() || file.is_some();
        seen.judge = Some(Arc::new(judge));
        seen.live = live;
        seen.file = file;
        seen.closed = false;
        drop(seen);
        if tells && !self.telling.swap(true, Ordering::Relaxed) {
            let spawned = thread::Builder::new().name("sidestep-report".into()).spawn(move || self.tell());
            if spawned.is_err() {
                self.telling.store(false, Ordering::Relaxed);
            }
        }
    }

    /// Something was seen.
    pub fn add(&self, observation: Observation) {
        let scope = self.scope.load(Ordering::Relaxed);
        let mut seen = self.seen();
        if let Some(journal) = &mut seen.journal
            && let Ok(mut line) = serde_json::to_vec(&observation)
        {
            line.push(b'\n');
            // One write: lines of several processes do not mix.
            let _ = journal.write_all(&line);
        }
        seen.pending.retain(|pending| !pending.is_like(&observation));
        let known = seen.all.iter_mut().find(|(at, known)| *at == scope && known.is_like(&observation));
        match known {
            Some((_, known)) => known.add(&observation),
            None => seen.all.push((scope, observation)),
        }
        seen.version += 1;
        self.changed.notify_all();
    }

    /// Something is seen that is not over.
    pub fn foretell(&self, observation: Observation) {
        let mut seen = self.seen();
        if !seen.pending.iter().any(|pending| pending.is_like(&observation)) {
            seen.pending.push(observation);
            seen.version += 1;
            self.changed.notify_all();
        }
    }

    /// Nobody is to blame.
    pub fn note(&self, note: Note) {
        self.seen().notes.push(note);
    }

    /// What nobody is to blame for.
    pub fn notes(&self) -> Vec<String> {
        self.seen().notes.iter().map(ToString::to_string).collect()
    }

    /// What other processes of the family wrote.
    pub fn adopt(&self, journal: &str) {
        for line in journal.lines() {
            if let Ok(observation) = serde_json::from_str(line) {
                self.add(observation);
            }
        }
    }

    /// How much was seen in a scope, to tell cheaply that nothing was.
    pub fn count(&self, scope: Option<u32>) -> usize {
        self.seen().all.iter().filter(|(at, _)| scope.is_none_or(|scope| scope == *at)).count()
    }

    /// Forgets what was seen, of a scope or all.
    pub fn forget(&self, scope: Option<u32>) {
        let mut seen = self.seen();
        seen.all.retain(|(at, _)| scope.is_some_and(|scope| scope != *at));
    }

    /// The report, of one scope or of all.
    ///
    /// # Errors
    /// Nothing says how to judge.
    pub fn report(&self, scope: Option<u32>) -> anyhow::Result<Report> {
        let (judge, observations) = {
            let seen = self.seen();
            let wanted = seen.all.iter().filter(|(at, _)| scope.is_none_or(|scope| scope == *at));
            let observations: Vec<Observation> = wanted.map(|(_, observation)| observation.clone()).collect();
            (seen.judge.clone(), observations)
        };
        if observations.is_empty() {
            return Ok(Report::default());
        }
        judge.ok_or_else(|| anyhow::anyhow!("not configured"))?.report(&observations)
    }

    /// The codes of the rules that are wanted.
    pub fn wanted(&self) -> Vec<&'static str> {
        self.seen().judge.as_ref().map(|judge| judge.wanted()).unwrap_or_default()
    }

    /// The last of the telling: what is to be said from now on, the caller says.
    pub fn close(&self) {
        let mut seen = self.seen();
        seen.closed = true;
        seen.live = None;
        self.changed.notify_all();
        // The teller may be at work on a report: it is given a moment to finish.
        let patience = Instant::now() + Duration::from_secs(10);
        while self.telling.load(Ordering::Relaxed) && Instant::now() < patience {
            seen = self.changed.wait_timeout(seen, Duration::from_millis(20)).unwrap_or_else(PoisonError::into_inner).0;
        }
        seen.file = None;
    }

    /// Tells while the program runs.
    fn tell(&self) {
        let mut told = BTreeSet::new();
        let mut version = 0;
        let mut seen = self.seen();
        loop {
            while seen.version == version && !seen.closed {
                seen = self.changed.wait(seen).unwrap_or_else(PoisonError::into_inner);
            }
            if seen.closed && seen.version == version {
                break;
            }
            version = seen.version;
            let all = seen.all.iter().map(|(_, observation)| observation).chain(&seen.pending);
            let observations: Vec<Observation> = all.cloned().collect();
            let (judge, live, file) = (seen.judge.clone(), seen.live, seen.file.clone());
            drop(seen);
            if let Some(report) = judge.and_then(|judge| judge.report(&observations).ok()) {
                if let Some((format, colour)) = live {
                    say(&report, format, colour, &mut told);
                }
                if let Some((path, format)) = file {
                    let _ = keep(&report, &path, format);
                }
            }
            // Many at once are one report.
            thread::sleep(Duration::from_millis(50));
            seen = self.seen();
        }
        self.telling.store(false, Ordering::Relaxed);
        self.changed.notify_all();
    }
}

/// Writes what is new to standard error, each finding once.
fn say(report: &Report, format: Format, colour: bool, told: &mut BTreeSet<(String, u32, &'static str)>) {
    let mut text = Vec::new();
    for entry in &report.findings {
        if told.insert((entry.path.clone(), entry.start.line, entry.code)) {
            let _ = match format {
                Format::Concise => writeln!(text, "{}: {} {}", entry.location(), entry.code, entry.message),
                _ => writeln!(text, "{}\n", picture(entry, colour)),
            };
        }
    }
    let _ = std::io::stderr().write_all(&text);
}

fn picture(entry: &Entry, colour: bool) -> String {
    sidestep_report::picture(entry, false, colour)
}

/// Writes a report into a file, whole or not at all.
///
/// # Errors
/// A file that cannot be written.
pub fn keep(report: &Report, path: &PathBuf, format: Format) -> std::io::Result<()> {
    let mut text = Vec::new();
    sidestep_report::write(format, report, false, &mut text)?;
    let mut beside = path.clone().into_os_string();
    beside.push(".part");
    fs::write(&beside, text)?;
    fs::rename(&beside, path)
}
