"""Plain text and Markdown -> a reading.

Hides hard-wrapped lines, bullets that stand alone on a line, page breaks with their running heads, and the marks of
Markdown, which papers converted from PDF or web pages carry whatever their name ends in.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Sequence

from charset_normalizer import from_bytes

from pipeline.ingest import flow
from pipeline.ingest.flow import Flow, Paragraph, Table, TableCell
from pipeline.ingest.reading import Reading, TextBuilder
from pipeline.records import PaperError


def read(data: bytes, name: str) -> Reading:
    """Reads plain text or Markdown. Raises PaperError where the bytes hold no text."""
    return read_text(decode(data, name), name)


def read_text(text: str, name: str) -> Reading:
    """Reads text that is decoded already (other formats come down to it)."""
    pages = _pages(text)
    content: Flow = []
    for number, page in enumerate(pages, start=1):
        content += _Page(page, number if len(pages) > 1 else None).flow()
    builder = TextBuilder()
    flow.write(content, builder)
    reading = builder.build(pages=len(pages) if len(pages) > 1 else None)
    if not reading.blocks:
        raise PaperError(f"{name}: holds no text; check that the right file was saved.", code="empty")
    return reading


_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def decode(data: bytes, name: str, declared: str | None = None) -> str:
    """Text of the bytes: by their mark, by the charset declared, as UTF-8, or by a guess."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    # Pages that declare Latin-1 mean Windows-1252, as every browser reads it.
    meant = "cp1252" if declared and declared.casefold() in ("iso-8859-1", "latin-1", "us-ascii", "ascii") else declared
    for encoding in filter(None, ("utf-8", meant)):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    if data.count(0) * 10 > len(data):
        raise PaperError(f"{name}: is not text but binary data; save it as PDF or DOCX and try again.", code="not-text")
    best = from_bytes(data[:200_000], cp_isolation=["cp1252", "utf_16_le", "utf_16_be", "mac_roman", "cp1250"]).best()
    return data.decode(best.encoding if best else "cp1252", errors="replace")


def _pages(text: str) -> list[list[str]]:
    """Lines of each page, without the heads and feet that pages repeat; one page where there are no page breaks."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    pages = [page.split("\n") for page in text.strip("\f\n ").split("\f")]
    if len(pages) < 3:
        return pages
    edges = Counter(key for page in pages for key in {_furniture_key(line) for line in _edges(page)} if key)
    repeated = {key for key, count in edges.items() if count >= max(3, len(pages) // 2)}
    return [_without_furniture(page, repeated) for page in pages]


def _edges(page: Sequence[str]) -> list[str]:
    lines = [line for line in page if line.strip()]
    return lines[:2] + lines[-2:]


def _without_furniture(page: list[str], repeated: set[str]) -> list[str]:
    edges = set(_edges(page))
    return [line for line in page if line not in edges or _furniture_key(line) not in repeated]


def _furniture_key(line: str) -> str:
    return re.sub(r"\d+", "#", " ".join(line.split()))


_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_QUOTED = re.compile(r"^\s*(?:>\s?)+")
_RULE = re.compile(r"(?:[-*_=]\s*){3,}$")
_PIPE_RULE = re.compile(r"\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?$")
_ATTRIBUTES = re.compile(r"\{[.#:][^{}]*\}$")
_ITEM = re.compile(
    r"(?P<indent>\s*)(?P<label>[•·▪●◦‣∙○■□*+-]|\(?\d{1,3}(?:\\?[.)])|\d{1,3}(?:\.\d{1,3})+\.?"
    r"|\((?:[a-zA-Z]|[ivxl]{1,5})\)|(?:[a-z]|[ivxl]{2,5})[.)])(?:\s+|$)(?P<text>.*)"
)
_FENCE = re.compile(r"\s*(?:```|~~~)")
FRONT_TITLE = re.compile(r"^title:\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)
"""The title among the settings that open a page of a static site."""
_OPEN = re.compile(
    r"(?:[,(&/–-]|\b(?:the|a|an|of|and|or|to|in|for|by|at|on|with|from|that|as|is|are|be|was|were|would))$"
)
"""The end of a line whose sentence goes on."""
_LONG = 120
"""A line longer than this was not wrapped by hand or by a mailer."""


_SECTIONS = re.compile(r"(?:minutes|decisions?|resolved|agreed|apologies|present|actions?|agenda|noted)", re.IGNORECASE)


class _Page:
    def __init__(self, lines: list[str], number: int | None) -> None:
        self._lines = [_QUOTED.sub("", line).rstrip() for line in lines if not flow.is_page_number(line)]
        self._number = number
        lengths = sorted(len(line) for line in self._lines if 30 <= len(line) <= _LONG)
        self._width = lengths[len(lengths) * 9 // 10] if lengths else 80
        filled = sum(1 for line in self._lines if line.strip())
        gaps = sum(1 for line in self._lines if not line.strip())
        # Where many lines are longer than anybody wraps them, a line break ends a paragraph.
        long = sum(1 for line in self._lines if len(line) > _LONG)
        self._wrapped = long < 3 or long * 8 < filled
        # Where blank lines part the paragraphs, a full stop at a line's end ends no paragraph.
        self._parted = gaps * 6 >= filled

    def flow(self) -> Flow:
        content: Flow = []
        held: list[str] = []
        depths = _Depths()

        def close() -> None:
            if held:
                self._close(held, content, depths)
                held.clear()

        lines = iter(self._front_matter(content))
        rows: list[str] = []
        for line in lines:
            if rows and line.strip() and "|" not in line:
                close_rows(rows, content, self._number)
            if not line.strip() or _RULE.fullmatch(line.strip()) or _ATTRIBUTES.fullmatch(line.strip()):
                if not (held and held[-1:] and _bare_label(held[-1])):
                    close()
                continue
            if _FENCE.match(line):
                continue
            if line.lstrip().startswith("|") or (rows and "|" in line) or line.count(" | ") >= 2:
                close()
                if len(rows) > 2 and _PIPE_RULE.fullmatch(line.strip()):
                    # The row above this line heads a table of its own.
                    head = rows.pop()
                    close_rows(rows, content, self._number)
                    rows.append(head)
                rows.append(line)
                continue
            if _PIPE_RULE.fullmatch(line.strip()) and "|" in line and held:
                rows += [held.pop(), line]
                close()
                continue
            if held and not self._continues(held, line):
                close()
            held.append(line)
        if rows:
            close_rows(rows, content, self._number)
        close()
        return content

    def _front_matter(self, content: Flow) -> list[str]:
        """Leaves out the block of settings at the head of a web page's source; its title is kept."""
        lines = self._lines
        first = next((i for i, line in enumerate(lines) if line.strip()), 0)
        if not lines or lines[first].strip() != "---":
            return lines
        end = next((i for i, line in enumerate(lines[first + 1 :], first + 1) if line.strip() == "---"), None)
        if end is None or not all(re.match(r"\s*(?:[\w-]+:|- |#|$)", line) for line in lines[first + 1 : end]):
            return lines
        for line in lines[first + 1 : end]:
            title = FRONT_TITLE.match(line)
            if title:
                content.append(Paragraph(title[1], level=1, page=self._number))
        return lines[end + 1 :]

    def _continues(self, held: Sequence[str], line: str) -> bool:
        """Whether a line goes on with the paragraph of the lines before it."""
        before = held[-1].rstrip()
        text = line.strip()
        if _HEADING.match(text) or _HEADING.match(before):
            return False
        if _bare_label(before):
            return True
        if _starts_item(line):
            return False
        if before.lstrip().startswith("**") and before.endswith("**"):
            return False
        short = len(before) + 1 + len(text.split(" ", 1)[0]) <= self._width * 0.9
        if re.search(r"[.;:?!][\"'’”)*_]*$", before):
            return self._parted and not short and len(before) <= _LONG and not before.endswith(":")
        if text[0].islower() or _OPEN.search(before):
            return True
        if not short and len(before) <= _LONG and self._wrapped:
            return True
        if not self._parted and " " not in before.strip() and len(text) > 40 and before.strip().isalpha():
            # Text saved from a web page breaks where its source did, even after one word.
            return not _SECTIONS.fullmatch(before.strip())
        # "Siobhan / Davies": a name that a line break cuts, where the first line cannot be a title of its own.
        last = re.split(r"\s", before)[-1]
        named = last[:1].isupper() and text[0].isupper()
        return self._wrapped and named and len(before) > 45 and not text.isupper() and not before.isupper()

    def _close(self, held: Sequence[str], content: Flow, depths: _Depths) -> None:
        heading = _HEADING.match(held[0].strip())
        if heading:
            text, _ = inline(heading[2])
            content.append(Paragraph(text, level=len(heading[1]), page=self._number))
            depths.clear()
            return
        found = _ITEM.match(held[0])
        label, depth = "", 0
        lines = list(held)
        if found and (found["text"] or len(held) > 1):
            label = found["label"].replace("\\", "")
            depth = depths.of(len(found["indent"]))
            lines[0] = found["text"]
            if label in "*+-·":
                label = "•"
                # "- b. Our strategy states": a converter's dash before the printed label.
                inner = _ITEM.match(lines[0])
                if inner and inner["text"] and inner["label"] not in "*+-":
                    label, lines[0] = inner["label"].replace("\\", ""), inner["text"]
        elif not held[0][:1].isspace():
            depths.clear()
        text, lead = inline(" ".join(line.strip() for line in lines))
        if not re.search(r"\w", text):
            # A full stop that a page break cut from its sentence goes back to it.
            if text and content and isinstance(content[-1], Paragraph) and re.fullmatch(r"[.,;:)]+", text):
                content[-1].text += text
            return
        content.append(Paragraph(text, lead=lead, label=label, depth=depth, page=self._number))


class _Depths:
    """Nesting of list items by their indents."""

    def __init__(self) -> None:
        self._indents: list[int] = []

    def of(self, indent: int) -> int:
        while self._indents and self._indents[-1] > indent:
            self._indents.pop()
        if not self._indents or self._indents[-1] < indent:
            self._indents.append(indent)
        return len(self._indents)

    def clear(self) -> None:
        self._indents.clear()


def _bare_label(line: str) -> bool:
    return bool(re.fullmatch(r"\s*[•·▪●◦‣∙○■□o]\s*", line))


def _starts_item(line: str) -> bool:
    found = _ITEM.match(line)
    return bool(found) and not _bare_number_in_prose(found)


def _bare_number_in_prose(found: re.Match[str] | None) -> bool:
    """ "19. The" starts an item; a wrapped "(see paragraph / 3.2 above)" does not."""
    return bool(found and found["label"][-1].isdigit() and found["text"][:1].islower())


def close_rows(rows: list[str], content: Flow, page: int | None) -> None:
    """Turns the lines of a pipe table into a table; the line under the headings is none of its rows."""
    table: list[list[TableCell]] = []
    ruled = len(rows) > 1 and bool(_PIPE_RULE.fullmatch(rows[1].strip()))
    for position, row in enumerate(rows):
        if _PIPE_RULE.fullmatch(row.strip()):
            continue
        cells = re.split(r"(?<!\\)\|", row.strip().removeprefix("|").removesuffix("|"))
        table.append([_cell(cell, header=ruled and position == 0) for cell in cells])
    content.append(Table(table, page=page))
    rows.clear()


def _cell(source: str, *, header: bool) -> TableCell:
    paragraphs: Flow = []
    for part in re.split(r"<br\s*/?>", source):
        text, lead = inline(part.strip())
        if text:
            paragraphs.append(Paragraph(text, lead=lead))
    return TableCell(paragraphs, header=header)


_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)")
_IMAGE = re.compile(r"!\[[^\[\]]*\]\([^()]*\)")
_LATEX = re.compile(r"\$([^$]*\\[a-z]+[^$]*)\$")
_MARKUP = re.compile(r"</?(?:b|i|u|em|strong|sup|sub|span|br|p|div|a|font)\b[^<>]*>", re.IGNORECASE)
_EMPHASIS = re.compile(
    r"(?<![\w*])(\*{1,3})(?=[^\s*])([^*]+)(?<=[^\s*])\1(?![\w*])"
    r"|(?<![\w_])(_{1,3})(?=[^\s_])([^_]+)(?<=[^\s_])\3(?![\w_])"
)


def inline(source: str) -> tuple[str, int]:
    """A line's words without the marks of Markdown, and how many characters at its head were bold."""
    if not re.search(r"[\\*_\[<&$`]", source):
        return source, 0
    # Escaped marks are words: they wait in the private area until the marks are gone.
    text = _ESCAPE.sub(lambda match: chr(0xE000 + ord(match[1])), source)
    text = _LATEX.sub(lambda match: re.sub(r"\\[a-z]+|[{}]", "", match[1]).strip(), text)
    text = _IMAGE.sub("", text)
    text = _LINK.sub(r"\1", text)
    text = _MARKUP.sub("", text)
    text = text.replace("`", "")
    lead = 0
    bold = re.match(r"(?:\*\*|__)(?=\S)(.+?)(?<=\S)(?:\*\*|__)(?![\w*])", text.lstrip())
    if bold:
        lead = len(_EMPHASIS.sub(lambda match: match[2] or match[4], bold[1]))
        text = text.lstrip()
    for _ in range(2):
        text = _EMPHASIS.sub(lambda match: match[2] or match[4], text)
    # A mark left over after a number or at an end opens or closes nothing ("6** Effective governance").
    text = re.sub(r"\*\*", "", text)
    text = re.sub("[\ue000-\ue07f]", lambda match: chr(ord(match[0]) - 0xE000), text)
    return html.unescape(text), min(lead, len(text))
