"""Whose paper it is: the meeting's body and date, the kind of paper, who was there, the items of business.

Hides how councils head their papers: title lines, "at a meeting of the X held on", label tables, attendance lists in
columns, numbering schemes. Works on blocks alone, whatever the format. Hands over `Heading`. What a paper does not
print stays unknown: no body is guessed from the council's name, no date from the day of printing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dateutil.relativedelta import relativedelta

from pipeline.dates import parse_date, phrase, printed_dates
from pipeline.ingest.reading import Reading
from pipeline.records import AgendaItem, Attendee, Block, BlockKind, Meeting, PaperKind, Span


@dataclass(frozen=True, slots=True)
class Heading:
    """What a paper says about itself."""

    kind: PaperKind
    meeting: Meeting
    attendees: tuple[Attendee, ...]
    items: tuple[AgendaItem, ...]


def describe(reading: Reading, name: str) -> Heading:
    """Reads a paper's own heading, attendance list and numbering. `name` is a last resort for the date and the kind."""
    rows = [
        _Row(reading.text[block.span.start : block.span.end], block)
        for block in reading.blocks
        if block.kind is not BlockKind.MARGIN
    ]
    items = _items(reading, rows)
    head = _head(rows, items)
    kind = _kind(rows, head, name)
    date = _date(rows, head, name)
    body = _body(rows, head, kind, reading.furniture)
    dates, next_date = _meeting_dates(rows, date, body)
    off = _called_off(rows, date, body)
    cancelled = {old for old, _ in off if old}
    held = sorted({*dates, *(new for _, new in off if new)} - cancelled)
    for old, new in off:
        next_date = new if new and old in (None, next_date) else next_date
    if next_date in cancelled:
        next_date = next((day for day in held if date and day > date), None)
    meeting = Meeting(body, date, next_date, tuple(held), _draft(rows, head, name), tuple(sorted(cancelled)))
    return Heading(kind, meeting, _attendees(rows, head, items), items)


@dataclass(slots=True)
class _Row:
    """A block with its words."""

    text: str
    block: Block

    @property
    def listed(self) -> bool:
        """Whether it is an entry of a list, "A. The minutes of ...", and so no line of the heading."""
        return self.block.kind is BlockKind.LIST_ITEM or _LISTED.match(self.text) is not None

    def speaks_of(self, word: str) -> bool:
        """Whether a word in small letters stands in it somehow: ten times as fast as a pattern that ignores case."""
        return word in self.text.lower()

    def labelled(self) -> tuple[str, str]:
        """A label and its value: "Date: 5 May", or a row's first filled cell and the others; ("", text) without one."""
        if self.block.cells:
            base = self.block.span.start
            cells = [self.text[cell.span.start - base : cell.span.end - base].strip() for cell in self.block.cells]
            filled = [cell for cell in cells if cell]
            if len(filled) > 1 and len(filled[0]) <= 40:
                return filled[0].rstrip(" :"), " ".join(filled[1:])
            if len(filled) > 1:
                return "", " ".join(filled)
        lead = self.text[:60]
        match = _LABEL.match(self.text) if ":" in lead or "-" in lead or "–" in lead else None
        return (match["label"].strip(), match["value"].strip()) if match else ("", self.text)


def _head(rows: Sequence[_Row], items: Sequence[AgendaItem]) -> list[_Row]:
    """The rows above the first item of business; where the paper has no items, its first few."""
    first = items[0].span.start if items else None
    head = [row for row in rows if first is None or row.block.span.start < first]
    if not items or len(head) > 120:
        table = next(
            (n for n, row in enumerate(head) if len([c for c in row.block.cells if c.span.start < c.span.end]) > 2), 14
        )
        head = head[: min(table, 14)]
    if not head:
        head = list(rows[:3])
    return head


# --- date ----------------------------------------------------------------------------------------------------------


def _date(rows: Sequence[_Row], head: Sequence[_Row], name: str) -> dt.date | None:
    """The day of the meeting: labelled, told in the opening sentence or standing in the title; else the file name's."""
    named = _date_in_name(name)
    earlier = _earlier_meetings(rows)
    year = named.year if named else _year(rows, head, earlier)
    best: tuple[int, dt.date] | None = None
    for position, row in enumerate(head):
        found = _dates_with_weight(row, position, year)
        for weight, date in found:
            if best is None or weight > best[0]:
                best = (weight, date)
    if best and best[1] in earlier and named and named > best[1]:
        # A heading left over from the last paper: no meeting approves its own minutes.
        return named
    return best[1] if best else named


def _earlier_meetings(rows: Sequence[_Row]) -> list[dt.date]:
    """The dates of the meetings whose minutes the paper approves."""
    return [
        date
        for row in rows[:80]
        if row.speaks_of("minutes")
        for match in _MINUTES_OF.finditer(row.text)
        for _, date in printed_dates(row.text[match.end() : match.end() + 90])
    ]


def _year(rows: Sequence[_Row], head: Sequence[_Row], earlier: Sequence[dt.date]) -> int | None:
    """The year for a heading's day without one: the heading's own, the last minutes', or the paper's commonest."""
    years = [int(year) for row in head[:12] for year in re.findall(r"\b20\d\d\b", row.text)]
    years = years or [date.year for date in earlier]
    years = years or [date.year for row in rows for _, date in printed_dates(row.text)]
    return Counter(years).most_common(1)[0][0] if years else None


def _dates_with_weight(row: _Row, position: int, year: int | None) -> Iterator[tuple[int, dt.date]]:
    label, value = row.labelled()
    if _LOG_TITLE.search(row.text) and len(row.text) <= 100 and position < 5:
        date = parse_date(row.text, year)
        if date:
            yield 85, date
        return
    if _DATE_LABEL.fullmatch(label):
        date = parse_date(value, year)
        if date:
            yield 100, date
        return
    if _NEXT_MEETING.search(row.text) or _OTHER_DATE.match(row.text):
        return
    for span, date in printed_dates(row.text[:600], year):
        # A day without its year may be a month with one: "May 16" above "Wednesday 18th May 2016".
        short = 15 * (re.search(r"(?:19|20)\d\d", row.text[span.start : span.end]) is None)
        before, after = row.text[max(0, span.start - 200) : span.start], row.text[span.end :]
        if _OTHER_MEETING.search(before) or (row.listed and before.strip()):
            continue
        if _HELD.search(before):
            yield 90 - short, date
        elif _TO_LABEL.fullmatch(label):
            yield (95 if label.lower() == "meeting" else 60) - short, date
        elif len(row.text) <= 200 and (_MEETING_WORD.search(before) or _MEETING_WORD.search(after)):
            yield 80 - short - (position > 8) * 30, date
        elif not _BEYOND_DATE.sub("", before + after).strip(" .,-–|()") and position < 10:
            yield 70 - short, date
        elif position < 6 and len(before) <= 120 and _BODY_TITLE.fullmatch(_trimmed(before) or ""):
            yield 78 - short, date
        elif position < 6 and len(row.text) <= 160 and (len(before) <= 25 or row.text[span.start].isalpha()):
            yield 50, date  # a weekday before the day is how meetings are announced


def _date_in_name(name: str) -> dt.date | None:
    stem = re.sub(r"[_‐]", "-", name.rsplit(".", 1)[0])
    match = re.search(r"(?<!\d)((?:19|20)\d\d)-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?!\d)", stem)
    if match:
        try:
            return dt.date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            return None
    return parse_date(re.sub(r"[-+]+", " ", stem)) or parse_date(stem)


def _meeting_dates(
    rows: Sequence[_Row], date: dt.date | None, body: str | None
) -> tuple[tuple[dt.date, ...], dt.date | None]:
    """The dates that the paper announces for later meetings of the body, and the next one."""
    if date is None:
        return (), None
    announced: set[dt.date] = set()
    headed: list[dt.date] = []
    told: list[dt.date] = []
    for index, row in enumerate(rows):
        if not (row.speaks_of("meeting") or row.speaks_of("dates")):
            continue
        for match in _NEXT_MEETING.finditer(row.text):
            heading = _NEXT_HEADING.match(row.text[: match.start()]) is not None or (
                row.block.kind is BlockKind.HEADING and len(row.text) <= 80
            )
            if _PAST_MEETING.search(row.text[: match.start()][-40:]) or not _own_words(match[0], body):
                continue
            texts = [row.text[match.end() :]]
            many = heading and "s" in (match["many"] or match["dates"] or "").lower()
            if heading and (many or not _DATE_NEAR.match(texts[0])):
                texts.extend(_following(rows, index, 14 if many else 4))
            elif not heading and not _DATE_AFTER.match(texts[0]):
                continue
            found = _announced(texts, date, body, many=many)
            announced.update(found)
            if found:
                (headed if heading else told).append(min(found) if many else found[0])
    best = headed or told
    return tuple(sorted(announced)), (best[0] if best else None)


def _called_off(
    rows: Sequence[_Row], date: dt.date | None, body: str | None
) -> list[tuple[dt.date | None, dt.date | None]]:
    """Meetings of the body that are not held when they were to be, each as its day and its new one, where printed.

    Without a day of its own it is the next meeting.
    """
    found: list[tuple[dt.date | None, dt.date | None]] = []
    for row in rows:
        if date is None or not row.speaks_of("meeting"):
            continue
        for match in _CALLED_OFF.finditer(row.text):
            whose = _DETERMINER.split(match["before"])[-1]
            which = f"{whose} {match['which']}"
            words = re.sub(r"\d+(?:st|nd|rd|th)?", " ", _undated(which)).lower()
            named = re.search(r"\bnext\b", words) is not None
            if not _own_words(_MONTH_WORDS.sub(" ", words), body):
                continue  # another's meeting, or none was
            told = [_nearest(day, date) for _, day in printed_dates(f"{which} {match['from'] or ''}", date.year)]
            new = [_after(day, date, match["to"] or "") for _, day in printed_dates(match["to"] or "", date.year)]
            old = told[-1] if told else None
            if (old or (named and new)) and old != date:
                found.append((old, new[0] if new and new[0] > date else None))
    return found


def _nearest(day: dt.date, meeting: dt.date) -> dt.date:
    """A date printed without its year, in the year that brings it nearest to the meeting."""
    years = (day + relativedelta(years=n) for n in (-1, 0, 1))
    return min(years, key=lambda other: abs(other - meeting))


def _announced(texts: Sequence[str], meeting: dt.date, body: str | None, *, many: bool) -> list[dt.date]:
    """The dates of a stretch that announces meetings; only the first unless it is a list."""
    named = [text for text in texts if re.search(r"\bmeeting\b", text, re.I) and parse_date(text, meeting.year)]
    found: list[dt.date] = []
    for index, text in enumerate(texts):
        if index and (_names_another(text, body) or _tells(text)):
            continue
        if named and not many and text not in named:
            continue
        for _, printed in printed_dates(text[:300], meeting.year):
            day = _after(printed, meeting, text)
            if meeting < day <= meeting + dt.timedelta(days=550):
                found.append(day)
                if not many:
                    return found
    return found


def _following(rows: Sequence[_Row], index: int, count: int) -> list[str]:
    """The next rows of the same stretch: up to the next numbered heading."""
    texts: list[str] = []
    for row in rows[index + 1 : index + 1 + count]:
        if row.block.kind is BlockKind.HEADING and row.block.label and texts:
            break
        texts.append(row.text)
    return texts


def _after(day: dt.date, meeting: dt.date, text: str) -> dt.date:
    """A date printed without a year falls after the meeting that announces it; one of last year's is a slip."""
    slip = day.year == meeting.year - 1 and meeting < day + relativedelta(years=1) <= meeting + _NEAR
    if day <= meeting and (slip or not re.search(rf"\b{day.year}\b|/{day.year % 100}\b", text)):
        try:
            return day.replace(year=day.year + 1)
        except ValueError:
            return day
    return day


def _names_another(text: str, body: str | None) -> bool:
    """Whether a line of dates is headed by another body: "Staffing Committee - 21st October"."""
    match = _LINE_LABEL.match(text)
    return match is not None and parse_date(match[1], 2000) is None and not _own_words(match[1], body)


def _tells(text: str) -> bool:
    """Whether a line below dates of meetings is a sentence about something else, a footnote say, with a date in it."""
    before = re.split(r"\d{1,2}(?:st|nd|rd|th)?\b(?!\.)", text, maxsplit=1)[0]
    return text.rstrip().endswith(".") and not _MEETS.search(text) and len(re.findall(r"\b[a-z]+\b", before)) >= 5


def _own_words(words: str, body: str | None) -> bool:
    """Whether the words around "meeting" name the body itself, or nobody."""
    named = set(re.findall(r"[a-z]+", words.lower())) - _MEETING_WORDS
    if body is None:
        return not named
    own = re.findall(r"[a-z]+", body.lower())
    initials = "".join(word[0] for word in own)
    return all(word in own or (len(word) > 1 and initials.endswith(word)) for word in named)


# --- body ----------------------------------------------------------------------------------------------------------


def _body(rows: Sequence[_Row], head: Sequence[_Row], kind: PaperKind, furniture: Sequence[str]) -> str | None:
    """Whose meeting it is: the most explicit form that the heading prints."""
    found = _body_told(head) or _body_titled(head)
    if found is None and kind in (PaperKind.MINUTES, PaperKind.AGENDA):
        found = _body_named(head)
    if found is None or (kind is PaperKind.STRATEGY and _GENERIC_BODY.fullmatch(found)):
        found = _body_mentioned(rows) if kind is not PaperKind.REPORT else None
    if found is None:
        # A log's title names its body by initials: "ODB Action Log - May". The tracker knows whose they are.
        initials = re.match(r"(?!LOG|ACTION|MINUTES|DRAFT)[A-Z]{3,8}\b", head[0].text) if head else None
        return initials[0] if initials and kind is PaperKind.ACTION_LOG else None
    if _GENERIC_BODY.fullmatch(found):
        titles = [_plain_title(row.text) for row in head[:14] if len(row.text) <= 200]
        lines = {row.text.strip(" *:").lower() for row in head[:14]}
        whole = [title for title in titles if title.lower().endswith(found.lower()) and len(title) > len(found)]
        alone = not whole or found.lower() in lines
        found = (_named_in_running_head(found, furniture) or found) if alone else whole[0]
    return _cased(found)


def _named_in_running_head(generic: str, furniture: Sequence[str]) -> str | None:
    """The full name of a body that its own heading calls "Parish Council": what a running head adds before it."""
    small = "(?: (?:And|Cum|In|Le|Of|On|The|Upon|With))*"
    name = re.compile(rf"(?:[A-Z][\w’'-]+{small} ){{1,5}}{re.escape(generic.title())}\b")
    found = ((line, name.search(line.title())) for line in furniture)
    return next((line[match.start() : match.end()] for line, match in found if match), None)


def _body_told(head: Sequence[_Row]) -> str | None:
    """Labels ("Title of meeting"), and the opening sentence ("at a meeting of the X held in")."""
    for row in head[:30]:
        label, value = row.labelled()
        if _BODY_LABEL.fullmatch(label):
            body = _trimmed(next((part for part in _undated(value).split("|") if part.strip(" -–,")), ""))
            if body and (_BODY_NOUN.search(body) or label.lower().startswith(("title", "name", "meeting of"))):
                return body
    for index in range(len(head[:20])):
        text = _NEXT_MEETING.sub(" ", _whole_title(head, index)[:500])
        for match in _MEETING_OF.finditer(text):
            body = _trimmed(match["body"])
            theirs = _COMMITTEE_BEFORE.search(text[: match.start()])  # "the Lanes Committee meeting of the Council"
            if body and _BODY_NOUN.search(body) and len(body.split()) <= 14 and not theirs:
                return body
        parish = _PARISH_MEETING.search(text)
        if parish:
            return f"{_trimmed(parish['place']) or ''} Parish Meeting".strip()
        for match in _BODY_MEETING.finditer(_undated(text)):
            body = _trimmed(match["body"])
            if body and _BODY_NOUN.search(body) and len(body.split()) <= 14:
                return body
    return None


def _body_titled(head: Sequence[_Row]) -> str | None:
    """A title line that is a body's name; of a council and its committee, the committee."""
    names: list[str] = []
    for row in _above_names(head[:10]):
        title = "" if row.listed else _plain_title(_title_part(row.text))
        if title and _BODY_TITLE.fullmatch(title) and (len(title.split()) > 1 or title.lower() in _ONE_WORD_BODIES):
            names.append(title)
    committees = [name for name in names if not re.search(r"\b(?:council|authority|trust|federation)$", name, re.I)]
    return committees[0] if committees else names[0] if names else None


def _body_named(head: Sequence[_Row]) -> str | None:
    """A name without a noun for a body: "Minutes of the AGM of Wend Chess Club", "Harbour Liaison minutes"."""
    rows = [row for row in _above_names(head[:8]) if not row.listed]
    for row in rows:
        if not _PAPER_WORD.search(row.text) or _MINUTES_LABEL.match(row.text):
            continue
        told = _MEETING_OF.search(row.text[:500]) if _PAPER_OPENING.match(row.text) else None
        line = told["body"] if told else _title_part(row.text)
        name = _MONTH_YEAR_TAIL.sub("", _plain_title(_BRACKETS.sub("", line)))
        words = re.findall(r"[a-z]+", name.lower())
        if _NO_NAMES.isdisjoint(words) and (
            _NAME.fullmatch(name) or (_INITIALS.fullmatch(name) and not line.isupper())
        ):
            return name
    towns = (_plain_title(row.text) for row in rows if len(row.text) <= 60)
    return next((town for town in towns if _TOWN.fullmatch(town)), None)


def _above_names(head: Sequence[_Row]) -> Sequence[_Row]:
    """The rows above the list of those present: what stands in it are people and where they come from."""
    first = next((n for n, row in enumerate(head) if n and _PRESENT_LABEL.match(row.text)), len(head))
    return head[:first]


def _whole_title(head: Sequence[_Row], index: int) -> str:
    """A row's words; where "a meeting of ..." breaks off at the end of a heading, with the headings it runs on in."""
    text = head[index].text
    for row in head[index + 1 : index + 3]:
        broken = head[index].block.kind is BlockKind.HEADING and _BROKEN_TITLE.search(text)
        if not broken or row.block.kind is not BlockKind.HEADING:
            break
        text = f"{text} {row.text}"
    return text


def _title_part(text: str) -> str:
    """A short line whole; of a longer one, what stands before its date."""
    if len(text) <= 140:
        return text
    before = next((text[: span.start] for span, _ in printed_dates(text[:200], 2000)), "")
    return before if len(before) <= 120 else ""


def _body_mentioned(rows: Sequence[_Row]) -> str | None:
    """Without a heading: the one body whose next or coming meeting the text speaks of."""
    mentions = Counter(
        " ".join(match["body"].split())
        for row in rows
        for match in _MENTION.finditer(row.text)
        if not _GENERIC_BODY.fullmatch(match["body"])
    )
    distinct = {name.lower() for name in mentions}
    return next(iter(mentions)) if len(distinct) == 1 else None


def _plain_title(text: str) -> str:
    """A title line without its date, its time and the words for the paper: "Ayton Community Council MINUTES"."""
    line = _undated(text.replace("\t", " ").split("\n")[0]).strip(" |")
    line = _TITLE_END.split(line)[0]
    line = _MONTH_YEAR_TAIL.sub("", line)
    return _trimmed(line) or ""


def _undated(text: str) -> str:
    """The text with a bar in place of every date."""
    for span in reversed([span for span, _ in printed_dates(text, 2000)]):
        text = text[: span.start] + "|" + text[span.end :]
    return text


def _trimmed(text: str) -> str | None:
    """A body's name without the words around it."""
    name = _ITEM_ASIDE.sub("", " ".join(text.split())).strip(" .,:;-–|*")
    previous = None
    while name != previous:
        previous = name
        name = _LEADING.sub("", name)
        name = _TRAILING.sub("", name).strip(" .,:;-–|*(")
    name = _PARTED_NOUN.sub(" ", name)
    name = _OF_A_COUNCIL.sub("", _TWICE.sub("", name))
    return name if 2 < len(name) <= 110 and not _NAMED_ABOVE.match(name) else None


def _cased(name: str) -> str:
    """Names in capitals in title case; others as printed, but for a small noun at the end ("Standards board")."""
    if not name.isupper() and not any(word.isupper() and len(word) > 4 for word in re.findall(r"\w+", name)):
        head, _, last = name.rpartition(" ")
        return f"{head} {last.capitalize()}" if head and last.islower() and _BODY_NOUN.fullmatch(last) else name
    if _INITIALS.fullmatch(name) and not _BODY_NOUN.fullmatch(name):
        return name
    words = re.split(r"(\s+|-|/)", name)
    out: list[str] = []
    for index, word in enumerate(words):
        lower = word.lower()
        if index and lower in _SMALL_WORDS:
            out.append(lower)
        elif word.isupper() and (lower in _ACRONYMS or not re.search(r"[aeiouy]|cwm", lower)):
            out.append(word)
        elif word.isupper():
            out.append(re.sub(r"^([^a-z]*)([a-z])", lambda match: match[1] + match[2].upper(), lower))
        else:
            out.append(word)
    return re.sub(r"\bsub(?=[ -][CGP])", "Sub", "".join(out))


# --- kind and draft ------------------------------------------------------------------------------------------------


def _kind(rows: Sequence[_Row], head: Sequence[_Row], name: str) -> PaperKind:
    """Told from title words and from the forms of each kind of paper; the opening counts, not what it mentions."""
    opening = "\n".join(row.text for row in head[:12] if len(row.text) <= 250)
    title = "\n".join(row.text for row in head[:5] if len(row.text) <= 200)
    stem = re.sub(r"[-_+]", " ", name)
    starts = {row.text[:40].lower().strip(" ") for row in rows}
    if starts & {"minutes:", "decision:", "resolved:"} or re.match(r"agenda item\s*$", title, re.I | re.M):
        return PaperKind.MINUTES
    for kind, pattern in _KIND_TITLES:
        if pattern.search(title) or (kind is not PaperKind.REPORT and pattern.search(stem)):
            return kind
    labels = {row.labelled()[0].lower() for row in head[:20]}
    if _AGENDA_OPENING.search(opening):
        return PaperKind.AGENDA
    if labels & {"report author", "report of", "report to", "purpose of report", "report status", "wards affected"}:
        return PaperKind.REPORT
    if {"to", "by"} <= labels or {"to", "from"} <= labels or {"to", "subject"} <= labels:
        return PaperKind.REPORT
    if any(_PRESENT_LABEL.match(row.text) for row in rows[:40]) or _MINUTES_WORD.search(opening):
        return PaperKind.MINUTES
    if any(start.startswith(("recommendation", "purpose of the report", "purpose of report")) for start in starts):
        return PaperKind.REPORT
    if _MEETING_WORD.search(title) and sum(bool(_OUTCOME.search(row.text)) for row in rows) >= 2:
        return PaperKind.MINUTES
    if re.search(r"\bitem\s+(?:no\.?\s*)?\d", title, re.I):
        return PaperKind.REPORT  # a paper that stands behind an item of an agenda
    return PaperKind.OTHER


def _draft(rows: Sequence[_Row], head: Sequence[_Row], name: str) -> bool:
    """Whether the paper calls itself a draft: in its title, its name or a note at its ends."""
    if re.search(r"(?<![a-z])(?:draft|unconfirmed|unapproved)(?![a-z])", name, re.I):
        return True
    ends = [*head[:8], *rows[-4:]]
    return any(_DRAFT.search(row.text) for row in ends if len(row.text) <= 400)


# --- items of business ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A block that begins with a number and may open an item; `firm` where its form says that it does."""

    number: str
    title: str
    start: int
    firm: bool
    order: tuple[int, ...]

    @staticmethod
    def of(number: str, title: str, start: int, firm: bool) -> _Numbered:
        return _Numbered(number, title, start, firm, tuple(map(int, _FIGURES.findall(number.removesuffix(".0")))))


def _items(reading: Reading, rows: Sequence[_Row]) -> tuple[AgendaItem, ...]:
    """The items of the main numbering, each with all text to the next; unnumbered headings where there is none."""
    if len(rows) > 1 and rows[0].text.strip(" :").lower() == "agenda item":
        return (AgendaItem("", _title(rows[1].text), Span(rows[1].block.span.start, len(reading.text))),)
    numbered = [item for row in rows if (item := _numbered(row)) is not None]
    chain = _chain(numbered)
    if len(chain) < 2 or not any(item.firm for item in chain):
        titles = _title_rows(rows)
        headings = [
            _Numbered("", row.text.strip(" :*#"), row.block.span.start, True, ())
            for row in rows[titles:]
            if row.block.kind is BlockKind.HEADING and 1 < row.block.level <= 2 and len(row.text) <= 120
        ]
        chain = headings if len(headings) >= 2 else []
    ends = [*(item.start for item in chain[1:]), len(reading.text)] if chain else []
    return tuple(
        AgendaItem(item.number, item.title, Span(item.start, end)) for item, end in zip(chain, ends, strict=True)
    )


def _title_rows(rows: Sequence[_Row]) -> int:
    """How many rows at the top are one title, though headings: the last of them tells the day of the meeting."""
    told = 0
    for count, row in enumerate(rows[:8], 1):
        dated = len(row.text) <= 200 and (_HELD.search(row.text) or any(printed_dates(row.text, 2000)))
        if dated:
            told = count
        elif row.block.kind is not BlockKind.HEADING or (count > 1 and _KNOWN_TITLE.match(row.text)):
            break
    return told


def _numbered(row: _Row) -> _Numbered | None:
    block = row.block
    if block.kind is BlockKind.TABLE_ROW:
        filled = [row.text[c.span.start - block.span.start : c.span.end - block.span.start] for c in block.cells]
        filled = [cell.strip() for cell in filled if cell.strip()]
        if len(filled) < 2:
            match = _NUMBER.match(filled[0]) if filled else None
            if match is None:
                return None
            number, rest = match["number"], filled[0][match.end() :]
        else:
            whole = _NUMBER_ONLY.fullmatch(filled[0])
            if whole is None:
                return None
            number, rest = whole["number"], filled[1]
        run_in = _RUN_IN.match(rest.strip())
        title = run_in["title"] if run_in else _title(rest)
        return _Numbered.of(number, title, block.span.start, _KNOWN_TITLE.match(title) is not None) if title else None
    match = _NUMBER.match(row.text)
    if match is None:
        return None
    rest = row.text[match.end() :].strip()
    called = rest[:1] in ("-", "–", ":") and row.text[:8].lower().lstrip().startswith("item")
    rest = rest.lstrip("-–: ") if called else rest  # "Item 3 - Minutes of the last meeting"
    if not rest or not _TITLE_START.match(rest):
        return None
    firm = called or block.kind is BlockKind.HEADING or _KNOWN_TITLE.match(rest) is not None or rest[:25].isupper()
    if not firm and not block.label and not match[0].rstrip().endswith((".", ")", ":")):
        return None
    return _Numbered.of(match["number"], _title(rest), block.span.start, firm)


def _title(text: str) -> str:
    """An item's title: the known words of business, the words before a colon or dash, or the first line."""
    line = text.strip().split("\n")[0].strip(" *")
    known = _KNOWN_TITLE.match(line) if len(line) > 90 else None
    if known:
        return known[0].strip(" :-–.")
    head = _TITLE_HEAD.match(line) if len(line) > 90 else None
    if head and re.search(r"[a-z]{3}.* |[A-Za-z]{4}", head[1]):
        return head[1].strip(" :*")
    return line[:120].strip(" :*–-")


def _chain(numbered: Sequence[_Numbered]) -> list[_Numbered]:
    """The paper's own numbering: the longest run of rising numbers of one form, firm ones before others."""
    best: list[_Numbered] = []
    best_weight = 0.0
    for depth in {len(item.order) for item in numbered}:
        alike = [item for item in numbered if len(item.order) == depth]
        chain, weight = _rising(alike)
        if weight > best_weight:
            best, best_weight = chain, weight
    if not best:
        return []
    depth = len(best[0].order)
    subordinate = [item for item in numbered if item.firm and len(item.order) == depth + 1 and depth == 1]
    starts = [item.start for item in best]
    for item in subordinate:
        parent = max((start for start in starts if start < item.start), default=None)
        if parent is not None and best[starts.index(parent)].order == item.order[:depth]:
            best.append(item)
    return sorted(best, key=lambda item: item.start)


def _rising(alike: Sequence[_Numbered]) -> tuple[list[_Numbered], float]:
    """The heaviest subsequence whose numbers rise by small steps. A firm item weighs ten loose ones."""
    weights: list[float] = []
    previous: list[int] = []
    places: dict[tuple[int, ...], list[int]] = {}
    alike = alike[:600]
    for index, item in enumerate(alike):
        order = item.order
        own = 1.0 if item.firm else 0.1
        weight, link = own - (0.5 if order[-1] > 3 and len(order) == 1 and order[-1] < 30 else 0.0), -1
        for earlier, step in sorted(
            (earlier, step)
            for before, step in _forerunners(order)
            for earlier in places.get(before, ())
            if earlier >= index - 120
        ):
            total = weights[earlier] + own - 0.15 * (step - 1)
            if total > weight:
                weight, link = total, earlier
        weights.append(weight)
        previous.append(link)
        places.setdefault(order, []).append(index)
    if not weights:
        return [], 0.0
    at = max(range(len(weights)), key=lambda index: weights[index])
    total = weights[at]
    chain: list[_Numbered] = []
    while at >= 0:
        chain.append(alike[at])
        at = previous[at]
    return chain[::-1], total


def _forerunners(order: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], int]]:
    """The numbers that one may follow in its series, and how far before it they stand: one part is less by 1 to 4."""
    for place, figure in enumerate(order):
        for step in range(1, 5):
            yield (*order[:place], figure - step, *order[place + 1 :]), step


# --- attendance ----------------------------------------------------------------------------------------------------


def _attendees(rows: Sequence[_Row], head: Sequence[_Row], items: Sequence[AgendaItem]) -> tuple[Attendee, ...]:
    """The people of the attendance list in the heading, and those whose apologies an item records."""
    people: list[Attendee] = []
    for present, text in _attendance(rows, head, items):
        people.extend(_people(text, present))
    people.extend(_apologies(rows, items))
    people = _chaired(people, head)
    seen: dict[str, Attendee] = {}
    for person in people:
        key = re.sub(r"\W", "", _TITLES.sub("", person.name).casefold())
        if key and key not in seen:
            seen[key] = person
    return tuple(seen.values())


def _attendance(rows: Sequence[_Row], head: Sequence[_Row], items: Sequence[AgendaItem]) -> Iterator[tuple[bool, str]]:
    """Stretches of names, each with whether it tells who was there; an item, a heading or a sentence ends one."""
    state: bool | None = None
    under = 2  # the level of the heading over the list: what stands below it belongs to the list
    opens = {item.span.start for item in items if item.number}
    if not any(_PRESENT_LABEL.match(row.text) for row in head):
        head = [*head, *rows]
    for row in head:
        text = row.text.replace("\t", " ")
        inner = _INNER_PRESENT.search(text[:400]) if row.speaks_of("present") else None
        text = text[inner.start() :] if inner else text
        match = _PRESENT_LABEL.match(text)
        label, value = row.labelled()
        if match or _PRESENT_LABEL.fullmatch(label):
            level = max(2, row.block.level) if row.block.kind is BlockKind.HEADING else 2
            under = level if state is None else min(under, level)
            rest = text[match.end() :] if match else value
            words = (match[0] if match else label).lower()
            there = "apolog" not in words and "absent" not in words and "absence" not in words
            if "public" in words or "press" in words or (there and not words.endswith(":") and _is_sentence(text)):
                state = None
                continue
            state = there
            rest = _SENTENCE.split(rest)[0]
            for part_present, part in _split_labels(state, rest):
                if part.strip(" :"):
                    yield part_present, part
        elif state is not None:
            heading = row.block.kind is BlockKind.HEADING and (
                row.block.level <= 2 or (row.block.level <= under and not _is_role(text) and not _people(text, state))
            )
            if (
                heading
                or row.block.span.start in opens
                or _is_sentence(text)
                or _END_OF_NAMES.search(text)
                or (label and not _people(text, state))
            ):
                state = None
            elif row.block.kind is BlockKind.LIST_ITEM and "," in text:
                # One to a line: the name, then the office or the organisation.
                name, _, office = text.partition(",")
                yield state, f"{name.strip()} ({office.strip(' .')})" if "apolog" not in name else text
            elif len(text) <= 700:
                yield from _split_labels(state, text)


def _is_sentence(text: str) -> bool:
    """Whether a line speaks instead of listing names: mostly words in small letters, with a full stop."""
    words = re.findall(r"[^\W\d_]+", _BRACKETS.sub("", text))
    small = sum(word.islower() and len(word) > 1 for word in words)
    if len(words) < 8 or re.search(r"\b(?:attend|present)", text, re.I):
        return False
    return small * 2 > len(words) and text.rstrip().endswith((".", ":", "!", "?"))


def _split_labels(present: bool, text: str) -> Iterator[tuple[bool, str]]:
    """Names with further labels among them: "A Name, B Name. Apologies: C Name"."""
    at = 0
    for match in _INNER_LABEL.finditer(text):
        yield present, text[at : match.start()]
        present = "apolog" not in match[0].lower() and "absen" not in match[0].lower()
        at = match.end()
    yield present, text[at:]


def _apologies(rows: Sequence[_Row], items: Sequence[AgendaItem]) -> list[Attendee]:
    for item in items[:6]:
        if not re.search(r"apolog|absence", item.title, re.I):
            continue
        inside = " ".join(row.text for row in rows if item.span.start <= row.block.span.start < item.span.end)
        text = re.sub(r"\(item \d+\)", " ", inside[:1200].replace("\t", " "), flags=re.I)
        text = _APOLOGIES_HEAD.sub("", text)
        match = re.search(r"\b(?:from|for|by|of)\s*:?\s+((?:[A-Z]|the ).*)", text, re.S)
        told = match[1] if match else text
        told = re.split(r"(?<=[a-z]{3})\.(?:\s|$)|\bwere\b|\bwas\b|\bhad\b|\bhave\b", told)[0]
        return _people(told, present=False)
    return []


def _people(text: str, present: bool) -> list[Attendee]:
    """Names in running text, in lists and in columns, with the roles and initials printed beside them."""
    people: list[Attendee] = []
    for part in _parts(text):
        read = _named(part, present)
        if read:
            people.extend(read)
        elif people and _is_role(part) and not people[-1].role:
            people[-1] = replace(people[-1], role=part.strip(" .()[]"))
    return people


def _parts(text: str) -> list[str]:
    """Cut at commas, semicolons, line ends, bullets and "and", but not inside brackets."""
    hidden = _BRACKETS.sub(lambda match: _SEPARATORS.sub(lambda cut: "_" * len(cut[0]), match[0]), text)
    pieces: list[str] = []
    at = 0
    for match in _BETWEEN_NAMES.finditer(hidden):
        pieces.append(text[at : match.start()])
        at = match.end()
    pieces.append(text[at:])
    return [piece.strip(" .:\t*") for piece in pieces if piece.strip(" .:\t*")]


def _named(part: str, present: bool) -> list[Attendee]:
    """One person, or several that stand beside each other in columns; empty where the part is no name."""
    part = _LEADING_ROLE.sub(lambda match: match["keep"] or "", part)
    people: list[Attendee] = []
    at = 0
    while at < len(part):
        match = _PERSON.match(part, at)
        if match is None:
            break
        name = _PLURAL_TITLE.sub("", " ".join(match["name"].split()).strip(" .,"))
        bare = _TITLES.sub("", name).strip()
        tokens = bare.split()
        column = next((n for n in range(2, len(tokens)) if _fits(tokens[n], " ".join(tokens[:n]))), None)
        if column is not None:
            # Names in columns, each with its initials: "Ann Brown AB Carol Dunn CD".
            people.append(
                Attendee(name[: name.index(tokens[column - 1]) + len(tokens[column - 1])], tokens[column], "", present)
            )
            at = part.index(tokens[column], at) + len(tokens[column])
            while at < len(part) and part[at] in " \t-–:":
                at += 1
            continue
        if not tokens or any(token.lower().strip(".") in _NOT_NAMES for token in tokens):
            break
        groups = [group.strip() for group in re.findall(r"[(\[]([^)\]]*)[)\]]", match["groups"] or "")]
        initials = next((group for group in groups if _fits(group, bare)), "")
        roles = [group for group in groups if group and group != initials]
        if len(tokens) > 2 and not initials and _fits(tokens[-1], " ".join(tokens[:-1])) and tokens[-1].isupper():
            initials, name = tokens[-1], name[: -len(tokens[-1])].strip()
        trailing = match["initials"] or ""
        if trailing and not initials and _fits(trailing, bare):
            initials, end = trailing, match.end()
        else:
            end = match.end("groups") if match["groups"] else match.end("name")
        tail = _TRAILING_ROLE.match(part, end)
        if tail:
            roles.append(tail[0].strip())
            end = tail.end()
        if len(tokens) == 1 and not _TITLES.match(name) and not groups and not initials:
            break
        people.append(Attendee(name, initials or _initials(bare), "; ".join(roles), present))
        at = end
        while at < len(part) and part[at] in " \t-–:":
            at += 1
    return people


def _fits(initials: str, name: str) -> bool:
    """Whether letters are a person's initials: they begin the first name and hold the surname's first letter."""
    if not _MAYBE_INITIALS.fullmatch(initials) or sum(map(str.isupper, initials)) < 2:
        return False
    tokens = _NAME_PARTS.findall(name)
    if len(tokens) < 2:
        return False
    return initials[0] == tokens[0][0].upper() and any(token[0].upper() in initials[1:] for token in tokens[1:])


def _initials(name: str) -> str:
    tokens = [token for token in re.split(r"[\s.]+", name) if token and token[0].isalpha()]
    return "".join(token[0].upper() for token in tokens) if len(tokens) > 1 else ""


def _is_role(part: str) -> bool:
    words = re.findall(r"[a-z]+", part.lower())
    return 0 < len(words) <= 9 and any(word in _ROLE_WORDS for word in words)


def _chaired(people: list[Attendee], head: Sequence[_Row]) -> list[Attendee]:
    """Marks the person of whom the heading says that they chaired the meeting."""
    for row in head:
        match = _CHAIRED.search(row.text)
        if not match:
            continue
        who = (match["who"] or match["by"] or "").strip(" .")
        for index, person in enumerate(people):
            if not person.role and who and (who == person.initials or who in person.name or person.name in who):
                people[index] = replace(person, role="Chair")
                return people
    return people


# --- words ---------------------------------------------------------------------------------------------------------

_NOUN = (
    r"(?:board\s+of\s+(?:directors|governors|trustees|management)|council\s+of\s+governors|court\s+of\s+\w+|council"
    r"|sub-?\s?(?:committee|panel|group)|(?:municipal|metropolitan)\s+district(?:\s+of(?:\s+[\w’'-]+){1,3})?|committee|board|cabinet|panel|forum|group|trust|governors|governing\s+body|authority"
    r"|commission|partnership|assembly|executive|working\s+party|task\s?force|court|network|society|association"
    r"|parish\s+meeting|conference|federation|senate|tribunal|collaborative|alliance)"
)
_MONTHS = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}\b\.?"
_MODIFIERS = (
    r"(?:(?:annual|ordinary|extra-?\s?ordinary|special|virtual|remote|hybrid|online|public|open|closed|statutory"
    r"|monthly|quarterly|"
    r"general|regular|full|formal|inaugural|adjourned|reconvened|first|second|third|\d+(?:st|nd|rd|th)|planning|draft|"
    r"scheduled|informal|bi-?monthly|business|emergency|urgent|private|part\s+[12ab])\s+)*"
)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_LISTED = re.compile(r"\(?(?:[A-Za-z]|\d{1,2})[.)]\s")
_TITLE_END = re.compile(r"\||\bheld\b|\bon\s*$", re.IGNORECASE)
_ITEM_ASIDE = re.compile(r"\(item [^)]*\)", re.IGNORECASE)
_PARTED_NOUN = re.compile(r"\s+[-–]\s+(?=(?:board|committee|panel|cabinet|council)\b)", re.IGNORECASE)
_TWICE = re.compile(r"^(\w+) (?=\1 )")
_TITLE_START = re.compile(r"[^\W\d_]|[\"“‘'(£\d]")
_TITLE_HEAD = re.compile(r"(.{3,90}?)(?::\s|:$|\s[–-]\s|\.\s)")
_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")
_SEPARATORS = re.compile(r"[,;:&\n–-]|\band\b")
_BETWEEN_NAMES = re.compile(r"[,;•\n]|\s+and\s+|\s&\s(?=[A-Z])|(?<=[)\]]):|\s[-–]\s(?=[A-Z])")
_MAYBE_INITIALS = re.compile(r"[A-Z][A-Za-z]{0,3}")
_NAME_PARTS = re.compile(r"[^\s.-]+")
_LABEL = re.compile(r"(?P<label>[A-Z][A-Za-z/&’' ]{1,38}?)\s*(?::|\s[-–]\s)\s*(?P<value>\S.*)", re.DOTALL)
_DATE_LABEL = phrase(
    r"(?:meeting )?dates?(?: of (?:the )?meeting)?(?:\s*(?:and|&|/)\s*(?:time|venue|place).*)?|when|held on|day"
)
_TO_LABEL = phrase(r"(?:report )?to|meeting|committee|report for")
_BODY_LABEL = phrase(
    r"(?:title|name) of (?:the )?(?:meeting|committee|board|body)|meeting(?: (?:of|title|name))?|(?:report )?to"
    r"|committee(?: name)?|body|decision[\s-]maker|report for|forum|board"
)
_NEXT_HEADING = phrase(r"[\s\W\d]*(?:the )?$")
_DATE_NEAR = phrase(r"[^\d]{0,70}\d{1,2}(?:st|nd|rd|th)?[\s/.-]")
_DATE_AFTER = phrase(
    r"[\s,:(–-]*(?:(?:which|that) )?(?:of the [\w ]{3,50}?)?[\s,(–-]*(?:is|was|are|would|will|to|due|now)?\s*(?:be"
    r"|take|takes)?\s*(?:due to be )?"
    r"(?:scheduled|arranged|held|place|planned|confirmed|set)?\s*(?:to be |for )?(?:held )?(?:in the [\w ]{3,50}? "
    r")?(?:at [\d.:]+\s*(?:[ap]m)?\s*)?(?:on|as|for|:)?\s*[-–]?\s*(?:the )?"
    r"(?:\w+day,? (?:the )?)?(?:\d{1,2}(?:st|nd|rd|th)?\b|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d)"
)
_MINUTES_OF = phrase(
    r"\bminutes of (?:the )?(?:previous |last )?(?:[\w&’'-]+ ){0,5}?(?:meeting\s*)?(?:held )?(?:on )?[(\s]*(?:of "
    r")?(?=\w+day|\d)|\bminutes of (?:the )?(?:previous|last)[^.]{0,60}?\bheld\b"
)
_MEETING_WORDS = _set(
    "a agenda an and at be date dates details for following forthcoming full future general held meeting meetings "
    "next of on or ordinary our place public regular remaining scheduled special take the time times to venue "
    "will s monthly quarterly pc"
)
_LINE_LABEL = phrase(r"\s*[•-]?\s*((?!\w+day\b)[A-Za-z][A-Za-z&’'/ ]{2,70}?)\s*(?:[-–:,]|\bon\b|\bwill\b|(?=\d))")
_MEETS = phrase(r"\b(?:meet|meets|meetings?|held|hold|dates?|take place|commenc\w+|start\w*)\b")
_OUTCOME = phrase(r"\b(?:agreed|resolved|noted|requested|approved|action)\b")
_PARISH_MEETING = phrase(
    r"(?:^(?=(?:(?!last|previous|next|date)[\w’' -]){0,60}$)|\b(?:minutes|notes|record|agenda) (?:of|for) (?:the )?)"
    r"(?P<place>(?:[\w’'-]+ ){0,5}?)(?:annual )?(?:parish"
    r"|town) meeting\b"
)
_ONE_WORD_BODIES = frozenset(("cabinet", "council", "executive", "senate", "court"))
_APOLOGIES_HEAD = phrase(
    r"^[\s\w./]{0,14}?(?:welcome and )?(?:(?:acceptance of|to \w+(?: and \w+)?|receipt of) )?(?:any )?apolog(?:y"
    r"|ies)(?: (?:for|of) absences?)?[\s:.-]*"
)
_INNER_PRESENT = phrase(r"(?<=\s)present\s*:")
_NEXT_MEETING = phrase(
    r"\b(?:(?:dates?|times?|details)(?:\s*(?:,|and|&|/)\s*(?:time|venue|place))* (?:of|for) (?:the |our )?(?:next"
    r"|future|forthcoming|following) "
    r"(?:\w+ ){0,3}?meeting(?P<many>s)?|next (?:[\w&]+ ){0,4}?meeting"
    r"|(?P<dates>(?:future|forthcoming|remaining|scheduled) (?:\w+ ){0,2}?meetings?(?: dates)?|meeting dates|dates "
    r"of meetings|dates for 20\d\d|future dates))\b"
)
_CALLED_OFF = phrase(
    r"(?P<before>(?:[\w&’',]+ ){0,8}?)meeting\b(?P<which>[^.;]{0,90}?)\b"
    r"(?:has been|had been|was|is|will be|would be|to be|be|being) (?:now |therefore )?"
    r"(?:cancelled|called off|abandoned|postponed|moved|rescheduled|re-?arranged|brought forward|put back|changed)\b"
    r"(?: from (?P<from>[^.;]{3,40}?)(?= (?:to|until) |[.;,]|$))?"
    r"(?:,? (?:and (?:will|would|is) (?:now )?(?:be )?)?(?:(?:moved|rescheduled|held) )?(?:to|until|for|on) "
    r"(?:the )?(?P<to>[^.;]{3,60}))?"
)
_NEAR = dt.timedelta(days=100)
_DETERMINER = phrase(r"\b(?:the|that|our|its|this)\b")
_MONTH_WORDS = phrase(
    rf"\b(?:{_MONTHS}|(?:mon|tues|wednes|thurs|fri|satur|sun)day|due|arranged|planned|set|fixed|had)\b"
)
_PAST_MEETING = phrase(r"\b(?:minutes|previous|last)\b")
_OTHER_DATE = phrase(
    r"\s*(?:agenda )?(?:published|issued|printed|despatch|dispatch|date of (?:issue|publication|despatch)|last "
    r"updated|created|version|signed|approved|review date|contact)\b"
)
_OTHER_MEETING = phrase(
    r"\b(?:previous|last meeting|minutes of (?:the )?(?:previous|last|meetings? held)[^.]{0,80}were|approved"
    r"|confirmed|adjourned from|as at|as of|since|dated|published|issued|printed|revised|updated|expires?|deadline"
    r"|born|on or after|letter)\b[^.]{0,60}$"
)
_HELD = phrase(
    r"(?:\bheld\b|\btook place\b|\bmeeting (?:of|on|at)\b|\bmeeting\b.{0,80}\b(?:on|at)\b|\bassembled\b"
    r"|\bconvened\b|\bsummoned\b)[^.;]{0,190}$"
)
_MEETING_WORD = phrase(rf"\b(?:meeting|minutes|agenda|notes|action log|{_NOUN})\b")
_BEYOND_DATE = phrase(
    r"\b(?:on|at|from|held|commencing|starting|date|time|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|noon|a\.?m\.?|p\.?m\.?|hrs|hours|part [ab]|\d{1,2}(?:[.:]\d\d)?\s*(?:[ap]\.?m\.?)?|to|until)\b|[:.]"
)
_MEETING_OF = phrase(
    r"\bmeetings? of (?:the )?(?P<body>[^\n]{3,110}?)(?=\s*[,;:.(]? (?:was |were |which (?:was )?|that (?:was )?"
    r"|is |to be )?(?:held|took place|taking place|convened|commenc|summoned|duly)\b"
    r"|\s*[,;(–-]?\s*(?:on )?(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b| (?:on|at|in|via) "
    r"(?:the )?[\dA-Z]|\s*[,(–-]?\s*\d{1,2}(?:st|nd|rd|th)?\s|\s*$|\n)"
)
_BODY_MEETING = phrase(
    rf"(?:^|\n|\b(?:minutes|notes|record|agenda|report|actions?) (?:of|from|for) (?:the |a |an )?)(?P<body>(?:the "
    rf")?[^\n.:]{{0,90}}?\b{_NOUN})\b\s*(?:\([^)]*\)\s*)?[-–:,|]?\s*{_MODIFIERS}(?:meeting|minutes|agenda|action "
    rf"log|notes)\b"
)
_BODY_NOUN = phrase(rf"\b{_NOUN}s?\b")
_BODY_TITLE = phrase(rf"(?:[\w&’',./()-]+ ){{0,11}}{_NOUN}(?: (?:for|of|on) (?:[\w&’'-]+\s*){{1,5}}|\s*\([^)]*\))?")
_GENERIC_BODY = phrase(
    r"(?:the )?(?:full |parish |town |community |city |district |borough |county )?(?:council|board|committee|panel"
    r"|forum|group|governing body|trust|executive|commission|parish meeting)"
)
_OF_A_COUNCIL = phrase(rf"^.*\b(?:council|authority)[’']s (?=.*\b{_NOUN}\b)")
_NAMED_ABOVE = phrase(r"(?:above|aforesaid|said|same)\b")
_BROKEN_TITLE = phrase(r"\bmeeting of (?:the )?(?:[\w’'-]+\s?){0,8}$")
_COMMITTEE_BEFORE = phrase(
    rf"\b(?!(?:minutes|proceedings|annual|the|of|at|a) )\w+ (?:sub-?\s?)?"
    rf"(?:committee|panel|forum|board)\s+{_MODIFIERS}$"
)
_PAPER_WORD = phrase(r"\b(?:minutes|notes|agenda|agm|annual general meeting)\b")
_PAPER_OPENING = phrase(r"\W*(?:(?:draft|unconfirmed|approved) )?(?:minutes?|notes?|agenda|record|proceedings)\b")
_MINUTES_LABEL = phrase(r"\W*(?:minutes|notes)(?: taken)?(?: by)?\s*[:–-]")
_NAME = re.compile(r"[A-Z][\w’'-]+(?: (?:(?:and|at|for|in|of|on|the|to|under|upon|with|&) )*[A-Z][\w’'&-]*){1,7}")
_INITIALS = re.compile(r"[A-Z][a-z]?[A-Z][\w:&]{0,8}")
_TOWN = re.compile(r"(?:Town|Township|Village|City) of(?: [A-Z][\w’'-]+){1,3}", re.IGNORECASE)
_NO_NAMES = _set(
    "action actions agenda agm aob apologies approval approved archive arising attendance budget call chair chairman "
    "clerk closing confirmation consultation conference date dates download draft egm exec extract final index item "
    "items last location matters meeting meetings minute minutes monday tuesday wednesday thursday friday saturday "
    "sunday january february march april may june july august september october november december next notes "
    "opening page pdf place present previous progress project record report review secretary sgm signing site staff "
    "strategy summary teams template time training venue visit welcome workshop zoom"
)
_MENTION = re.compile(
    r"(?:meetings?\s+of\s+(?:the\s+)?"
    r"|\b[Nn]ext\s+(?:meeting\s+of\s+(?:the\s+)?)?)(?P<body>(?:[A-Z][\w&’'-]+\s+(?:and\s+|of\s+"
    r"|for\s+)?){1,6}(?:Council|Committee|Board|Cabinet|Panel|Forum|Group|board|committee|panel))\b"
)
_MONTH_YEAR_TAIL = phrase(
    r"[\s,–-]*\b(?:january|february|march|april|may|june|july|august|september|october|november"
    r"|december)\b\s*(?:\d{4})?\s*$|\s*[,–-]?\s*\b(?:19|20)\d\d\s*$"
)
_LEADING = phrase(
    rf"^(?:(?:agm|a\.\s?g\.\s?m\.?) of\b"
    rf"|part \w+ of\b|the\b|draft\b|unconfirmed\b|unapproved\b|approved\b|confirmed\b|minutes\b|minute\b"
    rf"|notes?\b|agenda\b|actions?\b|record\b|summary\b|proceedings\b|action log\b|of\b|for\b|from\b|at\b|a\b|an\b"
    rf"|meeting of\b|(?:title|name) of (?:the )?meeting\b|report (?:for|to)(?: the)?\b"
    rf"|public (?=minutes|meeting)|(?:open|closed) (?=meeting|board|committee)|\(draft\)|title:"
    rf"|{_MODIFIERS}meeting of\b|{_MONTHS} (?:19|20)\d\d\b"
    rf"|ordinary\b|extra-?ordinary\b|annual (?=general|meeting|parish council|council"
    rf"|town))[\s:,–-]*"
)
_TRAILING = phrase(
    rf"[\s,:;–(-]*\b(?:{_MODIFIERS}meetings?|minutes|agenda|notes|action log|actions|held|on|at|in|from|the|a|of|draft"
    rf"|agm|a\.\s?g\.\s?m|annual(?: (?:parish |town )?council)?"
    rf"|annual general|ordinary|extra-?ordinary|planning|special|dated|date|tuesday|monday|wednesday"
    rf"|thursday|friday|saturday|sunday|public|virtual|open|monthly|meeting \d+)\b[\s.)]*$"
)
_SMALL_WORDS = frozenset(
    (
        "and",
        "at",
        "by",
        "cum",
        "for",
        "in",
        "juxta",
        "le",
        "next",
        "of",
        "on",
        "sub",
        "super",
        "the",
        "to",
        "under",
        "upon",
        "with",
    )
)
_ACRONYMS = frozenset(("icb", "ips", "ipss", "uk", "ict", "hr", "ema", "audit&", "send", "acp", "ii", "iii", "iv"))
_KIND_TITLES: tuple[tuple[PaperKind, re.Pattern[str]], ...] = (
    (
        PaperKind.ACTION_LOG,
        phrase(
            r"\b(?:actions? (?:log|list|tracker|sheet|register|points)|log of actions|outstanding actions|decision "
            r"tracker)\b"
        ),
    ),
    (
        PaperKind.DECISION_RECORD,
        phrase(
            r"\b(?:(?:record|notice|statement|schedule|summary) of (?:\w+ ){0,4}?decisions?|decision (?:record"
            r"|notice|sheet|list)|(?:officer|delegated|executive|cabinet member) decision)\b"
        ),
    ),
    (
        PaperKind.MINUTES,
        phrase(
            r"\bminutes\b(?! silence)|\bnotes? (?:of|from|for) (?:\w+ ){0,6}?(?:meeting|group|publication)"
            r"|\bmeeting notes\b|\brecord of (?:the )?meeting\b|\bmeeting actions\b"
        ),
    ),
    (
        PaperKind.AGENDA,
        phrase(
            r"^\s*(?:public |draft )?agenda(?: (?:for|of|pack|and summons))?\b(?![^\S\n]+item)|\bsummons\b|\bnotice "
            r"of (?:a |the )?(?:\w+ ){0,4}?meeting\b|\bagenda\s*$"
        ),
    ),
    (
        PaperKind.STRATEGY,
        phrase(
            r"\b(?:strategy|strategic plan|delivery plan|action plan|policy framework|business plan)\b(?! (?:update"
            r"|report|committee|board|group|manager|officer))"
        ),
    ),
    (
        PaperKind.REPORT,
        phrase(r"\breport (?:of|by|to|from)\b|\bannual report\b|\bupdate report\b|\b(?:officer|committee) report\b"),
    ),
)
_MINUTES_WORD = phrase(r"\bminutes\b|\bheld (?:on|at|in)\b")
_AGENDA_OPENING = phrase(
    r"\b(?:you are (?:hereby )?(?:summoned|invited|requested)|notice is hereby given|will be held (?:on|at|in)"
    r"|members are (?:hereby )?summoned|business to be transacted)\b"
)
_DRAFT = phrase(
    r"^\W*draft\b|\bdraft (?:minutes|notes|copy|version)\b(?! of the (?:previous|last))|\b(?:unconfirmed"
    r"|unapproved)\b|\bsubject to (?:\w+ ){0,3}(?:approval|confirmation|ratification|agreement)\b|\bDRAFT\s*$"
    r"|\bminutes (?:are|remain) (?:in |a )?draft\b"
)

_FIGURES = re.compile(r"\d+")
_NUMBER = re.compile(
    r"\s*(?:minute\s+|min\.?\s+"
    r"|item\s+(?:no\.?\s+)?)?(?P<number>(?:[A-Z]{1,5}\s?[/-]?\s?)?\d{1,4}(?:[./]\d{1,4}){0,3})(?:[.):]|\\\.)?(?:\s+"
    r"|$)",
    re.IGNORECASE,
)
_NUMBER_ONLY = re.compile(
    r"(?:minute\s+|item\s+)?(?P<number>(?:[A-Z]{1,5}\s?[/-]?\s?)?\d{1,4}(?:[./]\d{1,4}){0,3})[.):]?", re.IGNORECASE
)
_KNOWN_TITLE = phrase(
    r"(?:to (?:receive|approve|note|consider|record|accept|confirm) (?:and \w+ )?(?:the |any )?)?(?:apolog(?:y"
    r"|ies)(?: for absences?)?|(?:members[’']? )?declarations? of (?:members[’']? )?(?:\w+ ){0,2}interests?"
    r"|disclosures? of \w+|minutes(?: of (?:the )?(?:previous|last)?\s*meetings?)?|matters arising|any other (?:\w+ "
    r")?business|aocb|aob|public (?:participation|forum|question time|session)|open forum"
    r"|correspondence|finance|planning(?: applications?)?|police report|chair(?:man|person)?[’']?s? (?:report"
    r"|announcements?|communications)|clerk[’']?s? report|highways|date (?:and time )?of (?:the )?next meeting|next "
    r"meeting|welcome|introductions?"
    r"|election of|approval of|exclusion of|urgent (?:business|items)|work programme|action (?:log|list)|reports?\b"
    r"|questions?\b|petitions?\b)"
)

_SENTENCE = re.compile(r"(?<=[a-z)])\.\s+(?=(?:There|The|An?|No|One|Two|Three|\d+)\s)")
_LOG_TITLE = phrase(r"\baction (?:log|list|tracker)\b|\blog of actions\b|\btracker\b")
_RUN_IN = re.compile(
    r"(?P<title>(?:Welcome and )?Apologies(?: for [Aa]bsence)?|Declarations? of [Ii]nterests?|Matters "
    r"[Aa]rising)[.:]?\s+(?=[A-Z])"
)
_PRESENT_LABEL = phrase(
    r"\s*(?:members |councillors |those |governors |directors |officers |also |persons |board members |others? "
    r")?(?:present|sederunt|attendees|attendance|in attendance(?: virtually)?|attending|invited|invitees|observers"
    r"|officers"
    r"|councillors|members(?: of the (?:public|council|board|committee|press))?|participants|apologies(?: for "
    r"absence)?(?: received)?(?: from)?|absent|absence|guests|representatives)"
    r"(?: (?:were|in attendance|present|at the meeting|virtually|remotely|from the (?:council"
    r"|trust)))?\s*(?:\([^)]*\))?(?::-|[:;–-]|(?= (?:Cllr|Councillor|Mr|Mrs|Ms|Miss|Dr|Sir|[A-Z][a-z]+ [A-Z]))"
    r"|\s*$)"
)
_INNER_LABEL = phrase(
    r"\b(?:also (?:present|in attendance)|in attendance|apologies(?: for absence)?(?: (?:were )?received)?(?: "
    r"from)?|absent|members of the public|officers present|observers)\s*:?|\bofficers(?: present)?\s*:"
)
_END_OF_NAMES = phrase(
    r"\b(?:chaired|welcomed|opened the|declared|members? of the public (?:attended|were|was|present)|there (?:were"
    r"|was)|meeting (?:started|commenced|opened|began|was)|unrestricted items|before the meeting|the chair)\b"
    r"|^\W*(?:items?|action|agenda|no|part [1a])\W*$"
)
_TITLES = phrase(
    r"^(?:(?:the )?(?:rt\.? )?(?:hon\.? )?(?:cllrs?|clr|councillors?|county councillor|district councillor|borough "
    r"councillor|ald(?:erman)?|mr|mrs|ms|miss|mx|dr|prof(?:essor)?|sir|dame|lord|lady|baroness|baron|rev(?:erend"
    r"|d)?|canon|father|fr|major|col(?:onel)?|capt(?:ain)?|pc|pcso|sgt|insp(?:ector)?|cpo|convener|provost|bailie"
    r"|cc|dcllr|governor)\b\.?\s*)+"
)
_PLURAL_TITLE = phrase(r"^(?:councillors|cllrs|messrs|mesdames)\b\.?\s*")
_UPPER = "A-ZÀ-ÖØ-ÞĆČŁŚŠŴŶŻŽ"
_LOWER = "a-zß-öø-ÿāćčēīłńōřśšūŵŷżž"
_TOKEN = (
    rf"(?:[{_UPPER}][{_LOWER}]+(?:[’'-][{_UPPER}]?[{_LOWER}]+)*"
    rf"|(?:Mc|Mac|O[’']|D[’']|De|Fitz)[{_UPPER}][{_LOWER}]+(?:-[{_UPPER}][{_LOWER}]+)*"
    rf"|[{_UPPER}]{{1,3}}\.?|[{_UPPER}]{{2,}}(?:-[{_UPPER}]{{2,}})*)"
)
_PERSON = re.compile(
    rf"(?P<name>(?:(?:Cllrs?|Clr|Councillors?|Ald|Alderman|Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Lord|Lady"
    rf"|Baroness|Rev|Revd|Reverend|Canon|Fr|Major|Col|Capt|PC|PCSO|Sgt|Insp|Inspector|Convener|Provost"
    rf"|Bailie)\b\.?\s*){{0,3}}"
    rf"{_TOKEN}(?:\s*(?:(?:de|van|von|der|la|le|du|al|el|bin|ap)\s+)?{_TOKEN}(?![a-z])){{0,4}})"
    r"(?P<groups>(?:\s*[(\[][^)\]]{1,120}[)\]])+)?(?:\s+(?P<initials>[A-Z][A-Za-z]{0,2}[A-Z])\b)?"
)
_TRAILING_ROLE = phrase(
    r"\s*[-–,:]?\s*(?:(?:vice|deputy)[\s-]*)?(?:chair(?:man|woman|person)?|clerk|convener|secretary|treasurer"
    r"|minutes?|minute[\s-]taker|rfo|observer|mayor|leader)\b(?: (?:to|of) the \w+)?"
)
_LEADING_ROLE = phrase(
    r"^(?:(?:in the chair|(?:vice|deputy)[\s-]*chair(?:man|woman|person)?|chair(?:man|woman|person)?|the clerk"
    r"|clerk|parish clerk|councillors?(?=\s*[:–-])|members?|apologies from|also|and|present"
    r"|officers?)\b[\s:.–-]*)+(?P<keep>)"
)
_CHAIRED = re.compile(
    r"\b(?P<who>[A-Z][\w.]*(?:\s+[A-Z][\w.]*){0,3})\s+(?:chaired|took\s+the\s+[Cc]hair|presided"
    r"|was\s+in\s+the\s+[Cc]hair)|[Cc]haired\s+by\s+(?P<by>[A-Z][\w.]*(?:\s+[A-Z][\w.]*){0,3})"
)
_ROLE_WORDS = _set(
    "chair chairman chairwoman chairperson vice clerk officer director manager head secretary treasurer leader "
    "mayor executive advisor adviser observer solicitor counsel accountant lead coordinator engineer councillor "
    "member representative assistant minutes rfo auditor deputy governor teacher headteacher principal worker "
    "nurse architect surveyor warden ranger planner lawyer commissioner apprentice consultant administrator"
)
_NOT_NAMES = _ROLE_WORDS | _set(
    "action agency agenda and annual apologies association attendance authority bank board borough cabinet centre "
    "city college committee company council councillors county date department digital directors district england "
    "general group hall health hospital housing institute invited item items libraries library limited ltd market "
    "media meeting members ministry minutes nhs nil no none of office officers panel parish place police present "
    "press public publishing residents school service services society staff the time town trust union university "
    "venue village"
)
