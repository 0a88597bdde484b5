//! The thread that watches the loops, and needs no lock of Python's.
//!
//! Each loop has a byte, its *beat*. The loop writes [`WAITING`] before it waits for events and [`TURNING`] after; both are
//! plain stores. The watchdog comes by every few milliseconds and replaces `TURNING` by [`MARKED`]. A mark that is still
//! there after the threshold says that the loop has not come back since: its thread is sent a signal, for which
//! `faulthandler` writes the Python stack into a pipe, whoever holds the lock.
//!
//! A loop that has no such place (uvloop) beats by a timer instead, which writes `TURNING` alone.

use crate::stack;
use crate::store::{self, Note};
use sidestep::live::{Observation, Stall};
use std::fs;
use std::os::fd::{FromRawFd, OwnedFd, RawFd};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The loop waits for events.
pub const WAITING: u8 = 0;
/// The loop has turned since the watchdog last came by.
pub const TURNING: u8 = 1;
/// The watchdog was here.
const MARKED: u8 = 2;

/// How many stacks of one stall are kept.
const STACKS: usize = 60;
/// How long the signal may take.
const PATIENCE: Duration = Duration::from_millis(200);

/// A beat. They are few, and live as long as the process: a view of one may outlive its loop.
pub type Beat = &'static AtomicU8;

/// The watchdog of this process. A fork makes a new one; the old one's lock may be held by a thread that is no more.
pub struct Watchdog {
    state: Mutex<State>,
    work: Condvar,
    /// Nanoseconds that the garbage collector took, so far.
    collecting: AtomicU64,
    running: AtomicBool,
}

struct State {
    loops: Vec<Watched>,
    free: Vec<Beat>,
    threshold: Duration,
    signal: i32,
    pipe: Option<OwnedFd>,
    next: u64,
}

struct Watched {
    id: u64,
    beat: Beat,
    thread: i32,
    /// How long a beat may be late without the loop being to blame.
    slack: Duration,
    mark: Option<Mark>,
}

/// Since when a loop has not come back, and what was known then.
struct Mark {
    since: Instant,
    collecting: u64,
    /// How long the thread had computed, and had waited for a processor.
    schedule: Option<(Duration, Duration)>,
    stacks: Vec<Vec<sidestep::live::Spot>>,
    at: Vec<f64>,
    next_look: Duration,
    told: bool,
}

impl Watchdog {
    /// One that has nothing to do yet.
    pub fn new() -> Watchdog {
        let state = State {
            loops: Vec::new(),
            free: Vec::new(),
            threshold: Duration::from_millis(100),
            signal: 0,
            pipe: None,
            next: 0,
        };
        Watchdog {
            state: Mutex::new(state),
            work: Condvar::new(),
            collecting: AtomicU64::new(0),
            running: AtomicBool::new(false),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says how long a loop may stand still, and how stacks are asked for.
    pub fn configure(&self, threshold: Duration, signal: i32, pipe: RawFd) {
        let mut state = self.state();
        state.threshold = threshold;
        state.signal = signal;
        state.pipe = (pipe >= 0).then(|| {
            // SAFETY: the caller made the pipe for the watchdog and gives up this end of it.
            #[allow(unsafe_code)]
            unsafe {
                OwnedFd::from_raw_fd(pipe)
            }
        });
    }

    /// Watches a loop that runs on the calling thread.
    pub fn watch(&'static self, slack: Duration) -> (u64, Beat) {
        let mut state = self.state();
        let beat = state.free.pop().unwrap_or_else(|| Box::leak(Box::new(AtomicU8::new(WAITING))));
        beat.store(TURNING, Ordering::Relaxed);
        let id = state.next;
        state.next += 1;
        state.loops.push(Watched { id, beat, thread: thread_id(), slack, mark: None });
        drop(state);
        if !self.running.swap(true, Ordering::Relaxed) {
            let spawned = thread::Builder::new().name("sidestep-watchdog".into()).spawn(move || self.run());
            if spawned.is_err() {
                self.running.store(false, Ordering::Relaxed);
            }
        }
        self.work.notify_all();
        (id, beat)
    }

    /// The loop has ended, or is no longer of interest. No signal is sent to its thread after this.
    pub fn unwatch(&self, id: u64) {
        let mut state = self.state();
        if let Some(at) = state.loops.iter().position(|watched| watched.id == id) {
            let mut watched = state.loops.swap_remove(at);
            self.close(&mut watched, state.threshold);
            state.free.push(watched.beat);
        }
    }

    /// Forgets all loops.
    pub fn stop(&self) {
        let ids: Vec<u64> = self.state().loops.iter().map(|watched| watched.id).collect();
        for id in ids {
            self.unwatch(id);
        }
    }

    /// The stalls that last, as if they ended now.
    pub fn flush(&self) {
        let mut state = self.state();
        let threshold = state.threshold;
        for watched in &mut state.loops {
            self.close(watched, threshold);
        }
    }

    /// The garbage collector took a while.
    pub fn collected(&self, time: Duration) {
        self.collecting.fetch_add(time.as_nanos() as u64, Ordering::Relaxed);
    }

    fn run(&self) {
        let mut last = Instant::now();
        loop {
            let mut state = self.state();
            if state.loops.is_empty() {
                state = self.work.wait(state).unwrap_or_else(PoisonError::into_inner);
                last = Instant::now();
            }
            let tick = (state.threshold / 10).clamp(Duration::from_millis(1), Duration::from_millis(50));
            drop(state);
            thread::sleep(tick);
            let mut state = self.state();
            let now = Instant::now();
            // Who was not woken in time himself cannot blame others: the machine or the process stood still.
            let late = (now - last).saturating_sub(tick * 2);
            last = now;
            self.look(&mut state, now, late);
        }
    }

    fn look(&self, state: &mut State, now: Instant, late: Duration) {
        let State { loops, threshold, signal, pipe, .. } = state;
        for watched in loops {
            let beat = watched.beat;
            match beat.load(Ordering::Relaxed) {
                WAITING => self.close(watched, *threshold),
                TURNING => {
                    self.close(watched, *threshold);
                    if beat.compare_exchange(TURNING, MARKED, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
                        watched.mark = Some(Mark {
                            since: now,
                            collecting: self.collecting.load(Ordering::Relaxed),
                            schedule: None,
                            stacks: Vec::new(),
                            at: Vec::new(),
                            next_look: *threshold + watched.slack,
                            told: false,
                        });
                    }
                }
                _ => {
                    let Some(mark) = &mut watched.mark else { continue };
                    mark.since += late;
                    mark.schedule = mark.schedule.or_else(|| schedule(watched.thread));
                    let elapsed = now.saturating_duration_since(mark.since);
                    if elapsed >= mark.next_look && mark.stacks.len() < STACKS {
                        mark.next_look = elapsed.mul_f64(1.05).max(elapsed + *threshold / 2);
                        if let Some(pipe) = pipe {
                            let stack = look_at(watched.thread, *signal, pipe);
                            // It may have come back in the meantime, and be blocked no more.
                            if beat.load(Ordering::Relaxed) == MARKED && !stack.is_empty() {
                                mark.stacks.push(stack);
                                mark.at.push(elapsed.as_secs_f64());
                            }
                        }
                    }
                    if elapsed > Duration::from_secs(1) && !mark.told && !mark.stacks.is_empty() {
                        mark.told = true;
                        store::current().foretell(observation(mark, elapsed, elapsed, None));
                    }
                }
            }
        }
    }

    /// The loop came back. If it was away for too long, that is told.
    fn close(&self, watched: &mut Watched, threshold: Duration) {
        let Some(mark) = watched.mark.take() else { return };
        if mark.stacks.is_empty() {
            return;
        }
        let store = store::current();
        let elapsed = mark.since.elapsed().saturating_sub(watched.slack / 2);
        let collecting = Duration::from_nanos(self.collecting.load(Ordering::Relaxed) - mark.collecting);
        let ((computed, starved), known) = match (mark.schedule, schedule(watched.thread)) {
            (Some((ran, waited)), Some((runs, waits))) => {
                ((runs.saturating_sub(ran), waits.saturating_sub(waited)), true)
            }
            _ => ((Duration::ZERO, Duration::ZERO), false),
        };
        let own = elapsed.saturating_sub(collecting).saturating_sub(starved);
        if own < threshold {
            store.note(if collecting > starved { Note::Collecting(collecting) } else { Note::Starved(starved) });
            return;
        }
        let share = known.then(|| computed.as_secs_f64() / own.as_secs_f64().max(1e-9));
        store.add(observation(&mark, elapsed, own, share));
    }
}

fn observation(mark: &Mark, lasted: Duration, own: Duration, computing: Option<f64>) -> Observation {
    let seconds = own.as_secs_f64();
    let lasted = lasted.as_secs_f64();
    Observation {
        stall: Some(Stall { stacks: mark.stacks.clone(), at: mark.at.clone(), lasted, computing }),
        times: 1,
        seconds,
        longest: seconds,
        ..Observation::default()
    }
}

/// Asks a thread for its stack and waits for the answer.
#[allow(unsafe_code)]
fn look_at(thread: i32, signal: i32, pipe: &OwnedFd) -> Vec<sidestep::live::Spot> {
    use std::os::fd::AsRawFd;
    let pipe = pipe.as_raw_fd();
    let mut dump = Vec::new();
    // What an earlier signal left.
    while read(pipe, &mut dump, Duration::ZERO) {}
    dump.clear();
    if !send(thread, signal) {
        return Vec::new();
    }
    if read(pipe, &mut dump, PATIENCE) {
        while read(pipe, &mut dump, Duration::from_millis(3)) {}
    }
    stack::parse(&String::from_utf8_lossy(&dump))
}

/// Reads what there is, if something comes in time.
#[allow(unsafe_code)]
fn read(pipe: RawFd, into: &mut Vec<u8>, patience: Duration) -> bool {
    let mut poll = libc::pollfd { fd: pipe, events: libc::POLLIN, revents: 0 };
    // SAFETY: `poll` points to one structure, which lives until the call returns.
    let ready = unsafe { libc::poll(&raw mut poll, 1, patience.as_millis() as i32) };
    if ready <= 0 || poll.revents & libc::POLLIN == 0 {
        return false;
    }
    let mut buffer = [0_u8; 16384];
    // SAFETY: the buffer is as long as is said, and the descriptor is open: the caller holds it.
    let many = unsafe { libc::read(pipe, buffer.as_mut_ptr().cast(), buffer.len()) };
    match usize::try_from(many) {
        Ok(many) if many > 0 => {
            into.extend_from_slice(&buffer[..many]);
            true
        }
        _ => false,
    }
}

/// The calling thread, as the system numbers it.
#[cfg(target_os = "linux")]
#[allow(unsafe_code)]
fn thread_id() -> i32 {
    // SAFETY: takes nothing and cannot fail.
    unsafe { libc::gettid() }
}

/// Sends a signal to one thread of this process. A thread that has ended gets none.
#[cfg(target_os = "linux")]
#[allow(unsafe_code)]
fn send(thread: i32, signal: i32) -> bool {
    // SAFETY: takes numbers alone. `faulthandler` has a handler for this signal, or it is ignored.
    unsafe { libc::syscall(libc::SYS_tgkill, libc::getpid(), thread, signal) == 0 }
}

/// Elsewhere loops are not looked into.
#[cfg(not(target_os = "linux"))]
fn thread_id() -> i32 {
    0
}

#[cfg(not(target_os = "linux"))]
fn send(_thread: i32, _signal: i32) -> bool {
    false
}

/// How long a thread has computed so far, and how long it was ready but no processor was free.
fn schedule(thread: i32) -> Option<(Duration, Duration)> {
    let text = fs::read_to_string(format!("/proc/self/task/{thread}/schedstat")).ok()?;
    let mut numbers = text.split_whitespace().map(|number| number.parse().ok().map(Duration::from_nanos));
    Some((numbers.next()??, numbers.next()??))
}

/// Makes a signal harmless where nothing handles it: `faulthandler` restores this when it is done.
#[allow(unsafe_code)]
pub fn disarm(signal: i32) {
    // SAFETY: replaces the disposition of a signal that the caller found unused.
    unsafe {
        libc::signal(signal, libc::SIG_IGN);
    }
}
