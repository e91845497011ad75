"""Plain words for what the store holds: verdicts, the rules behind them, events, days and people.

Hides how a verdict is told to somebody who has never read the code. The same words stand on a terminal, in a mail and
in a report, so that nobody has to wonder whether two of them mean the same. No formatting: widths, colours and marks
are for those who print.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from pipeline.queries import PromiseRow
from pipeline.records import RULED, Entry, EntryKind, Event, EventType, VerdictKind

T = TypeVar("T")

REASONS = {
    "broken.dropped": "A list still had it open after its date, and later ones dropped it without a word.",
    "broken.missed-meeting": "It was promised to a meeting that took place, and the minutes show nothing of it.",
    "broken.stated": "A paper says that it was not done.",
    "disputed.done-and-not-done": "Two papers of equal standing contradict each other.",
    "due_soon.before-next-meeting": "It falls due before the body's next meeting.",
    "due_soon.within-14-days": "It falls due within 14 days.",
    "extended.agreed": "The body agreed to a later date in time, and that has not passed.",
    "extended.unilateral": "A later date was set, not by the body in time, and that has not passed.",
    "kept.in-time": "A paper says that it was done by its date.",
    "kept.occurrence-shown": "It recurs; the last occurrence that papers tell of was done.",
    "kept.reported-later": "A later paper says that it was done, and nothing shows it open after its date.",
    "kept.undated": "A paper says that it was done; it had no date.",
    "kept_late.after-due": "It was done after its date.",
    "kept_late.missed-meeting": "It was done, but not at the meeting to which it was promised.",
    "kept_late.within-extension": "It was done after its first date, within a later one that had been set.",
    "lapsed.silence": "Its date has passed, and the meetings since say nothing of it. Silence is no proof.",
    "not_determinable.meeting-not-in-store": "No minutes of the meeting at which it fell due were read.",
    "not_determinable.no-later-minutes": "Its date has passed, and no minutes after it were read.",
    "open.not-yet-due": "Its date has not come.",
    "overdue.date-given-later": "It had no date at first; the one given later has passed, and nothing is said since.",
    "overdue.occurrence-open": "It recurs; the last occurrence that papers tell of was not done.",
    "overdue.still-mentioned": "Its date has passed. Later papers have words of its subject, so it is not called "
    "lapsed; none says that it was done.",
    "overdue.still-open": "Its date has passed, and a later paper still has it open.",
    "overdue.too-few-papers": "Its date has passed, and too few papers have followed to say more.",
    "part_kept.part-shown": "Its date has passed, and a paper says that it was done in part.",
    RULED: "A reviewer ruled so.",
    "superseded.replaced": "A later promise replaced it.",
    "undated.no-date": "No date can be told from its words.",
    "undated.part-shown": "It was done in part; no date can be told from its words.",
    "withdrawn.closed-without-evidence": "A list closed it with no word of its being done.",
    "withdrawn.released": "The body released it or dropped the subject.",
}
"""The rules of `pipeline.track`, by the names that verdicts carry."""

MEANINGS = {
    VerdictKind.BROKEN: "Its date has passed, and the record shows that it was not kept: a paper says so, or it was "
    "promised to a meeting that took place and whose minutes show nothing of it, or a list still had it open after its "
    "date and the next two lists dropped it without a word.",
    VerdictKind.OVERDUE: "Its date has passed and no paper that was read says that it was done. It may be under way, "
    "or done and not reported, or too few papers have followed to say more.",
    VerdictKind.LAPSED: "Its date has passed, and two or more meetings since say nothing at all of it. Silence is no "
    "proof: it may well have been done.",
    VerdictKind.DISPUTED: "One paper says that it was done and another of equal standing that it was not.",
    VerdictKind.PART_KEPT: "Its date has passed, and a paper says that it was done in part.",
    VerdictKind.NOT_DETERMINABLE: "Its date has passed, and the papers that could tell were not read: no minutes after "
    "it, or not those of the meeting at which it fell due. This tells of the papers at hand, not of the owner.",
    VerdictKind.DUE_SOON: "It falls due within 14 days, or before the body's next known meeting.",
    VerdictKind.EXTENDED: "Its first date has passed, a later one was set, and that has not come.",
    VerdictKind.OPEN: "It has a date, which has not come.",
    VerdictKind.KEPT: "A paper says that it was done, and none shows it open after its date.",
    VerdictKind.KEPT_LATE: "A paper says that it was done, after the date first promised.",
    VerdictKind.WITHDRAWN: "The body released it or dropped the subject, or a list closed it.",
    VerdictKind.SUPERSEDED: "A later promise replaced it.",
    VerdictKind.UNDATED: "No date can be told from its words.",
}
"""What each verdict says, and what it does not."""

VERDICT_ORDER = (
    VerdictKind.BROKEN,
    VerdictKind.OVERDUE,
    VerdictKind.LAPSED,
    VerdictKind.DISPUTED,
    VerdictKind.PART_KEPT,
    VerdictKind.NOT_DETERMINABLE,
    VerdictKind.DUE_SOON,
    VerdictKind.EXTENDED,
    VerdictKind.OPEN,
    VerdictKind.KEPT,
    VerdictKind.KEPT_LATE,
    VerdictKind.WITHDRAWN,
    VerdictKind.SUPERSEDED,
    VerdictKind.UNDATED,
)
"""As they are counted up: the worst first."""

CONTROL = dict.fromkeys([*range(9), *range(11, 32), *range(127, 160)], " ")
"""A paper could hold the codes that move a terminal's cursor or change its title: they print as blanks."""


_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)


def label(value: str) -> str:
    """An enum's value as people write it: "kept_late" is "kept late"."""
    return value.replace("_", " ").replace("-", " ")


def day(date: dt.date | None) -> str:
    """ "4 Sep 2019"; nothing for no date."""
    return f"{date.day} {date:%b %Y}" if date else ""


def count(n: int, one: str, many: str = "") -> str:
    """ "1 promise", "1,200 promises"."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def counts(verdicts: Mapping[VerdictKind, int]) -> str:
    """ "3 broken, 10 overdue, 2 open", the worst first."""
    return ", ".join(f"{verdicts[kind]:,} {label(kind)}" for kind in VERDICT_ORDER if verdicts.get(kind)) or "none"


def days(row: PromiseRow) -> str:
    """How long ago a promise was due, or how long it still has.

    Only what was kept late is called late: of all others it is not known whether they were done, and when.
    """
    if row.days is None:
        return "stale" if row.stale else ""
    if row.verdict is VerdictKind.KEPT_LATE:
        return f"{count(row.days, 'day')} late"
    if row.days > 0:
        return f"due {count(row.days, 'day')} ago"
    return f"due in {count(-row.days, 'day')}" if row.days else "due today"


def by_hand(row: PromiseRow) -> str:
    """What of a line is not what was read, in brackets."""
    marks = ["ruled"] * (row.rule == RULED) + ["corrected"] * row.corrected
    return f" ({', '.join(marks)})" if marks else ""


def happened(event: Event) -> str:
    """What a paper tells of a promise."""
    if event.type is EventType.SIGHTED:
        return "seen again"
    if event.type is EventType.RESCHEDULED:
        return f"rescheduled, {'agreed' if event.agreed else 'not agreed'} in time"
    if event.type is EventType.RULED:
        return f"ruled {label(event.verdict)}" if event.verdict else "ruling lifted"
    return label(event.type)


def entered(entry: Entry) -> str:
    """What somebody entered: "the owner is Cllr Ames (read: The Clerk)"."""
    match entry.kind:
        case EntryKind.RULING:
            return f"ruled {label(entry.payload['verdict'])}"
        case EntryKind.LIFT:
            return "ruling lifted"
        case EntryKind.CORRECTION:
            return "; ".join(
                f"{field}: {_value(field, change['to'])} ({as_read(field, change['read'])})"
                for field, change in sorted(entry.payload.items())
            )
        case EntryKind.SAME_AS:
            return f"the same as {entry.payload['promise']}"
        case EntryKind.APART_FROM:
            return f"another matter than {entry.payload['promise']}"
        case EntryKind.NOT_A_PROMISE:
            return "no promise"
        case EntryKind.AS_READ:
            return "back to what was read"
        case EntryKind.NOTE:
            return "note"


def as_read(field: str, read: str | None) -> str:
    """What a correction is laid over: "read: the Clerk"."""
    return f"read: {_value(field, read)}"


def _value(field: str, value: str | None) -> str:
    if value is None:
        return "no date" if field == "due" else "nobody named"
    # A deadline that fixes no day was read as words: "to the next meeting".
    return day(dt.date.fromisoformat(value)) if field == "due" and _ISO_DAY.fullmatch(value) else value


def particulars(event: Event) -> str:
    """What there is to add to it: the new day, the day of the deed, who answers for it now, or what replaces it."""
    if event.new_due:
        return f"to {day(event.new_due)}"
    if event.when:
        return f"on {day(event.when)}"
    if event.owner:
        return f"now {event.owner}"
    return f"by {event.successor}" if event.successor else ""


def deadline(row: PromiseRow, first: dt.date | None) -> str:
    """The day first promised, in the paper's words, and the one that counts where it was moved."""
    words = f' ("{row.due_words}")' if row.due_words else ""
    if row.due == first:
        return f"{day(first) or 'no date'}{words}"
    how = {True: ", agreed by the body in time", False: ", not agreed by the body in time", None: ""}[row.agreed]
    return f"{day(first) or 'no date at first'}{words}; now {day(row.due)}{how}"


def meant(row: PromiseRow) -> str:
    """Whom the printed owner means, in brackets, where the words themselves do not say it."""
    name, words = row.owner_name or "", set((row.owner or "").casefold().split())
    return f"({name})" if name and not words.issuperset(name.casefold().split()) else ""


def handed_on(row: PromiseRow) -> str:
    """Whom papers have named since in the owner's place."""
    return f"now {row.owner_now}" if row.owner_now else ""


def whose(row: PromiseRow) -> str:
    """The owner as printed, who is meant, and whom papers have named since."""
    made = f"{row.owner} {meant(row)}".rstrip() if row.owner else "nobody named"
    return ", ".join(filter(None, [made, handed_on(row)]))


def by_owner(items: Iterable[T], row: Callable[[T], PromiseRow]) -> list[tuple[str, list[T]]]:
    """What people answer for, by their names; what nobody is named for comes last.

    One person is one group, however papers print the name: "Karen East (KE, the Clerk)". Where it is not known who is
    meant, the printed words are, without regard to case and article.
    """
    groups: dict[tuple[bool, str], list[T]] = {}
    for item in items:
        name = row(item).owner_name or _ARTICLE.sub("", row(item).owner or "")
        groups.setdefault((not name, name.casefold()), []).append(item)
    return [(_called([row(item) for item in groups[key]]), groups[key]) for key in sorted(groups)]


def _called(rows: Sequence[PromiseRow]) -> str:
    words = sorted({row.owner for row in rows if row.owner}, reverse=True)
    printed = {_ARTICLE.sub("", owner).casefold(): owner for owner in words}
    name = rows[0].owner_name
    if not name:
        return min(printed.values(), default="nobody named")
    others = sorted(words for key, words in printed.items() if key != name.casefold())
    return f"{name} ({', '.join(others)})" if others else name


def line(row: PromiseRow) -> str:
    """A promise on one line, for a log or a mail."""
    how = ", ".join(filter(None, [label(row.verdict) + by_hand(row), days(row)]))
    place = ", ".join(filter(None, [row.paper, f"p. {row.page}" if row.page else ""]))
    return plain(f"{row.id} {how}: {row.body or 'no body named'}: {whose(row)}: {row.action} ({place})")


def plain(words: str) -> str:
    """Words on one line, without what could move a terminal's cursor."""
    return " ".join(words.translate(CONTROL).split())
