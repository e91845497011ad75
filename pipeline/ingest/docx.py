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
from dataclasses import dataclass, replace
from typing import Any

from docx.opc.packuri import PackURI
from docx.opc.phys_pkg import PhysPkgReader
from lxml import etree

from pipeline.ingest import flow
from pipeline.ingest.flow import Flow, Paragraph, Table, TableCell, bullet, numeral
from pipeline.ingest.reading import Reading, TextBuilder
from pipeline.records import Coverage, PaperError

LARGEST = 512 * 1024 * 1024
"""Unpacked bytes beyond which a package is not opened: no meeting paper holds that much, a zip bomb does."""


def read(data: bytes, name: str) -> Reading:
    """Reads a Word document. Raises PaperError where it is damaged, protected, or no Word document at all."""
    package = _Package(data, name)
    story = _Story(package)
    try:
        content = story.read()
    except RecursionError as error:
        raise PaperError(package.damaged, code="damaged") from error
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
}


class _Package:
    """The parts that matter, by what they are; each is parsed when it is asked for."""

    def __init__(self, data: bytes, name: str) -> None:
        self.damaged = f"{name}: is damaged and cannot be opened; open it in Word, save it again, or save it as PDF."
        self._parts: dict[str, str] = {}
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                size = sum(entry.file_size for entry in archive.infolist())
                names = frozenset(archive.namelist())
            if size > LARGEST:
                words = (
                    f"{name}: unpacks to {size // 1024**2} MB, which no paper does; not opened; save it again in Word."
                )
                raise PaperError(words, code="too-large")
            if "[Content_Types].xml" not in names:
                raise PaperError(f"{name}: is a zip archive, not a Word document; unpack it first.", code="not-docx")
            # Parts are found by their types, not by walking relationships, which in real files may lead nowhere.
            reader: Any = PhysPkgReader(io.BytesIO(data))  # type: ignore[no-untyped-call]
            types: bytes = reader.content_types_xml
            for uri, content_type in _content_types(types):
                kind = _PARTS.get(content_type.rpartition("wordprocessingml.")[2].rpartition("ms-word.")[2])
                if kind and uri.lstrip("/") in names:
                    self._parts.setdefault(kind, uri)
            self._reader = reader
        except _DAMAGE as error:
            raise PaperError(self.damaged, code="damaged") from error
        if "document" not in self._parts:
            words = f"{name}: is an Office file without a Word document in it; save it as DOCX or PDF."
            raise PaperError(words, code="not-docx")

    def root(self, kind: str) -> etree._Element | None:
        uri = self._parts.get(kind)
        if uri is None:
            return None
        try:
            blob: bytes = self._reader.blob_for(PackURI(uri))
        except _DAMAGE as error:
            raise PaperError(self.damaged, code="damaged") from error
        if _STRICT in blob[:4000]:
            blob = blob.replace(_STRICT, _W.encode())
        try:
            return etree.fromstring(blob, _parser())
        except etree.LxmlError as error:
            raise PaperError(self.damaged, code="damaged") from error


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, remove_pis=True, remove_comments=True, collect_ids=False)


def _content_types(blob: bytes) -> Iterator[tuple[str, str]]:
    """The parts that a package names, each with its type."""
    for item in etree.fromstring(blob, _parser()):
        yield item.get("PartName", ""), item.get("ContentType", "")


def _names(*names: str) -> dict[str, str]:
    return {f"{{{_W}}}{name}": name for name in names}


_MATH = f"{{{_M}}}t"
_CHOICES = f"{{{_MC}}}AlternateContent"

_ABSTRACT_NUM = f"{{{_W}}}abstractNum"
_START = f"{{{_W}}}start"
_NUM_FMT = f"{{{_W}}}numFmt"
_LVL_TEXT = f"{{{_W}}}lvlText"
_IS_LGL = f"{{{_W}}}isLgl"
_ABSTRACT_NUM_ID = f"{{{_W}}}abstractNumId"
_B = f"{{{_W}}}b"
_BASED_ON = f"{{{_W}}}basedOn"
_CHAR = f"{{{_W}}}char"
_DEFAULT = f"{{{_W}}}default"
_DEL = f"{{{_W}}}del"
_GRID_BEFORE = f"{{{_W}}}gridBefore"
_GRID_SPAN = f"{{{_W}}}gridSpan"
_ILVL = f"{{{_W}}}ilvl"
_LVL = f"{{{_W}}}lvl"
_LVL_OVERRIDE = f"{{{_W}}}lvlOverride"
_NAME = f"{{{_W}}}name"
_NUM = f"{{{_W}}}num"
_NUM_ID = f"{{{_W}}}numId"
_NUMPR = f"{{{_W}}}numPr"
_NUM_STYLE_LINK = f"{{{_W}}}numStyleLink"
_OUTLINE = f"{{{_W}}}outlineLvl"
_PPR = f"{{{_W}}}pPr"
_PSTYLE = f"{{{_W}}}pStyle"
_R = f"{{{_W}}}r"
_RPR = f"{{{_W}}}rPr"
_RSTYLE = f"{{{_W}}}rStyle"
_START_OVERRIDE = f"{{{_W}}}startOverride"
_STYLE = f"{{{_W}}}style"
_STYLE_ID = f"{{{_W}}}styleId"
_STYLE_LINK = f"{{{_W}}}styleLink"
_T = f"{{{_W}}}t"
_TBL_HEADER = f"{{{_W}}}tblHeader"
_TCPR = f"{{{_W}}}tcPr"
_TCW = f"{{{_W}}}tcW"
_TRPR = f"{{{_W}}}trPr"
_TYPE = f"{{{_W}}}type"
_U = f"{{{_W}}}u"
_VAL = f"{{{_W}}}val"
_VANISH = f"{{{_W}}}vanish"
_WIDTH = f"{{{_W}}}w"

_SILENT = frozenset(
    _names(
        *("pPr", "rPr", "sectPr", "tblPr", "tblGrid", "tcPr", "trPr", "sdtPr", "sdtEndPr", "rubyPr", "softHyphen"),
        *("delText", "instrText", "delInstrText", "fldChar", "proofErr", "lastRenderedPageBreak", "annotationRef"),
        *("bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd"),
    )
)
"""What holds no words of the paper."""
_TAGS = {
    **_names(*("p", "r", "t", "tab", "ptab", "br", "cr", "noBreakHyphen", "sym", "tbl", "tr", "tc")),
    **_names(*("del", "moveFrom", "rt", "txbxContent")),
    _CHOICES: "choices",
    _MATH: "formula",
}
_LEFT_OUT = frozenset(("del", "moveFrom", "rt"))
_PRINTED = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


class _Story:
    """Walks the story parts in reading order and counts the characters of `w:t` on the way."""

    def __init__(self, package: _Package) -> None:
        self._package = package
        self._styles = _Styles(package.root("styles"))
        self._numbers = _Numbering(package)
        self.seen = self.kept = self.dropped = 0

    def read(self) -> Flow:
        """The document and its notes. Running heads and feet repeat on every page, and comments are not the paper's."""
        content: Flow = []
        for kind in ("document", "footnotes", "endnotes"):
            root = self._package.root(kind)
            if root is None:
                continue
            self.seen += _characters(root)
            if kind == "document":
                self._blocks(root, content)
            else:
                self._notes(root, content)
        return content

    def _notes(self, root: etree._Element, content: Flow) -> None:
        for number, note in enumerate((n for n in root if n.get(_TYPE) is None), start=1):
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
            elif element.tag not in _SILENT:
                self._blocks(element, content)

    def _choice(self, element: etree._Element) -> etree._Element:
        """Of the ways to show one thing, the first that holds words; the others repeat it."""
        ways = list(element)
        chosen = next((way for way in ways if _characters(way)), ways[0] if ways else element)
        self.dropped += sum(_characters(way) for way in ways if way is not chosen)
        return chosen

    def _paragraph(self, element: etree._Element, content: Flow) -> None:
        style = None
        number: tuple[str, int] | None = None
        level = 0
        if len(element) and element[0].tag == _PPR:
            for item in element[0]:
                tag = item.tag
                if tag == _PSTYLE:
                    style = item.get(_VAL)
                elif tag == _NUMPR:
                    number = _number_of(item)
                elif tag == _OUTLINE:
                    level = _outline(item)
        look = self._styles.look(style)
        inline = _Inline()
        self._inline(element, inline, look.strong)
        text = "".join(inline.text)
        number = number or look.number
        label, depth = "", 0
        if number is not None and number[0] != "0":
            label = self._numbers.label(*number)
            depth = number[1] + 1 if label else 0
        lead = len(text) if inline.lead < 0 else inline.lead
        content.append(Paragraph(text, lead, level or look.level, label, depth))
        for box in inline.boxes:
            self._blocks(box, content)

    def _inline(self, container: etree._Element, inline: _Inline, strong: bool) -> None:
        """Gathers the text of a paragraph, a run or whatever wraps them; this loop sees most of a file's elements."""
        for element in container:
            name = element.tag
            if name == _T:
                text = element.text
                if text:
                    self.kept += len(text)
                    inline.add(text, strong)
            elif name == _R:
                own: bool | None = strong
                if len(element) and element[0].tag == _RPR:
                    own = self._strength(element[0], strong)
                if own is None:
                    self.dropped += _characters(element)
                else:
                    self._inline(element, inline, own)
            elif name not in _SILENT:
                self._rare(element, inline, strong)

    def _rare(self, element: etree._Element, inline: _Inline, strong: bool) -> None:
        tag = _TAGS.get(element.tag)
        if tag in _PRINTED:
            inline.add(_PRINTED[tag], strong)
        elif tag in _LEFT_OUT:
            self.dropped += _characters(element)
        elif tag == "sym":
            inline.add(_symbol(element), strong)
        elif tag == "formula":
            inline.add(element.text or "", strong)
        elif tag == "txbxContent":
            inline.boxes.append(element)
        elif tag == "choices":
            self._inline(self._choice(element), inline, strong)
        else:
            if tag == "p" or tag == "tbl":
                # Only where the file is invalid: a paragraph inside a paragraph.
                inline.add("\n", strong)
            self._inline(element, inline, strong)

    def _strength(self, properties: etree._Element, strong: bool) -> bool | None:
        """Whether a run is bold or underlined; None where it is hidden and prints nothing."""
        bold: bool | None = None
        underlined: bool | None = None
        for item in properties:
            tag = item.tag
            if tag == _B:
                bold = _on(item)
            elif tag == _U:
                underlined = item.get(_VAL, "none") != "none"
            elif tag == _RSTYLE and bold is None:
                bold = True if self._styles.look(item.get(_VAL, "")).strong else None
            elif tag == _VANISH and _on(item):
                return None
        if bold is None and underlined is None:
            return strong
        return bool(bold) or bool(underlined) or (strong and bold is None)

    def _table(self, element: etree._Element) -> Table:
        rows: list[list[TableCell]] = []
        for row in self._members(element, "tr"):
            properties = row.find(_TRPR)
            header = False
            before = 0
            if properties is not None:
                if properties.find(_DEL) is not None:
                    self.dropped += _characters(row)
                    continue
                marker = properties.find(_TBL_HEADER)
                header = marker is not None and _on(marker)
                gap = properties.find(_GRID_BEFORE)
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
            elif tag is None and element.tag not in _SILENT:
                yield from self._members(element, wanted)

    def _cell(self, element: etree._Element, header: bool) -> TableCell:
        cell = TableCell(header=header)
        if len(element) and element[0].tag == _TCPR:
            for item in element[0]:
                tag = item.tag
                if tag == _GRID_SPAN:
                    cell.columns = max(1, _integer(item, 1))
                elif tag == _TCW and item.get(_TYPE) in (None, "dxa"):
                    # A character of body text is about 105 twentieths of a point wide.
                    cell.width = _integer(item, 0, _WIDTH) // 105
        self._blocks(element, cell.flow)
        return cell


class _Inline:
    """What a paragraph's runs add up to."""

    __slots__ = ("boxes", "lead", "length", "text")

    def __init__(self) -> None:
        self.text: list[str] = []
        self.length = 0
        self.lead = -1
        """Where the bold head ends; -1 while all is bold."""
        self.boxes: list[etree._Element] = []

    def add(self, text: str, strong: bool) -> None:
        if not strong and self.lead < 0 and not text.isspace():
            self.lead = self.length
        self.text.append(text)
        self.length += len(text)


def _characters(element: etree._Element) -> int:
    return sum(len(text.text) for text in element.iter(_T) if text.text)


def _on(element: etree._Element) -> bool:
    return element.get(_VAL, "1") not in ("0", "false", "off")


def _integer(element: etree._Element, default: int, attribute: str = _VAL) -> int:
    value = element.get(attribute, "")
    try:
        return int(value) if value.isdigit() else int(float(value or default))
    except ValueError:
        return default


def _outline(element: etree._Element) -> int:
    level = _integer(element, 9) + 1
    return level if level <= 9 else 0


def _number_of(element: etree._Element) -> tuple[str, int] | None:
    number, level = None, 0
    for item in element:
        if item.tag == _ILVL:
            level = _integer(item, 0)
        elif item.tag == _NUM_ID:
            number = item.get(_VAL)
    return (number, level) if number is not None else None


def _symbol(element: etree._Element) -> str:
    """A character of a symbol font: ticks and crosses are worth telling, the rest are bullets."""
    code = element.get(_CHAR, "").casefold()[-2:]
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
        self._default = ""
        if root is not None:
            for style in root.iterchildren(_STYLE):
                name = style.get(_STYLE_ID, "")
                self._styles[name] = style
                if style.get(_TYPE) == "paragraph" and style.get(_DEFAULT) in ("1", "true"):
                    self._default = name

    def look(self, name: str | None) -> _Look:
        """How a style looks; without a name, how the default style of paragraphs does."""
        name = self._default if name is None else name
        look = self._looks.get(name)
        if look is None:
            # A style that is based on itself ends here.
            self._looks[name] = _Look()
            look = self._looks[name] = self._resolve(name)
        return look

    def _resolve(self, name: str) -> _Look:
        style = self._styles.get(name)
        if style is None:
            return _Look()
        based = style.find(_BASED_ON)
        base = self.look(based.get(_VAL, "")) if based is not None else _Look()
        strong, level, number = base.strong, base.level, base.number
        bold, underlined = style.find(f"{_RPR}/{_B}"), style.find(f"{_RPR}/{_U}")
        if bold is not None:
            strong = _on(bold)
        if underlined is not None and underlined.get(_VAL, "none") != "none":
            strong = True
        title = style.find(_NAME)
        words = title.get(_VAL, "").casefold() if title is not None else ""
        if words.startswith("heading ") and words[8:].isdigit():
            level = int(words[8:])
        elif words == "title":
            level = 1
        outline = style.find(f"{_PPR}/{_OUTLINE}")
        if outline is not None:
            level = _outline(outline)
        numbered = style.find(f"{_PPR}/{_NUMPR}")
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

    def __init__(self, package: _Package) -> None:
        self._package = package
        self._root: etree._Element | None = None
        self._levels: dict[str, dict[int, _Level]] = {}
        self._counter: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}

    def label(self, number: str, level: int) -> str:
        """The label of the next paragraph at this place; "" where the list prints none."""
        levels = self._of(number)
        own = levels.get(level)
        if own is None:
            return ""
        if own.form == "bullet":
            return bullet(own.text)
        counts = self._counts.setdefault(self._counter[number], {})
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

    def _of(self, number: str) -> dict[int, _Level]:
        if number not in self._levels:
            self._levels[number], self._counter[number] = self._resolve(number)
        return self._levels[number]

    def _resolve(self, number: str) -> tuple[dict[int, _Level], str]:
        """A list's levels, and the name under which it counts: lists of one definition count together."""
        if self._root is None:
            self._root = self._package.root("numbering")
        if self._root is None:
            return {}, number
        instance = next((num for num in self._root.iterchildren(_NUM) if num.get(_NUM_ID) == number), None)
        target = instance.find(_ABSTRACT_NUM_ID) if instance is not None else None
        if instance is None or target is None:
            return {}, number
        name, definition = self._definition(_ABSTRACT_NUM_ID, target.get(_VAL, ""))
        link = definition.find(_NUM_STYLE_LINK) if definition is not None else None
        if link is not None:
            name, definition = self._definition(_STYLE_LINK, link.get(_VAL, ""))
        levels = dict(map(_level, definition.iterchildren(_LVL))) if definition is not None else {}
        for override in instance.iterchildren(_LVL_OVERRIDE):
            position = _integer(override, 0, _ILVL)
            full = override.find(_LVL)
            if full is not None:
                levels[position] = _level(full)[1]
            start = override.find(_START_OVERRIDE)
            if start is not None:
                # A list that starts anew counts for itself.
                levels[position] = replace(levels.get(position, _Level()), start=_integer(start, 1))
                name = f"{name}/{number}"
        return levels, name

    def _definition(self, key: str, value: str) -> tuple[str, etree._Element | None]:
        """The definition with this number, or of this style."""
        assert self._root is not None
        for definition in self._root.iterchildren(_ABSTRACT_NUM):
            link = definition.find(key)
            if definition.get(key) == value or (link is not None and link.get(_VAL) == value):
                return definition.get(_ABSTRACT_NUM_ID, ""), definition
        return value, None


def _level(element: etree._Element) -> tuple[int, _Level]:
    level = _Level()
    for item in element:
        tag = item.tag
        if tag == _START:
            level.start = _integer(item, 1)
        elif tag == _NUM_FMT:
            level.form = item.get(_VAL, "decimal")
        elif tag == _LVL_TEXT:
            level.text = item.get(_VAL, "")
        elif tag == _IS_LGL:
            level.legal = _on(item)
    return _integer(element, 0, _ILVL), level


def _numeral(count: int, form: str) -> str:
    if form == "decimalZero":
        return f"{count:02d}"
    return numeral(count, _FORMS.get(form, "1"))


_FORMS = {"lowerRoman": "i", "upperRoman": "I", "lowerLetter": "a", "upperLetter": "A", "none": ""}
