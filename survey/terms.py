"""Words, stems and terms: what a text speaks of, without a model.

A term is a run of one to four content words as it stands in a text ("automatic sleep staging"); two terms are the same when
their stems (Snowball English) are.
"""

import math
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

import Stemmer

_LISTS = tomllib.loads((files("survey") / "words.toml").read_text(encoding="utf-8"))
STOP_WORDS = frozenset(_LISTS["stop"].split())

_WORD = re.compile(r"[^\W\d_][\w]*(?:[-’'][\w]+)*|\d+(?:[.,]\d+)*%?", re.UNICODE)
_BREAK = re.compile(r"[.,;:!?()\[\]{}<>“”\"/|=+*\n]|\s[-–—]+\s|(?<=\s)'|'(?=\s)")
_NUMBER = re.compile(r"(?<![\w.])[-+−]?\d+(?:[.,]\d+)*(?:\.\d+)?")


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Snowball stem of the lower-cased word; a possessive ending goes."""
    lower = word.lower().replace("’", "'").removesuffix("'s")
    return str(_stemmer().stemWord(lower))


def words(text: str) -> list[str]:
    """The words and numbers of a text, in order, as written."""
    return _WORD.findall(text)


def stems(text: str) -> list[str]:
    """Stems of the content words of a text: no stop words, hyphenated words also in their parts."""
    found: list[str] = []
    for word in words(text):
        parts = [word, *word.split("-")] if "-" in word else [word]
        found += [stem(part) for part in parts if part.lower() not in STOP_WORDS and len(part) > 1]
    return found


def numbers(text: str) -> set[str]:
    """The numbers of a text without sign and thousands commas: "1,024" and "−74.50" give {"1024", "74.5"}."""
    found = set()
    for match in _NUMBER.findall(text):
        plain = match.lstrip("+-−")
        plain = plain.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", plain) else plain.replace(",", ".", 1)
        found.add(plain.rstrip("0").rstrip(".") if "." in plain else plain)
    return found


@lru_cache(maxsize=1)
def _head_stems() -> frozenset[str]:
    return frozenset(stem(word) for word in _LISTS["heads"].split())


@lru_cache(maxsize=1)
def _academic_stems() -> frozenset[str]:
    return frozenset(stem(word) for word in _LISTS["academic"].split())


def is_telling(word: str) -> bool:
    """Whether the word names a subject rather than the business of writing papers."""
    return len(word) > 1 and not word[0].isdigit() and word.lower() not in STOP_WORDS and stem(word) not in _academic_stems()


def term_key(term: str) -> tuple[str, ...]:
    return tuple(stem(part) for part in re.split(r"[\s-]+", term))


def candidate_terms(text: str, most: int = 4) -> Iterator[str]:
    """Runs of one to ``most`` content words; the outer words must be telling ("deep sleep staging" gives "sleep staging")."""
    for run in _BREAK.split(text):
        current: list[str] = []
        for word in [*words(run), "the"]:
            if word.lower() in STOP_WORDS or word[0].isdigit():
                yield from _grams(current, most)
                current = []
            else:
                current.append(word)


def _grams(run: Sequence[str], most: int) -> Iterator[str]:
    for start in range(len(run)):
        if not is_telling(run[start]):
            continue
        for end in range(start + 1, min(start + most, len(run)) + 1):
            if _may_end(run[end - 1], alone=end == start + 1):
                yield " ".join(run[start:end])


_VERBAL = re.compile(r"(?:ly|ously|ively)$")


def _may_end(word: str, alone: bool) -> bool:
    if _VERBAL.search(word):
        return False
    return is_telling(word) or (not alone and stem(word) in _head_stems())


class Weights:
    """How telling each stem is in a collection: inverse document frequency, ``log(1 + n / df)`` (Spärck Jones 1972)."""

    def __init__(self, documents: Iterable[str]) -> None:
        self.count = 0
        self._df: Counter[str] = Counter()
        for document in documents:
            self.count += 1
            self._df.update(set(stems(document)))

    def __call__(self, stem_: str) -> float:
        return math.log(1 + self.count / self._df[stem_]) if self._df[stem_] else math.log(2 + self.count)

    def df(self, stem_: str) -> int:
        return self._df[stem_]

    def overlap(self, left: str, right: str) -> float:
        """Weighted share of the content stems of ``left`` that ``right`` has too, in [0, 1]."""
        wanted, there = set(stems(left)) - _academic_stems(), set(stems(right))
        total = sum(self(s) for s in wanted)
        return sum(self(s) for s in wanted & there) / total if total else 0.0

    def shared(self, left: str, right: str, most: int = 3) -> tuple[str, ...]:
        """Telling words of ``left`` that ``right`` has too, weightiest first."""
        there = set(stems(right))
        found: dict[str, str] = {}
        for word in words(left):
            if is_telling(word) and stem(word) in there:
                found.setdefault(stem(word), word)
        return tuple(found[s] for s in sorted(found, key=lambda s: (-self(s), s))[:most])


def key_terms(groups: Mapping[str, Sequence[str]], most: int = 12) -> dict[str, list[str]]:
    """For each group of texts the terms that set it apart, the most telling first.

    A term scores by the share of the group's texts that have it, against the share of all other texts (the class-based tf-idf idea of
    Grootendorst 2022, on document shares), and by its length: two and three words name a subject better than one.
    """
    having: dict[str, Counter[tuple[str, ...]]] = {}
    overall: Counter[tuple[str, ...]] = Counter()
    written: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for group in sorted(groups):
        having[group] = Counter()
        for text in groups[group]:
            seen: dict[tuple[str, ...], str] = {}
            for term in candidate_terms(text):
                seen.setdefault(term_key(term), term)
            for key, term in seen.items():
                having[group][key] += 1
                written[key][term] += 1
        overall.update(having[group])
    total = sum(len(texts) for texts in groups.values())
    lengths = {1: 1.0, 2: 1.9, 3: 2.1, 4: 1.7}
    result: dict[str, list[str]] = {}
    for group, counts in having.items():
        size = len(groups[group])
        scored = []
        for key, count in counts.items():
            inside, outside = count / size, (overall[key] - count) / max(1, total - size)
            if count < min(2, size) or inside <= outside:
                continue
            scored.append((inside * math.log((inside + 0.02) / (outside + 0.02)) * lengths.get(len(key), 1.5), key))
        scored.sort(key=lambda item: (-item[0], item[1]))
        result[group] = [_spelling(written[key]) for _, key in _distinct(scored, most)]
    return result


def _distinct(scored: Sequence[tuple[float, tuple[str, ...]]], most: int) -> list[tuple[float, tuple[str, ...]]]:
    """The best terms, none of which says again what a better one says."""
    kept: list[tuple[float, tuple[str, ...]]] = []
    for score, key in scored:
        if len(kept) == most:
            break
        if not any(set(key) <= set(other) or set(other) <= set(key) for _, other in kept):
            kept.append((score, key))
    return kept


def _spelling(forms: Counter[str]) -> str:
    """The commonest way the term is written; lower case before capitals when both occur equally often."""
    folded: Counter[str] = Counter()
    for form, count in forms.items():
        folded[form if _is_name(form) else form.lower()] += count
    return min(folded, key=lambda form: (-folded[form], form))


def _is_name(term: str) -> bool:
    """Acronyms and mixed case stay as written: "EEG", "SpecAugment"."""
    return any(any(c.isupper() for c in word[1:]) for word in term.split())
