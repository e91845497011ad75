"""The register of a body's people: words for an owner and the day they were written -> who is meant.

Hides titles, initials, posts and their spellings, and who held a post when. Hands over `Register`, made of attendance
lists, and `Identity`. Never chooses between two people whom words may mean alike.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from pipeline.records import Attendee, Document, Extraction


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom an owner's words mean. Words for somebody unknown stand among the names as they are printed."""

    names: tuple[str, ...]
    """As the body's papers up to that day spell them most fully."""
    printed: tuple[str, ...]
    """As the list spells them that tells who is meant."""
    posts: tuple[str, ...]
    """The posts that this list gives them."""

    def __str__(self) -> str:
        return ", ".join(self.names)


class Register:
    """Who attended what. A paper's own list tells whom its words mean, else the nearest earlier one that knows."""

    def __init__(self, lists: Iterable[tuple[str, dt.date | None, Sequence[Attendee]]]) -> None:
        """`lists` hold a paper's name, its meeting's day and those who attended, in any order."""
        self._entries: dict[str, list[_Entry]] = defaultdict(list)
        self._full: dict[str, dict[str, dt.date]] = defaultdict(dict)
        self._known: dict[tuple[str, str, dt.date | None], Identity | None] = {}
        for paper, day, attendees in lists:
            for attendee in attendees:
                titled, name = _untitled(attendee.name)
                words = name.split()
                if not words:
                    continue
                if len(words) > 1 and len(_letters(words[0])) > 1:
                    full, since = self._full[words[-1].casefold()], day or dt.date.min
                    full[name] = min(since, full.get(name, since))
                entry = _Entry(day or dt.date.min, paper, name if len(words) > 1 else attendee.name, attendee.role)
                for key in {*_name_keys(words, titled), *_post_keys(attendee.role), *_initials(attendee)}:
                    self._entries[key].append(entry)
        for entries in self._entries.values():
            entries.sort()

    @classmethod
    def of(cls, papers: Iterable[Document | Extraction]) -> Register:
        """The register that papers of one body make up."""
        return cls((p.name if isinstance(p, Document) else p.paper, p.meeting.date, p.attendees) for p in papers)

    def who(self, owner: str | None, *, paper: str, day: dt.date | None) -> Identity | None:
        """Whom the owner's words mean in a paper of that day; None where no list tells, or two people fit."""
        if not owner:
            return None
        key = (owner, paper, day)
        if key not in self._known:
            self._known[key] = self._who(owner, paper, day)
        return self._known[key]

    def _who(self, owner: str, paper: str, day: dt.date | None) -> Identity | None:
        whole = self._one(owner, paper, day)
        if whole is not None:
            return Identity((self._spelled(whole.name, day),), (whole.name,), (whole.post,) if whole.post else ())
        parts = [part for part in _SEVERAL.split(owner) if part.strip()]
        found = [self._one(part, paper, day) for part in parts] if len(parts) > 1 else []
        if not any(found):
            return None
        known = [entry for entry in found if entry is not None]
        names = (self._spelled(e.name, day) if e else p.strip() for e, p in zip(found, parts, strict=True))
        return Identity(
            tuple(dict.fromkeys(names)),
            tuple(dict.fromkeys(entry.name for entry in known)),
            tuple(dict.fromkeys(entry.post for entry in known if entry.post)),
        )

    def _one(self, words: str, paper: str, day: dt.date | None) -> _Entry | None:
        """The entry of the one person whom words mean, by the first reading of them that any list knows."""
        for keys in _readings(words):
            known = [near for key in keys if (near := self._nearest(key, paper, day))]
            if known:
                # Of two that are as near, the surer key: `max` takes the first.
                nearest = max(known, key=lambda near: (near[0].paper == paper, near[0].day))
                one = all(_one_person(*pair) for pair in combinations(nearest, 2))
                return min(nearest, key=lambda entry: (-len(entry.name), entry)) if one else None
        return None

    def _nearest(self, key: str, paper: str, day: dt.date | None) -> Sequence[_Entry]:
        """What the paper's own list has under a key, else all lists of the last day that has anything."""
        entries = self._entries.get(key, [])
        own = [entry for entry in _of_day(entries, day or dt.date.min) if entry.paper == paper]
        if own or day is None:
            return own
        until = bisect_right(entries, day, key=_day)
        last = entries[until - 1].day if until else dt.date.min
        return _of_day(entries, last) if last != dt.date.min else []

    def _spelled(self, name: str, day: dt.date | None) -> str:
        """A name in full, where the lists so far give one person's full name that it can be short for."""
        given, _, surname = _untitled(name)[1].rpartition(" ")
        if len(_letters(given.split(" ")[0])) > 1:
            return name
        known = self._full.get(surname.casefold(), {})
        full = {name for name, since in known.items() if name.startswith(given[:1]) and since <= (day or dt.date.max)}
        return full.pop() if len(full) == 1 else name


@dataclass(frozen=True, slots=True, order=True)
class _Entry:
    """A person as one list has them, under each of the words that may mean them."""

    day: dt.date
    paper: str
    name: str
    post: str


def _day(entry: _Entry) -> dt.date:
    return entry.day


def _of_day(entries: Sequence[_Entry], day: dt.date) -> Sequence[_Entry]:
    return entries[bisect_left(entries, day, key=_day) : bisect_right(entries, day, key=_day)]


def _one_person(one: _Entry, other: _Entry) -> bool:
    """Whether two lists of one day may have one person, spelled in two ways; in one list each name is another."""
    if one.name == other.name or one.paper == other.paper:
        return one.name == other.name
    (given, _, surname), (given2, _, surname2) = (_untitled(e.name)[1].rpartition(" ") for e in (one, other))
    short = min(len(_letters(given.split(" ")[0])), len(_letters(given2.split(" ")[0]))) < 2
    return surname.casefold() == surname2.casefold() and short and (given[:1] == given2[:1] or not (given and given2))


_SEVERAL = re.compile(r"\s*(?:,|;|/|&|\+|\band/or\b|\band\b|\bwith\b)\s*")
_TITLES = re.compile(
    r"^(?:(?:Borough|City|County|District|Parish|Town)\s+(?=C))?"
    r"(?:Cllrs?|Councillors?|Mrs?|Ms|Miss|Dr|Prof(?:essor)?|Sir|Dame|Lord|Lady|Revd?|Ald(?:erman)?)\b\.?\s*",
    re.IGNORECASE,
)
_POST_NOUNS = frozenset(
    """administrator assistant ceo chair clerk convener convenor coordinator director executive gm head headteacher lead
    leader manager mayor officer president rfo secretary treasurer worker""".split()
)
_EVERYBODYS = frozenset("absent councillor governor guest member observer present public resident trustee".split())
"""What many are: no post by which to know one."""
_LESSER = frozenset("assistant associate deputy ex former joint outgoing past shadow sub trainee vice".split())
"""Words that make another post of the one that they stand before."""


def _untitled(name: str) -> tuple[bool, str]:
    """Whether a name bears a title, and the name without it, without full stops and what stands in brackets."""
    name = re.sub(r"\([^)]*\)?", " ", name).replace(".", " ").strip(" ,;:")
    bare = name
    while match := _TITLES.match(bare):
        bare = bare[match.end() :]
    return bare != name, " ".join(bare.split())


def _letters(word: str) -> str:
    """A given name's letters: one for initials, however they are printed ("K", "KJ")."""
    return word[:1] if len(word) < 3 and word.isupper() else word


def _initials(attendee: Attendee) -> Iterator[str]:
    if attendee.initials:
        yield f"initials {attendee.initials}"


def _name_keys(words: Sequence[str], titled: bool) -> Iterator[str]:
    """Under what a list's name is found: in full, by surname, by given name, by initial and surname."""
    folded = [word.casefold() for word in words]
    yield f"surname {folded[-1]}"
    if len(words) > 1:
        given = _letters(words[0])
        yield f"name {' '.join([given.casefold(), folded[-1]])}"
        if len(given) > 1:
            yield f"short {given[0].casefold()} {folded[-1]}"
            if not titled or len(given) > 2:
                yield f"given {folded[0]}"


def _readings(words: str) -> Iterator[tuple[str, ...]]:
    """How words for one owner may be read, the surest reading first; a reading may go by several keys."""
    bare = words.strip(" ,;:.()[]")
    if re.fullmatch(r"[A-Z]{2,4}[a-z]?", bare):
        yield (f"initials {bare}",)
    yield (f"post {post_key(bare)}",)
    titled, name = _untitled(bare)
    parts = name.split()
    if not parts or len(parts) > 4 or not all(part[0].isupper() for part in parts):
        return
    surname, given = parts[-1].casefold(), _letters(parts[0]).casefold()
    if len(parts) > 1:
        yield f"name {given} {surname}", f"{'short' if len(given) == 1 else 'name'} {given[0]} {surname}"
    else:
        if titled or len(name) > 3:
            yield (f"surname {surname}",)
        if not titled and len(name) > 2:
            yield (f"given {surname}",)


def post_key(words: str) -> str:
    """A post without what only its spelling adds: "The Chairman" is "chair", "Clerk to the Council" "clerk"."""
    key = re.sub(r"\([^)]*\)?", " ", words.casefold().replace("’", "'").replace("&", " and "))
    key = " ".join(re.sub(r"[^\w' ]+", " ", key).split())
    key = re.sub(r"^(?:the|our|an?) ", "", key)
    key = re.sub(r"\bchair(?:man|woman|person)\b", "chair", key)
    return re.sub(r"(?<=clerk|chair) (?:to|of) the (?:\w+ )?(?:board|committee|council|meeting|panel)$", "", key)


def _post_keys(role: str) -> Iterator[str]:
    """Under what the holder of a post is found: the post, each of several ("Clerk and RFO"), each without what tells it
    from others nearby ("Town Clerk" is "the Clerk")."""
    # "Cllr Ash and the Clerk, Mrs Dale": what a list joins on with "the" is somebody else.
    if not role or role.casefold().startswith("the ") or re.search(r"\d", role) or len(role.split()) > 9:
        return
    posts = {post_key(role)}
    posts |= {
        part
        for part in map(post_key, re.split(r"[,;/&(]|\band\b", role))
        if part.split()[-1:] and part.split()[-1] in _POST_NOUNS
    }
    for post in posts:
        words = post.split()
        head = next((n for n, word in enumerate(words) if word in ("of", "for", "to")), len(words)) - 1
        for start in range(max(1, head + 1)):
            left = words[start:]
            if left and not _EVERYBODYS & {left[-1], left[-1].removesuffix("s")}:
                yield f"post {' '.join(left)}"
            if words[start] in _LESSER:
                break
