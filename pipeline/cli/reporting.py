"""Commands that write reports."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.shell import DEFAULT_DB, AsOf, Bodies, Db, app, emit

report_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Write a report.")
app.add_typer(report_app, name="report")


class PageFormat(StrEnum):
    MD = "md"
    HTML = "html"


@report_app.command(
    epilog="""\b
Examples:
  matters report audit --as-of 2024-12-31 > audit.md
  matters report audit --as-of 2024-12-31 --out outputs/audit.html
  matters report audit --body "parenting board" --as-of 2024-12-31 --format html --out audit-2024.html

The same store asked about the same day gives the same bytes. HTML is one file that loads nothing; a browser prints it.
""",
)
def audit(
    *,
    db: Db = DEFAULT_DB,
    as_of: AsOf,
    body: Bodies = None,
    format: Annotated[
        PageFormat | None, typer.Option(help="Markdown or HTML; by the file's ending unless given, else Markdown.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(dir_okay=False, metavar="FILE", help="Write this file instead of printing.")
    ] = None,
) -> None:
    """Write the auditor's report: what was kept, and how we know.

    Figures by body and owner, each with its definition; every verdict that tells against somebody, with its quotes,
    pages, rule and the papers searched; and what was read, and what was not.
    """
    from importlib.metadata import version

    from pipeline import audit as auditing
    from pipeline import report, store

    with store.open(db) as conn:
        found = auditing.audit(conn, bodies=tuple(body or ()), as_of=as_of)
    written = report.audit_report(found, program=f"matters-arising {version('matters-arising')}")
    if format is None:
        format = PageFormat.HTML if out and out.suffix.lower() in (".html", ".htm") else PageFormat.MD
    text = report.to_html(written) if format is PageFormat.HTML else report.to_markdown(written)
    if out is None:
        emit(text)
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(text.encode("utf-8"))
    typer.echo(f"Written: {out}", err=True)
