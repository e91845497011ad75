"""What formats without pages have in common: a flow of paragraphs and tables -> blocks in reading order.

Hides how people lay papers out with a word processor: headings that are only bold or numbered, headings that run into
their paragraph, minutes kept in the cells of a table, owners in an Action column, tables of data. Each reader (DOCX,
HTML, ODT, text) tells its paper as `Paragraph`s and `Table`s and hands them to `write`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from pipeline.ingest.reading import CellText, Piece, TextBuilder, clean
from pipeline.records import BlockKind, Span


@dataclass(slots=True)
class Paragraph:
    """A paragraph as its format tells it: tabs and line breaks (a newline) still in the text.

    `label` is a number or bullet that the format prints though the text does not hold it. `depth` counts from 1 inside
    lists, `level` from 1 for what the format itself calls a heading.
    """

    text: str
    lead: int = 0
    """How many characters at the head are bold or underlined."""
    level: int = 0
    label: str = ""
    depth: int = 0
    page: int | None = None


@dataclass(slots=True)
class TableCell:
    """Empty is the covered part of a merged cell, too. `width` is in characters of a line, 0 where unknown."""

    flow: Flow = field(default_factory=list)
    columns: int = 1
    header: bool = False
    width: int = 0
    _words: int = -1

    @property
    def words(self) -> int:
        """How many words the cell holds."""
        if self._words < 0:
            self._words = 0
            for item in self.flow:
                if isinstance(item, Paragraph):
                    self._words += len(item.text.split())
                else:
                    self._words += sum(cell.words for row in item.rows for cell in row)
        return self._words


@dataclass(slots=True)
class Table:
    """`places` where the format says that the table only places text on the page."""

    rows: list[list[TableCell]]
    page: int | None = None
    places: bool = False


Flow = list[Paragraph | Table]


def write(flow: Flow, builder: TextBuilder) -> None:
    """Adds the flow's paragraphs and tables to the builder as blocks, in reading order."""
    run_ins = sum(1 for paragraph in _paragraphs(flow) if ":" in paragraph.text[:75] and _plain_run_in(paragraph.text))
    # One "Word: sentence" is a sentence; a paper that does it again and again has run-in headings.
    _Writer(builder, plain_run_ins=run_ins >= 3).flow(flow)


def is_page_number(text: str) -> bool:
    """Whether a line is only "Page 2 of 3", however it is set."""
    return len(text) < 40 and bool(_PAGE_NUMBER.fullmatch(text.strip()))


def numeral(count: int, form: str) -> str:
    """A list's number in one of the forms "1", "a", "A", "i", "I"; "" in any other, as where a list prints none."""
    if form == "1":
        return str(count)
    if form in ("i", "I"):
        text = ""
        for value, digits in _ROMAN:
            while count >= value:
                text, count = text + digits, count - value
        return text if form == "i" else text.upper()
    if form in ("a", "A") and count > 0:
        # After z comes aa, then bb.
        return chr(ord(form) + (count - 1) % 26) * ((count - 1) // 26 + 1)
    return ""


def bullet(character: str) -> str:
    """How a list's bullet reads: those of symbol fonts have codes of their own, and "o" is a ring in Courier New."""
    character = character.strip()
    if not character:
        return ""
    return "◦" if character == "o" else character if character in "-–—*◦▪●" else "•"


_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)

_BULLETS = "•·▪●◦‣∙○■□►➢➤❖✓✔⁃*"
# "3.", "3.1", "24/071", "(a)", "iv)", a bullet; a bare number only before a tab or a gap: "12 March" is a date.
_LABEL = re.compile(
    rf"(?:[{_BULLETS}]|[–—-](?=\s)|o(?=\t)|[§Øü](?=[\s\xa0]{{2}})"
    r"|[A-Z]{0,3}\d{2,4}/\d{3}(?=\s+[A-Z])|\d{1,3}/\d{2}(?=\s+[A-Z])"
    r"|\d{1,3}(?:\.\d{1,3})+[.)]?|\(?\d{1,3}[.)]|\d{1,3}(?=\t|\s{2,})"
    r"|\((?:[a-z]{1,2}|[ivxl]+|[A-Z])\)|(?:[a-z]|[ivxl]+)[.)]|[A-H][.)])(?=[\s\xa0])\s*",
)
_NUMBERED = re.compile(r"[(]?\d|[A-Z]{1,3}\d+/")

# Paragraphs that open with an outcome, an action or a speaker's part are the record itself, however bold.
_RECORD = re.compile(
    r"(?:it was |the )?(?:(?:un)?resol(?:ved|ution)|agreed|actions?\b|decisions?\b|decided|recommend(?:ed|ation)|noted"
    r"|approved|accepted|propos(?:ed|al|er)|second(?:ed|er)|carried|vote|voting|motion|amendment|response|reply|answer"
    r"|question|challenge|q\d*\b|a\d*\b(?=[:.])|that\b|cll?r\b|councill?or|mr\b|mrs\b|ms\b|dr\b)",
    re.IGNORECASE,
)
_RECORD_TITLE = re.compile(
    r"(?:actions?\s+(?:and|arising|from|items?|list|log|plan|points?|sheet|summary|table|tracker)\b|decisions\s+\w"
    r"|recommendations\s+\w|motions?\s+(?:on|from)\b|questions?\s+(?:from|by|to|on|time)\b|responses?\s+to\b"
    r"|proposals?\s+(?:for|to)\b)",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"(?:present|apolog|attend|in attendance|also present|absent|members|officers|observers|chair|clerk|venue|date|time"
    r"|location|place|held|minutes of|signed|quorum|opened|closed|next meeting|tel|phone|e-?mail|www|http|note\b|nb\b)",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"actions?|agenda(?: item)?|alternative options considered|any other business|apologies|attendees|background"
    r"|background papers|context|decisions?|discussion|introduction|item|matters arising|minutes|(?:officers )?present"
    r"|purpose(?: of report)?|reasons?(?: for (?:the )?(?:decision|recommendation)s?)?|recommendations?"
    r"|summary(?: of decisions?)?",
    re.IGNORECASE,
)
_STATUS = re.compile(
    r"(?:new|ongoing|completed?|done|carried forward|closed|open|outstanding|updated?|pending|overdue|tbc)\W*$",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[.;,?!][\"'’”)\]]*$")
_PAGE_NUMBER = re.compile(
    r"[-–—=|\s]*p\s?a\s?g\s?e\b[\s|:]*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?[-–—=|\s]*",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?A[IL]\d+>|<TRAILER_SECTION>|</?(?:AGENDA|LAYOUT|TITLE|SUBTITLE|COMMENT)_?(?:ITEM|SECTION)?\d*>")


@dataclass(slots=True)
class _Part:
    """A paragraph to be: the label is not in the text, both are clean."""

    text: str
    label: str
    depth: int
    level: int
    strong: bool
    page: int | None
    owner: str = ""
    """Initials that a tab pushes to the right edge, beside the text."""

    @property
    def printed(self) -> str:
        return f"{self.label} {self.text}" if self.label else self.text


class _Writer:
    def __init__(self, builder: TextBuilder, *, plain_run_ins: bool) -> None:
        self._builder = builder
        self._plain_run_ins = plain_run_ins
        self._tables = 0
        self._began = False
        self._number: tuple[int, ...] = ()
        """The number last printed at the head of a paragraph."""
        self._headed: set[str] = set()

    def flow(self, flow: Flow, label: str = "") -> list[Span]:
        """Writes a flow, its first paragraph under the label of a number cell; returns the blocks' spans."""
        spans: list[Span] = []
        run: list[Paragraph] = []
        for item in flow:
            if isinstance(item, Paragraph):
                if item.text:
                    run.append(item)
                continue
            spans += self._run(run, label)
            run, label = [], "" if run else label
            self._table(item)
        return spans + self._run(run, label)

    def _run(self, paragraphs: Sequence[Paragraph], label: str = "") -> list[Span]:
        """Writes paragraphs that follow each other without a table between them."""
        parts = [part for paragraph in paragraphs for part in self._parts(paragraph)]
        if label and parts:
            if parts[0].label:
                parts.insert(0, _Part(label, "", 0, 0, parts[0].strong, parts[0].page))
            else:
                parts[0].label = label
        spans: list[Span] = []
        for position, part in enumerate(parts):
            before = parts[position - 1] if position else None
            after = parts[position + 1] if position + 1 < len(parts) else None
            spans += self._part(part, before, after)
        return spans

    def _part(self, part: _Part, before: _Part | None, after: _Part | None) -> tuple[Span, ...]:
        if _heading(part, before, after):
            level = part.level or (1 if not self._began else 2 + self._outer(part.label))
            kind = BlockKind.HEADING
            self._headed.add(part.label.strip("(). "))
        elif part.label or part.depth:
            kind, level = BlockKind.LIST_ITEM, max(part.depth, 1)
        else:
            kind, level = BlockKind.PARAGRAPH, 0
        self._began = True
        spans = self._builder.add(kind, part.printed, page=part.page, label=part.label, level=level)
        if part.owner:
            self._margin(part.owner, spans)
        return spans

    def _outer(self, label: str) -> int:
        """How many headings printed so far a numbered one stands under: "3.1" under "3.", "19.09.01" under none."""
        number = label.strip("(). ").split(".")
        return sum(1 for count in range(1, len(number)) if ".".join(number[:count]) in self._headed)

    def _parts(self, paragraph: Paragraph) -> Iterator[_Part]:
        """A paragraph's lines, where its line breaks part them, each with its label and run-in heading taken off."""
        label, lead = paragraph.label, paragraph.lead
        for line in _lines(paragraph.text):
            bold, lead = min(lead, len(line)), max(0, lead - len(line) - 1)
            text = (_TAG.sub("", line) if "<" in line else line).lstrip()
            if not text or is_page_number(text):
                continue
            bold = max(0, bold - (len(line) - len(text)))
            for stretch in _stretches(text, label, self._number):
                # Nearly all paragraphs open with a word, and a word is no label.
                found = None if stretch[:1].isupper() and stretch[1:2].islower() else _LABEL.match(stretch)
                if found and label in ("", "•"):
                    label = _tidy_label(found[0])
                    stretch, bold = stretch[found.end() :], max(0, bold - found.end())
                if label:
                    self._number = _number(label) or self._number
                if stretch[1:2] == " ":
                    # Letter-spaced words must close up before they are looked at.
                    stretch, bold = (shut := clean(stretch)), min(bold, len(shut))
                part = _Part(
                    stretch.strip(), label, paragraph.depth, paragraph.level, _is_strong(stretch, bold), paragraph.page
                )
                if "\t" in part.text and (owner := _TABBED_OWNER.search(part.text[-40:])):
                    said = stretch[: stretch.rindex(owner[0])]
                    if _is_said(said):
                        stretch, part = said, replace(part, text=said.strip(), owner=owner[1])
                cut = 0 if part.level or part.strong else self._run_in(stretch, bold, label, paragraph.depth)
                if cut:
                    yield replace(part, text=stretch[:cut].strip(), strong=True, owner="")
                    inner = _LABEL.match(stretch, cut)
                    mark = _tidy_label(inner[0]) if inner else ""
                    rest = stretch[inner.end() if inner else cut :].strip()
                    yield replace(part, text=rest, label=mark, depth=0)
                elif part.text:
                    yield part
                label, bold = "", 0

    def _run_in(self, text: str, bold: int, label: str, depth: int) -> int:
        """Where a heading that runs into its paragraph ends: 0 where there is none."""
        numbered = bool(_NUMBERED.match(label))
        title = clean(text[:bold])
        rest = text[bold:].lstrip()
        if title and rest and len(title.split()) <= 15 and not _RECORD.match(title) and not _STATUS.match(title):
            ended = title[-1] in ":.–—-" or rest[0] in ":–—-"
            named = numbered or not _FIELD.match(title)
            if (ended and named) or (numbered and rest[0].isupper()):
                return bold + (len(text) - bold - len(rest) + 1 if rest[0] in ":–—" else 0)
        if numbered:
            capitals = _CAPITALS.match(text)
            # One short word of capitals is rather an acronym ("3. CPB planner in place").
            if capitals and not _RECORD.match(capitals[0]) and sum(map(str.isupper, capitals[0])) >= 6:
                return capitals.end()
        if self._plain_run_ins or (numbered and depth <= 1):
            return _plain_run_in(text)
        return 0

    def _table(self, table: Table) -> None:
        rows = [row for row in table.rows if any(cell.words for cell in row)]
        if not rows:
            return
        shape = _Shape.of(rows)
        self._tables += 1
        for position, row in enumerate(rows):
            head = position == shape.head or _same_words(row, shape.heads)
            if (table.places or shape.layout) and not head:
                self._layout_row(row, shape)
            else:
                self._data_row(row, shape, self._tables, table.page, head=head)

    def _data_row(self, row: list[TableCell], shape: _Shape, number: int, page: int | None, *, head: bool) -> None:
        filled = [cell for cell in row if cell.words]
        if len(filled) == 1 and filled[0].columns >= shape.columns > 1:
            # One cell across the whole table is a title for the rows below.
            self.flow(filled[0].flow)
            return
        cells: list[CellText] = []
        column = 0
        for cell in row:
            pieces = [Piece(text, join="\n") for text in _cell_lines(cell.flow)]
            header = " ".join(piece.text for piece in pieces) if head else shape.heads.get(column, "")
            cells.append(CellText(header, pieces))
            column += cell.columns
        self._began = True
        self._builder.row(cells, table=number, page=page)

    def _layout_row(self, row: list[TableCell], shape: _Shape) -> None:
        """A row of a table that only places text: a number, the text, and perhaps who is to act, side by side."""
        main: TableCell | None = None
        margins: list[TableCell] = []
        before: list[TableCell] = []
        after: list[TableCell] = []
        column = 0
        for cell in row:
            if cell.words:
                if column <= shape.main < column + cell.columns:
                    main = cell
                elif column in shape.margins or (main is not None and _is_margin(cell.flow)):
                    margins.append(cell)
                else:
                    (before if main is None else after).append(cell)
            column += cell.columns
        if main is not None and main.words <= 12 and len(before) == 1 and not (margins or after):
            name = before[0]
            if name.words <= 6 and not _NUMBERED.match(" ".join(_cell_lines(name.flow))):
                # "Date | 12 May": a line of a form.
                self._data_row(row, shape, self._tables, None, head=False)
                return
        label = ""
        for cell in before:
            numbers = _cell_lines(cell.flow)
            if main is not None and all(len(words) <= 12 and _NUMBERED.match(words) for words in numbers):
                label = _number_paragraphs(main.flow, cell, main.width or 70)
            else:
                self.flow(cell.flow)
        if main is not None and margins:
            self._beside(main, margins, label)
        elif main is not None:
            self.flow(main.flow, label)
        for cell in after if main is not None else margins:
            self.flow(cell.flow)

    def _beside(self, main: TableCell, margins: list[TableCell], label: str) -> None:
        """Writes a cell's paragraphs, each followed by the words of the Action cell that stand beside it."""
        if any(isinstance(item, Table) for item in main.flow):
            spans = self.flow(main.flow, label)
            for cell in margins:
                self._margin(" ".join(_cell_lines(cell.flow)), spans[-1:] or [])
            return
        paragraphs = [item for item in main.flow if isinstance(item, Paragraph)]
        beside: dict[int, list[str]] = {}
        for cell in margins:
            for position, words in _align(paragraphs, cell, main.width or 70):
                beside.setdefault(position, []).append(words)
        # A run without an Action beside it is written as one, so that a title knows what follows it.
        run: list[Paragraph] = []
        for position, paragraph in enumerate(paragraphs):
            run.append(paragraph)
            if position in beside:
                spans = self._run(run, label)
                label, run = "", []
                for words in beside[position]:
                    self._margin(words, spans[-1:])
        self._run(run, label)

    def _margin(self, words: str, spans: Sequence[Span]) -> None:
        self._began = True
        self._builder.add(BlockKind.MARGIN, words, beside=spans[-1] if spans else None)


def _lines(text: str) -> Iterator[str]:
    """Parts a paragraph at the line breaks that end something; mends those that only wrap a sentence."""
    if "\n" not in text:
        yield text
        return
    held = ""
    for line in text.split("\n"):
        if held.strip() and line.strip() and _wraps(held, line):
            # The widths must add up, since the bold lead is counted in characters of the whole.
            held = f"{held} {line}"
            continue
        if held:
            yield held
        held = line
    if held:
        yield held


def _wraps(line: str, following: str) -> bool:
    """Whether a line break stands inside a sentence."""
    first = following.lstrip()
    if _LABEL.match(first):
        return False
    return first[0].islower() or line.rstrip()[-1] in ",-–&(/" or first[0] in ".,;:)"


_COUNTED = re.compile(r"(?<=\s)(?:(\d{1,3})\.(?=\s+[A-Z]{2,})|(\d{1,3}(?:\.\d{1,3}){1,2})(?=\s+[A-Z\d‘“]))")


def _stretches(text: str, label: str, last: tuple[int, ...]) -> Iterator[str]:
    """Parts a paragraph whose line breaks were lost where its numbers count on: "6. 6.1 ... 6.1.1 ... 7. ...".

    A number counts on where it follows, or goes one level below, the last one printed; to follow it must stand after
    the end of a sentence.
    """
    if "." not in text or not (label or last or text[0].isdigit()):
        yield text
        return
    own = _number(label) or _number(text[:12])
    last, start = own or last, 0
    for found in _COUNTED.finditer(text):
        number = tuple(map(int, (found[1] or found[2]).split(".")))
        below = bool(own) and number == (*last, 1)
        after = text[: found.start()].rstrip()[-1:] in ".;:?!)" and number in _followers(last)
        if found.start() > 0 and (below or (after and (own or found[1]))):
            yield text[start : found.start()].rstrip()
            start, last, own = found.start(), number, number
    yield text[start:]


def _number(label: str) -> tuple[int, ...]:
    found = re.match(r"\(?(\d{1,3}(?:\.\d{1,3})*)(?!\d*/)", label)
    return tuple(map(int, found[1].split("."))) if found else ()


def _followers(number: tuple[int, ...]) -> set[tuple[int, ...]]:
    return {(*number[:depth], number[depth] + 1) for depth in range(len(number))}


# "The Clerk would write to the bus company.<tab><tab>AB": an Action column made of tabs.
_TABBED_OWNER = re.compile(
    r"\t\s*((?:Action:?\s*)?(?:[A-Z]{2,4}(?:\s*[/,&+]\s*[A-Z]{2,4}){0,4}|ALL|All|Clerk|CLERK|Chair|CHAIR))\s*$"
)


def _is_said(text: str) -> bool:
    """Whether words are a sentence rather than the columns of a bill."""
    return sum(1 for word in text.split() if word[0].islower()) >= 3 and "£" not in text


def _is_strong(text: str, bold: int) -> bool:
    return bold > 0 and bold >= len(text.rstrip(" \t\xa0:.-–"))


def _tidy_label(label: str) -> str:
    label = clean(label)
    return "•" if label in _BULLETS or label in "§Øü" else "◦" if label == "o" else label


# "PUBLIC FORUM A member of the public ...": capitals, then a sentence that may begin with one capital letter.
_CAPITALS = re.compile(
    r"(?:[A-Z0-9&][A-Z0-9&'’/,–-]*[:.]?\s+|[&–-]\s+)*[A-Z][A-Z&'’/,–-]+[:.–-]?(?:\s*\([^()]{1,60}\))?"
    r"(?=\s+(?:[–-]\s+)?(?:[A-Z]?[a-z’]|[A-Z]\s|[ivxl]+\.\s|\d+\.\d))\s+(?:[–-]\s+)?"
)
_RUN_IN = re.compile(r"([A-Z][^\s.:;?!]*(?:\s[^\s.:;?!]+){0,8})\s?:\s+(?=[A-Z\d‘“])")
_VERBAL = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|will|would|should|that|said|asked|noted|agreed|following|includ\w+|as"
    r"|advised|reported|thanked|who|which|he|she|they|it|per|re)\b",
    re.IGNORECASE,
)


def _plain_run_in(text: str) -> int:
    """Where "Highways, traffic and parking: The Clerk ..." has its heading end: 0 where it is no such paragraph."""
    found = _RUN_IN.match(text)
    if not found or len(text) - found.end() < 60 or len(found[1]) > 70:
        return 0
    if any(pattern.match(found[1]) for pattern in (_RECORD, _FIELD, _STATUS)) or _VERBAL.search(found[1]):
        return 0
    return found.end()


def _heading(part: _Part, before: _Part | None, after: _Part | None) -> bool:
    text = part.text
    count = len(text.split())
    if part.level:
        return count <= 30 and not _LINE_OF_FORM.search(text)
    if not re.search(r"[^\W\d_]", text):
        return False
    if part.label and not any(map(str.isalnum, part.label)):
        return False
    section = _SECTION.fullmatch(text.rstrip(" :.-–"))
    if section and (not part.label or _NUMBERED.match(part.label)):
        return True
    if (_RECORD.match(text) and not _RECORD_TITLE.match(text)) or count > 15 or len(text) > 150:
        return False
    if part.strong:
        return not _ENDED.search(text) or (count <= 10 and text.endswith("."))
    if _ENDED.search(text) and not (text.isupper() and text.endswith(".")):
        return False
    if text.isupper() and count <= 12 and len(text) >= 4:
        return not _LINE_OF_FORM.search(text)
    if not _NUMBERED.match(part.label) or count > 12 or part.depth > 1 or (count > 5 and text.endswith(":")):
        return False
    # "4. Correspondence" above its text is a title; one of several numbered lines in a row is an item of a list.
    neighbours = [other for other in (before, after) if other is not None and other.depth == part.depth]
    return not any(len(other.text.split()) <= 40 and _alike(part.label, other.label) for other in neighbours)


_LINE_OF_FORM = re.compile(r"_{3,}|\.{4,}|£\s?\d")


def _alike(label: str, other: str) -> bool:
    return label.rstrip(".").count(".") == other.rstrip(".").count(".") and bool(_NUMBERED.match(other))


def _paragraphs(flow: Flow) -> Iterator[Paragraph]:
    for item in flow:
        if isinstance(item, Paragraph):
            yield item
        else:
            for row in item.rows:
                for cell in row:
                    yield from _paragraphs(cell.flow)


def _cell_lines(flow: Flow) -> list[str]:
    lines = []
    for paragraph in _paragraphs(flow):
        text = paragraph.text.strip()
        if text and (text := _TAG.sub("", text) if "<" in text else text):
            lines.append(f"{paragraph.label} {text}" if paragraph.label else text)
    return lines


def _same_words(row: list[TableCell], heads: dict[int, str]) -> bool:
    """Whether a row repeats the table's heading, as tables that run over a page do."""
    column = 0
    for cell in row:
        if " ".join(_cell_lines(cell.flow)) != heads.get(column, ""):
            return False
        column += cell.columns
    return bool(heads)


_HEAD = re.compile(
    r"(?:action|actions|agenda|agreed|amount|apolog\w+|attendees|by|comments?|completed|cost|councillors?|date|deadline"
    r"|decisions?|description|details?|discussion|due|initials|issue|item|items|lead|minutes?|name|no|notes?|number"
    r"|officers?|organisation|outcome|owner|payee|person|points|present|priority|progress|rag|reason|ref|reference"
    r"|report|responsib\w+|responsible|role|status|subject|summary|target|task|timescale|title|topic|update|value|when"
    r"|who|whom)\b",
    re.IGNORECASE,
)
_DATA_HEAD = re.compile(
    r"(?:date|deadline|due|by when|when|status|update|progress|target|timescale|complete|rag|response|ref|reference"
    r"|cost|amount|value|payee|rating|vote|for\b|against)",
    re.IGNORECASE,
)
_ACTION_HEAD = re.compile(
    r"(?:agreed |outstanding |key )?(?:actions?|challenges?|objectives?|priorit(?:y|ies)|questions?|recommendations?"
    r"|risks?|tasks?)\b",
    re.IGNORECASE,
)
"""What a column of data is headed, however long its cells are."""
_MARGIN_HEAD = re.compile(
    r"(?:for )?actions?(?: ?/ ?owner| by| for| required| points?| on| who)?|by whom|who|owner|lead(?: officer)?"
    r"|responsib\w+|person responsible|initials|by",
    re.IGNORECASE,
)


def _is_margin(flow: Flow) -> bool:
    lines = _cell_lines(flow)
    return bool(lines) and all(len(line.split()) <= 12 for line in lines)


@dataclass(slots=True)
class _Shape:
    """What a table is for: rows of data, with the headings of their columns, or only the placing of text."""

    columns: int
    head: int = -1
    """Which row holds the headings; -1 where none does."""
    heads: dict[int, str] = field(default_factory=dict)
    layout: bool = False
    main: int = 0
    margins: frozenset[int] = frozenset()

    @staticmethod
    def of(rows: list[list[TableCell]]) -> _Shape:
        shape = _Shape(max(sum(cell.columns for cell in row) for row in rows))
        if shape.columns == 1 or all(sum(1 for cell in row if cell.words) <= 1 for row in rows):
            shape.layout, shape.main = True, 0
            counts = _column_words(rows)
            if counts:
                shape.main = max(counts, key=lambda column: sum(counts[column]))
            return shape
        shape._find_heads(rows)
        body = [row for position, row in enumerate(rows) if position > shape.head]
        counts = _column_words(body)
        if not counts:
            return shape
        shape.main = max(counts, key=lambda column: sum(counts[column]))
        shape.margins = frozenset(
            column
            for column, head in shape.heads.items()
            if column > shape.main and _MARGIN_HEAD.fullmatch(head.strip(" :"))
        )
        data = _ACTION_HEAD.match(shape.heads.get(shape.main, "")) or any(
            _DATA_HEAD.match(head) for column, head in shape.heads.items() if column != shape.main
        )
        shape.layout = not data and _is_prose(body, shape) and not _two_prose_columns(counts, shape)
        return shape

    def _find_heads(self, rows: list[list[TableCell]]) -> None:
        for position, row in enumerate(rows[:3]):
            cells = [cell for cell in row if cell.words]
            if len(cells) < 2:
                continue
            texts = [" ".join(_cell_lines(cell.flow)) for cell in cells]
            short = all(len(text.split()) <= 6 for text in texts)
            marked = all(cell.header for cell in cells) or all(_all_strong(cell.flow) for cell in cells)
            below = rows[position + 1 :]
            contrast = any(not all(_all_strong(cell.flow) for cell in other if cell.words) for other in below)
            named = sum(1 for text in texts if _HEAD.match(text)) * 2 > len(texts)
            if short and below and ((marked and contrast) or named):
                self.head = position
                column = 0
                for cell in row:
                    self.heads[column] = " ".join(_cell_lines(cell.flow))
                    column += cell.columns
            return


def _all_strong(flow: Flow) -> bool:
    return all(_is_strong(p.text.strip(), p.lead) for p in _paragraphs(flow) if p.text.strip())


def _column_words(rows: list[list[TableCell]]) -> dict[int, list[int]]:
    """How many words each cell holds, by column; cells that span columns apart."""
    counts: dict[int, list[int]] = {}
    for row in rows:
        column = 0
        for cell in row:
            if cell.columns == 1 or len(row) == 1:
                counts.setdefault(column, []).append(cell.words)
            column += cell.columns
    return counts


def _is_prose(rows: list[list[TableCell]], shape: _Shape) -> bool:
    """Whether the main column holds running text: cells of many paragraphs or words, or sentences beside numbers."""
    long = sentences = 0
    for row in rows:
        column = 0
        for cell in row:
            if column == shape.main:
                lengths = [len(p.text.split()) for p in _paragraphs(cell.flow) if p.text.strip()]
                words = sum(lengths)
                long += words >= 60 or (len(lengths) >= 2 and words >= 25)
                sentences += words >= 12 and _cell_lines(cell.flow)[-1].endswith(".")
            column += cell.columns
    numbered = shape.main > 0 and 2 * sum(1 for row in rows if _opens_with_number(row)) > len(rows)
    return (long >= 1 and long * 5 >= len(rows)) or (sentences * 2 > len(rows) and (numbered or bool(shape.margins)))


def _opens_with_number(row: list[TableCell]) -> bool:
    words = " ".join(_cell_lines(row[0].flow))
    return len(words) <= 12 and bool(_NUMBERED.match(words))


def _two_prose_columns(counts: dict[int, list[int]], shape: _Shape) -> bool:
    """Whether a second column, Action apart, holds nearly as much text: then the rows belong together as rows."""
    main = sum(counts[shape.main])
    return any(
        sum(words) * 3 > main
        for column, words in counts.items()
        if column != shape.main and column not in shape.margins
    )


def _number_paragraphs(content: Flow, cell: TableCell, width: int) -> str:
    """Sets the numbers of a number cell before the paragraphs beside them; returns the first, which heads the cell."""
    numbers = [_tidy_label(line) for line in _cell_lines(cell.flow)]
    paragraphs = [item for item in content if isinstance(item, Paragraph)]
    filled = [position for position, paragraph in enumerate(paragraphs) if paragraph.text.strip()]
    if len(numbers) < 2 or not filled:
        return " ".join(numbers)
    at = [0] * len(numbers)
    if len(numbers) == len(filled):
        at = filled
    else:
        starts = _line_starts(paragraphs, width)
        lines = [line for line, item in enumerate(_paragraphs(cell.flow)) if item.text.strip()]
        at = [max((p for p in filled if starts[p] <= line), default=filled[0]) for line in lines[: len(numbers)]]
    for position, number in zip(at, numbers, strict=False):
        paragraph = paragraphs[position]
        paragraph.label = f"{paragraph.label} {number}".strip()
    return ""


def _line_starts(paragraphs: Sequence[Paragraph], width: int) -> list[int]:
    """On which line of its cell each paragraph starts."""
    starts: list[int] = []
    line = 0
    for paragraph in paragraphs:
        starts.append(line)
        line += max(1, sum(-(-max(1, len(part)) // width) for part in paragraph.text.split("\n")))
    return starts


def _align(paragraphs: Sequence[Paragraph], cell: TableCell, width: int) -> Iterator[tuple[int, str]]:
    """Which paragraph each stretch of an Action cell stands beside: (position, words).

    Who types minutes into cells pushes an owner down with empty paragraphs until it stands beside its text. So lines
    are counted in both cells. Without empty paragraphs the owner stands at the end of the text, where the action is.
    """
    filled = [position for position, paragraph in enumerate(paragraphs) if paragraph.text.strip()]
    groups: list[tuple[int, list[str]]] = []
    line, gap = 0, True
    for paragraph in _paragraphs(cell.flow):
        for words in paragraph.text.split("\n"):
            words = clean(words)
            if words:
                if gap:
                    groups.append((line, []))
                groups[-1][1].append(words)
            gap = not words
            line += max(1, -(-len(words) // max(8, cell.width or 12)))
    if len(groups) == 1 and len(groups[0][1]) == len(filled) > 1 and groups[0][0] == 0:
        # As many owners as paragraphs: one each.
        groups = [(0, [words]) for words in groups[0][1]]
    if len(groups) == len(filled):
        yield from ((position, "\n".join(words)) for position, (_, words) in zip(filled, groups, strict=True))
        return
    starts = _line_starts(paragraphs, width)
    for at, lines in groups:
        position = filled[-1]
        if at > 0 or len(groups) > 1:
            position = max((p for p in filled if starts[p] <= at), default=filled[0])
        yield position, "\n".join(lines)
