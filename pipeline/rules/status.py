"""What became of a promise, in the words of later papers: status cells of action logs, and sentences of narrative.

Hides the vocabularies (`status.toml`), the growing cell that keeps its whole history, and the order in which negation,
tense and deed are asked. Hands over an event type, or None where the words settle nothing: that a matter was looked at
is no proof that it was done.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from pipeline.records import EventType, RuleError

_FILE = Path(__file__).with_name("status.toml")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = f"(?:{'|'.join(_MONTHS)})"
_ENTRY = re.compile(
    rf"(?:^|(?<=[.;:!?)\n\t])\s*|(?<=\w)\s+(?=update\b)|(?<=[a-z])\s+(?={_MONTH}[a-z]*\.?\s?'?\d{{2,4}}\s*[-–:]))"
    r"(?:updated?:?\s+)?\(?(?:(?P<day>\d{1,2})[/.](?P<month>\d{1,2})[/.](?P<year>\d{2,4})"
    rf"|(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?(?P<name>{_MONTH})[a-z]*\.?\s?'?(?P<named_year>\d{{4}}|\d{{2}}))\b"
    r"\)?\s*[-–—:.]?\s*",
    re.IGNORECASE,
)
"""The date at the head of an entry of a growing cell: "Feb23 -", "UPDATE 30/3/23", "15.04.24:"."""

_COMPLETE = re.compile(
    r"\b(?:achieved|actioned|complete|completed|delivered|done|finished|fulfilled|implemented|resolved)\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.;!?])\s+|\s+[-–—]\s+|\n|\t")
_PERFECT = re.compile(
    r"\b(?:ha[sd]|have|was|were|is|are|be|been|now|still|not|no|yet|will|would|agreed|deferred|postponed|put|"
    r"rescheduled|re-?arranged|organi[sz]ed|scheduled|booked|planned|remain\w*|complete|considered|received|discussed|"
    r"reviewed|noted|presented|reported|advised|confirmed|explained|established|discovered|found out|informed|told|"
    r"minutes|read|introduced|tabled|gave|being|went|sorry|apologi[sz]ed|regretted|"
    r"discontinued|disbanded|abolished|scrapped)\b|['’](?:s|ve|t)\b|^\W*(?:\w+\s+)?\w+(?:ed|ent|en)\b",
    re.IGNORECASE,
)
"""Without one of these words no sentence rule can fit; most sentences of an agenda or a report have none."""


@dataclass(frozen=True, slots=True)
class StatusRule:
    """One rule of `status.toml`, where the flags are explained."""

    id: str
    event: EventType
    flag: str
    cue: re.Pattern[str]
    unless: re.Pattern[str] | None
    matches: tuple[str, ...]
    rejects: tuple[str, ...]

    def fits(self, text: str) -> bool:
        return self.cue.search(text) is not None and (self.unless is None or self.unless.search(text) is None)


def classify(cell: str) -> EventType | None:
    """The event that a log's status cell tells: that of its latest entry. SIGHTED where it says that work goes on."""
    rule = cell_rule(cell)
    return rule.event if rule else None


def evidence(sentence: str) -> EventType | None:
    """The event that a sentence of narrative tells, of whatever matter. None for promises, plans and opinions."""
    rule = sentence_rule(sentence)
    return rule.event if rule else None


@lru_cache(maxsize=1 << 12)
def cell_rule(cell: str) -> StatusRule | None:
    """The rule that speaks for the latest entry of a cell."""
    spoken: StatusRule | None = None
    step: StatusRule | None = None
    for piece in _SENTENCE_END.split(latest_entry(cell)):
        word = next((r for r in rules()["cell"] if r.fits(piece)), None)
        rule = word or sentence_rule(piece)
        if rule is None or rule.flag == "item":
            continue
        if (
            spoken is not None
            and spoken.event is EventType.SIGHTED
            and rule.event is EventType.DONE
            and (word is None or not _COMPLETE.search(piece))
        ):
            step = (
                rule  # "On track. The school has been spoken to": a step on the way, unless the entry closes the matter
            )
        elif rule.flag == "closed" and step is not None:
            spoken = step
        elif rule.flag == "closed" and spoken is not None and spoken.event in (EventType.DONE, EventType.WITHDRAWN):
            continue  # "Bin erected. Action closed" was done; the closing adds nothing
        else:
            spoken = rule
    return spoken


@lru_cache(maxsize=1 << 12)
def sentence_rule(sentence: str) -> StatusRule | None:
    """The rule that speaks for a sentence of narrative."""
    if not _PERFECT.search(sentence):
        return None
    return next((rule for rule in rules()["sentence"] if rule.fits(sentence)), None)


def to_meeting(action: str, words: str) -> bool:
    """Whether a promise is to bring business to a meeting, so that the meeting's minutes must show it.

    `words` are those of its deadline; a deed that is only due by the meeting is no business of it.
    """
    if words not in action and not _TO_MEETING.match(words):
        return False  # a deadline that the list gives for all its rows: they are due by the meeting
    end = action.find(words) + len(words) if words and words in action else len(action)
    text = action[:end] if words in action else f"{action} {words}"
    return any(rule.fits(text) for rule in rules()["promise"] if rule.flag == "meeting")


def only_raises(action: str) -> bool:
    """Whether a promise is to raise a matter with somebody, and no more."""
    return any(rule.fits(action) for rule in rules()["promise"] if rule.flag == "raise")


def is_new(words: str) -> bool:
    """Whether a cell says that its row was not on the list before."""
    rule = cell_rule(words)
    return rule is not None and rule.flag == "new"


def only_arranges(action: str) -> bool:
    """Whether a promise is to fix the day of something, and no more."""
    return any(rule.fits(action) for rule in rules()["promise"] if rule.flag == "arrange")


def of_minutes(action: str) -> bool:
    """Whether a promise is to send round or sign the minutes of its own meeting."""
    return any(rule.fits(action) for rule in rules()["promise"] if rule.flag == "minutes")


def finds_out(action: str) -> bool:
    """Whether a promise is to find something out, so that telling it keeps the promise."""
    return any(rule.fits(action) for rule in rules()["promise"] if rule.flag == "find")


def answers(sentence: str) -> bool:
    """Whether a sentence tells what was found out, or what somebody answered: be it his promise, the asking is done."""
    rule = sentence_rule(sentence)
    return rule is not None and rule.flag in ("answer", "findings")


def only_closes(words: str) -> bool:
    """Whether words only close a matter: "Action closed", with no word of its being done or released."""
    rule = cell_rule(words)
    return rule is not None and rule.flag == "closed"


def only_a_step(cell: str, action: str) -> bool:
    """Whether a cell tells of a deed that is only on the way to the action: another thing made, or it ordered."""
    deed = _STEP.match(latest_entry(cell).strip())
    if deed is None:
        return False
    done = {word.casefold()[:5] for word in re.findall(r"[^\W\d_]{4,}", deed["what"] or "")}
    if deed["deed"]:
        return _IN_PLACE.search(action) is not None
    known = {word.casefold()[:5] for word in re.findall(r"[^\W\d_]{4,}", action)} | _MEANS
    return not done & known


_TO_MEETING = re.compile(r"(?:to|at|for|on)\b", re.IGNORECASE)
_STEP = re.compile(
    r"(?:(?P<what>[a-z]+(?: [a-z]+){0,2}) (?:drafted|drawn|found|identified|made|ordered|prepared|started|written)"
    r"|(?P<deed>ordered|bought|purchased|asked|chosen|applied))\b",
    re.IGNORECASE,
)
_MEANS = {"email", "form", "forms", "lette", "messa", "note", "work", "works"}
_IN_PLACE = re.compile(r"\b(?:in place|install|fit|erect|put up|build|repair|replac|repaint|deliver)", re.IGNORECASE)


def only_goes_on(cell: str) -> bool:
    """Whether a cell says no more than that the matter has no end."""
    return re.fullmatch(r"\W*on[ -]?going\W*", cell, re.IGNORECASE) is not None


def cited(sentence: str) -> str | None:
    """The number of the item of earlier minutes with which a sentence opens: "Item 6.2, ...", "Minute 45/22: ..."."""
    found = _CITED.match(sentence)
    return found[1] if found and not _CORRECTS.search(sentence) else None


_CITED = re.compile(
    r"\W*(?:agenda )?(?:item|minute|min|para(?:graph)?|ref)\.?\s+(?:no\.?\s*)?(\d[\w./]*\w|\d)", re.IGNORECASE
)


_CORRECTS = re.compile(
    r"\b(?:should (?:read|refer|say|state)|sentence|bullet|(?:final|last|first) (?:\w+ )?words?)\b", re.IGNORECASE
)
"""The minutes are corrected, and no matter is taken up."""


def latest_entry(cell: str) -> str:
    """The newest dated entry of a growing cell; the whole cell where it has no dated entries.

    Logs grow at the bottom or at the top, so that the dates decide, and position only where they are alike.
    """
    marks = list(_ENTRY.finditer(cell))
    if not marks:
        return cell
    starts = [mark.end() for mark in marks]
    ends = [mark.start() for mark in marks[1:]] + [len(cell)]
    entries = [(_day(mark), cell[start:end]) for mark, start, end in zip(marks, starts, ends, strict=True)]
    entries = [(day, words) for day, words in entries if any(map(str.isalpha, words))]
    if not entries:
        return cell  # the dates end the words: "Completed 15/03/24"
    newest = max(day for day, _ in entries)
    return [words for day, words in entries if day == newest][-1]


def _day(mark: re.Match[str]) -> tuple[int, int, int]:
    if mark["name"]:
        year, month, day = int(mark["named_year"]), _MONTHS.index(mark["name"].lower()) + 1, 0
    else:
        year, month, day = int(mark["year"]), int(mark["month"]), int(mark["day"])
    return (year + 2000 if year < 100 else year, month, day)


@cache
def rules() -> Mapping[str, tuple[StatusRule, ...]]:
    """The rules of `status.toml`, read once, under "cell", "sentence" and "promise"."""
    return load(_FILE.read_text(encoding="utf-8"))


def load(text: str) -> Mapping[str, tuple[StatusRule, ...]]:
    """Compile a rule file; RuleError names the rule and its fault."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"status.toml is not valid TOML: {error}.", code="rules") from error
    slots = dict(data.get("slots", {}))
    return {
        where: tuple(_rule(entry, slots, whole=where == "cell") for entry in data.get(where, ()))
        for where in ("cell", "sentence", "promise")
    }


def _rule(entry: dict[str, Any], slots: Mapping[str, str], *, whole: bool) -> StatusRule:
    name = entry.get("id", "a rule without an id")
    try:
        # A cell's vocabulary opens the entry or ends it; in the middle of a clause "done" and "open" mean anything.
        cue = _pattern(entry["cue"], slots)
        cue_text = rf"^\W*{cue}(?!\w)|(?<!\w){cue}\W*$" if whole else rf"(?<!\w){cue}(?!\w)"
        unless = entry.get("unless")
        return StatusRule(
            id=entry["id"],
            event=EventType(entry["event"]),
            flag=entry.get("flag", ""),
            cue=re.compile(cue_text, re.IGNORECASE),
            unless=re.compile(_pattern(unless, slots), re.IGNORECASE) if unless else None,
            matches=tuple(entry["matches"]),
            rejects=tuple(entry["rejects"]),
        )
    except (KeyError, ValueError, re.error) as error:
        raise RuleError(f"status.toml: {name}: {error}.", code="rules") from error


def _pattern(cue: str, slots: Mapping[str, str]) -> str:
    while True:
        filled = re.sub(r"\{(\w*[a-z]\w*)\}", lambda m: slots[m[1]], cue)
        if filled == cue:
            break
        cue = filled
    cue = re.sub(r"(?<=[a-z])-(?=[a-z])", "[-‐‑–]?", cue).replace("[ -]", r"[-‐‑–\s]").replace("'", "['’]")
    return cue.replace(" ?", r"\s*").replace(" ", r"\s+")
