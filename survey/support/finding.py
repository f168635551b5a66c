"""What a check says of a sentence, and the checks by name."""

from typing import Literal, NamedTuple, get_args

Check = Literal["citation", "quotation", "number", "unit", "name", "polarity", "coverage", "foreign", "form", "judge"]
CHECKS: tuple[Check, ...] = get_args(Check)
"""What a sentence is asked, in this order; docs/checks.md says what each sees and what it cannot."""

QUOTED_LANG = "en"
"""The language that quotes are taken to be in. Sentences of another one can be compared with them in numbers, units and names alone."""

TOLD = 60  # characters of what was wrong


class Fault(NamedTuple):
    """``reason`` is "" when nothing is wrong. ``grave``: the sentence cannot stand; else it can, with a flag. ``check``: which found it."""

    reason: str = ""
    grave: bool = False
    check: Check | Literal[""] = ""
