//! Findings to text.

mod audit_html;
mod audit_json;
mod audit_markdown;
mod audit_page;
mod audit_text;

pub use audit_html::html as audit_html;
pub use audit_json::json as audit_json;
pub use audit_markdown::markdown as audit_markdown;
pub use audit_page::{AuditPage, Spot};
pub use audit_text::text as audit_text;
