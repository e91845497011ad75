"""`read`: the one door to papers of all kinds, and the bytes that tell what kind they are."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from pipeline import ingest
from pipeline.records import MediaType, PaperError


def _zip(**members: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return file.getvalue()


ODT = "application/vnd.oasis.opendocument.text"


def _odt() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", ODT)
        archive.writestr("content.xml", "<x/>")
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "media_type"),
    [
        (b"%PDF-1.7\n...", "minutes.txt", MediaType.PDF),
        (b"\r\n\r\n%PDF-1.4", "minutes.pdf", MediaType.PDF),
        (_zip(**{"[Content_Types].xml": "<x/>", "word__document.xml": "<x/>"}), "minutes.doc", MediaType.DOCX),
        (_odt(), "minutes", MediaType.ODT),
        (b"{\\rtf1\\ansi Minutes}", "minutes.doc", MediaType.RTF),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "minutes.docx", MediaType.DOC),
        (b"<!DOCTYPE html><html><body><p>Minutes</p></body></html>", "minutes.txt", MediaType.HTML),
        (b"\xef\xbb\xbf  <html lang='en'><body>Minutes", "page.aspx", MediaType.HTML),
        ("<!doctype html><p>Minutes</p>".encode("utf-16"), "page.htm", MediaType.HTML),
        (b"# Minutes\n\nThe Clerk <b>would</b> write.\n", "minutes.md", MediaType.MARKDOWN),
        (b"<div>Minutes</div>\n\n# Roads\n", "minutes.md", MediaType.MARKDOWN),
        (b"MINUTES of the meeting\n", "minutes.pdf", MediaType.TEXT),
        ("MINUTES of the meeting\n".encode("utf-16"), "minutes.txt", MediaType.TEXT),
        ("Chair’s report: cost < £500 and > £20".encode("cp1252"), "minutes", MediaType.TEXT),
        (_zip(**{"[Content_Types].xml": "<x/>", "xl__workbook.xml": "<x/>"}), "log.docx", MediaType.XLSX),
        (b"Action,Owner\nMend the gate,Clerk\n", "log.CSV", MediaType.CSV),
    ],
)
def test_the_bytes_tell_the_type(data: bytes, name: str, media_type: MediaType) -> None:
    assert ingest.sniff(data, name) is media_type


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(50),
        _zip(**{"[Content_Types].xml": "<x/>", "ppt__presentation.xml": "<x/>"}),
        _zip(a="b"),
    ],
)
def test_other_kinds_are_refused_by_name(data: bytes) -> None:
    with pytest.raises(PaperError, match=r"^minutes\.pdf ") as caught:
        ingest.sniff(data, "minutes.pdf")
    assert caught.value.code == "unknown-type"


@pytest.mark.parametrize(("content", "code"), [(b"", "empty"), (b" \n\0", "empty"), (None, "unreadable")])
def test_a_paper_that_is_not_there(tmp_path: Path, content: bytes | None, code: str) -> None:
    path = tmp_path / "minutes.pdf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PaperError) as caught:
        ingest.read(path)
    assert caught.value.code == code
    assert "minutes.pdf" in str(caught.value)


def test_a_document_carries_its_name_hash_and_blocks(tmp_path: Path) -> None:
    path = tmp_path / "2024-05-14 minutes.txt"
    path.write_text(
        "NETHER POPPLEFORD PARISH COUNCIL\n\nMinutes of the meeting held on 14 May 2024\n\nThe Clerk would write.\n"
    )
    document = ingest.read(path)
    assert document.name == path.name
    assert document.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert document.media_type is MediaType.TEXT
    assert "The Clerk would write." in [document.text[b.span.start : b.span.end] for b in document.blocks]
    assert str(document.meeting.date) == "2024-05-14"
