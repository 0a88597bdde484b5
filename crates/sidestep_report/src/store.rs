//! How a report is kept between runs.

use crate::model::{Edit, Entry, FileError, Fix, Hop, Label, Report, Summary};
use sidestep_facts::{Reader, Symbol, Wire, Writer, wire_struct};

wire_struct! {
    Report { findings, errors, summary }
    Summary { files, hidden, fixed, fixing }
    FileError { path, error }
    Label { place, text }
    Fix { title, applicability, edits }
    Edit { path, start, end, content }
    Hop { path, place, function, text }
}

impl Wire for Entry {
    fn put(&self, to: &mut Writer) {
        let Entry {
            code,
            name,
            pitfall,
            level,
            confidence,
            message,
            help,
            path,
            start,
            end,
            labels,
            chain,
            excerpt,
            fingerprint,
            fix,
            unfixed,
            // What was seen comes from elsewhere in each run.
            seen: _,
        } = self;
        code.to_string().put(to);
        name.to_string().put(to);
        pitfall.put(to);
        level.put(to);
        confidence.put(to);
        message.put(to);
        help.put(to);
        path.put(to);
        start.put(to);
        end.put(to);
        labels.put(to);
        chain.put(to);
        excerpt.put(to);
        fingerprint.put(to);
        fix.put(to);
        unfixed.put(to);
    }

    fn get(from: &mut Reader<'_>) -> Option<Entry> {
        Some(Entry {
            code: Symbol::new(&String::get(from)?).as_str(),
            name: Symbol::new(&String::get(from)?).as_str(),
            pitfall: Wire::get(from)?,
            level: Wire::get(from)?,
            confidence: Wire::get(from)?,
            message: Wire::get(from)?,
            help: Wire::get(from)?,
            path: Wire::get(from)?,
            start: Wire::get(from)?,
            end: Wire::get(from)?,
            labels: Wire::get(from)?,
            chain: Wire::get(from)?,
            excerpt: Wire::get(from)?,
            fingerprint: Wire::get(from)?,
            fix: Wire::get(from)?,
            unfixed: Wire::get(from)?,
            seen: None,
        })
    }
}
