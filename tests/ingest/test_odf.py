"""ODT, RTF and DOC: what the word processor prints, or one sentence on what to do."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odf import style, table, text
from odf.opendocument import OpenDocumentText

from pipeline.ingest.odf import read
from pipeline.ingest.reading import Reading
from pipeline.records import Coverage, PaperError

DOC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def lines(reading: Reading) -> list[tuple[str, str]]:
    return [(block.kind.value, reading.text[block.span.start : block.span.end]) for block in reading.blocks]


def saved(document: OpenDocumentText) -> bytes:
    buffer = io.BytesIO()
    document.write(buffer)
    return buffer.getvalue()


def of_content(xml: str) -> bytes:
    """An ODT whose text is this XML."""
    source = saved(OpenDocumentText())
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "content.xml":
                content = content.replace(b"<office:text/>", f"<office:text>{xml}</office:text>".encode())
            new.writestr(name, content)
    return buffer.getvalue()


PRINTED = {
    "spaces and tabs": ('<text:p>The<text:s text:c="3"/>pump<text:tab/>runs.</text:p>', "The pump runs."),
    "white space of the file": ("<text:p>The\n   pump runs.</text:p>", "The pump runs."),
    "spans": ("<text:p>The <text:span>pu<text:span>mp</text:span></text:span> runs.</text:p>", "The pump runs."),
    "insertion": (
        '<text:p>The <text:change-start text:change-id="c"/>pump<text:change-end text:change-id="c"/> runs.</text:p>',
        "The pump runs.",
    ),
    "deletion": (
        '<text:tracked-changes><text:changed-region text:id="c"><text:deletion><text:p>Old.</text:p></text:deletion>'
        "</text:changed-region></text:tracked-changes><text:p>The pump runs.</text:p>",
        "The pump runs.",
    ),
    "comment": (
        "<text:p>The pump runs.<office:annotation><text:p>No.</text:p></office:annotation></text:p>",
        "The pump runs.",
    ),
    "note": (
        '<text:p>The pump runs.<text:note text:id="n" text:note-class="footnote">'
        "<text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>Now.</text:p></text:note-body></text:note></text:p>",
        "The pump runs.\nNow.",
    ),
    "text box": (
        "<text:p>Said.<draw:frame><draw:text-box><text:p>Boxed.</text:p></draw:text-box></draw:frame></text:p>",
        "Said.\nBoxed.",
    ),
    "section": ('<text:section text:name="s"><text:p>The pump runs.</text:p></text:section>', "The pump runs."),
}


@pytest.mark.parametrize("name", PRINTED)
def test_reads_what_is_printed(name: str) -> None:
    xml, expected = PRINTED[name]
    assert read(of_content(xml), "a.odt").text == expected


def test_structure_of_an_odt() -> None:
    document = OpenDocumentText()
    bold = style.Style(name="B", family="text")
    bold.addElement(style.TextProperties(fontweight="bold"))
    document.automaticstyles.addElement(bold)
    numbers = text.ListStyle(name="L")
    numbers.addElement(text.ListLevelStyleNumber(level=1, numformat="1", numsuffix="."))
    numbers.addElement(text.ListLevelStyleNumber(level=2, numformat="a", numprefix="(", numsuffix=")"))
    document.automaticstyles.addElement(numbers)
    document.text.addElement(text.H(outlinelevel=1, text="Harbour Board"))
    lead = text.P()
    lead.addElement(text.Span(stylename="B", text="Moorings:"))
    lead.addText(" the fee was set.")
    document.text.addElement(lead)
    listed = text.List(stylename="L")
    for said in ("that the crane be mended this spring, whatever it costs to do", "that the fee be"):
        item = text.ListItem()
        item.addElement(text.P(text=said))
        listed.addElement(item)
    inner = text.List()
    limb = text.ListItem()
    limb.addElement(text.P(text="raised"))
    inner.addElement(limb)
    listed.lastChild.addElement(inner)
    document.text.addElement(listed)
    grid = table.Table()
    head = table.TableHeaderRows()
    for where, words in ((head, ("Action", "Owner")), (grid, ("Mend the crane", "Clerk"))):
        row = table.TableRow()
        for word in words:
            cell = table.TableCell()
            cell.addElement(text.P(text=word))
            row.addElement(cell)
        where.addElement(row)
        if where is head:
            grid.addElement(head)
    document.text.addElement(grid)
    reading = read(saved(document), "a.odt")
    assert lines(reading) == [
        ("heading", "Harbour Board"),
        ("heading", "Moorings:"),
        ("paragraph", "the fee was set."),
        ("list-item", "1. that the crane be mended this spring, whatever it costs to do"),
        ("list-item", "2. that the fee be"),
        ("list-item", "(a) raised"),
        ("table-row", "Action\tOwner"),
        ("table-row", "Mend the crane\tClerk"),
    ]
    assert [block.level for block in reading.blocks[3:6]] == [1, 1, 2]
    assert [cell.header for cell in reading.blocks[-1].cells] == ["Action", "Owner"]


def test_merged_cells_of_an_odt_count_once() -> None:
    def cell(words: str, spans: str = "") -> str:
        return f"<table:table-cell{spans}><text:p>{words}</text:p></table:table-cell>"

    wide, repeated = ' table:number-columns-spanned="2"', ' table:number-columns-repeated="2"'
    rows = (
        cell("Action") + cell("Owner") + cell("Status"),
        cell("Both gates stay shut", wide) + "<table:covered-table-cell/>" + cell("Open"),
        cell("Mend") + cell("", repeated),
    )
    xml = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    reading = read(of_content(f"<table:table>{xml}</table:table>"), "a.odt")
    assert reading.text.splitlines() == ["Action\tOwner\tStatus", "Both gates stay shut\tOpen", "Mend\t\t"]
    assert [cell.header for cell in reading.blocks[1].cells] == ["Action", "Status"]


def test_an_odt_without_words_says_so() -> None:
    reading = read(saved(OpenDocumentText()), "a.odt")
    assert reading.coverage is Coverage.NO_TEXT
    assert len(reading.warnings) == 1


RTF = {
    "paragraphs": (
        r"{\rtf1\ansi The pump runs.\par Noted.\par}",
        [("paragraph", "The pump runs."), ("paragraph", "Noted.")],
    ),
    "characters": (r"{\rtf1\ansi The Clerk\'92s fee is \u163?5.\par}", [("paragraph", "The Clerk’s fee is £5.")]),
    "numbered title": (
        r"{\rtf1\ansi 3.\tab MOORINGS\par The fee was set.\par}",
        [("heading", "3. MOORINGS"), ("paragraph", "The fee was set.")],
    ),
    "table": (
        r"{\rtf1\ansi Actions\par\trowd\cellx100\cellx200\intbl Action\cell Owner\cell\row"
        r"\trowd\cellx100\cellx200\intbl Mend the\par crane\cell Clerk\cell\row\pard Closed.\par}",
        [
            ("heading", "Actions"),
            ("table-row", "Action\tOwner"),
            ("table-row", "Mend the\ncrane\tClerk"),
            ("paragraph", "Closed."),
        ],
    ),
}


@pytest.mark.parametrize("name", RTF)
def test_rtf(name: str) -> None:
    source, expected = RTF[name]
    assert lines(read(source.encode("cp1252"), "a.rtf")) == expected


def encrypted_odt() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("META-INF/manifest.xml", "<manifest><file-entry><encryption-data/></file-entry></manifest>")
    return buffer.getvalue()


def other_archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("photo.jpg", b"...")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"PK\x03\x04 cut off", "damaged", id="cut off"),
        pytest.param(of_content("<text:p>The pump</text:q>"), "damaged", id="broken inside"),
        pytest.param(
            of_content("<text:section>" * 3_000 + "</text:section>" * 3_000), "damaged", id="nested without end"
        ),
        pytest.param(encrypted_odt(), "protected", id="password"),
        pytest.param(other_archive(), "not-odt", id="another archive"),
        pytest.param(DOC + "EncryptedPackage".encode("utf-16-le"), "protected", id="protected DOCX"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(data: bytes, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(PaperError, match=r"^minutes: .*\.$") as caught:
        read(data, "minutes")
    assert caught.value.code == code
    assert capsys.readouterr().out == ""


def test_doc_without_a_converter_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PaperError, match="save it as DOCX") as caught:
        read(DOC, "old.doc")
    assert caught.value.code == "needs-converter"


def program(folder: Path, name: str, script: str) -> None:
    made = folder / name
    made.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    made.chmod(0o755)


def test_doc_by_antiword_where_libreoffice_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(tmp_path, "soffice", "exit 1")
    program(tmp_path, "libreoffice", "exit 1")
    program(tmp_path, "antiword", "echo '3. MOORINGS'; echo; echo 'The fee was set.'")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert lines(read(DOC, "old.doc")) == [("heading", "3. MOORINGS"), ("paragraph", "The fee was set.")]


def test_doc_by_libreoffice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    converted = docx.Document()
    converted.add_paragraph("The fee was set.")
    converted.save(str(tmp_path / "made.docx"))
    program(tmp_path, "soffice", f'for last; do :; done; cp "{tmp_path}/made.docx" "${{last%.doc}}.docx"')
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert read(DOC, "old.doc").text == "The fee was set."


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.lists(st.from_regex(r"[a-z]{4,9}", fullmatch=True), min_size=1, max_size=8), st.sampled_from("plc")
        ),
        min_size=1,
        max_size=6,
    )
)
def test_no_word_is_lost(content: list[tuple[list[str], str]]) -> None:
    forms = {
        "p": "<text:p>{}</text:p>",
        "l": "<text:list><text:list-item><text:p>{}</text:p></text:list-item></text:list>",
        "c": "<table:table><table:table-row><table:table-cell><text:p>{}</text:p></table:table-cell></table:table-row>"
        "</table:table>",
    }
    xml = "".join(forms[where].format(" ".join(words)) for words, where in content)
    found = read(of_content(xml), "a.odt").text.replace("•", "").split()
    assert found == [word for words, _ in content for word in words]
