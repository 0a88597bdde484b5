//! Python source, to findings and fixes, and to the source with one fix after another.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sidestep_fuzz::fix(bytes, sidestep_source::FileKind::Python));
