"""Scores: what the extractor finds in annotated papers, against what careful readers found in them.

Hides the matching of extracts (Dice's coefficient over their words, one to one) and the comparison of two runs. Hands
over an `Evaluation`: precision, recall and F1 by kind and body, the share of right attributes, and every hit, miss,
invention and mistake by name. The kinds are those of docs/kinds.md.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import export, ingest
from pipeline.confidence import Band
from pipeline.extract import extract
from pipeline.records import Failure, Kind, MattersError, PaperError, Strength
from pipeline.rules import RuleSet

ALIKE = 0.5
"""Two extracts may be one where the words that they share make up at least half of both. The coefficient: L. R. Dice,
"Measures of the amount of ecologic association between species", Ecology 26 (1945), 297-302."""

SAME_NAME = 0.6
"""The same coefficient for owners and bodies: "the Head of Quality" and "Head of Quality Assurance" are one."""

FINDINGS = ("hit", "missed", "invented", "mistaken")
DATED = "due date, where there is one"
"""The due date again, without the many promises that have none."""
LINKS = ("answers", "arises_from")
TITLES = frozenset({"the", "a", "of", "and", "cllr", "councillor", "mr", "mrs", "ms", "dr"})
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Score:
    """Counts behind precision, recall and F1. They add up over papers."""

    hit: int = 0
    gold: int = 0
    found: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(self.hit + other.hit, self.gold + other.gold, self.found + other.found)

    @property
    def precision(self) -> float:
        return self.hit / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.hit / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.hit / (self.gold + self.found) if self.gold + self.found else 0.0


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of those that could be right are."""

    right: int = 0
    of: int = 0

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.right + other.right, self.of + other.of)

    @property
    def share(self) -> float:
        return self.right / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One extract of the gold or of the run. `about` names the attribute in question; it is empty for the whole."""

    paper: str
    kind: str
    quote: str
    page: int | None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """One extract of a run: what its confidence rests on, and whether the gold has it too."""

    band: Band
    confidence: float
    right: bool


@dataclass(frozen=True, slots=True)
class Result:
    """One paper's scores by kind and by link, its attributes by name, and the findings behind them."""

    paper: str
    body: str | None
    scores: Mapping[str, Score]
    rates: Mapping[str, Rate]
    hit: tuple[Finding, ...]
    missed: tuple[Finding, ...]
    invented: tuple[Finding, ...]
    mistaken: tuple[Finding, ...]
    """Attributes of hits that differ from the gold's."""
    judged: tuple[Judged, ...] = ()
    """All that the run found and names a rule for. A saved run does not keep it."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a run won and lost against an earlier one, by extract and by attribute; each with the word for it."""

    gains: tuple[tuple[str, Finding], ...]
    losses: tuple[tuple[str, Finding], ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All papers of a gold folder, scored."""

    results: tuple[Result, ...]
    failures: tuple[Failure, ...] = ()

    def scores(self, body: str | None = None) -> dict[str, Score]:
        """Sums by kind and link, for one body or all of them; kinds without a single extract are left out."""
        chosen = [result for result in self.results if body is None or result.body == body]
        names = [*map(str, Kind), *(f"link {name}" for name in LINKS)]
        total = {name: sum((result.scores[name] for result in chosen), Score()) for name in names}
        overall = sum((total[kind] for kind in Kind), Score())
        return {name: score for name, score in total.items() if score.gold or score.found} | {"all kinds": overall}

    def rates(self) -> dict[str, Rate]:
        names = sorted({name for result in self.results for name in result.rates})
        return {name: sum((result.rates.get(name, Rate()) for result in self.results), Rate()) for name in names}

    def bodies(self) -> list[str]:
        return sorted({result.body for result in self.results if result.body})

    def against(self, earlier: Evaluation) -> Change:
        """Gains and losses, so that a rule's cost is seen before it lands. Papers that one run lacks are left out."""
        shared = {r.paper for r in self.results} & {r.paper for r in earlier.results}

        def only(a: Evaluation, b: Evaluation, field: str) -> Iterable[Finding]:
            bags = [Counter(f for r in run.results if r.paper in shared for f in getattr(r, field)) for run in (a, b)]
            return sorted((bags[0] - bags[1]).elements(), key=lambda f: (f.paper, f.page or 0, f.kind, f.quote))

        def won(new: Evaluation, old: Evaluation, words: Sequence[str]) -> tuple[tuple[str, Finding], ...]:
            found = [(words[0], finding) for finding in only(new, old, "hit")]
            unspoilt = [(words[1], finding) for finding in only(old, new, "invented")]
            # An attribute is put right only where its extract is a hit in both runs; else it comes and goes with it.
            both = {_whole(f) for r in new.results for f in r.hit} & {_whole(f) for r in old.results for f in r.hit}
            right = [(words[2], finding) for finding in only(old, new, "mistaken") if _whole(finding) in both]
            return (*found, *unspoilt, *right)

        return Change(
            won(self, earlier, ("found", "no longer invented", "put right")),
            won(earlier, self, ("lost", "invented", "put wrong")),
        )


def evaluate(
    gold: Path, papers: Path, *, rules: Path | None = None, progress: Callable[[int, int], None] | None = None
) -> Evaluation:
    """Read and extract every paper that has a gold file, and score it. A paper that cannot be read scores nothing."""
    ruleset = RuleSet.load(rules)
    files = {path.stem: path for path in sorted(papers.rglob("*")) if path.is_file() and path.suffix != ".json"}
    wanted = sorted(gold.glob("*.json")) if gold.is_dir() else [gold]
    results, failures = [], []
    for done, path in enumerate(wanted):
        if progress:
            progress(done, len(wanted))
        marked = load(path)
        found: Mapping[str, Any] = {"extracts": []}
        try:
            if path.stem not in files:
                raise PaperError(f"{path.stem}: no paper of this name in {papers}", code="not-found")
            found = export.paper_json(extract(ingest.read(files[path.stem]), ruleset))
        except PaperError as error:
            failures.append(Failure(str(files.get(path.stem, path.stem)), error.code, str(error)))
        results.append(score(marked, found, name=path.stem))
    if not results:
        raise MattersError(f"{gold}: no gold files (*.json) there", code="usage")
    return Evaluation(tuple(results), tuple(failures))


def load(path: Path) -> Mapping[str, Any]:
    """One gold file, or the JSON of one paper."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise MattersError(f"{path}: not a readable JSON file ({error})", code="usage") from error
    if not isinstance(data, dict) or not isinstance(data.get("extracts"), list):
        raise MattersError(f"{path}: not a gold file: it has no list of extracts (see docs/json.md)", code="usage")
    return data


def score(gold: Mapping[str, Any], found: Mapping[str, Any], *, name: str) -> Result:
    """One paper, gold against found, both in the form that `matters extract` prints."""
    wanted = [e for e in gold["extracts"] if e.get("kind") in set(Kind)]
    given = [e for e in found["extracts"] if e.get("kind") in set(Kind)]
    pairs = _match(wanted, given)
    hits = {id(w) for w, _ in pairs}
    used = {id(g) for _, g in pairs}
    scores = {
        str(kind): Score(
            sum(w["kind"] == kind for w, _ in pairs),
            sum(w["kind"] == kind for w in wanted),
            sum(g["kind"] == kind for g in given),
        )
        for kind in Kind
    }
    partner = {w["id"]: g.get("id") for w, g in pairs}
    for link in LINKS:
        ties = {(w["id"], other) for w in wanted for other in w.get(link) or ()}
        have = {(g.get("id"), other) for g in given for other in g.get(link) or ()}
        kept = sum(a in partner and b in partner and (partner[a], partner[b]) in have for a, b in ties)
        scores[f"link {link}"] = Score(kept, len(ties), len(have))

    rates: Counter[tuple[str, bool]] = Counter()
    mistaken = []
    for w, g in pairs:
        for about, right in _attributes(w, g):
            rates[about, right] += 1
            if not right and about != DATED:
                mistaken.append(_finding(name, w, about))
    for about, right in _heading(gold.get("meeting") or {}, found.get("meeting") or {}):
        rates[about, right] += 1
    return Result(
        paper=name,
        body=(gold.get("meeting") or {}).get("body"),
        scores=scores,
        rates={about: Rate(rates[about, True], rates[about, True] + rates[about, False]) for about, _ in sorted(rates)},
        hit=tuple(_finding(name, w) for w, _ in pairs),
        missed=tuple(_finding(name, w) for w in wanted if id(w) not in hits),
        invented=tuple(_finding(name, g) for g in given if id(g) not in used),
        mistaken=tuple(mistaken),
        judged=tuple(Judged(_band(g), g["confidence"], id(g) in used) for g in given if "rule" in g),
    )


def to_json(evaluation: Evaluation) -> dict[str, Any]:
    """A run as plain data: what `--save` writes, and what `--against` reads."""
    return {
        "results": [
            {
                "paper": r.paper,
                "body": r.body,
                "scores": {name: [s.hit, s.gold, s.found] for name, s in r.scores.items()},
                "rates": {name: [rate.right, rate.of] for name, rate in r.rates.items()},
                **{name: [_plain(f) for f in getattr(r, name)] for name in FINDINGS},
            }
            for r in evaluation.results
        ],
        "failures": [{"path": f.path, "code": f.code, "message": f.message} for f in evaluation.failures],
    }


def from_json(path: Path) -> Evaluation:
    """A run that `--save` wrote."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        results = tuple(
            Result(
                paper=r["paper"],
                body=r["body"],
                scores={name: Score(*counts) for name, counts in r["scores"].items()},
                rates={name: Rate(*counts) for name, counts in r["rates"].items()},
                hit=_findings(r, "hit"),
                missed=_findings(r, "missed"),
                invented=_findings(r, "invented"),
                mistaken=_findings(r, "mistaken"),
            )
            for r in data["results"]
        )
        return Evaluation(results, tuple(Failure(**f) for f in data["failures"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{path}: not an earlier run; make one with 'matters evaluate GOLD PAPERS --save {path.name}'"
        raise MattersError(message, code="usage") from error


def _band(extract: Mapping[str, Any]) -> Band:
    strength = Strength(extract["strength"]) if extract.get("strength") else None
    return Band(Kind(extract["kind"]), extract["rule"], strength, extract.get("owner_name") is not None)


def _match(wanted: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, Any]]) -> list[tuple[Any, Any]]:
    """One-to-one pairs of a kind, most alike first; ties go to the pair nearest in reading order."""
    bags = [_words(g.get("quote")) for g in given]
    pairs = []
    for i, w in enumerate(wanted):
        bag = _words(w.get("quote"))
        for j, g in enumerate(given):
            if w["kind"] == g["kind"] and (alike := _dice(bag, bags[j])) >= ALIKE:
                apart = abs(i / max(1, len(wanted)) - j / max(1, len(given)))
                pairs.append((-round(alike, 3), apart, i, j))
    out = []
    free_w, free_g = set(range(len(wanted))), set(range(len(given)))
    for _, _, i, j in sorted(pairs):
        if i in free_w and j in free_g:
            free_w.remove(i)
            free_g.remove(j)
            out.append((wanted[i], given[j]))
    return out


def _attributes(wanted: Mapping[str, Any], given: Mapping[str, Any]) -> Iterable[tuple[str, bool]]:
    """The attributes that a pair's kind has, and whether they are right."""
    if wanted["kind"] == Kind.PROMISE:
        yield "owner", _dice(_name(wanted.get("owner")), _name(given.get("owner"))) >= SAME_NAME
        right = (wanted.get("due") or None) == (given.get("due") or None)
        yield "due date", right
        if wanted.get("due"):
            yield DATED, right
        yield "strength", wanted.get("strength") == given.get("strength")
    if wanted["kind"] == Kind.DECISION:
        yield "outcome", wanted.get("outcome") == given.get("outcome")


def _heading(wanted: Mapping[str, Any], given: Mapping[str, Any]) -> Iterable[tuple[str, bool]]:
    if wanted.get("date"):
        yield "meeting date", wanted["date"] == given.get("date")
    if wanted.get("body"):
        yield "meeting body", _dice(_words(wanted["body"]), _words(given.get("body"))) >= SAME_NAME


def _finding(paper: str, extract: Mapping[str, Any], about: str = "") -> Finding:
    return Finding(paper, extract["kind"], extract.get("quote") or "", extract.get("page"), about)


def _findings(saved: Mapping[str, Any], name: str) -> tuple[Finding, ...]:
    return tuple(Finding(paper=saved["paper"], **finding) for finding in saved[name])


def _plain(finding: Finding) -> dict[str, Any]:
    return {"kind": finding.kind, "quote": finding.quote, "page": finding.page, "about": finding.about}


def _whole(finding: Finding) -> Finding:
    return Finding(finding.paper, finding.kind, finding.quote, finding.page)


def _words(text: str | None) -> Counter[str]:
    return Counter(word.casefold() for word in WORD.findall(text or ""))


def _name(text: str | None) -> Counter[str]:
    return Counter({word: n for word, n in _words(text).items() if word not in TITLES})


def _dice(a: Counter[str], b: Counter[str]) -> float:
    total = a.total() + b.total()
    return 2 * (a & b).total() / total if total else 1.0
