"""A piece of a question takes its place in the last one: "and on noisy speech?", "what about recall?", "why?", "on which data?"."""

import re
from collections.abc import Sequence

from survey.models.extractive.questions import (
    AUXILIARY,
    MEASURES,
    PRONOUN,
    QUESTION_WORDS,
    bare,
    beside,
    head,
    is_name,
    is_verb,
    lower_first,
    may_be_verb,
    names,
    parsed,
    phrases,
    trailing,
    year,
)
from survey.tasks import TalkedOf
from survey.terms import STOP_WORDS, words

_I = re.IGNORECASE
JOINS = re.compile(r"^(?:(?:and|but|so|or|ok|okay|then|yes|also)\b,?\s*)+", _I)
WHAT_ABOUT = re.compile(r"^(?:what|how) about\s+|^(?:what|how) (?:is it|are they) (?=(?:for|in|on|with|at)\b)", _I)
_PREPOSITION = (
    r"(?:in|on|for|at|with|under|by|during|without|from|to|among|using|after|before|against|over|between|of|across|within|near|inside)"
)
_LONGEST = 8  # words of a piece
_PIECE = re.compile(rf"^{_PREPOSITION}\b", _I)
_ASKS_FOR = re.compile(rf"(?:{_PREPOSITION} )?(?:what|which|who|whom|whose|how (?:many|much))\b", _I)
_ASKS = re.compile(rf"\b(?:{'|'.join(sorted(QUESTION_WORDS))})\b", _I)


def whole_of(question: str, points: bool, earlier: Sequence[str], papers: Sequence[TalkedOf]) -> str:
    """The last question with the piece in its place; "" if ``question`` is no piece. ``points``: it points at papers, and names them."""
    said = bare(JOINS.sub("", question))
    piece = WHAT_ABOUT.sub("", said)
    if _is_opening(piece):
        return _opened(piece, [trailing(question) for question in earlier])
    if _has_verb(piece) or PRONOUN.search(piece):
        return ""
    if points:
        old = next((paper.byline for paper in papers if paper.byline in earlier[-1]), "")
        return earlier[-1].replace(old, piece) if old else f"{piece}: {lower_first(trailing(earlier[-1]))}"
    last = trailing(earlier[-1])
    if _PIECE.match(piece) and len(piece.split()) <= _LONGEST:
        return _phrase_swapped(piece, last) or _name_swapped(piece.partition(" ")[2], last) or f"{bare(last)} {piece}"
    if piece != bare(question) and len(piece.split()) <= _LONGEST:
        return _name_swapped(piece, last) or _noun_swapped(piece, last) or beside(last, f"what about {piece}")
    return ""


def _is_opening(piece: str) -> bool:
    """Whether it is but the opening of a question: "on which data", "why", "how much energy"; not "what limits growth"."""
    found = _ASKS.search(piece)
    if not found or not (found.start() == 0 or _PIECE.match(piece) or piece.lower().startswith("since")) or PRONOUN.search(piece):
        return False
    behind = [word.lower() for word in words(piece[found.end() :])]
    if not behind:
        return True
    last = behind[-1]
    acts = any(word in AUXILIARY or may_be_verb(word) for word in behind[:-1]) or (
        is_verb(last) and not (last.endswith("s") and len(behind) > 1)
    )
    return (
        not acts and len(behind) <= 3 and found[0].lower() not in ("who", "whom") and not {"else", "one", "other", "others"} & set(behind)
    )


def _opened(opening: str, earlier: Sequence[str]) -> str:
    """The last question opened so; of the last few rather one that was opened alike ("how much memory", "how much energy")."""
    alike = [p for question in earlier[-3:] if (p := parsed(question)).opening.lower()[:6] == opening.lower()[:6] and " " in opening]
    frame = next((p for p in (*reversed(alike), parsed(earlier[-1])) if p.inverted), None)
    if not frame or (_ASKS_FOR.match(frame.opening) and frame not in alike):
        return beside(earlier[-1], opening)  # "why" takes the place of "how", not of "what mAP"
    return f"{opening} {frame.inverted}"


def _has_verb(piece: str) -> bool:
    """Whether it is a whole question."""
    return bool(_ASKS.match(piece)) or any(word.lower() in AUXILIARY for word in words(piece))


def _phrase_swapped(piece: str, last: str) -> str:
    """The last question with its last phrase of the same preposition swapped: a year for a year, else what is none."""
    phrase = rf"\b{piece.split(maxsplit=1)[0]}\b (?:(?!\b{_PREPOSITION}\b|[?,;:])\S+\s?)+"
    spans = [found for found in re.finditer(phrase, bare(last), _I) if bool(year(found[0])) == bool(year(piece))]
    if not spans:
        return last.replace(year(last), year(piece)) if year(piece) and year(last) else ""
    held = spans[-1][0].split()
    while len(held) > 2 and held[-1].lower() in STOP_WORDS:
        held.pop()
    if any(word.lower() in AUXILIARY for word in held):
        return ""
    start = spans[-1].start()
    return f"{last[:start]}{piece}{last[start + len(' '.join(held)) :]}"


def _name_swapped(piece: str, last: str) -> str:
    """A name for the one name, or for the one of its shape."""
    if not is_name(piece):
        return ""
    there = [name for name in names(last) if name != piece]
    alike = [name for name in there if _shape(name) == _shape(piece)]
    one = there if len(there) == 1 else alike
    return last.replace(one[0], piece) if len(one) == 1 else ""


def _shape(name: str) -> str:
    """ "PSLA" and "SSAST" are alike, "ESC-50" is not."""
    return re.sub(r"(.)\1+", r"\1", re.sub(r"[a-z]", "a", re.sub(r"[A-Z]", "A", re.sub(r"\d", "0", name))))


def _noun_swapped(piece: str, last: str) -> str:
    """A measure for the measure, or what has the same noun: "smaller networks" for "deep networks"."""
    there = [phrase.partition(" of ")[0] for phrase in phrases(last)]
    of_measures = [phrase for phrase in there if MEASURES & {word.lower() for word in words(phrase)}]
    is_measure = words(piece)[-1:] and words(piece)[-1].lower() in MEASURES
    alike = of_measures if is_measure else [phrase for phrase in there if head(phrase) == head(piece)]
    return last.replace(alike[0], piece) if len(alike) == 1 else ""
