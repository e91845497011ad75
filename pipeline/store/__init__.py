"""The store: papers and what they say, kept in SQLite by default, in PostgreSQL by URL."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any, Self


class Store:
    """An open store, to be used in a `with` block; `rows` is for `pipeline.queries` alone."""

    def rows(self, sql: str, parameters: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open(target: str | Path, *, create: bool = False) -> Store:
    """Open the store at a path or URL, bringing an older one up to date.

    StoreError codes: `no-store` (nothing there and `create` not given), `newer` (made by a later version),
    `not-a-store`, `locked`, `unusable` (permissions, disk).
    """
    raise NotImplementedError
