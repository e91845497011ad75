"""Blocks -> a paper: DOCX, HTML, text, Markdown, and PDF by three producers.

Hides what each producer needs, and takes clocks and random ids out of what they write.
Hands over `write(source, path)`. LibreOffice and Chromium are called as commands.
"""

from __future__ import annotations

import datetime as dt
import html
import io
import re
import subprocess
import tempfile
import textwrap
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_TAB_ALIGNMENT
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph
from markup import Block, Run, Source, plain, runs
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

STAMP = "2025-03-01T09:00:00Z"


def write(source: Source, path: Path) -> None:
    PRINTERS[source.head["make"]](source, path)


# ---------------------------------------------------------------- DOCX


def _docx(source: Source, path: Path) -> None:
    path.write_bytes(_docx_bytes(source))


def _docx_bytes(source: Source) -> bytes:
    paper = _Word(source)
    data = io.BytesIO()
    paper.document.save(data)
    return _still_zip(data.getvalue())


class _Word:
    """One DOCX in the making: python-docx for the plain parts, raw XML for what it has no words for."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.notes: list[str] = []
        self.document: Any = docx.Document()
        self.ids = iter(range(900, 10_000))
        for section in self.document.sections:
            section.page_width, section.page_height = Cm(21), Cm(29.7)
            section.left_margin = section.right_margin = Cm(2.2)
        normal = self.document.styles["Normal"]
        normal.font.name, normal.font.size = source.head.get("font", "Arial"), Pt(source.head.get("size", 11))
        normal.paragraph_format.space_after = Pt(6)
        self._furniture()
        if source.head.get("layout") == "ruled":
            self._ruled()
        else:
            self._plain()
        if self.notes:
            self._footnotes()
        core = self.document.core_properties
        core.author, core.title = "Democratic Services", source.head.get("title", "Minutes")
        core.created = core.modified = dt.datetime(2025, 3, 1, 9, 0)

    def _plain(self) -> None:
        rows: list[Block] = []
        for block in [*self.source.blocks, Block("end")]:
            if block.kind == "row":
                rows.append(block)
                continue
            if rows:
                self._table(rows)
                rows = []
            if block.kind != "end":
                self._block(self.document.add_paragraph(), block)

    def _ruled(self) -> None:
        """Whole minutes in ruled cells: number, text, action. What stands before the first heading is above them."""
        table = cell = None
        rows = [block for block in self.source.blocks if block.kind == "row"]
        for block in self.source.blocks:
            if block.kind == "row":
                continue
            if block.kind == "heading" and re.match(r"\d", block.text):
                if table is None:
                    table = self.document.add_table(rows=1, cols=3, style="Table Grid")
                    table.autofit = False
                    for at, words in enumerate(("Item", "Minute", "Action")):
                        self._runs(table.rows[0].cells[at].paragraphs[0], [Run("bold", words)])
                row = table.add_row().cells
                number, _, title = block.text.partition(" ")
                self._runs(row[0].paragraphs[0], [Run("text", number)])
                cell = row[1]
                self._runs(cell.paragraphs[0], [Run("bold", title.strip())])
            elif cell is None or block.kind == "title":
                cell = None
                self._block(self.document.add_paragraph(), block)
            elif block.margin and table is not None:
                # An owner has a row of his own, without a number: in a longer row he would stand beside other words.
                row = table.add_row().cells
                self._runs(row[2].paragraphs[0], [Run("text", block.margin)])
                self._block(row[1].paragraphs[0], block, margin=False)
                cell = row[1]
            else:
                self._block(cell.add_paragraph(), block, margin=False)
        if table is not None:
            self._widths(table, [1.6, 12.6, 2.4])
        if rows:
            self._table(rows)

    def _block(self, paragraph: Paragraph, block: Block, margin: bool = True) -> None:
        form = paragraph.paragraph_format
        if block.kind == "page":
            paragraph.add_run().add_break(WD_BREAK.PAGE)
            return
        if block.kind == "rule":
            return
        if block.kind == "title":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            self._runs(paragraph, [Run("bold", plain(block.text))])
            return
        if block.kind == "box":
            self._textbox(paragraph, plain(block.text))
            return
        if block.kind in ("heading", "subheading", "minor"):
            form.space_before, form.keep_with_next = Pt(8), True
            if self.source.head.get("headings") == "styles":
                paragraph.style = self.document.styles["Heading 1" if block.kind == "heading" else "Heading 2"]
                self._runs(paragraph, block.runs())
            else:
                self._runs(paragraph, [Run("bold", plain(block.text))])
            return
        if block.kind == "bullet":
            paragraph.style = self.document.styles["List Bullet" if block.level == 0 else "List Bullet 2"]
        if block.kind == "item":
            form.left_indent, form.first_line_indent = Cm(1.1 * (block.level + 1)), Cm(-1.1)
            paragraph.add_run(block.label + "\t")
        self._runs(paragraph, block.runs())
        if block.kind == "control":
            self._control(paragraph)
        if block.margin and margin:
            form.tab_stops.add_tab_stop(Cm(16.4), WD_TAB_ALIGNMENT.RIGHT)
            paragraph.add_run("\t" + block.margin).bold = True

    def _runs(self, paragraph: Paragraph, pieces: list[Run]) -> None:
        for piece in pieces:
            if piece.kind == "page":
                paragraph.add_run().add_break(WD_BREAK.PAGE)
            elif piece.kind == "br":
                paragraph.add_run().add_break()
            elif piece.kind == "note":
                self.notes.append(piece.text)
                run = paragraph.add_run()
                run.font.superscript = True
                run._r.append(parse_xml(f'<w:footnoteReference {nsdecls("w")} w:id="{len(self.notes)}"/>'))
            elif piece.kind in ("add", "del"):
                self._tracked(paragraph, piece)
            elif piece.kind == "field":
                self._inline_control(paragraph, piece.text)
            else:
                paragraph.add_run(piece.text).bold = True if piece.kind == "bold" else None

    def _tracked(self, paragraph: Paragraph, piece: Run) -> None:
        tag, text = ("w:ins", "w:t") if piece.kind == "add" else ("w:del", "w:delText")
        paragraph._p.append(
            parse_xml(
                f'<{tag} {nsdecls("w")} w:id="{next(self.ids)}" w:author="Democratic Services" w:date="{STAMP}">'
                f'<w:r><{text} xml:space="preserve">{html.escape(piece.text)}</{text}></w:r></{tag}>'
            )
        )

    def _inline_control(self, paragraph: Paragraph, text: str) -> None:
        paragraph._p.append(
            parse_xml(
                f'<w:sdt {nsdecls("w")}><w:sdtPr><w:alias w:val="Field"/><w:id w:val="{next(self.ids)}"/></w:sdtPr>'
                f'<w:sdtContent><w:r><w:t xml:space="preserve">{html.escape(text)}</w:t></w:r></w:sdtContent></w:sdt>'
            )
        )

    def _control(self, paragraph: Paragraph) -> None:
        """Wrap a whole paragraph in a block-level content control."""
        wrapped = parse_xml(
            f'<w:sdt {nsdecls("w")}><w:sdtPr><w:alias w:val="Minute"/><w:id w:val="{next(self.ids)}"/></w:sdtPr>'
            "<w:sdtContent/></w:sdt>"
        )
        paragraph._p.addprevious(wrapped)
        wrapped[-1].append(paragraph._p)

    def _textbox(self, paragraph: Paragraph, text: str) -> None:
        """Word writes a text box twice: once for itself, once for readers that do not know DrawingML."""
        paragraph._p.append(parse_xml(re.sub(r">\n+<", "><", _form("textbox.xml", text=html.escape(text)))))

    def _table(self, rows: list[Block]) -> None:
        table = self.document.add_table(rows=0, cols=max(len(row.cells) for row in rows), style="Table Grid")
        table.autofit = False
        for row in rows:
            cells = table.add_row().cells
            for at, text in enumerate(row.cells):
                pieces = [Run("bold", plain(text))] if row.header else runs(text)
                self._runs(cells[at].paragraphs[0], pieces)
        self._widths(table, self.source.head.get("columns") or [1.0] * len(table.columns))
        self.document.add_paragraph()

    def _widths(self, table: Any, shares: list[float]) -> None:
        """Both in the grid and in every cell: Word believes the cells, LibreOffice the grid."""
        for at, share in enumerate(shares):
            width = Cm(16.6 * share / sum(shares))
            table.columns[at].width = width
            for cell in table.columns[at].cells:
                cell.width = width

    def _furniture(self) -> None:
        section = self.document.sections[0]
        for part, words in (
            (section.header, self.source.head.get("header")),
            (section.footer, self.source.head.get("footer")),
        ):
            if words:
                paragraph = part.paragraphs[0]
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                for piece in re.split(r"(<page>|<pages>)", words):
                    if piece in ("<page>", "<pages>"):
                        code = "PAGE" if piece == "<page>" else "NUMPAGES"
                        field = OxmlElement("w:fldSimple")
                        field.set(qn("w:instr"), code)
                        field.append(parse_xml(f"<w:r {nsdecls('w')}><w:t>1</w:t></w:r>"))
                        paragraph._p.append(field)
                    else:
                        paragraph.add_run(piece)

    def _footnotes(self) -> None:
        notes = "".join(
            f'<w:footnote w:id="{at}"><w:p><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteRef/>'
            f'</w:r><w:r><w:t xml:space="preserve"> {html.escape(text)}</w:t></w:r></w:p></w:footnote>'
            for at, text in enumerate(self.notes, 1)
        )
        blob = (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:footnotes {nsdecls("w")}>'
            '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
            '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p>'
            "</w:footnote>"
            f"{notes}</w:footnotes>"
        ).encode()
        part = Part(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, blob, self.document.part.package)
        self.document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def _still_zip(data: bytes) -> bytes:
    """The same package with every entry dated alike: zip writers stamp the hour of the build."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, (2025, 3, 1, 9, 0, 0)), old.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()


# ---------------------------------------------------------------- HTML


def _html(source: Source, path: Path) -> None:
    shape = _moderngov if source.head.get("layout") == "moderngov" else _page
    path.write_text(shape(source), encoding="utf-8")


def _moderngov(source: Source) -> str:
    """A page as a committee system publishes it: site navigation, an item table, boxes, file sizes, help links."""
    head, number = source.head, ""
    rows: list[str] = []
    cells: list[str] = []
    lead: list[str] = []

    def flush() -> None:
        if cells:
            rows.append(f'<tr><td class="mgItemNumberCell">{number}</td><td>{"".join(cells)}</td></tr>')

    for block in source.blocks:
        if block.kind == "heading":
            flush()
            number, _, title = block.text.partition(" ") if re.match(r"\d", block.text) else ("", "", block.text)
            cells = [f'<p class="mgAiTitleTxt">{html.escape(plain(title))}</p>']
            number = html.escape(number)
        else:
            (cells if cells else lead).append(_html_block(block, moderngov=True))
    flush()
    table = f'<table class="mgItemTable"><tr><th>No.</th><th>Item</th></tr>{"".join(rows)}</table>' if rows else ""
    return _form(
        "moderngov.html",
        title=html.escape(head.get("title", "")),
        pagehead=html.escape(head.get("pagehead", "Agenda and minutes")),
        lead=_joined(lead),
        items=table,
        tail=html.escape(head.get("tail", "")),
    )


def _page(source: Source) -> str:
    body, list_open, table_open = [], False, False
    for block in source.blocks:
        if (block.kind == "bullet") != list_open:
            body.append("<ul>" if not list_open else "</ul>")
            list_open = not list_open
        if (block.kind == "row") != table_open:
            body.append('<table class="grid">' if not table_open else "</table>")
            table_open = not table_open
        body.append(_html_block(block))
    body.append("</ul>" if list_open else "")
    body.append("</table>" if table_open else "")
    head = source.head
    corners = "".join(
        f"@{corner} {{ content: {words}; font: 8pt Arial; }}\n" for corner, words in head.get("corners", {}).items()
    )
    return _form(
        "page.html",
        title=html.escape(head.get("title", "")),
        css=head.get("css", ""),
        corners=corners,
        body=_joined(body),
    )


def _form(name: str, **words: str) -> str:
    """A form beside this file with its blanks, @written so@, filled in."""
    text = (Path(__file__).parent / "forms" / name).read_text(encoding="utf-8")
    for blank, filling in words.items():
        text = text.replace(f"@{blank}@", filling)
    return text


def _joined(pieces: list[str]) -> str:
    return "\n".join(piece for piece in pieces if piece)


def _html_block(block: Block, moderngov: bool = False) -> str:
    text = "".join(_html_run(run) for run in block.runs())
    match block.kind:
        case "title":
            return f"<h1>{text}</h1>"
        case "heading":
            return f"<h2>{text}</h2>"
        case "subheading":
            return f'<h3 class="mgSubSubTitleTxt">{text}</h3>' if moderngov else f"<h3>{text}</h3>"
        case "minor":
            return f"<p><strong>{text}</strong></p>"
        case "bullet":
            # The committee system pastes Word's bullets as characters, not as lists.
            return f'<p class="MsoListParagraph">·&nbsp;&nbsp;&nbsp; {text}</p>' if moderngov else f"<li>{text}</li>"
        case "item":
            label = html.escape(block.label)
            if moderngov:
                return f'<p class="MsoNormal">{label}&nbsp;&nbsp;&nbsp; {text}</p>\n<p class="MsoNormal">&nbsp;</p>'
            return f'<p class="item{" l1" if block.level else ""}"><span class="label">{label}</span> {text}</p>'
        case "row":
            tag = "th" if block.header else "td"
            return (
                "<tr>"
                + "".join(f"<{tag}>{''.join(_html_run(r) for r in runs(c))}</{tag}>" for c in block.cells)
                + "</tr>"
            )
        case "page":
            return '<div class="break"></div>'
        case "box":
            return f'<div class="box">{text}</div>'
        case "rule":
            return "<hr>"
    if moderngov:
        return f'<div class="mgWordPara"><p class="MsoNormal">{text}</p><p class="MsoNormal">&nbsp;</p></div>'
    return f"<p>{text}</p>"


def _html_run(run: Run) -> str:
    text = html.escape(run.text, quote=False)
    return {
        "bold": f"<strong>{text}</strong>",
        "br": "<br>",
        "page": "",
        "add": f"<ins>{text}</ins>",
        "del": "",
        "note": "",
    }.get(run.kind, text)


# ---------------------------------------------------------------- text and Markdown


def _text(source: Source, path: Path) -> None:
    width = source.head.get("width", 72)
    out: list[str] = []
    for block in source.blocks:
        text = plain(block.text)
        match block.kind:
            case "title":
                out.append(text.center(width).rstrip())
            case "heading":
                out.append("\n" + (text.upper() if source.head.get("capitals") else text))
            case "bullet":
                # Text saved from a web page leaves the bullet alone on its line.
                out.append(
                    "·\n" + textwrap.fill(text, width) if source.head.get("lone_bullets") else _hang("- ", text, width)
                )
            case "item":
                out.append(_hang("   " * block.level + block.label.ljust(4) + " ", text, width))
            case "row":
                out.append(" | ".join(plain(cell) for cell in block.cells))
            case "page":
                out.append("\f")
            case "rule":
                out.append("-" * width)
            case _:
                filled = textwrap.fill(text, width, break_on_hyphens=False)
                out.append(filled + (f"\n{block.margin.rjust(width)}" if block.margin else ""))
        out.append("")
    path.write_text("\n".join(out).strip("\n") + "\n", encoding="utf-8")


def _hang(label: str, text: str, width: int) -> str:
    return textwrap.fill(label + text, width, subsequent_indent=" " * len(label), break_on_hyphens=False)


def _markdown(source: Source, path: Path) -> None:
    out = [f'---\ntitle: "{source.head["title"]}"\ncategories:\n  - "parish-council"\n  - "minutes"\n---']
    rows = 0
    for block in source.blocks:
        text = "".join(f"**{run.text}**" if run.kind == "bold" else run.text for run in block.runs())
        rows = rows + 1 if block.kind == "row" else 0
        match block.kind:
            case "title":
                out.append(f"# {text}")
            case "heading":
                # Converters escape the dot of a number, lest it turn into a list.
                out.append("## " + re.sub(r"^(\d+)\.", r"\1\\.", text))
            case "subheading" | "minor":
                out.append(f"### {text}")
            case "bullet":
                out.append(f"{'  ' * block.level}- {text}")
            case "item":
                out.append("  " * block.level + block.label.replace(".", "\\.") + " " + text)
            case "row":
                line = "| " + " | ".join(block.cells) + " |"
                if rows == 1:
                    out.append(line)
                else:
                    out[-1] += "\n" + line
                if block.header:
                    out[-1] += "\n|" + " --- |" * len(block.cells)
            case _:
                out.append(text + (f" **{block.margin}**" if block.margin else ""))
    path.write_text("\n\n".join(out) + "\n", encoding="utf-8")


# ---------------------------------------------------------------- PDF


def _libreoffice(source: Source, path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paper = Path(folder) / f"{path.stem}.docx"
        paper.write_bytes(_docx_bytes(source))
        subprocess.run(
            [
                "soffice",
                f"-env:UserInstallation=file://{folder}/profile",
                "--headless",
                "--convert-to",
                "pdf",
                "--outdir",
                folder,
                str(paper),
            ],
            check=True,
            capture_output=True,
            timeout=180,
        )
        path.write_bytes(_still_pdf((Path(folder) / f"{path.stem}.pdf").read_bytes()))


def _chromium(source: Source, path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / f"{path.stem}.html"
        page.write_text(_page(source), encoding="utf-8")
        printed = Path(folder) / "out.pdf"
        subprocess.run(
            [
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-pdf-header-footer",
                f"--user-data-dir={folder}/u",
                f"--print-to-pdf={printed}",
                page.as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=180,
        )
        path.write_bytes(_still_pdf(printed.read_bytes()))


def _still_pdf(data: bytes) -> bytes:
    """Dates and file ids of the build replaced by as many other bytes, so that offsets stay right."""

    def date(found: re.Match[bytes]) -> bytes:
        return found.group(1) + b"20250301090000"

    data = re.sub(rb"(/(?:CreationDate|ModDate) ?\(D:)\d{14}", date, data)
    data = re.sub(rb"/ID ?\[[^\]]*\]", lambda found: re.sub(rb"[0-9A-Fa-f]", b"0", found.group()), data)
    return re.sub(rb"/DocChecksum ?/[0-9A-F]{32}", b"/DocChecksum /" + b"0" * 32, data)


def _reportlab(source: Source, path: Path) -> None:
    _Typesetter(source, path).run()


class _Typesetter:
    """Lines set one by one on a canvas, as the report writers of small councils' systems do.

    `layout = "action-column"` sets text narrow and puts owners at the right edge, without any rules, beside the last
    line of their paragraph (or the first, with `margin_at = "first"`). Tables are ruled and run over pages without
    repeating their header.
    """

    def __init__(self, source: Source, path: Path) -> None:
        self.head, self.blocks = source.head, source.blocks
        self.size = self.head.get("size", 10.5)
        self.fonts = ("Times-Roman", "Times-Bold") if self.head.get("serif") else ("Helvetica", "Helvetica-Bold")
        self.path = path
        self.right = 440 if self.head.get("layout") == "action-column" else 535
        self.pages = 0

    def run(self) -> None:
        self._set(io.BytesIO(), "?")
        count = str(self.pages)
        data = io.BytesIO()
        self._set(data, count)
        self.path.write_bytes(data.getvalue())

    def _set(self, target: io.BytesIO, pages: str) -> None:
        self.canvas = Canvas(target, pagesize=(595.3, 841.9), invariant=1)
        self.canvas.setTitle(self.head.get("title", "Minutes"))
        self.canvas.setProducer("ReportWriter 4")
        self.total, self.pages, self.y = pages, 1, 770.0
        self._furniture()
        for block in self.blocks:
            self._block(block)
        self.canvas.save()

    def _furniture(self) -> None:
        self.canvas.setFont(self.fonts[0], 8.5)
        for words, y in ((self.head.get("header"), 808), (self.head.get("footer"), 34)):
            if words:
                filled = words.replace("<page>", str(self.pages)).replace("<pages>", self.total)
                self.canvas.drawCentredString(297, y, filled)

    def _new_page(self) -> None:
        self.canvas.showPage()
        self.pages += 1
        self.y = 770.0
        self._furniture()

    def _block(self, block: Block) -> None:
        match block.kind:
            case "page":
                self._new_page()
            case "row":
                self._row(block)
            case "rule":
                self.y -= 12
            case "title":
                for line in textwrap.wrap(plain(block.text), 62):
                    self._need(20)
                    self.canvas.setFont(self.fonts[1], self.size + 2)
                    self.canvas.drawCentredString(297, self.y, line)
                    self.y -= 18
                self.y -= 4
            case "heading" | "subheading" | "minor":
                self.y -= 5
                self._need(40)
                self._paragraph([Run("bold", plain(block.text))], 60)
            case "bullet":
                self._paragraph(block.runs(), 92 + 18 * block.level, label="•", margin=block.margin)
            case "item":
                self._paragraph(block.runs(), 92 + 22 * block.level, label=block.label, margin=block.margin)
            case _:
                self._paragraph(block.runs(), 60, margin=block.margin)

    def _need(self, height: float) -> None:
        if self.y - height < 60:
            self._new_page()

    def _paragraph(self, pieces: list[Run], left: float, label: str = "", margin: str = "") -> None:
        if margin and self.head.get("margin_at") == "first":
            self._need(self.size * 1.3)
            self._margin(margin)
            margin = ""
        first = True
        lines = list(self._lines(pieces, self.right - left))
        for at, line in enumerate(lines):
            if line is None:
                self._new_page()
                continue
            self._need(self.size * 1.3)
            if first and label:
                self.canvas.setFont(self.fonts[0], self.size)
                self.canvas.drawString(left - (14 if label == "•" else 28), self.y, label)
            first = False
            self._line(line, left)
            if at == len(lines) - 1 and margin:
                self._margin(margin)
            self.y -= self.size * 1.3
        self.y -= self.size * 0.55

    def _margin(self, words: str) -> None:
        self.canvas.setFont(self.fonts[1], self.size)
        self.canvas.drawString(472, self.y, words)

    def _line(self, line: list[tuple[str, int]], left: float) -> None:
        """Words of one look are one string, as word processors write them."""
        x, at = left, 0
        while at < len(line):
            look, words = line[at][1], []
            while at < len(line) and line[at][1] == look:
                words.append(line[at][0])
                at += 1
            text = " ".join(words) + (" " if at < len(line) else "")
            self.canvas.setFont(self.fonts[look], self.size)
            self.canvas.drawString(x, self.y, text)
            x += stringWidth(text, self.fonts[look], self.size)

    def _lines(self, pieces: list[Run], width: float) -> Iterator[list[tuple[str, int]] | None]:
        """Lines of (word, bold) pairs; None stands for a page break in the middle of a paragraph."""
        line: list[tuple[str, int]] = []
        used = 0.0
        for piece in pieces:
            if piece.kind in ("page", "br"):
                yield line
                if piece.kind == "page":
                    yield None
                line, used = [], 0.0
                continue
            if piece.kind in ("del", "note"):
                continue
            look = 1 if piece.kind == "bold" else 0
            for word in piece.text.split():
                size = stringWidth(word + " ", self.fonts[look], self.size)
                if line and used + size > width:
                    yield line
                    line, used = [], 0.0
                line.append((word, look))
                used += size
        if line:
            yield line

    def _row(self, block: Block) -> None:
        widths = self.head.get("columns") or [1.0] * len(block.cells)
        edges = [60.0]
        for width in widths:
            edges.append(edges[-1] + 475 * width / sum(widths))
        pieces = [[Run("bold", plain(c))] if block.header else runs(c) for c in block.cells]
        lines = [list(self._lines(p, edges[at + 1] - edges[at] - 10)) for at, p in enumerate(pieces)]
        step, depth = self.size * 1.25, max(len(cell) for cell in lines)
        height = depth * step + 7
        self._need(height)
        top = self.y + self.size
        self.canvas.setLineWidth(0.6)
        for at, cell in enumerate(lines):
            self.canvas.rect(edges[at], top - height, edges[at + 1] - edges[at], height)
            for row, line in enumerate(cell):
                y, self.y = self.y, self.y - row * step
                self._line(line or [], edges[at] + 5)
                self.y = y
        self.y -= height


PRINTERS: dict[str, Callable[[Source, Path], None]] = {
    "docx": _docx,
    "html": _html,
    "text": _text,
    "markdown": _markdown,
    "libreoffice": _libreoffice,
    "chromium": _chromium,
    "reportlab": _reportlab,
}
SUFFIXES = {
    "docx": ".docx",
    "html": ".html",
    "text": ".txt",
    "markdown": ".md",
    "libreoffice": ".pdf",
    "chromium": ".pdf",
    "reportlab": ".pdf",
}
