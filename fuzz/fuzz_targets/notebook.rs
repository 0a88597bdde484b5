//! Notebooks, to findings.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sidestep_fuzz::check(bytes, sidestep_source::FileKind::Notebook));
