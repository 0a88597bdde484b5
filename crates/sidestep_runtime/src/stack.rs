//! The stacks that `faulthandler` writes.

use sidestep::live::Spot;

/// Reads a dump: innermost first, as it is written.
pub fn parse(dump: &str) -> Vec<Spot> {
    dump.lines().filter_map(frame).collect()
}

/// `  File "path", line 3 in function`
fn frame(line: &str) -> Option<Spot> {
    let rest = line.strip_prefix("  File \"")?;
    let (path, rest) = rest.rsplit_once("\", line ")?;
    let (line, function) = rest.split_once(" in ")?;
    Some(Spot { path: unescape(path), line: line.parse().ok()?, function: unescape(function), text: String::new() })
}

/// What is not ASCII is written as `\xe9`, `\u20ac` or `\U0001f600`.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let digits = match rest.as_bytes().get(1) {
            Some(b'x') => 2,
            Some(b'u') => 4,
            Some(b'U') => 8,
            _ => 0,
        };
        let code = rest.get(2..2 + digits).filter(|_| digits > 0);
        match code.and_then(|code| char::from_u32(u32::from_str_radix(code, 16).ok()?)) {
            Some(character) => {
                plain.push(character);
                rest = &rest[2 + digits..];
            }
            None => {
                plain.push('\\');
                rest = &rest[1..];
            }
        }
    }
    plain + rest
}
