//! The AI checklist with every place looked up: what the four renderers of `sidestep audit` print.

use sidestep_rules::audit::{Audit, Column, FileId, TextRange, Verdict};

/// A place in a file, as people read it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spot {
    /// Relative to the working directory where possible, with `/`.
    pub path: String,
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
    /// The lines around it, the first of them numbered `first`.
    pub lines: Vec<String>,
    /// The number of the first of `lines`.
    pub first: usize,
}

impl Spot {
    /// A spot at a byte offset of a text, with up to three lines before and after it.
    pub fn new(path: String, text: &str, offset: usize) -> Spot {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &text[..offset];
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let first = line.saturating_sub(3).max(1);
        let lines = text.lines().skip(first - 1).take(line + 3 - first + 1).map(|l| l.trim_end().to_owned()).collect();
        Spot { path, line, column: text[start..offset].chars().count() + 1, lines, first }
    }

    /// `path:line`
    pub fn label(&self) -> String {
        format!("{}:{}", self.path, self.line)
    }
}

/// A cell with its place looked up.
pub struct PageCell {
    /// Yes, no or unknown.
    pub verdict: Verdict,
    /// Why.
    pub text: String,
    /// Where.
    pub spot: Option<Spot>,
}

/// A row with its places looked up.
pub struct PageRow {
    /// The call.
    pub spot: Spot,
    /// The function around it.
    pub function: String,
    /// What is called.
    pub callee: String,
    /// `chat` …
    pub kind: String,
    /// The model, where it is known.
    pub model: Option<String>,
    /// One per column.
    pub cells: Vec<PageCell>,
}

/// The checklist, ready to print.
pub struct AuditPage {
    /// In the order of path and line.
    pub rows: Vec<PageRow>,
    /// Yes, no and unknown per column.
    pub totals: Vec<(usize, usize, usize)>,
}

impl AuditPage {
    /// Looks up every place of a checklist.
    pub fn new(audit: &Audit, mut spot: impl FnMut(FileId, TextRange) -> Spot) -> AuditPage {
        let mut rows: Vec<PageRow> = audit
            .rows
            .iter()
            .map(|row| PageRow {
                spot: spot(row.file, row.range),
                function: row.function.clone(),
                callee: row.callee.clone(),
                kind: row.kind.clone(),
                model: row.model.clone(),
                cells: row
                    .cells
                    .iter()
                    .map(|cell| PageCell {
                        verdict: cell.verdict,
                        text: cell.text.clone(),
                        spot: cell.place.map(|(file, range)| spot(file, range)),
                    })
                    .collect(),
            })
            .collect();
        rows.sort_by(|a, b| {
            (&a.spot.path, a.spot.line, a.spot.column).cmp(&(&b.spot.path, b.spot.line, b.spot.column))
        });
        AuditPage { rows, totals: Column::ALL.iter().map(|&c| audit.totals(c)).collect() }
    }
}

/// `✓`, `✗` or `?`.
pub(crate) fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Yes => "✓",
        Verdict::No => "✗",
        Verdict::Unknown => "?",
    }
}

#[cfg(test)]
pub(crate) mod sample {
    use super::*;

    /// Two rows with every verdict in them.
    pub fn page() -> AuditPage {
        let text = "import openai\n\nclient = openai.AsyncOpenAI()\n\n\nasync def ask(q):\n    return await client.responses.create(model=\"gpt-4o\", input=q)\n";
        let call = text.find("client.responses").unwrap();
        let made = text.find("openai.AsyncOpenAI").unwrap();
        let cell = |n: usize| match n % 3 {
            0 => PageCell {
                verdict: Verdict::Yes,
                text: "600 s, the default of `AsyncOpenAI`".into(),
                spot: Some(Spot::new("app/llm.py".into(), text, made)),
            },
            1 => PageCell { verdict: Verdict::No, text: "no <semaphore> & no limiter".into(), spot: None },
            _ => PageCell { verdict: Verdict::Unknown, text: String::new(), spot: None },
        };
        let row = |path: &str, skip: usize| PageRow {
            spot: Spot::new(path.into(), text, call),
            function: "ask".into(),
            callee: "openai.AsyncOpenAI: responses.create".into(),
            kind: "chat".into(),
            model: (skip == 0).then(|| "gpt-4o".into()),
            cells: (0..Column::ALL.len()).map(|n| cell(n + skip)).collect(),
        };
        AuditPage {
            rows: vec![row("app/llm.py", 0), row("app/a_rather_long_folder/with_a_rather_long_name/service.py", 1)],
            totals: Column::ALL.iter().map(|_| (1, 1, 0)).collect(),
        }
    }
}
