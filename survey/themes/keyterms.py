"""The terms that set groups of texts apart: what themes are named by."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from survey.terms import STOP_WORDS, candidate_terms, is_telling, runs, term_key

Key = tuple[str, ...]

_SHORTLIST = 4  # times as many terms as are wanted are looked at closely
_ALWAYS = 0.65  # of a term's occurrences: where the same word follows so often, the term is a piece of a longer one
_MODIFIES = 0.8  # of them: where so often some word follows, it stands before what it describes
_LEADS = 0.6  # of them: where the same word precedes so often, and is rare elsewhere, it belongs to the term: "named entity recognition"


def key_terms(groups: Mapping[str, Sequence[str]], titles: Mapping[str, Sequence[str]], most: int = 12) -> dict[str, list[str]]:
    """For each group of texts the terms that set it apart, the most telling first.

    A term scores by the share of the group's texts, and of their titles, that have it, against the share of all other texts (the
    class-based tf-idf idea of Grootendorst 2022, on document shares), and by its length: two words name a subject better than one.
    A word alone, and a term of one text alone, must stand in a title. A piece of a longer term is made whole.
    """
    having: dict[str, Counter[Key]] = {}
    titled: dict[str, Counter[Key]] = {}
    overall: Counter[Key] = Counter()
    written: dict[Key, Counter[str]] = defaultdict(Counter)
    in_titles: dict[Key, Counter[str]] = defaultdict(Counter)
    for group in sorted(groups):
        titled[group] = _document_shares(titles[group], in_titles)
        bodies = [text.removeprefix(title) for text, title in zip(groups[group], titles[group], strict=True)]
        having[group] = _document_shares(bodies, written, titles[group])
        overall.update(having[group])
    spelling = {key: _spelling(written.get(key), in_titles.get(key)) for key in {*written, *in_titles}}
    total = sum(len(texts) for texts in groups.values())
    result: dict[str, list[str]] = {}
    for group, counts in having.items():
        size = len(groups[group])
        scored = []
        for key, count in counts.items():
            inside, outside = count / size, (overall[key] - count) / max(1, total - size)
            alone = " " not in spelling[key]
            seen_once = count < min(2, size)
            if inside <= outside or ((alone or seen_once) and not titled[group][key]):
                continue
            if alone and (seen_once or not _is_noun(spelling[key])):
                continue
            share = inside + titled[group][key] / size
            scored.append((share * math.log((inside + 0.02) / (outside + 0.02)) * _LENGTHS[min(len(spelling[key].split()), 4)], key))
        scored.sort(key=lambda item: (-item[0], item[1]))
        shortlist = [(score, spelling[key]) for score, key in scored[: _SHORTLIST * most]]
        for _ in range(_LONGEST_TERM - 2):  # a word on either side at a time
            around = _surroundings(groups[group], {term_key(term) for _, term in shortlist})
            whole = [(score, found) for score, term in shortlist if (found := _whole(term, around[term_key(term)], counts))]
            grown, shortlist = whole != shortlist, whole
            if not grown:
                break
        result[group] = _distinct(shortlist, most)
    return result


@dataclass
class _Around:
    """How often a term stands in texts, and which words stand before and after it."""

    count: int = 0
    before: Counter[str] = field(default_factory=Counter)
    farther: Counter[tuple[str, str]] = field(default_factory=Counter)  # the word before that, and the word before
    after: Counter[str] = field(default_factory=Counter)
    only_before: Counter[str] = field(default_factory=Counter)  # how often each word of ``before`` stands in the texts at all


def _surroundings(texts: Sequence[str], wanted: set[Key]) -> dict[Key, _Around]:
    found: dict[Key, _Around] = defaultdict(_Around)
    longest: dict[str, int] = {}  # of the terms that begin with a stem
    for key in wanted:
        longest[key[0]] = max(len(key), longest.get(key[0], 0))
    spoken: Counter[str] = Counter()
    for keys, lower in (run for text in texts for run in _runs(text)):
        spoken.update(lower)
        for start in range(len(keys)):
            key = ()
            for end in range(start, min(start + longest.get(keys[start][0], 0), len(keys))):
                key += keys[end]
                if key in wanted:
                    around = found[key]
                    around.count += 1
                    around.before[lower[start - 1] if start else ""] += 1
                    around.farther[lower[start - 2] if start > 1 else "", lower[start - 1] if start else ""] += 1
                    around.after[lower[end + 1] if end + 1 < len(keys) else ""] += 1
    for around in found.values():
        around.only_before = Counter({word: spoken[word] for word in around.before})
    return found


@lru_cache(maxsize=10_000)
def _runs(text: str) -> list[tuple[list[Key], list[str]]]:
    return [([term_key(word) for word in run], [_lowered(word) for word in run]) for run in runs(text)]


def _whole(term: str, around: _Around, counts: Collection[Key]) -> str:
    """The term with what always stands beside it; "" for what only modifies other words. ``counts``: the terms of the texts."""
    after = {word: times for word, times in around.after.items() if _carries(word)}
    followed = max(after, key=lambda word: (after[word], word), default="")
    known = term_key(f"{term} {followed}") in counts or around.count >= _COMMON
    if followed and known and after[followed] >= _ALWAYS * around.count:
        return _lowered(f"{term} {followed}") if len(term.split()) < _LONGEST_TERM else ""
    if around.count >= _COMMON and sum(after.values()) >= _MODIFIES * around.count:
        return ""
    led = max(around.before, key=lambda word: (around.before[word], word), default="")
    often = around.before[led] if _carries(led) else 0
    belongs = often >= _LEADS * around.only_before[led] or (is_telling(led) and often >= _MODIFIES * around.count)
    if belongs and often >= max(2, _LEADS * around.count):
        times, first = max((times, first) for (first, second), times in around.farther.items() if second == led)
        begin = f"{first} {led}" if _carries(first) and times >= _LEADS * often else led  # "motor imagery" before "EEG classification"
        return _lowered(f"{begin} {term}") if len(term.split()) < _LONGEST_TERM else ""
    return term


def _carries(word: str) -> bool:
    return word.isalpha() and len(word) > 2 and word not in STOP_WORDS


_COMMON = 4  # occurrences of a term, from which it tells much what stands beside it
_LONGEST_TERM = 5  # words


_LENGTHS = {1: 1.0, 2: 1.9, 3: 2.1, 4: 1.7}


def _document_shares(texts: Sequence[str], written: dict[Key, Counter[str]], titles: Sequence[str] = ()) -> Counter[Key]:
    """In how many of the texts, or of their titles, each term stands; how it is spelt in the texts is noted in ``written``."""
    counts: Counter[Key] = Counter()
    for n, text in enumerate(texts):
        for key, term in _terms(text):
            written[key][term] += 1
        counts.update({key for spoken in (text, *titles[n : n + 1]) for key, _ in _terms(spoken)})
    return counts


@lru_cache(maxsize=10_000)
def _terms(text: str) -> list[tuple[Key, str]]:
    return sorted({(term_key(term), term) for term in candidate_terms(text)})


_NOUN = re.compile(
    r"(?:tion|sion|ment|ness|ity|ism|sis|ence|ance|graph|ogy|omy|ics|ure|age|ship|er|or|um|gram|staging|tagging|ling|ning)s?$",
    re.IGNORECASE,
)


def _is_noun(word: str) -> bool:
    """Whether a word alone may name a subject: by its ending, or because it is written as a name."""
    return bool(_NOUN.search(word)) or is_name(word)


def _distinct(scored: Sequence[tuple[float, str]], most: int) -> list[str]:
    """The best terms, none of which says again what a better one says; a word alone gives way to a term that has it in it."""
    keyed = [(score, term, set(term_key(term))) for score, term in scored]
    kept: list[tuple[str, set[str]]] = []
    for score, term, key in keyed:
        if len(kept) == most:
            break
        longer = [(other, own) for worth, other, own in keyed if len(key) == 1 and key < own and worth >= _GIVES_WAY * score]
        best, words = longer[0] if longer else (term, key)
        if not any(words <= own or own <= words or _abbreviates(best, other) or _abbreviates(other, best) for other, own in kept):
            kept.append((best, words))
    return [term for term, _ in kept]


_GIVES_WAY = 0.25  # of its score: what the better term of several words must have at least


def _abbreviates(short: str, long: str) -> bool:
    """Whether one stands for the other by its initials: "KG" for "knowledge graph"."""
    initials = "".join(part[0] for part in re.split(r"[\s-]+", long) if part)
    return " " not in short and len(initials) > 1 and short.removesuffix("s").casefold() == initials.casefold()


def _spelling(written: Counter[str] | None, in_titles: Counter[str] | None) -> str:
    """The commonest way the term is written; lower case where some text has it so, or where it stands in titles alone, whose capitals
    tell nothing; no shouting."""
    forms = written or in_titles or Counter()
    proper = bool(written) and all(form != form.lower() for form in forms)
    folded: Counter[str] = Counter()
    for form, count in forms.items():
        folded[form if proper and " " in form and form.istitle() else _lowered(form)] += count
    return min(folded, key=lambda form: (-folded[form], form))


@lru_cache(maxsize=100_000)
def _lowered(term: str) -> str:
    """Small letters, save for words that are names by their capitals: "EEG signals", "SpecAugment"."""

    def shouted(word: str) -> bool:
        return word.isupper() and word.isalpha() and len(word) > _ACRONYM

    return " ".join(word if is_name(word) and not shouted(word) else word.lower() for word in term.split())


_ACRONYM = 5  # longer words in capitals stand in a shouted title


def is_name(term: str) -> bool:
    """Acronyms and mixed case stay as written: "EEG", "SpecAugment"."""
    return any(any(c.isupper() for c in part[1:]) for word in term.split() for part in word.split("-"))
