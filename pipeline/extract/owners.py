"""Owners: whom a paper's attendance list knows by the words that it uses for somebody."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.records import Attendee


def resolved(owner: str | None, attendees: Sequence[Attendee]) -> str | None:
    """The names behind initials, posts and surnames ("KE/JB", "the Clerk", "Cllr Frith"), parted by commas.

    Words that fit nobody, or more than one person, add no name; None where none does.
    """
    names = []
    for part in re.split(r"\s*(?:,|/|&|\band\b)\s*", owner or ""):
        key = re.sub(r"^the\s+", "", part.strip(), flags=re.IGNORECASE).casefold()
        found = {attendee.name for attendee in attendees if key and _fits(key, attendee)}
        if len(found) == 1:
            names.append(found.pop())
    return ", ".join(dict.fromkeys(names)) or None


def _fits(key: str, attendee: Attendee) -> bool:
    name, role = attendee.name.casefold(), attendee.role.casefold()
    if key in (attendee.initials.casefold(), role, name):
        return True
    if role.endswith(f" {key}"):
        return True  # "the Clerk" is the Town Clerk
    return len(key) > 3 and key.split()[-1] == name.split()[-1]
