//! From byte offsets to lines and columns.

use memchr::{memchr_iter, memchr2_iter};
use ruff_text_size::{TextRange, TextSize};

/// How many `\n` a text has.
pub fn line_breaks(text: &str) -> usize {
    memchr_iter(b'\n', text.as_bytes()).count()
}

/// Where the lines of a text begin. Lines end with `\n`, `\r\n` or `\r`, as Python's do.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Indexes a text.
    pub fn new(text: &str) -> LineIndex {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        starts.extend(
            memchr2_iter(b'\n', b'\r', bytes)
                .filter(|&at| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n'))
                .map(|at| at as u32 + 1),
        );
        LineIndex { starts }
    }

    /// How many lines there are; a text that ends with a line break has an empty last one.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Never: a text has at least one line.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The line (from 0) of an offset. Offsets behind the end are on the last line.
    pub fn line(&self, offset: TextSize) -> usize {
        self.starts.partition_point(|&start| start <= offset.to_u32()) - 1
    }

    /// The offset of a line (from 0), or of the last one.
    pub fn start(&self, line: usize) -> TextSize {
        TextSize::new(self.starts[line.min(self.starts.len() - 1)])
    }

    /// A line (from 0) without its line break.
    pub fn range(&self, line: usize, text: &str) -> TextRange {
        let start = self.start(line).to_usize();
        let end = self.starts.get(line + 1).map_or(text.len(), |&next| next as usize);
        let body = text[start..end].trim_end_matches(['\n', '\r']).len();
        TextRange::at(TextSize::new(start as u32), TextSize::new(body as u32))
    }

    /// The text of a line (from 0) without its line break.
    pub fn text<'t>(&self, line: usize, text: &'t str) -> &'t str {
        &text[self.range(line, text)]
    }

    /// The characters (not bytes) of an offset's line that stand before it.
    pub fn characters_before(&self, offset: TextSize, text: &str) -> usize {
        let line = self.range(self.line(offset), text);
        let end = floor_boundary(text, offset.min(line.end()).to_usize());
        text[line.start().to_usize()..end.max(line.start().to_usize())].chars().count()
    }
}

/// The nearest place at or before an offset at which a text can be cut.
pub(crate) fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_line_break() {
        let text = "a\r\nbé\rc\n";
        let index = LineIndex::new(text);
        assert_eq!(index.len(), 4);
        assert_eq!((0..4).map(|line| index.text(line, text)).collect::<Vec<_>>(), ["a", "bé", "c", ""]);
        assert_eq!(index.line(TextSize::new(3)), 1);
        assert_eq!(index.characters_before(TextSize::new(6), text), 2);
        assert_eq!(index.line(TextSize::new(99)), 3);
        assert_eq!(index.characters_before(TextSize::new(99), text), 0);
    }
}
