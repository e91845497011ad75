"""The words of a matter: what tells one promise from another, however it is printed.

Hides stop words, stems, the words of all business, titles of persons and the typography of printed ids.
"""

from __future__ import annotations

import datetime as dt
import re

from pipeline.records import Due, Extract, Promise


def word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


REPLACES = re.compile(
    r"\b(?:in place of|instead of|in lieu of|to replace the (?:action|promise|decision) to)\b", re.IGNORECASE
)
_STOP = word_set(
    """a about action after again all also am an and any are as at be been being before between but by can could did do
    does done down during each few for from further had has have having he her here hers him his how i if in into is it
    its itself just me more most my near next no nor not now of off on once only or other our out over own per re same
    she should so some such than that the their them then there these they this those through to too under until up us
    via very was we were what when where which while who whom why will with within would you your shall may might must
    agreed agree asked ask cllr councillor mr mrs ms miss dr meeting resolved requested noted please ensure"""
)
BUSINESS = word_set(
    """action adopt agenda agre approv ask board bring chair clerk committe confirm consider council cover date deal
    decid decision discuss draft follow formal further go hear inform issu item look matter member need new next note
    officer paper possibl present progress propos provid rais receiv recommend regard relat report requir respon review
    send set show take undertak undertook updat volunteer week
    work month year"""
)
"""Stems of words that any business holds; sharing them tells nothing of a subject."""
_IRREGULAR = {
    "bought": "buy",
    "brought": "bring",
    "built": "build",
    "drawn": "draw",
    "found": "find",
    "given": "give",
    "gave": "give",
    "held": "hold",
    "made": "make",
    "met": "meet",
    "paid": "pay",
    "sent": "send",
    "spoke": "speak",
    "spoken": "speak",
    "taken": "take",
    "took": "take",
    "written": "write",
    "wrote": "write",
}
_SUFFIXES = ("ations", "ation", "ments", "ment", "ings", "ing", "ions", "ion", "ed", "es", "s", "e")


def stems(text: str) -> frozenset[str]:
    """The words of a text that tell matters apart, cut to their stems."""
    return frozenset(
        _stem(word.casefold())
        for word in re.findall(r"[^\W_]+", text)
        # of the two-letter words only initials and abbreviations tell anything: "HR", "EP"
        if word.casefold() not in _STOP and (len(word) > 2 or word.isdigit() or word.isupper())
    )


def _stem(word: str) -> str:
    word = _IRREGULAR.get(word, word)
    if word.endswith(("ies", "ied")) and len(word) > 5:
        return word[:-3] + "y"
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)]
    return word


def topic(quote: str, due: Due | None, owner: frozenset[str]) -> frozenset[str]:
    """The words that name the subject of a promise."""
    quote = REPLACES.split(quote, maxsplit=1)[0]  # what it replaces is another's subject
    words = stems(quote.replace(due.words, " ", 1) if due else quote)
    return words - {_stem(word) for word in owner} - BUSINESS


def reference_key(reference: str | None) -> str:
    """A printed id without its typography: "Feb 23.05" and "Feb23.05" are one. A bare row number is no id."""
    key = re.sub(r"[\W_]+", "", (reference or "").casefold())
    key = re.sub(r"^(?:action)?(?:closed|complete|no|ref|id)?(?=[a-z]*\d)", "", key)  # words run into the id's cell
    return "" if key.isdigit() and len(key) < 4 else key


def dated_like(reference: str, made: dt.date | None) -> bool:
    """Whether an id that prints a month ("may2401") prints that of the promise; ids without one fit any."""
    month = _MONTH_ID.match(reference)
    if month is None or made is None:
        return True
    return _MONTHS.index(month[1]) + 1 == made.month and int(month[2]) == made.year % 100


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_ID = re.compile(rf"({'|'.join(_MONTHS)})[a-z]*(?:20)?(\d\d)")


def owner_words(extract: Extract | Promise) -> frozenset[str]:
    """The owner's names and initials, in either form that is known."""
    words = re.findall(r"[^\W_]+", f"{extract.owner or ''} {extract.owner_name or ''}".casefold())
    return frozenset(word for word in words if word not in _TITLES)


_TITLES = word_set("the of and a to mr mrs ms miss dr cllr cllrs councillor councillors all")


def same_owner(one: frozenset[str], other: frozenset[str]) -> bool:
    if not one or not other or one & other:
        return True
    # "JH" and "John Hoodless" are one where the attendance list has not said so
    return any(len(a) in (2, 3) and _spells(a, two) for first, two in ((one, other), (other, one)) for a in first)


def _spells(initials: str, names: frozenset[str]) -> bool:
    return sorted(initials) == sorted(name[0] for name in names)
