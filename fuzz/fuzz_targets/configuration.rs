//! A configuration, as `sidestep.toml` and as `pyproject.toml`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sidestep_fuzz::configure(bytes));
