"""DOCX: what Word prints is read, once, in order; what it does not print is not; nothing is lost unseen."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from pipeline.ingest.docx import read
from pipeline.ingest.flow import is_page_number
from pipeline.ingest.reading import Reading
from pipeline.records import Coverage, PaperError

W = nsdecls("w")
W_URI = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def saved(document: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


def of_body(*xml: str) -> bytes:
    """A document whose body holds these elements."""
    document = docx.Document()
    for source in xml:
        document.element.body.insert(len(document.element.body) - 1, parse_xml(source))
    return saved(document)


def paragraph(inner: str, properties: str = "") -> str:
    return f"<w:p {W} {MC}>{properties}{inner}</w:p>"


def run(text: str, properties: str = "") -> str:
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


def lines(reading: Reading) -> list[tuple[str, str]]:
    return [(block.kind.value, reading.text[block.span.start : block.span.end]) for block in reading.blocks]


BOLD = "<w:rPr><w:b/></w:rPr>"

PRINTED = {
    "plain": (run("The pump was mended."), "The pump was mended."),
    "runs joined": (run("The pu") + run("mp was mended."), "The pump was mended."),
    "tab": ("<w:r><w:t>Pump</w:t><w:tab/><w:t>mended</w:t></w:r>", "Pump mended"),
    "non-breaking hyphen": ("<w:r><w:t>sub</w:t><w:noBreakHyphen/><w:t>group met</w:t></w:r>", "sub-group met"),
    "content control": (
        f"<w:sdt><w:sdtContent>{run('The pump was mended.')}</w:sdtContent></w:sdt>",
        "The pump was mended.",
    ),
    "insertion": (
        f"{run('The pump ')}<w:ins w:id='1' w:author='a'>{run('was mended.')}</w:ins>",
        "The pump was mended.",
    ),
    "deletion": (
        f"{run('The pump ')}<w:del w:id='1'><w:r><w:delText>leaked</w:delText></w:r></w:del>{run('runs.')}",
        "The pump runs.",
    ),
    "moved away": (f"{run('Kept.')}<w:moveFrom w:id='1' w:author='a'>{run('Moved.')}</w:moveFrom>", "Kept."),
    "moved here": (f"<w:moveTo w:id='1' w:author='a'>{run('Moved.')}</w:moveTo>", "Moved."),
    "simple field": (f'<w:fldSimple w:instr="DATE">{run("4 May 2021")}</w:fldSimple>', "4 May 2021"),
    "complex field": (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>REF a</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("item 4")}<w:r><w:fldChar w:fldCharType="end"/></w:r>',
        "item 4",
    ),
    "smart tag": (f'<w:smartTag w:uri="u" w:element="place">{run("Tarnwick")}</w:smartTag>', "Tarnwick"),
    "hyperlink": (f'{run("See ")}<w:hyperlink w:anchor="a">{run("the plan")}</w:hyperlink>', "See the plan"),
    "hidden": (run("Shown.") + run("Hidden.", "<w:rPr><w:vanish/></w:rPr>"), "Shown."),
    "letter-spaced": (run("R E S O L V E D that the pump be mended."), "RESOLVED that the pump be mended."),
    "soft hyphen and zero width": (run("The soft\u00adware\u200b was bought."), "The software was bought."),
    "curly quotes": (run("The ‘pump’ wasn’t mended."), "The ‘pump’ wasn’t mended."),
}


@pytest.mark.parametrize("name", PRINTED)
def test_reads_what_is_printed(name: str) -> None:
    inner, expected = PRINTED[name]
    reading = read(of_body(paragraph(inner)), "a.docx")
    assert reading.text == expected
    assert reading.coverage is Coverage.OK


def test_a_text_box_is_read_once_after_its_paragraph() -> None:
    box = f"<w:txbxContent><w:p>{run('Boxed words.')}</w:p></w:txbxContent>"
    both = (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>'
        f"{box}</w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    reading = read(of_body(paragraph(run("Before. ") + both + run("After."))), "a.docx")
    assert reading.text == "Before. After.\nBoxed words."
    assert reading.coverage is Coverage.OK


def test_notes_stand_at_the_end() -> None:
    notes = (
        f'<w:footnotes {W}><w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
        f'<w:footnote w:id="1"><w:p>{run("By the surveyor.")}</w:p></w:footnote></w:footnotes>'
    )
    source = of_body(paragraph(run("The wall was measured.") + '<w:r><w:footnoteReference w:id="1"/></w:r>'))
    data = with_part(source, "word/footnotes.xml", "footnotes", notes)
    assert read(data, "a.docx").text == "The wall was measured.\n1. By the surveyor."


def test_running_heads_and_comments_are_left_out() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "UNCLASSIFIED"
    document.sections[0].footer.paragraphs[0].text = "Page 1 of 9"
    document.add_paragraph("The pump was mended.")
    document.add_paragraph("Page 1 of 9")
    reading = read(saved(document), "a.docx")
    assert reading.text == "The pump was mended."
    assert reading.coverage is Coverage.OK


def test_words_where_no_words_should_be_make_it_partial() -> None:
    # A table row that holds a paragraph outside any cell: Word repairs it, we do not know where it belongs.
    table = f"<w:tbl {W}><w:tr><w:tc><w:p>{run('In.')}</w:p></w:tc><w:p>{run('Astray.')}</w:p></w:tr></w:tbl>"
    reading = read(of_body(table), "a.docx")
    assert reading.coverage is Coverage.PARTIAL
    assert reading.warnings == ("a.docx: 7 of 10 characters are not accounted for; compare with the original.",)


def test_without_words_it_says_so() -> None:
    reading = read(saved(docx.Document()), "a.docx")
    assert reading.coverage is Coverage.NO_TEXT
    assert len(reading.warnings) == 1


def test_headings_without_styles() -> None:
    document = docx.Document()
    document.add_paragraph().add_run("Tarnwick Parish Council").bold = True
    item = document.add_paragraph()
    item.add_run("3.\tHighways: ").bold = True
    item.add_run("The Clerk would write to the county council.")
    document.add_paragraph("4.\tCorrespondence")
    document.add_paragraph("A letter about the pond was read.")
    said = document.add_paragraph()
    said.add_run("RESOLVED").bold = True
    said.add_run(" that the letter be answered.")
    document.add_paragraph("Any other business", style="Heading 2")
    assert lines(read(saved(document), "a.docx")) == [
        ("heading", "Tarnwick Parish Council"),
        ("heading", "3. Highways:"),
        ("paragraph", "The Clerk would write to the county council."),
        ("heading", "4. Correspondence"),
        ("paragraph", "A letter about the pond was read."),
        ("paragraph", "RESOLVED that the letter be answered."),
        ("heading", "Any other business"),
    ]


def test_numbers_that_word_prints_are_in_the_text() -> None:
    levels = [(0, "decimal", "%1."), (1, "lowerLetter", "(%2)"), (2, "lowerRoman", "%1.%2.%3")]
    definition = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for at, form, text in levels
    )
    bullets = '<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="\uf0b7"/></w:lvl>'
    numbering = (
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="0">{definition}</w:abstractNum>'
        f'<w:abstractNum w:abstractNumId="1">{bullets}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/>'
        "</w:lvlOverride></w:num></w:numbering>"
    )
    order = [("1", 0), ("1", 1), ("1", 1), ("1", 2), ("1", 0), ("1", 1), ("2", 0), ("3", 0)]
    body = [
        paragraph(
            run(f"the words of place {place} are long enough to be no title at all, whatever their number says"),
            f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr></w:pPr>',
        )
        for place, (number, level) in enumerate(order)
    ]
    reading = read(with_part(of_body(*body), "word/numbering.xml", "numbering", numbering), "a.docx")
    assert [block.label for block in reading.blocks] == ["1.", "(a)", "(b)", "1.b.i", "2.", "(a)", "•", "7."]
    assert [block.level for block in reading.blocks] == [1, 2, 2, 3, 1, 2, 1, 1]
    assert reading.text.startswith("1. the words of place 0")


def test_a_merged_cell_counts_once() -> None:
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{run(text) if text else ''}</w:p></w:tc>"

    tall, low, wide = '<w:vMerge w:val="restart"/>', "<w:vMerge/>", '<w:gridSpan w:val="2"/>'
    table = (
        f"<w:tbl {W}><w:tr>{cell('Action')}{cell('Owner')}{cell('Status')}</w:tr>"
        f"<w:tr>{cell('Mend the gate')}{cell('Clerk', tall)}{cell('Done')}</w:tr>"
        f"<w:tr>{cell('Paint the gate')}{cell('', low)}{cell('Open')}</w:tr>"
        f"<w:tr>{cell('Both gates stay shut', wide)}{cell('Open')}</w:tr></w:tbl>"
    )
    reading = read(of_body(table), "a.docx")
    assert [[cell.header for cell in block.cells] for block in reading.blocks] == [
        ["Action", "Owner", "Status"],
        ["Action", "Owner", "Status"],
        ["Action", "Owner", "Status"],
        ["Action", "Status"],
    ]
    assert reading.text.splitlines() == [
        "Action\tOwner\tStatus",
        "Mend the gate\tClerk\tDone",
        "Paint the gate\t\tOpen",
        "Both gates stay shut\tOpen",
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", "damaged", id="empty"),
        pytest.param(b"PK\x03\x04 cut off", "damaged", id="cut off"),
        pytest.param(None, "not-docx", id="another archive"),
    ],
)
def test_what_is_no_document_is_one_sentence(data: bytes | None, code: str) -> None:
    if data is None:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("photo.jpg", b"...")
        data = buffer.getvalue()
    with pytest.raises(PaperError, match=r"^minutes\.docx: .*\.$") as caught:
        read(data, "minutes.docx")
    assert caught.value.code == code


def test_a_zip_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.ingest.docx.LARGEST", 1_000)
    with pytest.raises(PaperError, match=r"unpacks to .* MB") as caught:
        read(of_body(paragraph(run("z" * 10_000))), "bomb.docx")
    assert caught.value.code == "too-large"


def test_entities_are_not_expanded() -> None:
    body = paragraph(run("Said.&e;"))
    xml = f'<!DOCTYPE d [<!ENTITY e "AAAAAAAA">]><w:document {W}><w:body>{body}</w:body></w:document>'
    data = with_part(saved(docx.Document()), "word/document.xml", None, xml)
    assert read(data, "a.docx").text == "Said."


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.lists(st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=9), min_size=1, max_size=8),
            st.sampled_from(["plain", "inserted", "control", "bold", "cell", "box"]),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_no_word_is_lost(content: list[tuple[list[str], str]]) -> None:
    elements = []
    for words, where in content:
        text = run(" ".join(words), BOLD if where == "bold" else "")
        if where == "inserted":
            text = f"<w:ins w:id='1' w:author='a'>{text}</w:ins>"
        elif where == "control":
            text = f"<w:sdt><w:sdtContent>{text}</w:sdtContent></w:sdt>"
        elif where == "box":
            text = f"<w:r><w:pict><w:txbxContent><w:p>{text}</w:p></w:txbxContent></w:pict></w:r>"
        whole = paragraph(text)
        if where == "cell":
            inner = whole.replace(f" {W} {MC}", "")
            whole = f"<w:tbl {W}><w:tr><w:tc>{inner}</w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>"
        elements.append(whole)
    reading = read(of_body(*elements), "a.docx")
    assert reading.text.split() == [word for words, _ in content for word in words]
    assert reading.coverage is Coverage.OK


def papers() -> list[Path]:
    """The corpus of this project, and real papers where they stand beside the checkout."""
    root = Path(__file__).parents[2]
    return sorted((root / "corpus").rglob("*.docx")) + sorted((root.parent / "shared").rglob("*.docx"))


@pytest.mark.parametrize("path", papers(), ids=lambda path: path.stem)
def test_keeps_the_words_of_papers(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        body = etree.fromstring(archive.read("word/document.xml"))
    lines: dict[etree._Element, list[str]] = {}
    for text in body.iter(f"{{{W_URI}}}t"):
        above = list(text.iterancestors())
        # What older programs are shown in place of a text box repeats it.
        if not any(etree.QName(element).localname == "Fallback" for element in above):
            lines.setdefault(next(e for e in above if e.tag == f"{{{W_URI}}}p"), []).append(text.text or "")
    printed = ["".join(runs) for runs in lines.values()]
    wanted = Counter(word for line in printed if not is_page_number(line) for word in re.findall(r"\w+", line))
    reading = read(path.read_bytes(), path.name)
    kept = wanted & Counter(re.findall(r"\w+", reading.text))
    assert reading.coverage is Coverage.OK
    assert kept.total() >= 0.99 * wanted.total()


def with_part(data: bytes, path: str, kind: str | None, xml: str) -> bytes:
    """Adds a part to a package, or replaces it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "[Content_Types].xml" and kind and f"/{path}".encode() not in content:
                part = (
                    f'<Override PartName="/{path}" ContentType="application/vnd.openxmlformats-officedocument.'
                    f'wordprocessingml.{kind}+xml"/></Types>'
                )
                content = content.replace(b"</Types>", part.encode())
            if name != path:
                target.writestr(name, content)
        target.writestr(path, xml)
    return buffer.getvalue()
