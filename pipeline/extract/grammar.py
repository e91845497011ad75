"""Grammar, asked only where a rule wants it: is the sentence a condition, is the doer a thing, who is the doer?

Hides spaCy. Works on the trained pipeline's Universal Dependencies labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from spacy.tokens import Token

from pipeline import language

_MODALS = frozenset(("will", "would", "shall", "should", "must", "may", "might", "can", "could", "'ll", "’ll", "'d"))
_BEGINNINGS = _MODALS | {"is", "are", "was", "were", "be"}
_PLANNED = frozenset(("scheduled", "due", "planned", "expected", "set", "intended"))
_BEGINS = frozenset("begin close come commence continue follow go launch open proceed reopen start take".split())
_THINGS = frozenset("it this that these those which there It This That These Those There".split())


@dataclass(frozen=True, slots=True)
class Reading:
    """What a sentence's grammar tells: whether a condition governs it, and its doer.

    `subordinate` clauses only qualify what the sentence says: "the report, which will run to forty pages". A `state` is
    told without a verb of its own: "there will be", "will be very interested". What `begins` or takes place is
    somebody's deed though no doer is named: "works will start in May".
    `thing` is True where the doer is a thing by its very word ("it", "which"). `passive` sentences name no doer.
    """

    conditional: bool
    subordinate: bool
    state: bool
    begins: bool
    passive: bool
    thing: bool
    subject: str | None
    """The words of the doer's noun phrase; None where there is none."""
    subject_at: int
    """Where the doer's head stands in the sentence."""
    pronoun: bool
    proper: bool
    """Whether the doer's head is a name."""
    relative: bool
    """Whether the doer is whom "who" stands for: "a company who will train the staff"."""
    head: str


def read(sentences: Iterable[tuple[str, int]]) -> list[Reading | None]:
    """Parses sentences in one batch; each comes with the offset from which the verb in question stands.

    None stands where no verb is found there.
    """
    places = list(sentences)
    if not places:
        return []
    nlp = language.load()
    # The senter is left out too: the sentences are cut already, and the parser would keep to a cut within one.
    unused = [name for name in ("tagger", "trainable_lemmatizer", "senter") if name in nlp.pipe_names]
    readings: list[Reading | None] = []
    # What a paper's words add to spaCy's stores is freed after it: a folder of any size takes the memory of one paper.
    with nlp.memory_zone():
        docs = nlp.pipe([text for text, _ in places], disable=unused)
        for doc, (_, start) in zip(docs, places, strict=True):
            verb = next((token for token in doc if token.idx >= start and _begins_verb(token)), None)
            if verb is not None and (verb.text.casefold() in _MODALS or verb.dep_.startswith(("aux", "cop"))):
                verb = verb.head
            readings.append(_reading(verb) if verb is not None else None)
    return readings


def _reading(verb: Token) -> Reading:
    subject = _subject(verb)
    stood_for = _antecedent(subject) if subject is not None and subject.text.casefold() == "who" else None
    subject = stood_for or subject
    own = next((child for child in verb.children if child.dep_ == "nsubj"), None)
    return Reading(
        conditional=_conditional(verb),
        subordinate=_subordinate(verb),
        state=any(child.dep_ in ("cop", "expl") for child in verb.children) or verb.text.casefold() == "be",
        begins=any(word.text.casefold() in _BEGINS for word in (verb, *_complements(verb))),
        passive=any(child.dep_ in ("aux:pass", "nsubj:pass") for child in verb.children),
        thing=own is not None and verb.pos_ in ("VERB", "AUX") and own.text in _THINGS,
        subject=_phrase(subject) if subject is not None else None,
        subject_at=subject.idx if subject is not None else 0,
        pronoun=subject is not None and subject.pos_ == "PRON",
        proper=subject is not None and subject.pos_ == "PROPN",
        relative=stood_for is not None,
        head=subject.text if subject is not None else "",
    )


def _begins_verb(token: Token) -> bool:
    return token.dep_ == "ROOT" or token.text.casefold() in _BEGINNINGS


def _conditional(verb: Token) -> bool:
    """Whether a clause hangs on a condition: it has an "if" clause, or is one."""
    heads = (verb, *_complements(verb))
    clauses = [verb, *(child for head in heads for child in head.children if child.dep_ == "advcl")]
    words = {"if", "unless"}
    return any(
        mark.dep_ == "mark" and mark.text.casefold() in (words | {"whether"} if clause is verb else words)
        for clause in clauses
        for mark in clause.children
    )


def _complements(verb: Token) -> Iterable[Token]:
    """The verbs that complete another: "due to open"."""
    return (child for child in verb.children if child.dep_ == "xcomp")


def _subordinate(verb: Token) -> bool:
    """Whether the clause, or the first of several joined by "and", stands in a relative or adverbial clause."""
    while verb.dep_ in ("conj", "xcomp", "parataxis"):
        verb = verb.head
    return verb.dep_ in ("acl", "acl:relcl", "advcl")


def _subject(verb: Token) -> Token | None:
    """The subject of an active verb, or of "is due to" and its like; that of the first verb of several."""
    for head in (verb, *(a for a in verb.ancestors if verb.dep_ in ("conj", "xcomp"))):
        for child in head.children:
            if child.dep_ == "nsubj" or (child.dep_ == "nsubj:pass" and head.text.casefold() in _PLANNED):
                return child
    return None


def _antecedent(pronoun: Token) -> Token | None:
    """The noun that a relative clause hangs on."""
    clause = pronoun.head
    return clause.head if clause.dep_.startswith("acl") and clause.head.pos_ in ("NOUN", "PROPN") else None


def _phrase(noun: Token) -> str:
    """A noun with what belongs to its name, relative clauses left out."""
    rights = [child for child in noun.rights if child.dep_ in ("flat", "nmod", "compound", "conj", "appos")]
    last = max([noun.i, *(right.right_edge.i for right in rights[:2])])
    lefts = (left.left_edge.i for left in noun.lefts if left.dep_ not in ("case", "cc", "mark", "punct"))
    text = noun.doc[min(noun.i, *lefts, noun.i) : last + 1].text
    text = re.sub(r"\s+(?:by|who|which|that|such as|along with|together with|as well as)\b.*$", "", text).strip(" ,;:")
    return re.sub(r"^(?:by|and|but|however,?|that|so)\s+", "", text, flags=re.IGNORECASE)
