"""What says the same in nearly the same words: by the runs of three words that two texts share."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from survey.terms import numbers

SAME = 0.65
"""Share of the shorter text's trigrams from which two statements are not both told."""
AGAIN = 0.6
"""The same of two written sentences, which have the words that lead to a quotation in common."""
_FEW = 5  # words; what has fewer is too short to tell
_COMMON = 400  # texts that a trigram stands in; one of more tells nothing, and would cost the square of them
_WORD = re.compile(r"[^\W_]+(?:[’'.,‐‑-][^\W_]+)*")  # as `survey score` reads them

Trigrams = frozenset[tuple[str, str, str]]


def trigrams(text: str) -> Trigrams:
    """The runs of three words of a text; none of one that is too short to tell."""
    words = _WORD.findall(text.casefold())
    return frozenset(zip(words, words[1:], words[2:], strict=False)) if len(words) >= _FEW else frozenset()


class Repeats:
    """Texts by name; :meth:`like` finds those that one more text repeats."""

    def __init__(self) -> None:
        self._of: dict[str, Trigrams] = {}
        self._having: dict[tuple[str, str, str], list[str]] = defaultdict(list)

    def __len__(self) -> int:
        return len(self._of)

    def like(self, text: str) -> list[tuple[str, float]]:
        """Names of the texts that share with this one, and what share of the shorter of the two; most first."""
        own = trigrams(text)
        shared = Counter(name for gram in own if len(self._having.get(gram, ())) <= _COMMON for name in self._having.get(gram, ()))
        found = [(name, count / min(len(own), len(self._of[name]))) for name, count in shared.items()]
        return sorted(found, key=lambda item: (-item[1], item[0]))

    def add(self, name: str, text: str) -> None:
        self._of[name] = trigrams(text)
        for gram in self._of[name]:
            self._having[gram].append(name)


def same_claim(one: str, other: str) -> bool:
    """Whether two texts in nearly the same words may be cited for one: they have the same numbers, and the same words that deny."""
    return numbers(one) == numbers(other) and Counter(_denials(one)) == Counter(_denials(other))


def _denials(text: str) -> list[str]:
    return [word.casefold() for word in _DENIAL.findall(text)]


_DENIAL = re.compile(r"\b(?:no|not|never|none|nor|neither|without|cannot|fails?|failed|hardly|barely)\b|n[’']t\b", re.IGNORECASE)


def twins(texts: Mapping[str, str], share: float = SAME) -> dict[str, list[str]]:
    """For each text that others say again, the names of those, in the order in which they were given."""
    known = Repeats()
    found: dict[str, list[str]] = defaultdict(list)
    for name, text in texts.items():
        for other, shared in known.like(text):
            if shared < share:
                break
            found[other].append(name)
            found[name].append(other)
        known.add(name, text)
    place = {name: n for n, name in enumerate(texts)}
    return {name: sorted(others, key=place.__getitem__) for name, others in found.items()}


def repeated(texts: Sequence[tuple[str, str]], share: float = AGAIN) -> set[int]:
    """Places of the texts that say what one before them said; each comes with the name of a pair (or ""), which may stand side by side."""
    known = Repeats()
    found: set[int] = set()
    for at, (pair, text) in enumerate(texts):
        if any(shared >= share and not (pair and texts[int(name)][0] == pair) for name, shared in known.like(text)):
            found.add(at)
        else:
            known.add(str(at), text)
    return found


def closest(texts: Sequence[str]) -> float:
    """The largest share that two of the texts have in common."""
    known = Repeats()
    most = 0.0
    for at, text in enumerate(texts):
        most = max([most, *(shared for _, shared in known.like(text)[:1])])
        known.add(str(at), text)
    return most
