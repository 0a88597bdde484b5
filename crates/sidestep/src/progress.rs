//! A line on a terminal while a run takes long.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Runs shorter than this draw nothing.
const PATIENCE: Duration = Duration::from_millis(400);
const TICK: Duration = Duration::from_millis(80);

/// How far a run is. Drawn on standard error while it lives, if that is a terminal.
pub struct Progress {
    state: Arc<State>,
    drawing: Option<JoinHandle<()>>,
}

struct State {
    total: usize,
    done: AtomicUsize,
    over: AtomicBool,
}

impl Progress {
    /// Begins to count up to a number of files.
    pub fn new(total: usize, quiet: bool) -> Progress {
        let state = Arc::new(State { total, done: AtomicUsize::new(0), over: AtomicBool::new(false) });
        let drawing = (!quiet && io::stderr().is_terminal()).then(|| {
            let state = Arc::clone(&state);
            thread::spawn(move || draw(&state))
        });
        Progress { state, drawing }
    }

    /// One file more is read.
    pub fn step(&self) {
        self.state.done.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.state.over.store(true, Ordering::Relaxed);
        if let Some(drawing) = self.drawing.take() {
            drawing.thread().unpark();
            let _ = drawing.join();
        }
    }
}

fn draw(state: &State) {
    let start = Instant::now();
    let mut drawn = false;
    while !state.over.load(Ordering::Relaxed) {
        if start.elapsed() > PATIENCE {
            let (done, total) = (state.done.load(Ordering::Relaxed), state.total);
            let what = if done < total { "reading" } else { "analysing" };
            let _ = write!(io::stderr(), "\r\x1b[K{what} {done}/{total} files, {:.1} s", start.elapsed().as_secs_f32());
            drawn = true;
        }
        thread::park_timeout(TICK);
    }
    if drawn {
        let _ = write!(io::stderr(), "\r\x1b[K");
    }
}
