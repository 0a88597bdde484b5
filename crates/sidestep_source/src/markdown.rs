//! Markdown documents: every Python fence, seen together with the earlier fences of its section.

use crate::document::{Document, LineMap, Place, SkippedFence, SourceError, Unit};
use crate::guard;
use crate::lines::LineIndex;
use ruff_python_parser::parse_module;
use ruff_text_size::{TextRange, TextSize};
use sidestep_facts::Mode;

/// The lines of a fence's content, and the section it stands in.
struct Fence {
    first: usize,
    end: usize,
    section: u32,
    /// How many columns of each line are not Python's.
    dedent: Vec<u32>,
}

/// How many fences of a section a fence is seen with, the first of them and the last before it: each is parsed once more
/// for every one of these.
const FIRST: usize = 8;
const LAST: usize = 24;

/// Reads a document. Fences that are not Python on their own are skipped: documentation has fragments.
pub(crate) fn read(text: &str) -> Result<Document, SourceError> {
    let index = LineIndex::new(text);
    let mut document = Document { units: Vec::new(), skipped: Vec::new() };
    let mut kept: Vec<Fence> = Vec::new();
    for fence in fences(text, &index) {
        if let Some(skipped) = failure(&fence, text, &index) {
            document.skipped.push(skipped);
            continue;
        }
        kept.retain(|earlier| earlier.section == fence.section);
        kept.push(fence);
        if kept.len() > FIRST + LAST {
            kept.remove(FIRST);
        }
        document.units.push(unit(&kept, text, &index));
    }
    Ok(document)
}

/// The last fence's unit: the document up to its end, all but the section's fences blank.
fn unit(fences: &[Fence], text: &str, index: &LineIndex) -> Unit {
    let mut python = String::new();
    let mut dedent = Vec::new();
    let mut start = 0;
    for fence in fences {
        python.extend(std::iter::repeat_n('\n', fence.first - dedent.len()));
        dedent.resize(fence.first, 0);
        start = python.len();
        for (line, &by) in (fence.first..fence.end).zip(&fence.dedent) {
            python.push_str(&index.text(line, text)[by as usize..]);
            python.push('\n');
        }
        dedent.extend(&fence.dedent);
    }
    let report = TextRange::new(TextSize::new(start as u32), TextSize::of(&*python));
    let mode = Mode { notebook: false, fragment: true };
    Unit::new(python, mode, false, report, LineMap::Dedented(dedent))
}

/// Why a fence alone is not Python.
fn failure(fence: &Fence, text: &str, index: &LineIndex) -> Option<SkippedFence> {
    let lines = (fence.first..fence.end).zip(&fence.dedent);
    let python: Vec<&str> = lines.map(|(line, &by)| &index.text(line, text)[by as usize..]).collect();
    let python = python.join("\n");
    let (at, message) = match guard::check_nesting(&python) {
        Err(error) => ((error.line - 1, error.column), error.message),
        Ok(()) => {
            let error = parse_module(&python).err()?;
            let own = LineIndex::new(&python);
            let at = error.location.start();
            let column = own.characters_before(at, &python) as u32 + 1;
            ((own.line(at) as u32, column), error.error.to_string())
        }
    };
    let dedent = fence.dedent.get(at.0 as usize).copied().unwrap_or(0);
    let place = Place { cell: None, line: fence.first as u32 + at.0 + 1, column: at.1 + dedent };
    Some(SkippedFence { place, message })
}

/// The Python fences, in order.
fn fences(text: &str, index: &LineIndex) -> Vec<Fence> {
    let mut fences = Vec::new();
    let mut section = 0;
    let mut paragraph = false;
    let mut line = 0;
    while line < index.len() {
        let content = index.text(line, text);
        if let Some(open) = Opening::of(content) {
            let first = line + 1;
            let end = (first..index.len()).find(|&at| open.is_closed_by(index.text(at, text))).unwrap_or(index.len());
            if open.python {
                let lines: Vec<&str> = (first..end).map(|at| index.text(at, text)).collect();
                fences.push(Fence { first, end, section, dedent: dedents(&lines, open.indent) });
            }
            paragraph = false;
            line = end + 1;
            continue;
        }
        if is_section(content) || (paragraph && is_underline(content)) {
            section += 1;
        }
        paragraph = !content.trim().is_empty() && !content.starts_with(['#', '>', '-', '*', '+', '|', '<']);
        line += 1;
    }
    fences
}

struct Opening {
    mark: char,
    length: usize,
    indent: usize,
    python: bool,
}

impl Opening {
    /// A line that opens a fence.
    fn of(line: &str) -> Option<Opening> {
        let body = line.trim_start();
        // A fence may be the first thing of a list item.
        let body = ["- ", "* ", "+ "].iter().find_map(|bullet| body.strip_prefix(bullet)).map_or(body, str::trim_start);
        let mark = body.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
        let info = body.trim_start_matches(mark);
        let length = body.len() - info.len();
        if length < 3 || (mark == '`' && info.contains('`')) {
            return None;
        }
        let word = info.trim_start().trim_start_matches(['{', '.']);
        let word = word.split(|c: char| c.is_whitespace() || matches!(c, '}' | ',' | ':' | '{')).next().unwrap_or("");
        let python = matches!(word.to_ascii_lowercase().as_str(), "python" | "py" | "python3");
        Some(Opening { mark, length, indent: line.len() - body.len(), python })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let body = line.trim();
        body.len() >= self.length && body.chars().all(|c| c == self.mark)
    }
}

/// How much of each line's beginning is the fence's indentation, or the whole fragment's.
fn dedents(lines: &[&str], indent: usize) -> Vec<u32> {
    let blanks = |line: &str| line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let code = lines.iter().filter(|line| !line.trim().is_empty());
    let common = code.map(|line| blanks(line)).min().unwrap_or(0);
    let by = common.max(indent);
    lines.iter().map(|line| blanks(line).min(by) as u32).collect()
}

/// `#`, `##` or `###` and a title. Deeper headings stay in their section.
fn is_section(line: &str) -> bool {
    let body = line.trim_start_matches(' ');
    let level = body.bytes().take_while(|&byte| byte == b'#').count();
    line.len() - body.len() <= 3
        && (1..=3).contains(&level)
        && matches!(body.as_bytes().get(level), None | Some(b' ' | b'\t'))
}

/// The line of `=` or `-` under a title.
fn is_underline(line: &str) -> bool {
    let body = line.trim_end();
    body.len() >= 2 && (body.bytes().all(|byte| byte == b'=') || body.bytes().all(|byte| byte == b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
# One
```python
import time
```
#### Detail
- in a list:

  ~~~py title=\"x\"
  async def f():
      time.sleep(1)
  ~~~
```python
def ...
```
```toml
# Not a heading
```
Two
===
```{.python3}
    y = 1
```
";

    #[test]
    fn fences_see_their_section() {
        let document = read(TEXT).unwrap();
        let texts: Vec<&str> = document.units.iter().map(|unit| unit.text.trim_start_matches('\n')).collect();
        assert_eq!(texts, ["import time\n", "import time\n\n\n\n\n\nasync def f():\n    time.sleep(1)\n", "y = 1\n"],);
        let unit = &document.units[1];
        let at = TextSize::new(unit.text.find("time.sleep").unwrap() as u32);
        assert!(unit.report.contains(at) && !unit.report.contains(TextSize::new(5)));
        assert_eq!(unit.place(at), Place { cell: None, line: 10, column: 7 });
        let excerpt = unit.excerpt(&[TextRange::at(at, TextSize::new(4))], 1);
        assert_eq!(excerpt.line, 9);
        assert!(excerpt.text.starts_with("  async def f():\n      time.sleep(1)"), "{excerpt:?}");
        assert_eq!(&excerpt.text[excerpt.spans[0].clone().unwrap()], "time");
        assert_eq!(document.units[2].place(TextSize::new(document.units[2].text.find('y').unwrap() as u32)).line, 21);
    }

    #[test]
    fn fragments_are_skipped() {
        let document = read(TEXT).unwrap();
        assert_eq!(document.skipped.len(), 1);
        assert_eq!((document.skipped[0].place.line, document.skipped[0].place.column), (13, 5));
    }

    #[test]
    fn an_open_fence_ends_with_the_document() {
        assert_eq!(read("```py\nx = 1").unwrap().units[0].text, "\nx = 1\n");
        assert_eq!(read("````py\nx = '''\n```\n'''\n````").unwrap().units[0].text, "\nx = '''\n```\n'''\n");
        assert!(read("").unwrap().units.is_empty());
    }
}
