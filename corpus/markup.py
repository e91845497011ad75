"""The sources of the corpus: prose with its annotation inside -> blocks to print and marks to keep as gold.

Hides the source format (described in README.md). Hands over `Source`: one paper's blocks, marks and their quotes.
Paper and gold come from the same characters, so they cannot drift apart.
"""

from __future__ import annotations

import re
import shlex
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

KINDS = ("challenge", "response", "decision", "promise", "recommendation")
EVENTS = ("done", "partly_done", "not_done", "rescheduled", "withdrawn", "superseded", "sighted")
SEEN = ("promise", "sighted", "not_done", "partly_done", "rescheduled")
"""What makes a paper a sighting: it prints the promise again, or tells that it is not settled."""
STRENGTHS = ("undertaking", "instruction", "request", "intention")
OUTCOMES = (
    "noted",
    "approved",
    "agreed",
    "deferred",
    "referred",
    "rejected",
    "appointed",
    "delegated",
    "requested",
    "other",
)
OPENING = re.compile(rf"\[({'|'.join(KINDS + EVENTS)})\b([^|\[\]]*)\|[ \n]?")
INLINE = re.compile(r"\{(page|br|note|add|del|field)(?::\s*([^{}]*))?\}|\*\*")
ITEM = re.compile(r"( *)(\((?:[a-z]|[ivx]+|\d+)\)|[a-z]\)|[ivx]+\)|\d+(?:\.\d+)*\.|\d+\.\d+) +(.*)", re.DOTALL)


class SourceError(Exception):
    """A source that cannot be built; the message names the file and the fault."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of one look. `kind` is text, bold, page, br, note, add, del or field."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """`kind` is title, heading, subheading, paragraph, bullet, item, row, page, box, control or rule."""

    kind: str
    text: str = ""
    label: str = ""
    level: int = 0
    margin: str = ""
    cells: tuple[str, ...] = ()
    header: bool = False

    def runs(self) -> list[Run]:
        return runs(self.text)


@dataclass(frozen=True, slots=True)
class Mark:
    """One annotation: an extract (kind in KINDS) or an event of a thread (kind in EVENTS)."""

    kind: str
    quote: str
    id: str
    thread: str | None
    within: tuple[str, ...]
    words: dict[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """One paper of the corpus as written: `head` is its front matter."""

    stem: str
    head: dict[str, Any]
    blocks: tuple[Block, ...]
    marks: tuple[Mark, ...]


def load(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    _, head, body = text.split("+++\n", 2)
    # A comment is for the annotator: it is neither printed nor kept.
    body = re.sub(r"^%.*\n", "", body, flags=re.MULTILINE)
    clean, marks = _marks(body.strip("\n") + "\n", path.name)
    return Source(path.stem, tomllib.loads(head), tuple(_blocks(clean)), marks)


def runs(text: str) -> list[Run]:
    out, bold, at = [], False, 0
    for found in INLINE.finditer(text):
        out.append(Run("bold" if bold else "text", text[at : found.start()]))
        at = found.end()
        if found.group() == "**":
            bold = not bold
        else:
            out.append(Run(found.group(1), found.group(2) or ""))
    out.append(Run("bold" if bold else "text", text[at:]))
    return [run for run in out if run.text or run.kind in ("page", "br")]


def plain(text: str) -> str:
    """The words as a reader of the paper sees them: no looks, no deletions, no notes, one space between words."""
    kept = []
    for run in runs(text):
        kept.append({"page": " ", "br": " ", "note": "", "del": ""}.get(run.kind, run.text))
    return " ".join("".join(kept).replace("\u200b", "").split())


def _marks(body: str, name: str) -> tuple[str, tuple[Mark, ...]]:
    """Take the marks out of the text, innermost ones included; quotes are what stands between the brackets."""
    out: list[str] = []
    length = at = 0
    open_marks: list[tuple[int, str, str]] = []
    spans: list[tuple[int, int, str, str, int]] = []

    def emit(piece: str) -> None:
        nonlocal length
        out.append(piece)
        length += len(piece)

    while at < len(body):
        opening = OPENING.match(body, at)
        if opening:
            open_marks.append((length, opening.group(1), opening.group(2)))
            at = opening.end()
        elif body[at] == "]" and open_marks:
            start, kind, words = open_marks.pop()
            spans.append((start, length, kind, words, len(open_marks)))
            at += 1
        else:
            if body[at] == "\\" and body[at + 1 : at + 2] in "[]|":
                at += 1
            emit(body[at])
            at += 1
    if open_marks:
        raise SourceError(f"{name}: a mark is not closed: [{open_marks[-1][1]} {open_marks[-1][2]}")
    clean = "".join(out)
    spans.sort(key=lambda span: (span[0], span[4]))
    ids = _ids(spans, name)
    return clean, tuple(_mark(span, spans, ids, clean, name) for span in spans)


def _ids(spans: list[tuple[int, int, str, str, int]], name: str) -> dict[int, tuple[str, str]]:
    """Index of a span -> (its id in the gold, the name that the source gives it)."""
    ids, count = {}, 0
    for index, (_, _, kind, words, _) in enumerate(spans):
        if kind in KINDS:
            count += 1
            named = re.search(r"#(\w+)", words)
            ids[index] = (f"e{count}", named.group(1) if named else "")
    names = [given for _, given in ids.values() if given]
    if len(names) != len(set(names)):
        raise SourceError(f"{name}: an id is used twice: {sorted(n for n in names if names.count(n) > 1)[0]}")
    return ids


def _mark(
    span: tuple[int, int, str, str, int],
    spans: list[tuple[int, int, str, str, int]],
    ids: dict[int, tuple[str, str]],
    clean: str,
    name: str,
) -> Mark:
    start, end, kind, args, depth = span
    words: dict[str, str] = {}
    flags: list[str] = []
    thread = None
    for token in shlex.split(args):
        if token.startswith("#"):
            continue
        if token.startswith("@"):
            thread = token[1:]
        elif "=" in token:
            key, _, value = token.partition("=")
            words[key] = value
        elif token in STRENGTHS + OUTCOMES + ("formal",):
            flags.append(token)
        else:
            raise SourceError(f"{name}: {token!r} is not known in [{kind} {args}|")
    by_name = {given: real for real, given in ids.values() if given}
    for key in ("answers", "from"):
        if key in words:
            try:
                words[key] = ",".join(by_name[one] for one in words[key].split(","))
            except KeyError as unknown:
                raise SourceError(f"{name}: no extract is called {unknown} in [{kind} {args}|") from None
    within = tuple(
        ids[index][0]
        for index, (s, e, k, _, d) in enumerate(spans)
        if d < depth and s <= start and end <= e and k in ("decision", "response")
    )
    own = ids.get(spans.index(span), ("", ""))[0]
    return Mark(kind, _quote(clean[start:end]), own, thread, within, words, tuple(flags))


def _quote(piece: str) -> str:
    lines = [re.sub(r"^(?:#+|=|-|\|) ", "", line) for line in piece.split("\n")]
    lines = [re.sub(r" >> \S.*$", "", line) for line in lines]
    return plain(" ".join(line for line in lines if not line.startswith("!")))


def _blocks(clean: str) -> list[Block]:
    blocks = []
    for chunk in re.split(r"\n[ ]*\n", clean):
        lines = chunk.strip("\n").split("\n")
        if not any(lines):
            continue
        if lines[0].startswith("|"):
            blocks += _rows(lines)
            continue
        text, _, margin = " ".join(line if at == 0 else line.strip() for at, line in enumerate(lines)).partition(" >> ")
        blocks.append(_block(text, margin.strip()))
    return blocks


def _rows(lines: list[str]) -> list[Block]:
    rows = []
    for at, line in enumerate(lines):
        if set(line) <= set("|-: "):
            continue
        cells = tuple(cell.strip() for cell in line.strip().strip("|").split(" | "))
        cells = tuple("" if cell == "|" else cell for cell in cells)
        header = at + 1 < len(lines) and set(lines[at + 1]) <= set("|-: ")
        rows.append(Block("row", cells=cells, header=header))
    return rows


def _block(text: str, margin: str) -> Block:
    for sign, kind in (("### ", "minor"), ("## ", "subheading"), ("# ", "heading"), ("= ", "title"), ("- ", "bullet")):
        if text.startswith(sign):
            return Block(kind, text[len(sign) :], margin=margin)
    if text.startswith("  - "):
        return Block("bullet", text[4:], level=1, margin=margin)
    if text.startswith("!"):
        kind, _, rest = text[1:].partition(" ")
        if kind not in ("page", "box", "control", "rule"):
            raise SourceError(f"unknown block !{kind}")
        return Block(kind, rest)
    item = ITEM.match(text)
    if item:
        return Block("item", item.group(3), label=item.group(2), level=len(item.group(1)) // 2, margin=margin)
    return Block("paragraph", text.strip(), margin=margin)
