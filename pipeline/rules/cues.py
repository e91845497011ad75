"""Cues: the little language in which rules say what they look for.

A cue is a regular expression with five conveniences: a space stands for any white space, a hyphen for any dash, a
straight apostrophe for any apostrophe, `~` for up to twelve words, and `{name}` for an entry of `[slots]` in
`vocabulary.toml`; the first `{who}`, `{anyone}` or `{named}` of a cue tells the owner. Case does not matter, save
inside slots that say so. Cues start and end at word borders.

Hides how a cue is compiled, and how a text's words tell which cues need not be searched for, and where others can
begin. Most sentences answer to no rule: what is spared on them is most of the time that reading takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

_WORD = re.compile(r"[^\W_]+")
_HEAD_ROOM = 160
"""Letters in which the words of a leading slot must fit: four names with their posts."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a rule's cue stands in a text, and the words in the place of its first `{who}`, where it has one."""

    start: int
    end: int
    who: str | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, in lower case, and where each of them begins."""

    all: frozenset[str]
    at: Mapping[str, Sequence[int]]

    @classmethod
    def of(cls, text: str) -> Words:
        at: dict[str, list[int]] = {}
        for word in _WORD.finditer(text):
            at.setdefault(word[0].casefold(), []).append(word.start())
        return cls(frozenset(at), at)


@dataclass(frozen=True, slots=True)
class Cue:
    """A compiled cue. One that begins with a slot is found by what follows (`body`), and the slot looked for before it
    (`head`): names can begin at any word, so that searching for them first costs ten times as much.

    A text that lacks all words of one of `needs` cannot match. Where `leads` are known, the body begins with one of
    them, and is tried there only: trying it at every letter costs ten times as much. The slot of the head ends in a
    capitalised word or in one that begins like one of `ends`: most bodies stand behind another word, which is told at
    once, where searching for names takes fifty times as long.
    """

    body: re.Pattern[str]
    head: re.Pattern[str] | None
    needs: tuple[frozenset[str], ...]
    leads: frozenset[str] | None
    ends: tuple[str, ...] = ()

    @property
    def anchors(self) -> frozenset[str] | None:
        """Words of which a text must hold one for the cue to match; None if the cue does not tell."""
        return _telling(self.needs)

    def search(self, text: str, words: Words | None = None) -> Hit | None:
        """The first place where the cue stands. `words`, those of the text, only save time."""
        if words is not None:
            for need in self.needs:
                if need.isdisjoint(words.all):
                    return None
        for found in self._bodies(text, words):
            if self.head is None:
                return Hit(found.start(), found.end(), found.groupdict().get("who"))
            window = max(0, found.start() - _HEAD_ROOM)
            if words is not None and not self._named(text[window : found.start()]):
                continue
            if head := self.head.search(text, window, found.start()):
                return Hit(head.start(), found.end(), head.groupdict().get("who"))
        return None

    def _named(self, before: str) -> bool:
        """Whether the last word before a body may end a slot."""
        last = before.rsplit(None, 1)[-1:]
        return not last or not last[0].islower() or any(map(self._ends_slot, _WORD.findall(last[0])))

    def _ends_slot(self, word: str) -> bool:
        return word.startswith(self.ends)

    def _bodies(self, text: str, words: Words | None) -> Iterator[re.Match[str]]:
        if words is None or self.leads is None:
            yield from self.body.finditer(text)
            return
        end = 0
        for start in sorted(start for lead in words.all & self.leads for start in words.at[lead]):
            if start >= end and (found := self.body.match(text, start)):
                yield found
                end = found.end()


def read_cue(text: str, slots: Mapping[str, str]) -> Cue:
    """Compile a cue; re.error or ValueError names its fault."""
    # Slots that tell words apart are written out before the words are looked for.
    text = text.replace("{decided}", f"({slots['decided']})") if "decided" in slots else text
    needs, head = _needs(text), _HEAD.match(text)
    if not head:
        return Cue(compiled(text, slots), None, needs, _leads(text))
    body = text[head.end() :]
    before = _source(head[0].rstrip(), slots).removesuffix(r"(?!\w)")
    ends = re.findall(r"[a-z]{2,}", re.sub(r"\\.", " ", slots[head[1]]).casefold())
    return Cue(
        body=compiled(body, slots),
        head=re.compile(rf"{before}\s+$", re.IGNORECASE),
        needs=needs,
        leads=_leads(body),
        ends=tuple(sorted(set(ends))),
    )


_HEAD = re.compile(r"(?:\^|\(\^\|[^{]*\))?(?:\(that \)\?)?\(?\{(who|anyone|named|asker|deciders|first)\}\)?(?:,\??)? ")
"""What a cue begins with that begins with a slot."""


def compiled(text: str, slots: Mapping[str, str]) -> re.Pattern[str]:
    """The plain regular expression that a cue stands for."""
    return re.compile(_source(text, slots), re.IGNORECASE)


def _source(cue: str, slots: Mapping[str, str]) -> str:
    named = False

    def slot(match: re.Match[str]) -> str:
        nonlocal named
        if match[1] not in slots:
            raise ValueError(f"uses the unknown slot {{{match[1]}}}")
        if match[1] in ("who", "anyone", "named") and not named:
            named = True
            return f"(?P<who>{slots[match[1]]})"
        return f"(?:{slots[match[1]]})"

    pattern = re.sub(r"\{([a-z_]+)\}", slot, _spell(cue))
    start = r"(?<!\w)" if re.match(r"[\w{]|\((?=[\w({?])", cue) else ""
    word = re.search(r"(?<!\\)[\w)}]$|[)\w]\?$", cue) and not any(map(_looks_ahead, _split(cue, "|")))
    end = r"(?!\w)" if word else ""
    return f"{start}(?:{pattern}){end}"


def _looks_ahead(cue: str) -> bool:
    """Whether a cue ends in what must or must not follow: such an end sets its own border."""
    at = max(cue.rfind("(?="), cue.rfind("(?!"))
    return at >= 0 and _closing(cue, at) == len(cue) - 1


def _spell(cue: str) -> str:
    """The cue with its conveniences written out as a plain regular expression; slots stay as they are."""
    cue = re.sub(r"\[[^\]]*\]|\(\?-i:|(?<!\\)-", lambda m: "[-‐‑–—]" if m[0] == "-" else m[0], cue)
    cue = re.sub(r" [?*]", r"\\s*", cue).replace("'", "['’]")
    # A group that may be left out takes its space with it: "{who} (also)? agreed to".
    at = cue.find(")? ")
    while at >= 0:
        start = _opening(cue, at)
        if cue[start + 1] != " ":  # "x( y)? z" already carries its space inside
            cue = f"{cue[:start]}(?:{cue[start : at + 1]} )?{cue[at + 3 :]}"
        at = cue.find(")? ", at + 2)
    cue = cue.replace(" ~)", r"(?: \S+){0,12}?)").replace("~ ", r"(?:\S+ ){0,12}?")
    return cue.replace(" ", r"\s+")


def _closing(cue: str, opening: int) -> int:
    """Where the bracket closes that opens at `opening`; the end where it never does."""
    depth = 0
    for mark in _MARK.finditer(cue, opening):
        depth += (mark[0] == "(") - (mark[0] == ")")
        if not depth:
            return mark.start()
    return len(cue)


def _opening(cue: str, closing: int) -> int:
    """Where the bracket opens that closes at `closing`."""
    opened = []
    for mark in _MARK.finditer(cue, 0, closing):
        if mark[0] == "(":
            opened.append(mark.start())
        elif mark[0] == ")" and opened:
            opened.pop()
    if not opened:
        raise ValueError("has a bracket that is never opened")
    return opened[-1]


_MARK = re.compile(r"\\.|\[\^?[^\]]*\]|.", re.DOTALL)
"""A letter of a cue, or what stands for one: an escape, a class. Brackets in those are none."""


# Too common to choose a sentence by.
_WEAK = set("a an and any are as at be been by for from had has have he in is it its of on or our that the".split())
_WEAK |= set("their there these they this those to was we were which who with no not all".split())


def _telling(needs: Sequence[frozenset[str]]) -> frozenset[str] | None:
    """Of several sets of words the one that spares most texts; None of none."""
    telling = min((words for words in needs if not words & _WEAK), key=len, default=None)
    return telling or min(needs, key=len, default=None)


@cache
def _needs(cue: str) -> tuple[frozenset[str], ...]:
    """Sets of words, of each of which a text must hold one for the cue to match."""
    options = _split(cue, "|")
    if len(options) > 1:
        united = _united([_telling(_needs(option)) for option in options])
        return () if united is None else (united,)
    return tuple(words for token in _split(cue, " ") if (words := _words_of(_bare(token))))


@cache
def _leads(cue: str) -> frozenset[str] | None:
    """The words of which one begins whatever the cue matches; None if the cue does not tell."""
    options = _split(cue, "|")
    if len(options) > 1:
        return _united([_leads(option) for option in options])
    if cue.startswith(" "):
        return None
    found: frozenset[str] = frozenset()
    for token in _split(cue, " "):
        rest = token.lstrip("^?*")
        while _optional(rest):
            group, rest = rest[: _closing(rest, 0)], rest[_closing(rest, 0) + 2 :].lstrip("?")
            may_lead = _leads(_GROUP.sub("", group))
            if may_lead is None:
                return None
            found |= may_lead
        if rest:
            rest = _bare(rest)
            first = _leads(_GROUP.sub("", rest)[:-1]) if _is_group(rest) else _words_of(rest)
            return None if first is None else found | first
    return None


def _optional(token: str) -> bool:
    """Whether a token begins with a group that may be left out."""
    return token.startswith("(") and token[_closing(token, 0) + 1 : _closing(token, 0) + 2] in ("?", "*")


def _is_group(token: str) -> bool:
    return re.match(r"\((?!\?[!<=])", token) is not None and _closing(token, 0) == len(token) - 1


def _united(options: Sequence[frozenset[str] | None]) -> frozenset[str] | None:
    known = [words for words in options if words is not None]
    return frozenset().union(*known) if len(known) == len(options) else None


_GROUP = re.compile(r"^\((?:\?-?i?:)?")
"""How a group opens."""


def _bare(token: str) -> str:
    """A token of a cue without its punctuation, and without the quantifier of the space before it."""
    return re.sub(r"(?:,\?|\[[^\]]*\][?*]?|[$,.:])+$", "", token).lstrip("^?")


def _words_of(token: str) -> frozenset[str] | None:
    """The words of which one must stand where a token of a cue stands: a word, a word with endings, a group."""
    while _optional(token):
        token = token[_closing(token, 0) + 2 :].lstrip("?")  # what may be left out tells nothing
    while token.endswith(")?") and re.match(r"\( (?![?*])", token[(after := _opening(token, len(token) - 2)) :]):
        token = token[:after]
    if word := re.fullmatch(r"([^\W_]+?)(?:-\??([^\W_]+?))?(?:([^\W_])\?|\(([^()]*)\)(\??))?", token):
        stem, second, letter, endings, optional = word.groups()
        whole = stem + (second or "")
        forms = {whole, whole + (letter or ""), *(whole + ending for ending in (endings or "").split("|"))}
        if endings and not optional:
            forms.discard(whole)
        if second:
            forms.add(stem)  # a hyphen parts the words of a text
        return frozenset(form.casefold() for form in forms) if all(map(str.isalnum, forms)) else None
    if _is_group(token):
        return _telling(_needs(_GROUP.sub("", token)[:-1]))
    return None


def _split(cue: str, at: str) -> list[str]:
    """The parts of a cue between separators that stand outside all brackets."""
    parts, depth, start = [], 0, 0
    for mark in _MARK.finditer(cue):
        depth += (mark[0] == "(") - (mark[0] == ")")
        if mark[0] == at and not depth:
            parts.append(cue[start : mark.start()])
            start = mark.end()
    return [*parts, cue[start:]]


def expanded(raw: Mapping[str, str]) -> dict[str, str]:
    """Slots may use slots that stand before them."""
    slots: dict[str, str] = {}
    for name, value in raw.items():
        text = re.sub(r"\s*\n\s*", "", value)
        slots[name] = re.sub(r"\{([a-z_]+)\}", lambda match: f"(?:{slots[match[1]]})", _spell(text))
    return slots
