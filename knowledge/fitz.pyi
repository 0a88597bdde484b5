"""pymupdf 2.0 — https://pymupdf.readthedocs.io/"""

from pymupdf import Document, Page, Pixmap, open
