"""Owners: the whole name that a sentence gives, and the people of the attendance list whom it names.

Hides titles, names cut short by a rule's slot, and the many words for one person. Hands over pure functions of words
and attendees; who the sentence's subject is, grammar tells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.records import Attendee

_CAP = r"[A-Z][\w&.’'-]*"
_NAME_BEFORE = re.compile(rf"(?:^|(?<=[\s(‘“\"]))(?:{_CAP}\s+)+$")
_JOINED_BEFORE = re.compile(rf"(?:^|(?<=\s))(?:(?:{_CAP}\s+)*{_CAP},\s*)*(?:{_CAP}\s+)*{_CAP}(?:\s+and|\s*[&/])\s*$")
_OPENERS = re.compile(
    r"""(?:(?:A|After|All|Also|An|And|Any|As|At|Before|Both|But|By|Each|Following|For|From|Further|However|If|In|It|No|Of|
    On|Once|Or|Our|Regarding|Resolved|RESOLVED|Since|So|That|The|Their|Then|There|These|This|Those|To|When|While|With|
    Actions?|ACTIONS?|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|
    September|October|November|December|Spring|Summer|Autumn|Winter)\s+)*""",
    re.VERBOSE,
)
"""Words with a capital that begin a sentence, or tell when, and are no part of the name that follows."""
_TITLED = re.compile(r"(?:the|a|an|all|Cllrs?|Councillors?|Mrs?|Ms|Miss|Dr|Sir|Dame|Rev)\b", re.IGNORECASE)
_ENDS_CLAUSE = re.compile(rf"{_CAP}(?:\s+{_CAP})*(?:\s*,|\s+and\b|\s*&)\s*(?=(?i:the|Cllr|Councillor|Mrs?|Ms|Miss)\b)")
_POST_OF = re.compile(rf"(?:{_CAP}\s+)*{_CAP}\s*\($")
""" "Mr Ash (" before "Director of Housing)"."""
_PRONOUNS = frozenset("he i it she they we".split())
_ARTICLE = re.compile(r"\b(?:the|a|an)\s*$")
_GOVERNED = re.compile(
    r"""\b(?:about|against|as|at|between|by|for|from|in|including|into|(?<!behalf\ )of|on|over|than|through|to|towards|
    under|up|with)(?:\s+(?:the|a|an))?\s*$""",
    re.VERBOSE | re.IGNORECASE,
)


def whole(who: str, before: str) -> tuple[str, bool]:
    """A name with what belongs to it in the words before, and whether it can be a subject.

    The slot of a rule may begin inside a name ("Marsh" of "Ken Marsh"), or with the place that a clause ends with
    ("the lamp in Church Road, the Rangers"). What a preposition governs is no subject ("the seats on the Board").
    """
    if who.casefold() in _PRONOUNS:
        return who, True
    if who.endswith(")") and "(" not in who and (found := _POST_OF.search(before)):
        who, before = before[found.start() :] + who, before[: found.start()]
    if not _TITLED.match(who) and (found := _NAME_BEFORE.search(before)):
        at = _opened(before, found.start())
        who, before = before[at:] + who, before[:at]
    governed = _GOVERNED.search(before) is not None
    if (governed or _ARTICLE.search(before)) and (other := _ENDS_CLAUSE.match(who)):
        return who[other.end() :], True
    if not _TITLED.match(who) and (found := _JOINED_BEFORE.search(before)):
        who = before[_opened(before, found.start()) :] + who
    return who, not governed


_NAMES = re.compile(r"(?<![\w’'-])(?:[A-Z]{2,4}|[A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+)*)(?![\w’'-])")
_ACTS = re.compile(r"\s+(?:(?:also|currently|then)\s+)?(?:gave|had|has|is|said|told|was|will|would|[a-z]+(?:ed|s))\b")


class People:
    """The people of one paper's attendance list, as sentences name them: by initials, full name, first or last name."""

    def __init__(self, attendees: Sequence[Attendee]) -> None:
        self.initials = {attendee.initials for attendee in attendees if attendee.initials}
        self.words = {word for attendee in attendees for word in attendee.name.split() if len(word) > 2}

    def first_in(self, text: str) -> str | None:
        """The first of them that a text names; a first or last name alone counts before a verb only.

        Two letters that open a sentence, before a verb, are somebody's initials, listed or not.
        """
        for name in _NAMES.finditer(text):
            words = name[0].split()
            alone = len(words) == 1
            opens = len(name[0]) == 2 and name[0].isupper() and not name.start() and _ACTS.match(text, name.end())
            if alone and (name[0] in self.initials or opens):
                return name[0]
            if self.words.issuperset(words) and (not alone or _ACTS.match(text, name.end())):
                return name[0]
        return None


def _opened(text: str, at: int) -> int:
    """Where a name begins once the words are passed over that open the sentence."""
    opener = _OPENERS.match(text, at)
    return opener.end() if opener else at
