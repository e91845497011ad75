"""Folders of papers -> the store: what is new is read by several processes and written by one.

Hides the walk, the hashes that tell what need not be read again, and the processes: a paper that kills its reader,
hangs or cannot be read is a `Failure` in the summary and stops nothing else. Each paper is saved as it arrives, so a
run that is cut off is resumed by the same command. Nothing heavy is imported until a paper must really be read.
"""

from __future__ import annotations

import gc
import hashlib
import os
import signal
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import language, rules, store
from pipeline.records import Extraction, Failure, MattersError, MediaType, PaperError
from pipeline.store import Saved, Store

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkServerContext, SpawnContext

Read = Callable[[Path], Extraction]

TIME_LIMIT = 300.0
"""Seconds that one paper may take. A council's largest packs, of a thousand pages, take a tenth of it."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did with the files it was given."""

    new: int
    replaced: int
    """Files whose content changed, and papers read again by other rules."""
    unchanged: int
    copies: int
    """Files with the same bytes as another one; the paper counts once."""
    skipped: Mapping[str, int]
    """Files in folders that are no papers, by the ends of their names (".xlsx")."""
    failed: tuple[Failure, ...]
    warnings: tuple[tuple[str, str], ...]
    """(file name, warning) of the papers read in this run."""

    @property
    def read(self) -> int:
        return self.new + self.replaced


def reader(rules_file: Path | None) -> Read:
    """The function that reads a paper, made once in each process. Rules and model are loaded with the first paper."""
    loaded: list[rules.RuleSet] = []

    def read(path: Path) -> Extraction:
        from pipeline import ingest

        document = ingest.read(path)
        from pipeline.extract import extract

        if not loaded:
            loaded.append(rules.RuleSet.load(rules_file))
            language.load()
            settle()
        return extract(document, loaded[0])

    return read


def settle() -> None:
    """Have the collector of garbage pass over what is there by now, rules and model, and come less often.

    A paper leaves next to no rings of objects behind; looking for them as Python does by itself takes a tenth of the
    time for rules and model, and another tenth for how often it looks.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def ingest(
    paths: Iterable[Path],
    target: str | Path,
    *,
    jobs: int | None = None,
    rules_file: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
    time_limit: float = TIME_LIMIT,
    make_reader: Callable[[Path | None], Read] = reader,
) -> Summary:
    """Read papers and folders of papers into the store at `target`, and derive what became of their promises.

    `jobs` processes read (as many as there are processors, by default); 1 reads in this process, where a crash or a
    paper that hangs cannot be caught. `progress` is told how many papers of how many are done. `make_reader` is what
    each process calls first.
    """
    files, skipped = _walk(paths)
    done: Counter[Saved] = Counter()
    failed: list[Failure] = []
    warnings: list[tuple[str, str]] = []
    with store.open(target, create=True) as conn:
        plan = _plan(conn, files, rules.version(rules_file))
        # Before anything is read: what is known may be known only by a file that holds something new by now.
        pointed = store.point(conn, {**plan.moved, **plan.copied})
        done.update(pointed[path] for path in plan.moved)
        # Closed in any case: an interruption in here must end the processes too.
        with closing(_outcomes(plan, jobs or _processors(), make_reader, rules_file, time_limit)) as outcomes:
            for count, (path, outcome) in enumerate(outcomes, 1):
                result: Saved | Failure
                if isinstance(outcome, Extraction):
                    warnings += [(path.name, warning) for warning in outcome.warnings]
                    result = _save(conn, outcome, path, plan.to_read[path])
                else:
                    result = outcome
                if isinstance(result, Failure):
                    for failure in [result, *_of_copies(result, path, plan.to_read[path])]:
                        failed.append(failure)
                        store.fail(conn, failure)
                else:
                    done[result] += 1
                if progress is not None:
                    progress(count, len(plan.to_read))
        failed += _follow(conn)
    return Summary(
        new=done[Saved.NEW],
        replaced=done[Saved.REPLACED],
        unchanged=plan.unchanged + done[Saved.UNCHANGED],
        copies=plan.copies,
        skipped=skipped,
        failed=tuple(sorted([*plan.failed, *failed], key=lambda failure: failure.path)),
        warnings=tuple(sorted(warnings)),
    )


def _save(conn: Store, extraction: Extraction, path: Path, copies: Sequence[Path]) -> Saved | Failure:
    try:
        saved = store.save(conn, extraction, path)
        store.point(conn, dict.fromkeys(copies, extraction.sha256))
        return saved
    except MattersError:
        raise
    except Exception as error:  # what was read contradicts itself: that paper's failure, not the folder's
        return _fault(path, error)


def _of_copies(failure: Failure, path: Path, copies: Sequence[Path]) -> list[Failure]:
    """Whoever mends a paper has to know of every file that holds it: one error page may lie there under many names."""
    return [
        Failure(copy.as_posix(), failure.code, f"{copy.name} holds the same as {path.name}: {failure.message}")
        for copy in copies
    ]


def _follow(conn: Store) -> list[Failure]:
    """Derive the promises of every body whose papers changed, in this run or in one that was cut off."""
    if store.stale(conn):
        store.gather(conn)
    changed = store.stale(conn)
    failed = []
    for body, name in changed:
        try:
            store.rebuild(conn, [body])
        except MattersError:
            raise
        except Exception as error:  # the body stays stale, and the next run tries again
            failed.append(_fault(Path(name or "papers that name no body"), error))
    if changed:
        store.optimise(conn)
    return failed


def _fault(path: Path, error: Exception) -> Failure:
    fault = f"{type(error).__name__}: {error}".splitlines()[0]
    return Failure(path.as_posix(), "fault", f"{path.name} met a fault in this program ({fault}); please report it.")


# --------------------------------------------------------------------------------------------------- what is to be done

_PAPERS = frozenset(
    {".doc", ".docx", ".htm", ".html", ".markdown", ".md", ".mhtml", ".odt", ".pdf", ".rtf", ".text", ".txt", ".xhtml"}
)
_PERHAPS = frozenset({"", ".aspx", ".asp", ".php", ".dat", ".bin", ".tmp"})
"""What downloads are called that lost their names: only their bytes tell whether they are papers."""


@dataclass(frozen=True, slots=True)
class _Plan:
    to_read: Mapping[Path, Sequence[Path]]
    """Each paper to read, with the files that are copies of it."""
    moved: Mapping[Path, str]
    """Files that hold papers which the store has from elsewhere, with the hashes."""
    copied: Mapping[Path, str]
    """Further files that hold the same."""
    unchanged: int
    copies: int
    failed: Sequence[Failure]


def _walk(paths: Iterable[Path]) -> tuple[list[Path], dict[str, int]]:
    """All papers below some paths, and what was passed over. What is named outright is never passed over."""
    files: set[Path] = set()
    skipped: Counter[str] = Counter()
    for path in paths:
        if not path.is_dir():
            files.add(path.absolute())
            continue
        for folder, folders, names in os.walk(path.absolute()):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in names:
                # Hidden files, and the locks of Word ("~$minutes.docx") and LibreOffice (".~lock.minutes.odt#").
                if name.startswith((".", "~$")):
                    continue
                file = Path(folder, name)
                if _may_be_paper(file):
                    files.add(file)
                else:
                    skipped[file.suffix.lower()] += 1
    return sorted(files), dict(sorted(skipped.items()))


def _may_be_paper(file: Path) -> bool:
    suffix = file.suffix.lower()
    if suffix in _PAPERS:
        return True
    if suffix not in _PERHAPS or not file.is_file():
        return False
    from pipeline.ingest import sniff

    try:
        with file.open("rb") as stream:
            # Text of any kind is no sign of a paper where the name is none.
            return sniff(stream.read(1 << 16), file.name) not in (MediaType.TEXT, MediaType.MARKDOWN)
    except (OSError, PaperError):
        return False


def _plan(conn: Store, files: Sequence[Path], ruleset: str) -> _Plan:
    """Content decides: every file is hashed, which costs a hundredth of reading it and is never wrong."""
    alike: dict[str, list[Path]] = defaultdict(list)
    failed = []
    for file in files:
        try:
            with file.open("rb") as stream:
                if os.fstat(stream.fileno()).st_size == 0:
                    raise PaperError(f"{file.name} is empty; fetch it again from where it was published.", code="empty")
                alike[hashlib.file_digest(stream, "sha256").hexdigest()].append(file)
        except OSError as error:
            reason = error.strerror or str(error)
            failed.append(Failure(file.as_posix(), "unreadable", f"{file.name} cannot be opened: {reason}."))
        except PaperError as error:
            failed.append(Failure(file.as_posix(), error.code, str(error)))
    for failure in failed:
        store.fail(conn, failure)
    known = store.known(conn, ruleset, alike)
    held = store.held(conn, (file for same in alike.values() for file in same))
    to_read: dict[Path, list[Path]] = {}
    moved: dict[Path, str] = {}
    copied: dict[Path, str] = {}
    unchanged = 0
    for sha256, same in alike.items():
        first, *copies = sorted(same, key=lambda file: store.file_order(file.as_posix()))
        fresh = [copy for copy in copies if held.get(copy.as_posix()) != sha256]
        if sha256 not in known:
            to_read[first] = copies
            continue
        copied |= dict.fromkeys(fresh, sha256)
        if held.get(first.as_posix()) == sha256:
            unchanged += 1
        else:
            moved[first] = sha256
    return _Plan(to_read, moved, copied, unchanged, sum(len(same) - 1 for same in alike.values()), failed)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


# ---------------------------------------------------------------------------------------------------------- the reading

_Outcomes = Generator[tuple[Path, Extraction | Failure], None, None]


def _outcomes(
    plan: _Plan, jobs: int, make_reader: Callable[[Path | None], Read], rules_file: Path | None, time_limit: float
) -> _Outcomes:
    if jobs > 1:
        yield from _in_parallel(list(plan.to_read), jobs, make_reader, rules_file, time_limit)
    elif plan.to_read:
        read = make_reader(rules_file)
        for path in plan.to_read:
            yield path, _outcome(read, path)


def _outcome(read: Read, path: Path) -> Extraction | Failure:
    """One paper's extraction, or why there is none. What is wrong with more than the paper (rules, model) is raised."""
    try:
        return read(path)
    except PaperError as error:
        return Failure(path.as_posix(), error.code, str(error))
    except (MattersError, ModuleNotFoundError):
        raise
    except MemoryError:
        return Failure(path.as_posix(), "memory", f"{path.name} needs more memory than there is.")
    except Exception as error:
        return _fault(path, error)


class _Worker:
    """A process that reads one paper at a time, so that when it dies or hangs, the paper at fault is known."""

    def __init__(self, make_reader: Callable[[Path | None], Read], rules_file: Path | None) -> None:
        with _nothing_from_here():
            context = _context(rules_file)
            self.pipe, theirs = context.Pipe()
            self.process = context.Process(target=_work, args=(theirs, make_reader, rules_file), daemon=True)
            self.process.start()
        theirs.close()
        self.path = Path()
        self.deadline = 0.0

    def give(self, path: Path, time_limit: float) -> None:
        self.path, self.deadline = path, time.monotonic() + time_limit
        self.pipe.send(path)

    def take(self) -> Extraction | Failure:
        """What came of the paper: asked when the pipe has something to say, or the time is up."""
        path, name = self.path.as_posix(), self.path.name
        try:
            if not self.pipe.poll():
                self.end()
                return Failure(path, "timeout", f"{name} took longer than a paper may; it may be damaged.")
            outcome = self.pipe.recv()
        except (EOFError, OSError):
            self.end()
            code = self.process.exitcode or 0
            how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
            return Failure(path, "crashed", f"{name} crashed its reader ({how}); it may be damaged.")
        if isinstance(outcome, BaseException):
            raise outcome
        result: Extraction | Failure = outcome
        return result

    def end(self) -> None:
        if self.process.is_alive():
            self.process.kill()
        self.process.join()
        self.pipe.close()


def _in_parallel(
    paths: Sequence[Path],
    jobs: int,
    make_reader: Callable[[Path | None], Read],
    rules_file: Path | None,
    time_limit: float,
) -> _Outcomes:
    from multiprocessing.connection import wait

    waiting = list(reversed(paths))
    crew = [_Worker(make_reader, rules_file) for _ in range(min(jobs, len(paths)))]
    try:
        for worker in crew:
            worker.give(waiting.pop(), time_limit)
        while crew:
            patience = max(0.0, min(worker.deadline for worker in crew) - time.monotonic())
            told = wait([worker.pipe for worker in crew], patience)
            for worker in list(crew):
                if worker.pipe not in told and worker.deadline > time.monotonic():
                    continue
                path, outcome = worker.path, worker.take()
                if not waiting or not worker.process.is_alive():
                    crew.remove(worker)
                    worker.end()
                    if waiting:
                        worker = _Worker(make_reader, rules_file)
                        crew.append(worker)
                if waiting:
                    worker.give(waiting.pop(), time_limit)
                # Yielded last: while this process writes one paper, the worker reads the next; no more than one waits.
                yield path, outcome
    finally:
        for worker in crew:
            worker.end()


def _work(pipe: Connection[Any, Any], make_reader: Callable[[Path | None], Read], rules_file: Path | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it too, and ends us when the store is safe
    read = make_reader(rules_file)
    while True:
        try:
            path = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(_outcome(read, path))
        except (MattersError, ModuleNotFoundError) as error:
            pipe.send(error)


@contextmanager
def _nothing_from_here() -> Iterator[None]:
    """Let Python programs started meanwhile import nothing from the working directory: a folder called "pipeline" among
    the papers would be run in place of this program."""
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = before


def _context(rules_file: Path | None) -> SpawnContext | ForkServerContext:
    import multiprocessing.forkserver

    # Neither pdfium's state nor an open SQLite handle survives a fork, so workers come from a server process that has
    # neither; it loads what they need once for all of them.
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pipeline.extract" if rules_file else "pipeline.preloaded"])
    if threading.current_thread() is threading.main_thread():
        # Ctrl-C reaches the server too, and while it imports it would answer with a traceback: it starts deaf to it.
        heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            multiprocessing.forkserver.ensure_running()
        finally:
            signal.signal(signal.SIGINT, heard)
    return context
