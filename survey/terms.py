"""Words, stems and terms: what a text speaks of, without a model.

A term is a run of one to four content words as it stands in a text ("automatic sleep staging"); two terms are the same when
their stems (Snowball English) are.
"""

import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

import Stemmer

_LISTS = tomllib.loads((files("survey") / "words.toml").read_text(encoding="utf-8"))
FUNCTION_WORDS = frozenset(_LISTS["stop"].split())
STOP_WORDS = FUNCTION_WORDS | frozenset(_LISTS["verbs"].split())

_WORD = re.compile(r"[^\W\d_][\w]*(?:[-’'][\w]+)*|\d+(?:[.,]\d+)*%?", re.UNICODE)
_BREAK = re.compile(r"[.,;:!?()\[\]{}<>“”\"/|=+*\n]|\s[-–—]+\s|(?<=\s)'|'(?=\s)")
_CITED = re.compile(r"\[[\d,;–\s-]+\]|\([^()]*\b(?:19|20)\d\d[a-z]?\)")
_NUMBER = re.compile(r"(?<!\w)(?<!\d\.)[-+−]?(?:\d+(?:[.,]\d+)*|\.\d+)")


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


def without_citations(text: str) -> str:
    """The text without "[3, 5–7]" and "(Roe et al., 2019)"."""
    return _CITED.sub(" ", text)


def numbers(text: str) -> set[str]:
    """The numbers of a text without sign and thousands commas: "1,024", "−74.50" and ".05" give {"1024", "74.5", "0.05"}."""
    found = set()
    for match in _NUMBER.findall(text):
        plain = match.lstrip("+-−")
        plain = f"0{plain}" if plain.startswith(".") else plain
        plain = plain.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", plain) else plain.replace(",", ".", 1)
        found.add(plain.rstrip("0").rstrip(".") if "." in plain else plain)
    return found


class SpeltNumber(NamedTuple):
    """A number in words: "four hundred". ``value`` is written as :func:`numbers` does; ``small``: a count up to twelve, of no measure;
    ``vague``: "thousands", so many at least."""

    text: str
    value: str
    small: bool = False
    vague: bool = False


def spelt_numbers(text: str) -> list[SpeltNumber]:
    """The numbers of a text that are written in words, in order: "ninety-nine percent", "1.2 million", "tenfold"."""
    tokens = _NUMBER_TOKEN.findall(text.lower())
    found: list[SpeltNumber] = []
    at = 0
    while at < len(tokens):
        end, value = _spelt(tokens, at)
        word = tokens[at]
        if end > at:
            small = end == at + 1 and value <= _SMALL and word in _UNITS and "".join(tokens[end : end + 2])[:4] not in _MEASURES
            found.append(SpeltNumber(" ".join(tokens[at:end]), _plain(value), small))
        elif (count := _spelt([word.removesuffix("fold")], 0)[1]) and word.endswith("fold"):
            found.append(SpeltNumber(word, _plain(count)))
        elif word.endswith("s") and word[:-1] in _SCALES:
            found.append(SpeltNumber(word, _plain(Decimal(_SCALES[word[:-1]])), vague=True))
        at = max(end, at + 1)
    return found


def _spelt(tokens: Sequence[str], start: int) -> tuple[int, Decimal]:
    """Where the number in words that begins at ``start`` ends, and its value; ``start`` itself when none does."""
    total, current, at = Decimal(0), Decimal(0), start
    if _DIGITS.fullmatch(tokens[at]) and tokens[at + 1 : at + 2] and tokens[at + 1] in _SCALES:
        current, at = Decimal(next(iter(numbers(tokens[at])))), at + 1
    while at < len(tokens):
        word = tokens[at]
        rest = current % 100
        if word in _UNITS and (not rest or (rest >= 20 and not rest % 10 and 0 < _UNITS[word] < 10)) and (at == start or _UNITS[word]):
            current += _UNITS[word]
        elif word in _TENS and not rest and (at == start or tokens[at - 1] not in _UNITS):
            current += _TENS[word]
        elif word == "hundred":
            current = (current or Decimal(1)) * 100
        elif word in _SCALES:
            total, current = total + (current or Decimal(1)) * _SCALES[word], Decimal(0)
        elif word == "and" and at > start and tokens[at - 1] in _SCALES and {*tokens[at + 1 : at + 2]} & (_UNITS.keys() | _TENS.keys()):
            pass
        else:
            break
        at += 1
    if at > start and tokens[at : at + 1] == ["point"]:
        decimals: list[str] = []
        while at + 1 + len(decimals) < len(tokens) and _UNITS.get(tokens[at + 1 + len(decimals)], 10) < 10:
            decimals.append(str(_UNITS[tokens[at + 1 + len(decimals)]]))
        if decimals:
            return at + 1 + len(decimals), total + current + Decimal(f"0.{''.join(decimals)}")
    return at, total + current


def _plain(value: Decimal) -> str:
    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


_NUMBER_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[^\w\s‐‑-]")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_UNITS = {word: n for n, word in enumerate(_LISTS["units"].split())}
_TENS = {word: 20 + 10 * n for n, word in enumerate(_LISTS["tens"].split())}
_SCALES = {"dozen": 12, "hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SMALL = 12
_MEASURES = {"perc", "%", "time", "fold"}  # "per cent", "percentage points", "times", as the tokens begin

_LONGEST = 40
"""Letters of a term's word; what is longer is a clause of a script without spaces."""
_HEADS = frozenset(_LISTS["heads"].split())
_ACADEMIC = frozenset(_LISTS["academic"].split())


def is_telling(word: str) -> bool:
    """Whether the word names a subject rather than the business of writing papers."""
    lower = word.lower()
    if len(word) < 2 or word[0].isdigit() or lower in STOP_WORDS or lower in _ACADEMIC or lower in _HEADS:
        return False
    return "-" not in word or any(is_telling(part) for part in word.split("-"))


def telling_stems(text: str) -> set[str]:
    """Stems of the words that name a subject, and the numbers."""
    return {stem(word) for word in words(text) if is_telling(word) or word[0].isdigit()}


@lru_cache(maxsize=200_000)
def term_key(term: str) -> tuple[str, ...]:
    return tuple(stem(part) for part in re.split(r"[\s-]+", term))


def runs(text: str) -> Iterator[list[str]]:
    """The words of a text between its marks."""
    for run in _BREAK.split(text):
        if found := words(run):
            yield found


def candidate_terms(text: str, most: int = 4) -> Iterator[str]:
    """Runs of one to ``most`` content words; no academic word begins or ends one ("novel sleep staging" gives "sleep staging")."""
    for run in runs(text):
        current: list[str] = []
        for word in [*run, "the"]:
            if word.lower() in STOP_WORDS or word[0].isdigit() or len(word) > _LONGEST:
                yield from _grams(current, most)
                current = []
            else:
                current.append(word)


def _grams(run: Sequence[str], most: int) -> Iterator[str]:
    telling = [is_telling(word) for word in run]
    outer = [(telling[n] or word.lower() in _HEADS) and not _ADVERB.search(word) for n, word in enumerate(run)]
    for start in range(len(run)):
        if not outer[start] or _GERUND.search(run[start]):
            continue
        for end in range(start + 1, min(start + most, len(run)) + 1):
            if outer[end - 1] and not _ADJECTIVE.search(run[end - 1]) and not _MODIFIER.search(run[end - 1]) and any(telling[start:end]):
                yield " ".join(run[start:end])


# Without a tagger, endings tell best which words cannot begin or end a noun phrase.
_ADVERB = re.compile(r"ly$", re.IGNORECASE)
_GERUND = re.compile(
    r"^(?!learning|modell?ing|training|encoding|embedding|tagging|parsing|staging|timing|spoofing|pruning|sampling)\w+ing$", re.IGNORECASE
)
_ADJECTIVE = re.compile(
    r"^(?!signal|retrieval|manual|journal|appraisal|removal|narrative|objective|adjective|variable|table|seed|need|speed|feed|topic|metric|music"
    r"|rhetoric|logic|traffic|clinic|arithmetic|vocabulary|library|summary|dictionary|boundary|scholar|grammar|radar)"
    r"\w+(?:ual|cal|nal|ral|ial|tal|tic|nic|ive|ous|able|ible|ful|less|ed|lar|ary|ier)$",
    re.IGNORECASE,
)
# "long short-term | memory": what ends so stands before what it describes.
_MODIFIER = re.compile(
    r"-(?:term|level|based|free|aware|specific|driven|scale|wise|structured|end|art|dimensional|order|density|resource)$", re.IGNORECASE
)


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
        wanted, there = telling_stems(left), set(stems(right))
        total = math.fsum(self(s) for s in wanted)  # exact, whatever the order of a set
        return math.fsum(self(s) for s in wanted & there) / total if total else 0.0

    def shared(self, left: str, right: str, most: int = 3) -> tuple[str, ...]:
        """Telling words of ``left`` that ``right`` has too, weightiest first."""
        there = set(stems(right))
        found: dict[str, str] = {}
        for word in words(left):
            if is_telling(word) and stem(word) in there:
                found.setdefault(stem(word), word)
        return tuple(found[s] for s in sorted(found, key=lambda s: (-self(s), s))[:most])
