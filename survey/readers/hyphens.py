"""Words broken at a line's end: whether the hyphen there is the word's own, told by what the rest of the paper writes."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from survey.terms import STOP_WORDS

_WORD = re.compile(r"[^\W\d_]+")
_LAST = re.compile(r"(?<![^\W\d_])[^\W\d_]++$")
_PAIR = re.compile(r"(?<![\w-])(?=([^\W\d_]+)-([^\W\d_]+)(?!\w))|(?<=-)(?=([^\W\d_]+)-([^\W\d_]+)(?!\w))")
_SMALL = STOP_WORDS - {"al"}  # "structur-al-ly"
_FIRST = frozenset({"well", "self", "ill", "half", "quasi", "cross"})
"""Words that join the next one by a hyphen: "well-known", "self-report"."""
_HABIT = 3
"""So many different words before it make a word one that likes a hyphen: "-based", "-level"."""


class Spelling:
    """How a paper writes its words, from its lines; each says whether a word may be broken at its end."""

    def __init__(self, lines: Iterable[tuple[str, bool]]) -> None:
        words: list[str] = []
        self._pairs: Counter[tuple[str, str]] = Counter()
        before: dict[str, set[str]] = defaultdict(set)
        broken = False
        for text, breaks in lines:
            # The halves of broken words do not count.
            words += _WORD.findall(text)[1 if broken else 0 : -1 if breaks else None]
            if "-" in text:
                for match in _PAIR.finditer(text):
                    left, right = (match[1] or match[3]).casefold(), (match[2] or match[4]).casefold()
                    self._pairs[left, right] += 1
                    before[right].add(left)
            broken = breaks
        self.words = Counter(words)
        self._hyphened = frozenset(word for word, others in before.items() if len(others) >= _HABIT)

    def keeps(self, before: str, after: str) -> bool:
        """Whether the hyphen between ``before``, a line's end, and ``after``, the next line, belongs to the word."""
        one, other = _LAST.search(before), _WORD.match(after)
        if not one or not other:
            return True  # "F1-", "-2": no word was broken
        left, right = one.group(), other.group()
        whole = left + right
        joined, apart = self._times(whole, whole.capitalize()), self._pairs[left.casefold(), right.casefold()]
        if joined or apart:
            return apart > joined
        inside = before[: one.start()].endswith("-") and len(left) < 4  # "state-of-the-art"
        if inside or (right[0].isupper() and not left[-1].isupper()):
            return True
        if left.casefold() in _FIRST and len(right) > 2:
            return True
        known = self._times(right)
        if re.match(r"-[^\W\d_]", after[other.end() :]) and (right in _SMALL or (known and self._times(left))):
            return True  # "state-" goes on with "of-the-art"
        habit = right.casefold() in self._hyphened or (len(right) > 3 and self._times(left))
        return bool(known and len(left) > 2 and habit)

    def _times(self, word: str, *forms: str) -> int:
        return sum(self.words[form] for form in {word, word.casefold(), *forms})
