"""Where a text says what an acronym stands for: "Audio Spectrogram Transformer (AST)" or "AST (Audio Spectrogram Transformer)".

The rule is that of Schwartz and Hearst (2003, "A simple algorithm for identifying abbreviation definitions in biomedical text"): the
letters of the short form stand in the long one in their order, the first of them at its beginning.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_BRACKETED = re.compile(r"\(\s*([^()]{2,90}?)\s*\)")
_SHORT = re.compile(r"[^\W_](?:[\w./&+-]*[^\W_])?(?: [^\W_][\w./&+-]*)?")
_BEFORE = re.compile(r"[.!?;:](?:\s|$)|[()\[\]“”\"]")
_LAST_WORD = re.compile(r"([^\W_][\w./&+-]*)\s*$")
_ARTICLE = re.compile(r"^(?:the|an?|our|its|their|this|these|called|named|as|of|and|or|in|with|for) ", re.IGNORECASE)


class Definition(NamedTuple):
    """``start`` and ``end``: where it stands, long form and short form together."""

    short: str
    long: str
    start: int
    end: int


def definitions(text: str) -> Iterator[Definition]:
    """What the text defines, in order."""
    for match in _BRACKETED.finditer(text):
        inside = re.split(r"[,;]", match[1], maxsplit=1)[0].strip()
        before = _BEFORE.split(text[: match.start()])[-1]
        if _is_short(inside) and (long := _long(inside, before.rstrip(" ,"))):
            yield Definition(inside, long, match.start() - len(before) + before.rindex(long), match.end())
        elif (word := _LAST_WORD.search(before)) and _is_short(word[1]) and " " in match[1] and _long(word[1], match[1]) == match[1]:
            yield Definition(word[1], match[1], text.rindex(word[1], 0, match.start()), match.end())


def glossary(texts: Iterable[str]) -> dict[str, tuple[str, int]]:
    """Each acronym with what it stands for and the place, among ``texts``, of the one that says so first."""
    found: dict[str, tuple[str, int]] = {}
    for place, text in enumerate(texts):
        for definition in definitions(text):
            found.setdefault(definition.short, (definition.long, place))
    return found


def has_acronym(text: str, short: str) -> bool:
    """Whether the short form stands in the text as a word, or as a part of a hyphenated one; its plural counts."""
    return re.search(rf"(?<!\w){re.escape(short)}s?(?!\w)", text) is not None


def _is_short(text: str) -> bool:
    """Two capitals at least, or one and a digit, and few letters."""
    capitals = sum(char.isupper() for char in text)
    return bool(_SHORT.fullmatch(text)) and 2 <= len(text) <= 10 and capitals + any(char.isdigit() for char in text) >= 2 and capitals > 0


def _long(short: str, before: str) -> str:
    """The shortest end of ``before`` that has the letters of ``short`` in order, the first at the beginning of a word; "" if none has."""
    letters = [char.lower() for char in short.removesuffix("s") if char.isalnum()]
    at = len(before)
    for place, letter in enumerate(reversed(letters)):
        first = place == len(letters) - 1
        at -= 1
        while at >= 0 and (before[at].lower() != letter or (first and at > 0 and before[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return ""
    long = before[at:].strip()
    most = min(len(letters) + 5, 2 * len(letters))
    told = re.split(r"[\s-]+", long)
    if not 2 <= len(told) <= most or len(long) <= len(short) or short in told or _ARTICLE.match(long):
        return ""
    return long
