"""The ledger: what people enter counts at once, stands for good, and cannot be changed unnoticed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import make_paper

from pipeline import queries, store
from pipeline.records import EntryKind, EventType, StoreError, VerdictKind
from pipeline.store import Store, ledger

SPRING = dt.date(2024, 4, 10)
NOON = dt.datetime(2024, 4, 2, 12, 30, 15, 999, tzinfo=dt.timezone(dt.timedelta(hours=1)))
JANUARY = make_paper(
    "jan.txt",
    "clerk: write to the school about the crossing | by 1 February 2024",
    "KO: order three benches for the green",
    "Tom Ashby: look into the drains of Mill Lane | by 20 April 2024",
)
MARCH = make_paper(
    "mar.txt",
    "clerk: put the letter on crossing patrols in the post | by 1 May 2024",
    "Tom Ashby: draw up a plan of the allotments | by 30 March 2024 | Completed 13 March 2024",
    date=dt.date(2024, 3, 13),
)
SCHOOL, BENCHES, DRAINS, LETTER, PLAN = "write to the school", "order three", "look into", "put the letter", "draw up"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with store.open(tmp_path / "s.db", create=True) as conn:
        for paper in (JANUARY, MARCH, make_paper("board.txt", "chair: publish figures", body="Thornby Board")):
            store.save(conn, paper, Path("/papers", paper.paper))
        store.rebuild(conn)
    return tmp_path / "s.db"


@pytest.fixture(params=["driver", "sqlalchemy"])
def conn(path: Path, request: pytest.FixtureRequest) -> Iterator[Store]:
    with store.open(path) if request.param == "driver" else Store(f"sqlite:///{path}", None) as opened:
        yield opened


def ids(conn: Store, as_of: dt.date = dt.date(2025, 1, 1)) -> dict[str, str]:
    return {row.action: row.id for row in queries.promises(conn, as_of=as_of)}


def id_of(conn: Store, action: str) -> str:
    (found,) = (id for words, id in ids(conn).items() if words.startswith(action))
    return found


def enter(conn: Store, about: str, kind: EntryKind, day: int = 2, reason: str = "seen on site", **payload: str | None):  # type: ignore[no-untyped-def]
    at = NOON.replace(day=day)
    return ledger.enter(conn, id_of(conn, about), kind, payload, by="Jo Reed", reason=reason, at=at)


def verdict(conn: Store, action: str, as_of: dt.date) -> tuple[str, str]:
    row = queries.promise(conn, id_of(conn, action), as_of=as_of).row
    return row.verdict.value, row.rule


def derived(conn: Store) -> list[list[tuple[object, ...]]]:
    tables = (
        "promises",
        "events",
        "sightings",
        "verdict_periods",
        "corrections",
        "aliases",
        "proposals",
        "promise_words",
    )
    return [sorted(conn.rows(f"SELECT * FROM {table}"), key=repr) for table in tables]


# ------------------------------------------------------------------------------------------------------------ rulings


def test_a_ruling_stands_from_the_day_it_was_entered_until_it_is_lifted(conn: Store) -> None:
    before = verdict(conn, SCHOOL, SPRING)
    assert before[0] != "kept"
    enter(conn, SCHOOL, EntryKind.RULING, day=2, verdict="kept")
    enter(conn, SCHOOL, EntryKind.RULING, day=5, verdict="part_kept")
    enter(conn, SCHOOL, EntryKind.LIFT, day=8)
    days = [dt.date(2024, 4, day) for day in (1, 2, 4, 5, 7, 8)]
    assert [verdict(conn, SCHOOL, day)[0] for day in days] == [
        before[0],
        "kept",
        "kept",
        "part_kept",
        "part_kept",
        before[0],
    ]
    assert verdict(conn, SCHOOL, SPRING) == before
    events = queries.promise(conn, id_of(conn, SCHOOL), as_of=dt.date(2024, 4, 6)).events
    assert [(e.verdict, e.by, e.quote, e.date, e.paper) for e in events if e.type is EventType.RULED] == [
        (VerdictKind.KEPT, "Jo Reed", "seen on site", dt.date(2024, 4, 2), ""),
        (VerdictKind.PART_KEPT, "Jo Reed", "seen on site", dt.date(2024, 4, 5), ""),
    ]


@pytest.mark.parametrize("action", [SCHOOL, BENCHES, DRAINS, LETTER, PLAN])
@pytest.mark.parametrize("kind", [VerdictKind.KEPT, VerdictKind.OPEN, VerdictKind.NOT_DETERMINABLE])
def test_a_ruling_counts_at_once_as_if_all_were_derived_anew(conn: Store, action: str, kind: VerdictKind) -> None:
    """Entered before and after its due day, twice the same, and on one day with another one."""
    for day, ruling in ((2, kind), (3, kind), (3, VerdictKind.BROKEN), (25, kind)):
        enter(conn, action, EntryKind.RULING, day=day, verdict=ruling.value)
        at_once = derived(conn)
        store.rebuild(conn)
        assert derived(conn) == at_once


def test_a_ruling_survives_papers_that_are_read_again_and_come_later(conn: Store) -> None:
    enter(conn, SCHOOL, EntryKind.RULING, verdict="kept")
    again = replace(JANUARY, ruleset="r2", extracts=JANUARY.extracts[:1], evidence=(), unclaimed=())
    store.save(conn, again, Path("/papers/jan.txt"))
    store.save(conn, make_paper("may.txt", "KO: nothing much", date=dt.date(2024, 5, 8)))
    store.rebuild(conn)
    assert verdict(conn, SCHOOL, dt.date(2024, 6, 1)) == ("kept", "ruled.by-reviewer")


# -------------------------------------------------------------------------------------------------------- corrections


def test_a_correction_is_laid_over_what_was_read_which_stays_visible(conn: Store) -> None:
    enter(conn, SCHOOL, EntryKind.CORRECTION, owner="KO", due="2024-06-30")
    enter(conn, SCHOOL, EntryKind.CORRECTION, day=3, due=None, action="write to Fenwick School")
    for _ in range(2):
        detail = queries.promise(conn, id_of(conn, "write to Fenwick"), as_of=SPRING)
        row = detail.row
        assert (row.owner, row.owner_name, row.due, row.verdict) == ("KO", "Karen Oakes", None, VerdictKind.UNDATED)
        assert [(c.field, c.read) for c in detail.corrections] == [
            ("action", JANUARY.extracts[0].quote),
            ("due", "2024-02-01"),
            ("owner", "clerk"),
        ]
        assert detail.entries[1].payload == {
            "action": {"read": JANUARY.extracts[0].quote, "to": "write to Fenwick School"},
            "due": {"read": "2024-02-01", "to": None},
        }
        assert detail.events[0].quote == JANUARY.extracts[0].quote
        assert [r.id for r in queries.promises(conn, queries.Filter(owners=("KO",)), as_of=SPRING)].count(row.id) == 1
        store.rebuild(conn)


def test_as_read_undoes_every_correction(conn: Store) -> None:
    before = derived(conn)
    enter(conn, SCHOOL, EntryKind.CORRECTION, owner=None, due="2024-06-30")
    enter(conn, LETTER, EntryKind.SAME_AS, promise=id_of(conn, SCHOOL))
    enter(conn, SCHOOL, EntryKind.NOT_A_PROMISE)
    assert not any(action.startswith((SCHOOL, LETTER)) for action in ids(conn))
    school = next(entry.promise for entry in ledger.entries(conn) if entry.kind is EntryKind.CORRECTION)
    with pytest.raises(StoreError, match=r"none: seen on site \(Jo Reed, 2024-04-02\)"):
        queries.promise(conn, school, as_of=SPRING)
    ledger.enter(conn, school, EntryKind.AS_READ, by="Jo Reed", reason="too rash", at=NOON)
    assert derived(conn) == before
    assert len(ledger.entries(conn)) == 4


def test_two_promises_that_are_one_matter_become_the_earlier_one(conn: Store) -> None:
    school, letter = id_of(conn, SCHOOL), id_of(conn, LETTER)
    enter(conn, LETTER, EntryKind.NOTE, reason="the same matter, I think")
    enter(conn, SCHOOL, EntryKind.SAME_AS, promise=letter[:8])
    assert letter not in ids(conn).values()
    detail = queries.promise(conn, letter, as_of=SPRING)
    assert detail.row.id == school
    assert [(e.type, e.paper) for e in detail.events] == [
        (EventType.MADE, "jan.txt"),
        (EventType.SIGHTED, "mar.txt"),
        (EventType.RESCHEDULED, "mar.txt"),
    ]
    assert [s.paper for s in detail.sightings] == ["jan.txt", "mar.txt"]
    assert (detail.row.due, detail.row.verdict) == (dt.date(2024, 5, 1), VerdictKind.EXTENDED)
    assert [entry.kind for entry in detail.entries] == [EntryKind.NOTE, EntryKind.SAME_AS]
    store.rebuild(conn)
    assert queries.promise(conn, letter, as_of=SPRING) == detail
    ledger.enter(conn, letter, EntryKind.RULING, {"verdict": "kept"}, by="Jo", reason="posted", at=NOON)
    assert queries.promise(conn, school, as_of=SPRING).row.verdict is VerdictKind.KEPT


def test_what_was_corrected_in_one_of_two_is_no_correction_of_the_other(conn: Store) -> None:
    school = id_of(conn, SCHOOL)
    enter(conn, LETTER, EntryKind.CORRECTION, owner="Tom Ashby", due="2024-06-30")
    enter(conn, LETTER, EntryKind.SAME_AS, promise=school)
    row = queries.promise(conn, school, as_of=SPRING).row
    assert (row.owner, row.original_due, row.due) == ("clerk", dt.date(2024, 2, 1), dt.date(2024, 6, 30))
    enter(conn, SCHOOL, EntryKind.CORRECTION, owner="KO")
    detail = queries.promise(conn, school, as_of=SPRING)
    assert (detail.row.owner, [(c.field, c.read) for c in detail.corrections]) == ("KO", [("owner", "clerk")])


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(EntryKind), st.integers(0, 4), st.integers(0, 4)), max_size=8))
def test_whatever_is_entered_counts_at_once_as_if_all_were_derived_anew(
    steps: list[tuple[EntryKind, int, int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder, store.open(Path(folder, "s.db"), create=True) as conn:
        for paper in (JANUARY, MARCH):
            store.save(conn, paper, Path("/papers", paper.paper))
        store.rebuild(conn)
        promises = sorted(ids(conn).values())
        for kind, one, other in steps:
            payload: dict[str, str | None] = {
                EntryKind.RULING: {"verdict": list(VerdictKind)[one * other % len(VerdictKind)].value},
                EntryKind.CORRECTION: {"owner": None, "due": "2024-03-01"},
                EntryKind.SAME_AS: {"promise": promises[other]},
                EntryKind.APART_FROM: {"promise": promises[other]},
            }.get(kind, {})
            with suppress(StoreError):  # nothing to lift, one and the same promise
                ledger.enter(conn, promises[one], kind, payload, by="Jo", reason="so", at=NOON.replace(day=1 + other))
            at_once = derived(conn)
            store.rebuild(conn)
            assert derived(conn) == at_once
        assert ledger.verify(conn).faults == ()
        assert ledger.orphans(conn) == []
        assert conn.check() == []


# ------------------------------------------------------------------------------------------------------------ orphans


def test_entries_whose_promise_is_gone_are_shown_with_its_likely_successor(conn: Store) -> None:
    old = id_of(conn, SCHOOL)
    enter(conn, SCHOOL, EntryKind.RULING, verdict="kept")
    enter(conn, BENCHES, EntryKind.NOTE, reason="oak, please")
    assert ledger.orphans(conn) == []
    first = JANUARY.extracts[0]
    longer = replace(first, quote=f"{first.quote}\tby 1 February 2024", span=replace(first.span, end=67))
    again = replace(JANUARY, ruleset="r2", extracts=(longer, JANUARY.extracts[2]), evidence=(), unclaimed=())
    again = replace(again, extracts=tuple(replace(e, answers=(), arises_from=()) for e in again.extracts))
    store.save(conn, again, Path("/papers/jan.txt"))
    store.rebuild(conn)
    new = id_of(conn, SCHOOL)
    assert new != old
    assert [(o.promise, [e.reason for e in o.entries], o.successor) for o in ledger.orphans(conn)] == [
        (old, ["seen on site"], new),
        (ledger.entries(conn)[1].promise, ["oak, please"], None),
    ]
    assert verdict(conn, SCHOOL, SPRING)[0] != "kept"
    with pytest.raises(StoreError, match="no longer read from the papers") as caught:
        queries.promise(conn, old, as_of=SPRING)
    assert caught.value.code == "orphaned"
    ledger.enter(conn, old[:6], EntryKind.SAME_AS, {"promise": new}, by="Jo Reed", reason="the same words", at=NOON)
    assert verdict(conn, SCHOOL, SPRING) == ("kept", "ruled.by-reviewer")
    assert queries.promise(conn, old, as_of=SPRING).row.id == new
    assert [o.entries[0].reason for o in ledger.orphans(conn)] == ["oak, please"]
    entry = ledger.entries(conn)[-1]
    assert (entry.body, entry.paper, entry.quote) == ("Fenwick Parish Council", "jan.txt", first.quote)


# ----------------------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("kind", "payload", "changed", "sentence", "code"),
    [
        (EntryKind.NOTE, {}, {"by": " "}, "Say who enters this", "usage"),
        (EntryKind.NOTE, {}, {"reason": "\n"}, "The note is empty", "usage"),
        (EntryKind.RULING, {"verdict": "kept"}, {"reason": ""}, "The reason is empty", "usage"),
        (EntryKind.NOTE, {}, {"reason": "\udce9"}, "no Unicode", "usage"),
        (EntryKind.NOTE, {}, {"id": "zzz"}, 'begins with "zzz"', "unknown"),
        (EntryKind.NOTE, {}, {"id": ""}, "begins with", "unknown"),
        (EntryKind.LIFT, {}, {}, "No ruling stands", "usage"),
        (EntryKind.AS_READ, {}, {}, "no correction to undo", "usage"),
        (EntryKind.SAME_AS, {"promise": "zzz"}, {}, 'begins with "zzz"', "unknown"),
        (EntryKind.SAME_AS, {"promise": SCHOOL}, {}, "itself", "usage"),
        (EntryKind.SAME_AS, {"promise": "publish"}, {}, "different bodies", "usage"),
    ],
)
def test_what_cannot_be_entered_leaves_no_trace(
    conn: Store, kind: EntryKind, payload: dict[str, str], changed: dict[str, str], sentence: str, code: str
) -> None:
    told = {"id": id_of(conn, SCHOOL), "by": "Jo Reed", "reason": "seen on site"} | changed
    if "promise" in payload and payload["promise"] != "zzz":
        payload = {"promise": id_of(conn, payload["promise"])}
    before = derived(conn)
    with pytest.raises(StoreError, match=sentence) as caught:
        ledger.enter(conn, told.pop("id"), kind, payload, at=NOON, **told)
    assert caught.value.code == code
    assert "\n" not in str(caught.value)
    assert (ledger.entries(conn), derived(conn)) == ([], before)


def test_an_id_that_begins_several_is_refused(path: Path) -> None:
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE promises SET id = 'ab' || rowid")
    with store.open(path) as conn, pytest.raises(StoreError, match="begins the ids of several") as caught:
        ledger.enter(conn, "ab", EntryKind.NOTE, by="Jo", reason="look", at=NOON)
    assert caught.value.code == "ambiguous"


# ----------------------------------------------------------------------------------------------------------- the chain


def test_an_entry_stands_by_itself_and_its_hash_can_be_told_from_its_export(conn: Store) -> None:
    entry = enter(conn, SCHOOL, EntryKind.RULING, reason='"posted"\t– see\u2028the file \x07', verdict="kept")
    assert ledger.entries(conn) == ledger.entries(conn, entry.promise[:5]) == [entry]
    told = ledger.as_json(entry)
    assert told | {"hash": entry.hash} == {
        "seq": 1,
        "at": "2024-04-02T11:30:15Z",
        "by": "Jo Reed",
        "kind": "ruling",
        "promise": id_of(conn, SCHOOL),
        "body": "Fenwick Parish Council",
        "made": "2024-01-10",
        "paper": "jan.txt",
        "sha256": JANUARY.sha256,
        "page": 1,
        "quote": JANUARY.extracts[0].quote,
        "payload": {"verdict": "kept"},
        "reason": '"posted"\t– see\u2028the file \x07',
        "previous": "0" * 64,
        "hash": entry.hash,
    }
    # RFC 8785, written out by hand: members by name, no blanks, only what must be escaped is.
    text = "{" + ",".join(f'"{name}":{_by_hand(told[name])}' for name in sorted(told) if name != "hash") + "}"
    assert hashlib.sha256(text.encode()).hexdigest() == entry.hash
    assert ledger.head(conn) == ledger.Head(1, entry.hash)


def _by_hand(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f'"{name}":{_by_hand(inner)}' for name, inner in sorted(value.items())) + "}"
    if isinstance(value, str):
        return (
            '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t").replace("\x07", "\\u0007") + '"'
        )
    return str(value)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger SET reason = 'changed'",
        "UPDATE OR REPLACE ledger SET seq = 1 WHERE seq = 2",
        "DELETE FROM ledger",
        "DELETE FROM ledger WHERE seq = 5",
        "REPLACE INTO ledger SELECT * FROM ledger WHERE seq = 1",
        "INSERT INTO ledger SELECT 9, at, who, kind, promise, body, made, paper, sha256, page, quote, payload, reason, "
        "previous, hash FROM ledger WHERE seq = 5",
        "INSERT INTO ledger SELECT 6, at, who, kind, promise, body, made, paper, sha256, page, quote, payload, reason, "
        "previous, hash FROM ledger WHERE seq = 5",
        "INSERT INTO ledger SELECT NULL, at, who, kind, promise, body, made, paper, sha256, page, quote, payload, "
        "reason, hash, hash FROM ledger WHERE seq = 5",
    ],
)
def test_the_store_itself_lets_nobody_change_the_ledger(filled: Path, sql: str) -> None:
    with sqlite3.connect(filled) as raw, pytest.raises(sqlite3.IntegrityError, match=r"only grows|follows the last"):
        raw.execute(sql)


@pytest.fixture
def filled(path: Path) -> Path:
    """A store with five entries."""
    with store.open(path) as conn:
        enter(conn, SCHOOL, EntryKind.RULING, verdict="kept")
        enter(conn, BENCHES, EntryKind.NOTE, reason="oak, please")
        enter(conn, DRAINS, EntryKind.CORRECTION, owner="KO")
        enter(conn, SCHOOL, EntryKind.LIFT)
        enter(conn, PLAN, EntryKind.RULING, verdict="broken")
    return path


def run(*statements: str) -> Callable[[sqlite3.Connection], None]:
    return lambda raw: [raw.execute(sql) for sql in statements] and None


def write_anew(start: int) -> Callable[[sqlite3.Connection], None]:
    """What somebody does who knows this program: changes an entry and makes the chain whole again from there."""

    def change(raw: sqlite3.Connection) -> None:
        raw.execute("UPDATE ledger SET reason = 'never seen on site' WHERE seq = ?", (start,))
        columns = [row[1] for row in raw.execute("PRAGMA table_info(ledger)")]
        previous = "0" * 64
        for row in raw.execute("SELECT * FROM ledger ORDER BY seq").fetchall():
            form = dict(zip(columns, row, strict=True))
            form |= {"by": form.pop("who"), "payload": json.loads(form["payload"]), "previous": previous}
            del form["hash"]
            canonical = json.dumps(form, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            made = hashlib.sha256(canonical.encode()).hexdigest()
            raw.execute("UPDATE ledger SET previous = ?, hash = ? WHERE seq = ?", (previous, made, form["seq"]))
            previous = made

    return change


def renumbered(start: int, by: int) -> tuple[str, str]:
    """Statements that move all entries from one on to other numbers."""
    return (
        f"UPDATE ledger SET seq = seq + 100 WHERE seq >= {start}",
        f"UPDATE ledger SET seq = seq - {100 - by} WHERE seq > 100",
    )


COPY = (
    "INSERT INTO ledger SELECT 3, at, who, kind, promise, body, made, paper, sha256, page, quote, payload, reason, "
    "previous, hash FROM ledger WHERE seq = 2"
)
TAMPERED = {
    "changed text": (run("UPDATE ledger SET quote = 'write to the bank' WHERE seq = 2"), "Entry 2 .* not what was"),
    "changed reason": (run("UPDATE ledger SET reason = reason || '.' WHERE seq = 2"), "Entry 2 .* not what was"),
    "changed verdict": (run('UPDATE ledger SET payload = \'{"verdict":"broken"}\' WHERE seq = 1'), "Entry 1 "),
    "second verdict": (
        run('UPDATE ledger SET payload = \'{"verdict":"broken","verdict":"kept"}\' WHERE seq = 1'),
        "Entry 1 .* not what was entered",
    ),
    "no verdict": (run("UPDATE ledger SET payload = 'kept' WHERE seq = 1"), "Entry 1 .* not what was entered"),
    "changed author": (run("UPDATE ledger SET who = 'Al Wren' WHERE seq = 3"), "Entry 3 .* not what was entered"),
    "changed time": (run("UPDATE ledger SET at = '2024-04-01T11:30:15Z' WHERE seq = 4"), "Entry 4 .* not what was"),
    "changed promise": (run("UPDATE ledger SET promise = 'ffffffffffff' WHERE seq = 4"), "Entry 4 .* not what was"),
    "changed hash": (run("UPDATE ledger SET hash = previous WHERE seq = 4"), "Entry 4 .* not what was entered"),
    "deleted in the middle": (run("DELETE FROM ledger WHERE seq = 2"), "Entry 2 .* missing"),
    "deleted in the middle and closed up": (
        run("DELETE FROM ledger WHERE seq = 2", *renumbered(3, -1)),
        "Entry 2 .* not what was entered",
    ),
    "deleted first": (run("DELETE FROM ledger WHERE seq = 1"), "Entry 1 .* missing"),
    "deleted last": (run("DELETE FROM ledger WHERE seq = 5"), "Entry 5 .* missing.* ends with entry 4"),
    "deleted all": (run("DELETE FROM ledger"), "Entry 1 .* missing.* is empty"),
    "inserted": (run(*renumbered(3, 1), COPY), "Entry 3 .* not what was entered"),
    "reordered": (
        run(
            "UPDATE ledger SET seq = 99 WHERE seq = 2",
            "UPDATE ledger SET seq = 2 WHERE seq = 3",
            "UPDATE ledger SET seq = 3 WHERE seq = 99",
        ),
        "Entry 2 .* not what was entered",
    ),
    "renumbered": (run("UPDATE ledger SET seq = 7 WHERE seq = 4"), "Entry 4 .* missing: entry 5"),
    "written anew from one entry": (write_anew(3), "Entry 5 .* written anew"),
    "written anew from the first": (write_anew(1), "Entry 5 .* written anew"),
}
"""Edits behind the triggers' back, and what is said of the first entry that is wrong."""


@pytest.mark.parametrize(("change", "sentence"), TAMPERED.values(), ids=TAMPERED)
def test_every_edit_behind_the_triggers_back_is_noticed(
    filled: Path, change: Callable[[sqlite3.Connection], None], sentence: str
) -> None:
    with store.open(filled) as conn:
        anchor = ledger.head(conn)
        assert ledger.verify(conn, str(anchor)) == ledger.verify(conn) == ledger.Audit(anchor, ())
    with sqlite3.connect(filled) as raw:
        guards = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            raw.execute(f"DROP TRIGGER {name}")
        change(raw)
        for _, sql in guards:
            raw.execute(sql)
    with store.open(filled) as conn:
        for given in (str(anchor), anchor.hash, anchor.hash[:16].upper()):
            assert ledger.verify(conn, given).faults, given
        (fault,) = ledger.verify(conn, str(anchor)).faults
    assert re.search(sentence, fault), fault


def test_an_earlier_head_vouches_for_what_was_entered_until_then(filled: Path) -> None:
    with store.open(filled) as conn:
        heads = [ledger.Head(0, ledger.BEGINNING), *(ledger.Head(e.seq, e.hash) for e in ledger.entries(conn))]
        for head in heads:
            assert ledger.verify(conn, str(head)).faults == ()
            assert ledger.verify(conn, head.hash).faults == ()
        (fault,) = ledger.verify(conn, f"4:{heads[3].hash}").faults
        assert fault.startswith("Entry 4 ")
        with pytest.raises(StoreError, match="no head of a ledger") as caught:
            ledger.verify(conn, "yesterday's")
        assert caught.value.code == "usage"


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("DROP TRIGGER ledger_keeps_its_words", "The guard ledger_keeps_its_words of the ledger is missing"),
        ("DROP TRIGGER ledger_keeps_its_entries", "The guard ledger_keeps_its_entries of the ledger is missing"),
        ("DROP TRIGGER ledger_grows_at_its_end", "The guard ledger_grows_at_its_end of the ledger is missing"),
        (
            "DROP TRIGGER ledger_keeps_its_words; "
            "CREATE TRIGGER ledger_keeps_its_words BEFORE UPDATE ON ledger BEGIN SELECT 1; END",
            "The guard ledger_keeps_its_words of the ledger was changed",
        ),
        ("CREATE TRIGGER another BEFORE INSERT ON ledger BEGIN SELECT 1; END", "not its own: another"),
    ],
)
def test_guards_that_are_gone_or_changed_are_noticed(filled: Path, sql: str, sentence: str) -> None:
    with sqlite3.connect(filled) as raw:
        raw.executescript(sql)
    with store.open(filled) as conn:
        (fault,) = ledger.verify(conn).faults
    assert sentence in fault
