"""The ledger: what people entered about promises, each entry chained to the one before.

Hides the table, the form in which entries are hashed, and how an entry finds its promise again when papers are read by
other rules. Hands over `enter` to add to it; `entries`, `orphans` and `Orphan`, `head` and `Head` to ask it; `verify`,
which tells whether it is what was entered, and `Audit`; `find`, by which people name promises.

An entry's hash is SHA-256 over all its other fields, the hash of the entry before among them, as one JSON object in the
form of RFC 8785 (JSON Canonicalization Scheme). For what entries hold, which is strings, small whole numbers, null and
objects of these with ASCII keys, Python's `json` writes that form by itself.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.records import Entry, EntryKind, StoreError, VerdictKind
from pipeline.store import Store, faults, fold, rebuild
from pipeline.store.papers import Rows, day

BEGINNING = "0" * 64
"""Stands for the hash of the entry before the first."""

HEAD = re.compile(r"(?:(?P<seq>\d+):)?(?P<hash>[0-9a-f]{16,64})")

ALIKE = 0.5
"""The share of words from which a promise of the same paper may be the one that an entry was about."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry's number and hash, which vouch for all entries up to it. Printed as "12:9f86d081…"."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Orphan:
    """Entries whose promise is no longer read from the papers, and the promise that is likely to be meant by now."""

    promise: str
    entries: tuple[Entry, ...]
    successor: str | None
    quote: str
    """The successor's words in the same paper."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What `verify` found: `faults` are sentences, the first wrong entry's before any other; none where all is well."""

    head: Head
    faults: tuple[str, ...]


def head(store: Store) -> Head:
    """The head of the ledger, which every report prints: kept elsewhere, it is what `verify` is held against."""
    return _head(store.rows)


def entries(store: Store, id: str | None = None) -> list[Entry]:
    """All entries, or those about one promise under any of its ids, oldest first."""
    if id is None:
        return [_entry(row) for row in store.rows(f"SELECT {', '.join(_COLUMNS)} FROM ledger ORDER BY seq")]
    with store.snapshot():
        found = find(store.rows, id).id
        return by_promise(store.rows, [found])[found]


def by_promise(rows: Rows, ids: Sequence[str]) -> dict[str, list[Entry]]:
    """Entries about each of some promises under any of its ids, oldest first."""
    found: dict[str, list[Entry]] = {id: [] for id in ids}
    whole = {id: id for id in ids}
    entered = about(rows, ids)
    for sql, batch in _batches("SELECT id, promise_id FROM aliases WHERE promise_id IN", ids if entered else ()):
        whole |= dict(rows(sql, batch))
    for entry in entered:
        if entry.promise in whole:  # and was not called the same once, and then not any more
            found[whole[entry.promise]].append(entry)
    return found


def about(rows: Rows, ids: Sequence[str]) -> list[Entry]:
    """Entries about any of some promises, or about others that were ever called the same, oldest first."""
    if not list(rows("SELECT 1 FROM ledger LIMIT 1", {})):
        return []
    from pipeline.track import groups

    ties = rows("SELECT promise, payload FROM ledger WHERE kind = 'same-as' ORDER BY seq", {})
    tied = groups((promise, json.loads(payload)["promise"]) for promise, payload in ties)
    wanted = sorted({other for id in ids for other in tied.get(id, (id,))})
    found = []
    for sql, batch in _batches(f"SELECT {', '.join(_COLUMNS)} FROM ledger WHERE promise IN", wanted):
        found += [_entry(row) for row in rows(sql, batch)]
    return sorted(found, key=lambda entry: entry.seq)


@dataclass(frozen=True, slots=True)
class Found:
    """What an id names. `id` is that of the promise as it stands, or of one that only the ledger still knows."""

    id: str
    orphaned: bool


def find(rows: Rows, id: str) -> Found:
    """The promise that an id, or the beginning of one, names: one of those read, or that a person called the same.

    StoreError `unknown` where it names none, `ambiguous` where it names several.
    """
    known: list[tuple[Any, ...]] = []
    for condition in ("id = :key", "substr(id, 1, length(:key)) = :key"):
        known = known or list(rows(f"{_NAMED} WHERE {condition} ORDER BY 1 LIMIT 4", {"key": id}))
    if not known or not id:
        raise StoreError(f'No promise has an id that begins with "{id}"; `matters list` shows them.', code="unknown")
    if len(known) > 1:
        shown = ", ".join(name for name, _ in known[:3])
        raise StoreError(
            f'"{id}" begins the ids of several promises ({shown}, ...); give more of it.', code="ambiguous"
        )
    ((name, orphaned),) = known
    return Found(name, bool(orphaned))


def enter(
    store: Store,
    id: str,
    kind: EntryKind,
    payload: Mapping[str, str | None] | None = None,
    *,
    by: str,
    reason: str,
    at: dt.datetime,
) -> Entry:
    """Add an entry about a promise, named as in `find`, and let it count at once.

    `payload` is `{"verdict": ...}` for a ruling, `{"promise": id}` for what is the same or apart, and for a correction
    the new `owner`, `due` (a day) or `action`, None for no owner or no date. The reason of a note is the note.

    StoreError `unknown`, `ambiguous` or `usage`.
    """
    by, reason = " ".join(by.split()), reason.strip()
    _check_words(kind, by, reason, payload or {})
    from pipeline.store import writing

    with faults(store), writing.transaction(store) as connection:
        rows = connection.select
        if store.url.startswith("postgresql"):  # where a transaction does not keep other writers out by itself
            connection.run("LOCK TABLE ledger IN EXCLUSIVE MODE")
        promise = find(rows, id)
        _may_enter(rows, kind, promise)
        form = _subject(rows, promise) | {
            "at": at.astimezone(dt.UTC).strftime(_TIME),
            "by": by,
            "kind": kind.value,
            "payload": _payload(rows, kind, promise, payload or {}),
            "reason": reason,
        }
        last = _head(rows)
        form |= {"seq": last.seq + 1, "previous": last.hash}
        row = [form.get(field, "") for field in _FIELDS]
        row[_FIELDS.index("payload")] = _canonical(form["payload"])
        row[-1] = _hash(form)
        connection.insert("ledger", [dict(zip(_COLUMNS, row, strict=True))])
        entry = _entry(row)
        bodies = _bodies(rows, entry)
        if entry.kind is EntryKind.RULING:
            writing.overrule(connection, entry.promise, entry.at.date(), VerdictKind(entry.payload["verdict"]))
        elif entry.kind is not EntryKind.NOTE:
            # Stale until it is derived, so that where this is cut off, the next run does it.
            for body in bodies:
                connection.run("UPDATE bodies SET stale = TRUE WHERE id = :body", body=body)
    if entry.kind not in (EntryKind.RULING, EntryKind.NOTE):
        rebuild(store, bodies)
    return entry


def orphans(store: Store) -> list[Orphan]:
    """Promises that only the ledger still knows, in the order in which they came into it."""
    with store.snapshot():
        ids = [
            id for (id,) in store.rows(f"SELECT promise FROM ledger l WHERE {_ORPHANED} GROUP BY 1 ORDER BY min(seq)")
        ]
        found = []
        for id in ids:
            sql = f"SELECT {', '.join(_COLUMNS)} FROM ledger WHERE promise = :id ORDER BY seq"
            entered = tuple(_entry(row) for row in store.rows(sql, {"id": id}))
            found.append(Orphan(id, entered, *_successor(store.rows, entered[-1])))
        return found


def verify(store: Store, anchor: str | None = None) -> Audit:
    """Whether the ledger is what was entered: every entry, their order, their end, and the guards that keep it so.

    `anchor` is a head as printed earlier, or its hash, or no less than the first 16 letters of that. Without it nobody
    can tell that the last entries are gone, or that everything from some entry on was written anew.
    """
    expected = HEAD.fullmatch(anchor.strip().lower()) if anchor is not None else None
    if anchor is not None and expected is None:
        raise StoreError(
            f'"{anchor}" is no head of a ledger; reports print it, and it reads like {_EXAMPLE}.', code="usage"
        )
    with store.snapshot():
        rows = list(store.rows(f"SELECT {', '.join(_COLUMNS)} FROM ledger ORDER BY seq"))
        broken = next(_broken(rows), None)
        lost = _lost(rows, expected) if expected is not None and broken is None else None
        return Audit(_head(store.rows), tuple(filter(None, [broken, lost, *_unguarded(store)])))


def as_json(entry: Entry) -> dict[str, Any]:
    """An entry as exports print it. All of it but the hash, in the form of RFC 8785, is what the hash is made of."""
    plain = {field: getattr(entry, field) for field in _FIELDS}
    return plain | {
        "at": entry.at.strftime(_TIME),
        "kind": entry.kind.value,
        "made": entry.made.isoformat() if entry.made else None,
        "payload": dict(entry.payload),
    }


_BATCH = 500
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_EXAMPLE = f"12:{'9f86d081' * 2}..."

_FIELDS = tuple("seq at by kind promise body made paper sha256 page quote payload reason previous hash".split())
_COLUMNS = tuple("who" if field == "by" else field for field in _FIELDS)

_UNREAD = "NOT EXISTS (SELECT 1 FROM promises q WHERE q.id = {})"
_ORPHANED = f"{_UNREAD.format('l.promise')} AND NOT EXISTS (SELECT 1 FROM aliases o WHERE o.id = l.promise)"

_NAMED = f"""
SELECT DISTINCT COALESCE(whole, id), whole IS NULL FROM (
    SELECT id, id AS whole FROM promises
    UNION ALL SELECT id, promise_id FROM aliases a WHERE {_UNREAD.format("a.id")}
    UNION ALL SELECT promise, NULL FROM ledger l WHERE {_ORPHANED}
) named
"""


def _batches(sql: str, ids: Sequence[str]) -> Iterator[tuple[str, dict[str, object]]]:
    """A query that ends in "IN", for as many ids at a time as every database takes."""
    for start in range(0, len(ids), _BATCH):
        batch: dict[str, object] = {f"i{n}": id for n, id in enumerate(ids[start : start + _BATCH])}
        yield f"{sql} ({', '.join(f':{name}' for name in batch)})", batch


def _head(rows: Rows) -> Head:
    last = list(rows("SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1", {}))
    return Head(*last[0]) if last else Head(0, BEGINNING)


def _canonical(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _hash(form: Mapping[str, Any]) -> str:
    hashed = {field: form[field] for field in _FIELDS if field != "hash"}
    return hashlib.sha256(_canonical(hashed).encode()).hexdigest()


def _entry(row: Sequence[Any]) -> Entry:
    form = dict(zip(_FIELDS, row, strict=True))
    try:
        return Entry(
            **form
            | {
                "at": dt.datetime.strptime(form["at"], _TIME).replace(tzinfo=dt.UTC),
                "kind": EntryKind(form["kind"]),
                "made": day(form["made"]),
                "payload": json.loads(form["payload"]),
            }
        )
    except (TypeError, ValueError) as error:
        sentence = f"Entry {form['seq']} of the ledger was tampered with; `matters audit verify` tells more."
        raise StoreError(sentence, code="tampered") from error


# ------------------------------------------------------------------------------------------------------------- entering


def _check_words(kind: EntryKind, by: str, reason: str, payload: Mapping[str, str | None]) -> None:
    if not by:
        raise StoreError("Say who enters this: --by, or the variable MATTERS_REVIEWER.", code="usage")
    if not reason:
        said = "The note is empty." if kind is EntryKind.NOTE else "The reason is empty; say why, for others to read."
        raise StoreError(said, code="usage")
    words = "".join([by, reason, *filter(None, payload.values())])
    try:
        words.encode()
    except UnicodeEncodeError as error:
        raise StoreError(
            "What was typed holds letters that are no Unicode text; type it again.", code="usage"
        ) from error
    if "\0" in words:
        raise StoreError("What was typed holds a NUL character; type it again.", code="usage")


def _may_enter(rows: Rows, kind: EntryKind, promise: Found) -> None:
    id = promise.id
    if promise.orphaned and kind not in (EntryKind.SAME_AS, EntryKind.NOTE):
        raise StoreError(
            f"The promise {id} is no longer read from the papers; say first which one it is now: "
            f"`matters correct {id} --same-as ID`, and see `matters audit orphans`.",
            code="orphaned",
        )
    if kind is EntryKind.LIFT:
        rulings = [e for e in about(rows, [id]) if e.kind in (EntryKind.RULING, EntryKind.LIFT)]
        if not rulings or rulings[-1].kind is EntryKind.LIFT:
            raise StoreError(f"No ruling stands on the promise {id}; there is none to lift.", code="usage")
    if kind is EntryKind.RULING and "promise" in _read(rows, id):
        raise StoreError(
            f"The promise {id} was entered as being none; `matters correct {id} --as-read` undoes that first.",
            code="usage",
        )
    told_apart = kind is EntryKind.AS_READ and any(e.kind is EntryKind.APART_FROM for e in about(rows, [id]))
    if kind is EntryKind.AS_READ and not (told_apart or _read(rows, id) or list(rows(_OTHER_IDS, {"id": id}))):
        raise StoreError(f"The promise {id} stands as it is read; there is no correction to undo.", code="usage")


_OTHER_IDS = "SELECT 1 FROM aliases WHERE promise_id = :id LIMIT 1"


def _read(rows: Rows, id: str) -> dict[str, str | None]:
    """What was read where something was laid over it."""
    return dict(rows("SELECT field, read FROM corrections WHERE promise_id = :id", {"id": id}))


def _subject(rows: Rows, promise: Found) -> dict[str, Any]:
    fields = ("body", "made", "paper", "sha256", "page", "quote")
    sql = (
        "SELECT body, made, paper, sha256, page, quote FROM ledger WHERE promise = :id ORDER BY seq DESC LIMIT 1"
        if promise.orphaned
        else "SELECT b.name, p.made, a.name, a.sha256, e.page, e.quote FROM promises p "
        "JOIN bodies b ON b.id = p.body_id JOIN sightings s ON s.promise_id = p.id AND s.seq = 0 "
        "JOIN papers a ON a.id = s.paper_id JOIN extracts e ON e.paper_id = s.paper_id AND e.id = s.extract_id "
        "WHERE p.id = :id"
    )
    (row,) = rows(sql, {"id": promise.id})
    return {"promise": promise.id} | dict(zip(fields, row, strict=True))


def _payload(rows: Rows, kind: EntryKind, promise: Found, given: Mapping[str, str | None]) -> dict[str, Any]:
    if kind in (EntryKind.SAME_AS, EntryKind.APART_FROM):
        return {"promise": _other(rows, promise, given["promise"] or "")}
    if kind is not EntryKind.CORRECTION:
        return dict(given)
    # As in `track.overlay`: a due date that is none is kept by its words.
    sql = "SELECT owner, COALESCE(due_end, due_words), action FROM promises WHERE id = :id"
    ((owner, due, action),) = rows(sql, {"id": promise.id})
    read = {"owner": owner, "due": due, "action": action} | _read(rows, promise.id)
    return {field: {"read": read[field], "to": value} for field, value in given.items()}


def _other(rows: Rows, promise: Found, id: str) -> str:
    other = find(rows, id)
    if other.orphaned:
        raise StoreError(
            f"The promise {other.id} is no longer read from the papers; name one that is.", code="orphaned"
        )
    if other.id == promise.id:
        raise StoreError(f'"{id}" names the promise {promise.id} itself.', code="usage")
    ids = {"one": promise.id, "other": other.id}
    bodies = list(rows("SELECT DISTINCT body_id FROM promises WHERE id IN (:one, :other)", ids))
    if len(bodies) > 1:
        raise StoreError(f"{promise.id} and {other.id} are promises of different bodies.", code="usage")
    return other.id


def _bodies(rows: Rows, entry: Entry) -> list[int]:
    """The body whose promises an entry changes: that of the other promise, where the first is no longer read."""
    ids = {"one": entry.promise, "other": entry.payload.get("promise", "")}
    return [body for (body,) in rows("SELECT DISTINCT body_id FROM promises WHERE id IN (:one, :other)", ids)]


# ----------------------------------------------------------------------------------------------------- finding it again


def _successor(rows: Rows, entry: Entry) -> tuple[str | None, str]:
    """The promise that says nearly the same in the same paper, and its words there."""
    near = rows(
        "SELECT s.promise_id, e.quote FROM papers a JOIN sightings s ON s.paper_id = a.id "
        "JOIN extracts e ON e.paper_id = s.paper_id AND e.id = s.extract_id "
        "WHERE a.sha256 = :sha256 OR (a.name = :paper AND COALESCE(a.date, '') = :made) ORDER BY s.promise_id, s.seq",
        {"sha256": entry.sha256, "paper": entry.paper, "made": entry.made.isoformat() if entry.made else ""},
    )
    scores = [(*_alike(entry.quote, quote), id, quote) for id, quote in near]
    share, _, id, quote = max(scores, key=lambda score: score[:2], default=(0.0, 0, "", ""))
    return (id, quote) if share >= ALIKE else (None, "")


def _alike(one: str, other: str) -> tuple[float, int]:
    """The share of the shorter quote's words that the longer one holds too, and how many these are."""
    words, others = Counter(fold(one).split()), Counter(fold(other).split())
    shared = (words & others).total()
    return shared / (min(words.total(), others.total()) or 1), shared


# ------------------------------------------------------------------------------------------------------------ verifying


def _broken(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """What is wrong with the chain, from its beginning."""
    last = Head(0, BEGINNING)
    for row in rows:
        form = dict(zip(_FIELDS, row, strict=True))
        seq = form["seq"]
        if seq != last.seq + 1:
            yield f"Entry {last.seq + 1} of the ledger is missing: entry {seq} comes where it was."
        try:
            form["payload"] = json.loads(payload := form["payload"])
            intact = _canonical(form["payload"]) == payload and _hash(form) == form["hash"]
        except (TypeError, ValueError):
            intact = False
        if not intact:
            yield f"Entry {seq} of the ledger is not what was entered: its hash does not fit what it says."
        if form["previous"] != last.hash:
            yield f"Entry {seq} of the ledger was not entered after what stands before it."
        last = Head(seq, form["hash"])


def _lost(rows: Sequence[Sequence[Any]], anchor: re.Match[str]) -> str | None:
    """What an earlier head tells of a chain that is whole in itself."""
    hashes = {0: BEGINNING, **{row[0]: str(row[-1]) for row in rows}}
    seq = anchor["seq"] and int(anchor["seq"])
    end = f"the ledger ends with entry {len(rows)}" if rows else "the ledger is empty"
    if seq and seq not in hashes:
        return f"Entry {len(rows) + 1} of the ledger is missing: {end}, and the head given is that of entry {seq}."
    if seq is None or seq == "":
        if any(hash.startswith(anchor["hash"]) for hash in hashes.values()):
            return None
        return f"No entry of the ledger has the hash of the head given; {end}: entries are gone, or were written anew."
    if hashes[seq].startswith(anchor["hash"]):
        return None
    return f"Entry {seq} of the ledger is not the one whose head was given: it, or one before it, was written anew."


def _unguarded(store: Store) -> Iterator[str]:
    """The triggers that are not there, or are not as they were made."""
    if store.path is None:
        guards = dict.fromkeys(_TRIGGERS, "")
        sql = (
            "SELECT tgname, '' FROM pg_trigger WHERE tgrelid = CAST('ledger' AS regclass) "
            "AND NOT tgisinternal AND tgenabled IN ('O', 'A') ORDER BY 1"
        )
    else:
        from pipeline.store import writing

        guards = {sql.split()[2]: _plain(sql) for sql in writing.schema() if sql.startswith("CREATE TRIGGER")}
        sql = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger' ORDER BY 1"
    found = {name: _plain(sql) for name, sql in store.rows(sql)}
    for name in sorted(guards.keys() | found.keys()):
        if name not in found:
            yield f"The guard {name} of the ledger is missing: entries could be changed without anybody's being told."
        elif name not in guards:
            yield f"The ledger has a trigger that is not its own: {name}."
        elif guards[name] != found[name]:
            yield f"The guard {name} of the ledger was changed."


_TRIGGERS = ("ledger_grows_at_its_end", "ledger_keeps_its_entries", "ledger_keeps_its_words")


def _plain(sql: str) -> str:
    return " ".join(sql.split()).rstrip("; ")
