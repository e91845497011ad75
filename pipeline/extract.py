"""One paper in, its claims out: challenges, responses, decisions, promises and recommendations, each with its quote.

Hides sentences, limbs and their stems, sections, Action columns, action tables and grammar. Hands over `Extraction`.
Structure comes first (where a sentence stands), then rules (what it says), then grammar (who acts), which is asked
only for the few sentences whose rule wants it: a parse costs fifty times what a rule does.
What counts as which kind is told in docs/kinds.md.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from spacy.tokens import Token

from pipeline import dates, language
from pipeline.records import (
    AgendaItem,
    Block,
    BlockKind,
    Box,
    Cell,
    Document,
    Due,
    EventType,
    Evidence,
    Extract,
    Extraction,
    Kind,
    Line,
    Outcome,
    PaperKind,
    Span,
    Strength,
    Unclaimed,
)
from pipeline.rules import Hit, Rule, RuleSet, status


def extract(document: Document, rules: RuleSet) -> Extraction:
    """Reads the claims of one paper. Pure: the same document and rules give the same extraction."""
    found = _Reader(document, rules).read()
    extracts = tuple(_published(document, found))
    ids = {id(draft): extract.id for draft, extract in zip(found.drafts, extracts, strict=True)}
    return Extraction(
        paper=document.name,
        sha256=document.sha256,
        media_type=document.media_type,
        kind=document.kind,
        meeting=document.meeting,
        pages=document.pages,
        coverage=document.coverage,
        warnings=document.warnings,
        attendees=document.attendees,
        items=document.items,
        extracts=extracts,
        evidence=tuple(_evidence(document, found, ids)),
        unclaimed=tuple(
            Unclaimed(span, document.text[span.start : span.end], _Pages(document).page(span))
            for span in found.unclaimed
        ),
        ruleset=rules.version,
        text=document.text,
    )


@dataclass(slots=True)
class _Unit:
    """A sentence, limb or cell of the paper: the span that a claim may quote, and where it stands."""

    span: Span
    text: str
    block: int
    first: bool
    last: bool
    margin: str = ""


@dataclass(slots=True, eq=False)
class _Draft:
    """A claim in the making; it becomes an `Extract` once all of them are known and numbered."""

    kind: Kind
    start: int
    end: int
    block: int
    rule: str
    confidence: float
    owner: str | None = None
    due: Due | None = None
    strength: Strength | None = None
    outcome: Outcome | None = None
    formal: bool = False
    recipient: str | None = None
    reference: str | None = None
    status: Span | None = None
    answers: list[_Draft] = field(default_factory=list)
    arises_from: list[_Draft] = field(default_factory=list)


@dataclass(slots=True)
class _Found:
    drafts: list[_Draft]
    units: list[_Unit]
    unclaimed: list[Span]


@dataclass(slots=True)
class _Stem:
    """Words that govern the limbs under them: "RESOLVED that Cabinet agree to:"."""

    kind: str
    style: str
    span: Span
    drafts: list[_Draft]
    limbs: int = 0
    owner: str | None = None
    """Who is to act, where the stem names it: "RESOLVED that the Clerk: (a) write ..."."""


_ABBREVIATION = re.compile(
    r"(?:\b(?:Cllrs?|Mrs?|Ms|Dr|Prof|Rev|Revd|Hon|St|No|Nos|Ref|Refs|Para|paras?|Min|Sgt|Insp|Ald|Messrs|Co|Ltd|Inc|Rd|Ave|approx|etc|"
    r"e\.g|i\.e|eg|ie|cf|vs|viz|p|pp|Fig|Sec|Art|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|nem|con|incl|ext|tel|a\.m|p\.m)|"
    r"(?<![\w.])[A-Z](?:\.[A-Z])*)\.$"
)
_BREAK = re.compile(
    r"(?<=[.!?;])[\"'”’)\]]*\s+(?=[\"'“‘(]?[A-Z0-9£•\uf0b7])"
    r"|\n+"
    r"|(?<=[.:;)\]])\s+(?=(?:RESOLVED|AGREED|ACTIONS?|DECISIONS?)\b)"
)
_ENUMERATED = re.compile(r"(?<![\w(])\((?:\d{1,2}|[a-h]|[ivx]{1,4})\)\s+(?=[\w‘“])")
_LABEL = re.compile(
    r"^(?:[•\uf0b7·▪◦‣●o*–-]\s+)?"
    r"(?:\d{1,3}(?:\.\d{1,3})+[.):]?\s+|\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.):]+(?:\s+|$|(?=[A-Za-z(])))*"
)
_BODY = re.compile(r"\b(?:board|committee|council|cabinet|panel|forum|members|councillors|meeting)$", re.IGNORECASE)
_PLEDGED = re.compile(r"\b(?:agreed|undertook|offered|volunteered|promised|committed)\b", re.IGNORECASE)
_SPEAKER = re.compile(r"^([A-Z]{2,3}): ")
_FIRST_WORDS = re.compile(r"^(?:that|to)\s+", re.IGNORECASE)
_BARE_THAT = re.compile(
    r"^That\b.*?\b(?:be|is|are|not|provide|report|note|approve|agree|endorse|support|adopt|accept|receive|bring|write|"
    r"continue|submit|consider|delegate|refer|authority|having|should|Cabinet|Council|Committee|Board)\b"
)
_MARGIN_NOISE = re.compile(r"^(?:actions?(?: by| point)?|owner|by whom|who|lead|\W*|\d+[\d./]*)$", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_ANAPHOR = re.compile(
    r"^(?:this|that|these|it|all|vote|the (?:vote|motion|proposal)|proposed|(?:un)?animous)\b.{0,40}?\b(?:agreed|approved|accepted|carried|"
    r"unanimous|favour)",
    re.IGNORECASE,
)
_VOTE = re.compile(
    r"^(?:the )?(?:proposed|moved|seconded|(?:substantive )?motion|amendment|vote|all (?:agreed|in favour))\b",
    re.IGNORECASE,
)
_DECISION_ONLY = re.compile(
    r"agreed (?:that )?(?:to|not to) (?:pay|fund|donate|renew|accept|approve|note|adopt|support|defer|purchase|buy|co-opt|"
    r"appoint|elect|increase|set|keep|leave|remain|proceed|go ahead|allow|grant|sign|not|discuss|the|be)\b",
    re.IGNORECASE,
)
_SPLIT_THAT = re.compile(r"[;,]? and (?:also )?(?=that [a-z£])|; (?=that [a-z])")
_CLAUSE_OF_QUESTION = re.compile(
    r"(?:in|by way of) (?:response|reply|answer) to .+?(?=,\s|\s+it was |\s+(?:the )?[A-Z][\w’' ]{2,60} (?:said|advised|confirmed|"
    r"explained|replied|stated|noted|reported|clarified|responded)\b|$)",
    re.IGNORECASE,
)
_MEMBERS_SAID = re.compile(
    r"^(?:members?|councillors|the (?:board|committee|panel|chair\w*)) (?:\w+ )?(?:welcomed|expressed|thanked|commended|noted|commented|"
    r"emphasi[sz]ed|acknowledged|praised|agreed|felt|considered|recogni[sz]ed|were pleased|supported)|^thanks|^acknowledged",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten)\b", re.IGNORECASE)
_CARDINALS = dict(
    zip(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
        map(str, range(1, 11)),
        strict=True,
    )
)
_SENDING = re.compile(
    r"\b(?:to|with) ((?:the |all |other )?(?:[A-Z][\w’'&]*(?: (?:of|for|and|the) )?\s?){1,6}|(?:all |other )*(?:members|councillors|residents|"
    r"staff|a future meeting))"
)


class _Reader:
    """Walks one paper's blocks once, in reading order, and gathers drafts."""

    def __init__(self, document: Document, rules: RuleSet) -> None:
        self.document = document
        self.rules = rules
        self.phrases = rules.phrases
        self.drafts: list[_Draft] = []
        self.units: list[_Unit] = []
        self.parsed: list[tuple[_Draft, _Unit, Hit, str | None]] = []
        """What grammar is to be asked about, with the person named last before it."""
        self.section = "text"
        self.planning = False
        self.stem: _Stem | None = None
        self.asked: list[_Draft] = []
        """Challenges that still wait for an answer."""
        self.asked_in = -9
        self.seen_rows: dict[str, tuple[int | None, int]] = {}
        self.last_person: str | None = None
        self.last_unit: _Unit | None = None
        self.cards: dict[str, _Draft] = {}
        self.public = False
        self.outer = ""
        """The numbering of the block read last: a stem's limbs end where it goes on."""
        self.is_report = document.kind in (PaperKind.REPORT, PaperKind.STRATEGY)

    def read(self) -> _Found:
        if self.document.kind is PaperKind.AGENDA:
            return _Found([], [], [])  # what is to be discussed is no record of what was said
        blocks = self.document.blocks
        margins = self._margins()
        covered: list[_Unit] = []
        for number, block in enumerate(blocks):
            if block.kind is BlockKind.MARGIN:
                continue
            if block.kind is BlockKind.TABLE_ROW:
                self._row(number, block)
                continue
            units = list(self._units(number, block))
            for margin, beside in margins.get(number, ()):
                self._attach(units, margin, beside)
            covered += units
            self._block(number, block, units)
        self.units += covered
        self._ask_grammar()
        self.drafts.sort(key=lambda d: (d.start, d.end, list(Kind).index(d.kind)))
        return _Found(self.drafts, self.units, self._unclaimed(covered))

    # Where a sentence stands

    def _text(self, start: int, end: int) -> str:
        return _SPACE.sub(" ", self.document.text[start:end])

    def _units(self, number: int, block: Block) -> Iterator[_Unit]:
        spans = list(_sentences(self.document.text, block.span.start, block.span.end))
        for place, (start, end) in enumerate(spans):
            if place == 0:
                start += len(_LABEL.match(self.document.text[start:end])[0])  # type: ignore[index]
            if start < end:
                yield _Unit(Span(start, end), self._text(start, end), number, place == 0, place == len(spans) - 1)

    def _margins(self) -> dict[int, list[tuple[str, Span]]]:
        """The words of Action columns, by the number of the block that they stand beside."""
        starts = [b.span.start for b in self.document.blocks]
        found: dict[int, list[tuple[str, Span]]] = {}
        for block in self.document.blocks:
            if block.kind is not BlockKind.MARGIN or block.beside is None:
                continue
            words = self._text(block.span.start, block.span.end).strip()
            if _MARGIN_NOISE.match(words) or len(words) > 60:
                continue
            number = bisect_right(starts, max(block.beside.start, block.beside.end - 1)) - 1
            found.setdefault(number, []).append((words, block.beside))
        return found

    def _attach(self, units: list[_Unit], words: str, beside: Span) -> None:
        """Gives the words of the Action column to the sentence that they stand beside.

        Several sentences may share the lines: one that already reads as a promise goes first, then one that names the
        owner, then the one that fills most of the lines.
        """
        if not units:
            return

        def rank(unit: _Unit) -> tuple[bool, bool, bool, int]:
            overlap = min(unit.span.end, beside.end) - max(unit.span.start, beside.start)
            near = overlap > 0
            promised = self.rules.first(unit.text, Kind.PROMISE) is not None
            named = bool(re.search(rf"\b{re.escape(words)}\b", unit.text))
            acts = promised or self._decides(unit.text)
            return (near and acts, named and promised, near, overlap)

        best = max(units, key=rank)
        best.margin = f"{best.margin}, {words}" if best.margin and words not in best.margin else words

    def _block(self, number: int, block: Block, units: list[_Unit]) -> None:
        text = self._text(block.span.start, block.span.end)
        bare = _LABEL.sub("", text)
        if self._card_heading(bare, units):
            return
        self._place(block, bare)
        if self.stem and self._leaves(block, bare):
            self.stem = None
        if self.stem and self.stem.kind not in ("cards", "card", "reply"):
            self.stem.limbs += 1
        if not self.stem and (style := self._numbering(block)):
            self.outer = style
        if not units or self.phrases["skip_paragraph"].search(bare):
            return
        if self.section == "skip" and not self.phrases["decision_label"].search(bare):
            self.stem = None
            for unit in units:
                self._formality(unit)
            return
        if self._stem_of(number, block, units, bare):
            return
        if self.stem and self.stem.kind in ("motion", "recommendation"):
            if self.is_report and self.stem.kind == "recommendation" and not bare.endswith(":"):
                self._recommend(units, "recommendation.limb")
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
        if self._challenge_card(number, units, bare):
            return
        if self.stem and self.stem.kind == "responses" and self._answer_limb(units, bare):
            return
        self._narrative(block, units)

    def _place(self, block: Block, bare: str) -> None:
        """Notes where the paper has come to: a heading opens a section, and closes the one before."""
        short = len(bare) < 90
        if not short:
            return
        named = next(
            (
                section
                for section in ("decision", "action", "recommendation", "focus", "narrative")
                if self.phrases[f"{section}_heading"].search(bare)
            ),
            None,
        )
        if named == "decision" and block.label:
            named = None  # an agenda item of that name, not the box that holds an outcome
        if named:
            self.section = {"narrative": "text", "focus": "focus"}.get(named, f"{named}s")
            self.stem = None
        elif block.kind is BlockKind.HEADING:
            if self.phrases["skip_heading"].search(bare):
                self.section = "skip"
            elif block.label or block.level <= 2 or self.section in ("skip", "decisions", "recommendations"):
                self.section = "text"
            if block.label or block.level <= 2:
                self.public = bool(self.phrases["public_heading"].search(bare))
            self.planning = bool(re.search(r"\bplanning|applications?\b|development control", bare, re.IGNORECASE)) or (
                self.planning and not block.label
            )
            self.stem = None

    def _leaves(self, block: Block, bare: str) -> bool:
        """Whether a block is no limb of the stem in force: the numbering has gone back to that of the stem."""
        stem = self.stem
        assert stem is not None
        if stem.kind in ("cards", "card", "reply"):
            return False  # until the next card, reply or heading
        style = self._numbering(block)
        if not style:
            limb = block.kind is BlockKind.LIST_ITEM or (not stem.limbs and stem.kind == "decision")
            return not limb and not (stem.limbs and bare[:1].islower()) and not bare.startswith("That ")
        return bool(stem.limbs) and style in (stem.style, self.outer)

    def _numbering(self, block: Block) -> str:
        return _style(block.label or _LABEL.match(self._text(block.span.start, block.span.end))[0])  # type: ignore[index]

    def _stem_of(self, number: int, block: Block, units: list[_Unit], bare: str) -> bool:
        """Opens a stem where the block ends in one; returns whether the block has no more to say."""
        last = units[-1].text
        style = self._numbering(block)
        label = self.phrases["decision_label"].match(bare)
        rest = re.sub(r"^\W*(?:that|to)?\W*", "", bare[label.end() :], flags=re.IGNORECASE) if label else ""
        if label and (len(rest) < 4 or bare.endswith(":") or self.rules.actors.fullmatch(rest)):
            self.stem = _Stem("decision", style, units[0].span, [])
            actor = self.rules.actors.match(rest)
            if actor and len(actor[0]) > len(rest.rstrip(" :")) - 4 and not _BODY.search(actor[0]):
                self.stem.owner = _SPACE.sub(" ", actor[0])
            return True
        if not last.endswith(":") and not self.phrases["response_stem"].search(last):
            return False
        if self.phrases["request_stem"].search(last) and self._decides(last):
            self._narrative(block, units)
            self.stem = _Stem("requests", style, units[-1].span, [d for d in self.drafts if d.block == number])
            return True
        if re.search(r"(?:resolved|agreed|decided|decision was|decisions were)\b[^.]*:$", last, re.IGNORECASE):
            kind = "decision"
        elif self.phrases["response_stem"].search(last):
            kind = "responses"
        elif self.phrases["question_stem"].search(last):
            kind = "questions"
        elif self.phrases["appoint_stem"].search(last):
            kind = "decision"
        elif self.phrases["action_stem"].search(last):
            kind = "actions"
        elif self.phrases["recommendation_stem"].search(last):
            kind = "recommendation"
        elif self.phrases["motion_stem"].search(last):
            kind = "motion"
        else:
            return False
        if len(units) > 1:
            self._narrative(block, units[:-1])
        self.stem = _Stem(kind, style, units[-1].span, [])
        return True

    def _decides(self, text: str) -> bool:
        return self.rules.first(text, Kind.DECISION) is not None

    def _formality(self, unit: _Unit) -> None:
        """Under headings that are matters of form (apologies, dates) only what names an owner is a promise."""
        found = self.rules.first(unit.text, Kind.PROMISE)
        firm = found and found[0].strength is not Strength.INTENTION
        if unit.margin or (found and firm and (found[1].who or re.search(r"\bby the\b", unit.text))):
            self._promises(unit, None)

    # Structure that tells the kind

    def _limb(self, units: list[_Unit], bare: str) -> None:
        """A limb of a decision: decided as a whole, and a promise too where it tells somebody to act."""
        if self.is_report:
            return
        named = self.rules.actors.fullmatch(_FIRST_WORDS.sub("", bare).rstrip(" :,-–"))
        if self.stem and named and not _BODY.search(named[0]):
            self.stem.owner = _SPACE.sub(" ", named[0])  # "(b) that the Head of Leisure", with limbs of its own
            return
        if bare.endswith(":") and not self._decides(bare):
            return  # a limb that is itself a stem: its own limbs follow
        if len(bare.split()) < 2 and not self._decides(bare):
            return
        if re.match(r"^(?:proposed|seconded|reasons?\b|vote\b|\(?by \d)", bare, re.IGNORECASE):
            return
        parts = [units[0]] if self.stem is None and len(units) > 1 and units[1].text.startswith("That ") else None
        whole = parts or units
        decision = self._decision(whole[0].span.start, whole[-1].span.end, units[0].block, "decision.limb", 0.9)
        self._promise_of_limb(decision, whole)
        for unit in units[1:] if parts else ():
            self._promise_of_limb(
                self._decision(unit.span.start, unit.span.end, unit.block, "decision.limb", 0.9), [unit]
            )

    def _promise_of_limb(self, decision: _Draft, units: list[_Unit]) -> None:
        text = self._text(decision.start, decision.end)
        if decision.outcome in (Outcome.NOTED, Outcome.DELEGATED, Outcome.DEFERRED) or decision.formal:
            return
        if self.stem and self.stem.owner:
            draft = self._drafted(units[0], "promise.stem-owner", 0.85, None, decision.start, decision.end)
            draft.owner, draft.strength = self.stem.owner, Strength.INSTRUCTION
            draft.arises_from.append(decision)
            decision.outcome = Outcome.REQUESTED
            return
        found = self.rules.first(_FIRST_WORDS.sub("", text), Kind.PROMISE, "limb")
        if found is None:
            return
        draft = self._promise(units[0], *found, start=decision.start, end=decision.end)
        draft.strength = Strength.INSTRUCTION
        draft.arises_from.append(decision)
        if decision.outcome in (Outcome.AGREED, None) and draft.owner:
            decision.outcome = Outcome.REQUESTED

    def _decision(self, start: int, end: int, block: int, rule: str, confidence: float) -> _Draft:
        text = self._text(start, end)
        draft = _Draft(Kind.DECISION, start, end, block, rule, confidence, outcome=self._outcome(text))
        if self.rules.formal(text):
            draft.formal, draft.outcome = True, Outcome.APPROVED
        self.drafts.append(draft)
        return draft

    def _outcome(self, text: str) -> Outcome:
        """The outcome that a decision's words tell, its stem ("it was agreed that") apart."""
        body = re.sub(
            r"^.{0,120}?\b(?:resolved|agreed|decided|resolution|decision)\b(?:\s+unanimously)?\W*(?:that|to)?\b",
            "",
            text,
            count=1,
            flags=re.IGNORECASE,
        )
        first = _FIRST_WORDS.sub("", body.strip(" :-–—;,")).split(" ", 1)[0]
        for outcome, cue in self.rules.outcomes:
            if cue.fullmatch(first):
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
            if hits:
                return min(hits)[2]
        return (
            Outcome.AGREED
            if re.match(r"(?:that\b|to\b|the\b|an?\b)", body.strip(" :-–—;,"), re.IGNORECASE)
            else Outcome.OTHER
        )

    def _recommend(self, units: list[_Unit], rule: str) -> None:
        span = (units[0].span.start, units[-1].span.end)
        if len(self._text(*span).split()) >= 4:
            self.drafts.append(_Draft(Kind.RECOMMENDATION, *span, units[0].block, rule, 0.8))

    def _card_heading(self, bare: str, units: list[_Unit]) -> bool:
        """ "Card 2" and "Reply to Cards 2, 4 and 5", each on a line of its own above the words."""
        numbers = [_CARDINALS.get(word, word) for word in map(str.casefold, _NUMBERS.findall(bare))]
        if self.phrases["card_heading"].fullmatch(bare):
            self.stem = _Stem("card", numbers[0], units[0].span, [])
        elif self.cards and self.phrases["reply_heading"].fullmatch(bare):
            self.stem = _Stem("reply", "", units[0].span, [])
            self.asked = [self.cards[n] for n in numbers if n in self.cards] or list(self.cards.values())[-1:]
        else:
            return False
        self.section = "text"
        return True

    def _challenge_card(self, number: int, units: list[_Unit], bare: str) -> bool:
        """Printed cards: "Challenge Three, Four and Six - ...", further paragraphs, "Response - ..."."""
        span = (units[0].span.start, units[-1].span.end)
        if self.phrases["challenge_label"].match(bare) and self._says(bare, Kind.CHALLENGE, "challenge.labelled"):
            draft = _Draft(Kind.CHALLENGE, *span, number, "challenge.labelled", 0.9)
            self.drafts.append(draft)
            label = self.phrases["challenge_label"].match(bare)
            cards = len(_NUMBERS.findall(label[0])) if label else 1
            self.stem = _Stem("cards", "", units[0].span, [draft], limbs=-cards)
            self.asked.append(draft)
            self.asked_in = number
            return True
        if self.phrases["response_label"].match(bare) and self._says(bare, Kind.RESPONSE, "response.labelled"):
            answer = _Draft(Kind.RESPONSE, *span, number, "response.labelled", 0.9, answers=list(self.asked))
            self.drafts.append(answer)
            self.asked, self.stem = [], None
            for unit in units:
                self._promises(unit, None, [answer])
            return True
        if self.stem and self.stem.kind == "reply":
            if self.stem.drafts:
                self.stem.drafts[0].end = span[1]
            else:
                answer = _Draft(Kind.RESPONSE, *span, number, "response.card", 0.9, answers=list(self.asked))
                self.stem.drafts.append(answer)
                self.drafts.append(answer)
            for unit in units:
                self._promises(unit, None, self.stem.drafts)
            return True
        if self.stem and self.stem.kind == "card":
            if self.stem.drafts:
                self.stem.drafts[0].end = span[1]
            else:
                draft = _Draft(Kind.CHALLENGE, *span, number, "challenge.card", 0.9)
                self.stem.drafts.append(draft)
                self.drafts.append(draft)
                self.cards[self.stem.style] = draft
            return True
        if self.stem and self.stem.kind == "cards" and len(bare.split()) > 4:
            if self.stem.limbs < -1:
                self.stem.limbs += 1
                draft = _Draft(Kind.CHALLENGE, *span, number, "challenge.card", 0.8)
                self.drafts.append(draft)
                self.asked.append(draft)
            else:
                self.stem.drafts[-1].end = span[1]
            self.asked_in = number
            return True
        return False

    def _answer_limb(self, units: list[_Unit], bare: str) -> bool:
        """A limb under "the following responses were made": an answer, unless it asks or only tells members' views."""
        if any(self._first(unit, Kind.CHALLENGE) for unit in units) or any(
            self._first(unit, Kind.RESPONSE) for unit in units
        ):
            return False
        if _MEMBERS_SAID.match(bare) or all(self._first(u, Kind.PROMISE) for u in units) or len(bare.split()) < 8:
            return False
        start, end = units[0].span.start, units[-1].span.end
        answer = _Draft(Kind.RESPONSE, start, end, units[0].block, "response.limb", 0.6)
        self.drafts.append(answer)
        for unit in units:
            self._promises(unit, None, [answer])
        return True

    # Narrative, sentence by sentence

    def _narrative(self, block: Block, units: list[_Unit]) -> None:
        answering: _Draft | None = None
        before: list[_Draft] = []
        public = self.public
        self.public = public or bool(self.phrases["public_heading"].match(units[0].text[:60]))
        for place, unit in enumerate(units):
            if self.phrases["agenda_wording"].search(unit.text) and unit.first and not unit.margin:
                if block.kind is BlockKind.HEADING or len(units) == 1 or not self._decides(unit.text):
                    continue
            decisions = self._decisions(unit)
            challenge = None if decisions and not unit.text.endswith("?") else self._challenge(unit)
            if not challenge and not decisions and not place and self.stem and self.stem.kind == "questions":
                challenge = self._asked(unit, "challenge.limb", 0.7)
            response = self._response(unit, challenge) if not decisions else None
            if challenge or decisions:
                answering = None
            if response:
                answering = response
                before = [response]
            promised = self._promises(unit, decisions[-1] if decisions else None, before, units, place)
            if answering and not response and not promised and not unit.margin:
                answering.end = unit.span.end
            if challenge:
                before = [challenge]
            elif decisions:
                before = [decisions[-1]]
            speaker = _SPEAKER.match(unit.text)
            if person := speaker[1] if speaker else self._person(unit.text):
                self.last_person = person
            self.last_unit = unit
        self.public = public

    def _first(self, unit: _Unit, kind: Kind, context: str = "text") -> tuple[Rule, Hit] | None:
        return self.rules.first(unit.text, kind, context)

    def _says(self, text: str, kind: Kind, rule: str) -> bool:
        found = self.rules.first(text, kind)
        return found is not None and found[0].id == rule

    def _decisions(self, unit: _Unit) -> list[_Draft]:
        text = unit.text
        if self.is_report:
            return []  # a report tells of decisions that others took, or that are still to be taken
        label = self.phrases["decision_label"].match(text)
        if label and len(text) - label.end() > 3:
            return self._split(unit, "decision.label", 0.95)
        if unit.first and _BARE_THAT.match(text) and len(text.split()) > 3 and not text.endswith("?"):
            return self._split(unit, "decision.bare-that", 0.85)
        found = self._first(unit, Kind.DECISION)
        if found is None and self.planning:
            found = self._first(unit, Kind.DECISION, "planning")
        if found is None:
            return []
        rule, _ = found
        last = next((d for d in reversed(self.drafts) if d.kind is Kind.DECISION), None)
        vote = bool(_VOTE.match(text))
        movers = self._movers(unit) if vote else None
        if rule.id == "decision.vote" and not vote and last and unit.block - last.block <= 1 and last.rule == rule.id:
            if len(text) > last.end - last.start:
                self.drafts.remove(last)  # "Amendment carried." and the sentence that tells the same vote
        if vote and movers is None and last and unit.block - last.block <= 1 and last.rule != "decision.planning-view":
            return []  # the vote on what is told already: one outcome, told twice
        drafts = self._split(unit, rule.id, rule.confidence)
        if drafts and (
            rule.id == "decision.planning-view" or (rule.id != "decision.it-was-agreed" and _ANAPHOR.match(text))
        ):
            drafts[0].start = self._matter_of(unit) if movers is None else movers
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

    def _matter_of(self, unit: _Unit) -> int:
        """Where the matter begins on which a bare outcome ("No objections.", "This was agreed.") was reached."""
        block = self.document.blocks[unit.block]
        claimed = [
            d.end for d in self.drafts if d.block == unit.block and d.end <= unit.span.start and d.kind is Kind.DECISION
        ]
        before = list(_sentences(self.document.text, max([block.span.start, *claimed]), unit.span.start))
        if not before or len(unit.text.split()) > 12:
            return unit.span.start
        start, end = before[-1]
        if len(before) > 1 and len(self.document.text[start:end].split()) < 4:
            start = before[-2][0]
        start += len(_LABEL.match(self.document.text[start:end])[0])  # type: ignore[index]
        self.drafts = [d for d in self.drafts if not (d.kind is Kind.PROMISE and start <= d.start < unit.span.start)]
        return start

    def _movers(self, unit: _Unit) -> int | None:
        """Where the lines begin that name proposer and seconder, each a block of its own above the vote."""
        at = unit.block
        while at > 0 and unit.first and unit.block - at < 3:
            span = self.document.blocks[at - 1].span
            if not re.match(r"(?:proposed|seconded|moved)\b", self.document.text[span.start : span.end], re.IGNORECASE):
                break
            at -= 1
        return self.document.blocks[at].span.start if at < unit.block else None

    def _split(self, unit: _Unit, rule: str, confidence: float) -> list[_Draft]:
        """One decision for each limb that a sentence enumerates: "(1) that ...; and (2) that ...", "and that ..."."""
        if self.rules.formal(unit.text):
            return [self._decision(unit.span.start, unit.span.end, unit.block, rule, confidence)]
        raw = self.document.text[unit.span.start : unit.span.end]
        marks = list(_ENUMERATED.finditer(raw))
        cuts = [m.end() for m in marks] if len(marks) > 1 else [m.end() for m in _SPLIT_THAT.finditer(raw)]
        starts = [*cuts] if len(marks) > 1 else [0, *cuts]
        ends = [
            *([m.start() for m in marks[1:]] if len(marks) > 1 else [m.start() for m in _SPLIT_THAT.finditer(raw)]),
            len(raw),
        ]
        at = unit.span.start
        return [
            self._decision(at + start, at + end, unit.block, rule, confidence)
            for start, end in zip(starts, ends, strict=True)
            if len(raw[start:end].split()) > 1
        ]

    def _challenge(self, unit: _Unit) -> _Draft | None:
        if unit.text.endswith(":"):
            return None  # it only announces what follows
        found = self._first(unit, Kind.CHALLENGE)
        if found is None and self.public:
            found = self._first(unit, Kind.CHALLENGE, "public")
        if found is None:
            return None
        rule, _ = found
        start, end = unit.span.start, unit.span.end
        if rule.id == "challenge.in-response-to" and (clause := _CLAUSE_OF_QUESTION.search(unit.text)):
            raw = self.document.text[start:end]
            start, end = start + clause.start(), min(end, start + clause.end() + raw.count("\n"))
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
        draft = self._asked(unit, rule.id, rule.confidence)
        draft.start, draft.end = start, end
        return draft

    def _asked(self, unit: _Unit, rule: str, confidence: float) -> _Draft:
        """A challenge, which now waits for its answer."""
        draft = _Draft(Kind.CHALLENGE, unit.span.start, unit.span.end, unit.block, rule, confidence)
        if unit.block - self.asked_in > 1:
            self.asked = []
        self.asked.append(draft)
        self.asked_in = unit.block
        self.drafts.append(draft)
        return draft

    def _response(self, unit: _Unit, challenge: _Draft | None) -> _Draft | None:
        """What answers: a sentence that says so, or the first to speak after a challenge."""
        near = unit.block - self.asked_in <= 1 and bool(self.asked)
        start = unit.span.start
        if challenge is not None:
            # The answer may stand in the same sentence: "In response to a query about X it was noted that ...".
            rest = self.document.text[challenge.end : unit.span.end]
            tail = re.search(r"^,?\s*(?=\w)", rest)
            if challenge.rule != "challenge.in-response-to" or not tail or len(rest.split()) < 4:
                but = re.search(
                    r"(?:,? but|, and|,|;) (?=(?:it was |in (?:response|reply)|the (?:council|board|parish council|committee) ha[sd]))",
                    self._text(start, unit.span.end),
                )
                if not but or challenge.end != unit.span.end:
                    return None
                start = challenge.start + but.end() - (4 if "but" in but[0] else 0)
                challenge.end = challenge.start + but.start()
            else:
                start = challenge.end + tail.end()
        elif not (
            (found := self._first(unit, Kind.RESPONSE))
            or (
                near
                and (
                    found := self._first(
                        unit, Kind.RESPONSE, "answer" if self.asked_in == unit.block else "answer-next"
                    )
                )
            )
        ):
            return None
        elif (
            found[0].id == "response.in-response"
            and not near
            and not re.match(r"in (?:response|reply)", unit.text, re.IGNORECASE)
        ):
            return None
        answers = list(self.asked) if near or challenge else []
        draft = _Draft(Kind.RESPONSE, start, unit.span.end, unit.block, "response.in-response", 0.75, answers=answers)
        self.drafts.append(draft)
        self.asked = []
        return draft

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
        unit: _Unit,
        decision: _Draft | None,
        before: Sequence[_Draft] = (),
        units: Sequence[_Unit] = (),
        place: int = 0,
    ) -> bool:
        found = None
        titled = self.document.blocks[unit.block].kind is BlockKind.HEADING and not unit.text.endswith(".")
        if decision is None or decision.outcome is not Outcome.DEFERRED:
            found = self._first(unit, Kind.PROMISE)
            if found and titled and not unit.margin and not (found[1].who and found[1].who.isupper()):
                found = None  # "The Promise to children in care" is a title
            if found is None and self.section == "focus":
                found = self._first(unit, Kind.PROMISE, "focus")
            last = self.drafts[-1] if self.drafts else None
            if found is None and last and last.kind is Kind.PROMISE and last.block == unit.block and last.owner:
                found = self._first(unit, Kind.PROMISE, "continued")
            if decision is not None and found is None:
                rest = re.sub(
                    r"^.*?\b(?:agreed|resolved|decided|requested)\b\W*", "", unit.text, count=1, flags=re.IGNORECASE
                )
                found = self.rules.first(_FIRST_WORDS.sub("", rest), Kind.PROMISE, "limb")
        if (
            decision is not None
            and found
            and not unit.margin
            and (
                _DECISION_ONLY.search(unit.text)
                or decision.outcome in (Outcome.DELEGATED, Outcome.NOTED, Outcome.DEFERRED)
                or decision.formal
            )
        ):
            found = None
        if found is None:
            if unit.margin:
                rule, confidence = "promise.margin", 0.8
            elif (self.section == "actions" or (self.stem and self.stem.kind == "actions")) and len(
                unit.text.split()
            ) > 2:
                rule, confidence = "promise.action-section", 0.8
            elif self.stem and self.stem.kind == "requests":
                rule, confidence = "promise.request-limb", 0.6
            else:
                return False
            draft = self._drafted(unit, rule, confidence, None)
            if rule == "promise.margin" and unit.first and len(unit.text.split()) < 6:
                draft.start = self._run_in(unit)
            draft.strength = (
                Strength.REQUEST if rule == "promise.request-limb" and not unit.margin else Strength.INSTRUCTION
            )
        else:
            continued = self.drafts[-1].owner if found[0].id == "promise.continued" else None
            draft = self._promise(unit, *found)
            draft.owner = draft.owner or continued
            if (
                decision is not None
                and draft.strength is not Strength.INTENTION
                and found[0].id not in ("promise.undertook", "promise.requested")
            ):
                draft.strength = Strength.INSTRUCTION
            if self.section == "actions" and draft.strength is not Strength.INSTRUCTION:
                draft.strength = Strength.INSTRUCTION
        if unit.margin:
            draft.owner = unit.margin
            if draft.rule != "promise.undertook" or not _PLEDGED.search(unit.text):
                draft.strength = Strength.INSTRUCTION
        if decision is not None:
            draft.arises_from.append(decision)
            if (
                decision.rule in ("decision.bare-that", "decision.label")
                and draft.owner
                and (decision.outcome in (Outcome.OTHER, Outcome.AGREED))
            ):
                decision.outcome = Outcome.REQUESTED
        elif before and before[0].block >= unit.block - 1:
            draft.arises_from.extend(before)
        if self.stem and self.stem.kind == "requests":
            draft.arises_from.extend(d for d in self.stem.drafts if d.kind is Kind.DECISION)
        self._trail(draft, unit, units, place)
        return True

    def _run_in(self, unit: _Unit) -> int:
        """Where the heading begins that a few words ("No new information.") are about, if one stands right above."""
        above = self.document.blocks[unit.block - 1] if unit.block else None
        titled = above is not None and above.kind is BlockKind.HEADING and above.level > 2
        return above.span.start if above and titled else unit.span.start

    def _trail(self, draft: _Draft, unit: _Unit, units: Sequence[_Unit], place: int) -> None:
        """ "The sign is loose. Clerk to action." and "... ACTION: KE" take in the sentence that they act on."""
        label = self.phrases["action_label"].match(unit.text)
        words = unit.text[label.end() :] if label else unit.text
        bare = bool(label) and (len(words.split()) <= 4 and " to " not in words)
        acts = re.fullmatch(
            r"(?:.{0,40}) to (?:action|do|follow up|organise|progress|note|chase|instruct|check|enquire)(?: this| it)?\W*",
            words,
        )
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
        if last and last.kind is Kind.PROMISE and last.owner is None:
            self.drafts.remove(last)
            self.parsed = [entry for entry in self.parsed if entry[0] is not last]
        if last is None or last.kind is Kind.PROMISE:
            draft.start = previous.span.start

    def _promise(self, unit: _Unit, rule: Rule, hit: Hit, start: int | None = None, end: int | None = None) -> _Draft:
        draft = self._drafted(unit, rule.id, rule.confidence, hit, start, end)
        draft.strength = rule.strength
        if rule.id == "promise.told-to" and re.match(r".*?\b(?:asked|requested|invited|urged|encouraged)\b", unit.text):
            # The body and its chair instruct; anybody else asks.
            asker = re.split(r"\b(?:asked|requested|invited|urged|encouraged)\b", unit.text)[0]
            passive = re.search(r"\b(?:was|were|be|is|are|been)\s*$", asker)
            if not passive and not re.search(
                r"\b(?:board|committee|council|cabinet|panel|members|councillors|chair\w*|forum|group|meeting|trustees|governors)\b",
                asker,
                re.IGNORECASE,
            ):
                draft.strength = Strength.REQUEST
        if rule.parse:
            self.parsed.append((draft, unit, hit, self.last_person))
        return draft

    def _drafted(
        self,
        unit: _Unit,
        rule: str,
        confidence: float,
        hit: Hit | None,
        start: int | None = None,
        end: int | None = None,
    ) -> _Draft:
        start, end = unit.span.start if start is None else start, unit.span.end if end is None else end
        text = self._text(start, end)
        draft = _Draft(Kind.PROMISE, start, end, unit.block, rule, confidence)
        draft.owner = self._owner(hit.who, text, hit.start) if hit and hit.who else self._agent(text)
        draft.due = self._due(text)
        sent = _SENDING.search(text)
        draft.recipient = sent[1].strip() if sent else None
        self.drafts.append(draft)
        return draft

    def _owner(self, who: str, text: str, at: int) -> str | None:
        """The owner's words; "he" and "she" mean whom the sentence named before, else whom the last one did."""
        who = _SPACE.sub(" ", who).strip(" ,;:-–")
        if who.casefold() in ("he", "she"):
            return self._person(text[:at]) or self.last_person
        if who.casefold() in ("they", "we", "i", "it"):
            return None
        return re.sub(r"^(?:ACTIONS?|Action)\W+", "", who) or None

    def _agent(self, text: str) -> str | None:
        """The doer of a passive: "will be sent by the Clerk"; "by Friday" names none."""
        agent = self.rules.phrases["agent"].search(text)
        return _SPACE.sub(" ", agent["who"]).strip(" ,;:") if agent else None

    def _person(self, text: str) -> str | None:
        """Whom a sentence is about: the first person or post that it names."""
        named = self.rules.people.search(text)
        return _SPACE.sub(" ", named[0]).strip() if named else None

    def _due(self, text: str) -> Due | None:
        meeting = self.document.meeting
        found = dates.find(
            text, meeting.date, next_meeting=None, meeting_dates=meeting.meeting_dates, body=meeting.body
        )
        return found[0][1] if found else None

    # Grammar

    def _ask_grammar(self) -> None:
        """Parses the sentences whose rule asks for it, in one batch; drops what the grammar belies, finds owners."""
        nlp = language.load()
        texts = [unit.text for _, unit, _, _ in self.parsed]
        for (draft, unit, hit, self.last_person), doc in zip(self.parsed, nlp.pipe(texts), strict=True):
            verb = next((t for t in doc if t.idx >= hit.start and _is_future(t)), None)
            if verb is None:
                continue
            if verb.tag_ == "MD" or verb.dep_.startswith(("aux", "cop")):
                verb = verb.head
            if not unit.margin and (_conditional(verb) or self._inert(verb, draft.rule)):
                self.drafts.remove(draft)
                continue
            if draft.owner is None and not unit.margin and draft.rule not in _OWNERLESS:
                draft.owner = self._subject(verb)
                if draft.owner is None and unit.text.startswith("and ", hit.start):
                    draft.owner = self._person(unit.text[: hit.start])

    def _inert(self, verb: Token, rule: str) -> bool:
        """Whether the doer is a thing: "devolution would bring funds" is a forecast. Passives have no doer to tell."""
        if rule == "promise.will-report" or any(c.dep_ in ("aux:pass", "nsubj:pass") for c in verb.children):
            return False
        subject = next((c for c in verb.children if c.dep_ == "nsubj"), None)
        if subject is None or verb.pos_ not in ("VERB", "AUX"):
            return False
        if subject.text.casefold() in ("it", "this", "that", "these", "those", "which", "there"):
            return rule != "promise.will-be-done"
        return rule in ("promise.confirmed-would", "promise.planned") and not (
            subject.pos_ == "PRON" or self.rules.actors.search(subject.doc[subject.left_edge.i : subject.i + 1].text)
        )

    def _subject(self, verb: Token) -> str | None:
        """Who does it: the subject of an active verb, or of "is due to" and its like."""
        for head in (verb, *(a for a in verb.ancestors if verb.dep_ in ("conj", "xcomp"))):
            for child in head.children:
                if child.dep_ == "nsubj" or (child.dep_ == "nsubj:pass" and head.text.casefold() in _PLANNED):
                    return self._noun(child)
        return None

    def _noun(self, token: Token) -> str | None:
        if token.pos_ == "PRON":
            return self._owner(token.text, token.doc.text, token.idx)
        if token.pos_ != "PROPN" and not self.rules.actors.fullmatch(token.text):
            return None
        rights = [c for c in token.rights if c.dep_ in ("flat", "nmod", "compound", "conj", "appos")]
        last = max([token.i, *(r.right_edge.i for r in rights[:2])])
        text = token.doc[token.left_edge.i : last + 1].text
        text = re.sub(r"\s+(?:by|who|which|that)\b.*$", "", text).strip(" ,;:")
        text = re.sub(r"^(?:by|and|but|however,?|that|so)\s+", "", text, flags=re.IGNORECASE)
        return text if len(text.split()) <= 14 and self.rules.actors.search(text) else None

    # What no rule claimed

    def _unclaimed(self, units: Iterable[_Unit]) -> list[Span]:
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
        columns: dict[str, Cell] = {}
        for cell in block.cells:
            header = cell.header.strip().strip(":")
            for name in ("action", "owner", "due", "status", "reference", "matter"):
                if name not in columns and header and self.phrases[f"column_{name}"].search(header):
                    if name == "reference" and "action" in columns and header.casefold() == "action":
                        continue
                    columns[name] = cell
                    break
        if all(cell.header == self._text(cell.span.start, cell.span.end) for cell in block.cells if cell.header):
            if any(cell.header for cell in block.cells):
                return  # the header row itself
        if (
            "action" not in columns
            and "matter" in columns
            and "owner" in columns
            and {"due", "status"} & columns.keys()
        ):
            columns["action"] = columns["matter"]
        if "action" in columns and ({"owner", "status", "due"} & columns.keys()):
            self._action_row(number, block, columns)
            return
        if self.section == "skip":
            return
        for cell in block.cells:
            spans = list(_sentences(self.document.text, cell.span.start, cell.span.end))
            units = [
                _Unit(Span(s, e), self._text(s, e), number, place == 0, place == len(spans) - 1)
                for place, (s, e) in enumerate(spans)
                if e - s > 12
            ]
            if units:
                self._narrative(block, units)

    def _action_row(self, number: int, block: Block, columns: dict[str, Cell]) -> None:
        words = {name: self._text(cell.span.start, cell.span.end).strip() for name, cell in columns.items()}
        action = columns["action"].span
        if len(words["action"].split()) < 2:
            return
        key = _SPACE.sub(" ", words["action"]).casefold()
        table, seen_at = self.seen_rows.get(key, (None, -1))
        if seen_at >= 0 and table != block.table:
            return  # a list printed twice in one paper counts once
        self.seen_rows[key] = (block.table, number)
        unit = _Unit(action, self._text(action.start, action.end), number, True, True)
        draft = self._drafted(unit, "promise.table-row", 0.95, None)
        found = self._first(unit, Kind.PROMISE)
        who = found[1].who if found else None
        draft.owner = words.get("owner") or (self._owner(who, unit.text, 0) if who else None)
        draft.strength = Strength.INSTRUCTION
        if words.get("due"):
            draft.due = self._due_of_row(words["due"])
        elif draft.due:
            draft.due = self._due_of_row(draft.due.words)
        draft.reference = words.get("reference") or None
        draft.status = columns["status"].span if words.get("status") else None


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences of a stretch of text, as offsets, white space at both ends left out."""
    begin = start
    for gap in _BREAK.finditer(text, start, end):
        piece = text[begin : gap.start()]
        if not gap[0].startswith("\n") and _ABBREVIATION.search(piece.rstrip("\"'”’)]")):
            continue
        yield from _trimmed(text, begin, gap.start() + len(gap[0]) - len(gap[0].lstrip("\"'”’)]")))
        begin = gap.end()
    yield from _trimmed(text, begin, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    begin = start + len(piece) - len(piece.lstrip())
    finish = start + len(piece.rstrip())
    if begin < finish:
        yield begin, finish


def _style(label: str) -> str:
    """The shape of a label's numbering: "1." and "12." are alike, "(a)" and "a)" are not."""
    label = label.strip()
    if not label:
        return ""
    return (
        re.sub(r"[a-z]+", "a", re.sub(r"[A-Z]+", "A", re.sub(r"\d+", "1", label)))
        if label[0].isalnum() or label[0] == "("
        else "•"
    )


def _is_future(token: Token) -> bool:
    return token.tag_ == "MD" or token.dep_ == "ROOT" or token.text.casefold() in ("is", "are", "was", "were", "be")


def _conditional(verb: Token) -> bool:
    """Whether a clause hangs on a condition: it has an "if" clause, or is one."""
    for clause in verb.children:
        if clause.dep_ == "advcl" and any(
            m.dep_ == "mark" and m.text.casefold() in ("if", "unless") for m in clause.children
        ):
            return True
    return any(m.dep_ == "mark" and m.text.casefold() in ("if", "unless", "whether") for m in verb.children)


_OWNERLESS = frozenset(("promise.will-be-done",))
_PLANNED = frozenset(("scheduled", "due", "planned", "expected", "set", "intended"))


class _Pages:
    """Finds the page and the boxes of a span."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.lines: Sequence[Line] = document.lines
        self.line_starts = [line.span.start for line in document.lines]
        self.block_starts = [block.span.start for block in document.blocks]

    def page(self, span: Span) -> int | None:
        boxes = self.boxes(span)
        if boxes:
            return boxes[0].page
        at = bisect_right(self.block_starts, span.start) - 1
        return self.document.blocks[at].page if at >= 0 else None

    def boxes(self, span: Span) -> tuple[Box, ...]:
        """The rectangles of the printed lines that hold the span; a line's ends are cut in proportion to its letters."""
        found = []
        for line in self.lines[max(0, bisect_right(self.line_starts, span.start) - 1) :]:
            if line.span.start >= span.end:
                break
            start, end = max(line.span.start, span.start), min(line.span.end, span.end)
            if start >= end:
                continue
            box, width = line.box, line.span.end - line.span.start
            per_letter = (box.x1 - box.x0) / width
            x0 = box.x0 + (start - line.span.start) * per_letter
            x1 = box.x0 + (end - line.span.start) * per_letter
            found.append(Box(box.page, round(x0, 1), box.top, round(x1, 1), box.bottom))
        return tuple(found)


def _published(document: Document, found: _Found) -> Iterator[Extract]:
    pages = _Pages(document)
    ids = {id(draft): f"e{number}" for number, draft in enumerate(found.drafts, start=1)}
    for draft in found.drafts:
        span = Span(draft.start, draft.end)
        yield Extract(
            id=ids[id(draft)],
            kind=draft.kind,
            span=span,
            quote=document.text[span.start : span.end],
            page=pages.page(span),
            boxes=pages.boxes(span),
            rule=draft.rule,
            confidence=draft.confidence,
            owner=draft.owner,
            owner_name=_resolved(draft.owner, document),
            due=draft.due,
            strength=draft.strength,
            outcome=draft.outcome,
            formal=draft.formal,
            recipient=draft.recipient,
            reference=draft.reference,
            status=document.text[draft.status.start : draft.status.end] if draft.status else None,
            item=_item(document.items, span),
            answers=tuple(ids[id(other)] for other in draft.answers if id(other) in ids),
            arises_from=tuple(dict.fromkeys(ids[id(other)] for other in draft.arises_from if id(other) in ids)),
        )


def _item(items: Sequence[AgendaItem], span: Span) -> str | None:
    return next((item.number or item.title for item in reversed(items) if item.span.start <= span.start), None)


def _resolved(owner: str | None, document: Document) -> str | None:
    """The person or post that the paper's attendance list knows by these words: initials, a role, a surname."""
    if not owner:
        return None
    names = []
    for part in re.split(r"\s*(?:,|/|&|\band\b)\s*", owner):
        key = re.sub(r"^the\s+", "", part.strip(), flags=re.IGNORECASE).casefold()
        if not key:
            continue
        known = [
            attendee
            for attendee in document.attendees
            if key == attendee.initials.casefold()
            or (attendee.role and key == attendee.role.casefold())
            or key == attendee.name.casefold()
            or (len(key) > 3 and key.split()[-1] == attendee.name.casefold().split()[-1])
        ]
        if len({attendee.name for attendee in known}) == 1:
            names.append(known[0].name)
    return ", ".join(dict.fromkeys(names)) or None


def _evidence(document: Document, found: _Found, ids: dict[int, str]) -> Iterator[Evidence]:
    """Spans that may tell what became of a promise: status cells of rows, and sentences that report a deed."""
    pages = _Pages(document)
    for draft in found.drafts:
        if draft.status is not None:
            cell = document.text[draft.status.start : draft.status.end]
            event = status.classify(cell) or EventType.SIGHTED
            yield Evidence(event, draft.status, cell, pages.page(draft.status), draft.reference, ids[id(draft)])
    promised = {
        (d.start, d.end) for d in found.drafts if d.kind is Kind.PROMISE and d.strength is not Strength.INTENTION
    }
    for unit in found.units:
        if (unit.span.start, unit.span.end) in promised:
            continue
        told = status.evidence(unit.text)
        if told is not None:
            quote = document.text[unit.span.start : unit.span.end]
            yield Evidence(told, unit.span, quote, pages.page(unit.span))
