"""The walk through one paper, block by block: where a sentence stands decides what its words can mean.

Hides sections, stems and their limbs, Action columns, action tables, printed cards, and who answers whom. Hands over
drafts: claims with their places in the text, linked to each other, not yet numbered.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from pipeline import dates
from pipeline.extract import grammar
from pipeline.extract.owners import People, whole
from pipeline.extract.rows import columns_of, standing
from pipeline.extract.sentences import BULLETS, ENUMERATED, Unit, label_of, sentences, squeezed, style
from pipeline.records import Block, BlockKind, Cell, Document, Due, Kind, Outcome, PaperKind, Span, Strength
from pipeline.register import Register, post_key
from pipeline.rules import Hit, Rule, RuleSet, status


@dataclass(slots=True, eq=False)
class Draft:
    """A claim in the making; it becomes an `Extract` once all of them are known and numbered."""

    kind: Kind
    start: int
    end: int
    block: int
    rule: str
    """The rule, or the place, that tells it; `RuleSet.confidence` knows how far to trust it."""
    owner: str | None = None
    due: Due | None = None
    strength: Strength | None = None
    outcome: Outcome | None = None
    formal: bool = False
    recipient: str | None = None
    reference: str | None = None
    status: Span | None = None
    answers: list[Draft] = field(default_factory=list)
    arises_from: list[Draft] = field(default_factory=list)
    governed: bool = False
    """Whether the owner's words hang on others before them ("the seats on the Board"): grammar is asked who acts."""


@dataclass(slots=True)
class Found:
    drafts: list[Draft]
    units: list[Unit]
    unclaimed: list[Span]
    register: Register
    """Who is meant by the owners' words."""


@dataclass(slots=True)
class Stem:
    """Words that govern the limbs under them: "RESOLVED that Cabinet agree to:"."""

    kind: str
    style: str
    span: Span
    drafts: list[Draft]
    limbs: int = 0
    appoints: bool = False
    """Its limbs are posts filled: "Chair - Jo Ash"."""
    owner: str | None = None
    """Who is to act, where the stem names it: "RESOLVED that the Clerk: (a) write ..."."""


_CARDINALS = dict(
    zip(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
        map(str, range(1, 11)),
        strict=True,
    )
)
_NUMBERS = re.compile(rf"\b(?:\d+|{'|'.join(_CARDINALS)})\b", re.IGNORECASE)
_STEMS = (
    ("decision", "announced_stem"),
    ("decision", "decision_stem"),
    ("responses", "response_stem"),
    ("questions", "question_stem"),
    ("decision", "appoint_stem"),
    ("actions", "action_stem"),
    ("recommendation", "recommendation_stem"),
    ("motion", "motion_stem"),
)
"""What the limbs under a stem are, by the phrase that the stem ends in; the first that fits."""
_TOLD_FIRST = ("promise.action-section", "promise.labelled")
_INNER = re.compile(r"\b(?:because|that|which|who)\b")
_SEVERAL = re.compile(r"\band\b|[,/&]")
_BELONGS = re.compile(r"\b(?:at|in|of|to)\s+$")
_CLAUSE = re.compile(r"[.;?:]\s|\s[-–—]\s")
_NOBODY = frozenset("i it someone that these this those we which who".split())
"""Pronouns that name nobody by themselves."""
_FIRST_WORDS = re.compile(r"^(?:that|to)\s+", re.IGNORECASE)
_NAMES = re.compile(r"(?:[A-Z][\w’']*\s+(?:(?:of|and|for|the|&)\s+)*)+[A-Z][\w’']*")
"""Several words with capitals: their initials are what a council is called by."""
_BINDS_NOBODY = (Outcome.NOTED, Outcome.DELEGATED, Outcome.DEFERRED, Outcome.REJECTED, Outcome.APPOINTED)
_DEEPEST = 9
"""The level of a heading that is none: a line in a list, say. Any true heading ends its section."""
_FIELDS_OF_AN_ACTION = 2
"""So many lines under an action may tell its owner and its deadline."""
_WORDS_OF_AN_ACT = 2
"""So few words in a status cell only say how the row's own act goes on: "Clerk to chase"."""
_LINES_OF_A_MATTER = 3
_WORDS_OF_A_MATTER = 60
"""What is longer than this is no matter under a heading that names its outcome, but the text that goes on."""
_WORDS_OF_A_TITLE = 14
_SENTENCE_END = re.compile(r"[.;] ")
_COLON = re.compile(r":\s*[-–—]+$")
"""The colon of a stem, as some print it: "RESOLVED that:-"."""
_SPEAKER = re.compile(r"^([A-Z]{2,3}): ")
_QUESTIONS = ("challenge.asked", "challenge.question-mark", "challenge.limb")
_WORDS = re.compile(r"[a-z]{3,}")
_EMPTY = frozenset(
    "the and for that this with from about into was were has have had will would been not all any are its their our "
    "clerk cllr counci parish action agreed member".split()
)
"""Words that tell no topic, cut as `Walk._topic` cuts them."""
_TASKS = (
    "promise.bare-infinitive",
    "promise.labelled",
    "promise.continued",
    "promise.action-section",
    "promise.told-to",
)
_CLOSE = 8
"""Letters between two sentences of which one follows at once on the other."""
_WIDE_SPACE = re.compile(r"\s{2,}")
_FIRST_LIMB = re.compile(r"[\W_]{0,3}?\(?(?:1|a|i)[.)]\s")
_TELLS = re.compile(
    r"\b(?:know|inform|advis|say|stat|expla|tell|told|ensur|mak(?:e|ing) (?:clear|sure))\w*\b.*\bthat\b"
)
"""Words whose own "that" the next "and that" goes on with: "let him know that ..., and that ..."."""
_SPLIT_THAT = re.compile(r"[;,]? and (?:also )?(?=that [a-z£])|; (?=that [a-z])")


class Walk:
    """Walks one paper's blocks once, in reading order, and gathers drafts."""

    def __init__(self, document: Document, rules: RuleSet) -> None:
        self.document = document
        self.rules = rules
        self.phrases = rules.phrases
        self.people = People(document.attendees)
        self.register = Register.of([document])
        self.drafts: list[Draft] = []
        self.units: list[Unit] = []
        self.parsed: list[tuple[Draft, Unit, str, Hit, int]] = []
        """What grammar is to be asked about: the words that the cue stands in, and how much was told before them."""
        self.section = "text"
        self.depth = 0
        """The level of the heading that opened the section."""
        self.field = ""
        """The name of a field that the block before gave: "Due: "."""
        self.skipped = ""
        """The numbering of the item that is skipped."""
        self.roll = False
        """Whether what is skipped tells who attended."""
        self.planning = False
        self.stem: Stem | None = None
        self.asked: list[Draft] = []
        """Challenges that still wait for an answer."""
        self.asked_in = -9
        self.asker: str | None = None
        self.answering: Draft | None = None
        """The answer under way in this paragraph; `answerer` gives it."""
        self.answerer: str | None = None
        self.before_item = 0
        """How many claims there were before the item that is read."""
        self.before_box = 0
        """How many there were before the section of decisions that is read."""
        self.matters: list[Draft] = []
        """The challenges and decisions of the item so far: what its actions may arise from."""
        self.seen_rows: dict[str, list[tuple[int | None, str]]] = {}
        """The rows so far by the words of their action: the tables that hold them, and what stands over these."""
        self.over_table = ""
        """The line over the rows that are read, where it names their matter."""
        self.told: list[tuple[str, str | None]] = []
        """The sentences so far, each with whom it left something to do: whom pronouns may mean. Items are parted by an
        empty one."""
        self.last_unit: Unit | None = None
        self.cards: dict[str, Draft] = {}
        self.public = False
        self.item = 0
        """Where the item under way begins."""
        self.outer = ""
        """The numbering of the block read last: a stem's limbs end where it goes on."""
        self.lead: str | None = None
        self.default_due: str | None = None
        self.is_report = document.kind in (PaperKind.REPORT, PaperKind.STRATEGY)

    def run(self) -> Found:
        if self.document.kind is PaperKind.AGENDA:
            return Found([], [], [], self.register)  # what is to be discussed is no record of what was said
        blocks = self.document.blocks
        margins = self._margins()
        covered: list[Unit] = []
        for number, block in enumerate(blocks):
            if block.kind is BlockKind.MARGIN:
                continue
            if block.kind is BlockKind.TABLE_ROW:
                self._row(number, block)
                continue
            self.over_table = self._matter_over_rows(block)
            units = list(self._units(number, block))
            for margin, beside in margins.get(number, ()):
                self._attach(units, margin, beside)
            covered += units
            self._block(number, block, units)
        self.units += covered
        self._ask_grammar()
        self.drafts.sort(key=lambda d: (d.start, d.end, list(Kind).index(d.kind)))
        return Found(self.drafts, self.units, self._unclaimed(covered), self.register)

    # Where a sentence stands

    def _text(self, start: int, end: int) -> str:
        return squeezed(self.document.text[start:end])

    def _units(self, number: int, block: Block) -> Iterator[Unit]:
        spans = list(sentences(self.document.text, block.span.start, block.span.end))
        for place, (start, end) in enumerate(spans):
            if place == 0 or self.document.text[start] in BULLETS:
                start += len(label_of(self.document.text[start:end]))
            if start < end:
                yield Unit(Span(start, end), self._text(start, end), number, place == 0)

    def _margins(self) -> dict[int, list[tuple[str, Span]]]:
        """The words of Action columns, by the number of the block that they stand beside."""
        starts = [b.span.start for b in self.document.blocks]
        found: dict[int, list[tuple[str, Span]]] = {}
        for block in self.document.blocks:
            if block.kind is not BlockKind.MARGIN or block.beside is None:
                continue
            words = self._text(block.span.start, block.span.end).strip()
            if self.phrases["margin_noise"].match(words) or len(words) > 60:
                continue
            number = bisect_right(starts, max(block.beside.start, block.beside.end - 1)) - 1
            found.setdefault(number, []).append((words, block.beside))
        return found

    def _attach(self, units: list[Unit], words: str, beside: Span) -> None:
        """Gives the words of the Action column to the sentence that they stand beside.

        Several sentences may share the lines: one that already reads as a promise goes first, then one that names the
        owner, then the one that fills most of the lines. Where none of them acts, the words have slipped by a line if
        the sentence before or after promises.
        """
        if not units:
            return

        def rank(unit: Unit) -> tuple[bool, bool, bool, bool, int]:
            overlap = min(unit.span.end, beside.end) - max(unit.span.start, beside.start)
            near = overlap > 0
            found = self.rules.first(unit.text, Kind.PROMISE)
            promised = found is not None
            firm = found is not None and found[0].strength is not Strength.INTENTION
            named = bool(re.search(rf"\b{re.escape(words)}\b", unit.text))
            acts = promised or self._decides(unit.text)
            return (near and acts, named and promised, near and firm, near, overlap)

        best = max(units, key=rank)
        if not rank(best)[0]:
            at = units.index(best)
            beside_it = (unit for unit in (*units[at + 1 : at + 2], *units[max(0, at - 1) : at]) if not unit.margin)
            bound = [unit for unit in beside_it if self._binds(unit)]
            best = next((unit for unit in bound if self.rules.actors.match(unit.text)), next(iter(bound), best))
        best.margin = f"{best.margin}, {words}" if best.margin and words not in best.margin else words

    def _binds(self, unit: Unit) -> bool:
        """Whether a sentence promises more than an intention."""
        found = self.rules.first(unit.text, Kind.PROMISE)
        return found is not None and found[0].strength is not Strength.INTENTION

    def _block(self, number: int, block: Block, units: list[Unit]) -> None:
        text = self._text(block.span.start, block.span.end)
        bare = text[len(label_of(text)) :]
        if self._card_heading(bare, units) or self._field_of_action(number, bare):
            return
        if self.document.kind is PaperKind.ACTION_LOG:
            self._standing(bare)
        self._place(number, block, bare)
        if self.stem and self._leaves(block, bare):
            self.stem = None
        if self.stem and self.stem.kind not in ("cards", "card", "reply"):
            self.stem.limbs += 1
        if not self.stem and (style := self._numbering(block)) not in ("", "•"):
            self.outer = style
        if not units or self.phrases["skip_paragraph"].search(bare) or self.phrases["paper_facts"].match(bare):
            return
        if self.section == "skip" and self.roll and self._deeds(bare):
            self.section = "text"
        if self.section == "skip" and not self.phrases["decision_label"].search(bare):
            self.stem = None
            for unit in units:
                self._formality(unit)
            return
        if self._outcome_heading(number, block, units, bare) or self._stem_of(number, block, units, bare):
            return
        if self.stem and self.stem.kind in ("motion", "recommendation"):
            if self.is_report and self.stem.kind == "recommendation" and not bare.endswith(":"):
                self._recommend(units, "recommendation.limb")
            return
        if self.stem and self.stem.kind == "listed":
            listed = self.stem.drafts[0].end
            for draft in self.drafts:
                if draft.end == listed:
                    draft.end = units[-1].span.end
            return
        if self.stem and self.stem.kind == "decision":
            self._limb(units, bare)
            return
        if self.section == "recommendations":
            if self.is_report:
                self._recommend(units, "recommendation.section")
            return
        if self.section == "decisions" and block.kind is not BlockKind.HEADING:
            self._limb(units, bare)
            return
        if self._next_agenda(block, units, bare):
            return
        if self._challenge_card(number, units, bare):
            return
        if self.stem and self.stem.kind == "responses" and self._answer_limb(units, bare):
            return
        self._narrative(block, units)

    def _field_of_action(self, number: int, bare: str) -> bool:
        """ "Due: 4 May" and "Owner: KE" on lines of their own under the action that they belong to.

        The name of the field may have been read as a heading, its value as the paragraph under it.
        """
        last = self.drafts[-1] if self.drafts else None
        if not last or last.kind is not Kind.PROMISE or number - last.block > _FIELDS_OF_AN_ACTION:
            self.field = ""
            return False
        field = self.phrases["field_line"].match(self.field + bare)
        self.field = f"{bare.strip(' :')}: " if self.phrases["field_name"].fullmatch(bare) else ""
        if field and field["due"]:
            last.due = self._due(field["due"]) or self._due_of_row(field["due"])
        elif field:
            last.owner = field["owner"].strip(" .")
        return bool(field or self.field)

    def _outcome_heading(self, number: int, block: Block, units: list[Unit], bare: str) -> bool:
        """ "No objections:" as a heading: what stands under it, matter by matter, is what was so decided."""
        span = (units[0].span.start, units[-1].span.end)
        if block.kind is BlockKind.HEADING:
            if not self.phrases["outcome_heading"].fullmatch(bare.strip(" :.")) or self.is_report:
                return False
            self.stem = Stem("outcome", "", units[0].span, [self._decision(*span, number, "decision.heading")])
            return True
        if not self.stem or self.stem.kind != "outcome":
            return False
        last = self.stem.drafts[-1]
        if number - last.block > _LINES_OF_A_MATTER or len(bare.split()) > _WORDS_OF_A_MATTER:
            self.stem = None
            return False
        if self.phrases["application"].search(self._text(self.stem.span.end, last.end)) and self.phrases[
            "application"
        ].search(bare):
            matter = self._decision(*span, number, "decision.heading")
            matter.outcome = last.outcome
            self.stem.drafts.append(matter)
        else:
            last.end = span[1]
        return True

    def _place(self, number: int, block: Block, bare: str) -> None:
        """Notes where the paper has come to: a heading opens a section, and closes the one before."""
        opens = block.kind is BlockKind.HEADING or (bool(block.label) and self._numbering(block) != "•")
        if self.phrases["record_heading"].fullmatch(bare) and not block.label:
            # What the agenda says of an item stands above the record of it; so may a box with what was decided.
            del self.drafts[self.before_item : self.before_box if self.section == "decisions" else None]
        elif opens:
            self.before_item = len(self.drafts)
        if opens:
            self.matters = []
        if self.section == "skip" and self.skipped and self._numbering(block) == self.skipped:
            self.section = "text"  # the next item, whether it looks like a heading or not
        if len(bare) >= 90 and block.kind is not BlockKind.HEADING:
            return
        named = next(
            (
                section
                for section in ("decision", "action", "agenda", "recommendation", "focus", "narrative")
                if self.phrases[f"{section}_heading"].search(bare)
            ),
            None,
        )
        if named == "decision" and (block.label or self._resolved_below(number)):
            named = None  # an agenda item of that name, or the whole minute; not the box that holds an outcome
        if named:
            self.section = {"narrative": "text", "focus": "focus"}.get(named, f"{named}s")
            self.before_box = len(self.drafts)
            self.depth = block.level if block.kind is BlockKind.HEADING else _DEEPEST
            self.stem = None
        elif block.kind is BlockKind.HEADING or self.phrases["item_heading"].match(bare):
            if self.phrases["skip_heading"].search(bare):
                self.section, self.skipped = "skip", self._numbering(block)
                self.roll = bool(self.phrases["roll_heading"].search(bare))
            elif (
                block.label
                or block.level <= max(2, self.depth)
                or self.section in ("skip", "decisions", "recommendations")
            ):
                self.section = "text"
            if block.label or block.level <= 2:
                self.told.append(("", None))
                self.item = block.span.start
                self.public = bool(self.phrases["public_heading"].search(bare))
            self.planning = bool(self.phrases["planning_heading"].search(bare)) or (self.planning and not block.label)
            self.stem = None

    def _deeds(self, bare: str) -> bool:
        """Whether a paragraph under a list of those present tells what they did: there the list has ended unmarked."""
        words = bare.split()
        plain = sum(word[:1].islower() for word in words)
        return len(words) > 15 and plain > len(words) / 2 and not self.phrases["roll"].search(bare)

    def _resolved_below(self, number: int) -> bool:
        """Whether a "RESOLVED" stands in the section that a heading opens: what is said before it decides nothing."""
        for block in self.document.blocks[number + 1 :]:
            if block.kind is BlockKind.HEADING:
                return False
            if self.phrases["decision_label"].match(self._text(block.span.start, block.span.end)):
                return True
        return False

    def _leaves(self, block: Block, bare: str) -> bool:
        """Whether a block is no limb of the stem in force: the numbering has gone back to that of the stem."""
        stem = self.stem
        assert stem is not None
        if stem.kind in ("cards", "card", "reply", "outcome"):
            return False  # until the next card, reply or heading
        if stem.kind == "motion" and (self.phrases["settled"].match(bare) or self.phrases["vote_line"].match(bare)):
            return True
        style = self._numbering(block)
        if not style:
            short = len(bare.split()) < 10 and not bare.endswith(".")
            limb = block.kind is BlockKind.LIST_ITEM or (stem.kind == "listed" and not bare.endswith("."))
            limb = limb or (stem.kind == "decision" and (not stem.limbs or short))
            return not limb and not (stem.limbs and bare[:1].islower()) and not bare.startswith("That ")
        return bool(stem.limbs) and style in (stem.style, self.outer)

    def _numbering(self, block: Block) -> str:
        return style(block.label or label_of(self._text(block.span.start, block.span.end)))

    def _stem_of(self, number: int, block: Block, units: list[Unit], bare: str) -> bool:
        """Opens a stem where the block ends in one; returns whether the block has no more to say."""
        bare = _COLON.sub(":", bare)
        last = _COLON.sub(":", units[-1].text)
        style = self._numbering(block)
        label = None if self.phrases["bare_outcome"].match(bare) else self.phrases["decision_label"].match(bare)
        if label:
            self._supersede()
        rest = re.sub(r"^\W*(?:that|to)?\W*", "", bare[label.end() :], flags=re.IGNORECASE) if label else ""
        if label and bare.endswith(":") and len(rest.split()) > 5 and self.phrases["listed_stem"].search(bare):
            drafts = self._decisions(units[0])
            self._promises(units[0], drafts[-1])
            self.stem = Stem("listed", style, units[0].span, drafts[-1:])
            return True
        if label and _FIRST_LIMB.match(bare, label.end()):
            self._narrative(block, units)
            self.stem = Stem("decision", style, units[0].span, [], limbs=1)  # "RESOLVED: (1) that ...", and (2) below
            return True
        if label and (len(rest) < 4 or bare.endswith(":") or self.rules.actors.fullmatch(rest)):
            self.stem = Stem("decision", style, units[0].span, [])
            actor = self.rules.actors.match(rest)
            if (
                actor
                and len(actor[0]) > len(rest.rstrip(" :")) - 4
                and not self.phrases["deciding_body"].search(actor[0])
            ):
                self.stem.owner = squeezed(actor[0])
            return True
        if not last.endswith(":") and not any(
            self.phrases[stem].search(last) for stem in ("announced_stem", "response_stem")
        ):
            return False
        if self.phrases["request_stem"].search(last) and self._decides(last):
            self._narrative(block, units)
            self.stem = Stem("requests", style, units[-1].span, [d for d in self.drafts if d.block == number])
            return True
        if self.phrases["agreed_list"].search(last):
            self._narrative(block, units)
            made = [d for d in self.drafts if d.block == number and d.end == units[-1].span.end]
            if made:
                self.stem = Stem("listed", style, units[-1].span, made)
                return True
        kind = next((kind for kind, stem in _STEMS if self.phrases[stem].search(last)), None)
        if kind is None:
            return False
        if len(units) > 1:
            self._narrative(block, units[:-1])
        self.stem = Stem(kind, style, units[-1].span, [])
        self.stem.appoints = bool(self.phrases["appoint_stem"].search(last))
        return True

    def _supersede(self) -> None:
        """Takes back a motion that only found a seconder: what the item resolves, it resolves under its own label."""
        last = self._last_decision()
        if last and last.rule == "decision.seconded" and last.start >= self.item:
            self.drafts.remove(last)

    def _last_decision(self) -> Draft | None:
        return next((draft for draft in reversed(self.drafts) if draft.kind is Kind.DECISION), None)

    def _decides(self, text: str) -> bool:
        return self.rules.first(text, Kind.DECISION) is not None

    def _formality(self, unit: Unit) -> None:
        """Under headings that are matters of form (apologies, dates) only what names an owner is a promise.

        And only what is said to have been agreed is a decision.
        """
        if self._says(unit.text, Kind.DECISION, "decision.it-was-agreed") and not self.phrases["roll"].search(
            unit.text
        ):
            self._decisions(unit)
        found = self.rules.first(unit.text, Kind.PROMISE)
        firm = found and found[0].strength is not Strength.INTENTION
        if unit.margin or (found and firm and (found[1].who or re.search(r"\bby the\b", unit.text))):
            self._promises(unit, None)

    # Structure that tells the kind

    def _limb(self, units: list[Unit], bare: str) -> None:
        """A limb of a decision: decided as a whole, and a promise too where it tells somebody to act."""
        if self.is_report:
            return
        named = self.rules.actors.fullmatch(_FIRST_WORDS.sub("", bare).rstrip(" :,-–"))
        if self.stem and named and not self.stem.appoints and not self.phrases["deciding_body"].search(named[0]):
            self.stem.owner = squeezed(named[0])  # "(b) that the Head of Leisure", with limbs of its own
            return
        if bare.endswith(":") and not self._decides(bare):
            return  # a limb that is itself a stem: its own limbs follow
        if len(bare.split()) < 2 and not self._decides(bare):
            return
        if self.phrases["vote_line"].match(bare) or self.phrases["reasons"].match(bare):
            return
        parts = [units[0]] if self.stem is None and len(units) > 1 and units[1].text.startswith("That ") else None
        whole = parts or units
        decision = self._decision(whole[0].span.start, whole[-1].span.end, units[0].block, "decision.limb")
        if self.stem and self.stem.appoints:
            decision.outcome = Outcome.APPOINTED
            return
        self._promise_of_limb(decision, whole)
        for unit in units[1:] if parts else ():
            self._promise_of_limb(
                self._decision(unit.span.start, unit.span.end, unit.block, "decision.limb"),
                [unit],
            )

    def _promise_of_limb(self, decision: Draft, units: list[Unit], *, moved: bool = False) -> None:
        """Adds what a limb tells somebody to do; `moved` tells that it is a motion, its outcome after it."""
        text = self._text(decision.start, decision.end)
        if decision.outcome in _BINDS_NOBODY or decision.formal:
            return
        if self.stem and self.stem.owner:
            draft = self._drafted(units[0], "promise.stem-owner", None, decision.start, decision.end)
            draft.owner, draft.strength = self.stem.owner, Strength.INSTRUCTION
            draft.arises_from.append(decision)
            decision.outcome = Outcome.REQUESTED
            return
        found = self._moved_limb(text) if moved else self._first_limb(text, text)
        if found is None:
            return
        draft = self._promise(units[0], *found, start=decision.start, end=decision.end)
        draft.strength = Strength.INSTRUCTION
        draft.arises_from.append(decision)
        if decision.outcome is Outcome.AGREED and draft.owner and " would " not in text:
            decision.outcome = Outcome.REQUESTED
        draft.owner = draft.owner or self._body_itself(draft, found[1])

    def _decision(self, start: int, end: int, block: int, rule: str) -> Draft:
        text = self._text(start, end)
        draft = Draft(Kind.DECISION, start, end, block, rule, outcome=self._outcome(text))
        if self.rules.formal(text):
            draft.formal, draft.outcome = True, Outcome.APPROVED
        self.drafts.append(draft)
        return draft

    def _outcome(self, text: str) -> Outcome:
        """The outcome that a decision's words tell, its stem ("it was agreed that") apart."""
        rest, stemmed = self.phrases["decided_that"].subn("", text, count=1)
        body = rest.strip(" :-–—;,")
        first, cue = self.rules.outcomes[0]
        if stemmed and cue.search(body):
            return first  # "be authorised to sign": authority is handed on, whatever else is said
        deeds = [_FIRST_WORDS.sub("", body).split(" ", 1)[0]]
        if stemmed or text.startswith("That "):
            deeds += [match["deed"] for match in self.phrases["be_done"].finditer(body)]
        if outcome := self._deed(deeds):
            return outcome
        for words in (body, text):
            # Early outcomes of the table win wherever they stand; of the others the first to be read.
            hits = [
                (m.start(), order, outcome)
                for order, (outcome, cue) in enumerate(self.rules.outcomes)
                if (m := cue.search(words))
            ]
            strong = [hit for hit in hits if hit[1] < 5]
            if strong:
                return min(strong, key=lambda hit: hit[1])[2]
            if stemmed and (
                self.phrases["course_of_action"].match(body)
                or self.phrases["agreed_to"].search(text[: len(text) - len(rest)])
                or self.phrases["to_be_done"].search(body)
            ):
                return Outcome.AGREED  # "agreed to write asking for a grant": what else is named there tells nothing
            if hits:
                return min(hits)[2]
        return Outcome.AGREED if self.phrases["course_of_action"].match(body) else Outcome.OTHER

    def _deed(self, deeds: Iterable[str]) -> Outcome | None:
        """The outcome that the first of some verbs tells."""
        return next((outcome for deed in deeds for outcome, cue in self.rules.outcomes if cue.fullmatch(deed)), None)

    def _recommend(self, units: list[Unit], rule: str) -> None:
        span = (units[0].span.start, units[-1].span.end)
        if len(self._text(*span).split()) >= 4:
            self.drafts.append(Draft(Kind.RECOMMENDATION, *span, units[0].block, rule))

    def _card_heading(self, bare: str, units: list[Unit]) -> bool:
        """ "Card 2" and "Reply to Cards 2, 4 and 5", each on a line of its own above the words."""
        numbers = [_CARDINALS.get(word, word) for word in map(str.casefold, _NUMBERS.findall(bare))]
        if self.phrases["card_heading"].fullmatch(bare):
            self.stem = Stem("card", numbers[0], units[0].span, [])
        elif self.cards and self.phrases["reply_heading"].fullmatch(bare):
            self.stem = Stem("reply", "", units[0].span, [])
            self.asked = [self.cards[n] for n in numbers if n in self.cards] or list(self.cards.values())[-1:]
        else:
            return False
        self.section = "text"
        return True

    def _next_agenda(self, block: Block, units: list[Unit], bare: str) -> bool:
        """ "For the next agenda: the hedge in Mill Lane": the body will take it up, and names nobody to do it."""
        named = self.phrases["next_agenda"].match(bare)
        if self.phrases["agenda_heading"].search(bare):
            return False
        short = block.kind is BlockKind.LIST_ITEM or len(bare.split()) <= _WORDS_OF_A_TITLE
        if self.section == "agendas" and (not short or self._decides(bare)):
            self.section = "text"  # the list has ended, or is no list
        if not named and self.section != "agendas":
            return False
        if self.phrases["no_business"].match(named["what"] if named else bare):
            return True
        draft = Draft(Kind.PROMISE, units[0].span.start, units[-1].span.end, units[0].block, "promise.next-agenda")
        draft.strength = Strength.UNDERTAKING
        draft.due = self._due(bare) or self._due("for the next agenda")
        self.drafts.append(draft)
        if block.kind is not BlockKind.LIST_ITEM:
            self.section = "text"  # what follows a line of its own is no list
        return True

    def _challenge_card(self, number: int, units: list[Unit], bare: str) -> bool:
        """Printed cards: "Challenge Three, Four and Six - ...", further paragraphs, "Response - ..."."""
        span = (units[0].span.start, units[-1].span.end)
        if self.phrases["challenge_label"].match(bare) and self._says(bare, Kind.CHALLENGE, "challenge.labelled"):
            draft = Draft(Kind.CHALLENGE, *span, number, "challenge.labelled")
            self.drafts.append(draft)
            label = self.phrases["challenge_label"].match(bare)
            cards = len(_NUMBERS.findall(label[0])) if label else 1
            self.stem = Stem("cards", "", units[0].span, [draft], limbs=-cards)
            self.asked.append(draft)
            self.asked_in = number
            return True
        if self.phrases["response_label"].match(bare) and self._says(bare, Kind.RESPONSE, "response.labelled"):
            answer = Draft(
                Kind.RESPONSE,
                *span,
                number,
                "response.labelled",
                answers=list(self.asked),
            )
            self.drafts.append(answer)
            self.asked, self.stem = [], None
            for unit in units:
                self._promises(unit, None, [answer])
            return True
        if self.stem and self.stem.kind == "reply":
            if self.stem.drafts:
                self.stem.drafts[0].end = span[1]
            else:
                answer = Draft(
                    Kind.RESPONSE,
                    *span,
                    number,
                    "response.card",
                    answers=list(self.asked),
                )
                self.stem.drafts.append(answer)
                self.drafts.append(answer)
            for unit in units:
                self._promises(unit, None, self.stem.drafts)
            return True
        if self.stem and self.stem.kind == "card":
            if self.stem.drafts:
                self.stem.drafts[0].end = span[1]
            else:
                draft = Draft(Kind.CHALLENGE, *span, number, "challenge.card")
                self.stem.drafts.append(draft)
                self.drafts.append(draft)
                self.cards[self.stem.style] = draft
            return True
        if self.stem and self.stem.kind == "cards" and len(bare.split()) > 4:
            if self.stem.limbs < -1:
                self.stem.limbs += 1
                draft = Draft(Kind.CHALLENGE, *span, number, "challenge.card")
                self.drafts.append(draft)
                self.asked.append(draft)
            else:
                self.stem.drafts[-1].end = span[1]
            self.asked_in = number
            return True
        return False

    def _answer_limb(self, units: list[Unit], bare: str) -> bool:
        """A limb under "the following responses were made": an answer, unless it asks or only tells members' views."""
        if any(self._first(unit, Kind.CHALLENGE) for unit in units) or any(
            self._first(unit, Kind.RESPONSE) for unit in units
        ):
            return False
        if (
            self.phrases["members_view"].match(bare)
            or all(self._first(u, Kind.PROMISE) for u in units)
            or len(bare.split()) < 8
        ):
            return False
        start, end = units[0].span.start, units[-1].span.end
        answer = Draft(Kind.RESPONSE, start, end, units[0].block, "response.limb")
        self.drafts.append(answer)
        for unit in units:
            self._promises(unit, None, [answer])
        return True

    # Narrative, sentence by sentence

    def _narrative(self, block: Block, units: list[Unit]) -> None:
        self.answering = None
        before: list[Draft] = []
        public = self.public
        self.public = public or bool(self.phrases["public_heading"].match(units[0].text[:60]))
        for place, unit in enumerate(units):
            announced = unit.first and not unit.margin and self.phrases["agenda_wording"].search(unit.text)
            if announced and (block.kind is BlockKind.HEADING or len(units) == 1 or not self._decides(unit.text)):
                continue
            decisions = self._decisions(unit)
            challenge, response = self._exchange(unit, decisions, place)
            if response:
                before = [*response.answers, response]
            elif challenge:
                before = [challenge]
            # "Members asked for an explanation" is answered there and then: a challenge, and nothing to be done later.
            asks = challenge is not None and self._says(unit.text, Kind.PROMISE, "promise.requested")
            decision = decisions[-1] if decisions else None
            if len(decisions) > 1 and not unit.margin:
                promised = False
                for limb in decisions:
                    self._promise_of_limb(limb, [unit])
            else:
                promised = not (asks and not unit.margin) and self._promises(unit, decision, before, units, place)
            if not response and not promised and not unit.margin:
                self._go_on_answering(unit)
            if (
                decision
                and decision.start < unit.span.start
                and not promised
                and decision.outcome is not Outcome.REJECTED
            ):
                self._promise_of_limb(decision, [unit], moved=True)  # "Moved that Jo Ash ask the school. Carried."
            if decisions:
                self._prompted(decisions, before)
                before = decisions[-1:]
            self.matters += [draft for draft in (challenge, *decisions) if draft]
            last = self.drafts[-1] if promised else None
            self.told.append((unit.text, last.owner if last else None))
            self.last_unit = unit
        self.public = public

    def _prompted(self, decisions: list[Draft], before: list[Draft]) -> None:
        """Links what was decided to the question or the concern told right before it."""
        put = [draft for draft in before if draft.kind is Kind.CHALLENGE]
        for decision in decisions:
            told_next = put and decision.start - before[-1].end < _CLOSE
            if told_next and not decision.formal and decision.outcome is not Outcome.NOTED:
                decision.arises_from += put

    def _causes(self, draft: Draft, before: Sequence[Draft]) -> list[Draft]:
        """What a promise arises from: what was last put or decided before it, in its paragraph or, for a bare task
        ("ACTION: Clerk to write"), in its item.

        Whoever answers and pledges does so of the question and in the answer; who is told to act, of the question.
        """
        if before and draft.strength in (Strength.INSTRUCTION, Strength.REQUEST):
            return [cause for cause in before if cause.kind is not Kind.RESPONSE] or list(before)
        if before or draft.rule not in _TASKS:
            return list(before)
        words = self._topic(draft)
        near = [matter for matter in self.matters if draft.block - matter.block <= 3]
        shared = {id(matter): len(words & self._topic(matter)) for matter in near}
        best = max(near, key=lambda matter: (shared[id(matter)], matter.start), default=None)
        labelled = self.phrases["action_label"].match(self._text(draft.start, draft.end))
        return [best] if best and (shared[id(best)] > 1 or labelled or draft.block - best.block == 1) else []

    def _topic(self, draft: Draft) -> set[str]:
        """The words that tell what a claim is about, their endings cut."""
        return {word.rstrip("s")[:6] for word in _WORDS.findall(self._text(draft.start, draft.end).casefold())} - _EMPTY

    def _first(self, unit: Unit, kind: Kind, context: str = "text") -> tuple[Rule, Hit] | None:
        return self.rules.first(unit.text, kind, context)

    def _says(self, text: str, kind: Kind, rule: str) -> bool:
        found = self.rules.first(text, kind)
        return found is not None and found[0].id == rule

    def _decisions(self, unit: Unit) -> list[Draft]:
        text = unit.text
        if self.is_report:
            return []  # a report tells of decisions that others took, or that are still to be taken
        label = self.phrases["decision_label"].match(text)
        if label and self.phrases["nothing_decided"].match(text[label.end() :].strip(" :-–—")):
            return []
        if label and len(text) - label.end() > 3:
            return self._split(unit, "decision.label")
        if unit.first and self.phrases["bare_that"].match(text) and len(text.split()) > 3 and not text.endswith("?"):
            return self._split(unit, "decision.bare-that")
        found = self._first(unit, Kind.DECISION)
        own = self._own_name.match(text) if self._own_name else None
        if found is None and own:
            found = self.rules.first(f"The Board{text[own.end() :]}", Kind.DECISION)
        if found is None and (self.planning or self.phrases["application"].search(text)):
            found = self._first(unit, Kind.DECISION, "planning")
        if found is None:
            return []
        rule, hit = found
        if rule.id in ("decision.body-acted", "decision.body-asked") and self._somebody(text, hit):
            return []
        last = self._last_decision()
        vote = bool(self.phrases["vote_line"].match(text))
        movers = self._movers(unit) if vote else None
        close = last is not None and unit.block - last.block <= 1
        if (
            last
            and close
            and not vote
            and last.rule == rule.id == "decision.vote"
            and len(text) > last.end - last.start
        ):
            self.drafts.remove(last)  # "Amendment carried." and the sentence that tells the same vote
        bare = rule.id != "decision.it-was-agreed" and self.phrases["outcome_of_above"].match(text)
        if last and close and last.rule == "decision.seconded":
            if vote or bare:  # "Motion by Jo Ash, second by Tom Wick to sell. Motion carried."
                if self._next_to(last, unit):
                    last.end = unit.span.end
                if (voted := self._outcome(text[hit.start :])) is Outcome.REJECTED:
                    last.outcome = voted
                return []
            told_again = rule.id == "decision.it-was-agreed" and self._next_to(last, unit)
            if told_again and len(text) > last.end - last.start:
                self.drafts.remove(last)  # "Jo Ash proposed Tom Wick. It was agreed that Tom Wick ..."
        if vote and movers is None:
            movers = self._proposal(unit)
        if last and close and vote and movers is None and last.rule != "decision.planning-view":
            return []  # the vote on what is told already: one outcome, told twice
        drafts = self._split(unit, rule.id)
        if len(drafts) == 1 and not drafts[0].formal:
            thing = rule.id == "decision.thing-approved"  # "request" and "report" are no deeds there
            told = self._outcome(text if thing else text[hit.start :])
            if rule.id in ("decision.vote", "decision.seconded") and told is not Outcome.REJECTED:
                told = self._deed([match["deed"] for match in self.phrases["be_done"].finditer(text)]) or told
            drafts[0].outcome = self._outcome(text) if told is Outcome.OTHER else told
        named = rule.id == "decision.seconded" and self.phrases["mover"].match(text)  # its movers alone
        if drafts and (rule.id == "decision.planning-view" or bare or (vote and movers is not None) or named):
            drafts[0].start = start = self._matter_of(unit) if movers is None else movers
            if start == unit.span.start and self.phrases["movers_only"].fullmatch(text):
                self.drafts.remove(drafts[0])
                return []  # what they moved stands elsewhere
            # What is asked for in the matter stands or falls with the outcome.
            for draft in list(self.drafts):
                if draft.kind is Kind.PROMISE and start <= draft.start < unit.span.start:
                    self.drafts.remove(draft)
        for draft in drafts:
            if rule.outcome and (
                rule.formal
                or draft.outcome in (Outcome.OTHER, None)
                or rule.outcome in (Outcome.APPOINTED, Outcome.OTHER, Outcome.DEFERRED, Outcome.REQUESTED)
            ):
                draft.outcome = rule.outcome
            if draft.outcome is Outcome.REQUESTED and rule.id == "decision.it-was-agreed":
                draft.outcome = Outcome.AGREED  # "it was agreed that members will be asked"
            draft.formal = draft.formal or rule.formal
        return drafts

    def _somebody(self, text: str, hit: Hit) -> bool:
        """Whether the capitals that seem to name the body ("CC asked") are one person's initials."""
        word = re.match(r"[A-Z]{2,3}\b", text[hit.start :]) or re.search(r"\b[A-Z]{2,3}\b(?=\W*$)", text[: hit.start])
        return word is not None and word[0] in self.people.initials

    def _application_above(self, unit: Unit) -> int:
        """Where the planning application begins, on lines of its own, above the line that holds the view of it."""
        for number in range(unit.block - 1, max(-1, unit.block - 4), -1):
            block = self.document.blocks[number]
            claimed = any(d.block == number and (d.kind is Kind.DECISION or d.owner) for d in self.drafts)
            if claimed or block.kind in (BlockKind.HEADING, BlockKind.TABLE_ROW):
                break
            words = self._text(block.span.start, block.span.end)
            if self.phrases["application"].search(words):
                return block.span.start + len(label_of(words))
        return unit.span.start

    def _matter_of(self, unit: Unit) -> int:
        """Where the matter begins on which a bare outcome ("No objections.", "This was agreed.") was reached."""
        before = self._before(unit)
        if len(unit.text.split()) > 10:
            return unit.span.start
        if not before:
            return self._application_above(unit)
        start, end = before[-1]
        if len(before) > 1 and len(self.document.text[start:end].split()) < 4:
            start = before[-2][0]
        return start + len(label_of(self.document.text[start:end]))

    def _movers(self, unit: Unit) -> int | None:
        """Where the lines begin that name proposer and seconder, each a block of its own above the vote."""
        start = None
        at = unit.block
        while at > 0 and unit.first and unit.block - at < 3:
            at -= 1
            span = self.document.blocks[at].span
            label = label_of(self.document.text[span.start : span.end])
            if not self.phrases["mover"].match(self._text(span.start + len(label), span.end)):
                break
            start = span.start + len(label)
        return start

    def _proposal(self, unit: Unit) -> int | None:
        """Where the proposal begins whose sentence, and that of its movers, stand before the vote in its paragraph."""
        start = None
        for begin, end in reversed(self._before(unit)):
            words = self._text(begin, end)
            if self.phrases["proposes"].search(words):
                start = begin + len(label_of(words))
            if not self.phrases["mover"].match(words):
                break
        return start

    def _before(self, unit: Unit) -> list[tuple[int, int]]:
        """The sentences before a unit in its block that no decision has claimed."""
        block = self.document.blocks[unit.block].span
        start = block.start + len(label_of(self.document.text[block.start : block.end]))
        claimed = [
            d.end for d in self.drafts if d.block == unit.block and d.end <= unit.span.start and d.kind is Kind.DECISION
        ]
        return list(sentences(self.document.text, max([start, *claimed]), unit.span.start))

    def _next_to(self, draft: Draft, unit: Unit) -> bool:
        """Whether hardly a word stands between a decision and a sentence."""
        return 0 <= unit.span.start - draft.end < _CLOSE

    def _split(self, unit: Unit, rule: str) -> list[Draft]:
        """One decision for each limb that a sentence enumerates: "(1) that ...; and (2) that ...", "and that ..."."""
        if self.rules.formal(unit.text):
            return [self._decision(unit.span.start, unit.span.end, unit.block, rule)]
        raw = self.document.text[unit.span.start : unit.span.end]
        marks = list(ENUMERATED.finditer(raw))
        joints = (
            [] if len(marks) > 1 else [m for m in _SPLIT_THAT.finditer(raw) if not _TELLS.search(raw, 0, m.start())]
        )
        cuts = [m.end() for m in (marks if len(marks) > 1 else joints)]
        starts = [*cuts] if len(marks) > 1 else [0, *cuts]
        ends = [*(m.start() for m in (marks[1:] if len(marks) > 1 else joints)), len(raw)]
        at = unit.span.start
        return [
            self._decision(at + start, at + end, unit.block, rule)
            for start, end in zip(starts, ends, strict=True)
            if len(raw[start:end].split()) > 1 or not cuts
        ]

    def _exchange(self, unit: Unit, decisions: list[Draft], place: int) -> tuple[Draft | None, Draft | None]:
        """What a sentence puts to the body, and what it answers: one of them, or both."""
        challenge = None if decisions and not unit.text.endswith("?") else self._challenge(unit)
        if not challenge and not decisions and not place and self.stem and self.stem.kind == "questions":
            challenge = self._asked(unit, "challenge.limb")
        if challenge or decisions:
            self.answering = None
        if decisions:
            return challenge, None
        return challenge, self._answer_within(unit, challenge) if challenge else self._response(unit)

    def _challenge(self, unit: Unit) -> Draft | None:
        if unit.text.endswith(":"):
            return None  # it only announces what follows
        found = self._first(unit, Kind.CHALLENGE)
        if found is None and self.public:
            found = self._first(unit, Kind.CHALLENGE, "public")
        if found is None:
            return None
        rule, _ = found
        if rule.id == "challenge.fault" and self._first(unit, Kind.RESPONSE, "answer") and self._replies(unit):
            return None  # "The Director explained that there was a lack of staff" answers what was asked
        start, end = unit.span.start, unit.span.end
        if rule.id == "challenge.in-response-to" and (clause := self.phrases["question_clause"].search(unit.text)):
            start, end = self._within(unit, clause.start()), self._within(unit, clause.end())
        previous = self.drafts[-1] if self.drafts else None
        if (
            rule.id == "challenge.question-mark"
            and previous
            and previous.kind is Kind.CHALLENGE
            and previous.block == unit.block
            and (len(unit.text.split()) < 6 or previous.rule == rule.id)
            and start - previous.end < 4
        ):
            previous.end = end
            return previous
        draft = self._asked(unit, rule.id)
        draft.start, draft.end = start, end
        return draft

    def _within(self, unit: Unit, offset: int) -> int:
        """Where in the paper a place in a sentence's text lies: the text has its white space single."""
        at = unit.span.start + offset
        for gap in _WIDE_SPACE.finditer(self.document.text, unit.span.start, unit.span.end):
            if gap.start() >= at:
                break
            at += gap.end() - gap.start() - 1
        return min(at, unit.span.end)

    def _asked(self, unit: Unit, rule: str) -> Draft:
        """A challenge, which now waits for its answer."""
        draft = Draft(Kind.CHALLENGE, unit.span.start, unit.span.end, unit.block, rule)
        if unit.block - self.asked_in > 1:
            self.asked = []
        self.asked.append(draft)
        self.asked_in = unit.block
        self.asker = self._speaker(unit)
        self.drafts.append(draft)
        return draft

    def _speaker(self, unit: Unit) -> str | None:
        """Whose words a sentence tells: whom it begins with, "he" and "she" being the person named last."""
        found = self.phrases["speaker"].match(unit.text)
        return self._owner(found["who"], "", len(self.told)) if found else None

    def _replies(self, unit: Unit) -> bool:
        """Whether a challenge waits close by that somebody else than this sentence's speaker has put."""
        if unit.block - self.asked_in > 1 or not self.asked:
            return False
        speaker = self._speaker(unit) if self.asker else None
        return not (speaker and self._same_owner(speaker, self.asker))

    def _answer_within(self, unit: Unit, challenge: Draft) -> Draft | None:
        """The answer in the very sentence of the challenge: "In response to a query about X it was noted that Y"."""
        rest = self.document.text[challenge.end : unit.span.end]
        tail = re.search(r"^,?\s*(?=\w)", rest)
        if challenge.rule == "challenge.in-response-to" and tail and len(rest.split()) >= 4:
            # The rest of a sentence that tells of a question answers it by its very place.
            self.answering = self._answered(unit, "response.same-sentence", challenge.end + tail.end())
            return self.answering
        cut = self.phrases["answered_at_once"].search(unit.text) if challenge.end == unit.span.end else None
        if not cut or self._within(unit, cut.start()) <= challenge.start:
            return None
        challenge.end = self._within(unit, cut.start())
        start = self._within(unit, cut.end() - (4 if "but" in cut[0] else 0))
        return self._answered(unit, "response.same-sentence", start)

    def _response(self, unit: Unit) -> Draft | None:
        """What answers: a sentence that says so, or somebody else who speaks after a challenge or after its answer."""
        if unit.text.endswith(":"):
            return None  # it only announces what follows
        near = unit.block - self.asked_in <= 1 and bool(self.asked)
        found = self._first(unit, Kind.RESPONSE)
        if found is None and self._replies(unit):
            found = self._reply(unit)
        if found is None and self._second_answer(unit):
            found = self._first(unit, Kind.RESPONSE, "answer-next")
            self.asked = list(self.answering.answers) if found and self.answering else []
        if found is None or not (near or self.asked or self.phrases["in_response"].match(unit.text)):
            return None
        self.answering = self._answered(unit, found[0].id, unit.span.start)
        return self.answering

    def _reply(self, unit: Unit) -> tuple[Rule, Hit] | None:
        """The rule by which a sentence answers: in the same breath, or further on, where its words must say so."""
        last = self.asked[-1]
        if last.block != unit.block or unit.span.start - last.end > _CLOSE:
            return self._first(unit, Kind.RESPONSE, "answer-next")
        found = self._first(unit, Kind.RESPONSE, "answer")
        if found is None and last.rule in _QUESTIONS:
            found = self._first(unit, Kind.RESPONSE, "answer-question")
        return found

    def _second_answer(self, unit: Unit) -> bool:
        """Whether another than who has just answered speaks on the same matter."""
        if not self.answering or unit.span.start - self.answering.end >= _CLOSE:
            return False
        speaker = self._speaker(unit)
        return bool(
            speaker and not self._same_owner(speaker, self.answerer) and not self._same_owner(speaker, self.asker)
        )

    def _answered(self, unit: Unit, rule: str, start: int) -> Draft:
        """A response to the challenges that wait."""
        near = unit.block - self.asked_in <= 1
        limb = self.stem is not None and self.stem.kind == "responses"  # each limb is a matter of its own
        answers = self._waiting(unit) if near and (not limb or self.asked_in == unit.block) else []
        if start > unit.span.start:
            answers = answers[-1:]  # the end of a sentence answers its beginning
        draft = Draft(Kind.RESPONSE, start, unit.span.end, unit.block, rule, answers=answers)
        self.drafts.append(draft)
        self.asked = []
        self.answerer = self._speaker(unit)
        return draft

    def _waiting(self, unit: Unit) -> list[Draft]:
        """The challenges that an answer may mean: those last put, one right after the other."""
        here = [asked for asked in self.asked if asked.block == unit.block] or list(self.asked)
        run = here[-1:]
        for asked in reversed(here[:-1]):
            between = self.document.text[asked.end : run[0].start]
            if len(between.split()) > 3:
                break
            run.insert(0, asked)
        return run

    def _go_on_answering(self, unit: Unit) -> None:
        """Takes a sentence that claims nothing else into the answer under way."""
        if self.answering is None:
            return
        self.answering.end = unit.span.end

    # Promises

    def _due_of_row(self, words: str) -> Due:
        """The deadline of a row that an earlier meeting may have set: a month without a year is the nearest one."""
        meeting = self.document.meeting
        known = (*meeting.meeting_dates, *([meeting.date] if meeting.date else []))
        due = dates.resolve(words, meeting.date, meeting_dates=known, body=meeting.body)
        half = dt.timedelta(days=183)
        if (
            meeting.date
            and due.end
            and due.end - meeting.date > half
            and not re.search(r"\b(?:19|20)?\d\d$", words.strip())
        ):
            earlier = dates.resolve(words, meeting.date - half, meeting_dates=known, body=meeting.body)
            if earlier.end:
                return earlier
        return due

    def _promises(
        self,
        unit: Unit,
        decision: Draft | None,
        before: Sequence[Draft] = (),
        units: Sequence[Unit] = (),
        place: int = 0,
    ) -> bool:
        """The promises of a sentence: one, or two where two people are to act. Returns whether there are any."""
        cut = self._second_actor(unit)
        if not cut:
            return self._promise_of(unit, decision, before, units, place)
        start, text = unit.span.start, unit.text
        halves = (
            Unit(
                Span(start, self._within(unit, cut.start())), text[: cut.start()], unit.block, unit.first, unit.margin
            ),
            Unit(Span(self._within(unit, cut.end()), unit.span.end), text[cut.end() :], unit.block, False),
        )
        made = self._promise_of(halves[0], decision, before, (halves[0],), 0)
        first = self.drafts[-1]
        found = self._first(halves[1], Kind.PROMISE)
        if made and found and self.phrases["goes_on"].match(halves[1].text):
            draft = self._drafted(halves[1], found[0].id, None)  # no grammar is asked: its subject stands in the first
            draft.owner, draft.strength, draft.arises_from = first.owner, found[0].strength, list(first.arises_from)
            return True
        return self._promise_of(halves[1], decision, before, (halves[1],), 0) or made

    def _second_actor(self, unit: Unit) -> re.Match[str] | None:
        """Where another person's act begins in a sentence that already holds one's: "... and Mr Ash will ring"."""
        found = self._first(unit, Kind.PROMISE)
        if found is None:
            return None
        cut = self.phrases["second_actor"].search(unit.text, found[1].end)
        if cut and self.phrases["asks_somebody"].search(unit.text, found[1].start, cut.start()):
            return None
        return cut or self._second_day(unit.text, found[1].end)

    def _second_day(self, text: str, promised: int) -> re.Match[str] | None:
        """Where another act begins that is due on another day: "will meet in May and will report in June"."""
        for phrase, both in (("second_act", True), ("second_deed", False)):
            if cut := self.phrases[phrase].search(text, promised):
                one, other = self._due(text[: cut.start()]), self._due(text[cut.end() :])
                days = [due.end or due.kind for due in (one, other) if due is not None]
                if len(set(days)) > both and (one is None or other is None or one.words != other.words):
                    return cut
        return None

    def _promise_of(
        self, unit: Unit, decision: Draft | None, before: Sequence[Draft], units: Sequence[Unit], place: int
    ) -> bool:
        found = self._claim(unit, decision)
        draft: Draft | None
        if found:
            continued = self.drafts[-1].owner if found[0].id == "promise.continued" else None
            draft = self._promise(unit, *found)
            draft.owner = draft.owner or continued
            told = decision is not None and found[0].id not in ("promise.undertook", "promise.requested")
            if self.section == "actions" or (told and draft.strength is not Strength.INTENTION):
                draft.strength = Strength.INSTRUCTION
        else:
            draft = self._promise_by_place(unit)
        if draft is None:
            return False
        draft.owner = draft.owner or self._tagged(unit.text)
        if unit.margin:
            draft.owner = unit.margin
            if draft.rule != "promise.undertook" or not self.phrases["pledged"].search(unit.text):
                draft.strength = Strength.INSTRUCTION
        if decision is not None:
            draft.arises_from.append(decision)
            labelled = decision.rule in ("decision.bare-that", "decision.label")
            if labelled and draft.owner and draft.rule == "promise.limb" and " would " not in unit.text:
                decision.outcome = Outcome.REQUESTED
            if found:
                draft.owner = draft.owner or self._body_itself(draft, found[1])
        else:
            draft.arises_from.extend(self._causes(draft, before))
        if self.stem and self.stem.kind == "requests":
            draft.arises_from.extend(d for d in self.stem.drafts if d.kind is Kind.DECISION)
        if self.section == "actions" and unit.first:
            draft.status = standing(self.document.text, unit.span.start, self.document.blocks[unit.block].span.end)
        self._trail(draft, unit, units, place)
        return True

    def _claim(self, unit: Unit, decision: Draft | None) -> tuple[Rule, Hit] | None:
        """The rule by which a sentence promises something, in the place where it stands."""
        if decision is not None and not unit.margin:
            only = self.phrases["decision_only"].search(unit.text)
            if decision.outcome in _BINDS_NOBODY or decision.formal or only:
                return self._told_beside(unit)
        resolved = decision is not None and decision.rule == "decision.label"
        listed = decision is not None and self.phrases["agreed_list"].search(unit.text)
        if unit.text.endswith(":") and not (unit.margin or resolved or listed):
            return None  # it only announces what follows
        found = self._first(unit, Kind.PROMISE)
        titled = self.document.blocks[unit.block].kind is BlockKind.HEADING and not unit.text.endswith(".")
        if found and titled and not unit.margin and not (found[1].who and found[1].who.isupper()):
            found = None  # "The Promise to children in care" is a title
        if found is None and self.section == "focus":
            found = self._first(unit, Kind.PROMISE, "focus")
        last = self.drafts[-1] if self.drafts else None
        if found is None and last and last.kind is Kind.PROMISE and last.block == unit.block and last.owner:
            found = self._first(unit, Kind.PROMISE, "continued")
        if found is None and decision is not None:
            found = self._decided_limb(unit.text)
        return found

    def _decided_limb(self, text: str) -> tuple[Rule, Hit] | None:
        """The rule by which what was decided tells somebody to act, in the words after "agreed that"."""
        rest = self.phrases["decided_that"].sub("", text, count=1)
        return self._first_limb(rest.strip(" :-–—"), text) or self._moved_limb(text)

    def _moved_limb(self, text: str) -> tuple[Rule, Hit] | None:
        """The same where the outcome stands last: "It was proposed that the Clerk write, and this was agreed". What is
        proposed to be done by nobody in particular is the decision itself."""
        rest, moved = self.phrases["moved_that"].subn("", text, count=1)
        found = self._first_limb(rest.strip(" :-–—"), text) if moved else None
        somebody = found and found[1].who and not self.phrases["deciding_body"].search(found[1].who)
        return found if somebody else None

    def _told_beside(self, unit: Unit) -> tuple[Rule, Hit] | None:
        """What is to be done besides, whatever was decided: "No objection - Clerk to tell the borough"; "approved, and
        will be signed at the next meeting"."""
        found = self._first(unit, Kind.PROMISE)
        task = found is not None and found[0].id == "promise.bare-infinitive" and found[1].start > 0 and found[1].who
        return found if task or self.phrases["signed_later"].search(unit.text) else None

    def _first_limb(self, limb: str, text: str) -> tuple[Rule, Hit] | None:
        """The rule by which a limb tells somebody to act, and where its cue stands in `text`, which holds the limb."""
        bare = _FIRST_WORDS.sub("", limb[len(label_of(limb)) :])
        found = self.rules.first(bare, Kind.PROMISE, "limb")
        if found is None:
            return None
        rule, hit = found
        at = max(0, text.find(bare))
        return rule, Hit(at + hit.start, at + hit.end, hit.who)

    def _promise_by_place(self, unit: Unit) -> Draft | None:
        """What is a promise by where it stands alone: beside an Action column, under an actions heading."""
        strength = Strength.INSTRUCTION
        if unit.margin:
            rule = "promise.margin"
        elif self._acting and len(unit.text.split()) > 2 and not self.phrases["action_heading"].search(unit.text):
            rule = "promise.action-section"
        elif self.stem and self.stem.kind == "requests" and not any(d.formal for d in self.stem.drafts):
            rule, strength = "promise.request-limb", Strength.REQUEST
        else:
            return None
        draft = self._drafted(unit, rule, None)
        draft.strength = strength
        if unit.margin and unit.first and len(unit.text.split()) < 6:
            draft.start = self._run_in(unit)
        return draft

    def _run_in(self, unit: Unit) -> int:
        """Where the heading begins that a few words ("No new information.") are about, if one stands right above."""
        above = self.document.blocks[unit.block - 1] if unit.block else None
        titled = above is not None and above.kind is BlockKind.HEADING and above.level > 2
        return above.span.start if above and titled else unit.span.start

    def _trail(self, draft: Draft, unit: Unit, units: Sequence[Unit], place: int) -> None:
        """ "The sign is loose. Clerk to action." and "... ACTION: KE" take in the sentence that they act on."""
        label = self.phrases["action_label"].match(unit.text)
        words = unit.text[label.end() :] if label else unit.text
        bare = bool(label) and (
            (len(words.split()) <= 4 and " to " not in words) or bool(self.rules.actors.fullmatch(words.strip(" .()")))
        )
        acts = self.phrases["acts_on_above"].match(words)
        if not (bare or (acts and draft.rule in ("promise.bare-infinitive", "promise.labelled"))):
            return
        if bare:
            draft.owner = words.strip(" .()[]") or draft.owner
        if place == 0 and not (bare and self.last_unit and unit.block - self.last_unit.block == 1):
            return
        previous = units[place - 1] if place else self.last_unit
        assert previous is not None
        last = next(
            (
                d
                for d in reversed(self.drafts[:-1])
                if d.start <= previous.span.start and d.end >= previous.span.end - 1
            ),
            None,
        )
        if bare and last and last.kind is Kind.PROMISE and self._same_owner(last.owner, draft.owner):
            last.owner, last.strength = last.owner or draft.owner, Strength.INSTRUCTION
            self.drafts.remove(draft)  # "... KE would write. ACTION: KE" is one promise, told and labelled
            return
        if last and last.kind is Kind.PROMISE and last.owner is None:
            self.drafts.remove(last)
        if last is None or last.kind is Kind.PROMISE:
            draft.start = previous.span.start

    def _same_owner(self, one: str | None, other: str | None) -> bool:
        """Whether two words for an owner may mean one person: initials beside a name, a post without its "the"."""
        if not one or not other:
            return True
        paper, day = self.document.name, self.document.meeting.date
        known = [self.register.who(words, paper=paper, day=day) or post_key(words) for words in (one, other)]
        return str(known[0]) == str(known[1])

    def _promise(self, unit: Unit, rule: Rule, hit: Hit, start: int | None = None, end: int | None = None) -> Draft:
        draft = self._drafted(unit, rule.id, hit, start, end)
        draft.strength = rule.strength
        asked = self.phrases["asked"].search(unit.text) if rule.id == "promise.told-to" else None
        if asked and not self.phrases["instructs"].search(unit.text[: asked.start()]):
            draft.strength = Strength.REQUEST  # the body and its chair instruct; anybody else asks
        text = self._text(draft.start, draft.end)
        active = text.endswith("ing", 0, hit.end) and self.phrases["done_for"].match(text, hit.start)
        asks = draft.owner is None and (active or rule.parse == "owner")
        hedged = self.phrases["hedge"].search(text)
        if rule.parse == "always" or asks or draft.governed or hedged:
            self.parsed.append((draft, unit, text, hit, len(self.told)))
        return draft

    def _drafted(
        self,
        unit: Unit,
        rule: str,
        hit: Hit | None,
        start: int | None = None,
        end: int | None = None,
    ) -> Draft:
        start, end = unit.span.start if start is None else start, unit.span.end if end is None else end
        text = self._text(start, end)
        draft = Draft(Kind.PROMISE, start, end, unit.block, rule)
        if hit and hit.who:
            at = text.find(hit.who, hit.start)
            who, free = whole(squeezed(hit.who), text[:at])
            # Where the rule's own words stand before the name ("asked for the Clerk to"), they govern it.
            draft.governed = not free and not re.search(r"\w", text[hit.start : at])
            draft.owner = self._owner(who, text[:at], len(self.told))
        elif hit and text.startswith(("and ", "but ", "& "), hit.start):
            # "The Clerk had no figures and agreed to find them": the subject of what goes on with "and".
            before = _CLAUSE.split(text[: hit.start])
            draft.owner = self._person(before[-1]) or self._person(text[: hit.start])
        elif hit and text.startswith("who ", hit.start) and (agent := self._agent(text[: hit.start], None)):
            draft.owner = agent  # "set by the Clerk to the Board who will send them"
        else:
            draft.owner = self._agent(text, hit) or self._asked_of(text, rule)
            if hit and draft.owner is None:
                draft.owner = self._committed(text, hit)
        draft.due = self._due(text)
        sent = self.phrases["recipient"].search(text)
        draft.recipient = sent["to"].strip() if sent else None
        self.drafts.append(draft)
        return draft

    def _owner(self, who: str, before: str, told: int) -> str | None:
        """The owner's words; pronouns mean whom the words before name, else whom the item names last before them.

        "They" are the one group that the words before name, what belongs to a post or a meeting apart. `told` is how
        many sentences came before.
        """
        who = squeezed(who).strip(" ,;:-–")
        if who.casefold() in ("he", "she"):
            return self._person(before) or self._person_before(told)
        if who.casefold() == "they":
            groups = {
                squeezed(found[0])
                for found in self.rules.groups.finditer(before)
                if not _BELONGS.search(before, 0, found.start()) and not self.rules.people.match(found[0])
            }
            last = self.told[told - 1][1] if told and not groups else None
            one = last and self._person(last) and not _SEVERAL.search(last)
            return groups.pop() if len(groups) == 1 else None if one else last
        if who.casefold() in _NOBODY or self.phrases["thing"].search(who):
            return None
        return re.sub(r"^(?:ACTIONS?|Action|AGREED|Agreed|RESOLVED|Resolved)\W+", "", who) or None

    def _agent(self, text: str, hit: Hit | None) -> str | None:
        """The doer of a passive: "will be sent by the Clerk"; "by Friday" names none, nor does a clause inside it."""
        inner = _INNER.search(text, hit.end) if hit else None
        agent = self.phrases["agent"].search(text, hit.start if hit else 0, inner.start() if inner else len(text))
        return squeezed(agent["who"]).strip(" ,;:") if agent else None

    @property
    def _acting(self) -> bool:
        """Whether what is read stands in a list of actions."""
        return self.section == "actions" or (self.stem is not None and self.stem.kind == "actions")

    def _tagged(self, text: str) -> str | None:
        """Whose task a note is, as lists print it: "Jo: ring the school", "Ring the school - Jo", "... (Jo)"."""
        for phrase in (
            ("owner_first", "owner_last") if self._acting else ("owner_last",)
        ):  # elsewhere a label is a topic
            tag = self.phrases[phrase].search(text)
            words = re.findall(r"[^\W\d_]+", tag["who"]) if tag else []
            named = {word for word in words if word not in ("and", "to")}
            known = self.people.words | self.people.initials | self._on_the_roll
            if tag and named and (named <= known or self.phrases["surely_named"].fullmatch(tag["who"])):
                return squeezed(tag["who"])
        return None

    def _asked_of(self, text: str, rule: str) -> str | None:
        """Of whom a thing is asked: "a note from the Engineer was requested", "... Mr Ash agreed to this request"."""
        if rule == "promise.requested":
            asked = self.phrases["accepts"].search(text) or self.phrases["asked_from"].search(text)
        else:
            asked = self.phrases["told_first"].match(text) if rule in _TOLD_FIRST else None
            asked = asked or self.phrases["takes_part"].search(text)
        return whole(squeezed(asked["who"]), text[: asked.start("who")])[0].strip(" ,;:") if asked else None

    def _body_itself(self, draft: Draft, hit: Hit) -> str | None:
        """The body, as its paper calls it, where it resolves "to publish" and names nobody to do it."""
        if draft.rule != "promise.limb" or not self._text(draft.start, draft.end)[: hit.start].endswith("to "):
            return None
        nouns = self.rules.body_noun.findall(self.document.meeting.body or "")
        name = f"the {nouns[-1]}" if nouns else ""
        return name if name and name in self.document.text else None

    def _committed(self, text: str, hit: Hit) -> str | None:
        """Who says that something will be done: "The Head of Leisure confirmed that a survey would be held"."""
        before, phrases = text[: hit.start], self.phrases
        if not phrases["done_for"].match(text, hit.start) or phrases["hearsay"].search(before):
            return None
        if phrases["done_by"].search(text, hit.end):
            return None
        return self._person(before) if phrases["goes_on_to_say"].search(before) else self._told_by(before)

    def _told_by(self, text: str) -> str | None:
        """Who said what follows."""
        said = self.rules.told_by.search(text)
        if said is None or said.who is None:
            return None
        who, free = whole(squeezed(said.who), text[: said.start])
        return who if free else None

    def _person_before(self, told: int) -> str | None:
        """Whom the item so far names last."""
        for text, _ in reversed(self.told[:told]):
            if not text:
                return None
            speaker = _SPEAKER.match(text)
            if person := speaker[1] if speaker else self._person(text):
                return person
        return None

    def _person(self, text: str) -> str | None:
        """Whom a sentence is about: the first person or post that it names."""
        titled = self.rules.people.search(text)
        first = self.people.first_in(text[: titled.start() if titled else None])
        return first or (squeezed(titled[0]).strip() if titled else self._told_by(text))

    def _due(self, text: str) -> Due | None:
        meeting = self.document.meeting
        found = dates.find(
            text, meeting.date, next_meeting=None, meeting_dates=meeting.meeting_dates, body=meeting.body
        )
        return found[0][1] if found else None

    # Grammar

    def _ask_grammar(self) -> None:
        """Drops the promises that grammar belies, and finds the owners that it alone can tell."""
        standing = set(map(id, self.drafts))  # some were taken into others since
        parsed = [entry for entry in self.parsed if id(entry[0]) in standing]
        readings = grammar.read((text, hit.start) for _, _, text, hit, _ in parsed)
        for (draft, unit, text, hit, told), reading in zip(parsed, readings, strict=True):
            if reading is None or unit.margin:
                continue
            if reading.conditional or self._inert(reading, draft.rule):
                main = self.rules.first(text[: hit.start], Kind.PROMISE) if reading.subordinate else None
                if main is None:
                    self.drafts.remove(draft)
                else:  # what the clause hangs on promises: "is working on the fair, which will be held in June"
                    draft.rule, draft.strength, draft.due = main[0].id, main[0].strength, self._due(text[: hit.start])
                    doer = self.rules.actors.match(text)
                    draft.owner = self._owner(main[1].who or (doer[0] if doer else ""), "", told)
            elif draft.owner is None or draft.governed:
                # Things do not undertake: there the name stands, whatever comes before it.
                known = draft.owner if draft.rule == "promise.undertook" else None
                draft.owner = self._doer(reading, text, told) or known

    def _inert(self, reading: grammar.Reading, rule: str) -> bool:
        """Whether the doer is a thing: "devolution would bring funds" is a forecast. Passives have no doer to tell.

        Nor is a promise what an outside body is doing of its own accord, or what a relative clause tells by the way.
        """
        loose = rule in ("promise.will", "promise.doing")
        if reading.subordinate and (loose or rule in ("promise.will-be-done", "promise.planned")):
            return True
        if rule == "promise.will-be-done" or (loose and reading.state):
            return loose
        own = loose or rule in ("promise.under-way", "promise.planned")
        if own and reading.subject and self._outside(reading.subject):
            return True
        if reading.passive or (reading.subject is None and not loose):
            return False
        told = self.phrases["told_things"].search(
            reading.subject or ""
        )  # reports and the like do what people do by them
        somebody = reading.proper or self.rules.actors.search(reading.subject or "")
        if loose or rule in ("promise.planned", "promise.will-report"):
            begins = reading.begins and rule in ("promise.will", "promise.planned")
            spoken = reading.pronoun and not reading.thing
            return not (begins or somebody or spoken or (rule == "promise.will" and told))
        return reading.thing or (rule == "promise.confirmed-would" and not (reading.pronoun or somebody))

    @cached_property
    def _own_name(self) -> re.Pattern[str] | None:
        """What the body calls itself at the head of a sentence: its name, or the initials of it."""
        body = self.document.meeting.body or ""
        initials = _capitals(body)
        if len(initials) < 3:
            return None
        return re.compile(rf"(?:[Tt]he )?(?:{initials}|{re.escape(body)})\b")

    @cached_property
    def _on_the_roll(self) -> frozenset[str]:
        """The names in the lines that tell who was there, among them first names alone, which no list of people has."""
        rolls = (self._text(block.span.start, block.span.end) for block in self.document.blocks)
        return frozenset(
            name
            for roll in rolls
            if self.phrases["roll_line"].match(roll)
            for name in re.findall(r"\b[A-Z][\w’'-]+", roll)
        )

    @cached_property
    def _insiders(self) -> frozenset[str]:
        """The words by which the paper names its own: who attends, the body, the council printed above it."""
        document = self.document
        words = [document.meeting.body or ""]
        for attendee in document.attendees:
            words += [attendee.name, attendee.role, attendee.initials]
        found = set(re.findall(r"\w+", " ".join(words)))
        for block in document.blocks[:12]:
            for name in _NAMES.finditer(self._text(block.span.start, block.span.end)):
                capitals = _capitals(name[0])
                found |= {capitals[start:] for start in range(len(capitals) - 1)}
        return frozenset(found)

    def _outside(self, doer: str) -> bool:
        """Whether a doer is an organisation that is neither the body nor one of its own: "the Rail Authority"."""
        names = {word for word in re.findall(r"\w+", doer) if word[0].isupper() and word not in ("The", "This", "A")}
        short = any(len(word) > 2 and word.isupper() for word in names)
        organised = short or self.phrases["organisation"].search(doer)
        return bool(organised and names and not self._insiders & names and not self.rules.people.match(doer))

    def _doer(self, reading: grammar.Reading, text: str, told: int) -> str | None:
        if reading.pronoun:
            return self._owner(reading.head, text[: reading.subject_at], told)
        if reading.relative and reading.subject:
            return reading.subject  # whoever "who" stands for can act
        known = reading.proper or self.rules.actors.fullmatch(reading.head)
        words = reading.subject if known and reading.subject else ""
        acts = (reading.proper and not reading.passive) or self.rules.actors.search(words)
        return words if words and len(words.split()) <= 14 and acts else None

    # What no rule claimed

    def _unclaimed(self, units: Iterable[Unit]) -> list[Span]:
        taken = sorted((d.start, d.end) for d in self.drafts if d.kind is Kind.PROMISE)
        starts = [start for start, _ in taken]
        left = []
        for unit in units:
            at = bisect_right(starts, unit.span.end) - 1
            claimed = any(start <= unit.span.start < end for start, end in taken[max(0, at - 3) : at + 1])
            if not claimed and self.phrases["promise_like"].search(unit.text) and len(unit.text.split()) > 3:
                left.append(unit.span)
        return left

    # Tables

    def _row(self, number: int, block: Block) -> None:
        """A row of an action table is a promise; the cells of any other table are read as sentences."""
        columns = columns_of(block, self.document, self.rules, in_list=self.section == "actions")
        if columns is None:
            return  # the header row itself
        if "action" in columns and {"owner", "status", "due"} & columns.keys():
            self._action_row(number, block, columns)
            return
        if self.section == "skip":
            return
        for cell in block.cells:
            spans = list(sentences(self.document.text, cell.span.start, cell.span.end))
            units = [
                Unit(Span(s, e), self._text(s, e), number, place == 0)
                for place, (s, e) in enumerate(spans)
                if e - s > 12
            ]
            if units:
                self._narrative(block, units)

    def _matter_over_rows(self, block: Block) -> str:
        """What a line over a table is about; nothing where it is a sentence, or the title of a list."""
        words = self._text(block.span.start, block.span.end).strip()
        told = (
            len(words.split()) > _WORDS_OF_A_TITLE
            or words.endswith((".", ";"))
            or self.phrases["list_title"].search(words)
        )
        return "" if told else words.casefold()

    def _standing(self, bare: str) -> None:
        """Takes in what a log says once for many rows: who leads on what follows, and when all is due."""
        lead = self.phrases["lead_line"].search(bare)
        self.lead = lead["lead"].strip() if lead else bare if self.phrases["lead_title"].fullmatch(bare) else None
        if due := self.phrases["default_due"].match(bare):
            self.default_due = due["when"].strip()

    def _action_row(self, number: int, block: Block, columns: dict[str, Cell]) -> None:
        words = {name: self._text(cell.span.start, cell.span.end).strip() for name, cell in columns.items()}
        action = columns["action"].span
        if len(words["action"].split()) < 2:
            return
        seen = self.seen_rows.setdefault(squeezed(words["action"]).casefold(), [])
        over = self.over_table
        if any(table != block.table and (not over or not above or over == above) for table, above in seen):
            return  # a list printed twice in one paper counts once; under another matter's heading it is another act
        seen.append((block.table, over))
        unit = Unit(action, self._text(action.start, action.end), number, True)
        draft = self._drafted(unit, "promise.table-row", None)
        found = self._first(unit, Kind.PROMISE)
        named = found[1].who if found else None
        who = self._owner(named, "", len(self.told)) if named else None
        # Whom a row names after its first sentence has a part in it only: the lead goes before.
        opens = named and not _SENTENCE_END.search(unit.text, 0, unit.text.find(named))
        draft.owner = words.get("owner") or (who if opens else None) or self.lead or who
        draft.strength = Strength.INSTRUCTION
        if words.get("due"):
            draft.due = self._due_of_row(words["due"])
        elif draft.due and (draft.due.end or not self.default_due):
            draft.due = self._due_of_row(draft.due.words)
        elif self.default_due:
            draft.due = self._due_of_row(self.default_due)
        draft.reference = words.get("reference") or None
        draft.status = columns["status"].span if words.get("status") else None
        if draft.status:
            self._told_in_status(draft)

    def _told_in_status(self, row: Draft) -> None:
        """Another act told in the cell that tells how a row stands, by its latest entry: "Refund received. JO will meet
        the club". Words of the row's own act only say how it goes on."""
        assert row.status is not None
        cell = self.document.text[row.status.start : row.status.end]
        latest = row.status.start + cell.rfind(status.latest_entry(cell))
        for start, end in sentences(self.document.text, latest, row.status.end):
            unit = Unit(Span(start, end), self._text(start, end), row.block, False)
            found = self._first(unit, Kind.PROMISE)
            if found is None or found[0].strength is Strength.INTENTION:
                continue
            told = self._topic(Draft(Kind.PROMISE, start, end, row.block, found[0].id))
            known = told & self._topic(row)
            if (
                found[0].strength is Strength.UNDERTAKING
                and len(told) > _WORDS_OF_AN_ACT
                and 3 * len(known) <= len(told)
            ):
                self._promise(unit, *found)


def _capitals(name: str) -> str:
    """What a name is shortened to: the first letters of its words with capitals."""
    return "".join(word[0] for word in name.split() if word[0].isupper())
