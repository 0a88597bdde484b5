//! A line per finding: `path:line:column: SS201 message`.

use crate::full::{Paint, closing, marked};
use crate::model::Report;
use std::io::{self, Write};

pub(crate) fn write(report: &Report, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint(colour);
    for entry in &report.findings {
        let code = paint.level(entry.level, entry.code);
        writeln!(out, "{}: {code} {}{}", entry.location(), marked(entry), entry.noted())?;
    }
    closing(report, colour, out)
}
