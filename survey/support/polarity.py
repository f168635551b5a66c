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

from survey.support.cues import NO_DENIAL, PREFIXES, REPORTS, denies, side, softens
from survey.terms import FUNCTION_WORDS, stem

_REACH = 8  # words around a cue that say where it stands
_AWAY = 3  # words that its counterpart may stand from where it is expected
_SCOPE = 5  # words behind a denial that it denies
_ALIKE = 0.65  # of the words around a cue, where a sentence speaks of the same
_SURE = 0.85  # of them, where it surely does


class Turned(NamedTuple):
    """``word``: of the sentence, or with ``left_out`` of the quote."""

    word: str
    sure: bool = False
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
    """What turns the sentence against its quotes, the surest first, or None."""
    theirs = [_Words(part) for quote in quotes for part in _SENTENCE_END.split(quote)]
    said = [_Words(part) for part in _SENTENCE_END.split(sentence)]
    checks = (_denied_report, _denied, _left_out, _opposed, _prefixed, _swapped)
    found = [turned for words in said for check in checks for turned in check(words, theirs)] if theirs else []
    return max(found, key=lambda turned: turned.sure, default=None)


_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+(?=[^\W\d_])")


# ---------------------------------------------------------------- denials


def _denied(said: "_Words", theirs: Sequence["_Words"]) -> Iterator[Turned]:
    """What is denied here and not there. A denial of a quote answers one of the sentence."""
    taken: set[tuple[int, int]] = set()
    for at in said.denials:
        best, share = _nearest(said, at, theirs)
        near = [
            (theirs[n].distance(said, at, other, _SCOPE), n, other) for n in best for other in theirs[n].denials if (n, other) not in taken
        ]
        softer = (theirs[n].distance(said, at, other, _SCOPE) for n in best for other in theirs[n].softened_beside(said))
        if near and min(near)[0] <= _AWAY:
            taken.add(min(near)[1:])
        elif best and min(softer, default=_REACH) > _AWAY and not any(_put_otherwise(said, at, theirs[n]) for n in best):
            yield Turned(said.words[at], sure=share >= _SURE)


def _left_out(said: "_Words", theirs: Sequence["_Words"]) -> Iterator[Turned]:
    """What is denied there and told here, without any word of denial nearby. Two denials of one quote undo each other."""
    for quote in theirs:
        others = [other for other in theirs if other is not quote]
        left_out = [(at, share) for at in quote.denials if (share := _told_share(quote, at, said, others))]
        if len(left_out) % 2:
            at, share = left_out[0]
            yield Turned(quote.words[at], sure=share >= _SURE, left_out=True)


def _told_share(quote: "_Words", at: int, said: "_Words", others: Sequence["_Words"]) -> float:
    """The share of the words around a denial that the sentence has, 0 where it tells nothing of what is denied, or denies it itself, or
    has it of another quote."""
    denied = [a for a in quote.around(at) if at < a <= at + _SCOPE][:2]
    told = [quote.stems[a] for a in denied if quote.stems[a] in said.places]
    if not denied or quote.stems[denied[0]] not in told or _put_otherwise(quote, at, said):
        return 0.0
    denials = (said.distance(quote, at, other, _SCOPE) for other in [*said.denials, *said.softened_beside(quote)])
    if min(denials, default=_REACH) <= _AWAY + 1 or any(all(stem_ in other.places for stem_ in told) for other in others):
        return 0.0
    share = max(said.share(place, quote) for place in said.places[told[0]])
    return share if share >= (_ALIKE if len(told) == len(denied) else _SURE) else 0.0


def _put_otherwise(denying: "_Words", at: int, other: "_Words") -> bool:
    """Whether what is denied compares, and the other text compares the other way there: "not different", "similar"."""
    denied = [a for a in range(at + 1, at + 1 + _AWAY) if a in denying.sides and denying.denied(a)]
    return any(
        denying.sides[a] == its_side and other.distance(denying, a, b) <= _AWAY + 2 for a in denied for b, its_side in other.sides.items()
    )


def _denied_report(said: "_Words", theirs: Sequence["_Words"]) -> Iterator[Turned]:
    """ "Roe (2019) does not show that …": the words around it are the writer's own, and stand in no quote."""
    for at in said.denied_reports:
        if not any(quote.denied_reports for quote in theirs):
            yield Turned(said.words[at], sure=True)


def _prefixed(said: "_Words", theirs: Sequence["_Words"]) -> Iterator[Turned]:
    """ "supervised" where the quote has "unsupervised", or the other way round."""
    there = {word.lower() for quote in theirs for word in quote.words}
    for at, word in enumerate(w.lower() for w in said.words):
        if word in there or len(word) <= _SCOPE:
            continue
        against = [prefix + word for prefix in PREFIXES] + [word.removeprefix(prefix) for prefix in PREFIXES if word.startswith(prefix)]
        found = next((other for other in against if len(other) > _SCOPE and other in there), "")
        if found and _nearest(said, at, theirs)[0]:
            yield Turned(said.words[at], against=found)


def _nearest(said: "_Words", at: int, theirs: Sequence["_Words"]) -> tuple[list[int], float]:
    """The quotes that have most of the words around a place, if any has enough of them, and which share."""
    shares = [said.share(at, quote) for quote in theirs]
    most = max(shares)
    return ([n for n, share in enumerate(shares) if share == most] if most >= _ALIKE else []), most


# ---------------------------------------------------------------- opposites


def _opposed(said: "_Words", theirs: Sequence["_Words"]) -> Iterator[Turned]:
    """What compares one way here and, where it is expected, the other way there."""
    for at, (group, way) in said.sides.items():
        best, share = _nearest(said, at, theirs)
        found = [
            (distance, its_way != way, theirs[n].words[other])
            for n in best
            for other, (its_group, its_way) in theirs[n].sides.items()
            if its_group == group and (distance := theirs[n].distance(said, at, other)) <= _AWAY + 2
        ]
        if found and min(found)[1]:
            yield Turned(said.words[at], sure=share >= _SURE, against=min(found)[2])


# ---------------------------------------------------------------- "A outperforms B"


def _swapped(said: "_Words", theirs: Sequence["_Words"]) -> Iterator[Turned]:
    """Both are compared, the other way round."""
    for at, (one, than) in said.compared.items():
        for quote in theirs:
            for first, second in quote.compared_by(said.stems[at]):
                if second <= one and than <= first and not second & first and not than & (one | second):
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
        """The cues of comparison; what is denied just before is on the other side."""
        found = {at: side(word) for at, word in enumerate(self.words)}
        return {at: (group, -way if self.denied(at) else way) for at, (group, way) in found.items() if way}

    def denied(self, at: int) -> bool:
        """Whether a denial stands before this word, and no telling word between."""
        before = (a for a in range(max(0, at - _AWAY), at) if a in self.denials)
        return any(not any(self.is_telling(b) for b in range(a + 1, at)) for a in before)

    @cached_property
    def denied_reports(self) -> list[int]:
        """Denials just before a verb of reporting with "that" behind it."""
        found = []
        for at in self.denials:
            behind = [word.lower() for word in self.words[at + 1 : at + 6]]
            if "that" in behind and any(stem(word) in REPORTS for word in behind[: behind.index("that")]):
                found.append(at)
        return found

    def share(self, at: int, other: "_Words") -> float:
        """Of the words around a place, those that the other has; 0 where they are too few to tell."""
        around = self.around(at)
        common = sum(self.stems[a] in other.places for a in around)
        return common / len(around) if common > 1 else 0.0

    def is_telling(self, at: int) -> bool:
        return at in self.places.get(self.stems[at], ())

    def around(self, at: int) -> list[int]:
        """Places of the telling words around one, the nearest first."""
        near = [a for a in range(max(0, at - _REACH), min(len(self.words), at + _REACH + 1)) if a != at]
        telling = [a for a in near if self.is_telling(a) and not side(self.words[a])[1]]
        return sorted(telling, key=lambda a: (abs(a - at), a < at))

    def distance(self, said: "_Words", at: int, other: int, behind: int = 0) -> float:
        """How far the word ``other`` stands from where the word ``at`` of ``said`` is expected here: by the words up to ``behind`` it, or,
        where none of these stands here, by all around it."""
        here = [a for a in said.around(at) if said.stems[a] in self.places]
        anchors = [a for a in here if at < a <= at + behind] or here
        found = [abs(place + (at - a) - other) + 0.1 * abs(at - a) for a in anchors for place in self.places[said.stems[a]]]
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
            if self.is_telling(a) and not side(self.words[a])[1]:
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
