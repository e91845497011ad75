"""Tracking: what many papers say -> promises with their history -> what became of each, as of a day.

Hides how sightings of one matter are told from look-alikes, how evidence finds its promise, the body's calendar, and
the table of verdicts. Hands over `link`, `assess` and `verdicts`; `PaperRef` and `Calendar`, all that a verdict needs
to know of papers; and `RULES`, the names of all rules that can decide. Pure: the clock is an argument, and the verdict
of a past day never depends on what was published since.
"""

from pipeline.track.calendar import Bodies, Calendar, PaperRef, abbreviated, body_key, named_by
from pipeline.track.linking import link
from pipeline.track.overlay import groups, lay_over, with_rulings
from pipeline.track.table import RULES, assess, ruled, verdicts

__all__ = [
    "RULES",
    "Bodies",
    "Calendar",
    "PaperRef",
    "abbreviated",
    "assess",
    "body_key",
    "groups",
    "lay_over",
    "link",
    "named_by",
    "ruled",
    "verdicts",
    "with_rulings",
]
