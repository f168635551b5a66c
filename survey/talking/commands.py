"""The commands of a talk: what a line that begins with a slash asks for."""

import difflib
from typing import NamedTuple

from survey.errors import UnknownCommand
from survey.render.answer.text import wrapped


class Command(NamedTuple):
    """``takes``: what stands behind its name."""

    takes: str
    tells: str


COMMANDS = {
    "papers": Command("[WORDS]", "the papers that the talk lists, by the numbers that “the second one” means; or those with WORDS, or all"),
    "sources": Command("", "the quotes of the last answer, each with its place"),
    "why": Command("N", "quote [N] between the sentences before and after it, and what was checked"),
    "focus": Command(
        "[…]", "bound the talk: @KEY or a number of /papers, author NAME, since YEAR, until YEAR, theme NAME, section KIND; off"
    ),
    "save": Command("[FILE.md]", "keep the last answer as a file that `survey verify` re-checks"),
    "export": Command("FILE", "keep the whole talk: .md, .json, .html, or .bib, its papers"),
    "help": Command("", "this list"),
    "quit": Command("", "end; the talk is kept: survey chat --resume"),
}


def parted(line: str) -> tuple[str, str]:
    """ "/why 2" → ("why", "2"). Raises :class:`UnknownCommand`, with the nearest."""
    name, _, rest = line.strip().removeprefix("/").partition(" ")
    if name.casefold() not in COMMANDS:
        raise UnknownCommand(name, difflib.get_close_matches(name.casefold(), COMMANDS, n=1, cutoff=0.5))
    return name.casefold(), rest.strip()


def help_text(width: int) -> str:
    shown = {f"/{name} {command.takes}".strip(): command.tells for name, command in COMMANDS.items()}
    longest = max(map(len, shown))
    return "\n".join(line for name, tells in shown.items() for line in wrapped(tells, width, f"{name:<{longest}}  "))
