"""The words of a matter: what tells one promise from another, however it is printed.

Hides stop words, stems, the words of all business, titles of persons and the typography of printed ids.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from functools import lru_cache

from pipeline.records import Due, Extract, Promise


def word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


REPLACES = re.compile(
    r"\b(?:in place of|instead of|in lieu of|to replace the (?:action|promise|decision) to)\b"
    r"(?P<replaced>[^,;.]*)[,;]?",
    re.IGNORECASE,
)
"""What a promise takes the place of, up to the end of the clause."""
LOOKS_BACK = re.compile(
    r"\b(?:matters? arising|actions?|outstanding|follow[- ]?up|tracker|minutes of|last meeting|previous minutes)\b",
    re.IGNORECASE,
)
"""Titles of items under which papers tell what became of earlier promises."""
REPORTED = re.compile(
    r"^.{0,80}?\b(?:advised|apologised|confirmed|explained|informed|noted|regretted|reported|said|say|stated|told)\b"
    r"(?: (?:to )?(?:the )?\w+){0,3}? that ",
    re.IGNORECASE,
)
"""Who told it to whom: "The Chair said that ..." """
RESOLVES = re.compile(r"\W*(?:(?:it was )?(?:unanimously )?resolved|resolution)\b", re.IGNORECASE)
"""How an act of the meeting itself opens."""
GIVEN_UP = re.compile(
    r"\bthat (?:the )?(?P<subject>[^,;.]{3,60}?) "
    r"(?:(?:be|will be|would be) (?:discontinued|abolished|scrapped)|(?:will|would) no longer exist)\b",
    re.IGNORECASE,
)
"""A subject that a body gives up, with all that was promised about it."""
TAKES_UP = re.compile(r"\b(?:now|it|them|these|those|this)\b", re.IGNORECASE)
"""Words by which a promise takes up what was said before."""
STILL = re.compile(r"\b(?:still|again|remains?|continu\w+|yet)\b", re.IGNORECASE)
"""Words by which a sentence says that a matter is an old one."""
_STOP = word_set(
    """a about action after again all also am an and any are as at be been being before between but by can could did do
    does done down during each few for from further had has have having he her here hers him his how i if in into is it
    its itself just me more most my near next no nor not now of off on once only or other our out over own per re same
    she should so some such than that the their them then there these they this those through to too under until up us
    via very was we were what when where which while who whom why will with within would you your shall may might must
    agreed agree already asked ask cllr councillor mr mrs ms miss dr meeting resolved requested noted please ensure
    still yet"""
)
_IRREGULAR = {
    "bought": "buy",
    "brought": "bring",
    "gone": "go",
    "built": "build",
    "drawn": "draw",
    "found": "find",
    "given": "give",
    "gave": "give",
    "held": "hold",
    "kept": "keep",
    "made": "make",
    "met": "meet",
    "paid": "pay",
    "said": "say",
    "sent": "send",
    "spoke": "speak",
    "spoken": "speak",
    "taken": "take",
    "told": "tell",
    "took": "take",
    "undertaken": "undertake",
    "undertook": "undertake",
    "went": "go",
    "written": "write",
    "wrote": "write",
}
_SUFFIXES = ("ations", "ation", "ments", "ment", "ings", "ing", "ions", "ion", "ed", "es", "s", "e")


def stems(text: str) -> frozenset[str]:
    """The words of a text that tell matters apart, cut to their stems."""
    return frozenset(map(_telling_stem, _WORD.findall(text))) - {""}


_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=1 << 15)
def _telling_stem(word: str) -> str:
    """The stem of a word; "" where the word tells nothing apart."""
    folded = word.casefold()
    # of the two-letter words only initials and abbreviations tell anything: "HR", "EP"
    telling = folded not in _STOP and (len(word) > 2 or word.isdigit() or word.isupper())
    return _stem(folded) if telling else ""


def tokens(text: str) -> list[str]:
    """The words of a text as they stand, case folded."""
    return _WORD.findall(text.casefold())


def _stem(word: str) -> str:
    word = _IRREGULAR.get(word, word)
    if word.endswith(("ies", "ied")) and len(word) > 5:
        return word[:-3] + "y"
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)]
    return word


BUSINESS = frozenset(
    _stem(word)
    for word in word_set(
        """action add adopt agenda agree answer approve arise ask board bring chair check clerk committee confirm
        consider council cover date deal decide decision discuss do draft explain follow formal further give go
        hear inform investigate issue item keep let look make matter member need new next note offer officer paper
        possible possibility present progress propose provide pursue put raise receive recommend regard relate reply
        report require respond response review say send set show situation state take tell undertake undertook
        undertaken update volunteer week work month year
        january february march april june july august september october november december"""
    )
)
"""Stems of words that any business holds, and months; sharing them tells nothing of a subject."""
DEEDS = frozenset(
    _stem(word)
    for word in word_set(
        """approve ask bring build circulate clear close complete cut deliver draft erect fit give hold install invite
        mend obtain open order paint pay plant prepare present produce provide publish put quotation quote raise read
        remove repair replace report review send show submit table write"""
    )
)
"""What people do about any subject: sharing it speaks for a match that other words have made."""


def topic(quote: str, due: Due | None, owner: frozenset[str]) -> frozenset[str]:
    """The words that name the subject of a promise."""
    quote = REPORTED.sub("", REPLACES.sub(" ", quote))  # what it replaces is another's subject
    quote = _GETS_IN_TOUCH.sub(" ", quote)
    words = stems(quote.replace(due.words, " ", 1) if due else quote)
    return words - {_stem(word) for word in owner} - BUSINESS


_GETS_IN_TOUCH = re.compile(r"\b(?:to|will|would|should|shall|and|also|be) contact(?:ed|ing)?\b", re.IGNORECASE)
"""As a verb "contact" is all business; a contact card is not."""


def apart(quote: str, *others: str) -> bool:
    """Whether a promise counts what it is about otherwise than all others do: "the tenth meeting", "the eleventh"."""
    counted = _counted(quote)
    return bool(counted) and all((there := _counted(other)) and not there & counted for other in others)


def _counted(quote: str) -> frozenset[str]:
    return frozenset(word for word in re.findall(r"[a-z]+", quote.casefold()) if word in _ORDINALS)


_ORDINALS = word_set(
    """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
    sixteenth seventeenth eighteenth nineteenth twentieth"""
)


def same_opening(quote: str, *others: str) -> bool:
    words = _opening(quote)
    return len(words) == OPENING and any(words == _opening(other) for other in others)


def _opening(quote: str) -> list[str]:
    return tokens(quote)[:OPENING]


OPENING = 6
"""So many words at the head of two rows are no chance."""


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


def owner_words(extract: Extract, names: Iterable[str]) -> frozenset[str]:
    """The owner's names and initials, in any form that is known, without what tells nobody apart."""
    return (name_words(extract) | frozenset(tokens(" ".join(names)))) - _TITLES


def name_words(extract: Extract | Promise) -> frozenset[str]:
    return frozenset(tokens(f"{extract.owner or ''} {extract.owner_name or ''}"))


_TITLES = word_set(
    "the of and a to mr mrs ms miss dr cllr cllrs councillor councillors all board committee council group members"
    " officers parish service services staff team"
)
"""Titles, and what is everybody's: a body that is to act leaves open who."""


def telling_names(who: str | None) -> frozenset[str]:
    """The words of an owner that no other owner shares, as far as words can tell: no titles, no "Head of"."""
    return frozenset(tokens(who or "")) - _TITLES - _POSTS


def same_owner(one: frozenset[str], other: frozenset[str]) -> bool:
    if not one or not other or one & other:
        return True
    # "JH" and "John Hoodless" are one where the attendance list has not said so
    return any(len(a) in (2, 3) and _spells(a, two) for first, two in ((one, other), (other, one)) for a in first)


def named_in(owner: frozenset[str], spoken: frozenset[str]) -> bool:
    """Whether a sentence names an owner, by name, post or initials."""
    if owner <= spoken or (owner & spoken) - _POSTS:
        return True
    return any(len(token) in (2, 3) and _spells(token, owner) for token in spoken)


_POSTS = word_set(
    """assistant cabinet chair chief deputy director executive group head lead leader manager officer officers panel
    portfolio senior service services team vice"""
)
"""Words that many owners share."""


def _spells(initials: str, names: frozenset[str]) -> bool:
    return sorted(initials) == sorted(name[0] for name in names)
