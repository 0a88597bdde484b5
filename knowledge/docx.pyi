"""python-docx 1.2.0 — https://python-docx.readthedocs.io/"""

from docx.api import Document

# --- module docx.api ---

from docx.document import Document as DocumentObject

@blocks("file")
def Document(docx=...) -> DocumentObject: ...

# --- module docx.document ---

class Document:
    paragraphs: list[Any]
    tables: list[Any]
    @blocks("file")
    def save(self, path_or_stream) -> None: ...
    @blocks("file")
    def add_picture(self, image_path_or_stream, width=..., height=...): ...
    def add_paragraph(self, text=..., style=...): ...
    def add_heading(self, text=..., level=...): ...
    def add_table(self, rows, cols, style=...): ...
