"""DOCX -> a reading.

Hides WordprocessingML. python-docx opens the package, but its paragraphs leave out content controls, tracked
insertions, text boxes, simple fields and notes (over a tenth of the text in 66 of 366 real papers), so the story parts
are walked here. Every `w:t` is accounted for: what was kept and what was left out on purpose must add up to what is
there, or the reading says that it is partial.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from docx.opc.pkgreader import PackageReader
from lxml import etree

from pipeline.ingest import flow
from pipeline.ingest.flow import Flow, Paragraph, Table, TableCell, bullet, numeral
from pipeline.ingest.reading import Reading, TextBuilder
from pipeline.records import Coverage, PaperError

LARGEST = 512 * 1024 * 1024
"""Unpacked bytes beyond which a package is not opened: no meeting paper holds that much, a zip bomb does."""


def read(data: bytes, name: str) -> Reading:
    """Reads a Word document. Raises PaperError where it is damaged, protected, or no Word document at all."""
    package = _Package.open(data, name)
    story = _Story(package)
    content = story.read()
    builder = TextBuilder()
    flow.write(content, builder)
    lost = story.seen - story.kept - story.dropped
    if lost:
        words = f"{name}: {abs(lost)} of {story.seen} characters are not accounted for; compare with the original."
        return builder.build(coverage=Coverage.PARTIAL, warnings=[words])
    reading = builder.build()
    if not reading.blocks:
        return builder.build(coverage=Coverage.NO_TEXT, warnings=[f"{name}: holds no text, perhaps only pictures."])
    return reading


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_M = "http://schemas.openxmlformats.org/officeDocument/2006/math"

_DAMAGE = (KeyError, ValueError, OSError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error, etree.LxmlError)
"""What python-docx, zipfile and lxml raise on broken packages."""

_PARTS = {
    "document.main+xml": "document",
    "document.macroEnabled.main+xml": "document",
    "template.main+xml": "document",
    "template.macroEnabledTemplate.main+xml": "document",
    "styles+xml": "styles",
    "numbering+xml": "numbering",
    "footnotes+xml": "footnotes",
    "endnotes+xml": "endnotes",
    "header+xml": "header",
    "footer+xml": "footer",
    "comments+xml": "comments",
}


@dataclass(slots=True)
class _Package:
    """The parts that matter, parsed, by what they are."""

    parts: dict[str, list[etree._Element]] = field(default_factory=dict)

    @staticmethod
    def open(data: bytes, name: str) -> _Package:
        damaged = f"{name}: is damaged and cannot be opened; open it in Word, save it again, or save it as PDF."
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                size = sum(entry.file_size for entry in archive.infolist())
                names = set(archive.namelist())
        except (zipfile.BadZipFile, ValueError, OSError) as error:
            raise PaperError(damaged, code="damaged") from error
        if size > LARGEST:
            raise PaperError(
                f"{name}: unpacks to {size // 1024**2} MB, which no paper does; not opened; save it again in Word.",
                code="too-large",
            )
        if "[Content_Types].xml" not in names:
            raise PaperError(f"{name}: is a zip archive, not a Word document; unpack it first.", code="not-docx")
        package = _Package()
        try:
            reader = PackageReader.from_file(io.BytesIO(data))  # type: ignore[no-untyped-call]
            for _, content_type, _, blob in reader.iter_sparts():
                kind = _PARTS.get(content_type.rpartition("wordprocessingml.")[2].rpartition("ms-word.")[2])
                if kind:
                    package.parts.setdefault(kind, []).append(_parse(blob))
        except _DAMAGE as error:
            raise PaperError(damaged, code="damaged") from error
        if "document" not in package.parts:
            raise PaperError(
                f"{name}: is an Office file without a Word document in it; save it as DOCX or PDF.", code="not-docx"
            )
        return package

    def first(self, kind: str) -> etree._Element | None:
        found = self.parts.get(kind)
        return found[0] if found else None


def _parse(blob: bytes) -> etree._Element:
    if _STRICT in blob[:4000]:
        blob = blob.replace(_STRICT, _W.encode())
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_pis=True, remove_comments=True)
    return etree.fromstring(blob, parser)


def _names(*names: str) -> dict[str, str]:
    return {f"{{{_W}}}{name}": name for name in names}


_T = f"{{{_W}}}t"
_VAL = f"{{{_W}}}val"
_MATH = f"{{{_M}}}t"
_CHOICES = f"{{{_MC}}}AlternateContent"

_SILENT = frozenset(
    (
        *("pPr", "rPr", "sectPr", "tblPr", "tblGrid", "tcPr", "trPr", "sdtPr", "sdtEndPr", "rubyPr", "softHyphen"),
        *("delText", "instrText", "delInstrText", "fldChar", "proofErr", "lastRenderedPageBreak", "annotationRef"),
        *("bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd"),
    )
)
"""What holds no words of the paper."""
_TAGS = {
    **_names(*("p", "r", "t", "tab", "ptab", "br", "cr", "noBreakHyphen", "sym", "tbl", "tr", "tc")),
    **_names(*("del", "moveFrom", "rt", "txbxContent"), *_SILENT),
    _CHOICES: "choices",
    _MATH: "t",
}
_LEFT_OUT = frozenset(("del", "moveFrom", "rt"))
_PRINTED = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


class _Story:
    """Walks the story parts in reading order and counts the characters of `w:t` on the way."""

    def __init__(self, package: _Package) -> None:
        self._package = package
        self._styles = _Styles(package.first("styles"))
        self._numbers = _Numbering(package.first("numbering"))
        self.seen = self.kept = self.dropped = 0

    def read(self) -> Flow:
        content: Flow = []
        for kind in ("document", "footnotes", "endnotes"):
            for root in self._package.parts.get(kind, []):
                self.seen += _characters(root)
                if kind == "document":
                    self._blocks(root, content)
                else:
                    self._notes(root, content)
        # Running heads and feet repeat on every page, comments are not part of the paper: seen, and left out.
        for kind in ("header", "footer", "comments"):
            for root in self._package.parts.get(kind, []):
                count = _characters(root)
                self.seen += count
                self.dropped += count
        return content

    def _notes(self, root: etree._Element, content: Flow) -> None:
        for number, note in enumerate((n for n in root if n.get(f"{{{_W}}}type") is None), start=1):
            before = len(content)
            self._blocks(note, content)
            if before < len(content) and isinstance(first := content[before], Paragraph):
                first.label = first.label or f"{number}."
                first.depth = first.depth or 1

    def _blocks(self, container: etree._Element, content: Flow) -> None:
        for element in container:
            tag = _TAGS.get(element.tag)
            if tag == "p":
                self._paragraph(element, content)
            elif tag == "tbl":
                content.append(self._table(element))
            elif tag in _LEFT_OUT:
                self.dropped += _characters(element)
            elif tag == "choices":
                self._blocks(self._choice(element), content)
            elif tag == "r" or tag == "t":
                # A run outside any paragraph is invalid, and its words are words all the same.
                self._paragraph(container, content)
                return
            elif tag not in _SILENT:
                self._blocks(element, content)

    def _choice(self, element: etree._Element) -> etree._Element:
        """Of the ways to show one thing, the first that holds words; the others repeat it."""
        ways = list(element)
        chosen = next((way for way in ways if _characters(way)), ways[0] if ways else element)
        self.dropped += sum(_characters(way) for way in ways if way is not chosen)
        return chosen

    def _paragraph(self, element: etree._Element, content: Flow) -> None:
        properties = element.find(f"{{{_W}}}pPr")
        style = None
        number: tuple[str, int] | None = None
        level = 0
        marked = False
        if properties is not None:
            for item in properties:
                tag = item.tag
                if tag == _PSTYLE:
                    style = item.get(_VAL)
                elif tag == _NUMPR:
                    number = _number_of(item)
                elif tag == _OUTLINE:
                    level = _outline(item)
        look = self._styles.look(style, paragraph=True)
        inline = _Inline(strong=look.strong)
        self._inline(element, inline, look.strong)
        text = "".join(inline.text)
        label, depth = "", 0
        number = number or look.number
        if number and number[0] != "0":
            label = self._numbers.label(*number, printed=bool(text.strip()))
            marked = self._numbers.is_list(*number)
            depth = number[1] + 1 if marked else 0
        lead = inline.lead if inline.lead is not None else len(text)
        content.append(Paragraph(text, lead=lead, level=level or look.level, label=label, depth=depth))
        for box in inline.boxes:
            self._blocks(box, content)

    def _inline(self, container: etree._Element, inline: _Inline, strong: bool) -> None:
        for element in container:
            tag = _TAGS.get(element.tag)
            if tag == "t":
                text = element.text or ""
                self.kept += len(text) if element.tag == _T else 0
                inline.add(text, strong)
            elif tag == "r":
                self._run(element, inline, strong)
            elif tag in _SILENT:
                continue
            elif tag in _PRINTED:
                inline.add(_PRINTED[tag], strong)
            elif tag in _LEFT_OUT:
                self.dropped += _characters(element)
            elif tag == "sym":
                inline.add(_symbol(element), strong)
            elif tag == "txbxContent":
                inline.boxes.append(element)
            elif tag == "choices":
                self._inline(self._choice(element), inline, strong)
            elif tag == "p" or tag == "tbl":
                # Only where the file is invalid: a paragraph inside a paragraph.
                inline.add("\n", strong)
                self._inline(element, inline, strong)
            else:
                self._inline(element, inline, strong)

    def _run(self, run: etree._Element, inline: _Inline, strong: bool) -> None:
        if len(run) and run[0].tag == _RPR:
            bold: bool | None = None
            underlined: bool | None = None
            for item in run[0]:
                tag = item.tag
                if tag == _B:
                    bold = _on(item)
                elif tag == _U:
                    underlined = item.get(_VAL, "none") != "none"
                elif tag == _RSTYLE and bold is None:
                    look = self._styles.look(item.get(_VAL), paragraph=False)
                    bold = True if look.strong else None
                elif tag == _VANISH and _on(item):
                    self.dropped += _characters(run)
                    return
            if bold is not None or underlined is not None:
                strong = bool(bold) or bool(underlined) or (strong and bold is None)
        self._inline(run, inline, strong)

    def _table(self, element: etree._Element) -> Table:
        rows: list[list[TableCell]] = []
        for row in self._members(element, "tr"):
            properties = row.find(f"{{{_W}}}trPr")
            header = False
            before = 0
            if properties is not None:
                if properties.find(f"{{{_W}}}del") is not None:
                    self.dropped += _characters(row)
                    continue
                marker = properties.find(f"{{{_W}}}tblHeader")
                header = marker is not None and _on(marker)
                gap = properties.find(f"{{{_W}}}gridBefore")
                before = _integer(gap, 0) if gap is not None else 0
            cells = [TableCell(columns=before)] if before else []
            for cell in self._members(row, "tc"):
                cells.append(self._cell(cell, header))
            rows.append(cells)
        return Table(rows)

    def _members(self, container: etree._Element, wanted: str) -> Iterator[etree._Element]:
        """Rows or cells, through content controls and tracked changes."""
        for element in container:
            tag = _TAGS.get(element.tag)
            if tag == wanted:
                yield element
            elif tag in _LEFT_OUT:
                self.dropped += _characters(element)
            elif tag == "choices":
                yield from self._members(self._choice(element), wanted)
            elif tag is None:
                yield from self._members(element, wanted)

    def _cell(self, element: etree._Element, header: bool) -> TableCell:
        cell = TableCell(header=header)
        properties = element.find(f"{{{_W}}}tcPr")
        if properties is not None:
            for item in properties:
                if item.tag == _GRID_SPAN:
                    cell.columns = max(1, _integer(item, 1))
                elif item.tag == _TCW and item.get(f"{{{_W}}}type") in (None, "dxa"):
                    # A character of body text is about 105 twentieths of a point wide.
                    cell.width = _integer(item, 0, f"{{{_W}}}w") // 105
        self._blocks(element, cell.flow)
        if not any(isinstance(item, Table) or item.text.strip() for item in cell.flow):
            cell.flow.clear()
        return cell


@dataclass(slots=True)
class _Inline:
    """What a paragraph's runs add up to."""

    strong: bool
    text: list[str] = field(default_factory=list)
    length: int = 0
    lead: int | None = None
    """Where the bold head ends; None while all is bold."""
    boxes: list[etree._Element] = field(default_factory=list)

    def add(self, text: str, strong: bool) -> None:
        if not strong and self.lead is None and text.strip():
            self.lead = self.length
        self.text.append(text)
        self.length += len(text)


_PSTYLE = f"{{{_W}}}pStyle"
_NUMPR = f"{{{_W}}}numPr"
_OUTLINE = f"{{{_W}}}outlineLvl"
_RPR = f"{{{_W}}}rPr"
_B = f"{{{_W}}}b"
_U = f"{{{_W}}}u"
_RSTYLE = f"{{{_W}}}rStyle"
_VANISH = f"{{{_W}}}vanish"
_GRID_SPAN = f"{{{_W}}}gridSpan"
_TCW = f"{{{_W}}}tcW"


def _characters(element: etree._Element) -> int:
    return sum(len(text.text or "") for text in element.iter(_T))


def _on(element: etree._Element) -> bool:
    return element.get(_VAL, "1") not in ("0", "false", "off")


def _integer(element: etree._Element, default: int, attribute: str = _VAL) -> int:
    try:
        return int(float(element.get(attribute, default)))
    except ValueError:
        return default


def _outline(element: etree._Element) -> int:
    level = _integer(element, 9) + 1
    return level if level <= 9 else 0


def _number_of(element: etree._Element) -> tuple[str, int] | None:
    level = element.find(f"{{{_W}}}ilvl")
    number = element.find(f"{{{_W}}}numId")
    if number is None:
        return None
    return number.get(_VAL, "0"), _integer(level, 0) if level is not None else 0


def _symbol(element: etree._Element) -> str:
    """A character of a symbol font: ticks and crosses are worth telling, the rest are bullets."""
    code = element.get(f"{{{_W}}}char", "").casefold()[-2:]
    return {"fc": "✓", "fe": "☑", "fb": "✗", "a8": "☐", "6f": "☐", "e0": "→"}.get(code, "•")


@dataclass(frozen=True, slots=True)
class _Look:
    strong: bool = False
    level: int = 0
    number: tuple[str, int] | None = None


class _Styles:
    """What a style makes of its paragraphs, with what it takes over from the styles it is based on."""

    def __init__(self, root: etree._Element | None) -> None:
        self._looks: dict[str, _Look] = {}
        self._styles: dict[str, etree._Element] = {}
        self._default: str | None = None
        if root is not None:
            for style in root.iterchildren(f"{{{_W}}}style"):
                name = style.get(f"{{{_W}}}styleId", "")
                self._styles[name] = style
                if style.get(f"{{{_W}}}type") == "paragraph" and style.get(f"{{{_W}}}default") in ("1", "true"):
                    self._default = name

    def look(self, name: str | None, *, paragraph: bool) -> _Look:
        if name is None:
            name = self._default if paragraph else None
        if name is None:
            return _Look()
        if name not in self._looks:
            # A style that is based on itself ends here.
            self._looks[name] = _Look()
            self._looks[name] = self._resolve(name)
        return self._looks[name]

    def _resolve(self, name: str) -> _Look:
        style = self._styles.get(name)
        if style is None:
            return _Look()
        based = style.find(f"{{{_W}}}basedOn")
        base = self.look(based.get(_VAL), paragraph=False) if based is not None else _Look()
        strong, level, number = base.strong, base.level, base.number
        bold, underlined = style.find(f"{_RPR}/{_B}"), style.find(f"{_RPR}/{_U}")
        if bold is not None:
            strong = _on(bold)
        if underlined is not None and underlined.get(_VAL, "none") != "none":
            strong = True
        title = style.find(f"{{{_W}}}name")
        words = title.get(_VAL, "").casefold() if title is not None else ""
        if words.startswith("heading ") and words[8:].isdigit():
            level = int(words[8:])
        elif words == "title":
            level = 1
        outline = style.find(f"{{{_W}}}pPr/{_OUTLINE}")
        if outline is not None:
            level = _outline(outline)
        numbered = style.find(f"{{{_W}}}pPr/{_NUMPR}")
        if numbered is not None:
            own = _number_of(numbered)
            number = own or number
        return _Look(strong, level, number)


@dataclass(slots=True)
class _Level:
    start: int = 1
    form: str = "decimal"
    text: str = ""
    legal: bool = False


class _Numbering:
    """Counts numbered paragraphs and prints their labels, which stand nowhere in a document's text."""

    def __init__(self, root: etree._Element | None) -> None:
        self._root = root
        self._levels: dict[str, dict[int, _Level]] = {}
        self._abstract: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._ready = False

    def label(self, number: str, level: int, *, printed: bool) -> str:
        """The label of the next paragraph at this place; "" where the list prints none."""
        levels = self._of(number)
        own = levels.get(level)
        if own is None:
            return ""
        if own.form == "bullet":
            return bullet(own.text)
        if not printed and own.form == "none":
            return ""
        counts = self._counts.setdefault(self._abstract.get(number, number), {})
        counts[level] = counts.get(level, own.start - 1) + 1
        for deeper in [key for key in counts if key > level]:
            del counts[deeper]
        if own.form == "none":
            return ""
        text = own.text
        for position in range(level + 1):
            place = f"%{position + 1}"
            if place in text:
                upper = levels.get(position, _Level())
                count = counts.setdefault(position, upper.start)
                text = text.replace(place, _numeral(count, "decimal" if own.legal else upper.form))
        return text.strip()

    def is_list(self, number: str, level: int) -> bool:
        own = self._of(number).get(level)
        return own is not None and bool(own.text.strip())

    def _of(self, number: str) -> dict[int, _Level]:
        if not self._ready:
            self._load()
        return self._levels.get(number, {})

    def _load(self) -> None:
        self._ready = True
        if self._root is None:
            return
        abstracts: dict[str, dict[int, _Level]] = {}
        links: dict[str, str] = {}
        styled: dict[str, str] = {}
        for abstract in self._root.iterchildren(f"{{{_W}}}abstractNum"):
            name = abstract.get(f"{{{_W}}}abstractNumId", "")
            abstracts[name] = dict(_level(item) for item in abstract.iterchildren(f"{{{_W}}}lvl"))
            link, style = abstract.find(f"{{{_W}}}numStyleLink"), abstract.find(f"{{{_W}}}styleLink")
            if link is not None:
                links[name] = link.get(_VAL, "")
            if style is not None:
                styled[style.get(_VAL, "")] = name
        for number in self._root.iterchildren(f"{{{_W}}}num"):
            name = number.get(f"{{{_W}}}numId", "")
            target = number.find(f"{{{_W}}}abstractNumId")
            abstract_name = target.get(_VAL, "") if target is not None else ""
            abstract_name = styled.get(links.get(abstract_name, ""), abstract_name)
            levels = dict(abstracts.get(abstract_name, {}))
            key = abstract_name
            for override in number.iterchildren(f"{{{_W}}}lvlOverride"):
                position = _integer(override, 0, f"{{{_W}}}ilvl")
                full = override.find(f"{{{_W}}}lvl")
                if full is not None:
                    levels[position] = _level(full)[1]
                start = override.find(f"{{{_W}}}startOverride")
                if start is not None:
                    # A list that starts anew counts for itself.
                    old = levels.get(position, _Level())
                    levels[position] = _Level(_integer(start, 1), old.form, old.text, old.legal)
                    key = f"{abstract_name}/{name}"
            self._levels[name] = levels
            self._abstract[name] = key


def _level(element: etree._Element) -> tuple[int, _Level]:
    level = _Level()
    for item in element:
        tag = etree.QName(item).localname
        if tag == "start":
            level.start = _integer(item, 1)
        elif tag == "numFmt":
            level.form = item.get(_VAL, "decimal")
        elif tag == "lvlText":
            level.text = item.get(_VAL, "")
        elif tag == "isLgl":
            level.legal = _on(item)
    return _integer(element, 0, f"{{{_W}}}ilvl"), level


def _numeral(count: int, form: str) -> str:
    if form == "decimalZero":
        return f"{count:02d}"
    return numeral(count, _FORMS.get(form, "1"))


_FORMS = {"lowerRoman": "i", "upperRoman": "I", "lowerLetter": "a", "upperLetter": "A", "none": ""}
