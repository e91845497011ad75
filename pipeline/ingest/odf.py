"""The other word processors -> a reading: ODT, RTF and the old binary DOC.

Hides odfpy's tree (styles, lists, tables, tracked changes, notes), what striprtf leaves of a table, and the programs
that are asked to convert DOC. Which of the three it is, the bytes tell.
"""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from odf.namespaces import DRAWNS, FONS, OFFICENS, STYLENS, TABLENS, TEXTNS
from odf.opendocument import load
from striprtf.striprtf import rtf_to_text

from pipeline.ingest import docx, flow, text
from pipeline.ingest.flow import Flow, Paragraph, Table, TableCell, bullet, numeral
from pipeline.ingest.reading import Reading, TextBuilder
from pipeline.records import Coverage, PaperError


def read(data: bytes, name: str) -> Reading:
    """Reads an ODT, RTF or DOC paper. Raises PaperError where it is damaged, protected or cannot be converted here."""
    if data.startswith(b"{\\rtf"):
        return _build(_rtf(data, name), name)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return _doc(data, name)
    return _build(_odt(data, name), name)


def _build(content: Flow, name: str) -> Reading:
    builder = TextBuilder()
    flow.write(content, builder)
    reading = builder.build()
    if not reading.blocks:
        return builder.build(coverage=Coverage.NO_TEXT, warnings=[f"{name}: holds no text, perhaps only pictures."])
    return reading


_PROTECTED = "{name}: is protected by a password; save it without one and try again."


# ---- ODT


def _odt(data: bytes, name: str) -> Flow:
    damaged = f"{name}: is damaged and cannot be opened; open it in LibreOffice, save it again, or save it as PDF."
    complaints = io.StringIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            manifest = archive.read("META-INF/manifest.xml")
        if size > docx.LARGEST:
            words = f"{name}: unpacks to {size // 1024**2} MB, which no paper does; it was not opened. Save it again."
            raise PaperError(words, code="too-large")
        if b"encryption-data" in manifest:
            raise PaperError(_PROTECTED.format(name=name), code="protected")
        # odfpy prints what it cannot parse, and goes on without it.
        with contextlib.redirect_stdout(complaints):
            document = load(io.BytesIO(data))
    except KeyError as error:
        raise PaperError(f"{name}: is a zip archive, not an ODT document; unpack it first.", code="not-odt") from error
    except PaperError:
        raise
    except Exception as error:
        # odfpy lets through whatever its parsers raise.
        raise PaperError(damaged, code="damaged") from error
    body = getattr(document, "text", None)
    if complaints.getvalue() or body is None:
        raise PaperError(damaged, code="damaged")
    try:
        return _OdtWalk(document).read(body)
    except (RecursionError, ValueError) as error:
        # Nested without end, or a number that is none.
        raise PaperError(damaged, code="damaged") from error


_P, _H = (TEXTNS, "p"), (TEXTNS, "h")
_PRINTED = {(TEXTNS, "tab"): "\t", (TEXTNS, "line-break"): "\n"}
# Deleted text is kept in the list of changes; comments, running heads' fields and drawings' names are not the paper's.
_LEFT_OUT = frozenset(
    {
        (TEXTNS, "tracked-changes"),
        (TEXTNS, "note-citation"),
        (TEXTNS, "sequence-decls"),
        (OFFICENS, "annotation"),
        (OFFICENS, "annotation-end"),
        (OFFICENS, "forms"),
        (TEXTNS, "page-number"),
        (TEXTNS, "index-title-template"),
    }
)


@dataclass(frozen=True, slots=True)
class _ListLevel:
    mark: str = ""
    form: str = ""
    before: str = ""
    after: str = ""
    start: int = 1
    shown: int = 1


class _OdtWalk:
    """Walks a document's text. odfpy's elements carry no types: `Any` ends at this class."""

    def __init__(self, document: Any) -> None:
        self._styles: dict[str, Any] = {}
        self._lists: dict[str, dict[int, _ListLevel]] = {}
        self._counts: dict[str, list[int]] = {}
        for sheet in (document.styles, document.automaticstyles):
            for style in sheet.childNodes:
                self._register(style)

    def read(self, body: Any) -> Flow:
        content: Flow = []
        self._blocks(body, content)
        return content

    def _register(self, style: Any) -> None:
        name = style.getAttrNS(STYLENS, "name")
        if style.qname == (STYLENS, "style"):
            self._styles[name] = style
        elif style.qname == (TEXTNS, "list-style"):
            self._lists[name] = dict(map(_list_level, style.childNodes))

    def _blocks(self, container: Any, content: Flow) -> None:
        for element in container.childNodes:
            if element.nodeType != element.ELEMENT_NODE or element.qname in _LEFT_OUT:
                continue
            if element.qname in (_P, _H):
                self._paragraph(element, content)
            elif element.qname == (TEXTNS, "list"):
                self._list(element, content, (), "")
            elif element.qname == (TABLENS, "table"):
                content.append(self._table(element))
            else:
                self._blocks(element, content)

    def _paragraph(self, element: Any, content: Flow, label: str = "", depth: int = 0) -> None:
        inline = _OdtInline()
        self._inline(element, inline, self._strong(element.getAttrNS(TEXTNS, "style-name")))
        level = int(element.getAttrNS(TEXTNS, "outline-level") or 1) if element.qname == _H else 0
        printed = "".join(inline.text)
        lead = len(printed) if inline.lead is None else inline.lead
        content.append(Paragraph(printed, lead=lead, level=level, label=label, depth=depth))
        for box in inline.boxes:
            self._blocks(box, content)

    def _inline(self, container: Any, inline: _OdtInline, strong: bool) -> None:
        for node in container.childNodes:
            if node.nodeType != node.ELEMENT_NODE:
                # White space in the file is layout of the file; what is printed stands in elements of its own.
                inline.add(re.sub(r"\s+", " ", str(node.data)), strong)
            elif node.qname in _PRINTED:
                inline.add(_PRINTED[node.qname], strong)
            elif node.qname == (TEXTNS, "s"):
                inline.add(" " * int(node.getAttrNS(TEXTNS, "c") or 1), strong)
            elif node.qname == (TEXTNS, "span"):
                name = node.getAttrNS(TEXTNS, "style-name")
                self._inline(node, inline, self._strong(name, strong))
            elif node.qname in ((DRAWNS, "text-box"), (TEXTNS, "note-body")):
                inline.boxes.append(node)
            elif node.qname not in _LEFT_OUT:
                self._inline(node, inline, strong)

    def _strong(self, name: str | None, inherited: bool = False) -> bool:
        """Whether a style prints bold or underlined."""
        seen: set[str] = set()
        while name and name not in seen:
            seen.add(name)
            style = self._styles.get(name)
            if style is None:
                break
            for properties in style.childNodes:
                if properties.qname == (STYLENS, "text-properties"):
                    weight = properties.getAttrNS(FONS, "font-weight")
                    line = properties.getAttrNS(STYLENS, "text-underline-style")
                    if line not in (None, "none") or weight in ("bold", "600", "700", "800", "900"):
                        return True
                    if weight is not None:
                        return False
            name = style.getAttrNS(STYLENS, "parent-style-name")
        return inherited

    def _list(self, element: Any, content: Flow, above: tuple[int, ...], style: str) -> None:
        style = element.getAttrNS(TEXTNS, "style-name") or style
        depth = len(above) + 1
        level = self._lists.get(style, {}).get(depth, _ListLevel())
        # A list that a paragraph interrupts goes on counting where its own style is used again.
        counts = self._counts.setdefault(style, [])
        goes_on = element.getAttrNS(TEXTNS, "continue-numbering") == "true"
        goes_on = goes_on or element.getAttrNS(TEXTNS, "continue-list") is not None
        count = counts[depth - 1] if goes_on and len(counts) >= depth else level.start - 1
        for item in element.childNodes:
            if item.nodeType != item.ELEMENT_NODE:
                continue
            label = ""
            if item.qname == (TEXTNS, "list-item"):
                given = item.getAttrNS(TEXTNS, "start-value")
                count = int(given) if given else count + 1
                counts[depth - 1 :] = [count]
                label = self._label(style, (*above, count))
            for part in item.childNodes:
                if part.nodeType != part.ELEMENT_NODE:
                    continue
                if part.qname in (_P, _H):
                    before = len(content)
                    self._paragraph(part, content, label, depth)
                    label = "" if any(p.text.strip() for p in content[before:] if isinstance(p, Paragraph)) else label
                elif part.qname == (TEXTNS, "list"):
                    self._list(part, content, (*above, count), style)
                else:
                    self._blocks(part, content)

    def _label(self, style: str, numbers: tuple[int, ...]) -> str:
        levels = self._lists.get(style, {})
        level = levels.get(len(numbers), _ListLevel(mark="•"))
        if level.mark:
            return bullet(level.mark)
        shown = range(max(1, len(numbers) - level.shown + 1), len(numbers) + 1)
        printed = [numeral(numbers[at - 1], levels.get(at, level).form) for at in shown]
        if not printed[-1]:
            return ""
        return f"{level.before}{'.'.join(filter(None, printed))}{level.after}".strip()

    def _table(self, element: Any) -> Table:
        rows: list[list[TableCell]] = []
        for row, header in self._rows(element, header=False):
            cells: list[TableCell] = []
            for cell in row.childNodes:
                if cell.qname not in ((TABLENS, "table-cell"), (TABLENS, "covered-table-cell")):
                    continue
                repeated = min(int(cell.getAttrNS(TABLENS, "number-columns-repeated") or 1), 64)
                for _ in range(repeated):
                    made = TableCell(header=header)
                    self._blocks(cell, made.flow)
                    cells.append(made)
            rows.append(_merge_covered(row, cells))
        return Table(rows)

    def _rows(self, element: Any, *, header: bool) -> Iterator[tuple[Any, bool]]:
        for child in element.childNodes:
            if child.qname == (TABLENS, "table-row"):
                yield child, header
            elif child.qname == (TABLENS, "table-header-rows"):
                yield from self._rows(child, header=True)
            elif child.qname in ((TABLENS, "table-rows"), (TABLENS, "table-row-group")):
                yield from self._rows(child, header=header)


def _merge_covered(row: Any, cells: list[TableCell]) -> list[TableCell]:
    """Cells that a wide one covers go into its width; those below a tall one stay, empty."""
    merged: list[TableCell] = []
    skip = 0
    spans = iter(
        int(cell.getAttrNS(TABLENS, "number-columns-spanned") or 1)
        for cell in row.childNodes
        if cell.qname in ((TABLENS, "table-cell"), (TABLENS, "covered-table-cell"))
        for _ in range(min(int(cell.getAttrNS(TABLENS, "number-columns-repeated") or 1), 64))
    )
    for cell, span in zip(cells, spans, strict=True):
        if skip and not cell.words:
            skip -= 1
            continue
        cell.columns, skip = span, span - 1
        merged.append(cell)
    return merged


@dataclass(slots=True)
class _OdtInline:
    text: list[str] = field(default_factory=list)
    length: int = 0
    lead: int | None = None
    boxes: list[Any] = field(default_factory=list)

    def add(self, words: str, strong: bool) -> None:
        if not strong and self.lead is None and words.strip():
            self.lead = self.length
        self.text.append(words)
        self.length += len(words)


def _list_level(element: Any) -> tuple[int, _ListLevel]:
    depth = int(element.getAttrNS(TEXTNS, "level") or 1)
    if element.qname == (TEXTNS, "list-level-style-number"):
        return depth, _ListLevel(
            form=element.getAttrNS(STYLENS, "num-format") or "",
            before=element.getAttrNS(STYLENS, "num-prefix") or "",
            after=element.getAttrNS(STYLENS, "num-suffix") or "",
            start=int(element.getAttrNS(TEXTNS, "start-value") or 1),
            shown=int(element.getAttrNS(TEXTNS, "display-levels") or 1),
        )
    return depth, _ListLevel(mark=element.getAttrNS(TEXTNS, "bullet-char") or "•")


# ---- RTF

_ROW = re.compile(r"\\trowd.*?\\row(?![a-z])", re.DOTALL)
_CELL_END, _PARAGRAPH_END = "\ue003", "\ue002"


def _rtf(data: bytes, name: str) -> Flow:
    source = data.decode("cp1252", errors="replace")
    # striprtf prints cells and their paragraphs alike as lines: both ends are marked before it runs.
    source = _ROW.sub(_mark_row, source)
    try:
        printed = rtf_to_text(source, errors="replace")  # type: ignore[no-untyped-call]
    except Exception as error:
        # striprtf lets through whatever its decoding raises.
        words = f"{name}: is damaged and cannot be opened; open it in Word and save it as DOCX or PDF."
        raise PaperError(words, code="damaged") from error
    content: Flow = []
    for line in str(printed).split("\n"):
        if _CELL_END not in line:
            content.append(Paragraph(line))
            continue
        cells = [
            TableCell([Paragraph(part) for part in cell.split(_PARAGRAPH_END) if part.strip()])
            for cell in line.rstrip().removesuffix(_CELL_END).split(_CELL_END)
        ]
        if content and isinstance(table := content[-1], Table):
            table.rows.append(cells)
        else:
            content.append(Table([cells]))
    return content


def _mark_row(match: re.Match[str]) -> str:
    row = re.sub(r"\\cell(?![a-z])", lambda _: rf"\u{ord(_CELL_END)}?", match[0])
    return re.sub(r"\\(?:par|line)(?![a-z])", lambda _: rf"\u{ord(_PARAGRAPH_END)}?", row)


# ---- DOC


def _doc(data: bytes, name: str) -> Reading:
    if b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e" in data:
        raise PaperError(_PROTECTED.format(name=name), code="protected")
    converters: tuple[tuple[str, Callable[[str, Path, str], Reading]], ...] = (
        ("soffice", _by_office),
        ("libreoffice", _by_office),
        ("antiword", _by_antiword),
    )
    for program, convert in converters:
        found = shutil.which(program)
        if found is None:
            continue
        with tempfile.TemporaryDirectory() as folder:
            paper = Path(folder) / "paper.doc"
            paper.write_bytes(data)
            try:
                return convert(found, paper, name)
            except (OSError, subprocess.SubprocessError):
                continue
    raise PaperError(
        f"{name}: is in Word's old DOC format, which needs LibreOffice or antiword to be read; install one of them, "
        "or open the paper in Word and save it as DOCX.",
        code="needs-converter",
    )


def _by_office(program: str, paper: Path, name: str) -> Reading:
    profile = f"-env:UserInstallation={(paper.parent / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", "docx", "--outdir", str(paper.parent), str(paper)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return docx.read(paper.with_suffix(".docx").read_bytes(), name)


def _by_antiword(program: str, paper: Path, name: str) -> Reading:
    command = [program, "-w", "0", "-m", "UTF-8.txt", str(paper)]
    done = subprocess.run(command, check=True, capture_output=True, timeout=60)
    return text.read_text(done.stdout.decode("utf-8", errors="replace"), name)
