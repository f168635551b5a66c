"""Does a sentence say the opposite of its quotes? A rule for words that deny and words that compare.

The words around such a cue say where its counterpart stands in a quote: if "net", two words before it, is the ninth word of the quote, the
counterpart is expected eleventh. Where the words around it stand in no quote, nothing is said.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from survey.support.cues import NO_DENIAL, denies, side, softens
from survey.terms import FUNCTION_WORDS, stem

_REACH = 8  # words around a cue that say where it stands
_AWAY = 5  # words that its counterpart may stand from where it is expected
_ALIKE = 0.5  # of the words around a cue, where a sentence speaks of the same
_SCOPE = 5  # words behind a denial that it denies


class Turned(NamedTuple):
    """``word``: of the sentence, or with ``left_out`` of the quote."""

    word: str
    against: str = ""
    left_out: bool = False

    @property
    def reason(self) -> str:
        if self.left_out:
            return f"leaves out “{self.word}”, with which its quote says the opposite"
        if self.against:
            return f"says “{self.word}” where its quote says “{self.against}”"
        return f"says “{self.word}”, which its quote does not"


def turned_round(sentence: str, quotes: Sequence[str]) -> Turned | None:
    """What turns the sentence against its quotes, or None."""
    theirs = [_Words(part) for quote in quotes for part in _SENTENCE_END.split(quote)]
    said = (_Words(part) for part in _SENTENCE_END.split(sentence))
    return next((turned for words in said for turned in _turned(words, theirs)), None) if theirs else None


_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+(?=[^\W\d_])")


def _turned(said: "_Words", theirs: Sequence["_Words"]) -> Iterator[Turned]:
    yield from _denied(said, theirs)
    yield from _opposed(said, theirs)
    yield from _swapped(said, theirs)


# ---------------------------------------------------------------- denials


def _denied(said: "_Words", theirs: Sequence["_Words"]) -> Iterator[Turned]:
    taken: set[tuple[int, int]] = set()
    for at in said.denials:
        best = _nearest(said, at, theirs)
        near = [(n, other) for n in best for other in theirs[n].denials if (n, other) not in taken]
        places = [(distance, n, other) for n, other in near if (distance := theirs[n].distance(said, at, other)) <= _AWAY]
        if places:
            taken.add(min(places)[1:])
        elif best and not any(theirs[n].distance(said, at, other) <= _AWAY for n in best for other in theirs[n].softened_beside(said)):
            yield Turned(said.words[at])
    for n, quote in enumerate(theirs):
        for at in quote.denials:
            if (n, at) not in taken and _is_told(quote, at, said, [other for m, other in enumerate(theirs) if m != n]):
                yield Turned(quote.words[at], left_out=True)


def _nearest(said: "_Words", at: int, theirs: Sequence["_Words"]) -> list[int]:
    """The quotes that have most of the words around a place, if any has enough of them."""
    around = said.around(at)
    counts = [sum(said.stems[a] in quote.places for a in around) for quote in theirs]
    most = max(counts)
    return [n for n, count in enumerate(counts) if count == most] if most >= max(2, _ALIKE * len(around)) else []


def _is_told(quote: "_Words", at: int, said: "_Words", others: Sequence["_Words"]) -> bool:
    """Whether the sentence says what the quote denies, without a word of denial, and no other quote says it."""
    scope = [a for a in quote.around(at) if at < a <= at + _SCOPE][:2]
    around = quote.around(at)
    if (
        not scope
        or sum(quote.stems[a] in said.places for a in around) < _ALIKE * len(around)
        or not all(quote.stems[a] in said.places for a in scope)
    ):
        return False
    if any(said.distance(quote, at, other) <= _AWAY + 1 for other in [*said.denials, *said.softened_beside(quote)]):
        return False
    return not any(all(quote.stems[a] in other.places for a in scope) for other in others)


# ---------------------------------------------------------------- opposites


def _opposed(said: "_Words", theirs: Sequence["_Words"]) -> Iterator[Turned]:
    for at, (group, way) in said.sides.items():
        best = _nearest(said, at, theirs)
        found = []
        for n in best:
            for other, (its_group, its_way) in theirs[n].sides.items():
                if its_group == group and (distance := theirs[n].distance(said, at, other)) <= _AWAY:
                    found.append((distance, its_way != way, theirs[n].words[other]))
        if found and min(found)[1]:
            yield Turned(said.words[at], against=min(found)[2])


# ---------------------------------------------------------------- "A outperforms B"


def _swapped(said: "_Words", theirs: Sequence["_Words"]) -> Iterator[Turned]:
    for at, (one, than) in said.compared.items():
        for quote in theirs:
            for first, second in quote.compared_by(said.stems[at]):
                if one & second and than & first and not one & first and not than & second:
                    yield Turned(said.words[at], against=f"{' '.join(sorted(than & first))} … {' '.join(sorted(one & second))}")


# ---------------------------------------------------------------- words and places


class _Words:
    """The words of a text in order; ``places``: where each telling stem stands."""

    def __init__(self, text: str) -> None:
        self.words = [word for found in _WORD.findall(unicodedata.normalize("NFKC", text)) for word in _parts(found)]
        self.stems = [stem(word) for word in self.words]
        places: dict[str, list[int]] = defaultdict(list)
        for at, word in enumerate(self.words):
            if not (word.lower() in FUNCTION_WORDS or denies(word)):
                places[self.stems[at]].append(at)
        self.places: Mapping[str, Sequence[int]] = places

    @cached_property
    def denials(self) -> list[int]:
        return [
            at
            for at, word in enumerate(self.words)
            if denies(word) and not (self.words[at + 1 : at + 2] and self.words[at + 1].lower() in NO_DENIAL)
        ]

    def softened_beside(self, other: "_Words") -> list[int]:
        """Words that may say otherwise what a denial says; those that the other has too say nothing else there."""
        return [at for at, word in enumerate(self.words) if softens(word) and self.stems[at] not in other.places]

    @cached_property
    def sides(self) -> dict[int, tuple[str, int]]:
        """The cues of comparison; denied just before, they are on the other side."""
        found = {}
        for at, word in enumerate(self.words):
            group, way = side(word)
            if way:
                found[at] = group, way
        return found

    def around(self, at: int) -> list[int]:
        """Places of the telling words around one, the nearest first."""
        near = [a for a in range(max(0, at - _REACH), min(len(self.words), at + _REACH + 1)) if a != at]
        telling = [a for a in near if a in self.places.get(self.stems[a], ()) and not side(self.words[a])[1]]
        return sorted(telling, key=lambda a: (abs(a - at), a < at))

    def distance(self, said: "_Words", at: int, other: int) -> float:
        """How far the word ``other`` stands from where the word ``at`` of ``said`` is expected here."""
        found = [abs(place + (at - a) - other) + 0.1 * abs(at - a) for a in said.around(at) for place in self.places.get(said.stems[a], ())]
        return min(found, default=float("inf"))

    @property
    def compared(self) -> dict[int, tuple[frozenset[str], frozenset[str]]]:
        """Words that compare, and the stems of what comes off one way and the other: those before it, and those just behind."""
        found = {}
        for at, word in enumerate(self.words):
            verb = stem(word) in _VERBS
            if not verb and word.lower() != "than":
                continue
            passive = verb and self.words[at + 1 : at + 2] == ["by"]
            before = self._telling(range(at - 1, max(-1, at - 20), -1))
            after = self._telling(range(at + 1 + passive, min(len(self.words), at + 7)), run=True)
            if before and after:
                found[at] = (after, before) if passive else (before, after)
        return found

    def compared_by(self, stem_: str) -> list[tuple[frozenset[str], frozenset[str]]]:
        return [operands for at, operands in self.compared.items() if self.stems[at] == stem_]

    def _telling(self, places: range, run: bool = False) -> frozenset[str]:
        found: set[str] = set()
        for a in places:
            if a in self.places.get(self.stems[a], ()) and not side(self.words[a])[1]:
                found.add(self.stems[a])
            elif run and found:
                break
        return frozenset(found)


def _parts(word: str) -> list[str]:
    """ "cannot" and "doesn't" deny; their parts are words."""
    lower = word.lower().replace("’", "'")
    if lower.endswith("n't"):
        return [word[:-3], "not"]
    return [word[:3], "not"] if lower == "cannot" else [word]


_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
_VERBS = {stem(verb) for verb in ("outperform", "underperform", "surpass", "beat", "exceed", "outrank", "precede", "follow")}
