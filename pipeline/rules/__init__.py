"""What to look for, as data: rules in TOML, compiled, checked against their own examples, asked of every sentence.

Hides the little language of cues and the index that decides which rules are tried at all. Hands over `RuleSet`, whose
`first` gives the first rule of a kind that a sentence answers to, and `version`, which names by content all that papers
are read with.

A cue is a regular expression with five conveniences: a space stands for any white space, a hyphen for any dash, a
straight apostrophe for any apostrophe, `~` for up to twelve words, and `{name}` for an entry of `[slots]` in
`vocabulary.toml`; the first `{who}`, `{anyone}` or `{named}` of a cue tells the owner. Case does not matter, save
inside slots that say so. Cues start and end at word borders.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from pipeline import language
from pipeline.records import Kind, MattersError, Outcome, RuleError, Strength
from pipeline.rules.confidence import Confidence

_HERE = Path(__file__).parent
_RULE_FILES = ("decisions.toml", "promises.toml", "challenges.toml", "responses.toml")
_VOCABULARY = "vocabulary.toml"
_WORD = re.compile(r"[^\W_]+")
_FIELDS = {
    "id",
    "kind",
    "cue",
    "unless",
    "unless_here",
    "context",
    "strength",
    "outcome",
    "formal",
    "confidence",
    "parse",
    "matches",
    "rejects",
}


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a rule's cue stands in a text, and the words in the place of its first `{who}`, where it has one."""

    start: int
    end: int
    who: str | None = None


@dataclass(frozen=True, slots=True)
class Cue:
    """A compiled cue. One that begins with a slot is found by what follows (`body`), and the slot looked for before it
    (`head`): names can begin at any word, so that searching for them first costs ten times as much."""

    body: re.Pattern[str]
    head: re.Pattern[str] | None
    anchors: frozenset[str] | None

    def search(self, text: str) -> Hit | None:
        """The first place where the cue stands."""
        if self.head is None:
            found = self.body.search(text)
            return Hit(found.start(), found.end(), found.groupdict().get("who")) if found else None
        for found in self.body.finditer(text):
            window = max(0, found.start() - _HEAD_ROOM)
            head = self.head.search(text, window, found.start())
            if head:
                return Hit(head.start(), found.end(), head.groupdict().get("who"))
        return None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `contexts` are the places where it holds: "text" (the narrative), "limb" (under a decision's stem),
    "planning" (under a planning heading) and so on. `parse` asks for the sentence's grammar before the rule is
    believed: "always", or "owner" where the cue's words do not name one."""

    id: str
    kind: Kind
    cues: tuple[Cue, ...]
    unless: tuple[re.Pattern[str], ...]
    unless_here: tuple[re.Pattern[str], ...]
    contexts: frozenset[str]
    confidence: float | None
    """As a council's own rule states it; ours are measured."""
    strength: Strength | None
    outcome: Outcome | None
    formal: bool
    parse: str
    matches: tuple[str, ...]
    rejects: tuple[str, ...]

    def match(self, text: str, words: frozenset[str] | None = None) -> Hit | None:
        """The first place where a cue stands in `text`, unless words that rule it out stand there too: `unless`
        anywhere in the text, `unless_here` at the very place.

        `words`, the text's words in lower case, spares the cues of which none of the anchors is there.
        """
        for cue in self.cues:
            if words is not None and cue.anchors is not None and words.isdisjoint(cue.anchors):
                continue
            found = cue.search(text)
            if found and any(veto.search(text) for veto in self.unless):
                return None
            if found and not any(veto.search(text, found.start, found.end + _HERE_ROOM) for veto in self.unless_here):
                return found
        return None


class RuleSet:
    """The rules in force: ours, and a council's own where a file of them is given."""

    def __init__(self, rules: tuple[Rule, ...], vocabulary: Mapping[str, Any], version: str) -> None:
        self.rules = rules
        self.vocabulary = vocabulary
        self.version = version
        self._rules: dict[tuple[Kind, str], list[Rule]] = defaultdict(list)
        for rule in rules:
            for context in rule.contexts:
                self._rules[rule.kind, context].append(rule)
        self._measured = Confidence.load()
        self._stated = {rule.id: rule.confidence for rule in rules if rule.confidence is not None}
        self._indexes: dict[tuple[Kind, str], tuple[set[int], Mapping[str, set[int]]]] = {}
        # A sentence is asked about several times while its neighbours are weighed.
        self.first = lru_cache(maxsize=4096)(self._first)
        self._words = lru_cache(maxsize=1024)(_words)

    @classmethod
    def load(cls, extra: Path | None = None) -> RuleSet:
        """Reads the shipped rules, and `extra` before them, so that a council's own rule wins.

        Raises RuleError, which names the file, the rule and the fault.
        """
        vocabulary = _read(_HERE / _VOCABULARY)
        slots = _expand_slots(vocabulary["slots"])
        files = [*([extra] if extra else []), *(_HERE / name for name in _RULE_FILES)]
        rules = tuple(rule for file in files for rule in _rules(file, slots))
        seen: set[str] = set()
        for rule in rules:
            if rule.id in seen:
                raise RuleError(f"rule {rule.id} is there twice; give each rule an id of its own", code="rule")
            seen.add(rule.id)
        return cls(rules, vocabulary, version(extra))

    def _first(self, text: str, kind: Kind, context: str = "text") -> tuple[Rule, Hit] | None:
        """The first rule of `kind`, in the order of the files, that holds in `context` and matches `text`."""
        words = self._words(text)
        always, by_anchor = self._index(kind, context)
        tried = set(always)
        for word in words & by_anchor.keys():
            tried |= by_anchor[word]
        rules = self._rules[kind, context]
        for number in sorted(tried):
            if hit := rules[number].match(text, words):
                return rules[number], hit
        return None

    def _index(self, kind: Kind, context: str) -> tuple[set[int], Mapping[str, set[int]]]:
        """The rules that must always be tried, and those to be tried where a word stands, by their numbers."""
        if (kind, context) not in self._indexes:
            always: set[int] = set()
            by_anchor: dict[str, set[int]] = defaultdict(set)
            for number, rule in enumerate(self._rules[kind, context]):
                for cue in rule.cues:
                    for anchor in cue.anchors or ():
                        by_anchor[anchor].add(number)
                    if cue.anchors is None:
                        always.add(number)
            self._indexes[kind, context] = always, by_anchor
        return self._indexes[kind, context]

    def confidence(self, rule: str, kind: Kind) -> float:
        """How likely a claim of a rule, or of a place that needs no rule, is right: as measured, 0 to 1."""
        return self._stated.get(rule) or self._measured.of(rule, kind)

    def formal(self, text: str) -> bool:
        """Whether a decision's words are business of form: minutes approved as a correct record."""
        words = self._words(text)
        return any(rule.formal and rule.match(text, words) for rule in self._rules[Kind.DECISION, "text"])

    def check(self) -> list[str]:
        """Tries every rule on its own examples; returns a sentence for each one that fails, none if all is well."""
        faults = []
        for rule in self.rules:
            if not rule.matches:
                faults.append(f"{rule.id}: has no example in `matches`")
            for example in rule.matches:
                if not rule.match(example):
                    faults.append(f"{rule.id}: should match and does not: {example!r}")
                elif not rule.match(example, _words(example)):
                    faults.append(f"{rule.id}: is never tried on: {example!r}")
            faults += [f"{rule.id}: should not match and does: {e!r}" for e in rule.rejects if rule.match(e)]
        return faults

    @cached_property
    def outcomes(self) -> tuple[tuple[Outcome, re.Pattern[str]], ...]:
        """Words that tell a decision's outcome, the most telling first."""
        slots = _expand_slots(self.vocabulary["slots"])
        return tuple((Outcome(name), _compile(cue, slots)) for name, cue in self.vocabulary["outcomes"].items())

    @cached_property
    def phrases(self) -> Mapping[str, re.Pattern[str]]:
        """Single expressions that the extractor asks for by name: headings, labels, column titles, stems."""
        slots = _expand_slots(self.vocabulary["slots"])
        return {name: _compile(cue, slots) for name, cue in self.vocabulary["phrases"].items()}

    @cached_property
    def speaker(self) -> Cue:
        """Who said, confirmed or told something."""
        return _cue(self.vocabulary["phrases"]["speaker"], _expand_slots(self.vocabulary["slots"]))

    @cached_property
    def groups(self) -> re.Pattern[str]:
        """Bodies and groups: whom "they" may mean."""
        slots = _expand_slots(self.vocabulary["slots"])
        return re.compile(rf"(?<!\w)(?:{slots['org']})(?!\w)", re.IGNORECASE)

    @cached_property
    def body_noun(self) -> re.Pattern[str]:
        """The word that tells what kind of body a name is of: "Council", "Panel"."""
        slots = _expand_slots(self.vocabulary["slots"])
        return re.compile(rf"\b(?:{slots['body_noun']})\b")

    @cached_property
    def people(self) -> re.Pattern[str]:
        """Titled names and posts: whom "he" or "she" may mean."""
        slots = _expand_slots(self.vocabulary["slots"])
        return re.compile(rf"(?<!\w)(?:{slots['person']}|the\s+{slots['role']})", re.IGNORECASE)

    @cached_property
    def actors(self) -> re.Pattern[str]:
        """Words that name somebody who can act: a person, a post, a body."""
        slots = _expand_slots(self.vocabulary["slots"])
        return re.compile(rf"(?<!\w)(?:{slots['who']})(?!\w)", re.IGNORECASE)


def version(extra: Path | None = None) -> str:
    """A name for what papers are read with: the rules by their content, the language model, this release's code.

    The same name reads the same paper alike. Reads bytes only, so it is cheap.
    """
    digest = hashlib.sha256(_release().encode())
    for file in [*sorted(_HERE.glob("*.toml")), *([extra] if extra else []), *_model()]:
        digest.update(_bytes(file))
    return digest.hexdigest()[:12]


def _release() -> str:
    from importlib.metadata import PackageNotFoundError, version  # 20 ms, and only those who read papers ask

    try:
        return version("matters-arising")
    except PackageNotFoundError:
        return ""  # a checkout that was never installed


def _model() -> list[Path]:
    """The model's own description: its version and its scores, which no two trainings share."""
    try:
        return [language.find() / "meta.json"]
    except MattersError:
        return []  # whoever loads it is told; rules can be checked without one


def _rules(file: Path, slots: Mapping[str, str]) -> Iterator[Rule]:
    for entry in _read(file).get("rule", []):
        name = entry.get("id", "without an id")
        try:
            unknown = set(entry) - _FIELDS
            if unknown:
                raise RuleError(f"knows no field {sorted(unknown)[0]!r}", code="rule")
            yield _rule(entry, slots)
        except (KeyError, ValueError, re.error, RuleError) as error:
            fault = f"lacks the field {error}" if isinstance(error, KeyError) else str(error)
            raise RuleError(f"{file.name}: rule {name} {fault}", code="rule") from error


def _rule(entry: Mapping[str, Any], slots: Mapping[str, str]) -> Rule:
    cues = [entry["cue"]] if isinstance(entry["cue"], str) else entry["cue"]
    return Rule(
        id=entry["id"],
        kind=Kind(entry["kind"]),
        cues=tuple(_cue(cue, slots) for cue in cues),
        unless=tuple(_compile(veto, slots) for veto in entry.get("unless", ())),
        unless_here=tuple(_compile(veto, slots) for veto in entry.get("unless_here", ())),
        contexts=frozenset(entry.get("context", ["text"])),
        confidence=_probability(entry, "confidence"),
        strength=Strength(entry["strength"]) if "strength" in entry else None,
        outcome=Outcome(entry["outcome"]) if "outcome" in entry else None,
        formal=bool(entry.get("formal", False)),
        parse=_choice(entry, "parse", ("", "owner", "always")),
        matches=tuple(entry.get("matches", ())),
        rejects=tuple(entry.get("rejects", ())),
    )


def _probability(entry: Mapping[str, Any], field: str) -> float | None:
    value = entry.get(field)
    if value is not None and not (isinstance(value, int | float) and 0 < value < 1):
        raise ValueError(f"has {field} = {value!r}, which is not between 0 and 1")
    return value


def _choice(entry: Mapping[str, Any], field: str, choices: tuple[str, ...]) -> str:
    value = entry.get(field, choices[0])
    if value not in choices:
        raise ValueError(f"has {field} = {value!r}, which is none of {', '.join(map(repr, choices[1:]))}")
    return str(value)


_HERE_ROOM = 24
"""Letters after a match that still belong to the place: "would" and the words that make it idle."""
_HEAD_ROOM = 160
"""Letters in which the words of a leading slot must fit: four names with their posts."""


def _cue(cue: str, slots: Mapping[str, str]) -> Cue:
    head = re.match(r"(?:\^|\(\^\|[^{]*\))?(?:\(that \)\?)?\(?\{(?:who|anyone|named|asker|deciders|first)\}\)?,? ", cue)
    if not head:
        return Cue(_compile(cue, slots), None, _anchors(cue, slots))
    before = re.compile(_compile(head[0].rstrip(), slots).pattern.removesuffix(r"(?!\w)") + r"\s+$", re.IGNORECASE)
    return Cue(_compile(cue[head.end() :], slots), before, _anchors(cue, slots))


def _words(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in _WORD.findall(text))


def _compile(cue: str, slots: Mapping[str, str]) -> re.Pattern[str]:
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
    return re.compile(f"{start}(?:{pattern}){end}", re.IGNORECASE)


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
    for at in range(opening, len(cue)):
        depth += (cue[at] == "(") - (cue[at] == ")")
        if not depth:
            return at
    return len(cue)


def _opening(cue: str, closing: int) -> int:
    """Where the bracket opens that closes at `closing`."""
    depth = 0
    for at in range(closing, -1, -1):
        depth += (cue[at] == ")") - (cue[at] == "(")
        if not depth:
            return at
    raise ValueError("has a bracket that is never opened")


# Too common to choose a sentence by.
_WEAK = set("a an and any are as at be been by for from had has have he in is it its of on or our that the".split())
_WEAK |= set("their there these they this those to was we were which who with no not all".split())


def _anchors(cue: str, slots: Mapping[str, str]) -> frozenset[str] | None:
    """Words of which a sentence must hold one for the cue to match; None if the cue does not tell."""
    options = _split(cue, "|")
    if len(options) > 1:
        sets = [_anchors(option, slots) for option in options]
        return None if any(s is None for s in sets) else frozenset().union(*(s for s in sets if s))
    best: frozenset[str] | None = None
    for token in _split(cue, " "):
        found = _anchors_of(re.sub(r"(?:,\?|\[[^\]]*\][?*]?|[$,.:])+$", "", token).lstrip("^?"), slots)
        if found and not found & _WEAK and (best is None or len(found) < len(best)):
            best = found
    return best


def _anchors_of(token: str, slots: Mapping[str, str]) -> frozenset[str] | None:
    """The words of which one must stand where a token of a cue stands: a word, a word with endings, a group."""
    while token.startswith("(") and token[_closing(token, 0) + 1 : _closing(token, 0) + 2] in ("?", "*"):
        token = token[_closing(token, 0) + 2 :].lstrip("?")  # what may be left out tells nothing
    if token == "{decided}":
        return _anchors(slots["decided"], slots)
    if word := re.fullmatch(r"([^\W_]+?)(?:-\??([^\W_]+?))?(?:([^\W_])\?|\(([^()]*)\)(\??))?", token):
        stem, second, letter, endings, optional = word.groups()
        whole = stem + (second or "")
        forms = {whole, whole + (letter or ""), *(whole + ending for ending in (endings or "").split("|"))}
        if endings and not optional:
            forms.discard(whole)
        if second:
            forms.add(stem)  # a hyphen parts the words of a text
        return frozenset(form.casefold() for form in forms) if all(map(str.isalnum, forms)) else None
    if re.fullmatch(r"\((?!\?[!<=]).*\)", token) and _closing(token, 0) == len(token) - 1:
        return _anchors(re.sub(r"^\((\?-?i?:)?", "", token)[:-1], slots)
    return None


def _split(cue: str, at: str) -> list[str]:
    """The parts of a cue between separators that stand outside all brackets."""
    parts, depth, start = [], 0, 0
    for place, char in enumerate(cue):
        depth += (char in "([") - (char in ")]")
        if char == at and not depth:
            parts.append(cue[start:place])
            start = place + 1
    return [*parts, cue[start:]]


def _expand_slots(raw: Mapping[str, str]) -> dict[str, str]:
    """Slots may use slots that stand before them."""
    slots: dict[str, str] = {}
    for name, value in raw.items():
        text = re.sub(r"\s*\n\s*", "", value)
        slots[name] = re.sub(r"\{([a-z_]+)\}", lambda match: f"(?:{slots[match[1]]})", _spell(text))
    return slots


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_bytes(file).decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleError(f"{file}: is not TOML ({error}); mend it or leave it out", code="rule") from error


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise RuleError(
            f"{file}: cannot be read ({error.strerror}); check the path given to --rules", code="rule"
        ) from error
