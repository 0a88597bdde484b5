//! Edits of units, put into the bytes of the file that the units were cut from. Everything else stays as it is: encoding,
//! byte order mark, line endings, the JSON of a notebook.

use crate::discover::FileKind;
use crate::document::{Document, LineMap, Unit};
use crate::lines::LineIndex;
use crate::{decode, notebook};
use ruff_text_size::{TextRange, TextSize};
use std::ops::Range;

/// Text in place of a range of a unit.
#[derive(Debug, Clone)]
pub struct Splice {
    /// The unit's number.
    pub unit: usize,
    /// What goes.
    pub range: TextRange,
    /// What comes; its lines end with `\n`.
    pub text: String,
}

/// The file with splices, which must not overlap. None where a splice has no place in the file (it reaches from one cell
/// into the next), or the new text cannot be written in the file's encoding.
pub fn splice(bytes: &[u8], kind: FileKind, splices: &[Splice]) -> Option<Vec<u8>> {
    let text = decode(bytes.to_vec()).ok()?;
    let document = Document::read(bytes.to_vec(), kind).ok()?;
    let cells = if kind == FileKind::Notebook { notebook::literals(&text)? } else { Vec::new() };
    let index = LineIndex::new(&text);
    let mut edits = Vec::with_capacity(splices.len());
    for (nth, splice) in splices.iter().enumerate() {
        let unit = document.units.get(splice.unit)?;
        let (range, new) = match &unit.map {
            LineMap::Same => {
                (splice.range.start().to_usize()..splice.range.end().to_usize(), with_ending(&splice.text, &text))
            }
            LineMap::Dedented(by) => dedented(unit, by, splice, &text, &index)?,
            LineMap::Cells(firsts) => in_cell(unit, firsts, splice, &text, &cells)?,
        };
        edits.push((range, nth, new));
    }
    edits.sort_by_key(|(range, nth, _)| (range.start, range.end, *nth));
    let mut spliced = String::with_capacity(text.len() + 256);
    let mut at = 0;
    for (range, _, new) in edits {
        spliced.push_str(text.get(at..range.start)?);
        spliced.push_str(&new);
        text.get(range.clone())?;
        at = range.end;
    }
    spliced.push_str(text.get(at..)?);
    decode::encode(&spliced, bytes)
}

/// Text whose lines end as those of a file do.
fn with_ending(text: &str, file: &str) -> String {
    let first = file.find(['\n', '\r']).map_or("", |at| &file[at..]);
    let ending = if first.starts_with("\r\n") {
        "\r\n"
    } else if first.starts_with('\r') {
        "\r"
    } else {
        return text.to_owned();
    };
    text.replace("\r\n", "\n").replace('\n', ending)
}

/// A splice in a fence: its lines have the fence's indentation in the document.
fn dedented(unit: &Unit, by: &[u32], splice: &Splice, text: &str, index: &LineIndex) -> Option<(Range<usize>, String)> {
    let own = unit.index();
    let translate = |offset: TextSize| {
        let line = own.line(offset);
        let column = (offset - own.start(line)).to_usize() + by.get(line).map_or(0, |&by| by as usize);
        Some(index.start(line).to_usize() + column).filter(|_| line < index.len())
    };
    let first = own.line(unit.report.start());
    let deepest = (first..by.len()).max_by_key(|&line| (by[line], usize::MAX - line))?;
    let indent = &text[index.start(deepest).to_usize()..][..by[deepest] as usize];
    let range = translate(splice.range.start())?..translate(splice.range.end())?;
    let line = own.line(splice.range.start());
    let here = by.get(line).map_or(0, |&by| by as usize).min(indent.len());
    let at_start = splice.range.start() == own.start(line);
    let mut new = String::new();
    for (nth, line) in splice.text.split_inclusive('\n').enumerate() {
        // The first line goes on where the document's line is: what indentation that has stands before it.
        let missing = if nth > 0 {
            0
        } else if at_start {
            here
        } else {
            indent.len()
        };
        if !line.trim().is_empty() {
            new.push_str(&indent[missing..]);
        }
        new.push_str(line);
    }
    // What comes after the last line break is the rest of a line whose indentation was left in front.
    if at_start && splice.text.ends_with('\n') {
        new.push_str(&indent[..here]);
    }
    Some((range, with_ending(&new, text)))
}

/// A splice in a cell of a notebook: the strings of its source change, and nothing else.
fn in_cell(
    unit: &Unit,
    firsts: &[(u32, u32)],
    splice: &Splice,
    text: &str,
    cells: &[Option<notebook::Literals>],
) -> Option<(Range<usize>, String)> {
    let own = unit.index();
    let at = firsts.partition_point(|&(_, first)| first as usize <= own.line(splice.range.start())).checked_sub(1)?;
    let (number, first) = firsts[at];
    let start = own.start(first as usize);
    let end = firsts.get(at + 1).map_or(TextSize::of(&*unit.text), |&(_, next)| own.start(next as usize));
    if splice.range.end() > end {
        return None;
    }
    let literals = cells.get(number as usize - 1)?.as_ref()?;
    literals.splice(text, (splice.range - start).into(), &splice.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The file after `old` became `new` wherever it stands in a unit's own part.
    fn replaced(file: &str, kind: FileKind, old: &str, new: &str) -> String {
        let bytes = spliced(file.as_bytes(), kind, old, new);
        String::from_utf8(bytes).unwrap()
    }

    fn spliced(bytes: &[u8], kind: FileKind, old: &str, new: &str) -> Vec<u8> {
        let document = Document::read(bytes.to_vec(), kind).unwrap();
        let mut splices = Vec::new();
        for (nth, unit) in document.units.iter().enumerate() {
            for (at, _) in unit.text.match_indices(old) {
                let range = TextRange::at(TextSize::new(at as u32), TextSize::of(old));
                if unit.report.contains_range(range) {
                    splices.push(Splice { unit: nth, range, text: new.to_owned() });
                }
            }
        }
        assert!(!splices.is_empty());
        splice(bytes, kind, &splices).unwrap()
    }

    #[test]
    fn line_endings_marks_and_encodings_stay() {
        assert_eq!(replaced("\u{feff}a\r\nb\r\n", FileKind::Python, "b", "c\nd"), "\u{feff}a\r\nc\r\nd\r\n");
        assert_eq!(
            spliced(b"# coding: latin-1\nx = '\xe9'\ny", FileKind::Python, "y", "z"),
            b"# coding: latin-1\nx = '\xe9'\nz"
        );
        assert_eq!(
            spliced(b"# coding: cp1252\n'\x80'\ny", FileKind::Python, "y", "'\u{20ac}'"),
            b"# coding: cp1252\n'\x80'\n'\x80'"
        );
    }

    #[test]
    fn fences_keep_their_indentation() {
        let text = "- item\r\n\r\n  ```python\r\n  def f():\r\n      g()\r\n  ```\r\n";
        assert_eq!(
            replaced(text, FileKind::Markdown, "    g()", "    if a:\n        g()"),
            "- item\r\n\r\n  ```python\r\n  def f():\r\n      if a:\r\n          g()\r\n  ```\r\n"
        );
        assert_eq!(
            replaced(text, FileKind::Markdown, "def f", "import x\n\ndef f"),
            "- item\r\n\r\n  ```python\r\n  import x\r\n\r\n  def f():\r\n      g()\r\n  ```\r\n"
        );
    }

    #[test]
    fn a_fence_can_grow_at_its_end() {
        let text = "- item\n\n  ```python\n  def f():\n\n      g()\n  ```\n";
        let document = Document::read(text.into(), FileKind::Markdown).unwrap();
        let unit = &document.units[0].text;
        let grown = |at: usize| {
            let range = TextRange::empty(TextSize::new(at as u32));
            let splices = [Splice { unit: 0, range, text: "x\n".to_owned() }];
            String::from_utf8(splice(text.as_bytes(), FileKind::Markdown, &splices).unwrap()).unwrap()
        };
        assert!(grown(unit.len()).ends_with("      g()\n  x\n  ```\n"));
        assert!(grown(unit.find("\n\n    g").unwrap() + 1).contains("  def f():\n  x\n\n      g()"));
    }

    #[test]
    fn notebooks_keep_their_json() {
        let text = "{\"cells\": [\n {\"source\": [\n  \"# \\u00e9 \\ud83d\\ude00\\n\",\n  \"f()\\n\",\n  \"x\"\n ], \"cell_type\": \"code\"},\n {\"cell_type\":\"code\",\"source\":\"g\\n(f(1))\"}]}";
        let new = replaced(text, FileKind::Notebook, "f(", "a\n\"é\"\nf(");
        assert_eq!(
            new,
            "{\"cells\": [\n {\"source\": [\n  \"# \\u00e9 \\ud83d\\ude00\\n\",\n  \"a\\n\",\n  \"\\\"\\u00e9\\\"\\n\",\n  \"f()\\n\",\n  \"x\"\n ], \"cell_type\": \"code\"},\n {\"cell_type\":\"code\",\"source\":\"g\\n(a\\n\\\"\\u00e9\\\"\\nf(1))\"}]}"
        );
        let new = replaced(text, FileKind::Notebook, "f()\n", "");
        assert!(new.contains("\\ude00\\n\",\n  \"x\"\n ]"), "{new}");
        // A splice that reaches into the next cell has no place.
        let document = Document::read(text.into(), FileKind::Notebook).unwrap();
        let range = TextRange::up_to(TextSize::of(&*document.units[0].text));
        assert!(
            splice(text.as_bytes(), FileKind::Notebook, &[Splice { unit: 0, range, text: String::new() }]).is_none()
        );
    }
}
