//! The CPython extension of the Python package `sidestep`.
//!
//! What must not wait for Python's lock is here: [`watchdog`] is the thread that watches the loops, [`stack`] reads the
//! stacks that `faulthandler` writes while a thread is still blocked, [`store`] keeps what was seen, and writes reports
//! while the program runs. What those are called is `sidestep::live`'s work. The hooks are Python, in `python/sidestep`.

mod module;
mod stack;
mod store;
mod watchdog;
