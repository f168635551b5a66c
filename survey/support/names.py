"""Names of datasets, methods and models in a sentence beside those of its quotes.

A name is told by its letters: a capital or a digit inside ("ImageNet", "mBERT", "CIFAR-10"), or, in English, a capital anywhere but at the
beginning of what is said ("the Penn Treebank"). An acronym and the words that it is short for stand for each other.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from survey.support.finding import QUOTED_LANG
from survey.support.measures import is_unit
from survey.terms import STOP_WORDS


class Name(NamedTuple):
    """``sure``: told by more than a capital at its beginning, which any word may have somewhere."""

    text: str
    sure: bool


def missing_names(sentence: str, there: Iterable[str], lang: str = QUOTED_LANG) -> list[Name]:
    """Names of the sentence that stand in none of the texts ``there``, in order."""
    heard = _Heard(there)
    return [name for name in names(sentence, lang) if not heard.has(name, sentence)]


def names(sentence: str, lang: str = QUOTED_LANG) -> Iterator[Name]:
    """The names of a sentence, one word each. Of a language other than English those alone that are ``sure``."""
    text = unicodedata.normalize("NFKC", sentence)
    for match in _WORD.finditer(text):
        word = _bare(match[0])
        sure = any(_is_sure(part) for part in _PART.split(word))
        first = _FIRST.search(text[: match.start()]) is not None
        capital = lang == QUOTED_LANG and word[0].isupper() and len(word) > 1 and not first
        if (sure or capital) and word.lower() not in _NEVER and not is_unit(word):
            yield Name(word, sure)


_WORD = re.compile(r"(?<![\w.,-])[^\W_](?:[\w@&]|[-‐‑./+’'](?=[^\W_]))*\+*")
_PART = re.compile(r"[-‐‑./+’'&@_]+")
_FIRST = re.compile(r"(?:^|[.!?:;“‘\"(\[–—])\s*$")
_NEVER = STOP_WORDS | {"i", "ii", "iii", "iv"}


def _bare(word: str) -> str:
    """Without a possessive ending."""
    return re.sub(r"[’'](?:s|S)$", "", word)


def _is_sure(part: str) -> bool:
    """A capital behind its first letter, or a digit behind a letter: "mAP", "GPT4"; a plural acronym too; "3D" and "5G", but no "10x"."""
    plain = part.removesuffix("s") if len(part) > 2 else part
    if not plain or not plain[0].isalpha():
        return re.fullmatch(r"\d[DG]", plain) is not None
    return any(char.isupper() for char in plain[1:]) or any(char.isdigit() for char in plain[1:])


class _Heard:
    """What the texts name, folded: words, their parts, words that follow each other as one, and what they may be short for."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._parts: set[str] = set()
        self._stems: set[str] = set()
        self._joined: set[str] = set()
        self._initials: list[str] = []
        self._acronyms: set[str] = set()
        for text in texts:
            self._hear(unicodedata.normalize("NFKC", text))

    def _hear(self, text: str) -> None:
        parts = _LETTERS.findall(text)
        folded = [_folded(part) for part in parts]
        self._parts.update(folded)
        self._stems.update(part[:_STEM] for part in folded if len(part) >= _STEM)
        for size in range(1, _WIDEST + 1):
            self._joined.update("".join(folded[at : at + size]) for at in range(len(folded) - size + 1))
        self._joined.update(_folded("".join(_PART.split(word))) for word in text.split())
        self._initials += ["".join(part[0] for part in folded), "".join(p[0] for p in folded if p not in STOP_WORDS)]
        self._acronyms.update(_folded(part) for part in parts if sum(char.isupper() for char in part) > 2)

    def has(self, name: Name, sentence: str) -> bool:
        """Whether a name stands here: as it is but for case, hyphens and a plural; in parts; as an acronym of words; or as one of the
        words of the sentence that an acronym is short for."""
        parts = [part for part in _LETTERS.findall(name.text) if part.lower() not in _JOINING]
        whole = _folded("".join(parts))
        if whole in self._joined or "".join(map(_folded, parts)) in self._joined:
            return True
        if not any(char.isdigit() for char in whole) and all(self._has_part(part) for part in parts):  # the 10 of CIFAR-10 is no other 10
            return True
        return self._short(whole) or (not name.sure and self._long(name.text, sentence))

    def _has_part(self, part: str) -> bool:
        """A word with one capital at most may be inflected: "Italian" of "Italy"."""
        return _folded(part) in self._parts or (part[1:].islower() and part[:_STEM].lower() in self._stems)

    def _short(self, letters: str) -> bool:
        return 2 <= len(letters) <= _ACRONYM and letters.isalpha() and any(letters in initials for initials in self._initials)

    def _long(self, name: str, sentence: str) -> bool:
        words = [word for word in _LETTERS.findall(sentence) if word.lower() not in STOP_WORDS]
        wanted = _LETTERS.findall(name)[0]
        for at in (n for n, word in enumerate(words) if word == wanted):
            for start in range(max(0, at - _ACRONYM), at + 1):
                ends = range(max(at + 1, start + 2), start + _ACRONYM + 1)
                if any("".join(word[0].lower() for word in words[start:end]) in self._acronyms for end in ends):
                    return True
        return False


_LETTERS = re.compile(r"[^\W_]+")
_STEM = 4  # letters that two forms of a word have in common
_WIDEST = 4  # words that one name may be written in: "Sleep EDF Expanded 20"
_ACRONYM = 6
_JOINING = {"based", "like", "style", "type", "trained", "tuned", "pretrained", "finetuned", "driven", "specific", "only", "and", "level"}


def _folded(word: str) -> str:
    """Without case and without the ending of a plural: "GANs", "GAN"."""
    folded = word.casefold()
    return folded.removesuffix("s") if len(folded) > 2 and not folded.endswith("ss") else folded


def first_missing(sentence: str, there: Sequence[str], lang: str = QUOTED_LANG) -> Name | None:
    """The surest of :func:`missing_names`."""
    return max(missing_names(sentence, there, lang), key=lambda name: name.sure, default=None)
