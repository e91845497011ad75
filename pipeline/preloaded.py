"""The shipped rules and the language model, loaded by importing this module.

For the process that workers are forked from: each of them by itself would take two thirds of a second for it.
"""

import gc
from contextlib import suppress

import pipeline.extract  # noqa: F401 - and with it spaCy
from pipeline import language
from pipeline.records import MattersError
from pipeline.rules import RuleSet

with suppress(MattersError):  # the worker that reads the first paper meets it again, and tells
    RuleSet.load()
    language.load()
gc.freeze()
