"""What the model scores and costs: `python models/measure.py --treebanks DIR [--model models/en_minutes]`.

EWT's test part, by spaCy's own scorer: with the treebank's tokens, and from raw text in paragraphs of ten sentences.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.scorer import Scorer
from spacy.tokens import Doc
from spacy.training import Example
from train import read_conllu, to_doc

HERE = Path(__file__).parent
TEST = "EWT/en_ewt-ud-test.conllu"
SCORES = ("token_f", "tag_acc", "pos_acc", "morph_acc", "lemma_acc", "dep_uas", "dep_las", "sents_f")


def main() -> None:
    parser = argparse.ArgumentParser(description="Score en_minutes on EWT test, and say what it costs.")
    parser.add_argument("--treebanks", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=HERE / "en_minutes")
    args = parser.parse_args()
    nlp = spacy.load(args.model)
    nlp("Warm.")
    loaded = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sentences = list(read_conllu(args.treebanks / TEST))
    gold = [to_doc(nlp.vocab, sentences[i : i + 10]) for i in range(0, len(sentences), 10)]
    words = sum(map(len, gold))
    given = [Doc(nlp.vocab, [t.text for t in doc], [bool(t.whitespace_) for t in doc]) for doc in gold]
    start = time.process_time()
    parsed = list(nlp.pipe([doc.text for doc in gold]))
    seconds = time.process_time() - start
    report = {
        "gold tokens": score(nlp, list(nlp.pipe(given)), gold),
        "raw text": score(nlp, parsed, gold),
        "words a CPU second": round(words / seconds),
        "megabytes on disk": round(sum(f.stat().st_size for f in args.model.rglob("*") if f.is_file()) / 1e6, 1),
        "megabytes in memory, loaded": loaded,
        "megabytes in memory, peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(report, indent=2))


def score(nlp: Language, parsed: list[Doc], gold: list[Doc]) -> dict[str, float]:
    scores = Scorer(nlp).score([Example(p, g) for p, g in zip(parsed, gold, strict=True)])
    return {name: round(100 * scores[name], 2) for name in SCORES}


if __name__ == "__main__":
    main()
