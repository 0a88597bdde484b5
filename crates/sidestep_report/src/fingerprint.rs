//! Fingerprints: what a finding is known by when lines have moved.

use std::collections::HashMap;

/// A fingerprint, as hexadecimal digits.
pub type Fingerprint = String;

/// Gives fingerprints to the findings of one run, in their order.
///
/// A fingerprint depends on the code, the path and the text of the line, its blanks evened out; of findings for which
/// all three are the same, on which one of them it is.
#[derive(Default)]
pub struct Fingerprints {
    seen: HashMap<String, u32>,
}

impl Fingerprints {
    /// The next finding's fingerprint.
    pub fn next(&mut self, code: &str, path: &str, line: &str) -> Fingerprint {
        let line: Vec<&str> = line.split_whitespace().collect();
        let key = format!("{code}\0{path}\0{}", line.join(" "));
        let nth = self.seen.entry(key.clone()).or_insert(0);
        *nth += 1;
        format!("{:032x}", fnv1a(format!("{key}\0{nth}").as_bytes()))
    }
}

/// FNV-1a with 128 bits: stable across versions and platforms, which the standard library's hashes are not.
fn fnv1a(bytes: &[u8]) -> u128 {
    bytes.iter().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, |hash, &byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_may_move_and_be_reindented() {
        let one = |line: &str| Fingerprints::default().next("SS201", "a.py", line);
        assert_eq!(one("time.sleep(1)"), one("    time.sleep(1)  "));
        assert_ne!(one("time.sleep(1)"), one("time.sleep(2)"));
        let mut fingerprints = Fingerprints::default();
        let first = fingerprints.next("SS201", "a.py", "x");
        assert_ne!(first, fingerprints.next("SS201", "a.py", "x"));
        assert_eq!(one("x"), first);
        assert_eq!(format!("{:032x}", fnv1a(b"a")), "d228cb696f1a8caf78912b704e4a8964");
    }
}
