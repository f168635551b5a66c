"""A text as quotations are compared with it: what typing, copying and PDFs do to the look of words is folded away, and nothing else.

Folded are compatibility forms and accents (ligatures, NFD), case, white space, marks that nobody sees, the kinds of quotation marks and of
dashes. A hyphen or dash between two letters is left out, with the blanks behind it: nothing in "re-" at a line's end tells whether it is
the word's own. So "re-sign" is found as "resign"; "10-20" is never found as "1020", nor "−5" as "5".
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from survey.hiding import UNSEEN

_HYPHENS = "\\-\u2010\u2011\x02\ufffe"  # the last two are PDFium's marks of a hyphen at a line's end
_DASHES = "\u2012-\u2015\u2212\ufe58\ufe63\uff0d"
_TOKEN = re.compile(
    rf"""(?P<plain>[A-Za-z0-9!\#$%&()*+,./:;<=>?@\[\\\]^_{{|}}~]+)
      | (?P<hyphen>[{_HYPHENS}{_DASHES}]+|\u00ad(?=\s)|(?<=\w)¬(?=\s))
      | (?P<space>\s+)
      | (?P<double>[`´'‘’′]{{2}}|["“”„‟″«»＂])
      | (?P<single>[`´'‘’‚‛′‹›ʼ＇])
      | (?P<unseen>[{UNSEEN}])
      | .""",
    re.VERBOSE | re.DOTALL,
)
HYPHEN = re.compile(rf"[{_HYPHENS}{_DASHES}\u00ad¬]")
_GAP = re.compile(rf"[\s{UNSEEN}]*")
_ACCENTS = 5  # at most on one letter, and this
_ALIKE = {"double": '"', "single": "'", "unseen": "", "space": " "}


class Folded(NamedTuple):
    """The folded text, and where each of its characters comes from: ``starts[n]``, ``ends[n]`` are offsets in the text as it was."""

    text: str
    starts: list[int]
    ends: list[int]

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """Where a stretch of the folded text stands in the text as it was; None for one that begins or ends within a character, as the
        "i" of a ligature does."""
        parted = any(0 < at < len(self.starts) and self.starts[at - 1] == self.starts[at] for at in (start, end))
        return None if parted else (self.starts[start], self.ends[end - 1])


@lru_cache(maxsize=16)  # several quotes of one paper are looked up in turn
def folded(text: str) -> Folded:
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = behind = 0
    while token := _TOKEN.match(text, at):
        kind, start, at = token.lastgroup, at, token.end()
        if kind == "plain":
            letters += token[0].lower()
            starts += range(start, at)
            ends += range(start + 1, at + 1)
            continue
        if kind == "hyphen":
            told = "-"
            if behind <= at and (gap := _GAP.match(text, at)):  # within a gap, its end is known
                behind = gap.end()
            before = next((letter for letter in reversed(letters[-_ACCENTS:]) if not unicodedata.combining(letter)), " ")
            if before.isalnum() and text[behind : behind + 1].isalnum():
                at = behind
                told = "" if before.isalpha() and text[at].isalpha() else "-"
        elif kind:
            told = _ALIKE[kind]
        else:
            while at < len(text) and unicodedata.combining(text[at]):
                at += 1
            told = _decomposed(text[start:at])
        for letter in told:
            if letter not in " -" or letters[-1:] != [letter]:
                letters.append(letter)
                starts.append(start)
                ends.append(at)
    return Folded("".join(letters), starts, ends)


def _decomposed(cluster: str) -> str:
    """A letter with its accents, in the one form that all ways to write it have."""
    found = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", cluster).casefold())
    return "".join(" " if letter.isspace() else letter for letter in found).replace("\u2212", "-")
