"""Likeness: how surely words of different papers are of one matter.

Hides weights and their measure: a word tells the more, the fewer passages of the body's papers so far hold it (inverse
document frequency, after Sparck Jones 1972), and what is shared is set against what each side says (Dice 1945). Later
papers change no likeness that was found before.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable

from pipeline.track.surroundings import Said, Telling
from pipeline.track.words import BUSINESS, DEEDS, stems

AROUND = 0.6
"""What a word counts that stands only in a promise's paragraph or over its item."""
SAME_SECTION = 0.6
"""The share of the shorter of two headings that the longer one holds: "Water supply", "Cemetery water supply"."""
TELLING_WORDS = 1.3
"""Weight that a sentence must share with a promise, in words that were never seen before."""
UNREAD = 100
"""Passages supposed beyond those read, so that a small store does not take every word for a common one."""
MENTIONED = 0.5
AROUND_TOUCHED = 0.3
BREATH = 0.25
"""The share of its subject that one sentence must hold to speak of what is not promised to a meeting."""
TOUCHED = 0.3
"""The share of its subject that keeps a promise to a meeting from being called broken."""
TELLING = 7.0
"""Weight of shared words that makes a mention, however long the promise."""
SAME_ITEM = 0.6
"""The share of an item's title that, printed again, shows that a meeting had the item before it."""

_BREATHS = re.compile(r"(?<=[.;:!?])\s+|\t")


class Lexicon:
    """The words of one body's papers, as far as they have been read."""

    def __init__(self) -> None:
        self.seen_in: Counter[str] = Counter()
        self.passages = 0
        self.weights: dict[str, float] = {}
        self.masses: dict[frozenset[str], float] = {}

    def read(self, passages: Iterable[frozenset[str]]) -> None:
        """Take in the stems of a paper's lines; what was weighed before is weighed anew."""
        for passage in passages:
            self.seen_in.update(passage)
            self.passages += 1
        self.weights.clear()
        self.masses.clear()

    def weight(self, stem: str) -> float:
        """How much a stem tells, the more the fewer passages hold it."""
        weight = self.weights.get(stem)
        if weight is None:
            weight = self.weights[stem] = math.log((self.passages + UNREAD) / (self.seen_in[stem] + 1))
        return weight

    def alike(self, one: Telling, other: Telling) -> float:
        """How alike two tellings are: Dice's coefficient over their subjects' weighted words, or a little less than
        the share of one that the other names, be it in the words around it."""
        if one.words == other.words:
            return 1.0
        shared = one.topic & other.topic
        if not shared:
            return 0.0
        common, a, b = self._mass(shared), self._mass_of(one.topic), self._mass_of(other.topic)
        dice = 2 * common / (a + b) if len(shared) > 1 else 0.0
        within = 0.8 * common / min(a, b) if len(shared) > 2 else 0.0
        told = max(
            (common + AROUND * self._mass(x.topic & y.context - shared)) / (self._mass_of(x.topic) or 1.0)
            if len(named := shared | x.topic & y.context) > 1 and self.telling(named)
            else 0.0
            for x, y in ((one, other), (other, one))
        )
        return max(dice, within, 0.75 * told)

    def about(self, telling: Telling, said: Said, least: float) -> float:
        """The share of a promise's subject that a sentence names, or of the sentence that the promise explains."""
        topic, spoken_words = telling.topic, said.core - BUSINESS
        shared = topic & said.core
        around = (telling.context - topic) & spoken_words
        if not topic - BUSINESS:
            around -= telling.title  # "review at the next meeting": a title alone is no subject
        if not shared - BUSINESS - DEEDS:
            around -= telling.section  # "completed" under one heading is no subject either
        near_by = (topic & said.paragraph) - said.core - said.title
        if (
            (len(around) < 2 and not shared - BUSINESS - DEEDS)
            or not shared
            or not self.telling(shared | around, least)
        ):
            return 0.0
        whole = self._mass_of(topic) or 1.0
        named = (self._mass(topic & (said.core | said.title)) + AROUND * self._mass(near_by)) / whole
        spoken = (self._mass(shared) + AROUND * self._mass(around)) / (self._mass_of(spoken_words) or 1.0)
        if len(shared) < 2 and len(around) < 2 and (len(topic) > 1 or least == TELLING_WORDS):
            named = min(named, 0.5)
        return max(named, 0.85 * spoken if len(shared) > 1 or len(around) > 1 else 0.0, (named + spoken) / 1.5)

    def touches(self, telling: Telling, passage: frozenset[str], sought: bool) -> bool:
        """Whether a passage may speak of a promise. Less will do where its absence would be called broken."""
        topic = telling.topic
        common = self._mass(topic & passage)
        if sought and common >= TOUCHED * self._mass_of(topic):
            return True
        if sought and telling.title and self._mass(telling.title & passage) >= SAME_ITEM * self._mass_of(telling.title):
            return True
        around = telling.context & passage
        least = max(TELLING, 0.0 if len(topic) < 3 else AROUND_TOUCHED * self._mass_of(telling.context))
        if sought and len(around) > 1 and self._mass(around) >= least:
            return True
        return self.covered(topic, passage) >= MENTIONED or (len(topic & passage) > 1 and common >= TELLING)

    def covered(self, telling: frozenset[str], by: frozenset[str]) -> float:
        """The share of a telling's words, by weight, that others hold too; nothing for a single word of several."""
        shared = telling & by
        if len(shared) < min(2, len(telling)):
            return 0.0
        return self._mass(shared) / (self._mass_of(telling) or 1.0)

    def same_section(self, one: frozenset[str], other: frozenset[str]) -> bool:
        """Whether two headings name one matter, be it that one says more: "Mill Bridge", "Mill Bridge lanterns"."""
        shared = one & other
        if len(shared) < min(2, len(one), len(other)):
            return False
        return self._mass(shared) >= SAME_SECTION * min(self._mass(one), self._mass(other)) > 0.0

    def in_one_breath(self, topic: frozenset[str], line: str) -> bool:
        """Whether a sentence of a line, or a cell, speaks of a subject: a long paragraph shares words by chance."""
        return any(self.covered(topic, stems(sentence)) >= BREATH for sentence in _BREATHS.split(line))

    def telling(self, words: frozenset[str], least: float = TELLING_WORDS) -> bool:
        """Whether words weigh enough to tell one matter from another: "arranged" and "meeting" do not, "lantern" and
        "bridge" do."""
        return self._mass(words) >= least * math.log(self.passages + UNREAD)

    def _mass(self, words: Iterable[str]) -> float:
        # Exact, for the words of a set come in another order in every process.
        return math.fsum(map(self.weight, words))

    def _mass_of(self, words: frozenset[str]) -> float:
        """The mass of all words of a telling, which is asked for often while one paper is read."""
        mass = self.masses.get(words)
        if mass is None:
            mass = self.masses[words] = self._mass(words)
        return mass


def within(one: Telling, other: Telling) -> bool:
    """Whether the subject of one names no more than that of the other."""
    return bool(one.topic and other.topic) and (one.topic <= other.topic or other.topic <= one.topic)
