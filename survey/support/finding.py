"""What a check says of a sentence, and the checks by name."""

from collections.abc import Mapping
from typing import Literal, NamedTuple, get_args

Check = Literal["citation", "quotation", "number", "unit", "name", "polarity", "coverage", "foreign", "form", "judge"]
CHECKS: tuple[Check, ...] = get_args(Check)
"""What a sentence is asked, in this order."""

SEES: Mapping[Check, tuple[str, str]] = {
    "citation": ("the papers are of the collection, and each quote stands in its paper at its offsets, on its page", "whether it is apt"),
    "quotation": (
        "words between “ and ” stand in a quote, letter for letter, ellipses aside; none leaves out a “not”",
        "words that are torn from what they hang on",
    ),
    "number": ("numbers, in digits or words, stand in the quotes", "a number of the quotes that is said of something else"),
    "unit": ("a number stands in the quotes with the same unit", "what is measured; units that it does not know"),
    "name": ("names of data, methods and people stand in the quotes, titles or bylines", "names without capitals or digits"),
    "polarity": ("words that deny or compare say the same as in the quotes", "irony, degree, and what is put into quite other words"),
    "coverage": ("half of the telling words stand in the quotes", "whether these words say the same"),
    "foreign": ("no other paper, link, script or mark of citation is in it", "an idea of another paper"),
    "form": ("it says something, in at most 600 characters", "whether it is worth saying"),
    "judge": ("a language model finds it borne out", "what this model gets wrong"),
}
"""What each check sees, and what it cannot."""

QUOTED_LANG = "en"
"""The language that quotes are taken to be in. Sentences of another one can be compared with them in numbers, units and names alone."""

TOLD = 60  # characters of what was wrong


class Fault(NamedTuple):
    """``reason`` is "" when nothing is wrong. ``grave``: the sentence cannot stand; else it can, with a flag. ``check``: which found it."""

    reason: str = ""
    grave: bool = False
    check: Check | Literal[""] = ""
