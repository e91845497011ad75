"""HTML -> a reading: council pages (ModernGov's above all) and ordinary ones.

Hides tag soup, character sets, and everything on a page that is not the paper: navigation, scripts, cookie banners,
links to attachments. What a committee system marks as an item's title, "Decision:" or "Minutes:" becomes a heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree
from markdown_it import MarkdownIt

from pipeline.ingest import flow
from pipeline.ingest.flow import Flow, Paragraph, Table, TableCell, numeral
from pipeline.ingest.reading import Reading, TextBuilder
from pipeline.ingest.text import FRONT_TITLE, decode
from pipeline.records import PaperError


def read(data: bytes, name: str) -> Reading:
    """Reads a web page saved as HTML. Raises PaperError where there is no text on it."""
    declared = _CHARSET.search(data[:4096])
    source = decode(data, name, declared[1].decode("ascii") if declared else None)
    if name.lower().endswith((".md", ".markdown")):
        source = _rendered(source)
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        tree = etree.fromstring(source.encode("utf-8", errors="replace"), parser)
    except etree.LxmlError:
        tree = None
    builder = TextBuilder()
    if tree is not None:
        try:
            flow.write(_content(tree), builder)
        except RecursionError as error:
            raise PaperError(_DEEP.format(name=name), code="damaged") from error
    if any(entry.level_name == "FATAL" for entry in parser.error_log):
        raise PaperError(_DEEP.format(name=name), code="damaged")
    reading = builder.build()
    if not reading.blocks:
        raise PaperError(
            f"{name}: holds no text of its own (pages that fill themselves by script save empty); print it to PDF.",
            code="empty",
        )
    return reading


_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_DEEP = "{name}: is nested deeper than any page that people read; open it in a browser and print it to PDF."


def _rendered(source: str) -> str:
    """Markdown as HTML, the title of its settings as a heading."""
    settings = _FRONT_MATTER.match(source)
    title = FRONT_TITLE.search(settings[0]) if settings else None
    heading = f"# {title[1]}\n\n" if title else ""
    return str(MarkdownIt().render(heading + source[settings.end() if settings else 0 :]))


def _content(tree: etree._Element) -> Flow:
    content: Flow = []
    _strip_furniture(tree)
    root = _main_part(tree)
    if not any(True for _ in root.iter("h1", "h2")):
        title = tree.find(".//title")
        if title is not None and title.text:
            content.append(Paragraph(title.text, level=1))
    _Walk(content).blocks(root)
    return content


_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""")

_NEVER_TEXT = (
    *("script", "style", "noscript", "template", "svg", "iframe", "object", "embed", "canvas", "audio", "video", "map"),
    *("button", "input", "select", "textarea", "datalist", "nav", "footer", "aside", "dialog", "link", "meta"),
)
_FURNITURE_ROLES = frozenset(
    ("alert", "alertdialog", "banner", "complementary", "contentinfo", "dialog", "navigation", "search")
)
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:cookies?|cookie\w*|breadcrumbs?|skip(?:link|nav|to)?s?|nav|navbar|navigation|navlinks?|menu|topmenu"
    r"|sidebar|footer|social|share|sharing|sharethis|pagination|pager|search|searchbox|login|toolbar|site-?header"
    r"|back-?to-?top|mgactionlist|mgsecondarynav|mgtoplinks|mgprintlink|mghelp|feedback|addthis|toast|popup|modal)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)


def _strip_furniture(tree: etree._Element) -> None:
    """Takes out what is not the paper, and leaves the words behind it."""
    total = _length(tree)
    for element in list(tree.iter(etree.Element)):
        if element.tag in ("html", "body", "main", "head", "title") or element.getparent() is None:
            continue
        if element.tag in _NEVER_TEXT or (_is_furniture(element) and _length(element) * 2 < total):
            element.tag = "furniture"
    etree.strip_elements(tree, "furniture", with_tail=False)


def _is_furniture(element: etree._Element) -> bool:
    attributes = element.attrib
    if not attributes:
        return element.tag == "header" and element.find(".//h1") is None
    if attributes.get("role", "").casefold() in _FURNITURE_ROLES or "hidden" in attributes:
        return True
    if attributes.get("aria-hidden") == "true" or re.search(r"display:\s*none", attributes.get("style", "")):
        return True
    marks = f"{attributes.get('class', '')} {attributes.get('id', '')}"
    return bool(_FURNITURE.search(marks))


def _main_part(tree: etree._Element) -> etree._Element:
    """The part of the page that the page itself calls its content; the body where it names none."""
    body = tree.find("body")
    whole = body if body is not None else tree
    for path in _MAIN:
        found = whole.xpath(path)
        parts = [part for part in found if isinstance(part, etree._Element)] if isinstance(found, list) else []
        if len(parts) == 1 and _length(parts[0]) * 3 > _length(whole):
            return parts[0]
    return whole


_MAIN = (
    "//div[contains(concat(' ', normalize-space(@class), ' '), ' mgContent ')]",
    "//*[@id='modgov']",
    "//main",
    "//*[@role='main']",
    "//*[@id='main-content' or @id='maincontent' or @id='main_content' or @id='content' or @id='main']",
    "//article",
)


def _length(element: etree._Element) -> int:
    return sum(len(text) for text in element.itertext(with_tail=False))


_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(
    (
        *("html", "body", "main", "article", "section", "header", "footer", "div", "center", "address", "blockquote"),
        *("p", "pre", "hr", "hgroup", "figure", "figcaption", "fieldset", "legend", "form", "details", "summary"),
        *("ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"),
        *_HEADINGS,
    )
)
_STRONG = frozenset(("b", "strong", "u", "th", "dt"))
_TITLE_CLASSES = {"mgAiTitleTxt": 2, "mgSubItemTitleTxt": 3, "mgMainTitleTxt": 1, "mgSubTitleTxt": 1}
_ATTACHMENTS = re.compile(r"(?:additional|supporting|accompanying) documents?\s*:?", re.IGNORECASE)
_FILE_SIZE = re.compile(
    r"(?:\b(?:pdf|document|word|excel|powerpoint|html) icon\s*)?[(\[]?\b(?:PDF|DOCX?|XLSX?|PPTX?|HTML?|ZIP|MSG|RTF)"
    r"(?: file| document)?,?\s+\d[\d.,]*\s?[KM]B[)\]]?",
    re.IGNORECASE,
)
_CONTROLS = re.compile(
    r"(?:(?:back|return) to (?:the )?top(?: of (?:the )?page)?|print(?: this page)?|skip to (?:main )?content"
    r"|view (?:the )?(?:background|decision|minutes|agenda|reasons)(?: to| for)? item \d+\.?|share this page"
    r"|\(?opens in (?:a )?new (?:window|tab)\)?|pdf icon|listen|subscribe|close)[.!]?",
    re.IGNORECASE,
)


class _Walk:
    """Walks a page's elements; text between blocks is gathered into paragraphs."""

    def __init__(self, content: Flow, *, depth: int = 0) -> None:
        self._content = content
        self._inline = _Inline()
        self._depth = depth
        self._label = ""
        self._level = 0
        self._attached = False

    def blocks(self, root: etree._Element) -> None:
        self._walk(root, strong=False, pre=False)
        self._close()

    def _walk(self, element: etree._Element, *, strong: bool, pre: bool) -> None:
        self._inline.add(element.text or "", strong, pre)
        for child in element:
            self._element(child, strong, pre)
            self._inline.add(child.tail or "", strong, pre)

    def _element(self, element: etree._Element, strong: bool, pre: bool) -> None:
        tag = element.tag
        if not isinstance(tag, str):
            return
        if tag == "br":
            self._inline.add("\n", strong, pre=True)
        elif tag == "img" or tag == "title" or tag == "head":
            return
        elif tag == "table":
            self._close()
            self._content.append(_table(element, self._depth))
        elif tag in ("ul", "ol"):
            self._close()
            if not self._attachments(element):
                self._list(element)
        elif tag in _BLOCKS or self._is_block(element):
            self._block(element, strong, pre)
        else:
            self._walk(element, strong=_strength(element, strong), pre=pre)

    def _block(self, element: etree._Element, strong: bool, pre: bool) -> None:
        self._close()
        level = self._level
        self._level = _HEADINGS.get(str(element.tag), 0) or _title_level(element) or level
        self._walk(element, strong=_strength(element, strong), pre=pre or element.tag == "pre")
        self._close()
        self._level = level

    @staticmethod
    def _is_block(element: etree._Element) -> bool:
        return "display:block" in element.get("style", "").replace(" ", "")

    def _list(self, element: etree._Element) -> None:
        form = _list_form(element)
        count = int(start) - 1 if (start := element.get("start", "")).lstrip("-").isdigit() else 0
        self._depth += 1
        for item in element:
            if item.tag != "li":
                self._element(item, strong=False, pre=False)
                continue
            if (value := item.get("value", "")).isdigit():
                count = int(value) - 1
            count += 1
            number = numeral(count, form)
            self._label = "•" if form == "•" else f"{number}." if number else ""
            self._walk(item, strong=_strength(item, False), pre=False)
            self._close()
            self._label = ""
        self._depth -= 1

    def _attachments(self, element: etree._Element) -> bool:
        """Whether a list only links to the files behind an item."""
        items = [item for item in element if item.tag == "li"]
        links = [item for item in items if any("document" in (a.get("href") or "").casefold() for a in item.iter("a"))]
        titled = self._attached or "mgBulletList" in element.get("class", "").split()
        return titled and 0 < len(items) == len(links)

    def _close(self) -> None:
        printed, lead = self._inline.take()
        text = _FILE_SIZE.sub(" ", printed)
        words = " ".join(text.split())
        if not words or _CONTROLS.fullmatch(words):
            return
        # Names of attached files, after their title or in its line.
        title = _ATTACHMENTS.match(words)
        self._attached = bool(title and (title[0] == words or text != printed)) or (self._attached and text != printed)
        if self._attached:
            return
        lead = len(text) if lead is None else min(lead, len(text))
        self._content.append(Paragraph(text, lead=lead, level=self._level, label=self._label, depth=self._depth))
        self._label = ""


@dataclass(slots=True)
class _Inline:
    _text: list[str] = field(default_factory=list)
    _length: int = 0
    _lead: int | None = None

    def add(self, text: str, strong: bool, pre: bool) -> None:
        if not pre:
            text = _SOURCE_SPACE.sub(" ", text)
            if not self._length:
                text = text.lstrip(" ")
        if not strong and self._lead is None and text.strip():
            self._lead = self._length
        self._text.append(text)
        self._length += len(text)

    def take(self) -> tuple[str, int | None]:
        text, lead = "".join(self._text), self._lead
        self._text, self._length, self._lead = [], 0, None
        return text, lead


_SOURCE_SPACE = re.compile(r"[ \t\r\n\f]+")


def _strength(element: etree._Element, strong: bool) -> bool:
    style = element.get("style", "").replace(" ", "").casefold()
    if "font-weight:" in style:
        return bool(re.search(r"font-weight:(?:bold|[6-9]00)", style))
    return strong or element.tag in _STRONG or "mgLabel" in element.get("class", "").split()


def _title_level(element: etree._Element) -> int:
    return max((_TITLE_CLASSES.get(mark, 0) for mark in element.get("class", "").split()), default=0)


def _list_form(element: etree._Element) -> str:
    style = re.search(r"list-style(?:-type)?:\s*([a-z-]+)", element.get("style", ""))
    named = {"none": "", "lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "lower-roman": "i"}
    if style and style[1] in named:
        return named[style[1]]
    if element.tag == "ol":
        form = element.get("type", "1")
        return form if form in ("1", "a", "A", "i", "I") else "1"
    return "•"


def _table(element: etree._Element, depth: int) -> Table:
    marks = element.get("class", "").split()
    placing = element.get("role") in ("presentation", "none") or "mgItemTable" in marks
    rows: list[list[TableCell]] = []
    tall: dict[int, int] = {}
    for row, in_head in _rows(element):
        cells: list[TableCell] = []
        column = 0
        source = [cell for cell in row if cell.tag in ("td", "th")]
        if placing and _all_heads(source):
            continue
        for cell in source:
            while tall.get(column, 0):
                # A cell from a row above reaches down here: its words count once, its place stays.
                tall[column] -= 1
                cells.append(TableCell())
                column += 1
            header = cell.tag == "th" and (in_head or _all_heads(source))
            made = TableCell(columns=_span(cell, "colspan"), header=header)
            _Walk(made.flow, depth=0).blocks(cell)
            cells.append(made)
            if (down := _span(cell, "rowspan")) > 1:
                tall.update(dict.fromkeys(range(column, column + made.columns), down - 1))
            column += made.columns
        rows.append(cells)
    return Table(rows, places=placing)


def _all_heads(cells: list[etree._Element]) -> bool:
    return len(cells) > 1 and all(cell.tag == "th" for cell in cells)


def _rows(element: etree._Element) -> Iterator[tuple[etree._Element, bool]]:
    for child in element:
        if child.tag == "tr":
            yield child, element.tag == "thead"
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from _rows(child)


def _span(cell: etree._Element, name: str) -> int:
    value = cell.get(name, "1").strip()
    return min(max(int(value), 1), 64) if value.isdigit() else 1
