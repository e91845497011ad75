"""What to look for, as data: rules in TOML, compiled, checked against their own examples, asked of every sentence.

Hides the index that decides which rules are tried at all; the language of cues is told in `pipeline.rules.cues`. Hands
over `RuleSet`, whose `first` gives the first rule of a kind that a sentence answers to, and `version`, which names by
content all that papers are read with.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

from pipeline import language
from pipeline.confidence import Band, Confidence, Record, Tally, grade
from pipeline.records import Kind, MattersError, Outcome, RuleError, Strength
from pipeline.rules.cues import Cue, Hit, Words, compiled, expanded, read_cue

__all__ = ["Grounds", "Hit", "Rule", "RuleSet", "grounds", "version"]

_HERE = Path(__file__).parent
_RULE_FILES = ("decisions.toml", "promises.toml", "challenges.toml", "responses.toml")
_VOCABULARY = "vocabulary.toml"
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

    def match(self, text: str, words: Words | None = None, cues: Iterable[Cue] | None = None) -> Hit | None:
        """The first place where a cue stands in `text`, unless words that rule it out stand there too: `unless`
        anywhere in the text, `unless_here` at the very place. `words`, those of the text, only save time, as does
        naming the `cues` that may stand there.
        """
        for cue in self.cues if cues is None else cues:
            found = cue.search(text, words)
            if found and any(veto.search(text) for veto in self.unless):
                return None
            if found and not any(veto.search(text, found.start, found.end + _HERE_ROOM) for veto in self.unless_here):
                return found
        return None


_Index = tuple[Sequence[tuple[int, Cue]], set[int], Mapping[str, set[int]]]
"""Cues in the order of trying, each with the number of its rule; the places of those that must always be tried; and of
those to be tried where a word stands."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why a claim was made: the rule's record, and the very words that answered to it, where they can be told."""

    rule: Record | None
    """None for a rule of a file that is not at hand."""
    like: Record | None
    """Its record with claims like this one, where it has several bands."""
    words: str | None


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
        self.measured = Confidence.load()
        self._stated = {rule.id: rule.confidence for rule in rules if rule.confidence is not None}
        self._indexes: dict[tuple[Kind, str], _Index] = {}
        # A sentence is asked about several times while its neighbours are weighed.
        self.first = lru_cache(maxsize=4096)(self._first)
        self._words = lru_cache(maxsize=1024)(Words.of)

    @classmethod
    def load(cls, extra: Path | None = None) -> RuleSet:
        """Reads the shipped rules, and `extra` before them, so that a council's own rule wins. The shipped ones alone
        are read once in a process.

        Raises RuleError, which names the file, the rule and the fault.
        """
        return cls._read(extra) if extra else _shipped()

    @classmethod
    def _read(cls, extra: Path | None) -> RuleSet:
        vocabulary = _read(_HERE / _VOCABULARY)
        slots = expanded(vocabulary["slots"])
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
        cues, always, by_anchor = self._index(kind, context)
        tried = set(always)
        for word in words.all & by_anchor.keys():
            tried |= by_anchor[word]
        for number, places in groupby(sorted(tried), key=lambda place: cues[place][0]):
            rule = self._rules[kind, context][number]
            if hit := rule.match(text, words, (cues[place][1] for place in places)):
                return rule, hit
        return None

    def _index(self, kind: Kind, context: str) -> _Index:
        if (kind, context) not in self._indexes:
            cues = [(number, cue) for number, rule in enumerate(self._rules[kind, context]) for cue in rule.cues]
            by_anchor: dict[str, set[int]] = defaultdict(set)
            for place, (_, cue) in enumerate(cues):
                for anchor in cue.anchors or ():
                    by_anchor[anchor].add(place)
            always = {place for place, (_, cue) in enumerate(cues) if cue.anchors is None}
            self._indexes[kind, context] = cues, always, by_anchor
        return self._indexes[kind, context]

    def confidence(self, band: Band) -> float:
        """How likely a claim is right: as its rule states, where that is a council's own, else as measured."""
        return self._stated.get(band.rule) or self.measured.of(band)

    def records(self) -> list[Record]:
        """Every rule and place, by kind, those that are trusted least first; where a rule has several bands, each
        of them after the whole."""
        rules = [_record(rule.id, rule.kind, self.vocabulary, rule, self.measured) for rule in self.rules]
        ours = {rule.id for rule in self.rules}
        rules += [
            _record(place, Kind(place.partition(".")[0]), self.vocabulary, None, self.measured)
            for place in self.vocabulary["places"]
            if place not in ours
        ]
        order = list(Kind)
        rules.sort(key=lambda records: (order.index(records[0].band.kind), records[0].confidence, records[0].band.rule))
        return [record for records in rules for record in records]

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
                elif rule.match(example) != rule.match(example, Words.of(example)):
                    faults.append(f"{rule.id}: is never tried on: {example!r}")
            faults += [f"{rule.id}: should not match and does: {e!r}" for e in rule.rejects if rule.match(e)]
        return faults

    @cached_property
    def outcomes(self) -> tuple[tuple[Outcome, re.Pattern[str]], ...]:
        """Words that tell a decision's outcome, the most telling first."""
        slots = expanded(self.vocabulary["slots"])
        return tuple((Outcome(name), compiled(cue, slots)) for name, cue in self.vocabulary["outcomes"].items())

    @cached_property
    def phrases(self) -> Mapping[str, re.Pattern[str]]:
        """Single expressions that the extractor asks for by name: headings, labels, column titles, stems."""
        slots = expanded(self.vocabulary["slots"])
        return {name: compiled(cue, slots) for name, cue in self.vocabulary["phrases"].items()}

    @cached_property
    def told_by(self) -> Cue:
        """Who said, confirmed or told something."""
        return read_cue(self.vocabulary["phrases"]["told_by"], expanded(self.vocabulary["slots"]))

    @cached_property
    def groups(self) -> re.Pattern[str]:
        """Bodies and groups: whom "they" may mean."""
        slots = expanded(self.vocabulary["slots"])
        return re.compile(rf"(?<!\w)(?:{slots['org']})(?!\w)", re.IGNORECASE)

    @cached_property
    def body_noun(self) -> re.Pattern[str]:
        """The word that tells what kind of body a name is of: "Council", "Panel"."""
        slots = expanded(self.vocabulary["slots"])
        return re.compile(rf"\b(?:{slots['body_noun']})\b")

    @cached_property
    def people(self) -> re.Pattern[str]:
        """Titled names and posts: whom "he" or "she" may mean."""
        slots = expanded(self.vocabulary["slots"])
        return re.compile(rf"(?<!\w)(?:{slots['person']}|the\s+{slots['role']})", re.IGNORECASE)

    @cached_property
    def actors(self) -> re.Pattern[str]:
        """Words that name somebody who can act: a person, a post, a body."""
        slots = expanded(self.vocabulary["slots"])
        return re.compile(rf"(?<!\w)(?:{slots['who']})(?!\w)", re.IGNORECASE)


def grounds(band: Band, quote: str) -> Grounds:
    """Why a claim was made, by the shipped rules. Compiles one rule, not all of them, which takes half a second."""
    vocabulary = _read(_HERE / _VOCABULARY)
    slots = expanded(vocabulary["slots"])
    found = (rule for name in _RULE_FILES for rule in _rules(_HERE / name, slots, only=band.rule))
    rule = next(found, None)
    if rule is None and band.rule not in vocabulary["places"]:
        return Grounds(None, None, None)
    whole, *bands = _record(band.rule, band.kind, vocabulary, rule, Confidence.load())
    hit = rule.match(quote) if rule else None
    like = next((record for record in bands if record.band == band), None)
    return Grounds(whole, like, quote[hit.start : hit.end] if hit else None)


def _record(
    id: str, kind: Kind, vocabulary: Mapping[str, Any], rule: Rule | None, measured: Confidence
) -> list[Record]:
    """The record of a whole rule, or place, then those of its bands where there are several."""
    looks_for = vocabulary["places"][id] if rule is None else next(iter(rule.matches), "")
    stated = rule.confidence if rule else None
    bands = measured.bands(id)
    whole = sum(bands.values(), Tally())
    trusted = {band: measured.of(band) for band in bands}
    mean = sum(trusted[band] * tally.found for band, tally in bands.items()) / whole.found if whole.found else None
    unseen = Band(kind, id, rule.strength if rule else None)
    confidence = stated or mean or measured.of(unseen)
    word = "stated" if stated else "unmeasured" if mean is None else grade(confidence)
    records = [Record(Band(kind, id), True, whole, confidence, word, looks_for)]
    if len(bands) > 1 and not stated:
        order = sorted(bands, key=lambda band: (band.strength or "", band.listed))
        records += [Record(band, False, bands[band], trusted[band], grade(trusted[band]), looks_for) for band in order]
    return records


@cache
def _shipped() -> RuleSet:
    return RuleSet._read(None)


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


def _rules(file: Path, slots: Mapping[str, str], *, only: str | None = None) -> Iterator[Rule]:
    for entry in _read(file).get("rule", []):
        name = entry.get("id", "without an id")
        if only is not None and name != only:
            continue
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
        cues=tuple(read_cue(text, slots) for text in cues),
        unless=tuple(compiled(veto, slots) for veto in entry.get("unless", ())),
        unless_here=tuple(compiled(veto, slots) for veto in entry.get("unless_here", ())),
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
