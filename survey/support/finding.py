"""What a check says of a sentence."""

from typing import NamedTuple


class Fault(NamedTuple):
    """``reason`` is "" when nothing is wrong. ``grave``: the sentence cannot stand; else it can, with a flag."""

    reason: str = ""
    grave: bool = False


TOLD = 60  # characters of what was wrong
