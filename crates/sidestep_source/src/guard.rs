//! A bound on nesting, so that nothing behind it can be driven into the ground by a file made for it.
//!
//! CPython gives up at 200 open brackets and 100 levels of indentation. Here the bounds are far above what people and
//! generators write and far below what the analysis has stack for.

use crate::document::{Place, SourceError};
use crate::lines::LineIndex;
use ruff_text_size::TextSize;

/// Open brackets (or replacement fields of f-strings).
const BRACKETS: u32 = 1_500;
/// Levels of indentation.
const BLOCKS: usize = 1_000;
/// Links of one chain: `not not …`, `a.b.c…`, `a + b + …`, `lambda: lambda: …`, `elif`s.
const CHAIN: u32 = 30_000;
/// Files up to this size cannot reach the bounds that the quick look does not see.
const SMALL: usize = 1 << 16;

/// Refuses a source that is nested too deeply to be analysed.
///
/// # Errors
/// The place where the nesting exceeds the bound.
pub fn check_nesting(text: &str) -> Result<(), SourceError> {
    let bytes = text.as_bytes();
    if bytes.len() < SMALL && !may_nest(bytes) {
        return Ok(());
    }
    let Some((at, what)) = Scanner::default().scan(bytes) else { return Ok(()) };
    let index = LineIndex::new(text);
    let at = TextSize::new(at as u32);
    let column = index.characters_before(at, text) as u32 + 1;
    let place = Place { cell: None, line: index.line(at) as u32 + 1, column };
    Err(SourceError::at(place, format!("nested too deeply: {what}")))
}

/// A quick upper bound: whether so many more brackets open than close up to some place.
fn may_nest(bytes: &[u8]) -> bool {
    // In chunks whose count fits a byte, as the compiler makes vector instructions of that.
    let opens = |chunk: &[u8]| chunk.iter().map(|byte| u8::from(matches!(byte, b'(' | b'[' | b'{'))).sum::<u8>();
    bytes.chunks(255).map(|chunk| u32::from(opens(chunk))).sum::<u32>() > BRACKETS
}

#[derive(Clone, Copy)]
enum Context {
    /// Inside a bracket of code. `field` is a replacement field of an f-string.
    Bracket { field: bool },
    /// Inside an f-string's literal part.
    Template { quote: u8, triple: bool },
    /// Inside a format specification.
    Spec,
}

#[derive(Default)]
struct Scanner {
    contexts: Vec<(Context, u32)>,
    brackets: u32,
    /// Links of the chains around, and of the innermost one.
    outer: u32,
    chain: u32,
    indents: Vec<usize>,
    elifs: u32,
}

impl Scanner {
    /// The first place that exceeds a bound, and which.
    fn scan(mut self, bytes: &[u8]) -> Option<(usize, String)> {
        let mut at = 0;
        let mut line_start = true;
        while at < bytes.len() {
            match self.contexts.last().map(|(context, _)| *context) {
                Some(Context::Template { quote, triple }) => at = self.template(bytes, at, quote, triple),
                Some(Context::Spec) => at = self.spec(bytes, at),
                _ => {
                    if line_start && self.contexts.is_empty() {
                        at = self.indentation(bytes, at);
                    }
                    let was = at;
                    at = self.code(bytes, at);
                    line_start = at > was && matches!(bytes[at - 1], b'\n' | b'\r');
                }
            }
            if self.brackets > BRACKETS {
                return Some((at.min(bytes.len()), format!("more than {BRACKETS} open brackets")));
            }
            if self.indents.len() > BLOCKS {
                return Some((at.min(bytes.len()), format!("more than {BLOCKS} levels of indentation")));
            }
            if self.outer + self.chain + self.elifs > CHAIN {
                return Some((at.min(bytes.len()), format!("an expression of more than {CHAIN} links")));
            }
        }
        None
    }

    fn push(&mut self, context: Context) {
        self.contexts.push((context, self.chain));
        self.outer += self.chain + 1;
        self.chain = 0;
        self.brackets += 1;
    }

    fn pop(&mut self) {
        if let Some((_, chain)) = self.contexts.pop() {
            self.chain = chain;
            self.outer -= chain + 1;
            self.brackets -= 1;
        }
    }

    fn indentation(&mut self, bytes: &[u8], at: usize) -> usize {
        let width = bytes[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\x0c')).count();
        let rest = &bytes[at + width..];
        if !matches!(rest.first(), None | Some(b'\n' | b'\r' | b'#')) {
            while self.indents.last().is_some_and(|&last| last > width) {
                self.indents.pop();
            }
            if width > self.indents.last().copied().unwrap_or(0) {
                self.indents.push(width);
            }
            // An `elif` is a chain; the statements inside its branches are deeper and leave it alone.
            if rest.starts_with(b"elif") {
                self.elifs += 1;
            } else if self.indents.is_empty() {
                self.elifs = 0;
            }
        }
        at + width
    }

    /// One token of code, or nearly.
    fn code(&mut self, bytes: &[u8], at: usize) -> usize {
        match bytes[at] {
            b'#' => at + memchr::memchr2(b'\n', b'\r', &bytes[at..]).unwrap_or(bytes.len() - at),
            b'"' | b'\'' => self.string(bytes, at, b""),
            b'\\' => at + 2,
            b'\n' | b'\r' | b';' => {
                if self.contexts.is_empty() {
                    self.chain = 0;
                }
                at + 1
            }
            b'(' | b'[' | b'{' => {
                // A call or a subscript is a link of its own.
                self.chain += 1;
                self.push(Context::Bracket { field: false });
                at + 1
            }
            b')' | b']' | b'}' => {
                if matches!(self.contexts.last(), Some((Context::Bracket { .. }, _))) {
                    self.pop();
                }
                at + 1
            }
            b',' => {
                self.chain = 0;
                at + 1
            }
            b':' => {
                match self.contexts.last() {
                    Some((Context::Bracket { field: true }, _)) => self.push(Context::Spec),
                    _ => self.chain += 1,
                }
                at + 1
            }
            b'+' | b'-' | b'*' | b'/' | b'~' | b'@' | b'%' | b'&' | b'|' | b'^' | b'.' | b'=' | b'<' | b'>' => {
                self.chain += 1;
                at + 1
            }
            byte if byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80 => {
                let is_word = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_' || **byte >= 0x80;
                let end = at + bytes[at..].iter().take_while(is_word).count();
                let word = &bytes[at..end];
                if matches!(bytes.get(end), Some(b'"' | b'\'')) && is_prefix(word) {
                    return self.string(bytes, end, word);
                }
                if matches!(word, b"not" | b"await" | b"lambda" | b"if" | b"else" | b"yield" | b"from") {
                    self.chain += 1;
                }
                end
            }
            _ => at + 1,
        }
    }

    fn string(&mut self, bytes: &[u8], at: usize, prefix: &[u8]) -> usize {
        let quote = bytes[at];
        let triple = bytes[at..].starts_with(&[quote; 3]);
        let start = at + if triple { 3 } else { 1 };
        if prefix.iter().any(|byte| matches!(byte, b'f' | b'F' | b't' | b'T')) {
            self.push(Context::Template { quote, triple });
            return start;
        }
        let mut at = start;
        while at < bytes.len() {
            match bytes[at] {
                b'\\' => at += 2,
                b'\n' | b'\r' if !triple => return at,
                byte if byte == quote && (!triple || bytes[at..].starts_with(&[quote; 3])) => {
                    return at + if triple { 3 } else { 1 };
                }
                _ => at += 1,
            }
        }
        at
    }

    fn template(&mut self, bytes: &[u8], at: usize, quote: u8, triple: bool) -> usize {
        match bytes[at] {
            b'\\' => at + if matches!(bytes.get(at + 1), Some(b'{' | b'}')) { 1 } else { 2 },
            b'{' if bytes.get(at + 1) == Some(&b'{') => at + 2,
            b'{' => {
                self.push(Context::Bracket { field: true });
                at + 1
            }
            b'\n' | b'\r' if !triple => {
                self.pop();
                at
            }
            byte if byte == quote && (!triple || bytes[at..].starts_with(&[quote; 3])) => {
                self.pop();
                at + if triple { 3 } else { 1 }
            }
            _ => at + 1,
        }
    }

    fn spec(&mut self, bytes: &[u8], at: usize) -> usize {
        match bytes[at] {
            b'{' => {
                self.push(Context::Bracket { field: true });
                at + 1
            }
            // The end of the specification, and of its field.
            b'}' => {
                self.pop();
                self.pop();
                at + 1
            }
            b'\n' | b'\r' => {
                self.pop();
                at
            }
            _ => at + 1,
        }
    }
}

fn is_prefix(word: &[u8]) -> bool {
    word.len() <= 2 && word.iter().all(|byte| matches!(byte.to_ascii_lowercase(), b'r' | b'b' | b'u' | b'f' | b't'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deep(text: &str) -> Option<String> {
        check_nesting(text).err().map(|error| format!("{}:{} {}", error.line, error.column, error.message))
    }

    #[test]
    fn ordinary_files_pass() {
        let line =
            "x = f({'a': [1, (2)]}, f\"{a!r:>{w}} {{ {d['k']:'x}\", '(((', r'\\\\', \"\"\"(((\n\"\"\")  # ((((\n";
        assert_eq!(deep(&line.repeat(5_000)), None);
        assert_eq!(deep(&format!("x = {}1\n", "1 + ".repeat(10_000))), None);
        assert_eq!(deep(&"if a:\n    pass\nelif b:\n    pass\n".repeat(5_000)), None);
        assert_eq!(deep(&"x = [\n\"a\" \"b\",\n]\n".repeat(20_000)), None);
    }

    #[test]
    fn deep_ones_do_not() {
        let brackets = "nested too deeply: more than 1500 open brackets";
        for open in ["(", "[", "{", "f(", "f'{", "f'{a:{"] {
            assert!(deep(&open.repeat(10_000)).is_some_and(|text| text.ends_with(brackets)), "{open}");
        }
        for link in ["not ", "-", "await ", "lambda: ", "a.", "a + ", "1 if a else ", "a ** ", "f()"] {
            assert!(deep(&format!("x = {}", link.repeat(100_000))).is_some(), "{link}");
        }
        let blocks: String = (0..2_000).map(|depth| format!("{}if a:\n", " ".repeat(depth))).collect();
        assert_eq!(deep(&blocks).unwrap(), "1002:1004 nested too deeply: more than 1000 levels of indentation");
    }
}
