"""Deadlines: the words of a deadline and the day they were written -> an interval.

Hides the calendar: months and seasons, financial and municipal years, working days and bank holidays, meetings known
and unknown. Hands over `Due`. Never invents a date: words that fix none give a Due without an end.

Settled readings, where the words alone leave a choice:
- a month or a day without a year is the next one on or after the meeting, but a day, or a limit ("by the end of June"),
  that passed less than sixty days before is that one: logs print deadlines until they are met. A weekday decides;
- quarters are financial ("Q3" is October to December) unless a plain year follows ("Q3 2024"); "year end" is 31 March,
  as accounts have it, "the end of the year" 31 December;
- "before" a day counts the day itself, as papers use "by" and "before" alike; before a month or a season ends on its
  eve;
- weeks end on Sunday; the municipal year, which ends with an annual meeting in May, ends on 31 May.

dateutil counts months and finds Easter, `holidays` knows the bank holidays. dateutil's parser does not read deadlines:
of the dated expressions of tests/data/deadlines.tsv it reads a fifth as they are meant, and days out of words that fix
none.
"""

from __future__ import annotations

import calendar
import datetime as dt
import functools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta

from pipeline.records import Due, DueKind, Span


def resolve(
    words: str,
    meeting: dt.date | None,
    *,
    next_meeting: dt.date | None = None,
    meeting_dates: Sequence[dt.date] = (),
    body: str | None = None,
) -> Due:
    """The interval that a deadline's words fix: a deadline column's cell, or the phrase cut from a sentence.

    `body` tells its own "next Board meeting" from another body's; `meeting_dates` date "the September meeting".
    """
    context = _Context(meeting, next_meeting, tuple(meeting_dates), body, trusted=True)
    times = _scan(words, context)
    if not times:
        return Due(words, None, None, DueKind.UNDATED)
    best = min(times, key=_rank)
    return Due(words, best.first, best.last, best.kind)


def find(
    text: str,
    meeting: dt.date | None,
    *,
    next_meeting: dt.date | None = None,
    meeting_dates: Sequence[dt.date] = (),
    body: str | None = None,
) -> list[tuple[Span, Due]]:
    """The deadlines that a sentence prints, the likeliest first; equal ones in the order of the text.

    Left out are times that are no deadline: what was held, dated or received, names ("the Spring Fair"), durations,
    days before the meeting.
    """
    if not _HINT.search(text):
        return []
    context = _Context(meeting, next_meeting, tuple(meeting_dates), body)
    times = [time for time in _scan(text, context) if _is_deadline(time, text, context)]
    times.sort(key=_rank)
    return [
        (Span(time.start, time.stop), Due(text[time.start : time.stop], time.first, time.last, time.kind))
        for time in times
    ]


def recurrence(words: str) -> relativedelta | None:
    """The time from one occurrence to the next that words of a recurring deadline fix; None for "at each meeting"."""
    match = _RECURRENCE.search(words)
    if match is None:
        return None
    unit, told = match["unit"].casefold(), (match["times"] or match["often"] or "one").casefold()
    step = _LENGTHS["y" if unit in _SEASONS or unit == "annual" else unit[0]]
    times = 2 if told in ("other", "twice", "bi", "half") else int(told) if told.isdigit() else _NUMBERS.get(told, 1)
    if match["often"] or told == "half" or (told == "bi" and unit == "annual"):
        new_year = dt.date(2001, 1, 1)
        return relativedelta(days=(new_year + step - new_year).days // times)
    return step * times


def parse_date(text: str, default_year: int | None = None) -> dt.date | None:
    """The first calendar date printed in `text`, day before month; None where a day, a month or a year is lacking."""
    return next((date for _, date in printed_dates(text, default_year)), None)


def printed_dates(text: str, default_year: int | None = None) -> Iterator[tuple[Span, dt.date]]:
    """Every calendar date printed in `text`, in order. A weekday without a year picks a year near the default one."""
    if not _DIGIT.search(text):
        return
    found: list[tuple[Span, dt.date]] = []
    for pattern in (_DAY_MONTH, _MONTH_DAY):
        for match in pattern.finditer(text):
            month = _month(match["month"])
            year = _year(match["year"], None) if match["year"] else None
            for day in re.findall(r"\d+", match["days"]):
                date = _printed_day(int(day), month, year, match["weekday"], default_year)
                if date:
                    found.append((Span(match.start(), match.end()), date))
    for match in _NUMERIC.finditer(text):
        date = _numeric(match)
        if date:
            found.append((Span(match.start(), match.end()), date))
    taken = -1
    last: Span | None = None
    for span, date in sorted(found, key=lambda item: (item[0].start, -item[0].end)):
        if span == last or span.start >= taken:
            yield span, date
            taken, last = span.end, span


def _printed_day(day: int, month: int, year: int | None, weekday: str | None, default: int | None) -> dt.date | None:
    if default is None or (year is not None and year >= 1960):
        return _date(year, month, day) if year else None
    # "16th November, 1930" near a paper of 2010 prints a time, not a year.
    near = [date for n in (default, default + 1, default - 1) if (date := _date(n, month, day))]
    fitting = [date for date in near if weekday and date.weekday() == _weekday(weekday)]
    return next(iter(fitting or near[:1]), None)


def misprints(text: str, meeting: dt.date | None = None) -> Iterator[tuple[Span, str]]:
    """Dates that cannot be as they are printed, in order, each with what is wrong with it.

    Days that no calendar has, and weekdays that the day does not fall on: in the year printed or, where none is, in any
    of the three years around the `meeting`.
    """
    found: list[tuple[Span, str]] = []
    for pattern in (_DAY_MONTH, _MONTH_DAY):
        for match in pattern.finditer(text):
            year = _year(match["year"], None) if match["year"] else None
            years = [year] if year else [meeting.year + n for n in (0, -1, 1)] if meeting else []
            for day in map(int, re.findall(r"\d+", match["days"])):
                wrong = _misprint(day, _month(match["month"]), years, match["weekday"])
                if wrong:
                    found.append((Span(match.start(), match.end()), wrong))
    for match in _NUMERIC.finditer(text):
        surely = match["iso"] or match["sep"] != "." or len(match["y"]) == 4  # "4.15.21" may number a paragraph
        if surely and _numeric(match) is None:
            month = int(match["m2"] or match["m"])
            wrong = f"there is no month {month}; print the day first" if month > 12 else "there is no such day"
            found.append((Span(match.start(), match.end()), wrong))
    yield from sorted(found)


def _misprint(day: int, month: int, years: Sequence[int], weekday: str | None) -> str | None:
    dates = [date for year in years if (date := _date(year, month, day))]
    if not dates:
        if _date(_LEAP_YEAR, month, day) is None:
            return f"there is no {day} {calendar.month_name[month]}"
        return f"there is no {day} {calendar.month_name[month]} in {years[0]}" if len(years) == 1 else None
    if weekday is None or any(date.weekday() == _weekday(weekday) for date in dates):
        return None
    return f"{dates[0].day} {dates[0]:%B %Y} is a {dates[0]:%A}"


_LEAP_YEAR = 2000


def add_working_days(day: dt.date, count: int) -> dt.date:
    """The day `count` working days later: no weekends, no bank holidays of England and Wales."""
    while count > 0:
        day += dt.timedelta(days=1)
        if day.weekday() < 5 and day not in _bank_holidays(day.year):
            count -= 1
    return day


@dataclass(frozen=True, slots=True)
class _Context:
    meeting: dt.date | None
    next_meeting: dt.date | None
    meeting_dates: tuple[dt.date, ...]
    body: str | None
    trusted: bool = False
    """The words are known to be a deadline: a bare month, weekday or year counts."""

    def meeting_within(self, first: dt.date, last: dt.date) -> dt.date | None:
        """The first known later meeting in an interval; without one, the meeting itself where it lies within."""
        known = sorted({*self.meeting_dates, *([self.next_meeting] if self.next_meeting else [])})
        later = (day for day in known if first <= day <= last and (self.meeting is None or day > self.meeting))
        return next(later, self.meeting if self.meeting and first <= self.meeting <= last else None)


@dataclass(frozen=True, slots=True)
class _Time:
    """One expression of time in a text. `shape` tells what it is made of, `prep` and `part` what governs it."""

    start: int
    stop: int
    shape: str
    first: dt.date | None
    last: dt.date | None
    kind: DueKind = DueKind.ABSOLUTE
    prep: str = ""
    part: str = ""
    core: int = 0
    """Where the expression itself starts, after the words that govern it."""
    yearless: bool = False
    shift: int = 0
    """Positive where it dates something else ("after consultation in May", "was 1 May"), negative for "moved to" and
    for a month that names a meeting."""


def _scan(text: str, context: _Context) -> list[_Time]:
    """All expressions of time, none overlapping, each with the words that govern it."""
    found: list[_Time] = []
    for shape, pattern, read in _CORES:
        for match in pattern.finditer(text):
            time = read(match, context)
            if time is not None:
                found.append(replace(time, shape=shape, start=match.start(), stop=match.end(), core=match.start()))
    found.sort(key=lambda time: (time.start, -(time.stop - time.start)))
    cores: list[_Time] = []
    for time in found:
        if not cores or time.start >= cores[-1].stop:
            cores.append(time)
    governed = [_govern(time, text, cores[i - 1].stop if i else 0, context) for i, time in enumerate(cores)]
    joined = _joined([time for time in governed if time is not None], text, context)
    return [_expired(time, context) for time in joined]


def _govern(time: _Time, text: str, since: int, context: _Context) -> _Time | None:
    """The expression with its preposition and its part ("by the end of", "in early", "at its meeting in")."""
    offset = max(since, time.core - 90)
    window = text[offset : time.core]
    match = _BEFORE.search(window)
    assert match is not None
    prep = re.sub(r"\s+", " ", (match["prep"] or "").casefold())
    part = re.sub(r"\s+", " ", (match["part"] or "").casefold()).removeprefix("the ")
    start = offset + match.start() if (prep or part) else time.core
    if time.shape in _PERIODS:
        narrowed = _narrow(time, prep, part)
        if narrowed is None:
            return None
        time = narrowed
    elif time.shape == "day" and part:
        time = _narrow_day(time, part)
    if time.shape in _PERIODS and time.first and not part:
        if prep in _BEFORE_WORDS and time.kind is DueKind.ABSOLUTE and not _DEADLINE_NOUN.match(text, time.stop):
            eve = time.first - dt.timedelta(days=1)
            if context.meeting is None or eve >= context.meeting:
                time = replace(time, first=None, last=eve)
        if time.first:
            time = _meeting_of(time, text, offset + match.start(), context)
    if prep in _BY_WORDS or part.startswith("end"):
        time = replace(time, first=None)
    if prep in _AFTER_WORDS and time.shape not in ("vague", "meeting", "recurring"):
        time = replace(time, first=None, last=None, kind=DueKind.UNDATED)
    led = _MEETING_LEFT.search(text[max(since, start - 90) : start]) if time.shape in ("day", "month") else None
    if led:
        start = max(since, start - 90) + led.start()
        prep = led["led"].casefold()
    left = text[max(0, start - 60) : start]
    aside = (led is None and _ASIDE_LEFT.search(left)) or _PURPOSE.search(text[:start])
    shift = -1 if _MOVED_LEFT.search(left) else 3 if aside else 0
    return replace(time, start=start, prep=prep, part=part, shift=time.shift + shift)


def _meeting_of(time: _Time, text: str, start: int, context: _Context) -> _Time:
    """A month that names a meeting ("the May meeting", "its meeting in May"): that meeting's day where it is known."""
    first, last = time.first, time.last
    assert first is not None and last is not None
    right = _MEETING_RIGHT.match(text, time.stop)
    left = _MEETING_LEFT.search(text[max(0, start - 90) : start])
    named = right or left
    if not named:
        return time
    time = replace(time, stop=right.end() if right else time.stop, shift=-1)
    own = _own(named["whose"] + (right[0] if right else ""), context)
    day = context.meeting_within(first, last) if own else None
    return replace(time, first=day, last=day) if day else time


def _joined(times: list[_Time], text: str, context: _Context) -> list[_Time]:
    """Ranges made one ("March to May", "Sept/Oct"), and the next meeting with the date printed beside it."""
    out: list[_Time] = []
    for time in times:
        before = out[-1] if out else None
        if before is None:
            out.append(time)
            continue
        between = text[before.stop : time.core]
        if (
            before.kind is time.kind is DueKind.ABSOLUTE
            and before.shape in _CALENDAR
            and time.shape in _CALENDAR
            and time.last
            and _CONNECTED.fullmatch(between)
            and not (before.shape == "year" and _GATHERED.search(text, time.core, time.stop))
        ):
            first = before.first if before.first and before.first <= time.last else time.first
            out[-1] = replace(before, stop=time.stop, first=first, last=time.last, part=time.part)
        elif (
            before.shape == "meeting"
            and time.shape in ("day", "month")
            and _BESIDE.fullmatch(text[before.stop : time.start])
        ):
            closing = 1 if "(" in between and text[time.stop : time.stop + 1] == ")" else 0
            stop = time.stop + closing
            if time.shape == "month" and before.kind is DueKind.NEXT_MEETING and time.first and time.last:
                known = context.meeting_within(time.first, time.last)
                out[-1] = replace(before, stop=stop, first=known or before.first, last=known or before.last)
            else:
                out[-1] = replace(time, start=before.start, stop=stop, prep=before.prep)
        else:
            out.append(time)
    return _repeated(out, text)


def _repeated(times: list[_Time], text: str) -> list[_Time]:
    """What recurs made one with its bounds and days: "monthly from April", "by 31 March each year"."""
    out: list[_Time] = []
    for time in times:
        before = out[-1] if out else None
        if before is None or text[before.stop : time.start].strip():
            out.append(time)
        elif before.shape == "recurring" and time.prep in _RUNNING:
            out[-1] = replace(before, stop=time.stop)
        elif time.shape == "recurring" and before.shape in ("day", "month"):
            out[-1] = replace(time, start=before.start)
        else:
            out.append(time)
    return out


def _expired(time: _Time, context: _Context) -> _Time:
    """A limit without a year that passed less than sixty days ago is that one: a log prints it until it is met."""
    limit = time.prep in _BY_WORDS or time.part.startswith("end") or (context.trusted and not time.prep)
    if time.shape != "month" or not (time.yearless and limit) or time.last is None or context.meeting is None:
        return time
    if time.first and (time.last - time.first).days > 31:
        return time
    passed = time.last - relativedelta(years=1)
    if time.last.day == _month_end(time.last).day:
        passed = _month_end(passed)
    if not dt.timedelta(0) < context.meeting - passed < dt.timedelta(days=60):
        return time
    return replace(time, first=time.first and time.first - relativedelta(years=1), last=passed)


def _narrow(time: _Time, prep: str, part: str) -> _Time | None:
    """A period cut to the part that the words name: its end, its early third, its second week."""
    first, last = time.first, time.last
    if first is None or last is None or not part:
        if not part and time.shape == "unit" and time.kind is DueKind.ABSOLUTE and time.yearless:
            return None
        return time
    if part.startswith(("end", "clos", "later", "rest", "remainder", "latter", "course")):
        return time
    if match := re.match(r"(\w+) (?:full )?week\b", part):
        begin = 22 if match[1] == "last" else _ORDINALS.get(match[1], 0) * 7 - 6
        if time.shape != "month" or begin < 1:
            return time
        if match[1] == "last":
            return replace(time, first=last - dt.timedelta(days=6))
        return replace(time, first=first.replace(day=begin), last=first.replace(day=min(begin + 6, last.day)))
    if match := re.match(rf"(\w+) ({_WEEKDAY})", part):
        nth = -1 if match[1] == "last" else _ORDINALS.get(match[1], 0)
        day = _nth_weekday(first, nth, _WEEKDAYS.index(match[2][:3]))
        return replace(time, first=day, last=day) if day else time
    if match := re.match(r"(\w+) working day\b", part):
        nth = -1 if match[1] == "last" else _ORDINALS.get(match[1], 0)
        day = _nth_working_day(first, nth) if time.shape in ("month", "unit") else None
        return replace(time, first=day, last=day) if day else time
    if " half " in part:
        months = _months(first, last) // 2
        middle = first + relativedelta(months=months) if months else first.replace(day=min(16, last.day))
        if part.startswith(("first", "1st")):
            return replace(time, last=middle - dt.timedelta(days=1))
        return replace(time, first=middle)
    if part.startswith(("beginning", "start")):
        if prep in _BEFORE_WORDS:
            return replace(time, first=None, last=first - dt.timedelta(days=1))
        if prep in ("by", "from", "no later than") and (prep != "from" or _months(first, last) == 1):
            return replace(time, last=first)
        if _months(first, last) > 1:
            return replace(time, last=_month_end(first))
    part = part.rpartition("to")[2].strip(" -") or part
    third = 0 if part.startswith(("early", "beginning", "start")) else 1 if part.startswith(("mid", "middle")) else 2
    first, last = _third(first, last, third)
    return replace(time, first=first, last=last)


def _narrow_day(time: _Time, part: str) -> _Time:
    """ "Week commencing 4 March" runs to the Sunday, "week ending 8 March" to that day."""
    if not part.startswith("w"):
        return time
    if re.search(r"ending|\bw/?e\b", part):
        return replace(time, first=time.last and time.last - dt.timedelta(days=6))
    return replace(time, last=time.first and time.first + dt.timedelta(days=6 - time.first.weekday()))


def _third(first: dt.date, last: dt.date, third: int) -> tuple[dt.date, dt.date]:
    """Early, mid or late: of a month to the 10th, the 20th and the end; of a longer period, its months; a week, all."""
    months = _months(first, last)
    if last - first < dt.timedelta(days=27):
        return first, last
    if months < 3:
        days = ((1, 10), (11, 20), (21, last.day))[third]
        return first.replace(day=min(days[0], last.day)), last.replace(day=days[1])
    size = months // 3
    begin = first + relativedelta(months=size * third)
    return begin, last if third == 2 else begin + relativedelta(months=size, days=-1)


def _rank(time: _Time) -> tuple[int, int]:
    """The firmest words first: a limit, then the next meeting, a day, a month, then what fixes no date."""
    if time.last is None and time.kind is not DueKind.NEXT_MEETING:
        weight = 6 if time.kind is DueKind.RECURRING else 7
    elif time.prep in _BY_WORDS or time.shape == "within":
        weight = 0
    elif time.kind is DueKind.NEXT_MEETING:
        weight = 1
    elif time.shape in ("day", "weekday", "feast", "now"):
        weight = 2
    elif time.prep in ("from", "for") or time.shape in ("year", "unit"):
        weight = 4
    else:
        weight = 3
    return weight + time.shift, time.start


def _is_deadline(time: _Time, text: str, context: _Context) -> bool:
    """Whether an expression of time in a sentence may be its deadline."""
    left = text[max(0, time.start - 40) : time.start]
    limit = time.prep in _BY_WORDS or time.part.startswith("end")
    if time.prep in ("since", "of", "about") and not time.part:
        return False
    if time.prep == "between" and time.first == time.last:
        return False
    passed = time.last is not None and context.meeting is not None and time.last < context.meeting
    if passed and (not limit or _INTENDED_LEFT.search(text[: time.start])):
        return False
    if time.kind is not DueKind.ABSOLUTE or time.shape in ("within", "now"):
        return not _IN_COMPOUND.match(text, time.stop) or time.kind is not DueKind.RECURRING
    if (
        time.yearless
        and not limit
        and (
            (_PAST_LEFT.search(left) and not _FUTURE_LEFT.search(left))
            or (time.prep in ("in", "on", "at", "during") and _PERFECT_LEFT.search(text[: time.start]))
            or _PERFECT_RIGHT.match(text, time.stop)
            or _just_past(time, text, context)
        )
    ):
        return False
    if _DATED_LEFT.search(left):
        return False
    if text[time.stop : time.stop + 2] in ("'s", "’s"):
        return False
    if time.prep == "for" and time.first and time.last and (time.last - time.first).days > 100:
        return False  # "the budget for 2015", "data for next year": what it is about, not when
    if time.shape in ("month", "season", "year", "quarter", "feast") and not time.prep and not time.part:
        named = _MEETING_RIGHT.search(text[time.core : time.stop + 12])
        said = _RELATIVE.match(text, time.core) and not _NOUN_RIGHT.match(text, time.stop)
        return bool((named and _own(named[0], context)) or said or (time.shape == "feast" and time.core == 0))
    if (
        time.shape in ("season", "year", "feast", "unit", "quarter", "weekday")
        and time.prep not in _BY_WORDS
        and not time.part
    ):
        return not _NOUN_RIGHT.match(text, time.stop)
    return True


def _just_past(time: _Time, text: str, context: _Context) -> bool:
    """Whether a month names a meeting that was held: "the February meeting", said in March."""
    if time.shape != "month" or time.last is None or context.meeting is None:
        return False
    return (time.last - context.meeting).days > 270 and bool(_GATHERED.search(text, time.core, time.stop))


# --- what the single expressions say -------------------------------------------------------------------------------


def _time(
    first: dt.date | None,
    last: dt.date | None,
    kind: DueKind = DueKind.ABSOLUTE,
    *,
    yearless: bool = False,
) -> _Time:
    return _Time(0, 0, "", first, last, kind, yearless=yearless)


_NO_DATE = _Time(0, 0, "", None, None, DueKind.UNDATED)


def _read_day(match: re.Match[str], context: _Context) -> _Time | None:
    """ "Tuesday 4th October 2011", "19th and 20th October"; without a year, the one that the meeting makes likely."""
    month = _month(match["month"])
    days = [int(day) for day in re.findall(r"\d+", match["days"])]
    if match["year"]:
        year = _year(match["year"], context)
        if year is None:
            return None
        dates = [_date(year, month, day) for day in days]
    elif context.meeting is None:
        return _NO_DATE
    elif match.re is _MONTH_DAY and match["days"].isdigit() and 0 <= 2000 + days[0] - context.meeting.year <= 1:
        return None  # "from April 25", said in 2025, is a month: UK papers print the day first
    else:
        weekday = _weekday(match["weekday"]) if match["weekday"] else None
        last = _near(days[-1], month, context.meeting, weekday)
        dates = [_date(last.year, month, day) if last else None for day in days]
    if dates[0] is None or dates[-1] is None:
        return None
    return _time(min(dates[0], dates[-1]), dates[-1], yearless=not match["year"])


def _read_numeric(match: re.Match[str], context: _Context) -> _Time | None:
    date = _numeric(match)
    return _time(date, date) if date else None


def _read_day_slash_month(match: re.Match[str], context: _Context) -> _Time | None:
    """ "30/11" and "30.11.": only where the words are known to be a deadline, or after a preposition."""
    if context.meeting is None or not (context.trusted or match["lead"] is not None):
        return None
    date = _near(int(match["d"]), int(match["m"]), context.meeting, None) if int(match["m"]) <= 12 else None
    return _time(date, date, yearless=True) if date else None


def _read_month(match: re.Match[str], context: _Context) -> _Time | None:
    """ "March 2024", "Mar-24", "next March", "March": without a year, the next on or after the meeting."""
    word = match["month"]
    if not word[0].isupper() and not context.trusted and not match["year"]:
        return None
    month = _month(word)
    which = (match["which"] or "").casefold().strip()
    if match["year"]:
        year = _year(match["year"], context)
        if year is None:
            return None
    elif context.meeting is None:
        return _NO_DATE
    elif which in ("last", "previous"):
        return None
    else:
        year = context.meeting.year + (month < context.meeting.month)
        if which == "next" and month == context.meeting.month:
            year += 1
    first = dt.date(year, month, 1)
    return _time(first, _month_end(first), yearless=not match["year"])


def _read_month_of_year(match: re.Match[str], context: _Context) -> _Time | None:
    """ "05/2024": in a sentence it may number a minute."""
    first = dt.date(int(match["year"]), int(match["month"]), 1)
    return _time(first, _month_end(first)) if context.trusted else None


def _read_season(match: re.Match[str], context: _Context) -> _Time | None:
    name = match["season"].casefold().replace("fall", "autumn")
    begin = _SEASONS[name]
    which = (match["which"] or "").casefold().strip()
    if which in ("last", "previous", "past"):
        return None
    if match["year"]:
        year = _year(match["year"][:4], context)
        if year is None:
            return None
        first = dt.date(year, begin, 1)
    elif context.meeting is None:
        return _NO_DATE
    else:
        first = dt.date(context.meeting.year - 1, begin, 1)
        while first + relativedelta(months=3, days=-1) < context.meeting:
            first += relativedelta(years=1)
        if which == "next" and first <= context.meeting:
            first += relativedelta(years=1)
    return _time(first, first + relativedelta(months=3, days=-1), yearless=not match["year"])


def _read_quarter(match: re.Match[str], context: _Context) -> _Time | None:
    number = _ORDINALS.get((match["q"] or match["nth"] or "").casefold())
    if number is None:
        return None
    printed = match["year"]
    if printed and re.fullmatch(r"\d{4}", printed):
        first = dt.date(int(printed), 3 * number - 2, 1)
    elif printed:
        start = _split_year(printed)
        if start is None:
            return None
        first = dt.date(start, 4, 1) + relativedelta(months=3 * (number - 1))
    elif context.meeting is None:
        return _NO_DATE
    else:
        first = _year_start(context.meeting, 4) + relativedelta(months=3 * (number - 1))
        while first + relativedelta(months=3, days=-1) < context.meeting:
            first += relativedelta(years=1)
    return _time(first, first + relativedelta(months=3, days=-1), yearless=not printed)


def _read_named_year(match: re.Match[str], context: _Context) -> _Time | None:
    """ "The next financial year", "2024/25 municipal year", "financial year 2024/25", "year end"."""
    name = (match["name"] or "financial").casefold()
    begin, length = (4, 12) if name.startswith(("financ", "fisc", "budget", "account")) else (5, 13)
    if name.startswith(("academic", "school")):
        begin, length = 9, 12
    if name.startswith("calendar"):
        begin, length = 1, 12
    printed = match["year"] or match["year2"]
    if printed:
        year = _split_year(printed) if len(printed) > 4 else int(printed)
        if year is None:
            return None
        first = dt.date(year, begin, 1)
    elif context.meeting is None:
        return _NO_DATE
    else:
        first = _year_start(context.meeting, begin)
        which = (match["which"] or "").casefold()
        if which in ("last", "previous", "past"):
            return None
        if which in ("next", "new", "coming", "following", "forthcoming"):
            first += relativedelta(years=1)
    return _time(first, first + relativedelta(months=length, days=-1), yearless=not printed)


def _read_split_year(match: re.Match[str], context: _Context) -> _Time | None:
    year = _split_year(match["year"])
    if year is None:
        return None
    return _time(dt.date(year, 4, 1), dt.date(year + 1, 3, 31))


def _read_year(match: re.Match[str], context: _Context) -> _Time | None:
    year = int(match["year"])
    return _time(dt.date(year, 1, 1), dt.date(year, 12, 31))


def _read_unit(match: re.Match[str], context: _Context) -> _Time | None:
    """ "This week", "next month", "the end of the year"; "the month" alone is no time, which `_narrow` sees to."""
    which = (match["which"] or "").casefold()
    unit = match["unit"].casefold()
    day = context.meeting
    if day is None:
        return _NO_DATE
    steps = {"next": 1, "following": 1, "coming": 1, "forthcoming": 1, "new": 1}.get(
        which.split()[-1] if which else "", 0
    )
    if match["skip"]:
        steps = 2
    bare = which in ("", "the", "each") and not match["skip"]
    if unit in ("week", "weekend", "fortnight"):
        first = day - dt.timedelta(days=day.weekday()) + dt.timedelta(days=7 * steps)
        last = first + dt.timedelta(days=13 if unit == "fortnight" else 6)
        if (match["kind"] or "").casefold().startswith("working"):
            last -= dt.timedelta(days=2)
        if unit == "weekend":
            first = last - dt.timedelta(days=1)
    elif unit == "day":
        if not steps:
            return None
        first = last = day + dt.timedelta(days=1)
    elif unit == "month":
        first = day.replace(day=1) + relativedelta(months=steps)
        last = _month_end(first)
    elif unit == "quarter":
        first = dt.date(day.year, 3 * ((day.month - 1) // 3) + 1, 1) + relativedelta(months=3 * steps)
        last = first + relativedelta(months=3, days=-1)
    else:
        if which.endswith("new"):
            return _NO_DATE if match["unit"] == "Year" or which == "the new" else None
        first = dt.date(day.year + steps, 1, 1)
        last = dt.date(day.year + steps, 12, 31)
    return _time(first, last, yearless=bare and unit != "weekend")


def _read_unit_end(match: re.Match[str], context: _Context) -> _Time | None:
    time = _read_unit(match, context)
    return replace(time, first=None, yearless=False) if time else None


def _read_later(match: re.Match[str], context: _Context) -> _Time | None:
    """ "Later this year", "later in the month", "before the year is out"."""
    if context.meeting is None:
        return _NO_DATE
    unit = (match["unit"] or match["out"]).casefold()
    if unit == "year":
        return _time(context.meeting, dt.date(context.meeting.year, 12, 31))
    if unit == "month":
        return _time(context.meeting, _month_end(context.meeting))
    return _time(context.meeting, context.meeting + dt.timedelta(days=6 - context.meeting.weekday()))


def _read_within(match: re.Match[str], context: _Context) -> _Time | None:
    said = match.groupdict()
    if said["count"]:
        count = _number(said.get("upper") or said["count"])
    elif re.search(r"next|coming", said["lead"].casefold()) and not said["unit"].casefold().endswith("s"):
        count = 1
    else:
        return None
    day = context.meeting
    if count is None or count > 1000 or day is None or said.get("from"):
        return _NO_DATE
    unit = said["unit"][0].casefold()  # hours, days, weeks, fortnights, months, quarters or years
    qualifier = (said["qualifier"] or "").casefold()
    if qualifier:
        if qualifier.startswith("school") or unit in "my":
            return _NO_DATE
        last = add_working_days(day, count * (5 if unit == "w" else 1))
    elif unit == "h":
        last = day + dt.timedelta(days=-(-count // 24))
    else:
        last = day + _LENGTHS[unit] * count
    return _time(day, last)


def _read_weekday(match: re.Match[str], context: _Context) -> _Time | None:
    if context.meeting is None:
        return _NO_DATE
    which = (match["which"] or "").casefold()
    if which in ("last", "previous", "every", "each"):
        return None
    if not match["weekday"][0].isupper() and not context.trusted:
        return None
    ahead = (_weekday(match["weekday"]) - context.meeting.weekday() - 1) % 7 + 1
    day = context.meeting + dt.timedelta(days=ahead)
    if which == "next" and day.isocalendar()[:2] == context.meeting.isocalendar()[:2]:
        day += dt.timedelta(days=7)
    if match["of"]:
        monday = context.meeting - dt.timedelta(days=context.meeting.weekday())
        day = monday + dt.timedelta(days=_weekday(match["weekday"]) + (7 if match["of"].casefold() == "next" else 0))
    if match["week"] or match["ahead"]:
        day += dt.timedelta(days=7)
    return _time(day, day, yearless=True)


def _read_day_of_month(match: re.Match[str], context: _Context) -> _Time | None:
    """ "By the 15th", "Monday 8th", "the 15th of next month"."""
    if context.meeting is None:
        return _NO_DATE
    day = int(match["day"])
    month = context.meeting.replace(day=1)
    relative = (match["month"] or "").casefold()
    if relative.startswith("next"):
        return _single(_date((month + relativedelta(months=1)).year, (month + relativedelta(months=1)).month, day))
    weekday = _weekday(match["weekday"]) if match["weekday"] else None
    for ahead in range(14):
        first = month + relativedelta(months=ahead)
        date = _date(first.year, first.month, day)
        if date and date > context.meeting and (weekday is None or date.weekday() == weekday):
            return _single(date)
        if relative.startswith("this") or (weekday is None and ahead > 1):
            break
    return None


def _single(date: dt.date | None) -> _Time | None:
    return _time(date, date, yearless=True) if date else None


def _read_now(match: re.Match[str], context: _Context) -> _Time | None:
    if context.meeting is None:
        return _NO_DATE
    word = match[0].casefold()
    ahead = 2 if "after tomorrow" in word else 1 if "tomorrow" in word or "overnight" in word else 0
    day = context.meeting + dt.timedelta(days=ahead)
    return _time(day, day)


def _read_feast(match: re.Match[str], context: _Context) -> _Time | None:
    name = re.sub(r"\s+", " ", match["feast"].casefold().replace("’", "'"))
    if match["year"]:
        day = _feast(name, int(match["year"]))
        return _time(day, day) if day else None
    if context.meeting is None:
        return _NO_DATE
    day = _feast(name, context.meeting.year)
    if day and day < context.meeting:
        day = _feast(name, context.meeting.year + 1)
    return _single(day)


def _read_next_meeting(match: re.Match[str], context: _Context) -> _Time | None:
    if not _own(match[0], context):
        return _NO_DATE
    return _time(context.next_meeting, context.next_meeting, DueKind.NEXT_MEETING)


def _read_recurring(match: re.Match[str], context: _Context) -> _Time | None:
    return _time(None, None, DueKind.RECURRING)


def _read_vague(match: re.Match[str], context: _Context) -> _Time | None:
    return _NO_DATE


# --- calendar ------------------------------------------------------------------------------------------------------


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _numeric(match: re.Match[str]) -> dt.date | None:
    """04/10/2011 is 4 October: UK papers print the day first, ISO dates the year."""
    if match["iso"]:
        return _date(int(match["iso"]), int(match["m2"]), int(match["d2"]))
    year = int(match["y"])
    return _date(year + 2000 if year < 100 else year, int(match["m"]), int(match["d"]))


def _month(word: str) -> int:
    return _MONTHS.index(word[:3].casefold()) + 1


def _weekday(word: str) -> int:
    return _WEEKDAYS.index(word[:3].casefold())


def _year(printed: str, context: _Context | None) -> int | None:
    """A printed year; two figures count only where they make a year near the meeting."""
    figures = re.sub(r"\D", "", printed)
    if len(figures) == 4:
        return int(figures)
    year = 2000 + int(figures)
    if context is None or context.meeting is None or "'" in printed or "’" in printed:
        return year
    return year if -3 <= year - context.meeting.year <= 10 else None


def _split_year(printed: str) -> int | None:
    """2024/25 -> 2024; None where the second is not the year after the first."""
    first, second = (int(figures) for figures in re.split(r"\s?[-/–]\s?", printed))
    first += 2000 if first < 100 else 0
    return first if 1990 <= first <= 2100 and (first + 1) % 100 == second % 100 else None


def _near(day: int, month: int, meeting: dt.date, weekday: int | None) -> dt.date | None:
    """A day without a year: the weekday's year where one is printed, else the next, unless it has just passed."""
    dates = [date for year in range(meeting.year - 1, meeting.year + 5) if (date := _date(year, month, day))]
    if weekday is not None:
        fitting = [date for date in dates[:3] if date.weekday() == weekday]
        if fitting:
            return min(fitting, key=lambda date: abs(date - meeting))
    return next((date for date in dates if date >= meeting - dt.timedelta(days=60)), None)


def _year_start(day: dt.date, month: int) -> dt.date:
    return dt.date(day.year - (day.month < month), month, 1)


def _month_end(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _months(first: dt.date, last: dt.date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _nth_weekday(first: dt.date, nth: int, weekday: int) -> dt.date | None:
    days = [first + dt.timedelta(days=n) for n in range(_month_end(first).day)]
    fitting = [day for day in days if day.weekday() == weekday and day.month == first.month]
    if nth == -1:
        return fitting[-1]
    return fitting[nth - 1] if 1 <= nth <= len(fitting) else None


def _nth_working_day(first: dt.date, nth: int) -> dt.date:
    """Of the month that starts on `first`; -1 is its last."""
    if nth > 0:
        return add_working_days(first - dt.timedelta(days=1), nth)
    day = _month_end(first)
    while add_working_days(day - dt.timedelta(days=1), 1) != day:
        day -= dt.timedelta(days=1)
    return day


def _feast(name: str, year: int) -> dt.date | None:
    if name in _FIXED_FEASTS:
        return dt.date(year, *_FIXED_FEASTS[name])
    if name in ("remembrance sunday", "remembrance day"):
        return _nth_weekday(dt.date(year, 11, 1), 2, 6)
    if name.endswith("bank holiday"):
        official = next(official for word, official in _BANK_HOLIDAYS.items() if word in name)
        return next((day for day, title in _bank_holidays(year).items() if title.startswith(official)), None)
    return easter(year) + dt.timedelta(days={"good friday": -2, "easter monday": 1}.get(name, 0))


@functools.cache
def _bank_holidays(year: int) -> dict[dt.date, str]:
    import holidays  # here: it takes as long to load as the rest of this module together, and few papers need it

    return dict(holidays.country_holidays("GB", subdiv="ENG", years=year))


def _number(word: str) -> int | None:
    word = re.sub(r"\s+", " ", word.casefold().strip())
    return int(word) if word.isdigit() else _NUMBERS.get(word)


def _own(whose: str, context: _Context) -> bool:
    """Whether the words before or after "meeting" can name the body itself: every one is general or from its name."""
    words = set(re.findall(r"[a-z]+", whose.casefold())) - _GENERAL
    if not words:
        return True
    if context.body is None:
        return words <= _BODIES
    body = context.body.casefold()
    initials = "".join(word[0] for word in re.findall(r"[a-z]+", body) if word not in _GENERAL)
    return all(word in body.split() or (len(word) > 1 and initials.endswith(word)) for word in words)


# --- words ---------------------------------------------------------------------------------------------------------

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
_FIXED_FEASTS = {
    "armistice day": (11, 11),
    "bonfire night": (11, 5),
    "boxing day": (12, 26),
    "christmas": (12, 25),
    "christmas day": (12, 25),
    "christmas eve": (12, 24),
    "halloween": (10, 31),
    "hallowe'en": (10, 31),
    "lady day": (3, 25),
    "michaelmas": (9, 29),
    "midsummer": (6, 24),
    "midsummer day": (6, 24),
    "new year's day": (1, 1),
    "new year's eve": (12, 31),
    "st andrew's day": (11, 30),
    "st george's day": (4, 23),
    "ve day": (5, 8),
    "vj day": (8, 15),
    "xmas": (12, 25),
}
_BANK_HOLIDAYS = {"early may": "May Day", "may day": "May Day", "late may": "Spring", "spring": "Spring"}
_BANK_HOLIDAYS |= {"whitsun": "Spring", "summer": "Late Summer", "august": "Late Summer"}
_ORDINALS = dict.fromkeys(("1", "1st", "first", "one"), 1)
_ORDINALS |= dict.fromkeys(("2", "2nd", "second", "two"), 2)
_ORDINALS |= dict.fromkeys(("3", "3rd", "third", "three"), 3)
_ORDINALS |= dict.fromkeys(("4", "4th", "fourth", "four", "final"), 4)
_ORDINALS |= dict.fromkeys(("5th", "fifth"), 5)
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
_NUMBERS |= {"nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15}
_NUMBERS |= {"sixteen": 16, "eighteen": 18, "twenty": 20, "twenty-one": 21, "twenty-four": 24, "twenty-eight": 28}
_NUMBERS |= {"thirty": 30, "thirty-six": 36, "forty": 40, "forty-eight": 48, "fifty": 50, "sixty": 60, "ninety": 90}
_NUMBERS |= {"a couple of": 2, "couple of": 2}


_LENGTHS = {
    "d": relativedelta(days=1),
    "w": relativedelta(weeks=1),
    "f": relativedelta(weeks=2),
    "m": relativedelta(months=1),
    "q": relativedelta(months=3),
    "t": relativedelta(months=4),
    "y": relativedelta(years=1),
}


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_GENERAL = _set(
    "a an the its our their this that of next following ordinary scheduled full main formal regular monthly quarterly "
    "routine public normal and meeting meetings mtg s agenda item available"
)
_BODIES = _set("board council committee panel cabinet parish town community forum group trust governors executive")
_PERIODS = frozenset(("month", "season", "quarter", "year", "unit"))
_CALENDAR = frozenset(("day", "month", "season", "year", "quarter", "weekday", "unit"))
_RUNNING = frozenset(("from", "between", "during", "throughout", "until"))
_BEFORE_WORDS = frozenset(("before", "prior to", "ahead of", "in advance of", "in time for"))
_AFTER_WORDS = frozenset(("after", "not before", "no earlier than", "not earlier than"))
_BY_WORDS = _BEFORE_WORDS | frozenset(
    (
        *("by", "by or before", "by no later than", "no later than", "not later than", "on or before"),
        *("deadline", "deadline:", "deadline of", "deadline is", "deadline for", "due", "due by", "due on"),
        *("until", "till", "not until"),
    )
)

_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\b(?:\.(?=\s?[\d'’-]))?)\b"
)
_WEEKDAY = (
    r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tues|tue|weds|wed|thurs|thur|thu|fri|sat"
    r"|sun)\b\.?"
)
_DAY = r"(?<![\d.,:/£-])(?:0?[1-9]|[12]\d|3[01])(?:\s?(?:st|nd|rd|th)\b|(?![.,:]?\d))"
_DAYS = (
    rf"{_DAY}(?:\s*(?:,|and|&|or|to|[-–/])\s*(?:the\s+)?(?:{_WEEKDAY}\s+)?(?:0?[1-9]|[12]\d|3[01])(?:\s?(?:st|nd|rd"
    rf"|th)\b)?(?!\d))*"
)
_FULL_YEAR = r"(?:19|20)\d\d(?!\d)"
_SHORT_YEAR = r"['’]\s?\d\d(?!\w)|\d\d(?!\w|[.:/]\d|\s?[ap]\.?m|\s?%|\s*[-–]\s*\d|\s+(?:of\s+)?" + _MONTH + ")"
_SPLIT_YEAR = r"(?:20)?\d\d\s?[-/–]\s?(?:20)?\d\d(?![\d/-])"
_COUNT = "|".join((r"\d+", *sorted(_NUMBERS, key=len, reverse=True)))
_UNIT = r"(?:hour|hr|day|week|wk|fortnight|month|mth|quarter|year|yr)s?\b"
_NTH = r"first|second|third|fourth|fifth|last|final|1st|2nd|3rd|4th|5th"


def phrase(pattern: str) -> re.Pattern[str]:
    """A pattern in which a space stands for white space of any length, and case does not count."""
    return re.compile(pattern.replace(" ", r"\s+"), re.IGNORECASE)


_RECURRENCE = phrase(
    r"\b(?:(?P<often>once|twice|three|four|six)(?: times)? (?:a|per|each|every) |(?:each|every) )?"
    r"(?:(?P<times>other|half|two|three|four|six|twelve|bi|\d+)[\s-]?)?"
    r"(?P<unit>dai?l?y|week|fortnight|month|quarter|term|year|annual|spring|summer|autumn|winter)(?:ly|s)?\b"
)
_DIGIT = re.compile(r"\d")
_DAY_MONTH = phrase(
    rf"(?:\b(?P<weekday>{_WEEKDAY}),? )?(?:the )?(?P<days>{_DAYS})\s*(?:of |[-./])?\s*(?P<month>{_MONTH}),?"
    rf"(?:[\s-]*(?P<year>{_FULL_YEAR}|{_SHORT_YEAR}))?"
)
_MONTH_DAY = phrase(
    rf"(?:\b(?P<weekday>{_WEEKDAY}),? )?\b(?P<month>{_MONTH}) (?:the )?"
    rf"(?P<days>(?:0?[1-9]|[12]\d|3[01])(?:\s?(?:st|nd|rd|th)\b)?(?![\d:/%]))(?:,? (?P<year>{_FULL_YEAR}))?(?!\s*[-/])"
)
_NUMERIC = re.compile(
    r"(?<![\d/.-])(?:(?P<iso>(?:19|20)\d\d)(?P<sep2>[-/.‐–])(?P<m2>\d{1,2})(?P=sep2)(?P<d2>\d{1,2})"
    r"|(?P<d>\d{1,2})\s?(?P<sep>[-/.])\s?(?P<m>\d{1,2})\s?(?P=sep)\s?(?P<y>(?:19|20)\d\d|\d\d))(?![\d/-]|\.\d)"
)

_WHOSE = r"(?:[\w&’'-]+\s+){0,5}?"
_GATHERING = r"(?:meetings?|mtg|agenda(?:\s+item)?|session|cttee|committee|board|council|cabinet|panel)"

_CORES: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str], _Context], _Time | None]], ...] = (
    ("day", _DAY_MONTH, _read_day),
    ("day", _MONTH_DAY, _read_day),
    ("day", _NUMERIC, _read_numeric),
    (
        "day",
        phrase(r"(?<![\d/.])(?P<lead>(?<=\bby\s)|(?<=\bon\s))?(?P<d>0?[1-9]|[12]\d|3[01])/(?P<m>\d{1,2})(?![\d/])"),
        _read_day_slash_month,
    ),
    (
        "month",
        phrase(
            rf"\b(?:(?P<which>next|this|last|previous|coming) )?(?P<month>{_MONTH})"
            rf"(?:,?\s*(?:of |[-–/]\s?)?(?P<year>{_FULL_YEAR}|{_SHORT_YEAR}))?"
        ),
        _read_month,
    ),
    ("month", phrase(r"(?<![\d/.])(?P<month>0[1-9]|1[0-2])/(?P<year>20\d\d)(?![\d/])"), _read_month_of_year),
    (
        "season",
        phrase(
            rf"\b(?:(?P<which>next|this|last|previous|past|coming) )?(?P<season>spring|summer|autumn|winter)\b(?! term)"
            rf"(?:\s*(?:of )?(?P<year>{_FULL_YEAR}(?:[/-]\d\d)?))?"
        ),
        _read_season,
    ),
    (
        "quarter",
        phrase(
            rf"\b(?:q(?:uarter|tr\.?)?\s?(?P<q>[1-4]|one|two|three|four)|(?P<nth>first|second|third|fourth|final|1st|2nd"
            rf"|3rd|4th) quarter)\b"
            rf"(?:,?\s*(?:of )?(?:the )?(?:fy\s?)?(?P<year>{_SPLIT_YEAR}|{_FULL_YEAR}))?"
        ),
        _read_quarter,
    ),
    (
        "year",
        phrase(
            rf"\b(?:(?:the )?(?P<which>this|current|next|new|coming|following|forthcoming|last|previous|past) )?"
            rf"(?:(?P<year>{_SPLIT_YEAR}|{_FULL_YEAR}) )?(?P<name>financial|fiscal|budget|accounting|municipal"
            rf"|civic|council|academic|school|calendar) year"
            rf"(?:[\s-]*end(?:ing)?\b)?(?: (?:of )?(?P<year2>{_SPLIT_YEAR}|{_FULL_YEAR}))?"
            r"|\byear[\s-]end\b"
        ),
        _read_named_year,
    ),
    ("year", phrase(rf"(?<![\d/.£,-])(?P<year>{_SPLIT_YEAR})"), _read_split_year),
    ("year", phrase(rf"(?<![\d/.£,])(?<!\d[-–])(?P<year>{_FULL_YEAR})(?![\d/%,]\d|\s?[-–]\s?\d)"), _read_year),
    (
        "unit",
        phrase(
            r"\b(?P<which>this coming|the coming|the following|the next|the current|the new|this|next|following|new"
            r"|the) "
            r"(?P<kind>working |calendar )?(?P<unit>week|weekend|month|quarter|year|day|fortnight)\b"
            r"(?P<skip> after next\b)?(?!\s*(?:[-–]|commenc|beginning|ending|starting|of \d))(?!['’]s? time\b)"
        ),
        _read_unit,
    ),
    (
        "unit",
        phrase(
            r"(?<=\bend\sof\s)(?P<which>)(?P<kind>working |calendar )?(?P<unit>week|month|quarter|year)\b(?P<skip>)"
        ),
        _read_unit,
    ),
    ("unit", phrase(r"\b(?P<unit>month|quarter)[\s-]end\b(?P<which>)(?P<kind>)(?P<skip>)"), _read_unit_end),
    (
        "unit",
        phrase(
            r"\b(?:later|further|sometime|some time|during|within) (?:on )?(?:this|in the|the|in) (?P<unit>year"
            r"|month|week)\b|\bbefore (?:the|this) (?P<out>year|month|week) is out\b"
        ),
        _read_later,
    ),
    (
        "within",
        phrase(
            rf"\b(?P<lead>within(?: (?:the next|the|a period of|about))?|in(?: (?:the next|about|around))?"
            rf"|over the (?:next|coming)|during the next|for the next) "
            rf"(?:(?P<count>{_COUNT})(?:(?: to | or |\s?[-–]\s?)(?P<upper>{_COUNT}))?\s?)?"
            rf"(?:calendar |clear (?=working))?"
            rf"(?P<qualifier>working|clear|business|school)?\s*"
            rf"(?P<unit>{_UNIT})['’]?(?: time\b)?"
            rf"(?P<from> (?:of|from|after) (?!(?:the|this|today'?s?|the date of (?:the|this)) meeting\b|today\b|now\b)"
            rf"\w+)?"
        ),
        _read_within,
    ),
    (
        "within",
        phrase(
            rf"\b(?P<count>{_COUNT}) (?P<qualifier>working )?(?P<unit>{_UNIT})['’]? "
            r"(?:(?:from )?today|from now|hence|(?:after|from|of) (?:the date of )?(?:the|this|today['’]?s) meeting)\b"
        ),
        _read_within,
    ),
    (
        "within",
        phrase(
            rf"\A\s*(?P<count>{_COUNT})(?:\s?[-–]\s?(?P<upper>{_COUNT}))?\s?(?P<qualifier>working )?"
            rf"(?P<unit>{_UNIT})\s*\Z"
        ),
        lambda match, context: _read_within(match, context) if context.trusted else None,
    ),
    (
        "weekday",
        phrase(
            r"\b(?:(?P<which>this coming|this|next|the following|following|coming|last|previous|every|each"
            r"|(?P<ahead>a week(?: on)?)) )?"
            r"(?<!\ba\s)(?<!\bfirst\s)(?<!\bsecond\s)(?<!\bthird\s)(?<!\bfourth\s)(?P<weekday>monday|tuesday"
            r"|wednesday|thursday|friday|saturday|sunday)\b"
            r"(?: (?P<week>week)\b(?! commenc)|(?: of)? (?P<of>this|next) week\b)?"
            r"(?! (?:\d|the \d))"
        ),
        _read_weekday,
    ),
    (
        "day",
        phrase(
            rf"(?:\b(?P<weekday>{_WEEKDAY}),? (?:the )?|\b(?:by|on|before|until) the )(?P<day>0?[1-9]|[12]\d"
            rf"|3[01])(?:st|nd|rd|th)\b"
            rf"(?: of (?P<month>this month|next month|the month)| inst\b\.?)?"
            r"(?=\s*(?:$|[.,;:)]|and\b|at\b|to\b|for\b|so\b))"
        ),
        _read_day_of_month,
    ),
    (
        "now",
        phrase(r"\b(?:the day after tomorrow|tomorrow|today|tonight|overnight|this (?:morning|afternoon|evening))\b"),
        _read_now,
    ),
    (
        "feast",
        phrase(
            r"\b(?P<feast>christmas(?: (?:day|eve))?|xmas|easter(?: (?:sunday|monday))?|good friday|remembrance "
            r"(?:sunday|day)|armistice day"
            r"|bonfire night|hallowe['’]?en|new year['’]s (?:day|eve)|boxing day|st\.? (?:andrew|george)['’]s day"
            r"|v[ej] day|lady day|midsummer(?: day)?|michaelmas"
            r"|(?:the )?(?:early may|may day|late may|spring|whitsun|late summer|summer|august) bank holiday)\b"
            rf"(?: (?P<year>{_FULL_YEAR}))?"
        ),
        _read_feast,
    ),
    (
        "meeting",
        phrase(
            rf"\b(?:the |its |our |their )?(?:next|following|forthcoming|subsequent) "
            rf"(?!(?:week|month|quarter|term|year)['’]s|(?:the|this|that|its|our|their|an?)\b)(?P<whose>{_WHOSE}){_GATHERING}\b"
            rf"(?: meetings?\b| agenda\b)?(?: of (?:the )?(?-i:[A-Z][\w&’'-]*)(?: (?:(?:and|of|for|the) "
            rf")?(?-i:[A-Z][\w&’'-]*))*)?"
        ),
        _read_next_meeting,
    ),
    (
        "recurring",
        phrase(
            r"\b(?:at|to|for|in)?\s*(?:each|every) (?:other )?(?:(?:one|two|three|four|six|twelve|\d+) )?"
            r"(?:(?!this\b|next\b|last\b|the\b)[a-z]+ ){0,2}?(?:meetings?|day|weeks?|fortnight|months?|quarters?"
            r"|term|years?|spring|summer|autumn|winter|agenda)\b"
            r"|\bon a (?:\w+[\s-])?(?:daily|weekly|fortnightly|monthly|quarterly|termly|annual|yearly"
            r"|six[\s-]monthly|rolling) basis\b"
            r"|\b(?:six|three|6|3|two|bi)[\s-]?(?:monthly|weekly|annually)\b|\b(?:daily|weekly|fortnightly|monthly"
            r"|quarterly|termly|annually|yearly|half[\s-]yearly)\b"
            r"|\b(?:once|twice|(?:three|four|six) times) (?:a|per|each|every) (?:week|month|term|year)\b|\bat "
            r"(?:all )?(?:formal|future|all) meetings\b"
        ),
        _read_recurring,
    ),
    (
        "vague",
        phrase(
            r"\bin due course\b|\b(?:very )?shortly\b|\b(?:very )?soon\b(?! after)|\b(?:as )?soon as (?:is "
            r")?(?:practicable|practical|possible|available|reasonably \w+|they \w+|it \w+|this \w+)"
            r"|\basap\b|\ba\.s\.a\.p\.?|\b(?:at|to|for)?\s*(?:an?|some) (?:future|later|subsequent|further) (?:\w+ "
            r"){0,3}?(?:meeting|date|agenda|time|stage|point|session|committee|board|council)\b"
            r"|\bin (?:the )?(?:near|not too distant|foreseeable)?\s*future\b|\b(?:at )?(?:the |their |its "
            r")?(?:earliest|first) (?:available |possible )?opportunity\b"
            r"|\bwhen (?:it is |they are )?(?:available|ready|complete[d]?|possible|appropriate|known|received"
            r"|convenient)\b|\bas and when\b|\bon-?going\b|\bin the meantime\b"
            r"|\b(?:in|over|within|during) (?:the )?(?:next|coming|following)?\s*(?:a )?(?:few|several"
            r"|coming) (?:days|weeks|months|years)(?:['’] time)?\b|\bin the coming (?:days|weeks|months|year)\b"
            r"|\bover the coming (?:days|weeks|months)\b"
            r"|\b(?:as a matter of )?urgen(?:tly|cy)\b|\bimmediate(?:ly)?\b|\bforthwith\b|\bimminently\b|\bwithout "
            r"delay\b|\bgoing forward\b|\bat some (?:point|stage)\b"
            r"|\bt\.?b\.?[cad]\b\.?|\bto be (?:confirmed|advised|arranged|agreed)\b(?=\s*(?:$|[.;)]))|\b(?:early "
            r")?in the new year\b|\b(?:by|at|before|until)?\s*(?:the )?end of (?:the )?(?:(?:spring|summer|autumn"
            r"|school|this|next) )?term\b"
            r"|\b(?:spring|summer|autumn|next|this) term\b|\bhalf[\s-]term\b|\b(?:after|following|pending|until "
            r"after) (?:the )?(?:general |local |\w+ )?elections?\b|\bif and when\b|\buntil further notice\b"
        ),
        _read_vague,
    ),
)

_HINT = phrase(
    r"\d|\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\b|days?\b|hours|week|month|quarter|year|meeting"
    r"|agenda|next|spring|summer|autumn|winter"
    r"|christmas|xmas|easter|term|tomorrow|tonight|evening|soon|shortly|asap|a\.s\.a|course|future|opportunity|when"
    r"|going|meantime|coming|few|urgen|immedia|imminen"
    r"|forthwith|delay|forward|some|tb|t\.b|later|election|notice|daily|annually|each|every|basis|twice|once"
    r"|fortnight|overnight|to be |bonfire|hallow|hence|couple"
)
_BEFORE = phrase(
    r"(?:(?<![\w-])(?P<prep>(?:by|on|at) \d{1,2}(?:[.:]\d\d)?\s?(?:(?:[ap]\.?m\.?|noon)? on|[ap]\.?m\.?(?= $))"
    r"|by (?:noon|midday|midnight"
    r"|close of (?:play|business)) on|(?:by )?no later than|not later than"
    r"|no(?:t)? earlier than|not before|on or before|by or before|prior to|ahead of|in advance of|in time for|not until"
    r"|scheduled for"
    r"|due (?:by|on"
    r"|in)|due|deadline(?: (?:of|is|for)|:)?"
    r"|by|before|until|till|on|in|at|for|to|from|during|throughout|over|across|within|towards?|after|following|since|of"
    r"|between|around|about)[\s,:]+)?"
    r"(?:(?:the|this|next) )?(?:(?P<part>(?:the )?(?:(?:very )?end of(?: the)?|end[\s-]+(?:of[\s-]+)?|late(?: in)?"
    r"|later in(?: the)?|later|latter (?:part|half) of(?: the)?"
    r"|close of|course of(?: the)?|rest of(?: the)?|remainder of(?: the)?"
    rf"|(?:{_NTH}) (?:full )?week (?:of|in)(?: the)?|(?:{_NTH}) (?:{_WEEKDAY}|working day) (?:of|in)(?: the)?"
    r"|(?:first|second|1st|2nd) half of(?: the)?|middle of(?: the)?"
    r"|(?:early|mid)[\s-]+to[\s-]+(?:mid|late)[\s-]*|mid[\s-]*"
    r"|early part of(?: the)?|early(?: in)?(?: the)?"
    r"|(?:beginning|start) of(?: the)?"
    r"|(?:week|wk\.?) (?:commencing|comm\.?|beginning|beg\.?|starting|of)|w[/.]?[cb]\.?"
    r"|(?:week|wk\.?) ending|w/?e))[\s,:]*(?:the )?)?$"
)
_MEETING_LEFT = phrase(
    r"\b(?P<led>by|before|prior to|ahead of|until|at|to|for|on|after) (?:the|its|our|their|an?) "
    r"(?P<whose>(?:(?!at\b|to\b|for\b|by\b|on\b|in\b)[\w&’'-]+ ){0,5}?)(?:meeting|session|agm|egm|cgm|event"
    r"|workshop|briefing)s?"
    r"(?: of (?:the )?(?:[\w&’'-]+ ){0,5}?[\w&’'-]+)?\s*,?\s*(?:held |to be held |scheduled )?$"
)
_MEETING_RIGHT = phrase(
    rf"(?:['’]s)? (?P<whose>(?:(?!to\b|and\b|for\b|the\b)[\w&’'-]+ ){{0,3}}?){_GATHERING}\b(?: meeting\b| agenda\b)?"
)
_GATHERED = phrase(rf"\b{_GATHERING}\b")
_DEADLINE_NOUN = phrase(r" (?:deadlines?|meetings?|agenda|board|council|committee|cabinet)\b")
_CONNECTED = phrase(r"\s*(?:/|-|–|to|and|or|&|until|through to)\s*(?:the |on |by |end of |early |mid[ -]|late )?")
_BESIDE = phrase(
    r"[\s,–-]*\(?\s*(?:which is |that is )?(?:to be |due to be |scheduled (?:to be |for )?|(?:will|would) be )?(?:held "
    r")?(?:of the [\w ]{0,40})?"
)
_PAST_LEFT = phrase(
    r"\b(?:held|approved|agreed|made|received|submitted|carried out|reported|sent|published|launched|started"
    r"|introduced|completed|met|visited|took place|happened"
    r"|adopted|installed|closed|commenced|opened|issued|raised|dated|written|circulated|expressed|discussed"
    r"|conducted|undertaken|was|were|ended|began|joined|left) (?:back )?$"
)
_FUTURE_LEFT = phrase(r"\b(?:to be|be|will|would|scheduled|is|are) (?:\w+ )?(?:\w+ )?$")
_PERFECT_LEFT = phrase(
    r"\b(?:had|has|have) (?!to\b)(?:(?!(?:to|that|for|will|would|shall|should|could|be|is|are|agreed|asked|requested"
    r"|booked|arranged|planned|fixed|set|scheduled|deferred|moved|confirmed|promised|undertaken)\b)[\w’'-]+ ){1,5}$"
)
_PERFECT_RIGHT = phrase(r" (?:had|has|have)\b")
_INTENDED_LEFT = phrase(r"\b(?:had been (?:hoped|intended|planned|expected|due|promised)|should have been)\b")
_RELATIVE = phrase(r"(?:this|next|coming)\b")
_DATED_LEFT = phrase(r"\b(?:dated|minutes? of(?: the)?(?: [\w&]+){0,6}|last|as at|as of|letter of|e-?mail of)\s*$")
_ASIDE_LEFT = phrase(
    r"\b(?:after|following|pending|subject to|since) (?:[\w’'-]+ ){1,5}$"
    r"|\b(?:was|were|original(?:ly)?(?: date)?|previous(?:ly)?(?: date)?|formerly)\W*$"
)
_PURPOSE = phrase(r"\b(?:so that|in order (?:to|that)|to (?:allow|enable|ensure))\b")
_MOVED_LEFT = phrase(r"\b(?:extended|revised|moved|deferred|postponed|changed|rescheduled|put back|now)(?: date)?\W*$")
_IN_COMPOUND = phrase(
    r" (?!(?:to|and|by|at|for|in|on|from|with|until|or|as|when|after|before|so|if|basis"
    r"|between|during|throughout|through|over)\b)[a-z]"
)
_NOUN_RIGHT = phrase(
    r" (?!(?:to|and|or|by|at|for|in|on|of|from|with|when|as|if|so|but|that|which|who|where|once|after|before|the"
    r"|this|is|was|are|were|will|would|should|until|via|subject|following|including|because|due|through|between"
    r"|about|it|we|he|she|they|there|per|onwards?|term|morning|afternoon|evening|night|next)\b)[a-z]"
)
