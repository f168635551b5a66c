"""How records are told in the survey's language: what became of an issue, the causes of a fish-bone, how papers come to their places."""

import re
from collections.abc import Callable, Sequence

from survey.phrases import Phrases, entries
from survey.records import STATUSES, Bone, Status, Tie

ENGLISH = Phrases("en")
"""For the terminal."""


def status(say: Phrases, name: Status) -> str:
    """ "partly resolved"."""
    return say(f"told.{name}")


def standing(say: Phrases, name: Status) -> str:
    """ "◐ partly resolved"."""
    return f"{STATUSES[name]} {status(say, name)}"


def cause(say: Phrases, label: str) -> str:
    """The label of a cause: of a kind that the program knows, in the survey's language; any other as it stands."""
    entry = entries(say.lang).get(f"causes.{re.sub('[^a-z]+', '_', label.casefold())}")
    return entry if isinstance(entry, str) else label


def borne(say: Phrases, bone: Bone) -> str:
    """ "grouped, +4 more": whether a cause is stated, and how many of its issues are not shown."""
    return ", ".join([say("told.stated" if bone.stated else "told.grouped"), *([say("told.more", n=bone.more)] if bone.rest else [])])


def told(say: Phrases, bone: Bone) -> str:
    """ "Labels are scarce (grouped, +4 more)"; of an issue "○ Channel mismatch: open", or "◐ …: partly resolved by", whoever it was."""
    if bone.kind == "cause":
        return f"{cause(say, bone.label)} ({borne(say, bone)})"
    meaning = say(f"told.{bone.status}_by") if bone.answers else status(say, bone.status)
    return f"{STATUSES[bone.status]} {bone.label}: {meaning}"


def came(say: Phrases, how: Sequence[Tie], named: Callable[[str], str], above: str = "") -> str:
    """ "raises it, same task as Roe 2019": how a paper comes to its place in the tree; ``above`` is the citekey that it stands under."""
    return ", ".join(
        say(f"told.{tie.kind}_above") if tie.earlier and tie.earlier == above else say(f"told.{tie.kind}", paper=named(tie.earlier))
        for tie in how
    )
