"""Rules are data: each one keeps to its own examples, and a council may bring its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import rules
from pipeline.records import Kind, RuleError, Strength
from pipeline.rules import RuleSet
from pipeline.rules.cues import Words, expanded, read_cue


@pytest.fixture(scope="module")
def ruleset() -> RuleSet:
    return RuleSet.load()


def test_every_rule_matches_its_examples_and_rejects_the_others(ruleset: RuleSet) -> None:
    assert ruleset.check() == []


def test_every_rule_has_examples_both_ways(ruleset: RuleSet) -> None:
    assert [rule.id for rule in ruleset.rules if not (rule.matches and rule.rejects)] == []


@pytest.mark.parametrize(
    ("cue", "text", "hit"),
    [
        ("agreed that", "It was AGREED\nthat the path be cut.", True),  # any case, any white space
        ("co-opted", "She was co–opted.", True),  # any dash
        ("members' interests", "Members’ interests", True),  # any apostrophe
        ("agreed", "disagreed", False),  # whole words
        ("{who} (also)? agreed", "The Clerk agreed", True),  # an optional group takes its space with it
        ("{who} (also)? agreed", "The Clerk also agreed", True),
        ("box( number)? is", "The box number is", True),  # or carries it inside
        ("asked ~ report", "asked the Director of Finance to report", True),  # up to twelve words between
        ("asked ~ report", "asked " + "very " * 13 + "kindly to report", False),
    ],
)
def test_cues_read_as_words(cue: str, text: str, hit: bool, tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(f'[[rule]]\nid = "own"\nkind = "challenge"\ncue = "{cue}"\nmatches = []\nrejects = []\n')
    rule = RuleSet.load(file).rules[0]
    assert bool(rule.match(text)) is hit


def test_the_words_of_a_text_only_save_time(ruleset: RuleSet) -> None:
    """Where a cue is not tried because a word is missing, or begins elsewhere, it would not have been found."""
    cues = [cue for rule in ruleset.rules for cue in rule.cues]
    for text in (example for rule in ruleset.rules for example in (*rule.matches, *rule.rejects)):
        words = Words.of(text)
        assert [cue.body.pattern for cue in cues if cue.search(text) != cue.search(text, words)] == []


@pytest.mark.parametrize(
    ("cue", "needs", "leads"),
    [
        ("agreed that", ["agreed", "that"], "agreed"),
        ("(was|were) to", ["was were", "to"], "was were"),
        ("(also |then )?(agreed|accepted)", ["agreed accepted"], "also then agreed accepted"),
        ("co-opt(ed)?", ["coopt coopted co"], "coopt coopted co"),
        ("(further details|an update) (was|were)", ["further update", "was were"], "further an"),
        ("actions?( points?)?[:-] all", ["action actions", "all"], "action actions"),
        ("{who} (has )?agreed", ["agreed"], "has agreed"),  # after the slot, which is looked for before it
        ("(^|[.;)] )noted", [], None),
        ("~ agreed|no", ["agreed no"], None),
        ("{verb} it", ["it"], None),
    ],
)
def test_cues_tell_by_which_words_they_can_be_found(
    cue: str, needs: list[str], leads: str | None, ruleset: RuleSet
) -> None:
    read = read_cue(cue, expanded(ruleset.vocabulary["slots"]))
    assert [set(words) for words in read.needs] == [set(words.split()) for words in needs]
    assert read.leads == (None if leads is None else set(leads.split()))


def test_a_councils_own_rule_comes_first(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(
        '[[rule]]\nid = "own.pledge"\nkind = "promise"\nstrength = "undertaking"\ncue = "{who} pledged to {verb}"\n'
        'matches = ["The Mayor pledged to visit."]\nrejects = ["The Mayor kept a pledge."]\n'
    )
    found = RuleSet.load(file).first("The Head of Parks pledged to mend the gate.", Kind.PROMISE)
    assert found is not None
    rule, hit = found
    assert (rule.id, rule.strength, hit.who) == ("own.pledge", Strength.UNDERTAKING, "The Head of Parks")


def test_the_version_follows_the_content(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text("# none yet\n")
    first = rules.version(file)
    file.write_text("# still none\n")
    assert len({rules.version(), first, rules.version(file)}) == 3
    assert RuleSet.load(file).version == rules.version(file)


def test_the_version_follows_the_language_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    versions = [rules.version()]
    (tmp_path / "config.cfg").touch()
    for meta in ('{"version": "0.1.0"}', '{"version": "0.2.0"}'):
        (tmp_path / "meta.json").write_text(meta)
        monkeypatch.setenv("MATTERS_MODEL", str(tmp_path))
        versions.append(rules.version())
    assert len(set(versions)) == 3
    monkeypatch.setenv("MATTERS_MODEL", str(tmp_path / "none"))
    assert rules.version()  # rules can be checked where there is no model
    monkeypatch.delenv("MATTERS_MODEL")
    assert rules.version() == versions[0]


def test_the_version_follows_the_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rules.version()
    upgraded = tmp_path / "matters_arising-99.0.dist-info"
    upgraded.mkdir()
    (upgraded / "METADATA").write_text("Metadata-Version: 2.4\nName: matters-arising\nVersion: 99.0\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert rules.version() != before


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[[rule]\n", "is not TOML"),
        ('[[rule]]\nid = "a"\nkind = "promise"\n', "rule a lacks the field 'cue'"),
        ('[[rule]]\nid = "a"\nkind = "pledge"\ncue = "x"\n', "'pledge' is not a valid Kind"),
        ('[[rule]]\nid = "a"\nkind = "promise"\ncue = "(x"\n', "rule a"),
        ('[[rule]]\nid = "a"\nkind = "promise"\ncue = "{nobody} x"\n', "uses the unknown slot {nobody}"),
        ('[[rule]]\nid = "a"\nkind = "promise"\ncue = "x"\nweight = 3\n', "knows no field 'weight'"),
        ('[[rule]]\nid = "a"\nkind = "promise"\ncue = "x"\nconfidence = 1\n', "which is not between 0 and 1"),
        ('[[rule]]\nid = "decision.vote"\nkind = "decision"\ncue = "x"\n', "is there twice"),
    ],
)
def test_a_wrong_rule_file_is_named_with_its_fault(content: str, says: str, tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(content)
    with pytest.raises(RuleError) as error:
        RuleSet.load(file)
    assert says in str(error.value)


def test_a_missing_rule_file_says_what_to_check(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="cannot be read"):
        RuleSet.load(tmp_path / "none.toml")
