"""Commands that look after the program: its rules, their measures, its installation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.shell import (
    DEFAULT_DB,
    EXIT_FAILED_PAPERS,
    EXIT_MISSING,
    Db,
    ListFormat,
    ReportFormat,
    Rules,
    app,
    emit,
    rules_app,
    say,
)

if TYPE_CHECKING:
    pass


@rules_app.command(
    epilog="""\b
Examples:
  matters rules check
  matters rules check --rules our-rules.toml

The form of a rule is described in docs/rules.md.
""",
)
def check(rules: Rules = None) -> None:
    """Try every rule on its own examples and counter-examples."""
    from pipeline import screen
    from pipeline.rules import RuleSet

    ruleset = RuleSet.load(rules)
    faults = ruleset.check()
    screen.show(screen.rule_faults(len(ruleset.rules), ruleset.version, faults))
    raise typer.Exit(1 if faults else 0)


@rules_app.command(
    epilog="""\b
Examples:
  matters rules report
  matters rules report --format csv > rules.csv

What the figures mean is told in docs/evaluating.md.
""",
)
def report(
    rules: Rules = None,
    format: Annotated[ListFormat, typer.Option(help="A table to read, or data for a program.")] = ListFormat.TABLE,
) -> None:
    """Show how often each rule was right on annotated papers, and how far it is trusted for that.

    By kind, those trusted least first; with the 95 % interval of the precision.
    """
    from pipeline import export, screen
    from pipeline.rules import RuleSet

    records = RuleSet.load(rules).records()
    if format is ListFormat.TABLE:
        screen.show(screen.rule_records(records))
    elif format is ListFormat.JSON:
        emit(export.to_json(export.records_json(records)))
    else:
        emit(export.records_csv(records))


@rules_app.command(
    epilog="""\b
Examples:
  matters rules measure gold/ papers/
  matters rules measure gold/ papers/ newer-gold/ newer-papers/ --save pipeline/rules/measured.toml

A gold file is <paper>.json in the form that 'matters extract --format json' prints (docs/json.md). Papers of three
bodies at least; of ten or more, if the figures are to mean much.
""",
)
def measure(
    folders: Annotated[list[Path], typer.Argument(metavar="GOLD PAPERS...", exists=True, hidden=True)],
    save: Annotated[
        Path | None, typer.Option(dir_okay=False, metavar="FILE", help="Write the counts by rule to this file.")
    ] = None,
    rules: Rules = None,
) -> None:
    """Measure on annotated papers how often each rule is right.

    GOLD is a folder of gold files, PAPERS the folder that holds the papers of the same names; several pairs are counted
    together. Prints how well confidence made from the counts of some bodies holds for another.
    """
    from pipeline import calibration, screen
    from pipeline import evaluate as scoring

    if len(folders) % 2:
        raise typer.BadParameter("each GOLD folder needs its PAPERS folder after it")
    with screen.progress("Reading papers") as progress:
        pairs = zip(folders[::2], folders[1::2], strict=True)
        runs = [scoring.evaluate(gold, papers, rules=rules, progress=progress) for gold, papers in pairs]
    measured = calibration.measure([result for run in runs for result in run.results])
    if save:
        save.write_text(calibration.to_toml(measured), encoding="utf-8")
    screen.show(screen.measurement(measured))
    failures = [failure for run in runs for failure in run.failures]
    for failure in failures:
        say(failure.message)
    raise typer.Exit(EXIT_FAILED_PAPERS if failures else 0)


@app.command(
    epilog="""\b
Examples:
  matters evaluate corpus/gold corpus/papers --save before.json
  matters evaluate corpus/gold corpus/papers --rules new-rule.toml --against before.json

A gold file is <paper>.json in the form that 'matters extract --format json' prints (docs/json.md).
""",
)
def evaluate(
    gold: Annotated[Path, typer.Argument(metavar="GOLD", exists=True, hidden=True)],
    papers: Annotated[Path, typer.Argument(metavar="PAPERS", exists=True, file_okay=False, hidden=True)],
    against: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, metavar="RUN", help="List gains and losses against this saved run."),
    ] = None,
    save: Annotated[
        Path | None, typer.Option(dir_okay=False, metavar="RUN", help="Save this run, to compare a later one with.")
    ] = None,
    rules: Rules = None,
    calibration: Annotated[
        bool, typer.Option("--calibration", help="Compare confidence with how often it was right.")
    ] = False,
    details: Annotated[bool, typer.Option("--details", help="List all that was missed, invented or wrong.")] = False,
    format: Annotated[ReportFormat, typer.Option(help="Tables to read, or data for a program.")] = ReportFormat.TABLE,
) -> None:
    """Score the extractor on annotated papers.

    GOLD is a folder of gold files, or one of them; PAPERS is the folder that holds the papers of the same names.
    Prints precision, recall and F1 by kind, and what was won and lost since an earlier run.
    """
    from pipeline import calibration as trust
    from pipeline import evaluate as scoring
    from pipeline import export, screen

    earlier = scoring.from_json(against) if against else None
    with screen.progress("Reading papers") as progress:
        run = scoring.evaluate(gold, papers, rules=rules, progress=progress)
    if save:
        save.parent.mkdir(parents=True, exist_ok=True)
        save.write_text(export.to_json(scoring.to_json(run)), encoding="utf-8")
    if format is ReportFormat.JSON:
        emit(export.to_json(scoring.to_json(run)))
    else:
        screen.show(screen.evaluation(run))
        if calibration:
            screen.show(screen.calibration(trust.shipped(run.results)))
        if details:
            screen.show(screen.findings(run))
        if earlier:
            screen.show(screen.change(run.against(earlier)))
    for failure in run.failures:
        say(failure.message)
    raise typer.Exit(EXIT_FAILED_PAPERS if run.failures else 0)


@app.command(
    epilog="""\b
Example:
  matters doctor

Exit codes: 0 nothing to mend; 4 a package or the language model is missing; 1 rules or store are broken.
""",
)
def doctor(db: Db = DEFAULT_DB) -> None:
    """Check packages, language model, rules, store and tools."""
    from pipeline import screen
    from pipeline.doctor import State, examine

    checks = examine(db)
    screen.show(screen.checks(checks))
    states = {check.state for check in checks}
    raise typer.Exit(EXIT_MISSING if State.MISSING in states else 1 if State.BROKEN in states else 0)
