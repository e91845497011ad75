"""What the model scores and costs: `python models/measure.py --treebanks DIR [--model models/en_minutes]`.

EWT's test part in paragraphs of ten sentences, by spaCy's own scorer: with the treebank's tokens and sentences, with
its tokens only, and from raw text. Then the sentences of minutes in `corpus/sentences`, as its README says.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import time
from collections.abc import Iterator
from pathlib import Path

from spacy.language import Language
from spacy.scorer import Scorer
from spacy.tokens import Doc, Token
from spacy.training import Example
from train import read_conllu, to_doc

from pipeline import language

HERE = Path(__file__).parent
MINUTES = HERE.parent / "corpus" / "sentences" / "sentences.txt"
SUBJECTS = {"nsubj", "nsubj:pass", "csubj", "csubj:pass"}
TEST = "EWT/en_ewt-ud-test.conllu"
SCORES = ("token_f", "tag_acc", "pos_acc", "morph_acc", "lemma_acc", "dep_uas", "dep_las", "sents_f")


def main() -> None:
    parser = argparse.ArgumentParser(description="Score en_minutes on EWT test, and say what it costs.")
    parser.add_argument("--treebanks", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=HERE / "en_minutes")
    args = parser.parse_args()
    os.environ[language.VARIABLE] = str(args.model)
    nlp = language.load()
    nlp("Warm.")
    loaded = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sentences = list(read_conllu(args.treebanks / TEST))
    gold = [to_doc(nlp.vocab, sentences[i : i + 10]) for i in range(0, len(sentences), 10)]
    words = sum(map(len, gold))
    start = time.process_time()
    parsed = list(nlp.pipe([doc.text for doc in gold]))
    seconds = time.process_time() - start
    report = {
        "gold tokens and sentences": score(nlp, list(nlp.pipe(map(cut, gold))), gold),
        "gold tokens": score(nlp, list(nlp.pipe(map(uncut, gold))), gold),
        "raw text": score(nlp, parsed, gold),
        "minutes": {
            "sentences, F": round(100 * boundaries(nlp, list(texts())), 2),
            "main verb and subject": round(100 * main_verbs(nlp, [line for text in texts() for line in text]), 2),
        },
        "words a CPU second": round(words / seconds),
        "megabytes on disk": round(sum(f.stat().st_size for f in args.model.rglob("*") if f.is_file()) / 1e6, 1),
        "megabytes in memory, loaded": loaded,
        "megabytes in memory, peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(report, indent=2))


def uncut(gold: Doc) -> Doc:
    return Doc(gold.vocab, [t.text for t in gold], [bool(t.whitespace_) for t in gold])


def cut(gold: Doc) -> Doc:
    doc = uncut(gold)
    for token in gold:
        doc[token.i].is_sent_start = token.is_sent_start
    return doc


def score(nlp: Language, parsed: list[Doc], gold: list[Doc]) -> dict[str, float]:
    scores = Scorer(nlp).score([Example(p, g) for p, g in zip(parsed, gold, strict=True)])
    return {name: round(100 * scores[name], 2) for name in SCORES}


def texts() -> Iterator[list[str]]:
    """The marked sentences of each text."""
    for block in re.split(r"\n(?:#.*)?\n|^#.*\n", MINUTES.read_text(encoding="utf-8")):
        if lines := [line.strip() for line in block.splitlines() if line.strip() and not line.startswith("#")]:
            yield lines


def boundaries(nlp: Language, paragraphs: list[list[str]]) -> float:
    right = wanted = found = 0
    for lines in paragraphs:
        plain = [unmarked(line) for line in lines]
        starts = [sum(len(line) + 1 for line in plain[:i]) for i in range(len(plain))]
        gold = {(start, start + len(line)) for start, line in zip(starts, plain, strict=True)}
        sents = [(sent, sent.text) for sent in nlp(" ".join(plain)).sents]
        spans = {(s.end_char - len(t.lstrip()), s.start_char + len(t.rstrip())) for s, t in sents if t.strip()}
        right, wanted, found = right + len(gold & spans), wanted + len(gold), found + len(spans)
    return 2 * right / (wanted + found)


def main_verbs(nlp: Language, lines: list[str]) -> float:
    return sum(reads(nlp, line) for line in lines) / len(lines)


def reads(nlp: Language, line: str) -> bool:
    """Whether the first root is the marked verb, and its subject the marked one or, where none is marked, none."""
    verb, subject = marked(line, "*"), marked(line, "_")
    root = next(token for token in nlp(unmarked(line)) if token.head == token)
    found = [child for child in root.children if child.dep_ in SUBJECTS]
    it = [child for child in root.children if child.dep_ == "expl" and child.lower_ == "it"]
    return within(root, verb) and (any(within(t, subject) for t in found + it) if subject else not found)


def marked(line: str, sign: str) -> range | None:
    if not (match := re.search(rf"\{sign}(.+?)\{sign}", line)):
        return None
    start = len(unmarked(line[: match.start()]))
    return range(start, start + len(unmarked(match[1])))


def unmarked(line: str) -> str:
    return re.sub(r"[*_]", "", line)


def within(token: Token, place: range | None) -> bool:
    return place is not None and token.idx in place


if __name__ == "__main__":
    main()
