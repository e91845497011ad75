"""Papers in, documents out: `read(path)` takes a published paper of any kind and gives a `Document`.

Hides formats, layout, fonts and furniture. The media type is told from the bytes, not believed from the name.
Hands over `Document`; a paper that cannot be read is a `PaperError` of one sentence with a code.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from pipeline.ingest import meeting
from pipeline.ingest.reading import Reading
from pipeline.records import Document, MediaType, PaperError

_READERS = {
    MediaType.PDF: "pdf",
    MediaType.DOCX: "docx",
    MediaType.HTML: "html",
    MediaType.TEXT: "text",
    MediaType.MARKDOWN: "text",
    MediaType.ODT: "odf",
    MediaType.RTF: "odf",
    MediaType.DOC: "odf",
    MediaType.XLSX: "sheet",
    MediaType.CSV: "sheet",
}


def read(path: Path) -> Document:
    """Reads a paper. Raises `PaperError` where there is no paper, no text format that we know, or damage."""
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise PaperError(f"{path} cannot be opened: {reason}.", code="unreadable") from error
    if not data.strip(b"\0 \t\r\n"):
        raise PaperError(f"{path.name} is empty; fetch it again from where it was published.", code="empty")
    media_type = sniff(data, path.name)
    reading = _reader(media_type)(data, path.name)
    heading = meeting.describe(reading, path.name)
    return Document(
        name=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=media_type,
        text=reading.text,
        blocks=reading.blocks,
        pages=reading.pages,
        lines=reading.lines,
        kind=heading.kind,
        meeting=heading.meeting,
        attendees=heading.attendees,
        items=heading.items,
        coverage=reading.coverage,
        warnings=reading.warnings,
    )


def _reader(media_type: MediaType) -> Callable[[bytes, str], Reading]:
    # Imported when first needed: reading a text file must not pay for loading a PDF engine and lxml.
    module = import_module(f"pipeline.ingest.{_READERS[media_type]}")
    reader: Callable[[bytes, str], Reading] = module.read
    return reader


def sniff(data: bytes, name: str) -> MediaType:
    """Tells the media type from the bytes; the name only decides between plain text, Markdown and separated values.

    A Markdown file whose paragraphs are marked up in HTML, as sites that were moved keep them, is HTML.
    """
    head = data[:4096]
    if b"%PDF-" in data[:1024]:
        return MediaType.PDF
    if head.startswith(b"PK\x03\x04"):
        return _zipped(data, name)
    if head.lstrip().startswith(b"{\\rtf"):
        return MediaType.RTF
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if name.lower().endswith(".xls"):
            raise PaperError(f"{name} is a spreadsheet of the old kind; save it as XLSX or CSV.", code="unknown-type")
        return MediaType.DOC
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not wide and b"\0" in head:
        raise PaperError(
            f"{name} is not a kind of paper that can be read; save it as PDF, DOCX, HTML or text.", code="unknown-type"
        )
    text = data[:65536].decode("utf-16" if wide else "latin-1", errors="replace")
    marks = len(re.findall(r"<(?:!doctype\s+html|html|head|body|table|div|p|li)\b[^<>]*>", text, re.IGNORECASE))
    if marks > (2 if _is_markdown(name) else 0):
        return MediaType.HTML
    if name.lower().endswith((".csv", ".tsv")):
        return MediaType.CSV
    return MediaType.MARKDOWN if _is_markdown(name) else MediaType.TEXT


def _is_markdown(name: str) -> bool:
    return name.lower().endswith((".md", ".markdown"))


def _zipped(data: bytes, name: str) -> MediaType:
    # The names of a zip's members stand uncompressed in it; the archive need not be opened to tell its kind.
    if b"word/document" in data or (b"word/" in data and b"[Content_Types].xml" in data):
        return MediaType.DOCX
    if b"application/vnd.oasis.opendocument.text" in data[:512]:
        return MediaType.ODT
    if b"xl/workbook" in data:
        return MediaType.XLSX
    raise PaperError(
        f"{name} is an archive or an office file that holds no minutes as text; save it as DOCX or PDF.",
        code="unknown-type",
    )
