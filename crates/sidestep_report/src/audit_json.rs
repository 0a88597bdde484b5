//! `sidestep audit` as JSON.

use crate::audit_page::{AuditPage, Spot};
use serde_json::{Map, Value, json};
use sidestep_rules::audit::Column;

/// `{"version":1,"rows":[{"path","line","column","function","callee","kind","model","cells":{"timeout":{"verdict","text",
/// "evidence"}}}],"totals":{"timeout":{"yes","no","unknown"}}}`, indented.
pub fn json(page: &AuditPage) -> String {
    let place = |spot: &Spot| json!({"path": spot.path, "line": spot.line, "column": spot.column});
    let rows: Vec<Value> = page
        .rows
        .iter()
        .map(|row| {
            let cells: Map<String, Value> = Column::ALL
                .iter()
                .zip(&row.cells)
                .map(|(column, cell)| {
                    let value = json!({
                        "verdict": cell.verdict.as_str(),
                        "text": cell.text,
                        "evidence": cell.spot.as_ref().map(place),
                    });
                    (column.key().to_owned(), value)
                })
                .collect();
            json!({
                "path": row.spot.path,
                "line": row.spot.line,
                "column": row.spot.column,
                "function": row.function,
                "callee": row.callee,
                "kind": row.kind,
                "model": row.model,
                "cells": cells,
            })
        })
        .collect();
    let totals: Map<String, Value> = Column::ALL
        .iter()
        .zip(&page.totals)
        .map(|(column, (yes, no, unknown))| {
            (column.key().to_owned(), json!({"yes": yes, "no": no, "unknown": unknown}))
        })
        .collect();
    let value = json!({"version": 1, "rows": rows, "totals": totals});
    serde_json::to_string_pretty(&value).unwrap_or_default() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit_page::sample;

    #[test]
    fn has_every_column() {
        let value: Value = serde_json::from_str(&json(&sample::page())).unwrap();
        let row = &value["rows"][0];
        assert_eq!(row["line"], 7);
        for column in Column::ALL {
            assert!(row["cells"][column.key()]["verdict"].is_string());
        }
        assert_eq!(row["cells"]["async"]["evidence"]["line"], 3);
    }
}
