"""The shipped model loads anywhere and reads the sentences of minutes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import language
from pipeline.records import MattersError

ROOT = Path(__file__).parents[1]
SUBJECTS = {"nsubj", "nsubj:pass"}
MEGABYTE = 1_000_000

# sentence | its main verb | the subject of that verb ("" where there is none)
SENTENCES = """
The Clerk would write to the Highways Department by the end of July. | write | Clerk
Cllr Hartley to contact the school about parking. | contact | Hartley
Clerk to write to the landowner regarding the hedge | write | Clerk
Cllr. Okafor undertook to circulate the figures before the next meeting. | undertook | Okafor
The Director of Children’s Services agreed to bring a report to the Board in September. | agreed | Director
Mrs Pugh reported that the bench had been repaired. | reported | Pugh
Members noted the report. | noted | Members
The report was noted. | noted | report
That the draft budget be approved. | approved | budget
to instruct the Clerk to obtain three quotes; | instruct |
Draft strategy to be circulated to members by the Scrutiny Officer. | circulated | strategy
The Chairman asked whether the figures included agency staff. | asked | Chairman
The Head of Planning and the Portfolio Holder would meet residents in the autumn. | meet | Head
Officers were asked to provide an update on school attendance. | asked | Officers
The Committee RESOLVED to adopt the policy. | RESOLVED | Committee
In response, the Lead Member explained that recruitment had been slow. | explained | Member
An update on the drainage works will be provided at the next meeting. | provided | update
Councillor Marsh declared an interest in item 7 and left the room. | declared | Marsh
The waiting times for assessments remained a concern. | remained | times
The contractor has not yet replied to the Clerk’s letter of 4 March. | replied | contractor
The figures having been checked, the Treasurer signed the return. | signed | Treasurer
The audit, the findings of which had been circulated, cost more than was planned. | cost | audit
Play equipment: the Clerk confirmed that the swings were safe. | confirmed | Clerk
Why had the hedge not been cut? | cut | hedge
Whether the shelter can be mended is not yet known. | known |
What concerned the Panel most was the backlog. | backlog | What
Residents of the lane complained about the noise. | complained | Residents
“We are still waiting,” said Mrs Lund, “and nobody answers.” | waiting | We
"""

# What the shipped weights get wrong in the list above: "said" is the main verb to them where it parts what was said.
KNOWN_TO_FAIL = ("“We are still waiting",)


def sentences() -> Iterator[object]:
    for line in SENTENCES.strip().splitlines():
        known = pytest.mark.xfail(strict=True, reason="a known error of the shipped weights")
        yield pytest.param(line, marks=[known] if line.startswith(KNOWN_TO_FAIL) else [], id=line[:30])


@pytest.fixture(autouse=True)
def forget(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test looks for the model afresh, and for ours."""
    monkeypatch.delenv(language.VARIABLE, raising=False)
    language.load.cache_clear()
    yield
    language.load.cache_clear()


@pytest.mark.parametrize("line", list(sentences()))
def test_main_verb_and_subject(line: str) -> None:
    sentence, verb, subject = (part.strip() for part in line.split("|"))
    doc = language.load()(sentence)
    (root,) = (token for token in doc if token.dep_ == "ROOT")
    found = [token.text for token in root.children if token.dep_ in SUBJECTS]
    assert (root.text, found) == (verb, [subject] if subject else [])


def test_a_paragraph_falls_into_its_sentences() -> None:
    doc = language.load()(
        "Cllr. Okafor thanked officers for the report. Members asked when the works at 14 Mill Rd. would start. "
        "The Clerk did not know, but would ask the County Council. The item was deferred to 7.30 p.m. on 4 May."
    )
    assert [sent.text.split()[0] for sent in doc.sents] == ["Cllr.", "Members", "The", "The"]


@pytest.mark.parametrize(
    "text",
    [
        "The meeting opened at 7.30 p.m. in St. Mary’s Hall. | Item No. 4 was taken first.",
        "The light outside No. 14 Mill Rd. was broken. | The Clerk would report it.",
        "Cllr. J. R. Marsh spoke first. | Rev. Pugh replied.",
        "The Council considered the estimate. | RESOLVED to accept it.",
        "RESOLVED: That the report be noted. | RESOLVED – that the Clerk write to the owner.",
        "RESOLVED: (a) to note the report; and (b) to approve the budget.",
        "Approx. 40 residents had written, e.g. those near the school. | No reply was sent.",
        "The invoice (ref. 0417) from Pugh & Marsh Ltd. was paid. | The meeting closed at 9.15pm.",
    ],
)
def test_stops_that_end_no_sentence(text: str) -> None:
    doc = language.load()(text.replace(" | ", " "))
    assert [sent.text for sent in doc.sents] == text.split(" | ")


def test_every_token_has_tag_part_of_speech_lemma_and_head() -> None:
    doc = language.load()("The Clerk would have written to Highways.")
    assert [(t.text, t.pos_, t.lemma_) for t in doc if t.pos_ in {"AUX", "VERB"}] == [
        ("would", "AUX", "would"),
        ("have", "AUX", "have"),
        ("written", "VERB", "write"),
    ]
    assert all(token.tag_ and token.dep_ for token in doc)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Cllr. Marsh", ["Cllr.", "Marsh"]),
        ("AGREED- That", ["AGREED", "-", "That"]),
        ("Resolved:- (a) that", ["Resolved", ":-", "(", "a", ")", "that"]),
        ("Vice-Chair", ["Vice", "-", "Chair"]),
    ],
)
def test_words_are_cut_as_minutes_print_them(text: str, tokens: list[str]) -> None:
    assert [token.text for token in language.load().make_doc(text)] == tokens


def test_one_copy_per_process() -> None:
    assert language.load() is language.load()


def test_the_model_needs_no_code_of_ours(tmp_path: Path) -> None:
    code = f"import spacy, sys; nlp = spacy.load({str(language.find())!r}); assert 'pipeline' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)


def test_importing_the_module_leaves_spacy_alone() -> None:
    code = "import pipeline.language, sys; assert 'spacy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


@pytest.mark.parametrize(
    ("before", "threads", "blis"),
    [
        ("pass", None, False),
        ("pass", "1", False),
        ("pass", "4", True),  # whoever sets it knows why, and numpy's threads cost more than they bring
        ("import numpy", None, True),  # too late to ask for one thread
    ],
)
def test_products_are_numpys_where_it_works_in_one_thread(before: str, threads: str | None, blis: bool) -> None:
    environ = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    environ |= {"OPENBLAS_NUM_THREADS": threads} if threads else {}
    code = (
        f"{before}; from pipeline import language; nlp = language.load(); nlp('Warm.');"
        f"assert {{node.ops.use_blis for _, pipe in nlp.pipeline for node in pipe.model.walk()}} == {{{blis}}}"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, env=environ)


def test_the_model_wants_the_spacy_that_the_project_installs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    meta = json.loads((language.find() / "meta.json").read_text(encoding="utf-8"))
    assert "spacy" + meta["spacy_version"] in project["dependencies"]
    assert meta["license"] == "CC BY-SA 4.0"


def test_the_model_stays_small() -> None:
    size = sum(path.stat().st_size for path in language.find().rglob("*") if path.is_file())
    assert size < 11.5 * MEGABYTE


def test_another_model_can_be_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spacy = pytest.importorskip("spacy")
    spacy.blank("en").to_disk(tmp_path / "blank")
    monkeypatch.setenv(language.VARIABLE, str(tmp_path / "blank"))
    assert language.load().pipe_names == []


def test_a_missing_model_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "HOMES", (tmp_path / "a", tmp_path / "b"))
    with pytest.raises(MattersError, match=r"en_minutes is not at .* reinstall") as raised:
        language.load()
    assert raised.value.code == "missing-model"


def test_a_wrong_path_names_the_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(language.VARIABLE, str(tmp_path))
    with pytest.raises(MattersError, match=language.VARIABLE) as raised:
        language.load()
    assert raised.value.code == "missing-model"


def test_a_damaged_model_is_told_from_a_missing_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("meta.json", "config.cfg"):
        (tmp_path / name).write_text("{", encoding="utf-8")
    monkeypatch.setenv(language.VARIABLE, str(tmp_path))
    with pytest.raises(MattersError, match="does not load") as raised:
        language.load()
    assert raised.value.code == "bad-model"
